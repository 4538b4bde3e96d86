"""pass@k of files: records with n and c, and several answers to a prompt."""

from __future__ import annotations

import csv
import io
import json

import pytest

from textmetrics import __version__, pass_at_k
from textmetrics.answers import sampling
from textmetrics.cli import main
from textmetrics.evaluation.explain import explain_signature

COUNTS = [{"id": "q1", "n": 10, "c": 3}, {"id": "q2", "n": 5, "c": 0}, {"n": 5, "c": 5}]
# Answers to three prompts, two or three of them right.
PROMPTS = {
    "q1": (["so 5", "#### 5", "6", None], "5"),
    "q2": (["答案是七", "不知道", "8", "9"], "7"),
    "q3": (["I do not know", "", "1", "2"], "3"),
}
RIGHT = {"q1": 2, "q2": 1, "q3": 0}
AS_LISTS = [{"id": i, "prediction": p, "reference": r} for i, (p, r) in PROMPTS.items()]
NO_IDS = [{name: value for name, value in row.items() if name != "id"} for row in AS_LISTS]
AS_RECORDS = [
    {"id": i, "prediction": p[at], "reference": r}
    for at in range(4)
    for i, (p, r) in PROMPTS.items()
]
LM_EVAL = [
    {
        "doc_id": at,
        "target": row["reference"],
        "filtered_resps": row["prediction"],
        "filter": "none",
    }
    for at, row in enumerate(AS_LISTS)
]


@pytest.fixture
def run(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def run(rows, *arguments, name="a.jsonl"):
        text = rows if isinstance(rows, str) else "".join(json.dumps(row) + "\n" for row in rows)
        (tmp_path / name).write_text(text)
        code = main(("score", name, *arguments))
        out, err = capsys.readouterr()
        return code, out, err

    return run


def scores(out):
    found = json.loads(out)["scores"]
    return {name: score["value"] for name, score in found.items()}


@pytest.mark.parametrize("rows", [COUNTS, "n,c\n10,3\n5,0\n5,5\n", json.dumps(COUNTS)])
def test_records_with_counts(run, rows):
    code, out, err = run(rows, "--pass-at", "1,5", "--format", "json")
    assert (code, err) == (0, "")
    n, c = [10, 5, 5], [3, 0, 5]
    # 1 - C(7, 5) / C(10, 5) = 1 - 21 / 252
    assert pass_at_k(10, 3, 5) == pytest.approx(1 - 21 / 252)
    assert scores(out) == {f"pass@{k}": pytest.approx(pass_at_k(n, c, k).mean()) for k in (1, 5)}
    found = json.loads(out)
    assert (found["n"], found["records"], found["left_out"]) == (3, 3, 0)
    assert found["scores"]["pass@5"]["signature"] == f"pass@5|mean|by:counts|v:{__version__}"
    assert found["scores"]["pass@5"]["n"] == 3
    assert found["scores"]["pass@5"]["details"] == {"answers": 20}


@pytest.mark.parametrize("rows", [AS_LISTS, NO_IDS, AS_RECORDS, json.dumps(AS_LISTS), LM_EVAL])
def test_several_answers_to_a_prompt(run, rows):
    code, out, err = run(rows, "--pass-at", "1,2,4", "--metrics", "numeric", "--format", "json")
    assert (code, err) == (0, "")
    n, c = [4] * 3, list(RIGHT.values())
    expected = {f"pass@{k}": pytest.approx(pass_at_k(n, c, k).mean()) for k in (1, 2, 4)}
    assert scores(out) == {"numeric": 3 / 12, **expected}
    found = json.loads(out)
    assert found["scores"]["numeric"]["details"] == {"unparsable": 4}
    assert found["scores"]["pass@2"]["n"] == 3
    assert (found["n"], found["records"], found["left_out"]) == (12, 12, 0)
    assert "pass@2|mean|by:numeric|judge:number|tolerance:0.0|" in out


@pytest.mark.parametrize("metric", ["accuracy", "multiple_choice", "contains"])
def test_any_metric_of_right_and_wrong_judges(run, metric):
    rows = [{"prediction": ["B", "<think>C</think>", "A"], "reference": "B"}]
    options = ("--pass-at", "1", "--metrics", metric, "--extract", "think", "--format", "json")
    assert scores(run(rows, *options)[1])["pass@1"] == pytest.approx(1 / 3)
    if metric == "accuracy":
        found = scores(run(rows, *options, "--preset", "squad")[1])
        assert found["pass@1"] == pytest.approx(1 / 3)


def test_tables_and_shards(run):
    code, out, _ = run(COUNTS, "--pass-at", "1", "--format", "csv")
    assert code == 0
    assert [row["metric"] for row in csv.DictReader(io.StringIO(out))] == ["pass@1"]
    run(AS_RECORDS[6:], name="b.jsonl")
    options = ("b.jsonl", "--merge", "--pass-at", "1,4", "--metrics", "numeric")
    merged = run(AS_RECORDS[:6], *options, "--format", "json")[1]
    assert scores(merged)["pass@4"] == pytest.approx(2 / 3)  # prompts extend over files
    single, table = run(AS_RECORDS, "b.jsonl", "--pass-at", "1", "--metrics", "numeric")[:2]
    assert single == 0
    assert "pass@1" in table.splitlines()[0]


# What is wrong, and what the error says of it.
@pytest.mark.parametrize(
    ("rows", "arguments", "code", "message"),
    [
        (COUNTS, ["6"], 3, "pass@6 needs at least 6 answers per prompt; prompt 'q2' has 5: sample"),
        (AS_RECORDS, ["5", "--metrics", "numeric"], 3, "at least 5 answers per prompt; prompt"),
        ([{"n": 3, "c": 1}], ["4"], 3, "per prompt; line 1 has 3: sample more, or"),
        ([{"n": 3, "c": 4}], ["1"], 3, "a.jsonl:1: c=4 exceeds n=3: c counts the correct"),
        ([{"n": 3, "c": -1}], ["1"], 3, ":1: field 'c' must be an integer of at least 0, got -1"),
        ([{"n": True, "c": 1}], ["1"], 3, ":1: field 'n' must be an integer of at least 0, got T"),
        ([{"n": 1.0, "c": 1}], ["1"], 3, ":1: field 'n' must be an integer of at least 0, got 1.0"),
        (AS_LISTS, ["1"], 3, "no field 'n' (fields: 'id', 'prediction'"),
        ("", ["1"], 3, "a.jsonl: the file is empty; expected one record"),
        (COUNTS, ["0"], 2, "an integer of at least 1, got '0'; separate several by commas, as"),
        (COUNTS, ["x"], 2, "expected an integer of at least 1, got 'x'"),
        (AS_LISTS, ["1", "--metrics", "f1"], 2, "choose one of accuracy, multiple_choice, numeric"),
        (AS_LISTS, ["1", "--metrics", "numeric,accuracy"], 2, "needs one metric that tells"),
        (AS_LISTS, ["1", "--metrics", "numeric", "--preset", "squad"], 2, "has no metric"),
        (COUNTS, ["1", "--extract", "think"], 2, "name the metric that tells which"),
        (COUNTS, ["1", "--output", "o.jsonl"], 2, "--pass-at and --output cannot be combined"),
        (COUNTS, ["1", "--preset", "default,squad"], 2, "--pass-at works with one preset only"),
        ([{"prediction": ["1"], "reference": "x"}], ["1", "--metrics", "numeric"], 3, "no single"),
        ([{"prediction": [{}], "reference": "1"}], ["1", "--metrics", "numeric"], 3, "be a string"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told(run, rows, arguments, code, message):
    found, out, err = run(rows, "--pass-at", *arguments)
    assert (found, out) == (code, "")
    assert message in err


@pytest.mark.parametrize("arguments", [[], ["--metrics", "numeric"]])
def test_signatures_are_explained(run, arguments):
    rows = AS_LISTS if arguments else COUNTS
    out = run(rows, "--pass-at", "1,5" if not arguments else "1,2", *arguments)[1]
    [line] = [line for line in out.splitlines() if "by:" in line]
    found = explain_signature(line)
    names = "pass@1, pass@2" if arguments else "pass@k"
    assert found.sentence.startswith(f"{names} is the chance that one of k answers")
    assert ("Numeric (share of" in found.sentence) == bool(arguments)
    with pytest.raises(ValueError, match="is not a version"):
        explain_signature("pass@1|mean|by:counts|w:1")


def test_bad_records_may_be_left_out(run):
    rows = [*COUNTS, {"n": 1, "c": 2}]
    code, out, err = run(rows, "--pass-at", "1", "--errors", "skip", "--format", "json")
    assert code == 3
    assert "left out: 1 invalid record" in err
    found = json.loads(out)
    assert (found["n"], found["records"], found["left_out"]) == (3, 4, 1)


def test_a_list_of_answers_is_an_error_where_nobody_asked_for_it(run):
    assert run(AS_LISTS)[0] == 3


# n, c, k; the value of the fraction in exact arithmetic, or 1 where it is nearer than any float.
MANY = {
    (10**6, 1500, 3000): 0.9890031874881141,
    (10**6, 3000, 1500): 0.9890031874881141,
    (10**12, 10**12, 10**12): 1.0,
    (10**12, 10**8, 10**8): 1.0,
    (2 * 10**8, 10**3, 10**8): 1.0,
    (10**12, 1, 10**8): 1e-4,
    (10**12, 6 * 10**6, 6): 3.599946e-05,
}


@pytest.mark.timeout(60)
@pytest.mark.parametrize("row", MANY)
def test_very_many_answers_take_no_longer(row):
    """Binomial coefficients of these have millions of digits."""
    assert pass_at_k(*row) == pytest.approx(MANY[row], rel=1e-9 if row[1] == 1500 else 1e-6)


@pytest.mark.parametrize("row", [(5000, 1100, 2), (50_000, 1500, 1200), (10**6, 1001, 1002)])
def test_a_product_rounds_to_the_same_float_as_the_coefficients(row, monkeypatch):
    monkeypatch.setattr(sampling, "_FACTORS", 10**6)
    exact = pass_at_k(*row)
    monkeypatch.setattr(sampling, "_FACTORS", 0)
    assert pass_at_k(*row) == exact


def test_more_answers_than_any_are_refused():
    with pytest.raises(ValueError, match="n must be at most 1,000,000,000,000, got"):
        pass_at_k(10**12 + 1, 1, 1)
