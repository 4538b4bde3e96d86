"""A sheet: runs or models side by side, a line a figure, in five groups."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from textmetrics.monitor.figures import FIGURES, GROUPS, Figure
from textmetrics.monitor.run import MonitoredRun

__all__ = ["FigureRow", "FigureSheet", "sheet_of"]


@dataclass(frozen=True, slots=True)
class FigureRow:
    """One figure of several models.

    Attributes:
        figure: what is shown; scores of metrics are figures made by the comparison.
        task: the task that a value is of, "" if it is of the model.
        values: by model, in the figure's unit of JSON; ``None`` where there is none.
        details: by model, what follows the value in small: each epoch, an interval, n.
        reasons: by model, why there is no value.
        best: the models with the best value, if values differ and have a direction.
    """

    figure: Figure
    task: str = ""
    values: dict[str, float | None] = field(default_factory=dict)
    details: dict[str, str] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)
    best: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class FigureSheet:
    """Models side by side.

    Attributes:
        models: the columns.
        rows: in the order of the groups; a figure that no model has is left out, and named in
            ``absent`` with the reason.
        absent: figures without any value, and why.
    """

    models: list[str]
    rows: list[FigureRow]
    absent: dict[str, str] = field(default_factory=dict)

    def to_text(self, width: int = 80, *, definitions: bool = False) -> str:
        """Return tables for a terminal, one for each group."""
        raise NotImplementedError

    def to_markdown(self, *, definitions: bool = False) -> str:
        """Return a table in Markdown, with what is absent below it."""
        raise NotImplementedError

    def to_csv(self) -> str:
        """Return CSV with a row for each figure: name, unit, and a column for each model."""
        raise NotImplementedError

    def to_latex(self, *, label: str = "tab:figures") -> str:
        """Return a ``table`` for the package booktabs."""
        raise NotImplementedError

    def to_dict(self) -> dict[str, Any]:
        """Return the sheet as JSON has it: for each figure its name, unit, values and reasons."""
        raise NotImplementedError


def sheet_of(runs: Mapping[str, MonitoredRun]) -> FigureSheet:
    """Put runs side by side.

    Args:
        runs: the runs, by the names that the columns get.
    """
    found = {name: run.figures() for name, run in runs.items()}
    rows, absent = [], {}
    for figure in sorted(FIGURES.values(), key=lambda each: GROUPS.index(each.group)):
        cells = {name: each[figure.name] for name, each in found.items() if figure.name in each}
        if not cells:
            continue
        if all(cell.value is None for cell in cells.values()):
            absent[figure.name] = "; ".join(dict.fromkeys(c.reason for c in cells.values()))
            continue
        rows.append(
            FigureRow(
                figure,
                values={name: cell.value for name, cell in cells.items()},
                details={name: cell.details for name, cell in cells.items() if cell.details},
                reasons={name: cell.reason for name, cell in cells.items() if cell.reason},
            )
        )
    return FigureSheet(list(runs), rows, absent)
