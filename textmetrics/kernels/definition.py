"""The definition of every count, in plain Python; the other backends must give the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from itertools import pairwise
from typing import TypeAlias

import numpy as np

from textmetrics.kernels.counts import COLUMNS, ORDERS, PAIR_COLUMNS, SET_ORDERS, Counts
from textmetrics.kernels.unions import BREAK, union_lcs, union_types
from textmetrics.scan import Batch

__all__ = ["PAIR_DEFINITIONS", "SAMPLE_DEFINITIONS", "allocate", "count"]

Ids: TypeAlias = Sequence[int]


def ngrams(ids: Ids, n: int) -> Counter[tuple[int, ...]]:
    """Count the runs of ``n`` tokens."""
    return Counter(tuple(ids[i : i + n]) for i in range(len(ids) - n + 1))


def match(prediction: Ids, reference: Ids, n: int) -> int:
    """Count the prediction's n-grams that the reference has, each as often as it has it."""
    return (ngrams(prediction, n) & ngrams(reference, n)).total()


def clip(prediction: Ids, references: Sequence[Ids], n: int) -> int:
    """Count as `match` does, each n-gram as often as that reference has it that has it most."""
    most: Counter[tuple[int, ...]] = Counter()
    for reference in references:
        most |= ngrams(reference, n)
    return (ngrams(prediction, n) & most).total()


def lcs(prediction: Ids, reference: Ids) -> int:
    """Give the length of the longest common subsequence: the textbook's dynamic programme."""
    above = [0] * (len(reference) + 1)
    for token in prediction:
        row = [0]
        for j, other in enumerate(reference):
            row.append(above[j] + 1 if token == other else max(above[j + 1], row[j]))
        above = row
    return above[-1]


def closest_length(prediction: Ids, references: Sequence[Ids]) -> int:
    """Give the reference length closest to the prediction's, the shorter of two as close."""
    return min(map(len, references), key=lambda n: (abs(n - len(prediction)), n))


def prediction_distinct(prediction: Ids, _: Ids, n: int) -> int:
    """Count the prediction's different runs of ``n`` tokens."""
    return len(ngrams(prediction, n))


def reference_distinct(_: Ids, reference: Ids, n: int) -> int:
    """Count the reference's different runs of ``n`` tokens."""
    return len(ngrams(reference, n))


def common(prediction: Ids, reference: Ids, n: int) -> int:
    """Count the different runs of ``n`` tokens that both have."""
    return len(ngrams(prediction, n).keys() & ngrams(reference, n).keys())


def longest_run(prediction: Ids, reference: Ids) -> int:
    """Give the length of the longest run of tokens that both have."""
    longest = 0
    ending = [0] * (len(reference) + 1)  # the longest common run that ends at each place
    for token in prediction:
        ending = [0, *(n + 1 if token == o else 0 for n, o in zip(ending, reference, strict=False))]
        longest = max(longest, *ending)
    return longest


def words(ids: Ids) -> list[int]:
    """Leave the breaks between sentences out."""
    return [token for token in ids if token != BREAK]


PAIR_DEFINITIONS: Mapping[str, Callable[[Ids, Ids], int]] = {
    "prediction_length": lambda prediction, _: len(prediction),
    "reference_length": lambda _, reference: len(reference),
    "equal": lambda prediction, reference: int(prediction == reference),
    **{f"match_{n}": partial(match, n=n) for n in ORDERS},
    "lcs": lcs,
    **{f"prediction_distinct_{n}": partial(prediction_distinct, n=n) for n in SET_ORDERS},
    **{f"reference_distinct_{n}": partial(reference_distinct, n=n) for n in SET_ORDERS},
    **{f"common_{n}": partial(common, n=n) for n in SET_ORDERS},
    "longest_run": longest_run,
    "prediction_words": lambda prediction, _: len(words(prediction)),
    "reference_words": lambda _, reference: len(words(reference)),
    "prediction_types": lambda prediction, _: len(set(words(prediction))),
    "reference_types": lambda _, reference: len(set(words(reference))),
    "union_lcs": union_lcs,
    "union_types": union_types,
}

SAMPLE_DEFINITIONS: Mapping[str, Callable[[Ids, Sequence[Ids]], int]] = {
    **{f"clip_{n}": partial(clip, n=n) for n in ORDERS},
    "closest_length": closest_length,
}


def allocate(batch: Batch, columns: Collection[str]) -> Counts:
    """Give a table of zeros that has the columns asked for, for a backend to fill.

    Raises:
        ValueError: if a column is unknown, or a sample has no reference.
    """
    unknown = sorted(set(columns).difference(COLUMNS))
    if unknown:
        raise ValueError(f"unknown columns {unknown}; known: {', '.join(COLUMNS)}")
    bare = batch.samples[1:] - batch.samples[:-1] < 2
    if bare.any():
        at = np.flatnonzero(bare)[0]
        raise ValueError(f"sample {at} needs a prediction and at least one reference")
    offsets = batch.samples - np.arange(len(batch.samples))
    samples = max(len(batch), 0)
    # From what is there, not from what `samples` says: that may be malformed, and of any size.
    pairs = max(len(batch.offsets) - 1 - samples, 0)
    rows = {name: pairs if name in PAIR_COLUMNS else samples for name in COLUMNS}
    wanted = [name for name in COLUMNS if name in columns]
    return Counts({name: np.zeros(rows[name], dtype=np.int64) for name in wanted}, offsets)


def count(batch: Batch, columns: Collection[str], threads: int = 1) -> Counts:  # noqa: ARG001
    """Count what is asked for, sample by sample, on one thread."""
    counts = allocate(batch, columns)
    ids = batch.ids.tolist()
    sequences = [ids[start:end] for start, end in pairwise(batch.offsets.tolist())]
    for sample, (first, end) in enumerate(pairwise(batch.samples.tolist())):
        prediction, *references = sequences[first:end]
        for name, column in counts.columns.items():
            if name in SAMPLE_DEFINITIONS:
                column[sample] = SAMPLE_DEFINITIONS[name](prediction, references)
                continue
            for row, reference in enumerate(references, start=first - sample):
                column[row] = PAIR_DEFINITIONS[name](prediction, reference)
    return counts
