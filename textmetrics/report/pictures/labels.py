"""Names that strangers gave, made fit to stand in a picture."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from textmetrics._escape import printable

__all__ = ["elided", "label_columns", "labels", "wrapped"]

# Where a name may go on in the next line: after these, as in "gemma-2-9b-it" and "out/checkpoint".
_BREAK = frozenset("-_/. :")
_WIDE = frozenset("WF")
_BROAD = frozenset("MWmw@%…")


def label_columns(text: str) -> float:
    """Give the width of the widest line in columns: small letters and digits are one wide.

    Examples:
        >>> label_columns("qa-zh"), label_columns("问答"), label_columns("MMLU")
        (5.0, 4.0, 5.8)
    """
    return max(round(sum(map(_columns, line)), 6) for line in text.split("\n"))


def _columns(character: str) -> float:
    if unicodedata.combining(character):
        return 0.0
    if unicodedata.east_asian_width(character) in _WIDE:
        return 2.0
    if character in _BROAD:
        return 1.7
    return 1.2 if character.isupper() else 1.0


def elided(name: str, most: float) -> str:
    r"""Write a name in one line of so many columns; of a long one both ends stay.

    The last characters often are the ones that differ: a checkpoint's step, a size.

    Examples:
        >>> elided("outputs/2024-05-01/checkpoint-12000", 20)
        'outputs/2…int-12000'
        >>> elided("a\nb", 20)
        'a\\nb'
    """
    return _elided(_shown(name), most)


def _elided(text: str, most: float) -> str:
    if label_columns(text) <= most:
        return text
    tail = _fitting(text[::-1], most / 2 - 0.5)[::-1]
    head = _fitting(text, most - label_columns(tail) - _columns("…"))
    return f"{head}…{tail}"


def _shown(name: str) -> str:
    """Give a name without control characters; one of nothing but space stands in quotes."""
    text = printable(name)
    return text if text.strip() else repr(text)


def _fitting(text: str, most: float) -> str:
    """Give as much of the beginning as fits."""
    used = 0.0
    for place, character in enumerate(text):
        used += _columns(character)
        if used > most:
            return text[:place]
    return text


def wrapped(name: str, columns: float, lines: int = 2) -> str:
    r"""Write a name in a few lines, broken where its parts end; what is too long is elided.

    Examples:
        >>> wrapped("gemma-2-9b-instruct", 13)
        'gemma-2-9b-\ninstruct'
        >>> wrapped("自然语言处理问答", 8)
        '自然语言\n处理问答'
    """
    text = _shown(name)
    made: list[str] = []
    while text and len(made) < lines - 1 and label_columns(text) > columns:
        line = _fitting(text, columns)
        ends = [at for at in range(len(line) // 2, len(line)) if line[at] in _BREAK]
        kept = line[: ends[-1] + 1] if ends else line
        made.append(kept)
        text = text[len(kept) :]
    return "\n".join([*made, _elided(text, columns)])


def labels(names: Sequence[str], columns: float, lines: int = 1) -> dict[str, str]:
    """Give each name's label; where two names would look the same, a number tells them apart.

    Examples:
        >>> labels(["run-aaaa-001", "run-bbbb-001"], 7)
        {'run-aaaa-001': 'r…1 #1', 'run-bbbb-001': 'r…1 #2'}
    """
    made = {name: wrapped(name, columns, lines) for name in names}
    for label in set(made.values()):
        alike = [name for name in made if made[name] == label]
        if len(alike) > 1:
            for number, name in enumerate(alike, start=1):
                mark = f" #{number}"
                made[name] = wrapped(name, columns - label_columns(mark), lines) + mark
    return made
