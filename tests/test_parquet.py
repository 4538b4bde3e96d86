"""Parquet gives the samples of JSON Lines, by groups of rows, within bounds of memory."""

from __future__ import annotations

import gzip
import io
import json
import tracemalloc
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from textmetrics import cli
from textmetrics.records import DataError, InputError, OpenError, open_samples

pytestmark = pytest.mark.integration("pyarrow")

TEXTS = st.text("ab 京", max_size=6)
COLUMNS = {
    "prediction": st.none() | TEXTS,
    "reference": TEXTS,
    "references": st.lists(TEXTS, min_size=1, max_size=3),
    "lang": st.sampled_from(["en", "zh", None, ""]),
    "id": st.integers(0, 10**6),
    "finish_reason": st.sampled_from(["stop", "length", None]),
    "prompt": st.fixed_dictionaries({"a": st.lists(st.integers(0, 3)), "b": st.none() | TEXTS}),
}
WAYS: dict[str, dict[str, Any]] = {
    "usual": {},
    "small groups": {"row_group_size": 3},
    "plain": {"use_dictionary": False, "compression": "none"},
    "second version": {"data_page_version": "2.0", "compression": "zstd", "write_page_index": True},
    "delta": {"use_dictionary": False, "column_encoding": {"prediction": "DELTA_BYTE_ARRAY"}},
    "small pages": {"data_page_size": 16, "write_batch_size": 2},
}


def write(path: Path, table: Any, **options: Any) -> Path:
    from pyarrow import parquet

    parquet.write_table(table, path, **options)
    return path


def samples(path: Path, **options: Any) -> Any:
    found = []
    with open_samples(path, **options) as reader:
        for batch in reader:
            records = [json.loads(each) for each in batch.records or ()]
            langs = [lang or None for lang in batch.langs]
            own = zip(batch.texts, langs, batch.ids or [None] * len(batch), records, strict=True)
            found += list(own)
            found += [sorted(batch.nulls), sorted(batch.outcomes.items())]
        return found, reader.notes.sentences()


@settings(max_examples=40, deadline=None)
@given(st.data(), st.sampled_from([*WAYS]), st.sampled_from(["reference", "references"]))
def test_the_same_samples_as_of_json_lines(data, way, reference):
    import tempfile

    import pyarrow

    left_out = data.draw(st.sets(st.sampled_from(["lang", "id", "finish_reason", "prompt"])))
    other = {"reference", "references"} - {reference}
    columns = {name: each for name, each in COLUMNS.items() if name not in left_out | other}
    rows = data.draw(st.lists(st.fixed_dictionaries(columns), min_size=1, max_size=9))
    for number, row in enumerate(rows):
        row["id"] = number
    with tempfile.TemporaryDirectory() as folder:
        lines = Path(folder, "a.jsonl")
        lines.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        whole = pyarrow.Table.from_pylist(rows)  # in which nothing but nulls is no text
        texts = whole.column("prediction").cast(pyarrow.string())
        at = whole.schema.names.index("prediction")
        whole = whole.set_column(at, "prediction", texts)
        table = write(Path(folder, "a.parquet"), whole, **WAYS[way])
        expected = samples(lines)
        assert samples(table) == expected
        texts = [each[:3] for each in samples(table, keep_records=False)[0] if len(each) == 4]
        assert texts == [each[:3] for each in expected[0] if len(each) == 4]


def many(rows: int, **columns: Any) -> Any:
    import pyarrow

    numbers = range(rows)
    return pyarrow.table(
        {
            "prediction": [f"a b {at}" for at in numbers],
            "reference": [f"a c {at}" for at in numbers],
            **columns,
        }
    )


def test_only_columns_that_are_needed_are_read(tmp_path, capsys):
    path = write(tmp_path / "a.parquet", many(5000, other=[b"x" * 50] * 5000, id=range(5000)))
    with open_samples(path, keep_records=False) as reader:
        records = [json.loads(each) for batch in reader for each in batch.records]
    assert len(records) == 5000
    assert records[-1].keys() == {"id", "prediction", "reference"}
    output = tmp_path / "out.jsonl"
    assert cli.main(["score", str(path), "--lang", "en", "--output", str(output)]) == 0
    assert json.loads(output.read_text().splitlines()[-1]).keys() >= {"other", "id", "scores"}


def test_a_missing_field_lists_all_columns(tmp_path, capsys):
    import pyarrow

    path = write(tmp_path / "a.parquet", pyarrow.table({"text": ["a"], "label": ["b"]}))
    assert cli.main(["score", str(path)]) == 3
    assert "(fields: 'text', 'label')" in capsys.readouterr().err


@pytest.mark.parametrize("pack", [gzip.compress, bytes], ids=["compressed", "a pipe"])
def test_what_cannot_be_sought_in_is_copied_first(pack, tmp_path, monkeypatch):
    raw = write(tmp_path / "a.parquet", many(100)).read_bytes()
    (tmp_path / "b").write_bytes(pack(raw))
    if pack is bytes:

        class Pipe(io.BytesIO):
            def seekable(self):
                return False

        stdin = io.TextIOWrapper(io.BufferedReader(Pipe(raw)))
        monkeypatch.setattr("sys.stdin", stdin)
    with open_samples("-" if pack is bytes else tmp_path / "b") as reader:
        assert sum(map(len, reader)) == 100


def bomb_of_repeated_texts(path: Path) -> Path:
    """200,000 rows of 100 kB each, 20 GB in all, which take little space."""
    return write(path, many(200_000, prediction=_numbered(["x" * 100_000, "y"], 200_000)))


def bomb_of_lists(path: Path) -> Path:
    """A row with two million references of 100 kB each."""
    import pyarrow

    texts = _numbered(["x" * 100_000, "y"], 2_000_000)
    lists = pyarrow.ListArray.from_arrays([0, 2_000_000], texts)
    return write(path, pyarrow.table({"prediction": ["a"], "references": lists}))


def bomb_of_beginnings(path: Path) -> Path:
    """Texts that are stored without their beginnings: 40 kB in 500 bytes each, 800 MB in all."""
    texts = ["x" * 40_000 + str(at) for at in range(20_000)]
    table = many(20_000, prediction=texts)
    return write(
        path, table, use_dictionary=False, column_encoding={"prediction": "DELTA_BYTE_ARRAY"}
    )


def _numbered(texts: list[str], rows: int) -> Any:
    import numpy
    import pyarrow

    numbers = pyarrow.array(numpy.zeros(rows, numpy.int32))
    return pyarrow.DictionaryArray.from_arrays(numbers, pyarrow.array(texts))


@pytest.mark.parametrize("make", [bomb_of_repeated_texts, bomb_of_beginnings])
@pytest.mark.timeout(120)
def test_what_unpacks_to_very_much_takes_little_memory(make, tmp_path):
    import pyarrow

    path = make(tmp_path / "bomb.parquet")
    assert path.stat().st_size < 6_000_000
    before = pyarrow.total_allocated_bytes()
    tracemalloc.start()
    try:
        with open_samples(path, keep_records=False) as reader:
            batches = iter(reader)
            most = 0
            for _ in range(20):
                next(batches)
                most = max(most, pyarrow.total_allocated_bytes() - before)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert most < 600_000_000
    assert peak < 300_000_000


@pytest.mark.timeout(120)
def test_lists_that_repeat_texts_share_them(tmp_path):
    path = bomb_of_lists(tmp_path / "bomb.parquet")
    with open_samples(path, keep_records=False) as reader:
        [batch] = reader
    assert len(batch.texts.references) == 2_000_000


def damaged(raw: bytes) -> dict[str, tuple[bytes, str]]:
    footer = int.from_bytes(raw[-8:-4], "little")
    return {
        "another beginning": (b"PARX" + raw[4:], "no mark PAR1 at its beginning"),
        "another end": (raw[:-4] + b"PARX", "no mark PAR1 at its end"),
        "cut off": (raw[:-5000], "no mark PAR1 at its end"),
        "nothing but marks": (b"PAR1PAR1", "no mark PAR1 at its end"),
        "encrypted": (raw[:-4] + b"PARE", "it is encrypted"),
        "a footer longer than the file": (
            raw[:-8] + (1 << 31).to_bytes(4, "little") + b"PAR1",
            "a footer of 2,147,483,648 bytes in a file of",
        ),
        "a footer of zeros": (raw[: -8 - footer] + bytes(footer) + raw[-8:], "its footer cannot"),
        "a footer of ones": (raw[: -8 - footer] + b"\xff" * footer + raw[-8:], "its footer cannot"),
        "pages of zeros": (raw[:4] + bytes(len(raw) - footer - 12) + raw[-8 - footer :], "has a"),
        "missing pages": (raw[:4] + raw[-8 - footer :], "at the bytes"),
    }


def test_damage_is_one_clear_error(tmp_path):
    raw = write(tmp_path / "a.parquet", many(5000)).read_bytes()
    for what, (broken, message) in damaged(raw).items():
        (tmp_path / "b.parquet").write_bytes(broken)
        with (
            pytest.raises(DataError) as caught,
            open_samples(tmp_path / "b.parquet", input_format="parquet") as reader,
        ):
            list(reader)
        assert "damaged Parquet (" in str(caught.value), what
        assert message in str(caught.value), what


def test_a_page_may_be_as_long_as_a_line(tmp_path):
    path = write(tmp_path / "a.parquet", many(3, prediction=["x" * 3000] * 3))
    with open_samples(path) as reader:
        assert sum(map(len, reader)) == 3
    message = r"a page of 3,\d+ bytes\); .* --max-line \(now 2,000\)"
    with pytest.raises(DataError, match=message), open_samples(path, max_line=2000) as reader:
        list(reader)


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from([*WAYS]),
    st.lists(st.tuples(st.integers(0, 10**6), st.binary(max_size=3)), min_size=1, max_size=4),
)
def test_whatever_is_wrong_is_said(way, changes):
    import tempfile

    import pyarrow

    rows = [{"prediction": f"a {at}", "references": ["x", str(at)], "n": at} for at in range(40)]
    with tempfile.TemporaryDirectory() as folder:
        path = write(Path(folder, "a.parquet"), pyarrow.Table.from_pylist(rows), **WAYS[way])
        raw = bytearray(path.read_bytes())
        for at, bytes_ in changes:
            begin = at % len(raw)
            raw[begin : begin + len(bytes_)] = bytes_
        path.write_bytes(raw)
        with suppress(InputError), open_samples(path) as reader:
            list(reader)


def test_the_extra_is_named(tmp_path, monkeypatch):
    path = write(tmp_path / "a.parquet", many(3))
    monkeypatch.setitem(__import__("sys").modules, "pyarrow", None)
    with pytest.raises(OpenError, match=r"pip install 'textmetrics-eval\[parquet\]'"):
        open_samples(path)
