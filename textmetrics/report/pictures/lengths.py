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
    headline_scores,
    known_ends,
    models_by_rank,
    title_of,
)

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["lengths"]


def lengths(report: ComparisonReport) -> Figure | None:
    """Draw each model's score by its length ratio, which shows recall gained by longer outputs."""
    scores = headline_scores(report)
    found = {
        place: (score.length_ratio, score.value, score)
        for place, score in scores.items()
        if score.value is not None and score.length_ratio is not None
    }
    tasks = [task for task in report.tasks if any(name == task.name for _, name in found)]
    if not tasks:
        return None
    models = [name for name in models_by_rank(report) if any(name == m for m, _ in found)]
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
                    units=units(scores.values(), "percent"),
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
        for model in models:
            if (model, task.name) not in found:
                continue
            at, value, score = found[model, task.name]
            unit = 100 if score.percent else 1
            if around := known_ends(score.interval):
                ends = [unit * each for each in around]
                axes.plot([at, at], ends, color=styles[model]["color"], linewidth=1, alpha=0.6)
            axes.plot([at], [unit * value], linestyle="none", markersize=6, **styles[model])
        axes.margins(0.12)
        axes.grid()
    return figure
