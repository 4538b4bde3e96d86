"""Paired tests: whether one system is better than another on the same samples."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from textmetrics.statistics.checks import (
    Floats,
    Integers,
    codes_of,
    one_of,
    resampling_options,
    share,
    totals_of,
    values_of,
)
from textmetrics.statistics.intervals import Bounds, Interval, around, cut
from textmetrics.statistics.power import detectable
from textmetrics.statistics.resampling import (
    RESAMPLES,
    SEED,
    mean_resamples,
    percentiles,
    resampled,
    signed_sums,
    swapped_sums,
    units_of,
    values_by,
)
from textmetrics.statistics.spread import (
    Formula,
    Spread,
    fixed_point,
    group_sums,
    of_runs,
    ordered,
    special,
    spread,
)

__all__ = [
    "CORRECTIONS",
    "TESTS",
    "CorpusPair",
    "Paired",
    "adjust",
    "described",
    "effect",
    "paired_corpus_test",
    "paired_corpus_tests",
    "paired_test",
]

TESTS = {
    "auto": "",
    "ar": "approximate randomisation",
    "bootstrap": "paired bootstrap",
    "mcnemar": "exact McNemar",
}
_ROUNDING = 1e-12
"""The rounding error of values: smaller differences count as 0."""


@dataclass(frozen=True, slots=True)
class Paired:
    """The result of a paired test; differences are those of a minus b.

    Attributes:
        difference: the difference of the two systems' values.
        interval: the confidence interval of the difference.
        p_value: the probability of a difference at least as large if the systems are equal.
        test: ``approximate randomisation``, ``paired bootstrap`` or ``exact McNemar``.
        n: number of samples that both systems have.
        n_different: number of samples on which the systems differ.
        wins: number of samples on which a is higher.
        ties: number of samples on which both are equal.
        losses: number of samples on which b is higher.
        effect_size: the mean difference over the standard deviation of the differences (Cohen's
            d of pairs); ``None`` if all differences are equal.
        effect_interval: its confidence interval; ``None`` if there is no effect size.
        minimum_detectable_effect: the smallest true difference that a test at 0.05 of as many such
            samples detects four times in five; ``None`` if the variance is unknown.
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
            or changes its sign at random; ``bootstrap``, paired, as in sacrebleu; ``mcnemar``,
            exact, for values of 0 and 1 without groups; ``auto`` is ``mcnemar`` if possible, else
            ``ar``.
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
    one_of(method, TESTS, "method")
    level = share(level, "level")
    resamples, seed = resampling_options(resamples, seed)
    first, second, codes = _pairs(a, b, groups)
    method = _chosen(method, np.concatenate([first, second]), groups is not None)
    differences = _differing(first, second)
    estimate = spread(differences, codes)
    ends, name = around(estimate, level), "t"
    if method == "mcnemar":
        p_value = _mcnemar(differences)
        ends, name = _bonett_price(differences, level), "bonett-price"
    elif method == "ar":
        p_value = _randomised(differences, codes, resamples=resamples, seed=seed)
    else:
        means = mean_resamples(differences, codes, resamples=resamples, seed=seed)
        p_value, ends, name = _folded(means, estimate.mean), percentiles(means, level), "bootstrap"
    ends = cut(*ends, np.concatenate([first, second]), bounds, paired=True)
    name = name if groups is None else f"cluster {name}"
    return Paired(
        difference=estimate.mean,
        interval=Interval(*ends, level, name),
        p_value=p_value,
        test=TESTS[method],
        n=estimate.n,
        n_different=int(np.count_nonzero(differences)),
        wins=int((differences > 0).sum()),
        ties=int((differences == 0).sum()),
        losses=int((differences < 0).sum()),
        **described(estimate, level),
    )


def _differing(a: Floats, b: Floats) -> Floats:
    """Return a minus b; 0 if they differ by rounding only, as means over runs do."""
    differences: Floats = a - b
    return np.where(np.abs(differences) <= _ROUNDING, 0.0, differences)


def described(estimate: Spread, level: float) -> dict[str, Any]:
    """Return the effect size of a difference, and the smallest one that can be detected."""
    size, interval = effect(estimate, level)
    return {
        "effect_size": size,
        "effect_interval": interval,
        "minimum_detectable_effect": detectable(estimate),
    }


def _pairs(
    a: npt.ArrayLike, b: npt.ArrayLike, groups: npt.ArrayLike | None
) -> tuple[Floats, Floats, Integers]:
    """Return the samples that both systems have, and their groups, in a canonical order."""
    first, second = values_of(a, "a"), values_of(b, "b")
    if len(first) != len(second):
        raise ValueError(
            f"a and b must be of the same samples, got {len(first):,} and {len(second):,}"
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
    """Return the method to use; McNemar's only if the values allow it."""
    fits = not grouped and bool(np.isin(values, (0.0, 1.0)).all())
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


def _randomised(differences: Floats, codes: Integers, *, resamples: int, seed: int) -> float:
    """Return (c + 1) / (B + 1), where c of B resamples differ at least as much.

    Weights are sorted by absolute value, so that neither the order of the samples nor that of the
    systems matters. Differences that are equal up to rounding count as equal.
    """
    units, exponent = fixed_point(differences, 60)
    sums, _ = group_sums(units, codes)
    weights = np.sort(np.abs(sums[sums != 0]))
    if not weights.size:
        return 1.0
    found = np.abs(signed_sums(weights, resamples=resamples, seed=seed))
    rounding = math.ceil(math.ldexp(_ROUNDING * len(units), exponent)) + len(units)
    return _p_of(int((found >= abs(int(sums.sum())) - rounding).sum()), resamples)


def _folded(differences: Floats, observed: float) -> float:
    """Return the p-value of the paired bootstrap, as defined by sacrebleu.

    A resample counts if its absolute difference exceeds the mean of all of these by at least the
    observed one.
    """
    if not np.isfinite(differences).all():
        return 1.0
    absolute = np.abs(differences)
    count = int((absolute - absolute.mean() >= abs(observed)).sum())
    return _p_of(count, len(differences)) if observed else 1.0


def _p_of(count: int, resamples: int) -> float:
    """Return the p-value of a resampling test: never 0, because the observation counts too."""
    return (count + 1) / (resamples + 1)


CORPUS_TESTS = ("auto", "ar", "bootstrap")


def paired_corpus_test(
    totals_a: npt.ArrayLike,
    totals_b: npt.ArrayLike,
    formula: Formula,
    *,
    values_a: npt.ArrayLike | None = None,
    values_b: npt.ArrayLike | None = None,
    groups: npt.ArrayLike | None = None,
    method: str = "auto",
    level: float = 0.95,
    resamples: int = RESAMPLES,
    seed: int = SEED,
) -> Paired:
    """Test whether two systems' corpus values differ.

    The interval is the percentile bootstrap's, with the same draws for both systems. Effect size
    and detectable effect are those of the jackknife's pseudo-values: the contribution of each
    sample to the difference.

    Args:
        totals_a: integers in the shape (samples, columns), or (runs, samples, columns) for the
            mean over runs.
        totals_b: integers of the other system, in the same order.
        formula: returns one value per row of a table of sums.
        values_a: one value per sample, for wins, ties and losses.
        values_b: values of the other system.
        groups: one name or number per sample, equal for samples that are not independent.
        method: ``ar``, approximate randomisation: the two systems' outputs for a sample, or a
            whole group, are exchanged at random; ``bootstrap``, paired, as in sacrebleu; ``auto``
            is ``ar``.
        level: the confidence level.
        resamples: number of resamples, of each kind.
        seed: seed of the random numbers.

    Raises:
        TypeError: if totals are not integers, or groups neither strings nor integers.
        ValueError: if shapes differ, there are no samples, a number is out of range, or the method
            is unknown.

    Examples:
        >>> a, b = [[2, 2], [2, 3], [3, 3], [2, 4]], [[1, 2], [2, 3], [1, 3], [2, 4]]
        >>> found = paired_corpus_test(a, b, lambda sums: sums[:, 0] / sums[:, 1])
        >>> found.difference, found.n_different
        (0.25, 2)
    """
    (found,) = paired_corpus_tests(
        [CorpusPair(totals_a, totals_b, formula, values_a, values_b)],
        groups=groups,
        method=method,
        level=level,
        resamples=resamples,
        seed=seed,
    )
    return found


@dataclass(frozen=True)
class CorpusPair:
    """The totals of two systems, as for `paired_corpus_test`."""

    totals_a: npt.ArrayLike
    totals_b: npt.ArrayLike
    formula: Formula
    values_a: npt.ArrayLike | None = None
    values_b: npt.ArrayLike | None = None


def paired_corpus_tests(
    pairs: Sequence[CorpusPair],
    *,
    groups: npt.ArrayLike | None = None,
    method: str = "auto",
    level: float = 0.95,
    resamples: int = RESAMPLES,
    seed: int = SEED,
) -> list[Paired]:
    """Return the `paired_corpus_test` of each of several pairs on the same samples.

    Most of the time is spent drawing, which is done once for the intervals of all pairs.

    Args:
        pairs: the pairs to test.
        groups: as for `paired_corpus_test`; the same for all pairs.
        method: as for `paired_corpus_test`.
        level: as for `paired_corpus_test`.
        resamples: as for `paired_corpus_test`.
        seed: as for `paired_corpus_test`.

    Raises:
        TypeError: as `paired_corpus_test` does.
        ValueError: as `paired_corpus_test` does, and if pairs differ in their number of samples.
    """
    method = {"auto": "ar"}.get(one_of(method, CORPUS_TESTS, "method"), method)
    level = share(level, "level")
    resamples, seed = resampling_options(resamples, seed)
    tables = [_Both.of(pair.totals_a, pair.totals_b, pair.formula) for pair in pairs]
    units = [units_of(both.rows, groups) for both in tables]
    differences = [both.difference for both in tables]
    drawn = resampled(units, differences, resamples=resamples, seed=seed)
    results = []
    for pair, both, rows, values in zip(pairs, tables, units, drawn, strict=True):
        observed = both.observed()
        if method == "ar":
            p_value = _exchanged(both, rows, observed, resamples=resamples, seed=seed)
        else:
            p_value = _folded(values, observed)
        ends = percentiles(values, level)
        results.append(
            _corpus_result(pair, both, ends, p_value, groups=groups, method=method, level=level)
        )
    return results


def _corpus_result(
    pair: CorpusPair, both: _Both, ends: tuple[float, float], p_value: float, *,
    groups: npt.ArrayLike | None, method: str, level: float,
) -> Paired:  # fmt: skip
    values, observed = both.of_all(), both.observed()
    name = "bootstrap" if groups is None else "cluster bootstrap"
    wins, ties, losses = _compared(pair.values_a, pair.values_b, len(both.rows))
    changed = (both.rows[:, : both.columns] != both.rows[:, both.columns :]).any(axis=1)
    return Paired(
        difference=observed,
        interval=Interval(*cut(*ends, values, paired=True), level, name),
        p_value=p_value,
        test=TESTS[method],
        n=len(both.rows),
        n_different=int(changed.sum()),
        wins=wins,
        ties=ties,
        losses=losses,
        **described(both.spread(observed, groups), level),
    )


@dataclass(frozen=True)
class _Both:
    """The totals of two systems side by side, and the difference of their values."""

    rows: Integers
    columns: int
    formula: Formula

    @classmethod
    def of(cls, totals_a: npt.ArrayLike, totals_b: npt.ArrayLike, formula: Formula) -> _Both:
        a, b = totals_of(totals_a, "totals_a"), totals_of(totals_b, "totals_b")
        if a.shape != b.shape:
            raise ValueError(
                "totals_a and totals_b must be of the same runs, samples and columns: "
                f"got {a.shape} and {b.shape}"
            )
        rows = np.concatenate([*a, *b], axis=1)
        return cls(rows, rows.shape[1] // 2, of_runs(formula, len(a)))

    def difference(self, sums: Integers) -> Floats:
        """Return the value of a minus that of b."""
        a, b = self.values(sums)
        difference: Floats = a - b
        return difference

    def values(self, sums: Integers) -> Floats:
        """Return the values of a and of b."""
        half = self.columns
        return np.stack(
            [values_by(self.formula, part) for part in (sums[:, :half], sums[:, half:])]
        )

    def of_all(self) -> Floats:
        """Return the values of a and of b for all samples."""
        return self.values(self.rows.sum(axis=0, keepdims=True))[:, 0]

    def observed(self) -> float:
        """Return the difference over all samples."""
        a, b = self.of_all().tolist()
        return float(a - b)

    def spread(self, observed: float, groups: npt.ArrayLike | None) -> Spread:
        """Return the spread of the samples' contributions to the difference."""
        n = len(self.rows)
        without = self.difference(self.rows.sum(axis=0) - self.rows) if n > 1 else np.zeros(1)
        pseudo = n * observed - (n - 1) * without
        codes = codes_of(groups, n)
        order = ordered(codes, pseudo) if groups is not None else np.argsort(pseudo)
        return spread(pseudo[order], codes[order] if groups is not None else codes)._replace(
            mean=observed
        )


def _exchanged(
    both: _Both, units: Integers, observed: float, *, resamples: int, seed: int
) -> float:
    """Return (c + 1) / (B + 1), where c of B exchanges differ at least as much."""
    gained = units[:, both.columns :] - units[:, : both.columns]
    gained = gained[gained.any(axis=1)]
    gained = gained[np.lexsort(gained.T[::-1])]
    if not len(gained):
        return 1.0
    moved = swapped_sums(gained, resamples=resamples, seed=seed)
    sums = units.sum(axis=0) + np.concatenate([moved, -moved], axis=1)
    found = np.abs(both.difference(sums))
    return _p_of(int((found >= abs(observed) - _ROUNDING).sum()), resamples)


def _compared(
    a: npt.ArrayLike | None, b: npt.ArrayLike | None, samples: int
) -> tuple[int, int, int] | tuple[None, None, None]:
    """Count wins, ties and losses, if there are values to compare."""
    if a is None or b is None:
        return None, None, None
    first, second = values_of(a, "values_a"), values_of(b, "values_b")
    if not len(first) == len(second) == samples:
        raise ValueError(
            f"values_a and values_b must be one per sample, got {len(first):,} and {len(second):,} "
            f"for {samples:,} samples"
        )
    better = _differing(first, second)
    return int((better > 0).sum()), int((better == 0).sum()), int((better < 0).sum())


CORRECTIONS = ("holm", "bh", "none")


def adjust(p_values: npt.ArrayLike, method: str = "holm") -> Floats:
    """Adjust the p-values of a family of tests; their order is kept.

    Args:
        p_values: p-values of all tests in the family, significant or not.
        method: ``holm`` (Holm, 1979) bounds the probability of any false positive, even for
            dependent tests; ``bh`` (Benjamini and Hochberg, 1995) the expected share of false
            positives among the positives; ``none`` returns p-values unchanged.

    Raises:
        ValueError: if a p-value is not from 0 to 1, or the method is unknown.

    Examples:
        >>> adjust([0.01, 0.04, 0.03])
        array([0.03, 0.06, 0.06])
        >>> adjust([0.01, 0.04, 0.03], method="bh")
        array([0.03, 0.04, 0.04])
    """
    one_of(method, CORRECTIONS, "method")
    values = np.asarray(p_values, dtype=np.float64)
    if values.ndim != 1 or not ((values >= 0) & (values <= 1)).all():
        raise ValueError(f"p_values must be a list of numbers from 0 to 1, got {p_values!r}")
    if method == "none":
        return values.copy()
    size = len(values)
    order = np.argsort(values, kind="stable")
    if method == "holm":
        stepped = np.maximum.accumulate(values[order] * (size - np.arange(size)))
    else:
        by_rank = values[order] * size / np.arange(1, size + 1)
        stepped = np.minimum.accumulate(by_rank[::-1])[::-1]
    adjusted = np.empty(size)
    adjusted[order] = np.minimum(stepped, 1.0)
    return adjusted


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
