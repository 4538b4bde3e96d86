"""Measure commands of a fresh process: the first score of a short file, and a long file.

Usage: python benchmarks/commands.py [PART…], for the keys that contain one of these; peers.py runs
them all. Commands of the three languages take turns. Memory is that of the process alone, and what
its mapped files take, which other processes share; the most of both that was seen.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, NamedTuple

from measure import Spread
from texts import Pairs, Source

__all__ = ["COMMANDS", "Command"]

_NAMES = {"en": "English", "ja": "Japanese", "zh": "Chinese"}
_BETWEEN_LOOKS = 0.01


class Usage(NamedTuple):
    """What a command took: seconds, and megabytes."""

    wall: float
    cpu: float
    own: float
    mapped: float


@dataclass(frozen=True)
class Command:
    """``textmetrics score`` of a file, with the default options.

    Attributes:
        lang: the language of its texts.
        records: how many it has.
        seconds: in which it should end.
    """

    lang: str
    records: int
    seconds: float | None = None

    @property
    def key(self) -> str:
        """What ``--rows`` finds it by."""
        return f"command/{self.records}/{self.lang}"

    @property
    def what(self) -> str:
        """What is measured, for people."""
        return f"`textmetrics score` of {self.records:,} records, {_NAMES[self.lang]}"

    def measured(self, source: Source, rounds: int) -> dict[str, Any]:
        """Run the command in fresh processes, and return plain values."""
        told: dict[str, Any] = {"key": self.key, "what": self.what, "seconds": self.seconds}
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "predictions.jsonl"
            _write(path, source.pairs(self.lang).repeated(self.records))
            _run(path)  # reads the files, and keeps what later processes need
            runs = [_run(path) for _ in range(rounds)]
        return told | {
            name: asdict(Spread.of([getattr(run, name) for run in runs])) for name in Usage._fields
        }


COMMANDS = (
    Command("en", 10, 0.3),
    Command("zh", 10),
    Command("ja", 10, 0.3),
    Command("en", 100_000),
    Command("zh", 100_000),
    Command("ja", 100_000, 7),
)


def _write(path: Path, pairs: Pairs) -> None:
    with path.open("w", encoding="utf-8") as file:
        for prediction, reference in pairs:
            record = {"prediction": prediction, "reference": reference}
            file.write(json.dumps(record, ensure_ascii=False) + "\n")


def _run(path: Path) -> Usage:
    code = "from textmetrics.cli import entry; entry()"
    command = [sys.executable, "-c", code, "score", str(path)]
    begun = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        own = mapped = 0.0
        while True:
            ended, status, used = os.wait4(process.pid, os.WNOHANG)
            if ended:
                wall = time.perf_counter() - begun
                break
            seen = _memory(process.pid)
            own, mapped = max(own, seen[0]), max(mapped, seen[1])
            time.sleep(_BETWEEN_LOOKS)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{command} failed")
    return Usage(wall, used.ru_utime + used.ru_stime, own, mapped)


def _memory(pid: int) -> tuple[float, float]:
    """Return the megabytes that are a process's own, and those of its mapped files.

    Only Linux tells them apart.
    """
    with suppress(OSError):
        status = Path(f"/proc/{pid}/status").read_text()
        own, mapped = (
            sum(int(found) for found in re.findall(rf"{name}:\s+(\d+) kB", status)) * 1024 / 1e6
            for name in ("RssAnon", "RssFile")
        )
        return own, mapped
    return 0.0, 0.0


def main(parts: list[str]) -> None:
    from report import command_line
    from texts import DATA

    source = Source.of(DATA, None)
    for command in COMMANDS:
        if not parts or any(part in command.key for part in parts):
            print(command_line(command.measured(source, 5)), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
