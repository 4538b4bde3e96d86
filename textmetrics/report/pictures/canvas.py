"""The style of pictures, panels laid out in inches, labels, the legend, and reproducible files."""

from __future__ import annotations

import io
import math
import threading
import unicodedata
import warnings
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from textmetrics._escape import printable

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = [
    "ACCENT",
    "INK",
    "MUTED",
    "PLAIN",
    "elided",
    "label_columns",
    "label_width",
    "labels",
    "legend",
    "model_styles",
    "panel_title",
    "panels",
    "rendered",
    "styled",
    "wrapped",
]

INK, MUTED, _FAINT = "#222222", "#636363", "#d9d9d9"
ACCENT, PLAIN = "#0f4c81", "#9db4ca"
_STYLE: dict[Any, Any] = {
    "axes.axisbelow": True,
    "axes.edgecolor": _FAINT,
    "axes.labelcolor": MUTED,
    "axes.labelsize": 8,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "font.size": 8.5,
    "grid.color": "#ebebeb",
    "svg.hashsalt": "textmetrics",
    "text.color": INK,
    "text.parse_math": False,  # a name may contain a "$"
    "xtick.color": MUTED,
    "xtick.labelsize": 8,
    "xtick.major.size": 0,
    "ytick.color": MUTED,
    "ytick.labelcolor": INK,
    "ytick.labelsize": 8.5,
    "ytick.major.size": 0,
}
_DOTS_AN_INCH = 160
# A picture of a hundred models and tasks may take about 240 MB; no side may exceed 65,535 in Agg.
_MOST_DOTS = 60e6
_LONGEST = 60_000
_EDGE, _ABOVE, _BETWEEN = 0.1, 0.53, 0.35
# Matplotlib's settings are global.
_LOCK = threading.RLock()


@contextmanager
def styled(fonts: Sequence[str], *, as_text: bool = False) -> Iterator[None]:
    """Draw in our style whatever the user's is, which is restored afterwards.

    Args:
        fonts: names of installed fonts, in order of preference.
        as_text: whether letters in SVG are text, drawn in the viewer's fonts, instead of outlines.
    """
    import matplotlib as mpl

    with _LOCK, mpl.rc_context(), warnings.catch_warnings():
        # `warn_of_missing_glyphs` warns once, and says what to install.
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
    """Create a figure with a title and panels, row by row; all measures are in inches.

    Args:
        sizes: width and height of each panel's data area; a row is as high as its highest panel.
        title: what the picture shows, in a few words.
        note: how to read it, in a sentence or two.
        columns: number of panels side by side.
        left: room for labels to the left of a panel.
        right: room to the right of a panel.
        above: room for the title above a panel.
        below: room for the labels of the axis below a panel.
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
    axes = []
    top = _EDGE + head
    for index, (own, tall) in enumerate(sizes):
        row, column = divmod(index, columns)
        upper = top + sum(rows[:row]) + row * (above + below) + above
        start = _EDGE + column * (step + _BETWEEN) + left
        place = (start / width, 1 - (upper + tall) / height, own / width, tall / height)
        axes.append(figure.add_axes(place))
    return figure, axes


def panel_title(
    axes: Axes, title: str, note: str = "", *, left: float = 0.0, up: float = 0.11
) -> None:
    """Write a panel's title and a note above it, left-aligned with its labels.

    Args:
        axes: the panel.
        title: its title.
        note: the note below the title.
        left: how far left of the panel they begin, in inches.
        up: how far above the panel the note is, in inches.
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


def rendered(figure: Figure, form: str, title: str) -> bytes:
    """Return a figure as an ``svg`` or ``png`` file; equal figures give equal bytes."""
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


# A label may be broken after these, as in "gemma-2-9b-it" and "out/checkpoint".
_BREAK = frozenset("-_/. :")
_WIDE = frozenset("WF")
_BROAD = frozenset("MWmw@%…")


def label_columns(text: str) -> float:
    """Return the width of the widest line in columns; lowercase letters and digits are one wide.

    Examples:
        >>> label_columns("qa-zh"), label_columns("问答"), label_columns("MMLU")
        (5.0, 4.0, 5.8)
    """
    return max(round(sum(map(_columns, line)), 6) for line in text.split("\n"))


def _columns(character: str) -> float:
    if unicodedata.combining(character):
        return 0.0
    if unicodedata.east_asian_width(character) in _WIDE:
        return 2.0
    if character in _BROAD:
        return 1.7
    return 1.2 if character.isupper() else 1.0


def elided(name: str, most: float) -> str:
    r"""Return a name in one line of at most so many columns; a long one loses its middle.

    The last characters are often the ones that differ: a checkpoint's step, a size.

    Examples:
        >>> elided("outputs/2024-05-01/checkpoint-12000", 20)
        'outputs/2…int-12000'
        >>> elided("a\nb", 20)
        'a\\nb'
    """
    return _elided(_visible(name), most)


def _elided(text: str, most: float) -> str:
    if label_columns(text) <= most:
        return text
    tail = _fitting(text[::-1], most / 2 - 0.5)[::-1]
    head = _fitting(text, most - label_columns(tail) - _columns("…"))
    return f"{head}…{tail}"


def _visible(name: str) -> str:
    """Return a name without control characters; one that is only spaces is quoted."""
    text = printable(name)
    return text if text.strip() else repr(text)


def _fitting(text: str, most: float) -> str:
    """Return as much of the beginning as fits."""
    used = 0.0
    for place, character in enumerate(text):
        used += _columns(character)
        if used > most:
            return text[:place]
    return text


def wrapped(name: str, columns: float, lines: int = 2) -> str:
    r"""Return a name in a few lines, broken between its parts; the last line is elided if too long.

    Examples:
        >>> wrapped("gemma-2-9b-instruct", 13)
        'gemma-2-9b-\ninstruct'
        >>> wrapped("自然语言处理问答", 8)
        '自然语言\n处理问答'
    """
    text = _visible(name)
    done: list[str] = []
    while text and len(done) < lines - 1 and label_columns(text) > columns:
        line = _fitting(text, columns)
        ends = [at for at in range(len(line) // 2, len(line)) if line[at] in _BREAK]
        kept = line[: ends[-1] + 1] if ends else line
        done.append(kept)
        text = text[len(kept) :]
    return "\n".join([*done, _elided(text, columns)])


def labels(names: Sequence[str], columns: float, lines: int = 1) -> dict[str, str]:
    """Return each name's label; labels that would be equal are numbered.

    Examples:
        >>> labels(["run-aaaa-001", "run-bbbb-001"], 7)
        {'run-aaaa-001': 'r…1 #1', 'run-bbbb-001': 'r…1 #2'}
    """
    found = {name: wrapped(name, columns, lines) for name in names}
    for label in set(found.values()):
        alike = [name for name in found if found[name] == label]
        if len(alike) > 1:
            for number, name in enumerate(alike, start=1):
                mark = f" #{number}"
                found[name] = wrapped(name, columns - label_columns(mark), lines) + mark
    return found


def label_width(names: Iterable[str]) -> float:
    """Return the room that labels to the left of a panel need, in inches."""
    return 0.15 + 0.078 * max(map(label_columns, names))


# Okabe and Ito's colours, which colour-blind people can tell apart, without the yellow, which is
# invisible on white. With the markers, 63 styles come before one is repeated.
_COLORS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00", "#000000")
_MARKERS = "osD^vPX<>"


def model_styles(models: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Return the colour and the marker of each model."""
    return {
        model: {"color": _COLORS[at % len(_COLORS)], "marker": _MARKERS[at % len(_MARKERS)]}
        for at, model in enumerate(models)
    }


def legend(figure: Figure, styles: dict[str, dict[str, Any]], *, top: float, right: float) -> None:
    """Draw the legend of the models' styles, so many inches below the top and left of the right."""
    from matplotlib.lines import Line2D

    width, height = figure.get_size_inches()
    names = labels(list(styles), 24)
    lines = [Line2D([], [], linewidth=1.2, markersize=5, **style) for style in styles.values()]
    figure.legend(
        lines, [names[model] for model in styles], loc="upper left", frameon=False,
        bbox_to_anchor=(1 - right / width, 1 - top / height), labelcolor=INK, borderaxespad=0,
    )  # fmt: skip
