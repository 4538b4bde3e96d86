"""How a request ended, read from what servers write beside an answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

__all__ = ["answer_outcome", "ended", "failure", "finish_outcome", "is_failure", "message_outcome"]

# What servers write in `finish_reason`, `stop_reason`, `done_reason`, `stop_type` and the like.
_FINISHES = {
    "length": "length",
    "limit": "length",
    "max_tokens": "length",
    "max_output_tokens": "length",
    "model_length": "length",
    "content_filter": "content_filter",
    "refusal": "refusal",
    "tool_calls": "tool_calls",
    "function_call": "tool_calls",
    "tool_use": "tool_calls",
    "abort": "failed",
    "cancelled": "failed",
    "error": "failed",
    "failed": "failed",
}


def finish_outcome(reason: object) -> str | None:
    """Return the outcome that a reason to finish means, ``None`` for an ordinary end.

    Examples:
        >>> finish_outcome("length"), finish_outcome({"type": "abort"}), finish_outcome("stop")
        ('length', 'failed', None)
    """
    if isinstance(reason, Mapping):  # SGLang
        reason = reason.get("type")
    return _FINISHES.get(reason.lower()) if isinstance(reason, str) else None


def failure(record: Mapping[str, Any]) -> str | None:
    """Return the outcome of a request that got no answer: an error, or an HTTP status of 400 on.

    Examples:
        >>> failure({"error": {"message": "overloaded"}}), failure({"error": None}) is None
        ('failed', True)
    """
    status, error = record.get("status_code"), record.get("error")
    if isinstance(error, Mapping) and error.get("code") == "content_filter":  # Azure
        return "content_filter"
    has_error = isinstance(error, (str, Mapping)) and bool(error)
    has_failed = has_error or record.get("object") == "error"  # vLLM's and SGLang's servers
    return "failed" if has_failed or (isinstance(status, int) and status >= 400) else None


def is_failure(value: object) -> bool:
    """Return whether a value is a failed request, by which no format can be recognized."""
    return isinstance(value, Mapping) and failure(value) is not None


def ended(*path: str) -> Callable[[Mapping[str, Any]], str | None]:
    """Return the function that reads how a request ended by its reason to finish, at a path."""

    def outcome(record: Mapping[str, Any]) -> str | None:
        reason: Any = record
        for name in path:
            reason = reason.get(name) if isinstance(reason, Mapping) else None
        return failure(record) or finish_outcome(reason)

    return outcome


def message_outcome(message: Mapping[str, Any]) -> str | None:
    """Return the outcome of a chat message: a refusal, a call of tools, or reasoning alone.

    Examples:
        >>> message_outcome({"content": None, "refusal": "I cannot."})
        'refusal'
        >>> message_outcome({"content": "Paris", "reasoning_content": "Hm."}) is None
        True
    """
    content = message.get("content")
    parts = content if isinstance(content, list) else []
    types = [part.get("type") for part in parts if isinstance(part, Mapping)]
    if message.get("refusal") or "refusal" in types:
        return "refusal"
    texts = [part.get("text") for part in parts if isinstance(part, Mapping) and "text" in part]
    if (isinstance(content, str) and content.strip()) or any(texts):
        return None
    if message.get("tool_calls") or message.get("function_call") or "tool_use" in types:
        return "tool_calls"
    thought = any(message.get(name) for name in ("reasoning_content", "reasoning", "thinking"))
    return "reasoning" if thought else None


def answer_outcome(answer: object) -> str | None:
    """Return the outcome of one answer: its reason to finish, and what its message says.

    A reason that is specific comes first: a message without content that was cut off is short of
    tokens, whether it holds reasoning or not.
    """
    if not isinstance(answer, Mapping):
        return None
    message = answer.get("message")
    said = message_outcome(message) if isinstance(message, Mapping) else None
    if said == "refusal":
        return said
    return finish_outcome(answer.get("finish_reason")) or said
