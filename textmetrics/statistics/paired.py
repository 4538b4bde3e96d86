"""Paired tests: whether one system is better than another on the same samples."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, NamedTuple, TypeAlias

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
    values_of,
)
from textmetrics.statistics.interval import Interval
from textmetrics.statistics.intervals import (
    Bounds,
    agreeing,
    around,
    corrected,
    corrected_p_value,
    cut,
    limits,
    skewed,
    unvaried,
)
from textmetrics.statistics.power import detectable, detectable_by_signs
from textmetrics.statistics.progress import Progress, parts, silent
from textmetrics.statistics.resampling import (
    enumerable,
    every_signed_sum,
    mean_resamples,
    percentiles,
    signed_sums,
    unsigned,
)
from textmetrics.statistics.spread import (
    ROUNDING,
    Spread,
    fixed_point,
    group_sums,
    ordered,
    special,
    spread,
)

__all__ = [
    "CORRECTED",
    "EXACT",
    "TESTS",
    "Pair",
    "Paired",
    "described",
    "differing",
    "folded",
    "p_value_of",
    "paired_test",
    "paired_tests",
]

Pair: TypeAlias = tuple[int, int]
"""The numbers of two systems, the lower one first."""

TESTS = {
    "auto": "",
    "ar": "approximate randomisation",
    "bootstrap": "paired bootstrap",
    "mcnemar": "exact McNemar",
}
CORRECTED = "skewness-corrected t"
"""The name of the test whose p-value counts if differences are skewed and it is larger."""
EXACT = "exact randomisation"
"""The name of ``ar`` if all sign flips are enumerated."""


@dataclass(frozen=True, slots=True)
class Paired:
    """The result of a paired test; differences are those of a minus b.

    Attributes:
        difference: the difference of the two systems' values.
        interval: the confidence interval of the difference; it contains 0 if the p-value is
            larger than 1 - level. If it is not, 0 is outside, or is an end that does not belong to
            the interval (except by ``paired bootstrap``).
        p_value: the probability of a difference at least as large if the systems are equal.
        test: ``approximate randomisation``, ``exact randomisation`` (of all sign flips, if there
            are no more than resamples), ``paired bootstrap`` or ``exact McNemar``.
        n: number of samples that both systems have.
        n_different: number of samples on which the systems differ.
        wins: number of samples on which a is higher.
        ties: number of samples on which both are equal.
        losses: number of samples on which b is higher.
        effect_size: the mean difference over the standard deviation of the differences (Cohen's
            d of pairs); ``None`` if all differences are equal.
        effect_interval: its confidence interval; ``None`` if there is no effect size.
        minimum_detectable_effect: the smallest true difference that a test at 0.05 of as many such
            samples detects four times in five; ``None`` if the variance is unknown, or there are
            too few samples or groups for any.
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
        a: one value per sample, or one row of values per run, over which each sample is averaged
            first; a sample that is NaN in one system is left out.
        b: values of the other system, in the same order.
        bounds: the smallest and the largest possible value, to whose differences the interval is
            cut; by default 0 and 1 if all values are from 0 to 1.
        groups: one name or number per sample, equal for samples that are not independent.
        method: ``ar``, approximate randomisation: the difference of each sample, or group, keeps
            or changes its sign at random, or in every possible way if there are no more of these
            than resamples; ``bootstrap``, paired, as in sacrebleu; ``mcnemar``,
            exact, for values of 0 and 1 without groups; ``auto`` is ``mcnemar`` if possible, else
            ``ar``, or Student's t corrected for skewness if the differences are skewed and its
            p-value is larger.
        level: the confidence level.
        resamples: number of resamples.
        seed: seed of the random numbers.

    Raises:
        TypeError: if values are not numbers, or groups neither strings nor integers.
        ValueError: if lengths differ, no sample is left, a number is out of range, or the method
            is unknown or does not fit.

    Examples:
        >>> found = paired_test([1, 1, 1, 0, 1, 1, 1, 1], [0, 1, 0, 0, 0, 0, 1, 0])
        >>> found.test, found.p_value, (found.wins, found.ties, found.losses)
        ('exact McNemar', 0.0625, (5, 3, 0))
    """
    first, second = values_of(a, "a"), values_of(b, "b")
    if len(first) != len(second):
        raise ValueError(
            f"a and b must be of the same samples, got {len(first):,} and {len(second):,}"
        )
    found = paired_tests(
        [first, second],
        bounds=bounds,
        groups=groups,
        method=method,
        level=level,
        resamples=resamples,
        seed=seed,
    )
    if not found:
        raise ValueError("no sample has a value in both a and b: nothing to compare")
    return found[0, 1]


def paired_tests(
    systems: Sequence[npt.ArrayLike],
    *,
    bounds: Bounds | None = None,
    groups: npt.ArrayLike | None = None,
    method: str = "auto",
    level: float = 0.95,
    resamples: int = RESAMPLES,
    seed: int = SEED,
    progress: Progress = silent,
) -> dict[Pair, Paired]:
    """Test whether the means of each two of several systems differ.

    Signs, or samples, are drawn once for all pairs: the signed sum of a difference is the
    difference of two signed sums, so the cost grows with the number of systems, not of pairs. Two
    systems get the result of `paired_test`; of more, the p-value of a pair may differ from that
    by chance, because samples are sorted by the values of all systems. If systems lack different
    samples, those that lack the same ones are tested together, all other pairs alone.

    Args:
        systems: the values of each system, as for `paired_test`.
        bounds: as for `paired_test`.
        groups: as for `paired_test`.
        method: as for `paired_test`; ``auto`` is chosen for each pair.
        level: as for `paired_test`.
        resamples: as for `paired_test`.
        seed: as for `paired_test`.
        progress: called now and then with the share that is done.

    Returns:
        The results by the numbers of two systems, the lower one first, whose values are minuends.
        Pairs without a common sample are missing.

    Raises:
        TypeError: as `paired_test` does.
        ValueError: as `paired_test` does, except if no sample is left.

    Examples:
        >>> found = paired_tests([[1, 1, 1, 0], [0, 1, 0, 0], [0, 0, 0, 0]])
        >>> {pair: each.difference for pair, each in found.items()}
        {(0, 1): 0.5, (0, 2): 0.75, (1, 2): 0.25}
    """
    one_of(method, TESTS, "method")
    level = share(level, "level")
    resamples, seed = resampling_options(resamples, seed)
    columns = [values_of(each, f"systems[{at}]") for at, each in enumerate(systems)]
    if len(lengths := {len(column) for column in columns}) > 1:
        raise ValueError(f"systems must be of the same samples, got {sorted(lengths)} samples")
    codes = codes_of(groups, max(lengths, default=0))
    found: dict[Pair, Paired] = {}
    together = _tested_together(columns)
    for members, part in zip(together, parts(progress, len(together)), strict=True):
        known = ~np.isnan([columns[at] for at in members]).any(axis=0)
        if known.any():
            tests = _Tests(
                [columns[at][known] for at in members], codes[known],
                grouped=groups is not None, bounds=bounds, method=method, level=level,
                resamples=resamples, seed=seed, progress=part,
            )  # fmt: skip
            for (one, other), result in tests.results().items():
                found[members[one], members[other]] = result
    return dict(sorted(found.items()))


def _tested_together(columns: Sequence[Floats]) -> list[Sequence[int]]:
    """Return the systems that have the same samples, and the pairs of those that have not."""
    by_mask: dict[bytes, list[int]] = {}
    for at, column in enumerate(columns):
        by_mask.setdefault(np.isnan(column).tobytes(), []).append(at)
    alike = [members for members in by_mask.values() if len(members) > 1]
    together = {pair for members in alike for pair in combinations(members, 2)}
    apart = [pair for pair in combinations(range(len(columns)), 2) if pair not in together]
    return [*alike, *apart]


class _Tested(NamedTuple):
    """A p-value, and an interval of the difference unless it is Student's."""

    p_value: float
    test: str
    ends: tuple[float, float] | None = None
    interval: str = "t"


def _corrected(tested: _Tested, estimate: Spread, level: float) -> _Tested:
    """Return the test with an interval, and if it is larger a p-value, corrected for skewness.

    Sign flips assume that differences are as likely to be positive as negative of each size. A
    system that gains a little on most samples and loses much on few would often seem better.
    """
    ends = corrected(estimate, level)
    if (p_value := corrected_p_value(estimate)) > tested.p_value:
        return _Tested(p_value, CORRECTED, ends, "hall")
    return tested._replace(ends=ends, interval="hall")


@dataclass(frozen=True)
class _Tests:
    """The tests of all pairs of systems that have the same samples."""

    columns: Sequence[Floats]
    codes: Integers
    grouped: bool
    bounds: Bounds | None
    method: str
    level: float
    resamples: int
    seed: int
    progress: Progress

    def results(self) -> dict[Pair, Paired]:
        """Return the result of each pair."""
        methods = self._methods()
        by_method = {
            method: [pair for pair, its in methods.items() if its == method] for method in TESTS
        }
        found = {}
        for pair in by_method["mcnemar"]:
            differences = self.difference(pair)
            ends = _bonett_price(differences, self.level)
            found[pair] = _Tested(_mcnemar(differences), TESTS["mcnemar"], ends, "bonett-price")
        if by_method["ar"]:
            found |= self._randomised(by_method["ar"])
        if by_method["bootstrap"]:
            found |= self._bootstrapped(by_method["bootstrap"])
        return {pair: self._result(pair, found[pair]) for pair in methods}

    def difference(self, pair: Pair) -> Floats:
        """Return the difference of two systems on each sample."""
        one, other = pair
        return differing(self.columns[one], self.columns[other])

    def _methods(self) -> dict[Pair, str]:
        """Return the method of each pair; McNemar's only if the values allow it."""
        binary = [bool(((column == 0.0) | (column == 1.0)).all()) for column in self.columns]
        return {
            (one, other): _chosen(
                self.method, binary=binary[one] and binary[other], grouped=self.grouped
            )
            for one, other in combinations(range(len(self.columns)), 2)
        }

    def _differences(self) -> Floats:
        """Return each system's differences from the one with the lowest mean.

        Signs, and samples, do not depend on the order of the systems.
        """
        units, _ = fixed_point(np.stack(self.columns, axis=1), 60)
        lowest = self.columns[int(units.sum(axis=0).argmin())]
        return np.stack([differing(column, lowest) for column in self.columns], axis=1)

    def _randomised(self, pairs: Iterable[Pair]) -> dict[Pair, _Tested]:
        """Return p-values, (c + 1) / (B + 1) if c of B resamples differ at least as much.

        Differences that are equal up to rounding count as equal. If there are no more sign flips
        than resamples, all are enumerated, and the p-value is their share.
        """
        differences = self._differences()
        units, exponent = fixed_point(differences, 60)
        # Rounding errors of values, and of both units.
        inexact = math.ceil(math.ldexp(ROUNDING * len(units), exponent)) + 2 * len(units)
        if self.grouped:
            order = np.argsort(self.codes, kind="stable")
            units, _ = group_sums(units[order], self.codes[order])
        signed = None
        found = {}
        for one, other in pairs:
            weights = units[:, [one]] - units[:, [other]]
            least = abs(int(weights.sum())) - inexact
            if enumerable(int(np.count_nonzero(weights)), self.resamples):
                sums = every_signed_sum(weights)
                found[one, other] = _Tested(float((np.abs(sums) >= least).mean()), EXACT)
                continue
            if signed is None:
                signed = signed_sums(
                    unsigned(units),
                    resamples=self.resamples,
                    seed=self.seed,
                    progress=self.progress,
                )
            large = np.abs(signed[:, one] - signed[:, other]) >= least
            p_value = p_value_of(int(large.sum()), self.resamples)
            found[one, other] = _Tested(p_value, TESTS["ar"])
        return found

    def _bootstrapped(self, pairs: Iterable[Pair]) -> dict[Pair, _Tested]:
        """Return p-values and intervals from the difference of means in each resample."""
        differences = self._differences()
        codes = None
        if self.grouped:
            order = ordered(self.codes, *differences.T)
            differences, codes = differences[order], self.codes[order]
        means = mean_resamples(differences, codes, resamples=self.resamples, seed=self.seed)
        units = len(differences) if codes is None else len(np.unique(codes))
        found = {}
        for pair in pairs:
            p_value, ends = 1.0, (-math.inf, math.inf)
            if means is not None:  # there is more than one sample or group
                drawn = means[:, pair[0]] - means[:, pair[1]]
                difference = self.difference(pair)
                p_value = folded(drawn, math.fsum(difference) / len(difference))
                ends = percentiles(drawn, self.level, units)
            found[pair] = _Tested(p_value, TESTS["bootstrap"], ends, "bootstrap")
        return found

    def _result(self, pair: Pair, tested: _Tested) -> Paired:
        differences = self.difference(pair)
        if self.grouped:
            order = ordered(self.codes, differences)
            estimate = spread(differences[order], self.codes[order])
        else:
            estimate = spread(differences)
        if self.method == "auto" and tested.ends is None and skewed(estimate):
            tested = _corrected(tested, estimate, self.level)
        both = np.concatenate([self.columns[at] for at in pair])
        if not estimate.sd and estimate.groups > 1 and tested.test != TESTS["mcnemar"]:
            possible = limits(both, self.bounds, paired=True)
            ends = unvaried(estimate.mean, estimate.groups, self.level, possible)
            tested = tested._replace(ends=ends, interval="wilson")
        ends = tested.ends or around(estimate, self.level)
        if tested.test != TESTS["bootstrap"] or tested.p_value > 1.0 - self.level:
            ends = agreeing(*ends, estimate.mean, tested.p_value, self.level)
        ends = cut(*ends, both, self.bounds, paired=True)
        name = f"cluster {tested.interval}" if self.grouped else tested.interval
        return Paired(
            difference=estimate.mean,
            interval=Interval(*ends, self.level, name),
            p_value=tested.p_value,
            test=tested.test,
            n=estimate.n,
            n_different=int(np.count_nonzero(differences)),
            wins=int((differences > 0).sum()),
            ties=int((differences == 0).sum()),
            losses=int((differences < 0).sum()),
            **described(
                estimate, self.level, tested.test, whole=bool(np.isin(differences, _WHOLE).all())
            ),
        )


_WHOLE = (-1.0, 0.0, 1.0)  # differences of right or wrong answers


def differing(a: Floats, b: Floats) -> Floats:
    """Return a minus b; 0 if they differ by rounding only, as means over runs do."""
    differences: Floats = a - b
    return np.where(np.abs(differences) <= ROUNDING, 0.0, differences)


def described(estimate: Spread, level: float, test: str, *, whole: bool = False) -> dict[str, Any]:
    """Return the effect size of a difference, and the smallest one that can be detected.

    Args:
        estimate: the spread of the differences.
        level: the confidence level.
        test: the name of the test.
        whole: whether each difference is -1, 0 or 1.
    """
    size, interval = effect(estimate, level)
    by_signs = test != TESTS["bootstrap"]
    least = detectable_by_signs(estimate, whole=whole) if by_signs else detectable(estimate)
    return {
        "effect_size": size,
        "effect_interval": interval,
        "minimum_detectable_effect": least,
    }


def _chosen(method: str, *, binary: bool, grouped: bool) -> str:
    """Return the method to use; McNemar's only if the values allow it."""
    fits = binary and not grouped
    if method == "auto":
        return "mcnemar" if fits else "ar"
    if method == "mcnemar" and not fits:
        reason = "takes no groups" if grouped else "is for values that are 0 or 1 alone"
        raise ValueError(f"mcnemar {reason}: choose 'ar'")
    return method


def _mcnemar(differences: Floats) -> float:
    """Return the two-sided binomial p-value of the samples on which only one system is right."""
    wins, losses = int((differences > 0).sum()), int((differences < 0).sum())
    one_side = special().bdtr(min(wins, losses), wins + losses, 0.5)
    return min(1.0, 2.0 * float(one_side))


def _bonett_price(differences: Floats, level: float) -> tuple[float, float]:
    """Return the interval of a difference of proportions: Wald's with a win and a loss added.

    Bonett and Price (2012), "Adjusted Wald confidence interval for a difference of binomial
    proportions based on paired data". Student's is too short if few samples differ.
    """
    n = len(differences) + 2
    won, lost = (int((sign * differences > 0).sum()) + 1 for sign in (1, -1))
    middle = (won - lost) / n
    half = float(special().ndtri((1 + level) / 2)) * math.sqrt(((won + lost) / n - middle**2) / n)
    return middle - half, middle + half


def folded(differences: Floats, observed: float) -> float:
    """Return the p-value of the paired bootstrap, as defined by sacrebleu.

    A resample counts if its absolute difference exceeds the mean of all of these by at least the
    observed one.
    """
    if not np.isfinite(differences).all():
        return 1.0
    absolute = np.abs(differences)
    count = int((absolute - absolute.mean() >= abs(observed)).sum())
    return p_value_of(count, len(differences)) if observed else 1.0


def p_value_of(count: int, resamples: int) -> float:
    """Return the p-value of a resampling test: never 0, because the observation counts too."""
    return (count + 1) / (resamples + 1)


def effect(estimate: Spread, level: float) -> tuple[float | None, Interval | None]:
    """Return the mean over the samples' standard deviation, and its interval.

    Its variance is that of the mean in units of the standard deviation, which may be robust to
    groups, plus that of the standard deviation itself, d² / (2 df) (Hedges and Olkin, 1985).

    Args:
        its: spread of the differences.
        level: the confidence level.

    Returns:
        ``None`` for both if all differences are equal: their standard deviation is 0.
    """
    if estimate.sd == 0.0 or estimate.df <= 0:
        return None, None
    size = estimate.mean / estimate.sd
    error = math.sqrt((estimate.error / estimate.sd) ** 2 + size * size / (2 * estimate.df))
    half = float(special().stdtrit(estimate.df, (1 + level) / 2)) * error
    name = "t" if estimate.groups == estimate.n else "cluster t"
    return size, Interval(size - half, size + half, level, name)
