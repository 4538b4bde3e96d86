"""The presets hf_evaluate and torchmetrics: what the golden values do not show.

Expected values are by hand after metrics/ of huggingface/evaluate at a7dd338386a4, or those of the
installed packages.
"""

from __future__ import annotations

import math
from functools import partial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nltk.translate.gleu_score import corpus_gleu

from textmetrics import evaluate
from textmetrics.presets.google_bleu import HF_13A
from textmetrics.presets.hf_evaluate import bootstrap_middle

hugging = partial(evaluate, preset="hf_evaluate")
torches = partial(evaluate, preset="torchmetrics")

GOOGLE_BLEU = [
    # prediction, references, options, value
    ("a b c d", ["a b c d"], {}, 1),
    ("a b c d", ["A b c d"], {}, 6 / 10),  # case counts
    ("", ["a"], {}, 0),
    ("", [""], {}, 0),  # nothing at all is not right either
    ("a", ["", "a b"], {}, 1 / 3),  # a, b and a b
    ("", ["", "a"], {}, 0),
    ("16.", ["16 ."], {}, 1),
    ("a b", ["a b"], {"min_len": 3, "max_len": 4}, 0),
    ("a b c", ["a c b"], {"max_len": 1}, 1),
    ("北京", ["北京。"], {}, 0),  # one word each
    ("&quot;a&quot;", ['"a"'], {}, 1),
    ("co-\noperate", ["cooperate"], {}, 1),
    ("end-\n", ["end"], {}, 1),  # sacrebleu strips the end first, and keeps the hyphen
]


@pytest.mark.parametrize(("prediction", "references", "options", "value"), GOOGLE_BLEU)
def test_google_bleu(prediction, references, options, value):
    score = hugging([prediction], [references], metrics=["google_bleu"], **options)["google_bleu"]
    assert float(score) == score.samples[0] == pytest.approx(value)


words = st.text("ab. ,-&\n1中", max_size=12)
several = st.lists(st.tuples(words, st.lists(words, min_size=1, max_size=3)), min_size=1)


@given(several)
@settings(max_examples=60, deadline=None)
def test_google_bleu_is_nltks_of_the_same_tokens(samples):
    predictions, references = zip(*samples, strict=True)
    score = hugging(predictions, references, metrics=["google_bleu"])["google_bleu"]
    tokens = [[HF_13A.tokens(each) for each in of] for of in references]
    assert float(score) == corpus_gleu(tokens, list(map(HF_13A.tokens, predictions)))


@pytest.mark.parametrize("options", [{"min_len": 0}, {"max_len": 10}, {"min_len": 3, "max_len": 2}])
def test_orders_of_google_bleu_that_cannot_be(options):
    with pytest.raises(ValueError, match="min_len and max_len must be 1 to 9"):
        hugging(["a"], ["a"], metrics=["google_bleu"], **options)


def test_exact_match_takes_one_reference():
    assert float(hugging(["A."], ["a"], metrics=["exact_match"])["exact_match"]) == 0
    options = {"ignore_case": True, "ignore_punctuation": True}
    assert float(hugging(["A."], ["a"], metrics=["exact_match"], **options)["exact_match"]) == 1
    with pytest.raises(ValueError, match="takes one reference per sample"):
        hugging(["a"], [["a", "b"]], metrics=["exact_match"])


def test_the_bootstrap_is_that_of_rouge_score():
    from rouge_score.rouge_scorer import RougeScorer
    from rouge_score.scoring import BootstrapAggregator

    predictions, references = (
        ["the fox", "a b c", "no", "one two"],
        ["a fox", "c a b", "yes", "one"],
    )
    types = {"rouge1": "rouge_1", "rouge2": "rouge_2", "rougeL": "rouge_l"}
    aggregator = BootstrapAggregator()
    for prediction, reference in zip(predictions, references, strict=True):
        aggregator.add_scores(RougeScorer(list(types)).score(reference, prediction))
    state = np.random.get_state()
    np.random.seed(7)
    expected = aggregator.aggregate()
    np.random.set_state(state)
    result = hugging(predictions, references)
    for before, (theirs, ours) in enumerate(types.items()):
        found = bootstrap_middle(result[ours].samples, seed=7, before=before)
        assert found == pytest.approx(expected[theirs].mid.fmeasure, abs=1e-12)


# --- torchmetrics -------------------------------------------------------------------------------


BLEU = [
    ("a b c d", ["a b c d"], {}, 1),
    ("a b c", ["a b c"], {}, 0),  # there is no 4-gram
    ("a b c", ["a b c"], {"n_gram": 3}, 1),
    ("a b", ["a c"], {"n_gram": 2, "smooth": True}, 0),  # no order may be without a match
    ("a b c", ["a b d"], {"n_gram": 2, "smooth": True}, math.sqrt(2 / 3 * 2 / 3)),
    ("A b", ["a b"], {"n_gram": 1}, 1 / 2),
    # Equally close are 1 and 3: the first of both is the length that counts.
    ("a b", ["a b c", "a"], {"n_gram": 1}, math.exp(-1 / 2)),
    ("a b", ["a", "a b c"], {"n_gram": 1}, 1),
    ("a b", ["a c"], {"n_gram": 2, "weights": (1, 0)}, 0),
    ("", [""], {}, 0),
]


@pytest.mark.parametrize(("prediction", "references", "options", "value"), BLEU)
def test_bleu(prediction, references, options, value):
    score = torches([prediction], [references], metrics=["bleu"], **options)["bleu"]
    assert float(score) == pytest.approx(value, abs=1e-6)
    assert score.samples[0] == float(score)


CHRF = [
    ("。", ["。"], {"n_word_order": 0}, 1 / 6),
    ("。", ["。"], {}, 2 / 8),
    ("abcdef", ["abcdef"], {"n_word_order": 0}, 1),
    ("a b", ["ab"], {"n_char_order": 2, "n_word_order": 0}, 1),
    ("a\nb", ["ab"], {"n_char_order": 1, "n_word_order": 0, "beta": 1}, 4 / 5),  # lines stay
    ("A", ["a"], {"n_char_order": 1, "n_word_order": 0}, 0),
    ("A", ["a"], {"n_char_order": 1, "n_word_order": 0, "lowercase": True}, 1),
    ("a ", ["a"], {"n_char_order": 1, "n_word_order": 0}, 1),
    ("a ", ["a"], {"n_char_order": 1, "n_word_order": 0, "whitespace": True, "beta": 0}, 1 / 2),
    ("", ["", "a"], {}, 0),
]


@pytest.mark.parametrize(("prediction", "references", "options", "value"), CHRF)
def test_chrf(prediction, references, options, value):
    score = torches([prediction], [references], metrics=["chrf"], **options)["chrf"]
    assert float(score) == score.samples[0] == pytest.approx(value, abs=1e-6)


def test_references_without_a_match_are_left_out_of_the_corpus():
    options = {"metrics": ["chrf"], "n_char_order": 1, "n_word_order": 0, "beta": 1}
    score = torches(["aa", "x"], ["aa", "yyyyyy"], **options)["chrf"]
    assert float(score) == pytest.approx(2 * (2 / 3) / (2 / 3 + 1), abs=1e-6)


def test_rouge_of_several_references():
    of_best = torches(["a b"], [["a", "a b c d"]])["rouge_1"]
    assert (of_best.precision, of_best.recall) == (1 / 2, 1)  # the first of equals
    average = torches(["a b"], [["a", "a b c d"]], accumulate="avg")["rouge_1"]
    assert (average.precision, average.recall) == (3 / 4, 3 / 4)
    assert float(average) == pytest.approx(2 / 3)


def test_lsum_is_by_sentences_and_not_by_lines():
    text, other = "One fox. Two dogs ran.", "Two dogs ran. One fox."
    score = torches([text], [other], metrics=["rouge_lsum"])["rouge_lsum"]
    assert float(score) == 1
    assert "punkt" in score.signature
    lines = torches(["one fox\ntwo dogs"], ["two dogs\none fox"], metrics=["rouge_lsum"])
    assert float(lines["rouge_lsum"]) < 1


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"n_gram": 0}, "n_gram must be 1 to 9, got 0"),
        ({"weights": (0.5, 0.5)}, "weights must be as many as n_gram, which is 4, got 2"),
        ({"weights": (2, -1, 0, 0)}, "weights must be numbers of at least 0"),
        ({"n_char_order": 0}, "n_char_order must be 1 to 9"),
        ({"beta": -1}, "beta must be 0 to 1000"),
        ({"lowercase": "yes"}, "lowercase must be True or False, got 'yes'"),
    ],
)
def test_options_that_cannot_be(options, message):
    with pytest.raises(ValueError, match=message):
        torches(["a"], ["a"], metrics=["bleu", "chrf"], **options)


@given(several)
@settings(max_examples=40, deadline=None)
@pytest.mark.parametrize("accumulate", ["best", "avg"])
def test_both_backends_agree(accumulate, samples):
    predictions, references = zip(*samples, strict=True)
    names = ["rouge_1", "rouge_l", "rouge_lsum", "bleu", "chrf"]
    options = {"metrics": names, "accumulate": accumulate, "n_gram": 2}
    native = torches(predictions, references, **options)
    python = torches(predictions, references, backend="reference", **options)
    assert {name: float(score) for name, score in native.items()} == {
        name: float(score) for name, score in python.items()
    }
