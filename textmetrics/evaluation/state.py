"""Everything known of the samples scored so far."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from textmetrics.answers import ExtractionTally
from textmetrics.evaluation.health import ExtractionHealth, Health
from textmetrics.evaluation.options import ScoringSettings
from textmetrics.evaluation.pipeline import CountedSamples, Pipeline
from textmetrics.evaluation.result import Evaluation, SampleDetails
from textmetrics.evaluation.samples import Samples
from textmetrics.evaluation.signature import Tokenization
from textmetrics.metrics import Score, Tally, Values

__all__ = ["EvaluationState", "ScoredSamples"]


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
    """

    def __init__(self, settings: ScoringSettings) -> None:
        self.settings = settings
        keep = settings.keep_samples
        self.details = DetailsSoFar() if keep else None
        self.health = Health(extraction=ExtractionHealth(ExtractionTally(settings.extraction)))
        self.tokenization = Tokenization(
            settings.preset, settings.preset_options, settings.extraction
        )
        self.content = {each.name: Tally(each, keep=keep) for each in settings.metrics}
        self.words = {
            each.name: Tally(each, keep=keep)
            for each in settings.metrics
            if settings.all_tokens and each.view is None
        }

    def __getstate__(self) -> dict[str, Any]:
        """Leave out the metrics: functions made by a preset cannot be pickled."""
        sums = {}
        for which in ("content", "words"):
            tallies: dict[str, Tally] = getattr(self, which)
            sums[which] = {name: {**vars(each), "metric": None} for name, each in tallies.items()}
        return {**vars(self), **sums}

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Take the metrics from the settings."""
        vars(self).update(state)
        metrics = {metric.name: metric for metric in self.settings.metrics}
        for which in ("content", "words"):
            tallies = {}
            for name, kept in state[which].items():
                tallies[name] = Tally(metrics[name], keep=False)
                vars(tallies[name]).update(kept, metric=metrics[name])
            setattr(self, which, tallies)

    def score(self, samples: Samples, pipeline: Pipeline) -> ScoredSamples:
        """Extract, count and add samples that have their languages; return their values."""
        if None in pipeline.columns:
            for lang in set(samples.langs):
                self.tokenization.note(pipeline.scanner(str(lang)).analyzer)
        samples = self.health.extraction.extract(samples)
        return self.add(pipeline.count(samples, self.health.samples))

    def add(self, counted: CountedSamples) -> ScoredSamples:
        """Add counted samples; return their values."""
        self.health.add(counted)
        if self.details is not None:
            self.details.add(counted)
        samples = counted.samples
        self.tokenization.note_references(*samples.texts.fewest_and_most())
        self.tokenization.note_views(counted.counts)
        self.tokenization.han.update(str(samples.langs[at]) for at in samples.guessed)
        values = {
            name: tally.add(tally.metric.counts(counted.counts))
            for name, tally in self.content.items()
        }
        all_values = {}
        if counted.words is not None:
            all_values = {name: tally.add(counted.words) for name, tally in self.words.items()}
        return ScoredSamples(counted, values, all_values)

    def tallies(self) -> dict[tuple[str, bool], Tally]:
        """Return copies of all sums, by the metric's name and whether stopwords are dropped."""
        found = {}
        for tallies, dropped in ((self.content, True), (self.words, False)):
            for name, tally in tallies.items():
                found[name, dropped] = Tally(tally.metric, keep=False)
                found[name, dropped].merge(tally)
        return found

    def merge(self, other: EvaluationState) -> None:
        """Add another state of the same settings."""
        for mine, theirs in ((self.content, other.content), (self.words, other.words)):
            for name, tally in mine.items():
                tally.merge(theirs[name])
        if self.details is not None and other.details is not None:
            self.details.merge(other.details)
        self.health.merge(other.health)
        self.tokenization.merge(other.tokenization)

    def evaluation(self) -> Evaluation:
        """Return the scores.

        Raises:
            ValueError: if there are no samples.
        """
        if not self.health.samples:
            raise ValueError("no samples: nothing was scored yet")
        scores = {}
        for metric in self.settings.metrics:
            over_all: Score | None = None
            if metric.name in self.words:
                line = self.tokenization.signature(metric, dropped=False)
                over_all = self.words[metric.name].score(line)
            line = self.tokenization.signature(metric, dropped=True)
            foreign = None
            if metric.foreign is not None:
                foreign = metric.foreign(self.tokenization.fewest, self.tokenization.most)
            scores[metric.name] = self.content[metric.name].score(line, over_all, foreign)
        details = None if self.details is None else self.details.whole()
        return Evaluation(scores, self.health.copy(), details)


@dataclass
class DetailsSoFar:
    """`SampleDetails` of samples that are still coming."""

    langs: list[str] = field(default_factory=list)
    lengths: list[NDArray[np.int64]] = field(default_factory=list)

    def add(self, counted: CountedSamples) -> None:
        """Add samples."""
        self.langs += map(str, counted.samples.langs)
        counts = counted.first
        predicted = counts["prediction_length"][counts.offsets[:-1]]
        self.lengths.append(np.array([predicted, counts["closest_length"]]))

    def merge(self, other: DetailsSoFar) -> None:
        """Add what another one has."""
        self.langs += other.langs
        self.lengths += other.lengths

    def whole(self) -> SampleDetails:
        """Return all columns."""
        none = np.zeros((2, 0), dtype=np.int64)
        predicted, expected = np.concatenate([none, *self.lengths], axis=1)
        return SampleDetails(tuple(self.langs), predicted, expected)
