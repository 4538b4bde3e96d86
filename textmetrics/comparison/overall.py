"""How models did over all tasks: ranks, strengths, and what a reader must be warned of."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

from textmetrics._sentences import say
from textmetrics.comparison.conclusion import conclude
from textmetrics.comparison.findings import (
    difficulty,
    learning_curves,
    normalised,
    recall_f1_warnings,
    residuals,
    stopword_warnings,
    too_few_resamples,
)
from textmetrics.comparison.flags import data_warnings, extractable, remedies
from textmetrics.comparison.result import (
    BaselineComparison,
    ComparisonReport,
    ModelScore,
    ModelSummary,
    PairComparison,
    Strength,
    TaskSummary,
)
from textmetrics.comparison.scores import BetterPairs, adjust_p_values, better_pairs, rank_scores
from textmetrics.comparison.sheet import comparison_sheet, sheet_entry
from textmetrics.comparison.task import Model, Task
from textmetrics.metrics import Better

__all__ = ["add_summaries", "rank_models"]

Headlines = Mapping[str, ModelScore]


def add_summaries(report: ComparisonReport, tasks: Sequence[Task], models: Sequence[Model]) -> None:
    """Add what needs the scores and the tests of all tasks."""
    scored = [task for task in tasks if task.metrics]
    better = rank_models(report, scored, models)
    for task in scored:
        report.learning_curves += learning_curves(task, report.scores, better)
    report.tasks = [_task(task, _headlines(report.scores, task)) for task in tasks]
    report.strengths = _strengths(
        scored, models, [_headlines(report.scores, task) for task in scored]
    )
    warnings_by_metric = _recall_f1_warnings(report.scores, better)
    for entry in report.comparisons:
        entry.warnings = _comparison_warnings(entry, warnings_by_metric)
    report.warnings = _report_warnings(report, warnings_by_metric)
    for task in scored:
        report.warnings += [
            say("{task}: {warning}", task=task.name, warning=warning)
            for warning in (*data_warnings(task), *remedies(task))
        ]
    wrapped = {model for task in scored for model in extractable(task)}
    report.conclusion = conclude(report, wrapped)
    sheet = comparison_sheet(report)
    report.sheet = None if sheet is None else sheet_entry(sheet)


def rank_models(
    report: ComparisonReport, tasks: Sequence[Task], models: Sequence[Model]
) -> BetterPairs:
    """Adjust p-values, and rank the models by what they say."""
    headlines = {task.name: task.headline for task in tasks}
    adjust_p_values(report.comparisons, report.settings, headlines)
    adjust_p_values(report.pairs, report.settings, headlines)
    better = better_pairs(report.comparisons, report.pairs)
    rank_scores(report.scores, better)
    report.models = _models(models, [_headlines(report.scores, task) for task in tasks])
    return better


def _headlines(scores: Sequence[ModelScore], task: Task) -> Headlines:
    return {
        each.model: each
        for each in scores
        if (each.task, each.metric) == (task.name, task.headline)
    }


def _headline_values(headlines: Headlines) -> dict[str, float]:
    return {model: each.value or 0.0 for model, each in headlines.items()}


def _task(task: Task, headlines: Headlines) -> TaskSummary:
    return TaskSummary(
        name=task.name,
        lang="+".join(sorted(task.first.health.languages)) or None if task.metrics else None,
        n=task.n,
        metrics=list(task.metrics),
        headline=task.headline,
        group=task.group,
        breakdown=list(task.breakdown),
        difficulty=difficulty(list(_headline_values(headlines).values())),
    )


def _models(models: Sequence[Model], by_task: Sequence[Headlines]) -> list[ModelSummary]:
    shares = [normalised(_headline_values(each), _better(each)) for each in by_task]
    return [
        ModelSummary(
            name=model.name,
            params=model.params,
            tags=list(model.tags),
            facts=None if model.facts is None else dict(model.facts),
            mean_rank=_mean(headlines[model.name].rank for headlines in by_task),
            mean_normalised=_mean(None if share is None else share[model.name] for share in shares),
        )
        for model in models
    ]


def _better(headlines: Headlines) -> Better:
    return next(iter(headlines.values())).better


def _mean(values: Iterable[float | None]) -> float | None:
    """Return the mean of the known values, if there are any."""
    known = [value for value in values if value is not None]
    return math.fsum(known) / len(known) if known else None


def _strengths(
    tasks: Sequence[Task], models: Sequence[Model], by_task: Sequence[Headlines]
) -> list[Strength]:
    """Return the residuals of an additive model, positive where a model is better than expected.

    Only tasks whose headline is in percent count, as they share a scale. There are no residuals
    for a single task or a single model.
    """
    signed = {}
    for task, headlines in zip(tasks, by_task, strict=True):
        if task.first[task.headline].percent and (better := _better(headlines)) is not None:
            sign = -1.0 if better == "lower" else 1.0
            values = _headline_values(headlines)
            signed[task.name] = {model: sign * value for model, value in values.items()}
    if len(signed) < 2 or len(models) < 2:
        return []
    left = dict(zip(signed, residuals(list(signed.values())), strict=True))
    return [
        Strength(model.name, task, of_task[model.name])
        for model in models
        for task, of_task in left.items()
    ]


_Warnings = Mapping[tuple[str, str], Mapping[tuple[str, str], str]]
"""By task and metric, the warnings about two models."""


def _recall_f1_warnings(scores: Iterable[ModelScore], better: BetterPairs) -> _Warnings:
    by_metric: dict[tuple[str, str], list[ModelScore]] = {}
    for score in scores:
        by_metric.setdefault((score.task, score.metric), []).append(score)
    return {key: recall_f1_warnings(each, better.get(key, ())) for key, each in by_metric.items()}


def _comparison_warnings(entry: BaselineComparison, by_metric: _Warnings) -> list[str]:
    by_models = by_metric[entry.task, entry.metric]
    models = (entry.model, entry.baseline)
    about_models = [by_models[each] for each in (models, models[::-1]) if each in by_models]
    return stopword_warnings(entry) + about_models


def _report_warnings(report: ComparisonReport, by_metric: _Warnings) -> list[str]:
    """Return all warnings, each with what it is about."""
    warnings = [
        say(
            "{task}, {metric}, {model} against {baseline}: {warning}",
            task=entry.task,
            metric=entry.metric,
            model=entry.model,
            baseline=entry.baseline,
            warning=warning,
        )
        for entry in report.comparisons
        for warning in stopword_warnings(entry)
    ]
    warnings += [
        say("{task}, {metric}: {warning}", task=task, metric=metric, warning=warning)
        for (task, metric), by_models in by_metric.items()
        for warning in by_models.values()
    ]
    tests: list[BaselineComparison | PairComparison] = [*report.comparisons, *report.pairs]
    return warnings + too_few_resamples(tests, report.settings)
