"""flexeval."""

from __future__ import annotations

from textmetrics.records.formats.format import Format, Record
from textmetrics.records.formats.stored import StoredScore, no_task, stored_fields
from textmetrics.records.values import flat_texts

__all__ = ["FLEXEVAL"]


def _looks(value: object) -> bool:
    """Return whether a value has flexeval's fields; old versions named one of them differently."""
    return (
        isinstance(value, dict)
        and {"lm_output", "references"} <= set(value)
        and not {"extra_info", "task_inputs"}.isdisjoint(value)
    )


_METRICS = {"exact_match": "accuracy", "char_f1": "char_f1"}


def _stored(_: str, record: Record) -> list[StoredScore]:
    """Return the metrics of a record; how texts were normalized for it is not in the file."""
    return stored_fields(
        record, _METRICS, record.get("lm_output"), flat_texts(record["references"]), certain=False
    )


FLEXEVAL = Format(
    name="flexeval",
    summary="flexeval: outputs.jsonl",
    known_by="the fields `lm_output`, `references`, and `extra_info` or `task_inputs`",
    looks=_looks,
    prediction=("lm_output",),
    references=("references",),
    preset="flexeval",
    task=no_task,
    candidates=lambda _: tuple(f"--metrics {each}" for each in _METRICS.values()),
    stored=_stored,
)
