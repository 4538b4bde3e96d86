"""lighteval."""

from __future__ import annotations

from typing import Any

from textmetrics.records.formats.format import Format, Record, has_fields

__all__ = ["LIGHTEVAL"]


def _choices(doc: Any, _: Record) -> list[Any]:
    """Return the correct choices of a document."""
    try:
        right = doc["gold_index"]
        return [doc["choices"][at] for at in (right if isinstance(right, list) else [right])]
    except (LookupError, TypeError):
        raise ValueError("has no `choices` at its `gold_index`; see --reference-field") from None


LIGHTEVAL = Format(
    name="lighteval",
    summary="lighteval: details/<model>/<date>/details_<task>_<date>.parquet",
    known_by="the columns `doc`, `model_response`, `metric`",
    looks=has_fields("doc", "model_response", "metric"),
    prediction=("model_response.text",),
    references=("doc",),
    to_references=_choices,
)
