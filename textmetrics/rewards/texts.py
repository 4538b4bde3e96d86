"""Texts of completions and references, in whatever form trainers pass them: nothing raises."""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import partial
from numbers import Real
from typing import Any

from textmetrics.records import assistant_reply
from textmetrics.scan import Texts, are_texts

__all__ = ["completion_texts", "reference_texts", "without_end_marks"]

# What ends or pads a text: Qwen, Llama 3 and 2, Gemma, DeepSeek (with wide bars), Phi, gpt-oss.
_END_MARKS = (
    "<|im_end|>",
    "<|endoftext|>",
    "<|eot_id|>",
    "<|eom_id|>",
    "<|end_of_text|>",
    "<|end|>",
    "<|return|>",
    "<｜end▁of▁sentence｜>",
    "<end_of_turn>",
    "<eos>",
    "</s>",
    "<pad>",
)


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
        counts: updated with the number of texts with lone surrogates, and of samples with something
            that is no reference.
    """
    found = [tuple(map(partial(_proper, counts=counts), _references(value))) for value in column]
    counts["unusable_reference"] += sum(
        not texts and not _is_missing(value) for value, texts in zip(column, found, strict=True)
    )
    return found


def paired_texts(predictions: list[str], column: list[Any], counts: Counter[str]) -> Texts:
    """Pair texts with the references that `reference_texts` finds in a column."""
    if are_texts(column):
        return Texts(predictions, column)
    return Texts.of(predictions, reference_texts(column, counts))


def first_unusable(column: list[Any], texts: Texts) -> str:
    """Say which reference exists but gave no text: the first one."""
    kinds = (
        type(value).__name__
        for value, (_, references) in zip(column, texts, strict=True)
        if not references and not _is_missing(value)
    )
    return (
        f"a reference of type {next(kinds)} cannot be used, expected a text, a number, a list of "
        f"them, or a mapping with {', '.join(_KEYS)}"
    )


_warned: list[str] = []  # of what this process was warned


def warn_once(problem: str) -> None:
    """Warn of a reference that cannot be used, once per process: it has millions of completions."""
    if not _warned:
        _warned.append(problem)
        message = f"{problem}; its reward is that of a missing reference"
        warnings.warn(message, RuntimeWarning, stacklevel=3)


def without_end_marks(text: str) -> str:
    r"""Return a text without the marks of chat templates at its end, and the spaces among them.

    Examples:
        >>> without_end_marks("It is 5.<|im_end|>\n<|endoftext|>")
        'It is 5.'
        >>> without_end_marks("<eos> ends a text. ")
        '<eos> ends a text. '
    """
    kept = end = len(text)
    while True:  # over indices: slices would make many marks slow
        while end and text[end - 1].isspace():
            end -= 1
        mark = next((mark for mark in _END_MARKS if text.endswith(mark, 0, end)), None)
        if mark is None:
            return text if kept == len(text) else text[:end]
        kept = end = end - len(mark)


def _text(completion: Any) -> str | None:
    """Return the text of a completion, ``None`` if it has none."""
    if isinstance(completion, str):
        return completion
    try:
        return assistant_reply(completion) if isinstance(completion, Sequence) else None
    except ValueError:  # no turn of the assistant, or not text
        return None


# The keys of a mapping whose value is the reference, the first one that has any.
_KEYS = ("target", "answer", "ground_truth")


def _is_missing(value: Any) -> bool:
    """Return whether a cell says that there is no reference: null, NaN, an empty list."""
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, Mapping):
        return all(_is_missing(each) for each in value.values())
    if isinstance(value, (list, tuple)):
        return all(map(_is_missing, value))
    return value is None or bool(value != value)  # noqa: PLR0124


def _references(value: Any) -> list[str]:
    """Return the references in a cell: of a list, all texts and numbers."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, Mapping):  # such as verl's ground_truth={"target": [...]}
        found = (_references(value[key]) for key in _KEYS if key in value)
        return next(filter(None, found), [])
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
    if not isinstance(value, Real) or value != value:  # noqa: PLR0124
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
