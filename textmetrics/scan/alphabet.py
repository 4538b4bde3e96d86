"""What the native scanner knows about each character, computed from Python's own tables.

This way the twin cannot differ from the definition: for every code point that it knows,
`unicodedata` and `regex` decide its normal form, its folded form and its classes. A character that
depends on its neighbours (a mark, a joiner) is left out, and samples that contain one go to the
definition.
"""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Callable, Iterable
from functools import cache, partial
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from textmetrics._installed import version_of
from textmetrics._kept import kept, source_of
from textmetrics.languages import UNSPACED, UNSPACED_SCRIPTS, check_scripts, normalize

__all__ = ["Alphabet", "alphabet", "class_bits", "classes_of_all"]

# Classes by bit, from 0; names and order are those of native/text.h.
_PATTERNS = {
    "letter": r"\p{L}",
    "number": r"\p{N}",
    "digit": r"\p{Nd}",
    "unspaced": UNSPACED,
    "run": r"[\p{Katakana}ー]",
    "hangul": r"\p{Hangul}",
    "punctuation": r"[\p{P}\p{Z}\p{C}]",
    "currency": r"\p{Sc}",
    "raised": "[⁰¹²³⁴⁵⁶⁷⁸⁹]",
    "raised_sign": "[⁺⁻]",
    "fraction": r"\p{dt=fraction}",
}
_NUMERALS = "〇零一二三四五六七八九十百千万億亿"
_TESTS: dict[str, Callable[[str], bool]] = {
    "alnum": str.isalnum,
    "cased": lambda each: each.lower() != each,
    "upper": str.isupper,
    "lower": lambda each: each.islower() or each.istitle() > each.isupper(),
    "ends": frozenset(".!?…。").__contains__,
    "numeral": frozenset(_NUMERALS).__contains__,
}
_CLASSES = (
    "known",
    "space",
    "line_break",
    *_PATTERNS,
    *_TESTS,
    "own",
    "foreign",
    "joint",
    "apart",
    "gone",
)
_BIT = {name: 1 << bit for bit, name in enumerate(_CLASSES)}

# Blocks that are examined character by character, and those whose characters are all alike.
_EXAMINED = (
    range(0x02B0),  # Latin, phonetic signs
    range(0x0370, 0x0600),  # Greek, Cyrillic, Armenian, Hebrew
    range(0x1E00, 0x1F00),  # Latin with one mark more, as in Vietnamese
    range(0x2000, 0x20A0),  # punctuation, raised and lowered signs
    range(0x20A0, 0x20C1),  # currencies
    range(0x2100, 0x2800),  # signs, arrows, shapes
    range(0x2E80, 0x3400),  # radicals, kana, signs of CJK
    range(0xFE00, 0xFE10),  # variation selectors
    range(0xFE30, 0xFE50),  # vertical forms
    range(0xFEFF, 0xFFF0),  # the byte order mark, full and half width
)
_PICTURES = range(0x1F300, 0x1FB00)
# Except for the numerals among them.
_ALIKE = (range(0x3400, 0x4DC0), range(0x4E00, 0xA000), range(0xAC00, 0xD7A4))
# Ideographs that every Python knows, of extensions B to G.
_BEYOND = (
    range(0x20000, 0x2A6D7),
    range(0x2A700, 0x2B735),
    range(0x2B740, 0x2B81E),
    range(0x2B820, 0x2CEA2),
    range(0x2CEB0, 0x2EBE1),
    range(0x30000, 0x3134B),
)
# Every span that native/cut.h joins contains one of these.
_JOINTS = frozenset("+-±%/^#.⁺⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
# Joined with their neighbours by rules that only the definition implements.
_LEFT_OUT = frozenset("‰‱⁄\u200c\u200d")
# A grapheme of its own, whatever its neighbours.
_ALONE = r"[\p{GCB=Other}\p{GCB=Control}\p{GCB=LV}\p{GCB=LVT}]"
_MARK = r"[\p{M}\p{Emoji_Modifier}]"

# Added to the number of code points that an enclosed number becomes: see native/text.h.
_APART_COUNT = 8

_Row = tuple[int, int, int, int]
_NOTHING: _Row = (0, 0, 0, 0)


_POINTS = (*(point for block in _EXAMINED for point in block), *map(ord, _NUMERALS))


class Alphabet(NamedTuple):
    """What native/text.h knows.

    Attributes:
        basic: one row per code point of the basic plane: classes, normal form, folded form, length.
        pictures: the same of those from U+1F300.
        beyond: one row per block of characters that stand for themselves: first, end, classes.
        expansions: the code points of longer normal forms.
    """

    basic: NDArray[np.uint32]
    pictures: NDArray[np.uint32]
    beyond: NDArray[np.uint32]
    expansions: NDArray[np.uint32]


@cache
def alphabet(scripts: tuple[str, ...]) -> Alphabet:
    """Return the tables for a language that is written in some scripts."""
    check_scripts(scripts)
    table = np.frombuffer(kept("characters", _made_from(scripts), partial(_table, scripts)), "<u4")
    rows, expansions = _parted(table)
    ends = np.cumsum(list(map(len, (_PICTURES, _ALIKE, _BEYOND))))
    pictures, alike, beyond, points = np.split(rows, ends)
    basic = np.zeros((0x10000, 4), dtype=np.uint32)
    for block, row in zip(_ALIKE, alike, strict=True):
        basic[block.start : block.stop, 0] = row[0]
        basic[block.start : block.stop, 1:3] = np.arange(block.start, block.stop)[:, np.newaxis]
        basic[block.start : block.stop, 3] = 1
    basic[list(_POINTS)] = points
    blocks = [(block.start, block.stop, row[0]) for block, row in zip(_BEYOND, beyond, strict=True)]
    tables = (pictures, blocks, expansions)
    return Alphabet(basic, *(np.array(table, dtype=np.uint32) for table in tables))


def class_bits(names: Iterable[str]) -> int:
    """Return the classes of a row, by their names."""
    return sum(_BIT[name] for name in names)


def classes_of_all(tables: Alphabet) -> NDArray[np.uint32]:
    """Return the classes of each code point, 0 for those that the tables do not know."""
    classes = np.zeros(sys.maxunicode + 1, dtype=np.uint32)
    classes[: len(tables.basic)] = tables.basic[:, 0]
    classes[_PICTURES.start : _PICTURES.stop] = tables.pictures[:, 0]
    for first, end, alike in tables.beyond.tolist():
        classes[first:end] = alike
    return classes


def _examined() -> list[str]:
    """Return the characters that have rows of their own, one of each block that is all alike."""
    alike = map(_one_of, (*_ALIKE, *_BEYOND))
    return [chr(point) for point in (*_PICTURES, *alike, *_POINTS)]


def _one_of(block: range) -> int:
    """Return a code point of a block whose characters are all alike, not a numeral."""
    return block[0] + 1


def _parted(table: NDArray[np.uint32]) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    """Return the rows of the characters that are examined, and the expansions."""
    size = 4 * sum(map(len, (_PICTURES, _ALIKE, _BEYOND, _POINTS)))
    return table[:size].reshape(-1, 4), table[size:]


def _table(scripts: tuple[str, ...]) -> bytes:
    """Compute the rows and the expansions, which takes some milliseconds."""
    import regex

    characters = _examined()
    table = _shared_table().copy()
    rows, _ = _parted(table)
    known = "".join(each for each, row in zip(characters, rows, strict=True) if row[0])
    counted = "".join(rf"\p{{{script}}}" for script in scripts if script in UNSPACED_SCRIPTS)
    others = "".join(rf"\p{{{script}}}" for script in (*scripts, "Common"))
    letters = r"\p{L}" + "".join(rf"\p{{{script}}}" for script in UNSPACED_SCRIPTS)
    for name, pattern in (
        ("own", f"[{counted}]" if counted else "(?!)"),
        ("foreign", f"[[{letters}]--[{others}]]"),
    ):
        found = frozenset(regex.findall(f"(?V1){pattern}", known))
        rows[[each in found for each in characters], 0] |= np.uint32(_BIT[name])
    return table.astype("<u4").tobytes()


@cache
def _shared_table() -> NDArray[np.uint32]:
    """Return the rows and the expansions that all languages share."""
    characters = _examined()
    properties = _Properties(characters)
    rows = [value for each in characters for value in properties.row(each)]
    return np.array([*rows, *properties.expansions], dtype=np.uint32)


def _made_from(scripts: tuple[str, ...]) -> bytes:
    """Return all that a table depends on: Python, regex, these rules and those of normalization."""
    versions = f"{sys.version} {unicodedata.unidata_version} {version_of('regex')} {sys.byteorder}"
    sources = [source_of(name) for name in (__name__, normalize.__module__)]
    return b"\0".join([repr((versions, scripts, _PATTERNS)).encode(), *sources])


# Separates characters so that all can be normalized at once: it combines with none.
_APART = "\U0010ffff"


class _Properties:
    """Looks up the properties of single characters.

    Args:
        characters: all that will be looked up.
    """

    def __init__(self, characters: list[str]) -> None:
        asked = [each for each in characters if not each.isspace()]
        pieces = normalize(_APART.join(["", *asked, ""])).split(_APART)[1:-1]
        normal = [each.strip() for each in pieces]
        self.expansions = [0]
        self._set_apart = frozenset(
            each
            for each, piece in zip(asked, pieces, strict=True)
            if piece[:1] == piece[-1:] == " "
        )
        self._normal = dict(zip(asked, normal, strict=True))
        different = "".join(dict.fromkeys("".join(asked + normal)))
        alone = _matching(_ALONE, different) - _matching(_MARK, different) - _LEFT_OUT
        self._known = frozenset(filter(_stands_for_itself, alone))
        self._kinds = dict.fromkeys(different, _BIT["known"])
        members = {name: _matching(pattern, different) for name, pattern in _PATTERNS.items()}
        members |= {name: frozenset(filter(test, different)) for name, test in _TESTS.items()}
        members["joint"] = _JOINTS.intersection(different) | members["fraction"]
        for name, found in members.items():
            for each in found:
                self._kinds[each] |= _BIT[name]

    def row(self, character: str) -> _Row:
        """Return a row of the table; zeros for a character that is left out."""
        if character.isspace():
            broken = normalize(f"a{character}b") == "a\nb"
            return _BIT["known"] | _BIT["space"] | _BIT["line_break"] * broken, 0, 0, 1
        normal = self._normal[character]
        if not normal and character not in _LEFT_OUT:
            return _BIT["known"] | _BIT["space"] | _BIT["gone"], 0, 0, 1
        if not normal or character not in self._known or not self._known.issuperset(normal):
            return _NOTHING
        apart = character in self._set_apart
        if len(normal) == 1 and not apart:
            return self._kinds[normal], ord(normal), ord(normal.casefold()), 1
        if len(normal) > 4 or any(normalize(each) != each for each in normal):
            return _NOTHING
        self.expansions.extend(map(ord, normal))
        kinds = _BIT["known"] | (_BIT["space"] | _BIT["apart"]) * apart
        count = len(normal) + _APART_COUNT * apart
        return kinds, len(self.expansions) - len(normal), 0, count


def _matching(pattern: str, characters: str) -> frozenset[str]:
    import regex

    return frozenset(regex.findall(f"(?V1){pattern}", characters))


def _stands_for_itself(character: str) -> bool:
    return (
        not character.isspace()
        and len(character.casefold()) == 1
        and not unicodedata.combining(character)
    )
