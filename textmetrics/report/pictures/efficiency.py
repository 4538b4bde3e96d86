"""Speed against output length, and quality against latency; a panel a task, a line a model."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from textmetrics.report.document import Document, Entry, models_by_rank, title_of
from textmetrics.report.pictures.canvas import headed, panels
from textmetrics.report.pictures.labels import elided
from textmetrics.report.pictures.lines import legend, looks

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["quality_by_latency", "speed_by_length"]

_LEAST = 1e-3
_WIDE = 200  # the ratio beyond which an axis has a tick a power of ten


def speed_by_length(document: Document) -> Figure | None:
    """Draw how many tokens a second each model writes, by how many it wrote."""
    return _figure(
        document,
        "tokens_per_s_by_output_length",
        "tokens_per_s",
        title="Speed by output length",
        note="up: output tokens a second; across: output tokens of answers",
    )


def quality_by_latency(document: Document) -> Figure | None:
    """Draw each model's score by how long its answers took."""
    return _figure(
        document,
        "quality_by_latency",
        "value",
        title="Quality by latency",
        note="up: mean of the headline metric, percent; across: seconds that answers took",
        scale=100.0,
    )


def _figure(
    document: Document, table: str, field: str, *, title: str, note: str, scale: float = 1.0
) -> Figure | None:
    curves: dict[str, dict[str, list[Entry]]] = {}
    for each in document["efficiency"]:
        known = [row for row in each[table] or () if row[field] is not None]
        if known:
            curves.setdefault(each["task"], {})[each["model"]] = known
    tasks = [task for task in document["tasks"] if task["name"] in curves]
    if not tasks:
        return None
    models = [m for m in models_by_rank(document) if any(m in each for each in curves.values())]
    look = looks(models)
    figure, made = panels(
        [(3.2, 1.9)] * len(tasks),
        title=title,
        note=note,
        columns=3,
        left=0.45,
        right=0.1,
    )
    legend(figure, look, top=0.8, right=0.0)
    for axes, task in zip(made, tasks, strict=True):
        headed(axes, elided(task["name"], 36), _note(document, task, scale), left=0.35)
        _panel(axes, curves[task["name"]], look, field, scale)
    return figure


def _note(document: Document, task: Entry, scale: float) -> str:
    return title_of(document, task["name"], task["headline"]) if scale != 1 else ""


def _panel(
    axes: Axes,
    curves: dict[str, list[Entry]],
    look: dict[str, dict[str, Any]],
    field: str,
    scale: float,
) -> None:
    """Draw each group of answers in the middle of its range, which is another for each model."""
    from matplotlib.ticker import LogLocator, NullLocator, StrMethodFormatter

    axes.set_xscale("log")
    for model, rows in curves.items():
        points = sorted((*_range(row), scale * row[field]) for row in rows)
        low, high, up = map(list, zip(*points, strict=True))
        middle = [math.sqrt(a * b) for a, b in zip(low, high, strict=True)]
        ends = [[m - a for m, a in zip(middle, low, strict=True)],
                [b - m for m, b in zip(middle, high, strict=True)]]  # fmt: skip
        axes.errorbar(
            middle, up, xerr=ends, elinewidth=0.6, linewidth=1.3, markersize=4.5, **look[model]
        )
    left, right = axes.get_xlim()
    axes.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5) if right < _WIDE * left else (1,)))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(StrMethodFormatter("{x:,g}"))
    axes.tick_params("x", labelsize=7)
    axes.set_ylim(bottom=0)
    axes.grid(axis="y")


def _range(row: Entry) -> tuple[float, float]:
    """Give the ends of a range; 0 has no place on a logarithmic axis."""
    high = max(row["to"], _LEAST)
    return row["from"] or high / 10, high
