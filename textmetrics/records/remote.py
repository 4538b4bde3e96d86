"""Read and write files on the network by fsspec; nothing here touches it before a name is given.

A name begins with its scheme, such as ``s3://``. Only those of `SCHEMES` are known, and no chains
of them, which fsspec would unpack or write to the disk.
"""

from __future__ import annotations

import io
import logging
import os
import re
import time
from abc import ABC, abstractmethod
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from typing import Any, BinaryIO
from urllib.parse import unquote, urlsplit

from textmetrics._escape import short_repr, without_secrets
from textmetrics._patterns import lazy_pattern
from textmetrics.records.errors import InputError, OpenError

__all__ = [
    "SCHEMES",
    "RemoteBytes",
    "Upload",
    "check",
    "check_writable",
    "entries",
    "is_folder",
    "is_on_the_web",
    "is_remote",
    "local_path",
    "open_stream",
    "upload",
]

SCHEMES = {
    "s3": "s3fs",
    "gs": "gcsfs",
    "hf": "huggingface_hub",
    "https": "aiohttp",
    "http": "aiohttp",
}
"""The schemes of names on the network, with the packages that fsspec needs for them."""

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+._-]*)://")
_CHAIN = lazy_pattern(r"(?i)[a-z][a-z0-9+._-]*(://.*)?::(.*://|[^/\]])")
_WEB = ("https", "http")
_CONNECT_SECONDS = 10
_READ_SECONDS = 60  # without a byte
_PAUSES = (0.5, 1.0, 2.0)  # seconds before a connection is tried again
_BLOCK_BYTES = 1 << 22  # that are asked for at once
_KEPT_BLOCKS = 8  # of them, for columns of Parquet that are read side by side
_PART_BYTES = 1 << 24  # of an upload; 10,000 of them are the most that S3 takes
_BUFFER_BYTES = 1 << 20
_LOGGERS = ("asyncio", "fsspec", "s3fs", "gcsfs", "botocore", "aiobotocore", "google")


def is_remote(name: str) -> bool:
    """Return whether a name is one on the network.

    Raises:
        OpenError: if it has a scheme that is not known, or several.

    Examples:
        >>> is_remote("s3://bucket/in.jsonl"), is_remote("in.jsonl"), is_remote("file:///in.jsonl")
        (True, False, False)
    """
    if "::" in name and "://" in name and _CHAIN.match(name):
        message = "chains several names with ::, which are not read; name the file itself"
        raise OpenError(name, None, message)
    found = _SCHEME.match(name)
    if found is None:
        return False
    scheme = found[1].lower()
    if scheme == "file":
        return False
    if scheme not in SCHEMES:
        known = ", ".join(f"{each}://" for each in (*SCHEMES, "file"))
        message = f"unknown scheme {short_repr(scheme)}; files on the network begin with {known}"
        raise OpenError(name, None, message)
    return True


def local_path(name: str) -> str:
    """Return the path of a file on this machine, which may be named by ``file://``.

    Examples:
        >>> local_path("file:///data/a%20b.jsonl"), local_path("in.jsonl")
        ('/data/a b.jsonl', 'in.jsonl')
    """
    if name[:7].lower() != "file://":
        return name
    parts = urlsplit(name)
    if parts.netloc not in ("", "localhost"):
        message = f"names another machine, {short_repr(parts.netloc)}; write file:///PATH"
        raise OpenError(name, None, message)
    return unquote(parts.path)


# --- what fsspec raises, in words


@contextmanager
def _in_words(name: str, doing: str = "read") -> Iterator[None]:
    """Raise whatever fsspec and its packages raise as an `OpenError` of one line.

    Raises:
        OpenError: in place of other errors.
    """
    try:
        yield
    except (InputError, MemoryError):
        raise
    except Exception as error:  # each package has exceptions of its own
        raise OpenError(name, None, _words(error, name, doing)) from error


def _words(error: Exception, name: str, doing: str) -> str:
    kinds = {each.__name__ for each in type(error).__mro__}
    status = _status(error)
    if isinstance(error, FileNotFoundError) or status in (404, 410):
        what = "bucket or repository" if doing == "written" else "file"
        found = f"no such {what}; check the name"
    elif kinds & {"NoCredentialsError", "PartialCredentialsError", "DefaultCredentialsError"}:
        found = f"no credentials; provide them, or {_anonymous(name)}"
    elif isinstance(error, PermissionError) or status in (401, 403):
        found = f"access denied; check the credentials, or {_anonymous(name)}"
    elif isinstance(error, IsADirectoryError):
        found = "is a folder; name the files in it"
    elif isinstance(error, TimeoutError) or any("Timeout" in each for each in kinds):
        waited = f"{_CONNECT_SECONDS} s to connect, {_READ_SECONDS} s between bytes"
        found = f"no answer in time ({waited}); try again later"
    elif kinds & {"ClientConnectorError", "EndpointConnectionError", "ConnectError"} or (
        isinstance(error, ConnectionError)
    ):
        found = f"cannot connect to the server ({_reason(error, name)}); check name and network"
    elif status is not None:
        found = f"cannot be {doing}: the server answers {status}; try again later"
    else:
        found = f"cannot be {doing} ({_reason(error, name)}); check the name"
    return found


def _status(error: Exception) -> int | None:
    """Return the status by which a server refused a request, ``None`` where it did not."""
    response = getattr(error, "response", None)
    found: Any = (
        getattr(error, "status", None)
        or getattr(error, "code", None)
        or getattr(response, "status_code", None)
    )
    if isinstance(response, dict):  # of botocore
        found = response.get("ResponseMetadata", {}).get("HTTPStatusCode", found)
    try:
        return int(found)
    except (TypeError, ValueError):
        return None


def _reason(error: Exception, name: str) -> str:
    """Return what an error says, in a line, without secrets."""
    kind = type(error).__name__
    lines = str(getattr(error, "os_error", None) or error).splitlines()
    text = next(filter(None, map(str.strip, lines)), "")
    text = text.replace(name, without_secrets(name))
    text = re.sub(r"\w+://[^\s'\"<>]+", lambda found: without_secrets(found[0]), text)
    return f"{kind}: {text[:200]}" if text else kind


def _anonymous(name: str) -> str:
    return {
        "s3": "set FSSPEC_S3_ANON=true for a public bucket",
        "gs": "set FSSPEC_GS_TOKEN=anon for a public bucket",
        "hf": "log in with hf auth login, or set HF_TOKEN",
    }.get(_scheme(name), "name a file that needs none")


def _scheme(name: str) -> str:
    found = _SCHEME.match(name)
    return found[1].lower() if found else ""


# --- file systems


def _filesystem(name: str) -> Any:
    """Return the file system of fsspec for a name.

    Raises:
        OpenError: if a package is missing.
    """
    scheme = _scheme(name)
    try:
        return _made(scheme)
    except ImportError as error:
        needed = f"fsspec and {SCHEMES[scheme]}"
        message = f"needs {needed}: pip install 'textmetrics-eval[remote]' ({error})"
        raise OpenError(name, None, message.replace("\n", " ")) from None


def _made(scheme: str) -> Any:
    return _made_in(scheme, os.getpid())  # its loop and sockets do not survive a fork


@cache
def _made_in(scheme: str, _process: int) -> Any:
    import fsspec

    options: dict[str, Any] = {"use_listings_cache": False}
    if scheme in _WEB:
        import aiohttp

        options["client_kwargs"] = {
            "timeout": aiohttp.ClientTimeout(
                total=None, sock_connect=_CONNECT_SECONDS, sock_read=_READ_SECONDS
            ),
            "trust_env": True,  # proxies
        }
    elif scheme == "s3":
        options["config_kwargs"] = {
            "connect_timeout": _CONNECT_SECONDS,
            "read_timeout": _READ_SECONDS,
            "retries": {"max_attempts": 1},  # s3fs tries again, too
        }
    made = fsspec.filesystem(scheme, **options)
    if scheme == "s3":
        made.retries = len(_PAUSES)
    for each in _LOGGERS:  # else Python prints tracebacks of errors that are told in a line
        logging.getLogger(each).addHandler(logging.NullHandler())
    return made


def is_on_the_web(name: str) -> bool:
    """Return whether a name is one of a web server, which need not list what it has."""
    return _scheme(name) in _WEB


def check(name: str) -> None:
    """Check that a file can be opened.

    Raises:
        OpenError: if it cannot.
    """
    if is_on_the_web(name):
        open_stream(name).close()
    elif is_folder(name):
        raise OpenError(name, None, f"is a folder; name the files in it, such as {name}/*.jsonl")


def is_folder(name: str) -> bool:
    """Return whether a name is that of a folder; on a web server, if it ends in a slash.

    Raises:
        OpenError: if there is no such name.
    """
    if is_on_the_web(name):
        return without_secrets(name).endswith("/")
    with _in_words(name):
        return bool(_filesystem(name).info(name)["type"] == "directory")


def entries(folder: str) -> list[tuple[str, bool]]:
    """Return what is in a folder: whole names, each with whether it is a folder.

    Raises:
        OpenError: if it cannot be listed.
    """
    folder = folder.rstrip("/") + "/"
    system = _filesystem(folder)
    with _in_words(folder, "listed"):
        found = system.ls(folder, detail=True)
    scheme = _SCHEME.match(folder)
    begin = "" if is_on_the_web(folder) or scheme is None else scheme[0]
    listed = []
    for each in found:
        name = begin + str(each["name"])
        inside = name.removeprefix(folder)
        is_inside = name.startswith(folder) and inside.strip("/") and "/" not in inside[:-1]
        if is_inside and not inside.startswith(("?", "#", "../")):
            listed.append((name.rstrip("/"), each["type"] == "directory" or name.endswith("/")))
    return list(dict.fromkeys(listed))


# --- reading


def open_stream(name: str) -> io.BufferedReader:
    """Open a file for reading, as a stream that can be sought in where its server has ranges.

    Raises:
        OpenError: if it cannot be opened.
    """
    system = _filesystem(name)
    with _in_words(name):
        source = _WebPage(name, system) if is_on_the_web(name) else _Object(name, system)
    return io.BufferedReader(RemoteBytes(source), _BUFFER_BYTES)


class _Source(ABC):
    """A file on the network.

    Attributes:
        name: its name.
        size: the number of its bytes, ``None`` if it is not known.
        has_ranges: whether any of its bytes can be asked for.
    """

    size: int | None = None
    has_ranges = False

    def __init__(self, name: str) -> None:
        self.name = name

    @abstractmethod
    def stream(self, at: int) -> bytes:
        """Return the next bytes of a stream, which is at some byte; none at its end."""

    @abstractmethod
    def range(self, begin: int, end: int) -> bytes:
        """Return the bytes from one place to before another."""

    def check_unchanged(self) -> None:  # noqa: B027 - most see it in each answer
        """Raise an `OpenError` if the file is another one by now."""

    def changed(self) -> OpenError:
        """Return the error for a file that was replaced while it was read."""
        return OpenError(self.name, None, "changed while it was read; read it again")

    def end_stream(self) -> None:  # noqa: B027 - most have none open
        """Read no further where the stream is."""

    def close(self) -> None:
        """Read nothing more."""
        self.end_stream()


class RemoteBytes(io.RawIOBase):
    """The bytes of a file on the network.

    Read from beginning to end, they are one stream; once another place was sought, they are blocks.

    Args:
        source: where they come from.

    Attributes:
        size: the number of bytes, ``None`` if it is not known.
    """

    def __init__(self, source: _Source) -> None:
        self.size = source.size
        self._source = source
        self._at = 0
        self._streams = True
        self._rest = memoryview(b"")
        self._blocks: OrderedDict[int, bytes] = OrderedDict()

    def readable(self) -> bool:
        """Return ``True``."""
        return True

    def seekable(self) -> bool:
        """Return whether any place can be read."""
        return self._source.has_ranges and self.size is not None

    def tell(self) -> int:
        """Return the place of the next byte."""
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to another place."""
        if not self.seekable():
            raise io.UnsupportedOperation("seek")
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self.size or 0}[whence]
        if start + offset != self._at:
            self._streams = False
            self._source.end_stream()
            self._rest = memoryview(b"")
            self._at = start + offset
        return self._at

    def readinto(self, buffer: Any) -> int:
        """Read some bytes; none at the end.

        Raises:
            OpenError: if they cannot be read.
        """
        with _in_words(self._source.name):
            if self._streams:
                if not self._rest:
                    self._rest = memoryview(self._source.stream(self._at))
                piece, self._rest = self._rest[: len(buffer)], self._rest[len(buffer) :]
            else:
                piece = self._from_block(len(buffer))
            if not piece:
                self._source.check_unchanged()
        buffer[: len(piece)] = piece
        self._at += len(piece)
        return len(piece)

    def _from_block(self, most: int) -> memoryview:
        number, inside = divmod(self._at, _BLOCK_BYTES)
        begin = number * _BLOCK_BYTES
        end = min(begin + _BLOCK_BYTES, self.size or 0)
        if self._at >= end:
            return memoryview(b"")
        if number not in self._blocks:
            self._blocks[number] = self._source.range(begin, end)
        self._blocks.move_to_end(number)
        if len(self._blocks) > _KEPT_BLOCKS:
            self._blocks.popitem(last=False)
        return memoryview(self._blocks[number])[inside : inside + most]

    def check_unchanged(self) -> None:
        """Raise an `OpenError` if the file is another one by now."""
        with _in_words(self._source.name):
            self._source.check_unchanged()

    def close(self) -> None:
        """End the connection."""
        if not self.closed:
            self._source.close()
        super().close()


class _Object(_Source):
    """An object of a store, whose package asks again for a range that broke off."""

    has_ranges = True

    def __init__(self, name: str, system: Any) -> None:
        super().__init__(name)
        self._system = system
        self._file = system.open(name, "rb", block_size=_BLOCK_BYTES, cache_type="none")
        self.size = self._file.size
        self._version = _version(self._file.details)

    def stream(self, at: int) -> bytes:
        return self.range(at, min(at + _BLOCK_BYTES, self.size or 0))

    def range(self, begin: int, end: int) -> bytes:
        if begin >= end:
            return b""
        self._file.seek(begin)
        try:
            found = bytes(self._file.read(end - begin))
        except Exception as error:
            if _status(error) == 412 or type(error).__name__ == "FileExpired":
                raise self.changed() from error
            raise
        if len(found) < end - begin:
            self.check_unchanged()
            message = f"broke off after {begin + len(found):,} of {self.size:,} bytes; try again"
            raise OpenError(self.name, None, message)
        return found

    def check_unchanged(self) -> None:
        self._system.invalidate_cache()
        try:
            now = _version(self._system.info(self.name))
        except FileNotFoundError:
            raise self.changed() from None
        if now != self._version:
            raise self.changed()

    def close(self) -> None:
        self._file.close()


def _version(details: Any) -> tuple[Any, ...]:
    """Return what differs between one content of an object and another."""
    known = ("size", "ETag", "etag", "generation", "blob_id", "xet_hash", "LastModified", "mtime")
    return tuple(str(details.get(each)) for each in known)


class _WebPage(_Source):
    """A file of a web server, read as one stream that is resumed where it broke off."""

    def __init__(self, name: str, system: Any) -> None:
        super().__init__(name)
        self._system = system
        self._response: Any = None
        self._tags = ("", "")
        headers = self._connect(0)
        self._tags = _tags(headers)
        encoded = headers.get("Content-Encoding", "identity") != "identity"
        length = headers.get("Content-Length", "")
        self.size = int(length) if length.isdecimal() and not encoded else None
        self.has_ranges = headers.get("Accept-Ranges", "").lower() == "bytes" and not encoded

    def stream(self, at: int) -> bytes:
        def read() -> bytes:
            if self._response is None:
                self._connect(at)
            try:
                return bytes(self._wait(self._response.content.read, _BUFFER_BYTES))
            except BaseException:
                self.end_stream()
                raise

        found = self._again(read, at)
        if not found and self.size is not None and at < self.size:
            raise self._broken(at)
        return found

    def range(self, begin: int, end: int) -> bytes:
        def read() -> bytes:
            self._connect(begin, end)
            try:
                return bytes(self._wait(self._response.read))
            finally:
                self.end_stream()

        found = self._again(read, begin)
        if len(found) != end - begin:
            raise self._broken(begin + len(found))
        return found

    def _again(self, read: Callable[[], bytes], at: int) -> bytes:
        """Read, and once more where the connection broke."""
        for pause in _PAUSES:
            try:
                return read()
            except Exception as error:
                if not _is_passing(error):
                    raise
                if at and not self._is_resumable():
                    raise self._broken(at) from error
            time.sleep(pause)
        try:
            return read()
        except Exception as error:
            if isinstance(error, OpenError) or not at or not _is_passing(error):
                raise
            raise self._broken(at) from error

    def _is_resumable(self) -> bool:
        return self.has_ranges and any(self._tags)

    def _broken(self, at: int) -> OpenError:
        of = f" of {self.size:,}" if self.size is not None else ""
        why = "try again later"
        if not self.has_ranges:
            why = "its server cannot resume (no ranges), so download the file first"
        elif not any(self._tags):
            why = "its server names no version (ETag, Last-Modified), so download the file first"
        return OpenError(self.name, None, f"the connection broke off after {at:,}{of} bytes; {why}")

    def _connect(self, begin: int, end: int | None = None) -> Any:
        """Send a request whose answer begins at some byte; return its headers.

        Raises:
            OpenError: if the file has changed, or ranges are not what they were said to be.
        """
        headers = {"Accept-Encoding": "identity"}  # else its places would be unknown
        if begin or end is not None:
            headers["Range"] = f"bytes={begin}-{'' if end is None else end - 1}"
            etag, modified = self._tags
            if (tag := etag or modified) and not tag.startswith("W/"):
                headers["If-Range"] = tag
        self.end_stream()
        self._response = self._wait(self._request, headers)
        status, found = self._response.status, self._response.headers
        same = all(
            now == old for now, old in zip(_tags(found), self._tags, strict=True) if now and old
        )
        if "Range" not in headers:
            if same:
                return found
            raise self.changed()
        length = re.fullmatch(r"bytes (\d+)-\d+/(\d+|\*)", found.get("Content-Range", ""))
        if status == 200 and same and any(self._tags):
            self.has_ranges = False
            raise self._broken(begin)
        if not same or status != 206 or length is None:
            raise self.changed()
        if int(length[1]) != begin or length[2] not in ("*", str(self.size)):
            raise self.changed()
        return found

    async def _request(self, headers: dict[str, str]) -> Any:
        session = await self._system.set_session()
        url = self._system.encode_url(self.name)
        response = await session.get(url, headers=headers, read_bufsize=_BUFFER_BYTES)
        if response.status == 416:
            response.close()
            raise self.changed()
        response.raise_for_status()
        return response

    def _wait(self, do: Callable[..., Any], *arguments: Any) -> Any:
        """Run something in the loop of fsspec; signals are heard meanwhile."""
        from fsspec.asyn import sync

        return sync(self._system.loop, do, *arguments)

    def end_stream(self) -> None:
        response, self._response = self._response, None
        if response is not None:
            with suppress(RuntimeError):  # the loop is closed already
                self._system.loop.call_soon_threadsafe(response.close)


def _tags(headers: Any) -> tuple[str, str]:
    """Return what tells the versions of a file apart."""
    return headers.get("ETag", ""), headers.get("Last-Modified", "")


def _is_passing(error: Exception) -> bool:
    """Return whether the same request may succeed next time."""
    if isinstance(error, InputError):
        return False
    status = _status(error)
    if status is not None:
        return status == 429 or status >= 500
    kinds = {each.__name__ for each in type(error).__mro__}
    if kinds & {"ClientConnectorError"}:
        return False  # no such machine, or it refuses
    return bool(kinds & {"ClientError", "TimeoutError", "FSTimeoutError"}) or isinstance(
        error, (ConnectionError, TimeoutError)
    )


# --- writing


def check_writable(name: str) -> None:
    """Check that objects are written under such names.

    Raises:
        OpenError: if not.
    """
    if is_on_the_web(name):
        *some, last = [f"{each}://" for each in SCHEMES if each not in _WEB]
        writable = f"{', '.join(some)} or {last}"
        message = f"a web server takes no files; name one on this machine, or at {writable}"
        raise OpenError(name, None, message)
    _filesystem(name)


@contextmanager
def upload(name: str) -> Iterator[Upload]:
    """Write an object, which appears whole once everything was sent, or not at all.

    Raises:
        OpenError: if it cannot be written.
    """
    check_writable(name)
    with _in_words(name, "written"):
        file = _filesystem(name).open(name, "wb", block_size=_PART_BYTES)
    try:
        yield Upload(name, file)
        with _in_words(name, "written"):
            file.close()
    except BaseException:
        _discard(file)
        raise


class Upload(io.RawIOBase, BinaryIO):
    """What is written to an object.

    Attributes:
        discards: whether to send nothing more.
    """

    def __init__(self, name: str, file: Any) -> None:
        self.discards = False
        self._name = name
        self._file = file

    def writable(self) -> bool:
        """Return ``True``."""
        return True

    def write(self, raw: Any) -> int:
        """Write some bytes; return how many."""
        if self.discards:
            return memoryview(raw).nbytes
        with _in_words(self._name, "written"):
            return int(self._file.write(raw))


def _discard(file: Any) -> None:
    """Drop what was sent; without this, fsspec would complete the object when it is collected."""
    if file.closed:
        return
    with suppress(Exception):  # the first error is the one that counts
        if file.offset is not None or getattr(file, "mpu", None):
            file.discard()
    temporary = getattr(file, "temp_file", None)
    if temporary is not None:
        with suppress(OSError):
            temporary.close()
            os.unlink(temporary.name)
    file.closed = True
