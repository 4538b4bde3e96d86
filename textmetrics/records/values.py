"""What harnesses write in place of a text becomes text."""

from __future__ import annotations

import ast
import warnings
from typing import Any

from textmetrics._escape import json_type, pluralized
from textmetrics.records.messages import are_messages, are_parts, content_of

__all__ = ["SeveralAnswersError", "answer", "as_text", "golds", "listed_literal"]


class SeveralAnswersError(ValueError):
    """There are several answers, of which one can be scored; the message counts them."""


def as_text(value: object) -> Any:
    """Give a number or a truth value as Python writes it, anything else as it is.

    Examples:
        >>> as_text(42), as_text(0.5), as_text("x")
        ('42', '0.5', 'x')
    """
    return str(value) if isinstance(value, (bool, int, float)) else value


def answer(value: object) -> Any:
    """Give the one answer in what stands where a prediction is expected.

    Numbers become text; a list of one answer is that one; an empty list is null; of the parts of a
    message those count that are text. A list of chat messages stays one: `spoken` takes a turn.

    Raises:
        SeveralAnswersError: if there are several.
        ValueError: if it is none.
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
            raise ValueError(f"is not an answer, found {json_type(value)} without content")
        return content_of(value)
    return as_text(value)


def golds(value: object) -> list[Any]:
    """Give the references in what stands where they are expected, as a flat list of texts.

    Lists in lists are made flat, numbers become text, nulls are left out.

    Examples:
        >>> golds([["a"], "b", 3, None])
        ['a', 'b', '3']
    """
    found: list[Any] = []
    waiting = [value]  # no recursion: a file may nest lists as deep as it likes
    while waiting:
        each = waiting.pop()
        if isinstance(each, list):
            waiting += reversed(each)
        elif each is not None:
            found.append(as_text(each))
    return found


def listed_literal(text: str) -> list[Any] | None:
    """Give the list that a text is the ``repr`` of, ``None`` where it is not.

    Examples:
        >>> listed_literal("['Paris', 'the city']"), listed_literal("Paris")
        (['Paris', 'the city'], None)
    """
    if not (text.startswith("[") and text.endswith("]")):
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a text such as '[\d]' is none of our code
            value = ast.literal_eval(text)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return None
    return value if isinstance(value, list) else None
