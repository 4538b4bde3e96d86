"""Google's rouge-score: ROUGE-1 to 9, L and Lsum, with or without Porter's stemmer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache, lru_cache

from textmetrics.metrics import LENGTHS, Metric, overlap
from textmetrics.presets.porter import stem
from textmetrics.presets.preset import Preset, PresetOption
from textmetrics.scan import BREAK, NativeSplit, View

__all__ = ["PRESET", "rouge_l", "rouge_lsum", "rouge_n", "rouge_score_view"]


def _metrics(*, stemmer: bool) -> Iterator[Metric]:
    words = rouge_score_view(stemmer=stemmer)
    for metric in (*map(rouge_n, range(1, 10)), rouge_l()):
        yield replace(metric, view=words)
    yield replace(rouge_lsum(), view=rouge_score_view(stemmer=stemmer, sentences=True))


PRESET = Preset(
    name="rouge_score",
    summary="ROUGE as Google's rouge-score 0.1.2 computes it, for English: F1",
    source="rouge-score 0.1.2",
    make=_metrics,
    several=True,
    usual=("rouge_1", "rouge_2", "rouge_l", "rouge_lsum"),
    options=(PresetOption("stemmer", False, "stem words of four letters and more", shown=False),),
    note="Its words are runs of a-z and 0-9: a text in Chinese or Japanese has none and "
    "scores 0. Of several references each metric takes the one with the highest F1. "
    "ROUGE-Lsum depends on which of several longest common subsequences the program "
    "finds first, so the same texts read from the end can have another score.",
)


def rouge_n(n: int) -> Metric:
    """Return ROUGE-N of clipped matches, n from 1 to 9."""
    what = f"clipped matches of {n}-grams"
    return _rouge(f"rouge_{n}", f"ROUGE-{n} F1", what, f"match_{n}", order=n)


def rouge_l() -> Metric:
    """Return ROUGE-L over the whole text."""
    return _rouge("rouge_l", "ROUGE-L F1", "the longest common subsequence", "lcs")


def rouge_lsum() -> Metric:
    """Return ROUGE-Lsum, for a view with sentences."""
    what = "the union of each sentence's longest common subsequences"
    lengths = ("prediction_words", "reference_words")
    return _rouge("rouge_lsum", "ROUGE-Lsum F1", what, "union_lcs", lengths=lengths)


def _rouge(
    name: str,
    label: str,
    what: str,
    match: str,
    *,
    lengths: tuple[str, str] = LENGTHS,
    order: int = 1,
) -> Metric:
    return overlap(
        name,
        label,
        headline="f1",
        match=match,
        lengths=lengths,
        order=order,
        summary=f"F1 of {what}, 0 where nothing matches",
        source="rouge-score 0.1.2, after Lin, C.-Y. (2004)",
    )


_WORDS = re.compile("[a-z0-9]+")


@cache
def rouge_score_view(*, stemmer: bool = False, sentences: bool = False) -> View:
    """Return the tokens that rouge-score counts.

    Args:
        stemmer: whether to stem words of more than three characters.
        sentences: whether to mark sentences, which are lines, for ROUGE-Lsum.
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
        f"{summary}, one line per sentence",
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
