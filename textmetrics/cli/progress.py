"""A progress bar on stderr, for input and for work that takes long."""

from __future__ import annotations

import sys
import time
from collections.abc import Generator, Sequence
from contextlib import suppress
from types import TracebackType
from typing import TYPE_CHECKING, Any

from textmetrics._escape import pluralized, printable
from textmetrics.evaluation import Samples
from textmetrics.records import Lines, SampleReader

if TYPE_CHECKING:  # at run time it is imported only where there are states
    from textmetrics.states import Shard

__all__ = ["Meter", "ShardMeter", "Steps", "metered"]

_AFTER = 1.0  # seconds; faster work needs no bar
_BETWEEN = 0.1


class _Bar:
    """A progress bar that appears when it is due.

    Args:
        wanted: whether to show it; if ``None``, only on a terminal and after a second.
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
        """Remove the bar."""
        if self._bar is not None:
            with suppress(OSError):  # nobody sees it
                self._bar.stop()

    def _due(self) -> bool:
        """Return whether it is time for an update."""
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
        with suppress(OSError):
            self._bar.start()


class Meter(_Bar):
    """Shows how much of a file has been read, in bytes if its size is known.

    Args:
        lines: the file.
        wanted: whether to show it; if ``None``, only on a terminal and after a second.
    """

    def __init__(self, lines: Lines, *, wanted: bool | None) -> None:
        super().__init__(wanted)
        self._lines = lines

    def __enter__(self) -> Meter:
        """Return the meter; nothing is shown yet."""
        return self

    def tick(self, records: int) -> None:
        """Report that this many records have been read."""
        if not self._due():
            return
        if self._bar is None:
            from rich.progress import TextColumn

            read = TextColumn("{task.fields[records]} records", markup=False)
            self._start(self._lines.name, self._lines.size, [read], records="0")
        with suppress(OSError):
            self._bar.update(self._task, completed=self._lines.position, records=f"{records:,}")


def metered(reader: SampleReader, wanted: bool | None) -> Generator[Samples, None, None]:
    """Yield the samples of a file, and show the progress."""
    with Meter(reader.lines, wanted=wanted) as meter:
        for samples in reader:
            meter.tick(reader.records)
            yield samples


class ShardMeter(_Bar):
    """Shows how much of several files has been read, in bytes, by processes that tell it.

    Args:
        shards: those that are scored.
        wanted: whether to show it; if ``None``, only on a terminal and after a second.
    """

    def __init__(self, shards: Sequence[Shard], *, wanted: bool | None) -> None:
        super().__init__(wanted)
        self._sizes = {shard: shard.size for shard in shards}
        self._read: dict[Shard, tuple[int, int]] = {}  # bytes and records
        self._done = 0

    def __enter__(self) -> ShardMeter:
        """Return the meter; nothing is shown yet."""
        return self

    def see(self, shard: Shard, read: int, records: int) -> None:
        """Report how many bytes and records of a file have been read."""
        self._read[shard] = read, records
        self._show()

    def end(self, shard: Shard, records: int = 0) -> None:
        """Report that nothing more of a file will be read, and how many records it had if known."""
        self._read[shard] = self._sizes[shard], records or self._read.get(shard, (0, 0))[1]
        self._done += 1
        self._show()

    def _show(self) -> None:
        if not self._due():
            return
        if self._bar is None:
            from rich.progress import TextColumn

            name = pluralized(len(self._sizes), "file")
            read = TextColumn("{task.fields[done]} done, {task.fields[records]} records")
            whole = sum(self._sizes.values()) or None
            self._start(name, whole, [read], records="0", done="0")
        read_bytes, records = map(sum, zip(*self._read.values(), strict=True))
        with suppress(OSError):
            self._bar.update(
                self._task, completed=read_bytes, records=f"{records:,}", done=f"{self._done:,}"
            )


class Steps(_Bar):
    """Shows which share of a long computation is done.

    Args:
        name: what is computed.
        wanted: whether to show it; if ``None``, only on a terminal and after a second.
    """

    def __init__(self, name: str, *, wanted: bool | None) -> None:
        super().__init__(wanted)
        self._name = name

    def __enter__(self) -> Steps:
        """Return itself; nothing is shown yet."""
        return self

    def show(self, share: float) -> None:
        """Show which share is done, from 0 to 1."""
        if self._due() and self._bar is None:
            from rich.progress import TaskProgressColumn

            self._start(self._name, 100, [TaskProgressColumn()])
        if self._bar is not None:
            with suppress(OSError):
                self._bar.update(self._task, completed=100 * share)
