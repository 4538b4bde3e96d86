"""The preset squad_v2: questions that may have no answer, by the rules of SQuAD 2.0's script."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest

from textmetrics import Evaluator, evaluate, prepare
from textmetrics.cli import main
from textmetrics.presets.squad_v2 import best_threshold

# Prediction, references, exact, F1, whether the question has an answer: by hand.
TABLE = [
    ("Paris", ["Paris"], 1, 1, True),
    ("the U.S.", ["US", "USA"], 1, 1, True),
    ("It is Paris", ["Paris"], 0, 1 / 2, True),
    ("", ["Paris"], 0, 0, True),
    ("", [], 1, 1, False),
    ("...", [], 1, 1, False),  # no word is left
    ("the", [], 1, 1, False),
    ("Paris", [], 0, 0, False),
    # The script counts a question with any reference among those that have an answer.
    ("", [""], 1, 1, True),
    ("a", ["the", "."], 1, 1, True),
    ("Paris", [""], 0, 0, True),
    # A reference without a word is left out beside others.
    ("", ["the", "Paris"], 0, 0, True),
    ("", ["Paris", ""], 0, 0, True),
    ("Paris", ["", "Paris in France"], 0, 1 / 2, True),
    ("巴黎", ["巴黎"], 1, 1, True),
    ("。", [], 0, 0, False),  # no ASCII mark, so a word
    ("はい", ["いいえ", "はい"], 1, 1, True),
]


def test_by_hand():
    predictions, references, exact, f1, answerable = map(list, zip(*TABLE, strict=True))
    result = evaluate(predictions, references, preset="squad_v2")
    assert list(result) == [
        "exact", "f1", "has_ans_exact", "has_ans_f1", "no_ans_exact", "no_ans_f1",
    ]  # fmt: skip
    for name, expected in (("exact", exact), ("f1", f1)):
        assert result[name].samples.tolist() == pytest.approx(expected)
        for prefix, kept in (("has_ans", True), ("no_ans", False)):
            of = [one for one, has in zip(expected, answerable, strict=True) if has == kept]
            score = result[f"{prefix}_{name}"]
            assert score.n == len(of)
            assert float(score) == pytest.approx(sum(of) / len(of))
            left_out = [math.isnan(value) for value in score.samples]
            assert left_out == [has != kept for has in answerable]


def test_only_it_takes_questions_without_references():
    assert float(evaluate("", [], preset="squad_v2")["exact"]) == 1
    with pytest.raises(ValueError, match=r"references\[0\] is an empty list"):
        evaluate([""], [[]], preset="squad")


def test_without_unanswerable_questions_their_score_is_missing():
    result = evaluate(["a b"], ["b"], preset="squad_v2")
    assert math.isnan(result["no_ans_f1"])
    assert result["has_ans_f1"] == result["f1"]


def test_two_answers_without_a_word_under_squad():
    for texts in ((["the"], ["a"]), ([""], [""]), (["."], ["!"])):
        script = evaluate(*texts, preset="squad")
        assert (float(script["accuracy"]), float(script["f1"])) == (1, 0)
        assert float(evaluate(*texts, preset="squad", program="torchmetrics")["f1"]) == 1


PROBABILITIES = [0.2, 0.9, 0.1, 0.8, 0.4]
ANSWERS = ["Paris", "Rome", "", "...", "Oslo in May"]
KNOWN = [["Paris"], [], ["Bern"], [], ["Oslo"]]


@pytest.mark.parametrize("threshold", [0.0, 0.1, 0.2, 0.4, 0.5, 0.8, 0.9, 1.0])
def test_a_threshold_by_empty_predictions(threshold):
    """Above the threshold a question without an answer counts 1, another one 0."""
    given = [
        "" if each > threshold else text for text, each in zip(ANSWERS, PROBABILITIES, strict=True)
    ]
    samples = evaluate(given, KNOWN, preset="squad_v2")["exact"].samples
    raw = [1, 0, 0, 1, 0]
    expected = [
        float(not known) if each > threshold else value
        for value, known, each in zip(raw, KNOWN, PROBABILITIES, strict=True)
    ]
    assert samples.tolist() == expected
    options = {"no_answer_probability": PROBABILITIES, "no_answer_threshold": threshold}
    if threshold in (0.0, 0.5, 1.0):  # that have an equal in single precision
        with_option = evaluate(ANSWERS, KNOWN, preset="squad_v2", **options)
        assert with_option["exact"].samples.tolist() == expected


@pytest.mark.parametrize(
    ("probability", "threshold", "above"),
    [
        (0.5, 0.5, False),  # strictly
        (0.3, 0.3, True),  # 0.30000001192092896 in single precision, which the library has
        (0.7, 0.7, False),  # 0.699999988079071
        (1, 1, False),
        (0.2, 0, True),
        (math.nan, 0, False),
        (None, 0, False),  # not known
        (np.float32(0.9), 0.5, True),
    ],
)
def test_a_question_is_not_answered_above_the_threshold(probability, threshold, above):
    options = {"no_answer_probability": [probability], "no_answer_threshold": threshold}
    for references, right in ((["Paris"], not above), ([], above)):
        result = evaluate(["Paris"], [references], preset="squad_v2", **options)
        assert float(result["exact"]) == right
    assert f"|no_answer_threshold:{float(threshold)}|" in result["exact"].signature


@pytest.mark.parametrize("references", [[""], ["the"], ["", "."], ["Paris"], ["", "Paris"]])
def test_what_is_not_answered_is_wrong_where_there_is_a_reference(references):
    options = {"preset": "squad_v2", "no_answer_threshold": 0.5}
    for prediction in ("", "Paris", "the"):
        for metric in ("exact", "f1", "has_ans_exact", "has_ans_f1"):
            above, below = (
                evaluate([prediction], [references], no_answer_probability=[chance], **options)
                for chance in (0.75, 0.25)
            )
            alone = evaluate([prediction], [references], preset="squad_v2")
            assert (above[metric], below[metric]) == (0, alone[metric])
    for prediction in ("", "Paris"):
        above = evaluate([prediction], [[]], no_answer_probability=[0.75], **options)
        assert (above["f1"], above["no_ans_exact"]) == (1, 1)


def test_values_per_sample_come_with_the_samples():
    whole = {"no_answer_probability": PROBABILITIES, "no_answer_threshold": 0.5}
    expected = evaluate(ANSWERS, KNOWN, preset="squad_v2", **whole)
    evaluator = Evaluator(preset="squad_v2", no_answer_threshold=0.5)
    for places in (slice(0, 2), slice(2, 5)):
        evaluator.update(
            ANSWERS[places], KNOWN[places], no_answer_probability=PROBABILITIES[places]
        )
    for name, score in evaluator.compute().items():
        assert score.samples.tolist() == pytest.approx(expected[name].samples.tolist(), nan_ok=True)
    kept = prepare(KNOWN, preset="squad_v2")
    assert evaluate(ANSWERS, kept, **whole)["f1"] == expected["f1"]
    options = {"no_answer_probability": 1, "no_answer_threshold": 0}
    assert float(evaluate("Rome", "Rome", preset="squad_v2", **options)["f1"]) == 0
    # Without probabilities there is nothing above a threshold.
    assert evaluate(ANSWERS, KNOWN, preset="squad_v2", no_answer_threshold=0)["exact"] == 2 / 5


@pytest.mark.parametrize(
    ("values", "error", "message"),
    [
        ([0.5], ValueError, "5 predictions but 1 values of no_answer_probability: give one"),
        (0.5, TypeError, "no_answer_probability must be a list with one value per sample"),
        ("0.5", TypeError, "no_answer_probability must be a list with one value per sample"),
        ([0, 1, "x", 0, 0], ValueError, r"no_answer_probability\[2\]: expected a number, got 'x'"),
        ([0, True, 0, 0, 0], ValueError, r"no_answer_probability\[1\]: expected a number"),
    ],
)
def test_values_that_do_not_fit_are_errors(values, error, message):
    with pytest.raises(error, match=message):
        evaluate(ANSWERS, KNOWN, preset="squad_v2", no_answer_probability=values)


def test_values_where_nobody_takes_them_are_errors():
    for options in ({}, {"preset": "squad"}):
        with pytest.raises(TypeError, match="no_answer_probability"):
            evaluate(["a"], ["a"], no_answer_probability=[0.5], **options)
    with pytest.raises(TypeError, match="has one value per sample: give it to evaluate or"):
        Evaluator(preset="squad_v2", no_answer_probability=[0.5])
    with pytest.raises(TypeError, match="preset 'squad_v2' uses no such value per sample"):
        Evaluator(preset="squad_v2").update(["a"], ["a"], probability=[0.5])


def test_files_have_the_values_as_a_field(tmp_path, capsys):
    file = tmp_path / "answers.jsonl"
    rows = zip(ANSWERS, [each or [""] for each in KNOWN], PROBABILITIES, strict=True)
    names = ("prediction", "reference", "no_answer_probability")
    lines = [json.dumps(dict(zip(names, row, strict=True))) for row in rows]
    file.write_text("\n".join(lines), encoding="utf-8")
    options = ["--preset", "squad_v2", "--no-answer-threshold", "0.5"]
    assert main(["score", str(file), *options, "--format", "csv", "--metrics", "exact"]) == 0
    # Paris, and the two questions without an answer, which are above the threshold.
    assert ",accuracy,0.6," in capsys.readouterr().out
    file.write_text(lines[0].replace("0.2", '"low"'), encoding="utf-8")
    assert main(["score", str(file), *options]) == 3
    assert "answers.jsonl:1: no_answer_probability: expected a number, got 'low'" in (
        capsys.readouterr().err
    )


@pytest.mark.parametrize(
    ("value", "options", "said"),
    [
        (None, ["--no-answer-threshold", "0.5"], True),  # no such field, or null in it
        ("", ["--no-answer-threshold", "0.5"], True),
        (0.7, ["--no-answer-threshold", "0.5"], False),
        ("", ["--no-answer-threshold", "1"], False),  # the default
        ("", [], False),
    ],
)
def test_a_threshold_without_probabilities_has_no_effect(value, options, said, tmp_path, capsys):
    file = tmp_path / "answers.jsonl"
    record = {"prediction": "Paris", "answer": "Paris"}
    if value != "":
        record["no_answer_probability"] = value
    file.write_text(json.dumps(record) + "\n")
    assert main(["score", str(file), "--preset", "squad_v2", *options]) == 0
    expected = "--no-answer-threshold has no effect, for no record has a field no_answer_prob"
    assert (expected in capsys.readouterr().err) is said


def test_a_question_without_an_answer_is_no_fault_of_the_data(tmp_path, capsys):
    file = tmp_path / "answers.jsonl"
    records = [{"prediction": "Paris", "answer": "Paris"}, {"prediction": "Rome", "answer": ""}]
    file.write_text("".join(json.dumps(each) + "\n" for each in records))
    for preset, said in (("squad_v2", False), ("squad", True)):
        assert main(["score", str(file), "--preset", preset]) == 0
        assert ("empty references" in capsys.readouterr().out) is said
    assert not evaluate(["a", "b"], [["a"], []], preset="squad_v2").health.empty_references


def test_the_best_threshold():
    """By hand, in the script's steps from the lowest probability on."""
    found = evaluate(ANSWERS, KNOWN, preset="squad_v2")
    # Two questions without an answer: 2, then +0, +1 at 0.2, +0 (F1: 1/2 at 0.4), -1, -1.
    for name, best, at in (("exact", 3 / 5, 0.2), ("f1", 3.5 / 5, 0.4)):
        samples = found[name].samples, found[f"has_ans_{name}"].samples
        assert best_threshold(*samples, ANSWERS, PROBABILITIES) == (pytest.approx(best), at)
    with pytest.raises(ValueError, match="zip"):
        best_threshold([1.0], [1.0], ["a"], [])
