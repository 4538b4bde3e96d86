"""The mean of samples, and how far off it may be."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from textmetrics.statistics.checks import Floats, Integers
from textmetrics.statistics.units import group_sums

__all__ = ["Spread", "spread"]


class Spread(NamedTuple):
    """What is known of a mean.

    Attributes:
        mean: over samples.
        sd: the standard deviation of the samples; 0 for a single one.
        error: the standard error of the mean; infinite where there is one group.
        df: its degrees of freedom.
        n: number of samples.
        groups: number of groups; where none are given each sample is one.
    """

    mean: float
    sd: float
    error: float
    df: float
    n: int
    groups: int


def spread(values: Floats, codes: Integers) -> Spread:
    """Give mean, standard error and degrees of freedom, robust to what groups share.

    The error is that of Bell and McCaffrey (2002), called CR2; its degrees of freedom are
    Satterthwaite's under the model of random effects of groups, as Imbens and Kolesár (2016) have
    them. Where each sample is a group of its own they are Student's s / sqrt(n) and n - 1.

    Args:
        values: a value a sample.
        codes: its group; in ascending order.
    """
    n = len(values)
    mean = math.fsum(values) / n
    rest = values - mean
    sums, sizes = group_sums(rest, codes)
    sd = math.sqrt(math.fsum(rest * rest) / (n - 1)) if n > 1 else 0.0
    if len(sizes) == 1:
        return Spread(mean, sd, math.inf, 0.0, n, 1)
    weight = 1.0 - sizes / n
    error = math.sqrt(math.fsum(sums * sums / weight)) / n
    shared = _shared(rest, sums, sizes)
    return Spread(mean, sd, error, _degrees(sizes, shared), n, len(sizes))


def _shared(rest: Floats, sums: Floats, sizes: Integers) -> float:
    """Estimate the variance between groups over that within: an analysis of variance by moments."""
    n, groups = len(rest), len(sizes)
    if n == groups:
        return 0.0
    between = math.fsum(sums * sums / sizes) / (groups - 1)
    within = (math.fsum(rest * rest) - math.fsum(sums * sums / sizes)) / (n - groups)
    typical = (n - math.fsum(sizes * sizes) / n) / (groups - 1)
    if within <= 0:  # all that differs is between groups
        return math.inf if between > 0 else 0.0
    return max(0.0, (between / within - 1.0) / typical)


def _degrees(sizes: Integers, shared: float) -> float:
    """Give tr(M)² / tr(M²), M being the covariance of what CR2 squares and sums.

    M = diag(c² a) - u v' - v u' + sum(a) v v', with h = sizes / n, c = 1 / sqrt(1 - h),
    a = the variance of a group's sum under the model, u = c a and v = c h.
    """
    h = sizes / sizes.sum()
    squared = sizes.astype(np.float64) ** 2
    a = squared if math.isinf(shared) else sizes + shared * squared
    c = 1.0 / np.sqrt(1.0 - h)
    u, v, total = c * a, c * h, a.sum()
    diagonal = c * c * a
    rest = total * v * v - 2.0 * u * v
    uu, uv, vv = (math.fsum(x) for x in (u * u, u * v, v * v))
    low_rank = 2 * uu * vv + 2 * uv**2 - 4 * total * uv * vv + total**2 * vv**2
    trace = math.fsum(diagonal + rest)
    of_square = math.fsum(diagonal * diagonal + 2 * diagonal * rest) + low_rank
    return float(trace**2 / of_square)
