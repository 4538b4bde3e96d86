"""The numbers of `Health`: on both sides of each threshold, and how they are put together."""

from __future__ import annotations

import copy
from collections import Counter
from dataclasses import fields

import numpy as np
import pytest

from textmetrics import Evaluator, evaluate
from textmetrics.evaluation.health import Anomaly, ExtractionHealth, Health
from textmetrics.evaluation.lengths import LengthPairs


def lengths(*pairs):
    its = LengthPairs()
    its.add(*(np.array(each, dtype=np.int64) for each in zip(*pairs, strict=True)))
    return its


# A median of half or twice the reference's length is told, what lies between is not; the advice
# turns at 1.
@pytest.mark.parametrize(
    ("pair", "said"),
    [
        ((49, 100), "0.49 × the reference's length (short answers: read recall beside precision)"),
        ((50, 100), "0.50 × the reference's length (short answers: read recall beside precision)"),
        ((51, 100), None),
        ((100, 100), None),
        ((199, 100), None),
        (
            (2, 1),
            "2.00 × the reference's length (long answers: read precision and F1 beside recall)",
        ),
        (
            (201, 100),
            "2.01 × the reference's length (long answers: read precision and F1 beside recall)",
        ),
        ((5, 0), None),  # an empty reference has no ratio
    ],
)
def test_the_median_length_is_told_from_half_and_from_twice_on(pair, said):
    expected = [] if said is None else [f"median prediction {said}"]
    assert Health(lengths=lengths(pair)).remarks() == expected


def test_lengths_of_a_table():
    """Of 20 ratios, 1 to 20, half are at most 10, and 95 % are at most 19."""
    its = Health(lengths=lengths(*((at, 1) for at in range(1, 21))))
    found = its.to_dict()
    assert (found["length_ratio_median"], found["length_ratio_95th"]) == (10.0, 19.0)
    assert Health().to_dict()["length_ratio_median"] is None


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ({}, 0),
        ({"last": 1}, 1),
        ({"last": 1, "only": 99}, 1),  # one in a hundred
        ({"last": 1, "only": 100}, 0),  # fewer
        ({"last": 2, "only": 198}, 2),
        ({"last": 2, "only": 199}, 0),
        ({"only": 5}, 0),
    ],
)
def test_last_numbers_are_told_from_one_in_a_hundred_on(rules, expected):
    its = Health(number_rules=Counter(rules))
    assert its.unstated == expected
    one = "prediction that states none of its numbers as the answer"
    many = "predictions that state none of their numbers as the answer"
    told = [each.counted() for each in its.anomalies()]
    assert told == ([f"{expected} {one if expected == 1 else many}"] if expected else [])


def looking_at(texts):
    its = ExtractionHealth()
    its.looked_at.add(texts)
    return its


@pytest.mark.parametrize(
    ("changed", "same", "told"),
    [(1, 99, {"markdown": 1}), (1, 100, {}), (2, 198, {"markdown": 2}), (2, 199, {}), (0, 5, {})],
)
def test_steps_are_advised_from_one_in_a_hundred_on(changed, same, told):
    its = looking_at(["**red** fox"] * changed + ["red fox"] * same)
    assert its.advised == told
    assert its.to_dict() == {
        "looked_at": changed + same,
        "would_change": {"markdown": changed} if changed else {},
    }


# Each number by itself: how it is told of one and of more, and by what it helps in each place.
PREDICTIONS = (
    *("null_predictions", "emptied_predictions", "other_script", "other_language", "thinking"),
    *("other_variant", "equal_without_signs", "repetitive", "code_fences", "template_marks"),
)
OTHERS = (
    *("empty_references", "unusable_references", "nothing_dropped", "references_left_out"),
    *("guessed_japanese", "undetermined", "wordless", "undivided", "written_lists"),
)


@pytest.mark.parametrize("name", [*PREDICTIONS, *OTHERS])
def test_each_number_is_told_once_from_one_on(name):
    if name == "null_predictions":  # which are among the empty ones
        made = [Health(null_predictions=n, empty_predictions=n) for n in (0, 1, 1234)]
    else:
        made = [Health(**{name: n}) for n in (0, 1, 1234)]
    none, one, many = (each.anomalies() for each in made)
    assert none == []
    assert [each.number for each in (*one, *many)] == [1, 1234]
    assert one[0].of_predictions == (name in PREDICTIONS)
    assert one[0].counted().startswith("1 prediction ") == (
        name in PREDICTIONS and not one[0].what.endswith("predictions")
    )
    assert many[0].counted() == f"1,234 {many[0].what}"
    assert many[0].sentence(command_line=True).startswith(f"{many[0].what}: 1,234 (")
    assert len(made[1].remarks()) == len(made[1].remarks(command_line=True)) == 1


def test_one_of_a_kind_is_told_in_the_singular():
    assert Anomaly(1, "empty predictions", "").counted() == "1 empty prediction"
    assert Anomaly(0, "empty predictions", "").counted() == "0 empty predictions"
    assert Anomaly(2, "empty predictions", "").counted() == "2 empty predictions"
    assert Anomaly(1, "they", "", one="it").counted() == "1 it"
    assert Anomaly(2, "they", "", one="it").counted() == "2 they"
    with_option = Anomaly(2, "they", "so", "--option", "argument=1")
    assert with_option.sentence(command_line=True) == "they: 2 (so; see --option)"
    assert with_option.sentence(command_line=False) == "they: 2 (so; see argument=1)"
    assert Anomaly(2, "they", "so").sentence(command_line=True) == "they: 2 (so)"


@pytest.mark.parametrize(
    ("empty", "null", "unanswered", "expected"),
    [
        (3, 0, 0, ["empty predictions: 3"]),
        (3, 1, 0, ["null predictions: 1", "empty predictions: 2"]),
        (3, 1, 2, ["null predictions: 1"]),  # an outcome says why the others are empty
        (3, 0, 2, ["empty predictions: 1"]),
        (3, 3, 0, ["null predictions: 3"]),
        (3, 0, 3, []),
    ],
)
def test_an_empty_prediction_is_told_once(empty, null, unanswered, expected):
    its = Health(empty_predictions=empty, null_predictions=null, unanswered=unanswered)
    assert [each.partition(" (")[0] for each in its.remarks()] == expected
    assert its.without_reason == empty - unanswered


@pytest.mark.parametrize(
    ("words", "dropped", "expected"), [(0, 0, 0.0), (1, 0, 0.0), (4, 1, 0.25), (1, 1, 1.0)]
)
def test_the_share_of_dropped_words(words, dropped, expected):
    its = Health(words=words, words_dropped=dropped)
    assert its.dropped_share == expected
    assert its.to_dict()["dropped_share"] == expected


# Of one group of counts each, all fields filled: 2 and 3 of each are 5.
def filled(number):
    its = Health()
    for each in fields(its):
        value = getattr(its, each.name)
        if isinstance(value, Counter):
            value["x"] = number
        elif isinstance(value, int):
            setattr(its, each.name, number)
    its.lengths = lengths(*[(number, 1)] * number)
    its.extraction = looking_at(["x"] * number)
    return its


def test_what_is_merged_is_added_and_a_copy_is_independent():
    merged, other = filled(2), filled(3)
    kept = merged.copy()
    merged.merge(other)
    numbers = {
        each.name: (getattr(merged, each.name), getattr(kept, each.name))
        for each in fields(merged)
        if each.name not in ("lengths", "extraction")
    }
    for name, (sums, before) in numbers.items():
        counted = isinstance(sums, Counter)
        assert (sums, before) == (({"x": 5}, {"x": 2}) if counted else (5, 2)), name
    assert merged.extraction.looked_at.predictions == 5
    assert kept.extraction.looked_at.predictions == 2
    assert [each.length_ratio(0.5) for each in (kept, other, merged)] == [2.0, 3.0, 3.0]
    assert other.languages == {"x": 3}


def test_a_dictionary_has_all_numbers():
    found = filled(2).to_dict()
    lone = {each.name for each in fields(Health)} - {"lengths"}
    assert set(found) == lone | {"dropped_share", "length_ratio_median", "length_ratio_95th"}
    assert [type(found[each]) for each in ("languages", "number_rules", "outcomes")] == [dict] * 3
    assert all(found[name] in (2, {"x": 2}) for name in lone - {"extraction"})


# Marks that separate turns, with 30 characters as the longest, and what only looks like one.
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("fox<|im_end|>", 1),
        (f"<|{'x' * 30}|>", 1),
        (f"<|{'x' * 31}|>", 0),
        ("<||>", 0),
        ("<｜end▁of▁sentence｜>", 1),
        (f"<｜{'x' * 30}｜>", 1),
        (f"<｜{'x' * 31}｜>", 0),
        ("fox</s>", 1),
        ("<start_of_turn>fox", 1),
        ("fox<end_of_turn>", 1),
        ("fox<eos>", 1),
        ("a < b | c > d", 0),
        ("<s>fox", 0),
    ],
)
def test_marks_of_chat_templates(text, expected):
    assert evaluate([text], ["fox"], lang="en").health.template_marks == expected


# Each script's first and last letters, and those beside them, of other scripts.
@pytest.mark.parametrize(
    ("letter", "expected"),
    [
        ("\u0e01", 1), ("\u0e2e", 1), ("\u0edc", 1), ("\u0edf", 1),  # Thai, Lao
        ("\u1000", 1), ("\u1081", 1), ("\u10a0", 0),  # Burmese, then Georgian
        ("\u1780", 1), ("\u17b3", 1), ("\u0f40", 0),  # Khmer; Tibetan
        ("\ua9e0", 1), ("\ua9fe", 1), ("\uaa60", 1), ("\uaa7f", 1),  # Burmese, more of it
        ("\u0dc1", 0),  # Sinhala
    ],
)  # fmt: skip
def test_scripts_whose_words_cannot_be_told(letter, expected):
    assert evaluate([letter * 4], [letter * 4]).health.wordless == expected


@pytest.mark.parametrize(("words", "expected"), [(3, 0), (4, 1), (12, 1)])
def test_repetition(words, expected):
    """Of n times the same word in 4-grams one is distinct: 1 of n - 3."""
    many = "no " * (words + 3)
    assert evaluate([many], ["no"], lang="en").health.repetitive == expected


def test_lists_are_looked_for_in_the_first_hundred_references():
    plain, written = ["red fox"] * 99, ["['red', 'fox']"]
    for before, expected in ((plain, 2), ([*plain, "red fox"], 0)):
        references = before + written * 2
        found = evaluate(["red fox"] * len(references), references, lang="en").health
        assert found.written_lists == expected


# Kana in a tenth of the references with Han make the others Japanese; fewer do not.
@pytest.mark.parametrize(("han", "expected"), [(1, 1), (9, 9), (10, 0), (20, 0)])
def test_han_that_is_taken_for_japanese(han, expected):
    texts = ["東京です"] + ["北京"] * han
    health = evaluate(texts, texts).health
    assert health.guessed_japanese == expected
    assert health.languages == {"ja": 1 + expected, "zh": han - expected} or not han - expected
    blank = evaluate(["", *texts], ["", *texts]).health
    assert blank.guessed_japanese == expected


def test_a_list_of_records_is_no_list_of_texts():
    for records in ('[{"a": 1}]', '[{"text": "a"}]', '[{"text": "a", "answer_start": 3}]'):
        assert evaluate(["x"], [records], lang="en").health.written_lists == 0
    assert evaluate(["x"], ['["a", "b"]'], lang="en").health.written_lists == 1


def test_the_numbers_of_batches_are_those_of_all():
    """Samples of each kind that is counted by itself, each a batch, against all at once."""
    rows = [
        ("", "red fox"), ("red fox", ""), ("it is", "red fox"), ("red fox", "it is"),
        ("北京大学", "red fox"), ("no " * 9, "red fox"), ("<think>x</think>", "red fox"),
        ("```x```", "red fox"), ("x</s>", "red fox"), ("x-1", "x*1"), ("the red fox", "a red fox"),
    ]  # fmt: skip
    evaluator = Evaluator(lang="en")
    for prediction, reference in rows:
        evaluator.update([prediction], [reference])
    found = evaluator.compute().health
    # Counted by hand from the rows above.
    expected = {
        "samples": 11, "languages": {"en": 11}, "empty_predictions": 1, "empty_references": 1,
        "nothing_dropped": 1, "emptied_predictions": 1, "other_script": 1, "repetitive": 1,
        "thinking": 1, "code_fences": 1, "template_marks": 1, "equal_without_signs": 1,
    }  # fmt: skip
    told = found.to_dict()
    assert {name: told[name] for name in expected} == expected
    assert evaluate(*zip(*rows, strict=True), lang="en").health.to_dict() == told
    before = copy.deepcopy(found.to_dict())
    evaluator.update(["x"], ["x"])
    assert found.to_dict() == before
