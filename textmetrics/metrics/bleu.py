"""BLEU-4: n-gram precision with a penalty for short predictions."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from textmetrics.kernels import Counts
from textmetrics.metrics.metric import CorpusValue, Floats, Integers, Metric, Values, at_least_0

__all__ = ["BLEU_4", "OVER_ALL", "BleuTotals", "bleu_totals", "brevity_penalty"]

_ORDERS = (1, 2, 3, 4)
OVER_ALL = "over all of which n-grams are clipped"
"""How several references of a sample are used, in words."""


def bleu_totals(counts: Counts, order: int = 4) -> Mapping[str, Integers]:
    """Return each sample's matches, n-grams and lengths; the corpus has their sums.

    Columns that are plain numbers (a single pair) give plain numbers.

    Args:
        counts: with the columns ``clip_1`` to that of the highest order.
        order: the highest order of n-grams.
    """
    length, expected = counts["prediction_length"], counts["closest_length"]
    if isinstance(length, np.ndarray) and len(length) != len(expected):  # several references
        length = length[counts.offsets[:-1]]
    totals = {f"clip_{n}": counts[f"clip_{n}"] for n in range(1, order + 1)}
    for n in range(order):
        totals[f"ngrams_{n + 1}"] = at_least_0(length - n) if n else length
    return totals | {"prediction_length": length, "reference_length": expected}


@dataclass(frozen=True, slots=True)
class BleuTotals:
    """`bleu_totals` as `Metric.totals`, with the arguments of its twin.

    Attributes:
        order: the highest order of n-grams.
    """

    order: int = 4

    @property
    def native(self) -> tuple[tuple[str, ...], tuple[tuple[str, int], ...]]:
        """The names of the totals, and for each its column and what its twin takes off that."""
        return _native_totals(self.order)

    def __call__(self, counts: Counts) -> Mapping[str, Integers]:
        """Return each sample's totals."""
        return bleu_totals(counts, self.order)


@cache
def _native_totals(order: int) -> tuple[tuple[str, ...], tuple[tuple[str, int], ...]]:
    orders = range(1, order + 1)
    totals = {f"clip_{n}": (f"clip_{n}", 0) for n in orders}
    totals |= {f"ngrams_{n}": ("prediction_length", n - 1) for n in orders}
    totals["prediction_length"] = ("prediction_length", 0)
    totals["reference_length"] = ("closest_length", 0)
    return tuple(totals), tuple(totals.values())


def brevity_penalty(totals: Mapping[str, Integers]) -> Floats:
    """Return the factor for predictions that are shorter than the closest reference."""
    predicted, expected = totals["prediction_length"], totals["reference_length"]
    penalty = np.exp(np.minimum(0.0, 1.0 - expected / np.maximum(predicted, 1)))
    return np.where((predicted == 0) & (expected > 0), 0.0, penalty)


def _corpus(sums: Mapping[str, int]) -> CorpusValue:
    """Return the unsmoothed value: 0 if an order has no match, 1 if all texts are empty."""
    predicted, expected = sums["prediction_length"], sums["reference_length"]
    if predicted == expected == 0:
        return CorpusValue(1.0, {})
    precisions = [sums[f"clip_{n}"] / max(sums[f"ngrams_{n}"], 1) for n in _ORDERS]
    penalty = math.exp(min(0.0, 1.0 - expected / predicted)) if predicted else 0.0
    value = 0.0
    if all(precisions):
        mean = math.fsum(map(math.log, precisions)) / len(_ORDERS)
        value = min(penalty * math.exp(mean), 1.0)
    details = {f"precision_{n}": p for n, p in zip(_ORDERS, precisions, strict=True)}
    return CorpusValue(value, details | {"brevity_penalty": penalty})


def _corpora(sums: Mapping[str, Integers]) -> Floats:
    """Return the values of `_corpus`, up to rounding, fast enough for many resamples."""
    clips = np.array([sums[f"clip_{n}"] for n in _ORDERS], dtype=np.float64)
    precisions = clips / np.maximum([sums[f"ngrams_{n}"] for n in _ORDERS], 1)
    all_match = (precisions > 0).all(axis=0)
    mean = np.log(np.where(all_match, precisions, 1.0)).sum(axis=0) / len(_ORDERS)
    value = np.where(all_match, np.minimum(brevity_penalty(sums) * np.exp(mean), 1.0), 0.0)
    nothing = (sums["prediction_length"] == 0) & (sums["reference_length"] == 0)
    return np.where(nothing, 1.0, value)


@dataclass(frozen=True, slots=True)
class SentenceBleu:
    """Sentence BLEU with exponential smoothing and effective order, as in sacrebleu: a `Formula`.

    The first order without a match counts as 1/2 match, the next as 1/4, and so on. Orders for
    which the prediction is too short are left out of the mean. Without any match the value is 0.
    """

    clips: tuple[str, ...]
    predicted: str
    expected: str

    @property
    def headline_part(self) -> None:
        """It has neither precision nor recall."""

    @property
    def native(self) -> tuple[Any, ...]:
        """The arguments of its twin in native/formulas.h."""
        return "bleu", self.clips, self.predicted, self.expected

    def __call__(self, counts: Counts) -> Values:
        """Return one value per sample."""
        # A row per order: a few operations on tables take much less than one each on every order.
        matches = np.array([counts[name] for name in self.clips])
        predicted, expected = counts[self.predicted], counts[self.expected]
        if len(predicted) != len(expected):  # several references
            predicted = predicted[counts.offsets[:-1]]
        ngrams = predicted - np.arange(len(matches))[:, np.newaxis]
        exists = ngrams > 0
        unmatched = exists & (matches == 0)
        halvings = np.where(unmatched, np.cumsum(unmatched, axis=0), 0)
        smoothed = np.where(unmatched, 1, matches) / np.ldexp(np.maximum(ngrams, 1.0), halvings)
        precisions = np.where(exists, smoothed, 1.0)
        orders = np.minimum(np.maximum(predicted, 1.0), len(matches))
        mean = np.add.reduce(np.log(precisions)) / orders
        exponents = np.minimum(0.0, 1.0 - expected / np.maximum(predicted, 1))
        exponents[matches[0] == 0] = -np.inf
        exponents[(predicted == 0) & (expected == 0)] = 0.0
        # Rounding in exp must not exceed 1.
        return Values(np.minimum(np.exp(exponents) * np.exp(mean), 1.0))


_CLIPS = tuple(f"clip_{n}" for n in _ORDERS)
BLEU_4 = Metric(
    name="bleu_4",
    label="BLEU-4",
    headline="corpus",
    summary="corpus BLEU over 1- to 4-grams, equal weights, unsmoothed, closest reference length",
    source="Papineni et al. (2002). BLEU: a method for automatic evaluation of machine translation",
    needs=frozenset({"prediction_length", "closest_length", *_CLIPS}),
    values=SentenceBleu(_CLIPS, "prediction_length", "closest_length"),
    totals=BleuTotals(),
    corpus=_corpus,
    corpora=_corpora,
    of_several=OVER_ALL,
)
