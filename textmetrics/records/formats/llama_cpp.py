"""llama.cpp."""

from __future__ import annotations

from textmetrics.records.formats.format import Format, Record, has_fields
from textmetrics.records.formats.outcomes import ended

__all__ = ["LLAMA_CPP"]


_by_type = ended("stop_type")


def _outcome(record: Record) -> str | None:
    limited = record.get("stopped_limit") is True  # in versions that have no `stop_type`
    return _by_type(record) or ("length" if limited else None)


LLAMA_CPP = Format(
    name="llama_cpp",
    summary="llama.cpp: the responses of its server's /completion",
    known_by="the fields `content`, `generation_settings`",
    looks=has_fields("content", "generation_settings"),
    prediction=("content",),
    outcome=_outcome,
)
