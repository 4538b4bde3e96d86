"""How likely one of k sampled answers is right."""

from __future__ import annotations

import math
from typing import Any, overload

import numpy as np
import numpy.typing as npt

__all__ = ["pass_at_k"]

_MOST = 10**12
"""Answers per prompt."""
_FACTORS = 1000
"""Factors up to which the coefficients are computed; they have as many digits as that."""
_PLACES = 192
"""Binary places of a product of more factors: of less than 10**7, all but 24 are right."""


@overload
def pass_at_k(n: int, c: int, k: int) -> float: ...
@overload
def pass_at_k(n: npt.ArrayLike, c: npt.ArrayLike, k: npt.ArrayLike) -> npt.NDArray[np.float64]: ...


def pass_at_k(n: Any, c: Any, k: Any) -> Any:
    """Estimate the probability that at least one of k answers is right, if c of n samples are.

    This is the unbiased estimator 1 - C(n - c, k) / C(n, k) of Chen et al., "Evaluating Large
    Language Models Trained on Code" (2021), computed with integers and rounded once.

    Args:
        n: the number of sampled answers, for one prompt or an array of prompts; 10**12 at most.
        c: how many of them are right.
        k: how many answers are drawn, 1 to n.

    Returns:
        A float for numbers; for arrays a float64 array of the shape that they broadcast to.

    Raises:
        TypeError: if the arguments are not integers.
        ValueError: if c is not between 0 and n, if k is not between 1 and n, if n is too large, or
            if the shapes do not match.

    Examples:
        >>> pass_at_k(10, 3, 1)
        0.3
        >>> pass_at_k([10, 10], [0, 10], 5)
        array([0., 1.])
    """
    counts = [_integers(name, given) for name, given in (("n", n), ("c", c), ("k", k))]
    try:
        together = np.broadcast_arrays(*counts)
    except ValueError:
        shapes = ", ".join(str(each.shape) for each in counts)
        raise ValueError(f"n, c and k must have matching shapes, got {shapes}") from None
    rows = list(zip(*(each.ravel().tolist() for each in together), strict=True))
    for index, row in enumerate(rows):
        _check(*row, where=f" at {index}" if together[0].ndim else "")
    known = {row: _estimate(*row) for row in set(rows)}
    values = np.array([known[row] for row in rows], dtype=np.float64)
    return values.reshape(together[0].shape) if together[0].ndim else float(values[0])


def _integers(name: str, given: Any) -> npt.NDArray[Any]:
    array = np.asarray(given)
    if array.dtype.kind not in "iu" and array.size:
        raise TypeError(f"{name} must be integers, got {array.dtype}")
    return array


def _check(n: int, c: int, k: int, *, where: str) -> None:
    if n > _MOST:
        raise ValueError(f"n must be at most {_MOST:,}, got {n}{where}")
    if not 0 <= c <= n:
        raise ValueError(f"c must be from 0 to n, got c={c} and n={n}{where}")
    if not 1 <= k <= n:
        raise ValueError(f"k must be from 1 to n, got k={k} and n={n}{where}: sample more answers")


def _estimate(n: int, c: int, k: int) -> float:
    # C(n - c, k) / C(n, k) is symmetric in c and k: using the smaller one keeps integers small.
    few, many = min(c, k), max(c, k)
    if few <= _FACTORS:
        total = math.comb(n, few)
        return (total - math.comb(n - many, few)) / total
    # It is at most (1 - many / n) ** few: then 1 less that is 1, as a float. Otherwise there are
    # less than 10**7 factors, since few * few < 38 * n.
    if few * many > 38 * n:
        return 1.0
    left = one = 1 << _PLACES
    for drawn in range(few):
        left = left * (n - many - drawn) // (n - drawn)
    return (one - left) / one
