"""The integers that every score is computed from."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from textmetrics._extension import twin
from textmetrics.scan import Batch

__all__ = [
    "BASIC_COLUMNS",
    "COLUMNS",
    "COLUMN_MEANINGS",
    "EDIT_COLUMNS",
    "ORDERS",
    "PAIR_COLUMNS",
    "SAMPLE_COLUMNS",
    "SENTENCE_COLUMNS",
    "SET_ORDERS",
    "WEIGHT_COLUMNS",
    "Counts",
    "allocate",
    "column_sums",
    "numbers_of",
]

ORDERS = range(1, 10)
"""The n of the n-grams that are matched and clipped."""
SET_ORDERS = range(1, 6)
"""The n of the n-grams of which distinct ones are counted."""

SENTENCE_COLUMNS = (
    "prediction_words",
    "reference_words",
    "prediction_types",
    "reference_types",
    "union_lcs",
    "union_types",
    "weighted_lcs",
    "reference_weight",
)
"""The columns for which id 0 is the break between two sentences."""
WEIGHT_COLUMNS = ("weighted_lcs", "reference_weight")
"""The columns that are the bits of float64 numbers: see `numbers_of`."""
EDIT_COLUMNS = (
    "edits",
    "hits",
    "beam_edits",
    "beam_indels",
    "shift_edits",
    "reference_shift_edits",
)
"""The columns of edits that turn one sequence into the other."""
PAIR_COLUMNS = (
    "prediction_length",
    "reference_length",
    "equal",
    *(f"match_{n}" for n in ORDERS),
    "lcs",
    *(f"prediction_distinct_{n}" for n in SET_ORDERS),
    *(f"reference_distinct_{n}" for n in SET_ORDERS),
    *(f"common_{n}" for n in SET_ORDERS),
    "longest_run",
    "skip_match",
    "head_match",
    *EDIT_COLUMNS,
    *SENTENCE_COLUMNS,
)
SAMPLE_COLUMNS = (*(f"clip_{n}" for n in ORDERS), "closest_length")
COLUMNS = (*PAIR_COLUMNS, *SAMPLE_COLUMNS)
BASIC_COLUMNS = (
    "prediction_length",
    "reference_length",
    "equal",
    *(f"match_{n}" for n in range(1, 5)),
    "lcs",
    *(f"clip_{n}" for n in range(1, 5)),
    "closest_length",
)
"""The columns that the default metrics need."""


COLUMN_MEANINGS: Mapping[str, str] = {
    "prediction_length": "tokens of the prediction",
    "reference_length": "tokens of the reference",
    "equal": "1 if both have the same tokens in the same order, else 0",
    "match_n": "n-grams of the prediction found in the reference, each counted at most as often as "
    "it occurs there",
    "lcs": "length of the longest common subsequence",
    "prediction_distinct_n": "distinct n-grams of the prediction",
    "reference_distinct_n": "distinct n-grams of the reference",
    "common_n": "distinct n-grams that both have",
    "longest_run": "length of the longest run of tokens that both have",
    "skip_match": "like `match_2`, with at most four tokens between the two (skip-bigrams)",
    "head_match": "like `match_1`, without the last token of either text",
    "edits": "fewest tokens to replace, delete or insert (Levenshtein distance)",
    "hits": "tokens that are kept then; of alignments with as few edits, in rapidfuzz's",
    "beam_edits": "like `edits`, with alignments at most 25 tokens off the diagonal",
    "beam_indels": "like `beam_edits`, replacing counted twice",
    "shift_edits": "edits and shifts of phrases that turn the prediction into the reference (TER)",
    "reference_shift_edits": "edits and shifts that turn the reference into the prediction",
    "prediction_words": "tokens of the prediction without breaks",
    "reference_words": "tokens of the reference without breaks",
    "prediction_types": "distinct tokens of the prediction without breaks",
    "reference_types": "distinct tokens of the reference without breaks",
    "union_lcs": "tokens in the union of the longest common subsequences of each reference "
    "sentence with all sentences of the prediction, each counted at most as often as it occurs",
    "union_types": "distinct tokens in any longest common subsequence of two sentences",
    "weighted_lcs": "like `union_lcs`, but subsequences weigh most whose runs are long, and a run "
    "of n tokens counts n to the power of 1.2; the bits of a float64",
    "reference_weight": "sum of the powers of 1.2 of the lengths of the reference's sentences; "
    "the bits of a float64",
    "clip_n": "like `match_n`, clipped by the maximum over the references",
    "closest_length": "the reference length closest to the prediction's; of two equally close, "
    "the shorter",
}
"""What each column counts, in the order of `COLUMNS`; ``match_n`` stands for ``match_1`` etc."""


class Counts(dict[str, NDArray[np.int64]]):
    """Integer columns with one row per (prediction, reference) pair or one row per sample.

    `COLUMN_MEANINGS` says what each of them counts, and docs/metrics.md shows it as a table.

    A dictionary of the requested columns by name, as int64 arrays.

    Attributes:
        offsets: int64, samples + 1; the pairs of sample ``s`` are ``offsets[s]`` to
            ``offsets[s + 1] - 1``, in the order of its references.
    """

    __slots__ = ("offsets",)
    __eq__ = object.__eq__
    __ne__ = object.__ne__
    __hash__ = object.__hash__  # type: ignore[assignment]

    # A dictionary itself, since formulas look up columns a hundred times in a short call.
    def __init__(
        self, columns: Mapping[str, NDArray[np.int64]], offsets: NDArray[np.int64]
    ) -> None:
        super().__init__(columns)
        self.offsets = offsets

    def __repr__(self) -> str:
        """Show the columns and the offsets."""
        return f"Counts(columns={super().__repr__()}, offsets={self.offsets!r})"

    def protect(self) -> None:
        """Make the columns read-only, so that no formula changes what the next one reads."""
        for column in self.values():
            column.flags.writeable = False

    @property
    def columns(self) -> Mapping[str, NDArray[np.int64]]:
        """The columns by name."""
        return self


def numbers_of(column: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the numbers whose bits a column holds.

    They are sums of powers, whose last digits decide between references that are equally good.

    Examples:
        >>> numbers_of(np.array([4608083138725491507])).tolist()
        [1.2]
    """
    return column.view(np.float64)


def column_sums(columns: Sequence[NDArray[np.integer]]) -> list[int]:
    """Return the sum of each column of integers, all of one length.

    Examples:
        >>> column_sums([np.array([1, 2]), np.array([0, 5])])
        [3, 5]
    """
    sums: list[int] | None = twin("integer_sums")(list(columns))
    return [int(column.sum()) for column in columns] if sums is None else sums


def allocate(batch: Batch, columns: Collection[str]) -> Counts:
    """Return a table of zeros with the requested columns, for a backend to fill.

    Raises:
        ValueError: if a column is unknown, or a sample has no reference.
    """
    wanted = _in_order(frozenset(columns))
    bare = batch.samples[1:] - batch.samples[:-1] < 2
    if bare.any():
        at = np.flatnonzero(bare)[0]
        raise ValueError(f"sample {at} needs a prediction and at least one reference")
    offsets = batch.samples - np.arange(len(batch.samples))
    samples = max(len(batch), 0)
    # By the size of the arrays, not by their values: these may be malformed, and of any size.
    pairs = max(len(batch.offsets) - 1 - samples, 0)
    return Counts(
        {
            name: np.zeros(pairs if of_pairs else samples, dtype=np.int64)
            for name, of_pairs in wanted
        },
        offsets,
    )


@lru_cache(maxsize=256)
def _in_order(columns: frozenset[str]) -> tuple[tuple[str, bool], ...]:
    """Return the columns in their order, and whether each has a row per pair.

    Raises:
        ValueError: if a column is unknown.
    """
    if unknown := sorted(columns.difference(COLUMNS)):
        raise ValueError(f"unknown columns {unknown}; known: {', '.join(COLUMNS)}")
    return tuple((name, name in PAIR_COLUMNS) for name in COLUMNS if name in columns)
