"""Columns as a table of a library for data frames, which is loaded when one is asked for."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any

from textmetrics._registry import suggest

__all__ = ["FRAMES", "data_frame"]

FRAMES = ("pandas", "polars", "pyarrow")
"""The libraries whose tables can be made."""


def data_frame(columns: Mapping[str, Sequence[Any]], library: str = "pandas") -> Any:
    """Return a table: a ``DataFrame`` of pandas or polars, or a ``Table`` of pyarrow.

    Args:
        columns: values by name, ``None`` where there is none.
        library: one of `FRAMES`.

    Raises:
        ImportError: if the library is not installed.
        ValueError: if it is none of them.

    Examples:
        >>> data_frame({"metric": ["f1"], "score": [0.5]})
          metric  score
        0     f1    0.5
    """
    if library not in FRAMES:
        near = suggest(str(library), FRAMES)
        raise ValueError(f"unknown library {library!r}: {near}known: {', '.join(FRAMES)}")
    try:
        module: Any = import_module(library)
    except ImportError as error:
        raise ImportError(
            f"a table of {library} needs it: pip install {library}, or name another library: "
            f"{', '.join(FRAMES)}"
        ) from error
    if library == "pyarrow":
        return module.table(dict(columns))
    if library == "pandas":  # whose numbers have no null
        columns = {name: _with_nan(values) for name, values in columns.items()}
    return module.DataFrame(dict(columns))


def _with_nan(values: Sequence[Any]) -> list[Any]:
    numbers = all(each is None or isinstance(each, float) for each in values)
    return [math.nan if each is None else each for each in values] if numbers else list(values)
