"""Traditional and simplified Chinese: conversion by OpenCC, and which one a text is in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from textmetrics._extension import extension
from textmetrics._installed import version_of

__all__ = [
    "CONVERSIONS",
    "Characters",
    "converter",
    "count_characters",
    "described_conversion",
    "is_other_spelling",
]

CONVERSIONS = (
    *("s2t", "t2s", "s2tw", "tw2s", "s2hk", "hk2s", "s2twp", "tw2sp", "t2tw", "tw2t", "t2hk"),
    *("hk2t", "t2jp", "jp2t"),
)


@cache
def converter(name: str) -> Callable[[str], str]:
    """Return the function of OpenCC that converts a text.

    Raises:
        ImportError: if OpenCC is not installed.
    """
    try:
        from opencc import OpenCC
    except ImportError as error:
        raise ImportError(
            f"convert={name!r} needs OpenCC: pip install 'textmetrics-eval[convert]'"
        ) from error
    convert: Callable[[str], str] = OpenCC(name).convert
    return convert


@cache
def described_conversion(name: str) -> str:
    """Return what a signature shows: numbers depend on OpenCC's dictionaries."""
    return f"{name}-opencc-{version_of('OpenCC')}"


class Characters(NamedTuple):
    """Numbers of characters of each text.

    Attributes:
        kana: hiragana and katakana.
        han: all Han.
        simplified: Han that only simplified Chinese has, some of it Japanese too (国).
        traditional: Han that only traditional Chinese has.
        chinese: those of the simplified ones that Japanese lacks.
        japanese: Han that only Japanese has (図, 駅).
    """

    kana: NDArray[np.int64]
    han: NDArray[np.int64]
    simplified: NDArray[np.int64]
    traditional: NDArray[np.int64]
    chinese: NDArray[np.int64]
    japanese: NDArray[np.int64]


# Simplified characters that Big5 has too, among its rare ones, for other words: 体 (笨), 与.
_RARE_IN_BIG5 = (
    "万与价优体党凄厂复宁岭庄异怀怜惊扰据机极构柜气洁洒离种篱网羡肮胜腊茧蚕蜡蝎触赶适圣吨"
)
_KANA, _HAN, _JAPANESE_TOO, _SIMPLIFIED, _TRADITIONAL, _JAPANESE = range(1, 7)
_CLASSES = 7


def count_characters(texts: Sequence[str]) -> Characters:
    """Count characters by what they say about the language.

    Examples:
        >>> [int(column[0]) for column in count_characters(["这是東京タワー"])]
        [2, 4, 1, 1, 1, 0]
    """
    of = _counter()(list(texts), _table()).reshape(-1, _CLASSES).T
    return Characters(
        of[_KANA],
        of[_HAN:].sum(axis=0),
        of[_JAPANESE_TOO] + of[_SIMPLIFIED],
        of[_TRADITIONAL],
        of[_SIMPLIFIED],
        of[_JAPANESE],
    )


@cache
def _counter() -> Callable[[list[str], NDArray[np.uint8]], NDArray[np.int64]]:
    try:
        count: Callable[..., NDArray[np.int64]] = extension().count_classes
    except ImportError:
        return _count_classes
    return count


def _count_classes(texts: list[str], table: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Return how many characters of each class a text has, one row after the other."""
    points = np.frombuffer("".join(texts).encode("utf-32-le"), dtype="<u4")
    classes = table.take(points, mode="clip")  # faster than an index; U+FFFF is in no class
    rows = np.arange(len(texts)) * _CLASSES
    cells = np.repeat(rows, list(map(len, texts)))
    cells += classes
    return np.bincount(cells, minlength=len(rows) * _CLASSES)


@cache
def _table() -> NDArray[np.uint8]:
    """Return the class of each code point, by the characters that national standards have.

    Simplified are the common characters of GB 2312 that Big5 lacks, or has for another word;
    traditional the common ones of Big5 that GB 2312 lacks; Japanese the common ones of JIS X 0208
    that both lack.
    """
    gb2312, big5 = _decoded("gb2312", 0xB0, 0xF7), _decoded("big5", 0xA4, 0xF9)
    japanese = _decoded("euc_jp", 0xB0, 0xF4)
    table = np.zeros(0x10000, dtype=np.uint8)
    for first, last in ((0x3041, 0x3096), (0x30A1, 0x30FA), (0xFF66, 0xFF9D)):
        table[first : last + 1] = _KANA
    for first, last in ((0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF)):
        table[first : last + 1] = _HAN
    simplified = _decoded("gb2312", 0xB0, 0xD7) & ~big5
    simplified[list(map(ord, _RARE_IN_BIG5))] = True
    unified = np.zeros(0x10000, dtype=np.bool_)
    unified[0x4E00:0xA000] = True
    for characters, kind in (
        (simplified & japanese, _JAPANESE_TOO),
        (simplified & ~japanese, _SIMPLIFIED),
        (_decoded("big5", 0xA4, 0xC6) & ~gb2312, _TRADITIONAL),
        (_decoded("euc_jp", 0xB0, 0xCF) & ~gb2312 & ~big5, _JAPANESE),
    ):
        table[characters & unified] = kind
    return table


def _decoded(encoding: str, first: int, last: int) -> NDArray[np.bool_]:
    """Return for each code point whether two bytes mean it, the first of them in a range."""
    pairs = np.empty((last + 1 - first, 0xFF - 0x40, 3), dtype=np.uint8)
    pairs[..., 0] = np.arange(first, last + 1)[:, np.newaxis]
    pairs[..., 1] = np.arange(0x40, 0xFF)
    pairs[..., 2] = ord("\n")  # so that what two bytes mean is one character between line breaks
    text = "\n" + pairs.tobytes().decode(encoding, "ignore")
    points = np.frombuffer(text.encode("utf-32-le"), dtype="<u4")
    apart = points == ord("\n")
    alone = apart[:-2] & apart[2:] & (points[1:-1] > 0x7F)
    found = np.zeros(0x10000, dtype=np.bool_)
    found[points[1:-1][alone]] = True
    return found


# Traditional characters, each before the simplified one that stands for it and that both standards
# have: of 什麼 and 什么, only the first one is told by a standard. Not 臺台 and the like, which
# traditional texts mix.
_MERGED = (
    "裡里裏里麼么隻只麵面雲云幹干幾几餘余醜丑穀谷係系繫系鬥斗範范薑姜捲卷製制誌志緻致捨舍鬍胡採采"
    "鬆松準准劃划籲吁嶽岳僕仆睏困澱淀鬱郁鹹咸錶表闢辟傢家剋克築筑塗涂樸朴撲扑餵喂蔔卜掛挂遊游蟲虫誇夸豐丰"
    "聽听壞坏"
)
_SIMPLER = dict(zip(_MERGED[::2], _MERGED[1::2], strict=True))


def is_other_spelling(traditional: str, simplified: str) -> bool:
    """Return whether one text has a character of which another has the simplified one.

    Examples:
        >>> is_other_spelling("裡面", "里面"), is_other_spelling("里面", "里面")
        (True, False)
    """
    only = set(traditional) - set(simplified)
    return not only.isdisjoint(_SIMPLER) and any(
        _SIMPLER.get(sign, sign) in simplified for sign in only
    )
