"""A user dictionary makes the cuts that jieba makes with it, and stays by itself."""

from __future__ import annotations

import json
import os
import pickle
import random
import re
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from textmetrics import Evaluator, evaluate, f1, prepare, tokenize
from textmetrics.cli import main
from textmetrics.kernels import available_backends
from textmetrics.languages import JIEBA, LANGUAGES, NO_STOPWORDS, Analyzer, UserDictionary
from textmetrics.scan import Texts, scanner
from textmetrics.scan.definition import DefinitionScanner

NATIVE = available_backends()["native"] is None or os.environ.get("TEXTMETRICS_REQUIRE_NATIVE")
HAN = "我们中出了一个叛徒石墨烯是台中云计算王小明来江大桥北京大学生前应聘的今天气不错"
WORDS = "石墨烯 8\n云计算 nz\n台中 0\n王小明来 900 nr\n北京大学 0\n\n\ufeffC++里 30 n\n江大桥\r\n"
TEXT = "我们的石墨烯是台中的，云计算C++里，王小明来江大桥北京大学"

# Ours first, then that jieba is as it was, then what jieba itself makes of the same file.
COMPARED = """
import json, logging, sys, warnings
from textmetrics.languages import UserDictionary
path, texts = sys.argv[1], json.load(sys.stdin)
mine = UserDictionary.read(path).tokenizer()
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
    """Return words that are new, known, longer than known ones, and some that no text has."""
    for number in range(1500):
        word = "".join(chance.choices(HAN, k=chance.choice([1, 2, 2, 3, 3, 4, 6])))
        word += chance.choice(["", "", "", "", "C++", "5", "é"])
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
    tokens = list(UserDictionary.read(words).tokenizer().lcut(TEXT))
    assert tokens == [
        *("我们", "的", "石墨烯", "是", "台", "中", "的", "，", "云计算", "C++里"),
        *("，", "王小明来", "江大桥", "北京", "大学"),
    ]


def test_two_files_and_the_common_jieba_do_not_meet(words: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.txt"
    other.write_text("墨烯是 90000\n", encoding="utf-8")
    plain = JIEBA.lcut(TEXT)
    mine, another = UserDictionary.read(words).tokenizer(), UserDictionary.read(other).tokenizer()
    assert "墨烯是" in another.lcut(TEXT)
    assert "北京大学" in another.lcut(TEXT)
    assert "墨烯是" not in mine.lcut(TEXT)
    assert JIEBA.lcut(TEXT) == plain
    assert JIEBA.described() == "jieba-0.42.1"
    assert not [name for name in sys.modules if "jieba_of" in name]


def test_the_signature_is_of_what_the_file_says(words: Path, tmp_path: Path) -> None:
    signature = UserDictionary.read(words).tokenizer().described()
    assert re.fullmatch("jieba-0\\.42\\.1-user-[0-9a-f]{8}", signature)
    same = tmp_path / "same.txt"
    same.write_text(WORDS.replace("\r", "").replace("\n\n", "\n").replace("\ufeff", ""), "utf-8")
    assert UserDictionary.read(same).tokenizer().described() == signature
    words.write_text(WORDS.replace("石墨烯 8", "石墨烯 9"), encoding="utf-8")
    assert UserDictionary.read(words).tokenizer().described() != signature


@pytest.mark.skipif(not NATIVE, reason="needs the compiled extension")
def test_a_scan_equals_the_definition(words: Path) -> None:
    analyzer = Analyzer(LANGUAGES.get("zh"), NO_STOPWORDS, UserDictionary.read(words).tokenizer())
    scan, define = scanner(analyzer, "auto"), scanner(analyzer, "reference")
    assert isinstance(define, DefinitionScanner)
    predictions = [*(TEXT[start:] for start in range(len(TEXT))), "10 ‰台中"]
    texts = Texts(predictions, [TEXT] * len(predictions))
    ours = scan(texts, words=False, threads=2)
    expected = define(texts, words=False, threads=1)
    assert ours.left == 1
    assert ours.content.ids.tolist() == expected.content.ids.tolist()


def test_threads_load_it_once(words: Path) -> None:
    words.write_text(WORDS + "前应聘 7000\n", encoding="utf-8")
    with ThreadPoolExecutor(6) as pool:
        made = list(
            pool.map(lambda _: UserDictionary.read(words).tokenizer().segmenter(), range(6))
        )
    assert len(set(map(id, made))) == 1


@pytest.mark.parametrize(
    ("content", "error", "message"),
    [
        ("云计算 5\n".encode() + "叛徒".encode("gbk"), ValueError, ":2: not UTF-8 at byte 1"),
        ("云计算 5".encode("utf-16"), ValueError, ":1: not UTF-8 at byte 1"),
        (
            "云计算 5\n\n石墨烯\t5".encode(),
            ValueError,
            ":3: not a user dictionary entry: '石墨烯\\\\t5'; expected",
        ),
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
        UserDictionary.read(path)
    assert str(path) in str(found.value)


def test_an_empty_file_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "words.txt"
    path.write_text("\n \n", encoding="utf-8")
    assert UserDictionary.read(path).tokenizer().lcut(TEXT) == JIEBA.lcut(TEXT)


def test_every_function_takes_one(tmp_path: Path) -> None:
    words = tmp_path / "words.txt"
    words.write_text("石墨烯\n", encoding="utf-8")
    texts = ["石墨"], ["石墨烯"]
    plain, given = f1(*texts, lang="zh"), f1(*texts, lang="zh", userdict=words)
    assert (plain, given) == (pytest.approx(2 / 3), 0.0)
    assert "tok:jieba-0.42.1-user-" in given.signature
    assert evaluate(*texts, lang="auto", userdict=str(words))["f1"] == given
    assert f1(texts[0], prepare(texts[1], lang="zh", userdict=words)) == given
    assert tokenize("石墨烯", lang="zh", userdict=words) == ["石墨烯"]
    evaluator = Evaluator(lang="zh", userdict=words, metrics=["f1"])
    evaluator.update(*texts)
    assert pickle.loads(pickle.dumps(evaluator)).compute()["f1"] == given
    with pytest.raises(
        ValueError, match=r"differ in userdict: '<user dictionary [0-9a-f]{8}>' here, None in"
    ):
        evaluator.merge(Evaluator(lang="zh", metrics=["f1"]))
    assert f1(*texts, lang="zh") == plain


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"lang": "en"}, ValueError, "has words for jieba.*lang='en' is cut by 'words'"),
        ({"lang": "zh", "tokenizer": "characters"}, ValueError, "cut by 'characters'"),
        ({"tokenizer": "words"}, ValueError, "lang='auto' is cut by 'words'"),
        ({"userdict": "no such file"}, ValueError, "userdict='no such file': no such file"),
        ({"userdict": 5}, TypeError, "userdict must be the path of a file, got int"),
    ],
)
def test_where_it_has_no_meaning(
    tmp_path: Path, options: dict[str, Any], error: type[Exception], message: str
) -> None:
    words = tmp_path / "words.txt"
    words.write_text("石墨烯\n", encoding="utf-8")
    with pytest.raises(error, match=message):
        f1("a", "a", **({"userdict": words} | options))


def test_the_command_line_takes_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = tmp_path / "words.txt"
    words.write_text("石墨烯\n", encoding="utf-8")
    assert main(["tokens", "石墨烯", "--lang", "zh", "--userdict", str(words)]) == 0
    assert "石墨烯 " in capsys.readouterr().out
    words.write_bytes(b"\xff\n")
    assert main(["tokens", "x", "--lang", "zh", "--userdict", str(words)]) == 2
    assert f"{words}:1: not UTF-8" in capsys.readouterr().err
    assert main(["tokens", "x", "--lang", "zh", "--userdict", str(tmp_path / "none")]) == 2
    assert "none: no such file" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("word", "sign"),
    [
        *(("奥黛丽·赫本", "·"), ("奥黛丽・赫本", "・"), ("奥黛丽‧赫本", "‧"), ("奥黛丽･赫本", "･")),
        *(("A/B测试", "/"), ("双十一！", "！"), ("《红楼梦》", "《"), ("25℃", "℃")),
    ],
)
def test_a_word_that_jieba_always_cuts_is_refused(word, sign, tmp_path):
    path = tmp_path / "words.txt"
    path.write_text(f"石墨烯\n{word} 5 n\n", encoding="utf-8")
    with pytest.raises(ValueError, match=rf"words\.txt:2: jieba cuts at '{sign}', so .* match"):
        UserDictionary.read(path)


@pytest.mark.parametrize(
    "word", ["C++语言", "三班_甲", "让-雅克", "5%党", "A&B公司", "3.5代", "#号键"]
)
def test_a_word_with_signs_that_jieba_does_not_cut_matches(word, tmp_path):
    path = tmp_path / "words.txt"
    path.write_text(f"{word}\n", encoding="utf-8")
    assert word.casefold() in tokenize(f"我喜欢{word}的书", lang="zh", userdict=path)
