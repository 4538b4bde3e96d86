"""The contract of a metric: a name, the counts it needs, and pure functions of them."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache, partial
from numbers import Real
from typing import Any, Literal, NamedTuple, TypeAlias

import numpy as np

from textmetrics._checks import (
    check_callable,
    check_line,
    check_name,
    check_type,
    names_in,
    whole_number,
)
from textmetrics._escape import short_repr
from textmetrics.kernels import PAIR_COLUMNS, Counts
from textmetrics.scan import Judge, View
from textmetrics.statistics import Floats, Integers

__all__ = [
    "FIRST",
    "UNIT_INTERVAL",
    "WORDS",
    "Better",
    "Bounds",
    "CorpusValue",
    "Floats",
    "Integers",
    "Metric",
    "Refinement",
    "Values",
    "as_corpora",
    "at_least_0",
    "best_pairs",
    "best_reference",
    "by_part",
    "first_reference",
    "of_single_samples",
    "one_reference_each",
    "refined",
    "rounded",
    "swap_precision_recall",
    "without_empty",
]

BEST = "of which the best counts"
"""How several references of a sample are used by a metric that scores pairs."""
FIRST = "of which the first counts"
"""How they are used by a metric that scores the first pair only."""
WORDS = "words."
"""Prefix of the columns that are counted under a metric's second view."""

Bounds: TypeAlias = tuple[float, float]
Better: TypeAlias = Literal["higher", "lower"] | None

UNIT_INTERVAL: Bounds = (0.0, 1.0)
"""The range of most metrics: a share, shown in percent."""


class Values(NamedTuple):
    """One value per row.

    Attributes:
        headline: the metric's value, within its ``bounds``; NaN for a sample that the mean over
            samples leaves out.
        precision: 0 to 1; ``None`` if the metric has no such part.
        recall: 0 to 1; ``None`` if the metric has no such part.
        f1: 0 to 1; ``None`` if the metric has no such part.
    """

    headline: Floats
    precision: Floats | None = None
    recall: Floats | None = None
    f1: Floats | None = None


class CorpusValue(NamedTuple):
    """The value of a whole corpus, and the intermediate results it was computed from."""

    value: float
    details: Mapping[str, float]


def as_corpora(sums: Mapping[str, int]) -> Mapping[str, Integers]:
    """Return the sums of one corpus in the form of those of many, as `Metric.corpora` takes them.

    Examples:
        >>> as_corpora({"edits": 3})
        {'edits': array([3])}
    """
    return {name: np.array([number]) for name, number in sums.items()}


class Refinement(NamedTuple):
    """What a metric does differently from a plainer one.

    Attributes:
        topic: what is different, in a few words: "smoothing".
        before: how the plainer one does it.
        after: how the metric does it.
        plainer: the metric that is the same but for this.
    """

    topic: str
    before: str
    after: str
    plainer: Metric


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric.

    ``bounds`` and ``better`` are a promise. Computed values are checked against the bounds; saved
    states, confidence intervals, comparisons, ranks, gates and colors follow from both.

    Attributes:
        name: its name in Python, ``--metrics`` and the signature.
        label: its name for people.
        headline: which value stands for the metric (``recall``, ``f1``, ``corpus`` …), in the
            signature and the label.
        summary: its definition in one line.
        source: the paper or program that defines it.
        needs: the columns of `Counts` that it is a function of.
        values: returns one value per sample; NaN, such as 0 / 0, leaves the sample out of the
            mean.
        bounds: the smallest and the largest possible value; an end may be infinite.
        better: ``"higher"`` or ``"lower"``, or ``None`` if neither is: such values are compared,
            but never ranked.
        percent: whether values are shown in percent; by default if the bounds are (0, 1).
        totals: returns integers per sample, which are summed over the corpus: with ``corpus``,
            for a metric that is not the mean of its samples, else for the details of its score.
        corpus: returns the value of the corpus from those sums.
        corpora: the same for many corpora at once, as arithmetic on columns of sums; used for
            resampling if given, because it is faster.
        view: the tokens that are counted, or a `Judge`; ``None`` for those of the sample's
            language.
        foreign: returns the original program's own signature, given the smallest and the largest
            number of references per sample.
        of_several: how several references of a sample are used, in words.
        words: the view of the columns whose names begin with ``words.``, if any.
        of_last: names among the totals that are not summed: the value of the last sample is kept,
            as in nltk, whose smoothing of a corpus looks at the last sample only.
        digits: number of decimals to which the percentages of means over samples are rounded, if
            at all; the values of the samples are not rounded.
        nothing: the mean if every sample is left out.
        refinement: what it does differently from a plainer metric, if it is derived from one: two
            definitions are compared in such steps. The view of the plainer one is irrelevant.
    """

    name: str
    label: str
    headline: str
    summary: str
    source: str
    needs: frozenset[str]
    values: Callable[[Counts], Values]
    bounds: Bounds = UNIT_INTERVAL
    better: Better = "higher"
    percent: bool | None = None
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
    refinement: Refinement | None = field(default=None, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Reject declarations that could not work, and keep lists as what can be hashed."""
        check_name(self.name, "metric")
        of = f"of metric {self.name!r}"
        for name in ("label", "headline", "summary", "source", "of_several"):
            check_line(getattr(self, name), f"{name} {of}")
        if not self.headline or set(self.headline) & set("| "):
            raise ValueError(
                f"headline {of} must be a name such as 'mean', got {short_repr(self.headline)}"
            )
        object.__setattr__(self, "needs", frozenset(names_in(self.needs, f"needs {of}")))
        object.__setattr__(self, "of_last", frozenset(names_in(self.of_last, f"of_last {of}")))
        check_callable(self.values, f"values {of}", optional=False)
        for name in ("totals", "corpus", "corpora", "foreign"):
            check_callable(getattr(self, name), f"{name} {of}")
        check_type(self.view, View | Judge | None, f"view {of}", "a View, a Judge or None")
        check_type(self.words, View | None, f"words {of}", "a View or None")
        check_type(self.percent, bool | None, f"percent {of}", "True, False or None")
        check_type(self.nothing, Real, f"nothing {of}", "a number")
        if self.digits is not None:
            whole_number(self.digits, f"digits {of}", at_least=0)
        object.__setattr__(self, "bounds", _bounds(self.bounds, f"bounds {of}"))
        if self.better not in ("higher", "lower", None):
            raise ValueError(f"better {of} must be 'higher', 'lower' or None, got {self.better!r}")

    def __hash__(self) -> int:
        """Return a hash of what mostly tells metrics apart: that of all fields takes long."""
        return hash((self.name, self.headline))

    @property
    def title(self) -> str:
        """The label, with the headline if the metric also has other parts ("ROUGE-L recall")."""
        has_parts = self.headline == "recall" != self.label.lower()
        return f"{self.label} {self.headline}" if has_parts else self.label

    @property
    def in_percent(self) -> bool:
        """Whether values are shown in percent."""
        return self.bounds == UNIT_INTERVAL if self.percent is None else self.percent

    def columns(self) -> dict[View | Judge | None, frozenset[str]]:
        """Return the columns that it needs, by view."""
        of_words = frozenset(name for name in self.needs if name.startswith(WORDS))
        columns: dict[View | Judge | None, frozenset[str]] = {self.view: self.needs - of_words}
        if of_words:
            columns[self.words] = frozenset(name.removeprefix(WORDS) for name in of_words)
        return columns

    def sample_values(self, counts: Counts) -> Values:
        """Return one value per sample; 0 / 0 is NaN, of which NumPy does not warn here."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return self.values(counts)

    def counts(self, by_view: Mapping[View | Judge | None, Counts]) -> Counts:
        """Return its columns from the counts of each view."""
        counts = by_view[self.view]
        if self.words is None:
            return counts
        others = {WORDS + name: column for name, column in by_view[self.words].columns.items()}
        return Counts({**counts.columns, **others}, counts.offsets)


def _bounds(bounds: Any, where: str) -> Bounds:
    """Return two numbers as floats."""
    expected = "two numbers in ascending order, such as (0.0, math.inf)"
    check_type(bounds, tuple | list, where, expected)
    for bound in bounds:
        check_type(bound, Real, where, expected)
    if len(bounds) != 2 or not bounds[0] < bounds[1]:  # NaN is not less than anything
        raise ValueError(f"{where} must be {expected}, got {short_repr(bounds)}")
    return float(bounds[0]), float(bounds[1])


def best_reference(counts: Counts, values: Values, better: Better = "higher") -> Values:
    """Reduce one value per pair to one per sample: that of the best reference.

    Args:
        counts: what the values are computed from.
        values: one value per (prediction, reference) pair.
        better: which headline is the best one. The first of equals is taken; with ``None`` the
            sample's first reference.
    """
    if len(values.headline) == len(counts.offsets) - 1:
        return values
    best = counts.offsets[:-1]
    if better is not None:
        best = best_pairs(counts, values.headline if better == "higher" else -values.headline)
    headline, *parts = values
    return Values(headline[best], *(None if part is None else part[best] for part in parts))


def one_reference_each(counts: Counts) -> bool:
    """Return whether no sample has several references, so that pairs are samples."""
    return bool(counts.offsets[-1] == len(counts.offsets) - 1)


def best_pairs(counts: Counts, headline: Floats) -> Integers:
    """Return the row of each sample's best pair: the highest headline, the first of equals."""
    first = counts.offsets[:-1]
    if one_reference_each(counts):
        return first
    # A stable sort, so that of equal headlines the first reference comes first in its sample.
    sample = np.repeat(np.arange(len(first)), np.diff(counts.offsets))
    best: Integers = np.lexsort((-headline, sample))[first]
    return best


def at_least_0(number: Integers) -> Integers:
    """Replace negative numbers by 0."""
    return number * (number > 0)


def first_reference(metric: Metric) -> Metric:
    """Return the metric with only the first reference of each sample scored."""

    def values(counts: Counts) -> Values:
        first = counts.offsets[:-1]
        columns = {
            name: column[first] if name in PAIR_COLUMNS else column
            for name, column in counts.columns.items()
        }
        return metric.values(Counts(columns, np.arange(len(first) + 1)))

    topic = ("several references", "the best one counts", "the first one counts")
    return refined(metric, *topic, values=values, of_several=FIRST)


def rounded(metric: Metric, digits: int) -> Metric:
    """Return the metric with each sample's percentage rounded, as Python's ``round`` does it."""

    def change(part: Floats, _: Counts) -> Floats:
        # Python rounds the exact decimal value; NumPy does not.
        return np.array([round(100.0 * value, digits) / 100.0 for value in part.tolist()])

    after = f"each sample's percentage to {digits} decimals"
    values = partial(_changed, metric.values, change)
    return refined(metric, "rounding", "none", after, values=values)


def refined(metric: Metric, topic: str, before: str, after: str, **changes: Any) -> Metric:
    """Return the metric with changes, and what they mean as its `Refinement`."""
    return replace(metric, refinement=Refinement(topic, before, after, metric), **changes)


def of_single_samples(metric: Metric) -> Metric:
    """Return the mean over samples of a corpus value, each sample taken as a corpus.

    Args:
        metric: one with ``totals`` and ``corpora``.
    """
    totals, corpora = metric.totals, metric.corpora
    if totals is None or corpora is None:
        raise ValueError(f"metric {metric.name!r} has no corpus value of columns")

    def values(counts: Counts) -> Values:
        return Values(np.asarray(corpora(totals(counts)), dtype=np.float64))

    return replace(
        metric,
        headline="mean",
        values=values,
        totals=None,
        corpus=None,
        corpora=None,
        of_last=frozenset(),
    )


@lru_cache(maxsize=64)
def by_part(metric: Metric, part: str) -> Metric:
    """Return the metric with another headline, which also decides the best reference.

    Args:
        metric: one that has this part.
        part: ``precision``, ``recall`` or ``f1``.
    """

    def values(counts: Counts) -> Values:
        best = metric.of_several == BEST
        pairs = Counts(counts.columns, np.arange(counts.offsets[-1] + 1)) if best else counts
        of_pairs = metric.values(pairs)
        return best_reference(counts, of_pairs._replace(headline=getattr(of_pairs, part)))

    formula = getattr(metric.values, "by_part", None)  # a `Formula`, whose values are the same
    return replace(
        metric,
        headline=part,
        values=values if formula is None else formula(part),
        bounds=UNIT_INTERVAL,
        better="higher",
        percent=None,
        refinement=None,
    )


def swap_precision_recall(metric: Metric) -> Metric:
    """Return the metric with precision and recall swapped."""

    def values(counts: Counts) -> Values:
        headline, precision, recall, f1 = metric.values(counts)
        return Values(headline, recall, precision, f1)

    topic = ("precision and recall", "of prediction and reference", "swapped")
    return refined(metric, *topic, values=values)


def without_empty(metric: Metric) -> Metric:
    """Return the metric with samples that have an empty side left out: their values are NaN."""

    def change(part: Floats, counts: Counts) -> Floats:
        predicted, expected = counts["prediction_length"], counts["reference_length"]
        empty = np.add.reduceat((predicted == 0) | (expected == 0), counts.offsets[:-1]) > 0
        return np.where(empty, np.nan, part)

    needs = metric.needs | {"prediction_length", "reference_length"}
    values = partial(_changed, metric.values, change)
    topic = ("samples with an empty side", "count", "left out")
    return refined(metric, *topic, values=values, needs=needs)


def _changed(
    values: Callable[[Counts], Values], change: Callable[[Floats, Counts], Floats], counts: Counts
) -> Values:
    headline, *parts = values(counts)
    changed = (None if part is None else change(part, counts) for part in parts)
    return Values(change(headline, counts), *changed)
