"""What a report finds in scores, on both sides of each threshold, from values made by hand."""

from __future__ import annotations

import math
import re

import msgspec
import numpy as np
import pytest

from textmetrics import evaluate
from textmetrics.comparison.findings import (
    by_length_alone,
    difficulty,
    disagreements,
    kendall_tau,
    learning_curves,
    normalised,
    recall_f1_warnings,
    residuals,
    series,
    stopword_warnings,
    too_few_resamples,
)
from textmetrics.comparison.options import ComparisonSettings
from textmetrics.comparison.result import AllTokensComparison, BaselineComparison, ModelScore
from textmetrics.comparison.task import Task
from textmetrics.statistics import TESTS

RECALL, F1 = "rouge_l|recall|lang:en", "f1|f1|lang:en"


def score(model, value, *, f1=None, precision=None, ratio=None, signature=RECALL, interval=None):
    return ModelScore(
        model=model, task="t", metric="rouge_l", title="ROUGE-L recall", value=value, runs=[],
        run_sd=None, precision=precision, recall=value, f1=f1, all_tokens=None,
        signature=signature, length_ratio=ratio, health={}, interval=interval,
        interval_method="t", n=1, flags=[], rank=1, tied_with=[], better="higher", percent=True,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("values", "better", "expected"),
    [
        ({"a": 0.2, "b": 0.4}, "higher", {"a": 0.5, "b": 1.0}),
        ({"a": 2.0, "b": 4.0}, "lower", {"a": 1.0, "b": 0.5}),
        ({"a": 0.0, "b": 4.0}, "lower", {"a": 1.0, "b": 0.0}),
        ({"a": 0.0, "b": 0.0}, "lower", {"a": 1.0, "b": 1.0}),
        ({"a": 0.0, "b": 0.0}, "higher", {"a": 1.0, "b": 1.0}),
        ({"a": 0.0, "b": 0.5}, "higher", {"a": 0.0, "b": 1.0}),
        ({"a": 4.0, "b": 1.0}, "higher", {"a": 1.0, "b": 0.25}),
        ({"a": -0.1, "b": 0.4}, "higher", None),
        ({"a": -0.1, "b": 0.4}, "lower", None),
        ({"a": 0.2, "b": 0.4}, None, None),
    ],
)
def test_shares_of_the_best_value(values, better, expected):
    assert normalised(values, better) == expected


def test_a_task_is_as_hard_as_its_mean_and_its_spread_say():
    found = difficulty([0.25, 1.0, 0.5, 0.25])
    assert (found.mean, found.spread) == (0.5, 0.75)


def test_residuals_are_what_model_and_task_do_not_explain():
    """Means of models 0.5 and 0.25, of tasks 0.25 and 0.5, of all 0.375."""
    found = residuals([{"a": 0.5, "b": 0.0}, {"a": 0.5, "b": 0.5}])
    assert found == [{"a": 0.125, "b": -0.125}, {"a": -0.125, "b": 0.125}]


def of_models(count, ids=None):
    evaluation = evaluate(["red"] * count, ["red"] * count, lang="en", metrics=["f1"])
    return Task("t", {"a": [evaluation]}, ("f1",), "f1", ids=ids)


@pytest.mark.parametrize("count", [3, 19, 20, 21, 30])
def test_the_twenty_samples_on_which_models_are_furthest_apart(count):
    spread = np.arange(count) / count
    found = disagreements(of_models(count), {"a": spread, "b": np.zeros(count)})
    # The first has no spread; the furthest come first, by their number from 1.
    expected = list(range(count, 1, -1))[:20]
    assert [each.id for each in found] == expected
    assert [each.spread for each in found] == [(at - 1) / count for at in expected]
    assert found[0].scores == {"a": (count - 1) / count, "b": 0.0}


def test_samples_that_a_model_lacks_are_no_disagreement():
    found = disagreements(
        of_models(3, ids=["x", "y", "z"]),
        {"a": np.array([1.0, math.nan, 0.0]), "b": np.array([0.0, 1.0, 0.5])},
    )
    assert [(each.id, each.spread) for each in found] == [("x", 1.0), ("z", 0.5)]


# By the definition: pairs in the same order less those in opposite, over the root of both numbers
# of pairs without ties.
@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ([1, 2], [1, 2], 1.0),
        ([1, 2], [2, 1], -1.0),
        ([1, 2, 3], [1, 3, 2], 1 / 3),
        ([1, 1, 2], [1, 2, 3], 2 / math.sqrt(2 * 3)),
        ([1, 1, 2], [2, 2, 1], -1.0),
        ([1, 1], [1, 2], None),
        ([1, 2], [1, 1], None),
        ([math.nan, 1, 2], [0, 1, 2], 1.0),
        ([math.nan, 1], [0, math.nan], None),
        ([4, 3, 2, 1], [1, 2, 3, 4], -1.0),
        ([1, 2, 3, 4], [2, 1, 4, 3], (4 - 2) / 6),
    ],
)
def test_kendall_by_its_definition(a, b, expected):
    found = kendall_tau(np.array(a, dtype=float), np.array(b, dtype=float))
    assert found == (None if expected is None else pytest.approx(expected))


def test_a_training_run_has_two_steps_at_least():
    assert series(("a-step-2", "a-step-10", "b-step-1", "c")) == {
        "a": {2: "a-step-2", 10: "a-step-10"}
    }
    assert list(series(("a-step-10", "a-step-2"))["a"]) == [2, 10]


@pytest.mark.parametrize(
    ("values", "better", "told_apart", "best", "plateau"),
    [
        ([0.1, 0.5, 0.4], "higher", [], 2, 1),
        ([0.1, 0.5, 0.4], "higher", [(2, 1)], 2, 2),
        ([0.1, 0.4, 0.5], "higher", [(3, 1), (3, 2)], 3, None),  # training may go on
        ([0.1, 0.4, 0.5], "higher", [(3, 1)], 3, 2),
        ([0.5, 0.5, 0.4], "higher", [], 1, 1),  # the first of equals
        ([0.5, None, 0.1], "higher", [], 1, 1),
    ],
)
def test_where_a_curve_is_flat(values, better, told_apart, best, plateau):
    names = [f"step-{at}" for at in (1, 2, 3)]
    evaluation = evaluate(["red"], ["red"], lang="en", metrics=["rouge_l"])
    task = Task("t", {name: [evaluation] for name in names}, ("rouge_l",), "rouge_l")
    scores = [score(name, value) for name, value in zip(names, values, strict=True)]
    pairs = [(f"step-{one}", f"step-{other}") for one, other in told_apart]
    [curve] = learning_curves(task, scores, {("t", "rouge_l"): pairs})
    assert (curve.best_step, curve.plateau_step) == (best, plateau)
    assert [each.step for each in curve.points] == [1, 2, 3]


def compared(difference, significant, over_all, over_all_significant):
    all_tokens = over_all if over_all is None else AllTokensComparison(
        difference=over_all, interval=None, p_value=0.01, p_value_adjusted=0.01,
        significant=over_all_significant, better="higher",
    )  # fmt: skip
    return BaselineComparison(
        task="t", metric="f1", model="b", baseline="a", n=9, p_value=0.01,
        p_value_adjusted=0.01, significant=significant, family=1, better="higher", percent=True,
        difference=difference, interval=None, test="ar", n_different=1, wins=1, ties=0, losses=0,
        effect_size=None, effect_interval=None, minimum_detectable_effect=None,
        all_tokens=all_tokens, warnings=[],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ((0.02, True, 0.01, True), None),
        ((0.02, True, -0.01, True), "+2.00 (better) without stopwords, −1.00 (worse) over"),
        ((-0.02, True, -0.01, False), "−2.00 (worse) without stopwords, −1.00 (not significant)"),
        ((0.02, False, 0.01, True), "+2.00 (not significant) without stopwords, +1.00 (better) o"),
        ((0.02, False, -0.01, False), None),  # neither says anything
        ((None, False, 0.01, True), None),
        ((0.02, True, None, False), None),
    ],
)
def test_a_verdict_that_depends_on_stopwords(given, said):
    found = stopword_warnings(compared(*given))
    if said is None:
        assert found == []
    else:
        [warning] = found
        assert warning.startswith("the verdict depends on stopword removal: ")
        assert said in warning
        assert warning.endswith(" over all tokens")


@pytest.mark.parametrize(
    ("one", "other", "ahead"),
    [
        ((0.50, 0.40), (0.40, 0.50), "a"),
        ((0.40, 0.50), (0.50, 0.40), "b"),
        ((0.50, 0.40), (0.40, 0.30), None),
        ((0.50, 0.40), (0.50, 0.50), None),
        ((0.50001, 0.40), (0.50, 0.50), None),  # equal where it is shown
        ((0.5001, 0.40), (0.50, 0.50), "a"),
        ((0.60, 0.40), (0.50, 0.40004), None),
        ((0.60, 0.40), (0.50, 0.4001), "a"),
        ((0.60, None), (0.50, 0.40), None),
        ((0.60, 0.40), (0.50, None), None),
    ],
)
def test_f1_that_ranks_differently_from_recall(one, other, ahead):
    scores = [score("a", one[0], f1=one[1]), score("b", other[0], f1=other[1])]
    either = [("a", "b"), ("b", "a")]
    found = recall_f1_warnings(scores, either)
    assert recall_f1_warnings(scores, []) == {}  # recall may differ by chance
    assert list(found) == ([] if ahead is None else [("a", "b")])
    if ahead is not None:
        higher, lower = scores if ahead == "a" else scores[::-1]
        assert found["a", "b"] == (
            f"F1 ranks differently from recall: {higher.model} has the higher recall "
            f"({100 * higher.value:.2f} against {100 * lower.value:.2f}), {lower.model} the higher "
            f"F1 ({100 * lower.f1:.2f} against {100 * higher.f1:.2f})"
        )
    others = [msgspec.structs.replace(each, signature=F1) for each in scores]
    assert recall_f1_warnings(others, either) == {}


@pytest.mark.parametrize(
    ("ratio", "other", "longer"),
    [(1.05, 1.0, True), (1.0499, 1.0, False), (2.1, 2.0, True), (1.0, 1.05, False),
     (None, 1.0, False), (1.5, None, False)],
)  # fmt: skip
def test_answers_that_are_longer(ratio, other, longer):
    one = score("a", 0.5, f1=0.4, precision=0.3, ratio=ratio)
    two = score("b", 0.4, f1=0.5, precision=0.5, ratio=other)
    assert (
        "the answers of a are longer" in recall_f1_warnings([one, two], [("a", "b")])["a", "b"]
    ) == longer
    assert by_length_alone(one, two) == longer
    if longer:
        said = recall_f1_warnings([one, two], [("a", "b")])["a", "b"]
        assert said.endswith(f"(median {ratio:.2f} × the reference against {other:.2f} ×)")


# Longer by half: less precise by half a point at least, and not better by half a point of F1.
@pytest.mark.parametrize(
    ("precision", "f1", "signature", "alone"),
    [
        ((0.25, 0.5), (0.5, 0.5), RECALL, True),
        ((0.495, 0.5), (0.5, 0.5), RECALL, True),
        ((0.4951, 0.5), (0.5, 0.5), RECALL, False),
        ((0.6, 0.5), (0.5, 0.5), RECALL, False),
        ((0.25, 0.5), (0.5049, 0.5), RECALL, True),
        ((0.25, 0.5), (0.5051, 0.5), RECALL, False),
        ((0.25, 0.5), (0.4, 0.5), RECALL, True),
        ((0.25, 0.5), (0.5, 0.5), F1, False),
        ((None, 0.5), (0.5, 0.5), RECALL, False),
        ((0.25, None), (0.5, 0.5), RECALL, False),
        ((0.25, 0.5), (None, 0.5), RECALL, False),
        ((0.25, 0.5), (0.5, None), RECALL, False),
    ],
)
def test_recall_that_rises_by_length_alone(precision, f1, signature, alone):
    longer, shorter = (
        score(name, 0.5, precision=p, f1=f, ratio=ratio, signature=signature)
        for name, p, f, ratio in zip("ab", precision, f1, (1.5, 1.0), strict=True)
    )
    assert by_length_alone(longer, shorter) == alone


# The least p-value is 1 in resamples + 1; Holm multiplies it by the number of tests.
@pytest.mark.parametrize(
    ("tests", "resamples", "correction", "test", "said"),
    [
        (1, 19, "holm", "ar", "19 resamples are too few: no test can be .* at least 20"),
        (1, 20, "holm", "ar", None),
        (1, 1, "holm", "ar", "1 resample is too few: no test"),
        (3, 59, "holm", "ar", "59 resamples are too few for a family of 3 tests: .* at least 60"),
        (3, 60, "holm", "ar", None),
        (3, 20, "bh", "ar", None),
        (3, 19, "bh", "ar", "19 resamples are too few: no test can be .* at least 20"),
        (3, 20, "none", "bootstrap", None),
        (3, 19, "none", "bootstrap", "19 resamples are too few"),
        (3, 1, "holm", "mcnemar", None),  # is exact
        (1000, 19_999, "holm", "ar", "family of 1,000 tests: .* use at least 20,000"),
    ],
)
def test_resamples_that_are_too_few(tests, resamples, correction, test, said):
    entry = compared(0.1, False, None, False)
    entry.test, entry.family = TESTS[test], tests
    settings = ComparisonSettings.of(resamples=resamples, correction=correction)
    found = too_few_resamples([entry], settings)
    if said is None:
        assert found == []
    else:
        [warning] = found
        assert re.search(said, warning)
