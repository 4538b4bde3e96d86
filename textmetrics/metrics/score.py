"""A score: a float that knows where it is from."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
from numpy.typing import NDArray

from textmetrics.metrics.totals import Totals
from textmetrics.statistics import RESAMPLES, SEED, Interval, corpus_interval, mean_interval

__all__ = ["Score"]

_FIELDS = (
    "title", "headline", "n", "precision", "recall", "f1", "samples", "totals", "sentence_mean",
    "details", "all_tokens", "signature", "foreign_signature",
)  # fmt: skip
_NOTHING = dict.fromkeys(_FIELDS)


class Score(float):
    """The headline value of one metric, 0 to 1, with all that belongs to it.

    It is a float wherever a float is wanted (arithmetic, ``json``, loggers, format specs);
    ``repr`` shows metric, percent and number of samples.

    Attributes:
        title: the metric's name for people, "ROUGE-L recall".
        headline: which value this is: ``accuracy``, ``f1``, ``recall`` or ``corpus``.
        n: number of samples.
        precision: mean over samples, 0 to 1; ``None`` where the metric has none.
        recall: likewise.
        f1: likewise.
        samples: a value a sample, 0 to 1, a read-only float64 array in the order of the samples;
            ``None`` where they were not kept. For BLEU the sentence BLEU, smoothed.
        totals: what each sample adds to a corpus value; ``None`` for a mean over samples, or
            where they were not kept.
        sentence_mean: for BLEU the mean of ``samples``, else ``None``.
        details: what a corpus value was made of (BLEU's precisions and brevity penalty), and how
            many answers had no letter or number to judge (``unparsable``).
        all_tokens: the same score without stopword removal, where it was asked for.
        signature: how it was computed; equal signatures mean equal numbers.
        foreign_signature: what the original program prints for it, where it prints such a line.
    """

    title: str
    headline: str
    n: int
    precision: float | None
    recall: float | None
    f1: float | None
    samples: NDArray[np.float64] | None
    totals: Totals | None
    sentence_mean: float | None
    details: Mapping[str, float]
    all_tokens: Score | None
    signature: str
    foreign_signature: str | None

    def __new__(cls, value: float, **fields: Any) -> Score:
        """Make a score; fields that are not given are ``None``."""
        score = super().__new__(cls, value)
        vars(score).update(_NOTHING)
        vars(score).update(fields)
        if unknown := fields.keys() - _NOTHING.keys():
            raise TypeError(f"a Score has no {', '.join(sorted(unknown))}")
        return score

    def __repr__(self) -> str:
        """Show metric, percent and n."""
        return f"<{self.title} {100 * self:.2f} %, n={self.n:,}>"

    def __str__(self) -> str:
        """Show the float."""
        return float.__repr__(self)

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle value and fields."""
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
        """Give an interval for the value, over samples such as these.

        Args:
            groups: a name or number a sample, the same for samples that are not independent
                (questions on one document).
            level: how often such intervals hold the true value.
            method: ``t``, ``wilson`` (for 0 and 1), ``normal`` or ``bootstrap``; ``auto`` takes the
                bootstrap for a corpus value, for a mean Wilson's where it can, else Student's t.
            resamples: of the bootstrap.
            seed: of the bootstrap.

        Raises:
            ValueError: if there are no samples, or an argument does not fit them.
            ImportError: if SciPy, of the extra ``compare``, is not there, and is needed.

        Examples:
            >>> from textmetrics import accuracy
            >>> score = accuracy(["red", "blue", "blue"], ["red", "blue", "green"], lang="en")
            >>> interval = score.interval()
            >>> f"{interval.low:.2f} to {interval.high:.2f}"
            '0.21 to 0.94'
        """
        if self.samples is None:
            raise ValueError("an interval needs the samples' values: score with keep_samples=True")
        if self.totals is None:
            return mean_interval(
                self.samples,
                groups=groups,
                level=level,
                method=method,
                resamples=resamples,
                seed=seed,
            )
        if method not in ("auto", "bootstrap"):
            raise ValueError(
                f"{self.title} is no mean over samples: choose method='bootstrap', not {method!r}"
            )
        return corpus_interval(
            self.totals.rows,
            self.totals.values,
            groups=groups,
            level=level,
            resamples=resamples,
            seed=seed,
        )

    def to_dict(self) -> dict[str, Any]:
        """Give value, parts and signature as plain Python objects, without ``samples``."""
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


def _restore(value: float, fields: dict[str, Any]) -> Score:
    score = Score(value, **fields)
    if score.samples is not None:
        score.samples.flags.writeable = False  # NumPy's pickle forgets it
    if score.totals is not None:
        score.totals.rows.flags.writeable = False
    return score
