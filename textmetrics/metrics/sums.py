"""Sums that do not depend on the order or the grouping of what is added."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["ExactSum"]

# Every double is a whole number of units of 2**-1127: frexp's exponent is at least -1073, and a
# mantissa has 53 bits.
_UNIT = 1127
_LOW_BITS = 26


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
        """Add finite values."""
        mantissas, exponents = np.frexp(values)
        integers = (mantissas * 2.0**53).astype(np.int64)
        for exponent in np.unique(exponents):
            part = integers[exponents == exponent]
            # In two halves, since an int64 sum of mantissas overflows after a thousand.
            high, low = part >> _LOW_BITS, part & (2**_LOW_BITS - 1)
            whole = (int(high.sum()) << _LOW_BITS) + int(low.sum())
            self.units += whole << (int(exponent) - 53 + _UNIT)

    def merge(self, other: ExactSum) -> None:
        """Add another sum."""
        self.units += other.units

    def __float__(self) -> float:
        """Give the nearest double."""
        return self.units / (1 << _UNIT)
