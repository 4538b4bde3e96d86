"""What is done to a text before it is tokenised, the same in every language."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import cache, partial
from typing import Any

__all__ = ["normalize", "origins"]

_nfkc = partial(unicodedata.normalize, "NFKC")

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
        pieces[::2] = map(_nfkc, pieces[::2])
        text = "".join(pieces).translate(_ONE_FORM)
    if len(lines := text.splitlines()) < 2:
        return " ".join(text.split())
    return "\n".join(filter(None, (" ".join(line.split()) for line in lines)))


def origins(text: str) -> tuple[str, list[tuple[int, int]]]:
    """Give what `normalize` leaves beside white space, and where in the text each of it is from.

    Returns:
        The characters of the normalised text that are no white space, and for each the start and
        the end of the least part of the text that it is known to be from. Where one character
        becomes several, or several one, these have the same part.

    Examples:
        >>> origins("５ ㎏")
        ('5kg', [(0, 1), (2, 3), (2, 3)])
    """
    if text.isascii() or unicodedata.is_normalized("NFKC", text):
        places = [(at, at + 1) for at, character in enumerate(text) if not character.isspace()]
        return "".join(text.split()).translate(_ONE_FORM), places
    found: list[str] = []
    spans: list[tuple[int, int]] = []
    for start, end, normalized in _parts(text):
        solid = "".join(normalized.split())
        found.append(solid)
        spans += [(start, end)] * len(solid)
    return "".join(found).translate(_ONE_FORM), spans


def _parts(text: str) -> Iterator[tuple[int, int, str]]:
    """Cut a text into parts, and give what becomes of each before white space is looked at."""
    start = 0
    for index, piece in enumerate(_kept().split(text)):
        for part in piece if index % 2 else _least(piece):
            yield start, start + len(part), part if index % 2 else _nfkc(part)
            start += len(part)


def _least(piece: str) -> list[str]:
    """Cut a piece into characters if these can be normalised one by one, else into graphemes."""
    whole = _nfkc(piece)
    if "".join(map(_nfkc, piece)) == whole:
        return list(piece)
    import regex

    graphemes: list[str] = regex.findall(r"\X", piece)
    if "".join(map(_nfkc, graphemes)) != whole:
        return [piece]
    parts: list[str] = []
    for each in graphemes:
        apart = "".join(map(_nfkc, each)) == _nfkc(each)
        parts += each if apart else [each]
    return parts
