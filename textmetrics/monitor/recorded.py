"""What was recorded of a run: attempts, marks and samples, on one axis of time.

The axis is that of ``clock``, which never jumps, moved to seconds since 1970 by what the first
monitor of each boot says: durations are exact however ``time`` is set, and requests of a server
that were recorded elsewhere can be joined with it. Only what was recorded in different boots, or on
different machines, depends on their clocks being right.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

import numpy as np
import numpy.typing as npt

__all__ = [
    "Attempt",
    "AttemptOutcome",
    "MonitoredEpoch",
    "MonitoredMark",
    "MonitoredSteps",
    "Rank",
    "RecordedRun",
    "Recording",
    "Session",
]

Floats: TypeAlias = npt.NDArray[np.float64]

AttemptOutcome: TypeAlias = Literal["finished", "crashed", "stopped", "no end", "running"]
Rank: TypeAlias = int | None


@dataclass(frozen=True, slots=True)
class Session:
    """What one monitor recorded; a resumed run has several.

    Attributes:
        host: the machine.
        start: when the monitor began.
        end: when it ended, or wrote its last line.
        interval: seconds between samples.
        command: what it ran; empty for a process that monitored itself.
        ended: whether it wrote that it ended.
        cpu_s: what it used itself; ``None`` if it is not known.
        rss_bytes: its own highest memory.
        memory_total_bytes: the memory of the machine.
        visible_gpus: what ``CUDA_VISIBLE_DEVICES`` names, if these are indices.
    """

    host: str
    start: float
    end: float
    interval: float = 1.0
    command: tuple[str, ...] = ()
    ended: bool = False
    cpu_s: float | None = None
    rss_bytes: float | None = None
    memory_total_bytes: float | None = None
    visible_gpus: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Attempt:
    """One start of the command.

    Attributes:
        number: which one, from 1, over all resumed runs.
        start: when it was started, in seconds since 1970.
        end: when it ended; its last line if no end was recorded.
        outcome: ``finished``, ``crashed``, ``stopped`` (by Ctrl-C or SIGTERM), ``running``, or
            ``no end`` if none was recorded, because the monitor was killed too.
        code: the exit code.
        signal: the name of the signal that ended it.
        stderr: the last lines of stderr, of a crash.
        session: which monitor started it, from 0.
        host: the machine.
        error: the exception that ended it, of a process that monitored itself.
        cpu_s: the CPU time of the command, as its end says.
        read_bytes: what it had read from disk, as its end says.
        write_bytes: what it had written to disk, as its end says.
        process_rss_bytes: the highest memory of one of its processes, as the kernel says.
    """

    number: int
    start: float
    end: float
    outcome: AttemptOutcome = "no end"
    code: int | None = None
    signal: str | None = None
    stderr: tuple[str, ...] = ()
    session: int = 0
    host: str = ""
    error: str | None = None
    cpu_s: float | None = None
    read_bytes: float | None = None
    write_bytes: float | None = None
    process_rss_bytes: float | None = None

    @property
    def cause(self) -> str:
        """The signal, exception or exit code that ended it."""
        if self.code is None:
            return self.signal or self.error or "how is not known"
        return self.signal or self.error or f"exit code {self.code}"

    @property
    def seconds(self) -> float:
        """How long it took."""
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class MonitoredEpoch:
    """An epoch.

    Attributes:
        number: what it was marked with.
        start: when it began.
        end: when it ended; ``None`` if it did not, or not whole.
        attempt: in which attempt.
    """

    number: Any
    start: float
    end: float | None
    attempt: int


@dataclass(frozen=True, slots=True)
class MonitoredMark:
    """Anything else that the command marked.

    Attributes:
        name: what it is, such as ``eval`` or ``checkpoint``.
        at: when, in seconds since 1970.
        values: what it said.
        attempt: in which attempt.
    """

    name: str
    at: float
    values: dict[str, Any]
    attempt: int


@dataclass(frozen=True, eq=False, slots=True)
class MonitoredSteps:
    """The step marks of a rank, in the order of time; what is no number is NaN."""

    at: Floats
    attempt: npt.NDArray[np.int64]
    step: Floats
    tokens: Floats
    samples: Floats


@dataclass(frozen=True, eq=False)
class Recording:
    """What the monitors of one rank recorded.

    Attributes:
        rank: the rank; ``None`` outside distributed runs.
        sessions: its monitors.
        attempts: in the order of their numbers.
        at: when each sample was taken, in seconds since 1970; in the order of attempts and time.
        attempt: the place of each sample's attempt in ``attempts``.
        columns: the fields of the samples; NaN where there is no value.
        gpus: those of GPUs, with the place of their sample in ``row``.
    """

    rank: Rank
    sessions: tuple[Session, ...]
    attempts: tuple[Attempt, ...]
    at: Floats
    attempt: npt.NDArray[np.int64]
    columns: dict[str, Floats]
    gpus: dict[str, Floats]


@dataclass(frozen=True, eq=False)
class RecordedRun:
    """A run: all attempts, of resumed runs too, and all ranks.

    Attributes:
        folder: where it was read from.
        attempts: those of all ranks: one begins with its first rank and ends with its last.
        epochs: those of the lowest rank that marks any.
        marks: all others, of all ranks.
        steps: the step marks by rank.
        recordings: the samples by rank, lowest first.
        missing: why figures could not be measured, by field.
        notes: what should be known of how it was read.
    """

    folder: str
    attempts: tuple[Attempt, ...]
    epochs: tuple[MonitoredEpoch, ...]
    marks: tuple[MonitoredMark, ...]
    steps: dict[Rank, MonitoredSteps]
    recordings: tuple[Recording, ...]
    missing: dict[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    @property
    def is_running(self) -> bool:
        """Whether the command was running when this was read."""
        return any(attempt.outcome == "running" for attempt in self.attempts)

    @property
    def sessions(self) -> int:
        """How many monitors recorded it one after another; more than one if it was resumed."""
        return max(len(each.sessions) for each in self.recordings)
