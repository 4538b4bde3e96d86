"""References, tables and encodings as people have them: each case is a file and what it says."""

from __future__ import annotations

import datetime
import json
import re
from pathlib import Path

import msgspec
import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from textmetrics import evaluate
from textmetrics._cells import span_texts, written_references
from textmetrics.cli.program import main
from textmetrics.comparison import expand, read_config
from textmetrics.records import DataError, InvalidRecords, OpenError, open_samples
from textmetrics.records.encodings import likely_encoding, looks_like_utf_16, python_codec
from textmetrics.records.sheets import shown, split_sheet

EXAMPLES = Path(__file__).parents[1] / "docs" / "examples"


@pytest.fixture
def written(tmp_path):
    def write(content, name="file.jsonl"):
        path = tmp_path / name
        if isinstance(content, list):
            content = "".join(json.dumps(each, ensure_ascii=False) + "\n" for each in content)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return str(path)

    return write


def read(path, *, skip=False, **options):
    """Return what each sample says, and the lines about how the file was read."""
    with open_samples(path, InvalidRecords(skip=skip), **options) as reader:
        found = [
            (prediction, list(references))
            for samples in reader
            for prediction, references in samples.texts
        ]
        return found, reader.notes.sentences()


def references(path, **options):
    return [texts for _, texts in read(path, **options)[0]]


# --- lists written as text

LISTS = [
    ('["a blue dog", "the red fox"]', ["a blue dog", "the red fox"]),  # JSON
    ("['a', \"it's\"]", ["a", "it's"]),  # str() of a list
    ("['a' 'b']", ["a", "b"]),  # str() of an array of NumPy; Python would read 'ab'
    ("['a'\n 'b']", ["a", "b"]),
    ("[np.str_('a'), np.str_('b')]", ["a", "b"]),  # str() of a list from NumPy 2
    ("('a', 'b')", ["a", "b"]),
    ("{'a', '北京'}", ["a", "北京"]),  # str() of a set
    ("{'a'}", ["a"]),
    ("[u'a', u'\\u5317', u\"b\"]", ["a", "北", "b"]),  # str() of a list from Python 2
    ('[\n  "a",\n  "b"\n]', ["a", "b"]),
    ("('a',)", ["a"]),
    ('["\\u5317\\/"]', ["北/"]),  # an escape that only JSON has
    ("['北京', '北京市']", ["北京", "北京市"]),
    ("['東京', '東京都']", ["東京", "東京都"]),
    ("  ['a', ]  ", ["a"]),
    ("['\\d', 'a\\nb']", ["\\d", "a\nb"]),
    ("['']", [""]),
    ("[]", []),
    ("{'text': array(['a (b)', 'c'], dtype=object), 'n': array([1, 2])}", ["a (b)", "c"]),
    ("{'text': ['a'], 'answer_start': [1]}", ["a"]),
    ('{"text": ["a"], "answer_start": [1]}', ["a"]),
    ("[{'text': 'a', 'answer_start': 1}, {'text': 'b'}]", ["a", "b"]),
    # No lists of texts: answers.
    *(
        (text, None)
        for text in (
            "[1, 2]", "[0, 1)", "['a', 1]", "[a]", "(A)", "('a')", "{1, 2}", "{'a': 1}",
            "['a', 'b' 'c']", "{'a' 'b'}", "[ru'a']", "[b'a']", "['a'，'b']",
            "['a''b']", "['a',, 'b']", "[, 'a']", "['a'", "'a', 'b'", "['a'], ['b']", "[['a']]",
            r"[\frac12, 'a']", "[“a”]", "", "[", "[none]", "['a', None]", "{", "[{", "[{}]",
        )
    ),
]  # fmt: skip


@pytest.mark.parametrize(("text", "texts"), LISTS)
def test_lists_of_texts(text, texts):
    assert written_references(text) == texts


@given(st.lists(st.text(), min_size=1))
def test_what_python_and_json_write_is_read_again(texts):
    clean = [each.encode("utf-8", "replace").decode() for each in texts]
    assert written_references(repr(clean)) == clean
    assert written_references(json.dumps(clean)) == clean
    assert written_references(str(tuple(clean))) == clean


@pytest.mark.parametrize(
    "part", ["['", "'a',, ", "\\'", "[{'", "np.str_(", "array([", ", dtype=", " ", "(", '"', "{["]
)
@pytest.mark.parametrize("end", ["]", "x]", "}", "'}]"])
def test_hostile_cells_take_no_time(part, end):
    assert written_references("[" + part * (100_000 // len(part)) + end) in (None, [])
    assert written_references("[{" + part * (100_000 // len(part)) + end) is None


def rows(*cells, prediction="a"):
    return [{"prediction": prediction, "reference": each} for each in cells]


def test_a_column_of_lists_is_several_references(written):
    table = '"prediction","reference"\na,"[""a"", ""b""]"\nb,"[""c""]"\n,\n'
    for path in (
        written(table, "a.csv"),
        written(rows("['a', 'b']", "['c']", "")),
        written(json.dumps(rows("['a', 'b']", "['c']", "")), "a.json"),
    ):
        found, notes = read(path)
        assert [texts for _, texts in found] == [["a", "b"], ["c"], [""]]
        assert "lists written as text, read as several references: 2 (" in notes[-1]
        assert references(path, reference_lists="keep")[1] in (["['c']"], ['["c"]'])
    gold = written(rows("['a', 'b']", "['c']"), "gold.jsonl")
    assert references(written([{"pred": "x"}] * 2), references=gold) == [["a", "b"], ["c"]]


@pytest.mark.parametrize(
    "cells",
    [
        ("[1, 2]", "[3]"),
        ("['a']", "[1, 2]"),  # an answer among answers: the output of a program
        ("['a']", "plain"),
        ("plain", "['a']"),
        ("[]", "[]"),
        ("(A) Paris", "(B)"),
    ],
)
def test_a_column_that_is_not_so_throughout_stays(cells, written):
    assert references(written(rows(*cells))) == [[each] for each in cells]


def test_lists_that_end_late_are_an_error_that_shows_the_choices(written):
    path = written(rows(*["['a', 'b']"] * 5000, "plain"))
    with pytest.raises(DataError) as caught:
        read(path)
    assert str(caught.value).startswith(f"{path}:5001: field 'reference' is no list: 'plain'")
    assert "--reference-lists split" in str(caught.value)
    assert references(path, reference_lists="split")[-2:] == [["a", "b"], ["plain"]]
    assert references(path, reference_lists="keep")[-2:] == [["['a', 'b']"], ["plain"]]
    assert len(references(path, skip=True)) == 5000


@pytest.mark.parametrize(
    ("name", "advice"),
    [
        ("targe", "use --reference-field target, or pass a file of references with --references"),
        ("x", "give --reference-field one of these, or a path within one, such as choices.0.text"),
    ],
)
def test_a_field_that_a_program_does_not_write(name, advice, written):
    path = written([{"doc_id": 0, "target": "r", "filtered_resps": ["p"]}])
    with pytest.raises(DataError) as caught:
        references(path, reference_field=name)
    fields = "(fields: 'doc_id', 'target', 'filtered_resps')"
    assert f"no reference in {name!r} {fields}; {advice}" in str(caught.value)


@pytest.mark.parametrize(
    ("target", "doc", "auto", "split"),
    [
        # The harness writes a list with str(), and a text that the document has was not a list.
        ("['a', 'b']", {"answers": ["a", "b"]}, ["a", "b"], ["a", "b"]),
        ("['a', 'b']", {"answers": "['a', 'b']"}, ["['a', 'b']"], ["a", "b"]),
        ("[0, 1]", {"answer": "[0, 1]"}, ["[0, 1]"], ["[0, 1]"]),
        ("a", {"answer": "a"}, ["a"], ["a"]),
    ],
)
def test_lists_of_a_format_that_restores_its_own_are_split_where_asked_for(
    target, doc, auto, split, written
):
    rows = [{"doc_id": 0, "doc": doc, "target": target, "filtered_resps": ["a"], "filter": "none"}]
    path = written(rows, "samples_x_2026-01-01.jsonl")
    assert references(path) == references(path, reference_lists="keep") == [auto]
    assert references(path, reference_lists="split") == [split]
    plain = written([{"pred": "x"}], "plain.jsonl")
    assert references(plain, references=path) == [auto]
    assert references(plain, references=path, reference_lists="split") == [split]


@pytest.mark.parametrize(
    ("prediction", "count"), [("['a', 'b']", 2), ('["北京"]', 2), ("[1, 2]", 0), ("a", 0), ("", 0)]
)
def test_predictions_that_are_lists_too_are_told(prediction, count, written):
    said = f"predictions that are such lists, too: {count} (if the answer is a list, pass"
    for cells, times in [(("['a', 'b']", "['c']"), count), (("['a']", "plain"), 0)]:
        notes = read(written(rows(*cells, prediction=prediction)))[1]
        assert any(said in each for each in notes) == bool(times)
        gold = {"references": written(rows(*cells), "gold.jsonl"), "reference_field": "reference"}
        notes = read(written([{"pred": prediction}] * 2), **gold)[1]
        assert any(said in each for each in notes) == bool(times)


def test_an_empty_list_among_lists_is_no_reference(written):
    with pytest.raises(DataError, match=":2: field 'reference' is an empty list"):
        read(written(rows("['a']", "[]")))


@pytest.mark.parametrize(
    ("reference", "count"),
    [
        ("['a', 'b']", 1),
        ('["a"]', 1),
        ("[1, 2]", 0),
        ("[a]", 0),
        ("['a'] is a list", 0),
        (["['a']", "b"], 0),
    ],
)
def test_health_counts_lists_that_were_scored_as_one_text(reference, count):
    health = evaluate(["a"] * 20, [reference] * 20, lang="en").health
    assert health.written_lists == count * 20
    said = any("lists of texts, written as one" in each for each in health.remarks())
    assert said == bool(count)


# --- several fields, nested gold

TWO = "prediction,ref1,ref2\na,a,b\nb,c,b\nd,d,\ne,,\n"


@pytest.mark.parametrize("fields", ["ref1,ref2", "ref1, ref2", ["ref1", "ref2"], ("ref1,ref2",)])
def test_several_fields_of_references(fields, written):
    found, notes = read(written(TWO, "a.csv"), reference_field=fields)
    assert [texts for _, texts in found] == [["a", "b"], ["c", "b"], ["d"], [""]]
    assert notes == ["empty reference fields ignored, since others of the record are filled: 1"]


def test_several_fields_hold_lists_and_paths_and_a_name_may_have_a_comma(written):
    record = {"pred": "a", "a": ["b", "c"], "d": {"e": "f"}, "g,h": "i", "g": "no", "n": None}
    path = written([record])
    assert references(path, reference_field="a,d.e,n") == [["b", "c", "f"]]
    assert references(path, reference_field="g,h") == [["i"]]
    gold = written([{"a": "1", "b": "2"}], "gold.jsonl")
    predictions = written([{"pred": "x"}], "p.jsonl")
    assert references(predictions, references=gold, reference_field="a,b") == [["1", "2"]]
    with pytest.raises(DataError, match="no field 'x'"):
        read(path, reference_field="a,x")


@pytest.mark.parametrize(
    ("spans", "other", "texts", "count"),
    [
        ({"text": ["a"]}, "b", ["a", "b"], 0),
        ({"text": []}, "b", ["b"], 0),
        ({"text": []}, None, [""], 1),
        ({"text": [], "answer_start": []}, "", [""], 1),
        ({"text": ["東京"]}, {"text": []}, ["東京"], 0),
    ],
)
def test_several_fields_hold_answers_in_spans(spans, other, texts, count, written):
    for record in ({"first": spans, "then": other}, {"then": spans, "first": other}):
        path = written([{"prediction": "p", **record}])
        [(_, found)], notes = read(path, reference_field="first,then")
        assert sorted(found) == sorted(texts)
        assert any("questions without an answer: 1" in each for each in notes) == bool(count)


@pytest.mark.parametrize(
    ("cells", "texts"),
    [
        ([("['a', 'b']", "['c']"), ("['d']", "['e']")], [["a", "b", "c"], ["d", "e"]]),
        ([("['a', 'b']", "plain"), ("['d']", "['e']")], [["a", "b", "plain"], ["d", "['e']"]]),
        ([("plain", '["北京", "北京市"]'), ("x", "")], [["plain", "北京", "北京市"], ["x"]]),
        ([("plain", "['a', 'b']"), ("x", "[1, 2]")], [["plain", "['a', 'b']"], ["x", "[1, 2]"]]),
        ([("['東京']", "[]"), ("['d']", "['e']")], [["東京"], ["d", "e"]]),
        ([(["['a']", "['b']"], "c"), (["['d']", "e"], "f")],
         [["['a']", "['b']", "c"], ["['d']", "e", "f"]]),
    ],
)  # fmt: skip
def test_lists_are_told_for_each_field_alone(cells, texts, written):
    path = written([{"prediction": "p", "ref1": a, "ref2": b} for a, b in cells])
    assert references(path, reference_field="ref1,ref2") == texts
    gold = {"references": path, "reference_field": ["ref1", "ref2"]}
    assert references(written([{"pred": "x"}] * 2, "p.jsonl"), **gold) == texts


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ("ref1,ref1", "--reference-field names 'ref1' twice; name each field once"),
        (["ref1", "ref2,ref1"], "--reference-field names 'ref1' twice"),
        ("ref1,reff2", "no field 'reff2' .*; use --reference-field ref1,ref2; each record must"),
        ("ref1,x.y", "no field 'x.y' (fields: 'prediction', 'ref1', 'ref2'); each record must"),
    ],
)
def test_fields_that_are_not_there_or_twice(fields, message, written):
    with pytest.raises(DataError) as caught:
        read(written(TWO, "a.csv"), reference_field=fields)
    assert re.search(re.escape(message).replace(re.escape(".*"), ".*"), str(caught.value))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--reference-field", ""], "--reference-field: names no field, got ''"),
        (["--reference-field", " , "], "--reference-field: names no field, got ' , '"),
        (
            ["--reference-field", "ref1,ref2", "--prediction-field", "ref2"],
            "'ref2' cannot be both the prediction and the reference",
        ),
    ],
)
def test_options_of_fields_that_cannot_be_meant(options, message, written, capsys):
    assert main(["score", written(TWO, "a.csv"), *options]) == 2
    assert capsys.readouterr().err.startswith(message)


def test_a_field_given_for_references_is_not_proposed_for_predictions(written):
    path = written([{"prediction": "a", "other": "b"}])
    with pytest.raises(DataError, match=r"no field for the prediction .*; name it with --pred"):
        read(path, reference_field="prediction,other")


OBJECTS = [
    ({"value": "a", "aliases": ["b"]}, "such as --reference-field answers.value"),
    ({"n": {}, "texts": ["a", "b"]}, "such as --reference-field answers.texts"),
    ({"number": 18}, "such as --reference-field answers.number"),
    ({"my text": "a"}, "such as --reference-field 'answers.my text'"),
    ({"n": None}, "got an object: {'n': None}"),
]


@pytest.mark.parametrize(("value", "advice"), OBJECTS)
def test_the_text_in_an_object_is_named(value, advice, written):
    path = written([{"prediction": "p", "answers": value}])
    with pytest.raises(DataError) as caught:
        read(path)
    assert str(caught.value).endswith(advice)
    if "such as" in advice:
        assert references(path, reference_field=advice.split("field ")[1].strip("'"))
    with pytest.raises(DataError, match=r"such as --prediction-field response\.text$"):
        read(written([{"response": {"text": "a"}, "gold": "b"}]))


SPANS = [
    ({"text": ["a", "b"], "answer_start": [1, 2]}, ["a", "b"]),
    ({"text": "a"}, ["a"]),
    ([{"text": "a", "answer_start": 1}, {"text": "b"}], ["a", "b"]),
    ({"text": [], "answer_start": []}, []),
    ([{"type": "text", "text": "a"}], None),  # the parts of a message
    ({"value": "a"}, None),
    ({"text": [1]}, None),
    (["a"], None),
]


@pytest.mark.parametrize(("value", "texts"), SPANS)
def test_answers_in_spans(value, texts, written):
    assert span_texts(value) == texts
    path = written([{"prediction": "p", "answers": value}])
    if texts is not None:
        assert references(path) == [texts or [""]]
    elif value != ["a"]:
        with pytest.raises(DataError, match=":1: field 'answers'"):
            read(path)


def test_questions_without_an_answer_are_counted(written):
    records = [
        {"prediction": "", "answers": {"text": [], "answer_start": []}},
        {"prediction": "", "answers": [], "is_impossible": True},
        {"prediction": "a", "answers": ["a"]},
    ]
    found, notes = read(written(records))
    assert [texts for _, texts in found] == [[""], [""], ["a"]]
    assert notes == ["questions without an answer: 2 (an empty prediction is right)"]


def test_an_object_of_answers_needs_ids_of_the_references(written):
    gold = written([{"id": "q1", "gold": "a"}, {"id": "q2", "gold": "b"}], "gold.jsonl")
    both = written('{"q2": "x", "q1": "y"}', "p.json")
    assert read(both, references=gold)[0] == [("x", ["b"]), ("y", ["a"])]
    for value, text in [("1.50", "1.50"), ("true", "true"), ('["x"]', "x"), ("null", None)]:
        path = written(f'{{"q2": {value}, "q1": "y"}}', "p.json")
        found, notes = read(path, references=gold)
        assert found[0] == (text or "", ["b"])
        numbers = "predictions that are numbers or booleans, taken as their text: 1"
        assert (numbers in notes) == (text in ("1.50", "true"))
    with pytest.raises(DataError, match=r"1 prediction without .*'q3'.* 1 reference .*'q2'"):
        read(written('{"q1": "x", "q3": "y"}', "p.json"), references=gold)
    with pytest.raises(DataError, match=r"no field .*; if these are ids, none is in .*gold\.jsonl"):
        read(written('{"z1": "x"}', "p.json"), references=gold)


def test_a_question_without_an_answer_is_marked(written):
    question = {"id": "q", "question": "?", "answers": []}
    for mark, found in [({"is_impossible": True}, [[""]]), ({}, None)]:
        data = [{"paragraphs": [{"context": "c", "qas": [question | mark]}]}]
        options = {"references": written(json.dumps({"data": data}), "gold.json")}
        predictions = written('{"q": ""}', "p.json")
        if found:
            assert references(predictions, **options) == found
        else:
            with pytest.raises(DataError, match="no reference; mark a question without an answer"):
                read(predictions, **options)


# --- numbers


@pytest.mark.parametrize(
    ("number", "text"),
    [("1.50", "1.50"), ("1e3", "1e3"), ("-5", "-5"), ("18", "18"), ("1E400", "1E400"),
     ("12345678901234567890123", "12345678901234567890123"), ("true", "true"), ("false", "false")],
)  # fmt: skip
def test_numbers_are_their_text(number, text, written):
    line = f'{{"prediction": {number}, "reference": ["x", {number}], "other": 1.5}}\n'
    for path in (written(line), written(f"[{line}]", "a.json")):
        found, notes = read(path)
        assert found == [(text, ["x", text])]
        assert notes == [
            "predictions that are numbers or booleans, taken as their text: 1",
            "references that are numbers or booleans, taken as their text: 1",
        ]


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity", "{}", "[1, [2]]"])
def test_what_is_no_number(value, written):
    with pytest.raises(DataError, match=":1: field"):
        read(written(f'{{"prediction": "a", "reference": {value}}}\n'))


# --- tables

DIALECTS = [
    ("id,prediction,reference\n1,a,b\n", "a.csv", "csv", ""),
    ("id;prediction;reference\n1;a;b\n", "a.csv", "csv", "semicolons"),
    ("id\tprediction\treference\n1\ta\tb\n", "a.csv", "tsv", "tabs"),
    ("id,prediction,reference\n1,a,b\n", "a.tsv", "csv", ""),
    ("sep=;\r\nprediction;reference\r\na;b\r\n", "a.csv", "csv", "semicolons"),
    ("prediction;reference\na;b\n", "a.txt", "csv", "semicolons"),
    ('"prediction";"reference"\n"a";"b"\n', "a.csv", "csv", "semicolons"),
]


@pytest.mark.parametrize(("text", "name", "format_name", "said"), DIALECTS)
def test_tables_are_read_as_what_they_are(text, name, format_name, said, written):
    path = written(text, name)
    found, notes = read(path)
    assert found == [("a", ["b"])]
    assert notes == [f"cells are separated by {said}"] * bool(said)
    with open_samples(path) as reader:
        assert reader.format.name == format_name


def test_other_separators_in_cells_do_not_matter(written):
    text = 'prediction,reference\n"a; b;c","x\ty"\n;;;,b\n'
    assert read(written(text, "a.csv")) == ([("a; b;c", ["x\ty"]), (";;;", ["b"])], [])
    text = 'said;meant\n"a, b";"c\nd, e"\n'
    found = read(written(text, "a.csv"), prediction_field="said", reference_field="meant")[0]
    assert found == [("a, b", ["c\nd, e"])]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("refs.txt", "each line has 2 texts separated by tabs; pass --num-refs 2 if they are"),
        ("refs.tsv", "the first row names no field of references, .*pass --num-refs 2 if each"),
    ],
)
def test_lines_that_look_like_several_references(name, message, written):
    system, refs = written("a cat\na dog\n", "s.txt"), written("a cat\tx\ny\tz\n", name)
    with pytest.raises(DataError, match=f"{name}:1: {message}"):
        read(system, references=refs)
    assert references(system, references=refs, num_refs=2) == [["a cat", "x"], ["y", "z"]]
    uneven = written("a\tb\nc\n", "uneven.txt")
    assert references(system, references=uneven) == [["a\tb"], ["c"]]
    assert references(system, references=refs, num_refs=1) == [["a cat\tx"], ["y\tz"]]
    with pytest.raises(DataError, match=":1: expected 3 texts separated by tabs, got 2"):
        read(system, references=refs, num_refs=3)


@pytest.mark.parametrize("text", ["the cat\nthe dog\n", "北京\n上海\n", "x\ty\nz\n"])
def test_num_refs_1_takes_each_line_of_a_tsv_as_one_reference(text, written):
    system, refs = written("a\nb\n", "s.txt"), written(text, "refs.tsv")
    with pytest.raises(DataError, match=r"refs\.tsv:1: the first row names no .* --num-refs [12] "):
        read(system, references=refs)
    assert references(system, references=refs, num_refs=1) == [
        [each] for each in text.split("\n")[:2]
    ]
    table = written("id\treference\n1\tx\n2\ty\n", "table.tsv")
    for number in (None, 1):  # the names of fields say more
        assert references(system, references=table, num_refs=number) == [["x"], ["y"]]
    lines = written([{"reference": "x"}, {"reference": "y"}], "gold.jsonl")
    assert references(system, references=lines, num_refs=1) == [["x"], ["y"]]


STREAM = '{"id":"1","object":"chat.completion.chunk","choices":[{"delta":{"content":"a"}}]}'


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (f"data: {STREAM}\n\ndata: [DONE]\n", "is a stream, which has each answer in pieces"),
        (f"event: message\nid: 3\ndata:{STREAM}\n\n", "is a stream"),
        (f": ping\n\ndata: {STREAM}\n", "is a stream"),
        (f"{STREAM}\n{STREAM}\n", "is a stream"),
        ("version https://git-lfs.github.com/spec/v1\noid sha256:a\n", "is a pointer .* lfs pull"),
    ],
)  # fmt: skip
def test_files_that_hold_no_answers(text, message, written):
    gold = written("a\nb\n", "gold.txt")
    for options in ({}, {"references": gold}):
        with pytest.raises(DataError, match=f": {message}"):
            read(written(text), **options)


def test_text_that_only_begins_like_a_stream_is_text(written):
    gold = written("a\nb\n", "gold.txt")
    found = read(written("data: 5\nid: 7\n", "s.txt"), references=gold)[0]
    assert found == [("data: 5", ["a"]), ("id: 7", ["b"])]


# --- Excel

SHOWN = [
    (5, "General", "5"),
    (5.0, "General", "5"),
    (0.1 + 0.2, "General", "0.3"),
    (1.5, "0.00", "1.50"),
    (0.5, "0%", "50%"),
    (0.125, "0.0%", "12.5%"),
    (2.5, "0", "3"),  # Excel rounds half away from zero
    (1234.5, "#,##0.00", "1,234.50"),
    (-3, "0_);(0)", "-3"),
    (1e20, "General", "100000000000000000000"),
    (70, '"$"#,##0', "70"),
    (True, "General", "TRUE"),
    (datetime.datetime(2024, 5, 1), "yyyy-mm-dd", "2024-05-01"),
    (datetime.datetime(2024, 5, 1, 13, 2), "General", "2024-05-01 13:02:00"),
    (datetime.time(1, 2), "h:mm", "01:02:00"),
]


@pytest.mark.parametrize(("value", "number_format", "text"), SHOWN)
def test_cells_are_as_they_are_shown(value, number_format, text):
    assert shown(value, number_format) == text


@pytest.fixture
def book(tmp_path):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "答案"
    for row in (
        [],
        ["id", "prediction", None, "reference"],
        [1, "北京", None, 0.5],
        [2, None, None, "x"],
    ):
        sheet.append(row)
    sheet["D3"].number_format = "0%"
    bad = book.create_sheet("Bad rows")
    for row in (["prediction", "reference"], ["=1+1", "2"], ["#N/A", "a"], ["a" * 32_767, "a"],
                ["a", "b", "c"], ["good_x000D_\n", "b"]):  # fmt: skip
        bad.append(row)
    gold = book.create_sheet("Gold")
    for row in (["id", "ref1", "ref2"], [1, "北京", "首都"], [2, 7, None]):
        gold.append(row)
    book.save(tmp_path / "answers.xlsx")
    return str(tmp_path / "answers.xlsx")


def test_sheets(book, written, monkeypatch):
    found, notes = read(book)
    assert found == [("北京", ["50%"]), ("", ["x"])]
    assert notes == [f"read the sheet '答案', not 'Bad rows', 'Gold' (choose with {book}#NAME)"]
    assert read(f"{book}#答案") == (found, [])
    predictions = written([{"id": 2, "pred": "7"}, {"id": 1, "pred": "b"}])
    gold = {"references": f"{book}#Gold", "reference_field": "ref1,ref2"}
    assert references(predictions, **gold) == [["7"], ["北京", "首都"]]
    with pytest.raises(
        DataError, match="no sheet 'Nope'; its sheets are '答案', 'Bad rows', 'Gold'"
    ):
        read(f"{book}#Nope")
    monkeypatch.setitem(__import__("sys").modules, "openpyxl", None)
    with pytest.raises(OpenError, match=re.escape("pip install 'textmetrics-eval[excel]'")):
        read(book)


def test_hidden_sheets_and_merged_cells(tmp_path):
    book = openpyxl.Workbook()
    book.active.title, book.active.sheet_state = "Lists", "hidden"
    book.active.append(["x"])
    sheet = book.create_sheet("Answers")
    for row in (["prediction", "reference"], ["a", "x"], ["b", None]):
        sheet.append(row)
    sheet.merge_cells("B2:B3")
    path = str(tmp_path / "a.xlsx")
    book.save(path)
    found, [note] = read(path)
    assert found == [("a", ["x"]), ("b", [""])]
    assert note == (
        f"read the sheet 'Answers', not 'Lists' (choose with {path}#NAME); merged cells have their "
        "text in the first cell only"
    )


def test_cells_that_cannot_be_used_name_their_place(book):
    bad = InvalidRecords(skip=True)
    with open_samples(f"{book}#Bad rows", bad) as reader:
        [samples] = list(reader)
    assert list(samples.texts) == [("good\n", ["b"])]
    messages = [str(each).partition("#Bad rows:")[2] for each in bad.first]
    for message, expected in zip(
        messages,
        ["2: cell A2 is a formula without a value", "3: cell A3 is an error, #N/A",
         "4: cell A4 has 32,767 characters", "5: a cell in a column without a name: 'c'"],
        strict=True,
    ):  # fmt: skip
        assert message.startswith(expected)


@pytest.mark.parametrize(
    ("content", "name", "message"),
    [
        (b"PK\x03\x04garbage", "a.xlsx", "damaged Excel file"),
        (b"PK\x03\x04garbage", "a.zip", "is a zip archive"),
        (
            b"PK\x03\x04mimetypeapplication/vnd.oasis.opendocument.spreadsheet",
            "a.ods",
            "is an Open",
        ),
        (b"a,b\n", "a.xlsx", "is not an Excel file; name it after what it is"),
        (b'{"a": 1}\n', "a.XLSM", "is not an Excel file"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a.xls", "is an old file of Excel, or one with a"),
    ],
)
def test_files_that_are_no_workbooks(content, name, message, written):
    with pytest.raises(DataError, match=message):
        read(written(content, name))


def test_the_sheet_is_behind_the_name(written):
    assert split_sheet("a.XLSX#b#c") == ("a.XLSX", "b#c")
    assert split_sheet("a.csv#b") == ("a.csv#b", None)
    there = written("", "a.xlsx#b")
    assert split_sheet(there) == (there, None)


@pytest.mark.parametrize(
    ("runs", "found"),
    [
        ("{model}.xlsx", ["one.xlsx", "two.xlsx"]),
        ("{model}.xlsx#答案", ["one.xlsx#答案", "two.xlsx#答案"]),
        ("{model}*.xlsx#Bad rows", ["one.xlsx#Bad rows", "two.xlsx#Bad rows"]),
        ("{model}.xlsx#a#b [1]*", ["one.xlsx#a#b [1]*", "two.xlsx#a#b [1]*"]),
        ("one.xlsx#{model}", ["one.xlsx#one", "one.xlsx#two"]),
    ],
)
def test_a_config_names_sheets_behind_the_pattern(runs, found, written):
    for name in ("one.xlsx", "two.xlsx"):
        written("", name)
    text = f"models: {{one: {{}}, two: {{}}}}\ntasks: {{qa: {{}}}}\nruns: '{runs}'\n"
    config = read_config(written(text, "config.yaml"))
    assert [run.path.name for run in expand(config)] == found


def test_a_config_names_a_sheet_of_references(book, written):
    for name in ("one", "two"):
        written([{"id": 1, "prediction": "北京"}, {"id": 2, "prediction": "x"}], f"{name}.jsonl")
    text = (
        "models: {one: {}, two: {}}\nruns: '{model}.jsonl'\n"
        "tasks: {qa: {references: 'answers.xlsx#Gold', reference_field: [ref1, ref2]}}\n"
    )
    path = written(text, "config.yaml")
    assert len(expand(read_config(path))) == 2
    assert main(["compare", path, "--metrics", "accuracy", "--resamples", "10"]) == 0
    with pytest.raises(DataError, match=r"1 file missing: references of task 'qa' .*gold.xlsx#G"):
        expand(read_config(written(text.replace("answers", "gold"), "config.yaml")))


# --- encodings

TRADITIONAL = (
    "臺灣位於亞洲東部，四面環海，首都是臺北市。今天的天氣非常好，我們一起去公園散步，看見許多人在那裡運動。"
    "這個問題的答案是第二個選項，因為其他的選項都不符合題目的條件。學生們認為這本書的內容很豐富。"
)
KOREAN = (
    "대한민국의 수도는 서울특별시이고, 공용어는 한국어이다. 한글은 세종대왕이 창제한 문자이다. "
    "오늘은 날씨가 매우 좋아서 공원에 산책을 갔다. 이 문제의 정답은 두 번째 보기이다."
)


def sample(name):
    lines = (EXAMPLES / name).read_text(encoding="utf-8").splitlines()
    return "".join(str(json.loads(line)["prediction"]) + "\n" for line in lines)


MEASURED = [
    (encoding, text)
    for encoding, texts in {
        "gb18030": ("zh", "gbk", "gb2312"),
        "cp932": ("ja", "shift_jis", "cp932"),
        "euc_jp": ("ja", "euc_jp"),
        "cp950": (TRADITIONAL, "big5"),
        "cp949": (KOREAN, "euc_kr"),
    }.items()
    for codec in texts[1:]
    for source in [f"{texts[0]}.jsonl" if len(texts[0]) == 2 else texts[0]]
    for whole in [sample(source) if source.endswith(".jsonl") else source]
    for size in (40, 80, 5000)
    for framed in (whole[:size], json.dumps({"prediction": whole[:size]}, ensure_ascii=False))
    for text in [framed.encode(codec, "ignore")]
]


@pytest.mark.parametrize(("codec", "raw"), MEASURED)
def test_the_encodings_of_chinese_japanese_and_korean_are_told_apart(codec, raw):
    """charset-normalizer took EUC-JP for EUC-KR or GB18030, and chardet Big5 for GB18030."""
    assert likely_encoding(raw) == codec


OTHERS = {
    "cp1252": "Le café était fermé, où l’élève préféré a mangé une pêche. Çà et là, naïve façade. ",
    "cp1251": "Привет, как дела сегодня? Москва является столицей России. Ответ находится здесь. ",
    "koi8-r": "Привет, как дела сегодня? Москва является столицей России. Ответ находится здесь. ",
    "iso8859-7": "Καλημέρα, τι κάνεις σήμερα; Η Αθήνα είναι η πρωτεύουσα της Ελλάδας. ",
    "tis-620": "สวัสดีครับ กรุงเทพมหานครเป็นเมืองหลวงของประเทศไทย วันนี้อากาศดีมาก คำตอบของคำถามนี้คือข้อสอง ",
    "gbk": "臺灣位於亞洲東部，四面環海，首都是臺北市。「の」は助詞です。",
}


@pytest.mark.parametrize(
    ("named", "text"),
    [
        *[(codec, raw.decode(codec, "ignore")) for codec, raw in MEASURED],
        *[(codec, text[:size]) for codec, text in OTHERS.items() for size in (10, 40, 99)],
    ],
)
def test_the_right_encoding_is_never_doubted(named, text, written):
    path = written(json.dumps({"pred": text, "gold": text}, ensure_ascii=False).encode(named))
    found, notes = read(path, encoding=named)
    assert found == [(text, [text])]
    assert notes == [f"read as {named}"]


@pytest.mark.parametrize("text", ["hello\n", '{"prediction": "北京很好"}\n', "a,b\r\nc,d\r\n"])
@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_a_mark_is_an_error_and_never_scored(text, codec, written):
    raw = text.encode(codec)
    assert looks_like_utf_16(raw)
    assert not looks_like_utf_16(text.encode())
    with pytest.raises(DataError, match=f"looks like UTF-16 .*pass --encoding {codec}"):
        read(written(raw))


@pytest.mark.parametrize(
    ("encoding", "text"),
    [("big5", TRADITIONAL), ("gbk", "北京的天气很好，今天不会下雨"), ("euc-kr", KOREAN),
     ("Shift_JIS", "東京の天気は晴れです。①髙"), ("euc_jp", "東京の天気は晴れです。"),
     ("utf-16", "北京"), ("utf-16-le", "北京"), ("windows-1252", "café — “été”"),
     ("iso2022_jp", "東京の天気")],
)  # fmt: skip
@pytest.mark.parametrize("size", [1, 2000])
def test_encodings_that_are_named_are_read(encoding, text, size, written):
    records = [{"prediction": text, "reference": text}] * size
    lines = "".join(json.dumps(each, ensure_ascii=False) + "\n" for each in records)
    path = written(lines.encode(python_codec(encoding)))
    found, notes = read(path, encoding=encoding)
    assert found == [(text, [text])] * size
    assert notes == ["read as UTF-16" if encoding == "utf-16" else f"read as {encoding}"]
    gold = {"references": path, "reference_field": "reference"}
    utf_8 = written([{"prediction": "北京"}] * size, "utf_8.jsonl")
    if not encoding.startswith(("utf", "iso2022")):
        found, notes = read(utf_8, encoding=encoding, **gold)
        assert found == [("北京", [text])] * size


LINE = {
    "gb18030": "北京的天气很好，今天不会下雨，我们去公园散步",
    "big5": "臺灣位於亞洲東部，四面環海，首都是臺北市",
    "cp932": "東京の天気は晴れです。明日は雨が降るでしょう",
    "euc-jp": "東京の天気は晴れです。明日は雨が降るでしょう",
    "euc-kr": "대한민국의 수도는 서울특별시이고, 공용어는 한국어이다",
}


@pytest.mark.parametrize("named", [*LINE, "latin-1", "koi8-r"])
@pytest.mark.parametrize("encoding", LINE)
def test_a_wrong_encoding_is_an_error_that_names_the_right_one(encoding, named, written):
    if named != encoding:
        record = {"prediction": LINE[encoding], "reference": "a"}
        path = written((json.dumps(record, ensure_ascii=False) * 3).encode(encoding))
        with pytest.raises(DataError, match=rf"not {named}: .*; use --encoding {encoding} \(it"):
            read(path, encoding=named)


def test_a_document_names_the_line_that_is_not_utf_8(written):
    text = json.dumps(
        [{"prediction": LINE["cp932"], "reference": "a"}], ensure_ascii=False, indent=1
    )
    with pytest.raises(DataError, match=r":3: invalid UTF-8: byte 0x93 at byte 17 .*--encoding cp"):
        read(written(text.encode("cp932"), "a.json"))


def test_a_wrong_encoding_is_doubted_where_there_is_little_to_tell_it_by(written):
    text = (
        "첫 번째 답은 서울이다 그리고"  # 24 bytes of Hangul, which GBK has as frequent characters
    )
    path = written(json.dumps([{"pred": text, "gold": "a"}], ensure_ascii=False).encode("euc-kr"))
    assert read(path, encoding="gbk")[1] == [
        "read as gbk, but it may be another encoding: use --encoding euc-kr (it looks like "
        "Korean, EUC-KR)"
    ]
    short = written(
        json.dumps([{"pred": "東京", "gold": "a"}], ensure_ascii=False).encode("euc-jp")
    )
    assert read(short, encoding="gbk")[1] == ["read as gbk"]  # nobody could tell


def test_an_encoding_that_is_unknown_or_not_the_only_one(written):
    utf_8 = written("".join(f'{{"pred": "{LINE["gb18030"]}", "gold": "a"}}\n' for _ in range(3)))
    for encoding in ("gbk", "utf-16", "utf-16-le", "latin-1"):
        assert read(utf_8, encoding=encoding)[1] == [
            f"read as UTF-8, which it is, and not as {encoding}"
        ]
    both = Path(utf_8).read_bytes() + '{"pred": "北京", "gold": "a"}\n'.encode("gbk")
    with pytest.raises(DataError, match=r"line 4 is not UTF-8, but most others are: .* two enc"):
        read(written(both), encoding="gbk")
    for before, after in (("", "高雄港,高雄\n"), ("a,b\n", "高雄,a\n高,a\n")):
        few = f"prediction,reference\n{before}台北天,今天台\n"  # too little to tell it by
        raw = few.encode("big5") + after.encode()
        message = f"line {few.count(chr(10)) + 1} is UTF-8 and not big5, .* two encodings"
        with pytest.raises(DataError, match=message):
            read(written(raw, "few.csv"), encoding="big5")
    plain = written("prediction,reference\n北,a\n".encode("utf-16-le"), "a.csv")
    with pytest.raises(DataError, match=r"not utf-16: .* no byte order mark; use --encoding"):
        read(plain, encoding="utf-16")
    with pytest.raises(ValueError, match="unknown encoding 'klingon': use one such as gb18030"):
        read(utf_8, encoding="klingon")


# --- the command line


def test_it_is_said_above_the_table(written, capsys):
    path = written(rows("['a', 'b']", "['c']"))
    assert main(["score", path, "--metrics", "f1", "--lang", "en"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("lists written as text, read as several references: 2 (--ref")
    assert "refs:1-2" in out
    assert main(["score", path, "--metrics", "f1", "--format", "json"]) == 0
    assert len(msgspec.json.decode(capsys.readouterr().out)["notes"]) == 1


def test_a_preset_of_one_reference_takes_a_list_as_the_text_that_its_program_compares(
    written, capsys
):
    path = written(rows("['a', 'b']", "['c']"))
    for command in ("score", "compare"):
        files = [path] if command == "score" else [path, written(rows("['a', 'b']", "['c']"), "b")]
        assert main([command, *files, "--preset", "llama_factory"]) == 0
        assert "lists written as text, read as" not in "".join(capsys.readouterr())
        options = ["--preset", "llama_factory", "--reference-lists", "split"]
        assert main([command, *files, *options]) == 2
        assert "takes one reference per sample" in capsys.readouterr().err


@pytest.mark.parametrize(
    "options",
    [["--lang", "en", "--lang", "zh"], ["--format=json", "--format=csv"], ["--merge", "--merge"],
     ["--stemmer", "--no-stemmer"], ["--output", "a", "--output", "b"], ["--beta=1", "--beta=2"]],
)  # fmt: skip
def test_an_option_is_given_once(options, written, capsys):
    path = written(rows("a"))
    assert main(["score", path, *options]) == 2
    assert re.match(
        r"--[\w-]+: given twice( \(as --[\w-]+\))?; give it once", capsys.readouterr().err
    )
