"""A text and the numerals in it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable

from textmetrics._patterns import lazy_pattern
from textmetrics.answers.numerals import Numeral, contains, find_numerals, lower, prepare_numerals

__all__ = ["Passage"]

_KANA = lazy_pattern("[ぁ-ヺー]")
# No denial is without one of these.
_DENIALS = (
    "not", "n't", "neither", "nor", "never", "rather", "instead", "other than", "wrong",
    "correct", "false", "不", "非", "误", "错", "錯", "では", "じゃ", "でな", "でも", "誤", "違",
)  # fmt: skip
_SENTENCE_END = lazy_pattern(r"[.!?]\s|[。！？!?\n]")


class Passage:
    """A text as numbers are read from it.

    Attributes:
        text: the text, normalized by `prepare_numerals`.
        lowered: the same in lower case.
        numerals: the numerals in it, in order.
        starts: where they begin.
        denies: whether it may deny a number.
        vague: where those begin that are no single number, such as 十五六.
    """

    def __init__(self, text: str) -> None:
        self.text = prepare_numerals(text)
        self.lowered = lower(self.text)
        japanese = _KANA.search(self.text) is not None
        self.numerals, self.vague = find_numerals(self.text, self.lowered, japanese=japanese)
        self.starts = [each.start for each in self.numerals]
        self.denies = self.contains(_DENIALS)

    def contains(self, stems: Iterable[str]) -> bool:
        """Return whether the text contains one of some stems, which are in lower case.

        See `numerals.contains`: this is faster than a pattern, which most texts then do not need.
        """
        return contains(self.lowered, stems)

    def first(self, stems: Iterable[str]) -> int:
        """Return where the first of some stems is, or -1."""
        places = [place for stem in stems if (place := self.lowered.find(stem)) >= 0]
        return min(places, default=-1)

    def before(self, numeral: Numeral, length: int = 80) -> str:
        """Return some of the text before a numeral."""
        return self.text[max(numeral.start - length, 0) : numeral.start]

    def after(self, numeral: Numeral, length: int = 40) -> str:
        """Return some of the text after a numeral."""
        return self.text[numeral.end : numeral.end + length]

    def from_place(self, place: int) -> int:
        """Return the index of the first numeral that begins at a place or after it."""
        return bisect_left(self.starts, place)

    def sentence(self, place: int) -> int:
        """Return where the sentence around a place begins."""
        window = max(place - 300, 0)
        ends = [each.end() for each in _SENTENCE_END.finditer(self.text, window, place)]
        return ends[-1] if ends else window
