"""The figures of a sheet: five groups, in the order in which people print them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

__all__ = ["FIGURES", "GROUPS", "Figure", "FigureGroup"]

FigureGroup = Literal["performance", "accuracy", "resources", "reliability", "users"]
GROUPS: Final[tuple[FigureGroup, ...]] = (
    "performance", "accuracy", "resources", "reliability", "users",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Figure:
    """What one line of a sheet shows.

    Attributes:
        name: the key in JSON, with the unit as its end.
        label: what people read, in English; translated by `textmetrics._sentences.say`.
        group: the group that it stands in.
        unit: the unit that people read: ``s``, ``1/s``, ``%``, ``GB``, ``MB/s``, ``Gbit/s`` ...
        factor: value in JSON times this is the value in that unit.
        better: which values are better; ``None`` if neither is.
        definition: one sentence that says what is counted over what, and from which source.
    """

    name: str
    label: str
    group: FigureGroup
    unit: str
    factor: float
    better: Literal["higher", "lower"] | None
    definition: str


FIGURES: Final[dict[str, Figure]] = {}
