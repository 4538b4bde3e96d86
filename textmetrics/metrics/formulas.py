"""Values of samples under several metrics, in one call of C++ for all whose formulas it has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple, Protocol, runtime_checkable

import numpy as np

from textmetrics._extension import twin
from textmetrics.kernels import Counts
from textmetrics.metrics.metric import Metric, Values

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
        """Return one value per sample, or per pair if the columns are plain numbers."""


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
    if found is not None and len(found) == len(metrics):
        return found
    counts.protect()  # what one formula changes, the next would read
    natively = iter(found or ())
    return [
        next(natively)
        if found is not None and is_formula
        # A formula may add columns of its own.
        else SummedValues(metric.sample_values(Counts(counts, counts.offsets)), {})
        for metric, is_formula in zip(metrics, plan.are_formulas, strict=True)
    ]


class _Plan(NamedTuple):
    """What C++ is asked for.

    Attributes:
        are_formulas: whether it has the formula of each metric.
        formulas: those that it has.
        headline_parts: which part is the headline of each of them, as in `Formula`.
        parts: number of all parts that are no headline.
    """

    are_formulas: list[bool]
    formulas: list[tuple[Any, ...]]
    headline_parts: list[int | None]
    parts: int


@lru_cache(maxsize=256)
def _plan(metrics: tuple[Metric, ...]) -> _Plan:
    formulas = [each.values for each in metrics if isinstance(each.values, Formula)]
    headline_parts = [each.headline_part for each in formulas]
    return _Plan(
        [isinstance(each.values, Formula) for each in metrics],
        [each.native for each in formulas],
        headline_parts,
        sum(2 for part in headline_parts if part is not None),
    )


def _native_values(plan: _Plan, counts: Counts) -> list[SummedValues] | None:
    """Return the values of all formulas; ``None`` if only their definitions can tell."""
    samples = len(counts.offsets) - 1
    # Of many samples only the headlines are kept, so they have a table of their own.
    headlines = np.empty((len(plan.formulas), samples))
    parts = np.empty((plan.parts, samples))
    units: list[Any] | None = twin("sample_values")(
        plan.formulas, counts, counts.offsets, headlines, parts, np.log, np.exp
    )
    if units is None:
        return None
    headlines.flags.writeable = parts.flags.writeable = False
    rest = zip(parts, units[len(headlines) :], strict=True)
    found = []
    for row, unit, part in zip(headlines, units, plan.headline_parts, strict=False):
        rows, sums = [row], [unit]
        if part is not None:
            for at in range(3):
                more = (row, unit) if at == part else next(rest)
                rows.append(more[0])
                sums.append(more[1])
        by_name = {} if None in sums else dict(zip(Values._fields, sums, strict=False))
        found.append(SummedValues(Values(*rows), by_name))
    return found
