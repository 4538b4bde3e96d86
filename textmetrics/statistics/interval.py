"""A confidence interval, apart from how it is computed, which takes longer to load."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Interval"]


@dataclass(frozen=True, slots=True)
class Interval:
    """A confidence interval.

    Attributes:
        low: the lower end.
        high: the upper end.
        level: the confidence level, such as 0.95.
        method: ``t``, ``wilson``, ``hall``, ``normal`` or ``bootstrap``; with groups ``cluster t``
            and so on. Of a corpus value also ``linearized wilson`` and ``linearized t``, and, where
            samples were not kept, ``bucket bootstrap``.
    """

    low: float
    high: float
    level: float
    method: str
