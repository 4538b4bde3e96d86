"""jiwer 4.0.0: error rates of words and characters."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache, partial
from sys import maxunicode
from typing import Any
from unicodedata import category

from textmetrics._escape import short_repr
from textmetrics.metrics import Metric, error_rates
from textmetrics.presets.preset import Preset, PresetOption
from textmetrics.scan import NativeSplit, View

__all__ = ["JIWER_CHARACTERS", "JIWER_WORDS", "PRESET"]

_SOURCE = "jiwer 4.0.0"


def _metrics(*, transform: str | None) -> Iterator[Metric]:
    words, characters = JIWER_WORDS, JIWER_CHARACTERS
    if transform is not None:
        words, characters = _views(transform)
    yield from error_rates(source=_SOURCE, words=words, characters=characters)


def _words(text: str) -> list[str]:
    return _spaces().sub(" ", text).strip().split(" ") if text and not text.isspace() else []


@cache
def _spaces() -> re.Pattern[str]:
    return re.compile(r"\s\s+")


JIWER_WORDS = View(
    "jiwer",
    _words,
    "words between spaces; a single line break or tab is a part of a word",
    native=NativeSplit("spaces"),
    spaced=True,
)
JIWER_CHARACTERS = View(
    "jiwer,characters",
    lambda text: list(text.strip()),
    "characters, spaces inside the text too",
    native=NativeSplit("characters", before=partial(map, str.strip)),
)


# --- transformations ----------------------------------------------------------------------------

_CONTRACTIONS = (
    ("won't", "will not"),
    ("can't", "can not"),
    ("let's", "let us"),
    ("n't", " not"),
    ("'re", " are"),
    ("'s", " is"),
    ("'d", " would"),
    ("'ll", " will"),
    ("'t", " not"),
    ("'ve", " have"),
    ("'m", " am"),
)
_KALDI = re.compile(r"[<\[][^>\]]*[>\]]")
_WHITE_SPACE = dict.fromkeys(map(ord, " \t\n\r\x0b\x0c"))


@cache
def _punctuation() -> Mapping[int, None]:
    return dict.fromkeys(at for at in range(maxunicode + 1) if category(chr(at))[0] == "P")


def _expanded(text: str) -> str:
    for short, long in _CONTRACTIONS:
        text = text.replace(short, long)
    return text


_TRANSFORMS: Mapping[str, Callable[[str], str]] = {
    "ExpandCommonEnglishContractions": _expanded,
    "ReduceToListOfListOfWords": str,  # done at the end in any case
    "RemoveKaldiNonWords": lambda text: _KALDI.sub("", text),
    "RemoveMultipleSpaces": lambda text: _spaces().sub(" ", text),
    "RemovePunctuation": lambda text: text.translate(_punctuation()),
    "RemoveWhiteSpace": lambda text: text.translate(_WHITE_SPACE),
    "Strip": str.strip,
    "ToLowerCase": str.lower,
    "ToUpperCase": str.upper,
}
"""The transformations of jiwer that take no arguments."""


def _checked(value: Any) -> str:
    expected = f"names of jiwer's transformations, separated by commas: {', '.join(_TRANSFORMS)}"
    if not isinstance(value, str):
        raise TypeError(f"transform must be {expected}; got {value!r}")
    names = [name.strip() for name in value.split(",")]
    for name in names:
        if name not in _TRANSFORMS:
            raise ValueError(f"transform must be {expected}; got {short_repr(name)}")
    return ",".join(names)


@cache
def _views(transform: str) -> tuple[View, View]:
    changed = partial(_transformed, tuple(_TRANSFORMS[name] for name in transform.split(",")))
    words = View(
        f"jiwer,{transform}",
        lambda text: [word for word in changed(text).split(" ") if word],
        "words between spaces, after transformations",
        spaced=True,
    )
    characters = View(
        f"jiwer,characters,{transform}",
        lambda text: list(changed(text)),
        "characters, after transformations",
        native=NativeSplit("characters", before=partial(map, changed)),
    )
    return words, characters


def _transformed(steps: tuple[Callable[[str], str], ...], text: str) -> str:
    for step in steps:
        text = step(text)
    return text


PRESET = Preset(
    name="jiwer",
    summary="error rates of words and characters as jiwer 4.0.0 computes them",
    source=f"{_SOURCE} at c1b0d5e00543",
    make=_metrics,
    options=(
        PresetOption(
            "transform",
            None,
            "its transformations, by their names in order, for words and characters alike",
            shown=False,
            form=_checked,
        ),
    ),
    known_for="wer",
    note="Rates are those of the whole corpus: sums of edits divided by sums of lengths. Words are "
    "what stands between spaces, so that case and punctuation count, a text in Chinese is one "
    "word, and a single line break does not end a word. The rate of an empty reference is the "
    "number of added words. Which words of several alignments with as few edits are hits, which "
    "decides MER, WIL and WIP, follows rapidfuzz 3.14.",
)
