"""The definitions of edits: alignments of two sequences, with and without shifts of phrases."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from typing import NamedTuple, TypeAlias

from textmetrics._extension import extension

__all__ = ["EDIT_DEFINITIONS", "edit_distance"]

Ids: TypeAlias = Sequence[int]


# --- all edits ----------------------------------------------------------------------------------


def edits(prediction: Ids, reference: Ids) -> int:
    """Return the Levenshtein distance: the fewest tokens to replace, delete or insert."""
    return _distances(prediction, reference)[-1]


def edit_distance(one: str, other: str) -> int:
    """Return `edits` of the characters of two texts; by the extension, if it is built.

    Examples:
        >>> edit_distance("kitten", "sitting")
        3
    """
    return _of_texts()(one, other)


@cache
def _of_texts() -> Callable[[str, str], int]:
    try:
        distance: Callable[[str, str], int] = extension().EditDistance()
    except ImportError:
        return _edits_of_texts
    return distance


def _edits_of_texts(one: str, other: str) -> int:
    return edits([*map(ord, one)], [*map(ord, other)])


def hits(prediction: Ids, reference: Ids) -> int:
    """Count the reference's tokens that are kept in an alignment with the fewest edits.

    Several alignments may have as few. This one is that of rapidfuzz 3.14, on which jiwer 4.0
    counts: tokens that both have at either end are kept; from the end of the rest, a token of the
    reference is deleted where it can be, one of the prediction inserted where replacing or keeping
    the reference's before it costs more, and otherwise the two are a pair. Of large texts, each
    half of the prediction is aligned with a part of the reference, the shortest of the best ones.
    """
    return _kept(prediction, reference, max(len(prediction), len(reference)))


_LARGE = 1 << 22
"""Pairs of tokens from which a text is halved."""


def _distances(prediction: Ids, reference: Ids) -> list[int]:
    """Return the distance from a prediction to each beginning of the reference."""
    return _table(prediction, reference)[-1]


def _table(prediction: Ids, reference: Ids) -> list[list[int]]:
    """Return the distance from each beginning of the prediction to each of the reference."""
    table = [list(range(len(reference) + 1))]
    for i, token in enumerate(prediction, start=1):
        above, row = table[-1], [i]
        for j, other in enumerate(reference):
            row.append(min(above[j] + (token != other), above[j + 1] + 1, row[j] + 1))
        table.append(row)
    return table


def _kept(prediction: Ids, reference: Ids, most: int) -> int:
    same, prediction, reference = _differing(prediction, reference)
    most = min(most, max(len(prediction), len(reference)))
    pairs = min(len(reference), 2 * most + 1) * len(prediction)
    if pairs < _LARGE or len(reference) <= 64 or len(prediction) < 10:
        return same + _walked(prediction, reference)
    half = len(prediction) // 2
    before = _distances(prediction[:half], reference)
    behind = _distances(prediction[half:][::-1], reference[::-1])[::-1]
    at = min(range(len(before)), key=lambda at: before[at] + behind[at])
    same += _kept(prediction[:half], reference[:at], before[at])
    return same + _kept(prediction[half:], reference[at:], behind[at])


def _differing(prediction: Ids, reference: Ids) -> tuple[int, Ids, Ids]:
    """Return how many tokens both have at the beginning and at the end, and what is between."""
    most, first = min(len(prediction), len(reference)), 0
    while first < most and prediction[first] == reference[first]:
        first += 1
    last = 0
    while last < most - first and prediction[-1 - last] == reference[-1 - last]:
        last += 1
    ends = len(prediction) - last, len(reference) - last
    return first + last, prediction[first : ends[0]], reference[first : ends[1]]


def _walked(prediction: Ids, reference: Ids) -> int:
    table = _table(prediction, reference)
    i, j, kept = len(prediction), len(reference), 0
    while i > 0 and j > 0:
        if table[i][j] > table[i][j - 1]:
            j -= 1
        elif table[i - 1][j] < table[i - 1][j - 1]:
            i -= 1
        else:
            i, j = i - 1, j - 1
            kept += prediction[i] == reference[j]
    return kept


# --- edits near the diagonal --------------------------------------------------------------------


_KEPT, _REPLACED, _DELETED, _INSERTED = range(4)
"""What is done to the first sequence; of edits that cost the same, the first is taken."""
_BEAM = 25
_NOWHERE = 1 << 40


def beam_edits(prediction: Ids, reference: Ids) -> int:
    """Count edits as `edits`, but look at most 25 tokens off the diagonal, as tercom does."""
    return _cost(_beam_table(prediction, reference))


def beam_indels(prediction: Ids, reference: Ids) -> int:
    """Count like `beam_edits`, and a token that is replaced twice."""
    return _cost(_beam_table(prediction, reference, replacing=2))


def _beam_table(
    one: Ids, other: Ids, *, replacing: int = 1, known: Sequence[list[int]] = ()
) -> list[list[int]]:
    """Return the cheapest edits that turn beginnings of one sequence into those of another.

    Args:
        one: the sequence that is edited.
        other: what it becomes.
        replacing: what it costs to replace a token; to delete or insert one costs 1.
        known: the first rows, if they are known.

    Returns:
        For each pair of beginnings, four times the cost, plus the last edit.
    """
    table = list(known) or [[4 * j + _INSERTED for j in range(len(other) + 1)]]
    ratio = len(other) / len(one) if one else 1.0
    beam = math.ceil(ratio / 2 + _BEAM) if ratio / 2 > _BEAM else _BEAM
    for i in range(len(table), len(one) + 1):
        diagonal = math.floor(i * ratio)
        end = len(other) + 1 if i == len(one) else min(len(other) + 1, diagonal + beam)
        token, above, row = one[i - 1], table[-1], [_NOWHERE] * (len(other) + 1)
        for j in range(max(0, diagonal - beam), end):
            row[j] = (above[j] & ~3) + 4 + _DELETED
            if j > 0:
                same = token == other[j - 1]
                pair = (above[j - 1] & ~3) + (_KEPT if same else 4 * replacing + _REPLACED)
                row[j] = min(pair, row[j], (row[j - 1] & ~3) + 4 + _INSERTED)
        table.append(row)
    return table


def _cost(table: list[list[int]]) -> int:
    return table[-1][-1] >> 2


# --- edits and shifts ---------------------------------------------------------------------------

_LONGEST_SHIFT = 10
_LONGEST_REFERENCE_SHIFT = 9
_FARTHEST_SHIFT = 50
_MOST_SHIFTS_TRIED = 1000


def shift_edits(prediction: Ids, reference: Ids, *, longest: int = _LONGEST_SHIFT) -> int:
    """Count the edits and the shifts of phrases that turn the prediction into the reference.

    Translation edit rate (Snover et al., 2006) in the search of sacrebleu 2.6.0, which follows
    tercom: as long as some shift of a phrase saves edits, the one that saves most is made.

    Args:
        prediction: what is edited.
        reference: what it becomes.
        longest: how many words a phrase may have.
    """
    if not reference:
        return len(prediction)
    words, shifts, tried = list(prediction), 0, 0
    while True:
        table = _beam_table(words, reference)
        aligned = _alignment(table)
        best: _Shift | None = None
        for start, there, length in _phrases(words, reference, aligned, longest):
            for to in _places(aligned.place, there, length):
                moved = _moved(words, start, length, to)
                known = table[: min(start, to) + 1]  # what is moved is behind these
                saved = _cost(table) - _cost(_beam_table(moved, reference, known=known))
                shift = _Shift(saved, length, -start, -to)
                best = max(best or shift, shift)
                tried += 1
            if tried >= _MOST_SHIFTS_TRIED:
                break
        if tried >= _MOST_SHIFTS_TRIED or best is None or best.saved <= 0:
            return shifts + _cost(table)
        words = _moved(words, -best.start, best.length, -best.to)
        shifts += 1


def reference_shift_edits(prediction: Ids, reference: Ids) -> int:
    """Count like `shift_edits` what turns the reference into the prediction.

    That is the search of torchmetrics 1.9.0, whose phrases have a word less at most.
    """
    return shift_edits(reference, prediction, longest=_LONGEST_REFERENCE_SHIFT)


class _Shift(NamedTuple):
    """A shift; a better one is greater."""

    saved: int
    length: int
    start: int  # negative: of two shifts as good, the earlier phrase moves
    to: int  # negative: to the earlier place


class _Alignment(NamedTuple):
    """How words are aligned with a reference.

    Attributes:
        place: for each token of the reference, the word it is aligned with, or the last one before;
            -1 if there is none.
        wrong: for each word, whether it is edited.
        wrong_there: for each token of the reference, whether it is.
    """

    place: list[int]
    wrong: list[bool]
    wrong_there: list[bool]


def _alignment(table: list[list[int]]) -> _Alignment:
    i, j = len(table) - 1, len(table[0]) - 1
    place, wrong, wrong_there = [0] * j, [True] * i, [True] * j
    while i > 0 or j > 0:
        edit = table[i][j] & 3
        if edit == _INSERTED:
            j -= 1
            place[j] = i - 1
            continue
        i -= 1
        if edit != _DELETED:
            j -= 1
            place[j] = i
            wrong[i] = wrong_there[j] = edit == _REPLACED
    return _Alignment(place, wrong, wrong_there)


def _phrases(
    words: Ids, reference: Ids, aligned: _Alignment, longest: int
) -> Iterator[tuple[int, int, int]]:
    """Yield the phrases that are elsewhere in the reference: start, start there, length.

    Phrases that are right where they are stay, and so do those whose place is right already.
    """
    for start in range(len(words)):
        first = max(0, start - _FARTHEST_SHIFT)
        for there in range(first, min(len(reference), start + _FARTHEST_SHIFT + 1)):
            most = min(longest, len(words) - start, len(reference) - there)
            for length in range(1, most + 1):
                if words[start + length - 1] != reference[there + length - 1]:
                    break
                if (
                    any(aligned.wrong[start : start + length])
                    and any(aligned.wrong_there[there : there + length])
                    and not start <= aligned.place[there] < start + length
                ):
                    yield start, there, length


def _places(place: Sequence[int], there: int, length: int) -> Iterator[int]:
    """Yield where a phrase may go: behind what is aligned with a token near its place."""
    last = -1
    for token in range(there - 1, there + length):
        to = place[token] + 1 if token >= 0 else 0
        if to != last:
            yield to
        last = to


def _moved(words: list[int], start: int, length: int, to: int) -> list[int]:
    """Return the words with a phrase moved before the word at an index."""
    phrase, rest = words[start : start + length], words[:start] + words[start + length :]
    if to > start + length:
        to -= length
    return rest[:to] + phrase + rest[to:]


EDIT_DEFINITIONS: Mapping[str, Callable[[Ids, Ids], int]] = {
    "edits": edits,
    "hits": hits,
    "beam_edits": beam_edits,
    "beam_indels": beam_indels,
    "shift_edits": shift_edits,
    "reference_shift_edits": reference_shift_edits,
}
