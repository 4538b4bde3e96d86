"""What the summary of `report.html` shows, made of a comparison's document."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any

from textmetrics.report.document import limits

__all__ = ["interval_bar", "sections", "shade"]

Record = Mapping[str, Any]
SHADES = 10
"""How many colours the heatmap has; see `templates/report.css`."""


def sections(document: Record) -> dict[str, Any]:
    """Give the parts of the summary by their names in the templates."""
    return {
        "heatmap": _heatmap(document),
        "scores": _by_task(document["scores"], document["tasks"]),
        "comparisons": _by_task(document["comparisons"], document["tasks"]),
        "flagged": _flagged(document["scores"]),
        "signatures": _signatures(document["scores"]),
        "facts": _facts(document["models"]),
        "titles": {score["metric"]: score["title"] for score in document["scores"]},
    }


def _heatmap(document: Record) -> list[dict[str, Any]]:
    """Give a row a model, with the score of each task's headline metric."""
    found = {(s["model"], s["task"], s["metric"]): s for s in document["scores"]}
    rows = [
        {
            "model": model,
            "cells": [
                found.get((model["name"], task["name"], task["headline"]))
                for task in document["tasks"]
            ],
        }
        for model in document["models"]
    ]
    values = [cell["value"] for row in rows for cell in row["cells"] if cell]
    ends = limits([values])
    for row in rows:
        row["cells"] = [
            None if cell is None else {**cell, "shade": shade(cell["value"], ends)}
            for cell in row["cells"]
        ]
    return rows


def shade(value: float | None, ends: tuple[float, float]) -> int | None:
    """Give the number of a colour, that of the scale's lower end being 0.

    Examples:
        >>> [shade(value, (0.2, 0.7)) for value in (0.2, 0.44, 0.7)]
        [0, 4, 9]
    """
    if value is None:
        return None
    low, high = ends
    return min(int(SHADES * (value - low) / (high - low)), SHADES - 1)


def _by_task(records: Iterable[Record], tasks: Sequence[Record]) -> list[dict[str, Any]]:
    """Group scores or comparisons by task, then by metric."""
    order = {task["name"]: at for at, task in enumerate(tasks)}
    names = {task["name"]: task["metrics"] for task in tasks}

    def place(record: Record) -> tuple[int, int]:
        return order[record["task"]], names[record["task"]].index(record["metric"])

    found: list[dict[str, Any]] = [{"task": task, "metrics": []} for task in tasks]
    for (at, metric), group in groupby(sorted(records, key=place), key=place):
        name = found[at]["task"]["metrics"][metric]
        found[at]["metrics"].append({"name": name, "records": list(group)})
    return [each for each in found if each["metrics"]]


def _signatures(scores: Iterable[Record]) -> dict[str, list[str]]:
    """Give each signature once, with the tasks and models that have it."""
    found: dict[str, dict[str, None]] = {}
    for score in scores:
        where = f"{score['task']}: {score['model']}"
        found.setdefault(score["signature"], {})[where] = None
    return {signature: list(places) for signature, places in found.items()}


def _flagged(scores: Iterable[Record]) -> dict[tuple[str, str], list[str]]:
    """Give by model and task what is out of the ordinary, whichever metrics say it."""
    found: dict[tuple[str, str], dict[str, None]] = {}
    for score in scores:
        if score["flags"]:
            where = score["model"], score["task"]
            found.setdefault(where, {}).update(dict.fromkeys(score["flags"]))
    return {where: list(flags) for where, flags in found.items()}


def _facts(models: Iterable[Record]) -> dict[str, Any]:
    """Give the facts that any model has, and the models of which something is known."""
    known = [model for model in models if model["facts"]]
    names = dict.fromkeys(
        name for model in known for name, fact in model["facts"].items() if fact not in (None, "")
    )
    return {"models": known, "names": list(names)}


def interval_bar(
    value: float | None, interval: Sequence[float] | None, ends: Iterable[float | None]
) -> dict[str, float] | None:
    """Give where an interval and its value lie between the least and the largest end, 0 to 100.

    Args:
        value: in the middle, about.
        interval: its two ends.
        ends: those of all intervals that are drawn below one another, and what else the drawing
            shall have, such as 0.

    Examples:
        >>> interval_bar(0.5, [0.4, 0.6], [0.0, 1.0])
        {'low': 40.0, 'high': 60.0, 'at': 50.0, 'zero': 0.0}
    """
    known = [end for end in ends if end is not None]
    if value is None or interval is None or None in interval:
        return None
    least, most = min(known), max(known)
    width = (most - least) or 1.0
    low, high, at, zero = (
        round(100 * (place - least) / width, 2) for place in (*interval, value, 0.0)
    )
    return {"low": low, "high": high, "at": at, "zero": zero}
