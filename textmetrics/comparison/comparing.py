"""Evaluations become a comparison."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from textmetrics._options import takes
from textmetrics.comparison.document import report_of
from textmetrics.comparison.given import (
    Results,
    check_name,
    check_task,
    chosen_metrics,
    headline_of,
    runs_by_task,
)
from textmetrics.comparison.options import (
    ComparisonOptions,
    ComparisonSettings,
    comparison_settings,
)
from textmetrics.comparison.ordering import ordered
from textmetrics.comparison.result import ComparisonReport, Efficiency
from textmetrics.comparison.shown import as_csv, as_html, as_latex, as_markdown, as_table
from textmetrics.comparison.task import Model, Task

if TYPE_CHECKING:
    from typing_extensions import Unpack

__all__ = ["Comparison", "compare", "compare_tasks", "steps"]


@takes(ComparisonOptions)
def compare(
    results: Results,
    *,
    metrics: Iterable[str] | None = None,
    headline: str | None = None,
    ids: Sequence[str] | None = None,
    fields: Mapping[str, Sequence[Any]] | None = None,
    group: str | None = None,
    breakdown: Iterable[str] = (),
    **options: Unpack[ComparisonOptions],
) -> Comparison:
    """Compare models: which is better, by how much, and whether that may be chance.

    Args:
        results: by a model's name what ``evaluate`` gave: one evaluation, or a list of them, a
            run each; or either of these by a task's name. All of a task are of the same samples
            in the same order, measured in the same way. With ``stopwords="both"`` every
            comparison is made over all tokens too.
        metrics: those that are compared; all where ``None``.
        headline: the one that models are ranked by; ROUGE-L of the six usual ones, else the first
            one, where ``None``.
        ids: what the samples are called; their numbers, from 1, where ``None``. Of one task only.
        fields: columns with a value a sample, by name. Of one task only.
        group: the field that tells which samples belong together, such as questions on one
            document: groups, not samples, are then taken for independent.
        breakdown: fields by whose values scores are told apart; there are always ``lang`` and
            ``length``, that of the reference.
        {options}

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
    models = [Model(name) for name in tasks[0].models]
    return compare_tasks(tasks, models, comparison_settings(**options))


def compare_tasks(
    tasks: Sequence[Task],
    models: Sequence[Model],
    settings: ComparisonSettings,
    *,
    efficiency: Sequence[Efficiency] = (),
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
    names = [model.name for model in models]
    baseline = names[0] if settings.baseline is None else settings.baseline
    check_name("model", baseline, names)
    for task in tasks:
        check_task(task)
    settings = replace(settings, baseline=baseline)
    return Comparison(report_of(tasks, models, settings, efficiency, tick), tasks)


def steps(tasks: Iterable[Task]) -> int:
    """Give how many intervals and tests a comparison makes."""
    return sum(len(task.metrics) * (2 * len(task.models) - 1) for task in tasks)


class Comparison:
    """What `compare` found; ``print`` shows tables in percent, as a notebook does.

    Args:
        report: everything that was found.
        tasks: what it was made from.

    Attributes:
        report: everything that was found, typed; `to_dict` returns the same as plain objects.
        tasks: the samples, with the results of all models.
    """

    def __init__(self, report: ComparisonReport, tasks: Sequence[Task] = ()) -> None:
        self.report = report
        self.tasks = tuple(tasks)

    def to_dict(self) -> dict[str, Any]:
        """Return everything that was found as plain Python objects; values are 0 to 1."""
        return self.report.to_dict()

    def sorted_by(self, field: str) -> Comparison:
        """Return the same comparison with its models in another order.

        Args:
            field: ``name``, ``params``, ``mean_rank``, ``mean_normalised``, a fact of the models or
                a metric; with ``-`` before it the largest comes first.

        Raises:
            ValueError: if there is no such field.
        """
        return Comparison(ordered(self.report, field), self.tasks)

    def to_markdown(self) -> str:
        """Return tables in Markdown, in percent."""
        return as_markdown(self.report)

    def to_latex(self) -> str:
        """Return tables in LaTeX, in percent; they need the package booktabs."""
        return as_latex(self.report)

    def to_csv(self) -> str:
        """Return one row per task, metric and model, 0 to 1 with all digits."""
        return as_csv(self.report)

    def to_html(self, samples: Sequence[Any] = ()) -> str:
        """Return the whole report as one self-contained page.

        Args:
            samples: the texts that it shows, from ``textmetrics.report.report_samples``.

        Raises:
            ImportError: if Jinja2 is not installed.
        """
        # By name, because reports are made from comparisons, not the other way round.
        page: str = import_module("textmetrics.report.html").to_html(self.to_dict(), samples)
        return page

    def __str__(self) -> str:
        """Show tables in percent."""
        return as_table(self.report)

    def __repr__(self) -> str:
        """Name the compared models and the tasks."""
        models = ", ".join(each.name for each in self.report.models)
        tasks = ", ".join(each.name for each in self.report.tasks)
        return f"<Comparison of {models} on {tasks}>"

    def _repr_html_(self) -> str:
        """Show tables in a notebook; names are escaped."""
        return as_html(self.report)
