"""How pictures look: a style, panels with places in inches, files that are the same each time."""

from __future__ import annotations

import io
import math
import threading
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = [
    "ACCENT",
    "FAINT",
    "INK",
    "MUTED",
    "PLAIN",
    "file_of",
    "headed",
    "panels",
    "styled",
]

INK, MUTED, FAINT = "#222222", "#636363", "#d9d9d9"
ACCENT, PLAIN = "#0f4c81", "#9db4ca"
_STYLE: dict[Any, Any] = {
    "axes.axisbelow": True,
    "axes.edgecolor": FAINT,
    "axes.labelcolor": MUTED,
    "axes.labelsize": 8,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "font.size": 8.5,
    "grid.color": "#ebebeb",
    "svg.hashsalt": "textmetrics",
    "text.color": INK,
    "text.parse_math": False,  # a name may have a "$"
    "xtick.color": MUTED,
    "xtick.labelsize": 8,
    "xtick.major.size": 0,
    "ytick.color": MUTED,
    "ytick.labelcolor": INK,
    "ytick.labelsize": 8.5,
    "ytick.major.size": 0,
}
_DOTS_AN_INCH = 160
# What a picture of a hundred models and tasks may take: about 240 MB; Agg's sides end at 65,535.
_MOST_DOTS = 60e6
_LONGEST = 60_000
_EDGE, _ABOVE, _BETWEEN = 0.1, 0.53, 0.35
# Matplotlib's settings are those of the process.
_LOCK = threading.RLock()


@contextmanager
def styled(fonts: Sequence[str], *, as_text: bool = False) -> Iterator[None]:
    """Draw in our style, whatever the user's is; the user's is there again afterwards.

    Args:
        fonts: names of installed fonts, the first ones first.
        as_text: whether letters of an SVG picture are text, for the fonts of whoever looks at it,
            and not outlines.
    """
    import matplotlib as mpl

    with _LOCK, mpl.rc_context(), warnings.catch_warnings():
        # We say once which characters have no glyph, and what to install.
        warnings.filterwarnings("ignore", message="Glyph .* missing from", category=UserWarning)
        mpl.rcdefaults()
        family: dict[Any, Any] = {
            "font.family": list(fonts),
            "svg.fonttype": "none" if as_text else "path",
        }
        mpl.rcParams.update(_STYLE | family)
        yield


def panels(
    sizes: Sequence[tuple[float, float]],
    *,
    title: str,
    note: str,
    columns: int = 1,
    left: float = 0.0,
    right: float = 0.0,
    above: float = _ABOVE,
    below: float = 0.35,
) -> tuple[Figure, list[Axes]]:
    """Make a figure with a title and panels, row by row; all measures are inches.

    Args:
        sizes: width and height of each panel's area of data; rows are as high as their highest.
        title: what the picture shows, in a few words.
        note: how to read it, in a sentence or two.
        columns: how many panels stand side by side.
        left: what a panel needs to its left for labels.
        right: what it needs to its right.
        above: what it needs above, for its title.
        below: what it needs below, for the labels of its axis.
    """
    from matplotlib.figure import Figure

    columns = min(columns, len(sizes))
    step = left + max(width for width, _ in sizes) + right
    rows = [
        max(height for _, height in sizes[at : at + columns])
        for at in range(0, len(sizes), columns)
    ]
    head = 0.35 + 0.16 * (note.count("\n") + 1)
    width = 2 * _EDGE + columns * step + (columns - 1) * _BETWEEN
    height = 2 * _EDGE + head + sum(rows) + len(rows) * (above + below)
    figure = Figure(figsize=(width, height))
    figure.text(_EDGE / width, 1 - _EDGE / height, title, size=12, weight="bold", va="top")
    figure.text(_EDGE / width, 1 - (_EDGE + 0.27) / height, note, color=MUTED, va="top")
    made = []
    top = _EDGE + head
    for index, (own, tall) in enumerate(sizes):
        row, column = divmod(index, columns)
        upper = top + sum(rows[:row]) + row * (above + below) + above
        start = _EDGE + column * (step + _BETWEEN) + left
        place = (start / width, 1 - (upper + tall) / height, own / width, tall / height)
        made.append(figure.add_axes(place))
    return figure, made


def headed(axes: Axes, title: str, note: str = "", *, left: float = 0.0, up: float = 0.11) -> None:
    """Write a panel's title and what belongs to it above the panel, from its labels' left edge.

    Args:
        axes: the panel.
        title: its title.
        note: what belongs to that.
        left: how far left of the panel they begin, in inches.
        up: how far above the panel the note stands, in inches.
    """
    looks: tuple[dict[str, Any], ...] = (
        {"size": 9.5, "weight": "bold"},
        {"size": 8, "color": MUTED},
    )
    for text, height, look in zip((title, note), (72 * up + 12, 72 * up), looks, strict=True):
        axes.annotate(
            text,
            (0, 1),
            (-72 * left, height),
            xycoords="axes fraction",
            textcoords="offset points",
            va="baseline",
            annotation_clip=False,
            **look,
        )


def file_of(figure: Figure, form: str, title: str) -> bytes:
    """Give the picture as a file: ``svg`` or ``png``; the same picture gives the same bytes."""
    metadata: dict[str, Any] = {"Title": title}
    metadata |= {"Software": "textmetrics"} if form == "png" else {"Creator": "textmetrics"}
    if form == "svg":
        metadata["Date"] = None
    width, height = figure.get_size_inches()
    dots = min(
        _DOTS_AN_INCH, math.sqrt(_MOST_DOTS / (width * height)), _LONGEST / max(width, height)
    )
    file = io.BytesIO()
    figure.savefig(
        file, format=form, dpi=dots, bbox_inches="tight", pad_inches=0.12, metadata=metadata
    )
    return file.getvalue()
