"""Sums that do not depend on the order or the grouping of what is added."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

__all__ = ["ExactSum", "add_columns"]

Floats = NDArray[np.float64]

# So many bits at a time, of so many values, have a sum of at most 2**53, which is exact in doubles.
_BITS = 40
_AT_ONCE = 4096
# Every double is a whole number of units of 2**-1160: 29 times 40 bits reach below all of them.
_UNIT = 29 * _BITS


class ExactSum:
    """A sum of doubles without rounding, kept as one integer.

    Adding in another order, or adding partial sums of other processes, gives the same sum to the
    last bit; ``float`` rounds it once, so it equals ``math.fsum`` of all that was added.

    Examples:
        >>> total = ExactSum()
        >>> total.add(np.array([0.1] * 10))
        >>> float(total)
        1.0
    """

    __slots__ = ("units",)

    def __init__(self, units: int = 0) -> None:
        self.units = units

    @classmethod
    def of(cls, value: float) -> ExactSum:
        """Give the sum that a finite double is, such as one that was rounded before."""
        whole, parts = value.as_integer_ratio()
        return cls((whole << _UNIT) // parts)

    def add(self, values: Floats) -> None:
        """Add values from -1 to 1."""
        add_columns([self], [values])

    def merge(self, other: ExactSum) -> None:
        """Add another sum."""
        self.units += other.units

    def __float__(self) -> float:
        """Give the nearest double."""
        return self.units / (1 << _UNIT)


def add_columns(sums: Sequence[ExactSum], columns: Sequence[Floats]) -> None:
    """Add to each sum a column of values from -1 to 1; all columns have one length."""
    table = np.array(columns)
    for begin in range(0, table.shape[1], _AT_ONCE):
        rest = table[:, begin : begin + _AT_ONCE]
        shift = _UNIT
        while rest.any():
            rest = rest * 2.0**_BITS
            whole = np.trunc(rest)
            rest = rest - whole
            shift -= _BITS
            for total, units in zip(sums, whole.sum(axis=1).tolist(), strict=True):
                total.units += int(units) << shift
