"""The texts of samples side by side, without an object a sample."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from itertools import accumulate, chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["Texts", "are_texts"]


@dataclass(frozen=True, slots=True)
class Texts:
    """Predictions, and references to each.

    Attributes:
        predictions: one a sample.
        references: of all samples, those of one after those of the one before.
        bounds: int64, samples + 1; the references of sample ``s`` are ``bounds[s]`` to
            ``bounds[s + 1] - 1``; ``None`` where each sample has one.
    """

    predictions: Sequence[str]
    references: Sequence[str]
    bounds: NDArray[np.int64] | None = None

    @classmethod
    def of(cls, predictions: Sequence[str], references: Iterable[Sequence[str]]) -> Texts:
        """Put the references of all samples into one line.

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
        """Give the number of samples."""
        return len(self.predictions)

    def __iter__(self) -> Iterator[tuple[str, Sequence[str]]]:
        """Give each prediction with its references."""
        return zip(self.predictions, map(self.references_of, range(len(self))), strict=True)

    def references_of(self, sample: int) -> Sequence[str]:
        """Give the references of one sample."""
        if self.bounds is None:
            return self.references[sample : sample + 1]
        return self.references[self.bounds[sample] : self.bounds[sample + 1]]

    def counts(self) -> NDArray[np.int64]:
        """Give how many references each sample has."""
        if self.bounds is None:
            return np.ones(len(self), dtype=np.int64)
        return np.diff(self.bounds)

    def slice(self, begin: int, end: int) -> Texts:
        """Give the samples from one place to before another."""
        if self.bounds is None:
            return Texts(self.predictions[begin:end], self.references[begin:end])
        bounds = self.bounds[begin : end + 1]
        references = self.references[bounds[0] : bounds[-1]]
        return Texts(self.predictions[begin:end], references, bounds - bounds[0])

    def take(self, places: Sequence[int]) -> Texts:
        """Give some samples."""
        predictions = [self.predictions[at] for at in places]
        return Texts.of(predictions, map(self.references_of, places))


def are_texts(texts: list[Any]) -> bool:
    """Say whether all are strings, of no subclass, and without a lone surrogate."""
    return _checker()(texts)


@cache
def _checker() -> Callable[[list[Any]], bool]:
    try:
        # By name, because a checkout that is not built has neither the module nor its stub.
        check: Callable[[list[Any]], bool] = import_module("textmetrics._native").are_texts
    except ImportError:
        return _are_texts
    return check


def _are_texts(texts: list[Any]) -> bool:
    if set(map(type, texts)) != {str}:
        return False
    try:
        "".join(texts).encode()
    except UnicodeEncodeError:
        return False
    return True
