"""Write what tests/portable.cpp reads: tables of characters, Sudachi's settings, texts, languages.

`make portable` runs this file as a program, with the file to write to as its argument.
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from textmetrics.languages import LANGUAGES, Analyzer
from textmetrics.languages.sudachi_port import _read_settings, _resources
from textmetrics.scan.alphabet import alphabet
from textmetrics.scan.native import _how

EXAMPLES = Path(__file__).parents[1] / "docs" / "examples"
# In the order of `Cut` in native/cut.h, and of `Role` in native/words.h.
CUTS = ("words", "characters", "whitespace", "jieba", "sudachi-a", "sudachi-b", "sudachi-c")
ROLES = ("content", "by case", "leaning", "always")
USUAL = [
    *("The ", "the ", "U.S. ", "don't ", "3.14 ", "1,000", "-5%", "C++ ", "GPT-4 ", "e.g. ", "\n"),
    *("北京大学", "的", "不是", "二〇二五年", "生物", "，", "。", "「", "」", "ＧＰＴ", "½", "10²"),
    *("食べちゃった", "知ってる", "について", "という", "スカイツリー", "ーー", "漢字(かんじ)"),
    *("二千三百", "３，０００円", "é", "μ", "\u3000", "👍"),
]
RARE = ["ß", "İ", "Ж", "👍🏽", "𠮷", "ｶﾞ", "한국", "\u0301", "\u200d"]
TEXTS, LONGEST = 1_000, 40


def texts() -> Iterator[str]:
    for file in sorted(EXAMPLES.glob("*.jsonl")):
        for line in file.read_text(encoding="utf-8").splitlines():
            sample = json.loads(line)
            yield from (value for value in sample.values() if isinstance(value, str))
    chance = random.Random(7)
    for _ in range(TEXTS):
        pieces = USUAL + RARE if chance.random() < 0.1 else USUAL
        yield "".join(chance.choice(pieces) for _ in range(chance.randrange(LONGEST)))
    yield "a " * 5_000
    yield "本を読む。" * 2_000


def points(text: str) -> list[int]:
    return [len(text), *map(ord, text)]


def every(items: Iterable[list[int]]) -> list[int]:
    """Return how many there are, and all of them."""
    listed = list(items)
    return [len(listed), *(number for item in listed for number in item)]


def sudachi() -> list[int]:
    resources = _resources("sudachipy")
    assert resources is not None
    settings: dict[str, Any] = _read_settings(resources)

    def word(left: int, right: int, cost: int, speech: tuple[str, ...]) -> list[int]:
        return [left, right, cost, *every(map(points, speech))]

    return [
        *every(map(list, settings["classes"])),
        *every(
            [*points(before), *points(after)] for before, after in settings["rewritten"].items()
        ),
        *every(
            [bit, int(always), int(grouped), longest, *every(word(*each) for each in words)]
            for bit, always, grouped, longest, words in settings["unknown"]
        ),
        *word(*settings["simple"]),
        *points(settings["prolonged"]),
        *points(settings["left_brackets"]),
        *points(settings["right_brackets"]),
        settings["longest_reading"],
        settings["shortest_katakana"],
    ]


def language(code: str, cut: str) -> list[int]:
    its = LANGUAGES.get(code)
    analyzer = Analyzer(its, its.stopword_list(), cut)
    stopwords = (
        [ROLES.index(_how(word, analyzer)), *points(word)] for word in analyzer.stopwords.folded
    )
    return [
        CUTS.index(cut),
        int(analyzer.tokenizer.joins),
        int(its.lists_by_two()),
        *every(stopwords),
    ]


def main(file: str) -> None:
    """Write all of it, and print where Sudachi's dictionary is."""
    tables = alphabet(("Latin", "Han", "Hiragana", "Katakana"))
    languages = [("en", cut) for cut in CUTS[:3]]
    languages += [("zh", "jieba"), *(("ja", cut) for cut in CUTS[4:])]
    found = [
        *(number for table in tables for number in (table.size, *table.ravel().tolist())),
        *sudachi(),
        *every(map(points, texts())),
        *every(language(code, cut) for code, cut in languages),
    ]
    Path(file).write_text("\n".join(map(str, found)), encoding="ascii")
    dictionary = _resources("sudachidict_core")
    assert dictionary is not None
    print(dictionary / "system.dic")


if __name__ == "__main__":
    main(sys.argv[1])
