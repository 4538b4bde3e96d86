"""Read the values of a file: JSON Lines, one JSON document, a table, or plain text."""

from __future__ import annotations

import csv
import json
from abc import ABC, abstractmethod
from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import chain, filterfalse, islice, repeat
from typing import Any, ClassVar, NamedTuple

from textmetrics._escape import name_list, pluralized, short_repr
from textmetrics.records.errors import DataError, RecordError
from textmetrics.records.formats import is_failure
from textmetrics.records.lines import (
    Block,
    Lines,
    RawLine,
    decode_line,
    ends_early,
    parse_value,
    truncated,
)
from textmetrics.records.parquet import ParquetRows
from textmetrics.records.sheets import Sheet
from textmetrics.records.values import WrittenNumber

__all__ = [
    "DELIMITERS",
    "Container",
    "CsvTable",
    "ExcelTable",
    "JsonDocument",
    "JsonLines",
    "LocatedValue",
    "ParquetTable",
    "TextLines",
    "TsvTable",
    "limit_cells",
    "names_delimiter",
]

DELIMITERS = {",": "commas", "\t": "tabs", ";": "semicolons"}

_PROBED_LINES = 20  # lines, of which one must be valid
_PROBED_ROWS = 100  # lines, by which it is decided what separates their parts
_LARGEST_LIMIT = (1 << 31) - 1  # that csv accepts on every platform
_CHARACTER_BYTES = 4  # that csv takes for each character of a cell


class LocatedValue(NamedTuple):
    """A value of a file, with its place.

    Attributes:
        value: what JSON can hold.
        line: the line on which it begins, ``None`` where lines have no meaning.
        raw: its bytes, if it is on a line of its own.
    """

    value: Any
    line: int | None = None
    raw: bytes | None = None


class Container(ABC):
    """The values of one file.

    Args:
        lines: the file.

    Attributes:
        note: how the file was read, if that is worth saying.
    """

    note = ""

    def __init__(self, lines: Lines) -> None:
        self.lines = lines

    def keep_numbers(self) -> None:  # noqa: B027 - only files of JSON have something to do
        """Return the numbers of JSON from now on as they are written: 1.50 and not 1.5."""

    @abstractmethod
    def first(self) -> Any:
        """Return the first valid value without consuming it, ``None`` where there is none."""

    @abstractmethod
    def __iter__(self) -> Iterator[LocatedValue | RecordError]:
        """Return the values, and an error in place of each invalid one.

        Raises:
            DataError: if the file cannot be read further.
        """


class JsonLines(Container):
    """A file with one JSON value per line."""

    def __init__(self, lines: Lines) -> None:
        import msgspec

        super().__init__(lines)
        self._decode = msgspec.json.Decoder().decode

    def keep_numbers(self) -> None:
        """Return numbers from now on as they are written, which takes longer where many are."""
        import msgspec

        self._decode = msgspec.json.Decoder(float_hook=WrittenNumber).decode

    def first(self) -> Any:
        """Return the first valid value of the first lines, if possible not of a failed request."""
        block = self.lines.peek()
        found = islice(self.values(block), _PROBED_LINES) if block else ()
        values = [each.value for each in found if isinstance(each, LocatedValue)]
        return next(filterfalse(is_failure, values), values[0] if values else None)

    def __iter__(self) -> Iterator[LocatedValue | RecordError]:
        """Return the value of each line that is not blank."""
        return chain.from_iterable(map(self.values, self.lines.blocks()))

    def values(self, block: Block) -> Iterator[LocatedValue | RecordError]:
        """Return the value of each line of a block that is not blank."""
        if block.raws[0].isspace() and all(map(bytes.isspace, block.raws)):
            return  # soon, since a small compressed file may have very many of them
        offset = block.offset
        for number, raw in enumerate(block.raws, start=block.number):
            try:
                yield LocatedValue(self._decode(raw), number, raw)
            except (ValueError, RecursionError):  # a blank line, a byte order mark, or an error
                line = RawLine(number, offset, raw).without_mark()
                if line.raw.strip():
                    yield self._parsed(line)
            offset += len(raw)

    def _parsed(self, line: RawLine) -> LocatedValue | RecordError:
        try:
            return LocatedValue(
                parse_value(line, self.lines.name, self.lines.evidence), line.number, line.raw
            )
        except RecordError as error:
            return error


class _Part(NamedTuple):
    """A block whose lines are joined: lists of short lines take many times their bytes."""

    number: int
    offset: int
    raw: bytes

    @classmethod
    def of(cls, block: Block) -> _Part:
        return cls(block.number, block.offset, b"".join(block.raws))

    def block(self) -> Block:
        return Block(self.number, self.offset, self.raw.splitlines(keepends=True))

    def without_marks(self) -> bytes:
        if BOM_UTF8 not in self.raw:
            return self.raw
        return b"".join(line.raw for line in self.block().lines())


class JsonDocument(Container):
    """A file that is one JSON value, held in memory.

    Raises:
        DataError: if the file is not JSON; its lines can still be read.
    """

    def __init__(self, lines: Lines) -> None:
        super().__init__(lines)
        parts: list[_Part] = []
        try:
            size = 0
            for block in lines.blocks():
                parts.append(_Part.of(block))
                size += len(parts[-1].raw)
                if size > lines.max_line:
                    raise lines.too_long("the JSON document", None, lines.max_line)
            self._value = self._parsed(parts)
        except DataError:
            lines.unread(part.block() for part in parts)
            raise

    def _parsed(self, parts: list[_Part]) -> Any:
        import msgspec

        raw = b"".join(part.without_marks() for part in parts)
        try:
            return msgspec.json.Decoder(float_hook=WrittenNumber).decode(raw)
        except (ValueError, RecursionError):  # NaN, or an error, whose line json knows
            try:
                text = self._decoded(raw, parts)
                return json.loads(text, parse_float=WrittenNumber)
            except json.JSONDecodeError as error:
                line = error.lineno
                if ends_early(error):
                    message = truncated(error)
                else:
                    message = (
                        f"invalid JSON ({error.msg}) at character {error.colno} of the line; "
                        "create or copy the file again"
                    )
            except RecursionError:
                line = None
                message = "invalid JSON: too many nested brackets; create or copy the file again"
            except ValueError:
                line = None
                message = "invalid JSON: a number with thousands of digits; write it as a string"
            raise DataError(self.lines.name, line, message) from None

    def _decoded(self, raw: bytes, parts: list[_Part]) -> str:
        try:
            return raw.decode()
        except UnicodeDecodeError:  # whose line and encoding are told
            for part in parts:
                for line in part.block().lines():
                    decode_line(line, self.lines.name, self.lines.evidence)
            raise

    def first(self) -> Any:
        """Return the whole document."""
        return self._value

    def __iter__(self) -> Iterator[LocatedValue | RecordError]:
        """Return the whole document."""
        yield LocatedValue(self._value)


class CsvTable(Container):
    """A table whose first row names the fields.

    Args:
        lines: the file.
        delimiter: what separates cells, a comma unless given.

    Raises:
        DataError: if the first row cannot name the fields.
    """

    usual: ClassVar[str] = ","

    def __init__(self, lines: Lines, delimiter: str | None = None) -> None:
        super().__init__(lines)
        self.delimiter = delimiter or self.usual
        if self.delimiter != self.usual:
            self.note = f"cells are separated by {DELIMITERS[self.delimiter]}"

    def names(self) -> list[str]:
        """Return the names of the fields, none where they cannot be read."""
        with suppress(csv.Error, RecordError):  # raised again when the table is read
            return next(self._cells(self._peeked()), [])
        return []

    def first(self) -> Any:
        """Return the first row after the names."""
        with suppress(DataError):  # raised again when the table is read
            first = next(self._rows(self._peeked()), None)
            return first.value if isinstance(first, LocatedValue) else None
        return None

    def _peeked(self) -> Iterable[RawLine]:
        block = self.lines.peek()
        return () if block is None else block.lines()

    def __iter__(self) -> Iterator[LocatedValue | RecordError]:
        """Return each row as an object."""
        return self._rows(self.lines)

    def _cells(self, lines: Iterable[RawLine]) -> Any:
        limit_cells(self.lines.max_line)
        texts = (
            decode_line(line, self.lines.name, self.lines.evidence)
            for line in lines
            if line.number > 1 or not names_delimiter(line.raw)
        )
        return csv.reader(texts, delimiter=self.delimiter, strict=True)

    def _rows(self, lines: Iterable[RawLine]) -> Iterator[LocatedValue | RecordError]:
        name, cells = self.lines.name, self._cells(lines)
        try:
            names: list[str] = next(cells, [])
            check_names(name, names)
            line = cells.line_num + 1
            for row in filter(None, cells):
                if len(row) == len(names):
                    yield LocatedValue(dict(zip(names, row, strict=True)), line)
                else:
                    message = (
                        f"row has {pluralized(len(row), 'cell')} for "
                        f"{pluralized(len(names), 'field')}; each row must have the fields "
                        f"{name_list(names)}"
                    )
                    yield RecordError(name, line, message)
                line = cells.line_num + 1
        except csv.Error as error:
            if "field limit" in str(error):
                size = self.lines.max_line // _CHARACTER_BYTES
                raise self.lines.too_long("a cell", cells.line_num, size) from None
            message = f"invalid table ({error}); quote cells as CSV does"
            raise DataError(name, cells.line_num, message) from None
        except RecordError as error:  # the rows after it cannot be found
            raise DataError(name, error.line, error.message) from None


def limit_cells(max_line: int) -> None:
    """Let cells of tables take as much memory as a line may."""
    csv.field_size_limit(min(max_line // _CHARACTER_BYTES, _LARGEST_LIMIT))


def check_names(file: str, names: list[str]) -> None:
    """Raise an error if a table names two columns alike."""
    if len(set(names)) < len(names):
        twice = next(each for each in names if names.count(each) > 1)
        message = f"field {short_repr(twice)} is named twice; give each column its own name"
        raise DataError(file, 1, message)


def names_delimiter(raw: bytes) -> str | None:
    """Return what the first line of a table says that cells are separated by, as Excel reads it."""
    found = raw.strip().removeprefix(b"sep=") if raw.startswith(b"sep=") else b""
    return found.decode() if len(found) == 1 and found.isascii() else None


class TsvTable(CsvTable):
    """A table whose first row names the fields, separated by tabs."""

    usual = "\t"


class TextLines(Container):
    """Plain text with one segment per line, which may be empty.

    Args:
        lines: the file.
        field: the field that holds the segment in a record.
        columns: how many texts, separated by tabs, each line has; where ``None``, one, and it is
            an error if all of the first lines have the same number of tabs.

    Raises:
        DataError: if lines seem to have several texts, and nobody said how many.
    """

    def __init__(self, lines: Lines, field: str, columns: int | None = 1) -> None:
        super().__init__(lines)
        self._field = field
        self._columns = columns or 1
        block = lines.peek() if columns is None else None
        tabs = (
            {raw.count(b"\t") for raw in block.raws[:_PROBED_ROWS] if raw.strip()} if block else ()
        )
        if len(tabs) == 1 and (found := max(tabs) + 1) > 1:
            message = (
                f"each line has {found} texts separated by tabs; pass --num-refs {found} if they "
                "are references of one sample, or --num-refs 1 if the line is one text"
            )
            raise DataError(lines.name, 1, message)

    def first(self) -> Any:
        """Return nothing: no format can be recognized by a text."""
        return None

    def __iter__(self) -> Iterator[LocatedValue | RecordError]:
        """Return each line as an object."""
        return map(self._segment, self.lines)

    def _segment(self, line: RawLine) -> LocatedValue | RecordError:
        try:
            text = decode_line(line, self.lines.name, self.lines.evidence).rstrip("\r\n")
            return LocatedValue({self._field: self._cut(text, line.number)}, line.number)
        except RecordError as error:
            return error

    def _cut(self, text: str, line: int) -> str | list[str]:
        if self._columns == 1:
            return text
        texts = text.split("\t")
        if len(texts) == self._columns:
            return texts
        message = (
            f"expected {self._columns} texts separated by tabs, got {len(texts)}; see --num-refs"
        )
        raise RecordError(self.lines.name, line, message)


class ExcelTable(Container):
    """A sheet of a file of Excel, whose first row that is not empty names the fields.

    Cells are read as they are shown; see `sheets`. The bytes are held in memory.

    Raises:
        DataError: if the file is damaged, or has no such sheet.
        OpenError: if openpyxl is not installed.
    """

    def __init__(self, lines: Lines) -> None:
        super().__init__(lines)
        raw = b"".join(raw for block in lines.blocks() for raw in block.raws)
        self._sheet = Sheet(raw, lines.name, lines.sheet)
        lines.part = "" if self._sheet.is_usual else self._sheet.title
        notes = []
        if self._sheet.others:
            notes.append(
                f"read the sheet {short_repr(self._sheet.title)}, not "
                f"{name_list(self._sheet.others, 3)} (choose with {lines.name}#NAME)"
            )
        if self._sheet.merged:
            notes.append("merged cells have their text in the first cell only")
        self.note = "; ".join(notes)

    def first(self) -> Any:
        """Return the first row after the names."""
        found = (each.value for each in self if isinstance(each, LocatedValue))
        with suppress(DataError):  # raised again when the table is read
            return next(found, None)
        return None

    def __iter__(self) -> Iterator[LocatedValue | RecordError]:
        """Return each row as an object."""
        rows = self._sheet.rows()
        _, cells = next(rows, (0, []))
        names = [each.text for each in cells]
        check_names(self.lines.name, [name for name in names if name])
        for line, row in rows:
            wrong = next((each.problem for each in row if each.problem), "")
            surplus = [each.text for each in row[len(names) :] if each.text]
            surplus += [each.text for name, each in zip(names, row, strict=False) if not name]
            if wrong:
                yield RecordError(self.lines.name, line, wrong)
            elif any(surplus):
                message = f"a cell in a column without a name: {short_repr(max(surplus))}"
                yield RecordError(self.lines.name, line, f"{message}; name it in the first row")
            else:
                texts = chain((each.text for each in row), repeat(""))
                yield LocatedValue(
                    {name: text for name, text in zip(names, texts, strict=False) if name}, line
                )


class ParquetTable(Container):
    """A table in Parquet, of which a few rows at a time are in memory.

    Attributes:
        table: its columns.

    Raises:
        DataError: if the file is damaged.
        OpenError: if pyarrow is not installed.
    """

    def __init__(self, lines: Lines) -> None:
        super().__init__(lines)
        self.table = ParquetRows(lines)

    def first(self) -> Any:
        """Return the first row."""
        return self.table.first()

    def __iter__(self) -> Iterator[LocatedValue | RecordError]:
        """Return each row as an object."""
        rows = chain.from_iterable(map(self.table.rows, self.table.batches()))
        return map(LocatedValue, rows)
