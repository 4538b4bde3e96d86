"""Metrics of overlap: token precision, recall and F1, and ROUGE.

All are the same formula: how much of the prediction matches (precision), how much of the reference
does (recall), and their harmonic mean (F1). They differ in what is counted.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from textmetrics.kernels import Counts
from textmetrics.metrics.metric import (
    Metric,
    Refinement,
    Values,
    at_least_0,
    best_reference,
)

__all__ = [
    "F1",
    "LENGTHS",
    "PRECISION",
    "RECALL",
    "ROUGE_1",
    "ROUGE_2",
    "ROUGE_L",
    "Overlap",
    "overlap",
    "token_f1",
]

LENGTHS = ("prediction_length", "reference_length")

_PARTS = ("precision", "recall", "f1")


def overlap(
    name: str,
    label: str,
    *,
    headline: str,
    match: str,
    lengths: tuple[str, str] = LENGTHS,
    order: int = 1,
    both_empty: bool = False,
    epsilon: float = 0.0,
    summary: str,
    source: str,
) -> Metric:
    """Return a metric of what a prediction and a reference have in common.

    Args:
        name: of the metric.
        label: its name for people.
        headline: ``precision``, ``recall`` or ``f1``; the best reference is the one with the
            highest.
        match: the column of what both have.
        lengths: the columns of what the prediction and the reference have.
        order: length of the n-grams that match; a text of ``length`` tokens has
            ``length - order + 1``.
        both_empty: whether an empty prediction is right (1 instead of 0) if the reference is empty.
        epsilon: added to the divisor of F1.
        summary: its definition in one line.
        source: the paper or program that defines it.
    """
    part = _PARTS.index(headline)
    values = Overlap(match, *lengths, order, both_empty, epsilon, headline_part=part)
    metric = Metric(
        name=name,
        label=label,
        headline=headline,
        summary=summary,
        source=source,
        needs=frozenset({match, *lengths, *LENGTHS}),
        values=values,
    )
    if not both_empty:
        return metric
    plainer = replace(metric, values=replace(values, both_empty=False))
    right = Refinement("two texts without tokens", "no match", "a perfect match", plainer)
    return replace(metric, refinement=right)


@dataclass(frozen=True, slots=True)
class Overlap:
    """The formula of `overlap`, whose arguments are its fields; see `Formula`."""

    match: str
    predicted: str
    expected: str
    order: int
    both_empty: bool
    epsilon: float
    headline_part: int

    @property
    def native(self) -> tuple[Any, ...]:
        """The arguments of its twin in native/formulas.h."""
        columns = (self.match, self.predicted, self.expected)
        return ("overlap", *columns, self.order, self.both_empty, self.epsilon, self.headline_part)

    def by_part(self, part: str) -> Overlap:
        """Return the formula with another headline."""
        return replace(self, headline_part=_PARTS.index(part))

    def __call__(self, counts: Counts) -> Values:
        """Return one value per sample."""
        # Without any n-grams there are no matches, so that dividing by 1 gives 0.
        matches: Any = counts[self.match]
        predicted: Any = counts[self.predicted]
        expected: Any = counts[self.expected]
        both_are_empty = (predicted == 0) & (expected == 0) if self.both_empty else False
        if self.order > 1:
            predicted = at_least_0(predicted - self.order + 1)
            expected = at_least_0(expected - self.order + 1)
        precision = matches / (predicted + (predicted == 0))
        recall = matches / (expected + (expected == 0))
        if self.both_empty:
            precision, recall = precision + both_are_empty, recall + both_are_empty
        total = precision + recall
        f1 = 2.0 * (precision * recall / (total + (self.epsilon or total == 0.0)))
        parts = (precision, recall, f1)
        return best_reference(counts, Values(parts[self.headline_part], *parts))


def token_f1(
    name: str = "f1",
    label: str = "F1",
    *,
    headline: str = "f1",
    match: str = "match_1",
    both_empty: bool = True,
    source: str = "the answer F1 of SQuAD (Rajpurkar et al., 2016), on tokens",
) -> Metric:
    """Return token F1, precision or recall.

    Args:
        name: of the metric.
        label: its name for people.
        headline: ``precision``, ``recall`` or ``f1``.
        match: the column of what matches: ``match_1``, tokens as a multiset, or ``longest_run``.
        both_empty: whether an empty answer is right if the reference is empty.
        source: the program that defines it.
    """
    return overlap(
        name,
        label,
        headline=headline,
        match=match,
        both_empty=both_empty,
        summary=f"{_SUMMARIES[headline]}, tokens {_MATCHES[match]}",
        source=source,
    )


_SUMMARIES = {
    "precision": "share of the prediction's tokens that match",
    "recall": "share of the reference's tokens that match",
    "f1": "harmonic mean of token precision and recall",
}
_MATCHES = {"match_1": "as a multiset", "longest_run": "in the longest run that both have"}

F1 = token_f1()
PRECISION = token_f1("precision", "Precision", headline="precision")
RECALL = token_f1("recall", "Recall", headline="recall")


def _rouge(name: str, label: str, match: str, order: int, what: str) -> Metric:
    return overlap(
        name,
        label,
        headline="recall",
        match=match,
        order=order,
        both_empty=True,
        summary=f"recall: share of the reference's {what}",
        source="Lin, C.-Y. (2004). ROUGE: A package for automatic evaluation of summaries",
    )


ROUGE_1 = _rouge("rouge_1", "ROUGE-1", "match_1", 1, "tokens that the prediction has")
ROUGE_2 = _rouge("rouge_2", "ROUGE-2", "match_2", 2, "token pairs that the prediction has")
ROUGE_L = _rouge("rouge_l", "ROUGE-L", "lcs", 1, "tokens in the longest common subsequence")
