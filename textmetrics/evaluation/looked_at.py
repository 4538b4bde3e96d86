"""Which predictions extractors are tried on: the same ones in whatever order samples come."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from textmetrics.answers import EXTRACTORS, changes
from textmetrics.scan import Hashes, mixed, text_hashes

__all__ = ["LookedAt"]

# Trying all extractors takes longer than scoring: they are tried on so many different predictions,
# of so many characters together, when somebody reads the result.
_TEXTS = 300
_CHARACTERS = 100_000
# So many texts or characters wait, in the order in which they came, before they are chosen from.
_MOST_WAITING, _MOST_CHARACTERS = 4096, 1_000_000
_HIGHEST = (1 << 63) - 1  # of the hashes by which they are chosen


class _Key(NamedTuple):
    """The order of different texts: by a fast hash, then by one that tells them apart."""

    quick: int
    digest: str


_NO_LIMIT = _Key(_HIGHEST, "~")  # after every digest


@dataclass(frozen=True, slots=True)
class _Look:
    """A text that is looked at.

    Attributes:
        count: how many predictions have it.
        characters: its length.
        text: ``None`` once it was tried.
        changed: by extractor that changes it, whether that changes what is scored.
    """

    count: int
    characters: int
    text: str | None = None
    changed: tuple[tuple[str, bool], ...] = ()


Same = Callable[[str, str], bool]
"""Returns whether two texts are scored alike."""


class LookedAt:
    """The different predictions with the lowest hashes, and how often each occurred.

    A text among the lowest of all is among the lowest of each part, so that parts can be merged in
    any order.

    Examples:
        >>> looked = LookedAt()
        >>> looked.add(["<think>hm</think>a", "b", "b"])
        >>> looked.predictions, looked.would_change(lambda before, after: False)
        (3, Counter({'think': 1}))
    """

    def __init__(self) -> None:
        self._looks: dict[_Key, _Look] = {}
        self._waiting: list[str] = []  # until somebody reads the result, or they are many
        self._characters = 0  # of those
        self._limit = _NO_LIMIT  # of the keys, the first that did not fit

    @property
    def predictions(self) -> int:
        """Number of predictions that have one of these texts."""
        return sum(look.count for look in self._lowest().values())

    def __repr__(self) -> str:
        """Show no text of a sample."""
        return f"<{len(self._lowest()):,} texts of {self.predictions:,} predictions>"

    def add(self, texts: Sequence[str]) -> None:
        """Look at more predictions."""
        self._waiting += texts
        self._characters += sum(map(len, texts))
        if len(self._waiting) > _MOST_WAITING or self._characters > _MOST_CHARACTERS:
            self._lowest()

    def merge(self, other: LookedAt) -> None:
        """Look at what another one looked at."""
        for key, look in other._lowest().items():
            self._count(key, look)
        self._limit = min(self._limit, other._limit)
        self._lowest()

    def _count(self, key: _Key, look: _Look) -> None:
        known = self._looks.get(key)
        self._looks[key] = look if known is None else replace(known, count=known.count + look.count)

    def _lowest(self) -> dict[_Key, _Look]:
        """Return the texts with the lowest hashes, as far as they fit, and forget others.

        None that was forgotten can come back: those before it are too many, or too long.
        """
        digests = {look.text: key.digest for key, look in self._looks.items()}  # they take longest
        for (quick, text), count in Counter(self._candidates()).items():
            digest = digests.get(text) or _digest(text)
            self._count(_Key(quick, digest), _Look(count, len(text), text))
        characters = 0
        kept: dict[_Key, _Look] = {}
        for key in sorted(self._looks):
            characters += self._looks[key].characters
            if key >= self._limit or len(kept) == _TEXTS or characters > _CHARACTERS:
                self._limit = min(self._limit, key)
                break
            kept[key] = self._looks[key]
        self._looks = kept
        return kept

    def _candidates(self) -> Iterator[tuple[int, str]]:
        """Yield those of the waiting texts that may be among the lowest, with their hashes."""
        texts, self._waiting, self._characters = self._waiting, [], 0
        if not texts:
            return
        highest = self._limit.quick
        if len(self._looks) == _TEXTS:  # no room after these
            highest = min(highest, max(self._looks).quick)
        hashes = _hashes(texts)
        low = hashes <= highest
        places = np.flatnonzero(low)
        lengths = np.fromiter((len(texts[at]) for at in places.tolist()), np.int64, len(places))
        low[places] = lengths <= _CHARACTERS
        ordered = np.sort(hashes[low])
        lowest = ordered[np.diff(ordered, prepend=~ordered[:1]) != 0]  # np.unique loads numpy.ma
        if len(lowest) > _TEXTS:
            low &= hashes <= lowest[_TEXTS - 1]
        for at in np.flatnonzero(low).tolist():
            yield int(hashes[at]), texts[at]

    def copy(self) -> LookedAt:
        """Return an independent copy."""
        twin = LookedAt()
        twin._looks, twin._limit = dict(self._looks), self._limit
        twin._waiting, twin._characters = self._waiting.copy(), self._characters
        return twin

    def __deepcopy__(self, memo: dict[int, object]) -> LookedAt:
        """Return an independent copy; texts and looks never change."""
        return self.copy()

    def would_change(self, same: Same) -> Counter[str]:
        """Return the number of predictions that each extractor would change.

        It is 0 for one that changes texts, but nothing that is scored.

        Args:
            same: returns whether two texts are scored alike.
        """
        found: Counter[str] = Counter()
        for look in self._lowest().values():
            for step, scored in _changed(look, same):
                found[step] += look.count * scored
        return Counter({name: found[name] for name in EXTRACTORS.names() if name in found})

    def tried(self, same: Same) -> LookedAt:
        """Return the same without texts: with what extractors change in them."""
        twin = self.copy()
        for key, look in twin._lowest().items():
            twin._looks[key] = replace(look, text=None, changed=_changed(look, same))
        return twin

    def rows(self) -> list[tuple[int, str, int, int, dict[str, bool]]]:
        """Return each text as its hashes, its numbers, and what extractors change in it.

        The first that did not fit comes last, with a count of 0.
        """
        rows = [
            (*key, look.count, look.characters, dict(look.changed))
            for key, look in sorted(self._lowest().items())
        ]
        return rows if self._limit == _NO_LIMIT else [*rows, (*self._limit, 0, 0, {})]

    @classmethod
    def of(cls, rows: list[tuple[int, str, int, int, dict[str, bool]]]) -> LookedAt:
        """Restore what ``rows`` returned.

        Raises:
            ValueError: if a number is impossible.
        """
        looked = cls()
        if not all(0 <= row[0] <= _HIGHEST and 0 <= row[2] < 2**63 and row[3] >= 0 for row in rows):
            raise ValueError("a number of the predictions that were looked at is impossible")
        *texts, last = rows or [(*_NO_LIMIT, 0, 0, {})]
        if last[2]:
            texts.append(last)
        else:
            looked._limit = _Key(*last[:2])
        for quick, digest, count, characters, changed in texts[: _TEXTS + 1]:
            key = _Key(quick, digest)
            looked._count(key, _Look(count, characters, None, tuple(changed.items())))
        if len(looked._lowest()) != len(texts):
            raise ValueError("other predictions were looked at than are allowed")
        return looked


def _changed(look: _Look, same: Same) -> tuple[tuple[str, bool], ...]:
    if look.text is None:
        return look.changed
    return tuple(_steps(look.text, same))


def _steps(text: str, same: Same) -> Iterator[tuple[str, bool]]:
    before = text
    for step, after in changes(text):
        yield step, not same(before, after)
        before = after


def _hashes(texts: Sequence[str]) -> Hashes:
    """Return a fast hash of each text, of 63 bits, which JSON can hold; an empty one has no 0."""
    return mixed(text_hashes(texts) + np.uint64(1)) >> np.uint64(1)


def _digest(text: str) -> str:
    from hashlib import sha256

    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]
