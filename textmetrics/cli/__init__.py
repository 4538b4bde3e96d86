"""The command line, loaded when it is called, so that Ctrl-C finds little to interrupt before.

A program that is interrupted while Python starts shows a traceback; from `entry` on, it does not.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import NoReturn

__all__ = ["entry", "main"]


def entry() -> NoReturn:
    """Run a command for a shell: exit with its code, and quietly when interrupted."""
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
