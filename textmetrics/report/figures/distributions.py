"""How the scores of samples are distributed, and how they differ between groups of samples."""

from __future__ import annotations

from dataclasses import dataclass

from textmetrics.comparison import Breakdown, ComparisonReport
from textmetrics.metrics import format_value
from textmetrics.report.figures.scale import Scale, Tick, round_scale
from textmetrics.report.queries import in_percent, known_ends
from textmetrics.report.series import headline_breakdowns, largest_groups

__all__ = ["DotRow", "Dots", "Histogram", "dot_plots", "histograms"]


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar of a histogram, in percent of its sides."""

    x: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Histogram:
    """The scores of a model's samples on a task, by its headline metric.

    Attributes:
        task: the name of the task.
        metric: the metric.
        model: the name of the model.
        style: number of the model's colour.
        bars: the bars; those of a task share one scale.
        lowest: how many samples are in the first bin.
        highest: how many are in the last bin.
        n: how many samples there are.
        ticks: the scale below.
    """

    task: str
    metric: str
    model: str
    style: int
    bars: tuple[Bar, ...]
    lowest: int
    highest: int
    n: int
    ticks: tuple[Tick, ...]


def histograms(report: ComparisonReport) -> dict[str, list[Histogram]]:
    """Return the histograms of headline scores, by task."""
    headlines = {task.name: task.headline for task in report.tasks}
    styles = {model.name: at for at, model in enumerate(report.models)}
    chosen = [each for each in report.distributions if each.metric == headlines[each.task]]
    chosen.sort(key=lambda each: styles[each.model])
    most = {
        task: max((max(e.counts) for e in chosen if e.task == task), default=0)
        for task in headlines
    }
    found: dict[str, list[Histogram]] = {}
    for each in chosen:
        unit = 100 if in_percent(report, each.task, each.metric) else 1
        width = 100 / len(each.counts)
        bars = [
            Bar(round(at * width, 2), round(width, 2), round(100 * count / most[each.task], 2))
            for at, count in enumerate(each.counts)
            if count
        ]
        ticks = Scale(unit * each.low, unit * each.high).ticks(5)
        found.setdefault(each.task, []).append(
            Histogram(
                each.task,
                each.metric,
                each.model,
                styles[each.model],
                tuple(bars),
                each.counts[0],
                each.counts[-1],
                sum(each.counts),
                tuple(ticks),
            )
        )
    return found


@dataclass(frozen=True, slots=True)
class Dot:
    """The score of a model over a group of samples.

    Attributes:
        model: the name of the model.
        style: number of its colour and marker.
        at: its place.
        low: where its interval begins.
        high: where its interval ends.
        text: the score.
    """

    model: str
    style: int
    at: float
    low: float | None
    high: float | None
    text: str


@dataclass(frozen=True, slots=True)
class DotRow:
    """The scores of all models over a group of samples."""

    value: str
    n: int
    dots: tuple[Dot, ...]


@dataclass(frozen=True, slots=True)
class Dots:
    """Scores by the values of a field.

    Attributes:
        breakdown: what is shown.
        rows: one per value, of very many the largest.
        ticks: the scale below.
    """

    breakdown: Breakdown
    rows: tuple[DotRow, ...]
    ticks: tuple[Tick, ...]


def dot_plots(report: ComparisonReport) -> list[Dots]:
    """Return headline scores by the values of fields."""
    return [_dots(report, each) for each in headline_breakdowns(report)]


def _dots(report: ComparisonReport, breakdown: Breakdown) -> Dots:
    models = [model.name for model in report.models]
    percent = in_percent(report, breakdown.task, breakdown.metric)
    unit = 100 if percent else 1
    groups = largest_groups(breakdown)
    values = [
        unit * score.value
        for group in groups
        for score in group.scores.values()
        if score.value is not None
    ]
    scale = round_scale(values, least=10.0 if percent else 1e-6, begin=4.0, end=96.0)
    rows = []
    for group in groups:
        dots = []
        for style, model in enumerate(models):
            score = group.scores.get(model)
            if score is None or score.value is None:
                continue
            around = known_ends(score.interval) if len(models) <= 2 else None
            ends = [scale.at(min(max(unit * e, scale.low), scale.high)) for e in around or ()]
            dots.append(
                Dot(
                    model,
                    style,
                    scale.at(unit * score.value),
                    ends[0] if ends else None,
                    ends[1] if ends else None,
                    format_value(score.value, percent=percent),
                )
            )
        rows.append(DotRow(str(group.value), group.n, tuple(dots)))
    return Dots(breakdown, tuple(rows), tuple(scale.ticks()))
