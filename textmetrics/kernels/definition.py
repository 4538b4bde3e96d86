"""The definition of every count, in plain Python; all other backends must return the same."""

from __future__ import annotations

import math
import struct
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import partial
from itertools import pairwise
from typing import TypeAlias

from textmetrics.kernels.counts import ORDERS, SET_ORDERS, Counts, allocate
from textmetrics.kernels.edits import EDIT_DEFINITIONS
from textmetrics.scan import Batch

__all__ = ["PAIR_DEFINITIONS", "SAMPLE_DEFINITIONS", "count"]

Ids: TypeAlias = Sequence[int]

BREAK = 0
"""The id between two sentences, where sentences are kept apart."""
GAP = 4
"""The most tokens between the two of a skip-bigram, as in ROUGE-S4."""
WEIGHT = 1.2
"""The power of the lengths of runs, as in ROUGE-W-1.2."""


def ngrams(ids: Ids, n: int) -> Counter[tuple[int, ...]]:
    """Count the n-grams."""
    return Counter(tuple(ids[i : i + n]) for i in range(len(ids) - n + 1))


def match(prediction: Ids, reference: Ids, n: int) -> int:
    """Count the prediction's n-grams in the reference, each at most as often as it occurs there."""
    return (ngrams(prediction, n) & ngrams(reference, n)).total()


def skip_bigrams(ids: Ids) -> Counter[tuple[int, int]]:
    """Count the pairs of tokens, in order, with at most `GAP` tokens between them."""
    return Counter((ids[i], its) for i in range(len(ids)) for its in ids[i + 1 : i + GAP + 2])


def skip_match(prediction: Ids, reference: Ids) -> int:
    """Count skip-bigrams as `match` counts n-grams (Lin, C.-Y., 2004, section 5)."""
    return (skip_bigrams(prediction) & skip_bigrams(reference)).total()


def head_match(prediction: Ids, reference: Ids) -> int:
    """Count like ``match_1`` the tokens that skip-bigrams begin with: all but the last."""
    return (Counter(prediction[:-1]) & Counter(reference[:-1])).total()


def clip(prediction: Ids, references: Sequence[Ids], n: int) -> int:
    """Count like `match`, each n-gram at most as often as in the reference that has most of it."""
    most: Counter[tuple[int, ...]] = Counter()
    for reference in references:
        most |= ngrams(reference, n)
    return (ngrams(prediction, n) & most).total()


def lcs(prediction: Ids, reference: Ids) -> int:
    """Return the length of the longest common subsequence, by the textbook algorithm."""
    above = [0] * (len(reference) + 1)
    for token in prediction:
        row = [0]
        for j, other in enumerate(reference):
            row.append(above[j] + 1 if token == other else max(above[j + 1], row[j]))
        above = row
    return above[-1]


def closest_length(prediction: Ids, references: Sequence[Ids]) -> int:
    """Return the reference length closest to the prediction's, the shorter in case of a tie."""
    return min(map(len, references), key=lambda n: (abs(n - len(prediction)), n))


def prediction_distinct(prediction: Ids, _: Ids, n: int) -> int:
    """Count the distinct n-grams of the prediction."""
    return len(ngrams(prediction, n))


def reference_distinct(_: Ids, reference: Ids, n: int) -> int:
    """Count the distinct n-grams of the reference."""
    return len(ngrams(reference, n))


def common(prediction: Ids, reference: Ids, n: int) -> int:
    """Count the distinct n-grams that both have."""
    return len(ngrams(prediction, n).keys() & ngrams(reference, n).keys())


def longest_run(prediction: Ids, reference: Ids) -> int:
    """Return the length of the longest run of tokens that both have."""
    longest = 0
    ending = [0] * (len(reference) + 1)  # the longest common run that ends at each index
    for token in prediction:
        ending = [0, *(n + 1 if token == o else 0 for n, o in zip(ending, reference, strict=False))]
        longest = max(longest, *ending)
    return longest


def words(ids: Ids) -> list[int]:
    """Return the ids without the breaks between sentences."""
    return [token for token in ids if token != BREAK]


def sentences(ids: Ids) -> list[list[int]]:
    """Split a sequence at its breaks."""
    found: list[list[int]] = [[]]
    for token in ids:
        if token == BREAK:
            found.append([])
        else:
            found[-1].append(token)
    return found


def subsequence(one: Ids, other: Ids) -> Iterator[int]:
    """Yield the indices in ``one`` of a longest common subsequence, from its end.

    Several may be equally long, and what is counted depends on the choice. This one is read from
    the table of the dynamic program: where two tokens differ, the last of ``other`` is dropped if
    only that preserves the length, else the last of ``one``.
    """
    table = [[0] * (len(other) + 1)]
    for token in one:
        above, row = table[-1], [0]
        for j, its in enumerate(other):
            row.append(above[j] + 1 if token == its else max(above[j + 1], row[j]))
        table.append(row)
    yield from _aligned(table, one, other)


def _aligned(table: Sequence[Sequence[float]], one: Ids, other: Ids) -> Iterator[int]:
    """Read a table of common subsequences from its end: the indices in ``one`` of the last one."""
    i, j = len(one), len(other)
    while i > 0 and j > 0:
        if one[i - 1] == other[j - 1]:
            i, j = i - 1, j - 1
            yield i
        elif table[i][j - 1] > table[i - 1][j]:
            j -= 1
        else:
            i -= 1


def union_lcs(prediction: Ids, reference: Ids) -> int:
    """Count the reference's tokens in the unions, each at most as often as both texts have it.

    Lin, C.-Y. (2004), section 3.2, takes for each sentence of the reference the union of its
    longest common subsequences with all sentences of the prediction; so do ``rouge-score`` 0.1.2
    for ROUGE-Lsum, and ROUGE 1.5.5 before it.
    """
    predicted = sentences(prediction)
    found: Counter[int] = Counter()
    for sentence in sentences(reference):
        indices = {at for its in predicted for at in subsequence(sentence, its)}
        found.update(sentence[at] for at in indices)
    return (found & Counter(prediction)).total()


def weight(length: int) -> float:
    """Return what a run of tokens counts in ROUGE-W."""
    return math.pow(length, WEIGHT)


def weighted_subsequence(one: Ids, other: Ids) -> Iterator[int]:
    """Yield the indices in ``one`` of a common subsequence of most weight, from its end.

    The dynamic program of Lin, C.-Y. (2004), section 4, in floating point: rounding decides
    between subsequences of equal weight. Its table is read as `subsequence` reads its own.
    """
    table, runs = [[0.0] * (len(other) + 1)], [0] * (len(other) + 1)
    for token in one:
        above, row, extended = table[-1], [0.0], [0]
        for j, its in enumerate(other):
            same, run = token == its, runs[j]
            row.append(
                above[j] + weight(run + 1) - weight(run) if same else max(above[j + 1], row[j])
            )
            extended.append(run + 1 if same else 0)
        table.append(row)
        runs = extended
    yield from _aligned(table, one, other)


def weighted_lcs(prediction: Ids, reference: Ids) -> int:
    """Return the weight of the reference's tokens in unions of weighted subsequences, as bits.

    As in ROUGE 1.5.5, whose ROUGE-W clips each token to how often the prediction has it. A clipped
    token neither lengthens a run nor ends it, and a run that ends with one is continued by the
    next of the same sentence.
    """
    predicted = sentences(prediction)
    left, total = Counter(prediction), 0.0
    for sentence in sentences(reference):
        found = {at for its in predicted for at in weighted_subsequence(sentence, its)}
        run = 0
        for at in sorted(found):
            if left[sentence[at]] == 0:
                continue
            left[sentence[at]] -= 1
            run += 1
            if at + 1 not in found:
                total += weight(run)
                run = 0
    return bits(total)


def reference_weight(_: Ids, reference: Ids) -> int:
    """Return the sum of the weights of the reference's sentences, as bits."""
    total = 0.0
    for sentence in sentences(reference):
        total += weight(len(sentence))
    return bits(total)


def bits(number: float) -> int:
    """Return the bits of a float64."""
    return int.from_bytes(struct.pack(">d", number), "big")


def union_types(prediction: Ids, reference: Ids) -> int:
    """Count the distinct tokens in the longest common subsequences of any two sentences.

    As in ``rouge`` 1.0.1's ROUGE-L, which breaks ties as `subsequence` does, with the sides
    exchanged.
    """
    found: set[int] = set()
    for sentence in sentences(prediction):
        for other in sentences(reference):
            found.update(sentence[at] for at in subsequence(sentence, other))
    return len(found)


PAIR_DEFINITIONS: Mapping[str, Callable[[Ids, Ids], int]] = {
    "prediction_length": lambda prediction, _: len(prediction),
    "reference_length": lambda _, reference: len(reference),
    "equal": lambda prediction, reference: int(prediction == reference),
    **{f"match_{n}": partial(match, n=n) for n in ORDERS},
    "lcs": lcs,
    **{f"prediction_distinct_{n}": partial(prediction_distinct, n=n) for n in SET_ORDERS},
    **{f"reference_distinct_{n}": partial(reference_distinct, n=n) for n in SET_ORDERS},
    **{f"common_{n}": partial(common, n=n) for n in SET_ORDERS},
    "longest_run": longest_run,
    "skip_match": skip_match,
    "head_match": head_match,
    **EDIT_DEFINITIONS,
    "prediction_words": lambda prediction, _: len(words(prediction)),
    "reference_words": lambda _, reference: len(words(reference)),
    "prediction_types": lambda prediction, _: len(set(words(prediction))),
    "reference_types": lambda _, reference: len(set(words(reference))),
    "union_lcs": union_lcs,
    "union_types": union_types,
    "weighted_lcs": weighted_lcs,
    "reference_weight": reference_weight,
}

SAMPLE_DEFINITIONS: Mapping[str, Callable[[Ids, Sequence[Ids]], int]] = {
    **{f"clip_{n}": partial(clip, n=n) for n in ORDERS},
    "closest_length": closest_length,
}


def count(batch: Batch, columns: Collection[str], threads: int = 1) -> Counts:  # noqa: ARG001
    """Count the requested columns, sample by sample, on one thread."""
    counts = allocate(batch, columns)
    ids = batch.ids.tolist()
    sequences = [ids[start:end] for start, end in pairwise(batch.offsets.tolist())]
    for sample, (first, end) in enumerate(pairwise(batch.samples.tolist())):
        prediction, *references = sequences[first:end]
        for name, column in counts.columns.items():
            if name in SAMPLE_DEFINITIONS:
                column[sample] = SAMPLE_DEFINITIONS[name](prediction, references)
                continue
            for row, reference in enumerate(references, start=first - sample):
                column[row] = PAIR_DEFINITIONS[name](prediction, reference)
    return counts
