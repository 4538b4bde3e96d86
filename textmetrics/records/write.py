"""Write a file completely, or not at all."""

from __future__ import annotations

import io
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import (
    AbstractContextManager,
    ExitStack,
    closing,
    contextmanager,
    nullcontext,
)
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from textmetrics.records import remote
from textmetrics.records.errors import OpenError
from textmetrics.records.temporary_files import sync_folder, temporary

if TYPE_CHECKING:
    from typing_extensions import Buffer

__all__ = ["COMPRESSED", "atomic_output"]

_BUFFER = 1 << 20


@contextmanager
def atomic_output(path: str) -> Iterator[BinaryIO]:
    """Open a file for writing, compressed if its suffix says so.

    The file gets its name once everything is on disk, or was sent. After an error, Ctrl-C or a
    signal, the previous content is still there, and no temporary file is left; one of a run that
    was killed is removed by the next run that writes to the same folder.

    Args:
        path: a file, or a name such as ``s3://bucket/out.jsonl``.

    Raises:
        OpenError: if it cannot be written.
    """
    if remote.is_remote(path):
        with remote.upload(path) as sent, _compressed(sent, Path(path).suffix.lower()) as stream:
            try:
                yield stream
            except BaseException:
                sent.discards = True
                raise
        return
    target = Path(remote.local_path(path)).resolve()  # the target of a link, so that the link stays
    with ExitStack() as stack:
        with _telling(path):
            unfinished = stack.enter_context(temporary(target.parent))
            raw = stack.enter_context(_Raw(unfinished, path))
            file = stack.enter_context(io.BufferedWriter(raw, _BUFFER))
            stream = stack.enter_context(_compressed(file, target.suffix.lower()))
        try:
            yield stream
        except BaseException:  # the one to tell, whatever happens while the file is closed
            raw.discards = True
            raise
        with _telling(path):
            if stream is not file:
                stream.close()
            file.flush()
            os.fsync(file.fileno())
            file.close()
            if target.exists():
                unfinished.chmod(stat.S_IMODE(target.stat().st_mode))
            unfinished.replace(target)
            sync_folder(target.parent)


@contextmanager
def _telling(path: str) -> Iterator[None]:
    """Name the file that is being written in errors of the system."""
    try:
        yield
    except OSError as error:
        raise OpenError.of(path, error) from error


class _Raw(io.FileIO):
    """The file itself, whose errors name what it will be called.

    Args:
        path: its temporary path.
        name: what it will be called.

    Attributes:
        discards: whether to write nothing more.
    """

    def __init__(self, path: Path, name: str) -> None:
        super().__init__(path, "wb")
        self.discards = False
        self._called = name

    def write(self, data: Buffer) -> int:
        """Write some bytes; return how many."""
        if self.discards:
            return memoryview(data).nbytes
        with _telling(self._called):
            return super().write(data)


def _compressed(file: BinaryIO, suffix: str) -> AbstractContextManager[BinaryIO]:
    if suffix in _COMPRESSORS:
        return closing(_COMPRESSORS[suffix](file))
    return nullcontext(file)


def _gzip(file: BinaryIO) -> BinaryIO:
    from gzip import GzipFile

    return cast("BinaryIO", GzipFile(filename="", mode="wb", fileobj=file, mtime=0))


def _zstd(file: BinaryIO) -> BinaryIO:
    from zstandard import ZstdCompressor

    stream: Any = ZstdCompressor().stream_writer(file, closefd=False)
    return cast("BinaryIO", stream)


def _xz(file: BinaryIO) -> BinaryIO:
    from lzma import LZMAFile

    return cast("BinaryIO", LZMAFile(file, "wb"))


def _bzip2(file: BinaryIO) -> BinaryIO:
    from bz2 import BZ2File

    return cast("BinaryIO", BZ2File(file, "wb"))


_COMPRESSORS: dict[str, Callable[[BinaryIO], BinaryIO]] = {
    ".gz": _gzip,
    ".zst": _zstd,
    ".xz": _xz,
    ".bz2": _bzip2,
}

COMPRESSED = frozenset(_COMPRESSORS)
