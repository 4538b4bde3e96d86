"""Sums of powers, from which the interval of a mean is computed where samples are not kept."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

import numpy as np

from textmetrics._extension import extension
from textmetrics.statistics.checks import Floats, Integers
from textmetrics.statistics.spread import ROUNDING, Spread, grouped_spread, single_spread

__all__ = ["UNIT_BITS", "Moments", "Summary", "in_units", "power_sums"]

UNIT_BITS = 40
"""Values are counted in units of 2**-40, less than what counts as rounding."""


class Summary(NamedTuple):
    """What the interval of a mean depends on.

    Attributes:
        estimate: the mean and its uncertainty.
        least: the smallest value.
        most: the largest value.
        binary: whether all values are 0 or 1.
    """

    estimate: Spread
    least: float
    most: float
    binary: bool


@dataclass
class Moments:
    """Exact sums of the first three powers of values, in units of 2**-40.

    The order and the grouping of what is added do not change a bit.

    Attributes:
        n: number of values.
        powers: the sums of the values, of their squares and of their cubes, as integers.
        least: the smallest value; infinite if there is none.
        most: the largest value; minus infinity if there is none.
        binary: how many values are 0 or 1.

    Examples:
        >>> moments = Moments()
        >>> moments.add(np.array([0.5, 1.0]))
        >>> moments.powers == (3 << 39, 5 << 78, 9 << 117)
        True
    """

    n: int = 0
    powers: tuple[int, int, int] = (0, 0, 0)
    least: float = math.inf
    most: float = -math.inf
    binary: int = 0

    def add(self, values: Floats) -> None:
        """Add finite values."""
        if not len(values):
            return
        binary = int(np.count_nonzero((values == 0.0) | (values == 1.0)))
        ends = float(values.min()), float(values.max())
        self.merge(Moments(len(values), power_sums(values), *ends, binary))

    def merge(self, other: Moments) -> None:
        """Add the sums of other values."""
        self.n += other.n
        first, second, third = (
            one + more for one, more in zip(self.powers, other.powers, strict=True)
        )
        self.powers = first, second, third
        self.least, self.most = min(self.least, other.least), max(self.most, other.most)
        self.binary += other.binary

    def summary(self, mean: float) -> Summary:
        """Return what the interval of the mean depends on.

        Args:
            mean: the mean, exact but for one rounding.
        """
        squares, cubes = self._central(mean)
        estimate = single_spread(mean, self.n, squares, cubes)
        return Summary(estimate, self.least, self.most, self.binary == self.n)

    def grouped(self, mean: float, sums: Integers, sizes: Integers) -> Summary:
        """Return the same for samples in groups, or in buckets of groups.

        Args:
            mean: the mean, exact but for one rounding.
            sums: the sum of each group's values, in units of 2**-40.
            sizes: the number of each group's samples, none of which is 0.
        """
        squares, cubes = self._central(mean)
        if len(sizes) == self.n:
            estimate = single_spread(mean, self.n, squares, cubes)
        else:
            values = np.array([math.ldexp(each, -UNIT_BITS) for each in sums.tolist()])
            rest = values - sizes * mean if squares else np.zeros(len(sizes))
            estimate = grouped_spread(mean, squares, rest, sizes)
        return Summary(estimate, self.least, self.most, self.binary == self.n)

    def _central(self, mean: float) -> tuple[float, float]:
        """Return the sums of the squares and of the cubes of the distances from the mean."""
        if max(self.most - mean, mean - self.least) <= ROUNDING * max(1.0, abs(mean)):
            return 0.0, 0.0
        n, (first, second, third) = self.n, self.powers
        squares = n * second - first**2
        cubes = n**2 * third - 3 * n * first * second + 2 * first**3
        try:
            return squares / (n << 2 * UNIT_BITS), cubes / (n**2 << 3 * UNIT_BITS)
        except OverflowError:  # no double is so large
            return math.inf, 0.0


def in_units(values: Floats) -> Integers:
    """Return finite values in units of 2**-40, rounded; Python integers beyond 64 bits."""
    if len(values) == 0 or np.abs(values).max() < 2.0 ** (62 - UNIT_BITS):
        return np.rint(np.ldexp(values, UNIT_BITS)).astype(np.int64)
    units = [
        int(each) << UNIT_BITS if abs(each) >= 2.0**53 else round(math.ldexp(each, UNIT_BITS))
        for each in values.tolist()
    ]
    return np.array(units, dtype=object)


def power_sums(values: Floats) -> tuple[int, int, int]:
    """Return the sums of values in units of 2**-40, of their squares and of their cubes."""
    found: tuple[int, int, int] | None = _adder()(np.ascontiguousarray(values))
    return _power_sums(values) if found is None else found


def _power_sums(values: Floats) -> tuple[int, int, int]:
    """Return the sums by their definition, which the extension equals for values up to 1."""
    units = in_units(values).tolist()
    return sum(units), sum(each**2 for each in units), sum(each**3 for each in units)


@cache
def _adder() -> Callable[[Floats], tuple[int, int, int] | None]:
    try:
        adder: Callable[[Floats], tuple[int, int, int] | None] = extension().power_sums
    except ImportError:
        return _power_sums
    return adder
