"""Recognize the format of a file, and how its values are stored."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from functools import partial
from itertools import filterfalse, islice
from pathlib import Path
from typing import Any

from textmetrics._escape import name_list
from textmetrics.records.containers import (
    DELIMITERS,
    Container,
    CsvTable,
    ExcelTable,
    JsonDocument,
    JsonLines,
    ParquetTable,
    TextLines,
    TsvTable,
    limit_cells,
    names_delimiter,
)
from textmetrics.records.errors import DataError
from textmetrics.records.fields import PREDICTION_FIELDS, REFERENCE_FIELDS
from textmetrics.records.formats import (
    ANSWERS_BY_ID,
    CSV,
    EXCEL,
    FORMATS,
    JSON,
    JSONL,
    PARQUET,
    TEXT,
    TSV,
    Format,
    is_failure,
    one_record,
)
from textmetrics.records.lines import Lines, ends_early

__all__ = ["AUTO", "detect"]

AUTO = "auto"
_PLAIN: dict[type[Container], Format] = {
    JsonLines: JSONL, JsonDocument: JSON, CsvTable: CSV, TsvTable: TSV, ParquetTable: PARQUET,
    ExcelTable: EXCEL, TextLines: TEXT,
}  # fmt: skip
_CONTAINERS: dict[str, Callable[[Lines], Container]] = {
    JSONL.name: JsonLines, TSV.name: TsvTable, PARQUET.name: ParquetTable, EXCEL.name: ExcelTable,
}  # fmt: skip
_SUFFIXES = {".csv": ",", ".tsv": "\t"}
_EXCEL = (".xlsx", ".xlsm")
_COMPRESSED = frozenset({".gz", ".zst", ".xz", ".bz2"})
_PROBED_ROWS = 20  # of a table, by which it is decided what separates cells
_LONGEST_NAMES = 1 << 16  # bytes of a row that names fields; csv refuses cells of twice that size


# Server-sent events, as servers answer if they were asked for a stream.
_EVENTS = re.compile(rb"(data|event|id|retry)?:")
_EVENT_DATA = re.compile(rb"data: ?[{\[]")
_STREAM = (
    "is a stream, which has each answer in pieces; ask the server for whole answers "
    "(stream: false), or join the pieces of each answer in one record"
)
# What this package writes, by its fields: scores, which are no answers.
_OWN_FILES = (
    (
        frozenset({"textmetrics_state", "sha256"}),
        "is a state, which --state or a baseline in pytest wrote: it has scores, and no answers; "
        "name the file of predictions (textmetrics merge reads states, textmetrics_gate baselines)",
    ),
    *(
        (frozenset(fields), "is a result of textmetrics: it has scores, and no answers; name the "
         "file of predictions")
        for fields in (("textmetrics", "schema", "scores"), ("file", "preset", "scale", "scores"))
    ),
)  # fmt: skip


def detect(
    lines: Lines,
    name: str = AUTO,
    *,
    extra_fields: Collection[str] = (),
    open_text: Callable[[Lines], TextLines] | None = None,
    ids: Collection[str] = (),
) -> tuple[Format, Container]:
    """Return the format of a file, and a container of its values.

    Nothing is consumed: a file is recognized by its beginning, which can still be read.

    Args:
        lines: the file.
        name: the name of the format, or ``auto`` to recognize it.
        extra_fields: names of fields that the user gave, which the first row of a table may have.
        open_text: opens a file of plain text, if the file may be one.
        ids: the ids of references, by which an object of answers is recognized.

    Raises:
        DataError: if several formats are possible, or none.
        OpenError: if the package that reads the format is not installed.
    """
    if name == AUTO and lines.is_parquet:
        container: Container = ParquetTable(lines)
        return _format(container, ids), container
    if name == TEXT.name:
        return TEXT, (open_text or partial(TextLines, field="prediction"))(lines)
    if name in _CONTAINERS:
        return FORMATS.get(name), _CONTAINERS[name](lines)
    names = _tables(extra_fields)
    if name == CSV.name:
        return CSV, CsvTable(lines, _delimiter(lines, names, ","))
    container = _container(lines, names, open_text if name == AUTO else None)
    if name == JSON.name and not isinstance(container, JsonDocument):
        container = JsonLines(lines)
    return (_format(container, ids) if name == AUTO else FORMATS.get(name)), container


def _format(container: Container, ids: Collection[str]) -> Format:
    first = container.first()
    listed_first = None
    if isinstance(first, list) and first:
        listed_first = next(filterfalse(is_failure, first), first[0])
    formats = [
        each
        for each in FORMATS
        if _looks(each, first, container.lines.name)
        or (each.records is one_record and _looks(each, listed_first, container.lines.name))
    ]
    if len(formats) > 1:
        names = [each.name for each in formats]
        raise DataError(
            container.lines.name,
            None,
            f"several programs write such files: {name_list(names)}; choose one with "
            f"--input-format, such as --input-format {names[0]}",
        )
    if formats:
        return formats[0]
    if isinstance(first, dict) and first.get("object") == "chat.completion.chunk":
        raise DataError(container.lines.name, None, _STREAM)
    if isinstance(first, dict):
        for fields, what in _OWN_FILES:
            if fields <= first.keys():
                raise DataError(container.lines.name, None, what)
    if isinstance(listed_first, dict):
        return JSON
    if ids and isinstance(first, dict) and not first.keys().isdisjoint(ids):
        return ANSWERS_BY_ID
    return _PLAIN[type(container)]


def _looks(file_format: Format, value: Any, file: str) -> bool:
    """Return whether a value looks like one of a format, which may come from another package."""
    try:
        return file_format.looks(value)
    except MemoryError:
        raise
    except Exception as error:
        message = (
            f"input format {file_format.name!r} cannot be recognized: {type(error).__name__}: "
            f"{error}; fix its `looks`, or name the format of the file with --input-format"
        )
        raise DataError(file, None, message) from error


def _tables(extra_fields: Collection[str]) -> frozenset[str]:
    """Return the names of fields by which the first row of a table is recognized."""
    places = (each.prediction + each.references for each in FORMATS)
    return frozenset(PREDICTION_FIELDS + REFERENCE_FIELDS).union(extra_fields, *places)


def _container(
    lines: Lines, fields: frozenset[str], open_text: Callable[[Lines], TextLines] | None
) -> Container:
    block = lines.peek()
    raws = block.raws if block else []
    first = next((line.raw.strip() for line in block.filled()), b"") if block else b""
    if (binary := _binary(lines, first, raws)) is not None:
        return binary
    _check_text(lines, first, raws)
    if first.startswith((b"{", b"[")) and (container := _json(lines, first)):
        return container
    if (table := _table(lines, first, fields)) is not None:
        return table
    as_json = JsonLines(lines)
    if open_text is None or first[:1] in (b"", b"{") or isinstance(as_json.first(), (dict, list)):
        return as_json
    return open_text(lines)


def _binary(lines: Lines, first: bytes, raws: Sequence[bytes]) -> Container | None:
    """Return the container of a file that is not text, ``None`` for text.

    Raises:
        DataError: if such files cannot be read.
    """
    if first.startswith(b"PAR1"):
        return ParquetTable(lines)
    message = None
    if first.startswith(b"PK\x03\x04"):
        named = lines.sheet is not None or lines.name.lower().endswith(_EXCEL)
        if named or any(b"xl/" in raw for raw in raws):
            return ExcelTable(lines)
        message = "is a zip archive; unpack it and name the file in it, such as data.jsonl"
        if b"opendocument" in raws[0]:
            message = "is an OpenDocument file; save it as .xlsx or .csv"
    elif first.startswith(b"\xd0\xcf\x11\xe0"):
        message = "is an old file of Excel, or one with a password; save it as .xlsx without one"
    elif first and (lines.sheet is not None or lines.name.lower().endswith(_EXCEL)):
        message = "is not an Excel file; name it after what it is, such as data.csv"
    if message is not None:
        raise DataError(lines.name, None, message)
    return None


def _check_text(lines: Lines, first: bytes, raws: Sequence[bytes]) -> None:
    """Raise a `DataError` for text that holds no answers, or none that are whole."""
    if first.startswith(b"version https://git-lfs.github.com/"):
        message = "is a pointer to a file in Git LFS; get the file itself with git lfs pull"
        raise DataError(lines.name, None, message)
    if _EVENTS.match(first) and any(_EVENT_DATA.match(raw) for raw in raws[:_PROBED_ROWS]):
        raise DataError(lines.name, None, _STREAM)


def _json(lines: Lines, first: bytes) -> Container | None:
    """Return the container of a file whose first line is JSON, or its beginning; else ``None``."""
    import msgspec

    with suppress(ValueError, RecursionError):  # json says more about what is wrong
        msgspec.json.decode(first)
        return JsonLines(lines)
    try:
        json.loads(first)
        return JsonLines(lines)
    except (ValueError, RecursionError) as error:
        if not ends_early(error):
            return None
        try:
            return JsonDocument(lines)
        except DataError:
            if first.startswith(b"[") or first == b"{":  # not a line of JSON Lines
                raise
    return None


def _table(lines: Lines, first: bytes, fields: frozenset[str]) -> CsvTable | None:
    """Return the table, if the file's name or its first row says that it is one."""
    suffixes = [each.lower() for each in Path(lines.name).suffixes]
    while suffixes and suffixes[-1] in _COMPRESSED:
        suffixes.pop()
    usual = _SUFFIXES.get(suffixes[-1]) if suffixes else None
    if usual is None and not any(fields.intersection(_cells(first, each)) for each in DELIMITERS):
        return None
    delimiter = _delimiter(lines, fields, usual)
    if delimiter != TsvTable.usual:
        return CsvTable(lines, delimiter)
    table = TsvTable(lines)
    if usual == CsvTable.usual:
        table.note = f"cells are separated by {DELIMITERS[delimiter]}"
    return table


def _delimiter(lines: Lines, fields: frozenset[str], usual: str | None) -> str:
    """Return what separates the cells of a table.

    It is the one by which the first row has the name of a field; where that is so for several, or
    for none, the one by which the next rows have as many cells as the first.

    Args:
        lines: the file.
        fields: known names of fields.
        usual: what it is where nothing speaks for another one, if the file's name says so.

    Raises:
        DataError: if several are possible.
    """
    block = lines.peek()
    raws = [line.raw for line in block.lines()] if block else []
    if raws and (named := names_delimiter(raws[0])):
        return named
    limit_cells(lines.max_line)
    rows = {each: _rows(raws, each) for each in DELIMITERS}
    naming = [each for each, (first, *_) in rows.items() if not fields.isdisjoint(first)]
    if len(naming) == 1:
        return naming[0]
    even = [each for each in naming or DELIMITERS if len(set(map(len, rows[each]))) == 1]
    even = [each for each in even if len(rows[each][0]) > 1]
    if len(even) == 1:
        return even[0]
    if usual is not None and (usual in even or not even):
        return usual
    if not even:
        return naming[0] if naming else CsvTable.usual
    found = " or ".join(DELIMITERS[each] for each in even)
    message = f"cells may be separated by {found}; name the format with --input-format csv or tsv"
    raise DataError(lines.name, 1, message)


def _rows(raws: Sequence[bytes], delimiter: str) -> list[list[Any]]:
    """Return the first rows of a table, the first of which is empty where it is no row of names."""
    texts = (raw.decode("utf-8", "replace") for raw in raws)
    rows: list[list[Any]] = []
    with suppress(csv.Error):
        rows += islice(filter(None, csv.reader(texts, delimiter=delimiter)), _PROBED_ROWS)
    first = next((raw for raw in raws if raw.strip()), b"")
    return rows if rows and len(first) <= _LONGEST_NAMES else [[]]


def _cells(first: bytes, delimiter: str) -> list[Any]:
    """Return the cells of a row, none where there is only one or the row is too long for names."""
    if len(first) > _LONGEST_NAMES:
        return []
    row: list[Any] = []
    with suppress(csv.Error):  # before Python 3.11, of NUL
        row = next(csv.reader([first.decode("utf-8", "replace")], delimiter=delimiter), [])
    return row if len(row) > 1 else []
