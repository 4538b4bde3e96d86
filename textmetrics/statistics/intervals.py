"""Intervals of a mean over samples, and of a value that a corpus has."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from textmetrics.statistics.checks import (
    Floats,
    Integers,
    codes_of,
    one_of,
    share,
    totals_of,
    values_of,
)
from textmetrics.statistics.resampling import (
    RESAMPLES,
    SEED,
    mean_resamples,
    percentiles,
    resampled,
    units_of,
)
from textmetrics.statistics.spread import Formula, Spread, of_runs, ordered, special, spread

__all__ = [
    "METHODS",
    "Bounds",
    "Interval",
    "around",
    "corpus_interval",
    "corpus_intervals",
    "cut",
    "mean_interval",
]

Bounds: TypeAlias = tuple[float, float]

METHODS = ("auto", "t", "wilson", "normal", "bootstrap")


@dataclass(frozen=True, slots=True)
class Interval:
    """Where a value lies, in so many of a hundred such intervals as the level says.

    Attributes:
        low: its lower end.
        high: its upper end.
        level: such as 0.95.
        method: ``t``, ``wilson``, ``normal`` or ``bootstrap``; with groups ``cluster t`` and so on.
    """

    low: float
    high: float
    level: float
    method: str


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
    """Give the interval of a mean over samples.

    Args:
        values: a value a sample, NaN for one that is left out; or a row of them a run, over which
            each sample is averaged first.
        bounds: the smallest and the largest possible value, to which the interval is cut; taken
            to be 0 and 1 by default if all values are from 0 to 1.
        groups: a name or number a sample, the same for samples that are not independent
            (questions on one document). The interval is then robust to what they share.
        level: how often such intervals hold the mean.
        method: ``t``, Student's; ``wilson``, for values from 0 to 1, which holds where nearly all
            are 0, or 1, and ``t`` is too short; ``normal``, the approximation that other programs
            print; ``bootstrap``, its percentiles; ``auto`` is ``wilson`` where all values are 0 or
            1, else ``t``.
        resamples: of the bootstrap.
        seed: of the bootstrap.

    Raises:
        TypeError: if values are no numbers, or groups neither strings nor whole numbers.
        ValueError: if there are no samples, a number is out of range, or the method is unknown or
            does not fit.

    Examples:
        >>> interval = mean_interval([1, 1, 0, 1, 1, 1, 0, 1, 1, 1])
        >>> f"{interval.low:.3f} to {interval.high:.3f} ({interval.method})"
        '0.490 to 0.943 (wilson)'
    """
    one_of(method, METHODS, "method")
    level = share(level, "level")
    found, codes = _samples(values, groups)
    binary = bounds in (None, (0.0, 1.0)) and bool(np.isin(found, (0.0, 1.0)).all())
    if method == "auto":
        method = "wilson" if binary else "t"
    if method == "wilson" and not ((found >= 0.0) & (found <= 1.0)).all():
        raise ValueError("wilson is for values from 0 to 1: choose 't' or 'bootstrap'")
    name = method if groups is None else f"cluster {method}"
    if method == "bootstrap":
        means = mean_resamples(found, codes, resamples=resamples, seed=seed)
        low, high = percentiles(means, level)
    elif method == "wilson":
        low, high = _wilson(spread(found, codes), level, plain=binary)
    else:
        low, high = around(spread(found, codes), level, normal=method == "normal")
    return Interval(*cut(low, high, found, bounds), level, name)


def corpus_interval(
    totals: npt.ArrayLike,
    formula: Formula,
    *,
    groups: npt.ArrayLike | None = None,
    level: float = 0.95,
    resamples: int = RESAMPLES,
    seed: int = SEED,
) -> Interval:
    """Give the percentile bootstrap's interval of a value that is a formula of sums.

    Args:
        totals: whole numbers, (samples, columns), or (runs, samples, columns): then of the mean
            over the runs, whose samples are drawn together.
        formula: gives a value for each row of a table of sums.
        groups: a name or number a sample; whole groups are drawn where they are given.
        level: how often such intervals hold the value.
        resamples: how many.
        seed: of the random numbers.

    Raises:
        TypeError: if totals are no whole numbers, or groups neither strings nor whole numbers.
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
) -> list[Interval]:
    """Give what `corpus_interval` gives for each of several tables of the same samples.

    To draw is what takes the time: here it is done once for all.

    Args:
        tables: totals and formula of each.
        groups: as `corpus_interval` has it, and the same for all.
        level: likewise.
        resamples: likewise.
        seed: likewise.

    Raises:
        TypeError: as `corpus_interval` does.
        ValueError: likewise, and if tables have not as many samples as each other.
    """
    level = share(level, "level")
    found = [totals_of(totals) for totals, _ in tables]
    rows = [units_of(np.concatenate(table, axis=1), groups) for table in found]
    formulas = [of_runs(formula, len(t)) for t, (_, formula) in zip(found, tables, strict=True)]
    name = "bootstrap" if groups is None else "cluster bootstrap"
    return [
        Interval(*cut(*percentiles(values, level), values), level, name)
        for values in resampled(rows, formulas, resamples=resamples, seed=seed)
    ]


def _samples(values: npt.ArrayLike, groups: npt.ArrayLike | None) -> tuple[Floats, Integers]:
    """Give the samples that are not left out, and their groups, in an order of their own."""
    found = values_of(values)
    codes = codes_of(groups, len(found))
    there = ~np.isnan(found)
    found, codes = found[there], codes[there]
    if groups is None:
        return np.sort(found), np.arange(len(found))
    order = ordered(codes, found)
    return found[order], codes[order]


def around(its: Spread, level: float, *, normal: bool = False) -> tuple[float, float]:
    """Give mean ± quantile times standard error."""
    if math.isinf(its.error):
        return -math.inf, math.inf
    half = _quantile(its, level, normal=normal) * its.error
    return its.mean - half, its.mean + half


def _quantile(its: Spread, level: float, *, normal: bool = False) -> float:
    upper = (1 + level) / 2
    return float(special().ndtri(upper) if normal else special().stdtrit(its.df, upper))


def _wilson(its: Spread, level: float, *, plain: bool) -> tuple[float, float]:
    """Give Wilson's interval (1927) for the number of zeros and ones that samples are worth.

    That number is p(1 - p) over the variance of the mean, and the quantile is Student's: as Korn
    and Graubard (1998) have it for groups, and for values between 0 and 1 the same way. Without
    groups zeros and ones are worth what they are. Where all values are equal nothing tells what
    groups share, and each counts as one sample.
    """
    if its.groups == 1:
        return -math.inf, math.inf
    p, n = its.mean, float(its.n)
    z = float(special().ndtri((1 + level) / 2))
    if its.groups < its.n or not plain:
        z = _quantile(its, level)
        n = p * (1 - p) / its.error**2 if its.error > 0 else float(its.groups)
    middle = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return middle - half, middle + half


def cut(
    low: float,
    high: float,
    values: Floats,
    bounds: Bounds | None = None,
    *,
    paired: bool = False,
) -> tuple[float, float]:
    """Cut an interval to what a mean of values, or a difference of two means, can be.

    Args:
        low: its lower end.
        high: its upper end.
        values: what the means are of.
        bounds: the smallest and the largest possible value; by default 0 and 1 if all values are
            from 0 to 1, else none.
        paired: whether it is the interval of a difference.
    """
    if bounds is None:
        finite = values[np.isfinite(values)]
        if not ((finite >= 0.0) & (finite <= 1.0)).all():
            return low, high
        bounds = (0.0, 1.0)
    least, most = bounds
    if paired:
        least, most = least - most, most - least
    return max(low, least), min(high, most)
