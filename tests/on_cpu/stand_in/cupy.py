"""CuPy for a dry run of benchmarks/on_device: with what its steps use beside the package.

Work is done at once, so it shows nothing about streams.
"""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
from cupy_on_cpu import Array as ndarray  # noqa: N813
from cupy_on_cpu import FakeCupy, MemoryPointer, RawModule

__all__ = ["RawModule", "asarray", "asnumpy", "empty", "from_dlpack", "ndarray", "zeros"]
__all__ += ["cuda", "get_default_memory_pool"]
__version__ = "emulated"

from_dlpack = FakeCupy.from_dlpack
asnumpy = FakeCupy.asnumpy


def _malloc(size: int) -> MemoryPointer:
    memory = np.empty(size + 512, np.uint8)
    return MemoryPointer(-(-memory.ctypes.data // 512) * 512, 0, memory)


_allocator: Callable[[int], MemoryPointer] = _malloc


def _set_allocator(allocator: Callable[[int], MemoryPointer] | None = None) -> None:
    global _allocator  # noqa: PLW0603
    _allocator = allocator or _malloc


def empty(shape: Any, dtype: Any = float) -> ndarray:
    shape = shape if isinstance(shape, tuple) else (int(shape),)
    return ndarray(shape, dtype, _allocator(int(np.prod(shape)) * np.dtype(dtype).itemsize))


def zeros(shape: Any, dtype: Any = float) -> ndarray:
    made = empty(shape, dtype)
    made[...] = 0
    return made


def asarray(array: Any) -> ndarray:
    if isinstance(array, ndarray):
        return array
    given = np.asarray(array)
    made = empty(given.shape, given.dtype)
    made[...] = given
    return made


_runtime = {
    **vars(FakeCupy.cuda.runtime),
    "getDeviceProperties": lambda _: {
        "name": b"emulated", "multiProcessorCount": 1, "major": 0, "minor": 0,
    },
    "memGetInfo": lambda: (1 << 30, 1 << 30),
}  # fmt: skip
cuda = SimpleNamespace(
    **{**vars(FakeCupy.cuda), "runtime": SimpleNamespace(**_runtime)}, set_allocator=_set_allocator
)


def get_default_memory_pool() -> Any:
    return SimpleNamespace(malloc=_malloc)
