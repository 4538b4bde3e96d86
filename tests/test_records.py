"""JSON Lines become samples: lines, compression, fields, joins, and every error with its place."""

from __future__ import annotations

import bz2
import errno
import gzip
import io
import json
import lzma
import os
import sys
import tempfile
from itertools import chain
from pathlib import Path

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from textmetrics._escape import json_type, name_list, printable, printable_json, short_repr
from textmetrics.evaluation import Sample
from textmetrics.records import (
    PREDICTION_FIELDS,
    REFERENCE_FIELDS,
    DataError,
    InputError,
    InvalidRecords,
    Lines,
    OpenError,
    RawLine,
    RecordError,
    ReferenceFile,
    SampleReader,
    check_file,
    files,
    parse_record,
)
from textmetrics.records import lines as lines_module
from textmetrics.records import reader as reader_module

COMPRESS = {
    "gzip": gzip.compress,
    "zstd": zstandard.ZstdCompressor().compress,
    "xz": lzma.compress,
    "bzip2": bz2.compress,
    "plain": bytes,
}


@pytest.fixture
def written(tmp_path):
    """Write bytes or records to a file, and give its name."""
    names = iter(range(100))

    def write(content, name=None):
        path = tmp_path / (name or f"{next(names)}.jsonl")
        if not isinstance(content, bytes):
            content = "".join(json.dumps(each) + "\n" for each in content).encode()
        path.write_bytes(content)
        return str(path)

    return write


def read(path, *, skip=False, references=None, **options):
    """Read all samples of a file; give them with the reader and what was invalid."""
    bad = InvalidRecords(skip=skip)
    joined = None
    if references is not None:
        joined = ReferenceFile(references, bad)
    with Lines(path) as lines:
        reader = SampleReader(lines, bad, input_format="jsonl", reference_file=joined, **options)
        return [sample for samples in reader for sample in singly(samples)], reader.records, bad


def singly(samples):
    """Return samples in columns as single ones, without their records."""
    for at, (prediction, references) in enumerate(samples.texts):
        text = None if at in samples.nulls else prediction
        yield Sample(text, tuple(references), samples.langs[at])


# --- lines


@given(st.lists(st.text("ab\r\n\u2028", max_size=6)))
def test_chunks_do_not_matter_to_lines(texts):
    """`bytes.splitlines` on the whole is the definition."""
    chunks = [text.encode() for text in texts if text]
    whole = b"".join(chunks).splitlines(keepends=True)
    assert [line for lines in lines_module._split(iter(chunks)) for line in lines] == whole


@given(st.lists(st.lists(st.text("ab", max_size=5))), st.integers(1, 4), st.integers(1, 12))
def test_blocks_have_all_lines_and_few_of_them(chunks, most, size):
    chunks = [[text.encode() + b"\n" for text in chunk] for chunk in chunks]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lines_module, "_BLOCK_LINES", most)
        patch.setattr(lines_module, "_BLOCK_BYTES", size)
        blocks = list(lines_module._gathered(iter(chunks)))
    assert [line for block in blocks for line in block] == [
        line for each in chunks for line in each
    ]
    assert all(1 <= len(block) <= most for block in blocks)
    longest = max((sum(map(len, chunk)) for chunk in chunks), default=0)
    assert all(sum(map(len, block)) < size + longest for block in blocks)


def test_lines_have_numbers_and_offsets(written):
    with Lines(written(b"\xef\xbb\xbfab\r\n\rc\n\nlast")) as lines:
        found = list(lines)
        assert [line.raw for line in lines.filled()] == []  # read once
    assert found == [
        RawLine(1, 3, b"ab\r\n"),
        RawLine(2, 7, b"\r"),
        RawLine(3, 8, b"c\n"),
        RawLine(4, 10, b"\n"),
        RawLine(5, 11, b"last"),
    ]


def test_blank_lines_are_passed_over_and_counted(written):
    with Lines(written(b"\n  \na\n\n")) as lines:
        assert [line.number for line in lines.filled()] == [3]


@pytest.mark.parametrize("kind", COMPRESS)
def test_compression_is_known_by_content(kind, written):
    text = b"".join(b"line %d\n" % number for number in range(50_000))
    # Two streams, one after the other, are one file, as `cat a.gz b.gz` makes it.
    packed = COMPRESS[kind](text[:1000]) + COMPRESS[kind](text[1000:])
    with Lines(written(packed, "anything")) as lines:
        assert b"".join(line.raw for line in lines) == text
        assert lines.position == lines.size == len(packed)


@pytest.mark.parametrize("kind", COMPRESS)
def test_streams_of_many_pieces_are_read_one_after_the_other(kind, written):
    """The end of one and the beginning of the next are in one chunk of the file."""
    parts = [bytes([byte]) * 3_000_001 + b"\n" for byte in b"abc"]
    with Lines(written(b"".join(map(COMPRESS[kind], parts)), "anything")) as lines:
        assert [line.raw for line in lines] == parts


@pytest.mark.parametrize("kind", sorted(set(COMPRESS) - {"plain"}))
def test_a_compressed_file_that_was_cut_off_is_an_error_wherever_it_was_cut(kind, written):
    packed = COMPRESS[kind](b"".join(b'{"line": %d}\n' % n for n in range(2000)))
    for length in range(8, len(packed), max(1, len(packed) // 40)):
        path = written(packed[:length], "cut")
        with Lines(path) as lines, pytest.raises(DataError, match="damaged compression") as caught:
            list(lines)
        assert caught.value.line is not None


def test_what_is_before_a_damage_is_read_first(written):
    path = written(gzip.compress(b"oops\n" + b"\n" * 5000)[:-4])
    with pytest.raises(RecordError, match="invalid JSON"):
        read(path)
    with pytest.raises(DataError, match=":5002: damaged compression"):
        read(path, skip=True)


def test_padding_after_a_compressed_stream_is_no_data(written):
    with Lines(written(gzip.compress(b"a\n") + b"\0" * 100_000)) as lines:
        assert [line.raw for line in lines] == [b"a\n"]


def test_garbage_in_a_compressed_stream_is_an_error_with_a_line(written):
    packed = bytearray(gzip.compress(b"a\nb\n"))
    packed[-6] ^= 0xFF  # its checksum
    path = written(bytes(packed))
    with Lines(path) as lines, pytest.raises(DataError) as caught:
        list(lines)
    assert str(caught.value).startswith(f"{path}:")


@pytest.mark.parametrize("kind", COMPRESS)
def test_standard_input(kind, monkeypatch):
    buffer = io.BufferedReader(io.BytesIO(COMPRESS[kind](b"a\nb\n")))
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(buffer))
    with Lines("-") as lines:
        assert (lines.name, lines.size, lines.position) == ("<stdin>", None, 0)
        assert [line.raw for line in lines] == [b"a\n", b"b\n"]
    assert not buffer.closed


def test_standard_input_that_is_closed(monkeypatch):
    monkeypatch.setattr(sys, "stdin", None)
    with pytest.raises(OpenError, match=r"^<stdin>: is closed"):
        Lines("-")


def test_files_that_cannot_be_opened(tmp_path, monkeypatch):
    with pytest.raises(OpenError, match="nowhere: no such file; check"):
        check_file(str(tmp_path / "nowhere"))
    with pytest.raises(OpenError, match=r"is a directory; name the files in it"):
        Lines(str(tmp_path))
    with pytest.raises(OpenError, match=r"a\\x00b: cannot be used"):
        Lines("a\0b")
    path = tmp_path / "secret"
    path.touch()
    monkeypatch.setattr("os.access", lambda *_: False)  # root may read all
    with pytest.raises(OpenError, match=r"cannot be used \(permission denied\); check its p"):
        Lines(str(path))


@pytest.mark.parametrize(
    ("code", "advice"),
    [
        (errno.ENOSPC, "make room, or write elsewhere"),
        (errno.EDQUOT, "make room, or write elsewhere"),
        (errno.EROFS, "write elsewhere"),
        (errno.EACCES, "check its permissions"),
        (errno.EPERM, "check its permissions"),
        (errno.EIO, "check the file"),
    ],
)
def test_the_advice_depends_on_what_the_system_says(code, advice):
    told = str(OpenError.of("x.json", OSError(code, os.strerror(code))))
    assert told == f"x.json: cannot be used ({os.strerror(code)}); {advice}"


def test_a_file_that_goes_away_before_it_is_opened(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "_check_local", lambda _: None)
    with pytest.raises(OpenError, match="no such file"):
        Lines(str(tmp_path / "gone"))


def test_reading_that_fails(written, monkeypatch):
    with Lines(written(b"a\n")) as lines:

        def fail(*_, **__):
            raise OSError(5, "Input/output error")
            yield

        monkeypatch.setattr(lines_module, "_chunks", fail)
        with pytest.raises(OpenError, match=r"cannot be used \(Input/output error\)"):
            list(lines)


# --- one record


def parsed(raw):
    return parse_record(RawLine(7, 100, raw), "f")


def test_json_that_msgspec_refuses_is_read_by_the_standard_library():
    assert parsed(b'{"a": NaN, "b": 1e999}')["b"] == float("inf")
    assert parsed(rb'{"a": "\ud800"}') == {"a": "\ud800"}
    assert parsed(b'{"a": 123456789012345678901234567890}')["a"] == 123456789012345678901234567890


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b'{"a": 1', "f:7: the JSON ends too early (character 8): the file is truncated; write or"),
        (b'{"a": 1\n', "f:7: invalid JSON (Expecting ',' delimiter), found the end of the line"),
        (b'{"a": 1}}\n', "f:7: invalid JSON (Extra data), found '}' at character 9; each line"),
        (b"prediction,reference\n", "f:7: invalid JSON (Expecting value), found 'prediction,ref"),
        (b'{"a": "\x01"}', r"f:7: invalid JSON (Invalid control character at), found '\x01\"}'"),
        (b"[" * 100_000, "f:7: invalid JSON: too many nested brackets"),
        (b"1" * 5000, "f:7: invalid JSON: a number with thousands of digits"),
        (b"[1, 2]", "f:7: not an object, found a list: [1, 2]; each line must be one JSON object"),
        (b'"text"', "f:7: not an object, found a string: 'text'; "),
        (b"null", "f:7: not an object, found null: None; "),
        (b"1.5", "f:7: not an object, found a number: 1.5; "),
        (b"true", "f:7: not an object, found a boolean: True; "),
        (b'{"a": "\xff"}', "f:7: invalid UTF-8: byte 0xff at byte 7 of the line (byte 107 "),
    ],
)
def test_lines_that_are_no_record(raw, message):
    with pytest.raises(RecordError) as caught:
        parsed(raw)
    assert str(caught.value).startswith(message.replace('\\"', '"'))


ARRAY = "; it looks like a JSON array: make it JSON Lines with jq -c '.[]' in.json > out.jsonl"
CSV = "; it looks like CSV: make it JSON Lines in Python with pandas.read_csv('in.csv', dtype="
WANTED = "; each line must be one JSON object"


@pytest.mark.parametrize(
    ("raw", "advice"),
    [
        (b"[\n", ARRAY),
        (b'  [{"a": 1},\n', ARRAY),
        (b'[{"a": 1}, {"a": 2}]', ARRAY),
        (b"[" * 100_000, ARRAY),
        (b"{\r\n", "; it looks like JSON over several lines: join them with jq -c . in.json"),
        (b"prediction,reference\n", CSV),
        (b'"prediction","reference"\n', CSV),
        ("預測,参考".encode(), CSV),
        (b"a\tb, c\n", CSV.replace("CSV", "TSV").replace("csv',", r"tsv', sep='\t',")),
        (b'["a", "b"]', WANTED),  # a list a line: jq would make other records of it
        (b'"a, b"', WANTED),
        (b'{"a", "b"}', WANTED),
        (b"text", WANTED),
    ],
)
def test_another_format_is_known_by_the_first_line(raw, advice):
    with pytest.raises(RecordError) as caught:
        parse_record(RawLine(1, 0, raw), "f")
    assert advice in str(caught.value)
    with pytest.raises(RecordError) as caught:
        parsed(raw)  # on line 7 it is one bad record
    assert WANTED in str(caught.value)


def test_pandas_makes_json_lines_of_a_table_as_the_advice_says(written, tmp_path, monkeypatch):
    import pandas

    path = written(b"prediction,reference\n5,NA\n,\xe5\x8c\x97\n", "in.csv")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(RecordError) as caught:
        read(path)
    eval(str(caught.value).partition("in Python with ")[2], {"pandas": pandas})
    assert read("out.jsonl")[0] == [Sample("5", ("NA",)), Sample("", ("北",))]


@pytest.mark.parametrize(
    ("text", "encoding", "advice"),
    [
        ("北京的天气很好，今天不会下雨", "gb18030", "--encoding gb18030 (it looks like Chinese)"),
        ("私は北京です。今日は天気がいい。", "cp932", "--encoding cp932 (it looks like J"),
        ("今日は天気がいいので公園に行きます。", "euc_jp", "--encoding euc-jp (it looks like J"),
        ("東京", "cp932", "--encoding; it may be one of gb18030, cp932, euc-kr, windows-1252"),
        ("café", "latin-1", "--encoding; it may be windows-1252"),
    ],
)
def test_encodings_are_known_where_they_show(text, encoding, advice, written):
    path = written(json.dumps({"pred": text, "gold": ""}, ensure_ascii=False).encode(encoding))
    with pytest.raises(RecordError) as caught:
        read(path)
    assert "; convert it to UTF-8" in str(caught.value)
    assert advice in str(caught.value)


def test_utf_8_with_a_damage_is_no_other_encoding():
    with pytest.raises(RecordError, match=r"convert it to UTF-8$"):
        parsed('{"a": "北京'.encode() + b'\xe7\x8c"}')


def test_utf_16_is_named():
    raw = '{"a": "b"}'.encode("utf-16-le")
    with pytest.raises(RecordError, match=r"0xff at byte 0 .*; .* \(it looks like UTF-16\)"):
        parse_record(RawLine(1, 0, b"\xff\xfe" + raw), "f")


# --- fields


@pytest.mark.parametrize("prediction", PREDICTION_FIELDS)
@pytest.mark.parametrize("reference", REFERENCE_FIELDS)
def test_common_names_are_found(prediction, reference, written):
    path = written([{"id": 1, prediction: "a", reference: ["b", "c"]}])
    assert read(path)[0] == [Sample("a", ("b", "c"))]


def test_named_fields(written):
    path = written([{"prediction": "x", "mine": "a", "reference": "y", "theirs": "b"}])
    samples, _, _ = read(path, prediction_field="mine", reference_field="theirs")
    assert samples == [Sample("a", ("b",))]


def test_a_field_that_is_named_for_one_is_none_for_the_other(written):
    alpaca = written([{"instruction": "i", "output": "gold", "prediction": "p"}])
    assert read(alpaca, reference_field="output")[0] == [Sample("p", ("gold",))]
    swapped = written([{"label": "p", "answer": "gold"}])
    assert read(swapped, prediction_field="label")[0] == [Sample("p", ("gold",))]
    # In a file of references of their own the name says nothing about the predictions.
    predictions, references = written([{"output": "p"}]), written([{"reference": "r"}])
    assert read(predictions, references=references, reference_field="output")[0] == [
        Sample("p", ("r",))
    ]


@pytest.mark.parametrize(
    ("record", "options", "message"),
    [
        ({"prediction": "p", "Reference": "r"}, {}, "use --reference-field Reference"),
        ({"predictions": "p", "gold": "r"}, {}, "use --prediction-field predictions"),
        ({"completion": "p", "gold": "r"}, {}, "use --prediction-field completion"),
        ({"pred": "p", "Ground_Truth": "r"}, {}, "use --reference-field Ground_Truth"),
        (
            {"question": "q", "Prediction": "p", "ground_truth": "r"},
            {},
            "no field for the prediction and no field for the reference (fields: 'question', "
            "'Prediction', 'ground_truth'); use --prediction-field Prediction --reference-field "
            "ground_truth",
        ),
        (
            {"id": 1, "text": "t"},
            {"prediction_field": "mine"},
            "no field 'mine' and no field for the reference (fields: 'id', 'text'); name "
            "them with --prediction-field and --reference-field",
        ),
        (
            {"question": "q", "pred": "p", "context": "c", "input": "i"},
            {},
            "'input'); name it with",
        ),
        ({"pred": "p", "reference" * 20: "r"}, {}, "; name it with --reference-field"),
        # Numbered siblings are meant together, in the order of their numbers.
        ({"pred": "p", "ref10": "r", "ref2": "r"}, {}, "; use --reference-field ref2,ref10"),
        ({"pred": "p", "reference_1": 1, "reference_2": 1}, {}, "field reference_1,reference_2"),
        ({"pred": "p", "answer 1": 1, "answer 2": 1}, {}, "field 'answer 1,answer 2'"),
        ({"pred": "p", "ref1": 1, "x2": 1}, {}, "; use --reference-field ref1"),
        ({"pred": "p", "ref,1": 1, "ref,2": 1}, {}, "; use --reference-field ref"),
        ({"pred": "p"} | {f"ref{at}": 1 for at in range(40)}, {}, "field ref0,ref1,ref2,ref3,"),
        (
            {"pred": "p", "ref1": "r", "ref2": "r"},
            {"reference_field": "ref4"},
            "no field 'ref4' (fields: 'pred', 'ref1', 'ref2'); use --reference-field ref1,ref2",
        ),
        ({"pred_1": "p", "pred_2": "p", "gold": "r"}, {}, "choose one of 'pred_1', 'pred_2' with"),
        # A name that no record has is not asked for again.
        (
            {"prediction": "p", "label": "r"},
            {"prediction_field": "output"},
            "; give --prediction-field one of these, or a path within one, such as "
            "choices.0.text, or leave it out to read 'prediction'",
        ),
        (
            {"text": "p", "label": "r"},
            {"prediction_field": "output"},
            "; give --prediction-field one of these, or a path within one, such as choices.0.text",
        ),
        ({"pred": "p", "label": "r"}, {"reference_field": "labl"}, "use --reference-field label"),
    ],
)
def test_missing_fields(record, options, message, written):
    with pytest.raises(RecordError) as caught:
        read(written([record]), **options)
    assert message in str(caught.value)


def test_null_prediction_and_languages(written):
    rows = [
        {"prediction": None, "reference": "a", "lang": "zh"},
        {"prediction": "", "reference": "", "lang": None},
    ]
    assert read(written(rows))[0] == [Sample(None, ("a",), "zh"), Sample("", ("",))]
    rows[0]["lang"] = "klingon"
    assert read(written(rows), read_lang=False)[0][0].lang is None


GOOD = {"prediction": "p", "reference": "r"}
BAD_RECORDS = [
    (
        {"reference": "r"},
        "no field 'prediction' (fields: 'reference'); records before this one have it: add it",
    ),
    (
        {},
        "no field 'prediction' and no field 'reference' (the record is empty); records before this "
        "one have them: add them, or leave the record out",
    ),
    (
        {"prediction": "p", "referense": "r"},
        "no field 'reference' (fields: 'prediction', 'referense'); records before this one have it",
    ),
    (
        GOOD | {"prediction": {"a": 3}},
        "field 'prediction' must be a string (or null), got an object: {'a': 3}",
    ),
    (
        GOOD | {"prediction": float("nan")},
        "field 'prediction' must be a string (or null), got a number: nan",
    ),
    (
        GOOD | {"prediction": ["p"]},
        "field 'prediction' must be a string (or null), got a list: ['p']",
    ),
    (
        GOOD | {"reference": None},
        "field 'reference' must be a string or a list of strings, got null",
    ),
    (
        GOOD | {"reference": []},
        "field 'reference' is an empty list; expected at least one reference",
    ),
    (
        GOOD | {"reference": ["r", {"a": 1}]},
        "field 'reference', item 2, must be a string, got an object: {'a': 1}",
    ),
    (
        GOOD | {"reference": "ab\ud800"},
        r"field 'reference' is not valid Unicode: lone surrogate \ud800 at character 3;",
    ),
    (GOOD | {"lang": "jp"}, "field 'lang' is not a known language: 'jp'; did you mean 'ja'?"),
    (
        GOOD | {"lang": "zhh"},
        "field 'lang' is not a known language: 'zhh'; did you mean 'zh'?",
    ),
    (
        GOOD | {"lang": 1},
        "field 'lang' is not a known language: 1; use one of en, zh, ",
    ),
]


@pytest.mark.parametrize(("record", "message"), BAD_RECORDS)
def test_bad_records(record, message, written):
    path = written([GOOD, record, GOOD])
    with pytest.raises(RecordError) as caught:
        read(path)
    assert str(caught.value).startswith(f"{path}:2: {message}")
    samples, records, bad = read(path, skip=True)
    assert (len(samples), records, bad.count) == (2, 3, 1)
    assert str(bad.first[0]) == str(caught.value)


def test_the_field_is_fixed_by_the_first_record_that_has_one(written):
    path = written([{"other": 1}, {"pred": "a", "gold": "b"}, {"prediction": "x", "gold": "b"}])
    samples, _, bad = read(path, skip=True)
    assert samples == [Sample("a", ("b",))]
    assert [error.line for error in bad.first] == [1, 3]
    both = "no field for the prediction and no field for the reference (fields: 'other'); "
    assert both in str(bad.first[0])


@pytest.mark.parametrize("skip", [True, False])
def test_several_candidates_are_an_error_that_cannot_be_skipped(skip, written):
    path = written([{"output": "a", "pred": "b", "gold": "c"}, GOOD])
    with pytest.raises(DataError) as caught:
        read(path, skip=skip)
    assert not isinstance(caught.value, RecordError)
    assert str(caught.value) == (
        f"{path}:1: several fields could be the prediction: 'pred', 'output'; choose one "
        "with --prediction-field, such as --prediction-field pred"
    )


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\xef\xbb\xbf"])
def test_an_empty_file(content, written):
    with pytest.raises(DataError, match="file is empty; expected one record"):
        read(written(content), skip=True)


def test_a_file_of_bad_records_alone(written):
    with pytest.raises(DataError, match=r"no usable records \(2 invalid\); fix the file"):
        read(written(b"1\n2\n"), skip=True)


def test_only_ten_errors_are_kept(written):
    _, records, bad = read(written([GOOD] + [{}] * 25), skip=True)
    assert (records, bad.count, len(bad.first)) == (26, 25, 10)


# --- many at once

ORDINARY = [
    b'{"id": 1, "pred": "a", "gold": "b"}',
    b'\t{"gold": "\xe7\x8c\xab", "pred": null} ',
    rb'{"pred": "a \ud83d\ude00", "gold": ["b", "c"], "lang": "zh", "n": 12345678901234567890}',
    b'{"pred": "x", "pred": "", "lang": null, "gold": "b"}',
]
UNUSUAL = [
    b'\xef\xbb\xbf{"pred": "a", "gold": "b"}',
    rb'{"x": "\ud800", "y": NaN, "pred": "a", "gold": "b"}',
    rb'{"pred": "\ud800", "gold": "b"}',
    b'{"pred": "\xff", "gold": "b"}',
    b'{"pred": "a", "gold": "b"}}',
    b'{"pred": "a", "gold": []}',
    b'{"pred": "a", "gold": ["b", 1]}',
    b'{"pred": "a", "gold": null}',
    b'{"pred": 0, "gold": "b"}',
    b'{"pred": "a", "gold": "b", "lang": "xx"}',
    b'{"pred": "a", "gold": "b", "lang": ["zh"]}',
    b'{"pred": "a", "gold": "b", "lang": 1}',
    b'{"pred": "a"}',
    b'{"pred": "a", "output": "a", "gold": "b"}',
    b'{"output": "a", "gold": "b"}',
    b'["pred", "gold"]',
    b'"pred gold"',
    b"[" * 100_000,
]
ENDS = st.sampled_from([b"\n", b"\r\n", b"\r", b"\n\n", b"\n \n"])


def outcome(path, skip, languages):
    """Read a file; give all that can be seen of it."""
    bad = InvalidRecords(skip=skip)
    with Lines(path) as lines:
        reader = SampleReader(lines, bad, input_format="jsonl", read_lang=languages)
        found = []
        try:
            for samples in reader:
                found += zip(singly(samples), samples.records, strict=True)
        except InputError as error:
            return type(error), str(error), [str(each) for each in bad.first]
    return found, reader.records, bad.count, [str(each) for each in bad.first]


@given(
    st.lists(st.tuples(st.sampled_from(ORDINARY * 5 + UNUSUAL), ENDS), max_size=8),
    st.booleans(),
    st.booleans(),
    st.integers(1, 4),
)
@settings(max_examples=400)
def test_many_at_once_are_read_as_they_are_one_by_one(lines, skip, languages, most):
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        path = f"{folder}/a.jsonl"
        Path(path).write_bytes(b"".join(chain.from_iterable(lines)))
        patch.setattr(lines_module, "_BLOCK_LINES", most)
        at_once = outcome(path, skip, languages)
        patch.setattr(reader_module, "samples_at_once", lambda *_, **__: None)
        assert at_once == outcome(path, skip, languages)


def test_what_is_ordinary_is_read_at_once(written, monkeypatch):
    monkeypatch.delattr(SampleReader, "_sample")
    samples, records, _ = read(written(b"\n".join([*ORDINARY, b"", b""])))
    assert records == 4
    assert samples == [
        Sample("a", ("b",)),
        Sample(None, ("猫",)),
        Sample("a \U0001f600", ("b", "c"), "zh"),
        Sample("", ("b",)),
    ]


# --- joins


def ids(*names, **fields):
    return [{"id": name, **fields} for name in names]


def test_join_by_id(written):
    references = [*ids("b", "a", reference="r"), {"id": 3, "reference": ["x"], "lang": "zh"}]
    path = written(ids("a", "3", "b", prediction="p", lang="en"))
    samples, records, _ = read(path, references=written(references))
    assert records == 3
    assert samples == [
        Sample("p", ("r",), "en"),
        Sample("p", ("x",), "zh"),  # the reference's own language goes first; 3 is "3"
        Sample("p", ("r",), "en"),
    ]


@pytest.mark.parametrize("with_ids", ["predictions", "references", "none"])
def test_join_by_line_unless_both_have_ids(with_ids, written):
    predictions = [{"id": "b", "prediction": "1"}, {"id": "a", "prediction": "2"}]
    references = [{"id": "a", "gold": "1"}, {"id": "b", "gold": "2"}]
    for each in predictions * (with_ids != "predictions") + references * (with_ids != "references"):
        each.pop("id", None)
    samples, _, _ = read(written(predictions), references=written(references))
    assert samples == [Sample("1", ("1",)), Sample("2", ("2",))]


@pytest.mark.parametrize("skip", [True, False])
@pytest.mark.parametrize("count", [1, 3])
def test_unequal_join_by_line(count, skip, written):
    predictions, references = written([{"pred": "a"}] * 2), written([{"gold": "b"}] * count)
    found = "1 reference" if count == 1 else f"{count} references"
    with pytest.raises(DataError) as caught:
        read(predictions, references=references, skip=skip)
    assert str(caught.value).startswith(
        f"{predictions}: cannot join by line: 2 predictions but {found} in {references}; "
        "add the missing lines, or give every record of both files an 'id'"
    )


def test_unequal_join_by_id_names_the_ids(written):
    predictions = written(ids("a", "x1", "b", "x2", prediction="p"))
    references = written(ids("a", "b", "y", reference="r"))
    with pytest.raises(DataError) as caught:
        read(predictions, references=references)
    assert str(caught.value) == (
        f"{predictions}: cannot join by id: 2 predictions without a reference in "
        f"{references} (id 'x1', 'x2') and 1 reference in {references} without a prediction "
        "(id 'y'); add what is missing, or leave it out with --errors skip"
    )
    samples, records, bad = read(predictions, references=references, skip=True)
    assert (len(samples), records, bad.count) == (2, 5, 3)
    assert [str(error).partition("; ")[0] for error in bad.first] == [
        f"{predictions}:2: no reference: {references} has no id 'x1'",
        f"{predictions}:4: no reference: {references} has no id 'x2'",
        f"{references}:3: no prediction: {predictions} has no id 'y'",
    ]


def test_references_without_a_prediction_alone_are_an_error(written):
    predictions = written(ids("a", prediction="p"))
    references = written(ids("a", *"bcdefgh", reference="r"))
    wanted = r"cannot join by id: 7 references .* \(id 'b', 'c', 'd', 'e', 'f' and 2 more\); add"
    with pytest.raises(DataError, match=wanted):
        read(predictions, references=references)


@pytest.mark.parametrize(
    ("predictions", "message"),
    [
        (ids("a", "a", prediction="p"), "2: id 'a' occurs twice (also on line 1); keep"),
        (
            ids("a", None, prediction="p"),
            "2: field 'id' must be a string or an integer, got null",
        ),
        (
            ids("a", 1.5, prediction="p"),
            "2: field 'id' must be a string or an integer, got a number",
        ),
        (
            ids("a", True, prediction="p"),
            "2: field 'id' must be a string or an integer, got a boolean",
        ),
    ],
)
def test_bad_ids(predictions, message, written):
    path = written(predictions)
    with pytest.raises(RecordError) as caught:
        read(path, references=written(ids("a", "b", reference="r")))
    assert str(caught.value).startswith(f"{path}:{message}")


def test_bad_ids_of_references_cannot_be_skipped(written):
    path, references = written(ids("a", prediction="p")), written(ids("a", "a", reference="r"))
    with pytest.raises(DataError) as caught:
        read(path, references=references, skip=True)
    assert str(caught.value).startswith(f"{references}:2: id 'a' occurs twice (also on line 1)")


def test_a_bad_reference_leaves_the_others_at_their_places(written):
    references = written([{"gold": "1"}, {"gold": {}}, {"gold": "3"}])
    path = written([{"pred": "1"}, {"pred": "2"}, {"pred": "3"}])
    samples, records, bad = read(path, references=references, skip=True)
    assert samples == [Sample("1", ("1",)), Sample("3", ("3",))]
    assert (records, bad.count) == (3, 2)
    assert str(bad.first[1]).startswith(
        f"{path}:2: no reference: record 2 of {references} is invalid"
    )
    with pytest.raises(RecordError, match=r":2: field 'gold' must be a string"):
        read(path, references=references)


def test_a_file_without_references(written):
    with pytest.raises(DataError, match="no usable references; check the file"):
        read(written([GOOD]), references=written(b""))


def test_a_bad_first_prediction_does_not_decide_the_join(written):
    references = written(ids("a", "b", reference="r"))
    path = written(b'oops\n{"id": "b", "prediction": "p"}\n')
    samples, records, bad = read(path, references=references, skip=True)
    assert samples == [Sample("p", ("r",))]
    assert (records, bad.count) == (3, 2)  # the line, and the reference "a"


# --- what is shown


@given(st.text() | st.text(st.characters(categories=["Cc", "Cf", "Cs", "Zl", "Zp", "Co", "Cn"])))
def test_nothing_shown_can_steer_a_terminal(text):
    harmless = set("\u200c\u200d\u00a0\u3000")
    assert all(each.isprintable() or each in harmless for each in printable(text))
    assert printable(printable(text)) == printable(text)
    document = printable_json(json.dumps({"a": text}, ensure_ascii=False, indent=1))
    assert all(each.isprintable() or each in harmless | {"\n"} for each in document)
    assert json.loads(document) == {"a": text}
    for error in (RecordError(text, 1, text), OpenError(text, None, text)):
        assert "\n" not in str(error)
        assert "\x1b" not in str(error)


def test_long_values_are_shortened():
    assert short_repr("x" * 1000) == "'" + "x" * 58 + "…"
    assert short_repr([1] * 1000).endswith("…")
    assert name_list("abcdefghijkl", 3) == "'a', 'b', 'c' and 9 more"
    assert json_type(b"") == "bytes"


def test_the_tree_of_exceptions():
    assert [each.__bases__ for each in (RecordError, DataError, OpenError, InputError)] == [
        (DataError,),
        (InputError,),
        (InputError,),
        (Exception,),
    ]
