"""OpenCompass's evaluators: what it counts as right, case by case.

Expected values are those of OpenCompass at commit a5acc4bba3b6.
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from textmetrics import evaluate
from textmetrics.cli import main
from textmetrics.presets.math_answers import (
    boxed_answer,
    normalize_final_answer,
    strip_string,
    strip_string_v2,
)

FIRST_OPTION = {"evaluator": "AccEvaluator", "pred_postprocessor": "first_option_postprocess"}
FIRST_CAPITAL = {"evaluator": "AccEvaluator", "pred_postprocessor": "first_capital_postprocess"}
EM, TRIVIA, NQ, GSM8K = (
    {"evaluator": f"{name}Evaluator"} for name in ("EM", "TriviaQA", "NQ", "Gsm8k")
)
V1, V2 = ({"evaluator": "MATHEvaluator", "version": version} for version in ("v1", "v2"))
AS_IT_IS = {"pred_postprocessor": "none"}


def accuracy(prediction, reference, **options):
    score = evaluate(
        [prediction], [reference], preset="opencompass", metrics=["accuracy"], lang="en", **options
    )["accuracy"]
    return float(score)


# A prediction, and the option that is found in it.
OPTIONS = [
    ("答案是B", "B"),
    ("答案：C。因为A错", "C"),
    ("A不对。故选C", "C"),  # "the rest after 选" comes before "a letter at the end"
    ("The answer is (C)", "C"),
    ("The answer is **C**, not B", "B"),  # a letter at the end, after a space, comes before
    ("Let me think. B comes first.\nThe answer is A", "A"),
    ("answer: b", ""),  # read without regard to case, but b is no option
    ("ANSWER : D", "D"),
    # The pattern's place in the list decides, not its place in the text.
    ("The answer is A. 所以选D", "D"),
    ("not D, the answer is C, says 选B", "B"),
    # It looks for the letters in alphabetical order in what a pattern found.
    ("答案是CBA", "C"),
    ("答案是 x-C-B", "B"),
    ("答案是CB。", "C"),
    ("1.D 2.A", "A"),
    ("In 1990 D beat B", "B"),
    ("Of 1 D", "D"),
    ("1B", "B"),
    ("at the end 1", ""),
    # What has no letter in it does not decide.
    ("答案是北京，B", "B"),
    ("答案是北京 A, then B: yes", "B"),
    ("The correct answer is, as I said, \\boxed{D} or A!", "D"),
    ("the correct option is A, and boxed{C}, boxed{D}.", "C"),
    ("A：yes. B", "B"),  # what ends the text comes before what begins it
    ("A: yes, B or so", "A"),
    ("故选A只有B是对", "A"),  # of two patterns that a missing comma joins
    ("说法错误的是D", "D"),
    ("选项 C 正确", "C"),
    ("C是正确答案，而不是B那个", "C"),
    ("所有D$", "D"),
    ("Ｂ", ""),  # a full-width letter
    ("北京", ""),
    ("", ""),
    ("E", ""),
]


@pytest.mark.parametrize(("prediction", "option"), OPTIONS)
def test_first_option(prediction, option):
    found = [
        each for each in ("A", "B", "C", "D", "") if accuracy(prediction, each, **FIRST_OPTION)
    ]
    assert found == [option]


def test_the_letters_on_offer():
    assert accuracy("The answer is E", "E", **FIRST_OPTION) == 0
    assert accuracy("The answer is E", "E", **FIRST_OPTION, options="ABCDE") == 1
    assert accuracy("The answer is B or A", "A", **FIRST_OPTION, options="AC") == 1
    with pytest.raises(ValueError, match="options must be capital Latin letters such as ABCD"):
        accuracy("A", "A", **FIRST_OPTION, options="a-d")


@pytest.mark.parametrize(
    ("prediction", "capital"),
    [
        *(("The answer is B", "T"), ("答案是B", "B"), ("b) C", "C"), ("élan, É, A", "É")),
        *(("Ⅳ or A", "Ⅳ"), ("Ｂ", "Ｂ"), ("ΑB", "Α"), ("ǅA", "A"), ("none", ""), ("", "")),
    ],
)
def test_first_capital(prediction, capital):
    assert accuracy(prediction, capital, **FIRST_CAPITAL) == 1
    assert accuracy(prediction, "X", **FIRST_CAPITAL) == 0


@pytest.mark.parametrize(
    ("prediction", "letter"),
    [
        *(("ANSWER: B", "B"), ("Answer :\n C, not ANSWER: D", "C"), ("answer: d", "d")),
        *(("ANSWER: (B)", ""), ("The answer is B", ""), ("", ""), ("ANSWER: E. ANSWER: A", "A")),
    ],
)
def test_match_answer_pattern(prediction, letter):
    options = {"evaluator": "AccEvaluator", "pred_postprocessor": "match_answer_pattern"}
    assert accuracy(prediction, letter, **options) == 1
    assert accuracy(prediction, "X", **options) == 0
    assert accuracy("answer: E", "E", **options, options="EF") == 1


# Options, a prediction, its references, and whether it is right.
SHORT_ANSWERS = [
    (EM, "Paris. It is", ["Paris"], 1),
    (EM, "the city of Paris", "City of Paris", 0),  # case counts
    (EM, "The City of Paris", "City of Paris", 1),
    (EM, "3.14", "3.99", 1),
    (EM, "1,000", "1", 1),
    (EM, "北京。", ["上海", "北京"], 1),  # 。 is deleted, and cuts nothing
    (EM, "上海。北京", "上海", 0),
    (EM, "「こころ」", "こころ", 1),
    (EM, "", "the", 1),
    (EM, "x_y", "xy", 0),
    (TRIVIA, "I think the answer is PARIS, of course", ["Lyon", "Paris"], 1),
    (TRIVIA, "Q: where? A: Rome", "rome", 1),
    (TRIVIA, "Rome, India: Delhi", "rome", 0),  # "a:" cuts within a word too
    (TRIVIA, "Rome\nParis", "Paris", 0),
    (TRIVIA, "\n\nRome", "Rome", 1),
    (TRIVIA, "catalogue", "cat", 1),
    (TRIVIA, "cat", "catalogue", 0),
    (TRIVIA, "", "The", 1),
    (TRIVIA, "no idea", ["Rome", "."], 1),
    (TRIVIA, "北京市", "北京", 1),
    (NQ, "The answer is Rome", "rome", 1),
    (NQ, "The answer is Rome. The answer is Paris", "Rome", 0),
    (NQ, "Rome, India: Delhi", "rome", 1),
    (NQ, "Answer: Rome", "answer rome", 1),
    (NQ, "", "", 1),
    (NQ, "東京都", ["京都", "大阪"], 1),
    # --- numbers
    (GSM8K, "48 / 2 = 24, so 72 in all.\n#### 72", "#### 72", 1),
    (GSM8K, "so 72.", "48 / 2 = 24.\n#### 72", 1),
    (GSM8K, "2700", "#### 2,700", 1),
    (GSM8K, "2,700", "#### 2,700", 0),
    (GSM8K, "2,700", "700", 1),
    (GSM8K, "the total is 72.0", "72", 1),
    (GSM8K, "72.5", "72", 0),
    (GSM8K, "72.0000001", "72", 1),
    (GSM8K, "10-72", "-72", 1),
    (GSM8K, "7２", "72", 1),
    (GSM8K, "72\nQuestion: what of 5?\n5", "72", 1),
    (GSM8K, "72 and 5.5.0", "0", 1),
    (GSM8K, "I do not know", "NULL", 1),
    (GSM8K, "7.5", "7.5", 1),
    (GSM8K, "7.50", "7.5", 0),  # only an integer is compared as a number
    (GSM8K, "9" * 400, "1", 0),
    (GSM8K, "1", "9" * 400, 0),
    (GSM8K | AS_IT_IS, "1e2", "100", 1),
    (GSM8K | AS_IT_IS, "nan", "100", 0),
    # --- formulas
    (V1, "The final answer is $0.5$.", r"\frac{1}{2}", 0),  # cut to 0
    (V1, "Work. The final answer is 5, I hope. No", "5,Ihope", 1),
    (V1, r"$\frac12$", r"\frac{1}{2}", 1),
    (V1, r"\boxed{42}", "42.0", 0),
    (V1, r"x is $5$ and \boxed{7} is 3", "5", 1),
    (V1 | AS_IT_IS, "0.5", r"\frac{1}{2}", 1),
    (V1 | AS_IT_IS, "x = 5", "5", 1),
    (V1 | AS_IT_IS, "abc = 5", "5", 0),
    (V1 | AS_IT_IS, "3/4", r"\frac{3}{4}", 1),
    (V1 | AS_IT_IS, "a/b", r"\frac{a}{b}", 0),
    (V1 | AS_IT_IS, "50%", "50", 0),
    (V1 | AS_IT_IS, r"50\%", "50", 1),
    (V1 | AS_IT_IS, "1, 2", "2, 1", 0),
    (V1 | AS_IT_IS, "", "", 1),
    (V2, r"\boxed{42}", "42.0", 1),
    (V2, r"First \boxed{1}, then \boxed{{3}}", "3", 1),
    (V2, r"\fbox{3}", "3", 0),
    (V2, r"\boxed{3", "3", 0),
    (V2, "So far. The answer is $5$. Done", "5", 1),
    (V2, "The answer is 3.0", "3", 1),  # cut to 3
    (V2, r"\boxed{50%}", "50", 1),
    (V2, r"\boxed{12\text{ cm}}", "12", 1),
    (V2, r"\boxed{inf}", r"\infty", 1),
    (V2, r"\boxed{2+3j}", "2+3i", 1),
    (V2, r"\boxed{x \cdot y}", "xy", 1),
    (V2, r"\boxed{.5}", "0.5", 1),
    (V2, r"\boxed{0.5}", r"\frac{1}{2}", 0),
    (V2, r"\boxed{\sqrt8}", r"2\sqrt{2}", 0),
    (V2, "", "", 1),
]


@pytest.mark.parametrize(("options", "prediction", "references", "right"), SHORT_ANSWERS)
def test_what_is_right(options, prediction, references, right):
    assert accuracy(prediction, references, **options) == right


@pytest.mark.parametrize(
    ("text", "first", "second"),
    [
        (r"\frac{1}{2}", r"\frac{1}{2}", r"\frac{1}{2}"),
        (r"\tfrac12", r"\frac{1}{2}", r"\frac{1}{2}"),
        (r"\frac1{72}", r"\frac{1}{72}", r"\frac{1}{72}"),
        (r"\frac1", r"\frac1", r"\frac1"),
        (r"\sqrt3", r"\sqrt{3}", r"\sqrt{3}"),
        (r"\sqrt12", r"\sqrt{1}2", r"\sqrt{12}"),
        (r"\sqrt", None, r"\sqrt"),
        (r"5\text{ m}\text{ s}", None, "5"),
        (r"5\text{ m} or more", "5", "5{m}ormore"),
        (r"\left(3, 4\right)", "(3,4)", "(3,4)"),
        (r"90^\circ", "90", "90"),
        ("1/x", None, None),
        ("1/2/3", "1/2/3", "1/2/3"),
        ("01/2", "01/2", "01/2"),
        ("3.00", "3.00", "3"),
        ("3.00x", "3.00x", "3x"),
        ("3.05", "3.05", "3.05"),
        (r"\mbox{or}7", r"\mbox{or}7", "7"),
        ("Finland", "Finland", r"Finl"),
        ("", "", ""),
        (".", "0.", ""),
        ("x=y=z", "x=y=z", "x=y=z"),
    ],
)
def test_stripping(text, first, second):
    assert (strip_string(text), strip_string_v2(text)) == (first, second)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (r"\boxed{1} \boxed{\frac{1}{2}}", r"\frac{1}{2}"),
        (r"\boxed{1} \boxed 2", None),
        (r"\boxed{1} \boxed{2", None),
        (r"\boxed{}", ""),
        ("1", None),
    ],
)
def test_boxes(text, found):
    assert boxed_answer(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (r"10,000 \text{ square feet}", "10000"),
        ("1,000 or 2", "1,000or2"),
        (r"\text{even}", "even"),
        (r"\text{(B)}", "B"),
        (r"\left(1, 2\right)", r"<(1,2\right)"),
        (r"\infty", r"\iny"),
        (r"\dfrac{1}{2}", r"\df\frac{1}{2}"),
        ("The answer is: $3$ and $4$", "4"),
        (r"\boxed{1} and \boxed{2}", r"1}and\boxed{2"),
        ("final answer is answer is 3", "3"),
        ("", ""),
    ],
)
def test_normalizing(text, found):
    assert normalize_final_answer(text) == found


EVALUATORS = [
    *(EM, TRIVIA, NQ, GSM8K, V1, V2, FIRST_OPTION, FIRST_CAPITAL),
    *(GSM8K | AS_IT_IS, V1 | AS_IT_IS, V2 | AS_IT_IS),
]
PARTS = (
    *(
        "答案是",
        "选",
        "A",
        "B",
        "1",
        ".",
        ",",
        " ",
        "/",
        "=",
        "$",
        "{",
        "}",
        "the ",
        "####",
        "-3.5",
    ),
    *("\\frac", "\\sqrt", "\\text{", "\\boxed{", "answer is", "a:"),
)
TEXTS = st.text(st.characters(codec="utf-8"), max_size=30) | st.lists(
    st.sampled_from(PARTS), max_size=10
).map("".join)


@pytest.mark.parametrize("options", EVALUATORS)
@given(TEXTS, TEXTS)
def test_any_text_is_right_or_wrong(options, prediction, reference):
    assert accuracy(prediction, reference, **options) in (0, 1)


@pytest.mark.parametrize("options", [EM, TRIVIA, NQ, V1 | AS_IT_IS, V2 | AS_IT_IS])
@given(TEXTS)
def test_a_text_of_its_own_words_is_right(options, text):
    said = any(words in text.lower() for words in ("answer is", "a:", "answer:"))
    if "\n" not in text.strip() and not (said and options in (TRIVIA, NQ)):
        assert accuracy(text, text, **options) == 1


# The originals need time that grows with the square of the length, at these.
HOSTILE = [
    *((FIRST_OPTION, text) for text in ("答案是", "the correct answer is ")),
    *((V1 | AS_IT_IS, text) for text in ("\\text{", "\\text{(", "\\boxed{", "oxed{")),
    *((V2 | AS_IT_IS, text) for text in ("11", "1.0", "\\text{", "\\mbox{")),
]


@pytest.mark.parametrize(("options", "text"), HOSTILE)
@pytest.mark.timeout(60)
def test_hostile_texts_take_linear_time(options, text):
    """Work that grows with the square of the length does not end within the limit."""
    accuracy(text * (100_000 // len(text)) + " A", "A", **options)


def test_several_references_are_for_accuracy_alone(tmp_path, capsys):
    several = [["Rome", "Roma"]]
    assert evaluate(["roma"], several, preset="opencompass", metrics=["accuracy"], **TRIVIA)
    told = "leave all but one out, or choose a metric that takes several: accuracy"
    with pytest.raises(ValueError, match=told):
        evaluate(["roma"], several, preset="opencompass", lang="en")
    # A list that was written as text is several references then, and not the text itself.
    path = tmp_path / "answers.jsonl"
    path.write_text('{"prediction": "It is roma", "reference": "[\'Rome\', \'Roma\']"}\n')
    options = ["--metrics", "accuracy", "--evaluator", "TriviaQAEvaluator", "--format", "json"]
    assert main(["score", str(path), "--preset", "opencompass", *options]) == 0
    assert "|refs:2|" in capsys.readouterr().out


def test_a_signature_names_what_decides():
    def signature(**options):
        result = evaluate(["A"], ["A"], preset="opencompass", metrics=["accuracy"], **options)
        return result["accuracy"].signature.split("|")[2:-3]

    assert signature() == ["judge:opencompass,EMEvaluator"]
    assert signature(**FIRST_OPTION, options="AB") == [
        "judge:opencompass,AccEvaluator,first_option_postprocess,AB",
        "pred_postprocessor:first_option_postprocess",
        "options:AB",
    ]
    assert signature(**V1) == [
        "judge:opencompass,MATHEvaluator,v1,math_postprocess",
        "version:v1",
    ]
    assert signature(evaluator="MATHEvaluator") == [
        "judge:opencompass,MATHEvaluator,v2,math_postprocess_v2"
    ]
