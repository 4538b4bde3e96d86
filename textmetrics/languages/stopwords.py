"""Which tokens are dropped before scoring."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache, lru_cache

from textmetrics._files import read_small_file
from textmetrics.languages.normalize import normalize

__all__ = ["NO_STOPWORDS", "Stopwords", "read_list", "read_words", "shipped_path"]

_MOST_MEGABYTES = 16


@dataclass(frozen=True, repr=False)
class Stopwords:
    """A list of words to drop.

    An entry in lower case drops a token in lower case, with a capital at the beginning of a
    sentence, or in a text that is all capitals; a capital elsewhere makes it another word (IT, US,
    May). An entry that has a capital itself drops the token in any case.

    Attributes:
        name: the origin of the list: a language code, ``custom``, ``pos`` or ``none``.
        words: the entries, normalized.
        grammar: whether tokens that the tokenizer marks as grammatical are dropped too.
        kept: words, case-folded, that are not dropped as grammar.
        folded: the entries, case-folded.
        any_case: those entries that drop a token in any case.
    """

    name: str
    words: frozenset[str] = frozenset()
    grammar: bool = False
    kept: frozenset[str] = frozenset()
    folded: frozenset[str] = field(init=False, repr=False, compare=False)
    any_case: frozenset[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "folded", frozenset(word.casefold() for word in self.words))
        cased = frozenset(word.casefold() for word in self.words if word != word.lower())
        object.__setattr__(self, "any_case", cased)

    def __repr__(self) -> str:
        """Show the hash instead of all words."""
        return f"<stopwords {self.signature()}>"

    def __len__(self) -> int:
        """Return the number of entries."""
        return len(self.words)

    def drops(self, surface: str, *, begins: bool, shouted: bool) -> bool:
        """Return whether a token is dropped.

        Args:
            surface: the token as it appears in the text.
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
        """Return the list with words added and removed; the same object if there are none."""
        more, less = _normalized(add), frozenset(map(str.casefold, _normalized(remove)))
        if not more and not less:
            return self
        words = frozenset(word for word in self.words if word.casefold() not in less) | more
        name = "custom" if self.name == "none" else self.name
        return Stopwords(
            name, words, self.grammar, (self.kept | less) if self.grammar else self.kept
        )

    @classmethod
    def of(cls, words: Iterable[str], *, name: str = "custom") -> Stopwords:
        """Make a list of any words, normalized in the same way as texts."""
        return cls(name, _normalized(words))

    def signature(self) -> str:
        """Return the name and the first eight hex digits of a hash of the entries."""
        return _signature(self.name, self.words, self.grammar, self.kept)


@lru_cache(maxsize=64)
def _signature(name: str, words: frozenset[str], grammar: bool, kept: frozenset[str]) -> str:
    entries = [*sorted(words), *(f"-{word}" for word in sorted(kept))]
    if not entries:
        return name if grammar else "none"
    from hashlib import sha256

    return f"{name}-{sha256(chr(10).join(entries).encode()).hexdigest()[:8]}"


NO_STOPWORDS = Stopwords("none")


def _normalized(words: Iterable[str]) -> frozenset[str]:
    if isinstance(words, (str, bytes)) or not isinstance(words, Iterable):
        raise TypeError(f"expected a list of words, got {type(words).__name__}: {words!r}")
    found = set()
    for word in words:
        if not isinstance(word, str):
            raise TypeError(f"a stopword must be a string, got {type(word).__name__}: {word!r}")
        found.add(" ".join(normalize(word).split()))
    return frozenset(found - {""})


def read_words(path: str | os.PathLike[str]) -> list[str]:
    """Read a list with one word per line; a line that starts with ``#`` is a comment.

    Raises:
        OSError: if the file cannot be read.
        ValueError: if it is not UTF-8, or too long.
    """
    content = read_small_file(path, "a list of stopwords", megabytes=_MOST_MEGABYTES)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError(
            f"{os.fspath(path)}: not UTF-8 at byte {error.start}; save the stopword list as UTF-8"
        ) from error
    lines = (line.strip() for line in text.splitlines())
    return [line for line in lines if line and not line.startswith("#")]


@cache
def read_list(path: str, name: str) -> Stopwords:
    """Read a file of stopwords, once per process; see `read_words` for its format and errors."""
    return Stopwords.of(read_words(path), name=name)


@cache
def shipped_path(code: str) -> str:
    """Return the path of the list of a language that comes with the package.

    Raises:
        ValueError: if there is none.
    """
    # The lists are in the installed package; in a checkout they are beside it.
    package = os.path.dirname(os.path.dirname(__file__))
    for folder in (package, os.path.dirname(package)):
        path = os.path.join(folder, "stopwords", f"{code}.txt")
        if os.path.isfile(path):
            return path
    raise ValueError(f"no stopword list is shipped for {code!r}: pass its words as stopwords=")
