"""Answers in place of predictions: under every preset, and on the command line."""

from __future__ import annotations

import json
import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from textmetrics import Evaluator, evaluate, prepare, rouge_l
from textmetrics.answers import parse_extraction
from textmetrics.cli import main
from textmetrics.presets import PRESETS

STEPS = "think,markdown,prefix"
# What is asked of a model and what it writes: a chain leaves the answer, by hand.
TABLE = [
    ("<think>Lyon?</think>**The answer is:** Paris", "Paris"),
    ("Answer: the *red* fox", "the red fox"),
    ("<think>好像是</think>答案：北京", "北京"),
    ("所以正确答案是：**上海市**", "上海市"),
    ("<think>たぶん</think>答えは、東京です。", "東京です。"),
    ("【回答】大阪", "大阪"),
    ("<think>it never ends", ""),
]
RAW, LEFT = map(list, zip(*TABLE, strict=True))
REFERENCES = [text or "nothing" for text in LEFT]


@pytest.mark.parametrize("preset", PRESETS.names())
def test_a_score_is_that_of_the_answers_under_every_preset(preset):
    ours = evaluate(RAW, REFERENCES, preset=preset, extract=STEPS)
    plain = evaluate(LEFT, REFERENCES, preset=preset)
    for name, score in ours.items():
        # NaN where no question is without an answer.
        np.testing.assert_equal(float(score), float(plain[name]))
        assert score.samples.tolist() == pytest.approx(plain[name].samples.tolist(), nan_ok=True)
        assert "|extract:think+markdown+prefix|refs:1|" in score.signature
        left_out = score.signature.replace("|extract:think+markdown+prefix", "")
        assert left_out == plain[name].signature


def test_references_stay_as_they_are():
    assert rouge_l("Answer: red", "Answer: red", lang="en", extract="prefix") == 0.5
    kept = prepare(["Answer: red"], lang="en")
    assert rouge_l(["Answer: red"], kept, extract="prefix") == 0.5
    assert rouge_l(["Answer: red"], kept) == 1.0


@pytest.mark.parametrize("extract", [None, "", []])
def test_nothing_is_extracted_unasked(extract):
    score = rouge_l("<think>x</think> a", "a", lang="en", extract=extract)
    assert "extract" not in score.signature
    assert score.precision < 1


@pytest.mark.parametrize(
    ("extract", "error", "message"),
    [
        ("thnk", ValueError, "unknown extractor 'thnk': did you mean 'think'"),
        ("regex:(", ValueError, r"regex:\( is not a valid pattern"),
        ("json", ValueError, "'json' needs an argument: write json:PATH"),
        (5, TypeError, "extract must be names of extractors, got int"),
        ([5], TypeError, "an extractor is given by its name, got int: 5"),
    ],
)
def test_a_wrong_step_is_told_at_once(extract, error, message):
    with pytest.raises(error, match=message):
        Evaluator(extract=extract)


def test_the_health_counts_each_step():
    health = evaluate(RAW, REFERENCES, lang="en", extract=STEPS).health
    assert health.to_dict()["extraction"] == {
        "steps": "think+markdown+prefix",
        "changed": 7,
        "changed_by_step": [4, 3, 6],
        "emptied": 1,
        "slow": 0,
    }
    assert health.remarks()[1] == (
        "predictions changed by extraction: 7 of 7 "
        "(think 4, markdown 3, prefix 6; nothing was left of 1)"
    )
    assert health.empty_predictions == 1
    assert not health.thinking


def test_a_step_that_changes_nothing_is_no_remark():
    assert evaluate("red fox", "red fox", lang="en", extract="think").health.remarks() == []


def test_a_pattern_that_runs_out_of_time_is_told(monkeypatch):
    monkeypatch.setattr("textmetrics.answers.extractors.SECONDS", 1e-6)
    slow = r"regex:(a|a|a|aa)+$"
    health = evaluate("a" * 200 + "b", "a", lang="en", extract=slow).health
    assert health.to_dict()["extraction"]["slow"] == 1
    told = "extractions of predictions that ran out of time: 1 (left as they were, so the score "
    assert any(remark.startswith(told) for remark in health.remarks())
    [slow] = [each for each in health.anomalies() if "time" in each.what]
    assert slow.of_predictions  # so that `compare` tells it of the model
    assert slow.counted() == "1 extraction of a prediction that ran out of time"


@pytest.mark.parametrize(
    ("texts", "remark"),
    [
        (["red fox"] * 9, None),
        (
            ["**red** fox"] + ["red fox"] * 99,
            "predictions: markdown 1 of 100 looked at (see {}markdown",
        ),
        (["**red** fox"] + ["red fox"] * 100, None),
        (
            ["<think>x</think>**red** fox", "```\nred fox\n```"],
            "predictions: think 1, fence 1, markdown 1 of 2 looked at (see {}think,fence,markdown",
        ),
        (["<think>x</think>red fox", "<THINK>red fox"], None),  # beside its count, in one remark
        (["[THINK]x[/THINK]red fox"], "predictions: think 1 of 1 looked at (see {}think"),
        (["analysisHm.assistantfinalred fox"], "predictions: think 1 of 1 looked at (see {}think"),
        (
            [r"Answer: \boxed{red fox}"],
            "predictions: prefix 1, boxed 1 of 1 looked at (see {}prefix,boxed",
        ),
        (
            ["red fox"] * 300 + ["**red** fox"] * 300,  # wherever they come
            "predictions: markdown 300 of 600 looked at (see {}markdown",
        ),
    ],
)
def test_the_health_says_which_option_would_change_predictions(texts, remark):
    health = evaluate(texts, ["red fox"] * len(texts), lang="en", metrics=["f1"]).health
    assert health.extraction.looked_at.predictions == len(texts)
    wanted = lambda option: [r for r in health.remarks(command_line=option) if "extraction" in r]  # noqa: E731
    if remark is None:
        assert wanted(True) == wanted(False) == []
    else:
        assert remark.format("--extract ") in wanted(True)[0]
        assert remark.format("extract='") in wanted(False)[0]
    remarks = health.remarks(command_line=True)
    assert sum("--extract" in each for each in remarks) <= 1  # one line to paste


@pytest.mark.parametrize(
    ("lengths", "kept"),
    [
        ([100_000], 1),
        ([100_001], 0),
        ([99_999, 1], 2),
        ([99_999, 2, 1], 2),  # in the order of their hashes, until one does not fit
    ],
)
def test_extractors_are_tried_on_so_many_characters(lengths, kept):
    texts = ["x" * length for length in lengths]
    health = evaluate(texts, ["x"] * len(texts), lang="en", metrics=["accuracy"]).health
    assert health.extraction.looked_at.predictions == kept


def test_batches_merges_and_pickles_count_alike():
    whole = Evaluator(lang="en", extract=STEPS)
    whole.update(RAW, REFERENCES)
    parts = [Evaluator(lang="en", extract=STEPS) for _ in range(2)]
    for part, half in zip(parts, (slice(0, 3), slice(3, None)), strict=True):
        part.update(RAW[half], REFERENCES[half])
    first, second = (pickle.loads(pickle.dumps(part)) for part in parts)
    merged = first.merge(second).compute()
    assert merged.health.to_dict() == whole.compute().health.to_dict()
    assert {name: float(s) for name, s in merged.items()} == dict(whole.compute())
    with pytest.raises(
        ValueError, match=r"extract: 'think\+markdown\+prefix' here, 'none' in the other"
    ):
        whole.merge(Evaluator(lang="en"))


def test_samples_that_wait_for_their_language_are_counted_once():
    evaluator = Evaluator(extract="prefix", metrics=["f1"])
    evaluator.update(["答案：北京"], ["北京"])  # Han alone waits
    for _ in range(2):
        result = evaluator.compute()
        assert result["f1"] == 1.0
        assert result.health.extraction.tally.texts == 1


@settings(max_examples=100)
@given(st.lists(st.text(max_size=30), min_size=1, max_size=5))
def test_any_text_gives_the_scores_of_what_is_left(texts):
    steps = "think,fence,markdown,prefix,boxed,json:a,regex:(.)$"
    texts = [text.encode("utf-8", "replace").decode() for text in texts]
    left = [parse_extraction(steps).apply(text) for text in texts]
    options = {"lang": "en", "metrics": ["f1", "accuracy"]}
    ours = evaluate(texts, texts, extract=steps, **options)
    assert dict(ours) == dict(evaluate(left, texts, **options))


@pytest.fixture
def run(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    rows = [
        {"id": at, "prediction": text, "reference": reference}
        for at, (text, reference) in enumerate(zip(RAW, REFERENCES, strict=True))
    ]
    (tmp_path / "a.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))

    def run(*arguments):
        code = main(arguments)
        out, err = capsys.readouterr()
        return code, out, err

    return run


def test_the_command_line_extracts(run):
    chain = ("--extract", "think", "--extract", "markdown,prefix")
    code, out, _ = run("score", "a.jsonl", "--lang", "en", *chain)
    assert code == 0
    assert "health: predictions changed by extraction: 7 of 7 (think 4, " in out
    assert "|extract:think+markdown+prefix|" in out
    data = json.loads(run("score", "a.jsonl", "--lang", "en", "--format", "json", *chain)[1])
    assert (
        data["scores"]["f1"]["value"] == evaluate(RAW, REFERENCES, lang="en", extract=STEPS)["f1"]
    )


def test_every_preset_gets_the_same_extraction(run):
    out = run("score", "a.jsonl", "--preset", "default,squad", "--extract", STEPS)[1]
    # One line for the default; two for squad, whose option is about F1 alone.
    assert out.count("|extract:think+markdown+prefix|") == 3
    assert out.count("predictions changed by extraction") == 1


def test_output_has_what_was_extracted_only_where_asked_for(run, tmp_path):
    for arguments, answers in (((), None), (("--extract", STEPS), LEFT)):
        assert run("score", "a.jsonl", "--output", "o.jsonl", *arguments)[0] == 0
        records = [json.loads(line) for line in (tmp_path / "o.jsonl").read_text().splitlines()]
        assert [record["prediction"] for record in records] == RAW
        assert [record.get("extracted") for record in records] == (answers or [None] * len(RAW))
        assert list(records[0])[-1] == "scores"
    run("score", "o.jsonl", "--output", "p.jsonl", "--extract", "think")  # one that is there goes
    assert (tmp_path / "p.jsonl").read_text().count('"extracted"') == len(RAW)


def test_an_unknown_step_on_the_command_line(run):
    code, out, err = run("score", "a.jsonl", "--extract", "thnk")
    assert (code, out) == (2, "")
    assert "unknown extractor 'thnk': did you mean 'think'?" in err


def test_tokens_shows_what_was_cut_away(run):
    code, out, _ = run("tokens", RAW[0], "--extract", STEPS + ",boxed", "--lang", "en")
    assert code == 0
    assert out.splitlines()[:4] == [
        "think: cut away '<think>Lyon?</think>'; left '**The answer is:** Paris'",
        "markdown: cut away '**', '**'; left 'The answer is: Paris'",
        "prefix: cut away 'The answer is: '; left 'Paris'",
        "boxed: changed nothing",
    ]
    assert "1 token: 1 kept" in out
    arguments = ("tokens", RAW[3], "--extract", STEPS, "--format", "json")
    data = json.loads(run(*arguments)[1])
    assert data["text"] == RAW[3]
    assert data["extracted"] == "上海市"
    assert [step["cut_away"] for step in data["steps"]] == [[], ["**", "**"], ["所以正确答案是："]]
    assert "".join(token["token"] for token in data["tokens"]) == "上海市"


def test_a_long_text_is_not_compared_word_by_word(run):
    out = run("tokens", "**a** " * 2000, "--extract", "markdown", "--lang", "en")[1]
    assert out.startswith("markdown: cut away parts of a long text; left 'a a ")
