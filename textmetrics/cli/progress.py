"""A progress bar on stderr, for input and for work that takes long."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import Any

from textmetrics._escape import printable
from textmetrics.records import Lines

__all__ = ["Meter", "Steps"]

_AFTER = 1.0  # seconds: what is done sooner needs no bar
_BETWEEN = 0.1


class _Bar:
    """What may be shown while work goes on.

    Args:
        wanted: ``None`` for on a terminal only, and only after a second.
    """

    def __init__(self, wanted: bool | None) -> None:
        terminal = sys.stderr is not None and sys.stderr.isatty()
        self._shown = terminal if wanted is None else wanted
        self._next = time.monotonic() + (0.0 if wanted else _AFTER)
        self._bar: Any = None
        self._task: Any = None

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Take the bar away."""
        if self._bar is not None:
            self._bar.stop()

    def _due(self) -> bool:
        """Say whether it is time to show something."""
        if not self._shown or (now := time.monotonic()) < self._next:
            return False
        self._next = now + _BETWEEN
        return True

    def _start(self, name: str, total: int | None, columns: list[Any], **fields: str) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

        console = Console(stderr=True, highlight=False)
        self._bar = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            *columns,
            TimeRemainingColumn(),
            console=console,
            transient=console.is_terminal,  # a log keeps the last state
        )
        self._task = self._bar.add_task(printable(name), total=total, **fields)
        self._bar.start()


class Meter(_Bar):
    """Shows how much of a file was read; by bytes where its size is known.

    Args:
        lines: the file.
        wanted: ``None`` for on a terminal only, and only after a second.
    """

    def __init__(self, lines: Lines, *, wanted: bool | None) -> None:
        super().__init__(wanted)
        self._lines = lines

    def __enter__(self) -> Meter:
        """Give itself; nothing is shown yet."""
        return self

    def tick(self, records: int) -> None:
        """Tell that so many records were read."""
        if not self._due():
            return
        if self._bar is None:
            from rich.progress import TextColumn

            read = TextColumn("{task.fields[records]} records", markup=False)
            self._start(self._lines.name, self._lines.size, [read], records="0")
        self._bar.update(self._task, completed=self._lines.position, records=f"{records:,}")


class Steps(_Bar):
    """Shows how many steps of long work are done.

    Args:
        name: what is done.
        total: how many steps there are.
        wanted: ``None`` for on a terminal only, and only after a second.
    """

    def __init__(self, name: str, total: int, *, wanted: bool | None) -> None:
        super().__init__(wanted)
        self._name, self._total, self._done = name, total, 0

    def __enter__(self) -> Steps:
        """Give itself; nothing is shown yet."""
        return self

    def tick(self) -> None:
        """Tell that a step is done."""
        self._done += 1
        if not self._due():
            return
        if self._bar is None:
            from rich.progress import TaskProgressColumn

            self._start(self._name, self._total, [TaskProgressColumn()])
        self._bar.update(self._task, completed=self._done)
