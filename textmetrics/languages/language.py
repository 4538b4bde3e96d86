"""A language is a declaration."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from textmetrics.languages.segmentation import Tokenizer
from textmetrics.languages.stopwords import NO_STOPWORDS, Stopwords, shipped

__all__ = ["Language"]


@dataclass(frozen=True, slots=True)
class Language:
    """How one language's text becomes tokens.

    Attributes:
        code: for ``lang=``, ``--lang`` and the signature; an ISO 639-1 code where there is one.
        name: in English.
        tokenizer: its own tokeniser, or the name of a known one.
        scripts: Unicode scripts that it is written in, to notice answers in another one.
        stopwords: its list; ``True`` for the one shipped as ``stopwords/<code>.txt``, or words.

    Examples:
        >>> Language("ko", "Korean", "words", scripts=("Hangul",), stopwords=("그리고",)).code
        'ko'
    """

    code: str
    name: str
    tokenizer: Tokenizer | str
    scripts: tuple[str, ...]
    stopwords: bool | Iterable[str] | Callable[[], Iterable[str]] = False

    def __post_init__(self) -> None:
        """Check what a slip would make useless, and keep what could be used up."""
        for field in ("code", "name"):
            if not isinstance(getattr(self, field), str):
                raise TypeError(
                    f"a language's {field} must be a string, got {getattr(self, field)!r}"
                )
        if isinstance(self.scripts, str):
            raise TypeError(f"scripts must be a tuple of names: give ({self.scripts!r},)")
        object.__setattr__(self, "scripts", tuple(self.scripts))
        if not isinstance(self.stopwords, bool) and not callable(self.stopwords):
            object.__setattr__(self, "stopwords", tuple(self.stopwords))

    def stopword_list(self) -> Stopwords:
        """Give the language's own list, read when first asked for."""
        if self.stopwords is True:
            return shipped(self.code)
        if self.stopwords is False:
            return NO_STOPWORDS
        words = self.stopwords() if callable(self.stopwords) else self.stopwords
        return Stopwords.of(words, name=self.code)
