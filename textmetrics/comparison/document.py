"""Tasks become the one report that all outputs are made from."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from textmetrics._version import __version__
from textmetrics.comparison.agreement import agreement, disagreements
from textmetrics.comparison.breakdown import breakdowns
from textmetrics.comparison.curves import learning_curves
from textmetrics.comparison.options import ComparisonSettings
from textmetrics.comparison.rankings import difficulty, mean_normalised, residuals
from textmetrics.comparison.result import (
    ComparisonReport,
    Efficiency,
    ModelScore,
    ModelSummary,
    Strength,
    TaskSummary,
)
from textmetrics.comparison.rows import Rows
from textmetrics.comparison.scores import model_scores
from textmetrics.comparison.task import Model, Task
from textmetrics.comparison.versus import adjust_p_values, baseline_comparisons
from textmetrics.comparison.warnings import by_parts, by_stopwords, too_few_resamples

__all__ = ["report_of"]

Headlines = Mapping[str, ModelScore]


def report_of(
    tasks: Sequence[Task],
    models: Sequence[Model],
    settings: ComparisonSettings,
    efficiency: Sequence[Efficiency],
    tick: Callable[[], None],
) -> ComparisonReport:
    """Compute everything that is known of a comparison.

    Args:
        tasks: with the results of all models.
        models: in the order in which they are shown.
        settings: how intervals and tests are made.
        efficiency: how fast the models were, one entry per model and task.
        tick: called after each step.
    """
    report = ComparisonReport(
        textmetrics=__version__,
        schema=1,
        settings=settings,
        models=[],
        tasks=[],
        scores=[],
        comparisons=[],
        strengths=[],
        breakdowns=[],
        agreement=[],
        disagreements=[],
        learning_curves=[],
        efficiency=list(efficiency),
        warnings=[],
    )
    for task in tasks:
        _add_task(report, task, settings, tick)
    by_task = [_headlines(report.scores, task) for task in tasks]
    adjust_p_values(report.comparisons, settings)
    report.models = _models(models, by_task)
    report.tasks = [_task(task, its) for task, its in zip(tasks, by_task, strict=True)]
    report.strengths = _strengths(tasks, models, by_task)
    report.warnings = _add_warnings(report, settings)
    return report


def _add_task(
    report: ComparisonReport, task: Task, settings: ComparisonSettings, tick: Callable[[], None]
) -> None:
    rows = {metric: _rows(task, metric) for metric in task.metrics}
    of_all = {metric: _rows(task, metric, over_all=True) for metric in _with_all(task)}
    samples = {m: {name: each.samples() for name, each in rows[m].items()} for m in task.metrics}
    scores = model_scores(task, rows, of_all, settings, tick)
    report.scores.extend(scores)
    report.comparisons.extend(baseline_comparisons(task, rows, of_all, settings, tick))
    report.breakdowns.extend(breakdowns(task, rows, settings))
    report.agreement.extend(agreement(task, samples))
    report.disagreements.extend(disagreements(task, samples[task.headline]))
    report.learning_curves.extend(learning_curves(task, rows, scores, settings))


def _rows(task: Task, metric: str, *, over_all: bool = False) -> dict[str, Rows]:
    found = {}
    for model, runs in task.results.items():
        scores = [run[metric] for run in runs]
        if over_all:
            scores = [score.all_tokens for score in scores if score.all_tokens is not None]
        found[model] = Rows.of(scores)
    return found


def _with_all(task: Task) -> Iterator[str]:
    """Yield the metrics that every run has over all tokens too."""
    for metric in task.metrics:
        runs = [run for of_model in task.results.values() for run in of_model]
        if all(run[metric].all_tokens is not None for run in runs):
            yield metric


def _headlines(scores: Sequence[ModelScore], task: Task) -> Headlines:
    return {
        each.model: each
        for each in scores
        if (each.task, each.metric) == (task.name, task.headline)
    }


def _values(headlines: Headlines) -> dict[str, float]:
    return {model: each.value or 0.0 for model, each in headlines.items()}


def _task(task: Task, headlines: Headlines) -> TaskSummary:
    return TaskSummary(
        name=task.name,
        lang="+".join(sorted(task.first.health.languages)) or None,
        n=task.n,
        metrics=list(task.metrics),
        headline=task.headline,
        group=task.group,
        breakdown=list(task.breakdown),
        difficulty=difficulty(list(_values(headlines).values())),
    )


def _models(models: Sequence[Model], by_task: Sequence[Headlines]) -> list[ModelSummary]:
    normalised = mean_normalised(list(map(_values, by_task)))
    return [
        ModelSummary(
            name=model.name,
            params=model.params,
            tags=list(model.tags),
            facts=None if model.facts is None else dict(model.facts),
            mean_rank=sum(each[model.name].rank or 0 for each in by_task) / len(by_task),
            mean_normalised=normalised[model.name],
        )
        for model in models
    ]


def _strengths(
    tasks: Sequence[Task], models: Sequence[Model], by_task: Sequence[Headlines]
) -> list[Strength]:
    """Return the residuals of an additive model; of one task or one model there are none."""
    if len(tasks) < 2 or len(models) < 2:
        return []
    left = residuals(list(map(_values, by_task)))
    return [
        Strength(model.name, task.name, of_task[model.name])
        for model in models
        for task, of_task in zip(tasks, left, strict=True)
    ]


def _add_warnings(report: ComparisonReport, settings: ComparisonSettings) -> list[str]:
    """Add warnings to the comparisons, and return all of them with what they are about."""
    parts: dict[tuple[str, str], list[ModelScore]] = {}
    for score in report.scores:
        parts.setdefault((score.task, score.metric), []).append(score)
    by_pair = {where: by_parts(scores) for where, scores in parts.items()}
    told = []
    for entry in report.comparisons:
        pairs = by_pair[entry.task, entry.metric]
        names = (entry.model, entry.baseline)
        own = by_stopwords(entry)
        entry.warnings = own + [pairs[each] for each in (names, names[::-1]) if each in pairs]
        where = f"{entry.task}, {entry.metric}, {entry.model} against {entry.baseline}"
        told += [f"{where}: {each}" for each in own]
    for (task, metric), pairs in by_pair.items():
        told += [f"{task}, {metric}: {each}" for each in pairs.values()]
    return told + too_few_resamples(report.comparisons, settings)
