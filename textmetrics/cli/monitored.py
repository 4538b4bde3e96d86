"""``textmetrics monitor --show``: the figures of recorded runs, side by side."""

from __future__ import annotations

import argparse
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from textmetrics._escape import escape_markdown, printable
from textmetrics.cli.program import Parser, UsageError, write

if TYPE_CHECKING:
    from textmetrics.monitor import FigureSheet, MonitoredRun

__all__ = ["SHOW_FORMATS", "add_show_options", "show"]

SHOW_FORMATS = ("table", "json", "markdown", "csv", "latex")
_DEFINED = ("table", "json", "markdown")  # formats that have definitions


def add_show_options(parser: Parser) -> None:
    """Add the options that show runs instead of recording one."""
    group = parser.add_argument_group("show runs that were recorded, or are")
    group.add_argument(
        "--show",
        metavar="FOLDER",
        nargs="+",
        help="print the figures of runs side by side, how each attempt ended, and what is not "
        "known, with the reason",
    )
    group.add_argument(
        "--format",
        metavar="NAME",
        type=_format,
        help=f"output format: {', '.join(SHOW_FORMATS)} (default: table)",
    )
    group.add_argument(
        "--definitions",
        action="store_true",
        help="add what each figure is: over what it is counted, and from which source",
    )


def _format(text: str) -> str:
    from textmetrics.cli.options import choice  # which loads all of scoring

    return choice("format", SHOW_FORMATS)(text)


def show(options: argparse.Namespace) -> int:
    """Print the sheet of runs.

    Raises:
        InputError: if a folder is not that of a run.
        UsageError: if a folder is named twice.
    """
    from textmetrics.monitor import MonitoredRun, sheet_of

    style = options.format or SHOW_FORMATS[0]
    if options.definitions and style not in _DEFINED:
        raise UsageError(f"--definitions: --format {style} has no place for them: leave it out")
    names = [folder.rstrip("/") or folder for folder in options.show]
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise UsageError(f"--show: {twice} is named twice; name each run once")
    runs = {name: MonitoredRun.read(name) for name in names}
    titles = names if style == "json" else _titles(names)
    sheet = sheet_of(dict(zip(titles, runs.values(), strict=True)))
    write(_FORMATS[style](runs, sheet, definitions=options.definitions))
    return 0


def _titles(names: list[str]) -> list[str]:
    """Return names without the folder that they have in common.

    Examples:
        >>> _titles(["runs/a", "runs/b/c"]), _titles(["runs/a"])
        (['a', 'b/c'], ['runs/a'])
    """
    try:
        shared = os.path.commonpath(names)
    except ValueError:  # one is absolute, another one is not
        return names
    titles = [os.path.relpath(name, shared) for name in names] if shared else names
    return titles if len(names) > 1 and os.curdir not in titles else names


def _table(runs: Mapping[str, MonitoredRun], sheet: FigureSheet, *, definitions: bool) -> str:
    from textmetrics.monitor import history

    lines: list[str] = []
    for name, run in runs.items():
        lines += [printable(name), *(f"  {printable(line)}" for line in history(run)), ""]
    width = shutil.get_terminal_size().columns
    return "\n".join([*lines, sheet.to_text(width, definitions=definitions)])


def _markdown(runs: Mapping[str, MonitoredRun], sheet: FigureSheet, *, definitions: bool) -> str:
    from textmetrics.monitor import history

    lines: list[str] = []
    for name, run in runs.items():
        lines += [f"{escape_markdown(name)}:", ""]
        lines += [*(f"- {escape_markdown(line.strip())}" for line in history(run)), ""]
    return "\n".join([*lines, sheet.to_markdown(definitions=definitions)])


def _json(runs: Mapping[str, MonitoredRun], sheet: FigureSheet, *, definitions: bool) -> str:  # noqa: ARG001 - JSON has them always
    from textmetrics.cli.output import json_text

    return json_text([{"runs": dict(_runs(runs)), **sheet.to_dict()}])


def _runs(runs: Mapping[str, MonitoredRun]) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, run in runs.items():
        yield (
            name,
            {
                "attempts": [asdict(attempt) for attempt in run.attempts],
                "epochs": [asdict(epoch) for epoch in run.epochs],
                "monitors": run.sessions,
                "is_running": run.is_running,
                "notes": list(run.notes),
            },
        )


def _csv(runs: Mapping[str, MonitoredRun], sheet: FigureSheet, *, definitions: bool) -> str:  # noqa: ARG001
    return sheet.to_csv()


def _latex(runs: Mapping[str, MonitoredRun], sheet: FigureSheet, *, definitions: bool) -> str:  # noqa: ARG001
    return sheet.to_latex()


_FORMATS: Mapping[str, Callable[..., str]] = {
    "table": _table,
    "json": _json,
    "markdown": _markdown,
    "csv": _csv,
    "latex": _latex,
}
