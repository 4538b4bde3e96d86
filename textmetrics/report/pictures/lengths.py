"""Scores against the length of what the models wrote, a panel a task."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textmetrics.report.document import (
    Document,
    headline_scores,
    models_by_rank,
    span,
    title_of,
)
from textmetrics.report.pictures.canvas import MUTED, headed, panels
from textmetrics.report.pictures.labels import elided
from textmetrics.report.pictures.lines import legend, looks

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["lengths"]


def lengths(document: Document) -> Figure | None:
    """Draw each model's score against its length ratio: whether recall was bought with words."""
    found = {
        place: score
        for place, score in headline_scores(document).items()
        if score["value"] is not None and score["length_ratio"] is not None
    }
    tasks = [task for task in document["tasks"] if any(name == task["name"] for _, name in found)]
    if not tasks:
        return None
    models = [name for name in models_by_rank(document) if any(name == m for m, _ in found)]
    look = looks(models)
    figure, made = panels(
        [(2.6, 1.9)] * len(tasks),
        title="Scores and length",
        note="across: length of the outputs, divided by that of the references (line: as long)\n"
        "up: headline metric, percent, with its interval",
        columns=3,
        left=0.45,
        right=0.15,
        above=0.55,
    )
    legend(figure, look, top=0.95, right=0.0)
    for axes, task in zip(made, tasks, strict=True):
        headed(
            axes,
            elided(task["name"], 30),
            title_of(document, task["name"], task["headline"]),
            left=0.35,
        )
        axes.axvline(1, color=MUTED, linewidth=0.8, linestyle=(0, (4, 3)), zorder=1)
        for model in models:
            if (score := found.get((model, task["name"]))) is None:
                continue
            at, value = score["length_ratio"], 100 * score["value"]
            if around := span(score["interval"]):
                ends = [100 * each for each in around]
                axes.plot([at, at], ends, color=look[model]["color"], linewidth=1, alpha=0.6)
            axes.plot([at], [value], linestyle="none", markersize=6, **look[model])
        axes.margins(0.12)
        axes.grid()
    return figure
