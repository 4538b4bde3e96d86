"""Tasks become the one document that all outputs are made from."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from textmetrics._version import __version__
from textmetrics.comparison.agreement import agreement, disagreements
from textmetrics.comparison.breakdown import breakdowns
from textmetrics.comparison.curves import learning_curves
from textmetrics.comparison.ordering import described
from textmetrics.comparison.rankings import difficulty, mean_normalised, residuals
from textmetrics.comparison.rows import Rows
from textmetrics.comparison.scores import score_entries
from textmetrics.comparison.settings import Settings
from textmetrics.comparison.task import Model, Task
from textmetrics.comparison.versus import adjusted, versus
from textmetrics.comparison.warnings import by_parts, by_stopwords, too_few_resamples

__all__ = ["document"]

Document = dict[str, Any]
_SCHEMA = 1


def document(
    tasks: Sequence[Task],
    models: Sequence[Model],
    settings: Settings,
    tick: Callable[[], None],
) -> Document:
    """Make the document.

    Args:
        tasks: with the results of all models.
        models: in the order in which they are shown.
        settings: how intervals and tests are made.
        tick: called after each step.
    """
    found: Document = {
        "textmetrics": __version__,
        "schema": _SCHEMA,
        "settings": asdict(settings),
        "models": [],
        "tasks": [],
        **{part: [] for part in _PARTS},
    }
    for task in tasks:
        for part, entries in _of_task(task, settings, tick).items():
            found[part] += entries
    found["comparisons"] = adjusted(found["comparisons"], settings)
    by_task = [_headlines(found["scores"], task) for task in tasks]
    found["tasks"] = [_task(task, by_task[at]) for at, task in enumerate(tasks)]
    found["models"] = _models(models, tasks, by_task)
    found["strengths"] = _strengths(tasks, models, by_task)
    found["warnings"] = _warnings(found, settings)
    return found


_PARTS = (
    "scores", "comparisons", "strengths", "breakdowns", "agreement", "disagreements",
    "learning_curves", "efficiency", "warnings",
)  # fmt: skip


def _of_task(
    task: Task, settings: Settings, tick: Callable[[], None]
) -> dict[str, list[dict[str, Any]]]:
    rows = {metric: _rows(task, metric) for metric in task.metrics}
    of_all = {metric: _rows(task, metric, over_all=True) for metric in _with_all(task)}
    samples = {m: {name: each.samples() for name, each in rows[m].items()} for m in task.metrics}
    scores = score_entries(task, rows, of_all, settings, tick)
    return {
        "scores": scores,
        "comparisons": versus(task, rows, of_all, settings, tick),
        "breakdowns": list(breakdowns(task, rows, settings)),
        "agreement": agreement(task, samples),
        "disagreements": disagreements(task, samples[task.headline]),
        "learning_curves": list(learning_curves(task, rows, scores, settings)),
    }


def _rows(task: Task, metric: str, *, over_all: bool = False) -> dict[str, Rows]:
    found = {}
    for model, runs in task.results.items():
        scores = [run[metric] for run in runs]
        if over_all:
            scores = [score.all_tokens for score in scores if score.all_tokens is not None]
        found[model] = Rows.of(scores)
    return found


def _with_all(task: Task) -> Iterator[str]:
    """Give the metrics that every run has over all tokens too."""
    for metric in task.metrics:
        runs = [run for of_model in task.results.values() for run in of_model]
        if all(run[metric].all_tokens is not None for run in runs):
            yield metric


def _headlines(scores: Sequence[Mapping[str, Any]], task: Task) -> dict[str, Mapping[str, Any]]:
    return {
        each["model"]: each
        for each in scores
        if (each["task"], each["metric"]) == (task.name, task.headline)
    }


def _task(task: Task, headlines: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    languages = task.first.health.languages
    return {
        "name": task.name,
        "lang": "+".join(sorted(languages)) or None,
        "n": task.n,
        "metrics": list(task.metrics),
        "headline": task.headline,
        "group": task.group,
        "breakdown": list(task.breakdown),
        "difficulty": difficulty([each["value"] for each in headlines.values()]),
    }


def _models(
    models: Sequence[Model],
    tasks: Sequence[Task],
    by_task: Sequence[Mapping[str, Mapping[str, Any]]],
) -> list[dict[str, Any]]:
    normalised = mean_normalised([{m: e["value"] for m, e in each.items()} for each in by_task])
    return [
        {
            **described(model),
            "mean_rank": sum(each[model.name]["rank"] for each in by_task) / len(tasks),
            "mean_normalised": normalised[model.name],
        }
        for model in models
    ]


def _strengths(
    tasks: Sequence[Task],
    models: Sequence[Model],
    by_task: Sequence[Mapping[str, Mapping[str, Any]]],
) -> list[dict[str, Any]]:
    """Give what is left of an additive model; of one task or one model nothing is."""
    if len(tasks) < 2 or len(models) < 2:
        return []
    left = residuals([{m: e["value"] for m, e in each.items()} for each in by_task])
    return [
        {"model": model.name, "task": task.name, "residual": of_task[model.name]}
        for model in models
        for task, of_task in zip(tasks, left, strict=True)
    ]


def _warnings(found: Document, settings: Settings) -> list[str]:
    """Put warnings to comparisons, and give all of them with what they are about."""
    told = []
    parts: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for score in found["scores"]:
        parts.setdefault((score["task"], score["metric"]), []).append(score)
    by_pair = {where: by_parts(scores) for where, scores in parts.items()}
    for entry in found["comparisons"]:
        pairs = by_pair[entry["task"], entry["metric"]]
        names = (entry["model"], entry["baseline"])
        entry["warnings"] = by_stopwords(entry)
        entry["warnings"] += [pairs[each] for each in (names, names[::-1]) if each in pairs]
        told += [
            f"{_where(entry)}, {entry['model']} against {entry['baseline']}: {each}"
            for each in by_stopwords(entry)
        ]
    for where, pairs in by_pair.items():
        told += [f"{where[0]}, {where[1]}: {each}" for each in pairs.values()]
    return told + too_few_resamples(found["comparisons"], settings)


def _where(entry: Mapping[str, Any]) -> str:
    return f"{entry['task']}, {entry['metric']}"
