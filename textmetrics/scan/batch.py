"""Tokens become integers: the stage between languages and kernels."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

__all__ = ["Batch", "encode"]


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """Samples as integer ids, in compressed sparse rows.

    A sample is a run of sequences: its prediction, then its one or more references. Ids are
    dense from 0 **within a sample**, in the order of first occurrence: kernels index small tables
    with them, and no vocabulary is shared between samples.

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
        """Give the number of samples."""
        return len(self.samples) - 1


def encode(
    samples: Iterable[Sequence[Sequence[Hashable]]], *, first: Sequence[Hashable] = ()
) -> Batch:
    """Give each sample's tokens ids of its own.

    Args:
        samples: a sample is ``[prediction, reference, ...]``, each a sequence of tokens.
        first: tokens that get the first ids in every sample, whether it has them or not.

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
