"""Metrics of answers that are right or wrong: exact matches, letters, numbers, contents."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from textmetrics.answers import LETTERS
from textmetrics.kernels import Counts
from textmetrics.metrics.metric import Integers, Metric, Values, best_reference
from textmetrics.scan import (
    CONTAINED,
    FORMULA,
    TRUTH,
    Judge,
    letter_judge,
    letters_judge,
    number_judge,
)

__all__ = [
    "ACCURACY",
    "CONTAINS",
    "JUDGEMENT",
    "MATH",
    "MULTIPLE_CHOICE",
    "MULTIPLE_SELECT",
    "NUMERIC",
    "exact_match",
    "judged",
    "multiple_choice",
    "multiple_select",
    "numeric",
]

_RULES = "the rules of docs/answers.md"


def exact_match(*, source: str) -> Metric:
    """Return accuracy: the share of samples answered with exactly the reference's tokens.

    Args:
        source: the program that defines it.
    """
    return Metric(
        name="accuracy",
        label="Accuracy",
        headline="accuracy",
        summary="share of samples whose prediction has exactly the reference's tokens",
        source=source,
        needs=frozenset({"equal"}),
        values=_EQUAL,
    )


def numeric(tolerance: float) -> Metric:
    """Return the metric of numbers.

    Args:
        tolerance: the largest difference at which two numbers count as equal.

    Raises:
        ValueError: if the tolerance is negative or not finite.
    """
    return judged(
        number_judge(tolerance),
        "numeric",
        "Numeric",
        "share of samples whose prediction states the reference's number",
        source=f"{_RULES}; #### as in GSM8K (Cobbe et al., 2021)",
    )


@cache
def multiple_choice(letters: str) -> Metric:
    """Return the metric of the letter that is chosen, of those on offer.

    Raises:
        ValueError: if they are not capital Latin letters.
    """
    return judged(
        letter_judge(letters),
        "multiple_choice",
        "Multiple choice",
        "share of samples whose prediction chooses the reference's letter",
    )


@cache
def multiple_select(letters: str) -> Metric:
    """Return the metric of all letters that are chosen, of those on offer.

    Raises:
        ValueError: if they are not capital Latin letters.
    """
    return judged(
        letters_judge(letters),
        "multiple_select",
        "Multiple select",
        "share of samples whose prediction chooses exactly the reference's letters",
        values=_set_values,
    )


def _set_values(counts: Counts) -> Values:
    match = counts["match_1"]
    precision = match / np.maximum(counts["prediction_length"], 1)
    recall = match / np.maximum(counts["reference_length"], 1)
    lengths = counts["prediction_length"] + counts["reference_length"]
    f1 = 2 * match / np.maximum(lengths, 1)
    return best_reference(counts, Values(counts["equal"] / 1, precision, recall, f1))


def judged(
    judge: Judge,
    name: str,
    label: str,
    summary: str,
    *,
    source: str = _RULES,
    values: Callable[[Counts], Values] | None = None,
) -> Metric:
    """Return a metric of what a judge says of each sample.

    Args:
        judge: what reads the answers and compares them.
        name: the metric's name.
        label: its name for people.
        summary: its definition in one line.
        source: the program or paper that defines it.
        values: computes partial credit from the columns ``match_1``, ``prediction_length`` and
            ``reference_length``; if ``None``, an answer is right or wrong.
    """
    credit = {"match_1", "reference_length"} if values else set()
    return Metric(
        name=name,
        label=label,
        headline="accuracy",
        summary=summary,
        source=source,
        needs=frozenset({"equal", "prediction_length", *credit}),
        values=values or _EQUAL,
        totals=_unparsable,
        view=judge,
    )


@dataclass(frozen=True, slots=True)
class Share:
    """A column of 0 and 1 as values, whose mean is a share: a `Formula`."""

    column: str

    @property
    def headline_part(self) -> None:
        """It has neither precision nor recall."""

    @property
    def native(self) -> tuple[Any, ...]:
        """The arguments of its twin in native/module_values.h."""
        return "share", self.column

    def __call__(self, counts: Counts) -> Values:
        """Return one value per sample."""
        return best_reference(counts, Values(counts[self.column] / 1))


_EQUAL = Share("equal")


def _unparsable(counts: Counts) -> Mapping[str, Integers]:
    first = counts["prediction_length"][counts.offsets[:-1]]
    return {"unparsable": (first == 0).astype(np.int64)}


ACCURACY = exact_match(source="exact match, as in SQuAD (Rajpurkar et al., 2016), on tokens")
MULTIPLE_CHOICE = multiple_choice(LETTERS)
MULTIPLE_SELECT = multiple_select(LETTERS)
JUDGEMENT = judged(
    TRUTH,
    "judgement",
    "Judgement",
    "share of samples whose prediction says yes or no as the reference does",
)
NUMERIC = numeric(0.0)
CONTAINS = judged(
    CONTAINED,
    "contains",
    "Contains",
    "share of samples whose prediction has the reference's words in it",
)
MATH = judged(
    FORMULA,
    "math",
    "Math",
    "share of samples whose prediction states a formula or number equal to the reference's",
    source="math-verify, which calculates with SymPy",
)
