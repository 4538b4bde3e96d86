"""The device, as the steps use it: arrays and views, guarded memory, calls and comparisons."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
from cases import METRICS, Answers, Case
from context import FailedError
from numpy.typing import NDArray

from textmetrics.ids import Ragged, count_ids, score_ids

__all__ = ["Guards", "counted", "guarded", "hold", "hold_scores", "put", "put_case", "same"]
__all__ += ["streams"]

FILLING = 0xA5
GUARD = 512  # bytes, so that arrays stay aligned


def put(array: NDArray[Any]) -> Any:
    """Copy an array to the device, where it is the same view of the same array."""
    import cupy

    whole = array
    while isinstance(whole.base, np.ndarray):
        whole = whole.base
    if whole is array or array.size == 0:
        return cupy.asarray(array)
    begin = array.ctypes.data - whole.ctypes.data
    memory = cupy.asarray(np.ascontiguousarray(whole))
    return cupy.ndarray(array.shape, array.dtype, memory.data + begin, array.strides)


def put_case(case: Case) -> Case:
    """Copy the arrays of a case to the device."""

    def there(texts: Any) -> Any:
        if not isinstance(texts, Ragged):
            return put(texts)
        return texts._replace(**{name: put(array) for name, array in texts.arrays().items()})

    options = {
        name: put(value) if isinstance(value, np.ndarray) else value
        for name, value in case.options.items()
    }
    return Case(there(case.predictions), there(case.references), options, case.columns)


def counted(case: Case) -> dict[str, NDArray[Any]]:
    """Count a case whose arrays are on the device, and copy the counts to the host."""
    import cupy

    table = count_ids(case.predictions, case.references, columns=case.columns, **case.options)
    return {name: cupy.asnumpy(column) for name, column in table.columns.items()}


def hold(
    answers: Answers, suite: str, at: int, case: Case, found: Mapping[str, Any], where: str = ""
) -> None:
    """Compare counts with the answers.

    Args:
        answers: the answers.
        suite: the suite of the case.
        at: its number there.
        case: the case on the host, whose columns may be fewer than were counted for the answer.
        found: its columns, counted on the device.
        where: what a complaint begins with.

    Raises:
        FailedError: if one differs.
    """
    for name in case.columns:
        same(f"{where}{suite} {at}: {name}", found[name], answers.column(suite, at, case, name))


def hold_scores(answers: Answers, at: int, case: Case, there: Case) -> None:
    """Compare the scores of a random call with the CPU's, as tests do.

    Raises:
        FailedError: if one differs.
    """
    import cupy

    scores = score_ids(there.predictions, there.references, metrics=METRICS, **there.options)
    for name, expected in answers.scores(at, case).items():
        found = cupy.asnumpy(scores[name])
        if name == "bleu_4":  # the logarithm and the exponential of another library
            wrong = not np.abs(found - expected).max() <= 1e-6
        else:
            wrong = found.tolist() != expected.tolist()
        if wrong or found.dtype != np.float32:
            raise FailedError(f"scores {at}: {name} is {found}, expected {expected}")


def same(what: str, found: Any, expected: Any) -> None:
    """Raise a `FailedError` that names the first place where two arrays differ."""
    if found.shape != expected.shape:
        raise FailedError(f"{what} has shape {found.shape}, expected {expected.shape}")
    wrong = np.flatnonzero(found != expected)
    if len(wrong):
        at = int(wrong[0])
        raise FailedError(
            f"{what}[{at}] is {found[at]}, expected {expected[at]}; {len(wrong)} of {len(found)} "
            "are wrong"
        )


def streams() -> Sequence[tuple[str, Any]]:
    """Return the null stream and one that does not wait for it, with their names."""
    import cupy

    return (
        ("the null stream", cupy.cuda.Stream.null),
        ("a non-blocking stream", cupy.cuda.Stream(non_blocking=True)),
    )


# --- memory -------------------------------------------------------------------------------------


class Guards:
    """Allocations since the last check, with what lies before and behind each."""

    def __init__(self, malloc: Callable[[int], Any]) -> None:
        self._malloc = malloc
        self._blocks: list[tuple[Any, int, int]] = []

    def allocate(self, size: int) -> Any:
        """Allocate memory that is full of 0xA5, and surrounded by a byte that others have not.

        Were it the same, what is read beside one array and written beside another would not show.
        """
        byte = 1 + len(self._blocks) * 37 % 255
        block = self._malloc(size + 2 * GUARD)
        block.memset_async(byte, size + 2 * GUARD)
        (block + GUARD).memset_async(FILLING, size)
        self._blocks.append((block, size, byte))
        return block + GUARD

    def check(self, what: str) -> None:
        """Raise a `FailedError` if anything was written around an allocation; forget them all."""
        import cupy

        blocks, self._blocks = self._blocks, []
        for block, size, byte in blocks:
            for place, begin in (("before", 0), ("behind", GUARD + size)):
                guard = cupy.asnumpy(cupy.ndarray((GUARD,), np.uint8, block + begin))
                if (guard != byte).any():
                    raise FailedError(f"{what}: wrote {place} an array of {size:,} bytes")


@contextmanager
def guarded() -> Iterator[Guards]:
    """Let all allocations be guarded."""
    import cupy

    pool = cupy.get_default_memory_pool()
    guards = Guards(pool.malloc)
    cupy.cuda.set_allocator(guards.allocate)
    try:
        yield guards
    finally:
        cupy.cuda.set_allocator(pool.malloc)
