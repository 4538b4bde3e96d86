"""A short call gives what every other way gives."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

import textmetrics
from textmetrics import Language, evaluate, register_language, rouge_l
from textmetrics.evaluation.single import single_score
from textmetrics.kernels import available_backends
from textmetrics.languages import LANGUAGES
from textmetrics.metrics import USUAL

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


def ask(name, prediction, reference, lang="en", stopwords=True, **other):
    chosen = {"tokenizer": None, "backend": "auto"} | other
    return single_score(name, prediction, reference, lang, stopwords=stopwords, **chosen)


@given(
    prediction=texts,
    reference=texts,
    lang=st.sampled_from(["en", "zh", "auto"]),
    stopwords=st.booleans(),
)
def test_a_pair_alone_scores_as_in_a_list(prediction, reference, lang, stopwords):
    expected = evaluate([prediction], [reference], lang=lang, stopwords=stopwords)
    for name in USUAL:
        score = getattr(textmetrics, name)(prediction, reference, lang=lang, stopwords=stopwords)
        assert score == expected[name]
        assert score.signature == expected[name].signature
        assert score.samples.tolist() == expected[name].samples.tolist()
        assert not score.samples.flags.writeable
        for field in FIELDS:
            assert getattr(score, field) == getattr(expected[name], field), field


@pytest.mark.skipif(MISSING is not None, reason=str(MISSING))
@pytest.mark.parametrize("name", ["accuracy", "f1", "rouge_1", "rouge_2", "rouge_l"])
def test_plain_calls_need_no_table(name):
    assert ask(name, "a red fox", "the red fox") is not None
    assert ask(name, "北京", "北京大学", lang="zh") is not None


@pytest.mark.parametrize(
    "given",
    [
        {"prediction": ["a"]},
        {"reference": ["a", "b"]},
        {"prediction": None},
        {"prediction": "\ud800"},
        {"reference": "e\u0301"},
        {"lang": 5},
        {"lang": "auto", "reference": "é"},
        {"lang": "ja"},
        {"stopwords": "both"},
        {"stopwords": ["a"]},
        {"tokenizer": 5},
        {"backend": "reference"},
        {"backend": "other"},
        {"name": "bleu_4"},
    ],
)
def test_all_else_goes_the_usual_way(given):
    assert ask(**({"name": "f1", "prediction": "a", "reference": "b"} | given)) is None


def test_options_are_checked_in_a_short_call_too():
    for options in ({"threads": 0}, {"lang": "xx"}, {"tokenizer": "xx"}, {"backend": "xx"}):
        with pytest.raises(ValueError, match=r"unknown|threads must be from 1 to"):
            rouge_l("a", "a", **({"lang": "en"} | options))


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
