"""Take the records out of a file's values, one after another, whatever the format."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from textmetrics._escape import name_list, short_repr
from textmetrics.records.containers import LocatedValue
from textmetrics.records.errors import DataError, InvalidRecords, RecordError
from textmetrics.records.fields import is_id
from textmetrics.records.formats import JSONL, Format, Record, one_record
from textmetrics.records.lines import as_record

__all__ = ["LocatedRecord", "RecordStream", "Variants"]


class LocatedRecord(NamedTuple):
    """A record, with its place in the file.

    Attributes:
        record: a JSON object.
        line: the line on which its value begins, ``None`` where lines have no meaning.
        number: its number among the records of the file, from 1.
        alone: whether it is the only record on that line.
        raw: its bytes, if it is on a line of its own.
    """

    record: Mapping[str, Any]
    line: int | None
    number: int
    alone: bool
    raw: bytes | None

    def error(self, file: str, message: str) -> RecordError:
        """Return an error that names the record's place."""
        where = "" if self.line and self.alone else f"{self.place}: "
        return RecordError(file, self.line, where + message)

    @property
    def place(self) -> str:
        """Its place, in words."""
        return f"line {self.line}" if self.line and self.alone else f"record {self.number:,}"


class Variants:
    """Tells apart several answers to one question, and selects those of one variant.

    Args:
        fields: the fields whose values distinguish the variants.
        chosen: the variant to select; ``None`` where there must be only one.
        any_will_do: whether the first variant is selected, because all are equivalent.

    Attributes:
        selects_all: whether there is nothing to select by.
    """

    def __init__(
        self, fields: tuple[str, ...], chosen: str | None = None, *, any_will_do: bool = False
    ) -> None:
        self._fields = fields
        self._chosen = chosen
        self._any = any_will_do
        self._names: dict[str, None] = {}  # in the order of the file
        self.selects_all = not fields and chosen is None

    def selects(self, record: Mapping[str, Any]) -> bool:
        """Return whether a record belongs to the selected variant."""
        parts = (record.get(field) for field in self._fields)
        name = " ".join(str(part) for part in parts if part not in (None, ""))
        self._names.setdefault(name)
        return name == (next(iter(self._names)) if self._chosen is None else self._chosen)

    def finish(self, file: str) -> None:
        """Check, after the last record, that the selection was unambiguous.

        Raises:
            DataError: if it was not, or if no record belongs to the chosen variant.
        """
        names = list(self._names)
        if self._chosen is not None and self._chosen not in names:
            known = f"found {name_list(names)}" if any(names) else "found no filters and no models"
            message = f"no answers of {short_repr(self._chosen)} ({known}); choose with --filter"
            raise DataError(file, None, message)
        if self._chosen is None and len(names) > 1 and not self._any:
            fields = " and ".join(map(short_repr, self._fields))
            raise DataError(
                file,
                None,
                f"several answers per question, told apart by {fields}: {name_list(names)}; choose "
                f"one, such as with --filter {short_repr(names[0])}",
            )


class RecordStream:
    """Turns the values of a file into its records.

    Args:
        file: its name.
        file_format: its format.
        invalid: counts invalid records.
        variants: selects the records to read.

    Attributes:
        count: how many records were read so far, including invalid ones.
    """

    def __init__(
        self, file: str, file_format: Format, invalid: InvalidRecords, variants: Variants
    ) -> None:
        self.count = 0
        self._file = file
        self._format = file_format
        self._invalid = invalid
        self._variants = variants
        self._numbered = 0
        self._ids: dict[Any, LocatedRecord] = {}

    def records(
        self, values: Iterable[LocatedValue | RecordError]
    ) -> Iterator[LocatedRecord | None]:
        """Return the records of some values, with ``None`` in place of each invalid one.

        Raises:
            RecordError: if a record is invalid, unless invalid records are skipped.
        """
        simple = self._format.records is one_record
        select_all = self._variants.selects_all
        identified = self._format.id is not None
        for located_value in values:
            try:
                if isinstance(located_value, RecordError):
                    raise located_value
                value, line, raw = located_value
                is_record = simple and type(value) is dict  # the usual case, without a call
                records = (value,) if is_record else self._records(value, line)
            except RecordError as error:
                self.count += 1
                self._invalid.note(error)
                yield None
                continue
            alone = len(records) == 1
            for record in records:
                self._numbered += 1
                if select_all or self._variants.selects(record):
                    self.count += 1
                    located = LocatedRecord(
                        record, line, self._numbered, alone, raw if record is value else None
                    )
                    yield self._unique(located) if identified else located

    def finish(self) -> None:
        """Check, after the last value, that the selection of variants was unambiguous."""
        self._variants.finish(self._file)

    def _records(self, value: Any, line: int | None) -> Sequence[Record]:
        if self._format is JSONL:
            return (as_record(value, self._file, line or 1),)
        try:
            return tuple(self._format.records(value))
        except ValueError as error:
            raise RecordError(self._file, line, str(error)) from None

    def _unique(self, record: LocatedRecord) -> LocatedRecord | None:
        """Return a record, ``None`` if an earlier one has the same id."""
        number = record.record.get(self._format.id or "")
        if not is_id(number):
            return record
        first = self._ids.setdefault(number, record._replace(record={}, raw=None))
        if first.number == record.number:
            return record
        message = (
            f"{self._format.id} {short_repr(number)} occurs twice (also at {first.place}); "
            "keep one of the two"
        )
        self._invalid.note(record.error(self._file, message))
        return None
