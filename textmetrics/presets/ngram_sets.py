"""ROUGE of distinct n-grams, as ``rouge`` and ``rouge-chinese`` compute it, and their callers.

Both programs count each n-gram once, and add 1e-8 to the divisor of F1, so that a perfect answer
scores 0.999999995.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from textmetrics.metrics import LENGTHS, Metric, Refinement, overlap
from textmetrics.presets.preset import PresetOption

__all__ = ["EPSILON", "SETS", "TOKENIZER", "rouge_n_of_sets", "rouge_plain_l", "rouge_union_l"]

EPSILON = "A perfect answer scores 0.999999995, because 1e-8 is added to the divisor of F1."
"""An oddity of both programs."""
SETS = "An n-gram counts once, however often it occurs."
"""Likewise."""
TOKENIZER = PresetOption(
    "tokenizer",
    "whitespace",
    "how text is divided into words: at spaces, as the program expects, or by jieba",
    ("whitespace", "jieba"),
    shown=False,
)
"""An option of both presets."""


def rouge_n_of_sets(n: int, *, headline: str = "f1") -> Metric:
    """Return ROUGE-N of distinct n-grams, n from 1 to 5.

    Args:
        n: the length of the n-grams.
        headline: the part that stands for the metric, ``f1`` or ``recall``.
    """
    name, what = f"rouge_{n}", f"the different {n}-grams"
    lengths = (f"prediction_distinct_{n}", f"reference_distinct_{n}")
    of_sets = partial(_rouge, name, what, f"common_{n}", lengths, headline)
    plainer = _rouge(name, what, f"match_{n}", LENGTHS, headline, order=n)
    repeated = Refinement("n-grams", "as often as they occur", "each counted once", plainer)
    return of_sets(1e-8, replace(of_sets(), refinement=repeated))


def rouge_plain_l(*, headline: str = "f1") -> Metric:
    """Return ``rouge-chinese``'s ROUGE-L: of the whole text's longest common subsequence.

    Args:
        headline: the part that stands for the metric, ``f1`` or ``recall``.
    """
    of_text = partial(_rouge, "rouge_l", "the longest common subsequence", "lcs", LENGTHS, headline)
    return of_text(1e-8, of_text())


def rouge_union_l() -> Metric:
    """Return ``rouge``'s ROUGE-L, for a view with sentences.

    It counts the distinct words in the longest common subsequence of any two sentences.
    """
    what = "the different words in common subsequences of sentences"
    lengths = ("prediction_types", "reference_types")
    of_sentences = partial(_rouge, "rouge_l", what, "union_types", lengths, "f1")
    return of_sentences(1e-8, of_sentences())


def _rouge(
    name: str,
    what: str,
    match: str,
    lengths: tuple[str, str],
    headline: str,
    epsilon: float = 0.0,
    plainer: Metric | None = None,
    *,
    order: int = 1,
) -> Metric:
    label = name.upper().replace("_", "-")
    f1 = f"F1 of {what}, 1e-8 added to the divisor"
    metric = overlap(
        name,
        f"{label} F1" if headline == "f1" else label,
        headline=headline,
        match=match,
        lengths=lengths,
        order=order,
        epsilon=epsilon,
        summary=f1 if headline == "f1" else f"{headline} of {what}",
        source="rouge 1.0.1 and rouge-chinese 1.0.3",
    )
    if plainer is None:
        return metric
    return replace(metric, refinement=Refinement("divisor of F1", "exact", "1e-8 more", plainer))
