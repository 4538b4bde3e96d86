"""Text Generation Inference."""

from __future__ import annotations

from typing import Any

from textmetrics.records.formats.format import Format, Record, has_fields
from textmetrics.records.formats.outcomes import finish_outcome, has_failed

__all__ = ["TGI"]


def _outcome(record: Record) -> str | None:
    details: Any = record.get("details")
    if has_failed(record):
        return "failed"
    return finish_outcome(details.get("finish_reason")) if isinstance(details, dict) else None


TGI = Format(
    name="tgi",
    summary="Text Generation Inference: the responses of /generate, asked for details",
    known_by="the fields `generated_text`, `details`",
    looks=has_fields("generated_text", "details"),
    prediction=("generated_text",),
    outcome=_outcome,
)
