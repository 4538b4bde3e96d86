"""What scanning gives: ids for the kernels, and what was seen of each sample on the way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from textmetrics.scan.batch import Batch

__all__ = ["Encoded", "Facts", "assemble", "select", "with_samples"]


@dataclass(frozen=True, slots=True, eq=False)
class Facts:
    """A row a sample, int64.

    Attributes:
        scope: which tokens its headline is of, a ``Scope``.
        predicted: 1 where the prediction has a token at all.
        expected: 1 where some reference has one.
        emptied: 1 where the prediction has tokens, but none in that scope.
        repetitive: 1 where fewer than 3 in 10 of the prediction's 4-grams, punctuation included,
            are different ones.
        marked: 1 where the prediction has ``<`` or a backtick in it.
        words: tokens in all its texts that are no punctuation.
        dropped: those of them that were dropped as stopwords.
        left_out: references that were left out of the headline, emptied while another was not.
        other_script: 1 where most of the prediction is in another script than expected.
    """

    scope: NDArray[np.int64]
    predicted: NDArray[np.int64]
    expected: NDArray[np.int64]
    emptied: NDArray[np.int64]
    repetitive: NDArray[np.int64]
    marked: NDArray[np.int64]
    words: NDArray[np.int64]
    dropped: NDArray[np.int64]
    left_out: NDArray[np.int64]
    other_script: NDArray[np.int64]

    def take(self, order: NDArray[np.int64]) -> Facts:
        """Give some rows."""
        return Facts(*(getattr(self, each.name)[order] for each in fields(self)))


@dataclass(frozen=True, slots=True, eq=False)
class Encoded:
    """Samples as ids.

    Attributes:
        content: without stopwords.
        words: over all words, where that was asked for.
        facts: what was seen.
        left: how many samples the native scanner left to the definition.
    """

    content: Batch
    words: Batch | None
    facts: Facts
    left: int = 0


def select(encoded: Encoded, order: NDArray[np.int64]) -> Encoded:
    """Give the samples at some places, in their order."""
    words = None if encoded.words is None else _reordered([encoded.words], order)
    return Encoded(
        _reordered([encoded.content], order),
        words,
        encoded.facts.take(order),
    )


def assemble(parts: Sequence[tuple[NDArray[np.int64], Encoded]]) -> Encoded:
    """Put parts together that hold the samples at the places named with them.

    Args:
        parts: places of samples, and these samples; together all places from 0, each once.
    """
    if len(parts) == 1:
        return parts[0][1]
    places = np.concatenate([place for place, _ in parts])
    order = np.argsort(places, kind="stable")
    encoded = [each for _, each in parts]
    words = [each.words for each in encoded if each.words is not None]
    facts = Facts(
        *(
            np.concatenate([getattr(each.facts, name.name) for each in encoded])[order]
            for name in fields(Facts)
        )
    )
    content = _reordered([each.content for each in encoded], order)
    left = sum(each.left for each in encoded)
    over_all = _reordered(words, order) if words else None
    return Encoded(content, over_all, facts, left)


def _reordered(batches: Sequence[Batch], order: NDArray[np.int64]) -> Batch:
    """Give the samples of all batches in another order."""
    ids = np.concatenate([each.ids for each in batches])
    lengths = np.concatenate([np.diff(each.offsets) for each in batches])
    sequences = np.concatenate([np.diff(each.samples) for each in batches])
    rows = _ranges(sequences, order)
    return Batch(ids[_ranges(lengths, rows)], _offsets(lengths[rows]), _offsets(sequences[order]))


def with_samples(batch: Batch, places: NDArray[np.int64], others: Batch) -> Batch:
    """Give a batch with other samples at some places."""
    order = np.arange(len(batch))
    order[places] = len(batch) + np.arange(len(others))
    return _reordered([batch, others], order)


def _offsets(lengths: NDArray[np.int64]) -> NDArray[np.int64]:
    offsets = np.zeros(len(lengths) + 1, dtype=np.int64)
    np.cumsum(lengths, out=offsets[1:])
    return offsets


def _ranges(lengths: NDArray[np.int64], order: NDArray[np.int64]) -> NDArray[np.int64]:
    """Give the indices of all items of runs with these lengths, the runs in another order."""
    starts = _offsets(lengths)[:-1]
    taken = lengths[order]
    within: NDArray[np.int64] = np.arange(taken.sum()) - np.repeat(_offsets(taken)[:-1], taken)
    return np.repeat(starts[order], taken) + within
