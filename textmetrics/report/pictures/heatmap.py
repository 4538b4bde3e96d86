"""Models by tasks, or by the values of a field: each cell has a number and a colour."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from textmetrics._escape import printable
from textmetrics._sentences import listed, say, term
from textmetrics.comparison import (
    Breakdown,
    ComparisonReport,
    ModelScore,
    PartialScore,
    TaskSummary,
    units,
)
from textmetrics.metrics import format_value
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
    any_score,
    color_scale,
    color_scales,
    headline_scores,
    known_ends,
    models_by_rank,
    title_of,
)
from textmetrics.report.series import MOST_VALUES, headline_breakdowns, largest_groups

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["breakdowns", "heatmap", "ink_on"]

_CELL_WIDTH, _CELL_HEIGHT = 1.02, 0.44
_COLUMNS = 13  # of a label above a cell
_WITHOUT_COLOR = "#f2f2f2"
_STEPS = 48  # of the colour scale
_DARKEST_FOR_BLACK = 0.179  # above this relative luminance black has more contrast than white


def heatmap(report: ComparisonReport) -> Figure | None:
    """Draw the headline scores of all models on all tasks."""
    models, tasks = models_by_rank(report), report.scored_tasks
    scores = headline_scores(report)
    cells = [[scores.get((model, task.name)) for task in tasks] for model in models]
    if not any(score.value is not None for score in scores.values()):
        return None
    names = labels(models, 26)
    above = labels([task.name for task in tasks], _COLUMNS, 3)
    left = label_width(names.values())
    figure, (axes,) = panels(
        [(_CELL_WIDTH * len(tasks), _CELL_HEIGHT * len(models))],
        title=say("Models and tasks"),
        note=_how_to_read(report, scores.values()),
        left=left,
        above=0.3 + 0.15 * max(2 + text.count("\n") for text in above.values()),
        below=0.45,
    )
    scales = color_scales(scores)
    _draw_cells(axes, [[_cell(score, scales) for score in row] for row in cells])
    _names(
        axes,
        list(names.values()),
        list(above.values()),
        [_title(report, task) for task in tasks],
    )
    _draw_scale(figure, axes, scales, scores)
    return figure


def _how_to_read(report: ComparisonReport, scores: Collection[ModelScore]) -> str:
    cells = say(
        "headline metric of each task, {units}; bold: no model is better",
        units=units(scores, "percent"),
    )
    ranked = any(each.mean_rank is not None for each in report.models)
    order = say(
        "models by mean rank"
        if ranked
        else "models by mean rank where there is one; here in the order given"
    )
    # There is no room for it above a column.
    lower = dict.fromkeys(printable(term(e.title)) for e in scores if e.better == "lower")
    if lower:
        named = listed(list(lower))
        order = say("{order}; lower is better: {titles}", order=order, titles=named)
    return f"{cells}\n{order}"


def _title(report: ComparisonReport, task: TaskSummary) -> str:
    score = any_score(report, task.name, task.headline)
    return printable(task.headline if score is None else term(score.title))


class _Cell(NamedTuple):
    """What a cell shows.

    Attributes:
        text: the number.
        at: place on the colour scale, from 0 at its worst end; ``None`` leaves the cell uncoloured.
        bold: whether the number is bold.
        below: small text below the number.
    """

    text: str
    at: float | None
    bold: bool = False
    below: str = ""


def _cell(score: ModelScore | None, scales: Mapping[str, tuple[float, float] | None]) -> _Cell:
    if score is None or score.value is None:
        return _Cell(format_value(None), None)
    text = format_value(score.value, percent=score.percent)
    return _Cell(text, _place(score.value, scales[score.task]), score.rank == 1)


def _place(value: float, scale: tuple[float, float] | None) -> float | None:
    return None if scale is None else (value - scale[0]) / (scale[1] - scale[0])


def breakdowns(report: ComparisonReport) -> Figure | None:
    """Draw the scores of each model by the values of a field, one panel per breakdown."""
    found = headline_breakdowns(report)
    if not found:
        return None
    headlines = filter(None, (any_score(report, each.task, each.metric) for each in found))
    models = models_by_rank(report)
    above = labels(models, _COLUMNS, 3)
    names = [_group_labels(each) for each in found]
    left = label_width(name for each in names for name in each)
    figure, all_axes = panels(
        [(_CELL_WIDTH * len(models), _CELL_HEIGHT * len(each)) for each in names],
        title=say("Scores by the values of a field"),
        note=say(
            "{units}, ± half of the interval; n is the number of samples",
            units=units(headlines, "percent"),
        ),
        left=left,
        above=0.75 + 0.15 * max(1 + text.count("\n") for text in above.values()),
        below=0.4,
    )
    for axes, each, rows in zip(all_axes, found, names, strict=True):
        _draw_cells(axes, _breakdown_cells(report, each, models))
        _names(axes, rows, list(above.values()), [""] * len(models))
        up = 0.36 + 0.15 * max(1 + text.count("\n") for text in above.values())
        _breakdown_title(axes, report, each, up, left)
    return figure


def _breakdown_cells(
    report: ComparisonReport, breakdown: Breakdown, models: Sequence[str]
) -> list[list[_Cell]]:
    like = any_score(report, breakdown.task, breakdown.metric)
    percent, better = (True, "higher") if like is None else (like.percent, like.better)
    written = partial(format_value, percent=percent)
    rows = [[group.scores.get(model) for model in models] for group in largest_groups(breakdown)]
    values = [score.value for row in rows for score in row if score]
    scale = color_scale(values, better, percent=percent)

    def cell(score: PartialScore | None) -> _Cell:
        if score is None or score.value is None:
            return _Cell(written(None), None)
        around = known_ends(score.interval)
        below = f"± {written((around[1] - around[0]) / 2)}" if around else ""
        return _Cell(written(score.value), _place(score.value, scale), below=below)

    return [[cell(score) for score in row] for row in rows]


def _breakdown_title(
    axes: Axes, report: ComparisonReport, each: Breakdown, up: float, left: float
) -> None:
    groups = each.groups
    title = say(
        "{task} by {field}", task=wrapped(each.task, 40, 1), field=wrapped(each.field, 30, 1)
    )
    note = title_of(report, each.task, each.metric)
    if len(groups) > MOST_VALUES:
        note = say(
            "{title}; the {most} largest of {number:,} values",
            title=note,
            most=MOST_VALUES,
            number=len(groups),
        )
    panel_title(axes, title, note, left=left, up=up)


def _group_labels(breakdown: Breakdown) -> list[str]:
    groups = largest_groups(breakdown)
    return [f"{wrapped(str(group.value), 26, 1)}  n={group.n:,}" for group in groups]


def ink_on(color: Sequence[float]) -> str:
    """Return black or white, whichever has more contrast on a colour (WCAG 2.2).

    Examples:
        >>> ink_on((1.0, 0.92, 0.3)), ink_on((0.0, 0.13, 0.3))
        ('#000000', '#ffffff')
    """
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in color[:3]]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return "#000000" if luminance > _DARKEST_FOR_BLACK else "#ffffff"


def _draw_cells(axes: Axes, rows: Sequence[Sequence[_Cell]]) -> None:
    """Draw the cells, the first row at the top."""
    from matplotlib import colormaps
    from matplotlib.patches import Rectangle

    colors = colormaps["cividis"]
    for y, row in enumerate(rows):
        for x, cell in enumerate(row):
            fill: Any = _WITHOUT_COLOR if cell.at is None else colors(cell.at)
            axes.add_patch(
                Rectangle((x, y), 1, 1, facecolor=fill, edgecolor="white", linewidth=1.5)
            )
            ink = MUTED if cell.at is None else ink_on(fill)
            axes.text(
                x + 0.5, y + (0.38 if cell.below else 0.5), cell.text, ha="center", va="center",
                color=ink, weight="bold" if cell.bold else "normal", size=9,
            )  # fmt: skip
            if cell.below:
                axes.text(
                    x + 0.5, y + 0.74, cell.below, ha="center", va="center", color=ink, size=7
                )
    axes.set_xlim(0, len(rows[0]))
    axes.set_ylim(len(rows), 0)


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


def _draw_scale(
    figure: Figure,
    axes: Axes,
    scales: Mapping[str, tuple[float, float] | None],
    scores: Mapping[tuple[str, str], ModelScore],
) -> None:
    """Draw the colour scale below the cells, with its ends if all tasks share them."""
    from matplotlib import colormaps

    used = {
        (scale, score.percent)
        for score in scores.values()
        if (scale := scales[score.task]) is not None
    }
    if not used:
        return
    ends: list[str] = [say("worst"), say("best")]
    if len(used) == 1:
        [(scale, percent)] = used
        ends = [f"{100 * end:.0f}" if percent else f"{end:,.2f}" for end in scale]
    width, height = figure.get_size_inches()
    box = axes.get_position()
    place = (box.x0, box.y0 - 0.2 / height, min(1.6 / width, box.width), 0.09 / height)
    bar = figure.add_axes(place)
    bar.bar(
        range(_STEPS), 1, width=1, align="edge", antialiased=False,
        color=colormaps["cividis"]([at / (_STEPS - 1) for at in range(_STEPS)]),
    )  # fmt: skip
    bar.set(xlim=(0, _STEPS), ylim=(0, 1), yticks=[])
    bar.set_xticks([0, _STEPS], ends, size=7)
    bar.tick_params(pad=2)
    bar.spines[:].set_visible(False)
