"""Chat messages become the text of one turn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from textmetrics._escape import json_type, pluralized

__all__ = ["are_messages", "are_parts", "content_of", "spoken"]

_ANSWERING = "assistant"


def are_messages(value: object) -> bool:
    """Say whether a value is a list of chat messages, each with a role."""
    return (
        isinstance(value, list)
        and bool(value)
        and all(isinstance(each, dict) and isinstance(each.get("role"), str) for each in value)
    )


def are_parts(value: object) -> bool:
    """Say whether a value is the content of a message in parts, each with a type."""
    return (
        isinstance(value, list)
        and bool(value)
        and all(isinstance(each, dict) and "type" in each and "role" not in each for each in value)
    )


def spoken(messages: Sequence[Mapping[str, Any]], turn: int | None = None) -> str | None:
    """Give what the assistant says in one of its turns, ``None`` where that is null.

    What it thinks (``reasoning_content``) is never part of it.

    Args:
        messages: the conversation.
        turn: which of the assistant's turns, from 1; the last one where ``None``.

    Raises:
        ValueError: if there is no such turn.

    Examples:
        >>> spoken([{"role": "user", "content": "2 + 2?"}, {"role": "assistant", "content": "4"}])
        '4'
    """
    turns = [each for each in messages if each["role"] == _ANSWERING]
    if not turns:
        raise ValueError(f"no assistant's turn, found {pluralized(len(messages), 'message')}")
    if turn is None:
        return content_of(turns[-1])
    if turn > len(turns):
        raise ValueError(f"no turn {turn}, found {pluralized(len(turns), 'turn')} of the assistant")
    return content_of(turns[turn - 1])


def content_of(message: Mapping[str, Any]) -> str | None:
    """Give a message's text: a string, or the parts of a list that are text, one after another.

    Raises:
        ValueError: if it is something else.
    """
    content = message.get("content")
    if content is None or isinstance(content, str):
        return content
    if not are_parts(content):
        raise ValueError(f"the content of a message is not text, found {json_type(content)}")
    texts = [part.get("text") for part in content if part.get("type") in ("text", "output_text")]
    return "".join(text for text in texts if isinstance(text, str)) if texts else None
