"""Measure one long text under each metric of each preset: CPU time, memory, deafness to signals.

Usage: python benchmarks/one_text.py [--worst] [SIZE] [NAME ...]

Each row is a process of its own that scores one sample whose prediction and reference have about
SIZE bytes each (100,000 unless given). A timer of the system sends a signal after each 10 ms of CPU
time; ``deaf`` is the longest CPU time between two that Python has handled, and ``B/B`` how much the
process grew at its peak, in bytes per byte of the two texts. A row ends after 60 seconds of CPU
time, or where the process would take more than 200 bytes per byte, and 1 GB.

Metrics that count the same of the same tokens are measured once. With names, of presets
(``jiwer``), of their metrics (``jiwer/wer``), of steps (``extract/boxed``) or of texts (``han``),
only those are measured. With ``--worst`` a case has one row, of the most that any text took.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import json
import os
import random
import resource
import signal
import sys
import time
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Any, NamedTuple

import textmetrics
from textmetrics.presets import PRESETS, Preset

_SIZE = 100_000
_TICK = 0.01
_LONGEST = 60
_LARGEST = 200

_WORDS = ("the", "cat", "sat", "on", "a", "mat", "and", "it", "was", "not", "there", "when", "dogs")
_HAN = "我们在北京大学学习中文的时候天气很好他说不是这样"
_KANA = (
    "東京は",
    "日本の",
    "首都です。",
    "ラーメンを",
    "食べました",
    "。",
    "ー",
    "「",
    "」",
    "答えは",
)
_MARKDOWN = ("**", "*", "_", "`", "```", "\n", "\n# ", "\n- ", "| ", "|---|", "[a](b)", "> ", "it ")
_ANSWERS = (
    "The answer is B. ",
    "so it is 5. ",
    "Answer: (C)\n",
    "\\boxed{7} ",
    "答案是 A。",
    "not D, ",
)
_OBJECTS = ('{"answer": ', '"B"}', "[1, 2", "]", "{", "}", '"', "<think>", "</think>", "\n", "yes ")


def _drawn(pieces: tuple[str, ...] | str, each: float, between: str = "") -> Callable[..., str]:
    """Return what draws a text from pieces that have so many bytes each."""

    def make(random_: random.Random, size: int) -> str:
        return between.join(random_.choices(pieces, k=int(size / each)))

    return make


def _sentences(random_: random.Random, size: int) -> str:
    made = (" ".join(random_.choices(_WORDS, k=5)) for _ in range(size // 20))
    return " .\n".join(made)


def _names(random_: random.Random, size: int) -> str:
    return "".join(f"W{random_.randrange(size)} " for _ in range(size // 8))


TEXTS: dict[str, Callable[[random.Random, int], str]] = {
    "words": _drawn(_WORDS, 4, " "),
    "names": _names,
    "word": _drawn(("the",), 4, " "),
    "sentences": _sentences,
    "stops": _drawn("abcdefgh", 3, ".\n"),
    "capitals": _drawn("ABCDEFGH", 3, ". "),
    "letters": _drawn("abcdefgh", 1),
    "digits": _drawn("0123456789", 1),
    "numbers": _drawn("0123456789.,- ", 1),
    "brackets": _drawn("()[]{}<>", 1),
    "markdown": _drawn(_MARKDOWN, 3.3),
    "answers": _drawn(_ANSWERS, 12.5),
    "objects": _drawn(_OBJECTS, 4.5),
    "lines": _drawn("\n", 1),
    "spaces": _drawn(" \u3000", 2),
    "marks": _drawn("<>()[]{}\\boxed$ \n.,0123456789-+/`'\"A", 1),
    "han": _drawn(_HAN, 3),
    "kana": _drawn(_KANA, 10),
}
EXTRACTORS = (
    "think",
    "fence",
    "markdown",
    "prefix",
    "boxed",
    "json:answer",
    r"regex:answer is (\w)",
)


class Heard:
    """The longest CPU time between two signals that were handled."""

    def __init__(self) -> None:
        self.last = time.process_time()
        self.longest = 0.0

    def __call__(self, _: int = 0, __: FrameType | None = None) -> None:
        """Handle a signal."""
        now = time.process_time()
        self.longest = max(self.longest, now - self.last)
        self.last = now


class Row(NamedTuple):
    """What one text took."""

    text: str
    seconds: float
    deaf: float
    bytes: float
    said: str

    def __str__(self) -> str:
        """Write the cells of a table."""
        more = ">" if self.said == "TimeoutError" else ""
        return (
            f"{self.text:9} | {more}{self.seconds:.2f} s | {self.deaf:.2f} s | {self.bytes:.0f} B/B"
            f" | {self.said}"
        )


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def _out_of_time(*_: object) -> None:
    raise TimeoutError


def _bound(size: int) -> None:
    """Let this process take so much time and memory from now on, and no more."""
    signal.signal(signal.SIGXCPU, _out_of_time)
    resource.setrlimit(resource.RLIMIT_CPU, (_LONGEST, 2 * _LONGEST))
    with open("/proc/self/statm", encoding="ascii") as pages:
        held = int(pages.read().split()[0]) * resource.getpagesize()
    most = held + 2**30 + _LARGEST * size
    resource.setrlimit(resource.RLIMIT_AS, (most, most))


def _measured(text: str, prediction: str, reference: str, options: dict[str, Any]) -> Row:
    for short in ("A 1 yes", "我们学习", "東京は"):  # load dictionaries and packages
        with contextlib.suppress(Exception):
            textmetrics.evaluate([short], [short], **options)
    size = len(prediction.encode()) + len(reference.encode())
    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)
    _bound(size)
    before, begun = _peak(), time.process_time()
    heard = Heard()
    signal.signal(signal.SIGPROF, heard)
    signal.setitimer(signal.ITIMER_PROF, _TICK, _TICK)
    try:
        textmetrics.evaluate([prediction], [reference], **options)
        said = ""
    except Exception as error:
        said = type(error).__name__
    signal.setitimer(signal.ITIMER_PROF, 0)
    heard()
    seconds, grown = time.process_time() - begun, (_peak() - before) / size
    return Row(text, seconds, heard.longest, grown, said)


def _in_fork(*given: Any) -> Row:
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.write(writer, json.dumps(_measured(*given)).encode())
        except BaseException as error:
            os.write(writer, json.dumps((given[0], 0, 0, 0, repr(error)[:50])).encode())
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        told = pipe.read().decode()
    _, status = os.waitpid(child, 0)
    found = json.loads(told) if told else (given[0], 0, 0, 0, f"killed: {status}")
    return Row(*found)


def _choices(preset: Preset) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the options of a preset one by one, each with what to call it; none at first."""
    yield "", {}
    for option in preset.options:
        others = (not option.default,) if isinstance(option.default, bool) else option.choices
        for choice in others:
            if choice not in (option.default, ""):
                yield f"/{option.name}={choice}", {option.name: choice}


def cases() -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield options that count something new, each with a name."""
    seen = set()
    for preset in PRESETS:
        for called, chosen in _choices(preset):
            for name, metric in preset.known(preset.checked(chosen)).items():
                counted = {(view, frozenset(needs)) for view, needs in metric.columns().items()}
                if not counted <= seen:
                    seen |= counted
                    options = {"preset": preset.name, "metrics": [name], **chosen}
                    yield f"{preset.name}/{name}{called}", options
    for step in EXTRACTORS:
        yield f"extract/{step}", {"metrics": ["accuracy"], "extract": step}


def main(arguments: list[str]) -> None:
    """Print a row for each case and text, or the worst of each case."""
    worst = "--worst" in arguments
    size, *given = [each for each in arguments if each != "--worst"] or [str(_SIZE)]
    names = set(given)
    texts = (names & set(TEXTS)) or set(TEXTS)
    wanted = names - set(TEXTS)
    print("| case | text | CPU time | deaf | memory | error |\n|---|---|---|---|---|---|")
    for name, options in cases():
        if wanted and wanted.isdisjoint((name, name.split("/")[0], "/".join(name.split("/")[:2]))):
            continue
        rows = []
        for text, make in TEXTS.items():
            if text in texts:
                random_ = random.Random(17)
                pair = make(random_, int(size)), make(random_, int(size))
                rows.append(_in_fork(text, *pair, {"threads": 1, **options}))
                if not worst:
                    print(f"| {name} | {rows[-1]} |", flush=True)
        if worst:
            print(f"| {name} | {_worst(rows)} |", flush=True)


def _worst(rows: list[Row]) -> Row:
    """Return the most of each figure, and the text that took the most time."""
    slowest = max(rows, key=lambda row: row.seconds)
    deaf, memory = max(row.deaf for row in rows), max(row.bytes for row in rows)
    return slowest._replace(deaf=deaf, bytes=memory)


if __name__ == "__main__":
    main(sys.argv[1:])
