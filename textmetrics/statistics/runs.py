"""Several runs of one system."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = ["Runs", "between_runs"]


@dataclass(frozen=True, slots=True)
class Runs:
    """What the runs of a system gave.

    Attributes:
        values: a value a run.
        mean: of them.
        sd: their standard deviation (n - 1 below); ``None`` for a single run.
    """

    values: tuple[float, ...]
    mean: float
    sd: float | None


def between_runs(values: npt.ArrayLike) -> Runs:
    """Give mean and spread of the values that a system's runs gave.

    The spread between runs is another thing than the interval over samples, and is never mixed
    with it: the one tells how far another run would be off, the other what other samples would do.

    Args:
        values: a value a run.

    Raises:
        ValueError: if there is none, or one is not finite.

    Examples:
        >>> between_runs([0.25, 0.5, 0.75]).sd
        0.25
    """
    found = np.asarray(values, dtype=np.float64)
    if found.ndim != 1 or not found.size or not np.isfinite(found).all():
        raise ValueError(f"values must be a finite number a run, got {values!r}")
    sd = float(found.std(ddof=1)) if len(found) > 1 else None
    return Runs(tuple(found.tolist()), float(found.mean()), sd)
