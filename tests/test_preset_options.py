"""What a preset lets choose is seen in signatures, in numbers and on the command line."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from textmetrics import evaluate
from textmetrics.evaluation.explain import explain_signature
from textmetrics.presets import DEFAULT, PRESETS

# Words, marks, capitals, spaces, figures and sentences; the last sample is longer than any order.
PREDICTIONS = [
    "The quick Foxes jumped.",
    "GPT-4模型 训练了3.14小时。北京",
    "东京 Tokyo",
    "a b c d e f g. the end is running near",
]
REFERENCES = [
    "the fox jumps over a dog",
    "模型训练了三小时，在北京。",
    "东京都, tokyo",
    "a b c x e f g. The End was Running far",
]
# No order but the first two has a match, and there is no fourth.
SHORT = ["the cat sat"], ["the cat ran"]
# What an option needs to matter at all.
WITH = {
    ("sacrebleu", "smoothing_value"): {"smoothing": "floor", "effective_order": True},
    ("sacrebleu", "asian_support"): {"normalized": True},
    ("hf_evaluate", "support_zh_ja_chars"): {"normalized": True},
    ("torchmetrics", "asian_support"): {"normalize": True},
    ("longbench", "dataset"): {"classes": "Date/City"},
    ("lm_eval", "task_filter"): {"task": "gsm8k"},
    ("nltk", "auto_reweigh"): {"aggregate": "mean", "smoothing": "method3", "tokenizer": "jieba"},
    ("opencompass", "pred_postprocessor"): {"evaluator": "AccEvaluator"},
    ("opencompass", "options"): {
        "evaluator": "AccEvaluator",
        "pred_postprocessor": "first_option_postprocess",
    },
    ("opencompass", "version"): {"evaluator": "MATHEvaluator"},
    ("squad_v2", "no_answer_threshold"): {"no_answer_probability": [0.9]},
    ("torchmetrics", "weights"): {"n_gram": 2},
}
# Options that decide which metrics there are, so that they cannot be compared one by one.
OF_METRICS = ("dataset",)
# Their metrics need a value, so that there is no default to compare with.
NEEDED = ("classes",)
CHOSEN = [
    pytest.param(preset, option, id=f"{preset.name}-{option.name}")
    for preset in PRESETS
    for option in preset.options
    if option.name not in NEEDED
]


TEXTS = {
    "smoothing_value": SHORT,
    "smooth": (["a b c d e f"], ["a b c d x f"]),
    "n_gram": (["a b c d e f"], ["a b c d x f"]),
    "language": (["北京是首都"], ["北京首都"]),
    "accumulate": (["the fox"], [["the fox", "a fox"]]),
    "formula": (["the fox ran"], [["the fox ran", "a fox"]]),
    "no_punct": (["a fox!"], ["a fox"]),
    "ignore_punct": (["a fox!"], ["a fox"]),
    "no_punctuation": (["a fox!"], ["a fox"]),
    "effective_order": SHORT,
    "allow_inclusion": (["fox"], ["a fox"]),
    "tolerance": (["(B) 5 true"], ["(B) 6 true"]),
    "program": (["the"], ["a"]),
    "dataset": (["Paragraph 3, 段落4"], ["Paragraph 3, 段落3"]),
    ("evalscope", "dataset"): (["It is 42."], ["6 * 7 = 42"]),
    "numeric": (["0.50"], ["0.5"]),
    "letters": (["(A). 5 true. The answer is J."], ["A. 5 true"]),
    "evaluator": (["The answer is 3.14"], ["3"]),
    "pred_postprocessor": (["The answer is C."], ["C"]),
    "options": (["The answer is C"], ["C"]),
    "version": ([r"\boxed{\infty}"], ["infinity"]),
    "ignore_case": (["The Fox"], ["the fox"]),
    "ignore_punctuation": (["a fox."], ["a fox"]),
    "ignore_numbers": (["fox 2"], ["fox 1"]),
    "regexes_to_ignore": (["the fox"], ["fox"]),
    "task": (["The final answer is 5."], ["#### 5"]),
    "task_filter": (["The answer is 5"], ["#### 5"]),
    "no_answer_threshold": (["fox"], ["fox"]),
}
OTHERS = {
    "weights": "0.75/0.25",
    "language": "chinese",
    "no_answer_threshold": 0.5,
    "lowercase": True,
    "transform": "ToLowerCase",
    "smoothing_value": 0.5,
    "letters": "AB",
    "options": "AB",
    "regexes_to_ignore": "^the ",
    "task": "gsm8k_cot_llama",
    "task_filter": "flexible-extract",
}


def scores(preset, texts=(PREDICTIONS, REFERENCES), **options):
    per_sample = [option.name for option in preset.sample_options]
    chosen = {name: value for name, value in options.items() if name not in per_sample}
    names = list(preset.known(preset.checked(chosen)))
    if texts[0] is PREDICTIONS and preset is DEFAULT:
        names = preset.usual  # others need references with a letter or a number
    return evaluate(*texts, preset=preset.name, metrics=names, **options)


def others(option):
    """Return values that are not the default."""
    if option.choices:
        return [value for value in option.choices if value != option.default]
    if isinstance(option.default, bool):
        return [not option.default]
    return [OTHERS.get(option.name) or option.default + 1]


def seen(result):
    """Return each score's value and signature without the metric's name, which weights change."""
    return [
        (float(score), score.precision, score.signature.partition("|")[2])
        for score in result.values()
    ]


@pytest.mark.parametrize(("preset", "option"), CHOSEN)
def test_an_option_changes_the_signatures_of_its_metrics_and_no_others(preset, option):
    base = WITH.get((preset.name, option.name), {})
    common = TEXTS.get(option.name, (PREDICTIONS, REFERENCES))
    texts = TEXTS.get((preset.name, option.name), common)
    before = seen(scores(preset, texts, **base))
    names = list(preset.known())
    found = [before]
    for value in others(option):
        after = seen(scores(preset, texts, **base, **{option.name: value}))
        found.append(after)
        if option.name in OF_METRICS:
            continue
        for name, old, new in zip(names, before, after, strict=True):
            concerned = not option.metrics or name in option.metrics
            assert (old[2] != new[2]) == concerned, (name, value)
            if not concerned:
                assert old == new
    # Each value has signatures of its own, and at least one changes a number.
    assert len({tuple(each[2] for each in one) for one in found}) == len(found)
    assert len({tuple(each[:2] for each in one) for one in found}) > 1


@pytest.mark.parametrize("preset", list(PRESETS), ids=lambda preset: preset.name)
def test_what_is_chosen_twice_alike_has_one_signature(preset):
    defaults = {option.name: option.default for option in preset.options}
    assert scores(preset).signatures == scores(preset, **defaults).signatures


@pytest.fixture
def files(tmp_path):
    (tmp_path / "user.txt").write_text("训练了 100\n", encoding="utf-8")
    (tmp_path / "stop.txt").write_text("小时\n", encoding="utf-8")
    return tmp_path


LANGUAGE_OPTIONS = [
    {"lang": "ja"},
    {"lang": "auto"},
    {"tokenizer": "characters"},
    {"userdict": "user.txt"},
    {"stopwords": False},
    {"stopwords": ["模型"]},
    {"stopwords": "stop.txt"},
    {"stopwords_add": ["模型"]},
    {"stopwords_remove": ["的"]},
    {"lang": "ja", "stopwords": "pos"},
    {"lang": "ja", "stopwords": "pos", "stopwords_add": ["模型"]},
    {"lang": "ja", "stopwords": "pos", "stopwords_remove": ["に"]},
    {"lang": "ja", "tokenizer": "sudachi-a"},
    {"lang": "ja", "tokenizer": "sudachi-c-normalized"},
]


def test_each_language_option_of_the_default_preset_changes_all_signatures(files, monkeypatch):
    monkeypatch.chdir(files)
    found = {}
    for options in [{}, *LANGUAGE_OPTIONS]:
        given = {"lang": "zh"} | options
        result = evaluate(PREDICTIONS, REFERENCES, **given)
        assert result.signatures == evaluate(PREDICTIONS, REFERENCES, **given).signatures
        for name, signature in result.signatures.items():
            found.setdefault(name, []).append(signature)
            assert explain_signature(signature).sentence
    assert set(found) == set(DEFAULT.usual)
    for signatures in found.values():
        assert len(set(signatures)) == len(signatures)


def test_what_cannot_matter_is_not_in_a_signature():
    plain = evaluate(PREDICTIONS, REFERENCES, lang="zh").signatures
    for options in ({"threads": 2}, {"backend": "reference"}, {"stopwords": "both"}):
        assert evaluate(PREDICTIONS, REFERENCES, lang="zh", **options).signatures == plain


def test_the_number_of_references_is_in_a_signature():
    for preset in PRESETS:
        one = evaluate(["a b"], ["a c"], preset=preset.name, lang="en")
        if preset.takes_several(one):
            two = evaluate(["a b"], [["a c", "b"]], preset=preset.name, lang="en")
            assert set(one.signatures.values()).isdisjoint(two.signatures.values())
        else:
            with pytest.raises(ValueError, match="takes one reference per sample"):
                evaluate(["a b"], [["a c", "b"]], preset=preset.name, lang="en")


# --- the command


def test_every_option_is_in_the_help(run):
    _, out, _ = run("score", "--help-all")
    for preset in PRESETS:
        assert re.search(rf"^  {preset.name} +\S", out, re.MULTILINE)
        for option in preset.options:
            assert re.search(rf"(?<!\S)--{option.name.replace('_', '-')}\b", out), option.name
            assert all(name in out for name in option.choices)


def test_presets_are_a_line_each_where_the_terminal_is_wide(run, monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")
    code, out, err = run("presets")
    assert (code, err) == (0, "")
    lines = out.splitlines()
    for preset, line in zip(PRESETS, lines, strict=False):
        assert line.split(maxsplit=1) == [preset.name, preset.summary]
    assert len(lines) == len(PRESETS.names()) + 1
    monkeypatch.setenv("COLUMNS", "80")
    _, narrow, _ = run("presets")
    assert max(map(len, narrow.splitlines())) <= 80
    assert narrow.split() == out.split()


@pytest.mark.parametrize("preset", list(PRESETS), ids=lambda preset: preset.name)
def test_a_preset_in_full(preset, run):
    code, out, err = run("presets", preset.name)
    assert (code, err) == (0, "")
    assert max(map(len, out.splitlines())) <= 100
    words = " ".join(out.split())
    for metric in preset.known().values():
        assert f" {metric.name} {metric.summary}" in words
    for option in preset.options:
        flag = option.name.replace("_", "-")
        found = re.search(rf"^  --{flag} .*(?:\n {{8}}.*)*", out, re.MULTILINE)[0]
        line = " ".join(found.split())
        assert all(part in line for part in (option.summary, *option.choices))
    for said in (preset.summary, preset.source, preset.note):
        assert said in words
    assert f"references: {'one or several' if preset.several else 'one'} per sample" in out

    code, out, err = run("presets", preset.name, "--format", "json")
    found = json.loads(out)
    assert (found["name"], found["note"], code, err) == (preset.name, preset.note, 0, "")
    assert [each["name"] for each in found["metrics"]] == list(preset.known())
    assert [each["default"] for each in found["options"]] == [o.default for o in preset.options]
    usual = [each["name"] for each in found["metrics"] if each["usual"]]
    assert usual == list(evaluate("a", "a", preset=preset.name, lang="en"))


def test_presets_as_json(run):
    found = json.loads(run("presets", "--format", "json")[1])
    assert [each["name"] for each in found] == list(PRESETS.names())


def test_a_preset_that_is_not_there(run):
    code, out, err = run("presets", "lama_factory")
    assert (code, out) == (2, "")
    assert "unknown preset 'lama_factory': did you mean 'llama_factory'? known: default, " in err


def test_presets_in_a_file_of_two_languages_share_no_row(run, tmp_path):
    """What a command says of a preset is what Python says."""
    path = Path(tmp_path) / "rows.jsonl"
    rows = zip(PREDICTIONS, REFERENCES, strict=True)
    path.write_text(
        "".join(json.dumps({"prediction": a, "reference": b}) + "\n" for a, b in rows),
        encoding="utf-8",
    )
    names = [preset.name for preset in PRESETS]
    _, out, _ = run("score", str(path), "--preset", ",".join(names), "--format", "json")
    for found in json.loads(out):
        ours = evaluate(PREDICTIONS, REFERENCES, preset=found["preset"])
        # The mean of no sample is left out.
        values = {name: score.get("value") for name, score in found["scores"].items()}
        assert values == {name: float(score) if score.n else None for name, score in ours.items()}
        signatures = {name: score["signature"] for name, score in found["scores"].items()}
        assert signatures == ours.signatures
