"""The numbers of one model's samples, from which all intervals and tests are made."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from textmetrics.comparison.options import ComparisonSettings
from textmetrics.metrics import Score
from textmetrics.statistics import mean_interval

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

    def beats(self, other: Rows, groups: Groups, settings: ComparisonSettings) -> bool:
        """Say whether the values of the samples are higher by more than noise."""
        difference = self.samples() - other.samples()
        there = ~np.isnan(difference)
        if not there.any():
            return False
        its = None if groups is None else groups[there]
        low = mean_interval(difference[there], groups=its, level=settings.level, method="t").low
        return bool(low > 0)
