"""The process that records another one, for `background`."""

from __future__ import annotations

import json
import os
import select
import signal
import sys
import time
from typing import Any, NoReturn

from textmetrics.monitor.files import MonitorError
from textmetrics.monitor.gpu import Gpus
from textmetrics.monitor.sampler import Sampler, psutil_module
from textmetrics.monitor.writer import RunFiles

__all__ = ["main"]

_DIED = {
    "code": None,
    "error": "the process ended without leaving the block: killed, or by os._exit",
}
_TERMINATED = {"code": None, "signal": "SIGTERM", "stopped": True}


def main() -> None:
    """Record the process that a request names, until it says so or ends.

    The request is JSON in the first argument. The answer, one line on standard output, has an
    ``error`` or null; then a line on standard input says how the block was left.
    """
    signal.signal(signal.SIGTERM, _terminated)
    request = json.loads(sys.argv[1])
    try:
        recording = _Recording(request)
    except MonitorError as error:
        print(json.dumps({"error": str(error)}), flush=True)
        return
    print(json.dumps({"error": None}), flush=True)
    os.dup2(2, 1)  # who started this waits for nothing more
    try:
        outcome = recording.until_the_end()
    except _TerminatedError:
        outcome = _TERMINATED
    recording.end(outcome)


class _TerminatedError(Exception):
    pass


def _terminated(*_: object) -> NoReturn:
    raise _TerminatedError


class _Recording:
    """Records a process.

    Raises:
        MonitorError: if it cannot be.
    """

    def __init__(self, request: dict[str, Any]) -> None:
        psutil_module()
        self._pid, self._interval = request["pid"], request["interval"]
        self._files = RunFiles(request["folder"], request["rank"], warn=_warn)
        self._attempt = self._files.last_attempt() + 1
        gpus = Gpus()
        self._files.begin(
            interval=self._interval, command=None, rank=request["rank"], gpus=gpus.devices
        )
        self._files.event("start", attempt=self._attempt, pid=self._pid)
        self._began = time.monotonic()
        self._sampler = Sampler(self._pid, interval=self._interval, gpus=gpus, from_now=True)
        self._samples = self._own_highest = 0
        self._closed = False  # standard input, by a program that closes all descriptors
        self._last = self._take()

    def until_the_end(self) -> dict[str, Any]:
        """Take samples until a line on standard input, or the end of the process; return how."""
        due = self._began
        while True:
            missed = max(0.0, time.monotonic() - due) // self._interval
            due += self._interval * (1 + missed)
            said = self._wait(due)
            if said is not None:
                return said
            self._last = self._take()

    def _wait(self, due: float) -> dict[str, Any] | None:
        """Wait until it is time for a sample; return how the process ended if it did."""
        while os.getppid() == self._pid:
            left = max(0.0, due - time.monotonic())
            if self._closed:
                time.sleep(min(left, _LOOK))
            elif select.select([0], [], [], min(left, _LOOK))[0]:
                line = sys.stdin.readline()
                if line:
                    return dict(json.loads(line))
                self._closed = True
            if time.monotonic() >= due:
                return None
        return _DIED

    def end(self, outcome: dict[str, Any]) -> None:
        """Write how the process ended, and what this one used."""
        seconds = time.monotonic() - self._began
        last = self._take() if outcome is not _DIED else self._last
        self._files.event(
            "end",
            attempt=self._attempt,
            **{"signal": None, **outcome},
            seconds=round(seconds, 6),
            cpu_s=last["cpu_s"],
            read_bytes=last["read_bytes"],
            write_bytes=last["write_bytes"],
        )
        self._files.event(
            "monitor_end",
            samples=self._samples,
            cpu_s=round(time.process_time(), 3),
            rss_bytes=self._own_highest,
        )
        self._files.close()

    def _take(self) -> dict[str, Any]:
        fields = self._sampler.sample()
        for figure, reason in self._sampler.missing():
            self._files.missing(figure, reason)
        self._samples += self._files.sample({"attempt": self._attempt, **fields})
        self._own_highest = max(self._own_highest, fields["monitor_rss_bytes"])
        return fields


_LOOK = 1.0  # seconds after which a process that has died is noticed


def _warn(message: str) -> None:
    print(f"textmetrics monitor: {message}", file=sys.stderr)
