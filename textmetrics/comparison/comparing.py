"""Compare the evaluations of several models: from scores to a report."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace as replace_task
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from textmetrics._escape import name_list
from textmetrics._frames import data_frame
from textmetrics._options import complete, surplus_arguments, takes
from textmetrics._paper import PaperTable
from textmetrics._sentences import ReportLang
from textmetrics._version import __version__
from textmetrics.comparison.efficiency import efficiency_of
from textmetrics.comparison.findings import (
    agreement,
    breakdowns,
    by_length,
    disagreements,
    distributions,
)
from textmetrics.comparison.monitors import (
    Folders,
    MonitoredFolder,
    monitor_summaries,
    read_folders,
    served_resources,
)
from textmetrics.comparison.numbers import numbers_of
from textmetrics.comparison.options import (
    CompareOptions,
    ComparisonSettings,
)
from textmetrics.comparison.overall import add_summaries, rank_models
from textmetrics.comparison.paper import PaperOptions, paper_table
from textmetrics.comparison.result import ComparisonReport, Efficiency, ModelSummary, MonitorSummary
from textmetrics.comparison.runs import (
    Results,
    check_name,
    chosen_metrics,
    evaluations_of,
    headline_of,
    requests_of,
    runs_by_task,
)
from textmetrics.comparison.scores import compared_pairs, model_scores
from textmetrics.comparison.select import ordered
from textmetrics.comparison.tables import as_csv, as_html, as_markdown, as_table, report_columns
from textmetrics.comparison.task import Model, Task
from textmetrics.evaluation import Evaluation, flat
from textmetrics.statistics import Progress, parts, silent

if TYPE_CHECKING:
    from typing_extensions import Never, Unpack

__all__ = ["Comparison", "compare", "compare_tasks"]


@takes(CompareOptions)
def compare(
    results: Results,
    *surplus: Never,
    metrics: Iterable[str] | None = None,
    headline: str | None = None,
    ids: Sequence[str] | None = None,
    fields: Mapping[str, Sequence[Any]] | None = None,
    monitors: Mapping[str, Folders] | None = None,
    **options: Unpack[CompareOptions],
) -> Comparison:
    """Compare models: which is better, by how much, and whether that may be chance.

    Args:
        results: the results of ``evaluate`` by model name: one evaluation, or a list with one per
            run; or a mapping of task names to either of these. All evaluations of a task score
            the same samples in the same order with the same settings. With ``stopwords="both"``
            every comparison is also made over all tokens. A task of which nothing was scored has
            `Requests` in place of evaluations: its speed and reliability are compared.
        metrics: the metrics to compare; all by default.
        headline: the metric that ranks the models; by default ROUGE-L for the six usual metrics,
            else the first one.
        ids: ids of the samples; by default their numbers, from 1. For a single task only.
        fields: columns with one value per sample, by name. For a single task only.
        monitors: by model, the folder of its monitored run, or a list with one per run; see
            ``textmetrics monitor``. Their figures stand in ``report.sheet`` beside the scores.
        {options}

    Returns:
        A comparison; ``print`` shows it as tables.

    Raises:
        TypeError: if a result is not an evaluation.
        ValueError: if evaluations are not of the same samples, or a name is unknown.
        InputError: if a folder is not that of a monitored run.

    Examples:
        >>> from textmetrics import evaluate
        >>> gold = ["a red fox", "two blue birds", "one fish"] * 20
        >>> weak = evaluate(["a fox", "birds", "a dog"] * 20, gold, lang="en")
        >>> good = evaluate(["red fox", "blue birds", "one fish"] * 20, gold, lang="en")
        >>> found = compare({"weak": weak, "good": good}, metrics=["rouge_l"])
        >>> found.to_dict()["comparisons"][0]["significant"]
        True
    """
    if surplus:
        if all(isinstance(each, Evaluation) for each in (results, *surplus)):
            raise TypeError(
                f"compare() takes a mapping of model names to evaluations, got {1 + len(surplus)} "
                "evaluations: use compare({'base': one, 'tuned': other})"
            )
        example = (
            f"baseline={surplus[0]!r}" if surplus[0] in list(results) else "metrics=['rouge_l']"
        )
        raise surplus_arguments("compare", ["results"], surplus, example)
    values = complete(CompareOptions, options)
    group, breakdown = values.pop("group"), tuple(values.pop("breakdown"))
    settings = ComparisonSettings.of(**values)
    by_task = runs_by_task(results)
    if len(by_task) > 1 and (ids is not None or fields):
        raise ValueError("ids and fields belong to one task: compare such tasks one by one")
    monitored = _monitored(monitors or {}, [*next(iter(by_task.values()))])
    tasks, efficiency = [], []
    for name, given in by_task.items():
        if (runs := evaluations_of(given)) is None:
            requests = requests_of(given)
            found = [
                efficiency_of(each, samples=[range(len(run)) for run in each], model=model,
                              task=name, level=settings.level)
                for model, each in requests.items()
            ]  # fmt: skip
            for each in filter(None, found):
                each.served = served_resources(requests[each.model], monitored.get(each.model, ()))
                efficiency.append(each)
            longest = {model: max(map(len, each)) for model, each in requests.items()}
            tasks.append(Task(name, {}, metrics=(), headline="", requests=longest))
            continue
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
                breakdown=breakdown,
            )
        )
    models = [Model(name) for name in tasks[0].models]
    summaries = monitor_summaries(monitored)
    return compare_tasks(tasks, models, settings, efficiency=efficiency, monitors=summaries)


def _monitored(
    given: Mapping[str, Folders], models: Sequence[str]
) -> dict[str, list[MonitoredFolder]]:
    """Read the monitored runs of models, in the order of these."""
    for name in given:
        check_name("model", name, models)
    return {name: read_folders(given[name]) for name in models if name in given}


def compare_tasks(
    tasks: Sequence[Task],
    models: Sequence[Model],
    settings: ComparisonSettings,
    *,
    efficiency: Sequence[Efficiency] = (),
    monitors: Sequence[MonitorSummary] = (),
    progress: Progress = silent,
    choose: Callable[[Sequence[ModelSummary]], Collection[str]] | None = None,
) -> Comparison:
    """Compare models on tasks whose samples are already in the same order.

    Args:
        tasks: with the results of all models.
        models: in the order in which they are shown.
        settings: how intervals and tests are made.
        efficiency: how fast the models were, one entry per model and task.
        monitors: what was measured while they trained or served, one entry per model and run.
        progress: called now and then with the share that is done, from 0 to 1.
        choose: returns the names of the models to keep, from how all of them did. The comparison
            is then one of these models and the baseline: its p-values are adjusted for them alone.

    Raises:
        ValueError: if evaluations are not of the same samples, or a name is unknown.
    """
    names = [model.name for model in models]
    baseline = names[0] if settings.baseline is None else settings.baseline
    check_name("model", baseline, names)
    for task in tasks:
        task.check(f"task {task.name!r}: " if len(tasks) > 1 else "")
    scored = [task for task in tasks if task.metrics]
    _check_requests(tasks, efficiency)
    report = ComparisonReport(
        textmetrics=__version__,
        schema=2,
        settings=replace(settings, baseline=baseline),
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
        monitors=list(monitors),
        warnings=[],
    )
    each_part = parts(progress, 3 * len(scored))

    def run(step: Callable[[Progress], None]) -> None:
        part = next(each_part)
        step(part)
        part(1.0)

    for task in scored:
        run(partial(_add_scores, report, task))
        run(partial(_add_tests, report, task, baseline))
    if choose is not None:
        rank_models(report, scored, models)
        kept = {*choose(report.models), baseline}
        tasks, models = _keep(report, kept, tasks, models)
    for task in tasks:
        if task.metrics:
            run(partial(_add_findings, report, task))
    add_summaries(report, tasks, models)
    return Comparison(report, tasks)


class Comparison:
    """The result of `compare`; ``print`` and notebooks show it as tables in percent.

    Args:
        report: the typed report.
        tasks: the tasks that it was computed from.

    Attributes:
        report: the typed report; `to_dict` returns the same as plain objects.
        tasks: the samples, with the results of all models.
    """

    def __init__(self, report: ComparisonReport, tasks: Sequence[Task] = ()) -> None:
        self.report = report
        self.tasks = tuple(tasks)

    def to_dict(self) -> dict[str, Any]:
        """Return the report as plain Python objects, as in JSON; scores are not in percent."""
        return self.report.to_dict()

    def to_flat(self, prefix: str = "") -> dict[str, float]:
        """Return numbers by name, as experiment trackers log them; scores are not in percent.

        Names are ``task/model/metric``, without the task where there is only one: the values of
        each metric, over all tokens too, with the ends of its interval (``_low``, ``_high``), and
        for all but the baseline the ``_difference`` from it and the adjusted ``_p_value``. What is
        no finite number is left out.

        Args:
            prefix: put before each name: ``"compare/"``.

        Raises:
            TypeError: if the prefix is not a string.

        Examples:
            >>> from textmetrics import evaluate
            >>> one = evaluate(["red fox"] * 9, ["a red fox"] * 9, lang="en", metrics=["f1"])
            >>> list(compare({"a": one, "b": one}).to_flat())[-3:]
            ['b/f1_high', 'b/f1_difference', 'b/f1_p_value']
        """
        return flat(numbers_of(self.report), prefix)

    def sorted_by(self, field: str) -> Comparison:
        """Return the same comparison with its models in another order.

        Args:
            field: ``name``, ``params``, ``mean_rank``, ``mean_normalised``, a fact about the models
                or a metric; a ``-`` before it puts the largest value first.

        Raises:
            ValueError: if there is no such field.
        """
        return Comparison(ordered(self.report, field), self.tasks)

    def to_text(self, width: int = 80) -> str:
        """Return tables in percent for a terminal.

        Args:
            width: the columns of the terminal. Tables that are wider leave out columns that matter
                less, shorten names, or are spread over several tables.
        """
        return as_table(self.report, width)

    def to_markdown(self) -> str:
        """Return tables in Markdown, in percent."""
        return as_markdown(self.report)

    @takes(PaperOptions)
    def paper(self, **options: Unpack[PaperOptions]) -> PaperTable:
        r"""Return the table of a paper: a model a row, a metric a column, below its task.

        Numbers are in bold if no model is better by the paired tests, and marked if the model is
        told from the baseline; the caption names the tests.

        Args:
            {options}

        Returns:
            A table with ``to_latex``, ``to_markdown`` and ``to_csv``; notebooks show it.

        Raises:
            TypeError: if an option is unknown or of the wrong type.
            ValueError: if an option has an impossible value.

        Examples:
            >>> from textmetrics import evaluate
            >>> gold = ["a red fox", "two blue birds", "one fish"] * 20
            >>> weak = evaluate(["a fox", "birds", "a dog"] * 20, gold, lang="en", metrics=["f1"])
            >>> good = evaluate(gold, gold, lang="en", metrics=["f1"])
            >>> table = compare({"weak": weak, "good": good}).paper(decimals=1)
            >>> print("\n".join(table.to_markdown().splitlines()[:4]))
            | model |         F1 |
            |-------|------------|
            | weak  |       38.9 |
            | good  | **100.0**† |
        """
        return paper_table(self.report, **options)

    @takes(PaperOptions)
    def to_latex(
        self, *, siunitx: bool = False, label: str = "tab:results", **options: Unpack[PaperOptions]
    ) -> str:
        r"""Return the table of a paper, as `paper`, in LaTeX for the package booktabs.

        Args:
            siunitx: align numbers at the point by columns of the package siunitx.
            label: the name for ``\ref``.
            {options}

        Raises:
            TypeError: if an option is unknown or of the wrong type.
            ValueError: if an option has an impossible value.
        """
        return self.paper(**options).to_latex(siunitx=siunitx, label=label)

    def to_csv(self) -> str:
        """Return CSV with one row per task, metric and model, not in percent, with all digits.

        Where no task has metrics, it has a row per task and model, with how requests went.
        """
        return as_csv(self.report)

    def to_frame(self, library: str = "pandas") -> Any:
        """Return a table with one row per task, metric and model, as `to_csv` has them.

        Args:
            library: whose table: ``pandas``, ``polars`` or ``pyarrow``.

        Raises:
            ImportError: if the library is not installed.
            ValueError: if it is none of these.

        Examples:
            >>> from textmetrics import evaluate
            >>> one = evaluate(["a fox", "a cat"], ["a fox", "a dog"], lang="en", metrics=["f1"])
            >>> compare({"a": one, "b": one}).to_frame()[["model", "value", "difference"]]
              model  value  difference
            0     a    0.5         NaN
            1     b    0.5         0.0
        """
        return data_frame(report_columns(self.report), library)

    def to_html(self, samples: Sequence[Any] = (), *, report_lang: ReportLang = "en") -> str:
        """Return the whole report as one self-contained page.

        Args:
            samples: the texts to show, from ``textmetrics.report.report_samples``.
            report_lang: the language of the page: ``en``, ``zh`` or ``ja``.

        Raises:
            ImportError: if Jinja2 is not installed.
            ValueError: if the language is another one.
        """
        # By name, because reports import comparisons, not the other way round.
        report = import_module("textmetrics.report")
        page: str = report.to_html(self.report, samples, report_lang=report_lang)
        return page

    def __str__(self) -> str:
        """Show tables in percent, 80 columns wide."""
        return self.to_text()

    def __repr__(self) -> str:
        """Name the compared models and the tasks."""
        models = ", ".join(each.name for each in self.report.models)
        tasks = ", ".join(each.name for each in self.report.tasks)
        return f"<Comparison of {models} on {tasks}>"

    def _repr_html_(self) -> str:
        """Show tables in a notebook; names are escaped."""
        return as_html(self.report)


def _add_scores(report: ComparisonReport, task: Task, progress: Progress) -> None:
    report.scores.extend(model_scores(task, report.settings, progress))


def _add_tests(report: ComparisonReport, task: Task, baseline: str, progress: Progress) -> None:
    comparisons, pairs = compared_pairs(task, baseline, report.settings, progress)
    report.comparisons += comparisons
    report.pairs += pairs


def _add_findings(report: ComparisonReport, task: Task, progress: Progress) -> None:
    samples = {
        metric: {model: each.samples() for model, each in by_model.items()}
        for metric, by_model in task.samples().items()
    }
    report.breakdowns.extend(breakdowns(task, report.settings))
    report.by_length.extend(by_length(task, report.settings))
    report.distributions.extend(distributions(task, samples))
    report.agreement.extend(agreement(task, samples, progress))
    report.disagreements.extend(disagreements(task, samples[task.headline]))


def _keep(
    report: ComparisonReport,
    names: Collection[str],
    tasks: Sequence[Task],
    models: Sequence[Model],
) -> tuple[list[Task], list[Model]]:
    """Drop all scores and tests of other models, none of which depends on those that are kept."""
    report.scores = [each for each in report.scores if each.model in names]
    report.comparisons = [each for each in report.comparisons if each.model in names]
    report.pairs = [each for each in report.pairs if each.model in names and each.other in names]
    report.efficiency = [each for each in report.efficiency if each.model in names]
    report.monitors = [each for each in report.monitors if each.model in names]
    return (
        [
            replace_task(
                task,
                results={m: runs for m, runs in task.results.items() if m in names},
                requests={m: count for m, count in task.requests.items() if m in names},
            )
            for task in tasks
        ],
        [model for model in models if model.name in names],
    )


def _check_requests(tasks: Iterable[Task], efficiency: Iterable[Efficiency]) -> None:
    """Check that of each task without metrics it is known how its requests went.

    Raises:
        ValueError: if nothing is known of a model.
    """
    known = {(each.task, each.model) for each in efficiency}
    for task in tasks:
        unknown = [model for model in task.models if (task.name, model) not in known]
        if unknown and not task.metrics:
            raise ValueError(
                f"task {task.name!r}: nothing to compare: no metrics, and nothing is known about "
                f"the requests of {name_list(unknown, 5)}"
            )
