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

    def stopword_list(self) -> Stopwords:
        """Give the language's own list, read when first asked for."""
        if self.stopwords is True:
            return shipped(self.code)
        if self.stopwords is False:
            return NO_STOPWORDS
        words = self.stopwords() if callable(self.stopwords) else self.stopwords
        return Stopwords.of(words, name=self.code)
