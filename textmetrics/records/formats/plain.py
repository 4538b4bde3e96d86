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


def _plain(name: str, summary: str, known_by: str, preset: str | None = None) -> Format:
    return Format(
        name=name,
        summary=summary,
        known_by=known_by,
        looks=_never,
        plain=True,
        outcome=plain_outcome,
        preset=preset,
    )


JSONL = _plain(
    "jsonl",
    "JSON Lines: one object per line",
    "an object in the first line",
)

JSON = _plain(
    "json",
    "JSON: a list of objects",
    "a list of objects, or JSON that spans lines",
)

CSV = _plain(
    "csv",
    "a table separated by commas or semicolons, with the names of fields in the first row",
    "a name that ends in .csv, or a first row with the name of a field",
)

TSV = _plain(
    "tsv",
    "a table separated by tabs, with the names of fields in the first row",
    "a name that ends in .tsv, or a first row with the name of a field",
)

TEXT = _plain(
    "text",
    "plain text, one segment per line, as for sacrebleu; references with --references",
    "neither JSON nor a table, beside a file of references",
    preset="sacrebleu",
)

PARQUET = _plain(
    "parquet",
    "a table in Parquet; needs the extra `parquet`",
    "its first bytes",
)

EXCEL = _plain(
    "excel",
    "a sheet of an .xlsx file, the first or FILE.xlsx#SHEET; needs the extra `excel`",
    "its first bytes",
)
