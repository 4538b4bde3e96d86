"""Learning curves: the score of each checkpoint, a panel a task and metric."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textmetrics.comparison import percent
from textmetrics.report.document import Document, Entry, span, title_of
from textmetrics.report.pictures.canvas import ACCENT, INK, MUTED, PLAIN, headed, panels
from textmetrics.report.pictures.labels import elided

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["learning_curves"]


def learning_curves(document: Document) -> Figure | None:
    """Draw how the scores change with the steps of training, and where they stop to improve."""
    curves = [
        each
        for each in document["learning_curves"]
        if any(point["value"] is not None for point in each["points"])
    ]
    if not curves:
        return None
    level = f"{100 * document['settings']['level']:g} %"
    figure, made = panels(
        [(3.4, 2.0)] * len(curves),
        title="Learning curves",
        note=f"percent by step of training, with {level} intervals; filled: the best\n"
        "dashed: from here on no significant improvement",
        columns=3,
        left=0.45,
        right=0.2,
    )
    for axes, curve in zip(made, curves, strict=True):
        _panel(axes, curve)
        name = " ".join(each for each in (curve["task"], curve["series"]) if each)
        headed(axes, elided(name, 38), _note(document, curve), left=0.35)
    return figure


def _note(document: Document, curve: Entry) -> str:
    title = title_of(document, curve["task"], curve["metric"])
    best = [point for point in curve["points"] if point["step"] == curve["best_step"]]
    if best:
        title += f", best {percent(best[0]['value'])} at step {curve['best_step']:,}"
    return title


def _panel(axes: Axes, curve: Entry) -> None:
    points = [point for point in curve["points"] if point["value"] is not None]
    steps = [point["step"] for point in points]
    spans = [(point["step"], span(point["interval"])) for point in points]
    known = [(step, around) for step, around in spans if around is not None]
    if known:
        axes.fill_between(
            [step for step, _ in known],
            [100 * around[0] for _, around in known],
            [100 * around[1] for _, around in known],
            color=PLAIN,
            alpha=0.4,
            linewidth=0,
        )
    axes.plot(steps, [100 * point["value"] for point in points], color=ACCENT, linewidth=1.4)
    for point in points:
        fill = ACCENT if point["step"] == curve["best_step"] else "white"
        axes.plot(
            point["step"], 100 * point["value"], "o", color=ACCENT, markerfacecolor=fill,
            markersize=5,
        )  # fmt: skip
    if curve["plateau_step"] is not None:
        axes.axvline(curve["plateau_step"], color=MUTED, linewidth=0.9, linestyle=(0, (4, 3)))
        axes.annotate(
            f"{curve['plateau_step']:,}", (curve["plateau_step"], 0), (3, 4), color=INK, size=7.5,
            xycoords=("data", "axes fraction"), textcoords="offset points",
        )  # fmt: skip
    axes.margins(0.06, 0.1)
    low, high = axes.get_ylim()
    axes.set_ylim(max(low, -1.0), max(high, low + 2.0))  # scores that are all alike look so
    axes.locator_params(axis="x", nbins=5, integer=True)
    axes.xaxis.set_major_formatter("{x:,.0f}")
    axes.grid()
