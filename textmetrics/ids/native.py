"""Ids to counts in C++, in one pass: see native/ids.h."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

import numpy as np
from numpy.typing import NDArray

from textmetrics._extension import extension
from textmetrics.ids.inputs import CountRules, IdInputs, IdRows, empty_table, groups_of
from textmetrics.kernels import Counts

__all__ = ["count"]

_count_ids: Callable[..., None] = extension().count_ids


def count(inputs: IdInputs, rules: CountRules) -> Counts:
    """Count the requested columns, with the GIL released."""
    groups = groups_of(inputs)
    table = empty_table(rules.columns, groups.offsets())
    _count_ids(
        *_arguments(groups.predictions),
        *_arguments(groups.references),
        groups.bounds,
        groups.group_size,
        *map(_integers, (rules.ignored, rules.skipped, rules.ended)),
        dict(table.columns),
        rules.threads,
    )
    return table


def _arguments(rows: IdRows) -> tuple[Any, ...]:
    ids = rows.ids
    # Steps are counted in ids, which a field of records may not allow.
    if not ids.flags.aligned or any(stride % ids.itemsize for stride in ids.strides):
        ids = ids.copy()
    return ids, rows.lengths, rows.offsets


def _integers(ids: Collection[int]) -> NDArray[np.int64]:
    return np.array(sorted(ids), dtype=np.int64)
