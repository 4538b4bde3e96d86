"""Stopwords that stand for themselves, and are kept.

An answer may be a stopword: a particle asked for in a grammar question, one item of a list. Four
places show it:

1. A text's only word: ``the``.
2. In quotation marks, brackets, or the marks of emphasis, with no other words than stopwords:
   ``答えは「に」``, ``the answer is "the"``, ``(a)``, ``**of**``. Punctuation may be there too.
3. Behind a colon, with no other words to the end of the sentence: ``Answer: of``.
4. As an item of an enumeration, which is one word between two separators or the edges of the
   phrase: three items in a row, or two where ``、`` separates nothing but items (Chinese):
   ``天、地、人``, ``is, was, are``, ``he/she/it``.

A word that leans on the next one (a, the, and; 和, 地, 在) also stands for itself where none
follows: ``是和、差``, ``vitamin a``, ``他有地。``
"""

from __future__ import annotations

from enum import IntEnum

__all__ = ["SENTENCE_ENDS", "Kind", "Mentions"]

SENTENCE_ENDS = frozenset(".!?…。\n")
_SEPARATORS = frozenset("、,;/・·")
# What closes each mark that only opens.
_CLOSING = {
    "“": "”",
    "‘": "'’",
    "„": "“”",
    "‚": "‘'’",
    "«": "»",
    "‹": "›",
    "〝": "〞〟",
    "「": "」",
    "『": "』",
    "《": "》",
    "〈": "〉",
    "【": "】",
    "〔": "〕",
    "〖": "〗",
    "(": ")",
    "[": "]",
    "{": "}",
}
# Marks that open and close, as in Markdown: what opens is followed by no white space, and what
# closes is preceded by none. Of the last three, several in a row count as one.
_BOTH = frozenset("\"'*_`")
_REPEATED = frozenset("*_`")


class Kind(IntEnum):
    """What a token is."""

    CONTENT = 0
    STOPWORD = 1
    PUNCTUATION = 2


class Mentions:
    """Turns stopwords that stand for themselves into content, while a text is read.

    Args:
        kinds: the kinds of the text's tokens so far, to which the reader adds each token right
            after its call here.
        two: whether two items between ``、`` are an enumeration.
    """

    def __init__(self, kinds: list[Kind], *, two: bool) -> None:
        self._kinds = kinds
        self._two = two
        self._start = 0  # of the words since the last mark
        self._leans = False  # the last word
        self._separator = ""  # the last mark, if it is one
        self._colon = False  # whether it was a colon
        self._items: list[int] = []  # of the enumeration that the last mark goes on
        self._joint = ""  # what separates them, if there are two or more
        self._opened: dict[str, int] = {}  # where the words inside begin, by what opened
        self._closing = ("", 0)  # the same of the last bracket: what closes it
        self._repeated = ""  # the last token, if it is a mark that may be repeated

    def word(self, *, leans: bool) -> None:
        """Read a word or a symbol; ``leans``: whether it is a stopword that leans on the next."""
        self._leans = leans
        self._repeated = ""

    def mark(self, surface: str, *, space_before: bool, space_after: bool) -> None:
        """Read a token that is a mark; the ends of the text count as white space."""
        following = len(self._kinds) + 1
        if surface == self._repeated and not space_before:
            if surface in self._opened:
                self._opened[surface] = following
            self._start = following
            return
        closes = True
        if self._closing[0] and surface in self._closing[0]:
            self._keep_if_pure(self._closing[1])
            self._closing = ("", 0)
        elif surface in self._opened and not space_before:
            self._keep_if_pure(self._opened.pop(surface))
        else:
            closes = False
            if surface in _CLOSING:
                self._closing = (_CLOSING[surface], following)
            elif surface in _BOTH:
                self._opened.pop(surface, None)
                if not space_after:
                    self._opened[surface] = following
        separator = surface if surface in _SEPARATORS else ""
        ends = surface[-1] in SENTENCE_ENDS
        colon = surface == ":"
        self._end_phrase(separator, ends=ends, nothing_follows=closes or ends or colon)
        self._start = following
        self._colon = colon
        self._repeated = surface if surface in _REPEATED else ""

    def line_break(self) -> None:
        """Read a line break: no enumeration or quotation goes beyond it."""
        empty = self._start == len(self._kinds)
        self._end_phrase("", ends=True, nothing_follows=False)
        self._start = len(self._kinds)
        self._colon = self._colon and empty
        self._opened.clear()
        self._closing = ("", 0)
        self._repeated = ""

    def end(self) -> None:
        """End the text."""
        self._end_phrase("", ends=True, nothing_follows=True)
        words = [kind for kind in self._kinds if kind is not Kind.PUNCTUATION]
        if words == [Kind.STOPWORD]:
            self._keep(0)

    def _end_phrase(self, separator: str, *, ends: bool, nothing_follows: bool) -> None:
        """End the words since the last mark: by a separator, a sentence's end, or another mark."""
        words = len(self._kinds) - self._start
        if words and self._colon and ends:
            self._keep_if_pure(self._start)
        if words and self._leans and (nothing_follows or separator):
            self._keep(len(self._kinds) - 1)
        self._add_item(alone=words == 1)
        if not separator:
            self._items, self._joint = [], ""
        self._separator = separator

    def _add_item(self, *, alone: bool) -> None:
        if not alone:
            self._items, self._joint = [], ""
            return
        item = len(self._kinds) - 1
        if not (self._separator and self._items):
            self._items, self._joint = [item], ""
            return
        if self._joint and self._joint != self._separator:
            del self._items[:-1]
        self._joint = self._separator
        self._items.append(item)
        if len(self._items) >= (2 if self._two and self._joint == "、" else 3):
            for each in self._items:
                self._keep(each, each + 1)
            del self._items[:-2]

    def _keep_if_pure(self, start: int) -> None:
        """Keep the words from there on if all are stopwords."""
        if Kind.CONTENT not in self._kinds[start:]:
            self._keep(start)

    def _keep(self, start: int, end: int | None = None) -> None:
        for index in range(start, len(self._kinds) if end is None else end):
            if self._kinds[index] is Kind.STOPWORD:
                self._kinds[index] = Kind.CONTENT
