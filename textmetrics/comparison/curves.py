"""Scores over the checkpoints of a training."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from textmetrics.comparison.checkpoints import checkpoint_of
from textmetrics.comparison.options import ComparisonSettings
from textmetrics.comparison.result import CurvePoint, LearningCurve, ModelScore
from textmetrics.comparison.rows import Rows
from textmetrics.comparison.task import Task

__all__ = ["learning_curves", "series"]

_FEWEST = 2


def series(models: tuple[str, ...]) -> dict[str, dict[int, str]]:
    """Give the checkpoints of each training, by step, in order.

    Examples:
        >>> series(("checkpoint-10", "checkpoint-9", "final"))
        {'': {9: 'checkpoint-9', 10: 'checkpoint-10'}}
    """
    found: dict[str, dict[int, str]] = {}
    for name in models:
        if (checkpoint := checkpoint_of(name)) is not None:
            found.setdefault(checkpoint.series, {})[checkpoint.step] = name
    return {
        name: dict(sorted(steps.items())) for name, steps in found.items() if len(steps) >= _FEWEST
    }


def learning_curves(
    task: Task,
    rows: Mapping[str, Mapping[str, Rows]],
    entries: Iterable[ModelScore],
    settings: ComparisonSettings,
) -> Iterator[LearningCurve]:
    """Give a curve a training and metric.

    Args:
        task: what is compared.
        rows: by metric and model.
        entries: the scores of the task.
        settings: how intervals are made.
    """
    scores = {(each.metric, each.model): each for each in entries}
    for name, steps in series(task.models).items():
        for metric in task.metrics:
            points = [
                CurvePoint(step, scores[metric, model].value, scores[metric, model].interval)
                for step, model in steps.items()
            ]
            best = max(points, key=lambda point: point.value or 0.0).step
            plateau = _plateau(task, rows[metric], steps, best, settings)
            yield LearningCurve(task.name, metric, name, points, best, plateau)


def _plateau(
    task: Task,
    rows: Mapping[str, Rows],
    steps: Mapping[int, str],
    best: int,
    settings: ComparisonSettings,
) -> int | None:
    """Give the first step that the best one does not beat beyond noise.

    By the interval of their difference, sample by sample; there is none where only the last step
    is as good as the best one: it may improve further.
    """
    for step, model in steps.items():
        if step == best or not rows[steps[best]].beats(rows[model], task.groups, settings):
            return None if step == max(steps) else step
    return None
