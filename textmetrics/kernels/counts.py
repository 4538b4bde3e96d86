"""The integers that every score is a function of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["COLUMNS", "PAIR_COLUMNS", "SAMPLE_COLUMNS", "Counts"]

PAIR_COLUMNS = (
    "prediction_length",
    "reference_length",
    "equal",
    "match_1",
    "match_2",
    "match_3",
    "match_4",
    "lcs",
)
SAMPLE_COLUMNS = ("clip_1", "clip_2", "clip_3", "clip_4", "closest_length")
COLUMNS = (*PAIR_COLUMNS, *SAMPLE_COLUMNS)


@dataclass(frozen=True, slots=True, eq=False)
class Counts:
    """A table of integers with a row a (prediction, reference) pair, and one with a row a sample.

    ========================  ======  ==========================================================
    column                    row     meaning
    ========================  ======  ==========================================================
    ``prediction_length``     pair    tokens of the prediction
    ``reference_length``      pair    tokens of the reference
    ``equal``                 pair    1 where both have the same tokens in the same order, else 0
    ``match_1`` … ``match_4`` pair    n-grams of the prediction found in the reference, each
                                      counted at most as often as the reference has it
    ``lcs``                   pair    length of the longest common subsequence
    ``clip_1`` … ``clip_4``   sample  as ``match_n``, clipped by the maximum over the references
    ``closest_length``        sample  the reference length closest to the prediction's, the
                                      shorter of two as close
    ========================  ======  ==========================================================

    Attributes:
        columns: column name to int64 array; only what was asked for is there.
        offsets: int64, samples + 1; the pairs of sample ``s`` are ``offsets[s]`` to
            ``offsets[s + 1] - 1``, in the order of its references.
    """

    columns: Mapping[str, NDArray[np.int64]]
    offsets: NDArray[np.int64]

    def __getitem__(self, column: str) -> NDArray[np.int64]:
        """Give one column."""
        return self.columns[column]
