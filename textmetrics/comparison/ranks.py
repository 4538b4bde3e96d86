"""Ranks, ties and letters: what the paired tests of all pairs of models say together."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from string import ascii_letters
from typing import NamedTuple, TypeAlias

__all__ = ["Ahead", "Rank", "rank_models"]

Ahead: TypeAlias = Collection[tuple[str, str]]
"""Pairs of models that a test tells apart, the better one first."""


class Rank(NamedTuple):
    """Where a model stands.

    Attributes:
        rank: 1 and the number of models that are better.
        tied_with: models that are neither better nor worse.
        letters: two models share a letter if and only if they are tied.
    """

    rank: int
    tied_with: tuple[str, ...]
    letters: str


def rank_models(models: Sequence[str], ahead: Ahead) -> dict[str, Rank]:
    """Rank models by which of them are better than which.

    To be tied is not transitive: b may be tied with both a and c while a is better than c.

    Args:
        models: those with the best values first, in whose order letters are given.
        ahead: the pairs that are told apart.

    Examples:
        >>> for rank in rank_models("abc", [("a", "c")]).values():
        ...     print(rank.rank, rank.tied_with, rank.letters)
        1 ('b',) a
        1 ('a', 'c') ab
        2 ('b',) b
    """
    tied = {model: {*models} - {model} for model in models}
    worse: dict[str, int] = dict.fromkeys(models, 0)
    for better, other in ahead:
        worse[other] += 1
        tied[better].discard(other)
        tied[other].discard(better)
    groups = list(_groups(models, tied))
    return {
        model: Rank(
            1 + worse[model],
            tuple(each for each in models if each in tied[model]),
            "".join(_letter(at) for at, group in enumerate(groups) if model in group),
        )
        for model in models
    }


def _groups(
    models: Sequence[str], tied: Mapping[str, AbstractSet[str]]
) -> Iterator[AbstractSet[str]]:
    """Yield groups of models that are all tied, until each tied pair shares a group.

    Each group grows from the first pair that shares none yet, by all models that fit in, in their
    order. Piepho's method of inserting and absorbing gives the same groups, or more, and takes
    exponential time in the worst case.

    Source: Piepho (2004), An algorithm for a letter-based representation of all-pairwise
    comparisons; Gramm, Guo, Hüffner, Niedermeier, Piepho and Schmid (2007), Algorithms for compact
    letter displays: comparison and evaluation.
    """
    shared: dict[str, set[str]] = {model: set() for model in models}
    for at, first in enumerate(models):
        # The pair of a model with itself comes last: one that is tied with no other is a group.
        for second in (*models[at + 1 :], first):
            if second in shared[first] or (second != first and second not in tied[first]):
                continue
            group = {first, second}
            fitting = tied[first] if first == second else tied[first] & tied[second]
            for model in models:
                if model in fitting:
                    group.add(model)
                    fitting = fitting & tied[model]
            for model in group:
                shared[model] |= group
            yield group


def _letter(number: int) -> str:
    turn, place = divmod(number, len(ascii_letters))
    return ascii_letters[place] + (str(turn) if turn else "")
