"""Tasks without references take part in comparisons with efficiency and reliability alone."""

from __future__ import annotations

import json
import re

import pytest

from textmetrics import compare, evaluate
from textmetrics.cli import main
from textmetrics.comparison import ComparisonReport, Requests, efficiency_of
from textmetrics.report.files import report_files

LATENCIES = {"base": (2.0, 4.0, 6.0), "tuned": (1.0, 2.0)}
CONFIG = """models: {{base: {{}}, tuned: {{}}}}
tasks:
{tasks}
runs: "{{model}}_{{task}}_*.jsonl"
"""
QA, SPEED = "  qa: {lang: en, metrics: [f1]}", "  speed: {metrics: []}"


def write(path, records):
    path.write_text("".join(json.dumps(each) + "\n" for each in records), encoding="utf-8")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Two runs of two models, whose numbers of requests differ."""
    monkeypatch.chdir(tmp_path)
    for model, latencies in LATENCIES.items():
        good = model == "tuned"
        for run in (1, 2):
            write(
                tmp_path / f"{model}_speed_{run}.jsonl",
                [
                    {"latency_s": each, "output_tokens": 20, "status": "ok"}
                    for each in latencies[: 1 + run]
                ]
                + [{"status": "timeout"}],
            )
            write(
                tmp_path / f"{model}_qa_{run}.jsonl",
                [
                    {"id": at, "prediction": "a fox" if good or at % 2 else "x", "answer": "a fox"}
                    for at in range(40)
                ],
            )
    return tmp_path


def config(folder, *tasks):
    (folder / "config.yaml").write_text(CONFIG.format(tasks="\n".join(tasks)), encoding="utf-8")
    return "config.yaml"


def report_of(capsys, *arguments):
    assert main(["compare", *arguments, "--format", "json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_beside_a_task_with_metrics_it_changes_none_of_its_numbers(folder, capsys):
    alone = report_of(capsys, config(folder, QA))
    both = report_of(capsys, config(folder, QA, SPEED))
    for name in ("scores", "comparisons", "models", "by_length", "distributions"):
        assert both[name] == alone[name]
    assert both["conclusion"]["sentences"] == [
        *alone["conclusion"]["sentences"],
        "speed has no metrics: only speed and reliability are compared on it.",
    ]
    assert both["conclusion"]["standings"] == alone["conclusion"]["standings"]
    task = both["tasks"][1]
    assert (task["metrics"], task["headline"], task["lang"], task["n"]) == ([], "", None, 4)
    assert task["difficulty"] == {"mean": None, "spread": None}
    assert ComparisonReport.from_dict(both).to_dict() == both


def test_the_efficiency_is_over_all_runs_of_any_length(folder, capsys):
    found = report_of(capsys, config(folder, SPEED))
    assert [each["mean_rank"] for each in found["models"]] == [None, None]
    assert (found["scores"], found["comparisons"], found["warnings"]) == ([], [], [])
    base, tuned = found["efficiency"]
    # base: 2 and 4 s, then 2, 4 and 6 s, and a timeout in each run.
    assert (base["n"], base["succeeded"], base["error_rate"]) == (7, 5, 2 / 7)
    assert (base["latency_s"]["mean"], base["latency_s"]["p50"]) == (18 / 5, 4)
    assert base["output_tokens"]["mean"] == 20
    assert tuned["latency_s"]["n"] == 4
    assert base["tokens_per_s_by_output_length"] == [
        {"from": 16, "to": 31, "n": 5, "tokens_per_s": 100 / 18}
    ]


@pytest.mark.parametrize(
    "tasks", [[SPEED], [QA, SPEED], [SPEED, QA], [QA, SPEED, "  quick: {metrics: []}"]]
)
@pytest.mark.parametrize("lang", ["en", "zh", "ja"])
def test_every_output_is_made(folder, capsys, tasks, lang):
    for path in list(folder.glob("*_speed_*")):
        path.with_name(path.name.replace("speed", "quick")).write_bytes(path.read_bytes())
    name = config(folder, *tasks)
    for form in ("table", "markdown", "csv"):
        assert main(["compare", name, "--format", form]) == 0
    out = capsys.readouterr().out
    assert all(len(line) <= 140 for line in out.splitlines() if "│" in line)
    assert main(["compare", name, "--output", "out", "--report-lang", lang]) == 0
    page = (folder / "out" / "report.html").read_text(encoding="utf-8")
    assert "<td" in page
    assert (folder / "out" / "visualizations" / "speed_by_length.svg").exists()
    assert (folder / "out" / "visualizations" / "heatmap.svg").exists() == (QA in tasks)
    rows = (folder / "out" / "leaderboard.csv").read_text(encoding="utf-8-sig").splitlines()
    assert len(rows) == 1 + 2 * (QA in tasks)
    assert (folder / "out" / "run_1_results.yaml").exists() == (QA in tasks)


def test_the_table_by_length_has_the_models_side_by_side_in_order(folder, capsys):
    write(folder / "a.jsonl", [{"latency_s": 2, "output_tokens": n} for n in (1, 100, 1000, 9)])
    write(folder / "b.jsonl", [{"latency_s": 4, "output_tokens": n} for n in (600, 1000)])
    assert main(["compare", "a.jsonl", "b.jsonl", "--metrics", "none"]) == 0
    out = capsys.readouterr().out
    table = out[out.index("speed by output length") :].splitlines()[1:7]
    cells = [re.split(r"\s{2,}", line.strip()) for line in table]
    assert cells[0] == ["output tokens", "a", "b"]
    assert cells[2:] == [
        ["1", "0.50 (1)", "–"],
        ["8–15", "4.50 (1)", "–"],
        ["64–127", "50.00 (1)", "–"],
        ["512–1,023", "500.00 (1)", "200.00 (2)"],
    ]
    assert main(["compare", "a.jsonl", "b.jsonl", "--metrics", "none", "--format", "markdown"]) == 0
    line = next(each for each in capsys.readouterr().out.splitlines() if "512–1,023" in each)
    assert [cell.strip() for cell in line.split("|")[1:-1]] == cells[-1]


@pytest.mark.parametrize(
    ("task", "message"),
    [
        (
            "{metrics: [], lang: en}",
            "tasks.speed.lang: has no effect where metrics are empty; remove",
        ),
        ("{metrics: [], group: id}", "tasks.speed.group: has no effect where metrics are empty"),
        ("{metrics: [], references: x.jsonl}", "references: has no effect where metrics are empty"),
        (
            "{metrics: none}",
            "tasks.speed.metrics: must be [] for a task without metrics, found none",
        ),
    ],
)
def test_wrong_configurations(folder, capsys, task, message):
    assert main(["compare", config(folder, f"  speed: {task}")]) == 3
    assert message in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["--metrics", "none,f1"], 2, "--metrics none is for no metrics at all"),
        (["--metrics", ""], 2, "no metric asked for; known: accuracy, f1"),
        (["--metrics", "none", "--lang", "zh"], 2, "--lang is for scores, and --metrics none"),
        (["--metrics", "none", "--group", "id"], 2, "--group is for scores"),
        (["--metrics", "none", "--fail-on-regression"], 2, "--fail-on-regression needs scores"),
        (["--metrics", "none", "--fail-under", "f1=0.5"], 2, "--fail-under needs scores"),
        (["--metrics", "none", "--format", "latex"], 2, "no scores for a table: no task has"),
        (["--metrics", "none", "--sort-by", "f1"], 2, "unknown field 'f1'"),
        (["--metrics", "none", "--where", "mean_rank < 2"], 2, "none of the 2 models matches"),
        (
            ["--metrics", "none", "--intersect"], 3,
            "no ids, found none in its first record; --intersect needs one in each record",
        ),
    ],
)  # fmt: skip
def test_wrong_options(folder, capsys, arguments, code, message):
    files = ["base_speed_1.jsonl", "tuned_speed_1.jsonl"]
    assert main(["compare", *files, *arguments]) == code
    assert message in capsys.readouterr().err


def test_nothing_to_compare(folder, capsys):
    assert main(["compare", "base_qa_1.jsonl", "tuned_qa_1.jsonl", "--metrics", "none"]) == 3
    message = "base_qa_1.jsonl: nothing to compare: no metrics, and records say nothing about"
    assert message in capsys.readouterr().err


def test_metrics_of_the_command_line_leave_it_as_it_is(folder, capsys):
    found = report_of(capsys, config(folder, QA, SPEED), "--metrics", "accuracy")
    assert [task["metrics"] for task in found["tasks"]] == [["accuracy"], []]
    found = report_of(capsys, config(folder, "  speed: {lang: zh}"), "--metrics", "none")
    assert [task["metrics"] for task in found["tasks"]] == [[]]


def test_gates_go_by_the_tasks_that_have_the_metric(folder, capsys):
    name = config(folder, QA, SPEED)
    assert main(["compare", name, "--fail-under", "f1=0.9"]) == 1
    assert "failed: base on qa: f1 0.5000 is below 0.9" in capsys.readouterr().err
    assert main(["compare", name, "--fail-on-regression", "--where", "mean_rank >= 1"]) == 0


def test_references_of_some_records_are_not_looked_at(folder, capsys):
    write(
        folder / "a.jsonl", [{"latency_s": 1, "prediction": "x", "reference": 7}, {"latency_s": 3}]
    )
    write(folder / "b.jsonl", [{"latency_s": 1, "reference": "x"}, {"status": "error"}])
    found = report_of(capsys, "a.jsonl", "b.jsonl", "--metrics", "none")
    assert [each["succeeded"] for each in found["efficiency"]] == [2, 1]


def test_failures_alone_are_enough(folder, capsys):
    for name in "ab":
        write(folder / f"{name}.jsonl", [{"status": "ok"}, {"status": "error"}])
    assert main(["compare", "a.jsonl", "b.jsonl", "--metrics", "none"]) == 0
    assert "error rate (%) – a: 1 of 2; b: 1 of 2" in capsys.readouterr().out


def test_intersect_leaves_the_requests_that_all_have(folder, capsys):
    write(folder / "a.jsonl", [{"id": n, "latency_s": n} for n in (1, 2, 3)])
    write(folder / "b.jsonl", [{"id": n, "latency_s": n} for n in (3, 2, 9)])
    found = report_of(capsys, "a.jsonl", "b.jsonl", "--metrics", "none", "--intersect")
    assert [each["latency_s"]["mean"] for each in found["efficiency"]] == [2.5, 2.5]
    assert found["efficiency"][0]["n"] == 2


def test_ratings_of_one_sample_are_averaged_by_id(folder, capsys):
    """1 and 3 are of the sample p; 5 is of q alone: (2 + 5) / 2."""
    (folder / "config.yaml").write_text(
        "models: {a: {}}\ntasks: {speed: {metrics: []}}\nruns: run_*.jsonl\n", encoding="utf-8"
    )
    write(folder / "run_1.jsonl", [{"id": "p", "rating": 1}])
    write(folder / "run_2.jsonl", [{"id": "q", "rating": 5}, {"id": "p", "rating": 3}])
    found = report_of(capsys, "config.yaml")
    assert (found["efficiency"][0]["rating"]["mean"], found["efficiency"][0]["n"]) == (3.5, 3)


def test_score_shows_the_requests_of_files(folder, capsys):
    assert main(["score", "base_speed_2.jsonl", "--metrics", "none"]) == 0
    shown = capsys.readouterr().out
    assert "error rate" in shown
    assert "1 of 4" in shown
    assert main(["score", "base_speed_1.jsonl", "--metrics", "none", "--format", "csv"]) == 0
    header, row = capsys.readouterr().out.splitlines()
    assert header.startswith(
        "task,model,requests,succeeded,error_rate,latency_s_mean,latency_s_p50"
    )
    assert row.startswith("all,base_speed_1,3,2,0.3333333333333333,3.0,3.0")
    for options in (["--output", "x"], ["--format", "latex"], ["--pass-at", "1"], ["--lang", "en"]):
        assert main(["score", "base_speed_1.jsonl", "--metrics", "none", *options]) == 2
        assert "for scores" in capsys.readouterr().err


def requests(*latencies):
    found = Requests("x.jsonl")
    found.add(b'{"latency_s": %d, "status": "ok"}' % each for each in latencies)
    return found


def test_in_python_requests_stand_in_place_of_evaluations():
    one = evaluate(["a fox"] * 9, ["a fox"] * 9, lang="en", metrics=["f1"])
    base = {"qa": one, "speed": [requests(1, 3), requests(2)]}
    found = compare({"base": base, "tuned": {"qa": one, "speed": requests(1)}})
    assert [task.metrics for task in found.report.tasks] == [["f1"], []]
    assert [each.latency_s.mean for each in found.report.efficiency] == [2, 1]
    assert found.paper().to_markdown().splitlines()[0].split() == ["|", "model", "|", "F1", "|"]
    assert list(found.to_frame("pandas").task) == ["qa", "qa"]
    alone = compare({"base": requests(1, 2), "tuned": requests(3)}, metrics=[])
    assert list(alone.to_frame("pandas").latency_s_mean) == [1.5, 3]
    assert dict(report_files(alone.report))["leaderboard.csv"].count(b"\n") == 1
    assert alone.to_flat() == {}


def test_what_cannot_be_compared_in_python():
    one = evaluate(["a fox"], ["a fox"], lang="en", metrics=["f1"])
    with pytest.raises(TypeError, match="model 'tuned' has Requests where other models have eval"):
        compare({"base": one, "tuned": requests(1)})
    with pytest.raises(ValueError, match="nothing to compare: metrics are empty, and evaluations"):
        compare({"base": one, "tuned": one}, metrics=[])
    with pytest.raises(ValueError, match="no metrics, and nothing is known about the requests of"):
        compare({"base": Requests("x"), "tuned": requests(1)})
    with pytest.raises(ValueError, match="samples must be one number per record"):
        efficiency_of([requests(1)], samples=[[0, 1]])
