"""Text Generation Inference."""

from __future__ import annotations

from textmetrics.records.formats.format import Format, has_fields
from textmetrics.records.formats.outcomes import ended

__all__ = ["TGI"]

TGI = Format(
    name="tgi",
    summary="Text Generation Inference: the responses of /generate, asked for details",
    known_by="the fields `generated_text`, `details`",
    looks=has_fields("generated_text", "details"),
    prediction=("generated_text",),
    outcome=ended("details", "finish_reason"),
)
