"""Tokens without a published program's rules: characters, and what white space divides."""

from __future__ import annotations

from textmetrics.scan.view import NativeSplit, View

__all__ = ["CHARACTERS", "WHITESPACE"]

CHARACTERS = View(
    "characters,raw",
    list,
    "every character of the text as it is, white space and capitals too",
    native=NativeSplit("characters"),
)
"""What LLaMA-Factory's BLEU counts."""

WHITESPACE = View(
    "whitespace",
    str.split,
    "what stands between white space",
    native=NativeSplit("whitespace"),
    spaced=True,
)
"""What callers of nltk give it."""
