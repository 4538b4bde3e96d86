"""Figures of training and serving, measured while a command runs, and the sheet that shows them.

`textmetrics monitor` runs a command and records what it uses; `epoch`, `step` and `mark` record
where it is from inside. Both append to the files that `files` describes, `MonitoredRun` reads
them, `figures` defines what is computed, and `FigureSheet` puts several runs side by side.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from textmetrics.monitor.figures import FIGURES, GROUPS, Figure
    from textmetrics.monitor.marks import Epoch, epoch, mark, missing, step
    from textmetrics.monitor.sheet import FigureRow, FigureSheet
else:
    # Processes of training import this package for its marks, and need nothing else of it.
    _MODULES = {
        "marks": ("Epoch", "epoch", "mark", "missing", "step"),
        "figures": ("FIGURES", "GROUPS", "Figure"),
        "sheet": ("FigureRow", "FigureSheet"),
    }

    def __getattr__(name: str) -> object:
        """Load the module that defines a name when the name is first used."""
        from importlib import import_module

        for module, names in _MODULES.items():
            if name in names:
                value = globals()[name] = getattr(import_module(f"{__name__}.{module}"), name)
                return value
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

    def __dir__() -> list[str]:
        return list(__all__)


__all__ = [
    "FIGURES",
    "GROUPS",
    "Epoch",
    "Figure",
    "FigureRow",
    "FigureSheet",
    "epoch",
    "mark",
    "missing",
    "step",
]
