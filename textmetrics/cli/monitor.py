"""``textmetrics monitor``: run a command, and record what it uses and when it crashes."""

from __future__ import annotations

import argparse
import os
import re
import shlex
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from textmetrics._checks import parse_number, parse_whole_number
from textmetrics._escape import pluralized, short_repr
from textmetrics.cli.monitored import add_show_options, show
from textmetrics.cli.program import Parser, UsageError, folder_name, say

if TYPE_CHECKING:
    from textmetrics.monitor import Monitored

__all__ = ["add_options", "run"]

_DESCRIPTION = """\
Run a command under a supervisor, which records in two files of a folder when it
starts, ends, crashes and is started again, and what its processes, the machine
and GPUs use meanwhile. Signals are passed on to the command.
"""
_EXAMPLES = """examples:
  textmetrics monitor --output runs/a -- python train.py --epochs 3
  textmetrics monitor --output runs/a --restarts 3 --backoff 10 -- bash train.sh
  textmetrics monitor --output runs/server -- vllm serve Qwen/Qwen3-0.6B
  textmetrics monitor --show runs/a runs/b

exit codes: that of the command; 128 and the number of the signal that ended
it, as in shells; 127 if it is not found, 126 if it cannot be run; 2 wrong
usage, or a folder that cannot be used.
"""


def add_options(parser: Parser) -> None:
    """Add the options of the command."""
    parser.description = _DESCRIPTION
    parser.usage = (
        f"{parser.prog} [OPTIONS] -- COMMAND [ARGUMENTS]\n       {parser.prog} --show FOLDER …"
    )
    parser.epilog = _EXAMPLES
    parser.surplus = "write -- before the command"
    parser.dashed = "write -- before the command"
    parser.add_argument(
        "--output",
        metavar="FOLDER",
        type=folder_name,
        help="the folder of the run; a folder that has a run already is continued (default: "
        "runs/DATE-COMMAND)",
    )
    parser.add_argument(
        "--interval",
        metavar="S",
        type=_seconds(0.01),
        default=1.0,
        help="seconds between samples (default: 1)",
    )
    parser.add_argument(
        "--restarts",
        metavar="N",
        type=_count,
        default=0,
        help="start the command again when it crashes, at most N times (default: 0)",
    )
    parser.add_argument(
        "--backoff",
        metavar="S",
        type=_seconds(0.0),
        default=1.0,
        help="seconds before the first restart; each later one waits twice as long, at most "
        "5 minutes (default: 1)",
    )
    parser.add_argument(
        "--rank",
        metavar="N",
        type=_count,
        help="the rank of a distributed run, which has files of its own (default: RANK or "
        "LOCAL_RANK of the environment)",
    )
    add_show_options(parser)


def _count(text: str) -> int:
    try:
        return parse_whole_number(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _seconds(least: float) -> Callable[[str], float]:
    def seconds(text: str) -> float:
        try:
            number = parse_number(text)
        except ValueError as error:
            raise argparse.ArgumentTypeError(str(error)) from None
        if not least <= number <= _LONGEST:  # False for NaN
            raise argparse.ArgumentTypeError(
                f"expected seconds from {least:g} to {_LONGEST:g}, got {short_repr(text)}"
            )
        return number

    return seconds


_LONGEST = 86_400.0


def run(options: argparse.Namespace) -> int:
    """Run a command under a supervisor, and return its exit code; or show runs."""
    command = options.after_dashes
    if options.show is not None:
        if command:
            raise UsageError("--show: runs no command: leave out -- and what follows it")
        return show(options)
    if options.format or options.definitions:
        raise UsageError("--format and --definitions are for --show: name the runs to show")
    if not command:
        found = "no -- found" if command is None else "nothing follows --"
        raise UsageError(
            f"textmetrics monitor: {found}; write the command after it: textmetrics monitor "
            "--output runs/a -- python train.py"
        )
    if os.name != "posix":
        raise UsageError("textmetrics monitor: runs commands on Linux and macOS only")
    return _run(command, options)


def _run(command: list[str], options: argparse.Namespace) -> int:
    from textmetrics.monitor import MonitorError, Supervisor

    if options.output == "":
        raise UsageError("--output: the name is empty; give a folder, or leave the option out")
    folder = options.output or _default_folder(command)
    try:
        supervisor = Supervisor(
            command,
            folder,
            interval=options.interval,
            restarts=options.restarts,
            backoff=options.backoff,
            rank=options.rank,
            warn=_warn,
        )
        if not options.output:
            _warn(f"recording in {folder}")
        outcome = supervisor.run()
    except MonitorError as error:
        _warn(str(error))
        return error.code
    _warn(_summary(outcome, folder))
    return outcome.code


def _warn(message: str) -> None:
    """Say something, unless nobody reads what is there already."""
    import select

    if select.select([], [2], [], _PATIENCE)[1]:
        say(f"textmetrics monitor: {message}")


_PATIENCE = 1.0


def _default_folder(command: list[str]) -> str:
    name = re.sub(r"[^\w.-]+", "_", os.path.basename(command[0])).strip("._-") or "command"
    folder = base = os.path.join("runs", f"{time.strftime('%Y-%m-%dT%H%M%S')}-{name[:60]}")
    number = 1
    while os.path.exists(folder):
        number += 1
        folder = f"{base}-{number}"
    return folder


def _summary(outcome: Monitored, folder: str) -> str:
    """Return one line with the main figures."""
    by = f" ({outcome.signal})" if outcome.signal else ""
    parts = [f"exit code {outcome.code}{by} after {outcome.seconds:,.1f} s"]
    if outcome.seconds:
        parts.append(f"{outcome.cpu_s / outcome.seconds:.2f} cores")
    if outcome.rss_bytes:
        parts.append(f"{outcome.rss_bytes / 1e6:,.0f} MB at the peak")
    if outcome.attempts > 1 or outcome.crashes:
        crashes = "1 crash" if outcome.crashes == 1 else f"{outcome.crashes:,} crashes"
        parts.append(f"{crashes} in {pluralized(outcome.attempts, 'attempt')}")
    return f"{', '.join(parts)}; show it: textmetrics monitor --show {shlex.quote(folder)}"
