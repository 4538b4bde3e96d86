"""What pictures and page draw of monitored runs: use over time, and curves of training."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from textmetrics._sentences import joined, mark, plural, say, term
from textmetrics.comparison import ComparisonReport, MonitorSummary

__all__ = ["Line", "TrainingChart", "UseChart", "training_charts", "use_charts"]

Points: TypeAlias = tuple[tuple[float, float], ...]

_MOST_RUNS = 12
_MOST_CURVES = 12
# The first unit that leaves fewer than so many of them.
_UNITS = ((300.0, mark("seconds"), 1.0), (10_800.0, mark("minutes"), 60.0))
_HOURS = (mark("hours"), 3600.0)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a chart.

    Attributes:
        label: what it shows.
        parts: its points, in pieces: between attempts there is nothing.
        style: number of its colour.
    """

    label: str
    parts: tuple[Points, ...]
    style: int = 0

    @property
    def points(self) -> Points:
        """All points."""
        return tuple(point for part in self.parts for point in part)


@dataclass(frozen=True, slots=True)
class UseChart:
    """What a monitored run used over time.

    Attributes:
        run: whose it is: the model, and the number of the run where it has several.
        what: what is shown, with its unit.
        line: the values.
        epochs: when epochs began.
        crashes: when attempts crashed.
        end: when the run ended.
        unit: the unit of time.
        percent: whether values are from 0 to 100.
    """

    run: str
    what: str
    line: Line
    epochs: tuple[float, ...]
    crashes: tuple[float, ...]
    end: float
    unit: str
    percent: bool = False

    @property
    def alternative(self) -> str:
        """The chart in words."""
        values = [value for _, value in self.line.points]
        mean, most = f"{sum(values) / len(values):.3g}", f"{max(values):.3g}"
        parts = [say("mean {mean}, at most {most}", mean=mean, most=most)]
        if self.epochs:
            parts.append(plural(len(self.epochs), "{number} epoch", "{number:,} epochs"))
        if self.crashes:
            parts.append(plural(len(self.crashes), "{number} crash", "{number:,} crashes"))
        text = joined(parts, ",")
        return say("{run}: {what} over time, {text}.", run=self.run, what=self.what, text=text)


@dataclass(frozen=True, slots=True)
class TrainingChart:
    """A value over the steps of training, of all models that recorded it.

    Attributes:
        name: the value's name, such as ``loss``.
        lines: one per run.
    """

    name: str
    lines: tuple[Line, ...]

    @property
    def alternative(self) -> str:
        """The chart in words."""
        parts = [
            say("{model} {first} to {last}", model=line.label,
                first=f"{line.points[0][1]:.3g}", last=f"{line.points[-1][1]:.3g}")
            for line in self.lines
        ]  # fmt: skip
        text = joined(parts, ",")
        return say("{name} by step: {text}.", name=self.name, text=text)


def use_charts(report: ComparisonReport) -> list[UseChart]:
    """Return what was measured over time: utilization and memory of each monitored run."""
    found = []
    for name, summary in _named_runs(report)[:_MOST_RUNS]:
        timeline = summary.timeline
        if len(timeline.time_s) < 2:
            continue
        unit, seconds = _time_unit(timeline.time_s[-1])
        times = [each / seconds for each in timeline.time_s]
        epochs = tuple(each.start_s / seconds for each in summary.epochs)
        crashes = tuple(
            each.end_s / seconds for each in summary.attempts if each.outcome == "crashed"
        )
        has_gpu = bool(timeline.gpu_utilization)
        use = timeline.gpu_utilization if has_gpu else timeline.cpu_cores
        label = say("GPU utilization, %") if has_gpu else say("CPU, cores")
        charts = (
            (label, use, 100.0 if has_gpu else 1.0, has_gpu),
            (say("Memory, GB"), timeline.memory_bytes, 1e-9, False),
            (say("GPU memory, GB"), timeline.gpu_memory_bytes, 1e-9, False),
        )
        for what, values, factor, percent in charts:
            line = _line(what, times, values, factor)
            if line.points:
                found.append(UseChart(name, what, line, epochs, crashes, times[-1], unit, percent))
    return found


def _named_runs(report: ComparisonReport) -> list[tuple[str, MonitorSummary]]:
    """Return the monitored runs, named after their models, in the order of these."""
    named = []
    for model in report.models:
        runs = [each for each in report.monitors if each.model == model.name]
        for number, each in enumerate(runs, start=1):
            several = len(runs) > 1
            name = say("{model}, run {number}", model=model.name, number=number)
            named.append((name if several else model.name, each))
    return named


def _time_unit(seconds: float) -> tuple[str, float]:
    for most, name, factor in _UNITS:
        if seconds < most:
            return term(name), factor
    name, factor = _HOURS
    return term(name), factor


def _line(
    label: str,
    times: Sequence[float],
    values: Sequence[float | None],
    factor: float,
) -> Line:
    parts: list[list[tuple[float, float]]] = [[]]
    for time, value in zip(times, values, strict=False):
        if value is not None:
            parts[-1].append((time, value * factor))
        elif parts[-1]:
            parts.append([])
    return Line(label, tuple(tuple(part) for part in parts if part))


def training_charts(report: ComparisonReport) -> list[TrainingChart]:
    """Return the curves that trainings recorded, one chart per name."""
    models = [model.name for model in report.models]
    lines: dict[str, list[Line]] = {}
    for name, summary in _named_runs(report):
        for curve in summary.curves:
            points = tuple(
                (step, value)
                for step, value in zip(curve.steps, curve.values, strict=True)
                if value is not None
            )
            if len(points) > 1:
                style = models.index(summary.model)
                lines.setdefault(curve.name, []).append(Line(name, (points,), style))
    # What more models have is more worth comparing.
    order = sorted(lines, key=lambda name: -len(lines[name]))
    return [TrainingChart(name, tuple(lines[name])) for name in order[:_MOST_CURVES]]
