"""Speed by output length, and quality by latency: one panel per task, one line per model."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from textmetrics._sentences import say
from textmetrics.comparison import ComparisonReport, units
from textmetrics.report.pictures.canvas import elided, legend, model_styles, panel_title, panels
from textmetrics.report.queries import (
    headline_scores,
    in_percent,
    models_by_rank,
    title_of,
)
from textmetrics.report.series import Bucket, BucketTable, bucket_value, buckets

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["quality_by_latency", "speed_by_length"]

_LEAST = 1e-3
_WIDE = 200  # the ratio of its ends beyond which an axis has only powers of ten as ticks


def speed_by_length(report: ComparisonReport) -> Figure | None:
    """Draw how many tokens per second each model writes, by the length of its output."""
    return _figure(
        report,
        "tokens_per_s_by_output_length",
        title=say("Speed by output length"),
        note=say("up: output tokens a second; across: output tokens of answers"),
    )


def quality_by_latency(report: ComparisonReport) -> Figure | None:
    """Draw each model's score by how long its answers took."""
    scores = headline_scores(report).values()
    return _figure(
        report,
        "quality_by_latency",
        title=say("Quality by latency"),
        note=say(
            "up: mean of the headline metric, {units}; across: seconds that answers took",
            units=units(scores, "percent"),
        ),
    )


def _figure(
    report: ComparisonReport,
    table: BucketTable,
    *,
    title: str,
    note: str,
) -> Figure | None:
    curves = buckets(report, table)
    tasks = [task for task in report.tasks if task.name in curves]
    if not tasks:
        return None
    quality = table == "quality_by_latency"
    models = [m for m in models_by_rank(report) if any(m in each for each in curves.values())]
    styles = model_styles(models)
    figure, all_axes = panels(
        [(3.2, 1.9)] * len(tasks),
        title=title,
        note=note,
        columns=3,
        left=0.45,
        right=0.1,
    )
    legend(figure, styles, top=0.8, right=0.0)
    for axes, task in zip(all_axes, tasks, strict=True):
        panel_title(
            axes,
            elided(task.name, 36),
            title_of(report, task.name, task.headline) if quality else "",
            left=0.35,
        )
        percent = quality and in_percent(report, task.name, task.headline)
        _panel(axes, curves[task.name], styles, 100 if percent else 1)
    return figure


def _panel(
    axes: Axes,
    curves: dict[str, list[Bucket]],
    styles: dict[str, dict[str, Any]],
    unit: int,
) -> None:
    """Draw each bucket in the middle of its range; buckets differ between models."""
    from matplotlib.ticker import LogLocator, NullLocator, StrMethodFormatter

    axes.set_xscale("log")
    for model, rows in curves.items():
        points = sorted((*_range(row), unit * (bucket_value(row) or 0.0)) for row in rows)
        low, high, up = map(list, zip(*points, strict=True))
        middle = [math.sqrt(a * b) for a, b in zip(low, high, strict=True)]
        ends = [[m - a for m, a in zip(middle, low, strict=True)],
                [b - m for m, b in zip(middle, high, strict=True)]]  # fmt: skip
        axes.errorbar(
            middle, up, xerr=ends, elinewidth=0.6, linewidth=1.3, markersize=4.5, **styles[model]
        )
    left, right = axes.get_xlim()
    axes.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5) if right < _WIDE * left else (1,)))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(StrMethodFormatter("{x:,g}"))
    axes.tick_params("x", labelsize=7)
    if all((bucket_value(row) or 0.0) >= 0 for rows in curves.values() for row in rows):
        axes.set_ylim(bottom=0)
    axes.grid(axis="y")


def _range(row: Bucket) -> tuple[float, float]:
    """Return the ends of a bucket, above 0 because the axis is logarithmic."""
    high = max(row.to, _LEAST)
    return row.from_ or high / 10, high
