"""Why two presets give different numbers: from one definition to the other, a step at a time.

The order of the steps is fixed. Stopwords come first, then what the first definition does that the
second does not, its tokens, which part of the metric is the headline, and whether the corpus or
each sample has a value. The rest of the formula follows, and last what only the second definition
does, such as a smoothing. From a preset to the default one, the steps are the same backwards.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from textmetrics.answers import ExtractionTally
from textmetrics.evaluation.evaluator import Evaluator
from textmetrics.evaluation.health import ExtractionHealth
from textmetrics.evaluation.pipeline import CountedSamples, Pipeline
from textmetrics.evaluation.samples import Samples
from textmetrics.evaluation.settings import ScoringSettings
from textmetrics.evaluation.state import LanguageQueue
from textmetrics.kernels import Counts
from textmetrics.languages import LANGUAGES, tokenizer_of
from textmetrics.metrics import (
    WORDS,
    Accumulator,
    Metric,
    Refinement,
    Score,
    by_part,
    of_single_samples,
)
from textmetrics.presets import DEFAULT, PRESETS
from textmetrics.scan import BREAK, Judge, View

__all__ = ["DefinitionStep", "DefinitionSteps", "Moved", "StepEvaluator", "shared_metrics"]


class Moved(NamedTuple):
    """The sample whose value changed most.

    Attributes:
        sample: its number, from 0.
        before: its value before the change.
        after: its value after the change.
    """

    sample: int
    before: float
    after: float


class DefinitionStep(NamedTuple):
    """A difference between two definitions, and the score once it is gone.

    Attributes:
        topic: what is different: "tokens".
        before: how it is before the step.
        after: how it is after it.
        amount: the difference of the scores.
        score: the score after the step.
        moved: the sample that moved most; ``None`` if none did.
    """

    topic: str
    before: str
    after: str
    amount: float
    score: Score
    moved: Moved | None


class DefinitionSteps(NamedTuple):
    """The way from the score of one preset to that of another.

    Attributes:
        metric: the name of the metric.
        presets: the names of both presets.
        start: the score of the first preset.
        end: the score of the second preset.
        steps: what is between them; their amounts add up to the difference.
        moved: the sample that moved most from start to end; ``None`` if none did.
    """

    metric: str
    presets: tuple[str, str]
    start: Score
    end: Score
    steps: tuple[DefinitionStep, ...]
    moved: Moved | None

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain Python objects; samples are numbered from 1."""
        first, second = self.presets
        return {
            "metric": self.metric,
            "n": self.start.n,
            "start": {"preset": first, **_plain_score(self.start)},
            "steps": [
                {
                    "topic": step.topic,
                    "before": step.before,
                    "after": step.after,
                    "amount": step.amount,
                    "value": float(step.score),
                    "moved_most": _plain_moved(step.moved),
                }
                for step in self.steps
            ],
            "end": {"preset": second, **_plain_score(self.end)},
            "difference": float(self.end) - float(self.start),
            "moved_most": _plain_moved(self.moved),
        }


def _plain_score(score: Score) -> dict[str, Any]:
    fields = ("value", "headline", "signature")
    plain = score.to_dict()
    return {"title": score.title, **{name: plain[name] for name in fields if name in plain}}


def _plain_moved(moved: Moved | None) -> dict[str, Any] | None:
    return None if moved is None else {**moved._asdict(), "sample": moved.sample + 1}


def shared_metrics(start: ScoringSettings, end: ScoringSettings) -> list[str]:
    """Return the names of the metrics that two presets have, with their options.

    Raises:
        ValueError: if there are none; the message lists what each has.
    """
    known = [list(PRESETS.get(each.preset).known(each.preset_options)) for each in (start, end)]
    if shared := [name for name in known[0] if name in known[1]]:
        return shared
    has = "; ".join(
        f"{each.preset} has {', '.join(names)}"
        for each, names in zip((start, end), known, strict=True)
    )
    raise ValueError(
        f"presets {start.preset} and {end.preset} share no metric, so that no number of one can "
        f"become one of the other: {has}"
    )


# --- the definitions between two others


class _Variant(NamedTuple):
    """A definition between two others, and what distinguishes it from the one before."""

    metric: Metric
    topic: str = ""
    before: str = ""
    after: str = ""
    all_tokens: bool = False


def _variants(start: Metric, end: Metric, *, dropped: bool) -> Iterator[_Variant]:
    """Yield the definitions from one to another, both included.

    Args:
        start: the first definition.
        end: the last one.
        dropped: whether the first one drops stopwords.
    """
    metric = start
    yield _Variant(metric)
    counted = dropped and start.view is None is not end.view
    if counted:
        yield _Variant(metric, "stopwords", "dropped", "counted", all_tokens=True)
    undone, plain, added = _refinements(start, end)
    for each in undone:
        metric = replace(each.plainer, view=metric.view, words=metric.words)
        yield _Variant(metric, each.topic, each.after, each.before, counted)
    if metric.columns().keys() != end.columns().keys():
        moved = _moved(metric, end)
        if moved is None:
            yield _Variant(end, _REST)
            return
        yield _Variant(moved, "tokens", _tokens(metric), _tokens(end))
        metric = moved
    yield from _formulas(metric, plain)
    after = [replace(each.plainer, view=end.view, words=end.words) for each in added[1:]]
    for each, metric in zip(added, [*after, end], strict=bool(added)):
        yield _Variant(metric, each.topic, each.before, each.after)


def _formulas(metric: Metric, end: Metric) -> Iterator[_Variant]:
    """Yield the definitions from one formula to another, on equal tokens."""
    before, after = metric.headline, end.headline
    if before != after and before in _PARTS and after in Accumulator(metric, keep=False).names()[0]:
        metric = by_part(metric, after)
        yield _Variant(metric, "headline", _PARTS[before], _PARTS[after])
    of_corpus, of_samples = "one value for the whole corpus", "the mean of the samples' values"
    if metric.corpora is not None and end.corpus is None:
        metric = of_single_samples(metric)
        yield _Variant(metric, "average", of_corpus, of_samples)
    if end.corpora is not None and metric.corpus is None:
        yield _Variant(of_single_samples(end), _REST)
        yield _Variant(end, "average", of_samples, of_corpus)
    else:
        yield _Variant(end, _REST)


_PARTS = {"precision": "precision", "recall": "recall", "f1": "F1"}
_REST = "rest of the definition"
_OWN_WORDS = "the words of each language"


def _refinements(start: Metric, end: Metric) -> tuple[list[Refinement], Metric, list[Refinement]]:
    """Return what only the first of two metrics does, and what only the second does.

    The first list is in the order in which it is undone, the other in the order in which it is
    added, to the metric between the two lists.
    """
    first, second = _chain(start), _chain(end)
    shared = 0
    if _formula(first[0]) == _formula(second[0]):
        for one, other in zip(first[1:], second[1:], strict=False):
            if one.refinement[:3] != other.refinement[:3]:  # type: ignore[index]
                break
            shared += 1
    undone = [each.refinement for each in reversed(first[shared + 1 :])]
    added = [each.refinement for each in second[shared + 1 :]]
    plain = replace(second[shared], view=end.view, words=end.words)
    return list(filter(None, undone)), plain, list(filter(None, added))


def _chain(metric: Metric) -> list[Metric]:
    """Return the metric after all that it refines, the plainest first."""
    found = [metric]
    while (refinement := found[-1].refinement) is not None:
        found.append(refinement.plainer)
    return found[::-1]


def _formula(metric: Metric) -> Any:
    """Return what is equal for equal formulas, whatever part of them is the headline."""
    values = metric.values
    if of_part := getattr(values, "by_part", None):
        return of_part("f1")
    if isinstance(values, partial) and not values.args:
        return values.func, values.keywords
    if inspect.ismethod(values):  # equal options make equal formulas
        return values.__func__, values.__self__
    return values


_OF_JUDGES = frozenset({"equal", "match_1", "prediction_length", "reference_length", "rule"})


def _moved(metric: Metric, end: Metric) -> Metric | None:
    """Return a metric on the tokens of another one; ``None`` if it cannot be computed there."""
    of_words = any(name.startswith(WORDS) for name in metric.needs)
    if of_words and end.words is None:
        return None
    if isinstance(end.view, Judge):
        return None if metric.needs - _OF_JUDGES else replace(metric, view=end.view)
    view = end.view
    in_sentences = isinstance(metric.view, View) and metric.view.sentences
    if view is not None and view.sentences and not in_sentences:
        view = _joined(view)
    return replace(metric, view=view, words=end.words if of_words else None)


def _joined(view: View) -> View:
    """Return the same tokens, sentences not kept apart."""

    def tokens(text: str) -> list[str]:
        return [token for token in view.tokens(text) if token != BREAK]

    return replace(view, name=f"{view.name},joined", tokens=tokens, sentences=False, native=None)


def _tokens(metric: Metric) -> str:
    """Return what a metric compares, for people."""
    if metric.view is None:
        return _OWN_WORDS
    if isinstance(metric.view, Judge):
        return metric.view.decided or f"the {metric.view.finds} found in each answer"
    views = dict.fromkeys(view.summary for view in (metric.view, metric.words) if view is not None)
    return " and ".join(views)


# --- scoring them


class StepEvaluator:
    """Scores samples by two presets, and by the definitions between them.

    Args:
        start: scores by the first preset, and keeps samples.
        end: scores by the second preset, and keeps samples.
        metric: the name of a metric that both have.
    """

    def __init__(self, start: Evaluator, end: Evaluator, metric: str) -> None:
        self._ends = start, end
        self._metric = metric
        default = [each for each in self._ends if each.settings.preset == DEFAULT.name]
        own = default[0] if default else start
        self._settings = replace(own.settings, all_tokens=bool(default))
        self._queue = LanguageQueue(self._settings.lang)
        self._extraction = ExtractionHealth(ExtractionTally(self._settings.extraction))
        self._languages: dict[str, None] = {}
        self._seen = 0
        first, last = (_metric(each.settings, metric) for each in self._ends)
        self._backwards = end.settings.preset == DEFAULT.name
        if self._backwards:
            first, last = last, first
        self._variants = list(_variants(first, last, dropped=self._drops()))
        self._pipeline = Pipeline(
            self._settings,
            own.pipeline.backend,
            own.pipeline.threads,
            tuple(each.metric for each in self._variants),
        )
        self._tallies = [Accumulator(each.metric, keep=True) for each in self._variants]

    def _drops(self) -> bool:
        codes = LANGUAGES.names() if self._settings.lang == "auto" else [self._settings.lang]
        return any(len(self._settings.analyzer(code).stopwords) for code in codes)

    def take(self, samples: Samples) -> None:
        """Score more samples."""
        for each in self._ends:
            each.take(samples)
        for part in self._queue.put(samples):
            self._count(part)

    def finish(self) -> DefinitionSteps:
        """Return the steps.

        Raises:
            ValueError: if there are no samples.
        """
        start, end = (each.finish()[self._metric] for each in self._ends)
        for part in self._queue.release():
            self._count(part)
        scores = [each.score("") for each in self._tallies]
        changes = [each[1:4] for each in self._variants[1:]]
        if self._backwards:
            scores = scores[::-1]
            changes = [(topic, after, before) for topic, before, after in reversed(changes)]
        # What a preset takes of each sample beside its texts is left to the ends.
        rest = (_REST, "", "")
        first, last = (each.settings.preset for each in self._ends)
        steps, before = [], start
        for change, after in zip([rest, *changes, rest], [*scores, end], strict=True):
            if change[0] == _REST:
                if _close(before, after):
                    continue
                change = (_REST, first, last)  # noqa: PLW2901
            steps.append(self._step(change, before, after))
            before = after
        return DefinitionSteps(
            self._metric, (first, last), start, end, tuple(steps), _most_moved(start, end)
        )

    def _step(self, change: tuple[str, str, str], before: Score, after: Score) -> DefinitionStep:
        topic, *ends = change
        words = [self._words() if text == _OWN_WORDS else text for text in ends]
        amount = float(after) - float(before)
        return DefinitionStep(topic, words[0], words[1], amount, after, _most_moved(before, after))

    def _words(self) -> str:
        """Return what the words of the languages that were met are, for people."""
        found = [
            tokenizer_of(LANGUAGES.get(code), self._settings.tokenizer).summary
            for code in self._languages
        ]
        short = dict.fromkeys(text.partition(":")[0].partition(" (")[0] for text in found)
        return f"{', '.join(short)}, without punctuation"

    def _count(self, samples: Samples) -> None:
        samples = self._extraction.extract(samples)
        for begin in range(0, len(samples), _BATCH):
            part = samples.slice(begin, begin + _BATCH)
            counted = self._pipeline.count(part, self._seen)
            self._seen += len(part)
            self._languages |= dict.fromkeys(counted.languages)
            for variant, tally in zip(self._variants, self._tallies, strict=True):
                tally.add(_counts(counted, variant))


_BATCH = 4096


def _metric(settings: ScoringSettings, name: str) -> Metric:
    [metric] = (each for each in settings.metrics if each.name == name)
    return metric


def _counts(counted: CountedSamples, variant: _Variant) -> Counts:
    if variant.all_tokens and counted.words is not None:
        return Counts(counted.words, counted.words.offsets)
    return variant.metric.counts(counted.counts)


def _close(one: Score, other: Score) -> bool:
    """Return whether two scores are equal but for rounding, and those of all samples too."""
    pairs: list[tuple[Any, Any]] = [(float(one), float(other))]
    if one.samples is not None and other.samples is not None:
        pairs.append((one.samples, other.samples))
    return all(np.allclose(*pair, rtol=0, atol=_ROUNDING, equal_nan=True) for pair in pairs)


_ROUNDING = 1e-12


def _most_moved(before: Score, after: Score) -> Moved | None:
    """Return the sample whose value changed most, the first of equals."""
    if before.samples is None or after.samples is None:
        return None
    distance = np.nan_to_num(np.abs(after.samples - before.samples), nan=0.0)
    if not distance.any():
        return None
    at = int(distance.argmax())
    return Moved(at, float(before.samples[at]), float(after.samples[at]))
