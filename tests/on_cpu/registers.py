"""Compile all programs with nvcc, and print what their kernels take: registers and spilled bytes.

    python tests/on_cpu/registers.py sm_80 sm_90

Exits with 1 if a kernel spills.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import numpy as np

from textmetrics.kernels.cuda import Program

__all__ = ["PROGRAMS", "Kernel", "kernels"]

PROGRAMS = [
    Program(np.dtype(ids), orders, lcs)
    for ids, orders, lcs in product((np.int32, np.int64), (0, 1, 4, 9), (False, True))
]
_ENTRY = re.compile(
    r"Compiling entry function '(\w+)'.*?(\d+) bytes stack frame, (\d+) bytes spill stores"
    r".*?Used (\d+) registers",
    re.DOTALL,
)


class Kernel(NamedTuple):
    """What a kernel takes of each thread."""

    name: str
    registers: int
    spilled: int


def kernels(nvcc: str, program: Program, architecture: str) -> Iterator[Kernel]:
    """Compile a program without a warning, and yield its kernels."""
    with TemporaryDirectory() as folder:
        source = Path(folder, "counts.cu")
        source.write_text(program.source(), "utf-8")
        unused = ["-diag-suppress", "177"]  # constants of counts.h that the CPU alone uses
        command = [nvcc, "-cubin", f"-arch={architecture}", "-Werror", "all-warnings", *unused]
        command += [*program.options(), "--fmad=false", "-Xptxas", "-v"]
        command += ["-o", str(Path(folder, "out")), str(source)]
        out = subprocess.run(command, capture_output=True, text=True, check=False)
    if out.returncode:
        raise RuntimeError(out.stderr)
    for name, _, spilled, registers in _ENTRY.findall(out.stderr):
        yield Kernel(name, int(registers), int(spilled))


def main(architectures: list[str]) -> int:
    """Print a line for each program."""
    spills = 0
    for architecture, program in product(architectures, PROGRAMS):
        shown = []
        for kernel in kernels("nvcc", program, architecture):
            spills += kernel.spilled > 0
            more = f", {kernel.spilled} bytes spilled" if kernel.spilled else ""
            if more or kernel.name.startswith("count_"):
                shown.append(f"{kernel.name} {kernel.registers}{more}")
        print(architecture, *program, "|", "; ".join(shown), flush=True)
    return int(spills > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or ["sm_75", "sm_80", "sm_90", "sm_100"]))
