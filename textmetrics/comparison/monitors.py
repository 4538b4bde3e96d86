"""Monitored runs in a comparison: what a report keeps of them, and requests joined by time."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt

from textmetrics._sentences import say
from textmetrics.comparison.efficiency import Requests
from textmetrics.comparison.result import (
    AttemptSummary,
    EpochSummary,
    MonitorCurve,
    MonitorSummary,
    MonitorTimeline,
    ServedResources,
)
from textmetrics.records import OpenError

if TYPE_CHECKING:  # at run time they are imported only where a run is read
    from textmetrics.monitor import Curves, MonitoredRun

__all__ = ["Folders", "MonitoredFolder", "monitor_summaries", "read_folders", "served_resources"]

Floats: TypeAlias = npt.NDArray[np.float64]
Folders: TypeAlias = "str | os.PathLike[str] | Sequence[str | os.PathLike[str]]"
"""The folder of a monitored run of a model, or a list with one per run."""

_MOMENTS = 240  # of a timeline
_POINTS = 400  # of a curve
_MOST_CURVES = 40


@dataclass(frozen=True, eq=False)
class MonitoredFolder:
    """A folder that was named as that of a monitored run.

    Attributes:
        folder: its name.
        run: the run; ``None`` where the folder is that of an experiment tracker, which has only
            curves.
        curves: the curves of training in it.
    """

    folder: str
    run: MonitoredRun | None
    curves: Curves

    @classmethod
    def read(cls, folder: str | os.PathLike[str]) -> MonitoredFolder:
        """Read a folder of `textmetrics monitor`, or one that TensorBoard, MLflow or Trackio wrote.

        Raises:
            InputError: if it is neither, or cannot be read.
        """
        from textmetrics.monitor import MonitoredRun, read_curves

        name = os.fspath(folder)
        try:
            return cls(name, MonitoredRun.read(name), read_curves(name))
        except OpenError as error:
            try:
                return cls(name, None, read_curves(name))
            except OpenError:
                raise error from None


def read_folders(given: Folders) -> list[MonitoredFolder]:
    """Read the folder of a monitored run, or a list with one per run.

    Raises:
        InputError: if one is not that of a run, or cannot be read.
    """
    paths = [given] if isinstance(given, (str, os.PathLike)) else given
    return [MonitoredFolder.read(each) for each in paths]


def monitor_summaries(
    monitored: Mapping[str, Sequence[MonitoredFolder]],
) -> list[MonitorSummary]:
    """Return what a report keeps of the monitored runs of each model, in their order."""
    return [_summary(model, each) for model, folders in monitored.items() for each in folders]


def _summary(model: str, source: MonitoredFolder) -> MonitorSummary:
    run = source.run
    found = {} if run is None else run.figures()
    begin = 0.0 if run is None or not run.attempts else run.attempts[0].start
    return MonitorSummary(
        model=model,
        folder=source.folder,
        figures={name: each.value for name, each in found.items()},
        details={name: each.details for name, each in found.items() if each.details},
        reasons={name: each.reason for name, each in found.items() if each.reason},
        attempts=[] if run is None else list(_attempts(run, begin)),
        epochs=[] if run is None else list(_epochs(run, begin)),
        timeline=_timeline(run, begin),
        curves=list(_curves(source.curves)),
    )


def _attempts(run: MonitoredRun, begin: float) -> Iterator[AttemptSummary]:
    for each in run.attempts:
        yield AttemptSummary(
            attempt=each.number,
            start_s=_since(each.start, begin),
            end_s=_since(each.end, begin),
            outcome=each.outcome,
            code=each.code,
            signal=each.signal,
        )


def _epochs(run: MonitoredRun, begin: float) -> Iterator[EpochSummary]:
    for each in run.epochs:
        number = each.number if isinstance(each.number, (int, float, str)) else None
        end = None if each.end is None else _since(each.end, begin)
        yield EpochSummary(number, _since(each.start, begin), end)


def _since(at: float, begin: float) -> float:
    return round(at - begin, 3)


def _curves(curves: Curves) -> Iterator[MonitorCurve]:
    for name, curve in list(curves.items())[:_MOST_CURVES]:
        kept = np.unique(np.linspace(0, len(curve) - 1, min(len(curve), _POINTS)).round())
        places = kept.astype(np.intp)
        values = [v if math.isfinite(v) else None for v in curve.values[places].tolist()]
        yield MonitorCurve(name, curve.steps[places].tolist(), values)


# --- over time


_FIELDS: Final = {
    "gpu_utilization": "gpus.utilization",
    "memory_bytes": "rss_bytes",
    "gpu_memory_bytes": "gpus.memory_bytes",
}


def _timeline(run: MonitoredRun | None, begin: float) -> MonitorTimeline:
    """Return means over equal parts of a run's time; of memory what is highest in each."""
    found: dict[str, list[float | None]] = {name: [] for name in (*_FIELDS, "cpu_cores")}
    times: list[float] = []
    if run is not None and run.attempts:
        end = max(each.end for each in run.attempts)
        edges = np.linspace(begin, max(end, begin + 1e-3), _MOMENTS + 1)
        ran = _ran(run, edges)
        times = ((edges[1:] + edges[:-1]) / 2 - begin).round(3).tolist()
        for name, field in _FIELDS.items():
            steps = _Steps(*run.over_time(field))
            peaks = name.endswith("_bytes")
            values = steps.peaks(edges) if peaks else steps.integrals(edges)
            found[name] = _listed(values, None if peaks else ran, ran) if steps.any else []
        cpu = _cpu(run)
        found["cpu_cores"] = _listed(cpu.rises(edges), ran, ran) if cpu.any else []
    return MonitorTimeline(times, **found)


def _listed(values: Floats, by: Floats | None, ran: Floats) -> list[float | None]:
    """Return values, divided by the time of attempts if asked; ``None`` where none ran."""
    shown = values if by is None else values / np.where(by > 0, by, 1.0)
    return [
        float(f"{value:.4g}") if time > 0 else None
        for value, time in zip(shown.tolist(), ran.tolist(), strict=True)
    ]


class _Steps:
    """A value that holds from each moment to the next.

    Args:
        at: the moments, rising.
        values: the value from each on.
    """

    def __init__(self, at: Floats, values: Floats) -> None:
        self.any = bool(len(at))
        self._at, self._values = at, values
        self._sums = np.append(0.0, np.cumsum(values[:-1] * np.diff(at))) if self.any else values

    def integrals(self, edges: Floats) -> Floats:
        """Return the value by the seconds that it held, between each two moments."""
        return np.diff(np.interp(edges, self._at, self._sums)) if self.any else np.zeros(0)

    def peaks(self, edges: Floats) -> Floats:
        """Return the highest value between each two moments."""
        if not self.any:
            return np.zeros(0)
        place = np.searchsorted(self._at, edges, side="right")
        first = np.maximum(place[:-1] - 1, 0)
        last = np.maximum(np.searchsorted(self._at, edges[1:], side="left"), first + 1)
        return np.array(
            [self._values[a:b].max() for a, b in zip(first.tolist(), last.tolist(), strict=True)]
        )


class _Rising:
    """An amount that rises, such as CPU time; of several attempts and ranks."""

    def __init__(self, parts: Sequence[tuple[Floats, Floats]]) -> None:
        self._parts = parts
        self.any = bool(parts)

    def rises(self, edges: Floats) -> Floats:
        """Return by how much it rises between each two moments."""
        parts = [np.diff(np.interp(edges, at, amount)) for at, amount in self._parts]
        return np.sum(parts, axis=0) if parts else np.zeros(0)


def _cpu(run: MonitoredRun) -> _Rising:
    """Return the CPU time of all attempts and ranks."""
    parts = []
    for recording in run.recordings:
        amount = recording.columns["cpu_s"]
        for place, attempt in enumerate(recording.attempts):
            of_it = (recording.attempt == place) & ~np.isnan(amount)
            if of_it.any():
                at = np.append(attempt.start, recording.at[of_it])
                parts.append((at, np.append(0.0, amount[of_it])))
    return _Rising(parts)


_Spans: TypeAlias = "Sequence[tuple[float, float]]"


def _ran(run: MonitoredRun, edges: Floats) -> Floats:
    """Return how many seconds between each two moments sampled attempts took."""
    parts = _common([(float(edges[0]), float(edges[-1]))], run)
    rises = [np.diff(np.clip(edges, start, end)) for start, end in parts]
    return np.sum(rises, axis=0) if rises else np.zeros(len(edges) - 1)


def _common(spans: _Spans, run: MonitoredRun) -> list[tuple[float, float]]:
    """Return the parts of spans in which an attempt was running, of which there are samples."""
    sampled = {
        recording.attempts[place].number
        for recording in run.recordings
        for place in np.unique(recording.attempt).tolist()
    }
    return [
        (max(start, each.start), min(end, each.end))
        for start, end in spans
        for each in run.attempts
        if each.number in sampled and max(start, each.start) < min(end, each.end)
    ]


# --- requests of a monitored server

_LEAST_POSIX, _MOST_POSIX = 1e9, 1e11  # from 2001 on; more must be milliseconds


def served_resources(
    runs: Sequence[Requests], folders: Sequence[MonitoredFolder]
) -> ServedResources | None:
    """Join requests with the monitored server by time.

    Args:
        runs: the requests of each run of a task, with ``start_time`` and ``latency_s``.
        folders: the monitored runs of the server.

    Returns:
        What the server used while the requests ran, or why it is not known; ``None`` where the
        records say nothing of requests, or nothing was monitored.
    """
    monitored = [each.run for each in folders if each.run is not None]
    if not monitored or not any(run.has_any for run in runs):
        return None
    spans, timed, joined = [], 0, 0
    for run in runs:
        start = run.column("start_time")
        end = start + run.column("latency_s")
        known = ~np.isnan(end)
        timed += int(known.sum())
        if known.any():
            spans.append((float(start[known].min()), float(end[known].max())))
            inside = np.zeros(int(known.sum()), dtype=bool)
            for each in (attempt for run_ in monitored for attempt in run_.attempts):
                inside |= (start[known] >= each.start) & (end[known] <= each.end)
            joined += int(inside.sum())
    span = math.fsum(end - start for start, end in spans)
    found = ServedResources(timed, joined, None, span, {}, _not_comparable(runs, spans))
    if not found.reason:
        found.share = joined / timed
        found.reason = "" if joined else _apart(spans, monitored)
        found.figures = _over(spans, monitored) if joined else {}
    return found


def _not_comparable(runs: Sequence[Requests], spans: _Spans) -> str:
    """Return why the times of requests are not those of a monitor, if so."""
    if all(np.isnan(run.column("start_time")).all() for run in runs):
        return say("records do not say when requests started")
    if not spans:
        return say("records do not say how long requests took")
    first = min(start for start, _ in spans)
    if first < _LEAST_POSIX:
        return say(
            "start_time is not in seconds since 1970, but counts from some other moment, as "
            "perf_counter does"
        )
    if first > _MOST_POSIX:
        return say("start_time is too large for seconds: name milliseconds start_time_ms")
    return ""


def _apart(spans: _Spans, monitored: Sequence[MonitoredRun]) -> str:
    """Say when requests and attempts were, if no request is within any of these."""
    attempts = [attempt for run in monitored for attempt in run.attempts]
    if not attempts:
        return say("nothing was started")
    return say(
        "requests from {first} to {last}, monitored from {start} to {end}",
        first=_moment(min(start for start, _ in spans)),
        last=_moment(max(end for _, end in spans)),
        start=_moment(min(each.start for each in attempts)),
        end=_moment(max(each.end for each in attempts)),
    )


def _moment(at: float) -> str:
    return datetime.fromtimestamp(at, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def _over(spans: _Spans, monitored: Sequence[MonitoredRun]) -> dict[str, float | None]:
    """Return the figures of monitored runs over some spans of time, while attempts ran."""
    seconds = 0.0
    sums: dict[str, float] = {}
    peaks: dict[str, float] = {}
    for run in monitored:
        parts = _common(spans, run)
        seconds += math.fsum(end - start for start, end in parts)
        edges = [np.array(part) for part in parts]
        measured: Mapping[str, Any] = {
            "gpu_utilization": _Steps(*run.over_time("gpus.utilization")),
            "memory": _Steps(*run.over_time("rss_bytes")),
            "gpu_memory": _Steps(*run.over_time("gpus.memory_bytes")),
        }
        for name, steps in measured.items():
            if steps.any and parts:
                sums[name] = sums.get(name, 0.0) + sum(float(steps.integrals(e)[0]) for e in edges)
                highest = max(float(steps.peaks(e)[0]) for e in edges)
                peaks[name] = max(highest, peaks.get(name, 0.0))
        if (cpu := _cpu(run)).any and parts:
            sums["cpu"] = sums.get("cpu", 0.0) + sum(float(cpu.rises(e)[0]) for e in edges)
    means = {name: total / seconds for name, total in sums.items()} if seconds else {}
    return {
        "gpu_utilization": means.get("gpu_utilization"),
        "cpu_cores": means.get("cpu"),
        "memory_peak_bytes": peaks.get("memory"),
        "memory_mean_bytes": means.get("memory"),
        "gpu_memory_peak_bytes": peaks.get("gpu_memory"),
        "gpu_memory_mean_bytes": means.get("gpu_memory"),
    }
