"""Time our own code by number of threads and by length of text."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from functools import partial
from hashlib import sha256
from typing import Any

from counting import counted
from machine import cores
from measure import Call, a_unit, timed
from ours import score
from texts import Source

from textmetrics.scan import encode

__all__ = ["SERIES", "Series"]


@dataclass(frozen=True)
class Point:
    """One call of a series.

    Attributes:
        x: threads, or lines a text.
        call: what is timed.
        units: how many of the series' unit one call goes through.
    """

    x: int
    call: Call
    units: int


@dataclass(frozen=True)
class Series:
    """The same work at several sizes.

    Attributes:
        key: what ``--rows`` finds it by.
        what: what is computed.
        x: what changes from point to point.
        unit: what a time is given for.
        points: makes them from the texts.
    """

    key: str
    what: str
    x: str
    unit: str
    points: Callable[[Source], list[Point]]

    def measured(self, source: Source, rounds: int) -> dict[str, Any]:
        """Time all points in turn, and return plain values."""
        points = self.points(source)
        times = timed({point.x: point.call for point in points}, rounds)
        return {
            "key": self.key,
            "what": self.what,
            "x": self.x,
            "unit": self.unit,
            "points": [{"x": p.x, "us": asdict(a_unit(times[p.x], p.units))} for p in points],
        }


def _over_threads(lang: str, pairs: int) -> Callable[[Source], list[Point]]:
    def points(source: Source) -> list[Point]:
        many = source.pairs(lang).repeated(pairs)
        return [Point(n, partial(score, many, threads=n), pairs) for n in _numbers_of_threads()]

    return points


def _machine(_: Source) -> list[Point]:
    """Distribute work without shared memory, to see how far the machine itself scales."""
    megabytes = 16
    return [
        Point(n, partial(_hash, [b"\0" * (megabytes * 1_000_000 // n)] * n), megabytes)
        for n in _numbers_of_threads()
    ]


def _hash(shares: list[bytes]) -> None:
    """Hash each share on a thread of its own, without the GIL."""
    with ThreadPoolExecutor(len(shares)) as pool:
        list(pool.map(sha256, shares))


def _numbers_of_threads() -> list[int]:
    return sorted({2**power for power in range(cores().bit_length())} | {cores()})


def _scoring(source: Source) -> list[Point]:
    pairs = source.pairs("en")
    texts = {lines: pairs.joined(lines) for lines in (1, 10, 40)}
    return [
        Point(lines, partial(score, joined), lines * len(joined)) for lines, joined in texts.items()
    ]


def _counting(source: Source) -> list[Point]:
    pairs = source.pairs("en")
    points = []
    for lines in (1, 10, 40):
        joined = pairs.joined(lines)
        batch = encode([[text.split() for text in pair] for pair in joined])
        points.append(Point(lines, counted(batch), lines * len(joined)))
    return points


SERIES = (
    Series(
        "scaling/threads/en",
        "all six metrics of 20,000 pairs, English",
        "threads",
        "pair",
        _over_threads("en", 20_000),
    ),
    Series(
        "scaling/threads/ja",
        "all six metrics of 3,000 pairs, Japanese",
        "threads",
        "pair",
        _over_threads("ja", 3_000),
    ),
    Series(
        "scaling/threads/machine",
        "what the machine gives: hashing 16 MB, shared out",
        "threads",
        "MB",
        _machine,
    ),
    Series("scaling/length/all", "all six metrics, English", "lines joined", "line", _scoring),
    Series(
        "scaling/length/counting",
        "counting alone, ids given, every column",
        "lines joined",
        "line",
        _counting,
    ),
)
