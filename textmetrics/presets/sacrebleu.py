"""BLEU as sacrebleu 2.6.0 has it: any smoothing of its four, effective order, its signature."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from textmetrics.kernels import Counts
from textmetrics.metrics.bleu import OVER_ALL, bleu_totals, brevity_penalty
from textmetrics.metrics.metric import CorpusValue, Floats, Integers, Metric, Values

__all__ = ["SACREBLEU_VERSION", "SMOOTHING_VALUES", "SacreBleu", "references_shown"]

SACREBLEU_VERSION = "2.6.0"
"""Whose numbers these are: the signatures end with it."""

SMOOTHING_VALUES: Mapping[str, float | None] = {
    "exp": None,
    "floor": 0.1,
    "add-k": 1.0,
    "none": None,
}
"""The ways to smooth, and the default value of those that take one."""


class _Orders(NamedTuple):
    """N-grams of each order, a row an order and a column a sample."""

    matches: Floats
    totals: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class SacreBleu:
    """sacrebleu's BLEU, as its options set it.

    Its sentence values (``samples``) are always of effective order, as those that sacrebleu's
    command line prints and its ``sentence_bleu`` gives.

    Args:
        smoothing: ``exp``, ``floor``, ``add-k`` or ``none``.
        smoothing_value: for ``floor`` (0.1 where it is ``None``) and ``add-k`` (1).
        effective_order: whether orders for which there is no n-gram at all are left out of the
            corpus value's mean, where they make it 0 otherwise.
        order: the highest order of n-grams.

    Raises:
        ValueError: if there is no such smoothing, or a value is out of range.

    Examples:
        >>> SacreBleu(smoothing="floor").signature(tokenizer="13a", references=1)
        'nrefs:1|case:mixed|eff:no|tok:13a|smooth:floor[0.10]|version:2.6.0'
    """

    smoothing: str = "exp"
    smoothing_value: float | None = None
    effective_order: bool = False
    order: int = 4

    def __post_init__(self) -> None:
        if self.smoothing not in SMOOTHING_VALUES:
            known = ", ".join(SMOOTHING_VALUES)
            raise ValueError(f"unknown smoothing {self.smoothing!r} for sacrebleu; known: {known}")
        if self.value is None and self.smoothing_value is not None:
            raise ValueError(f"smoothing {self.smoothing!r} takes no value")
        if self.value is not None and not 0 <= self.value < math.inf:
            raise ValueError(f"smoothing_value must be at least 0, got {self.value!r}")
        if self.order < 1:
            raise ValueError(f"order must be at least 1, got {self.order!r}")

    @property
    def value(self) -> float | None:
        """The smoothing's value, its default where none was given; ``None`` where it has none."""
        default = SMOOTHING_VALUES[self.smoothing]
        given = self.smoothing_value
        return default if given is None or default is None else given

    def metric(self) -> Metric:
        """Give the metric."""
        orders = range(1, self.order + 1)
        return Metric(
            name=f"bleu_{self.order}",
            label=f"BLEU-{self.order}",
            headline="corpus",
            summary=f"corpus BLEU over 1- to {self.order}-grams as sacrebleu has it",
            source=f"sacrebleu {SACREBLEU_VERSION} (Post, 2018)",
            needs=frozenset(
                {"prediction_length", "closest_length", *(f"clip_{n}" for n in orders)}
            ),
            values=self._sentences,
            totals=self._totals,
            corpus=self._corpus,
            corpora=self._corpora,
            of_several=OVER_ALL,
        )

    def signature(
        self, *, tokenizer: str, references: Sequence[int] | int, lowercase: bool = False
    ) -> str:
        """Give sacrebleu's own string.

        Args:
            tokenizer: what sacrebleu shows of it: the name of a `View` of it without ``+lc``.
            references: how many references the samples have: one number, or a number a sample.
            lowercase: whether text is lowered before.
        """
        value = "" if self.value is None else f"[{self.value:.2f}]"
        return "|".join(
            (
                f"nrefs:{references_shown(references)}",
                f"case:{'lc' if lowercase else 'mixed'}",
                f"eff:{'yes' if self.effective_order else 'no'}",
                f"tok:{tokenizer}",
                f"smooth:{self.smoothing}{value}",
                f"version:{SACREBLEU_VERSION}",
            )
        )

    def _totals(self, counts: Counts) -> Mapping[str, Integers]:
        return bleu_totals(counts, self.order)

    def _sentences(self, counts: Counts) -> Values:
        totals = self._totals(counts)
        precisions, exist = self._precisions(self._orders(totals))
        return Values(_combined(totals, precisions, exist, effective=True))

    def _corpus(self, sums: Mapping[str, int]) -> CorpusValue:
        totals = {name: np.array([number]) for name, number in sums.items()}
        precisions, _ = self._precisions(self._orders(totals))
        details = {f"precision_{n}": float(p) for n, p in enumerate(precisions[:, 0], start=1)}
        penalty = float(brevity_penalty(totals)[0])
        value = float(self._corpora(totals)[0])
        return CorpusValue(value, details | {"brevity_penalty": penalty})

    def _corpora(self, sums: Mapping[str, Integers]) -> Floats:
        precisions, exist = self._precisions(self._orders(sums))
        return _combined(sums, precisions, exist, effective=self.effective_order)

    def _orders(self, totals: Mapping[str, Integers]) -> _Orders:
        orders = range(1, self.order + 1)
        return _Orders(
            np.array([totals[f"clip_{n}"] for n in orders], dtype=np.float64),
            np.array([totals[f"ngrams_{n}"] for n in orders], dtype=np.float64),
        )

    def _precisions(self, orders: _Orders) -> tuple[Floats, NDArray[np.bool_]]:
        """Give each order's smoothed precision, and whether there are n-grams of that order.

        After the first order without any there is none, whatever the smoothing adds to them;
        without a single match all precisions are 0.
        """
        matches, totals = orders
        any_match = matches.any(axis=0)
        if self.smoothing == "add-k" and self.value is not None:
            added = np.arange(len(matches))[:, None] > 0
            matches, totals = matches + added * self.value, totals + added * self.value
        exist = np.logical_and.accumulate(totals > 0, axis=0)
        unmatched = exist & (matches == 0)
        if self.smoothing == "exp":
            matches = np.where(unmatched, 0.5 ** np.cumsum(unmatched, axis=0), matches)
        elif self.smoothing == "floor" and self.value is not None:
            matches = np.where(unmatched, self.value, matches)
        precisions = matches * (exist & any_match) / np.where(exist, totals, 1.0)
        return precisions, exist


def _combined(
    totals: Mapping[str, Integers],
    precisions: Floats,
    exist: NDArray[np.bool_],
    *,
    effective: bool,
) -> Floats:
    """Give the geometric mean of the precisions times the penalty for brevity."""
    counted = exist if effective else np.ones_like(exist)
    positive = precisions > 0
    logarithms = np.log(np.where(positive, precisions, 1.0)) * counted
    mean = logarithms.sum(axis=0) / np.maximum(counted.sum(axis=0), 1)
    value = brevity_penalty(totals) * np.exp(mean)
    # Rounding in exp must not pass 1.
    return np.where(
        (positive | ~counted).all(axis=0) & counted.any(axis=0), np.minimum(value, 1.0), 0.0
    )


def references_shown(references: Sequence[int] | int) -> str:
    """Give the number of references as sacrebleu shows it, ``var`` where samples differ."""
    if isinstance(references, int):
        return str(references)
    numbers = set(references)
    return str(*numbers) if len(numbers) == 1 else "var"
