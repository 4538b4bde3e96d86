"""Which tokens are dropped before a score is taken."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from pathlib import Path

from textmetrics.languages.normalize import normalize

__all__ = ["NO_STOPWORDS", "Stopwords", "read_words", "shipped"]


@dataclass(frozen=True)
class Stopwords:
    """A list of words to drop.

    An entry in lower case drops a token in lower case, with a capital that begins a sentence, or
    in a text that is all capitals; a capital elsewhere makes it another word (IT, US, May). An
    entry that has a capital itself drops the token in any case.

    Attributes:
        name: where the list is from: a language code, ``custom``, ``pos`` or ``none``.
        words: the entries, normalised.
        grammar: whether what the tokeniser knows to be grammar alone is dropped too.
        folded: the entries, case-folded.
        any_case: those of them that drop a token in any case.
    """

    name: str
    words: frozenset[str] = frozenset()
    grammar: bool = False
    folded: frozenset[str] = field(init=False, repr=False, compare=False)
    any_case: frozenset[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "folded", frozenset(word.casefold() for word in self.words))
        cased = frozenset(word.casefold() for word in self.words if word != word.lower())
        object.__setattr__(self, "any_case", cased)

    def __len__(self) -> int:
        """Give the number of entries."""
        return len(self.words)

    def drops(self, surface: str, *, begins: bool, shouted: bool) -> bool:
        """Say whether a token is dropped.

        Args:
            surface: the token as it stands in the text.
            begins: whether it begins a sentence.
            shouted: whether the whole text is in capitals.
        """
        folded = surface.casefold()
        if folded not in self.folded:
            return False
        if surface == surface.lower() or folded in self.any_case or shouted:
            return True
        return begins and surface[1:] == surface[1:].lower()

    def but(self, add: Iterable[str] = (), remove: Iterable[str] = ()) -> Stopwords:
        """Give the list with words added and words removed; itself where there are none."""
        more, less = _normalized(add), frozenset(map(str.casefold, _normalized(remove)))
        if not more and not less:
            return self
        words = frozenset(word for word in self.words if word.casefold() not in less) | more
        return Stopwords("custom" if self.name == "none" else self.name, words, self.grammar)

    @classmethod
    def of(cls, words: Iterable[str], *, name: str = "custom") -> Stopwords:
        """Give a list of any words, brought to the form that texts have when they are compared."""
        return cls(name, _normalized(words))

    def signature(self) -> str:
        """Give the name and the first eight hex digits of a hash of the entries."""
        if not self.words and not self.grammar:
            return "none"
        digest = hashlib.sha256("\n".join(sorted(self.words)).encode()).hexdigest()[:8]
        return f"{self.name}-{digest}"


NO_STOPWORDS = Stopwords("none")


def _normalized(words: Iterable[str]) -> frozenset[str]:
    if isinstance(words, (str, bytes)):
        raise TypeError(f"stopwords must be a list of words, got the one string {words!r}")
    found = set()
    for word in words:
        if not isinstance(word, str):
            raise TypeError(f"a stopword must be a string, got {type(word).__name__}: {word!r}")
        found.add(normalize(word))
    return frozenset(found - {""})


def read_words(path: str | os.PathLike[str]) -> list[str]:
    """Read a list with a word a line; ``#`` begins a comment at the start of a line.

    Raises:
        OSError: if the file cannot be read.
        ValueError: if it is not UTF-8.
    """
    try:
        text = Path(path).read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError(
            f"{os.fspath(path)}: not UTF-8 at byte {error.start}; save the stopword list as UTF-8"
        ) from error
    lines = (line.strip() for line in text.splitlines())
    return [line for line in lines if line and not line.startswith("#")]


@cache
def shipped(code: str) -> Stopwords:
    """Read the list of a language that comes with the package, once."""
    with_package = files("textmetrics") / "stopwords" / f"{code}.txt"
    return Stopwords(code, frozenset(read_words(Path(str(with_package)))))
