"""The texts of samples in parallel sequences, without one object per sample."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import accumulate, chain
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from textmetrics._extension import extension

__all__ = ["KeptTexts", "Texts", "are_texts", "filled_texts", "marked_texts"]


class KeptTexts:
    """Texts that are scanned repeatedly; scanners cache here what they know about them.

    Args:
        texts: all of them, in a fixed order.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        self.texts = texts
        self.known: WeakKeyDictionary[Any, Any] = WeakKeyDictionary()  # by scanner

    def __reduce__(self) -> tuple[type[KeptTexts], tuple[Sequence[str]]]:
        """Pickle the texts alone: another process has its own scanners."""
        return KeptTexts, (self.texts,)


@dataclass(frozen=True, slots=True)
class Texts:
    """Predictions, each with its references.

    Attributes:
        predictions: one per sample.
        references: those of all samples, one sample after the other.
        bounds: int64, samples + 1; the references of sample ``s`` are ``bounds[s]`` to
            ``bounds[s + 1] - 1``; ``None`` if each sample has one.
        kept: the kept texts that the references are taken from, if any.
        places: int64, the index in ``kept`` of each reference.
    """

    predictions: Sequence[str]
    references: Sequence[str]
    bounds: NDArray[np.int64] | None = None
    kept: KeptTexts | None = None
    places: NDArray[np.int64] | None = None

    @classmethod
    def of(cls, predictions: Sequence[str], references: Iterable[Sequence[str]]) -> Texts:
        """Put the references of all samples into one list.

        Examples:
            >>> Texts.of(["a", "b"], [["c"], ["d", "e"]]).references
            ['c', 'd', 'e']
        """
        listed = list(references)
        flat = list(chain.from_iterable(listed))
        if len(flat) == len(listed) and all(listed):
            return cls(predictions, flat)
        bounds = np.array([0, *accumulate(map(len, listed))], dtype=np.int64)
        return cls(predictions, flat, bounds)

    def __len__(self) -> int:
        """Return the number of samples."""
        return len(self.predictions)

    def __iter__(self) -> Iterator[tuple[str, Sequence[str]]]:
        """Yield each prediction with its references."""
        return zip(self.predictions, map(self.references_of, range(len(self))), strict=True)

    def references_of(self, sample: int) -> Sequence[str]:
        """Return the references of one sample."""
        if self.bounds is None:
            return self.references[sample : sample + 1]
        return self.references[self.bounds[sample] : self.bounds[sample + 1]]

    def fewest_and_most(self) -> tuple[int, int]:
        """Return the smallest and the largest number of references of a sample."""
        if self.bounds is None:
            return 1, 1
        counts = np.diff(self.bounds)
        return int(counts.min()), int(counts.max())

    def slice(self, begin: int, end: int) -> Texts:
        """Return the samples from ``begin`` to before ``end``."""
        first, last, bounds = begin, end, None
        if self.bounds is not None:
            bounds = self.bounds[begin : end + 1]
            first, last = int(bounds[0]), int(bounds[-1])
            bounds = bounds - first
        places = None if self.places is None else self.places[first:last]
        predictions, references = self.predictions[begin:end], self.references[first:last]
        return Texts(predictions, references, bounds, self.kept, places)

    def take(self, places: Sequence[int]) -> Texts:
        """Return the samples at some indices."""
        predictions = [self.predictions[at] for at in places]
        taken = Texts.of(predictions, map(self.references_of, places))
        if self.places is None:
            return taken
        bounds = range(len(self) + 1) if self.bounds is None else self.bounds
        kept = [self.places[bounds[at] : bounds[at + 1]] for at in places]
        return replace(taken, kept=self.kept, places=np.concatenate(kept))


def are_texts(texts: list[Any]) -> bool:
    """Return whether all are strings, of no subclass, and without a lone surrogate."""
    return _checker()(texts)


@cache
def _checker() -> Callable[[list[Any]], bool]:
    try:
        check: Callable[[list[Any]], bool] = extension().are_texts
    except ImportError:
        return _are_texts
    return check


def _are_texts(texts: list[Any]) -> bool:
    if not set(map(type, texts)) <= {str}:
        return False
    try:
        "".join(texts).encode()
    except UnicodeEncodeError:
        return False
    return True


_Look = Callable[[list[str]], NDArray[np.int64]]


def filled_texts(texts: Sequence[str]) -> NDArray[np.int64]:
    """Return 1 for each text with more than white space, else 0.

    Examples:
        >>> filled_texts([" ", "a<b"]).tolist()
        [0, 1]
    """
    return _lookers()[0](list(texts))


def marked_texts(texts: Sequence[str]) -> NDArray[np.int64]:
    """Return 1 for each text with ``<`` or a backtick, else 0.

    Examples:
        >>> marked_texts([" ", "a<b"]).tolist()
        [0, 1]
    """
    return _lookers()[1](list(texts))


@cache
def _lookers() -> tuple[_Look, _Look]:
    try:
        native = extension()
    except ImportError:
        return _filled_texts, _marked_texts
    return native.filled_texts, native.marked_texts


def _filled_texts(texts: list[str]) -> NDArray[np.int64]:
    return np.array([bool(text) and not text.isspace() for text in texts], dtype=np.int64)


def _marked_texts(texts: list[str]) -> NDArray[np.int64]:
    return np.array(["<" in text or "`" in text for text in texts], dtype=np.int64)
