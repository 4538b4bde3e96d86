"""Counting in C++: see native/counts.h."""

from __future__ import annotations

from collections.abc import Callable, Collection
from importlib import import_module

from textmetrics.kernels.counts import BASIC_COLUMNS, Counts
from textmetrics.kernels.definition import allocate
from textmetrics.scan import Batch
from textmetrics.scan.native import NativeScanner

__all__ = ["count", "count_pair"]

# By name, because a checkout that is not built has neither the module nor its stub.
_count: Callable[..., None] = import_module("textmetrics._native").count


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


def count_pair(scan: NativeScanner, prediction: str, reference: str) -> dict[str, int] | None:
    """Count one pair of texts without building a batch, for many short calls.

    Returns:
        The basic columns, without stopwords; ``None`` if the pair needs the general path.
    """
    found = scan.count_pair(prediction, reference)
    return None if found is None else dict(zip(BASIC_COLUMNS, found, strict=True))
