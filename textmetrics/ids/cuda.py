"""Token ids on a GPU: arrays of any library become CuPy's, rows become sequences, then scores."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np

from textmetrics.ids.inputs import (
    Array,
    CountRules,
    IdInputs,
    Ragged,
    check_shapes,
    groups_of,
    is_on_device,
    on_device,
    to_numpy,
)
from textmetrics.kernels import Counts
from textmetrics.kernels.cuda import (
    COLUMNS,
    Device,
    DeviceCounts,
    Sequences,
    blocks_for,
    cupy_device,
    program_for,
)
from textmetrics.kernels.cuda import count as count_sequences
from textmetrics.metrics import WeightedMetric

__all__ = ["count", "count_on", "score", "score_on"]


def count(inputs: IdInputs, rules: CountRules) -> Counts:
    """Count on the device of the arrays, or on CuPy's current one if they are on the host.

    Raises:
        TypeError: like `count_ids`.
        ValueError: likewise, and if arrays are on more than one device.
    """
    with _device(inputs) as (device, there):
        found = count_on(device, there, rules)
        counts = Counts({name: found.table.column(name) for name in rules.columns}, found.offsets)
        if on_device(inputs):
            return counts
        columns = {name: device.download(column) for name, column in counts.columns.items()}
        return Counts(columns, device.download(counts.offsets))


def score(
    inputs: IdInputs, rules: CountRules, parts: Mapping[str, WeightedMetric]
) -> dict[str, Any]:
    """Score each sample, on the device of the arrays.

    Raises:
        TypeError: like `count`.
        ValueError: likewise.
    """
    with _device(inputs) as (device, there):
        scores = score_on(device, count_on(device, there, rules), parts)
        if on_device(inputs):
            return scores
        return {name: device.download(values) for name, values in scores.items()}


@contextmanager
def _device(inputs: IdInputs) -> Iterator[tuple[Device, IdInputs]]:
    """Enter the device of the arrays; yield it, and the inputs as arrays of CuPy."""
    there = inputs.converted(_to_cupy)
    arrays = [array for array in there.arrays().values() if is_on_device(array)]
    if not arrays:
        groups_of(there)  # checks values too, which is cheap on the host
    # An array without ids may have no address, which would tell its device.
    numbers = {array.device.id for array in arrays if array.size} or {
        array.device.id for array in arrays
    }
    if len(numbers) > 1:
        raise ValueError(f"arrays are on several devices {sorted(numbers)}: move them to one")
    device = cupy_device(*numbers)
    with device.current():
        yield device, there.converted(_aligned)


def _to_cupy(array: Array, name: str) -> Array:
    """Return an array on a device as CuPy's, without a copy, and one on the host as NumPy's.

    DLPack makes CuPy's current stream wait for pending work on the array.
    """
    import cupy

    if not is_on_device(array):
        return to_numpy(array, name)
    if isinstance(array, cupy.ndarray):
        return array
    if not hasattr(array, "__dlpack__"):
        address = array.__cuda_array_interface__["data"][0]
        number = cupy.cuda.runtime.pointerGetAttributes(address).device if address else None
        with cupy.cuda.Device(number):  # it would be copied to another one
            return cupy.asarray(array)
    try:
        return cupy.from_dlpack(array)
    except (BufferError, RuntimeError, TypeError, ValueError) as error:
        raise TypeError(f"{name} cannot be read through DLPack: {error}") from error


def _aligned(array: Array, _: str) -> Array:
    """Return an array as CuPy's on the current device, all of whose numbers a GPU can read.

    It reads a number only where the address is a multiple of the number's size, so others are
    copied by their bytes. A field of records may be so, or a view of bytes.
    """
    import cupy

    found = cupy.asarray(array)
    size = found.dtype.itemsize
    if not found.size or not any(each % size for each in (found.data.ptr, *found.strides)):
        return found
    there = cupy.ndarray((*found.shape, size), np.uint8, found.data, (*found.strides, 1))
    return there.copy(order="C").view(found.dtype).reshape(found.shape)


# --- on a device --------------------------------------------------------------------------------

_THREADS = 256
_WARP = 32
# The kernel score_pairs: a metric's column, and the n of its n-grams.
_PAIR_METRICS = {
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
class _GpuCounts:
    """The counts of a call, on a device."""

    sequences: Sequences
    table: DeviceCounts
    offsets: Any


@dataclass(frozen=True, slots=True, eq=False)
class _Kept:
    """The ids of rows that are text, where each row begins, and how many ids it has."""

    ids: Any
    start: Any
    length: Any

    def arguments(self) -> tuple[Any, ...]:
        return self.ids, self.start, self.length


def count_on(device: Device, inputs: IdInputs, rules: CountRules) -> _GpuCounts:
    """Count; the host never blocks if rows are padded or have a ``max_length``.

    Args:
        device: where the arrays are.
        inputs: arrays of that device.
        rules: what to count.

    Raises:
        TypeError: if an array has a wrong type or number of dimensions.
        ValueError: if sizes do not match, or a column has no kernel.
    """
    if unknown := [name for name in rules.columns if name not in COLUMNS]:
        raise ValueError(
            f"a GPU does not count {', '.join(unknown)}: use backend='native' for them; "
            f"here: {', '.join(sorted(COLUMNS))}"
        )
    groups = check_shapes(inputs)
    sequences = _sequences(device, inputs, rules, groups)
    table = count_sequences(device, sequences, rules.columns)
    offsets = device.empty(sequences.samples + 1, np.int64)
    blocks = blocks_for(device, sequences.samples + 1, _THREADS)
    arguments = (*sequences.shape(), offsets)
    device.launch(table.program, "offsets_of", blocks, _THREADS, arguments)
    return _GpuCounts(sequences, table, offsets)


def score_on(
    device: Device, found: _GpuCounts, parts: Mapping[str, WeightedMetric]
) -> dict[str, Any]:
    """Return each sample's values from counts that have all their columns, as float32.

    Raises:
        ValueError: if a metric has no formula on a GPU.
    """
    return {name: _score(device, found, part.metric) for name, part in parts.items()}


def _score(device: Device, found: _GpuCounts, metric: Any) -> Any:
    sequences, table = found.sequences, found.table
    scores = device.empty(sequences.samples, np.float32)
    blocks = blocks_for(device, sequences.samples, _THREADS)
    if metric.name == "bleu_4":
        arguments = (sequences.prediction_length, sequences.samples, table.columns, scores)
        device.launch(table.program, "score_bleu", blocks, _THREADS, arguments)
        return scores
    if metric.name not in _PAIR_METRICS:
        known = ", ".join((*_PAIR_METRICS, "bleu_4"))
        raise ValueError(f"a GPU has no formula for metric {metric.name!r}; it has {known}")
    column, order = _PAIR_METRICS[metric.name]
    which = (table.place(column), order, _PARTS[metric.headline])
    arguments = (*sequences.shape(), table.pairs, *which, scores)
    device.launch(table.program, "score_pairs", blocks, _THREADS, arguments)
    return scores


def _sequences(device: Device, inputs: IdInputs, rules: CountRules, groups: int) -> Sequences:
    """Copy the ids of each row that are text and are scored."""
    predictions, references = _alike(inputs.predictions, inputs.references)
    program = program_for(rules.columns, np.dtype(_ids(predictions).dtype))
    sets = [sorted(ids) for ids in (rules.skipped, rules.ended, rules.ignored)]
    special = device.upload(np.array(list(chain(*sets)), dtype=np.int64)), *map(len, sets)
    first, each, rows = _shape(references, groups)
    kept = _room(device, references, rows)
    dropped = device.zeros(groups, np.uint8)
    samples = groups * inputs.group_size
    arguments = (
        *_rows(references, inputs.reference_lengths), *special,
        first, each, groups, rows, *kept.arguments(), dropped,
    )  # fmt: skip
    blocks = blocks_for(device, _WARP * groups, _THREADS)
    device.launch(program, "keep_references", blocks, _THREADS, arguments)
    found = _room(device, predictions, samples)
    arguments = (
        *_rows(predictions, inputs.prediction_lengths), *special,
        dropped, inputs.group_size, samples, *found.arguments(),
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
        group=inputs.group_size,
        samples=samples,
        rows=rows * inputs.group_size,
        widest=_widest(device, predictions),
    )


def _ids(texts: Array | Ragged) -> Array:
    return texts.ids if isinstance(texts, Ragged) else texts


def _alike(one: Array | Ragged, other: Array | Ragged) -> tuple[Array | Ragged, Array | Ragged]:
    """Return both sides with ids of the same type, as kernels require."""
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
    """Return lengths or offsets in the form that kernels read."""
    return None if array is None else array.astype(np.int64, order="C", copy=False).ravel()


def _rows(texts: Array | Ragged, lengths: Array | None) -> tuple[Any, ...]:
    """Return the arguments for a ``Rows`` of native/rows.cu."""
    if isinstance(texts, Ragged):
        size = texts.ids.shape[0]
        longest = size if texts.max_length is None else int(texts.max_length)
        step = texts.ids.strides[0] // texts.ids.dtype.itemsize
        return texts.ids, _numbers(texts.offsets), None, longest, 1, 0, 0, step, size
    outer, *inner, step = (stride // texts.dtype.itemsize for stride in texts.strides)
    each = max(texts.shape[1], 1) if inner else 1
    steps = (outer, *(inner or [0]), step)
    return texts, None, _numbers(lengths), texts.shape[-1], each, *steps, texts.size


def _shape(references: Array | Ragged, groups: int) -> tuple[Any, int, int]:
    """Return the first reference of each group, or how many each has; and how many there are."""
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
    offsets = device.download(predictions.offsets)  # blocks
    return int(np.diff(np.clip(offsets, 0, predictions.ids.shape[0])).max(initial=0))
