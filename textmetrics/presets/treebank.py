"""English words of nltk's ``NLTKWordTokenizer``, which follows the Penn Treebank.

Written again because importing a submodule of nltk executes all of nltk (about a second), and its
rules differ between versions. The tests hold both equal.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Any, TypeAlias

from textmetrics.scan import View

__all__ = ["TREEBANK"]

_SPACED = r" \g<0> "
# What a text must contain for a pattern to match, one character of the string or one of the
# strings; patterns and replacements. They are applied in this order.
_MARKS = (
    ("«“‘„`", "[«“‘„]|`+", _SPACED),
    ('"', '^"', "``"),
    ("`", "``", _SPACED),
    ("\"'", r"([ (\[{<])(?:\"|'')", r"\1 `` "),
    # A quotation mark that does not begin a clitic.
    ("'", r"(?i)(?<!\w)'(?!(?:re|ve|ll|m|t|s|d|n)\b)(?=\w)", "' "),
    # The full stop at the very end, whatever closing marks follow it. Possessive quantifiers,
    # because no shorter run could match, and there may be very many spaces.
    (".", r"([^.])\.([\])}>\"'»”’ ]*+)\s*+$", r"\1 . \2 "),
    (":,", r"([:,])([^\d])", r" \1 \2"),
    (":,", "[:,]$", _SPACED),
    ([".."], r"\.{2,}", _SPACED),
    (";@#$%&\u2012\u2013\u2014\u2015", "[;@#$%&\u2012-\u2015]", _SPACED),
    (".", r"([^.])\.([\])}>\"']*)\s*$", r"\1 .\2 "),
    ("?!", "[?!]", _SPACED),
    (["' "], "([^'])' ", r"\1 ' "),
    ("*][(){}<>", r"[*\]\[(){}<>]", _SPACED),
    (["--"], "--", _SPACED),
)
# Likewise, after a space was added at either end.
_ENDINGS = (
    ("»”’", "[»”’]", _SPACED),
    (["''"], "''", _SPACED),
    ('"', '"', " '' "),
    (" ", r"\s+", " "),
    ("'", "([^' ])('[sSmMdD]|') ", r"\1 \2 "),
    ("'", "([^' ])('ll|'LL|'re|'RE|'ve|'VE|n't|N'T) ", r"\1 \2 "),
)
# Both parts of each.
_CONTRACTIONS = (
    ("can", "not"), ("d", "'ye"), ("gim", "me"), ("gon", "na"), ("got", "ta"),
    ("lem", "me"), ("more", "'n"), ("wan", "na"), ("'t", "is"), ("'t", "was"),
)  # fmt: skip

_ALSO_I_OR_S = "\u0130\u0131\u017f"
"""What matches the letters i and s where case is ignored."""

_Step: TypeAlias = tuple[Sequence[str], Any, str]


@cache
def _steps() -> tuple[list[_Step], list[_Step]]:
    """Compile the patterns with `regex`, as nltk 3.10 does; contractions are `_apart`'s."""
    import regex

    def compiled(steps: Sequence[tuple[Sequence[str], str, str]]) -> list[_Step]:
        return [(needed, regex.compile(pattern), by) for needed, pattern, by in steps]

    return compiled(_MARKS), compiled(_ENDINGS)


def _apart(text: str) -> str:
    """Set contractions apart.

    With `re`, as nltk 3.10 does: both disagree on whether U+001C to U+001F are white space.
    """
    lower = text.lower()
    if any(map(lower.__contains__, _contracted())) or any(map(text.__contains__, _ALSO_I_OR_S)):
        for pattern in _contractions():
            text = pattern.sub(r" \1 \2 ", text)
    return text


@cache
def _contracted() -> list[str]:
    return list(map("".join, _CONTRACTIONS))


@cache
def _contractions() -> list[re.Pattern[str]]:
    found = []
    for first, second in _CONTRACTIONS:
        before = " " if first.startswith("'") else r"\b"
        after = r"(?=\s)" if first == "wan" else r"\b"
        found.append(re.compile(f"{before}({first})({second}){after}", re.IGNORECASE))
    return found


def _replaced(text: str, steps: list[_Step]) -> str:
    for needed, pattern, replacement in steps:
        for part in needed:  # few patterns match, and to look takes longer than this
            if part in text:
                text = pattern.sub(replacement, text)
                break
    return text


def _words(text: str) -> list[str]:
    before, after = _steps()
    return _apart(_replaced(f" {_replaced(text, before)} ", after)).split()


TREEBANK = View("nltk-words", _words, "words as nltk's word tokenizer cuts them")
"""``nltk.word_tokenize`` first splits sentences with a model that it downloads; its words differ
from these only at full stops inside the text."""
