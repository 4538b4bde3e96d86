"""A device run: its steps on the CPU; what goes wrong in one is told, and stops no other."""

from __future__ import annotations

import importlib
import json
import os
import re
import subprocess
import sys
import threading
from pathlib import Path

import cuda_on_cpu
import numpy as np
import pytest

from textmetrics.ids import count_ids, score_ids

ROOT = Path(__file__).parents[1]
PROGRAM = ROOT / "benchmarks" / "on_device"
REQUIRED = os.environ.get("TEXTMETRICS_REQUIRE_NATIVE") == "1"
on_cpu = pytest.mark.skipif(
    cuda_on_cpu.MISSING is not None and not REQUIRED, reason=str(cuda_on_cpu.MISSING)
)
# What a bare machine lacks, and whatever else the package uses.
ABSENT = [
    "textmetrics._native", "regex", "jieba", "sudachipy", "msgspec", "scipy", "rich", "zstandard",
    "chardet", "torch", "pytest", "hypothesis",
]  # fmt: skip


@pytest.fixture
def module(monkeypatch):
    for folder in (PROGRAM.parent, PROGRAM):
        monkeypatch.syspath_prepend(folder)
    return importlib.import_module


def run(output, *arguments, program=PROGRAM, **variables):
    """Run a program; return its exit status, its steps by name, and what it printed."""
    command = [str(program)] if program.suffix == ".sh" else [sys.executable, str(program)]
    done = subprocess.run(
        [*command, *map(str, arguments), "--output", str(output)],
        capture_output=True, text=True, check=False, env={**os.environ, **variables},
    )  # fmt: skip
    assert (output / "result.json").exists(), done.stderr
    found = json.loads((output / "result.json").read_text(encoding="utf-8"))
    return done.returncode, {step["name"]: step for step in found["steps"]}, done.stdout


def statuses(steps):
    return {name: step["status"] for name, step in steps.items()}


@on_cpu
def test_a_dry_run_needs_numpy_alone(tmp_path):
    # Python imports this module first.
    (tmp_path / "sitecustomize.py").write_text(
        f"import sys\nsys.modules.update(dict.fromkeys({ABSENT}))\n", encoding="utf-8"
    )
    variables = {"PYTHON": sys.executable, "PYTHONPATH": str(tmp_path)}
    script = PROGRAM.with_suffix(".sh")
    code, steps, printed = run(tmp_path / "out", "--dry-run", program=script, **variables)
    names = ["kernels", "programs", "lengths", "random", "mixed", "hostile", "large", "scores"]
    assert statuses(steps) == dict.fromkeys(names, "passed"), steps
    assert code == 0
    assert steps["kernels"]["figures"]["gpu"] == "emulated"
    assert re.findall(r"^(\w+) +passed", printed.split("\n\n")[1], re.MULTILINE) == names
    assert "8 passed, 0 failed, 0 skipped" in printed


FAULTY = """
import sys, time

sys.path[:0] = {paths}

if __name__ == "__main__":
    import ctypes, os, subprocess
    from dataclasses import replace

    import command
    from checks import in_children
    from context import Context, FailedError, SkippedError, Step
    from device import guarded

    def crash(context):
        ctypes.string_at(0)

    def hang(context):
        subprocess.Popen(["sleep", "1234.5"], preexec_fn=os.setpgrp)
        time.sleep(60)

    def wrong(context):
        raise FailedError("lcs[3] is 4, expected 5", {{"kept": 1}})

    def error(context):
        return 1 / 0

    def absent(context):
        raise SkippedError("there is no tool")

    def loud(context):
        print("x" * 3_000_000)
        return {{}}

    def children(context):
        in_children(context, "children", ["crash"])

    def late(context):
        in_children(replace(context, end=time.monotonic() + 2), "children", ["hang"])

    def child(context, name):
        if name == "crash":
            os.abort()
        time.sleep(60 if name == "hang" else 0)

    def beside(context):
        import cupy

        with guarded() as guards:
            ids = cupy.empty(10, "int32")
            cupy.ndarray((11,), "int32", ids.data)[10] = 7
            guards.check("a kernel")

    faults = [crash, hang, wrong, error, absent, beside, late, loud]
    command.STEPS[:] = [
        Step(each.__name__, "a fault", 1 if each is hang else 60, each) for each in faults
    ]
    command.STEPS.insert(0, Step("children", "faults", 60, children, child))
    raise SystemExit(command.main())
"""


@on_cpu
def test_a_fault_of_a_step_is_told_and_stops_no_other(tmp_path):
    faulty = tmp_path / "faulty.py"
    faulty.write_text(
        FAULTY.format(paths=[str(PROGRAM), str(PROGRAM.parent), str(ROOT)]), encoding="utf-8"
    )
    code, steps, printed = run(tmp_path, "--dry-run", program=faulty)
    assert code == 1
    why = {name: step["why"] for name, step in steps.items()}
    assert why.pop("children").startswith("crash: ended by SIGABRT: ")
    assert why == {
        "crash": "ended by SIGSEGV",
        "hang": "not done in 6 s",
        "wrong": "lcs[3] is 4, expected 5",
        "error": "ZeroDivisionError: division by zero",
        "absent": "there is no tool",
        "loud": "",
        "beside": "a kernel: wrote behind an array of 40 bytes",
        "late": "hang: not done in time",
    }
    fine = {"absent": "skipped", "loud": "passed"}
    assert statuses(steps) == {**dict.fromkeys(steps, "failed"), **fine}
    assert steps["wrong"]["figures"] == {"kept": 1}
    assert (tmp_path / "log.txt").stat().st_size < 1_000_000
    assert "1 passed, 7 failed, 1 skipped" in printed
    left = subprocess.run(["pgrep", "-f", "sleep 1234.5"], capture_output=True, check=False)
    assert not left.stdout


def test_what_there_is_no_time_for_has_failed(tmp_path):
    code, steps, _ = run(tmp_path, "--dry-run", "--budget", "0", "--steps", "scores")
    assert code == 1
    assert steps["scores"]["why"] == "not run: no time was left"


@on_cpu
def test_a_wrong_answer_is_noticed(tmp_path):
    with np.load(PROGRAM / "answers.npz") as file:
        arrays = dict(file)
    for name, array in arrays.items():
        if not name.endswith(("inputs", "ends")):
            arrays[name] = array + 1
    np.savez(tmp_path / "wrong.npz", **arrays)
    compared = ["kernels", "lengths", "random", "mixed", "large", "scores"]
    given = ["--dry-run", "--answers", tmp_path / "wrong.npz", "--steps", *compared]
    code, steps, _ = run(tmp_path, *given)
    assert code == 1
    for name in compared:
        assert steps[name]["status"] == "failed"
        assert re.search(r"expected|is wrong from id 0", steps[name]["why"]), steps[name]["why"]


def test_answers_of_other_inputs_are_refused(module):
    cases = module("cases")
    answers = cases.Answers(PROGRAM / "answers.npz")
    with pytest.raises(
        ValueError, match="are of other inputs than random 3: make them anew by `py"
    ):
        answers.column("random", 3, cases.SUITES["random"].make(4), "lcs")


def test_what_needs_a_gpu_says_so(tmp_path):
    code, steps, _ = run(tmp_path, "--dry-run", "--steps", "tensors", "returns")
    assert code == 0
    assert {name: (step["status"], step["why"]) for name, step in steps.items()} == {
        "tensors": ("skipped", "tensors of PyTorch must be on a GPU"),
        "returns": ("skipped", "an emulation does all work at once"),
    }


SANITIZER = """#!/bin/sh
# As compute-sanitizer: --tool NAME --error-exitcode NUMBER COMMAND
case $2 in
  {passes}) [ $2 = memcheck ] && shift 4 && {{ "$@" || exit; }}; echo "= ERROR SUMMARY: 0 errors" ;;
  racecheck) echo "= RACECHECK SUMMARY: 2 hazards displayed (2 errors)"; exit $4 ;;
  *) echo "{otherwise}" ;;
esac
"""
UNUSABLE = "Error: Device not supported"


@on_cpu
@pytest.mark.parametrize(
    ("passes", "otherwise", "status", "why"),
    [
        ("*check", "", "passed", ""),
        (
            "nothing",
            "",
            "failed",
            "memcheck: no summary, exit status 0; racecheck: 2 hazards displayed (2 errors), exit "
            "status 86; synccheck: no summary, exit status 0",
        ),
        ("nothing", UNUSABLE, "failed", "memcheck: not supported here; racecheck: 2 hazards"),
    ],
)
def test_what_a_sanitizer_finds_fails(tmp_path, passes, otherwise, status, why):
    fake = tmp_path / "compute-sanitizer"
    fake.write_text(SANITIZER.format(passes=passes, otherwise=otherwise), encoding="utf-8")
    fake.chmod(0o755)
    path = os.pathsep.join([str(tmp_path), os.environ["PATH"]])
    _, steps, _ = run(tmp_path, "--dry-run", "--steps", "sanitizers", PATH=path)
    assert steps["sanitizers"]["status"] == status, steps
    assert steps["sanitizers"]["why"].startswith(why)


ROWS = """
import sys

sys.path[:0] = {paths}

import gpu

gpu.bandwidth = lambda rounds: 1e12  # copies gigabytes
gpu.on_device = gpu.on_host  # takes events of the device
raise SystemExit(gpu.main(sys.argv[1:]))
"""


@on_cpu
def test_rows_are_measured(tmp_path):
    emulation = ROOT / "tests" / "on_cpu"
    paths = [str(PROGRAM.parent), str(emulation / "stand_in"), str(emulation)]
    (tmp_path / "rows.py").write_text(ROWS.format(paths=paths), encoding="utf-8")
    given = ["--scale", "1e-5", "--rounds", "1", "--rows", "all/64"]
    command = [sys.executable, tmp_path / "rows.py", *given, "--output", tmp_path / "gpu.json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (row,) = json.loads((tmp_path / "gpu.json").read_text(encoding="utf-8"))["rows"]
    assert (row["key"], row["pairs"]) == ("all/64", 10)
    assert row["seconds"].keys() == {"device", "host", "native"}


def test_the_answers_are_those_of_the_package(module):
    cases = module("cases")
    answers = cases.Answers(PROGRAM / "answers.npz")
    for name, suite in cases.SUITES.items():
        for at in range(0, suite.size, 50 if name == "random" else 1):
            case = suite.make(at)
            given = case.predictions, case.references
            counts = count_ids(*given, columns=suite.columns, **case.options)
            for column in suite.columns:
                kept = answers.column(name, at, case, column)
                assert kept.tolist() == counts[column].tolist(), (name, at, column)
            if name == "random" and at < cases.SCORED_CALLS:
                scores = score_ids(*given, metrics=cases.METRICS, **case.options)
                kept = answers.scores(at, case)
                assert {m: v.tolist() for m, v in kept.items()} == {
                    m: v.tolist() for m, v in scores.items()
                }


def test_answers_are_written_and_read(module, tmp_path):
    cases = module("cases")
    cases.written(tmp_path / "answers.npz", cases.answers(["small"]))
    for file in (tmp_path, PROGRAM):
        with np.load(file / "answers.npz") as arrays:
            assert arrays["small/pairs"].shape == (8, 16)
            assert (
                arrays["small/pairs"].tolist() == cases.answers(["small"])["small/pairs"].tolist()
            )


def test_every_kernel_is_asked_for(module):
    doors = (ROOT / "tests" / "on_cpu" / "kernels.cpp").read_text(encoding="utf-8")
    assert set(re.findall(r"^DOOR\((\w+)\)", doors, re.MULTILINE)) == module("checks").KERNELS


@pytest.mark.parametrize("waits", [False, True])
def test_a_call_that_waits_is_told_from_one_that_returns(module, monkeypatch, waits):
    checks = module("checks")
    monkeypatch.setattr(checks, "BUSY", 0.5)
    finished = threading.Event()
    timer = threading.Timer(0.5, finished.set)
    call = finished.wait if waits else (lambda: None)
    assert checks.blocks(timer.start, call, finished.is_set) == waits
    timer.join()


RESULT = {
    "made": "2030-01-02T03:04:05+00:00", "python": "3.12.1", "dry_run": False, "seconds": 200.0,
    "steps": [
        {"name": "kernels", "what": "launch", "status": "passed", "seconds": 3.21, "limit": 20.0,
         "why": "", "figures": {"gpu": "NVIDIA H200", "driver": 13000, "nvrtc": "13.0",
                                "cupy": "14.2.0"}},
        {"name": "hostile", "what": "bad", "status": "failed", "seconds": 1.0, "limit": 20.0,
         "why": "a|b", "figures": {}},
        {"name": "bench", "what": "rows", "status": "passed", "seconds": 90.0, "limit": 150.0,
         "why": "", "figures": {
             "machine": "a CPU, 16 cores, Linux", "bytes_a_second": 4.2e12, "rows": [
                 {"key": "all/64", "pairs": 1_000_000, "of_floor": 0.25,
                  "seconds": {"device": 0.004, "host": 0.1, "native": 0.1},
                  "goals": {"seconds": 0.005, "times_native": 30},
                  "reached": {"seconds": True, "times_native": False}},
                 {"key": "texts", "pairs": 20, "seconds": {"cuda": 0.5, "native": 0.25}},
                 {"key": "lcs/16", "why": "no time was left"}]}},
    ],
}  # fmt: skip


def test_results_become_tables(module, tmp_path):
    page = module("page")
    assert page.file_name(RESULT) == "gpu-2030-01-02-nvidia-h200.json"
    text = page.generated(RESULT, "a.json")
    assert page.GENERATED.fullmatch(text)["name"] == "a.json"
    assert "| `hostile` | bad | **failed**: a\\|b | 1.0 |" in text
    row = "| `all/64` | 1,000,000 | 4 | 100 | 100 | 25 | 25 % | 5 ms: yes, 30 × the CPU: **no** |"
    assert row in text
    assert "| `texts` | 20 | 500 |  | 250 | 0.5 |" in text
    assert "Not measured: `lcs/16`: no time was left" in text
    for change in ({"dry_run": True}, {"steps": []}):
        with pytest.raises(ValueError, match="of a dry run, or of one that found no GPU"):
            page.file_name(RESULT | change)


def test_the_page_is_what_was_found(module):
    page = module("page")
    (part,) = page.GENERATED.finditer(page.PAGE.read_text(encoding="utf-8"))
    if part["name"] == page.NONE:
        assert "Not measured yet" in part[0]
        assert not list(page.RESULTS.glob("gpu-*"))
    else:
        path = page.RESULTS / part["name"]
        found = json.loads(path.read_text(encoding="utf-8"))
        assert page.generated(found, path.name) == part[0]


def test_an_unknown_step_is_an_error():
    done = subprocess.run(
        [sys.executable, PROGRAM, "--steps", "nothing"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert done.stderr.startswith("unknown step 'nothing': kernels, programs, ")
