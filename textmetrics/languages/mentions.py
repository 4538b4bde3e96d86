"""Stopwords that stand for themselves, and are kept.

An answer may be a stopword: a particle asked for in a grammar question, one item of a list. Four
places show it:

1. In quotation marks, brackets, or the marks of emphasis, with no other words than stopwords:
   ``答えは「に」``, ``the answer is "the"``, ``(a)``, ``**of**``. Punctuation may be there too.
2. Behind a colon, with no other words to the end of the sentence: ``Answer: of``.
3. As an item of an enumeration, which is one word between two separators or the edges of the
   phrase: three items in a row, or two where ``、`` separates nothing but items (Chinese):
   ``天、地、人``, ``is, was, are``, ``he/she/it``.
4. Where it leans on a next word (a, the, and; 和, 地, 在) and none follows: ``地，天``,
   ``是和、差``, ``a:b``; before anything else than a separator or a colon only if the text said
   something before: ``vitamin a``, ``他有地。``, but not ``of the``.

A text of stopwords alone needs no rule here: see `textmetrics.scan.scored_scopes`.
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
    MENTION = 1
    """A stopword that stands for itself."""
    STOPWORD = 2
    PUNCTUATION = 3


class Mentions:
    """Collects the kinds of a text's tokens, and finds the stopwords that stand for themselves.

    Args:
        two: whether two items between ``、`` are an enumeration.

    Attributes:
        kinds: of the tokens so far.
    """

    def __init__(self, *, two: bool) -> None:
        self.kinds: list[Kind] = []
        self._two = two
        self._said = False  # whether any token stays
        self._start = 0  # of the words since the last mark
        self._leans = False  # the last word
        self._separator = ""  # the last mark, if it is one
        self._colon = False  # whether it was a colon
        self._items: list[int] = []  # of the enumeration that the last mark goes on
        self._joint = ""  # what separates them, if there are two or more
        self._opened: dict[str, int] = {}  # where the words inside begin, by what opened
        self._closing = ("", 0)  # the same of the last bracket: what closes it
        self._repeated = ""  # the last token, if it is a mark that may be repeated

    def word(self, kind: Kind, *, leans: bool) -> None:
        """Add a word or a symbol; ``leans``: whether it is a stopword that leans on the next."""
        self._leans = leans
        self._repeated = ""
        self._add(kind)

    def mark(self, surface: str, kind: Kind, *, space_before: bool, space_after: bool) -> None:
        """Add a token that is a mark; the ends of the text count as white space."""
        following = len(self.kinds) + 1
        if surface == self._repeated and not space_before:
            if surface in self._opened:
                self._opened[surface] = following
        else:
            closes = self._closes_or_opens(surface, following, space_before, space_after)
            separator = surface if surface in _SEPARATORS else ""
            ends = surface[-1] in SENTENCE_ENDS
            colon = surface == ":"
            self._end_phrase(separator, ends=ends, nothing_follows=closes or ends, colon=colon)
            self._colon = colon
            self._repeated = surface if surface in _REPEATED else ""
        self._start = following
        self._add(kind)

    def line_break(self) -> None:
        """Read a line break: no enumeration or quotation goes beyond it."""
        empty = self._start == len(self.kinds)
        self._end_phrase("", ends=True, nothing_follows=False)
        self._start = len(self.kinds)
        self._colon = self._colon and empty
        self._opened.clear()
        self._closing = ("", 0)
        self._repeated = ""

    def end(self) -> None:
        """End the text."""
        self._end_phrase("", ends=True, nothing_follows=True)

    def _add(self, kind: Kind) -> None:
        self.kinds.append(kind)
        self._said = self._said or kind is Kind.CONTENT

    def _closes_or_opens(self, mark: str, following: int, before: bool, after: bool) -> bool:
        """Keep what a mark closes, or note what it opens; return whether it closes something."""
        if self._closing[0] and mark in self._closing[0]:
            self._keep_if_pure(self._closing[1])
            self._closing = ("", 0)
            return True
        if mark in self._opened and not before:
            self._keep_if_pure(self._opened.pop(mark))
            return True
        if mark in _CLOSING:
            self._closing = (_CLOSING[mark], following)
        elif mark in _BOTH:
            self._opened.pop(mark, None)
            if not after:
                self._opened[mark] = following
        return False

    def _end_phrase(
        self, separator: str, *, ends: bool, nothing_follows: bool, colon: bool = False
    ) -> None:
        """End the words since the last mark: by a separator, a sentence's end, or another mark."""
        words = len(self.kinds) - self._start
        if words and self._colon and ends:
            self._keep_if_pure(self._start)
        stands = separator or colon or (nothing_follows and self._said)
        if words and self._leans and stands:
            self._keep(len(self.kinds) - 1)
        self._add_item(alone=words == 1)
        if not separator:
            self._items, self._joint = [], ""
        self._separator = separator

    def _add_item(self, *, alone: bool) -> None:
        if not alone:
            self._items, self._joint = [], ""
            return
        item = len(self.kinds) - 1
        if not (self._separator and self._items):
            self._items, self._joint = [item], ""
            return
        if self._joint and self._joint != self._separator:
            del self._items[:-1]
        self._joint = self._separator
        self._items.append(item)
        if len(self._items) >= (2 if self._two and self._joint == "、" else 3):
            for each in self._items:
                self._keep(each)
            del self._items[:-2]

    def _keep_if_pure(self, start: int) -> None:
        """Keep the words from there on if they are stopwords alone."""
        if Kind.CONTENT not in self.kinds[start:]:
            for index in range(start, len(self.kinds)):
                self._keep(index)

    def _keep(self, index: int) -> None:
        if self.kinds[index] is Kind.STOPWORD:
            self.kinds[index] = Kind.MENTION
            self._said = True
