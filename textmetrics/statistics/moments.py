"""Sums of powers, from which the interval of a mean is computed where samples are not kept."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from textmetrics._extension import twin
from textmetrics.statistics.checks import AnyIntegers, Floats, Integers
from textmetrics.statistics.spread import (
    ROUNDING,
    Formula,
    Spread,
    grouped_spread,
    single_spread,
)

__all__ = ["UNIT_BITS", "Moments", "Summary", "in_units", "linearized", "linearized_sums"]

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
        found: _Summed | None = twin("summed_powers")(np.ascontiguousarray(values))
        powers, least, most, binary = _summed(values) if found is None else found
        # Of 0 and -0 either might be the least one.
        self.merge(Moments(len(values), powers, least + 0.0, most + 0.0, binary))

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


def linearized(value: float, rows: AnyIntegers, formula: Formula) -> Spread:
    """Return the uncertainty of a formula of sums, as if it were linear about them.

    Args:
        value: the formula's value.
        rows: totals, one row per sample or group.
        formula: returns one value per row of a table of sums.
    """
    exact = rows.astype(object)
    if len(rows) * int(np.abs(rows).max(initial=0)) ** 2 < 2**53:
        exact = rows.astype(np.float64)  # whose matrices are fast
    products = (exact.T @ exact).astype(object)
    sums = rows.sum(axis=0, dtype=np.int64)
    return linearized_sums(value, sums, products, len(rows), formula)


def linearized_sums(
    value: float, sums: Integers, products: npt.NDArray[np.object_], n: int, formula: Formula
) -> Spread:
    """Return the same where only sums are known.

    Of sums that vary independently along the principal axes of their covariance, the formula
    varies by half its difference between one standard error on either side of each.

    Args:
        value: the formula's value.
        sums: the sum of each column over all samples.
        products: the sums of the products of each two columns.
        n: number of samples.
        formula: returns one value per row of a table of sums.
    """
    if n == 1:
        return single_spread(value, 1, 0.0, 0.0)
    totals = [int(each) for each in sums.tolist()]
    pairs = zip(products.ravel().tolist(), ((a * b) for a in totals for b in totals), strict=True)
    covariance = np.array([(n * int(each) - square) / (n - 1) for each, square in pairs])
    scales, axes = np.linalg.eigh(covariance.reshape(products.shape))
    steps = axes * np.sqrt(np.maximum(scales, 0.0))
    ends = np.rint(np.concatenate([sums + steps.T, sums - steps.T]))
    ends = np.where(sums >= 0, np.maximum(ends, 0.0), ends)  # most totals count something
    above, below = np.split(formula(ends.astype(np.int64)), 2)
    variance = math.fsum(((above - below) / 2.0) ** 2)  # that of the value: of n samples' sum
    return single_spread(value, n, variance * n * (n - 1), 0.0)


def in_units(values: Floats) -> Integers:
    """Return finite values in units of 2**-40, rounded; Python integers beyond 64 bits."""
    if len(values) == 0 or np.abs(values).max() < 2.0 ** (62 - UNIT_BITS):
        return np.rint(np.ldexp(values, UNIT_BITS)).astype(np.int64)
    units = [
        int(each) << UNIT_BITS if abs(each) >= 2.0**53 else round(math.ldexp(each, UNIT_BITS))
        for each in values.tolist()
    ]
    return np.array(units, dtype=object)


_Summed = tuple[tuple[int, int, int], float, float, int]


def _summed(values: Floats) -> _Summed:
    """Return powers, ends and how many are 0 or 1: the extension returns the same up to 1."""
    units = in_units(values).tolist()
    powers = sum(units), sum(each**2 for each in units), sum(each**3 for each in units)
    binary = int(np.count_nonzero((values == 0.0) | (values == 1.0)))
    return powers, float(values.min()), float(values.max()), binary
