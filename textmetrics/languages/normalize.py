"""How a text is normalized before tokenization, the same in every language."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache, partial
from typing import Any

__all__ = ["normalize", "origins", "visible", "without_item_marks"]

_nfkc = partial(unicodedata.normalize, "NFKC")

# What is one sign to its readers. Hyphens and the en dash too: people type them before a digit for
# a minus. All others are pairs that decoders make of the same bytes (JIS, GB 2312, Big5), which
# `tests/test_signs.py` derives. Of each pair, the form that survives here is the one that NFKC or
# a dictionary has, and a symbol, which is scored, rather than punctuation.
_ONE_FORM = str.maketrans(
    {"\N{RIGHT SINGLE QUOTATION MARK}": "'"}
    | dict.fromkeys(
        "\N{MINUS SIGN}\N{HYPHEN}\N{NON-BREAKING HYPHEN}\N{FIGURE DASH}\N{EN DASH}", "-"
    )
    | dict.fromkeys("\N{WAVE DASH}\N{TILDE OPERATOR}", "~")  # NFKC of the full-width tilde
    | {
        "\N{HORIZONTAL BAR}": "\N{EM DASH}",
        "\N{DOUBLE VERTICAL LINE}": "\N{PARALLEL TO}",
        "\N{DIVISION SLASH}": "/",
        "\N{EARTH}": "\N{CIRCLED PLUS}",
        "\N{SUN}": "\N{CIRCLED DOT OPERATOR}",
    }
    | dict.fromkeys("\N{OVERLINE}\N{FULLWIDTH MACRON}", "\N{MACRON}")
    # Sudachi's dictionary has names with the dot of katakana, and jieba has none with any.
    | dict.fromkeys("\N{MIDDLE DOT}\N{HYPHENATION POINT}\N{BULLET}", "\N{KATAKANA MIDDLE DOT}")
)

# NFKC would turn them into plain digits (10² is not 102, nor ½ 1⁄2), or into a space and a mark.
_KEPT = r"\p{dt=super}\p{dt=sub}\p{dt=fraction}\N{MACRON}\N{OVERLINE}\N{FULLWIDTH MACRON}"
# Numbers and Latin letters in a circle, in brackets, or with a full stop or comma: ① ⑴ ⒈ 🄂 Ⓐ ❶ ㊀.
_ENCLOSED = (
    "\u2460-\u249b\u24b6-\u24ff\u2776-\u2793"
    "\u3220-\u3229\u3248-\u324f\u3251-\u325f\u3280-\u3289\u32b1-\u32bf"
    "\U0001f100-\U0001f10c\U0001f51f"
)
_KEYCAP = "\u20e3"  # 1️⃣ is a digit with this behind it
_TEN = "\U0001f51f"  # 🔟, which Unicode gives neither a value nor a normal form
# What NFKC makes an expression that begins with a digit (㋀ ㍘ ㏠), or ends with one (㎡).
_BEGIN = "\u32c0-\u32cb\u3358-\u3370\u33e0-\u33fe"
_END = "\u3378\u3379\u339f-\u33a6\u33a8\u33af"

# Where all of these are, and what `visible` removes, with some neighbors: a search for it must be
# fast, since it runs on every text that is not ASCII. A test compares it with the patterns.
_MAYBE = (
    "\xaa\xad\xaf\xb2\xb3\xb9\xba\xbc-\xbe\u02b0-\u02e4\u0558\u058b\u058c\u034f\u061c\u10fc\u115f\u1160"
    "\u17b4\u17b5\u180b-\u180f\u1d2c-\u1dbf\u200b-\u200f\u202a-\u202e\u203e\u2060-\u209f"
    "\u20e3\u2120-\u2122\u2150-\u215f\u2189\u2460-\u24ff\u2776-\u2793\u2c7c\u2c7d\u2d6f"
    "\u3164\u3192-\u319f\u3220-\u33fe\ua69c\ua69d\ua770\ua7f1-\ua7f9\uab5c-\uab69"
    "\ufe00-\ufe0f\ufeff\uffa0\uffe3\ufff0-\ufff8\U00010780-\U000107bf\U0001bca0-\U0001bca3"
    "\U0001dfcd-\U0001dfff\U0001f16a-\U0001f16c"
    "\U0001d173-\U0001d17a\U0001e030-\U0001e06d\U0001f100-\U0001f10c\U0001f51f"
    "\U000e0000-\U000e0fff"
)

# Letters of these scripts join, and a non-joiner between them changes how both look.
_CURSIVE = r"[\p{scx=Arabic}\p{scx=Syriac}\p{scx=Mongolian}\p{scx=Nko}\p{scx=Adlam}]"
# Where a character of no width is seen all the same, as in UAX #31: the joiners of emoji, those of
# cursive scripts, those behind a virama, and the tags of a flag such as Scotland's.
_SEEN = (
    r"(?<=[\p{ExtPict}\p{EMod}]\uFE0F?)\u200D(?=\p{ExtPict})"
    rf"|(?<={_CURSIVE})\u200C(?={_CURSIVE})"
    r"|(?<=\p{ccc=9})(?:\u200D|\u200C(?=\p{L}))"
    r"|(?<=\p{ExtPict})[\U000E0020-\U000E007E]+\U000E007F"
)


@cache
def _maybe_special() -> re.Pattern[str]:
    """Return a pattern that finds something in a text where NFKC alone is not enough."""
    return re.compile(f"[{_MAYBE}]")


@cache
def _unseen() -> Any:
    """Return a pattern of characters of no width, which has those that are seen as its group.

    They are Unicode's Default_Ignorable_Code_Point: among others the zero-width space and joiners,
    the soft hyphen, the word joiner, variation selectors, marks of direction, the byte order mark.
    """
    import regex

    return regex.compile(rf"(?V1)({_SEEN})|\p{{DI}}")


@cache
def _special() -> Any:
    """Return a pattern of the parts of a text that are not left to NFKC."""
    import regex

    enclosed = rf"(?P<enclosed>[{_ENCLOSED}]|\p{{Nd}}{_KEYCAP})(?P<point>[.,．，﹒﹐]?)"
    digits = rf"(?P<begin>(?<=[\p{{Nd}}{_END}])[{_BEGIN}])|(?P<end>[{_END}](?=[\p{{Nd}}{_BEGIN}]))"
    return regex.compile(rf"(?V1){enclosed}|{digits}|[{_KEPT}]+")


def visible(text: str) -> str:
    r"""Remove the characters that are not seen, and that no reader would miss.

    They are those that Unicode calls default ignorable. Where one of them changes how its
    neighbors look, it stays: the joiner inside an emoji, the non-joiner between letters of Arabic
    and other cursive scripts, both behind a virama, and the tags of a flag.

    Examples:
        >>> visible("北\u200b京, inter\u00adnational, 5\u200e%")
        '北京, international, 5%'
    """
    if text.isascii() or _maybe_special().search(text) is None:
        return text
    return str(_unseen().sub(lambda found: found[1] or "", text))


@cache
def _item_marks() -> Any:
    import regex

    mark = rf"(?:[{_ENCLOSED}]|\p{{Nd}}{_KEYCAP})"
    return regex.compile(rf"{mark}(?=[.．]?\s?[-−+±▲△]?\s?\p{{Sc}}?\.?\p{{Nd}})")


def without_item_marks(text: str) -> str:
    """Replace enclosed numbers that stand before a number by a space: they count items.

    Examples:
        >>> without_item_marks("②5"), without_item_marks("②")
        (' 5', '②')
    """
    if text.isascii() or _maybe_special().search(text) is None:
        return text
    return str(_item_marks().sub(" ", visible(text)))


def normalize(text: str) -> str:
    """Convert a text to NFKC, except for superscripts, subscripts and vulgar fractions.

    Before that, characters that are not seen are removed (see `visible`), and numbers and letters
    in a circle, in brackets or with a full stop are set apart from what is beside them. After it,
    signs that decoders or typists do not tell apart become one, such as the wave dash and the
    tilde, and the minus sign, the hyphens and the en dash ("-"). A run of white space becomes one
    space, or one line feed if it contains a line break (a sentence can begin there); white space at
    the ends is removed. Letters keep their case: the dictionaries contain T恤, not t恤.

    Examples:
        >>> normalize("ＧＰＵ　１０²  −５℃ don’t ")
        "GPU 10² -5°C don't"
        >>> normalize("①2019年、９時〜１８時")
        '1 2019年、9時~18時'
    """
    if not text.isascii():
        if _maybe_special().search(text) is None:
            text = _nfkc(text)
        else:
            text = "".join(
                _nfkc(part) if written is None else written
                for part, written in _parts(visible(text))
            )
        text = text.translate(_ONE_FORM)
    if len(lines := text.splitlines()) < 2:
        return " ".join(text.split())
    return "\n".join(filter(None, (" ".join(line.split()) for line in lines)))


def _parts(text: str) -> Iterator[tuple[str, str | None]]:
    """Yield the parts of a text, and what each becomes; ``None`` stands for its NFKC."""
    end = 0
    for found in _special().finditer(text):
        if found.start() > end:
            yield text[end : found.start()], None
        yield found[0], _written(found)
        end = found.end()
    if end < len(text):
        yield text[end:], None


def _written(found: Any) -> str:
    """Return what a part becomes that is not left to NFKC."""
    if sign := found["enclosed"]:
        # A point behind it is no decimal point: ①.5 is an item.
        return f" {_enclosed(sign)}{_nfkc(found['point'])} "
    if sign := found["begin"]:
        return f" {_nfkc(sign)}"
    if sign := found["end"]:
        return f"{_nfkc(sign)} "
    return str(found[0])


def _enclosed(sign: str) -> str:
    """Return the number or letter in a circle or brackets, with the brackets if NFKC has them."""
    if sign == _TEN:
        return "10"
    normal = _nfkc(sign[0])
    if normal != sign[0] or sign[0].isdecimal():
        return normal
    return str(int(unicodedata.numeric(sign)))  # ❶ and others, which have no normal form


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
    special = not text.isascii() and _maybe_special().search(text) is not None
    if not special and unicodedata.is_normalized("NFKC", text):
        places = [(at, at + 1) for at, character in enumerate(text) if not character.isspace()]
        solid = "".join(text.split())
        return solid if text.isascii() else solid.translate(_ONE_FORM), places
    places_left = list(_visible_places(text))
    left = "".join(text[at] for at in places_left)
    found: list[str] = []
    spans: list[tuple[int, int]] = []
    start = 0
    for part, written in _parts(left):
        for smallest, normalized in _pieces(part, written):
            solid = "".join(normalized.split())
            end = start + len(smallest)
            found.append(solid)
            spans += [(places_left[start], places_left[end - 1] + 1)] * len(solid)
            start = end
    return "".join(found).translate(_ONE_FORM), spans


def _pieces(part: str, written: str | None) -> Iterable[tuple[str, str]]:
    """Return the smallest pieces of a part, each with what it becomes."""
    if written is None:
        return ((each, _nfkc(each)) for each in _smallest(part))
    return zip(part, part, strict=True) if written == part else [(part, written)]


def _visible_places(text: str) -> Iterator[int]:
    """Yield the indices of the characters that `visible` keeps."""
    end = 0
    for found in _unseen().finditer(text):
        yield from range(end, found.end() if found[1] else found.start())
        end = found.end()
    yield from range(end, len(text))


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
