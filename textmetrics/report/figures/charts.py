"""Charts with points and lines: learning curves, scores by length, speed."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from operator import attrgetter

from textmetrics.comparison import ComparisonReport, LearningCurve
from textmetrics.metrics import format_value
from textmetrics.report.figures.scale import Scale, Tick, log_scale, round_scale
from textmetrics.report.queries import any_score, in_percent, known_ends
from textmetrics.report.series import (
    Bucket,
    BucketTable,
    bucket_value,
    buckets,
    curves_with_points,
    scores_by_length_ratio,
)

__all__ = [
    "Chart",
    "ChartPoint",
    "ChartSeries",
    "bucket_charts",
    "learning_charts",
    "length_charts",
    "length_ratio_charts",
]

# The box of the data, in percent of the figure; ticks are to its left and below it.
_LEFT, _RIGHT, _TOP, _BOTTOM = 13.0, 97.0, 5.0, 84.0
_LEAST_ABOVE_ZERO = 1e-3
_MOST_LETTERS = 38  # below a chart


@dataclass(frozen=True, slots=True)
class ChartPoint:
    """A point of a chart, in percent of its sides.

    Attributes:
        x: the place across.
        y: the place from the top.
        low: where its interval begins.
        high: where its interval ends.
        filled: whether it is marked as the best.
        text: its value.
    """

    x: float
    y: float
    low: float | None = None
    high: float | None = None
    filled: bool = True
    text: str = ""


@dataclass(frozen=True, slots=True)
class ChartSeries:
    """The points of a model, in order.

    Attributes:
        name: the model's name.
        style: number of its colour and marker.
        points: the points.
        line: whether they are connected.
    """

    name: str
    style: int
    points: tuple[ChartPoint, ...]
    line: bool = True


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart.

    Attributes:
        task: the name of the task.
        metric: the metric whose values are shown, empty if they are no scores.
        part: what else tells the chart from others, such as a training run.
        series: one per model.
        x_ticks: the scale below.
        y_ticks: the scale to the left.
        mark: a place across that is marked with a dashed line, with its label.
        curve: the learning curve that it shows.
    """

    task: str
    metric: str
    part: str
    series: tuple[ChartSeries, ...]
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    mark: Tick | None = None
    curve: LearningCurve | None = None

    @property
    def box(self) -> Mapping[str, float]:
        """The sides of the box of the data."""
        return {"left": _LEFT, "right": _RIGHT, "top": _TOP, "bottom": _BOTTOM}


@dataclass(frozen=True, slots=True)
class _Value:
    """A point before it has a place."""

    x: float
    y: float
    interval: tuple[float, float] | None = None
    filled: bool = True
    text: str = ""


def _across(low: float, high: float) -> Scale:
    room = 0.04 * (high - low) or 0.5
    return Scale(low - room, high + room, _LEFT, _RIGHT)


def _up(values: Iterable[_Value], *, percent: bool, zero: bool = False) -> Scale:
    ends = [end for each in values for end in (each.y, *(each.interval or ()))]
    bounds = (0.0, 100.0) if percent else (-math.inf, math.inf)
    least = 10.0 if percent else 1e-6
    include = [0.0] if zero else []
    return round_scale(ends, begin=_BOTTOM, end=_TOP, include=include, least=least, bounds=bounds)


def _placed(values: Sequence[_Value], across: Scale, up: Scale) -> tuple[ChartPoint, ...]:
    found = []
    for each in values:
        low, high = map(up.at, each.interval) if each.interval else (None, None)
        place = across.at(each.x), up.at(each.y)
        found.append(ChartPoint(*place, low, high, filled=each.filled, text=each.text))
    return tuple(found)


def _scaled(interval: Sequence[float | None] | None, unit: float) -> tuple[float, float] | None:
    around = known_ends(interval)
    return None if around is None else (unit * around[0], unit * around[1])


def learning_charts(report: ComparisonReport) -> tuple[list[Chart], list[Chart]]:
    """Return the learning curves by headline metrics, and those by other metrics."""
    headlines = {task.name: task.headline for task in report.tasks}
    curves = curves_with_points(report)
    first = [each for each in curves if each.metric == headlines[each.task]]
    rest = [each for each in curves if each.metric != headlines[each.task]]
    return [_learning(report, each) for each in first], [_learning(report, each) for each in rest]


def _learning(report: ComparisonReport, curve: LearningCurve) -> Chart:
    percent = in_percent(report, curve.task, curve.metric)
    unit = 100 if percent else 1
    values = [
        _Value(
            each.step,
            unit * each.value,
            _scaled(each.interval, unit),
            filled=each.step == curve.best_step,
            text=format_value(each.value, percent=percent),
        )
        for each in curve.points
        if each.value is not None
    ]
    steps = [value.x for value in values]
    across, up = _across(min(steps), max(steps)), _up(values, percent=percent)
    series = ChartSeries(curve.series, 0, _placed(values, across, up))
    plateau = curve.plateau_step
    return Chart(
        curve.task,
        curve.metric,
        curve.series,
        (series,),
        tuple(across.ticks(5)),
        tuple(up.ticks(5)),
        None if plateau is None else Tick(across.at(plateau), f"{plateau:,}"),
        curve,
    )


def length_charts(report: ComparisonReport) -> list[Chart]:
    """Return the headline score by the length of the reference, one chart per task."""
    models = [model.name for model in report.models]
    charts = []
    for each in report.by_length:
        percent = in_percent(report, each.task, each.metric)
        unit = 100 if percent else 1
        groups = [group for group in each.groups if group.n]
        if len(groups) < 2:
            continue
        values = {
            model: [
                _Value(at, unit * score.value, _scaled(score.interval, unit), text="")
                for at, group in enumerate(groups)
                if (score := group.scores.get(model)) and score.value is not None
            ]
            for model in models
        }
        across = _across(0, len(groups) - 1)
        # Intervals of several models would lie upon each other.
        spread = _beside(values) if len(models) <= 4 else _without_intervals(values)
        up = _up([v for found in spread.values() for v in found], percent=percent)
        series = [
            ChartSeries(model, models.index(model), _placed(found, across, up))
            for model, found in spread.items()
            if found
        ]
        ticks = [Tick(across.at(at), str(group.value)) for at, group in enumerate(groups)]
        x_ticks, y_ticks = tuple(_that_fit(ticks)), tuple(up.ticks(5))
        charts.append(Chart(each.task, each.metric, "", tuple(series), x_ticks, y_ticks))
    return charts


def _that_fit(ticks: Sequence[Tick]) -> Sequence[Tick]:
    """Return every first, second or third tick, so that labels do not touch."""
    every = math.ceil(sum(len(tick.label) + 2 for tick in ticks) / _MOST_LETTERS)
    return ticks[:: max(every, 1)]


def _beside(values: Mapping[str, Sequence[_Value]]) -> dict[str, list[_Value]]:
    """Move the points of each model a little to one side."""
    middle = (len(values) - 1) / 2
    return {
        model: [replace(each, x=each.x + 0.09 * (at - middle)) for each in found]
        for at, (model, found) in enumerate(values.items())
    }


def _without_intervals(values: Mapping[str, Sequence[_Value]]) -> dict[str, list[_Value]]:
    return {
        model: [replace(each, interval=None) for each in found] for model, found in values.items()
    }


def length_ratio_charts(report: ComparisonReport) -> list[Chart]:
    """Return each model's score by the length of its outputs, one chart per task."""
    models = [model.name for model in report.models]
    headlines = {task.name: task.headline for task in report.tasks}
    charts = []
    for task, scores in scores_by_length_ratio(report).items():
        percent = in_percent(report, task, headlines[task])
        unit = 100 if percent else 1
        values = {
            model: _Value(
                score.length_ratio or 0.0,
                unit * (score.value or 0.0),
                _scaled(score.interval, unit),
            )
            for model, score in scores.items()
        }
        ratios = [1.0, *(value.x for value in values.values())]
        across, up = _across(min(ratios), max(ratios)), _up(values.values(), percent=percent)
        series = [
            ChartSeries(model, models.index(model), _placed([value], across, up), line=False)
            for model, value in values.items()
        ]
        charts.append(
            Chart(
                task,
                headlines[task],
                "",
                tuple(series),
                tuple(across.ticks(5)),
                tuple(up.ticks(5)),
                Tick(across.at(1.0), "1"),
            )
        )
    return charts


def bucket_charts(report: ComparisonReport, table: BucketTable) -> list[Chart]:
    """Return a table of efficiency as one chart per task: speed by length, or score by latency."""
    models = [model.name for model in report.models]
    headlines = {task.name: task.headline for task in report.tasks}
    quality = table == "quality_by_latency"
    charts = []
    for task, found in buckets(report, table).items():
        score = any_score(report, task, headlines[task]) if quality else None
        percent = quality and (score is None or score.percent)
        unit = 100 if percent else 1
        values = {
            model: sorted(
                (_Value(_middle(row), unit * (bucket_value(row) or 0.0)) for row in rows),
                key=attrgetter("x"),
            )
            for model, rows in found.items()
        }
        every = [value for of_model in values.values() for value in of_model]
        across = log_scale([v.x for v in every], begin=_LEFT, end=_RIGHT)
        zero = all(v.y >= 0 for v in every) and not percent
        up = _up(every, percent=percent, zero=zero)
        series = [
            ChartSeries(model, models.index(model), _placed(of_model, across, up))
            for model, of_model in values.items()
        ]
        charts.append(
            Chart(
                task,
                headlines[task] if quality else "",
                "",
                tuple(series),
                tuple(across.ticks()),
                tuple(up.ticks(5)),
            )
        )
    return charts


def _middle(row: Bucket) -> float:
    """Return the middle of a bucket on a logarithmic scale."""
    high = max(row.to, _LEAST_ABOVE_ZERO)
    return math.sqrt((row.from_ or high / 10) * high)
