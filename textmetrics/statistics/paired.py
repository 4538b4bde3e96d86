"""Tests of whether one system is better than another on the same samples."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from textmetrics.statistics.checks import (
    MOST_RESAMPLES,
    Floats,
    Integers,
    codes_of,
    one_of,
    share,
    values_of,
    whole,
)
from textmetrics.statistics.effects import effect
from textmetrics.statistics.intervals import Bounds, Interval, around, cut
from textmetrics.statistics.power import detectable
from textmetrics.statistics.resampled import mean_resamples, percentiles
from textmetrics.statistics.resampling import RESAMPLES, SEED, signed_sums
from textmetrics.statistics.special import special
from textmetrics.statistics.spread import Spread, spread
from textmetrics.statistics.units import fixed_point, group_sums, ordered

__all__ = ["ROUNDING", "TESTS", "Paired", "described", "differing", "folded", "p_of", "paired_test"]

TESTS = {
    "auto": "",
    "ar": "approximate randomisation",
    "bootstrap": "paired bootstrap",
    "mcnemar": "exact McNemar",
}
ROUNDING = 1e-12
"""What rounding may take from a value: what is equal but for it is equal."""


@dataclass(frozen=True, slots=True)
class Paired:
    """What a paired test found; differences are a's value less b's.

    Attributes:
        difference: of the two systems' values.
        interval: of the difference.
        p_value: how often a difference as large comes about where the systems are equal.
        test: ``approximate randomisation``, ``paired bootstrap`` or ``exact McNemar``.
        n: number of samples that both systems have.
        n_different: of them, those on which the systems differ.
        wins: samples on which a is better.
        ties: samples on which neither is.
        losses: samples on which b is better.
        effect_size: the mean difference over the standard deviation of the differences (Cohen's
            d of pairs); ``None`` where all differences are equal.
        effect_interval: its interval; ``None`` with it.
        minimum_detectable_effect: the smallest true difference that a test of so many such
            samples at 0.05 finds four times in five; ``None`` where nothing tells.
    """

    difference: float
    interval: Interval
    p_value: float
    test: str
    n: int
    n_different: int
    wins: int | None
    ties: int | None
    losses: int | None
    effect_size: float | None
    effect_interval: Interval | None
    minimum_detectable_effect: float | None


def paired_test(
    a: npt.ArrayLike,
    b: npt.ArrayLike,
    *,
    bounds: Bounds | None = None,
    groups: npt.ArrayLike | None = None,
    method: str = "auto",
    level: float = 0.95,
    resamples: int = RESAMPLES,
    seed: int = SEED,
) -> Paired:
    """Test whether two systems' means over the same samples differ.

    Args:
        a: a value a sample, or a row of them a run, over which each sample is averaged first;
            a sample that is NaN in one system is left out.
        b: the other system's, in the same order.
        bounds: the smallest and the largest possible value, to whose differences the interval is
            cut; taken to be 0 and 1 by default if all values are from 0 to 1.
        groups: a name or number a sample, the same for samples that are not independent.
        method: ``ar``, approximate randomisation: each sample's, or group's, difference keeps its
            sign or changes it by the toss of a coin; ``bootstrap``, paired, as sacrebleu has it;
            ``mcnemar``, exact, for values of 0 and 1 without groups; ``auto`` is ``mcnemar`` where
            that is possible, else ``ar``.
        level: of the intervals.
        resamples: how many.
        seed: of the random numbers.

    Raises:
        TypeError: if values are no numbers, or groups neither strings nor whole numbers.
        ValueError: if lengths differ, no sample is left, a number is out of range, or the method
            is unknown or does not fit.

    Examples:
        >>> found = paired_test([1, 1, 1, 0, 1, 1, 1, 1], [0, 1, 0, 0, 0, 0, 1, 0])
        >>> found.test, found.p_value, (found.wins, found.ties, found.losses)
        ('exact McNemar', 0.0625, (5, 3, 0))
    """
    one_of(method, TESTS, "method")
    level = share(level, "level")
    resamples, seed = whole(resamples, "resamples", 1, MOST_RESAMPLES), whole(seed, "seed", 0)
    first, second, codes = _pairs(a, b, groups)
    method = _chosen(method, np.concatenate([first, second]), groups is not None)
    differences = differing(first, second)
    its = spread(differences, codes)
    ends, name = around(its, level), "t"
    if method == "mcnemar":
        p_value = _mcnemar(differences)
        ends, name = _bonett_price(differences, level), "bonett-price"
    elif method == "ar":
        p_value = _randomised(differences, codes, resamples=resamples, seed=seed)
    else:
        means = mean_resamples(differences, codes, resamples=resamples, seed=seed)
        p_value, ends, name = folded(means, its.mean), percentiles(means, level), "bootstrap"
    ends = cut(*ends, np.concatenate([first, second]), bounds, paired=True)
    name = name if groups is None else f"cluster {name}"
    return Paired(
        difference=its.mean,
        interval=Interval(*ends, level, name),
        p_value=p_value,
        test=TESTS[method],
        n=its.n,
        n_different=int(np.count_nonzero(differences)),
        wins=int((differences > 0).sum()),
        ties=int((differences == 0).sum()),
        losses=int((differences < 0).sum()),
        **described(its, level),
    )


def differing(a: Floats, b: Floats) -> Floats:
    """Give a less b; 0 where they are equal but for rounding, as means over runs are."""
    differences: Floats = a - b
    return np.where(np.abs(differences) <= ROUNDING, 0.0, differences)


def described(its: Spread, level: float) -> dict[str, Any]:
    """Give what is told beside a difference: how large it is, and how small it could have been."""
    size, interval = effect(its, level)
    return {
        "effect_size": size,
        "effect_interval": interval,
        "minimum_detectable_effect": detectable(its),
    }


def _pairs(
    a: npt.ArrayLike, b: npt.ArrayLike, groups: npt.ArrayLike | None
) -> tuple[Floats, Floats, Integers]:
    """Give the samples that both have, and their groups, in an order of their own."""
    first, second = values_of(a, "a"), values_of(b, "b")
    if len(first) != len(second):
        raise ValueError(
            f"a and b must be of the same samples: got {len(first):,} and {len(second):,}"
        )
    codes = codes_of(groups, len(first))
    both = ~(np.isnan(first) | np.isnan(second))
    if not both.any():
        raise ValueError("no sample has a value in both a and b: nothing to compare")
    first, second, codes = first[both], second[both], codes[both]
    keys = codes if groups is not None else np.zeros(len(first), dtype=np.int64)
    order = ordered(keys, first, second)
    alone = np.arange(len(first)) if groups is None else codes[order]
    return first[order], second[order], alone


def _chosen(method: str, values: Floats, grouped: bool) -> str:
    """Give the method; McNemar's only where it can be."""
    fits = not grouped and bool(np.isin(values, (0.0, 1.0)).all())
    if method == "auto":
        return "mcnemar" if fits else "ar"
    if method == "mcnemar" and not fits:
        reason = "takes no groups" if grouped else "is for values that are 0 or 1 alone"
        raise ValueError(f"mcnemar {reason}: choose 'ar'")
    return method


def _mcnemar(differences: Floats) -> float:
    """Give the two-sided binomial p-value of the samples on which one system alone is right."""
    wins, losses = int((differences > 0).sum()), int((differences < 0).sum())
    one_side = special().bdtr(min(wins, losses), wins + losses, 0.5)
    return min(1.0, 2.0 * float(one_side))


def _bonett_price(differences: Floats, level: float) -> tuple[float, float]:
    """Give the interval of a difference of shares: Wald's with a win and a loss added.

    Bonett and Price (2012), "Adjusted Wald confidence interval for a difference of binomial
    proportions based on paired data". Where few samples differ Student's is too short.
    """
    n = len(differences) + 2
    won, lost = (int((sign * differences > 0).sum()) + 1 for sign in (1, -1))
    middle = (won - lost) / n
    half = float(special().ndtri((1 + level) / 2)) * math.sqrt(((won + lost) / n - middle**2) / n)
    return middle - half, middle + half


def _randomised(differences: Floats, codes: Integers, *, resamples: int, seed: int) -> float:
    """Give (c + 1) / (B + 1), c being how many of B resamples differ at least as much.

    The weights are in ascending order and without their signs, so that neither the order of the
    samples nor that of the systems matters. What is as large but for rounding is as large.
    """
    units, exponent = fixed_point(differences, 60)
    sums, _ = group_sums(units, codes)
    weights = np.sort(np.abs(sums[sums != 0]))
    if not weights.size:
        return 1.0
    found = np.abs(signed_sums(weights, resamples=resamples, seed=seed))
    rounding = math.ceil(math.ldexp(ROUNDING * len(units), exponent)) + len(units)
    return p_of(int((found >= abs(int(sums.sum())) - rounding).sum()), resamples)


def folded(differences: Floats, observed: float) -> float:
    """Give the p-value of the paired bootstrap in sacrebleu's form.

    A resample counts where its absolute difference exceeds the mean of these by as much as was
    observed.
    """
    if not np.isfinite(differences).all():
        return 1.0
    absolute = np.abs(differences)
    count = int((absolute - absolute.mean() >= abs(observed)).sum())
    return p_of(count, len(differences)) if observed else 1.0


def p_of(count: int, resamples: int) -> float:
    """Give the p-value of a test by resampling: never 0, as the observed one is counted too."""
    return (count + 1) / (resamples + 1)
