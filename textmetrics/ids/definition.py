"""The definition of counting ids, in plain Python: what of a row is text, and what of it is scored.

The counts themselves are those of kernels/definition.py.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import pairwise, takewhile

import numpy as np

from textmetrics.ids.arrays import Groups, empty_table
from textmetrics.ids.options import Options
from textmetrics.kernels import PAIR_COLUMNS, Backend, Counts
from textmetrics.scan import encode

__all__ = ["count", "scored", "text"]

Text = list[int]


def text(row: Text, options: Options) -> Text:
    """Give the text of a row: what comes before the first id that ends it, without padding."""
    before = takewhile(lambda token: token not in options.ended, row)
    return [token for token in before if token not in options.skipped]


def scored(
    prediction: Text, references: Sequence[Text | None], ignored: Collection[int]
) -> tuple[Text, list[Text | None]]:
    """Choose what of a sample is scored.

    Ignored ids are dropped; but where every reference is then empty, or was before, nothing is
    dropped in the whole sample. A reference that dropping empties while another has something is
    left out. One that was empty before stays: padding is no text, so nothing was dropped of it.

    Args:
        prediction: the text of the prediction.
        references: the texts of its references, ``None`` for one that is not there.
        ignored: the ids to drop.

    Returns:
        What is scored of the prediction and of each reference: ``None`` for those left out too.
    """
    left = [None if one is None else _kept(one, ignored) for one in references]
    if not any(left):
        return prediction, list(references)
    emptied = [bool(one) and not rest for one, rest in zip(references, left, strict=True)]
    return (
        _kept(prediction, ignored),
        [None if gone else rest for gone, rest in zip(emptied, left, strict=True)],
    )


def _kept(tokens: Text, ignored: Collection[int]) -> Text:
    return [token for token in tokens if token not in ignored]


def count(groups: Groups, options: Options, kernel: Backend) -> Counts:
    """Count what is asked for.

    Args:
        groups: the samples.
        options: what is text, what is ignored, and the columns.
        kernel: counts a batch.
    """
    samples: list[list[Text]] = []
    counting: list[bool] = []
    for group, (first, end) in enumerate(pairwise(groups.bounds.tolist())):
        rows = [groups.references.row(at) for at in range(first, end)]
        references = [None if row is None else text(row, options) for row in rows]
        for sample in range(group * groups.group_size, (group + 1) * groups.group_size):
            prediction = text(groups.predictions.row(sample) or [], options)
            prediction, chosen = scored(prediction, references, options.ignored)
            samples.append([prediction, *(one for one in chosen if one is not None)])
            counting += [one is not None for one in chosen]
    found = kernel(encode(samples), options.columns, options.threads)
    table = empty_table(options.columns, groups.offsets())
    for name, column in table.columns.items():
        column[np.array(counting) if name in PAIR_COLUMNS else slice(None)] = found[name]
    return table
