"""The cuts of native/jieba.h are those of jieba.lcut, whatever the text and the dictionary."""

from __future__ import annotations

import functools
import itertools
import json
import logging
import os
import random
import subprocess
import sys
import threading
import warnings
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from textmetrics.kernels import available_backends
from textmetrics.languages import JIEBA, jieba_port

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import jieba
    import jieba.finalseg as finalseg

logging.getLogger("jieba").setLevel(logging.WARNING)

MISSING = available_backends()["native"]
REQUIRED = os.environ.get("TEXTMETRICS_REQUIRE_NATIVE") == "1"
pytestmark = pytest.mark.skipif(MISSING is not None and not REQUIRED, reason=str(MISSING))
SHARED = Path(__file__).parents[2] / "shared" / "data"
SPACES = [chr(c) for c in range(sys.maxunicode + 1) if chr(c).isspace()]


def native() -> Any:
    made = jieba_port.segmenter()
    assert made is not None
    return made


def pieces(texts: Sequence[str], threads: int = 1) -> Iterator[list[str]]:
    ends, offsets = native().boundaries(list(texts), threads)
    for text, (a, b) in zip(texts, itertools.pairwise(offsets.tolist()), strict=True):
        bounds = [0, *ends[a:b].tolist()]
        yield [text[i:j] for i, j in itertools.pairwise(bounds)]


def differences(texts: Iterable[str]) -> list[str]:
    texts = list(texts)
    return [t for t, cut in zip(texts, pieces(texts, 2), strict=True) if cut != jieba.lcut(t)][:9]


jieba.initialize()
WORDS = [word for word, frequency in jieba.dt.FREQ.items() if frequency]
COMMON = "的一是不了在人有我他这中大来上国和说们为子年会生可以过下也学发成方多出现自动天地北京海市"
mixed = st.lists(
    st.one_of(
        st.sampled_from(COMMON),
        st.characters(min_codepoint=0x4DF0, max_codepoint=0x9FFF),  # Han, and a little around it
        st.sampled_from("aZ09.5%+#&_-.%１Ａé"),
        st.sampled_from(["。", "，", "、", "\r", "\n", "\r\n", *SPACES]),
        st.characters(min_codepoint=0x3040, max_codepoint=0x30FF),
        st.characters(min_codepoint=0x20000, max_codepoint=0x2A6DF),
        st.sampled_from("👍🏽👨‍👩‍👧\x00\x1f\x7f\u200b\ufeff"),
        st.characters(),
    )
).map("".join)
phrases = st.lists(st.one_of(st.sampled_from(WORDS), mixed), max_size=12).map("".join)


@settings(max_examples=1500)
@given(st.one_of(mixed, phrases, st.text()))
def test_any_text(text: str) -> None:
    assert native().cut(text) == jieba.lcut(text)
    assert JIEBA.lcut(text) == jieba.lcut(text)
    assert list(pieces([text])) == [jieba.lcut(text)]


@settings(max_examples=500)
@given(st.text(st.sampled_from("a1.%+-\n京北大学的")))
def test_marks_and_numbers(text: str) -> None:
    assert native().cut(text) == jieba.lcut(text)


@given(st.lists(mixed, max_size=40), st.integers(1, 4))
def test_batches(texts: list[str], threads: int) -> None:
    assert list(pieces(texts, threads)) == [jieba.lcut(text) for text in texts]


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("", []),
        ("\r\n\r\r\n\n", ["\r\n", "\r", "\r\n", "\n"]),
        ("a\r\n", ["a", "\r\n"]),
        ("3.14%和1.2.3版", ["3.14%", "和", "1.2", ".", "3", "版"]),
        ("\ud800北京", ["\ud800", "北京"]),
    ],
)
def test_some_texts(text: str, tokens: list[str]) -> None:
    assert native().cut(text) == jieba.lcut(text) == tokens


def test_more_words_than_strings_are_kept_of() -> None:
    words = [*"的，👍", *(chr(c) for c in range(0x3400, 0xD800))]
    text = "\n".join(words)
    assert [native().cut(text)[::2] for _ in range(2)] == [words, words]
    assert jieba.lcut(text)[::2] == words


def test_every_code_point() -> None:
    every = [chr(c) for c in range(sys.maxunicode + 1)]
    # Alone, then between letters, digits and Han characters, which tells blocks from the rest.
    assert list(pieces(every)) == [[c] for c in every]
    near = every[:0x3100] + every[0x4D00:0xA100] + every[0xFE00:0x10100]
    assert differences(f"中{c}a{c}1" for c in near) == []


def test_every_word_of_the_dictionary() -> None:
    # A line feed ends a block, so that each word is cut as if it were alone.
    lines = ["\n".join(WORDS[i : i + 1000]) for i in range(0, len(WORDS), 1000)]
    assert differences(lines) == []


def test_words_in_a_row() -> None:
    chance = random.Random(0)
    assert differences("".join(chance.choices(WORDS, k=12)) for _ in range(4000)) == []


def test_characters_in_a_row() -> None:
    chance = random.Random(1)
    common = sorted(WORDS, key=jieba.dt.FREQ.__getitem__)[-3000:]
    characters = sorted(set("".join(common)))
    han = [chr(c) for c in range(0x4E00, 0x9FD6)]
    for known in (characters, han):
        assert differences("".join(chance.choices(known, k=50)) for _ in range(1000)) == []


@pytest.mark.skipif(not SHARED.is_dir(), reason="the folder shared/data is not there")
def test_shared_texts() -> None:
    texts = set()
    for path in sorted(SHARED.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            for value in json.loads(line).values():
                texts.update(value if isinstance(value, list) else [value])
    assert differences(sorted(map(str, texts))) == []


def test_a_very_long_block() -> None:
    text = "".join(random.Random(2).choices(COMMON, k=200_000))
    assert native().cut(text) == jieba.lcut(text)


@pytest.mark.parametrize("seed", range(6))
def test_ties(seed: int, changeable: None) -> None:
    # Few different frequencies and few characters: many ways are exactly as probable.
    chance = random.Random(seed)
    frequencies = [(1,), (1, 2, 4, 8), (1, 3, 9), (2, 4, 16), (0, 1, 1), (7,)][seed]
    jieba.dt.FREQ = {}
    jieba.dt.total = 0 if seed else 1
    for length in (1, 2, 3, 4, 5):
        for _ in range(60):
            word = "".join(chance.choices("甲乙丙丁", k=length))
            jieba.add_word(word, chance.choice(frequencies))
    assert differences("".join(chance.choices("甲乙丙丁", k=40)) for _ in range(800)) == []
    assert finalseg.Force_Split_Words or 0 not in frequencies


@pytest.mark.parametrize("weight", [0.0, -1.0, finalseg.MIN_FLOAT])
def test_ties_of_the_model(weight: float, changeable: None, monkeypatch: Any) -> None:
    jieba.dt.FREQ = {}
    jieba.dt.total = 5
    for name, rows in (("start_P", None), ("trans_P", "BMES"), ("emit_P", "甲乙丙")):
        even = dict.fromkeys("BMES", weight) if rows is None else {}
        table = even or {state: dict.fromkeys(rows or "", weight) for state in "BMES"}
        monkeypatch.setattr(finalseg, name, table)
    texts = ["".join(t) for n in range(1, 7) for t in itertools.product("甲乙丁", repeat=n)]
    assert differences(texts) == []
    finalseg.emit_P["E"]["甲"] = finalseg.MIN_FLOAT
    monkeypatch.setattr(finalseg, "emit_P", dict(finalseg.emit_P))
    assert differences(texts) == []


CHANGES = """
import io, logging, warnings
warnings.simplefilter("ignore")
import jieba
from jieba import finalseg
from textmetrics.languages import JIEBA
from textmetrics.languages.jieba_port import segmenter
logging.getLogger("jieba").setLevel(logging.WARNING)
text = "我们中出了一个叛徒，石墨烯是凱特琳愛的台中，云计算C++里的，今天天气不错的韩玉赏鉴。"
text += "小甲鱼之家在甲骨文北京大学生前来应聘，龘龘龘靐靐齉齉龘，王小明去了江大桥叁肆"
def agree():
    assert segmenter() is not None
    for i in range(len(text)):
        assert JIEBA.lcut(text[i:]) == jieba.lcut(text[i:])
    return jieba.lcut(text)
if {used_before}:
    agree()
for number in (3, 5):
    jieba.add_word("石墨烯是", number)
    assert "石墨烯是" in agree()
jieba.add_word("中出", 10**6)
assert "中出" in agree()
for number in (0, 10**6, 0):  # the third time, neither a size nor the total differs
    jieba.add_word("中出", number)
    assert ("中出" in agree()) == (number > 0)
jieba.suggest_freq(("台", "中"), True)
agree()
jieba.suggest_freq("的韩玉", True)
assert "的韩玉" in agree()
jieba.load_userdict(io.StringIO("云计算 5\\nC++里 30000000 nz\\n小甲鱼之家\\n凱特琳 nz\\n台中\\n"))
assert {{"C++里", "小甲鱼之家", "台中"}} <= {{*agree()}}
for word in ("今天天气", "龘龘", "靐靐", "王小明", "齉齉龘"):
    assert word not in agree() or not jieba.del_word(word)
    assert word not in agree()
before = agree()
for word in ("韩玉", "赏鉴", "甲鱼之家"):
    finalseg.add_force_split(word)
    agree()
jieba.set_dictionary({other!r})
assert agree() != before
"""


@pytest.mark.parametrize("used_before", [True, False])
def test_changes_of_the_dictionary(used_before: bool, tmp_path: Path) -> None:
    other = tmp_path / "dict.txt"
    other.write_text("我们 3 r\n中出 5 v\n大学生 7 n\n前来 2 v\n", encoding="utf-8")
    code = CHANGES.format(used_before=used_before, other=str(other))
    environment = {**os.environ, "TMPDIR": str(tmp_path)}  # jieba keeps a cache there
    done = subprocess.run([sys.executable, "-c", code], check=False, env=environment)
    assert done.returncode == 0


def test_a_change_gives_another_segmenter(changeable: None) -> None:
    first = native()
    assert native() is first
    text = "量子纠缠态演化"
    before = first.cut(text)
    jieba.add_word("纠缠态演", 10**7)
    second = native()
    assert second is not first
    assert second.cut(text) == jieba.lcut(text) != before
    assert first.cut(text) == before


def test_unreachable_and_foreign_words(changeable: None) -> None:
    for word in ("C++ 语言", "３Ｄ打印", "𠀀𠀁", "テスト", "é中", ""):
        jieba.add_word(word, 1000)
    text = "C++ 语言３Ｄ打印𠀀𠀁テストé中"
    assert native().cut(text) == jieba.lcut(text)


@pytest.mark.parametrize("frequency", [-5, 1.5, 2**70])
def test_jieba_itself_cuts_with_odd_frequencies(frequency: float, changeable: None) -> None:
    jieba.dt.FREQ["甲乙"] = frequency
    jieba.dt.total += 1
    assert jieba_port.segmenter() is None
    assert JIEBA.lcut("北京大学") == jieba.lcut("北京大学")


def test_jieba_itself_cuts_where_a_prefix_is_missing(changeable: None) -> None:
    jieba.dt.FREQ["戊甲丙丁"] = 3
    assert jieba_port.segmenter() is None


def test_more_frequencies_than_the_trie_tells_apart(changeable: None) -> None:
    han = [chr(c) for c in range(0x4E00, 0x4F80)]
    words = ["".join(pair) for pair in itertools.islice(itertools.product(han, han), 65_600)]
    jieba.dt.FREQ = dict.fromkeys(han, 0) | {w: i + 1 for i, w in enumerate(words)}
    assert jieba_port.segmenter() is None
    assert JIEBA.lcut(words[7]) == [words[7]]


def wrapped() -> None: ...


@pytest.mark.parametrize(
    "change",
    [
        (jieba, "lcut", wrapped),
        (jieba, "cut", wrapped),
        (jieba, "__version__", "0.43"),
        (jieba, "log", wrapped),
        (jieba, "re_han_default", jieba.re_eng),
        (jieba.Tokenizer, "cut", wrapped),
        (jieba.Tokenizer, "get_DAG", wrapped),
        (jieba.Tokenizer, "_Tokenizer__cut_DAG", wrapped),
        (jieba.dt, "cut", wrapped),
        (jieba.dt, "calc", wrapped),
        (finalseg, "cut", wrapped),
        (finalseg, "viterbi", wrapped),
        (finalseg, "MIN_FLOAT", -1e9),
        (finalseg, "Force_Split_Words", frozenset()),
    ],
    ids=lambda change: f"{getattr(change[0], '__name__', 'dt')}.{change[1]}",
)
def test_a_patched_jieba_is_not_known(change: tuple[Any, str, Any], monkeypatch: Any) -> None:
    assert jieba_port.known_jieba(jieba)
    assert jieba_port.segmenter() is not None
    owner, name, value = change
    if value is wrapped:  # under the name of what it wraps
        value = functools.wraps(getattr(owner, name))(lambda *args: [])
    monkeypatch.setattr(owner, name, value, raising=False)
    assert not jieba_port.known_jieba(jieba)
    assert jieba_port.segmenter() is None
    monkeypatch.undo()
    assert jieba_port.segmenter() is not None


def test_another_tokenizer_as_the_default(monkeypatch: Any) -> None:
    class Mine(jieba.Tokenizer):  # type: ignore[misc]
        pass

    monkeypatch.setattr(jieba, "dt", Mine())
    for tokenizer in (jieba.Tokenizer, Mine):
        monkeypatch.setattr(jieba, "Tokenizer", tokenizer)
        assert not jieba_port.known_jieba(jieba)
        assert jieba_port.segmenter() is None


def test_threads_at_once() -> None:
    chance = random.Random(4)
    texts = ["".join(chance.choices(WORDS, k=9)) for _ in range(600)]
    expected = [jieba.lcut(text) for text in texts]
    with ThreadPoolExecutor(6) as pool:
        for cuts in pool.map(lambda n: list(pieces(texts, n)), [1, 2, 3, 4] * 3):
            assert cuts == expected
        assert list(pool.map(JIEBA.lcut, texts)) == expected


def test_the_dictionary_changes_while_others_cut(changeable: None) -> None:
    text = "量子纠缠态演化的北京大学生前来应聘" * 30
    before = jieba.lcut(text)
    jieba.add_word("纠缠态演", 10**7)
    after = jieba.lcut(text)
    wrong, stop = [], threading.Event()

    def cut() -> None:
        while not stop.is_set():
            ends, _ = native().boundaries([text] * 50, 2)
            if len(ends) not in (50 * len(before), 50 * len(after)):
                wrong.append(len(ends))

    others = [threading.Thread(target=cut) for _ in range(3)]
    for other in others:
        other.start()
    for _ in range(4):
        jieba.del_word("纠缠态演")
        native()
        jieba.add_word("纠缠态演", 10**7)
        native()
    stop.set()
    for other in others:
        other.join()
    assert wrong == []
    assert native().cut(text) == jieba.lcut(text) == after


def test_malformed_arguments() -> None:
    for texts in ([1], ["a", None], "ab"):
        with pytest.raises(TypeError):
            native().boundaries(texts, 1)
    with pytest.raises(ValueError, match="threads must be at least 1"):
        native().boundaries(["a"], 0)
    with pytest.raises(TypeError):
        native().cut(b"a")
