"""What holds under every preset: batches, threads, merging, and options that are wrong."""

from __future__ import annotations

import pickle
from dataclasses import replace

import numpy as np
import pytest

from textmetrics import Evaluator, bleu_4, evaluate, f1, prepare, register_preset, rouge_l
from textmetrics._options import option_names
from textmetrics.cli import main
from textmetrics.evaluation.options import EvaluateOptions, EvaluatorOptions, PrepareOptions
from textmetrics.metrics import token_f1
from textmetrics.presets import PRESETS, WHITESPACE, Preset, PresetOption
from textmetrics.presets.registry import _RESERVED
from textmetrics.scan import View

# Every preset, and those again whose options change the views or the formula.
VARIANTS = [(preset.name, {}) for preset in PRESETS]
VARIANTS += [
    ("rouge_score", {"stemmer": True}),
    ("rouge155", {"stemmer": True, "formula": "B"}),
    ("rouge_chinese", {"tokenizer": "jieba"}),
    ("pltrdy", {"tokenizer": "jieba"}),
    ("sacrebleu", {"tokenizer": "zh", "word_order": 2, "smoothing": "floor", "lowercase": True}),
    ("nltk", {"aggregate": "mean", "tokenizer": "jieba", "smoothing": "method4"}),
    ("opencompass", {"evaluator": "TriviaQAEvaluator", "pred_postprocessor": "none"}),
    ("opencompass", {"evaluator": "MATHEvaluator", "version": "v1"}),
    ("longbench", {"variant": "en"}),
    ("longbench", {"dataset": "triviaqa"}),
    ("longbench", {"dataset": "samsum"}),
    ("longbench", {"dataset": "passage_count"}),
    ("longbench", {"dataset": "lcc"}),
    ("evalscope", {"allow_inclusion": True, "thresh_hold": 0.25}),
    ("evalscope", {"dataset": "gsm8k"}),
    ("flexeval", {"fuzzy": "rapidfuzz", "tokenizer": "char", "rouge_tokenizer": "zh"}),
]
every_preset = pytest.mark.parametrize(
    ("preset", "options"), VARIANTS, ids=["-".join([name, *given]) for name, given in VARIANTS]
)
SEVERAL = [preset.name for preset in PRESETS if preset.several]
ONE = [
    preset.name for preset in PRESETS if not preset.takes_several(preset.usual or preset.known())
]


@pytest.fixture(scope="module")
def texts(samples, pairs):
    """Return a function from a preset to some texts that it accepts; no long ones."""

    def give(preset):
        predictions, references = samples if preset in SEVERAL else pairs
        return predictions[:160:2], references[:160:2]

    return give


# They need references that have a letter, or a number.
NEEDY = {
    "multiple_choice",
    "multiple_select",
    "judgement",
    "numeric",
    "math",
    "classification",
    "retrieval",
}


def chosen(preset, options):
    known = PRESETS.get(preset).known(PRESETS.get(preset).checked(options))
    names = [name for name in known if name not in NEEDY]
    return {"preset": preset, "metrics": names, "lang": "zh", **options}


def facts(result):
    """Return all numbers to the last bit, with one form of NaN."""
    rows = {name: str(score.to_dict()) for name, score in result.items()}
    values = {name: [repr(value) for value in score.samples] for name, score in result.items()}
    return rows, values, str(result.health.to_dict())


@every_preset
def test_it_does_not_matter_how_samples_come(texts, preset, options):
    choice = chosen(preset, options)
    predictions, references = texts(preset)
    expected = facts(evaluate(predictions, references, **choice))
    for backend, threads in (("reference", None), ("auto", 1), ("auto", 3)):
        found = evaluate(predictions, references, backend=backend, threads=threads, **choice)
        assert facts(found) == expected
    for size in (1, 2, 13):
        evaluator = Evaluator(**choice)
        for begin in range(0, len(predictions), size):
            batch = slice(begin, begin + size)
            evaluator.update(predictions[batch], references[batch])
            evaluator = pickle.loads(pickle.dumps(evaluator)) if size == 13 else evaluator
        assert facts(evaluator.compute()) == expected
    evaluators = [Evaluator(**choice) for _ in range(3)]
    for begin, evaluator in zip((0, 10, 30), evaluators, strict=True):
        batch = slice(begin, {0: 10, 10: 30, 30: None}[begin])
        evaluator.update(predictions[batch], references[batch])
    first, second, third = evaluators
    assert facts(first.merge(second.merge(third)).compute()) == expected


@every_preset
def test_prepared_references(texts, preset, options):
    choice = chosen(preset, options)
    predictions, references = texts(preset)
    expected = facts(evaluate(predictions, references, **choice))
    given = {name: choice[name] for name in choice if name != "metrics"}
    kept = prepare(references, **given)
    copy = pickle.loads(pickle.dumps(kept))
    for references in (kept, copy):
        assert facts(evaluate(predictions, references, **choice)) == expected
        found = evaluate(predictions, references, metrics=choice["metrics"])
        assert facts(found) == expected
    evaluator = Evaluator(**choice)
    evaluator.update(predictions, kept)
    assert facts(evaluator.compute()) == expected


def test_what_can_be_chosen_after_preparing():
    kept = prepare(["a b c d"], preset="sacrebleu", tokenizer="zh")
    score = bleu_4(["a b c"], kept, smoothing="floor")
    assert (
        score.foreign_signature
        == "nrefs:1|case:mixed|eff:no|tok:zh|smooth:floor[0.10]|version:2.6.0"
    )
    assert float(score) == float(
        bleu_4(["a b c"], ["a b c d"], preset="sacrebleu", tokenizer="zh", smoothing="floor")
    )
    for options, told in [
        ({"tokenizer": "char"}, "differ in tokenizer: 'zh' when prepared, 'char' now: give"),
        ({"word_order": 2}, "differ in word_order: 0 when prepared, 2 now: give"),
        ({"lowercase": True}, "differ in lowercase: False when prepared, True now: give"),
        ({"preset": "nltk"}, "preset: 'sacrebleu' when prepared, 'nltk' now"),
    ]:
        with pytest.raises(ValueError, match=told):
            evaluate(["a b c"], kept, **options)
    with pytest.raises(ValueError, match="'sacrebleu' has no metric 'rouge_l'"):
        rouge_l(["a"], kept)
    with pytest.raises(ValueError, match="preset: 'default' when prepared, 'squad' now"):
        evaluate(["a"], prepare(["a"]), preset="squad")
    for options in ({"preset": "nltk"}, {}):
        with pytest.raises(ValueError, match="preset: 'sacrebleu'"):
            Evaluator(**options).update(["a"], kept)


@pytest.mark.parametrize("preset", ONE)
def test_several_references_where_the_original_takes_one(preset):
    references = ["a", "b", ["c"], ["d", "e", "f"], ["g", "h"]]
    told = rf"preset='{preset}' takes one .* but sample 3 \(from 0\) has 3: leave all but one out"
    with pytest.raises(ValueError, match=told):
        evaluate(references[:1] * 5, references, preset=preset)
    with pytest.raises(ValueError, match=told):
        prepare(references, preset=preset)
    evaluator = Evaluator(preset=preset)
    evaluator.update("a", ["a"])
    with pytest.raises(ValueError, match=r"sample 1 \(from 0\) has 2"):
        evaluator.update("a", ["a", "b"])
    assert evaluator.compute().n == 1


@pytest.mark.parametrize(
    ("options", "error", "told"),
    [
        ({"preset": "rogue_score"}, ValueError, "unknown preset .*did you mean 'rouge_score'"),
        ({"preset": None}, TypeError, "a preset is given by its name, got NoneType"),
        (
            {"preset": "squad", "metrics": ["bleu_4"]},
            ValueError,
            "'squad' has no metric 'bleu_4': it has accuracy, f1; 'bleu_4' is a metric of def",
        ),
        (
            {"metrics": ["bleu"]},  # of torchmetrics
            ValueError,
            "'default' has no metric 'bleu': did you mean 'bleu_4'. it has acc",
        ),
        ({"metrics": ["acc"]}, ValueError, "has no metric 'acc': did you mean 'accuracy'. it"),
        ({"metrics": ["rouge_lsum"]}, ValueError, "has no metric 'rouge_lsum': it has acc"),
        ({"langg": "en"}, TypeError, "unexpected keyword argument 'langg': did you mean 'lang'"),
        (
            {"smoothing": "exp"},
            TypeError,
            "'smoothing' is an option of preset='sacrebleu' and preset='nltk' only",
        ),
        ({"preset": "qianfan", "stemmer": True}, TypeError, "takes no options, got 'stemmer'"),
        ({"preset": "rouge_score", "stemer": True}, TypeError, "did you mean 'stemmer'"),
        (
            {"preset": "rouge_score", "stemmer": 1},
            TypeError,
            "stemmer must be True or False, got 1",
        ),
        ({"preset": "sacrebleu", "char_order": 6.0}, TypeError, "must be an integer, got 6.0"),
        ({"preset": "sacrebleu", "char_order": 10}, ValueError, "must be 0 to 9, .* got 10 and 0"),
        ({"preset": "sacrebleu", "beta": -1}, ValueError, "beta must be 0 to 1000, got -1"),
        ({"preset": "sacrebleu", "smoothing_value": 1}, ValueError, "'exp' takes no value"),
        ({"preset": "sacrebleu", "smoothing": "flor"}, ValueError, "did you mean 'floor'"),
        ({"preset": "nltk", "smoothing": 3}, TypeError, "must be one of method0, .* got 3"),
        ({"preset": "nltk", "weights": "a"}, ValueError, "weights must be numbers, .* got 'a'"),
        ({"preset": "nltk", "weights": []}, ValueError, r"weights must be numbers, .* got \[\]"),
        ({"preset": "nltk", "weights": [0.1] * 10}, ValueError, "one for each of 1 to 9 orders"),
        (
            {"preset": "nltk", "aggregate": "sum"},
            ValueError,
            "unknown aggregate 'sum': known: corpus",
        ),
        (
            {"preset": "longbench", "variant": "ja"},
            ValueError,
            "unknown variant 'ja': known: zh, en",
        ),
        # What a preset fixes.
        (
            {"preset": "squad", "stopwords": False},
            ValueError,
            "has its own tokens; remove stopwords=False$",
        ),
        ({"preset": "squad", "stopwords_add": ["x"]}, ValueError, "remove stopwords_add=$"),
        (
            {"preset": "squad", "stopwords": "both"},
            ValueError,
            "remove all_tokens= or stopwords='both'$",
        ),
        ({"preset": "squad", "lang": "xx"}, ValueError, "unknown language 'xx'"),
        # A tokeniser has a name.
        (
            {"preset": "sacrebleu", "tokenizer": str.split},
            TypeError,
            "must be one of 13a, intl, zh",
        ),
        (
            {"preset": "nltk", "tokenizer": np.array(["a", "b"])},
            TypeError,
            "must be one of whitespace",
        ),
        (
            {"preset": "cmrc2018", "tokenizer": str.split},
            TypeError,
            "takes no options, got 'tokenizer'",
        ),
        ({"tokenizer": str.split}, TypeError, "a tokenizer is given by its name"),
    ],
    ids=str,
)
def test_wrong_options(options, error, told):
    for call in (lambda: evaluate(["a"], ["a"], **options), lambda: Evaluator(**options)):
        with pytest.raises(error, match=told):
            call()


@pytest.mark.parametrize("preset", [preset.name for preset in PRESETS if preset.name != "default"])
def test_a_language_has_no_part_in_the_numbers(texts, preset):
    results = [
        facts(evaluate(*texts(preset), preset=preset, lang=lang))[:2]
        for lang in ("auto", "en", "ja")
    ]
    assert results[0] == results[1] == results[2]


@pytest.mark.parametrize(
    ("preset", "options", "text", "undivided"),
    [
        ("rouge_chinese", {}, "我们去北京", 1),
        ("rouge_chinese", {"tokenizer": "jieba"}, "我们去北京", 0),
        ("sacrebleu", {"tokenizer": "13a"}, "私は行く", 1),
        ("sacrebleu", {"tokenizer": "zh"}, "我们去北京", 0),
        ("rouge_score", {}, "we go", 0),
        ("rouge_score", {}, "我们去北京", 1),  # it keeps a to z and 0 to 9
        ("llama_factory", {}, "我们去北京", 0),
    ],
)
def test_text_that_a_preset_does_not_divide_is_told_of(preset, options, text, undivided):
    health = evaluate([text], [text], preset=preset, **options).health
    assert health.undivided == undivided
    told = "cut at spaces or left out" in " ".join(health.remarks())
    assert told == bool(undivided)


def example(**changes):
    """Return a preset of someone else."""

    def make(*, lowercase=False):
        view = WHITESPACE
        if lowercase:
            view = View("whitespace+lc", lambda text: text.lower().split(), "lowered words")
        yield replace(token_f1(), view=view)

    options = (PresetOption("lowercase", False, "lower-case the text first"),)
    return replace(Preset("mine", "a test", "a test", make, options=options), **changes)


@pytest.fixture
def registered(temporary):
    """Register `example`, and take it back."""
    temporary(PRESETS)
    register_preset(example())


def test_a_registered_preset_works_like_a_shipped_one(registered, tmp_path, capsys):
    found = evaluate(["A fox."], ["a fox."], preset="mine", lowercase=True)["f1"]
    assert float(found) == 1.0
    assert found.signature.startswith("f1|f1|tok:whitespace+lc|lowercase:yes|refs:1|preset:mine|")
    assert float(f1(["A fox."], ["a fox."], preset="mine")) == 0.5
    (tmp_path / "a.jsonl").write_text('{"prediction": "A fox.", "reference": "a fox."}\n')
    assert main(["score", str(tmp_path / "a.jsonl"), "--preset", "mine", "--lowercase"]) == 0
    assert "100.00" in capsys.readouterr().out
    assert main(["presets"]) == 0
    assert "mine " in capsys.readouterr().out


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"name": "sacrebleu"}, "'sacrebleu' is the name of a shipped preset"),
        ({"name": "default"}, "'default' is the name of a shipped preset"),
        ({"name": "my own"}, "invalid preset name 'my own'"),
        ({"make": lambda lowercase: ()}, "preset 'mine' has no metrics"),
        ({"usual": ("f1", "rouge_l")}, "has no metric 'rouge_l', which its `usual` names"),
        ({"known_for": "rouge_l"}, "has no metric 'rouge_l', which its `known_for` names"),
        ({"name": ""}, "invalid preset name ''"),
        ({"name": "-mine"}, "invalid preset name '-mine': use letters"),
        ({"make": lambda lowercase: [token_f1()] * 2}, "'mine' has two metrics named 'f1'"),
        ({"options": [PresetOption("a", 1, "")] * 2}, "different names, got 'a' twice"),
        (
            {"make": lambda lang: [token_f1()], "options": [PresetOption("lang", "x", "a test")]},
            "'mine' has an option 'lang', which is the name of an option of all presets",
        ),
    ],
)
def test_what_cannot_be_a_preset_is_an_error(changes, message):
    with pytest.raises(ValueError, match=message):
        register_preset(example(**changes))
    with pytest.raises(TypeError, match=r"expected a textmetrics\.presets\.Preset, got str"):
        register_preset("mine")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"name": 5}, "name of a preset must be a string, got int: 5"),
        ({"summary": None}, "summary of preset 'mine' must be a string"),
        ({"options": "lowercase"}, "options of preset 'mine' must be a tuple of PresetOption"),
        ({"options": ("lowercase",)}, "must be a tuple of PresetOption, got str: 'lowercase'"),
        ({"usual": "f1"}, r"usual of preset 'mine' must be several strings: write \('f1',\)"),
        ({"make": None}, "make of preset 'mine' must be a function, got NoneType"),
        ({"make": lambda lowercase: None}, "`make` of preset 'mine' returns must be metrics"),
        ({"make": lambda lowercase: ["f1"]}, "returns must be metrics, got str: 'f1'"),
        ({"several": 1}, "several of preset 'mine' must be True or False, got int: 1"),
    ],
)
def test_fields_of_a_preset_have_types(changes, message):
    with pytest.raises(TypeError, match=message):
        register_preset(example(**changes))


@pytest.mark.parametrize(
    ("fields", "kind", "message"),
    [
        ((5, 1, "a"), TypeError, "name of a preset's option must be a string"),
        (("a-b", 1, "a"), ValueError, "must be an identifier, got 'a-b'"),
        (("a", [1], "a"), TypeError, "default of option 'a' must be True, False, a number, a str"),
        (("a", "x", "a", "xyz"), TypeError, "choices of option 'a' must be several strings"),
        (("a", "x", "a", ("y", "z")), ValueError, "default of option 'a' must be one of y, z, got"),
        (("a", 1, "a", (), "f1"), TypeError, "metrics of option 'a' must be several strings"),
    ],
)
def test_what_cannot_be_an_option_of_a_preset_is_an_error(fields, kind, message):
    with pytest.raises(kind, match=message):
        PresetOption(*fields)


def test_no_preset_may_hide_an_option_of_all_presets():
    names = option_names(EvaluatorOptions, EvaluateOptions, PrepareOptions)
    declared = {option.name for preset in PRESETS for option in preset.options}
    assert {*names, "predictions", "references"} - declared == _RESERVED
