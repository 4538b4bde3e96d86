"""A line becomes a record."""

from __future__ import annotations

import json
import re
from typing import Any

from textmetrics._escape import json_type, short_repr
from textmetrics.records.errors import RecordError
from textmetrics.records.lines import Line

__all__ = ["decoded", "encoding_advice", "parse_record", "parse_value"]

_WANTED = "each line must be one JSON object"
_TEXT = f"{_WANTED}; plain text is read where --references names a file"
_ARRAY = "it looks like a JSON array: make it JSON Lines with jq -c '.[]' in.json > out.jsonl"
_PRETTY = "it looks like JSON over several lines: join them with jq -c . in.json > out.jsonl"
_TABLE = (
    "it looks like {kind}: make it JSON Lines in Python with pandas.read_csv({file}, dtype=str, "
    "keep_default_na=False).to_json('out.jsonl', orient='records', lines=True, force_ascii=False)"
)
_KANA = re.compile(r"[\u3041-\u30fa]")


def parse_value(line: Line, file: str) -> Any:
    """Give what a line holds.

    msgspec reads it, and the standard library the rare line that msgspec refuses: one with NaN,
    with a lone surrogate, or one that is wrong, for its better messages.

    Raises:
        RecordError: if it is no UTF-8 or no JSON.
    """
    import msgspec

    try:
        return msgspec.json.decode(line.raw)
    except (ValueError, RecursionError):  # msgspec's errors are ValueErrors
        return _parse_slowly(line, file)


def parse_record(line: Line, file: str) -> dict[str, Any]:
    """Give the object that a line holds.

    Raises:
        RecordError: if it is no UTF-8, no JSON or no object.
    """
    record = parse_value(line, file)
    if not isinstance(record, dict):
        of_objects = isinstance(record, list) and record and isinstance(record[0], dict)
        advice = _ARRAY if of_objects and line.number == 1 else _WANTED
        raise RecordError(
            file,
            line.number,
            f"not an object, found {json_type(record)}: {short_repr(record)}; {advice}",
        )
    return record


def decoded(line: Line, file: str) -> str:
    """Give a line as text.

    Raises:
        RecordError: if it is no UTF-8, with the encoding that it may have.
    """
    try:
        return line.raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise RecordError(file, line.number, _not_unicode(line, error.start)) from None


def _parse_slowly(line: Line, file: str) -> Any:
    text = decoded(line, file)
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        found = (
            short_repr(text[error.pos : error.pos + 30].rstrip("\r\n"))
            if error.pos < len(text.rstrip())
            else "the end of the line"
        )
        where = f"{found} at character {error.pos + 1}"
        message = f"invalid JSON ({error.msg}), found {where}; {_advice(line)}"
    except RecursionError:
        message = f"invalid JSON, found too many nested brackets; {_advice(line)}"
    except ValueError:
        message = "invalid JSON, found a number with thousands of digits; write it as a string"
    raise RecordError(file, line.number, message)


def _advice(line: Line) -> str:
    """Say what a line must be, or what the file is if its first line is of another format."""
    text = line.raw.strip()
    if line.number > 1:
        return _WANTED
    if text.startswith(b"["):
        return _ARRAY
    if text == b"{":
        return _PRETTY
    if b"{" not in text and b"\t" in text:
        return _TABLE.format(kind="TSV", file="'in.tsv', sep='\\t'")
    if b"{" not in text and b"," in text:
        return _TABLE.format(kind="CSV", file="'in.csv'")
    return _WANTED if text.startswith((b"{", b"[", b'"')) else _TEXT


def _not_unicode(line: Line, start: int) -> str:
    return (
        f"invalid UTF-8, found byte 0x{line.raw[start]:02x} at byte {start} of the line "
        f"(byte {line.offset + start:,} of the file); save the file as UTF-8"
        f"{encoding_advice(line, start)}"
    )


def encoding_advice(line: Line, start: int) -> str:
    """Say how a line that is not UTF-8 becomes UTF-8, if it shows in what it is encoded.

    Args:
        line: the line.
        start: its first byte that is not UTF-8.
    """
    if line.offset + start < 2 and line.raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return f", such as with {_iconv('UTF-16')} (it looks like UTF-16)"
    if not line.raw[:start].isascii():  # it is UTF-8, with a damage
        return ""
    chinese, japanese = _decodable(line.raw, "gb18030"), _decodable(line.raw, "cp932")
    if japanese is not None and (chinese is None or _KANA.search(japanese)):
        return f", such as with {_iconv('CP932')} (it looks like Japanese)"
    if chinese is None:
        return ""
    if japanese is None:
        return f", such as with {_iconv('GB18030')} (it looks like Chinese)"
    return f", such as with {_iconv('GB18030')}, or -f CP932 if it is Japanese"


def _iconv(encoding: str) -> str:
    return f"iconv -f {encoding} -t UTF-8 in.jsonl > out.jsonl"


def _decodable(raw: bytes, encoding: str) -> str | None:
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError:
        return None
