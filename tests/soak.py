"""Run for long what tests run shortly, and print the figures that docs/reliability.md shows.

Usage: python -m tests.soak [--records N] [--shards N] [--megabytes N] [--moments N]
  [--shard-moments N] [--files N] [--states N] [--seed N]

Records are generated while the command scores them, within a limit of memory, and once more into so
many files, whose states are merged; commands are ended at so many moments; so many damaged files
and states are read. What is 0 is left out. The exit code is 1 if anything broke a promise.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from resource import RLIMIT_DATA, setrlimit
from typing import Any

from tests import damage, damage_states, shard_kills
from tests.generated import COMPRESS, LANGS, generated
from tests.kills import UNTRACED, command, killed

MEGABYTE = 1_000_000


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


def used(arguments: list[str], chunks: Iterator[bytes], most_bytes: int) -> tuple[Usage, bytes]:
    """Run the program with some bytes as its input, and at most so much memory.

    The system refuses more anonymous memory; the peak counts files that are mapped too.

    Returns:
        What it took, and what it printed.

    Raises:
        RuntimeError: if it fails, or held more.
    """
    with tempfile.TemporaryFile() as out:
        begun = time.monotonic()
        process = subprocess.Popen(
            command(*arguments),
            stdin=subprocess.PIPE,
            stdout=out,
            env=UNTRACED,
            preexec_fn=lambda: setrlimit(RLIMIT_DATA, (most_bytes, most_bytes)),  # noqa: PLW1509
        )
        # A pipe that breaks is one of a command that failed, and said why.
        with suppress(BrokenPipeError), process.stdin as pipe:  # type: ignore[union-attr]
            for chunk in chunks:
                pipe.write(chunk)
        _, status, total = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        wall = time.monotonic() - begun
        out.seek(0)
        printed = out.read()
    peak = total.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    if process.returncode:
        raise RuntimeError(f"{' '.join(arguments)} ended with {process.returncode}")
    if peak > most_bytes:
        raise RuntimeError(f"{' '.join(arguments)} held {peak / MEGABYTE:.0f} MB")
    return Usage(wall, total.ru_utime + total.ru_stime, peak), printed


@contextmanager
def chdir(folder: str) -> Iterator[None]:
    """Work in a folder; `contextlib.chdir` is of Python 3.11."""
    before = os.getcwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


# --- what is run


def records(options: argparse.Namespace) -> Iterator[tuple[str, str]]:
    """Score generated records."""
    size = 0

    def counted() -> Iterator[bytes]:
        nonlocal size
        for chunk in generated(options.records, options.seed):
            size += len(chunk)
            yield chunk

    arguments = ["score", "-", "--format", "json"]
    usage, printed = used(arguments, counted(), options.megabytes * MEGABYTE)
    found = json.loads(printed)
    number = options.records
    expected = {lang: len(range(at, number, len(LANGS))) for at, lang in enumerate(LANGS)}
    if (found["n"], found["health"]["languages"]) != (number, expected):
        raise RuntimeError(f"counted {found['n']} samples, {found['health']['languages']}")
    yield "records", f"{number:,} ({size / MEGABYTE:,.0f} MB of JSON Lines)"
    yield "records a second", f"{number / usage.cpu:,.0f} of CPU, {number / usage.wall:,.0f} here"
    yield "CPU", f"{usage.cpu:,.0f} s, {1e6 * usage.cpu / number:.1f} µs a record"
    yield "peak memory", f"{usage.peak / MEGABYTE:,.0f} MB of {options.megabytes:,}"


def shards(options: argparse.Namespace) -> Iterator[tuple[str, str]]:
    """Score generated records in so many files by ``--states``, and merge their states."""
    per_file = options.records // options.shards
    most = options.megabytes * MEGABYTE
    with tempfile.TemporaryDirectory() as folder, chdir(folder):
        names = [f"part-{at:05d}.jsonl.zst" for at in range(options.shards)]
        for at, name in enumerate(names):
            with open(name, "wb") as file:
                file.writelines(map(COMPRESS[".zst"], generated(per_file, options.seed + at)))
        size = sum(os.stat(name).st_size for name in names)
        form = ["--format", "json"]
        scored = ["score", *names, "--states", "st", "--jobs", "2", *form]
        begun, of_all = used(scored, iter(()), most)
        again, of_again = used(scored, iter(()), most)
        states = [f"st/{name}" for name in os.listdir("st")]
        of_states = sum(os.stat(name).st_size for name in states)
        merged, of_merge = used(
            ["merge", *states, "--expect", str(len(names)), *form], iter(()), most
        )
        alone, of_one = used(["score", *names, "--merge", "--threads", "1", *form], iter(()), most)
    if not of_one == of_all == of_again == of_merge:
        raise RuntimeError("one run and merged states print something else")
    number = per_file * len(names)
    yield "files", f"{len(names):,} of {per_file:,} records, {size / MEGABYTE:,.0f} MB"
    yield "`score --states --jobs 2`", f"{told(begun)}, {number / begun.wall:,.0f} records a second"
    yield (
        "`score --merge`, one thread",
        f"{told(alone)}, {number / alone.wall:,.0f} records a second",
    )
    yield "more CPU than one process", f"{100 * (begun.cpu / alone.cpu - 1):.1f} %"
    yield "`score --states` again", told(again)
    yield "`merge --expect`", f"{told(merged)}, of {of_states / MEGABYTE:,.0f} MB of states"


def told(usage: Usage) -> str:
    """Return what a command took; the peak is that of its largest process."""
    return f"{usage.wall:,.1f} s, {usage.cpu:,.1f} s of CPU, {usage.peak / MEGABYTE:,.0f} MB"


def shard_moments(options: argparse.Namespace) -> Iterator[tuple[str, str]]:
    """End commands that score and merge shards, or one of their processes, and let them go on."""
    with tempfile.TemporaryDirectory() as folder:
        ends = shard_kills.killed(Path(folder), options.shard_moments, options.seed)
        yield "moments at which shards were ended", _counted(ends, options)


def moments(options: argparse.Namespace) -> Iterator[tuple[str, str]]:
    """End commands while they write."""
    with tempfile.TemporaryDirectory() as folder:
        ends = killed(Path(folder), options.moments, options.seed)
        yield "moments at which a command was ended", _counted(ends, options)


def _counted(ends: Iterable[tuple[Any, Any, Any]], options: argparse.Namespace) -> str:
    """End all of them, and return how many there were with each exit code."""
    codes: Counter[int] = Counter()
    for what, moment, ended in ends:
        codes[ended.code] += 1
        if options.verbose:
            print(what, moment, ended.code, flush=True)
    counts = ", ".join(f"{number} with {code}" for code, number in sorted(codes.items()))
    return f"{codes.total()} ({counts})"


def files(options: argparse.Namespace) -> Iterator[tuple[str, str]]:
    """Read damaged files."""
    found = list(damage.found_in(options.seed, range(options.files)))
    for damaged, said in found:
        print(f"--- {damaged}\n{said}")
    yield "damaged files", f"{options.files:,}, {len(found)} of which broke the promise"
    if found:
        raise RuntimeError(f"python -m tests.damage --seed {options.seed} NUMBER shows one")


def states(options: argparse.Namespace) -> Iterator[tuple[str, str]]:
    """Load damaged states."""
    loaded = damage_states.loaded(options.seed, range(options.states))
    told = ", ".join(f"{number:,} {what}" for what, number in sorted(loaded.items()))
    yield "damaged states", f"{options.states:,} ({told})"
    if loaded["broken"]:
        raise RuntimeError(f"python -m tests.damage_states --seed {options.seed} NUMBER tries one")


PARTS: dict[str, Callable[[argparse.Namespace], Iterator[tuple[str, str]]]] = {
    "records": records,
    "shards": shards,
    "moments": moments,
    "shard_moments": shard_moments,
    "files": files,
    "states": states,
}
"""What is run, by the option that says how often; each yields figures and their names."""


def main(arguments: list[str] | None = None) -> int:
    """Run the parts, and print their figures as a table of Markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=10_000_000)
    parser.add_argument("--shards", type=int, default=128, help="files of the same records")
    parser.add_argument("--moments", type=int, default=60)
    parser.add_argument("--shard-moments", type=int, default=40)
    parser.add_argument("--files", type=int, default=5000)
    parser.add_argument("--states", type=int, default=5000)
    parser.add_argument("--megabytes", type=int, default=400)
    parser.add_argument("--seed", type=int, default=17)
    parser.add_argument("--verbose", action="store_true", help="print each moment")
    options = parser.parse_args(arguments)
    failed = 0
    print("| what | figure |\n| --- | --- |")
    for name, part in PARTS.items():
        if not getattr(options, name):
            continue
        try:
            for what, figure in part(options):
                print(f"| {what} | {figure} |", flush=True)
        except (AssertionError, RuntimeError) as error:
            failed = 1
            print(f"{name}: {error}", file=sys.stderr)
    return failed


if __name__ == "__main__":
    sys.exit(main())
