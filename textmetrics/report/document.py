"""What the files of a report ask of a comparison's document."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from textmetrics._shown import printable

__all__ = [
    "Document",
    "Entry",
    "finite",
    "headline_comparisons",
    "headline_scores",
    "models_by_rank",
    "p_text",
    "percent",
    "points",
    "span",
    "title_of",
    "verdict",
]

# ``Comparison.to_dict()``; a report's schema.json says what is in it.
Document: TypeAlias = Mapping[str, Any]
Entry: TypeAlias = Mapping[str, Any]

_SMALLEST_P = 0.0001


def finite(value: Any) -> Any:
    """Copy plain data with ``None`` for numbers that JSON does not have: NaN and infinities.

    Examples:
        >>> finite({"value": float("nan"), "interval": (0.25, float("inf"))})
        {'value': None, 'interval': [0.25, None]}
    """
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {key: finite(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [finite(each) for each in value]
    return value


def models_by_rank(document: Document) -> list[str]:
    """Give the names of the models, the best mean rank first; those without one are last."""
    ranks = {each["name"]: each["mean_rank"] for each in document["models"]}
    return sorted(ranks, key=lambda name: (ranks[name] is None, ranks[name] or 0.0))


def headline_scores(document: Document) -> dict[tuple[str, str], Entry]:
    """Give the score by each task's headline metric, by model and task."""
    headlines = {each["name"]: each["headline"] for each in document["tasks"]}
    return {
        (each["model"], each["task"]): each
        for each in document["scores"]
        if each["metric"] == headlines[each["task"]]
    }


def headline_comparisons(document: Document, task: Entry) -> list[Entry]:
    """Give the comparisons of a task by its headline metric, in the order of the models' ranks."""
    order = {name: place for place, name in enumerate(models_by_rank(document))}
    found = [
        each
        for each in document["comparisons"]
        if each["task"] == task["name"] and each["metric"] == task["headline"]
    ]
    return sorted(found, key=lambda each: order[each["model"]])


def percent(value: float | None) -> str:
    """Write a value of 0 to 1 for people.

    Examples:
        >>> percent(0.42165), percent(None)
        ('42.16', '–')
    """
    return "–" if value is None else f"{100 * value:.2f}"


def points(difference: float | None) -> str:
    """Write a difference with its sign, in percentage points.

    Examples:
        >>> points(0.0125), points(-0.3), points(0.0), points(None)
        ('+1.25', '−30.00', '0.00', '–')
    """
    if difference is None:
        return "–"
    text = f"{100 * abs(difference):.2f}"
    if text == "0.00":
        return text
    return f"{'−' if difference < 0 else '+'}{text}"


def p_text(value: float | None) -> str:
    """Write a p-value.

    Examples:
        >>> p_text(0.0214), p_text(0.00002), p_text(None)
        ('p = 0.0214', 'p < 0.0001', 'p unknown')
    """
    if value is None:
        return "p unknown"
    return f"p < {_SMALLEST_P}" if value < _SMALLEST_P else f"p = {value:.4f}"


def verdict(comparison: Entry) -> str:
    """Say in a word or two what a comparison with the baseline shows."""
    if comparison["difference"] is None:
        return "not compared"
    if not comparison["significant"]:
        return "no significant difference"
    return "better" if comparison["difference"] > 0 else "worse"


def span(interval: Sequence[float | None] | None) -> tuple[float, float] | None:
    """Give an interval whose two ends are known, else ``None``."""
    if interval is None or interval[0] is None or interval[1] is None:
        return None
    return interval[0], interval[1]


def title_of(document: Document, task: str, metric: str) -> str:
    """Give a metric's name for people."""
    for each in document["scores"]:
        if each["task"] == task and each["metric"] == metric:
            return printable(each["title"])
    return printable(metric)
