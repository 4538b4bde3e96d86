"""The numbers of one model's samples, from which all intervals and tests are made."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from textmetrics.comparison.settings import Settings
from textmetrics.metrics import Score
from textmetrics.statistics import (
    Interval,
    Paired,
    corpus_interval,
    mean_interval,
    paired_corpus_test,
    paired_test,
)

__all__ = ["Groups", "Rows"]

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Groups = NDArray[Any] | None


@dataclass(frozen=True)
class Rows:
    """The samples of one model under one metric.

    Attributes:
        values: runs × samples, 0 to 1; NaN where a sample is left out.
        totals: runs × samples × integers, where the metric is a function of their sums.
        formula: gives values of sums, resamples × integers, where it is.
    """

    values: Floats
    totals: Integers | None = None
    formula: Callable[[Integers], Floats] | None = None

    @classmethod
    def of(cls, scores: Sequence[Score]) -> Rows:
        """Take them from the scores of all runs."""
        values = np.array([score.samples for score in scores], dtype=np.float64)
        first = scores[0].totals
        if first is None:
            return cls(values)
        totals = [score.totals.rows for score in scores if score.totals is not None]
        return cls(values, np.array(totals, dtype=np.int64), first.values)

    def take(self, places: NDArray[Any]) -> Rows:
        """Give some samples."""
        totals = None if self.totals is None else self.totals[:, places]
        return Rows(self.values[:, places], totals, self.formula)

    @property
    def present(self) -> NDArray[np.bool_]:
        """Which samples are not left out in all runs."""
        return np.asarray(~np.isnan(self.values).all(axis=0))

    def samples(self) -> Floats:
        """Give a value a sample: the mean over runs."""
        there = ~np.isnan(self.values)
        sums, count = np.where(there, self.values, 0.0).sum(axis=0), there.sum(axis=0)
        mean: Floats = np.where(count > 0, sums / np.maximum(count, 1), np.nan)
        return mean

    def value(self) -> float:
        """Give the metric's value: the mean over samples, or the formula; of runs the mean."""
        if self.totals is None or self.formula is None:
            return float(np.nanmean(self.samples()))
        return float(self.formula(self.totals.sum(axis=1)).mean())

    def interval(self, groups: Groups, settings: Settings) -> Interval:
        """Give the interval of the value; one sample at least must be there."""
        there = self.present
        some, its = self.take(there), None if groups is None else groups[there]
        options: dict[str, Any] = {
            "groups": its, "level": settings.level, "resamples": settings.resamples,
            "seed": settings.seed,
        }  # fmt: skip
        if some.totals is None or some.formula is None:
            return mean_interval(some.values, method="auto", **options)
        return corpus_interval(some.totals, some.formula, **options)

    def tested(self, baseline: Rows, groups: Groups, settings: Settings) -> Paired | None:
        """Test these against another model's; nothing where they have no sample in common.

        A sample that one of the two leaves out is left out of the test.
        """
        both = self.present & baseline.present
        if not both.any():
            return None
        ours, theirs = self.take(both), baseline.take(both)
        options: dict[str, Any] = {
            "groups": None if groups is None else groups[both], "level": settings.level,
            "resamples": settings.resamples, "seed": settings.seed,
        }  # fmt: skip
        if ours.totals is None or theirs.totals is None or ours.formula is None:
            return paired_test(ours.values, theirs.values, method=settings.test, **options)
        runs = math.lcm(len(ours.totals), len(theirs.totals))
        return paired_corpus_test(
            _as_many(ours.totals, runs),
            _as_many(theirs.totals, runs),
            ours.formula,
            values_a=ours.samples(),
            values_b=theirs.samples(),
            method="auto" if settings.test == "mcnemar" else settings.test,
            **options,
        )

    def beats(self, other: Rows, groups: Groups, settings: Settings) -> bool:
        """Say whether the values of the samples are higher by more than noise."""
        difference = self.samples() - other.samples()
        there = ~np.isnan(difference)
        if not there.any():
            return False
        its = None if groups is None else groups[there]
        low = mean_interval(difference[there], groups=its, level=settings.level, method="t").low
        return bool(low > 0)


def _as_many(totals: Integers, runs: int) -> Integers:
    """Repeat the runs: of two models with unequal numbers of them each keeps its mean."""
    return np.repeat(totals, runs // len(totals), axis=0)
