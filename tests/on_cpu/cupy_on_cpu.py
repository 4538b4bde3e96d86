"""As much of CuPy as the package uses, on NumPy, with two GPUs.

It does what CuPy 14 does where that is easy to get wrong. The current device is each thread's own,
and the current stream each device's in each thread. An array belongs to a device, a new one to the
current; `asarray` copies an array of another device. Kernels run by cuda_on_cpu.py, and fail where
an array is of another device than the current one, and where an address is not aligned.
"""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Sequence
from types import ModuleType, SimpleNamespace
from typing import Any

import cuda_on_cpu
import numpy as np

GPUS = 2
_OF_THREAD = threading.local()


def _number() -> int:
    return getattr(_OF_THREAD, "number", 0)


def _streams() -> list[Any]:
    if not hasattr(_OF_THREAD, "streams"):
        _OF_THREAD.streams = [Stream(number=number) for number in range(GPUS)]
    found: list[Any] = _OF_THREAD.streams
    return found


class CUDARuntimeError(RuntimeError):
    """What CuPy raises of CUDA's runtime."""

    status = 0


class MemoryPointer:
    """An address, and what keeps its memory."""

    def __init__(self, ptr: int, number: int, memory: Any) -> None:
        self.ptr, self.number, self.memory = ptr, number, memory

    def __add__(self, offset: int) -> MemoryPointer:
        return MemoryPointer(self.ptr + offset, self.number, self.memory)

    def memset_async(self, value: int, size: int) -> None:
        ctypes.memset(self.ptr, value, size)


class Device:
    """A device, current inside ``with``."""

    def __init__(self, number: int | None = None) -> None:
        self.id = _number() if number is None else int(number)
        self._before: list[int] = []

    def __enter__(self) -> Device:
        self._before.append(_number())
        _OF_THREAD.number = self.id
        return self

    def __exit__(self, *_: object) -> None:
        _OF_THREAD.number = self._before.pop()

    def synchronize(self) -> None:
        pass


class Stream:
    """A stream, the current one of its device inside ``with``."""

    null: Stream

    def __init__(self, non_blocking: bool = False, number: int | None = None) -> None:
        self.number = _number() if number is None else number
        self._before: list[Stream] = []

    def __enter__(self) -> Stream:
        if self.number != _number():
            raise RuntimeError("the stream is not of the current device")
        self._before.append(_streams()[self.number])
        _streams()[self.number] = self
        return self

    def __exit__(self, *_: object) -> None:
        _streams()[self.number] = self._before.pop()

    def synchronize(self) -> None:
        pass

    def record(self) -> Stream:
        if self.number != _number():
            raise CUDARuntimeError("cudaErrorInvalidResourceHandle")
        return self

    def wait_event(self, event: Stream) -> None:
        assert event.number == self.number


Stream.null = Stream(number=0)


class Array(np.ndarray):
    """An array of a device; where a view of one is, that is."""

    number: int

    def __new__(cls, shape: Any, dtype: Any, memptr: Any = None, strides: Any = None) -> Array:
        interface = {"data": (memptr.ptr, False), "shape": tuple(shape), "version": 3}
        interface |= {"typestr": np.dtype(dtype).str, "strides": strides}
        found = np.asarray(SimpleNamespace(__array_interface__=interface)).view(cls)
        found.number, found.memory = memptr.number, memptr.memory
        return found

    def __array_finalize__(self, of: Any) -> None:
        self.number = getattr(of, "number", _number())
        self.memory = of

    @property
    def device(self) -> Device:
        return Device(self.number)

    @property
    def data(self) -> Any:
        return MemoryPointer(self.ctypes.data, self.number, self)

    def astype(self, dtype: Any, order: str = "K", copy: bool = True) -> Array:  # type: ignore[override]
        if not copy and np.dtype(dtype) == self.dtype and self.flags.c_contiguous:
            return self
        return on_gpu(np.asarray(self).astype(dtype, order=order), _number())  # type: ignore[arg-type]

    def copy(self, order: str = "C") -> Array:  # type: ignore[override]
        if self.size and any(at % self.itemsize for at in (self.ctypes.data, *self.strides)):
            raise CUDARuntimeError("cudaErrorMisalignedAddress")
        return on_gpu(np.asarray(self).copy(order=order), _number())  # type: ignore[arg-type]

    @property
    def __cuda_array_interface__(self) -> dict[str, Any]:
        return {"data": (self.ctypes.data, False), "array": self}

    def __dlpack_device__(self) -> tuple[int, int]:  # type: ignore[override]
        return (2, self.number)


def on_gpu(array: Any, number: int = 0) -> Array:
    """Return an array of NumPy as one of a GPU, without a copy."""
    found = np.asarray(array).view(Array)
    found.number = number
    return found


class Tensor:
    """An array of a third library, which has DLPack; none, which cannot be exported."""

    def __init__(self, array: Any, number: int = 0) -> None:
        self.array, self.number = array, number

    def __dlpack_device__(self) -> tuple[int, int]:
        return (2, self.number)

    def __dlpack__(self) -> Array:
        if self.array is None:
            raise BufferError("it needs a gradient")
        return on_gpu(self.array, self.number)


class Pointed:
    """An array of a third library, which has the older interface alone."""

    def __init__(self, array: Any, number: int = 0) -> None:
        self.array = on_gpu(array, number)
        FakeCupy.pointed[self.array.ctypes.data] = number

    @property
    def __cuda_array_interface__(self) -> dict[str, Any]:
        found: dict[str, Any] = self.array.__cuda_array_interface__
        return found


class RawModule:
    """Kernels, compiled for the CPU."""

    def __init__(self, code: str, options: tuple[str, ...]) -> None:
        options = tuple(option for option in options if option != "--fmad=false")
        self._library = cuda_on_cpu.built(code, options)

    def get_function(self, kernel: str) -> Any:
        """Return what launches a kernel."""

        def run(blocks: tuple[int], threads: tuple[int], arguments: Sequence[Any]) -> None:
            strangers = [each.number for each in arguments if isinstance(each, Array)]
            if any(number != _number() for number in strangers):
                raise CUDARuntimeError("cudaErrorIllegalAddress")
            FakeCupy.launched.append((kernel, _number()))
            values = [int(each) if isinstance(each, np.int64) else each for each in arguments]
            assert all(isinstance(each, (int, Array)) for each in values)
            cuda_on_cpu.launch(self._library, kernel, blocks[0], threads[0], values, 0)

        return run


class FakeCupy(ModuleType):
    """The module. `copied` and `launched` tell what was done, and on which device."""

    copied: list[tuple[int, int]] = []  # noqa: RUF012
    launched: list[tuple[str, int]] = []  # noqa: RUF012
    pointed: dict[int, int] = {}  # noqa: RUF012
    downloads = 0

    ndarray = Array
    RawModule = RawModule
    cuda = SimpleNamespace(
        Device=Device,
        Stream=Stream,
        get_current_stream=lambda: _streams()[_number()],
        nvrtc=SimpleNamespace(getVersion=lambda: (13, 0)),
        runtime=SimpleNamespace(
            getDevice=_number,
            getDeviceProperties=lambda number: {"multiProcessorCount": 1},
            driverGetVersion=lambda: 13000,
            CUDARuntimeError=CUDARuntimeError,
            pointerGetAttributes=lambda at: SimpleNamespace(device=FakeCupy.pointed[at]),
        ),
    )

    @staticmethod
    def empty(size: int, dtype: Any) -> Array:
        return on_gpu(np.full(size, np.iinfo(np.int8).max, dtype), _number())

    @staticmethod
    def zeros(size: int, dtype: Any) -> Array:
        return on_gpu(np.zeros(size, dtype), _number())

    @staticmethod
    def asarray(array: Any) -> Array:
        if isinstance(array, Pointed):
            array = array.array
        if not isinstance(array, Array):
            return on_gpu(np.asarray(array).copy(), _number())
        if array.number == _number():
            return array
        FakeCupy.copied.append((array.number, _number()))
        return on_gpu(np.asarray(array).copy(), _number())

    @staticmethod
    def from_dlpack(array: Any) -> Array:
        found: Array = array.__dlpack__()
        return found

    @staticmethod
    def asnumpy(array: Array) -> Any:
        FakeCupy.downloads += 1
        return np.asarray(array).copy()
