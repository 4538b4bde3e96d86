"""Columns of other libraries as lists; none of these is loaded."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

__all__ = ["is_table", "listed"]


def listed(column: Iterable[Any]) -> list[Any]:
    """Return the values of a column as a list of Python objects.

    Args:
        column: any iterable: a list, a generator, an array or series, an array or chunked array
            of pyarrow, or a column of ``datasets``, which is read as a whole.

    Examples:
        >>> listed(text for text in ("a", "b"))
        ['a', 'b']
    """
    if hasattr(column, "to_pylist"):  # pyarrow, whose iterator yields its own scalars
        values: list[Any] = column.to_pylist()
        return values
    if hasattr(column, "as_py"):  # a scalar of pyarrow that is a list
        return list(column.as_py())
    if type(column).__module__.partition(".")[0] == "datasets" and hasattr(column, "__len__"):
        column = column[:]  # type: ignore[index] # row by row takes many times as long
        return listed(column) if not isinstance(column, list) else column
    return list(column)


def is_table(thing: object) -> bool:
    """Return whether something has several columns: a table, or a data set."""
    return hasattr(thing, "columns") or hasattr(thing, "column_names")
