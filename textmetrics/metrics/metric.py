"""What a metric is: a name, the counts it needs, and pure functions of them."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from textmetrics.kernels import PAIR_COLUMNS, Counts
from textmetrics.scan import Judge, View

__all__ = [
    "FIRST",
    "WORDS",
    "CorpusValue",
    "Metric",
    "Values",
    "at_least_0",
    "best_pairs",
    "best_reference",
    "by_part",
    "exchanged",
    "first_reference",
    "harmonic_mean",
    "ratio",
    "rounded",
    "without_empty",
]

BEST = "of which the best counts"
"""What several references of a sample do where the metric looks at pairs alone."""
FIRST = "of which the first counts"
"""What they do where it looks at the first pair alone."""
WORDS = "words."
"""What the columns of a metric's second view begin with."""

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


class Values(NamedTuple):
    """One value a row, 0 to 1; the parts are ``None`` where the metric has none."""

    headline: Floats
    precision: Floats | None = None
    recall: Floats | None = None
    f1: Floats | None = None


class CorpusValue(NamedTuple):
    """The value of a whole corpus, 0 to 1, and what it was made of."""

    value: float
    details: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric.

    Attributes:
        name: for Python, ``--metrics`` and the signature.
        label: for people.
        headline: which value the metric is known by, for the signature and the label.
        summary: its definition in a line.
        source: the paper or program that the definition is from.
        needs: the columns of ``Counts`` that it is a function of.
        values: a value a sample. Where the metric has no ``corpus``, arithmetic alone, so that
            columns of one plain number give plain numbers.
        totals: integers to be summed over the corpus: with ``corpus`` for a metric that is not
            the mean of its samples, else for the details of its score.
        corpus: the corpus's value from those sums.
        corpora: the same for many corpora at once, where arithmetic on columns is faster than one
            after the other: their values from columns of sums.
        view: the tokens that are counted, or what judges in their place; ``None`` for those of the
            sample's language.
        foreign: gives the original's own signature for so many references a sample, those of the
            sample with the fewest and of the one with the most.
        of_several: what several references of a sample do, in words.
        words: the view of the columns whose names begin with ``words.``, where there are any.
        of_last: names among those totals that are not summed: the last sample's stays. nltk's
            smoothing of a corpus looks at its last sample alone.
        digits: how many decimals of a percent the means over samples are rounded to, if at all;
            the samples' own values are not.
        nothing: the mean where every sample is left out.
    """

    name: str
    label: str
    headline: str
    summary: str
    source: str
    needs: frozenset[str]
    values: Callable[[Counts], Values]
    totals: Callable[[Counts], Mapping[str, Integers]] | None = None
    corpus: Callable[[Mapping[str, int]], CorpusValue] | None = None
    corpora: Callable[[Mapping[str, Integers]], Floats] | None = None
    view: View | Judge | None = None
    words: View | None = None
    foreign: Callable[[int, int], str] | None = None
    of_several: str = BEST
    of_last: frozenset[str] = frozenset()
    digits: int | None = None
    nothing: float = math.nan

    def columns(self) -> dict[View | Judge | None, frozenset[str]]:
        """Give the columns that it needs of each view."""
        of_words = frozenset(name for name in self.needs if name.startswith(WORDS))
        found: dict[View | Judge | None, frozenset[str]] = {self.view: self.needs - of_words}
        if of_words:
            found[self.words] = frozenset(name.removeprefix(WORDS) for name in of_words)
        return found

    def counts(self, by_view: Mapping[View | Judge | None, Counts]) -> Counts:
        """Give its columns from the counts of each view."""
        counts = by_view[self.view]
        if self.words is None:
            return counts
        others = {WORDS + name: column for name, column in by_view[self.words].columns.items()}
        return Counts({**counts.columns, **others}, counts.offsets)

    @property
    def title(self) -> str:
        """The label, with the headline where that could be another ("ROUGE-L recall")."""
        could_be = self.headline == "recall" != self.label.lower()
        return f"{self.label} {self.headline}" if could_be else self.label


def first_reference(metric: Metric) -> Metric:
    """Give a metric that looks at each sample's first reference alone."""

    def values(counts: Counts) -> Values:
        first = counts.offsets[:-1]
        columns = {
            name: column[first] if name in PAIR_COLUMNS else column
            for name, column in counts.columns.items()
        }
        return found(Counts(columns, np.arange(len(first) + 1)))

    found = metric.values
    return replace(metric, values=values, of_several=FIRST)


def rounded(metric: Metric, digits: int) -> Metric:
    """Give a metric whose samples' percentages are rounded, as Python's ``round`` does it."""

    def change(part: Floats, _: Counts) -> Floats:
        # Python's rounding is of the exact decimal value; NumPy's is not.
        return np.array([round(100.0 * value, digits) / 100.0 for value in part.tolist()])

    return replace(metric, values=partial(_changed, metric.values, change))


def by_part(metric: Metric, part: str) -> Metric:
    """Give a metric whose headline, by which the best reference is found too, is another value.

    Args:
        metric: one that has it.
        part: ``precision``, ``recall`` or ``f1``.
    """

    def values(counts: Counts) -> Values:
        best = metric.of_several == BEST
        pairs = Counts(counts.columns, np.arange(counts.offsets[-1] + 1)) if best else counts
        found = metric.values(pairs)
        return best_reference(counts, found._replace(headline=getattr(found, part)))

    return replace(metric, headline=part, values=values)


def exchanged(metric: Metric) -> Metric:
    """Give a metric whose precision is the other's recall, and the other way round."""

    def values(counts: Counts) -> Values:
        headline, precision, recall, f1 = metric.values(counts)
        return Values(headline, recall, precision, f1)

    return replace(metric, values=values)


def without_empty(metric: Metric) -> Metric:
    """Give a metric that leaves out samples with an empty side: their values are NaN."""

    def change(part: Floats, counts: Counts) -> Floats:
        predicted, expected = counts["prediction_length"], counts["reference_length"]
        empty = np.add.reduceat((predicted == 0) | (expected == 0), counts.offsets[:-1]) > 0
        return np.where(empty, np.nan, part)

    needs = metric.needs | {"prediction_length", "reference_length"}
    return replace(metric, values=partial(_changed, metric.values, change), needs=needs)


def _changed(
    values: Callable[[Counts], Values], change: Callable[[Floats, Counts], Floats], counts: Counts
) -> Values:
    headline, *parts = values(counts)
    changed = (None if part is None else change(part, counts) for part in parts)
    return Values(change(headline, counts), *changed)


def at_least_0(number: Integers) -> Integers:
    """Give a number where it is above 0, else 0."""
    return number * (number > 0)


def ratio(part: Integers, whole: Integers, both_empty: NDArray[np.bool_]) -> Floats:
    """Divide; 0 where there is nothing to divide by, 1 where both texts are empty."""
    # Where both are empty there is no part: nothing but the 1 is added to.
    value: Floats = part / (whole + (whole == 0)) + both_empty
    return value


def harmonic_mean(precision: Floats, recall: Floats) -> Floats:
    """Give 2PR / (P + R), and 0 where both are 0."""
    total = precision + recall
    mean: Floats = 2.0 * precision * recall / (total + (total == 0.0))
    return mean


def best_reference(counts: Counts, values: Values) -> Values:
    """Take each sample's best pair: the highest headline, the first of equals."""
    if isinstance(values.headline, float):  # of one pair: see `Metric.values`
        return values
    if len(values.headline) == len(counts.offsets) - 1:
        return values
    best = best_pairs(counts, values.headline)
    headline, *parts = values
    return Values(headline[best], *(None if part is None else part[best] for part in parts))


def best_pairs(counts: Counts, headline: Floats) -> Integers:
    """Give the row of each sample's best pair: the highest headline, the first of equals."""
    first = counts.offsets[:-1]
    # Stable, so that of equal headlines the first reference comes first in its sample.
    sample = np.repeat(np.arange(len(first)), np.diff(counts.offsets))
    best: Integers = np.lexsort((-headline, sample))[first]
    return best
