"""Columns of other libraries as lists; none of these is loaded."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from textmetrics._escape import pluralized

__all__ = ["beside", "is_table", "listed"]


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


def beside(
    given: Mapping[str, Iterable[Any]], made: Mapping[str, Sequence[Any]], count: int
) -> dict[str, Sequence[Any]]:
    """Return columns that a caller gave, followed by others.

    Args:
        given: by name, of any kind that `listed` takes.
        made: by name.
        count: how many values each column must have.

    Raises:
        TypeError: if a given column is a text or a table.
        ValueError: if a given column has another length, or the name of another one.

    Examples:
        >>> beside({"id": ("x", "y")}, {"f1": [0.5, 1.0]}, 2)
        {'id': ['x', 'y'], 'f1': [0.5, 1.0]}
    """
    columns: dict[str, Sequence[Any]] = {}
    for name, column in given.items():
        if name in made:
            raise ValueError(
                f"column {name!r} is one of the table already: give it another name; there are "
                f"{', '.join(made)}"
            )
        if isinstance(column, (str, bytes, Mapping)) or is_table(column):
            raise TypeError(
                f"column {name!r} must be a list with one value per sample, "
                f"got {type(column).__name__}"
            )
        if len(values := listed(column)) != count:
            raise ValueError(
                f"column {name!r} has {pluralized(len(values), 'value')} for "
                f"{pluralized(count, 'sample')}: give one for each"
            )
        columns[name] = _of_one_kind(values)
    return {**columns, **made}


def _of_one_kind(values: list[Any]) -> list[Any]:
    """Return values of one kind: a single text among lists, as references may be, as a list."""
    if not any(isinstance(each, (list, tuple)) for each in values):
        return values
    return [[each] if isinstance(each, str) else each and list(each) for each in values]
