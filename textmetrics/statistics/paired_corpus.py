"""Tests of whether one system is better than another by a value that only a corpus has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from textmetrics.statistics.checks import (
    MOST_RESAMPLES,
    Floats,
    Integers,
    codes_of,
    one_of,
    share,
    totals_of,
    values_of,
    whole,
)
from textmetrics.statistics.intervals import Interval, cut
from textmetrics.statistics.paired import (
    ROUNDING,
    TESTS,
    Paired,
    described,
    differing,
    folded,
    p_of,
)
from textmetrics.statistics.resampled import percentiles, resampled, units_of, values_by
from textmetrics.statistics.resampling import RESAMPLES, SEED, swapped_sums
from textmetrics.statistics.spread import Spread, spread
from textmetrics.statistics.units import Formula, of_runs, ordered

__all__ = ["CorpusPair", "paired_corpus_test", "paired_corpus_tests"]

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
    """Test whether two systems' values of a corpus differ.

    The interval is the percentile bootstrap's, both systems by the same draws. The effect size and
    what could be found are of the pseudo-values of the jackknife: what each sample gives to the
    difference.

    Args:
        totals_a: whole numbers, (samples, columns), or (runs, samples, columns): then of the mean
            over the runs.
        totals_b: the other system's, in the same order.
        formula: gives a value for each row of a table of sums.
        values_a: a value a sample, for wins, ties and losses, which a corpus value has not.
        values_b: the other system's.
        groups: a name or number a sample, the same for samples that are not independent.
        method: ``ar``, approximate randomisation: what two systems gave to a sample, or to all of
            a group, is exchanged by the toss of a coin; ``bootstrap``, paired, as sacrebleu has
            it; ``auto`` is ``ar``.
        level: of the intervals.
        resamples: how many, of each kind.
        seed: of the random numbers.

    Raises:
        TypeError: if totals are no whole numbers, or groups neither strings nor whole numbers.
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
    """Two systems' totals, as `paired_corpus_test` takes them."""

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
    """Give what `paired_corpus_test` gives for each of several pairs on the same samples.

    To draw is what takes the time: for the intervals it is done once for all pairs.

    Args:
        pairs: what is tested.
        groups: as `paired_corpus_test` has it, and the same for all.
        method: likewise.
        level: likewise.
        resamples: likewise.
        seed: likewise.

    Raises:
        TypeError: as `paired_corpus_test` does.
        ValueError: likewise, and if pairs have not as many samples as each other.
    """
    method = {"auto": "ar"}.get(one_of(method, CORPUS_TESTS, "method"), method)
    level = share(level, "level")
    resamples, seed = whole(resamples, "resamples", 1, MOST_RESAMPLES), whole(seed, "seed", 0)
    tables = [_Both.of(pair.totals_a, pair.totals_b, pair.formula) for pair in pairs]
    units = [units_of(both.rows, groups) for both in tables]
    differences = [both.difference for both in tables]
    drawn = resampled(units, differences, resamples=resamples, seed=seed)
    found = []
    for pair, both, its, values in zip(pairs, tables, units, drawn, strict=True):
        observed = both.observed()
        if method == "ar":
            p_value = _exchanged(both, its, observed, resamples=resamples, seed=seed)
        else:
            p_value = folded(values, observed)
        ends = percentiles(values, level)
        found.append(_told(pair, both, ends, p_value, groups=groups, method=method, level=level))
    return found


def _told(
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
    """Two systems' totals side by side, and their values' difference for a table of sums."""

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
        """Give a's value less b's."""
        a, b = self.values(sums)
        difference: Floats = a - b
        return difference

    def values(self, sums: Integers) -> Floats:
        """Give a's values and b's."""
        half = self.columns
        return np.stack(
            [values_by(self.formula, part) for part in (sums[:, :half], sums[:, half:])]
        )

    def of_all(self) -> Floats:
        """Give a's value and b's for all samples."""
        return self.values(self.rows.sum(axis=0, keepdims=True))[:, 0]

    def observed(self) -> float:
        """Give the difference that all samples have."""
        a, b = self.of_all().tolist()
        return float(a - b)

    def spread(self, observed: float, groups: npt.ArrayLike | None) -> Spread:
        """Give the spread of what each sample gives to the difference."""
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
    """Give (c + 1) / (B + 1), c being how many of B exchanges differ at least as much."""
    gained = units[:, both.columns :] - units[:, : both.columns]
    gained = gained[gained.any(axis=1)]
    gained = gained[np.lexsort(gained.T[::-1])]
    if not len(gained):
        return 1.0
    moved = swapped_sums(gained, resamples=resamples, seed=seed)
    sums = units.sum(axis=0) + np.concatenate([moved, -moved], axis=1)
    found = np.abs(both.difference(sums))
    return p_of(int((found >= abs(observed) - ROUNDING).sum()), resamples)


def _compared(
    a: npt.ArrayLike | None, b: npt.ArrayLike | None, samples: int
) -> tuple[int, int, int] | tuple[None, None, None]:
    """Count wins, ties and losses, where there are values to compare."""
    if a is None or b is None:
        return None, None, None
    first, second = values_of(a, "values_a"), values_of(b, "values_b")
    if not len(first) == len(second) == samples:
        raise ValueError(
            f"values_a and values_b must be one a sample: got {len(first):,} and {len(second):,} "
            f"for {samples:,}"
        )
    better = differing(first, second)
    return int((better > 0).sum()), int((better == 0).sum()), int((better < 0).sum())
