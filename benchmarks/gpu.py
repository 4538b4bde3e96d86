"""Count token ids on a GPU: first check that the counts equal the CPU's, then time them.

Each row has the pairs a second with the ids on the device, on the host (copied there and the counts
back), and by the native backend on all cores; and the share that is reached of what reading every
id once and writing every count once would take at the bandwidth that a copy has in the same run.

Needs CuPy and a GPU; rouge-score-rs, bleuscore and PyTorch are compared with where they are there.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from machine import about, cores, file_name
from measure import NotEqualError
from numpy.typing import NDArray

from textmetrics.ids import count_ids
from textmetrics.kernels import BASIC_COLUMNS, backend

__all__ = ["ROWS", "Ids", "Row", "main", "torch_matches"]

Ids = NDArray[np.int32]
Call = Callable[[], object]


COLUMNS: Mapping[str, Sequence[str]] = {
    "lcs": ("lcs",),
    "ngrams": tuple(f"match_{n}" for n in range(1, 5)),
    "all": BASIC_COLUMNS,
}
# Pairs by length; 0 means 8 to 8,192 ids. Those with goals come first.
SIZES = {
    64: 1_000_000, 512: 100_000, 16: 2_000_000, 256: 200_000, 1024: 20_000, 8192: 500, 0: 20_000,
}  # fmt: skip
PADDING = -1
VOCABULARY = 50_000
DRAWN = 1 << 20  # ids are drawn from so many, because drawing each by its law takes minutes
GOALS = {"all/64": 0.005, "lcs/512": 0.010}  # seconds on one H200
TIMES_NATIVE = 30  # likewise, against 16 cores


@dataclass(frozen=True)
class Row:
    """What is counted, for how many pairs of which length; 0 means 8 to 8,192 ids."""

    what: str
    length: int
    pairs: int

    @property
    def key(self) -> str:
        """The name for ``--rows``."""
        return f"{self.what}/{self.length or 'mixed'}"

    def ids(self, scale: float) -> tuple[Ids, Ids]:
        """Make references with word frequencies as in texts, and predictions that half agree."""
        return _ids(self.length, max(1, int(self.pairs * scale)))


@lru_cache(maxsize=1)  # rows of one length are measured one after the other
def _ids(length: int, pairs: int) -> tuple[Ids, Ids]:
    random = np.random.default_rng(length)
    width = length or 8192
    words = np.minimum(random.zipf(1.2, DRAWN), VOCABULARY).astype(np.int32)
    references, others = words[random.integers(0, DRAWN, (2, pairs, width), dtype=np.int32)]
    same = random.integers(0, 2, (pairs, width), dtype=np.int8).astype(bool)
    predictions = np.where(same, references, others)
    if not length:
        ends = np.exp2(random.uniform(3, 13, (2, pairs, 1)))
        predictions[np.arange(width) >= ends[0]] = PADDING
        references[np.arange(width) >= ends[1]] = PADDING
    return predictions, references


ROWS = [Row(what, length, pairs) for length, pairs in SIZES.items() for what in COLUMNS]


def torch_matches(predictions: Any, references: Any, order: int) -> Any:
    """Count clipped n-grams of a batch as PyTorch code does, by sorting all of its n-grams."""
    import torch

    sides = [ids.unfold(1, order, 1) for ids in (predictions, references)]
    pairs, places = sides[0].shape[:2]
    pair = torch.arange(pairs, device=predictions.device).repeat_interleave(places)[:, None]
    grams = torch.cat([torch.cat([pair, s.reshape(-1, order)], 1) for s in sides])
    unique, number = torch.unique(grams, dim=0, return_inverse=True)
    one, other = (torch.bincount(n, minlength=len(unique)) for n in number.chunk(2))
    found = torch.zeros(pairs, dtype=torch.int64, device=predictions.device)
    return found.index_add(0, unique[:, 0].long(), torch.minimum(one, other))


def on_host(call: Call, rounds: int) -> float:
    """Return the median seconds of a call, by the clock."""
    call()
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def on_device(call: Call, rounds: int) -> float:
    """Return the median seconds of a call, by the device's own events."""
    from cupy.cuda import Event, get_elapsed_time

    call()
    times = []
    for _ in range(rounds):
        start, end = Event(), Event()
        start.record()
        call()
        end.record()
        end.synchronize()
        times.append(get_elapsed_time(start, end) / 1000)
    return statistics.median(times)


def bandwidth(rounds: int) -> float:
    """Return how many bytes per second a copy on the device reads and writes."""
    import cupy

    one, other = cupy.zeros(1 << 28, np.int64), cupy.empty(1 << 28, np.int64)
    size = 2 * one.nbytes
    return size / on_device(lambda: other.data.copy_from_device_async(one.data, one.nbytes), rounds)


def measured(row: Row, scale: float, rounds: int, bytes_a_second: float) -> dict[str, Any]:
    """Check that a row's counts equal the CPU's, then time it."""
    import cupy

    ids = row.ids(scale)
    there = tuple(map(cupy.asarray, ids))
    columns = COLUMNS[row.what]
    options: dict[str, Any] = {"pad_id": PADDING, "columns": columns}
    found, expected = count_ids(*there, **options), count_ids(*ids, backend="native", **options)
    for name in columns:
        if not np.array_equal(cupy.asnumpy(found[name]), expected[name]):
            raise NotEqualError(f"{name} differs from the CPU's: no time is worth taking")
    written = sum(expected[name].nbytes for name in columns)
    floor = (sum(each.nbytes for each in ids) + written) / bytes_a_second
    seconds = {
        "device": on_device(lambda: count_ids(*there, **options), rounds),
        "host": on_host(lambda: count_ids(*ids, backend="cuda", **options), rounds),
        "native": on_host(lambda: count_ids(*ids, backend="native", **options), min(rounds, 3)),
    }
    if row.what == "ngrams" and row.length:
        seconds |= _torch(ids, expected, rounds)
    found = {
        "key": row.key,
        "pairs": len(ids[0]),
        "seconds": seconds,
        "times_native": {name: seconds["native"] / seconds[name] for name in ("device", "host")},
        "floor_seconds": floor,
        "of_floor": floor / seconds["device"],
    }
    if row.key in GOALS and scale == 1:
        goals = {"seconds": GOALS[row.key], "times_native": TIMES_NATIVE}
        reached = {
            "seconds": seconds["device"] <= goals["seconds"],
            "times_native": found["times_native"]["device"] >= TIMES_NATIVE,
        }
        found |= {"goals": goals, "reached": reached}
    return found


def _torch(ids: tuple[Ids, Ids], expected: Any, rounds: int) -> dict[str, float]:
    try:
        import torch
    except ImportError:
        return {}
    if not torch.cuda.is_available() or ids[0].size > 1 << 26:
        return {}
    there = [torch.from_numpy(each).cuda() for each in ids]
    for n in range(1, 5):
        matches = torch_matches(*there, n).cpu().numpy()
        if not np.array_equal(matches, expected[f"match_{n}"]):
            raise NotEqualError("PyTorch's matches differ")

    def run() -> None:
        for n in range(1, 5):
            torch_matches(*there, n)
        torch.cuda.synchronize()

    return {"torch.unique": on_host(run, min(rounds, 3))}


def texts(scale: float, rounds: int) -> dict[str, Any]:
    """Time texts, which are tokenized on the CPU and counted on the device, and other packages."""
    from texts import DATA, Source

    from textmetrics import evaluate

    pairs = Source.of(DATA).pairs("en").repeated(max(1, int(100_000 * scale)))
    sides = pairs.predictions, pairs.references
    calls: dict[str, Call] = {
        name: partial(evaluate, *sides, lang="en", backend=name) for name in ("cuda", "native")
    }
    calls |= {name: partial(make(), *sides) for name, make in _PEERS.items() if find_spec(name)}
    seconds = {name: on_host(call, min(rounds, 3)) for name, call in calls.items()}
    return {"key": "texts", "pairs": len(pairs), "seconds": seconds}


def _rouge_score_rs() -> Callable[[list[str], list[str]], object]:
    from rouge_score_rs.rouge_scorer import RougeScorer

    scorer = RougeScorer(["rouge1", "rouge2", "rougeL"])
    return lambda predictions, references: scorer.score_batch(references, predictions)


def _bleuscore() -> Callable[[list[str], list[str]], object]:
    from bleuscore import compute

    return lambda predictions, references: compute([[text] for text in references], predictions)


_PEERS = {"rouge_score_rs": _rouge_score_rs, "bleuscore": _bleuscore}


def line(row: Mapping[str, Any]) -> str:
    if "why" in row:
        return f"{row['key']}: {row['why']}"
    rates = ", ".join(f"{name} {row['pairs'] / s:,.0f}" for name, s in row["seconds"].items())
    floor = f"; {100 * row['of_floor']:.1f} % of the floor" if "of_floor" in row else ""
    return f"{row['key']}: pairs a second: {rates}{floor}"


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    made.add_argument(
        "--rows", nargs="+", default=[""], metavar="PART", help="only keys that contain one"
    )
    made.add_argument("--rounds", type=int, default=7, help="how often a call is timed")
    made.add_argument("--scale", type=float, default=1.0, help="scale the numbers of pairs")
    made.add_argument("--seconds", type=float, default=1e9, help="begin no row after so many")
    made.add_argument("--output", type=Path, help="the file of results")
    return made


def main(arguments: Sequence[str] | None = None) -> int:
    """Run, and return the exit status: 1 if a row went wrong, 2 if there is no GPU."""
    options = parser().parse_args(arguments)
    try:
        backend("cuda")
    except ImportError as error:
        print(error, file=sys.stderr)
        return 2
    import cupy

    properties = cupy.cuda.runtime.getDeviceProperties(cupy.cuda.runtime.getDevice())
    rate = bandwidth(options.rounds)
    results = about() | {"gpu": properties["name"].decode(), "bytes_a_second": rate}
    print(f"{results['gpu']}, a copy moves {rate / 1e12:.2f} TB/s; {cores()} cores\n")
    calls: dict[str, Callable[[], dict[str, Any]]] = {
        row.key: partial(measured, row, options.scale, options.rounds, rate) for row in ROWS
    }
    calls["texts"] = partial(texts, options.scale, options.rounds)
    path = options.output or Path(__file__).parent / "results" / f"gpu-{file_name()}"
    end = time.monotonic() + options.seconds
    rows = []
    for key, call in calls.items():
        if any(part in key for part in options.rows):
            rows.append(_row(key, call, end))
            print(line(rows[-1]), flush=True)
            path.write_text(json.dumps(results | {"rows": rows}, indent=1) + "\n", "utf-8")
    print(f"\nWritten: {path.name}")
    return int(any(row.get("wrong", False) for row in rows))


def _row(key: str, call: Callable[[], dict[str, Any]], end: float) -> dict[str, Any]:
    """Measure a row if there is time, whatever became of those before."""
    if time.monotonic() > end:
        return {"key": key, "why": "no time was left"}
    try:
        return call()
    except ModuleNotFoundError as error:
        return {"key": key, "why": str(error)}
    except Exception as error:  # an error of the GPU, say: the other rows are worth having
        return {"key": key, "why": f"{type(error).__name__}: {error}", "wrong": True}


if __name__ == "__main__":
    raise SystemExit(main())
