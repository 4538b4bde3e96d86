"""How long predictions are beside their references."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["LengthPairs"]

_BITS = 32  # of a length
_PENDING = 1 << 16


class LengthPairs:
    """How many samples have which pair of lengths: few numbers, however many samples."""

    def __init__(self) -> None:
        self._pairs = np.zeros(0, dtype=np.int64)  # the prediction's length in the higher bits
        self._counts = np.zeros(0, dtype=np.int64)
        self._pending: list[NDArray[np.int64]] = []

    def add(self, predicted: NDArray[np.int64], expected: NDArray[np.int64]) -> None:
        """Add samples; those whose reference has no length are left out."""
        self._pending.append((predicted << _BITS | expected)[expected > 0])
        if sum(map(len, self._pending)) > _PENDING:
            self._settle()

    def merge(self, other: LengthPairs) -> None:
        """Add what another one has."""
        other._settle()
        self._settle()
        self._combine([self._pairs, other._pairs], [self._counts, other._counts])

    def quantile(self, share: float) -> float | None:
        """Give the smallest ratio that at least this share of the samples does not exceed."""
        self._settle()
        if not len(self._pairs):
            return None
        ratios = (self._pairs >> _BITS) / (self._pairs & (1 << _BITS) - 1)
        order = np.argsort(ratios, kind="stable")
        seen = np.cumsum(self._counts[order])
        return float(ratios[order][np.searchsorted(seen, share * seen[-1])])

    def _settle(self) -> None:
        """Count what was added."""
        pending, self._pending = self._pending, []
        if pending:
            ones = [np.ones(len(each), dtype=np.int64) for each in pending]
            self._combine([self._pairs, *pending], [self._counts, *ones])

    def _combine(self, pairs: list[NDArray[np.int64]], counts: list[NDArray[np.int64]]) -> None:
        self._pairs, where = np.unique(np.concatenate(pairs), return_inverse=True)
        self._counts = np.zeros(len(self._pairs), dtype=np.int64)
        np.add.at(self._counts, where, np.concatenate(counts))
