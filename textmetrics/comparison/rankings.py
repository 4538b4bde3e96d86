"""Who is where: ranks, how hard tasks are, and who is strong where."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from textmetrics.comparison.result import TaskDifficulty

__all__ = ["Place", "difficulty", "mean_normalised", "places", "residuals"]


class Place(NamedTuple):
    """Where a model stands.

    Attributes:
        rank: 1 and the number of models that are better beyond their intervals.
        tied_with: models whose intervals overlap with its own.
    """

    rank: int
    tied_with: tuple[str, ...]


def places(intervals: Mapping[str, Sequence[float]]) -> dict[str, Place]:
    """Rank models; those whose intervals overlap are not told apart.

    A model is placed behind another one only if that one's interval is above its own as a whole,
    so ranks never rest on a difference that the intervals do not show.

    Args:
        intervals: the lower and the upper end by model; NaN where there is none, which nothing is
            placed before or behind.

    Examples:
        >>> places({"a": [0.3, 0.4], "b": [0.5, 0.6], "c": [0.55, 0.7]})["a"]
        Place(rank=3, tied_with=())
    """
    found = {}
    for model, (low, high) in intervals.items():
        others = [each for each in intervals if each != model]
        better = sum(intervals[each][0] > high for each in others)
        tied = (e for e in others if not (intervals[e][0] > high or intervals[e][1] < low))
        found[model] = Place(1 + better, tuple(tied))
    return found


def mean_normalised(values: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """Give each model's mean over tasks of its value, divided by the task's best one.

    Tasks are so of equal weight, however hard; and unlike a scale from the worst to the best, two
    models that hardly differ get numbers that hardly differ.

    Args:
        values: of each task, by model. Where none is above 0, all are the best.

    Examples:
        >>> mean_normalised([{"a": 0.2, "b": 0.4}, {"a": 0.9, "b": 0.9}])
        {'a': 0.75, 'b': 1.0}
    """
    best = [max(of_task.values()) for of_task in values]
    return {
        model: math.fsum(
            of_task[model] / top if top > 0 else 1.0
            for of_task, top in zip(values, best, strict=True)
        )
        / len(values)
        for model in values[0]
    }


def difficulty(values: Sequence[float]) -> TaskDifficulty:
    """Return a task's mean over models, and its spread: the best value less the worst one."""
    return TaskDifficulty(math.fsum(values) / len(values), max(values) - min(values))


def residuals(values: Sequence[Mapping[str, float]]) -> list[dict[str, float]]:
    """Give how much better each model is on each task than both lead to expect.

    The expectation is additive: the model's mean, and the task's, less the mean of all. With as
    many values of each model as of each other one this is the fit by least squares.

    Args:
        values: of each task, by model.

    Returns:
        The same with what is left, which has the sum 0 over models and over tasks.

    Examples:
        >>> residuals([{"a": 0.25, "b": 0.75}, {"a": 0.5, "b": 0.5}])[0]
        {'a': -0.125, 'b': 0.125}
    """
    tasks = [math.fsum(each.values()) / len(each) for each in values]
    models = {name: math.fsum(e[name] for e in values) / len(values) for name in values[0]}
    grand = math.fsum(tasks) / len(tasks)
    return [
        {name: of_task[name] - models[name] - mean + grand for name in models}
        for of_task, mean in zip(values, tasks, strict=True)
    ]
