"""What a test of so many samples can find, and how many it would need."""

from __future__ import annotations

import math
from bisect import bisect_left

import numpy as np
import numpy.typing as npt

from textmetrics.statistics.checks import codes_of, share, values_of
from textmetrics.statistics.spread import Spread, ordered, special, spread

__all__ = ["detectable", "minimum_detectable_effect", "samples_needed"]

ALPHA, POWER = 0.05, 0.8
_MOST = 2**62
# SciPy's noncentral t gives no number far out: above this t it is that of its limit, and below
# -t it is less than 1e-9 for a mean of so many standard errors.
_FAR_T, _FAR_MEAN = 1e3, 6.0


def minimum_detectable_effect(
    differences: npt.ArrayLike,
    *,
    groups: npt.ArrayLike | None = None,
    alpha: float = ALPHA,
    power: float = POWER,
) -> float | None:
    """Give the smallest true mean difference that a test of so many such samples would find.

    It is that of the two-sided t-test, by the noncentral t distribution.

    Args:
        differences: of two systems, a value a sample; NaN for one that is left out.
        groups: a name or number a sample, the same for samples that are not independent.
        alpha: the level below which a p-value counts as a finding.
        power: how often it is to be found.

    Returns:
        ``None`` where nothing tells how samples vary: there is one, or one group, or all are equal.

    Raises:
        TypeError: if differences are no numbers, or groups neither strings nor whole numbers.
        ValueError: if there are no samples, or a number is out of range.

    Examples:
        >>> f"{minimum_detectable_effect([0.1, -0.1] * 50):.4f}"
        '0.0284'
    """
    return detectable(_spread(differences, groups), alpha=alpha, power=power)


def samples_needed(
    wished: float,
    differences: npt.ArrayLike,
    *,
    groups: npt.ArrayLike | None = None,
    alpha: float = ALPHA,
    power: float = POWER,
) -> int | None:
    """Give how many samples such as these a test needs to find a difference of a wished size.

    Args:
        wished: the true mean difference that is to be found.
        differences: of two systems, a value a sample, from which one knows how they vary.
        groups: a name or number a sample; then it is for groups of the sizes of these.
        alpha: the level below which a p-value counts as a finding.
        power: how often it is to be found.

    Returns:
        ``None`` where nothing tells how samples vary: there is one, or one group, or all are equal.

    Raises:
        TypeError: if differences are no numbers, or groups neither strings nor whole numbers.
        ValueError: if there are no samples, ``wished`` is 0 or too small to be found by any
            number of samples, or a number is out of range.

    Examples:
        >>> samples_needed(0.01, [0.1, -0.1] * 50)
        795
    """
    if not (math.isfinite(wished) and wished):
        raise ValueError(f"wished must be a difference other than 0, got {wished!r}")
    share(alpha, "alpha")
    share(power, "power")
    its = _spread(differences, groups)
    if not _tells(its):
        return None

    def enough(samples: int) -> bool:
        df = (its.df + 1) * samples / its.n - 1
        error = its.error * math.sqrt(its.n / samples)
        return df >= 1 and _noncentral(df, alpha, power) * error <= abs(wished)

    above = 2
    while not enough(above):
        above *= 2
        if above > _MOST:
            raise ValueError(f"wished={wished!r} is so small that it takes over 2**62 samples")
    return bisect_left(range(above), True, lo=1, key=enough)


def detectable(its: Spread, *, alpha: float = ALPHA, power: float = POWER) -> float | None:
    """Give the smallest true mean that would be found."""
    share(alpha, "alpha")
    share(power, "power")
    if not _tells(its):
        return None
    return _noncentral(its.df, alpha, power) * its.error


def _tells(its: Spread) -> bool:
    """Say whether one sees how samples vary."""
    return its.df > 0 and its.error > 0


def _spread(differences: npt.ArrayLike, groups: npt.ArrayLike | None) -> Spread:
    values = values_of(differences, "differences")
    codes = codes_of(groups, len(values))
    there = ~np.isnan(values)
    values, codes = values[there], codes[there]
    if groups is None:
        return spread(np.sort(values), np.arange(len(values)))
    order = ordered(codes, values)
    return spread(values[order], codes[order])


def _noncentral(df: float, alpha: float, power: float) -> float:
    """Give how many standard errors a mean must be away to be found so often."""
    t = -float(special().stdtrit(df, alpha / 2))
    cumulative = special().nctdtr

    def found(away: float) -> float:
        if t > _FAR_T:  # all that matters is the standard deviation that a sample has by chance
            return float(special().chdtr(df, df * (away / t) ** 2))
        other_side = float(cumulative(df, away, -t)) if away < _FAR_MEAN else 0.0
        return 1.0 - float(cumulative(df, away, t)) + other_side

    below, above = 0.0, 1.0
    while found(above) < power:
        below, above = above, 2 * above
    for _ in range(60):
        middle = (below + above) / 2
        below, above = (middle, above) if found(middle) < power else (below, middle)
    return above
