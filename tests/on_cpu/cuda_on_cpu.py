"""A device whose kernels run on the CPU: see cuda.h."""

from __future__ import annotations

import ctypes
import hashlib
import os
import shutil
import subprocess
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from textmetrics.kernels.cuda import Program

HERE = Path(__file__).parent
BUILT = HERE.parent.parent / "build" / "on_cpu"
COMPILER = os.environ.get("CXX") or "g++"
MISSING = (
    None if shutil.which(COMPILER) else f"device code runs on the CPU by {COMPILER}: not found"
)

FLAGS = (
    *("-O1", "-fPIC", "-shared", "-U_FORTIFY_SOURCE", "-ffp-contract=off"),
    *("-Wall", "-Wextra", "-Werror", "-Wno-unknown-pragmas"),
    *os.environ.get("TEXTMETRICS_ON_CPU_FLAGS", "").split(),  # -fsanitize=address
)
GUARD = 4096  # bytes


@cache
def built(source: str, options: tuple[str, ...]) -> ctypes.CDLL:
    """Compile the kernels, if they were not before."""
    shim = "".join((HERE / name).read_text("utf-8") for name in ("cuda.h", "kernels.cpp"))
    key = hashlib.sha256("\0".join([source, shim, *options, *FLAGS, COMPILER]).encode()).hexdigest()
    library = BUILT / f"{key[:16]}.so"
    if not library.exists():
        BUILT.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=BUILT) as folder:
            text = Path(folder, "kernels.cu")
            text.write_text(source, "utf-8")
            made = Path(folder, library.name)
            command = [COMPILER, *options, *FLAGS]
            command += [f'-DKERNELS="{text}"', f"-I{HERE}", "-o", str(made)]
            subprocess.run([*command, str(HERE / "kernels.cpp")], check=True)
            made.replace(library)  # another process may have made it, too
    return ctypes.CDLL(str(library))


def launch(
    library: ctypes.CDLL, kernel: str, blocks: int, threads: int, values: Sequence[Any], seed: int
) -> None:
    """Run a kernel whose arguments are arrays of NumPy, or integers of 64 bits.

    What an access beside multiples of a number's size is on a GPU, an error, it is here, too.
    """
    given = []
    for each in values:
        if not isinstance(each, np.ndarray):
            given.append(ctypes.c_int64(each))
            continue
        if each.size and any(at % each.itemsize for at in (each.ctypes.data, *each.strides)):
            raise RuntimeError(f"cudaErrorMisalignedAddress: {kernel}")
        given.append(ctypes.c_void_p(each.ctypes.data))  # type: ignore[arg-type]
    places = (ctypes.c_void_p * len(given))(*(ctypes.addressof(value) for value in given))
    door = getattr(library, f"launch_{kernel}")
    door.restype = ctypes.c_bool
    if not door(ctypes.c_uint(blocks), ctypes.c_uint(threads), places, ctypes.c_uint(seed)):
        raise RuntimeError(f"threads of {kernel} wait for others that never come")


class Beside:
    """Nothing goes beside anything here."""

    def __enter__(self) -> None:
        pass

    def __exit__(self, *_: object) -> None:
        pass

    def join(self) -> None:
        pass


class CpuDevice:
    """Arrays are NumPy's; what is not written is full of what is no sensible number.

    What is written beside an array is noticed by `check`.
    """

    multiprocessors = 1

    def __init__(self, change: Callable[[str], str] = str) -> None:
        self.launched: list[str] = []
        self._source = change(Program.source())
        self.downloads = 0
        self._guards: list[NDArray[np.uint8]] = []

    def current(self) -> AbstractContextManager[None]:
        return nullcontext()

    def empty(self, size: int, dtype: DTypeLike) -> NDArray[Any]:
        whole = np.full(size * np.dtype(dtype).itemsize + 2 * GUARD, 0xA5, np.uint8)
        self._guards += [whole[:GUARD], whole[-GUARD:]]
        return whole[GUARD:-GUARD].view(dtype)

    def zeros(self, size: int, dtype: DTypeLike) -> NDArray[Any]:
        found = self.empty(size, dtype)
        found[:] = 0
        return found

    def is_intact(self) -> bool:
        """Return whether nothing was written close beside an array."""
        return all((guard == 0xA5).all() for guard in self._guards)

    def upload(self, array: NDArray[Any]) -> NDArray[Any]:
        return array.copy()

    def download(self, array: NDArray[Any]) -> NDArray[Any]:
        self.downloads += 1
        return array.copy()

    def launch(
        self, program: Program, kernel: str, blocks: int, threads: int, arguments: Sequence[Any]
    ) -> None:
        values = [0 if each is None else each for each in arguments]
        seed = len(self.launched)
        self.launched.append(kernel)
        library = built(self._source, program.options())
        launch(library, kernel, blocks, threads, values, seed)
        if not self.is_intact():
            raise RuntimeError(f"a kernel among {self.launched} wrote beside an array")

    def aside(self) -> Beside:
        return Beside()
