"""Random signs and draws, and sums under them: the definition, which `native` equals.

Random numbers are those of Philox (Salmon et al., 2011, "Parallel random numbers: as easy as 1, 2,
3"), which has no state but a counter: resample 7 draws the same numbers, whatever was drawn before
it, with it, or by another thread.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from textmetrics.statistics.checks import Floats, Integers

__all__ = ["DRAWS", "FLIPS", "add_signed_sums", "count_draws"]

# The purpose of a number is part of the counter, so that no test uses the numbers of another.
FLIPS, DRAWS = 1, 2

_COUNTED = 256  # bits per count of Philox
_AT_ONCE = 1 << 17
"""Bytes of signs, or draws, that are processed together, so that they stay in the cache."""


def add_signed_sums(
    rows: Integers,
    sums: Integers,
    first: int,
    *,
    seed: int,
    section: int,
    threads: int = 1,  # noqa: ARG001
) -> None:
    """Add the sum of a section of all rows to some resamples, each row with a random sign.

    Eight signs are one byte, and a table holds the sums of eight numbers for each of 256 bytes.

    Args:
        rows: integers; the absolute values of a column sum to less than 2**63.
        sums: one row per resample, with as many columns.
        first: the number of the first of these resamples.
        seed: seed of the random numbers.
        section: the number of the section.
        threads: ignored.
    """
    places = -(-len(rows) // 8)
    tables = [_byte_table(column, places) for column in rows.T]
    at = np.arange(places) << 8
    for start, count in _blocks(len(sums), places):
        words = _words(seed, FLIPS, section, first + start, count, len(rows))
        chosen = words.view(np.uint8)[:, :places] + at
        for column, table in enumerate(tables):
            sums[start : start + count, column] += table.take(chosen).sum(axis=1)


def _byte_table(column: Integers, places: int) -> Integers:
    eights = np.zeros((places, 8), dtype=np.int64)
    eights.flat[: len(column)] = column
    signs = 1 - 2 * np.unpackbits(np.arange(256, dtype=np.uint8)[:, np.newaxis], axis=1).astype(
        np.int64
    )
    table: Integers = eights @ signs.T
    return table.ravel()


def count_draws(times: Floats, first: int, *, seed: int, threads: int = 1) -> None:  # noqa: ARG001
    """Count how often each row is drawn in some consecutive resamples, as many draws as rows.

    A draw is a 32-bit number times the number of rows, shifted down: the relative error of a
    row's probability is at most n / 2**32.

    Args:
        times: one row per resample, one column per row that may be drawn; overwritten.
        first: the number of the first of these resamples.
        seed: seed of the random numbers.
        threads: ignored.
    """
    size = times.shape[1]
    for start, count in _blocks(len(times), size):
        words = _words(seed, DRAWS, 0, first + start, count, 32 * size)
        drawn = np.multiply(words.view("<u4")[:, :size], size, dtype=np.uint64) >> np.uint64(32)
        for row, indices in zip(times[start:], drawn.view(np.int64), strict=False):
            row[:] = np.bincount(indices, minlength=size)


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
