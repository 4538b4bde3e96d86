"""Files that belong to no program: common names of fields, strict types."""

from __future__ import annotations

from textmetrics.records.formats.format import Format, Record
from textmetrics.records.formats.outcomes import finish_outcome

__all__ = ["CSV", "EXCEL", "JSON", "JSONL", "PARQUET", "TEXT", "TSV", "plain_outcome"]


def plain_outcome(record: Record) -> str | None:
    """Return how the request of a plain record ended, if it has the field ``finish_reason``."""
    return finish_outcome(record["finish_reason"]) if "finish_reason" in record else None


def _never(_: object) -> bool:
    """Return ``False``: plain formats apply only where no program's format is recognized."""
    return False


JSONL = Format(
    name="jsonl",
    summary="JSON Lines: one object per line",
    known_by="an object in the first line",
    looks=_never,
    plain=True,
    outcome=plain_outcome,
)

JSON = Format(
    name="json",
    summary="JSON: a list of objects",
    known_by="a list of objects, or JSON that spans lines",
    looks=_never,
    plain=True,
    outcome=plain_outcome,
)

CSV = Format(
    name="csv",
    summary="a table separated by commas or semicolons, with the names of fields in the first row",
    known_by="a name that ends in .csv, or a first row with the name of a field",
    looks=_never,
    plain=True,
    outcome=plain_outcome,
)

TSV = Format(
    name="tsv",
    summary="a table separated by tabs, with the names of fields in the first row",
    known_by="a name that ends in .tsv, or a first row with the name of a field",
    looks=_never,
    plain=True,
    outcome=plain_outcome,
)

TEXT = Format(
    name="text",
    summary="plain text, one segment per line, as for sacrebleu; references with --references",
    known_by="neither JSON nor a table, beside a file of references",
    looks=_never,
    preset="sacrebleu",
    plain=True,
    outcome=plain_outcome,
)

PARQUET = Format(
    name="parquet",
    summary="a table in Parquet; needs the extra `parquet`",
    known_by="its first bytes",
    looks=_never,
    plain=True,
    outcome=plain_outcome,
)

EXCEL = Format(
    name="excel",
    summary="a sheet of an .xlsx file, the first or FILE.xlsx#SHEET; needs the extra `excel`",
    known_by="its first bytes",
    looks=_never,
    plain=True,
    outcome=plain_outcome,
)
