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
        for sample in samples:
            lang = sample.lang
            if lang is None:
                lang = self.detector.look(sample.references) if self.lang == "auto" else self.lang
            if not self.waiting and (lang is not None or self.detector.decided):
                yield sample._replace(lang=lang or self.detector.han)
                continue
            self.waiting.append(sample._replace(lang=lang))
            if self.detector.decided:
                yield from self.release()

    def release(self) -> Iterator[Sample]:
        """Give the samples that waited, decided by what was seen so far."""
        waiting, self.waiting = self.waiting, []
        yield from self.decided(waiting)

    def decided(self, samples: Iterable[Sample]) -> Iterator[Sample]:
        """Give samples with the language that they have if no more come."""
        for sample in samples:
            yield sample if sample.lang else sample._replace(lang=self.detector.han)

    def merge(self, other: LanguageQueue) -> None:
        """Let the samples of another line wait behind ours."""
        self.detector.merge(other.detector)
        self.waiting.extend(other.waiting)
