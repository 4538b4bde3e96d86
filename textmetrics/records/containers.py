"""How values lie in a file: a JSON value a line, one for all lines, a table, or plain text."""

from __future__ import annotations

import csv
import json
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import chain, islice
from typing import Any, ClassVar, NamedTuple

from textmetrics._escape import name_list, pluralized, short_repr
from textmetrics.records.errors import DataError, OpenError, RecordError
from textmetrics.records.lines import Block, Line, Lines
from textmetrics.records.parse import decoded, parse_value

__all__ = ["Container", "Document", "JsonLines", "Parquet", "TabTable", "Table", "Text", "Value"]

_LOOKED_AT = 20  # lines of which one must be good
# OverflowError: a date that Python has no room for.
_OF_PYARROW = (
    OSError, ValueError, TypeError, LookupError, NotImplementedError, OverflowError, MemoryError,
)  # fmt: skip
_LONGEST_CELL = (1 << 31) - 1  # the largest that csv takes everywhere


class Value(NamedTuple):
    """What stands at one place of a file.

    Attributes:
        value: as JSON has it.
        line: where it begins, ``None`` where lines do not count.
        raw: its bytes, if it has some of its own.
    """

    value: Any
    line: int | None = None
    raw: bytes | None = None


class Container(ABC):
    """The values of one file.

    Args:
        lines: the file.
    """

    def __init__(self, lines: Lines) -> None:
        self.lines = lines

    @abstractmethod
    def first(self) -> Any:
        """Give the first value without taking it; ``None`` where there is none that is good."""

    @abstractmethod
    def __iter__(self) -> Iterator[Value | RecordError]:
        """Give the values, and an error in place of each that is bad.

        Raises:
            DataError: if the file cannot be read further.
        """


def _filled(block: Block | None) -> Iterator[Line]:
    return iter(()) if block is None else block.filled()


class JsonLines(Container):
    """A JSON value a line."""

    def first(self) -> Any:
        """Give the first good one of the first lines."""
        lines = islice(_filled(self.lines.peek()), _LOOKED_AT)
        good = (each.value for each in self.values(lines) if isinstance(each, Value))
        return next(good, None)

    def __iter__(self) -> Iterator[Value | RecordError]:
        """Give the value of each line that is not blank."""
        return self.values(self.lines.filled())

    def values(self, lines: Iterable[Line]) -> Iterator[Value | RecordError]:
        """Give the value of each of some lines."""
        return (self._value(line) for line in lines)

    def _value(self, line: Line) -> Value | RecordError:
        try:
            return Value(parse_value(line, self.lines.name), line.number, line.raw)
        except RecordError as error:
            return error


class Document(Container):
    """One JSON value for all lines; it is held in memory.

    Raises:
        DataError: if it is none; its lines stay to be read.
    """

    def __init__(self, lines: Lines) -> None:
        super().__init__(lines)
        blocks = list(lines.blocks())
        try:
            self._value = self._parsed(
                b"".join(line.raw for each in blocks for line in each.lines())
            )
        except DataError:
            lines.unread(blocks)
            raise

    def _parsed(self, raw: bytes) -> Any:
        import msgspec

        try:
            return msgspec.json.decode(raw)
        except (ValueError, RecursionError):  # NaN, or an error, of which json tells the line
            try:
                return json.loads(decoded(Line(1, 0, raw), self.lines.name))
            except json.JSONDecodeError as error:
                message = (
                    f"invalid JSON ({error.msg}), found at character {error.colno} of the line"
                )
                line = error.lineno
                advice = "make or copy the file again"
            except RecursionError:
                message, line = "invalid JSON, found too many nested brackets", None
                advice = "make or copy the file again"
            except ValueError:
                message, line = "invalid JSON, found a number with thousands of digits", None
                advice = "write it as a string"
            raise DataError(self.lines.name, line, f"{message}; {advice}") from None

    def first(self) -> Any:
        """Give all of it."""
        return self._value

    def __iter__(self) -> Iterator[Value | RecordError]:
        """Give all of it."""
        yield Value(self._value)


class Table(Container):
    """A table whose first row names the fields, with commas between cells.

    Raises:
        DataError: if the first row cannot name them.
    """

    delimiter: ClassVar[str] = ","

    def first(self) -> Any:
        """Give the first row after the names."""
        block = self.lines.peek()
        try:
            first = next(self._rows(() if block is None else block.lines()), None)
        except DataError:  # which reading it tells too
            return None
        return first.value if isinstance(first, Value) else None

    def __iter__(self) -> Iterator[Value | RecordError]:
        """Give each row as an object."""
        return self._rows(self.lines)

    def _rows(self, lines: Iterable[Line]) -> Iterator[Value | RecordError]:
        csv.field_size_limit(_LONGEST_CELL)
        name = self.lines.name
        texts = (decoded(line, name) for line in lines)
        cells = csv.reader(texts, delimiter=self.delimiter, strict=True)
        try:
            names = self._names(next(cells, []))
            line = cells.line_num + 1
            for row in filter(None, cells):
                if len(row) == len(names):
                    yield Value(dict(zip(names, row, strict=True)), line)
                else:
                    found = f"found {pluralized(len(row), 'cell')} for {pluralized(len(names), 'field')}"
                    advice = f"give each row the fields {name_list(names)}"
                    yield RecordError(name, line, f"not a row of the table, {found}; {advice}")
                line = cells.line_num + 1
        except csv.Error as error:
            message = f"invalid table, found {error}; quote cells as CSV does"
            raise DataError(name, cells.line_num, message) from None
        except RecordError as error:  # of which no other row can be told
            raise DataError(name, error.line, error.message) from None

    def _names(self, names: list[str]) -> list[str]:
        if len(set(names)) < len(names):
            twice = next(each for each in names if names.count(each) > 1)
            message = f"a field is named twice, found {short_repr(twice)}; name each field once"
            raise DataError(self.lines.name, 1, message)
        return names


class TabTable(Table):
    """Likewise, with tabs."""

    delimiter = "\t"


class Text(Container):
    """Plain text, a segment a line, an empty one too.

    Args:
        lines: the file.
        field: what a segment is called.
        columns: how many texts, with tabs between them, stand on each line.
    """

    def __init__(self, lines: Lines, field: str, columns: int = 1) -> None:
        super().__init__(lines)
        self._field = field
        self._columns = columns

    def first(self) -> Any:
        """Give nothing: a text is like any other."""
        return None

    def __iter__(self) -> Iterator[Value | RecordError]:
        """Give each line."""
        return map(self._segment, self.lines)

    def _segment(self, line: Line) -> Value | RecordError:
        try:
            text = decoded(line, self.lines.name).rstrip("\r\n")
            return Value({self._field: self._cut(text, line.number)}, line.number)
        except RecordError as error:
            return error

    def _cut(self, text: str, line: int) -> str | list[str]:
        if self._columns == 1:
            return text
        texts = text.split("\t")
        if len(texts) == self._columns:
            return texts
        found = f"found {pluralized(len(texts), 'text')}"
        message = f"not {self._columns} texts with tabs between them, {found}; see --num-refs"
        raise RecordError(self.lines.name, line, message)


class Parquet(Container):
    """A table in Parquet; its bytes are held in memory, and few of its rows at a time.

    Raises:
        DataError: if it is damaged.
        OpenError: if the package that reads it is not installed.
    """

    def __init__(self, lines: Lines) -> None:
        super().__init__(lines)
        try:
            import pyarrow
            from pyarrow import parquet
        except ImportError:
            message = "is Parquet, which needs pyarrow; pip install 'textmetrics-eval[parquet]'"
            raise OpenError(lines.name, None, message) from None
        raw = b"".join(raw for block in lines.blocks() for raw in block.raws)
        with self._damage():
            self._file = parquet.ParquetFile(pyarrow.BufferReader(raw))

    @contextmanager
    def _damage(self) -> Iterator[None]:
        """Turn the errors of pyarrow into ours; all are one of these kinds."""
        try:
            yield
        except _OF_PYARROW as error:
            reason = next(iter(str(error).splitlines()), type(error).__name__)
            message = f"damaged Parquet, found {reason}; make or copy the file again"
            raise DataError(self.lines.name, None, message) from error

    def first(self) -> Any:
        """Give the first row."""
        rows: list[Any] = next(self._batches(1), [])
        return rows[0] if rows else None

    def __iter__(self) -> Iterator[Value | RecordError]:
        """Give each row as an object."""
        return map(Value, chain.from_iterable(self._batches(1024)))

    def _batches(self, size: int) -> Iterator[list[Any]]:
        with self._damage():
            for batch in self._file.iter_batches(batch_size=size):
                yield batch.to_pylist()
