"""Look up what several files of a report show."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct

from textmetrics._escape import printable
from textmetrics.comparison import BaselineComparison, ComparisonReport, ModelScore, TaskSummary

__all__ = [
    "color_limits",
    "finite",
    "headline_comparisons",
    "headline_scores",
    "known_ends",
    "models_by_rank",
    "title_of",
]


def finite(value: Any) -> Any:
    """Copy a report, or a part of it, with ``None`` for NaN and infinities, which JSON lacks.

    Examples:
        >>> finite({"value": float("nan"), "interval": (0.25, float("inf"))})
        {'value': None, 'interval': [0.25, None]}
    """
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Struct):
        fields = {name: finite(getattr(value, name)) for name in value.__struct_fields__}
        return type(value)(**fields)
    if isinstance(value, Mapping):
        return {key: finite(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [finite(each) for each in value]
    return value


def color_limits(rows: Sequence[Sequence[float | None]]) -> tuple[float, float]:
    """Return the ends of the color scale: whole tens of percent around all values.

    Examples:
        >>> color_limits([[0.42, 0.47, None]])
        (0.4, 0.5)
    """
    known = [value for row in rows for value in row if value is not None]
    if not known:
        return 0.0, 1.0
    low, high = math.floor(10 * min(known)) / 10, math.ceil(10 * max(known)) / 10
    return (low, high) if low < high else (low, low + 0.1)


def models_by_rank(report: ComparisonReport) -> list[str]:
    """Return the models' names, the best mean rank first; those without one come last."""
    ranks = {model.name: model.mean_rank for model in report.models}
    return sorted(ranks, key=lambda name: (ranks[name] is None, ranks[name] or 0.0))


def headline_scores(report: ComparisonReport) -> dict[tuple[str, str], ModelScore]:
    """Return the scores by each task's headline metric, by model and task."""
    headlines = {task.name: task.headline for task in report.tasks}
    return {
        (score.model, score.task): score
        for score in report.scores
        if score.metric == headlines[score.task]
    }


def headline_comparisons(report: ComparisonReport, task: TaskSummary) -> list[BaselineComparison]:
    """Return the comparisons on a task by its headline metric, ordered as the models' ranks."""
    order = {name: place for place, name in enumerate(models_by_rank(report))}
    found = [
        each
        for each in report.comparisons
        if each.task == task.name and each.metric == task.headline
    ]
    return sorted(found, key=lambda each: order[each.model])


def known_ends(interval: Sequence[float | None] | None) -> tuple[float, float] | None:
    """Return the ends of an interval, or ``None`` unless both are known."""
    if interval is None or interval[0] is None or interval[1] is None:
        return None
    return interval[0], interval[1]


def title_of(report: ComparisonReport, task: str, metric: str) -> str:
    """Return a metric's name for people."""
    for score in report.scores:
        if score.task == task and score.metric == metric:
            return printable(score.title)
    return printable(metric)
