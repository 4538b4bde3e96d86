"""GPUs: what the driver tells, by a fake of its library; the real one where there is one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
from types import SimpleNamespace

import pytest

from textmetrics.monitor import Sampler, gpu
from textmetrics.monitor.gpu import Gpus

pytest.importorskip("psutil")


class NVMLError(Exception):
    """As that of nvidia-ml-py, whose text is a sentence of the driver."""


def library(**changes):
    """Return two GPUs with the functions of nvidia-ml-py (its version 12.535 and newer)."""
    gib = 2**30
    functions = {
        "NVMLError": NVMLError,
        "NVML_TEMPERATURE_GPU": 0,
        "nvmlInit": lambda: None,
        "nvmlDeviceGetCount": lambda: 2,
        "nvmlDeviceGetHandleByIndex": lambda index: index,
        "nvmlDeviceGetName": lambda handle: "NVIDIA H200" if handle else b"NVIDIA L4",  # older ones
        "nvmlDeviceGetMemoryInfo": lambda handle: SimpleNamespace(
            total=24 * gib, free=20 * gib, used=4 * gib
        ),
        "nvmlDeviceGetUtilizationRates": lambda handle: SimpleNamespace(gpu=37 + handle, memory=5),
        "nvmlDeviceGetPowerUsage": lambda handle: 71_500,  # milliwatts
        "nvmlDeviceGetTemperature": lambda handle, kind: 55 + kind,
        "nvmlDeviceGetComputeRunningProcesses": lambda handle: [
            SimpleNamespace(pid=10, usedGpuMemory=3 * gib),
            SimpleNamespace(pid=99, usedGpuMemory=gib),  # of others
        ],
        "nvmlDeviceGetGraphicsRunningProcesses": lambda handle: [
            SimpleNamespace(pid=10, usedGpuMemory=3 * gib),  # in both lists
            SimpleNamespace(pid=11, usedGpuMemory=gib // 2),
        ],
    }
    return SimpleNamespace(**{**functions, **changes})


@pytest.fixture
def gpus(monkeypatch):
    def made(*, namespace=False, **changes):
        monkeypatch.setitem(sys.modules, "pynvml", library(**changes))
        monkeypatch.setattr(gpu, "_is_in_namespace", lambda: namespace)
        return Gpus()

    return made


def test_devices_and_their_figures(gpus):
    found = gpus()
    assert found.devices == [
        {"index": 0, "name": "NVIDIA L4", "memory_bytes": 24 * 2**30},
        {"index": 1, "name": "NVIDIA H200", "memory_bytes": 24 * 2**30},
    ]
    first, second = found.sample({10, 11, 12})
    assert first == {
        "index": 0,
        "utilization": 0.37,
        "memory_bytes": 4 * 2**30,
        "power_w": 71.5,
        "temperature_c": 55,
        "process_memory_bytes": 3.5 * 2**30,
    }
    assert (second["index"], second["utilization"]) == (1, 0.38)
    assert [each["process_memory_bytes"] for each in found.sample(set())] == [0, 0]
    assert list(found.missing()) == []


def raising(*_):
    raise NVMLError("Not Supported")


@pytest.mark.parametrize(
    ("function", "figure"),
    [
        ("nvmlDeviceGetUtilizationRates", "utilization"),  # as of a part of a GPU (MIG)
        ("nvmlDeviceGetMemoryInfo", "memory_bytes"),  # as where a CPU and a GPU share memory
        ("nvmlDeviceGetPowerUsage", "power_w"),
        ("nvmlDeviceGetTemperature", "temperature_c"),
        ("nvmlDeviceGetComputeRunningProcesses", "process_memory_bytes"),
    ],
)
def test_what_the_driver_does_not_tell_is_null_and_said_once(gpus, function, figure):
    sampler = Sampler(os.getppid(), gpus=gpus(**{function: raising}))
    for _ in range(3):
        fields = sampler.sample()["gpus"]
        assert [each[figure] for each in fields] == [None, None]
        others = set(fields[0]) - {figure}
        assert None not in [fields[0][name] for name in others]
    reasons = dict(sampler.missing())
    assert reasons[f"gpus.{figure}"] == "Not Supported"
    assert list(sampler.missing()) == []


def test_a_process_whose_memory_is_not_told(gpus):
    unknown = [SimpleNamespace(pid=10, usedGpuMemory=None)]
    found = gpus(
        nvmlDeviceGetComputeRunningProcesses=lambda _: unknown,
        nvmlDeviceGetGraphicsRunningProcesses=lambda _: [],
    )
    assert found.sample({10})[0]["process_memory_bytes"] is None
    assert found.sample({11})[0]["process_memory_bytes"] == 0


def test_in_a_container_numbers_must_have_matched_once(gpus):
    found = gpus(namespace=True)
    assert found.sample({1, 2})[0]["process_memory_bytes"] is None
    assert next(found.missing())[0] == "gpus.process_memory_bytes"
    assert found.sample({10})[0]["process_memory_bytes"] == 3 * 2**30
    assert found.sample({1, 2})[0]["process_memory_bytes"] == 0


def test_a_gpu_that_is_lost_while_it_is_measured(gpus):
    answers = iter([SimpleNamespace(gpu=10, memory=0)] * 3)

    def rates(_):
        try:
            return next(answers)
        except StopIteration:
            raise NVMLError("GPU is lost") from None

    sampler = Sampler(os.getppid(), gpus=gpus(nvmlDeviceGetUtilizationRates=rates))
    assert [each["utilization"] for each in sampler.sample()["gpus"]] == [0.1, 0.1]
    assert [each["utilization"] for each in sampler.sample()["gpus"]] == [0.1, None]
    assert dict(sampler.missing())["gpus.utilization"] == "GPU is lost"


@pytest.mark.parametrize(
    "function", ["nvmlInit", "nvmlDeviceGetCount", "nvmlDeviceGetHandleByIndex"]
)
def test_no_driver_is_one_reason(gpus, function):
    found = gpus(**{function: raising})
    assert found.devices is None
    assert found.sample({1}) is None
    assert list(found.missing()) == [("gpus", "no NVIDIA driver that answers: Not Supported")]


def test_a_driver_without_gpus(gpus):
    found = gpus(nvmlDeviceGetCount=lambda: 0)
    assert (found.devices, found.sample({1})) == ([], [])


def test_without_the_package_the_reason_names_the_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "pynvml", None)
    [(figure, reason)] = Gpus().missing()
    assert figure == "gpus"
    assert reason.startswith("needs nvidia-ml-py: pip install 'textmetrics-eval[monitor]'")


FAKE = """
from types import SimpleNamespace
import psutil

class NVMLError(Exception):
    pass

NVML_TEMPERATURE_GPU = 0
nvmlInit = lambda: None
nvmlDeviceGetCount = lambda: 1
nvmlDeviceGetHandleByIndex = lambda index: index
nvmlDeviceGetName = lambda handle: "a GPU"
nvmlDeviceGetMemoryInfo = lambda handle: SimpleNamespace(total=1000, used=400)
nvmlDeviceGetUtilizationRates = lambda handle: SimpleNamespace(gpu=50)

def nvmlDeviceGetPowerUsage(handle):
    raise NVMLError("Not Supported")

nvmlDeviceGetTemperature = lambda handle, kind: 40

def nvmlDeviceGetComputeRunningProcesses(handle):
    children = psutil.Process().children(recursive=True)
    using = [each.pid for each in children if each.cmdline() == ["sleep", "60"]]
    return [SimpleNamespace(pid=pid, usedGpuMemory=100) for pid in using]

nvmlDeviceGetGraphicsRunningProcesses = lambda handle: []
"""


def test_a_monitored_command_has_them(tmp_path):
    # Until there are some samples, of which the last may be of the end.
    until = 'sleep 60 & until [ "$(wc -l < run/samples.jsonl)" -gt 2 ]; do sleep 0.1; done; kill $!'
    done, events, samples = monitored_with(FAKE, tmp_path, command=until)
    assert done.returncode == 0, done.stderr
    assert events[0]["gpus"] == [{"index": 0, "name": "a GPU", "memory_bytes": 1000}]
    assert events[0]["cuda_visible_devices"] == "0"
    missing = [(each["figure"], each["reason"]) for each in events if each["event"] == "missing"]
    assert ("gpus.power_w", "Not Supported") in missing
    assert len(missing) == len(set(missing))
    found = [each["gpus"][0] for each in samples[:-1]]
    assert {each["utilization"] for each in found} == {0.5}
    assert {each["power_w"] for each in found} == {None}
    assert max(each["process_memory_bytes"] for each in found) == 100


def test_a_driver_that_hangs_does_not_hold_the_command(tmp_path):
    hanging = f"{FAKE}\nimport time\nnvmlDeviceGetUtilizationRates = lambda _: time.sleep(1000)\n"
    done, events, samples = monitored_with(hanging, tmp_path)
    assert done.returncode == 0, done.stderr
    [end] = [each for each in events if each["event"] == "end"]
    assert (end["code"], samples) == (0, [])
    assert None not in (end["cpu_s"], end["read_bytes"], end["write_bytes"])  # of the kernel
    [missing] = [each for each in events if each["event"] == "missing"]
    assert missing["reason"] == "a measurement did not end before the command"
    assert events[-1]["event"] == "monitor_end"


def monitored_with(library, tmp_path, *, command="sleep 0.3; true"):
    """Run a command with a library; return what was printed, and the lines of both files."""
    (tmp_path / "pynvml.py").write_text(library)
    paths = os.pathsep.join([str(tmp_path), os.getcwd()])
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("COV")
    } | {"PYTHONPATH": paths, "CUDA_VISIBLE_DEVICES": "0"}
    monitored = [
        "-m",
        "textmetrics",
        "monitor",
        "--output",
        "run",
        "--interval",
        "0.05",
        "--",
        "sh",
        "-c",
    ]
    done = subprocess.run(
        [sys.executable, *monitored, command],
        cwd=tmp_path, env=environment, timeout=60, check=False, capture_output=True,
    )  # fmt: skip
    events, samples = (
        [json.loads(line) for line in (tmp_path / "run" / name).read_text().splitlines()]
        for name in ("events.jsonl", "samples.jsonl")
    )
    return done, events, samples


@pytest.mark.cuda
def test_a_real_gpu():
    """A process that holds 1 GiB on the first GPU, by CuPy."""
    cupy = pytest.importorskip("cupy")
    found = Gpus()
    if not found.devices:
        pytest.skip("no NVIDIA driver")
    code = textwrap.dedent(
        """
        import cupy
        held = cupy.ones(2**30, dtype="u1")
        cupy.cuda.runtime.deviceSynchronize()
        print(flush=True)
        input()
        """
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as child:
        child.stdout.readline()
        sample = Sampler(child.pid, gpus=found).sample()["gpus"]
        child.stdin.write(b"\n")
        child.stdin.close()
    assert len(sample) == len(
        found.devices
    ) == cupy.cuda.runtime.getDeviceCount() or os.environ.get("CUDA_VISIBLE_DEVICES")
    highest = max(sample, key=lambda each: each["memory_bytes"])
    assert 2**30 <= highest["memory_bytes"] <= found.devices[highest["index"]]["memory_bytes"]
    assert 0 <= highest["utilization"] <= 1
    assert highest["power_w"] is None or 5 < highest["power_w"] < 2000
    ours = [each["process_memory_bytes"] for each in sample]
    assert None in ours or sum(ours) >= 2**30
