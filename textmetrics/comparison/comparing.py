"""Evaluations become a comparison."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from textmetrics.comparison.document import document
from textmetrics.comparison.given import (
    Results,
    check_name,
    check_task,
    chosen_metrics,
    headline_of,
    runs_by_task,
)
from textmetrics.comparison.result import Comparison
from textmetrics.comparison.settings import Settings
from textmetrics.comparison.task import Model, Task
from textmetrics.statistics import RESAMPLES, SEED

__all__ = ["compare", "compare_tasks", "steps"]


def compare(
    results: Results,
    *,
    baseline: str | None = None,
    metrics: Iterable[str] | None = None,
    headline: str | None = None,
    ids: Sequence[str] | None = None,
    fields: Mapping[str, Sequence[Any]] | None = None,
    group: str | None = None,
    breakdown: Iterable[str] = (),
    level: float = 0.95,
    resamples: int = RESAMPLES,
    seed: int = SEED,
    correction: str = "holm",
    test: str = "auto",
) -> Comparison:
    """Compare models: which is better, by how much, and whether that may be chance.

    Args:
        results: by a model's name what ``evaluate`` gave: one evaluation, or a list of them, a
            run each; or either of these by a task's name. All of a task are of the same samples
            in the same order, measured in the same way. With ``stopwords="both"`` every
            comparison is made over all tokens too.
        baseline: the model that the others are tested against; the first one where ``None``.
        metrics: those that are compared; all where ``None``.
        headline: the one that models are ranked by; ROUGE-L of the six usual ones, else the first
            one, where ``None``.
        ids: what the samples are called; their numbers, from 1, where ``None``. Of one task only.
        fields: columns with a value a sample, by name. Of one task only.
        group: the field that tells which samples belong together, such as questions on one
            document: groups, not samples, are then taken for independent.
        breakdown: fields by whose values scores are told apart; there are always ``lang`` and
            ``length``, that of the reference.
        level: of intervals, between 0 and 1; what is significant is so at 1 minus it.
        resamples: how many, for tests and for intervals by bootstrap.
        seed: of the random numbers: the same one gives the same numbers.
        correction: ``holm``, ``bh`` (Benjamini and Hochberg) or ``none``. A family is all tests of
            one metric: all models on all tasks.
        test: ``auto``, ``ar``, ``bootstrap`` or ``mcnemar``.

    Returns:
        A comparison, which shows itself as tables.

    Raises:
        TypeError: if something is no evaluation.
        ValueError: if evaluations are not of the same samples, or a name is not known.
        ImportError: if SciPy is not there.

    Examples:
        >>> from textmetrics import evaluate
        >>> gold = ["a red fox", "two blue birds", "one fish"] * 20
        >>> weak = evaluate(["a fox", "birds", "a dog"] * 20, gold, lang="en")
        >>> good = evaluate(["red fox", "blue birds", "one fish"] * 20, gold, lang="en")
        >>> found = compare({"weak": weak, "good": good}, metrics=["rouge_l"])
        >>> found.to_dict()["comparisons"][0]["significant"]
        True
    """
    by_task = runs_by_task(results)
    if len(by_task) > 1 and (ids is not None or fields):
        raise ValueError("ids and fields are of one task: compare tasks that have them one by one")
    tasks = []
    for name, runs in by_task.items():
        names = chosen_metrics(runs, metrics)
        tasks.append(
            Task(
                name,
                runs,
                metrics=names,
                headline=headline_of(names, headline),
                ids=ids,
                fields=fields or {},
                group=group,
                breakdown=tuple(breakdown),
            )
        )
    models = tasks[0].models
    settings = Settings(
        baseline=models[0] if baseline is None else baseline,
        level=level,
        resamples=resamples,
        seed=seed,
        correction=correction,
        test=test,
    )
    return compare_tasks(tasks, [Model(name) for name in models], settings)


def compare_tasks(
    tasks: Sequence[Task],
    models: Sequence[Model],
    settings: Settings,
    *,
    efficiency: Sequence[Mapping[str, Any]] = (),
    tick: Callable[[], None] = lambda: None,
) -> Comparison:
    """Compare models on tasks whose samples are lined up already.

    Args:
        tasks: with the results of all models.
        models: in the order in which they are shown.
        settings: how intervals and tests are made.
        efficiency: what is known of how fast the models were, an entry a model and task.
        tick: called after each step, of which there are as many as `steps` says.

    Raises:
        ValueError: if evaluations are not of the same samples, or a name is not known.
        ImportError: if SciPy is not there.
    """
    check_name("model", settings.baseline, [model.name for model in models])
    for task in tasks:
        check_task(task)
    found = document(tasks, models, settings, tick)
    found["efficiency"] = [dict(each) for each in efficiency]
    return Comparison(found, tasks)


def steps(tasks: Iterable[Task]) -> int:
    """Give how many intervals and tests a comparison makes."""
    return sum(len(task.metrics) * (2 * len(task.models) - 1) for task in tasks)
