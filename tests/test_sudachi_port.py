"""The words of native/sudachi.h are those of SudachiPy, whatever the text; what it does not know is
left to SudachiPy."""

from __future__ import annotations

import functools
import json
import os
import random
import shutil
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from textmetrics.kernels import available_backends
from textmetrics.languages import LANGUAGES, TOKENIZERS, Analyzer, sudachi_port, words_of_sudachi
from textmetrics.languages.japanese import pieces_that_fit

MISSING = available_backends()["native"]
REQUIRED = os.environ.get("TEXTMETRICS_REQUIRE_NATIVE") == "1"
pytestmark = pytest.mark.skipif(MISSING is not None and not REQUIRED, reason=str(MISSING))

SHARED = Path(__file__).parents[2] / "shared" / "data"
MODES = "ABC"
LONGEST = 49_149


@functools.cache
def tokenizer(mode: str) -> Any:
    from sudachipy import Dictionary, SplitMode

    return Dictionary().tokenizer(getattr(SplitMode, mode))


def expected(text: str, mode: str) -> list[tuple[int, int, str, str, int]]:
    """Return what SudachiPy says of each word of a text that it takes."""
    return [
        (each.begin(), each.end(), each.normalized_form(), each.dictionary_form(),
         each.part_of_speech_id())
        for each in tokenizer(mode).tokenize(text)
    ]  # fmt: skip


def port() -> Any:
    made = words_of_sudachi()
    assert made is not None
    return made


def differences(texts: Iterable[str], modes: str = "C") -> list[tuple[str, str]]:
    """Return the first texts and modes in which the port differs."""
    found = (
        (mode, text)
        for text in texts
        for mode in modes
        if port().words(text, mode) != expected(text, mode)
    )
    return [each for each, _ in zip(found, range(5), strict=False)]


# --- texts ----------------------------------------------------------------------------------------

KANA = [chr(point) for point in range(0x3041, 0x3100)]
KANJI = "東京都大学日本人国会社時間年月金生語読書行来食飲高安新古長短多少々〆ヶ"
# Digits in all forms, signs that join them, and signs that do not.
NUMBERS = "0123456789０１２３,.，．、。〇零一二三四五六七八九十百千万億兆%/-"
# Prolonged sound marks and what resembles them; marks that belong to the character before.
MARKS = "ー-⁓〜〰～－―‐ｰ゛゜\u3099\u309a\u200d\u200c\ufe0f\U0001f3fb\u0301ﾞﾟ"
FRAGMENTS = [
    *("食べちゃった", "知ってる", "死んじまう", "飲んだ", "について", "という", "選挙管理委員会"),
    *("漢字(カンジ)", "東京（トウキョウ）", "京（きょうとふ）", "アイスクリーム", "スカイツリー"),
    *("thank you", "New York", "café", "Ωμ", "Абв", "C++", "３，０００", "二千三百万", "1.5千"),
]
pieces = st.one_of(
    st.sampled_from(FRAGMENTS),
    st.text(st.sampled_from(NUMBERS), max_size=8),
    st.text(st.sampled_from(KANA), max_size=6),
    st.text(st.sampled_from(KANJI), max_size=4),
    st.text(st.sampled_from(MARKS), max_size=4),
    st.text(st.sampled_from("abXYZéßＡｂЖω'_ \n\t"), max_size=4),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=3),
)
texts = st.lists(pieces, max_size=12).map("".join)


@settings(max_examples=2000)
@given(texts, st.sampled_from(MODES))
def test_any_text(text: str, mode: str) -> None:
    assert port().words(text, mode) == expected(text, mode)


@settings(max_examples=1000)
@given(st.text(st.sampled_from(NUMBERS + "円年"), max_size=20))
def test_numbers(text: str) -> None:
    assert port().words(text, "C") == expected(text, "C")


@settings(max_examples=1000)
@given(st.text(st.sampled_from([*KANA[90:], *MARKS, "a", "語"]), max_size=14))
def test_katakana(text: str) -> None:
    assert port().words(text, "C") == expected(text, "C")


def test_characters_alone_and_beside_others() -> None:
    # A thirtieth of Unicode, another one at each place; all of it takes a minute.
    every = [point for point in range(1, 0x110000) if not 0xD800 <= point < 0xE000]
    some = [chr(each) for each in every if each < 0x3100 or each % 31 == 7]
    assert differences(some) == []
    assert differences(f"あ{each}1漢{each}ア" for each in some) == []


def test_real_text() -> None:
    file = SHARED / "ja_ted.system1.jsonl"
    if not file.exists():
        pytest.skip("no shared data")
    lines = file.read_text(encoding="utf-8").splitlines()[::4]
    assert differences((json.loads(line)["prediction"] for line in lines), MODES) == []


def test_long_texts() -> None:
    chance = random.Random(7)
    words = [*FRAGMENTS, *KANJI, *KANA[:80], *NUMBERS]
    for size in (LONGEST - 40, LONGEST):
        text = ""
        while len(text.encode()) < size:
            text += chance.choice(words)
        text = text.encode()[:size].decode(errors="ignore")
        assert differences([text], MODES) == []
    assert differences(["a" * LONGEST, "ア" * (LONGEST // 3), "1" * LONGEST]) == []


@pytest.mark.parametrize(
    "text", ["本を読む。" * 8_000, "本" * 40_000, "½" * 30_000, "「あ」！」" * 9_000]
)
def test_longer_texts_are_cut_where_the_definition_cuts_them(text: str) -> None:
    analyzer = Analyzer(LANGUAGES.get("ja"), LANGUAGES.get("ja").stopword_list(), "sudachi-c")
    found = "".join(text[begin:end] for begin, end, *_ in port().words(text, "C"))
    assert found == text
    surfaces = [text[begin:end] for begin, end, *_ in port().words(text, "C") if end > begin]
    assert surfaces == [each for each in analyzer.cutter()(text).surfaces if each]  # type: ignore[union-attr]
    assert len(list(pieces_that_fit(text))) > 1


def test_a_lone_surrogate_is_an_error_in_both() -> None:
    for cut in (lambda text: port().words(text, "C"), lambda text: expected(text, "C")):
        with pytest.raises(ValueError, match="surrogate"):
            cut("本\ud800")


def test_the_cutters_of_all_tokenizers_are_equal() -> None:
    texts = [
        "食べちゃった",
        "彼はNew Yorkについて二千三百円で知ってる、10²だ。",
        "だらけだったら、という話",
    ]
    for name in [name for name in TOKENIZERS.names() if name.startswith("sudachi")]:
        its, twin = TOKENIZERS.get(name), TOKENIZERS.get(name).ported()
        assert twin != its
        assert its.grammar is not None
        assert twin.grammar is not None
        for text in texts:
            assert twin.load()(text) == its.load()(text)
            assert twin.grammar()(text) == its.grammar()(text)


# --- what is installed ----------------------------------------------------------------------------


@pytest.fixture
def resources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a copy of SudachiPy's files, which the port finds in their place."""
    spec = find_spec("sudachipy")
    assert spec is not None
    assert spec.origin is not None
    shutil.copytree(Path(spec.origin).parent / "resources", tmp_path / "resources")

    class Moved:
        origin = str(tmp_path / "__init__.py")

    monkeypatch.setattr(sudachi_port, "find_spec", lambda _: Moved)
    return tmp_path / "resources"


def installed() -> Path:
    spec = find_spec("sudachidict_core")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent / "resources" / "system.dic"


def test_unchanged_settings_are_known(resources: Path) -> None:
    assert sudachi_port.sudachi_of(installed()) is not None


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("sudachi.json", '"enableNormalize" : true', '"enableNormalize" : false'),
        ("sudachi.json", "JoinNumericPlugin", "SplitNumericPlugin"),
        ("sudachi.json", '"systemDict" : null', '"systemDict" : "small"'),
        ("sudachi.json", '"characterDefinitionFile"', '"userDict" : [], "characterDefinitionFile"'),
        ("sudachi.json", '"charDef" : "char.def"', '"charDef" : "own.def"'),
        ("sudachi.json", "{", ""),
        ("char.def", "KANJI           0 0 2", "HANJA           0 0 2"),
        ("unk.def", "名詞,数詞", "名詞,数字"),
        ("unk.def", "KANJI,5139,", "KANJI,51399,"),
        ("rewrite.def", "ｶﾞ", "ｶﾞｶﾞ"),
    ],
)
def test_changed_settings_are_left_to_sudachipy(
    resources: Path, name: str, before: str, after: str
) -> None:
    text = (resources / name).read_text(encoding="utf-8")
    assert before in text
    (resources / name).write_text(text.replace(before, after, 1), encoding="utf-8")
    assert sudachi_port.sudachi_of(installed()) is None


def test_another_version_is_left_to_sudachipy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sudachi_port, "version_of", lambda _: "0.8.0")
    assert sudachi_port.sudachi_of(installed()) is None


@pytest.mark.parametrize("size", [0, 10, 39, 200, 5_000, 1_000_000])
def test_damaged_dictionaries_are_left_to_sudachipy(tmp_path: Path, size: int) -> None:
    with installed().open("rb") as file:
        (tmp_path / "system.dic").write_bytes(file.read(size))
    assert sudachi_port.sudachi_of(tmp_path / "system.dic") is None
    assert sudachi_port.sudachi_of(tmp_path / "none.dic") is None
