"""Accuracy: the share of samples answered with exactly the reference's tokens."""

from __future__ import annotations

from textmetrics.kernels import Counts
from textmetrics.metrics.metric import Metric, Values, best_reference

__all__ = ["ACCURACY"]


def _values(counts: Counts) -> Values:
    # Divided, because that makes floats of numbers and of columns alike.
    return best_reference(counts, Values(counts["equal"] / 1))


ACCURACY = Metric(
    name="accuracy",
    label="Accuracy",
    headline="accuracy",
    summary="share of samples whose prediction has exactly the reference's tokens",
    source="exact match, as in SQuAD (Rajpurkar et al., 2016), on tokens",
    needs=frozenset({"equal"}),
    values=_values,
)
