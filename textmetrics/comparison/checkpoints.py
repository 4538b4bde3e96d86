"""Names that tell a step of a training."""

from __future__ import annotations

import re
from typing import NamedTuple

__all__ = ["Checkpoint", "checkpoint_of"]

_STEP = re.compile(
    r"(?<![a-z])(?:checkpoint|ckpt|global[-_]?step|steps?|iter(?:ation)?|epoch)[-_=]?(\d{1,15})(?!\d)",
    re.IGNORECASE,
)


class Checkpoint(NamedTuple):
    """A model at some step of its training.

    Attributes:
        series: what the steps of one training have in common.
        step: which one it is.
    """

    series: str
    step: int


def checkpoint_of(name: str) -> Checkpoint | None:
    """Give the step that a name tells; ``None`` where it tells none.

    Examples:
        >>> checkpoint_of("gemma/checkpoint-500")
        Checkpoint(series='gemma', step=500)
    """
    found = list(_STEP.finditer(name))
    if not found:
        return None
    last = found[-1]
    series = (name[: last.start()] + name[last.end() :]).strip("-_./=")
    return Checkpoint(series, int(last[1]))
