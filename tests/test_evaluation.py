"""The whole line: what goes in, what comes out, and every rule between."""

from __future__ import annotations

import copy
import enum
import json
import os
import pickle
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import textmetrics
from textmetrics import (
    Evaluator,
    Score,
    accuracy,
    evaluate,
    f1,
    prepare,
    rouge_1,
    rouge_l,
    tokenize,
)
from textmetrics._threads import default_threads
from textmetrics.evaluation import Sample, Samples

EN = {"lang": "en", "stopwords": ["the", "a"]}


# --- what goes in -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "make",
    [
        list,
        tuple,
        iter,
        np.array,
        lambda texts: np.array(texts, dtype=object),
        pd.Series,
        pytest.param(
            lambda texts: pytest.importorskip("polars").Series(texts),
            marks=pytest.mark.integration("polars"),
        ),
        lambda texts: (text for text in texts),
        lambda texts: [np.str_(text) for text in texts],
    ],
)
def test_any_column_of_strings(make):
    predictions, references = ["red fox", "blue"], ["red dog", "blue"]
    score = rouge_1(make(predictions), make(references), lang="en")
    assert score.samples.tolist() == [0.5, 1.0]
    assert score.n == 2


def test_two_strings_are_a_corpus_of_one_sample():
    assert rouge_1("red fox", "red dog", lang="en").n == 1


def test_a_string_and_a_list_are_one_sample_with_several_references():
    score = rouge_1("red fox", ["blue", "red dog"], lang="en")
    assert (float(score), score.n) == (0.5, 1)
    assert "|refs:2|" in score.signature


def test_references_of_different_number_are_told_in_the_signature():
    score = f1(["a1", "b1"], [["a1"], ["b1", "c1"]], lang="en")
    assert "|refs:1-2|" in score.signature


WRONG = [
    (["a", b"b"], ["a", "b"], TypeError, r"predictions\[1\] .*bytes: decode"),
    (["a", None], ["a", "b"], TypeError, r"predictions\[1\] .*None: give ''"),
    (["a", float("nan")], ["a", "b"], TypeError, r"predictions\[1\] .*nan: give ''"),
    (["a", 3], ["a", "b"], TypeError, r"predictions\[1\] .*int: 3"),
    (["a", pd.NA], ["a", "b"], TypeError, r"predictions\[1\] .*<NA>: give ''"),
    (["a", pd.NaT], ["a", "b"], TypeError, r"predictions\[1\] .*NaT: give ''"),
    (["a", np.array(["b"])], ["a", "b"], TypeError, r"predictions\[1\] .*got ndarray"),
    (["a", bytearray(b"b")], ["a", "b"], TypeError, r"predictions\[1\] .*bytearray: decode"),
    (np.array("a"), ["a"], TypeError, "predictions must be a string or a list of strings"),
    (["a"], [3], TypeError, r"references\[0\] must be a string or a list of strings, got int"),
    (["a"], [["b", None]], TypeError, r"references\[0\]\[1\]"),
    (["a"], [[]], ValueError, r"references\[0\] is an empty list"),
    ("a", [], ValueError, "at least one reference"),
    (["a", "b"], ["a"], ValueError, "2 predictions but 1 references"),
    ([], [], ValueError, "no samples"),
    (["a"], "a", TypeError, "references is one string"),
    (None, "a", TypeError, "predictions must be .* got None"),
    (b"a", "a", TypeError, "predictions must be .* bytes: decode"),
    ("a", 3, TypeError, "references must be"),
    (3, ["a"], TypeError, "predictions must be a string or a list of strings, got int: 3"),
    (b"a", ["a"], TypeError, "bytes: decode"),
    ({"a": 1}, ["a"], TypeError, "got dict"),
    ({"a"}, ["a"], TypeError, "got set"),
    (["a"], [{"a"}], TypeError, r"references\[0\] must be"),
    (pd.DataFrame({"x": ["a"]}), ["a"], TypeError, "one of its columns"),
    (
        ["a", "x\ud800y"],
        ["a", "b"],
        ValueError,
        r"predictions\[1\] has a lone surrogate .*d800.* 1",
    ),
    (["x" * 99], [["y" * 99, {}]], TypeError, r"got dict: \{\}"),
]


@pytest.mark.parametrize(("predictions", "references", "kind", "message"), WRONG)
def test_wrong_input_says_where_and_what_to_do(predictions, references, kind, message):
    with pytest.raises(kind, match=message):
        evaluate(predictions, references)


WRONG_OPTIONS = [
    ({"lang": "englsh"}, ValueError, "unknown language 'englsh': did you mean 'en'"),
    ({"lang": "us"}, ValueError, "unknown language 'us': did you mean 'en'"),
    ({"lang": None}, TypeError, "lang must be"),
    ({"metrics": ["rougel"]}, ValueError, "did you mean 'rouge_l'"),
    ({"tokenizer": "jeiba"}, ValueError, "did you mean 'jieba'"),
    ({"backend": "cpp"}, ValueError, "unknown backend 'cpp': known: auto, native"),
    ({"threads": 0}, ValueError, "from 1 to 1,024"),
    ({"threads": 10**30}, ValueError, "from 1 to 1,024"),
    ({"tokenizer": 5}, TypeError, "a tokenizer is given by its name, got int"),
    ({"tokenizer": ""}, ValueError, "unknown tokenizer"),
    ({"metrics": 5}, TypeError, "metrics must be a list of names, got int"),
    ({"metrics": {"f1": 1}}, TypeError, r"names, without values: use \['f1'\]"),
    ({"metrics": "f1"}, TypeError, r"use \['f1'\]"),
    ({"backend": None}, TypeError, "a backend is given by its name"),
    ({"stopwords": ""}, ValueError, "no such file"),
    ({"stopwords": "x" * 5000}, ValueError, "no such file"),
    ({"stopwords_remove": None}, TypeError, "stopwords_remove: expected a list of words"),
    ({"langs": ["xx"]}, ValueError, r"langs\[0\] is 'xx': give one of en, zh, "),
    ({"langs": [float("nan")]}, ValueError, r"langs\[0\] is nan"),
    ({"threads": "2"}, TypeError, "integer"),
    ({"stopwords": "bath"}, ValueError, "no such file; did you mean 'both'"),
    ({"stopwords": 3}, TypeError, "stopwords must be"),
    ({"stopwords": ["a", 3]}, TypeError, "a stopword must be a string, got int"),
    ({"stopwords_add": "the"}, TypeError, "stopwords_add: expected a list of words, got str"),
    ({"stopwords": "pos", "lang": "en"}, ValueError, "needs a tokenizer that knows parts of"),
]


@pytest.mark.parametrize(("options", "kind", "message"), WRONG_OPTIONS)
def test_wrong_options_are_errors_that_name_what_is_possible(options, kind, message):
    with pytest.raises(kind, match=message):
        evaluate(["a"], ["a"], **options)


def test_input_is_not_changed():
    predictions, references = ["The  cat "], [["a cat", "the dog"]]
    evaluate(predictions, references, lang="en")
    assert (predictions, references) == (["The  cat "], [["a cat", "the dog"]])


# --- stopwords and what is left -----------------------------------------------------------------

# prediction, references, accuracy, F1, why; stopwords are "the" and "a"
NOTHING_LEFT = [
    ("the cat", ["a cat"], 1, 1, "articles are dropped"),
    ("the", ["the"], 1, 1, "every reference would be empty, so nothing is dropped"),
    ("a", ["the"], 0, 0, "likewise, and then they differ"),
    ("a the", ["the"], 0, 2 / 3, "nothing dropped: 1 of 2, 1 of 1"),
    ("the cat", ["the"], 0, 2 / 3, "nor is anything of a prediction that has more words"),
    ("the.", ["the"], 1, 1, "but punctuation is, beside words"),
    ('a "the"', ["the"], 1, 1, "and so is what stands beside a quoted one, if no other word does"),
    ('"the" cat', ["the"], 0, 2 / 3, "but not here"),
    ("the", ['a "the"'], 1, 1, "the same in a reference"),
    ('the "a"', ["the"], 0, 0, "it says a"),
    ("?", ["!"], 0, 0, "punctuation is not dropped either"),
    ("?", ["?"], 1, 1, "likewise"),
    ("cat", ["the", "cat"], 1, 1, "an emptied reference is left out while another is not"),
    ("the", ["the", "cat"], 0, 0, "so it cannot be matched"),
    ("", ["", "cat"], 1, 1, "but one that was empty before can"),
    (" \n", ["cat", "\u3000"], 1, 1, "white space is nothing"),
    ("cat", ["", "cat"], 1, 1, "the other one can too"),
    ("dog", ["", "cat"], 0, 0, "neither"),
    ("the", ["", "cat"], 0, 0, "what would be emptied is not the empty answer"),
    (".", ["", "cat"], 0, 0, "nor is a mark"),
    ("the", ["", "the", "cat"], 0, 0, "an emptied reference is left out beside others"),
    ("", ["the", "cat"], 0, 0, "an emptied one is not empty"),
    ("", ["?", "cat"], 0, 0, "nor is a mark"),
    ("the", ["cat"], 0, 0, "only the prediction is left with nothing"),
    ("", ["cat"], 0, 0, "an empty answer"),
    ("", [""], 1, 1, "both truly empty"),
    (" \n", ["\t"], 1, 1, "white space is nothing"),
    ("cat", [""], 0, 0, "an answer where there is none"),
    ("", ["the"], 0, 0, "the reference is not truly empty"),
    ("?", ["", "!", "?"], 1, 1, "nothing is dropped"),
    ("", ["", "?"], 1, 1, "the empty one can be matched beside a mark"),
]


@pytest.mark.parametrize(("prediction", "references", "exact", "overlap", "why"), NOTHING_LEFT)
def test_nothing_left(prediction, references, exact, overlap, why):
    result = evaluate([prediction], [references], metrics=["accuracy", "f1"], **EN)
    assert float(result["accuracy"]) == exact, why
    assert float(result["f1"]) == pytest.approx(overlap), why


@pytest.mark.parametrize(
    ("lang", "answer", "dropped"),
    [("zh", "北京", "的"), ("ja", "東京", "の"), ("en", "Paris", "the"), ("und", "Париж", "!")],
)
def test_an_empty_reference_beside_another(lang, answer, dropped):
    for prediction, expected in (("", 1), (answer, 1), (dropped, 0), ("。", 0), ("123", 0)):
        result = evaluate([prediction], [["", answer]], lang=lang, stopwords="both")
        for name in ("accuracy", "f1", "rouge_1", "rouge_l"):
            assert float(result[name]) == float(result[name].all_tokens) == expected, prediction
    health = evaluate([dropped], [["", answer]], lang=lang).health
    assert health.emptied_predictions == health.references_left_out == 0


def test_both_scores_everything_twice():
    score = f1(["the cat"], ["a cat"], lang="en", stopwords="both")
    # Without stopwords cat = cat; over all tokens 1 of 2 on both sides.
    assert (float(score), float(score.all_tokens)) == (1.0, 0.5)
    assert "|stop:none|" in score.all_tokens.signature
    assert "|stop:en-" in score.signature
    assert f1(["the cat"], ["a cat"], lang="en", stopwords=False) == score.all_tokens
    assert f1(["the cat"], ["a cat"], lang="en").all_tokens is None


def test_all_tokens_beside_any_list():
    evaluator = Evaluator(lang="en", stopwords=["cat"], metrics=["f1"], all_tokens=True)
    evaluator.update(["red cat"], ["red dog"])
    score = evaluator.compute()["f1"]
    # Without "cat": red against red dog, P 1, R 1/2. With it: red cat, red dog.
    assert (float(score), float(score.all_tokens)) == (pytest.approx(2 / 3), 0.5)


def test_a_stopword_file(tmp_path):
    path = tmp_path / "words.txt"
    path.write_text("# mine\nthe\ncat\n", encoding="utf-8")
    assert tokenize("The cat sat", lang="en", stopwords=str(path)) == ["sat"]
    assert tokenize("The cat sat", lang="en", stopwords=path) == ["sat"]
    assert tokenize("The cat sat", lang="en", stopwords=iter(["cat"])) == ["the", "sat"]


def test_words_added_and_removed():
    options = {"lang": "en", "stopwords": ["the"]}
    assert tokenize("the red cat", stopwords_add=["red"], **options) == ["cat"]
    assert tokenize("the red cat", stopwords_remove=["the"], **options) == ["the", "red", "cat"]
    more = rouge_l("a1", "a1", stopwords_add=["red"], **options).signature
    assert more != rouge_l("a1", "a1", **options).signature
    none = rouge_l("a1", "a1", lang="en", stopwords=False, stopwords_add=["red"]).signature
    assert "|stop:custom-" in none


# --- language -----------------------------------------------------------------------------------


def test_languages_are_decided_by_references_sample_by_sample():
    predictions = ["x", "x", "x", "これ"]
    result = evaluate(predictions, ["a cat", "北京大学", "東京です", "cat"])
    # 1 of 2 references with Han has kana: at least a tenth, so Han alone is Japanese here.
    assert result.health.languages == {"en": 2, "ja": 2}
    assert "lang:en+ja,han=ja|tok:words+sudachi-" in result["f1"].signature
    assert evaluate(["x"], ["北京大学"]).health.languages == {"zh": 1}


def test_a_prediction_never_decides():
    one = evaluate(["東京です"], ["北京"]).signatures
    other = evaluate(["Beijing"], ["北京"]).signatures
    assert one == other


def test_languages_named_a_sample():
    evaluator = Evaluator(metrics=["f1"])
    evaluator.update(["x", "x"], ["東京", "東京"], langs=["ja", None])
    assert evaluator.compute().health.languages == {"ja": 1, "zh": 1}
    with pytest.raises(ValueError, match="2 samples but 1 langs"):
        evaluator.update(["x", "x"], ["y", "y"], langs=["ja"])
    with pytest.raises(TypeError, match="langs must be a list"):
        evaluator.update(["x"], ["y"], langs="ja")


# --- what comes out -----------------------------------------------------------------------------


def test_score_is_a_float_that_explains_itself():
    score = rouge_l(["red fox", "x"], ["red dog", "x"], lang="en")
    assert isinstance(score, float)
    assert (score, score + 1, round(score, 1)) == (0.75, 1.75, 0.8)
    assert repr(score) == "<ROUGE-L recall 75.00 %, n=2>"
    assert str(score) == f"{score}" == "0.75"
    assert f"{score:.1%}" == "75.0%"
    assert json.dumps({"score": score}) == '{"score": 0.75}'
    assert not score.samples.flags.writeable
    assert score.headline == "recall"
    with pytest.raises(TypeError, match="has no colour"):
        Score(0.5, colour=1)


@pytest.mark.parametrize(
    "clone", [copy.copy, copy.deepcopy, lambda s: pickle.loads(pickle.dumps(s))]
)
def test_score_survives_copies(clone):
    score = f1(["the cat", "x"], ["a cat", "y"], lang="en", stopwords="both")
    twin = clone(score)
    assert isinstance(twin, Score)
    assert (twin, twin.all_tokens, twin.signature) == (score, score.all_tokens, score.signature)
    assert twin.samples.tolist() == score.samples.tolist()
    assert not twin.samples.flags.writeable


@pytest.mark.parametrize(
    ("said", "options", "shown"),
    [
        (["a red fox"] * 99_999, {}, True),
        (["a red fox"] * 100_000, {}, False),  # it is below the table, which has 80 columns
        (["a red fox"] * 99_999 + [""], {"preset": "evalscope"}, True),  # ROUGE leaves one out
    ],
)
def test_a_large_n_stands_below_the_table_alone_where_all_metrics_have_it(said, options, shown):
    options = options or {"lang": "en", "metrics": ["f1", "bleu_4"], "stopwords": "both"}
    result = evaluate(said, ["the red dog"] * len(said), **options)
    lines = str(result).splitlines()
    assert lines[0].endswith("  n") == shown
    assert max(map(len, lines[:5])) <= 80
    assert f"n = {len(said):,}" in str(result)


def test_evaluation_is_a_mapping_with_a_table():
    result = evaluate(["the cat", "</think> x"], ["a cat", "y"], lang="en", stopwords="both")
    assert list(result) == list(textmetrics.metrics.DEFAULT_METRICS)
    assert len(result) == 6
    assert result["f1"] is result.get("f1")
    assert pd.DataFrame(result.samples).shape == (2, 6)
    assert repr(result).startswith("<Evaluation in percent, n=2: accuracy 50.00, f1 50.00")
    table = str(result)
    assert "ROUGE-L recall" in table
    assert "percent, n = 2" in table
    assert "predictions with <think>: 1 (" in table
    assert table.endswith(result["f1"].signature.split("|", 2)[2])
    data = json.loads(json.dumps(result.to_dict()))
    assert data["scores"]["f1"]["value"] == 0.5
    assert data["scores"]["f1"]["all_tokens"]["value"] == 0.25
    assert data["health"]["thinking"] == 1
    with pytest.raises(
        KeyError, match="no metric 'rouge'; did you mean 'rouge_l'\\? computed: acc"
    ):
        result["rouge"]
    with pytest.raises(KeyError, match="metric 'f1' was not computed; computed: accuracy"):
        evaluate(["a"], ["a"], metrics=["accuracy"])["f1"]


def test_signature_in_full():
    score = rouge_l(["a1"], ["a1"], lang="en", stopwords=["the"])
    # The hash is the first eight digits of `printf the | sha256sum`.
    assert score.signature == (
        "rouge_l|recall|lang:en|tok:words|norm:nfkc2-casefold|stop:custom-b9776d7d|refs:1|"
        f"preset:default|v:{textmetrics.__version__}"
    )


def signature_of(**options):
    return f1(["x"], ["y"], **({"lang": "en"} | options)).signature


@pytest.mark.parametrize(
    "options",
    [
        {"lang": "zh"},
        {"lang": "ja"},
        {"tokenizer": "characters"},
        {"stopwords": False},
        {"stopwords": ["a"]},
        {"stopwords_add": ["x"]},
        {"stopwords_remove": ["the"]},
    ],
)
def test_each_option_that_matters_changes_the_signature(options):
    assert signature_of(**options) != signature_of()


def test_options_that_cannot_matter_do_not():
    assert signature_of(backend="reference", threads=1) == signature_of(backend="auto", threads=2)


def test_japanese_signature_names_the_dictionary():
    surface = f1(["x"], ["y"], lang="ja").signature
    assert "|tok:sudachi-0." in surface
    assert "-core-20" in surface
    assert surface.split("|")[3].endswith("-c-plain")
    by_form = f1(["x"], ["y"], lang="ja", tokenizer="sudachi-a-normalized").signature
    assert by_form.split("|")[3].endswith("-a-normalized")
    assert "|stop:pos|" in f1(["x"], ["y"], lang="ja", stopwords="pos").signature


# --- health -------------------------------------------------------------------------------------


def health_of(predictions, references, **options):
    return evaluate(predictions, references, **(EN | options)).health


# prediction, reference, the one figure that it changes
UNWELL = [
    ("", "cat", "empty_predictions"),
    (" ", "cat", "empty_predictions"),
    ("cat", "", "empty_references"),
    ("cat", "the", "nothing_dropped"),
    ("cat", "!", "nothing_dropped"),
    ("the", "cat", "emptied_predictions"),
    ("…", "cat", "emptied_predictions"),
    ("北京大学", "cat", "other_script"),
    ("no no no no no no no no", "no", "repetitive"),
    ("cat the the the the the the the the the the the", "cat", "repetitive"),
    ("cat!!!!!!!!!!!!!!!!!!!!", "cat", "repetitive"),
    ("<think>hm", "hm", "thinking"),
    ("hm </THINK>", "hm", "thinking"),
    ("```\ncat\n```", "cat", "code_fences"),
    ("cat<|im_end|>", "cat", "template_marks"),
    ("cat<|eot_id|>", "cat", "template_marks"),
    ("cat</s>", "cat", "template_marks"),
    ("cat<end_of_turn>", "cat", "template_marks"),
    ("cat<｜end▁of▁sentence｜>", "cat", "template_marks"),
]
FIGURES = sorted({name for *_, name in UNWELL})


@pytest.mark.parametrize(("prediction", "reference", "figure"), UNWELL)
def test_health_counts(prediction, reference, figure):
    health = health_of([prediction, "cat", "cat"], [reference, "cat", "cat"])
    assert {name: getattr(health, name) for name in FIGURES} == {
        name: int(name == figure) for name in FIGURES
    }
    assert len(health.remarks()) == 1


def test_health_of_good_data_has_no_remarks():
    health = health_of(["red cat"], ["red dog"])
    assert health.remarks() == []
    assert not any(getattr(health, name) for name in FIGURES)


def test_what_is_dropped_beside_a_quoted_stopword_is_not_said_to_stay():
    health = health_of(["the", 'a "the"', "cat"], ["the", "the", "the"])
    assert (health.nothing_dropped, health.words_dropped) == (2, 1)


def test_references_that_are_left_out_are_counted():
    health = health_of(["cat", "x"], [["the", "cat", "a"], ["", ""]])
    assert (health.references_left_out, health.empty_references) == (2, 1)
    assert health.remarks()[1].startswith("references of stopwords only, beside others: 2 (left")


def test_emptied_predictions_are_said_to_have_nothing_left():
    remark = "predictions of stopwords only: 1 (nothing left to compare; see --no-stopwords)"
    assert remark in health_of(["the", "cat"], ["cat", "cat"]).remarks(command_line=True)


def test_null_is_an_empty_answer():
    evaluator = Evaluator(**EN)
    samples = Samples.of([Sample(None, ("cat",)), Sample("cat", ("cat",), record=7)])
    scored = list(evaluator.stream([samples]))
    assert scored[0].counted.samples.records == (None, 7)
    result = evaluator.compute()
    assert float(result["f1"]) == 0.5
    assert (result.health.null_predictions, result.health.empty_predictions) == (1, 1)


def test_repetition_needs_fewer_than_three_tenths():
    # n tokens in two turns give n - 3 4-grams, 2 of them different: 2/6 at 9 tokens, 2/7 at 10.
    text = "x y x y x y x y x y"
    assert health_of([text], ["x"]).repetitive == 1
    assert health_of([text.removesuffix(" y")], ["x"]).repetitive == 0


def test_length_ratio_and_dropped_share():
    # Ratios 1/1, 2/1, 4/1, 8/1: half of the samples have at most 2, 95 % at most 8.
    texts = ["c", "c d", "c d e f", "c d e f g h i j"]
    health = health_of(texts, ["c"] * 4)
    assert (health.length_ratio(0.5), health.length_ratio(0.95)) == (2.0, 8.0)
    assert health_of(["c d e f"], ["c"]).remarks()[0].startswith("median prediction 4.00 ×")
    assert "short answers" in health_of(["c"], ["c d e f"]).remarks()[0]
    # Of the words "the cat" and "a red cat", two are dropped.
    assert health_of(["the cat"], ["a red cat"]).dropped_share == 0.4
    empty = health_of([""], [""])
    assert (empty.dropped_share, empty.length_ratio(0.5)) == (0.0, None)


# --- evaluators ---------------------------------------------------------------------------------

texts = st.sampled_from(
    ["", "the", "red fox", "a red fox ran", "北京", "我在北京", "東京です", "?", "x y"]
)
corpora = st.lists(st.tuples(texts, texts), min_size=1, max_size=12)


def numbers(result):
    return {
        name: (float(s), s.precision, s.recall, s.f1, s.all_tokens and float(s.all_tokens))
        for name, s in result.items()
    }


@settings(max_examples=40)
@given(corpora, st.integers(0, 12), st.integers(0, 12))
def test_updates_and_merges_equal_the_whole(corpus, one, two):
    predictions, references = zip(*corpus, strict=True)
    whole = evaluate(predictions, references, stopwords="both")
    parts = [
        corpus[: min(one, two)],
        corpus[min(one, two) : max(one, two)],
        corpus[max(one, two) :],
    ]
    updated = Evaluator(stopwords="both")
    merged = Evaluator(stopwords="both")
    for part in filter(None, parts):
        updated.update(*zip(*part, strict=True))
        evaluator = Evaluator(stopwords="both")
        evaluator.update(*zip(*part, strict=True))
        assert merged.merge(pickle.loads(pickle.dumps(evaluator))) is merged
    for result in (updated.compute(), merged.compute()):
        assert numbers(result) == numbers(whole)
        assert result.signatures == whole.signatures
        assert result.health.to_dict() == whole.health.to_dict()
    for name, samples in whole.samples.items():
        assert updated.compute().samples[name].tolist() == samples.tolist()
        # Merging promises all samples, not their order.
        assert sorted(merged.compute().samples[name]) == sorted(samples)


@given(corpora)
def test_backends_and_threads_give_the_same(corpus):
    predictions, references = zip(*corpus, strict=True)
    one = evaluate(predictions, references, backend="reference", threads=1)
    other = evaluate(predictions, references, backend="auto", threads=3)
    assert numbers(one) == numbers(other)


def test_compute_does_not_decide_for_what_comes_later():
    evaluator = Evaluator(metrics=["f1"])
    evaluator.update(["x"], ["東京"])
    assert evaluator.compute().health.languages == {"zh": 1}
    evaluator.update(["x"], ["東京です"])
    assert evaluator.compute().health.languages == {"ja": 2}
    evaluator.reset()
    with pytest.raises(ValueError, match="no samples"):
        evaluator.compute()


def test_order_of_samples_is_kept_while_some_wait_for_their_language():
    references = ["cat", "東京", "cat", "東京です", "cat"]
    evaluator = Evaluator(metrics=["accuracy"])
    for n, reference in enumerate(references):
        evaluator.update([reference if n % 2 else "x"], [reference])
    assert evaluator.compute()["accuracy"].samples.tolist() == [0, 1, 0, 1, 0]


def test_han_is_decided_after_a_thousand_references():
    evaluator = Evaluator(metrics=["f1"], keep_samples=False)
    seen = sum(
        len(scored.counted.samples)
        for scored in evaluator.stream([Samples.of([Sample("x", ("东京",))] * 550)] * 2)
    )
    assert seen == 1100
    evaluator.update(["x"] * 500, ["東京です"] * 250 + ["东京"] * 250)
    # The first thousand had no kana: Han alone stays Chinese, kana is Japanese all the same.
    assert evaluator.compute().health.languages == {"zh": 1350, "ja": 250}
    assert evaluator.compute()["f1"].samples is None
    assert evaluator.compute().samples == {}


@pytest.mark.parametrize("references", [["a"], [["a", "b"]], prepare(["a"])])
def test_a_function_of_one_metric_takes_no_metrics(references):
    with pytest.raises(TypeError, match=r"^f1 computes one metric: use evaluate\(\.\.\., metrics="):
        f1(["a"], references, metrics=["accuracy"])


def test_only_equal_settings_merge():
    with pytest.raises(
        ValueError, match="can be merged; these differ in lang: 'en' here, 'zh' in the"
    ):
        Evaluator(lang="en").merge(Evaluator(lang="zh"))
    with pytest.raises(ValueError, match="keep_samples: True here, False in the other"):
        Evaluator(lang="en").merge(Evaluator(lang="en", keep_samples=False))


def test_an_evaluator_merges_with_itself():
    evaluator = Evaluator(lang="en", metrics=["f1"])
    evaluator.update(["red fox"], ["red dog"])
    assert evaluator.merge(evaluator).compute()["f1"].n == 2


def test_threads_may_share_an_evaluator():
    evaluator = Evaluator(lang="en", metrics=["accuracy"])
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda n: evaluator.update([f"w{n}"], [f"w{n % 2}"]), range(100)))
    score = evaluator.compute()["accuracy"]
    assert (score.n, float(score)) == (100, 0.02)


def test_threads_default_to_a_share_of_the_processors(monkeypatch):
    monkeypatch.setattr("os.sched_getaffinity", lambda _: set(range(8)), raising=False)
    monkeypatch.delenv("LOCAL_WORLD_SIZE", raising=False)
    assert default_threads() == 8
    monkeypatch.setenv("LOCAL_WORLD_SIZE", "3")
    assert default_threads() == 2
    monkeypatch.setenv("LOCAL_WORLD_SIZE", "16")
    assert default_threads() == 1
    monkeypatch.setenv("LOCAL_WORLD_SIZE", "many")
    assert default_threads() == 8


def test_a_failed_update_counts_nothing():
    evaluator = Evaluator(lang="en", metrics=["f1"])
    with pytest.raises(ValueError, match=r"langs\[1999\]"):
        evaluator.update(["a b"] * 2000, ["a b"] * 2000, langs=["en"] * 1999 + ["xx"])
    with pytest.raises(ValueError, match="no samples"):
        evaluator.compute()


def test_a_result_does_not_change_afterwards():
    evaluator = Evaluator(lang="en", metrics=["f1"])
    evaluator.update(["red"], ["red"])
    result = evaluator.compute()
    evaluator.update(["red"], ["red"])
    assert (result.n, result["f1"].n, evaluator.compute().n) == (1, 1, 2)


def test_a_copy_goes_its_own_way():
    evaluator = Evaluator(lang="en", metrics=["f1"])
    evaluator.update(["red"], ["red"])
    twin = copy.copy(evaluator)
    twin.update(["x"], ["y"])
    assert (evaluator.compute().n, twin.compute().n) == (1, 2)


def test_the_signature_is_of_the_dictionary_that_was_used():
    script = """
import jieba, pickle
from textmetrics import Evaluator
plain = Evaluator(lang="zh", metrics=["f1"])
plain.update(["石墨烯电池组好的"], ["石墨烯电池组"])
jieba.add_word("石墨烯电池组")
changed = Evaluator(lang="zh", metrics=["f1"])
changed.update(["石墨烯电池组好的"], ["石墨烯电池组"])
both = pickle.loads(pickle.dumps(plain)).merge(changed)
for each in (plain, changed, both):
    score = each.compute()["f1"]
    print(round(score, 3), score.signature.split("|")[3])
"""
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, encoding="utf-8"
    )
    lines = [line.split() for line in done.stdout.splitlines()]
    # 石墨/烯/电池组 … against the one word that the user added; F1 2·(3/4)·1/(7/4), 2·½·1/(3/2).
    assert [float(value) for value, _ in lines] == [0.857, 0.667, 0.762]
    (_, before), (_, after), (_, merged) = lines
    assert before == "tok:jieba-0.42.1"
    assert after.startswith("tok:jieba-0.42.1-dict-")
    assert merged == before + after.replace("tok:", "+")


def test_the_signature_sees_a_word_deleted_again():
    script = """
import jieba
from textmetrics import f1
def scored():
    score = f1(["我在北京大学"], ["北京大学"], lang="zh")
    return round(score, 3), score.signature.split("|")[3]
jieba.del_word("北京大学")
first = scored()
jieba.add_word("北京大学", freq=2053)
second = scored()
jieba.del_word("北京大学")
third = scored()
print(first, second, third, sep="\\n")
assert (second[0], second[1]) != (third[0], third[1])
assert second[1] != third[1]
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()


def test_the_signature_tells_what_han_was_taken_for():
    kana, han = ["東京です"] * 2, ["東京大学"] * 8
    result = evaluate(["x"] * 10, kana + han)
    assert "|lang:ja|" in result["f1"].signature
    assert result.health.guessed_japanese == 8
    assert any("taken for Japanese: 8" in remark for remark in result.health.remarks())
    assert "|lang:ja+zh,han=zh|" in evaluate(["x"] * 30, kana + han + ["北京"] * 20)["f1"].signature
    assert "han=" not in evaluate(["x"], ["北京"])["f1"].signature


# Samples without text are in the language of most others; of as many, the first by its code.
@pytest.mark.parametrize(
    ("others", "lang"),
    [
        (["北京", "上海"], "zh"),
        (["かな"], "ja"),
        (["東京です", "東京"], "ja"),
        (["the cat and the dog"], "en"),
        (["Paris"], "en"),
        ([], "en"),
        (["Hij heeft een been gebroken"], "und"),
        (["北京", "上海", "Paris"], "en+zh,han=zh,empty=zh"),
        (["北京", "Paris", "blue dog"], "en+zh,han=zh,empty=en"),
        (["北京", "Paris"], "en+zh,han=zh,empty=en"),
        (["かな", "カナ", "the cat and the dog"], "en+ja,empty=ja"),
    ],
)
@pytest.mark.parametrize("blank", ["", "\u3000", " \n"])
def test_an_empty_reference_has_the_language_of_its_file(others, lang, blank):
    for references in ([blank, *others], [*others, blank, blank], [*others, [blank, ""]]):
        result = evaluate(["x"] * len(references), references)
        assert f"|lang:{lang}|" in result["f1"].signature
        assert result.health.guessed_japanese == ("東京" in others)


def test_a_language_that_is_given_counts_for_empty_references():
    evaluator = Evaluator()
    evaluator.update(["x"], [""])
    evaluator.update(["x"] * 2, ["42", "7"], langs=["zh", "zh"])
    evaluator.update(["x"], ["Paris"])
    assert "|lang:en+zh,empty=zh|" in evaluator.compute()["f1"].signature
    assert "|lang:ja|" in evaluate("x", "", lang="ja")["f1"].signature


def test_empty_references_do_not_hold_up_the_others():
    evaluator = Evaluator()
    for begin in range(0, 1_200, 100):
        evaluator.update(["北京"] * 100, ["", *["北京"] * 99])
        assert bool(evaluator._queue.waiting) == (begin < 1_000)
    assert evaluator.compute().health.languages == {"zh": 1_200}


def test_all_tokens_of_0_is_an_object_too():
    data = evaluate(["the x"], ["the y"], lang="en", stopwords="both").to_dict()
    assert data["scores"]["accuracy"]["all_tokens"]["value"] == 0.0


def test_an_enum_of_strings_is_its_value():
    answers = enum.Enum("Answers", {"A": "red fox"}, type=str)
    assert accuracy([answers.A], ["red fox"], lang="en") == 1.0
    assert accuracy(answers.A, "red fox", lang="en") == 1.0


def test_nothing_dropped_is_not_dropped():
    assert evaluate(["the"], ["the"], **EN).health.words_dropped == 0


def test_merge_takes_evaluators():
    with pytest.raises(TypeError, match="got int"):
        Evaluator().merge(5)


def test_a_reader_in_hand_does_not_lock_others_out():
    evaluator = Evaluator(lang="en", metrics=["f1"])
    reading = evaluator.stream([Samples.of([Sample("red", ("red",))] * 5000)])
    next(reading)
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(evaluator.compute).result(timeout=30).n == 4096
    reading.close()
    assert evaluator.compute().n == 4096


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
@pytest.mark.parametrize("lang", ["zh", "ja"])  # the second cuts in a pool of threads
def test_a_fork_while_another_thread_works(lang):
    script = """
import os, sys, threading, warnings
warnings.simplefilter("ignore", DeprecationWarning)  # Python's own, about fork and threads
lang, texts = sys.argv[1], [f"我在北京{n}" for n in range(150)]
from textmetrics import Evaluator, f1
import logging  # later: it has hooks for forks too, as pools of threads have
evaluator, stop = Evaluator(lang=lang, metrics=["f1"], threads=2), threading.Event()
def work():
    while not stop.is_set():
        evaluator.update(texts, texts)
thread = threading.Thread(target=work)
thread.start()
for _ in range(5):
    child = os.fork()
    if not child:
        f1(["我在北京"], ["北京"], lang=lang)
        os._exit(0 if evaluator.compute().n % 150 == 0 else 1)
    assert os.waitpid(child, 0)[1] == 0
stop.set()
thread.join()
print("done")
"""
    done = subprocess.run(
        [sys.executable, "-c", script, lang],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "done\n"), done.stderr


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_threads_that_fork_at_once():
    script = """
import os, sys, threading, warnings
warnings.simplefilter("ignore", DeprecationWarning)  # Python's own, about fork and threads
from textmetrics import Evaluator
kept = [Evaluator(lang="en") for _ in range(3)]
sys.setswitchinterval(1e-6)
def work():
    for _ in range(40):
        child = os.fork()
        if not child:
            os._exit(0)
        os.waitpid(child, 0)
threads = [threading.Thread(target=work) for _ in range(3)]
for thread in threads: thread.start()
for thread in threads: thread.join()
print("done")
"""
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=120, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "done\n", "")


def test_the_first_use_from_several_threads_leaves_no_trace():
    script = """
import logging, threading, warnings
from textmetrics import f1
before = list(warnings.filters)
scored = {"lang": "zh", "backend": "reference"}  # the port does not import jieba
options = {"target": f1, "args": ("北京", "北京"), "kwargs": scored}
threads = [threading.Thread(**options) for _ in range(8)]
for thread in threads: thread.start()
for thread in threads: thread.join()
import jieba
assert warnings.filters == before, warnings.filters[:3]
assert logging.getLogger("jieba").level == logging.DEBUG
"""
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize("options", [{}, {"extract": ["think"]}, {"convert": "t2s"}])
def test_health_that_is_asked_for_later_is_the_same(monkeypatch, options):
    monkeypatch.setattr("textmetrics.evaluation.evaluator._BATCH", 3)
    predictions = ["", "the", "<think>hm</think> red fox", "x-1", "赤い狐"] * 4
    references = ["a fox", "the", "red foxes", "x*1", "a red fox"] * 4
    evaluator = Evaluator(lang="en", **options)
    evaluator.update(predictions, references)
    expected = evaluator.compute()
    result = evaluate(predictions, references, lang="en", **options)
    predictions[:] = references[:] = ["changed"] * 20
    assert result.to_dict() == pickle.loads(pickle.dumps(result)).to_dict() == expected.to_dict()
    its, other = result.sample_details, expected.sample_details
    assert its.langs == other.langs
    assert its.prediction_lengths.tolist() == other.prediction_lengths.tolist()
    assert its.reference_lengths.tolist() == other.reference_lengths.tolist()


# --- tokenize -----------------------------------------------------------------------------------


def test_tokenize():
    assert tokenize("The cat") == ["cat"]
    assert tokenize("我在北京", stopwords=False) == ["我", "在", "北京"]
    assert tokenize("GPUを使う", stopwords=False) == ["gpu", "を", "使う"]
    with pytest.raises(TypeError, match="text must be a string, got list"):
        tokenize(["a"])


def test_accuracy_of_the_issue_is_of_tokens():
    assert accuracy(["The Cat!"], ["cat"], lang="en") == 1.0
