"""Run a function in a copy of this process, on another core, while this one does something else."""

from __future__ import annotations

import os
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from textmetrics._threads import default_threads

__all__ = ["beside", "can_be_beside"]


def can_be_beside() -> bool:
    """Return whether there is another core, and no thread whose locks a copy would inherit."""
    return hasattr(os, "fork") and threading.active_count() == 1 and default_threads() > 1


@contextmanager
def beside(work: Callable[[], bytes]) -> Iterator[Callable[[], bytes | None]]:
    """Run a function in a forked process, during a block.

    Args:
        work: what it does; it must not use threads.

    Yields:
        What waits for the function, and returns its result; ``None`` if it failed.

    Examples:
        >>> with beside(lambda: b"3") as result:
        ...     here = 4
        ...     there = result()
        >>> here, there
        (4, b'3')
    """
    reader, writer = os.pipe()
    with warnings.catch_warnings():  # about threads of libraries, which `work` does not use
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child == 0:
        code = 1
        try:
            os.close(reader)
            found = work()
            with open(writer, "wb") as pipe:
                pipe.write(found)
            code = 0
        finally:
            os._exit(code)
    os.close(writer)
    with open(reader, "rb") as pipe:
        try:
            yield lambda: _result(pipe.read(), child)
        finally:
            pipe.close()  # so that a child that still writes ends
            _wait(child)


def _result(found: bytes, child: int) -> bytes | None:
    return found if _wait(child) == 0 else None


def _wait(child: int) -> int:
    """Return the exit status of a process, 0 if it was waited for already."""
    try:
        return os.waitpid(child, 0)[1]
    except ChildProcessError:
        return 0
