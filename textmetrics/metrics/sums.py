"""Sums that do not depend on the order or the grouping of what is added."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["ExactSum"]

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

    def add(self, values: NDArray[np.float64]) -> None:
        """Add values from -1 to 1."""
        for begin in range(0, len(values), _AT_ONCE):
            rest = values[begin : begin + _AT_ONCE]
            shift = _UNIT
            while rest.any():
                rest = rest * 2.0**_BITS
                whole = np.floor(rest)
                rest = rest - whole
                shift -= _BITS
                self.units += int(whole.sum()) << shift

    def merge(self, other: ExactSum) -> None:
        """Add another sum."""
        self.units += other.units

    def __float__(self) -> float:
        """Give the nearest double."""
        return self.units / (1 << _UNIT)
