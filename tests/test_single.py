"""A short call returns what every other way returns."""

from __future__ import annotations

import os
import pickle
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import textmetrics
from textmetrics import Evaluator, Language, evaluate, register_language, rouge_l
from textmetrics.evaluation import Pipeline
from textmetrics.evaluation.pairs import score_pairs
from textmetrics.kernels import available_backends
from textmetrics.languages import LANGUAGES
from textmetrics.metrics import DEFAULT_METRICS, METRICS, Values

MISSING = available_backends()["native"]
FIELDS = ("title", "headline", "n", "precision", "recall", "f1", "sentence_mean", "details")
WORDS = [
    "the",
    "The",
    "cat",
    "sat",
    "a",
    "-5",
    "5%",
    "C#",
    "é",
    "的",
    "北京",
    "大学",
    "…",
    "e\u0301",
    "10²",
]
texts = st.lists(st.sampled_from(WORDS), max_size=8).map(" ".join)


def ask(name, prediction, reference, **options):
    """Score a pair the short way; ``None`` if it is not for that."""
    return score_pairs(
        Pipeline.cached({"metrics": [name], "lang": "en"} | options), prediction, reference
    )


def assert_same_score(score, expected):
    assert score == expected
    assert score.signature == expected.signature
    assert score.samples.tolist() == expected.samples.tolist()
    assert not score.samples.flags.writeable
    for field in FIELDS:
        assert getattr(score, field) == getattr(expected, field), field
    assert (score.totals is None) == (expected.totals is None)
    if expected.totals is not None:
        assert score.totals.names == expected.totals.names
        assert score.totals.rows.tolist() == expected.totals.rows.tolist()
        assert score.totals.rows.dtype == expected.totals.rows.dtype
    assert pickle.loads(pickle.dumps(score)).to_dict() == expected.to_dict()


def assert_same_evaluation(found, expected):
    assert list(found) == list(expected)
    for name, score in found.items():
        assert_same_score(score, expected[name])
    assert found.health.to_dict() == expected.health.to_dict()
    assert found.sample_details.langs == expected.sample_details.langs
    assert (
        found.sample_details.prediction_lengths.tolist()
        == expected.sample_details.prediction_lengths.tolist()
    )
    assert (
        found.sample_details.reference_lengths.tolist()
        == expected.sample_details.reference_lengths.tolist()
    )
    assert str(found) == str(expected)


@given(
    pairs=st.lists(st.tuples(texts, texts), min_size=1, max_size=20),
    lang=st.sampled_from(["en", "zh", "ja", "auto"]),
    stopwords=st.sampled_from([True, False, "both", ["the", "的"]]),
    metrics=st.none()
    | st.lists(st.sampled_from([*DEFAULT_METRICS, "recall", "contains"]), min_size=1, unique=True),
    several=st.booleans(),
)
def test_a_call_is_what_an_evaluator_returns(pairs, lang, stopwords, metrics, several):
    predictions, references = map(list, zip(*pairs, strict=True))
    if several:
        references[0] = [references[0], "a cat"]
    options = {"lang": lang, "stopwords": stopwords, "metrics": metrics}
    evaluator = Evaluator(**options)
    evaluator.update(predictions, references)
    expected = evaluator.compute()
    assert_same_evaluation(evaluate(predictions, references, **options), expected)
    again = pickle.loads(pickle.dumps(evaluate(predictions, references, **options)))
    assert_same_evaluation(again, expected)


@given(
    prediction=texts,
    reference=texts,
    lang=st.sampled_from(["en", "zh", "ja", "auto"]),
    stopwords=st.booleans(),
)
def test_a_pair_alone_scores_as_in_a_list(prediction, reference, lang, stopwords):
    evaluator = Evaluator(lang=lang, stopwords=stopwords)
    evaluator.update([prediction], [reference])
    expected = evaluator.compute()
    for name in DEFAULT_METRICS:
        score = getattr(textmetrics, name)(prediction, reference, lang=lang, stopwords=stopwords)
        assert_same_score(score, expected[name])


@pytest.mark.skipif(MISSING is not None, reason=str(MISSING))
@pytest.mark.parametrize("name", DEFAULT_METRICS)
def test_plain_calls_need_no_table(name):
    assert ask(name, "a red fox", "the red fox") is not None
    assert ask(name, "北京", "北京大学", lang="zh") is not None
    assert ask(name, "京都", "東京は", lang="auto") is not None


@pytest.mark.parametrize(
    "given",
    [
        {"prediction": ["a"]},
        {"reference": ["a", "b"]},
        {"prediction": None},
        {"prediction": "\ud800"},
        {"reference": "e\u0301"},
        {"lang": "ja", "tokenizer": "sudachi-c-normalized"},
        {"stopwords": "both"},
        {"extract": "think"},
        {"backend": "reference"},
        {"name": "contains"},
        {"keep_samples": False},
        {"preset": "squad"},
    ],
)
def test_all_else_goes_the_usual_way(given):
    assert ask(**({"name": "f1", "prediction": "a", "reference": "b"} | given)) is None


def test_options_are_checked_in_a_short_call_too():
    for options in ({"threads": 0}, {"lang": "xx"}, {"tokenizer": "xx"}, {"backend": "xx"}):
        for _ in range(2):
            with pytest.raises(ValueError, match=r"unknown|threads must be from 1 to"):
                rouge_l("a", "a", **({"lang": "en"} | options))
    for options in ({"lang": 5}, {"tokenizer": 5}, {"stopwords": 1}, {"lnag": "en"}):
        rouge_l("a", "a", lang="en", stopwords=True)  # what is equal to 1
        with pytest.raises(TypeError):
            rouge_l("a", "a", **options)


def test_a_metric_may_be_another_one_later():
    before = METRICS.get("f1")
    assert textmetrics.f1("a cat", "the dog", lang="en") == 0.0
    METRICS.add("f1", replace(before, values=lambda counts: Values(counts["match_1"] * 0.0 + 0.25)))
    try:
        assert textmetrics.f1("a cat", "the dog", lang="en") == 0.25
        assert evaluate("a cat", "the dog", lang="en")["f1"] == 0.25
    finally:
        METRICS.add("f1", before)
    assert textmetrics.f1("a cat", "the dog", lang="en") == 0.0


def test_a_formula_for_columns_only_is_applied_to_columns():
    def values(counts):
        return Values(np.where(counts["lcs"] > 0, 0.5, 0.25))

    mine = replace(METRICS.get("accuracy"), name="mine", needs=frozenset({"lcs"}), values=values)
    with METRICS.temporary():
        METRICS.add("mine", mine)
        result = evaluate(["a cat", "x"], ["the cat", "y"], lang="en", metrics=["mine"])
        assert result["mine"] == 0.375


def test_a_stopword_file_is_read_again(tmp_path):
    words = tmp_path / "words.txt"
    for word, expected in (("cat", 1.0), ("dog", 0.5)):
        words.write_text(word, encoding="utf-8")
        assert (
            rouge_l("a cat", "a cat" if expected == 1 else "a bird", lang="en", stopwords=words)
            == expected
        )
        assert "custom" in rouge_l("a", "a", lang="en", stopwords=words).signature


def test_health_is_of_the_dictionary_that_was_there(changeable):
    import jieba

    word = "紫晶鲸鱼座"
    found = evaluate(word, word, lang="zh")
    before = evaluate(word, word, lang="zh").health.to_dict()
    jieba.add_word(word)
    assert found.health.to_dict() == before != evaluate(word, word, lang="zh").health.to_dict()


def test_a_language_may_be_another_one_later():
    before = LANGUAGES.get("en")
    assert rouge_l("the cat", "the dog", lang="en") == 0.0
    try:
        register_language(Language("en", "English", "words", scripts=("Latin",)))
        assert rouge_l("the cat", "the dog", lang="en") == 0.5
    finally:
        register_language(before)
    assert rouge_l("the cat", "the dog", lang="en") == 0.0


@pytest.mark.usefixtures("changeable")
def test_an_added_word_counts_at_once():
    import jieba

    word = "紫晶鲸鱼座"
    assert rouge_l(word[:2], word, lang="zh") > 0.0
    jieba.add_word(word)
    changed = rouge_l(word[:2], word, lang="zh")
    assert changed == 0.0
    assert "-dict-" in changed.signature


@pytest.mark.filterwarnings("ignore:.*multi-threaded, use of fork:DeprecationWarning")
def test_threads_and_forks_share_what_was_resolved():
    def call(step):
        options = {"lang": "en", "stopwords_add": [f"w{step % 7}"], "stopwords": step % 2 == 0}
        found = evaluate(["a red fox", f"w{step % 7} b"], ["the red fox", "b"], **options)
        return {name: (float(score), score.signature) for name, score in found.items()}

    expected = [call(step) for step in range(60)]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(call, range(60))) == expected
        if hasattr(os, "fork"):
            child = os.fork()
            if child == 0:
                os._exit(0 if [call(step) for step in range(20)] == expected[:20] else 1)
            assert os.waitpid(child, 0)[1] == 0


FORMULAS = {  # which C++ does not have
    "hit": lambda c: Values(((c["match_1"] > 0) + (c["equal"] > 0)) / 2),
    "miss": lambda c: Values((~(c["match_1"] > 0)) * 1.0),
    "root": lambda c: Values(np.sqrt(c["match_1"])),
}


@pytest.mark.parametrize("name", FORMULAS)
def test_formulas_of_others_are_applied_to_columns(name):
    with METRICS.temporary():
        needs = frozenset({"match_1", "equal"})
        METRICS.add(name, replace(METRICS.get("f1"), name=name, values=FORMULAS[name], needs=needs))
        score = evaluate(["a cat"], ["a cat"], lang="en", metrics=[name])[name]
        evaluator = Evaluator(lang="en", metrics=[name])
        evaluator.update(["a cat"], ["a cat"])
        assert float(score) == score.samples[0] == evaluator.compute()[name]


@pytest.mark.parametrize("pairs", [1, 17])
def test_no_formula_changes_what_another_one_reads(pairs):
    def replaces(counts):
        counts["match_1"] = counts["match_1"] * 0
        return Values(counts["match_1"] / 1)

    def overwrites(counts):
        counts["match_1"][:] = 5
        return Values(counts["match_1"] / 1)

    texts = ["red fox"] * pairs
    with METRICS.temporary():
        for name, values in (("first", replaces), ("second", overwrites)):
            METRICS.add(name, replace(METRICS.get("f1"), name=name, values=values))
        assert evaluate(texts, texts, lang="en", metrics=["first", "f1"])["f1"] == 1.0
        with pytest.raises(ValueError, match="read-only"):
            evaluate(texts, texts, lang="en", metrics=["second", "f1"])


def test_details_are_of_the_languages_that_were_scored():
    with LANGUAGES.temporary():
        result = evaluate(["안녕 세계 나"], ["안녕 세계"], metrics=["f1"])
        LANGUAGES.add("xk", Language("xk", "Korean", "words", scripts=("Hangul",)))
        assert result.health.languages == {"und": 1}
        assert result.sample_details.langs == ("und",)
