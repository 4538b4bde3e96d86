"""Records with their scores, as lines of JSON."""

from __future__ import annotations

import json
import struct
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import chain, repeat

import numpy as np

from textmetrics.evaluation import Scored
from textmetrics.metrics import Values
from textmetrics.records import RawLine, parse_record

__all__ = ["scored_lines"]

_FIELD = "scores"
_EXTRACTED = "extracted"
_NAMES = {"headline": "value"}
_KEPT = 1 << 14  # rows of values whose text is kept: some MB


def scored_lines(scored: Scored, *, extracted: bool = False) -> bytes:
    """Give each record as it stood in its file, with an object ``scores`` at its end, 0 to 1.

    Args:
        scored: samples with their records.
        extracted: whether the answer that was taken out of the prediction stands before it.
    """
    samples = scored.counted.samples
    ours = (_EXTRACTED, _FIELD) if extracted else (_FIELD,)
    columns: list[Iterable[bytes]] = [_without(ours, samples.records or ())]
    if extracted:
        columns += [repeat(f'"{_EXTRACTED}":'.encode()), _answers(samples.texts.predictions)]
    before = b"," * extracted + f'"{_FIELD}":{{'.encode()
    for name, values in scored.values.items():
        columns += [repeat(before + json.dumps(name).encode() + b":{"), _texts(values)]
        before = b"},"
        if name in scored.all_values:
            columns += [repeat(b',"all_tokens":{'), _texts(scored.all_values[name])]
            before = b"}},"
    columns.append(repeat(before.removesuffix(b",") + b"}}\n"))
    return b"".join(chain.from_iterable(zip(*columns, strict=False)))


def _answers(answers: Iterable[str]) -> Iterable[bytes]:
    import msgspec

    return map(msgspec.json.encode, answers)


def _texts(values: Values) -> list[bytes]:
    """Give what stands between the braces of each sample's values."""
    parts = {part: column for part, column in values._asdict().items() if column is not None}
    rows = np.array(list(parts.values()), dtype=np.float64).T.copy()  # a row a sample, in order
    keys = rows.view(f"V{rows.itemsize * len(parts)}").ravel().tolist()
    return list(map(_texts_of(tuple(parts)).__getitem__, keys))


class _Texts(dict[bytes, bytes]):
    """The text of rows of values, by their bytes: short texts often have the same values.

    Args:
        parts: what the values are.
    """

    def __init__(self, parts: tuple[str, ...]) -> None:
        import msgspec

        super().__init__()
        self._values = struct.Struct(f"{len(parts)}d").unpack
        self._row = msgspec.defstruct("Row", [_NAMES.get(part, part) for part in parts])
        self._encoded = msgspec.json.encode

    def __missing__(self, row: bytes) -> bytes:
        if len(self) >= _KEPT:
            self.clear()
        text = self[row] = self._encoded(self._row(*self._values(row)))[1:-1]
        return text


_texts_of = cache(_Texts)


def _without(fields: Sequence[str], raws: Sequence[bytes]) -> list[bytes]:
    """Give each record up to where our fields begin; the rest is untouched: numbers keep digits."""
    whole = b"".join(raws)
    if any(f'"{field}"'.encode() in whole for field in fields):
        return [_before_new(fields, raw) for raw in raws]
    return [raw[: raw.rindex(b"}")].strip() + b"," for raw in raws]


def _before_new(fields: Sequence[str], raw: bytes) -> bytes:
    """Do the same with a record that may have such fields already."""
    record = parse_record(RawLine(1, 0, raw), "")
    if not record.keys().isdisjoint(fields):
        record = {name: value for name, value in record.items() if name not in fields}
        # Only a lone surrogate cannot be encoded, and its escape is the one that JSON has.
        raw = json.dumps(record, ensure_ascii=False).encode("utf-8", "backslashreplace")
    before = raw[: raw.rindex(b"}")].strip()
    return before if before == b"{" else before + b","
