"""Decide whether the references of a file are lists that were written as text, and split them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from copy import deepcopy
from itertools import chain, islice
from typing import Any

from textmetrics._escape import short_repr
from textmetrics.evaluation import Samples
from textmetrics.records.cells import written_references
from textmetrics.records.containers import LocatedValue
from textmetrics.records.errors import DataError, RecordError
from textmetrics.records.fields import Field
from textmetrics.records.formats import Format
from textmetrics.records.notes import Notes

__all__ = ["WrittenLists"]

_LOOKED_AT = 4096  # values of a file, by which it is decided
_BEGINNINGS = ("[", "(", "{")


class WrittenLists:
    """Splits the references of a file that are lists written as text.

    With ``auto`` it is decided once, by the first values of the file: all references that are not
    blank must be such lists. A later one that is none is an error, since either reading would be
    wrong for some.

    Args:
        choice: ``auto``, ``split`` or ``keep``.
        file_format: the format of the file.
        field: where the references are.
        notes: counts what was split.

    Attributes:
        split: whether lists are split; ``None`` where that is not decided.
    """

    def __init__(self, choice: str, file_format: Format, field: Field, notes: Notes) -> None:
        own = not (file_format.plain or file_format.flattens)  # it restores its lists itself
        known = {"split": True, "keep": False}
        self.split: bool | None = False if own else known.get(choice)
        self._strict = choice == "auto"
        self._format = file_format
        self._field = field
        self._notes = notes

    def may_be_in(self, samples: Samples) -> bool:
        """Return whether samples may have such lists; if not, it is decided that none has."""
        if self.split is None:
            first = next((each for each in samples.texts.references if each.strip()), "[")
            if not first.lstrip().startswith(_BEGINNINGS):
                self.split = False
        return self.split is not False

    def looked_at(
        self, values: Iterable[LocatedValue | RecordError]
    ) -> Iterable[LocatedValue | RecordError]:
        """Return the same values, after deciding by the first ones if that is still to be done."""
        if self.split is not None:
            return values
        rest = iter(values)
        head = list(islice(rest, _LOOKED_AT))
        self.split = self._are_lists(head)
        return chain(head, rest)

    def _are_lists(self, head: Iterable[LocatedValue | RecordError]) -> bool:
        found = False
        field = deepcopy(self._field)  # nothing is decided or counted yet by what is looked at
        for record in self._records(head):
            with suppress(DataError):  # reported when the record is read
                value = field.value(record, "", None)
                if isinstance(value, list) and len(value) == 1:
                    value = value[0]
                if value is None or (isinstance(value, str) and not value.strip()):
                    continue
                listed = written_references(value) if isinstance(value, str) else None
                if listed is None:
                    return False
                found = found or bool(listed)
        return found

    def _records(self, head: Iterable[LocatedValue | RecordError]) -> Iterator[Mapping[str, Any]]:
        for each in head:
            if isinstance(each, LocatedValue):
                with suppress(ValueError):
                    yield from self._format.records(each.value)

    def references(self, texts: tuple[str, ...], file: str, line: int | None) -> tuple[str, ...]:
        """Return the references of a sample whose only text may be a list of them.

        Raises:
            RecordError: if all were lists so far, and this is none; or if it is empty.
        """
        if len(texts) > 1 or not texts[0].strip():
            return texts
        listed = written_references(texts[0])
        where = self._field.described()
        if listed:
            self._notes.written_lists += 1
            return tuple(listed)
        if listed == []:
            message = f"{where} is an empty list; expected at least one reference"
            raise RecordError(file, line, message)
        if self._strict:
            raise RecordError(
                file,
                line,
                f"{where} is no list: {short_repr(texts[0])}, but the references before it are "
                "lists written as text; choose --reference-lists split to split only those, or "
                "keep to take each as one text",
            )
        return texts
