"""Intervals where samples are not kept: by exact sums of constant size."""

from __future__ import annotations

import itertools
import json
import math
import pickle
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from textmetrics import Evaluator, evaluate
from textmetrics.evaluation.samples import pair_samples, with_names
from textmetrics.evaluation.state import bucket_keys
from textmetrics.metrics import BUCKETS, Buckets, Keys
from textmetrics.scan import Texts, content_hashes, hashes, text_hashes
from textmetrics.statistics import (
    UNIT_BITS,
    Moments,
    linearized,
    mean_interval,
    moments,
    summary_interval,
)
from textmetrics.statistics.spread import spread

OPTIONS = {"lang": "en", "stopwords": "both"}
WORDS = ["a", "red", "fox", "ran", "home", "the", "cat", "two", "blue", "birds", "sat", "far"]


def texts(n, seed=1):
    """Return predictions and references that differ in a third of their words."""
    random = np.random.default_rng(seed)
    expected = [random.choice(WORDS, random.integers(4, 15)) for _ in range(n)]
    said = [np.where(random.random(len(each)) < 0.3, "no", each) for each in expected]
    return [" ".join(each) for each in said], [" ".join(each) for each in expected]


def both(n, *, groups=None, seed=1, **options):
    """Return the scores of the same samples, kept and not kept."""
    said, gold = texts(n, seed)
    kept = Evaluator(**{**OPTIONS, **options})
    kept.update(said, gold)
    summed = Evaluator(keep_samples=False, **{**OPTIONS, **options})
    summed.update(said, gold, groups=groups)
    return kept.compute(), summed.compute()


def ends(its):
    return its.low, its.high


# --- hashes


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", 0),
        # Its length times one number, then its byte, times another, folded.
        ("a", 0x0D80B22C3C98A8B0),
    ],
)
def test_hashes_never_change(text, value):
    """They decide the buckets of saved states, which later versions read."""
    assert text_hashes([text]).tolist() == [value]


@settings(max_examples=200)
@given(st.lists(st.text() | st.text("aé北😀", min_size=5, max_size=40), max_size=6))
def test_the_extension_hashes_as_the_definition_does(given_texts):
    assert text_hashes(given_texts).tolist() == hashes._text_hashes(given_texts).tolist()


def test_hashes_spread_ids_evenly():
    """As random numbers do: the counts of buckets have the variance of Poisson's."""
    names = [str(number) for number in range(50_000)]
    for ids in (names, [f"doc-{name}/q" for name in names], [f"{name:0>24}" for name in names]):
        samples = with_names(
            pair_samples(["x"] * 50_000, ["y"] * 50_000, None, "default"), ids, None
        )
        counts = np.bincount(bucket_keys(samples, needed=True).numbers, minlength=BUCKETS)
        assert 0.85 < counts.var() / counts.mean() < 1.15


def test_contents_are_told_apart_by_each_text_and_its_place():
    samples = [
        ("a", ["b"]), ("b", ["a"]), ("", ["ab"]), ("ab", [""]), ("a", ["b", "c"]),
        ("a", ["c", "b"]), ("a", ["b", "b"]), ("a", ["b", ""]),
    ]  # fmt: skip
    found = content_hashes(Texts.of(*zip(*samples, strict=True))).tolist()
    assert len(set(found)) == len(samples)
    alone = [content_hashes(Texts.of([said], [gold])).item() for said, gold in samples]
    assert alone == found  # whatever the others have


def test_keys_are_groups_else_ids_else_texts():
    samples = pair_samples(["a", "b", "c"], ["x", "y", "z"], None, "default")
    assert bucket_keys(samples, needed=False) == Keys(None)
    contents = bucket_keys(samples, needed=True).numbers.tolist()
    named = with_names(samples, [7, "8", "b"], None)
    numbers = bucket_keys(named, needed=True).numbers.tolist()
    assert (
        numbers
        == bucket_keys(with_names(samples, ["7", 8, "b"], None), needed=True).numbers.tolist()
    )
    partly = bucket_keys(replace(named, ids=["7", None, "b"]), needed=True).numbers.tolist()
    assert partly == [numbers[0], contents[1], numbers[2]]
    grouped = bucket_keys(with_names(samples, [1, 2, 3], ["g", "h", "g"]), needed=False)
    assert grouped.grouped
    assert grouped.numbers[0] == grouped.numbers[2] != grouped.numbers[1]


@pytest.mark.parametrize(
    ("names", "error", "message"),
    [
        ({"ids": [1]}, ValueError, "2 samples but 1 ids: give one per sample"),
        ({"groups": [1, 2, 3]}, ValueError, "2 samples but 3 groups"),
        ({"groups": ["a", None]}, TypeError, r"strings or integers, got NoneType as groups\[1\]"),
        ({"ids": [0.5, 1.5]}, TypeError, r"strings or integers, got float as ids\[0\]"),
    ],
)
def test_names_that_cannot_be_used(names, error, message):
    evaluator = Evaluator(lang="en", metrics=["f1"], keep_samples=False)
    with pytest.raises(error, match=message):
        evaluator.update(["a", "b"], ["a", "b"], **names)


def test_groups_are_of_all_samples_or_of_none():
    one, other = (Evaluator(lang="en", metrics=["f1"], keep_samples=False) for _ in "ab")
    one.update(["a"], ["a"], groups=["g"])
    other.update(["a"], ["a"])
    with pytest.raises(ValueError, match="give groups for all, or for none"):
        one.merge(other)
    with pytest.raises(ValueError, match="give groups for all, or for none"):
        other.update(["a"], ["a"], groups=["g"])


# --- sums of powers

VALUES = st.lists(
    st.floats(-1, 1)
    | st.sampled_from([0.0, 1.0, 0.5, -0.0, 2**-41, 3 * 2**-41, 0.5 - 2**-54])
    | st.floats(-1e6, 1e6)
    | st.sampled_from([1e300, -1e300, 2.0**22, -(2.0**53)]),
    max_size=30,
)


@settings(max_examples=300)
@given(VALUES, st.data())
def test_powers_are_those_of_integers_in_any_order(values, data):
    exact = Moments()
    exact.add(np.array(values))
    units = [
        int(each) << UNIT_BITS if abs(each) > 2.0**60 else round(each * 2.0**UNIT_BITS)
        for each in values
    ]
    assert exact.powers == tuple(sum(each**power for each in units) for power in (1, 2, 3))
    if values:
        whole = Moments(len(values), *moments._summed(np.array(values)))
        assert whole == exact
    merged = Moments()
    order = data.draw(st.permutations(values))
    cut = data.draw(st.integers(0, len(values)))
    for part in (order[cut:], order[:cut]):
        other = Moments()
        other.add(np.array(part))
        merged.merge(other)
    assert merged == exact


@pytest.mark.parametrize("shift", [0.0, 0.3, 0.999, 5.0, 1000.0])
@pytest.mark.parametrize("scale", [1.0, 1e-3, 1e-6, 1e-9])
def test_the_summary_is_that_of_the_samples(shift, scale):
    """Up to rounding of 2**-40, however small the variance is beside the mean."""
    values = shift + scale * np.random.default_rng(3).beta(0.5, 3.0, 200)
    its = Moments()
    its.add(values)
    found, expected = its.summary(math.fsum(values) / 200).estimate, spread(values)
    exact = max(1e-9, 1e-12 / scale * 30)
    assert found.mean == expected.mean
    assert found.sd == pytest.approx(expected.sd, rel=exact)
    assert found.skewness == pytest.approx(expected.skewness, rel=3 * exact, abs=3 * exact)
    assert (found.n, found.df, found.groups) == (expected.n, expected.df, expected.groups)


@pytest.mark.parametrize("method", ["auto", "t", "hall", "normal", "wilson"])
@pytest.mark.parametrize(
    "values",
    [
        [0.0] * 30, [0.5] * 30, [1 / 3] * 7, [1.0, 0.0, 1.0, 1.0], [0.25, 0.5, 1.0] * 9,
        [0.1] * 20 + [0.9], [0.7], [0.2, 0.2 + 1e-13], [0.0, 1.0],
    ],
)  # fmt: skip
def test_intervals_of_means_are_those_of_samples(values, method):
    its = Moments()
    its.add(np.array(values))
    summary = its.summary(math.fsum(values) / len(values))
    for bounds in ((0.0, 1.0), None, (0.0, math.inf)):
        found = summary_interval(summary, bounds=bounds, method=method)
        expected = mean_interval(values, bounds=bounds, method=method)
        assert ends(found) == pytest.approx(ends(expected), abs=1e-11)
        assert found.method == expected.method


def test_a_bootstrap_of_a_mean_needs_samples():
    _, summed = both(10)
    with pytest.raises(ValueError, match="bootstrap of a mean needs the samples' values"):
        summed["f1"].interval(method="bootstrap")
    with pytest.raises(ValueError, match="groups of samples that were not kept"):
        summed["f1"].interval(groups=[1] * 10)


# --- buckets


@pytest.mark.parametrize("n", [1, 2, 20, 300])
def test_intervals_without_samples_are_near_those_with_samples(n):
    """Those of means are the same; those of a corpus too, while each sample has its own bucket."""
    kept, summed = both(n)
    for name, score in kept.items():
        for with_samples, without in (
            (score, summed[name]),
            (score.all_tokens, summed[name].all_tokens),
        ):
            one, other = with_samples.interval(), without.interval()
            exact = 1e-11 if n <= 20 or name != "bleu_4" else 0.01
            assert ends(other) == pytest.approx(ends(one), abs=exact)
            assert other.method == one.method.replace("bootstrap", "bucket bootstrap")


@pytest.mark.parametrize("n", [20, 400])
def test_so_are_those_of_groups(n):
    groups = [f"document {at}" for at in np.random.default_rng(4).integers(0, n // 3, n)]
    kept, summed = both(n, groups=groups)
    numbers = set(zip(groups, text_buckets(groups), strict=True))
    alone = len({number for _, number in numbers}) == len(numbers)
    for name, score in kept.items():
        one, other = score.interval(groups=groups), summed[name].interval()
        exact = 1e-11 if alone else 0.02
        assert ends(other) == pytest.approx(ends(one), abs=exact)
        assert other.method == one.method


def text_buckets(groups):
    samples = pair_samples([""] * len(groups), [""] * len(groups), None, "default")
    return bucket_keys(with_names(samples, None, groups), needed=True).numbers.tolist()


ROWS = st.lists(
    st.tuples(st.integers(0, BUCKETS - 1), st.integers(-5, 2**50), st.floats(0, 1)), max_size=40
)


def bucket_sums(rows, *, mean, grouped):
    buckets = Buckets()
    if rows:
        numbers, totals, values = map(np.array, zip(*rows, strict=True))
        keys = Keys(numbers if grouped or not mean else None, grouped)
        if mean:
            buckets.add_values(values.astype(np.float64), keys)
        else:
            buckets.add_totals({"a": totals, "b": totals * 3}, keys)
    return buckets


def content(buckets):
    names, sums, sizes = buckets.names, buckets.sums.tolist(), buckets.sizes.tolist()
    products = buckets.products.tolist()
    return buckets.grouped, buckets.moments, names, sums, sizes, products


@settings(max_examples=100)
@given(ROWS, st.booleans(), st.booleans(), st.data())
def test_any_division_in_any_order_gives_the_same_sums(rows, mean, grouped, data):
    whole = bucket_sums(rows, mean=mean, grouped=grouped)
    order = data.draw(st.permutations(rows))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(rows)), max_size=3)))
    parts = [order[low:high] for low, high in itertools.pairwise([0, *cuts, len(rows)])]
    merged = Buckets()
    for part in parts:
        merged.merge(bucket_sums(part, mean=mean, grouped=grouped))
    assert content(merged) == content(whole)
    assert content(merged.copy()) == content(whole)


def test_sums_beyond_64_bits_stay_exact():
    highest = np.array([2**62, 2**62, -(2**61)])
    buckets = Buckets()
    for _ in range(3):
        buckets.add_totals({"a": highest}, Keys(np.array([5, 5, 9])))
    assert buckets.sums[0, [5, 9]].tolist() == [6 * 2**62, -3 * 2**61]
    small = Buckets()
    small.add_totals({"a": np.ones(100, dtype=np.int64)}, Keys(np.full(100, 5)))
    small.merge(buckets)
    buckets.add_totals({"a": np.ones(100, dtype=np.int64)}, Keys(np.full(100, 5)))
    assert content(small) == content(buckets)
    large = Buckets()
    large.add_values(np.array([1e30, 0.5]), Keys(np.array([1, 1]), grouped=True))
    assert large.sums[0, 1] == (int(1e30) << 40) + (1 << 39)


def test_texts_that_recur_are_no_clusters():
    """Of four contents there are four buckets at most, whose samples are alike by definition."""
    random = np.random.default_rng(5)
    for preset, metric, n in (("jiwer", "wer", 400), ("jiwer", "wip", 400), ("jiwer", "mer", 25)):
        said, gold = (random.choice(["yes", "oh no"], n, p=[0.8, 0.2]).tolist() for _ in "ab")
        kept, summed, named = (
            Evaluator(preset=preset, metrics=[metric], keep_samples=keep)
            for keep in (True, False, False)
        )
        kept.update(said, gold)
        summed.update(said, gold)
        named.update(said, gold, ids=range(n))
        one, other, best = (each.compute()[metric].interval() for each in (kept, summed, named))
        width = one.high - one.low
        assert ends(other) == pytest.approx(
            ends(one), abs=0.12 * width if n == 400 else 0.3 * width
        )
        assert other.method == ("linearized t" if metric == "wer" else "linearized wilson")
        assert ends(best) == pytest.approx(ends(one), abs=0.1 * width)
        assert best.method == "bucket bootstrap"


@pytest.mark.parametrize("n", [1, 2, 3, 20, 100, 1000, 5000, 100_000])
def test_buckets_of_samples_that_differ_are_not_crowded(n):
    crowded = 0
    for seed in range(20):
        numbers = np.random.default_rng(seed).integers(0, BUCKETS, n)
        buckets = Buckets()
        buckets.add_totals({"a": np.ones(n, dtype=np.int64)}, Keys(numbers))
        crowded += buckets.crowded
    assert crowded <= 1


def test_the_linearized_interval_is_that_of_the_delta_method():
    """For a ratio of sums: the variance of residuals, as SciPy or a textbook has it."""
    random = np.random.default_rng(6)
    lengths = random.integers(5, 30, 500)
    hits = random.binomial(lengths, random.beta(4, 4, 500))
    rows = np.stack([hits, lengths])
    value = hits.sum() / lengths.sum()
    found = linearized(value, rows.T, lambda sums: sums[:, 0] / sums[:, 1])
    large = linearized(value, rows.T * 2**40, lambda sums: sums[:, 0] / sums[:, 1])
    assert large.error == pytest.approx(found.error, rel=0.01)
    residuals = hits - value * lengths
    expected = math.sqrt(500 * residuals.var(ddof=1)) / lengths.sum()
    assert found.error == pytest.approx(expected, rel=0.01)
    jackknife = (hits.sum() - hits) / (lengths.sum() - lengths)
    assert found.error == pytest.approx(math.sqrt(499**2 / 500 * jackknife.var(ddof=1)), rel=0.02)


@pytest.mark.parametrize("n", [1, 20, 100])
@pytest.mark.parametrize("grouped", [False, True])
def test_linearized_intervals_are_the_same_with_and_without_samples(n, grouped):
    """Those of groups, while each has a bucket to itself."""
    groups = np.arange(n) // 10 if grouped else None
    for options in (
        {"metrics": ["bleu_4"]},
        {"preset": "jiwer", "stopwords": True, "lang": "auto"},
    ):
        kept, summed = both(n, groups=groups, **options)
        for name, score in kept.items():
            one = score.interval(method="linearized", groups=groups)
            other = summed[name].interval(method="linearized")
            assert ends(other) == pytest.approx(ends(one), abs=1e-11)
            assert other.method == one.method
            assert one.low <= score <= one.high


@pytest.mark.parametrize("grouped", [False, True])
def test_evaluators_merge_save_and_pickle_to_the_same_intervals(grouped):
    said, gold = texts(90)
    groups = [at % 30 for at in range(90)] if grouped else None
    whole = Evaluator(keep_samples=False, **OPTIONS)
    whole.update(said, gold, groups=groups)
    merged = Evaluator(keep_samples=False, **OPTIONS)
    for chosen in (slice(60, 90), slice(0, 7), slice(7, 60)):
        part = Evaluator(keep_samples=False, **OPTIONS)
        part.update(said[chosen], gold[chosen], groups=groups and groups[chosen])
        again = Evaluator(keep_samples=False, **OPTIONS)
        again.load_state_dict(json.loads(json.dumps(part.state_dict())))
        merged.merge(pickle.loads(pickle.dumps(again)))
    assert merged.state_dict()["content"] == whole.state_dict()["content"]
    expected = whole.compute()
    for name, score in merged.compute().items():
        assert score.interval() == expected[name].interval()
        assert pickle.loads(pickle.dumps(score)).interval() == score.interval()
    merged.reset()
    merged.update(["a"], ["b"])
    assert merged.compute()["f1"].n == 1


def test_states_of_other_samples_are_refused():
    evaluator = Evaluator(keep_samples=False, lang="en", metrics=["f1", "bleu_4"])
    evaluator.update(*texts(20))
    damages = [
        ("f1", "n", 19), ("f1", "n", 21), ("f1", "powers", ["0x0", "0x0", "0x0"]),
        ("f1", "ends", [0.9, 0.1]), ("f1", "ends", [-0.5, 1.0]), ("f1", "ends", None),
        ("f1", "binary", 21), ("f1", "names", ["value"]), ("f1", "sizes", [1] * 1024),
        ("bleu_4", "names", ["clip_1"]), ("bleu_4", "sizes", [1] * 1024),
        ("bleu_4", "sizes", [20]), ("bleu_4", "sums", [[1] * 1024] * 10), ("bleu_4", "sums", [[1]]),
        ("bleu_4", "grouped", None), ("bleu_4", "sums", [["0x"]]), ("bleu_4", "products", []),
        ("bleu_4", "products", [["0x1"] * 10] * 10), ("f1", "products", [["0x1"]]),
        ("f1", "sizes", []),
    ]  # fmt: skip
    for metric, key, value in damages:
        state = json.loads(json.dumps(evaluator.state_dict()))
        state["content"][metric]["buckets"][key] = value
        fresh = Evaluator(keep_samples=False, lang="en", metrics=["f1", "bleu_4"])
        with pytest.raises(ValueError, match="not a valid state_dict"):
            fresh.load_state_dict(state)


def test_states_without_buckets_have_no_interval():
    """Such as those of sums that came without them, as between processes of torchmetrics."""
    evaluator = Evaluator(keep_samples=False, lang="en", metrics=["f1", "bleu_4"])
    evaluator.update(*texts(20))
    state = json.loads(json.dumps(evaluator.state_dict()))
    for sums in state["content"].values():
        sums["buckets"] = None
    evaluator.load_state_dict(state)
    evaluator.update(["a"], ["a"])
    for score in evaluator.compute().values():
        with pytest.raises(ValueError, match="score with keep_samples=True"):
            score.interval()


@pytest.mark.parametrize(
    ("preset", "options"),
    [
        ("sacrebleu", {}), ("nltk", {"smoothing": "method6"}), ("jiwer", {}), ("pltrdy", {}),
        ("longbench", {}), ("default", {"metrics": ["numeric"]}),
    ],
)  # fmt: skip
def test_every_preset_has_intervals(preset, options):
    said, gold = texts(60)
    if "numeric" in options.get("metrics", ()):
        gold = ["5", "6"] * 30
        said = [f"the answer is {5 + at % 3 % 2}" for at in range(60)]
    options = {"preset": preset, **options}
    kept, summed = Evaluator(**options), Evaluator(keep_samples=False, **options)
    for each in (kept, summed):
        each.update(said, gold)
    expected = kept.compute()
    for name, score in summed.compute().items():
        its = score.interval(resamples=500)
        one = expected[name].interval(resamples=500)
        width = one.high - one.low
        assert its.low <= score <= its.high
        assert ends(its) == pytest.approx(ends(one), abs=max(0.35 * width, 1e-11))


def test_samples_that_a_mean_leaves_out_are_left_out_here():
    """Those of which both sides are empty under this preset."""
    said, gold = texts(30)
    said[3] = gold[7] = gold[3] = ""
    for groups in (None, np.arange(30) // 2):
        kept, summed = (
            Evaluator(preset="ms_swift"),
            Evaluator(preset="ms_swift", keep_samples=False),
        )
        kept.update(said, gold)
        summed.update(said, gold, groups=groups)
        expected = kept.compute()
        for name, score in summed.compute().items():
            assert score.n == expected[name].n
            one = expected[name].interval(groups=groups)
            assert ends(score.interval()) == pytest.approx(ends(one), abs=0.01)


def test_evaluate_and_kept_samples_need_no_keys():
    said, gold = texts(5)
    score = evaluate(said, gold, lang="en", metrics=["bleu_4"])["bleu_4"]
    assert score.sums is None
    assert score.interval().method == "bootstrap"
