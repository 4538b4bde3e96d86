"""Files that programs write: each is recognised, and read for what its program means by it.

The files in ``cases/formats`` are written by hand after the layouts that the programs have.
"""

from __future__ import annotations

import gzip
import importlib
import io
import json
import os
import re
import subprocess
import sys
import tempfile
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import Annotated

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from textmetrics import Format, _options, register_format
from textmetrics._options import Option
from textmetrics.cli import main
from textmetrics.evaluation import Sample, Samples
from textmetrics.records import (
    AUTO,
    FORMATS,
    JSONL,
    DataError,
    InputError,
    InvalidRecords,
    Lines,
    OpenError,
    ReadingOptions,
    RecordError,
    ReferenceFile,
    SampleReader,
    has_fields,
    open_samples,
)
from textmetrics.records import lines as lines_module
from textmetrics.records import reader as reader_module
from textmetrics.records.fields import at_path, has_path
from textmetrics.records.values import (
    answer,
    are_messages,
    assistant_reply,
    content_of,
    flat_texts,
    listed_literal,
)

ROOT = Path(__file__).parents[1]
CASES = ROOT / "tests" / "cases" / "formats"


@pytest.fixture
def written(tmp_path):
    """Write bytes, a text, or JSON Lines to a file, and give its name."""
    names = iter(range(100))

    def write(content, name=None):
        path = tmp_path / (name or f"{next(names)}.jsonl")
        if isinstance(content, list):
            content = "".join(json.dumps(each, ensure_ascii=False) + "\n" for each in content)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return str(path)

    return write


def read(path, *, skip=False, references=None, num_refs=1, references_format=AUTO, **options):
    """Read a file; give its samples, the reader and what was invalid."""
    bad = InvalidRecords(skip=skip)
    joined = None
    if references is not None:
        joined = ReferenceFile(
            str(references), bad, references_format=references_format, num_refs=num_refs
        )
    with Lines(str(path)) as lines:
        reader = SampleReader(lines, bad, reference_file=joined, **options)
        found = [sample for samples in reader for sample in singly(samples)]
    return found, reader, bad


def singly(samples):
    for at, (prediction, references) in enumerate(samples.texts):
        text = None if at in samples.nulls else prediction
        yield Sample(text, tuple(references), samples.langs[at])


def samples_of(path, **options):
    """Return the samples of a file as pairs."""
    return [(each.prediction, each.references) for each in read(path, **options)[0]]


# --- each format

# file, options, format, what it says
PARQUET = pytest.mark.integration("pyarrow")
READ = [
    ("jsonl.jsonl", {}, "jsonl", [("北京", ("北京市", "北京")), (None, ("2",))]),
    ("json.json", {}, "json", [("北京", ("北京市",)), ("2", ("2",))]),
    ("csv.csv", {}, "csv", [('北京, "中国"\n首都', ("北京市",)), ("", ("2",))]),
    ("tsv.tsv", {}, "tsv", [("北京", ("北京市",)), ("2", ("2",))]),
    ("parquet.parquet", {}, "parquet", [("北京", ("北京市", "北京")), ("2", ("2",))]),
    (
        "text.txt",
        {"references": "text.refs.txt"},
        "text",
        [
            ("The cat sat.", ("A cat sat down.",)),
            ("", ("Nothing.",)),
            ("It rained all day.", ("It was raining all day.",)),
        ],
    ),
    (
        "text.txt",
        {"references": "text.refs.tsv", "num_refs": 2},
        "text",
        [
            ("The cat sat.", ("A cat sat down.", "The cat sat.")),
            ("", ("Nothing.", "No.")),
            ("It rained all day.", ("It was raining all day.", "It rained.")),
        ],
    ),
    (
        "lm_eval.jsonl",
        {"filter": "strict-match"},
        "lm_eval",
        [
            ("Paris", ("Paris", "the city of Paris")),  # the target is a list's repr
            ("4", ("7 - 3 = 4\n#### 4",)),
            ("[invalid]", ("[0, 1]",)),  # the target is a text: the document has it so
        ],
    ),
    (
        "lm_eval.jsonl",
        {"filter": "flexible-extract"},
        "lm_eval",
        [
            ("It is Paris.", ("Paris", "the city of Paris")),
            ("7 - 3 = 4, so 4 are left.", ("7 - 3 = 4\n#### 4",)),
            ("On [0, 1].", ("[0, 1]",)),
        ],
    ),
    (
        "opencompass.json",
        {},
        "opencompass",
        [("北京", ("北京市",)), ("2", ("2",)), ("日本", ("日本", "日本国"))],
    ),
    ("opencompass_tmp.jsonl", {}, "opencompass", [("北京", ("北京市",)), (None, ("2",))]),
    (
        "opencompass_results.json",
        {},
        "opencompass_results",
        [("北京", ("北京", "北京市")), ("", ("2",))],
    ),
    ("llama_factory.jsonl", {}, "llama_factory", [("北京<|im_end|>", ("北京市\n",)), ("", ("2",))]),
    ("chatglm.txt", {}, "chatglm", [("这条裙子很宽松", ("宽松的裙子",)), ("显瘦", ("显瘦",))]),
    ("ms_swift.jsonl", {}, "ms_swift", [("北京", ("北京市",)), ("2", ("2",))]),
    ("qianfan.jsonl", {}, "qianfan", [("北京", ("北京市",)), (None, ("2",))]),
    (
        "ms_swift.jsonl",
        {"references": "qianfan_dataset.jsonl"},
        "ms_swift",
        [("北京", ("北京市",)), ("2", ("2",))],  # the last turn, and the best of its responses
    ),
    (
        "qianfan_merged.json",
        {"filter": "ERNIE-Lite_2"},
        "qianfan_merged",
        [("上海", ("北京市",)), ("3", ("2",))],
    ),
    ("qianfan_export.jsonl", {}, "qianfan_export", [("北京", ("北京市",)), ("2", ("2",))]),
    (
        "qianfan_export.csv",
        {},
        "qianfan_export",
        [("北京,\n不是上海", ("北京市",)), ("2", ("2",))],
    ),
    ("longbench.jsonl", {}, "longbench", [("北京", ("北京", "北京市")), ("12", ("12",))]),
    (
        "lighteval.parquet",
        {},
        "lighteval",
        [("Paris", ("Paris", "the city of Paris")), (" It is 2.", ("2",))],
    ),
    (
        "lighteval.parquet",
        {"prediction_field": "model_response.text_post_processed"},
        "lighteval",
        [("paris", ("Paris", "the city of Paris")), ("2", ("2",))],
    ),
    (
        "evalscope_reviews.jsonl",
        {},
        "evalscope_reviews",
        [("ANSWER: A", ("A",)), ("ANSWER: Y", ("Z",))],
    ),
    (
        "evalscope_reviews.jsonl",
        {"prediction_field": "sample_score.score.extracted_prediction"},
        "evalscope_reviews",
        [("A", ("A",)), ("Y", ("Z",))],
    ),
    (
        "evalscope.jsonl",
        {"references": "evalscope_reviews.jsonl"},
        "evalscope",
        [("2", ("Z",)), ("北京", ("A",))],  # by index: the answers are in any order
    ),
    ("flexeval.jsonl", {}, "flexeval", [("東京", ("東京", "東京都")), ("2", ("2",))]),
    ("llm_jp_eval.json", {}, "llm_jp_eval", [("東京です", ("東京",)), ("2", ("2",))]),
    ("llm_jp_eval_results.json", {"filter": "niilc"}, "llm_jp_eval_results", [("2", ("2",))]),
    ("openai.jsonl", {}, "openai", [("北京", ("北京市",)), ("2", ("2",))]),
    ("vllm.jsonl", {}, "vllm", [("北京", ("北京市",)), ("2", ("2",))]),
    ("sglang.jsonl", {}, "sglang", [("北京", ("北京市",)), ("1 + 1 is", ("2",))]),
    ("tgi.jsonl", {}, "tgi", [("北京", ("北京市",)), ("1 + 1 is", ("2",))]),
    ("llama_cpp.jsonl", {}, "llama_cpp", [("北京", ("北京市",)), ("1 + 1 is", ("2",))]),
    ("ollama.jsonl", {}, "ollama", [("北京", ("北京市",)), ("1 + 1 is", ("2",))]),
    (
        "label_studio.json",
        {},
        "label_studio",
        [("北京", ("北京市", "北京")), ("2", ("2",))],  # two annotators; one skipped the task
    ),
    ("label_studio_min.json", {}, "label_studio_min", [("北京", ("北京市",)), ("2", ("2",))]),
    ("excel.xlsx", {}, "excel", [("北京", ("北京市",)), ("50%", ("50%",))]),
    (
        "answers_by_id.json",
        {"references": "squad.json"},
        "answers_by_id",
        [("光荣和ω-force", ("光荣和ω-force", "光荣")), ("", ("",)), ("1993", ("1993年",))],
    ),
    (
        "answers_by_id.json",
        {"references": "cmrc.json"},
        "answers_by_id",
        [("光荣和ω-force", ("光荣和ω-force", "光荣")), ("", ("無",)), ("1993", ("1993年",))],
    ),
]


def marked(rows):
    """Return rows of parameters, those with Parquet marked as needing pyarrow."""
    return [
        pytest.param(*row, marks=[PARQUET] if row[0].endswith(".parquet") else []) for row in rows
    ]


@pytest.mark.parametrize(("file", "options", "name", "expected"), marked(READ))
@pytest.mark.parametrize("named", [False, True], ids=["found", "named"])
def test_files_of_programs(file, options, name, expected, named):
    options = dict(options)
    if "references" in options:
        options["references"] = CASES / options["references"]
    if named:
        options["input_format"] = name
    samples, reader, bad = read(CASES / file, **options)
    assert [(each.prediction, each.references) for each in samples] == expected
    assert (reader.format.name, reader.records, bad.count) == (name, len(expected), 0)


def test_answers_of_a_batch_are_joined_by_their_ids(written):
    ids = {"q1": "北京市", "q2": "2", "q3": "x", "q4": "y"}
    wanted = [("2", ("2",)), ("北京", ("北京市",)), (None, ("x",)), (None, ("y",))]
    for field in ("id", "custom_id"):
        path = written([{field: key, "gold": gold} for key, gold in ids.items()])
        assert samples_of(CASES / "openai_batch.jsonl", references=path) == wanted
    path = written([{"gold": gold} for gold in ids.values()])
    with pytest.raises(
        DataError, match="cannot join by line: the answers are in no particular order; give each"
    ):
        read(CASES / "openai_batch.jsonl", references=path)


def test_every_format_has_a_file():
    read_here = {name for _, _, name, _ in READ} | {
        "openai_batch",
        "qianfan_dataset",
        "squad",
        "cmrc",
    }
    assert read_here == set(FORMATS.names())
    with_presets = {each.name: each.preset for each in FORMATS if each.preset}
    assert with_presets["llama_factory"] == with_presets["chatglm"] == "llama_factory"


@pytest.mark.parametrize("path", sorted(CASES.glob("*.json*")), ids=lambda path: path.name)
def test_no_other_format_looks_like_it(path):
    text = path.read_text(encoding="utf-8-sig")
    first = json.loads(text.splitlines()[0] if path.suffix == ".jsonl" else text)
    name = re.sub("_tmp$", "", path.stem)
    found = [each.name for each in FORMATS if each.looks(first)]
    known = not FORMATS.get(name).plain and name != "answers_by_id"  # only references tell it
    assert found == [name] * known


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=3),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    ["prompt", "response", "outputs", "samples", "0", "text", "pred", "prediction"]
                ),
                inner,
                max_size=4,
            )
        ),
    )
)
def test_looking_at_any_value_is_safe(value):
    assert all(each.looks(value) in (True, False) for each in FORMATS)


@pytest.mark.parametrize("content", [gzip.compress, bytes])
def test_compressed_files_and_standard_input_are_recognised(content, monkeypatch):
    raw = content((CASES / "opencompass.json").read_bytes())
    stdin = io.TextIOWrapper(io.BufferedReader(io.BytesIO(raw)))
    monkeypatch.setattr(sys, "stdin", stdin)
    assert samples_of("-")[0] == ("北京", ("北京市",))


def test_a_file_that_may_be_of_several_programs_is_an_error(written):
    both = {"pred": "a", "answers": ["b"], "all_classes": None, "length": 1}
    path = written([both | {"response": "c", "labels": "d", "messages": []}])
    with pytest.raises(DataError) as caught:
        read(path)
    assert str(caught.value) == (
        f"{path}: several programs write such files: 'ms_swift', 'longbench'; choose one "
        "with --input-format, such as --input-format ms_swift"
    )
    assert samples_of(path, input_format="longbench") == [("a", ("b",))]
    assert samples_of(path, input_format="ms_swift") == [("c", ("d",))]


@pytest.mark.parametrize(
    "record",
    [
        {"prompt": "q", "predict": "a", "label": "b", "id": 1},  # one field more than theirs
        {"predict": "a", "label": "b"},
        {"response": "a", "labels": "b"},
        {"pred": "a", "answers": ["b"]},
        {"prediction": "a", "gold": "b", "idx": 0},
    ],
)
def test_plain_records_stay_plain(record, written):
    samples, reader, _ = read(written([record]))
    assert reader.format is JSONL
    assert samples == [Sample("a", ("b",))]
    answered = {name: 3 if value == "b" else value for name, value in record.items()}
    samples, reader, _ = read(
        written([answered | {"answers": [3]} if "answers" in record else answered])
    )
    assert samples == [Sample("a", ("3",))]
    assert reader.notes.number_references == 1  # programs' files have numbers, without a note


# --- what harnesses write in place of texts


def lm_eval(**fields):
    return {
        "doc_id": 0,
        "doc": {},
        "target": "a",
        "filtered_resps": ["p"],
        "filter": "none",
    } | fields


def opencompass(*records):
    return json.dumps({str(at): {"origin_prompt": "q"} | each for at, each in enumerate(records)})


@pytest.mark.parametrize(
    ("target", "doc", "expected"),
    [
        ("['a', 'b']", {}, ("a", "b")),
        ("[\"it's\", '北京']", {}, ("it's", "北京")),
        ("['a', ['b', 3], None]", {}, ("a", "b", "3")),
        ("[1, 2.5]", {}, ("1", "2.5")),
        ("[0, 1]", {"solution": {"answer": "[0, 1]"}}, ("[0, 1]",)),
        ("['a']", {"all": ["x", "['a']"]}, ("['a']",)),
        ("['a'", {}, ("['a'",)),
        ("['a'] + ['b']", {}, ("['a'] + ['b']",)),
        ("[open('x')]", {}, ("[open('x')]",)),
        (r"['\d']", {}, (r"\d",)),
        ("[" * 3000 + "]" * 3000, {}, ("[" * 3000 + "]" * 3000,)),
        ("('a', 'b')", {}, ("('a', 'b')",)),
        (3, {}, ("3",)),
        (0, {}, ("0",)),
        (True, {}, ("True",)),
        (["a", 4], {}, ("a", "4")),
    ],
)
def test_targets_of_lm_eval(target, doc, expected, written):
    assert samples_of(written([lm_eval(target=target, doc=doc)])) == [("p", expected)]


@given(st.text(), st.lists(st.text() | st.integers()))
def test_only_the_repr_of_a_list_is_a_list(text, values):
    assert listed_literal(repr(values)) == values
    assert listed_literal(f"x{text}") is None


@pytest.mark.parametrize(
    ("responses", "expected"),
    [(["p"], "p"), ([["p"]], "p"), ([3], "3"), ([None], None), ([], None), ("p", "p")],
)
def test_responses_of_lm_eval(responses, expected, written):
    assert samples_of(written([lm_eval(filtered_resps=responses)])) == [(expected, ("a",))]


@pytest.mark.parametrize("first", ["['-1.5', 'False']", "[-1.5, false]"])
def test_likelihoods_are_no_answers(first, written):
    path = written(
        [lm_eval(filtered_resps=[json.loads(first.replace("'", '"')), ["-2.0", "False"]])]
    )
    with pytest.raises(RecordError, match="'filtered_resps' holds log-likelihoods of choices"):
        read(path)


def test_filters_of_lm_eval():
    path = CASES / "lm_eval.jsonl"
    with pytest.raises(DataError) as caught:
        read(path)
    assert str(caught.value) == (
        f"{path}: several answers per question, told apart by 'filter': 'strict-match', "
        "'flexible-extract'; choose one, such as with --filter 'strict-match'"
    )
    with pytest.raises(
        DataError, match="no answers of 'none' \\(found 'strict-match', 'flexible-ex"
    ):
        read(path, filter="none")


@pytest.mark.parametrize(
    ("file", "found"),
    [
        ("qianfan_merged.json", "by 'llm_tag': 'ERNIE-Speed_1', 'ERNIE-Lite_2'"),
        ("llm_jp_eval_results.json", "by 'dataset': 'jemhopqa', 'niilc'"),
    ],
)
def test_several_models_or_data_sets(file, found):
    with pytest.raises(DataError, match=found):
        read(CASES / file)


def test_versions_of_a_model_in_an_export_are_several(written):
    row = {"模型名称": "E", "模型版本": "v1", "模型结果": "a", "预期回答": "b"}
    path = written([[row], [row | {"模型版本": "v2", "模型结果": "c"}]])
    with pytest.raises(DataError, match="'模型版本': 'E v1', 'E v2'; choose one, such as"):
        read(path)
    assert samples_of(path, filter="E v2") == [("c", ("b",))]


def test_references_may_be_of_a_file_with_several_answers():
    expected = [("北京", ("北京市",)), ("2", ("2",))]
    assert (
        samples_of(CASES / "ms_swift.jsonl", references=CASES / "qianfan_merged.json") == expected
    )


def test_a_filter_where_there_is_nothing_to_choose():
    with pytest.raises(
        DataError, match="--filter: this file \\(longbench\\) has one answer per question; remove"
    ):
        read(CASES / "longbench.jsonl", filter="x")
    with pytest.raises(
        DataError, match="--filter: this file \\(jsonl\\) has one answer per question; remove"
    ):
        read(CASES / "jsonl.jsonl", filter="x")


def test_an_id_that_occurs_twice(written):
    path = written([lm_eval(doc_id=0), lm_eval(doc_id=1), lm_eval(doc_id=0, target="b")])
    with pytest.raises(RecordError) as caught:
        read(path)
    assert str(caught.value) == f"{path}:3: doc_id 0 occurs twice (also at line 1); " + (
        "keep one of the two"
    )
    samples, reader, bad = read(path, skip=True)
    assert (len(samples), reader.records, bad.count) == (2, 3, 1)


def test_a_missing_gold(written):
    path = written(opencompass({"prediction": "a", "gold": "b"}, {"prediction": "c"}), "x.json")
    with pytest.raises(RecordError) as caught:
        read(path)
    assert str(caught.value) == (
        f"{path}:1: record 2: no reference in 'gold' (fields: 'idx', 'origin_prompt', "
        "'prediction'); name its field with --reference-field, or leave out such records with "
        "--errors skip (OpenCompass omits empty references)"
    )
    samples, reader, bad = read(path, skip=True)
    assert (len(samples), reader.records, bad.count) == (1, 2, 1)


@pytest.mark.parametrize("gold", [None, [], [[]], [None]])
def test_a_gold_that_is_nothing(gold, written):
    path = written(opencompass({"prediction": "a", "gold": gold}), "x.json")
    with pytest.raises(RecordError, match=":1: field 'gold' has no reference; leave out such rec"):
        read(path)


@pytest.mark.parametrize(
    ("gold", "expected"),
    [(3, ("3",)), (0, ("0",)), (2.5, ("2.5",)), ([["a"], "b", 1], ("a", "b", "1")), ("", ("",))],
)
def test_golds_that_are_no_texts(gold, expected, written):
    path = written(opencompass({"prediction": "a", "gold": gold}), "x.json")
    assert samples_of(path) == [("a", expected)]
    path = written([{"prompt": "q", "predict": "a", "label": gold}])
    assert samples_of(path) == [("a", expected)]


@pytest.mark.parametrize(
    ("prediction", "expected"),
    [(None, None), ([], None), (["a"], "a"), (7, "7"), ({"role": "x", "content": "a"}, "a")],
)
def test_predictions_that_are_no_texts(prediction, expected, written):
    path = written(opencompass({"prediction": prediction, "gold": "b"}), "x.json")
    assert samples_of(path) == [(expected, ("b",))]


def test_several_predictions_are_an_error_that_says_how_to_choose(written):
    path = written(opencompass({"prediction": ["a", "b"], "gold": "c"}), "x.json")
    with pytest.raises(RecordError) as caught:
        read(path)
    advice = "choose one, such as the first with --prediction-field prediction.0"
    assert str(caught.value).endswith(
        f"field 'prediction' has 2 answers, and one is scored; {advice}"
    )
    assert samples_of(path, prediction_field="prediction.1") == [("b", ("c",))]
    outputs = [{"text": "a"}, {"text": "b"}]
    path = written([{"prompt": "q", "outputs": outputs, "label": "c"}])
    with pytest.raises(RecordError, match=r"has 2 answers.*--prediction-field outputs\.0"):
        read(path)
    for field in ("outputs.1", "outputs.-1", "outputs.1.text"):
        assert samples_of(path, prediction_field=field) == [("b", ("c",))]


@pytest.mark.parametrize("prediction", [{"a": 1}, [{"a": 1}]])
def test_what_is_no_answer_at_all(prediction, written):
    path = written(opencompass({"prediction": prediction, "gold": "c"}), "x.json")
    with pytest.raises(RecordError, match="field 'prediction' must be an answer, got an object"):
        read(path)


def test_lone_surrogates_are_an_error_in_every_format(written):
    path = written(b'{"prompt": "q", "predict": "\\ud800", "label": "b"}')
    with pytest.raises(RecordError, match=r":1: field 'predict' is not valid Unicode: lone sur"):
        read(path)


@pytest.mark.parametrize(
    ("output", "expected"),
    [
        ({"choices": [{"text": "a"}]}, "a"),
        ({"choices": [{"message": {"role": "assistant", "content": None}}]}, None),
        ({"choices": []}, None),
        ({"output": [{"type": "reasoning"}, {"type": "message", "role": "assistant", "content": [
            {"type": "output_text", "text": "a"}, {"type": "output_text", "text": "b"}]}]}, "ab"),
        ({"output": [{"type": "reasoning"}]}, None),
        ({"choices": [{"message": {"content": [
            {"type": "thinking", "text": "hm"}, {"type": "text", "text": "a"}]}}]}, "a"),
    ],
)  # fmt: skip
def test_answers_of_openai(output, expected, written):
    record = {"object": "response", "gold": "c", **output}
    assert samples_of(written([record])) == [(expected, ("c",))]


def of_chat(message, finish="stop"):
    return {"object": "chat.completion", "choices": [{"message": message, "finish_reason": finish}]}


def of_text(text, finish):
    return {"text": text, "meta_info": {"finish_reason": finish}}


def of_request(text, finish):
    return {"prompt": "?", "outputs": [{"index": 0, "text": text, "finish_reason": finish}]}


def of_responses(*output, **facts):
    return {"object": "response", "output": list(output), **facts}


CALL = [{"id": "1", "type": "function", "function": {"name": "find", "arguments": "{}"}}]
SAID = {"type": "message", "role": "assistant"}
# After OpenAI's reference of both interfaces, and what vLLM's and SGLang's servers write.
OUTCOMES = [
    (of_chat({"role": "assistant", "content": "a"}), "a", None),
    (of_chat({"role": "assistant", "content": []}), "", None),
    (
        of_chat({"content": [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]}),
        "ab",
        None,
    ),
    (of_chat({"content": "so a", "reasoning_content": "hm"}, "length"), "so a", "length"),
    (of_chat({"content": None, "reasoning_content": "hm"}, "length"), None, "length"),
    (of_chat({"content": None, "reasoning_content": "hm"}), None, "reasoning"),
    (of_chat({"content": "", "reasoning": "hm"}), "", "reasoning"),
    (of_chat({"content": "a", "reasoning": "hm"}), "a", None),
    (of_chat({"content": "", "refusal": None}, "content_filter"), "", "content_filter"),
    (of_chat({"content": None, "refusal": "I cannot."}), None, "refusal"),
    (of_chat({"content": [{"type": "refusal", "refusal": "No."}]}), None, "refusal"),
    (of_chat({"content": None, "tool_calls": CALL}, "tool_calls"), None, "tool_calls"),
    (of_chat({"content": None, "tool_calls": CALL}, "stop"), None, "tool_calls"),
    (of_chat({"content": "a", "tool_calls": []}), "a", None),
    (of_chat({"content": None, "function_call": {"name": "find"}}), None, "tool_calls"),
    (of_chat({"content": "a", "refusal": ""}, None), "a", None),
    (
        {"object": "text_completion", "choices": [{"text": "a", "finish_reason": "length"}]},
        "a",
        "length",
    ),
    (
        {"object": "chat.completion", "choices": [], "error": {"message": "overloaded"}},
        None,
        "failed",
    ),
    ({"object": "chat.completion", "error": {"message": "overloaded"}}, None, "failed"),
    ({"object": "error", "message": "too long", "code": 400}, None, "failed"),  # vLLM, SGLang
    ({"object": "chat.completion", "error": {"code": "content_filter"}}, None, "content_filter"),
    ({"choices": [{"message": {"content": "a"}, "finish_reason": "length"}]}, "a", "length"),
    (
        of_responses(
            SAID | {"content": [{"type": "output_text", "text": "a"}]}, status="completed"
        ),
        "a",
        None,
    ),
    (of_responses(SAID | {"content": [{"type": "refusal", "refusal": "No."}]}), None, "refusal"),
    (of_responses({"type": "function_call", "name": "find"}), None, "tool_calls"),
    (of_responses({"type": "reasoning"}, status="completed"), None, "reasoning"),
    (
        of_responses(
            {"type": "reasoning"},
            status="incomplete",
            incomplete_details={"reason": "max_output_tokens"},
        ),
        None,
        "length",
    ),
    (of_responses(status="failed", error={"code": "server_error"}), None, "failed"),
    (of_request("a", "stop"), "a", None),
    (of_request("a", "length"), "a", "length"),
    (of_request("", "abort"), None, "failed"),
    (of_text("a", {"type": "stop", "matched": 2}), "a", None),
    (of_text("a", {"type": "length", "length": 9}), "a", "length"),
    (of_text("a", "length"), "a", "length"),
    (of_text("", {"type": "abort", "message": "too long"}), None, "failed"),
    ({"prediction": "a", "finish_reason": "length"}, "a", "length"),  # a plain record
    ({"prediction": None, "finish_reason": "content_filter"}, None, "content_filter"),
    ({"prediction": "a", "finish_reason": "error"}, None, "failed"),
    ({"prediction": "a", "finish_reason": "abort", "gold": "c"}, None, "failed"),
    ({"prediction": "a", "finish_reason": None}, "a", None),
    # Conversations, of which the assistant's last message is the answer.
    ({"prediction": [{"role": "assistant", "content": None, "refusal": "No."}]}, None, "refusal"),
    ({"prediction": [{"role": "assistant", "content": "", "tool_calls": CALL}]}, "", "tool_calls"),
    ({"prediction": [{"role": "assistant", "content": "a", "reasoning": "hm"}]}, "a", None),
    (
        {"prediction": [{"role": "user", "content": "?"}, {"role": "assistant", "content": ""}]},
        "",
        None,
    ),
    ({"prediction": "a", "finish_reason": ["x"]}, "a", None),
]


def batch_of(path, **options):
    with open_samples(path, **options) as reader:
        [samples] = reader
    return samples


@pytest.mark.parametrize(("record", "text", "outcome"), OUTCOMES)
@pytest.mark.parametrize("by_columns", [True, False])
def test_how_requests_ended(record, text, outcome, by_columns, written):
    path = written([record | {"gold": "c"}])
    with pytest.MonkeyPatch.context() as patch:
        if not by_columns:
            patch.setattr(reader_module, "samples_at_once", lambda *_, **__: None)
        samples = batch_of(path)
    assert dict(samples.outcomes) == ({} if outcome is None else {0: outcome})
    [(found, _)] = samples.texts
    assert (None if 0 in samples.nulls else found) == text


@pytest.mark.parametrize("listed", [True, False])
def test_a_file_that_begins_with_failed_requests_is_recognized(listed, written):
    failed = {"error": {"message": "overloaded"}, "gold": "c"}
    for good in (of_chat({"content": "a"}), of_request("a", "stop"), of_text("a", "stop")):
        rows = [failed, failed | {"error": "timeout"}, good | {"gold": "c"}]
        path = written(json.dumps(rows), "rows.json") if listed else written(rows)
        samples = batch_of(path)
        assert dict(samples.outcomes) == {0: "failed", 1: "failed"}
        assert list(samples.texts.predictions) == ["", "", "a"]
    plain = [{"prediction": None, "error": "timeout", "gold": "c"}]
    assert dict(batch_of(written(plain)).outcomes) == {}


def of_batch(response, error=None):
    return {"id": "b", "custom_id": "q", "response": response, "error": error}


@pytest.mark.parametrize(
    ("row", "outcome"),
    [
        (of_batch({"status_code": 200, "body": of_chat({"content": "a"})}), None),
        (of_batch({"status_code": 200, "body": of_chat({"content": "a"}, "length")}), "length"),
        (of_batch({"status_code": 200, "body": of_responses({"type": "reasoning"})}), "reasoning"),
        (of_batch({"status_code": 429, "body": {"error": {"message": "slow down"}}}), "failed"),
        (of_batch({"status_code": 500, "body": None}), "failed"),
        (
            of_batch({"status_code": 400, "body": {"error": {"code": "content_filter"}}}),
            "content_filter",
        ),
        (of_batch({"status_code": 200, "body": {"error": {"message": "no"}}}), "failed"),
        (of_batch(None, {"code": "batch_expired"}), "failed"),
        (of_batch(None), "failed"),
    ],
)
def test_how_requests_of_a_batch_ended(row, outcome, written):
    gold = written([{"id": "q", "gold": "c"}])
    samples = batch_of(written([row]), references=gold)
    assert samples.outcomes.get(0) == outcome


def test_the_outcome_of_several_choices_is_not_known(written):
    choices = [{"message": {"content": text}, "finish_reason": "length"} for text in "ab"]
    path = written([{"object": "chat.completion", "choices": choices, "gold": "c"}])
    samples = batch_of(path, prediction_field="choices.1.message.content")
    assert (list(samples.texts.predictions), dict(samples.outcomes)) == (["b"], {})


def test_outcomes_stay_with_their_samples():
    samples = Samples.of([Sample("x", ("y",), "en", None, o) for o in (None, "length", "failed")])
    assert samples.slice(1, 3).outcomes == {0: "length", 1: "failed"}
    assert samples.slice(2, 3).outcomes == {0: "failed"}
    assert samples.take([2, 0]).outcomes == {0: "failed"}


@pytest.mark.parametrize("lang", ["en", "auto"])
def test_health_counts_outcomes_apart_from_nulls(lang, written, capsys):
    records = [of_chat({"content": "a"}), of_chat({"content": None}), of_chat({"content": ""})]
    records += [record for record, *_ in OUTCOMES if record.get("object") == "chat.completion"]
    path = written([record | {"gold": "a"} for record in records])
    assert main(["score", path, "--lang", lang]) == 0
    lines = [line for line in capsys.readouterr().out.splitlines() if line.startswith("health: ")]
    assert [line.partition(" (")[0] for line in lines][:8] == [
        "health: failed requests: 2",
        "health: predictions cut off at the token limit: 2",
        "health: predictions stopped by a content filter: 2",
        "health: refusals in place of an answer: 2",
        "health: tool calls in place of a final answer: 3",
        "health: predictions with reasoning but no answer: 2",
        "health: null predictions: 1",
        "health: empty predictions: 2",
    ]


def test_compare_tells_outcomes_of_each_model(written, capsys):
    bad = [of_chat({"content": "a"}, "length"), of_chat({"content": None, "refusal": "No."})]
    bad += [of_chat({"content": "a"})] * 2 + [{"object": "chat.completion", "error": "timeout"}]
    bad += [of_chat({"content": None, "tool_calls": CALL})]
    bad = written([record | {"gold": "a"} for record in bad], "bad.jsonl")
    good = written([of_chat({"content": "a"}) | {"gold": "a"}] * 6, "good.jsonl")
    assert main(["compare", good, bad, "--lang", "en"]) == 0
    out = capsys.readouterr().out
    assert "1 prediction cut off at the token limit" in out
    assert "1 prediction with a refusal in place of an answer" in out
    assert "1 of 6 records failed" in out
    assert "1 prediction with a tool call in place of an answer" in out
    assert "of failed requests" not in out
    assert "empty prediction" not in out  # those are told by their outcome


@pytest.mark.parametrize("failed", ["zero", "exclude"])
def test_score_and_compare_count_each_request_of_a_batch_once(failed, written, capsys):
    answered = {"status_code": 200, "body": of_chat({"content": "c"})}
    filtered = {"status_code": 400, "body": {"error": {"code": "content_filter"}}}
    rows = [of_batch(answered), of_batch(filtered), of_batch(None, {"code": "batch_expired"})]
    rows = [row | {"custom_id": f"q{at}"} for at, row in enumerate(rows)]
    gold = written([{"id": f"q{at}", "gold": "c"} for at in range(3)], "gold.jsonl")
    batch = written(rows, "batch.jsonl")
    assert main(["score", batch, "--references", gold]) == 0
    out = capsys.readouterr().out
    assert "health: failed requests: 1 (" in out
    assert "health: predictions stopped by a content filter: 1 (" in out
    again = written(rows, "again.jsonl")
    assert main(["compare", batch, again, "--references", gold, "--failed", failed]) == 0
    out = capsys.readouterr().out
    assert "1 of 3 records failed" in out
    assert "(2 succeeded)" in out
    assert "1 prediction stopped by a content filter" in out


def test_compare_leaves_out_aborted_requests_where_failed_ones_are(written, capsys):
    good = written([of_request("a", "stop") | {"gold": "a"}] * 4, "good.jsonl")
    rows = [of_request("a", "stop")] * 3 + [of_request("a", "abort")]
    bad = written([row | {"gold": "a"} for row in rows], "bad.jsonl")
    for failed, said in (("zero", "counted as wrong"), ("exclude", "left out")):
        assert main(["compare", good, bad, "--lang", "en", "--failed", failed]) == 0
        assert f"1 of 4 records failed, {said} (3 succeeded)" in capsys.readouterr().out


def exported(*regions, **more):
    return {
        "id": 1,
        "data": {"q": "?", "response": "x"},
        "annotations": [{"result": list(regions)}],
        **more,
    }


@pytest.mark.parametrize(
    ("task", "options", "expected"),
    [
        (exported({"from_name": "a", "value": {"text": ["x", "y"]}}), {}, ("x", ("x", "y"))),
        (exported({"from_name": "a", "value": {"text": "x"}}), {}, ("x", ("x",))),
        (exported({"from_name": "a", "value": {"rating": 4}}), {}, ("x", ("4",))),
        (
            exported(
                {"from_name": "a", "value": {"text": ["x"]}},
                {"from_name": "b", "value": {"choices": ["good"]}},
            ),
            {"reference_field": "annotated.b"},
            ("x", ("good",)),
        ),
        (
            exported(
                {"from_name": "a", "value": {"text": ["x"]}},
                {"from_name": "b", "value": {"choices": ["good"]}},
            ),
            {},
            "several controls.*such as with --reference-field annotated.a",
        ),
        (exported(), {}, "has no reference; leave out such tasks with --errors skip"),
        (
            exported(
                {"from_name": "a", "value": {"start": 0, "end": 3, "text": "Foo", "labels": ["L"]}},
                {"from_name": "b", "value": {"text": ["x"]}},
            ),
            {},
            ("x", ("x",)),
        ),
        (
            exported(
                {"from_name": "a", "value": {"text": ["x"]}},
                predictions=[{"result": [{"from_name": "a", "value": {"text": ["p"]}}]}],
            ),
            {},
            ("p", ("x",)),
        ),
    ],
)
def test_exports_of_label_studio(task, options, expected, written):
    path = written(json.dumps([task]), "export.json")
    if isinstance(expected, str):
        with pytest.raises(DataError, match=expected):
            samples_of(path, **options)
    else:
        assert samples_of(path, **options) == [expected]


def test_annotations_of_one_task_in_a_small_export(written):
    shared = {"created_at": "t", "lead_time": 1.5, "prediction": "北京"}
    rows = [
        shared | {"id": task, "annotator": at, "annotation_id": at, "label": label}
        for at, (task, label) in enumerate(
            [(1, "北京"), (2, {"choices": ["a", "b"]}), (1, "北京市"), (2, "c"), (3, "x"), (3, "x")]
        )
    ]
    path = written(json.dumps(rows), "export.json")
    assert samples_of(path) == [
        ("北京", ("北京", "北京市")),
        ("北京", ("a", "b", "c")),
        ("北京", ("x",)),
    ]


def test_choices_of_lighteval_that_are_missing(written):
    record = {"doc": {"choices": ["a"], "gold_index": 3}, "model_response": {"text": ["b"]}}
    path = written([record | {"metric": {}}])
    with pytest.raises(RecordError, match="field 'doc' has no `choices` at its `gold_index`"):
        read(path)


def test_old_records_of_flexeval_and_other_places_of_a_gold(written):
    row = {"lm_output": None, "references": [], "extra_info": {"answer": "b"}}
    path = written([row])
    with pytest.raises(
        RecordError, match="field 'references' has no reference; pass a file of ref"
    ):
        read(path)
    assert samples_of(path, reference_field="extra_info.answer") == [(None, ("b",))]


# --- paths and conversations


@pytest.mark.parametrize(
    ("path", "expected"),
    [("a.b", 1), ("c.b", 2), ("d.0.e", 3), ("d.-1", 4), ("f", None), ("g.h", 5)],
)
def test_paths(path, expected):
    record = {"a.b": 1, "a": {"b": 0}, "c": {"b": 2}, "d": [{"e": 3}, 4], "f": None}
    record["g"] = {"h": 5, "h.i": 6}
    assert at_path(record, path) == expected
    assert has_path(record, path)


@pytest.mark.parametrize("path", ["x", "a.x", "a.0", "d.2", "d.x", "d.", "f.x", "", "s.0", "d.²"])
def test_paths_that_lead_nowhere(path):
    record = {"a": {"b": 0}, "d": [1], "f": None, "s": "text"}
    assert not has_path(record, path)
    with pytest.raises(LookupError):
        at_path(record, path)


def test_fields_of_plain_records_may_be_paths(written):
    rows = [{"out": {"texts": ["p", "q"]}, "a.b": "r", "a": {"b": "x"}}] * 3
    path = written(rows)
    options = {"prediction_field": "out.texts.1", "reference_field": "a.b"}
    assert samples_of(path, **options) == [("q", ("r",))] * 3
    path = written([*rows, {"out": {"texts": ["p"]}, "a": {"b": "y"}}])
    with pytest.raises(RecordError, match=r":4: no field 'out\.texts\.1' \(fields: 'out', 'a'\)"):
        read(path, **options)
    assert samples_of(path, prediction_field="out.texts.0", reference_field="a.b")[-1] == (
        "p",
        ("y",),
    )


CHAT = [
    {"role": "system", "content": "s"},
    {"role": "user", "content": "2 + 2?"},
    {"role": "assistant", "content": "4", "reasoning_content": "two and two"},
    {"role": "user", "content": "and 2 more?"},
    {"role": "assistant", "content": [{"type": "text", "text": "6"}, {"type": "image"}]},
]


@pytest.mark.parametrize(("turn", "expected"), [(None, "6"), (1, "4"), (2, "6")])
def test_a_conversation_is_what_the_assistant_says(turn, expected, written):
    plain = written([{"messages": CHAT, "gold": "r"}])
    assert samples_of(plain, prediction_field="messages", turn=turn) == [(expected, ("r",))]
    named = written([{"pred": CHAT, "answers": ["r"], "all_classes": None, "length": 1}])
    assert samples_of(named, turn=turn) == [(expected, ("r",))]


@pytest.mark.parametrize(
    ("chat", "turn", "message"),
    [
        (CHAT, 3, "field 'prediction' has no turn 3: the assistant has 2 turns"),
        (CHAT[:2], None, "field 'prediction' has no turn of the assistant among 2 messages"),
        (
            [{"role": "assistant", "content": 3}],
            None,
            "the content of a message must be text, got",
        ),
    ],
)
def test_turns_that_are_not_there(chat, turn, message, written):
    with pytest.raises(RecordError, match=message):
        read(written([{"prediction": chat, "gold": "r"}]), turn=turn)


def test_a_turn_where_there_is_no_conversation(written):
    plain = {"prediction": "p", "gold": "r"}
    message = "--turn 1: no record holds a conversation; remove the option"
    for rows in ([plain], [plain, plain | {"lang": ""}]):
        with pytest.raises(DataError, match=message):
            read(written(rows), turn=1)
    samples, _, _ = read(written([plain, {"prediction": CHAT, "gold": "r"}]), turn=1)
    assert [sample.prediction for sample in samples] == ["p", "4"]


def test_reasoning_is_never_the_answer():
    assert (
        assistant_reply([{"role": "assistant", "content": None, "reasoning_content": "hm"}]) is None
    )
    assert content_of({"content": [{"type": "reasoning", "text": "hm"}]}) is None
    assert answer({"content": "", "reasoning_content": "hm"}) == ""
    assert not any(map(are_messages, ([], ["role"], [{"role": 1}], "role", None)))


def test_lists_in_lists():
    deep = json.loads("[" * 900 + '"a"' + "]" * 900)
    assert flat_texts(deep) == [answer(deep)] == ["a"]
    assert flat_texts([[["a"]], "b", [3, [None, True]]]) == ["a", "b", "3", "True"]
    assert flat_texts("a") == ["a"]


# --- containers


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (
            "prediction,reference\na\n",
            ":2: row has 1 cell for 2 fields; each row must have the fields",
        ),
        ("prediction,reference,prediction\n", ":1: field 'prediction' is named twice; give each"),
        ('prediction,reference\n"a" b,c\n', ":2: invalid table (',' expected after '\"')"),
        ('prediction,reference\na,"b\n', ":2: invalid table (unexpected end of data)"),
        ("prediction,reference\n", ": file is empty; expected one record per line"),
        (b"prediction,reference\na,\xff\n", ":2: invalid UTF-8: byte 0xff at byte 2 of the"),
        (
            "prediction,other\na,b\n",
            ":2: no field for the reference (fields: 'prediction', 'other')",
        ),
    ],
)
def test_tables_that_are_wrong(content, message, written):
    path = written(content, "x.csv")
    with pytest.raises(InputError) as caught:
        read(path)
    assert str(caught.value).startswith(path + message)


def test_tables(written):
    rows = "id,prediction,reference,lang\r\n\r\n1,a,b,en\r\n2,,c,\r\n"
    samples, reader, _ = read(written(rows, "x.csv"))
    assert samples == [Sample("a", ("b",), "en"), Sample("", ("c",))]
    assert reader.format.name == "csv"
    bad = written("prediction\treference\na\na\tb\n")
    samples, reader, bad = read(bad, skip=True)
    assert (len(samples), reader.records, bad.count, reader.format.name) == (1, 2, 1, "tsv")
    long = "x" * 1_000_000  # more than csv takes unasked
    assert samples_of(written(f"prediction,reference\n{long},y\n")) == [(long, ("y",))]
    assert samples_of(
        written("mine,yours\na,b\n"), prediction_field="mine", reference_field="yours"
    ) == [("a", ("b",))]
    packed = written(gzip.compress(b"said,meant\na,b\n"), "x.csv.gz")
    assert samples_of(packed, prediction_field="said", reference_field="meant") == [("a", ("b",))]


@pytest.mark.parametrize(
    "content",
    [
        '[{"prediction": "a", "reference": "b"}]',
        '[\n{"prediction": "a", "reference": "b"}\n]\n',
        '[{"prediction": "a",\n"reference": "b"}]',
        '\ufeff\n{\n"prediction": "a", "reference": "b", "x": NaN}',
        '{"prediction":\n"a", "reference": "b"}',
    ],
)
def test_json_in_one_value(content, written):
    samples, reader, _ = read(written(content))
    assert (samples, reader.format.name) == ([Sample("a", ("b",))], "json")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('{"prediction": "a", "gold": "b"}\n{"pre', ":2: the JSON ends too early (character 2): "),
        (
            "{\n",
            ":2: the JSON ends too early (character 1): the file is truncated; write or",
        ),
        ('[{"prediction": "a"', ":1: the JSON ends too early (character 20): the file is trunca"),
        (
            "[\n" * 100_000,
            ": invalid JSON: too many nested brackets; create or copy the file",
        ),
        ('{"prediction": "a",\n{"x": 1}\n', ":1: invalid JSON (Expecting property name enclosed"),
        (
            "[\n" + "1" * 5000 + "\n]",
            ": invalid JSON: a number with thousands of digits; ",
        ),
        (
            '{\n"samples": [{"generated": "a", "gold": "b"}, null]\n}',
            ": not an object, found a list; each record must be one",
        ),
        ("[\n1\n]", ": not an object, found a list; each record must be one"),
        ("PK\x03\x04", ": is a zip archive; unpack it and name the file in it, such as data.jsonl"),
    ],
)
def test_json_that_is_wrong(content, message, written):
    path = written(content)
    with pytest.raises(InputError) as caught:
        read(path)
    assert str(caught.value).startswith(path + message)


def test_lists_of_records_of_programs(written):
    rows = [{"prompt": "q", "predict": text, "label": number} for number, text in enumerate("ab")]
    one = json.dumps(rows)
    for path in map(written, (one, json.dumps(rows, indent=2), one.replace('"q"', "NaN"))):
        samples, reader, _ = read(path)
        assert reader.format.name == "llama_factory"
        assert samples == [Sample("a", ("0",)), Sample("b", ("1",))]


def test_records_without_a_reference_and_odd_ones_are_shown_again(written, run, tmp_path):
    rows = {"0": {"prediction": "a", "gold": "b", "origin_prompt": "\ud800"}}
    written(json.dumps(rows, indent=1), "d.json")
    assert run("score", "d.json", "--lang", "en", "--output", "o.jsonl")[0] == 0
    assert json.loads((tmp_path / "o.jsonl").read_text())["origin_prompt"] == "\ud800"
    with pytest.raises(DataError, match=r"cannot join by id: 2 predictions .*\(id '1', '2'\)"):
        read(CASES / "opencompass.json", references=written([{"id": 0, "gold": "x"}]))


def test_a_bad_first_line_does_not_make_it_a_document(written):
    path = written('{"prediction": "a\n{"prediction": "a", "reference": "b"}\n')
    samples, reader, bad = read(path, skip=True)
    assert (samples, reader.records, bad.count) == ([Sample("a", ("b",))], 2, 1)
    path = written('oops\n{"prompt": "q", "predict": "a", "label": 3}\n')
    samples, reader, bad = read(path, skip=True)
    assert (samples, reader.format.name, bad.count) == ([Sample("a", ("3",))], "llama_factory", 1)


def test_a_format_that_is_named_is_not_another():
    for name in ("json", "jsonl"):
        with pytest.raises(RecordError, match=":1: invalid JSON"):
            read(CASES / "csv.csv", input_format=name)
    with pytest.raises(RecordError, match=":1: no reference in 'target' \\(fields:"):
        read(CASES / "longbench.jsonl", input_format="lm_eval")


@PARQUET
def test_a_csv_file_is_not_parquet():
    with pytest.raises(DataError, match="damaged Parquet"):
        read(CASES / "csv.csv", input_format="parquet")


def test_values_that_are_no_records_are_bad_ones(written):
    path = written('{"prompt": "q", "predict": "a", "label": "b"}\n[1]\n3\n')
    samples, reader, bad = read(path, skip=True)
    assert (len(samples), reader.records) == (1, 3)
    assert [str(each).rpartition(": ")[2] for each in bad.first] == [
        "not an object, found a list; each record must be one",
        "not an object, found a number; each record must be one",
    ]
    path = written([[{"prompt": "q", "response": [["a"]]}], {"prompt": "q"}])
    with pytest.raises(RecordError, match=":2: not a conversation; each line must be a list of"):
        read(written([{"pred": "a"}] * 2), references=path)


@pytest.mark.parametrize("content", ["", "\n"])
@pytest.mark.parametrize("name", [AUTO, "llama_factory", "json", "csv", "lighteval"])
def test_empty_files(content, name, written):
    with pytest.raises(DataError, match="file is empty; expected one record per line"):
        read(written(content), input_format=name)


@pytest.mark.parametrize("suffix", [".yaml", ".yml", ".YAML", ".toml"])
def test_a_configuration_is_for_compare(suffix, tmp_path):
    path = tmp_path / f"config{suffix}"
    path.write_text("models:\n  a:\n", encoding="utf-8")
    with pytest.raises(RecordError, match="a configuration is run by textmetrics compare"):
        read(path)


def test_plain_text_needs_references_or_its_name(written):
    with pytest.raises(RecordError, match="plain text is read where --references names a file"):
        read(written("a\nb\n"))
    references = written("x\ny\n")
    for text in ("a\r\nb", "[laughs]\nb\n", "3\n4\n", '"a"\n\n'):
        found = [each for each, _ in samples_of(written(text), references=references)]
        assert found == text.split("\n")[:2] or found == ["a", "b"]
    with pytest.raises(DataError, match="plain text has no references; name a file of them"):
        read(written("a\nb\n"), input_format="text")
    for broken in ('oops\n{"reference": "x"}\n', '{"reference": "x"\n'):  # no text, but damaged
        with pytest.raises(RecordError, match=":1: invalid JSON"):
            read(written("a\nb\n"), references=written(broken))
    broken = written('{"a\nb\n')
    with pytest.raises(RecordError, match="invalid JSON"):
        read(broken, references=references)
    options = {"references": references, "references_format": "text", "input_format": "text"}
    assert samples_of(broken, **options) == [('{"a', ("x",)), ("b", ("y",))]


def test_plain_texts_of_unequal_length(written):
    with pytest.raises(DataError, match="cannot join by line: 2 predictions but 3 ref"):
        read(written("a\nb\n"), references=CASES / "text.refs.txt")


def test_columns_of_references(written):
    path = written("a\nb\n")
    references = written("x\ty\nz\n")
    with pytest.raises(RecordError, match=r":2: expected 2 texts separated by tabs, got 1;"):
        read(path, references=references, num_refs=2)
    assert samples_of(path, references=references) == [("a", ("x\ty",)), ("b", ("z",))]


def test_texts_that_are_no_tables(written):
    long = "x" * 200_000  # more than csv takes unasked
    for first in ("yes,", "no\t", f"{long},", f'"{long}'):
        path = written(f"{first}\nb\n")
        assert samples_of(path, references=path) == [(first, (first,)), ("b", ("b",))]


def test_values_nested_nearly_as_deep_as_json_may_be(written):
    for depth in range(900, 1000, 4):
        value = '{"a": ' * depth + "1" + "}" * depth
        with pytest.raises(RecordError, match=r"must be a string|too many nested brackets"):
            read(written(f'{{"prediction": {value}, "reference": "b"}}\n'))


@PARQUET
@pytest.mark.parametrize("times", [[2**53], [10**15]], ids=["no_date_of_python", "of_pandas"])
def test_times_in_parquet(times, tmp_path):
    import pyarrow
    from pyarrow import parquet

    kind = pyarrow.timestamp("ms" if times[0] > 10**15 else "ns")
    columns = {"prediction": ["a"], "reference": ["a"], "time": pyarrow.array(times, kind)}
    parquet.write_table(pyarrow.table(columns), path := tmp_path / "t.parquet")
    if times[0] > 10**15:
        with pytest.raises(DataError, match="damaged Parquet \\(date value out of range"):
            read(path)
    else:
        assert samples_of(path) == [("a", ("a",))]


def test_a_text_that_is_not_unicode(written):
    with pytest.raises(RecordError, match=":2: invalid UTF-8: byte 0xff"):
        read(written(b"a\n\xff\n"), references=written("x\ny\n"))


@PARQUET
def test_parquet_that_is_damaged_or_cannot_be_read(written, monkeypatch):
    raw = (CASES / "lighteval.parquet").read_bytes()
    for damaged in (raw[:-20], raw[:4] + b"\xff" * 200 + raw[204:]):
        with pytest.raises(DataError, match="damaged Parquet \\("):
            read(written(damaged))
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(OpenError, match=r"pyarrow; pip install 'textmetrics-eval\[parquet\]'"):
        read(written(raw))


@given(
    st.sampled_from([path for path in sorted(CASES.iterdir()) if path.suffix != ".parquet"]),
    st.lists(st.tuples(st.integers(0, 3000), st.binary(max_size=2)), min_size=1, max_size=6),
    st.booleans(),
)
@settings(max_examples=300)
def test_whatever_is_wrong_with_a_file_is_said(path, changes, skip):
    raw = bytearray(path.read_bytes())
    for place, piece in changes:
        at = place % len(raw)
        raw[at : at + max(len(piece), 1)] = piece
    with tempfile.TemporaryDirectory() as folder:
        changed = Path(folder) / path.name
        changed.write_bytes(raw)
        for options in ({}, {"references": CASES / "text.refs.txt"}):
            found = outcome(changed, skip, **options)
            if len(found) == 3:
                samples, records, bad = found
                assert len(samples) + len(bad) == records
            else:
                assert found[1].isprintable()


# --- many at once

FLAT = [
    {"prompt": "q", "predict": "a", "label": "b"},
    {"prompt": "q", "predict": None, "label": ["b", "c"]},
]
ODD = [
    {"prompt": "q", "predict": "a", "label": 3},
    {"prompt": "q", "predict": ["a"], "label": "b"},
    {"prompt": "q", "predict": "a", "label": []},
    {"prompt": "q", "predict": "a"},
    {"prompt": "q", "predict": "a", "label": "b", "lang": "xx"},
]


@given(st.lists(st.sampled_from(FLAT * 4 + ODD), min_size=1, max_size=8), st.booleans())
@settings(max_examples=200)
def test_many_at_once_are_read_as_they_are_one_by_one(rows, skip):
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        path = Path(folder) / "a.jsonl"
        path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        patch.setattr(lines_module, "_BLOCK_LINES", 2)
        at_once = outcome(path, skip, input_format="llama_factory")
        patch.setattr(reader_module, "samples_at_once", lambda *_, **__: None)
        assert at_once == outcome(path, skip, input_format="llama_factory")


def outcome(path, skip, **options):
    try:
        samples, reader, bad = read(path, skip=skip, **options)
    except InputError as error:
        return type(error), str(error)
    return samples, reader.records, [str(each) for each in bad.first]


# --- the command


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    """Run the program in an empty folder; give exit code, stdout and stderr."""
    monkeypatch.chdir(tmp_path)

    def call(*arguments):
        code = main([str(each) for each in arguments])
        return (code, *capsys.readouterr())

    return call


RECORDS = [
    ("lm_eval.jsonl", ["--filter", "strict-match"], "doc_id", [0, 1, 2]),
    ("opencompass.json", [], "idx", ["0", "1", "2"]),
    ("csv.csv", [], "id", ["1", "2"]),
    ("qianfan_export.jsonl", [], "BLEU-4", ["0.80%", "17.78%"]),
    ("qianfan_merged.json", ["--filter", "ERNIE-Speed_1"], "llm_tag", ["ERNIE-Speed_1"] * 2),
    ("text.txt", ["--references", CASES / "text.refs.txt"], "prediction", ["The cat sat.", ""]),
    ("lighteval.parquet", [], "metric", [{"em": 1.0}, {"em": 0.0}]),
]


@pytest.mark.parametrize(("file", "options", "field", "expected"), marked(RECORDS))
def test_records_with_their_scores(file, options, field, expected, run, tmp_path):
    arguments = ["score", CASES / file, *options, "--metrics", "f1", "--output", "o.jsonl"]
    code, out, err = run(*arguments, "--no-stopwords", "--progress")
    assert code == 0
    assert f"read as {file.partition('.')[0]} (" in out
    assert file in err  # the progress bar
    records = [json.loads(line) for line in (tmp_path / "o.jsonl").read_text().splitlines()]
    assert [record[field] for record in records][: len(expected)] == expected
    assert all(0 <= record["scores"]["f1"]["value"] <= 1 for record in records)
    # What was written is read again: a sample each, by the same rules.
    if file.endswith(".jsonl") and not file.startswith("qianfan"):
        assert run("score", "o.jsonl", *options)[0] == 0


def test_shards_are_scored_as_one(run, tmp_path):
    rows = [{"prediction": text, "gold": text} for text in ("北京", "上海")]
    (tmp_path / "d_0.json").write_text(opencompass(rows[0]))
    (tmp_path / "d_1.json").write_text(opencompass(rows[1], {"prediction": "x", "gold": "y"}))
    code, out, err = run("score", "d.json")
    message = "d.json: no such file, but its shards 'd_0.json', 'd_1.json' exist: use --merge"
    assert (code, out, err) == (2, "", f"{message}\n")
    merged = ["score", "d_0.json", "d_1.json", "--merge", "--output", "o.jsonl"]
    code, out, err = run(*merged, "--format", "json")
    found = json.loads(out)
    assert (found["file"], found["records"]) == ("d_0.json and 1 more", 3)
    assert found["input_format"] == "opencompass"
    assert len((tmp_path / "o.jsonl").read_text().splitlines()) == 3
    assert run("score", "d_10.json")[2].startswith("d_10.json: no such file; check")
    assert run("score", "nowhere/d.json")[2].startswith("nowhere/d.json: no such file; check")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            ["--input-format", "lmeval"],
            "--input-format: unknown input format 'lmeval': did",
        ),
        (["--references-format", "text"], "--references-format needs a file of references: na"),
        (
            ["--num-refs", "2"],
            "--num-refs needs a file of references: name it with --references",
        ),
        (["--num-refs", "0"], "--num-refs: expected an integer of at least 1, got '0'"),
        (["--turn", "-1"], "--turn: expected an integer of at least 1, got '-1'"),
        (
            ["--merge", "--references", CASES / "text.refs.txt"],
            "--merge and --references cannot be comb",
        ),
    ],
)
def test_options_that_cannot_be(options, message, run):
    code, out, err = run("score", CASES / "text.txt", *options)
    assert (code, out) == (2, "")
    assert message in err


def test_files_of_several_programs_stand_side_by_side(run):
    files = [CASES / name for name in ("llama_factory.jsonl", "jsonl.jsonl", "longbench.jsonl")]
    code, out, _ = run("score", *files, "--lang", "zh")
    assert code == 0
    assert out.count("read as") == 2
    assert f"{files[2]}:\n  read as longbench (LongBench: " in out


@pytest.mark.parametrize(
    ("file", "program", "preset", "metric"),
    [
        ("llama_factory.jsonl", "LLaMA-Factory", "llama_factory", "rouge_l"),
    ],
)
def test_what_the_program_prints_is_said_unless_its_preset_is_asked_for(
    file, program, preset, metric, run
):
    _, out, _ = run("score", CASES / file)
    title, value = re.search(
        rf"\n{program} prints among others (.*) (\d+\.\d\d) for this file", out
    ).groups()
    assert f"for this file: --preset {preset}\n" in out
    _, out, _ = run("score", CASES / file, "--preset", preset, "--metrics", metric)
    assert re.search(rf"^ {re.escape(title)} +{value} ", out, re.MULTILINE)
    assert "for this file" not in out


def test_samples_that_metrics_leave_out_are_counted(tmp_path, run):
    """ms-swift leaves out samples with an empty side; SQuAD 2.0's parts have their questions."""
    path = tmp_path / "infer.jsonl"
    rows = [("北京", "北京市"), ("", "上海"), ("广州", "广州")]
    lines = [{"response": own, "labels": gold, "messages": []} for own, gold in rows]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    for preset, said in (
        ("ms_swift", ["left out of the mean, by its definition: 1 sample"]),
        (
            "squad_v2",
            ["left out of the mean of NoAns Exact match, NoAns F1, by its definition: 3 samples"],
        ),
        ("llama_factory", []),
        ("default", []),
    ):
        _, out, _ = run("score", path, "--preset", preset)
        assert [line for line in out.splitlines() if "left out of the mean" in line] == said


def test_files_of_several_programs_as_one_have_no_program_s_number(run):
    files = [CASES / name for name in ("llama_factory.jsonl", "longbench.jsonl")]
    code, out, _ = run("score", *files, "--lang", "zh", "--merge")
    assert code == 0
    assert "prints" not in out


def test_bad_records_are_skipped_in_every_format(run, tmp_path):
    (tmp_path / "d.json").write_text(opencompass({"prediction": "a", "gold": "b"}, {"gold": "c"}))
    code, out, err = run("score", "d.json", "--errors", "skip", "--lang", "en")
    assert code == 3
    assert "n = 1 of 2, 1 left out" in out
    assert err.startswith("d.json:1: record 2: no prediction in 'prediction' (fields: 'idx',")


def test_data_sets_have_no_predictions(run):
    code, out, err = run("score", CASES / "qianfan_dataset.jsonl")
    assert (code, out) == (3, "")
    assert "no predictions in this file (Qianfan: a dataset" in err
    assert err.endswith("pass it with --references\n")


def test_the_page_tells_of_every_format(run):
    page = (ROOT / "docs" / "formats.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `([\w]+)` \| (.*) \|$", page, re.MULTILINE))
    for each in FORMATS:
        assert each.known_by in rows[each.name], each.name
        for path in chain(each.prediction, each.references):
            assert f"`{path}`" in rows[each.name], (each.name, path)
        assert (f"`{each.preset}`" in rows[each.name].split(" | ")[-1]) == bool(each.preset)
        assert f"  {each.name}" in run("score", "--help-all")[1]
    assert set(rows) == set(FORMATS.names())


# --- open to others


QUIZ = Format(
    name="test_quiz",
    summary="my quiz: results.jsonl",
    known_by="the fields `test_id`, `says`, `keyed`",
    looks=has_fields("test_id", "says", "keyed"),
    prediction=("says",),
    references=("keyed",),
    id="test_id",
)
QUIZ_ROWS = [
    {"test_id": 1, "says": "Paris", "keyed": "Paris"},
    {"test_id": 2, "says": 4, "keyed": [5]},
]


def test_a_registered_format_is_known_everywhere(run, written, temporary, monkeypatch):
    temporary(FORMATS)
    path = written(QUIZ_ROWS)
    with pytest.raises(RecordError, match="no field for the prediction"):
        read(path)
    register_format(QUIZ)
    assert samples_of(path) == [("Paris", ("Paris",)), ("4", ("5",))]
    for command in ("score", "compare"):
        assert "  test_quiz            my quiz: results.jsonl\n" in run(command, "--help-all")[1]
    code, out, _ = run("score", path, "--lang", "en", "--format", "json")
    assert (code, json.loads(out)["input_format"]) == (0, "test_quiz")
    assert json.loads(out)["scores"]["accuracy"]["value"] == 0.5
    assert run("score", path, "--lang", "en", "--input-format", "test_quiz")[0] == 0
    monkeypatch.syspath_prepend(ROOT / "docs")
    row = "| `test_quiz` | the fields `test_id`, `says`, `keyed` | `says` | `keyed` | – |"
    assert row in importlib.import_module("tables").formats(plain=False)


def test_what_is_no_format_is_not_registered():
    with pytest.raises(TypeError, match=r"expected a textmetrics\.Format, got str"):
        register_format("quiz")
    with pytest.raises(ValueError, match="invalid input format name 'my quiz'"):
        register_format(replace(QUIZ, name="my quiz"))


def test_an_installed_package_adds_a_format(tmp_path, installed_package):
    module = (
        "from textmetrics import Format\n"
        "def looks(value):\n"
        "    return isinstance(value, dict) and 'test_id' in value\n"
        "QUIZ = Format('test_quiz', 'quiz: a.jsonl', 'a test_id', looks, ('says',), ('keyed',))\n"
    )
    installed_package(tmp_path, module, "[textmetrics.formats]\ntest_quiz = my_package:QUIZ\n")
    (tmp_path / "a.jsonl").write_text("".join(json.dumps(row) + "\n" for row in QUIZ_ROWS))
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "textmetrics",
            "score",
            "a.jsonl",
            "--lang",
            "en",
            "--format",
            "json",
        ],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(done.stdout)["input_format"] == "test_quiz"


@pytest.fixture
def first_line(monkeypatch):
    """Add an option of reading: one line where they are defined, and its use in the reader."""
    option = Option(False, "score only the first line of each prediction")
    monkeypatch.setitem(ReadingOptions.__annotations__, "first_line", Annotated[bool, option])
    read = SampleReader._sample

    def shortened(self, located):
        sample = read(self, located)
        if sample is None or sample.prediction is None or not self.options["first_line"]:
            return sample
        return sample._replace(prediction=sample.prediction.partition("\n")[0])

    monkeypatch.setattr(SampleReader, "_sample", shortened)
    _options._hints.cache_clear()
    yield
    _options._hints.cache_clear()


def test_an_option_of_reading_works_everywhere_at_once(first_line, run, tmp_path):
    rows = [{"id": at, "prediction": "a cat\nand a dog", "reference": "a cat"} for at in range(2)]
    for name in ("a.jsonl", "b.jsonl"):
        (tmp_path / name).write_text("".join(json.dumps(row) + "\n" for row in rows))
    with open_samples("a.jsonl", first_line=True) as reader:
        assert [list(samples.texts.predictions) for samples in reader] == [["a cat"] * 2]
    for command in ("score", "compare"):
        assert re.search(
            r"--first-line, --no-first-line\s+score only the first line",
            run(command, "--help-all")[1],
        )

    def accuracy(*arguments):
        code, out, err = run(*arguments, "--lang", "en", "--format", "json")
        assert code == 0, err
        scores = json.loads(out)["scores"]
        return {each["value"] for each in (scores if type(scores) is list else scores.values())}

    metric = ("--metrics", "accuracy")
    assert accuracy("score", "a.jsonl", *metric) == {0.0}
    assert accuracy("score", "a.jsonl", *metric, "--first-line") == {1.0}
    files = ("compare", "a.jsonl", "b.jsonl", *metric)
    assert accuracy(*files) == {0.0}
    assert accuracy(*files, "--first-line") == {1.0}
    text = "models: {a: , b: }\ntasks: {qa: {first_line: FIRST}}\nruns: '{model}.jsonl'\n"
    for first, expected in (("true", 1.0), ("false", 0.0)):
        (tmp_path / "c.yaml").write_text(text.replace("FIRST", first))
        assert accuracy("compare", "c.yaml", *metric) == {expected}
        assert accuracy("compare", "c.yaml", *metric, "--first-line") == {1.0}
        assert accuracy("compare", "c.yaml", *metric, "--no-first-line") == {0.0}
    (tmp_path / "c.yaml").write_text(text.replace("FIRST", "maybe"))
    code, _, err = run("compare", "c.yaml")
    assert (code, "tasks.qa.first_line: must be true or false, found 'maybe'" in err) == (3, True)


PLAIN = [{"prediction": "a\nb", "reference": "a"}, {"prediction": None, "reference": "b"}]
PROGRAM = [{"predict": "a\nb", "label": "a"}, {"predict": "", "label": "b"}]
OUTSIDE = [{"test_id": 1, "says": "a\nb", "keyed": "a"}, {"test_id": 2, "says": None, "keyed": "b"}]


def json_lines(rows):
    return "".join(json.dumps(row) + "\n" for row in rows)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.jsonl", json_lines(PLAIN)),
        ("a.json", json.dumps(PLAIN)),
        ("a.csv", 'prediction,reference\n"a\nb",a\n"",b\n'),
        ("a.tsv", 'prediction\treference\n"a\nb"\ta\n""\tb\n'),
        ("a.jsonl", json_lines({"prompt": "", **row} for row in PROGRAM)),
        ("a.jsonl", json_lines(OUTSIDE)),
    ],
    ids=["JSON Lines", "JSON", "CSV", "TSV", "llama_factory", "a format from outside"],
)  # fmt: skip
@pytest.mark.usefixtures("first_line")
def test_an_option_of_reading_changes_all_formats_alike(name, text, tmp_path, monkeypatch):
    monkeypatch.setattr(FORMATS, "_things", dict(FORMATS._things))
    register_format(QUIZ)
    (tmp_path / name).write_text(text, encoding="utf-8")
    for options, first in (({"first_line": True}, "a"), ({}, "a\nb")):
        with open_samples(tmp_path / name, **options) as reader:
            [samples] = reader
        assert list(samples.texts.predictions) == [first, ""]


@pytest.mark.parametrize(
    ("changes", "kind", "message"),
    [
        ({"name": 5}, TypeError, "name of an input format must be a string"),
        ({"name": "a b"}, ValueError, "invalid input format name 'a b'"),
        ({"name": "-a"}, ValueError, "invalid input format name '-a'"),
        ({"summary": None}, TypeError, "summary of format 'quiz' must be a string, got NoneType"),
        ({"known_by": "a\nb"}, ValueError, "known_by of format 'quiz' must be one line"),
        ({"looks": "said"}, TypeError, "looks of format 'quiz' must be a function, got str"),
        ({"records": None}, TypeError, "records of format 'quiz' must be a function, got NoneT"),
        ({"to_prediction": 1}, TypeError, "to_prediction of format 'quiz' must be a function"),
        ({"prediction": "said"}, TypeError, r"prediction of format .* write \('said',\)"),
        ({"references": (1,)}, TypeError, "references of format 'quiz' must be strings, got int"),
        ({"variant": None}, TypeError, "variant of format 'quiz' must be several strings"),
        ({"id": ("a",)}, TypeError, "id of format 'quiz' must be a string or None, got tuple"),
        ({"ordered": "no"}, TypeError, "ordered of format 'quiz' must be True or False"),
    ],
)
def test_what_cannot_be_a_format_is_an_error(changes, kind, message):
    fields = {"name": "quiz", "summary": "a", "known_by": "a", "looks": bool} | changes
    with pytest.raises(kind, match=message):
        register_format(Format(**fields))
