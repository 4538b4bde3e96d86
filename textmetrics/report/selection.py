"""Which samples a report shows where it cannot show them all."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from textmetrics.statistics import SEED

__all__ = ["MOST", "Selection", "select"]

MOST = 20_000
"""How many samples of a task a report shows."""


class Selection(NamedTuple):
    """Some of the samples.

    Attributes:
        places: where they are, ascending.
        note: what they are, in words; nothing where they are all.
    """

    places: NDArray[np.int64]
    note: str


def select(scores: NDArray[np.float64], *, most: int = MOST, seed: int = SEED) -> Selection:
    """Choose those on which models differ most, and as many of the others at random.

    Args:
        scores: a row a model, a column a sample; NaN where a model has none.
        most: how many may be shown.
        seed: of the random choice; the same seed gives the same samples.

    Raises:
        ValueError: if ``most`` is below 1.

    Examples:
        >>> import numpy as np
        >>> found = select(np.array([[0.0, 0.5, 1.0], [0.9, 0.5, 1.0]]), most=2, seed=1)
        >>> found.note
        '2 of 3 samples: the 1 on which models differ most and 1 of the others at random (seed 1)'
    """
    if most < 1:
        raise ValueError(f"most must be 1 or above, got {most}")
    total = scores.shape[1]
    if total <= most:
        return Selection(np.arange(total), "")
    known = np.where(np.isnan(scores), 0.0, scores)
    spread = known.max(axis=0) - known.min(axis=0)
    largest = np.argsort(-spread, kind="stable")[: most // 2 if len(scores) > 1 else 0]
    others = np.setdiff1d(np.arange(total), largest)
    chance = np.random.Generator(np.random.Philox(seed))
    drawn = chance.choice(others, most - len(largest), replace=False)
    what = f"the {len(largest):,} on which models differ most and " if len(largest) else ""
    others_are = f"{len(drawn):,} of the others" if what else f"{len(drawn):,}"
    note = f"{most:,} of {total:,} samples: {what}{others_are} at random (seed {seed})"
    return Selection(np.sort(np.concatenate([largest, drawn])), note)
