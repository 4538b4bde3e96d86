"""The running sums of one metric."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from textmetrics.kernels import Counts
from textmetrics.metrics.metric import Floats, Integers, Metric, Values
from textmetrics.metrics.score import Score
from textmetrics.metrics.sums import ExactSum, add_columns
from textmetrics.metrics.totals import Totals

__all__ = ["Tally"]


class Tally:
    """Adds up one metric over any number of batches.

    Sums are exact: batches may come in any size and order, and tallies of other processes may be
    merged, without a bit of difference in the score.

    Args:
        metric: what is added up.
        keep: whether each sample's value is kept too, and what it adds to a corpus value.
    """

    def __init__(self, metric: Metric, *, keep: bool) -> None:
        self.metric = metric
        self.n = 0
        self.parts: dict[str, ExactSum] = {}
        self.totals: Counter[str] = Counter()
        self.kept: list[Floats] | None = [] if keep else None
        self.rows: list[npt.NDArray[np.integer]] | None = [] if keep and metric.corpus else None

    def names(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Give what ``parts`` and ``totals`` have after the first batch, whatever that is."""
        other = Tally(self.metric, keep=False)
        nothing = dict.fromkeys(self.metric.needs, np.zeros(1, dtype=np.int64))
        other.add(Counts(nothing, np.arange(2)))
        return tuple(other.parts), tuple(other.totals)

    def add(self, counts: Counts) -> Values:
        """Add a batch, and give its samples' values: NaN for one that the mean leaves out."""
        values = self.metric.values(counts)
        scored = values.headline == values.headline
        self.n += int(np.count_nonzero(scored))
        parts = {
            name: part if scored.all() else part[scored]
            for name, part in values._asdict().items()
            if part is not None and name != self.metric.headline  # that one is ``headline``
        }
        sums = [self.parts.setdefault(name, ExactSum()) for name in parts]
        add_columns(sums, list(parts.values()))
        if self.metric.totals is not None:
            self._add_totals(self.metric.totals(counts))
        if self.kept is not None:
            self.kept.append(values.headline)
        return values

    def _add_totals(self, totals: Mapping[str, Integers]) -> None:
        for name, integers in totals.items():
            if name not in self.metric.of_last:
                self.totals[name] += int(integers.sum())
            elif len(integers):
                self.totals[name] = int(integers[-1])
        if self.rows is not None:
            rows = np.stack([totals[name] for name in self._summed(totals)], axis=1)
            self.rows.append(_narrow(rows))

    def take_rows(self, rows: Integers) -> None:
        """Take the rows of the samples that the totals are of.

        Raises:
            ValueError: if these are not their sums.
        """
        names = self._summed(self.totals)
        sums = [self.totals[name] for name in names]
        if rows.ndim != 2 or rows.sum(axis=0).tolist() != sums:
            raise ValueError(f"the rows of {self.metric.name!r} do not sum to {', '.join(names)}")
        self.rows = [_narrow(rows)]

    def _summed(self, names: Iterable[str]) -> tuple[str, ...]:
        return tuple(name for name in names if name not in self.metric.of_last)

    def merge(self, other: Tally) -> None:
        """Add what another tally of the same metric has."""
        self.n += other.n
        for name, part in other.parts.items():
            self.parts.setdefault(name, ExactSum()).merge(part)
        for name, total in other.totals.items():
            kept = 0 if name in self.metric.of_last else self.totals[name]
            self.totals[name] = kept + total
        if self.kept is not None and other.kept is not None:
            self.kept.extend(other.kept)
        if self.rows is not None and other.rows is not None:
            self.rows.extend(other.rows)

    def score(
        self, signature: str, all_tokens: Score | None = None, foreign: str | None = None
    ) -> Score:
        """Give the score of all that was added."""
        mean = {name: self._mean(part) for name, part in self.parts.items()}
        if self.metric.headline in Values._fields:
            mean[self.metric.headline] = mean["headline"]
        value, details = mean["headline"], dict[str, float](self.totals)
        if self.metric.corpus is not None:
            value, found = self.metric.corpus(self.totals)
            details = dict(found)
        return Score(
            value,
            title=self.metric.title,
            headline=self.metric.headline,
            n=self.n,
            precision=mean.get("precision"),
            recall=mean.get("recall"),
            f1=mean.get("f1"),
            samples=None if self.kept is None else _joined(self.kept),
            totals=self._totals(),
            sentence_mean=mean["headline"] if self.metric.corpus else None,
            details=details,
            all_tokens=all_tokens,
            signature=signature,
            foreign_signature=foreign,
        )

    def _mean(self, part: ExactSum) -> float:
        if not self.n:
            return self.metric.nothing
        mean = float(part) / self.n
        return mean if self.metric.digits is None else round(100 * mean, self.metric.digits) / 100

    def _totals(self) -> Totals | None:
        if not self.rows or self.metric.corpus is None:
            return None
        fixed = {name: self.totals[name] for name in self.totals if name in self.metric.of_last}
        return Totals(
            self._summed(self.totals),
            _joined(self.rows),
            self.metric.corpus,
            self.metric.corpora,
            fixed,
        )


def _narrow(rows: Integers) -> npt.NDArray[np.integer]:
    """Give the same numbers in fewer bytes: most are below 256."""
    ends = (rows.min(initial=0), rows.max(initial=0))
    return rows.astype(np.result_type(*map(np.min_scalar_type, ends)))


def _joined(parts: list[npt.NDArray[Any]]) -> npt.NDArray[Any]:
    """Give one array, read-only."""
    whole = np.concatenate(parts)
    whole.flags.writeable = False
    return whole
