"""Steps in turn, each in a process with a limit; what they find goes to one file and one log."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import datetime, timezone
from pathlib import Path
from typing import IO, Any

from context import Context, FailedError, SkippedError, Step

__all__ = ["Result", "document", "run_all", "run_one", "summary"]

LOG_BYTES = 1_000_000
WHY = 1000  # characters


@dataclass(frozen=True)
class Result:
    """How a step ended.

    Attributes:
        name: the step.
        what: what it does.
        status: ``passed``, ``failed`` or ``skipped``.
        seconds: how long it took.
        limit: how long it might take.
        why: what was wrong, or missing.
        figures: what it measured.
    """

    name: str
    what: str
    status: str
    seconds: float
    limit: float
    why: str = ""
    figures: Mapping[str, Any] = field(default_factory=dict)


def run_one(step: Step, context: Context, path: Path) -> None:
    """Run a step in this process, and write how it ended."""
    status, why, figures = "passed", "", {}
    try:
        figures = dict(step.run(context))
    except SkippedError as error:
        status, why = "skipped", str(error)
    except Exception as error:
        traceback.print_exc()
        status, why = "failed", f"{type(error).__name__}: {error}"
        if isinstance(error, FailedError):
            why, figures = str(error), dict(error.figures)
    found = {"status": status, "why": why[:WHY], "figures": figures}
    path.write_text(json.dumps(found), encoding="utf-8")


def run_all(
    steps: Sequence[Step],
    command: Sequence[str],
    output: Path,
    *,
    budget: float,
    about: Mapping[str, Any],
) -> list[Result]:
    """Run steps in turn, whatever becomes of those before.

    Args:
        steps: the steps.
        command: the command that runs one, without its name, its end and its file.
        output: the folder for ``result.json`` and ``log.txt``.
        budget: the seconds that all may take together.
        about: what the file says of the run.
    """
    output.mkdir(parents=True, exist_ok=True)
    begin = time.monotonic()
    results: list[Result] = []
    with (output / "log.txt").open("wb") as log:
        for step in steps:
            left = budget - (time.monotonic() - begin)
            results.append(_result(step, command, min(step.seconds, left), log, len(steps)))
            print(line(results[-1]), flush=True)
            found = document(results, about, time.monotonic() - begin)
            text = json.dumps(found, indent=1, ensure_ascii=False) + "\n"
            (output / "result.json").write_text(text, encoding="utf-8")
    return results


def _result(step: Step, command: Sequence[str], limit: float, log: IO[bytes], steps: int) -> Result:
    if limit < 1:
        return Result(step.name, step.what, "failed", 0.0, 0.0, "not run: no time was left")
    begin = time.monotonic()
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryFile() as printed:
        path = Path(folder, "found.json")
        child = subprocess.Popen(
            [*command, "step", step.name, str(begin + limit), str(path)],
            stdin=subprocess.DEVNULL,
            stdout=printed,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            status = child.wait(limit)
            why = _ending(status)
        except subprocess.TimeoutExpired:
            why = f"not done in {limit:.0f} s"
        _end_session(child.pid)
        child.wait()
        found = {"status": "failed", "why": why, "figures": {}}
        if path.exists() and not why:
            found = json.loads(path.read_text(encoding="utf-8"))
        seconds = time.monotonic() - begin
        result = Result(step.name, step.what, seconds=seconds, limit=limit, **found)
        log.write(f"\n=== {line(result)}\n".encode())
        log.write(_tail(printed, LOG_BYTES // steps - 2 * WHY))
        log.flush()
    return result


def _ending(status: int) -> str:
    """Say how a process ended that should have ended well."""
    if status == 0:
        return ""
    return f"exit status {status}" if status > 0 else f"ended by {signal.Signals(-status).name}"


def _end_session(session: int) -> None:
    """End what a step left behind, in whatever process group."""
    for name in filter(str.isdigit, os.listdir("/proc")):
        with suppress(OSError):  # it has ended, or is another's
            if os.getsid(int(name)) == session:
                os.kill(int(name), signal.SIGKILL)


def _tail(file: IO[bytes], size: int) -> bytes:
    """Return the end of what was printed, at most so many bytes."""
    end = file.seek(0, os.SEEK_END)
    file.seek(max(0, end - size))
    return file.read()


# --- what a person reads ------------------------------------------------------------------------


def document(results: Sequence[Result], about: Mapping[str, Any], seconds: float) -> dict[str, Any]:
    """Return what the file of results says."""
    return {
        "made": datetime.now(timezone.utc).isoformat(timespec="seconds"),
        "python": sys.version.split()[0],
        **about,
        "seconds": round(seconds, 1),
        "steps": [asdict(result) | {"seconds": round(result.seconds, 2)} for result in results],
    }


def line(result: Result) -> str:
    """Return a step's line of the summary."""
    times = f"{result.seconds:6.1f} of {result.limit:3.0f} s"
    return f"{result.name:10} {result.status:8} {times}  {result.why}".rstrip()


def summary(results: Sequence[Result]) -> str:
    """Return the table that a person reads at a glance."""
    count = {status: sum(r.status == status for r in results) for status in _STATUSES}
    total = ", ".join(f"{number} {status}" for status, number in count.items())
    return "\n".join(["", *map(line, results), "", total])


_STATUSES = ("passed", "failed", "skipped")
