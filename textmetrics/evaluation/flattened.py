"""Scores as experiment trackers log them: numbers by name."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any

from textmetrics.metrics import Score

__all__ = ["flat", "named_parts", "named_values"]


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
    return {each: value for name, score in scores.items() for each, value in _values(name, score)}


def _values(name: str, score: Score, suffix: str = "") -> Iterable[tuple[str, float]]:
    parts = {"precision": score.precision, "recall": score.recall, "f1": score.f1}
    for each, value in named_parts(name, float(score), score.headline, parts).items():
        yield f"{each}{suffix}", value
    if score.sentence_mean is not None and not all(part is not None for part in parts.values()):
        yield f"{name}_sentences{suffix}", score.sentence_mean
    if score.all_tokens is not None:
        yield from _values(name, score.all_tokens, "_all_tokens")


def named_parts(
    name: str, value: float, headline: str, parts: Mapping[str, float | None]
) -> dict[str, float]:
    """Return the parts of a score by name, or its value alone.

    Args:
        name: that of the metric.
        value: the score.
        headline: which value it is.
        parts: precision, recall and F1, as far as there are any.

    Examples:
        >>> named_parts("f1", 0.5, "f1", {"precision": 0.4, "recall": 0.7, "f1": 0.5})
        {'f1': 0.5}
    """
    named = {f"{name}_{part}": share for part, share in parts.items() if share is not None}
    if len(named) == len(parts) and not f"_{name}".endswith(f"_{headline}"):
        return named
    return {name: value}


def flat(values: Mapping[str, Any], prefix: str = "") -> dict[str, float]:
    """Return numbers as every tracker takes them: finite floats by names that all of them allow.

    Letters, digits and ``_ - . /`` stay, anything else becomes ``_``. A name that is equal to an
    earlier one gets a number.

    Args:
        values: by name; ``None``, NaN and infinity are left out.
        prefix: put before each name: ``"eval/"``.

    Raises:
        TypeError: if the prefix is not a string.

    Examples:
        >>> flat({"f1": 0.5, "qwen+lora/f1": 1, "no value": None}, "eval/")
        {'eval/f1': 0.5, 'eval/qwen_lora/f1': 1.0}
    """
    if not isinstance(prefix, str):
        raise TypeError(f"prefix must be a string such as 'eval/', got {type(prefix).__name__}")
    found: dict[str, float] = {}
    for name, value in values.items():
        if value is None or not math.isfinite(value):
            continue
        allowed, number = _allowed(f"{prefix}{name}"), 2
        unique = allowed
        while unique in found:
            unique, number = f"{allowed}_{number}", number + 1
        found[unique] = float(value)
    return found


_NOT_ALLOWED = re.compile(r"[^\w./-]")
_LONGEST = 240  # MLflow allows 250 characters
_RESERVED = frozenset({"project", "run", "timestamp", "step", "time", "metrics"})  # by trackio


def _allowed(name: str) -> str:
    """Return a name that all trackers allow; it is a path without empty or relative parts."""
    parts = [part.strip(" ") for part in _NOT_ALLOWED.sub("_", name).split("/")]
    kept = ["_" * len(part) if set(part) == {"."} else part for part in parts if part]
    allowed = "/".join(kept) or "_"
    if allowed in _RESERVED or allowed.startswith("_"):  # W&B and trackio keep these to themselves
        allowed = f"score{'_' * (not allowed.startswith('_'))}{allowed}"
    if len(allowed) > _LONGEST:
        digest = sha256(allowed.encode()).hexdigest()[:8]
        allowed = f"{allowed[: _LONGEST - 9]}_{digest}"
    return allowed
