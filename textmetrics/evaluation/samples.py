"""Samples on their way through the line, side by side."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from textmetrics.scan import Texts

__all__ = ["Sample", "Samples"]


class Sample(NamedTuple):
    """One prediction and its references.

    Attributes:
        prediction: the text; ``None`` (a null in a file) counts as an empty answer.
        references: one or more texts.
        lang: the language's code, ``None`` where it is yet to be found.
        record: what the caller wants to see again beside the scores.
    """

    prediction: str | None
    references: tuple[str, ...]
    lang: str | None = None
    record: Any = None


@dataclass(frozen=True, slots=True)
class Samples:
    """Many samples, without an object for each.

    Attributes:
        texts: predictions and references; a null prediction is empty.
        langs: each sample's language, ``None`` where it is yet to be found.
        nulls: places of the predictions that are null.
        guessed: places whose language, of Han without kana, was taken from other references.
        records: what the caller wants to see again, if anything.
    """

    texts: Texts
    langs: Sequence[str | None]
    nulls: frozenset[int] = frozenset()
    guessed: frozenset[int] = frozenset()
    records: Sequence[Any] | None = None

    @classmethod
    def of(cls, samples: Sequence[Sample]) -> Samples:
        """Put single samples side by side."""
        predictions, references, langs, records = zip(*samples, strict=True)
        nulls = frozenset(at for at, text in enumerate(predictions) if text is None)
        if nulls:
            predictions = tuple(text or "" for text in predictions)
        return cls(Texts.of(predictions, references), langs, nulls, records=records)

    def __len__(self) -> int:
        """Give the number of samples."""
        return len(self.texts)

    def slice(self, begin: int, end: int) -> Samples:
        """Give the samples from one place to before another."""
        if begin == 0 and end >= len(self):
            return self
        return Samples(
            self.texts.slice(begin, end),
            self.langs[begin:end],
            _moved(self.nulls, begin, end),
            _moved(self.guessed, begin, end),
            None if self.records is None else self.records[begin:end],
        )

    def take(self, places: Sequence[int]) -> Samples:
        """Give some samples."""
        new = {at: place for place, at in enumerate(places)}
        return Samples(
            self.texts.take(places),
            [self.langs[at] for at in places],
            frozenset(new[at] for at in self.nulls if at in new),
            frozenset(new[at] for at in self.guessed if at in new),
            None if self.records is None else [self.records[at] for at in places],
        )

    def without_answers(self, places: Collection[int]) -> Samples:
        """Give the same samples, with null for the predictions at some places."""
        if not places:
            return self
        predictions = list(self.texts.predictions)
        for at in places:
            predictions[at] = ""
        texts = replace(self.texts, predictions=predictions)
        return replace(self, texts=texts, nulls=self.nulls | frozenset(places))

    def decided(self, lang: str) -> Samples:
        """Give the samples with a language for those that have none yet."""
        if None not in self.langs:
            return self
        guessed = frozenset(at for at, own in enumerate(self.langs) if own is None)
        langs = [own or lang for own in self.langs]
        return replace(self, langs=langs, guessed=self.guessed | guessed)

    def places(self) -> dict[str, Sequence[int] | None]:
        """Give where the samples of each language are; ``None`` for everywhere."""
        first = str(self.langs[0])
        if self.langs.count(first) == len(self):
            return {first: None}
        found: dict[str, list[int]] = {}
        for at, lang in enumerate(self.langs):
            found.setdefault(str(lang), []).append(at)
        return dict(found)


def _moved(places: frozenset[int], begin: int, end: int) -> frozenset[int]:
    return frozenset(at - begin for at in places if begin <= at < end)
