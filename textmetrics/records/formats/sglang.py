"""SGLang."""

from __future__ import annotations

from typing import Any

from textmetrics.records.formats.format import Format, Record, has_fields
from textmetrics.records.formats.outcomes import finish_outcome, has_failed

__all__ = ["SGLANG"]


def _outcome(record: Record) -> str | None:
    facts: Any = record.get("meta_info")
    if has_failed(record) or not isinstance(facts, dict):
        return "failed"
    return finish_outcome(facts.get("finish_reason"))


SGLANG = Format(
    name="sglang",
    summary="SGLang: the outputs of /generate or Engine.generate, saved as JSON",
    known_by="the fields `text`, `meta_info`",
    looks=has_fields("text", "meta_info"),
    prediction=("text",),
    outcome=_outcome,
)
