"""The preset lm_eval: exact_match with its options, and after the filters of tasks.

Expected values are those of lm-evaluation-harness at 4e7e0d47f33b: ``exact_match_hf_evaluate``, and
the filters of the tasks' files.
"""

from __future__ import annotations

import json

import pytest

from textmetrics import evaluate
from textmetrics.cli import main
from textmetrics.evaluation.explain import explain_signature
from textmetrics.presets.lm_eval_filters import option_of, value_of

EXACT = [
    # prediction, references, options, value
    ("Paris", "Paris", {}, 1),
    ("Paris ", "Paris", {}, 0),  # nothing is stripped
    ("", "", {}, 1),
    ("１２", "12", {}, 0),
    ("paris", "Paris", {}, 0),
    ("PARIS", "paris", {"ignore_case": True}, 1),
    ("ÉCOLE", "école", {"ignore_case": True}, 1),
    ("STRASSE", "straße", {"ignore_case": True}, 0),  # lower case, no folding
    ("İstanbul", "İstanbul", {"ignore_case": True}, 1),
    ("İ", "i", {"ignore_case": True}, 1),  # no room for the dot above
    ("İa", "i", {"ignore_case": True}, 0),
    ("U.S.A.", "USA", {"ignore_punctuation": True}, 1),
    ("北京。", "北京", {"ignore_punctuation": True}, 0),  # ASCII alone
    ("a, b", "a b", {"ignore_punctuation": True}, 1),
    ("room 12", "room 7", {"ignore_numbers": True}, 1),
    ("room １２", "room 7", {"ignore_numbers": True}, 0),
    ("Room 12!", "room", {"ignore_case": True, "ignore_punctuation": True}, 0),
    ("$1,000", "1000", {"regexes_to_ignore": [",", r"\$"]}, 1),
    ("The cat", "the cat", {"regexes_to_ignore": ["the "]}, 0),  # before lowering
    ("The cat", "cat", {"regexes_to_ignore": ["the "], "ignore_case": True}, 0),
    ("the cat", "cat", {"regexes_to_ignore": "^the "}, 1),
    ("aab", "b", {"regexes_to_ignore": ["a"]}, 1),
    ("abab", "", {"regexes_to_ignore": ["ba", "ab"]}, 1),  # in their order
    ("x² ½", "x", {"regexes_to_ignore": [r"\W"]}, 0),  # ² and ½ are letters for Python
    ("#### 5", "x #### 5", {"regexes_to_ignore": ["(?s).*#### "]}, 1),
    ("b", ["a", "b"], {}, 1),
    ("B.", ["a", "b"], {"ignore_case": True, "ignore_punctuation": True}, 1),
    ("c", ["a", "b"], {}, 0),
]


@pytest.mark.parametrize(("prediction", "references", "options", "value"), EXACT)
def test_exact_match(prediction, references, options, value):
    result = evaluate([prediction], [references], preset="lm_eval", **options)
    assert result["exact_match"].samples.tolist() == [value]


@pytest.mark.parametrize("given", [["a", "b|c"], ("a", "b|c"), '["a", "b|c"]'])
def test_patterns_are_given_as_a_list_or_as_json(given):
    result = evaluate(["abc"], [""], preset="lm_eval", regexes_to_ignore=given)
    listed = evaluate(["abc"], [""], preset="lm_eval", regexes_to_ignore=["a", "b|c"])
    assert float(result["exact_match"]) == 1
    assert result.signatures == listed.signatures
    assert "b|c" not in result.signatures["exact_match"]


@pytest.mark.parametrize("given", [5, ["a", 5], {"a": 1}, [["a"]]])
def test_other_things_are_no_patterns(given):
    with pytest.raises(ValueError, match="a pattern, or a list of patterns"):
        evaluate(["a"], ["a"], preset="lm_eval", regexes_to_ignore=given)


def test_a_wrong_pattern_is_named():
    with pytest.raises(ValueError, match=r"must be valid patterns, got '\(a': missing \)"):
        evaluate(["a"], ["a"], preset="lm_eval", regexes_to_ignore=["(a"])


def test_a_pattern_that_takes_too_long_leaves_no_answer():
    slow = "(a|a)*c|c[ab]*d"
    result = evaluate(["a" * 200, "b"], ["b", "b"], preset="lm_eval", regexes_to_ignore=[slow])
    score = result["exact_match"]
    assert score.samples.tolist() == [0, 1]
    assert score.details == {"unparsable": 1}


def test_patterns_on_the_command_line(tmp_path, capsys):
    path = tmp_path / "answers.jsonl"
    path.write_text(json.dumps({"prediction": "The $5", "reference": "5"}), encoding="utf-8")
    given = ["score", str(path), "--preset", "lm_eval", "--regexes-to-ignore"]
    assert main([*given, r'["The ", "\\$"]']) == 0
    assert "100.00" in capsys.readouterr().out
    assert main([*given, "(a"]) == 2
    assert "must be valid patterns" in capsys.readouterr().err


MINERVA = "Final Answer: The final answer is "
TASKS = [
    # task, filter, prediction, reference, value
    ("gsm8k", "strict-match", "It is 5.\n#### 1,050.", "5 + 5 = 10\n#### 1050", 1),
    ("gsm8k", "strict-match", "####5", "#### 5", 0),  # no space
    ("gsm8k", "strict-match", "#### 5 #### 6", "#### 5", 1),  # the first
    ("gsm8k", "strict-match", "#### $5", "#### 5", 0),
    ("gsm8k", "strict-match", "#### -5", "5", 0),
    ("gsm8k", "flexible-extract", "5 or 6 apples", "#### 6", 1),  # the last
    ("gsm8k", "flexible-extract", "It costs $27.", "#### 27", 1),
    ("gsm8k", "flexible-extract", "It costs 27.0", "#### 27", 0),
    ("gsm8k", "flexible-extract", "It costs 27...", "#### 27", 0),
    ("gsm8k", "flexible-extract", "7 ...", "#### 7", 0),  # the dots are a match
    ("gsm8k", "flexible-extract", "１２", "#### 12", 0),  # no ASCII digits
    ("gsm8k", "flexible-extract", "3-5", "#### -5", 1),
    ("gsm8k", "flexible-extract", "many", "#### [invalid]", 1),
    ("gsm8k", "none", "1,050", "#### 1050", 1),
    ("gsm8k_platinum", None, "#### 5", "#### 5", 1),
    ("gsm8k_cot", "strict-match", "The answer is 42.", "#### 42", 1),
    ("gsm8k_cot", "strict-match", "The answer is 42", "#### 42", 0),  # 4 is left
    ("gsm8k_cot", "strict-match", "The answer is 42 apples", "####42 ", 1),
    ("gsm8k_cot", "strict-match", "the answer is 42.", "#### 42", 0),
    ("gsm8k_cot", "strict-match", "The answer is 4", "#### 4", 0),
    ("gsm8k_cot", "strict-match", "The answer is 4", "#####[invalid]", 0),  # "#[invalid]"
    ("gsm8k_cot_zeroshot", "strict-match", "The answer is 42.", "####42", 0),
    ("gsm8k_cot_llama", "strict-match", "The final answer is 1. The final answer is 42", "42", 1),
    ("mmlu_pro", None, "The answer is (C).", "C", 1),
    ("mmlu_pro", None, "answer is C", "C", 1),
    ("mmlu_pro_physics", None, "The answer is (J), or rather the answer is (A)", "J", 1),
    ("mmlu_pro", None, "The Answer is (C)", "C", 0),
    ("mmlu_pro", None, "The answer is: (C)", "C", 0),
    ("mmlu_pro", None, "The answer is (K)", "K", 0),
    ("mmlu_pro", None, "The answer is Austria", "A", 1),
    ("bbh_cot_fewshot", None, "So the answer is (A).", "(A)", 1),
    ("bbh_cot_fewshot", None, "So the answer is (A)", "(A)", 0),
    ("bbh_cot_fewshot_navigate", None, "So the answer is No.", "no", 0),  # case counts
    ("bbh_cot_fewshot", None, "the answer is Yes.\nQ: the answer is No.", "Yes", 1),
    ("bbh_cot_fewshot", None, "the answer is 。", "", 1),
    ("bbh_cot_zeroshot_navigate", "strict-match", "The answer is 。", "[invalid]", 1),
    ("bbh_cot_zeroshot_navigate", "strict-match", "The answer: Yes!", "yes", 1),
    ("bbh_cot_zeroshot_navigate", "strict-match", "The final answer: Yes", "yes", 0),
    ("bbh_cot_zeroshot_navigate", None, "Yes, no, yes, wait: No", "no", 1),
    ("bbh_zeroshot_navigate", "flexible-extract", "Yes, no, yes, wait: No", "yes", 1),
    ("bbh_zeroshot_navigate", None, "Yes.", "yes", 1),
    ("bbh_zeroshot_navigate", None, "Yes!", "yes", 0),
    ("bbh_zeroshot_boolean_expressions", "flexible-extract", "not True", "True", 1),
    ("bbh_zeroshot_boolean_expressions", "flexible-extract", "true", "True", 0),
    ("bbh_zeroshot_formal_fallacies", "flexible-extract", "It is invalid.", "invalid", 1),
    ("bbh_cot_zeroshot_dyck_languages", None, "So: ] } >", "] } >", 1),
    ("bbh_cot_zeroshot_dyck_languages", None, "So ] } > it is", "] } >", 0),  # a space matches
    ("bbh_cot_zeroshot_date_understanding", "strict-match", "The answer is (B).", "(B)", 1),
    ("bbh_cot_zeroshot_sports_understanding", None, "It is NOT PLAUSIBLE.", "no", 1),
    ("bbh_cot_zeroshot_sports_understanding", None, "plausible", "yes", 1),
    ("bbh_zeroshot_web_of_lies", "flexible-extract", "He tells the truth. No.", "Yes", 1),
    ("bbh_cot_zeroshot_web_of_lies", None, "He does not tell the truth.", "No", 1),
    ("bbh_cot_zeroshot_object_counting", None, "2,700", "700", 1),
    ("bbh_cot_zeroshot_object_counting", None, "one hundred and five", "105", 1),
    ("bbh_cot_zeroshot_object_counting", None, "six", "[invalid]", 1),
    ("bbh_cot_zeroshot_object_counting", None, "fourteen", "4", 1),
    ("bbh_zeroshot_object_counting", "flexible-extract", "3 and 4", "3", 1),
    ("bbh_zeroshot_multistep_arithmetic_two", "flexible-extract", "= -7", "-7", 1),
    ("bbh_cot_zeroshot_word_sorting", None, "b, a. Sorted: a b c", "a b", 1),
    ("bbh_cot_zeroshot_word_sorting", None, "a b a", "a b", 0),
    ("bbh_zeroshot_word_sorting", "strict-match", "a, b", "a b", 1),
    ("bbh_fewshot_snarks", None, "(A)", "(A)", 1),
    ("hendrycks_math", None, "It is $.5$.", r"\frac{1}{2}", 1),
    ("hendrycks_math", None, r"$x$ is $\frac12$", r"x$ is $\frac{1}{2}", 1),  # first to last $
    ("hendrycks_math", None, r"\boxed{5}", "5", 0),  # no box is looked for
    ("hendrycks_math", None, "5", r"so $\boxed{3}$, no, $\boxed{5}$.", 1),
    ("hendrycks_math_algebra", None, "5", r"so $\boxed 5$.", 1),
    ("hendrycks_math", None, "a/b", "a/b", 1),  # what cannot be stripped is compared as it is
    ("hendrycks_math", None, "a/b ", "a/b", 0),
    ("hendrycks_math", None, r"\frac", r"\frac ", 0),
    ("hendrycks_math500", None, r"12\text{ cm}", "12", 1),
    ("minerva_math", None, f"{MINERVA}$2x$. I hope it is correct.", "x+x", 1),
    ("minerva_math", None, f"{MINERVA}$y = \\frac12$. I hope it is correct.", "0.5", 1),
    ("minerva_math", None, f"{MINERVA}12\\text{{ cm}}. I hope it is correct.", "12", 1),
    ("minerva_math", None, f"{MINERVA}5. ", "5", 1),  # the closing words are appended
    ("minerva_math", None, f"{MINERVA}5.", "5", 0),
    ("minerva_math", None, f"{MINERVA}\n5. I hope it is correct.", "5", 0),
    ("minerva_math", None, f"{MINERVA}$[0,1)$. I hope it is correct.", "[0,1)", 0),  # no LaTeX
    ("minerva_math", None, r"\boxed{5}", "5", 0),
]


@pytest.mark.parametrize(("task", "name", "prediction", "reference", "value"), TASKS)
def test_tasks(task, name, prediction, reference, value):
    result = evaluate([prediction], [reference], preset="lm_eval", task=task, task_filter=name)
    assert result["exact_match"].samples.tolist() == [value]


VERIFIED = [
    (r"so $\boxed{0.5}$", r"\frac{1}{2}", 1),
    ("The answer is 1/2.", r"so it is $\boxed{\frac{1}{2}}$.", 1),
    ("$[0, 1)$", "[0,1)", 1),
    ("I cannot tell.", "5", 0),
    ("", "5", 0),
]


@pytest.mark.parametrize(("prediction", "reference", "value"), VERIFIED)
def test_math_verify_of_minerva_math(prediction, reference, value):
    given = {"preset": "lm_eval", "task": "minerva_math", "metrics": ["math_verify"]}
    assert evaluate([prediction], [reference], **given)["math_verify"].samples.tolist() == [value]


def test_a_task_alike_has_the_same_signature():
    one = evaluate(["5"], ["5"], preset="lm_eval", task="mmlu_pro_law")
    other = evaluate(["5"], ["5"], preset="lm_eval", task="mmlu_pro")
    assert one.signatures == other.signatures
    assert "|judge:lm_eval|task:mmlu_pro|" in one.signatures["exact_match"]


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"regexes_to_ignore": ["a|b", "[:,]+ "], "ignore_case": True},
        {"task": "gsm8k", "task_filter": "flexible-extract"},
        {"task": "minerva_math"},
    ],
)
def test_signatures_can_be_explained(options):
    result = evaluate(["5"], ["5"], preset="lm_eval", **options)
    explained = explain_signature(result.signatures["exact_match"])
    for value in options.values():
        if isinstance(value, str):
            assert value in explained.sentence


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"task": "gsm8"}, "did you mean 'gsm8k'"),
        (
            {"task": "gsm8k", "task_filter": "strict"},
            "did you mean 'strict-match'.*flexible-extract",
        ),
        ({"task": "gsm8k", "ignore_case": True}, "leave ignore_case= out"),
        ({"task_filter": "strict-match"}, "name it with task="),
        ({"task": "bbh_cot_zeroshot_snarks"}, r"need inputs, the questions .* inputs=\[\.\.\.\]"),
    ],
)
def test_what_does_not_work_says_what_to_do(options, message):
    with pytest.raises(ValueError, match=message):
        evaluate(["a"], ["a"], preset="lm_eval", **options)


WORDS = [
    # As word2number 1.1 has them.
    ("twenty five", 25),
    ("two thousand and five", 2005),
    ("three hundred thousand", 300_000),
    ("one million two thousand", 1_003_002),
    ("two five", 7),
    ("thousand five", None),
    ("one thousand one thousand", None),
    ("trillion", None),
    ("one two three four five", 1),
]


@pytest.mark.parametrize(("words", "value"), WORDS)
def test_numbers_in_words(words, value):
    assert value_of(words.split()) == value


HOSTILE = ("-", "1", "(", ".", "\n", "#", "The answer is ", "one ", "eight ", "six", '"', "[ ")


@pytest.mark.parametrize("fragment", HOSTILE)
@pytest.mark.timeout(60)
def test_filters_take_linear_time(fragment):
    """Work that grows with the square of the length does not end within the limit."""
    text = fragment * (100_000 // len(fragment))
    tasks = ("gsm8k", "gsm8k_cot", "mmlu_pro", "bbh_cot_zeroshot_object_counting")
    for task in (*tasks, "bbh_cot_zeroshot_dyck_languages", "bbh_cot_zeroshot_web_of_lies"):
        evaluate([text], ["5"], preset="lm_eval", task=task)


QUESTION = "What is the date?\nOptions:\n(A) May 1, 2020\n(B) 12/24/1937\n(C) - the 3rd"
# By lm-eval's MultiChoiceRegexFilter: answer, what the first and the last match are.
OPTIONS = [
    ("(A), or rather (C).", "(A)", "(C)"),
    ("(Z)", "(Z)", "(Z)"),  # whatever is on offer
    ("(a)", "[invalid]", "[invalid]"),
    ("MAY 1 2020, not 12241937", "(A)", "(B)"),  # no case, no punctuation
    ("it was the 3rd", "the 3rd", "the 3rd"),  # the mark before it left a space in the option
    ("Answer: B, then : C", "(B)", "(C)"),
    ("Answer: D", "[invalid]", "[invalid]"),
    ("B", "[invalid]", "[invalid]"),
    ("", "[invalid]", "[invalid]"),
]


@pytest.mark.parametrize(("text", "begin", "end"), OPTIONS)
def test_options_of_the_question(text, begin, end):
    assert option_of(text, QUESTION, last=False) == begin
    assert option_of(text, QUESTION, last=True) == end


@pytest.mark.parametrize("question", ["", "no options", "(A)", "(A)(B)", "(A) x" * 40])
def test_questions_with_other_options(question):
    assert option_of("it is (B)", question, last=True) == "(B)"
    assert option_of("y", question, last=True) == "[invalid]"


def test_the_question_is_a_value_per_sample(tmp_path, capsys):
    options = {"preset": "lm_eval", "task": "bbh_cot_zeroshot_date_understanding"}
    given = ["I think it was in 1937: 12/24/1937", "(A)"], ["(B)", "(A)"]
    assert float(evaluate(*given, **options, inputs=[QUESTION] * 2)["exact_match"]) == 1
    with pytest.raises(ValueError, match=r"inputs\[1\]: expected the question as a text, got None"):
        evaluate(*given, **options, inputs=[QUESTION, None])
    with pytest.raises(TypeError, match="uses no such value with these options"):
        evaluate(*given, **options, task_filter="strict-match", inputs=[QUESTION] * 2)
    file = tmp_path / "answers.jsonl"
    rows = [
        {"prediction": answer, "reference": right, "doc": {"input": QUESTION}}
        for answer, right in zip(*given, strict=True)
    ]
    file.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    flags = ["--preset", "lm_eval", "--task", options["task"], "--format", "csv"]
    assert main(["score", str(file), *flags]) == 0
    assert ",accuracy,1.0," in capsys.readouterr().out
    file.write_text('{"prediction": "(A)", "reference": "(A)"}', encoding="utf-8")
    assert main(["score", str(file), *flags]) == 3
    assert "no field inputs, input, doc.input; expected the questions" in capsys.readouterr().err
