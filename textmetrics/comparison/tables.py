"""Show a report as tables."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, Protocol, TypeVar

from textmetrics._escape import (
    csv_cell,
    escape_html,
    escape_markdown,
    pluralized,
    printable,
)
from textmetrics._sentences import listed, mark, say, term
from textmetrics._tables import html_table, render, without_empty
from textmetrics.comparison.drawing import WIDTH, ReportTable, drawn_tables
from textmetrics.comparison.result import (
    AllTokensComparison,
    BaselineComparison,
    Breakdown,
    ComparisonReport,
    Efficiency,
    LearningCurve,
    LengthBucket,
    ModelScore,
    ModelSummary,
    PairComparison,
    TaskSummary,
)
from textmetrics.comparison.sheet import has_more_than_scores, shown_sheet
from textmetrics.comparison.shown import NOTHING, ends, p_value, points
from textmetrics.metrics import format_value
from textmetrics.monitor import FigureSheet
from textmetrics.presets import computed_without
from textmetrics.statistics import TESTS

__all__ = [
    "CORRECTED",
    "SHARED_LETTERS",
    "as_csv",
    "as_html",
    "as_markdown",
    "as_table",
    "best_steps",
    "by_mean_rank",
    "directed_title",
    "draws",
    "interval_disagrees",
    "length_range",
    "rank_text",
    "report_columns",
    "score_columns",
    "speeds_by_length",
    "tables",
    "verdict",
]


class _OfTask(Protocol):
    @property
    def task(self) -> str: ...


T = TypeVar("T", bound=_OfTask)
_MOST_GROUPS = 50


def tables(report: ComparisonReport) -> Iterator[ReportTable]:
    """Yield all tables; the summary of several tasks comes first."""
    if len(report.scored_tasks) > 1:
        yield _overall(report)
    for task in report.tasks:
        yield from _of_task(report, task)
    if report.strengths:
        yield _strengths(report)


def _of_task(report: ComparisonReport, task: TaskSummary) -> Iterator[ReportTable]:
    if task.metrics:
        yield _scores(report, task)
    if entries := _of(report.comparisons, task):
        yield _comparisons(report, task, entries)
    yield from _speed_by_length(report, task)
    for each in _of(report.breakdowns, task):
        if each.metric == task.headline:
            yield _breakdown(report, each)
    for curve in _of(report.learning_curves, task):
        if curve.metric == task.headline:
            yield _curve(report, curve)


def _of(entries: Sequence[T], task: TaskSummary) -> list[T]:
    return [each for each in entries if each.task == task.name]


def _level(report: ComparisonReport) -> str:
    return f"{100 * report.settings.level:g} %"


def _by_metric(report: ComparisonReport) -> dict[tuple[str, str], ModelScore]:
    """Return one score per task and metric: title and unit are the same for all models."""
    return {(each.task, each.metric): each for each in report.scores}


def _overall(report: ComparisonReport) -> ReportTable:
    tasks = report.scored_tasks
    scores = {(e.task, e.metric, e.model): e for e in report.scores}
    models = by_mean_rank(report.models)
    rows = []
    for model in models:
        headline_scores = [scores[task.name, task.headline, model.name] for task in tasks]
        cells = [
            f"{format_value(each.value, percent=each.percent)} ({rank_text(each)})"
            for each in headline_scores
        ]
        rank = NOTHING if model.mean_rank is None else f"{model.mean_rank:.2f}"
        rows.append([model.name, rank, format_value(model.mean_normalised), *cells])
    shared = _by_metric(report)
    headlines = [shared[task.name, task.headline] for task in tasks]
    header = [f"{each.task}: {each.title}" for each in headlines]
    notes = [f"{units(headlines)}, with ranks; {SHARED_LETTERS}; normalised by the best of a task"]
    return ReportTable(
        "All tasks",
        ["model", "mean rank", "normalised", *header],
        rows,
        notes=notes,
        spare=[["normalised"]],
    )


def by_mean_rank(models: Iterable[ModelSummary]) -> list[ModelSummary]:
    """Sort models by their mean rank, then by their mean share of the best score.

    Those without a mean rank come last.
    """

    def place(model: ModelSummary) -> tuple[float, float]:
        rank, share = model.mean_rank, model.mean_normalised
        return (
            math.inf if rank is None or math.isnan(rank) else rank,
            0.0 if share is None or math.isnan(share) else -share,
        )

    return sorted(models, key=place)


def rank_text(score: ModelScore) -> str:
    """Return the rank of a model with its letters, which models that are not told apart share."""
    return NOTHING if score.rank is None else f"{score.rank} {score.letters}".rstrip()


def _scores(report: ComparisonReport, task: TaskSummary) -> ReportTable:
    scores = _of(report.scores, task)
    several = any(each.run_sd is not None for each in scores)
    both = any(each.all_tokens is not None for each in scores)
    header = ["metric", "model", "score", f"{_level(report)} interval"]
    header += ["sd of runs"] * several + ["all tokens"] * both
    header += ["precision", "recall", "F1", "rank", "n"]
    rows = []
    for each in scores:
        written = partial(format_value, percent=each.percent)
        cells = [each.title, each.model, written(each.value), ends(each.interval, written)]
        cells += [written(each.run_sd)] * several
        cells += [written(each.all_tokens.value if each.all_tokens else None)] * both
        cells += map(format_value, (each.precision, each.recall, each.f1))
        rows.append([*cells, rank_text(each), f"{each.n:,}"])
    header, rows = without_empty(header, rows, ("precision", "recall", "F1"))
    without = computed_without(each.signature for each in scores)
    notes = [_scale(task, scores, both=both), *_flags(scores), *without]
    return ReportTable(
        f"{task.name}: scores",
        header,
        rows,
        2,
        notes,
        spare=[["precision", "recall", "F1"]],
        least=[["sd of runs"], ["all tokens"], ["n"]],
    )


def _scale(task: TaskSummary, scores: Sequence[ModelScore], *, both: bool) -> str:
    what = f"{units(scores)}; {SHARED_LETTERS}"
    lower = dict.fromkeys(each.title for each in scores if each.better == "lower")
    if lower:
        what += f"; lower values of {', '.join(lower)} are better"
    grouped = f"; groups of {task.group} are taken for independent" if task.group else ""
    return f"{what}{'; all but “all tokens” without stopwords' * both}{grouped}"


def _flags(scores: Sequence[ModelScore]) -> list[str]:
    flags = {each.model: each.flags for each in scores}
    return [f"{model}: {', '.join(found)}" for model, found in flags.items() if found]


def _comparisons(
    report: ComparisonReport, task: TaskSummary, entries: Sequence[BaselineComparison]
) -> ReportTable:
    shared = _by_metric(report)
    both = any(each.all_tokens is not None for each in entries)
    adjusted = any(each.p_value != each.p_value_adjusted for each in entries)
    header = ["metric", "model", "difference", f"{_level(report)} interval", "p"]
    header += ["p adjusted"] * adjusted + ["verdict"] + ["all tokens"] * both
    header += ["differ", "better", "worse"]
    rows = []
    for each in entries:
        formatted = partial(points, percent=each.percent)
        title = shared[each.task, each.metric].title
        cells = [title, each.model, formatted(each.difference)]
        cells += [ends(each.interval, formatted), p_value(each.p_value)]
        cells += [p_value(each.p_value_adjusted)] * adjusted + [verdict(each)]
        if both:
            over_all = each.all_tokens
            cells.append(
                f"{formatted(over_all.difference)}, {verdict(over_all)}" if over_all else ""
            )
        counts = (each.n_different, each.wins, each.losses)
        rows.append([*cells, *(NOTHING if count is None else f"{count:,}" for count in counts)])
    settings = report.settings
    tests = [*dict.fromkeys(each.test for each in entries if each.test)]
    families = sorted({each.family for each in entries})
    family = f"a family of {families[-1]:,} tests"
    if len(families) > 1:
        family = f"families of {families[0]:,} to {families[-1]:,} tests"
    if both or not tests or any(map(draws, tests)):
        tests = tests or ["no test"]
        tests += [pluralized(settings.resamples, "resample"), f"seed {settings.seed}"]
    corrected = CORRECTED[settings.correction or "none"]
    parts = [
        units((shared[each.task, each.metric] for each in entries), "in percentage points"),
        ", ".join(tests),
        *[f"p {corrected} for {family}: {_FAMILY}"] * (families[-1] > 1),
        *["headline metrics count as one"] * (families[-1] > 1 and _has_several_headlines(report)),
        "the last columns count samples",
    ]
    notes = ["; ".join(parts), *_otherwise(shared, entries)]
    return ReportTable(
        f"{task.name}: against {settings.baseline}",
        header,
        rows,
        2,
        notes,
        spare=[["p"]] * adjusted + [["all tokens"]],
        least=[["differ"], ["better", "worse"]],
    )


_FAMILY = "one metric, all models and tasks"


def _has_several_headlines(report: ComparisonReport) -> bool:
    return len({each.headline for each in report.tasks if each.headline}) > 1


def _otherwise(
    shared: Mapping[tuple[str, str], ModelScore], entries: Sequence[BaselineComparison]
) -> Iterator[str]:
    """Say of which differences the interval alone would give another verdict."""
    by_model: dict[str, list[str]] = {}
    for each in entries:
        if interval_disagrees(each):
            title = shared[each.task, each.metric].title
            by_model.setdefault(each.model, []).append(title)
    if by_model:
        named = ", ".join(f"{model} ({', '.join(by)})" for model, by in by_model.items())
        p = "p adjusted" if any(each.family > 1 for each in entries) else "p"
        yield f"verdicts go by {p}; the interval alone would say otherwise of {named}"


def speeds_by_length(
    entries: Iterable[Efficiency],
) -> dict[tuple[int, int], dict[str, LengthBucket]]:
    """Return the speed of answers of each model, by the range of output tokens, shortest first."""
    found: dict[tuple[int, int], dict[str, LengthBucket]] = {}
    for entry in entries:
        for bucket in entry.tokens_per_s_by_output_length:
            found.setdefault((bucket.from_, bucket.to), {})[entry.model] = bucket
    return dict(sorted(found.items()))


def length_range(low: int, high: int) -> str:
    """Format a range of lengths.

    Examples:
        >>> length_range(1, 1), length_range(512, 1023), length_range(1024, 2047)
        ('1', '512–1,023', '1,024–2,047')
    """
    return f"{low:,}" if low == high else f"{low:,}–{high:,}"


def _speed_by_length(report: ComparisonReport, task: TaskSummary) -> Iterator[ReportTable]:
    entries = _of(report.efficiency, task)
    models = [m.name for m in report.models if any(e.model == m.name for e in entries)]
    found = speeds_by_length(entries)
    if not found:
        return
    rows = [
        [length_range(*ends), *(_speed(buckets.get(model)) for model in models)]
        for ends, buckets in found.items()
    ]
    yield ReportTable(
        f"{task.name}: speed by output length",
        ["output tokens", *models],
        rows,
        notes=["output tokens a second of answers with so many, and in brackets their number"],
        names=True,
    )


def _speed(bucket: LengthBucket | None) -> str:
    if bucket is None or bucket.tokens_per_s is None:
        return NOTHING
    return f"{bucket.tokens_per_s:,.2f} ({bucket.n:,})"


def _breakdown(report: ComparisonReport, entry: Breakdown) -> ReportTable:
    models = [each.name for each in report.models]
    groups = entry.groups[:_MOST_GROUPS]
    shared = _by_metric(report)[entry.task, entry.metric]
    rows = [
        [
            str(each.value),
            f"{each.n:,}",
            *(format_value(each.scores[m].value, percent=shared.percent) for m in models),
        ]
        for each in groups
    ]
    notes = []
    if (more := len(entry.groups) - len(groups)) > 0:
        notes.append(f"and {more:,} more")
    title = f"{entry.task}: {shared.title} by {entry.field}"
    return ReportTable(title, [entry.field, "n", *models], rows, notes=notes, names=True)


def _curve(report: ComparisonReport, entry: LearningCurve) -> ReportTable:
    shared = _by_metric(report)[entry.task, entry.metric]
    written = partial(format_value, percent=shared.percent)
    rows = [
        [f"{each.step:,}", written(each.value), ends(each.interval, written)]
        for each in entry.points
    ]
    series = f" of {entry.series}" if entry.series else ""
    return ReportTable(
        f"{entry.task}: {shared.title} over the steps{series}",
        ["step", "score", f"{_level(report)} interval"],
        rows,
        notes=[best_steps(entry)],
    )


def _strengths(report: ComparisonReport) -> ReportTable:
    tasks = list(dict.fromkeys(each.task for each in report.strengths))
    found = {(each.model, each.task): each.residual for each in report.strengths}
    rows = [
        [model.name, *(points(found[model.name, task]) for task in tasks)]
        for model in report.models
    ]
    notes = [
        "in percentage points: above or below what the model's mean and the task's lead to expect"
    ]
    header = ["model", *tasks]
    return ReportTable("Strengths and weaknesses", header, rows, notes=notes, names=True)


SHARED_LETTERS = mark("models that share a letter are not told apart by the paired tests")
"""What the letters after a rank say."""

CORRECTED: Mapping[str | None, str] = {
    "holm": mark("adjusted by Holm's method"),
    "bh": mark("adjusted by Benjamini and Hochberg's method"),
    "none": mark("not adjusted"),
}
"""How p-values were adjusted, in words, by the name of the method."""

IN_PERCENT, PERCENT = mark("in percent"), mark("percent")
IN_POINTS, POINTS = mark("in percentage points"), mark("percentage points")
"""Units, for `units`."""


def units(scores: Iterable[ModelScore], unit: str = IN_PERCENT) -> str:
    """Describe in which unit scores are shown, with the metrics that are exceptions.

    Examples:
        >>> units([]), units([], "percentage points")
        ('in percent', 'percentage points')
    """
    scores = list(scores)
    plain = [printable(term(score.title)) for score in scores if not score.percent]
    if plain and len(plain) == len(scores):
        return say("not in percentage points" if "points" in unit else "not in percent")
    if not plain:
        return term(unit)
    titles = listed(list(dict.fromkeys(plain)))
    return say("{unit} except {titles}", unit=term(unit), titles=titles)


def best_steps(curve: LearningCurve) -> str:
    """Describe at which step training was best, and from which step on it was as good.

    Examples:
        >>> best_steps(LearningCurve("qa", "f1", "", [], best_step=1500, plateau_step=1000))
        'best at step 1,500; step 1,000 is as good within noise'
        >>> best_steps(LearningCurve("qa", "f1", "", [], best_step=1500, plateau_step=1500))
        'best at step 1,500; no step is better after it'
        >>> best_steps(LearningCurve("qa", "f1", "", [], best_step=2000, plateau_step=None))
        'best at the last step, 2,000: it may improve further'
    """
    best, plateau = curve.best_step, curve.plateau_step
    if best is None:
        return say("no step is best: neither higher nor lower values are better")
    if plateau is None:
        return say("best at the last step, {best:,}: it may improve further", best=best)
    if plateau == best:
        return say("best at step {best:,}; no step is better after it", best=best)
    return say(
        "best at step {best:,}; step {plateau:,} is as good within noise",
        best=best,
        plateau=plateau,
    )


def verdict(comparison: BaselineComparison | PairComparison | AllTokensComparison) -> str:
    """Return the outcome of a test in words; "better" and "worse" are beyond chance.

    Examples:
        >>> verdict(AllTokensComparison(-0.1, None, 0.001, 0.002, significant=True))
        'worse'
    """
    if comparison.difference is None:
        return mark("not compared")
    if not comparison.significant:
        return mark("not significant")
    if comparison.better is None:
        return mark("different")
    higher_is_better = comparison.better == "higher"
    return mark("better") if (comparison.difference > 0) == higher_is_better else mark("worse")


def interval_disagrees(test: BaselineComparison | PairComparison) -> bool:
    """Return whether the interval of a difference alone would give another verdict than its test.

    Verdicts go by the tests: a test may be exact where an interval is approximate, and p-values
    are adjusted, intervals are not.
    """
    if test.p_value is None or test.interval is None:
        return False
    low, high = test.interval
    if low is None or high is None:
        return False
    return low < 0 < high if test.significant else low > 0 or high < 0


def draws(test: str | None) -> bool:
    """Return whether a p-value, by the name of its test, comes from resamples."""
    return test in (TESTS["ar"], TESTS["bootstrap"])


def directed_title(score: ModelScore) -> str:
    """Return the name of a score's metric for people, with its direction if lower is better."""
    title = term(score.title)
    return say("{title} (lower is better)", title=title) if score.better == "lower" else title


def as_table(report: ComparisonReport, width: int = WIDTH) -> str:
    """Return tables for a terminal of so many columns."""
    blocks = drawn_tables(list(tables(report)), width)
    if (sheet := _sheet(report)) is not None:
        blocks.append(f"{_ALL_FIGURES}\n{sheet.to_text(width)}")
    found = "\n".join(map(printable, _conclusion(report)))
    return "\n\n".join([*filter(None, [found]), *blocks, *_warnings(report)])


_ALL_FIGURES = "All figures"


def _sheet(report: ComparisonReport) -> FigureSheet | None:
    """Return the sheet of all figures, if there are others than the tables above it show."""
    return shown_sheet(report) if has_more_than_scores(report) else None


def _conclusion(report: ComparisonReport) -> list[str]:
    return [] if report.conclusion is None else report.conclusion.sentences


def _warnings(report: ComparisonReport) -> list[str]:
    lines = [f"WARNING: {printable(each)}" for each in report.warnings]
    return ["\n".join(lines)] if lines else []


def as_markdown(report: ComparisonReport) -> str:
    """Return tables in Markdown."""
    blocks = list(map(escape_markdown, _conclusion(report)))
    for each in tables(report):
        blocks.append(f"### {escape_markdown(each.title)}")
        rows = [[escape_markdown(one) for one in row] for row in each.rows]
        header = [escape_markdown(one) for one in each.header]
        blocks.append(render(header, rows, "markdown", texts=each.texts))
        blocks += map(escape_markdown, each.notes)
    if (sheet := _sheet(report)) is not None:
        blocks += [f"### {_ALL_FIGURES}", sheet.to_markdown(definitions=True)]
    blocks += [f"**Warning:** {escape_markdown(each)}" for each in report.warnings]
    return "\n\n".join(blocks)


def as_html(report: ComparisonReport) -> str:
    """Return tables in HTML; all texts are escaped."""
    blocks = [f"<p>{escape_html(each)}</p>" for each in _conclusion(report)]
    for each in tables(report):
        blocks.append(html_table(each.header, each.rows, caption=each.title, texts=each.texts))
        blocks += [f"<p>{escape_html(note)}</p>" for note in each.notes]
    if (sheet := _sheet(report)) is not None:
        blocks.append(sheet.to_html(caption=_ALL_FIGURES))
    blocks += [f"<p><strong>Warning:</strong> {escape_html(each)}</p>" for each in report.warnings]
    return "\n".join(blocks)


_COLUMNS = (
    "task", "metric", "model", "value", "low", "high", "interval_method", "rank", "letters", "n",
    "run_sd", "precision", "recall", "f1", "all_tokens", "length_ratio", "difference", "p_value",
    "p_value_adjusted", "significant", "flags", "signature",
)  # fmt: skip


def score_columns(report: ComparisonReport) -> dict[str, list[Any]]:
    """Return columns with one row per task, metric and model, and its difference to the baseline.

    Scores are not in percent; what is not known is ``None``.
    """
    tests = {(e.task, e.metric, e.model): e for e in report.comparisons}
    columns: dict[str, list[Any]] = {name: [] for name in (*_COLUMNS, "scale")}
    for score in report.scores:
        test = tests.get((score.task, score.metric, score.model))
        low, high = score.interval or (None, None)
        derived: dict[str, object] = {
            "low": low,
            "high": high,
            "all_tokens": score.all_tokens and score.all_tokens.value,
            "flags": "; ".join(score.flags),
            "scale": "0 to 1" if score.percent else "plain number",
        }
        for name, cells in columns.items():
            cells.append(derived.get(name, getattr(score, name, getattr(test, name, None))))
    return columns


_EFFICIENCY_COLUMNS = ("task", "model", "requests", "succeeded", "error_rate")


def report_columns(report: ComparisonReport) -> dict[str, list[Any]]:
    """Return the columns of scores, or where no task has metrics, those of efficiency."""
    if report.scored_tasks or not report.efficiency:
        return score_columns(report)
    columns: dict[str, list[Any]] = {name: [] for name in _EFFICIENCY_COLUMNS}
    for part, names in _EFFICIENCY_PARTS.items():
        columns |= {f"{part}_{name}".removeprefix("throughput_"): [] for name in names}
    for each in report.efficiency:
        cells = [each.task, each.model, each.n, each.succeeded, each.error_rate]
        for part, names in _EFFICIENCY_PARTS.items():
            cells += [getattr(getattr(each, part), name, None) for name in names]
        for column, cell in zip(columns.values(), cells, strict=True):
            column.append(cell)
    return columns


_OF_PERCENTILES = ("mean", "p50", "p90", "p95", "p99")
_EFFICIENCY_PARTS = {
    "latency_s": _OF_PERCENTILES,
    "ttft_s": _OF_PERCENTILES,
    "throughput": ("requests_per_s", "output_tokens_per_s", "span_s"),
    "output_tokens": _OF_PERCENTILES,
    "rating": ("mean", "n"),
}


def as_csv(report: ComparisonReport) -> str:
    """Return CSV with the same columns."""
    columns = report_columns(report)
    rows = [[*map(_cell, row)] for row in zip(*columns.values(), strict=True)]
    return render(list(columns), rows, "csv")


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return repr(value) if isinstance(value, float) else csv_cell(str(value))
