"""What a step has, and how it says that something is wrong."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from cases import SUITES, Answers, Case

__all__ = ["Context", "FailedError", "Figures", "SkippedError", "Step"]

Figures = Mapping[str, Any]


class FailedError(Exception):
    """A step found something wrong; what it measured before may be worth keeping."""

    def __init__(self, message: str, figures: Figures | None = None) -> None:
        super().__init__(message)
        self.figures = figures or {}


class SkippedError(Exception):
    """A step cannot run here."""


@dataclass(frozen=True)
class Context:
    """What a step has.

    Attributes:
        dry: whether kernels run on the CPU, so that work must be small.
        answers: the answers.
        command: the command that runs a part of a step, without the names of both.
        end: when the step must be done, by `time.monotonic`, which processes share.
    """

    dry: bool
    answers: Answers
    command: tuple[str, ...]
    end: float

    def left(self) -> float:
        """Return how many seconds are left, a little less, so that the step itself can say so."""
        return max(self.end - time.monotonic() - 1, 0.1)

    def cases(self, suite: str, size: int | None = None) -> list[tuple[int, Case]]:
        """Return the first cases of a suite, with their numbers."""
        make = SUITES[suite]
        return [(at, make.make(at)) for at in range(make.size if size is None else size)]


@dataclass(frozen=True)
class Step:
    """A step.

    Attributes:
        name: its name, for ``--steps``.
        what: what it does, for the tables.
        seconds: how long it may take.
        run: does it, and returns figures; raises `FailedError` or `SkippedError`.
        part: does one of several parts, each in a process of its own.
        on_cpu: whether a dry run runs it.
    """

    name: str
    what: str
    seconds: float
    run: Callable[[Context], Figures]
    part: Callable[[Context, str], None] | None = None
    on_cpu: bool = True
