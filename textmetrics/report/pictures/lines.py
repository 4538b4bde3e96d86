"""Panels with a line or a point a model, and one legend for all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from textmetrics.report.pictures.canvas import INK
from textmetrics.report.pictures.labels import labels

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["legend", "looks"]

# Okabe and Ito's colours, which colour-blind eyes tell apart, without the yellow, which is lost on
# white. Markers tell apart what the colours do not: 7 times 9 looks before one comes again.
_COLORS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00", "#000000")
_MARKERS = "osD^vPX<>"


def looks(models: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Give each model its colour and its marker."""
    return {
        model: {"color": _COLORS[at % len(_COLORS)], "marker": _MARKERS[at % len(_MARKERS)]}
        for at, model in enumerate(models)
    }


def legend(figure: Figure, found: dict[str, dict[str, Any]], *, top: float, right: float) -> None:
    """Write which look is whose, from so many inches below the top, in the room at the right."""
    from matplotlib.lines import Line2D

    width, height = figure.get_size_inches()
    names = labels(list(found), 24)
    lines = [Line2D([], [], linewidth=1.2, markersize=5, **look) for look in found.values()]
    figure.legend(
        lines, [names[model] for model in found], loc="upper left", frameon=False,
        bbox_to_anchor=(1 - right / width, 1 - top / height), labelcolor=INK, borderaxespad=0,
    )  # fmt: skip
