"""Scores with their intervals, one panel per task."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from textmetrics._sentences import say
from textmetrics.comparison import ComparisonReport, ModelScore, TaskSummary, units
from textmetrics.metrics import format_value
from textmetrics.report.pictures.canvas import (
    ACCENT,
    INK,
    MUTED,
    PLAIN,
    elided,
    label_width,
    labels,
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
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["bars"]

_ROW_HEIGHT = 0.27


def bars(report: ComparisonReport) -> Figure | None:
    """Draw each model's headline score on each task with its interval."""
    scores = headline_scores(report)
    known = {task for (_, task), score in scores.items() if score.value is not None}
    tasks = [task for task in report.tasks if task.name in known]
    if not tasks:
        return None
    models = models_by_rank(report)
    names = labels(models, 24)
    left = label_width(names.values())
    figure, all_axes = panels(
        [(2.3, _ROW_HEIGHT * len(models) + 0.1)] * len(tasks),
        title=say("Scores with intervals"),
        note=say(
            "{units}, {level:g} % interval; dark: no model is better",
            units=units(scores.values(), "percent"),
            level=100 * report.settings.level,
        ),
        columns=3,
        left=left,
        right=1.35,
    )
    for axes, task in zip(all_axes, tasks, strict=True):
        found = [scores.get((model, task.name)) for model in models]
        panel_title(axes, elided(task.name, 40), _note(report, task), left=left)
        _panel(axes, found, list(names.values()))
    return figure


def _note(report: ComparisonReport, task: TaskSummary) -> str:
    title = title_of(report, task.name, task.headline)
    return say("{title}, n = {number:,}", title=title, number=task.n)


def _panel(axes: Axes, found: list[ModelScore | None], names: list[str]) -> None:
    ends = []
    unit = 100 if all(each is None or each.percent for each in found) else 1
    for y, score in enumerate(found):
        value = None if score is None else score.value
        text: str = say("no value")
        if score is not None and value is not None:
            axes.barh(y, unit * value, height=0.62, color=ACCENT if score.rank == 1 else PLAIN)
            around = known_ends(score.interval)
            ends += [value, *(around or ())]
            written = partial(format_value, percent=score.percent)
            text = written(value)
            if around:
                axes.plot([unit * each for each in around], [y, y], color="white", linewidth=3.2)
                axes.plot([unit * each for each in around], [y, y], color=INK, linewidth=1.2)
                text += f"  [{written(around[0])}, {written(around[1])}]"
        axes.annotate(
            text, (1, y), (6, 0), xycoords=("axes fraction", "data"), textcoords="offset points",
            va="center", size=7.5, color=INK if value is not None else MUTED, annotation_clip=False,
        )  # fmt: skip
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.set_xlim(1.04 * unit * min([0, *ends]), 1.04 * unit * max([0.01, *ends]))
    axes.grid(axis="x")
    axes.spines["bottom"].set_visible(False)
