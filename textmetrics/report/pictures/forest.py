"""Differences to the baseline with their intervals, one panel per task."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from textmetrics._sentences import say, term
from textmetrics.comparison import (
    CORRECTED,
    BaselineComparison,
    ComparisonReport,
    p_equation,
    points,
    units,
    verdict,
)
from textmetrics.report.pictures.canvas import (
    ACCENT,
    INK,
    MUTED,
    elided,
    label_width,
    labels,
    panel_title,
    panels,
)
from textmetrics.report.queries import (
    headline_comparisons,
    headline_scores,
    known_ends,
    title_of,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["forest"]

_ROW_HEIGHT = 0.27


def forest(report: ComparisonReport) -> Figure | None:
    """Draw each model's difference to the baseline on each task, and whether it is significant."""
    found = [(task, headline_comparisons(report, task)) for task in report.tasks]
    found = [(task, rows) for task, rows in found if rows]
    if not found:
        return None
    names = labels([model.name for model in report.models], 24)
    left = label_width(names.values())
    figure, all_axes = panels(
        [(2.6, _ROW_HEIGHT * len(rows) + 0.1) for _, rows in found],
        title=_title(report.settings.baseline),
        note=_how_to_read(report),
        columns=1 if len(found) <= 4 else 2,
        left=left,
        right=3.75,
    )
    for axes, (task, rows) in zip(all_axes, found, strict=True):
        title = title_of(report, task.name, task.headline)
        note = say("{title}, n = {number:,}", title=title, number=task.n)
        panel_title(axes, elided(task.name, 50), note, left=left)
        _panel(axes, rows, [names[each.model] for each in rows])
    return figure


def _title(baseline: str | None) -> str:
    if baseline is None:
        return say("Differences to the baseline")
    return say("Differences to {baseline}", baseline=elided(baseline, 40))


def _how_to_read(report: ComparisonReport) -> str:
    settings = report.settings
    scores = headline_scores(report).values()
    first = say(
        "{units}, {level:g} % interval, p {adjusted}",
        units=units(scores, "percentage points"),
        level=100 * settings.level,
        adjusted=term(CORRECTED[settings.correction]),
    )
    neither = any(score.better is None for score in scores)
    second = say(
        "right of the line: better than the baseline (higher, if neither is better); "
        "filled: significant; *: with a warning"
        if neither
        else "right of the line: better than the baseline; filled: significant; *: with a warning"
    )
    return f"{first}\n{second}"


def _panel(axes: Axes, rows: Sequence[BaselineComparison], names: list[str]) -> None:
    unit = 100 if rows[0].percent else 1
    furthest = 0.001
    axes.axvline(0, color=MUTED, linewidth=0.9, zorder=1)
    for y, row in enumerate(rows):
        around = known_ends(row.interval)
        color = ACCENT if row.significant else MUTED
        if around:
            furthest = max(furthest, *map(abs, around))
            axes.plot([unit * each for each in around], [y, y], color=color, linewidth=1.4)
        if row.difference is not None:
            furthest = max(furthest, abs(row.difference))
            axes.plot(
                unit * row.difference, y, "o", markersize=6, color=color, markeredgewidth=1.4,
                markerfacecolor=color if row.significant else "white",
            )  # fmt: skip
        for text, right in zip(_words(row), (6, 116, 172), strict=True):
            axes.annotate(
                text, (1, y), (right, 0), xycoords=("axes fraction", "data"), va="center", size=7.5,
                textcoords="offset points", annotation_clip=False,
                color=INK if row.significant else MUTED,
            )  # fmt: skip
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(len(names) - 0.5, -0.5)
    side = -1.06 * unit * furthest if rows[0].better == "lower" else 1.06 * unit * furthest
    axes.set_xlim(-side, side)
    axes.grid(axis="x")
    axes.spines[["left", "bottom"]].set_visible(False)


def _words(row: BaselineComparison) -> tuple[str, str, str]:
    """Return the text to the right of a row: the difference, the p-value, the verdict."""
    around = known_ends(row.interval)
    written = partial(points, percent=row.percent)
    numbers = written(row.difference)
    if around:
        numbers += f"  [{written(around[0])}, {written(around[1])}]"
    p = "" if row.p_value_adjusted is None else p_equation(row.p_value_adjusted)
    return numbers, p, term(verdict(row)) + ("*" if row.warnings else "")
