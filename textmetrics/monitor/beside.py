"""Run a function in a copy of this process, on another core, while this one does something else."""

from __future__ import annotations

import os
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO

from textmetrics._threads import default_threads

__all__ = ["beside", "can_be_beside"]


def can_be_beside() -> bool:
    """Return whether there is another core, and no thread whose locks a copy would inherit."""
    return hasattr(os, "fork") and threading.active_count() == 1 and default_threads() > 1


@contextmanager
def beside(work: Callable[[IO[bytes]], None]) -> Iterator[IO[bytes]]:
    """Run a function in a forked process, during a block.

    Args:
        work: writes to a pipe; it must not use threads.

    Yields:
        The pipe to read from. If the function fails, it ends before everything was written.

    Examples:
        >>> with beside(lambda pipe: pipe.writelines([b"3"])) as pipe:
        ...     here = 4
        ...     there = pipe.read()
        >>> here, there
        (4, b'3')
    """
    reader, writer = os.pipe()
    with warnings.catch_warnings():  # about threads of libraries, which `work` does not use
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child == 0:
        try:
            os.close(reader)
            with open(writer, "wb") as pipe:
                work(pipe)
        finally:
            os._exit(0)
    os.close(writer)
    try:
        with open(reader, "rb") as pipe:
            yield pipe
    finally:  # the pipe is closed, so a child that still writes ends
        os.waitpid(child, 0)
