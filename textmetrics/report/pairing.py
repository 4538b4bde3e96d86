"""Which tokens of a prediction its reference has, and which of them in the same order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from enum import IntEnum
from math import isqrt

__all__ = ["State", "common_subsequence", "paired"]


class State(IntEnum):
    """What a scored token is, beside the other text of its pair."""

    ALONE = 0
    """Extra in a prediction, missing in a reference's eyes: the other text has it no more."""
    MATCHED = 1
    """The other text has it too, as often as it is matched, elsewhere."""
    IN_ORDER = 2
    """It is in the longest common subsequence besides."""


def paired(
    prediction: Sequence[str], reference: Sequence[str]
) -> tuple[tuple[State, ...], tuple[State, ...]]:
    """Say of each token of two texts what it is.

    As many are matched as the counts of token F1 and ROUGE-1 have, and as many in order as those
    of ROUGE-L. Of equal tokens those in order are matched first, then the first ones.

    Examples:
        >>> one, other = paired(["b", "a", "c", "c"], ["a", "b", "c"])
        >>> [state.name for state in one]
        ['MATCHED', 'IN_ORDER', 'IN_ORDER', 'ALONE']
    """
    order = common_subsequence(prediction, reference)
    common = Counter(prediction) & Counter(reference)
    common.subtract(prediction[at] for at, _ in order)
    return (
        _states(prediction, {at for at, _ in order}, Counter(common)),
        _states(reference, {at for _, at in order}, Counter(common)),
    )


def _states(words: Sequence[str], order: set[int], left: Counter[str]) -> tuple[State, ...]:
    states = []
    for at, word in enumerate(words):
        if at in order:
            states.append(State.IN_ORDER)
        elif left[word] > 0:
            left[word] -= 1
            states.append(State.MATCHED)
        else:
            states.append(State.ALONE)
    return tuple(states)


def common_subsequence(one: Sequence[str], other: Sequence[str]) -> list[tuple[int, int]]:
    """Give the places of one longest common subsequence, the same one at each call.

    By Hyyrö's bit-parallel recurrence (2004): bit ``j`` of row ``i`` is 0 where the subsequence
    of the first ``i`` tokens and the first ``j + 1`` is longer than that with the first ``j``.
    Rows are kept at intervals and computed again on the way back, so that two texts of 100,000
    tokens need some megabytes.

    Examples:
        >>> common_subsequence("abcd", "xbd")
        [(1, 1), (3, 2)]
    """
    masks: dict[str, int] = {}
    for at, word in enumerate(other):
        masks[word] = masks.get(word, 0) | 1 << at
    full = (1 << len(other)) - 1
    step = isqrt(len(one)) + 1
    kept = [full]  # the rows 0, step, 2 * step, …
    row = full
    for at, word in enumerate(one, start=1):
        row = _next(row, masks.get(word, 0), full)
        if at % step == 0:
            kept.append(row)
    found = []
    i, j = len(one), len(other)
    block: list[int] = []
    first = len(one) + 1
    while i and j:
        if i - 1 < first:
            first = (i - 1) // step * step
            block = [kept[first // step]]
            for word in one[first : min(first + step, len(one))]:
                block.append(_next(block[-1], masks.get(word, 0), full))
        if block[i - first] >> (j - 1) & 1:
            j -= 1
        elif not block[i - 1 - first] >> (j - 1) & 1:
            i -= 1
        else:
            i, j = i - 1, j - 1
            found.append((i, j))
    return found[::-1]


def _next(row: int, mask: int, full: int) -> int:
    matched = row & mask
    return (row + matched | row - matched) & full
