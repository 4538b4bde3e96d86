"""Figures of training and serving, measured while a command runs, and the sheet that shows them.

`textmetrics monitor` runs a command and records what it uses; `epoch`, `step` and `mark` record
where it is from inside. Both append to the files that `files` describes, `MonitoredRun` reads
them, `figures` defines what is computed, and `FigureSheet` puts several runs side by side.
"""

from textmetrics.monitor.figures import FIGURES, GROUPS, Figure
from textmetrics.monitor.sheet import FigureRow, FigureSheet

__all__ = ["FIGURES", "GROUPS", "Figure", "FigureRow", "FigureSheet"]
