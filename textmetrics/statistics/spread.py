"""The mean of samples with its standard error, and sums that do not depend on order."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from textmetrics.statistics.checks import Floats, Integers

__all__ = [
    "ROUNDING",
    "Formula",
    "Runs",
    "Spread",
    "between_runs",
    "fixed_point",
    "group_sums",
    "grouped_spread",
    "of_runs",
    "ordered",
    "single_spread",
    "special",
    "spread",
]

ROUNDING = 1e-12
"""The rounding error of values: smaller differences count as 0."""


class Spread(NamedTuple):
    """A mean and its uncertainty.

    Attributes:
        mean: the mean over samples.
        sd: the standard deviation of the samples; 0 for a single one, and for values that are
            equal up to rounding.
        error: the standard error of the mean; infinite if there is one group.
        df: the degrees of freedom of the standard error.
        skewness: that of the samples, or of the groups' means; 0 if there is no variance.
        group_mean: the mean that groups vary about, which is the mean unless some are so large
            that they are taken to vary as the others do.
        n: number of samples.
        groups: number of groups; the number of samples if there are no groups.
        shared: the mean share of all samples that are in a sample's group: 1 / groups if these
            are of one size.
    """

    mean: float
    sd: float
    error: float
    df: float
    skewness: float
    group_mean: float
    n: int
    groups: int
    shared: float


def spread(values: Floats, codes: Integers | None = None) -> Spread:
    """Return the mean with a standard error that is robust to correlation within groups.

    The standard error is CR2 of Bell and McCaffrey (2002); its degrees of freedom are
    Satterthwaite's under a model of random group effects, as in Imbens and Kolesár (2016). If each
    sample is its own group, these are Student's s / sqrt(n) and n - 1. If a few groups are so large
    that their residuals alone decide the error, which is then known with less than a fifth of the
    degrees of freedom that groups of one size have, all groups are taken to vary alike: the error
    is that of random effects, by the moments of DerSimonian and Laird (1986), repeated. A group
    with more than three fifths of all samples could not be told from the others in that way.

    Args:
        values: one value per sample.
        codes: the group of each sample, in ascending order; if ``None``, each is its own group.
    """
    n = len(values)
    mean = math.fsum(values) / n
    rest = values - mean
    if max(rest.max(), -rest.min()) <= ROUNDING * max(1.0, abs(mean)):
        rest = np.zeros(n)
    squares = math.fsum(rest * rest)
    if n > 1 and (codes is None or (np.diff(codes) > 0).all()):
        return single_spread(mean, n, squares, math.fsum(rest**3))
    sums, sizes = group_sums(rest, np.zeros(1, dtype=np.int64) if codes is None else codes)
    return grouped_spread(mean, squares, sums, sizes)


def single_spread(mean: float, n: int, squares: float, cubes: float) -> Spread:
    """Return the mean with Student's standard error, each sample being its own group.

    Args:
        mean: the mean.
        n: number of samples.
        squares: the sum of the squares of their distances from the mean.
        cubes: the sum of the cubes of these.
    """
    if n == 1:
        return Spread(mean, 0.0, math.inf, 0.0, 0.0, mean, n, 1, 1.0)
    sd = math.sqrt(squares / (n - 1))
    skewness = _standardized(squares, cubes, n)
    return Spread(mean, sd, sd / math.sqrt(n), n - 1.0, skewness, mean, n, n, 1.0 / n)


def grouped_spread(mean: float, squares: float, sums: Floats, sizes: Integers) -> Spread:
    """Return the mean with the standard error that `spread` describes.

    Args:
        mean: the mean over samples.
        squares: the sum of the squares of the samples' distances from the mean.
        sums: the sum of the distances of each group's samples.
        sizes: the number of each group's samples.
    """
    n = int(sizes.sum())
    sd = math.sqrt(squares / (n - 1)) if n > 1 else 0.0
    if len(sizes) == 1:
        return Spread(mean, sd, math.inf, 0.0, 0.0, mean, n, 1, 1.0)
    error = math.sqrt(math.fsum(sums * sums / (1.0 - sizes / n))) / n
    within = _within(squares, sums, sizes)
    df, most = _degrees(sizes, _shared(within, sums, sizes)), len(sizes) - 1.0
    means, group_mean = sums / sizes, mean
    if df < _FEWEST * most and sizes.max() <= _LARGEST * n:
        between, center = _random_effects(means, within / sizes)
        error, df = math.sqrt(between * math.fsum(sizes * sizes) + within * n) / n, most
        group_mean = mean + center
    skewness = _skewness(means - math.fsum(means) / len(means))  # not that of sizes
    shared = math.fsum(sizes * sizes) / n**2
    return Spread(mean, sd, error, df, skewness, group_mean, n, len(sizes), shared)


def _skewness(residuals: Floats) -> float:
    """Return the third standardized moment of residuals, which have the mean 0."""
    return _standardized(math.fsum(residuals * residuals), math.fsum(residuals**3), len(residuals))


def _standardized(squares: float, cubes: float, n: int) -> float:
    """Return the third standardized moment, given sums over n residuals."""
    variance, third = squares / n, cubes / n
    return third / variance**1.5 if variance > 0 and third else 0.0


def _within(squares: float, sums: Floats, sizes: Integers) -> float:
    """Return the variance within groups, by the analysis of variance."""
    left = squares - math.fsum(sums * sums / sizes)
    return max(0.0, left) / (int(sizes.sum()) - len(sizes))


def _shared(within: float, sums: Floats, sizes: Integers) -> float:
    """Estimate the ratio of the variance between groups to that within, by the ANOVA moments."""
    n, groups = int(sizes.sum()), len(sizes)
    between = math.fsum(sums * sums / sizes) / (groups - 1)
    typical = (n - math.fsum(sizes * sizes) / n) / (groups - 1)
    if within <= 0:  # samples differ between groups only
        return math.inf if between > 0 else 0.0
    return max(0.0, (between / within - 1.0) / typical)


def _random_effects(means: Floats, variances: Floats) -> tuple[float, float]:
    """Return the variance between groups and their mean, each group weighted by what it tells."""
    between = max(0.0, float(np.var(means, ddof=1)) - math.fsum(variances) / len(means))
    center = math.fsum(means) / len(means)
    for _ in range(_ROUNDS):
        if not (spreads := between + variances).all():
            break
        weights = 1.0 / spreads
        total = math.fsum(weights)
        center = math.fsum(weights * means) / total
        expected = math.fsum(weights * variances) - math.fsum(weights**2 * variances) / total
        scale = total - math.fsum(weights**2) / total
        found = math.fsum(weights * (means - center) ** 2)
        between = max(0.0, (found - expected) / scale)
    return between, center


def _degrees(sizes: Integers, shared: float) -> float:
    """Return tr(M)² / tr(M²), where M is the covariance of the terms that CR2 squares and sums.

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


_FEWEST, _LARGEST, _ROUNDS = 0.2, 0.6, 5
"""Groups are taken to vary alike below this share of the degrees of freedom, if none has a larger
share of the samples; the variance between them is estimated in so many rounds."""
# Bits kept of the largest value: doubles are rounded below that.
_PRECISION = 50

Formula = Callable[[Integers], Floats]


def ordered(codes: Integers, *columns: npt.NDArray[Any]) -> npt.NDArray[np.intp]:
    """Return the order by group, then by values, so that results do not depend on that given."""
    return np.lexsort((*columns[::-1], codes))


def group_sums(columns: npt.NDArray[Any], codes: Integers) -> tuple[npt.NDArray[Any], Integers]:
    """Return each group's sum and size; ``codes`` must be ascending."""
    first = np.flatnonzero(np.diff(codes, prepend=-1))
    sizes = np.diff(first, append=len(codes))
    return np.add.reduceat(columns, first, axis=0), sizes


def fixed_point(values: Floats, bits: int) -> tuple[Integers, int]:
    """Return values as integers in units of 2**-e, and e.

    Sums of integers do not depend on the order of summation.

    Args:
        values: finite values.
        bits: the number of values times the largest one stays below 2**bits.
    """
    highest = float(np.abs(values).max(initial=0.0))
    room = min(bits - len(values).bit_length(), _PRECISION)
    exponent = room - (math.frexp(highest)[1] if highest else 0)
    return np.rint(np.ldexp(values, exponent)).astype(np.int64), exponent


def of_runs(formula: Formula, runs: int) -> Formula:
    """Return a formula of the mean over runs, whose columns are side by side."""

    def mean(sums: Integers) -> Floats:
        parts = np.split(sums, runs, axis=1)
        values: Floats = np.mean([formula(part) for part in parts], axis=0)
        return values

    return formula if runs == 1 else mean


@dataclass(frozen=True, slots=True)
class Runs:
    """The values of a system's runs.

    Attributes:
        values: one value per run.
        mean: their mean.
        sd: their standard deviation, with n - 1 in the denominator; ``None`` for a single run.
    """

    values: tuple[float, ...]
    mean: float
    sd: float | None


def between_runs(values: npt.ArrayLike) -> Runs:
    """Return the mean and standard deviation of a system's runs.

    The deviation between runs and the interval over samples answer different questions, and are
    never mixed: how much another run would differ, and how much other samples would.

    Args:
        values: one value per run.

    Raises:
        ValueError: if there are no values, or one is not finite.

    Examples:
        >>> between_runs([0.25, 0.5, 0.75]).sd
        0.25
    """
    found = np.asarray(values, dtype=np.float64)
    if found.ndim != 1 or not found.size or not np.isfinite(found).all():
        raise ValueError(f"values must be one finite number per run, got {values!r}")
    sd = float(found.std(ddof=1)) if len(found) > 1 else None
    return Runs(tuple(found.tolist()), float(found.mean()), sd)
