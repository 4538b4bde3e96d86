"""Values of formulas for resamples of rows, and between which most of them lie."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from textmetrics.statistics.checks import MOST_RESAMPLES, Floats, Integers, codes_of, whole
from textmetrics.statistics.resampling import bootstraps
from textmetrics.statistics.units import Formula, fixed_point, group_sums

__all__ = ["mean_resamples", "percentiles", "resampled", "units_of", "values_by"]


def units_of(rows: Integers, groups: npt.ArrayLike | None) -> Integers:
    """Give the sums of each group; each row where there are none."""
    codes = codes_of(groups, len(rows))
    if groups is not None:
        rows, _ = group_sums(rows[np.argsort(codes, kind="stable")], np.sort(codes))
    return rows


def resampled(
    tables: Sequence[Integers], formulas: Sequence[Formula], *, resamples: int, seed: int
) -> list[Floats]:
    """Give the values of each table's formula for its rows drawn with replacement.

    They do not depend on the order of the rows, nor on what other tables there are. With a single
    row nothing is known of others: then the values are infinite, both ways.

    Raises:
        ValueError: if tables differ in their number of rows, or a formula does not give a number
            for each row of sums.
    """
    resamples, seed = whole(resamples, "resamples", 1, MOST_RESAMPLES), whole(seed, "seed", 0)
    if len(lengths := {len(rows) for rows in tables}) > 1:
        raise ValueError(f"tables must be of the same samples, got {sorted(lengths)} of them")
    if lengths == {1}:
        return [np.array([-math.inf, math.inf]) for _ in tables]
    ordered_rows = [rows[np.lexsort(rows.T[::-1])] for rows in tables]
    sums = bootstraps(ordered_rows, resamples=resamples, seed=seed)
    return [values_by(formula, its) for formula, its in zip(formulas, sums, strict=True)]


def values_by(formula: Formula, sums: Integers) -> Floats:
    """Give the formula's value for each row of sums.

    Raises:
        ValueError: if it does not give a number for each.
    """
    found = np.asarray(formula(sums), dtype=np.float64)
    if found.shape != (len(sums),):
        raise ValueError(
            f"the formula must give a value for each row of sums: {len(sums):,}, "
            f"got the shape {found.shape}"
        )
    if wrong := int(np.count_nonzero(~np.isfinite(found))):
        raise ValueError(
            f"the formula must give a number for any sums: not one for {wrong:,} of {len(sums):,} "
            "rows, such as those where it divides by 0"
        )
    return found


def mean_resamples(values: Floats, codes: Integers, *, resamples: int, seed: int) -> Floats:
    """Give the mean of each resample of samples, or of groups; both are in order."""
    sums, sizes = group_sums(values, codes)
    units, exponent = fixed_point(sums, 52)

    def mean(table: Integers) -> Floats:
        return np.ldexp(table[:, 0] / table[:, 1], -exponent)

    rows = np.stack([units, sizes], axis=1)
    (means,) = resampled([rows], [mean], resamples=resamples, seed=seed)
    return means


def percentiles(found: Floats, level: float) -> tuple[float, float]:
    """Give the ends between which so many values lie."""
    if np.isinf(found).any():
        return -math.inf, math.inf
    low, high = np.quantile(found, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)
