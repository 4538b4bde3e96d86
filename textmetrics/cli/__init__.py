"""The command line, loaded when it is called, so that Ctrl-C finds little to interrupt before.

A program that is interrupted while Python starts shows a traceback; from `entry` on, it does not.
"""

from __future__ import annotations

import gc
import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import NoReturn

__all__ = ["entry", "main"]

_MANY_OBJECTS = 50_000


def entry() -> NoReturn:
    """Run a command for a shell: exit with its code, and quietly when interrupted."""
    _start_lightly()
    try:
        from textmetrics.cli.program import entry as run
    except KeyboardInterrupt:
        raise SystemExit(130) from None
    run()


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command.

    Args:
        arguments: those after the program's name; from the process where ``None``.

    Returns:
        The exit code.
    """
    from textmetrics.cli.program import main

    return main(arguments)


def _start_lightly() -> None:
    """Leave out work that a short command would mostly wait for; nothing else changes.

    Hardly an object that is made while modules are loaded is garbage. And the threads of NumPy's
    OpenBLAS would each keep a processor busy for a while, waiting for work that does not come.
    """
    gc.set_threshold(_MANY_OBJECTS)
    os.environ.setdefault("OPENBLAS_THREAD_TIMEOUT", "4")  # 2^4 cycles
