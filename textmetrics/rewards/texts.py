"""Texts of completions and references, in whatever form trainers pass them: nothing raises."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from functools import partial
from numbers import Real
from typing import Any

from textmetrics.records import assistant_reply
from textmetrics.scan import are_texts

__all__ = ["completion_texts", "reference_texts"]


def completion_texts(
    completions: list[Any], counts: Counter[str]
) -> tuple[list[str], frozenset[int]]:
    """Return the text of each completion, empty if it has none, and the indices of those.

    Args:
        completions: strings, or lists of messages, of which the assistant's last one counts.
        counts: updated with the number of completions without text, and with lone surrogates.
    """
    if are_texts(completions):
        return completions, frozenset()
    spoken = list(map(_text, completions))
    not_text = frozenset(at for at, text in enumerate(spoken) if text is None)
    counts["not_text"] += len(not_text)
    return ["" if text is None else _proper(text, counts) for text in spoken], not_text


def reference_texts(column: list[Any], counts: Counter[str]) -> list[tuple[str, ...]]:
    """Return the references of each sample; empty if it has none.

    Args:
        column: strings, numbers, or lists of them if a sample has several.
        counts: updated with the number of texts with lone surrogates.
    """
    if are_texts(column):
        return [(text,) for text in column]
    return [tuple(map(partial(_proper, counts=counts), _references(value))) for value in column]


def _text(completion: Any) -> str | None:
    """Return the text of a completion, ``None`` if it has none."""
    if isinstance(completion, str):
        return completion
    try:
        return assistant_reply(completion) if isinstance(completion, Sequence) else None
    except ValueError:  # no turn of the assistant, or not text
        return None


def _references(value: Any) -> list[str]:
    """Return the references in a cell: of a list, all texts and numbers."""
    if isinstance(value, str):
        return [value]
    if hasattr(value, "tolist"):  # an array, as read from Parquet files, or one of its numbers
        value = value.tolist()
    if isinstance(value, (list, tuple)):
        return [text for each in value if (text := _written(each)) is not None]
    text = _written(value)
    return [] if text is None else [text]


def _written(value: Any) -> str | None:
    """Return a text, or a number as text; NaN stands for a missing value in tables."""
    if isinstance(value, str):
        return value
    if isinstance(value, Decimal):  # as in Parquet files; not an instance of Real
        return None if value.is_nan() else str(value)
    if isinstance(value, bool) or not isinstance(value, Real) or value != value:  # noqa: PLR0124
        return None
    try:
        return str(value)
    except ValueError:  # more digits than Python writes
        return None


def _proper(text: str, counts: Counter[str]) -> str:
    """Return a text without lone surrogates, which cannot be written to a file."""
    try:
        text.encode()
    except UnicodeEncodeError:
        counts["surrogates"] += 1
        return text.encode(errors="replace").decode()
    return str.__str__(text)
