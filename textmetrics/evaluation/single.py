"""One pair of texts and one metric, which a training loop asks for very often."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

from textmetrics.evaluation.options import ScoringSettings
from textmetrics.evaluation.scanners import shared_scanner
from textmetrics.evaluation.signature import Ways
from textmetrics.kernels import Counts
from textmetrics.languages import LANGUAGES, Language
from textmetrics.metrics import METRICS, Metric, Score
from textmetrics.scan import Scanner

__all__ = ["single_score"]

_OFFSETS = np.array([0, 1])


def single_score(
    name: str,
    prediction: object,
    reference: object,
    lang: str,
    tokenizer: str | None,
    stopwords: object,
    backend: str,
) -> Score | None:
    """Score one pair without tables, with the same value and signature as any other way.

    Returns:
        ``None`` where it is something else than two strings (or lists of one), an option is not
        one of the plain ones, or the pair needs the definition: then the usual way does it, or
        says what is wrong.
    """
    if type(prediction) is type(reference) is list and len(prediction) == len(reference) == 1:
        prediction, reference = prediction[0], reference[0]
    if type(prediction) is not str or type(reference) is not str:
        return None
    if type(lang) is not str or type(stopwords) is not bool or backend not in ("auto", "native"):
        return None
    if lang == "auto" and reference.isascii():
        lang = "en"
    if lang == "auto" or not (tokenizer is None or type(tokenizer) is str):
        return None
    single = _single(METRICS.get(name), LANGUAGES.get(lang), tokenizer, stopwords, backend)
    return None if single is None else single(prediction, reference)


@lru_cache(maxsize=256)
def _single(
    metric: Metric, language: Language, tokenizer: str | None, stopwords: bool, backend: str
) -> _Single | None:
    """Make what scores pairs, once for each way to do it."""
    try:
        from textmetrics.kernels.native import count_pair
        from textmetrics.scan.native import NativeScanner
    except ImportError:
        return None
    its = ScoringSettings.of(lang=language.code, tokenizer=tokenizer, stopwords=stopwords)
    analyzer = its.analyzer(language.code)
    scan = shared_scanner(language, analyzer.stopwords, analyzer.tokenizer, backend)
    fits = metric.corpus is None and isinstance(scan, NativeScanner)
    return _Single(metric, scan, count_pair) if fits else None


class _Single:
    """Scores pairs with one metric.

    Args:
        metric: one that is a mean over samples.
        scan: the native scanner of the language.
        count: `count_pair` of the native kernel.
    """

    def __init__(self, metric: Metric, scan: Scanner, count: Any) -> None:
        self._metric = metric
        self._scan = scan
        self._count = count
        self._signatures: dict[str, str] = {}

    def __call__(self, prediction: str, reference: str) -> Score | None:
        columns = self._count(self._scan, prediction, reference)
        if columns is None:
            return None
        values: Any = self._metric.values(Counts(columns, _OFFSETS))  # plain floats
        headline, precision, recall, f1 = values
        samples = np.array([headline])
        samples.flags.writeable = False
        return Score(
            headline,
            title=self._metric.title,
            headline=self._metric.headline,
            n=1,
            precision=precision,
            recall=recall,
            f1=f1,
            samples=samples,
            details={},
            signature=self._signature(),
        )

    def _signature(self) -> str:
        """Give the signature, which changes where a dictionary does."""
        tokenizer = self._scan.analyzer.tokenizer.described()
        if tokenizer not in self._signatures:
            ways = Ways()
            ways.note(self._scan.analyzer)
            ways.note_references(1, 1)
            self._signatures[tokenizer] = ways.signature(self._metric, dropped=True)
        return self._signatures[tokenizer]
