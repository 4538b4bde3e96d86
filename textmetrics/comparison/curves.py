"""Scores over the checkpoints of a training."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from textmetrics.comparison.checkpoints import checkpoint_of
from textmetrics.comparison.rows import Rows
from textmetrics.comparison.settings import Settings
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
    entries: list[dict[str, Any]],
    settings: Settings,
) -> Iterator[dict[str, Any]]:
    """Give a curve a training and metric.

    Args:
        task: what is compared.
        rows: by metric and model.
        entries: the scores of the task.
        settings: how intervals are made.
    """
    scores = {(each["metric"], each["model"]): each for each in entries}
    for name, steps in series(task.models).items():
        for metric in task.metrics:
            points = [
                {"step": step, **{k: scores[metric, model][k] for k in ("value", "interval")}}
                for step, model in steps.items()
            ]
            best = max(points, key=lambda point: float(point["value"]))["step"]
            yield {
                "task": task.name,
                "metric": metric,
                "series": name,
                "points": points,
                "best_step": best,
                "plateau_step": _plateau(task, rows[metric], steps, best, settings),
            }


def _plateau(
    task: Task, rows: Mapping[str, Rows], steps: Mapping[int, str], best: int, settings: Settings
) -> int | None:
    """Give the first step that the best one does not beat beyond noise.

    By the interval of their difference, sample by sample; there is none where only the last step
    is as good as the best one: it may improve further.
    """
    for step, model in steps.items():
        if step == best or not rows[steps[best]].beats(rows[model], task.groups, settings):
            return None if step == max(steps) else step
    return None
