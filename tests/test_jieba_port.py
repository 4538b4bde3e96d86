"""What jieba's files say is what jieba loads, and any change is seen, before the first use too.

jieba has one dictionary a process, so most of this happens in processes of its own, each with an
empty folder for temporary files: jieba keeps a cache there, which it believes more than its files.
"""

from __future__ import annotations

import io
import marshal
import math
import os
import re
import shutil
import subprocess
import sys
import warnings
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from textmetrics.kernels import available_backends
from textmetrics.languages import chinese, jieba_port

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import jieba
    from jieba import finalseg

MISSING = available_backends()["native"]
REQUIRED = os.environ.get("TEXTMETRICS_REQUIRE_NATIVE") == "1"
pytestmark = pytest.mark.skipif(MISSING is not None and not REQUIRED, reason=str(MISSING))

TEXT = "我们中出了一个叛徒，石墨烯是凱特琳愛的台中，C++里的云计算，龘龘龘靐靐齉，王小明来江大桥"


def run(script: str, folder: Path, *paths: Path) -> subprocess.CompletedProcess[str]:
    """Run a script in a Python of its own, with modules from further folders."""
    inherited = os.environ.get("PYTHONPATH")
    search = [*map(str, paths), *([inherited] if inherited else [])]
    temporary = {name: str(folder) for name in ("TMPDIR", "TEMP", "TMP")}
    return subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=False,
        encoding="utf-8",
        env={**os.environ, **temporary, "PYTHONPATH": os.pathsep.join(search)},
    )


def test_every_entry_of_the_file_weighs_what_jieba_makes_of_it() -> None:
    with (jieba_port.folder() / "dict.txt").open("rb") as lines:
        frequencies, total = jieba.Tokenizer.gen_pfdict(lines)
    assert (len(frequencies), total) == chinese._UNCHANGED[1:3] == (498_113, 60_101_967)
    weight = jieba_port._make(jieba_port._shipped_words(), finalseg).weight
    log_total = math.log(total)
    wrong = []
    for word, frequency in frequencies.items():
        known = frequency > 0 and word != "γ射线"  # the only one that no block of jieba's has
        expected = math.log(frequency) - log_total if known else -math.inf
        if weight(word) != expected or weight(word + "们龘") != -math.inf:
            wrong.append(word)
    assert wrong == []


def test_the_tables_of_the_files_are_those_of_the_module() -> None:
    model = jieba_port._shipped_model()
    for name in ("start_P", "trans_P", "emit_P", "MIN_FLOAT"):
        assert getattr(model, name) == getattr(finalseg, name)


CHANGED = """
import sys
from textmetrics.languages import JIEBA
from textmetrics.languages.jieba_port import segmenter
text = {text!r}
first = segmenter()
assert first is not None and first is segmenter()
assert "北京大学" in JIEBA.lcut("我在北京大学")
assert JIEBA.described() == "jieba-0.42.1"
assert "jieba" not in sys.modules
import io, logging, warnings
warnings.simplefilter("ignore")
import jieba
from jieba import finalseg
logging.getLogger("jieba").setLevel(logging.WARNING)
assert not jieba.dt.initialized
{change}
signature, tokens = JIEBA.described(), JIEBA.lcut(text)
assert tokens == jieba.lcut(text)  # loads the dictionary now, if nothing did before
assert tokens == JIEBA.lcut(text)
assert signature == JIEBA.described()
from hashlib import sha256
words, splits = jieba.dt.FREQ, finalseg.Force_Split_Words
listed = "".join(f"{{word}} {{frequency}}\\n" for word, frequency in sorted(words.items()))
digest = sha256((listed + "\\n".join(sorted(splits))).encode()).hexdigest()[:8]
assert signature == "jieba-0.42.1" + ("" if {plain} else "-dict-" + digest)
"""
OWN = "我们 3 r\n中出 5 v\n叛徒 7\n石墨烯 20\n"
FREQUENCIES = {"我们": 3, "我": 0, "石墨烯": 9, "石墨": 2, "石": 0}
CHANGES = {  # whether jieba's dictionary is the one of its file afterwards
    "nothing": ("", True),
    "initialize": ("jieba.initialize()", True),
    "add_word": ("jieba.add_word('石墨烯是', 300)", False),
    "del_word": ("jieba.del_word('叛徒')", False),
    "suggest_freq": ("jieba.suggest_freq(('台', '中'), True)", False),
    "load_userdict": ("jieba.load_userdict(io.StringIO('云计算 5\\n江大桥 9 n\\n台中'))", False),
    "add_force_split": ("finalseg.add_force_split('王小明')", False),
    "another model": ("finalseg.emit_P = dict.fromkeys('BMES', {})", True),
}
IN_OTHER_FILES = {
    "set_dictionary": "jieba.set_dictionary({folder!r} + '/own.txt')",
    "dictionary": "jieba.dt.dictionary = {folder!r} + '/own.txt'",
    "a method": "jieba.Tokenizer.get_dict_file = lambda self: open({folder!r} + '/own.txt', 'rb')",
    "a parser": "jieba.Tokenizer.gen_pfdict = staticmethod(lambda f: ({frequencies!r}, 14))",
    "a function": "jieba.get_module_res = lambda *_: open({folder!r} + '/own.txt', 'rb')",
    "a cache": "jieba.dt.cache_file = {folder!r} + '/own.cache'",
    "a cache elsewhere": "jieba.dt.tmp_dir = {folder!r} + '/other'",
}


@pytest.fixture(scope="module")
def its_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return what jieba leaves in the folder for temporary files: it takes a second to make."""
    folder = tmp_path_factory.mktemp("cache")
    assert run("import jieba; jieba.initialize()", folder).returncode == 0
    return folder / "jieba.cache"


@pytest.mark.parametrize("change", CHANGES)
def test_changes_before_jieba_loads_its_dictionary(
    change: str, its_cache: Path, tmp_path: Path
) -> None:
    shutil.copy(its_cache, tmp_path)
    code, plain = CHANGES[change]
    done = run(CHANGED.format(text=TEXT, change=code, plain=plain), tmp_path)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("change", IN_OTHER_FILES)
def test_another_dictionary_before_jieba_loads_its_own(change: str, tmp_path: Path) -> None:
    (tmp_path / "own.txt").write_text(OWN, encoding="utf-8")
    (tmp_path / "other").mkdir()
    for cache in ("own.cache", "other/jieba.cache"):
        (tmp_path / cache).write_bytes(marshal.dumps((FREQUENCIES, 14)))
    code = IN_OTHER_FILES[change].format(folder=str(tmp_path), frequencies=FREQUENCIES)
    done = run(CHANGED.format(text=TEXT, change=code, plain=False), tmp_path)
    assert (done.returncode, done.stderr) == (0, "")


AS_JIEBA = """
import logging, sys, warnings
from textmetrics.languages import JIEBA
warnings.simplefilter("ignore")
import jieba
logging.getLogger("jieba").setLevel(logging.CRITICAL)
def attempt(cut, file):
    jieba.dt.dictionary, jieba.dt.initialized = file, False
    try:
        return cut({text!r})
    except Exception as error:
        return type(error).__name__, str(error)
for number in range({count}):
    file = {folder!r} + f"/{{number}}.txt"
    ours, its = attempt(JIEBA.lcut, file), attempt(jieba.lcut, file)
    assert ours == its == attempt(JIEBA.lcut, file), (ours, its)
    print(*ours)
"""
# What stands in a dictionary, and what comes of it.
DICTIONARIES: list[tuple[bytes | None, str]] = [
    ("我们 3".encode(), "我们"),
    ("我们 +7 n x y\r\n叛徒 1_0\n".encode(), "我们.*叛徒"),
    ("我们 ３\n我们 5\n".encode(), "我们"),
    ("\ufeff我们 3\n叛徒 5".encode(), "叛徒"),
    ("我们 3\n\n叛徒 5\n".encode(), "invalid dictionary entry in .* at Line 2"),
    ("我们  3\n".encode(), "invalid dictionary entry in .* at Line 1"),
    ("我们\n".encode(), "invalid dictionary entry in .* at Line 1: 我们"),
    ("我们 x\n".encode(), "invalid dictionary entry in .* at Line 1: 我们 x"),
    ("我们 3\n".encode("gbk"), "invalid dictionary entry in .* at Line 1"),
    ("我们 -3\n叛徒 9\n".encode(), "ValueError"),
    (b"", "ValueError"),
    (None, "FileNotFoundError"),
]


def test_dictionaries_that_jieba_takes_or_does_not_take(tmp_path: Path) -> None:
    for number, (content, _) in enumerate(DICTIONARIES):
        if content is not None:
            (tmp_path / f"{number}.txt").write_bytes(content)
    script = AS_JIEBA.format(text=TEXT, folder=str(tmp_path), count=len(DICTIONARIES))
    done = run(script, tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    for line, (_, found) in zip(done.stdout.splitlines(), DICTIONARIES, strict=True):
        assert re.search(found, line), line


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """Return a folder with a jieba of its own in it."""
    for part in ("", "finalseg"):
        (tmp_path / "jieba" / part).mkdir()
        for file in (jieba_port.folder() / part).glob("*.*"):
            shutil.copy(file, tmp_path / "jieba" / part)
    return tmp_path


INSTALLED = """
import sys
from textmetrics.languages import JIEBA
from textmetrics.languages.jieba_port import segmenter
def attempt(cut):
    try:
        return cut({text!r})
    except Exception as error:
        return type(error).__name__, str(error)
ours = attempt(JIEBA.lcut)
print("jieba" in sys.modules)
import jieba, logging
logging.getLogger("jieba").setLevel(logging.CRITICAL)
print(jieba.dt.initialized)
print(*ours)
assert ours == attempt(jieba.lcut)
print(attempt(lambda _: JIEBA.described()))
"""


@pytest.mark.parametrize(
    ("file", "change", "found"),
    [
        ("__init__.py", lambda text: text + "# of another make\n", "True False .* jieba-0.42.1"),
        (
            "finalseg/prob_start.py",
            lambda text: text.replace("-0.26268660809250016", "-9.0"),
            "True False .* jieba-0.42.1",
        ),
        ("dict.txt", lambda text: text + "王小明来 900 nr\n", "True True .*王小明来 .*-dict-"),
        ("dict.txt", lambda text: text.replace("龠 5 g", "龠 g"), "True False ValueError"),
        ("dict.txt", None, "True False FileNotFoundError"),
        ("__init__.py", lambda text: text.replace("0.42.1", "0.42.2"), "True True .*-0.42.2"),
    ],
)
def test_a_jieba_with_other_files(installed: Path, file: str, change: Any, found: str) -> None:
    path = installed / "jieba" / file
    if change is None:
        path.unlink()
    else:
        path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")
    done = run(INSTALLED.format(text=TEXT), installed, installed)
    assert (done.returncode, done.stderr) == (0, "")
    assert re.search(found, " ".join(done.stdout.split())), done.stdout


def test_what_is_left_to_the_definition_needs_no_jieba(tmp_path: Path) -> None:
    script = """
import sys
from textmetrics.languages import LANGUAGES, Analyzer
from textmetrics.scan import Texts, scanner
chinese = LANGUAGES.get("zh")
scan = scanner(Analyzer(chinese, chinese.stopword_list()), "auto")
texts = Texts(["10 ‰", "我们"], ["我们", "我"])
print(scan(texts, words=True, threads=1).left, "jieba" in sys.modules)
"""
    done = run(script, tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "1 False\n", "")


def test_threads_that_come_first_share_one_segmenter(tmp_path: Path) -> None:
    script = """
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from textmetrics.languages.jieba_port import segmenter
barrier = Barrier(8)
def first(_):
    barrier.wait()
    return segmenter()
with ThreadPoolExecutor(8) as pool:
    print(len({id(each) for each in pool.map(first, range(8))}))
"""
    done = run(script, tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "1\n", "")


def from_lines(lines: bytes) -> Any:
    return jieba_port._make({"lines": lines}, finalseg)


@pytest.mark.parametrize(
    "lines",
    [
        *(b"a", b"a 1", b"a 1 n", b"a  1\n", b"a\n", b"\n", b"a x\n", b"a 1x\n", b"a -1\n"),
        *(b" 1\n", b"a 9999999999999999\n", b"\xe6 1\n", b"\xe6\x88", b"\x80 1\n"),
        b"\xf0\x9f\x8d\x8e 1\n",
    ],
)
def test_lines_that_the_file_does_not_have(lines: bytes) -> None:
    assert from_lines(lines) is None


@given(st.lists(st.tuples(st.text("甲乙丙a1", min_size=1), st.integers(1, 99)), min_size=1))
def test_lines_as_jieba_reads_them(pairs: list[tuple[str, int]]) -> None:
    lines = "".join(f"{word} {frequency} n\n" for word, frequency in pairs).encode()
    frequencies, total = jieba.Tokenizer.gen_pfdict(io.BytesIO(lines))
    weight = from_lines(lines).weight
    for word, frequency in frequencies.items():
        expected = math.log(frequency) - math.log(total) if frequency else -math.inf
        assert weight(word) == expected


@given(st.binary())
def test_no_bytes_are_read_behind_the_end(lines: bytes) -> None:
    made = from_lines(lines)  # what was read wrong AddressSanitizer tells: `make sanitize`
    assert made is None or made.weight("") == -math.inf
