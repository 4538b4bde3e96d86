"""The steps that run other programs: compute-sanitizer, the build, pytest and the benchmark."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from cases import METRICS, SUITES
from checks import HOSTILE, ending
from context import Context, FailedError, Figures, SkippedError
from device import counted, hold, put_case

from textmetrics.ids import score_ids

__all__ = ["bench", "build", "run", "sanitizers", "small_part", "suites"]

ROOT = Path(__file__).resolve().parents[2]
SCRATCH = ROOT / "build" / "on_device"
BUILT = SCRATCH / "built"
SUITE_FILES = ("test_kernels.py", "test_ids_gpu.py")
TOOLS = ("memcheck", "racecheck", "synccheck", "initcheck")
UNUSABLE = "Device not supported"


def sanitizers(context: Context) -> Figures:
    """Run a small part under each tool of compute-sanitizer."""
    program = shutil.which("compute-sanitizer")
    if program is None:
        raise SkippedError("compute-sanitizer is not on the PATH")
    found: dict[str, str] = {}
    for at, tool in enumerate(TOOLS):
        command = [program, "--tool", tool, "--error-exitcode", "86", *context.command]
        limit = context.left() / (len(TOOLS) - at)
        status, out = run([*command, "part", "sanitizers", tool], limit)
        summary = re.search(r"SUMMARY: (.*)", out)
        if UNUSABLE in out:
            found[tool] = "not supported here"
        elif status or not summary or not summary[1].startswith("0 "):
            found[tool] = f"{summary[1] if summary else 'no summary'}, {status or 'exit status 0'}"
        else:
            found[tool] = ""
    if wrong := [f"{tool}: {why}" for tool, why in found.items() if why]:
        unusable = all(why == "not supported here" for why in found.values())
        raise (SkippedError if unusable else FailedError)("; ".join(wrong))
    return {"tools": list(found)}


def small_part(context: Context, tool: str) -> None:
    """Count few samples by all kernels, and bad inputs, in memory that no pool shares out."""
    import cupy

    cupy.cuda.set_allocator(None)  # an allocation for each array, whose ends the tool knows
    for suite, at in (("views", 0), ("views", 11), ("small", 0)):
        case = SUITES[suite].make(at)
        there = put_case(case)
        hold(context.answers, suite, at, case, counted(there))
        score_ids(there.predictions, there.references, metrics=METRICS, **there.options)
    for case in HOSTILE.values() if tool == "memcheck" else ():
        with suppress(TypeError, ValueError):  # it may refuse them
            counted(put_case(case))
    cupy.cuda.Device().synchronize()


def build(context: Context) -> Figures:
    """Build the package, with the extension, into a folder of the results."""
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-index", "--no-deps"]
    command += ["--no-build-isolation", "--upgrade", "--target", str(BUILT), str(ROOT)]
    jobs = str(len(os.sched_getaffinity(0)))
    _must(command, context, TEXTMETRICS_REQUIRE_NATIVE="1", CMAKE_BUILD_PARALLEL_LEVEL=jobs)
    check = "import textmetrics._native as found; print(found.__file__)"
    where = _must([sys.executable, "-P", "-c", check], context).strip()
    if not where.startswith(str(BUILT)):
        raise FailedError(f"the extension that is imported is {where}, not the one that was built")
    return {"jobs": int(jobs)}


def suites(context: Context) -> Figures:
    """Run the tests that hold backends to the definition, with the device as one of them."""
    command = [sys.executable, "-P", "-m", "pytest", "-q", "-m", "cuda", "-p", "no:cacheprovider"]
    out = _must([*command, *(str(ROOT / "tests" / name) for name in SUITE_FILES)], context)
    passed = re.search(r"(\d+) passed", out)
    if not passed:
        raise FailedError(f"no test ran: {_last(out)}")
    return {"passed": int(passed[1]), "summary": _last(out)}


def bench(context: Context) -> Figures:
    """Measure the rows of benchmarks/gpu.py, as many as the time is enough for."""
    path = SCRATCH / "gpu.json"
    SCRATCH.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    command = [sys.executable, str(ROOT / "benchmarks" / "gpu.py"), "--output", str(path)]
    status, out = run(
        [*command, "--seconds", str(int(0.8 * context.left()))], context.left(), **_paths()
    )
    figures = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    if status:
        raise FailedError(f"{status}: {_last(out)}", figures)
    return dict(figures)


def _paths() -> dict[str, str]:
    """Return a path that finds the built package first, and the sources last."""
    paths = [str(BUILT), *os.environ.get("PYTHONPATH", "").split(os.pathsep), str(ROOT)]
    return {"PYTHONPATH": os.pathsep.join(filter(None, paths))}


def _must(command: Sequence[str], context: Context, **variables: str) -> str:
    status, out = run(command, context.left(), **_paths(), **variables)
    if status:
        raise FailedError(f"{status}: {_last(out)}")
    return out


def _last(out: str) -> str:
    return (out.strip().splitlines() or ["it printed nothing"])[-1]


def run(command: Sequence[str], seconds: float, **variables: str) -> tuple[str, str]:
    """Run a program, and print its output.

    Returns:
        How it ended, empty if well, and what it printed.
    """
    child = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        env={**os.environ, **variables},
        cwd=ROOT,
        preexec_fn=os.setpgrp,  # noqa: PLW1509 (process_group= is of Python 3.11)
    )
    try:
        out, _ = child.communicate(timeout=seconds)
        how = ending(child.returncode) if child.returncode else ""
    except subprocess.TimeoutExpired:
        os.killpg(child.pid, signal.SIGKILL)
        out, how = child.communicate()[0], f"not done in {seconds:.0f} s"
    print(f"--- {' '.join(command)}\n{out}\n--- {how or 'well'}", flush=True)
    return how, out
