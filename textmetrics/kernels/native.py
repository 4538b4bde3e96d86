"""Counting in C++: see native/counts.h."""

from __future__ import annotations

from collections.abc import Callable, Collection

from textmetrics._extension import extension
from textmetrics.kernels.counts import Counts, allocate
from textmetrics.scan import Batch

__all__ = ["count"]

_count: Callable[..., None] = extension().count


def count(batch: Batch, columns: Collection[str], threads: int = 1) -> Counts:
    """Count the requested columns on at most ``threads`` threads, with the GIL released.

    Small batches use fewer threads, down to the caller's own.

    Raises:
        ValueError: if the batch's arrays are inconsistent, or ids are not dense.
        TypeError: if they are not contiguous, or not of the types that `Batch` documents.
    """
    counts = allocate(batch, columns)
    _count(batch.ids, batch.offsets, batch.samples, dict(counts.columns), threads)
    return counts
