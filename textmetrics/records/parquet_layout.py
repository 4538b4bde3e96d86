"""What a file in Parquet declares of its sizes, checked before anything makes room for them.

The footer is checked when the file is opened, pages as their bytes are read. It is read here and
not by pyarrow, whose objects for it end the process where some numbers in it are damaged.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from typing import Any, BinaryIO, NamedTuple

from textmetrics._escape import short_repr
from textmetrics.records.errors import DataError

__all__ = ["CheckedFile", "Leaf", "RowGroup", "damaged", "row_groups"]

_MAGIC = b"PAR1"
_ENCRYPTED = b"PARE"
_FOOTER_BYTES = 1 << 25  # of which its objects take several times as much
_HEADER_BYTES = 1 << 24  # of a page, which may have the least and the greatest value in it
_PEEKED_BYTES = 1 << 16
_MOST_VALUES = 1 << 25  # in the lists of a column, unless they take as many bytes


def damaged(file: str, reason: str, advice: str = "create or copy the file again") -> DataError:
    """Return the error for a file that is damaged, or declares more than can be read."""
    return DataError(file, None, f"damaged Parquet ({reason}); {advice}")


class Leaf(NamedTuple):
    """A column of a group of rows; a nested one is several.

    Attributes:
        path: its name, behind those of the columns that it is in.
        begin: the place of its first page in the file.
        end: where its last page ends.
        bytes: how many it has without compression, as the footer says.
        values: how many it has.
        delta: whether its texts may be stored without what they have in common with the one before.
        is_list: whether a row may have several values.
    """

    path: str
    begin: int
    end: int
    bytes: int
    values: int
    delta: bool
    is_list: bool


class RowGroup(NamedTuple):
    """A group of rows, whose columns are stored one behind another."""

    rows: int
    leaves: tuple[Leaf, ...]


class CheckedFile(io.RawIOBase):
    """A file that pyarrow reads; the pages in it are seen here first.

    Args:
        file: the file.
        name: its name in messages.
    """

    def __init__(self, file: BinaryIO, name: str) -> None:
        self.name = name
        self._file = file
        self._pages: Sequence[_Pages] = ()

    def watch(self, leaves: Sequence[Leaf], most: int) -> list[int]:
        """Check the pages of some columns from now on.

        Args:
            leaves: the columns.
            most: the bytes that a page may have.

        Returns:
            For each column, the bytes of the values that it repeats by number.

        Raises:
            DataError: if there are too many of them.
        """
        self._pages = ()
        pages = [_Pages(leaf, most, self.name) for leaf in leaves]
        repeated = [
            self._dictionary_bytes(leaf, own) for leaf, own in zip(leaves, pages, strict=True)
        ]
        self._pages = pages
        return repeated

    def _dictionary_bytes(self, leaf: Leaf, pages: _Pages) -> int:
        self.seek(leaf.begin)
        header = _page_header(self.read(min(_PEEKED_BYTES, leaf.end - leaf.begin)))
        if header is None or not header.is_dictionary:
            return 0
        pages.check(header)
        return header.bytes

    def readable(self) -> bool:
        """Return ``True``."""
        return True

    def seekable(self) -> bool:
        """Return ``True``."""
        return True

    def tell(self) -> int:
        """Return the place of the next byte."""
        return int(self._file.tell())

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to another place."""
        return int(self._file.seek(offset, whence))

    def read(self, size: int = -1) -> bytes:
        """Read some bytes.

        Raises:
            DataError: if they declare a page that would take too much memory.
        """
        at = self.tell()
        raw = bytes(self._file.read(size))
        for each in self._pages:
            if each.begin < at + len(raw) and at < each.end:
                each.see(at, raw)
        return raw


# --- the footer


def row_groups(file: CheckedFile) -> list[RowGroup]:
    """Return what the footer of a file says.

    Raises:
        DataError: if it is damaged, or places columns where the file has none.
    """
    size, footer = _footer(file)
    try:
        fields, _ = _struct(footer, 0)
        groups = list(_groups(fields))
    except (LookupError, TypeError, ValueError, AttributeError, RecursionError):
        raise damaged(file.name, "its footer cannot be read") from None
    for group in groups:
        for leaf in group.leaves:
            _check_leaf(leaf, size, file.name)
    return groups


def _footer(file: CheckedFile) -> tuple[int, bytes]:
    """Return the size of a file, and its footer."""
    file.seek(0)
    start = file.read(4)
    size = file.seek(0, io.SEEK_END)
    file.seek(max(size - 8, 0))
    end = file.read(8)
    if _ENCRYPTED in (start, end[4:]):
        raise damaged(file.name, "it is encrypted", "write it without encryption")
    if start != _MAGIC or end[4:] != _MAGIC or size < 12:
        where = "beginning" if start != _MAGIC else "end"
        raise damaged(file.name, f"no mark {_MAGIC.decode()} at its {where}")
    length = int.from_bytes(end[:4], "little")
    found = f"a footer of {length:,} bytes"
    if length > size - 12:
        raise damaged(file.name, f"{found} in a file of {size:,}")
    if length > _FOOTER_BYTES:
        raise damaged(file.name, found, "write fewer columns or row groups")
    file.seek(size - 8 - length)
    return size, file.read(length)


def _groups(fields: dict[int, Any]) -> Iterator[RowGroup]:
    is_list = _are_lists(fields[2])
    for group in fields.get(4, ()):
        columns = [column[3] for column in group.get(1, ())]
        if len(columns) != len(is_list):
            raise ValueError
        yield RowGroup(int(group[3]), tuple(map(_leaf, columns, is_list)))


def _leaf(column: dict[int, Any], is_list: bool) -> Leaf:
    begin = column[9]
    if 0 < column.get(11, 0) < begin:
        begin = column[11]
    path = b".".join(column[3]).decode("utf-8", "replace")
    return Leaf(path, begin, begin + column[7], column[6], column[5], _DELTA in column[2], is_list)


def _are_lists(schema: Sequence[dict[int, Any]]) -> list[bool]:
    """Return, for each column without parts, whether a row may have several values in it."""
    found = []
    open_parts: list[tuple[int, bool]] = []  # of each column around: how many are left
    for element in schema:
        inside = bool(open_parts and open_parts[-1][1]) or element.get(3) == _REPEATED
        if open_parts:
            left, is_list = open_parts.pop()
            if left > 1:
                open_parts.append((left - 1, is_list))
        if parts := element.get(5, 0):
            open_parts.append((parts, inside))
        elif element is not schema[0]:
            found.append(inside)
    return found


def _check_leaf(leaf: Leaf, size: int, file: str) -> None:
    column = f"column {short_repr(leaf.path)}"
    if not 0 < leaf.begin <= leaf.end <= size:
        raise damaged(file, f"{column} at the bytes {leaf.begin:,} to {leaf.end:,} of {size:,}")
    if leaf.values < 0 or leaf.bytes < 0:
        raise damaged(file, f"{column} with a negative size")
    if leaf.is_list and leaf.values > max(_MOST_VALUES, 8 * leaf.bytes):
        what = f"{leaf.values:,} values in lists of {column}"
        raise damaged(file, what, "write smaller row groups")


# --- pages, whose headers say how much room they need


class _Header(NamedTuple):
    """What the header of a page says.

    Attributes:
        length: of the header itself.
        compressed: the bytes behind it.
        bytes: those of its content, decompressed.
        values: how many there are.
        is_dictionary: whether they are those that others repeat by number.
        encoding: how they are stored.
    """

    length: int
    compressed: int
    bytes: int
    values: int
    is_dictionary: bool = False
    encoding: int = 0


_NO_HEADER = _Header(0, -1, -1, -1)


class _Pages:
    """The pages of a column, whose headers are checked as they are read.

    Args:
        leaf: the column.
        most: the bytes that a page may have.
        file: the name of the file.
    """

    def __init__(self, leaf: Leaf, most: int, file: str) -> None:
        self.begin = leaf.begin
        self.end = leaf.end
        self._leaf = leaf
        self._most = most
        self._file = file
        self._at = leaf.begin  # of the first byte that was not seen
        self._left = 0  # bytes of the page
        self._header = b""  # its beginning

    def see(self, at: int, raw: bytes) -> None:
        """Look at bytes of the file before pyarrow does.

        Raises:
            DataError: if a page would take too much memory.
        """
        if at > self._at:
            raise self._damaged("pages that are not in order")
        rest = memoryview(raw)[self._at - at : self.end - at]
        self._at += len(rest)
        while rest:
            skipped = min(self._left, len(rest))
            self._left -= skipped
            rest = rest[skipped:]
            if not rest:
                return
            before = len(self._header)
            self._header += rest[:_HEADER_BYTES]
            header = _page_header(self._header)
            if header is None:
                if len(self._header) > _HEADER_BYTES:
                    raise self._damaged("a page without an end")
                return
            self.check(header)
            if header.is_dictionary and self._at - len(rest) - before > self.begin:
                raise self._damaged("a second page of repeated values")
            self._header = b""
            self._left = header.compressed
            rest = rest[header.length - before :]

    def check(self, header: _Header) -> None:
        """Raise a `DataError` for a page that would take too much memory."""
        if min(header[:4]) < 0 or header.compressed > self.end - self.begin:
            raise self._damaged(f"a page of {header.compressed:,} bytes")
        if header.encoding == _DELTA and not self._leaf.delta:
            raise self._damaged("a page of an encoding that the footer does not name")
        if header.values > self._leaf.values:
            raise self._damaged(f"a page of {header.values:,} values")
        if header.bytes > self._most:
            advice = f"write smaller pages, or allow more with --max-line (now {self._most:,})"
            raise self._damaged(f"a page of {header.bytes:,} bytes", advice)

    def _damaged(self, what: str, *advice: str) -> DataError:
        return damaged(self._file, f"column {short_repr(self._leaf.path)} has {what}", *advice)


def _page_header(raw: bytes) -> _Header | None:
    """Return what the header of a page says, ``None`` if it does not end in these bytes."""
    try:
        fields, length = _struct(raw, 0)
        own: Any = next((fields[each] for each in (5, 7, 8) if each in fields), {})
        encoding = own.get(4 if 8 in fields else 2, 0)
        sizes = fields[3], fields[2], own.get(1, 0)
        if not all(isinstance(each, int) for each in (*sizes, encoding)):
            return _NO_HEADER
        return _Header(length, *sizes, fields[1] == _DICTIONARY_PAGE, encoding)
    except IndexError:
        return None
    except (AttributeError, LookupError, ValueError):
        return _NO_HEADER


# --- Thrift's compact protocol, in which footers and headers are written

_DELTA = 7  # DELTA_BYTE_ARRAY among the encodings
_REPEATED = 2  # among the kinds of repetition
_DICTIONARY_PAGE = 2  # among the types of pages
_FIXED = {1: 0, 2: 0, 3: 1, 7: 8}  # booleans, a byte, a double: the bytes of each
_INTEGERS = (4, 5, 6)
_BINARY = 8
_LISTS = (9, 10)
_STRUCT = 12
_DEEPEST = 12
_KEPT_TEXT = 1 << 10  # bytes of a name; other texts are least and greatest values


def _struct(raw: bytes, at: int, depth: int = 0) -> tuple[dict[int, Any], int]:
    """Return the integers, texts, lists and structures of a structure, and where it ends.

    Raises:
        IndexError: if it does not end.
        ValueError: if it is none.
    """
    fields: dict[int, Any] = {}
    number = 0
    while (first := raw[at]) != 0:
        at += 1
        if first >> 4:
            number += first >> 4
        else:
            number, at = _integer(raw, at)
        if number in fields:
            raise ValueError
        fields[number], at = _value(raw, at, first & 15, depth)
    return fields, at + 1


def _value(raw: bytes, at: int, kind: int, depth: int) -> tuple[Any, int]:
    if kind in _INTEGERS:
        return _integer(raw, at)
    if kind in _FIXED:
        found, end = None, at + _FIXED[kind]
    elif kind == _BINARY:
        length, at = _unsigned(raw, at)
        found, end = bytes(raw[at : min(at + length, at + _KEPT_TEXT)]), at + length
    elif depth >= _DEEPEST or kind not in (*_LISTS, _STRUCT):
        raise ValueError
    else:
        return _struct(raw, at, depth + 1) if kind == _STRUCT else _list(raw, at, depth + 1)
    if end > len(raw):
        raise IndexError
    return found, end


def _list(raw: bytes, at: int, depth: int) -> tuple[list[Any], int]:
    kind, length = raw[at] & 15, raw[at] >> 4
    at += 1
    if length == 15:
        length, at = _unsigned(raw, at)
    if length > len(raw) - at:
        raise IndexError
    found = []
    for _ in range(length):
        each, at = (None, at + 1) if kind in (1, 2) else _value(raw, at, kind, depth)
        found.append(each)
    return found, at


def _integer(raw: bytes, at: int) -> tuple[int, int]:
    number, at = _unsigned(raw, at)
    return (number >> 1) ^ -(number & 1), at


def _unsigned(raw: bytes, at: int) -> tuple[int, int]:
    number = shift = 0
    while (byte := raw[at]) & 128:
        number |= (byte & 127) << shift
        shift += 7
        at += 1
        if shift > 63:
            raise ValueError
    return number | (byte << shift), at + 1
