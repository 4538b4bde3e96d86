"""docs/benchmark.md is what its program makes of the run that it shows, and the program runs."""

from __future__ import annotations

import importlib
import json
import random
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture
def program(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "docs")
    return importlib.import_module("benchmark")


@pytest.fixture
def models(program):
    return importlib.import_module("benchmark_models")


def kept(program):
    return json.loads(program.KEPT.read_text(encoding="utf-8"))


def test_the_page_is_what_its_program_makes_of_the_run(program):
    page = program.PAGE.read_text(encoding="utf-8")
    assert program.written(page, kept(program)) == page, (
        "write it anew: python docs/benchmark.py --again"
    )
    named = re.findall(r"\]\((benchmark_\w+\.svg)\)", page)
    drawn = [path.name for path in program.pictures(program.report_of(kept(program)))]
    assert named == drawn
    assert all(program.PAGE.with_name(name).exists() for name in named)


def test_what_the_page_says_of_the_run(program):
    """Which model is better, and by how much, is said in generated parts alone."""
    page, document = program.PAGE.read_text(encoding="utf-8"), kept(program)
    report = program.report_of(document)
    weights = {each.name: each.facts["parameters"] for each in report.models}
    assert all(f"`{name}` with\n{number:,}" in page or f"`{name}` with {number:,}" in page
               for name, number in weights.items())  # fmt: skip
    assert {task.name: task.n for task in report.tasks} == {
        "letters": 150,
        "numbers": 100,
        "speed": 40,
    }
    assert [task.metrics for task in report.tasks] == [["multiple_choice"], ["numeric"], []]
    for score in report.scores:
        theirs = document["harness"][score.model][score.task]
        assert len(score.runs) == 3
        assert 0.02 < score.value < 0.98, "degenerate"
        if score.task == "letters":
            assert score.value == pytest.approx(theirs)
        else:
            assert theirs <= score.value < theirs + 0.05
    assert all(each.significant for each in report.comparisons)
    for group in ("performance", "accuracy", "resources", "reliability", "users"):
        assert group in [each.group for each in report.sheet.figures]
    known = {row.name for row in report.sheet.figures}
    assert not any(name.startswith("gpu") for name in known)


@pytest.mark.parametrize("task", ["letters", "numbers"])
def test_questions_are_right_and_none_is_trained_on(models, task):
    examples = models.held_out(task, 150)
    assert examples == models.held_out(task, 150)
    assert len({each.question for each in examples}) == 150
    for each in examples:
        if task == "numbers":
            assert int(each.answer) == sum(map(int, each.question.rstrip("?").split("+")))
            assert each.solution.endswith(f"The answer is {each.answer}.")
        else:
            asked, _, listed = each.question.partition("?")
            options = dict(re.findall(r"([A-D])\) (\w+)", listed))
            assert options[each.answer] == right(each.subject, asked, options)
    held = {each.question for each in examples}
    trained = models._examples(random.Random(1), held)
    assert held.isdisjoint(next(trained).question for _ in range(2000))


def right(subject, asked, options):
    words = asked.split()
    if subject == "alphabet":
        return min(words[2:])
    if subject == "remainders":
        return str(int(words[2]) % 4)
    one, other = map(int, words[1:])
    return "equal" if one == other else str(max(one, other))


def test_a_folder_that_is_no_benchmark_is_left_alone(program, tmp_path):
    (tmp_path / "thesis.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(RuntimeError, match="is not empty, and no benchmark: name another folder"):
        program.run(tmp_path)
    assert (tmp_path / "thesis.txt").read_text(encoding="utf-8") == "mine"


@pytest.mark.integration("lm_eval", "torch", "transformers")
@pytest.mark.timeout(900)
def test_the_whole_benchmark_runs(program, tmp_path):
    """At a reduced size: some seconds of training, one run, a few questions."""
    small = program.Plan({"letters": 12, "numbers": 6}, runs=1, epochs=1, requests=8)
    said = []
    report = program.run(tmp_path / "new", small, say=said.append)
    assert sum(line.startswith("$ textmetrics monitor") for line in said) == 6
    assert [task.n for task in report.tasks] == [12, 6, 8]
    assert len(report.scores) == 4
    assert [len(each.attempts) for each in report.monitors] == [3, 3]
    groups = {row.group for row in report.sheet.figures}
    assert {"performance", "accuracy", "resources", "reliability", "users"} <= groups
    harness = program.harness_scores(tmp_path / "new")
    for score in report.scores:
        if score.task == "letters":
            assert score.value == pytest.approx(harness[score.model]["letters"])
    assert (tmp_path / "new" / "report" / "report.html").exists()
