"""How often intervals hold, and how often tests find what is not there: by simulation.

The kinds of samples are those of the tables that docs/simulations.py writes.
"""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

PATH = Path(__file__).parents[1] / "docs" / "simulations.py"


def loaded():
    spec = importlib.util.spec_from_file_location("simulations", PATH)
    module = importlib.util.module_from_spec(spec)
    sys.modules["simulations"] = module  # where dataclasses look
    sys.path.append(str(PATH.parent))  # where it finds marked.py
    spec.loader.exec_module(module)
    return module


simulations = loaded()
SHAPES = {each.name: each for each in simulations.SHAPES}
GROUPED = {each.name: each for each in simulations.GROUPED}
SYSTEMS = {each.name: each for each in simulations.SYSTEMS}
GROUPED_SYSTEMS = {each.name: each for each in simulations.GROUPED_SYSTEMS}
# Of 1,500 trials a share of 0.95 has a standard deviation of 0.0056.
TRIALS = 1500


@pytest.mark.parametrize("name", SHAPES)
def test_intervals_hold_as_often_as_they_say(name):
    """Between 93 and 97.5 % and never below 91, with three standard deviations of 0.6 % around."""
    least = 0.893 if "nearly all" in name else 0.913
    for n in (20, 100, 300):
        assert least <= simulations.held(SHAPES[name], "auto", n=n, trials=TRIALS) <= 0.992


def test_intervals_hold_in_nearly_all_cells():
    cells = [
        simulations.held(samples, "auto", n=n, trials=600, seed=2)
        for samples in simulations.SHAPES
        for n in (30, 100, 200)
    ]
    assert sum(0.915 <= held <= 0.985 for held in cells) >= 0.93 * len(cells)
    assert abs(sum(cells) / len(cells) - 0.95) < 0.01


def test_student_does_not_where_nearly_all_are_0():
    """83 % by Student's; but of 0.95 to the 50th all are 0, and then no method is Student's."""
    found = simulations.held(SHAPES["F1, 95% of them 0"], "t", n=50, trials=TRIALS)
    assert found == pytest.approx(0.83 + 0.95**50, abs=0.03)


@pytest.mark.parametrize("name", GROUPED)
def test_intervals_hold_for_groups(name):
    """One group of 200 beside others of 10 among them."""
    least = 0.885 if "95% of them 0" in name else 0.92
    assert least <= simulations.held(GROUPED[name], "auto", trials=600) <= 0.99


def test_naive_intervals_do_not():
    name = "right or wrong, 50 groups of 1 to 19"
    held = simulations.held(GROUPED[name], "normal", trials=600, grouped=False)
    assert held == pytest.approx(0.7, abs=0.05)


@pytest.mark.parametrize("corpus", simulations.CORPORA, ids=lambda corpus: corpus.name)
def test_buckets_hold_as_often_as_samples_do(corpus):
    """Of 200 trials a share of 0.95 has a standard deviation of 0.015."""
    shares = {
        method: simulations.held_corpus(corpus, method, n=100, trials=200)
        for method in ("bootstrap", "bucket bootstrap", "linearized")
    }
    assert shares["bucket bootstrap"] == pytest.approx(shares["bootstrap"], abs=0.035)
    assert shares["linearized"] >= max(shares["bootstrap"] - 0.015, 0.9)


@pytest.mark.parametrize("kind", ["right", "f1", "zeros"])
def test_more_groups_than_buckets_hold(kind):
    samples = simulations._many_groups(kind)
    assert simulations.held(samples, "in buckets", trials=100) >= 0.88
    name = next(each for each in GROUPED if each.endswith("50 groups of 1 to 19"))
    assert simulations.held(GROUPED[name], "in buckets", trials=200) >= 0.89


# Where nothing in the samples tells of the rare losses that decide the mean; see the page.
UNKNOWABLE = {
    ("small gains, 10% large losses", 20),
    ("small gains, 5% large losses", 20),
    ("small gains, 2% large losses", 20),
    ("small gains, 2% large losses", 100),
}


@pytest.mark.parametrize("name", SYSTEMS)
@pytest.mark.parametrize("n", [20, 100])
def test_equal_systems_are_told_apart_in_one_of_twenty_tests(name, n):
    """At most 6 %, with two standard deviations of 0.7 %; exact tests less."""
    found, inside = simulations.rejected(SYSTEMS[name], "auto", n=n, trials=1000)
    if (name, n) in UNKNOWABLE:
        assert found > 0.09
    else:
        assert found <= 0.074
        assert inside >= 0.925


@pytest.mark.parametrize("name", GROUPED_SYSTEMS)
def test_equal_systems_are_told_apart_in_one_of_twenty_tests_of_groups(name):
    found, inside = simulations.rejected(GROUPED_SYSTEMS[name], "auto", trials=400)
    assert found <= 0.085
    assert 0.915 <= inside <= 0.995


def test_flips_without_groups_and_the_form_of_sacrebleu_find_too_much():
    grouped = GROUPED_SYSTEMS["F1, 50 groups of 1 to 19"]
    assert simulations.rejected(grouped, "ar", trials=50, grouped=False)[0] > 0.25
    losses = SYSTEMS["small gains, 5% large losses"]
    assert simulations.rejected(losses, "ar", n=100, trials=400)[0] > 0.07
    found, _ = simulations.rejected(SYSTEMS["F1, 75% of them 0"], "bootstrap", n=50, trials=600)
    assert 0.08 < found < 0.17


def test_intervals_of_differences_hold_and_agree_with_the_test():
    """Where few differ t holds for 64 % of 20 samples: all that show no difference are points."""
    for systems in simulations.DIFFERENT:
        for n in (20, 100):
            its = simulations.agreement(systems, n=n, trials=400)
            assert 0.915 <= its.held <= 0.995
            assert its.without_zero == 0
            assert its.with_zero <= 0.03


def test_the_interval_of_accuracies_is_the_one_that_agrees_with_the_test():
    """Held, at least, without 0 and p > 0.05, with 0 and p ≤ 0.05, false positives, in percent."""
    rows = {tuple(row[:2]): list(map(float, row[2:])) for row in simulations.accuracies(500)}
    held, least, without, with_zero, false = rows["bonett-price", "exact, extended to 0"]
    assert (without, with_zero) == (0, 0)
    assert 95 <= held <= 97.5
    assert least > 91.5
    assert false < 7
    for pair, (*_, without, with_zero, _) in rows.items():
        if "extended" not in pair[1]:
            assert without + with_zero > 0.3


def test_the_page_has_a_row_for_each():
    page = simulations.PAGE.read_text(encoding="utf-8")
    different = (each.name for each in simulations.DIFFERENT)
    corpora = (each.name for each in simulations.CORPORA)
    names = (*SHAPES, *GROUPED, *corpora, *SYSTEMS, *GROUPED_SYSTEMS, *different)
    assert [name for name in names if f"| {name} |" not in page] == []
    with pytest.raises(ValueError, match=r"must have <!-- intervals by docs/simulations\.py"):
        simulations.written("", tables={"intervals": str})
