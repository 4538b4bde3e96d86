"""Everything known of the samples so far: those that are scored, and those that wait."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache, partial
from typing import Any, NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from textmetrics._locks import fork_blocked
from textmetrics.answers import ExtractionTally
from textmetrics.evaluation.health import ExtractionHealth, Health, wordless_samples
from textmetrics.evaluation.pipeline import CountedSamples, Pipeline
from textmetrics.evaluation.result import Evaluation, SampleDetails
from textmetrics.evaluation.samples import Samples
from textmetrics.evaluation.settings import ScoringSettings
from textmetrics.evaluation.signature import Tokenization
from textmetrics.languages import UNDECIDED, UNDETERMINED, LanguageDetector
from textmetrics.metrics import BUCKETS, Accumulator, Keys, Metric, Score, Values, add_all
from textmetrics.presets import PRESETS
from textmetrics.scan import Hashes, Judge, View, content_hashes, mixed, text_hashes

__all__ = [
    "EvaluationState",
    "LanguageQueue",
    "ScoredSamples",
    "assign_languages",
    "bucket_keys",
    "judges_alone",
]


class ScoredSamples(NamedTuple):
    """Samples with their values, by the name of the metric.

    Attributes:
        counted: the samples, what was seen of them, and their counts.
        values: without stopwords.
        all_values: over all words; empty where they were not asked for.
    """

    counted: CountedSamples
    values: dict[str, Values]
    all_values: dict[str, Values]


class EvaluationState:
    """Sums of every metric, the health of the data, and what signatures need.

    Args:
        settings: what is computed.
        scores_only: whether nothing else will be asked for than scores.
        once: whether nothing but `evaluation` will be called after all samples came: then the
            health of the last ones, for which most callers never ask, is left to its result.
    """

    def __init__(
        self, settings: ScoringSettings, *, scores_only: bool = False, once: bool = False
    ) -> None:
        self.settings = settings
        self.scores_only = scores_only
        self._once = once
        self._left: _Part | None = None  # not in the health yet
        keep = settings.keep_samples
        self.views = _views(settings)
        self.details = DetailsSoFar() if keep and not scores_only else None
        self.health = Health(
            extraction=ExtractionHealth(
                ExtractionTally(settings.extraction), judges=judges_alone(self.views)
            )
        )
        self.tokenization = Tokenization(
            settings.preset, settings.preset_options, settings.extraction, settings.convert
        )
        self.content = {each.name: Accumulator(each, keep=keep) for each in settings.metrics}
        self.words = {
            each.name: Accumulator(each, keep=keep)
            for each in settings.metrics
            if settings.all_tokens and each.view is None
        }

    def __getstate__(self) -> dict[str, Any]:
        """Leave out the metrics and views: functions made by a preset cannot be pickled."""
        sums: dict[str, Any] = {"views": None}
        for attribute in ("content", "words"):
            tallies: dict[str, Accumulator] = getattr(self, attribute)
            sums[attribute] = {
                name: {**vars(tally), "metric": None} for name, tally in tallies.items()
            }
        return {**vars(self), **sums}

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Take the metrics and views from the settings."""
        vars(self).update(state)
        self.views = _views(self.settings)
        self.health.extraction.judges = judges_alone(self.views)
        metrics = {metric.name: metric for metric in self.settings.metrics}
        for attribute in ("content", "words"):
            tallies = {}
            for name, sums in state[attribute].items():
                tallies[name] = Accumulator(metrics[name], keep=False)
                vars(tallies[name]).update(sums, metric=metrics[name])
            setattr(self, attribute, tallies)

    def score(self, samples: Samples, pipeline: Pipeline) -> ScoredSamples:
        """Extract, count and add samples that have their languages; return their values."""
        return self.begin(samples, pipeline)()

    def begin(self, samples: Samples, pipeline: Pipeline) -> Callable[[], ScoredSamples]:
        """Begin what `score` does, and return what completes it: see `Pipeline.begin`."""
        if None in pipeline.columns:
            for lang in samples.places():
                self.tokenization.note(pipeline.scanner(lang).analyzer)
        keys = None if self.settings.keep_samples else self._keys(samples)
        predictions = samples.texts.predictions
        if self.settings.extraction.steps:
            samples = self.health.extraction.extract(samples)
        begun = pipeline.begin(samples)
        return lambda: self.add(begun(self.samples), keys, predictions)

    @property
    def samples(self) -> int:
        """Number of samples so far."""
        return self.health.samples + (0 if self._left is None else len(self._left.counted.samples))

    def _keys(self, samples: Samples) -> Keys:
        """Return where samples belong for intervals; most means need no buckets."""
        corpus = any(metric.corpus is not None for metric in self.settings.metrics)
        return bucket_keys(samples, needed=corpus)

    def add(
        self,
        counted: CountedSamples,
        keys: Keys | None = None,
        predictions: Sequence[str] | None = None,
    ) -> ScoredSamples:
        """Add counted samples; return their values.

        Args:
            counted: the samples.
            keys: where they belong, if intervals are wanted without keeping them.
            predictions: as they came, if they were changed before they were counted.
        """
        samples = counted.samples
        if self.scores_only:
            self.health.samples += len(samples)
        else:
            part = _Part(counted, predictions or samples.texts.predictions)
            left, self._left = (self._left, part) if self._once else (part, None)
            if left is not None:
                _describe(left, self.settings, self.views, self.health, self.details)
        self.tokenization.note_references(*samples.texts.fewest_and_most())
        self.tokenization.note_views(counted.counts)
        self.tokenization.note_guessed(
            {(str(samples.langs[at]), samples.is_blank(at)) for at in samples.guessed}
        )
        values = add_all(self.content, counted.counts, keys)
        all_values = {}
        if counted.words is not None:
            all_values = add_all(self.words, {None: counted.words}, keys)
        return ScoredSamples(counted, values, all_values)

    def tallies(self) -> dict[tuple[str, bool], Accumulator]:
        """Return copies of all sums, by the metric's name and whether stopwords are dropped."""
        copies = {}
        for tallies, dropped in ((self.content, True), (self.words, False)):
            for name, tally in tallies.items():
                copies[name, dropped] = Accumulator(tally.metric, keep=False)
                copies[name, dropped].merge(tally)
        return copies

    def merge(self, other: EvaluationState) -> None:
        """Add another state of the same settings."""
        for tallies, others in ((self.content, other.content), (self.words, other.words)):
            for name, tally in tallies.items():
                tally.merge(others[name])
        if self.details is not None and other.details is not None:
            self.details.merge(other.details)
        self.health.merge(other.health)
        self.tokenization.merge(other.tokenization)

    def evaluation(self, *, final: bool = False) -> Evaluation:
        """Return the scores.

        Args:
            final: whether this state is not used any more, so that nothing needs a copy.

        Raises:
            ValueError: if there are no samples.
        """
        if not self.samples:
            raise ValueError("no samples: nothing was scored yet")
        metrics, signatures = self.settings.metrics, self.tokenization.signatures
        all_tokens: dict[str, Score] = {}
        if self.words:
            for metric, signature in zip(metrics, signatures(metrics, dropped=False), strict=True):
                if metric.name in self.words:
                    all_tokens[metric.name] = self.words[metric.name].score(signature)
        scores = {}
        for metric, signature in zip(metrics, signatures(metrics, dropped=True), strict=True):
            foreign = None
            if metric.foreign is not None:
                foreign = metric.foreign(self.tokenization.fewest, self.tokenization.most)
            scores[metric.name] = self.content[metric.name].score(
                signature, all_tokens.get(metric.name), foreign
            )
        health = self.health if final else self.health.copy()
        if self._left is not None:
            left = (self._left, self.settings, self.views, health, self.details)
            return Evaluation.deferred(scores, partial(_described, *left))
        return Evaluation(scores, health, None if self.details is None else self.details.whole())


class _Part(NamedTuple):
    """Counted samples, and their predictions as they came."""

    counted: CountedSamples
    predictions: Sequence[str]


def _describe(
    part: _Part,
    settings: ScoringSettings,
    views: Collection[View | Judge | None],
    health: Health,
    details: DetailsSoFar | None,
) -> None:
    """Add samples to the health of the data, and to the details of samples."""
    counted, predictions = part
    if details is not None:
        details.add(counted)
    if not settings.extraction.steps:
        health.extraction.looked_at.add(predictions)
    health.add(counted, views)
    if PRESETS.get(settings.preset).unanswerable:
        health.empty_references = 0  # those are questions without an answer
    if None not in views:  # the language decides no tokens
        return
    if settings.lang == "auto":
        health.undetermined += counted.languages.get(UNDETERMINED, 0)
    if settings.tokenizer is None:
        health.wordless += wordless_samples(counted)


def _described(
    part: _Part,
    settings: ScoringSettings,
    views: Collection[View | Judge | None],
    health: Health,
    details: DetailsSoFar | None,
) -> tuple[Health, SampleDetails | None]:
    """Return what `_describe` makes, in copies: two threads may ask at once."""
    health = health.copy()
    if details is not None:
        details = DetailsSoFar(list(details.langs), list(details.lengths))
    with fork_blocked():  # a child process must not inherit the extension at work
        _describe(part, settings, views, health, details)
    return health, None if details is None else details.whole()


@dataclass
class DetailsSoFar:
    """`SampleDetails` of samples that are still coming."""

    langs: list[str] = field(default_factory=list)
    lengths: list[NDArray[np.int64]] = field(default_factory=list)

    def add(self, counted: CountedSamples) -> None:
        """Add samples."""
        self.langs.extend(cast("Sequence[str]", counted.samples.langs))  # decided by now
        counts = counted.first
        prediction_lengths = counts["prediction_length"][counts.offsets[:-1]]
        self.lengths.append(np.array([prediction_lengths, counts["closest_length"]]))

    def merge(self, other: DetailsSoFar) -> None:
        """Add what another one has."""
        self.langs += other.langs
        self.lengths += other.lengths

    def whole(self) -> SampleDetails:
        """Return all columns."""
        none = np.zeros((2, 0), dtype=np.int64)
        return SampleDetails(tuple(self.langs), *np.concatenate([none, *self.lengths], axis=1))


class LanguageQueue:
    """Assigns languages to samples in order, holding back those that cannot have one yet.

    Args:
        lang: the language of samples that name none; ``auto`` to decide by their references.
    """

    def __init__(self, lang: str) -> None:
        self.lang = lang
        self.detector = LanguageDetector()
        self.waiting: list[Samples] = []
        self._settled = 0  # how many of the waiting parts are as far as they can be

    def put(self, samples: Samples) -> Iterator[Samples]:
        """Add samples; yield those whose turn has come, each with its language."""
        if self.lang != "auto" and not self.waiting:  # no sample waits for others
            yield self._with_languages(samples)
            return
        detector = self.detector
        before = detector.decided, detector.latin_decided, detector.all_decided
        self.waiting.append(self._with_languages(samples))
        if (detector.decided, detector.latin_decided, detector.all_decided) != before:
            self._settled = 0  # those that waited for this can be settled now
        for at in range(self._settled, len(self.waiting)):
            self.waiting[at] = self.waiting[at].decided(
                detector.han if detector.decided else None,
                detector.short if detector.latin_decided else UNDECIDED,
                detector.most if detector.all_decided else UNDECIDED,
            )
        ready = 0
        while ready < len(self.waiting) and all(self.waiting[ready].langs):
            ready += 1
        # What waits for one of its samples waits as a whole: to score it in two calls takes longer.
        yielded, self.waiting = self.waiting[:ready], self.waiting[ready:]
        self._settled = len(self.waiting)
        yield from yielded

    def _with_languages(self, samples: Samples) -> Samples:
        """Assign languages, as far as they are known yet."""
        if self.lang != "auto":
            if None not in samples.langs:
                return samples
            if samples.langs.count(None) == len(samples):  # mostly
                return replace(samples, langs=[self.lang] * len(samples))
            return replace(samples, langs=[own or self.lang for own in samples.langs])
        if None in samples.langs:
            samples = replace(samples, langs=self._detected(samples))
        if not self.detector.counted:
            self._count(samples)
        return samples

    def _detected(self, samples: Samples) -> list[str | None]:
        texts, look = samples.texts, self.detector.look
        if texts.bounds is None and not any(samples.langs):
            return self.detector.look_at_each(texts.references)
        return [own or look(texts.references_of(at)) for at, own in enumerate(samples.langs)]

    def _count(self, samples: Samples) -> None:
        """Count samples by their languages until enough were."""
        with_text = (
            lang for at, lang in enumerate(samples.langs) if lang or not samples.is_blank(at)
        )
        self.detector.count(with_text)

    def release(self) -> Iterator[Samples]:
        """Yield the samples that waited, decided by what was seen so far."""
        waiting, self.waiting = self.waiting, []
        yield from self.decided(waiting)

    def decided(self, waiting: list[Samples]) -> Iterator[Samples]:
        """Yield samples with the language that they have if no more come."""
        for samples in waiting:
            yield samples.decided(self.detector.han, self.detector.short, self.detector.most)

    def merge(self, other: LanguageQueue) -> None:
        """Append the samples of another queue."""
        self.detector.merge(other.detector)
        self.waiting.extend(other.waiting)
        self._settled = 0


def assign_languages(samples: Samples, lang: str) -> Samples:
    """Assign each sample its language, if no more samples come.

    Args:
        samples: all of them.
        lang: as for `LanguageQueue`.
    """
    queue = LanguageQueue(lang)
    parts = [*queue.put(samples), *queue.release()]
    langs = [each for part in parts for each in part.langs]
    starts = np.cumsum([0, *map(len, parts)]).tolist()
    guessed = frozenset(
        start + at for start, part in zip(starts, parts, strict=False) for at in part.guessed
    )
    return replace(samples, langs=langs, guessed=guessed)


def judges_alone(views: Collection[View | Judge | None]) -> tuple[Judge, ...]:
    """Return the judges that are scored, if nothing else is."""
    judges = tuple(view for view in views if isinstance(view, Judge))
    return judges if len(judges) == len(views) else ()


def bucket_keys(samples: Samples, *, needed: bool) -> Keys:
    """Return where samples belong: by their group, else their id, else their texts.

    Args:
        samples: with the predictions that came, before anything is extracted.
        needed: whether buckets are needed for samples without groups.
    """
    if samples.groups is not None:
        return Keys(_buckets(text_hashes(samples.groups)), grouped=True)
    if not needed:
        return Keys(None)
    if samples.ids is None:
        return Keys(_buckets(content_hashes(samples.texts)))
    hashes = text_hashes(["" if name is None else name for name in samples.ids])
    nameless = [at for at, name in enumerate(samples.ids) if name is None]
    if nameless:
        hashes[nameless] = content_hashes(samples.texts.take(nameless))
    return Keys(_buckets(hashes))


def _buckets(hashes: Hashes) -> NDArray[np.int64]:
    return (mixed(hashes) % np.uint64(BUCKETS)).astype(np.int64)


def _views(settings: ScoringSettings) -> frozenset[View | Judge | None]:
    return _views_of(settings.metrics)


@lru_cache(maxsize=64)
def _views_of(metrics: tuple[Metric, ...]) -> frozenset[View | Judge | None]:
    return frozenset(view for metric in metrics for view in metric.columns())
