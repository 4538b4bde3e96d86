"""Write the two files of a run, whatever happens to the disk meanwhile."""

from __future__ import annotations

import json
import os
import socket
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, Final

from textmetrics._version import __version__
from textmetrics.monitor.files import VERSION, MonitorError, append, boot_id, file_name
from textmetrics.monitor.sampler import memory_total_bytes

__all__ = ["RunFiles"]

_MOST_WAITING: Final = 10_000


class RunFiles:
    """The two files of a run, opened by the only process that may write samples to them.

    If a line cannot be written, for example to a full disk, monitoring pauses: samples are dropped,
    events are kept, up to some thousands, and written as soon as there is space again.

    Args:
        folder: where they are; made if it is not there.
        rank: that of a distributed run.
        warn: shows a line to people.

    Raises:
        MonitorError: if they cannot be opened, or another process has opened them so.
    """

    def __init__(
        self, folder: str, rank: int | None = None, *, warn: Callable[[str], None] = lambda _: None
    ) -> None:
        self._warn = warn
        self._waiting: deque[dict[str, Any]] = deque(maxlen=_MOST_WAITING)
        self._paused_since: float | None = None
        self._told: set[str] = set()
        self._writing = threading.Lock()
        try:
            os.makedirs(folder, exist_ok=True)
            self._events = _Lines(os.path.join(folder, file_name("events", rank)))
            self._samples = _Lines(os.path.join(folder, file_name("samples", rank)))
        except OSError as error:
            name = error.filename or folder
            raise MonitorError(f"{name}: cannot be written: {error.strerror}") from error
        self._events.lock(folder)

    def begin(
        self,
        *,
        interval: float,
        command: Sequence[str] | None,
        rank: int | None,
        gpus: list[dict[str, Any]] | None,
    ) -> None:
        """Write who monitors what, on which machine.

        Args:
            interval: seconds between samples.
            command: the program and its arguments; ``None`` where a process monitors itself.
            rank: that of a distributed run.
            gpus: those of the machine.
        """
        self.event(
            "monitor",
            version=VERSION,
            boot=boot_id(),
            host=socket.gethostname(),
            pid=os.getpid(),
            interval=interval,
            command=None if command is None else [_as_text(each) for each in command],
            rank=rank,
            gpus=gpus,
            cuda_visible_devices=os.environ.get("CUDA_VISIBLE_DEVICES"),
            memory_total_bytes=memory_total_bytes(),
            textmetrics=__version__,
        )

    def event(self, name: str, **fields: Any) -> None:
        """Write an event, or keep it until that is possible."""
        line = {**_now(), "event": name, **fields}
        with self._writing:
            self._waiting.append(line)
            self._write_waiting()

    def missing(self, figure: str, reason: str) -> None:
        """Write once that a figure cannot be had."""
        if figure not in self._told:
            self._told.add(figure)
            self.event("missing", figure=figure, reason=reason)

    def last_attempt(self) -> int:
        """Return the number of the last attempt in the file, 0 if there is none."""
        with open(self._events.path, "rb") as file:
            started = [line for line in file if b'"event": "start"' in line]
        numbers = [0]
        for line in started:
            with suppress(ValueError, KeyError, TypeError):  # a torn line
                numbers.append(int(json.loads(line)["attempt"]))
        return max(numbers)

    def sample(self, fields: dict[str, Any]) -> bool:
        """Write a sample; return whether that was possible."""
        with self._writing:
            if self._waiting and not self._write_waiting():
                return False
            return self._tried(self._samples, fields) and self._write_waiting()

    def close(self) -> int:
        """Close the files, and return how many events could not be written."""
        with self._writing:
            self._write_waiting()
            self._events.close()
            self._samples.close()
            return len(self._waiting)

    def _write_waiting(self) -> bool:
        while self._waiting:
            if not self._tried(self._events, self._waiting[0]):
                return False
            self._waiting.popleft()
        return True

    def _tried(self, file: _Lines, fields: dict[str, Any]) -> bool:
        try:
            file.append(fields)
        except OSError as error:
            if self._paused_since is None:
                self._paused_since = time.monotonic()
                self._warn(
                    f"{file.path}: {error.strerror or error}; the command goes on, and monitoring "
                    "when lines can be written again"
                )
            return False
        if self._paused_since is not None:
            seconds, self._paused_since = time.monotonic() - self._paused_since, None
            reason = f"nothing could be written for {seconds:.1f} s"
            gap = {"event": "missing", "figure": "samples", "reason": reason}
            self._waiting.append({**_now(), **gap})
        return True


def _as_text(argument: str) -> str:
    """Return an argument as text that JSON can hold, whatever bytes it is."""
    return os.fsencode(argument).decode("utf-8", "backslashreplace")


def _now() -> dict[str, float]:
    return {"time": time.time(), "clock": time.monotonic()}


class _Lines:
    """A file of lines that is only appended to, so that each line is whole or was torn by a kill.

    Args:
        path: the file.

    Raises:
        OSError: if it cannot be opened.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC
        self._descriptor = os.open(path, flags, 0o666)
        self._torn = self._is_torn()

    def append(self, fields: dict[str, Any]) -> None:
        """Append a line; after a torn one, begin a new one.

        Raises:
            OSError: if it cannot be written whole.
        """
        try:
            append(self._descriptor, fields, new_line=self._torn)
            self._torn = False
        except OSError:
            self._torn = self._is_torn()
            raise

    def _is_torn(self) -> bool:
        """Return whether the last line has no end."""
        size = os.fstat(self._descriptor).st_size
        return bool(size) and os.pread(self._descriptor, 1, size - 1) != b"\n"

    def lock(self, folder: str) -> None:
        """Refuse another process that writes to the file so.

        Raises:
            MonitorError: if there is one.
        """
        # Whoever reads the run has the lock for a moment, to see whether it is taken.
        if not (_locked(self._descriptor) or _locked(self._descriptor, after=_MOMENT)):
            raise MonitorError(
                f"{folder}: another process monitors this run; wait until it ends, or name "
                "another folder"
            )

    def close(self) -> None:
        """Close the file, which ends the lock."""
        os.close(self._descriptor)


_MOMENT: Final = 0.1


def _locked(descriptor: int, after: float = 0.0) -> bool:
    """Lock a file, and return whether that was possible, or there are no locks."""
    import fcntl

    time.sleep(after)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # a file system without locks
        return True
    return True
