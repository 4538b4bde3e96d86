"""Kendall's rank correlation."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["kendall_tau"]

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


def kendall_tau(a: Floats, b: Floats) -> float | None:
    """Give tau-b of two rows of values: the balance of pairs that both order alike.

    Pairs that both order in the same way count 1, in opposite ways -1; the sum is divided by the
    number of pairs, with a correction for ties. It takes n log n steps, as Knight's algorithm does.

    Args:
        a: values without NaN.
        b: as many.

    Returns:
        From -1 to 1; ``None`` where one of them has a single value only.

    Source: Kendall (1945), The treatment of ties in ranking problems; Knight (1966), A computer
    method for calculating Kendall's tau with ungrouped data.

    Examples:
        >>> kendall_tau(np.array([1.0, 2.0, 3.0]), np.array([0.1, 0.5, 0.3]))
        0.33333333333333337
    """
    x, y = (np.unique(each, return_inverse=True)[1].astype(np.int64) for each in (a, b))
    pairs = _pairs(np.array([len(x)]))
    in_x, in_y = _pairs(np.bincount(x)), _pairs(np.bincount(y))
    if pairs in (in_x, in_y):
        return None
    in_both = _pairs(np.unique(x * (int(y.max()) + 1) + y, return_counts=True)[1])
    discordant = _inversions(y[np.lexsort((y, x))])
    balance = pairs - in_x - in_y + in_both - 2 * discordant
    # Roots apart: a product of two numbers of pairs may pass 2**53.
    return float(balance / (pairs - in_x) ** 0.5 / (pairs - in_y) ** 0.5)


def _pairs(counts: Integers) -> int:
    return int((counts * (counts - 1) // 2).sum())


def _inversions(ranks: Integers) -> int:
    """Count the pairs of which the first is greater, one bit of the ranks after another.

    Two ranks are in the wrong order if, at the highest bit in which they differ, the first has a 1.
    Ranks that agree in all higher bits stand together, in the order that they came in.
    """
    total = 0
    for bit in reversed(range(int(ranks.max(initial=0)).bit_length())):
        higher, one = ranks >> (bit + 1), (ranks >> bit) & 1
        ones = np.concatenate([[0], np.cumsum(one)])
        before = ones[:-1] - ones[np.searchsorted(higher, higher)]
        total += int(before[one == 0].sum())
        ranks = ranks[np.argsort(ranks >> bit, kind="stable")]
    return total
