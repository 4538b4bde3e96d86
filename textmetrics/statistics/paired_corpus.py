"""Paired tests of values that are formulas of sums over a corpus, such as BLEU."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from textmetrics.statistics.checks import (
    RESAMPLES,
    SEED,
    AnyIntegers,
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
from textmetrics.statistics.intervals import agreeing, cut, of_draws
from textmetrics.statistics.paired import (
    EXACT,
    TESTS,
    Pair,
    Paired,
    described,
    differing,
    folded,
    p_value_of,
)
from textmetrics.statistics.progress import Progress, parts, silent
from textmetrics.statistics.resampling import (
    bootstraps,
    enumerable,
    every_signed_sum,
    signed_sums,
    units_of,
    unsigned,
    values_by,
)
from textmetrics.statistics.spread import (
    ROUNDING,
    Formula,
    Spread,
    of_runs,
    ordered,
    spread,
)

_AT_ONCE = 1 << 16
"""Samples whose contributions are computed together."""
Whole = TypeVar("Whole", bound=np.integer)

__all__ = ["CorpusSystems", "paired_corpus_test", "paired_corpus_tests"]

_TESTS = ("auto", "ar", "bootstrap")


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
            whole group, are exchanged at random, or in every possible way if there are no more of
            these than resamples; ``bootstrap``, paired, as in sacrebleu; ``auto`` is ``ar``.
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
    values = None if values_a is None or values_b is None else [values_a, values_b]
    (found,) = paired_corpus_tests(
        [CorpusSystems([totals_a, totals_b], formula, values)],
        groups=groups,
        method=method,
        level=level,
        resamples=resamples,
        seed=seed,
    )
    return found[0, 1]


@dataclass(frozen=True)
class CorpusSystems:
    """The totals of several systems on the same samples.

    Attributes:
        totals: those of each system, as for `paired_corpus_test`.
        formula: returns one value per row of a table of sums.
        values: one value per sample of each system, for wins, ties and losses.
    """

    totals: Sequence[npt.ArrayLike]
    formula: Formula
    values: Sequence[npt.ArrayLike] | None = None


def paired_corpus_tests(
    tables: Sequence[CorpusSystems],
    *,
    groups: npt.ArrayLike | None = None,
    method: str = "auto",
    level: float = 0.95,
    resamples: int = RESAMPLES,
    seed: int = SEED,
    progress: Progress = silent,
) -> list[dict[Pair, Paired]]:
    """Return the `paired_corpus_test` of each two systems of each of several tables.

    Samples are drawn once for all tables and systems, signs once for all systems of a table, so
    the cost grows with the number of systems, not of pairs. Two systems get the result of
    `paired_corpus_test`; of more, the p-value and interval of a pair may differ from that by
    chance, because samples are sorted by the totals of all systems.

    Args:
        tables: systems to test, which may differ from table to table; samples may not.
        groups: as for `paired_corpus_test`; the same for all tables.
        method: as for `paired_corpus_test`.
        level: as for `paired_corpus_test`.
        resamples: as for `paired_corpus_test`.
        seed: as for `paired_corpus_test`.
        progress: called now and then with the share that is done.

    Returns:
        For each table, results by the numbers of two systems, the lower one first, whose value is
        the minuend.

    Raises:
        TypeError: as `paired_corpus_test` does.
        ValueError: as `paired_corpus_test` does, and if tables differ in their number of samples.
    """
    one_of(method, _TESTS, "method")
    level = share(level, "level")
    resamples, seed = resampling_options(resamples, seed)
    tests = [_Tests.of(table, groups) for table in tables]
    if len(lengths := {each.samples for each in tests}) > 1:
        raise ValueError(f"tables must be of the same samples, got {sorted(lengths)} samples")
    # One unit says nothing about others.
    drawn = [each for each in tests if len(each.units) > 1]
    rows = [each.units for each in drawn]
    drawing, testing = parts(progress, 2)
    sums_of_tables = bootstraps(rows, resamples=resamples, seed=seed, progress=drawing)
    for each, sums in zip(drawn, sums_of_tables, strict=True):
        each.bootstrapped = each.values(sums)
    bootstrap = method == "bootstrap"
    return [
        each.results(
            bootstrap=bootstrap, level=level, resamples=resamples, seed=seed, progress=part
        )
        for each, part in zip(tests, parts(testing, len(tests)), strict=True)
    ]


class _Tests:
    """The tests of all pairs of systems of one table.

    Args:
        totals: those of each system, in the shape (runs, samples, columns).
        table: the systems.
        groups: as for `paired_corpus_test`.
    """

    def __init__(
        self, totals: Sequence[AnyIntegers], table: CorpusSystems, groups: npt.ArrayLike | None
    ) -> None:
        self.systems = len(totals)
        self.samples = totals[0].shape[1]
        self.formula = of_runs(table.formula, len(totals[0]))
        # The systems side by side, each with its runs side by side.
        self.rows = np.concatenate([run for system in totals for run in system], axis=1)
        self.units = units_of(self.rows, groups)
        self.groups = groups
        self.bootstrapped: Sequence[Floats] | None = None
        self.given = None if table.values is None else _values(table.values, self.samples)

    @classmethod
    def of(cls, table: CorpusSystems, groups: npt.ArrayLike | None) -> _Tests:
        totals = [totals_of(each, f"totals[{at}]") for at, each in enumerate(table.totals)]
        if len(shapes := dict.fromkeys(each.shape for each in totals)) > 1:
            raise ValueError(
                "totals must be of the same runs, samples and columns: got "
                + " and ".join(map(str, shapes))
            )
        return cls(totals, table, groups)

    def parts(self, columns: npt.NDArray[Whole]) -> list[npt.NDArray[Whole]]:
        """Return the columns of each system."""
        return np.split(columns, self.systems, axis=1)

    def values(self, sums: Integers) -> list[Floats]:
        """Return the values of each system."""
        return [values_by(self.formula, part) for part in self.parts(sums)]

    @cached_property
    def observed(self) -> list[float]:
        """The value of each system."""
        return [float(value[0]) for value in self.values(self._sums[np.newaxis])]

    @cached_property
    def without(self) -> list[Floats]:
        """The value of each system without each sample."""
        if self.samples == 1:
            return [np.zeros(1)] * self.systems
        places = range(_AT_ONCE, self.samples, _AT_ONCE)
        parts = [self.values(self._sums - part) for part in np.split(self.rows, places)]
        return [np.concatenate(each) for each in zip(*parts, strict=True)]

    @cached_property
    def _sums(self) -> Integers:
        sums: Integers = self.rows.sum(axis=0, dtype=np.int64)
        return sums

    def results(
        self, *, bootstrap: bool, level: float, resamples: int, seed: int, progress: Progress
    ) -> dict[Pair, Paired]:
        """Return the result of each pair."""
        signed = None
        found = {}
        for pair in combinations(range(self.systems), 2):
            differences = np.array([-np.inf, np.inf])
            if self.bootstrapped is not None:
                differences = self.bootstrapped[pair[0]] - self.bootstrapped[pair[1]]
            one, other = (self.parts(self.units)[at] for at in pair)
            differ = (one != other).any(axis=1)
            if bootstrap:
                p_value, test = folded(differences, self.difference(pair)), TESTS["bootstrap"]
            elif enumerable(int(differ.sum()), resamples):
                gained = one[differ].astype(np.int64) - other[differ].astype(np.int64)
                moved = every_signed_sum(gained)
                p_value, test = float(self._as_large(pair, moved).mean()), EXACT
            else:
                if signed is None:
                    signed = self._signed(resamples=resamples, seed=seed, progress=progress)
                as_large = self._as_large(pair, signed[pair[0]] - signed[pair[1]])
                p_value, test = p_value_of(int(as_large.sum()), resamples), TESTS["ar"]
            found[pair] = self._result(pair, differences, p_value, test, level)
        return found

    def difference(self, pair: Pair) -> float:
        """Return the difference of two systems' values."""
        one, other = pair
        return self.observed[one] - self.observed[other]

    def _signed(self, *, resamples: int, seed: int, progress: Progress) -> list[Integers]:
        """Return, for each system, the signed sums of its differences from the lowest one."""
        lowest = int(np.argmin(self.observed))
        units = self.parts(self.units)
        others = [at for at in range(self.systems) if at != lowest]
        small = self.units.dtype.itemsize < np.dtype(np.int32).itemsize
        differences = [
            np.subtract(units[at], units[lowest], dtype=np.int32 if small else np.int64)
            for at in others
        ]
        sums = signed_sums(
            unsigned(np.concatenate(differences, axis=1)),
            resamples=resamples,
            seed=seed,
            progress=progress,
        )
        signed = dict(zip(others, np.split(sums, len(others), axis=1), strict=True))
        signed[lowest] = np.zeros_like(signed[others[0]])
        return [signed[at] for at in range(self.systems)]

    def _as_large(self, pair: Pair, moved: Integers) -> npt.NDArray[np.bool_]:
        """Return whether each exchange leads to a difference at least as large.

        Args:
            pair: the systems.
            moved: signed sums of what one has more than the other; where the sign is negative,
                outputs are exchanged. So both have half of what they have together, and one of
                them half of this more, the other as much less.
        """
        sums = self.parts(self._sums[np.newaxis])
        one, other = (sums[at][0] for at in pair)
        first = (one + other + moved) // 2
        swapped = values_by(self.formula, first) - values_by(self.formula, one + other - first)
        return np.abs(swapped) >= abs(self.difference(pair)) - ROUNDING

    def _result(self, pair: Pair, drawn: Floats, p_value: float, test: str, level: float) -> Paired:
        name = "bootstrap" if self.groups is None else "cluster bootstrap"
        one, other = (self.parts(self.rows)[at] for at in pair)
        wins = ties = losses = None
        if self.given is not None:
            better = differing(*(self.given[at] for at in pair))
            wins, ties, losses = (int((np.sign(better) == sign).sum()) for sign in (1, 0, -1))
        values = np.array([self.observed[at] for at in pair])
        ends = of_draws(drawn, len(self.units), level, values, paired=True)
        if test != TESTS["bootstrap"] or p_value > 1.0 - level:
            ends = agreeing(*ends, self.difference(pair), p_value, level)
        return Paired(
            difference=self.difference(pair),
            interval=Interval(*cut(*ends, values, paired=True), level, name),
            p_value=p_value,
            test=test,
            n=self.samples,
            n_different=int((one != other).any(axis=1).sum()),
            wins=wins,
            ties=ties,
            losses=losses,
            **described(self._spread(pair), level, test),
        )

    def _spread(self, pair: Pair) -> Spread:
        """Return the spread of the samples' contributions to the difference."""
        one, other = (self.without[at] for at in pair)
        n, observed = self.samples, self.difference(pair)
        pseudo = n * observed - (n - 1) * (one - other)
        if self.groups is None:
            return spread(pseudo)._replace(mean=observed)
        codes = codes_of(self.groups, n)
        order = ordered(codes, pseudo)
        return spread(pseudo[order], codes[order])._replace(mean=observed)


def _values(given: Sequence[npt.ArrayLike], samples: int) -> list[Floats]:
    values = [values_of(each, f"values[{at}]") for at, each in enumerate(given)]
    if any(len(each) != samples for each in values):
        lengths = " and ".join(f"{len(each):,}" for each in values)
        raise ValueError(f"values must be one per sample, got {lengths} for {samples:,} samples")
    return values
