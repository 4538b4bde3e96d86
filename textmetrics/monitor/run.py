"""A monitored run, read from its folder."""

from __future__ import annotations

import os
from dataclasses import dataclass

from textmetrics.monitor.compute import figures_of, over_time
from textmetrics.monitor.figures import FigureValue
from textmetrics.monitor.reading import read_run
from textmetrics.monitor.recorded import Floats, RecordedRun

__all__ = ["MonitoredRun"]


@dataclass(frozen=True, eq=False)
class MonitoredRun(RecordedRun):
    """A run: all attempts, of resumed runs too, and all ranks."""

    @classmethod
    def read(cls, folder: str | os.PathLike[str]) -> MonitoredRun:
        """Read the files of a run, also while it is going on.

        Raises:
            InputError: if there are none, or they cannot be read.

        Examples:
            >>> MonitoredRun.read("runs/none")
            Traceback (most recent call last):
            textmetrics.records.errors.OpenError: runs/none: no such folder; name one that
            textmetrics monitor --output wrote
        """
        return cls(**vars(read_run(os.fspath(folder))))

    def figures(self) -> dict[str, FigureValue]:
        """Return the figures of performance, resources and reliability, by name."""
        return figures_of(self)

    def over_time(self, field: str) -> tuple[Floats, Floats]:
        """Return how a field of samples changed: moments, and the values from each on.

        Args:
            field: ``rss_bytes`` or ``uss_bytes``, added over ranks; ``gpus.memory_bytes`` or
                ``gpus.power_w``, added over GPUs; ``gpus.utilization``, the mean of GPUs.

        Returns:
            Seconds since 1970, rising, and as many values; 0 between attempts. Both are empty if
            nothing was measured.

        Raises:
            ValueError: if the field is none of these.
        """
        return over_time(self, field)
