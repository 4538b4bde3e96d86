"""Ids to counts in C++, in one pass, on as many threads as asked for: see native/ids.h."""

from __future__ import annotations

from collections.abc import Callable, Collection
from importlib import import_module
from typing import Any

import numpy as np
from numpy.typing import NDArray

from textmetrics.ids.arrays import Rows, empty_table, groups_of
from textmetrics.ids.given import Given
from textmetrics.ids.options import Options
from textmetrics.kernels import Counts

__all__ = ["count"]

# By name, because a checkout that is not built has neither the module nor its stub.
_count_ids: Callable[..., None] = import_module("textmetrics._native").count_ids


def count(given: Given, options: Options) -> Counts:
    """Count what is asked for; the GIL is free meanwhile."""
    groups = groups_of(given)
    table = empty_table(options.columns, groups.offsets())
    _count_ids(
        *_door(groups.predictions),
        *_door(groups.references),
        groups.bounds,
        groups.group_size,
        *map(_integers, (options.ignored, options.skipped, options.ended)),
        dict(table.columns),
        options.threads,
    )
    return table


def _door(rows: Rows) -> tuple[Any, ...]:
    ids = rows.ids
    # Steps are counted in ids; those of a field within records may be none.
    if not ids.flags.aligned or any(stride % ids.itemsize for stride in ids.strides):
        ids = ids.copy()
    return ids, rows.lengths, rows.offsets


def _integers(ids: Collection[int]) -> NDArray[np.int64]:
    return np.array(sorted(ids), dtype=np.int64)
