"""What intervals need of samples that are not kept: exact sums of constant size."""

from __future__ import annotations

import math
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from textmetrics.metrics.metric import Bounds, Floats, Integers
from textmetrics.statistics import UNIT_BITS, Moments, in_units

__all__ = ["BUCKETS", "Buckets", "Keys"]

BUCKETS = 1024
"""Samples are divided into so many buckets, by a hash."""
_FEW = 64
"""So many samples are added one by one, more by counting all buckets."""
_AT_ONCE = 1024
"""So many samples are multiplied together: larger arrays cost more in memory that is new."""
_VALUE = ("value",)


class Keys(NamedTuple):
    """Where the samples of a batch belong.

    Attributes:
        numbers: int64, each sample's bucket, from 0; ``None`` if no metric needs buckets.
        grouped: whether a bucket is that of the sample's group, and not of the sample alone.
    """

    numbers: Integers | None
    grouped: bool = False


@dataclass
class Buckets:
    """Sums from which the interval of one metric is computed where samples are not kept.

    A mean needs sums of powers, and one more sum per bucket where samples are grouped. The value of
    a corpus needs its totals per bucket; and, where samples are not grouped, sums of the products
    of totals for texts that recur so often that they crowd a bucket (see `crowded`). All are
    integers: the order and the grouping of what is added do not change a bit.

    Attributes:
        grouped: whether buckets are those of groups; ``None`` before the first sample.
        moments: sums of powers of the values; of a corpus value there are none.
        names: the columns of ``sums``; there are none where a mean is of samples without groups.
        sums: int64, one row per column, with one sum per bucket; Python integers where 64 bits do
            not suffice. Values are in units of 2**-40.
        sizes: int64, number of samples per bucket.
        products: the sums over samples of the products of each two totals, as Python integers;
            there are none of a mean, and of groups.
    """

    grouped: bool | None = None
    moments: Moments = field(default_factory=Moments)
    names: tuple[str, ...] = ()
    sums: Integers = field(default_factory=lambda: _nothing(0))
    sizes: Integers = field(default_factory=lambda: _nothing(1)[0])
    products: NDArray[np.object_] = field(default_factory=lambda: _no_products(0))

    def add_values(self, values: Floats, keys: Keys) -> None:
        """Add the values of samples whose mean is taken.

        Raises:
            ValueError: if some samples have a group, and others have none.
        """
        self._note(keys, len(values))
        self.moments.add(values)
        if keys.grouped and keys.numbers is not None:
            self._add(_VALUE, in_units(values)[np.newaxis], keys.numbers)

    def add_totals(self, totals: Mapping[str, Integers], keys: Keys) -> None:
        """Add the totals of samples whose sums give the value of a corpus.

        Raises:
            ValueError: if some samples have a group, and others have none.
        """
        rows = np.stack(list(totals.values())).astype(np.int64, copy=False)
        self._note(keys, rows.shape[1])
        if keys.numbers is not None:
            self._add(tuple(totals), rows, keys.numbers)
            if not keys.grouped:
                self._add_products(_products(rows))

    def _note(self, keys: Keys, samples: int) -> None:
        if samples:
            self.grouped = _agreed(self.grouped, keys.grouped)

    def _add(self, names: tuple[str, ...], rows: Integers, numbers: Integers) -> None:
        if not self.names:
            self.names, self.sums = names, _nothing(len(names))
        self.sizes += np.bincount(numbers, minlength=BUCKETS)
        most = _most(rows) * rows.shape[1]
        self._make_room(most, rows)
        if len(numbers) <= _FEW or most >= 2**53:
            np.add.at(self.sums.T, numbers, rows.T)
            return
        for at, row in enumerate(rows):  # exact, because below 2**53
            self.sums[at] += np.bincount(numbers, row, BUCKETS).astype(np.int64)

    def _add_products(self, more: NDArray[np.object_]) -> None:
        self.products = self.products + more if self.products.size else more

    def _make_room(self, more: int, rows: Integers) -> None:
        """Count by Python integers where 64 bits might not suffice."""
        if object in (self.sums.dtype, rows.dtype) or _most(self.sums) + more >= 2**63:
            self.sums = self.sums.astype(object)

    def merge(self, other: Buckets) -> None:
        """Add the sums of other samples of the same metric.

        Raises:
            ValueError: if some samples have a group, and others have none.
        """
        self.grouped = _agreed(self.grouped, other.grouped)
        self.moments.merge(other.moments)
        if other.names:
            if not self.names:
                self.names, self.sums = other.names, _nothing(len(other.names))
            self._make_room(_most(other.sums), other.sums)
            self.sums = self.sums + other.sums
        if other.products.size:
            self._add_products(other.products)
        self.sizes = self.sizes + other.sizes

    def copy(self) -> Buckets:
        """Return an independent copy."""
        copy = Buckets()
        copy.merge(self)
        return copy

    @property
    def crowded(self) -> bool:
        """Whether a bucket has more samples than chance would put there.

        Their texts recur, then, and they have no ids: a bucket is not a part of the samples at
        random, as the bootstrap takes it to be.
        """
        usual = int(self.sizes.sum()) / BUCKETS
        return not self.grouped and int(self.sizes.max()) > usual + 5 * math.sqrt(usual) + 2

    def check_mean(self, n: int, units: int, unit_bits: int, bounds: Bounds) -> None:
        """Check that these can be the sums of values whose mean is taken.

        Args:
            n: number of values.
            units: their exact sum, in units of 2**-``unit_bits``.
            unit_bits: 40 or more.
            bounds: the smallest and the largest possible value.

        Raises:
            ValueError: if they cannot be.
        """
        its, shift = self.moments, unit_bits - UNIT_BITS
        first, second, third = its.powers
        possible = its.n == n and 0 <= its.binary <= n
        possible &= 2 * abs(units - (first << shift)) <= n << shift  # rounded to units each
        if n:
            low, high = np.clip(bounds, -sys.float_info.max, sys.float_info.max)
            possible &= bool(low <= its.least <= its.most <= high)
            possible = possible and _possible_powers(its)
        else:
            possible &= its == Moments()
        if self.grouped and n:
            possible &= self.names == _VALUE and self._has_shape(n)
            possible = possible and int(self.sums.sum()) == first
        else:
            possible &= self._empty()
        if not possible or self.products.size:
            raise ValueError(
                f"sums of powers that {n:,} values cannot have: {first, second, third}"
            )

    def check_corpus(self, samples: int, totals: Mapping[str, int]) -> None:
        """Check that these can be the totals of samples whose sums give the value of a corpus.

        Raises:
            ValueError: if they cannot be.
        """
        possible = self.moments == Moments()
        if samples:
            possible &= self.names == tuple(totals) and self._has_shape(samples)
            sums = list(totals.values())
            possible = possible and list(map(int, self.sums.sum(axis=1))) == sums
            possible = possible and self._has_products(samples, sums)
        else:
            possible &= self._empty()
        if not possible:
            raise ValueError(
                f"the buckets do not sum to {', '.join(totals)} of {samples:,} samples"
            )

    def _empty(self) -> bool:
        """Return whether no bucket has samples."""
        return self.names == () and self.sizes.shape == (BUCKETS,) and not self.sizes.any()

    def _has_shape(self, samples: int) -> bool:
        """Return whether there is a sum per column and bucket, none in an empty bucket."""
        return (
            self.grouped is not None
            and self.sums.shape == (len(self.names), BUCKETS)
            and self.sizes.shape == (BUCKETS,)
            and int(self.sizes.min()) >= 0
            and int(self.sizes.sum()) == samples
            and not self.sums[:, self.sizes == 0].any()
        )

    def _has_products(self, samples: int, sums: list[int]) -> bool:
        """Return whether some samples with these sums have such sums of products."""
        if self.grouped:
            return not self.products.size
        if self.products.shape != (len(sums), len(sums)):
            return False
        squares = self.products.diagonal().tolist()
        return bool((self.products == self.products.T).all()) and all(
            total**2 <= samples * square for total, square in zip(sums, squares, strict=True)
        )


def _possible_powers(its: Moments) -> bool:
    """Return whether some numbers have such sums of their first three powers."""
    first, second, third = its.powers
    least, most = (int(each) for each in in_units(np.array([its.least, its.most])))
    return (
        its.n * least <= first <= its.n * most
        and first**2 <= its.n * second
        and second <= its.n * max(least**2, most**2)
        and second * least <= third <= second * most
    )


def _agreed(one: bool | None, other: bool | None) -> bool | None:
    if None in (one, other):
        return other if one is None else one
    if one != other:
        raise ValueError(
            "some samples have a group and others have none: give groups for all, or for none"
        )
    return one


def _nothing(columns: int) -> Integers:
    return np.zeros((columns, BUCKETS), dtype=np.int64)


def _most(numbers: Integers) -> int:
    """Return the largest absolute value."""
    return max(int(numbers.max(initial=0)), -int(numbers.min(initial=0)))


def _no_products(columns: int) -> NDArray[np.object_]:
    return np.zeros((columns, columns), dtype=object)


def _products(rows: Integers) -> NDArray[np.object_]:
    """Return the sums of the products of each two rows."""
    if _most(rows) ** 2 * rows.shape[1] < 2**53:  # exact in doubles, whose matrices are fast
        found = np.zeros((len(rows), len(rows)))
        for begin in range(0, rows.shape[1], _AT_ONCE):
            numbers = rows[:, begin : begin + _AT_ONCE].astype(np.float64)
            found += numbers @ numbers.T
        return found.astype(np.int64).astype(object)
    exact = rows.astype(object)
    products: NDArray[np.object_] = exact @ exact.T
    return products
