"""The sheet of a comparison: five groups of figures from runs, requests, scores and facts."""

from __future__ import annotations

import csv
import io
import json

import jsonschema
import msgspec
import pytest

from tests.monitored import START, Run
from textmetrics import compare, evaluate
from textmetrics._sentences import report_language
from textmetrics.cli.program import main
from textmetrics.comparison import (
    Comparison,
    ComparisonReport,
    Requests,
    comparison_sheet,
    efficiency_of,
    read_folders,
    report_schema,
    served_resources,
)
from textmetrics.monitor import FIGURES
from textmetrics.records import DataError, OpenError
from textmetrics.report import to_html
from textmetrics.report.files import report_files
from textmetrics.report.summary import summary
from textmetrics.report.timelines import training_charts, use_charts

GROUPS = ["model", "performance", "accuracy", "resources", "reliability", "users"]
GOLD = ["a red fox ran", "two blue birds", "one old house"] * 5


def training(folder, *, epoch=10, crash=False, gpu=0.5):
    """Write a run of two epochs with a sample a second: 1.5 cores, 2 GB, then 3 GB."""
    run = Run(folder).monitor(gpus=[{"index": 0, "name": "G", "memory_bytes": 8e10}]).start()
    for second in range(1, 2 * epoch + 1):
        second_half = second > epoch
        if second in (1, epoch + 1):
            run.event("epoch", second - 1, epoch=int(second_half))
        gpus = [{"index": 0, "utilization": gpu, "memory_bytes": 4e10}]
        run.sample(second, cpu_s=1.5 * second, rss_bytes=3e9 if second_half else 2e9, gpus=gpus)
        run.event("step", second, step=second, tokens=100, loss=1 / second)
    run.event("epoch_end", 2 * epoch, epoch=1).event("mark", 2 * epoch, name="eval", rouge_l=0.25)
    if crash:
        run.end(2 * epoch, code=None, signal="SIGSEGV").event("restart", 2 * epoch, attempt=2)
        run.start(2 * epoch + 5, attempt=2).end(2 * epoch + 10, attempt=2)
    else:
        run.end(2 * epoch)
    return folder


def server(folder):
    """Write a server of 100 s, in use and with 6 GB from 20 s to 60 s, else idle with 4 GB."""
    run = Run(folder).monitor(gpus=[{"index": 0, "name": "G", "memory_bytes": 8e10}]).start()
    for second in range(1, 101):
        busy = 20 <= second <= 60
        gpus = [{"index": 0, "utilization": 0.9 * busy, "memory_bytes": 7e10}]
        run.sample(second, cpu_s=2.0 * second, rss_bytes=6e9 if busy else 4e9, gpus=gpus)
    run.end(100, code=-15, stopped=True)
    return folder


def requests(*records, **options):
    found = Requests("run.jsonl", **options)
    found.add(json.dumps(record).encode() for record in records)
    return found


@pytest.fixture
def compared(tmp_path):
    """Compare two models: a has a run that crashed, b two runs."""
    small = evaluate(["a fox", "two birds", "a house"] * 5, GOLD, lang="en", metrics=["f1"])
    large = evaluate(GOLD, GOLD, lang="en", metrics=["f1"])
    return compare(
        {"a": small, "b": large},
        monitors={
            "a": training(tmp_path / "a", crash=True),
            "b": [training(tmp_path / "b1", epoch=8), training(tmp_path / "b2", epoch=9)],
        },
    )


def rows_of(report):
    return {row.figure.name: row for row in comparison_sheet(report).rows}


# --- what stands in it


def test_figures_of_runs_worked_by_hand(compared):
    rows = rows_of(compared.report)
    assert rows["epoch_s"].values == pytest.approx({"a": 10, "b": 8.5})  # of 8 s and 9 s
    assert rows["epoch_s"].details["b"] == "mean of 2 runs: 8.00, 9.00"
    assert rows["epoch_s"].best == ["b"]
    assert rows["memory_peak_bytes"].values == {"a": 3e9, "b": 3e9}
    assert rows["memory_peak_bytes"].best == []
    # Of two attempts one crashed; of b's runs none did.
    assert rows["crashes"].values == {"a": 1, "b": 0}
    assert rows["crash_rate"].values == {"a": 0.5, "b": 0}
    assert rows["restarts"].best == ["b"]
    assert rows["gpu_utilization"].values["b"] == pytest.approx(0.5)
    assert rows["cpu_cores"].best == []  # neither is better


def test_rates_of_several_runs_are_those_of_all_together(tmp_path):
    """1 crash in 2 attempts and 0 in 1: a third, not the mean of a half and nothing."""
    same = evaluate(GOLD, GOLD, lang="en", metrics=["f1"])
    folders = [training(tmp_path / "1", crash=True), training(tmp_path / "2")]
    [rate] = [
        row.values["a"]
        for row in comparison_sheet(
            compare({"a": same, "b": same}, monitors={"a": folders}).report
        ).rows
        if row.figure.name == "crash_rate"
    ]
    assert rate == pytest.approx(1 / 3)


def test_rows_are_in_five_groups_and_scores_among_them(compared):
    sheet = comparison_sheet(compared.report)
    groups = [row.figure.group for row in sheet.rows]
    assert groups == sorted(groups, key=GROUPS.index)
    accuracy = [row for row in sheet.rows if row.figure.group == "accuracy"]
    assert [row.figure.name for row in accuracy] == ["f1", "f1_precision", "f1_recall"]
    f1, precision, recall = accuracy
    scores = {score.model: score for score in compared.report.scores}
    assert f1.values == {name: score.value for name, score in scores.items()}
    assert precision.values == {name: score.precision for name, score in scores.items()}
    assert recall.values == {name: score.recall for name, score in scores.items()}
    assert f1.details["a"].count(" to ") == 1
    assert f1.best == ["b"], "the paired test tells them apart"
    assert all(row.figure.definition and row.figure.unit in ("%", "") for row in accuracy)


def test_a_part_that_is_the_score_itself_has_no_row():
    """Recall is the headline of ROUGE-L; precision is shown although it is equal to it."""
    same = evaluate(GOLD, GOLD, lang="en", metrics=["rouge_l"])
    report = compare({"a": same, "b": same}).report
    report.models[0].params = 1e9
    names = [row.figure.name for row in comparison_sheet(report).rows]
    assert names == ["parameters", "rouge_l", "rouge_l_precision", "rouge_l_f1"]


def test_scores_that_no_test_tells_apart_have_no_best():
    one = evaluate(["a fox", "x"], ["a fox", "y"], lang="en", metrics=["accuracy"])
    other = evaluate(["a fox", "y"], ["a fox", "y"], lang="en", metrics=["accuracy"])
    report = compare({"one": one, "other": other}).report
    report.models[0].params = 1e9
    assert rows_of(report)["accuracy"].values == {"one": 0.5, "other": 1.0}
    assert rows_of(report)["accuracy"].best == []


def test_facts_about_models_stand_before_the_groups(compared):
    report = compared.report
    facts = {"layers": 18, "d_model": 2048, "architecture": "gemma", "parameters": None}
    report.models[0].facts = facts
    report.models[1].params = 7e9
    sheet = comparison_sheet(report)
    shown = [(row.figure.name, row.values) for row in sheet.rows if row.figure.group == "model"]
    assert shown == [
        ("d_model", {"a": 2048, "b": None}),
        ("layers", {"a": 18, "b": None}),
        ("parameters", {"a": None, "b": 7e9}),
    ]
    assert sheet.rows[0].figure.group == "model"


def test_without_anything_but_scores_there_is_no_sheet():
    same = evaluate(GOLD, GOLD, lang="en", metrics=["f1"])
    found = compare({"a": same, "b": same})
    assert comparison_sheet(found.report) is None
    assert found.report.sheet is None
    assert "sheet" not in found.to_dict()
    assert "All figures" not in str(found)
    assert "All figures" not in found.to_markdown()


def test_what_no_run_has_is_named_with_the_reason(compared):
    text = compared.to_text(100)
    assert "not known:" in text
    assert "training samples per second: no step mark names samples" in text
    assert "SIGSEGV" in text


# --- outputs


def test_json_is_as_the_schema_says(compared):
    document = json.loads(msgspec.json.encode(compared.to_dict()))
    jsonschema.validate(document, report_schema())
    by_name = {each["name"]: each for each in document["sheet"]["figures"]}
    assert document["sheet"]["models"] == ["a", "b"]
    assert by_name["epoch_s"]["definition"] == FIGURES["epoch_s"].definition
    assert by_name["memory_peak_bytes"]["unit"] == "GB"
    assert by_name["memory_peak_bytes"]["factor"] == 1e-9
    first, *others = document["monitors"]
    assert [each["outcome"] for each in first["attempts"]] == ["crashed", "finished"]
    assert first["attempts"][0]["signal"] == "SIGSEGV"
    assert [each["epoch"] for each in first["epochs"]] == [0, 1]
    assert [each["model"] for each in others] == ["b", "b"]
    again = ComparisonReport.from_dict(document)
    assert Comparison(again).to_markdown() == compared.to_markdown()


def test_the_order_of_models_is_that_of_the_report(compared):
    sorted_ = compared.sorted_by("-f1")
    assert [model.name for model in sorted_.report.models] == ["b", "a"]
    assert sorted_.report.sheet.models == ["b", "a"]
    assert comparison_sheet(sorted_.report).models == ["b", "a"]


def test_markdown_marks_the_best_and_defines_all(compared):
    text = compared.to_markdown()
    sheet = text.partition("### All figures")[2]
    assert "| time per epoch | s | 10.0 | **8.50** |" in sheet
    assert "Definitions:" in sheet
    assert "- crash rate: Crashes divided by attempts." in sheet
    names = [f"**{name}**" for name in GROUPS[1:5]]
    places = [sheet.index(name) for name in names]
    assert places == sorted(places)


def test_files_of_the_report_have_the_sheet(compared):
    files = dict(report_files(compared.report, forms=["svg"]))
    rows = list(csv.DictReader(io.StringIO(files["sheet.csv"].decode("utf-8-sig"))))
    by_name = {row["name"]: row for row in rows}
    assert float(by_name["epoch_s"]["b"]) == pytest.approx(8.5)
    assert by_name["crashes"]["a: details"] == "SIGSEGV"
    assert by_name["f1"]["task"] == "all"
    assert {"visualizations/monitor.svg", "visualizations/training_curves.svg"} <= set(files)
    text = files["executive_summary.md"].decode()
    assert "| performance | time per epoch" in text
    assert "no test compares these figures" in text


def test_the_summary_says_which_task_requests_are_of():
    """Two tasks, so figures of requests are of one of them."""
    requests = {}
    for model, seconds in (("a", 2), ("b", 1)):
        requests[model] = Requests(model)
        requests[model].add([b'{"latency_s": %d, "status": "ok"}' % seconds] * 3)
    scored = evaluate(["a fox", "a hen"], ["a fox", "a cow"], lang="en", metrics=["f1"])
    found = compare({model: {"qa": scored, "speed": each} for model, each in requests.items()})
    text = summary(found.report)
    [line] = [each for each in text.splitlines() if "response time, mean" in each]
    assert [cell.strip() for cell in line.split("|")[1:-1]] == [
        "users", "speed: response time, mean", "ms", "2,000", "**1,000**",
    ]  # fmt: skip


def test_a_notebook_shows_it(compared):
    html = compared._repr_html_()
    assert "<caption>All figures</caption>" in html
    assert "<strong>8.50</strong>" in html


@pytest.mark.parametrize(
    ("lang", "names"),
    [
        (
            "zh",
            ["GPU利用率", "内存利用率", "崩溃率", "重启次数", "训练速度（步数）", "每轮训练时间"],
        ),
        ("ja", ["GPU使用率", "メモリ使用率", "クラッシュ率", "再起動回数", "学習速度（ステップ）"]),
    ],
)
def test_names_are_those_of_the_field(compared, lang, names):
    page = to_html(compared.report, report_lang=lang)
    assert [name for name in names if name not in page] == []
    assert ("崩溃率" if lang == "zh" else "クラッシュ率") in summary(
        compared.report, report_lang=lang
    )
    assert "time per epoch" not in page
    assert "steps in" not in page, "details are translated"


# --- pictures and the figures of the page


def test_use_over_time_has_a_gap_where_nothing_ran(compared):
    charts = [chart for chart in use_charts(compared.report) if chart.run == "a"]
    assert [chart.what for chart in charts] == [
        "GPU utilization, %",
        "Memory, GB",
        "GPU memory, GB",
    ]
    memory = charts[1]
    assert memory.crashes == pytest.approx((20.0,))
    assert memory.epochs == pytest.approx((0.0, 10.0))
    # From 20 s to 25 s no attempt ran.
    assert [at for at, _ in memory.line.points if 20.2 < at < 24.8] == []
    first = [value for at, value in memory.line.points if at < 9]
    assert first == pytest.approx([2.0] * len(first))
    assert "1 crash" in memory.alternative
    assert "2 epochs" in memory.alternative
    with report_language("zh"):
        assert "崩溃" in use_charts(compared.report)[1].alternative


def test_training_curves_are_those_of_marks(compared):
    charts = {chart.name: chart for chart in training_charts(compared.report)}
    assert list(charts) == ["loss"], "a single evaluation is no curve"
    assert [line.label for line in charts["loss"].lines] == ["a", "b, run 1", "b, run 2"]
    assert charts["loss"].lines[0].points[:2] == ((1, 1.0), (2, 0.5))


def test_the_page_draws_them_with_words_instead(compared):
    page = to_html(compared.report)
    assert page.count('class="chart lines"') == len(use_charts(compared.report)) + 1
    assert 'class="crash"' in page
    assert "a: GPU utilization, % over time, mean 50, at most 50" in page


# --- requests of a monitored server


def served(tmp_path, records):
    return served_resources([requests(*records)], read_folders(server(tmp_path / "srv")))


def at(second, latency=1.0, **fields):
    return {"start_time": START + second, "latency_s": latency, **fields}


def test_requests_are_joined_by_time(tmp_path):
    """From 30 s to 50 s the server is busy, with 6 GB and 2 cores."""
    found = served(tmp_path, [at(30 + n) for n in range(20)])
    assert (found.timed, found.joined, found.share, found.reason) == (20, 20, 1.0, "")
    assert found.span_s == pytest.approx(20)
    assert found.figures["gpu_utilization"] == pytest.approx(0.9)
    assert found.figures["memory_peak_bytes"] == 6e9
    assert found.figures["memory_mean_bytes"] == pytest.approx(6e9)
    assert found.figures["gpu_memory_peak_bytes"] == 7e10
    assert found.figures["cpu_cores"] == pytest.approx(2.0)


def test_a_span_that_is_half_idle(tmp_path):
    """From 10 s to 29.5 s; a sample stands for the time around it, so it is busy from 19.5 s."""
    found = served(tmp_path, [at(10), at(28.5)])
    assert found.figures["gpu_utilization"] == pytest.approx(0.9 * 10 / 19.5, rel=1e-3)
    assert found.figures["memory_mean_bytes"] == pytest.approx((4e9 * 9.5 + 6e9 * 10) / 19.5)


def test_requests_outside_the_monitored_time_are_counted(tmp_path):
    half = served(tmp_path, [at(90), at(95), at(99.5), at(130)])
    assert (half.joined, half.share, half.reason) == (2, 0.5, "")
    assert half.figures["memory_peak_bytes"] == 4e9


@pytest.mark.parametrize(
    ("records", "reason"),
    [
        ([{"start_time": 1234.5, "latency_s": 1}], "counts from some other moment"),
        ([{"start_time": 1.8e12, "latency_s": 1}], "name milliseconds start_time_ms"),
        ([{"latency_s": 1}], "do not say when requests started"),
        ([{"start_time": START}], "do not say how long requests took"),
        ([at(500)], "requests from 2027-01-15T08:08:20Z"),
    ],
)
def test_why_requests_are_not_joined(tmp_path, records, reason):
    found = served(tmp_path, records)
    assert reason in found.reason
    assert (found.joined, found.figures) == (0, {})
    entry = efficiency_of([requests(*records)], model="a", task="all")
    entry.served = found
    report = compare({"a": requests(*records), "b": requests(*records)}).report
    report.efficiency = [entry]
    assert reason.split(":")[0] in " ".join(str(Comparison(report)).split())


def test_a_monitor_that_started_nothing(tmp_path):
    Run(tmp_path / "none").monitor()
    folders = read_folders(tmp_path / "none")
    found = served_resources([requests(at(1))], folders)
    assert (found.joined, found.reason) == (0, "nothing was started")
    same = evaluate(GOLD, GOLD, lang="en", metrics=["f1"])
    report = compare({"a": same, "b": same}, monitors={"a": tmp_path / "none"}).report
    assert use_charts(report) == []
    assert "nothing was started" in str(Comparison(report))


def test_without_a_monitor_or_requests_nothing_is_joined(tmp_path):
    folders = read_folders(server(tmp_path / "srv"))
    assert served_resources([requests({"prediction": "x"})], folders) is None
    assert served_resources([requests(at(1))], []) is None


def test_requests_and_server_side_by_side(tmp_path):
    folder = server(tmp_path / "srv")
    runs = {name: requests(*(at(30 + n, latency, output_tokens=20, status="ok")
                             for n in range(10)))
            for name, latency in (("a", 1.0), ("b", 2.0))}  # fmt: skip
    rows = rows_of(compare(runs, monitors={"a": folder}).report)
    assert rows["served_share"].values == {"a": 1.0, "b": None}
    assert rows["served_gpu_utilization"].values["a"] == pytest.approx(0.9)
    assert rows["response_time_p50_s"].values == {"a": 1.0, "b": 2.0}
    assert rows["response_time_p50_s"].best == ["a"]
    # 10 requests from 30 s to 40 s, and to 41 s.
    assert rows["requests_per_s"].values == pytest.approx({"a": 1.0, "b": 10 / 11})
    assert rows["output_tokens_per_s"].values == pytest.approx({"a": 20.0, "b": 200 / 11})
    assert rows["error_rate"].details == {"a": "0 of 10", "b": "0 of 10"}


# --- satisfaction


def rated(*records):
    return efficiency_of([requests(*records)]).rating


def test_ratings_of_one_scale():
    """4 and 2 of 1 to 5 are at 3/4 and 1/4 of it."""
    found = rated({"rating": 4, "rating_scale": 5}, {"rating": 2, "rating_scale": [1, 5]}, {}, {})
    assert (found.mean, found.scale, found.satisfaction) == (3.0, [1.0, 5.0], 0.5)
    assert (found.n, found.answered, found.reason) == (2, 0.5, "")
    assert found.interval == [1.0, 5.0], "t with one degree of freedom, cut to the scale"
    assert found.satisfaction_interval == [0.0, 1.0]


def test_ratings_of_several_scales_have_no_mean_but_a_share():
    """3/4 of 1 to 5, and 4/5 of 0 to 10."""
    found = rated({"rating": 4, "rating_scale": "1-5"}, {"rating": 8, "rating_scale": [0, 10]})
    assert (found.mean, found.interval, found.scale) == (None, None, None)
    assert found.satisfaction == pytest.approx(0.775)
    # t with one degree of freedom: 12.7062 by the standard error, 0.025.
    assert found.satisfaction_interval == pytest.approx([0.775 - 12.7062 * 0.025, 1.0], abs=1e-4)
    assert found.reason == "ratings have several scales"


def test_ratings_are_not_averaged_where_only_some_say_their_scale():
    found = rated({"rating": 4, "rating_scale": 5}, {"rating": 8})
    assert (found.mean, found.satisfaction, found.n) == (None, None, 2)
    assert found.reason == "some records say the scale of their rating, others do not"


def test_ratings_without_a_scale_have_a_mean_alone():
    found = rated({"rating": 4}, {"rating": 2})
    assert (found.mean, found.satisfaction, found.scale) == (3.0, None, None)
    assert found.reason == "the records do not say the scale of ratings"


def test_ratings_of_one_sample_are_averaged_on_their_scale_first():
    runs = [
        requests({"rating": 5, "rating_scale": 5}, {"rating": 1, "rating_scale": 5}),
        requests({"rating": 0, "rating_scale": [0, 1]}, {}),
    ]
    assert efficiency_of(runs).rating.satisfaction == pytest.approx((0.5 + 0) / 2)


def test_ratings_of_models_with_other_scales_have_no_best():
    """5 of 5 is all, 8 of 10 is not, whatever the numbers are."""
    runs = {
        "a": requests({"rating": 5, "rating_scale": 5}),
        "b": requests({"rating": 8, "rating_scale": [0, 10]}),
    }
    rows = rows_of(compare(runs).report)
    assert rows["rating"].values == {"a": 5.0, "b": 8.0}
    assert rows["rating"].best == []
    assert rows["satisfaction"].values == {"a": 1.0, "b": 0.8}
    assert rows["satisfaction"].best == ["a"]


@pytest.mark.parametrize("scale", ["5", "1-5", "1 to 5", "[1, 5]", " 1..5 ", "1–5"])
def test_scales_in_cells_of_tables(scale):
    run = requests({"rating": "4", "rating_scale": scale}, {"rating": "", "rating_scale": ""},
                   {"rating": "2", "rating_scale": "5"}, cells=True)  # fmt: skip
    assert efficiency_of([run]).rating.scale == [1.0, 5.0]


@pytest.mark.parametrize(
    ("record", "message"),
    [
        ({"rating": 0, "rating_scale": 5}, "'rating' must be from 1 to 5"),
        ({"rating": 6, "rating_scale": [1, 5]}, "'rating' must be from 1 to 5"),
        ({"rating": 3, "rating_scale": "five"}, "'rating_scale' must be the highest rating"),
        ({"rating": 3, "rating_scale": [5, 1]}, "'rating_scale' must be the highest rating"),
        ({"rating": 3, "rating_scale": [1, 2, 3]}, "'rating_scale' must be the highest rating"),
        ({"rating": 3, "rating_scale": True}, "'rating_scale' must be the highest rating"),
        ({"rating": 3, "rating_scale": {}}, "'rating_scale' must be the highest rating"),
    ],
)
def test_impossible_scales(record, message):
    with pytest.raises(DataError) as error:
        requests(record)
    assert message in str(error.value)


# --- the command line and configurations


@pytest.fixture
def files(tmp_path):
    for name, answers in (("a", ["a fox", "two birds", "a house"]), ("b", GOLD[:3])):
        lines = [
            json.dumps({"id": n, "prediction": answer, "reference": gold})
            for n, (answer, gold) in enumerate(zip(answers * 5, GOLD, strict=True))
        ]
        (tmp_path / f"{name}.jsonl").write_text("\n".join(lines))
        training(tmp_path / f"run_{name}")
    return tmp_path


def run(capsys, *arguments):
    code = main(["compare", *map(str, arguments)])
    output = capsys.readouterr()
    return code, output.out, output.err


def test_options_name_the_runs_of_models(files, capsys):
    names = [files / "a.jsonl", files / "b.jsonl", "--lang", "en", "--metrics", "f1"]
    options = [f"--monitor=a={files / 'run_a'}", f"--monitor=b={files / 'run_b'}"]
    code, out, _ = run(capsys, *names, *options, "--format", "json")
    assert code == 0
    document = json.loads(out)
    assert [each["model"] for each in document["monitors"]] == ["a", "b"]
    [epochs] = [e for e in document["sheet"]["figures"] if e["name"] == "epoch_s"]
    assert epochs["values"] == {"a": 10.0, "b": 10.0}
    assert "time per epoch" in run(capsys, *names, *options)[1]


@pytest.mark.parametrize(
    ("option", "message"),
    [
        ("c=runs", "unknown model 'c'"),
        ("runs", "names no model and folder"),
        ("a=", "names no model and folder"),
        ("a=nowhere", "no such folder"),
    ],
)
def test_options_that_name_nothing(files, capsys, option, message):
    names = [files / "a.jsonl", files / "b.jsonl", "--metrics", "f1"]
    code, out, err = run(capsys, *names, "--monitor", option)
    assert (code, out) == (2, "")
    assert message in err


def test_a_configuration_names_runs_beside_itself(files, capsys):
    config = files / "compare.yaml"
    config.write_text(
        "models: {a: {monitor: run_a}, b: {monitor: [run_b, run_a]}}\n"
        "tasks: {qa: {lang: en, metrics: [f1]}}\nruns: '{model}.jsonl'\n"
    )
    _, out, _ = run(capsys, config, "--format", "json")
    found = [(each["model"], each["folder"]) for each in json.loads(out)["monitors"]]
    assert found == [
        ("a", str(files / "run_a")), ("b", str(files / "run_b")), ("b", str(files / "run_a"))
    ]  # fmt: skip
    _, out, _ = run(capsys, config, "--format", "json", "--monitor", f"b={files / 'run_b'}")
    assert len(json.loads(out)["monitors"]) == 2
    assert f"monitored: a in {files / 'run_a'}" in run(capsys, config, "--dry-run")[1]


def test_unknown_models_in_python(tmp_path):
    same = evaluate(GOLD, GOLD, lang="en", metrics=["f1"])
    with pytest.raises(ValueError, match="unknown model 'aa': did you mean 'a'"):
        compare({"a": same, "b": same}, monitors={"aa": tmp_path})
    with pytest.raises(OpenError, match="no such folder"):
        compare({"a": same, "b": same}, monitors={"a": tmp_path / "nowhere"})
