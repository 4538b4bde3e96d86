"""Each metric's numbers, worked by hand from its definition."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from textmetrics import evaluate
from textmetrics.metrics import METRICS, ExactSum, chosen

ROUGE = ("rouge_1", "rouge_2", "rouge_l")


def scores(predictions, references, **options):
    """Score text whose tokens are what stands between spaces."""
    options = {"lang": "en", "tokenizer": "whitespace", "stopwords": False} | options
    return evaluate(predictions, references, **options)


# prediction, reference, metric, (precision, recall, f1), how
BY_HAND = [
    ("a b c d", "a b c d", "f1", (1, 1, 1), "4 of 4, 4 of 4"),
    ("a b", "a b c d", "f1", (1, 1 / 2, 2 / 3), "2 of 2, 2 of 4; 2·1·½ / 1½"),
    ("a a a", "a b", "f1", (1 / 3, 1 / 2, 2 / 5), "a counts once: the reference has it once"),
    ("x y", "a b", "f1", (0, 0, 0), "nothing in common"),
    ("a c b", "a b c", "rouge_1", (1, 1, 1), "order is nothing to unigrams"),
    ("a b c", "a b d c", "rouge_2", (1 / 2, 1 / 3, 2 / 5), "ab of ab bc; ab of ab bd dc"),
    ("a b a b", "a b c a b", "rouge_2", (2 / 3, 1 / 2, 4 / 7), "ab twice: of ab ba ab; of 4"),
    ("北京", "北京", "rouge_2", (0, 0, 0), "a text of one token has no bigram"),
    ("a c b d", "a b c d", "rouge_l", (3 / 4, 3 / 4, 3 / 4), "a b d or a c d"),
    ("d c b a", "a b c d", "rouge_l", (1 / 4, 1 / 4, 1 / 4), "any one token"),
    ("a b c d e f", "b d f", "rouge_l", (1 / 2, 1, 2 / 3), "all of the reference, in order"),
    ("", "a b", "rouge_l", (0, 0, 0), "an empty answer"),
    ("", "", "rouge_2", (1, 1, 1), "both empty"),
    ("a", "", "rouge_1", (0, 0, 0), "an answer where there is none"),
]


@pytest.mark.parametrize(("prediction", "reference", "name", "parts", "how"), BY_HAND)
def test_parts_by_hand(prediction, reference, name, parts, how):
    score = scores([prediction], [reference])[name]
    assert (score.precision, score.recall, score.f1) == pytest.approx(parts, abs=1e-15), how
    headline = score.f1 if name == "f1" else score.recall
    assert float(score) == headline == score.samples[0]


@pytest.mark.parametrize(
    ("prediction", "reference", "expected"),
    [("a b", "a b", 1), ("A b", "a B", 1), ("b a", "a b", 0), ("", "", 1), ("", "a", 0)],
)
def test_accuracy_by_hand(prediction, reference, expected):
    score = scores([prediction], [reference])["accuracy"]
    assert float(score) == expected
    assert score.precision is score.recall is score.f1 is None


def test_mean_over_samples():
    # Recall 1, 1/2 and 0: the mean is 1/2, though 3 of 7 reference tokens are found.
    score = scores(["a b", "c", "x"], ["a b", "c d", "e f g"])["rouge_1"]
    assert float(score) == 0.5
    assert score.samples.tolist() == [1.0, 0.5, 0.0]


def test_several_references_best_by_headline_first_of_equals():
    # ROUGE-1 recall: 1/2 against "a b", 1/2 against "b c d a" (2 of 4); the first counts, with
    # precision 1/2. F1 is 1/2 and 2·½·½/1 = 1/2; a third reference "a x" gives all of both.
    two = scores(["a x"], [["a b", "x y a z"]])["rouge_1"]
    assert (two.recall, two.precision) == (0.5, 0.5)
    three = scores(["a x"], [["a b", "x y a z", "x a"]])["rouge_1"]
    assert (three.recall, three.precision, three.f1) == (1, 1, 1)
    # Headline recall picks "a" (1 of 1), although "a b c" has the better F1 and precision.
    picked = scores(["a b d"], [["a b c", "a"]])["rouge_1"]
    assert (picked.recall, picked.precision) == (1, pytest.approx(1 / 3))


def test_bleu_by_hand():
    # "the cat is on the mat" / "there is a cat on the mat": Papineni's clipping: unigrams
    # the·1 (reference has one) cat is on mat = 5 of 6; bigrams on-the the-mat = 2 of 5; trigrams
    # on-the-mat = 1 of 4; no 4-gram: 0 unsmoothed.
    result = scores(["the cat is on the mat"], ["there is a cat on the mat"])["bleu_4"]
    assert float(result) == 0.0
    assert result.details["precision_1"] == 5 / 6
    assert result.details["precision_2"] == 2 / 5
    assert result.details["precision_3"] == 1 / 4
    assert result.details["precision_4"] == 0
    assert result.details["brevity_penalty"] == pytest.approx(math.exp(1 - 7 / 6))
    # Sentence BLEU: the first order without a match counts 1/(2·3) of 3 4-grams.
    expected = math.exp(1 - 7 / 6) * (5 / 6 * 2 / 5 * 1 / 4 * 1 / 6) ** 0.25
    assert result.samples[0] == pytest.approx(expected, rel=1e-14)
    assert result.sentence_mean == result.samples[0]


def test_bleu_is_of_the_corpus_not_a_mean():
    # Sums: unigrams 9 of 9; bigrams 6 of 7; trigrams 4 of 5, 4-grams 2 of 3... by counting
    # "a b c d e" / same: 5 4 3 2 of 5 4 3 2; "a b x c" / "a b c x": 4, 1, 0, 0 of 4 3 2 1.
    result = scores(["a b c d e", "a b x c"], ["a b c d e", "a b c x"])["bleu_4"]
    expected = (9 / 9 * 5 / 7 * 3 / 5 * 2 / 3) ** 0.25
    assert float(result) == pytest.approx(expected, rel=1e-15)
    assert float(result) != pytest.approx(result.sentence_mean)


def test_bleu_clips_over_all_references_and_takes_the_closest_length():
    # "a a b": against "a b" a counts once, against "a a" twice; over both a 2, b 1 = 3 of 3.
    # Bigrams aa (second), ab (first): 2 of 2. Lengths 2 and 4: both 1 away, so 2, no penalty.
    result = scores(["a a b"], [["a b", "a a c c"]])["bleu_4"]
    assert result.details["precision_1"] == 1
    assert result.details["precision_2"] == 1
    assert result.details["brevity_penalty"] == 1


def test_bleu_of_empty_texts():
    assert float(scores([""], [""])["bleu_4"]) == 1.0
    assert float(scores([""], ["a b c d"])["bleu_4"]) == 0.0
    with_empty = scores(["", "a b c d"], ["", "a b c d"])["bleu_4"]
    assert float(with_empty) == 1.0  # the empty pair adds nothing to any sum
    assert with_empty.samples.tolist() == [1.0, 1.0]


def test_orders_that_a_short_text_lacks_do_not_count_in_sentence_bleu():
    assert scores(["a b"], ["a b"])["bleu_4"].samples[0] == 1.0
    assert float(scores(["a b"], ["a b"])["bleu_4"]) == 0.0


words = st.lists(st.sampled_from("abcde"), max_size=12).map(" ".join)
corpora = st.lists(st.tuples(words, words), min_size=1, max_size=8)


@given(corpora)
def test_all_values_are_between_0_and_1(corpus):
    result = scores(*zip(*corpus, strict=True))
    for score in result.values():
        for part in (score, score.precision, score.recall, score.f1, *score.samples):
            assert part is None or 0.0 <= part <= 1.0


@given(corpora)
def test_swapping_sides_swaps_precision_and_recall(corpus):
    predictions, references = zip(*corpus, strict=True)
    there, back = scores(predictions, references), scores(references, predictions)
    for name in ("f1", *ROUGE):
        assert there[name].precision == back[name].recall
        assert there[name].f1 == back[name].f1
    assert there["accuracy"] == back["accuracy"]


@given(st.lists(st.integers(0, 5), min_size=6, max_size=6))
def test_bleu_of_many_corpora_is_that_of_each(numbers):
    """Zeros are not rare here: an order without a match, or without n-grams, or no text."""
    bleu = METRICS.get("bleu_4")
    sums = dict(zip(["prediction_length", "reference_length"], numbers[:2], strict=True))
    for n, clipped in enumerate(numbers[2:], start=1):
        sums[f"ngrams_{n}"] = max(numbers[0] - n + 1, 0)
        sums[f"clip_{n}"] = min(clipped, sums[f"ngrams_{n}"])
    found = bleu.corpora({name: np.array([number, 7]) for name, number in sums.items()})
    assert found.tolist() == pytest.approx([bleu.corpus(sums).value, 1.0], rel=1e-14)


@given(corpora, st.randoms())
def test_order_of_samples_is_nothing(corpus, random):
    shuffled = list(corpus)
    random.shuffle(shuffled)
    one, other = scores(*zip(*corpus, strict=True)), scores(*zip(*shuffled, strict=True))
    assert {name: float(score) for name, score in one.items()} == {
        name: float(score) for name, score in other.items()
    }


@given(words.filter(bool))
def test_a_text_scores_1_against_itself(text):
    result = scores([text], [text])
    assert result["accuracy"] == result["f1"] == result["rouge_1"] == result["rouge_l"] == 1.0
    assert result["bleu_4"].samples[0] == 1.0


@given(st.lists(st.floats(min_value=-1, max_value=1), min_size=1), st.integers(0, 30))
def test_exact_sum_equals_fsum_however_it_is_cut(values, cut):
    total, rest = ExactSum(), ExactSum()
    total.add(np.array(values[:cut]))
    rest.add(np.array(values[cut:]))
    total.merge(rest)
    assert float(total) == math.fsum(values)


def test_exact_sum_of_many_does_not_overflow():
    total = ExactSum()
    total.add(np.full(100_000, 1.0))
    total.add(np.full(100_000, 1e-300))
    assert float(total) == math.fsum([1.0] * 100_000 + [1e-300] * 100_000)


def test_every_metric_says_what_it_is():
    for metric in METRICS:
        assert metric.summary
        assert metric.source
        assert metric.needs


KNOWN = {metric.name: metric for metric in METRICS}


def test_metrics_by_name():
    assert [metric.name for metric in chosen(["f1", "bleu_4"], KNOWN, "metric")] == ["f1", "bleu_4"]
    assert chosen(None, KNOWN, "metric") == tuple(METRICS)
    with pytest.raises(ValueError, match=r"did you mean 'rouge_1'\? known: accuracy, f1"):
        chosen(["rouge1"], KNOWN, "metric")
    with pytest.raises(ValueError, match="no metric"):
        chosen([], KNOWN, "metric")
    with pytest.raises(ValueError, match="twice"):
        chosen(["f1", "f1"], KNOWN, "metric")
    with pytest.raises(TypeError, match="list of names"):
        chosen("f1", KNOWN, "metric")
