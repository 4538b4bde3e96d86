"""How a text is normalized before tokenization, the same in every language."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import cache, partial
from typing import Any

__all__ = ["normalize", "origins"]

_nfkc = partial(unicodedata.normalize, "NFKC")

# Hyphens and the en dash too: people type them before a digit for a minus.
_ONE_FORM = str.maketrans(
    {"\N{RIGHT SINGLE QUOTATION MARK}": "'"}
    | dict.fromkeys(
        "\N{MINUS SIGN}\N{HYPHEN}\N{NON-BREAKING HYPHEN}\N{FIGURE DASH}\N{EN DASH}", "-"
    )
)


@cache
def _kept() -> Any:
    """Return a pattern of what NFKC would turn into plain digits: 10² is not 102, nor ½ 1⁄2."""
    import regex

    return regex.compile(r"([\p{dt=super}\p{dt=sub}\p{dt=fraction}]+)")


def normalize(text: str) -> str:
    """Convert a text to NFKC, except for superscripts, subscripts and vulgar fractions.

    The right single quotation mark becomes an apostrophe; the minus sign, the hyphens and the en
    dash become "-". A run of white space becomes one space, or one line feed if it contains a line
    break (a sentence can begin there); white space at the ends is removed. Letters keep their case:
    the dictionaries contain T恤, not t恤.

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
    """Map each character of the normalized text, white space aside, to its part of the text.

    Returns:
        The characters of the normalized text except white space, and for each the start and end
        of the smallest part of the text that it is known to come from. If one character becomes
        several, or several become one, they share that part.

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
    """Yield start and end of parts of a text, and their normal form with its white space."""
    start = 0
    for index, piece in enumerate(_kept().split(text)):
        for part in piece if index % 2 else _smallest(piece):
            yield start, start + len(part), part if index % 2 else _nfkc(part)
            start += len(part)


def _smallest(piece: str) -> list[str]:
    """Split a piece into the smallest parts that can be normalized one by one."""
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
