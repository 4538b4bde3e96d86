"""Gives each sample its language, in order, holding back those that cannot have one yet."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from textmetrics.evaluation.samples import Samples
from textmetrics.languages import LanguageDetector

__all__ = ["LanguageQueue", "with_languages"]


class LanguageQueue:
    """A line of samples of which the first may wait for its language.

    Args:
        lang: the language of samples that name none; ``auto`` to decide by their references.
    """

    def __init__(self, lang: str) -> None:
        self.lang = lang
        self.detector = LanguageDetector()
        self.waiting: list[Samples] = []

    def put(self, samples: Samples) -> Iterator[Samples]:
        """Take samples in, and give those whose turn it is, each with its language."""
        self.waiting.append(self._with_languages(samples))
        if self.detector.decided:
            yield from self.release()
            return
        if len(self.waiting) > 1:
            return
        [samples] = self.waiting
        known = samples.langs.index(None) if None in samples.langs else len(samples)
        self.waiting = [samples.slice(known, len(samples))] if known < len(samples) else []
        if known:
            yield samples.slice(0, known)

    def _with_languages(self, samples: Samples) -> Samples:
        """Give samples their languages, as far as they are known yet."""
        if None not in samples.langs:
            return samples
        if self.lang != "auto":
            return replace(samples, langs=[own or self.lang for own in samples.langs])
        texts, looked = samples.texts, self.detector.look
        if texts.bounds is None and not any(samples.langs):
            return replace(samples, langs=self.detector.look_at_each(texts.references))
        langs = [own or looked(texts.references_of(at)) for at, own in enumerate(samples.langs)]
        return replace(samples, langs=langs)

    def release(self) -> Iterator[Samples]:
        """Give the samples that waited, decided by what was seen so far."""
        waiting, self.waiting = self.waiting, []
        yield from self.decided(waiting)

    def decided(self, waiting: list[Samples]) -> Iterator[Samples]:
        """Give samples with the language that they have if no more come."""
        for samples in waiting:
            yield samples.decided(self.detector.han)

    def merge(self, other: LanguageQueue) -> None:
        """Let the samples of another line wait behind ours."""
        self.detector.merge(other.detector)
        self.waiting.extend(other.waiting)


def with_languages(samples: Samples, lang: str) -> Samples:
    """Give each sample its language, where no more samples come.

    Args:
        samples: all of them.
        lang: as for ``LanguageQueue``.
    """
    queue = LanguageQueue(lang)
    parts = [*queue.put(samples), *queue.release()]
    langs = [each for part in parts for each in part.langs]
    starts = np.cumsum([0, *map(len, parts)]).tolist()
    guessed = frozenset(
        start + at for start, part in zip(starts, parts, strict=False) for at in part.guessed
    )
    return replace(samples, langs=langs, guessed=guessed)
