"""Paired tests, held to SciPy, statsmodels and sacrebleu, and to all sign flips counted out."""

from __future__ import annotations

import dataclasses
import inspect
import itertools
import math
import signal
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import sacrebleu
import scipy.stats
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sacrebleu.metrics import BLEU, CHRF
from sacrebleu.significance import PairedTest
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.power import TTestPower

from textmetrics import evaluate
from textmetrics.statistics import (
    CorpusSystems,
    adjust,
    definition,
    minimum_detectable_effect,
    paired_corpus_test,
    paired_corpus_tests,
    paired_test,
    paired_tests,
    resampling,
    samples_needed,
    spread,
)

RANDOM = np.random.default_rng(5)
A = np.where(RANDOM.random(200) < 0.5, 0.0, RANDOM.beta(2, 2, 200))
B = A + np.minimum(A, 1 - A) * RANDOM.uniform(-0.9, 1.0, 200) * (RANDOM.random(200) < 0.6)
GROUPS = RANDOM.integers(0, 20, 200)
RIGHT, OTHER = RANDOM.random((2, 120)) < [[0.8], [0.65]]
COUNTS = np.sort(RANDOM.integers(0, 30, (2, 150, 2)), axis=2)


def seeded(seed):
    """Return the option that seeds functions of SciPy, which had another name before 1.15."""
    known = inspect.signature(scipy.stats.bootstrap).parameters
    return {"rng" if "rng" in known else "random_state": seed}


def share(sums):
    return sums[:, 0] / np.maximum(sums[:, 1], 1)


def all_flips(weights):
    """Return the exact p-value: the share of sign flips with at least as large a difference."""
    flips = itertools.product((1, -1), repeat=len(weights))
    found = [abs(math.fsum(s * w for s, w in zip(signs, weights, strict=True))) for signs in flips]
    return np.mean(np.array(found) >= abs(math.fsum(weights)) - 1e-9)


@pytest.mark.parametrize("n", [1, 2, 9, 14])
def test_randomisation_is_near_all_flips(n):
    """With p around a tenth 10,000 flips have a standard deviation of 0.003; few are listed."""
    a, b = np.array([0.1, 0.5, 0.9, 1.0, 0.2, 0.5, 0.8, 0.4, 0.4, 0.6, 0.1, 0.7, 0.3, 0.9])[:n], 0.3
    found = paired_test(a, np.full(n, b), method="ar")
    assert found.p_value == pytest.approx(all_flips(a - b), abs=0.02)


def test_randomisation_is_near_that_of_scipy():
    def mean(x, y, axis):
        return np.mean(x - y, axis=axis)

    expected = scipy.stats.permutation_test(
        (A, B), mean, permutation_type="samples", vectorized=True, n_resamples=9999, **seeded(2)
    )
    found = paired_test(A, B, method="ar", resamples=9999)
    assert found.difference == pytest.approx(expected.statistic)
    assert found.p_value == pytest.approx(expected.pvalue, abs=0.015)
    t = scipy.stats.ttest_rel(A, B).confidence_interval(0.95)
    assert (found.interval.low, found.interval.high) == pytest.approx(tuple(t))


def test_randomisation_flips_whole_groups():
    sums = [math.fsum((A - B)[group == GROUPS % 8]) for group in range(8)]
    found = paired_test(A, B, groups=GROUPS % 8, method="ar")
    assert found.p_value == pytest.approx(all_flips(sums), abs=0.02)
    copies = [np.repeat(each, 4) for each in (A, B)]
    whole = paired_test(A, B, method="ar")
    copied = np.repeat(np.arange(200), 4)
    assert paired_test(*copies, groups=copied, method="ar").p_value == whole.p_value
    assert paired_test(*copies, method="ar").p_value < whole.p_value


def test_a_tie_counts_as_as_large():
    """Of the 8 flips of three equal differences 2 are as large, however they were rounded."""
    a, b = np.array([0.3, 0.4, 0.7]), np.array([0.2, 0.3, 0.6])
    assert len(set(a - b)) == 2
    found = paired_test(a, b, method="ar", resamples=100_000)
    assert found.p_value == pytest.approx(0.25, abs=0.01)
    equal = paired_test(a, a)
    assert (equal.p_value, equal.n_different, equal.effect_size) == (1.0, 0, None)
    assert equal.minimum_detectable_effect is None
    runs = np.array([[0.1, 0.2, 0.3]]).T * np.ones(4)
    assert paired_test(runs, runs[::-1]).n_different == 0


@pytest.mark.parametrize("more", range(4))
def test_what_differs_by_rounding_alone_is_a_tie(more):
    """0.1 + 0.2 is a little more than 0.3: of ±0.3 ± 0.3 ± 0.5, six of eight are 0.5 or more."""
    differences = [0.1 + 0.2, -0.3, 0.5] + [0.0] * more
    for values in (differences, [-each for each in differences]):
        found = paired_test(values, np.zeros(len(values)), method="ar")
        assert (found.p_value, found.test) == (0.75, "exact randomisation")


def test_mcnemar_is_that_of_statsmodels():
    table = [[(x == RIGHT).astype(int) @ (y == OTHER) for y in (1, 0)] for x in (1, 0)]
    found = paired_test(RIGHT, OTHER)
    assert found.test == "exact McNemar"
    assert found.p_value == pytest.approx(mcnemar(table, exact=True).pvalue, rel=1e-9)
    assert (found.wins, found.losses) == (table[0][1], table[1][0])
    assert found.ties == found.n - found.n_different
    assert found.interval.method == "bonett-price"
    assert found.interval.low < found.difference < found.interval.high
    assert paired_test(RIGHT, OTHER, groups=np.arange(120)).test == "approximate randomisation"


def test_the_interval_of_shares_is_that_of_the_paper():
    """Bonett and Price (2012): with 12 and 25 of 140 that differ, (-0.174, -0.009) by its formula.

    (13 - 26) / 142 ± 1.96 sqrt((39 / 142 - (13 / 142)²) / 142).
    """
    a, b = np.zeros((2, 140))
    a[:12], b[12:37] = 1, 1
    found = paired_test(a, b, method="mcnemar").interval
    assert (found.low, found.high) == pytest.approx((-0.1764, -0.0067), abs=0.0005)


@pytest.mark.parametrize(
    ("n", "gain", "low"),
    [
        # Up to z² / (n + z²) of all samples may be lost by 1; five signs do not reject 0 (p =
        # 0.0625), six do (0.031), and then the interval ends there.
        (5, 0.1, 0.1 - 1.1 * 3.8415 / 8.8415),
        (6, 0.1, 0.0),
        (30, 0.1, 0.0),
        (31, 0.1, 0.0),
        (39, 0.1, 0.1 - 1.1 * 3.8415 / 42.8415),  # it is above 0 anyway
    ],
)
def test_the_interval_of_equal_gains_ends_at_0_where_0_is_rejected(n, gain, low):
    for sign in (1, -1):
        found = paired_test([0.5 + sign * gain] * n, [0.5] * n)
        its = (found.interval.low, -found.interval.high)[sign < 0]
        assert its == pytest.approx(low, abs=1e-4)
        assert (found.p_value <= 0.05) == (low >= 0)


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.sampled_from([-1.0, -0.5, 0.0, 0.1, 0.25, 1.0]), min_size=1, max_size=25),
    st.booleans(),
    st.sampled_from([0.8, 0.9, 0.95]),
)
def test_interval_and_test_never_contradict_each_other(differences, grouped, level):
    """0 is within the interval where it is not rejected, and never between its ends where it is."""
    a = np.maximum(differences, 0.0)
    b = np.maximum(-np.array(differences), 0.0)
    groups = np.arange(len(a)) // 2 if grouped else None
    found = paired_test(a, b, groups=groups, level=level, resamples=200)
    low, high = found.interval.low, found.interval.high
    if found.p_value > 1.0 - level:
        assert low <= 0 <= high
    else:
        assert not low < 0 < high
    assert low <= found.difference <= high


@pytest.mark.parametrize(
    ("wins", "losses", "n", "effect"),
    [
        # Six must differ, all to one side, for p <= 0.05: of 100 samples at least so many do, four
        # times in five, if each does with a probability of 0.0779 (binomial distribution).
        (1, 0, 100, 0.0779),
        (3, 2, 100, 0.0779),
        (1, 0, 6, 0.8 ** (1 / 6)),
        (1, 0, 5, None),  # no p-value of five signs is below 0.0625
        (20, 20, 100, 0.1798),  # as of the t-test (statsmodels' TTestPower)
    ],
)
def test_what_a_test_by_signs_can_detect(wins, losses, n, effect):
    a, b = np.zeros((2, n))
    a[:wins], b[wins : wins + losses] = 1, 1
    for method in ("auto", "ar"):
        found = paired_test(a, b, method=method).minimum_detectable_effect
        assert found == (effect and pytest.approx(effect, abs=1e-4))
    # Of values between, all samples may differ: only their number counts.
    half = paired_test(a / 2, b, method="ar").minimum_detectable_effect
    assert (half is None) == (n < 6)
    assert paired_test(a, b, method="bootstrap").minimum_detectable_effect is not None


@pytest.mark.parametrize(("groups", "detects"), [(5, False), (6, True)])
def test_too_few_groups_detect_nothing(groups, detects):
    a = np.linspace(0, 1, 60)
    found = paired_test(a, a[::-1], groups=np.arange(60) % groups)
    assert (found.minimum_detectable_effect is not None) == detects


@pytest.mark.parametrize(
    ("a", "b", "n", "expected"),
    [  # (-1 or 1 - d) z² / (n + z²), which is 0.1135 for 30 and 0.6576 for 2
        (0.6, 0.5, 30, (0.1 - 1.1 * 0.1135, 0.1 + 0.9 * 0.1135)),
        (0.6, 0.5, 2, (0.1 - 1.1 * 0.6576, 0.1 + 0.9 * 0.6576)),
        (0.3, 0.2, 30, (0.1 - 1.1 * 0.1135, 0.1 + 0.9 * 0.1135)),
        (0.4, 0.9, 30, (-0.5 - 0.5 * 0.1135, -0.5 + 1.5 * 0.1135)),
        (0.5, 0.5, 30, (-0.1135, 0.1135)),
        (3.0, 2.0, 30, (-math.inf, math.inf)),
    ],
)
def test_equal_differences_are_no_point(a, b, n, expected):
    for options in ({}, {"method": "ar"}, {"method": "bootstrap"}):
        found = paired_test([a] * n, [b] * n, **options)
        its = found.interval
        low, high = expected
        if found.p_value <= 0.05 and options != {"method": "bootstrap"}:  # 0 is rejected
            low, high = (max(low, 0.0), high) if a > b else (low, min(high, 0.0))
        assert (its.low, its.high, its.method) == (
            pytest.approx(low, abs=1e-4), pytest.approx(high, abs=1e-4), "wilson",
        )  # fmt: skip
        assert found.effect_size is found.effect_interval is found.minimum_detectable_effect is None
        groups = np.arange(3 * n) // 3
        grouped = paired_test([a] * 3 * n, [b] * 3 * n, groups=groups, **options).interval
        assert (grouped.low, grouped.high) == pytest.approx((low, high), abs=1e-4)
        assert grouped.method == "cluster wilson"


def test_a_difference_of_corpus_values_that_no_resample_changes_is_no_point():
    same = [[0, 5]] * 30
    its = paired_corpus_test(same, same, share).interval
    assert (its.low, its.high) == pytest.approx((-0.1135, 0.1135), abs=1e-4)
    lower = paired_corpus_test([[5, 5]] * 30, same, share).interval
    assert (lower.low, lower.high) == pytest.approx((1 - 2 * 0.1135, 1.0), abs=1e-4)


@settings(max_examples=100, deadline=None)
@example(won=0, lost=8, ties=171, level=0.99)  # the interval ends at 0, and p is 2 ** -7
@given(
    st.integers(0, 40), st.integers(0, 40), st.integers(0, 200),
    st.sampled_from([0.8, 0.9, 0.95, 0.99]),
)  # fmt: skip
def test_mcnemar_and_its_interval_never_contradict_each_other(won, lost, ties, level):
    """The interval contains 0 if the p-value is above 1 - level; an end of 0 belongs to it then."""
    if not (n := won + lost + ties):
        return
    a, b = np.zeros((2, n))
    a[:won], b[won : won + lost] = 1, 1
    found = paired_test(a, b, level=level)
    low, high = found.interval.low, found.interval.high
    assert (low < 0 < high) <= (found.p_value > 1 - level) <= (low <= 0 <= high)


def test_the_interval_reaches_0_where_the_exact_test_does_not_reject():
    """60 against 40: p = 0.0569, and Bonett and Price's interval is from 0.0002."""
    a, b = np.zeros((2, 1000))
    a[:60], b[60:100] = 1, 1
    found = paired_test(a, b)
    assert found.p_value == pytest.approx(0.0569, abs=1e-4)
    assert (found.interval.low, paired_test(b, a).interval.high) == (0.0, 0.0)
    a[100] = 1  # 61 against 40: p = 0.0454
    assert paired_test(a, b).interval.low > 0
    assert paired_test(a, b, level=0.99).interval.low < 0


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.sampled_from([-0.3, -0.1, 0.0, 0.1, 0.2, 0.5]), min_size=1, max_size=14),
    st.sampled_from([0.9, 0.95]),
    st.sampled_from(["auto", "ar", "bootstrap"]),
    st.booleans(),
)
@example([-0.3, 0.5, 0.5], 0.9, "bootstrap", True)  # percentiles of two groups: from 0.1
def test_no_interval_excludes_0_beside_a_test_that_does_not(differences, level, method, grouped):
    a, b = np.array(differences) + 0.4, np.full(len(differences), 0.4)
    groups = np.arange(len(a)) // 2 if grouped else None
    options = {"level": level, "method": method, "groups": groups, "resamples": 199}
    totals = [np.rint(np.stack([x, np.ones(len(x))], 1) * 10).astype(int) for x in (a, b)]
    found = [paired_test(a, b, **options), paired_corpus_test(*totals, share, **options)]
    for its in found:
        assert its.p_value <= 1 - level or its.interval.low <= 0 <= its.interval.high
        assert its.interval.low <= its.difference + 1e-12
        assert its.interval.high >= its.difference - 1e-12


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(*[st.sampled_from([0.0, 0.25, 1 / 3, 0.7, 1.0])] * 2, st.sampled_from("abc")),
        min_size=1,
        max_size=12,
    ),
    st.randoms(use_true_random=False),
    st.sampled_from(["ar", "bootstrap"]),
    st.booleans(),
)
def test_the_order_of_samples_does_not_matter(rows, random, method, grouped):
    def found(rows):
        a, b, groups = map(list, zip(*rows, strict=True))
        options = {"method": method, "resamples": 50, "groups": groups if grouped else None}
        totals = [np.rint(np.stack([x, np.ones(len(x))], 1) * 60).astype(int) for x in (a, b)]
        return paired_test(a, b, **options), paired_corpus_test(*totals, share, **options)

    assert found(rows) == found(random.sample(rows, len(rows)))


@pytest.mark.parametrize("method", ["ar", "bootstrap", "mcnemar"])
def test_exchanging_the_systems_changes_the_sign_alone(method):
    one, other = (RIGHT, OTHER) if method == "mcnemar" else (A, B)
    found, back = paired_test(one, other, method=method), paired_test(other, one, method=method)
    assert (found.difference, found.wins) == (-back.difference, back.losses)
    if method != "bootstrap":  # that draws samples in their order
        assert found.p_value == back.p_value
        assert found.interval.low == -back.interval.high


def every_result(_=None):
    return [
        paired_test(A, B, resamples=1000),
        paired_test(A, B, method="bootstrap", groups=GROUPS, resamples=1000),
        paired_corpus_test(*COUNTS, share, resamples=1000),
        paired_corpus_test(*COUNTS, share, method="bootstrap", resamples=1000),
    ]


def test_results_are_the_same_for_any_blocks_and_threads(monkeypatch):
    expected = every_result()
    for at_once in (1, 1000, 1 << 24):
        monkeypatch.setattr(resampling, "_COUNTS", at_once)
        monkeypatch.setattr(resampling, "_SIGNS", 100 * at_once)
        monkeypatch.setattr(definition, "_AT_ONCE", at_once)
        for threads in (1, 3):
            monkeypatch.setattr(resampling, "default_threads", lambda its=threads: its)
            assert every_result() == expected
        monkeypatch.setattr(resampling, "_backend", lambda: definition)
        assert every_result() == expected
        monkeypatch.undo()
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(every_result, range(8))) == [expected] * 8


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="no timer sends signals here")
@pytest.mark.parametrize("method", ["ar", "bootstrap"])
def test_an_interrupt_ends_a_long_test_at_once(method):
    """Ctrl-C, sent by a timer of the system, long before half of what takes minutes."""
    columns = [np.random.default_rng(seed).random(100_000) for seed in (1, 2)]
    done = [0.0]
    previous = signal.signal(signal.SIGVTALRM, signal.default_int_handler)
    try:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0.5)
        with pytest.raises(KeyboardInterrupt):
            paired_tests(columns, method=method, resamples=10_000_000, progress=done.append)
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, previous)
    assert max(done) < 0.5


@pytest.mark.parametrize("method", ["ar", "bootstrap"])
def test_pairs_that_are_drawn_together_do_not_change_one_another(method):
    tables = [
        CorpusSystems(COUNTS, share),
        CorpusSystems(COUNTS[::-1] + 1, share, [A[:150], B[:150]]),
    ]
    options = {"method": method, "groups": GROUPS[:150], "resamples": 200}
    alone = [
        paired_corpus_test(
            *table.totals, table.formula,
            **dict(zip(("values_a", "values_b"), table.values or (), strict=False)), **options,
        )
        for table in tables
    ]  # fmt: skip
    assert [found[0, 1] for found in paired_corpus_tests(tables, **options)] == alone


VALUES = st.sampled_from([0.0, 0.25, 1 / 3, 0.7, 1.0, math.nan])


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(VALUES, VALUES, VALUES, VALUES, st.sampled_from("abc")), min_size=1),
    st.sampled_from(["auto", "ar", "bootstrap"]),
    st.booleans(),
)
def test_all_pairs_get_what_each_gets_alone(rows, method, grouped):
    """Resamples of a pair among others are the same numbers, given to samples in another order."""
    *systems, groups = map(list, zip(*rows, strict=True))
    if any(np.isnan(each).all() for each in systems):
        return
    options = {"method": method, "groups": groups if grouped else None, "resamples": 200}
    found = paired_tests(systems, **options)
    for pair in itertools.combinations(range(4), 2):
        a, b = (systems[at] for at in pair)
        if not (~np.isnan(a) & ~np.isnan(b)).any():
            assert pair not in found
            continue
        alone, its = paired_test(a, b, **options), found[pair]
        if alone.test in ("approximate randomisation", "paired bootstrap"):
            # Two samples of 200 with a share of 0.5 differ by more than 0.25 once in a million.
            assert its.p_value == pytest.approx(alone.p_value, abs=0.25)
            other_side = (its.p_value > 0.05) != (alone.p_value > 0.05)
            its = dataclasses.replace(its, p_value=alone.p_value)
            # Of which the interval contains 0 that is not rejected.
            if alone.test == "paired bootstrap" or other_side:
                its = dataclasses.replace(its, interval=alone.interval)
        assert its == alone
    assert paired_tests(systems[:2], **options) == {
        pair: paired_test(*systems[:2], **options) for pair in found if pair == (0, 1)
    }


@pytest.mark.parametrize("groups", [None, GROUPS])
def test_neither_order_of_systems_nor_of_samples_changes_a_pair_among_others(groups):
    systems = [A, B, np.sqrt(A), B**2]
    found = paired_tests(systems, groups=groups, resamples=500)
    order = RANDOM.permutation(200)
    shuffled = None if groups is None else groups[order]
    turned = [each[order] for each in systems[::-1]]
    back = paired_tests(turned, groups=shuffled, resamples=500)
    for (a, b), its in found.items():
        turned_pair = back[3 - b, 3 - a]
        assert turned_pair.p_value == its.p_value
        assert turned_pair.difference == pytest.approx(-its.difference, abs=1e-15)
        assert turned_pair.interval.high == pytest.approx(-its.interval.low, abs=1e-14)
        assert (turned_pair.losses, turned_pair.wins) == (its.wins, its.losses)
        assert turned_pair.effect_size == pytest.approx(-its.effect_size, abs=1e-14)


def test_signed_sums_of_pairs_are_those_of_their_differences():
    """The law that makes all pairs as cheap as all systems: signs are shared."""
    rows = RANDOM.integers(-50, 50, (9000, 3))
    alone = resampling.signed_sums(rows[:, [0]] - rows[:, [2]], resamples=50, seed=3)
    shared = resampling.signed_sums(rows, resamples=50, seed=3)
    assert (alone[:, 0] == shared[:, 0] - shared[:, 2]).all()


@pytest.mark.parametrize("method", ["ar", "bootstrap"])
def test_all_pairs_of_corpus_values_get_what_each_gets_alone(method):
    systems = [*COUNTS, COUNTS[0] + [0, 1], np.minimum(*COUNTS)]
    options = {"method": method, "resamples": 2000}
    (found,) = paired_corpus_tests([CorpusSystems(systems, share)], **options)
    for a, b in itertools.combinations(range(4), 2):
        alone, its = paired_corpus_test(systems[a], systems[b], share, **options), found[a, b]
        # Two samples of 2,000 differ by 0.016 in a standard deviation at most.
        assert its.p_value == pytest.approx(alone.p_value, abs=0.06)
        assert its.interval.low == pytest.approx(alone.interval.low, abs=0.01)
        same = {"p_value": 0, "interval": None}
        assert dataclasses.replace(its, **same) == dataclasses.replace(alone, **same)


@pytest.mark.parametrize(
    ("differences", "p_value"),
    [  # of 2**n flips those that are at least as large
        ([0.5], 1.0),
        ([0.1, 0.2, 0.3, 0.4, 0.5], 2 / 32),
        ([0.0, 0.1, 0.2, 0.0, 0.3, 0.4, 0.5, 0.0], 2 / 32),
        ([0.3, 0.3, -0.3], 1.0),
        ([0.5, 0.2, -0.1], 4 / 8),
        ([0.1] * 13, 2 / 8192),
    ],
)
def test_few_differences_are_flipped_in_every_way(differences, p_value):
    """Each flip is listed, so the p-value is exact: five groups cannot go below 2 of 32."""
    zeros = np.zeros(len(differences))
    found = paired_test(differences, zeros, method="ar")
    assert (found.test, found.p_value) == ("exact randomisation", p_value)
    fourfold = np.repeat(np.divide(differences, 4), 4)
    groups = np.repeat(np.arange(len(zeros)), 4)
    found = paired_test(fourfold, np.repeat(zeros, 4), groups=groups)
    assert (found.test, found.p_value) == ("exact randomisation", p_value)
    tenths = np.rint(np.multiply(differences, 10)).astype(int)
    totals = [
        np.stack([each, np.full(len(tenths), 100)], axis=1) for each in (tenths + 7, tenths * 0 + 7)
    ]
    found = paired_corpus_test(*totals, share)
    assert (found.test, found.p_value) == ("exact randomisation", p_value)
    limited = paired_test(
        differences, zeros, method="ar", resamples=2 ** np.count_nonzero(differences) - 1
    )
    assert limited.test == "approximate randomisation"


def test_rare_large_losses_are_no_sign_of_being_better():
    """A system that gains 0.05 on 97 samples and loses 0.95 on 3 is equal if 5 are expected.

    The skewness is 5.5; sign flips, and Student's t, take the mean of 0.02 as more than chance
    much too often. By hand: S = 0.117, g S² / 3 = 0.0251, the cubic term 0.0018.
    """
    difference = np.where(np.arange(100) % 33 == 32, -0.95, 0.05)
    for sign in (1, -1):
        found = paired_test(sign * difference, np.zeros(100))
        flipped = paired_test(sign * difference, np.zeros(100), method="ar")
        assert found.test == "skewness-corrected t"
        assert found.interval.method == "hall"
        g = scipy.stats.skew(difference)
        s = difference.mean() / difference.std(ddof=1)
        t = 10 * (s + g * s**2 / 3 + g**2 * s**3 / 27 + g / 600)
        assert found.p_value == pytest.approx(2 * scipy.stats.t.sf(abs(t), 99))
        assert found.p_value > flipped.p_value
        assert flipped.interval.method == "t"
        turned = paired_test(np.zeros(100), sign * difference)
        assert turned.p_value == found.p_value
    grouped = paired_test(difference, np.zeros(100), groups=np.arange(100))
    assert (grouped.test, grouped.interval.method) == ("skewness-corrected t", "cluster hall")


def test_resamples_are_those_of_philox_by_their_number():
    """The first are the same however many follow: numbers are a function of seed and place."""
    weights = np.arange(1, 10_001)[:, np.newaxis]  # more than a section
    few = resampling.signed_sums(weights, resamples=3, seed=12345)
    many = resampling.signed_sums(weights, resamples=300, seed=12345)
    assert few.tolist() == many[:3].tolist()
    assert many.std() == pytest.approx(math.sqrt((weights.astype(float) ** 2).sum()), rel=0.1)
    rows = np.eye(50, dtype=np.int64)
    (drawn,) = resampling.bootstraps([rows], resamples=2000, seed=1)
    (few,) = resampling.bootstraps([rows], resamples=3, seed=1)
    assert drawn[:3].tolist() == few.tolist()
    assert (drawn.sum(axis=1) == 50).all()
    # Multinomial counts: mean 1, variance 1 - 1/50, and not those of other resamples.
    assert drawn.mean(axis=0) == pytest.approx(np.ones(50), abs=0.1)
    assert drawn.var() == pytest.approx(0.98, abs=0.02)
    signed = resampling.signed_sums(rows, resamples=2000, seed=1)
    assert signed.mean(axis=0) == pytest.approx(np.zeros(50), abs=0.1)
    # What numpy.random.Philox(key=12345, counter=[0, 0, 1, 0]) gives, bit by bit, most first.
    raw = np.random.Philox(key=12345, counter=[0, 0, 1, 0]).random_raw(1).astype("<u8")
    bits = np.unpackbits(raw.view(np.uint8))[:8]
    first = resampling.signed_sums(2 ** np.arange(8)[:, np.newaxis], resamples=1, seed=12345)
    assert first[0, 0] == sum((1 - 2 * int(bit)) * 2**at for at, bit in enumerate(bits))


def test_signs_and_draws_are_those_of_numpy():
    """Of the first sections of 8,192 signs, and of the first draws: reports can be made again."""
    for section, place in ((0, 0), (0, 8184), (1, 8192), (1, 16376), (2, 16384)):
        rows = np.zeros((20_000, 1), dtype=np.int64)
        rows[place : place + 8, 0] = 2 ** np.arange(8)
        raw = np.random.Philox(key=7, counter=[0, section, 1, 0]).random_raw(128).astype("<u8")
        bits = np.unpackbits(raw.view(np.uint8))[place % 8192 :][:8].astype(int)
        found = resampling.signed_sums(rows, resamples=1, seed=7)
        assert found[0, 0] == ((1 - 2 * bits) * 2 ** np.arange(8)).sum()
    raw = np.random.Philox(key=7, counter=[0, 0, 2, 0]).random_raw(4).astype("<u8").view("<u4")
    times = np.bincount([int(each) * 5 >> 32 for each in raw[:5].tolist()], minlength=5)
    values = np.array([1, 10, 100, 1000, 10_000])
    (drawn,) = resampling.bootstraps([values[:, np.newaxis]], resamples=1, seed=7)
    assert drawn[0, 0] == (times * values).sum()


@pytest.fixture(scope="module")
def systems():
    """Two systems of 150 sentences that differ in some words, one a little better."""
    random = np.random.default_rng(3)
    words = np.array(list("abcdefghijklmnop"))
    references = [" ".join(random.choice(words, 12)) for _ in range(150)]

    def worse(share):
        return [
            " ".join(
                word if keep else other
                for word, other, keep in zip(
                    text.split(), random.choice(words, 12), random.random(12) > share, strict=True
                )
            )
            for text in references
        ]

    return references, worse(0.3), worse(0.28)


@pytest.mark.parametrize(("kind", "method"), [("ar", "ar"), ("bs", "bootstrap")])
def test_corpus_tests_are_near_those_of_sacrebleu(systems, kind, method, monkeypatch):
    """Two runs of 2,000 resamples differ by 0.016 in a standard deviation at most."""
    references, a, b = systems
    metrics = {"bleu_4": BLEU(force=True), "chrf": CHRF()}
    assert sacrebleu.__version__ == "2.6.0"
    pairs = PairedTest([("a", a), ("b", b)], metrics, [references], kind, n_samples=2000)
    _, found = pairs()
    ours = [evaluate(each, references, preset="sacrebleu") for each in (a, b)]
    for name, foreign in (("bleu_4", "BLEU"), ("chrf", "chrF2")):
        one, other = (each[name] for each in ours)
        mine = paired_corpus_test(
            one.totals.rows,
            other.totals.rows,
            one.totals.values,
            method=method,
            resamples=2000,
            values_a=one.samples,
            values_b=other.samples,
        )
        base, their = found[foreign]
        assert mine.difference == pytest.approx((base.score - their.score) / 100, abs=1e-9)
        assert mine.p_value == pytest.approx(their.p_value, abs=0.06)
        assert 0.002 < mine.p_value < 0.9
        assert mine.wins + mine.ties + mine.losses == mine.n == 150
        if kind == "bs":
            its = one.interval(resamples=2000)
            assert 100 * (its.high - its.low) / 2 == pytest.approx(base.ci, rel=0.1)


def test_corpus_tests_know_groups_and_runs():
    a, b = COUNTS
    whole = paired_corpus_test(a, b, share)
    fourfold = [np.repeat(each, 4, axis=0) for each in (a, b)]
    grouped = paired_corpus_test(*fourfold, share, groups=np.repeat(np.arange(150), 4))
    assert (grouped.p_value, grouped.interval.low) == (whole.p_value, whole.interval.low)
    assert grouped.interval.method == "cluster bootstrap"
    runs = paired_corpus_test([a, a], [b, b], share)
    assert (runs.p_value, runs.interval) == (whole.p_value, whole.interval)
    alone = paired_corpus_test(a[:1], b[:1], share)
    assert (alone.p_value, alone.interval.low, alone.interval.high) == (1.0, -1.0, 1.0)
    assert paired_corpus_test(a, a, share).p_value == 1.0


def test_a_mean_written_as_a_corpus_value_gives_the_same():
    """The sum of whole numbers over their count is a mean: so is what is told beside it."""
    values = RANDOM.integers(0, 100, (2, 150))
    totals = [np.stack([each, np.full(150, 100)], axis=1) for each in values]
    corpus = paired_corpus_test(*totals, share)
    mean = paired_test(*values / 100, method="ar")
    assert corpus.difference == pytest.approx(mean.difference)
    assert corpus.p_value == pytest.approx(mean.p_value, abs=0.02)
    assert corpus.effect_size == pytest.approx(mean.effect_size, rel=1e-6)
    assert corpus.minimum_detectable_effect == pytest.approx(
        mean.minimum_detectable_effect, rel=1e-6
    )
    assert corpus.interval.low == pytest.approx(mean.interval.low, abs=0.005)


def test_the_effect_is_near_what_the_noncentral_t_gives():
    found = paired_test(A, B)
    t, n = scipy.stats.ttest_rel(A, B).statistic, len(A)
    assert found.effect_size == pytest.approx(t / math.sqrt(n))

    def limit(share):
        low, high = -10.0, 10.0
        for _ in range(60):
            middle = (low + high) / 2
            above = scipy.stats.nct.cdf(t, n - 1, middle) > share
            low, high = (middle, high) if above else (low, middle)
        return low / math.sqrt(n)

    its = found.effect_interval
    assert (its.low, its.high) == pytest.approx((limit(0.975), limit(0.025)), abs=0.002)


# With little power a difference to the other side is found nearly as often.
@pytest.mark.parametrize("power", [0.051, 0.06, 0.1, 0.5])
def test_power_is_to_both_sides(power):
    differences = np.random.default_rng(5).normal(0.02, 0.1, 200)
    effect = minimum_detectable_effect(differences, power=power) / differences.std(ddof=1)
    assert TTestPower().power(effect, nobs=200, alpha=0.05) == pytest.approx(power, rel=1e-6)


@pytest.mark.parametrize(("power", "alpha"), [(0.8, 0.05), (0.9, 0.01)])
def test_power_is_that_of_statsmodels(power, alpha):
    differences, theirs = A - B, TTestPower()
    sd = differences.std(ddof=1)
    smallest = minimum_detectable_effect(differences, power=power, alpha=alpha)
    effect = theirs.solve_power(nobs=200, alpha=alpha, power=power)
    assert smallest == pytest.approx(effect * sd, rel=1e-5)
    needed = theirs.solve_power(effect_size=0.02 / sd, alpha=alpha, power=power)
    assert samples_needed(0.02, differences, power=power, alpha=alpha) == math.ceil(needed)
    assert samples_needed(-1.0001 * smallest, differences, power=power, alpha=alpha) == 200
    one = np.arange(200)
    assert samples_needed(0.02, differences, groups=one, power=power, alpha=alpha) == math.ceil(
        needed
    )


@pytest.mark.parametrize(
    ("differences", "alpha", "errors"),
    [  # roots of the power by numerical integration over the chi distribution (scipy 1.17)
        ([0.0, 0.2], 0.05, 16.334),
        ([0.0, 0.1, 0.2], 0.001, 40.1154),
        ([0.0, 0.1, 0.2, 0.3], 0.001, 16.1573),
        # of its limit for large t: t times the square root of chi-square's quantile at 0.8 over df
        ([0.0, 0.1, 0.2], 1e-12, 1268636.0),
    ],
)
def test_power_of_few_samples_and_small_levels(differences, alpha, errors):
    error = np.std(differences, ddof=1) / math.sqrt(len(differences))
    found = minimum_detectable_effect(differences, alpha=alpha)
    assert found == pytest.approx(errors * error, rel=1e-4)


def test_power_knows_what_groups_share():
    shared = RANDOM.normal(0, 0.2, 20)[GROUPS] + RANDOM.normal(0, 0.05, 200)
    assert minimum_detectable_effect(shared, groups=GROUPS) > 2 * minimum_detectable_effect(shared)
    assert samples_needed(0.05, shared, groups=GROUPS) > 4 * samples_needed(0.05, shared)
    assert samples_needed(1, [3.0, -2.0, 8.0]) > 3  # figures of another unit
    assert minimum_detectable_effect([0.5]) is samples_needed(0.1, [0.2, 0.2]) is None


P_VALUES = st.one_of(st.sampled_from([0.0, 0.001, 0.01, 0.04, 0.3, 1.0]), st.floats(0, 1))


@settings(max_examples=20, deadline=None)
@given(st.lists(P_VALUES, min_size=1, max_size=40))
def test_adjusted_p_values_are_those_of_statsmodels(p_values):
    for ours, theirs in (("holm", "holm"), ("bh", "fdr_bh")):
        expected = multipletests(p_values, method=theirs)[1]
        assert adjust(p_values, method=ours) == pytest.approx(expected, abs=1e-15)


@pytest.mark.parametrize("size", [2, 15, 300])
@pytest.mark.parametrize("null", [1.0, 0.8])
def test_adjusted_p_values_of_random_families_are_those_of_statsmodels(size, null):
    """Of families in which a share of hypotheses is true: those have uniform p-values."""
    random = np.random.default_rng(size)
    for _ in range(4):
        true = random.random(size) < null
        p_values = np.where(true, random.random(size), random.beta(0.1, 5, size))
        for ours, theirs in (("holm", "holm"), ("bh", "fdr_bh")):
            expected = multipletests(p_values, method=theirs)[1]
            assert adjust(p_values, method=ours) == pytest.approx(expected, rel=1e-12)
        assert (adjust(p_values, method="bh") <= adjust(p_values)).all()


@pytest.mark.parametrize("grouped", [False, True])
def test_samples_left_out_leave_no_trace(grouped):
    """Whether they are of the first group, of which nothing is left, of another, or of the last."""
    differences = (A - B)[:60]
    names = np.repeat(list("abcdef"), 10)
    for gone in ("a", "c", "f"):
        kept = names != gone
        some = np.where(kept, differences, math.nan)
        options = {"groups": names} if grouped else {}
        fewer = {"groups": names[kept]} if grouped else {}
        found = minimum_detectable_effect(some, **options)
        assert found == minimum_detectable_effect(differences[kept], **fewer)
        assert samples_needed(0.02, some, **options) == samples_needed(
            0.02, differences[kept], **fewer
        )
        assert paired_test(some, np.zeros(60), **options) == paired_test(
            differences[kept], np.zeros(50), **fewer
        )


@pytest.mark.parametrize("level", [0.8, 0.99])
@pytest.mark.parametrize("groups", [None, GROUPS])
def test_the_interval_of_an_effect_size_says_what_it_is(level, groups):
    """Mean over sd ± Student's quantile × sqrt((error / sd)² + d² / 2 df), with groups too."""
    found = paired_test(A, B, level=level, groups=groups)
    its, sd = found.effect_interval, (A - B).std(ddof=1)
    assert (its.level, its.method) == (level, "t" if groups is None else "cluster t")
    estimate = spread.spread(*_in_order(A - B, groups))
    half = scipy.stats.t.ppf((1 + level) / 2, estimate.df) * math.hypot(
        estimate.error / sd, found.effect_size / math.sqrt(2 * estimate.df)
    )
    assert found.effect_size == pytest.approx((A - B).mean() / sd)
    assert (its.low, its.high) == pytest.approx(
        (found.effect_size - half, found.effect_size + half)
    )
    assert found.interval.level == level


def _in_order(values, groups):
    if groups is None:
        return (values, None)
    order = np.argsort(groups, kind="stable")
    return values[order], np.unique(groups[order], return_inverse=True)[1]


def test_systems_without_a_common_sample_are_not_compared():
    """Of three systems two share samples: the others have no result, and that is no error."""
    nothing = math.nan
    systems = [
        [0.1, 0.5, nothing, nothing],
        [nothing, nothing, 0.5, 1.0],
        [0.5, 0.25, 0.3, nothing],
    ]
    found = paired_tests(systems)
    assert {pair: each.n for pair, each in found.items()} == {(0, 2): 2, (1, 2): 1}
    assert paired_tests(systems[:2]) == {}
    assert paired_tests([]) == paired_tests(systems[:1]) == {}


def test_no_test_has_nothing_to_adjust():
    assert adjust([]).tolist() == []


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: paired_test([1, 0], [1]), ValueError, "of the same samples, got 2 and 1"),
        (lambda: paired_test([math.nan, 1], [1, math.nan]), ValueError, "in both a and b"),
        (lambda: paired_test([1], ["a"]), TypeError, "b must be numbers"),
        (lambda: paired_test([1], [0], method="sign"), ValueError, "unknown method 'sign'; known"),
        (
            lambda: paired_test([0.5], [1], method="mcnemar"),
            ValueError,
            "mcnemar is for values that are 0 or 1 alone: choose 'ar'",
        ),
        (
            lambda: paired_test([1, 0], [1, 1], groups=["a", "a"], method="mcnemar"),
            ValueError,
            "mcnemar takes no groups: choose 'ar'",
        ),
        (
            lambda: paired_corpus_test([[1]], [[1], [2]], share),
            ValueError,
            r"same runs, samples and columns: got \(1, 1, 1\) and \(1, 2, 1\)",
        ),
        (
            lambda: paired_corpus_test([[1, 2]], [[1, 2]], share, values_a=[1, 1], values_b=[1]),
            ValueError,
            "values must be one per sample, got 2 and 1 for 1",
        ),
        (lambda: adjust([0.5, math.nan]), ValueError, "numbers from 0 to 1"),
        (
            lambda: adjust([0.5], method="bonferroni"),
            ValueError,
            "'bonferroni'; known: holm, bh, none",
        ),
        (lambda: samples_needed(0, [0.1, 0.2]), ValueError, "a difference other than 0, got 0"),
        (lambda: samples_needed(1, [0.1, -1.0]), ValueError, "write 0.01 for a point"),
        (lambda: samples_needed(-30, [0.1, 0.2]), ValueError, "write 0.01 for a point"),
        (
            lambda: samples_needed(1e-300, [0.1, 0.2]),
            ValueError,
            "needs more than 2\\*\\*62 samples",
        ),
        (lambda: minimum_detectable_effect([0.1], power=80), ValueError, "power must be between"),
        (
            lambda: minimum_detectable_effect([0.1], alpha=5),
            ValueError,
            "alpha must be between 0 and",
        ),
        (
            lambda: minimum_detectable_effect([0.1], alpha=0),
            ValueError,
            "alpha must be between 0 and",
        ),
        (lambda: minimum_detectable_effect([0.1], alpha=True), TypeError, "alpha must be a number"),
        (
            lambda: samples_needed(0.1, [0.1, 0.2], alpha=5),
            ValueError,
            "alpha must be between 0 and",
        ),
        (
            lambda: samples_needed(0.1, [0.1, 0.2], power=1),
            ValueError,
            "power must be between 0 and",
        ),
        (lambda: paired_test([1], [0], level=95), ValueError, "level must be between 0 and 1"),
        (lambda: paired_test([1], [0], level="0.9"), TypeError, "level must be a number"),
        (lambda: paired_test([1], [0], resamples=True), TypeError, "resamples must be an integer"),
        (lambda: paired_test([1], [0], resamples=0), ValueError, "resamples must be from 1 to"),
        (lambda: paired_test([1], [0], seed=-1), ValueError, "seed must be at least 0, got -1"),
        (lambda: paired_test([1], [0], seed=1.5), TypeError, "seed must be an integer, got float"),
        (
            lambda: paired_corpus_test([[1]], [[1]], share, resamples=True),
            TypeError,
            "resamples must be an integer, got bool",
        ),
        (
            lambda: paired_corpus_test([[1]], [[1]], share, method="mcnemar"),
            ValueError,
            "unknown method 'mcnemar'; known: auto, ar, bootstrap",
        ),
        (
            lambda: paired_corpus_tests(
                [CorpusSystems([[[1]], [[1]]], share), CorpusSystems([[[1]] * 2] * 2, share)]
            ),
            ValueError,
            r"tables must be of the same samples, got \[1, 2\] samples",
        ),
        (lambda: paired_tests([[1], [1, 0], [1]]), ValueError, r"got \[1, 2\] samples"),
    ],
)
def test_what_cannot_be_used(call, error, message):
    with pytest.raises(error, match=message):
        call()
