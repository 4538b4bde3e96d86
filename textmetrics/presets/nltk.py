"""nltk: BLEU of a corpus, or the mean of its sentences, with any weights and smoothing method."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from textmetrics.kernels import ORDERS, Counts
from textmetrics.metrics import (
    OVER_ALL,
    CorpusValue,
    Floats,
    Integers,
    Metric,
    Refinement,
    Values,
    as_corpora,
    bleu_totals,
    brevity_penalty,
)
from textmetrics.presets.jieba_words import JIEBA_WORDS
from textmetrics.presets.plain import CHARACTERS, WHITESPACE
from textmetrics.presets.preset import Preset, PresetOption
from textmetrics.scan import View

__all__ = ["METHOD_3", "PRESET", "NltkBleu", "sentence_bleu", "weights_form"]

_VIEWS = {"whitespace": WHITESPACE, "characters": CHARACTERS, "jieba": JIEBA_WORDS}


def _metrics(
    *, tokenizer: str, smoothing: str, aggregate: str, weights: str, auto_reweigh: bool
) -> Iterator[Metric]:
    numbers = tuple(float(weight) for weight in weights.split("/"))
    method = int(smoothing.removeprefix("method"))
    bleu = NltkBleu(
        smoothing=method, weights=numbers, aggregate=aggregate, auto_reweigh=auto_reweigh
    )
    yield replace(bleu.metric(), view=_VIEWS[tokenizer])


def sentence_bleu(view: View) -> Metric:
    """Return the mean of sentence BLEU with smoothing method 3, as several programs call it."""
    return replace(NltkBleu(smoothing=3, aggregate="mean").metric(), view=view)


METHOD_3 = "BLEU of a text of fewer than four tokens against itself is below 1 (method 3)."
"""Its oddity."""


def weights_form(given: Any) -> str:
    """Return numbers, from a list or a string with ``/`` between them, as signatures show them."""
    parts = given.split("/") if isinstance(given, str) else given
    try:
        numbers = [repr(float(part)) for part in parts]
    except (TypeError, ValueError):
        numbers = []
    if not numbers:
        raise ValueError(
            f"weights must be numbers, one an n-gram order: (0.5, 0.5) or '0.5/0.5', got {given!r}"
        )
    return "/".join(numbers)


PRESET = Preset(
    name="nltk",
    summary="BLEU as nltk computes it from lists of tokens",
    source="nltk.translate.bleu_score of nltk 3.10.4",
    make=_metrics,
    several=True,
    options=(
        PresetOption(
            "tokenizer",
            "whitespace",
            "how text is tokenized, which nltk leaves to its caller",
            tuple(_VIEWS),
            shown=False,
        ),
        PresetOption(
            "smoothing",
            "method0",
            "the method of nltk's SmoothingFunction",
            tuple(f"method{number}" for number in range(8)),
        ),
        PresetOption(
            "aggregate",
            "corpus",
            "the value of the corpus, or the mean of its sentences",
            ("corpus", "mean"),
        ),
        PresetOption(
            "weights",
            "0.25/0.25/0.25/0.25",
            "weights of the n-gram orders, separated by /",
            form=weights_form,
        ),
        PresetOption("auto_reweigh", False, "equal weights for the orders that a short text has"),
    ),
    note="Method 0 gives almost 0 if an order has no match. A text that is too short for an "
    "order counts as having one n-gram of it, so a perfect text of fewer than four "
    "tokens scores below 1. For a corpus, methods 5 and 7 use the 5-grams of the last "
    "sample alone, and method 6 uses its length: the order of samples changes the "
    "number. Methods 5 and 7, and for a corpus method 6, can exceed 1.",
)


_Totals = Mapping[str, Integers]
_UNIFORM = (0.25, 0.25, 0.25, 0.25)
# The methods that use more than sums: the 5-grams and the length of one sample.
_LOOK_AT_5_GRAMS = (5, 7)
_LOOK_AT_LENGTH = (6,)


@dataclass(frozen=True, slots=True, kw_only=True)
class NltkBleu:
    """nltk's BLEU with its arguments.

    For a corpus, methods 5 to 7 use the 5-grams, or the length, of the **last** sample alone, as
    nltk does; methods 5, 6 and 7 can exceed 1. Where nltk's method 6 raises because no trigram
    matches, this returns the value of the method's formula.

    Args:
        smoothing: the number of the method, 0 to 7; with 0 an order without a match counts as the
            smallest positive number, so that the value is close to 0.
        weights: of the orders, from 1 on.
        aggregate: ``corpus``, or ``mean`` for the mean of the sentences' values.
        auto_reweigh: whether texts of fewer than 4 tokens get equal weights for the orders that
            they have, if ``weights`` are the default.
        epsilon: of method 1.
        alpha: of method 6.
        k: of methods 4 and 7.

    Raises:
        ValueError: if an argument is out of range.
    """

    smoothing: int = 0
    weights: tuple[float, ...] = _UNIFORM
    aggregate: str = "corpus"
    auto_reweigh: bool = False
    epsilon: float = 0.1
    alpha: float = 5.0
    k: float = 5.0

    def __post_init__(self) -> None:
        if self.smoothing not in range(8):
            raise ValueError(f"smoothing must be 0 to 7 for nltk, got {self.smoothing!r}")
        if self.aggregate not in ("corpus", "mean"):
            raise ValueError(f"aggregate must be 'corpus' or 'mean', got {self.aggregate!r}")
        possible = 0 < len(self.weights) <= ORDERS[-1]
        if not possible or not all(math.isfinite(weight) for weight in self.weights):
            raise ValueError(
                f"weights must be numbers, one for each of 1 to {ORDERS[-1]} orders, "
                f"got {self.weights!r}"
            )
        for name in ("epsilon", "alpha", "k"):
            if not 0 < getattr(self, name) < math.inf:
                raise ValueError(f"{name} must be above 0, got {getattr(self, name)!r}")

    def metric(self, name: str | None = None) -> Metric:
        """Return the metric.

        Args:
            name: by default ``bleu_4`` for weights of four orders, and so on.
        """
        order = len(self.weights)
        of_corpus = self.aggregate == "corpus"
        extra = {"clip_5"} if self.smoothing in _LOOK_AT_5_GRAMS else set()
        clips = {f"clip_{n}" for n in range(1, order + 1)}
        at_most_1 = self.smoothing < 5 and min(self.weights) >= 0
        at_most_1 &= self.epsilon <= 1 and self.k >= 5
        refinement = None
        if self.smoothing:
            plainer = replace(self, smoothing=0).metric(name)
            refinement = Refinement("smoothing", "none", f"nltk's method {self.smoothing}", plainer)
        return Metric(
            name=name or f"bleu_{order}",
            label=(name or f"bleu_{order}").upper().replace("_", "-"),
            headline=self.aggregate,
            summary=f"{self.aggregate} BLEU as nltk has it, smoothing method {self.smoothing}",
            source="nltk.translate.bleu_score (Bird, Klein and Loper, 2009)",
            needs=frozenset({"prediction_length", "closest_length"} | clips | extra),
            values=self._sentences,
            bounds=(0.0, 1.0) if at_most_1 else (0.0, math.inf),
            percent=True,
            totals=self._totals if of_corpus else None,
            corpus=self._corpus if of_corpus else None,
            corpora=self._corpora if of_corpus else None,
            of_last=frozenset({"last_clip_5", "last_length"}),
            of_several=OVER_ALL,
            refinement=refinement,
        )

    def _totals(self, counts: Counts) -> _Totals:
        """Return what is summed; in nltk a sample has at least one n-gram of each order."""
        totals = dict(bleu_totals(counts, len(self.weights)))
        for n in range(1, len(self.weights) + 1):
            totals[f"ngrams_{n}"] = np.maximum(totals[f"ngrams_{n}"], 1)
        if self.smoothing in _LOOK_AT_5_GRAMS:
            totals["last_clip_5"] = counts["clip_5"]
        if self.smoothing in (*_LOOK_AT_5_GRAMS, *_LOOK_AT_LENGTH):
            totals["last_length"] = totals["prediction_length"]
        return totals

    def _sentences(self, counts: Counts) -> Values:
        totals = self._totals(counts)
        return Values(self._combined(totals, self._precisions(totals)))

    def _corpus(self, sums: Mapping[str, int]) -> CorpusValue:
        totals = as_corpora(sums)
        precisions = self._precisions(totals)
        details = {f"precision_{n}": float(p[0]) for n, p in enumerate(precisions, start=1)}
        details["brevity_penalty"] = float(brevity_penalty(totals)[0])
        return CorpusValue(float(self._combined(totals, precisions)[0]), details)

    def _corpora(self, sums: _Totals) -> Floats:
        return self._combined(sums, self._precisions(sums))

    def _precisions(self, totals: _Totals) -> list[Floats]:
        """Return each order's smoothed precision."""
        steps: tuple[Callable[[list[Floats], _Totals], list[Floats]], ...] = (
            self._least, self._epsilon, self._one_more, self._halved,
            self._by_length, self._averaged, self._interpolated, self._by_length_averaged,
        )  # fmt: skip
        orders = range(1, len(self.weights) + 1)
        plain = [totals[f"clip_{n}"] / totals[f"ngrams_{n}"] for n in orders]
        return steps[self.smoothing](plain, totals)

    def _least(self, plain: list[Floats], _: _Totals) -> list[Floats]:
        return [np.where(p == 0, sys.float_info.min, p) for p in plain]

    def _epsilon(self, plain: list[Floats], totals: _Totals) -> list[Floats]:
        return [
            np.where(p == 0, self.epsilon / totals[f"ngrams_{n}"], p)
            for n, p in enumerate(plain, start=1)
        ]

    def _one_more(self, plain: list[Floats], totals: _Totals) -> list[Floats]:
        rest = range(2, len(plain) + 1)
        return plain[:1] + [(totals[f"clip_{n}"] + 1) / (totals[f"ngrams_{n}"] + 1) for n in rest]

    def _halved(self, plain: list[Floats], totals: _Totals) -> list[Floats]:
        return _halving(plain, totals, np.ones(len(plain[0])))

    def _by_length(self, plain: list[Floats], totals: _Totals) -> list[Floats]:
        # The logarithm of a single token's length is 0: such a zero stays, and is not counted.
        return _halving(plain, totals, np.log(np.maximum(totals["prediction_length"], 1)) / self.k)

    def _averaged(self, plain: list[Floats], totals: _Totals) -> list[Floats]:
        last = totals["last_clip_5"] / np.maximum(totals["last_length"] - 4, 1)
        before, averaged = plain[0] + 1, []
        for p, after in zip(plain, [*plain[1:], last], strict=True):
            before = (before + p + after) / 3
            averaged.append(before)
        return averaged

    def _interpolated(self, plain: list[Floats], totals: _Totals) -> list[Floats]:
        smoothed = plain[:2]
        for n in range(3, len(plain) + 1):
            one, two = smoothed[-2:]
            expected = np.where(one == 0, 0.0, two**2 / np.where(one == 0, 1.0, one))
            ngrams = np.maximum(totals["last_length"] - n + 1, 0)
            smoothed.append((totals[f"clip_{n}"] + self.alpha * expected) / (ngrams + self.alpha))
        return smoothed

    def _by_length_averaged(self, plain: list[Floats], totals: _Totals) -> list[Floats]:
        return self._averaged(self._by_length(plain, totals), totals)

    def _combined(self, totals: _Totals, precisions: list[Floats]) -> Floats:
        """Return the weighted geometric mean of what is above 0, times the brevity penalty."""
        length = totals["prediction_length"]
        few = (length < 4) if self.auto_reweigh and self.weights == _UNIFORM else length < 0
        logarithm = np.zeros(len(length))
        for n, (weight, p) in enumerate(zip(self.weights, precisions, strict=True), start=1):
            equal = (n <= length) / np.maximum(length, 1)
            logarithm += np.where(few, equal, weight) * np.log(np.where(p > 0, p, 1.0))
        any_match = totals["clip_1"] > 0
        return np.where(any_match, brevity_penalty(totals) * np.exp(logarithm), 0.0)


def _halving(plain: list[Floats], totals: _Totals, numerator: Floats) -> list[Floats]:
    """Count the first order without a match as half the numerator, the next as a quarter."""
    smoothed = []
    for n, p in enumerate(plain, start=1):
        numerator = np.where(p == 0, numerator / 2, numerator)
        smoothed.append(np.where(p == 0, numerator / totals[f"ngrams_{n}"], p))
    return smoothed
