"""Score millions of generated records within a limit of memory, and print the figures.

Usage: python -m tests.soak [--records N] [--megabytes N] [--seed N]

The records are written into a pipe while they are scored, so no file of them is needed: English and
Chinese in turn, with an id and a language. What the command counted is checked, not only that it
ended.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass


@dataclass(frozen=True)
class Usage:
    """What a command took.

    Attributes:
        wall: seconds.
        cpu: seconds of all its threads.
        peak: the most bytes that it held.
    """

    wall: float
    cpu: float
    peak: int


def scored(records: int, seed: int, most_bytes: int) -> tuple[Usage, int]:
    """Score generated records with the command, which may have so much memory.

    Returns:
        What it took, and how many bytes the records have.

    Raises:
        RuntimeError: if it fails, or takes more memory, or its counts are wrong.
    """

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_DATA, (most_bytes, most_bytes))

    command = [sys.executable, "-m", "textmetrics", "score", "-", "--format", "json"]
    size = 0
    with tempfile.TemporaryFile() as out:
        begun = time.monotonic()
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=out, preexec_fn=limit)
        assert process.stdin is not None
        try:
            for chunk in generated(records, seed):
                process.stdin.write(chunk)
                size += len(chunk)
            process.stdin.close()
        except BrokenPipeError:  # it failed, and says why
            pass
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        usage = Usage(
            time.monotonic() - begun,
            used.ru_utime + used.ru_stime,
            used.ru_maxrss * (1 if sys.platform == "darwin" else 1024),
        )
        out.seek(0)
        found = out.read()
    if process.returncode:
        raise RuntimeError(f"textmetrics score ended with {process.returncode}")
    _check(json.loads(found), records)
    if usage.peak > most_bytes:
        raise RuntimeError(f"it held {usage.peak / 1e6:.0f} MB")
    return usage, size
