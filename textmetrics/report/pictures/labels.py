"""Names that strangers gave, made fit to stand in a picture."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from textmetrics._shown import printable

__all__ = ["elided", "label_columns", "labels", "wrapped"]

# Where a name may go on in the next line: after these, as in "gemma-2-9b-it" and "out/checkpoint".
_BREAK = re.compile(r"(?<=[-_/. :])")
_WIDE = frozenset("WF")


def label_columns(text: str) -> int:
    """Give the width of the widest line, where East Asian characters are two columns wide.

    Examples:
        >>> label_columns("qa-zh"), label_columns("问答")
        (5, 4)
    """
    return max(sum(_columns(each) for each in line) for line in text.split("\n"))


def _columns(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in _WIDE else 1


def elided(name: str, most: int) -> str:
    r"""Write a name in one line of so many columns; of a long one both ends stay.

    The last characters often are the ones that differ: a checkpoint's step, a size.

    Examples:
        >>> elided("outputs/2024-05-01/checkpoint-12000", 20)
        'outputs/2…oint-12000'
        >>> elided("a\nb", 20)
        'a\\nb'
    """
    text = _shown(name)
    if label_columns(text) <= most:
        return text
    tail = _fitting(text[::-1], most // 2)[::-1]
    head = _fitting(text, most - 1 - label_columns(tail))
    return f"{head}…{tail}"


def _shown(name: str) -> str:
    """Give a name without control characters; one of nothing but space stands in quotes."""
    text = printable(name)
    return text if text.strip() else repr(text)


def _fitting(text: str, most: int) -> str:
    """Give as much of the beginning as fits."""
    used = 0
    for place, character in enumerate(text):
        used += _columns(character)
        if used > most:
            return text[:place]
    return text


def wrapped(name: str, columns: int, lines: int = 2) -> str:
    r"""Write a name in a few lines, broken where its parts end; what is too long is elided.

    Examples:
        >>> wrapped("gemma-2-9b-instruct", 12)
        'gemma-2-9b-\ninstruct'
        >>> wrapped("自然语言处理问答", 8)
        '自然语言\n处理问答'
    """
    text = _shown(name)
    made: list[str] = []
    while text and len(made) < lines - 1 and label_columns(text) > columns:
        line = _fitting(text, columns)
        parts = _BREAK.split(text[: len(line) + 1])
        kept = "".join(parts[:-1]) if len(parts) > 1 else line
        kept = kept if len(kept) >= len(line) // 2 else line
        made.append(kept.rstrip())
        text = text[len(kept) :].lstrip()
    made.append(elided(text, columns))
    return "\n".join(made)


def labels(names: Sequence[str], columns: int, lines: int = 1) -> dict[str, str]:
    """Give each name's label; where two names would look the same, a number tells them apart.

    Examples:
        >>> labels(["run-aaaaaaaa-1", "run-bbbbbbbb-1"], 8)
        {'run-aaaaaaaa-1': 'ru…-1 #1', 'run-bbbbbbbb-1': 'ru…-1 #2'}
    """
    made = {name: wrapped(name, columns, lines) for name in names}
    for label in set(made.values()):
        alike = [name for name in made if made[name] == label]
        if len(alike) > 1:
            for number, name in enumerate(alike, start=1):
                mark = f" #{number}"
                made[name] = wrapped(name, columns - len(mark), lines) + mark
    return made
