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
_HIGHEST = (1 << 63) - 1  # of the hashes by which they are chosen


class _Key(NamedTuple):
    """The order of different texts: by a fast hash, then by one that tells them apart."""

    quick: int
    digest: str


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
        self._highest = _HIGHEST  # quick hash that is still low enough

    @property
    def predictions(self) -> int:
        """Number of predictions that have one of these texts."""
        return sum(look.count for look in self._looks.values())

    def __repr__(self) -> str:
        """Show no text of a sample."""
        return f"<{len(self._looks):,} texts of {self.predictions:,} predictions>"

    def add(self, texts: Sequence[str]) -> None:
        """Look at more predictions."""
        quick = _quick(texts)
        low = quick[quick <= self._highest]
        if len(low) > _TEXTS and len(distinct := np.unique(low)) > _TEXTS:
            self._highest = int(distinct[_TEXTS - 1])
        for at in np.flatnonzero(quick <= self._highest).tolist():
            text = texts[at]
            if len(text) <= _CHARACTERS:
                self._count(_Key(int(quick[at]), _digest(text)), _Look(1, len(text), text))
        self._trim()

    def merge(self, other: LookedAt) -> None:
        """Look at what another one looked at."""
        for key, look in other._looks.items():
            self._count(key, look)
        self._trim()

    def _count(self, key: _Key, look: _Look) -> None:
        known = self._looks.get(key)
        self._looks[key] = look if known is None else replace(known, count=known.count + look.count)

    def _trim(self) -> None:
        """Leave the lowest hashes, as far as the limits allow."""
        characters, kept = 0, {}
        for key in sorted(self._looks)[:_TEXTS]:
            characters += self._looks[key].characters
            if characters > _CHARACTERS:
                break
            kept[key] = self._looks[key]
        if (kept and len(kept) < len(self._looks)) or len(kept) == _TEXTS:
            self._highest = min(self._highest, max(kept).quick)
        self._looks = kept

    def copy(self) -> LookedAt:
        """Return an independent copy."""
        twin = LookedAt()
        twin._looks, twin._highest = dict(self._looks), self._highest
        return twin

    def would_change(self, same: Same) -> Counter[str]:
        """Return the number of predictions that each extractor would change.

        It is 0 for one that changes texts, but nothing that is scored.

        Args:
            same: returns whether two texts are scored alike.
        """
        found: Counter[str] = Counter()
        for look in self._looks.values():
            for step, scored in _changed(look, same):
                found[step] += look.count * scored
        return Counter({name: found[name] for name in EXTRACTORS.names() if name in found})

    def tried(self, same: Same) -> LookedAt:
        """Return the same without texts: with what extractors change in them."""
        twin = self.copy()
        for key, look in twin._looks.items():
            twin._looks[key] = replace(look, text=None, changed=_changed(look, same))
        return twin

    def rows(self) -> list[tuple[int, str, int, int, dict[str, bool]]]:
        """Return each text as its hashes, its numbers, and what extractors change in it."""
        return [
            (*key, look.count, look.characters, dict(look.changed))
            for key, look in sorted(self._looks.items())
        ]

    @classmethod
    def of(cls, rows: list[tuple[int, str, int, int, dict[str, bool]]]) -> LookedAt:
        """Restore what ``rows`` returned.

        Raises:
            ValueError: if a number is impossible.
        """
        looked = cls()
        for quick, digest, count, characters, changed in rows[: _TEXTS + 1]:
            if not (
                0 <= quick <= _HIGHEST and 0 < count < 2**63 and 0 <= characters <= _CHARACTERS
            ):
                raise ValueError("a number of the predictions that were looked at is impossible")
            looked._count(
                _Key(quick, digest), _Look(count, characters, None, tuple(changed.items()))
            )
        looked._trim()
        if len(looked._looks) != len(rows):
            raise ValueError("more predictions were looked at than are allowed")
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


def _quick(texts: Sequence[str]) -> Hashes:
    """Return a fast hash of each text, of 63 bits, which JSON can hold; an empty one has no 0."""
    return mixed(text_hashes(texts) + np.uint64(1)) >> np.uint64(1)


def _digest(text: str) -> str:
    from hashlib import sha256

    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]
