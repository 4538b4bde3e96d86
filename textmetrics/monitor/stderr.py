"""Pass on what a command writes to stderr, unchanged, and keep its last lines."""

from __future__ import annotations

import fcntl
import os
import select
import termios
import time
from collections import deque
from contextlib import suppress
from threading import Lock, Thread
from typing import Final

from textmetrics._escape import printable

__all__ = ["StderrTail"]

_CHUNK: Final = 65_536
_MOST_BYTES: Final = 32_768  # that are kept
_MOST_LINES: Final = 20
_LONGEST_LINE: Final = 500  # characters


class StderrTail:
    """The other end of a command's stderr: a pipe, or a terminal if stderr is one.

    Attributes:
        descriptor: what the command writes to.
    """

    def __init__(self) -> None:
        self._is_terminal = os.isatty(2)
        self._reading, self.descriptor = os.openpty() if self._is_terminal else os.pipe()
        if self._is_terminal:
            _pass_unchanged(self.descriptor)
            self.resize()
        self._kept: deque[bytes] = deque()
        self._bytes = 0
        self._passing = Lock()  # held while something was read and is not passed on yet
        self._open = True
        self._thread = Thread(target=self._pass_on, name="stderr", daemon=True)
        self._thread.start()

    def resize(self) -> bool:
        """Copy the size of the terminal that people see to the command's, if there is one."""
        if self._is_terminal:
            with suppress(OSError):
                size = fcntl.ioctl(2, termios.TIOCGWINSZ, bytes(8))
                fcntl.ioctl(self.descriptor, termios.TIOCSWINSZ, size)
        return self._is_terminal

    def clear(self) -> None:
        """Forget what is kept: the next attempt begins."""
        with self._passing:
            self._kept.clear()
            self._bytes = 0

    def lines(self) -> list[str]:
        """Return the last lines, each of bounded length, with control characters escaped.

        What a carriage return would overwrite on a terminal, such as a progress bar, is left out.
        """
        text = b"".join(self._kept).decode("utf-8", "backslashreplace").rstrip("\r\n")
        lines = [line.rstrip("\r").rpartition("\r")[2] for line in text.split("\n")]
        shown = [printable(line[: _LONGEST_LINE + 1]) for line in lines[-_MOST_LINES:]]
        return [
            line if len(line) <= _LONGEST_LINE else f"{line[: _LONGEST_LINE - 1]}…"
            for line in shown
            if text
        ]

    def drain(self, seconds: float) -> None:
        """Wait until all that was written is passed on, or some seconds."""
        end = time.monotonic() + seconds
        while self._open and time.monotonic() < end:
            if self._passing.acquire(timeout=max(0.0, end - time.monotonic())):
                waiting = select.select([self._reading], [], [], 0)[0]
                self._passing.release()
                if not waiting:
                    return
            time.sleep(0.001)

    def close(self) -> None:
        """Let what is passed on end, as soon as no process can write any more."""
        os.close(self.descriptor)

    def _pass_on(self) -> None:
        while self._open:
            select.select([self._reading], [], [])
            with self._passing:
                chunk = b""
                with suppress(OSError):  # the end of a terminal
                    chunk = os.read(self._reading, _CHUNK)
                self._keep(chunk)
                if not chunk or not _passed_on(chunk):
                    self._open = False
                    os.close(self._reading)  # as if the command had written to what is closed

    def _keep(self, chunk: bytes) -> None:
        self._kept.append(chunk)
        self._bytes += len(chunk)
        while len(self._kept) > 1 and self._bytes - len(self._kept[0]) >= _MOST_BYTES:
            self._bytes -= len(self._kept.popleft())


def _pass_unchanged(terminal: int) -> None:
    """Let a terminal not change line ends: the one that people see does that."""
    attributes = termios.tcgetattr(terminal)
    attributes[1] &= ~termios.OPOST
    termios.tcsetattr(terminal, termios.TCSANOW, attributes)


def _passed_on(chunk: bytes) -> bool:
    """Write to stderr; return whether anybody may read it."""
    left = memoryview(chunk)
    try:
        while left:
            select.select([], [2], [])  # it may not wait by itself
            with suppress(BlockingIOError):
                left = left[os.write(2, left) :]
    except BrokenPipeError:
        return False
    except OSError:  # a full disk: the command goes on
        return True
    return True
