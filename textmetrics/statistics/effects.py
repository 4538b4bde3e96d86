"""How large a difference is, whatever its unit."""

from __future__ import annotations

import math

from textmetrics.statistics.intervals import Interval
from textmetrics.statistics.special import special
from textmetrics.statistics.spread import Spread

__all__ = ["effect"]


def effect(its: Spread, level: float) -> tuple[float | None, Interval | None]:
    """Give the mean over the samples' standard deviation, and its interval.

    Its variance is that of the mean in units of the standard deviation, which may be robust to
    groups, plus what the standard deviation's own error adds, d² / (2 df) (Hedges and Olkin, 1985).

    Args:
        its: spread of the differences.
        level: of the interval.

    Returns:
        ``None`` for both where all differences are equal: there is nothing to measure by.
    """
    if its.sd == 0.0 or its.df <= 0:
        return None, None
    size = its.mean / its.sd
    error = math.sqrt((its.error / its.sd) ** 2 + size * size / (2 * its.df))
    half = float(special().stdtrit(its.df, (1 + level) / 2)) * error
    name = "t" if its.groups == its.n else "cluster t"
    return size, Interval(size - half, size + half, level, name)
