"""Texts with characters that the native scanner does not know, written so that it can read them.

A mark, a joiner or a letter of Arabic says what it is only together with its neighbors, so the
definition reads it: not the whole text, but each part between white space that has such a
character. Every token with one is replaced by a character of a private use plane, which the tables
of a second scanner know as a token. All else stays, and is read in C++ as ever.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from textmetrics.languages import SENTENCE_ENDS, Analyzer, normalize
from textmetrics.scan.alphabet import Alphabet, alphabet, class_bits, classes_of_all
from textmetrics.scan.texts import Texts

__all__ = ["StandIns"]

_FIRST, _MOST = 0xF0000, 0x4000  # of each kind
# A stand-in counts as a lower-case letter: a text with one is never all capitals, see `_text`.
_WORD, _MARK, _SYMBOL = (
    ("known", "lower", "alnum"),
    ("known", "lower", "punctuation"),
    ("known", "lower"),
)
_KINDS = (_WORD, _MARK, _SYMBOL)
_LOWER = re.compile("[a-z]")
_KEPT_LENGTH = 64  # of a part whose tokens are kept, so that hostile texts fill no memory


class _StandIn(NamedTuple):
    """What stands for a token: a character of its kind, one per folded form in a sample."""

    kind: int
    folded: str


class StandIns:
    """Rewrites samples.

    Args:
        analyzer: the definition of the tokens.
    """

    def __init__(self, analyzer: Analyzer) -> None:
        self._analyzer = analyzer
        self._classes, self._strange, self._blank = _tables(analyzer.language.scripts)
        self._tokens_of = lru_cache(maxsize=4096)(self._tokens)

    @staticmethod
    def alphabet(scripts: tuple[str, ...]) -> Alphabet:
        """Return tables that know the characters that stand for tokens, too."""
        known = alphabet(scripts)
        blocks = [
            (_FIRST + at * _MOST, _FIRST + (at + 1) * _MOST, class_bits(kind))
            for at, kind in enumerate(_KINDS)
        ]
        beyond = np.concatenate([known.beyond, np.array(blocks, dtype=np.uint32)])
        return known._replace(beyond=beyond)

    def __call__(self, texts: Texts) -> tuple[list[int], Texts]:
        """Return the indices of the samples that can be written so, and these samples."""
        places, predictions, references = [], [], []
        for place, (prediction, others) in enumerate(texts):
            sample = self._sample([prediction, *others])
            if sample is not None:
                places.append(place)
                predictions.append(sample[0])
                references.append(sample[1:])
        return places, Texts.of(predictions, references)

    def _sample(self, texts: Sequence[str]) -> list[str] | None:
        numbers: dict[str, int] = {}
        written = []
        for text in texts:
            one = self._text(text, numbers)
            if one is None or len(numbers) > _MOST:
                return None
            written.append(one)
        return written

    def _text(self, text: str, numbers: dict[str, int]) -> str | None:
        """Return a text with stand-ins; ``None`` where the definition must read it."""
        parts = self._parts(text)
        length = sum(end - start for start, end in parts)
        # Reading parts twice, as they are and as they are written, pays if they are few.
        if len(parts) > 4 + len(text) // 64 or 4 * length > 256 + len(text):
            return None
        written, end = [], 0
        for start, behind in parts:
            short = behind - start <= _KEPT_LENGTH
            tokens = (self._tokens_of if short else self._tokens)(text[start:behind])
            if tokens is None or _joins_over_space(tokens, text, start, behind):
                return None
            written.append(text[end:start])
            for token in tokens:
                if isinstance(token, _StandIn):
                    number = numbers.setdefault(token.folded, len(numbers))
                    written.append(chr(_FIRST + token.kind * _MOST + min(number, _MOST - 1)))
                else:
                    written.append(token)
            end = behind
        # Whether all is in capitals cannot be seen from what is left of the text.
        if written and _LOWER.search(text) is None and normalize(text).isupper():
            return None
        written.append(text[end:])
        return "".join(written)

    def _parts(self, text: str) -> list[tuple[int, int]]:
        """Return where the parts between white space are that have a strange character."""
        points = np.frombuffer(text.encode("utf-32-le"), "<u4")
        strange = np.flatnonzero(self._strange[points])
        edges = np.concatenate([[-1], np.flatnonzero(self._blank[points]), [len(text)]])
        behind = np.unique(np.searchsorted(edges, strange))
        return list(zip((edges[behind - 1] + 1).tolist(), edges[behind].tolist(), strict=True))

    def _tokens(self, part: str) -> tuple[str | _StandIn, ...] | None:
        """Return the tokens of a part and the spaces between them, as they are written.

        Returns:
            ``None`` if the tokens of what is written were others.
        """
        normal = normalize(part)
        words = normal.split(" ")
        if len(words) > 1 and any(word[:1] in "%‰‱" for word in words):  # 10 ‰ is one token
            return None
        written: list[str | _StandIn] = []
        for word in words:
            if _prepends().search(word[-1:]):  # it takes the space behind it into its grapheme
                return None
            for surface in self._analyzer.pieces(word):
                token = surface if self._is_known(surface) else self._written(surface)
                if token is None:
                    return None
                written.append(token)
            written.append(" ")
        shown = [
            chr(_FIRST + token.kind * _MOST) if isinstance(token, _StandIn) else token
            for token in written[:-1]
        ]
        whole = "".join(shown)
        expected = list(filter(str.strip, shown))
        if normalize(whole) != whole or self._analyzer.pieces(whole) != expected:
            return None
        return tuple(written[:-1])

    def _is_known(self, token: str) -> bool:
        return bool(self._classes[list(map(ord, token))].all())

    def _written(self, surface: str) -> str | _StandIn | None:
        folded = surface.casefold()
        if folded in self._analyzer.stopwords.folded or surface[-1] in SENTENCE_ENDS:
            return None
        kind = self._kind(surface)
        if not self._is_known(folded):
            return _StandIn(_KINDS.index(kind), folded)
        # Another token of the sample may be the same word: Straße is strasse.
        same = folded.islower() and normalize(folded) == folded and self._kind(folded) == kind
        return folded if same else None

    def _kind(self, surface: str) -> tuple[str, ...]:
        if any(map(str.isalnum, surface)):
            return _WORD
        return _MARK if self._analyzer.is_punctuation(surface) else _SYMBOL


def _joins_over_space(tokens: Sequence[str | _StandIn], text: str, start: int, end: int) -> bool:
    """Return whether a token may go over the white space around a part, as 50 ‰ does."""
    if not tokens:
        return True
    before, behind = start - 1, end
    while before >= 0 and text[before].isspace():
        before -= 1
    while behind < len(text) and text[behind].isspace():
        behind += 1
    first, last = (
        each.folded if isinstance(each, _StandIn) else each for each in (tokens[0], tokens[-1])
    )
    # Of characters that are not ASCII nobody looks what they become.
    if before >= 0 and first[0] in "%‰‱" and (not text[before].isascii() or text[before].isdigit()):
        return True
    return behind < len(text) and last[-1].isnumeric() and not ("%" != text[behind] < "\x80")


@cache
def _prepends() -> Any:
    import regex

    return regex.compile(r"\p{GCB=Prepend}")


@cache
def _tables(
    scripts: tuple[str, ...],
) -> tuple[NDArray[np.uint32], NDArray[np.bool_], NDArray[np.bool_]]:
    """Return of all characters the classes, which are to be written anew, and which are blank.

    The parts to be written anew have an unknown character, or one that is set apart, about whose
    neighbors C++ can be in doubt.
    """
    classes = classes_of_all(alphabet(scripts))
    blank = np.zeros(len(classes), dtype=bool)
    blank[[point for point in range(0x3001) if chr(point).isspace()]] = True
    return classes, ((classes == 0) | (classes & class_bits(["apart"]) != 0)) & ~blank, blank
