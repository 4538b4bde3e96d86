"""What a caller may choose beside the texts."""

from __future__ import annotations

import operator
from collections.abc import Iterable
from dataclasses import dataclass
from typing import cast

from textmetrics._registry import suggest
from textmetrics._threads import checked_threads, default_threads
from textmetrics.ids.given import whole_number
from textmetrics.kernels import COLUMNS, SENTENCE_COLUMNS

__all__ = ["ID_COLUMNS", "SKIPPED", "Ids", "Options", "group_size_of", "options_of"]

SKIPPED = -100
"""The id that is skipped in every call: labels have it where a loss is not to look."""

ID_COLUMNS = tuple(name for name in COLUMNS if name not in SENTENCE_COLUMNS)
"""The columns of `Counts` for ids, of which none is the break between two sentences."""

Ids = int | Iterable[int]


@dataclass(frozen=True, slots=True)
class Options:
    """The options of a call.

    Attributes:
        columns: those to count, in the order of ``COLUMNS``.
        skipped: ids that are padding.
        ended: ids that end a text.
        ignored: ids that are dropped, as stopwords are.
        threads: on how many threads to count at most.
    """

    columns: tuple[str, ...]
    skipped: frozenset[int]
    ended: frozenset[int]
    ignored: frozenset[int]
    threads: int


def options_of(
    columns: Iterable[str],
    *,
    pad_id: int | None,
    ignore_ids: Iterable[int],
    eos_id: Ids | None,
    threads: int | None,
) -> Options:
    """Check options.

    Raises:
        TypeError: if one is of a kind that it cannot be.
        ValueError: if a column is not known or is one of sentences, or a number is out of range.
    """
    if isinstance(columns, str):
        raise TypeError(f"columns must be a list of names: give [{columns!r}]")
    if isinstance(ignore_ids, int):
        raise TypeError(f"ignore_ids must be a list of ids: give [{ignore_ids}]")
    padding = () if pad_id is None else (whole_number(pad_id, "pad_id"),)
    return Options(
        columns=_columns(columns),
        skipped=frozenset((SKIPPED, *padding)),
        ended=frozenset() if eos_id is None else _ids(_several(eos_id), "eos_id"),
        ignored=_ids(ignore_ids, "ignore_ids"),
        threads=checked_threads(threads) or default_threads(),
    )


def group_size_of(value: object) -> int:
    """Check how many predictions share an entry of references.

    Raises:
        TypeError: if it is no whole number.
        ValueError: if it is below 1.
    """
    number = whole_number(value, "group_size")
    if number < 1:
        raise ValueError(f"group_size must be at least 1, got {number}")
    return number


def _columns(names: Iterable[str]) -> tuple[str, ...]:
    names = tuple(names)
    for name in names:
        if name in SENTENCE_COLUMNS:
            raise ValueError(
                f"column {name!r} counts sentences, of which ids know nothing; "
                f"known: {', '.join(ID_COLUMNS)}"
            )
        if name not in ID_COLUMNS:
            raise ValueError(
                f"unknown column {name!r}: {suggest(str(name), ID_COLUMNS)}"
                f"known: {', '.join(ID_COLUMNS)}"
            )
    return tuple(name for name in ID_COLUMNS if name in names)


def _several(ids: Ids) -> Iterable[int]:
    """Give one id as a list; a tensor without dimensions is one, though it is iterable."""
    try:
        return (operator.index(ids),)  # type: ignore[arg-type]
    except TypeError:
        return cast("Iterable[int]", ids)


def _ids(values: Iterable[int], name: str) -> frozenset[int]:
    if not isinstance(values, Iterable):
        raise TypeError(f"{name} must be ids, got {type(values).__name__}: {values!r}")
    return frozenset(whole_number(value, f"each of {name}") for value in values)
