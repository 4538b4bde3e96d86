"""ROUGE: how much of the reference the prediction has."""

from __future__ import annotations

from functools import partial

from textmetrics.kernels import Counts
from textmetrics.metrics.metric import (
    Metric,
    Values,
    at_least_0,
    best_reference,
    harmonic_mean,
    ratio,
)

__all__ = ["ROUGE_1", "ROUGE_2", "ROUGE_L"]

_LENGTHS = ("prediction_length", "reference_length")


def _values(counts: Counts, match: str, order: int) -> Values:
    """Give the values of one count; a text of ``length`` tokens has ``length - order + 1``."""
    predicted, expected = (counts[column] for column in _LENGTHS)
    both_empty = (predicted == 0) & (expected == 0)
    precision = ratio(counts[match], at_least_0(predicted - order + 1), both_empty)
    recall = ratio(counts[match], at_least_0(expected - order + 1), both_empty)
    f1 = harmonic_mean(precision, recall)
    return best_reference(counts, Values(recall, precision, recall, f1))


def _rouge(name: str, label: str, match: str, order: int, what: str) -> Metric:
    return Metric(
        name=name,
        label=label,
        headline="recall",
        summary=f"recall: share of the reference's {what}",
        source="Lin, C.-Y. (2004). ROUGE: A package for automatic evaluation of summaries",
        needs=frozenset({*_LENGTHS, match}),
        values=partial(_values, match=match, order=order),
    )


ROUGE_1 = _rouge("rouge_1", "ROUGE-1", "match_1", 1, "tokens that the prediction has")
ROUGE_2 = _rouge("rouge_2", "ROUGE-2", "match_2", 2, "token pairs that the prediction has")
ROUGE_L = _rouge("rouge_l", "ROUGE-L", "lcs", 1, "tokens in the longest common subsequence")
