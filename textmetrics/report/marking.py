"""Texts with the tokens that were scored, in the way that the first metric has them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from textmetrics.evaluation import ScoringSettings
from textmetrics.kernels import backend
from textmetrics.languages import Analyzer, Kind, Scope, Tokens
from textmetrics.metrics import FIRST, METRICS, Metric
from textmetrics.report.placing import Bounds, Form, Placed, place, place_words
from textmetrics.scan import BREAK, Judge, View, encode, ported, scored_texts

__all__ = ["Marked", "MarkedText", "Marker"]


@dataclass(frozen=True, slots=True)
class MarkedText:
    """A text as it is shown, and where its tokens lie.

    Attributes:
        text: what is shown.
        form: ``text``: what was scored; ``normalized``: the same normalised, because tokens share
            a character of it; ``tokens``: its tokens with spaces between.
        bounds: the start and the end of each token that was scored, and of each removed stopword,
            in characters of ``text``; ascending, no two overlap.
        dropped: which of them are removed stopwords.
        whole: what a model gave, where the text is an answer that was taken out of it.
    """

    text: str
    form: Form
    bounds: Bounds
    dropped: tuple[bool, ...]
    whole: str | None = None


class Marked(NamedTuple):
    """A marked text, and the words that are compared."""

    text: MarkedText
    words: list[str]


class Marker:
    """Marks the texts of samples.

    Args:
        settings: how they were scored; the first metric says what its tokens are.
    """

    def __init__(self, settings: ScoringSettings) -> None:
        self._settings = settings
        self._metric = settings.metrics[0]
        self._analyzers: dict[str, Analyzer] = {}

    def sample(
        self, predictions: Sequence[str], references: Sequence[str], lang: str
    ) -> tuple[list[Marked], list[Marked]]:
        """Mark the predictions of several models and the references of one sample."""
        view = self._metric.view
        extraction = self._settings.extraction
        answers = [extraction.apply(text) for text in predictions]
        if isinstance(view, Judge):
            found = [Marked(_plain(text), []) for text in (*answers, *references)]
        elif view is not None:
            found = [_viewed(view, text) for text in (*answers, *references)]
        else:
            found = self._analyzed(answers, references, lang)
        marks, expected = found[: len(answers)], found[len(answers) :]
        marks = [
            Marked(replace(mark.text, whole=whole), mark.words) if whole != answer else mark
            for mark, whole, answer in zip(marks, predictions, answers, strict=True)
        ]
        return marks, expected

    def best(self, predictions: Sequence[Marked], references: Sequence[Marked]) -> list[int]:
        """Give for each prediction which reference counts: the first of those with most."""
        if len(references) == 1 or self._metric.of_several == FIRST:
            return [0] * len(predictions)
        left = [at for at, each in enumerate(references) if each.words] or [0]
        metric = _of_pairs(self._metric)
        pairs = [(one.words, references[at].words) for one in predictions for at in left]
        batch = encode(pairs)
        values = metric.values(backend()(batch, metric.needs, 1)).headline
        table = np.nan_to_num(values, nan=-1.0).reshape(len(predictions), len(left))
        return [left[at] for at in table.argmax(axis=1).tolist()]

    def _analyzed(
        self, predictions: Sequence[str], references: Sequence[str], lang: str
    ) -> list[Marked]:
        if lang not in self._analyzers:
            self._analyzers[lang] = ported(self._settings.analyzer(lang))
        analyzer = self._analyzers[lang]
        texts = [*predictions, *references]
        tokens = list(map(analyzer, texts))
        # The references alone decide what is scored, so that all models meet the same.
        scope, _ = scored_texts([tokens[0], *tokens[len(predictions) :]], Scope.CONTENT)
        return [_marked(text, its, scope) for text, its in zip(texts, tokens, strict=True)]


def _marked(text: str, tokens: Tokens, scope: Scope) -> Marked:
    kinds = [kind for kind in tokens.kinds if kind <= max(scope, Kind.STOPWORD)]
    shown = [kind <= max(scope, Kind.STOPWORD) for kind in tokens.kinds]
    placed = place(text, tokens.surfaces, shown)
    dropped = tuple(kind > scope for kind in kinds)
    return Marked(_text(placed, dropped), tokens.seen(scope))


def _viewed(view: View, text: str) -> Marked:
    words = view.tokens(text)
    if view.sentences:
        words = [word for word in words if word != BREAK]
    return Marked(_text(place_words(words, text), (False,) * len(words)), words)


def _text(placed: Placed, dropped: tuple[bool, ...]) -> MarkedText:
    return MarkedText(placed.text, placed.form, placed.bounds, dropped)


def _plain(text: str) -> MarkedText:
    return MarkedText(text, "text", (), ())


def _of_pairs(metric: Metric) -> Metric:
    """Give the metric, or F1 where it is no function of a pair's words alone."""
    view = metric.view
    if metric.words is not None or isinstance(view, Judge) or (view and view.sentences):
        return METRICS.get("f1")
    return metric
