"""Charts of monitored runs: lines over time or steps, as places in percent of their boxes."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from textmetrics._sentences import joined
from textmetrics.comparison import ComparisonReport
from textmetrics.report.figures.scale import Scale, Tick, round_scale
from textmetrics.report.timelines import Line, training_charts, use_charts

__all__ = ["DrawnLine", "LineChart", "drawn_training", "drawn_use"]

_LEFT, _RIGHT, _TOP, _BOTTOM = 13.0, 97.0, 5.0, 84.0


@dataclass(frozen=True, slots=True)
class DrawnLine:
    """A line in a box of 100 by 100.

    Attributes:
        style: number of its colour.
        parts: for each piece the points of a ``polyline``.
    """

    style: int
    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LineChart:
    """A chart of lines.

    Attributes:
        title: whose it is, or what is shown.
        note: what is shown, with its unit.
        alternative: the chart in words.
        lines: the lines.
        x_ticks: the scale below.
        y_ticks: the scale to the left.
        epochs: where epochs begin, in percent of the figure.
        crashes: where attempts crashed.
    """

    title: str
    note: str
    alternative: str
    lines: tuple[DrawnLine, ...]
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    epochs: tuple[float, ...] = ()
    crashes: tuple[float, ...] = ()

    @property
    def box(self) -> dict[str, float]:
        """The sides of the box of the data."""
        return {"left": _LEFT, "right": _RIGHT, "top": _TOP, "bottom": _BOTTOM}


def drawn_use(report: ComparisonReport) -> list[LineChart]:
    """Return the use of monitored runs over time."""
    found = []
    for each in use_charts(report):
        values = [value for _, value in each.line.points]
        across = Scale(0.0, each.end or 1.0, _LEFT, _RIGHT)
        up = _up(values, percent=each.percent, zero=True)
        found.append(
            LineChart(
                each.run,
                joined([each.what, each.unit], ","),
                each.alternative,
                (_drawn(each.line, across, up),),
                tuple(across.ticks(5)),
                tuple(up.ticks(4)),
                tuple(map(across.at, each.epochs)),
                tuple(map(across.at, each.crashes)),
            )
        )
    return found


def drawn_training(report: ComparisonReport) -> list[LineChart]:
    """Return the curves of trainings."""
    found = []
    for each in training_charts(report):
        points = [point for line in each.lines for point in line.points]
        steps = [step for step, _ in points]
        across = Scale(min(steps), max(*steps, min(steps) + 1), _LEFT, _RIGHT)
        up = _up([value for _, value in points])
        lines = tuple(_drawn(line, across, up) for line in each.lines)
        ticks = tuple(across.ticks(5)), tuple(up.ticks(4))
        found.append(LineChart(each.name, "", each.alternative, lines, *ticks))
    return found


def _up(values: Iterable[float], *, percent: bool = False, zero: bool = False) -> Scale:
    bounds = (0.0, 100.0) if percent else (0.0 if zero else -math.inf, math.inf)
    include = [0.0, 100.0] if percent else [0.0] if zero else []
    return round_scale(values, begin=_BOTTOM, end=_TOP, include=include, least=1e-6, bounds=bounds)


def _drawn(line: Line, across: Scale, up: Scale) -> DrawnLine:
    inner_x = Scale(_LEFT, _RIGHT)
    inner_y = Scale(_TOP, _BOTTOM)
    parts = tuple(
        " ".join(f"{inner_x.at(across.at(x)):g},{inner_y.at(up.at(y)):g}" for x, y in part)
        for part in line.parts
    )
    return DrawnLine(line.style, parts)
