"""SGLang."""

from __future__ import annotations

from textmetrics.records.formats.format import Format, has_fields
from textmetrics.records.formats.outcomes import ended

__all__ = ["SGLANG"]

SGLANG = Format(
    name="sglang",
    summary="SGLang: the outputs of /generate or Engine.generate, saved as JSON",
    known_by="the fields `text`, `meta_info`",
    looks=has_fields("text", "meta_info"),
    prediction=("text",),
    outcome=ended("meta_info", "finish_reason"),
)
