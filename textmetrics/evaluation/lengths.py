"""How long predictions and references are, as numbers of samples by pair of lengths."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["LengthPairs"]

_LENGTH_BITS = 32  # of a length
_MOST_PAIRS = 1 << 16  # pairs that may wait to be counted


class LengthPairs:
    """Number of samples by pair of lengths: few numbers, however many samples."""

    def __init__(self) -> None:
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
        twin._parts, twin._waiting = list(self._parts), self._waiting
        return twin

    @classmethod
    def of(cls, rows: list[tuple[int, int, int]]) -> LengthPairs:
        """Restore what ``rows`` returned.

        Raises:
            ValueError: if a number is impossible.
        """
        table = np.array(rows, dtype=np.float64).reshape(-1, 3)
        if not ((table >= [0, 1, 1]) & (table < 1 << _LENGTH_BITS)).all():
            raise ValueError(
                "lengths must be rows of a length, one of 1 or more, and a number of samples"
            )
        predictions, references, counts = table.astype(np.int64).T
        lengths = cls()
        lengths._parts = [(predictions << _LENGTH_BITS | references, counts)]
        return lengths

    def rows(self) -> list[tuple[int, int, int]]:
        """Return each pair of lengths, the prediction's first, and its number of samples."""
        pairs, counts = self._counted()
        columns = (pairs >> _LENGTH_BITS, pairs & (1 << _LENGTH_BITS) - 1, counts)
        return list(zip(*(column.tolist() for column in columns), strict=True))

    def merge(self, other: LengthPairs) -> None:
        """Add another one."""
        self._parts = [self._counted(), other._counted()]

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
        """Return the distinct pairs in order, and the number of each."""
        if not self._parts:
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
        pairs, counts = (np.concatenate(column) for column in zip(*self._parts, strict=True))
        order = np.argsort(pairs)
        pairs, counts = pairs[order], counts[order]
        first = np.flatnonzero(np.diff(pairs, prepend=-1))
        if not len(first):
            return pairs, counts
        return pairs[first], np.add.reduceat(counts, first)
