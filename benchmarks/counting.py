"""The rows that count ids, and the texts that become ids."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from measure import Trial
from texts import Pairs, Source

from textmetrics.kernels import BASIC_COLUMNS, backend
from textmetrics.scan import Batch, encode

__all__ = ["counted", "lcs", "running_words"]


def lcs(source: Source, *, tokens: int) -> Trial:
    from rapidfuzz.distance.LCSseq import similarity

    count = backend("native")
    batch = _batch_of(source.pairs("en"), tokens)
    ids = np.split(batch.ids, batch.offsets[1:-1])
    lists = [sequence.tolist() for sequence in ids]
    strings = ["".join(map(chr, sequence)) for sequence in lists]

    def each(sequences: Sequence[Any]) -> list[int]:
        return [similarity(p, r) for p, r in zip(sequences[::2], sequences[1::2], strict=True)]

    return Trial(
        check=lambda: (count(batch, ["lcs"], 1)["lcs"].tolist(), each(lists)),
        ours={"": lambda: count(batch, ["lcs"], 1)},
        theirs={
            "": lambda: each(lists),
            "rapidfuzz given the ids as characters of a string": lambda: each(strings),
        },
        units=len(batch),
        about=f"{len(batch):,} pairs of {tokens:,} tokens, a list of integers each",
    )


def _batch_of(pairs: Pairs, tokens: int) -> Batch:
    """Cut the running text of both sides into pairs of this many words."""
    sides = [running_words(texts, tokens) for texts in (pairs.predictions, pairs.references)]
    starts = range(0, min(map(len, sides)) - tokens + 1, tokens)[: max(10, 30_000_000 // tokens**2)]
    return encode([[side[start : start + tokens] for side in sides] for start in starts])


def running_words(texts: Sequence[str], least: int) -> list[str]:
    """Return the words of all texts as one sequence, repeated if they are too few."""
    words = " ".join(texts).split()
    return words * -(-least // len(words)) if len(words) < least else words


def counted(batch: Batch) -> Callable[[], object]:
    """Return a call that counts what the default metrics need, on one thread."""
    return lambda: backend("native")(batch, BASIC_COLUMNS, 1)
