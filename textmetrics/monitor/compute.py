"""Compute the figures of a run, as `FIGURES` defines them."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from textmetrics._sentences import joined, mark, plural, say
from textmetrics.monitor.figures import FIGURES, FigureValue, figure_text
from textmetrics.monitor.recorded import Attempt, MonitoredSteps, RecordedRun
from textmetrics.monitor.timelines import (
    Floats,
    GpuTimelines,
    Timeline,
    Timelines,
    added,
    added_mean,
    added_peak,
    common_seconds,
    gpus_of,
)

__all__ = ["figures_of", "over_time"]

_IDLE = 0.1
_SHOWN = 8  # values that details list one by one


def figures_of(run: RecordedRun) -> dict[str, FigureValue]:
    """Return the figures of a run by name, with a reason where one is unknown."""
    made = _Figures(run)
    found = {**made.performance(), **made.resources(), **made.reliability()}
    return {name: found[name] for name in FIGURES if name in found}


class _Amount(NamedTuple):
    """What was counted in an attempt, and in how many seconds."""

    amount: float
    seconds: float


def _longest(amount: _Amount) -> tuple[float, float]:
    return amount.seconds, amount.amount


class _Figures:
    """The figures of a run.

    Args:
        run: the run.
    """

    def __init__(self, run: RecordedRun) -> None:
        self._run = run
        self._attempts = run.attempts
        self._running = math.fsum(attempt.seconds for attempt in run.attempts)
        self._timelines = [Timelines(recording) for recording in run.recordings]

    @cached_property
    def _gpus(self) -> list[GpuTimelines]:
        return gpus_of(self._run, self._timelines)

    # --- performance

    def performance(self) -> dict[str, FigureValue]:
        """Return how fast the command was."""
        return {
            "epoch_s": self._epochs(),
            **self._rates(),
            "gpu_utilization": self._of_gpus("utilization", _mean, "gpu_utilization"),
            "gpu_idle_share": self._of_gpus("utilization", _idle_share, "gpu_idle_share"),
            "running_s": self._known(self._running),
            "wall_s": self._known(self._wall()),
        }

    def _known(self, value: float) -> FigureValue:
        return FigureValue(_moment(value)) if self._attempts else _unknown(_NOT_STARTED)

    def _wall(self) -> float:
        """Return the time in which at least one monitor was there."""
        sessions = [each for recording in self._run.recordings for each in recording.sessions]
        total, until = 0.0, -math.inf
        for start, end in sorted((each.start, each.end) for each in sessions):
            total += max(0.0, end - max(start, until))
            until = max(until, end)
        return total

    def _epochs(self) -> FigureValue:
        times = [each.end - each.start for each in self._run.epochs if each.end is not None]
        if not times:
            begun = bool(self._run.epochs)
            return self._lacking("epoch", _NO_EPOCH_ENDED if begun else _NO_EPOCHS)
        parts = [_listed("epoch_s", times)]
        if rest := len(self._run.epochs) - len(times):
            parts.append(say("{number:,} not whole", number=rest))
        return FigureValue(_moment(math.fsum(times) / len(times)), joined(parts))

    def _rates(self) -> dict[str, FigureValue]:
        """Return steps, tokens and training samples a second."""
        names = ("steps_per_s", "tokens_per_s", "samples_per_s")
        if not self._run.steps:
            return {name: self._lacking("step", _NO_STEPS) for name in names}
        steps, seconds = _progress(next(iter(self._run.steps.values())))
        if seconds <= 0:
            return {name: self._lacking("step", _ONE_STEP) for name in names}
        took = _text("running_s", seconds)
        details = say("{steps:,.0f} steps in {took} s", steps=steps, took=took)
        found = {"steps_per_s": FigureValue(steps / seconds, details)}
        for name in ("tokens", "samples"):
            counts = [_counted(each, name) for each in self._run.steps.values()]
            known = [count for count in counts if count is not None]
            if known:
                total = math.fsum(known)
                details = say("{total:,.0f} in {took} s", total=total, took=took)
                found[f"{name}_per_s"] = FigureValue(total / seconds, details)
            else:
                found[f"{name}_per_s"] = self._lacking(name, _NOT_NAMED[name])
        return found

    # --- resources

    def resources(self) -> dict[str, FigureValue]:
        """Return what the command used."""
        rss, uss = (self._of_ranks(name) for name in ("rss_bytes", "uss_bytes"))
        own = [each for gpu in self._gpus for each in gpu.own_memory]
        of_kernel = [
            attempt.process_rss_bytes
            for recording in self._run.recordings
            for attempt in recording.attempts
            if attempt.process_rss_bytes is not None
        ]
        # The kernel misses no moment, but knows single processes only.
        peak = max(
            [each for each in (added_peak(rss), *of_kernel) if each is not None], default=None
        )
        on_gpus = [gpu.fields["memory_bytes"] for gpu in self._gpus]
        return {
            "cpu_cores": self._cpu(),
            "memory_peak_bytes": self._measured(peak, "rss_bytes"),
            "memory_mean_bytes": self._measured(added_mean(rss), "rss_bytes"),
            "memory_utilization": self._memory_share(peak),
            "unique_memory_peak_bytes": self._measured(added_peak(uss), "uss_bytes"),
            "unique_memory_mean_bytes": self._measured(added_mean(uss), "uss_bytes"),
            "gpu_memory_peak_bytes": self._measured(added_peak(on_gpus), "gpus.memory_bytes"),
            "gpu_memory_mean_bytes": self._measured(added_mean(on_gpus), "gpus.memory_bytes"),
            "gpu_own_memory_peak_bytes": self._measured(
                added_peak(own), "gpus.process_memory_bytes"
            ),
            "disk_read_bytes_per_s": self._disk("read_bytes"),
            "disk_write_bytes_per_s": self._disk("write_bytes"),
            "network_received_bits_per_s": self._network("net_received_bytes"),
            "network_sent_bits_per_s": self._network("net_sent_bytes"),
            "gpu_power_w": self._power(),
            "gpu_temperature_max_c": self._of_gpus(
                "temperature_c", _highest, "gpu_temperature_max_c"
            ),
            **self._own_cost(),
        }

    def _of_ranks(self, name: str) -> list[Timeline]:
        return [each.measured(name) for each in self._timelines]

    def _measured(self, value: float | None, field: str, details: str = "") -> FigureValue:
        return self._lacking(field) if value is None else FigureValue(value, details)

    def _cpu(self) -> FigureValue:
        total, seconds = self._sum("cpu_s")
        if seconds <= 0:
            return self._lacking("cpu_s")
        return FigureValue(
            total / seconds, say("{seconds} s of CPU time", seconds=_text("running_s", total))
        )

    def _sum(self, name: str) -> _Amount:
        """Return the sum of a field over all attempts and ranks, and the seconds that it is of."""
        used = [_sum_by_attempt(each, name) for each in self._timelines]
        seconds = common_seconds({n: a.seconds for n, a in each.items()} for each in used)
        return _Amount(math.fsum(a.amount for each in used for a in each.values()), seconds)

    def _memory_share(self, peak: float | None) -> FigureValue:
        if peak is None:
            return self._lacking("rss_bytes")
        total = _most_memory(self._run)
        if total <= 0:
            return self._lacking("memory_total_bytes", _NO_MEMORY)
        return FigureValue(
            peak / total, say("of {total} GB", total=_text("memory_peak_bytes", total))
        )

    def _disk(self, name: str) -> FigureValue:
        total, seconds = self._sum(name)
        if seconds <= 0:
            return self._lacking(name)
        return FigureValue(total / seconds, _megabytes(total))

    def _network(self, name: str) -> FigureValue:
        found: dict[tuple[int, str], _Amount] = {}
        for each in self._timelines:  # of each machine, the rank that recorded it longest counts
            hosts = {attempt.number: attempt.host for attempt in each.recording.attempts}
            for number, amount in _risen_by_attempt(each.measured(name)).items():
                key = number, hosts[number]
                found[key] = max(amount, found.get(key, amount), key=_longest)
        seconds = common_seconds({n: amount.seconds} for (n, _), amount in found.items())
        if seconds <= 0:
            return self._lacking(name)
        total = math.fsum(amount.amount for amount in found.values())
        return FigureValue(8 * total / seconds, _megabytes(total))

    def _of_gpus(
        self, name: str, figure: Callable[[Sequence[Timeline]], float], shown: str
    ) -> FigureValue:
        """Return a figure of all GPUs, with that of each in the details."""
        gpus = [gpu for gpu in self._gpus if len(gpu.fields[name].at)]
        if not gpus:
            return self._lacking(f"gpus.{name}")
        each = [figure([gpu.fields[name]]) for gpu in gpus]
        return FigureValue(figure([gpu.fields[name] for gpu in gpus]), _by_gpu(gpus, each, shown))

    def _power(self) -> FigureValue:
        gpus = [gpu for gpu in self._gpus if len(gpu.fields["power_w"].at)]
        timelines = [gpu.fields["power_w"] for gpu in gpus]
        each = [timeline.mean() for timeline in timelines]
        details = _by_gpu(gpus, each, "gpu_power_w")
        return self._measured(added_mean(timelines), "gpus.power_w", details)

    def _own_cost(self) -> dict[str, FigureValue]:
        shares, memory = [], []
        for recording in self._run.recordings:
            known = [each for each in recording.sessions if each.cpu_s is not None]
            seconds = math.fsum(each.end - each.start for each in known)
            if seconds > 0:
                shares.append(math.fsum(each.cpu_s or 0.0 for each in known) / seconds)
            sizes = [each.rss_bytes for each in recording.sessions if each.rss_bytes is not None]
            memory += [max(sizes)] if sizes else []
        return {
            "monitor_cpu_share": self._measured(
                math.fsum(shares) if shares else None, "monitor_cpu_s"
            ),
            "monitor_memory_bytes": self._measured(
                math.fsum(memory) if memory else None, "monitor_rss_bytes"
            ),
        }

    # --- reliability

    def reliability(self) -> dict[str, FigureValue]:
        """Return how often it crashed, and what that cost."""
        attempts = self._attempts
        if not attempts:
            names = [each.name for each in FIGURES.values() if each.group == "reliability"]
            return dict.fromkeys(names, _unknown(_NOT_STARTED))
        crashes = [attempt for attempt in attempts if attempt.outcome == "crashed"]
        open_ = sum(attempt.outcome == "no end" for attempt in attempts)
        no_end = say("{number:,} without a recorded end", number=open_) if open_ else ""
        return {
            "attempts": FigureValue(len(attempts), no_end),
            "crashes": FigureValue(len(crashes), _causes(crashes)),
            "crash_rate": FigureValue(
                len(crashes) / len(attempts),
                say("{failed:,} of {n:,}", failed=len(crashes), n=len(attempts)),
            ),
            "crashes_per_h": FigureValue(3600 * len(crashes) / self._running)
            if self._running > 0
            else _unknown(_NO_TIME),
            **self._restarts(),
        }

    def _restarts(self) -> dict[str, FigureValue]:
        attempts = self._attempts
        resumed = sum(before.session != after.session for before, after in pairwise(attempts))
        restarts = len(attempts) - 1 - resumed
        lost = list(_lost(attempts, next(iter(self._run.steps.values()), None)))
        by_hand = say("{number:,} resumed by hand", number=resumed) if resumed else ""
        return {
            "restarts": FigureValue(restarts, by_hand),
            "restart_lost_s": FigureValue(
                _moment(math.fsum(lost)), _listed("restart_lost_s", lost) if len(lost) > 1 else ""
            ),
        }

    # --- what is unknown

    def _lacking(self, field: str, reason: str = "") -> FigureValue:
        """Return a figure without a value: the reason is the monitor's own, if it gave one."""
        missing = self._run.missing
        if told := missing.get(field) or missing.get(field.partition(".")[0]):
            return _unknown(told)
        if not self._attempts:
            return _unknown(_NOT_STARTED)
        if reason:
            return _unknown(reason)
        if not any(len(recording.at) for recording in self._run.recordings):
            return _unknown(_NO_SAMPLE)
        if field.startswith("gpus.") and not self._gpus:
            return _unknown(_NO_GPU)
        return _unknown(_NOT_SAMPLED)


_NOT_STARTED = mark("nothing was started")
_NO_EPOCHS = mark("no epoch was marked: call textmetrics.monitor.epoch, or use MonitorCallback")
_NO_EPOCH_ENDED = mark("no epoch ended")
_NO_STEPS = mark("no step was marked: call textmetrics.monitor.step, or use MonitorCallback")
_ONE_STEP = mark("no attempt has two step marks")
_NOT_NAMED = {
    "tokens": mark("no step mark names tokens: step(…, tokens=…)"),
    "samples": mark("no step mark names samples: step(…, samples=…)"),
}
_NO_MEMORY = mark("the memory of the machine is not known")
_NO_TIME = mark("the command has not run for any time")
_NO_SAMPLE = mark("no sample was taken")
_NO_GPU = mark("no GPU was found")
_NOT_SAMPLED = mark("no sample has it")


def _unknown(reason: str) -> FigureValue:
    return FigureValue(None, reason=reason)


def _moment(seconds: float) -> float:
    """Return seconds without what only comes from counting them since 1970."""
    return round(seconds, 6)


def _text(name: str, value: float) -> str:
    return figure_text(value, FIGURES[name])


def _megabytes(total: float) -> str:
    shown = _text("disk_read_bytes_per_s", total)
    return say("{total} MB in all", total=shown) if total else ""


def _listed(name: str, values: Sequence[float]) -> str:
    """Return the values of a figure, or of many of them how many there are and their range."""
    if len(values) <= _SHOWN:
        return joined([_text(name, value) for value in values], ",")
    low, high = _text(name, min(values)), _text(name, max(values))
    return say("{number:,} from {low} to {high}", number=len(values), low=low, high=high)


# --- counts of marks


def _progress(steps: MonitoredSteps) -> tuple[float, float]:
    """Return how many steps were done between marks, and in how many seconds.

    Where numbers fall, a new stage of training counts anew; how long its first step took is not
    known.
    """
    same = steps.attempt[1:] == steps.attempt[:-1]
    risen = np.diff(steps.step)
    # A comparison with NaN is false.
    counted = same & (risen >= 0)
    return float(risen[counted].sum()), float(np.diff(steps.at)[counted].sum())


def _counted(steps: MonitoredSteps, name: str) -> float | None:
    """Return the sum of what step marks name, without the first of each attempt."""
    values = steps.tokens if name == "tokens" else steps.samples
    if not np.any(~np.isnan(values)):
        return None
    same = steps.attempt[1:] == steps.attempt[:-1]
    counted = same & (np.diff(steps.step) >= 0)
    return float(np.nansum(values[1:][counted]))


# --- sums of attempts


def _sum_by_attempt(timelines: Timelines, name: str) -> dict[int, _Amount]:
    """Return sums since the start of each attempt, and the seconds that they are of.

    They are those that its end says of all of it, or those of its last sample.
    """
    attempts = timelines.recording.attempts
    starts = {attempt.number: attempt.start for attempt in attempts}
    timeline = timelines.measured(name)
    found = {
        number: _Amount(float(timeline.values[part].max()), max(0.0, last - starts[number]))
        for number, part, _, last in _parts(timeline)
    }
    for attempt in attempts:
        total: float | None = getattr(attempt, name)
        if total is not None and attempt.seconds > 0:
            sampled = found.get(attempt.number, _Amount(0.0, 0.0)).amount
            found[attempt.number] = _Amount(max(total, sampled), attempt.seconds)
    return found


def _risen_by_attempt(timeline: Timeline) -> dict[int, _Amount]:
    """Return how much counters rose in each attempt, between its first and its last sample."""
    return {
        number: _Amount(float(np.maximum(np.diff(timeline.values[part]), 0).sum()), last - first)
        for number, part, first, last in _parts(timeline)
    }


def _parts(timeline: Timeline) -> Iterator[tuple[int, slice, float, float]]:
    """Yield the number of each attempt, where its values are, and when its first and last were."""
    attempt, at = timeline.attempt, timeline.at
    if not len(attempt):
        return
    begins = np.append(0, np.flatnonzero(attempt[1:] != attempt[:-1]) + 1).tolist()
    for begin, end in pairwise([*begins, len(attempt)]):
        yield int(attempt[begin]), slice(begin, end), float(at[begin]), float(at[end - 1])


def _most_memory(run: RecordedRun) -> float:
    """Return the memory of the machines that an attempt ran on, of the attempt with the most."""
    found: dict[int, dict[str, float]] = {}
    for recording in run.recordings:
        for attempt in recording.attempts:
            total = recording.sessions[attempt.session].memory_total_bytes
            if total is not None:
                hosts = found.setdefault(attempt.number, {})
                hosts[attempt.host] = max(total, hosts.get(attempt.host, 0.0))
    return max((math.fsum(hosts.values()) for hosts in found.values()), default=0.0)


# --- GPUs


def _mean(timelines: Sequence[Timeline]) -> float:
    seconds = math.fsum(float(each.weights.sum()) for each in timelines)
    if seconds <= 0:
        return math.fsum(each.mean() for each in timelines) / len(timelines)
    return math.fsum(each.integral() for each in timelines) / seconds


def _idle_share(timelines: Sequence[Timeline]) -> float:
    return _mean([each.with_values((each.values < _IDLE).astype(np.float64)) for each in timelines])


def _highest(timelines: Sequence[Timeline]) -> float:
    return max(float(each.values.max()) for each in timelines)


def _by_gpu(gpus: Sequence[GpuTimelines], values: Sequence[float], name: str) -> str:
    """Return a figure of each GPU, if there are several and not too many."""
    if len(gpus) < 2:
        return ""
    if len(gpus) > _SHOWN:
        return _listed(name, values)
    several = len({gpu.host for gpu in gpus}) > 1
    parts = [
        f"{f'{gpu.host} ' if several else ''}GPU {gpu.index}: {_text(name, value)}"
        for gpu, value in zip(gpus, values, strict=True)
    ]
    return joined(parts, ",")


# --- crashes


def _causes(crashes: Sequence[Attempt]) -> str:
    """Return by what attempts crashed, the most frequent first."""
    causes = Counter(each.cause for each in crashes)
    parts = [f"{cause} × {n}" if n > 1 else cause for cause, n in causes.most_common(_SHOWN)]
    rest = len(causes) - len(parts)
    if rest:
        parts.append(plural(rest, "{number} other cause", "{number:,} other causes"))
    return joined(parts, ",")


def _lost(attempts: Sequence[Attempt], steps: MonitoredSteps | None) -> Iterator[float]:
    """Yield the seconds that each restart cost: until a step that had not been reached before."""
    reached = -math.inf
    marked = _ByAttempt(steps)
    for before, after in pairwise(attempts):
        reached = _reached(marked.of(before)[1], reached)
        if before.outcome in ("finished", "running"):
            reached = -math.inf  # what follows is another training, or more of it
            continue
        begin = before.end if before.session == after.session else after.start
        if steps is None:
            end = after.start
        else:
            at, numbers = marked.of(after)
            beyond = at[numbers > reached]
            end = float(beyond[0]) if len(beyond) else after.end
        yield max(0.0, end - begin)


class _ByAttempt:
    """The step marks of each attempt.

    Args:
        steps: those of all attempts, if there are any.
    """

    def __init__(self, steps: MonitoredSteps | None) -> None:
        if steps is None:
            self._at = self._numbers = self._attempt = np.empty(0)
        else:
            order = np.argsort(steps.attempt, kind="stable")
            self._at, self._numbers = steps.at[order], steps.step[order]
            self._attempt = steps.attempt[order].astype(np.float64)

    def of(self, attempt: Attempt) -> tuple[Floats, Floats]:
        """Return when the steps of an attempt were marked, and their numbers."""
        begin, end = np.searchsorted(self._attempt, [attempt.number, attempt.number + 1])
        return self._at[begin:end], self._numbers[begin:end]


def _reached(numbers: Floats, before: float) -> float:
    """Return the highest step so far; a fall within an attempt begins a new stage of training."""
    found = numbers[~np.isnan(numbers)]
    falls = np.flatnonzero(np.diff(found) < 0)
    if len(falls):
        return float(found[falls[-1] + 1 :].max())
    return max(before, float(found.max())) if len(found) else before


# --- over time


def over_time(run: RecordedRun, name: str) -> tuple[Floats, Floats]:
    """Return how a field of samples changed: moments, and the values from each on.

    Args:
        run: the run.
        name: ``rss_bytes`` or ``uss_bytes``, added over ranks; ``gpus.memory_bytes`` or
            ``gpus.power_w``, added over GPUs; ``gpus.utilization``, the mean of GPUs.

    Returns:
        Seconds since 1970, rising, and as many values; 0 between attempts.

    Raises:
        ValueError: if the field is none of these.
    """
    if name not in _OVER_TIME:
        raise ValueError(f"unknown field {name!r}: known: {', '.join(_OVER_TIME)}")
    field = name.removeprefix("gpus.")
    of_ranks = [Timelines(recording) for recording in run.recordings]
    if field == name:
        found = [each.measured(name) for each in of_ranks]
    else:
        found = [gpu.fields[field] for gpu in gpus_of(run, of_ranks)]
    timelines = [each for each in found if len(each.at)]
    if not timelines:
        return np.empty(0), np.empty(0)
    at, values = added(timelines)
    if field == "utilization":
        _, count = added([each.with_values(np.ones(len(each.at))) for each in timelines])
        values = np.divide(values, count, out=np.zeros_like(values), where=count > 0)
    return at, values


_OVER_TIME = ("rss_bytes", "uss_bytes", "gpus.memory_bytes", "gpus.power_w", "gpus.utilization")
