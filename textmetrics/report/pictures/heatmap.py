"""Models against tasks, or against the values of a field: a number in each cell, and its colour."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from textmetrics._escape import pluralized
from textmetrics.comparison import percent
from textmetrics.report.document import (
    Document,
    Entry,
    headline_scores,
    limits,
    models_by_rank,
    span,
    title_of,
)
from textmetrics.report.pictures.canvas import INK, MUTED, headed, panels
from textmetrics.report.pictures.labels import label_columns, labels, wrapped

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["breakdowns", "heatmap", "ink_on"]

_WIDE, _HIGH = 1.02, 0.44
_COLUMNS = 13  # of a label above a cell
_MOST_VALUES = 40
_UNKNOWN = "#f2f2f2"
_STEPS = 48  # of the scale of colours
_DARKEST_FOR_BLACK = 0.179  # above this relative luminance black has more contrast than white


def heatmap(document: Document) -> Figure | None:
    """Draw the headline scores of all models on all tasks."""
    models, tasks = models_by_rank(document), document["tasks"]
    scores = headline_scores(document)
    cells = [[scores.get((model, task["name"])) for task in tasks] for model in models]
    values = [[None if cell is None else cell["value"] for cell in row] for row in cells]
    if not any(value is not None for row in values for value in row):
        return None
    names = labels(models, 26)
    above = labels([task["name"] for task in tasks], _COLUMNS, 3)
    left = _left(names.values())
    figure, (axes,) = panels(
        [(_WIDE * len(tasks), _HIGH * len(models))],
        title="Models and tasks",
        note=(
            "headline metric of each task, percent; bold: first, or tied with the first\n"
            f"models by mean rank{_ranks_note(document)}"
        ),
        left=left,
        above=0.3 + 0.15 * max(2 + text.count("\n") for text in above.values()),
        below=0.45,
    )
    first = [[cell is not None and _is_first(cell, scores) for cell in row] for row in cells]
    _cells(axes, values, limits(values), bold=first)
    _names(
        axes,
        list(names.values()),
        list(above.values()),
        [title_of(document, t["name"], t["headline"]) for t in tasks],
    )
    _scale(figure, axes, limits(values))
    return figure


def _ranks_note(document: Document) -> str:
    known = [each["mean_rank"] for each in document["models"] if each["mean_rank"] is not None]
    return "" if known else " where there is one; here in the order given"


def _is_first(cell: Entry, scores: dict[tuple[str, str], Entry]) -> bool:
    """Say whether a model is first on a task, or tied with the one that is."""
    if cell["rank"] == 1:
        return True
    tied = [scores.get((model, cell["task"])) for model in cell["tied_with"]]
    return any(other is not None and other["rank"] == 1 for other in tied)


def breakdowns(document: Document) -> Figure | None:
    """Draw the scores of each model by the values of a field; a panel a breakdown."""
    headlines = {task["name"]: task["headline"] for task in document["tasks"]}
    found = [
        each
        for each in document["breakdowns"]
        if each["groups"] and each["metric"] == headlines[each["task"]]
    ]
    if not found:
        return None
    models = models_by_rank(document)
    above = labels(models, _COLUMNS, 3)
    names = [_group_labels(each) for each in found]
    left = _left(name for each in names for name in each)
    figure, made = panels(
        [(_WIDE * len(models), _HIGH * len(each)) for each in names],
        title="Scores by the values of a field",
        note="percent, ± half of the interval; n is the number of samples",
        left=left,
        above=0.75 + 0.15 * max(1 + text.count("\n") for text in above.values()),
        below=0.4,
    )
    for axes, each, rows in zip(made, found, names, strict=True):
        groups = _largest(each)
        scores = [[group["scores"].get(model) or {} for model in models] for group in groups]
        values = [[score.get("value") for score in row] for row in scores]
        spans = [[span(score.get("interval")) for score in row] for row in scores]
        _cells(axes, values, limits(values), spans=spans)
        _names(axes, rows, list(above.values()), [""] * len(models))
        up = 0.36 + 0.15 * max(1 + text.count("\n") for text in above.values())
        _panel_title(axes, document, each, up, left)
    return figure


def _panel_title(axes: Axes, document: Document, each: Entry, up: float, left: float) -> None:
    groups = each["groups"]
    title = f"{wrapped(each['task'], 40, 1)} by {wrapped(each['field'], 30, 1)}"
    note = title_of(document, each["task"], each["metric"])
    if len(groups) > _MOST_VALUES:
        note += f"; the {_MOST_VALUES} largest of {pluralized(len(groups), 'value')}"
    headed(axes, title, note, left=left, up=up)


def _largest(breakdown: Entry) -> Sequence[Entry]:
    """Give the groups in their order, of very many the largest."""
    groups: Sequence[Entry] = breakdown["groups"]
    if len(groups) <= _MOST_VALUES:
        return groups
    kept = sorted(range(len(groups)), key=lambda at: -groups[at]["n"])[:_MOST_VALUES]
    return [groups[at] for at in sorted(kept)]


def _group_labels(breakdown: Entry) -> list[str]:
    return [
        f"{wrapped(str(group['value']), 26, 1)}  n={group['n']:,}" for group in _largest(breakdown)
    ]


def _left(names: Any) -> float:
    """Give the inches that labels at the left take."""
    return 0.15 + 0.078 * max(label_columns(name) for name in names)


def ink_on(color: Sequence[float]) -> str:
    """Give black or white, whichever has more contrast on a colour (WCAG 2.2, relative luminance).

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
    """Draw the cells, the first row at the top."""
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
    """Write the names of rows to the left and those of columns above, with a note each."""
    axes.set_yticks([y + 0.5 for y in range(len(rows))], rows)
    axes.set_xticks([])
    axes.spines[:].set_visible(False)
    for x, (name, note) in enumerate(zip(columns, notes, strict=True)):
        up = 4.0
        for text, look in ((note, {"size": 7, "color": MUTED}), (name, {"color": INK})):
            if text:
                shown = wrapped(text, 18, 1) if text is note else text
                axes.annotate(
                    shown, (x + 0.5, 0), (0, up), textcoords="offset points", ha="center",
                    va="bottom", annotation_clip=False, **look,
                )  # fmt: skip
                up += 11


def _scale(figure: Figure, axes: Axes, ends: tuple[float, float]) -> None:
    """Draw the scale of colours below the cells."""
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
