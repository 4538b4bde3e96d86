"""Scales of figures: from values to places in percent of a side, with round ticks."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

__all__ = ["Scale", "Tick", "log_scale", "round_scale", "tick_label"]


@dataclass(frozen=True, slots=True)
class Tick:
    """A place on a scale, and what is written there."""

    at: float
    label: str


@dataclass(frozen=True, slots=True)
class Scale:
    """Maps values to places.

    Attributes:
        low: the value at the beginning.
        high: the value at the end.
        begin: the place of the beginning, in percent of the side.
        end: the place of the end.
        log: whether equal distances are equal ratios.
    """

    low: float
    high: float
    begin: float = 0.0
    end: float = 100.0
    log: bool = False

    def at(self, value: float) -> float:
        """Return the place of a value, in percent.

        Examples:
            >>> Scale(0, 50).at(10), Scale(0, 50, begin=80, end=0).at(25)
            (20.0, 40.0)
        """
        low, high = self.low, self.high
        if self.log:
            value, low, high = math.log(max(value, low)), math.log(low), math.log(high)
        share = (value - low) / (high - low)
        return round(self.begin + share * (self.end - self.begin), 2)

    def ticks(self, most: int = 6, *, signed: bool = False) -> list[Tick]:
        """Return round values on the scale, and where they are.

        Args:
            most: how many there may be.
            signed: whether a plus is written before those above 0.

        Examples:
            >>> [tick.label for tick in Scale(-12, 63).ticks(5, signed=True)]
            ['0', '+20', '+40', '+60']
        """
        values = _powers(self) if self.log else _multiples(self.low, self.high, most)
        return [Tick(self.at(value), tick_label(value, signed=signed)) for value in values]


def tick_label(value: float, *, signed: bool = False) -> str:
    """Return a round number as it is written beside a scale.

    Examples:
        >>> tick_label(20.0, signed=True), tick_label(-0.5), tick_label(12_000)
        ('+20', '−0.5', '12,000')
    """
    text = f"{abs(value):,.10g}" if abs(value) < 1e15 else f"{abs(value):.0e}"
    return ("−" if value < 0 else "+" if signed and value > 0 else "") + text


def round_scale(
    values: Iterable[float],
    *,
    begin: float = 0.0,
    end: float = 100.0,
    include: Sequence[float] = (),
    least: float = 1.0,
    bounds: tuple[float, float] = (-math.inf, math.inf),
) -> Scale:
    """Return a scale around values, with a little room at both ends.

    Args:
        values: what is shown; there may be none.
        begin: the place of the beginning, in percent.
        end: the place of the end.
        include: values that the scale must include.
        least: how wide it is at least, so that equal values do not look far apart.
        bounds: beyond which nothing can be.

    Examples:
        >>> scale = round_scale([42.0, 47.0], least=20.0, bounds=(0.0, 100.0))
        >>> scale.low, scale.high
        (34.5, 54.5)
    """
    known = [*values, *include] or [0.0]
    low, high = min(known), max(known)
    room = 0.06 * (high - low)
    if high - low + 2 * room < least:
        room = (least - (high - low)) / 2
    return Scale(
        max(low - room, min(bounds[0], low)),
        min(high + room, max(bounds[1], high)),
        begin,
        end,
    )


def log_scale(values: Iterable[float], *, begin: float = 0.0, end: float = 100.0) -> Scale:
    """Return a logarithmic scale around values above 0."""
    known = list(values)
    low, high = min(known), max(known)
    return Scale(low / 1.1, max(high, low * 1.2) * 1.1, begin, end, log=True)


def _multiples(low: float, high: float, most: int) -> list[float]:
    """Return the multiples of 1, 2 or 5 times a power of ten that are on a scale."""
    span = high - low
    if not (span > 0 and math.isfinite(span)):
        return [low]
    power = 10.0 ** math.floor(math.log10(span / most))
    step = next(power * factor for factor in (1, 2, 5, 10, 20) if span / (power * factor) <= most)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [round(at * step, 12) for at in range(first, last + 1)]


def _powers(scale: Scale) -> list[float]:
    """Return 1, 2 and 5 times powers of ten; of a wide scale the powers alone."""
    wide = scale.high / scale.low > 200
    factors = (1,) if wide else (1, 2, 5)
    powers = range(math.floor(math.log10(scale.low)), math.ceil(math.log10(scale.high)) + 1)
    values = [factor * 10.0**power for power in powers for factor in factors]
    return [round(value, 12) for value in values if scale.low <= value <= scale.high]
