"""Scores told apart by what samples have in common."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from textmetrics.comparison.inference import intervals
from textmetrics.comparison.options import ComparisonSettings
from textmetrics.comparison.result import Breakdown, BreakdownGroup, PartialScore
from textmetrics.comparison.rows import Rows
from textmetrics.comparison.run_pattern import natural
from textmetrics.comparison.task import Task

__all__ = ["breakdowns"]


def breakdowns(
    task: Task, rows: Mapping[str, Mapping[str, Rows]], settings: ComparisonSettings
) -> Iterator[Breakdown]:
    """Give an entry a field and metric, with the groups in their natural order.

    Raises:
        ValueError: if a field is not known.
    """
    for field in task.breakdown:
        values = np.array(task.column(field))
        names = sorted(set(values.tolist()), key=natural)
        for metric in task.metrics:
            groups = [
                _group(task, rows[metric], name, np.flatnonzero(values == name), settings)
                for name in names
            ]
            yield Breakdown(task.name, field, metric, groups)


def _group(
    task: Task,
    rows: Mapping[str, Rows],
    name: str,
    places: NDArray[np.intp],
    settings: ComparisonSettings,
) -> BreakdownGroup:
    groups = None if task.groups is None else task.groups[places]
    some = {model: of_model.take(places) for model, of_model in rows.items()}
    known = {model: its for model, its in some.items() if its.present.any()}
    found = intervals(list(known.values()), groups, settings)
    scores = dict.fromkeys(rows, PartialScore(None, None))
    for (model, its), interval in zip(known.items(), found, strict=True):
        scores[model] = PartialScore(its.value(), [interval.low, interval.high])
    return BreakdownGroup(name, len(places), scores)
