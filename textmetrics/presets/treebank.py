"""English words of nltk's ``NLTKWordTokenizer``, which follows the Penn Treebank.

Written again because importing a submodule of nltk executes all of nltk (about a second), and its
rules differ between versions. The tests hold both equal.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from textmetrics.scan import View

__all__ = ["TREEBANK"]

_SPACED = r" \g<0> "
# Patterns and replacements, applied in this order.
_MARKS = (
    ("[«“‘„]|`+", _SPACED),
    ('^"', "``"),
    ("``", _SPACED),
    (r"([ (\[{<])(?:\"|'')", r"\1 `` "),
    # A quotation mark that does not begin a clitic.
    (r"(?i)(?<!\w)'(?!(?:re|ve|ll|m|t|s|d|n)\b)(?=\w)", "' "),
    # The full stop at the very end, whatever closing marks follow it. Possessive quantifiers,
    # because no shorter run could match, and there may be very many spaces.
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
# Likewise, after a space was added at either end.
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
    """Compile the contractions with `re` and the rest with `regex`, as nltk 3.10 does.

    They disagree on whether the separators U+001C to U+001F are white space.
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


TREEBANK = View("nltk-words", _words, "words as nltk's word tokenizer cuts them")
"""``nltk.word_tokenize`` first splits sentences with a model that it downloads; its words differ
from these only at full stops inside the text."""
