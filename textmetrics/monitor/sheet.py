"""A sheet: runs or models side by side, a line a figure, in five groups."""

from __future__ import annotations

from dataclasses import dataclass, field

from textmetrics.monitor.figures import Figure

__all__ = ["FigureRow", "FigureSheet"]


@dataclass(frozen=True, slots=True)
class FigureRow:
    """One figure of several models.

    Attributes:
        figure: what is shown; scores of metrics are figures made by the comparison.
        task: the task that a value is of, "" if it is of the model.
        values: by model, in the figure's unit of JSON; ``None`` where there is none.
        details: by model, what follows the value in small: each epoch, an interval, n.
        reasons: by model, why there is no value.
    """

    figure: Figure
    task: str = ""
    values: dict[str, float | None] = field(default_factory=dict)
    details: dict[str, str] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)


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
