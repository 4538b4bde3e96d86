"""Where words go: data to stdout, all else to stderr."""

from __future__ import annotations

import os
import sys

from textmetrics._escape import printable

__all__ = ["colored", "say", "write"]


def write(text: str) -> None:
    """Print data."""
    print(text)


def say(message: str) -> None:
    """Print a message to stderr, without control characters."""
    if sys.stderr is not None:  # else print would take stdout
        print(printable(message), file=sys.stderr)


def colored() -> bool:
    """Say whether stdout is a terminal that shows colours, and nobody asked for none."""
    terminal = sys.stdout is not None and sys.stdout.isatty()
    return terminal and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
