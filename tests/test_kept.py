"""Tables that are kept between processes, whatever becomes of their files."""

from __future__ import annotations

import os
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from textmetrics import _kept
from textmetrics._kept import kept
from textmetrics.languages import LANGUAGES, sudachi_port
from textmetrics.scan import alphabet as alphabets

TABLE = bytes(range(256)) * 40


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("TEXTMETRICS_CACHE", str(tmp_path / "a" / "b"))
    return tmp_path / "a" / "b"


def counted(table=TABLE):
    """Return what makes a table, and a list with an item for each time that it did."""
    calls = []

    def make():
        calls.append(1)
        return table

    return make, calls


def test_a_table_is_computed_once(folder):
    make, calls = counted()
    assert [kept("table", b"1", make) for _ in range(3)] == [TABLE] * 3
    assert len(calls) == 1
    assert [each.name.partition("-")[0] for each in folder.iterdir()] == ["table"]


def test_what_a_table_is_made_from_tells_it_from_others(folder):
    first, second = counted(b"first"), counted(b"second")
    for _ in range(2):
        assert kept("table", b"1", first[0]) == b"first"
        assert kept("table", b"2", second[0]) == b"second"
        assert kept("other", b"1", second[0]) == b"second"
    assert (len(first[1]), len(second[1])) == (1, 2)


@pytest.mark.parametrize(
    "damage",
    [
        lambda content: b"",
        lambda content: content[:20],
        lambda content: content[:-1],
        lambda content: content + b"\0",
        lambda content: bytes([content[0] ^ 1]) + content[1:],
        lambda content: content[:-1] + bytes([content[-1] ^ 1]),
        lambda content: bytes(len(content)),
    ],
)
def test_a_damaged_table_is_computed_again_and_mended(damage, folder):
    kept("table", b"1", counted()[0])
    [file] = folder.iterdir()
    file.write_bytes(damage(file.read_bytes()))
    make, calls = counted()
    assert [kept("table", b"1", make) for _ in range(2)] == [TABLE] * 2
    assert len(calls) == 1


def test_a_table_of_something_else_is_not_taken(folder):
    """Its file may have been renamed, and its hash is right."""
    kept("table", b"1", counted(b"first")[0])
    [first] = folder.iterdir()
    kept("table", b"2", counted(b"second")[0])
    [second] = {*folder.iterdir()} - {first}
    first.replace(second)
    assert kept("table", b"2", counted(b"second")[0]) == b"second"


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="files have no owner there")
def test_a_table_of_another_user_is_not_taken(folder, monkeypatch):
    kept("table", b"1", counted(b"theirs")[0])
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)
    assert kept("table", b"1", counted(b"ours")[0]) == b"ours"


@pytest.mark.parametrize("place", ["file/b", "file", ""])
def test_where_nothing_can_be_written_a_table_is_computed(place, tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    monkeypatch.setenv("TEXTMETRICS_CACHE", str(tmp_path / place) if place else "")
    make, calls = counted()
    assert [kept("table", b"1", make) for _ in range(2)] == [TABLE] * 2
    assert len(calls) == 2
    assert [each.name for each in tmp_path.rglob("*")] == ["file"]


def test_a_write_that_fails_leaves_nothing(folder, monkeypatch):
    def fail(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", fail)
    assert kept("table", b"1", counted()[0]) == TABLE
    assert [*folder.iterdir()] == []


def test_many_at_once_agree(folder):
    with ThreadPoolExecutor(16) as pool:
        results = pool.map(lambda each: kept("table", b"1", lambda: TABLE), range(64))
    assert set(results) == {TABLE}
    assert len([*folder.iterdir()]) == 1


@pytest.mark.parametrize(
    ("platform", "variables", "expected"),
    [
        ("linux", {"HOME": "/home/u"}, "/home/u/.cache/textmetrics"),
        ("linux", {"HOME": "/home/u", "XDG_CACHE_HOME": "/c"}, "/c/textmetrics"),
        ("linux", {"HOME": "/home/u", "XDG_CACHE_HOME": "c"}, None),  # it must be absolute
        ("darwin", {"HOME": "/Users/u"}, "/Users/u/Library/Caches/textmetrics"),
        ("linux", {"HOME": "/home/u", "TEXTMETRICS_CACHE": "/x"}, "/x"),
        ("linux", {"HOME": "/home/u", "TEXTMETRICS_CACHE": ""}, None),
    ],
)
def test_the_folder(platform, variables, expected, monkeypatch):
    for name in ("XDG_CACHE_HOME", "TEXTMETRICS_CACHE"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "platform", platform)
    assert _kept._folder() == expected


@given(st.dictionaries(st.text("aｱが\u3099", min_size=1), st.text("あア1")))
def test_rewrites_are_the_same_after_they_were_kept(found):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TEXTMETRICS_CACHE", "")
        patch.setattr(sudachi_port, "_rewritten", lambda text: found)
        assert sudachi_port._rewritten_as_kept("", Path()) == found


def test_tables_of_characters_are_the_same_after_they_were_kept(folder):
    for language in LANGUAGES:
        alphabets.alphabet.cache_clear()
        computed = alphabets.alphabet(language.scripts)
        assert [*folder.iterdir()] != []
        alphabets.alphabet.cache_clear()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(alphabets, "_table", lambda scripts: pytest.fail("computed again"))
            again = alphabets.alphabet(language.scripts)
        for one, other in zip(computed, again, strict=True):
            assert one.dtype == other.dtype == np.uint32
            assert np.array_equal(one, other)
