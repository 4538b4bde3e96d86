"""Metrics of answers that are right or wrong: a letter, a number, what is contained."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from textmetrics.kernels import Counts
from textmetrics.metrics.metric import Integers, Metric, Values, best_reference
from textmetrics.scan import CONTAINED, LETTER, Judge, number_judge

__all__ = ["CONTAINS", "MULTIPLE_CHOICE", "NUMERIC", "numeric"]


def _values(counts: Counts) -> Values:
    return best_reference(counts, Values(counts["equal"] / 1))


def _unparsable(counts: Counts) -> Mapping[str, Integers]:
    first = counts["prediction_length"][counts.offsets[:-1]]
    return {"unparsable": (first == 0).astype(np.int64)}


def _judged(judge: Judge, name: str, label: str, summary: str, source: str) -> Metric:
    return Metric(
        name=name,
        label=label,
        headline="accuracy",
        summary=summary,
        source=source,
        needs=frozenset({"equal", "prediction_length"}),
        values=_values,
        totals=_unparsable,
        view=judge,
    )


def numeric(tolerance: float) -> Metric:
    """Give the metric of numbers.

    Args:
        tolerance: how far a number may be off, that too included.

    Raises:
        ValueError: if the tolerance is negative or not finite.
    """
    return _judged(
        number_judge(tolerance),
        "numeric",
        "Numeric",
        "share of samples whose prediction ends in the reference's number",
        "the last number, as GSM8K is scored (Cobbe et al., 2021); see docs/answers.md",
    )


MULTIPLE_CHOICE = _judged(
    LETTER,
    "multiple_choice",
    "Multiple choice",
    "share of samples whose prediction chooses the reference's letter",
    "the rules of docs/answers.md",
)
NUMERIC = numeric(0.0)
CONTAINS = _judged(
    CONTAINED,
    "contains",
    "Contains",
    "share of samples whose prediction has the reference's words in it",
    "the rules of docs/answers.md",
)
