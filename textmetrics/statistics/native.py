"""Random signs and draws, and sums under them, in C++: see native/resample.h."""

from __future__ import annotations

from collections.abc import Callable

from textmetrics._extension import extension
from textmetrics.statistics.checks import Floats, Integers
from textmetrics.statistics.definition import DRAWS, FLIPS

__all__ = ["add_signed_sums", "count_draws"]

_add_signed_sums: Callable[..., None] = extension().add_signed_sums
_count_draws: Callable[..., None] = extension().count_draws


def add_signed_sums(
    rows: Integers, sums: Integers, first: int, *, seed: int, section: int, threads: int = 1
) -> None:
    """Add the signed sums of a section of rows on some threads, with the GIL released.

    Columns of small integers share 64-bit words. The arguments are those of the definition.
    """
    _add_signed_sums(rows, sums, first, *_key(seed), FLIPS, section, threads)


def count_draws(times: Floats, first: int, *, seed: int, threads: int = 1) -> None:
    """Count draws on some threads, with the GIL released; arguments as for the definition."""
    _count_draws(times, first, *_key(seed), DRAWS, threads)


def _key(seed: int) -> tuple[int, int]:
    """Return the two halves of Philox's key."""
    return seed & (2**64 - 1), seed >> 64
