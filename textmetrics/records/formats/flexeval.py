"""flexeval."""

from __future__ import annotations

from textmetrics.records.formats.format import Format

__all__ = ["FLEXEVAL"]


def _looks(value: object) -> bool:
    """Return whether a value has flexeval's fields; old versions named one of them differently."""
    return (
        isinstance(value, dict)
        and {"lm_output", "references"} <= set(value)
        and not {"extra_info", "task_inputs"}.isdisjoint(value)
    )


FLEXEVAL = Format(
    name="flexeval",
    summary="flexeval: outputs.jsonl",
    known_by="the fields `lm_output`, `references`, and `extra_info` or `task_inputs`",
    looks=_looks,
    prediction=("lm_output",),
    references=("references",),
    preset="flexeval",
)
