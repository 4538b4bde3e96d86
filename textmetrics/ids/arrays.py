"""Texts as ids in the host's memory: any array to NumPy's, the checks of values, rows of ids."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from textmetrics.ids.given import Array, Given, Ragged, check_shapes
from textmetrics.kernels import COLUMNS, PAIR_COLUMNS, Counts

__all__ = ["Groups", "Rows", "empty_table", "groups_of", "to_numpy"]

Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """Rows of ids.

    Attributes:
        ids: int32 or int64; two-dimensional where rows are padded, else one row after the other.
        offsets: where rows are not padded, the bounds of each in ``ids``.
        lengths: where rows are padded, how many of its columns each row has; -1: there is no such
            row. All of them where it is ``None``.
    """

    ids: NDArray[np.int32] | NDArray[np.int64]
    offsets: Integers | None = None
    lengths: Integers | None = None

    def __len__(self) -> int:
        """Give the number of rows."""
        return len(self.ids) if self.offsets is None else len(self.offsets) - 1

    def row(self, at: int) -> list[int] | None:
        """Give the ids of one row; ``None`` where there is no such row."""
        if self.offsets is not None:
            ids = self.ids[self.offsets[at] : self.offsets[at + 1]]
        elif self.lengths is None:
            ids = self.ids[at]
        elif self.lengths[at] < 0:
            return None
        else:
            ids = self.ids[at, : self.lengths[at]]
        return list(map(int, ids))


@dataclass(frozen=True, slots=True, eq=False)
class Groups:
    """Samples: runs of ``group_size`` predictions that have the same references.

    Attributes:
        predictions: a row a sample.
        references: the rows of group ``g`` are ``bounds[g]`` to ``bounds[g + 1] - 1``, at least one
            of which is there.
        bounds: groups + 1.
        group_size: samples a group.
    """

    predictions: Rows
    references: Rows
    bounds: Integers
    group_size: int

    def offsets(self) -> Integers:
        """Give the bounds of each sample's pairs: see `Counts`."""
        pairs = np.repeat(np.diff(self.bounds), self.group_size)
        return np.concatenate([[0], np.cumsum(pairs)]).astype(np.int64)


def groups_of(given: Given) -> Groups:
    """Take what a caller gives, in the host's memory.

    Raises:
        TypeError: if something is no array of integers, of so many dimensions.
        ValueError: if sizes do not fit together, there are no samples, lengths or offsets are not
            possible, or a sample has no reference.
    """
    given = given.converted(to_numpy)
    groups = check_shapes(given)
    predictions = _rows(given.predictions, given.prediction_lengths, "prediction", 0)
    references = _rows(given.references, given.reference_lengths, "reference", -1)
    bounds = _bounds(given.references, groups, len(references))
    if references.lengths is not None:
        there = np.logical_or.reduceat(references.lengths >= 0, bounds[:-1])
        if not there.all():
            raise ValueError(
                f"references[{_first(~there)}] has no reference: all its reference_lengths are -1"
            )
    return Groups(predictions, references, bounds, given.group_size)


def empty_table(columns: tuple[str, ...], offsets: Integers) -> Counts:
    """Give a table in which no reference counts yet: -1 for its length, and 0 elsewhere."""
    pairs, samples = int(offsets[-1]), len(offsets) - 1
    table = {
        name: np.zeros(pairs if name in PAIR_COLUMNS else samples, dtype=np.int64)
        for name in COLUMNS
        if name in columns
    }
    if "reference_length" in table:
        table["reference_length"][:] = -1
    return Counts(table, offsets)


def to_numpy(given: Array, name: str) -> NDArray[np.generic]:
    """Give an array of NumPy with the same memory, where there is one.

    Raises:
        TypeError: if it cannot be read, or has a mask.
        ValueError: if rows differ in length.
    """
    if isinstance(given, np.ma.MaskedArray):
        raise TypeError(f"{name} must have no mask: give {name}.filled(-100), which is skipped")
    if isinstance(given, np.ndarray):
        return np.asarray(given)  # no matrix, whose rows are two-dimensional
    if hasattr(given, "__dlpack__"):
        try:
            return np.from_dlpack(given)
        except (BufferError, RuntimeError, TypeError, ValueError) as error:
            raise TypeError(f"{name} cannot be read through DLPack: {error}") from error
    try:
        array = np.asarray(given)
    except ValueError:
        raise ValueError(
            f"the rows of {name} differ in length: pad them, or give "
            "textmetrics.ids.Ragged.of(rows)"
        ) from None
    # Nothing in it says of an empty list what it is a list of.
    return array.astype(np.int64) if array.size == 0 and isinstance(given, list) else array


def _rows(texts: Array | Ragged, lengths: Array | None, side: str, least: int) -> Rows:
    if isinstance(texts, Ragged):
        offsets = np.ascontiguousarray(texts.offsets, dtype=np.int64)
        _check_bounds(offsets, len(texts.ids), f"{side}s.offsets", "ids")
        longest = int(np.diff(offsets).max(initial=0))
        if texts.max_length is not None and longest > texts.max_length:
            raise ValueError(
                f"{side}s.max_length is {texts.max_length}, but a row has {longest} ids: "
                "give the length of the longest row, or None"
            )
        return Rows(texts.ids, offsets=offsets)
    width = texts.shape[-1]
    if lengths is not None:
        wrong = (lengths < least) | (lengths > width)
        if wrong.any():
            at = tuple(int(each[0]) for each in np.nonzero(wrong))
            less = ", or -1 for no such reference" if least < 0 else ""
            raise ValueError(
                f"{side}_lengths[{', '.join(map(str, at))}] is {lengths[at]}: "
                f"it must be 0 to {width}, the rows' width{less}"
            )
        lengths = np.ascontiguousarray(lengths, dtype=np.int64).reshape(-1)
    rows = int(np.prod(texts.shape[:-1]))
    return Rows(texts.reshape(rows, width), lengths=lengths)


def _bounds(references: Array | Ragged, groups: int, rows: int) -> Integers:
    if isinstance(references, Ragged) and references.samples is not None:
        samples = np.ascontiguousarray(references.samples, dtype=np.int64)
        _check_bounds(samples, rows, "references.samples", "rows")
        bare = np.diff(samples) == 0
        if bare.any():
            raise ValueError(f"sample {_first(bare)} of references.samples has no reference")
        return samples
    return np.arange(groups + 1, dtype=np.int64) * (rows // groups)


def _check_bounds(bounds: Integers, end: int, name: str, what: str) -> None:
    if bounds[0] != 0:
        raise ValueError(f"{name} must begin with 0, not {bounds[0]}")
    falls = bounds[1:] < bounds[:-1]
    if falls.any():
        raise ValueError(f"{name} must not fall, and does at {_first(falls) + 1}")
    if bounds[-1] != end:
        raise ValueError(f"{name} must end with {end}, the number of {what}, not {bounds[-1]}")


def _first(places: NDArray[np.bool_]) -> int:
    return int(np.flatnonzero(places)[0])
