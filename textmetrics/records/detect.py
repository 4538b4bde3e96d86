"""Recognize the format of a file, and how its values are stored."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Collection
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from textmetrics._escape import name_list
from textmetrics.records.containers import (
    Container,
    CsvTable,
    JsonDocument,
    JsonLines,
    ParquetTable,
    TextLines,
    TsvTable,
)
from textmetrics.records.errors import DataError
from textmetrics.records.fields import PREDICTION_FIELDS, REFERENCE_FIELDS
from textmetrics.records.formats import (
    CSV,
    FORMATS,
    JSON,
    JSONL,
    PARQUET,
    TEXT,
    TSV,
    Format,
    one_record,
)
from textmetrics.records.lines import Lines, ends_early

__all__ = ["AUTO", "detect"]

AUTO = "auto"
_PLAIN: dict[type[Container], Format] = {
    JsonLines: JSONL, JsonDocument: JSON, CsvTable: CSV, TsvTable: TSV, ParquetTable: PARQUET,
    TextLines: TEXT,
}  # fmt: skip
_CONTAINERS: dict[str, Callable[[Lines], Container]] = {
    JSONL.name: JsonLines, CSV.name: CsvTable, TSV.name: TsvTable, PARQUET.name: ParquetTable,
}  # fmt: skip
_SUFFIXES = {".csv": CsvTable, ".tsv": TsvTable}
_COMPRESSED = frozenset({".gz", ".zst", ".xz", ".bz2"})
_TABLES: tuple[type[CsvTable], ...] = (TsvTable, CsvTable)
_LONGEST_NAMES = 1 << 16  # bytes of a row that names fields; csv refuses cells of twice that size


def detect(
    lines: Lines,
    name: str = AUTO,
    *,
    extra_fields: Collection[str] = (),
    open_text: Callable[[Lines], TextLines] | None = None,
) -> tuple[Format, Container]:
    """Return the format of a file, and a container of its values.

    Nothing is consumed: a file is recognized by its beginning, which can still be read.

    Args:
        lines: the file.
        name: the name of the format, or ``auto`` to recognize it.
        extra_fields: names of fields that the user gave, which the first row of a table may have.
        open_text: opens a file of plain text, if the file may be one.

    Raises:
        DataError: if several formats are possible, or none.
        OpenError: if the package that reads the format is not installed.
    """
    if name == TEXT.name:
        return TEXT, (open_text or partial(TextLines, field="prediction"))(lines)
    if name in _CONTAINERS:
        return FORMATS.get(name), _CONTAINERS[name](lines)
    container = _container(lines, _tables(extra_fields), open_text if name == AUTO else None)
    if name == JSON.name and not isinstance(container, JsonDocument):
        container = JsonLines(lines)
    return (_format(container) if name == AUTO else FORMATS.get(name)), container


def _format(container: Container) -> Format:
    first = container.first()
    listed_first = first[0] if isinstance(first, list) and first else None
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
    if isinstance(listed_first, dict):
        return JSON
    return _PLAIN[type(container)]


def _looks(file_format: Format, value: Any, file: str) -> bool:
    """Return whether a value looks like one of a format, which may come from another package."""
    try:
        return file_format.looks(value)
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
    first = next((line.raw.strip() for line in block.filled()), b"") if block else b""
    if first.startswith(b"PAR1"):
        return ParquetTable(lines)
    if first.startswith(b"PK\x03\x04"):
        message = "is a zip archive; unpack it and name the file in it, such as data.jsonl"
        raise DataError(lines.name, None, message)
    if first.startswith((b"{", b"[")) and (container := _json(lines, first)):
        return container
    if (table := _table(lines.name, first, fields)) is not None:
        return table(lines)
    as_json = JsonLines(lines)
    if open_text is None or first[:1] in (b"", b"{") or isinstance(as_json.first(), (dict, list)):
        return as_json
    return open_text(lines)


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


def _table(name: str, first: bytes, fields: frozenset[str]) -> type[CsvTable] | None:
    """Return the kind of table, by the file's name or by its first row."""
    suffixes = [each.lower() for each in Path(name).suffixes]
    while suffixes and suffixes[-1] in _COMPRESSED:
        suffixes.pop()
    if suffixes and suffixes[-1] in _SUFFIXES:
        return _SUFFIXES[suffixes[-1]]
    for table in _TABLES:
        if not fields.isdisjoint(_cells(first, table.delimiter)):
            return table
    return None


def _cells(first: bytes, delimiter: str) -> list[Any]:
    """Return the cells of a row, none where there is only one or the row is too long for names."""
    if len(first) > _LONGEST_NAMES:
        return []
    row = next(csv.reader([first.decode("utf-8", "replace")], delimiter=delimiter), [])
    return row if len(row) > 1 else []
