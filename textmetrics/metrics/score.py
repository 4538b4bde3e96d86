"""A score: a float that knows what it is and how it was computed."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
from numpy.typing import NDArray

from textmetrics._escape import escape_html
from textmetrics.metrics.buckets import Buckets
from textmetrics.metrics.metric import (
    UNIT_INTERVAL,
    Better,
    Bounds,
    CorpusValue,
    Floats,
    Integers,
)
from textmetrics.statistics import RESAMPLES, SEED, Interval, Spread

__all__ = ["Score", "Sums", "Totals", "format_value", "with_exceptions"]

_FIELDS = (
    "title", "headline", "n", "precision", "recall", "f1", "samples", "totals", "sums",
    "sentence_mean",
    "details", "all_tokens", "signature", "foreign_signature", "bounds", "better", "percent",
)  # fmt: skip
_DEFAULTS = dict.fromkeys(_FIELDS) | {"bounds": UNIT_INTERVAL, "better": "higher", "percent": True}


class Score(float):
    """The headline value of one metric, and everything that belongs to it.

    It is a float wherever a float is wanted (arithmetic, ``json``, loggers, format specs);
    ``repr`` shows metric, value and number of samples. Scoring a few pairs defers the fields that
    are rarely asked for: they are computed together when one of them is first asked for.

    Attributes:
        title: the metric's name for people, "ROUGE-L recall".
        headline: which value this is: ``accuracy``, ``f1``, ``recall`` or ``corpus``.
        n: number of samples.
        precision: mean over samples, 0 to 1; ``None`` if the metric has no such part.
        recall: mean over samples, 0 to 1, or ``None``.
        f1: mean over samples, 0 to 1, or ``None``.
        samples: one value per sample, within ``bounds``, as a read-only float64 array in the order
            of the samples; ``None`` if they were not kept. For BLEU the smoothed sentence BLEU.
        totals: what each sample adds to a corpus value; ``None`` for a mean over samples, or if
            they were not kept.
        sums: what an interval needs where samples were not kept, else ``None``.
        sentence_mean: for BLEU the mean of ``samples``, else ``None``.
        details: what a corpus value was computed from (BLEU's precisions and brevity penalty), and
            how many answers had no letter or number to judge (``unparsable``).
        all_tokens: the same score without stopword removal, if requested.
        signature: how it was computed; equal signatures mean equal numbers.
        foreign_signature: what the original program prints for it, if it prints such a line.
        bounds: the smallest and the largest value that the metric can have, (0, 1) for most; an
            end may be infinite.
        better: which values are better, ``"higher"`` or ``"lower"``; ``None`` if neither: such
            values are compared, but never ranked.
        percent: whether the value is shown in percent (see `format_value`).
    """

    title: str
    headline: str
    n: int
    precision: float | None
    recall: float | None
    f1: float | None
    samples: NDArray[np.float64] | None
    totals: Totals | None
    sums: Sums | None
    sentence_mean: float | None
    details: Mapping[str, float]
    all_tokens: Score | None
    signature: str
    foreign_signature: str | None
    bounds: Bounds
    better: Better
    percent: bool

    def __new__(cls, value: float, **fields: Any) -> Score:
        """Create a score; missing fields are ``None``, and the metric one from 0 to 1."""
        score = super().__new__(cls, value)
        its = vars(score)
        its.update(_DEFAULTS)
        its.update(fields)
        if len(its) > len(_DEFAULTS):
            raise TypeError(f"a Score has no {', '.join(sorted(its.keys() - _DEFAULTS.keys()))}")
        return score

    @classmethod
    def deferred(
        cls, value: float, complete: Callable[[], Score], fields: Mapping[str, Any]
    ) -> Score:
        """Return a score whose other fields are computed when one of them is first asked for.

        Args:
            value: the value.
            complete: returns an equal score that has all fields.
            fields: those that are known, by name.
        """
        score = super().__new__(cls, value)
        its = vars(score)
        its.update(fields)
        its["_complete"] = complete
        return score

    if not TYPE_CHECKING:  # which knows the fields

        def __getattr__(self, name: str) -> Any:
            """Compute a field that is still missing."""
            fields = vars(self)
            if name in _DEFAULTS and (complete := fields.get("_complete")) is not None:
                completed = vars(complete())
                fields.update({each: completed[each] for each in _FIELDS if each not in fields})
                fields.pop("_complete", None)
            if name in fields:
                return fields[name]
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")

    def __repr__(self) -> str:
        """Return metric, value and number of samples."""
        value = format_value(self, percent=self.percent)
        return f"<{self.title} {value}{' %' * self.percent}, n={self.n:,}>"

    def __str__(self) -> str:
        """Return the float as a string."""
        return float.__repr__(self)

    def _repr_html_(self) -> str:
        """Show value, parts and signature in a notebook; colours are those of the notebook."""
        from textmetrics._tables import html_table  # only notebooks need it

        columns = {self.title: format_value(self, percent=self.percent)}
        if self.all_tokens is not None:
            columns["all tokens"] = format_value(self.all_tokens, percent=self.percent)
        parts = {"precision": self.precision, "recall": self.recall, "F1": self.f1}
        columns |= {name: format_value(part) for name, part in parts.items() if part is not None}
        columns["n"] = f"{self.n:,}"
        scale = "in percent; " * self.percent
        table = html_table(list(columns), [list(columns.values())], texts=0)
        return f"{table}<small>{scale}signature: {escape_html(self.signature)}</small>"

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle the value and the fields."""
        fields = {name: getattr(self, name) for name in _FIELDS}
        return _restore, (float(self), fields)

    def interval(
        self,
        *,
        groups: npt.ArrayLike | None = None,
        level: float = 0.95,
        method: str = "auto",
        resamples: int = RESAMPLES,
        seed: int = SEED,
    ) -> Interval:
        """Return a confidence interval of the value.

        Args:
            groups: one name or number per sample, equal for samples that are not independent
                (such as questions on the same document). Where samples are not kept, groups are
                given to ``Evaluator.update``.
            level: confidence level.
            method: ``wilson`` (for values from 0 to 1), ``t``, ``hall``, ``normal`` or
                ``bootstrap``. ``auto`` is the bootstrap for a corpus value, which also has
                ``linearized``; for a mean it is Wilson's where that applies, else Student's t, or
                Hall's for skewed samples.
            resamples: number of bootstrap resamples.
            seed: of the bootstrap.

        Raises:
            ValueError: if neither samples nor their sums were kept, or an argument does not fit.

        Examples:
            >>> from textmetrics import accuracy
            >>> score = accuracy(["red", "blue", "blue"], ["red", "blue", "green"], lang="en")
            >>> interval = score.interval()
            >>> f"{interval.low:.2f} to {interval.high:.2f}"
            '0.21 to 0.94'
        """
        if self.samples is None:
            return self._interval_of_sums(groups, level, method, resamples, seed)
        from textmetrics.statistics import corpus_interval, linearized, mean_interval, units_of

        if self.totals is None:
            return mean_interval(
                self.samples,
                bounds=self.bounds,
                groups=groups,
                level=level,
                method=method,
                resamples=resamples,
                seed=seed,
            )
        if self._is_linearized(method):
            rows = units_of(self.totals.rows, groups)
            its = linearized(float(self), rows, self.totals.values)
            return _of_linearized(its, self.bounds, level, grouped=groups is not None)
        return corpus_interval(
            self.totals.rows,
            self.totals.values,
            groups=groups,
            level=level,
            resamples=resamples,
            seed=seed,
        )

    def _is_linearized(self, method: str) -> bool:
        """Return whether a method of corpus values is not the bootstrap."""
        if method not in ("auto", "bootstrap", "linearized"):
            raise ValueError(
                f"{self.title} is not a mean over samples: use method='bootstrap' or 'linearized', "
                f"got {method!r}"
            )
        return method == "linearized"

    def _interval_of_sums(
        self, groups: npt.ArrayLike | None, level: float, method: str, resamples: int, seed: int
    ) -> Interval:
        sums = self.sums
        if sums is None:
            raise ValueError("an interval needs the samples' values: score with keep_samples=True")
        if groups is not None:
            raise ValueError(
                "groups of samples that were not kept cannot be given now: give them to "
                "Evaluator.update, or score with keep_samples=True"
            )
        if sums.totals is None:
            return sums.mean_interval(self.bounds, level, method)
        if self._is_linearized(method) or sums.buckets.crowded:
            return sums.linearized_interval(float(self), self.bounds, level)
        return sums.corpus_interval(level, resamples, seed)

    def to_dict(self) -> dict[str, Any]:
        """Return value, parts and signature as plain Python objects, without ``samples``."""
        parts = {
            "value": None if math.isnan(self) else float(self),
            "headline": self.headline,
            "n": self.n,
            "precision": self.precision,
            "recall": self.recall,
            "f1": self.f1,
            "sentence_mean": self.sentence_mean,
            "details": dict(self.details or {}) or None,
            "all_tokens": None if self.all_tokens is None else self.all_tokens.to_dict(),
            "signature": self.signature,
            "foreign_signature": self.foreign_signature,
        }
        return {name: part for name, part in parts.items() if part is not None}


@dataclass(frozen=True, slots=True, eq=False)
class Totals:
    """The integers of each sample whose sums a corpus value is computed from.

    They give the value of any part of the corpus, and of any resample.

    Attributes:
        names: names of the columns.
        rows: one row per sample, read-only, in the order of the samples.
        corpus: returns the value from the sums by name. It is pickled by reference, so it must
            be importable.
        corpora: returns the values from columns of sums, if the metric has such a formula.
        fixed: what is not summed: the corpus's last sample decides it.
    """

    names: tuple[str, ...]
    rows: NDArray[np.integer]
    corpus: Callable[[Mapping[str, int]], CorpusValue]
    corpora: Callable[[Mapping[str, Integers]], Floats] | None
    fixed: Mapping[str, int]

    def __len__(self) -> int:
        """Return the number of samples."""
        return len(self.rows)

    def values(self, sums: Integers) -> Floats:
        """Return the corpus value for each row of a table of sums with these columns."""
        if self.corpora is not None:
            columns = dict(zip(self.names, sums.T, strict=True))
            fixed = {name: np.full(len(sums), value) for name, value in self.fixed.items()}
            return self.corpora({**columns, **fixed})
        rows = (dict(zip(self.names, row, strict=True)) for row in sums.tolist())
        return np.array([self.corpus({**row, **self.fixed}).value for row in rows])


@dataclass(frozen=True, slots=True, eq=False)
class Sums:
    """What the interval of a score is computed from where samples were not kept.

    Attributes:
        mean: the mean over samples, not rounded.
        buckets: the sums.
        totals: those of each bucket that is not empty; ``None`` for a mean over samples.
    """

    mean: float
    buckets: Buckets
    totals: Totals | None

    def mean_interval(self, bounds: Bounds, level: float, method: str) -> Interval:
        """Return the interval of a mean over samples.

        Raises:
            ValueError: if there are none.
        """
        from textmetrics.statistics import summary_interval

        its = self.buckets
        if not its.moments.n:
            raise ValueError("values are all NaN: there is no sample to compute from")
        if its.grouped:
            used = its.sizes > 0
            summary = its.moments.grouped(self.mean, its.sums[0, used], its.sizes[used])
        else:
            summary = its.moments.summary(self.mean)
        return summary_interval(
            summary, bounds=bounds, grouped=bool(its.grouped), level=level, method=method
        )

    def corpus_interval(self, level: float, resamples: int, seed: int) -> Interval:
        """Return the interval of a corpus value, by a bootstrap of buckets.

        Raises:
            ValueError: if sums exceed what is exact.
        """
        from textmetrics.statistics import corpus_interval

        totals = self._of_corpus()
        rows = self._rows(totals)
        its = corpus_interval(rows, totals.values, level=level, resamples=resamples, seed=seed)
        name = "cluster bootstrap" if self.buckets.grouped else "bucket bootstrap"
        return replace(its, method=name)

    def linearized_interval(self, value: float, bounds: Bounds, level: float) -> Interval:
        """Return the linearized interval of a corpus value.

        Raises:
            ValueError: if sums exceed what is exact.
        """
        from textmetrics.statistics import linearized, linearized_sums

        totals, its = self._of_corpus(), self.buckets
        rows = self._rows(totals)
        if its.grouped:
            estimate = linearized(value, rows, totals.values)
        else:
            n = int(its.sizes.sum())
            estimate = linearized_sums(value, rows.sum(axis=0), its.products, n, totals.values)
        return _of_linearized(estimate, bounds, level, grouped=bool(its.grouped))

    def _of_corpus(self) -> Totals:
        if self.totals is None:
            raise ValueError("a mean over samples has no corpus value")
        return self.totals

    def _rows(self, totals: Totals) -> NDArray[np.int64]:
        """Return the sums of each bucket, where 64 bits hold them."""
        rows = totals.rows
        if rows.dtype == object and max(map(abs, rows.sum(axis=0))) >= 2**53:
            raise ValueError("the totals exceed 2**53: score with keep_samples=True")
        return rows.astype(np.int64)


def _of_linearized(its: Spread, bounds: Bounds, level: float, *, grouped: bool) -> Interval:
    """Return Wilson's interval of a share, else Student's."""
    from textmetrics.statistics import Summary, summary_interval

    ends = bounds if bounds == UNIT_INTERVAL else (its.mean, its.mean)
    found = summary_interval(Summary(its, *ends, binary=False), bounds=bounds, level=level)
    name = f"linearized {found.method}"
    return replace(found, method=f"cluster {name}" if grouped else name)


def with_exceptions(unit: str, names: Iterable[str]) -> str:
    """Return the unit that numbers are shown in, with the names of those that are not.

    Examples:
        >>> with_exceptions("in percent", []), with_exceptions("in percent", ["Length ratio"])
        ('in percent', 'in percent except Length ratio')
    """
    exceptions = ", ".join(dict.fromkeys(names))
    return f"{unit} except {exceptions}" if exceptions else unit


def format_value(value: float | None, *, percent: bool = True) -> str:
    """Format a value for a table: two decimals, of the percentage or of the number itself.

    Args:
        value: such as a score, or a part of one; ``None``, and what is no number because there
            is no sample, become a dash.
        percent: ``Score.percent`` for a score, ``True`` for precision, recall and F1.

    Examples:
        >>> format_value(0.5), format_value(1.25, percent=False), format_value(None)
        ('50.00', '1.25', '–')
    """
    if value is None or math.isnan(value):
        return "–"
    return f"{100 * value if percent else value:.2f}"


def _restore(value: float, fields: dict[str, Any]) -> Score:
    score = Score(value, **fields)
    if score.samples is not None:
        score.samples.flags.writeable = False  # pickle does not keep it
    if score.totals is not None:
        score.totals.rows.flags.writeable = False
    return score
