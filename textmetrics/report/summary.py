"""`executive_summary.md`: who is better where and by how much, and whether that may be chance."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import partial

from textmetrics._escape import escape_markdown
from textmetrics._sentences import (
    ReportLang,
    joined,
    listed,
    plural,
    report_language,
    say,
    term,
)
from textmetrics._tables import render
from textmetrics.comparison import (
    CORRECTED,
    NOTHING,
    BaselineComparison,
    ComparisonReport,
    best_first,
    best_steps,
    has_more_than_scores,
    p_value,
    points,
    shown_sheet,
    verdict,
)
from textmetrics.metrics import format_value
from textmetrics.monitor import FigureRow, figure_text
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
_MOST_WARNINGS = 8
_MOST_NOTES = 3  # of each other kind
_TEXTS = 4  # columns of both tables that are text
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
    scored = bool(report.scored_tasks)
    parts = [
        f"# {say('Which model is better') if scored else say('Speed and reliability')}",
        *_conclusion(report),
        _introduction(report),
        "\n".join(f"- {sentence}" for sentence in _key_findings(report)),
        *_best_of_tasks(report),
        *_by_metric(report),
        *_against_baseline(report),
        *_figures(report),
        *_caveats(report),
        f"## {say('More')}",
        say(
            "`report.html` has all tables and the samples, `leaderboard.csv` all scores and "
            "verdicts, `comprehensive_report.json` everything; pictures are in `visualizations`."
        ),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _introduction(report: ComparisonReport) -> str:
    baseline = report.settings.baseline if report.scored_tasks else None
    models = plural(len(report.models), "{number} model", "{number:,} models")
    tasks = plural(len(report.tasks), "{number} task", "{number:,} tasks")
    if baseline is not None and len(report.models) > 1:
        named = escape_markdown(str(baseline))
        what = say(
            "{models}, {tasks}, baseline {baseline}.", models=models, tasks=tasks, baseline=named
        )
    else:
        what = say("{models}, {tasks}.", models=models, tasks=tasks)
    if not report.scored_tasks:
        return what
    return say("{sentence} {next}", sentence=what, next=_scale(report))


def _scale(report: ComparisonReport) -> str:
    scores, level = headline_scores(report).values(), 100 * report.settings.level
    plain = dict.fromkeys(term(score.title) for score in scores if not score.percent)
    if not plain:
        return say(
            "Scores are percent, differences percentage points, intervals {level:g} %.", level=level
        )
    if any(score.percent for score in scores):
        return say(
            "Scores are in percent and differences in percentage points, except for {titles}. "
            "Intervals are {level:g} %.",
            titles=escape_markdown(joined(list(plain), ",")),
            level=level,
        )
    return say("Scores are not in percent. Intervals are {level:g} %.", level=level)


def _conclusion(report: ComparisonReport) -> list[str]:
    found = report.conclusion
    return [] if found is None else list(map(escape_markdown, found.sentences))


def _key_findings(report: ComparisonReport) -> Iterator[str]:
    compared = report.comparisons
    if warned := sum(bool(each.warnings) for each in compared):
        whole = plural(len(compared), "{number} comparison", "{number:,} comparisons")
        yield plural(
            warned,
            "Read before deciding: {number} of {whole} has a warning, below.",
            "Read before deciding: {number:,} of {whole} have a warning, below.",
            whole=whole,
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
        yield say(
            "Hardest task: {hardest} (mean over models {low}); easiest: {easiest} ({high}).",
            hardest=hardest,
            low=format_value(low),
            easiest=easiest,
            high=format_value(high),
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
        task, best = escape_markdown(curve.task), best_steps(curve)
        if curve.series:
            series = escape_markdown(curve.series)
            yield say("Training {series} on {task}: {best}.", series=series, task=task, best=best)
        else:
            yield say("Training on {task}: {best}.", task=task, best=best)


def _names(models: Sequence[str]) -> str:
    """Return models' names; of many only the first ones."""
    if not models:
        return NOTHING
    shown = joined([escape_markdown(name) for name in models[:_MOST_NAMES]], ",")
    rest = len(models) - _MOST_NAMES
    return say("{names} and {rest:,} more", names=shown, rest=rest) if rest > 0 else shown


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
        yield f"## {say('By metric')}"
        yield say(
            "How many comparisons with the baseline, each of a model on a task, say that the model "
            "is better, worse or different, do not tell the two apart, or had no sample."
        )
        header = [say("metric"), *map(term, _OUTCOMES), say("comparisons")]
        yield render(header, rows, "markdown")


def _best_of_tasks(report: ComparisonReport) -> Iterator[str]:
    if report.scored_tasks:
        yield f"## {say('The best on each task')}"
        yield _best(report)


def _best(report: ComparisonReport) -> str:
    """Return a table of each task's best model, and the models that are tied with it.

    By all metrics if there is room for them, else by the headline metric alone.
    """
    rows = []
    metrics = [(task, metric) for task in report.tasks for metric in task.metrics]
    if len(metrics) > _MOST_ROWS:
        metrics = [(task, task.headline) for task in report.scored_tasks]
    for task, metric in metrics:
        scores = [s for s in report.scores if (s.task, s.metric) == (task.name, metric)]
        best = next((s for s in best_first(scores) if s.rank and s.value is not None), None)
        if best is None:
            continue
        rows.append([
            escape_markdown(task.name),
            escape_markdown(title_of(report, task.name, metric)),
            escape_markdown(best.model),
            _names(best.tied_with),
            _with_interval(partial(format_value, percent=best.percent), best.value, best.interval),
            f"{best.n:,}",
        ])  # fmt: skip
    header = [
        say("task"), say("metric"), say("best"), say("tied with"), say("score"), say("samples"),
    ]  # fmt: skip
    if rows:
        more = plural(
            len(rows) - _MOST_ROWS,
            "And {number} more task in `report.html`.",
            "And {number:,} more tasks in `report.html`.",
        )
        return _table(header, rows, _MOST_ROWS, more)
    if any(score.value is not None for score in headline_scores(report).values()):
        return say("No task has a best model: neither higher nor lower scores are better.")
    return say("No task has a score.")


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
    yield f"## {say('Against the baseline')}"
    if families[-1] > 1:
        sizes = [
            plural(family, "{number} comparison", "{number:,} comparisons") for family in families
        ]
        yield say(
            "p-values are {adjusted}; a family has {sizes}.",
            adjusted=term(CORRECTED[report.settings.correction]),
            sizes=listed(sizes, "or"),
        )
    rows = [
        [
            escape_markdown(each.task),
            escape_markdown(title_of(report, each.task, each.metric)),
            escape_markdown(each.model),
            _verdict(each),
            _with_interval(partial(points, percent=each.percent), each.difference, each.interval),
            p_value(each.p_value_adjusted),
        ]
        for each in compared
    ]
    header = [
        say("task"), say("metric"), say("model"), say("verdict"), say("difference"), say("p"),
    ]  # fmt: skip
    most = _MOST_ROWS if len(rows) <= _MOST_ROWS else _FIRST_ROWS
    more = plural(
        len(rows) - most,
        "And {number} more comparison in `report.html`.",
        "And {number:,} more comparisons in `report.html`.",
    )
    yield _table(header, rows, most, more)


def _verdict(test: BaselineComparison) -> str:
    outcome = term(verdict(test))
    return say("{verdict} (with a warning)", verdict=outcome) if test.warnings else outcome


# Of many figures the summary has these; of several tasks only what is of the whole model.
_KEY_FIGURES = (
    "parameters", "epoch_s", "tokens_per_s", "steps_per_s", "gpu_utilization",
    "output_tokens_per_s", "requests_per_s", "memory_peak_bytes", "memory_utilization",
    "gpu_memory_peak_bytes",
    "disk_read_bytes_per_s", "disk_write_bytes_per_s", "network_received_bits_per_s",
    "crash_rate", "restarts", "error_rate", "response_time_mean_s", "response_time_p95_s",
    "first_token_p50_s", "satisfaction",
)  # fmt: skip
_MOST_FIGURES = 20
_MOST_MODELS = 8  # beside each other


def _figures(report: ComparisonReport) -> Iterator[str]:
    """Yield a table of the most important figures of training and serving, models side by side."""
    sheet = shown_sheet(report) if has_more_than_scores(report) else None
    if sheet is None:
        return
    kept = [row for row in sheet.rows if row.figure.name in _KEY_FIGURES]
    if len(kept) > _MOST_FIGURES:
        kept = [row for row in kept if not row.task]
    rows = [
        [
            *map(escape_markdown, (term(each.figure.group), each.label)),
            escape_markdown(term(each.figure.unit)),
            *(_figure(each, model) for model in sheet.models[:_MOST_MODELS]),
        ]
        for each in kept
    ]
    if all(row.figure.group == "model" for row in kept):
        return
    yield f"## {say('All figures')}"
    models = map(escape_markdown, sheet.models[:_MOST_MODELS])
    header = [say("group"), say("figure"), say("unit"), *models]
    yield render(header, rows, "markdown", texts=3)
    yield say(
        "Bold is the best of a row by its value alone: no test compares these figures. "
        "`report.html` has all figures, and what they mean."
    )


def _figure(row: FigureRow, model: str) -> str:
    text = escape_markdown(figure_text(row.values.get(model), row.figure))
    return f"**{text}**" if model in row.best else text


def _caveats(report: ComparisonReport) -> Iterator[str]:
    """Yield what may change what the numbers mean, the first ones of each kind."""
    notes = [*_warnings(report), *_flags(report), *_strengths(report), *_disagreements(report)]
    if notes:
        yield f"## {say('What to look at')}"
        yield "\n".join(f"- {note}" for note in notes)


def _first(notes: Sequence[str], most: int, more: str) -> list[str]:
    """Return the first notes; ``more`` says how many others there are."""
    return [*notes[:most], *([more] if len(notes) > most else [])]


def _warnings(report: ComparisonReport) -> list[str]:
    notes = [
        say("**Warning:** {warning}", warning=escape_markdown(each)) for each in report.warnings
    ]
    more = plural(
        len(notes) - _MOST_WARNINGS,
        "… {number} more warning in `report.html`.",
        "… {number:,} more warnings in `report.html`.",
    )
    return _first(notes, _MOST_WARNINGS, more)


def _flags(report: ComparisonReport) -> list[str]:
    """Return a line per model and task whose outputs have anomalies."""
    notes = [
        say(
            "Outputs of {model} on {task}: {flags}.",
            model=escape_markdown(score.model),
            task=escape_markdown(score.task),
            flags=escape_markdown(joined(score.flags)),
        )
        for score in headline_scores(report).values()
        if score.flags
    ]
    more = plural(
        len(notes) - _MOST_NOTES,
        "… {number} more model and task with such outputs in `report.html`.",
        "… {number:,} more models and tasks with such outputs in `report.html`.",
    )
    return _first(notes, _MOST_NOTES, more)


def _strengths(report: ComparisonReport) -> list[str]:
    """Return where a model deviates from what its overall level predicts, the largest first."""
    known = [
        (each.residual, each)
        for each in report.strengths
        if each.residual is not None and abs(each.residual) >= _UNEVEN
    ]
    known.sort(key=lambda found: -abs(found[0]))
    notes = [
        say(
            "Strong: {model} on {task}, {points} from what its overall level predicts."
            if residual > 0
            else "Weak: {model} on {task}, {points} from what its overall level predicts.",
            model=escape_markdown(each.model),
            task=escape_markdown(each.task),
            points=points(residual),
        )
        for residual, each in known
    ]
    more = plural(
        len(notes) - _MOST_NOTES,
        "… {number} more strength or weakness in `report.html`.",
        "… {number:,} more strengths and weaknesses in `report.html`.",
    )
    return _first(notes, _MOST_NOTES, more)


def _disagreements(report: ComparisonReport) -> list[str]:
    headlines = {task.name: task.headline for task in report.tasks}
    notes = []
    for each in report.disagreements:
        score = any_score(report, each.task, headlines[each.task])
        percent = score is None or score.percent
        spread = format_value(each.spread, percent=percent)
        higher = score is None or score.better == "higher"
        notes.append(
            say(
                "Sample {id} of {task}: by {title}, the best model's score is {spread} above the "
                "worst one's."
                if higher
                else "Sample {id} of {task}: by {title}, the models' scores are up to {spread} "
                "apart.",
                id=escape_markdown(str(each.id)),
                task=escape_markdown(each.task),
                title=escape_markdown(title_of(report, each.task, headlines[each.task])),
                spread=say("{number} points", number=spread) if percent else spread,
            )
        )
    more = plural(
        len(notes) - _MOST_NOTES,
        "… {number} more sample in `report.html`.",
        "… {number:,} more samples in `report.html`.",
    )
    return _first(notes, _MOST_NOTES, more)


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
    most: int,
    more: str,
) -> str:
    """Return a table in Markdown; of a long one only the first rows, and how many others."""
    table = render(header, rows[:most], "markdown", texts=_TEXTS)
    return f"{table}\n\n{more}" if len(rows) > most else table
