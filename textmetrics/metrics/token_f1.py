"""F1: the harmonic mean of token precision and recall."""

from __future__ import annotations

from textmetrics.kernels import Counts
from textmetrics.metrics.metric import Metric, Values, best_reference, harmonic_mean, ratio

__all__ = ["F1"]


def _values(counts: Counts) -> Values:
    predicted, expected = counts["prediction_length"], counts["reference_length"]
    both_empty = (predicted == 0) & (expected == 0)
    precision = ratio(counts["match_1"], predicted, both_empty)
    recall = ratio(counts["match_1"], expected, both_empty)
    f1 = harmonic_mean(precision, recall)
    return best_reference(counts, Values(f1, precision, recall, f1))


F1 = Metric(
    name="f1",
    label="F1",
    headline="f1",
    summary="harmonic mean of token precision and recall, tokens as a multiset",
    source="the answer F1 of SQuAD (Rajpurkar et al., 2016), on tokens",
    needs=frozenset({"prediction_length", "reference_length", "match_1"}),
    values=_values,
)
