"""Pairs of texts are judged: counts that no tokens could give."""

from __future__ import annotations

from typing import Any

import numpy as np

from textmetrics._escape import short_repr
from textmetrics.kernels import Counts
from textmetrics.scan import Judge, Texts

__all__ = ["UnusableReferenceError", "judged"]


class UnusableReferenceError(ValueError):
    """No reference of a sample has what a prediction would be judged by.

    Attributes:
        sample: which one, from 0.
        problem: what is wrong with it, without its place.
    """

    def __init__(self, sample: int, problem: str) -> None:
        super().__init__(f"references[{sample}]: {problem}")
        self.sample = sample
        self.problem = problem

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle what it was made of."""
        return type(self), (self.sample, self.problem)


def judged(judge: Judge, texts: Texts, first: int) -> Counts:
    """Give for each pair whether it is right, and whether its texts could be read at all.

    These are the columns ``equal``, ``prediction_length`` and ``reference_length``, of 0 and 1.

    Args:
        judge: how; texts that recur are read once.
        texts: predictions and references.
        first: the number of the first sample, for the error.

    Raises:
        UnusableReferenceError: if no reference of a sample can be read.
    """
    different = dict.fromkeys([*texts.predictions, *texts.references])
    known = {text: judge.read(text) for text in different}
    rows, offsets = [], [0]
    for sample, (prediction, references) in enumerate(texts, start=first):
        ours, golds = known[prediction], [known[text] for text in references]
        if all(gold is None for gold in golds):
            raise UnusableReferenceError(
                sample, f"found no {judge.finds} to judge by: {short_repr(references[0])}"
            )
        for gold in golds:
            read = ours is not None and gold is not None
            rows.append((read and judge.agree(ours, gold), ours is not None, gold is not None))
        offsets.append(len(rows))
    names = ("equal", "prediction_length", "reference_length")
    columns = np.array(rows, dtype=np.int64).reshape(-1, len(names)).T
    return Counts(dict(zip(names, columns, strict=True)), np.array(offsets, dtype=np.int64))
