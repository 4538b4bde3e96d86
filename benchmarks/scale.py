"""Compare engines that score shards: one process, processes of one machine, and Ray.

Usage: python benchmarks/scale.py [RECORDS] [SHARDS] [LANG]

Each engine scores the same generated SHARDS files (8) of RECORDS in all (400,000) in LANG (en), and
then as many files of one record each, which shows what starting costs. All print the same scores,
which is checked. The engines are run in turn. CPU time is that of all processes that an engine
starts; memory is the peak of one that scores, and of all at a time, shared pages being counted in
each.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

_WORDS = {
    "en": ("the", "cat", "sat", "on", "a", "mat", "and", "it", "was", "not", "there", "when"),
    "ja": ("東京は", "日本の", "首都です。", "ラーメンを", "食べました", "。", "猫が", "好きです"),
    "zh": ("我们", "在", "北京", "大学", "学习", "中文", "的", "时候", "天气", "很好", "。"),
}
_JOINED = {"en": " ", "ja": "", "zh": ""}
_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")


class Usage(NamedTuple):
    """What a command took: seconds, and bytes."""

    wall: float
    cpu: float
    scorer: int
    all: int


def main(arguments: list[str]) -> None:
    given = dict(enumerate(arguments))
    records, shards = int(given.get(0, 400_000)), int(given.get(1, 8))
    lang = given.get(2, "en")
    with tempfile.TemporaryDirectory() as folder:
        for count in (records, shards):
            files = _files(Path(folder), count, shards, lang)
            print(f"{count:,} records of {lang} in {shards} files")
            _compare(files, count, lang, Path(folder))


def _files(folder: Path, records: int, shards: int, lang: str) -> list[str]:
    chance, names = random.Random(7), []
    for shard in range(shards):
        path = folder / f"{records}-{shard}.jsonl"
        with path.open("w", encoding="utf-8") as file:
            for at in range(records // shards):
                said, gold = (
                    _JOINED[lang].join(chance.choices(_WORDS[lang], k=16)) for _ in range(2)
                )
                record = {"id": at, "prediction": said, "reference": gold}
                file.write(json.dumps(record, ensure_ascii=False) + "\n")
        names.append(str(path))
    return names


def _compare(files: list[str], records: int, lang: str, folder: Path) -> None:
    command = [sys.executable, "-m", "textmetrics", "score", *files, "--lang", lang]
    command += ["--format", "json"]
    engines = {
        "one process": ["--merge", "--threads", "1"],
        "--jobs 2": ["--jobs", "2", "--states"],
        "--ray --jobs 2": ["--jobs", "2", "--ray", "--states"],
    }
    print(
        f"{'':16}{'wall s':>8}{'CPU s':>8}{'records/CPU s':>15}{'MB a scorer':>13}{'MB in all':>11}"
    )
    outputs = set()
    for name, options in engines.items():
        with tempfile.TemporaryDirectory(dir=folder) as states:
            own = [states] if options[-1] == "--states" else []
            usage, output = _run([*command, *options, *own])
        outputs.add(output)
        print(
            f"{name:16}{usage.wall:8.1f}{usage.cpu:8.1f}{records / usage.cpu:15,.0f}"
            f"{usage.scorer / 1e6:13.0f}{usage.all / 1e6:11.0f}",
            flush=True,
        )
    assert len(outputs) == 1, "the engines print different scores"


def _run(command: list[str]) -> tuple[Usage, bytes]:
    begun = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        seen = _Seen(process.pid)
        watcher = threading.Thread(target=seen.watch, daemon=True)
        watcher.start()
        output, _ = process.communicate()
        wall = time.perf_counter() - begun
        seen.ended.set()
        watcher.join()
    if process.returncode:
        raise SystemExit(f"{command} failed")
    others = [size for pid, size in seen.scorers.items() if pid != process.pid]
    scorer = max(others or seen.scorers.values())
    return Usage(wall, sum(seen.cpu.values()), scorer, seen.most), output


class _Seen:
    """What was seen of a process and its descendants."""

    def __init__(self, root: int) -> None:
        self.root = root
        self.ended = threading.Event()
        self.cpu: dict[int, float] = {}
        self.scorers: dict[int, int] = {}
        self.most = 0

    def watch(self) -> None:
        while not self.ended.wait(0.05):
            self._look()

    def _look(self) -> None:
        found = {}
        for path in Path("/proc").glob("[0-9]*/stat"):
            with suppress(OSError):
                fields = path.read_text().rpartition(")")[2].split()
                cpu = (int(fields[11]) + int(fields[12])) / _TICKS
                found[int(path.parent.name)] = int(fields[1]), cpu, int(fields[21]) * _PAGE
        family = {self.root}
        while more := {pid for pid, (parent, *_) in found.items() if parent in family} - family:
            family |= more
        self.most = max(self.most, sum(found[pid][2] for pid in family if pid in found))
        for pid in family & found.keys():
            self.cpu[pid] = found[pid][1]
            if self._scores(pid):
                self.scorers[pid] = max(self.scorers.get(pid, 0), found[pid][2])

    def _scores(self, pid: int) -> bool:
        with suppress(OSError):
            line = Path(f"/proc/{pid}/cmdline").read_bytes()
            return pid == self.root or b"ray::_scored" in line or b"spawn_main" in line
        return False


if __name__ == "__main__":
    main(sys.argv[1:])
