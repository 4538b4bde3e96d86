"""References that stay score as others do, to the last bit."""

from __future__ import annotations

import pickle

import pandas
import pytest
from hypothesis import given
from hypothesis import strategies as st

from textmetrics import Evaluator, bleu_4, evaluate, f1, prepare, rouge_l
from textmetrics.languages import LANGUAGES, NO_STOPWORDS, Analyzer
from textmetrics.scan import scanner

WORDS = ["the", "The", "cat", "sat", "-5", "5%", "50 %", "C#", "é", "“", "的", "北京", "大学", "は"]
WORDS += ["東京", "e\u0301", "10²", "мир", "", "?"]
texts = st.lists(st.sampled_from(WORDS), max_size=8).map(" ".join)
references = st.lists(texts, min_size=1, max_size=3)
samples = st.lists(st.tuples(texts, references), min_size=1, max_size=6)


def assert_same(one, other):
    assert one.health == other.health or one.health.to_dict() == other.health.to_dict()
    for name, score in other.items():
        assert one[name].to_dict() == score.to_dict()
        assert one[name].samples.tolist() == score.samples.tolist()


@given(
    rows=samples,
    several=st.booleans(),
    lang=st.sampled_from([*LANGUAGES.names(), "auto"]),
    stopwords=st.sampled_from([True, False, "both"]),
    backend=st.sampled_from(["auto", "reference"]),
)
def test_prepared_references_score_as_others_do(rows, several, lang, stopwords, backend):
    predictions = [prediction for prediction, _ in rows]
    expected = [refs if several else refs[0] for _, refs in rows]
    kept = prepare(expected, lang=lang, stopwords=stopwords)
    for shift in (0, 1):
        shifted = predictions[shift:] + predictions[:shift]
        result = evaluate(shifted, kept, stopwords=stopwords, backend=backend)
        options = {"lang": lang, "stopwords": stopwords, "backend": backend}
        assert_same(result, evaluate(shifted, expected, **options))


def test_many_and_long_ones_are_cut_into_runs_alike():
    expected = [
        [f"word{n} red fox", f"{n % 7} blue 北京"] if n % 3 else f"{n}" for n in range(9000)
    ]
    predictions = [f"red word{n} 5" for n in range(9000)]
    kept = prepare(expected, lang="en")
    assert_same(evaluate(predictions, kept, threads=2), evaluate(predictions, expected, lang="en"))


def test_a_text_alone_and_an_evaluator():
    kept = prepare("a red fox", lang="en")
    assert rouge_l("a fox", kept) == rouge_l("a fox", "a red fox", lang="en") == 0.5
    evaluator = Evaluator(lang="en", metrics=["f1"])
    evaluator.update("red", kept)
    evaluator.update(["blue", "sky"], prepare(["blue", "sky"], lang="en"))
    assert evaluator.compute()["f1"].samples.tolist() == [pytest.approx(2 / 3), 1, 1]


def test_they_can_be_pickled():
    kept = prepare(["北京大学", ["a", "b"]], lang="auto", stopwords=["a"])
    before = bleu_4(["北京", "b"], kept)
    copy = pickle.loads(pickle.dumps(kept))
    assert bleu_4(["北京", "b"], copy).to_dict() == before.to_dict()
    assert repr(copy) == repr(kept) == "<2 prepared references, lang: en, zh>"
    assert len(copy) == 2


@pytest.mark.usefixtures("changeable")
def test_a_dictionary_that_changes_meanwhile_counts():
    import jieba

    word = "紫晶鲸鱼座"
    kept = prepare([word, "x"], lang="zh")
    for backend in ("auto", "reference"):
        assert f1([word[:2], "x"], kept, backend=backend).samples[0] > 0
    jieba.add_word(word)
    for backend in ("auto", "reference"):
        assert f1([word[:2], "x"], kept, backend=backend).samples.tolist() == [0.0, 1.0]


@pytest.mark.parametrize(
    "options",
    [
        {"lang": "en"},
        {"tokenizer": "words"},
        {"stopwords": ["x"]},
        {"stopwords_add": ["x"]},
        {"stopwords_remove": ["x"]},
    ],
)
def test_another_option_at_scoring_is_an_error(options):
    kept = prepare(["北京"], lang="zh", stopwords=False)
    with pytest.raises(ValueError, match="prepared with other options; these differ in"):
        f1(["北京"], kept, **options)


def test_the_same_option_at_scoring_is_none():
    kept = prepare(["北京的"], lang="zh", stopwords=["京"])
    assert f1(["北京的"], kept, lang="zh", stopwords=["京"], stopwords_add=[]) == 1.0
    assert f1(["北京的"], kept, stopwords=iter(["京"])) == 1.0
    with pytest.raises(ValueError, match="differ in lang: 'zh' when prepared, 'auto' now"):
        Evaluator(stopwords=["京"]).update(["北京"], kept)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda kept: f1(["a"], kept), ValueError, "1 predictions but 2 prepared references"),
        (lambda kept: f1("a", kept), ValueError, "1 predictions but 2 prepared references"),
        (lambda kept: f1(["a", 5], kept), TypeError, r"predictions\[1\] must be a string"),
        (lambda kept: evaluate(["a", "b"], kept, langs=["en", "en"]), ValueError, "to prepare"),
        (prepare, TypeError, "references must be a string or a list of strings"),
        (lambda _: prepare({"a", "b"}), TypeError, "got set"),
        (lambda _: prepare({"a": 1}), TypeError, "got dict"),
        (lambda _: prepare(b"a"), TypeError, "decode it"),
        (lambda _: prepare(pandas.DataFrame({"a": ["b"]})), TypeError, "is a table"),
        (lambda _: prepare(["北京"], stopwords="pos"), ValueError, "parts of speech"),
        (lambda _: prepare([]), ValueError, "no samples: references are empty"),
        (
            lambda _: prepare(5),
            TypeError,
            "references must be a string or a list of strings, got int",
        ),
        (lambda _: prepare([["a", None]]), TypeError, r"references\[0\]\[1\]"),
        (lambda _: prepare(["a"], lang="zz"), ValueError, "unknown language 'zz'"),
    ],
)
def test_wrong_calls(call, error, message):
    with pytest.raises(error, match=message):
        call(prepare(["a", "b"], lang="en"))


def test_only_the_scanner_that_prepared_takes_them():
    native = pytest.importorskip("textmetrics._native")
    one = scanner(Analyzer(LANGUAGES.get("en"), NO_STOPWORDS), "native")._scanner
    other = scanner(Analyzer(LANGUAGES.get("zh"), NO_STOPWORDS, "words"), "native")._scanner
    import numpy as np

    ready = one.prepare(("a", "b"), None)
    assert isinstance(ready, native.Prepared)
    for scan, places, message in (
        (other, [0], "another scanner"),
        (one, [2], "a place is none"),
        (one, [-1], "a place is none"),
        (one, [0, 1], "one reference a prediction"),
    ):
        with pytest.raises(ValueError, match=message):
            scan.scan(("a",), np.array(places), None, False, 1, None, ready)
