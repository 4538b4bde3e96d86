"""Token ids that are on a GPU: rows to sequences, counts and scores, without waiting for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from textmetrics.ids.given import Array, Given, Ragged, check_shapes
from textmetrics.ids.options import Options
from textmetrics.kernels.cuda import (
    COLUMNS,
    Device,
    DeviceCounts,
    Sequences,
    blocks_for,
    program_for,
)
from textmetrics.kernels.cuda import count as count_sequences
from textmetrics.metrics import Part

__all__ = ["Counted", "counted", "scored"]

_THREADS = 256
_WARP = 32
# The kernel score_pairs: a metric's column, and the n of its n-grams.
_PAIRS = {
    "accuracy": ("equal", 1),
    "f1": ("match_1", 1),
    "precision": ("match_1", 1),
    "recall": ("match_1", 1),
    "rouge_1": ("match_1", 1),
    "rouge_2": ("match_2", 2),
    "rouge_l": ("lcs", 1),
}
_PARTS = {"precision": 0, "recall": 1, "f1": 2, "accuracy": 3}


@dataclass(frozen=True, slots=True, eq=False)
class Counted:
    """What was counted of a call, on a device."""

    sequences: Sequences
    table: DeviceCounts
    offsets: Any


@dataclass(frozen=True, slots=True, eq=False)
class _Kept:
    """The ids of rows that are text, where each row begins, and how many it has."""

    ids: Any
    start: Any
    length: Any

    def arguments(self) -> tuple[Any, ...]:
        return self.ids, self.start, self.length


def counted(device: Device, given: Given, options: Options) -> Counted:
    """Count; the host waits for nothing if rows are padded or have a ``max_length``.

    Args:
        device: where the arrays are.
        given: arrays of that device.
        options: what is text, what is ignored, and the columns.

    Raises:
        TypeError: if an array is of another type or has other dimensions.
        ValueError: if sizes do not fit together, or a column is not counted here.
    """
    if unknown := [name for name in options.columns if name not in COLUMNS]:
        raise ValueError(
            f"a GPU does not count {', '.join(unknown)}: take backend='native' for them; "
            f"here: {', '.join(sorted(COLUMNS))}"
        )
    groups = check_shapes(given)
    sequences = _sequences(device, given, options, groups)
    table = count_sequences(device, sequences, options.columns)
    offsets = device.empty(sequences.samples + 1, np.int64)
    blocks = blocks_for(device, sequences.samples + 1, _THREADS)
    arguments = (*sequences.shape(), offsets)
    device.launch(table.program, "offsets_of", blocks, _THREADS, arguments)
    return Counted(sequences, table, offsets)


def scored(device: Device, found: Counted, parts: Mapping[str, Part]) -> dict[str, Any]:
    """Give each sample's values from counts that have all their columns, as float32.

    Raises:
        ValueError: if a metric has no formula there.
    """
    return {name: _score(device, found, part.metric) for name, part in parts.items()}


def _score(device: Device, found: Counted, metric: Any) -> Any:
    sequences, table = found.sequences, found.table
    scores = device.empty(sequences.samples, np.float32)
    blocks = blocks_for(device, sequences.samples, _THREADS)
    if metric.name == "bleu_4":
        arguments = (sequences.prediction_length, sequences.samples, table.columns, scores)
        device.launch(table.program, "score_bleu", blocks, _THREADS, arguments)
        return scores
    if metric.name not in _PAIRS:
        known = ", ".join((*_PAIRS, "bleu_4"))
        raise ValueError(f"a GPU has no formula for metric {metric.name!r}; it has {known}")
    column, order = _PAIRS[metric.name]
    which = (table.place(column), order, _PARTS[metric.headline])
    arguments = (*sequences.shape(), table.pairs, *which, scores)
    device.launch(table.program, "score_pairs", blocks, _THREADS, arguments)
    return scores


def _sequences(device: Device, given: Given, options: Options, groups: int) -> Sequences:
    """Keep what is text and is scored of each row."""
    predictions, references = _alike(given.predictions, given.references)
    program = program_for(options.columns, np.dtype(_ids(predictions).dtype))
    rules: list[Any] = []
    for ids in (options.skipped, options.ended, options.ignored):
        rules += [device.constant(tuple(sorted(ids))), len(ids)]
    first, each, rows = _shape(references, groups)
    kept = _room(device, references, rows)
    dropped = device.zeros(groups, np.uint8)
    samples = groups * given.group_size
    arguments = (
        *_rows(references, given.reference_lengths), *rules,
        first, each, groups, *kept.arguments(), dropped,
    )  # fmt: skip
    blocks = blocks_for(device, _WARP * groups, _THREADS)
    device.launch(program, "keep_references", blocks, _THREADS, arguments)
    found = _room(device, predictions, samples)
    arguments = (
        *_rows(predictions, given.prediction_lengths), *rules,
        dropped, given.group_size, samples, *found.arguments(),
    )  # fmt: skip
    blocks = blocks_for(device, _WARP * samples, _THREADS)
    device.launch(program, "keep_predictions", blocks, _THREADS, arguments)
    return Sequences(
        predictions=found.ids,
        prediction_start=found.start,
        prediction_length=found.length,
        references=kept.ids,
        reference_start=kept.start,
        reference_length=kept.length,
        first=first,
        each=each,
        group=given.group_size,
        samples=samples,
        rows=rows * given.group_size,
        widest=_widest(device, predictions),
        longest=_longest(references, each, first),
    )


def _ids(texts: Array | Ragged) -> Array:
    return texts.ids if isinstance(texts, Ragged) else texts


def _alike(one: Array | Ragged, other: Array | Ragged) -> tuple[Array | Ragged, Array | Ragged]:
    """Give both sides ids of one type, which kernels compare."""
    if _ids(one).dtype == _ids(other).dtype:
        return one, other
    wide = [
        each._replace(ids=each.ids.astype(np.int64))
        if isinstance(each, Ragged)
        else each.astype(np.int64)
        for each in (one, other)
    ]
    return wide[0], wide[1]


def _numbers(array: Array | None) -> Any:
    """Give lengths or offsets as kernels read them."""
    return None if array is None else array.astype(np.int64, order="C", copy=False).ravel()


def _rows(texts: Array | Ragged, lengths: Array | None) -> tuple[Any, ...]:
    """Give the arguments that are a ``Rows`` of native/rows.cu."""
    if isinstance(texts, Ragged):
        longest = texts.ids.shape[0] if texts.max_length is None else int(texts.max_length)
        return texts.ids.ravel(), _numbers(texts.offsets), None, longest, 1, 0, 0, 1
    if any(stride % texts.dtype.itemsize for stride in texts.strides):
        texts = texts.copy()  # steps are counted in ids: those of a field of records may be none
    strides = [stride // texts.dtype.itemsize for stride in texts.strides]
    each, inner = (texts.shape[1], strides[1]) if texts.ndim == 3 else (1, 0)
    width = texts.shape[-1]
    return texts, None, _numbers(lengths), width, max(each, 1), strides[0], inner, strides[-1]


def _shape(references: Array | Ragged, groups: int) -> tuple[Any, int, int]:
    """Give the first reference of each group, or how many each has; and how many there are."""
    if not isinstance(references, Ragged):
        each = references.shape[1] if references.ndim == 3 else 1
        return None, each, groups * each
    return _numbers(references.samples), 1, references.offsets.shape[0] - 1


def _room(device: Device, texts: Array | Ragged, rows: int) -> _Kept:
    ids = _ids(texts)
    size = ids.shape[0] if isinstance(texts, Ragged) else rows * ids.shape[-1]
    start, length = device.empty(rows, np.int64), device.empty(rows, np.int64)
    return _Kept(device.empty(size, ids.dtype), start, length)


def _widest(device: Device, predictions: Array | Ragged) -> int:
    if not isinstance(predictions, Ragged):
        return int(predictions.shape[-1])
    if predictions.max_length is not None:
        return int(predictions.max_length)
    return int(np.diff(device.download(predictions.offsets)).max(initial=0))  # it is waited for


def _longest(references: Array | Ragged, each: int, first: Any) -> int:
    """Give at least the number of ids that the references of any sample have."""
    if not isinstance(references, Ragged):
        return int(references.shape[-1]) * each
    if first is None and references.max_length is not None:
        return int(references.max_length)
    return int(references.ids.shape[0])
