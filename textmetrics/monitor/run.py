"""A monitored run, read from its folder: attempts, marks, samples, and the figures of them."""

from __future__ import annotations

import os
from dataclasses import dataclass

from textmetrics.monitor.figures import FigureValue

__all__ = ["MonitoredRun"]


@dataclass(frozen=True, slots=True)
class MonitoredRun:
    """A run: all attempts, of resumed runs too, and all ranks.

    Attributes:
        folder: where it was read from.
    """

    folder: str

    @classmethod
    def read(cls, folder: str | os.PathLike[str]) -> MonitoredRun:
        """Read the files of a run.

        Raises:
            InputError: if there are none, or they cannot be read.
        """
        raise NotImplementedError

    def figures(self) -> dict[str, FigureValue]:
        """Return the figures of performance, resources and reliability, by name."""
        raise NotImplementedError
