"""The mean of samples, and how far off it may be."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from textmetrics.statistics.checks import Floats, Integers

__all__ = [
    "Formula",
    "Runs",
    "Spread",
    "between_runs",
    "fixed_point",
    "group_sums",
    "of_runs",
    "ordered",
    "special",
    "spread",
]


class Spread(NamedTuple):
    """What is known of a mean.

    Attributes:
        mean: over samples.
        sd: the standard deviation of the samples; 0 for a single one.
        error: the standard error of the mean; infinite where there is one group.
        df: its degrees of freedom.
        n: number of samples.
        groups: number of groups; where none are given each sample is one.
    """

    mean: float
    sd: float
    error: float
    df: float
    n: int
    groups: int


def spread(values: Floats, codes: Integers) -> Spread:
    """Give mean, standard error and degrees of freedom, robust to what groups share.

    The error is that of Bell and McCaffrey (2002), called CR2; its degrees of freedom are
    Satterthwaite's under the model of random effects of groups, as Imbens and Kolesár (2016) have
    them. Where each sample is a group of its own they are Student's s / sqrt(n) and n - 1.

    Args:
        values: a value a sample.
        codes: its group; in ascending order.
    """
    n = len(values)
    mean = math.fsum(values) / n
    rest = values - mean
    sums, sizes = group_sums(rest, codes)
    sd = math.sqrt(math.fsum(rest * rest) / (n - 1)) if n > 1 else 0.0
    if len(sizes) == 1:
        return Spread(mean, sd, math.inf, 0.0, n, 1)
    weight = 1.0 - sizes / n
    error = math.sqrt(math.fsum(sums * sums / weight)) / n
    shared = _shared(rest, sums, sizes)
    return Spread(mean, sd, error, _degrees(sizes, shared), n, len(sizes))


def _shared(rest: Floats, sums: Floats, sizes: Integers) -> float:
    """Estimate the variance between groups over that within: an analysis of variance by moments."""
    n, groups = len(rest), len(sizes)
    if n == groups:
        return 0.0
    between = math.fsum(sums * sums / sizes) / (groups - 1)
    within = (math.fsum(rest * rest) - math.fsum(sums * sums / sizes)) / (n - groups)
    typical = (n - math.fsum(sizes * sizes) / n) / (groups - 1)
    if within <= 0:  # all that differs is between groups
        return math.inf if between > 0 else 0.0
    return max(0.0, (between / within - 1.0) / typical)


def _degrees(sizes: Integers, shared: float) -> float:
    """Give tr(M)² / tr(M²), M being the covariance of what CR2 squares and sums.

    M = diag(c² a) - u v' - v u' + sum(a) v v', with h = sizes / n, c = 1 / sqrt(1 - h),
    a = the variance of a group's sum under the model, u = c a and v = c h.
    """
    h = sizes / sizes.sum()
    squared = sizes.astype(np.float64) ** 2
    a = squared if math.isinf(shared) else sizes + shared * squared
    c = 1.0 / np.sqrt(1.0 - h)
    u, v, total = c * a, c * h, a.sum()
    diagonal = c * c * a
    rest = total * v * v - 2.0 * u * v
    uu, uv, vv = (math.fsum(x) for x in (u * u, u * v, v * v))
    low_rank = 2 * uu * vv + 2 * uv**2 - 4 * total * uv * vv + total**2 * vv**2
    trace = math.fsum(diagonal + rest)
    of_square = math.fsum(diagonal * diagonal + 2 * diagonal * rest) + low_rank
    return float(trace**2 / of_square)


def special() -> Any:
    """Return ``scipy.special``, loaded when the first interval is computed."""
    import scipy.special

    return scipy.special


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


@dataclass(frozen=True, slots=True)
class Runs:
    """What the runs of a system gave.

    Attributes:
        values: a value a run.
        mean: of them.
        sd: their standard deviation (n - 1 below); ``None`` for a single run.
    """

    values: tuple[float, ...]
    mean: float
    sd: float | None


def between_runs(values: npt.ArrayLike) -> Runs:
    """Give mean and spread of the values that a system's runs gave.

    The spread between runs is another thing than the interval over samples, and is never mixed
    with it: the one tells how far another run would be off, the other what other samples would do.

    Args:
        values: a value a run.

    Raises:
        ValueError: if there is none, or one is not finite.

    Examples:
        >>> between_runs([0.25, 0.5, 0.75]).sd
        0.25
    """
    found = np.asarray(values, dtype=np.float64)
    if found.ndim != 1 or not found.size or not np.isfinite(found).all():
        raise ValueError(f"values must be a finite number a run, got {values!r}")
    sd = float(found.std(ddof=1)) if len(found) > 1 else None
    return Runs(tuple(found.tolist()), float(found.mean()), sd)
