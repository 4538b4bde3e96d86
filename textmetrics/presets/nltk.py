"""nltk: BLEU of a corpus or the mean of sentences, with its smoothing methods."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from textmetrics.metrics import Metric
from textmetrics.metrics.nltk_bleu import NltkBleu
from textmetrics.presets.jieba_words import JIEBA_WORDS
from textmetrics.presets.plain import CHARACTERS, WHITESPACE
from textmetrics.presets.preset import Option, Preset

__all__ = ["NLTK"]

_VIEWS = {"whitespace": WHITESPACE, "characters": CHARACTERS, "jieba": JIEBA_WORDS}


def _weights(given: Any) -> str:
    """Give numbers, in a list or with ``/`` between them, in the one form that a signature has."""
    parts = given.split("/") if isinstance(given, str) else given
    try:
        numbers = [repr(float(part)) for part in parts]
    except (TypeError, ValueError):
        numbers = []
    if not numbers:
        raise ValueError(
            f"weights must be numbers, one an n-gram order: (0.5, 0.5) or '0.5/0.5', got {given!r}"
        )
    return "/".join(numbers)


def _metrics(
    *, tokenizer: str, smoothing: str, aggregate: str, weights: str, auto_reweigh: bool
) -> Iterator[Metric]:
    numbers = tuple(float(weight) for weight in weights.split("/"))
    method = int(smoothing.removeprefix("method"))
    bleu = NltkBleu(
        smoothing=method, weights=numbers, aggregate=aggregate, auto_reweigh=auto_reweigh
    )
    yield replace(bleu.metric(), view=_VIEWS[tokenizer])


NLTK = Preset(
    name="nltk",
    summary="BLEU as nltk computes it from lists of tokens",
    source="nltk.translate.bleu_score of nltk 3.9",
    make=_metrics,
    several=True,
    options=(
        Option("tokenizer", "whitespace", "how text is cut, which nltk leaves to its caller",
               tuple(_VIEWS), shown=False),
        Option("smoothing", "method0", "the method of nltk's SmoothingFunction",
               tuple(f"method{number}" for number in range(8))),
        Option("aggregate", "corpus", "the corpus's value, or the mean of its sentences' values",
               ("corpus", "mean")),
        Option("weights", "0.25/0.25/0.25/0.25", "of the n-gram orders, with / between them",
               form=_weights),
        Option("auto_reweigh", False, "equal weights on the orders that a short text has"),
    ),
    note="Method 0 gives next to 0 where an order has no match. A text that is too short for an "
    "order counts as having one n-gram of it, so a perfect text of fewer than four tokens is below "
    "1. For a corpus methods 5 and 7 take the 5-grams of the last sample alone, and method 6 its "
    "length: the order of samples changes the number. Methods 5 and 7, and for a corpus 6, can "
    "give more than 1.",
)  # fmt: skip
