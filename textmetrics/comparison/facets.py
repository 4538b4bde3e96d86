"""Fields of records by whose values people choose samples: the subject, the level, the source."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

__all__ = ["Facets"]

_MOST_VALUES = 40
_MOST_NUMBERS = 10  # of more, a number is a measurement, not a name
_LONGEST = 60
_MOST_FIELDS = 6
_PATIENCE = 200  # records in which a value must have come again
# Fields that no reader chooses samples by, although few values may occur in them.
_NEVER = frozenset({
    "id", "custom_id", "idx", "index", "prediction", "predict", "pred", "response", "output",
    "hypothesis", "reference", "references", "label", "labels", "answer", "answers", "target",
    "gold", "prompt", "question", "instruction", "input", "query", "model", "status", "error",
})  # fmt: skip


class Facets:
    """Collects the fields of a file's records that have few short values, each several times.

    A field is dropped as soon as it has too many values, so that memory stays small.

    Args:
        without: fields that are never taken.
    """

    def __init__(self, without: Collection[str] = ()) -> None:
        self._without = _NEVER.union(without)
        self._columns: dict[str, list[str | None]] = {}
        self._known: dict[str, dict[str, str]] = {}
        self._gone: set[str] = set()
        self._count = 0

    def add(self, record: Mapping[str, Any]) -> None:
        """Add a record."""
        for name, value in record.items():
            if name in self._gone or value is None:
                continue
            text = _text(value)
            if text is None or name in self._without:
                self._drop(name)
                continue
            known = self._known.setdefault(name, {})
            column = self._columns.setdefault(name, [])
            column.extend([None] * (self._count - len(column)))
            column.append(known.setdefault(text, text))
            most = _MOST_NUMBERS if isinstance(value, int) else _MOST_VALUES
            if len(known) > most or (len(column) >= _PATIENCE and len(known) > len(column) // 2):
                self._drop(name)
        self._count += 1

    def _drop(self, name: str) -> None:
        self._gone.add(name)
        self._columns.pop(name, None)
        self._known.pop(name, None)

    def columns(self) -> dict[str, list[str | None]]:
        """Return the columns with at least two values, of which some occur again."""
        found = {}
        for name, column in self._columns.items():
            values = len(self._known[name])
            if 1 < values <= max(self._count // 2, 2) < self._count:
                found[name] = column + [None] * (self._count - len(column))
        return dict(list(found.items())[:_MOST_FIELDS])


def _text(value: object) -> str | None:
    """Return a value as a text to choose by; ``None`` for one that nobody chooses by."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str) and value and len(value) <= _LONGEST and "\n" not in value:
        return value
    return None
