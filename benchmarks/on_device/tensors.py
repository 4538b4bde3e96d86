"""The step that needs PyTorch: its tensors, streams, and how long its memory is read."""

from __future__ import annotations

from typing import Any

import numpy as np
from cases import SUITES, Case
from context import Context, FailedError, Figures, SkippedError
from device import hold, same
from numpy.typing import NDArray

from textmetrics.ids import count_ids, score_ids

__all__ = ["tensors"]

ROUNDS = 50
SLEEP = 20_000_000  # cycles, about 10 ms


def tensors(context: Context) -> Figures:
    """Count views of tensors, tensors that are still being written, and short-lived ones."""
    if context.dry:
        raise SkippedError("tensors of PyTorch must be on a GPU")
    try:
        import torch
    except ImportError as error:
        raise SkippedError(f"PyTorch cannot be imported: {error}") from error
    if not torch.cuda.is_available():
        raise SkippedError(f"PyTorch {torch.__version__} sees no GPU")
    for at, case in context.cases("views"):
        hold(context.answers, "views", at, case, _counted(_there(torch, case)))
    case = SUITES["views"].make(1)
    expected = {name: context.answers.column("views", 1, case, name) for name in ("lcs", "match_1")}
    _written_late(torch, case, expected)
    _read_late(torch, case)
    _short_lived(torch, case, expected)
    return {"torch": torch.__version__, "rounds": ROUNDS}


def tensor(torch: Any, array: NDArray[Any], device: str = "cuda") -> Any:
    """Return the same view of the same array as a tensor."""
    whole = array
    while isinstance(whole.base, np.ndarray):
        whole = whole.base
    begin = (array.ctypes.data - whole.ctypes.data) // array.itemsize
    strides = [step // array.itemsize for step in array.strides]
    memory = torch.from_numpy(whole.copy()).to(device).reshape(-1)
    return memory.as_strided(array.shape, strides, begin)


def _there(torch: Any, case: Case) -> Case:
    sides = (tensor(torch, side) for side in (case.predictions, case.references))
    return Case(*sides, case.options, case.columns)


def _counted(there: Case) -> dict[str, NDArray[Any]]:
    import cupy

    table = count_ids(there.predictions, there.references, columns=there.columns, **there.options)
    return {name: cupy.asnumpy(column) for name, column in table.columns.items()}


def _written_late(torch: Any, case: Case, expected: dict[str, NDArray[Any]]) -> None:
    """Count what a stream of PyTorch has yet to write; DLPack must make CuPy wait for it."""
    import cupy

    good = _there(torch, case)
    current, apart = torch.cuda.current_stream(), torch.cuda.Stream()
    for turn in range(ROUNDS):
        with torch.cuda.stream(current if turn % 2 else apart):
            late = torch.zeros_like(good.predictions)
            torch.cuda._sleep(SLEEP)
            late.copy_(good.predictions)
            found = count_ids(late, good.references, columns=list(expected))
            for name, values in expected.items():
                same(f"written late, turn {turn}: {name}", cupy.asnumpy(found[name]), values)
        torch.cuda.synchronize()


def _read_late(torch: Any, case: Case) -> None:
    """Read scores by PyTorch before CuPy has computed them, and after CuPy let go of them."""
    import cupy

    there = _there(torch, case)
    right = cupy.asnumpy(score_ids(there.predictions, there.references)["f1"])
    slow = torch.zeros((64, 20_000), dtype=torch.int64, device="cuda")
    apart, stream = torch.cuda.Stream(), cupy.cuda.Stream(non_blocking=True)
    torch.cuda.synchronize()
    for turn in range(ROUNDS):
        with stream:
            busy = count_ids(slow, slow[:, :2000], columns=["lcs"])
            with torch.cuda.stream(apart):
                kept = torch.from_dlpack(score_ids(there.predictions, there.references)["f1"])
                read = kept.clone()
            cupy.empty(1 << 16, np.float32).fill(turn)  # would take memory that was let go
        torch.cuda.synchronize()
        for what, values in (("read late", read), ("kept", kept)):
            same(f"{what}, turn {turn}: f1", values.cpu().numpy(), right)
        del busy


def _short_lived(torch: Any, case: Case, expected: dict[str, NDArray[Any]]) -> None:
    """Let go of tensors at once where CuPy works on PyTorch's stream, as docs/gpu.md shows."""
    import cupy

    there = _there(torch, case)
    apart = torch.cuda.Stream()
    apart.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(apart):
        current = torch.cuda.current_stream()
        for turn in range(ROUNDS):
            with _stream(cupy, current):
                ids = there.predictions.clone()
                found = count_ids(ids, there.references, columns=list(expected))
                del ids
                torch.full_like(there.predictions, 7)  # takes the memory that ids had
                columns = {name: cupy.asnumpy(found[name]) for name in expected}
            for name, values in expected.items():
                same(f"short-lived, turn {turn}: {name}", columns[name], values)
    if cupy.cuda.get_current_stream() != cupy.cuda.Stream.null:
        raise FailedError("the recipe left another stream current")


def _stream(cupy: Any, stream: Any) -> Any:
    """Return a stream of PyTorch as CuPy's, by the protocol of both if they are new enough."""
    if hasattr(stream, "__cuda_stream__") and hasattr(cupy.cuda.Stream, "from_external"):
        return cupy.cuda.Stream.from_external(stream)
    return cupy.cuda.ExternalStream(stream.cuda_stream, stream.device_index)
