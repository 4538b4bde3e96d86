"""What a value of the corpus is computed from, a row a sample."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

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
        corpus: gives the value from the sums by name. Pickle finds it again by the name that it
            has in its module.
        corpora: gives the values from columns of sums, where the metric has such a formula.
        fixed: what is not summed: it stays that of the corpus's last sample.
    """

    names: tuple[str, ...]
    rows: npt.NDArray[np.integer]
    corpus: Callable[[Mapping[str, int]], CorpusValue]
    corpora: Callable[[Mapping[str, Integers]], Floats] | None
    fixed: Mapping[str, int]

    def __len__(self) -> int:
        """Give the number of samples."""
        return len(self.rows)

    def values(self, sums: Integers) -> Floats:
        """Give the corpus value for each row of a table of sums, whose columns are these."""
        if self.corpora is not None:
            columns = dict(zip(self.names, sums.T, strict=True))
            fixed = {name: np.full(len(sums), value) for name, value in self.fixed.items()}
            return self.corpora({**columns, **fixed})
        rows = (dict(zip(self.names, row, strict=True)) for row in sums.tolist())
        return np.array([self.corpus({**row, **self.fixed}).value for row in rows])
