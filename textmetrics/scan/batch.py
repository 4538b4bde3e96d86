"""Samples as integer ids, and what was noticed about each sample on the way."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from typing import Any

import numpy as np
from numpy.typing import NDArray

from textmetrics._extension import extension

__all__ = [
    "Batch",
    "Encoded",
    "Facts",
    "assemble",
    "encode",
    "repeats",
    "repetitive",
    "select",
    "with_samples",
]


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """Samples as integer ids, in compressed sparse rows.

    A sample is a run of sequences: its prediction, then its one or more references. Ids are
    dense from 0 **within a sample**, in the order of first occurrence: kernels index small tables
    with them, and samples share no vocabulary.

    Attributes:
        ids: int32, the ids of all sequences, one after the other.
        offsets: int64, sequences + 1; sequence ``i`` is ``ids[offsets[i]:offsets[i + 1]]``.
        samples: int64, samples + 1; sample ``s`` is the sequences ``samples[s]`` (its prediction)
            to ``samples[s + 1] - 1``.
    """

    ids: NDArray[np.int32]
    offsets: NDArray[np.int64]
    samples: NDArray[np.int64]

    def __len__(self) -> int:
        """Return the number of samples."""
        return len(self.samples) - 1


def encode(
    samples: Iterable[Sequence[Sequence[Hashable]]], *, first: Sequence[Hashable] = ()
) -> Batch:
    """Encode tokens as ids, numbered separately for each sample.

    Args:
        samples: each is ``[prediction, reference, ...]``, and each of these a sequence of tokens.
        first: tokens that get the first ids in every sample, whether they occur in it or not.

    Examples:
        >>> encode([[["a", "b", "a"], ["b", "c"]]]).ids.tolist()
        [0, 1, 0, 1, 2]
    """
    ids: list[int] = []
    lengths: list[int] = []
    counts: list[int] = []
    for sequences in samples:
        known = {token: number for number, token in enumerate(first)}
        for tokens in sequences:
            ids.extend([known.setdefault(token, len(known)) for token in tokens])
            lengths.append(len(tokens))
        counts.append(len(sequences))
    return Batch(
        np.array(ids, dtype=np.int32),
        np.array([0, *accumulate(lengths)], dtype=np.int64),
        np.array([0, *accumulate(counts)], dtype=np.int64),
    )


def _row(number: int) -> Any:
    return property(lambda facts: facts.table[number])


class Facts:
    """What was noticed about each sample: int64 columns with one row per sample.

    Args:
        table: one row for each attribute, in their order; they are views of it. Or a function that
            returns it, called when it is first needed: mostly nobody asks.

    Attributes:
        scope: the ``Scope`` of tokens that the headline score uses.
        has_prediction: 1 if the prediction has any token.
        has_reference: 1 if any reference has a token.
        emptied: 1 if the prediction has tokens, but none in that scope.
        repetitive: 1 if fewer than 3 in 10 of the prediction's 4-grams, punctuation included,
            are distinct.
        marked: 1 if the prediction contains ``<`` or a backtick.
        words: tokens in all texts of the sample that are not punctuation.
        dropped: those of them that were dropped as stopwords.
        left_out: references that do not count for the headline, because dropping stopwords
            emptied them but not another one.
        other_script: 1 if most of the prediction is in another script than expected.
    """

    __slots__ = ("_table",)
    ROWS = 10

    def __init__(self, table: NDArray[np.int64] | Callable[[], NDArray[np.int64]]) -> None:
        self._table = table

    @property
    def table(self) -> NDArray[np.int64]:
        """The whole table."""
        if callable(self._table):
            self._table = self._table()
        return self._table

    scope = _row(0)
    has_prediction = _row(1)
    has_reference = _row(2)
    emptied = _row(3)
    repetitive = _row(4)
    marked = _row(5)
    words = _row(6)
    dropped = _row(7)
    left_out = _row(8)
    other_script = _row(9)

    def take(self, order: NDArray[np.int64]) -> Facts:
        """Return the facts of some samples."""
        return Facts(self.table[:, order])


@dataclass(frozen=True, slots=True, eq=False)
class Encoded:
    """Samples as ids.

    Attributes:
        content: without stopwords.
        words: over all words, if that was asked for.
        facts: what was noticed about each sample.
        left: how many samples the native scanner left to the definition.
    """

    content: Batch
    words: Batch | None
    facts: Facts
    left: int = 0


def select(encoded: Encoded, order: NDArray[np.int64]) -> Encoded:
    """Return the samples at some indices, in that order."""
    words = None if encoded.words is None else _reordered([encoded.words], order)
    return Encoded(_reordered([encoded.content], order), words, encoded.facts.take(order))


def assemble(parts: Sequence[tuple[NDArray[np.int64], Encoded]]) -> Encoded:
    """Put the samples of several parts into one, in their original order.

    Args:
        parts: the indices of some samples, and these samples; each index from 0 exactly once.
    """
    if len(parts) == 1:
        return parts[0][1]
    order = np.argsort(np.concatenate([indices for indices, _ in parts]), kind="stable")
    encoded = [each for _, each in parts]
    words = [each.words for each in encoded if each.words is not None]
    facts = Facts(np.concatenate([each.facts.table for each in encoded], axis=1)[:, order])
    return Encoded(
        _reordered([each.content for each in encoded], order),
        _reordered(words, order) if words else None,
        facts,
        sum(each.left for each in encoded),
    )


def with_samples(batch: Batch, indices: NDArray[np.int64], others: Batch) -> Batch:
    """Return a batch with the samples at some indices replaced."""
    order = np.arange(len(batch))
    order[indices] = len(batch) + np.arange(len(others))
    return _reordered([batch, others], order)


def _reordered(batches: Sequence[Batch], order: NDArray[np.int64]) -> Batch:
    """Concatenate batches and reorder their samples."""
    ids = np.concatenate([each.ids for each in batches])
    lengths = np.concatenate([np.diff(each.offsets) for each in batches])
    sequences = np.concatenate([np.diff(each.samples) for each in batches])
    rows = _ranges(sequences, order)
    taken = _ranges(lengths, rows)
    return Batch(ids[taken], _offsets(lengths[rows]), _offsets(sequences[order]))


def _offsets(lengths: NDArray[np.int64]) -> NDArray[np.int64]:
    offsets = np.zeros(len(lengths) + 1, dtype=np.int64)
    np.cumsum(lengths, out=offsets[1:])
    return offsets


def _ranges(lengths: NDArray[np.int64], order: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the indices of all items of runs with these lengths, the runs reordered."""
    starts = _offsets(lengths)[:-1]
    taken = lengths[order]
    within: NDArray[np.int64] = np.arange(taken.sum()) - np.repeat(_offsets(taken)[:-1], taken)
    return np.repeat(starts[order], taken) + within


def repeats(tokens: Sequence[Hashable]) -> bool:
    """Return whether fewer than 3 in 10 of the 4-grams are distinct.

    Examples:
        >>> repeats("abc" * 9), repeats("abcdefgh")
        (True, False)
    """
    grams = list(zip(*(tokens[begin:] for begin in range(4)), strict=False))
    return 10 * len(set(grams)) < 3 * len(grams)


def repetitive(batch: Batch) -> NDArray[np.int64]:
    """Return 1 for each sample whose prediction `repeats`, else 0."""
    return _looker()(batch.ids, batch.offsets, batch.samples)


_Array = NDArray[Any]


@cache
def _looker() -> Callable[[_Array, _Array, _Array], NDArray[np.int64]]:
    try:
        look: Callable[..., NDArray[np.int64]] = extension().repetitive
    except ImportError:
        return _repetitive
    return look


def _repetitive(ids: _Array, offsets: _Array, samples: _Array) -> NDArray[np.int64]:
    starts = samples[:-1]
    predictions = zip(offsets[starts].tolist(), offsets[starts + 1].tolist(), strict=True)
    tokens = ids.tolist()
    found = [repeats(tokens[begin:end]) for begin, end in predictions]
    return np.array(found, dtype=np.int64)
