"""Files that want more memory than they may have are refused with their line."""

from __future__ import annotations

import bz2
import gzip
import lzma
import tracemalloc

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from textmetrics import cli
from textmetrics.cli import program
from textmetrics.records import DataError, Lines, open_samples, read_references
from textmetrics.records import lines as lines_module
from textmetrics.records.errors import InvalidRecords

COMPRESS = {
    "plain": lambda raw: raw,
    "gzip": lambda raw: gzip.compress(raw, 1),
    "bzip2": lambda raw: bz2.compress(raw, 1),
    "xz": lambda raw: lzma.compress(raw, preset=0),
    "zstd": zstandard.ZstdCompressor().compress,
}
RECORD = b'{"prediction": "a", "reference": "a"}\n'


@pytest.mark.parametrize("kind", COMPRESS)
def test_an_endless_line_is_refused_and_takes_no_more_memory_than_a_line_may(kind, tmp_path):
    path = tmp_path / "endless"
    path.write_bytes(COMPRESS[kind](RECORD * 2 + b"a" * 100_000_000))
    tracemalloc.start()
    try:
        with Lines(str(path), max_line=8_000_000) as lines, pytest.raises(DataError) as caught:
            list(lines)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert (caught.value.line, caught.value.message[:35]) == (
        3,
        "the line has more than 8 MB; check ",
    )
    # A block of lines, a piece of the file, and of Zstandard what it gives at once.
    assert peak < 8_000_000 + 6_000_000 + (33_000_000 if kind == "zstd" else 0)


@pytest.mark.parametrize("kind", COMPRESS)
def test_very_many_line_breaks_take_little_memory(kind, tmp_path):
    path = tmp_path / "breaks"
    path.write_bytes(COMPRESS[kind](b"\n" * 20_000_000))
    tracemalloc.start()
    try:
        with Lines(str(path)) as lines:
            assert sum(len(block.raws) for block in lines.blocks()) == 20_000_000
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 20_000_000 + (33_000_000 if kind == "zstd" else 0)


@given(st.lists(st.text("ab\r\n", max_size=6)), st.integers(1, 6))
def test_lines_are_refused_by_their_length_alone(texts, longest):
    """Where chunks end does not matter, and the lines before come first."""
    chunks = [text.encode() for text in texts if text]
    whole = b"".join(chunks).splitlines(keepends=True)
    found: list[bytes] = []
    try:
        for some in lines_module._split(iter(chunks), longest):
            found += some
    except lines_module._LongLineError:
        assert found == whole[: len(found)]
        assert len(whole[len(found)]) > longest
    else:
        assert found == whole
        assert all(len(line) <= longest for line in whole)


CELLS = "prediction,reference\na,a\n"
TOO_LONG = {
    "a line of JSON": (
        ('{"prediction": "' + "a" * 3000 + '", "reference": "a"}'),
        1,
        "the line",
    ),
    "a line behind others": (RECORD.decode() * 3 + "x" * 3000, 4, "the line"),
    "a line of a table": (CELLS + "a," + "b" * 3000, 3, "the line"),
    "a cell of many lines": (CELLS + 'a,"' + "b\n" * 500, None, "a cell"),
    "a JSON document": (
        "[\n" + '{"prediction": "a", "reference": "a"},\n' * 99,
        None,
        "the JSON document",
    ),
    "a document of line breaks": ("[\n" + "\n" * 5000, None, "the JSON document"),
}


@pytest.mark.parametrize("what", TOO_LONG)
def test_what_is_too_long_is_refused(what, tmp_path):
    text, line, name = TOO_LONG[what]
    path = tmp_path / ("data.csv" if text.startswith(CELLS) else "data.json")
    path.write_text(text)
    with pytest.raises(DataError) as caught, open_samples(str(path), max_line=2000) as reader:
        list(reader)
    assert line is None or caught.value.line == line
    assert caught.value.message.startswith(f"{name} has more than ")
    assert "--max-line" in caught.value.message


def test_references_have_the_same_bound(tmp_path):
    (path := tmp_path / "references.txt").write_text("a\n" + "b" * 3000 + "\n")
    invalid = InvalidRecords(skip=True)
    assert len(read_references(invalid, references=path, references_format="text").records) == 2
    with pytest.raises(DataError, match=r"references\.txt:2: the line has more than 2,000 bytes"):
        read_references(invalid, references=path, references_format="text", max_line=2000)


@pytest.mark.parametrize("size", ["3kB", "3 KB", "0.5MB", "3000", "4000b", "1GB"])
def test_the_option_has_units(size, tmp_path, capsys):
    path = tmp_path / "data.jsonl"
    path.write_bytes(RECORD + b'{"prediction": "' + b"a" * 2900 + b'", "reference": "a"}\n')
    ended = cli.main(["score", str(path), "--lang", "en", "--max-line", size])
    assert ended == (2 if "." in size else 0)
    assert cli.main(["score", str(path), "--lang", "en", "--max-line", "2kB"]) == 3
    assert "data.jsonl:2: the line has more than 2,000 bytes" in capsys.readouterr().err


def test_xz_that_wants_very_much_memory_is_refused(tmp_path):
    wide = [{"id": lzma.FILTER_LZMA2, "preset": 0, "dict_size": 1 << 29}]
    path = tmp_path / "wide.xz"
    path.write_bytes(lzma.compress(RECORD, filters=wide))
    with (
        Lines(str(path)) as lines,
        pytest.raises(DataError, match="takes too much memory; compress"),
    ):
        list(lines)


def test_running_out_of_memory_is_one_line(monkeypatch, tmp_path, capsys):
    (tmp_path / "data.jsonl").write_bytes(RECORD)

    def run_out(*_, **__):
        raise MemoryError

    monkeypatch.setattr(program, "_run", run_out)
    assert cli.main(["score", str(tmp_path / "data.jsonl")]) == 2
    assert capsys.readouterr().err == (
        "textmetrics: out of memory; score fewer or shorter records at a time\n"
    )
