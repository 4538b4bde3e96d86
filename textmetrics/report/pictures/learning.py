"""Learning curves: the score of each checkpoint, one panel per task and metric."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textmetrics._sentences import say
from textmetrics.comparison import ComparisonReport, LearningCurve, units
from textmetrics.metrics import format_value
from textmetrics.report.pictures.canvas import (
    ACCENT,
    INK,
    MUTED,
    PLAIN,
    elided,
    panel_title,
    panels,
)
from textmetrics.report.queries import any_score, in_percent, known_ends, title_of
from textmetrics.report.series import curves_with_points

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["learning_curves"]


def learning_curves(report: ComparisonReport) -> Figure | None:
    """Draw how scores change during training, and where they stop improving."""
    curves = curves_with_points(report)
    if not curves:
        return None
    scores = filter(None, (any_score(report, each.task, each.metric) for each in curves))
    figure, all_axes = panels(
        [(3.4, 2.0)] * len(curves),
        title=say("Learning curves"),
        note="\n".join(
            [
                say(
                    "{units} by step of training, with {level:g} % intervals; filled: the best",
                    units=units(scores, "percent"),
                    level=100 * report.settings.level,
                ),
                say("dashed: from here on no significant improvement"),
            ]
        ),
        columns=3,
        left=0.45,
        right=0.2,
    )
    for axes, curve in zip(all_axes, curves, strict=True):
        _panel(axes, curve, percent=in_percent(report, curve.task, curve.metric))
        name = " ".join(each for each in (curve.task, curve.series) if each)
        panel_title(axes, elided(name, 38), _note(report, curve), left=0.35)
    return figure


def _note(report: ComparisonReport, curve: LearningCurve) -> str:
    title = title_of(report, curve.task, curve.metric)
    best = [point for point in curve.points if point.step == curve.best_step]
    if best:
        percent = in_percent(report, curve.task, curve.metric)
        value = format_value(best[0].value, percent=percent)
        return say(
            "{title}, best {value} at step {step:,}", title=title, value=value, step=best[0].step
        )
    return title


def _panel(axes: Axes, curve: LearningCurve, *, percent: bool) -> None:
    unit = 100 if percent else 1
    points = [(each.step, unit * each.value) for each in curve.points if each.value is not None]
    intervals = [
        (each.step, around)
        for each in curve.points
        if each.value is not None and (around := known_ends(each.interval))
    ]
    if intervals:
        axes.fill_between(
            [step for step, _ in intervals],
            [unit * low for _, (low, _) in intervals],
            [unit * high for _, (_, high) in intervals],
            color=PLAIN,
            alpha=0.4,
            linewidth=0,
        )
    axes.plot(*zip(*points, strict=True), color=ACCENT, linewidth=1.4)
    for step, value in points:
        fill = ACCENT if step == curve.best_step else "white"
        axes.plot(step, value, "o", color=ACCENT, markerfacecolor=fill, markersize=5)
    if curve.plateau_step is not None:
        axes.axvline(curve.plateau_step, color=MUTED, linewidth=0.9, linestyle=(0, (4, 3)))
        axes.annotate(
            f"{curve.plateau_step:,}", (curve.plateau_step, 0), (3, 4), color=INK, size=7.5,
            xycoords=("data", "axes fraction"), textcoords="offset points",
        )  # fmt: skip
    axes.margins(0.06, 0.1)
    low, high = axes.get_ylim()
    axes.set_ylim(
        max(low, -1.0) if percent else low, max(high, low + 0.02 * unit)
    )  # equal scores must not look far apart
    axes.locator_params(axis="x", nbins=5, integer=True)
    axes.xaxis.set_major_formatter("{x:,.0f}")
    axes.grid()
