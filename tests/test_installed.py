"""What is installed, found without importlib.metadata, which says what is right."""

from __future__ import annotations

import json
import re
import sys
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, distributions, version
from pathlib import Path

import pytest

from textmetrics._installed import may_offer, version_of

NAMES = sorted({each.metadata["Name"] for each in distributions()})


def test_versions_are_those_of_importlib():
    assert len(NAMES) > 5
    assert {name: version_of(name) for name in NAMES} == {name: version(name) for name in NAMES}


@pytest.mark.parametrize("name", ["SudachiDict_core", "sudachidict.core", "SUDACHIDICT-core"])
def test_a_package_has_several_spellings(name):
    assert version_of(name) == version("sudachidict-core")


def test_a_package_that_is_missing():
    with pytest.raises(PackageNotFoundError):
        version_of("no-such-package")


def test_groups_that_are_offered():
    offered = {point.group for each in distributions() for point in each.entry_points}
    assert "console_scripts" in offered
    assert [group for group in offered if not may_offer(group)] == []
    assert not may_offer("textmetrics.nothing")


@pytest.mark.parametrize(
    ("content", "offered"),
    [
        ("[textmetrics.formats]\nx = y:z\n", True),
        ("[other]\nx = y:z\n\n[ textmetrics.formats ]\nx = y:z\n", True),
        ("[textmetrics.formats.more]\nx = y:z\n", False),
        ("", False),
    ],
)
def test_an_installed_package_offers_a_group(content, offered, tmp_path, installed_package):
    installed_package(tmp_path, "", content)
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(tmp_path)
        assert may_offer("textmetrics.formats") == offered
        assert version_of("my_package") == "1.0"


@pytest.mark.parametrize("place", ["packages.zip", "package.egg"])
def test_what_cannot_be_looked_into_may_offer_anything(place, tmp_path, monkeypatch):
    (tmp_path / "packages.zip").touch()
    (tmp_path / "package.egg").mkdir()
    monkeypatch.setattr(sys, "path", [*sys.path, str(tmp_path / place)])
    assert may_offer("textmetrics.nothing")


def test_another_way_to_find_packages_may_offer_anything(monkeypatch):
    class Finder:
        def find_spec(self, *_):
            return None

        def find_distributions(self, *_):
            return []

    monkeypatch.setattr(sys, "meta_path", [*sys.meta_path, Finder()])
    assert may_offer("textmetrics.nothing")


def test_metadata_without_a_version_is_left_to_importlib(tmp_path, installed_package, monkeypatch):
    installed_package(tmp_path, "", "")
    metadata = "Metadata-Version: 2.1\nName: my-package\n\nVersion: 3\n"
    (tmp_path / "my_package-1.0.dist-info" / "METADATA").write_text(metadata, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    assert version_of("my-package") == version("my-package")


# Scores depend on what cuts Chinese and Japanese, and their signatures name its versions. So that a
# new one that cuts in another way is noticed here first: what cut these, and a digest of how.
CUT_BY = {
    "jieba": (
        ["jieba==0.42.1"],
        "de3b38d862d244bf",
        "他来到了网易杭研大厦。小明硕士毕业于中国科学院计算所,后在日本京都大学深造。"
        "人工智能模型GPT-4在2024年5月的准确率是98.5%,比去年高了3个百分点。"
        "这不是我想要的结果,但也没有别的办法;结婚的和尚未结婚的都可以参加。",
    ),
    "sudachi": (
        ["sudachipy==0.7.0", "sudachidict-core==20261015"],
        "4eb996341db5d67d",
        "国家公務員は東京都庁へ行かなければならない。選挙管理委員会が結果を発表した。"
        "大規模言語モデルの性能は、二〇二四年に比べて約3.5倍になったという。"
        "私は彼が来なかったことを知らなかったし、知りたくもなかった。スマホでラーメン屋を探しちゃった。",
    ),
}


def cut(program, sample):
    """Return the tokens of a text, with all that is used of them."""
    if program == "jieba":
        import jieba

        return jieba.lcut(sample)
    from sudachipy import Dictionary, SplitMode

    dictionary = Dictionary(dict="core")
    return [
        [word.surface(), word.normalized_form(), word.dictionary_form(), *word.part_of_speech()]
        for mode in (SplitMode.A, SplitMode.B, SplitMode.C)
        for word in dictionary.tokenizer(mode).tokenize(sample)
    ]


@pytest.mark.parametrize("program", CUT_BY)
def test_what_cuts_texts_cuts_them_as_before(program):
    packages, expected, sample = CUT_BY[program]
    tokens = json.dumps(cut(program, sample), ensure_ascii=False)
    digest = sha256(tokens.encode()).hexdigest()[:16]
    names = [each.partition("==")[0] for each in packages]
    installed = [f"{name}=={version(name)}" for name in names]
    assert digest == expected, (
        f"{installed} cut otherwise than {packages}, so scores differ and signatures must, by the "
        f"versions in them. If the tokens are right, note it in CHANGELOG.md and write {digest} "
        f"here: {tokens}"
    )


def test_the_oldest_versions_are_tried():
    root = Path(__file__).parents[1]
    tried = (root / ".ci" / "oldest.txt").read_text(encoding="utf-8")
    written = (root / "pyproject.toml").read_text(encoding="utf-8")
    [needed] = re.findall(r"^dependencies = \[$(.*?)^\]", written, re.MULTILINE | re.DOTALL)
    allowed = re.findall(r'^  "([^"]+>=[^"]+)"', needed, re.MULTILINE)
    lines = [line for line in tried.splitlines() if not line.startswith("#")]
    assert lines == [each.replace(">=", "==") for each in allowed]
