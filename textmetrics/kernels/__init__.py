"""From a batch of ids to the integers that every score is computed from."""

from __future__ import annotations

from textmetrics.kernels.counts import (
    BASIC_COLUMNS,
    COLUMN_MEANINGS,
    COLUMNS,
    EDIT_COLUMNS,
    ORDERS,
    PAIR_COLUMNS,
    SAMPLE_COLUMNS,
    SENTENCE_COLUMNS,
    WEIGHT_COLUMNS,
    Counts,
    column_sums,
    numbers_of,
)
from textmetrics.kernels.edits import edit_distance
from textmetrics.kernels.registry import (
    Backend,
    available_backends,
    backend,
    backend_meant,
    backend_names,
    counts_texts,
    register_backend,
)

__all__ = [
    "BASIC_COLUMNS",
    "COLUMNS",
    "COLUMN_MEANINGS",
    "EDIT_COLUMNS",
    "ORDERS",
    "PAIR_COLUMNS",
    "SAMPLE_COLUMNS",
    "SENTENCE_COLUMNS",
    "WEIGHT_COLUMNS",
    "Backend",
    "Counts",
    "available_backends",
    "backend",
    "backend_meant",
    "backend_names",
    "column_sums",
    "counts_texts",
    "edit_distance",
    "numbers_of",
    "register_backend",
]
