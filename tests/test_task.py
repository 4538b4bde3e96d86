"""What is compared: columns of samples, and the samples of a model over its runs."""

from __future__ import annotations

import math

import numpy as np
import pytest

from textmetrics import evaluate
from textmetrics.comparison.options import ComparisonSettings
from textmetrics.comparison.result import BaselineComparison, ModelScore
from textmetrics.comparison.scores import adjust_p_values, best_first
from textmetrics.comparison.task import ModelSamples, Task

NAN = math.nan


def evaluated(references):
    return evaluate(references, references, lang="en", metrics=["f1", "bleu_4"], stopwords=False)


def task(references, **options):
    given = {"name": "t", "metrics": ("f1",), "headline": "f1", **options}
    return Task(results={"a": [evaluated(references)]}, **given)


# A length, and the range between powers of two that it is in; 0 and 1 are themselves.
@pytest.mark.parametrize(
    ("tokens", "bucket"),
    [
        (0, "0"),
        (1, "1"),
        (2, "2–3"),
        (3, "2–3"),
        (4, "4–7"),
        (7, "4–7"),
        (8, "8–15"),
        (64, "64–127"),
    ],
)
def test_lengths_are_told_between_powers_of_two(tokens, bucket):
    assert task([" ".join(["red"] * tokens), "red"]).column("length") == [bucket, "1"]


@pytest.mark.parametrize(
    ("value", "named"),
    [
        ("law", "law"), (3, "3"), (2.5, "2.5"), (True, "true"), (False, "false"), (None, "(none)"),
        ("", "(none)"), (0, "0"), (" ", " "), (["x"], "['x']"),
    ],
)  # fmt: skip
def test_values_of_fields_are_named(value, named):
    assert task(["red"], fields={"subject": [value]}).column("subject") == [named]


def test_fields_of_records_come_before_built_in_ones():
    plain = task(["red", "der Hund"])
    assert plain.column("lang") == ["en", "en"]
    assert task(["red"], fields={"lang": ["de"]}).column("lang") == ["de"]
    message = r"no field 'legth': did you mean 'length'\? known: 'subject', 'lang', 'length'"
    with pytest.raises(ValueError, match=message):
        task(["red"], fields={"subject": ["x"]}).column("legth")


def test_groups_are_numbered_and_ids_count_from_one():
    grouped = task(["red"] * 4, fields={"book": ["b", "a", "b", None]}, group="book")
    assert grouped.groups.tolist() == [2, 1, 2, 0]
    assert task(["red"]).groups is None
    assert [task(["red"] * 2).id_of(at) for at in (0, 1)] == [1, 2]
    assert task(["red"] * 2, ids=["x", "y"]).id_of(1) == "y"
    assert (grouped.n, grouped.models) == (4, ("a",))


def test_samples_are_means_over_the_runs_that_have_them():
    values = np.array([[1.0, NAN, NAN, 0.5], [0.0, 1.0, NAN, 0.5]])
    samples = ModelSamples(values, (0.0, 1.0), "higher")
    assert np.array_equal(samples.samples(), [0.5, 1.0, NAN, 0.5], equal_nan=True)
    assert samples.present.tolist() == [True, True, False, True]
    assert samples.value() == pytest.approx(2 / 3)
    some = samples.take(np.array([True, False, False, True]))
    assert some.values.tolist() == [[1.0, 0.5], [0.0, 0.5]]
    assert samples.take(np.ones(4, dtype=bool)) is samples
    assert samples.take(np.array([3, 0])).values.tolist() == [[0.5, 1.0], [0.5, 0.0]]
    of_corpus = ModelSamples(
        values, (0.0, 1.0), "higher", np.array([[[1], [2], [0], [3]], [[0], [2], [0], [2]]]),
        lambda sums: sums[:, 0] / 10,
    )  # fmt: skip
    assert of_corpus.value() == pytest.approx((0.6 + 0.4) / 2)
    assert of_corpus.take(np.array([0])).value() == pytest.approx(0.05)


def test_runs_of_a_model_are_stacked():
    first, second = evaluated(["red fox", "red"]), evaluated(["red", "blue dog"])
    for metric in ("f1", "bleu_4"):
        one, both = (
            ModelSamples.of([each[metric] for each in runs]) for runs in ([first], [first, second])
        )
        assert (one.values.shape, both.values.shape) == ((1, 2), (2, 2))
        assert (both.totals is not None) == (metric == "bleu_4")
        assert (one.bounds, one.better) == ((0.0, 1.0), "higher")
        if both.totals is not None:
            assert (one.totals.shape[0], both.totals.shape[0]) == (1, 2)


# Of 95 %, a p-value of 0.05 is no sign; of 90 %, one just below 0.1 is, though 1 - 0.9 is less.
@pytest.mark.parametrize(
    ("level", "p_value", "significant"),
    [
        (0.95, 0.05, False), (0.95, 0.049999, True), (0.95, 0.0500001, False), (0.95, 0.0, True),
        (0.9, 0.0999999, True), (0.9, 0.1, False), (0.99, 0.0099999, True), (0.99, 0.01, False),
        (0.95, None, False),
    ],
)  # fmt: skip
def test_what_is_significant(level, p_value, significant):
    [entry] = found = [outcome(p_value)]
    adjust_p_values(found, ComparisonSettings.of(level=level), {"t": "f1"})
    assert (entry.significant, entry.p_value_adjusted, entry.family) == (significant, p_value, 1)


def outcome(p_value, metric="f1", task="t"):
    return BaselineComparison(
        task=task, metric=metric, model="b", baseline="a", n=9, p_value=p_value,
        p_value_adjusted=None, significant=False, family=0, better="higher", percent=True,
        difference=0.1, interval=None, test="ar", n_different=1, wins=1, ties=0, losses=0,
        effect_size=None, effect_interval=None, minimum_detectable_effect=None, all_tokens=None,
        warnings=[],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("correction", "expected"),
    [
        ("holm", [0.03, 0.06, 0.06, 0.04]),  # 3 · 0.01, 2 · 0.03, max(0.06, 0.04)
        ("bh", [0.03, 0.04, 0.04, 0.04]),  # 3 / 1 · 0.01, min(3 / 2 · 0.03, 0.04), 0.04
        ("none", [0.01, 0.03, 0.04, 0.04]),
        (None, [0.01, 0.03, 0.04, 0.04]),
    ],
)
def test_a_family_is_the_tests_of_one_metric(correction, expected):
    found = [outcome(0.01), outcome(0.03, task="u"), outcome(0.04), outcome(0.04, metric="bleu_4")]
    settings = ComparisonSettings.of() if correction is None else ComparisonSettings.of(
        correction=correction
    )  # fmt: skip
    settings.correction = correction
    adjust_p_values(found, settings, {"t": "f1", "u": "f1"})
    assert [each.p_value_adjusted for each in found] == pytest.approx(expected)
    assert [each.family for each in found] == [3, 3, 3, 1]
    assert [each.significant for each in found] == [p < 0.05 for p in expected]


def test_headline_metrics_are_one_family():
    """Else three tasks, each with a metric of its own, would be three chances unadjusted."""
    headlines = {"t": "f1", "u": "bleu_4", "v": "accuracy"}
    found = [outcome(0.03, metric, task) for task, metric in headlines.items()]
    found += [outcome(0.03, "f1", "u"), outcome(0.03, "f1", "v"), outcome(0.03, "bleu_4", "t")]
    adjust_p_values(found, ComparisonSettings.of(), headlines)
    assert [each.p_value_adjusted for each in found] == [0.09, 0.09, 0.09, 0.06, 0.06, 0.03]
    assert [each.family for each in found] == [3, 3, 3, 2, 2, 1]


@pytest.mark.parametrize(
    ("better", "order"),
    [("higher", "cabde"), ("lower", "cbade"), (None, "cabde")],
)
def test_scores_are_sorted_by_rank_then_by_value(better, order):
    rows = [("a", 1, 0.9), ("b", 1, 0.2), ("c", 0, 0.1), ("d", 1, None), ("e", 1, NAN)]
    scores = [score(*row, better) for row in rows]
    assert "".join(each.model for each in best_first(scores)) == order
    unranked = [score(name, None, value, better) for name, _, value in rows]
    found = "".join(each.model for each in best_first(unranked))
    assert found == ("cbade" if better == "lower" else "abcde")


def score(model, rank, value, better):
    return ModelScore(
        model=model, task="t", metric="f1", title="F1", value=value, runs=[], run_sd=None,
        precision=None, recall=None, f1=None, all_tokens=None, signature="", length_ratio=None,
        health={}, interval=None, interval_method="t", n=1, flags=[], rank=rank, tied_with=[],
        better=better, percent=True,
    )  # fmt: skip
