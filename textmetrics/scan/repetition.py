"""Which predictions say the same again and again."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import numpy as np
from numpy.typing import NDArray

from textmetrics.scan.batch import Batch

__all__ = ["repeats", "repetitive"]


def repeats(tokens: Sequence[Hashable]) -> bool:
    """Say whether fewer than 3 in 10 of the 4-grams are different ones.

    Examples:
        >>> repeats("abc" * 9), repeats("abcdefgh")
        (True, False)
    """
    grams = list(zip(*(tokens[begin:] for begin in range(4)), strict=False))
    return 10 * len(set(grams)) < 3 * len(grams)


def repetitive(batch: Batch) -> NDArray[np.int64]:
    """Give 1 for each sample whose prediction repeats itself, else 0."""
    found = np.zeros(len(batch), dtype=np.int64)
    begin, end = (batch.offsets[batch.samples[:-1] + place] for place in (0, 1))
    long = np.flatnonzero(end - begin > 3)
    if not len(long):
        return found
    # Ids are dense, and a prediction's are the first of its sample: the largest tells how many
    # there are, but for the break between sentences, which may not be there. Each but three begins
    # a 4-gram of its own, so that few predictions have to be looked at closer.
    edges = np.stack([begin[long], end[long]], axis=1).ravel()
    types = np.maximum.reduceat(np.append(batch.ids, 0), edges)[::2] + 1
    for at in long[10 * (types - 4) < 3 * (end - begin - 3)[long]].tolist():
        found[at] = repeats(batch.ids[begin[at] : end[at]].tolist())
    return found
