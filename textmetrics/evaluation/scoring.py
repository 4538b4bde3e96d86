"""The whole line for a run of samples: texts, ids, counts."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import NamedTuple

import numpy as np

from textmetrics.evaluation.arguments import Sample
from textmetrics.kernels import Backend, Counts
from textmetrics.scan import Encoded, Facts, Scan, assemble

__all__ = ["Counted", "count_samples"]


class Counted(NamedTuple):
    """Samples with their counts.

    Attributes:
        samples: what was counted, each with its language.
        facts: what was seen of each.
        content: counts without stopwords.
        words: counts over all words, where they were asked for.
        predictions: counts of all tokens of the predictions, against nothing.
    """

    samples: Sequence[Sample]
    facts: Facts
    content: Counts
    words: Counts | None
    predictions: Counts


def count_samples(
    samples: Sequence[Sample],
    scanners: Callable[[str], Scan],
    kernel: Backend,
    columns: Collection[str],
    threads: int,
    *,
    all_tokens: bool,
) -> Counted:
    """Take samples from text to counts; both views come from one tokenisation."""
    encoded = _encode(samples, scanners, threads, all_tokens=all_tokens)
    return Counted(
        samples,
        encoded.facts,
        kernel(encoded.content, columns, threads),
        None if encoded.words is None else kernel(encoded.words, columns, threads),
        kernel(encoded.predictions, ("prediction_length", "distinct_4"), threads),
    )


def _encode(
    samples: Sequence[Sample], scanners: Callable[[str], Scan], threads: int, *, all_tokens: bool
) -> Encoded:
    """Let each language's scanner take its samples."""
    places: dict[str, list[int]] = {}
    for place, sample in enumerate(samples):
        places.setdefault(str(sample.lang), []).append(place)
    parts = [
        (
            np.array(found),
            scanners(lang)(
                [(samples[at].prediction or "", *samples[at].references) for at in found],
                words=all_tokens,
                threads=threads,
            ),
        )
        for lang, found in places.items()
    ]
    return assemble(parts)
