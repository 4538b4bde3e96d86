"""The order in which models are shown: ``params``, or ``-params`` for the largest first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple, TypeVar

from textmetrics._escape import short_repr
from textmetrics._registry import suggest
from textmetrics.comparison.run_pattern import natural
from textmetrics.comparison.select import is_missing

__all__ = ["SortKey", "parse_sort"]

T = TypeVar("T")


class SortKey(NamedTuple):
    """What things are ordered by.

    Attributes:
        field: whose values.
        descending: whether the largest one comes first.
    """

    field: str
    descending: bool

    def sorted(self, things: Iterable[T], values: Callable[[T], Mapping[str, Any]]) -> list[T]:
        """Put things in order, those without a value last, and equal ones as they were.

        Examples:
            >>> models = [{"params": 2e9}, {"params": None}, {"params": 7e9}]
            >>> [each["params"] for each in SortKey("params", True).sorted(models, dict)]
            [7000000000.0, 2000000000.0, None]
        """
        found = [(thing, values(thing).get(self.field)) for thing in things]
        there = [pair for pair in found if not is_missing(pair[1])]
        there.sort(key=lambda pair: _key(pair[1]), reverse=self.descending)
        return [thing for thing, _ in there] + [
            thing for thing, value in found if is_missing(value)
        ]


def parse_sort(text: str, fields: Mapping[str, str]) -> SortKey:
    """Read the name of a field, with ``-`` before it where the largest one comes first.

    Args:
        text: the name.
        fields: the fields that there are, each with its kind, as `parse_where` takes them.

    Raises:
        ValueError: if there is no such field, or it has lists.

    Examples:
        >>> parse_sort("-params", {"params": "number"})
        SortKey(field='params', descending=True)
    """
    name = text.strip()
    descending = name.startswith("-")
    name = name.removeprefix("-")
    known = [each for each, kind in fields.items() if kind != "list"]
    if name not in known:
        near = suggest(name, known)
        raise ValueError(f"unknown field {short_repr(name)}: {near}known: {', '.join(known)}")
    return SortKey(name, descending)


def _key(value: Any) -> Any:
    return natural(value) if isinstance(value, str) else value
