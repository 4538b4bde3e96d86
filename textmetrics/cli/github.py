"""``--format github``: a job's summary on GitHub, and annotations of its run.

The runner takes lines of a job's output that begin with ``::``, or hold ``##[``, for commands. What
files hold must never become one.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from textmetrics._escape import pluralized, printable
from textmetrics.cli.program import write
from textmetrics.records import OpenError

__all__ = ["Annotation", "publish"]

_SUMMARY = "GITHUB_STEP_SUMMARY"
_MOST_BYTES = 1 << 20  # of a step's summary; GitHub drops a larger one
_MOST = 10  # annotations of one level that GitHub shows for a step


@dataclass(frozen=True)
class Annotation:
    """A message that GitHub shows on the page of a run.

    Attributes:
        level: how it is shown.
        title: what it is about.
        message: what was found.
    """

    level: Literal["error", "warning"]
    title: str
    message: str

    def __str__(self) -> str:
        r"""Return the command of the runner.

        Examples:
            >>> print(Annotation("error", "a::b, 1", "f1 is below 50%\n::error::x"))
            ::error title=a%3A%3Ab%2C 1::f1 is below 50%25\n::error::x
        """
        title = _data(self.title).replace(":", "%3A").replace(",", "%2C")
        return f"::{self.level} title={title}::{_data(self.message)}"


def _data(text: str) -> str:
    return printable(text).replace("%", "%25")  # line breaks are escaped in words


def publish(markdown: str, annotations: Iterable[Annotation]) -> None:
    """Add Markdown to the summary of the job, and print annotations.

    The summary is the file that the variable ``GITHUB_STEP_SUMMARY`` names. Without it, Markdown is
    printed.

    Raises:
        OpenError: if the file cannot be written.
        StdoutError: if standard output cannot be written to.
    """
    found = list(annotations)
    path = os.environ.get(_SUMMARY, "")
    if path:
        _append(path, markdown)
    else:
        write(_without_commands(markdown))
    for level in ("error", "warning"):
        of_level = [each for each in found if each.level == level]
        for line in _lines(of_level):
            write(line)


def _append(path: str, markdown: str) -> None:
    text = f"{markdown}\n\n".encode()
    try:
        with open(path, "ab") as file:
            free = _MOST_BYTES - file.tell()
            if len(text) > free:
                note = b"\n\n(cut off: a summary has at most 1 MiB)\n\n"
                whole = text[: max(free - len(note), 0)]
                text = (whole[: whole.rfind(b"\n") + 1] + note)[: max(free, 0)]
            file.write(text)
    except OSError as error:
        raise OpenError.of(path, error) from error


def _without_commands(markdown: str) -> str:
    """Return Markdown that shows the same, and of which the runner takes no line for a command."""
    return _COMMAND.sub(r"\1&#58;", markdown)


_COMMAND = re.compile(r"^(\s*):(?=:)", re.MULTILINE)  # Markdown has a \\ before each [


def _lines(annotations: list[Annotation]) -> Iterator[str]:
    """Yield commands; the last one counts those that GitHub would not show."""
    shown = annotations if len(annotations) <= _MOST else annotations[: _MOST - 1]
    yield from map(str, shown)
    if rest := len(annotations) - len(shown):
        messages = pluralized(rest, "message")
        yield str(Annotation(annotations[0].level, "textmetrics", f"and {messages} more"))
