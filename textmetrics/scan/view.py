"""What a view is: the tokens of a text that a published program scores."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

__all__ = ["BREAK", "NativeSplit", "View"]

BREAK = "\n"
"""The token between sentences, in the views that have sentences."""


@dataclass(frozen=True, slots=True)
class NativeSplit:
    """How the extension gives the same tokens; see native/split.h.

    Attributes:
        split: which of its ways to split a text.
        source: what is split: ``text``, or ``jieba``'s pieces joined by spaces, or
            ``jieba_stripped``, where they are stripped of spaces before.
        before: what Python does to a text before.
        stem: what Python makes of a word of four characters and more.
    """

    split: str
    source: str = "text"
    before: Callable[[str], str] | None = None
    stem: Callable[[str], str] | None = None


@dataclass(frozen=True, slots=True)
class View:
    """How a published program turns a text into tokens.

    Attributes:
        name: which one it is: views of one name are equal.
        tokens: the definition: any text gives a list, never an exception.
        summary: a line for people.
        sentences: whether ``tokens`` gives ``BREAK`` between sentences.
        signature: gives what a signature shows, where that can change; the name where ``None``.
        native: how the extension gives the same tokens, where it can.
        spaced: whether spaces are what divides words: Chinese is one word then, or none.
    """

    name: str
    tokens: Callable[[str], list[str]] = field(compare=False)
    summary: str = field(compare=False)
    sentences: bool = field(default=False, compare=False)
    signature: Callable[[], str] | None = field(default=None, compare=False)
    native: NativeSplit | None = field(default=None, compare=False)
    spaced: bool = field(default=False, compare=False)

    def described(self) -> str:
        """Give what a signature shows."""
        return self.signature() if self.signature else self.name
