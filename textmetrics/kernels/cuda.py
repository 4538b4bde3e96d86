"""Sequences of ids on a device, and their counts: the turns of the kernels in native/*.cu."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import numpy as np

from textmetrics.cuda.device import Device
from textmetrics.cuda.program import Program

__all__ = ["COLUMNS", "Sequences", "Table", "count", "program_for"]

_ORDERS = (0, 1, 4, 9)  # a program each: fewer to be compiled than one for every n
_PAIRS = ("prediction_length", "reference_length", "equal")
COLUMNS = frozenset(
    {
        *_PAIRS,
        "lcs",
        "closest_length",
        *(f"{of}_{n}" for of in ("match", "clip") for n in range(1, 10)),
    }
)
"""What is counted here; no other column is."""

_PART = 32  # positions a lane
_WIDTHS = (1, 2, 4, 8, 16, 32)  # lanes a prediction, of each class but the last
_GROUP_THREADS = 128
_BLOCK_THREADS = 256
_CLASSES = len(_WIDTHS) + 1
_EDGES = 1 << 28  # places for what strips hand on, 1 GiB: fewer blocks rather than more
_WAVES = 16  # blocks a multiprocessor: more than fit, so that short ones fill in for long ones


@dataclass(frozen=True, slots=True, eq=False)
class Sequences:
    """Sequences of ids on a device; see ``Sequences`` and ``Shape`` of native/rows.cu.

    Attributes:
        predictions: the ids of all predictions.
        prediction_start: int64, where each begins.
        prediction_length: int64, how many ids each has.
        references: the ids of all references.
        reference_start: likewise.
        reference_length: likewise; -1 for one that does not count.
        first: int64, groups + 1, the first reference of each group; ``None``: each has ``each``.
        each: references a group, where ``first`` is ``None``.
        group: samples that share their references, one after the other.
        samples: how many.
        rows: pairs of a prediction and a reference.
        widest: the most ids that a prediction may have.
        longest: the most ids that all references of a sample may have together.
    """

    predictions: Any
    prediction_start: Any
    prediction_length: Any
    references: Any
    reference_start: Any
    reference_length: Any
    first: Any
    each: int
    group: int
    samples: int
    rows: int
    widest: int
    longest: int

    def shape(self) -> tuple[Any, ...]:
        """Give the arguments by which a kernel knows which sample has which references."""
        return self.first, self.each, self.group, self.samples, self.rows

    def arguments(self) -> tuple[Any, ...]:
        """Give the arguments of a kernel that reads ids."""
        return (
            self.predictions,
            self.prediction_start,
            self.prediction_length,
            self.references,
            self.reference_start,
            self.reference_length,
            *self.shape(),
        )


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """Counts on a device.

    Attributes:
        program: by which they were counted.
        pairs: int64, a column after the other, of ``rows`` each.
        columns: int64, likewise, of ``samples`` each.
    """

    program: Program
    pairs: Any
    columns: Any
    rows: int
    samples: int

    def place(self, name: str) -> int:
        """Give the number of a column, among those of pairs or of samples."""
        orders = self.program.orders
        if name in _PAIRS:
            return _PAIRS.index(name)
        if name == "closest_length":
            return orders
        if name == "lcs":
            return len(_PAIRS) + orders
        of, n = name.split("_")
        return int(n) - 1 + (len(_PAIRS) if of == "match" else 0)

    def of_samples(self, name: str) -> bool:
        """Say whether a column has a row a sample."""
        return name.startswith("cl")

    def column(self, name: str) -> Any:
        """Give a column, without a copy."""
        of, size = (
            (self.columns, self.samples) if self.of_samples(name) else (self.pairs, self.rows)
        )
        begin = self.place(name) * size
        return of[begin : begin + size]


def program_for(columns: Collection[str], ids: np.dtype[Any]) -> Program:
    """Give the smallest program that counts some columns."""
    wanted = max((int(name[-1]) for name in columns if name[-1].isdigit()), default=0)
    return Program(ids, next(n for n in _ORDERS if n >= wanted), "lcs" in columns)


def blocks_for(device: Device, threads: int, size: int) -> int:
    """Give how many blocks are worth their start for work of so many threads."""
    return max(1, min(-(-threads // size), _WAVES * device.multiprocessors))


def count(device: Device, sequences: Sequences, columns: Collection[str]) -> Table:
    """Count; the host does not wait for it.

    Args:
        device: where the sequences are.
        sequences: what is counted.
        columns: of `COLUMNS`.
    """
    samples, rows = sequences.samples, sequences.rows
    program = program_for(columns, np.dtype(sequences.predictions.dtype))
    pairs = device.zeros((len(_PAIRS) + program.orders + program.lcs) * rows, np.int64)
    found = device.zeros((program.orders + 1) * samples, np.int64)
    table = Table(program, pairs, found, rows, samples)
    order = device.empty(_CLASSES * samples, np.int32)
    sizes = device.zeros(_CLASSES, np.uint32)
    if samples == 0:
        return table

    threads = _BLOCK_THREADS
    lengths = (sequences.prediction_length, sequences.reference_length)
    device.launch(
        program,
        "plan",
        blocks_for(device, samples, threads),
        threads,
        (*lengths, *sequences.shape(), pairs, found, order, sizes),
    )
    if "equal" in columns:
        blocks = blocks_for(device, 32 * samples, threads)
        device.launch(program, "compare", blocks, threads, (*sequences.arguments(), pairs))
    if program.orders or program.lcs:
        _match(device, program, sequences, (order, sizes, pairs, found))
    return table


def _match(device: Device, program: Program, sequences: Sequences, places: tuple[Any, ...]) -> None:
    """Launch the kernels of all classes that may have samples, the longest beside the others."""
    arguments = (*sequences.arguments(), *places)
    side = None
    if sequences.widest > _PART * _WIDTHS[-1]:
        strips = sequences.widest > _PART * _BLOCK_THREADS
        edge = max(sequences.longest, 1) if strips else 0
        room = _EDGES // edge if edge else sequences.samples
        blocks = max(1, min(sequences.samples, 4 * device.multiprocessors, room))
        edges = device.empty(max(blocks * edge, 1), np.uint32)
        side = device.aside()
        with side:
            device.launch(program, "count_long", blocks, _BLOCK_THREADS, (*arguments, edges, edge))
    for width in _WIDTHS:
        if sequences.widest > _PART * (width // 2):
            blocks = blocks_for(device, width * sequences.samples, _GROUP_THREADS)
            device.launch(program, f"count_{width}", blocks, _GROUP_THREADS, arguments)
    if side is not None:
        side.join()
