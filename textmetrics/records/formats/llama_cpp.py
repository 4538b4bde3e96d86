"""llama.cpp."""

from __future__ import annotations

from textmetrics.records.formats.format import Format, Record, has_fields
from textmetrics.records.formats.outcomes import finish_outcome, has_failed

__all__ = ["LLAMA_CPP"]


def _outcome(record: Record) -> str | None:
    if has_failed(record):
        return "failed"
    if record.get("stopped_limit") is True:  # before `stop_type`
        return "length"
    return finish_outcome(record.get("stop_type"))


LLAMA_CPP = Format(
    name="llama_cpp",
    summary="llama.cpp: the responses of its server's /completion",
    known_by="the fields `content`, `generation_settings`",
    looks=has_fields("content", "generation_settings"),
    prediction=("content",),
    outcome=_outcome,
)
