"""Sheets of figures: in a terminal, Markdown, CSV, LaTeX and JSON; `textmetrics monitor --show`."""

from __future__ import annotations

import csv
import io
import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from tests.monitored import Run
from textmetrics.cli import main
from textmetrics.monitor import (
    FIGURES,
    GROUPS,
    FigureRow,
    FigureSheet,
    MonitoredRun,
    figure_text,
    history,
    sheet_of,
)

HOSTILE = "a\x1b[31m\n\u202e=b|c_<i>&%$\\"


def recorded(folder, *, memory=2, command=("python", "train.py")):
    run = Run(folder).monitor(command=list(command)).start(0)
    run.event("epoch", 1, epoch=1).event("epoch", 11, epoch=2).event("epoch", 31, epoch=3)
    for step in range(1, 5):
        run.event("step", step, step=step, tokens=1000)
    run.sample(5, rss_bytes=memory * 10**9, cpu_s=4.0).end(40, cpu_s=20.0)
    return run


@pytest.fixture
def folders(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    recorded("runs/a")
    run = recorded("runs/b", memory=3)
    run.start(41, attempt=2).end(42, attempt=2, code=1, stderr=["one", "two \x1b[31m", "three"])
    run.start(43, attempt=3).end(50, attempt=3, code=None, signal="SIGSEGV")
    run.start(60, attempt=4).event("step", 70, step=5)
    return ["runs/a", "runs/b"]


def shown(capsys, *arguments):
    code = main(["monitor", "--show", *arguments])
    out, error = capsys.readouterr()
    return code, out, error


# --- what is not known


@pytest.mark.parametrize(
    ("values", "reasons", "expected"),
    [
        ([None, None], ["why", "why"], {"why": [""]}),
        ([None, None], ["why", "another"], {"why": ["a"], "another": ["b"]}),
        ([None, None], ["why", ""], {"why": ["a"]}),
        ([1.0, None], ["", "why"], {"why": ["b"]}),
        ([1.0, None], ["why", "why"], {"why": ["b"]}),  # a value needs no reason
        ([1.0, 2.0], ["", ""], {}),
    ],
)
def test_what_all_models_lack_for_one_reason_is_said_once(values, reasons, expected):
    named = {"values": dict(zip("ab", values, strict=True))}
    named["reasons"] = dict(zip("ab", reasons, strict=True))
    sheet = FigureSheet(["a", "b"], [FigureRow(FIGURES["epoch_s"], task="qa", **named)])
    label = f"qa: {FIGURES['epoch_s'].label}"
    assert sheet.unknown() == {
        reason: [(label, model) for model in models] for reason, models in expected.items()
    }


# --- values


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("memory_peak_bytes", 81_234_000_000, "81.2"),
        ("memory_peak_bytes", 1_500_000, "0.0015"),
        ("memory_peak_bytes", 1_000, "<0.0001"),
        ("memory_peak_bytes", 0, "0"),
        ("memory_peak_bytes", 1_234_567_000_000, "1,235"),
        ("disk_write_bytes_per_s", 200_000_000, "200"),
        ("network_sent_bits_per_s", 125_000_000 * 8, "1.00"),
        ("gpu_utilization", 0.875, "87.5"),
        ("gpu_utilization", 1.0, "100"),
        ("crashes", 3, "3"),
        ("crashes", 2.5, "2.50"),
        ("epoch_s", 12.345, "12.3"),
        ("epoch_s", None, "–"),
        # What is rounded to more digits keeps three of them.
        ("epoch_s", 9.999, "10.0"),
        ("epoch_s", 99.97, "100"),
        ("epoch_s", 0.9996, "1.00"),
        ("epoch_s", 123_456_789, "123,456,789"),
        ("epoch_s", 1.5e12, "1.50e+12"),
    ],
)
def test_values_have_three_digits(name, value, text):
    assert figure_text(value, FIGURES[name]) == text


@pytest.mark.parametrize("value", [float("inf"), float("nan"), -1.0, 1e300, -1e-9])
def test_any_number_can_be_shown(value):
    for figure in FIGURES.values():
        assert figure_text(value, figure)


def test_the_registry():
    order = [GROUPS.index(each.group) for each in FIGURES.values()]
    assert order == sorted(order)
    for name, figure in FIGURES.items():
        assert figure.name == name
        assert figure.definition.endswith(".")
        assert figure.label == figure.label.strip()
    assert len({each.label for each in FIGURES.values()}) == len(FIGURES)


# --- a terminal

NAMES = {
    "short": ["a", "b", "c", "d", "e", "f"],
    "paths": [f"runs/2026-11-29T220000-python-{n}" for n in range(6)],
    "Chinese": [f"实验/通义千问-微调-{n}" for n in range(6)],
    "Japanese": [f"実験/日本語の長い名前のモデル-{n}" for n in range(6)],
    "endless": [f"{n}{'x' * 300}" for n in range(6)],
    "hostile": [f"{n}{HOSTILE}" for n in range(6)],
    "emoji": [f"👩‍💻 {n} 訓練 ﷽" for n in range(6)],
}


@pytest.mark.parametrize("width", [80, 60, 40, 120])
@pytest.mark.parametrize("number", [1, 2, 3, 6])
@pytest.mark.parametrize("names", NAMES, ids=list(NAMES))
def test_a_terminal_is_wide_enough(tmp_path, names, number, width):
    run = MonitoredRun.read(recorded(tmp_path).folder)
    sheet = sheet_of(dict.fromkeys(NAMES[names][:number], run))
    text = sheet.to_text(width, definitions=True)
    assert max(map(cell_len, text.splitlines())) <= width
    for line in text.splitlines():
        assert line.isprintable() or set(line) & set("\u200d"), line
        assert line == line.rstrip()
    # Each value is there as often as it has a column.
    assert len(re.findall(r"(?m)^   time per epoch +s +13\.0", text)) >= 1
    assert "whole" in text  # the definition


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.text(max_size=90), min_size=1, max_size=5, unique=True),
    st.text(max_size=300),
    st.integers(20, 100),
)
def test_any_text_fits(names, details, width):
    row = FigureRow(
        FIGURES["epoch_s"],
        values=dict.fromkeys(names, 1.0),
        details=dict.fromkeys(names, details),
    )
    sheet = FigureSheet(names, [row], {"crashes": details, details: names[0]})
    text = sheet.to_text(width)
    assert max(map(cell_len, text.splitlines())) <= max(width, 40)
    json.dumps(sheet.to_dict())
    assert sheet.to_markdown()
    assert len(list(csv.reader(io.StringIO(sheet.to_csv())))) == 2
    assert sheet.to_latex()


def test_names_stand_above_if_they_fit_and_are_numbered_otherwise(tmp_path):
    run = MonitoredRun.read(recorded(tmp_path).folder)
    assert sheet_of({"runs/a": run, "runs/b": run}).to_text().splitlines()[0].split() == [
        "runs/a",
        "runs/b",
    ]
    lines = sheet_of(dict.fromkeys(NAMES["paths"], run)).to_text().splitlines()
    assert [line.split() for line in lines[:6]] == [
        [str(n + 1), name] for n, name in enumerate(NAMES["paths"])
    ]
    assert lines[7].split() == list("123456")


def test_details_stand_beside_a_single_run_and_below_several(tmp_path):
    run = MonitoredRun.read(recorded(tmp_path).folder)
    [line] = [e for e in sheet_of({"a": run}).to_text().splitlines() if "time per epoch" in e]
    assert line.split() == ["time", "per", "epoch", "s", "13.0", "10.0,", "20.0,", "9.00"]
    text = sheet_of({"a": run, "b": run}).to_text()
    assert "time per epoch (s) – a: 10.0, 20.0, 9.00; b: 10.0, 20.0, 9.00" in text


def test_what_is_not_known_is_named_with_the_reason(tmp_path):
    run = MonitoredRun.read(recorded(tmp_path / "a").folder)
    other = MonitoredRun.read(Run(tmp_path / "b").monitor().start(0).end(5).folder)
    text = " ".join(sheet_of({"a": run, "b": other}).to_text().split())
    assert "peak memory of b" in text
    assert "no sample was taken" in text
    assert "GPU power" in text.partition("not known:")[2]  # of neither


def test_groups_are_in_their_order(tmp_path):
    sheet = sheet_of({"a": MonitoredRun.read(recorded(tmp_path).folder)})
    groups = [row.figure.group for row in sheet.rows]
    assert groups == sorted(groups, key=GROUPS.index)
    lines = sheet.to_text().splitlines()
    assert [line.strip() for line in lines if line.strip() in GROUPS] == [
        "performance",
        "resources",
        "reliability",
    ]


# --- other formats


def test_csv_has_all_digits_in_the_unit_that_it_names(tmp_path):
    run = MonitoredRun.read(recorded(tmp_path).folder)
    rows = list(csv.DictReader(io.StringIO(sheet_of({"=a": run, "b": run}).to_csv())))
    [memory] = [row for row in rows if row["name"] == "memory_peak_bytes"]
    assert (memory["group"], memory["unit"], memory["b"]) == ("resources", "GB", "2")
    assert memory["'=a"] == "2"  # no formula
    [epoch] = [row for row in rows if row["name"] == "epoch_s"]
    assert epoch["b: details"] == "10.0, 20.0, 9.00"


def test_markdown_and_latex_escape_names_and_set_the_best_off(tmp_path):
    better = MonitoredRun.read(recorded(tmp_path / "a", memory=1).folder)
    other = MonitoredRun.read(recorded(tmp_path / "b", memory=3).folder)
    sheet = sheet_of({HOSTILE: other, "b": better})
    markdown, latex = sheet.to_markdown(), sheet.to_latex()
    assert "| peak memory | GB | 3.00 | **1.00** |" in markdown
    assert r"peak memory (GB) & 3.00 & \textbf{1.00} \\" in latex
    assert "\x1b" not in markdown + latex
    assert "\u202e" not in markdown + latex
    assert "<i>" not in markdown
    table = [line for line in markdown.splitlines() if line.startswith("|")]
    cells = [line.replace("\\|", "").count("|") for line in table]
    assert set(cells) == {5}
    assert latex.count(r"\midrule") == 3  # below the titles, and between three groups


def test_json_says_what_a_figure_is(tmp_path):
    sheet = sheet_of({"a": MonitoredRun.read(recorded(tmp_path).folder)}).to_dict()
    [memory] = [each for each in sheet["figures"] if each["name"] == "memory_peak_bytes"]
    assert memory["values"] == {"a": 2 * 10**9}
    assert memory["values"]["a"] * memory["factor"] == pytest.approx(2)
    assert memory["unit"] == "GB"
    assert memory["definition"] == FIGURES["memory_peak_bytes"].definition
    assert sheet["absent"]["gpu_power_w"] == "no GPU was found"


# --- what happened


def test_the_history_of_a_run(folders):
    assert history(MonitoredRun.read("runs/b")) == [
        "command: python train.py",
        "attempt 1: finished after 40.0 s",
        "attempt 2: crashed after 1.00 s: exit code 1",
        "  stderr: one",
        "  stderr: two \x1b[31m",
        "  stderr: three",
        "attempt 3: crashed after 7.00 s: SIGSEGV",
        "attempt 4: no end was recorded; the last line is 10.0 s after the start",
    ]


def test_the_history_of_many_attempts_and_of_resumed_runs(tmp_path):
    run = Run(tmp_path)
    for number in range(1, 101):
        if number % 50 == 1:
            run.monitor(number * 10)
        run.start(number * 10, attempt=number).end(number * 10 + 5, attempt=number, code=9)
    run.monitor(2000).start(2000, attempt=101).end(
        2001, attempt=101, code=130, signal=None, stopped=True
    )
    lines = history(MonitoredRun.read(tmp_path))
    assert "the first 81 attempts: not listed" in lines
    assert (
        lines[-1] == "attempt 101 (resumed by hand): stopped on request after 1.00 s: exit code 130"
    )


def test_the_history_of_a_process_that_monitored_itself(tmp_path):
    run = Run(tmp_path).monitor(command=None).start()
    run.end(3, code=1, error="ValueError: no", stderr=["Traceback", "ValueError: no"])
    run.start(4, attempt=2).end(9, attempt=2, code=None, stopped=True)
    assert history(MonitoredRun.read(tmp_path)) == [
        "attempt 1: crashed after 3.00 s: ValueError: no",
        "  stderr: Traceback",
        "  stderr: ValueError: no",
        "attempt 2: ended with its process after 5.00 s",
    ]


def test_the_history_of_ranks_and_of_nothing(tmp_path):
    for rank in (0, 1):
        Run(tmp_path / "a", rank).monitor().start().end(1)
    assert history(MonitoredRun.read(tmp_path / "a"))[1:] == [
        "ranks: 2",
        "attempt 1: finished after 1.00 s",
    ]
    Run(tmp_path / "b").monitor()
    assert "nothing was started" in history(MonitoredRun.read(tmp_path / "b"))


# --- the command


def test_show_in_five_formats(folders, capsys):
    code, out, error = shown(capsys, *folders)
    assert (code, error) == (0, "")
    assert "runs/b\n  command: python train.py\n  attempt 1: finished" in out
    assert "no end was recorded" in out
    assert "\x1b" not in out
    document = json.loads(shown(capsys, *folders, "--format", "json")[1])
    assert document["runs"]["runs/b"]["attempts"][2]["signal"] == "SIGSEGV"
    assert document["models"] == folders
    assert ["a", "b"] in [line.split() for line in out.splitlines()]
    for style, part in {
        "markdown": "| figure |",
        "csv": "group,figure",
        "latex": "toprule",
    }.items():
        code, out, error = shown(capsys, *folders, "--format", style)
        assert (code, error) == (0, "")
        assert part in out
        assert "\x1b" not in out


def test_definitions_are_shown_when_they_are_asked_for(folders, capsys):
    for style in ("table", "markdown"):
        _, out, _ = shown(capsys, "runs/a", "--format", style, "--definitions")
        for figure in FIGURES.values():
            if figure.group in ("performance", "resources", "reliability"):
                words = re.findall(r"\w+", figure.definition)
                assert " ".join(words) in " ".join(re.findall(r"\w+", out)), (style, figure.name)
    code, _, error = shown(capsys, "runs/a", "--format", "csv", "--definitions")
    assert code == 2
    assert "--definitions" in error


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (["runs/none"], "no such folder"),
        (["runs/a", "runs/a"], "named twice"),
        (["runs/a", "runs/a/"], "named twice"),
        (["runs/a", "--format", "xml"], "unknown format 'xml'"),
        (["runs/a", "--", "true"], "--show"),
        ([], "--show"),
    ],
)
def test_wrong_usage_is_one_line(folders, capsys, arguments, part):
    code, out, error = shown(capsys, *arguments)
    assert (code, out) == (2, "")
    assert part in error
    assert error.count("\n") == 1


def test_broken_data_is_one_line_with_its_place(folders, capsys):
    with open("runs/a/samples.jsonl", "a", encoding="utf-8") as file:
        file.write('{"time": 1, "clock": "now\\u001b"}\n')
    code, out, error = shown(capsys, "runs/a")
    assert (code, out) == (3, "")
    assert error.startswith("runs/a/samples.jsonl:2: ")
    assert error.count("\n") == 1


def test_formats_are_for_show(capsys):
    assert main(["monitor", "--format", "json", "--", "true"]) == 2
    assert "--show" in capsys.readouterr().err
