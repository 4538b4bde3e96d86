"""The chart of docs/performance.md: ratios next to their goals, and times by length."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure

__all__ = ["draw"]

_OURS, _MISSED, _WANTED, _PEER = "#1b7f5c", "#c2571a", "#333333", "#5b6ea8"
# Keep text as text, and make the file reproducible.
_STYLE: Any = {"svg.fonttype": "none", "svg.hashsalt": "textmetrics", "font.size": 9}
_LINES = (1, 10, 40)
_TIMES = {  # label: the rows whose time it is, by side
    "ours, ROUGE-1/2/L": ("rouge/rouge-score/{}", "ours_us", _OURS),
    "rouge-score-rs": ("rouge/rouge-score-rs/{}", "theirs_us", _PEER),
    "rouge-score": ("rouge/rouge-score/{}", "theirs_us", _WANTED),
}


def draw(results: Mapping[str, Any], path: Path) -> None:
    """Write the chart as SVG."""
    rows = [row for row in results["rows"] if "skipped" not in row]
    with rc_context(_STYLE):
        figure = Figure(figsize=(11, 0.5 + 0.27 * len(rows)), layout="constrained")
        left, right = figure.subplots(1, 2, width_ratios=[3, 2])
        _ratios(left, rows)
        _lengths(right, {row["key"]: row for row in rows})
        figure.savefig(path, format="svg", metadata={"Date": None})


def _ratios(axes: Axes, rows: Sequence[Mapping[str, Any]]) -> None:
    """Draw how many times as fast we are: range, median and goal."""
    for place, row in enumerate(rows):
        median, least, most = (_speed(row, row["ratio"][each]) for each in row["ratio"])
        colour = _OURS if row["reached"] else _MISSED
        axes.plot([least, most], [place, place], color=colour, linewidth=2)
        axes.plot(median, place, "o", color=colour, markersize=5)
        axes.plot(_speed(row, row["goal"]["ratio"]), place, "|", color=_WANTED, markersize=11)
    axes.axvline(1, color="#bbbbbb", linewidth=0.8, zorder=0)
    axes.set(xscale="log", xlabel="times as fast as the peer; bar: range, tick: wanted")
    axes.set_yticks(range(len(rows)), [row["key"] for row in rows])
    axes.invert_yaxis()


def _speed(row: Mapping[str, Any], ratio: float) -> float:
    """Convert a ratio to "times as fast", also if the row states a share of the peer's time."""
    return 1 / ratio if row["goal"]["at_most"] else ratio


def _lengths(axes: Axes, rows: Mapping[str, Mapping[str, Any]]) -> None:
    for label, (key, side, colour) in _TIMES.items():
        found = [(n, rows[key.format(n)][side]) for n in _LINES if key.format(n) in rows]
        if found:
            times = [each["median"] / n for n, each in found]
            axes.plot([n for n, _ in found], times, "o-", color=colour, label=label)
    axes.set(xscale="log", yscale="log", xlabel="TED lines joined to a text", ylabel="µs a line")
    axes.set_xticks(_LINES, [str(n) for n in _LINES])
    axes.minorticks_off()
    axes.grid(axis="y", color="#dddddd", linewidth=0.6)
    axes.legend(frameon=False)
