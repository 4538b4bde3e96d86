"""All that is known of the samples scored so far."""

from __future__ import annotations

from typing import Any, NamedTuple

from textmetrics.answers import ExtractionTally
from textmetrics.evaluation.extracting import Extracting
from textmetrics.evaluation.health import Health
from textmetrics.evaluation.options import ScoringSettings
from textmetrics.evaluation.result import Evaluation
from textmetrics.evaluation.pipeline import Counted
from textmetrics.evaluation.seen import SeenSoFar
from textmetrics.evaluation.signature import Ways
from textmetrics.metrics import Score, Tally, Values

__all__ = ["Scored", "State"]


class Scored(NamedTuple):
    """Samples with their values, by metric's name.

    Attributes:
        counted: the samples, what was seen of them, and their counts.
        values: without stopwords.
        all_values: over all words; empty where they were not asked for.
    """

    counted: Counted
    values: dict[str, Values]
    all_values: dict[str, Values]


class State:
    """Sums of every metric, the data's health, and what a signature needs.

    Args:
        settings: what is computed.
    """

    def __init__(self, settings: ScoringSettings) -> None:
        self.settings = settings
        keep = settings.keep_samples
        self.seen = SeenSoFar() if keep else None
        self.health = Health(extraction=Extracting(ExtractionTally(settings.extraction)))
        self.ways = Ways(settings.preset, settings.preset_options, settings.extraction)
        self.content = {each.name: Tally(each, keep=keep) for each in settings.metrics}
        self.words = {
            each.name: Tally(each, keep=keep)
            for each in settings.metrics
            if settings.all_tokens and each.view is None
        }

    def __getstate__(self) -> dict[str, Any]:
        """Leave out the metrics: functions that a preset made cannot be pickled."""
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

    def add(self, counted: Counted) -> Scored:
        """Add samples, and give their values."""
        self.health.look(counted)
        if self.seen is not None:
            self.seen.look(counted)
        samples = counted.samples
        self.ways.note_references(*samples.texts.fewest_and_most())
        self.ways.note_views(counted.counts)
        self.ways.han.update(str(samples.langs[at]) for at in samples.guessed)
        values = {
            name: tally.add(tally.metric.counts(counted.counts))
            for name, tally in self.content.items()
        }
        all_values = {}
        if counted.words is not None:
            all_values = {name: tally.add(counted.words) for name, tally in self.words.items()}
        return Scored(counted, values, all_values)

    def tallies(self) -> dict[tuple[str, bool], Tally]:
        """Give copies of all sums, by the metric's name and whether stopwords are dropped."""
        found = {}
        for tallies, dropped in ((self.content, True), (self.words, False)):
            for name, tally in tallies.items():
                found[name, dropped] = Tally(tally.metric, keep=False)
                found[name, dropped].merge(tally)
        return found

    def merge(self, other: State) -> None:
        """Add what another state of the same settings has."""
        for mine, theirs in ((self.content, other.content), (self.words, other.words)):
            for name, tally in mine.items():
                tally.merge(theirs[name])
        if self.seen is not None and other.seen is not None:
            self.seen.merge(other.seen)
        self.health.merge(other.health)
        self.ways.merge(other.ways)

    def evaluation(self) -> Evaluation:
        """Give the scores.

        Raises:
            ValueError: if there are no samples.
        """
        if not self.health.samples:
            raise ValueError("no samples: nothing was scored yet")
        scores = {}
        for metric in self.settings.metrics:
            over_all: Score | None = None
            if metric.name in self.words:
                line = self.ways.signature(metric, dropped=False)
                over_all = self.words[metric.name].score(line)
            line = self.ways.signature(metric, dropped=True)
            foreign = None
            if metric.foreign is not None:
                foreign = metric.foreign(self.ways.fewest, self.ways.most)
            scores[metric.name] = self.content[metric.name].score(line, over_all, foreign)
        seen = None if self.seen is None else self.seen.whole()
        return Evaluation(scores, self.health.copy(), seen)
