"""Write a file completely, or not at all."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from contextlib import (
    AbstractContextManager,
    closing,
    contextmanager,
    nullcontext,
    suppress,
)
from pathlib import Path
from typing import Any, BinaryIO, cast

from textmetrics.records import remote
from textmetrics.records.errors import OpenError

__all__ = ["COMPRESSED", "atomic_output"]


@contextmanager
def atomic_output(path: str) -> Iterator[BinaryIO]:
    """Open a file for writing, compressed if its suffix says so.

    The file gets its name once everything is on disk, or was sent. After an error, Ctrl-C or a
    signal, the previous content is still there, and no temporary file is left.

    Args:
        path: a file, or a name such as ``s3://bucket/out.jsonl``.

    Raises:
        OpenError: if it cannot be written.
    """
    if remote.is_remote(path):
        with remote.upload(path) as file, _compressed(file, Path(path).suffix.lower()) as stream:
            yield stream
        return
    target = Path(remote.local_path(path)).resolve()  # the target of a link, so that the link stays
    temporary = target.with_name(f".textmetrics-{os.urandom(8).hex()}.tmp")
    try:
        with temporary.open("xb") as file:
            with _compressed(file, target.suffix.lower()) as stream:
                yield stream
            file.flush()
            os.fsync(file.fileno())
        if target.exists():
            temporary.chmod(stat.S_IMODE(target.stat().st_mode))
        temporary.replace(target)
        _sync_folder(target.parent)
    except OSError as error:
        raise OpenError.of(path, error) from error
    finally:
        temporary.unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    """Write the new name to disk too, where the system supports it."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


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
