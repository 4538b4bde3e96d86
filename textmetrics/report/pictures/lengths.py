"""Scores by the length of the models' outputs, one panel per task."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textmetrics._sentences import say
from textmetrics.comparison import ComparisonReport, units
from textmetrics.report.pictures.canvas import (
    MUTED,
    elided,
    legend,
    model_styles,
    panel_title,
    panels,
)
from textmetrics.report.queries import (
    known_ends,
    models_by_rank,
    title_of,
)
from textmetrics.report.series import scores_by_length_ratio

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["lengths"]


def lengths(report: ComparisonReport) -> Figure | None:
    """Draw each model's score by its length ratio, which shows recall gained by longer outputs."""
    found = scores_by_length_ratio(report)
    tasks = [task for task in report.tasks if task.name in found]
    if not tasks:
        return None
    scores = [score for of_task in found.values() for score in of_task.values()]
    models = [name for name in models_by_rank(report) if any(name in e for e in found.values())]
    styles = model_styles(models)
    figure, all_axes = panels(
        [(2.6, 1.9)] * len(tasks),
        title=say("Scores and length"),
        note="\n".join(
            [
                say(
                    "across: length of the outputs, divided by that of the references "
                    "(line: as long)"
                ),
                say(
                    "up: headline metric, {units}, with its interval",
                    units=units(scores, "percent"),
                ),
            ]
        ),
        columns=3,
        left=0.45,
        right=0.15,
        above=0.55,
    )
    legend(figure, styles, top=0.95, right=0.0)
    for axes, task in zip(all_axes, tasks, strict=True):
        panel_title(
            axes,
            elided(task.name, 30),
            title_of(report, task.name, task.headline),
            left=0.35,
        )
        axes.axvline(1, color=MUTED, linewidth=0.8, linestyle=(0, (4, 3)), zorder=1)
        for model, score in found[task.name].items():
            unit, ratio = 100 if score.percent else 1, score.length_ratio or 0.0
            look = styles[model]
            if around := known_ends(score.interval):
                ends = [unit * each for each in around]
                axes.plot([ratio, ratio], ends, color=look["color"], linewidth=1, alpha=0.6)
            up = unit * (score.value or 0.0)
            axes.plot([ratio], [up], linestyle="none", markersize=6, **look)
        axes.margins(0.12)
        axes.grid()
    return figure
