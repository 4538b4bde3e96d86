"""What was seen of each sample beside its scores."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from textmetrics.evaluation.pipeline import Counted

__all__ = ["Seen", "SeenSoFar"]


@dataclass(frozen=True)
class Seen:
    """Columns in the order of the samples, by which results can be told apart.

    Attributes:
        langs: each sample's language.
        predicted: tokens in its prediction, as the first metric counts them.
        expected: tokens in its reference, the closest in length of several.
    """

    langs: tuple[str, ...]
    predicted: NDArray[np.int64]
    expected: NDArray[np.int64]


@dataclass
class SeenSoFar:
    """The same for samples that are still coming."""

    langs: list[str] = field(default_factory=list)
    lengths: list[NDArray[np.int64]] = field(default_factory=list)

    def look(self, counted: Counted) -> None:
        """Take samples into account."""
        self.langs += map(str, counted.samples.langs)
        counts = counted.first
        predicted = counts["prediction_length"][counts.offsets[:-1]]
        self.lengths.append(np.array([predicted, counts["closest_length"]]))

    def merge(self, other: SeenSoFar) -> None:
        """Add what another one saw."""
        self.langs += other.langs
        self.lengths += other.lengths

    def whole(self) -> Seen:
        """Give the columns."""
        none = np.zeros((2, 0), dtype=np.int64)
        predicted, expected = np.concatenate([none, *self.lengths], axis=1)
        return Seen(tuple(self.langs), predicted, expected)
