"""Fit names into few columns: a long one loses its middle, and stays unlike every other."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

from textmetrics._escape import printable

__all__ = ["columns", "shortened"]

_WIDE = frozenset("WF")
_GAP = "…"
_SEPARATED = re.compile(r".*[-_/. :]", re.DOTALL)
"""As much of a beginning as ends between two parts of a name."""


def columns(text: str) -> int:
    """Return how many columns of a terminal a text takes; most Chinese characters take two.

    Examples:
        >>> columns("qa"), columns("问答")
        (2, 4)
    """
    if text.isascii():
        return len(text)
    return sum(
        0
        if unicodedata.combining(character)
        else 1 + (unicodedata.east_asian_width(character) in _WIDE)
        for character in text
    )


def shortened(names: Iterable[str], most: int) -> dict[str, str]:
    """Return a form of each name that takes at most so many columns, and is unlike all others.

    What all long names begin with loses its middle, if that suffices. Else each name loses its
    own, and keeps the last characters, which are often the ones that differ: a step, a size. Where
    that makes two names equal, the first characters in which they differ are kept instead; names
    that are equal even then stay whole.

    Args:
        names: the names.
        most: the number of columns.

    Examples:
        >>> shortened(["outputs/2024-05-01/checkpoint-12000", "base"], 20)
        {'outputs/2024-05-01/checkpoint-12000': 'outputs/20…int-12000', 'base': 'base'}
        >>> list(shortened(["a-long-name-r16-step-1000", "a-long-name-r32-step-1000"], 12).values())
        ['a-l…16-step…', 'a-l…32-step…']
        >>> list(shortened(["a-long-name-r16-step-1000", "a-long-name-r8-step-1000"], 18).values())
        ['a-lo…r16-step-1000', 'a-lo…r8-step-1000']
    """
    names = list(names)
    if forms := _without_shared(names, most):
        return forms
    found = {name: _without_middle(name, most) for name in names}
    for alike in _alike(found):
        begin = _shared_beginning([printable(name) for name in alike])
        for name in alike:
            found[name] = _around(printable(name), begin, most)
    for alike in _alike(found):
        found |= {name: printable(name) for name in alike}
    return found


def _without_shared(names: Sequence[str], most: int) -> dict[str, str]:
    """Return names without most of what all long ones begin with; none if that does not do."""
    long = [printable(name) for name in names if columns(printable(name)) > most]
    if len(long) < 2:
        return {}
    shared = _SEPARATED.match(long[0][: _shared_beginning(long)])
    head = _begin(long[0], most // 4)
    if shared is None or len(shared[0]) <= len(head) + 1:
        return {}
    forms = {
        name: f"{head}{_GAP}{printable(name)[len(shared[0]) :]}"
        if columns(printable(name)) > most
        else name
        for name in names
    }
    fitting = all(columns(printable(form)) <= most for form in forms.values())
    return forms if fitting and len({*forms.values()}) == len(forms) else {}


def _alike(found: dict[str, str]) -> list[Sequence[str]]:
    """Return the groups of names whose forms are equal."""
    owners: dict[str, list[str]] = {}
    for name, form in found.items():
        owners.setdefault(form, []).append(name)
    return [group for group in owners.values() if len(group) > 1]


def _shared_beginning(names: Sequence[str]) -> int:
    """Return how many characters all names have in common at their beginning."""
    shortest = min(map(len, names))
    different = (at for at in range(shortest) if len({name[at] for name in names}) > 1)
    return next(different, shortest)


def _without_middle(text: str, most: int) -> str:
    name = printable(text)
    if columns(name) <= most:
        return text
    tail = _begin(name[::-1], (most - 1) // 2)[::-1]
    return f"{_begin(name, most - 1 - columns(tail))}{_GAP}{tail}"


def _around(name: str, place: int, most: int) -> str:
    """Return the beginning of a name, and what comes from a place on."""
    if columns(name) <= most:
        return name
    head = _begin(name, most // 4)
    if place <= len(head):
        return f"{_begin(name, most - 1)}{_GAP}"
    rest = name[place:]
    room = most - columns(head) - 1
    return f"{head}{_GAP}{rest if columns(rest) <= room else _begin(rest, room - 1) + _GAP}"


def _begin(text: str, most: int) -> str:
    """Return as much of the beginning of a text as fits."""
    used = 0
    for place, character in enumerate(text):
        used += columns(character)
        if used > most:
            return text[:place]
    return text
