"""The counts on a GPU: texts are scanned on the CPU, ids go over once, counts come back once."""

from __future__ import annotations

from collections.abc import Collection
from itertools import pairwise

import numpy as np

from textmetrics.cuda import COLUMNS, Device, Sequences, count, cupy_device
from textmetrics.kernels.counts import PAIR_COLUMNS, Counts
from textmetrics.kernels.reference import allocate
from textmetrics.kernels.registry import Backend, backend
from textmetrics.scan import Batch

__all__ = ["backend_on", "load"]


def load() -> Backend:
    """Give the backend on CuPy's current GPU.

    Raises:
        ImportError: if CuPy, the driver or a device is missing.
    """
    return backend_on(cupy_device())


def backend_on(device: Device) -> Backend:
    """Give the backend on a device.

    Columns that the device has no kernel for are counted by the CPU.
    """

    def counted(batch: Batch, columns: Collection[str], threads: int = 1) -> Counts:
        counts = allocate(batch, columns)
        here = COLUMNS.intersection(columns)
        rest = set(columns) - here
        if rest:
            for name, column in backend()(batch, rest, threads).columns.items():
                counts[name][:] = column
        if here and len(batch):
            _fill(device, batch, counts, here)
        return counts

    return counted


def _fill(device: Device, batch: Batch, counts: Counts, columns: Collection[str]) -> None:
    sequences = _upload(device, batch)
    table = count(device, sequences, columns)
    pairs, found = device.download(table.pairs), device.download(table.columns)
    for name in columns:
        size, of = (len(batch), found) if name not in PAIR_COLUMNS else (sequences.rows, pairs)
        begin = table.place(name) * size
        counts[name][:] = of[begin : begin + size]


def _upload(device: Device, batch: Batch) -> Sequences:
    """Copy ids, and all that says where they are in one array."""
    sequences, samples = len(batch.offsets) - 1, len(batch)
    is_prediction = np.zeros(sequences, dtype=bool)
    is_prediction[batch.samples[:-1]] = True
    starts, lengths = batch.offsets[:-1], np.diff(batch.offsets)
    first = batch.samples - np.arange(samples + 1)
    parts = [each[which] for which in (is_prediction, ~is_prediction) for each in (starts, lengths)]
    totals = np.add.reduceat(np.where(is_prediction, 0, lengths), batch.samples[:-1])
    places = device.upload(np.concatenate([*parts, first]))
    bounds = np.cumsum([0, *map(len, parts), len(first)]).tolist()
    start, length, other_start, other_length, offsets = (
        places[one:end] for one, end in pairwise(bounds)
    )
    ids = device.upload(batch.ids)
    return Sequences(
        predictions=ids,
        prediction_start=start,
        prediction_length=length,
        references=ids,
        reference_start=other_start,
        reference_length=other_length,
        first=offsets,
        each=1,
        group=1,
        samples=samples,
        rows=sequences - samples,
        widest=int(parts[1].max()),
        longest=int(totals.max()),
    )
