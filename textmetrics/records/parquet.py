"""Read a table in Parquet by groups of rows, and only the columns that are needed.

Batches have few rows, so that one whose cells all repeat the longest text still fits into memory.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any, overload

from textmetrics.records.errors import InputError, OpenError
from textmetrics.records.lines import Lines
from textmetrics.records.parquet_layout import CheckedFile, Leaf, RowGroup, damaged, row_groups

__all__ = ["EncodedRows", "ParquetRows", "texts_of"]

_PIECE_BYTES = 1 << 20  # that are read of a column at a time
_BATCH_ROWS = 4096
_BATCH_BYTES = 1 << 22  # of a batch of rows of the usual length
_MOST_BYTES = 1 << 28  # of a batch whose cells repeat the longest text of the column
_DELTA_ROWS = 16  # of a column whose texts may be stored without their beginnings


class ParquetRows:
    """The rows of a file.

    Args:
        lines: the file.

    Attributes:
        names: the names of the columns.

    Raises:
        DataError: if the file is damaged, or declares more than it can hold.
        OpenError: if pyarrow is not installed.
    """

    def __init__(self, lines: Lines) -> None:
        try:
            from pyarrow import parquet
        except ImportError:
            message = "is Parquet, which needs pyarrow; pip install 'textmetrics-eval[parquet]'"
            raise OpenError(lines.name, None, message) from None
        self._lines = lines
        self._wanted: frozenset[str] | None = None
        self._source = CheckedFile(lines.seekable(), lines.name)
        self._groups = row_groups(self._source)
        self._opened = partial(
            parquet.ParquetFile, self._source, buffer_size=_PIECE_BYTES, pre_buffer=False
        )
        with self._damage():
            self._file = self._opened()
            self.names: list[str] = list(self._file.schema_arrow.names)

    def keep(self, names: Collection[str]) -> None:
        """Read only some columns from now on."""
        self._wanted = frozenset(names)

    def first(self) -> dict[str, Any] | None:
        """Return the first row."""
        batch = next(self._batches(1), None)
        return None if batch is None else self.rows(batch)[0]

    def batches(self) -> Iterator[Any]:
        """Return record batches of pyarrow, none of which has many rows or bytes.

        Raises:
            DataError: if the file is damaged.
        """
        from pyarrow import concat_batches

        some: list[Any] = []
        rows = size = 0
        for batch in self._batches(_BATCH_ROWS):
            some.append(batch)
            rows += batch.num_rows
            size += batch.nbytes
            if rows >= _BATCH_ROWS or size >= _BATCH_BYTES:
                yield concat_batches(some) if len(some) > 1 else batch
                some = []
                rows = size = 0
        if some:
            yield concat_batches(some)

    def rows(self, batch: Any) -> list[dict[str, Any]]:
        """Return the rows of a batch as objects.

        Raises:
            DataError: if a value is out of Python's range.
        """
        with self._damage():
            return _rows_of(batch)

    def _leaves_of(self, group: RowGroup) -> list[Leaf]:
        """Return the columns of a group of rows that are read."""
        if self._wanted is None:
            return list(group.leaves)
        return [each for each in group.leaves if self._is_wanted(each.path)]

    def _is_wanted(self, path: str) -> bool:
        wanted = self._wanted or ()
        return path in wanted or any(path.startswith(f"{name}.") for name in wanted)

    # --- reading

    def _batches(self, most: int) -> Iterator[Any]:
        names = None
        if self._wanted is not None:
            names = [name for name in self.names if name in self._wanted]
        total = sum(each.rows for each in self._groups)
        done = 0
        for number, group in enumerate(self._groups):
            if group.rows == 0:
                continue
            leaves = self._leaves_of(group)
            most_of_page = self._lines.max_line
            if any(each.delta for each in leaves):
                most_of_page = min(most_of_page, _MOST_BYTES // _DELTA_ROWS)
            with self._damage():
                repeated = self._source.watch(leaves, most_of_page)
                size = _rows_at_once(group.rows, leaves, repeated, most)
                file = self._for_lists(leaves, repeated)
                for batch in file.iter_batches(
                    batch_size=size, row_groups=[number], columns=names, use_threads=False
                ):
                    yield batch
                    done += batch.num_rows
                    self._lines.read_share(done / total)
        self._lines.check_unchanged()

    def _for_lists(self, leaves: list[Leaf], repeated: list[int]) -> Any:
        """Return the file; values that lists may repeat very often are not copied each time."""
        often = [
            leaf.path
            for leaf, size in zip(leaves, repeated, strict=True)
            if leaf.is_list and size * leaf.values > _MOST_BYTES
        ]
        if not often:
            return self._file
        return self._opened(metadata=self._file.metadata, read_dictionary=often)

    @contextmanager
    def _damage(self) -> Iterator[None]:
        """Raise errors of pyarrow as `DataError`."""
        try:
            yield
        except InputError:
            raise
        except Exception as error:  # pyarrow lets through what its codecs and Python raise
            reason = next(iter(str(error).splitlines()), type(error).__name__)
            raise damaged(self._lines.name, reason) from error


def _rows_at_once(rows: int, leaves: list[Leaf], repeated: list[int], most: int) -> int:
    """Return how many rows are read together, so that they take little memory."""
    usual = sum(each.bytes for each in leaves) // rows
    longest = sum(size for leaf, size in zip(leaves, repeated, strict=True) if not leaf.is_list)
    size = min(most, _BATCH_BYTES // max(usual, 1), _MOST_BYTES // max(longest, 1))
    if any(each.delta for each in leaves):
        size = min(size, _DELTA_ROWS)
    return max(size, 1)


# --- columns as texts


def _rows_of(batch: Any) -> list[dict[str, Any]]:
    """Return the rows of a batch as objects."""
    return _objects(batch.schema.names, batch.columns)


def _objects(names: Sequence[str], columns: Sequence[Any]) -> list[dict[str, Any]]:
    values = zip(*map(_values_of, columns), strict=True)
    return [dict(zip(names, each, strict=True)) for each in values]


def _values_of(column: Any) -> list[Any]:
    """Return the values of a column, as ``to_pylist`` does; a repeated one is one object."""
    from pyarrow import types

    kind = column.type
    if types.is_dictionary(kind):
        values: list[Any] = _repeated(column, _values_of)
        return values
    if types.is_struct(kind) and kind.num_fields:
        names = [kind.field(at).name for at in range(kind.num_fields)]
        objects: list[Any] = _objects(names, column.flatten())
        if not column.null_count:
            return objects
        there = zip(objects, column.is_valid().to_pylist(), strict=True)
        return [each if is_there else None for each, is_there in there]
    if types.is_list(kind) or types.is_large_list(kind):
        return _lists(column, _values_of(column.flatten()))
    found: list[Any] = column.to_pylist()
    return found


def _repeated(column: Any, values_of: Callable[[Any], Any]) -> Any:
    numbers = column.indices.unique().drop_null()
    values = values_of(column.dictionary.take(numbers))
    if values is None:
        return None
    known = dict(zip(numbers.to_pylist(), values, strict=True))
    return [known.get(each) for each in column.indices.to_pylist()]


def _lists(column: Any, inside: list[Any]) -> list[Any]:
    found: list[Any] = []
    end = 0
    for length in column.value_lengths().to_pylist():
        begin, end = end, end + (length or 0)
        found.append(None if length is None else inside[begin:end])
    return found


def texts_of(column: Any) -> list[Any] | None:
    """Return the texts of a column, or lists of them, ``None`` if it has anything else.

    A text that is repeated by number is one object.
    """
    from pyarrow import types

    kind = column.type
    if types.is_string(kind) or types.is_large_string(kind):
        found: list[Any] = column.to_pylist()
        return found
    if types.is_dictionary(kind):
        texts: list[Any] | None = _repeated(column, texts_of)
        return texts
    if types.is_list(kind) or types.is_large_list(kind):
        inside = texts_of(column.flatten())
        return None if inside is None else _lists(column, inside)
    return None


class EncodedRows(Sequence[Any]):
    """The rows of a batch as JSON, each only when it is asked for.

    Args:
        batch: the batch.
        encode: returns an object as JSON.
    """

    def __init__(self, batch: Any, encode: Callable[[dict[str, Any]], bytes]) -> None:
        self._batch = batch
        self._encode = encode
        self._encoded: list[bytes] = []

    def __len__(self) -> int:
        """Return the number of rows."""
        return int(self._batch.num_rows)

    @overload
    def __getitem__(self, at: int) -> bytes: ...

    @overload
    def __getitem__(self, at: slice) -> Sequence[bytes]: ...

    def __getitem__(self, at: Any) -> Any:
        """Return a row, or the rows of a slice."""
        if isinstance(at, slice):
            begin, end, _ = at.indices(len(self))
            return EncodedRows(self._batch.slice(begin, max(end - begin, 0)), self._encode)
        if at in (0, -1):  # as often as not all that is asked for
            [row] = _rows_of(self._batch.slice(at % len(self), 1))
            return self._encode(row)
        if not self._encoded:
            self._encoded += self
        return self._encoded[at]

    def __iter__(self) -> Iterator[bytes]:
        """Return all rows."""
        return map(self._encode, _rows_of(self._batch))
