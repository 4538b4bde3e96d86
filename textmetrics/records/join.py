"""Join predictions with references that are in a file of their own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, NamedTuple

from textmetrics._escape import json_type, name_list, pluralized, short_repr
from textmetrics.records.containers import Container, TextLines, TsvTable
from textmetrics.records.detect import AUTO, detect
from textmetrics.records.errors import DataError, InvalidRecords, RecordError
from textmetrics.records.fields import (
    REFERENCE_FIELDS,
    Field,
    FieldNames,
    FormatField,
    PlainField,
    is_id,
    language,
    possible_names,
    reference_fields,
    references,
)
from textmetrics.records.formats import TEXT, Format
from textmetrics.records.lines import MAX_LINE, Lines
from textmetrics.records.notes import Notes
from textmetrics.records.record import LocatedRecord, RecordStream, Variants
from textmetrics.records.written_lists import WrittenLists

__all__ = ["Join", "Reference", "ReferenceFile"]


class Reference(NamedTuple):
    """The references of one sample."""

    texts: tuple[str, ...]
    lang: str | None
    id: str | int | None
    line: int


class ReferenceFile:
    """All references of a file, in memory, so that several files of predictions can use them.

    Args:
        path: the file, or ``-`` for standard input.
        invalid: counts invalid records.
        read_lang: whether the field ``lang`` of a record is read.
        reference_field: the fields with the references; found by itself where ``None``.
        references_format: the name of its format, or ``auto``.
        num_refs: how many references, separated by tabs, each line of plain text has; ``None``
            where it was not said.
        reference_lists: whether lists written as text are several references.
        encoding: the encoding of the file, UTF-8 where ``None``.
        max_line: how many bytes a line of it may have.
        hashed: whether its hash is computed.

    Attributes:
        name: the name of the file.
        digest: its SHA-256 in hexadecimal, if it was asked for.
        records: the references, ``None`` for an invalid record.
        notes: what was read in another way than usual.

    Raises:
        InputError: if the file cannot be used.
    """

    def __init__(
        self,
        path: str,
        invalid: InvalidRecords,
        *,
        read_lang: bool = True,
        reference_field: FieldNames = None,
        references_format: str = AUTO,
        num_refs: int | None = None,
        reference_lists: str = AUTO,
        encoding: str | None = None,
        max_line: int = MAX_LINE,
        hashed: bool = False,
    ) -> None:
        self.digest = ""
        self.records: list[Reference | None] = []
        self.notes = Notes()
        with Lines(path, encoding, max_line=max_line, hashed=hashed) as lines:
            self.name = lines.name
            open_text = partial(TextLines, field=REFERENCE_FIELDS[0], columns=num_refs)
            name = TEXT.name if num_refs is not None and num_refs > 1 else references_format
            extra_fields = possible_names(reference_field)
            file_format, container = detect(
                lines, name, extra_fields=extra_fields, open_text=open_text
            )
            if name == AUTO and not extra_fields and _has_no_names(container, num_refs):
                file_format, container = TEXT, open_text(lines)
            stream = RecordStream(
                self.name, file_format, invalid, Variants(file_format.variant, any_will_do=True)
            )
            make: Callable[[str | None], Field] = partial(FormatField.of_references, file_format)
            if file_format.plain:
                make = partial(PlainField, "reference", REFERENCE_FIELDS)
                container.keep_numbers()
            lists = WrittenLists(reference_lists, file_format, self.notes)
            field = reference_fields(
                reference_field, lambda given: lists.field(make(given)), self.notes
            )
            for record in stream.records(lists.looked_at(field, container)):
                self.records.append(
                    record and self._reference(record, file_format, field, invalid, read_lang)
                )
            self.notes.files += [
                f"references: {each}" for each in (lines.note, container.note) if each
            ]
            if hashed:
                _, self.digest = lines.fingerprint()
        if not any(self.records):
            raise DataError(self.name, None, "no usable references; check the file")

    def _reference(
        self,
        located: LocatedRecord,
        file_format: Format,
        field: Field,
        invalid: InvalidRecords,
        read_lang: bool,
    ) -> Reference | None:
        """Read one record; an invalid one is ``None``, so that those after it keep their places."""
        record, name, line = located.record, self.name, located.line
        try:
            texts = references(field, record, name, line, self.notes)
            lang = language(record, name, line) if read_lang and file_format.plain else None
        except RecordError as error:
            invalid.note(located.error(name, error.message))
            return None
        number = (
            record.get(file_format.id)
            if file_format.id
            else record.get("id", record.get("custom_id"))
        )
        return Reference(texts, lang, number, line or located.number)

    def ids(self) -> frozenset[str]:
        """Return all ids as text; none where the first record has no id."""
        if not self.has_ids():
            return frozenset()
        return frozenset(str(each.id) for each in self.records if each and is_id(each.id))

    def has_ids(self) -> bool:
        """Return whether the first record has an id."""
        return next(each.id is not None for each in self.records if each)

    def by_id(self) -> dict[str, Reference]:
        """Return the references by id.

        Raises:
            DataError: if one has no id, or two have the same id.
        """
        by_id: dict[str, Reference] = {}
        for reference in filter(None, self.records):
            key = _key(reference.id, self.name, reference.line)
            if key in by_id:
                raise DataError(self.name, reference.line, _twice(key, by_id[key].line))
            by_id[key] = reference
        return by_id


def _has_no_names(container: Container, num_refs: int | None) -> bool:
    """Return whether the first row of a table is references, and not the names of fields.

    Raises:
        DataError: if it may be, and nobody said how many references a row has.
    """
    names = container.names() if isinstance(container, TsvTable) else []
    if not names or not frozenset(names).isdisjoint(("id", *REFERENCE_FIELDS)):
        return False
    if num_refs is None:
        rows = (
            "each row is the references of one sample"
            if names[1:]
            else "each line is one reference"
        )
        raise DataError(
            container.lines.name,
            1,
            f"the first row names no field of references, found {name_list(names)}; name one with "
            f"--reference-field, or pass --num-refs {len(names)} if {rows}",
        )
    return True


class Join:
    """Finds the references of each prediction of one file.

    They are joined by ``id`` where the first record of both files has one, else by line, which is
    decided at the first prediction.

    Args:
        file: the references.
        invalid: counts predictions without a reference, and references without a prediction.
        ordered: whether the predictions are in the order of the questions.
    """

    def __init__(
        self, file: ReferenceFile, invalid: InvalidRecords, *, ordered: bool = True
    ) -> None:
        self._ordered = ordered
        self._file = file
        self._invalid = invalid
        self._by_id: dict[str, Reference] | None = None
        self._decided = False
        self._seen: dict[str, int] = {}
        self._unmatched: list[str] = []

    def match(
        self, record: Mapping[str, Any], place: int, file: str, line: int
    ) -> Reference | None:
        """Return the references of a prediction, ``None`` once the join is known to fail.

        Args:
            record: the record of the prediction.
            place: how many records come before it.
            file: the file of predictions.
            line: the prediction's line there.

        Raises:
            DataError: if the references cannot be joined.
            RecordError: if this prediction has no reference.
        """
        if not self._decided:
            self._decided = True
            if record.get("id") is not None and self._file.has_ids():
                self._by_id = self._file.by_id()
            elif not self._ordered:
                message = "cannot join by line: the answers are in no particular order; "
                advice = f"give each reference in {self._file.name} the 'id' of its answer"
                raise DataError(file, None, message + advice)
        if self._by_id is not None:
            return self._matching(self._by_id, record, file, line)
        if place >= len(self._file.records):
            return None
        reference = self._file.records[place]
        if reference is None:
            message = f"no reference: record {place + 1:,} of {self._file.name} is invalid; fix it"
            raise RecordError(file, line, message)
        return reference

    def _matching(
        self, by_id: Mapping[str, Reference], record: Mapping[str, Any], file: str, line: int
    ) -> Reference | None:
        key = _key(record.get("id"), file, line)
        if key in self._seen:
            raise RecordError(file, line, _twice(key, self._seen[key]))
        self._seen[key] = line
        if key in by_id:
            # After a miss, the rest is read only to list all ids that are missing.
            return None if self._unmatched else by_id[key]
        if self._invalid.skip:
            message = f"no reference: {self._file.name} has no id {short_repr(key)}; add it there"
            raise RecordError(file, line, message)
        self._unmatched.append(key)
        return None

    def finish(self, file: str, records: int) -> int:
        """Check, after the last prediction, that everything was joined.

        Args:
            file: the file of predictions.
            records: how many there are.

        Returns:
            How many references have no prediction: none unless invalid records are skipped.

        Raises:
            DataError: if a prediction or a reference is left over.
        """
        if self._by_id is None:
            expected = len(self._file.records)
            if self._decided and records != expected:
                raise DataError(
                    file,
                    None,
                    f"cannot join by line: {pluralized(records, 'prediction')} but "
                    f"{pluralized(expected, 'reference')} in {self._file.name}; add the missing "
                    "lines, or give every record of both files an 'id'",
                )
            return 0
        unused = [each for key, each in self._by_id.items() if key not in self._seen]
        if self._invalid.skip:
            for each in unused:
                message = (
                    f"no prediction: {file} has no id {short_repr(str(each.id))}; add it there"
                )
                self._invalid.note(RecordError(self._file.name, each.line, message))
        elif unused or self._unmatched:
            raise DataError(file, None, self._unequal([str(each.id) for each in unused]))
        return len(unused)

    def _unequal(self, unused: list[str]) -> str:
        name = self._file.name
        faults = []
        if (missing := len(self._unmatched)) > 0:
            faults.append(
                f"{pluralized(missing, 'prediction')} without a reference in {name} (id "
                f"{name_list(self._unmatched, 5)})"
            )
        if unused:
            faults.append(
                f"{pluralized(len(unused), 'reference')} in {name} without a prediction (id "
                f"{name_list(unused, 5)})"
            )
        return (
            f"cannot join by id: {' and '.join(faults)}; add what is missing, or leave it out with "
            "--errors skip"
        )


def _key(value: object, file: str, line: int) -> str:
    if is_id(value):
        return str(value)
    message = f"field 'id' must be a string or an integer, got {json_type(value)}"
    raise RecordError(file, line, message)


def _twice(key: str, line: int) -> str:
    return f"id {short_repr(key)} occurs twice (also on line {line}); keep one of the two"
