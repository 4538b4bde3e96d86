"""Token precision and recall, and F1, which is their harmonic mean."""

from __future__ import annotations

from functools import partial

from textmetrics.kernels import Counts
from textmetrics.metrics.metric import Metric, Values, best_reference, harmonic_mean, ratio

__all__ = ["F1", "PRECISION", "RECALL", "token_f1"]


def token_f1(
    name: str = "f1",
    label: str = "F1",
    *,
    headline: str = "f1",
    match: str = "match_1",
    both_empty: bool = True,
    source: str = "the answer F1 of SQuAD (Rajpurkar et al., 2016), on tokens",
) -> Metric:
    """Give the metric: the shares of both texts that match, and their harmonic mean.

    Args:
        name: of the metric.
        label: for people.
        headline: which of the three is its value, by which the best reference is found too.
        match: the count of what matches: ``match_1``, tokens as a multiset, or ``longest_run``.
        both_empty: whether an empty answer is right where the reference is empty.
        source: the program that it is from.
    """
    return Metric(
        name=name,
        label=label,
        headline=headline,
        summary=f"{_SUMMARIES[headline]}, tokens {_MATCHES[match]}",
        source=source,
        needs=frozenset({"prediction_length", "reference_length", match}),
        values=partial(
            _values, match=match, right_if_empty=both_empty, place=_PARTS.index(headline)
        ),
    )


_PARTS = ("precision", "recall", "f1")
_SUMMARIES = {
    "precision": "share of the prediction's tokens that match",
    "recall": "share of the reference's tokens that match",
    "f1": "harmonic mean of token precision and recall",
}
_MATCHES = {"match_1": "as a multiset", "longest_run": "in the longest run that both have"}


def _values(counts: Counts, *, match: str, right_if_empty: bool, place: int) -> Values:
    predicted, expected = counts["prediction_length"], counts["reference_length"]
    both_empty = (predicted == 0) & (expected == 0) & right_if_empty
    precision = ratio(counts[match], predicted, both_empty)
    recall = ratio(counts[match], expected, both_empty)
    f1 = harmonic_mean(precision, recall)
    parts = (precision, recall, f1)
    return best_reference(counts, Values(parts[place], *parts))


F1 = token_f1()
PRECISION = token_f1("precision", "Precision", headline="precision")
RECALL = token_f1("recall", "Recall", headline="recall")
