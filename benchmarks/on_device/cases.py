"""The inputs of a device run, the same on every machine, and the answers that travel with it.

Inputs are drawn from the bits of a seeded generator, which NumPy keeps the same in all versions,
so only the answers travel: one file of NumPy, made by ``expected`` where the package is built.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from textmetrics.ids import Ragged, count_ids, score_ids
from textmetrics.kernels import BASIC_COLUMNS, ORDERS, PAIR_COLUMNS

__all__ = ["ALL_COLUMNS", "METRICS", "SCORED_CALLS", "SUITES", "Answers", "Case", "Chance"]
__all__ += ["Suite", "answers", "written"]

Ids = NDArray[Any]

LENGTHS = (0, 1, 31, 32, 33, 64, 1024, 1025, 8193, 17_000)
SHORT_LENGTHS = (0, 1, 31, 32, 33, 64, 1025)  # what an emulation on a CPU counts in time
SCORED_CALLS = 100  # of the random ones
ALL_COLUMNS = (
    *BASIC_COLUMNS,
    *(f"{of}_{n}" for of in ("match", "clip") for n in range(5, max(ORDERS) + 1)),
)
METRICS = (
    "accuracy", "f1", "f1.precision", "f1.recall", "precision", "recall", "rouge_1", "rouge_2",
    "rouge_2.precision", "rouge_l", "rouge_l.recall", "bleu_4",
)  # fmt: skip
EXTREMES = (0, 1, -1, -100, 2**31 - 1, -(2**31))
WIDE = (*EXTREMES, 2**63 - 1, -(2**63), 2**32, 2**32 + 1)  # the last differ in their upper half


class Chance:
    """Numbers drawn from the bits of a generator."""

    def __init__(self, seed: int) -> None:
        self._bits = np.random.PCG64(seed)

    def below(self, end: int, *shape: int) -> NDArray[np.int64]:
        """Draw numbers from 0 to ``end - 1``."""
        drawn = self._bits.random_raw(int(np.prod(shape)))
        return (np.asarray(drawn) % np.uint64(end)).astype(np.int64).reshape(shape)

    def one_of(self, values: Sequence[Any]) -> Any:
        """Draw one of some values."""
        return values[int(self.below(len(values)))]

    def ids(self, vocabulary: int, length: int) -> NDArray[np.int32]:
        """Draw ids of which small ones are frequent, as in texts."""
        return (self.below(vocabulary, length) * self.below(1000, length) // 1000).astype(np.int32)


@dataclass(frozen=True)
class Case:
    """The arguments of one call.

    Attributes:
        predictions: an array, which may be a view, or `Ragged`.
        references: likewise.
        options: the other arguments.
        columns: what is counted.
    """

    predictions: Ids | Ragged
    references: Ids | Ragged
    options: Mapping[str, Any] = field(default_factory=dict)
    columns: Sequence[str] = BASIC_COLUMNS

    @cached_property
    def checksum(self) -> int:
        """A number that tells inputs apart."""
        found = 0
        for texts in (self.predictions, self.references):
            arrays = texts.arrays().values() if isinstance(texts, Ragged) else [texts]
            for array in arrays:
                found = zlib.crc32(np.ascontiguousarray(array, dtype=np.int64).tobytes(), found)
        return found


# --- inputs -------------------------------------------------------------------------------------


def lengths(_: int, *, of: Sequence[int] = LENGTHS) -> Case:
    """Return a prediction and a reference of each two lengths."""
    chance = Chance(1)
    rows = [chance.ids(300, length) for length in of]
    others = [np.roll(row[::-1].copy(), 3) for row in rows]
    for row, other in zip(rows, others, strict=True):
        other[: len(row) // 2] = row[len(row) // 2 :][: len(row) // 2]  # long matches too
    pairs = [(one, other) for one in rows for other in others]
    sides = (Ragged.of([pair[side] for pair in pairs]) for side in (0, 1))
    return Case(*sides, columns=ALL_COLUMNS)


def short_lengths(at: int) -> Case:
    """Return the same for fewer lengths."""
    return lengths(at, of=SHORT_LENGTHS)


def random_call(at: int) -> Case:
    """Return a call of any form, with any options."""
    chance = Chance(1000 + at)
    kind = chance.one_of([np.int32, np.int64])
    few = np.array(EXTREMES if kind is np.int32 else WIDE, dtype=kind)
    vocabulary = chance.one_of([few, np.arange(chance.one_of([2, 7, 300]), dtype=kind)])
    group, groups, each = (1 + int(chance.below(3)) for _ in range(3))
    width, other = int(chance.below(101)), int(chance.below(41))
    samples = group * groups
    predictions = vocabulary[chance.below(len(vocabulary), samples, width)]
    references = vocabulary[chance.below(len(vocabulary), groups, each, other)]
    dropped = {int(chance.one_of(vocabulary[:5])) for _ in range(int(chance.below(4)))}
    options: dict[str, Any] = {
        "group_size": group,
        "pad_id": chance.one_of([None, *map(int, vocabulary[:2])]),
        "eos_id": chance.one_of([None, int(vocabulary[-1]), [int(vocabulary[0]), 5]]),
        "ignore_ids": sorted(dropped),
    }
    form = chance.one_of(["all", "lengths", "strided", "ragged"])
    if form == "lengths":
        counts = chance.below(other + 2, groups, each) - 1
        counts[:, 0] = np.maximum(counts[:, 0], 0)
        options["reference_lengths"] = counts.astype(kind)
        options["prediction_lengths"] = chance.below(width + 1, samples)
    elif form == "strided":
        return Case(predictions.T.copy().T, references[:, ::-1, ::2], options)
    elif form == "ragged":
        bounds = np.sort(chance.below(predictions.size + 1, samples + 1))
        bounds[0], bounds[-1] = 0, predictions.size
        longest = chance.one_of([None, int(np.diff(bounds).max())])
        starts = np.arange(groups * each + 1) * other
        return Case(
            Ragged(predictions.ravel(), bounds, max_length=longest),
            Ragged(references.ravel(), starts, np.arange(groups + 1) * each),
            options,
        )
    return Case(predictions, references, options)


def mixed(at: int) -> Case:
    """Return a batch in which few predictions have more than 1,024 or 8,192 ids."""
    chance = Chance(9_000_000 + at)
    ends = [*(int(each) for each in 1 + chance.below(200, 60)), 1024, 1500, 5000, 8192, 8200, 9000]
    if at == 0:
        ends += [16_385, 20_000]
    predictions = [chance.ids(500, length) for length in ends]
    rows = [chance.ids(500, 1 + int(chance.below(900))) for _ in range(2 * len(ends))]
    references = Ragged.of(rows, np.arange(0, len(rows) + 1, 2))
    return Case(Ragged.of(predictions), references)


def small(_: int) -> Case:
    """Return predictions of every width that has a kernel, and short references."""
    chance = Chance(3)
    ends = (20, 60, 120, 250, 500, 1000, 1100, 8200)
    predictions = Ragged.of([chance.ids(60, length) for length in ends])
    rows = [chance.ids(60, 40) for _ in range(2 * len(ends))]
    return Case(predictions, Ragged.of(rows, np.arange(0, len(rows) + 1, 2)))


def views(at: int) -> Case:
    """Return views of arrays that a tensor of PyTorch can have: no negative steps."""
    chance = Chance(50 + at)
    kind = (np.int32, np.int64)[at % 2]
    whole = chance.below(40, 24, 300).astype(kind)
    others = chance.below(40, 24, 3, 90).astype(kind)
    turned = chance.below(40, 300, 24).astype(kind).T
    one = np.broadcast_to(others[:1, 0], (24, 90))
    return [
        Case(whole, others),
        Case(whole[:, 7:207], others[:, 1]),
        Case(whole[1::2, ::3], others[:12, ::2, 5:]),
        Case(turned, others.transpose(0, 1, 2)[:, :, ::4]),
        Case(whole[:, 100:], one),
        Case(whole, others[::4], {"group_size": 4, "pad_id": 0, "ignore_ids": [1, 2]}),
    ][at // 2]


def block(_: int) -> Case:
    """Return pairs of 64 ids, to be copied many times."""
    one, other = Chance(4).ids(200, 2 * 500 * 64).reshape(2, 500, 64)
    return Case(one, np.where(one % 3 == 0, one, other))


class Suite(NamedTuple):
    """Cases of one kind: how each is made, how many there are, and what is counted of them."""

    make: Callable[[int], Case]
    size: int
    columns: Sequence[str] = BASIC_COLUMNS


SUITES: Mapping[str, Suite] = {
    "lengths": Suite(lengths, 1, ALL_COLUMNS),
    "short_lengths": Suite(short_lengths, 1, ALL_COLUMNS),
    "random": Suite(random_call, 2000),
    "mixed": Suite(mixed, 2),
    "small": Suite(small, 1),
    "views": Suite(views, 12),
    "block": Suite(block, 1),
}


# --- answers ------------------------------------------------------------------------------------


def written(path: Path, arrays: Mapping[str, NDArray[Any]]) -> None:
    """Write answers."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        np.savez_compressed(file, **arrays)  # type: ignore[arg-type]


def answers(suites: Iterable[str] = tuple(SUITES)) -> dict[str, NDArray[Any]]:
    """Count and score every case on the CPU, by the backend that ``auto`` means."""
    found: dict[str, NDArray[Any]] = {}
    for suite in suites:
        make, size, columns = SUITES[suite]
        cases = [make(at) for at in range(size)]
        tables = [
            count_ids(case.predictions, case.references, columns=columns, **case.options)
            for case in cases
        ]
        found[f"{suite}/inputs"] = np.array([case.checksum for case in cases], dtype=np.uint32)
        for kind in ("pairs", "samples"):
            names = _names(columns, kind)
            rows = [[table[name] for name in names] for table in tables]
            found[f"{suite}/{kind}"] = _small(np.concatenate(rows, axis=1))
            found[f"{suite}/{kind}/ends"] = np.cumsum([len(row[0]) for row in rows])
        if suite == "random":
            scores = [
                score_ids(case.predictions, case.references, metrics=METRICS, **case.options)
                for case in cases[:SCORED_CALLS]
            ]
            found["scores"] = np.concatenate([list(each.values()) for each in scores], axis=1)
    return found


def _names(columns: Sequence[str], kind: str) -> list[str]:
    return [name for name in columns if (name in PAIR_COLUMNS) == (kind == "pairs")]


def _small(table: NDArray[Any]) -> NDArray[Any]:
    least, most = table.min(), table.max()
    kinds = (np.int8, np.int16, np.int32, np.int64)
    return table.astype(
        next(k for k in kinds if np.iinfo(k).min <= least and most <= np.iinfo(k).max)
    )


class Answers:
    """The answers of a file."""

    def __init__(self, path: Path) -> None:
        with np.load(path) as file:
            self._arrays = dict(file)

    def column(self, suite: str, at: int, case: Case, name: str) -> NDArray[Any]:
        """Return a column of a case.

        Raises:
            ValueError: if the answers are of other inputs.
        """
        self._check(suite, at, case)
        kind = "pairs" if name in PAIR_COLUMNS else "samples"
        rows = self._rows(suite, kind, at)
        found = self._arrays[f"{suite}/{kind}"][
            _names(SUITES[suite].columns, kind).index(name), rows
        ]
        return np.asarray(found)

    def scores(self, at: int, case: Case) -> dict[str, NDArray[np.float32]]:
        """Return the scores of a random call."""
        self._check("random", at, case)
        rows = self._rows("random", "samples", at)
        return dict(zip(METRICS, self._arrays["scores"][:, rows], strict=True))

    def _check(self, suite: str, at: int, case: Case) -> None:
        if self._arrays[f"{suite}/inputs"][at] != case.checksum:
            raise ValueError(
                f"the answers are of other inputs than {suite} {at}: make them anew by "
                "`python benchmarks/on_device expected`"
            )

    def _rows(self, suite: str, kind: str, at: int) -> slice:
        ends = self._arrays[f"{suite}/{kind}/ends"]
        return slice(int(ends[at - 1]) if at else 0, int(ends[at]))
