"""What was asked, and what samples can be chosen by, as records of programs have them."""

from __future__ import annotations

import json

import pytest

from textmetrics.comparison.facets import Facets
from textmetrics.records import Turn, question_of

USER = {"role": "user", "content": "2 + 2?"}
SYSTEM = {"role": "system", "content": "Be brief."}
REPLY = {"role": "assistant", "content": "4"}


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        # A field of its own, in the order of preference.
        ({"question": "Who?", "prediction": "he"}, [("", "Who?")]),
        ({"prompt": "Long prompt", "question": "Who?"}, [("", "Who?")]),
        ({"query": "谁写的？", "answer": "李白"}, [("", "谁写的？")]),
        ({"问题": "首都？", "answer": "北京"}, [("", "首都？")]),
        ({"質問": "首都は？", "answer": "東京"}, [("", "首都は？")]),
        ({"input": "", "source": "A text."}, [("", "A text.")]),
        ({"document": "To summarize."}, [("", "To summarize.")]),
        # Alpaca: instruction and input; SQuAD: question and context.
        ({"instruction": "Translate.", "input": "Tag"}, [("", "Translate."), ("", "Tag")]),
        ({"instruction": "Write a poem.", "input": ""}, [("", "Write a poem.")]),
        ({"question": "Who?", "context": "He did."}, [("", "Who?"), ("", "He did.")]),
        # Conversations, without the answers that end them.
        ({"messages": [SYSTEM, USER, REPLY]}, [("system", "Be brief."), ("user", "2 + 2?")]),
        ({"messages": [USER, REPLY, USER]}, [
            ("user", "2 + 2?"), ("assistant", "4"), ("user", "2 + 2?")]),
        ({"prompt": [USER]}, [("user", "2 + 2?")]),
        ({"conversations": [{"from": "human", "value": "Hi"}, {"from": "gpt", "value": "Ho"}]},
         [("user", "Hi")]),
        ({"origin_prompt": [{"role": "HUMAN", "prompt": "Hi"}]}, [("user", "Hi")]),
        ({"messages": [{"role": "user", "content": [
            {"type": "image_url", "image_url": {}}, {"type": "text", "text": "What is it?"}]}]},
         [("user", "What is it?")]),
        ({"messages": [REPLY]}, []),
        # Inside of what a program keeps of the original.
        ({"doc_id": 1, "doc": {"question": "Who?"}, "target": "he"}, [("", "Who?")]),
        ({"data": {"text": 1, "question": "Who?"}}, [("", "Who?")]),
        ({"prompt": {"text": 1, "query": "Who?"}}, [("", "Who?")]),
        # Choices.
        ({"question": "Which?", "choices": ["red", "blue"]},
         [("", "Which?"), ("", "A. red\nB. blue")]),
        ({"question": "Which?", "choices": {"text": ["red"], "label": ["A"]}},
         [("", "Which?"), ("", "A. red")]),
        ({"question": "Which?", "choices": [1, 2]}, [("", "Which?")]),
        # Nothing that anybody asked.
        ({"prediction": "he", "reference": "she"}, []),
        ({"question": None, "prompt": 3, "messages": []}, []),
        ({"question": "  "}, []),
        ({"messages": [1, 2]}, []),
        ({}, []),
    ],
)  # fmt: skip
def test_a_question_is_found_wherever_programs_write_it(record, expected):
    assert question_of(record) == tuple(Turn(*each) for each in expected)


def test_a_field_that_holds_the_answer_is_no_question():
    record = {"prompt": "Who?", "input": "he"}
    assert question_of(record) == (Turn("", "Who?"),)
    assert question_of(record, ["prompt"]) == (Turn("", "he"),)


def test_no_record_is_too_deep():
    record = {"question": "Who?"}
    for _ in range(500):
        record = {"doc": record}
    assert question_of(record) == ()


def facets(records, without=()):
    found = Facets(without)
    for each in records:
        found.add(each)
    return found.columns()


def test_samples_are_chosen_by_few_short_values_that_come_again():
    records = [
        {"id": at, "subject": "ab"[at % 2], "level": at % 3, "ok": at % 2 == 0, "model": "m",
         "text": f"no two are alike {at}", "long": "x" * 100, "lists": [at % 2], "tokens": at % 30}
        for at in range(60)
    ]  # fmt: skip
    records[5].pop("subject")
    found = facets(records)
    assert list(found) == ["subject", "level", "ok"]
    assert found["subject"][:7] == ["a", "b", "a", "b", "a", None, "a"]
    assert found["level"][:4] == ["0", "1", "2", "0"]
    assert found["ok"][:2] == ["true", "false"]
    assert {len(column) for column in found.values()} == {60}
    assert list(facets(records, without=["level"])) == ["subject", "ok"]


@pytest.mark.parametrize(
    ("values", "is_facet"),
    [
        (["a", "b"] * 3, True),
        (["a", "b"], False),  # none comes again
        (["a"] * 6, False),  # nothing to choose
        ([None, "a", None, "b", "b"], True),
        ([str(at) for at in range(40)] * 2, True),
        ([str(at) for at in range(41)] * 2, False),  # too many
        (list(range(10)) * 2, True),
        (list(range(11)) * 2, False),  # of so many, numbers are measured
        ([0.5, 1.5] * 3, False),
        (["a", ["b"]] * 3, False),
        (["a\nb", "c"] * 3, False),
    ],
)
def test_which_fields_are_facets(values, is_facet):
    assert bool(facets({"field": value} for value in values)) == is_facet


def test_questions_and_subjects_come_from_the_files_to_the_page(run, tmp_path):
    for name, answer in (("base", "no"), ("tuned", "yes")):
        rows = [
            {"id": at, "instruction": f"Say yes, please, {at}.", "prediction": answer,
             "reference": "yes", "subject": ["law", "art"][at % 2]}
            for at in range(8)
        ]  # fmt: skip
        if name == "tuned":
            rows.reverse()  # samples are matched by id
        lines = "".join(json.dumps(row) + "\n" for row in rows)
        (tmp_path / f"{name}.jsonl").write_text(lines, encoding="utf-8")
    seen = []
    code, _, err = run(
        "compare", str(tmp_path / "base.jsonl"), str(tmp_path / "tuned.jsonl"), "--lang", "en",
        "--resamples", "100", "--output", str(tmp_path / "report"),
    )  # fmt: skip
    assert code == 0, err
    html = (tmp_path / "report" / "report.html").read_text(encoding="utf-8")
    seen = _payload(html, 0, 0)
    assert seen["facets"] == [{"name": "subject", "values": ["art", "law"], "column": [1, 0] * 4}]
    texts = _payload(html, 0, -1)
    assert [row[5] for row in texts] == [[["", f"Say yes, please, {at}."]] for at in range(8)]


def _payload(html, task, number):
    import base64
    import re
    import zlib

    parts = re.findall(rf'id="payload-{task}-\d+">(.*?)</script>', html)
    return json.loads(zlib.decompress(base64.b64decode(parts[number])))
