"""A device whose kernels run on the CPU: see cuda.h."""

from __future__ import annotations

import ctypes
import hashlib
import os
import shutil
import subprocess
from collections.abc import Sequence
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


@cache
def built(program: Program) -> ctypes.CDLL:
    """Compile the kernels, if they were not before."""
    source = program.source()
    shim = "".join((HERE / name).read_text("utf-8") for name in ("cuda.h", "kernels.cpp"))
    key = hashlib.sha256(
        "\0".join([source, shim, *program.options(), COMPILER]).encode()
    ).hexdigest()
    library = BUILT / f"{key[:16]}.so"
    if not library.exists():
        BUILT.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=BUILT) as folder:
            text = Path(folder, "kernels.cu")
            text.write_text(source, "utf-8")
            made = Path(folder, library.name)
            command = [COMPILER, *program.options(), "-O1", "-fPIC", "-shared", "-U_FORTIFY_SOURCE"]
            command += ["-Wall", "-Wextra", "-Werror", "-Wno-unknown-pragmas", "-ffp-contract=off"]
            command += [f'-DKERNELS="{text}"', f"-I{HERE}", "-o", str(made)]
            subprocess.run([*command, str(HERE / "kernels.cpp")], check=True)
            made.replace(library)  # another process may have made it, too
    return ctypes.CDLL(str(library))


class Beside:
    """Nothing goes beside anything here."""

    def __enter__(self) -> None:
        pass

    def __exit__(self, *_: object) -> None:
        pass

    def join(self) -> None:
        pass


class CpuDevice:
    """Arrays are NumPy's; what is not written is full of what is no sensible number."""

    multiprocessors = 1

    def __init__(self) -> None:
        self.launched: list[str] = []
        self.downloads = 0

    def empty(self, size: int, dtype: DTypeLike) -> NDArray[Any]:
        return np.frombuffer(b"\xa5" * (size * np.dtype(dtype).itemsize), dtype=dtype).copy()

    def zeros(self, size: int, dtype: DTypeLike) -> NDArray[Any]:
        return np.zeros(size, dtype)

    def upload(self, array: NDArray[Any]) -> NDArray[Any]:
        return array.copy()

    def constant(self, values: tuple[int, ...]) -> NDArray[np.int64]:
        return np.array(values, dtype=np.int64)

    def download(self, array: NDArray[Any]) -> NDArray[Any]:
        self.downloads += 1
        return array.copy()

    def launch(
        self, program: Program, kernel: str, blocks: int, threads: int, arguments: Sequence[Any]
    ) -> None:
        values = [
            ctypes.c_void_p(each.ctypes.data)
            if isinstance(each, np.ndarray)
            else ctypes.c_int64(each or 0)
            for each in arguments
        ]
        places = (ctypes.c_void_p * len(values))(*(ctypes.addressof(value) for value in values))
        door = getattr(built(program), f"launch_{kernel}")
        door.restype = ctypes.c_bool
        seed = len(self.launched)
        self.launched.append(kernel)
        if not door(ctypes.c_uint(blocks), ctypes.c_uint(threads), places, ctypes.c_uint(seed)):
            raise RuntimeError(f"threads of {kernel} wait for others that never come")

    def aside(self) -> Beside:
        return Beside()
