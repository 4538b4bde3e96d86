"""Write the tables of docs/statistics.md: coverage of intervals, and false positives of tests.

Usage: python docs/simulations.py
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from marked import page_with, table

from textmetrics.statistics import mean_interval, paired_test

__all__ = ["SAMPLES", "SYSTEMS", "Drawn", "Pair", "Samples", "Systems", "held", "rejected"]

PAGE = Path(__file__).resolve().parent / "statistics.md"
TRIALS = 4000
Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Random = np.random.Generator


class Drawn(NamedTuple):
    """Samples, and their groups if there are any."""

    values: Floats
    groups: Integers | None


class Pair(NamedTuple):
    """The samples of two systems."""

    a: Floats
    b: Floats
    groups: Integers | None


@dataclass(frozen=True)
class Samples:
    """A distribution of samples with a known mean."""

    name: str
    mean: float
    draw: Callable[[Random], Drawn]


@dataclass(frozen=True)
class Systems:
    """A distribution of the samples of two systems with a known difference."""

    name: str
    difference: float
    draw: Callable[[Random], Pair]


def _shares(n: int, p: float) -> Samples:
    def draw(random: Random) -> Drawn:
        return Drawn((random.random(n) < p).astype(np.float64), None)

    return Samples(f"right or wrong, {p:.0%} right, n = {n:,}", p, draw)


def _many_zeros(n: int, zeros: float) -> Samples:
    def draw(random: Random) -> Drawn:
        return Drawn(_with_zeros(random, n, zeros), None)

    return Samples(f"F1, {zeros:.0%} of them 0, n = {n:,}", (1 - zeros) / 2, draw)


def _with_zeros(random: Random, n: int, zeros: float) -> Floats:
    return np.where(random.random(n) < zeros, 0.0, random.beta(2, 2, n))


def _grouped(documents: int, *, binary: bool) -> Samples:
    """Return samples of 1 to 19 questions per document, which explains a fifth of the variance."""

    def draw(random: Random) -> Drawn:
        groups = np.repeat(np.arange(documents), random.integers(1, 20, documents))
        level = random.beta(2.4, 1.6, documents)[groups]
        if binary:
            return Drawn((random.random(len(groups)) < level).astype(np.float64), groups)
        return Drawn(random.beta(4 * level + 0.01, 4 * (1 - level) + 0.01), groups)

    kind = "right or wrong" if binary else "F1"
    # The mean of (4 L + 0.01) / 4.02 over levels L of mean 0.6 is next to 0.6.
    mean = 0.6 if binary else (4 * 0.6 + 0.01) / 4.02
    return Samples(f"{kind}, questions on {documents} documents", mean, draw)


def _f1_systems(n: int) -> Systems:
    def draw(random: Random) -> Pair:
        hard = random.random(n) < 0.5
        return Pair(*(np.where(hard, 0.0, _with_zeros(random, n, 0.5)) for _ in "ab"), None)

    return Systems(f"F1, 75% of them 0, n = {n:,}", 0.0, draw)


def _share_systems(n: int, differ: float) -> Systems:
    def draw(random: Random) -> Pair:
        a = (random.random(n) < 0.7).astype(np.float64)
        other = (random.random(n) < differ) & (random.random(n) < np.where(a == 1, 0.3, 0.7))
        return Pair(a, np.where(other, 1 - a, a), None)

    return Systems(f"right or wrong, about {0.42 * differ:.0%} differ, n = {n:,}", 0.0, draw)


def _grouped_systems(documents: int) -> Systems:
    def draw(random: Random) -> Pair:
        groups = np.repeat(np.arange(documents), random.integers(1, 20, documents))
        both = (
            np.clip(
                0.5 + random.normal(0, 0.1, documents)[groups] + random.normal(0, 0.1, len(groups)),
                0,
                1,
            )
            for _ in "ab"
        )
        return Pair(*both, groups)

    return Systems(f"F1, questions on {documents} documents", 0.0, draw)


SAMPLES = (
    _shares(20, 0.9),
    _shares(100, 0.9),
    _shares(1000, 0.5),
    _many_zeros(50, 0.7),
    _many_zeros(200, 0.7),
    _many_zeros(50, 0.95),
    _many_zeros(200, 0.95),
    _grouped(15, binary=True),
    _grouped(50, binary=True),
    _grouped(15, binary=False),
    _grouped(50, binary=False),
)
SYSTEMS = (
    _share_systems(50, 0.5),
    _share_systems(500, 0.5),
    _f1_systems(50),
    _f1_systems(500),
    _grouped_systems(20),
)


def held(
    samples: Samples, method: str, *, trials: int, grouped: bool = True, seed: int = 1
) -> float:
    """Return the share of 95 % intervals that contain the true mean."""
    random = np.random.default_rng(seed)
    count = 0
    for _ in range(trials):
        values, groups = samples.draw(random)
        its = mean_interval(values, groups=groups if grouped else None, method=method)
        count += its.low <= samples.mean <= its.high
    return count / trials


def rejected(
    systems: Systems, method: str, *, trials: int, grouped: bool = True, seed: int = 1
) -> tuple[float, float]:
    """Return the share of p-values up to 0.05, and of intervals that contain the difference."""
    random = np.random.default_rng(seed)
    count = inside = 0
    for _ in range(trials):
        a, b, groups = systems.draw(random)
        its = paired_test(a, b, groups=groups if grouped else None, method=method, resamples=999)
        count += its.p_value <= 0.05
        inside += its.interval.low <= systems.difference <= its.interval.high
    return count / trials, inside / trials


def intervals() -> str:
    """Return a table with one row per kind of samples."""
    rows = []
    for samples in SAMPLES:
        naive = held(samples, "normal", trials=TRIALS, grouped=False)
        ours = (held(samples, method, trials=TRIALS) for method in ("t", "wilson", "auto"))
        rows.append([samples.name, *map(_percent, (naive, *ours))])
    return table(["samples", "normal, groups ignored", "`t`", "`wilson`", "`auto`"], rows)


def tests() -> str:
    """Return a table with one row per kind of two equal systems."""
    rows = []
    for systems in SYSTEMS:
        naive, _ = rejected(systems, "ar", trials=TRIALS // 2, grouped=False)
        ar, _ = rejected(systems, "ar", trials=TRIALS // 2)
        auto, inside = rejected(systems, "auto", trials=TRIALS // 2)
        shifted, _ = rejected(systems, "bootstrap", trials=TRIALS // 2)
        rows.append([systems.name, *map(_percent, (naive, ar, auto, shifted, inside))])
    header = ["two equal systems", "`ar`, groups ignored", "`ar`", "`auto`", "`bootstrap`"]
    return table([*header, "interval of `auto` holds"], rows)


def _percent(share: float) -> str:
    return f"{100 * share:.1f}"


TABLES: Mapping[str, Callable[[], str]] = {"intervals": intervals, "tests": tests}


def written(page: str, tables: Mapping[str, Callable[[], str]] = TABLES) -> str:
    """Return the page with its tables, which takes a few minutes."""
    return page_with(page, tables, by="simulations.py")


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
