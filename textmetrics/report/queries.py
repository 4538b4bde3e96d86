"""Look up what several files of a report show."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from msgspec import Struct

from textmetrics._escape import printable
from textmetrics._sentences import term, translated
from textmetrics.comparison import (
    BaselineComparison,
    ComparisonReport,
    ModelScore,
    PairComparison,
    TaskSummary,
    by_mean_rank,
    directed_title,
)
from textmetrics.metrics import Better

__all__ = [
    "any_score",
    "color_scale",
    "color_scales",
    "finite",
    "headline_comparisons",
    "headline_scores",
    "in_percent",
    "known_ends",
    "models_by_rank",
    "title_of",
]


_TERMS: Mapping[type, str] = {
    ModelScore: "title",
    BaselineComparison: "test",
    PairComparison: "test",
}
"""The fields of entries that are terms; names of models, tasks and metrics are left as they are."""


def finite(value: Any) -> Any:
    """Copy a report, or a part of it, with ``None`` for NaN and infinities, which JSON lacks.

    Sentences, titles of metrics and names of tests in it are translated into the current report
    language.

    Examples:
        >>> finite({"value": float("nan"), "interval": (0.25, float("inf"))})
        {'value': None, 'interval': [0.25, None]}
    """
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, str):
        return translated(value)
    if isinstance(value, Struct):
        fields = {name: finite(getattr(value, name)) for name in value.__struct_fields__}
        if (name := _TERMS.get(type(value))) and fields[name]:
            fields[name] = term(fields[name])
        return type(value)(**fields)
    if isinstance(value, Mapping):
        return {key: finite(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [finite(each) for each in value]
    return value


def color_scale(
    values: Iterable[float | None], better: Better = "higher", *, percent: bool = True
) -> tuple[float, float] | None:
    """Return the worst and the best end of the colour scale for some values of a metric.

    Percentages have whole tens of percent around all values. ``None`` if there are no values, or
    if neither higher nor lower ones are better.

    Examples:
        >>> color_scale([0.42, 0.47, None]), color_scale([0.42, 0.47], better="lower")
        ((0.4, 0.5), (0.5, 0.4))
    """
    known = [value for value in values if value is not None]
    if not known or better is None:
        return None
    low, high = min(known), max(known)
    if percent:
        low, high = math.floor(10 * low) / 10, math.ceil(10 * high) / 10
    if low == high:
        high = low + (0.1 if percent else 1.0)
    return (low, high) if better == "higher" else (high, low)


def color_scales(
    scores: Mapping[tuple[str, str], ModelScore],
) -> dict[str, tuple[float, float] | None]:
    """Return the colour scale of each task's headline scores; all percentages share its ends.

    Args:
        scores: headline scores, by model and task.
    """
    headlines = {score.task: score for score in scores.values()}
    shared = [s.value for s in scores.values() if s.percent and s.better is not None]
    return {
        task: color_scale(
            shared if score.percent else [s.value for s in scores.values() if s.task == task],
            score.better,
            percent=score.percent,
        )
        for task, score in headlines.items()
    }


def models_by_rank(report: ComparisonReport) -> list[str]:
    """Return the models' names, the best mean rank first; those without one come last."""
    return [model.name for model in by_mean_rank(report.models)]


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


def any_score(report: ComparisonReport, task: str, metric: str) -> ModelScore | None:
    """Return a score on a task by a metric, for what all models have in common, if there is one."""
    return next((s for s in report.scores if s.task == task and s.metric == metric), None)


def title_of(report: ComparisonReport, task: str, metric: str) -> str:
    """Return a metric's name for people, with its direction if lower values are better."""
    score = any_score(report, task, metric)
    return printable(metric if score is None else directed_title(score))


def in_percent(report: ComparisonReport, task: str, metric: str) -> bool:
    """Return whether people see a metric's values in percent."""
    score = any_score(report, task, metric)
    return score is None or score.percent
