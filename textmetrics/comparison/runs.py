"""The runs that are compared, as ``compare`` is given them: checked, by task and model."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from textmetrics._escape import name_list
from textmetrics._registry import suggest
from textmetrics.comparison.efficiency import Requests
from textmetrics.comparison.models import UNNAMED_TASK
from textmetrics.evaluation import Evaluation
from textmetrics.metrics import DEFAULT_METRICS, checked_names

__all__ = [
    "Results",
    "check_name",
    "chosen_metrics",
    "evaluations_of",
    "headline_of",
    "requests_of",
    "runs_by_task",
]

Run = Evaluation | Requests
Runs = Run | Sequence[Evaluation] | Sequence[Requests]
Results = Mapping[str, Runs | Mapping[str, Runs]]


def runs_by_task(results: Results) -> dict[str, dict[str, tuple[Run, ...]]]:
    """Return all runs by task and model.

    Raises:
        TypeError: if a result is not an evaluation.
        ValueError: if there are no results, or a model lacks a task.
    """
    if not isinstance(results, Mapping) or isinstance(results, Evaluation):
        raise TypeError(
            'results must be evaluations by a model\'s name, {"a": evaluation}, '
            f"got {type(results).__name__}"
        )
    if not results:
        raise ValueError("results are empty: give those of at least one model")
    by_model = {str(model): _by_task(model, given) for model, given in results.items()}
    tasks = dict.fromkeys(task for of_model in by_model.values() for task in of_model)
    for model, of_model in by_model.items():
        if missing := [task for task in tasks if task not in of_model]:
            raise ValueError(
                f"model {model!r} has no result for task {name_list(missing, 5)}: give every model "
                "a result for every task"
            )
    return {task: {m: of_model[task] for m, of_model in by_model.items()} for task in tasks}


def _by_task(model: str, given: Runs | Mapping[str, Runs]) -> dict[str, tuple[Run, ...]]:
    if isinstance(given, Mapping) and not isinstance(given, Evaluation):
        if not given:
            raise ValueError(f"model {model!r} has no results: give at least one evaluation")
        return {str(task): _runs(f"{model!r}, task {task!r}", each) for task, each in given.items()}
    return {UNNAMED_TASK: _runs(repr(model), given)}


def _runs(where: str, given: Runs) -> tuple[Run, ...]:
    runs = (given,) if isinstance(given, Run) else given
    if not isinstance(runs, Sequence) or not all(isinstance(each, Run) for each in runs):
        raise TypeError(
            f"results of {where} must be an evaluation of evaluate(), or a list with one per "
            f"run, got {type(given).__name__}"
        )
    if not runs:
        raise ValueError(f"results of {where} are empty: give at least one run")
    return tuple(runs)


def evaluations_of(
    runs: Mapping[str, Sequence[Run]],
) -> dict[str, tuple[Evaluation, ...]] | None:
    """Return the evaluations of a task; ``None`` if it has none at all."""
    found = {m: tuple(e for e in of if isinstance(e, Evaluation)) for m, of in runs.items()}
    if not any(found.values()):
        return None
    for model, of_model in runs.items():
        if len(found[model]) < len(of_model):
            raise TypeError(
                f"model {model!r} has Requests where other models have evaluations: give all runs "
                "of a task as one or the other"
            )
    return found


def requests_of(runs: Mapping[str, Sequence[Run]]) -> dict[str, list[Requests]]:
    """Return the requests of a task without evaluations."""
    return {m: [e for e in of if isinstance(e, Requests)] for m, of in runs.items()}


def chosen_metrics(
    runs: Mapping[str, Sequence[Evaluation]], wanted: Iterable[str] | None
) -> tuple[str, ...]:
    """Return the names of the metrics to compare.

    Raises:
        ValueError: if one was not computed.
    """
    computed = tuple(next(iter(runs.values()))[0])
    names = computed if wanted is None else checked_names(wanted, computed)
    if not names:
        raise ValueError(
            "nothing to compare: metrics are empty, and evaluations say nothing about requests; "
            f"computed: {', '.join(computed)}"
        )
    for name in names:
        check_name("metric", name, computed)
        if names.count(name) > 1:
            raise ValueError(f"metric {name!r} is listed twice")
    return names


def headline_of(metrics: Sequence[str], wanted: str | None) -> str:
    """Return the metric that ranks models: ROUGE-L of the usual six, else the first."""
    if wanted is None:
        return "rouge_l" if tuple(metrics) == DEFAULT_METRICS else metrics[0]
    check_name("metric", wanted, metrics)
    return wanted


def check_name(kind: str, name: str, known: Iterable[str]) -> None:
    """Check that a name is known.

    Raises:
        ValueError: if it is not.
    """
    names = list(known)
    if name not in names:
        near = suggest(str(name), names)
        raise ValueError(f"unknown {kind} {name!r}: {near}known: {', '.join(names)}")
