"""BLEU as nltk has it, held to nltk itself."""

from __future__ import annotations

import math
import sys
import warnings

import jieba
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from nltk.translate.bleu_score import SmoothingFunction, corpus_bleu

from textmetrics.metrics import Accumulator
from textmetrics.presets import CHARACTERS
from textmetrics.presets.jieba_words import JIEBA_WORDS
from textmetrics.presets.nltk import NltkBleu

METHODS = range(8)
CORPUS = [
    ("the cat is on the mat", ["there is a cat on the mat", "the cat sat on the mat"]),
    ("我们 今天去公园散步，天气很好。", ["我们今天去公园散步，天气真好！"]),
    ("東京タワー へ行きました", ["東京タワー に行きました"]),
    ("a a a a a a", ["a b", "a a c c"]),
    ("", ["something"]),
    ("something", [""]),
    ("a b c d e f g h " * 150, ["a b c d e f g i " * 140]),
    ("e\u0301 é 👍🏽 \u200b ½", ["é 👍 ½ e\u0301"]),
    ("one two three", ["one two three", "one"]),
    ("a b c d e f g", ["a b c d e f h"]),
]  # fmt: skip
PREDICTIONS, REFERENCES = map(list, zip(*CORPUS, strict=True))
PLAIN = (0.25, 0.25, 0.25, 0.25)
WEIGHTS = [PLAIN, (1.0,), (0.5, 0.5), (0.2,) * 5, (0.1, 0.2, 0.3, 0.4), (0, 0, 0, 1)]


class Lenient(SmoothingFunction):
    """nltk's, that goes on where its method 6 stops for want of a trigram."""

    def method6(self, p_n, references, hypothesis, **rest):
        if len(p_n) > 2 and p_n[2]:
            return super().method6(p_n, references, hypothesis, **rest)
        for i in range(2, len(p_n)):
            expected = p_n[i - 1] ** 2 / p_n[i - 2] if p_n[i - 2] else 0
            ngrams = max(len(hypothesis) - i, 0)
            p_n[i] = (p_n[i].numerator + self.alpha * expected) / (ngrams + self.alpha)
        return p_n


def theirs(view, predictions, references, ours):
    hypotheses = [view.tokens(text) for text in predictions]
    given = [[view.tokens(text) for text in texts] for texts in references]
    function = Lenient(epsilon=ours.epsilon, alpha=ours.alpha, k=ours.k)
    smoothing = getattr(function, f"method{ours.smoothing}")
    options = {"weights": ours.weights, "auto_reweigh": ours.auto_reweigh}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        corpus = corpus_bleu(given, hypotheses, smoothing_function=smoothing, **options)
        sentences = [
            corpus_bleu([texts], [text], smoothing_function=smoothing, **options)
            for texts, text in zip(given, hypotheses, strict=True)
        ]
    return corpus, sentences


def assert_same(scored, view, predictions, references, **options):
    ours = NltkBleu(**options)
    corpus, sentences = theirs(view, predictions, references, ours)
    score = scored(ours.metric(), view, predictions, references)
    assert float(score) == pytest.approx(corpus, abs=1e-12, rel=1e-12)
    assert score.samples == pytest.approx(sentences, abs=1e-12, rel=1e-12)
    mean = scored(NltkBleu(**options, aggregate="mean").metric(), view, predictions, references)
    assert float(mean) == pytest.approx(np.mean(sentences), abs=1e-12, rel=1e-12)


@pytest.mark.parametrize("smoothing", METHODS)
@pytest.mark.parametrize("weights", WEIGHTS, ids=str)
def test_a_corpus_is_scored_as_there(scored, smoothing, weights):
    view = CHARACTERS
    assert_same(scored, view, PREDICTIONS, REFERENCES, smoothing=smoothing, weights=weights)
    # The last sample weighs in methods 5 to 7: another one, and one that is empty.
    turned = PREDICTIONS[::-1], REFERENCES[::-1]
    assert_same(scored, view, *turned, smoothing=smoothing, weights=weights)
    ends_empty = ([*PREDICTIONS, ""], [*REFERENCES, ["a"]])
    assert_same(scored, view, *ends_empty, smoothing=smoothing, weights=weights)


short = st.text("ab c", max_size=9)
corpora = st.lists(
    st.tuples(short, st.lists(short, min_size=1, max_size=3)), min_size=1, max_size=5
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(corpora, st.sampled_from(METHODS), st.sampled_from(WEIGHTS), st.booleans(), st.booleans())
def test_small_corpora_are_scored_as_there(scored, corpus, smoothing, weights, reweigh, other):
    predictions, references = map(list, zip(*corpus, strict=True))
    options = {"smoothing": smoothing, "weights": weights, "auto_reweigh": reweigh}
    options |= {"epsilon": 0.3, "alpha": 2.0, "k": 3.0} if other else {}
    assert_same(scored, CHARACTERS, predictions, references, **options)


def test_by_hand(scored):
    # LLaMA-Factory's "你好" against itself: 1, 1, then no n-grams: 1/2 and 1/4 of one.
    score = scored(NltkBleu(smoothing=3).metric(), CHARACTERS, ["你好"], ["你好"])
    assert float(score) == pytest.approx((1 * 1 * 1 / 2 * 1 / 4) ** 0.25, rel=1e-15)
    assert round(100 * score, 2) == 59.46
    # Without smoothing a missing order makes next to nothing, but not 0.
    least = scored(NltkBleu().metric(), CHARACTERS, ["你好"], ["你好"])
    assert float(least) == pytest.approx(math.exp(math.log(sys.float_info.min) / 2), rel=1e-12)


def test_method_5_can_pass_1(scored):
    score = scored(NltkBleu(smoothing=5).metric(), CHARACTERS, ["abcdef"], ["abcdef"])
    assert score > 1


def test_the_last_of_merged_tallies_is_the_others():
    metric = NltkBleu(smoothing=6).metric()
    one, other, empty = (Accumulator(metric, keep=False) for _ in range(3))
    one.totals.update({"clip_1": 2, "last_length": 7})
    other.totals.update({"clip_1": 3, "last_length": 4})
    one.merge(other)
    one.merge(empty)
    assert one.totals == {"clip_1": 5, "last_length": 4}


def test_raw_words_are_those_of_jieba():
    view = JIEBA_WORDS
    assert view.described() == "jieba-0.42.1,raw"
    for prediction, references in CORPUS:
        for text in (prediction, *references, "\n \t　", "Ｔ恤\r\n和C++"):
            assert view.tokens(text) == list(jieba.cut(text))


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"smoothing": 8}, "smoothing must be 0 to 7 for nltk, got 8"),
        ({"aggregate": "sum"}, "aggregate must be 'corpus' or 'mean', got 'sum'"),
        ({"weights": ()}, "weights must be numbers"),
        ({"weights": (math.nan,)}, "weights must be numbers"),
        ({"k": 0}, "k must be above 0, got 0"),
    ],
)
def test_what_it_cannot_be(options, told):
    with pytest.raises(ValueError, match=told):
        NltkBleu(**options)
