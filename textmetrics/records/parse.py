"""A line becomes a record."""

from __future__ import annotations

import json
from typing import Any

from textmetrics.records.errors import RecordError
from textmetrics.records.lines import Line
from textmetrics.records.shown import kind_of, shown

__all__ = ["parse_record"]

_WANTED = "each line must be one JSON object"


def parse_record(line: Line, file: str) -> dict[str, Any]:
    """Give the object that a line holds.

    msgspec reads it, and the standard library the rare line that msgspec refuses: one with NaN,
    with a lone surrogate, or one that is wrong, for its better messages.

    Raises:
        RecordError: if it is no UTF-8, no JSON or no object.
    """
    import msgspec

    try:
        record = msgspec.json.decode(line.raw)
    except (ValueError, RecursionError):  # msgspec's errors are ValueErrors
        record = _parse_slowly(line, file)
    if not isinstance(record, dict):
        raise RecordError(
            file, line.number, f"not an object, found {kind_of(record)}: {shown(record)}; {_WANTED}"
        )
    return record


def _parse_slowly(line: Line, file: str) -> Any:
    try:
        text = line.raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise RecordError(file, line.number, _not_unicode(line, error.start)) from None
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        found = (
            shown(text[error.pos : error.pos + 30].rstrip("\r\n"))
            if error.pos < len(text.rstrip())
            else "the end of the line"
        )
        message = (
            f"invalid JSON ({error.msg}), found {found} at character {error.pos + 1}; {_WANTED}"
        )
    except RecursionError:
        message = f"invalid JSON, found too many nested brackets; {_WANTED}"
    except ValueError:
        message = "invalid JSON, found a number with thousands of digits; write it as a string"
    raise RecordError(file, line.number, message)


def _not_unicode(line: Line, start: int) -> str:
    marked = line.offset + start < 2 and line.raw[:2] in (b"\xff\xfe", b"\xfe\xff")
    return (
        f"invalid UTF-8, found byte 0x{line.raw[start]:02x} at byte {start} of the line "
        f"(byte {line.offset + start:,} of the file); save the file as UTF-8"
        + (" (it looks like UTF-16)" if marked else "")
    )
