"""Turn the values that programs write into texts: chat messages, numbers, lists in lists."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Mapping, Sequence
from typing import Any

from textmetrics._escape import json_type, pluralized

__all__ = [
    "SeveralAnswersError",
    "WrittenNumber",
    "answer",
    "are_messages",
    "are_parts",
    "as_text",
    "assistant_reply",
    "content_of",
    "flat_texts",
    "is_impossible",
    "listed_literal",
]


class WrittenNumber(float):
    """A number with decimals that keeps how JSON wrote it: ``1.50``, ``1e3``.

    Examples:
        >>> str(WrittenNumber("1.50")), WrittenNumber("1.50") == 1.5
        ('1.50', True)
    """

    __slots__ = ("_text",)

    def __new__(cls, text: str) -> WrittenNumber:
        """Return the number that a text writes."""
        number = super().__new__(cls, text)
        number._text = text
        return number

    def __repr__(self) -> str:
        """Return it as it was written."""
        return self._text

    _text: str


class SeveralAnswersError(ValueError):
    """A value holds several answers where one is scored; the message counts them."""


def answer(value: object) -> Any:
    """Return the one answer in a value that stands where a prediction is expected.

    Numbers become text, a list of one answer becomes that answer, an empty list becomes null, and
    of the parts of a message only text counts. A list of chat messages is returned unchanged:
    `assistant_reply` picks a turn.

    Raises:
        SeveralAnswersError: if there are several answers.
        ValueError: if the value is not an answer.
    """
    while isinstance(value, list) and not are_messages(value) and not are_parts(value):
        if len(value) > 1:
            raise SeveralAnswersError(pluralized(len(value), "answer"))
        value = value[0] if value else None
    if value is None or isinstance(value, str) or are_messages(value):
        return value
    if are_parts(value):
        return content_of({"content": value})
    if isinstance(value, dict):
        if "content" not in value:
            raise ValueError(f"must be an answer, got {json_type(value)} without content")
        return content_of(value)
    return as_text(value)


def flat_texts(value: object) -> list[Any]:
    """Return the references in a value as a flat list of texts.

    Nested lists are flattened, numbers become text, and nulls are left out.

    Examples:
        >>> flat_texts([["a"], "b", 3, None])
        ['a', 'b', '3']
    """
    texts: list[Any] = []
    waiting = [value]  # not recursive: a file may nest lists arbitrarily deep
    while waiting:
        each = waiting.pop()
        if isinstance(each, list):
            waiting += reversed(each)
        elif each is not None:
            texts.append(as_text(each))
    return texts


def is_impossible(record: Mapping[str, Any]) -> bool:
    """Return whether a question is marked as one without an answer, as in SQuAD 2.0."""
    return record.get("is_impossible") in (True, "true")


def as_text(value: object) -> Any:
    """Return a number or a boolean as Python prints it, and any other value unchanged.

    Examples:
        >>> as_text(42), as_text(0.5), as_text("x")
        ('42', '0.5', 'x')
    """
    return str(value) if isinstance(value, (bool, int, float)) else value


def listed_literal(text: str) -> list[Any] | None:
    """Return the list whose ``repr`` a text is, ``None`` where it is not one.

    Examples:
        >>> listed_literal("['Paris', 'the city']"), listed_literal("Paris")
        (['Paris', 'the city'], None)
    """
    if not (text.startswith("[") and text.endswith("]")):
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # '[\d]' is a user's text, not a mistake in our code
            value = ast.literal_eval(text)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return None
    return value if isinstance(value, list) else None


def are_messages(value: object) -> bool:
    """Return whether a value is a list of chat messages, each with a role."""
    return (
        isinstance(value, list)
        and bool(value)
        and all(isinstance(each, dict) and isinstance(each.get("role"), str) for each in value)
    )


def are_parts(value: object) -> bool:
    """Return whether a value is the content of a message in parts, each with a type."""
    return (
        isinstance(value, list)
        and bool(value)
        and all(isinstance(each, dict) and "type" in each and "role" not in each for each in value)
    )


def assistant_reply(messages: Sequence[Any], turn: int | None = None) -> str | None:
    """Return what the assistant says in one of its turns, ``None`` where that is null.

    Messages without a role are the assistant's, as in TRL's examples. Its reasoning
    (``reasoning_content``) is never included.

    Args:
        messages: the conversation.
        turn: which of the assistant's turns, from 1; the last one where ``None``.

    Raises:
        ValueError: if there is no such turn.

    Examples:
        >>> chat = [{"role": "user", "content": "2 + 2?"}, {"role": "assistant", "content": "4"}]
        >>> assistant_reply(chat)
        '4'
    """
    turns = [
        message
        for message in messages
        if isinstance(message, Mapping) and message.get("role", "assistant") == "assistant"
    ]
    if not turns:
        raise ValueError(f"no turn of the assistant among {pluralized(len(messages), 'message')}")
    if turn is None:
        return content_of(turns[-1])
    if turn > len(turns):
        raise ValueError(f"no turn {turn}: the assistant has {pluralized(len(turns), 'turn')}")
    return content_of(turns[turn - 1])


def content_of(message: Mapping[str, Any]) -> str | None:
    """Return the text of a message: its string, or the text parts of its list, joined.

    Raises:
        ValueError: if the content is neither.
    """
    content = message.get("content")
    if content is None or isinstance(content, str):
        return content
    if content == []:  # nothing was said
        return ""
    if not are_parts(content):
        raise ValueError(f"the content of a message must be text, got {json_type(content)}")
    texts = [part.get("text") for part in content if part.get("type") in ("text", "output_text")]
    return "".join(text for text in texts if isinstance(text, str)) if texts else None
