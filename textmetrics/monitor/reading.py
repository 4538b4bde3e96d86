"""Read the folder of a run: what belongs to which attempt, and when it was."""

from __future__ import annotations

import math
import os
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from textmetrics._escape import pluralized
from textmetrics.monitor.files import file_name
from textmetrics.monitor.lines import (
    Ended,
    EpochBegan,
    EpochEnded,
    Event,
    Marked,
    MissingFigure,
    MonitorBegan,
    MonitorEnded,
    SampleColumns,
    Started,
    StepDone,
    check_version,
    read_events,
    read_samples,
)
from textmetrics.monitor.recorded import (
    Attempt,
    AttemptOutcome,
    MonitoredEpoch,
    MonitoredMark,
    MonitoredSteps,
    Rank,
    RecordedRun,
    Recording,
    Session,
)
from textmetrics.records import DataError, OpenError

__all__ = ["read_run"]


def read_run(folder: str) -> RecordedRun:
    """Read the files of a run, also while it is going on.

    Raises:
        InputError: if there are none, or they cannot be read.
    """
    paths = {rank: os.path.join(folder, file_name("events", rank)) for rank in _ranks_in(folder)}
    for path in paths.values():
        check_version(path)
    # In this order, all that samples belong to is among the events, and a command that ends or
    # starts meanwhile was running.
    samples = {rank: _samples(os.path.join(folder, file_name("samples", rank))) for rank in paths}
    before = {rank: _is_locked(path) for rank, path in paths.items()}
    read = {rank: read_events(path) for rank, path in paths.items()}
    running = {rank: before[rank] or _is_locked(path) for rank, path in paths.items()}
    parts = {rank: _Part(rank, paths[rank], events) for rank, (events, _) in read.items()}
    axis = _Axis(parts.values())
    recordings = tuple(
        _recording(part, samples[rank], axis, running=running[rank])
        for rank, part in parts.items()
        if part.sessions
    )
    if not recordings:
        path = next(iter(paths.values()))
        raise DataError(path, None, "no monitor began in it; record a run by textmetrics monitor")
    attempts = tuple(_of_all_ranks(recordings))
    marks = {rank: _Marks(part, axis, _own(recordings, rank)) for rank, part in parts.items()}
    cut = sum(each.cut for each in samples.values()) + sum(cut for _, cut in read.values())
    return RecordedRun(
        folder=folder,
        attempts=attempts,
        epochs=next((epochs for each in marks.values() if (epochs := each.epochs())), ()),
        marks=tuple(sorted((m for each in marks.values() for m in each.marks()), key=_when)),
        steps={rank: steps for rank, each in marks.items() if len((steps := each.steps).at)},
        recordings=recordings,
        missing=_missing(parts.values()),
        notes=tuple(_notes(cut)),
    )


def _when(mark: MonitoredMark) -> float:
    return mark.at


def _notes(cut: int) -> Iterator[str]:
    if cut:
        was = "was" if cut == 1 else "were"
        yield f"{pluralized(cut, 'line')} broke off and {was} left out"


# --- files

_EVENTS = re.compile(r"events(?:\.rank(\d{1,9}))?\.jsonl")


def _ranks_in(folder: str) -> list[Rank]:
    """Return the ranks that wrote to a folder, the lowest first; ``None`` is before all others.

    Raises:
        OpenError: if it is no folder of a run.
    """
    try:
        names = sorted(os.listdir(folder))
    except FileNotFoundError:
        advice = "no such folder; name one that textmetrics monitor --output wrote"
        raise OpenError(folder, None, advice) from None
    except NotADirectoryError:
        advice = "is a file; name the folder of a monitored run, where it is"
        raise OpenError(folder, None, advice) from None
    except ValueError as error:  # a zero byte
        raise OpenError(folder, None, f"cannot be a folder ({error}); check the name") from error
    except OSError as error:
        raise OpenError.of(folder, error) from error
    found = [match[1] for name in names if (match := _EVENTS.fullmatch(name))]
    if found:
        ranks = {None if number is None else int(number) for number in found}
        return sorted(ranks, key=lambda rank: -1 if rank is None else rank)
    if any(name.startswith("events.out.tfevents.") for name in names):
        problem = "has event files of TensorBoard: curves, for read_curves, but no resources"
    elif any(re.fullmatch(r"samples(\.rank\d+)?\.jsonl", name) for name in names):
        problem = "has samples, but no events.jsonl, which says what they are of"
    elif names:
        problem = "has no events.jsonl, so it is not the folder of a monitored run"
    else:
        problem = "is empty: nothing was monitored"
    advice = f"record one by textmetrics monitor --output {folder} -- COMMAND"
    raise OpenError(folder, None, f"{problem}; {advice}")


def _samples(path: str) -> SampleColumns:
    # A monitor that was killed before its first sample has written none.
    return read_samples(path if os.path.exists(path) else os.devnull)


def _is_locked(path: str) -> bool:
    """Return whether a monitor is writing to a file: it holds a lock as long as it lives."""
    try:
        import fcntl
    except ImportError:  # Windows
        return False
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:  # a file system without locks
        return False
    else:
        return False
    finally:
        os.close(descriptor)


# --- when


class _Part:
    """The events of a rank: those of each of its monitors, and those before the first.

    Args:
        rank: the rank.
        path: the file.
        events: all of its events, in the order of the file.
    """

    def __init__(self, rank: Rank, path: str, events: Iterable[Event]) -> None:
        self.rank, self.path = rank, path
        self.before: list[Event] = []  # all, if a monitor of another rank runs the process
        self.sessions: list[tuple[MonitorBegan, list[Event]]] = []
        for event in events:
            if isinstance(event, MonitorBegan):
                self.sessions.append((event, []))
            else:
                (self.sessions[-1][1] if self.sessions else self.before).append(event)


class _Axis:
    """Seconds since 1970 for the clocks of all boots.

    Args:
        parts: the events of all ranks.
    """

    def __init__(self, parts: Iterable[_Part]) -> None:
        self._offsets: dict[object, float] = {}
        for part in parts:
            for at, (began, _) in enumerate(part.sessions):
                key = self._key(part, at)
                self._offsets.setdefault(key, began.time - began.clock)

    @staticmethod
    def _key(part: _Part, at: int) -> object:
        """Return what the clocks of a monitor are comparable with; nothing if no boot is known."""
        return part.sessions[at][0].boot or (part.rank, at)

    def offset(self, part: _Part, at: int) -> float:
        """Return what is added to the clocks of a monitor."""
        return self._offsets[self._key(part, at)]

    def nearest(self, event: Event) -> float:
        """Return the same for an event whose boot is unknown, but that knows the time."""
        own = event.time - event.clock
        return min(self._offsets.values(), key=lambda each: abs(each - own))

    def timed(self, part: _Part) -> list[tuple[float, Event]]:
        """Return all events of a rank with the time when they were, the earliest first."""
        found = [(event.clock + self.nearest(event), event) for event in part.before]
        for at, (_, events) in enumerate(part.sessions):
            offset = self.offset(part, at)
            found += [(event.clock + offset, event) for event in events]
        return sorted(found, key=lambda each: each[0])


# --- attempts and samples


@dataclass(slots=True)
class _Open:
    """An attempt while its lines are read."""

    number: int
    session: int
    start: float
    last: float
    end: Ended | None = None


def _recording(part: _Part, samples: SampleColumns, axis: _Axis, *, running: bool) -> Recording:
    """Return what the monitors of a rank recorded."""
    found = _opened(part, axis)
    columns = samples.columns
    _add_unstarted(found, samples, part, axis)
    order = sorted(found)
    place = np.searchsorted(np.array(order, dtype=np.float64), columns["attempt"])
    offsets = np.array([axis.offset(part, found[number].session) for number in order])
    at = columns["clock"] + (offsets[place] if len(place) else 0.0)
    gpus = samples.gpus
    if not _is_sorted(place, at):
        by_time = np.lexsort((at, place))
        at, place = at[by_time], place[by_time]
        columns = {name: values[by_time] for name, values in columns.items()}
        back = np.argsort(by_time)
        gpus = {**gpus, "row": back[gpus["row"].astype(np.int64)].astype(np.float64)}
    lasts = np.flatnonzero(np.append(place[1:] != place[:-1], len(place) > 0))
    for each in lasts.tolist():
        open_ = found[order[place[each]]]
        open_.last = max(open_.last, float(at[each]))
    attempts = tuple(
        _closed(found[number], part, running=running and number == order[-1]) for number in order
    )
    kept = {name: values for name, values in columns.items() if name not in ("clock", "attempt")}
    of_session: dict[int, list[Attempt]] = {}
    for attempt in attempts:
        of_session.setdefault(attempt.session, []).append(attempt)
    found_sessions = [
        _session(part, at_, axis, of_session.get(at_, [])) for at_ in range(len(part.sessions))
    ]
    sessions = tuple(_with_own_cost(found_sessions, attempts, place, kept))
    return Recording(part.rank, sessions, attempts, at, place, kept, gpus)


def _opened(part: _Part, axis: _Axis) -> dict[int, _Open]:
    """Return the attempts of a rank, by number.

    Raises:
        DataError: if two have the same number.
    """
    found: dict[int, _Open] = {}
    for session, (_, events) in enumerate(part.sessions):
        offset = axis.offset(part, session)
        current: _Open | None = None
        for event in events:
            at = event.clock + offset
            if isinstance(event, Started):
                if event.attempt in found:
                    problem = f"attempt {event.attempt} starts twice; were two runs put together?"
                    raise DataError(part.path, None, problem)
                current = found[event.attempt] = _Open(event.attempt, session, at, at)
            elif isinstance(event, Ended):
                start = at - (event.seconds or 0.0)
                current = found.setdefault(
                    event.attempt, _Open(event.attempt, session, start, start)
                )
                # The event is written a little later, when the last lines of stderr are known.
                ended = at if event.seconds is None else current.start + event.seconds
                current.end, current.last = event, max(current.start, ended)
            elif current is not None and current.end is None:
                current.last = max(current.last, at)
    return found


def _add_unstarted(
    found: dict[int, _Open], samples: SampleColumns, part: _Part, axis: _Axis
) -> None:
    """Add attempts that samples name, but no event: they start with their first sample."""
    numbers = samples.columns["attempt"]
    session = len(part.sessions) - 1
    changes = np.append(numbers[:1] == numbers[:1], numbers[1:] != numbers[:-1])
    for number in {int(each) for each in numbers[changes].tolist()} - set(found):
        clock = samples.columns["clock"][numbers == number].min()
        start = float(clock) + axis.offset(part, session)
        found[number] = _Open(number, session, start, start)


def _is_sorted(place: np.ndarray[Any, Any], at: np.ndarray[Any, Any]) -> bool:
    ahead, same = np.diff(place), np.diff(at) >= 0
    return bool(np.all((ahead > 0) | ((ahead == 0) & same)))


def _closed(open_: _Open, part: _Part, *, running: bool) -> Attempt:
    began, end = part.sessions[open_.session][0], open_.end
    attempt = Attempt(
        open_.number,
        open_.start,
        max(open_.start, open_.last),
        "running" if running else "no end",
        session=open_.session,
        host=began.host or "",
    )
    if end is None:
        return attempt
    stderr = end.stderr.splitlines() if isinstance(end.stderr, str) else end.stderr or ()
    return replace(
        attempt,
        outcome=_outcome(end),
        code=end.code,
        signal=end.signal,
        stderr=tuple(stderr),
        error=end.error,
        cpu_s=end.cpu_s,
        read_bytes=end.read_bytes,
        write_bytes=end.write_bytes,
        process_rss_bytes=end.process_rss_bytes,
    )


def _outcome(end: Ended) -> AttemptOutcome:
    if end.stopped:
        return "stopped"
    crashed = end.signal is not None or end.error is not None or end.code not in (0, None)
    return "crashed" if crashed else "finished"


def _session(part: _Part, at: int, axis: _Axis, attempts: Sequence[Attempt]) -> Session:
    began, events = part.sessions[at]
    offset = axis.offset(part, at)
    start = began.clock + offset
    ends = [event for event in events if isinstance(event, MonitorEnded)]
    last = max((event.clock + offset for event in events), default=start)
    return Session(
        host=began.host or "",
        start=start,
        end=max(start, last, *(each.end for each in attempts)),
        interval=began.interval,
        command=tuple(began.command or ()),
        ended=bool(ends),
        cpu_s=ends[-1].cpu_s if ends else None,
        rss_bytes=ends[-1].rss_bytes if ends else None,
        memory_total_bytes=began.memory_total_bytes,
        visible_gpus=_indices(began.cuda_visible_devices),
    )


def _indices(visible: object) -> tuple[int, ...]:
    """Return the GPUs of ``CUDA_VISIBLE_DEVICES``, none if they are named otherwise."""
    parts = [part.strip() for part in visible.split(",")] if isinstance(visible, str) else []
    known = all(re.fullmatch(r"[0-9]{1,6}", part) for part in parts)
    return tuple(map(int, parts)) if known else ()


def _with_own_cost(
    sessions: Sequence[Session],
    attempts: Sequence[Attempt],
    place: np.ndarray[Any, Any],
    columns: dict[str, np.ndarray[Any, Any]],
) -> Iterator[Session]:
    """Yield sessions with what samples say of the monitor's own cost, where no end says it."""
    of_attempt = np.array([each.session for each in attempts], dtype=np.int64)
    owner = of_attempt[place] if len(place) else place
    if all(each.cpu_s is not None and each.rss_bytes is not None for each in sessions):
        yield from sessions
        return
    cpu = _largest(columns["monitor_cpu_s"], owner, len(sessions))
    rss = _largest(columns["monitor_rss_bytes"], owner, len(sessions))
    for at, session in enumerate(sessions):
        yield replace(
            session,
            cpu_s=cpu[at] if session.cpu_s is None else session.cpu_s,
            rss_bytes=rss[at] if session.rss_bytes is None else session.rss_bytes,
        )


def _largest(
    values: np.ndarray[Any, Any], owner: np.ndarray[Any, Any], owners: int
) -> list[float | None]:
    """Return the largest value of each owner, ``None`` if it has none."""
    largest = np.full(owners, -math.inf)
    known = ~np.isnan(values)
    np.maximum.at(largest, owner[known], values[known])
    return [value if value >= 0 else None for value in largest.tolist()]


# Which outcome of one rank is that of all: what went wrong says more than what went well.
_WORST: Sequence[AttemptOutcome] = ("crashed", "no end", "stopped", "running", "finished")


def _of_all_ranks(recordings: Sequence[Recording]) -> Iterator[Attempt]:
    """Yield the attempts of all ranks together."""
    by_number: dict[int, list[Attempt]] = {}
    for recording in recordings:
        for attempt in recording.attempts:
            by_number.setdefault(attempt.number, []).append(attempt)
    for _, found in sorted(by_number.items()):
        worst = min(found, key=lambda each: (_WORST.index(each.outcome), each.end))
        yield replace(
            worst,
            start=min(each.start for each in found),
            end=max(each.end for each in found),
            session=min(each.session for each in found),
            cpu_s=_known_sum(each.cpu_s for each in found),
            read_bytes=_known_sum(each.read_bytes for each in found),
            write_bytes=_known_sum(each.write_bytes for each in found),
            process_rss_bytes=max(
                (each.process_rss_bytes for each in found if each.process_rss_bytes is not None),
                default=None,
            ),
        )


def _known_sum(values: Iterable[float | None]) -> float | None:
    """Return the sum; ``None`` if a part is not known."""
    known = list(values)
    return None if None in known else math.fsum(each for each in known if each is not None)


def _own(recordings: Sequence[Recording], rank: Rank) -> Recording:
    """Return the recording that the marks of a rank belong to: its own, or that of its parent."""
    return next((each for each in recordings if each.rank == rank), recordings[0])


# --- marks


class _Marks:
    """What a rank marked, with the attempts in which it did.

    Args:
        part: its events.
        axis: when they were.
        recording: the monitor's recording that they belong to.
    """

    def __init__(self, part: _Part, axis: _Axis, recording: Recording) -> None:
        self._attempts = sorted(recording.attempts, key=lambda each: each.start)
        self._by_number = {each.number: each for each in recording.attempts}
        self._starts = [each.start for each in self._attempts]
        self._events = [
            (at, event)
            for at, event in axis.timed(part)
            if isinstance(event, EpochBegan | EpochEnded | StepDone | Marked)
        ]

    def _attempt(self, at: float) -> Attempt | None:
        """Return the attempt that a moment belongs to: the last one that had started."""
        if not self._attempts:
            return None
        return self._attempts[max(0, bisect_right(self._starts, at) - 1)]

    def marks(self) -> Iterator[MonitoredMark]:
        """Yield all but epochs and steps."""
        for at, event in self._events:
            if isinstance(event, Marked):
                attempt = self._attempt(at)
                yield MonitoredMark(event.name, at, event.values, attempt.number if attempt else 0)

    @cached_property
    def steps(self) -> MonitoredSteps:
        """The step marks."""
        found = [(at, event) for at, event in self._events if isinstance(event, StepDone)]
        numbers = [attempt.number if (attempt := self._attempt(at)) else 0 for at, _ in found]
        return MonitoredSteps(
            np.array([at for at, _ in found], dtype=np.float64),
            np.array(numbers, dtype=np.int64),
            np.array([_number(event.step) for _, event in found], dtype=np.float64),
            np.array([_number(event.tokens) for _, event in found], dtype=np.float64),
            np.array([_number(event.samples) for _, event in found], dtype=np.float64),
        )

    def epochs(self) -> tuple[MonitoredEpoch, ...]:
        """Return the epochs, with an end where they ended whole."""
        found: list[MonitoredEpoch] = []
        current: MonitoredEpoch | None = None
        parts: set[float] = set()  # begins of those that are not whole
        for at, event in self._events:
            if not isinstance(event, EpochBegan | EpochEnded):
                continue
            attempt = self._attempt(at)
            number = attempt.number if attempt else 0
            if current is not None and current.attempt != number:
                found.append(self._left(current))
                current = None
            if isinstance(event, EpochEnded):
                if current is not None and current.number == event.epoch:
                    found.append(replace(current, end=at))
                    parts |= {current.start} if event.partial else set()
                    current = None
            else:
                if current is not None:
                    found.append(replace(current, end=at))
                current = MonitoredEpoch(event.epoch, at, None, number)
                parts |= {at} if event.partial else set()
        if current is not None:
            found.append(self._left(current))
        whole = (replace(each, end=None) if each.start in parts else each for each in found)
        return tuple(self._whole(list(whole)))

    def _left(self, epoch: MonitoredEpoch) -> MonitoredEpoch:
        """Return the last epoch of an attempt: it ended only if the attempt finished."""
        attempt = self._by_number.get(epoch.attempt)
        if attempt is None or attempt.outcome != "finished":
            return epoch
        return replace(epoch, end=max(epoch.start, attempt.end))

    def _whole(self, epochs: Sequence[MonitoredEpoch]) -> Iterator[MonitoredEpoch]:
        """Yield epochs; one that was resumed in its middle has no end, as its time is not whole.

        It was: begun in an earlier attempt, not ended there, and its first step is now a later one.
        """
        steps = self.steps
        begun: dict[Any, float] = {}
        for epoch in epochs:
            first = _first_step(steps, epoch)
            key = repr(epoch.number)
            if epoch.end is not None and key in begun and first > begun[key]:
                yield replace(epoch, end=None)
            else:
                yield epoch
            if epoch.end is None and not math.isnan(first):
                begun.setdefault(key, first)
            elif epoch.end is not None:
                begun.pop(key, None)


def _first_step(steps: MonitoredSteps, epoch: MonitoredEpoch) -> float:
    """Return the first step marked in an epoch; NaN if none is."""
    at = int(np.searchsorted(steps.at, epoch.start, "left"))
    if at == len(steps.at) or steps.attempt[at] != epoch.attempt:
        return math.nan
    return float(steps.step[at])


_MOST = 1e18


def _number(value: object) -> float:
    """Return an amount that a process marked, NaN if it is none."""
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= _MOST:
        return float(value)
    return math.nan


def _missing(parts: Iterable[_Part]) -> dict[str, str]:
    """Return why figures could not be measured, by field; the first reason of each."""
    found: dict[str, str] = {}
    for part in parts:
        for event in (*part.before, *(event for _, events in part.sessions for event in events)):
            if isinstance(event, MissingFigure):
                found.setdefault(event.figure, event.reason)
    return found
