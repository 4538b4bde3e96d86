"""chrF as sacrebleu has it, held to sacrebleu itself."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sacrebleu.metrics import CHRF

from textmetrics import evaluate
from textmetrics.presets.chrf import chrf_characters, chrf_words
from textmetrics.presets.sacrebleu import Chrf

CORPUS = [
    ("The cat sat (hi) on the mat.", ["The cat is sitting on the mat.", "A \"cat\" sat, hi!"]),
    ("今天天气很好，我们去公园散步吧。", ["今天天气真好，我们去公园散散步吧！", "今天天气很好。"]),
    ("東京タワーへ行きました。", ["東京タワーに行きました。"]),
    ("用 Python 3.11 训练", ["用Python 3.11训练了GPT-4"]),
    ("aaaaaaaaaaaaaa", ["aaa", "aaaaaaab"]),
    ("", ["nothing"]),
    ("something", [""]),
    ("", [""]),
    ("  \n\u3000", ["a", " "]),
    ("ab", ["abcdefgh"]),
    ("e\u0301té 👍🏽 ﬁn ½ İ ß", ["été 👍 fin ½ i̇ SS"]),
    ("... ' -- () ,a a, (a) ((a))", ["a a (a) ... -- '"]),
    ("a b c d e f g " * 200, ["a b c d e f h " * 190]),
]  # fmt: skip
PREDICTIONS, REFERENCES = map(list, zip(*CORPUS, strict=True))


def assert_same(scored, predictions, references, *, lowercase=False, whitespace=False, **options):
    ours = Chrf(**options)
    theirs = CHRF(lowercase=lowercase, whitespace=whitespace, **options)
    streams = [list(stream) for stream in itertools.zip_longest(*references)]
    score = scored(
        ours.metric(),
        chrf_characters(lowercase=lowercase, whitespace=whitespace),
        predictions,
        references,
        words=chrf_words(lowercase=lowercase),
    )
    expected = theirs.corpus_score(predictions, streams)
    assert 100 * score == pytest.approx(expected.score, abs=1e-9, rel=0)
    assert score.title == expected.name
    assert str(theirs.get_signature()) == ours.signature(
        references=list(map(len, references)), lowercase=lowercase, whitespace=whitespace
    )
    sentences = [
        theirs.sentence_score(prediction, given).score
        for prediction, given in zip(predictions, references, strict=True)
    ]
    assert 100 * score.samples == pytest.approx(sentences, abs=1e-9, rel=0)


@pytest.mark.parametrize("lowercase", [False, True])
@pytest.mark.parametrize("whitespace", [False, True])
@pytest.mark.parametrize("eps_smoothing", [False, True])
@pytest.mark.parametrize(
    ("char_order", "word_order", "beta"), [(6, 0, 2), (6, 2, 2), (4, 1, 3), (0, 2, 1)]
)
def test_a_corpus_is_scored_as_there(
    scored, lowercase, whitespace, eps_smoothing, char_order, word_order, beta
):
    options = {"lowercase": lowercase, "whitespace": whitespace, "eps_smoothing": eps_smoothing}
    options |= {"char_order": char_order, "word_order": word_order, "beta": beta}
    assert_same(scored, PREDICTIONS, REFERENCES, **options)


short = st.text("aB (.京\n", max_size=9)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(short, st.lists(short, min_size=1, max_size=3)), min_size=1, max_size=5),
    st.integers(1, 6),
    st.integers(0, 2),
    st.booleans(),
    st.booleans(),
    st.booleans(),
)
def test_small_corpora_are_scored_as_there(
    scored, corpus, char_order, word_order, eps, lowercase, whitespace
):
    predictions, references = map(list, zip(*corpus, strict=True))
    options = {"char_order": char_order, "word_order": word_order, "eps_smoothing": eps}
    assert_same(
        scored, predictions, references, lowercase=lowercase, whitespace=whitespace, **options
    )


@given(st.text(max_size=20))
def test_words_are_those_of_the_original(text):
    assert chrf_words().tokens(text) == CHRF(word_order=2)._remove_punctuation(text)


def test_what_it_cannot_be():
    with pytest.raises(ValueError, match="not both 0, got 0 and 0"):
        Chrf(char_order=0)


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"char_order": -1}, ValueError, "must be 0 to 9, and not both 0, got -1 and 0"),
        ({"char_order": 10}, ValueError, "must be 0 to 9, and not both 0, got 10 and 0"),
        ({"char_order": 0}, ValueError, "must be 0 to 9, and not both 0, got 0 and 0"),
        ({"word_order": -1}, ValueError, "must be 0 to 9, and not both 0, got 6 and -1"),
        ({"char_order": True}, TypeError, "char_order must be an integer, got True"),
    ],
)
def test_orders_that_cannot_be_used(options, error, message):
    with pytest.raises(error, match=message):
        evaluate(["a b"], ["a c"], preset="sacrebleu", metrics=["chrf"], **options)
