"""Sums of rows of integers under random signs, or of rows drawn at random.

Neither the order of rows nor the number of threads changes a bit: random numbers are a function of
(seed, resample, position), rows are first sorted, and sums are of integers.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from importlib import import_module
from typing import Any

import numpy as np
import numpy.typing as npt

from textmetrics._threads import default_threads
from textmetrics.statistics.checks import (
    AnyIntegers,
    Floats,
    Integers,
    codes_of,
    resampling_options,
)
from textmetrics.statistics.progress import Progress, parts, silent
from textmetrics.statistics.spread import Formula, fixed_point, group_sums, special

__all__ = [
    "bootstraps",
    "canonical",
    "enumerable",
    "every_signed_sum",
    "mean_resamples",
    "percentiles",
    "resampled",
    "signed_sums",
    "units_of",
    "unsigned",
    "values_by",
]

_SECTION = 8192
"""Rows whose signs have a counter of their own."""
_SIGNS = 1 << 30
"""Signs times columns that are processed together, in a tenth of a second: then Ctrl-C is seen."""
_COUNTS = 1 << 22
"""Counts of draws that are processed together, 32 MB."""
_BUNDLES = 1 << 14
"""Rows that are drawn one by one; more are bundled."""
_TO_BUNDLES = 3
"""The purpose of numbers, beside those of signs and draws."""
_COLUMNS = 256
"""Columns of tables that are resampled together; the sums of 10,000 resamples take 20 MB."""


@cache
def _backend() -> Any:
    """Return the extension's functions if it is built, else their definition; they are equal."""
    try:
        return import_module("textmetrics.statistics.native")
    except ImportError:
        return import_module("textmetrics.statistics.definition")


def unsigned(rows: AnyIntegers) -> AnyIntegers:
    """Return the rows that are not 0, in an order of their own, with a positive first number.

    Random signs of these have the same distribution as those of the rows; but neither the order
    of the rows nor that of two systems whose differences they are matters.
    """
    by_sum = np.argsort(rows.sum(axis=0, dtype=np.int64), kind="stable").tolist()
    present = np.flatnonzero(rows.any(axis=1))
    signs = np.zeros(len(present), dtype=rows.dtype)
    for at in by_sum:
        np.copyto(signs, np.sign(rows[present, at]), where=signs == 0)
    order = _order((rows[present, at] * signs for at in by_sum), len(present))
    ordered: AnyIntegers = rows[present[order]]
    ordered *= signs[order, np.newaxis]
    return ordered


def canonical(rows: AnyIntegers) -> AnyIntegers:
    """Return the rows in an order that depends on their values only."""
    ordered: AnyIntegers = rows[_order(rows.T, len(rows))]
    return ordered


def _order(columns: Iterable[AnyIntegers], length: int) -> npt.NDArray[np.intp]:
    """Return the lexicographic order of rows; columns of small integers are sorted as one."""
    keys: list[npt.NDArray[np.uint64]] = []
    room = 0
    for column in columns:
        lowest = int(column.min(initial=0))
        bits = (int(column.max(initial=0)) - lowest).bit_length()
        shifted = (column.astype(np.int64) - lowest).astype(np.uint64)
        if bits > room or not keys:
            keys.append(shifted)
            room = 64 - bits
        else:
            keys[-1] = (keys[-1] << np.uint64(bits)) | shifted
            room -= bits
    return np.lexsort(keys[::-1]) if keys else np.arange(length)


def enumerable(rows: int, resamples: int) -> bool:
    """Return whether so many rows have no more combinations of signs than there are resamples."""
    return rows < resamples.bit_length()


def every_signed_sum(rows: Integers) -> Integers:
    """Return the sums of the rows with each combination of signs, one row each."""
    sums = np.zeros((1, rows.shape[1]), dtype=np.int64)
    for row in rows[rows.any(axis=1)]:
        sums = np.concatenate([sums + row, sums - row])
    return sums


def signed_sums(
    rows: AnyIntegers, *, resamples: int, seed: int, progress: Progress = silent
) -> Integers:
    """Return the sum of all rows in each resample, each row with a random sign.

    Args:
        rows: integers; the absolute values of a column sum to less than 2**63.
        resamples: number of resamples: the rows of the result.
        seed: seed of the random numbers.
        progress: called after each section.
    """
    sums = np.zeros((resamples, rows.shape[1]), dtype=np.int64)
    for section, start in enumerate(range(0, len(rows), _SECTION)):
        part = np.ascontiguousarray(rows[start : start + _SECTION], dtype=np.int64)
        at_once = max(1, _SIGNS // max(1, part.size))
        for first in range(0, resamples, at_once):
            some = sums[first : first + at_once]
            _backend().add_signed_sums(
                part, some, first, seed=seed, section=section, threads=default_threads()
            )
        progress(min(1.0, (start + _SECTION) / len(rows)))
    return sums


def bootstraps(
    tables: Sequence[AnyIntegers], *, resamples: int, seed: int, progress: Progress = silent
) -> Iterator[Integers]:
    """Yield, for each table, the sums of as many rows as it has, drawn with replacement.

    Drawing takes longer than adding, so tables, which must be equally long, are processed side by
    side: a drawn row is added up in all of them. The sums of a table depend neither on the others
    nor on the order of its rows. More than 16,384 rows are first added up in that many bundles of
    one size, at random, which are then drawn: the distribution of the sums keeps its mean and, up
    to 1.1 %, its variance, and time and memory stay bounded.

    Args:
        tables: tables with one row per unit that is drawn.
        resamples: number of resamples: the rows of each result.
        seed: seed of the random numbers.
        progress: called after each block of resamples.
    """
    groups = list(_side_by_side(tables))
    for group, of_group in zip(groups, parts(progress, len(groups)), strict=True):
        rows = [_bundled(canonical(table), seed) for table in group]
        sums = _bootstrap(np.concatenate(rows, axis=1), resamples, seed, of_group)
        ends = np.cumsum([table.shape[1] for table in group])
        yield from np.split(sums, ends[:-1], axis=1)


def _bundled(rows: AnyIntegers, seed: int) -> Integers:
    """Return the sums of bundles if there are too many rows to draw each; at random, by a sort."""
    if len(rows) <= _BUNDLES:
        return rows.astype(np.int64)
    random = np.random.Philox(key=seed, counter=[0, 0, _TO_BUNDLES, 0])
    order = np.argsort(random.random_raw(len(rows)), kind="stable")
    first = np.arange(_BUNDLES) * len(rows) // _BUNDLES
    columns = (column[order].astype(np.int64) for column in rows.T)
    return np.stack([np.add.reduceat(column, first) for column in columns], axis=1)


def _side_by_side(tables: Iterable[AnyIntegers]) -> Iterator[list[AnyIntegers]]:
    """Yield groups of tables whose sums take a few megabytes at most."""
    group: list[AnyIntegers] = []
    for table in tables:
        if group and sum(each.shape[1] for each in [*group, table]) > _COLUMNS:
            yield group
            group = []
        group.append(table)
    if group:
        yield group


def _bootstrap(rows: Integers, resamples: int, seed: int, progress: Progress) -> Integers:
    """Return, for each resample, the sum of as many rows as there are, drawn with replacement."""
    size = len(rows)
    highest = size * int(np.abs(rows).max(initial=0))
    if highest >= 2**53:  # what a float holds exactly: integer matrices multiply slowly
        raise ValueError(f"totals sum to {highest:,}, which exceeds 2**53")
    columns = rows.astype(np.float64)
    sums = np.empty((resamples, rows.shape[1]), dtype=np.int64)
    at_once = max(1, _COUNTS // size)
    for first in range(0, resamples, at_once):
        times = np.empty((min(at_once, resamples - first), size))
        _backend().count_draws(times, first, seed=seed, threads=default_threads())
        sums[first : first + len(times)] = times @ columns
        progress((first + len(times)) / resamples)
    return sums


def units_of(rows: AnyIntegers, groups: npt.ArrayLike | None) -> AnyIntegers:
    """Return the sums of each group, or the rows themselves if there are no groups."""
    if groups is None:
        return rows
    codes = codes_of(groups, len(rows))
    order = np.argsort(codes, kind="stable")
    sums, _ = group_sums(rows[order].astype(np.int64), codes[order])
    return sums


def resampled(
    tables: Sequence[AnyIntegers],
    formulas: Sequence[Formula],
    *,
    resamples: int,
    seed: int,
    progress: Progress = silent,
) -> list[Floats]:
    """Yield the values of each table's formula for resamples of its rows.

    They depend neither on the order of the rows nor on the other tables. A single row says nothing
    about others: the values are then infinite, in both directions.

    Raises:
        ValueError: if tables differ in their number of rows, or a formula does not return one
            number per row of sums.
    """
    resamples, seed = resampling_options(resamples, seed)
    if len(lengths := {len(rows) for rows in tables}) > 1:
        raise ValueError(f"tables must be of the same samples, got {sorted(lengths)} samples")
    if lengths == {1}:
        return [np.array([-math.inf, math.inf]) for _ in tables]
    sums = bootstraps(tables, resamples=resamples, seed=seed, progress=progress)
    return [values_by(formula, of_table) for formula, of_table in zip(formulas, sums, strict=True)]


def values_by(formula: Formula, sums: Integers) -> Floats:
    """Return the formula's value for each row of sums.

    Raises:
        ValueError: if it does not return one number per row.
    """
    found = np.asarray(formula(sums), dtype=np.float64)
    if found.shape != (len(sums),):
        raise ValueError(
            f"formula must return one value per row of sums, got the shape {found.shape} for "
            f"{len(sums):,} rows"
        )
    if wrong := int(np.count_nonzero(~np.isfinite(found))):
        raise ValueError(
            f"formula must return a number for any sums, got none for {wrong:,} of {len(sums):,} "
            "rows, such as those where it divides by 0"
        )
    return found


def mean_resamples(
    values: Floats, codes: Integers | None, *, resamples: int, seed: int
) -> Floats | None:
    """Return the means of each resample of samples, or of groups.

    Args:
        values: one row per sample; the columns are of the same samples.
        codes: the group of each sample, in ascending order; if ``None``, each is its own group.
        resamples: number of resamples: the rows of the result.
        seed: seed of the random numbers.

    Returns:
        ``None`` for a single sample or group, which says nothing about others.
    """
    sums, sizes = values, np.ones(len(values), dtype=np.int64)
    if codes is not None:
        sums, sizes = group_sums(values, codes)
    if len(sizes) == 1:
        return None
    units, exponent = fixed_point(sums, 52)
    rows = np.concatenate([units, sizes[:, np.newaxis]], axis=1)
    (table,) = bootstraps([rows], resamples=resamples, seed=seed)
    means: Floats = np.ldexp(table[:, :-1] / table[:, -1:], -exponent)
    return means


def percentiles(found: Floats, level: float, units: int) -> tuple[float, float]:
    """Return the ends of the central interval that contains a share of the values.

    The percentiles are those that make the interval of a mean of normal values Student's, as
    Hesterberg (2015) proposes: resamples of n units vary less than samples do, by (n - 1) / n.

    Args:
        found: values of resamples.
        level: the confidence level.
        units: number of samples, or groups, that are drawn.
    """
    if np.isinf(found).any():
        return -math.inf, math.inf
    quantile = special().stdtrit(units - 1, (1 + level) / 2)
    tail = float(special().ndtr(-quantile * math.sqrt(units / (units - 1))))
    low, high = np.quantile(found, [tail, 1 - tail])
    return float(low), float(high)
