"""What is given to ``compare`` becomes tasks, or an error that says what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from textmetrics._escape import name_list, pluralized
from textmetrics._registry import suggest
from textmetrics.comparison.task import Task
from textmetrics.evaluation import Evaluation
from textmetrics.metrics import USUAL

__all__ = [
    "Results",
    "Runs",
    "check_name",
    "check_task",
    "chosen_metrics",
    "headline_of",
    "runs_by_task",
]

Runs = Evaluation | Sequence[Evaluation]
Results = Mapping[str, Runs | Mapping[str, Runs]]
_ONLY = "all"
"""What a task without a name is called."""


def runs_by_task(results: Results) -> dict[str, dict[str, tuple[Evaluation, ...]]]:
    """Give all runs by task and model.

    Raises:
        TypeError: if something is no evaluation.
        ValueError: if there is nothing, or a model lacks a task.
    """
    if not isinstance(results, Mapping) or isinstance(results, Evaluation):
        raise TypeError(
            'results must be evaluations by a model\'s name, {"a": evaluation}, '
            f"got {type(results).__name__}"
        )
    if not results:
        raise ValueError("results are empty: give at least one model's")
    by_model = {str(model): _by_task(model, given) for model, given in results.items()}
    tasks = dict.fromkeys(task for of_model in by_model.values() for task in of_model)
    for model, of_model in by_model.items():
        if missing := [task for task in tasks if task not in of_model]:
            raise ValueError(
                f"model {model!r} has no result of task {name_list(missing, 5)}: give every "
                "model's result of every task"
            )
    return {task: {m: of_model[task] for m, of_model in by_model.items()} for task in tasks}


def _by_task(model: str, given: Runs | Mapping[str, Runs]) -> dict[str, tuple[Evaluation, ...]]:
    if isinstance(given, Mapping) and not isinstance(given, Evaluation):
        if not given:
            raise ValueError(f"model {model!r} has no results: give an evaluation of a task")
        return {str(task): _runs(f"{model!r}, task {task!r}", each) for task, each in given.items()}
    return {_ONLY: _runs(repr(model), given)}


def _runs(where: str, given: Runs) -> tuple[Evaluation, ...]:
    runs = (given,) if isinstance(given, Evaluation) else given
    if not isinstance(runs, Sequence) or not all(isinstance(each, Evaluation) for each in runs):
        raise TypeError(
            f"results of {where} must be an evaluation, as evaluate() gives it, or a list of them "
            f"(a run each), got {type(given).__name__}"
        )
    if not runs:
        raise ValueError(f"results of {where} are empty: give a run at least")
    return tuple(runs)


def chosen_metrics(
    runs: Mapping[str, Sequence[Evaluation]], wanted: Iterable[str] | None
) -> tuple[str, ...]:
    """Give the names of the metrics to compare.

    Raises:
        ValueError: if one was not computed.
    """
    there = tuple(next(iter(runs.values()))[0])
    if isinstance(wanted, str):
        raise TypeError(f"metrics must be a list of names: give [{wanted!r}]")
    names = there if wanted is None else tuple(wanted)
    if not names:
        raise ValueError(f"no metric asked for; computed: {', '.join(there)}")
    for name in names:
        check_name("metric", name, there)
    return names


def headline_of(metrics: Sequence[str], wanted: str | None) -> str:
    """Give the metric that models are ranked by: ROUGE-L of the usual six, else the first."""
    if wanted is None:
        return "rouge_l" if tuple(metrics) == USUAL else metrics[0]
    check_name("metric", wanted, metrics)
    return wanted


def check_name(kind: str, name: str, known: Iterable[str]) -> None:
    """See whether a name is one of those known.

    Raises:
        ValueError: if not.
    """
    names = list(known)
    if name not in names:
        near = suggest(str(name), names)
        raise ValueError(f"no {kind} {name!r}: {near}there are {', '.join(names)}")


def check_task(task: Task) -> None:
    """See whether all runs are of the same samples, measured in the same way.

    Raises:
        ValueError: if not.
    """
    for model, runs in task.results.items():
        for run in runs:
            for metric in task.metrics:
                _check_score(task, model, run, metric)
    for name in filter(None, (task.group, *task.breakdown)):
        task.column(name)
    columns: dict[str, Sequence[object]] = dict(task.fields)
    if task.ids is not None:
        columns["ids"] = task.ids
    for name, values in columns.items():
        if len(values) != task.n:
            raise ValueError(
                f"{name!r} has {pluralized(len(values), 'value')} for "
                f"{pluralized(task.n, 'sample')} of task {task.name!r}: give one a sample"
            )
    if task.ids is not None and len(set(task.ids)) < len(task.ids):
        twice = next(each for each in task.ids if list(task.ids).count(each) > 1)
        raise ValueError(f"ids: {twice!r} occurs twice; give each sample one of its own")


def _check_score(task: Task, model: str, run: Evaluation, metric: str) -> None:
    where = f"model {model!r}, task {task.name!r}"
    first = task.first
    if metric not in run:
        raise ValueError(
            f"{where} has no {metric}: compute the same metrics of each; it has {', '.join(run)}"
        )
    score, other = run[metric], first[metric]
    if score.samples is None or other.samples is None:
        raise ValueError(f"{where} was measured without samples: use keep_samples=True")
    if len(score.samples) != len(other.samples):
        raise ValueError(
            f"{where} has {pluralized(len(score.samples), 'sample')}, {task.models[0]!r} has "
            f"{len(other.samples):,}: give results of the same samples in the same order"
        )
    if not np.isfinite(score):
        raise ValueError(f"{where} has no sample that {metric} could score")
    if score.signature != other.signature:
        raise ValueError(
            f"{where} was measured in another way than {task.models[0]!r}: {score.signature} and "
            f"{other.signature}; `textmetrics explain` says in what they differ"
        )
