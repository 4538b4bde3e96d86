"""Scores as columns of a table of pandas, polars or pyarrow."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, overload

from textmetrics._options import option_names, takes
from textmetrics._registry import suggest
from textmetrics.evaluation import (
    ComputeOptions,
    Evaluation,
    check_option_names,
    comma_separated,
    evaluate,
)
from textmetrics.metrics import Floats
from textmetrics.presets import DEFAULT

if TYPE_CHECKING:
    import pandas
    import polars
    import pyarrow
    from typing_extensions import Unpack

    Frame = TypeVar("Frame", pandas.DataFrame, polars.DataFrame, pyarrow.Table)

__all__ = ["score"]


@overload
def score(
    frame: Frame,
    *,
    prediction: str = "prediction",
    references: str | list[str] = "reference",
    langs: str | None = None,
    prefix: str = "",
    **options: Unpack[ComputeOptions],
) -> tuple[Frame, Evaluation]: ...


@overload
def score(
    frame: Frame,
    *,
    prediction: str = "prediction",
    references: str | list[str] = "reference",
    langs: str | None = None,
    prefix: str = "",
    preset: str,
    **options: Any,
) -> tuple[Frame, Evaluation]: ...


@takes(ComputeOptions, rest="preset_options")
def score(
    frame: Frame,
    *,
    prediction: str = "prediction",
    references: str | list[str] = "reference",
    langs: str | None = None,
    prefix: str = "",
    **options: Any,
) -> tuple[Frame, Evaluation]:
    """Score the rows of a table.

    Args:
        frame: a pandas or polars ``DataFrame``, or a pyarrow ``Table``; it is not changed.
        prediction: the name of the column of predictions.
        references: the name of the column of references; a cell may be a list, of which the best
            counts. Or a list of names of columns with one reference each, where an empty cell
            beside others holds none.
        langs: the name of the column of languages, if there is one; in empty cells, the references
            decide.
        prefix: the prefix of the names of new columns.
        {options}
        preset_options: further options of the preset, such as ``smoothing="floor"``.

    Returns:
        A frame with one more column per metric, 0 to 1, and the evaluation. A sample that a
        preset leaves out of the mean is NaN in pandas, null in the others. For BLEU the column is
        sentence BLEU, whose mean is not the value of the corpus.

    Raises:
        TypeError: if it is not such a table, or a cell is not a text; the message names the row.
        ValueError: if a cell is null (the message names the row) and not one of several references,
            a column is missing, a new column exists already, or a name is unknown.

    Examples:
        >>> import polars
        >>> answers = polars.DataFrame({"prediction": ["red fox"], "reference": ["a red fox ran"]})
        >>> scored, evaluation = score(answers, metrics=["f1", "rouge_l"], lang="en")
        >>> scored["f1"].to_list(), evaluation["f1"]
        ([0.8], <F1 80.00 %, n=1>)
    """
    library = _library(frame)
    known = (*_OWN_OPTIONS, *option_names(ComputeOptions))
    check_option_names(options, known, options.get("preset", DEFAULT.name))
    predictions = _cells(frame, prediction, library)
    expected = _references(frame, references, library)
    if not predictions:
        raise ValueError("the table has no rows: there is nothing to score")
    _check_texts(frame, [prediction], predictions, "fill it with '' for an empty answer")
    _check_texts(frame, _named(references), expected, "give its reference")
    if langs is not None:
        codes = _cells(frame, langs, library)
        options["langs"] = [None if _is_null(lang) else lang for lang in codes]
    evaluation = evaluate(predictions, expected, **options)
    columns = {prefix + name: values for name, values in evaluation.samples.items()}
    if taken := [name for name in columns if name in _names(frame, library)]:
        raise ValueError(
            f"the table has a column {taken[0]!r} already: give prefix= for the new ones"
        )
    return _with_columns(frame, columns, library), evaluation


def _library(frame: object) -> str:
    """Return the library that a table is from, without loading either."""
    kind = type(frame)
    bases = {f"{base.__module__.partition('.')[0]}.{base.__name__}" for base in kind.__mro__}
    for library, table in _TABLES.items():
        if f"{library}.{table}" in bases:
            return library
    if "polars.LazyFrame" in bases:
        raise TypeError("the table is a LazyFrame, which has no cells yet: give frame.collect()")
    raise TypeError(
        "the table must be a DataFrame of pandas or polars, or a Table of pyarrow, "
        f"got {kind.__module__}.{kind.__qualname__}"
    )


_OWN_OPTIONS = ("prediction", "references", "langs", "prefix")
_TABLES = {"pandas": "DataFrame", "polars": "DataFrame", "pyarrow": "Table"}


def _names(frame: Any, library: str) -> list[Any]:
    """Return the names of the columns."""
    return list(frame.column_names if library == "pyarrow" else frame.columns)


def _cells(frame: Any, name: str, library: str) -> list[Any]:
    """Return the cells of a column; arrays, as read from Parquet files, as lists."""
    columns = _names(frame, library)
    if columns.count(name) > 1:
        raise ValueError(f"the table has two columns {name!r}")
    if name not in columns:
        near = suggest(str(name), map(str, columns))
        parts = comma_separated(name) if isinstance(name, str) else []
        if len(parts) > 1 and set(parts) <= set(columns):
            near = f"for the references of several columns, give a list: references={parts}; "
        raise ValueError(
            f"the table has no column {name!r}: {near}there are {columns}; prediction= and "
            "references= name those to score"
        )
    if library == "polars":
        return list(frame[name].to_list())
    if library == "pyarrow":
        return list(frame[name].to_pylist())
    return [cell.tolist() if hasattr(cell, "tolist") else cell for cell in frame[name].tolist()]


def _named(references: str | list[str]) -> list[str]:
    return references if isinstance(references, list) else [references]  # a tuple may be one name


def _references(frame: Any, names: str | list[str], library: str) -> list[Any]:
    """Return the cells of a column of references, or the references of several columns.

    Raises:
        ValueError: if a column is missing, or named twice.
    """
    named = _named(names)
    if not named:
        raise ValueError("references=[] names no column: name those with the references")
    if twice := next((name for name in named if named.count(name) > 1), None):
        raise ValueError(f"references= names the column {twice!r} twice: name each once")
    columns = [_cells(frame, name, library) for name in named]
    return columns[0] if len(columns) == 1 else list(map(_together, zip(*columns, strict=True)))


def _together(cells: tuple[Any, ...]) -> Any:
    """Return the references that are not empty; an empty text, or null, if all are."""
    several = (cell if isinstance(cell, (list, tuple)) else [cell] for cell in cells)
    listed = [each for some in several for each in some]
    filled = [each for each in listed if not (_is_null(each) or each == "")]
    return filled or ("" if "" in listed else None)


def _check_texts(frame: Any, names: list[str], cells: list[Any], advice: str) -> None:
    """Raise an error unless every cell is a text or several: null is not an empty answer.

    Args:
        frame: the table.
        names: the columns that the cells are from.
        cells: one per row.
        advice: what else to do with a row that is null than to drop it.
    """
    name = " and ".join(map(repr, names))
    for row, cell in enumerate(cells):
        several = isinstance(cell, (list, tuple))
        texts = cell if several else [cell]
        if texts and all(isinstance(text, str) for text in texts):
            continue
        index = getattr(frame, "index", None)
        where = f"row {row:,} (from 0)" if index is None else f"row {row:,} (index {index[row]!r})"
        if not texts:
            raise ValueError(f"{name} has an empty list in {where}: give at least one reference")
        wrong = next(text for text in texts if not isinstance(text, str))
        if not _is_null(wrong):
            raise TypeError(f"{name} must have texts, got {type(wrong).__name__} in {where}")
        if several:  # '' would be a reference that an empty answer equals
            raise ValueError(f"{name} has a null in a list in {where}: leave it out of the list")
        verb = "is" if len(names) == 1 else "are"
        raise ValueError(f"{name} {verb} null in {where}: drop the row, or {advice}")


def _is_null(cell: Any) -> bool:
    """Return whether a cell is missing, in any of the ways of pandas."""
    nan = isinstance(cell, float) and cell != cell  # noqa: PLR0124 - only NaN does so
    return cell is None or nan or type(cell).__name__ in ("NAType", "NaTType")


def _with_columns(frame: Any, columns: Mapping[str, Floats], library: str) -> Any:
    if library == "pandas":
        return frame.assign(**columns)
    if library == "pyarrow":
        import pyarrow

        for name, values in columns.items():
            frame = frame.append_column(name, pyarrow.array(values, from_pandas=True))
        return frame
    import polars

    # polars skips null in arithmetic, but not NaN.
    series = [polars.Series(name, values).fill_nan(None) for name, values in columns.items()]
    return frame.with_columns(series)
