"""What the files of a report ask of a comparison's document."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from textmetrics._escape import printable

__all__ = [
    "Document",
    "Entry",
    "finite",
    "headline_comparisons",
    "headline_scores",
    "limits",
    "models_by_rank",
    "span",
    "title_of",
]

# ``Comparison.to_dict()``; a report's schema.json says what is in it.
Document: TypeAlias = Mapping[str, Any]
Entry: TypeAlias = Mapping[str, Any]


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


def limits(rows: Sequence[Sequence[float | None]]) -> tuple[float, float]:
    """Give the ends of the scale of colours: whole tens of percent around all values.

    Examples:
        >>> limits([[0.42, 0.47, None]])
        (0.4, 0.5)
    """
    known = [value for row in rows for value in row if value is not None]
    if not known:
        return 0.0, 1.0
    low, high = math.floor(10 * min(known)) / 10, math.ceil(10 * max(known)) / 10
    return (low, high) if low < high else (low, low + 0.1)


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
