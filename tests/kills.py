"""End commands at any moment, and look at what they leave.

Two runs of a command take turns with one output: each is ended while the content of the other one
is there. Afterwards the output is wholly of one of them.
"""

from __future__ import annotations

import json
import math
import os
import random
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import textmetrics
from tests.generated import COMPRESS, generated
from textmetrics.report.folder import UNFINISHED

Content = dict[str, bytes]
"""The files of a folder by their names relative to it."""

# Coverage patches subprocesses through these; a signal that comes in its tracer can hang them.
UNTRACED = {name: value for name, value in os.environ.items() if not name.startswith("COV")}
SIGNALS = (signal.SIGKILL, signal.SIGTERM, signal.SIGINT)
# Before Python can handle a signal, it ends the process, of which a shell makes the same codes.
CODES = {
    signal.SIGKILL: {-signal.SIGKILL},
    signal.SIGTERM: {143, -signal.SIGTERM},
    signal.SIGINT: {130, -signal.SIGINT},
}
PACKAGE = str(Path(textmetrics.__file__).parent)
_FILES_WRITTEN = tuple(f"{number} files in " for number in range(1, 100))
_LATEST = 1.1  # of what a command takes: it may be over by then


class Ended(NamedTuple):
    """How a process ended."""

    code: int
    out: bytes
    err: str


@dataclass(frozen=True)
class Moment:
    """When a command is ended, and how.

    Attributes:
        number: the signal.
        share: of what the command takes when nothing ends it.
        watched: whether that is how often its folder is seen to change, in place of the time.
    """

    number: signal.Signals
    share: float
    watched: bool

    @classmethod
    def drawn(cls, chance: random.Random) -> Moment:
        """Return any moment, half of those while files are written."""
        return cls(chance.choice(SIGNALS), chance.uniform(0, _LATEST), chance.random() < 0.5)


def command(*arguments: object) -> list[str]:
    """Return how the program is started."""
    return [sys.executable, "-m", "textmetrics", *map(str, arguments)]


def run(arguments: Sequence[object], folder: Path, **options: Any) -> Ended:
    """Run the program to its end."""
    options = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "env": UNTRACED} | options
    done = subprocess.run(command(*arguments), cwd=folder, timeout=300, check=False, **options)
    return Ended(done.returncode, done.stdout or b"", (done.stderr or b"").decode())


def limited(size: int) -> Callable[[], None]:
    """Return what lets a process write no file with more bytes."""
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


def content(folder: Path) -> Content:
    """Return all files that are in a folder."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


class Rivals:
    """Two runs of a command that write to one output.

    Args:
        folder: where the inputs are, and ``out``, in which the output is.
        arguments: those of each run.
        others: files in ``out`` that no run may touch.

    Attributes:
        out: what they write to is in this folder, and nothing else but ``others``.
        contents: what is there after each of them.
        seconds: how long each takes when nothing ends it.
        changes: how often its folder is seen to change meanwhile.
    """

    def __init__(
        self, folder: Path, arguments: Sequence[Sequence[object]], others: Content | None = None
    ) -> None:
        self.folder, self.out = folder, folder / "out"
        self.arguments = arguments
        self.others = others or {}
        self.out.mkdir()
        for name, raw in self.others.items():
            (self.out / name).parent.mkdir(parents=True, exist_ok=True)
            (self.out / name).write_bytes(raw)
        self.contents: list[Content] = []
        self.seconds: list[float] = []
        self.changes: list[int] = []
        for which in (0, 1):
            begun = time.monotonic()
            with self._started(which) as process:
                self.changes.append(self._watch(process, math.inf))
            self.seconds.append(time.monotonic() - begun)
            assert process.returncode == 0
            self.contents.append(content(self.out))
            assert self.others.items() <= self.contents[which].items()
        assert self.contents[0] != self.contents[1]
        self.now = 1

    def finish(self, which: int) -> None:
        """Let a run end: its whole output is there, and nothing that another one left."""
        done = run(self.arguments[which], self.folder)
        assert done.code == 0, done
        found = content(self.out)
        assert found == self.contents[which], differences(found, self.contents[which])
        self.now = which

    def end(self, moment: Moment) -> Ended:
        """End the run whose output is not there, and check what is there now."""
        which = 1 - self.now
        with self._started(which) as process:
            if moment.watched:
                self._watch(process, round(moment.share * self.changes[which]))
            else:
                time.sleep(moment.share * self.seconds[which])
            process.send_signal(moment.number)
            out, err = process.communicate(timeout=60)
        ended = Ended(process.returncode, out, err.decode())
        self.check(ended, CODES[moment.number])
        return ended

    def killed(self, moments: int, chance: random.Random) -> Iterator[tuple[Moment, Ended]]:
        """End runs at so many moments; after every few, let the next one end."""
        for at in range(moments):
            moment = Moment.drawn(chance)
            yield moment, self.end(moment)
            if at % 4 == 3 or at == moments - 1:
                self.finish(1 - self.now)

    def _started(self, which: int) -> subprocess.Popen[bytes]:
        pipe = subprocess.PIPE  # whose buffer has room for all that the command prints
        arguments = command(*self.arguments[which])
        return subprocess.Popen(
            arguments,
            cwd=self.folder,
            stdout=pipe,
            stderr=pipe,
            env=UNTRACED,
            # Shells let what runs in the background ignore Ctrl-C.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509
        )

    def _watch(self, process: subprocess.Popen[bytes], changes: float) -> int:
        """Wait until the folder has changed so often, or the process has ended; count changes."""
        seen, changed = listing(self.out), 0
        while changed < changes and process.poll() is None:
            time.sleep(0.0005)
            if (now := listing(self.out)) != seen:
                seen, changed = now, changed + 1
        return changed

    def fail(self, code: int, **options: Any) -> Ended:
        """Let the run whose output is not there fail, and check what is there now."""
        ended = run(self.arguments[1 - self.now], self.folder, **options)
        self.check(ended, {code})
        return ended

    def check(self, ended: Ended, codes: set[int]) -> None:
        """Check how a run ended whose output was not there, and what is there now."""
        new = 1 - self.now
        found = content(self.out)
        if any(UNFINISHED in Path(name).parts for name in found):
            assert any(name.count("/") > 1 for name in self.others), "it could be swapped at once"
            return  # what is there now does not matter, but what the next run makes of it
        found = whole(found, self.contents)
        if ended.code == 0:
            assert found == self.contents[new], differences(found, self.contents[new])
        if "KeyboardInterrupt" in ended.err and PACKAGE not in ended.err:
            assert found == self.contents[self.now]  # Python itself had not started yet
            return
        told = [line for line in ended.err.splitlines() if not line.startswith(_FILES_WRITTEN)]
        assert ended.code in codes | {0}, ended
        assert len(told) <= 1, ended
        assert found in self.contents, [differences(found, each) for each in self.contents]
        self.now = self.contents.index(found)


def whole(found: Content, contents: Sequence[Content]) -> Content:
    """Return what was found without temporary files, which have names of their own."""
    known = {name for each in contents for name in each}
    strange = [name for name in found if name not in known and ".textmetrics-" not in name]
    assert not strange, strange
    return {name: raw for name, raw in found.items() if name in known}


def differences(found: Content, expected: Content) -> dict[str, str]:
    """Return in what two contents differ."""
    return {
        name: "missing" if name not in found else "surplus" if name not in expected else "other"
        for name in sorted({*found, *expected})
        if found.get(name) != expected.get(name)
    }


def listing(folder: Path) -> list[tuple[str, int]]:
    """Return the names and sizes of files; one that vanishes meanwhile has none."""

    def size(path: str) -> int:
        try:
            return os.stat(path).st_size
        except FileNotFoundError:
            return -1

    def sizes() -> Iterator[tuple[str, int]]:
        for path, _, names in os.walk(folder):
            for name in names:
                yield f"{path}/{name}", size(f"{path}/{name}")

    return sorted(sizes())


# --- the commands


def score_runs(
    folder: Path, suffix: str = "", *, state: bool = False, records: int = 2000
) -> Rivals:
    """Return two runs of ``score --output``, or of ``score --state``, with that suffix."""
    folder.mkdir()
    inputs = ["old.jsonl", "new.jsonl"]
    for seed, name in enumerate(inputs):
        (folder / name).write_bytes(b"".join(generated(records, seed)))
    output = ["--state", f"out/7.json{suffix}"] if state else ["--output", f"out/7.jsonl{suffix}"]
    return Rivals(folder, [["score", each, "--metrics", "f1,rouge_l", *output] for each in inputs])


def compare_runs(folder: Path, own: str = "report/notes.txt", records: int = 40) -> Rivals:
    """Return two runs of ``compare --output`` with different models, seeds and pictures.

    Args:
        folder: is made.
        own: a file of the user beside the report; one in a folder has the files of the report
            renamed one by one, and the next run complete what a kill interrupted.
        records: how many each model answers.
    """
    folder.mkdir()
    one, other, third = "one.jsonl", "other.jsonl", "third.jsonl"
    found = [json.loads(line) for chunk in generated(records, 0) for line in chunk.splitlines()]
    write_records(folder / one, found)
    write_records(folder / other, [each | {"prediction": each["reference"]} for each in found])
    write_records(folder / third, [each | {"prediction": each["id"]} for each in found])
    common = ["--output", "out/report", "--resamples", "200", "--metrics", "f1,rouge_l"]
    models = [
        [f"step-100={one}", f"step-200={other}", f"step-300={third}", "--breakdown", "lang"],
        [f"base={one}", f"tuned={other}"],
    ]
    return Rivals(
        folder,
        [["compare", *each, "--seed", at, *common] for at, each in enumerate(models)],
        {own: b"mine"},
    )


def write_records(path: Path, records: Iterable[Mapping[str, object]]) -> None:
    """Write a file of JSON Lines."""
    path.write_text("".join(json.dumps(each) + "\n" for each in records))


COMMANDS = [
    *(f"score{suffix}" for suffix in COMPRESS),
    "state.zst",
    "compare",
    "compare beside a folder",
]


def runs_of(name: str, folder: Path) -> Rivals:
    """Return two runs of one of ``COMMANDS`` in a new folder."""
    if not name.startswith("compare"):
        option, dot, suffix = name.partition(".")
        return score_runs(folder, dot + suffix, state=option == "state")
    return compare_runs(folder, *["report/mine/notes.txt"] * (name != "compare"))


def killed(folder: Path, moments: int, seed: int) -> Iterator[tuple[str, Moment, Ended]]:
    """End commands at so many moments, half of them while a folder is written."""
    chance = random.Random(seed)
    weights = [len(COMPRESS) if name.startswith("compare") else 2 for name in COMMANDS]
    chosen = chance.choices(COMMANDS, weights, k=moments)
    for name in sorted(set(chosen)):
        rivals = runs_of(name, folder / name)
        for moment, ended in rivals.killed(chosen.count(name), chance):
            yield name, moment, ended
