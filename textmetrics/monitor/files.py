"""The two files of a monitored run: names, fields, appending.

A run is a folder. ``events.jsonl`` has a line for each thing that happened, ``samples.jsonl`` one
for each measurement, a second apart by default. Both are only appended to, each line by one
``write`` to a file opened with ``O_APPEND``, so lines of several processes do not mix and a killed
process leaves whole lines, but perhaps the last one. A process of a distributed run, which has
``RANK`` (or ``LOCAL_RANK`` alone) in its environment, has files of its own:
``events.rank3.jsonl``, ``samples.rank3.jsonl``.

Every line has ``time``, seconds since 1970, which joins it with records of requests, and ``clock``,
seconds of a clock that never jumps, which all durations are computed from. Clocks are comparable
within a boot of a machine. The standard library suffices, because processes of training import
this module.

A line of ``events.jsonl`` has ``event`` and its fields:

- ``monitor``: a supervisor begins, or `monitor` in Python. ``version`` of the format, ``boot``
  (which boot of which machine), ``host``, ``pid``, ``interval``, ``command`` (``null`` in Python),
  ``rank``, ``gpus`` (``index``, ``name``, ``memory_bytes``), ``cuda_visible_devices``,
  ``memory_total_bytes`` of the machine, or of its container if that is limited to less, and the
  version of ``textmetrics``. A run that is resumed has several.
- ``start``: ``attempt``, which goes on counting in a resumed run, and ``pid``.
- ``end``: ``attempt``, ``code`` or ``signal``, the other one ``null``; ``seconds``; ``cpu_s``,
  ``read_bytes`` and ``write_bytes`` of all processes of the attempt, the last values of the sums
  below; ``process_rss_bytes``, the most that one of its processes had at any moment (``null`` if
  that is less than what the supervisor has, which the kernel does not tell apart). ``stopped`` is
  true if the supervisor was asked to end; else, after another code than 0, this is a crash and has
  the last lines of ``stderr``.
- ``restart``: ``attempt``, the next one, and the wait before it, ``after_s``.
- ``missing``: ``figure``, a field of samples, and the ``reason`` why it is ``null``, once. The
  figure ``samples`` was not written at all for some time.
- ``monitor_end``: what the supervisor itself had: ``samples``, ``cpu_s``, ``rss_bytes`` at most.
- ``epoch``, ``epoch_end``, ``step``, ``mark``: see `marks`.

A line of ``samples.jsonl`` has ``attempt`` and, of all processes of the attempt: ``cpu_s``,
``read_bytes`` and ``write_bytes``, sums since its start, which do not fall when processes end;
``rss_bytes``, ``uss_bytes`` and ``processes``, as they are. Of the machine:
``net_received_bytes`` and ``net_sent_bytes``, sums since the attempt's start, and ``gpus``, a list
of ``index``, ``utilization`` from 0 to 1, ``memory_bytes``, ``power_w``, ``temperature_c`` and
``process_memory_bytes``, those of the attempt's processes. Of the supervisor: ``monitor_cpu_s``, a
sum since its own start, and ``monitor_rss_bytes``. What cannot be had is ``null``.
The last sample of an attempt is taken when the command has ended: it completes the sums, and has no
memory and no GPUs.
"""

from __future__ import annotations

import errno
import json
import os
import time
from typing import Any, Final

__all__ = [
    "ENVIRONMENT",
    "RANK",
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
RANK: Final = "TEXTMETRICS_MONITOR_RANK"
"""The one that tells it the rank that a supervisor was given, if it has none of its own."""


def rank_of() -> int | None:
    """Return the rank of this process in a distributed run; ``None`` if it is in none."""
    for name in ("RANK", "LOCAL_RANK", RANK):
        if (value := os.environ.get(name, "")).isdecimal():
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
        raise OSError(errno.ENOSPC, "no space: a line was written in part")


class MonitorError(Exception):
    """A run cannot be monitored; the message says what would work.

    Args:
        message: one line.
        code: the exit code of a program that it ends.
    """

    def __init__(self, message: str, code: int = 2) -> None:
        super().__init__(message)
        self.code = code
