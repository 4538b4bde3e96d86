"""Figures of training and serving, measured while a command runs, and the sheet that shows them.

`textmetrics monitor` runs a command and records what it uses; `epoch`, `step` and `mark` record
where it is from inside. Both append to the files that `files` describes, `MonitoredRun` reads
them, `figures` defines what is computed, and `FigureSheet` puts several runs side by side.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from textmetrics.monitor.figures import FIGURES, GROUPS, Figure, FigureGroup, FigureValue
    from textmetrics.monitor.marks import Epoch, epoch, mark, missing, step
    from textmetrics.monitor.run import MonitoredRun
    from textmetrics.monitor.sheet import FigureRow, FigureSheet, figure_text, sheet_of
else:
    # Processes of training import this package for its marks, and need nothing else of it.
    _WHERE = {
        "figures": ("FIGURES", "GROUPS", "Figure", "FigureGroup", "FigureValue"),
        "marks": ("Epoch", "epoch", "mark", "missing", "step"),
        "run": ("MonitoredRun",),
        "sheet": ("FigureRow", "FigureSheet", "figure_text", "sheet_of"),
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
    "Epoch",
    "Figure",
    "FigureGroup",
    "FigureRow",
    "FigureSheet",
    "FigureValue",
    "MonitoredRun",
    "epoch",
    "figure_text",
    "mark",
    "missing",
    "sheet_of",
    "step",
]
