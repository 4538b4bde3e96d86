"""Scores as training loops log them: a name, a number."""

from __future__ import annotations

from collections.abc import Mapping

from textmetrics.metrics import Score

__all__ = ["named_values"]


def named_values(scores: Mapping[str, Score]) -> dict[str, float]:
    """Give each value a name that says which one it is, so that no log can mix up recall and F1.

    A metric that has precision, recall and F1 gives all three, as ``rouge_l_recall`` and so on;
    one that is one of them, as ``f1``, or has none of them, as ``bleu_4``, gives itself. Means over
    sentences end in ``_sentences``, what is scored without stopword removal in ``_all_tokens``.

    Examples:
        >>> from textmetrics import evaluate
        >>> named_values(evaluate("a red fox", "red fox", lang="en", metrics=["f1", "rouge_l"]))
        {'f1': 1.0, 'rouge_l_precision': 1.0, 'rouge_l_recall': 1.0, 'rouge_l_f1': 1.0}
    """
    found: dict[str, float] = {}
    for name, score in scores.items():
        found |= _values(name, score)
        if score.all_tokens is not None:
            others = _values(name, score.all_tokens)
            found |= {f"{each}_all_tokens": value for each, value in others.items()}
    return found


def _values(name: str, score: Score) -> dict[str, float]:
    parts = {"precision": score.precision, "recall": score.recall, "f1": score.f1}
    there = {f"{name}_{part}": value for part, value in parts.items() if value is not None}
    if len(there) == len(parts) and not f"_{name}".endswith(f"_{score.headline}"):
        return there
    found = {name: float(score)}
    if score.sentence_mean is not None:
        found[f"{name}_sentences"] = score.sentence_mean
    return found
