"""Intervals and tests for many models and metrics at once, so that resamples are drawn once."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from textmetrics.comparison.options import ComparisonSettings
from textmetrics.metrics import Better, Bounds, Score
from textmetrics.statistics import (
    CorpusPair,
    Floats,
    Integers,
    Interval,
    Paired,
    corpus_intervals,
    mean_interval,
    paired_corpus_tests,
    paired_test,
)

__all__ = ["Groups", "ModelSamples", "SamplesByMetric", "intervals", "tests"]

Mask = NDArray[np.bool_]
Groups = NDArray[Any] | None


SamplesByMetric: TypeAlias = "Mapping[str, Mapping[str, ModelSamples]]"
"""The samples of each model, by metric and model."""


@dataclass(frozen=True)
class ModelSamples:
    """The samples of one model under one metric.

    Attributes:
        values: runs × samples; NaN for samples that are left out.
        bounds: the smallest and the largest possible value.
        better: which values are better, ``"higher"`` or ``"lower"``; ``None`` if neither.
        totals: runs × samples × integers, if the metric is a function of their sums.
        formula: that function, of sums in the shape resamples × integers.
    """

    values: Floats
    bounds: Bounds
    better: Better
    totals: Integers | None = None
    formula: Callable[[Integers], Floats] | None = None

    @classmethod
    def of(cls, scores: Sequence[Score]) -> ModelSamples:
        """Return the samples of the scores of all runs."""
        values = np.array([score.samples for score in scores], dtype=np.float64)
        first = scores[0]
        if first.totals is None:
            return cls(values, first.bounds, first.better)
        totals = [score.totals.rows for score in scores if score.totals is not None]
        sums = np.array(totals, dtype=np.int64)
        return cls(values, first.bounds, first.better, sums, first.totals.values)

    def take(self, places: NDArray[Any]) -> ModelSamples:
        """Return some of the samples."""
        totals = None if self.totals is None else self.totals[:, places]
        return replace(self, values=self.values[:, places], totals=totals)

    @property
    def present(self) -> NDArray[np.bool_]:
        """Whether each sample is present in any run."""
        return np.asarray(~np.isnan(self.values).all(axis=0))

    def samples(self) -> Floats:
        """Return one value per sample: the mean over runs."""
        there = ~np.isnan(self.values)
        sums, count = np.where(there, self.values, 0.0).sum(axis=0), there.sum(axis=0)
        mean: Floats = np.where(count > 0, sums / np.maximum(count, 1), np.nan)
        return mean

    def value(self) -> float:
        """Return the metric's value, from the samples or from the formula; the mean over runs."""
        if self.totals is None or self.formula is None:
            return float(np.nanmean(self.samples()))
        return float(self.formula(self.totals.sum(axis=1)).mean())

    def beats(self, other: ModelSamples, groups: Groups, settings: ComparisonSettings) -> bool:
        """Return whether the values of the samples are better by more than noise."""
        difference = self.samples() - other.samples()
        if self.better == "lower":
            difference = -difference
        there = ~np.isnan(difference)
        if not there.any():
            return False
        its = None if groups is None else groups[there]
        low = mean_interval(difference[there], groups=its, level=settings.level, method="t").low
        return bool(low > 0)


def intervals(
    rows: Sequence[ModelSamples], groups: Groups, settings: ComparisonSettings
) -> list[Interval]:
    """Return the interval of each model's value; each must have at least one sample.

    Args:
        rows: the values of the same samples, by different models or metrics.
        groups: the group of each sample.
        settings: how intervals are computed.
    """
    found: dict[int, Interval] = {}
    for there, places in _by_mask(each.present for each in rows):
        some = {at: rows[at].take(there) for at in places}
        options = _options(groups, there, settings)
        tables = {
            at: (each.totals, each.formula)
            for at, each in some.items()
            if each.totals is not None and each.formula is not None
        }
        for at, each in some.items():
            if at not in tables:
                found[at] = mean_interval(each.values, bounds=each.bounds, **options)
        if tables:
            its = corpus_intervals(list(tables.values()), **options)
            found |= dict(zip(tables, its, strict=True))
    return [found[at] for at in range(len(rows))]


def tests(
    pairs: Sequence[tuple[ModelSamples, ModelSamples]], groups: Groups, settings: ComparisonSettings
) -> list[Paired | None]:
    """Test the first of each pair against the second; ``None`` if they share no sample.

    A sample that is left out in one of the two is left out of the test.

    Args:
        pairs: values of the same samples.
        groups: the group of each sample.
        settings: how tests are computed.
    """
    found: dict[int, Paired | None] = {}
    for both, places in _by_mask(a.present & b.present for a, b in pairs):
        if not both.any():
            found |= dict.fromkeys(places)
            continue
        options = _options(groups, both, settings)
        corpus = {}
        for at in places:
            ours, theirs = (each.take(both) for each in pairs[at])
            if (pair := _corpus_pair(ours, theirs)) is not None:
                corpus[at] = pair
            else:
                found[at] = paired_test(
                    ours.values,
                    theirs.values,
                    bounds=ours.bounds,
                    method=settings.test,
                    **options,
                )
        if corpus:
            method = "auto" if settings.test == "mcnemar" else settings.test
            its = paired_corpus_tests(list(corpus.values()), method=method, **options)
            found |= dict(zip(corpus, its, strict=True))
    return [found[at] for at in range(len(pairs))]


def _by_mask(masks: Iterable[Mask]) -> Iterator[tuple[Mask, list[int]]]:
    """Yield each distinct set of samples, with the indices of the masks that are equal to it."""
    found: dict[bytes, tuple[Mask, list[int]]] = {}
    for at, mask in enumerate(masks):
        found.setdefault(mask.tobytes(), (mask, []))[1].append(at)
    yield from found.values()


def _options(groups: Groups, there: Mask, settings: ComparisonSettings) -> dict[str, Any]:
    return {
        "groups": None if groups is None else groups[there],
        "level": settings.level,
        "resamples": settings.resamples,
        "seed": settings.seed,
    }


def _corpus_pair(ours: ModelSamples, theirs: ModelSamples) -> CorpusPair | None:
    """Return the input of a test of corpus values; ``None`` for a mean over samples."""
    if ours.totals is None or theirs.totals is None or ours.formula is None:
        return None
    runs = math.lcm(len(ours.totals), len(theirs.totals))
    return CorpusPair(
        _as_many(ours.totals, runs),
        _as_many(theirs.totals, runs),
        ours.formula,
        ours.samples(),
        theirs.samples(),
    )


def _as_many(totals: Integers, runs: int) -> Integers:
    """Repeat the runs, which keeps their mean, so that two models have equally many."""
    return np.repeat(totals, runs // len(totals), axis=0)
