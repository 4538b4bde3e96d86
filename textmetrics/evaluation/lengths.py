"""How long predictions are beside their references."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["LengthPairs"]

_BITS = 32  # of a length
_MOST = 1 << 16  # pairs that may wait to be counted


class LengthPairs:
    """How many samples have which pair of lengths: few numbers, however many samples."""

    def __init__(self) -> None:
        # Pairs, the prediction's length in the higher bits, and how often each is there.
        self._parts: list[tuple[NDArray[np.int64], NDArray[np.int64]]] = []
        self._waiting = 0

    def add(self, predicted: NDArray[np.int64], expected: NDArray[np.int64]) -> None:
        """Add samples; those whose reference has no length are left out."""
        pairs = (predicted << _BITS | expected)[expected > 0]
        self._parts.append((pairs, np.ones_like(pairs)))
        self._waiting += len(pairs)
        if self._waiting > _MOST:
            self._parts = [self._counted()]
            self._waiting = 0

    def __repr__(self) -> str:
        """Show how many there are."""
        return f"<lengths of {int(self._counted()[1].sum()):,} samples>"

    def copy(self) -> LengthPairs:
        """Give one of its own."""
        twin = LengthPairs()
        twin._parts, twin._waiting = list(self._parts), self._waiting
        return twin

    @classmethod
    def of(cls, rows: list[tuple[int, int, int]]) -> LengthPairs:
        """Give them back from what ``rows`` gave.

        Raises:
            ValueError: if a number cannot be what it stands for.
        """
        table = np.array(rows, dtype=np.float64).reshape(-1, 3)
        if not ((table >= [0, 1, 1]) & (table < 1 << _BITS)).all():
            raise ValueError("lengths must be rows of a length, one of 1 or more, and how often")
        predicted, expected, counts = table.astype(np.int64).T
        lengths = cls()
        lengths._parts = [(predicted << _BITS | expected, counts)]
        return lengths

    def rows(self) -> list[tuple[int, int, int]]:
        """Give each pair of lengths, the prediction's first, and how often it is there."""
        pairs, counts = self._counted()
        columns = (pairs >> _BITS, pairs & (1 << _BITS) - 1, counts)
        return list(zip(*(column.tolist() for column in columns), strict=True))

    def merge(self, other: LengthPairs) -> None:
        """Add what another one has."""
        self._parts = [self._counted(), other._counted()]

    def quantile(self, share: float) -> float | None:
        """Give the smallest ratio that at least this share of the samples does not exceed."""
        pairs, counts = self._counted()
        if not len(pairs):
            return None
        ratios = (pairs >> _BITS) / (pairs & (1 << _BITS) - 1)
        order = np.argsort(ratios, kind="stable")
        seen = np.cumsum(counts[order])
        return float(ratios[order][np.searchsorted(seen, share * seen[-1])])

    def _counted(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Give the different pairs in order, and how often each is there."""
        if not self._parts:
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
        pairs, counts = (np.concatenate(column) for column in zip(*self._parts, strict=True))
        order = np.argsort(pairs)
        pairs, counts = pairs[order], counts[order]
        first = np.flatnonzero(np.diff(pairs, prepend=-1))
        if not len(first):
            return pairs, counts
        return pairs[first], np.add.reduceat(counts, first)
