"""The figures of a sheet: five groups, in the order in which people print them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, Literal

__all__ = ["FIGURES", "GROUPS", "Figure", "FigureGroup", "FigureValue", "figure_text"]

FigureGroup = Literal["model", "performance", "accuracy", "resources", "reliability", "users"]
GROUPS: Final[tuple[FigureGroup, ...]] = (
    "performance", "accuracy", "resources", "reliability", "users",
)  # fmt: skip
"""The five groups; what a model is (``"model"``: its shape, its parameters) stands before them."""


@dataclass(frozen=True, slots=True)
class Figure:
    """What one line of a sheet shows.

    Attributes:
        name: the key in JSON, with the unit as its end.
        label: what people read, in English; translated by `textmetrics._sentences.term`.
        group: the group that it stands in.
        unit: the unit that people read: ``s``, ``1/s``, ``%``, ``GB``, ``MB/s``, ``Gbit/s`` ...;
            empty for a count.
        factor: value in JSON times this is the value in that unit.
        better: which values are better; ``None`` if neither is.
        definition: one sentence that says what is counted over what, and from which source.
        decimals: how many decimals people see; by default as many as show three digits.
    """

    name: str
    label: str
    group: FigureGroup
    unit: str
    factor: float
    better: Literal["higher", "lower"] | None
    definition: str
    decimals: int | None = None


@dataclass(frozen=True, slots=True)
class FigureValue:
    """A figure of one run.

    Attributes:
        value: in the unit of JSON; ``None`` if it is unknown.
        details: what people want to know beside it, such as each epoch.
        reason: why it is unknown.
    """

    value: float | None
    details: str = ""
    reason: str = ""


_GB, _MB = 1e-9, 1e-6

FIGURES: Final[dict[str, Figure]] = {
    figure.name: figure
    for figure in (
        Figure(
            "epoch_s", "time per epoch", "performance", "s", 1, "lower",
            "Mean time from the mark that begins an epoch to its end, over the epochs that ended "
            "whole: by a mark, with the next epoch, or with the command's success.",
        ),
        Figure(
            "steps_per_s", "steps per second", "performance", "1/s", 1, "higher",
            "Steps between the first and the last step mark of each attempt, divided by the time "
            "between these marks; time before, after and between attempts is not counted.",
        ),
        Figure(
            "tokens_per_s", "tokens per second", "performance", "1/s", 1, "higher",
            "Tokens that step marks name, of all ranks together, over the same time as steps per "
            "second; those of the first mark of an attempt were processed before that time.",
        ),
        Figure(
            "samples_per_s", "training samples per second", "performance", "1/s", 1, "higher",
            "Training samples that step marks name, counted like tokens per second.",
        ),
        Figure(
            "gpu_utilization", "GPU utilization", "performance", "%", 100, "higher",
            "Share of time in which a kernel was running, as the driver reports it: mean over the "
            "time of all attempts and over the recorded GPUs.",
        ),
        Figure(
            "gpu_idle_share", "time with GPU below 10 %", "performance", "%", 100, "lower",
            "Share of the time of all attempts and GPUs in which the utilization was below 10 %.",
        ),
        Figure(
            "running_s", "running time", "performance", "s", 1, None,
            "Time from the start to the end of each attempt, added; an attempt without an end is "
            "counted up to its last line.",
        ),
        Figure(
            "wall_s", "wall time", "performance", "s", 1, None,
            "Time from the first to the last line of each monitor, added: running time and the "
            "time between attempts, but not the time until a run was resumed by hand.",
        ),
        Figure(
            "cpu_cores", "CPU", "resources", "cores", 1, None,
            "CPU time of the command and the processes that it started, divided by the running "
            "time; 1 is one core in use all the time. Ranks are added.",
        ),
        Figure(
            "memory_peak_bytes", "peak memory", "resources", "GB", _GB, "lower",
            "Largest resident memory (RSS) of all processes of the command together in any sample, "
            "or of one process at any time, as the kernel says at its end, if that is more. Memory "
            "that processes share is counted for each of them. Ranks are added.",
        ),
        Figure(
            "memory_mean_bytes", "mean memory", "resources", "GB", _GB, "lower",
            "Mean resident memory over the running time.",
        ),
        Figure(
            "memory_utilization", "memory utilization", "resources", "%", 100, None,
            "Peak memory divided by the memory of the machine, or of all machines together.",
        ),
        Figure(
            "unique_memory_peak_bytes", "peak unique memory", "resources", "GB", _GB, "lower",
            "Largest unique memory (USS) of all processes of the command together: what would be "
            "free if they ended.",
        ),
        Figure(
            "unique_memory_mean_bytes", "mean unique memory", "resources", "GB", _GB, "lower",
            "Mean unique memory over the running time.",
        ),
        Figure(
            "gpu_memory_peak_bytes", "peak GPU memory", "resources", "GB", _GB, "lower",
            "Largest memory in use on all recorded GPUs together, by whatever process.",
        ),
        Figure(
            "gpu_memory_mean_bytes", "mean GPU memory", "resources", "GB", _GB, "lower",
            "Mean memory in use on all recorded GPUs together, over the running time.",
        ),
        Figure(
            "gpu_own_memory_peak_bytes", "peak GPU memory of the command", "resources", "GB", _GB,
            "lower",
            "Largest GPU memory of the command's processes, where the driver tells processes "
            "apart.",
        ),
        Figure(
            "disk_read_bytes_per_s", "disk read", "resources", "MB/s", _MB, None,
            "Bytes that the command's processes read from disk, divided by the running time; of an "
            "attempt without an end, until its last sample. 1 MB is 10^6 bytes. Ranks are added.",
        ),
        Figure(
            "disk_write_bytes_per_s", "disk write", "resources", "MB/s", _MB, None,
            "Bytes that the command's processes wrote to disk, counted like those that they read.",
        ),
        Figure(
            "network_received_bits_per_s", "network received (machine)", "resources", "Gbit/s",
            _GB, None,
            "Bits that the machine received between the first and the last sample of each attempt, "
            "whatever process they were for, loopback aside; several machines are added.",
        ),
        Figure(
            "network_sent_bits_per_s", "network sent (machine)", "resources", "Gbit/s",
            _GB, None,
            "Bits that the machine sent, counted like those that it received.",
        ),
        Figure(
            "gpu_power_w", "GPU power", "resources", "W", 1, None,
            "Mean power of all recorded GPUs together over the time of all attempts.",
        ),
        Figure(
            "gpu_temperature_max_c", "maximum GPU temperature", "resources", "°C", 1, None,
            "Highest temperature of any recorded GPU.",
        ),
        Figure(
            "monitor_cpu_share", "CPU of the monitor itself", "resources", "%", 100,
            None,
            "CPU time of the monitor divided by its wall time; 100 % is one core. It is in no "
            "other figure. Ranks are added.",
        ),
        Figure(
            "monitor_memory_bytes", "memory of the monitor itself", "resources", "MB", _MB,
            None,
            "Largest resident memory of the monitor; it is in no other figure. Ranks are added.",
        ),
        Figure(
            "attempts", "attempts", "reliability", "", 1, None,
            "How often the command was started, over all resumed runs.",
        ),
        Figure(
            "crashes", "crashes", "reliability", "", 1, "lower",
            "Attempts that ended by a signal, or with another exit code than 0, without anybody "
            "asking for it.",
        ),
        Figure(
            "crash_rate", "crash rate", "reliability", "%", 100, "lower",
            "Crashes divided by attempts.",
        ),
        Figure(
            "crashes_per_h", "crashes per hour", "reliability", "1/h", 1, "lower",
            "Crashes divided by the running time in hours.",
        ),
        Figure(
            "restarts", "restarts", "reliability", "", 1, "lower",
            "Attempts that the monitor started because the one before crashed; runs resumed by "
            "hand are not counted.",
        ),
        Figure(
            "restart_lost_s", "time lost to restarts", "reliability", "s", 1, "lower",
            "For each attempt after one that did not finish: the time from the crash before, or "
            "from its own start if it was resumed by hand, to its first step mark beyond all steps "
            "reached before; to its start if nothing marks steps.",
        ),
    )
}  # fmt: skip


def figure_text(value: float | None, figure: Figure) -> str:
    """Return a value as people read it, without the unit; an en dash if there is none.

    Examples:
        >>> figure_text(81_234_000_000, FIGURES["memory_peak_bytes"])
        '81.2'
    """
    if value is None:
        return "–"
    shown = value * figure.factor
    if not abs(shown) < _MOST:  # infinities and NaN, too
        return f"{shown:.2e}"
    if figure.decimals is not None:
        return f"{shown:,.{figure.decimals}f}"
    if not figure.unit:  # a count; the mean of counts of several runs has decimals
        return f"{shown:,.0f}" if shown == int(shown) else f"{shown:,.2f}"
    if 0 < abs(shown) < _LEAST:
        return f"<{_LEAST:.4f}" if shown > 0 else f">-{_LEAST:.4f}"
    return f"{shown:,.{_decimals(abs(shown))}f}"


_LEAST: Final = 0.0001
_MOST: Final = 1e9


def _decimals(shown: float) -> int:
    """Return how many decimals show three digits, but at most four."""
    if shown == 0:
        return 0
    return min(4, max(0, 2 - math.floor(math.log10(float(f"{shown:.3g}")))))
