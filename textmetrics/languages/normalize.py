"""What is done to a text before it is tokenised, the same in every language."""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import Any

__all__ = ["normalize"]

# Hyphens and the en dash too: before a digit they are written for a minus.
_ONE_FORM = str.maketrans(
    {"\N{RIGHT SINGLE QUOTATION MARK}": "'"}
    | dict.fromkeys(
        "\N{MINUS SIGN}\N{HYPHEN}\N{NON-BREAKING HYPHEN}\N{FIGURE DASH}\N{EN DASH}", "-"
    )
)


@cache
def _kept() -> Any:
    """Match what NFKC would turn into plain digits or letters: 10² is not 102, nor ½ 1⁄2."""
    import regex

    return regex.compile(r"([\p{dt=super}\p{dt=sub}\p{dt=fraction}]+)")


def normalize(text: str) -> str:
    """Bring a text to NFKC, but leave superscripts, subscripts and vulgar fractions.

    The right single quotation mark becomes an apostrophe; the minus sign, the hyphens and the en
    dash become "-". A run of white space becomes one space, or one line feed where it breaks a
    line (a sentence can begin there); at the ends it goes. Letters keep their case: the
    dictionaries know T恤, not t恤.

    Examples:
        >>> normalize("ＧＰＵ　１０²  −５℃ don’t ")
        "GPU 10² -5°C don't"
    """
    if not text.isascii():
        pieces = _kept().split(text)
        pieces[::2] = [unicodedata.normalize("NFKC", piece) for piece in pieces[::2]]
        text = "".join(pieces).translate(_ONE_FORM)
    if len(lines := text.splitlines()) < 2:
        return " ".join(text.split())
    return "\n".join(filter(None, (" ".join(line.split()) for line in lines)))
