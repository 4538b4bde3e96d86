"""Open the bytes of a file, wherever it is: the only place where input is opened.

A file is on this machine, is standard input, or has a name on the network (see `remote`).
"""

from __future__ import annotations

import os
import stat
import sys
from io import BufferedReader
from pathlib import Path
from typing import cast

from textmetrics._escape import without_secrets
from textmetrics.records import remote
from textmetrics.records.errors import OpenError
from textmetrics.records.sheets import split_sheet

__all__ = ["STDIN", "check_file", "file_size", "is_reopenable", "open_bytes", "shown_name"]

STDIN = "-"


def shown_name(path: str) -> str:
    """Return the name of a file in messages and results; it holds no password and no signature."""
    return "<stdin>" if path == STDIN else without_secrets(path)


def check_file(path: str) -> None:
    """Check that a file can be opened, before any work is done.

    Raises:
        OpenError: if it cannot.
    """
    if path == STDIN:
        return
    path = split_sheet(path)[0]
    if remote.is_remote(path):
        remote.check(path)
        return
    _check_local(remote.local_path(path))


def open_bytes(path: str) -> BufferedReader:
    """Open a file for reading; one on the network is read as a stream, and can be sought in.

    Args:
        path: a file, ``-`` for standard input, or a name such as ``s3://bucket/in.jsonl``.

    Raises:
        OpenError: if it cannot be opened; while it is read, if the connection cannot be resumed.
    """
    if path == STDIN:
        if sys.stdin is None:
            raise OpenError("<stdin>", None, "is closed; name a file, or provide input")
        return cast("BufferedReader", sys.stdin.buffer)
    if remote.is_remote(path):
        return remote.open_stream(path)
    path = remote.local_path(path)
    _check_local(path)
    try:
        return Path(path).open("rb")
    except OSError as error:
        raise OpenError.of(path, error) from error


def _check_local(path: str) -> None:
    try:
        if stat.S_ISDIR(Path(path).stat().st_mode):
            raise IsADirectoryError(path)
        if not os.access(path, os.R_OK):
            raise PermissionError(0, "permission denied", path)
    except (OSError, ValueError) as error:  # ValueError: a name with a NUL
        raise OpenError.of(path, error if isinstance(error, OSError) else OSError(error)) from error


def file_size(file: BufferedReader) -> int | None:
    """Return the number of bytes of an open file, ``None`` if it is not known."""
    if isinstance(file.raw, remote.RemoteBytes):
        return file.raw.size
    try:
        status = os.fstat(file.fileno())
    except (OSError, ValueError):  # not a file of the operating system
        return None
    return status.st_size if stat.S_ISREG(status.st_mode) else None


def is_reopenable(path: str) -> bool:
    """Return whether a file can be read twice: a pipe cannot."""
    return remote.is_remote(path) or Path(remote.local_path(path)).is_file()
