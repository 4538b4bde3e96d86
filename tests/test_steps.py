"""Why two presets differ: each step is a score of its own, and the amounts add up."""

from __future__ import annotations

import contextlib
import json
import re
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from textmetrics import evaluate
from textmetrics.cli import main
from textmetrics.evaluation import Evaluator, StepEvaluator, pair_samples, shared_metrics
from textmetrics.metrics import LENGTHS, Metric, Values
from textmetrics.presets import DEFAULT, PRESETS, Preset
from textmetrics.scan import View

DOCS = Path(__file__).parents[1] / "docs"
SAID = [
    "the cat sat.",
    "北京的天气很好。 true",
    "東京に行きました",
    "",
    "A 5",
    "1/2 of it. And\nmore",
]
GOLD = [
    "a cat sat on the mat",
    "上海的天气不好。 false",
    "京都に行きました。",
    "no",
    "(A) 5",
    "1/2",
]


WORDS = View("steps-words", str.split, "words between spaces")
REST = "rest of the definition"


def steps(start, end, metric, said=SAID, gold=GOLD, of_start=None, of_end=None, **options):
    """Return the steps; options are those of both, or of one of them."""
    ends = [
        Evaluator(preset=name, metrics=[metric], **options, **(own or {}))
        for name, own in ((start, of_start), (end, of_end))
    ]
    evaluator = StepEvaluator(*ends, metric)
    evaluator.take(pair_samples(said, gold, None, start))
    return evaluator.finish()


def changes(found):
    return [(step.topic, step.before, step.after) for step in found.steps]


def topics(found):
    return [step.topic for step in found.steps]


# By hand: without stopwords (the, a) 2 of the reference's 3 words match, with them 2 of 4. The
# precision is 2 of 3 then, so that F1 is 4/7.
def test_steps_by_hand():
    found = steps(
        "default", "rouge_score", "rouge_l", ["the red fox"], ["a red fox ran"], lang="en"
    )
    assert topics(found) == ["stopwords", "two texts without tokens", "tokens", "headline"]
    assert [float(found.start), *(float(each.score) for each in found.steps)] == pytest.approx(
        [2 / 3, 1 / 2, 1 / 2, 1 / 2, 4 / 7]
    )
    assert [each.amount for each in found.steps] == pytest.approx([-1 / 6, 0, 0, 1 / 14])
    assert changes(found)[-1] == ("headline", "recall", "F1")


@pytest.mark.parametrize(
    ("end", "metric", "topic", "options"),
    [
        ("llama_factory", "rouge_l", "stopwords", {"stopwords": False}),
        ("sacrebleu", "bleu_4", "stopwords", {"stopwords": False}),
        # Other presets have the definitions in between.
        ("llama_factory", "rouge_1", "divisor of F1", {"preset": "qianfan"}),
        ("llama_factory", "rouge_l", "divisor of F1", {"preset": "qianfan"}),
        ("rouge_chinese", "rouge_l", "headline", {"preset": "toolbench"}),
        (
            "llama_factory",
            "bleu_4",
            "smoothing",
            {"preset": "nltk", "tokenizer": "characters", "aggregate": "mean"}
            | {"smoothing": "method3"},
        ),
        ("sacrebleu", "bleu_4", "tokens", {"preset": "sacrebleu", "smoothing": "none"}),
    ],
)  # fmt: skip
def test_a_step_is_a_score_that_other_options_give(end, metric, topic, options):
    found = steps("default", end, metric)
    [step] = [each for each in found.steps if each.topic == topic]
    expected = evaluate(SAID, GOLD, metrics=[metric], **options)[metric]
    assert float(step.score) == pytest.approx(float(expected), abs=1e-12)
    if expected.totals is None:  # the sentences of corpus BLEU have a smoothing of their own
        assert step.score.samples.tolist() == pytest.approx(expected.samples.tolist(), abs=1e-12)


@pytest.mark.parametrize(
    ("lang", "said", "gold"),
    [
        ("en", ["the cat sat on a mat", "yes"], ["a cat sat on the mat", "no"]),
        ("zh", ["北京的天气很好。", "他去了公园"], ["上海的天气不好。", "他们去了公园吗？"]),
        ("ja", ["東京に行きました。", "猫が好き"], ["京都へ行きました", "犬が好きです"]),
    ],
)
def test_f1_in_place_of_recall_is_a_step(lang, said, gold):
    """In any language: the amount is the difference of two parts of the score before it."""
    found = steps("default", "rouge_chinese", "rouge_l", said, gold, lang=lang)
    at = topics(found).index("headline")
    before = found.steps[at - 1].score
    assert before.recall == float(before)
    assert float(found.steps[at].score) == pytest.approx(before.f1)


@pytest.mark.parametrize("start", PRESETS.names())
def test_from_any_preset_to_any_other(start):
    """The ends are what `evaluate` gives, the amounts add up, and the order is always the same."""
    for end in PRESETS.names():
        if end == start:
            continue
        known = [Evaluator(preset=name).settings for name in (start, end)]
        metrics = []
        with contextlib.suppress(ValueError):
            metrics = shared_metrics(*known)
        for metric in metrics:
            found = steps(start, end, metric)
            for name, score in ((start, found.start), (end, found.end)):
                expected = evaluate(SAID, GOLD, preset=name, metrics=[metric])[metric]
                assert float(score) == float(expected)
                assert score.signature == expected.signature
            total = sum(each.amount for each in found.steps)
            assert total == pytest.approx(float(found.end) - float(found.start), abs=1e-12)
            assert float(found.steps[-1].score if found.steps else found.start) == pytest.approx(
                float(found.end), abs=1e-12
            )


SHARED = [
    (preset.name, metric)
    for preset in PRESETS
    for metric in preset.known()
    if preset is not DEFAULT and metric in DEFAULT.known()
]


@pytest.mark.parametrize(("end", "metric"), SHARED)
def test_from_a_preset_to_the_default_is_the_way_back(end, metric):
    there, back = steps("default", end, metric), steps(end, "default", metric)
    kept = [each for each in changes(there) if each[0] != REST]
    turned = [
        (topic, after, before) for topic, before, after in reversed(changes(back)) if topic != REST
    ]
    assert kept == turned
    assert sum(each.amount for each in there.steps) == pytest.approx(
        -sum(each.amount for each in back.steps), abs=1e-12
    )


@pytest.mark.parametrize(
    ("start", "end", "metric", "expected"),
    [
        ("default", "llama_factory", "rouge_1", [
            "stopwords", "two texts without tokens", "tokens", "headline", "n-grams",
            "divisor of F1", "rounding",
        ]),
        ("default", "llama_factory", "bleu_4", [
            "stopwords", "tokens", "average", "smoothing", "rounding",
        ]),
        ("llama_factory", "sacrebleu", "bleu_4", [
            "rounding", "smoothing", "tokens", "average", "smoothing",
        ]),
        # What both do is no step: the same n-grams and the same divisor.
        ("qianfan", "llama_factory", "rouge_2", ["rounding"]),
        ("rouge_chinese", "evalscope", "rouge_2", [
            "tokens", "headline", "samples with an empty side",
        ]),
        ("default", "hf_evaluate", "rouge_l", [
            "stopwords", "two texts without tokens", "tokens", "headline",
        ]),
        ("default", "squad", "accuracy", ["stopwords", "tokens"]),
        # Both smooth by the same method: that is no step either.
        ("ms_swift", "llama_factory", "bleu_4", [
            "samples with an empty side", "tokens", "rounding",
        ]),
    ],
)  # fmt: skip
def test_the_order_of_steps(start, end, metric, expected):
    assert topics(steps(start, end, metric)) == expected


@pytest.mark.parametrize("extract", ["boxed", "think,markdown"])
def test_answers_are_extracted_at_every_step(extract):
    said = [r"<think>cat</think>so **it** is \boxed{red fox}", "<think>blue</think>**sky**"]
    gold = ["the red fox", "sky"]
    found = steps("default", "squad", "f1", said, gold, lang="en", extract=extract)
    assert REST not in topics(found)
    plain = evaluate(said, gold, lang="en", stopwords=False, extract=extract, metrics=["f1"])
    assert float(found.steps[0].score) == float(plain["f1"])


def test_a_recall_without_parts_becomes_f1_in_one_step(temporary):
    """A metric of somebody else may have no F1 that could take the place of its recall."""

    def share(counts):
        return Values(counts["match_1"] / np.maximum(counts["reference_length"], 1))

    def make():
        yield Metric(
            "f1", "Share", "recall", "a share", "somebody", frozenset({"match_1", *LENGTHS}), share,
            view=WORDS,
        )  # fmt: skip

    temporary(PRESETS)
    PRESETS.add("others", Preset("others", "somebody's", "somebody", make))
    found = steps("others", "squad", "f1", ["a red fox"], ["red fox ran"])
    # 2 of the reference's 3 words; then F1 of 2 of 2 and 2 of 3 words, without the article.
    assert (float(found.start), float(found.end)) == pytest.approx((2 / 3, 4 / 5))
    assert topics(found)[0] == "tokens"
    assert sum(each.amount for each in found.steps) == pytest.approx(2 / 15)


def test_no_stopwords_to_drop_is_no_step():
    """With --no-stopwords there is nothing to count again."""
    found = steps("default", "rouge_score", "rouge_l", of_start={"stopwords": False})
    assert "stopwords" not in topics(found)
    assert topics(steps("default", "rouge_score", "rouge_l", lang="und"))[0] != "stopwords"


def test_options_of_a_preset_are_part_of_its_definition():
    plain = steps("default", "rouge_score", "rouge_1", ["cats"], ["cat"], lang="en")
    stems = steps(
        "default", "rouge_score", "rouge_1", ["cats"], ["cat"], lang="en", of_end={"stemmer": True}
    )
    assert (float(plain.end), float(stems.end)) == (0.0, 1.0)
    assert "stemmed" in next(each for each in stems.steps if each.topic == "tokens").after


def test_the_sample_that_moved_most():
    found = steps(
        "default",
        "rouge_score",
        "rouge_l",
        ["red fox", "red fox and so much more of it"],
        ["red fox", "red fox"],
        lang="en",
    )
    assert (found.moved.sample, found.moved.before) == (1, 1.0)
    assert found.moved.after == pytest.approx(2 * 2 / 10)


def test_presets_without_a_common_metric():
    ends = [Evaluator(preset=name).settings for name in ("squad", "xlsum")]
    with pytest.raises(
        ValueError, match=r"squad and xlsum share no metric.*squad has accuracy, f1"
    ):
        shared_metrics(*ends)


# --- the command


def table(text):
    """Return the change and the score of each row that has a score."""
    found = re.findall(r"^ .*?\s(?:([+−]?[\d.]+)\s+)?(\d+\.\d\d)$", text, re.M)
    return [(Decimal(change.replace("−", "-") or "0"), Decimal(score)) for change, score in found]


@pytest.mark.parametrize("names", ["default,llama_factory", "llama_factory,default", "ms_swift"])
@pytest.mark.parametrize("metric", ["rouge_l", "bleu_4"])
def test_the_table_adds_up_as_printed(names, metric, capsys):
    file = str(DOCS / "examples" / "answers_zh.jsonl")
    assert main(["explain", file, "--preset", names, "--metrics", metric]) == 0
    out = capsys.readouterr().out
    assert max(map(len, out.splitlines())) <= 80
    first, *between, last = table(out)
    score = first[1]
    for change, after in between:
        score += change
        assert score == after
    assert last == (score - first[1], score)


def test_the_sample_that_moved_most_is_named_only_where_it_is_visible(tmp_path, capsys):
    """Of a perfect answer, the divisor of F1 changes the ninth decimal."""
    file = tmp_path / "one.jsonl"
    file.write_text('{"prediction": "red fox", "reference": "red fox"}\n', encoding="utf-8")
    assert main(["explain", str(file), "--preset", "default,qianfan", "--lang", "en"]) == 0
    out = capsys.readouterr().out
    assert "moved most" not in out
    assert [change for change, _ in table(out)] == [0, 0]
    out = " ".join(out.split())
    assert (
        "on this file: stopwords, two texts without tokens, tokens, headline, divisor of F1" in out
    )


def test_samples_that_cannot_be_read_are_skipped_if_asked(tmp_path, capsys):
    file = tmp_path / "two.jsonl"
    file.write_text('{"prediction": "a", "reference": "a"}\n{}\n', encoding="utf-8")
    assert main(["explain", str(file), "--preset", "squad"]) == 3
    assert not capsys.readouterr().out
    assert main(["explain", str(file), "--preset", "squad", "--errors", "skip"]) == 3
    assert "n = 1" in capsys.readouterr().out


def test_several_metrics_have_a_table_each(capsys):
    file = str(DOCS / "examples" / "answers_zh.jsonl")
    options = ["--preset", "qianfan,llama_factory", "--metrics", "rouge_2,bleu_4"]
    assert main(["explain", file, *options]) == 0
    first, second = capsys.readouterr().out.split("\n\n")
    assert "ROUGE-2" in first
    assert "BLEU-4" in second
    assert second.endswith("both presets also have rouge_1, rouge_l: see --metrics\n")
    assert main(["explain", file, *options, "--format", "json"]) == 0
    assert [each["metric"] for each in json.loads(capsys.readouterr().out)] == ["rouge_2", "bleu_4"]


def test_json(capsys):
    file = str(DOCS / "examples" / "answers_zh.jsonl")
    options = ["--preset", "default,llama_factory", "--format", "json"]
    assert main(["explain", file, *options]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["start"]["preset"], found["end"]["preset"]) == ("default", "llama_factory")
    assert found["n"] == 10
    amounts = sum(each["amount"] for each in found["steps"])
    assert amounts == pytest.approx(found["difference"])
    assert found["difference"] == pytest.approx(found["end"]["value"] - found["start"]["value"])
    assert found["steps"][-1]["value"] == pytest.approx(found["end"]["value"])
    assert found["moved_most"]["sample"] == 10


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["FILE"], "is a file: name two presets with --preset"),
        (["FILE", "--preset", "default"], "name two presets"),
        (["FILE", "--preset", "default,squad,xlsum"], "name two presets"),
        (["FILE", "FILE", "--preset", "squad"], "takes one file"),
        (["FILE", "--preset", "lm_eval"], "share no metric"),
        (["FILE", "--preset", "llama_factory", "--metrics", "f1"], "f1"),
        (["FILE", "--preset", "llama_factry"], "did you mean 'llama_factory'"),
        (["f1|f1|tok:squad", "--format", "json"], "--format needs a file"),
        (["nothing.jsonl", "--preset", "squad"], "nothing.jsonl"),
    ],
)
def test_wrong_usage(arguments, expected, capsys):
    file = str(DOCS / "examples" / "en.jsonl")
    assert main(["explain", *(file if each == "FILE" else each for each in arguments)]) == 2
    error = capsys.readouterr().err
    assert expected in error
    assert error.count("\n") == 1


def test_the_example_of_the_page(capsys, monkeypatch):
    page = (DOCS / "cli.md").read_text(encoding="utf-8")
    command = "textmetrics explain docs/examples/answers_zh.jsonl --preset default,llama_factory"
    shown = re.search(rf"```sh\n{re.escape(command)}\n```\n\n```text\n(.*?)```", page, re.DOTALL)
    monkeypatch.chdir(DOCS.parent)
    assert main(command.split()[1:]) == 0
    assert capsys.readouterr().out == shown[1]
