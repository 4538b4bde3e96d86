"""Reading monitored runs, and their figures: expected values are computed by hand beside them."""

from __future__ import annotations

import io
import itertools
import json
import math
import os
import re
import shutil
import signal
import threading
from pathlib import Path
from typing import get_args

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.monitored import START, Run
from textmetrics.monitor import FIGURES, MonitoredRun
from textmetrics.records import DataError, InputError, OpenError

GB = 10**9


def gpu(index=0, utilization=None, memory=None, own=None, power=None, temperature=None):
    return {
        "index": index,
        "utilization": utilization,
        "memory_bytes": memory,
        "process_memory_bytes": own,
        "power_w": power,
        "temperature_c": temperature,
    }


def figures(folder):
    return MonitoredRun.read(folder).figures()


def value(folder, name):
    return figures(folder)[name].value


@pytest.fixture
def run(tmp_path):
    return Run(tmp_path / "a").monitor(0).start(0)


# --- epochs and steps


@pytest.mark.parametrize(
    ("marks", "times"),
    [
        # by `epoch_end`: 10 - 2 and 31 - 11
        (
            [("epoch", 2, 1), ("epoch_end", 10, 1), ("epoch", 11, 2), ("epoch_end", 31, 2)],
            [8, 20],
        ),
        # by the next epoch: 11 - 2; the last by the end of the command: 40 - 11
        ([("epoch", 2, 1), ("epoch", 11, 2)], [9, 29]),
        # an evaluation between two epochs belongs to neither
        ([("epoch", 0, 1), ("epoch_end", 10, 1), ("epoch", 25, 2), ("epoch_end", 35, 2)], [10, 10]),
        # the end of another epoch is none of this one
        ([("epoch", 5, 1), ("epoch_end", 6, 7), ("epoch_end", 8, 1)], [3]),
        # an end without a begin says nothing
        ([("epoch_end", 8, 1)], []),
        # numbers may be anything, such as the half epochs of transformers
        ([("epoch", 5, 0.5), ("epoch_end", 8, 0.5)], [3]),
    ],
)
def test_epochs(run, marks, times):
    for event, at, number in marks:
        run.event(event, at, epoch=number)
    run.end(40)
    found = MonitoredRun.read(run.folder)
    assert [e.end - e.start for e in found.epochs if e.end is not None] == pytest.approx(times)
    mean = found.figures()["epoch_s"]
    assert mean.value == (pytest.approx(sum(times) / len(times)) if times else None)
    assert bool(mean.reason) == (not times)


@pytest.mark.parametrize("outcome", [{"code": None, "signal": "SIGKILL"}, {"code": 1}, None])
def test_an_epoch_that_a_crash_cut_off_has_no_time(run, outcome):
    run.event("epoch", 1, epoch=1).event("epoch", 11, epoch=2)
    if outcome:
        run.end(15, **outcome)
    found = figures(run.folder)["epoch_s"]
    assert found.value == 10
    assert found.details == "10.0; 1 not whole"


def test_an_epoch_that_is_done_again_counts_and_one_resumed_in_its_middle_does_not(run):
    run.event("epoch", 0, epoch=1)
    for step in range(1, 5):
        run.event("step", step, step=step)
    run.end(5, code=1).start(6, attempt=2)
    # From the beginning again: 16 - 6.
    run.event("epoch", 6, epoch=1).event("step", 7, step=1).event("epoch", 16, epoch=2)
    run.event("step", 17, step=11).end(20, attempt=2, code=1)
    # Epoch 2 goes on at step 14, so its 4 s are not those of a whole one.
    run.start(21, attempt=3).event("epoch", 21, epoch=2).event("step", 22, step=14)
    run.event("epoch_end", 25, epoch=2).end(26, attempt=3)
    assert figures(run.folder)["epoch_s"].value == 10


def test_steps_are_counted_between_the_marks_of_an_attempt(run):
    # Attempt 1: 4 steps in 2 s; attempt 2: 10 steps in 1 s, marked once for ten: 14 / 3.
    for at, step in [(10, 1), (11, 3), (12, 5)]:
        run.event("step", at, step=step, tokens=600, samples=8)
    run.end(20, code=1).start(30, attempt=2)
    run.event("step", 40, step=10, tokens=100, samples=8)
    run.event("step", 41, step=20, tokens=900, samples=8).end(50, attempt=2)
    found = figures(run.folder)
    assert found["steps_per_s"].value == pytest.approx(14 / 3)
    # Tokens of the first mark of an attempt came before it: 600 + 600 + 900.
    assert found["tokens_per_s"].value == pytest.approx(2100 / 3)
    assert found["samples_per_s"].value == pytest.approx(24 / 3)


def test_a_new_stage_that_counts_anew_has_no_negative_steps(run):
    for at, step in [(1, 1), (2, 2), (3, 3), (13, 1), (14, 2)]:
        run.event("step", at, step=step)
    # 2 steps in 2 s, and 1 step in 1 s; the 10 s between are those of neither.
    assert value(run.folder, "steps_per_s") == pytest.approx(3 / 3)


@pytest.mark.parametrize("odd", ["12", None, True, [1], -3, 1e300])
def test_marks_that_are_no_numbers_are_left_out(run, odd):
    run.event("step", 1, step=1, tokens=5).event("step", 2, step=odd, tokens=odd)
    run.event("step", 3, step=3, tokens=5).event("step", 4, step=4, tokens=5)
    found = figures(run.folder)
    assert found["steps_per_s"].value == pytest.approx(1)
    assert found["tokens_per_s"].value == pytest.approx(5)


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("epoch_s", "no epoch was marked"),
        ("steps_per_s", "no step was marked"),
        ("tokens_per_s", "no step was marked"),
        ("memory_peak_bytes", "no sample was taken"),
        ("gpu_utilization", "no sample was taken"),
        ("cpu_cores", "no sample was taken"),
    ],
)
def test_what_is_unknown_says_why(run, name, part):
    run.end(1)
    found = figures(run.folder)[name]
    assert found.value is None
    assert part in found.reason


def test_the_reason_of_the_monitor_comes_first(run):
    run.event("missing", 0, figure="gpus", reason="no NVIDIA driver that answers")
    run.event("missing", 0, figure="read_bytes", reason="process 7 belongs to another user")
    run.sample(1, rss_bytes=1)
    found = figures(run.folder)
    assert found["gpu_power_w"].reason == "no NVIDIA driver that answers"
    assert found["disk_read_bytes_per_s"].reason == "process 7 belongs to another user"
    assert found["disk_write_bytes_per_s"].reason == "no sample has it"


def test_every_figure_has_a_value_or_a_reason(run):
    for folder in (run.folder, run.sample(1, rss_bytes=1).folder, run.end(2).folder):
        found = figures(folder)
        groups = ("performance", "resources", "reliability")
        ours = [name for name, each in FIGURES.items() if each.group in groups]
        assert set(found) <= set(ours)
        for name, each in found.items():
            assert (each.value is None) == bool(each.reason), name
            assert each.value is None or math.isfinite(each.value)


# --- resources


def test_memory_is_weighted_by_time(run):
    # Three samples a second apart, then one that is late. Each stands for the time that is nearer
    # to it: 0-1.5 s 1 GB, 1.5-2.5 s 2 GB, 2.5-6.5 s 3 GB, 6.5-12 s 5 GB.
    for at, size in [(1, 1), (2, 2), (3, 3), (10, 5)]:
        run.sample(at, rss_bytes=size * GB)
    run.end(12)
    found = figures(run.folder)
    assert found["memory_peak_bytes"].value == 5 * GB
    mean = (1.5 * 1 + 1 * 2 + 4 * 3 + 5.5 * 5) / 12
    assert found["memory_mean_bytes"].value == pytest.approx(mean * GB)
    assert found["memory_utilization"].value == pytest.approx(5 / 64)


def test_values_that_are_null_leave_their_time_to_their_neighbours(run):
    # Unique memory is measured now and then: 0-2 s 1 GB, 2-4 s 3 GB.
    for at, size in [(1, GB), (2, None), (3, 3 * GB)]:
        run.sample(at, uss_bytes=size, rss_bytes=GB)
    run.end(4)
    found = figures(run.folder)
    assert found["unique_memory_mean_bytes"].value == pytest.approx(2 * GB)
    assert found["unique_memory_peak_bytes"].value == 3 * GB


def test_cpu_is_what_the_end_says_or_the_last_sample(run):
    run.sample(4, cpu_s=8.0).end(5, cpu_s=11.0)  # 11 s in 5 s
    assert value(run.folder, "cpu_cores") == pytest.approx(11 / 5)
    run.start(10, attempt=2).sample(14, attempt=2, cpu_s=2.0)  # no end: 2 s in 4 s
    assert value(run.folder, "cpu_cores") == pytest.approx(13 / 9)


def test_disks_count_from_the_start_to_the_last_sample(run):
    run.sample(1, read_bytes=10**6, write_bytes=0).sample(4, read_bytes=8 * 10**6, write_bytes=0)
    run.end(100, code=1).start(200, attempt=2)
    run.sample(206, attempt=2, read_bytes=2 * 10**6, write_bytes=5 * 10**6).end(300, attempt=2)
    # 8 MB in 4 s and 2 MB in 6 s; 5 MB in 10 s.
    found = figures(run.folder)
    assert found["disk_read_bytes_per_s"].value == pytest.approx(10**6)
    assert found["disk_write_bytes_per_s"].value == pytest.approx(500_000)
    assert found["disk_read_bytes_per_s"].details == "10.0 MB in all"


def test_what_an_end_says_of_an_attempt_is_of_all_of_it(run):
    run.sample(1, rss_bytes=GB, read_bytes=10, write_bytes=10**6, cpu_s=1.0)
    # The kernel saw one process with 3 GB between samples; the event is written a second late.
    run.end(6, seconds=5.0, cpu_s=10.0, read_bytes=10, write_bytes=10**7, process_rss_bytes=3 * GB)
    found = figures(run.folder)
    assert found["running_s"].value == 5
    assert found["cpu_cores"].value == pytest.approx(2)
    assert found["disk_write_bytes_per_s"].value == pytest.approx(2 * 10**6)
    assert found["memory_peak_bytes"].value == 3 * GB
    assert found["memory_mean_bytes"].value == GB


def test_a_command_too_short_for_a_sample_has_what_the_kernel_says(run):
    run.end(0.05, code=0, seconds=0.05, cpu_s=0.04, process_rss_bytes=GB)
    found = figures(run.folder)
    assert found["memory_peak_bytes"].value == GB
    assert found["cpu_cores"].value == pytest.approx(0.8)
    assert found["memory_mean_bytes"].reason == "no sample was taken"


def test_the_network_is_what_the_counters_of_the_machine_rose(run):
    # Counters begin anywhere, and may begin anew: 125 MB in 2 s are 0.5 Gbit/s.
    for at, sent in [(1, 5 * GB), (2, 5 * GB + 125 * 10**6), (3, 0)]:
        run.sample(at, net_sent_bytes=sent, net_received_bytes=7)
    found = figures(run.folder)
    assert found["network_sent_bits_per_s"].value == pytest.approx(0.5e9)
    assert found["network_received_bits_per_s"].value == 0
    assert "machine" in FIGURES["network_sent_bits_per_s"].label


def test_gpus(run):
    # Samples at 1 and 3 s of an attempt of 4 s stand for 2 s each.
    run.sample(1, gpus=[gpu(0, 0.05, 10 * GB, 4 * GB, 100.0, 60), gpu(1, 0.5, GB, GB, 50.0, 40)])
    run.sample(3, gpus=[gpu(0, 0.95, 30 * GB, 8 * GB, 300.0, 70), gpu(1, 0.1, GB, GB, 50.0, 41)])
    run.end(4)
    found = figures(run.folder)
    assert found["gpu_utilization"].value == pytest.approx((0.05 + 0.95 + 0.5 + 0.1) / 4)
    assert found["gpu_idle_share"].value == pytest.approx(1 / 4)  # 0.1 is not below 0.1
    assert found["gpu_memory_peak_bytes"].value == 31 * GB
    assert found["gpu_memory_mean_bytes"].value == pytest.approx(21 * GB)
    assert found["gpu_own_memory_peak_bytes"].value == 9 * GB
    assert found["gpu_power_w"].value == pytest.approx(200 + 50)
    assert found["gpu_temperature_max_c"].value == 70
    assert found["gpu_utilization"].details == "GPU 0: 50.0, GPU 1: 30.0"


def test_only_gpus_that_the_command_used_count(run):
    run.sample(1, gpus=[gpu(0, 0.0, GB, 0), gpu(1, 0.8, GB, GB), gpu(2, 0.0, GB, 0)]).end(2)
    assert value(run.folder, "gpu_utilization") == pytest.approx(0.8)
    assert value(run.folder, "gpu_memory_peak_bytes") == GB


@pytest.mark.parametrize(
    ("visible", "expected"),
    [("1", 0.8), ("0,1", 0.4), (None, 0.5), ("", 0.5), ("GPU-8a1b", 0.5), ("7", 0.5), (3, 0.5)],
)
def test_where_the_driver_tells_no_processes_the_visible_gpus_count(tmp_path, visible, expected):
    run = Run(tmp_path).monitor(cuda_visible_devices=visible).start()
    run.sample(1, gpus=[gpu(0, 0.0), gpu(1, 0.8), gpu(2, 0.7)]).end(2)
    assert value(tmp_path, "gpu_utilization") == pytest.approx(expected)


def test_a_gpu_of_another_machine_is_another_gpu(tmp_path):
    first = Run(tmp_path, host="node1").monitor().start()
    first.sample(1, gpus=[gpu(0, 0.2, GB), gpu(1, 0.2, GB)]).end(2, code=1)
    second = Run(tmp_path, host="node2", boot="9f00").monitor(100).start(100, attempt=2)
    second.sample(101, attempt=2, gpus=[gpu(0, 0.8, GB)]).end(106, attempt=2)
    found = figures(tmp_path)
    # 2 s each of two GPUs, and 6 s of another one.
    assert found["gpu_utilization"].value == pytest.approx((2 * 2 * 0.2 + 6 * 0.8) / 10)
    assert "node2 GPU 0: 80.0" in found["gpu_utilization"].details
    assert found["gpu_memory_peak_bytes"].value == 2 * GB
    assert found["gpu_memory_mean_bytes"].value == pytest.approx((2 * 2 + 6) / 8 * GB)


def test_of_many_gpus_details_have_the_range(run):
    run.sample(1, gpus=[gpu(n, n / 10, GB, GB) for n in range(10)]).end(2)
    assert figures(run.folder)["gpu_utilization"].details == "10 from 0 to 90.0"


def test_samples_in_any_order_are_put_in_order(tmp_path):
    """As if two threads wrote them: the same figures."""
    for name, step in (("a", 1), ("b", -1)):
        run = Run(tmp_path / name).monitor().start().end(9, code=1).start(10, attempt=2)
        samples = [(1, 1, 5), (3, 1, 7), (8, 1, 1), (11, 2, 2), (15, 2, 9)]
        for at, attempt, size in samples[::step]:
            both = [gpu(0, size / 10, size * GB), gpu(1, 0.5, GB)]
            run.sample(at, attempt, rss_bytes=size * GB, read_bytes=at, gpus=both[::step])
        run.end(20, attempt=2)
    assert figures(tmp_path / "b") == figures(tmp_path / "a")


def test_how_use_changed_over_time(run):
    run.sample(1, rss_bytes=GB, gpus=[gpu(0, 0.2), gpu(1, 0.4)])
    run.sample(3, rss_bytes=3 * GB, gpus=[gpu(0, 0.8), gpu(1, 1.0)]).end(4, code=1)
    run.start(6, attempt=2).sample(7, 2, rss_bytes=2 * GB, gpus=[gpu(0, 0.6)]).end(8, attempt=2)
    found = MonitoredRun.read(run.folder)
    at, memory = found.over_time("rss_bytes")
    assert (at - START).tolist() == pytest.approx([0, 2, 4, 6, 8])
    assert (memory / GB).tolist() == [1, 3, 0, 2, 0]
    at, share = found.over_time("gpus.utilization")
    assert (at - START).tolist() == pytest.approx([0, 2, 4, 6, 8])
    assert share.tolist() == pytest.approx([0.3, 0.9, 0, 0.6, 0])
    assert [len(each) for each in found.over_time("gpus.power_w")] == [0, 0]
    with pytest.raises(ValueError, match=r"known: rss_bytes, uss_bytes, gpus\.memory_bytes"):
        found.over_time("cpu")


def test_the_memory_of_the_machine_may_be_unknown(tmp_path):
    run = Run(tmp_path).monitor(memory_total_bytes=None).start().sample(1, rss_bytes=GB)
    found = figures(run.folder)["memory_utilization"]
    assert (found.value, found.reason) == (None, "the memory of the machine is not known")


def test_the_cost_of_the_monitor(run):
    run.sample(5, monitor_cpu_s=0.01, monitor_rss_bytes=30_000_000)
    assert value(run.folder, "monitor_cpu_share") == pytest.approx(0.01 / 5)
    run.end(10).event("monitor_end", 10, samples=1, cpu_s=0.05, rss_bytes=31_000_000)
    assert value(run.folder, "monitor_cpu_share") == pytest.approx(0.05 / 10)
    assert value(run.folder, "monitor_memory_bytes") == 31_000_000


# --- reliability


def test_a_run_without_crashes(run):
    run.end(7200)
    found = figures(run.folder)
    names = ("attempts", "crashes", "crash_rate", "crashes_per_h", "restarts", "restart_lost_s")
    assert [found[name].value for name in names] == [1, 0, 0, 0, 0, 0]
    assert found["running_s"].value == found["wall_s"].value == 7200


def crashed(folder):
    """Attempts of 100, 50 and 30 s, with 10 s and 20 s between them."""
    run = Run(folder).monitor(0).start(0)
    run.event("step", 40, step=1).event("step", 90, step=2)
    run.end(100, code=None, signal="SIGSEGV", stderr=["boom"]).event("restart", 100, attempt=2)
    run.start(110, attempt=2).event("step", 130, step=2)  # step 2 again
    run.end(160, attempt=2, code=1).start(180, attempt=3)
    run.event("step", 185, step=2).event("step", 195, step=3).end(210, attempt=3)
    return run


def test_crashes_restarts_and_the_time_that_they_cost(tmp_path):
    found = figures(crashed(tmp_path).folder)
    assert found["attempts"].value == 3
    assert found["crashes"].value == 2
    assert found["crashes"].details == "SIGSEGV, exit code 1"
    assert found["crash_rate"].value == pytest.approx(2 / 3)
    assert found["running_s"].value == 180
    assert found["crashes_per_h"].value == pytest.approx(2 / (180 / 3600))
    assert found["restarts"].value == 2
    assert found["wall_s"].value == 210
    # From the crash at 100 s attempt 2 came to no new step until it crashed at 160 s, and from then
    # on the next one at 195 s.
    assert found["restart_lost_s"].value == 60 + 35
    assert found["restart_lost_s"].details == "60.0, 35.0"


def test_without_step_marks_the_time_until_the_next_start_is_lost(run):
    run.end(10, code=3).start(14, attempt=2).end(20, attempt=2, code=3).start(21, attempt=3).end(
        30, 3
    )
    assert value(run.folder, "restart_lost_s") == 4 + 1


def test_steps_reached_are_those_of_the_last_stage_of_training(run):
    for at, step in [(1, 100), (2, 200), (3, 1), (4, 2)]:
        run.event("step", at, step=step)
    run.end(5, code=1).start(6, attempt=2)
    for at, step in [(8, 2), (9, 3)]:
        run.event("step", at, step=step)
    run.end(10, attempt=2)
    assert value(run.folder, "restart_lost_s") == 9 - 5


@pytest.mark.parametrize("first", [1, 11])
def test_after_a_run_that_finished_steps_are_those_of_another_one(run, first):
    """It began anew in the same folder, or went on from where it had finished."""
    for step in range(1, 11):
        run.event("step", step, step=step)
    run.end(20).monitor(100).start(100, attempt=2)
    run.event("step", 101, step=first).event("step", 102, step=first + 1).end(
        103, attempt=2, code=1
    )
    run.start(104, attempt=3).event("step", 106, step=first + 1)
    run.event("step", 107, step=first + 2).end(110, attempt=3)
    assert value(run.folder, "restart_lost_s") == 107 - 103


def test_many_causes_of_crashes(run):
    run.end(1, code=1)
    for number in range(2, 14):
        run.start(number, attempt=number)
        run.end(number + 0.5, attempt=number, code=number if number > 4 else 1)
    details = figures(run.folder)["crashes"].details
    assert details.startswith("exit code 1 × 4, exit code 5, ")
    assert details.endswith(", 2 other causes")


@pytest.mark.parametrize(
    ("end", "outcome", "crashes"),
    [
        ({"code": 0}, "finished", 0),
        ({"code": 1}, "crashed", 1),
        ({"code": 255}, "crashed", 1),
        ({"code": None, "signal": "SIGKILL"}, "crashed", 1),
        ({"code": None, "signal": "SIGTERM"}, "crashed", 1),  # nobody asked the monitor
        ({"code": None, "signal": "SIGTERM", "stopped": True}, "stopped", 0),
        ({"code": 130, "stopped": True}, "stopped", 0),
        ({"code": 0, "stopped": True}, "stopped", 0),
        ({"code": None}, "finished", 0),
        ({"code": None, "error": "killed"}, "crashed", 1),
        ({"code": 1, "error": "ValueError: no"}, "crashed", 1),
        ({"code": None, "stopped": True}, "stopped", 0),
    ],
)
def test_outcomes(run, end, outcome, crashes):
    run.end(5, **end)
    found = MonitoredRun.read(run.folder)
    assert [each.outcome for each in found.attempts] == [outcome]
    assert found.figures()["crashes"].value == crashes


def test_no_end_was_recorded(run):
    run.sample(7, rss_bytes=1).event("step", 9, step=1)
    [attempt] = MonitoredRun.read(run.folder).attempts
    assert attempt.outcome == "no end"
    assert attempt.seconds == 9  # its last line
    found = figures(run.folder)
    assert found["crashes"].value == 0
    assert found["attempts"].details == "1 without a recorded end"


def test_a_run_that_goes_on_is_told_from_one_without_an_end(run):
    fcntl = pytest.importorskip("fcntl")
    with open(run.folder / "events.jsonl", "rb+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        found = MonitoredRun.read(run.folder)
        assert found.is_running
        assert [each.outcome for each in found.attempts] == ["running"]
        # An attempt that ended did so, although the monitor is still there.
        run.end(3, code=1)
        assert [e.outcome for e in MonitoredRun.read(run.folder).attempts] == ["crashed"]
    assert not MonitoredRun.read(run.folder).is_running


def test_whoever_reads_a_run_does_not_keep_a_monitor_from_going_on(run):
    fcntl = pytest.importorskip("fcntl")
    from textmetrics.monitor.writer import RunFiles

    with open(run.folder / "events.jsonl", "rb") as file:
        fcntl.flock(file, fcntl.LOCK_SH)  # as a reader has it for a moment
        threading.Timer(0.02, lambda: fcntl.flock(file, fcntl.LOCK_UN)).start()
        files = RunFiles(str(run.folder))
    assert MonitoredRun.read(run.folder).is_running
    files.close()
    assert not MonitoredRun.read(run.folder).is_running


# --- resumed runs, other boots and machines


def test_a_resumed_run_is_one_run(run):
    run.event("step", 5, step=1).event("step", 10, step=2).sample(10, rss_bytes=2 * GB)
    # The monitor was killed with the command; a day later it goes on.
    day = 86_400.0
    run.monitor(day).start(day, attempt=2).event("step", day + 4, step=2)
    run.event("step", day + 6, step=3).sample(day + 5, attempt=2, rss_bytes=GB)
    run.end(day + 10, attempt=2).event("monitor_end", day + 10, samples=1)
    found = MonitoredRun.read(run.folder)
    assert found.sessions == 2
    assert [each.outcome for each in found.attempts] == ["no end", "finished"]
    shown = found.figures()
    assert shown["running_s"].value == shown["wall_s"].value == 20  # without the day
    assert shown["restarts"].value == 0
    assert shown["restarts"].details == "1 resumed by hand"
    # Until step 3, which was not reached before; the day is nobody's loss.
    assert shown["restart_lost_s"].value == 6
    assert shown["memory_mean_bytes"].value == pytest.approx(1.5 * GB)


def test_clocks_of_another_boot_begin_anew(tmp_path):
    first = Run(tmp_path, booted=50_000.0).monitor(0).start(0)
    first.event("step", 1, step=1).end(10, code=1).event("monitor_end", 10)
    # The same wall clock an hour later, on another machine that was booted 5 s before.
    second = Run(tmp_path, boot="9f00", host="node2", booted=5.0 - 3600.0)
    second.monitor(3600).start(3601, attempt=2).event("step", 3604, step=2)
    second.sample(3602, attempt=2, rss_bytes=1).end(3611, attempt=2)
    found = MonitoredRun.read(tmp_path)
    starts = [each.start - START for each in found.attempts]
    assert starts == pytest.approx([0, 3601])
    assert [each.host for each in found.attempts] == ["node1", "node2"]
    assert found.figures()["running_s"].value == 20
    assert found.figures()["restart_lost_s"].value == 3  # from its own start to step 2


@pytest.mark.parametrize("jump", [-86_400.0, -3.5, 3.5, 86_400.0, 1e9])
def test_a_jump_of_the_time_changes_no_figure(tmp_path, jump):
    crashed(tmp_path / "a")
    shutil.copytree(tmp_path / "a", tmp_path / "b")
    path = tmp_path / "b" / "events.jsonl"
    lines = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    for line in lines[4:]:  # after the monitor began
        line["time"] += jump
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    assert figures(tmp_path / "b") == figures(tmp_path / "a")


# --- ranks


def test_ranks_are_added_where_sums_mean_something(tmp_path):
    for rank in (0, 1):
        run = Run(tmp_path, rank).monitor().start()
        for at in (1, 3):
            run.sample(
                at + rank / 2,  # sampled at other moments
                rss_bytes=(rank + 1) * GB,
                cpu_s=at * 2.0,
                read_bytes=at * 10**6,
                net_received_bytes=at * 10**6,
                gpus=[gpu(0, 0.2 if rank else 0.9, GB, GB), gpu(1, 0.5, GB, 0)],
            )
        run.end(4, cpu_s=8.0)
    found = figures(tmp_path)
    assert found["memory_peak_bytes"].value == 3 * GB
    assert found["memory_mean_bytes"].value == pytest.approx(3 * GB)
    assert found["cpu_cores"].value == pytest.approx(4)
    # 3 MB each, until 3 and 3.5 s.
    assert found["disk_read_bytes_per_s"].value == pytest.approx(6e6 / 3.5)
    # Of the machine, once: 2 MB in 2 s.
    assert found["network_received_bits_per_s"].value == pytest.approx(8e6)
    # A GPU that both see is one GPU, and its processes' memory is that of both.
    assert found["gpu_utilization"].value == pytest.approx(0.9)
    assert found["gpu_memory_peak_bytes"].value == GB
    assert found["gpu_own_memory_peak_bytes"].value == 2 * GB
    assert found["memory_utilization"].value == pytest.approx(3 / 64)


def test_ranks_of_two_machines(tmp_path):
    for rank in (0, 1):
        run = Run(tmp_path, rank, host=f"node{rank}", boot=f"b{rank}", booted=rank * 500.0)
        run.monitor().start()
        for at in (1, 3):
            run.sample(at, rss_bytes=GB, net_sent_bytes=at * 10**6, gpus=[gpu(0, rank * 0.5)])
        run.end(4)
    found = figures(tmp_path)
    assert found["network_sent_bits_per_s"].value == pytest.approx(2 * 8e6)
    assert found["gpu_utilization"].value == pytest.approx(0.25)
    assert found["gpu_utilization"].details == "node0 GPU 0: 0, node1 GPU 0: 50.0"
    assert found["memory_utilization"].value == pytest.approx(2 / 128)


def test_an_attempt_of_several_ranks_crashed_if_one_of_them_did(tmp_path):
    Run(tmp_path, 0).monitor().start(1).end(10, code=None, signal="SIGABRT")
    Run(tmp_path, 1).monitor().start(0).end(9, code=17)
    Run(tmp_path, 2).monitor().start(2).end(12, code=0)
    found = MonitoredRun.read(tmp_path)
    [attempt] = found.attempts
    assert (attempt.start - START, attempt.end - START) == (0, 12)
    assert (attempt.outcome, attempt.code) == ("crashed", 17)  # the first that did
    assert found.figures()["crash_rate"].value == 1


def test_the_wall_time_of_ranks_is_that_in_which_any_was_monitored(tmp_path):
    Run(tmp_path, 0).monitor(0).start(1).end(9).event("monitor_end", 10)
    late = Run(tmp_path, 1).monitor(4).start(5).end(13).event("monitor_end", 14)
    late.monitor(100).start(100, attempt=2).end(103, attempt=2)
    found = figures(tmp_path)
    assert found["wall_s"].value == 14 + 3
    assert found["running_s"].value == 12 + 3


def test_marks_of_ranks_under_one_monitor(run):
    """As under torchrun: one monitor, whose command has ranks that mark in files of their own."""
    run.event("epoch", 50, epoch="of the launcher").end(60)
    for rank in (3, 0):
        marks = Run(run.folder, rank)
        for at in (1, 2, 3):
            marks.event("step", at + rank, step=at, tokens=100)
    found = MonitoredRun.read(run.folder)
    assert list(found.steps) == [0, 3]
    # 2 steps in 2 s of rank 0; 200 tokens of each.
    assert found.figures()["steps_per_s"].value == pytest.approx(1)
    assert found.figures()["tokens_per_s"].value == pytest.approx(200)
    assert found.figures()["attempts"].value == 1


# --- files


def test_no_folder_no_files_and_other_files_say_what_to_do(tmp_path):
    empty, tensorboard, samples, other = (tmp_path / name for name in "etso")
    for folder in (empty, tensorboard, samples, other):
        folder.mkdir()
    (tensorboard / "events.out.tfevents.17.node").write_bytes(b"x")
    (samples / "samples.jsonl").write_text("")
    (other / "log.txt").write_text("")
    parts = {
        tmp_path / "none": "no such folder",
        other / "log.txt": "is a file",
        empty: "is empty",
        tensorboard: "TensorBoard",
        samples: "no events.jsonl",
        other: "has no events.jsonl",
    }
    for folder, part in parts.items():
        with pytest.raises(OpenError, match=part) as error:
            MonitoredRun.read(folder)
        assert "\n" not in str(error.value)
    with pytest.raises(InputError):
        MonitoredRun.read("a\0b")


def test_a_folder_whose_monitor_wrote_nothing(tmp_path):
    (tmp_path / "events.jsonl").write_text("")
    with pytest.raises(DataError, match="no monitor began"):
        MonitoredRun.read(tmp_path)


def test_a_monitor_that_started_nothing(tmp_path):
    found = MonitoredRun.read(Run(tmp_path).monitor().folder)
    assert found.attempts == ()
    assert {each.value for each in found.figures().values()} <= {None, 0.0}
    assert found.figures()["crash_rate"].reason == "nothing was started"


def test_a_newer_version_is_an_error_that_says_so(tmp_path):
    run = Run(tmp_path).monitor(version=99).start()
    run.event("start", 3, attempt={"of": "a shape that nobody knows"})
    with pytest.raises(DataError, match=r"newer textmetrics \(version 99 .* update textmetrics"):
        MonitoredRun.read(tmp_path)


def test_events_of_the_future_are_left_out(run):
    run.event("checkpoint_began", 1, bytes=3).end(5)
    assert value(run.folder, "running_s") == 5


def test_marks_keep_their_values(run):
    run.event("mark", 2, name="eval", rouge_l=0.31, event_="x").event("mark", 1, name="a").end(5)
    found = MonitoredRun.read(run.folder)
    assert [(each.name, each.values) for each in found.marks] == [
        ("a", {}),
        ("eval", {"rouge_l": 0.31, "event_": "x"}),
    ]


@pytest.mark.parametrize("name", ["events.jsonl", "samples.jsonl"])
@pytest.mark.parametrize(
    "rest", [b'{"time": 17', b'{"time": 1.5, "clock": 2, "ev', b"{", b"\0\0\0"]
)
def test_a_line_that_broke_off_is_left_out_and_counted(run, name, rest):
    run.sample(1, rss_bytes=GB)
    path = run.folder / name
    path.write_bytes(path.read_bytes() + rest)
    found = MonitoredRun.read(run.folder)
    assert found.notes == ("1 line broke off and was left out",)
    assert found.figures()["memory_peak_bytes"].value == GB
    # So it is where the run went on, whether the next line begins a new one or not.
    if rest.startswith(b"{"):
        for between in (b"\n", b""):
            again = path.read_bytes() + between
            path.write_bytes(again)
            run.sample(2, rss_bytes=2 * GB) if name[0] == "s" else run.end(4)
            found = MonitoredRun.read(run.folder)
            assert found.notes == ("1 line broke off and was left out",)
            path.write_bytes(again.removesuffix(between))
        assert len(found.recordings[0].at) == (2 if name[0] == "s" else 1)


@pytest.mark.parametrize("name", ["events.jsonl", "samples.jsonl"])
@pytest.mark.parametrize(
    "line",
    [
        "nonsense",
        "[1, 2]",
        "17",
        '"{"',
        '{"time": 1, "clock": 2}',
        '{"clock": 2, "event": "start", "attempt": 1}',
        '{"time": 1, "clock": 2, "event": "start", "attempt": "one"}',
        '{"time": 1, "clock": 2, "event": 5}',
        '{"time": 1, "clock": 2, "event": "mark"}',
        '{"time": 1, "clock": 1e400, "attempt": 1}',
        '{"time": 1, "clock": NaN, "attempt": 1}',
        '{"time": 1, "clock": 2, "attempt": 1, "rss_bytes": -5}',
        '{"time": 1, "clock": 2, "attempt": 1, "gpus": [{"index": 0, "utilization": 30}]}',
        "{" * 10_000 + '"a": 1' + "}" * 9_999,
        "[" * 100_000 + "]" * 100_000,
        "\udcff",
    ],
)
def test_other_broken_lines_are_errors_with_their_number(run, name, line):
    run.sample(1, rss_bytes=1)
    path = run.folder / name
    before = path.read_bytes()
    raw = line.encode("utf-8", "surrogateescape")
    path.write_bytes(before + raw + b"\n" + before.splitlines()[-1] + b"\n")
    with pytest.raises(DataError, match=rf"{name}:{before.count(10) + 1}: ") as error:
        MonitoredRun.read(run.folder)
    assert str(error.value).isprintable()


def test_two_runs_in_one_file_are_an_error(run):
    run.start(5)
    with pytest.raises(DataError, match="attempt 1 starts twice"):
        MonitoredRun.read(run.folder)


def test_samples_without_a_start_are_an_attempt(run):
    run.end(5).sample(7, attempt=2, rss_bytes=GB).sample(9, attempt=2, rss_bytes=GB)
    found = MonitoredRun.read(run.folder)
    assert [(each.number, each.seconds) for each in found.attempts] == [(1, 5), (2, 2)]


@pytest.mark.timeout(60)
@pytest.mark.parametrize("part", ['{"time": ', '{\\"time', '"', "\\", "\u3000", "\0"])
def test_long_values_take_linear_time(run, part):
    run.event("mark", 3, name="x", text=part * 100_000)
    [found] = MonitoredRun.read(run.folder).marks
    assert found.values["text"] == part * 100_000
    raw = (run.folder / "events.jsonl").read_bytes()
    (run.folder / "events.jsonl").write_bytes(raw + b'{"time": 1, "x": "' + b"{ " * 100_000)
    assert MonitoredRun.read(run.folder).notes


# --- laws

_SIZES = st.integers(0, 10**12)
_LAWS = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@st.composite
def sampled(draw):
    """Draw the samples of an attempt: how long each took, and what it found."""
    return draw(
        st.lists(
            st.tuples(st.sampled_from([0.25, 1.0, 1.5, 8.0]), st.one_of(st.none(), _SIZES)),
            min_size=1,
            max_size=12,
        )
    )


def written(folder, attempts, rank=None):
    """Write attempts of samples, one directly after another, and return when the last ended."""
    run, at = Run(folder, rank).monitor(0), 0.0
    for number, samples in enumerate(attempts, 1):
        run.start(at, attempt=number)
        read = 0
        for seconds, size in samples:
            at += seconds
            read += 1000
            run.sample(at, number, rss_bytes=size, read_bytes=read, cpu_s=at, net_sent_bytes=0)
        run.end(at, attempt=number, code=0 if number == len(attempts) else 1)
    return at


_NUMBERS = itertools.count()


def folder_in(tmp_path):
    return tmp_path / str(next(_NUMBERS))


@_LAWS
@given(st.lists(sampled(), min_size=1, max_size=4))
def test_means_are_between_the_lowest_and_the_highest(tmp_path, attempts):
    folder = folder_in(tmp_path)
    seconds = written(folder, attempts)
    found = figures(folder)
    sizes = [size for samples in attempts for _, size in samples if size is not None]
    assert found["running_s"].value == pytest.approx(seconds, abs=1e-5)
    if not sizes:
        assert found["memory_peak_bytes"].value is None
        return
    assert found["memory_peak_bytes"].value == max(sizes)
    assert min(sizes) - 1 <= found["memory_mean_bytes"].value <= max(sizes) + 1


@_LAWS
@given(sampled(), st.integers(1, 11))
def test_splitting_samples_over_attempts_changes_no_sum(tmp_path, samples, where):
    whole, split = folder_in(tmp_path), folder_in(tmp_path)
    written(whole, [samples])
    written(split, [part for part in (samples[:where], samples[where:]) if part])
    one, two = figures(whole), figures(split)
    for name in ("memory_peak_bytes", "running_s", "wall_s"):
        assert two[name].value == pytest.approx(one[name].value, abs=1e-5)
    for name in ("disk_read_bytes_per_s",):  # as many bytes in as much time
        assert two[name].value == pytest.approx(one[name].value)


@_LAWS
@given(st.lists(sampled(), min_size=1, max_size=3), st.permutations([0, 1, 2]))
def test_the_order_of_ranks_changes_nothing(tmp_path, ranks, order):
    one, two = folder_in(tmp_path), folder_in(tmp_path)
    for at, samples in enumerate(ranks):
        written(one, [samples], rank=at)
        written(two, [samples], rank=order[at])
    first, second = figures(one), figures(two)
    for name in first:
        assert second[name].value == pytest.approx(first[name].value), name


@_LAWS
@given(sampled(), st.integers(1, 5))
def test_an_idle_rank_changes_neither_peak_nor_sums(tmp_path, samples, idle):
    one, two = folder_in(tmp_path), folder_in(tmp_path)
    written(one, [samples], rank=0)
    seconds = written(two, [samples], rank=0)
    other = Run(two, 1).monitor(0).start(0)
    for at in range(idle):
        other.sample(at * seconds / idle, rss_bytes=0, read_bytes=0, cpu_s=0.0, net_sent_bytes=0)
    other.end(seconds, cpu_s=0.0)
    first, second = figures(one), figures(two)
    assert second["memory_peak_bytes"].value in (first["memory_peak_bytes"].value, 0.0)
    if first["memory_peak_bytes"].value is not None:
        mean = first["memory_mean_bytes"].value
        assert second["memory_mean_bytes"].value == pytest.approx(mean, abs=1)
        assert second["memory_peak_bytes"].value == first["memory_peak_bytes"].value
    assert second["disk_read_bytes_per_s"].value == pytest.approx(
        first["disk_read_bytes_per_s"].value
    )


@_LAWS
@given(sampled(), sampled())
def test_the_peak_of_ranks_is_that_of_their_sum(tmp_path, first, second):
    folder = folder_in(tmp_path)
    for rank, samples in enumerate((first, second)):
        written(folder, [samples], rank=rank)
    run = MonitoredRun.read(folder)
    peak = run.figures()["memory_peak_bytes"].value
    peaks = [
        max((size for _, size in samples if size is not None), default=0)
        for samples in (first, second)
    ]
    if peak is not None:
        assert max(peaks) <= peak <= sum(peaks)
        _, sums = run.over_time("rss_bytes")
        assert peak == max(*peaks, sums.max())
        assert sums[-1] == 0


# --- damage


@_LAWS
@given(st.data())
def test_damage_is_an_error_with_a_line_or_a_note(tmp_path, data):
    folder = folder_in(tmp_path)
    crashed(folder).sample(205, 3, rss_bytes=1, gpus=[gpu(0, 0.5)])
    name = data.draw(st.sampled_from(["events.jsonl", "samples.jsonl"]))
    raw = bytearray((folder / name).read_bytes())
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(raw) - 1))
        new = data.draw(
            st.one_of(st.binary(max_size=4), st.sampled_from([b'"', b"9", b"\n", b"}"]))
        )
        raw[at : at + data.draw(st.integers(0, 3))] = new
    (folder / name).write_bytes(raw[: data.draw(st.integers(0, len(raw)))])
    found, message = {}, ""
    try:
        found = figures(folder)
    except InputError as error:
        message = str(error)
    assert message.isprintable()
    for each in found.values():
        assert each.value is None or math.isfinite(each.value)


# --- size


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork")
@pytest.mark.parametrize("share", [0.0, 0.01, 0.5, 0.6, 0.999, 1.0])
@pytest.mark.parametrize("rest", [b"", b'{"time": 1', b"\n\n"])
def test_two_parts_are_what_the_whole_file_is(run, share, rest):
    from textmetrics.monitor import lines

    for at in range(40):
        run.sample(at, rss_bytes=at or None, gpus=[gpu(0, at / 40), gpu(1)][: at % 3] or None)
    path = run.folder / "samples.jsonl"
    path.write_bytes(path.read_bytes() + rest)
    whole = lines._part(str(path), 0, None).columns()
    parts = lines._in_two_parts(str(path), int(share * path.stat().st_size))
    assert parts.cut == whole.cut == rest.startswith(b"{")
    for one, two in ((whole.columns, parts.columns), (whole.gpus, parts.gpus)):
        assert list(one) == list(two)
        for name in one:
            np.testing.assert_array_equal(one[name], two[name])


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork")
@pytest.mark.parametrize("written", [0, 10, 24, 500, 1500])
def test_a_process_that_dies_beside_is_made_up_for(run, written, monkeypatch):
    from textmetrics.monitor import lines

    for at in range(40):
        run.sample(at, rss_bytes=at, gpus=[gpu(0, at / 40)])
    path = str(run.folder / "samples.jsonl")
    write_to = lines._Part.write_to

    def dying(part, pipe):
        everything = io.BytesIO()
        write_to(part, everything)
        pipe.write(everything.getvalue()[:written])
        pipe.flush()
        os.kill(os.getpid(), signal.SIGKILL)

    whole = lines._part(path, 0, None).columns()
    monkeypatch.setattr(lines._Part, "write_to", dying)
    parts = lines._in_two_parts(path, os.path.getsize(path) // 2)
    for one, two in ((whole.columns, parts.columns), (whole.gpus, parts.gpus)):
        for name in one:
            np.testing.assert_array_equal(one[name], two[name])


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork")
@pytest.mark.parametrize("number", [2, 9])
def test_an_error_in_either_part_names_its_line(run, number):
    from textmetrics.monitor import lines

    for at in range(10):
        run.sample(at, rss_bytes=at)
    path = run.folder / "samples.jsonl"
    found = path.read_text("utf-8").splitlines()
    found[number - 1] = "nonsense"
    path.write_text("\n".join(found) + "\n", "utf-8")
    with pytest.raises(DataError, match=rf"samples.jsonl:{number}: "):
        lines._in_two_parts(str(path), path.stat().st_size // 2)


@pytest.mark.timeout(60)
def test_a_million_samples(run):
    """They are a second apart, as of eleven days; one line is written again and again."""
    run.sample(1, rss_bytes=GB, cpu_s=1.0, gpus=[gpu(0, 0.5, GB, GB, 100.0, 50)])
    path = run.folder / "samples.jsonl"
    path.write_bytes(path.read_bytes() * 1_000_000)
    found = MonitoredRun.read(run.folder)
    assert len(found.recordings[0].at) == 1_000_000
    assert found.figures()["gpu_utilization"].value == pytest.approx(0.5)
    assert np.array_equal(found.over_time("rss_bytes")[1], [GB, 0])


@pytest.mark.timeout(60)
def test_ten_thousand_attempts_take_linear_time(tmp_path):
    """As of a loop that resumes a run that crashes at once, and of one that restarts it."""
    for resumed, folder in enumerate((tmp_path / "a", tmp_path / "b")):
        lines = [Run(folder).monitor().folder / "events.jsonl"]
        first = lines.pop().read_text("utf-8")
        for number in range(1, 10_001):
            when = f'{{"time": {START + number}, "clock": {1000 + number}, "event": '
            lines += [first] * (resumed and number > 1)
            lines.append(f'{when}"start", "attempt": {number}}}\n{when}"epoch", "epoch": 1}}\n')
            lines.append(f'{when}"step", "step": 1}}\n')
            lines.append(f'{when}"end", "attempt": {number}, "code": 1}}\n')
        (folder / "events.jsonl").write_text(first + "".join(map(str, lines)), "utf-8")
        sample = {"time": START, "clock": 1000.0, "attempt": 1, "monitor_cpu_s": 0.1}
        (folder / "samples.jsonl").write_text(
            "".join(f"{json.dumps({**sample, 'attempt': n})}\n" for n in range(1, 10_001)), "utf-8"
        )
        found = figures(folder)
        assert found["crashes"].value == 10_000
        assert found["restarts"].value == (0 if resumed else 9_999)


@pytest.mark.timeout(60)
def test_a_pipe_is_no_file_of_a_run(tmp_path):
    os.mkfifo(tmp_path / "events.jsonl")
    with pytest.raises(DataError, match="is a pipe"):
        MonitoredRun.read(tmp_path)


# --- the page


def test_the_page_names_every_event_and_field():
    """What is read, and what a recorded example has."""
    from textmetrics.monitor import lines

    docs = Path(__file__).parents[1] / "docs"
    page = (docs / "monitor.md").read_text("utf-8")
    named = set(re.findall(r"`([\w.]+)`", page.partition("\n## Files\n")[2]))
    kinds = get_args(lines._Known)
    fields = {each.__struct_config__.tag: set(each.__struct_fields__) for each in kinds}
    assert set(fields) | {"mark"} <= named
    assert set().union(*fields.values()) <= named
    assert {*lines.COLUMNS, *lines.GPU_COLUMNS} - {"row"} <= named
    for path in sorted((docs / "examples" / "monitor").glob("*/*.jsonl")):
        for line in map(json.loads, path.read_text("utf-8").splitlines()):
            assert set(line) - {"event", "seconds"} <= named, path
