"""P-values of a family of tests."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from textmetrics.statistics.checks import Floats, one_of

__all__ = ["CORRECTIONS", "adjust"]

CORRECTIONS = ("holm", "bh", "none")


def adjust(p_values: npt.ArrayLike, method: str = "holm") -> Floats:
    """Adjust the p-values of a family of tests, in the order in which they are given.

    Args:
        p_values: of all tests that were made, also of those that found nothing.
        method: ``holm`` (Holm, 1979) bounds the chance of any false finding, whatever the tests
            have to do with each other; ``bh`` (Benjamini and Hochberg, 1995) the expected share of
            false ones among the findings; ``none`` leaves them as they are.

    Raises:
        ValueError: if one is not from 0 to 1, or the method is unknown.

    Examples:
        >>> adjust([0.01, 0.04, 0.03])
        array([0.03, 0.06, 0.06])
        >>> adjust([0.01, 0.04, 0.03], method="bh")
        array([0.03, 0.04, 0.04])
    """
    one_of(method, CORRECTIONS, "method")
    given = np.asarray(p_values, dtype=np.float64)
    if given.ndim != 1 or not ((given >= 0) & (given <= 1)).all():
        raise ValueError(f"p_values must be a list of numbers from 0 to 1, got {p_values!r}")
    if method == "none":
        return given.copy()
    size = len(given)
    order = np.argsort(given, kind="stable")
    if method == "holm":
        stepped = np.maximum.accumulate(given[order] * (size - np.arange(size)))
    else:
        by_rank = given[order] * size / np.arange(1, size + 1)
        stepped = np.minimum.accumulate(by_rank[::-1])[::-1]
    adjusted = np.empty(size)
    adjusted[order] = np.minimum(stepped, 1.0)
    return adjusted
