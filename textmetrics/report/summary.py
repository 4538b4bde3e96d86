"""`executive_summary.md`: who is better where and by how much, and whether that may be chance."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import partial

from textmetrics._escape import escape_markdown, pluralized
from textmetrics._tables import render
from textmetrics.comparison import (
    CORRECTED,
    NOTHING,
    BaselineComparison,
    ComparisonReport,
    best_steps,
    p_value,
    points,
    verdict,
)
from textmetrics.metrics import format_value
from textmetrics.report.queries import (
    any_score,
    finite,
    headline_comparisons,
    headline_scores,
    known_ends,
    models_by_rank,
    title_of,
)

__all__ = ["summary"]

_MOST_ROWS = 12  # of a table: the other files have all rows, and this is one page
_UNEVEN = 0.02  # how large a strength or weakness must be to get a line
_MOST_NAMES = 3


def summary(report: ComparisonReport) -> str:
    """Return the summary as Markdown, about a page however many models and tasks there are."""
    report = finite(report)
    parts = [
        "# Which model is better",
        _introduction(report),
        "\n".join(f"- {sentence}" for sentence in _key_findings(report)),
        "## The best on each task",
        _best(report),
        *_against_baseline(report),
        *_caveats(report),
        "## More\n\n`report.html` has all tables and the samples, `leaderboard.csv` one row per "
        "model, `comprehensive_report.json` everything; pictures are in `visualizations`.",
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


def _key_findings(report: ComparisonReport) -> Iterator[str]:
    yield from _overall(report)
    compared = _compared(report)
    tasks = Counter(each.model for each in compared)
    several = len(report.tasks) > 1
    for name, than in (("better", "than"), ("worse", "than"), ("different", "from")):
        wins = Counter(each.model for each in compared if verdict(each) == name)
        if not wins:
            continue
        ranked = sorted(wins, key=lambda model: -wins[model])
        named = [
            escape_markdown(model)
            + (f" on {wins[model]} of {pluralized(tasks[model], 'task')}" if several else "")
            for model in ranked[:_MOST_NAMES]
        ]
        rest = len(wins) - len(named)
        more = f", and {pluralized(rest, 'more model')}" if rest else ""
        yield f"Significantly {name} {than} the baseline: {', '.join(named)}{more}."
    if warned := sum(bool(each.warnings) for each in compared):
        yield (
            f"Read before deciding: {warned:,} of {pluralized(len(compared), 'comparison')} "
            f"{'have' if warned > 1 else 'has'} a warning, below."
        )
    yield from _difficulty(report)
    yield from _curves(report)
    if compared and not any(each.significant for each in compared):
        yield "No difference to the baseline is significant: it may all be chance."


def _compared(report: ComparisonReport) -> list[BaselineComparison]:
    return [each for task in report.tasks for each in headline_comparisons(report, task)]


def _overall(report: ComparisonReport) -> Iterator[str]:
    ranks = {model.name: model.mean_rank for model in report.models if model.mean_rank is not None}
    order = [name for name in models_by_rank(report) if name in ranks]
    if len(report.models) == 1:
        yield "There is only one model, so nothing is compared."
    if len(order) < 2 or not report.tasks:
        return
    first = [name for name in order if ranks[name] == ranks[order[0]]]
    several = len(report.tasks) > 1
    over = f", mean rank {ranks[first[0]]:.2f}" if several else ""
    if len(first) == len(order):
        yield f"Overall: no model is ahead of the others{over}."
        return
    second = next(name for name in order if name not in first)
    rank = f" ({ranks[second]:.2f})" if several else ""
    yield f"First overall: {_names(first)}{over}; then {escape_markdown(second)}{rank}."


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


def _best(report: ComparisonReport) -> str:
    """Return a table of each task's best model, and the models that are tied with it."""
    scores = headline_scores(report)
    rows = []
    for task in report.tasks:
        found = [score for (_, name), score in scores.items() if name == task.name]
        known = [(score.value, score) for score in found if score.value is not None]
        if not known or known[0][1].better is None:
            continue
        first = max if known[0][1].better == "higher" else min
        value, best = first(known, key=lambda each: each[0])
        rows.append([
            escape_markdown(task.name),
            escape_markdown(title_of(report, task.name, task.headline)),
            escape_markdown(best.model),
            _names(best.tied_with) or NOTHING,
            _with_interval(partial(format_value, percent=best.percent), value, best.interval),
            f"{best.n:,}",
        ])  # fmt: skip
    header = ["task", "metric", "best", "tied with", "score", "samples"]
    if rows:
        return _table(header, rows, texts=4, what="task")
    if any(score.value is not None for score in scores.values()):
        return "No task has a best model: neither higher nor lower scores are better."
    return "No task has a score."


def _against_baseline(report: ComparisonReport) -> Iterator[str]:
    """Yield the headline metrics' differences: the significant ones first, then the largest."""
    compared = _compared(report)
    if not compared:
        return
    compared.sort(key=lambda each: (not each.significant, -abs(each.difference or 0.0)))
    families = sorted({each.family for each in compared})
    yield "## Against the baseline"
    yield (
        f"p-values are {CORRECTED[report.settings.correction]}; a family has "
        f"{' or '.join(pluralized(family, 'comparison') for family in families)}."
    )
    rows = [
        [
            escape_markdown(each.task),
            escape_markdown(each.model),
            verdict(each) + (" (with a warning)" if each.warnings else ""),
            _with_interval(partial(points, percent=each.percent), each.difference, each.interval),
            p_value(each.p_value_adjusted),
        ]
        for each in compared
    ]
    header = ["task", "model", "verdict", "difference", "p"]
    yield _table(header, rows, texts=3, what="comparison")


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
        spread = format_value(each.spread, percent=score is None or score.percent)
        apart = f"the models' scores are up to {spread} apart"
        if score is None or score.better == "higher":
            apart = f"the best model's score is {spread} above the worst one's"
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


def _table(header: Sequence[str], rows: Sequence[Sequence[str]], *, texts: int, what: str) -> str:
    """Return a table in Markdown; of a long one only the first rows."""
    table = render(header, rows[:_MOST_ROWS], "markdown", texts=texts)
    rest = len(rows) - _MOST_ROWS
    if rest <= 0:
        return table
    return f"{table}\n\nAnd {pluralized(rest, f'more {what}')} in `report.html`."
