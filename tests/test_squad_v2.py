"""The preset squad_v2: questions that may have no answer, by the rules of SQuAD 2.0's script."""

from __future__ import annotations

import math

import pytest

from textmetrics import evaluate
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
    ("", [""], 1, 1, False),
    ("a", ["the", "."], 1, 1, False),
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


def test_the_best_threshold():
    """By hand, in the script's steps from the lowest probability on."""
    found = evaluate(ANSWERS, KNOWN, preset="squad_v2")
    # Two questions without an answer: 2, then +0, +1 at 0.2, +0 (F1: 1/2 at 0.4), -1, -1.
    for name, best, at in (("exact", 3 / 5, 0.2), ("f1", 3.5 / 5, 0.4)):
        samples = found[name].samples, found[f"has_ans_{name}"].samples
        assert best_threshold(*samples, ANSWERS, PROBABILITIES) == (pytest.approx(best), at)
    with pytest.raises(ValueError, match="zip"):
        best_threshold([1.0], [1.0], ["a"], [])
