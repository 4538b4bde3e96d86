"""Running sums of a metric, exact in any order: from counts, batch by batch, to a score."""

from __future__ import annotations

import math
import sys
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from textmetrics._escape import pluralized, short_repr
from textmetrics._extension import twin
from textmetrics.kernels import Counts, column_sums
from textmetrics.metrics.bleu import BleuTotals
from textmetrics.metrics.buckets import Buckets, Keys
from textmetrics.metrics.formulas import SummedValues, values_of
from textmetrics.metrics.metric import UNIT_INTERVAL, Bounds, Floats, Integers, Metric, Values
from textmetrics.metrics.score import Score, Sums, Totals
from textmetrics.scan import Judge, View

__all__ = ["Accumulator", "ExactSum", "add_all"]

# NumPy has one object for each, so that ``is`` finds most arrays at once.
_FLOAT64, _INT64 = np.dtype(np.float64), np.dtype(np.int64)

_Scored: TypeAlias = npt.NDArray[np.bool_] | slice
_ALL: _Scored = slice(None)


def add_all(
    tallies: Mapping[str, Accumulator],
    by_view: Mapping[View | Judge | None, Counts],
    keys: Keys | None = None,
) -> dict[str, Values]:
    """Add a batch to the sums of several metrics, as `Accumulator.add` does; return their values.

    Args:
        tallies: the sums by name.
        by_view: counts of the batch.
        keys: as for `Accumulator.add`.
    """
    groups: dict[tuple[View | Judge | None, View | None], list[Accumulator]] = {}
    for tally in tallies.values():
        groups.setdefault((tally.metric.view, tally.metric.words), []).append(tally)
    added = {}
    for together in groups.values():
        metrics = [tally.metric for tally in together]
        counts = metrics[0].counts(by_view)
        for tally, values in zip(together, values_of(metrics, counts), strict=True):
            added[tally.metric.name] = tally._add(values, counts, keys)
    return {name: added[name] for name in tallies}


class Accumulator:
    """Accumulates one metric over any number of batches.

    Sums are exact: batches may come in any size and order, and accumulators of other processes may
    be merged, without changing a bit of the score.

    Args:
        metric: what is accumulated.
        keep: whether to keep each sample's value, and what it adds to a corpus value.

    Attributes:
        n: how many samples the means include.
        parts: exact sums of the values of the headline and of its parts.
        totals: sums of integers.
        kept: each sample's value, batch by batch; ``None`` if they are not kept.
        rows: what each sample adds to ``totals``; ``None`` if that is not kept or not needed.
        buckets: what an interval needs instead; ``None`` if samples are kept, or if some were
            added without their keys.
    """

    def __init__(self, metric: Metric, *, keep: bool) -> None:
        self.metric = metric
        self.n = 0
        self.parts: dict[str, ExactSum] = {}
        self.totals: dict[str, int] = {}
        self.kept: list[Floats] | None = [] if keep else None
        self.rows: list[npt.NDArray[np.integer]] | None = [] if keep and metric.corpus else None
        self.buckets = None if keep else Buckets()

    def add(self, counts: Counts, keys: Keys | None = None) -> Values:
        """Add a batch and return its values, one per sample; NaN if the mean leaves it out.

        Args:
            counts: those of the batch.
            keys: where its samples belong, if an interval is wanted without keeping them.

        Raises:
            TypeError: if the metric does not return numbers.
            ValueError: if it does not return one value per sample, or a value is out of bounds; or
                if some samples have a group, and others have none.
        """
        [values] = values_of((self.metric,), counts)
        return self._add(values, counts, keys)

    def _add(self, summed: SummedValues, counts: Counts, keys: Keys | None) -> Values:
        samples = len(counts.offsets) - 1
        values, units = summed
        if units and self._allows_shares():
            headline, scored = values.headline, _ALL
            self._add_units(units, samples)
        else:
            values = self._checked_values(values, samples)
            headline, scored = self._add_values(values)
        totals = None
        if self.metric.totals is not None and not self._add_native_totals(counts):
            totals = self.metric.totals(counts)
            self._add_totals(totals, samples)
        if self.buckets is not None:
            self._add_to_buckets(headline, scored, totals, keys)
        if self.kept is not None:
            self.kept.append(values.headline)
        return values

    def _allows_shares(self) -> bool:
        low, high = self.metric.bounds
        return low <= 0.0 and high >= 1.0

    def _add_units(self, units: Mapping[str, int], samples: int) -> None:
        """Add exact sums of values from 0 to 1."""
        self.n += samples
        for name, more in units.items():
            if name != self.metric.headline:  # which would be summed twice
                if (total := self.parts.get(name)) is None:
                    total = self.parts[name] = ExactSum()
                total.units += more << _UNIT - _UNIT_OF_SUMS

    def _add_values(self, values: Values) -> tuple[Floats, _Scored]:
        """Add values to the sums; return the headlines of the mean, and which samples it has."""
        # The part that is the headline would be summed twice.
        columns = {
            name: part
            for name, part in zip(Values._fields, values, strict=True)
            if part is not None and name != self.metric.headline
        }
        high = self.metric.bounds[1] if len(columns) == 1 else 1.0  # of parts it is 1
        largest = min(high, _LARGEST_OF_SUMS)
        if self._allows_shares() and (units := twin("unit_sums")([*columns.values()], largest)):
            self._add_units(dict(zip(columns, units, strict=True)), len(values.headline))
            return values.headline, _ALL
        table = np.array(list(columns.values()))
        scored = table[0] == table[0]
        if not scored.all():
            table = table[:, scored]
        self._check(tuple(columns), table)
        self.n += table.shape[1]
        _add_rows([self.parts.setdefault(name, ExactSum()) for name in columns], table)
        return table[0], scored

    def _checked_values(self, values: Values, samples: int) -> Values:
        """Return one value per sample as floats, whatever the metric returned."""
        if not isinstance(values, Values):
            found = f"{type(values).__name__}: {short_repr(values)}"
            raise TypeError(f"metric {self.metric.name!r} must return a Values, got {found}")
        if values.headline is None:
            return self._converted(values, samples)
        shape = (samples,)
        for part in values:
            # Mostly true of all, so that the rest costs nothing.
            if part is not None and not (
                type(part) is np.ndarray and part.dtype is _FLOAT64 and part.shape == shape
            ):
                return self._converted(values, samples)
        return values

    def _converted(self, values: Values, samples: int) -> Values:
        name = self.metric.name
        converted: list[Floats | None] = []
        for field, part in zip(Values._fields, values, strict=True):
            if part is None and field != "headline":
                converted.append(None)
                continue
            column = np.asarray(part)
            if column.dtype.kind not in "fiub":
                raise TypeError(
                    f"metric {name!r} must return numbers, got {column.dtype} as its {field}"
                )
            self._check_rows(column, samples, "value", "" if field == "headline" else field)
            converted.append(column.astype(np.float64))
        return Values(*converted)  # type: ignore[arg-type] # the headline is never None

    def _check_rows(self, column: npt.NDArray[Any], samples: int, what: str, part: str) -> None:
        if column.shape != (samples,):
            if column.ndim == 1:
                found = pluralized(len(column), what)
            else:
                found = f"{what}s of shape {column.shape}"
            raise ValueError(
                f"metric {self.metric.name!r} returned {found}{f' of {part}' if part else ''} for "
                f"{pluralized(samples, 'sample')}: return one per sample, such as that of its "
                "best reference (`best_reference`)"
            )

    def _check(self, names: Sequence[str], table: Floats) -> None:
        low, high = _limits(tuple(self._bounds(name) for name in names))
        inside = (table >= low) & (table <= high)
        if not inside.all():
            row, at = np.argwhere(~inside)[0]
            raise ValueError(
                f"metric {self.metric.name!r} returned {names[row]} {table[row, at]!s}, which is "
                f"outside its bounds {self._bounds(names[row])}: correct `values`, or declare "
                "other `bounds`"
            )

    def _bounds(self, part: str) -> Bounds:
        return self.metric.bounds if part == "headline" else UNIT_INTERVAL

    def _add_totals(self, totals: Mapping[str, Integers], samples: int) -> None:
        shape = (samples,)
        for name, integers in totals.items():
            if integers.dtype is not _INT64 or integers.shape != shape:  # mostly false
                self._check_totals(name, integers, samples)
        names = self._summed(totals)
        columns = [totals[name] for name in names]
        if self.rows is None:
            sums = column_sums(columns)
        else:
            sums, rows = _summed_rows(columns, samples)
            self.rows.append(rows)
        added = dict(zip(names, sums, strict=True))
        for name, integers in totals.items():
            if name in added:
                self.totals[name] = self.totals.get(name, 0) + added[name]
            elif samples:
                self.totals[name] = int(integers[-1])

    def _add_native_totals(self, counts: Counts) -> bool:
        """Add totals as C++ has them; false if only their definition can tell."""
        totals = self.metric.totals
        if self.rows is None or not isinstance(totals, BleuTotals):
            return False
        names, columns = totals.native
        found = twin("summed_totals")(counts, counts.offsets, columns)
        if found is None:
            return False
        sums, rows = found
        self.rows.append(rows)
        for name, added in zip(names, sums, strict=True):
            self.totals[name] = self.totals.get(name, 0) + added
        return True

    def _check_totals(self, name: str, integers: Integers, samples: int) -> None:
        if integers.dtype.kind not in "iub":
            raise TypeError(
                f"`totals` of metric {self.metric.name!r} must return integers, got "
                f"{integers.dtype} for {name!r}"
            )
        self._check_rows(integers, samples, "integer", f"total {name!r}")

    def _add_to_buckets(
        self,
        values: Floats,
        scored: _Scored,
        totals: Mapping[str, Integers] | None,
        keys: Keys | None,
    ) -> None:
        if keys is None or self.buckets is None:
            self.buckets = None
        elif self.metric.corpus is None:
            if keys.numbers is not None:
                keys = keys._replace(numbers=keys.numbers[scored])
            self.buckets.add_values(values, keys)
        elif totals is not None:
            summed = {name: totals[name] for name in self._summed(totals)}
            self.buckets.add_totals(summed, keys)

    def _summed(self, names: Iterable[str]) -> tuple[str, ...]:
        of_last = self.metric.of_last
        return tuple(name for name in names if name not in of_last) if of_last else tuple(names)

    def merge(self, other: Accumulator) -> None:
        """Add what another accumulator of the same metric has."""
        self.n += other.n
        for name, part in other.parts.items():
            self.parts.setdefault(name, ExactSum()).merge(part)
        for name, total in other.totals.items():
            kept = 0 if name in self.metric.of_last else self.totals.get(name, 0)
            self.totals[name] = kept + total
        if self.kept is not None and other.kept is not None:
            self.kept.extend(other.kept)
        if self.rows is not None and other.rows is not None:
            self.rows.extend(other.rows)
        if self.buckets is not None and other.buckets is not None:
            self.buckets.merge(other.buckets)
        else:
            self.buckets = None

    def names(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return the names that ``parts`` and ``totals`` have after the first batch."""
        other = Accumulator(self.metric, keep=False)
        nothing = dict.fromkeys(self.metric.needs, np.zeros(1, dtype=np.int64))
        other.add(Counts(nothing, np.arange(2)))
        return tuple(other.parts), tuple(other.totals)

    def restore(
        self,
        samples: int,
        n: int,
        parts: Mapping[str, ExactSum],
        totals: Mapping[str, int],
        kept: Floats,
        rows: Integers,
        buckets: Buckets | None = None,
    ) -> None:
        """Set the sums to saved ones.

        Args:
            samples: how many samples the sums are of.
            n: how many of them the means include.
            parts: by name, as in ``parts``.
            totals: by name, as in ``totals``.
            kept: one value per sample; ignored if samples are not kept.
            rows: one row of totals per sample; ignored if samples are not kept.
            buckets: as in ``buckets``; ignored if samples are kept.

        Raises:
            ValueError: if the sums cannot be those of this metric over so many samples.
        """
        name = self.metric.name
        part_names, total_names = self.names() if samples else ((), ())
        if set(part_names) != set(parts) or set(total_names) != set(totals):
            raise ValueError(f"the sums of {name!r} are not {', '.join(part_names + total_names)}")
        complete = self.kept is None or len(kept) == samples
        complete &= self.rows is None or len(rows) == samples
        possible = all(part.possible(n, self._bounds(each)) for each, part in parts.items())
        if not (complete and possible and 0 <= n <= samples):
            raise ValueError(f"{name!r} has sums of more or fewer than {samples} samples")
        if self.kept is not None and parts:
            self._check_kept(n, parts["headline"], kept)
        self.n = n
        self.parts = dict(parts)
        self.totals = {each: totals[each] for each in total_names}  # in the metric's order
        if self.kept is not None:
            self.kept = [kept] if samples else []
        if self.rows is not None and samples:
            summed = self._summed(self.totals)
            sums = [self.totals[each] for each in summed]
            if rows.ndim != 2 or rows.sum(axis=0).tolist() != sums:
                raise ValueError(f"the rows of {name!r} do not sum to {', '.join(summed)}")
            self.rows = [_narrow(rows)]
        if self.kept is None:
            self.buckets = self._checked(buckets, samples)

    def _checked(self, buckets: Buckets | None, samples: int) -> Buckets | None:
        """Return buckets if they can belong to the other sums."""
        if buckets is None:
            return Buckets() if not samples else None
        if self.metric.corpus is not None:
            buckets.check_corpus(
                samples, {each: self.totals[each] for each in self._summed(self.totals)}
            )
        else:
            units = self.parts["headline"].units if self.parts else 0
            buckets.check_mean(self.n, units, _UNIT, self.metric.bounds)
        return buckets.copy()

    def _check_kept(self, n: int, headline: ExactSum, kept: Floats) -> None:
        """Raise a `ValueError` if values of samples do not have the sum saved with them."""
        name, total = self.metric.name, ExactSum()
        scored = kept[~np.isnan(kept)]
        if len(scored) != n or not np.isfinite(scored).all():
            raise ValueError(f"{name!r} has {len(scored)} values for {n} samples")
        total.add(scored)
        if total.units != headline.units:
            raise ValueError(f"the values of {name!r} do not sum to what was saved")

    def score(
        self, signature: str, all_tokens: Score | None = None, foreign: str | None = None
    ) -> Score:
        """Return the score of everything that was added."""
        metric = self.metric
        mean = {name: self._mean(part) for name, part in self.parts.items()}
        if metric.headline in Values._fields:
            mean[metric.headline] = mean["headline"]
        details: Mapping[str, float]
        if metric.corpus is None:
            value, details = mean["headline"], self.totals
        else:
            value, details = metric.corpus(self.totals)
        return Score(
            value,
            title=metric.title,
            headline=metric.headline,
            n=self.n,
            precision=mean.get("precision"),
            recall=mean.get("recall"),
            f1=mean.get("f1"),
            samples=None if self.kept is None else _joined(self.kept),
            totals=self._totals(),
            sums=self._sums(),
            sentence_mean=mean["headline"] if metric.corpus else None,
            details=dict(details),
            all_tokens=all_tokens,
            signature=signature,
            foreign_signature=foreign,
            bounds=metric.bounds,
            better=metric.better,
            percent=metric.in_percent,
        )

    def _mean(self, part: ExactSum) -> float:
        if not self.n:
            return self.metric.nothing
        mean = float(part) / self.n
        return mean if self.metric.digits is None else round(100 * mean, self.metric.digits) / 100

    def _totals(self) -> Totals | None:
        return self._totals_of(_joined(self.rows)) if self.rows else None

    def _totals_of(self, rows: npt.NDArray[np.integer]) -> Totals | None:
        if self.metric.corpus is None:
            return None
        fixed = {name: self.totals[name] for name in self.totals if name in self.metric.of_last}
        names = self._summed(self.totals)
        return Totals(names, rows, self.metric.corpus, self.metric.corpora, fixed)

    def _sums(self) -> Sums | None:
        """Return what an interval needs where samples are not kept."""
        if self.buckets is None or "headline" not in self.parts:
            return None
        buckets = self.buckets.copy()
        used = buckets.sizes > 0
        rows = np.ascontiguousarray(buckets.sums[:, used].T)
        mean = float(self.parts["headline"]) / self.n if self.n else math.nan
        return Sums(mean, buckets, self._totals_of(rows))


@lru_cache(maxsize=64)
def _limits(bounds: tuple[Bounds, ...]) -> tuple[Floats, Floats]:
    """Return columns of the smallest and the largest allowed values, which are always finite."""
    low, high = np.clip(bounds, -sys.float_info.max, sys.float_info.max).T
    return low[:, None], high[:, None]


def _summed_rows(
    columns: list[Integers], samples: int
) -> tuple[list[int], npt.NDArray[np.integer]]:
    """Return the sums of columns, and the columns as rows in as few bytes as they need."""
    sums, rows = twin("summed_rows")(columns) or (column_sums(columns), None)
    if rows is None:
        rows = _narrow(np.array(columns).reshape(len(columns), samples)).T.copy()
    return sums, rows


def _narrow(rows: Integers) -> npt.NDArray[np.integer]:
    """Return the same numbers in fewer bytes: most are below 256."""
    low, high = int(rows.min(initial=0)), int(rows.max(initial=0))
    if low == 0 and high < 256:  # nearly always
        return rows.astype(np.uint8)
    return rows.astype(np.result_type(*map(np.min_scalar_type, (low, high))))


def _joined(parts: list[npt.NDArray[Any]]) -> npt.NDArray[Any]:
    """Return one array, read-only."""
    if len(parts) == 1 and not parts[0].flags.writeable:
        return parts[0]
    whole = parts[0].copy() if len(parts) == 1 else np.concatenate(parts)
    whole.flags.writeable = False
    return whole


# The sum of so many values of so many bits each is at most 2**53, which is exact in doubles.
_BITS = 40
_MOST_VALUES = 4096
# Every double is a multiple of 2**-1160: 29 times 40 bits reach below the smallest one.
_UNIT = 29 * _BITS
_ONE = 1 << _UNIT
# Native sums are of values that are multiples of 2**-112, as nearly all shares are.
_UNIT_OF_SUMS = 112
_LARGEST_OF_SUMS = 8.0


class ExactSum:
    """A sum of finite doubles without rounding, kept as one integer.

    The order and the grouping of what is added do not change a bit. ``float`` rounds once, so it
    equals ``math.fsum`` of everything that was added.

    Examples:
        >>> total = ExactSum()
        >>> total.add(np.array([0.1] * 10))
        >>> float(total)
        1.0
    """

    __slots__ = ("units",)

    def __init__(self, units: int = 0) -> None:
        self.units = units

    @classmethod
    def of(cls, value: float) -> ExactSum:
        """Return the sum that is exactly a double, such as one that was rounded before."""
        whole, parts = value.as_integer_ratio()
        return cls((whole << _UNIT) // parts)

    def add(self, values: Floats) -> None:
        """Add finite values."""
        _add_rows([self], values[None, :])

    def merge(self, other: ExactSum) -> None:
        """Add another sum."""
        self.units += other.units

    def possible(self, n: int, bounds: Bounds) -> bool:
        """Return whether ``n`` values within bounds can have this sum."""
        low, high = bounds
        return not (
            (low > -sys.float_info.max and self.units < n * ExactSum.of(low).units)
            or (high < sys.float_info.max and self.units > n * ExactSum.of(high).units)
        )

    def __float__(self) -> float:
        """Return the nearest double."""
        return self.units / _ONE


def _add_rows(sums: Sequence[ExactSum], table: Floats) -> None:
    """Add to each sum a row of a table of finite values."""
    for begin in range(0, table.shape[1], _MOST_VALUES):
        rest = table[:, begin : begin + _MOST_VALUES]
        if np.abs(rest).max() > 1.0:  # the loop below is exact up to 1
            whole = np.trunc(rest)
            rest = rest - whole
            for total, row in zip(sums, whole.tolist(), strict=True):
                total.units += sum(map(int, row)) << _UNIT
        shift = _UNIT
        while rest.any():
            rest = rest * 2.0**_BITS
            whole = np.trunc(rest)
            rest = rest - whole
            shift -= _BITS
            for total, units in zip(sums, whole.sum(axis=1).tolist(), strict=True):
                total.units += int(units) << shift
