"""Calls that end in time: in a process of their own, which is stopped if one takes too long.

Neither a regular expression nor a calculation with huge integers can be interrupted from inside,
and signals reach the main thread alone.
"""

from __future__ import annotations

import atexit
import os
import sys
from contextlib import suppress
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

from textmetrics._locks import fork_safe_lock

if TYPE_CHECKING:
    import subprocess
    from multiprocessing.connection import Connection

__all__ = ["limited", "serve"]

_MEMORY = 4 << 30
"""The bytes that a call may take."""
_START = 120.0
"""The time limit for starting the process and importing a module, in seconds."""


def limited(module: str, function: str, *arguments: str, seconds: float) -> Any:
    """Return what a function returns, computed in another process.

    Under Windows, where a process cannot be given a connection, it runs here, without a limit.

    Args:
        module: where the function is; what else it has to load, its function ``prepare`` does.
        function: its name; what it takes and returns are plain values.
        arguments: its arguments.
        seconds: its time limit.

    Raises:
        TimeoutError: if it takes longer, needs too much memory, or ends its process.
        ImportError: if the module needs a package that is not installed.

    Examples:
        >>> limited("re", "sub", "[aeiou]", "", "banana", seconds=1.0)
        'bnn'
    """
    if os.name == "nt":
        return getattr(import_module(module), function)(*arguments)
    return _helper().call(module, function, arguments, seconds)


_Question = tuple[str, str, tuple[str, ...], float]


class _Helper:
    """A process that is started when it is first needed, and again after it was stopped."""

    def __init__(self) -> None:
        self._lock = fork_safe_lock(last=True)
        self._owner = 0  # the process that started it: each fork starts its own
        self._process: subprocess.Popen[bytes] | None = None
        self._connection: Connection | None = None
        self._imported: set[str] = set()

    def call(self, module: str, function: str, arguments: tuple[str, ...], seconds: float) -> Any:
        """Return what a function returns; see `limited`."""
        with self._lock:
            connection = self._running()
            if module not in self._imported:
                self._ask(connection, (module, "", (), 0.0), _START)
                self._imported.add(module)
            return self._ask(connection, (module, function, arguments, seconds), seconds)

    def _running(self) -> Connection:
        ours = self._owner == os.getpid()
        if self._connection and self._process and ours and self._process.poll() is None:
            return self._connection
        if not ours and self._process is not None:
            self._process.returncode = 0  # it goes on, but not for this fork
            self._process = self._connection = None
        self.stop()
        self._connection = self._start()
        return self._connection

    def _start(self) -> Connection:
        from multiprocessing import Pipe
        from subprocess import DEVNULL, Popen

        ours, theirs = Pipe()
        number = theirs.fileno()
        # It finds the modules that this process finds, and no others.
        code = f"import sys; sys.path[:] = {sys.path!r}; from {__name__} import serve; serve"
        self._process = Popen(  # noqa: S603 - this interpreter, and code of this file
            [sys.executable, "-I", "-c", f"{code}({number})"],
            stdin=DEVNULL,
            stdout=DEVNULL,
            stderr=DEVNULL,
            pass_fds=(number,),
            # Each thread of a library for linear algebra would reserve memory.
            env={**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"},
        )
        theirs.close()
        self._owner, self._imported = os.getpid(), set()
        return ours

    def _ask(self, connection: Connection, question: _Question, seconds: float) -> Any:
        try:
            connection.send(question)
            if not connection.poll(seconds):
                raise TimeoutError(f"it took more than {seconds:g} s")
            outcome, value = connection.recv()
        except BaseException as error:
            self.stop()  # what it still says would be taken for the answer to the next question
            if isinstance(error, (EOFError, OSError)):  # a TimeoutError is an OSError
                raise TimeoutError(str(error) or "its process ended") from None
            raise
        if outcome == "missing":
            raise ImportError(value)
        if outcome == "failed":
            raise TimeoutError(value)
        return value

    def stop(self) -> None:
        """Stop the process, if this one started it."""
        if self._owner != os.getpid():
            return
        connection, process = self._connection, self._process
        self._connection = self._process = None
        if connection is not None:
            connection.close()
        if process is not None:
            process.kill()
            process.wait()


@cache
def _helper() -> _Helper:
    helper = _Helper()
    atexit.register(helper.stop)
    return helper


def serve(descriptor: int) -> None:
    """Answer calls until the other side closes the connection.

    Args:
        descriptor: of the connection.
    """
    import resource
    import signal
    from multiprocessing.connection import Connection

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the process that asks decides when to stop
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    with suppress(ValueError, OSError):  # a system may not limit memory
        most = resource.getrlimit(resource.RLIMIT_AS)[1]
        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, most))
    connection = Connection(descriptor)
    with suppress(EOFError):
        while True:
            module, function, arguments, seconds = connection.recv()
            # The alarm ends this process, should nobody be left to do so.
            signal.setitimer(signal.ITIMER_REAL, seconds + 1 if seconds else 0)
            connection.send(_answer(module, function, arguments))
            signal.setitimer(signal.ITIMER_REAL, 0)


def _answer(module: str, function: str, arguments: tuple[str, ...]) -> tuple[str, Any]:
    try:
        loaded = import_module(module)
        if function:
            return "done", getattr(loaded, function)(*arguments)
        return "done", getattr(loaded, "prepare", lambda: None)()
    except ImportError as error:
        return "missing", str(error)
    except (MemoryError, RecursionError) as error:
        return "failed", type(error).__name__
