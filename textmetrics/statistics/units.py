"""Samples in an order of their own, as whole numbers, and summed by what is drawn as one."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from textmetrics.statistics.checks import Floats, Integers

__all__ = ["Formula", "fixed_point", "group_sums", "of_runs", "ordered"]

# Bits of the largest value that are kept: rounding of doubles is below that.
_PRECISION = 50

Formula = Callable[[Integers], Floats]


def ordered(codes: Integers, *columns: npt.NDArray[Any]) -> npt.NDArray[np.intp]:
    """Give the order by group, then by values: so no result depends on the order of samples."""
    return np.lexsort((*columns[::-1], codes))


def group_sums(columns: npt.NDArray[Any], codes: Integers) -> tuple[npt.NDArray[Any], Integers]:
    """Give each group's sum and size; ``codes`` are in ascending order."""
    first = np.flatnonzero(np.diff(codes, prepend=-1))
    sizes = np.diff(first, append=len(codes))
    return np.add.reduceat(columns, first, axis=0), sizes


def fixed_point(values: Floats, bits: int) -> tuple[Integers, int]:
    """Give values as whole numbers of units of 2**-e, and e.

    Sums of whole numbers do not depend on the order in which they are added.

    Args:
        values: finite ones.
        bits: as many times the largest as there are values stays below 2**bits.
    """
    highest = float(np.abs(values).max(initial=0.0))
    room = min(bits - len(values).bit_length(), _PRECISION)
    exponent = room - (math.frexp(highest)[1] if highest else 0)
    return np.rint(np.ldexp(values, exponent)).astype(np.int64), exponent


def of_runs(formula: Formula, runs: int) -> Formula:
    """Give a formula's mean over the runs, whose columns stand side by side."""

    def mean(sums: Integers) -> Floats:
        parts = np.split(sums, runs, axis=1)
        values: Floats = np.mean([formula(part) for part in parts], axis=0)
        return values

    return formula if runs == 1 else mean
