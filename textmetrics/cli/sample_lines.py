"""Records with their scores, as lines of JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from textmetrics.evaluation import Scored
from textmetrics.metrics import Values
from textmetrics.records import Line, parse_record

__all__ = ["scored_lines"]

_FIELD = "scores"


def scored_lines(scored: Scored) -> Iterator[bytes]:
    """Give each record as it stood in its file, with an object ``scores`` at its end, 0 to 1."""
    import msgspec

    content, words = _by_sample(scored.values), _by_sample(scored.all_values)
    for index, record in enumerate(scored.counted.samples.records or ()):
        scores: dict[str, dict[str, Any]] = {}
        for name, parts in content.items():
            scores[name] = {part: column[index] for part, column in parts.items()}
            if name in words:
                over_all = {part: column[index] for part, column in words[name].items()}
                scores[name]["all_tokens"] = over_all
        yield _with_scores(record, msgspec.json.encode(scores))


def _by_sample(values: Mapping[str, Values]) -> dict[str, dict[str, list[float]]]:
    """Give plain lists by metric and part; what a metric does not have is left out."""
    names = {"headline": "value"}
    return {
        metric: {
            names.get(part, part): column.tolist()
            for part, column in found._asdict().items()
            if column is not None
        }
        for metric, found in values.items()
    }


def _with_scores(line: Line, scores: bytes) -> bytes:
    """Add scores to a line without touching the rest: numbers keep their digits."""
    raw = line.raw.strip()
    if b'"scores"' in raw and _FIELD in (record := parse_record(line, "")):
        del record[_FIELD]
        # Only a lone surrogate cannot be encoded, and its escape is the one that JSON has.
        raw = json.dumps(record, ensure_ascii=False).encode("utf-8", "backslashreplace")
    before = raw.removesuffix(b"}").rstrip()
    comma = b"" if before == b"{" else b","
    return before + comma + f'"{_FIELD}":'.encode() + scores + b"}\n"
