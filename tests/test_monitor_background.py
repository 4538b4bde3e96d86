"""``with monitor(...)``: what a helper records of this process, however it ends."""

from __future__ import annotations

import ctypes
import json
import mmap
import os
import signal
import subprocess
import sys
import time

import pytest

from textmetrics.monitor import MonitoredRun, MonitorError, mark, monitor, step
from textmetrics.monitor.writer import RunFiles

psutil = pytest.importorskip("psutil")


@pytest.fixture(autouse=True)
def unmonitored(monkeypatch):
    for name in ("RANK", "LOCAL_RANK", "TEXTMETRICS_MONITOR"):
        monkeypatch.delenv(name, raising=False)


def lines(file):
    return [json.loads(line) for line in file.read_bytes().splitlines()]


def events(folder, *names):
    found = lines(folder / "events.jsonl")
    return [each for each in found if not names or each["event"] in names]


def ended(folder):
    return events(folder, "end")[-1]


def run(folder, body, *, code=None, **options):
    """Run a block in a process of its own; with a code, wait until it has ended so."""
    process = subprocess.Popen(
        [sys.executable, "-c", f"FOLDER = {str(folder)!r}\n{body}"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **options,
    )
    if code is not None:
        process.communicate(timeout=60)
        assert process.returncode == code
    return process


def no_helper_of(pid, seconds=10):
    """Wait until no process is left that was started for one."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        asked = [each.info["cmdline"] or [] for each in psutil.process_iter(["cmdline"])]
        if not any(f'"pid": {pid},' in argument for each in asked for argument in each):
            return True
        time.sleep(0.05)
    return False


def test_a_block_is_recorded(tmp_path):
    folder = tmp_path / "runs" / "a"
    before = 1 + len(psutil.Process().children(recursive=True))  # of other tests
    with monitor(folder, interval=0.05) as running:
        assert running.folder == os.environ["TEXTMETRICS_MONITOR"] == str(folder)
        # Of the system: what malloc returns may be memory that this process has freed before.
        held = mmap.mmap(-1, 100 << 20)
        held.write(b"x" * len(held))
        step(tokens=3)
        child = "from textmetrics.monitor import mark; mark('child')"
        subprocess.run([sys.executable, "-c", child], check=True)
        until = time.process_time() + 0.3
        while time.process_time() < until:
            pass
        time.sleep(0.2)
        assert len(held)
    assert "TEXTMETRICS_MONITOR" not in os.environ
    found = events(folder)
    assert [each["event"] for each in found if each["event"] != "missing"] == [
        "monitor", "start", "step", "mark", "end", "monitor_end",
    ]  # fmt: skip
    begun, started = found[:2]
    assert (begun["command"], begun["rank"], begun["interval"]) == (None, None, 0.05)
    assert (started["attempt"], started["pid"]) == (1, os.getpid())
    end = ended(folder)
    assert (end["attempt"], end["code"], end["signal"]) == (1, 0, None)
    assert "stderr" not in end
    assert end["cpu_s"] > 0.3
    samples = lines(folder / "samples.jsonl")
    assert found[-1]["samples"] == len(samples) >= 5
    used = [each["rss_bytes"] for each in samples]
    assert max(used) - used[0] > 90 << 20
    assert samples[0]["cpu_s"] == 0  # what was used before does not count
    spent = [each["cpu_s"] for each in samples]
    assert spent == sorted(spent)
    # One more, the child: the helper is not among them.
    assert max(each["processes"] for each in samples) <= before + 1
    assert {each["attempt"] for each in samples} == {1}


class UnshowableError(Exception):
    def __str__(self):
        raise RuntimeError("no")


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (SystemExit(), {"code": 0}),
        (SystemExit(3), {"code": 3}),
        (SystemExit("a reason"), {"code": 1, "error": "SystemExit: a reason"}),
        (ValueError("悪い"), {"code": 1, "error": "ValueError: 悪い"}),
        (ValueError("x" * 9_999), {"code": 1, "error": "ValueError: " + "x" * 488}),
        (KeyboardInterrupt(), {"code": None, "signal": "SIGINT", "stopped": True}),
        (UnshowableError(), {"code": 1, "error": "UnshowableError: <RuntimeError>", "stderr": []}),
    ],
    ids=lambda each: type(each).__name__ if isinstance(each, BaseException) else "",
)
def test_how_a_block_is_left(tmp_path, error, said):
    with pytest.raises(type(error)), monitor(tmp_path, interval=9):
        raise error
    end = ended(tmp_path)
    assert {name: end[name] for name in said} == said
    assert ("stopped" in end) == ("stopped" in said)
    if end["code"] == 1 and end["stderr"]:
        assert end["stderr"][0].startswith("Traceback")


def test_a_run_goes_on_with_another_attempt(tmp_path):
    running = monitor(tmp_path, interval=9)
    for _ in range(2):
        assert running.start() is running
        running.start()  # already begun
        running.stop()
        running.stop()
    assert [each["attempt"] for each in events(tmp_path, "start", "end")] == [1, 1, 2, 2]


@pytest.mark.skipif(sys.platform == "win32", reason="usleep is of POSIX")
def test_a_program_that_holds_pythons_lock_is_recorded(tmp_path):
    with monitor(tmp_path, interval=0.05):
        ctypes.PyDLL(None).usleep(500_000)
    assert len(lines(tmp_path / "samples.jsonl")) >= 7


def test_the_outer_monitor_records(tmp_path):
    with monitor(tmp_path / "a", interval=9), monitor(tmp_path / "b") as inner:
        assert inner.folder == str(tmp_path / "a")
        mark("inside")
    assert not (tmp_path / "b").exists()
    assert [each["name"] for each in events(tmp_path / "a", "mark")] == ["inside"]
    assert os.environ.get("TEXTMETRICS_MONITOR") is None


def test_a_supervisor_records(tmp_path, monkeypatch):
    monkeypatch.setenv("TEXTMETRICS_MONITOR", str(tmp_path))
    mark("outside")
    with pytest.raises(ZeroDivisionError), monitor(tmp_path / "b"):
        _ = 1 / 0
    assert [each["event"] for each in events(tmp_path)] == ["mark"]
    assert os.environ["TEXTMETRICS_MONITOR"] == str(tmp_path)


def test_a_rank_has_files_of_its_own(tmp_path, monkeypatch):
    monkeypatch.setenv("RANK", "2")
    with monitor(tmp_path, interval=9):
        step()
    assert sorted(each.name for each in tmp_path.iterdir()) == [
        "events.rank2.jsonl", "samples.rank2.jsonl",
    ]  # fmt: skip
    assert lines(tmp_path / "events.rank2.jsonl")[0]["rank"] == 2


@pytest.mark.parametrize("interval", [0, -1, float("nan"), float("inf")])
def test_an_interval_that_is_none(tmp_path, interval):
    with pytest.raises(ValueError, match="interval must be a number of seconds above 0, got"):
        monitor(tmp_path, interval=interval)


def refused(folder, match):
    with pytest.raises(MonitorError, match=match), monitor(folder):
        pytest.fail("it began")
    assert "TEXTMETRICS_MONITOR" not in os.environ
    assert no_helper_of(os.getpid())


def test_a_folder_that_cannot_be_written(tmp_path):
    (tmp_path / "file").write_text("")
    refused(tmp_path / "file" / "run", "file/run: cannot be written: Not a directory")


def test_a_run_that_another_process_monitors(tmp_path):
    files = RunFiles(str(tmp_path))
    refused(tmp_path, "another process monitors this run")
    files.close()
    with monitor(tmp_path):
        pass


def test_without_psutil(tmp_path, monkeypatch):
    (tmp_path / "psutil.py").write_text("raise ImportError('no psutil')\n")
    monkeypatch.syspath_prepend(tmp_path)
    refused(tmp_path / "run", r"needs psutil: pip install 'textmetrics-eval\[monitor\]'")


def test_a_helper_that_ends_at_once(tmp_path, monkeypatch):
    (tmp_path / "psutil.py").write_text("import os\nos._exit(5)\n")
    monkeypatch.syspath_prepend(tmp_path)
    refused(tmp_path / "run", "the process that monitors has ended with code 5")


BLOCK = """
import os, sys, time
from textmetrics.monitor import monitor, step
with monitor(FOLDER, interval=0.1):
    print("begun", flush=True)
    time.sleep(0.3)
"""


@pytest.mark.parametrize("leaving", ["os.kill(os.getpid(), 9)", "os._exit(0)"])
def test_a_process_that_ends_without_leaving_the_block(tmp_path, leaving):
    process = run(tmp_path, f"{BLOCK}    {leaving}\n")
    process.communicate(timeout=60)
    assert no_helper_of(process.pid)
    end = ended(tmp_path)
    assert (end["code"], end["signal"]) == (None, None)
    assert end["error"].startswith("the process ended without leaving the block")
    assert "stopped" not in end
    assert end["cpu_s"] >= 0
    assert [each.outcome for each in MonitoredRun.read(tmp_path).attempts] == ["crashed"]
    assert events(tmp_path)[-1]["event"] == "monitor_end"


def test_workers_that_live_on_do_not_keep_the_helper(tmp_path):
    """They have inherited the other end of its standard input."""
    body = f"{BLOCK}    if os.fork() == 0: time.sleep(30)\n    os.kill(os.getpid(), 9)\n"
    process = run(tmp_path, body, start_new_session=True)
    try:
        process.wait(60)
        assert no_helper_of(process.pid)
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def test_a_forked_process_that_ends_does_not_end_the_recording(tmp_path):
    body = (
        f"{BLOCK}    if (child := os.fork()) == 0: sys.exit(7)\n    os.waitpid(child, 0); step()\n"
    )
    run(tmp_path, body, code=0)
    found = [each["event"] for each in events(tmp_path, "step", "end")]
    assert found == ["step", "end"]
    assert ended(tmp_path)["code"] == 0


def test_ctrl_c(tmp_path):
    process = run(tmp_path, BLOCK.replace("0.3", "30"), start_new_session=True)
    assert process.stdout.readline() == "begun\n"
    os.killpg(process.pid, signal.SIGINT)
    assert "KeyboardInterrupt" in process.communicate(timeout=60)[1]
    end = ended(tmp_path)
    assert (end["signal"], end["stopped"]) == ("SIGINT", True)


STARTED = """
import sys
from textmetrics.monitor import monitor
monitor(FOLDER, interval=9).start()
"""


@pytest.mark.parametrize(
    ("leaving", "code", "said"),
    [
        ("", 0, {"code": None, "stopped": True}),
        ("sys.exit(3)", 3, {"code": None, "stopped": True}),
        ("1 / 0", 1, {"code": 1, "error": "ZeroDivisionError: division by zero"}),
    ],
)
def test_a_recording_that_nobody_stops_ends_with_the_interpreter(tmp_path, leaving, code, said):
    run(tmp_path, STARTED + leaving, code=code)
    end = ended(tmp_path)
    assert {name: end[name] for name in said} == said
    assert ("error" in end) == ("error" in said)


def test_a_program_that_closes_all_descriptors(tmp_path):
    run(tmp_path, f"{BLOCK}    os.closerange(3, 256)\n    time.sleep(0.3)\n", code=0)
    end = ended(tmp_path)
    assert (end["signal"], end["stopped"]) == ("SIGTERM", True)
    assert len(lines(tmp_path / "samples.jsonl")) > 3


def test_a_helper_that_is_killed_does_not_disturb(tmp_path):
    with monitor(tmp_path, interval=9):
        os.kill(events(tmp_path, "monitor")[0]["pid"], signal.SIGKILL)
        step()
    assert [each["event"] for each in events(tmp_path, "step", "end")] == ["step"]
