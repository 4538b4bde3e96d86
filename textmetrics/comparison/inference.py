"""Intervals and tests of many rows at once: what corpus values need is drawn once for all."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from textmetrics.comparison.options import ComparisonSettings
from textmetrics.comparison.rows import Groups, Integers, Rows
from textmetrics.statistics import (
    CorpusPair,
    Interval,
    Paired,
    corpus_intervals,
    mean_interval,
    paired_corpus_tests,
    paired_test,
)

__all__ = ["intervals", "tests"]

Mask = NDArray[np.bool_]


def intervals(rows: Sequence[Rows], groups: Groups, settings: ComparisonSettings) -> list[Interval]:
    """Give the interval of each one's value; each must have a sample that is not left out.

    Args:
        rows: of the same samples.
        groups: of these samples.
        settings: how intervals are made.
    """
    found: dict[int, Interval] = {}
    for there, places in _by_mask(each.present for each in rows):
        some = {at: rows[at].take(there) for at in places}
        options = _options(groups, there, settings)
        tables = {
            at: (each.totals, each.formula)
            for at, each in some.items()
            if each.totals is not None and each.formula is not None
        }
        for at, each in some.items():
            if at not in tables:
                found[at] = mean_interval(each.values, method="auto", **options)
        if tables:
            its = corpus_intervals(list(tables.values()), **options)
            found |= dict(zip(tables, its, strict=True))
    return [found[at] for at in range(len(rows))]


def tests(
    pairs: Sequence[tuple[Rows, Rows]], groups: Groups, settings: ComparisonSettings
) -> list[Paired | None]:
    """Test the first of each pair against the second; ``None`` where no sample is in both.

    A sample that one of the two leaves out is left out of the test.

    Args:
        pairs: of the same samples.
        groups: of these samples.
        settings: how tests are made.
    """
    found: dict[int, Paired | None] = {}
    for both, places in _by_mask(a.present & b.present for a, b in pairs):
        if not both.any():
            found |= dict.fromkeys(places)
            continue
        options = _options(groups, both, settings)
        corpus = {}
        for at in places:
            ours, theirs = (each.take(both) for each in pairs[at])
            if (pair := _corpus_pair(ours, theirs)) is not None:
                corpus[at] = pair
            else:
                found[at] = paired_test(ours.values, theirs.values, method=settings.test, **options)
        if corpus:
            method = "auto" if settings.test == "mcnemar" else settings.test
            its = paired_corpus_tests(list(corpus.values()), method=method, **options)
            found |= dict(zip(corpus, its, strict=True))
    return [found[at] for at in range(len(pairs))]


def _by_mask(masks: Iterable[Mask]) -> Iterator[tuple[Mask, list[int]]]:
    """Give each set of samples, and the places in the list of those who have it."""
    found: dict[bytes, tuple[Mask, list[int]]] = {}
    for at, mask in enumerate(masks):
        found.setdefault(mask.tobytes(), (mask, []))[1].append(at)
    yield from found.values()


def _options(groups: Groups, there: Mask, settings: ComparisonSettings) -> dict[str, Any]:
    return {
        "groups": None if groups is None else groups[there],
        "level": settings.level,
        "resamples": settings.resamples,
        "seed": settings.seed,
    }


def _corpus_pair(ours: Rows, theirs: Rows) -> CorpusPair | None:
    """Give what a test of corpus values takes; ``None`` for a mean over samples."""
    if ours.totals is None or theirs.totals is None or ours.formula is None:
        return None
    runs = math.lcm(len(ours.totals), len(theirs.totals))
    return CorpusPair(
        _as_many(ours.totals, runs),
        _as_many(theirs.totals, runs),
        ours.formula,
        ours.samples(),
        theirs.samples(),
    )


def _as_many(totals: Integers, runs: int) -> Integers:
    """Repeat the runs: of two models with unequal numbers of them each keeps its mean."""
    return np.repeat(totals, runs // len(totals), axis=0)
