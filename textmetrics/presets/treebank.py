"""English words as nltk's ``NLTKWordTokenizer`` cuts them, which follows the Penn Treebank."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from textmetrics.scan import View

__all__ = ["TREEBANK"]

_SPACED = r" \g<0> "
# What is replaced by what, in this order: each sees what those before it made.
_MARKS = (
    ("[«“‘„]|`+", _SPACED),
    ('^"', "``"),
    ("``", _SPACED),
    (r"([ (\[{<])(?:\"|'')", r"\1 `` "),
    # A quotation mark, and not what a clitic begins with.
    (r"(?i)(?<!\w)'(?!(?:re|ve|ll|m|t|s|d|n)\b)(?=\w)", "' "),
    # The full stop at the very end, whatever closes after it.
    # Nothing is given back, since no shorter run could do: there may be very many spaces.
    (r"([^.])\.([\])}>\"'»”’ ]*+)\s*+$", r"\1 . \2 "),
    (r"([:,])([^\d])", r" \1 \2"),
    ("[:,]$", _SPACED),
    (r"\.{2,}", _SPACED),
    ("[;@#$%&\u2012-\u2015]", _SPACED),
    (r"([^.])\.([\])}>\"']*)\s*$", r"\1 .\2 "),
    ("[?!]", _SPACED),
    ("([^'])' ", r"\1 ' "),
    (r"[*\]\[(){}<>]", _SPACED),
    ("--", _SPACED),
)
# The same after a space was put at either end.
_ENDINGS = (
    ("[»”’]", _SPACED),
    ("''", _SPACED),
    ('"', " '' "),
    (r"\s+", " "),
    ("([^' ])('[sSmMdD]|') ", r"\1 \2 "),
    ("([^' ])('ll|'LL|'re|'RE|'ve|'VE|n't|N'T) ", r"\1 \2 "),
)
_CONTRACTIONS = (
    r"\b(can)(not)\b", r"\b(d)('ye)\b", r"\b(gim)(me)\b", r"\b(gon)(na)\b", r"\b(got)(ta)\b",
    r"\b(lem)(me)\b", r"\b(more)('n)\b", r"\b(wan)(na)(?=\s)", r" ('t)(is)\b", r" ('t)(was)\b",
)  # fmt: skip


@cache
def _steps() -> tuple[list[tuple[Any, str]], list[tuple[Any, str]]]:
    """Compile, the contractions by `re` and the rest by `regex`, as nltk 3.10 does.

    They do not agree on what white space is: the separators U+001C to U+001F.
    """
    import regex

    before = [(regex.compile(pattern), replacement) for pattern, replacement in _MARKS]
    after = [(regex.compile(pattern), replacement) for pattern, replacement in _ENDINGS]
    apart = [(re.compile(pattern, re.IGNORECASE), r" \1 \2 ") for pattern in _CONTRACTIONS]
    return before, after + apart


def _words(text: str) -> list[str]:
    before, after = _steps()
    for pattern, replacement in before:
        text = pattern.sub(replacement, text)
    text = f" {text} "
    for pattern, replacement in after:
        text = pattern.sub(replacement, text)
    return text.split()


TREEBANK = View("nltk-words", _words, "words as nltk's word tokeniser cuts them")
"""``nltk.word_tokenize`` cuts the text into sentences before, by a model that it downloads; its
words differ from these at full stops inside the text alone."""
