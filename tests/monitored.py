"""Folders of monitored runs, written by hand: what tests of reading and showing them read."""

from __future__ import annotations

import json
from pathlib import Path

from textmetrics.monitor.files import VERSION, file_name

START = 1_800_000_000.0  # seconds since 1970
BOOT = "5e1d"


class Run:
    """Writes the two files of a rank, with clocks given in seconds since the run began.

    Args:
        folder: the folder; made if it is not there.
        rank: the rank.
        boot: the boot of the machine.
        host: the machine.
        ahead: how far `time` is ahead of the clock, beside the seconds between 1970 and the boot.
        booted: the clock when the run begins.
    """

    def __init__(self, folder, rank=None, *, boot=BOOT, host="node1", ahead=0.0, booted=1000.0):
        self.folder = Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.rank, self.boot, self.host = rank, boot, host
        self.ahead, self.booted = ahead, booted

    def _line(self, kind, at, fields):
        when = {"time": START + at + self.ahead, "clock": self.booted + at}
        with open(self.folder / file_name(kind, self.rank), "a", encoding="utf-8") as file:
            file.write(json.dumps({**when, **fields}) + "\n")
        return self

    def event(self, event, at, **fields):
        return self._line("events", at, {"event": event, **fields})

    def monitor(self, at=0.0, **fields):
        usual = {
            "version": VERSION,
            "boot": self.boot,
            "host": self.host,
            "pid": 4242,
            "interval": 1.0,
            "command": ["python", "train.py"],
            "rank": self.rank,
            "gpus": None,
            "memory_total_bytes": 64_000_000_000,
            "textmetrics": "0.1.0",
        }
        return self.event("monitor", at, **{**usual, **fields})

    def start(self, at=0.0, attempt=1, **fields):
        return self.event("start", at, attempt=attempt, pid=4243, **fields)

    def end(self, at, attempt=1, code=0, **fields):
        return self.event("end", at, attempt=attempt, code=code, **{"signal": None, **fields})

    def sample(self, at, attempt=1, **fields):
        names = ("cpu_s", "rss_bytes", "uss_bytes", "processes", "read_bytes", "write_bytes")
        names += ("net_received_bytes", "net_sent_bytes", "gpus", "monitor_cpu_s")
        usual = dict.fromkeys((*names, "monitor_rss_bytes"))
        return self._line("samples", at, {"attempt": attempt, **usual, **fields})
