"""A few pairs of texts at a time, as training loops and unit tests score them.

Tables pay off for many samples; for a few, making them takes longer than all counting. Here C++
applies the formulas of the metrics to the plain numbers of one pair after the other. Scores equal
those of `Evaluator` to the last bit.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache, partial
from typing import Any, NamedTuple, cast

import numpy as np

from textmetrics._extension import extension
from textmetrics._locks import fork_blocked
from textmetrics.evaluation.health import Health
from textmetrics.evaluation.pipeline import EncodedSamples, Pipeline
from textmetrics.evaluation.result import Evaluation, SampleDetails
from textmetrics.evaluation.samples import Samples
from textmetrics.evaluation.signature import Tokenization
from textmetrics.evaluation.state import EvaluationState, assign_languages
from textmetrics.kernels import BASIC_COLUMNS, Counts
from textmetrics.languages import JiebaTokenizer, LanguageDetector
from textmetrics.metrics import BLEU_4, Accumulator, Formula, Metric, Score, bleu_totals, is_shipped
from textmetrics.presets import DEFAULT
from textmetrics.scan import Texts

__all__ = ["PairScores", "score_pairs"]

_FEW_PAIRS = 16  # more are faster in tables
_STRINGS = {str}
_LONG_TEXT = 1 << 14  # characters, from which counting takes longer than making tables


class PairScores(NamedTuple):
    """The scores of a few pairs.

    Attributes:
        scores: by the name of the metric.
        pipeline: what they were computed for.
        pairs: predictions with their references.
        lang: their language.
    """

    scores: dict[str, Score]
    pipeline: Pipeline
    pairs: Sequence[tuple[str, str]]
    lang: str

    def evaluation(self) -> Evaluation:
        """Return an evaluation whose other contents are computed when they are asked for."""
        encoded = None
        if isinstance(self.pipeline.scanner(self.lang).analyzer.tokenizer, JiebaTokenizer):
            # Now, because its dictionary may change before anyone asks.
            with fork_blocked():
                encoded = self.pipeline.encode(_samples(self), 0)
        return Evaluation.deferred(self.scores, partial(_details, self, encoded))


def score_pairs(pipeline: Pipeline, predictions: object, references: object) -> PairScores | None:
    """Score a few pairs of strings.

    Returns:
        ``None`` if the arguments are anything else, the options need more than the basic counts,
        or a text needs the definition; then use `Evaluator`.
    """
    pairs = _few_pairs(predictions, references)
    lang = pairs and _language(pipeline.settings.lang, pairs)
    scorer = lang and _scorer(pipeline, lang)
    if not pairs or not lang or not scorer:
        return None
    counted: list[tuple[int, ...]] = []
    for prediction, reference in pairs:
        columns = scorer.count(prediction, reference)
        if columns is None:
            return None
        counted.append(columns)
    return PairScores(scorer.scores(counted), pipeline, pairs, lang)


def _few_pairs(predictions: object, references: object) -> list[tuple[str, str]] | None:
    if type(predictions) is type(references) is str:
        predictions, references = [predictions], [references]
    if not (type(predictions) is type(references) is list):
        return None
    if not 0 < len(predictions) == len(references) <= _FEW_PAIRS:
        return None
    texts = predictions + references
    if set(map(type, texts)) != _STRINGS:
        return None
    if max(map(len, texts)) > _LONG_TEXT:  # the longest subsequence is quadratic
        return None
    return list(zip(predictions, references, strict=True))


def _language(lang: str, pairs: Sequence[tuple[str, str]]) -> str | None:
    """Return the language of all pairs; ``None`` if they have several."""
    if lang != "auto":
        return lang
    detector = LanguageDetector()
    detected = detector.look_at_each([reference for _, reference in pairs])
    langs = set(map(detector.resolved, detected))
    return langs.pop() if len(langs) == 1 else None


@lru_cache(maxsize=256)
def _scorer(pipeline: Pipeline, lang: str) -> _PairScorer | None:
    """Make what scores pairs of a language; ``None`` if there is none for these options."""
    settings = pipeline.settings
    if settings.preset != DEFAULT.name or settings.all_tokens or not settings.keep_samples:
        return None
    if settings.convert or settings.extraction.steps or pipeline.backend not in ("auto", "native"):
        return None
    scan = pipeline.scanner(lang)
    language = scan.analyzer.language
    if callable(language.stopwords) and settings.has_own_list(language):
        return None  # they may be others the next time
    if not hasattr(scan, "count_pair") or not all(map(_has_twin, pipeline.metrics)):
        return None
    return _PairScorer(pipeline.metrics, scan)


def _has_twin(metric: Metric) -> bool:
    """Return whether C++ has the formula of a metric, and counts of pairs what that needs."""
    basic = metric.needs.issubset(BASIC_COLUMNS)
    formula = metric is BLEU_4 or isinstance(metric.values, Formula)
    return is_shipped(metric) and metric.view is None and basic and formula


class _PairScorer:
    """Scores pairs of one language.

    Args:
        metrics: which all have a twin.
        scan: the native scanner of the language.
    """

    def __init__(self, metrics: Sequence[Metric], scan: Any) -> None:
        self.count = scan.count_pair
        self._metrics = metrics
        means = [each.values for each in metrics if each is not BLEU_4]
        formulas = [each.native for each in means if isinstance(each, Formula)]
        self._values = extension().PairValues(BASIC_COLUMNS, formulas)
        self._analyzer = scan.analyzer
        self._fields: tuple[str, list[dict[str, Any]]] = ("", [])

    def scores(self, counted: list[tuple[int, ...]]) -> dict[str, Score]:
        """Return the scores of pairs by their basic columns."""
        scores = {}
        values = zip(*map(self._values, counted), strict=True)
        for metric, fields in zip(self._metrics, self._fields_now(), strict=True):
            value, parts = _corpus(counted) if metric is BLEU_4 else _mean(next(values))
            complete = partial(_complete_score, metric, counted, fields["signature"])
            parts.update(fields)
            scores[metric.name] = Score.deferred(value, complete, parts)
        return scores

    def _fields_now(self) -> list[dict[str, Any]]:
        """Return what the scores have in common; signatures change with dictionaries."""
        described = self._analyzer.tokenizer.described()
        described_before, fields = self._fields
        if described_before != described:
            tokenization = Tokenization()
            tokenization.note(self._analyzer)
            tokenization.note_references(1, 1)
            signatures = tokenization.signatures(self._metrics, dropped=True)
            fields = [
                {
                    "title": metric.title,
                    "headline": metric.headline,
                    "all_tokens": None,
                    "signature": signature,
                    "foreign_signature": None,
                    "bounds": metric.bounds,
                    "better": metric.better,
                    "percent": metric.in_percent,
                }
                for metric, signature in zip(self._metrics, signatures, strict=True)
            ]
            self._fields = described, fields  # replaced as a whole, for other threads
        return fields


_Aggregate = tuple[float, dict[str, Any]]


def _mean(values: Sequence[tuple[float | None, ...]]) -> _Aggregate:
    """Return the mean of the values of pairs, each of them the fields of `Values`."""
    means = values[0]
    if (n := len(values)) > 1:
        columns: Any = zip(*values, strict=True)
        means = tuple(None if each[0] is None else math.fsum(each) / n for each in columns)
    headline, precision, recall, f1 = means
    return cast("float", headline), {
        "n": n,
        "precision": precision,
        "recall": recall,
        "f1": f1,
        "details": {},
        "totals": None,
        "sentence_mean": None,
    }


def _corpus(counted: list[tuple[int, ...]]) -> _Aggregate:
    # The sums of a corpus are the same functions of the pairs' plain numbers.
    pairs: Any = [dict(zip(BASIC_COLUMNS, each, strict=True)) for each in counted]
    totals: Any = [bleu_totals(each) for each in pairs]
    sums = totals[0]
    if len(totals) > 1:
        sums = {name: sum(each[name] for each in totals) for name in sums}
    value, details = BLEU_4.corpus(sums)  # type: ignore[misc]
    no_parts = {"precision": None, "recall": None, "f1": None}
    return value, {"n": len(totals), "details": dict(details), **no_parts}


def _complete_score(metric: Metric, counted: list[tuple[int, ...]], signature: str) -> Score:
    """Score pairs as `Evaluator` does, for what is rarely asked for."""
    table = np.array(counted, dtype=np.int64)
    columns = dict(zip(BASIC_COLUMNS, table.T.copy(), strict=True))
    accumulator = Accumulator(metric, keep=True)
    accumulator.add(Counts(columns, np.arange(len(counted) + 1)))
    return accumulator.score(signature)


def _details(
    scored: PairScores, encoded: EncodedSamples | None
) -> tuple[Health, SampleDetails | None]:
    pipeline = scored.pipeline
    state = EvaluationState(pipeline.settings)
    with fork_blocked():  # a child process must not inherit the extension at work
        state.add(pipeline.count_encoded(encoded or pipeline.encode(_samples(scored), 0)))
    return state.health, None if state.details is None else state.details.whole()


def _samples(scored: PairScores) -> Samples:
    predictions, references = map(list, zip(*scored.pairs, strict=True))
    samples = Samples(Texts(predictions, references), [None] * len(predictions))
    samples = assign_languages(samples, scored.pipeline.settings.lang)
    # The language that was scored, whatever languages have been registered since.
    return replace(samples, langs=[scored.lang] * len(predictions))
