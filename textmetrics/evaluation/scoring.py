"""The whole line for a run of samples: texts, ids, counts."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from textmetrics.evaluation.judging import judged
from textmetrics.evaluation.samples import Samples
from textmetrics.kernels import Backend, Counts
from textmetrics.scan import (
    Batch,
    Encoded,
    Facts,
    Judge,
    Scanner,
    View,
    ViewEncoder,
    assemble,
    text_facts,
)

__all__ = ["Counted", "Line"]


class Counted(NamedTuple):
    """Samples with their counts.

    Attributes:
        samples: what was counted, each with its language.
        languages: how many samples are in which.
        facts: what was seen of each.
        counts: by view; ``None`` is that of the samples' languages, without stopwords.
        words: counts over all words of the languages, where they were asked for.
    """

    samples: Samples
    languages: dict[str, int]
    facts: Facts
    counts: dict[View | Judge | None, Counts]
    words: Counts | None

    @property
    def first(self) -> Counts:
        """The counts of the first view."""
        return next(iter(self.counts.values()))


@dataclass(frozen=True)
class Line:
    """How samples go from text to counts.

    Attributes:
        columns: which columns are wanted of which view.
        scanner: gives a language's scanner; of no use where no view is ``None``.
        encode: what gives the ids of a view.
        kernel: what counts.
        threads: how many.
        all_tokens: whether all words of the languages are counted too.
    """

    columns: Mapping[View | Judge | None, Collection[str]]
    scanner: Callable[[str], Scanner]
    encode: ViewEncoder
    kernel: Backend
    threads: int
    all_tokens: bool

    def count(self, samples: Samples, first: int) -> Counted:
        """Take samples from text to counts; each view is encoded once.

        Args:
            samples: some that follow one another.
            first: the number of the first of them, for errors.

        Raises:
            UnusableReferenceError: if a sample cannot be judged.
        """
        places = samples.places()
        batches: dict[View | None, Batch] = {}
        words = facts = None
        if None in self.columns:
            encoded = self._encoded(samples, places)
            facts, batches[None] = encoded.facts, encoded.content
            if encoded.words is not None:
                words = self.kernel(encoded.words, self.columns[None], self.threads)
        judgements: dict[View | Judge | None, Counts] = {}
        for view in self.columns:
            if isinstance(view, Judge):
                judgements[view] = judged(view, samples.texts, first)
            elif view is not None:
                batches[view] = self.encode(view, samples.texts, self.threads)
        if facts is None:
            one = next(iter(batches.values()))
            facts = text_facts(samples.texts, one, self._other_script(samples, places))
        counts: dict[View | Judge | None, Counts] = {
            view: self.kernel(batch, self.columns[view], self.threads)
            for view, batch in batches.items()
        }
        counts |= judgements
        languages = {
            lang: len(samples) if found is None else len(found) for lang, found in places.items()
        }
        return Counted(samples, languages, facts, counts, words)

    def _other_script(
        self, samples: Samples, places: Mapping[str, Sequence[int] | None]
    ) -> NDArray[np.int64]:
        """Let each language's scanner say which predictions are in another script."""
        found = np.zeros(len(samples), dtype=np.int64)
        for lang, its in places.items():
            texts = samples.texts if its is None else samples.texts.take(its)
            found[slice(None) if its is None else its] = self.scanner(lang).other_script(texts)
        return found

    def _encoded(self, samples: Samples, places: Mapping[str, Sequence[int] | None]) -> Encoded:
        """Let each language's scanner take its samples; both views come from one tokenisation."""

        def encode(lang: str) -> Encoded:
            found = places[lang]
            texts = samples.texts if found is None else samples.texts.take(found)
            return self.scanner(lang)(texts, words=self.all_tokens, threads=self.threads)

        if len(places) == 1:
            return encode(*places)
        return assemble([(np.array(places[lang]), encode(lang)) for lang in places])
