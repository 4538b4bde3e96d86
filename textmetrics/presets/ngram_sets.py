"""ROUGE of distinct n-grams, as ``rouge`` and ``rouge-chinese`` compute it, and their callers.

Both programs count each n-gram once, and add 1e-8 to the divisor of F1, so that a perfect answer
scores 0.999999995.
"""

from __future__ import annotations

from textmetrics.metrics import LENGTHS, Metric, overlap
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


def rouge_n_of_sets(n: int) -> Metric:
    """Return ROUGE-N of distinct n-grams, n from 1 to 5."""
    lengths = (f"prediction_distinct_{n}", f"reference_distinct_{n}")
    return _rouge(f"rouge_{n}", f"ROUGE-{n} F1", f"the different {n}-grams", f"common_{n}", lengths)


def rouge_plain_l() -> Metric:
    """Return ``rouge-chinese``'s ROUGE-L: of the whole text's longest common subsequence."""
    return _rouge("rouge_l", "ROUGE-L F1", "the longest common subsequence", "lcs", LENGTHS)


def rouge_union_l() -> Metric:
    """Return ``rouge``'s ROUGE-L, for a view with sentences.

    It counts the distinct words in the longest common subsequence of any two sentences.
    """
    what = "the different words in common subsequences of sentences"
    lengths = ("prediction_types", "reference_types")
    return _rouge("rouge_l", "ROUGE-L F1", what, "union_types", lengths)


def _rouge(name: str, label: str, what: str, match: str, lengths: tuple[str, str]) -> Metric:
    return overlap(
        name,
        label,
        headline="f1",
        match=match,
        lengths=lengths,
        epsilon=1e-8,
        summary=f"F1 of {what}, 1e-8 added to the divisor",
        source="rouge 1.0.1 and rouge-chinese 1.0.3",
    )
