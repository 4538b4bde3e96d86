"""The words of Google's ``rouge-score`` 0.1.2."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from textmetrics.presets.porter import stem
from textmetrics.scan.view import BREAK, NativeSplit, View

__all__ = ["rouge_score_view"]

_WORDS = re.compile("[a-z0-9]+")


@cache
def rouge_score_view(*, stemmer: bool = False, sentences: bool = False) -> View:
    """Give the view of these options.

    Args:
        stemmer: whether words of more than three characters are stemmed.
        sentences: whether sentences, which are lines, are kept apart, for ROUGE-Lsum.
    """
    words = _stems if stemmer else _words
    name = "rouge_score+porter" if stemmer else "rouge_score"
    summary = "runs of a-z and 0-9 in lower case" + (", stemmed by Porter's rules" * stemmer)
    stemmed = stem if stemmer else None
    if not sentences:
        return View(
            name, words, summary, native=NativeSplit("rouge_score", stem=stemmed), spaced=True
        )

    def lines(text: str) -> list[str]:
        tokens: list[str] = []
        for line in text.split("\n"):
            tokens += [BREAK, *words(line)]
        return tokens[1:]

    return View(
        f"{name},lines",
        lines,
        f"{summary}, a line a sentence",
        sentences=True,
        native=NativeSplit("rouge_score_lines", stem=stemmed),
        spaced=True,
    )


def _words(text: str) -> list[str]:
    return _WORDS.findall(text.lower())


def _stems(text: str) -> list[str]:
    return list(map(_stem, _words(text)))


@lru_cache(maxsize=1 << 16)
def _stem(word: str) -> str:
    return stem(word) if len(word) > 3 else word
