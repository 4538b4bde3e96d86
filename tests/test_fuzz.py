"""Arbitrary bytes become texts, batches and dictionaries; the twins must equal their definitions.

Here they meet what was found before, and some bytes by chance. `make fuzz` runs this file as a
program that searches for minutes, guided by the coverage of the extension.
"""

from __future__ import annotations

import contextlib
import functools
import itertools
import logging
import os
import random
import sys
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import pytest

from textmetrics.kernels import COLUMNS, available_backends, backend
from textmetrics.languages import (
    JIEBA,
    LANGUAGES,
    NO_STOPWORDS,
    Analyzer,
    jieba_port,
    words_of_sudachi,
)
from textmetrics.presets import PRESETS
from textmetrics.scan import Batch, Facts, Scanner, View, encode, scanner, view_encoder
from textmetrics.scan import Texts as SampleTexts

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import jieba
    import jieba.finalseg as finalseg

logging.getLogger("jieba").setLevel(logging.WARNING)
jieba.initialize()

MISSING = available_backends()["native"]
REQUIRED = os.environ.get("TEXTMETRICS_REQUIRE_NATIVE") == "1"
pytestmark = pytest.mark.skipif(MISSING is not None and not REQUIRED, reason=str(MISSING))

CUTS = ("words", "characters", "whitespace", "jieba", "sudachi-c")
CODES = LANGUAGES.names()
# What bytes below a space mean in a text: what joins, stopwords and capitals have rules for.
FRAGMENTS = [
    *("\n", "\r\n", " ", " %", "the", "The", "IT", "US", "a", "B", "ff", "C", "'t", "e-5", "E"),
    *("5", "05", "3.14", ".5", "1,000", *"+-#%^/.'$(", "++"),
]
# What those from 0x80 mean: Han and its marks, full width, kana, letters that case
# changes oddly, jamo, marks and joiners, spaces, emojis, numbers and signs, far planes.
PIECES = [
    *"的是不北京大学生五十百〇，。、…「」（）“”’",
    *"ＧＰｕ０５．％＋－＃￥",
    *"ひガカナーｶﾞﾊﾟ々",
    *"éßİıſŉǅςΣσмЖøŁ",
    *"한국\u1100\u1161\u11a8\u3131",
    *"\u0301\u0307\u0345\u3099\u20e3\ufe0f\u200d\u200b\u00ad\ufeff\u0e49",
    *"\u00a0\u3000\u2028\x85\x1f\x00",
    *"👍🏽👨❤🇯🇵🫠",
    *"½²₂±‰°℃№㍿ﬁⅷ①−–€×⁄",
    *"٣กبא𠮷𝒳𝟙𐐀\U000e0001\U0010ffff\ud800",
]
PIECES_AT, POINT_AT, FAR_POINT_AT, WORD_AT, REPEAT_AT = 0x80, 0xF4, 0xF6, 0xF8, 0xFB
LONGEST = 600
WORDS = list(jieba.dt.FREQ)
WEIGHTS = (-1.0, -2.0, -4.0, 0.0, -0.3, finalseg.MIN_FLOAT)


class Reader:
    """Reads decisions from bytes; zeros when none is left."""

    def __init__(self, data: bytes) -> None:
        self._data, self._at = data, 0

    def __bool__(self) -> bool:
        return self._at < len(self._data)

    def number(self, size: int = 1) -> int:
        self._at += size
        return int.from_bytes(self._data[self._at - size : self._at], "little")

    def one_of(self, options: Any) -> Any:
        return options[self.number() % len(options)]

    def text(self, longest: int = LONGEST) -> str:
        """Read to a zero: a byte is an ASCII character, a piece, or the start of a longer one."""
        units: list[str] = []
        while self and (code := self.number()) and len(units) < longest:
            if code < ord(" "):
                units.append(FRAGMENTS[code - 1])
            elif code < PIECES_AT:
                units.append(chr(code))
            elif code < POINT_AT:
                units.append(PIECES[(code - PIECES_AT) % len(PIECES)])
            elif code < FAR_POINT_AT:
                units.append(chr(self.number(2)))
            elif code < WORD_AT:
                units.append(chr(self.number(3) % (sys.maxunicode + 1)))
            elif code < REPEAT_AT:
                units.append(WORDS[self.number(3) % len(WORDS)])
            else:
                units += units[REPEAT_AT - 1 - code :] * (self.number() // 8)
        return "".join(units)[:longest]


class Target(Protocol):
    """Arguments for a twin and its definition; its ``repr`` is what a found input is kept as."""

    def assert_equal(self) -> None: ...


def plain(value: Any) -> Any:
    """Return what can be compared with ``==``; which twin did the work does not matter."""
    if is_dataclass(value):
        names = [each.name for each in fields(value) if each.name != "left"]
        return {name: plain(getattr(value, name)) for name in names}
    if isinstance(value, Facts):
        return plain(value.table)
    if isinstance(value, dict):
        return {name: plain(each) for name, each in value.items()}
    return (value.dtype.str, value.tolist()) if isinstance(value, np.ndarray) else value


def outcome(run: Callable[[], Any]) -> Any:
    try:
        return plain(run())
    except Exception as error:
        return type(error)


@functools.cache
def scanners(cut: str, code: str, stopwords: bool) -> tuple[Scanner, Scanner]:
    language = LANGUAGES.get(code)
    its = Analyzer(language, language.stopword_list() if stopwords else NO_STOPWORDS, cut)
    return scanner(its, "native"), scanner(its, "reference")


@dataclass
class Texts:
    """Texts for a scanner."""

    cut: str
    code: str
    stopwords: bool
    words: bool
    threads: int
    samples: list[list[str]]

    @classmethod
    def read(cls, given: Reader) -> Texts:
        cut, code, settings = given.one_of(CUTS), given.one_of(CODES), given.number()
        samples = _read_samples(given)
        return cls(cut, code, settings & 1 > 0, settings & 2 > 0, 1 + settings // 4 % 3, samples)

    def assert_equal(self) -> None:
        twin, definition = scanners(self.cut, self.code, self.stopwords)
        texts = _texts_of(self.samples)
        # Sudachi raises on a lone surrogate.
        expected = outcome(lambda: definition(texts, words=self.words, threads=1))
        assert outcome(lambda: twin(texts, words=self.words, threads=self.threads)) == expected


def _read_samples(given: Reader) -> list[list[str]]:
    samples = []
    while given and len(samples) < 3:
        size = 2 + given.number() % 3
        samples.append([given.text(LONGEST // size) for _ in range(size)])
    return samples or [["", ""]]


def _texts_of(samples: list[list[str]]) -> SampleTexts:
    return SampleTexts.of([each[0] for each in samples], [each[1:] for each in samples])


@functools.cache
def views() -> dict[str, View]:
    """Return the views of presets that are split by the extension alone, by name."""
    metrics = [metric for preset in PRESETS for metric in preset.known().values()]
    found = {view.name: view for metric in metrics for view in metric.columns() if view}
    return {
        name: view
        for name, view in found.items()
        if isinstance(view, View) and view.native and view.native.source == "text"
    }


@dataclass
class Viewed:
    """Texts for a view."""

    view: str
    threads: int
    samples: list[list[str]]

    @classmethod
    def read(cls, given: Reader) -> Viewed:
        return cls(given.one_of(sorted(views())), 1 + given.number() % 3, _read_samples(given))

    def assert_equal(self) -> None:
        view, texts = views()[self.view], _texts_of(self.samples)
        expected = plain(view_encoder("reference")(view, texts, 1))
        assert plain(view_encoder("native")(view, texts, self.threads)) == expected


FORMS: dict[str, Callable[[Any], Any]] = {
    "plain": lambda array: array,
    "strided": lambda array: np.repeat(array, 2)[::2],
    "wide": lambda array: array.astype(np.int64 if array.dtype == np.int32 else np.int32),
    "unsigned": lambda array: array.view(f"u{array.itemsize}"),
    "float": lambda array: array.astype(np.float64),
    "swapped": lambda array: array.astype(array.dtype.newbyteorder()),
    "flat": lambda array: array.reshape(1, -1),
    "list": lambda array: array.tolist(),
}
TYPES = {"ids": np.int32, "offsets": np.int64, "samples": np.int64}


@dataclass
class Ids:
    """A batch for a backend, often malformed."""

    ids: list[int]
    offsets: list[int]
    samples: list[int]
    form: tuple[str, str] = ("ids", "plain")
    columns: tuple[str, ...] = COLUMNS
    threads: int = 1

    @classmethod
    def read(cls, given: Reader) -> Ids:
        settings, chosen = given.number(), given.number(2)
        columns = [name for bit, name in enumerate(COLUMNS) if chosen >> bit & 1] or COLUMNS
        form = (given.one_of(list(TYPES)), given.one_of(list(FORMS))) if settings & 1 else None
        damages = given.number() % 4 if settings & 2 else 0
        arrays = [array.tolist() for array in plain_arrays(_read_batch(given))]
        for _ in range(damages):
            _damage(given, arrays)
        return cls(*arrays, form or ("ids", "plain"), tuple(columns), 1 + settings // 4 % 3)

    def batch(self) -> Batch:
        arrays = {name: np.array(getattr(self, name), dtype=dtype) for name, dtype in TYPES.items()}
        name, form = self.form
        return Batch(**{**arrays, name: FORMS[form](arrays[name])})

    def assert_equal(self) -> None:
        batch = self.batch()
        twin = outcome(lambda: backend("native")(batch, self.columns, self.threads))
        if is_well_formed(batch):
            assert twin == outcome(lambda: backend("reference")(batch, self.columns, 1))
        else:
            assert twin in (ValueError, TypeError)


def _read_batch(given: Reader) -> Batch:
    vocabulary = 1 + given.number()
    samples = []
    while given and len(samples) < 4:
        lengths = [given.number() for _ in range(2 + given.number() % 3)]
        samples.append(
            [
                [
                    str(given.number() % vocabulary)
                    for _ in range(length // 4 if length < 250 else 520)
                ]
                for length in lengths
            ]
        )
    return encode(samples)


def _damage(given: Reader, arrays: list[list[int]]) -> None:
    """Write a number somewhere, of any size, or cut off an end."""
    which = given.number() % 3
    array, bits = arrays[which], 31 if which == 0 else 63
    value = given.number(given.one_of((1, 2, 4, 5, 8)))
    value = value % (1 << bits) - (value >> bits & 1) * (1 << bits)
    how, place = given.number() % 8, given.number(2)
    if how == 0:
        array.append(value)
    elif how == 1:
        array.clear()
    elif how == 2:
        del array[-1:]
    elif how == 3:
        array[-1:] = [value]
    elif array:
        array[place % len(array)] = value


def plain_arrays(batch: Batch) -> list[Any]:
    return [getattr(batch, name) for name in TYPES]


def is_well_formed(batch: Batch) -> bool:
    """Return whether a batch is what scan/batch.py describes."""
    arrays = plain_arrays(batch)
    if not all(
        isinstance(array, np.ndarray)
        and array.dtype == dtype
        and array.ndim == 1
        and array.flags.c_contiguous
        for array, dtype in zip(arrays, TYPES.values(), strict=True)
    ):
        return False
    ids, offsets, samples = (array.tolist() for array in arrays)
    for bounds, end, step in ((offsets, len(ids), 0), (samples, len(offsets) - 1, 2)):
        if not bounds or bounds[0] != 0 or bounds[-1] != end:
            return False
        if any(b - a < step for a, b in itertools.pairwise(bounds)):
            return False
    runs = [ids[offsets[a] : offsets[b]] for a, b in itertools.pairwise(samples)]
    # One more, for a break between sentences that none of them has.
    return all(0 <= each <= len(run) for run in runs for each in run)


@dataclass
class Cuts:
    """Texts for jieba."""

    texts: list[str]
    threads: int

    @classmethod
    def read(cls, given: Reader) -> Cuts:
        threads, texts = 1 + given.number() % 3, []
        while given and len(texts) < 8:
            texts.append(given.text())
        return cls(texts, threads)

    def assert_equal(self) -> None:
        native = jieba_port.segmenter()
        assert native is not None
        ends, offsets = native.boundaries(self.texts, self.threads)
        runs = [ends[a:b].tolist() for a, b in itertools.pairwise(offsets.tolist())]
        for text, run in zip(self.texts, runs, strict=True):
            expected = jieba.lcut(text)
            assert [text[a:b] for a, b in itertools.pairwise([0, *run])] == expected
            assert JIEBA.lcut(text) == expected


@dataclass
class Dictionary:
    """A small dictionary and a small model for jieba, and a text of their characters."""

    words: list[tuple[str, int]]
    total: int
    emissions: dict[str, tuple[float, ...]]  # of a character: a weight each of B, M, E and S
    text: str

    @classmethod
    def read(cls, given: Reader) -> Dictionary:
        total, letters = given.number(given.one_of((1, 1, 9))), given.text(6) or "甲乙"
        words = []
        for _ in range(given.number() % 24):
            word = "".join(given.one_of(letters) for _ in range(given.number() % 6))
            frequency = given.number(given.one_of((1, 1, 1, 4, 9)))
            words.append((word, frequency - given.number() // 250))
        emissions = {letter: tuple(given.one_of(WEIGHTS) for _ in "BMES") for letter in letters}
        text = "".join(given.one_of(letters) for _ in range(given.number()))
        return cls(words, total, emissions, text)

    def assert_equal(self) -> None:
        with self._installed():
            expected = outcome(lambda: jieba.lcut(self.text))
            assert outcome(lambda: JIEBA.lcut(self.text)) == expected

    @contextlib.contextmanager
    def _installed(self) -> Iterator[None]:
        """Replace jieba's dictionary by this one for a while."""
        dt, splits = jieba.dt, finalseg.Force_Split_Words
        before, made = (dt.FREQ, dt.total, finalseg.emit_P, set(splits)), jieba_port._made
        dt.FREQ, dt.total = {}, self.total
        finalseg.emit_P = {
            state: {letter: weights[row] for letter, weights in self.emissions.items()}
            for row, state in enumerate("BMES")
        }
        try:
            for word, frequency in self.words:
                jieba.add_word(word, frequency)
            yield
        finally:
            dt.FREQ, dt.total, finalseg.emit_P = before[:3]
            splits.clear()
            splits.update(before[3])
            jieba_port._made = made  # a new one takes as long as thousands of these


# What Sudachi has rules for: kana, kanji, numbers and their signs, prolonged marks, readings in
# brackets, what is rewritten, letters, classes of marks.
JAPANESE = [
    *"のにはをがでとたてだなあいうっんアイウンーヶスル々〆日本東京大学国会社人語食見行",
    *"0123456789０１,.，．、。〇一二三五十百千万億兆",
    *"ー-⁓〜〰～（()）「」ｶﾞﾊﾟ①㍿½éßİABcΩж'_ \n\u3099\u200d\ufe0f\u0301🏽👍𠮷",
    *("という", "について", "食べ", "ちゃった", "知ってる", "選挙管理委員会", "スカイツリー"),
    *("漢字(かんじ)", "京（キョウト）", "New York", "3.14", "二千三百", "3,000", "ーー", "--"),
]
ANY_AT = 0xF0


@functools.cache
def sudachi(mode: str) -> Any:
    from sudachipy import Dictionary as SudachiDictionary
    from sudachipy import SplitMode

    return SudachiDictionary().tokenizer(getattr(SplitMode, mode))


@dataclass
class Morphemes:
    """A text for Sudachi, in one of its modes."""

    mode: str
    text: str

    @classmethod
    def read(cls, given: Reader) -> Morphemes:
        mode, units = given.one_of("ABC"), []
        while given and len(units) < LONGEST:
            code = given.number()
            if code >= ANY_AT:
                units.append(chr(given.number(2) + 0x10000 * (code % 3)))
            else:
                units.append(JAPANESE[code % len(JAPANESE)])
        return cls(mode, "".join(units))

    def assert_equal(self) -> None:
        native = words_of_sudachi()
        assert native is not None
        assert outcome(lambda: native.words(self.text, self.mode)) == outcome(self._expected)

    def _expected(self) -> list[tuple[int, int, str, str, int]]:
        return [
            (each.begin(), each.end(), each.normalized_form(), each.dictionary_form(),
             each.part_of_speech_id())
            for each in sudachi(self.mode).tokenize(self.text)
        ]  # fmt: skip


TARGETS = (Texts, Ids, Cuts, Dictionary, Viewed, Morphemes)


def decode(data: bytes) -> Target:
    given = Reader(data)
    read: Callable[[Reader], Target] = given.one_of(TARGETS).read
    return read(given)


# What was found wrong: arrays were allocated by sizes that nothing had checked yet.
FOUND: list[Target] = [
    Ids([0, 0], [0, 1, 2], [0, 1 << 40]),
    Ids([0, 0], [0, 1, 2], []),
]


@pytest.mark.parametrize("found", FOUND)
def test_what_was_found(found: Target) -> None:
    found.assert_equal()


@pytest.mark.parametrize("target", range(len(TARGETS)), ids=[each.__name__ for each in TARGETS])
def test_bytes_by_chance(target: int) -> None:
    chance = random.Random(target)
    for _ in range(100):
        decode(bytes([target]) + chance.randbytes(chance.randrange(400))).assert_equal()


def check(data: bytes) -> None:
    target = decode(data)
    try:
        target.assert_equal()
    except BaseException:
        print("found:", target)
        raise


def main() -> None:
    """Search; given a file that was found, say what it holds, and try it again."""
    import atheris

    for path in map(Path, sys.argv[1:]):
        if path.is_file():
            print(decode(path.read_bytes()))
    atheris.Setup(sys.argv, check)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
