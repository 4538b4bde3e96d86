"""ROUGE as F1 of clipped matches, as ``rouge-score`` computes it."""

from __future__ import annotations

from textmetrics.metrics.metric import Metric
from textmetrics.metrics.overlap import LENGTHS, overlap

__all__ = ["rouge_l", "rouge_lsum", "rouge_n"]


def rouge_n(n: int) -> Metric:
    """Return ROUGE-N of clipped matches, n from 1 to 9."""
    what = f"clipped matches of {n}-grams"
    return _rouge(f"rouge_{n}", f"ROUGE-{n} F1", what, f"match_{n}", order=n)


def rouge_l() -> Metric:
    """Return ROUGE-L over the whole text."""
    return _rouge("rouge_l", "ROUGE-L F1", "the longest common subsequence", "lcs")


def rouge_lsum() -> Metric:
    """Return ROUGE-Lsum, for a view with sentences."""
    what = "the union of each sentence's longest common subsequences"
    lengths = ("prediction_words", "reference_words")
    return _rouge("rouge_lsum", "ROUGE-Lsum F1", what, "union_lcs", lengths=lengths)


def _rouge(
    name: str,
    label: str,
    what: str,
    match: str,
    *,
    lengths: tuple[str, str] = LENGTHS,
    order: int = 1,
) -> Metric:
    return overlap(
        name,
        label,
        headline="f1",
        match=match,
        lengths=lengths,
        order=order,
        summary=f"F1 of {what}, 0 where nothing matches",
        source="rouge-score 0.1.2, after Lin, C.-Y. (2004)",
    )
