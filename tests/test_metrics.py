"""Each metric's numbers, worked by hand from its definition."""

from __future__ import annotations

import json
import math
import pickle
import warnings
from dataclasses import replace
from fractions import Fraction
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from textmetrics import Evaluator, evaluate, register_metric
from textmetrics.cli import main
from textmetrics.kernels import BASIC_COLUMNS, Counts, column_sums
from textmetrics.metrics import (
    BLEU_4,
    DEFAULT_METRICS,
    METRICS,
    Accumulator,
    BleuTotals,
    CorpusValue,
    ExactSum,
    Metric,
    Values,
    best_reference,
    first_reference,
    format_value,
    overlap,
    rounded,
    select_metrics,
    swap_precision_recall,
    weighted_metrics,
    without_empty,
)
from textmetrics.metrics.formulas import values_of
from textmetrics.presets import DEFAULT, PRESETS, WHITESPACE, Preset, known_metrics

ROUGE = ("rouge_1", "rouge_2", "rouge_l")


def scores(predictions, references, **options):
    """Score text whose tokens are what stands between spaces."""
    options = {"lang": "en", "tokenizer": "whitespace", "stopwords": False} | options
    return evaluate(predictions, references, **options)


def counts_of(rows, longer):
    """Return counts of samples, of each of which a row has a number of references, then columns."""
    table = np.array(rows, dtype=np.int64).reshape(len(rows), 10)
    offsets = np.concatenate([[0], np.cumsum(table[:, 0])])
    lengths = table[:, 1:8] * longer
    pairs = np.repeat(lengths, table[:, 0], axis=0)
    pairs[:, 1:5] += longer * (np.arange(len(pairs))[:, None] % 3)  # of a sample, no two are alike
    predicted, expected = pairs[:, 0], pairs[:, 1]
    shorter = np.minimum(predicted, expected)
    columns = {"prediction_length": predicted, "reference_length": expected}
    columns["equal"] = pairs[:, 6] % 2
    for n, name in enumerate(("match_1", "match_2", "lcs")):
        columns[name] = np.minimum(pairs[:, 2 + n], np.maximum(shorter - n % 2, 0))
    for n in range(4):
        most = np.maximum(lengths[:, 0] - n, 0)
        columns[f"clip_{n + 1}"] = np.minimum(lengths[:, 2 + n], most)
    return Counts(columns | {"closest_length": lengths[:, 1]}, offsets)


FORMULAS = (
    *(METRICS.get(name) for name in DEFAULT_METRICS),
    METRICS.get("precision"),
    overlap(
        "smoothed",
        "Smoothed",
        headline="f1",
        match="match_2",
        order=2,
        epsilon=1e-8,
        summary="bigrams",
        source="a test",
    ),
)


@given(
    st.lists(
        st.tuples(st.integers(1, 3), *[st.integers(0, 5)] * 9).map(list), min_size=1, max_size=20
    ),
    st.sampled_from([1, 300]),
)
def test_formulas_have_twins(rows, longer):
    native = pytest.importorskip("textmetrics._native")
    counts = counts_of(rows, longer)
    found = values_of(FORMULAS, counts)
    for metric, (values, units) in zip(FORMULAS, found, strict=True):
        expected = metric.sample_values(counts)
        assert units.keys() == {name for name, its in expected._asdict().items() if its is not None}
        for name, unit in units.items():
            its = getattr(expected, name)
            assert getattr(values, name).tobytes() == its.tobytes()
            assert unit == sum(map(Fraction, its.tolist())) * 2**112
    totals = BleuTotals()
    names, columns = totals.native
    expected = totals(counts)
    table = np.array(list(expected.values())).T
    ours = native.summed_totals(counts, counts.offsets, columns)
    assert names == tuple(expected)
    assert (ours is None) == bool((table > 255).any())
    if ours is not None:
        assert ours[0] == table.sum(axis=0).tolist()
        assert (ours[1].dtype, ours[1].tolist()) == (np.uint8, table.tolist())
    # Columns of other numbers are left to the definitions.
    assert native.summed_totals({**counts, "clip_1": np.zeros(1)}, counts.offsets, columns) is None
    others = Counts({name: each.astype(float) for name, each in counts.items()}, counts.offsets)
    for (values, units), (again, sums) in zip(found, values_of(FORMULAS, others), strict=True):
        assert units
        assert not sums
        assert np.array_equal(values.headline, again.headline)


@given(st.lists(st.integers(0, 5), min_size=13, max_size=13))
def test_formulas_of_pairs_have_twins(row):
    native = pytest.importorskip("textmetrics._native")
    of_pairs = [metric for metric in FORMULAS if metric is not BLEU_4]
    values = native.PairValues(BASIC_COLUMNS, [each.values.native for each in of_pairs])
    columns = dict(zip(BASIC_COLUMNS, np.array(row)[:, np.newaxis], strict=True))
    expected = [metric.values(Counts(columns, np.arange(2))) for metric in of_pairs]
    assert values(tuple(row)) == [
        tuple(None if part is None else part.item() for part in each) for each in expected
    ]
    with pytest.raises(ValueError, match="a pair needs all columns"):
        values(tuple(row[1:]))
    for formula in (BLEU_4.values.native, ("share", "edits")):
        with pytest.raises(ValueError, match=r"a pair has no|a column that is not counted"):
            native.PairValues(BASIC_COLUMNS, [formula])


@given(st.lists(st.lists(st.integers(-(2**40), 2**40), min_size=3, max_size=3), max_size=20))
def test_sums_of_columns_have_a_twin(rows):
    native = pytest.importorskip("textmetrics._native").integer_sums
    columns = np.array(rows, dtype=np.int64).reshape(-1, 3).T
    assert native(list(columns)) == column_sums(columns) == columns.sum(axis=1).tolist()
    assert native([*columns, columns[0].astype(np.int32)]) is None
    assert column_sums(columns > 0) == (columns > 0).sum(axis=1).tolist()


@given(st.lists(st.lists(st.integers(0, 255), min_size=2, max_size=2), min_size=1, max_size=20))
def test_summed_rows_have_a_twin(rows):
    native = pytest.importorskip("textmetrics._native").summed_rows
    columns = np.array(rows, dtype=np.int64).T
    sums, ours = native(list(columns))
    assert (ours.dtype, ours.tolist()) == (np.uint8, rows)
    assert sums == columns.sum(axis=1).tolist()
    for other in (-1, 256, 2**40):
        sums, ours = native([*columns, np.full(len(rows), other)])
        assert ours is None
        assert sums[-1] == other * len(rows)
    assert native([]) is None


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


shares = st.fractions(0, 1, max_denominator=2**31 - 1).map(float)


@given(
    st.lists(st.lists(shares | st.floats(0, 1), min_size=1, max_size=20), min_size=1),
    st.sampled_from([1.0, 4.0, 8.0]),
)
def test_native_sums_of_shares_equal_exact_sums(rows, largest):
    extension = pytest.importorskip("textmetrics._native")
    for row in rows:
        values, total = np.array(row) * largest, ExactSum()
        total.add(values)
        units = extension.unit_sums([values], largest)
        exact, beyond = divmod(total.units, 1 << 1160 - 112)
        small = any(0 < value < 2.0**-60 for value in row)
        assert units == [exact] if units else small
        assert not (units and beyond)


@pytest.mark.parametrize("value", [-0.5, 1.5, math.nan, math.inf, 5e-324])
def test_native_sums_leave_other_values_to_python(value):
    extension = pytest.importorskip("textmetrics._native")
    assert extension.unit_sums([np.array([0.5, value])], 1.0) is None
    assert extension.unit_sums([np.full(5, 2.0**-112)], 1.0) == [5]
    for most, largest in ((2**15, 1.0), (2**12, 8.0)):
        assert extension.unit_sums([np.full(most, largest)], largest) == [2 ** (15 + 112)]
        assert extension.unit_sums([np.full(most + 1, largest)], largest) is None
    assert extension.unit_sums([np.ones(1)], 8.5) is None


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
    assert [metric.name for metric in select_metrics(["f1", "bleu_4"], KNOWN, "metric")] == [
        "f1",
        "bleu_4",
    ]
    assert select_metrics(None, KNOWN, "metric") == tuple(METRICS)
    with pytest.raises(ValueError, match=r"did you mean 'rouge_1'\? known: accuracy, f1"):
        select_metrics(["rouge1"], KNOWN, "metric")
    with pytest.raises(ValueError, match="no metric"):
        select_metrics([], KNOWN, "metric")
    with pytest.raises(ValueError, match="twice"):
        select_metrics(["f1", "f1"], KNOWN, "metric")
    with pytest.raises(TypeError, match="list of names"):
        select_metrics("f1", KNOWN, "metric")


# The contract: a metric of someone else, with any range, works like the shipped ones.


def length_ratio():
    """Return the example of docs/extending.md: longer is neither better nor worse."""

    def values(counts):
        return Values(counts["prediction_length"] / np.maximum(counts["reference_length"], 1))

    return Metric(
        name="test_ratio",
        label="Length ratio",
        headline="ratio",
        summary="tokens of the prediction per token of the reference",
        source="a test",
        needs=frozenset({"prediction_length", "reference_length"}),
        values=lambda counts: best_reference(counts, values(counts), better=None),
        bounds=(0.0, math.inf),
        better=None,
    )


def test_what_was_added_for_a_while_is_forgotten():
    for bound in (1.0, 2.0):
        with METRICS.temporary():
            register_metric(replace(length_ratio(), bounds=(0.0, bound)))
            result = evaluate(["a"], ["a"], lang="en", metrics=["test_ratio"])
            assert result["test_ratio"].bounds == (0.0, bound)
        with pytest.raises(ValueError, match="unknown metric 'test_ratio'"):
            evaluate(["a"], ["a"], lang="en", metrics=["test_ratio"])


@pytest.fixture
def registered():
    """Register the ratio, and take it back."""
    with METRICS.temporary():
        register_metric(length_ratio())
        yield


OPTIONS = {"lang": "en", "tokenizer": "whitespace", "stopwords": False}
PAIRS = [("a b c", "a"), ("a", "a b"), ("", "a b"), ("a b c d", "x"), ("a", "")]


def test_a_registered_metric_is_evaluated_merged_and_saved(registered):
    predictions, references = zip(*PAIRS, strict=True)
    whole = evaluate(predictions, references, metrics=["test_ratio", "f1"], **OPTIONS)
    score = whole["test_ratio"]
    assert score.samples.tolist() == [3, 0.5, 0, 4, 1]
    assert float(score) == 8.5 / 5
    assert (score.bounds, score.better, score.percent) == ((0.0, math.inf), None, False)
    assert repr(score) == "<Length ratio 1.70, n=5>"
    assert repr(whole).startswith("<Evaluation in percent except test_ratio, n=5: ")
    assert "1.70" in str(whole)
    assert (whole["f1"].bounds, whole["f1"].better) == ((0.0, 1.0), "higher")
    evaluators = [Evaluator(metrics=["test_ratio"], **OPTIONS) for _ in range(2)]
    evaluators[0].update(predictions[:2], references[:2])
    evaluators[1].update(predictions[2:], references[2:])
    state = json.loads(json.dumps(evaluators[1].state_dict()))
    again = Evaluator(metrics=["test_ratio"], **OPTIONS)
    again.load_state_dict(state)
    merged = evaluators[0].merge(again).compute()["test_ratio"]
    assert float(merged) == float(score)
    assert merged.samples.tolist() == score.samples.tolist()
    kept = pickle.loads(pickle.dumps(score))
    assert (kept.bounds, kept.better, kept.percent) == (score.bounds, None, False)


def test_the_first_reference_counts_where_nothing_is_better(registered):
    score = evaluate(["a b"], [["a b c d", "a"]], metrics=["test_ratio"], **OPTIONS)
    assert float(score["test_ratio"]) == 0.5


def test_an_interval_keeps_to_the_bounds(registered):
    # All values are 0 or 1, which does not make them shares.
    score = evaluate(["a", "", "a"], ["a", "a", "a"], metrics=["test_ratio"], **OPTIONS)
    interval = score["test_ratio"].interval()
    assert interval.method == "hall"  # two of three are equal: skewed
    assert interval.low == 0.0
    assert interval.high > 1.0


def test_a_registered_metric_is_known_everywhere(registered, capsys):
    assert "test_ratio" in METRICS.names()
    assert {"test_ratio", "classification"} <= set(known_metrics())
    assert "test_ratio" in DEFAULT.known()
    assert main(["presets", "default"]) == 0
    assert "test_ratio" in capsys.readouterr().out
    signature = evaluate("a", "a", metrics=["test_ratio"], lang="en").signatures["test_ratio"]
    assert signature.startswith("test_ratio|ratio|lang:en|")
    assert main(["explain", signature]) == 0
    assert "Length ratio" in capsys.readouterr().out


def test_values_of_0_by_0_are_left_out_without_a_warning(registered):
    def values(counts):
        return Values(counts["prediction_length"] / counts["reference_length"])

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        register_metric(replace(length_ratio(), name="by_0", values=values))
        nothing = evaluate([""], [""], metrics=["by_0"], **OPTIONS)["by_0"]
        score = evaluate(["a", ""], ["a a", ""], metrics=["by_0"], **OPTIONS)["by_0"]
    assert math.isnan(nothing)
    assert nothing.n == 0
    assert (score, score.n) == (0.5, 1)


def made(low, high, better, corpus=False):
    """Return a metric whose values are numbers of this range, by the columns of `counted`."""

    def values(counts):
        return Values(counts["prediction_length"] / 8 + 1 / 3 * counts["reference_length"])

    def total(counts):
        return {"signed": counts["prediction_length"], "n": counts["reference_length"] * 0 + 1}

    return Metric(
        name="made", label="Made", headline="value", summary="a test", source="a test",
        needs=frozenset({"prediction_length", "reference_length"}), values=values,
        bounds=(low, high), better=better, totals=total if corpus else None,
        corpus=(lambda sums: CorpusValue(sums["signed"] / sums["n"], {})) if corpus else None,
    )  # fmt: skip


def counted(numbers):
    """Return counts of a sample to each pair of numbers, which may be negative."""
    table = np.array(numbers, dtype=np.int64).reshape(-1, 2)
    columns = {"prediction_length": table[:, 0], "reference_length": table[:, 1]}
    return Counts(columns, np.arange(len(table) + 1))


million = st.integers(-(10**6), 10**6)
ranges = st.sampled_from([(-math.inf, math.inf), (-1e7, 1e7), (-math.inf, 1e7), (-2e6, math.inf)])


@given(st.lists(st.tuples(million, million), min_size=1), ranges, st.booleans(), st.data())
def test_any_batches_merged_in_any_order_give_the_same_bits(numbers, bounds, corpus, data):
    metric = made(*bounds, data.draw(st.sampled_from(["higher", "lower", None])), corpus=corpus)
    whole = Accumulator(metric, keep=True)
    whole.add(counted(numbers))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(numbers)), max_size=4)))
    parts = []
    for begin, end in zip([0, *cuts], [*cuts, len(numbers)], strict=True):
        parts.append(Accumulator(metric, keep=True))
        parts[-1].add(counted(numbers[begin:end]))
    merged = Accumulator(metric, keep=True)
    for part in data.draw(st.permutations(parts)):
        merged.merge(part)
    assert float(merged.score("")) == float(whole.score(""))
    assert merged.parts["headline"].units == whole.parts["headline"].units
    assert merged.totals == whole.totals
    expected = metric.values(counted(numbers)).headline
    if not corpus:
        assert float(whole.score("")) == math.fsum(expected) / len(numbers)
    again = Accumulator(metric, keep=True)
    rows = np.concatenate(whole.rows) if corpus else np.zeros((0, 0), dtype=np.int64)
    sums = {name: ExactSum(int(hex(part.units), 16)) for name, part in whole.parts.items()}
    again.restore(len(numbers), whole.n, sums, whole.totals, np.concatenate(whole.kept), rows)
    assert float(again.score("")) == float(whole.score(""))
    assert again.score("").samples.tolist() == expected.tolist()


@given(st.lists(st.floats(-1e6, 1e6) | st.floats(allow_nan=False, allow_infinity=False)))
def test_exact_sums_of_any_values(values):
    total = ExactSum()
    total.add(np.array(values))
    try:
        assert float(total) == math.fsum(values)
    except OverflowError:
        assert total.units / ExactSum.of(float(2**1000)).units >= 2.0**20 or total.units < 0


# Two samples of values 1 and 2, whose totals are 8 and 16, 1 and 1; with each part wrong once.
SUMS = {
    "n": 2,
    "parts": {"value": ExactSum.of(3.0)},
    "totals": {"signed": 24, "n": 2},
    "kept": np.array([1.0, 2.0]),
    "rows": np.array([[8, 1], [16, 1]]),
}


@pytest.mark.parametrize(
    ("part", "wrong", "message"),
    [
        ("parts", {}, "the sums of 'made' are not headline, signed, n"),
        ("parts", {"other": ExactSum.of(3.0)}, "the sums of 'made' are not headline, signed, n"),
        ("totals", {"signed": 24}, "the sums of 'made' are not headline, signed, n"),
        ("totals", {"signed": 24, "n": 2, "m": 1}, "the sums of 'made' are not"),
        ("kept", np.array([1.0]), "'made' has sums of more or fewer than 2 samples"),
        ("kept", np.array([1.0, 2.0, 3.0]), "'made' has sums of more or fewer than 2 samples"),
        ("rows", np.array([[24, 2]]), "'made' has sums of more or fewer than 2 samples"),
        ("rows", np.array([24, 2]), "the rows of 'made' do not sum to signed, n"),
        ("rows", np.array([[8, 1], [15, 1]]), "the rows of 'made' do not sum to signed, n"),
        ("n", 3, "'made' has sums of more or fewer than 2 samples"),
        ("n", -1, "'made' has sums of more or fewer than 2 samples"),
        ("parts", {"headline": ExactSum.of(20.0)}, None),  # twice the highest value
        ("parts", {"headline": ExactSum.of(20.01)}, "'made' has sums of more or fewer than 2"),
        ("parts", {"headline": ExactSum.of(0.0)}, None),  # twice the lowest
        ("parts", {"headline": ExactSum.of(-0.01)}, "'made' has sums of more or fewer than 2"),
        ("kept", np.array([1.0, 2.0]), None),
        ("kept", np.array([1.0, 2.5]), "the values of 'made' do not sum to what was saved"),
        ("kept", np.array([3.0, np.nan]), "'made' has 1 values for 2 samples"),
    ],
)
def test_sums_are_restored_only_if_they_can_be_those_of_the_metric(part, wrong, message):
    accumulator = Accumulator(made(0.0, 10.0, "higher", corpus=True), keep=True)
    given = SUMS | {"parts": {"headline": ExactSum.of(3.0)}, part: wrong}
    if message is None and part == "parts":  # the values must have that sum
        given["kept"] = np.full(2, float(wrong["headline"]) / 2)
    if message is not None:
        with pytest.raises(ValueError, match=message):
            accumulator.restore(2, *given.values())
        return
    accumulator.restore(2, *given.values())
    score = accumulator.score("")
    assert (score.n, float(score)) == (2, 12.0)  # of the totals: 24 / 2
    assert score.sentence_mean == float(given["parts"]["headline"]) / 2
    assert score.samples.tolist() == given["kept"].tolist()
    assert score.totals.rows.tolist() == [[8, 1], [16, 1]]
    assert score.totals.rows.dtype == np.uint8
    assert not score.samples.flags.writeable


def test_what_is_not_kept_is_not_restored():
    accumulator = Accumulator(made(0.0, 10.0, "higher", corpus=True), keep=False)
    parts, totals = {"headline": ExactSum.of(3.0)}, {"signed": 24, "n": 2}
    accumulator.restore(2, 2, parts, totals, np.zeros(0), np.zeros((0, 0), dtype=np.int64))
    score = accumulator.score("")
    assert (float(score), score.samples, score.totals) == (12.0, None, None)
    empty = Accumulator(made(0.0, 10.0, "higher", corpus=True), keep=True)
    empty.restore(0, 0, {}, {}, np.zeros(0), np.zeros((0, 0), dtype=np.int64))
    assert (empty.n, empty.kept, empty.rows, empty.names()) == (
        0, [], [], (("headline",), ("signed", "n")),
    )  # fmt: skip


# The narrowest kind of integer that holds the smallest and the largest number of a batch.
@pytest.mark.parametrize(
    ("numbers", "kind"),
    [
        ([0, 255], np.uint8), ([0, 256], np.uint16), ([-1, 127], np.int16),
        ([-129, 0], np.int16), ([0, 2**16], np.uint32), ([0, 2**32], np.uint64),
    ],
)  # fmt: skip
def test_rows_are_kept_in_few_bytes(numbers, kind):
    accumulator = Accumulator(made(-math.inf, math.inf, "higher", corpus=True), keep=True)
    accumulator.add(counted([[each, 0] for each in numbers]))
    assert accumulator.rows[0].dtype == kind
    assert accumulator.rows[0][:, 0].tolist() == numbers


def test_sums_of_many_large_values_are_exact():
    """More than are added at once, above 1 and of many sizes: what exact fractions give."""
    values = [*[1.0 + 2.0**-52] * 5000, *[2.0**70, 1.0, -(2.0**70), 2.0**-1074] * 1100]
    total = ExactSum()
    total.add(np.array(values))
    exact = sum(map(Fraction, values))
    assert total.units == exact * 2**1160
    assert float(total) == float(exact)
    other = ExactSum(total.units)
    other.merge(ExactSum.of(-0.5))
    assert other.units == (exact - Fraction(1, 2)) * 2**1160


def test_values_outside_the_bounds_are_an_error():
    accumulator = Accumulator(made(0.0, 10.0, "higher"), keep=True)
    accumulator.add(counted([[80, 0], [0, 0]]))
    for numbers in ([[81, 0]], [[0, 0], [-1, 0]]):
        with pytest.raises(ValueError, match=r"'made' returned headline .* outside its bounds"):
            accumulator.add(counted(numbers))
    assert accumulator.n == 2
    impossible = {"headline": ExactSum.of(20.1)}
    with pytest.raises(ValueError, match="has sums of more or fewer than 2"):
        accumulator.restore(2, 2, impossible, {}, np.zeros(2), np.zeros((0, 0), dtype=np.int64))
    infinite = replace(
        made(0.0, math.inf, "higher"), values=lambda counts: Values(np.full(1, math.inf))
    )
    with pytest.raises(ValueError, match="headline inf"):
        Accumulator(infinite, keep=True).add(counted([[1, 0]]))


@pytest.mark.parametrize(
    ("changes", "kind", "message"),
    [
        ({"name": "f1"}, ValueError, "name of a shipped metric"),
        ({"name": "a b"}, ValueError, "invalid metric name 'a b'"),
        (
            {"needs": frozenset({"tokens"})},
            ValueError,
            "unknown columns: tokens; known: prediction",
        ),
        ({"headline": "headline"}, ValueError, "must be a name such as 'mean'"),
        ({"values": lambda counts: 1.0}, TypeError, "one float per sample, got 1.0"),
        ({"values": lambda counts: Values(np.full(1, -1.0))}, ValueError, "outside its bounds"),
        ({"bounds": (1.0, 0.0)}, ValueError, r"ascending order, .*, got \(1.0, 0.0\)"),
        ({"better": "high"}, ValueError, "'higher', 'lower' or None, got 'high'"),
        ({"name": 5}, TypeError, "name of a metric must be a string, got int: 5"),
        ({"name": ""}, ValueError, "invalid metric name ''"),
        ({"name": "a.b"}, ValueError, r"invalid metric name 'a\.b': use letters, digits, '-' and"),
        ({"name": "-a"}, ValueError, "invalid metric name '-a'.* begin with a letter"),
        ({"name": "<a>"}, ValueError, "invalid metric name '<a>'"),
        ({"label": None}, TypeError, "label of metric 'test_ratio' must be a string, got NoneType"),
        (
            {"label": "a\nb"},
            ValueError,
            r"label of metric .* one line of printable text, got 'a\\n",
        ),
        ({"summary": "a\x1b"}, ValueError, "summary of metric 'test_ratio' must be one line"),
        ({"source": 1}, TypeError, "source of metric 'test_ratio' must be a string"),
        ({"headline": ""}, ValueError, "headline of metric 'test_ratio' must be a name such as"),
        ({"headline": "a|b"}, ValueError, r"must be a name such as 'mean', got 'a\|b'"),
        ({"needs": "lcs"}, TypeError, r"needs of metric .* several strings: write \('lcs',\)"),
        ({"needs": None}, TypeError, "needs of metric 'test_ratio' must be several strings"),
        ({"needs": [1]}, TypeError, "needs of metric 'test_ratio' must be strings, got int: 1"),
        ({"of_last": "n"}, TypeError, "of_last of metric 'test_ratio' must be several strings"),
        ({"values": None}, TypeError, "values of metric 'test_ratio' must be a function, got None"),
        ({"totals": {}}, TypeError, "totals of metric .* must be a function or None, got dict"),
        ({"corpus": 1}, TypeError, "corpus of metric 'test_ratio' must be a function or None"),
        ({"foreign": "x"}, TypeError, "foreign of metric 'test_ratio' must be a function or None"),
        ({"bounds": (0.0, math.nan)}, ValueError, r"ascending order, .*, got \(0.0, nan\)"),
        ({"bounds": (0.0,)}, ValueError, "bounds of metric 'test_ratio' must be two numbers"),
        ({"bounds": ("0", "1")}, TypeError, "must be two numbers .*, got str: '0'"),
        ({"bounds": None}, TypeError, "must be two numbers .*, got NoneType"),
        ({"percent": "yes"}, TypeError, "percent of metric .* True, False or None, got str: 'yes'"),
        ({"digits": -1}, ValueError, "digits of metric 'test_ratio' must be at least 0, got -1"),
        ({"digits": 1.5}, TypeError, "digits of metric 'test_ratio' must be an integer"),
        ({"view": "words"}, TypeError, "view of metric .* a View, a Judge or None, got str"),
        ({"words": "words"}, TypeError, "words of metric 'test_ratio' must be a View or None"),
        ({"nothing": None}, TypeError, "nothing of metric 'test_ratio' must be a number"),
    ],
)
def test_what_cannot_be_a_metric_is_an_error(changes, kind, message):
    with pytest.raises(kind, match=message):
        register_metric(replace(length_ratio(), **changes))
    with pytest.raises(TypeError, match=r"expected a textmetrics\.metrics\.Metric, got str"):
        register_metric("f1")


def test_lists_in_a_metric_are_kept_as_what_can_be_hashed():
    listed = replace(length_ratio(), needs=["lcs"], bounds=[0, 2], of_last=["a"])
    assert (listed.needs, listed.of_last) == ({"lcs"}, {"a"})
    assert (listed.bounds, str(listed.bounds)) == ((0.0, 2.0), "(0.0, 2.0)")
    hash(listed)


ROWS = np.array([0.5, 1.0])


@pytest.mark.parametrize(
    ("values", "kind", "message"),
    [
        (Values(ROWS[:1]), ValueError, "'made' returned 1 value for 2 samples: return one per"),
        (Values(np.ones((2, 2))), ValueError, r"returned values of shape \(2, 2\) for 2 samples"),
        (Values(np.float64(1)), ValueError, r"returned values of shape \(\) for 2 samples"),
        (Values(ROWS, ROWS[:1]), ValueError, "returned 1 value of precision for 2 samples"),
        (Values(ROWS, None, None, np.ones(3)), ValueError, "returned 3 values of f1 for 2 sample"),
        (Values(ROWS.astype(object)), TypeError, "must return numbers, got object as its headline"),
        (Values(ROWS, ROWS + 0j), TypeError, "must return numbers, got complex128 as its precis"),
        (Values(np.array(["a", "b"])), TypeError, "must return numbers, got <U1 as its headline"),
        (Values(None), TypeError, "must return numbers, got object as its headline"),
        (ROWS, TypeError, "metric 'made' must return a Values, got ndarray"),
    ],
)
def test_values_that_are_not_one_number_per_sample_are_an_error(values, kind, message):
    metric = replace(made(0.0, 2.0, "higher"), values=lambda _: values)
    with pytest.raises(kind, match=message):
        Accumulator(metric, keep=True).add(counted([[1, 0], [2, 0]]))


@pytest.mark.parametrize(
    ("total", "kind", "message"),
    [
        (np.ones(2), TypeError, "`totals` of metric 'made' must return integers, got float64"),
        (np.ones(1, int), ValueError, "returned 1 integer of total 'n' for 2 samples"),
    ],
)
def test_totals_that_are_not_one_integer_per_sample_are_an_error(total, kind, message):
    metric = replace(made(0.0, 2.0, "higher"), totals=lambda _: {"n": total})
    with pytest.raises(kind, match=message):
        Accumulator(metric, keep=True).add(counted([[1, 0], [2, 0]]))


@pytest.mark.parametrize("kind", [bool, int, np.float32, list])
def test_values_of_other_numbers_are_kept_as_floats(kind):
    numbers = [0, 1] if kind is list else np.array([0, 1], dtype=kind)
    metric = replace(made(0.0, 2.0, "higher"), values=lambda _: Values(numbers, numbers))
    accumulator = Accumulator(metric, keep=True)
    returned = accumulator.add(counted([[1, 0], [2, 0]]))
    assert {part.dtype for part in returned[:2]} == {np.dtype(np.float64)}
    score = accumulator.score("signature")
    assert (float(score), score.precision, score.samples.dtype) == (0.5, 0.5, np.float64)


def test_an_installed_package_offers_metrics_and_presets(monkeypatch, temporary):
    """As entry points, which are read when an unknown name is asked for."""
    preset = Preset(
        "offered", "length ratio", "a test", lambda: [replace(length_ratio(), view=WHITESPACE)]
    )
    offered = {"textmetrics.metrics": length_ratio(), "textmetrics.presets": preset}

    def entry_points(group):
        thing = offered[group]
        return [SimpleNamespace(name=thing.name, load=lambda: thing)]

    monkeypatch.setattr("textmetrics._registry.may_offer", lambda group: True)
    monkeypatch.setattr("importlib.metadata.entry_points", entry_points)
    temporary(METRICS, PRESETS)
    for registry, group in ((METRICS, "textmetrics.metrics"), (PRESETS, "textmetrics.presets")):
        monkeypatch.setattr(registry, "_group", group)
    result = evaluate("a b", "a", metrics=["test_ratio"], **OPTIONS)
    assert float(result["test_ratio"]) == 2.0
    assert float(evaluate("a b", "a", preset="offered")["test_ratio"]) == 2.0


def test_a_value_is_shown_in_percent_or_as_it_is():
    assert format_value(0.5) == "50.00"
    assert format_value(1.25, percent=False) == "1.25"
    assert format_value(None) == "–"


# label, title, headline, bounds, better; all are shown in percent. Papers say which way is better:
# rates of errors are, lower, and may exceed 1 where more is added than the reference has.
UNIT, ANY = (0.0, 1.0), (0.0, math.inf)
DECLARED = {
    "accuracy": ("Accuracy", "Accuracy", "accuracy", UNIT, "higher"),
    "f1": ("F1", "F1", "f1", UNIT, "higher"),
    "precision": ("Precision", "Precision", "precision", UNIT, "higher"),
    "recall": ("Recall", "Recall", "recall", UNIT, "higher"),
    "rouge_1": ("ROUGE-1", "ROUGE-1 recall", "recall", UNIT, "higher"),
    "rouge_2": ("ROUGE-2", "ROUGE-2 recall", "recall", UNIT, "higher"),
    "rouge_l": ("ROUGE-L", "ROUGE-L recall", "recall", UNIT, "higher"),
    "bleu_4": ("BLEU-4", "BLEU-4", "corpus", UNIT, "higher"),
    "multiple_choice": ("Multiple choice", "Multiple choice", "accuracy", UNIT, "higher"),
    "multiple_select": ("Multiple select", "Multiple select", "accuracy", UNIT, "higher"),
    "judgement": ("Judgement", "Judgement", "accuracy", UNIT, "higher"),
    "numeric": ("Numeric", "Numeric", "accuracy", UNIT, "higher"),
    "contains": ("Contains", "Contains", "accuracy", UNIT, "higher"),
    "math": ("Math", "Math", "accuracy", UNIT, "higher"),
    "wer": ("WER", "WER", "corpus", ANY, "lower"),
    "cer": ("CER", "CER", "corpus", ANY, "lower"),
    "mer": ("MER", "MER", "corpus", UNIT, "lower"),
    "wil": ("WIL", "WIL", "corpus", UNIT, "lower"),
    "wip": ("WIP", "WIP", "corpus", UNIT, "higher"),
}


def test_what_shipped_metrics_declare():
    found = {
        name: (each.label, each.title, each.headline, each.bounds, each.better)
        for name, each in ((name, METRICS.get(name)) for name in METRICS.names())
    }
    assert found == DECLARED
    for name in found:
        metric = METRICS.get(name)
        assert metric.in_percent
        assert metric.digits is None
        assert math.isnan(metric.nothing)
        assert metric.of_several == (
            "over all of which n-grams are clipped"
            if name == "bleu_4"
            else "of which the best counts"
        )


# Counts of a sample with two references, by hand: of 4 tokens 2 match 5, and 1 matches 2.
TWO = Counts(
    {
        "match_1": np.array([2, 1]),
        "prediction_length": np.array([4, 4]),
        "reference_length": np.array([5, 2]),
    },
    np.array([0, 2]),
)


@pytest.mark.parametrize(
    ("name", "headline", "parts"),
    [
        ("rouge_1", 2 * 2 / 9, (2 / 4, 2 / 5, 2 * 2 / 9)),  # as F1: recall grows with length
        ("rouge_1.recall", 1 / 2, (1 / 4, 1 / 2, 1 / 3)),  # the second reference
        ("rouge_1.precision", 2 / 4, (2 / 4, 2 / 5, 4 / 9)),
        ("rouge_1.f1", 4 / 9, (2 / 4, 2 / 5, 4 / 9)),
        ("f1", 4 / 9, (2 / 4, 2 / 5, 4 / 9)),
        ("f1.recall", 1 / 2, (1 / 4, 1 / 2, 1 / 3)),
        ("recall", 1 / 2, (1 / 4, 1 / 2, 1 / 3)),
        ("recall.f1", 4 / 9, (2 / 4, 2 / 5, 4 / 9)),
        ("precision", 2 / 4, (2 / 4, 2 / 5, 4 / 9)),
    ],
)
def test_parts_of_metrics_by_name(name, headline, parts):
    metrics = [METRICS.get(each) for each in METRICS.names()]
    [found] = weighted_metrics({name: 0.5}, metrics)
    assert found.weight == 0.5
    values = found.metric.sample_values(TWO)
    assert [float(each[0]) for each in values] == pytest.approx([headline, *parts])
    assert (found.metric.bounds, found.metric.better) == (UNIT, "higher")
    own, _, part = name.partition(".")
    if part in ("", METRICS.get(own).headline) and own != "rouge_1":
        assert found.metric is METRICS.get(own)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("rouge_1.recal", "metric 'rouge_1' has no value 'recal': there is rouge_1.precision, rou"),
        ("rouge_1.", "metric 'rouge_1' has no value '': there is rouge_1.precision, rouge_1.recal"),
        ("accuracy.f1", "metric 'accuracy' has no value 'f1': there is its headline alone"),
        ("bleu_4.precision", "metric 'bleu_4' has no value 'precision': there is its headline al"),
        ("multiple_select.x", "there is multiple_select.precision, multiple_select.recall, multip"),
    ],
)
def test_parts_that_a_metric_lacks(name, message):
    metrics = [METRICS.get(each) for each in METRICS.names()]
    with pytest.raises(ValueError, match=message):
        weighted_metrics({name: 1.0}, metrics)


@pytest.mark.parametrize(
    ("bounds", "percent", "expected"),
    [
        ((0.0, 1.0), None, True),
        ((0.0, 2.0), None, False),
        ((-1.0, 1.0), None, False),
        ((0.0, math.inf), True, True),
        ((0.0, 1.0), False, False),
    ],
)
def test_values_from_0_to_1_are_shown_in_percent_by_default(bounds, percent, expected):
    metric = replace(made(*bounds, "higher"), percent=percent)
    assert metric.in_percent == expected
    accumulator = Accumulator(metric, keep=False)
    accumulator.add(counted([]))
    score = accumulator.score("")
    assert (score.percent, score.bounds, score.better) == (expected, bounds, "higher")


@pytest.mark.parametrize(
    ("digits", "expected"), [(None, 1 / 3), (0, 0.33), (1, 0.333), (2, 0.3333), (4, 0.333333)]
)
def test_means_of_rounded_percentages(digits, expected):
    metric = replace(
        made(0.0, 1.0, "higher"), digits=digits, values=lambda counts: Values(counts["v"] / 1)
    )
    metric = replace(metric, needs=frozenset({"v"}))
    accumulator = Accumulator(metric, keep=True)
    accumulator.add(Counts({"v": np.array([0, 1, 0])}, np.arange(4)))
    assert float(accumulator.score("")) == pytest.approx(expected, abs=1e-15)
    assert accumulator.score("").samples.tolist() == [0, 1, 0]
    nothing = Accumulator(replace(metric, nothing=0.25), keep=True)
    nothing.add(Counts({"v": np.zeros(0, dtype=np.int64)}, np.arange(1)))
    assert float(nothing.score("")) == 0.25
    third = replace(metric, values=lambda counts: Values(counts["v"] / 3))
    if digits is not None:
        [value] = rounded(third, digits).values(Counts({"v": np.array([1])}, np.arange(2))).headline
        assert value == pytest.approx(expected, abs=1e-15)


def test_changes_of_metrics():
    """Of two references the first alone; precision for recall; samples with an empty side left."""
    metric = METRICS.get("rouge_1")
    of_first = first_reference(metric)
    found = [float(each[0]) for each in of_first.values(TWO)]
    assert found == pytest.approx([2 / 5, 2 / 4, 2 / 5, 4 / 9])
    assert of_first.of_several == "of which the first counts"
    swapped = swap_precision_recall(metric).values(TWO)
    assert [float(each[0]) for each in swapped] == [1 / 2, 1 / 2, 1 / 4, pytest.approx(1 / 3)]
    full = without_empty(replace(metric, needs=frozenset({"match_1"})))
    assert full.needs == {"match_1", "prediction_length", "reference_length"}
    rows = Counts(
        {
            "match_1": np.array([1, 0, 0, 0]),
            "prediction_length": np.array([1, 0, 1, 1]),
            "reference_length": np.array([1, 1, 0, 1]),
        },
        np.array([0, 1, 2, 4]),  # the last sample has an empty reference and another one
    )
    assert np.isnan(full.values(rows).headline).tolist() == [False, True, True]
    assert np.isnan(full.values(rows).precision).tolist() == [False, True, True]


@pytest.mark.parametrize("name", ["f1", "precision", "recall", "rouge_1", "rouge_2", "rouge_l"])
def test_what_two_texts_without_tokens_score_is_a_refinement(name):
    """The metric counts them as right, and the plainer one that it is explained by does not."""
    metric = METRICS.get(name)
    empty = Counts(dict.fromkeys(metric.needs, np.zeros(1, dtype=np.int64)), np.arange(2))
    assert [float(each[0]) for each in metric.values(empty)] == [1, 1, 1, 1]
    plainer = metric.refinement.plainer
    assert [float(each[0]) for each in plainer.values(empty)] == [0, 0, 0, 0]
    assert metric.refinement[:3] == ("two texts without tokens", "no match", "a perfect match")
    some = Counts(dict.fromkeys(metric.needs, np.full(1, 4)), np.arange(2))
    assert plainer.values(some)[0].tolist() == metric.values(some)[0].tolist()


def test_numbers_in_a_notebook_stand_at_the_right():
    score = evaluate(["red"], ["red"], lang="en", metrics=["f1"])["f1"]
    shown = score._repr_html_()
    header, _, body = shown.partition("</thead>")
    assert header.count("<th") - header.count("<thead") == header.count("text-align: right")
    assert body.count("<td") == body.count("text-align: right") == 4  # F1, precision, recall, n
