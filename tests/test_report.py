"""Files of a report: what they hold, and that no name in them is more than text."""

from __future__ import annotations

import copy
import csv
import io
import json
import math
import os
import re
import sys
from pathlib import Path

import jsonschema
import pytest
import yaml
from markdown_it import MarkdownIt
from msgspec import structs

from textmetrics import compare, evaluate
from textmetrics.comparison import LearningCurve, report_schema, verdict
from textmetrics.comparison.conclusion import conclude
from textmetrics.records import OpenError
from textmetrics.report.files import leaderboard, report_files, run_results, write_report
from textmetrics.report.page import interval_bar
from textmetrics.report.pictures import Picture
from textmetrics.report.queries import color_scale, finite, known_ends
from textmetrics.report.summary import summary

HOSTILE = [
    "=HYPERLINK(\"http://x\")", "a|b", "<script>alert(1)</script>", "[x](http://y)", "*a*_b_`c`",
    "a\nb\n\n# c", "\x1b[31m\x00", "\ud800", "\u202eabc", "-->", "&amp;", "$x^2$", "~~s~~", " ",
]  # fmt: skip
SECTIONS = (
    "comparisons", "strengths", "breakdowns", "agreement", "disagreements", "learning_curves",
    "efficiency", "warnings",
)  # fmt: skip


def change(entry, **values):
    """Set fields of an entry, without checks."""
    for name, value in values.items():
        setattr(entry, name, value)


def keep(report, task):
    """Remove all tasks but one from a report."""
    for part in ("scores", "comparisons", "breakdowns", "disagreements", "learning_curves"):
        setattr(report, part, [each for each in getattr(report, part) if each.task == task])
    report.tasks = [each for each in report.tasks if each.name == task]


@pytest.fixture(autouse=True)
def page(monkeypatch):
    """Replace the page, which has tests of its own; return what it was asked for."""
    asked = []

    def to_html(report, samples=(), *, report_lang="en"):
        asked.append((report, samples))
        return "<!doctype html>"

    monkeypatch.setattr("textmetrics.report.files.to_html", to_html)
    return asked


@pytest.fixture(autouse=True)
def drawn(monkeypatch):
    """Replace the pictures, which have tests of their own and take their time."""

    def draw(report, forms, report_lang="en"):
        names = ["heatmap", *(["learning_curves"] if report.learning_curves else [])]
        return [Picture(name, name, dict.fromkeys(forms, b"by textmetrics")) for name in names]

    monkeypatch.setattr("textmetrics.report.files.draw", draw)


@pytest.fixture
def bare(made_report):
    """Return a report with nothing but models, tasks and scores that are not known."""
    report = made_report(2, 2)
    change(report, **{section: [] for section in SECTIONS})
    report.settings = structs.replace(report.settings, baseline=None)
    for model in report.models:
        change(model, params=None, facts=None, mean_rank=None, mean_normalised=math.nan)
    for task in report.tasks:
        task.lang = None
        change(task.difficulty, mean=math.nan, spread=None)
    for score in report.scores:
        change(score, value=math.nan, interval=[math.nan, math.inf], rank=None)
        change(score, tied_with=[], length_ratio=math.inf, runs=[])
    return report


def broken(report):
    """Remove a number here and there from a report, and return it."""
    change(report.scores[0], value=None, interval=None, rank=None, tied_with=[])
    change(report.scores[1], interval=[math.nan, 0.5], length_ratio=None)
    change(report.comparisons[0], difference=math.nan, interval=None, significant=False)
    change(report.comparisons[-1], interval=[None, None], p_value_adjusted=None)
    report.breakdowns[0].groups[0].scores = {}
    change(report.efficiency[0], latency_s=None, throughput=None, rating=None)
    report.efficiency[0].tokens_per_s_by_output_length[0].tokens_per_s = None
    change(report.learning_curves[0], best_step=None, plateau_step=None)
    change(report.learning_curves[0].points[0], value=math.nan, interval=None)
    return report


def all_files(report, **options):
    return dict(report_files(report, forms=["svg"], **options))


@pytest.mark.parametrize(("models", "tasks"), [(1, 1), (3, 2), (12, 1)])
def test_a_document_is_as_its_schema_says(made_document, made_report, models, tasks):
    jsonschema.Draft202012Validator.check_schema(report_schema())
    document = made_document(models, tasks)
    jsonschema.validate(document, report_schema())
    written = all_files(made_report(models, tasks))["comprehensive_report.json"]
    assert json.loads(written) == document


def test_what_is_not_known_is_null(made_report, bare):
    for report in (bare, broken(made_report(3, 2))):
        files = all_files(report)
        jsonschema.validate(json.loads(files["comprehensive_report.json"]), report_schema())
        assert not re.search(rb"\b(nan|inf|None|NaN)\b", b"".join(
            content for name, content in files.items() if not name.endswith(".svg")
        ))  # fmt: skip


def places(value, path=()):
    if isinstance(value, dict):
        yield path
        for key, each in value.items():
            yield from places(each, (*path, key))
    elif isinstance(value, list) and value:
        yield from places(value[0], (*path, 0))


def test_the_document_of_the_page_s_tests_is_as_the_schema_says():
    text = (Path(__file__).parent / "cases" / "comparison.json").read_text(encoding="utf-8")
    errors = jsonschema.Draft202012Validator(report_schema()).iter_errors(json.loads(text))
    assert list(errors) == []


def test_the_schema_knows_every_key(made_document):
    """One that is spelt otherwise, or that is missing, is seen wherever it is."""
    checks = jsonschema.Draft202012Validator(report_schema())
    free = {"facts", "health", "scores"}  # by names of others
    for path in places(made_document(2, 1)):
        if not path or not (set(path) - {"scores"} and path[-1] in free):
            document = copy.deepcopy(made_document(2, 1))
            there = document
            for key in path:
                there = there[key]
            there["unheard_of"] = there.pop(next(iter(there)))
            assert not checks.is_valid(document), path


def test_runs_are_yaml(made_report):
    report = made_report(["=1+1", "yes", "\ud800\n: - [", "自然"], ["null"])
    report.scores[0].runs.append(0.25)
    first, second, third = map(yaml.safe_load, run_results(report))
    assert [first["run"], second["run"], third["run"]] == [1, 2, 3]
    assert [each["value"] for each in second["results"]] == [each.runs[1] for each in report.scores]
    assert {each["model"] for each in first["results"]} == {m.name for m in report.models}
    assert [each["value"] for each in third["results"]] == [0.25]


# --- leaderboard.csv


def test_leaderboard_has_all_scores_and_all_digits(made_report):
    report = made_report(3, 2)
    rows = list(csv.DictReader(io.StringIO(leaderboard(report))))
    assert len(rows) == len(report.scores)
    tests = {(e.task, e.metric, e.model): e for e in report.comparisons}
    for row in rows:
        key = row["task"], row["metric"], row["model"]
        [score] = [s for s in report.scores if (s.task, s.metric, s.model) == key]
        assert float(row["value"]) == score.value
        assert [float(row["low"]), float(row["high"])] == score.interval
        assert (row["rank"], row["n"], row["scale"]) == (str(score.rank), str(score.n), "0 to 1")
        test = tests.get(key)
        assert row["verdict"] == ("" if test is None else verdict(test))
        assert row["difference"] == ("" if test is None else repr(test.difference))
        assert row["p_adjusted"] == ("" if test is None else repr(test.p_value_adjusted))
        if test is not None:
            assert [float(row["difference_low"]), float(row["difference_high"])] == test.interval


def test_leaderboard_has_headline_metrics_first_and_the_best_models(directed_report):
    rows = list(csv.DictReader(io.StringIO(leaderboard(directed_report))))
    headlines = {task.name: task.headline for task in directed_report.tasks}
    of = {task: [row for row in rows if row["task"] == task] for task in headlines}
    for task, its in of.items():
        first = [row["headline"] == "true" for row in its]
        assert first == sorted(first, reverse=True)
        assert {row["metric"] for row in its if row["headline"] == "true"} == {headlines[task]}
    ranks = [row["rank"] for row in of["errors"]]
    assert ranks == sorted(ranks)
    errors = {row["model"]: row for row in of["errors"]}
    assert errors["steps-10"]["rank"] == errors["good"]["rank"] == "1"
    assert {row["better"] for row in of["errors"]} == {"lower"}
    scores = {row["model"]: row["verdict"] for row in of["scores"] if row["metric"] == "f1"}
    assert scores == {
        "steps-10": "better", "good": "not significant", "steps-2": "not significant", "bad": "",
    }  # fmt: skip
    assert [row["rank"] for row in of["counts"]] == [""] * 4
    assert {row["scale"] for row in of["counts"]} == {"plain number"}
    bad = {row["task"]: float(row["value"]) for row in rows if row["model"] == "bad"}
    assert bad == pytest.approx({"errors": 0.25, "scores": 0.75, "counts": 4.0})


def test_leaderboard_opens_in_excel(made_report):
    assert all_files(made_report(["北京"], 1))["leaderboard.csv"].startswith(b"\xef\xbb\xbfmodel,")


def test_hostile_names_stay_in_their_cells(made_report):
    report = made_report(HOSTILE, ['=a,"b"\n'])
    rows = list(csv.reader(io.StringIO(leaderboard(report))))
    assert len(rows) == 1 + len(HOSTILE)
    assert {len(row) for row in rows} == {21}
    # Differences are numbers, which may be negative; the first seven columns are names.
    texts = [text for row in rows for text in row[:7]]
    assert not [text for text in texts if text.startswith(("=", "+", "-", "@"))]


# --- executive_summary.md


def rendered(text):
    return MarkdownIt("gfm-like", {"linkify": False}).render(text)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_is_nothing_but_text_in_the_summary(made_report, name):
    plain = rendered(summary(made_report(["model", "other"], ["task"])))
    report = made_report([name, f"{name}2"], [name])
    report.warnings = report.scores[0].flags = [name]
    found = rendered(summary(report))
    tags = {"p", "h1", "h2", "ul", "li", "strong", "code", "table", "thead", "tbody", "tr"}
    assert set(re.findall(r"<(\w+)", found)) <= tags | {"th", "td"}
    assert found.count("<th") == plain.count("<th")
    assert len(summary(report).splitlines()) < 60


def test_summary_says_who_wins_and_whether_it_is_chance(made_report):
    report = made_report(["base", "good", "same"], ["qa"])
    for score, (value, rank, ties) in zip(
        sorted(report.scores, key=lambda each: each.model),
        [(0.4, 2, ["same"]), (0.6, 1, []), (0.41, 2, ["base"])],
        strict=True,
    ):
        change(score, value=value, interval=[value - 0.01, value + 0.01], rank=rank, tied_with=ties)
    for each, rank in zip(report.models, (2.0, 1.0, 2.0), strict=True):
        each.mean_rank = rank
    for row in report.comparisons:
        better = row.model == "good"
        change(row, difference=0.2 if better else 0.01, significant=better, warnings=[])
        change(row, interval=[0.18, 0.22] if better else [-0.01, 0.03], family=2)
        change(row, p_value_adjusted=0.00004 if better else 0.5)
    text = re.sub(" +", " ", summary(report))
    report.conclusion = conclude(report)
    text = re.sub(" +", " ", summary(report))
    for line in (
        "good is best by F1 (60.00): better than both others.",
        "Against base by F1: good +20.00 points better (adjusted p \\< 0.0001); same +1.00 points "
        "not told apart.",
        "3 models, 1 task, baseline base. Scores are percent, differences percentage points, "
        "intervals 95 %.",
        "| qa | F1 | good | – | 60.00 [59.00, 61.00] | 500 |",
        "p-values are adjusted by Holm's method; a family has 2 comparisons.",
        "| qa | F1 | good | better | +20.00 [+18.00, +22.00] | < 0.0001 |",
        "| qa | F1 | same | not significant | +1.00 [−1.00, +3.00] | 0.5000 |",
    ):
        assert line in text.splitlines()


def test_summary_follows_the_direction_of_each_metric(directed_report):
    text = re.sub(" +", " ", summary(directed_report))
    for line in (
        "4 models, 3 tasks, baseline bad. Scores are in percent and differences in percentage "
        "points, except for token\\_count. Intervals are 95 %.",
        "| errors | error\\_rate (lower is better) | steps-10 | good | 7.50 [3.15, 16.84] | 40 |",
        "| scores | F1 | steps-10 | good | 92.50 [83.16, 96.85] | 40 |",
        "| errors | error\\_rate (lower is better) | steps-10 | better | −17.50 [−23.93, −7.74] | "
        "0.0282 |",
        "| counts | token\\_count | steps-2 | different | −1.05 [−1.51, −0.59] | 0.0282 |",
        "- Sample 4 of errors: by error\\_rate (lower is better), the models' scores are up to "
        "60.00 points apart.",
    ):
        assert line in text.splitlines()
    assert "Hardest task" not in text  # an error rate and an F1 cannot be compared
    best = text.partition("## The best on each task")[2].partition("## ")[0]
    assert "counts" not in best
    keep(directed_report, "counts")
    assert "No task has a best model: neither higher nor lower scores are better." in summary(
        directed_report
    )


def test_summary_names_metrics_by_their_labels(missing):
    references = [f"red fox number {at}" for at in range(40)]
    texts = {"bad": ["red"] * 40, "good": references}
    scored = {
        name: evaluate(its, references, lang="en", metrics=["missing"])
        for name, its in texts.items()
    }
    found = compare(scored, resamples=200)
    text = re.sub(" +", " ", summary(found.report))
    assert "Scores are not in percent. Intervals are 95 %." in text
    assert "| Missing tokens (lower is better) | good |" in text
    for note in (
        "not in percent; models that share a letter",
        "lower values of Missing tokens",
        "not in percentage",
    ):
        assert note in str(found)


def test_summary_counts_what_it_leaves_out(made_report):
    report = made_report(["a", "b", "c", "d"], ["qa"])
    for score in report.scores:
        score.flags = ["median length 2.00 × the reference's"]
    assert "- … 1 more model and task with such outputs in `report.html`." in summary(report)


def test_summary_stays_a_page(made_report, bare):
    text = summary(made_report(12, 12))
    assert len(text.splitlines()) < 70
    assert "And 126 more comparisons in `report.html`." in text
    assert "No task has a score." in summary(bare)
    alone = made_report(1, 1)
    alone.conclusion = conclude(alone)
    alone = summary(alone)
    assert "There is only one model, gemma-2b-it, so nothing is compared." in alone
    assert "baseline" not in alone


def test_summary_counts_verdicts_with_warnings(made_report):
    report = made_report(["base", "good", "same"], 1)
    for row in report.comparisons:
        row.warnings = []
    assert "Read before deciding" not in summary(report)
    headline = report.tasks[0].headline
    row = next(row for row in report.comparisons if row.metric == headline)
    row.warnings = ["the verdict depends on stopword removal: …"]
    line = "- Read before deciding: 1 of 2 comparisons has a warning, below."
    assert line in summary(report).splitlines()


def test_summary_says_where_a_training_was_best(made_report):
    report = made_report(5, 1)
    task = report.tasks[0]
    report.learning_curves = [LearningCurve(task.name, task.headline, "", [], 4000, 3000)]
    line = "best at step 4,000; step 3,000 is as good within noise."
    assert line in summary(report)
    report.learning_curves = [LearningCurve(task.name, task.headline, "", [], None, None)]
    assert "Training" not in summary(report)


# --- in a folder


NAMES = {
    "run_1_results.yaml", "run_2_results.yaml", "comprehensive_report.json", "leaderboard.csv",
    "executive_summary.md", "report.html", "sheet.csv",
}  # fmt: skip


def there(folder):
    return {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}


def test_all_files_are_written(made_report, tmp_path, page):
    report, samples = made_report(2, 1), [object()]
    folder = tmp_path / "a" / "b"
    written = write_report(report, str(folder), samples=samples)
    assert {path.relative_to(folder).as_posix() for path in written} == there(folder)
    pictures = {name for name in there(folder) if name.startswith("visualizations/")}
    assert there(folder) - pictures == NAMES
    assert {name.rpartition(".")[2] for name in pictures} == {"svg", "png"}
    assert page == [(report, samples)]


def test_an_earlier_report_makes_way_and_other_files_stay(made_report, tmp_path):
    report = made_report(2, 1)
    write_report(report, str(tmp_path), forms=["svg", "png"])
    theirs = {"notes.txt", "run_9_results.yaml", "visualizations/mine.svg"}
    for name in theirs:
        (tmp_path / name).write_text("mine")
    report.learning_curves = []
    for score in report.scores:
        score.runs = score.runs[:1]
    written = write_report(report, str(tmp_path), forms=["png"])
    expected = {path.relative_to(tmp_path).as_posix() for path in written} | theirs
    assert there(tmp_path) == expected
    assert "run_2_results.yaml" not in expected
    assert "visualizations/learning_curves.png" not in expected


def test_nothing_is_written_before_all_is_made(made_report, tmp_path, monkeypatch):
    def fail(report, samples=(), **_):
        raise ImportError("jinja2")

    monkeypatch.setattr("textmetrics.report.files.to_html", fail)
    with pytest.raises(ImportError, match="jinja2"):
        write_report(made_report(1, 1), str(tmp_path / "results"), forms=["svg"])
    assert not list(tmp_path.iterdir())


def test_a_file_is_whole_or_the_old_one(made_report, tmp_path, monkeypatch):
    write_report(made_report(1, 1), str(tmp_path), forms=["svg"])
    before = {name: (tmp_path / name).read_bytes() for name in there(tmp_path)}

    def fail(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OpenError, match=r"cannot be used \(No space left on device\)") as error:
        write_report(made_report(2, 1), str(tmp_path), forms=["svg"])
    assert str(tmp_path) in str(error.value)  # the error of the system names no file
    assert {name: (tmp_path / name).read_bytes() for name in there(tmp_path)} == before


def test_an_error_names_the_folder_that_cannot_be_made(made_report, tmp_path, monkeypatch):
    def fail(path, **_):
        if path != tmp_path:
            raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "mkdir", fail)
    with pytest.raises(OpenError, match="Permission denied") as error:
        write_report(made_report(1, 1), str(tmp_path), forms=["svg"])
    assert f"{tmp_path}{os.sep}" in str(error.value)


def test_a_folder_that_is_a_file(made_report, tmp_path):
    (tmp_path / "results").write_text("mine")
    for folder in ("results", "results/more"):
        with pytest.raises(OpenError, match="results"):
            write_report(made_report(1, 1), str(tmp_path / folder), forms=["svg"])
    assert (tmp_path / "results").read_text() == "mine"


def test_missing_yaml_names_the_extra(made_report, monkeypatch):
    monkeypatch.setitem(sys.modules, "yaml", None)
    with pytest.raises(ImportError, match=r"PyYAML: pip install 'textmetrics-eval\[compare\]'"):
        all_files(made_report(1, 1))


@pytest.mark.parametrize(
    ("values", "better", "percent", "scale"),
    [
        ([0.42, 0.47, None], "higher", True, (0.4, 0.5)),  # whole tens around all
        ([0.42, 0.47], "lower", True, (0.5, 0.4)),
        ([0.38, 0.42, 0.47], "higher", True, (0.3, 0.5)),
        ([0.4, 0.4], "higher", True, (0.4, 0.5)),  # a scale has two ends
        ([0.4, 0.4], "lower", True, (0.5, 0.4)),
        ([0.0], "higher", True, (0.0, 0.1)),
        ([1.0], "higher", True, (1.0, 1.1)),
        ([3.25, 7.5], "higher", False, (3.25, 7.5)),  # no percentages: as they are
        ([3.25], "higher", False, (3.25, 4.25)),
        ([3.25], "lower", False, (4.25, 3.25)),
        ([0.42, 0.47], None, True, None),
        ([None, None], "higher", True, None),
        ([], "lower", False, None),
    ],
)
def test_the_ends_of_a_colour_scale(values, better, percent, scale):
    assert color_scale(values, better, percent=percent) == scale


@pytest.mark.parametrize(
    ("interval", "ends"),
    [
        ([0.25, 0.75], (0.25, 0.75)), ([0.0, 0.0], (0.0, 0.0)), ([None, 0.75], None),
        ([0.25, None], None), (None, None),
    ],
)  # fmt: skip
def test_ends_are_known_if_both_are(interval, ends):
    assert known_ends(interval) == ends


def test_finite_keeps_all_else():
    document = {"a": [1, "x", None, True], "b": (0.5, math.nan), "c": {"d": -math.inf}}
    assert finite(document) == {"a": [1, "x", None, True], "b": [0.5, None], "c": {"d": None}}


@pytest.mark.parametrize(
    ("value", "interval", "ends", "expected"),
    [
        (0.5, [0.4, 0.6], [0.0, 1.0], (40, 60, 50, 0)),
        (0.5, [0.4, 0.6], [0.4, 0.6], (0, 100, 50, -200)),
        (0.0, [-1.0, 1.0], [-1.0, 3.0, None], (0, 50, 25, 25)),
        (0.5, [0.5, 0.5], [0.5, 0.5], (0, 0, 0, -50)),  # no width
        (1 / 3, [0.0, 2 / 3], [0.0, 1.0], (0, 66.67, 33.33, 0)),
        (None, [0.4, 0.6], [0.0, 1.0], None),
        (0.5, None, [0.0, 1.0], None),
        (0.5, [None, 0.6], [0.0, 1.0], None),
        (0.5, [0.4, None], [0.0, 1.0], None),
    ],
)
def test_where_an_interval_lies_on_its_scale(value, interval, ends, expected):
    found = interval_bar(value, interval, ends)
    assert (found and tuple(found[name] for name in ("low", "high", "at", "zero"))) == expected
