"""Tables that take some time to compute, kept from one process to the next.

They lie in the user's folder for caches, and can be deleted at any time. What is read there counts
only if it is whole, made from the same versions, and written by the same user; otherwise, and
where nothing can be written, the table is computed.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from contextlib import suppress
from hashlib import sha256

from textmetrics._version import __version__

__all__ = ["kept", "source_of"]

_FOLDER = "TEXTMETRICS_CACHE"
_SIZE_OF_HASH = 32


def kept(name: str, made_from: bytes, make: Callable[[], bytes]) -> bytes:
    """Return a table as it was kept, or else compute and keep it.

    Args:
        name: what it is, for the name of its file.
        made_from: all that it depends on, such as versions and sources.
        make: computes it.
    """
    folder = _folder()
    if folder is None:
        return make()
    key = sha256(made_from).digest()
    path = os.path.join(folder, f"{name}-{key.hex()[:16]}")
    table = _read(path, key)
    if table is None:
        table = make()
        with suppress(OSError):  # a folder that is read-only, or a disk that is full
            _write(path, sha256(key + table).digest() + table)
    return table


def source_of(module: str) -> bytes:
    """Return the source of a module that is loaded: a table that it computes depends on it."""
    try:
        with open(sys.modules[module].__file__ or "", "rb") as file:
            return file.read()
    except OSError:  # it is in an archive, and so nobody changes it alone
        return __version__.encode()


def _folder() -> str | None:
    """Return where tables are kept, ``None`` if nowhere."""
    if (given := os.environ.get(_FOLDER)) is not None:
        return os.path.abspath(given) if given else None
    if sys.platform == "win32":
        caches = os.environ.get("LOCALAPPDATA", "")
    elif sys.platform == "darwin":
        caches = os.path.expanduser("~/Library/Caches")
    else:
        caches = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    return os.path.join(caches, "textmetrics") if os.path.isabs(caches) else None


def _read(path: str, key: bytes) -> bytes | None:
    try:
        with open(path, "rb") as file:
            if hasattr(os, "geteuid") and os.fstat(file.fileno()).st_uid != os.geteuid():
                return None
            content = file.read()
    except OSError:
        return None
    table = content[_SIZE_OF_HASH:]
    return table if sha256(key + table).digest() == content[:_SIZE_OF_HASH] else None


def _write(path: str, content: bytes) -> None:
    """Write a file whole or not at all, whoever else writes it."""
    os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
    unfinished = f"{path}.{os.getpid()}-{os.urandom(4).hex()}"
    try:
        with open(unfinished, "xb") as file:
            file.write(content)
        os.replace(unfinished, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(unfinished)
        raise
