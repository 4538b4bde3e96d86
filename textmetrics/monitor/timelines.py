"""What was measured over time: how long each value stands for, and sums of several.

A measured value stands for the time that is nearer to its sample than to any other of its attempt
that has one: late samples count for more, and every mean is over the same time, that of attempts.
What ranks measure at different moments is added moment by moment in the same sense.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from textmetrics.monitor.recorded import RecordedRun, Recording

__all__ = [
    "Floats",
    "GpuTimelines",
    "Timeline",
    "Timelines",
    "added",
    "added_mean",
    "added_peak",
    "common_seconds",
    "gpus_of",
    "seconds_by_attempt",
]

Floats: TypeAlias = npt.NDArray[np.float64]
Integers: TypeAlias = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Timeline:
    """What was measured again and again; values stand for the time from ``low`` to ``high``.

    Attributes:
        at: when, in seconds since 1970.
        values: what was measured; nothing is missing.
        low: where the time of each value begins.
        high: where it ends.
        attempt: the number of the attempt.
    """

    at: Floats
    values: Floats
    low: Floats
    high: Floats
    attempt: Integers

    @property
    def weights(self) -> Floats:
        """The seconds that each value stands for."""
        return self.high - self.low

    def integral(self) -> float:
        """Return the sum of the values by the seconds that they stand for."""
        return float(self.weights @ self.values)

    def with_values(self, values: Floats) -> Timeline:
        """Return other values of the same moments."""
        return replace(self, values=values)

    def mean(self) -> float:
        """Return the mean over time; that of the values if they stand for no time."""
        seconds = float(self.weights.sum())
        return self.integral() / seconds if seconds > 0 else float(self.values.mean())


def _timeline(recording: Recording, moments: _Moments, values: Floats) -> Timeline:
    """Return measured values as a timeline, without those that are NaN.

    Args:
        recording: what they are of.
        moments: when they were measured.
        values: one for each.
    """
    known = ~np.isnan(values)
    if known.all():
        return Timeline(moments.at, values, moments.low, moments.high, moments.attempt)
    kept = _Moments.of(recording, moments.place[known], moments.at[known])
    return Timeline(kept.at, values[known], kept.low, kept.high, kept.attempt)


@dataclass(frozen=True, eq=False)
class _Moments:
    """When samples were taken, and the time that each stands for.

    Attributes:
        place: of the attempt among those of its recording.
        at: when.
        low: where its time begins: in the middle between it and the sample before.
        high: where it ends.
        attempt: the number of the attempt.
    """

    place: Integers
    at: Floats
    low: Floats
    high: Floats
    attempt: Integers

    @classmethod
    def of(cls, recording: Recording, place: Integers, at: Floats) -> _Moments:
        """Return the moments of samples that are in the order of attempts and time."""
        attempts = recording.attempts
        numbers = np.array([each.number for each in attempts], dtype=np.int64)
        low, high = at.copy(), at.copy()
        if not len(at):
            return cls(place, at, low, high, place)
        starts = np.array([each.start for each in attempts])
        ends = np.array([each.end for each in attempts])
        middle = (at[1:] + at[:-1]) / 2
        first = np.append(True, place[1:] != place[:-1])
        last = np.append(first[1:], True)
        low[1:], high[:-1] = middle, middle
        low[first] = np.minimum(starts[place[first]], at[first])
        high[last] = np.maximum(ends[place[last]], at[last])
        return cls(place, at, low, high, numbers[place])


class Timelines:
    """The timelines of a recording, which share when their samples were taken.

    Args:
        recording: the recording.
    """

    def __init__(self, recording: Recording) -> None:
        self.recording = recording
        self._moments = _Moments.of(recording, recording.attempt, recording.at)

    def measured(self, name: str) -> Timeline:
        """Return a field of the samples."""
        return _timeline(self.recording, self._moments, self.recording.columns[name])

    def gpus(self) -> Iterator[tuple[tuple[str, int], Mapping[str, Timeline]]]:
        """Yield the machine and number of each GPU, with what was measured of it."""
        recording = self.recording
        for key, rows in _rows_by_gpu(recording):
            place = recording.gpus["row"][rows].astype(np.int64)
            if len(place) == len(recording.at) and np.array_equal(place, np.arange(len(place))):
                moments = self._moments
            else:
                moments = _Moments.of(recording, recording.attempt[place], recording.at[place])
            yield (
                key,
                {
                    name: _timeline(recording, moments, recording.gpus[name][rows])
                    for name in _GPU_FIELDS
                },
            )


def seconds_by_attempt(timeline: Timeline) -> dict[int, float]:
    """Return the seconds of each attempt that has values."""
    if not len(timeline.at):
        return {}
    begins = np.flatnonzero(np.append(True, timeline.attempt[1:] != timeline.attempt[:-1]))
    sums = np.add.reduceat(timeline.weights, begins)
    return dict(zip(timeline.attempt[begins].tolist(), sums.tolist(), strict=True))


def common_seconds(seconds: Iterable[dict[int, float]]) -> float:
    """Return the seconds of all attempts, of which the longest recording counts."""
    longest: dict[int, float] = {}
    for each in seconds:
        for number, found in each.items():
            longest[number] = max(found, longest.get(number, 0.0))
    return math.fsum(longest.values())


def added_mean(timelines: Sequence[Timeline]) -> float | None:
    """Return the mean over time of what several timelines have together."""
    timelines = [timeline for timeline in timelines if len(timeline.at)]
    if not timelines:
        return None
    seconds = common_seconds(map(seconds_by_attempt, timelines))
    if seconds > 0:
        return math.fsum(timeline.integral() for timeline in timelines) / seconds
    return math.fsum(timeline.mean() for timeline in timelines)


def added_peak(timelines: Sequence[Timeline]) -> float | None:
    """Return the most that several timelines have together at any moment."""
    timelines = [timeline for timeline in timelines if len(timeline.at)]
    if not timelines:
        return None
    highest = max(float(timeline.values.max()) for timeline in timelines)
    if len(timelines) == 1:
        return highest
    _, sums = added(timelines)
    return max(highest, float(sums.max()))


def added(timelines: Sequence[Timeline]) -> tuple[Floats, Floats]:
    """Return the sum of several timelines: from each moment on, it is the value beside it.

    Examples:
        >>> one = Timeline(*map(np.array, ([1.0], [2.0], [0.0], [2.0], [1])))
        >>> two = Timeline(*map(np.array, ([2.0], [3.0], [1.0], [3.0], [1])))
        >>> [each.tolist() for each in added([one, two])]
        [[0.0, 1.0, 2.0, 3.0], [2.0, 5.0, 3.0, 0.0]]
    """
    moments = np.concatenate(
        [each for timeline in timelines for each in (timeline.low, timeline.high)]
    )
    changes = np.concatenate(
        [each for timeline in timelines for each in (timeline.values, -timeline.values)]
    )
    order = np.argsort(moments, kind="stable")
    moments = moments[order]
    sums = np.cumsum(changes[order])
    last = np.append(moments[1:] != moments[:-1], True)
    return moments[last], sums[last]


@dataclass(frozen=True, eq=False)
class GpuTimelines:
    """A GPU that the command could use.

    Attributes:
        host: its machine.
        index: its number there.
        fields: what was measured of it, by the name of the field.
        own_memory: the memory of the command's processes on it, of each rank.
    """

    host: str
    index: int
    fields: Mapping[str, Timeline]
    own_memory: Sequence[Timeline]


def gpus_of(run: RecordedRun, timelines: Iterable[Timelines]) -> list[GpuTimelines]:
    """Return the GPUs of a run, each once, as the rank with the most samples of it recorded it.

    A monitor records all GPUs of its machine. Those count on which processes of the command had
    memory; if the driver tells of none, those that ``CUDA_VISIBLE_DEVICES`` names; else all.
    """
    found: dict[tuple[str, int], GpuTimelines] = {}
    for each in timelines:
        for key, fields in each.gpus():
            own = fields["process_memory_bytes"]
            if key in found:
                known = found[key]
                longer = max(known.fields, fields, key=_samples)
                found[key] = GpuTimelines(*key, longer, [*known.own_memory, own])
            else:
                found[key] = GpuTimelines(*key, fields, [own])
    return _used(run, [found[key] for key in sorted(found)])


_GPU_FIELDS = ("utilization", "memory_bytes", "process_memory_bytes", "power_w", "temperature_c")


def _samples(fields: Mapping[str, Timeline]) -> int:
    return max(len(each.at) for each in fields.values())


def _rows_by_gpu(recording: Recording) -> Iterator[tuple[tuple[str, int], Integers]]:
    """Yield each GPU that a rank recorded, with its rows in the order of attempts and time."""
    rows = recording.gpus["row"].astype(np.int64)
    if not len(rows):
        return
    hosts = sorted({each.host for each in recording.attempts})
    host_of = np.array([hosts.index(each.host) for each in recording.attempts], dtype=np.int64)
    host, index = host_of[recording.attempt[rows]], recording.gpus["index"].astype(np.int64)
    for number in sorted(set(index.tolist())):
        of_index = np.flatnonzero(index == number)
        for at, name in enumerate(hosts):
            chosen = of_index if len(hosts) == 1 else of_index[host[of_index] == at]
            if np.any(rows[chosen][1:] < rows[chosen][:-1]):
                chosen = chosen[np.argsort(rows[chosen], kind="stable")]
            if len(chosen):
                yield (name, number), chosen


def _used(run: RecordedRun, gpus: list[GpuTimelines]) -> list[GpuTimelines]:
    having = [gpu for gpu in gpus if any(np.any(own.values > 0) for own in gpu.own_memory)]
    if having:
        return having
    visible = {
        (session.host, index)
        for recording in run.recordings
        for session in recording.sessions
        for index in session.visible_gpus
    }
    return [gpu for gpu in gpus if (gpu.host, gpu.index) in visible] or gpus
