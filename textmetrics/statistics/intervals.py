"""Confidence intervals of means over samples, and of values of a corpus."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from textmetrics.statistics.checks import (
    RESAMPLES,
    SEED,
    Floats,
    Integers,
    codes_of,
    one_of,
    resampling_options,
    share,
    totals_of,
    values_of,
)
from textmetrics.statistics.interval import Interval
from textmetrics.statistics.moments import Summary
from textmetrics.statistics.progress import Progress, silent
from textmetrics.statistics.resampling import (
    mean_resamples,
    percentiles,
    resampled,
    units_of,
)
from textmetrics.statistics.spread import (
    ROUNDING,
    Formula,
    Spread,
    of_runs,
    ordered,
    special,
    spread,
)

__all__ = [
    "Bounds",
    "agreeing",
    "around",
    "corpus_interval",
    "corpus_intervals",
    "corrected",
    "corrected_p_value",
    "cut",
    "limits",
    "mean_interval",
    "of_draws",
    "skewed",
    "summary_interval",
    "unvaried",
]

Bounds: TypeAlias = tuple[float, float]

_METHODS = ("auto", "t", "wilson", "hall", "normal", "bootstrap")


def mean_interval(
    values: npt.ArrayLike,
    *,
    bounds: Bounds | None = None,
    groups: npt.ArrayLike | None = None,
    level: float = 0.95,
    method: str = "auto",
    resamples: int = RESAMPLES,
    seed: int = SEED,
) -> Interval:
    """Return the confidence interval of a mean over samples.

    Args:
        values: one value per sample, NaN for samples that are left out; or one row of values per
            run, over which each sample is averaged first.
        bounds: the smallest and the largest possible value, to which the interval is cut; by
            default 0 and 1 if all values are from 0 to 1.
        groups: one name or number per sample, equal for samples that are not independent
            (questions on one document). The interval is then robust to their correlation.
        level: the confidence level.
        method: ``wilson``, for values from 0 to 1, valid even if nearly all are 0 or 1, where
            ``t`` is too short; ``t``, Student's; ``hall``, Student's extended for skewness;
            ``normal``, the approximation that other programs print; ``bootstrap``, its
            percentiles; ``auto`` is ``wilson`` if all values are from 0 to 1 (and bounds, if
            given), else ``hall`` if they are skewed, else ``t``. If all values are equal, any
            method is replaced by Wilson's interval of the share of other values.
        resamples: number of bootstrap resamples.
        seed: seed of the bootstrap.

    Raises:
        TypeError: if values are not numbers, or groups neither strings nor integers.
        ValueError: if there are no samples, a number is out of range, or the method is unknown or
            does not fit.

    Examples:
        >>> interval = mean_interval([1, 1, 0, 1, 1, 1, 0, 1, 1, 1])
        >>> f"{interval.low:.3f} to {interval.high:.3f} ({interval.method})"
        '0.490 to 0.943 (wilson)'
    """
    one_of(method, _METHODS, "method")
    level = share(level, "level")
    samples, codes = _samples(values, groups)
    binary = bool(((samples == 0.0) | (samples == 1.0)).all())
    its = Summary(spread(samples, codes), float(samples.min()), float(samples.max()), binary)
    resamples, seed = resampling_options(resamples, seed)
    if method != "bootstrap" or _unvaried(its.estimate):
        return summary_interval(
            its, bounds=bounds, grouped=groups is not None, level=level, method=method
        )
    means = mean_resamples(samples[:, np.newaxis], codes, resamples=resamples, seed=seed)
    low, high = (-math.inf, math.inf)
    if means is not None:
        low, high = percentiles(means[:, 0], level, its.estimate.groups)
    name = "bootstrap" if groups is None else "cluster bootstrap"
    return Interval(*cut(low, high, samples, bounds), level, name)


def summary_interval(
    its: Summary,
    *,
    bounds: Bounds | None = None,
    grouped: bool = False,
    level: float = 0.95,
    method: str = "auto",
) -> Interval:
    """Return the `mean_interval` of samples of which only a summary is known.

    Args:
        its: the mean, its uncertainty and the ends of the values.
        bounds: as for `mean_interval`.
        grouped: whether the uncertainty is that of groups.
        level: as for `mean_interval`.
        method: as for `mean_interval`, but for the bootstrap, which needs the samples.

    Raises:
        ValueError: as `mean_interval` does, and if the method needs the samples.
    """
    one_of(method, _METHODS, "method")
    level = share(level, "level")
    estimate, ends = its.estimate, np.array([its.least, its.most])
    of_shares = its.least >= 0.0 and its.most <= 1.0
    if method == "auto":
        within = of_shares and bounds in (None, (0.0, 1.0))
        method = "wilson" if within else "hall" if skewed(estimate) else "t"
    if method == "wilson" and not of_shares:
        raise ValueError("wilson is for values from 0 to 1: choose 't' or 'bootstrap'")
    if equal := _unvaried(estimate):
        method = "wilson"
    if equal:
        low, high = unvaried(estimate.mean, estimate.groups, level, limits(ends, bounds))
    elif method == "bootstrap":
        raise ValueError("the bootstrap of a mean needs the samples' values: choose 'auto' or 't'")
    elif method == "wilson":
        low, high = _wilson(estimate, level, binary=its.binary)
    elif method == "hall":
        low, high = corrected(estimate, level)
    else:
        low, high = around(estimate, level, normal=method == "normal")
    name = f"cluster {method}" if grouped else method
    return Interval(*cut(low, high, ends, bounds), level, name)


def _unvaried(estimate: Spread) -> bool:
    return not estimate.sd and estimate.groups > 1


def corpus_interval(
    totals: npt.ArrayLike,
    formula: Formula,
    *,
    groups: npt.ArrayLike | None = None,
    level: float = 0.95,
    resamples: int = RESAMPLES,
    seed: int = SEED,
) -> Interval:
    """Return the percentile bootstrap interval of a value that is a formula of sums.

    Args:
        totals: integers in the shape (samples, columns), or (runs, samples, columns) for the mean
            over runs, whose samples are drawn together.
        formula: returns one value per row of a table of sums.
        groups: one name or number per sample; whole groups are then drawn.
        level: the confidence level.
        resamples: number of resamples.
        seed: seed of the random numbers.

    Raises:
        TypeError: if totals are not integers, or groups neither strings nor integers.
        ValueError: if there are no samples, or a number is out of range.

    Examples:
        >>> totals = [[1, 2], [2, 2], [0, 3], [3, 4]]
        >>> interval = corpus_interval(totals, lambda sums: sums[:, 0] / sums[:, 1])
        >>> interval.method
        'bootstrap'
    """
    (found,) = corpus_intervals(
        [(totals, formula)], groups=groups, level=level, resamples=resamples, seed=seed
    )
    return found


def corpus_intervals(
    tables: Sequence[tuple[npt.ArrayLike, Formula]],
    *,
    groups: npt.ArrayLike | None = None,
    level: float = 0.95,
    resamples: int = RESAMPLES,
    seed: int = SEED,
    progress: Progress = silent,
) -> list[Interval]:
    """Return the `corpus_interval` of each of several tables of the same samples.

    Most of the time is spent drawing, which is done once for all tables.

    Args:
        tables: totals and formula of each.
        groups: as for `corpus_interval`; the same for all tables.
        level: as for `corpus_interval`.
        resamples: as for `corpus_interval`.
        seed: as for `corpus_interval`.
        progress: called now and then with the share that is done.

    Raises:
        TypeError: as `corpus_interval` does.
        ValueError: as `corpus_interval` does, and if tables differ in their number of samples.
    """
    level = share(level, "level")
    totals_of_tables = [totals_of(totals) for totals, _ in tables]
    rows = [units_of(np.concatenate(table, axis=1), groups) for table in totals_of_tables]
    formulas = [
        of_runs(formula, len(t)) for t, (_, formula) in zip(totals_of_tables, tables, strict=True)
    ]
    name = "bootstrap" if groups is None else "cluster bootstrap"
    units = len(rows[0]) if rows else 0
    return [
        Interval(*cut(*of_draws(values, units, level, values), values), level, name)
        for values in resampled(rows, formulas, resamples=resamples, seed=seed, progress=progress)
    ]


def of_draws(
    drawn: Floats, units: int, level: float, values: Floats, *, paired: bool = False
) -> tuple[float, float]:
    """Return the percentiles of resamples, or what `unvaried` does if all are equal.

    Args:
        drawn: the value, or the difference, of each resample.
        units: number of samples, or groups, that are drawn.
        level: the confidence level.
        values: values of systems, which are taken to be from 0 to 1 if all these are.
        paired: whether it is the interval of a difference.
    """
    low, high = float(drawn.min()), float(drawn.max())
    if units > 1 and high - low <= ROUNDING:
        return unvaried(low, units, level, limits(values, paired=paired))
    return percentiles(drawn, level, units)


def _samples(values: npt.ArrayLike, groups: npt.ArrayLike | None) -> tuple[Floats, Integers | None]:
    """Return the samples that are not left out, and their groups, these in a canonical order."""
    samples = values_of(values)
    known = ~np.isnan(samples)
    if groups is None:
        return samples[known], None
    codes = codes_of(groups, len(samples))
    samples, codes = samples[known], codes[known]
    order = ordered(codes, samples)
    return samples[order], codes[order]


def around(estimate: Spread, level: float, *, normal: bool = False) -> tuple[float, float]:
    """Return mean ± quantile × standard error."""
    if math.isinf(estimate.error):
        return -math.inf, math.inf
    half = _quantile(estimate, level, normal=normal) * estimate.error
    return estimate.mean - half, estimate.mean + half


def _quantile(estimate: Spread, level: float, *, normal: bool = False) -> float:
    upper = (1 + level) / 2
    return float(special().ndtri(upper) if normal else special().stdtrit(estimate.df, upper))


def _wilson(estimate: Spread, level: float, *, binary: bool) -> tuple[float, float]:
    """Return Wilson's interval (1927) for the effective number of zeros and ones.

    The effective number is p(1 - p) over the variance of the mean, and the quantile is Student's,
    as Korn and Graubard (1998) do for groups. Values between 0 and 1 are treated in the same way;
    their variance is computed as if there were one sample more with the variance of zeros and
    ones, and more than one if the mean is that of a few samples: these need not show the rare
    one that is 0 or 1. With groups, it is increased if these are both skewed and of unequal
    sizes. Without groups, the effective number of zeros and ones is their number.
    """
    if estimate.groups == 1:
        return -math.inf, math.inf
    p, n = estimate.mean, float(estimate.n)
    alone = estimate.groups == estimate.n
    z = float(special().ndtri((1 + level) / 2))
    if not (alone and binary):
        z = _quantile(estimate, level)
        variance = estimate.error**2
        if alone:
            variance = variance * (n - 1) / n + _unseen(estimate) * p * (1 - p) / n**2
        else:
            variance *= _uneven(estimate)
        typical = estimate.group_mean
        n = typical * (1 - typical) / variance if variance > 0 else float(estimate.groups)
    middle = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(max(0.0, p * (1 - p)) / n + z * z / (4 * n * n))
    return middle - half, middle + half


def _unseen(its: Spread) -> float:
    """Return how many samples with the variance of zeros and ones few samples may lack.

    It is 1 + 2 n / k³, where k is the number of samples that make up the sum of all values, or
    of their distances from 1: sum² / sum of squares (Kish, 1965), whichever is less; and at most
    n, which is the variance if all were zeros and ones. Chosen by simulation.
    """
    squares = its.sd**2 * (its.n - 1)
    k = min(
        (its.n * mean) ** 2 / (squares + its.n * mean**2) for mean in (its.mean, 1.0 - its.mean)
    )
    return min(1.0 + 2.0 * its.n / max(k, 1.0) ** 3, float(its.n))


def _uneven(its: Spread) -> float:
    """Return by how much the variance of a mean is larger than it seems, for skewed large groups.

    Of levels that are skewed, such as those of groups that are nearly all 0, the few large groups
    seldom have a rare one, on which the mean would depend. It is 1 + 5 (|skewness| - 1/2), where
    a skewness above 2 counts as 2, times what a sample's group has more of all samples than it
    would if groups were of one size. Chosen by simulation, as docs/statistics.md shows.
    """
    more = its.shared - 1.0 / its.groups
    return 1.0 + 5.0 * more * min(max(0.0, abs(its.skewness) - 0.5), 1.5)


def unvaried(value: float, units: int, level: float, bounds: Bounds) -> tuple[float, float]:
    """Return the interval of a mean of equal values.

    Of n units none has another value, so a share of 0 to z² / (n + z²) of all may have one, by
    Wilson's interval (the rule of three says 3 / n): at most the largest possible, or at least
    the smallest one.

    Args:
        value: the value of each unit.
        units: number of samples, or groups: nothing tells how these correlate.
        level: the confidence level.
        bounds: the smallest and the largest possible value; may be infinite.
    """
    z = float(special().ndtri((1 + level) / 2))
    others = z * z / (units + z * z)
    return value - others * (value - bounds[0]), value + others * (bounds[1] - value)


_SKEWED = 0.1


def skewed(estimate: Spread) -> bool:
    """Return whether Student's t is misleading: the skewness is above a tenth of sqrt(n)."""
    return abs(estimate.skewness) > _SKEWED * math.sqrt(estimate.groups)


def corrected(estimate: Spread, level: float) -> tuple[float, float]:
    """Return Student's interval, extended to where Hall's transformation (1992) ends it.

    Hall (1992), "On the removal of skewness by transformation": of S = (mean - mu) / s, the
    function S + g S² / 3 + g² S³ / 27 + g / 6n has hardly any skewness where the samples have g,
    and grows with S, so that it can be inverted. Few samples need not show their skewness, so no
    end is nearer than Student's.
    """
    if math.isinf(estimate.error) or not estimate.skewness:
        return around(estimate, level)
    n, g = estimate.groups, estimate.skewness
    quantile = _quantile(estimate, level) / math.sqrt(n)
    scale = estimate.error * math.sqrt(n)
    most, least = (
        3 * (math.copysign(abs(x) ** (1 / 3), x) - 1) / g
        for x in (1 + g * (sign * quantile - g / (6 * n)) for sign in (1, -1))
    )
    low, high = around(estimate, level)
    return min(low, estimate.mean - scale * most), max(high, estimate.mean - scale * least)


def corrected_p_value(estimate: Spread) -> float:
    """Return the two-sided p-value of the mean by Student's t corrected for skewness."""
    if not estimate.error or math.isinf(estimate.error):
        return 1.0
    n, g = estimate.groups, estimate.skewness
    s = estimate.mean / (estimate.error * math.sqrt(n))
    t = math.sqrt(n) * (s + g * s**2 / 3 + g**2 * s**3 / 27 + g / (6 * n))
    return min(1.0, 2 * float(special().stdtr(estimate.df, -abs(t))))


def limits(values: Floats, bounds: Bounds | None = None, *, paired: bool = False) -> Bounds:
    """Return the smallest and the largest possible mean, or difference of two means.

    Args:
        values: the values that the mean is of.
        bounds: the smallest and the largest possible value; by default 0 and 1 if all values are
            from 0 to 1, else none.
        paired: whether they are of a difference.
    """
    if bounds is None:
        finite = values[np.isfinite(values)]
        known = bool(((finite >= 0.0) & (finite <= 1.0)).all())
        bounds = (0.0, 1.0) if known else (-math.inf, math.inf)
    least, most = bounds
    return (least - most, most - least) if paired else (least, most)


def cut(
    low: float,
    high: float,
    values: Floats,
    bounds: Bounds | None = None,
    *,
    paired: bool = False,
) -> tuple[float, float]:
    """Cut an interval to the `limits` of a mean, or of a difference of two means."""
    least, most = limits(values, bounds, paired=paired)
    return max(low, least), min(high, most)


def agreeing(
    low: float, high: float, difference: float, p_value: float, level: float
) -> tuple[float, float]:
    """Return the interval of a difference, made to agree with its test.

    It is extended to 0 if the test does not reject 0 at its level, and ends at 0 if the test
    rejects 0 and the interval alone would contain it.
    """
    if p_value > 1.0 - level:
        return min(low, 0.0), max(high, 0.0)
    return (max(low, 0.0), high) if difference > 0 else (low, min(high, 0.0))
