"""What a caller passes in, checked: arrays of ids, their lengths, and the options of a call.

Shapes and types are checked apart from values: on a GPU, looking at a value means waiting for it.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Any, NamedTuple, TypeAlias, TypedDict, cast

import numpy as np
from numpy.typing import NDArray

from textmetrics._checks import whole_number
from textmetrics._columns import listed
from textmetrics._options import Option
from textmetrics._registry import suggest
from textmetrics._threads import checked_threads, default_threads
from textmetrics.kernels import COLUMNS, PAIR_COLUMNS, SENTENCE_COLUMNS, Counts

__all__ = [
    "ID_COLUMNS",
    "SKIPPED",
    "Array",
    "CountRules",
    "IdInputs",
    "IdOptions",
    "IdRows",
    "Ragged",
    "SampleGroups",
    "check_shapes",
    "empty_table",
    "groups_of",
    "is_on_device",
    "on_device",
    "rules_of",
    "to_numpy",
]

Array: TypeAlias = Any
"""An array of any library that has ``shape`` and ``dtype``."""
Integers: TypeAlias = NDArray[np.int64]
Ids: TypeAlias = int | Iterable[int]

_CUDA = (2, 13)  # DLPack's numbers of CUDA memory and of CUDA managed memory


class IdOptions(TypedDict, total=False):
    """The options that all functions of ids take."""

    prediction_lengths: Annotated[
        Array | None, Option(None, "how many columns of each padded row are ids; all if ``None``")
    ]
    reference_lengths: Annotated[
        Array | None,
        Option(None, "the same for references, with -1 where there is no such reference"),
    ]
    pad_id: Annotated[
        int | None, Option(None, "an id that is skipped wherever it occurs, as -100 always is")
    ]
    ignore_ids: Annotated[
        Iterable[int],
        Option(
            (),
            "ids to drop, like stopwords. If that leaves no reference of a sample with an id,"
            " nothing is dropped in that sample; otherwise a reference that it empties does not"
            " count",
        ),
    ]
    eos_id: Annotated[
        Ids | None,
        Option(None, "an id, or several, that end a text; they are not part of it"),
    ]
    group_size: Annotated[
        int, Option(1, "how many consecutive predictions share an entry of ``references``")
    ]
    backend: Annotated[
        str, Option("auto", "``auto``, ``native``, ``reference`` or ``cuda``; all count the same")
    ]
    threads: Annotated[
        int | None, Option(None, "the maximum number of threads; one per processor if ``None``")
    ]


class Ragged(NamedTuple):
    """Rows of ids of any length, concatenated (compressed sparse rows).

    Attributes:
        ids: int32 or int64, the ids of all rows.
        offsets: rows + 1; row ``i`` is ``ids[offsets[i]:offsets[i + 1]]``.
        samples: for references, samples + 1; those of sample ``s`` are the rows ``samples[s]`` to
            ``samples[s + 1] - 1``. One per sample if ``None``.
        max_length: the length of the longest row. If it is not given, a GPU has to be asked for it,
            which means waiting for the GPU.

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
        """Concatenate rows, in the memory of the host.

        Args:
            rows: lists of ids, or arrays with one dimension; or a column of such lists.
            samples: see the attribute of that name.

        Raises:
            TypeError: if a row is anything else; the message names it.

        Examples:
            >>> Ragged.of([[5, 7], [], [9]]).offsets.tolist()
            [0, 2, 2, 3]
        """
        found = [_row(row, f"rows[{at}]") for at, row in enumerate(listed(rows))]
        lengths = list(map(len, found))
        ids = np.concatenate(found) if found else np.empty(0, dtype=np.int64)
        return cls(ids, np.cumsum([0, *lengths]), samples, max(lengths, default=0))

    def arrays(self) -> dict[str, Array]:
        """Return its arrays by name."""
        named = {"ids": self.ids, "offsets": self.offsets, "samples": self.samples}
        return {name: array for name, array in named.items() if array is not None}


@dataclass(frozen=True, slots=True)
class IdInputs:
    """The texts of a call: arrays or `Ragged`, and how many predictions share their references."""

    predictions: Array | Ragged
    references: Array | Ragged
    prediction_lengths: Array | None = None
    reference_lengths: Array | None = None
    group_size: int = 1

    def arrays(self) -> dict[str, Array]:
        """Return all arrays by name."""
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

    def converted(self, convert: Callable[[Array, str], Array]) -> IdInputs:
        """Return the inputs with each array converted, by a function of the array and its name."""
        made: dict[str, Any] = {name: convert(a, name) for name, a in self.arrays().items()}
        for side in ("predictions", "references"):
            texts = getattr(self, side)
            if isinstance(texts, Ragged):
                parts = {name: made.pop(f"{side}.{name}") for name in texts.arrays()}
                made[side] = texts._replace(**parts)
        return replace(self, **made)


def _row(row: Array, name: str) -> NDArray[Any]:
    if isinstance(row, (list, tuple)) and not row:  # an empty list has no type of its own
        return np.empty(0, dtype=np.int64)
    array = np.asarray(row)
    _check_type(array, name, (1,), "the ids of a text")
    return array


def on_device(given: IdInputs) -> list[str]:
    """Return the names of the arrays in the memory of a CUDA device."""
    return [name for name, array in given.arrays().items() if is_on_device(array)]


def is_on_device(array: Array) -> bool:
    """Return whether an array is in the memory of a CUDA device."""
    if hasattr(array, "__dlpack_device__"):
        return int(array.__dlpack_device__()[0]) in _CUDA
    # Asked last, since tensors of torch raise errors of their own if they lack this interface.
    return hasattr(array, "__cuda_array_interface__")


def check_shapes(given: IdInputs) -> int:
    """Check everything that can be checked without looking at a value.

    Returns:
        The number of entries of references; there are ``group_size`` times as many predictions.

    Raises:
        TypeError: if an array has a wrong type or number of dimensions.
        ValueError: if sizes do not match, or there are no samples.
    """
    predictions = _check_texts(given.predictions, "predictions", (2,))
    if isinstance(given.predictions, Ragged) and given.predictions.samples is not None:
        raise ValueError("predictions.samples: only references may be several per sample")
    references = _check_texts(given.references, "references", (2, 3))
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


def _check_texts(texts: Array | Ragged, name: str, dimensions: tuple[int, ...]) -> int:
    """Check one side, and return its number of entries."""
    if not isinstance(texts, Ragged):
        if tuple(texts.shape[:1]) == (0,):
            raise ValueError(f"no samples: {name} are empty")
        _check_type(texts, name, dimensions, "one row per text")
        return int(texts.shape[0])
    _check_type(texts.ids, f"{name}.ids", (1,), "the ids of all rows")
    bounds = {key: array for key, array in texts.arrays().items() if key != "ids"}
    for key, array in bounds.items():
        _check_type(array, f"{name}.{key}", (1,), "one number more than there are rows")
        if array.shape[0] == 0:
            raise ValueError(f"{name}.{key} is empty: it begins with 0, even where nothing follows")
    if texts.max_length is not None:
        whole_number(texts.max_length, f"{name}.max_length", at_least=0)
    entries = int((texts.offsets if texts.samples is None else texts.samples).shape[0]) - 1
    if entries == 0:
        raise ValueError(f"no samples: {name} are empty")
    return entries


def _check_lengths(texts: Array | Ragged, lengths: Array | None, side: str) -> None:
    if lengths is None:
        return
    name = f"{side}_lengths"
    if isinstance(texts, Ragged):
        raise ValueError(f"{name} are for padded rows: {side}s passed as Ragged have offsets")
    _check_type(lengths, name, (len(texts.shape) - 1,), f"one per row of the {side}s")
    if tuple(lengths.shape) != tuple(texts.shape[:-1]):
        raise ValueError(
            f"{name} are {tuple(lengths.shape)}, but {side}s are {tuple(texts.shape)}: "
            f"expected one length per row, {tuple(texts.shape[:-1])}"
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


# --- arrays in the memory of the host -----------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class IdRows:
    """Rows of ids.

    Attributes:
        ids: int32 or int64; two-dimensional if rows are padded, else one row after the other.
        offsets: the bounds of each row in ``ids``, if rows are not padded.
        lengths: how many columns of each padded row are ids, -1 for a row that is missing; all of
            them if ``None``.
    """

    ids: NDArray[np.int32] | NDArray[np.int64]
    offsets: Integers | None = None
    lengths: Integers | None = None

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.ids) if self.offsets is None else len(self.offsets) - 1

    def row(self, at: int) -> list[int] | None:
        """Return the ids of one row; ``None`` for a row that is missing."""
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
class SampleGroups:
    """Samples: groups of ``group_size`` predictions that share their references.

    Attributes:
        predictions: one row per sample.
        references: the rows of group ``g`` are ``bounds[g]`` to ``bounds[g + 1] - 1``; at least one
            of them is not missing.
        bounds: groups + 1.
        group_size: samples per group.
    """

    predictions: IdRows
    references: IdRows
    bounds: Integers
    group_size: int

    def offsets(self) -> Integers:
        """Return the bounds of each sample's pairs: see `Counts`."""
        pairs = np.repeat(np.diff(self.bounds), self.group_size)
        return np.concatenate([[0], np.cumsum(pairs)]).astype(np.int64)


def groups_of(given: IdInputs) -> SampleGroups:
    """Check inputs in the memory of the host, values too, and return them as rows.

    Raises:
        TypeError: if an array has a wrong type or number of dimensions.
        ValueError: if sizes do not match, there are no samples, lengths or offsets are invalid, or
            a sample has no reference.
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
    return SampleGroups(predictions, references, bounds, given.group_size)


def empty_table(columns: tuple[str, ...], offsets: Integers) -> Counts:
    """Return a table in which no reference counts yet: its length is -1, everything else 0."""
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
    """Convert an array to NumPy's, without a copy where possible.

    Raises:
        TypeError: if it cannot be read, or has a mask.
        ValueError: if rows differ in length.
    """
    if isinstance(given, np.ma.MaskedArray):
        raise TypeError(f"{name} must have no mask: use {name}.filled(-100), which is skipped")
    if isinstance(given, np.ndarray):
        return np.asarray(given)  # not a matrix, whose rows are two-dimensional
    if hasattr(given, "__dlpack__"):
        try:
            return np.from_dlpack(given)
        except (BufferError, RuntimeError, TypeError, ValueError) as error:
            raise TypeError(f"{name} cannot be read through DLPack: {error}") from error
    try:
        array = np.asarray(given)
    except ValueError:
        raise ValueError(
            f"the rows of {name} differ in length: pad them, or use textmetrics.ids.Ragged.of(rows)"
        ) from None
    # An empty list has no type of its own.
    return array.astype(np.int64) if array.size == 0 and isinstance(given, list) else array


def _rows(texts: Array | Ragged, lengths: Array | None, side: str, least: int) -> IdRows:
    if isinstance(texts, Ragged):
        offsets = np.ascontiguousarray(texts.offsets, dtype=np.int64)
        _check_bounds(offsets, len(texts.ids), f"{side}s.offsets", "ids")
        longest = int(np.diff(offsets).max(initial=0))
        if texts.max_length is not None and longest > texts.max_length:
            raise ValueError(
                f"{side}s.max_length is {texts.max_length}, but a row has {longest} ids: "
                "use the length of the longest row, or None"
            )
        return IdRows(texts.ids, offsets=offsets)
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
    return IdRows(texts.reshape(rows, width), lengths=lengths)


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
        raise ValueError(f"{name} must begin with 0, got {bounds[0]}")
    falls = bounds[1:] < bounds[:-1]
    if falls.any():
        raise ValueError(f"{name} must not decrease, but does at {_first(falls) + 1}")
    if bounds[-1] != end:
        raise ValueError(f"{name} must end with {end}, the number of {what}, got {bounds[-1]}")


def _first(places: NDArray[np.bool_]) -> int:
    return int(np.flatnonzero(places)[0])


# --- options ------------------------------------------------------------------------------------

SKIPPED = -100
"""The id that is skipped in every call: labels use it for what a loss must ignore."""

ID_COLUMNS = tuple(name for name in COLUMNS if name not in SENTENCE_COLUMNS)
"""The columns of `Counts` that are defined for ids, which have no breaks between sentences."""


@dataclass(frozen=True, slots=True)
class CountRules:
    """What to count of the inputs.

    Attributes:
        columns: the columns to count, in the order of ``COLUMNS``.
        skipped: ids that are padding.
        ended: ids that end a text.
        ignored: ids that are dropped, like stopwords.
        threads: the maximum number of threads.
    """

    columns: tuple[str, ...]
    skipped: frozenset[int]
    ended: frozenset[int]
    ignored: frozenset[int]
    threads: int


def rules_of(columns: Iterable[str], options: Mapping[str, Any]) -> CountRules:
    """Check the columns and the options that decide what is counted.

    Args:
        columns: the requested ones.
        options: of `IdOptions`: all of ``pad_id``, ``ignore_ids``, ``eos_id`` and ``threads``.

    Raises:
        TypeError: if one has a wrong type.
        ValueError: if a column is unknown or counts sentences, or a number is out of range.
    """
    if isinstance(columns, str):
        raise TypeError(f"columns must be a list of names: use [{columns!r}]")
    pad_id, ignore_ids, eos_id = options["pad_id"], options["ignore_ids"], options["eos_id"]
    if isinstance(ignore_ids, int):
        raise TypeError(f"ignore_ids must be a list of ids: use [{ignore_ids}]")
    padding = () if pad_id is None else (whole_number(pad_id, "pad_id"),)
    return CountRules(
        columns=_columns(columns),
        skipped=frozenset((SKIPPED, *padding)),
        ended=frozenset() if eos_id is None else _ids(_several(eos_id), "eos_id"),
        ignored=_ids(ignore_ids, "ignore_ids"),
        threads=checked_threads(options["threads"]) or default_threads(),
    )


def _columns(names: Iterable[str]) -> tuple[str, ...]:
    names = tuple(names)
    for name in names:
        if name in SENTENCE_COLUMNS:
            raise ValueError(
                f"column {name!r} counts sentences, which ids do not have; "
                f"known: {', '.join(ID_COLUMNS)}"
            )
        if name not in ID_COLUMNS:
            raise ValueError(
                f"unknown column {name!r}: {suggest(str(name), ID_COLUMNS)}"
                f"known: {', '.join(ID_COLUMNS)}"
            )
    return tuple(name for name in ID_COLUMNS if name in names)


def _several(ids: Ids) -> Iterable[int]:
    """Return a single id as a list; a tensor without dimensions is one, though it is iterable."""
    try:
        return (operator.index(ids),)  # type: ignore[arg-type]
    except TypeError:
        return cast("Iterable[int]", ids)


def _ids(values: Iterable[int], name: str) -> frozenset[int]:
    if not isinstance(values, Iterable):
        raise TypeError(f"{name} must be ids, got {type(values).__name__}: {values!r}")
    return frozenset(whole_number(value, f"each of {name}") for value in values)
