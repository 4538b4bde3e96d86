"""The report as tables that people read, in percent."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from textmetrics._escape import pluralized
from textmetrics.comparison.result import (
    BaselineComparison,
    Breakdown,
    ComparisonReport,
    Efficiency,
    LearningCurve,
    ModelScore,
    TaskSummary,
)
from textmetrics.comparison.wording import (
    CORRECTED,
    NOTHING,
    best_steps,
    ends,
    p_value,
    percent,
    points,
    verdict,
)

__all__ = ["Table", "tables"]


class _OfTask(Protocol):
    @property
    def task(self) -> str: ...


T = TypeVar("T", bound=_OfTask)
_MOST_GROUPS = 50


@dataclass(frozen=True)
class Table:
    """One table.

    Attributes:
        title: what stands above it.
        header: names of the columns.
        rows: cells, formatted.
        texts: how many of the first columns are text.
        notes: what stands below it.
    """

    title: str
    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    texts: int = 1
    notes: Sequence[str] = field(default=())


def tables(report: ComparisonReport) -> Iterator[Table]:
    """Give all tables, the summary of several tasks first."""
    if len(report.tasks) > 1:
        yield _overall(report)
    for task in report.tasks:
        yield _scores(report, task)
        if entries := _of(report.comparisons, task):
            yield _comparisons(report, task, entries)
        yield from _efficiency(task, _of(report.efficiency, task))
        for each in _of(report.breakdowns, task):
            if each.metric == task.headline:
                yield _breakdown(report, each)
        for curve in _of(report.learning_curves, task):
            if curve.metric == task.headline:
                yield _curve(report, curve)
    if report.strengths:
        yield _strengths(report)


def _of(entries: Sequence[T], task: TaskSummary) -> list[T]:
    return [each for each in entries if each.task == task.name]


def _level(report: ComparisonReport) -> str:
    return f"{100 * report.settings.level:g} %"


def _titles(report: ComparisonReport) -> dict[tuple[str, str], str]:
    return {(each.task, each.metric): each.title for each in report.scores}


def _overall(report: ComparisonReport) -> Table:
    tasks = report.tasks
    scores = {(e.task, e.metric, e.model): e for e in report.scores}
    models = sorted(
        report.models, key=lambda each: (each.mean_rank or 0.0, -(each.mean_normalised or 0.0))
    )
    rows = []
    for model in models:
        found = [scores[task.name, task.headline, model.name] for task in tasks]
        cells = [f"{percent(each.value)} ({_rank(each)})" for each in found]
        rows.append([model.name, f"{model.mean_rank:.2f}", percent(model.mean_normalised), *cells])
    titles = _titles(report)
    header = [f"{task.name}: {titles[task.name, task.headline]}" for task in tasks]
    notes = ["in percent, with ranks; = where intervals overlap; normalised by the best of a task"]
    return Table("All tasks", ["model", "mean rank", "normalised", *header], rows, notes=notes)


def _rank(score: ModelScore) -> str:
    return f"{score.rank}{'=' * bool(score.tied_with)}"


def _scores(report: ComparisonReport, task: TaskSummary) -> Table:
    scores = _of(report.scores, task)
    several = any(each.run_sd is not None for each in scores)
    both = any(each.all_tokens is not None for each in scores)
    header = ["metric", "model", "score", f"{_level(report)} interval"]
    header += ["sd of runs"] * several + ["all tokens"] * both
    header += ["precision", "recall", "F1", "rank", "n"]
    rows = []
    for each in scores:
        cells = [each.title, each.model, percent(each.value), ends(each.interval)]
        cells += [percent(each.run_sd)] * several
        cells += [percent(each.all_tokens.value if each.all_tokens else None)] * both
        cells += map(percent, (each.precision, each.recall, each.f1))
        rows.append([*cells, _rank(each), f"{each.n:,}"])
    notes = [_scale(task, both=both), *_flags(scores)]
    return Table(f"{task.name}: scores", header, rows, 2, notes)


def _scale(task: TaskSummary, *, both: bool) -> str:
    what = "in percent; a rank with = is shared by models whose intervals overlap"
    grouped = f"; groups of {task.group} are taken for independent" if task.group else ""
    return f"{what}{'; all but “all tokens” without stopwords' * both}{grouped}"


def _flags(scores: Sequence[ModelScore]) -> list[str]:
    flags = {each.model: each.flags for each in scores}
    return [f"{model}: {', '.join(found)}" for model, found in flags.items() if found]


def _comparisons(
    report: ComparisonReport, task: TaskSummary, entries: Sequence[BaselineComparison]
) -> Table:
    titles = _titles(report)
    both = any(each.all_tokens is not None for each in entries)
    several = any(each.p_value != each.p_value_adjusted for each in entries)
    header = ["metric", "model", "difference", f"{_level(report)} interval", "p"]
    header += ["p adjusted"] * several + ["verdict"] + ["all tokens"] * both
    header += ["differ", "better", "worse"]
    rows = []
    for each in entries:
        cells = [titles[each.task, each.metric], each.model, points(each.difference)]
        cells += [ends(each.interval, points), p_value(each.p_value)]
        cells += [p_value(each.p_value_adjusted)] * several + [verdict(each)]
        if both:
            over_all = each.all_tokens
            cells.append(f"{points(over_all.difference)}, {verdict(over_all)}" if over_all else "")
        counts = (each.n_different, each.wins, each.losses)
        rows.append([*cells, *(NOTHING if count is None else f"{count:,}" for count in counts)])
    settings = report.settings
    made = [*dict.fromkeys(each.test for each in entries if each.test)]
    families = sorted({each.family for each in entries})
    family = f"a family of {pluralized(families[-1], 'test')}"
    if len(families) > 1:
        family = f"families of {families[0]:,} to {pluralized(families[-1], 'test')}"
    notes = [
        f"in percentage points; {', '.join(made) or 'no test'}, {settings.resamples:,} "
        f"resamples, seed {settings.seed}; p {CORRECTED[settings.correction or 'none']} for "
        f"{family}: one metric, all models and tasks; the last columns count samples"
    ]
    title = f"{task.name}: against {settings.baseline}"
    return Table(title, header, rows, 2, notes)


_SPEEDS = {
    "latency p50": ("latency_s", "p50"),
    "p95": ("latency_s", "p95"),
    "first token p50": ("ttft_s", "p50"),
    "requests/s": ("throughput", "requests_per_s"),
    "tokens/s": ("throughput", "output_tokens_per_s"),
    "rating": ("rating", "mean"),
}


def _efficiency(task: TaskSummary, entries: Sequence[Efficiency]) -> Iterator[Table]:
    """Give what matters most of it, without columns that no model has.

    How many records failed is said below the scores too: for that alone there is no table.
    """
    known = {
        name: values
        for name, (part, number) in _SPEEDS.items()
        if any(values := [getattr(getattr(each, part), number, None) for each in entries])
    }
    if not known:
        return
    rows = []
    for at, each in enumerate(entries):
        errors = each.n - each.succeeded if each.error_rate is not None else None
        numbers = [values[at] for values in known.values()]
        cells = [f"{each.n:,}", NOTHING if errors is None else f"{errors:,}"]
        cells += [NOTHING if number is None else f"{number:,.2f}" for number in numbers]
        rows.append([each.model, *cells])
    notes = ["times in seconds, of requests that succeeded; tokens are those of the output"]
    header = ["model", "requests", "failed", *known]
    yield Table(f"{task.name}: efficiency", header, rows, notes=notes)


def _breakdown(report: ComparisonReport, entry: Breakdown) -> Table:
    models = [each.name for each in report.models]
    groups = entry.groups[:_MOST_GROUPS]
    rows = [
        [str(each.value), f"{each.n:,}", *(percent(each.scores[m].value) for m in models)]
        for each in groups
    ]
    notes = []
    if (more := len(entry.groups) - len(groups)) > 0:
        notes.append(f"and {more:,} more")
    title = f"{entry.task}: {_titles(report)[entry.task, entry.metric]} by {entry.field}"
    return Table(title, [entry.field, "n", *models], rows, notes=notes)


def _curve(report: ComparisonReport, entry: LearningCurve) -> Table:
    rows = [[f"{each.step:,}", percent(each.value), ends(each.interval)] for each in entry.points]
    series = f" of {entry.series}" if entry.series else ""
    title = _titles(report)[entry.task, entry.metric]
    return Table(
        f"{entry.task}: {title} over the steps{series}",
        ["step", "score", f"{_level(report)} interval"],
        rows,
        notes=[best_steps(entry)],
    )


def _strengths(report: ComparisonReport) -> Table:
    tasks = [each.name for each in report.tasks]
    found = {(each.model, each.task): each.residual for each in report.strengths}
    rows = [
        [model.name, *(points(found[model.name, task]) for task in tasks)]
        for model in report.models
    ]
    notes = [
        "in percentage points: above or below what the model's mean and the task's lead to expect"
    ]
    return Table("Strengths and weaknesses", ["model", *tasks], rows, notes=notes)
