"""Models by tasks, or by the values of a field: each cell has a number and a color."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from textmetrics._escape import pluralized
from textmetrics.comparison import Breakdown, BreakdownGroup, ComparisonReport, ModelScore, percent
from textmetrics.report.pictures.canvas import (
    INK,
    MUTED,
    label_width,
    labels,
    panel_title,
    panels,
    wrapped,
)
from textmetrics.report.queries import (
    color_limits,
    headline_scores,
    known_ends,
    models_by_rank,
    title_of,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["breakdowns", "heatmap", "ink_on"]

_CELL_WIDTH, _CELL_HEIGHT = 1.02, 0.44
_COLUMNS = 13  # of a label above a cell
_MOST_VALUES = 40
_UNKNOWN = "#f2f2f2"
_STEPS = 48  # of the scale of colours
_DARKEST_FOR_BLACK = 0.179  # above this relative luminance black has more contrast than white


def heatmap(report: ComparisonReport) -> Figure | None:
    """Draw the headline scores of all models on all tasks."""
    models, tasks = models_by_rank(report), report.tasks
    scores = headline_scores(report)
    cells = [[scores.get((model, task.name)) for task in tasks] for model in models]
    values = [[None if cell is None else cell.value for cell in row] for row in cells]
    if not any(value is not None for row in values for value in row):
        return None
    names = labels(models, 26)
    above = labels([task.name for task in tasks], _COLUMNS, 3)
    left = label_width(names.values())
    figure, (axes,) = panels(
        [(_CELL_WIDTH * len(tasks), _CELL_HEIGHT * len(models))],
        title="Models and tasks",
        note=(
            "headline metric of each task, percent; bold: first, or tied with the first\n"
            f"models by mean rank{_ranks_note(report)}"
        ),
        left=left,
        above=0.3 + 0.15 * max(2 + text.count("\n") for text in above.values()),
        below=0.45,
    )
    first = [[cell is not None and _is_first(cell, scores) for cell in row] for row in cells]
    _cells(axes, values, color_limits(values), bold=first)
    _names(
        axes,
        list(names.values()),
        list(above.values()),
        [title_of(report, t.name, t.headline) for t in tasks],
    )
    _scale(figure, axes, color_limits(values))
    return figure


def _ranks_note(report: ComparisonReport) -> str:
    known = [each.mean_rank for each in report.models if each.mean_rank is not None]
    return "" if known else " where there is one; here in the order given"


def _is_first(cell: ModelScore, scores: dict[tuple[str, str], ModelScore]) -> bool:
    """Return whether a model is first on a task, or tied with the first."""
    if cell.rank == 1:
        return True
    tied = [scores.get((model, cell.task)) for model in cell.tied_with]
    return any(other is not None and other.rank == 1 for other in tied)


def breakdowns(report: ComparisonReport) -> Figure | None:
    """Draw the scores of each model by the values of a field, one panel per breakdown."""
    headlines = {task.name: task.headline for task in report.tasks}
    found = [
        each for each in report.breakdowns if each.groups and each.metric == headlines[each.task]
    ]
    if not found:
        return None
    models = models_by_rank(report)
    above = labels(models, _COLUMNS, 3)
    names = [_group_labels(each) for each in found]
    left = label_width(name for each in names for name in each)
    figure, made = panels(
        [(_CELL_WIDTH * len(models), _CELL_HEIGHT * len(each)) for each in names],
        title="Scores by the values of a field",
        note="percent, ± half of the interval; n is the number of samples",
        left=left,
        above=0.75 + 0.15 * max(1 + text.count("\n") for text in above.values()),
        below=0.4,
    )
    for axes, each, rows in zip(made, found, names, strict=True):
        groups = _largest(each)
        scores = [[group.scores.get(model) for model in models] for group in groups]
        values = [[each.value if each else None for each in row] for row in scores]
        spans = [[known_ends(each.interval) if each else None for each in row] for row in scores]
        _cells(axes, values, color_limits(values), spans=spans)
        _names(axes, rows, list(above.values()), [""] * len(models))
        up = 0.36 + 0.15 * max(1 + text.count("\n") for text in above.values())
        _breakdown_title(axes, report, each, up, left)
    return figure


def _breakdown_title(
    axes: Axes, report: ComparisonReport, each: Breakdown, up: float, left: float
) -> None:
    groups = each.groups
    title = f"{wrapped(each.task, 40, 1)} by {wrapped(each.field, 30, 1)}"
    note = title_of(report, each.task, each.metric)
    if len(groups) > _MOST_VALUES:
        note += f"; the {_MOST_VALUES} largest of {pluralized(len(groups), 'value')}"
    panel_title(axes, title, note, left=left, up=up)


def _largest(breakdown: Breakdown) -> Sequence[BreakdownGroup]:
    """Return the groups in their order; of very many only the largest."""
    groups = breakdown.groups
    if len(groups) <= _MOST_VALUES:
        return groups
    kept = sorted(range(len(groups)), key=lambda at: -groups[at].n)[:_MOST_VALUES]
    return [groups[at] for at in sorted(kept)]


def _group_labels(breakdown: Breakdown) -> list[str]:
    return [f"{wrapped(str(group.value), 26, 1)}  n={group.n:,}" for group in _largest(breakdown)]


def ink_on(color: Sequence[float]) -> str:
    """Return black or white, whichever has more contrast on a color (WCAG 2.2).

    Examples:
        >>> ink_on((1.0, 0.92, 0.3)), ink_on((0.0, 0.13, 0.3))
        ('#000000', '#ffffff')
    """
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in color[:3]]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return "#000000" if luminance > _DARKEST_FOR_BLACK else "#ffffff"


def _cells(
    axes: Axes,
    values: Sequence[Sequence[float | None]],
    ends: tuple[float, float],
    *,
    bold: Sequence[Sequence[bool]] | None = None,
    spans: Sequence[Sequence[tuple[float, float] | None]] | None = None,
) -> None:
    """Draw the cells, the first row at the top; cells with a span show half of its width."""
    from matplotlib import colormaps
    from matplotlib.patches import Rectangle

    colors = colormaps["cividis"]
    for y, row in enumerate(values):
        for x, value in enumerate(row):
            fill: Any = _UNKNOWN
            if value is not None:
                fill = colors((value - ends[0]) / (ends[1] - ends[0]))
            axes.add_patch(
                Rectangle((x, y), 1, 1, facecolor=fill, edgecolor="white", linewidth=1.5)
            )
            ink = MUTED if value is None else ink_on(fill)
            around = spans[y][x] if spans else None
            weight = "bold" if bold and bold[y][x] else "normal"
            middle = 0.38 if around else 0.5
            axes.text(
                x + 0.5, y + middle, percent(value), ha="center", va="center", color=ink,
                weight=weight, size=9,
            )  # fmt: skip
            if around:
                half = f"± {50 * (around[1] - around[0]):.2f}"
                axes.text(x + 0.5, y + 0.74, half, ha="center", va="center", color=ink, size=7)
    axes.set_xlim(0, len(values[0]))
    axes.set_ylim(len(values), 0)


def _names(axes: Axes, rows: list[str], columns: list[str], notes: list[str]) -> None:
    """Write the names of rows to the left, and those of columns with their notes above."""
    axes.set_yticks([y + 0.5 for y in range(len(rows))], rows)
    axes.set_xticks([])
    axes.spines[:].set_visible(False)
    for x, (name, note) in enumerate(zip(columns, notes, strict=True)):
        up = 4.0
        shown = wrapped(note, 18, 1) if note else ""
        for text, look in ((shown, {"size": 7, "color": MUTED}), (name, {"color": INK})):
            if text:
                axes.annotate(
                    text, (x + 0.5, 0), (0, up), textcoords="offset points", ha="center",
                    va="bottom", annotation_clip=False, **look,
                )  # fmt: skip
                up += 11


def _scale(figure: Figure, axes: Axes, ends: tuple[float, float]) -> None:
    """Draw the color scale below the cells."""
    from matplotlib import colormaps

    width, height = figure.get_size_inches()
    box = axes.get_position()
    place = (box.x0, box.y0 - 0.2 / height, min(1.6 / width, box.width), 0.09 / height)
    scale = figure.add_axes(place)
    scale.bar(
        range(_STEPS), 1, width=1, align="edge", antialiased=False,
        color=colormaps["cividis"]([at / (_STEPS - 1) for at in range(_STEPS)]),
    )  # fmt: skip
    scale.set(xlim=(0, _STEPS), ylim=(0, 1), yticks=[])
    scale.set_xticks([0, _STEPS], [f"{100 * end:.0f}" for end in ends], size=7)
    scale.tick_params(pad=2)
    scale.spines[:].set_visible(False)
