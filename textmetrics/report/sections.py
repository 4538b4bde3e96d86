"""The parts of the page: what templates show, looked up, grouped and measured."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, TypeVar

from textmetrics._sentences import joined, say, term
from textmetrics.comparison import (
    FACT_FIELDS,
    BaselineComparison,
    ComparisonReport,
    ModelScore,
    ModelSummary,
    TaskSummary,
    directed_title,
    length_range,
    shown_sheet,
    speeds_by_length,
)
from textmetrics.metrics import format_value
from textmetrics.monitor import FigureSheet, figure_text
from textmetrics.report import figures
from textmetrics.report.figures import ChartSeries, DifferenceRow
from textmetrics.report.queries import headline_scores
from textmetrics.report.series import scores_by_length_ratio

__all__ = ["color_step", "interval_bar", "sections"]

COLOR_STEPS = 10
"""How many colours a table of scores has; see `templates/report.css`."""
_LEAST_SPAN = 0.1  # of a column, so that scores that hardly differ hardly differ in colour
_MOST_CARDS = 8

Record = TypeVar("Record", ModelScore, BaselineComparison)


def sections(report: ComparisonReport) -> dict[str, Any]:
    """Return the parts of the page, by the names that the templates have for them."""
    differences, more_differences = figures.difference_panels(report)
    curves, more_curves = figures.learning_charts(report)
    headlines = {score.task: score for score in headline_scores(report).values()}
    plain = dict.fromkeys(score.title for score in report.scores if not score.percent)
    titles = {metric: metric for task in report.tasks for metric in task.metrics}
    titles |= {score.metric: directed_title(score) for score in report.scores}
    drawn = figures.histograms(report)
    return {
        "level": f"{100 * report.settings.level:g}",
        "several_tasks": len(report.tasks) > 1,
        "scored_tasks": report.scored_tasks,
        "requests": _requests(report),
        "plain_metrics": list(plain),
        "all_plain": bool(plain) and not any(score.percent for score in report.scores),
        "undirected": any(score.better is None for score in report.scores),
        "titles": titles,
        # What all models have in common: whether values are in percent, which are better.
        "like": {(score.task, score.metric): score for score in report.scores},
        "headlines": headlines,
        "cards": _cards(report),
        "differences": differences,
        "more_differences": more_differences,
        "overview": _overview(report),
        "score_tables": _score_tables(report),
        "scores": _by_task(report.scores, report.tasks),
        "comparisons": _by_task(report.comparisons, report.tasks),
        "flagged": _flags(report.scores),
        "signatures": _signatures(report.scores),
        "about": any(e.tags for e in report.models) or bool(_other_facts(report.models)),
        "facts": _other_facts(report.models),
        **_sheet(report),
        "figure_text": figure_text,
        "histograms": drawn,
        "histogram_titles": _titles(
            titles, (e.metric for of_task in drawn.values() for e in of_task)
        ),
        "chart_titles": lambda charts: _titles(titles, (chart.metric for chart in charts)),
        "model_series": [ChartSeries(e.name, at, ()) for at, e in enumerate(report.models)],
        "ratio_texts": _ratio_texts(report),
        "dot_texts": lambda row: ", ".join(f"{dot.model} {dot.text}" for dot in row.dots),
        "length_charts": figures.length_charts(report),
        "ratio_charts": figures.length_ratio_charts(report),
        "dot_plots": figures.dot_plots(report),
        "curves": curves,
        "more_curves": more_curves,
        "speed_charts": figures.bucket_charts(report, "tokens_per_s_by_output_length"),
        "speed_tables": _speed_tables(report),
        "quality_charts": figures.bucket_charts(report, "quality_by_latency"),
        "strengths": _strengths(report),
        "use_charts": figures.drawn_use(report),
        "training_charts": figures.drawn_training(report),
    }


def _titles(titles: Mapping[str, str], metrics: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(titles[metric] for metric in metrics))


def _ratio_texts(report: ComparisonReport) -> dict[str, list[str]]:
    """Return what the charts of length ratios show, in words, by task."""
    return {
        task: [
            say(
                "{model} {score} at {ratio} ×",
                model=model,
                score=format_value(score.value, percent=score.percent),
                ratio=f"{score.length_ratio:.2f}",
            )
            for model, score in scores.items()
        ]
        for task, scores in scores_by_length_ratio(report).items()
    }


@dataclass(frozen=True, slots=True)
class _Cards:
    """A few differences in large type.

    Attributes:
        by: what tells them apart: ``metric``, ``task`` or ``model``.
        title: the metric's title, if all are by one metric.
        rows: the differences.
    """

    by: str
    title: str
    rows: Sequence[DifferenceRow]


def _cards(report: ComparisonReport) -> _Cards | None:
    """Return the differences that a reader sees first; none of several models on several tasks."""
    shown = [row for panels in figures.difference_panels(report) for e in panels for row in e.rows]
    headlines = {task.name: task.headline for task in report.tasks}
    by_headline = [e for e in shown if e.comparison.metric == headlines[e.comparison.task]]
    if len(report.models) == 2:
        rows = shown if len(report.scored_tasks) == 1 else by_headline
        by = "metric" if len(report.scored_tasks) == 1 else "task"
    elif len(report.scored_tasks) == 1:
        rows, by = by_headline, "model"
    else:
        return None
    if not rows or len(rows) > _MOST_CARDS:
        return None
    return _Cards(by, rows[0].score.title, rows)


@dataclass(frozen=True, slots=True)
class _Cell:
    """A score, and the step of its colour, from 0 to 9 at the best score of the column."""

    score: ModelScore
    step: int | None


def _cell(score: ModelScore | None, column: Iterable[ModelScore]) -> _Cell | None:
    return None if score is None else _Cell(score, color_step(score, column))


def color_step(score: ModelScore, column: Iterable[ModelScore]) -> int | None:
    """Return the step of a score's colour among the scores by the same metric on the same task.

    The best score has the last step. The first one is that of the worst, but not of one that is
    less than a tenth of the scale behind. Where all are equal there is nothing to show: a column
    of zeros is not green.
    """
    known = [each.value for each in column if each.value is not None]
    if score.value is None or score.better is None or max(known) == min(known):
        return None
    best = max(known) if score.better == "higher" else min(known)
    least = _LEAST_SPAN if score.percent else _LEAST_SPAN * abs(best) or 1.0
    span = max(max(known) - min(known), least)
    return round((COLOR_STEPS - 1) * (1 - abs(best - score.value) / span))


def _overview(report: ComparisonReport) -> list[dict[str, Any]]:
    """Return one row per model, with its headline score on each task."""
    found = headline_scores(report)
    columns = {
        task.name: [score for (_, name), score in found.items() if name == task.name]
        for task in report.scored_tasks
    }
    return [
        {
            "model": model,
            "cells": [
                _cell(found.get((model.name, task.name)), columns[task.name])
                for task in report.scored_tasks
            ],
        }
        for model in report.models
    ]


def _score_tables(report: ComparisonReport) -> list[dict[str, Any]]:
    """Return one table per task, with a row per model and a column per metric."""
    found = {(each.task, each.metric, each.model): each for each in report.scores}
    tables = []
    for task in report.tasks:
        columns = {
            metric: [e for e in report.scores if (e.task, e.metric) == (task.name, metric)]
            for metric in task.metrics
        }
        rows = []
        for model in report.models:
            scores = [found.get((task.name, metric, model.name)) for metric in columns]
            first = next(filter(None, scores), None)
            if first is None:
                continue
            rows.append(
                {
                    "model": model.name,
                    "cells": list(map(_cell, scores, columns.values())),
                    "length_ratio": first.length_ratio,
                    "empty": _empty(first),
                }
            )
        if rows:
            known = any(row["empty"] is not None for row in rows)
            tables.append({"task": task, "metrics": list(columns), "rows": rows, "empty": known})
    return tables


def _empty(score: ModelScore) -> int | None:
    """Return how many predictions are empty, if that was counted."""
    counted = (score.health or {}).get("empty_predictions")
    return counted if isinstance(counted, int) else None


def _requests(report: ComparisonReport) -> int:
    """Return the number of requests on tasks without metrics."""
    scored = [task.name for task in report.scored_tasks]
    return sum(each.n for each in report.efficiency if each.task not in scored)


def _speed_tables(report: ComparisonReport) -> dict[str, list[dict[str, Any]]]:
    """Return by task the speed of each model, a row per range of output lengths."""
    tables = {}
    for task in report.tasks:
        found = speeds_by_length(each for each in report.efficiency if each.task == task.name)
        if found:
            tables[task.name] = [
                {"length": length_range(*ends), "models": by_model}
                for ends, by_model in found.items()
            ]
    return tables


def _strengths(report: ComparisonReport) -> dict[str, dict[str, float | None]]:
    found: dict[str, dict[str, float | None]] = {}
    for each in report.strengths:
        found.setdefault(each.task, {})[each.model] = each.residual
    return found


def _by_task(records: Iterable[Record], tasks: Sequence[TaskSummary]) -> list[dict[str, Any]]:
    """Group scores or comparisons by task, then by metric."""
    order = {task.name: at for at, task in enumerate(tasks)}

    def place(record: Record) -> tuple[int, int]:
        at = order[record.task]
        return at, tasks[at].metrics.index(record.metric)

    found: list[dict[str, Any]] = [{"task": task, "metrics": []} for task in tasks]
    for (at, metric), group in groupby(sorted(records, key=place), key=place):
        name = tasks[at].metrics[metric]
        found[at]["metrics"].append({"name": name, "records": list(group)})
    return [each for each in found if each["metrics"]]


def _signatures(scores: Iterable[ModelScore]) -> dict[str, list[str]]:
    """Return the tasks and models that have each signature."""
    found: dict[str, dict[str, None]] = {}
    for score in scores:
        found.setdefault(score.signature, {})[f"{score.task}: {score.model}"] = None
    return {signature: list(places) for signature, places in found.items()}


def _flags(scores: Iterable[ModelScore]) -> dict[tuple[str, str], list[str]]:
    """Return the anomalies by model and task, whichever metrics report them."""
    found: dict[tuple[str, str], dict[str, None]] = {}
    for score in scores:
        if score.flags:
            where = score.model, score.task
            found.setdefault(where, {}).update(dict.fromkeys(score.flags))
    return {where: list(flags) for where, flags in found.items()}


def _other_facts(models: Sequence[ModelSummary]) -> list[str]:
    """Return the names of facts that are no figures of the sheet, such as the architecture."""
    return list(
        dict.fromkeys(
            name
            for model in models
            for name, fact in (model.facts or {}).items()
            if name not in FACT_FIELDS and fact not in (None, "")
        )
    )


def _sheet(report: ComparisonReport) -> dict[str, Any]:
    """Return the sheet by groups, what is missing in it, and what its figures mean."""
    sheet = shown_sheet(report)
    if sheet is None:
        return {"sheet_groups": [], "sheet_gaps": []}
    groups = [
        {
            "title": term(group),
            "rows": rows,
            "definitions": {term(e.figure.label): term(e.figure.definition) for e in rows},
        }
        for group, found in groupby(sheet.rows, key=lambda row: row.figure.group)
        for rows in [list(found)]
    ]
    return {"sheet_groups": groups, "sheet_gaps": list(_gaps(sheet))}


def _gaps(sheet: FigureSheet) -> Iterator[str]:
    """Yield a line for each reason why figures are missing, with the figures."""
    for reason, found in sheet.unknown().items():
        figures = [
            say("{figure} of {model}", figure=term(label), model=model) if model else term(label)
            for label, model in found
        ]
        yield say("{figures}: {reason}", figures=joined(figures, ","), reason=reason)


def interval_bar(
    value: float | None, interval: Sequence[float | None] | None, ends: Iterable[float | None]
) -> dict[str, float] | None:
    """Return where an interval and its value lie on a scale of 0 to 100.

    Args:
        value: the value, somewhere in the interval.
        interval: its two ends.
        ends: those of all intervals that share the scale, and whatever else it must include, such
            as 0.

    Examples:
        >>> interval_bar(0.5, [0.4, 0.6], [0.0, 1.0])
        {'low': 40.0, 'high': 60.0, 'at': 50.0, 'zero': 0.0}
    """
    if value is None or interval is None or interval[0] is None or interval[1] is None:
        return None
    known = [end for end in ends if end is not None]
    least, most = min(known), max(known)
    width = (most - least) or 1.0
    low, high, at, zero = (
        round(100 * (place - least) / width, 2) for place in (interval[0], interval[1], value, 0.0)
    )
    return {"low": low, "high": high, "at": at, "zero": zero}
