"""Files and folders that are not finished yet, and what killed runs left of theirs.

A temporary lies beside what it becomes, on the same file system, so that it can be renamed. Its
owner holds a lock on it, which the system releases when the process ends, however it ends. The next
run that writes there removes the temporaries whose lock is free.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path

from textmetrics._patterns import lazy_pattern

if sys.platform != "win32":
    import fcntl

__all__ = ["is_temporary", "locked_folder", "remove_abandoned", "sync_folder", "temporary"]

_NAME = lazy_pattern(r"\.textmetrics-(?P<host>[0-9a-f]{8})-[0-9a-f]{16}\.tmp")
_TRIES = 8
# A network file system may not tell the locks of other machines, whose runs go on for hours.
_SECONDS_OF_OTHERS = 7 * 24 * 3600


@contextmanager
def temporary(folder: Path, *, is_folder: bool = False) -> Iterator[Path]:
    """Make a file or a folder under a temporary name; at the end it is removed, if still there.

    Args:
        folder: where it is made; what killed runs left there is removed first.
        is_folder: whether to make a folder, not a file.

    Raises:
        OSError: if it cannot be made.

    Examples:
        >>> import tempfile
        >>> parent = Path(tempfile.mkdtemp())
        >>> with temporary(parent) as path:
        ...     _ = path.write_text("whole")
        ...     _ = path.replace(parent / "file.txt")
        >>> os.listdir(parent)
        ['file.txt']
    """
    remove_abandoned(folder)
    path, descriptor = _made(folder, is_folder=is_folder)
    try:
        yield path
    finally:
        try:
            # The error to tell is the one that led here, not that of tidying up.
            with suppress(OSError):
                _remove(path)
        finally:
            if descriptor is not None:
                os.close(descriptor)


def is_temporary(name: str) -> bool:
    """Return whether a name is one of those that temporaries get."""
    return bool(_NAME.fullmatch(name))


def remove_abandoned(folder: Path) -> None:
    """Remove the temporaries of runs that were killed."""
    if sys.platform == "win32":
        return
    with suppress(OSError):
        for entry in list(os.scandir(folder)):
            if found := _NAME.fullmatch(entry.name):
                with suppress(OSError):
                    _remove_unlocked(entry, of_this_host=found["host"] == _host())


@contextmanager
def locked_folder(folder: Path) -> Iterator[None]:
    """Let one run after another change a folder, where its file system has locks."""
    if sys.platform == "win32":
        yield
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def sync_folder(folder: Path) -> None:
    """Write the names in a folder to disk, where the system supports it."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _made(folder: Path, *, is_folder: bool) -> tuple[Path, int | None]:
    """Make a temporary; return its path, and the descriptor that holds its lock."""
    for _ in range(_TRIES):
        path = folder / f".textmetrics-{_host()}-{os.urandom(8).hex()}.tmp"
        if is_folder:
            path.mkdir()
        else:
            path.open("xb").close()
        if sys.platform == "win32":  # an open file could not be renamed; nothing is cleaned up
            return path, None
        try:
            descriptor = os.open(path, os.O_RDONLY if is_folder else os.O_RDWR)
        except FileNotFoundError:  # another run took it for abandoned before it was locked
            continue
        if _lock(descriptor) and path.exists():
            return path, descriptor
        os.close(descriptor)
    raise FileExistsError(0, "other runs remove what is written", str(folder))


def _lock(descriptor: int) -> bool:
    """Return whether nobody else holds the lock; it is taken where the file system has locks."""
    if sys.platform != "win32":
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError:  # no locks: then nobody removes it either
            return True
    return True


def _remove_unlocked(entry: os.DirEntry[str], *, of_this_host: bool) -> None:
    if sys.platform == "win32" or entry.is_symlink():
        return
    is_folder = entry.is_dir(follow_symlinks=False)
    if not (is_folder or entry.is_file(follow_symlinks=False)):
        return
    descriptor = os.open(entry.path, os.O_RDONLY if is_folder else os.O_RDWR)
    try:
        # A file system without locks raises here.
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        untouched = time.time() - os.fstat(descriptor).st_mtime
        if of_this_host or untouched > _SECONDS_OF_OTHERS:
            _remove(Path(entry.path))
    finally:
        os.close(descriptor)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        from shutil import rmtree

        rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _host() -> str:
    from platform import node

    return sha256(node().encode()).hexdigest()[:8]
