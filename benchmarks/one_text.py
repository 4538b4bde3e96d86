"""Measure one long text under each metric and preset: CPU time, memory, and deafness to signals.

Usage: python benchmarks/one_text.py [SIZE] [NAME ...]

Each row is a process of its own that scores one sample whose prediction and reference have about
SIZE bytes each (100,000 unless given). A timer of the system sends a signal after each 10 ms of CPU
time; ``deaf`` is the longest CPU time between two that Python has handled, and ``memory`` what the
process grew by, in bytes per byte of the two texts. A row ends after 60 seconds of CPU time.
"""

from __future__ import annotations

import contextlib
import gc
import os
import random
import resource
import signal
import sys
import time
from collections.abc import Iterator
from types import FrameType

import textmetrics
from textmetrics.metrics import METRICS
from textmetrics.presets import PRESETS

_SIZE = 100_000
_TICK = 0.01
_LONGEST = 60

_WORDS = ("the", "cat", "sat", "on", "a", "mat", "and", "it", "was", "not", "there", "when", "dogs")
_HAN = "我们在北京大学学习中文的时候天气很好他说不是这样"


def words(random_: random.Random, size: int) -> str:
    """Return one sentence of words."""
    return " ".join(random_.choice(_WORDS) for _ in range(size // 4))


def sentences(random_: random.Random, size: int) -> str:
    """Return short sentences, each with a line and a full stop of its own."""
    made = (" ".join(random_.choice(_WORDS) for _ in range(5)) for _ in range(size // 21))
    return " .\n".join(made)


def stops(random_: random.Random, size: int) -> str:
    """Return sentences of a letter."""
    return "".join(random_.choice("abcdefgh") + ".\n" for _ in range(size // 3))


def han(random_: random.Random, size: int) -> str:
    """Return Chinese without spaces."""
    return "".join(random_.choice(_HAN) for _ in range(size // 3))


def marks(random_: random.Random, size: int) -> str:
    """Return what regular expressions stumble over."""
    return "".join(random_.choice("<>()[]{}\\boxed$ \n.,0123456789-+/`'\"A") for _ in range(size))


TEXTS = (words, sentences, stops, han, marks)


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


def _grown() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def _measured(prediction: str, reference: str, options: dict[str, object]) -> str:
    with contextlib.suppress(Exception):  # warm up
        textmetrics.evaluate(["a b A 1 yes"], ["A 1 yes"], **options)  # type: ignore[arg-type]
    gc.collect()
    resource.setrlimit(resource.RLIMIT_CPU, (_LONGEST, _LONGEST + 1))
    before, begun = _grown(), time.process_time()
    heard = Heard()
    signal.signal(signal.SIGPROF, heard)
    signal.setitimer(signal.ITIMER_PROF, _TICK, _TICK)
    try:
        textmetrics.evaluate([prediction], [reference], **options)  # type: ignore[arg-type]
        said = ""
    except Exception as error:
        said = f"{type(error).__name__}: {error}"[:50]
    signal.setitimer(signal.ITIMER_PROF, 0)
    heard()
    size = len(prediction.encode()) + len(reference.encode())
    grown = (_grown() - before) / size
    return (
        f"{time.process_time() - begun:8.2f} s {heard.longest:6.2f} s deaf {grown:7.1f} B/B  {said}"
    )


def _in_fork(prediction: str, reference: str, options: dict[str, object]) -> str:
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.write(writer, _measured(prediction, reference, options).encode())
        except BaseException as error:
            os.write(writer, repr(error).encode())
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        told = pipe.read().decode()
    _, status = os.waitpid(child, 0)
    return told or f"did not end within {_LONGEST} s (status {status})"


def _cases(names: list[str]) -> Iterator[tuple[str, dict[str, object]]]:
    for name in METRICS.names():
        if not names or name in names:
            yield name, {"metrics": [name]}
    for preset in PRESETS:
        if not names or preset.name in names:
            yield preset.name, {"preset": preset.name}


def main(arguments: list[str]) -> None:
    """Print a row for each preset and kind of text."""
    size = int(arguments[0]) if arguments else _SIZE
    for name, options in _cases(arguments[1:]):
        for make in TEXTS:
            random_ = random.Random(17)
            prediction, reference = make(random_, size), make(random_, size)
            row = _in_fork(prediction, reference, {"threads": 1, **options})
            print(f"{name:24} {make.__name__:10} {row}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
