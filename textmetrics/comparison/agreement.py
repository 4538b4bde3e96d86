"""Whether metrics agree, and on which samples models do not."""

from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from textmetrics.comparison.kendall import kendall_tau
from textmetrics.comparison.result import Disagreement, MetricAgreement
from textmetrics.comparison.task import Task

__all__ = ["agreement", "disagreements"]

Floats = NDArray[np.float64]
_MOST = 20
"""Samples that are listed."""


def agreement(task: Task, samples: Mapping[str, Mapping[str, Floats]]) -> list[MetricAgreement]:
    """Return how alike each two metrics order the samples of a model: the mean tau-b over models.

    Over samples and not over models, of which there are too few for a rank correlation; within a
    model, so that a good model beside a bad one does not pass for agreement.

    Args:
        task: what is compared.
        samples: by metric and model, a value a sample.
    """
    return [
        MetricAgreement(task.name, [a, b], _tau(samples[a], samples[b]))
        for a, b in combinations(samples, 2)
    ]


def _tau(a: Mapping[str, Floats], b: Mapping[str, Floats]) -> float | None:
    found = []
    for model, values in a.items():
        both = ~(np.isnan(values) | np.isnan(b[model]))
        found.append(kendall_tau(values[both], b[model][both]))
    known = [each for each in found if each is not None]
    return math.fsum(known) / len(known) if known else None


def disagreements(task: Task, samples: Mapping[str, Floats]) -> list[Disagreement]:
    """Return the samples on which models are furthest apart, the furthest first.

    Args:
        task: what is compared.
        samples: by model, a value a sample.
    """
    table = np.array(list(samples.values()))
    whole = np.flatnonzero(~np.isnan(table).any(axis=0))
    spread = table[:, whole].max(axis=0) - table[:, whole].min(axis=0)
    first = np.argsort(-spread, kind="stable")[:_MOST]
    return [
        Disagreement(
            task.name,
            task.id_of(int(whole[at])),
            float(spread[at]),
            {model: float(values[whole[at]]) for model, values in samples.items()},
        )
        for at in first.tolist()
        if spread[at] > 0
    ]
