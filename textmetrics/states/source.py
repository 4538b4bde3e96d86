"""Where the samples of a state come from: files, or runs in Python."""

from __future__ import annotations

import re
from collections.abc import Iterable
from hashlib import sha256
from os.path import basename
from typing import Annotated

import msgspec

from textmetrics.evaluation import Samples
from textmetrics.records import Notes, RawLine, RecordError, SampleReader, is_id, parse_record

__all__ = ["Source", "SourceLog", "file_identity", "missing_names"]

_Count = Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)]
_MOST_CHARACTERS = 200  # of an id


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """A file whose samples were counted, or a run in Python.

    Attributes:
        name: the file's, as it was given; empty for a run.
        identity: ``sha256:`` and the hash of the file as it is stored, or of that and a part of
            the file; or ``run:`` and a random number.
        size: bytes of the file as it is stored.
        records: records, including those left out.
        invalid: records that were left out.
        first: the id of the first record that was scored, or its number.
        last: that of the last one.
        format: the name of the file's format.
        references: the same identity of a file of references, if there was one.
        notes: what was read in another way than usual.
        told: what the file tells of its task, as sentences.
    """

    name: str
    identity: Annotated[str, msgspec.Meta(pattern="^(sha256:[0-9a-f]{64}|run:[0-9a-f]{32})$")]
    size: _Count = 0
    records: _Count = 0
    invalid: _Count = 0
    first: str = ""
    last: str = ""
    format: str = ""
    references: str = ""
    notes: Notes = msgspec.field(default_factory=Notes)
    told: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Return what it is called in messages."""
        return self.name or f"the run {self.identity[4:12]} in Python"

    @property
    def order(self) -> tuple[str, str]:
        """By what sources are sorted, so that the order of merging does not matter."""
        return self.name, self.identity


def file_identity(digest: str, part: str = "") -> str:
    """Return what tells a file from others.

    Args:
        digest: the SHA-256 of the file.
        part: what of it is read, such as a sheet; empty for what usually is.
    """
    return f"sha256:{sha256(f'{digest}#{part}'.encode()).hexdigest() if part else digest}"


class _Ends:
    """The first and the last record of what passes."""

    def __init__(self) -> None:
        self.first: bytes | None = None
        self.last: bytes | None = None

    def see(self, samples: Samples) -> None:
        records = samples.records
        if records is not None and len(records):
            self.first = records[0] if self.first is None else self.first
            self.last = records[-1]


class SourceLog:
    """Notes what a file was while its samples are read.

    Args:
        reader: the file, opened with ``hashed=True``.
    """

    def __init__(self, reader: SampleReader) -> None:
        self._reader = reader
        self._ends = _Ends()

    def see(self, samples: Samples) -> None:
        """Note some samples of the file."""
        self._ends.see(samples)

    def source(self, *, invalid: int) -> Source:
        """Return what the file was, once all of it was read.

        Args:
            invalid: how many of its records were left out.
        """
        reader, ends = self._reader, self._ends
        size, digest = reader.lines.fingerprint()
        references = reader.reference_digest
        return Source(
            name=reader.lines.name,
            identity=file_identity(digest, reader.lines.part),
            size=size,
            records=reader.records,
            invalid=invalid,
            first=_called(ends.first, reader, "1"),
            last=_called(ends.last, reader, str(reader.records)),
            format=reader.format.name,
            references=f"sha256:{references}" if references else "",
            notes=reader.notes,
        )


def _called(raw: bytes | None, reader: SampleReader, number: str) -> str:
    """Return the id of a record, or else its number."""
    if raw is None:
        return number
    try:
        own = parse_record(RawLine(1, 0, raw), "").get(reader.format.id or "id")
    except RecordError:
        return number
    return str(own)[:_MOST_CHARACTERS] if is_id(own) else number


# --- which shards are missing


def missing_names(names: Iterable[str], expected: int) -> list[str]:
    """Return the names of files that are missing among numbered ones; empty if they do not tell.

    Where the names end differently (``part-0.jsonl``, ``part-1.parquet``), they are those up to
    the first dot.

    Args:
        names: those of the files that are there.
        expected: how many there should be.

    Examples:
        >>> missing_names(["in/part-0.jsonl", "in/part-2.jsonl"], 4)
        ['part-1.jsonl', 'part-3.jsonl']
    """
    whole = [basename(name) for name in names]
    return _missing(whole, expected) or _missing([n.partition(".")[0] for n in whole], expected)


def _missing(names: Iterable[str], expected: int) -> list[str]:
    pieces = [re.split(r"(\d+)", name) for name in names]
    if not pieces or len({len(each) for each in pieces}) > 1:
        return []
    places = range(1, len(pieces[0]), 2)  # those of the numbers
    differing = [at for at in range(len(pieces[0])) if len({each[at] for each in pieces}) > 1]
    differing = differing or list(places[:1])
    if len(differing) != 1 or differing[0] not in places:
        return []
    [at] = differing
    if expected > _MOST_EXPECTED or max(len(each[at]) for each in pieces) > _MOST_DIGITS:
        return []
    numbers = {int(each[at]) for each in pieces}
    if len(numbers) < len(pieces):  # there are two with one number, in two folders
        return []
    first = 1 if 0 not in numbers and max(numbers) == expected else 0
    wanted = range(first, first + expected)
    if not all(each in wanted for each in numbers):
        return []
    written = {len(each[at]) for each in pieces}
    width = max(written) if any(each[at].startswith("0") for each in pieces) else 0
    before, after = "".join(pieces[0][:at]), "".join(pieces[0][at + 1 :])
    return [f"{before}{each:0{width}d}{after}" for each in wanted if each not in numbers]


_MOST_DIGITS = 9
_MOST_EXPECTED = 1_000_000
