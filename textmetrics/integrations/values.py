"""Scores as training loops log them: numbers by name."""

from __future__ import annotations

from collections.abc import Mapping

from textmetrics.metrics import Score

__all__ = ["named_values"]


def named_values(scores: Mapping[str, Score]) -> dict[str, float]:
    """Return all values by names that say which one it is, so that no log mixes up recall and F1.

    Metrics with precision, recall and F1 have three values, ``rouge_l_recall`` and so on. Metrics
    that are one of them (``f1``) or have none (``bleu_4``) have one value. Names of means over
    sentences end in ``_sentences``, those of values without stopword removal in ``_all_tokens``.

    Examples:
        >>> from textmetrics import evaluate
        >>> named_values(evaluate("a red fox", "red fox", lang="en", metrics=["f1", "rouge_l"]))
        {'f1': 1.0, 'rouge_l_precision': 1.0, 'rouge_l_recall': 1.0, 'rouge_l_f1': 1.0}
    """
    values: dict[str, float] = {}
    for name, score in scores.items():
        values |= _values(name, score)
        if score.all_tokens is not None:
            others = _values(name, score.all_tokens)
            values |= {f"{each}_all_tokens": value for each, value in others.items()}
    return values


def _values(name: str, score: Score) -> dict[str, float]:
    parts = {"precision": score.precision, "recall": score.recall, "f1": score.f1}
    named = {f"{name}_{part}": value for part, value in parts.items() if value is not None}
    if len(named) == len(parts) and not f"_{name}".endswith(f"_{score.headline}"):
        return named
    values = {name: float(score)}
    if score.sentence_mean is not None:
        values[f"{name}_sentences"] = score.sentence_mean
    return values
