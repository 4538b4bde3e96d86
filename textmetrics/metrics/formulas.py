"""Values of samples under several metrics, in one call of C++ for all whose formulas it has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import count
from typing import Any, NamedTuple, Protocol, runtime_checkable

import numpy as np

from textmetrics._extension import twin
from textmetrics.kernels import Counts
from textmetrics.metrics.metric import Floats, Metric, Values

__all__ = ["Formula", "SummedValues", "values_of"]


@runtime_checkable
class Formula(Protocol):
    """A ``Metric.values`` of which the extension has a twin."""

    @property
    def native(self) -> tuple[Any, ...]:
        """Its kind and its arguments, as native/module_values.h takes them."""

    @property
    def headline_part(self) -> int | None:
        """Which of precision, recall and F1 is the headline; ``None`` if it has no such parts."""

    def __call__(self, counts: Counts) -> Values:
        """Return one value per sample."""


class SummedValues(NamedTuple):
    """Values of samples, and their sums.

    Attributes:
        values: one per sample.
        units: the exact sums in units of 2**-112, by the names of the fields of ``values``;
            empty if they were not computed, such as for values that are not from 0 to 1.
    """

    values: Values
    units: Mapping[str, int]


def values_of(metrics: Sequence[Metric], counts: Counts) -> list[SummedValues]:
    """Return the values of samples under each of several metrics.

    Args:
        metrics: which all are functions of these counts.
        counts: of all columns that they need.
    """
    plan = _plan(tuple(metrics))
    found = _native_values(plan, counts) if plan.formulas else None
    if found is None or None in plan.rows:
        counts.protect()  # what one formula changes, the next would read
    values = []
    for metric, rows in zip(metrics, plan.rows, strict=True):
        if found is None or rows is None:
            # A formula may add columns of its own.
            its = metric.sample_values(Counts(counts, counts.offsets))
            values.append(SummedValues(its, {}))
        else:
            columns, sums = found
            units = [sums[row] for row in rows]
            by_name = {} if None in units else dict(zip(Values._fields, units, strict=False))
            values.append(SummedValues(Values(*[columns[row] for row in rows]), by_name))
    return values


class _Plan(NamedTuple):
    """What C++ is asked for.

    Attributes:
        formulas: those that it has.
        rows: for each metric the rows of its headline and other parts in what C++ returns, those of
            all headlines first; ``None`` if it does not have its formula.
        parts: number of all parts that are no headline.
    """

    formulas: list[tuple[Any, ...]]
    rows: list[tuple[int, ...] | None]
    parts: int


@lru_cache(maxsize=256)
def _plan(metrics: tuple[Metric, ...]) -> _Plan:
    formulas = [each.values for each in metrics if isinstance(each.values, Formula)]
    headlines, others = count(), count(len(formulas))
    rows: list[tuple[int, ...] | None] = []
    for each in metrics:
        if not isinstance(each.values, Formula):
            rows.append(None)
            continue
        its, part = next(headlines), each.values.headline_part
        parts = () if part is None else (its if at == part else next(others) for at in range(3))
        rows.append((its, *parts))
    return _Plan([each.native for each in formulas], rows, next(others) - len(formulas))


def _native_values(plan: _Plan, counts: Counts) -> tuple[list[Floats], list[Any]] | None:
    """Return the values of all formulas and their sums; ``None`` if only definitions can tell."""
    samples = len(counts.offsets) - 1
    # Of many samples only the headlines are kept, so they have a table of their own.
    headlines = np.empty((len(plan.formulas), samples))
    parts = np.empty((plan.parts, samples))
    sums: list[Any] | None = twin("sample_values")(
        plan.formulas, counts, counts.offsets, headlines, parts, np.log, np.exp
    )
    if sums is None:
        return None
    headlines.setflags(write=False)
    parts.setflags(write=False)
    return [*headlines, *parts], sums
