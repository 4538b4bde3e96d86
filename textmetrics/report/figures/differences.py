"""The figure that carries the verdict: differences to the baseline with their intervals."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from textmetrics.comparison import BaselineComparison, ComparisonReport, ModelScore, TaskSummary
from textmetrics.report.figures.scale import Scale, Tick, round_scale
from textmetrics.report.queries import known_ends

__all__ = ["DifferencePanel", "DifferenceRow", "difference_panels"]

_MOST_ROWS = 60
"""Of more rows, those by metrics other than a task's headline are shown on demand."""


@dataclass(frozen=True, slots=True)
class DifferenceRow:
    """A difference, drawn so that better is to the right.

    Attributes:
        comparison: the model against the baseline.
        score: the model's score, for the metric's title.
        before: the baseline's score; ``None`` if it is over other samples.
        at: place of the difference; ``None`` if there is none.
        low: place of the end of the interval to the left; ``None`` without an interval.
        high: place of the end to the right.
    """

    comparison: BaselineComparison
    score: ModelScore
    before: ModelScore | None
    at: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class DifferencePanel:
    """Rows that share a scale.

    Attributes:
        task: the task.
        metric: the metric's title if all rows are by one metric, which are then one per model.
        model: the model if all rows are of one model, which are then one per metric.
        rows: the rows.
        zero: place of no difference.
        ticks: the scale, in percentage points or as the metric has it; empty if rows have both.
        headline: whether a row is by the task's headline metric.
        directed: whether higher or lower scores are better, so that right is better.
    """

    task: TaskSummary
    metric: str | None
    model: str | None
    rows: tuple[DifferenceRow, ...]
    zero: float
    ticks: tuple[Tick, ...]
    headline: bool
    directed: bool


def difference_panels(
    report: ComparisonReport,
) -> tuple[list[DifferencePanel], list[DifferencePanel]]:
    """Return the panels that are shown, and those that are shown on demand.

    With a single model beside the baseline there is a panel per task, with one row per metric; else
    a panel per task and metric, with one row per model. All differences in percentage points share
    one scale.
    """
    scores = {(each.task, each.metric, each.model): each for each in report.scores}
    shared = _scale([each for each in report.comparisons if each.percent], least=4.0)
    panels = [
        _panel(report, task, found, scores, shared)
        for task in report.tasks
        for found in _grouped(report, task)
    ]
    if sum(len(panel.rows) for panel in panels) <= _MOST_ROWS:
        return panels, []
    first = [panel for panel in panels if panel.headline]
    return first, [panel for panel in panels if not panel.headline]


def _grouped(report: ComparisonReport, task: TaskSummary) -> Iterator[list[BaselineComparison]]:
    """Yield the comparisons of a task that are shown together, the headline metric first."""
    found = [each for each in report.comparisons if each.task == task.name]
    found.sort(key=lambda each: each.metric != task.headline)
    if len({each.model for each in found}) == 1:
        for percent in (True, False):
            if some := [each for each in found if each.percent == percent]:
                yield some
        return
    for metric in dict.fromkeys(each.metric for each in found):
        yield [each for each in found if each.metric == metric]


def _panel(
    report: ComparisonReport,
    task: TaskSummary,
    found: Sequence[BaselineComparison],
    scores: dict[tuple[str, str, str], ModelScore],
    shared: Scale,
) -> DifferencePanel:
    scale = shared if found[0].percent else _scale(found, least=0.0)
    one_metric = len(report.models) > 2
    title = scores[task.name, found[0].metric, found[0].model].title
    return DifferencePanel(
        task,
        title if one_metric else None,
        None if one_metric else found[0].model,
        tuple(_row(each, scores, scale) for each in found),
        scale.at(0),
        tuple(scale.ticks(signed=True)),
        any(each.metric == task.headline for each in found),
        any(each.better is not None for each in found),
    )


def _row(
    each: BaselineComparison, scores: dict[tuple[str, str, str], ModelScore], scale: Scale
) -> DifferenceRow:
    score = scores[each.task, each.metric, each.model]
    before = scores.get((each.task, each.metric, each.baseline))
    same = before is not None and before.n == score.n == each.n
    places = sorted(scale.at(value) for value in _drawn(each, each.interval))
    return DifferenceRow(
        each,
        score,
        before if same else None,
        None if each.difference is None else scale.at(*_drawn(each, [each.difference] * 2)[:1]),
        places[0] if places else None,
        places[1] if places else None,
    )


def _drawn(each: BaselineComparison, interval: Sequence[float | None] | None) -> tuple[float, ...]:
    """Return the ends of an interval as they are drawn: larger is better."""
    unit = (100 if each.percent else 1) * (-1 if each.better == "lower" else 1)
    around = known_ends(interval)
    return () if around is None else tuple(unit * end for end in around)


def _scale(found: Iterable[BaselineComparison], *, least: float) -> Scale:
    values = [
        value
        for each in found
        for part in (each.interval, [each.difference] * 2)
        for value in _drawn(each, part)
    ]
    least = least or 0.01
    return round_scale(values, include=[0.0], least=least, begin=2.0, end=98.0)
