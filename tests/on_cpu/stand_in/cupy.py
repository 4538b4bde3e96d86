"""What the package and the steps use of CuPy, on NumPy, with kernels that run on the CPU.

It stands in for CuPy in a dry run. Calls have CuPy's names and arguments; work is done at once, so
it shows nothing about streams. Kernels run as cuda.h says.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from types import SimpleNamespace
from typing import Any

import numpy as np
from cuda_on_cpu import MISSING, CpuDevice

from textmetrics.kernels.cuda import Program

__version__ = "emulated"


class _Memory:
    """An allocation, aligned as a device's are."""

    def __init__(self, size: int) -> None:
        self.buffer = np.empty(size + 512, np.uint8)
        self.ptr = -(-self.buffer.ctypes.data // 512) * 512
        self.size = size


class MemoryPointer:
    def __init__(self, mem: _Memory, offset: int) -> None:
        self.mem = mem
        self.ptr = mem.ptr + offset

    def __add__(self, offset: int) -> MemoryPointer:
        return MemoryPointer(self.mem, self.ptr - self.mem.ptr + offset)

    def memset_async(self, value: int, size: int) -> None:
        begin = self.ptr - self.mem.buffer.ctypes.data
        self.mem.buffer[begin : begin + size] = value


def _malloc(size: int) -> MemoryPointer:
    return MemoryPointer(_Memory(size), 0)


_allocator: Callable[[int], MemoryPointer] = _malloc


def _set_allocator(allocator: Callable[[int], MemoryPointer] | None = None) -> None:
    global _allocator  # noqa: PLW0603
    _allocator = allocator or _malloc


class ndarray(np.ndarray):  # noqa: N801
    """An array that says that it is on a GPU."""

    def __new__(
        cls,
        shape: Any,
        dtype: Any = float,
        memptr: MemoryPointer | None = None,
        strides: Any = None,
    ) -> ndarray:
        items = int(np.prod(shape))
        memptr = memptr or _allocator(items * np.dtype(dtype).itemsize)
        made = super().__new__(
            cls,
            shape,
            dtype,
            memptr.mem.buffer,  # type: ignore[arg-type]
            memptr.ptr - memptr.mem.buffer.ctypes.data,
            strides,
        )
        made._data = memptr
        return made

    def __array_finalize__(self, base: Any) -> None:
        self._data = getattr(base, "_data", None)

    @property
    def data(self) -> Any:  # type: ignore[override]
        return self._data and MemoryPointer(self._data.mem, self.ctypes.data - self._data.mem.ptr)

    @property
    def device(self) -> Any:
        return _Device(0)

    @property
    def __cuda_array_interface__(self) -> dict[str, Any]:
        return {**self.__array_interface__, "version": 3}

    def __dlpack_device__(self) -> tuple[int, int]:
        return (2, 0)


def empty(shape: Any, dtype: Any = float) -> ndarray:
    return ndarray(shape, dtype)


def zeros(shape: Any, dtype: Any = float) -> ndarray:
    made = ndarray(shape, dtype)
    made[...] = 0
    return made


def asarray(array: Any, dtype: Any = None) -> ndarray:
    given = np.asarray(array, dtype) if not isinstance(array, ndarray) else array
    if isinstance(given, ndarray):
        return given if dtype is None else given.astype(dtype, copy=False)
    made = ndarray(given.shape, given.dtype)
    made[...] = given
    return made


def asnumpy(array: Any) -> np.ndarray:
    return np.array(array, subok=False)


def from_dlpack(array: Any) -> ndarray:
    return asarray(array)


class RawModule:
    """The kernels of a program: its options say which."""

    def __init__(self, code: str, options: Sequence[str] = ()) -> None:
        given = dict(each[2:].split("=") for each in options if each.startswith("-D"))
        kind = np.dtype(np.int32 if given["TM_ID"] == "int" else np.int64)
        self._program = Program(kind, int(given["TM_ORDERS"]), given["TM_LCS"] == "1")
        if code != self._program.source() or MISSING:
            raise RuntimeError(MISSING or "only the package's own kernels can be emulated")

    def get_function(self, name: str) -> Callable[..., None]:
        device = CpuDevice()

        def launch(grid: Sequence[int], block: Sequence[int], arguments: Sequence[Any]) -> None:
            values = [int(each) if isinstance(each, np.integer) else each for each in arguments]
            device.launch(self._program, name, grid[0], block[0], values)

        return launch


class _Event:
    done = True

    def synchronize(self) -> None:
        pass


class Stream:
    null: Stream

    def __init__(self, *, non_blocking: bool = False) -> None:
        self.done = True

    def __enter__(self) -> Stream:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def record(self, event: Any = None) -> _Event:
        return event or _Event()

    def wait_event(self, event: Any) -> None:
        pass

    def synchronize(self) -> None:
        pass


Stream.null = Stream()


class _Device:
    def __init__(self, number: int = 0) -> None:
        self.id = number

    def __enter__(self) -> _Device:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def synchronize(self) -> None:
        pass


runtime = SimpleNamespace(
    CUDARuntimeError=type("CUDARuntimeError", (RuntimeError,), {"status": 0}),
    driverGetVersion=lambda: 13000,
    runtimeGetVersion=lambda: 13000,
    getDevice=lambda: 0,
    getDeviceCount=lambda: 1,
    getDeviceProperties=lambda _: {
        "name": b"emulated", "multiProcessorCount": 1, "major": 0, "minor": 0,
    },
    memGetInfo=lambda: (1 << 30, 1 << 30),
)  # fmt: skip
_pool = SimpleNamespace(malloc=_malloc, free_all_blocks=lambda: None)
cuda = SimpleNamespace(
    Device=_Device,
    MemoryPointer=MemoryPointer,
    Stream=Stream,
    get_current_stream=lambda: Stream.null,
    nvrtc=SimpleNamespace(getVersion=lambda: (13, 0)),
    runtime=runtime,
    set_allocator=_set_allocator,
)


def get_default_memory_pool() -> Any:
    return _pool
