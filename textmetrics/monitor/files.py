"""The two files of a monitored run: names, fields, appending.

A run is a folder. ``events.jsonl`` has a line for each thing that happened, ``samples.jsonl`` one
for each measurement, a second apart by default. Both are only appended to, each line by one
``write`` to a file opened with ``O_APPEND``, so lines of several processes do not mix and a killed
process leaves whole lines, but perhaps the last one. A process of a distributed run, which has
``RANK`` (or ``LOCAL_RANK`` alone) in its environment, has files of its own:
``events.rank3.jsonl``, ``samples.rank3.jsonl``.

Every line has ``time``, seconds since 1970, which joins it with records of requests, and ``clock``,
seconds of a clock that never jumps, which all durations are computed from. Clocks are comparable
within a boot of a machine: the event ``monitor`` names it. The standard library suffices, because
processes of training import this module.
"""

from __future__ import annotations

import json
import os
import time
from typing import Any, Final

__all__ = [
    "ENVIRONMENT",
    "VERSION",
    "MonitorError",
    "append",
    "boot_id",
    "file_name",
    "rank_of",
]

VERSION: Final = 1
ENVIRONMENT: Final = "TEXTMETRICS_MONITOR"
"""The environment variable that names the folder of the run to a monitored process."""


def rank_of(environment: dict[str, str] | os._Environ[str] = os.environ) -> int | None:
    """Return the rank of this process in a distributed run; ``None`` if it is in none."""
    for name in ("RANK", "LOCAL_RANK"):
        if (value := environment.get(name, "")).isdecimal():
            return int(value)
    return None


def boot_id() -> str | None:
    """Return what names this boot of this machine; ``None`` where the system has no such name."""
    try:
        with open("/proc/sys/kernel/random/boot_id", encoding="ascii") as file:
            return file.read().strip()
    except OSError:
        return None


def file_name(kind: str, rank: int | None = None) -> str:
    """Return the name of the file of ``events`` or ``samples``."""
    return f"{kind}.jsonl" if rank is None else f"{kind}.rank{rank}.jsonl"


def append(descriptor: int, fields: dict[str, Any], *, new_line: bool = False) -> None:
    """Append a line with the time, by one call of ``write``.

    Args:
        descriptor: a file opened for appending.
        fields: what the line says; values of JSON.
        new_line: whether to begin a new line first, after one that was torn.

    Raises:
        OSError: if it cannot be written whole.
    """
    line = {"time": time.time(), "clock": time.monotonic(), **fields}
    text = json.dumps(line, ensure_ascii=True, allow_nan=False)
    raw = f"\n{text}\n".encode() if new_line else f"{text}\n".encode()
    if os.write(descriptor, raw) != len(raw):
        raise OSError(f"a line of {len(raw):,} bytes was written in part")


class MonitorError(Exception):
    """A run cannot be monitored; the message says what would work.

    Args:
        message: one line.
        code: the exit code of a program that it ends.
    """

    def __init__(self, message: str, code: int = 2) -> None:
        super().__init__(message)
        self.code = code
