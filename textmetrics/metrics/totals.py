"""What a value of the corpus is computed from, a row a sample."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from textmetrics.metrics.metric import CorpusValue, Floats, Integers

__all__ = ["Totals"]


@dataclass(frozen=True, slots=True, eq=False)
class Totals:
    """The integers of each sample that a corpus value is a formula of the sums of.

    With them one has the value of any part of the corpus, and of any resample.

    Attributes:
        names: of the columns.
        rows: a row a sample, read-only, in the order of the samples.
        corpus: gives the value from the sums by name. It must be found by its name in its module,
            as pickle does, for scores to be pickled.
        fixed: what is not summed: it stays that of the corpus's last sample.
    """

    names: tuple[str, ...]
    rows: npt.NDArray[np.integer]
    corpus: Callable[[Mapping[str, int]], CorpusValue]
    fixed: Mapping[str, int] = field(default_factory=dict)

    def __len__(self) -> int:
        """Give the number of samples."""
        return len(self.rows)

    def values(self, sums: Integers) -> Floats:
        """Give the corpus value for each row of a table of sums, whose columns are these."""
        return np.array(
            [
                self.corpus({**self.fixed, **dict(zip(self.names, row, strict=True))}).value
                for row in sums.tolist()
            ]
        )
