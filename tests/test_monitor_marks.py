"""Marks: whole lines whatever is given, from many processes, and never an error in training."""

from __future__ import annotations

import copy
import errno
import json
import logging
import math
import os
import resource
import signal
import subprocess
import sys
import threading
import time
from datetime import date
from decimal import Decimal
from enum import IntEnum
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import textmetrics.monitor.marks as marks
from textmetrics.monitor import Epoch, epoch, mark, missing, step


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Return a function that reads the events of a monitored process, without their times."""
    for name in ("RANK", "LOCAL_RANK"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TEXTMETRICS_MONITOR", str(tmp_path))
    return lambda: [without_times(line) for line in lines_of(tmp_path)]


def lines_of(folder, name="events.jsonl"):
    text = (folder / name).read_bytes()
    assert text.endswith(b"\n")
    return [json.loads(line) for line in text.splitlines() if line]


def without_times(line):
    assert 0 <= time.time() - line.pop("time") < 600
    assert 0 <= time.monotonic() - line.pop("clock") < 600
    return line


def test_an_environment_that_was_replaced(tmp_path, monkeypatch):
    """As parallel ``Dataset.map`` of datasets does: it leaves a copy in the place of os.environ."""
    monkeypatch.setattr(os, "environ", copy.deepcopy(os.environ))
    monkeypatch.setenv("TEXTMETRICS_MONITOR", str(tmp_path))
    mark("eval", f1=0.5)
    assert [line["f1"] for line in lines_of(tmp_path)] == [0.5]


def test_a_loop_of_training(run):
    for number in (1, 2):
        with epoch(number) as current:
            assert current.number == number
            for tokens in (3, 4):
                step(tokens=tokens, loss=0.5)
        mark("eval", rouge_l=0.25 * number)
    step(9, samples=8)
    step()
    epoch()
    missing("tokens", "not counted")
    missing("tokens", "not counted")
    steps = [
        {"event": "step", "step": n, "tokens": 3 + (n + 1) % 2, "loss": 0.5} for n in (1, 2, 3, 4)
    ]
    assert run() == [
        {"event": "epoch", "epoch": 1}, *steps[:2], {"event": "epoch_end", "epoch": 1},
        {"event": "mark", "name": "eval", "rouge_l": 0.25},
        {"event": "epoch", "epoch": 2}, *steps[2:], {"event": "epoch_end", "epoch": 2},
        {"event": "mark", "name": "eval", "rouge_l": 0.5},
        {"event": "step", "step": 9, "samples": 8}, {"event": "step", "step": 10},
        {"event": "epoch", "epoch": 3},
        {"event": "missing", "figure": "tokens", "reason": "not counted"},
    ]  # fmt: skip


def test_an_epoch_that_is_left_by_an_error_has_no_end(run):
    with pytest.raises(ZeroDivisionError), epoch(1):
        _ = 1 / 0
    assert run() == [{"event": "epoch", "epoch": 1}]


def test_an_epoch_that_is_not_whole(run):
    epoch(2, partial=True).end()
    epoch(3).end(partial=True)
    assert run() == [
        {"event": "epoch", "epoch": 2, "partial": True},
        {"event": "epoch_end", "epoch": 2},
        {"event": "epoch", "epoch": 3},
        {"event": "epoch_end", "epoch": 3, "partial": True},
    ]


def test_nothing_is_written_where_no_monitor_runs(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for value in (None, ""):
        if value is None:
            monkeypatch.delenv("TEXTMETRICS_MONITOR", raising=False)
        else:
            monkeypatch.setenv("TEXTMETRICS_MONITOR", value)
        with epoch(3) as current:
            step(tokens=3)
            mark("eval", rouge_l=1)
            missing("tokens", "none")
        assert isinstance(current, Epoch)
        assert current.number == 3
    assert list(tmp_path.iterdir()) == []


def test_the_variable_may_change_while_a_process_runs(tmp_path, monkeypatch):
    for name in ("a", "b", "a"):
        (tmp_path / name).mkdir(exist_ok=True)
        monkeypatch.setenv("TEXTMETRICS_MONITOR", str(tmp_path / name))
        step()
    assert [each["step"] for each in lines_of(tmp_path / "a")] == [1, 2]
    assert [each["step"] for each in lines_of(tmp_path / "b")] == [1]


@pytest.mark.parametrize("name", ["RANK", "LOCAL_RANK"])
def test_a_rank_has_a_file_of_its_own(tmp_path, monkeypatch, run, name):
    monkeypatch.setenv(name, "3")
    step()
    assert [each["step"] for each in lines_of(tmp_path, "events.rank3.jsonl")] == [1]
    assert not (tmp_path / "events.jsonl").exists()


class Color(IntEnum):
    RED = 2


class Hostile:
    def __str__(self):
        raise RuntimeError("no")

    __repr__ = __float__ = __str__


class Item:
    """What a GPU tensor does when the GPU is gone."""

    size = 1

    def item(self):
        raise RuntimeError("CUDA error")

    tolist = item


CYCLE: list = []
CYCLE.append(CYCLE)


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (None, None),
        (True, True),
        (np.bool_(True), True),
        (3, 3),
        (np.int64(3), 3),
        (np.uint64(2**63), 2.0**63),  # readers of 64 bits would refuse it
        (-(2**63), -(2**63)),
        (10**30, 1e30),
        pytest.param(10**5000, "<int: OverflowError>", id="10**5000"),
        (Color.RED, 2),
        (0.25, 0.25),
        (np.float32(0.25), 0.25),
        (np.float64(0.1), 0.1),
        (np.longdouble(0.25), 0.25),
        (np.array(0.25), 0.25),
        (np.array([0.25]), 0.25),
        (np.array([[1, 2]]), [[1, 2]]),
        (Decimal("0.25"), 0.25),
        (Fraction(1, 4), 0.25),
        (1 + 2j, "(1+2j)"),
        ("北京\n\"", "北京\n\""),
        ("\ud800x", "?x"),
        (np.str_("a"), "a"),
        (b"a", "b'a'"),
        (date(2026, 11, 29), "2026-11-29"),
        (np.datetime64("2026-11-29"), "2026-11-29"),
        (Path("a/b"), "a/b"),
        ((1, {"a": {2}}), [1, {"a": [2]}]),
        ({1: 2, None: 3}, {"1": 2, "None": 3}),
        (Hostile(), "<Hostile: RuntimeError>"),
        (Item(), "<Item: RuntimeError>"),
        (np.zeros(10_001), "<ndarray of 10,001>"),
    ],
)  # fmt: skip
def test_values_of_any_type(run, value, written):
    mark("x", value=value)
    step(value=value)
    line, same = run()
    assert line == {"event": "mark", "name": "x", "value": written}
    assert type(line["value"]) is type(written)
    assert same["value"] == written


@pytest.mark.parametrize(
    ("value", "note"),
    [
        (math.nan, "nan"),
        (-math.inf, "-inf"),
        (np.float32("inf"), "inf"),
        (np.array([np.nan]), "nan"),
        ([1.0, math.nan], "has a number that is not finite"),
        ("a" * 9_999, "10,001 bytes are too long"),
        (["é" * 2_000], "12,004 bytes are too long"),
    ],
)
def test_a_value_that_has_no_number_is_null_with_a_note(run, value, note):
    mark("x", value=value, other=1)
    assert run() == [
        {"event": "mark", "name": "x", "value": None, "other": 1, "notes": {"value": note}}
    ]


def test_a_list_in_itself(run):
    mark("x", value=CYCLE)
    assert "[[...]]" in json.dumps(run())


def test_names_that_a_line_has_of_its_own(run):
    mark("x", name="a", event="b", time=1, clock=2, notes=3, time_=4, step=5)
    step(1, step=2, name="n")
    assert run() == [
        {
            "event": "mark", "name": "x", "name_": "a", "event_": "b", "time__": 1, "clock_": 2,
            "notes_": 3, "time_": 4, "step": 5,
        },
        {"event": "step", "step": 1, "step_": 2, "name": "n"},
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("", ""),
        ("評価/東京", "評価/東京"),
        ("a\udc80", "a?"),
        ("x" * 9_999, "x" * 1_000),
        (None, "None"),
        (3, "3"),
        (["a"], "['a']"),
        (Hostile(), "<Hostile: RuntimeError>"),
    ],
)
def test_a_name_is_text(run, name, written):
    mark(name)
    missing(name, name)
    missing(name, name)
    assert run() == [
        {"event": "mark", "name": written},
        {"event": "missing", "figure": written, "reason": written},
    ]


@pytest.mark.parametrize(
    ("number", "written", "then"),
    [
        (np.int64(7), 7, 8),
        (7.0, 7, 8),
        (np.array(7), 7, 8),
        (-1, -1, 0),
        (0, 0, 1),
        (1.5, 1.5, 1),
        ("x", "x", 1),
        (math.nan, None, 1),
    ],
)
def test_steps_go_on_from_a_number(run, number, written, then):
    step(number)
    step()
    assert [each["step"] for each in run()] == [written, then]


anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters())
    | st.binary()
    | st.complex_numbers()
    | st.builds(Hostile)
    | st.builds(Item)
    | st.sampled_from([CYCLE, np.float32(2), np.array([1.0, np.nan]), object]),
    lambda each: st.lists(each) | st.dictionaries(st.text(st.characters()) | st.integers(), each),
    max_leaves=8,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=anything,
    values=st.dictionaries(st.text(st.characters()), anything),
    number=anything,
    tokens=anything,
)
def test_any_marks_are_lines_of_strict_json(tmp_path, run, name, values, number, tokens):
    import msgspec

    (tmp_path / "events.jsonl").unlink(missing_ok=True)
    marks._runs.clear()
    mark(name, **values)
    step(
        number, tokens=tokens, **{k: v for k, v in values.items() if k not in ("tokens", "samples")}
    )
    with epoch(number):
        pass
    missing("x", name)
    lines = (tmp_path / "events.jsonl").read_bytes().splitlines()
    found = [msgspec.json.decode(line)["event"] for line in lines]
    assert found == ["mark", "step", "epoch", "epoch_end", "missing"]
    assert len(json.loads(lines[0])) >= 4 + len(values)
    assert all(each in lines[0].decode() for each in ('"time"', '"clock"'))


def in_process(code, folder, **options):
    return subprocess.Popen(
        [sys.executable, "-c", code],
        env={**os.environ, "TEXTMETRICS_MONITOR": str(folder)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **options,
    )


MANY = """
from textmetrics.monitor import step
import sys
print("ready", flush=True)
sys.stdin.read(1)
for _ in range(2000):
    step(tokens=7, text="x" * 300)
"""


def test_lines_of_many_processes_are_whole(tmp_path, run):
    started = [in_process(MANY, tmp_path, stdin=subprocess.PIPE) for _ in range(8)]
    ready = [each.stdout.readline() for each in started]
    for each in started:
        each.stdin.write("x")
        each.stdin.flush()
    assert [each.communicate()[1] for each in started] == [""] * 8
    assert ready == ["ready\n"] * 8
    found = lines_of(tmp_path)
    assert len(found) == 16_000
    assert sorted(line["step"] for line in found) == sorted(list(range(1, 2001)) * 8)


def test_a_killed_process_leaves_whole_lines(tmp_path, run):
    long = MANY.replace("2000", "1_000_000")
    process = in_process(long, tmp_path, stdin=subprocess.PIPE)
    try:
        process.stdin.write("x")
        process.stdin.flush()
        file = tmp_path / "events.jsonl"
        while not file.exists() or file.read_bytes().count(b"\n") < 500:
            time.sleep(0.01)
    finally:
        process.kill()
        process.communicate()
    found = [line["step"] for line in lines_of(tmp_path)]
    assert found == list(range(1, len(found) + 1))


def test_threads(run):
    def work():
        for _ in range(500):
            step()

    threads = [threading.Thread(target=work) for _ in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(line["step"] for line in run()) == list(range(1, 4001))
    assert len(marks._runs[next(iter(marks._runs))]._open) == 1


FORKING = """
import os
from textmetrics.monitor import mark, step
step(10)
children = []
for child in range(4):
    if (pid := os.fork()) == 0:
        os.closerange(3, 100)
        own = os.open("data.bin", os.O_WRONLY | os.O_CREAT)  # takes a number that was closed
        for _ in range(100):
            mark("child", child=child)
        os.write(own, b"mine")
        os._exit(0)
    children.append(pid)
for pid in children:
    os.waitpid(pid, 0)
os.closerange(3, 100)
own = os.open("data.bin", os.O_WRONLY)
step()
os.close(own)
step()
"""


def test_forked_processes_and_closed_descriptors(tmp_path, run):
    process = in_process(FORKING, tmp_path, cwd=tmp_path)
    assert process.communicate()[1] == ""
    assert (tmp_path / "data.bin").read_bytes() == b"mine"
    found = lines_of(tmp_path)
    assert [line["step"] for line in found if line["event"] == "step"] == [10, 11, 12]
    for child in range(4):
        assert sum(line.get("child") == child for line in found) == 100


def test_a_folder_that_disappears_and_comes_back(tmp_path, monkeypatch, caplog):
    folder = tmp_path / "run"
    folder.mkdir()
    monkeypatch.setenv("TEXTMETRICS_MONITOR", str(folder))
    step()
    (folder / "events.jsonl").unlink()
    folder.rmdir()
    for _ in range(3):
        step()
    assert not folder.exists()  # never made again behind somebody's back
    [told] = caplog.records
    assert "marks are lost, cannot write" in told.message
    assert "No such file or directory" in told.message
    folder.mkdir()
    step()
    assert [line["step"] for line in lines_of(folder)] == [5]


def test_a_full_disk(tmp_path, run, caplog, monkeypatch):
    """A limit of the file's size stands for a full disk: half of a line is written, as there."""
    step()
    size = (tmp_path / "events.jsonl").stat().st_size
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size + 20, before[1]))
    try:
        for _ in range(3):
            step()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)
    step()
    lines = (tmp_path / "events.jsonl").read_bytes().splitlines()
    assert [json.loads(line)["step"] for line in (lines[0], lines[-1])] == [1, 5]
    [told] = caplog.records
    assert "written in part" in told.message


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has /dev/full")
def test_a_disk_without_any_space(tmp_path, run, caplog):
    (tmp_path / "events.jsonl").symlink_to("/dev/full")
    for _ in range(3):
        step()
    [told] = caplog.records
    assert os.strerror(errno.ENOSPC) in told.message


def test_a_handler_that_fails_does_not_stop_training(tmp_path, monkeypatch, capsys):
    class Failing(logging.Handler):
        def emit(self, record):
            raise RuntimeError("no")

    monkeypatch.setenv("TEXTMETRICS_MONITOR", str(tmp_path / "none"))
    handler = Failing()
    logging.getLogger("textmetrics.monitor").addHandler(handler)
    try:
        step()
    finally:
        logging.getLogger("textmetrics.monitor").removeHandler(handler)
    assert capsys.readouterr().err == "marks are lost: no\n"


def test_the_marks_load_the_standard_library_alone():
    code = (
        "import sys; before = set(sys.modules)\n"
        "from textmetrics.monitor import epoch, mark, step\n"
        "step(); print(*sorted({m.partition('.')[0] for m in set(sys.modules) - before}))"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    # Python's own, though it does not list it among its names.
    standard = {*sys.stdlib_module_names, "_xxsubinterpreters"}
    assert set(out.stdout.split()) - standard == {"textmetrics"}


@pytest.mark.integration("torch")
def test_tensors_and_workers_of_a_data_loader(tmp_path, run):
    import torch
    from torch.utils.data import DataLoader

    mark(
        "eval",
        loss=torch.tensor(0.25),
        low=torch.tensor(0.5, dtype=torch.bfloat16, requires_grad=True),
    )
    step(torch.tensor(4), tokens=torch.tensor(12), many=torch.arange(3), large=torch.zeros(20_000))
    assert run() == [
        {"event": "mark", "name": "eval", "loss": 0.25, "low": 0.5},
        {
            "event": "step", "step": 4, "tokens": 12, "many": [0, 1, 2],
            "large": "<Tensor of 20,000>",
        },
    ]  # fmt: skip
    loader = DataLoader(range(40), num_workers=2, collate_fn=marked)
    assert sum(batch[0] for batch in loader) == sum(range(40))
    assert sorted(line["item"] for line in run()[2:]) == list(range(40))


def marked(batch):
    mark("loaded", item=batch[0])
    return batch
