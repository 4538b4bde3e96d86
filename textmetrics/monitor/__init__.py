"""Figures of training and serving, measured while a command runs, and the sheet that shows them.

`textmetrics monitor` runs a command and records what it uses; `epoch`, `step` and `mark` record
where it is from inside. Both append to the files that `files` describes, `MonitoredRun` reads
them, `figures` defines what is computed, and `FigureSheet` puts several runs side by side.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from textmetrics.monitor.attempts import history
    from textmetrics.monitor.background import ProcessMonitor, monitor
    from textmetrics.monitor.curves import Curve, Curves, read_curves
    from textmetrics.monitor.figures import (
        FIGURES,
        GROUPS,
        Figure,
        FigureGroup,
        FigureValue,
        figure_text,
    )
    from textmetrics.monitor.files import MonitorError
    from textmetrics.monitor.marks import Epoch, epoch, mark, missing, step
    from textmetrics.monitor.recorded import (
        Attempt,
        MonitoredEpoch,
        MonitoredMark,
        MonitoredSteps,
        Recording,
        Session,
    )
    from textmetrics.monitor.run import MonitoredRun
    from textmetrics.monitor.sampler import Sampler
    from textmetrics.monitor.sheet import FigureRow, FigureSheet, best_of, sheet_of
    from textmetrics.monitor.supervisor import Monitored, Supervisor
else:
    # Processes of training import this package for its marks, and need nothing else of it.
    _WHERE = {
        "background": ("ProcessMonitor", "monitor"),
        "curves": ("Curve", "Curves", "read_curves"),
        "figures": ("FIGURES", "GROUPS", "Figure", "FigureGroup", "FigureValue", "figure_text"),
        "files": ("MonitorError",),
        "attempts": ("history",),
        "marks": ("Epoch", "epoch", "mark", "missing", "step"),
        "recorded": (
            *("Attempt", "MonitoredEpoch", "MonitoredMark", "MonitoredSteps", "Recording"),
            "Session",
        ),
        "run": ("MonitoredRun",),
        "sampler": ("Sampler",),
        "sheet": ("FigureRow", "FigureSheet", "best_of", "sheet_of"),
        "supervisor": ("Monitored", "Supervisor"),
    }

    def __getattr__(name: str) -> object:
        """Load the module that has a name when the name is first used."""
        from importlib import import_module

        for module, names in _WHERE.items():
            if name in names:
                return getattr(import_module(f"{__name__}.{module}"), name)
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

    def __dir__() -> list[str]:
        return list(__all__)


__all__ = [
    "FIGURES",
    "GROUPS",
    "Attempt",
    "Curve",
    "Curves",
    "Epoch",
    "Figure",
    "FigureGroup",
    "FigureRow",
    "FigureSheet",
    "FigureValue",
    "MonitorError",
    "Monitored",
    "MonitoredEpoch",
    "MonitoredMark",
    "MonitoredRun",
    "MonitoredSteps",
    "ProcessMonitor",
    "Recording",
    "Sampler",
    "Session",
    "Supervisor",
    "best_of",
    "epoch",
    "figure_text",
    "history",
    "mark",
    "missing",
    "monitor",
    "read_curves",
    "sheet_of",
    "step",
]
