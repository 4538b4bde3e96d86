"""How long predictions and references are, as numbers of samples by pair of lengths."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["LengthPairs"]

Integers = NDArray[np.int64]

_LENGTH_BITS = 32  # of a length
_MOST_PAIRS = 1 << 16  # that are told apart, and that may wait to be counted
_MOST_SAMPLES = 1 << 62  # with one pair of lengths
_FINEST = 10  # significant bits of a length, where there are more pairs


class LengthPairs:
    """Number of samples by pair of lengths: few numbers, however many samples.

    Of more than 65,536 different pairs, which only long texts have, lengths are kept to 10
    significant bits, or to as many as leave no more pairs. That depends on the samples alone, not
    on their order.
    """

    def __init__(self) -> None:
        self._bits = _LENGTH_BITS  # significant ones of each length
        # Pairs, the prediction's length in the higher bits, and the number of each.
        self._parts: list[tuple[NDArray[np.int64], NDArray[np.int64]]] = []
        self._waiting = 0

    def add(self, predictions: NDArray[np.int64], references: NDArray[np.int64]) -> None:
        """Add samples by the lengths of both sides, except those whose reference is empty."""
        pairs = (predictions << _LENGTH_BITS | references)[references > 0]
        self._parts.append((pairs, np.ones_like(pairs)))
        self._waiting += len(pairs)
        if self._waiting > _MOST_PAIRS:
            self._parts = [self._counted()]
            self._waiting = 0

    def __repr__(self) -> str:
        """Show the number of samples."""
        return f"<lengths of {int(self._counted()[1].sum()):,} samples>"

    def copy(self) -> LengthPairs:
        """Return an independent copy."""
        twin = LengthPairs()
        twin._parts, twin._waiting, twin._bits = list(self._parts), self._waiting, self._bits
        return twin

    @property
    def bits(self) -> int:
        """How many significant bits of a length are left: 32 if they are exact."""
        self._counted()
        return self._bits

    @classmethod
    def of(cls, rows: list[tuple[int, int, int]], bits: int = _LENGTH_BITS) -> LengthPairs:
        """Restore what ``rows`` and ``bits`` returned.

        Raises:
            ValueError: if a number is impossible.
        """
        if not 1 <= bits <= _LENGTH_BITS:
            raise ValueError(f"lengths must have 1 to {_LENGTH_BITS} bits, got {bits}")
        problem = "lengths must be rows of a length, one of 1 or more, and a number of samples"
        longest = (1 << _LENGTH_BITS) - 1
        try:
            table = np.array(rows, dtype=np.int64).reshape(-1, 3)
        except OverflowError:
            raise ValueError(problem) from None
        if not ((table >= [0, 1, 1]) & (table <= [longest, longest, _MOST_SAMPLES])).all():
            raise ValueError(problem)
        predictions, references, counts = table.T
        lengths = cls()
        lengths._bits = bits
        lengths._parts = [(predictions << _LENGTH_BITS | references, counts)]
        return lengths

    def rows(self) -> list[tuple[int, int, int]]:
        """Return each pair of lengths, the prediction's first, and its number of samples."""
        pairs, counts = self._counted()
        columns = (pairs >> _LENGTH_BITS, pairs & (1 << _LENGTH_BITS) - 1, counts)
        return list(zip(*(column.tolist() for column in columns), strict=True))

    def merge(self, other: LengthPairs) -> None:
        """Add another one."""
        self._bits = min(self._bits, other._bits)
        self._parts = [*self._parts, *other._parts]
        self._parts = [self._counted()]
        self._waiting = 0

    def quantile(self, share: float) -> float | None:
        """Return the smallest ratio that at least this share of the samples does not exceed."""
        pairs, counts = self._counted()
        if not len(pairs):
            return None
        ratios = (pairs >> _LENGTH_BITS) / (pairs & (1 << _LENGTH_BITS) - 1)
        order = np.argsort(ratios, kind="stable")
        seen = np.cumsum(counts[order])
        return float(ratios[order][np.searchsorted(seen, share * seen[-1])])

    def _counted(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the distinct pairs in order, as fine as possible, and the number of each."""
        if not self._parts:
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
        pairs, counts = (np.concatenate(column) for column in zip(*self._parts, strict=True))
        pairs, counts = _summed(_rounded(pairs, self._bits), counts)
        while len(pairs) > _MOST_PAIRS and self._bits > 1:
            self._bits = min(self._bits - 1, _FINEST)
            pairs, counts = _summed(_rounded(pairs, self._bits), counts)
        return pairs, counts


def _rounded(pairs: Integers, bits: int) -> Integers:
    """Return pairs of lengths of which only the highest bits are left.

    They are cut off: what is left of what is left with more bits is the same.
    """
    if bits == _LENGTH_BITS:
        return pairs
    rounded = np.zeros_like(pairs)
    for place in (0, _LENGTH_BITS):
        lengths = pairs >> place & (1 << _LENGTH_BITS) - 1
        surplus = np.maximum(np.frexp(lengths.astype(np.float64))[1] - bits, 0)
        rounded |= lengths >> surplus << surplus << place
    return rounded


def _summed(pairs: Integers, counts: Integers) -> tuple[Integers, Integers]:
    """Return the distinct pairs in order, and the number of each."""
    order = np.argsort(pairs)
    pairs, counts = pairs[order], counts[order]
    first = np.flatnonzero(np.diff(pairs, prepend=-1))
    if not len(first):
        return pairs, counts
    return pairs[first], np.add.reduceat(counts, first)
