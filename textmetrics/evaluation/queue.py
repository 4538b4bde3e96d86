"""Gives each sample its language, in order, holding back those that cannot have one yet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from textmetrics.evaluation.arguments import Sample
from textmetrics.languages import LanguageDetector

__all__ = ["LanguageQueue"]


class LanguageQueue:
    """A line of samples of which the first may wait for its language.

    Args:
        lang: the language of samples that name none; ``auto`` to decide by their references.
    """

    def __init__(self, lang: str) -> None:
        self.lang = lang
        self.detector = LanguageDetector()
        self.waiting: list[Sample] = []

    def put(self, samples: Iterable[Sample]) -> Iterator[Sample]:
        """Take samples in, and give those whose turn it is, each with its language."""
        for sample in map(self._with_language, samples):
            if not self.waiting and sample.lang is not None:
                yield sample
                continue
            self.waiting.append(sample)
            if self.detector.decided:
                yield from self.release()

    def _with_language(self, sample: Sample) -> Sample:
        """Give a sample its language, if that is known yet."""
        prediction, references, lang, record, _ = sample
        if lang is not None:
            return sample
        if self.lang != "auto":
            return Sample(prediction, references, self.lang, record)
        lang = self.detector.look(references)
        if lang is None and self.detector.decided:
            return Sample(prediction, references, self.detector.han, record, guessed=True)
        return Sample(prediction, references, lang, record)

    def release(self) -> Iterator[Sample]:
        """Give the samples that waited, decided by what was seen so far."""
        waiting, self.waiting = self.waiting, []
        yield from self.decided(waiting)

    def decided(self, samples: Iterable[Sample]) -> Iterator[Sample]:
        """Give samples with the language that they have if no more come."""
        for sample in samples:
            if sample.lang is None:
                yield sample._replace(lang=self.detector.han, guessed=True)
            else:
                yield sample

    def merge(self, other: LanguageQueue) -> None:
        """Let the samples of another line wait behind ours."""
        self.detector.merge(other.detector)
        self.waiting.extend(other.waiting)
