"""Which value of a metric is the reward."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

import numpy as np

from textmetrics.kernels import Counts
from textmetrics.metrics.metric import Floats, Metric, by_part
from textmetrics.scan import Judge, View

__all__ = ["Part", "parts_of"]

_NAMES = ("precision", "recall", "f1")


class Part(NamedTuple):
    """A metric whose headline is the reward, and its weight."""

    metric: Metric
    weight: float

    def values(self, counts: Mapping[View | Judge | None, Counts]) -> Floats:
        """Give a value a sample."""
        return self.metric.values(self.metric.counts(counts)).headline


def parts_of(weights: Mapping[str, float], metrics: Iterable[Metric]) -> list[Part]:
    """Give the parts of a weighted sum.

    Args:
        weights: by name: a metric's, or that and one of its values, ``rouge_l.recall``.
        metrics: those that are named.

    Raises:
        ValueError: if a metric has no such value.
    """
    known = {metric.name: metric for metric in metrics}
    return [Part(_rewarded(known, name), weight) for name, weight in weights.items()]


def _rewarded(known: Mapping[str, Metric], name: str) -> Metric:
    of, dot, value = name.partition(".")
    metric = known[of]
    if not dot:
        # Recall grows with the length of a completion: it is a reward only where it is named.
        value = "f1" if metric.headline == "recall" != metric.name else metric.headline
    elif value not in _there(metric):
        there = ", ".join(f"{of}.{each}" for each in _there(metric)) or "its headline alone"
        raise ValueError(f"metric {of!r} has no value {value!r}: there is {there}")
    return metric if value == metric.headline else by_part(metric, value)


def _there(metric: Metric) -> list[str]:
    """Give the values that a metric has, which it shows on any counts."""
    nothing = Counts({name: np.zeros(1, dtype=np.int64) for name in metric.needs}, np.array([0, 1]))
    values = metric.values(nothing)._asdict()
    return [name for name in _NAMES if values[name] is not None]
