"""Adjust the p-values of several tests."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from textmetrics.statistics.checks import Floats, one_of

__all__ = ["CORRECTIONS", "adjust"]

CORRECTIONS = ("holm", "bh", "none")


def adjust(p_values: npt.ArrayLike, method: str = "holm") -> Floats:
    """Adjust the p-values of a family of tests; their order is kept.

    Args:
        p_values: p-values of all tests in the family, significant or not.
        method: ``holm`` (Holm, 1979) bounds the probability of any false positive, even for
            dependent tests; ``bh`` (Benjamini and Hochberg, 1995) the expected share of false
            positives among the positives; ``none`` returns p-values unchanged.

    Raises:
        ValueError: if a p-value is not from 0 to 1, or the method is unknown.

    Examples:
        >>> adjust([0.01, 0.04, 0.03])
        array([0.03, 0.06, 0.06])
        >>> adjust([0.01, 0.04, 0.03], method="bh")
        array([0.03, 0.04, 0.04])
    """
    one_of(method, CORRECTIONS, "method")
    values = np.asarray(p_values, dtype=np.float64)
    if values.ndim != 1 or not ((values >= 0) & (values <= 1)).all():
        raise ValueError(f"p_values must be a list of numbers from 0 to 1, got {p_values!r}")
    if method == "none":
        return values.copy()
    size = len(values)
    order = np.argsort(values, kind="stable")
    if method == "holm":
        stepped = np.maximum.accumulate(values[order] * (size - np.arange(size)))
    else:
        by_rank = values[order] * size / np.arange(1, size + 1)
        stepped = np.minimum.accumulate(by_rank[::-1])[::-1]
    adjusted = np.empty(size)
    adjusted[order] = np.minimum(stepped, 1.0)
    return adjusted
