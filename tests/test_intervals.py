"""Intervals, held to SciPy, statsmodels, and to matrices written out."""

from __future__ import annotations

import json
import math
import pickle
import subprocess
import sys

import numpy as np
import pytest
import scipy.stats
import statsmodels.api
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.meta_analysis import combine_effects
from statsmodels.stats.proportion import proportion_confint

from tests.test_paired import seeded
from textmetrics import Evaluator, evaluate
from textmetrics.metrics import Score
from textmetrics.statistics import (
    between_runs,
    corpus_interval,
    corpus_intervals,
    intervals,
    mean_interval,
    resampling,
)
from textmetrics.statistics.spread import ROUNDING, spread

RANDOM = np.random.default_rng(7)
F1 = np.where(RANDOM.random(300) < 0.6, 0.0, RANDOM.beta(2, 2, 300))
GROUPS = np.sort(RANDOM.integers(0, 25, 300))
RIGHT = (RANDOM.random(300) < 0.8).astype(float)


def ends(interval):
    return interval.low, interval.high


@pytest.mark.parametrize("level", [0.8, 0.95, 0.99])
def test_student_and_normal_are_those_of_scipy(level):
    error = scipy.stats.sem(F1)
    t = scipy.stats.t.interval(level, len(F1) - 1, F1.mean(), error)
    normal = scipy.stats.norm.interval(level, F1.mean(), error)
    assert ends(mean_interval(F1, level=level, method="t")) == pytest.approx(t, rel=1e-12)
    assert ends(mean_interval(F1, level=level, method="normal")) == pytest.approx(normal, rel=1e-12)


@pytest.mark.parametrize(("right", "n"), [(0, 5), (1, 1), (7, 10), (240, 300), (300, 300)])
def test_wilson_is_that_of_statsmodels(right, n):
    its = mean_interval(np.arange(n) < right)
    assert its.method == "wilson"
    expected = proportion_confint(right, n, method="wilson")
    assert ends(its) == pytest.approx(expected, abs=1e-12) or n == 1


@pytest.mark.parametrize(
    ("values", "bounds", "method"),
    [
        ([1, 0, 1, 1], None, "wilson"),
        ([0.5, 0.0, 1.0, 0.9], None, "wilson"),
        ([0.5, 0.0, 1.0, 0.9], (0.0, 1.0), "wilson"),
        ([0.4, 0.2, 1.0, 0.8], (0.0, math.inf), "t"),
        ([0.5, 0.1, 1.1, 0.7], None, "t"),
        ([-0.1, 0.0, 1.0, 0.9], None, "t"),
        # If a share p differs, the skewness is (1 - 2 p) / sqrt(p (1 - p)): 2.016 of 58 in 400,
        # 1.987 of 59; a tenth of the root of 400 is 2.
        ([0.0] * 342 + [9.0] * 58, None, "hall"),
        ([0.0] * 341 + [9.0] * 59, None, "t"),
        ([9.0] * 342 + [0.0] * 58, None, "hall"),
        ([9.0] * 341 + [0.0] * 59, None, "t"),
    ],
)
def test_the_default_follows_the_kind_of_values(values, bounds, method):
    assert mean_interval(values, bounds=bounds).method == method
    assert mean_interval(values, bounds=bounds, groups=range(len(values))).method == (
        f"cluster {method}"
    )


def test_shares_get_the_effective_number_of_zeros_and_ones():
    """Wilson's of statsmodels for p (1 - p) over the variance that one more sample leads to.

    And 2 n / k³ more, where k is the number of samples that make up the mean.
    """
    n, p = len(F1), F1.mean()
    k = F1.sum() ** 2 / (F1**2).sum()
    assert k < (1 - F1).sum() ** 2 / ((1 - F1) ** 2).sum()
    variance = (((F1 - p) ** 2).sum() + (1 + 2 * n / k**3) * p * (1 - p)) / n**2
    effective = p * (1 - p) / variance
    # With the level whose normal quantile is Student's.
    level = 2 * scipy.stats.norm.cdf(scipy.stats.t.ppf(0.975, n - 1)) - 1
    expected = proportion_confint(p * effective, effective, alpha=1 - level, method="wilson")
    assert ends(mean_interval(F1)) == pytest.approx(expected, rel=1e-9)
    assert ends(mean_interval(F1, method="wilson")) == ends(mean_interval(F1))
    assert mean_interval(1 - F1).low == pytest.approx(1 - mean_interval(F1).high)
    # One sample makes up the mean, which is as uncertain as that of 30 zeros, up to Student's t.
    low, high = ends(mean_interval([0.0] * 29 + [0.02]))
    assert 0 <= low < 0.02 / 30
    zeros = mean_interval([0.0] * 30).high
    assert zeros == pytest.approx(0.1135, abs=1e-4)
    assert zeros < high < zeros + 0.015


def test_skewness_is_corrected_as_hall_does():
    """The farther end is where the transformed S, with SciPy's skewness, meets the quantile."""
    values = scipy.stats.lognorm.ppf(np.arange(1, 40) / 40, 1.0)
    n, g = len(values), scipy.stats.skew(values)
    for level in (0.9, 0.99):
        its, student = (
            mean_interval(values, level=level),
            mean_interval(values, level=level, method="t"),
        )
        assert its.low == student.low
        assert its.high > student.high
        s = (values.mean() - its.high) / values.std(ddof=1)
        t = math.sqrt(n) * (s + g * s**2 / 3 + g**2 * s**3 / 27 + g / (6 * n))
        assert t == pytest.approx(-scipy.stats.t.ppf((1 + level) / 2, n - 1))
        mirrored = mean_interval(-values, level=level)
        assert ends(mirrored) == pytest.approx((-its.high, -its.low))


def test_groups_that_are_much_larger_than_others_are_taken_to_vary_alike():
    """Of one of 200 and 30 of 10 the robust error is that of a single group, as if known by one."""
    sizes = np.array([200] + [10] * 30)
    groups = np.repeat(np.arange(31), sizes)
    level = RANDOM.beta(4, 4, 31)
    values = np.clip(level[groups] + RANDOM.normal(0, 0.1, 500), 0.01, 0.99)
    its = spread(values, groups)
    # The variance between groups of statsmodels' DerSimonian and Laird, repeated; within, of SciPy.
    parts = [values[group == groups] for group in range(31)]
    within = sum(((part - part.mean()) ** 2).sum() for part in parts) / (500 - 31)
    pooled = combine_effects(
        np.array([part.mean() for part in parts]), within / sizes, method_re="iterated"
    )
    error = math.sqrt(pooled.tau2 * (sizes**2).sum() + within * 500) / 500
    assert (its.error, its.df) == (pytest.approx(error, rel=1e-4), 30.0)
    assert its.group_mean == pytest.approx(pooled.mean_effect_re, rel=1e-4)
    wilson = mean_interval(values, groups=groups)
    assert wilson.high - wilson.low == pytest.approx(2 * 2.042 * error, rel=0.1)
    # A group with most of the samples is like no other: as robust, and as wide, as before.
    most = spread(
        np.repeat(values[:11], [40] + [1] * 10), np.repeat(np.arange(11), [40] + [1] * 10)
    )
    assert most.df < 3
    equal = spread(values, np.repeat(np.arange(50), 10))
    assert equal.df == pytest.approx(49)


@pytest.mark.parametrize(
    ("largest", "others", "alike"),
    [  # Satterthwaite's degrees of freedom over G - 1, by the matrices of the papers: 0.26 and 0.17
        (4, [1] * 30, False),
        (5, [1] * 30, True),
        # A share of 60 % of the samples, and one more sample.
        (300, [10] * 20, True),
        (301, [10] * 20, False),
    ],
)
def test_when_groups_are_taken_to_vary_alike(largest, others, alike):
    """Values are equal within groups, so that only their sizes decide the degrees of freedom."""
    sizes = np.array([largest, *others])
    groups = np.repeat(np.arange(len(sizes)), sizes)
    values = np.random.default_rng(4).random(len(sizes))[groups]
    its = spread(values, groups)
    error, df = bell_and_mccaffrey(values, groups, 1e9)
    if alike:
        assert df < 0.2 * len(others)
        variance = np.unique(values).var(ddof=1)
        assert its.error == pytest.approx(math.sqrt(variance * (sizes**2).sum()) / len(values))
        assert (its.df, its.group_mean) == (len(others), pytest.approx(np.unique(values).mean()))
    else:
        assert (its.error, its.df) == pytest.approx((error, df), rel=1e-4)
        assert its.group_mean == its.mean


def test_groups_that_are_skewed_and_of_unequal_sizes_are_less_certain():
    """By 1 + 5 (|skewness| - 1/2) (mean share of a sample's group - 1 / groups) of the variance."""
    sizes = np.array([30, 20] + [5] * 20)
    groups = np.repeat(np.arange(22), sizes)
    level = np.where(np.arange(22) % 4 == 3, 0.5, 0.1)[groups]
    values = level + 0.05 * np.sin(np.arange(150))
    means = [values[group == groups].mean() for group in range(22)]
    skewness, shared = scipy.stats.skew(means), (sizes**2).sum() / 150**2
    assert 0.5 < skewness < 2
    estimate = spread(values, groups)
    assert estimate.shared == pytest.approx(shared)
    factor = 1 + 5 * (skewness - 0.5) * (shared - 1 / 22)
    mean, t = values.mean(), scipy.stats.t.ppf(0.975, estimate.df)
    for wilson in (
        mean_interval(values, groups=groups),
        mean_interval(values, groups=groups, level=0.95, method="wilson"),
    ):
        for end in ends(wilson):  # where (p - end)² = t² end (1 - end) / n
            typical = estimate.group_mean
            n = typical * (1 - typical) / (factor * estimate.error**2)
            assert (mean - end) ** 2 == pytest.approx(t**2 * end * (1 - end) / n)
    # Groups of one size are as before, however skewed.
    even = spread(values, np.repeat(np.arange(30), 5))
    assert even.shared == pytest.approx(1 / 30)


@pytest.mark.parametrize(
    ("value", "n", "bounds", "expected"),
    [  # z² / (n + z²) is 0.1135 for 30, 0.6576 for 2: the share of samples with another value
        (0.0, 30, None, (0.0, 0.1135)),
        (1.0, 30, None, (0.8865, 1.0)),
        (0.5, 30, None, (0.5 - 0.5 * 0.1135, 0.5 + 0.5 * 0.1135)),
        (0.3, 2, None, (0.3 - 0.3 * 0.6576, 0.3 + 0.7 * 0.6576)),
        (0.1, 30, (-1.0, 1.0), (0.1 - 1.1 * 0.1135, 0.1 + 0.9 * 0.1135)),
        (3.0, 30, (1.0, 5.0), (3 - 2 * 0.1135, 3 + 2 * 0.1135)),
        (3.0, 30, (0.0, math.inf), (3 - 3 * 0.1135, math.inf)),
        (3.0, 30, None, (-math.inf, math.inf)),
    ],
)
def test_equal_values_are_no_point(value, n, bounds, expected):
    """A point would say that no other value is possible; the rule of three says up to 3 / n."""
    for method in ("auto", "t", "hall", "normal", "bootstrap"):
        its = mean_interval([value] * n, bounds=bounds, method=method)
        assert its.method == "wilson"
        assert ends(its) == pytest.approx(expected, abs=1e-4)
    # Rounding is no variance; and 30 samples in groups are as many as there are groups.
    rounded = mean_interval([value, value * (1 - 1e-13)] * (n // 2), bounds=bounds)
    assert ends(rounded) == pytest.approx(expected, abs=1e-4)
    grouped = mean_interval([value] * (3 * n), bounds=bounds, groups=np.arange(3 * n) // 3)
    assert ends(grouped) == pytest.approx(expected, abs=1e-4)
    assert grouped.method == "cluster wilson"


def test_more_confidence_and_fewer_samples_make_equal_values_less_certain():
    widths = [mean_interval([0.4] * n).high - 0.4 for n in (2, 3, 10, 100, 10_000)]
    assert widths == sorted(widths, reverse=True)
    assert widths[-1] < 0.001
    by_level = [mean_interval([0.4] * 9, level=level).high for level in (0.5, 0.9, 0.99)]
    assert by_level == sorted(by_level)


def test_a_corpus_value_that_no_resample_changes_is_no_point():
    """Such as a BLEU of 0, or an error rate of 0: that of 0 of 30 samples, or of 10 groups."""
    nothing = np.array([[0, 7]] * 30)
    assert ends(corpus_interval(nothing, share)) == pytest.approx((0, 0.1135), abs=1e-4)
    grouped = corpus_interval(nothing, share, groups=np.arange(30) // 3)
    assert ends(grouped) == pytest.approx((0, 0.2775), abs=1e-4)
    more = corpus_interval(nothing + np.array([21, 0]), share)  # a value of 3 has no bounds
    assert ends(more) == (-math.inf, math.inf)


@pytest.mark.parametrize(("width", "point"), [(0.0, False), (1.0, False), (2.0, True)])
def test_resamples_that_differ_by_rounding_alone_are_equal(width, point):
    drawn = np.array([0.0, width * ROUNDING])
    low, high = intervals.of_draws(drawn, 30, 0.95, np.zeros(1))
    assert (low, high) == pytest.approx((0, 0 if point else 0.1135), abs=1e-4)


def test_percentiles_are_student_s_for_means():
    """Of 8 samples 2.365 sqrt(8 / 7) standard deviations of resamples, by Hesterberg (2015)."""
    found = np.random.default_rng(1).normal(0, 1, 400_000)
    low, high = resampling.percentiles(found, 0.95, 8)
    assert (low, high) == pytest.approx((-2.528, 2.528), abs=0.03)
    low, high = resampling.percentiles(found, 0.95, 10**6)
    assert (low, high) == pytest.approx((-1.96, 1.96), abs=0.02)


def test_bootstrap_is_near_that_of_scipy():
    expected = scipy.stats.bootstrap((F1,), np.mean, method="percentile", **seeded(1))
    its = mean_interval(F1, method="bootstrap")
    assert ends(its) == pytest.approx(ends(expected.confidence_interval), abs=0.001)


def bell_and_mccaffrey(values, groups, shared):
    """Return CR2's standard error and degrees of freedom by the matrices of the papers."""
    n = len(values)
    ones, hat = np.ones(n), np.full((n, n), 1 / n)
    covariance = np.eye(n) + shared * (groups[:, None] == groups[None, :])
    rest, columns, variance = values - values.mean(), [], 0.0
    for group in np.unique(groups):
        its = groups == group
        power, vectors = np.linalg.eigh(np.eye(its.sum()) - hat[np.ix_(its, its)])
        adjusted = vectors @ np.diag(power**-0.5) @ vectors.T
        variance += (ones[its] @ adjusted @ rest[its]) ** 2 / n**2
        columns.append((np.eye(n) - hat)[:, its] @ adjusted @ ones[its] / n)
    matrix = np.array(columns) @ covariance @ np.array(columns).T
    return math.sqrt(variance), np.trace(matrix) ** 2 / np.trace(matrix @ matrix)


def test_error_robust_to_groups_is_that_of_the_papers():
    its = spread(F1, GROUPS)
    level = RANDOM.random(25)[GROUPS]  # now groups share a good deal
    its = spread(level + 0.1 * F1, GROUPS)
    # The share between groups, by the analysis of variance of SciPy.
    parts = [(level + 0.1 * F1)[group == GROUPS] for group in range(25)]
    sizes = np.array([len(part) for part in parts])
    f = scipy.stats.f_oneway(*parts).statistic
    typical = (300 - (sizes**2).sum() / 300) / 24
    error, df = bell_and_mccaffrey(level + 0.1 * F1, GROUPS, (f - 1) / typical)
    assert (its.error, its.df) == pytest.approx((error, df), rel=1e-9)
    assert its.df < 23.9


def test_groups_of_one_size_give_what_statsmodels_gives():
    groups = np.repeat(np.arange(30), 10)
    model = statsmodels.api.OLS(F1, np.ones(300))
    fitted = model.fit(cov_type="cluster", cov_kwds={"groups": groups}, use_t=True)
    its = mean_interval(F1, groups=groups, method="t")
    assert ends(its) == pytest.approx(fitted.conf_int()[0], rel=1e-9)
    assert its.method == "cluster t"


def test_groups_of_one_sample_change_nothing():
    alone = np.arange(300)
    for method in ("t", "wilson", "normal"):
        for values in (F1, RIGHT):
            found = mean_interval(values, method=method, groups=alone)
            assert ends(found) == ends(mean_interval(values, method=method))


def test_wilson_with_groups_is_as_wide_as_the_groups_say():
    """Copies of a sample in groups of their own tell nothing new."""
    every = np.repeat(np.arange(300), 4)
    grouped = mean_interval(np.repeat(RIGHT, 4), groups=every)
    alone = mean_interval(RIGHT)
    assert ends(grouped) == pytest.approx(ends(alone), abs=0.001)
    same = mean_interval(np.ones(40), groups=np.repeat(np.arange(10), 4))
    assert same.low == pytest.approx(mean_interval(np.ones(10)).low, abs=0.1)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.sampled_from([0.0, 0.25, 1 / 3, 0.7, 1.0]), min_size=1, max_size=12),
    st.randoms(use_true_random=False),
    st.sampled_from(["t", "wilson", "normal", "bootstrap"]),
    st.booleans(),
)
def test_the_order_of_samples_does_not_matter(values, random, method, grouped):
    groups = [random.choice("abc") for _ in values]
    order = random.sample(range(len(values)), len(values))
    found = mean_interval(values, method=method, resamples=50, groups=groups if grouped else None)
    again = mean_interval(
        [values[at] for at in order],
        method=method,
        resamples=50,
        groups=[groups[at] for at in order] if grouped else None,
    )
    assert found == again
    assert 0 <= found.low <= found.high <= 1


def test_a_single_sample_or_group_tells_nothing():
    for method in ("t", "normal", "bootstrap"):
        assert ends(mean_interval([0.5], method=method)) == (0, 1)
        assert ends(mean_interval([0.5, 0.7], groups=["a", "a"], method=method)) == (0, 1)
    assert ends(mean_interval([1, 0, 1], groups=[3, 3, 3])) == (0, 1)
    assert ends(corpus_interval([[1, 2]], lambda sums: sums[:, 0] / sums[:, 1])) == (0, 1)


def test_samples_left_out_are_left_out():
    gaps = np.where(np.arange(300) % 3 == 0, np.nan, F1)
    there = ~np.isnan(gaps)
    assert mean_interval(gaps) == mean_interval(F1[there])
    assert mean_interval(gaps, groups=GROUPS) == mean_interval(F1[there], groups=GROUPS[there])


def test_runs_are_averaged_within_a_sample():
    """Ten copies of a run are no more than that run."""
    assert mean_interval(np.tile(F1, (10, 1))) == pytest.approx(mean_interval(F1))
    some = np.array([F1, np.where(np.arange(300) < 5, np.nan, F1[::-1])])
    expected = np.where(np.arange(300) < 5, F1, (F1 + F1[::-1]) / 2)
    assert mean_interval(some) == mean_interval(expected)
    runs = between_runs([0.5, 0.7])
    assert (runs.mean, runs.sd) == pytest.approx((0.6, math.sqrt(0.02)))
    assert between_runs([0.5]).sd is None


COUNTS = RANDOM.integers(1, 30, (200, 2))
SHARE = COUNTS.cumsum(axis=1)  # a part, and the whole that it is of


def share(sums):
    return sums[:, 0] / sums[:, 1]


def test_corpus_bootstrap_is_near_that_of_scipy():
    expected = scipy.stats.bootstrap(
        (SHARE[:, 0], SHARE[:, 1]),
        lambda part, whole, axis: part.sum(axis) / whole.sum(axis),
        paired=True,
        method="percentile",
        **seeded(3),
    )
    assert ends(corpus_interval(SHARE, share)) == pytest.approx(
        ends(expected.confidence_interval), abs=0.002
    )


def test_corpus_bootstrap_draws_whole_groups():
    """So four copies of each sample change nothing, and without groups they halve the width."""
    fourfold = np.repeat(SHARE, 4, axis=0)
    whole = corpus_interval(SHARE, share)
    grouped = corpus_interval(fourfold, share, groups=np.repeat(np.arange(200), 4))
    assert ends(grouped) == ends(whole)
    assert grouped.method == "cluster bootstrap"
    wrong = corpus_interval(fourfold, share)
    assert (wrong.high - wrong.low) / (whole.high - whole.low) == pytest.approx(0.5, abs=0.05)


def test_corpus_bootstrap_draws_the_samples_of_all_runs_together():
    assert corpus_interval(np.array([SHARE, SHARE]), share) == corpus_interval(SHARE, share)


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        (([],), ValueError, r"values has no samples, got the shape \(0,\)"),
        (([math.nan],), ValueError, "are all NaN: there is no sample"),
        (([0.5, math.inf],), ValueError, "values must be finite"),
        ((["0.5"],), TypeError, "values must be numbers, got <U3"),
        ((np.zeros((2, 2, 2)),), ValueError, r"\(runs, samples\), got \(2, 2, 2\)"),
    ],
)
def test_values_that_cannot_be_used(arguments, error, message):
    with pytest.raises(error, match=message):
        mean_interval(*arguments)


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"level": 95}, ValueError, "level must be between 0 and 1, such as 0.95, got 95"),
        ({"method": "student"}, ValueError, "unknown method 'student'; known: auto, t, wilson"),
        ({"method": "wilson"}, ValueError, "wilson is for values from 0 to 1"),
        ({"groups": ["a"]}, ValueError, r"one per sample, got the shape \(1,\) for 2 samples"),
        ({"groups": [0.5, 1.5]}, TypeError, "strings or integers, one per sample, got float64"),
        ({"groups": ["a", None]}, TypeError, "got object"),
        (
            {"method": "bootstrap", "resamples": 0},
            ValueError,
            "resamples must be from 1 to 10,000,000",
        ),
        ({"method": "bootstrap", "seed": -1}, ValueError, "seed must be at least 0, got -1"),
        (
            {"method": "bootstrap", "seed": 0.5},
            TypeError,
            "seed must be an integer, got float: 0.5",
        ),
    ],
)
def test_options_that_cannot_be_used(options, error, message):
    with pytest.raises(error, match=message):
        mean_interval([0.5, 1.5], **options)


def test_totals_and_formulas_that_cannot_be_used():
    with pytest.raises(TypeError, match="totals must be integers, got float64"):
        corpus_interval([[0.5]], share)
    with pytest.raises(ValueError, match=r"\(samples, columns\) .* got \(2,\)"):
        corpus_interval([1, 2], share)
    with pytest.raises(ValueError, match=r"one value per row of sums, got the shape \(\) for 50"):
        corpus_interval([[1], [2]], lambda sums: 1.0, resamples=50)
    with pytest.raises(ValueError, match="got none for 20 of 20 rows"):
        corpus_interval([[1], [2]], lambda sums: sums[:, 0] * np.nan, resamples=20)
    with pytest.raises(ValueError, match=r"sum to .*, which exceeds"):
        corpus_interval([[2**60], [2]], share)
    with pytest.raises(ValueError, match="values must be one finite number per run"):
        between_runs([])


def test_tables_that_are_drawn_together_do_not_change_one_another(monkeypatch):
    rows = np.random.default_rng(3).integers(1, 9, (3, 40, 2))
    groups = np.arange(40) // 3
    tables = [(rows[0], share), (rows[1:], share), (rows[1], lambda sums: sums[:, 1] ** 0.5)]
    alone = [corpus_interval(*each, groups=groups, resamples=99) for each in tables]
    assert corpus_intervals(tables, groups=groups, resamples=99) == alone
    monkeypatch.setattr(resampling, "_COLUMNS", 3)  # one table at a time
    assert corpus_intervals(tables, groups=groups, resamples=99) == alone
    with pytest.raises(ValueError, match=r"of the same samples, got \[30, 40\] samples"):
        corpus_intervals([tables[0], (rows[1, :30], share)])


PREDICTIONS = ["the red fox ran home", "a cat sat on the mat here", "no dog", "it was the end"] * 8
REFERENCES = ["the red fox ran far", "a cat sat on the mat", "a dog sat", "this was the end"] * 8


@pytest.mark.parametrize(
    ("preset", "options"),
    [("default", {}), ("sacrebleu", {}), ("nltk", {"smoothing": "method6"})],
)
def test_every_score_has_an_interval_also_after_pickling(preset, options):
    evaluation = evaluate(PREDICTIONS, REFERENCES, lang="en", preset=preset, **options)
    for score in evaluation.values():
        its = score.interval(resamples=500, groups=np.arange(32) // 2)
        assert its.low <= score <= its.high
        again = pickle.loads(pickle.dumps(score))
        assert again.interval(resamples=500, groups=np.arange(32) // 2) == its
        if score.totals is not None:
            assert not again.totals.rows.flags.writeable
            sums = score.totals.rows.sum(axis=0, keepdims=True)
            assert score.totals.values(sums).tolist() == pytest.approx([score], rel=1e-14)


def test_the_interval_of_a_merged_score_is_that_of_the_whole():
    parts = []
    for chosen in (slice(20, None), slice(0, 20)):
        parts.append(Evaluator(lang="en"))
        parts[-1].update(PREDICTIONS[chosen], REFERENCES[chosen])
    merged = parts[0].merge(pickle.loads(pickle.dumps(parts[1]))).compute()
    for name, score in evaluate(PREDICTIONS, REFERENCES, lang="en").items():
        assert merged[name].interval(resamples=200) == score.interval(resamples=200)


def test_corpus_values_and_bare_scores_say_what_to_do():
    bleu = evaluate(PREDICTIONS, REFERENCES, lang="en", metrics=["bleu_4"])["bleu_4"]
    with pytest.raises(
        ValueError, match="is not a mean over samples: use method='bootstrap' or 'linearized'"
    ):
        bleu.interval(method="t")
    with pytest.raises(ValueError, match="keep_samples"):
        Score(0.5, title="X", headline="mean").interval()


WITHOUT_EXTRAS = """
import subprocess
import sys
for name in ("matplotlib", "yaml", "jinja2"):
    sys.modules[name] = None  # its import fails
from textmetrics import compare, evaluate
from textmetrics.cli import main
gold = ["a red fox", "two blue birds", "one fish"] * 20
weak = evaluate(["a fox", "birds", "a dog"] * 20, gold, lang="en", metrics=["f1", "bleu_4"])
better = ["red fox", "blue birds", "one fish"] * 20
good = evaluate(better, gold, lang="en", metrics=["f1", "bleu_4"])
assert 0 < weak["f1"].interval().low < weak["f1"] and weak["bleu_4"].interval().high < 1
assert "better" in str(compare({"weak": weak, "good": good}, resamples=100))
sys.exit(main(["compare", "weak.jsonl", "good.jsonl", "--lang", "en", "--resamples", "100"]))
"""


def test_a_plain_install_has_intervals_and_comparisons(tmp_path):
    """SciPy comes with the package; Matplotlib, PyYAML and Jinja2 do not."""
    for name, answer in (("weak", "a fox"), ("good", "a red fox")):
        record = json.dumps({"prediction": answer, "reference": "a red fox"})
        (tmp_path / f"{name}.jsonl").write_text(f"{record}\n" * 20)
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_EXTRAS],
        cwd=tmp_path, capture_output=True, text=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert "all: against weak" in done.stdout
