"""A few pairs of texts at a time, as training loops and tests score them.

Tables pay off for many samples; for a few, making them takes longer than all counting. Here the
formulas of metrics are applied to the plain numbers of one pair after the other. Values and
signatures equal those of `Evaluator` to the last bit.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from textmetrics.evaluation.pipeline import Pipeline
from textmetrics.evaluation.signature import Tokenization
from textmetrics.kernels import BASIC_COLUMNS, Counts
from textmetrics.metrics import Metric, Score, Tally
from textmetrics.presets import DEFAULT

__all__ = ["ScoredPairs", "score_pairs"]

# More pairs than this are faster in tables.
_FEW = 16
_ONE_PAIR = np.array([0, 1])
_Columns = list[dict[str, int]]


class ScoredPairs(NamedTuple):
    """What was found, and how to find the rest.

    Attributes:
        scores: by the name of the metric.
        predictions: the texts.
        references: one for each prediction.
        lang: their language.
    """

    scores: dict[str, Score]
    predictions: Sequence[str]
    references: Sequence[str]
    lang: str


def score_pairs(pipeline: Pipeline, predictions: object, references: object) -> ScoredPairs | None:
    """Score a few pairs.

    Returns:
        ``None`` if there are other arguments than a few pairs of strings, options need more than
        the basic counts, or a text needs the definition: then `Evaluator` scores them, or says
        what is wrong.
    """
    if type(predictions) is type(references) is str:
        predictions, references = [predictions], [references]
    if not (type(predictions) is type(references) is list):
        return None
    if not 0 < len(predictions) == len(references) <= _FEW:
        return None
    scorer = _scorer(pipeline, references)
    if scorer is None:
        return None
    columns = []
    for prediction, reference in zip(predictions, references, strict=True):
        if type(prediction) is not str or type(reference) is not str:
            return None
        counted = scorer.scan.count_pair(prediction, reference)
        if counted is None:
            return None
        columns.append(dict(zip(BASIC_COLUMNS, counted, strict=True)))
    return ScoredPairs(scorer(columns), list(predictions), list(references), scorer.lang)
