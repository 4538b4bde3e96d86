"""Decide whether the references of a file are lists that were written as text, and split them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from copy import copy
from itertools import chain, islice
from typing import Any

from textmetrics._cells import written_references
from textmetrics._escape import short_repr
from textmetrics.evaluation import Evaluator, Samples
from textmetrics.records.containers import LocatedValue
from textmetrics.records.errors import DataError, RecordError
from textmetrics.records.fields import Field
from textmetrics.records.formats import Format
from textmetrics.records.notes import Notes
from textmetrics.records.options import ReadingOptions

__all__ = ["ListField", "WrittenLists", "reading_for"]

_LOOKED_AT = 4096  # values of a file, by which it is decided
_BEGINNINGS = ("[", "(", "{")


def reading_for(evaluators: Sequence[Evaluator], reading: ReadingOptions) -> ReadingOptions:
    """Return the options of reading for what scores the samples.

    Where each preset takes only one reference per sample, as its program does, a list that was
    written as text stays that one, unless the options say otherwise.
    """
    several = any(each.settings.several for each in evaluators)
    if several or not evaluators:
        return reading
    return {"reference_lists": "keep", **reading}


class WrittenLists:
    """Splits the references of a file that are lists written as text.

    With ``auto`` it is decided once for each field, by the first values of the file: all of its
    references that are not blank must be such lists. A later one that is none is an error, since
    either reading would be wrong for some. Of a format that restores the lists that its program
    writes, ``auto`` splits no others.

    Args:
        choice: ``auto``, ``split`` or ``keep``.
        file_format: the format of the file.
        notes: counts what was split.

    Attributes:
        split: whether lists of some field are split; ``None`` where that is not decided.
    """

    def __init__(self, choice: str, file_format: Format, notes: Notes) -> None:
        own = not (file_format.plain or file_format.flattens)  # it restores its lists itself
        decided = {"split": True, "keep": False}
        self.split: bool | None = decided.get(choice, False if own else None)
        self._format = file_format
        self._notes = notes

    def field(self, field: Field) -> Field:
        """Return a field of references as one whose lists may be split."""
        if self.split is False:
            return field
        return ListField(field, self._notes, strict=self.split is None)

    def may_be_in(self, samples: Samples) -> bool:
        """Return whether samples may have such lists; if not, it is decided that none has."""
        if self.split is None:
            first = next((each for each in samples.texts.references if each.strip()), "[")
            if not first.lstrip().startswith(_BEGINNINGS):
                self.split = False
        return self.split is not False

    def looked_at(
        self, field: Field, values: Iterable[LocatedValue | RecordError]
    ) -> Iterable[LocatedValue | RecordError]:
        """Return the same values, after deciding by the first ones if that is still to be done.

        Args:
            field: the field of references.
            values: those of the file.
        """
        if self.split is not None:
            return values
        rest = iter(values)
        head = list(islice(rest, _LOOKED_AT))
        cells: dict[ListField, list[Any]] = {}
        copies: dict[ListField, Field] = {}  # for no name of a field is decided by looking
        for record in self._records(head):
            for column in field.columns(record):
                if isinstance(column, ListField):
                    plain = copies.setdefault(column, copy(column.field))
                    with suppress(DataError):  # reported when the record is read
                        cells.setdefault(column, []).append(plain.value(record, "", None))
        for column, found in cells.items():
            column.split = _are_lists(found)
        self.split = any(column.split for column in cells)
        return chain(head, rest)

    def note_prediction(self, text: str | None) -> None:
        """Count a prediction that is such a list, where those of the references are split."""
        if self.split and text is not None and written_references(text):
            self._notes.listed_predictions += 1

    def _records(self, head: Iterable[LocatedValue | RecordError]) -> Iterator[Mapping[str, Any]]:
        for each in head:
            if isinstance(each, LocatedValue):
                with suppress(ValueError):
                    yield from self._format.records(each.value)


def _are_lists(cells: Iterable[Any]) -> bool:
    """Return whether all cells that are not blank are lists of texts, and one is not empty."""
    found = False
    for cell in map(_only_text, cells):
        if cell is None or (isinstance(cell, str) and not cell.strip()):
            continue
        listed = written_references(cell) if isinstance(cell, str) else None
        if listed is None:
            return False
        found = found or bool(listed)
    return found


def _only_text(value: Any) -> Any:
    return value[0] if isinstance(value, list) and len(value) == 1 else value


class ListField:
    """A field of references in which a list that was written as text is several of them.

    Args:
        field: the field with such lists.
        notes: counts what was split.
        strict: whether all references must be lists once they are split.

    Attributes:
        field: the same.
        split: whether lists are split.
    """

    def __init__(self, field: Field, notes: Notes, *, strict: bool) -> None:
        self.field = field
        self.split = not strict
        self._strict = strict
        self._notes = notes

    def columns(self, _: Mapping[str, Any]) -> list[Field]:
        """Return itself."""
        return [self]

    def described(self) -> str:
        """Return the field's name for an error message."""
        return self.field.described()

    def value(self, record: Mapping[str, Any], file: str, line: int | None) -> Any:
        """Return the field's value in a record; a list of texts if it is written as text.

        Raises:
            RecordError: if there is none, or if all were lists so far, and this is none.
        """
        value = self.field.value(record, file, line)
        text = _only_text(value) if self.split else None
        if not isinstance(text, str) or not text.strip():
            return value
        listed = written_references(text)
        if listed is None and self._strict:
            raise RecordError(
                file,
                line,
                f"{self.described()} is no list: {short_repr(text)}, but the references before it "
                "are lists written as text; choose --reference-lists split to split only those, "
                "or keep to take each as one text",
            )
        if listed:
            self._notes.written_lists += 1
        return value if listed is None else listed
