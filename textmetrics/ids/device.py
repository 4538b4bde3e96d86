"""The door to a GPU for token ids: arrays of any library become CuPy's, on their device."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from textmetrics.ids import gpu
from textmetrics.ids.arrays import groups_of, to_numpy
from textmetrics.ids.given import Array, Given, is_on_device, on_device
from textmetrics.ids.options import Options
from textmetrics.kernels import Counts
from textmetrics.kernels.cuda import Device, cupy_device
from textmetrics.metrics import Part

__all__ = ["count", "score"]


def count(given: Given, options: Options) -> Counts:
    """Count on the device where the arrays are, or on CuPy's current one where they are on none.

    Raises:
        TypeError: as `count_ids` does.
        ValueError: likewise, and if arrays are on more than one device.
    """
    with _device(given) as (device, there):
        found = gpu.counted(device, there, options)
        counts = Counts({name: found.table.column(name) for name in options.columns}, found.offsets)
        if on_device(given):
            return counts
        columns = {name: device.download(column) for name, column in counts.columns.items()}
        return Counts(columns, device.download(counts.offsets))


def score(given: Given, options: Options, parts: Mapping[str, Part]) -> dict[str, Any]:
    """Give each sample's values, where the arrays are.

    Raises:
        TypeError: as `count` does.
        ValueError: likewise.
    """
    with _device(given) as (device, there):
        scores = gpu.scored(device, gpu.counted(device, there, options), parts)
        if on_device(given):
            return scores
        return {name: device.download(values) for name, values in scores.items()}


@contextmanager
def _device(given: Given) -> Iterator[tuple[Device, Given]]:
    """Give the device of the arrays, and them as CuPy's; it is the current one inside."""
    import cupy

    if not on_device(given):
        given = given.converted(to_numpy)
        groups_of(given)  # what is on the host is checked there, values too
        yield cupy_device(), given.converted(lambda array, _: cupy.asarray(array))
        return
    there = given.converted(_to_cupy)
    numbers = {array.device.id for array in there.arrays().values() if is_on_device(array)}
    if len(numbers) > 1:
        raise ValueError(f"arrays are on several devices {sorted(numbers)}: move them to one")
    with cupy.cuda.Device(numbers.pop()) as current:
        device = cupy_device(current.id)
        yield device, there.converted(lambda array, _: cupy.asarray(array))


def _to_cupy(array: Array, name: str) -> Array:
    """Give an array of CuPy with the same memory; one on the host stays, as NumPy's.

    DLPack makes CuPy's current stream wait for the work on the array's own.
    """
    import cupy

    if not is_on_device(array):
        return to_numpy(array, name)
    if isinstance(array, cupy.ndarray) or not hasattr(array, "__dlpack__"):
        return cupy.asarray(array)
    try:
        return cupy.from_dlpack(array)
    except (BufferError, RuntimeError, TypeError, ValueError) as error:
        raise TypeError(f"{name} cannot be read through DLPack: {error}") from error
