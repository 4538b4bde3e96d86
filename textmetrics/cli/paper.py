"""The layout of a comparison: the whole report, or the table of a paper."""

from __future__ import annotations

import argparse
import shutil
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from textmetrics._escape import escape_markdown, pluralized
from textmetrics.cli.options import add_option_group, choice, given_options, wrong_options
from textmetrics.cli.output import json_text
from textmetrics.cli.program import UsageError, say, write
from textmetrics.comparison import Comparison, FailedGate, PaperOptions, PaperTable

__all__ = [
    "COMPARISON_FORMATS",
    "REPORTS",
    "add_layout_options",
    "check_layout",
    "show_comparison",
]


def _json(found: Comparison) -> str:
    return json_text([found.to_dict()])


def _table(found: Comparison) -> str:
    return found.to_text(max(80, shutil.get_terminal_size().columns))


REPORTS: dict[str, Callable[[Comparison], str]] = {
    "table": _table,
    "markdown": Comparison.to_markdown,
    "json": _json,
    "csv": Comparison.to_csv,
}
"""What to print of a comparison that is no table of a paper, by format."""
_PAPER: dict[str, Callable[[PaperTable], str]] = {
    "markdown": PaperTable.to_markdown,
    "csv": PaperTable.to_csv,
}
COMPARISON_FORMATS = ("table", "markdown", "latex", "json", "csv", "github")
_LAYOUTS = ("report", "paper")


def add_layout_options(group: argparse._ArgumentGroup) -> None:
    """Add ``--layout`` and the options of the table of a paper."""
    group.add_argument(
        "--layout",
        metavar="NAME",
        type=choice("layout", _LAYOUTS),
        help="what --format markdown and csv print: report (all that was found; the default) or "
        "paper (one table, a model a row, a metric a column), which latex always prints",
    )
    add_option_group(group, PaperOptions)
    group.add_argument(
        "--siunitx",
        action="store_true",
        default=None,
        help="align the numbers of --format latex at the point, with the package siunitx",
    )


def check_layout(options: argparse.Namespace) -> None:
    """Check that the options of a layout fit together.

    Raises:
        UsageError: if they do not.
    """
    if options.layout == "report" and options.format == "latex":
        raise UsageError("--format latex has the layout paper only: leave out --layout report")
    if options.layout == "paper" and options.format not in ("latex", *_PAPER):
        raise UsageError(
            f"--layout paper needs --format latex, markdown or csv, not {options.format}"
        )
    if options.siunitx and options.format != "latex":
        raise UsageError(f"--siunitx needs --format latex, not {options.format}")
    if not _is_paper(options) and (given := given_options(options, PaperOptions)):
        raise UsageError(
            f"--{next(iter(given))} is for the table of a paper: add --format latex or --layout "
            "paper"
        )


def _is_paper(options: argparse.Namespace) -> bool:
    layout = vars(options).get("layout")  # which only `compare` has
    return bool(options.format == "latex" or layout == "paper")


def show_comparison(
    found: Comparison, options: argparse.Namespace, failed: Sequence[FailedGate] | None = None
) -> None:
    """Print a comparison, or show it where GitHub shows what a job found.

    Args:
        found: the comparison.
        options: which format, and that of the table of a paper.
        failed: the gates that failed; ``None`` if there were none.

    Raises:
        UsageError: if an option of the table of a paper has an impossible value.
    """
    if options.format != "github":
        write(_text(found, options))
        for gate in failed or ():
            say(f"failed: {gate}")
        return
    from textmetrics.cli.github import Annotation, publish

    errors = [
        Annotation("error", f"{each.metric} of {each.model} on {each.task}", each.problem)
        for each in failed or ()
    ]
    flags = {
        (f"{score.model} on {score.task}", flag): None
        for score in found.report.scores
        for flag in score.flags
    }
    warnings = [Annotation("warning", *each) for each in flags]
    warnings += [Annotation("warning", "comparison", each) for each in found.report.warnings]
    text = "\n\n".join([*_verdict(failed), found.to_markdown()])
    publish(text, [*errors, *warnings])


def _verdict(failed: Sequence[FailedGate] | None) -> Iterator[str]:
    """Yield in Markdown whether the gates passed, if there were any."""
    if failed is not None:
        yield f"**{pluralized(len(failed), 'gate')} failed**" if failed else "**All gates passed**"
        yield from [f"- {escape_markdown(str(each))}" for each in failed]


def _text(found: Comparison, options: argparse.Namespace) -> str:
    if not _is_paper(options):
        return REPORTS[options.format](found)
    chosen: Any = given_options(options, PaperOptions)
    with wrong_options(options):
        table = found.paper(**chosen)
    if options.format == "latex":
        return table.to_latex(siunitx=bool(options.siunitx))
    return _PAPER[options.format](table)
