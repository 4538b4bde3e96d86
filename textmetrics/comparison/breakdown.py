"""Scores told apart by what samples have in common."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from textmetrics.comparison.inference import intervals
from textmetrics.comparison.rows import Rows
from textmetrics.comparison.run_pattern import natural
from textmetrics.comparison.settings import Settings
from textmetrics.comparison.task import Task

__all__ = ["breakdowns"]


def breakdowns(
    task: Task, rows: Mapping[str, Mapping[str, Rows]], settings: Settings
) -> Iterator[dict[str, Any]]:
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
            yield {"task": task.name, "field": field, "metric": metric, "groups": groups}


def _group(
    task: Task, rows: Mapping[str, Rows], name: str, places: NDArray[np.intp], settings: Settings
) -> dict[str, Any]:
    groups = None if task.groups is None else task.groups[places]
    some = {model: of_model.take(places) for model, of_model in rows.items()}
    known = {model: its for model, its in some.items() if its.present.any()}
    found = intervals(list(known.values()), groups, settings)
    scores: dict[str, Any] = {model: {"value": None, "interval": None} for model in rows}
    for (model, its), interval in zip(known.items(), found, strict=True):
        scores[model] = {"value": its.value(), "interval": [interval.low, interval.high]}
    return {"value": name, "n": len(places), "scores": scores}
