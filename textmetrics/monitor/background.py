"""``with monitor("runs/a"):`` records this process, from a helper process of its own.

A thread would be starved whenever the program holds Python's lock, and a forked process would
inherit locks and a GPU's state, so the helper is a new process. The standard library suffices.
"""

from __future__ import annotations

import atexit
import json
import os
import select
import subprocess
import sys
import traceback
from contextlib import suppress
from types import TracebackType
from typing import Any, Final

from textmetrics.monitor.files import ENVIRONMENT, MonitorError, rank_of

__all__ = ["ProcessMonitor", "monitor"]

_BEGIN: Final = 60.0  # seconds that the helper may take to begin
_END: Final = 10.0  # seconds that it may take to end
_LINES: Final = 20  # of a traceback
_LONGEST: Final = 500  # characters of a line or a message


def monitor(folder: str | os.PathLike[str], *, interval: float = 1.0) -> ProcessMonitor:
    """Record what this process and its children use, while a block runs.

    What `textmetrics monitor` does for a command, without a supervisor: it writes the same files,
    and marks of this process and its children go to them. A block that is left by an exception is
    a crash; Ctrl-C is none. Where a monitor runs already, around this block or as the supervisor of
    this process, the outer one records and this one does nothing.

    Args:
        folder: where the files are; made if it is not there. A run that is there already goes on
            with another attempt.
        interval: seconds between samples.

    Raises:
        ValueError: if the interval is not a number above 0.
        MonitorError: when the block is entered, if psutil is missing (the extra ``monitor``),
            nothing can be written, or another process monitors the same run.

    Examples:
        >>> import tempfile
        >>> from textmetrics.monitor import epoch, step
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     with monitor(folder), epoch(1):
        ...         step(tokens=100)
        ...     sorted(os.listdir(folder))
        ['events.jsonl', 'samples.jsonl']
    """
    return ProcessMonitor(folder, interval)


class ProcessMonitor:
    """Records this process between `start` and `stop`; what `monitor` returns."""

    def __init__(self, folder: str | os.PathLike[str], interval: float) -> None:
        if not 0 < interval < float("inf"):
            raise ValueError(f"interval must be a number of seconds above 0, got {interval!r}")
        self._given = os.path.abspath(os.fspath(folder))
        self._interval = float(interval)
        self._helper: subprocess.Popen[bytes] | None = None
        self._owner = 0

    @property
    def folder(self) -> str:
        """Return the folder that marks go to, that of the outer monitor if there is one."""
        return self._given if self._helper else os.environ.get(ENVIRONMENT) or self._given

    def start(self) -> ProcessMonitor:
        """Begin to record, and return itself.

        Raises:
            MonitorError: as `monitor`.
        """
        if self._helper is None and not os.environ.get(ENVIRONMENT):
            self._helper = _started(self._given, self._interval)
            self._owner = os.getpid()
            os.environ[ENVIRONMENT] = self._given
            atexit.register(self._at_exit)
        return self

    def stop(self) -> None:
        """End recording, as if the block was left; do nothing if it is not recorded here."""
        self._end({"code": 0})

    def __enter__(self) -> ProcessMonitor:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._end(_outcome(error))

    def _at_exit(self) -> None:
        """End with the interpreter, which does not tell its exit code."""
        error = None if hasattr(sys, "ps1") else getattr(sys, "last_value", None)
        self._end({"code": None, "stopped": True} if error is None else _outcome(error))

    def _end(self, outcome: dict[str, Any]) -> None:
        helper = self._helper
        if helper is None or self._owner != os.getpid():  # a forked process has a copy of this
            return
        self._helper = None
        atexit.unregister(self._at_exit)
        if os.environ.get(ENVIRONMENT) == self._given:
            del os.environ[ENVIRONMENT]
        try:
            with suppress(OSError, ValueError):  # it was killed, or descriptors were closed
                helper.communicate(json.dumps(outcome).encode() + b"\n", timeout=_END)
                return
            helper.terminate()
            helper.wait(_END)
        except subprocess.TimeoutExpired:
            helper.kill()
            helper.wait()


def _started(folder: str, interval: float) -> subprocess.Popen[bytes]:
    """Start the helper, and wait until it records.

    Raises:
        MonitorError: if it cannot.
    """
    if not sys.executable:
        raise MonitorError("no Python to run the helper with: sys.executable is not set")
    request = {
        "folder": folder,
        "pid": os.getpid(),
        "interval": interval,
        "rank": rank_of(),
        "command": None,
    }
    code = f"import sys; sys.path[:] = {sys.path!r}; from {_HELPER} import main; main()"
    helper = subprocess.Popen(  # noqa: S603
        [sys.executable, "-c", code, json.dumps(request)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,  # Ctrl-C is for this process
    )
    problem = _first_answer(helper)
    if problem is not None:
        helper.kill()
        helper.communicate()
        raise MonitorError(problem)
    return helper


_HELPER: Final = "textmetrics.monitor.helper"


def _first_answer(helper: subprocess.Popen[bytes]) -> str | None:
    """Return what hinders a helper, ``None`` if nothing does."""
    stdout = helper.stdout
    if stdout is None or not select.select([stdout], [], [], _BEGIN)[0]:
        return f"the process that monitors has not begun within {_BEGIN:.0f} s"
    line = stdout.readline()
    stdout.close()
    helper.stdout = None
    if not line:
        return f"the process that monitors has ended with code {helper.wait()}"
    answer: str | None = json.loads(line)["error"]
    return answer


def _outcome(error: BaseException | None) -> dict[str, Any]:
    """Return how a block was left, as fields of the event ``end``."""
    if error is None:
        return {"code": 0}
    if isinstance(error, SystemExit) and (error.code is None or isinstance(error.code, int)):
        return {"code": error.code or 0}
    if isinstance(error, KeyboardInterrupt):
        return {"code": None, "signal": "SIGINT", "stopped": True}
    if isinstance(error, GeneratorExit):
        return {"code": 0}
    try:
        lines = "".join(traceback.format_exception(error)).splitlines()
        message = str(error)
    except Exception as another:  # an error that cannot be shown
        lines, message = [], f"<{type(another).__name__}>"
    return {
        "code": 1,
        "error": f"{type(error).__name__}: {message}"[:_LONGEST],
        "stderr": [line[:_LONGEST] for line in lines[-_LINES:]],
    }
