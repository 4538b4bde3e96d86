"""The columns of a table with one row per sample."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from textmetrics._columns import is_table, listed
from textmetrics._escape import pluralized

if TYPE_CHECKING:
    from textmetrics.evaluation.result import Evaluation

__all__ = ["sample_columns"]


def sample_columns(
    evaluation: Evaluation, given: Mapping[str, Iterable[Any]]
) -> dict[str, Sequence[Any]]:
    """Return the given columns, and those of the evaluation: languages, lengths and scores.

    Raises:
        TypeError: if a given column is a text or a table.
        ValueError: if samples were not kept, or a given column has another length or the name of
            one of the evaluation.
    """
    made = _columns_of(evaluation)
    count = len(made["lang"])
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
        made[name] = _of_one_kind(values)
    return {name: made[name] for name in (*given, *[each for each in made if each not in given])}


def _columns_of(evaluation: Evaluation) -> dict[str, Sequence[Any]]:
    details = evaluation.sample_details
    if details is None:
        raise ValueError("a table of samples needs their values: score with keep_samples=True")
    columns: dict[str, Sequence[Any]] = {
        "lang": list(details.langs),
        "prediction_length": details.prediction_lengths.tolist(),
        "reference_length": details.reference_lengths.tolist(),
    }
    for name, score in evaluation.items():
        for suffix, each in (("", score), ("_all_tokens", score.all_tokens)):
            if each is not None and each.samples is not None:
                values = each.samples.tolist()
                columns[name + suffix] = [value if value == value else None for value in values]  # noqa: PLR0124 - only NaN does not
    return columns


def _of_one_kind(values: list[Any]) -> list[Any]:
    """Return values of one kind: a single text among lists, as references may be, as a list."""
    if not any(isinstance(each, (list, tuple)) for each in values):
        return values
    return [[each] if isinstance(each, str) else each and list(each) for each in values]
