"""The report in the forms that are printed."""

from __future__ import annotations

from collections.abc import Sequence

from textmetrics._escape import csv_cell, escape_html, escape_latex, escape_markdown, printable
from textmetrics._tables import render
from textmetrics.comparison.result import ComparisonReport
from textmetrics.comparison.tables import Table, tables

__all__ = ["as_csv", "as_html", "as_latex", "as_markdown", "as_table"]


def as_table(report: ComparisonReport, *, color: bool = False) -> str:
    """Give tables for a terminal."""
    blocks = []
    for each in tables(report):
        drawn = render(each.header, each.rows, color=color, texts=each.texts)
        blocks.append("\n".join([printable(each.title), drawn, *map(printable, each.notes)]))
    return "\n\n".join([*blocks, *_warnings(report)])


def _warnings(report: ComparisonReport) -> list[str]:
    lines = [f"WARNING: {printable(each)}" for each in report.warnings]
    return ["\n".join(lines)] if lines else []


def as_markdown(report: ComparisonReport) -> str:
    """Give tables in Markdown."""
    blocks = []
    for each in tables(report):
        blocks.append(f"### {escape_markdown(each.title)}")
        rows = [[escape_markdown(one) for one in row] for row in each.rows]
        header = [escape_markdown(one) for one in each.header]
        blocks.append(render(header, rows, "markdown", texts=each.texts))
        blocks += map(escape_markdown, each.notes)
    blocks += [f"**Warning:** {escape_markdown(each)}" for each in report.warnings]
    return "\n\n".join(blocks)


def as_latex(report: ComparisonReport) -> str:
    """Give tables in LaTeX, as the package booktabs has them."""
    blocks = [_latex_table(each) for each in tables(report)]
    blocks += [f"\\noindent\\textbf{{Warning:}} {escape_latex(each)}" for each in report.warnings]
    return "\n\n".join(blocks)


def _latex_table(table: Table) -> str:
    sides = "l" * table.texts + "r" * (len(table.header) - table.texts)
    rows = [" & ".join(map(escape_latex, row)) + r" \\" for row in [table.header, *table.rows]]
    notes = [rf"\par\small {escape_latex(note)}" for note in table.notes]
    return "\n".join([
        r"\begin{table}", r"\centering", rf"\caption{{{escape_latex(table.title)}}}",
        rf"\begin{{tabular}}{{{sides}}}", r"\toprule", rows[0], r"\midrule", *rows[1:],
        r"\bottomrule", r"\end{tabular}", *notes, r"\end{table}",
    ])  # fmt: skip


def as_html(report: ComparisonReport) -> str:
    """Give tables in HTML, all of whose texts are escaped."""

    def cells(row: Sequence[str], tag: str) -> str:
        return "".join(f"<{tag}>{escape_html(one)}</{tag}>" for one in row)

    blocks = []
    for each in tables(report):
        body = "".join(f"<tr>{cells(row, 'td')}</tr>" for row in each.rows)
        blocks.append(
            f"<table><caption>{escape_html(each.title)}</caption>"
            f"<thead><tr>{cells(each.header, 'th')}</tr></thead><tbody>{body}</tbody></table>"
        )
        blocks += [f"<p>{escape_html(note)}</p>" for note in each.notes]
    blocks += [f"<p><strong>Warning:</strong> {escape_html(each)}</p>" for each in report.warnings]
    return "\n".join(blocks)


_COLUMNS = (
    "task", "metric", "model", "value", "low", "high", "interval_method", "rank", "n", "run_sd",
    "precision", "recall", "f1", "all_tokens", "length_ratio", "difference", "p_value",
    "p_value_adjusted", "significant", "flags", "signature",
)  # fmt: skip


def as_csv(report: ComparisonReport) -> str:
    """Give a row a task, metric and model, with its difference to the baseline."""
    tests = {(e.task, e.metric, e.model): e for e in report.comparisons}
    rows = []
    for score in report.scores:
        tested = tests.get((score.task, score.metric, score.model))
        low, high = score.interval or (None, None)
        own = {
            "low": low,
            "high": high,
            "all_tokens": score.all_tokens and score.all_tokens.value,
            "flags": "; ".join(score.flags),
        }
        rows.append([
            _cell(own[name] if name in own else getattr(score, name, getattr(tested, name, None)))
            for name in _COLUMNS
        ])  # fmt: skip
    return render([*_COLUMNS, "scale"], [[*row, "0 to 1"] for row in rows], "csv")


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return repr(value) if isinstance(value, float) else csv_cell(str(value))
