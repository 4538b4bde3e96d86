"""Monitored runs: use over time with epochs and crashes, and curves of training."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from textmetrics._sentences import say
from textmetrics.comparison import ComparisonReport
from textmetrics.report.pictures.canvas import (
    ACCENT,
    MUTED,
    elided,
    legend,
    model_styles,
    panel_title,
    panels,
)
from textmetrics.report.timelines import Line, UseChart, training_charts, use_charts

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["monitor", "training_curves"]

_CRASH = "#b3261e"
_FEW = 12  # points that have markers


def monitor(report: ComparisonReport) -> Figure | None:
    """Draw utilization and memory of each monitored run over time, with epochs and crashes."""
    charts = use_charts(report)
    if not charts:
        return None
    figure, all_axes = panels(
        [(3.2, 1.4)] * len(charts),
        title=say("Use over time"),
        note=say("across: time since the run began; grey lines: epochs begin; red: crashes"),
        columns=3 if any(run.timeline.gpu_memory_bytes for run in report.monitors) else 2,
        left=0.45,
        right=0.1,
        below=0.5,
    )
    for axes, chart in zip(all_axes, charts, strict=True):
        _use(axes, chart)
        panel_title(axes, elided(chart.run, 36), chart.what, left=0.35)
    return figure


def _use(axes: Axes, chart: UseChart) -> None:
    for at in chart.epochs:
        axes.axvline(at, color=MUTED, linewidth=0.7, alpha=0.6, zorder=1)
    for at in chart.crashes:
        axes.axvline(at, color=_CRASH, linewidth=1.2, linestyle=(0, (3, 2)), zorder=3)
        axes.plot([at], [1.0], "x", color=_CRASH, markersize=6, markeredgewidth=1.6,
                  transform=axes.get_xaxis_transform(), clip_on=False)  # fmt: skip
    for part in chart.line.parts:
        axes.plot(*zip(*part, strict=True), color=ACCENT, linewidth=1.3)
    axes.set_xlim(0, chart.end)
    axes.set_ylim(0, 100 if chart.percent else None)
    axes.set_xlabel(chart.unit, size=8, color=MUTED, labelpad=1)
    axes.grid(axis="y")


def training_curves(report: ComparisonReport) -> Figure | None:
    """Draw what trainings recorded by step, such as the loss, one panel per value."""
    charts = training_charts(report)
    if not charts:
        return None
    figure, all_axes = panels(
        [(3.2, 1.9)] * len(charts),
        title=say("Training curves"),
        note=say("what trainings marked, by step"),
        columns=3,
        left=0.45,
        right=0.15,
    )
    models = [model.name for model in report.models]
    used = {models[line.style] for chart in charts for line in chart.lines}
    styles = {name: look for name, look in model_styles(models).items() if name in used}
    legend(figure, styles, top=0.8, right=0.0)
    for axes, chart in zip(all_axes, charts, strict=True):
        for line in chart.lines:
            _curve(axes, line, styles[models[line.style]])
        panel_title(axes, elided(chart.name, 36), left=0.35)
        axes.margins(0.03, 0.08)
        axes.locator_params(axis="x", nbins=5, integer=True)
        axes.xaxis.set_major_formatter("{x:,.0f}")
        axes.grid()
    return figure


def _curve(axes: Axes, line: Line, look: dict[str, Any]) -> None:
    shown = {**look, "marker": look["marker"] if len(line.points) <= _FEW else ""}
    axes.plot(*zip(*line.points, strict=True), linewidth=1.3, markersize=4.5, **shown)
