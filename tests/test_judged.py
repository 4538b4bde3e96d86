"""Metrics of answers: a letter, a number, some words; precision and recall on their own."""

from __future__ import annotations

import json
from importlib import metadata
from importlib.metadata import PackageNotFoundError, version
from threading import Thread

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from textmetrics import Evaluator, __version__, evaluate, prepare
from textmetrics.answers import choice_of, contains, mathematics, read_reference_number, same_number
from textmetrics.cli import main
from textmetrics.evaluation import UnusableReferenceError
from textmetrics.metrics import DEFAULT_METRICS, METRICS

JUDGED = ("multiple_choice", "numeric", "contains", "math")

# Prediction, references, whether it is right: by hand, by the rules of docs/answers.md.
TABLES = {
    "multiple_choice": [
        ("The answer is (B), because A is wrong.", "B", 1),
        ("I think it is **C**", "(C) Paris", 1),
        ("答案：B", "B", 1),
        ("B。因为甲是错误的", "答案是B", 1),
        ("「答えはB」", "B", 1),
        ("正解はAではなくCです", "A", 0),
        ("I do not know.", "A", None),
        ("わかりません", "A", None),
        ("", "A", None),
        ("A and B", "A", None),
        ("The answer is D", ["A", "D"], 1),
        ("nothing", ["nothing", "D"], None),  # one reference without a letter is passed over
    ],
    "numeric": [
        ("48 / 2 = 24, so 72 in all.\n#### 72", "#### 72", 1),
        ("It costs $1,234.50.", "1234.5", 1),
        ("一共是一万二千元。", "12000", 1),
        ("答えは百二十です", "120", 1),
        ("50%", "0.5", 1),
        ("about 3.1", "3.14159", 0),
        ("I do not know.", "5", None),
        ("不知道", "5", None),
        ("わかりません", "5", None),
        ("7", ["5", "7"], 1),
        ("none", ["none", "7"], None),
    ],
    "contains": [
        ("It is Paris, of course.", "paris", 1),
        ("首都是北京市。", "北京", 1),
        ("答えは東京タワーです", "東京タワー", 1),
        ("category", "cat", 0),
        ("東京", "京都", 0),
        ("", "Paris", 0),
        ("", "", 1),
        ("It is Lyon", ["Paris", "Lyon"], 1),
    ],
    # By computer algebra, and what math-verify 0.9.0 reads of a text.
    "math": [
        (r"So it is \boxed{\frac{1}{2}}.", "0.5", 1),
        ("0.5", r"$\frac12$", 1),
        ("50%", "0.5", 1),
        ("The answer is 5.", "5", 1),
        ("2x+1", "1+2x", 1),  # a formula by itself, as are the next
        ("10^{5}", "100000", 1),
        ("(1,2)", "$(1,2)$", 1),
        ("(2,1)", "$(1,2)$", 0),
        (r"\{2,1\}", r"\boxed{\{1,2\}}", 1),
        (r"答えは $\sqrt{8}$ です。", r"2\sqrt{2}", 1),
        (r"答案是 $x=5$。", "5", 1),
        ("x=5", "5", 1),
        ("3,000", "3000", 1),
        ("3.001", "3", 0),
        (r"\text{even}", "even", 1),
        ("It is 7", ["5", "7"], 1),
        ("x is 7", "7", 1),
        ("2ab + 3cd", "3cd + 2ba", 1),
        ("5 cm", "5", 1),
        (r"12\\text{ cm}", "12", 1),
        ("Answer: 5", "5", 1),
        ("I do not know.", "5", None),
        ("", "5", None),
    ],
}


@pytest.mark.parametrize("name", JUDGED)
def test_a_table_of_answers(name):
    predictions, references, right = map(list, zip(*TABLES[name], strict=True))
    result = evaluate(predictions, references, metrics=[name])
    score = result[name]
    assert score.samples.tolist() == [float(bool(value)) for value in right]
    assert score.headline == "accuracy"
    assert float(score) == np.mean([bool(value) for value in right])
    assert score.details == {"unparsable": right.count(None)}
    assert (score.precision, score.recall, score.f1, score.sentence_mean) == (None,) * 4
    told = f"health: {score.title}: {right.count(None)} answers of {len(right)} could not be read"
    assert (told in str(result)) == (None in right)


def test_they_are_computed_only_when_named():
    result = evaluate("5", "5", lang="en")
    assert tuple(result) == DEFAULT_METRICS
    assert not set(DEFAULT_METRICS) & {*JUDGED, "precision", "recall"}
    assert set(METRICS.names()) >= {*DEFAULT_METRICS, *JUDGED, "precision", "recall"}


@pytest.mark.parametrize("name", [name for name in JUDGED if name != "math"])
@settings(max_examples=100)
@given(st.lists(st.tuples(st.text(max_size=20), st.text(max_size=20)), min_size=1, max_size=5))
def test_any_text_is_scored_as_the_functions_do(name, pairs):
    pairs = [tuple(text.encode("utf-8", "replace").decode() for text in pair) for pair in pairs]
    predictions, references = map(list, zip(*pairs, strict=True))
    right = {
        "multiple_choice": lambda p, r: (letter := choice_of(r)) and choice_of(p) == letter,
        "numeric": same_number,
        "contains": contains,
    }[name]
    options = {"lang": "en", "metrics": [name]}
    usable = right if name != "numeric" else lambda _, r: read_reference_number(r) is not None
    if all(usable(reference, reference) for reference in references):
        found = evaluate(predictions, references, **options)[name]
        assert found.samples.tolist() == [float(bool(right(*pair))) for pair in pairs]
    else:
        with pytest.raises(UnusableReferenceError, match="to judge by"):
            evaluate(predictions, references, **options)


@settings(max_examples=20, deadline=None)
@given(st.text(alphabet="0123456789xyE+-*/^()[]{}\\$ .,=<>!%答é\n", max_size=12))
def test_any_text_is_a_formula_or_none(text):
    score = evaluate([text, "x"], ["5", "x"], lang="en", metrics=["math"])["math"]
    assert score.samples.tolist()[1] == 1


def test_a_calculation_that_would_not_end_is_stopped(monkeypatch):
    monkeypatch.setattr(mathematics, "SECONDS", 1.0)
    said = [r"\boxed{9^{9^{9^{9}}}}", "9**9**9**9**9", r"\boxed{5}"]
    found = []
    one = Thread(
        target=lambda: found.append(evaluate(said, ["5"] * 3, lang="en", metrics=["math"]))
    )
    one.start()  # no signal reaches a thread
    one.join()
    assert found[0]["math"].samples.tolist() == [0, 0, 1]


# What runs in the other process, called in this one. 2x + 1 is read as 2 unless it is in a box.
@pytest.mark.parametrize(
    ("text", "marked"),
    [
        (" 2x + 1 ", r"\boxed{2x + 1}"), ("x", r"\boxed{x}"), ("a b c d", r"\boxed{a b c d}"),
        (r"\frac{1}{2}", r"\boxed{\frac{1}{2}}"), (r"\text{five} 5", r"\boxed{\text{five} 5}"),
        ("cat", r"\boxed{cat}"),  # a word by itself may be the answer
        ("$2x$", "$2x$"), (r"\boxed{3}", r"\boxed{3}"),  # marked already
        ("2x\n+1", "2x\n+1"), ("", ""), (" ", ""),
        ("no way", "no way"), ("the cat is", "the cat is"), ("ab c", "ab c"), ("a bc", "a bc"),
    ],
)  # fmt: skip
def test_a_formula_gets_a_box(text, marked):
    assert mathematics._marked(text) == marked


@pytest.mark.parametrize(
    ("function", "answer", "gold", "same"),
    [
        ("agree", "2x+1", "1+2x", True),
        ("agree", "2x+1", "2x", False),
        ("verified", "2x+1", "2x", True),  # read as they are
        ("verified", "1/2", "0.5", True),
        ("verified", "1/2", "0.25", False),
        ("difference_is_0", r"\frac{1}{2}", "0.5", True),
        ("difference_is_0", "(x+1)^2", "x^2+2x+1", True),
        ("difference_is_0", "(x+1)^2", "x^2+2x", False),
        ("difference_is_0", "x+1", "x", False),
        ("difference_is_0", "][", "x", False),  # no formula
    ],
)
def test_formulas_that_are_equal(function, answer, gold, same):
    assert getattr(mathematics, function)(answer, gold) is same


def test_what_is_no_formula_is_not_read():
    assert [mathematics.reads(text) for text in ("2x", "no way", "")] == [True, False, False]


def test_without_math_verify_an_error_names_the_extra(monkeypatch):
    def missing(name):
        raise PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "version", missing)
    with pytest.raises(ImportError, match=r"textmetrics-eval\[math\]"):
        Evaluator(metrics=["math"], lang="ja")


@pytest.mark.parametrize(("tolerance", "right"), [(0, 0), (0.04, 0), (0.05, 1), (0.1, 1), (1, 1)])
def test_numbers_may_be_off_by_a_tolerance(tolerance, right):
    score = evaluate("3.10", "3.15", lang="en", metrics=["numeric"], tolerance=tolerance)["numeric"]
    assert score == right
    assert f"|judge:number|tolerance:{float(tolerance)}|refs:1|" in score.signature


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"tolerance": -0.1}, ValueError, "tolerance must not be negative, got -0.1"),
        ({"tolerance": float("nan")}, ValueError, "tolerance must be a finite number, got nan"),
        ({"tolerance": "wide"}, TypeError, "tolerance must be a number, got 'wide'"),
        ({"tolerence": 1}, TypeError, "argument 'tolerence': did you mean 'tolerance'"),
        (
            {"preset": "cmrc2018", "tolerance": 1},
            TypeError,
            "preset 'cmrc2018' takes no options, got 'tolerance'",
        ),
    ],
)
def test_wrong_tolerances(options, error, message):
    with pytest.raises(error, match=message):
        Evaluator(**options)


@pytest.mark.parametrize(
    ("name", "bad", "message"),
    [
        ("multiple_choice", "Paris", r"references\[2\]: found no letter to judge by: 'Paris'"),
        ("numeric", "Paris", r"references\[2\]: found no single number to judge by: 'Paris'"),
        ("numeric", ["a", "b"], r"references\[2\]: found no single number to judge by: 'a'"),
    ],
)
def test_a_reference_that_cannot_be_read_is_named(name, bad, message):
    with pytest.raises(UnusableReferenceError, match=message):
        evaluate(["(A) 1"] * 3, ["(A) 1", "(A) 1", bad], lang="en", metrics=[name])
    evaluator = Evaluator(lang="en", metrics=[name])
    evaluator.update(["(A) 1"] * 2, ["(A) 1"] * 2)
    with pytest.raises(UnusableReferenceError, match=message):  # counted over all batches
        evaluator.update(["(A) 1"], [bad])


def test_signatures_have_what_decides_and_no_more():
    result = evaluate(["B 5"], ["B 5"], lang="en", metrics=JUDGED, stopwords="both")
    after = f"|refs:1|preset:default|v:{__version__}"
    assert [score.signature.removesuffix(after) for score in result.values()] == [
        "multiple_choice|accuracy|judge:letter|letters:ABCDEFGHIJ",
        "numeric|accuracy|judge:number|tolerance:0.0",
        "contains|accuracy|judge:contained,characters",
        f"math|accuracy|judge:math-verify-{version('math-verify')}",
    ]
    assert all(score.all_tokens is None for score in result.values())


def test_prepared_references_batches_and_extraction():
    predictions = ["<think>5</think>", "<think>4</think>7", "7", "none"] * 3
    references = ["5", "7", "7", "7"] * 3
    whole = evaluate(predictions, references, lang="en", metrics=["numeric"], extract="think")
    assert whole["numeric"].samples.tolist() == [0, 1, 1, 0] * 3
    assert whole["numeric"].details == {"unparsable": 6}
    kept = prepare(references, lang="en")
    again = evaluate(predictions, kept, metrics=["numeric"], extract="think")
    assert again["numeric"].samples.tolist() == whole["numeric"].samples.tolist()
    first, second = (Evaluator(lang="en", metrics=["numeric"], extract="think") for _ in range(2))
    first.update(predictions[:5], references[:5])
    second.update(predictions[5:], references[5:])
    merged = first.merge(second).compute()["numeric"]
    assert (float(merged), merged.details) == (float(whole["numeric"]), {"unparsable": 6})


# Tokens by hand: "red fox ran home" and "the red fox ran", nothing dropped; 3 of 4 match.
def test_precision_and_recall_on_their_own():
    names = ["precision", "recall", "f1"]
    options = {"lang": "en", "stopwords": False, "metrics": names}
    result = evaluate(["red fox ran home", "red"], ["the red fox ran", "a red fox red"], **options)
    assert result["precision"].samples.tolist() == [0.75, 1.0]
    assert result["recall"].samples.tolist() == [0.75, 0.25]
    for name in names:
        assert float(result[name]) == getattr(result[name], name) == getattr(result["f1"], name)
    assert [score.title for score in result.values()] == ["Precision", "Recall", "F1"]


def test_each_takes_the_reference_that_is_best_for_it():
    options = {"lang": "en", "stopwords": False, "metrics": ["precision", "recall", "f1"]}
    result = evaluate(["b c d"], [["b", "a b c d e f g h"]], **options)
    assert result["precision"] == 1.0
    assert result["precision"].recall == 3 / 8
    assert result["recall"] == 1.0
    assert result["recall"].precision == 1 / 3
    assert result["f1"].f1 == pytest.approx(6 / 11)


@pytest.fixture
def run(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in JUDGED:
        rows = [{"prediction": p, "reference": r} for p, r, _ in TABLES[name]]
        lines = "".join(json.dumps(row) + "\n" for row in rows)
        (tmp_path / f"{name}.jsonl").write_text(lines)

    def run(*arguments):
        code = main(arguments)
        out, err = capsys.readouterr()
        return code, out, err

    return run


@pytest.mark.parametrize("name", JUDGED)
def test_the_command_line_has_them(run, name):
    predictions, references, _ = map(list, zip(*TABLES[name], strict=True))
    score = evaluate(predictions, references, metrics=[name])[name]
    code, out, _ = run("score", f"{name}.jsonl", "--metrics", name, "--format", "json")
    assert code == 0
    assert json.loads(out)["scores"] == {name: score.to_dict()}
    out = run("score", f"{name}.jsonl", "--metrics", name)[1]
    unread = int(score.details["unparsable"])
    assert ("could not be read" in out) == bool(unread)
    assert f"{score.title} " in out


def test_tolerance_on_the_command_line(run):
    arguments = ("score", "numeric.jsonl", "--metrics", "numeric", "--format", "json")
    plain = json.loads(run(*arguments)[1])["scores"]["numeric"]
    wide = json.loads(run(*arguments, "--tolerance", "0.05")[1])["scores"]["numeric"]
    assert wide["value"] > plain["value"]
    assert "|tolerance:0.05|" in wide["signature"]
    assert run(*arguments, "--tolerance", "-1")[0] == 2
    code, _, err = run("score", "numeric.jsonl", "--preset", "squad", "--tolerance", "1")
    assert code == 2
    assert "--tolerance 1.0 does not work with --preset squad; presets that have it: default" in err


def test_a_reference_that_cannot_be_read_is_bad_data(run):
    code, out, err = run("score", "contains.jsonl", "--metrics", "numeric")
    assert (code, out) == (3, "")
    assert err == (
        "contains.jsonl:1: found no single number to judge by: 'paris'; give one number, or "
        "compare such answers with accuracy (and --extract boxed) or contains, or pass "
        "--errors skip\n"
    )


UNUSABLE = {"multiple_choice": ("B", "BD"), "numeric": ("5", "无解")}


@pytest.fixture(params=list(UNUSABLE))
def judged(request, tmp_path, monkeypatch):
    """Two files in which one reference of four is unusable, and another one beside a good one."""
    good, bad = UNUSABLE[request.param]
    records = [
        {"id": f"q{at}", "prediction": good, "answer": answer}
        for at, answer in enumerate([good, bad, [bad, good], good])
    ]
    monkeypatch.chdir(tmp_path)
    for name in ("one.jsonl", "two.jsonl"):
        write_lines(tmp_path / name, records)
    return request.param


def write_lines(path, records):
    path.write_text("".join(json.dumps(each) + "\n" for each in records), encoding="utf-8")


@pytest.mark.parametrize(
    "arguments", [("score", "one.jsonl"), ("compare", "one.jsonl", "two.jsonl")]
)
def test_an_unusable_reference_is_an_invalid_record(judged, arguments, capsys):
    finds = {"multiple_choice": "letter", "numeric": "single number"}[judged]
    named = f"one.jsonl:2: id 'q1': found no {finds} to judge by"
    command = [*arguments, "--metrics", judged]
    assert main(command) == 3
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(named)
    assert err.endswith(", or pass --errors skip\n")
    assert main([*command, "--errors", "skip", "--format", "json"]) == 3
    out, err = capsys.readouterr()
    assert err.startswith(named)
    assert "--errors skip" not in err
    found = json.loads(out)
    if arguments[0] == "score":
        assert (found["n"], found["left_out"], found["scores"][judged]["value"]) == (3, 1, 1.0)
        assert found["health"]["unusable_references"] == 2  # one left out, one beside a good one
    else:
        scores = found["scores"]
        assert {each["n"] for each in scores} == {3}
        assert {each["health"]["unusable_references"] for each in scores} == {2}


def test_pass_at_leaves_out_unusable_references(judged, capsys):
    command = ["score", "one.jsonl", "--metrics", judged, "--pass-at", "1"]
    assert main(command) == 3
    assert "one.jsonl:2: id 'q1': " in capsys.readouterr().err
    assert main([*command, "--errors", "skip", "--format", "json"]) == 3
    assert json.loads(capsys.readouterr().out)["scores"]["pass@1"]["n"] == 3


def test_a_file_of_unusable_references_has_no_usable_records(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    write_lines(tmp_path / "x.jsonl", [{"prediction": "5", "answer": "x"}] * 2)
    assert main(["score", "x.jsonl", "--metrics", "numeric", "--errors", "skip"]) == 3
    assert "no usable records (2 invalid)" in capsys.readouterr().err


def test_several_evaluators_share_the_check(tmp_path, monkeypatch, capsys):
    """Where several metrics judge, a sample must be usable by each of them."""
    monkeypatch.chdir(tmp_path)
    write_lines(
        tmp_path / "x.jsonl", [{"prediction": "B 5", "answer": a} for a in ("B", "5", "B 5")]
    )
    command = ["score", "x.jsonl", "--metrics", "numeric,multiple_choice,accuracy"]
    assert main([*command, "--errors", "skip", "--format", "json"]) == 3
    out, err = capsys.readouterr()
    assert json.loads(out)["n"] == 1
    assert "x.jsonl:1: found no single number" in err
    assert "x.jsonl:2: found no letter" in err


def test_an_unusable_reference_beside_a_usable_one_cannot_be_matched():
    result = evaluate(["5", "无解", "x"], [["5", "无解"]] * 3, lang="zh", metrics=["numeric"])
    assert result["numeric"].samples.tolist() == [1.0, 0.0, 0.0]
    assert result.health.unusable_references == 3
    assert "samples with a reference that a metric cannot judge by: 3" in str(
        result.health.remarks()
    )
