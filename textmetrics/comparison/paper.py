"""The table of a paper from a report: what is in bold, underlined or marked is what tests say.

A number is in bold if its rank is 1, underlined if its rank is the next, and marked if the paired
test tells its model from the baseline: never because it is printed larger.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any, TypedDict

from textmetrics._checks import parse_whole_number
from textmetrics._options import Option, complete
from textmetrics._paper import (
    MARK,
    UNCERTAINTIES,
    PaperCell,
    PaperColumn,
    PaperTable,
    Uncertainty,
    about_definition,
    about_uncertainty,
    check_paper_options,
    interval_texts,
    joined,
    number_text,
)
from textmetrics.comparison.models import UNNAMED_TASK
from textmetrics.comparison.result import BaselineComparison, ComparisonReport, ModelScore
from textmetrics.comparison.tables import CORRECTED, units

if TYPE_CHECKING:
    from typing_extensions import Unpack

__all__ = ["PaperOptions", "PaperTable", "paper_table"]


class PaperOptions(TypedDict, total=False):
    """What the table of a paper shows beside numbers, bold type and marks."""

    second: Annotated[bool, Option(False, "underline the models that are next in rank")]
    uncertainty: Annotated[
        Uncertainty | None,
        Option(
            None,
            "what follows each number: interval (its confidence interval), margin (± half the "
            "interval's width) or sd (± the standard deviation between runs); ``None`` for nothing",
            choices=lambda: UNCERTAINTIES,
            metavar="NAME",
            flag_help="what follows each number: interval (its confidence interval), margin (± "
            "half its width) or sd (± the standard deviation between runs)",
        ),
    ]
    decimals: Annotated[
        int,
        Option(
            2, "how many decimals numbers have, from 0 to 6", metavar="N", parse=parse_whole_number
        ),
    ]


def paper_table(report: ComparisonReport, **options: Unpack[PaperOptions]) -> PaperTable:
    """Return the table of a paper: a model a row, a metric a column, below its task.

    Raises:
        TypeError: if an option is unknown or of the wrong type.
        ValueError: if an option has an impossible value, or there is nothing to show for it.
    """
    chosen = complete(PaperOptions, options)
    if not report.scored_tasks:
        raise ValueError("no scores for a table: no task has metrics")
    _check(chosen, report)
    uncertainty, decimals = chosen["uncertainty"], chosen["decimals"]
    scores = {(each.task, each.metric, each.model): each for each in report.scores}
    marked = {(e.task, e.metric, e.model) for e in report.comparisons if e.significant}
    shared = {(each.task, each.metric): each for each in report.scores}  # one of several models
    order = [task.name for task in report.tasks]
    places = sorted(shared, key=lambda place: order.index(place[0]))  # else as they were computed
    models = [model.name for model in report.models]
    second = {place: _second_rank(report, place) for place in places} if chosen["second"] else {}
    rows = []
    for model in models:
        cells = []
        for place in places:
            if (score := scores.get((*place, model))) is None:
                cells.append(PaperCell(""))
                continue
            cells.append(
                PaperCell(
                    number_text(score.value, percent=score.percent, decimals=decimals),
                    _spread(score, uncertainty, decimals),
                    best=score.rank == 1 and len(models) > 1,
                    second=score.rank is not None and score.rank == second.get(place),
                    marked=(*place, model) in marked,
                )
            )
        rows.append((model, cells))
    several = len(report.scored_tasks) > 1
    first = [shared[place] for place in places]
    columns = [
        PaperColumn(each.title, each.task * several, each.percent, each.better == "lower")
        for each in first
    ]
    caption = " ".join(_caption(report, first, uncertainty, second=chosen["second"]))
    return PaperTable(columns, rows, caption, list(_notes(report, first)))


def _check(options: Mapping[str, Any], report: ComparisonReport) -> None:
    check_paper_options(options["uncertainty"], options["decimals"])
    several = any(score.run_sd is not None for score in report.scores)
    if options["uncertainty"] == "sd" and not several:
        raise ValueError("uncertainty='sd' needs several runs of a model, found one of each")


def _second_rank(report: ComparisonReport, place: tuple[str, str]) -> int | None:
    """Return the first rank after 1 that a model has by a metric on a task, if one has."""
    ranks = (each.rank for each in report.scores if (each.task, each.metric) == place)
    return min((rank for rank in ranks if rank is not None and rank > 1), default=None)


def _spread(score: ModelScore, uncertainty: str | None, decimals: int) -> tuple[str, ...]:
    if uncertainty is None:
        return ()
    if uncertainty == "sd":
        sd = number_text(score.run_sd, percent=score.percent, decimals=decimals)
        return (sd,) if sd else ()
    return interval_texts(score.interval, uncertainty, percent=score.percent, decimals=decimals)


# --- the caption


def _caption(
    report: ComparisonReport,
    first: Sequence[ModelScore],
    uncertainty: str | None,
    *,
    second: bool,
) -> Iterator[str]:
    tasks = report.scored_tasks
    on = f" on {tasks[0].name}" if len(tasks) == 1 and tasks[0].name != UNNAMED_TASK else ""
    counts = [f"{task.n:,}" for task in tasks]
    if len(set(counts)) > 1:
        counts = [f"{n} on {task.name}" for n, task in zip(counts, tasks, strict=True)]
    yield f"Scores{on} {units(first)} (n = {joined(dict.fromkeys(counts))})."
    yield from about_definition(score.signature for score in first)
    if any(score.better == "lower" for score in first):
        yield "↓: lower is better."
    if len(report.models) > 1:
        yield "Bold: no model is better by the paired tests."
        if second:
            yield "Underlined: the next in rank."
        yield from _of_marks(report)
    yield from about_uncertainty(uncertainty, f"{100 * report.settings.level:g} % interval")


def _of_marks(report: ComparisonReport) -> Iterator[str]:
    tests = [each for each in report.comparisons if each.test is not None]
    if not tests:
        return
    settings = report.settings
    titles = {score.metric: score.title for score in report.scores}
    how = f"{_test_names(tests, titles)}; p {CORRECTED[settings.correction or 'none']}"
    if any(each.significant for each in tests):
        yield f"{MARK}: differs from {settings.baseline} (p < {settings.alpha:g}; {how})."
    else:
        yield f"No score differs from that of {settings.baseline} (p ≥ {settings.alpha:g}; {how})."


def _test_names(tests: Iterable[BaselineComparison], titles: Mapping[str, str]) -> str:
    """Return the names of tests, with the metrics that each was for if there are several.

    That of most metrics comes last, for "the others".
    """
    by_metric: dict[str, dict[str, None]] = {}
    for each in tests:
        by_metric.setdefault(each.metric, {})[str(each.test)] = None
    metrics: dict[str, list[str]] = {}
    for metric, names in by_metric.items():
        metrics.setdefault(" or ".join(sorted(names)), []).append(titles[metric])
    *few, (most, its) = sorted(metrics.items(), key=lambda item: len(item[1]))
    if not few:
        return most
    rest = "the others" if len(its) > 1 else its[0]
    return ", ".join([*(f"{name} for {joined(of)}" for name, of in few), f"{most} for {rest}"])


def _notes(report: ComparisonReport, first: Sequence[ModelScore]) -> Iterator[str]:
    """Yield what does not belong in a caption, but must not be lost."""
    yield from [] if report.conclusion is None else report.conclusion.sentences
    yield from dict.fromkeys(f"signature: {score.signature}" for score in first)
    yield from (f"WARNING: {warning}" for warning in report.warnings)
