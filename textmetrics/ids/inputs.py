"""What a caller gives, and the checks of it that look at shapes and types alone.

Nothing here looks at a value, which on a GPU would mean to wait for it. It serves arrays of any
library whose ``dtype`` is NumPy's: NumPy's own, and CuPy's.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

__all__ = ["Array", "Given", "Ragged", "check_shapes", "is_on_device", "on_device", "whole_number"]

Array: TypeAlias = Any
"""An array of any library: what is asked of it is ``shape`` and ``dtype``."""

_CUDA = (2, 13)  # DLPack's numbers of its memory and of its managed memory


class Ragged(NamedTuple):
    """Rows of ids of any length, one after the other (compressed sparse rows).

    Attributes:
        ids: int32 or int64, the ids of all rows.
        offsets: rows + 1; row ``i`` is ``ids[offsets[i]:offsets[i + 1]]``.
        samples: of references, samples + 1; those of sample ``s`` are the rows ``samples[s]`` to
            ``samples[s + 1] - 1``. One a sample where it is ``None``.
        max_length: the length of the longest row, which a GPU would otherwise be asked for, at
            the price of waiting for it.

    Examples:
        >>> Ragged(ids=[5, 7, 9], offsets=[0, 2, 3])  # 5 7, and 9
        Ragged(ids=[5, 7, 9], offsets=[0, 2, 3], samples=None, max_length=None)
    """

    ids: Array
    offsets: Array
    samples: Array | None = None
    max_length: int | None = None

    @classmethod
    def of(cls, rows: Iterable[Array], samples: Array | None = None) -> Ragged:
        """Put rows one after the other, in the host's memory.

        Args:
            rows: lists of ids, or arrays with one dimension.
            samples: as the attribute of that name.

        Raises:
            TypeError: if a row is not that; the message names it.

        Examples:
            >>> Ragged.of([[5, 7], [], [9]]).offsets.tolist()
            [0, 2, 2, 3]
        """
        found = [_row(row, f"rows[{at}]") for at, row in enumerate(rows)]
        lengths = list(map(len, found))
        ids = np.concatenate(found) if found else np.empty(0, dtype=np.int64)
        return cls(ids, np.cumsum([0, *lengths]), samples, max(lengths, default=0))

    def arrays(self) -> dict[str, Array]:
        """Give its arrays by name."""
        named = {"ids": self.ids, "offsets": self.offsets, "samples": self.samples}
        return {name: array for name, array in named.items() if array is not None}


@dataclass(frozen=True, slots=True)
class Given:
    """The texts of a call: arrays or `Ragged`, and how many predictions share a reference."""

    predictions: Array | Ragged
    references: Array | Ragged
    prediction_lengths: Array | None = None
    reference_lengths: Array | None = None
    group_size: int = 1

    def arrays(self) -> dict[str, Array]:
        """Give all arrays by name."""
        found: dict[str, Array] = {}
        for side in ("predictions", "references"):
            texts = getattr(self, side)
            if isinstance(texts, Ragged):
                found |= {f"{side}.{name}": array for name, array in texts.arrays().items()}
            else:
                found[side] = texts
        for name in ("prediction_lengths", "reference_lengths"):
            if getattr(self, name) is not None:
                found[name] = getattr(self, name)
        return found

    def converted(self, convert: Callable[[Array, str], Array]) -> Given:
        """Put what ``convert`` makes of each array, by its name, in its place."""
        made: dict[str, Any] = {name: convert(a, name) for name, a in self.arrays().items()}
        for side in ("predictions", "references"):
            texts = getattr(self, side)
            if isinstance(texts, Ragged):
                parts = {name: made.pop(f"{side}.{name}") for name in texts.arrays()}
                made[side] = texts._replace(**parts)
        return replace(self, **made)


def _row(row: Array, name: str) -> NDArray[Any]:
    if isinstance(row, (list, tuple)) and not row:  # nothing in it says what it is a list of
        return np.empty(0, dtype=np.int64)
    array = np.asarray(row)
    _check_type(array, name, (1,), "the ids of a text")
    return array


def on_device(given: Given) -> list[str]:
    """Give the names of the arrays that are in the memory of a CUDA device."""
    return [name for name, array in given.arrays().items() if is_on_device(array)]


def is_on_device(array: Array) -> bool:
    """Say whether an array is in the memory of a CUDA device."""
    if hasattr(array, "__dlpack_device__"):
        return int(array.__dlpack_device__()[0]) in _CUDA
    # Last, since tensors of torch raise errors of their own where they have no such interface.
    return hasattr(array, "__cuda_array_interface__")


def check_shapes(given: Given) -> int:
    """Check all that can be known without looking at a value.

    Returns:
        The number of entries of references; there are ``group_size`` times as many predictions.

    Raises:
        TypeError: if an array has another type or other dimensions than it may have.
        ValueError: if sizes do not fit together, or there are no samples.
    """
    predictions = _rows(given.predictions, "predictions", (2,))
    if isinstance(given.predictions, Ragged) and given.predictions.samples is not None:
        raise ValueError("predictions.samples: only references can be several a sample")
    references = _rows(given.references, "references", (2, 3))
    _check_lengths(given.predictions, given.prediction_lengths, "prediction")
    _check_lengths(given.references, given.reference_lengths, "reference")
    if not isinstance(given.references, Ragged) and 0 in given.references.shape[1:-1]:
        raise ValueError(f"a sample needs a reference: references are {given.references.shape}")
    if predictions != references * given.group_size:
        each, rest = divmod(predictions, references)
        fits = "" if rest else f", as with group_size={each}"
        raise ValueError(
            f"{predictions:,} predictions but {references:,} references with group_size="
            f"{given.group_size}: there must be group_size predictions for each entry of references"
            f"{fits}; predictions are {_described(given.predictions)}, "
            f"references {_described(given.references)}"
        )
    return references


def _rows(texts: Array | Ragged, name: str, dimensions: tuple[int, ...]) -> int:
    """Check one side, and give how many entries it has."""
    if not isinstance(texts, Ragged):
        if tuple(texts.shape[:1]) == (0,):
            raise ValueError(f"no samples: {name} are empty")
        _check_type(texts, name, dimensions, "a row for each text")
        return int(texts.shape[0])
    _check_type(texts.ids, f"{name}.ids", (1,), "the ids of all rows")
    bounds = {key: array for key, array in texts.arrays().items() if key != "ids"}
    for key, array in bounds.items():
        _check_type(array, f"{name}.{key}", (1,), "one number more than there are rows")
        if array.shape[0] == 0:
            raise ValueError(f"{name}.{key} is empty: it begins with 0, even where nothing follows")
    if texts.max_length is not None and whole_number(texts.max_length, f"{name}.max_length") < 0:
        raise ValueError(f"{name}.max_length must be at least 0, got {texts.max_length}")
    entries = int((texts.offsets if texts.samples is None else texts.samples).shape[0]) - 1
    if entries == 0:
        raise ValueError(f"no samples: {name} are empty")
    return entries


def _check_lengths(texts: Array | Ragged, lengths: Array | None, side: str) -> None:
    if lengths is None:
        return
    name = f"{side}_lengths"
    if isinstance(texts, Ragged):
        raise ValueError(f"{name} are for padded rows: {side}s given as Ragged have offsets")
    _check_type(lengths, name, (len(texts.shape) - 1,), f"one a row of the {side}s")
    if tuple(lengths.shape) != tuple(texts.shape[:-1]):
        raise ValueError(
            f"{name} are {tuple(lengths.shape)}, but {side}s are {tuple(texts.shape)}: "
            f"give a length for each row, {tuple(texts.shape[:-1])}"
        )


def _check_type(array: Array, name: str, dimensions: tuple[int, ...], what: str) -> None:
    if len(array.shape) not in dimensions:
        wanted = " or ".join(map(str, dimensions))
        raise TypeError(
            f"{name} must have {wanted} dimension{'s' * (wanted != '1')} ({what}), "
            f"got {len(array.shape)}, of shape {tuple(array.shape)}"
        )
    if array.dtype not in (np.dtype(np.int32), np.dtype(np.int64)):
        raise TypeError(f"{name} must be int32 or int64, got {array.dtype}: convert them first")


def _described(texts: Array | Ragged) -> str:
    if not isinstance(texts, Ragged):
        return str(tuple(texts.shape))
    several = "" if texts.samples is None else f" for {texts.samples.shape[0] - 1} samples"
    return f"{texts.offsets.shape[0] - 1} ragged rows{several}"


def whole_number(value: object, name: str) -> int:
    """Give a whole number that fits into 64 bits.

    Raises:
        TypeError: if it is none.
        ValueError: if it does not fit.
    """
    try:
        if isinstance(value, (bool, np.bool_)):
            raise TypeError
        number = operator.index(value)  # type: ignore[arg-type]
    except TypeError:
        raise TypeError(
            f"{name} must be a whole number, got {type(value).__name__}: {value!r}"
        ) from None
    if not -(2**63) <= number < 2**63:
        raise ValueError(f"{name} must fit into 64 bits, got {number}")
    return number
