"""The definition of counting ids: which ids of a row are text, and which of these are scored.

The counts themselves are defined in kernels/definition.py.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import pairwise, takewhile

import numpy as np

from textmetrics.ids.inputs import CountRules, SampleGroups, empty_table
from textmetrics.kernels import PAIR_COLUMNS, Backend, Counts
from textmetrics.scan import encode

__all__ = ["count", "scored", "text"]

Text = list[int]


def text(row: Text, rules: CountRules) -> Text:
    """Return the text of a row: the ids before the first one that ends it, without padding."""
    before = takewhile(lambda token: token not in rules.ended, row)
    return [token for token in before if token not in rules.skipped]


def scored(
    prediction: Text, references: Sequence[Text | None], ignored: Collection[int]
) -> tuple[Text, list[Text | None]]:
    """Choose which ids of a sample are scored.

    Ignored ids are dropped, unless every reference would then be empty: in that case nothing is
    dropped in the whole sample. If dropping empties a reference but not all of them, that one is
    left out. A reference that was empty before stays: padding is not text, so it lost nothing.

    Args:
        prediction: the text of the prediction.
        references: the texts of its references, ``None`` for a missing one.
        ignored: the ids to drop.

    Returns:
        The scored ids of the prediction and of each reference, ``None`` for those left out too.
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


def count(groups: SampleGroups, rules: CountRules, kernel: Backend) -> Counts:
    """Count the requested columns.

    Args:
        groups: the samples.
        rules: what to count.
        kernel: counts a batch.
    """
    samples: list[list[Text]] = []
    counting: list[bool] = []
    for group, (first, end) in enumerate(pairwise(groups.bounds.tolist())):
        rows = [groups.references.row(at) for at in range(first, end)]
        references = [None if row is None else text(row, rules) for row in rows]
        for sample in range(group * groups.group_size, (group + 1) * groups.group_size):
            prediction = text(groups.predictions.row(sample) or [], rules)
            prediction, chosen = scored(prediction, references, rules.ignored)
            samples.append([prediction, *(one for one in chosen if one is not None)])
            counting += [one is not None for one in chosen]
    found = kernel(encode(samples), rules.columns, rules.threads)
    table = empty_table(rules.columns, groups.offsets())
    for name, column in table.columns.items():
        column[np.array(counting) if name in PAIR_COLUMNS else slice(None)] = found[name]
    return table
