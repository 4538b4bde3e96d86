"""What trainers give becomes texts: whatever it is, nothing raises."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import partial
from numbers import Real
from typing import Any

from textmetrics.records import content_of
from textmetrics.scan import are_texts

__all__ = ["completion_texts", "reference_texts"]


def completion_texts(completions: list[Any], counts: Counter[str]) -> list[str]:
    """Give the text of each completion; what has none is empty.

    Args:
        completions: strings, or lists of messages, of which the assistant's last one counts.
        counts: where it is noted how many have no text, and how many no proper one.
    """
    if are_texts(completions):
        return completions
    found = []
    for completion in completions:
        text = _spoken(completion)
        counts["not_text"] += text is None
        found.append("" if text is None else _proper(text, counts))
    return found


def reference_texts(column: list[Any], counts: Counter[str]) -> list[tuple[str, ...]]:
    """Give the references of each sample, none where there are none.

    Args:
        column: strings, numbers, or lists of them where there are several.
        counts: where it is noted how many are no proper text.
    """
    if are_texts(column):
        return [(text,) for text in column]
    return [tuple(map(partial(_proper, counts=counts), _references(value))) for value in column]


def _spoken(completion: Any) -> str | None:
    """Give what is said; a message without a role is the assistant's, as TRL's examples have it."""
    if isinstance(completion, str):
        return completion
    if not isinstance(completion, Sequence):
        return None
    for message in reversed(completion):
        if isinstance(message, Mapping) and message.get("role", "assistant") == "assistant":
            try:
                return content_of(message)
            except ValueError:
                return None
    return None


def _references(value: Any) -> list[str]:
    """Give the references in a cell: of a list all that are text or a number."""
    if isinstance(value, str):
        return [value]
    if hasattr(value, "tolist"):  # an array, as Parquet files are read, or one of its numbers
        value = value.tolist()
    if isinstance(value, (list, tuple)):
        return [text for each in value if (text := _written(each)) is not None]
    text = _written(value)
    return [] if text is None else [text]


def _written(value: Any) -> str | None:
    """Give a text, or a number as text; NaN is what tables have where there is nothing."""
    if isinstance(value, str):
        return value
    if isinstance(value, Decimal):  # as Parquet files have them; it counts itself no real number
        return None if value.is_nan() else str(value)
    if isinstance(value, bool) or not isinstance(value, Real) or value != value:  # noqa: PLR0124
        return None
    try:
        return str(value)
    except ValueError:  # more digits than Python writes
        return None


def _proper(text: str, counts: Counter[str]) -> str:
    """Give a text without lone surrogates, which no other program could write either."""
    try:
        text.encode()
    except UnicodeEncodeError:
        counts["surrogates"] += 1
        return text.encode(errors="replace").decode()
    return str.__str__(text)
