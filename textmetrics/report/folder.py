"""Replace the files of a report in a folder, all at once.

A folder that holds nothing but a report and single files is replaced by a new one in one step,
which no kill can divide. Where that is not possible (the folder is a mount point or the working
directory, its parent is read-only, it has folders of somebody else, or the system cannot exchange
two folders) the files are completed in a folder inside it, and renamed one by one. While these
renames last, that folder is there as `UNFINISHED`; if a run is killed meanwhile, the next one goes
on with them.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
import stat
import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path, PurePosixPath

from textmetrics.records import is_temporary, locked_folder, sync_folder, temporary

__all__ = ["UNFINISHED", "replace_files"]

UNFINISHED = ".textmetrics-unfinished"
"""The folder that holds what is still to be renamed."""
_LIST = "names.json"
_NEW, _OLD = "new", "old"
_MOST_LINKS = 1000
_READ_ONLY = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})


def replace_files(
    folder: Path,
    contents: Mapping[str, bytes],
    stale: Callable[[], Iterable[str]] = tuple,
) -> None:
    """Write files into a folder, which is made if necessary: all of them, or none.

    Args:
        folder: the folder; a link to one stays a link.
        contents: the files by their names relative to the folder, with ``/`` between parts.
        stale: returns the names of earlier files that are to go; all others stay.

    Raises:
        OSError: if they cannot be written; the folder is as before.

    Examples:
        >>> import tempfile
        >>> parent = Path(tempfile.mkdtemp())
        >>> replace_files(parent / "a", {"x": b"1", "y/z": b"2"})
        >>> replace_files(parent / "a", {"x": b"3"}, lambda: ["y/z"])
        >>> (parent / "a" / "x").read_text(), (parent / "a" / "y" / "z").exists()
        ('3', False)
    """
    folder = folder.resolve()
    if not folder.exists():
        folder.parent.mkdir(parents=True, exist_ok=True)
        with temporary(folder.parent, is_folder=True) as whole:
            _fill(whole, contents, folder)
            whole.rename(folder)
            sync_folder(folder.parent)
        return
    with locked_folder(folder):
        _finish(folder)
        _check(folder, contents)
        old = sorted(stale())
        if not _exchanged(folder, contents, old):
            _moved(folder, contents, old)


def _check(folder: Path, contents: Iterable[str]) -> None:
    """Check that no folder is where a file should go, or a file where a folder should be."""
    if not os.access(folder, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(folder))
    for name in contents:
        if (folder / name).is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(folder / name))
    for name in _folders(contents):
        inner = folder / name
        if os.path.lexists(inner) and not inner.is_dir():
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(inner))
        if inner.is_dir() and not os.access(inner, os.W_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(inner))


def _fill(whole: Path, contents: Mapping[str, bytes], folder: Path) -> None:
    """Write all files to disk; those that there are already keep their modes."""
    with _named(whole, folder):
        for name in _folders(contents):
            (whole / name).mkdir(exist_ok=True)
        for name, content in contents.items():
            with (whole / name).open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            with suppress(FileNotFoundError):
                (whole / name).chmod(stat.S_IMODE((folder / name).stat().st_mode))
        for inner in (*(whole / name for name in _folders(contents)), whole):
            sync_folder(inner)


@contextmanager
def _named(whole: Path, folder: Path) -> Iterator[None]:
    """Name the file that was to be written in an error, not the one under a temporary name."""
    try:
        yield
    except OSError as error:
        at = str(folder)
        if error.filename is not None and Path(error.filename).is_relative_to(whole):
            at = str(folder / Path(error.filename).relative_to(whole))
        raise OSError(error.errno, error.strerror or str(error), at) from error


def _folders(names: Iterable[str]) -> list[str]:
    """Return the folders in which files are, below the one of all."""
    found = {str(PurePosixPath(name).parent) for name in names} - {"."}
    return sorted(found)


# --- in one step: a new folder takes the place of the old one


class _UnsuitableError(Exception):
    """A folder cannot be replaced by a new one."""


def _exchanged(folder: Path, contents: Mapping[str, bytes], stale: Collection[str]) -> bool:
    """Replace the folder by a new one; return whether that was possible."""
    try:
        inside = Path.cwd().is_relative_to(folder)  # it would stay in the old one
    except OSError:
        inside = False
    if inside or os.path.ismount(folder) or not sys.platform.startswith("linux"):
        return False
    with ExitStack() as stack:
        try:
            whole = stack.enter_context(temporary(folder.parent, is_folder=True))
        except OSError as error:
            if error.errno in _READ_ONLY:
                return False
            raise
        _fill(whole, contents, folder)
        try:
            kept = _linked(folder, whole, {*contents, *stale}, _folders(contents))
            for name in ("", *_folders(contents)):
                _take_over(folder / name, whole / name)
            _exchange(whole, folder)
        except (OSError, _UnsuitableError):
            return False
        sync_folder(folder.parent)
        # Now the temporary is the old folder. What was put there meanwhile moves, too.
        with suppress(OSError):
            for name in os.listdir(whole):
                known = {*contents, *stale, *kept, *_folders(contents)}
                if name not in known and not os.path.lexists(folder / name):
                    (whole / name).rename(folder / name)
    return True


def _linked(
    old: Path, new: Path, replaced: Collection[str], folders: Collection[str]
) -> Collection[str]:
    """Link all files that stay into the new folder, and return their names.

    Raises:
        OSError: if one cannot be linked.
        _UnsuitableError: if there are folders, unfinished files, or too many.
    """
    kept: list[str] = []
    for inner in ("", *folders):
        if (old / inner).is_symlink():
            raise _UnsuitableError
        if not (old / inner).exists():
            continue
        for entry in list(os.scandir(old / inner)):
            name = str(PurePosixPath(inner) / entry.name)
            if name in replaced or name in folders:
                continue
            if (
                entry.is_dir(follow_symlinks=False)
                or is_temporary(entry.name)
                or len(kept) == _MOST_LINKS
            ):
                raise _UnsuitableError
            os.link(entry.path, new / name, follow_symlinks=False)
            kept.append(name)
    return kept


def _take_over(old: Path, new: Path) -> None:
    """Copy the owner, the mode and the attributes of the old folder to a new one."""
    if not old.exists():
        return
    theirs, ours = old.stat(), new.stat()
    if (theirs.st_uid, theirs.st_gid) != (ours.st_uid, ours.st_gid):
        os.chown(new, theirs.st_uid, theirs.st_gid)
    shutil.copystat(old, new)
    os.utime(new)


def _exchange(one: Path, other: Path) -> None:
    """Exchange two paths in one step, which Python has no function for.

    Raises:
        OSError: if the system or the file system cannot do it.
    """
    import ctypes

    here, swapped = -100, 2  # AT_FDCWD and RENAME_EXCHANGE in Linux
    try:
        rename = ctypes.CDLL(None, use_errno=True).renameat2
    except AttributeError as error:  # a C library from before 2018
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS)) from error
    first, second = (ctypes.c_char_p(os.fsencode(path)) for path in (one, other))
    if rename(here, first, here, second, ctypes.c_uint(swapped)):
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), str(one))


# --- one by one: in a way that can be undone, and gone on with


def _moved(folder: Path, contents: Mapping[str, bytes], stale: Collection[str]) -> None:
    """Complete the files inside the folder, then rename them."""
    with temporary(folder, is_folder=True) as whole:
        for part in (_NEW, _OLD):
            (whole / part).mkdir()
        for name in _folders([*contents, *stale]):
            (whole / _OLD / name).mkdir()
        _fill(whole / _NEW, contents, folder)
        names = json.dumps({_NEW: [*contents], _OLD: [*stale]})
        _fill(whole, {_LIST: names.encode()}, folder)
        whole.rename(
            folder / UNFINISHED
        )  # from here on, the next run goes on if this one is killed
        sync_folder(folder)
    _finish(folder)


def _finish(folder: Path) -> None:
    """Rename what is still to be renamed; after an error, all is as it was before."""
    unfinished = folder / UNFINISHED
    names = _still_to_rename(unfinished)
    try:
        for name in names[_NEW]:
            _replace(unfinished, folder, name)
        for name in names[_OLD]:
            if not os.path.lexists(unfinished / _OLD / name):
                with suppress(FileNotFoundError):
                    (folder / name).replace(unfinished / _OLD / name)
        for inner in ("", *_folders([*names[_NEW], *names[_OLD]])):
            sync_folder(folder / inner)
    except BaseException:
        with suppress(OSError):  # then it stays unfinished
            _put_back(unfinished, folder, names)
            _tidy_up(unfinished)
        raise
    _tidy_up(unfinished)


def _still_to_rename(unfinished: Path) -> Mapping[str, Sequence[str]]:
    """Return the names in the list; none if it is missing, or not one that was written here.

    A folder may come from anybody: nothing outside it is touched, whatever names it lists.
    """
    if unfinished.is_symlink():
        unfinished.unlink()
    with suppress(FileNotFoundError, RecursionError, TypeError, ValueError, LookupError):
        names = json.loads((unfinished / _LIST).read_bytes())
        found = {part: [*names[part]] for part in (_NEW, _OLD)}
        if all(_is_inside(name) for name in (*found[_NEW], *found[_OLD])):
            return found
    return {_NEW: [], _OLD: []}


def _is_inside(name: object) -> bool:
    if not isinstance(name, str) or "\0" in name:
        return False
    path = PurePosixPath(name)
    return bool(path.parts) and not path.is_absolute() and ".." not in path.parts


def _replace(unfinished: Path, folder: Path, name: str) -> None:
    """Put a new file in its place, unless it is there already, and keep the old one."""
    new, target, old = unfinished / _NEW / name, folder / name, unfinished / _OLD / name
    if not new.exists():
        return
    target.parent.mkdir(exist_ok=True)
    if os.path.lexists(target):
        try:
            os.link(target, old, follow_symlinks=False)
        except OSError:  # there are no links: for a moment, the file is not in its place
            target.replace(old)
    new.replace(target)


def _put_back(unfinished: Path, folder: Path, names: Mapping[str, Sequence[str]]) -> None:
    """Put all old files back; the new ones are kept: the next run goes on if this one is killed."""
    for name in names[_NEW]:
        if not (unfinished / _NEW / name).exists():
            (folder / name).replace(unfinished / _NEW / name)
    for name in (*names[_NEW], *names[_OLD]):
        old, target = unfinished / _OLD / name, folder / name
        if os.path.lexists(old) and not os.path.lexists(target):
            old.replace(target)


def _tidy_up(unfinished: Path) -> None:
    with suppress(OSError):  # what is left has no list any more: the next run removes it
        (unfinished / _LIST).unlink(missing_ok=True)
        if unfinished.exists():
            shutil.rmtree(unfinished)
