"""`executive_summary.md`: who is better where, by how much, is that chance, what to look at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from textmetrics._escape import escape_markdown, pluralized
from textmetrics._tables import render
from textmetrics.comparison import (
    CORRECTED,
    NOTHING,
    best_steps,
    p_value,
    percent,
    points,
    verdict,
)
from textmetrics.report.document import (
    Document,
    Entry,
    finite,
    headline_comparisons,
    headline_scores,
    models_by_rank,
    span,
    title_of,
)

__all__ = ["summary"]

_MOST_ROWS = 12  # of a table: all is in the other files, and this is a page
_UNEVEN = 0.02  # strengths and weaknesses that are worth a line
_MOST_NAMES = 3


def summary(document: Document) -> str:
    """Give the summary as Markdown, about a page however many models and tasks there are.

    Args:
        document: what ``Comparison.to_dict()`` gives.
    """
    document = finite(document)
    parts = [
        "# Which model is better",
        _about(document),
        "\n".join(f"- {sentence}" for sentence in _in_short(document)),
        "## The best on each task",
        _best(document),
        *_against_baseline(document),
        *_to_look_at(document),
        "## More\n\n`report.html` has all tables and the samples, `leaderboard.csv` a row a model, "
        "`comprehensive_report.json` everything; pictures are in `visualizations`.",
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _about(document: Document) -> str:
    settings = document["settings"]
    baseline = settings["baseline"]
    compared = baseline is not None and len(document["models"]) > 1
    against = f", baseline {escape_markdown(baseline)}" if compared else ""
    models, tasks = len(document["models"]), len(document["tasks"])
    return (
        f"{pluralized(models, 'model')}, {pluralized(tasks, 'task')}{against}. Scores are percent, "
        f"differences percentage points, intervals {100 * settings['level']:g} %."
    )


def _in_short(document: Document) -> Iterator[str]:
    """Give a few sentences."""
    yield from _overall(document)
    found = [row for task in document["tasks"] for row in headline_comparisons(document, task)]
    tasks = Counter(row["model"] for row in found)
    several = len(document["tasks"]) > 1
    for name in ("better", "worse"):
        wins = Counter(row["model"] for row in found if verdict(row) == name)
        if not wins:
            continue
        ranked = sorted(wins, key=lambda model: -wins[model])
        told = [
            escape_markdown(m)
            + (f" on {wins[m]} of {pluralized(tasks[m], 'task')}" if several else "")
            for m in ranked[:_MOST_NAMES]
        ]
        rest = len(wins) - len(told)
        more = f", and {pluralized(rest, 'more model')}" if rest else ""
        yield f"Significantly {name} than the baseline: {', '.join(told)}{more}."
    if warned := sum(bool(row["warnings"]) for row in found):
        yield (
            f"Read before deciding: {warned:,} of {pluralized(len(found), 'comparison')} "
            f"{'have' if warned > 1 else 'has'} a warning, below."
        )
    yield from _difficulty(document)
    yield from _curves(document)
    if found and not any(row["significant"] for row in found):
        yield "No difference to the baseline is significant: it may all be chance."


def _overall(document: Document) -> Iterator[str]:
    ranks = {each["name"]: each["mean_rank"] for each in document["models"]}
    order = [name for name in models_by_rank(document) if ranks[name] is not None]
    if len(document["models"]) == 1:
        yield "There is one model, which is compared with nothing."
    if len(order) < 2 or not document["tasks"]:
        return
    first = [name for name in order if ranks[name] == ranks[order[0]]]
    names = _named(first)
    several = len(document["tasks"]) > 1
    over = f", mean rank {ranks[first[0]]:.2f}" if several else ""
    if len(first) == len(order):
        yield f"Overall: no model is ahead of the others{over}."
        return
    text = f"First overall: {names}{over}"
    following = [name for name in order if name not in first]
    rank = f" ({ranks[following[0]]:.2f})" if several else ""
    yield f"{text}; then {escape_markdown(following[0])}{rank}."


def _difficulty(document: Document) -> Iterator[str]:
    means = [
        (task["difficulty"]["mean"], escape_markdown(task["name"])) for task in document["tasks"]
    ]
    known = [each for each in means if each[0] is not None]
    if len(known) > 1 and min(known)[0] < max(known)[0]:
        (low, hardest), (high, easiest) = min(known), max(known)
        yield (
            f"Hardest task: {hardest} (mean over models {percent(low)}); "
            f"easiest: {easiest} ({percent(high)})."
        )


def _curves(document: Document) -> Iterator[str]:
    """Say where trainings were best, by the headline metric, for the first ones of many."""
    headlines = {task["name"]: task["headline"] for task in document["tasks"]}
    curves = [
        each
        for each in document["learning_curves"]
        if each["metric"] == headlines[each["task"]] and each["best_step"] is not None
    ]
    for each in curves[:_MOST_NAMES]:
        series = f"{escape_markdown(each['series'])} " if each["series"] else ""
        yield f"Training {series}on {escape_markdown(each['task'])}: {best_steps(each)}."


def _named(models: Sequence[str]) -> str:
    """Give names, the first ones of many."""
    shown = ", ".join(escape_markdown(name) for name in models[:_MOST_NAMES])
    rest = len(models) - _MOST_NAMES
    return f"{shown} and {rest:,} more" if rest > 0 else shown


def _best(document: Document) -> str:
    """Give a row a task with who is first, and who cannot be told from it."""
    scores = headline_scores(document)
    rows = []
    for task in document["tasks"]:
        found = [each for (_, name), each in scores.items() if name == task["name"]]
        found = [each for each in found if each["value"] is not None]
        if not found:
            continue
        best = max(found, key=lambda each: float(each["value"]))
        rows.append([
            escape_markdown(task["name"]),
            escape_markdown(title_of(document, task["name"], task["headline"])),
            escape_markdown(best["model"]),
            _named(best["tied_with"]) or NOTHING,
            _with_interval(percent, best["value"], best["interval"]),
            f"{best['n']:,}",
        ])  # fmt: skip
    header = ["task", "metric", "best", "tied with", "score", "samples"]
    return _table(header, rows, texts=4, what="task") if rows else "No task has a score."


def _against_baseline(document: Document) -> Iterator[str]:
    """Give the headline metrics' differences: the significant ones first, then the largest."""
    found = [row for task in document["tasks"] for row in headline_comparisons(document, task)]
    if not found:
        return
    found.sort(key=lambda row: (not row["significant"], -abs(row["difference"] or 0.0)))
    settings = document["settings"]
    families = sorted({row["family"] for row in found})
    yield "## Against the baseline"
    yield (
        f"p-values are {CORRECTED[settings['correction']]}; a family is of "
        f"{' or '.join(pluralized(family, 'comparison') for family in families)}."
    )
    rows = [
        [
            escape_markdown(row["task"]),
            escape_markdown(row["model"]),
            verdict(row) + (" (with a warning)" if row["warnings"] else ""),
            _with_interval(points, row["difference"], row["interval"]),
            p_value(row["p_value_adjusted"]),
        ]
        for row in found
    ]
    header = ["task", "model", "verdict", "difference", "p"]
    yield _table(header, rows, texts=3, what="comparison")


def _to_look_at(document: Document) -> Iterator[str]:
    """Give what may make the numbers mean something else, the first ones of each kind."""
    lines = []
    for what, most, notes in (
        ("warnings", 8, _warned(document)),
        ("models and tasks with such outputs", 3, _flagged(document)),
        ("strengths and weaknesses", 3, _uneven(document)),
        ("samples", 3, _apart(document)),
    ):
        lines += [f"- {note}" for note in notes[:most]]
        if (rest := len(notes) - most) > 0:
            lines.append(f"- … {rest:,} more {what} in `report.html`.")
    if lines:
        yield "## What to look at"
        yield "\n".join(lines)


def _warned(document: Document) -> list[str]:
    return [f"**Warning:** {escape_markdown(each)}" for each in document["warnings"]]


def _flagged(document: Document) -> list[str]:
    """Give what is out of the ordinary in outputs, a line a model and task."""
    return [
        f"Outputs of {_where(score)}: {escape_markdown('; '.join(score['flags']))}."
        for score in headline_scores(document).values()
        if score["flags"]
    ]


def _uneven(document: Document) -> list[str]:
    """Give where a model is not what its overall level predicts, the largest first."""
    found = [row for row in document["strengths"] if abs(row["residual"] or 0.0) >= _UNEVEN]
    found.sort(key=lambda row: -abs(row["residual"]))
    return [
        f"{'Strong' if row['residual'] > 0 else 'Weak'}: {_where(row)}, "
        f"{points(row['residual'])} from what its overall level predicts."
        for row in found
    ]


def _apart(document: Document) -> list[str]:
    return [
        f"Sample {escape_markdown(str(each['id']))} of {escape_markdown(each['task'])}: "
        f"the best model's score is {percent(each['spread'])} above the worst one's."
        for each in document["disagreements"]
    ]


def _where(row: Entry) -> str:
    return f"{escape_markdown(row['model'])} on {escape_markdown(row['task'])}"


def _with_interval(
    written: Callable[[float | None], str],
    value: float | None,
    interval: Sequence[float | None] | None,
) -> str:
    around = span(interval)
    return written(value) + (f" [{written(around[0])}, {written(around[1])}]" if around else "")


def _table(header: Sequence[str], rows: Sequence[Sequence[str]], *, texts: int, what: str) -> str:
    """Draw a table, of a long one the first rows."""
    table = render(header, rows[:_MOST_ROWS], "markdown", texts=texts)
    rest = len(rows) - _MOST_ROWS
    return (
        f"{table}\n\nAnd {pluralized(rest, f'more {what}')} in `report.html`."
        if rest > 0
        else table
    )
