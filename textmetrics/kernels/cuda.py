"""Counting on a GPU: the backend, the turns of its kernels (native/*.cu), and the device.

As a backend, texts are scanned on the CPU, ids are copied to the GPU once and counts back once.
`textmetrics.ids` counts ids that are on the GPU already.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import DTypeLike, NDArray

from textmetrics.kernels.counts import PAIR_COLUMNS, Counts, allocate
from textmetrics.kernels.registry import Backend, backend
from textmetrics.scan import Batch

__all__ = [
    "COLUMNS",
    "Device",
    "DeviceCounts",
    "Program",
    "Sequences",
    "backend_on",
    "blocks_for",
    "count",
    "cupy_device",
    "load",
    "program_for",
]

_ORDERS = (0, 1, 4, 9)  # one program each: fewer to compile than one for every n
_LENGTHS_AND_EQUAL = ("prediction_length", "reference_length", "equal")
COLUMNS = frozenset(
    {
        *_LENGTHS_AND_EQUAL,
        "lcs",
        "closest_length",
        *(f"{of}_{n}" for of in ("match", "clip") for n in range(1, 10)),
    }
)
"""The columns that have a kernel."""


def load() -> Backend:
    """Return the backend on the GPU that is CuPy's current one in the thread of each call.

    Raises:
        ImportError: if CuPy, the driver, a device or the compiler is missing.
    """
    cupy_device()
    return lambda batch, columns, threads=1: backend_on(cupy_device())(batch, columns, threads)


def backend_on(device: Device) -> Backend:
    """Return the backend on a device.

    Columns without a kernel are counted on the CPU.
    """

    def counted(batch: Batch, columns: Collection[str], threads: int = 1) -> Counts:
        counts = allocate(batch, columns)
        here = COLUMNS.intersection(columns)
        rest = set(columns) - here
        if rest:
            for name, column in backend()(batch, rest, threads).columns.items():
                counts[name][:] = column
        if here and len(batch):
            with device.current():
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
    """Copy the ids, and everything that locates them in one array."""
    sequences, samples = len(batch.offsets) - 1, len(batch)
    is_prediction = np.zeros(sequences, dtype=bool)
    is_prediction[batch.samples[:-1]] = True
    starts, lengths = batch.offsets[:-1], np.diff(batch.offsets)
    first = batch.samples - np.arange(samples + 1)
    parts = [each[which] for which in (is_prediction, ~is_prediction) for each in (starts, lengths)]
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
    )


# --- counting -----------------------------------------------------------------------------------

_PART = 32  # positions per lane
_WIDTHS = (1, 2, 4, 8, 16, 32)  # lanes per prediction, of each class but the last
_GROUP_THREADS = 128
_BLOCK_THREADS = 256
_CLASSES = len(_WIDTHS) + 1
_MOST_SAMPLES = 2**31 - 1  # their numbers are int32
_STRIP = _PART * _BLOCK_THREADS
_CHUNK = 8192  # tokens of a reference
_ROOM = 1 << 28  # words for long predictions, 1 GiB: run fewer blocks rather than use more
_SEED = int.from_bytes(os.urandom(8), "little", signed=True) | 1
_WAVES = 16  # blocks per multiprocessor: more than fit, so that short ones fill in for long ones


@dataclass(frozen=True, slots=True, eq=False)
class Sequences:
    """Sequences of ids on a device; see ``Sequences`` and ``Shape`` in native/rows.cu.

    Attributes:
        predictions: the ids of all predictions.
        prediction_start: int64, where each begins.
        prediction_length: int64, how many ids each has.
        references: the ids of all references.
        reference_start: int64, where each begins.
        reference_length: int64, how many ids each has; -1 for one that does not count.
        first: int64, groups + 1, the first reference of each group; ``None`` if each group has
            ``each``.
        each: references per group, if ``first`` is ``None``.
        group: consecutive samples that share their references.
        samples: the number of samples.
        rows: the number of pairs of a prediction and a reference.
        widest: an upper bound of the ids of a prediction.
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

    def shape(self) -> tuple[Any, ...]:
        """Return the kernel arguments that assign references to samples."""
        return self.first, self.each, self.group, self.samples, self.rows

    def arguments(self) -> tuple[Any, ...]:
        """Return the arguments of a kernel that reads ids."""
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
class DeviceCounts:
    """Counts on a device.

    Attributes:
        program: the program that counted.
        pairs: int64, the columns of pairs, one after the other.
        columns: int64, the columns of samples, one after the other.
        rows: the number of pairs.
        samples: the number of samples.
    """

    program: Program
    pairs: Any
    columns: Any
    rows: int
    samples: int

    def place(self, name: str) -> int:
        """Return the index of a column among those of pairs or of samples."""
        orders = self.program.orders
        if name in _LENGTHS_AND_EQUAL:
            return _LENGTHS_AND_EQUAL.index(name)
        if name == "closest_length":
            return orders
        if name == "lcs":
            return len(_LENGTHS_AND_EQUAL) + orders
        of, n = name.split("_")
        return int(n) - 1 + (len(_LENGTHS_AND_EQUAL) if of == "match" else 0)

    def of_samples(self, name: str) -> bool:
        """Return whether a column has one row per sample."""
        return name.startswith("cl")

    def column(self, name: str) -> Any:
        """Return a column, without a copy."""
        of, size = (
            (self.columns, self.samples) if self.of_samples(name) else (self.pairs, self.rows)
        )
        begin = self.place(name) * size
        return of[begin : begin + size]


def program_for(columns: Collection[str], ids: np.dtype[Any]) -> Program:
    """Return the smallest program that counts some columns."""
    wanted = max((int(name[-1]) for name in columns if name[-1].isdigit()), default=0)
    return Program(ids, next(n for n in _ORDERS if n >= wanted), "lcs" in columns)


def blocks_for(device: Device, threads: int, size: int) -> int:
    """Return how many blocks to launch for work of that many threads."""
    return max(1, min(-(-threads // size), _WAVES * device.multiprocessors))


def count(device: Device, sequences: Sequences, columns: Collection[str]) -> DeviceCounts:
    """Launch the kernels that count; the host does not block.

    Args:
        device: where the sequences are.
        sequences: the samples.
        columns: a subset of `COLUMNS`.

    Raises:
        ValueError: if there are too many samples.
    """
    samples, rows = sequences.samples, sequences.rows
    if samples > _MOST_SAMPLES:
        raise ValueError(
            f"a GPU counts up to {_MOST_SAMPLES:,} samples a call, got {samples:,}: pass fewer"
        )
    program = program_for(columns, np.dtype(sequences.predictions.dtype))
    pairs = device.zeros((len(_LENGTHS_AND_EQUAL) + program.orders + program.lcs) * rows, np.int64)
    found = device.zeros((program.orders + 1) * samples, np.int64)
    table = DeviceCounts(program, pairs, found, rows, samples)
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
    """Launch the kernels of all classes that may have samples, the longest concurrently."""
    arguments = (*sequences.arguments(), *places)
    side = None
    if sequences.widest > _PART * _WIDTHS[-1]:
        size = _room(program, sequences.widest)
        blocks = max(1, min(sequences.samples, 4 * device.multiprocessors, _ROOM // size))
        room = device.empty(blocks * size, np.uint32)
        side = device.aside()
        with side:
            long = (*arguments, room, size, _SEED)
            device.launch(program, "count_long", blocks, _BLOCK_THREADS, long)
    for width in _WIDTHS:
        if sequences.widest > _PART * (width // 2):
            blocks = blocks_for(device, width * sequences.samples, _GROUP_THREADS)
            device.launch(program, f"count_{width}", blocks, _GROUP_THREADS, arguments)
    if side is not None:
        side.join()


def _room(program: Program, widest: int) -> int:
    """Return how many words a block takes for predictions of up to so many ids.

    The numbers of a strip's ids, two words for each token of a chunk, and what each lane of each
    strip knows: see ``Room`` in native/counts.cu.
    """
    strips = -(-widest // _STRIP)
    return 2 * _STRIP + 2 * _CHUNK + strips * _BLOCK_THREADS * (1 + 3 * max(program.orders, 1))


# --- kernels ------------------------------------------------------------------------------------

_FILES = ("counts.h", "rows.cu", "scores.cu", "counts.cu")
_TYPES = {np.dtype(np.int32): "int", np.dtype(np.int64): "long long"}


class Program(NamedTuple):
    """The kernels, compiled for one kind of work.

    Attributes:
        ids: the type of ids, int32 or int64.
        orders: the largest n of the n-grams that are counted, 0 for none.
        lcs: whether longest common subsequences are counted.
    """

    ids: np.dtype[np.signedinteger]
    orders: int
    lcs: bool

    def options(self) -> tuple[str, ...]:
        """Return the options of the compiler."""
        return (
            "-std=c++17",
            f"-DTM_ID={_TYPES[self.ids]}",
            f"-DTM_ORDERS={self.orders}",
            f"-DTM_LCS={int(self.lcs)}",
        )

    @staticmethod
    @cache
    def source() -> str:
        """Return the source text, which is the same for all programs.

        It is a single text because CuPy's cache does not notice changes in included files.
        """
        folder = files("textmetrics") / "native"
        texts = [(folder / name).read_text("utf-8") for name in _FILES]
        return "\n".join(texts).replace("#pragma once\n", "")


# --- the device ---------------------------------------------------------------------------------

_REMEDY = (
    "if there is an NVIDIA GPU, pip install 'textmetrics-eval[cuda13]', or [cuda12] if "
    "`nvidia-smi` shows CUDA 12; or use the backend 'native', which returns the same numbers"
)

_SEE = (
    "`{}` must list a GPU on this machine (a container must be started with its GPUs, and "
    "CUDA_VISIBLE_DEVICES may hide them); the backend 'native' returns the same numbers without one"
)
_FIT = "install a newer driver, or the CuPy for yours: textmetrics-eval[cuda12] or [cuda13]"
_COMPILER = (
    "pip install 'textmetrics-eval[cuda13]' or [cuda12], as `pip list` shows cupy-cuda13x or "
    "cupy-cuda12x, brings one that CuPy 14 finds"
)
_NO_DEVICE = 100  # cudaErrorNoDevice


class Device(Protocol):
    """The device that runs kernels.

    All arrays that it returns are on the device. Work is done in the order of the calls; only
    ``download`` waits for it. All other methods are for the time of ``current()``.
    """

    multiprocessors: int

    def current(self) -> AbstractContextManager[object]:
        """Make it the current device of this thread."""
        ...

    def empty(self, size: int, dtype: DTypeLike) -> Any:
        """Return an uninitialized array."""
        ...

    def zeros(self, size: int, dtype: DTypeLike) -> Any:
        """Return an array of zeros."""
        ...

    def upload(self, array: NDArray[Any]) -> Any:
        """Copy an array to the device."""
        ...

    def download(self, array: Any) -> NDArray[Any]:
        """Copy an array from the device, once the work before this call is done."""
        ...

    def launch(
        self, program: Program, kernel: str, blocks: int, threads: int, arguments: Sequence[Any]
    ) -> None:
        """Run a kernel; arguments are arrays, integers, or ``None`` for an omitted array."""
        ...

    def aside(self) -> _Side:
        """Return a context for work that runs concurrently with what follows it."""
        ...


class _Side(Protocol):
    """Concurrent work: launch it inside ``with``, wait for it by ``join``."""

    def __enter__(self) -> object:
        """Begin concurrent work, which waits for all work before it."""
        ...

    def __exit__(self, *_: object) -> None:
        """Return to the main line of work."""
        ...

    def join(self) -> None:
        """Let what follows wait for the concurrent work."""
        ...


class _CupyDevice:
    """A GPU, on the stream that is CuPy's current one of it at each call."""

    def __init__(self, number: int) -> None:
        import cupy

        self._cupy = cupy
        self.number = number
        properties = cupy.cuda.runtime.getDeviceProperties(number)
        self.multiprocessors = int(properties["multiProcessorCount"])
        self._kernels: dict[tuple[Program, str], Any] = {}

    def current(self) -> AbstractContextManager[object]:
        found: AbstractContextManager[object] = self._cupy.cuda.Device(self.number)
        return found

    def empty(self, size: int, dtype: DTypeLike) -> Any:
        return self._cupy.empty(size, dtype)

    def zeros(self, size: int, dtype: DTypeLike) -> Any:
        return self._cupy.zeros(size, dtype)

    def upload(self, array: NDArray[Any]) -> Any:
        return self._cupy.asarray(array)

    def download(self, array: Any) -> NDArray[Any]:
        found: NDArray[Any] = self._cupy.asnumpy(array)
        return found

    def launch(
        self, program: Program, kernel: str, blocks: int, threads: int, arguments: Sequence[Any]
    ) -> None:
        found = self._kernels.get((program, kernel))
        if found is None:  # two threads may both get here: CuPy compiles once and caches on disk
            options = (*program.options(), "--fmad=false")
            module = self._cupy.RawModule(code=program.source(), options=options)
            found = self._kernels[program, kernel] = module.get_function(kernel)
        found((blocks,), (threads,), tuple(map(_argument, arguments)))

    def aside(self) -> _Side:
        return _Stream(self._cupy)


class _Stream:
    """A stream beside the current one."""

    def __init__(self, cupy: Any) -> None:
        self._before = cupy.cuda.get_current_stream()
        self._stream = cupy.cuda.Stream(non_blocking=True)

    def __enter__(self) -> None:
        self._stream.wait_event(self._before.record())
        self._stream.__enter__()

    def __exit__(self, *error: object) -> None:
        self._stream.__exit__(*error)

    def join(self) -> None:
        self._before.wait_event(self._stream.record())


def _argument(value: Any) -> Any:
    """Convert an argument to the width that the kernel expects; no array is address 0."""
    return np.int64(value or 0) if value is None or isinstance(value, int) else value


def cupy_device(number: int | None = None) -> Device:
    """Return a GPU.

    Args:
        number: its number; CuPy's current one if ``None``.

    Raises:
        ImportError: if CuPy, the driver, a device or the compiler is missing, with what to do.
    """
    try:
        import cupy
    except ImportError as error:
        raise ImportError(f"CuPy cannot be imported ({error}): {_REMEDY}") from error
    runtime = cupy.cuda.runtime
    if runtime.driverGetVersion() == 0:
        raise ImportError(f"no NVIDIA driver is loaded: {_SEE.format('nvidia-smi')}")
    try:
        return _device(runtime.getDevice() if number is None else number)
    except runtime.CUDARuntimeError as error:
        if error.status == _NO_DEVICE:
            raise ImportError(f"the driver shows no GPU: {_SEE.format('nvidia-smi -L')}") from error
        raise ImportError(f"the driver and CuPy do not fit together ({error}): {_FIT}") from error


@cache
def _device(number: int) -> Device:
    import cupy

    found = _CupyDevice(number)
    try:
        cupy.cuda.nvrtc.getVersion()  # loads it
    except (ImportError, OSError, RuntimeError) as error:
        said = str(error).partition("\n")[0]
        raise ImportError(
            f"CuPy finds no NVRTC, which compiles kernels ({said}): {_COMPILER}"
        ) from error
    return found
