"""The steps that need NumPy and CuPy alone."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import partial
from itertools import product
from typing import Any

import numpy as np
from cases import ALL_COLUMNS, METRICS, SCORED_CALLS, SUITES, Case
from context import Context, FailedError, Figures, SkippedError
from device import counted, guarded, hold, hold_scores, put, put_case, same, streams
from numpy.typing import NDArray

from textmetrics.ids import Ragged, count_ids, score_ids
from textmetrics.kernels.cuda import cupy_device

__all__ = [
    "HOSTILE", "KERNELS", "blocks", "ending", "hostile", "hostile_part", "in_children", "kernels",
    "large", "lengths", "mixed", "program", "programs", "random_calls", "returns", "scores",
]  # fmt: skip

KERNELS = frozenset(
    (
        *("keep_references", "keep_predictions", "plan", "offsets_of", "compare"),
        *("score_pairs", "score_bleu", "count_long"),
        *(f"count_{width}" for width in (1, 2, 4, 8, 16, 32)),
    )
)
"""All kernels: each must be launched."""


# --- kernels ------------------------------------------------------------------------------------


def kernels(context: Context) -> Figures:
    """Launch every kernel, and say what the machine is."""
    import cupy

    runtime = cupy.cuda.runtime
    properties = runtime.getDeviceProperties(runtime.getDevice())
    figures = {
        "gpu": properties["name"].decode(),
        "capability": f"{properties['major']}.{properties['minor']}",
        "multiprocessors": int(properties["multiProcessorCount"]),
        "memory_bytes": int(runtime.memGetInfo()[1]),
        "driver": int(runtime.driverGetVersion()),
        "nvrtc": ".".join(map(str, cupy.cuda.nvrtc.getVersion())),
        "cupy": cupy.__version__,
        "numpy": np.__version__,
    }
    device: Any = cupy_device()
    launch, launched = device.launch, set()

    def recorded(program: Any, kernel: str, *rest: Any) -> None:
        launched.add(kernel)
        launch(program, kernel, *rest)

    device.launch = recorded
    begin = time.perf_counter()
    for suite, at in (("views", 0), ("small", 0)):
        case = SUITES[suite].make(at)
        there = put_case(case)
        hold(context.answers, suite, at, case, counted(there))
        found = score_ids(there.predictions, there.references, metrics=METRICS)
        if not all(0 <= float(each.min()) <= float(each.max()) <= 1 for each in found.values()):
            raise FailedError(f"{suite} {at}: a score is not from 0 to 1")
    if missing := KERNELS - launched:
        raise FailedError(f"never launched: {', '.join(sorted(missing))}")
    return figures | {"first_calls_s": time.perf_counter() - begin}


ORDERS = (0, 1, 4, 9)
PROGRAMS = [f"{k}/{n}/{lcs}" for k, n, lcs in product(("int32", "int64"), ORDERS, ("lcs", ""))]


def programs(context: Context) -> Figures:
    """Compile all programs, each in a process, so that later steps find them in CuPy's cache."""
    begin = time.perf_counter()
    in_children(context, "programs", ["int32/4/lcs"] if context.dry else PROGRAMS)
    return {"compile_s": time.perf_counter() - begin}


def program(_: Context, name: str) -> None:
    """Compile one."""
    kind, orders, lcs = name.split("/")
    ids = np.arange(6).reshape(2, 3).astype(kind)
    expected = {"reference_length": 3}
    if lcs:
        expected["lcs"] = 3
    if orders != "0":
        expected[f"match_{orders}"] = max(3 - int(orders) + 1, 0)
    found = counted(put_case(Case(ids, ids, columns=list(expected))))
    for column, value in expected.items():
        same(f"{name}: {column}", found[column], np.array([value] * 2))


def in_children(context: Context, step: str, parts: Iterable[str]) -> None:
    """Run parts of a step, each in a process, all at once.

    Raises:
        FailedError: if one fails, or is not done in time.
    """
    running = {
        part: subprocess.Popen(
            [*context.command, "part", step, part],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )
        for part in parts
    }
    ended = {part: _ended(child, context.left()) for part, child in running.items()}
    for part, (out, _) in ended.items():
        print(f"--- {part}\n{out}")
    if wrong := [f"{part}: {why}" for part, (_, why) in ended.items() if why]:
        raise FailedError("; ".join(wrong))


def _ended(child: subprocess.Popen[str], seconds: float) -> tuple[str, str | None]:
    """Return what a process printed, and what was wrong with it."""
    try:
        out, _ = child.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        child.kill()
        return child.communicate()[0], "not done in time"
    if child.returncode == 0:
        return out, None
    last = (out.strip().splitlines() or ["it printed nothing"])[-1]
    return out, f"{ending(child.returncode)}: {last}"


def ending(status: int) -> str:
    """Describe an exit status."""
    return f"exit status {status}" if status >= 0 else f"ended by {signal.Signals(-status).name}"


# --- counts -------------------------------------------------------------------------------------


def lengths(context: Context) -> Figures:
    """Count pairs of all lengths around the widths of kernels, by all programs."""
    suite = "short_lengths" if context.dry else "lengths"
    case = SUITES[suite].make(0)
    calls = 0
    for kind, orders, lcs in product((np.int32, np.int64), ORDERS, (True, False)):
        if context.dry and (orders, lcs) != (4, True):
            continue
        columns = [
            name
            for name in ALL_COLUMNS
            if (int(name[-1]) <= orders if name[-1].isdigit() else lcs or name != "lcs")
        ]
        for form in _forms(case, kind):
            found = counted(put_case(replace(form, columns=columns)))
            hold(context.answers, suite, 0, replace(case, columns=columns), found)
            calls += 1
    return {"calls": calls}


def _forms(case: Case, kind: type) -> list[Case]:
    """Return a case of ragged rows in all forms."""
    sides = [
        side._replace(ids=side.ids.astype(kind)) for side in (case.predictions, case.references)
    ]
    unknown = [side._replace(max_length=None) for side in sides]
    (predictions, first), (references, second) = map(_padded, sides)
    counts = {"prediction_lengths": first, "reference_lengths": second}
    return [Case(*sides), Case(*unknown), Case(predictions, references, counts)]


def _padded(texts: Ragged) -> tuple[NDArray[Any], NDArray[Any]]:
    sizes = np.diff(texts.offsets)
    rows = np.full((len(sizes), sizes.max()), 1, texts.ids.dtype)  # 1 is an id of texts too
    rows[np.arange(rows.shape[1]) < sizes[:, None]] = texts.ids
    return rows, sizes


def random_calls(context: Context) -> Figures:
    """Count in memory that is full of 0xA5, and look at what surrounds each array."""
    cases = context.cases("random", 12 if context.dry else None)
    both = streams()
    with guarded() as guards:
        for at, case in cases:
            name, stream = both[at % 2]
            with stream:
                found = counted(put_case(case))
                guards.check(f"random {at} on {name}")
            hold(context.answers, "random", at, case, found)
    return {"calls": len(cases)}


def mixed(context: Context) -> Figures:
    """Count batches with few long predictions again and again: a race shows in some."""
    rounds, which = (1, [1]) if context.dry else (100, [0, 1])
    for at in which:
        case = SUITES["mixed"].make(at)
        there = put_case(case)
        for name, stream in streams():
            with stream:
                for turn in range(rounds):
                    found = counted(there)
                    hold(context.answers, "mixed", at, case, found, f"round {turn} on {name}: ")
    return {"rounds": 2 * rounds}


def scores(context: Context) -> Figures:
    """Compare float32 scores with the CPU's."""
    cases = context.cases("random", 12 if context.dry else SCORED_CALLS)
    for at, case in cases:
        hold_scores(context.answers, at, case, put_case(case))
    return {"calls": len(cases)}


def large(context: Context) -> Figures:
    """Count more than 2^31 ids on each side, made of copies of one block."""
    import cupy

    case = replace(SUITES["block"].make(0), columns=["prediction_length", "match_1", "lcs"])
    rows, width = case.predictions.shape
    copies = 2 if context.dry else (1 << 31) // (rows * width) + 2
    needed, (free, _) = 48 << 30, cupy.cuda.runtime.memGetInfo()
    if not context.dry and free < needed:
        raise SkippedError(f"needs {needed >> 30} GiB of device memory, {free >> 30} are free")

    def copied(block: NDArray[Any]) -> Any:
        made = cupy.empty((copies, rows, width), block.dtype)
        made[...] = put(block)
        return made.reshape(copies * rows, width)

    sides = [copied(case.predictions), copied(case.references)]
    offsets = put(np.arange(copies * rows + 1) * width)
    ragged = [Ragged(side.reshape(-1), offsets, max_length=width) for side in sides]
    for form, texts in (("padded", sides), ("ragged", ragged)):
        table = count_ids(*texts, columns=case.columns)
        for name in case.columns:
            expected = context.answers.column("block", 0, case, name)
            right = (table[name].reshape(copies, rows) == put(expected)).all(axis=1)
            wrong = np.flatnonzero(~cupy.asnumpy(right))
            if len(wrong):
                raise FailedError(f"{form}: {name} is wrong from id {wrong[0] * rows * width:,}")
        del table
    return {"ids_a_side": copies * rows * width}


# --- bad inputs ---------------------------------------------------------------------------------


def _ragged(offsets: list[int], samples: list[int] | None = None) -> Ragged:
    ids = np.arange(10, dtype=np.int32)
    return Ragged(ids, np.array(offsets), None if samples is None else np.array(samples))


def _unaligned(begin: int, step: int) -> NDArray[np.int64]:
    """Return int64 ids that begin at, and are apart, any number of bytes."""
    memory = np.zeros(begin + 6 * step + 8, np.uint8)
    made = np.ndarray((2, 3), np.int64, memory, begin, (3 * step, step))
    made[...] = np.arange(6).reshape(2, 3)
    return made


_GOOD = _ragged([0, 5, 10])
_ROWS = np.arange(6, dtype=np.int32).reshape(2, 3)
_OFFSETS = {
    "past the end": [0, 5, 50],
    "before the begin": [-8, 5, 10],
    "falling": [0, 8, 2],
    "far": [0, 1 << 62, 10],
    "far before": [-(1 << 62), 5, 10],
}
HOSTILE: Mapping[str, Case] = {
    **{f"predictions {name}": Case(_ragged(ends), _GOOD) for name, ends in _OFFSETS.items()},
    **{f"references {name}": Case(_GOOD, _ragged(ends)) for name, ends in _OFFSETS.items()},
    "samples past the end": Case(_GOOD, _ragged([0, 5, 10], [0, 1, 90])),
    "samples before the begin": Case(_GOOD, _ragged([0, 5, 10], [-7, 1, 2])),
    "samples falling": Case(_GOOD, _ragged([0, 5, 10], [0, 2, 1])),
    "lengths past the width": Case(_ROWS, _ROWS, {"prediction_lengths": np.array([3, 1 << 40])}),
    "lengths below 0": Case(_ROWS, _ROWS, {"reference_lengths": np.array([3, -(1 << 40)])}),
    "ids at an odd place": Case(_unaligned(4, 8), _unaligned(1, 8)),
    "ids an odd step apart": Case(_unaligned(0, 12), _unaligned(0, 9)),
}
"""What the host would refuse, or reads; a device must not write beside its arrays or stop."""
_FEW = ("predictions past the end", "references before the begin", "ids at an odd place")


def hostile(context: Context) -> Figures:
    """Count bad inputs, each in a process, because an error of a GPU ends all work of one."""
    inputs = _FEW if context.dry else HOSTILE
    in_children(context, "hostile", inputs)
    return {"inputs": len(inputs)}


def hostile_part(context: Context, name: str) -> None:
    """Count one; then a good one must still be right."""
    import cupy

    case = HOSTILE[name]
    for longest in (None, 5):
        bounded = case
        if isinstance(case.predictions, Ragged):
            bounded = replace(case, predictions=case.predictions._replace(max_length=longest))
        with guarded() as guards:
            there = put_case(bounded)
            try:
                found = counted(there)
            except (TypeError, ValueError) as error:
                print(f"refused: {error}")
            else:
                if name.startswith("ids"):  # these are good, only their place is unusual
                    same("lcs", found["lcs"], np.array([3, 3]))
            cupy.cuda.Device().synchronize()
            guards.check(name)
    good = SUITES["views"].make(0)
    hold(context.answers, "views", 0, good, counted(put_case(good)))


# --- waiting ------------------------------------------------------------------------------------

BUSY = 0.2  # seconds
SPIN = """
extern "C" __global__ void spin(long long nanoseconds) {
  unsigned long long begin, now;
  asm volatile("mov.u64 %0, %%globaltimer;" : "=l"(begin));
  do {
    asm volatile("mov.u64 %0, %%globaltimer;" : "=l"(now));
  } while (now - begin < (unsigned long long)nanoseconds);
}
"""


def returns(context: Context) -> Figures:
    """Call while the device is busy: the call must return before the device has time for it."""
    import cupy

    if context.dry:
        raise SkippedError("an emulation does all work at once")
    spin = cupy.RawKernel(SPIN, "spin")
    spin((1,), (1,), (np.int64(0),))  # compiles it
    padded, ragged = (put_case(SUITES[name].make(at)) for name, at in (("views", 0), ("mixed", 1)))
    unknown = replace(ragged, predictions=ragged.predictions._replace(max_length=None))
    calls: dict[str, Callable[[], object]] = {
        f"{what} of {kind}": partial(function, case.predictions, case.references, **options)
        for kind, case in (("padded", padded), ("ragged", ragged))
        for what, function, options in (
            ("counts", count_ids, {}),
            ("scores", score_ids, {"metrics": METRICS}),
        )
    }
    control = partial(count_ids, unknown.predictions, unknown.references)
    for name, stream in streams():
        with stream:
            for what, call in {**calls, "control": control}.items():
                call()  # compiles, and leaves memory in the pool
                stream.synchronize()
                busy = partial(spin, (1,), (1,), (np.int64(BUSY * 1e9),))
                waited = blocks(busy, call, partial(getattr, stream, "done"))
                stream.synchronize()
                if waited and what != "control":
                    raise FailedError(f"{what} on {name}: the call waited for the GPU")
                if not waited and what == "control":
                    raise FailedError(f"on {name}, a call that must wait did not: a bad check")
    return {"calls": 2 * len(calls)}


def blocks(busy: Callable[[], None], call: Callable[[], object], done: Callable[[], bool]) -> bool:
    """Return whether a call takes as long as what the device is busy with.

    Args:
        busy: keeps the device busy for `BUSY` seconds.
        call: what is called meanwhile.
        done: whether the device has done everything.
    """
    begin = time.perf_counter()
    busy()
    found = call()
    seconds = time.perf_counter() - begin
    finished = done()
    del found
    return finished or seconds > 0.75 * BUSY
