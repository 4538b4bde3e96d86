"""chrF and chrF++ as sacrebleu 2.6.0 has them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from textmetrics.kernels import ORDERS, Counts
from textmetrics.metrics.metric import (
    WORDS,
    CorpusValue,
    Floats,
    Integers,
    Metric,
    Values,
    at_least_0,
    best_pairs,
)
from textmetrics.metrics.sacrebleu import SACREBLEU_VERSION, references_shown

__all__ = ["Chrf"]

# What an order without n-grams is worth under ``eps_smoothing``.
_EPSILON = 1e-16


@dataclass(frozen=True, slots=True, kw_only=True)
class Chrf:
    """sacrebleu's chrF, as its options set it; ``word_order=2`` makes it chrF++.

    It is a function of two views: `chrf_characters`, and, with a ``word_order``, `chrf_words`,
    whose columns it looks for under names that begin with `WORDS`.

    Args:
        char_order: the highest order of character n-grams.
        word_order: of word n-grams; 0 for none.
        beta: how many times recall counts as much as precision.
        eps_smoothing: whether orders without n-grams count as next to nothing, and the mean is of
            the orders' F; otherwise they are left out, and F is of the orders' means.

    Raises:
        ValueError: if an order is out of range.

    Examples:
        >>> Chrf(word_order=2).signature(references=1)
        'nrefs:1|case:mixed|eff:yes|nc:6|nw:2|space:no|version:2.6.0'
    """

    char_order: int = 6
    word_order: int = 0
    beta: int = 2
    eps_smoothing: bool = False

    def __post_init__(self) -> None:
        orders = (self.char_order, self.word_order)
        if not (min(orders) >= 0 and 0 < max(orders) <= ORDERS[-1]):
            raise ValueError(
                f"char_order and word_order must be 0 to {ORDERS[-1]}, and not both 0, got "
                f"{self.char_order!r} and {self.word_order!r}"
            )
        if not 0 <= self.beta <= 1000:
            raise ValueError(f"beta must be 0 to 1000, got {self.beta!r}")

    def metric(self) -> Metric:
        """Give the metric."""
        columns = {f"{view}match_{n}" for view, n in self._orders()}
        views = {view for view, _ in self._orders()}
        lengths = {f"{view}{side}_length" for view in views for side in ("prediction", "reference")}
        label = f"chrF{self.beta}" + "+" * self.word_order
        return Metric(
            name="chrf",
            label=label,
            headline="corpus",
            summary=f"{label} of the corpus as sacrebleu has it, by each sample's best reference",
            source=f"Popović (2015, 2017), sacrebleu {SACREBLEU_VERSION} (Post, 2018)",
            needs=frozenset(columns | lengths),
            values=self._sentences,
            totals=self._totals,
            corpus=self._corpus,
            corpora=self._corpora,
        )

    def signature(
        self,
        *,
        references: Sequence[int] | int,
        lowercase: bool = False,
        whitespace: bool = False,
    ) -> str:
        """Give sacrebleu's own string.

        Args:
            references: how many references the samples have: one number, or a number a sample.
            lowercase: whether text is lowered before.
            whitespace: whether white space counts.
        """
        return "|".join(
            (
                f"nrefs:{references_shown(references)}",
                f"case:{'lc' if lowercase else 'mixed'}",
                f"eff:{'no' if self.eps_smoothing else 'yes'}",
                f"nc:{self.char_order}",
                f"nw:{self.word_order}",
                f"space:{'yes' if whitespace else 'no'}",
                f"version:{SACREBLEU_VERSION}",
            )
        )

    def _orders(self) -> list[tuple[str, int]]:
        characters = [("", n) for n in range(1, self.char_order + 1)]
        return characters + [(WORDS, n) for n in range(1, self.word_order + 1)]

    def _of_pairs(self, counts: Counts) -> dict[str, Integers]:
        """Give each pair's n-grams and matches, a name an order and kind."""
        found = {}
        for view, n in self._orders():
            predicted = at_least_0(counts[f"{view}prediction_length"] - n + 1)
            expected = at_least_0(counts[f"{view}reference_length"] - n + 1)
            # The prediction's n-grams count only where the reference has any of that order.
            found[f"{view}predicted_{n}"] = predicted * (expected > 0)
            found[f"{view}expected_{n}"] = expected
            found[f"{view}match_{n}"] = counts[f"{view}match_{n}"]
        return found

    def _totals(self, counts: Counts) -> Mapping[str, Integers]:
        pairs = self._of_pairs(counts)
        best = best_pairs(counts, self._percent(pairs))
        return {name: column[best] for name, column in pairs.items()}

    def _sentences(self, counts: Counts) -> Values:
        return Values(self._percent(self._totals(counts)) / 100)

    def _corpus(self, sums: Mapping[str, int]) -> CorpusValue:
        totals = {name: np.array([number]) for name, number in sums.items()}
        return CorpusValue(float(self._corpora(totals)[0]), {})

    def _corpora(self, sums: Mapping[str, Integers]) -> Floats:
        return self._percent(sums) / 100

    def _percent(self, totals: Mapping[str, Integers]) -> Floats:
        """Give F in percent, because that is what sacrebleu finds the best reference by."""
        zero = np.zeros(len(next(iter(totals.values()))))
        precision_sum, recall_sum, f_sum, orders = zero, zero, zero, zero
        for view, n in self._orders():
            match, predicted, expected = (
                totals[f"{view}{kind}_{n}"] for kind in ("match", "predicted", "expected")
            )
            precision = np.where(predicted > 0, match / np.maximum(predicted, 1), _EPSILON)
            recall = np.where(expected > 0, match / np.maximum(expected, 1), _EPSILON)
            both = (predicted > 0) & (expected > 0)
            f_sum = f_sum + self._f(precision, recall, nothing=_EPSILON)
            precision_sum = precision_sum + precision * both
            recall_sum = recall_sum + recall * both
            orders = orders + both
        if self.eps_smoothing:
            return 100 * f_sum / len(self._orders())
        orders = np.maximum(orders, 1)
        return 100 * self._f(precision_sum / orders, recall_sum / orders, nothing=0.0)

    def _f(self, precision: Floats, recall: Floats, *, nothing: float) -> Floats:
        factor = self.beta**2
        below = factor * precision + recall
        above = (1 + factor) * precision * recall
        return np.where(below > 0, above / np.where(below > 0, below, 1.0), nothing)
