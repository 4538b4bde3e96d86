"""What runs on a GPU: its kernels, the device that runs them, and what both are given."""

from __future__ import annotations

from textmetrics.cuda.device import Device, Side, cupy_device
from textmetrics.cuda.program import Program
from textmetrics.cuda.sequences import COLUMNS, Sequences, Table, blocks_for, count, program_for

__all__ = [
    "COLUMNS",
    "Device",
    "Program",
    "Sequences",
    "Side",
    "Table",
    "blocks_for",
    "count",
    "cupy_device",
    "program_for",
]
