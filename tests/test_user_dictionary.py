"""A user dictionary makes the cuts that jieba makes with it, and stays by itself."""

from __future__ import annotations

import json
import os
import random
import re
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from textmetrics.kernels import available_backends
from textmetrics.languages import LANGUAGES, NO_STOPWORDS, Analyzer
from textmetrics.languages.chinese import JIEBA
from textmetrics.languages.user_dictionary import jieba_with
from textmetrics.scan import Texts, scanner
from textmetrics.scan.reference import ReferenceScanner

NATIVE = available_backends()["native"] is None or os.environ.get("TEXTMETRICS_REQUIRE_NATIVE")
HAN = "我们中出了一个叛徒石墨烯是台中云计算王小明来江大桥北京大学生前应聘的今天气不错"
WORDS = "石墨烯 8\n云计算 nz\n台中 0\n王小明来 900 nr\n北京大学 0\n\n\ufeffC++里 30 n\n江大桥\r\n"
TEXT = "我们的石墨烯是台中的，云计算C++里，王小明来江大桥北京大学"

# Ours first, then that jieba is as it was, then what jieba itself makes of the same file.
COMPARED = """
import json, logging, sys, warnings
from textmetrics.languages.user_dictionary import jieba_with
path, texts = sys.argv[1], json.load(sys.stdin)
mine = jieba_with(path)
ours = [mine.lcut(text) for text in texts]
defined = [mine.load()(text) for text in texts]
assert "jieba" not in sys.modules
warnings.simplefilter("ignore")
import jieba
from jieba import finalseg
assert not jieba.dt.initialized and not finalseg.Force_Split_Words
logging.getLogger("jieba").setLevel(logging.WARNING)
its = jieba.Tokenizer()
its.load_userdict(path)
expected = [its.lcut(text) for text in texts]
assert defined == expected
assert ours == expected
print(len({token for tokens in expected for token in tokens}))
"""


def compare(path: Path, texts: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", COMPARED, str(path)],
        input=json.dumps(texts),
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def words(tmp_path: Path) -> Path:
    path = tmp_path / "words.txt"
    path.write_text(WORDS, encoding="utf-8", newline="")
    return path


def lines(chance: random.Random) -> Iterator[str]:
    """Give words that are new, known, longer than known ones, and some that no text has."""
    for number in range(1500):
        word = "".join(chance.choices(HAN, k=chance.choice([1, 2, 2, 3, 3, 4, 6])))
        word += chance.choice(["", "", "", "", "C++", "5", "é", " x"])
        frequency = chance.choice(["", "", " 0", " 3", f" {number * 50}", f" {10**7}"])
        yield word + frequency + chance.choice(["", " n", " nz"])


@pytest.mark.parametrize("seed", [0, 1])
def test_cuts_are_those_of_jieba_with_the_file(seed: int, tmp_path: Path) -> None:
    chance = random.Random(seed)
    path = tmp_path / "words.txt"
    path.write_text("\n".join(lines(chance)), encoding="utf-8")
    texts = ["".join(chance.choices(HAN, k=40)) for _ in range(1500)]
    texts += [line.split()[0] for line in lines(chance)]
    done = compare(path, texts)
    assert (done.returncode, done.stderr) == (0, "")
    assert int(done.stdout) > 1000


def test_cuts_of_a_small_file(words: Path) -> None:
    done = compare(words, [TEXT[start:] for start in range(len(TEXT))])
    assert (done.returncode, done.stderr) == (0, "")
    tokens = list(jieba_with(words).lcut(TEXT))
    assert tokens == [
        *("我们", "的", "石墨烯", "是", "台", "中", "的", "，", "云计算", "C++里"),
        *("，", "王小明来", "江大桥", "北京", "大学"),
    ]


def test_two_files_and_the_common_jieba_do_not_meet(words: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.txt"
    other.write_text("墨烯是 90000\n", encoding="utf-8")
    plain = JIEBA.lcut(TEXT)
    mine, another = jieba_with(words), jieba_with(other)
    assert "墨烯是" in another.lcut(TEXT)
    assert "北京大学" in another.lcut(TEXT)
    assert "墨烯是" not in mine.lcut(TEXT)
    assert JIEBA.lcut(TEXT) == plain
    assert JIEBA.described() == "jieba-0.42.1"
    assert not [name for name in sys.modules if "jieba_of" in name]


def test_the_signature_is_of_what_the_file_says(words: Path, tmp_path: Path) -> None:
    signature = jieba_with(words).described()
    assert re.fullmatch("jieba-0\\.42\\.1-user-[0-9a-f]{8}", signature)
    same = tmp_path / "same.txt"
    same.write_text(WORDS.replace("\r", "").replace("\n\n", "\n").replace("\ufeff", ""), "utf-8")
    assert jieba_with(same).described() == signature
    words.write_text(WORDS.replace("石墨烯 8", "石墨烯 9"), encoding="utf-8")
    assert jieba_with(words).described() != signature


@pytest.mark.skipif(not NATIVE, reason="needs the compiled extension")
def test_a_scan_equals_the_definition(words: Path) -> None:
    analyzer = Analyzer(LANGUAGES.get("zh"), NO_STOPWORDS, jieba_with(words))
    scan, define = scanner(analyzer, "auto"), scanner(analyzer, "reference")
    assert isinstance(define, ReferenceScanner)
    predictions = [*(TEXT[start:] for start in range(len(TEXT))), "10² m台中"]
    texts = Texts(predictions, [TEXT] * len(predictions))
    ours = scan(texts, words=False, threads=2)
    expected = define(texts, words=False, threads=1)
    assert ours.left == 1
    assert ours.content.ids.tolist() == expected.content.ids.tolist()


def test_threads_load_it_once(words: Path) -> None:
    words.write_text(WORDS + "前应聘 7000\n", encoding="utf-8")
    with ThreadPoolExecutor(6) as pool:
        made = list(pool.map(lambda _: jieba_with(words).segmenter(), range(6)))
    assert len(set(map(id, made))) == 1


@pytest.mark.parametrize(
    ("content", "error", "message"),
    [
        ("云计算 5\n".encode() + "叛徒".encode("gbk"), ValueError, "line 2: not UTF-8 at byte 1"),
        ("云计算 5".encode("utf-16"), ValueError, "line 1: not UTF-8 at byte 1"),
        ("云计算 5\n\n石墨烯\t5".encode(), ValueError, "line 3: a tab; jieba wants a space"),
        (None, FileNotFoundError, "words.txt"),
    ],
)
def test_a_damaged_file_is_named(
    content: bytes | None, error: type[Exception], message: str, tmp_path: Path
) -> None:
    path = tmp_path / "words.txt"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(error, match=message) as found:
        jieba_with(path)
    assert str(path) in str(found.value)


def test_an_empty_file_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "words.txt"
    path.write_text("\n \n", encoding="utf-8")
    assert jieba_with(path).lcut(TEXT) == JIEBA.lcut(TEXT)
