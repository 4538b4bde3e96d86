"""How many threads count."""

from __future__ import annotations

import operator
import os

__all__ = ["checked_threads", "default_threads"]


def default_threads() -> int:
    """Give the processors that this process may use, shared among the ranks on this host."""
    if hasattr(os, "sched_getaffinity"):
        processors = len(os.sched_getaffinity(0))
    else:
        processors = os.cpu_count() or 1
    ranks = os.environ.get("LOCAL_WORLD_SIZE", "")
    return max(1, processors // max(1, int(ranks) if ranks.isdigit() else 1))


_MOST_THREADS = 1024


def checked_threads(threads: int | None) -> int | None:
    """Give the number back if it is one.

    Raises:
        TypeError: if it is no whole number.
        ValueError: if it is below 1 or above 1024.
    """
    if threads is None:
        return None
    try:
        number = operator.index(threads)
    except TypeError:
        raise TypeError(f"threads must be a whole number or None, got {threads!r}") from None
    if not 1 <= number <= _MOST_THREADS:
        raise ValueError(f"threads must be 1 to {_MOST_THREADS}, got {number}")
    return number
