"""The power of tests: what a number of samples can detect, and how many are needed."""

from __future__ import annotations

import math
from bisect import bisect_left

import numpy as np
import numpy.typing as npt

from textmetrics.statistics.checks import codes_of, share, values_of
from textmetrics.statistics.spread import Spread, ordered, special, spread

__all__ = [
    "LEAST_SIGNS",
    "detectable",
    "detectable_by_signs",
    "minimum_detectable_effect",
    "samples_needed",
]

ALPHA, POWER = 0.05, 0.8
_MOST = 2**62
# SciPy's noncentral t returns NaN in the far tail: above this t we use its limit, and below -t it
# is less than 1e-9 for means of so many standard errors.
_FAR_T, _FAR_MEAN = 1e3, 6.0


def minimum_detectable_effect(
    differences: npt.ArrayLike,
    *,
    groups: npt.ArrayLike | None = None,
    alpha: float = ALPHA,
    power: float = POWER,
) -> float | None:
    """Return the smallest true mean difference that a test of as many such samples detects.

    The test is the two-sided t-test; its power follows from the noncentral t distribution.

    Args:
        differences: differences of two systems, one per sample; NaN for samples left out.
        groups: one name or number per sample, equal for samples that are not independent.
        alpha: the level below which p-values are significant.
        power: the probability of detecting the difference.

    Returns:
        ``None`` if the variance is unknown: there is one sample or group, or all are equal.

    Raises:
        TypeError: if differences are not numbers, or groups neither strings nor integers.
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
    """Return how many such samples a test needs to detect a difference of a given size.

    Args:
        wished: the true mean difference to detect; 0.01 for a point, where scores are from 0 to 1.
        differences: differences of two systems, one per sample, which show how samples vary.
        groups: one name or number per sample; the result is then for groups of such sizes.
        alpha: the level below which p-values are significant.
        power: the probability of detecting the difference.

    Returns:
        ``None`` if the variance is unknown: there is one sample or group, or all are equal.

    Raises:
        TypeError: if differences are not numbers, or groups neither strings nor integers.
        ValueError: if there are no samples, ``wished`` is 0, too small to be detected by any
            number of samples, or 1 or more while no difference is, or a number is out of range.

    Examples:
        >>> samples_needed(0.01, [0.1, -0.1] * 50)
        795
    """
    if not (math.isfinite(wished) and wished):
        raise ValueError(f"wished must be a difference other than 0, got {wished!r}")
    share(alpha, "alpha")
    share(power, "power")
    estimate = _spread(differences, groups)
    if abs(wished) >= 1 and np.nanmax(np.abs(differences)) <= 1:
        raise ValueError(
            f"wished is as large as any difference of scores, got {wished!r}: scores "
            "are from 0 to 1, so write 0.01 for a point"
        )
    if not _tells(estimate):
        return None

    def enough(samples: int) -> bool:
        df = (estimate.df + 1) * samples / estimate.n - 1
        error = estimate.error * math.sqrt(estimate.n / samples)
        return df >= 1 and _noncentral(df, alpha, power) * error <= abs(wished)

    above = 2
    while not enough(above):
        above *= 2
        if above > _MOST:
            raise ValueError(f"wished={wished!r} is so small that it needs more than 2**62 samples")
    return bisect_left(range(above), True, lo=1, key=enough)


def detectable(estimate: Spread, *, alpha: float = ALPHA, power: float = POWER) -> float | None:
    """Return the smallest true mean that is detected."""
    share(alpha, "alpha")
    share(power, "power")
    if not _tells(estimate):
        return None
    return _noncentral(estimate.df, alpha, power) * estimate.error


LEAST_SIGNS = 6
"""How many samples, or groups, must differ, all to one side, for a p-value of at most 0.05 of a
test by signs: that of six is 2 / 2**6 = 0.031, that of five 0.0625."""


def detectable_by_signs(estimate: Spread, *, whole: bool) -> float | None:
    """Return the smallest true mean that sign flips, or McNemar's test, detect.

    That of the t-test, but none if there are too few samples or groups for any p-value to be
    significant; and of right or wrong answers not less than makes enough of them differ.

    Args:
        estimate: the spread of the differences.
        whole: whether each difference is -1, 0 or 1.
    """
    effect = detectable(estimate)
    if effect is None or estimate.groups < LEAST_SIGNS:
        return None
    if whole and estimate.groups == estimate.n:
        others = estimate.n - LEAST_SIGNS + 1
        effect = max(effect, float(special().betaincinv(LEAST_SIGNS, others, POWER)))
    return effect


def _tells(its: Spread) -> bool:
    """Return whether the variance of samples is known."""
    return its.df > 0 and its.error > 0


def _spread(differences: npt.ArrayLike, groups: npt.ArrayLike | None) -> Spread:
    values = values_of(differences, "differences")
    codes = codes_of(groups, len(values))
    there = ~np.isnan(values)
    values, codes = values[there], codes[there]
    if groups is None:
        return spread(values)
    order = ordered(codes, values)
    return spread(values[order], codes[order])


def _noncentral(df: float, alpha: float, power: float) -> float:
    """Return the mean, in standard errors, that is detected with the given power."""
    t = -float(special().stdtrit(df, alpha / 2))
    cumulative = special().nctdtr

    def found(away: float) -> float:
        if t > _FAR_T:  # only the chance variation of the standard deviation matters
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
