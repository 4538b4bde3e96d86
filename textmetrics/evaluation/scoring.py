"""The whole line for a run of samples: texts, ids, counts."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import NamedTuple

import numpy as np

from textmetrics.evaluation.samples import Samples
from textmetrics.kernels import Backend, Counts
from textmetrics.scan import Encoded, Facts, Scan, assemble

__all__ = ["Counted", "count_samples"]


class Counted(NamedTuple):
    """Samples with their counts.

    Attributes:
        samples: what was counted, each with its language.
        languages: how many samples are in which.
        facts: what was seen of each.
        content: counts without stopwords.
        words: counts over all words, where they were asked for.
    """

    samples: Samples
    languages: dict[str, int]
    facts: Facts
    content: Counts
    words: Counts | None


def count_samples(
    samples: Samples,
    scanner: Callable[[str], Scan],
    kernel: Backend,
    columns: Collection[str],
    threads: int,
    *,
    all_tokens: bool,
) -> Counted:
    """Take samples from text to counts; both views come from one tokenisation."""
    places = samples.places()

    def encode(lang: str) -> Encoded:
        """Let a language's scanner take its samples."""
        found = places[lang]
        texts = samples.texts if found is None else samples.texts.take(found)
        return scanner(lang)(texts, words=all_tokens, threads=threads)

    if len(places) == 1:
        encoded = encode(*places)
    else:
        encoded = assemble([(np.array(places[lang]), encode(lang)) for lang in places])
    return Counted(
        samples,
        {lang: len(samples) if found is None else len(found) for lang, found in places.items()},
        encoded.facts,
        kernel(encoded.content, columns, threads),
        None if encoded.words is None else kernel(encoded.words, columns, threads),
    )
