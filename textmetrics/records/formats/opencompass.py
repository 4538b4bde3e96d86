"""OpenCompass."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from textmetrics.records.formats.format import Format, Record, one_record

__all__ = ["OPENCOMPASS"]

_FIELDS = {"origin_prompt", "prediction"}


def _numbered(value: object) -> bool:
    """Return whether a value is an object whose fields are numbers of records."""
    return isinstance(value, dict) and bool(value) and all(name.isdecimal() for name in value)


def _looks(value: Any) -> bool:
    if _numbered(value):
        value = next(iter(value.values()))
        return isinstance(value, dict) and set(value) >= _FIELDS
    return isinstance(value, dict) and set(value) >= _FIELDS | {"idx"}


def _records(value: Any) -> Iterator[Record]:
    """Return the records, each with its number as the field ``idx``."""
    if not _numbered(value):
        yield from one_record(value)
        return
    for number, record in value.items():
        yield from ({"idx": number, **each} for each in one_record(record))


OPENCOMPASS = Format(
    name="opencompass",
    summary="OpenCompass: predictions/<model>/<dataset>.json, its shards, tmp_<dataset>.jsonl",
    known_by="an object with numbers for fields, or `idx`; `origin_prompt` and `prediction` in it",
    looks=_looks,
    prediction=("prediction",),
    references=("gold",),
    records=_records,
    id="idx",
    preset="opencompass",
    advice="leave out such records with --errors skip (OpenCompass omits empty references)",
)
