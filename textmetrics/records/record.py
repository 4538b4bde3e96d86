"""The records of a file, whatever it is, one after another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from textmetrics._escape import name_list, short_repr
from textmetrics.records.bad import BadRecords
from textmetrics.records.containers import Value
from textmetrics.records.errors import DataError, RecordError
from textmetrics.records.formats import Format, Record

__all__ = ["Row", "Rows", "Variants"]


class Row(NamedTuple):
    """One record.

    Attributes:
        record: an object.
        line: where its value begins, ``None`` where lines do not count.
        number: which record of the file it is, from 1.
        alone: whether no other one is on that line.
        raw: its bytes, where it stands on a line of its own.
    """

    record: Mapping[str, Any]
    line: int | None
    number: int
    alone: bool
    raw: bytes | None

    def wrong(self, file: str, message: str) -> RecordError:
        """Give an error with its place."""
        where = "" if self.line and self.alone else f"{self.place}: "
        return RecordError(file, self.line, where + message)

    @property
    def place(self) -> str:
        """Where it is, in words."""
        return f"line {self.line}" if self.line and self.alone else f"record {self.number:,}"


class Variants:
    """Tells apart several answers to one question, and takes those of one variant.

    Args:
        fields: what tells them apart.
        chosen: the variant to take; ``None`` where there must be one only.
        any_will_do: whether the first one is taken, because all are alike.
    """

    def __init__(
        self, fields: tuple[str, ...], chosen: str | None = None, *, any_will_do: bool = False
    ) -> None:
        self._fields = fields
        self._chosen = chosen
        self._any = any_will_do
        self._found: dict[str, None] = {}

    def takes(self, record: Mapping[str, Any]) -> bool:
        """Say whether a record is one of those to take."""
        parts = (record.get(field) for field in self._fields)
        name = " ".join(str(part) for part in parts if part not in (None, ""))
        self._found.setdefault(name)
        return name == (next(iter(self._found)) if self._chosen is None else self._chosen)

    def finish(self, file: str) -> None:
        """See whether it was clear what to take, after the last record.

        Raises:
            DataError: if it was not, or there is nothing of what was chosen.
        """
        names = list(self._found)
        if self._chosen is not None and self._chosen not in names:
            found = f"found {name_list(names)}" if any(names) else "found no filters and no models"
            raise DataError(
                file,
                None,
                f"no answers of {short_repr(self._chosen)}, {found}; choose with --filter",
            )
        if self._chosen is None and len(names) > 1 and not self._any:
            raise DataError(
                file,
                None,
                f"several answers to each question, by {' and '.join(map(short_repr, self._fields))}, "
                f"found {name_list(names)}; choose one, such as with --filter {short_repr(names[0])}",
            )


class Rows:
    """Makes records of a file's values.

    Args:
        file: its name.
        known: what is known of such files.
        bad: what becomes of bad records.
        variants: tells which records to take.

    Attributes:
        count: how many records were taken so far, bad ones included.
    """

    def __init__(self, file: str, known: Format, bad: BadRecords, variants: Variants) -> None:
        self.count = 0
        self._file = file
        self._format = known
        self._bad = bad
        self._variants = variants
        self._numbered = 0
        self._ids: dict[Any, Row] = {}

    def of(self, values: Iterable[Value | RecordError]) -> Iterator[Row | None]:
        """Give a record for each that a value has; ``None`` is a bad one.

        Raises:
            RecordError: if a record is bad, unless such ones are left out.
        """
        for value in values:
            yield from self._rows(value)

    def finish(self) -> None:
        """See whether it was clear what to take, after the last value."""
        self._variants.finish(self._file)

    def _rows(self, value: Value | RecordError) -> Iterator[Row | None]:
        try:
            whole, line, raw = _good(value)
            records = self._records(whole, line)
        except RecordError as error:
            self.count += 1
            self._bad.note(error)
            yield None
            return
        for record in records:
            self._numbered += 1
            alone = len(records) == 1
            row = Row(record, line, self._numbered, alone, raw if record is whole else None)
            if self._variants.takes(record):
                self.count += 1
                yield self._once(row)

    def _records(self, value: Any, line: int | None) -> list[Record]:
        """Give the records that a value has."""
        try:
            return list(self._format.records(value))
        except ValueError as error:
            raise RecordError(self._file, line, str(error)) from None

    def _once(self, row: Row) -> Row | None:
        """Give a record back, ``None`` if one of the same id was there before."""
        number = row.record.get(self._format.id) if self._format.id else None
        if not isinstance(number, (str, int)) or isinstance(number, bool):
            return row
        first = self._ids.setdefault(number, row._replace(record={}, raw=None))
        if first.number == row.number:
            return row
        message = (
            f"{self._format.id} {short_repr(number)} occurs twice, found it at {first.place} too"
        )
        self._bad.note(row.wrong(self._file, f"{message}; keep one of the two"))
        return None


def _good(value: Value | RecordError) -> Value:
    if isinstance(value, RecordError):
        raise value
    return value
