"""Tokens without any program's rules: the whole text, its characters, words between spaces."""

from __future__ import annotations

from functools import partial

from textmetrics.scan import NativeSplit, View

__all__ = ["CHARACTERS", "WHITESPACE", "WHOLE_TEXT"]

CHARACTERS = View(
    "characters,raw",
    list,
    "every character of the text as it is, white space and capitals too",
    native=NativeSplit("characters"),
)
WHITESPACE = View(
    "whitespace",
    str.split,
    "words between white space",
    native=NativeSplit("whitespace"),
    spaced=True,
)
WHOLE_TEXT = View(
    "text",
    lambda text: [text] if text else [],
    "the whole text as one token",
    native=NativeSplit("whole", before=partial(map, str)),
)
