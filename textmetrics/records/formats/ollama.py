"""Ollama."""

from __future__ import annotations

from typing import Any

from textmetrics.records.formats.format import Format, Record
from textmetrics.records.formats.outcomes import ended, message_outcome

__all__ = ["OLLAMA"]


def _looks(value: object) -> bool:
    return (
        isinstance(value, dict)
        and value.keys() >= {"model", "created_at", "done"}
        and not value.keys().isdisjoint({"message", "response"})
    )


_by_reason = ended("done_reason")


def _outcome(record: Record) -> str | None:
    message: Any = record.get("message")
    said = message_outcome(message) if isinstance(message, dict) else None
    return _by_reason(record) or said


OLLAMA = Format(
    name="ollama",
    summary="Ollama: the responses of /api/chat or /api/generate, without streaming",
    known_by="the fields `model`, `created_at`, `done`, and `message` or `response`",
    looks=_looks,
    prediction=("message", "response"),
    outcome=_outcome,
)
