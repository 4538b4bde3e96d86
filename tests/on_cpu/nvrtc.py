"""NVRTC, CUDA's compiler as a library, which needs no GPU."""

from __future__ import annotations

import ctypes
from importlib.util import find_spec
from pathlib import Path

__all__ = ["compiled", "library"]


def library() -> Path | None:
    """Return the library of the package ``nvidia-cuda-nvrtc``."""
    try:
        package = find_spec("nvidia")
    except ValueError:
        return None
    for folder in (package and package.submodule_search_locations) or ():
        for found in sorted(Path(folder).rglob("libnvrtc.so.*")):
            return found
    return None


def compiled(source: str, options: tuple[str, ...]) -> bytes:
    """Compile to machine code; a `RuntimeError` has what the compiler says."""
    nvrtc = ctypes.CDLL(str(library()))
    program, size = ctypes.c_void_p(), ctypes.c_size_t()
    nvrtc.nvrtcCreateProgram(ctypes.byref(program), source.encode(), b"counts.cu", 0, None, None)
    given = (ctypes.c_char_p * len(options))(*(option.encode() for option in options))
    failed = nvrtc.nvrtcCompileProgram(program, len(options), given)
    nvrtc.nvrtcGetProgramLogSize(program, ctypes.byref(size))
    log = ctypes.create_string_buffer(size.value)
    nvrtc.nvrtcGetProgramLog(program, log)
    if failed:
        raise RuntimeError(log.value.decode())
    nvrtc.nvrtcGetCUBINSize(program, ctypes.byref(size))
    code = ctypes.create_string_buffer(size.value)
    nvrtc.nvrtcGetCUBIN(program, code)
    return code.raw
