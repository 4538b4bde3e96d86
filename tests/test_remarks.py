"""What is said of anomalies in data: the number beside each sentence, and the option it names."""

from __future__ import annotations

import json
import pickle

import pytest

from textmetrics import Evaluator, evaluate
from textmetrics.cli import main

FOX = {"prediction": "red fox", "reference": "red fox"}


def row(prediction, reference="red fox", **more):
    return {"prediction": prediction, "reference": reference, **more}


# Rows; the remark on them on the command line; options that it names, under which it is gone.
COMMAND_LINE = [
    (
        [row("The fox", finish_reason="length")] * 2 + [FOX],
        "predictions cut off at the token limit: 2 (raise max_tokens)",
        None,
    ),
    (
        [row("", finish_reason="content_filter"), FOX],
        "predictions stopped by a content filter: 1 (scored as they are; report their "
        "number beside the score)",
        None,
    ),
    (
        [row("", finish_reason="tool_calls"), FOX],
        "tool calls in place of a final answer: 1 (send the tools' results back, or ask without "
        "tools)",
        None,
    ),
    (
        [row(None, finish_reason="error"), row("x", finish_reason="abort"), FOX],
        "failed requests: 2 (scored as empty answers; send them again, or take the records out of "
        "the file)",
        None,
    ),
    (
        [row(None, said="red fox"), FOX | {"said": "red fox"}],
        "null predictions: 1 (scored as empty answers; see --prediction-field)",
        "--prediction-field said",
    ),
    (
        [row(" ", said="red fox"), row("", said="x"), FOX | {"said": "red fox"}],
        "empty predictions: 2 (check the prediction field; see --prediction-field)",
        "--prediction-field said",
    ),
    (
        [row("red fox", "", right="red fox"), FOX | {"right": "red fox"}],
        "empty references: 1 (check the reference field; see --reference-field)",
        "--reference-field right",
    ),
    (
        [row("it is", "it is"), row("?", "!"), FOX],
        "samples with references of stopwords only: 2 (nothing was dropped there; see "
        "--stopwords-remove)",
        None,
    ),
    (
        [row("it is", "it is"), FOX],
        "samples with references of stopwords only: 1 (nothing was dropped there; see "
        "--stopwords-remove)",
        "--stopwords-remove it,is --lang en",
    ),
    (
        [row("it is"), FOX],
        "predictions of stopwords only: 1 (nothing left to compare; see --no-stopwords)",
        "--no-stopwords",
    ),
    (
        [row("red fox", ["red fox", "it is", "of it"]), FOX],
        "references of stopwords only, beside others: 2 (left out; see --stopwords-remove)",
        "--stopwords-remove it,is,of --lang en",
    ),
    (
        [row("北京大学"), row("東京です"), FOX],
        "predictions in another script: 2 (set the language if it was detected wrongly; see "
        "--lang)",
        None,
    ),
    (
        [row("東京都", "東京都"), row("東京都です", "東京都です")],
        "references of Han without kana taken for Japanese: 1 (set the language, or one per "
        "record; see --lang)",
        "--lang ja",
    ),
    (
        [row("这是东京", "東京です"), row("東京です", "東京です")],
        "predictions in another language, Chinese for Japanese or the reverse: 1 (set the language "
        "if it was detected wrongly; see --lang)",
        None,
    ),
    (
        [row("臺灣圖書館", "台湾图书馆"), row("北京", "北京")],
        "predictions in traditional Chinese for simplified, or the reverse: 1 (convert both sides "
        "with OpenCC; see --convert t2s)",
        "--convert t2s",
    ),
    (
        [row("rode vos", "de rode vos is het niet"), row("a fox", "it is the fox of the year")],
        "samples in another language than English, Chinese or Japanese: 1 (no stopwords dropped: "
        "set the language, or one per record; see --lang)",
        "--lang en",
    ),
    (
        [row("สวัสดี", "สวัสดีครับ"), FOX],
        "samples in Thai, Lao, Khmer or Burmese, where words cannot be told: 1 (each character is "
        "a token: choose the tokenizer characters, or whitespace for text that is already cut; "
        "see --tokenizer)",
        "--tokenizer characters",
    ),
    (
        [row("x-1", "x*1"), row("n!", "n"), FOX],
        "predictions equal only because signs were dropped: 2 (the tokenizer code scores every "
        "sign; see --tokenizer code)",
        "--tokenizer code",
    ),
    (
        [row("no no no no no no no no", "no"), FOX],
        "repetitive predictions: 1 (check the decoding)",
        None,
    ),
    (
        [row("<think>Hm.</think>red fox"), row("Hm.</reasoning>red fox"), FOX],
        "predictions with <think>: 2 (cut it before scoring; see --extract think)",
        "--extract think",
    ),
    (
        [row("```\nred fox\n```"), FOX],
        "predictions with a code fence: 1 (cut it before scoring; see --extract fence)",
        "--extract fence",
    ),
    (
        [row("<think>Hm.</think>```\n**red** fox\n```"), row("**red** fox"), FOX],
        "extraction would change predictions: think 1, fence 1, markdown 2 of 3 looked at "
        "(see --extract think,fence,markdown)",
        "--extract think,fence,markdown",
    ),
    (  # [THINK] is not counted by itself: the remark that counts both is shown
        [row("[THINK]Hm.[/THINK]red fox"), row("<think>Hm.</think>red fox"), FOX],
        "extraction would change predictions: think 2 of 3 looked at (see --extract think)",
        "--extract think",
    ),
    (
        [row("red fox<|im_end|>"), row("red fox</s>"), FOX],
        "predictions with a mark of a chat template: 2 (decode without special tokens)",
        None,
    ),
    (
        [row("a red fox ran over there", "fox"), row("red", "red")] * 2
        + [row("red fox ran", "fox")],
        "median prediction 3.00 × the reference's length (long answers: read precision and F1 "
        "beside recall)",
        None,
    ),
    (
        [row("red", "a red fox ran over there")] * 2 + [row("red fox", "red fox ran over")],
        "median prediction 0.25 × the reference's length (short answers: read recall beside "
        "precision)",
        None,
    ),
]


def remarks_of(rows, options, tmp_path, capsys):
    path = tmp_path / "rows.jsonl"
    path.write_text("".join(json.dumps(each) + "\n" for each in rows), encoding="utf-8")
    assert main(["score", str(path), *options.split()]) == (3 if "skip" in options else 0)
    lines = capsys.readouterr().out.splitlines()
    return [line.removeprefix("health: ") for line in lines if line.startswith("health: ")]


@pytest.mark.parametrize(("rows", "remark", "options"), COMMAND_LINE)
def test_a_remark_names_a_number_and_an_option_that_helps(rows, remark, options, tmp_path, capsys):
    if "convert" in remark:
        pytest.importorskip("opencc")
    assert remark in remarks_of(rows, "", tmp_path, capsys)
    if options is not None:
        what = remark.partition(":")[0]
        found = remarks_of(rows, options, tmp_path, capsys)
        assert not [each for each in found if each.startswith(what)]
        if "see " in remark:
            assert options.startswith(remark.rpartition("see ")[2].rstrip(")").split()[0])


# Letters, numbers and the like are read where they stand: only what changes them is suggested.
LETTER, NUMBER = "The answer is **B**.", "The answer is: **5**"
THOUGHT, FENCED = "<think>5? B?</think>", "```\n5\n```"


@pytest.mark.parametrize(
    ("metrics", "prediction", "reference", "steps"),
    [
        ("multiple_choice", LETTER, "B", None),
        ("multiple_choice", "答案：**B**", "B", None),
        ("multiple_choice", "答えは「B」です。", "B", None),
        ("multiple_choice", r"So \boxed{B}", "B", None),
        ("multiple_choice", f"{THOUGHT} {LETTER}", "B", None),
        ("multiple_choice", "<think>The answer is A.</think> B", "B", "think"),
        ("multiple_choice", "<think>It is A, I think", "B", "think"),
        ("multiple_select", "A和C正确", "AC", None),
        ("multiple_choice,multiple_select", LETTER, "B", None),
        ("numeric", NUMBER, "5", None),
        ("numeric", FENCED, "5", None),
        ("numeric", f"{NUMBER}\n```\n6\n```", "5", "fence"),
        ("judgement", "**Yes**, it is.", "yes", None),
        ("contains", "The answer is: Paris", "Paris", "prefix"),
        ("numeric,f1", NUMBER, "5", "markdown,prefix"),
        ("f1", LETTER, "B", "markdown,prefix"),
    ],
)
def test_extraction_is_suggested_only_if_it_changes_what_is_scored(
    metrics, prediction, reference, steps
):
    evaluator = Evaluator(metrics=metrics.split(","), lang="en")
    evaluator.update([prediction] * 2, [reference] * 2)
    saved = Evaluator(metrics=metrics.split(","), lang="en")
    saved.load_state_dict(evaluator.state_dict())
    saved.merge(pickle.loads(pickle.dumps(evaluator)))
    for each in (evaluator, saved):
        said = [s for s in each.compute().health.remarks(command_line=True) if "--extract" in s]
        assert [s.rpartition("--extract ")[2] for s in said] == ([f"{steps})"] if steps else [])


# The same in Python, where the remark names an argument.
@pytest.mark.parametrize(
    ("prediction", "reference", "remark", "arguments"),
    [
        ("<think>Hm.</think>fox", "fox", "predictions with <think>: 1", {"extract": "think"}),
        ("```\nfox\n```", "fox", "predictions with a code fence: 1", {"extract": "fence"}),
        (
            "Answer: **fox**",
            "fox",
            "extraction would change predictions: markdown 1, prefix 1 of 1 looked at",
            {"extract": "markdown,prefix"},
        ),
        ("it is", "fox", "predictions of stopwords only: 1", {"stopwords": False}),
        ("x-1", "x*1", "predictions equal only because signs", {"tokenizer": "code"}),
        ("臺灣圖書館", "台湾图书馆", "predictions in traditional Chinese", {"convert": "t2s"}),
    ],
)
def test_a_remark_names_an_argument_in_python(prediction, reference, remark, arguments):
    if "convert" in arguments:
        pytest.importorskip("opencc")
    options = {"lang": "zh" if "convert" in arguments else "en"}
    [(name, value)] = arguments.items()
    found = evaluate([prediction], [reference], **options).health.remarks()
    [sentence] = [each for each in found if each.startswith(remark)]
    assert sentence.endswith(f"see {name}={value!r})")
    again = evaluate([prediction], [reference], **options, **arguments).health.remarks()
    assert not [each for each in again if each.startswith(remark)]


def test_a_reference_that_a_metric_cannot_judge_by(tmp_path, capsys):
    rows = [row("5", ["5", "no solution"]), row("6", "no solution"), row("7", "7")]  # exits with 3
    found = remarks_of(rows, "--metrics numeric --errors skip", tmp_path, capsys)
    assert (
        "samples with a reference that a metric cannot judge by: 2 (such references were left "
        "out, and samples that have no other)"
    ) in found


def test_lists_that_were_scored_as_one_text():
    found = evaluate(["a", "b"], ["['a', 'b']", "['b', 'c']"], lang="en").health
    remark = (
        "references that are lists of texts, written as one text: 2 (give lists, so that each text "
        "is a reference"
    )
    assert f"{remark})" in found.remarks()
    assert f"{remark}; see --reference-lists)" in found.remarks(command_line=True)


# A prediction and references of stopwords, of another script or of another length.
JUDGED = {
    "multiple_choice": row("我认为选择的是A，因为其他都不对", "A"),
    "multiple_select": row("A、D", ["A", "D"]),
    "judgement": row("对", "true"),
    "numeric": row("一共是18个苹果", "18"),
    "contains": row("我认为是a，因为其他都不对", "a"),
}


@pytest.mark.parametrize("metric", JUDGED)
def test_what_concerns_tokens_is_told_only_where_tokens_are_scored(metric, tmp_path, run):
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps(JUDGED[metric]), encoding="utf-8")
    _, out, _ = run("score", str(path), "--metrics", metric)
    assert "\nn = 1\n" in out
    assert "health: " not in out
    result = evaluate([JUDGED[metric]["prediction"]], [JUDGED[metric]["reference"]],
                      metrics=[metric])  # fmt: skip
    assert result.health.remarks() == []
    assert result.health.length_ratio(0.5) is None
    _, out, _ = run("score", str(path), "--metrics", f"{metric},accuracy", "--lang", "en")
    assert "length of prediction / reference: median" in out


@pytest.mark.parametrize(
    ("metric", "reference", "told"),
    [
        ("accuracy", "['a', 'b']", True),
        ("accuracy", "['a'+'b']", False),
        ("accuracy", '["x"; "y"]', False),
        ("accuracy", "['a'][0]", False),
        ("contains", "['a' 'b']", True),
        ("multiple_select", "['A', 'C']", False),  # the set is read
        ("multiple_select,accuracy", "['A', 'C']", True),
    ],
)
def test_lists_written_as_text_are_counted_as_they_are_split(metric, reference, told):
    health = evaluate(["A"], [reference], metrics=metric.split(",")).health
    assert health.written_lists == told
