"""Resampling with random numbers that are a function of (seed, resample, position) only.

Philox (Salmon et al., 2011, "Parallel random numbers: as easy as 1, 2, 3") has no state but a
counter: resample 7 draws the same numbers, whatever was drawn before it, with it, or by another
thread. All sums are of integers, so the order of summation does not matter.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import numpy.typing as npt

from textmetrics.statistics.checks import Floats, Integers, codes_of, resampling_options
from textmetrics.statistics.spread import Formula, fixed_point, group_sums

__all__ = [
    "RESAMPLES",
    "SEED",
    "bootstraps",
    "enumerable",
    "every_signed_sum",
    "mean_resamples",
    "percentiles",
    "resampled",
    "signed_sums",
    "sorted_rows",
    "units_of",
    "unsigned",
    "values_by",
]

RESAMPLES = 10_000
SEED = 12345

# The purpose of a draw is part of the counter, so that no test uses the numbers of another.
_FLIPS, _DRAWS = 1, 2
_COUNTED = 256  # bits per count of Philox
# Bytes of signs, or draws, that are processed together, so that they stay in the cache.
_AT_ONCE = 1 << 17
# Columns of tables that are resampled together; the sums of 10,000 resamples take 20 MB.
_COLUMNS = 256
# Samples whose signs are processed together; their table takes 2 MB.
_SECTION = 8192


def _words(seed: int, what: int, section: int, first: int, count: int, bits: int) -> Integers:
    """Return the random numbers of some consecutive resamples, one row each."""
    each = -(-bits // _COUNTED)
    generator = np.random.Philox(key=seed, counter=[first * each, section, what, 0])
    words = generator.random_raw(count * each * 4).astype("<u8", copy=False)
    return words.reshape(count, each * 4)


def _blocks(resamples: int, width: int) -> Iterator[tuple[int, int]]:
    """Yield (first, count) of the resamples that are processed together."""
    rows = max(1, _AT_ONCE // max(width, 1))
    for first in range(0, resamples, rows):
        yield first, min(rows, resamples - first)


def unsigned(rows: Integers) -> Integers:
    """Return the rows that are not 0, sorted, with a positive first number.

    Random signs of these have the same distribution as those of the rows; but neither the order
    of the rows nor that of two systems whose differences they are matters.
    """
    rows = rows[rows.any(axis=1)]
    keys = rows[:, np.argsort(rows.sum(axis=0), kind="stable")]
    first = np.take_along_axis(keys, (keys != 0).argmax(axis=1)[:, np.newaxis], axis=1)
    return (rows * np.sign(first))[np.lexsort((keys * np.sign(first)).T[::-1])]


def enumerable(rows: Integers, resamples: int) -> bool:
    """Return whether rows have no more combinations of signs than there are resamples."""
    return int(np.count_nonzero(rows.any(axis=1))) < resamples.bit_length()


def every_signed_sum(rows: Integers) -> Integers:
    """Return the sums of the rows with each combination of signs, one row each."""
    sums = np.zeros((1, rows.shape[1]), dtype=np.int64)
    for row in rows[rows.any(axis=1)]:
        sums = np.concatenate([sums + row, sums - row])
    return sums


def signed_sums(rows: Integers, *, resamples: int, seed: int) -> Integers:
    """Return the sum of all rows in each resample, each row with a random sign.

    Eight signs are one byte, and a table holds the sums of eight numbers for each of 256 bytes.

    Args:
        rows: integers; the absolute values of a column sum to less than 2**63.
        resamples: number of resamples: the rows of the result.
        seed: seed of the random numbers.
    """
    sums = np.zeros((resamples, rows.shape[1]), dtype=np.int64)
    for section, start in enumerate(range(0, len(rows), _SECTION)):
        part = rows[start : start + _SECTION]
        places = -(-len(part) // 8)
        tables = [_byte_table(column, places) for column in part.T]
        at = np.arange(places) << 8
        for first, count in _blocks(resamples, places):
            words = _words(seed, _FLIPS, section, first, count, len(part))
            chosen = words.view(np.uint8)[:, :places] + at
            for column, table in enumerate(tables):
                sums[first : first + count, column] += table.take(chosen).sum(axis=1)
    return sums


def _byte_table(weights: Integers, places: int) -> Integers:
    eights = np.zeros((places, 8), dtype=np.int64)
    eights.flat[: len(weights)] = weights
    signs = 1 - 2 * np.unpackbits(np.arange(256, dtype=np.uint8)[:, np.newaxis], axis=1).astype(
        np.int64
    )
    table: Integers = eights @ signs.T
    return table.ravel()


def _exact_type(largest: Integers) -> npt.DTypeLike:
    """Return a float type that holds the sums exactly: integer matrices multiply slowly."""
    highest = int(largest.max(initial=0))
    if highest >= 2**53:
        raise ValueError(f"totals sum to {highest:,}, which exceeds 2**53")
    return np.float32 if highest < 2**24 else np.float64


def bootstraps(tables: Sequence[Integers], *, resamples: int, seed: int) -> Iterator[Integers]:
    """Yield, for each table, the sums of as many rows as it has, drawn with replacement.

    Drawing takes longer than adding, so tables, which must be equally long, are processed side by
    side: a drawn row is added up in all of them. The sums of a table do not depend on the others.

    Args:
        tables: tables with one row per unit that is drawn.
        resamples: number of resamples: the rows of each result.
        seed: seed of the random numbers.
    """
    for group in _side_by_side(tables):
        sums = _bootstrap(np.concatenate(group, axis=1), resamples=resamples, seed=seed)
        ends = np.cumsum([table.shape[1] for table in group])
        yield from np.split(sums, ends[:-1], axis=1)


def _side_by_side(tables: Iterable[Integers]) -> Iterator[list[Integers]]:
    """Yield groups of tables whose sums take a few megabytes at most."""
    group: list[Integers] = []
    for table in tables:
        if group and sum(each.shape[1] for each in [*group, table]) > _COLUMNS:
            yield group
            group = []
        group.append(table)
    if group:
        yield group


def _bootstrap(rows: Integers, *, resamples: int, seed: int) -> Integers:
    """Return the sums of as many rows as there are, drawn with replacement, one row per resample.

    A draw is a 32-bit number times the number of rows, shifted down: the relative error of a
    row's probability is at most n / 2**32.
    """
    size = len(rows)
    _exact_type(size * np.abs(rows).max(axis=0))
    columns = rows.astype(np.float64)
    sums = np.empty((resamples, rows.shape[1]), dtype=np.int64)
    for first, count in _blocks(resamples, size):
        words = _words(seed, _DRAWS, 0, first, count, 32 * size)
        drawn = np.multiply(words.view("<u4")[:, :size], size, dtype=np.uint64) >> np.uint64(32)
        times = np.empty((count, size))
        for row, indices in zip(times, drawn.view(np.int64), strict=True):
            row[:] = np.bincount(indices, minlength=size)
        sums[first : first + count] = times @ columns
    return sums


def units_of(rows: Integers, groups: npt.ArrayLike | None) -> Integers:
    """Return the sums of each group, or the rows themselves if there are no groups."""
    codes = codes_of(groups, len(rows))
    if groups is not None:
        rows, _ = group_sums(rows[np.argsort(codes, kind="stable")], np.sort(codes))
    return rows


def resampled(
    tables: Sequence[Integers], formulas: Sequence[Formula], *, resamples: int, seed: int
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
    sums = bootstraps([sorted_rows(rows) for rows in tables], resamples=resamples, seed=seed)
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


def mean_resamples(values: Floats, codes: Integers, *, resamples: int, seed: int) -> Floats | None:
    """Return the means of each resample of samples, or of groups.

    Args:
        values: one row per sample; the columns are of the same samples.
        codes: the group of each sample, in ascending order.
        resamples: number of resamples: the rows of the result.
        seed: seed of the random numbers.

    Returns:
        ``None`` for a single sample or group, which says nothing about others.
    """
    sums, sizes = group_sums(values, codes)
    if len(sizes) == 1:
        return None
    units, exponent = fixed_point(sums, 52)
    rows = np.concatenate([units, sizes[:, np.newaxis]], axis=1)
    (table,) = bootstraps([sorted_rows(rows)], resamples=resamples, seed=seed)
    means: Floats = np.ldexp(table[:, :-1] / table[:, -1:], -exponent)
    return means


def sorted_rows(rows: Integers) -> Integers:
    """Return rows in lexicographic order."""
    return rows[np.lexsort(rows.T[::-1])]


def percentiles(found: Floats, level: float) -> tuple[float, float]:
    """Return the ends of the central interval that contains a share of the values."""
    if np.isinf(found).any():
        return -math.inf, math.inf
    low, high = np.quantile(found, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)
