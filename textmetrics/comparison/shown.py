"""Numbers as people read them: differences, intervals, p-values."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textmetrics._sentences import say
from textmetrics.metrics import format_value

__all__ = ["NOTHING", "ends", "p_equation", "p_value", "points"]

NOTHING = "–"
"""Shown in place of a missing number."""

_SMALLEST_P = 0.0001


def points(difference: float | None, *, percent: bool = True) -> str:
    """Format a difference with its sign, in percentage points or as the number itself.

    Examples:
        >>> points(0.0125), points(-0.3), points(-0.00001), points(None)
        ('+1.25', '−30.00', '0.00', '–')
    """
    if difference is None:
        return NOTHING
    text = f"{abs(100 * difference if percent else difference):.2f}"
    if text == "0.00":
        return text
    return f"{'−' if difference < 0 else '+'}{text}"


def ends(
    interval: Sequence[float | None] | None, written: Callable[[float | None], str] = format_value
) -> str:
    """Format an interval.

    Examples:
        >>> ends([0.25, 0.5]), ends([-0.1, 0.1], points), ends([None, 0.5])
        ('25.00 to 50.00', '−10.00 to +10.00', '–')
    """
    if interval is None or None in interval:
        return NOTHING
    low, high = interval
    return say("{low} to {high}", low=written(low), high=written(high))


def p_value(value: float | None) -> str:
    """Format a p-value.

    Examples:
        >>> p_value(0.0214), p_value(0.00002), p_value(None)
        ('0.0214', '< 0.0001', '–')
    """
    if value is None:
        return NOTHING
    return f"< {_SMALLEST_P}" if value < _SMALLEST_P else f"{value:.4f}"


def p_equation(value: float | None) -> str:
    """Format a p-value for a sentence.

    Examples:
        >>> p_equation(0.0214), p_equation(0.00002)
        ('p = 0.0214', 'p < 0.0001')
    """
    text = p_value(value)
    return f"p {text}" if text.startswith("<") else f"p = {text}"
