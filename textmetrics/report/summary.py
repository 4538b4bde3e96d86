"""`executive_summary.md`: who is better where and by how much, and whether that may be chance."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import partial

from textmetrics._escape import escape_markdown, pluralized
from textmetrics._sentences import ReportLang, report_language, say
from textmetrics._tables import render
from textmetrics.comparison import (
    CORRECTED,
    NOTHING,
    ComparisonReport,
    best_first,
    best_steps,
    p_value,
    points,
    verdict,
)
from textmetrics.metrics import format_value
from textmetrics.report.queries import (
    any_score,
    finite,
    headline_scores,
    known_ends,
    title_of,
)

__all__ = ["summary"]

_MOST_ROWS = 12  # of a table: the other files have all rows, and this is one page
_FIRST_ROWS = 6  # of the comparisons, where they are counted by metric too
_UNEVEN = 0.02  # how large a strength or weakness must be to get a line
_MOST_NAMES = 3
_OUTCOMES = ("better", "worse", "different", "not significant", "not compared")


def summary(report: ComparisonReport, *, report_lang: ReportLang = "en") -> str:
    """Return the summary as Markdown, about a page however many models and tasks there are.

    Args:
        report: what the comparison found.
        report_lang: the language of the summary.

    Raises:
        ValueError: if the language is unknown.
    """
    with report_language(report_lang):
        return _summary(finite(report))


def _summary(report: ComparisonReport) -> str:
    parts = [
        f"# {say('Which model is better')}",
        *_conclusion(report),
        _introduction(report),
        "\n".join(f"- {sentence}" for sentence in _key_findings(report)),
        "## The best on each task",
        _best(report),
        *_by_metric(report),
        *_against_baseline(report),
        *_caveats(report),
        "## More\n\n`report.html` has all tables and the samples, `leaderboard.csv` all scores "
        "and verdicts, `comprehensive_report.json` everything; pictures are in `visualizations`.",
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _introduction(report: ComparisonReport) -> str:
    baseline = report.settings.baseline
    compared = baseline is not None and len(report.models) > 1
    against = f", baseline {escape_markdown(str(baseline))}" if compared else ""
    models, tasks = len(report.models), len(report.tasks)
    scores, level = headline_scores(report).values(), f"{100 * report.settings.level:g} %"
    plain = dict.fromkeys(score.title for score in scores if not score.percent)
    if not plain:
        scale = f"Scores are percent, differences percentage points, intervals {level}."
    elif any(score.percent for score in scores):
        scale = (
            "Scores are in percent and differences in percentage points, except for "
            f"{escape_markdown(', '.join(plain))}. Intervals are {level}."
        )
    else:
        scale = f"Scores are not in percent. Intervals are {level}."
    return f"{pluralized(models, 'model')}, {pluralized(tasks, 'task')}{against}. {scale}"


def _conclusion(report: ComparisonReport) -> list[str]:
    found = report.conclusion
    return [] if found is None else list(map(escape_markdown, found.sentences))


def _key_findings(report: ComparisonReport) -> Iterator[str]:
    compared = report.comparisons
    if warned := sum(bool(each.warnings) for each in compared):
        yield (
            f"Read before deciding: {warned:,} of {pluralized(len(compared), 'comparison')} "
            f"{'have' if warned > 1 else 'has'} a warning, below."
        )
    yield from _difficulty(report)
    yield from _curves(report)


def _difficulty(report: ComparisonReport) -> Iterator[str]:
    """Yield the hardest and the easiest task, of those whose percentages can be compared."""
    known = [
        (task.difficulty.mean, escape_markdown(task.name))
        for task in report.tasks
        if task.difficulty.mean is not None
        and (score := any_score(report, task.name, task.headline))
        and score.percent
        and score.better == "higher"
    ]
    if len(known) > 1 and min(known)[0] < max(known)[0]:
        (low, hardest), (high, easiest) = min(known), max(known)
        yield (
            f"Hardest task: {hardest} (mean over models {format_value(low)}); "
            f"easiest: {easiest} ({format_value(high)})."
        )


def _curves(report: ComparisonReport) -> Iterator[str]:
    """Say where trainings were best by the headline metric; of many only the first ones."""
    headlines = {task.name: task.headline for task in report.tasks}
    curves = [
        curve
        for curve in report.learning_curves
        if curve.metric == headlines[curve.task] and curve.best_step is not None
    ]
    for curve in curves[:_MOST_NAMES]:
        series = f"{escape_markdown(curve.series)} " if curve.series else ""
        yield f"Training {series}on {escape_markdown(curve.task)}: {best_steps(curve)}."


def _names(models: Sequence[str]) -> str:
    """Return models' names; of many only the first ones."""
    shown = ", ".join(escape_markdown(name) for name in models[:_MOST_NAMES])
    rest = len(models) - _MOST_NAMES
    return f"{shown} and {rest:,} more" if rest > 0 else shown


def _by_metric(report: ComparisonReport) -> Iterator[str]:
    """Yield a row for each metric that was computed, where the table of comparisons is cut."""
    if len(report.comparisons) <= _MOST_ROWS:
        return
    metrics = dict.fromkeys(metric for task in report.tasks for metric in task.metrics)
    rows = []
    for metric in metrics:
        outcomes = Counter(verdict(e) for e in report.comparisons if e.metric == metric)
        if not outcomes:
            continue
        title = next(title_of(report, e.task, metric) for e in report.scores if e.metric == metric)
        counts = [f"{outcomes[name]:,}" for name in _OUTCOMES]
        rows.append([escape_markdown(title), *counts, f"{outcomes.total():,}"])
    if rows:
        yield "## By metric"
        yield (
            "How many comparisons with the baseline, each of a model on a task, say that the model "
            "is better, worse or different, do not tell the two apart, or had no sample."
        )
        yield render(["metric", *_OUTCOMES, "comparisons"], rows, "markdown")


def _best(report: ComparisonReport) -> str:
    """Return a table of each task's best model, and the models that are tied with it.

    By all metrics if there is room for them, else by the headline metric alone.
    """
    rows = []
    metrics = [(task, metric) for task in report.tasks for metric in task.metrics]
    if len(metrics) > _MOST_ROWS:
        metrics = [(task, task.headline) for task in report.tasks]
    for task, metric in metrics:
        scores = [s for s in report.scores if (s.task, s.metric) == (task.name, metric)]
        best = next((s for s in best_first(scores) if s.rank and s.value is not None), None)
        if best is None:
            continue
        rows.append([
            escape_markdown(task.name),
            escape_markdown(title_of(report, task.name, metric)),
            escape_markdown(best.model),
            _names(best.tied_with) or NOTHING,
            _with_interval(partial(format_value, percent=best.percent), best.value, best.interval),
            f"{best.n:,}",
        ])  # fmt: skip
    header = ["task", "metric", "best", "tied with", "score", "samples"]
    if rows:
        return _table(header, rows, texts=4, what="task")
    if any(score.value is not None for score in headline_scores(report).values()):
        return "No task has a best model: neither higher nor lower scores are better."
    return "No task has a score."


def _against_baseline(report: ComparisonReport) -> Iterator[str]:
    """Yield all differences: headline metrics first, then significant ones, then the largest."""
    headlines = {task.name: task.headline for task in report.tasks}
    compared = sorted(
        report.comparisons,
        key=lambda each: (
            each.metric != headlines[each.task],
            not each.significant,
            -abs(each.difference or 0.0),
        ),
    )
    if not compared:
        return
    families = sorted({each.family for each in compared})
    yield "## Against the baseline"
    if families[-1] > 1:
        yield (
            f"p-values are {CORRECTED[report.settings.correction]}; a family has "
            f"{' or '.join(pluralized(family, 'comparison') for family in families)}."
        )
    rows = [
        [
            escape_markdown(each.task),
            escape_markdown(title_of(report, each.task, each.metric)),
            escape_markdown(each.model),
            verdict(each) + (" (with a warning)" if each.warnings else ""),
            _with_interval(partial(points, percent=each.percent), each.difference, each.interval),
            p_value(each.p_value_adjusted),
        ]
        for each in compared
    ]
    header = ["task", "metric", "model", "verdict", "difference", "p"]
    most = _MOST_ROWS if len(rows) <= _MOST_ROWS else _FIRST_ROWS
    yield _table(header, rows, texts=4, what="comparison", most=most)


def _caveats(report: ComparisonReport) -> Iterator[str]:
    """Yield what may change what the numbers mean, the first ones of each kind."""
    lines = []
    for one, several, most, notes in (
        ("warning", "warnings", 8, _warnings(report)),
        (
            "model and task with such outputs",
            "models and tasks with such outputs",
            3,
            _flags(report),
        ),
        ("strength or weakness", "strengths and weaknesses", 3, _strengths(report)),
        ("sample", "samples", 3, _disagreements(report)),
    ):
        lines += [f"- {note}" for note in notes[:most]]
        if (rest := len(notes) - most) > 0:
            lines.append(f"- … {rest:,} more {one if rest == 1 else several} in `report.html`.")
    if lines:
        yield "## What to look at"
        yield "\n".join(lines)


def _warnings(report: ComparisonReport) -> list[str]:
    return [f"**Warning:** {escape_markdown(each)}" for each in report.warnings]


def _flags(report: ComparisonReport) -> list[str]:
    """Return a line per model and task whose outputs have anomalies."""
    return [
        f"Outputs of {_where(score.model, score.task)}: {escape_markdown('; '.join(score.flags))}."
        for score in headline_scores(report).values()
        if score.flags
    ]


def _strengths(report: ComparisonReport) -> list[str]:
    """Return where a model deviates from what its overall level predicts, the largest first."""
    known = [
        (each.residual, each)
        for each in report.strengths
        if each.residual is not None and abs(each.residual) >= _UNEVEN
    ]
    known.sort(key=lambda found: -abs(found[0]))
    return [
        f"{'Strong' if residual > 0 else 'Weak'}: {_where(each.model, each.task)}, "
        f"{points(residual)} from what its overall level predicts."
        for residual, each in known
    ]


def _disagreements(report: ComparisonReport) -> list[str]:
    headlines = {task.name: task.headline for task in report.tasks}
    lines = []
    for each in report.disagreements:
        score = any_score(report, each.task, headlines[each.task])
        percent = score is None or score.percent
        spread = format_value(each.spread, percent=percent) + " points" * percent
        title = escape_markdown(title_of(report, each.task, headlines[each.task]))
        apart = f"by {title}, the models' scores are up to {spread} apart"
        if score is None or score.better == "higher":
            apart = f"by {title}, the best model's score is {spread} above the worst one's"
        lines.append(
            f"Sample {escape_markdown(str(each.id))} of {escape_markdown(each.task)}: {apart}."
        )
    return lines


def _where(model: str, task: str) -> str:
    return f"{escape_markdown(model)} on {escape_markdown(task)}"


def _with_interval(
    written: Callable[[float | None], str],
    value: float | None,
    interval: Sequence[float | None] | None,
) -> str:
    around = known_ends(interval)
    return written(value) + (f" [{written(around[0])}, {written(around[1])}]" if around else "")


def _table(
    header: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    texts: int,
    what: str,
    most: int = _MOST_ROWS,
) -> str:
    """Return a table in Markdown; of a long one only the first rows."""
    table = render(header, rows[:most], "markdown", texts=texts)
    rest = len(rows) - most
    if rest <= 0:
        return table
    return f"{table}\n\nAnd {pluralized(rest, f'more {what}')} in `report.html`."
