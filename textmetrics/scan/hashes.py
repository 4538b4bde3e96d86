"""Hashes of texts that are the same in every process, on every machine, in every version."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from textmetrics._extension import extension
from textmetrics.scan.texts import Texts

__all__ = ["Hashes", "content_hashes", "mixed", "text_hashes"]

Hashes = NDArray[np.uint64]

_LENGTH, _FACTOR = 0x9E3779B97F4A7C15, 0xD6E8FEB86659FD93  # odd, with bits all over
_ALL = (1 << 64) - 1
_PREDICTION = np.uint64(0xC2B2AE3D27D4EB4F)


def text_hashes(texts: Sequence[str]) -> Hashes:
    """Return a hash of each text.

    It is no secret: whoever wants to can write texts with equal hashes.

    Examples:
        >>> [hex(each) for each in text_hashes(["", "a"]).tolist()]
        ['0x0', '0xd80b22c3c98a8b0']
    """
    return _hasher()(list(texts))


@cache
def _hasher() -> Callable[[list[str]], Hashes]:
    try:
        hasher: Callable[[list[str]], Hashes] = extension().text_hashes
    except ImportError:
        return _text_hashes
    return hasher


def _text_hashes(texts: list[str]) -> Hashes:
    """Return the hashes by their definition, which the extension equals."""
    return np.array([_hash(text) for text in texts], dtype=np.uint64)


def _hash(text: str) -> int:
    """Take in eight bytes of UTF-8 at a time, the last ones followed by zeros."""
    data = text.encode("utf-8", "surrogatepass")
    value = len(data) * _LENGTH & _ALL
    for at in range(0, len(data), 8):
        word = int.from_bytes(data[at : at + 8], "little")
        value = (value ^ word) * _FACTOR & _ALL
        value ^= value >> 32
    return value


def mixed(hashes: Hashes) -> Hashes:
    """Return hashes in which each bit depends on every bit of the given ones."""
    value = (hashes ^ hashes >> np.uint64(32)) * np.uint64(_FACTOR)
    value = (value ^ value >> np.uint64(29)) * np.uint64(_LENGTH)
    return value ^ value >> np.uint64(32)


def content_hashes(texts: Texts) -> Hashes:
    """Return a hash of each sample: of its prediction and of its references in their order."""
    references = text_hashes(texts.references)
    if texts.bounds is None:
        summed = mixed(references)
    else:
        first = texts.bounds[:-1]
        place = np.arange(len(references)) - np.repeat(first, np.diff(texts.bounds))
        summed = np.add.reduceat(mixed(references + place.astype(np.uint64)), first)
    return mixed(text_hashes(texts.predictions) * _PREDICTION + mixed(summed))
