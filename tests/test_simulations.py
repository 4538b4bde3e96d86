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
SAMPLES = {each.name: each for each in simulations.SAMPLES}
SYSTEMS = {each.name: each for each in simulations.SYSTEMS}
# Of 1,500 trials a share of 0.95 has a standard deviation of 0.0056.
TRIALS = 1500


@pytest.mark.parametrize("name", SAMPLES)
def test_intervals_hold_as_often_as_they_say(name):
    """Where 95 % of all values are 0, 50 samples have two or three others: t cannot know."""
    method = "wilson" if "95% of them" in name else "auto"
    # As many as for the page: of so few trials as the others make, chance leaves some outside.
    held = simulations.held(SAMPLES[name], method, trials=simulations.TRIALS)
    assert 0.93 <= held <= 0.97


def test_naive_intervals_do_not():
    name = "right or wrong, questions on 50 documents"
    held = simulations.held(SAMPLES[name], "normal", trials=TRIALS, grouped=False)
    assert held == pytest.approx(0.7, abs=0.03)


@pytest.mark.parametrize("name", SYSTEMS)
def test_equal_systems_are_told_apart_in_one_of_twenty_tests(name):
    found, inside = simulations.rejected(SYSTEMS[name], "auto", trials=TRIALS)
    exact = "right or wrong" in name  # and so a little less often
    assert (0.005 if exact else 0.035) <= found <= 0.065
    assert 0.93 <= inside <= 0.98


def test_flips_without_groups_and_the_form_of_sacrebleu_find_too_much():
    *_, grouped = SYSTEMS.values()
    assert simulations.rejected(grouped, "ar", trials=50, grouped=False)[0] > 0.25
    found, _ = simulations.rejected(simulations.SYSTEMS[2], "bootstrap", trials=600)
    assert 0.08 < found < 0.17


def test_the_page_has_a_row_for_each():
    page = simulations.PAGE.read_text(encoding="utf-8")
    assert [name for name in (*SAMPLES, *SYSTEMS) if f"| {name} |" not in page] == []
    with pytest.raises(ValueError, match=r"must have <!-- intervals by docs/simulations\.py"):
        simulations.written("", tables={"intervals": str})
