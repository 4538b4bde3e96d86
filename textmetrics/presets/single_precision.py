"""torchmetrics 1.9.0: ROUGE, BLEU and chrF, in single precision."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from textmetrics.kernels import ORDERS, Counts
from textmetrics.metrics import (
    OVER_ALL,
    CorpusValue,
    Floats,
    Integers,
    Metric,
    Values,
    as_corpora,
    best_pairs,
    bleu_totals,
    brevity_penalty,
)
from textmetrics.presets.chrf import ChrfNgrams
from textmetrics.presets.plain import WHITESPACE
from textmetrics.presets.punkt import on_lines, punkt_described
from textmetrics.presets.rouge_score import rouge_l, rouge_lsum, rouge_n, rouge_score_view
from textmetrics.scan import NativeSplit, View

__all__ = ["SingleBleu", "SingleChrf", "chrf_letters", "rouge", "single"]

_SOURCE = "torchmetrics 1.9.0"


def single(numbers: Floats | Integers) -> Floats:
    """Round to single precision, in which the program computes."""
    return numbers.astype(np.float32).astype(np.float64)


# --- ROUGE --------------------------------------------------------------------------------------


def rouge(accumulate: str, *, use_stemmer: bool) -> Iterator[Metric]:
    """Yield ROUGE-1 to 9, L and Lsum.

    Args:
        accumulate: which of several references counts: the ``best``, or the mean of all (``avg``).
        use_stemmer: whether to stem words of four letters and more.
    """
    reduced = _best if accumulate == "best" else _average
    of_several = "of which the best counts" if accumulate == "best" else "of which the mean counts"
    view = rouge_score_view(stemmer=use_stemmer)
    sentence_view = _sentence_view(stemmer=use_stemmer)
    for metric in (*map(rouge_n, ORDERS), rouge_l(), rouge_lsum()):
        yield replace(
            metric,
            view=sentence_view if metric.name == "rouge_lsum" else view,
            values=partial(_of_references, metric.values, reduced),
            source=_SOURCE,
            of_several=of_several,
        )


_Reduced = Callable[[Counts, Floats, Floats], Floats]


def _of_references(
    of_pairs: Callable[[Counts], Values], reduced: _Reduced, counts: Counts
) -> Values:
    pairs = Counts(counts.columns, np.arange(counts.offsets[-1] + 1))
    f1, *parts = (single(part) for part in of_pairs(pairs) if part is not None)
    return Values(*(reduced(counts, f1, part) for part in (f1, *parts)))


def _best(counts: Counts, f1: Floats, part: Floats) -> Floats:
    return part[best_pairs(counts, f1)]


def _average(counts: Counts, _: Floats, part: Floats) -> Floats:
    sums = np.add.reduceat(part, counts.offsets[:-1])
    return single(sums / np.diff(counts.offsets))


def _sentence_view(*, stemmer: bool) -> View:
    lines = rouge_score_view(stemmer=stemmer, sentences=True)
    name = lines.name.replace("lines", "sentences")
    return replace(
        lines,
        name=name,
        tokens=lambda text: lines.tokens(*on_lines([text])),
        summary=lines.summary.replace("one line per sentence", "sentences by nltk's Punkt"),
        native=replace(lines.native or NativeSplit("rouge_score_lines"), before=on_lines),
        signature=lambda: f"{name},{punkt_described()}",
    )


# --- BLEU ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SingleBleu:
    """BLEU of words between white space, 0 if an order has no match.

    Args:
        order: the highest order of n-grams.
        given: weights of the orders with ``/`` between them; empty for equal ones.
        smooth: whether to add 1 to matches and n-grams of all orders but the first.
    """

    order: int
    given: str
    smooth: bool

    def __post_init__(self) -> None:
        if not 0 < self.order <= ORDERS[-1]:
            raise ValueError(f"n_gram must be 1 to {ORDERS[-1]}, got {self.order}")
        weights = self._weights()
        if len(weights) != self.order:
            raise ValueError(
                f"weights must be as many as n_gram, which is {self.order}, got {len(weights)}"
            )
        if not (math.isfinite(sum(weights)) and min(weights) >= 0):
            raise ValueError(f"weights must be numbers of at least 0, got {self.given}")

    def _weights(self) -> list[float]:
        if not self.given:
            return [1.0 / self.order] * self.order
        return [float(weight) for weight in self.given.split("/")]

    def metric(self) -> Metric:
        """Return the metric."""
        orders = range(1, self.order + 1)
        return Metric(
            name="bleu",
            label="BLEU",
            headline="corpus",
            summary=f"corpus BLEU over 1- to {self.order}-grams, 0 if an order has no match",
            source=_SOURCE,
            needs=frozenset(
                {
                    *("prediction_length", "reference_length", "closest_length"),
                    *(f"clip_{n}" for n in orders),
                }
            ),
            values=lambda counts: Values(self._value(self._totals(counts))),
            totals=self._totals,
            corpus=self._corpus,
            corpora=self._value,
            view=WHITESPACE,
            of_several=OVER_ALL,
        )

    def _totals(self, counts: Counts) -> Mapping[str, Integers]:
        # Of two references whose lengths are equally close, the first one counts.
        lengths = counts["reference_length"]
        predicted = counts["prediction_length"]
        closest = lengths[best_pairs(counts, -np.abs(predicted - lengths))]
        return {**bleu_totals(counts, self.order), "reference_length": closest}

    def _corpus(self, sums: Mapping[str, int]) -> CorpusValue:
        totals = as_corpora(sums)
        details = {name: float(number) for name, number in sums.items()}
        return CorpusValue(float(self._value(totals)[0]), details)

    def _value(self, totals: Mapping[str, Integers]) -> Floats:
        logarithm: Any = 0.0
        every_match: Any = True
        for n, weight in enumerate(self._weights(), start=1):
            clip, ngrams = totals[f"clip_{n}"], totals[f"ngrams_{n}"]
            more = self.smooth and n > 1
            precision = (np.maximum(clip, 1) + more) / (np.maximum(ngrams, 1) + more)
            logarithm = logarithm + weight * np.log(precision)
            every_match = every_match & (clip > 0)
        value = brevity_penalty(totals) * np.exp(logarithm)
        return single(np.where(every_match, value, 0.0))


# --- chrF ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SingleChrf:
    """chrF in single precision: the mean of all orders' F, 0 for those without n-grams.

    Args:
        char_order: the highest order of character n-grams.
        word_order: the highest order of word n-grams; 0 for none.
        beta: weight of recall relative to precision.
    """

    char_order: int
    word_order: int
    beta: float

    def __post_init__(self) -> None:
        if not (0 < self.char_order <= ORDERS[-1] and 0 <= self.word_order <= ORDERS[-1]):
            raise ValueError(
                f"n_char_order must be 1 to {ORDERS[-1]}, and n_word_order 0 to {ORDERS[-1]}, got "
                f"{self.char_order} and {self.word_order}"
            )
        if not 0 <= self.beta <= 1000:
            raise ValueError(f"beta must be 0 to 1000, got {self.beta}")

    def metric(self) -> Metric:
        """Return the metric."""
        return Metric(
            name="chrf",
            label="chrF" + "+" * self.word_order,
            headline="corpus",
            summary="mean F of the corpus' character and word n-grams, by the best references",
            source=f"{_SOURCE}, after Popović (2015, 2017)",
            needs=self._ngrams.needs,
            values=lambda counts: Values(self._best(counts)[1]),
            totals=self._totals,
            corpus=self._corpus,
            corpora=self._value,
        )

    @property
    def _ngrams(self) -> ChrfNgrams:
        return ChrfNgrams(self.char_order, self.word_order)

    def _best(self, counts: Counts) -> tuple[Mapping[str, Integers], Floats]:
        pairs = self._ngrams.of_pairs(counts)
        values = self._value(pairs)
        best = best_pairs(counts, values)
        return {name: column[best] for name, column in pairs.items()}, values[best]

    def _totals(self, counts: Counts) -> Mapping[str, Integers]:
        totals, values = self._best(counts)
        # The n-grams of references are not counted where none of them matches.
        return {
            name: column * (values > 0) if "expected" in name else column
            for name, column in totals.items()
        }

    def _corpus(self, sums: Mapping[str, int]) -> CorpusValue:
        totals = as_corpora(sums)
        return CorpusValue(float(self._value(totals)[0]), {})

    def _value(self, totals: Mapping[str, Integers]) -> Floats:
        factor, more = np.float32(self.beta**2), np.float32(1 + self.beta**2)
        total: Any = np.float32(0)
        for view, n in self._ngrams.orders:
            match = totals[f"{view}match_{n}"]
            precision, recall = (
                _divided(match, totals[f"{view}{kind}_{n}"]) for kind in ("predicted", "expected")
            )
            below = np.maximum(factor * precision + recall, np.float32(1e-16))
            total = total + more * precision * recall / below
        # Rounding must not exceed 1.
        value: Floats = np.minimum(total / np.float32(len(self._ngrams.orders)), 1.0)
        return value.astype(np.float64)


def _divided(one: Integers, other: Integers) -> NDArray[np.float32]:
    quotient: NDArray[np.float32] = np.true_divide(one, np.maximum(other, 1), dtype=np.float32)
    return quotient


def chrf_letters(*, lowercase: bool, whitespace: bool) -> View:
    """Return the characters that chrF counts: all but spaces, and white space at the ends."""

    def shown(text: str) -> str:
        text = text.lower() if lowercase else text
        return text if whitespace else text.strip().replace(" ", "")

    name = "torchmetrics-chrf" + "+lc" * lowercase + "+space" * whitespace
    return View(
        name,
        lambda text: list(shown(text)),
        "characters, without spaces" if not whitespace else "characters",
        native=NativeSplit("characters", before=partial(map, shown)),
    )
