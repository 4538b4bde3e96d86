"""Read numbered lines of a file, compressed or not, or of standard input, and parse them."""

from __future__ import annotations

import json
import sys
import zlib
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache, partial
from io import BufferedReader
from itertools import chain, takewhile
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple

from textmetrics._escape import json_type, short_repr
from textmetrics.records.encodings import (
    FEW_BYTES,
    WrongEncodingError,
    as_utf_8,
    encoding_name,
    likely_encoding,
    looks_like_utf_16,
    parse_encoding,
    possible_encodings,
    to_use,
)
from textmetrics.records.errors import BrokenLineError, DataError, OpenError, RecordError
from textmetrics.records.files import file_size, open_bytes, shown_name
from textmetrics.records.remote import RemoteBytes
from textmetrics.records.sheets import split_sheet
from textmetrics.records.values import WrittenNumber

if TYPE_CHECKING:
    from bz2 import BZ2Decompressor
    from lzma import LZMADecompressor

__all__ = [
    "MAX_LINE",
    "Block",
    "Lines",
    "RawLine",
    "as_record",
    "decode_line",
    "ends_early",
    "parse_record",
    "parse_value",
    "read_bytes",
    "truncated",
]

MAX_LINE = 256_000_000
"""The bytes of the longest line that is read unless more are asked for."""
Evidence = Callable[[], bytes]
_CHUNK_BYTES = 1 << 16
_PIECE_BYTES = 1 << 18  # of decompressed text at a time: a few compressed bytes may be gigabytes
_XZ_BYTES = 128_000_000  # that decompressing may take; xz -9 needs half of it
# A block of Zstandard has a few bytes at least, and 128 kB of text at most: so many bytes of input
# are 32 MB at most, which the package cannot be told to return in pieces.
_ZSTD_BYTES = 1 << 10
# How many lines a block has, and how many bytes at most: enough that the cost of a block is
# negligible per line, few enough to fit into memory.
_BLOCK_LINES = 4096
_BLOCK_BYTES = 1 << 22
_COPY_BYTES = 1 << 31
_PARQUET = b"PAR1"
_BOM = b"\xef\xbb\xbf"
_OBJECT_ADVICE = "each line must be one JSON object"
_TEXT_ADVICE = f"{_OBJECT_ADVICE}; plain text is read where --references names a file"
_CONFIG_ADVICE = "a configuration is run by textmetrics compare"
_ARRAY_ADVICE = (
    "it looks like a JSON array: make it JSON Lines with jq -c '.[]' in.json > out.jsonl"
)
_PRETTY_ADVICE = "it looks like JSON over several lines: join them with jq -c . in.json > out.jsonl"
_TABLE_ADVICE = (
    "it looks like {kind}: make it JSON Lines in Python with pandas.read_csv({file}, dtype=str, "
    "keep_default_na=False).to_json('out.jsonl', orient='records', lines=True, force_ascii=False)"
)


class RawLine(NamedTuple):
    """A line of a file, undecoded.

    Attributes:
        number: from 1; blank lines count.
        offset: the byte of the decompressed file at which it begins.
        raw: its bytes, including the line break.
    """

    number: int
    offset: int
    raw: bytes

    def without_mark(self) -> RawLine:
        """Return the line without a byte order mark; files joined with ``cat`` have them inside."""
        if not self.raw.startswith(_BOM):
            return self
        return RawLine(self.number, self.offset + len(_BOM), self.raw[len(_BOM) :])


class Block(NamedTuple):
    """Consecutive lines.

    Attributes:
        number: of the first line, from 1.
        offset: the byte of the decompressed file at which they begin.
        raws: the bytes of each line, including the line break and any byte order mark.
    """

    number: int
    offset: int
    raws: list[bytes]

    def lines(self) -> Iterator[RawLine]:
        """Return the lines with their places, without byte order marks."""
        offset = self.offset
        for number, raw in enumerate(self.raws, start=self.number):
            yield RawLine(number, offset, raw).without_mark()
            offset += len(raw)

    def filled(self) -> Iterator[RawLine]:
        """Return the lines that are not blank; blank lines count in the line numbers."""
        return (line for line in self.lines() if line.raw.strip())


def read_bytes(path: str, at_most: int) -> bytes:
    """Return what a file has, decompressed, whatever it is.

    Raises:
        DataError: if its compression is damaged, or it has more bytes.
        OpenError: if it cannot be read.
    """
    parts: list[bytes] = []
    left = at_most
    try:
        with open_bytes(path) as file:
            for chunk in _chunks(file):
                left -= len(chunk)
                if left < 0:
                    raise DataError(path, None, f"more than {at_most:,} bytes")
                parts.append(chunk)
    except _DamageError as error:
        raise DataError(path, None, str(error)) from error
    except OSError as error:
        raise OpenError.of(path, error) from error
    return b"".join(parts)


class Lines:
    """Reads a file by lines, holding only a few in memory.

    Line breaks of any system are recognized, and byte order marks are skipped. Compression with
    gzip, Zstandard, xz or bzip2 is recognized by the first bytes, on standard input too.

    Args:
        path: a file, ``-`` for standard input, or a name on the network, such as
            ``s3://bucket/in.jsonl``; one of Excel may be followed by ``#Sheet``.
        encoding: the encoding of its text, UTF-8 where ``None``; a byte order mark of UTF-16
            decides by itself.
        max_line: how many bytes a line may have.
        hashed: whether `fingerprint` will be asked for.
        live: whether lines are returned as soon as they come, for a pipe whose writer waits for
            answers; blocks are small then.

    Attributes:
        name: the name in messages.
        max_line: how many bytes a line may have.
        live: whether lines are returned as soon as they come.
        size: the number of bytes, ``None`` if it is not known.
        sheet: the sheet of a file of Excel, if one was named.
        part: what of the file is read, if not what usually is; known once something was read.
        note: how the text was decoded if it is not UTF-8; known once something was read.

    Raises:
        OpenError: if it cannot be opened.
        ValueError: if the encoding is unknown.
    """

    def __init__(
        self,
        path: str,
        encoding: str | None = None,
        *,
        max_line: int = MAX_LINE,
        hashed: bool = False,
        live: bool = False,
    ) -> None:
        self.max_line = max_line
        self.live = live
        self._encoding = None if encoding is None else parse_encoding(encoding)
        self.name = shown_name(path)
        path, self.sheet = split_sheet(path)
        self.part = ""
        self._file = open_bytes(path)
        self.size = file_size(self._file)
        self._hash = _Hashed(self._file) if hashed else None
        self.note = ""
        self._is_sought = False
        self._share: float | None = None
        self._copy: BinaryIO | None = None
        self._rest: Iterator[Block] = self._read()
        self._ahead: list[Block] = []
        self._latest: Block | None = None
        self._evidence: bytes | None = None

    def __enter__(self) -> Lines:
        """Return itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close the file, unless it is standard input."""
        if self._file is not getattr(sys.stdin, "buffer", None):
            self._file.close()
        if self._copy is not None:
            self._copy.close()

    @property
    def position(self) -> int:
        """How many bytes of the file were read, before decompression."""
        if self.size is None:
            return 0
        return self._file.tell() if self._share is None else int(self._share * self.size)

    @property
    def is_parquet(self) -> bool:
        """Whether the file is Parquet, and not compressed; tables in it have no lines."""
        return self._file.peek(len(_PARQUET)).startswith(_PARQUET)

    def seekable(self) -> BinaryIO:
        """Return the file, to read its bytes in any order instead of its lines.

        A pipe, and what is compressed, is copied to a temporary file first.

        Raises:
            DataError: if that would be very large.
        """
        compressed = any(map(self._file.peek(8).startswith, _MAGICS))
        if self._file.seekable() and not compressed and self._file.tell() == 0:
            self._is_sought = True
            return self._file
        size = 0
        from tempfile import TemporaryFile

        self._copy = TemporaryFile()  # noqa: SIM115 - closed with the file
        for block in self.blocks():
            size += sum(map(len, block.raws))
            if size > _COPY_BYTES:
                message = f"a table of more than {_COPY_BYTES / 1e9:.0f} GB from a pipe, or "
                message += "compressed; name its file, decompressed"
                raise DataError(self.name, None, message)
            self._copy.writelines(block.raws)
        return self._copy

    def read_share(self, share: float) -> None:
        """Note how much of the file was read, from 0 to 1, where its bytes do not tell."""
        self._share = share

    def check_unchanged(self) -> None:
        """Raise an `OpenError` if the file is on the network, and another one by now."""
        if isinstance(self._file.raw, RemoteBytes):
            self._file.raw.check_unchanged()

    def fingerprint(self) -> tuple[int, str]:
        """Return how many bytes the file has as it is stored, and their SHA-256 in hexadecimal.

        What was not read yet is read, and can be read no more.

        Raises:
            OpenError: if reading fails.
            ValueError: if it was opened without ``hashed=True``.
        """
        if self._hash is None:
            raise ValueError("a file has a fingerprint if it was opened with hashed=True")
        try:
            if self._is_sought:
                self._file.seek(0)
                self._hash = _Hashed(self._file)
            while self._hash.read(_CHUNK_BYTES):
                pass
        except OSError as error:
            raise OpenError.of(self.name, error) from error
        return self._hash.size, self._hash.digest()

    def __iter__(self) -> Iterator[RawLine]:
        """Return the lines one at a time; raises what `blocks` raises."""
        return chain.from_iterable(block.lines() for block in self.blocks())

    def filled(self) -> Iterator[RawLine]:
        """Return the lines that are not blank."""
        return chain.from_iterable(block.filled() for block in self.blocks())

    def peek(self) -> Block | None:
        """Return the next lines without consuming them."""
        if not self._ahead:
            self._ahead += [block] if (block := next(self._rest, None)) else []
        return self._ahead[0] if self._ahead else None

    def unread(self, blocks: Iterable[Block]) -> None:
        """Put lines back, to be read again."""
        ahead, self._ahead = self._ahead, []
        self._rest = chain(blocks, ahead, self._rest)

    def too_long(self, what: str, line: int | None, size: int) -> DataError:
        """Return the error for what is longer than a line may be."""
        allowed = f"{size / 1e6:,.0f} MB" if size >= 1_000_000 else f"{size:,} bytes"
        message = (
            f"{what} has more than {allowed}; check the file, or allow more with --max-line, such "
            f"as --max-line {max(self.max_line // 1_000_000, 1) * 4}MB"
        )
        return DataError(self.name, line, message)

    def blocks(self) -> Iterator[Block]:
        """Return the lines, many at a time.

        Raises:
            DataError: if the compressed data are damaged or truncated.
            OpenError: if reading fails.
        """
        while self.peek() is not None:
            yield self._ahead.pop(0)

    def evidence(self) -> bytes:
        """Return those of the lines read last that are not UTF-8, to tell their encoding by.

        There are none where more of the lines are UTF-8 beyond ASCII: then the others are damaged.
        """
        if self._evidence is None:  # else each line of a block looks at all others
            raws = [raw for raw in self._latest.raws if not raw.isascii()] if self._latest else []
            foreign = [raw for raw in raws if not _is_utf_8(raw)]
            self._evidence = b"".join(foreign) if len(foreign) * 2 >= len(raws) else b""
        return self._evidence

    def _read(self) -> Iterator[Block]:
        number, offset = 1, 0
        try:
            file = self._hash or self._file
            chunks, self.note = as_utf_8(_chunks(file, live=self.live), self._encoding)
            pieces = _split(chunks, self.max_line)
            for raws in filter(None, pieces) if self.live else _gathered(pieces):
                if number == 1 and looks_like_utf_16(b"".join(raws[:16])[:1024]):
                    raise DataError(self.name, 1, _zeros(b"".join(raws[:16])))
                self._latest, self._evidence = Block(number, offset, raws), None
                yield self._latest
                number += len(raws)
                offset += sum(map(len, raws))
        except WrongEncodingError as error:
            raise DataError(self.name, None, str(error)) from None
        except UnicodeDecodeError as error:
            raise DataError(self.name, number, self._undecodable(error)) from None
        except _LongLineError:
            raise self.too_long("the line", number, self.max_line) from None
        except _DamageError as error:
            raise DataError(self.name, number, str(error)) from error
        except OSError as error:
            raise OpenError.of(self.name, error) from error

    def _undecodable(self, error: UnicodeDecodeError) -> str:
        """Return the message for bytes that are not in the encoding that was named."""
        found = error.object[error.start]
        named = self._encoding or error.encoding
        begin = error.object.rfind(b"\n", 0, error.start) + 1
        line = error.object[begin:].partition(b"\n")[0]
        advice = "create or copy the file again"
        if self._encoding and _is_utf_8(line):
            advice = "that line is UTF-8, so the file has two encodings: write it again in one"
        elif self._encoding:
            advice = to_use(error.object)
        return f"not {named}: byte 0x{found:02x} at or after this line; {advice}"


def _is_utf_8(raw: bytes) -> bool:
    try:
        raw.decode()
    except UnicodeDecodeError:
        return False
    return True


def _zeros(raw: bytes) -> str:
    option, looks = encoding_name(likely_encoding(raw) or "utf-16-le")
    return f"the text has zero bytes: it looks like {looks}; pass --encoding {option}"


class _DamageError(Exception):
    """A compressed stream cannot be read to its end; the message says why, and what to do."""

    @classmethod
    def of(cls, error: object) -> _DamageError:
        """Return the error for one of the package that decompresses."""
        if "memory" in str(error).lower():
            advice = "compress it again with a smaller window, such as xz -9 or zstd -19"
            return cls(f"decompressing takes too much memory; {advice}")
        return cls(f"damaged compression ({error}); create or copy the file again")


class _LongLineError(Exception):
    """A line is longer than it may be."""


class _Hashed:
    """A file whose bytes are hashed as they are read: a second pass would take as long again."""

    def __init__(self, file: BufferedReader) -> None:
        from hashlib import sha256

        self.peek = file.peek
        self.size = 0
        self._file = file
        self._sha256 = sha256()

    def read(self, size: int) -> bytes:
        return self._hashed(self._file.read(size))

    def read1(self, size: int) -> bytes:
        return self._hashed(self._file.read1(size))

    def _hashed(self, raw: bytes) -> bytes:
        self.size += len(raw)
        self._sha256.update(raw)
        return raw

    def digest(self) -> str:
        return self._sha256.hexdigest()


def _chunks(file: BufferedReader | _Hashed, *, live: bool = False) -> Iterator[bytes]:
    """Return the bytes of a file, decompressed.

    Args:
        file: the file.
        live: whether not to wait for more bytes than there are.
    """
    start = file.peek(8)
    for magic, decompressor in _COMPRESSIONS:
        if start.startswith(magic):
            return _decompressed(file, decompressor)
    return iter(partial(file.read1 if live else file.read, _CHUNK_BYTES), b"")


def _decompressed(file: BufferedReader | _Hashed, make: Callable[[], _Stream]) -> Iterator[bytes]:
    """Decompress one stream after the other, in small pieces; a file may have several.

    The file objects of those packages are not used: Zstandard's reads a truncated file without an
    error.
    """
    stream = None
    for chunk in iter(partial(file.read, _CHUNK_BYTES), b""):
        rest = chunk
        # A complete stream may be followed by zeros as padding.
        while rest := rest if stream else rest.lstrip(b"\0"):
            stream = stream or make()
            try:
                yield from filter(None, stream.pieces(rest))
            except MemoryError:
                raise
            except Exception as error:  # each package has its own exception
                raise _DamageError.of(error) from error
            rest = b""
            if stream.eof:
                rest, stream = stream.unused, None
    if stream is not None:
        raise _DamageError.of("no end of the compressed data")


class _Stream(ABC):
    """A compressed stream.

    Attributes:
        eof: whether it has ended.
        unused: the bytes behind its end.
    """

    eof = False
    unused = b""

    @abstractmethod
    def pieces(self, raw: bytes) -> Iterator[bytes]:
        """Decompress more of it; no piece has many bytes, however many they are together."""


class _Gzip(_Stream):
    def __init__(self) -> None:
        self._stream = zlib.decompressobj(wbits=31)

    def pieces(self, raw: bytes) -> Iterator[bytes]:
        stream = self._stream
        while text := stream.decompress(raw, _PIECE_BYTES):
            yield text
            if stream.eof:
                break
            raw = stream.unconsumed_tail
        self.eof, self.unused = stream.eof, stream.unused_data


class _Zstandard(_Stream):
    def __init__(self) -> None:
        from zstandard import ZstdDecompressor

        self._stream = ZstdDecompressor().decompressobj()

    def pieces(self, raw: bytes) -> Iterator[bytes]:
        for begin in range(0, len(raw), _ZSTD_BYTES):
            end = begin + _ZSTD_BYTES
            text = self._stream.decompress(raw[begin:end])
            for at in range(0, len(text), _PIECE_BYTES):
                yield text[at : at + _PIECE_BYTES]
            if self._stream.eof:
                self.eof, self.unused = True, self._stream.unused_data + raw[end:]
                return


class _Blocks(_Stream):
    """A stream of xz or bzip2, whose packages have the same interface."""

    def __init__(self, stream: LZMADecompressor | BZ2Decompressor) -> None:
        self._stream = stream

    def pieces(self, raw: bytes) -> Iterator[bytes]:
        stream = self._stream
        yield stream.decompress(raw, _PIECE_BYTES)
        while not (stream.eof or stream.needs_input):
            yield stream.decompress(b"", _PIECE_BYTES)
        self.eof, self.unused = stream.eof, stream.unused_data


def _xz() -> _Stream:
    from lzma import LZMADecompressor

    return _Blocks(LZMADecompressor(memlimit=_XZ_BYTES))


def _bzip2() -> _Stream:
    from bz2 import BZ2Decompressor

    return _Blocks(BZ2Decompressor())


# No JSON begins with any of these.
_COMPRESSIONS: tuple[tuple[bytes, Callable[[], _Stream]], ...] = (
    (b"\x1f\x8b", _Gzip),
    (b"\x28\xb5\x2f\xfd", _Zstandard),
    (b"\xfd7zXZ\x00", _xz),
    (b"BZh", _bzip2),
)
_MAGICS = tuple(magic for magic, _ in _COMPRESSIONS)


def _split(chunks: Iterator[bytes], longest: int = MAX_LINE) -> Iterator[list[bytes]]:
    """Return the lines that end in each chunk; a line that spans chunks is joined once.

    Raises:
        _LongLineError: at a line that is longer, once the lines before were returned.
    """
    waiting: list[bytes] = []
    size = 0  # of what waits
    for chunk in chunks:
        size += len(chunk)
        begun = not (waiting and waiting[-1].endswith(b"\r"))  # else the line ends there
        if begun and b"\n" not in chunk and b"\r" not in chunk:
            waiting.append(chunk)
            if size > longest:
                raise _LongLineError
            continue
        pieces = b"".join([*waiting, chunk]).splitlines(keepends=True)
        if size > longest and max(map(len, pieces)) > longest:
            yield list(takewhile(lambda each: len(each) <= longest, pieces))
            raise _LongLineError
        # A \r at the end may be half of a \r\n.
        waiting = [] if pieces[-1].endswith(b"\n") else [pieces.pop()]
        size = sum(map(len, waiting))
        yield pieces
    yield b"".join(waiting).splitlines(keepends=True)


def _gathered(pieces: Iterator[list[bytes]]) -> Iterator[list[bytes]]:
    """Join the lines of chunks into blocks."""
    raws: list[bytes] = []
    size = 0
    try:
        for some in pieces:
            raws += some
            size += sum(map(len, some))
            whole = len(raws) if size >= _BLOCK_BYTES else len(raws) - len(raws) % _BLOCK_LINES
            for begin in range(0, whole, _BLOCK_LINES):
                yield raws[begin : begin + _BLOCK_LINES]
            if whole:
                raws = raws[whole:]
                size = sum(map(len, raws))
    except (_DamageError, _LongLineError, OSError):  # the lines before come first
        if raws:
            yield raws
        raise
    if raws:
        yield raws


def parse_value(line: RawLine, file: str, evidence: Evidence | None = None) -> Any:
    """Return the JSON value of a line.

    msgspec parses it. The rare line that msgspec refuses is parsed again by the standard library,
    which accepts NaN and lone surrogates and has better error messages.

    Args:
        line: the line.
        file: the name of its file.
        evidence: returns more lines to tell the encoding by, if the line is not UTF-8.

    Raises:
        RecordError: if the line is not UTF-8 or not JSON.
    """
    import msgspec

    try:
        return msgspec.json.decode(line.raw)
    except (ValueError, RecursionError):  # msgspec's errors are ValueErrors
        return _parse_slowly(line, file, evidence)


def parse_record(line: RawLine, file: str) -> dict[str, Any]:
    """Return the JSON object of a line.

    Raises:
        RecordError: if the line is not UTF-8, not JSON or not an object.
    """
    return as_record(parse_value(line, file), file, line.number)


def as_record(value: object, file: str, line: int) -> dict[str, Any]:
    """Return the value of a line of JSON Lines if it is an object.

    Raises:
        RecordError: if it is something else.
    """
    if isinstance(value, dict):
        return value
    of_objects = isinstance(value, list) and value and isinstance(value[0], dict)
    advice = _ARRAY_ADVICE if of_objects and line == 1 else _OBJECT_ADVICE
    found = f"{json_type(value)}: {short_repr(value)}"
    kind = BrokenLineError if advice is _OBJECT_ADVICE else RecordError
    raise kind(file, line, f"not an object, found {found}; {advice}")


def decode_line(line: RawLine, file: str, evidence: Evidence | None = None) -> str:
    """Return a line as text.

    Args:
        line: the line.
        file: the name of its file.
        evidence: returns more lines to tell the encoding by, if the line is not UTF-8.

    Raises:
        RecordError: if it is not UTF-8; the message names the encoding that it may have.
    """
    try:
        return line.raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise RecordError(file, line.number, _not_unicode(line, error.start, evidence)) from None


def _parse_slowly(line: RawLine, file: str, evidence: Evidence | None) -> Any:
    text = decode_line(line, file, evidence)
    try:
        return json.loads(text, parse_float=WrittenNumber)
    except json.JSONDecodeError as error:
        if ends_early(error) and not text.endswith(("\n", "\r")):  # the last line of the file
            message = truncated(error)
        else:
            found = (
                short_repr(text[error.pos : error.pos + 30].rstrip("\r\n"))
                if error.pos < len(text.rstrip())
                else "the end of the line"
            )
            where = f"{found} at character {error.pos + 1}"
            message = f"invalid JSON ({error.msg}), found {where}; {_advice(line, file)}"
    except RecursionError:
        message = f"invalid JSON: too many nested brackets; {_advice(line, file)}"
    except ValueError:
        message = "invalid JSON: a number with thousands of digits; write it as a string"
    kind = BrokenLineError if _advice(line, file) is _OBJECT_ADVICE else RecordError
    raise kind(file, line.number, message)


def ends_early(error: Exception) -> bool:
    """Return whether the only fault of some JSON is that it ends too early."""
    if not isinstance(error, json.JSONDecodeError):
        return False
    at_end = error.pos >= len(error.doc.rstrip())
    return at_end or error.msg.startswith("Unterminated string")


def truncated(error: json.JSONDecodeError) -> str:
    """Return the message for a file that ends within its JSON."""
    return (
        f"the JSON ends too early (character {error.colno}): the file is truncated; "
        "write or copy it again"
    )


def _advice(line: RawLine, file: str) -> str:
    """Return what a line must be, or what to do if the first line is of another format."""
    text = line.raw.strip()
    if line.number > 1:
        return _OBJECT_ADVICE
    if Path(file).suffix.lower() in (".yaml", ".yml", ".toml"):
        return _CONFIG_ADVICE
    if text.startswith(b"[") or text == b"{":
        return _PRETTY_ADVICE if text == b"{" else _ARRAY_ADVICE
    if b"{" not in text and b"\t" in text:
        return _TABLE_ADVICE.format(kind="TSV", file="'in.tsv', sep='\\t'")
    if b"{" not in text and b"," in text:
        return _TABLE_ADVICE.format(kind="CSV", file="'in.csv'")
    return _OBJECT_ADVICE if text.startswith((b"{", b"[", b'"')) else _TEXT_ADVICE


def _not_unicode(line: RawLine, start: int, evidence: Evidence | None) -> str:
    return (
        f"invalid UTF-8: byte 0x{line.raw[start]:02x} at byte {start} of the line "
        f"(byte {line.offset + start:,} of the input); convert it to UTF-8"
        f"{_encoding_advice(line, start, evidence)}"
    )


def _encoding_advice(line: RawLine, start: int, evidence: Evidence | None) -> str:
    """Return in which encoding a line that is not UTF-8 may be, if it is not a damaged one.

    Args:
        line: the line.
        start: its first byte that is not UTF-8.
        evidence: returns the lines of the file that are not UTF-8, if there is a file, for which
            the encoding can be named.
    """
    foreign = line.raw if evidence is None else evidence()
    if not (foreign and line.raw[:start].isascii()):  # UTF-8, damaged
        return ""
    codec = likely_encoding(foreign) if _is_enough(foreign) else None
    if codec is not None:
        option, looks = encoding_name(codec)
        pass_it = "" if evidence is None else f", or pass --encoding {option}"
        return f"{pass_it} (it looks like {looks})"
    possible = possible_encodings(foreign)
    if evidence is None or not possible:
        return ""
    some = "one of " if len(possible) > 1 else ""
    return f", or name its encoding with --encoding; it may be {some}{', '.join(possible)}"


@lru_cache(maxsize=4)  # all lines of a block ask about the same bytes
def _is_enough(foreign: bytes) -> bool:
    """Return whether the encoding of bytes can be told."""
    marked = foreign.startswith((b"\xff\xfe", b"\xfe\xff"))
    return marked or len(foreign.translate(None, bytes(range(128)))) >= FEW_BYTES
