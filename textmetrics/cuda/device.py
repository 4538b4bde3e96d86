"""Where kernels run: a GPU, through CuPy."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any, Protocol

import numpy as np
from numpy.typing import DTypeLike, NDArray

from textmetrics.cuda.program import Program

__all__ = ["Device", "Side", "cupy_device"]

_REMEDY = (
    "where there is an NVIDIA GPU, pip install 'textmetrics-eval[cuda13]', or [cuda12] where "
    "`nvidia-smi` shows CUDA 12; or take backend='native', which gives the same numbers"
)

_SEE = (
    "`{}` must list a GPU where this runs (a container is started with its GPUs, and "
    "CUDA_VISIBLE_DEVICES may hide them); backend='native' gives the same numbers without one"
)
_FIT = "install a newer driver, or the CuPy for yours: textmetrics-eval[cuda12] or [cuda13]"
_NO_DEVICE = 100  # cudaErrorNoDevice


class Device(Protocol):
    """What kernels need of the device that runs them.

    Whatever it gives is an array of that device, and work is done in the order of the calls;
    nothing but ``download`` waits for it.
    """

    multiprocessors: int

    def empty(self, size: int, dtype: DTypeLike) -> Any:
        """Give an array of any content."""
        ...

    def zeros(self, size: int, dtype: DTypeLike) -> Any:
        """Give an array of zeros."""
        ...

    def upload(self, array: NDArray[Any]) -> Any:
        """Copy an array to the device."""
        ...

    def constant(self, values: tuple[int, ...]) -> Any:
        """Give int64 values, copied when they are first asked for."""
        ...

    def download(self, array: Any) -> NDArray[Any]:
        """Copy an array from the device, when the work before this call is done."""
        ...

    def launch(
        self, program: Program, kernel: str, blocks: int, threads: int, arguments: Sequence[Any]
    ) -> None:
        """Run a kernel; arguments are arrays, integers, or ``None`` for an array left out."""
        ...

    def aside(self) -> Side:
        """Give a place for work that goes beside what follows it."""
        ...


class Side(Protocol):
    """Work that is put aside: ``with`` it, then wait for it by ``join``."""

    def __enter__(self) -> object:
        """Put the work inside aside; it waits for that before it."""
        ...

    def __exit__(self, *_: object) -> None:
        """Go on with other work."""
        ...

    def join(self) -> None:
        """Let what follows wait for it."""
        ...


class _CupyDevice:
    """A GPU, on the stream that is CuPy's current one when it is called."""

    def __init__(self, number: int) -> None:
        import cupy

        self._cupy = cupy
        self.number = number
        properties = cupy.cuda.runtime.getDeviceProperties(number)
        self.multiprocessors = int(properties["multiProcessorCount"])
        self._kernels: dict[tuple[Program, str], Any] = {}
        self._constants: dict[tuple[int, ...], Any] = {}

    def empty(self, size: int, dtype: DTypeLike) -> Any:
        return self._cupy.empty(size, dtype)

    def zeros(self, size: int, dtype: DTypeLike) -> Any:
        return self._cupy.zeros(size, dtype)

    def upload(self, array: NDArray[Any]) -> Any:
        return self._cupy.asarray(array)

    def constant(self, values: tuple[int, ...]) -> Any:
        found = self._constants.get(values)
        if found is None:
            found = self.upload(np.array(values, dtype=np.int64))
            self._cupy.cuda.get_current_stream().synchronize()  # other streams will read it, too
            self._constants[values] = found
        return found

    def download(self, array: Any) -> NDArray[Any]:
        found: NDArray[Any] = self._cupy.asnumpy(array)
        return found

    def launch(
        self, program: Program, kernel: str, blocks: int, threads: int, arguments: Sequence[Any]
    ) -> None:
        found = self._kernels.get((program, kernel))
        if found is None:  # two threads may both find it: CuPy compiles once, and keeps it on disk
            options = (*program.options(), "--fmad=false")
            module = self._cupy.RawModule(code=program.source(), options=options)
            found = self._kernels[program, kernel] = module.get_function(kernel)
        found((blocks,), (threads,), tuple(map(_argument, arguments)))

    def aside(self) -> Side:
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
    """Give what CuPy hands to a kernel by its own width; no array is address 0."""
    return np.int64(value or 0) if value is None or isinstance(value, int) else value


def cupy_device(number: int | None = None) -> Device:
    """Give a GPU.

    Args:
        number: which; CuPy's current one where ``None``.

    Raises:
        ImportError: if CuPy, the driver or a device is missing: which, and what to do.
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
    return _CupyDevice(number)
