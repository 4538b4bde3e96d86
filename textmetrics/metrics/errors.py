"""Error rates: of the words or characters of a reference, how many are wrong.

All are formulas over the edits of one alignment; those of a corpus are computed from sums.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

import numpy as np

from textmetrics.kernels import Counts
from textmetrics.languages import NO_STOPWORDS, UND, Analyzer, Scope
from textmetrics.metrics.metric import (
    Bounds,
    CorpusValue,
    Floats,
    Integers,
    Metric,
    Values,
    as_corpora,
    best_pairs,
    one_reference_each,
)
from textmetrics.scan import NativeSplit, Scanner, View, scanner

__all__ = ["CER", "MER", "WER", "WIL", "WIP", "ErrorRate", "error_rates"]

_ANY: Bounds = (0.0, float("inf"))
_UNIT: Bounds = (0.0, 1.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorRate:
    """A rate of a corpus, computed from sums over the best pair of each sample.

    Args:
        name: of the metric.
        label: its name for people.
        summary: its definition in one line.
        source: the program or paper that defines it.
        columns: what is summed of pairs.
        rate: returns the values from sums, one per sample or corpus.
        better: ``"lower"`` or ``"higher"``.
        bounds: of the values.
        percent: whether values are shown in percent.
        view: the tokens that are counted.
    """

    name: str
    label: str
    summary: str
    source: str
    columns: tuple[str, ...]
    rate: Callable[[Mapping[str, Integers]], Floats]
    better: Any = "lower"
    bounds: Bounds = _ANY
    percent: bool = True
    view: View | None = None

    def metric(self) -> Metric:
        """Return the metric."""
        return Metric(
            name=self.name,
            label=self.label,
            headline="corpus",
            summary=self.summary,
            source=self.source,
            needs=frozenset(self.columns),
            values=self._values,
            bounds=self.bounds,
            better=self.better,
            percent=self.percent,
            totals=self._totals,
            corpus=self._corpus,
            corpora=self.rate,
            view=self.view,
        )

    def _totals(self, counts: Counts) -> Mapping[str, Integers]:
        pairs = {name: counts[name] for name in self.columns}
        if one_reference_each(counts):
            return pairs
        values = self.rate(pairs)
        # A value that is not a number is not the best one, unless all are such.
        worst = -np.inf if self.better == "higher" else np.inf
        values = np.where(np.isnan(values), worst, values)
        best = best_pairs(counts, values if self.better == "higher" else -values)
        return {name: column[best] for name, column in pairs.items()}

    def _values(self, counts: Counts) -> Values:
        return Values(self.rate(self._totals(counts)))

    def _corpus(self, sums: Mapping[str, int]) -> CorpusValue:
        totals = as_corpora(sums)
        with np.errstate(divide="ignore", invalid="ignore"):
            value = float(self.rate(totals)[0])
        return CorpusValue(value, {name: float(number) for name, number in sums.items()})


def _word_error_rate(sums: Mapping[str, Integers]) -> Floats:
    rate: Floats = sums["edits"] / np.maximum(sums["reference_length"], 1)
    return rate


def _match_error_rate(sums: Mapping[str, Integers]) -> Floats:
    rate: Floats = sums["edits"] / np.maximum(sums["hits"] + sums["edits"], 1)
    return rate


def _information_preserved(sums: Mapping[str, Integers]) -> Floats:
    hits, predicted, expected = (
        sums[name] for name in ("hits", "prediction_length", "reference_length")
    )
    nothing = (predicted == 0) & (expected == 0)
    preserved: Floats = (hits / np.maximum(expected, 1)) * (hits / np.maximum(predicted, 1))
    return np.where(nothing, 1.0, preserved)


def _information_lost(sums: Mapping[str, Integers]) -> Floats:
    return 1.0 - _information_preserved(sums)


def error_rates(
    *, source: str, words: View | None = None, characters: View | None = None
) -> Iterator[Metric]:
    """Yield WER, MER, WIL and WIP of words, and CER of characters.

    Args:
        source: the program or paper that defines them.
        words: the words; those of the sample's language if ``None``.
        characters: the characters; those of its words if ``None``.
    """
    lengths = ("prediction_length", "reference_length")
    of_words = partial(ErrorRate, source=source, view=words)
    wrong = "replaced, missing and added {}, divided by those of the reference"
    yield of_words(
        name="wer",
        label="WER",
        summary=wrong.format("words"),
        columns=("edits", "reference_length"),
        rate=_word_error_rate,
    ).metric()
    yield ErrorRate(
        name="cer",
        label="CER",
        summary=wrong.format("characters"),
        source=source,
        columns=("edits", "reference_length"),
        rate=_word_error_rate,
        view=characters or _own_characters(),
    ).metric()
    yield of_words(
        name="mer",
        label="MER",
        summary="match error rate: share of an alignment's pairs of words that are wrong",
        columns=("hits", "edits"),
        rate=_match_error_rate,
        bounds=_UNIT,
    ).metric()
    yield of_words(
        name="wil",
        label="WIL",
        summary="word information lost: 1 minus word information preserved",
        columns=("hits", *lengths),
        rate=_information_lost,
        bounds=_UNIT,
    ).metric()
    yield of_words(
        name="wip",
        label="WIP",
        summary="word information preserved: share of the reference's words that are right, times "
        "that of the prediction's",
        columns=("hits", *lengths),
        rate=_information_preserved,
        better="higher",
        bounds=_UNIT,
    ).metric()


@cache
def _own_characters() -> View:
    return View(
        "characters,own",
        lambda text: list(_without_marks(text)),
        "characters of all words, normalized and case-folded, without white space and punctuation",
        native=NativeSplit("characters", before=partial(map, _scanned)),
    )


def _without_marks(text: str) -> str:
    return "".join(_analyzer()(text).in_scope(Scope.WORDS))


def _scanned(text: str) -> str:
    """Return the same by the fast scanner, where that can read the text."""
    words = _scanner().tokens(text)
    return _without_marks(text) if words is None else "".join(words)


@cache
def _analyzer() -> Analyzer:
    return Analyzer(UND, NO_STOPWORDS)


@cache
def _scanner() -> Scanner:
    return scanner(_analyzer(), "auto")


WER, CER, MER, WIL, WIP = error_rates(
    source="Morris et al. (2004). From WER and RIL to MER and WIL; jiwer 4.0"
)
