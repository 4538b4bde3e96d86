"""How numbers and findings of a comparison are written, in tables, files, pictures and pages."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import SimpleNamespace
from typing import Any

from textmetrics.comparison.result import AllTokensComparison, BaselineComparison, LearningCurve
from textmetrics.evaluation import percent

__all__ = [
    "CORRECTED",
    "NOTHING",
    "best_steps",
    "ends",
    "p_value",
    "percent",
    "points",
    "verdict",
]

NOTHING = "–"
"""What stands where there is no number."""

CORRECTED: Mapping[str | None, str] = {
    "holm": "adjusted by Holm's method",
    "bh": "adjusted by Benjamini and Hochberg's method",
    "none": "not adjusted",
}
"""What was done to p-values, by the name in the settings."""

_SMALLEST_P = 0.0001


def points(difference: float | None) -> str:
    """Write a difference with its sign, in percentage points.

    Examples:
        >>> points(0.0125), points(-0.3), points(-0.00001), points(None)
        ('+1.25', '−30.00', '0.00', '–')
    """
    if difference is None:
        return NOTHING
    text = f"{100 * abs(difference):.2f}"
    if text == "0.00":
        return text
    return f"{'−' if difference < 0 else '+'}{text}"


def ends(
    interval: Sequence[float | None] | None, written: Callable[[float | None], str] = percent
) -> str:
    """Write an interval.

    Examples:
        >>> ends([0.25, 0.5]), ends([-0.1, 0.1], points), ends([None, 0.5])
        ('25.00 to 50.00', '−10.00 to +10.00', '–')
    """
    if interval is None or None in interval:
        return NOTHING
    low, high = interval
    return f"{written(low)} to {written(high)}"


def best_steps(curve: LearningCurve | Mapping[str, Any]) -> str:
    """Say when a training was best, and from when on it was as good.

    Examples:
        >>> best_steps(LearningCurve("qa", "f1", "", [], best_step=1500, plateau_step=1000))
        'best at step 1,500; step 1,000 is as good within noise'
        >>> best_steps(LearningCurve("qa", "f1", "", [], best_step=1500, plateau_step=1500))
        'best at step 1,500; no step is better after it'
        >>> best_steps(LearningCurve("qa", "f1", "", [], best_step=2000, plateau_step=None))
        'best at the last step, 2,000: it may improve further'
    """
    entry = _entry(curve)
    best, plateau = entry.best_step, entry.plateau_step
    if plateau is None:
        return f"best at the last step, {best:,}: it may improve further"
    if plateau == best:
        return f"best at step {best:,}; no step is better after it"
    return f"best at step {best:,}; step {plateau:,} is as good within noise"


def p_value(value: float | None) -> str:
    """Write a p-value.

    Examples:
        >>> p_value(0.0214), p_value(0.00002), p_value(None)
        ('0.0214', '< 0.0001', '–')
    """
    if value is None:
        return NOTHING
    return f"< {_SMALLEST_P}" if value < _SMALLEST_P else f"{value:.4f}"


def verdict(comparison: BaselineComparison | AllTokensComparison | Mapping[str, Any]) -> str:
    """Say what a test found; what is better or worse is so beyond chance.

    Examples:
        >>> verdict(AllTokensComparison(-0.1, None, 0.001, 0.002, significant=True))
        'worse'
    """
    entry = _entry(comparison)
    if entry.difference is None:
        return "not compared"
    if not entry.significant:
        return "not significant"
    return "better" if entry.difference > 0 else "worse"


def _entry(entry: Any) -> Any:
    """Return an entry whose fields are attributes; pages and pictures still hold mappings."""
    return SimpleNamespace(**entry) if isinstance(entry, Mapping) else entry
