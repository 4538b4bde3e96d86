"""The number of threads that scan and count."""

from __future__ import annotations

import os

from textmetrics._checks import whole_number

__all__ = ["checked_threads", "default_threads"]


def default_threads() -> int:
    """Return the number of processors for this process, shared among the ranks on this host."""
    if hasattr(os, "sched_getaffinity"):
        processors = len(os.sched_getaffinity(0))
    else:
        processors = os.cpu_count() or 1
    ranks = os.environ.get("LOCAL_WORLD_SIZE", "")
    return max(1, processors // max(1, int(ranks) if ranks.isdigit() else 1))


_MOST_THREADS = 1024


def checked_threads(threads: int | None) -> int | None:
    """Return a number of threads, or ``None``, if it is valid.

    Raises:
        TypeError: if it is not an integer.
        ValueError: if it is below 1 or above 1024.
    """
    if threads is None:
        return None
    return whole_number(threads, "threads", at_least=1, at_most=_MOST_THREADS)
