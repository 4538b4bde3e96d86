"""Find files by a pattern, in a folder that may have more folders in it than anybody meant.

Folders and patterns are inputs beside files, on this machine and on the network.
"""

from __future__ import annotations

import glob
import os
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from fnmatch import translate
from pathlib import Path
from typing import NamedTuple

from textmetrics._escape import name_list, pluralized, without_secrets
from textmetrics._patterns import lazy_pattern
from textmetrics.records import remote
from textmetrics.records.errors import OpenError
from textmetrics.records.files import STDIN
from textmetrics.records.sheets import split_sheet

__all__ = [
    "MOST_NAMES",
    "InputFiles",
    "TooManyNamesError",
    "find_files",
    "input_files",
    "natural_key",
]

MOST_NAMES = 100_000
"""Files and folders in those that ``**`` looks into."""


_READ = lazy_pattern(r"(?i).+\.(jsonl|ndjson|json|csv|tsv|parquet|xlsx|xlsm)(\.(gz|zst|xz|bz2))?")
"""Names of files in a folder that are read."""
_NOT_READ = (".", "~$")
"""Beginnings of names of files that are hidden, or that a program has open."""


class TooManyNamesError(ValueError):
    """A pattern would look at very many files and folders, such as all of ``/proc``."""


def natural_key(text: str) -> tuple[tuple[bool, int, str], ...]:
    """Return a sort key by which numbers in names are ordered by value.

    Examples:
        >>> sorted(["run_10", "run_2", "run_1"], key=natural_key)
        ['run_1', 'run_2', 'run_10']
    """
    parts = re.split(r"(\d+)", text)
    return tuple((part.isdecimal(), _leading(part), part) for part in parts)


def _leading(part: str) -> int:
    """Return a number by its first digits; Python reads no more than some thousands."""
    return int(part[:1000]) if part.isdecimal() else 0


class InputFiles(NamedTuple):
    """The files that some names stand for.

    Attributes:
        names: one for each file, each once.
        notes: what was left out of folders, in words.
    """

    names: list[str]
    notes: list[str]


def input_files(names: Iterable[str]) -> InputFiles:
    """Return the files that names of files, folders and patterns stand for.

    A file whose own name has ``*``, ``?`` or ``[`` in it is that file. A folder stands for the
    files in it whose format is known by their suffix, a pattern for all files that match, sorted by
    name, numbers by value.

    Raises:
        OpenError: if a folder or a pattern stands for no file.

    Examples:
        >>> input_files(["in.jsonl"])
        InputFiles(names=['in.jsonl'], notes=[])
    """
    given = list(names)
    found: list[str] = []
    seen = set(given)
    notes: list[str] = []
    for name in given:
        if name == STDIN:
            found.append(name)
            continue
        listed = _listed(name, notes)
        if listed is None:
            found.append(name)
        else:  # what is named by itself stays where it is named
            more = [each for each in listed if each not in seen]
            found += more
            seen.update(more)
    return InputFiles(found, notes)


def _listed(name: str, notes: list[str]) -> list[str] | None:
    """Return the files of a folder or a pattern, ``None`` for the name of a file."""
    path, sheet = split_sheet(name)
    if remote.is_remote(path):
        listed = _listed_there(path, notes)
    else:
        listed = _listed_here(remote.local_path(path), notes)
    if listed is None or sheet is None:
        return listed
    return [f"{each}#{sheet}" for each in listed]


def _listed_here(path: str, notes: list[str]) -> list[str] | None:
    try:
        if os.path.isdir(path):
            with os.scandir(path) as entries:
                inside = [(each.name, each.is_dir()) for each in entries]
            return [os.path.join(path, each) for each in _read_of(path, inside, notes)]
        if os.path.lexists(path) or not glob.has_magic(path):
            return None
        matching = find_files(path, Path())
    except TooManyNamesError as error:
        raise OpenError(path, None, str(error)) from None
    except (OSError, ValueError) as error:  # ValueError: a name with a NUL
        raise OpenError.of(path, error if isinstance(error, OSError) else OSError(error)) from error
    return _files_of(path, [(each, os.path.isdir(each)) for each in matching])


def _listed_there(name: str, notes: list[str]) -> list[str] | None:
    start, pattern = _split_pattern(name)
    if pattern and not _exists(name):
        return _files_of(name, list(_found_there(start, pattern, [MOST_NAMES])))
    if pattern or not remote.is_folder(name):
        return None
    inside = {each.rpartition("/")[2]: (each, folder) for each, folder in remote.entries(name)}
    taken = _read_of(name, [(each, folder) for each, (_, folder) in inside.items()], notes)
    return [inside[each][0] for each in taken]


def _exists(name: str) -> bool:
    if remote.is_on_the_web(name):
        return False
    try:
        return not remote.is_folder(name)
    except OpenError:
        return False


def _read_of(folder: str, inside: Sequence[tuple[str, bool]], notes: list[str]) -> list[str]:
    """Return the names of files in a folder that are read, and note how many are not."""
    names = sorted((name for name, _ in inside), key=natural_key)
    folders = {name for name, is_folder in inside if is_folder}
    taken: list[str] = []
    others: list[str] = []
    for name in names:
        known = _READ.fullmatch(name) and not name.startswith(_NOT_READ) and name not in folders
        (taken if known else others).append(name)
    shown = without_secrets(folder)
    if not taken:
        has = f"it has {name_list(others, 3)}" if others else "it is empty"
        deeper = f"; files in its folders are named by '{shown.rstrip('/')}/**/*.jsonl'"
        message = f"no file in this folder whose format is known by its suffix ({has})"
        raise OpenError(folder, None, message + deeper * bool(folders))
    if others:
        notes.append(
            f"{shown}: read {pluralized(len(taken), 'file')}, left out {name_list(others, 3)}"
        )
    return taken


def _files_of(pattern: str, matching: Sequence[tuple[str, bool]]) -> list[str]:
    """Return the files among what matches a pattern."""
    files = sorted({name for name, is_folder in matching if not is_folder}, key=natural_key)
    if not files:
        found = "only folders match" if matching else "nothing matches"
        raise OpenError(pattern, None, f"{found} this pattern; quote it, and check the folder")
    return files


def _split_pattern(name: str) -> tuple[str, list[str]]:
    """Split a name on the network before its first part with wildcards."""
    scheme, _, rest = name.partition("://")
    host, *parts = rest.split("/")
    on_the_web = remote.is_on_the_web(name)
    if on_the_web and any("?" in each for each in [host, *parts]):
        return name, []  # which asks for something, and names no file
    for at, part in enumerate(parts):
        if glob.has_magic(part):
            return "/".join([f"{scheme}://{host}", *parts[:at]]), parts[at:]
    return name, []


def _found_there(folder: str, parts: list[str], left: list[int]) -> Iterator[tuple[str, bool]]:
    """Yield what matches a pattern, as `find_files` does, each with whether it is a folder."""
    first, *rest = parts
    inside = remote.entries(folder)
    left[0] -= len(inside)
    if left[0] < 0:
        message = f"the pattern would look at more than {MOST_NAMES:,} files and folders; name the "
        raise OpenError(folder, None, f"{message}folder that the files are in")
    deep = first == "**"
    if deep and rest:
        yield from _found_there(folder, rest, left)
    matches: Callable[[str], object] = re.compile(translate("*" if deep else first)).match
    for name, is_folder in inside:
        own = name.rpartition("/")[2]
        if not matches(own) or (own.startswith(".") and not first.startswith(".")):
            continue
        if is_folder and (deep or rest):
            yield from _found_there(name, parts if deep else rest, left)
        elif not rest:
            yield name, is_folder


def find_files(pattern: str, folder: Path) -> list[str]:
    """Return the paths that match a pattern, relative to a folder, as `glob.glob` does.

    With ``**``, links to folders are followed, but not to one that they are in.

    Raises:
        TooManyNamesError: if there are very many files and folders.
    """
    return list(dict.fromkeys(_found(pattern, folder, [MOST_NAMES])))


def _found(pattern: str, folder: Path, left: list[int]) -> Iterator[str]:
    parts = pattern.split("/")
    if "**" not in parts:
        yield from glob.iglob(pattern, root_dir=folder)
        return
    at = parts.index("**")
    before, behind = "/".join(parts[:at]), "/".join(parts[at + 1 :])
    starts = glob.glob(before + "/", root_dir=folder) if at else [""]
    for start in starts:
        for each in _folders(start, folder, left, ()):
            if behind:
                yield from _found(glob.escape(each) + behind, folder, left)
            else:
                yield from filter(
                    None, [each, *glob.glob(glob.escape(each) + "*", root_dir=folder)]
                )


def _folders(
    path: str, folder: Path, left: list[int], around: tuple[tuple[int, int], ...]
) -> Iterator[str]:
    """Yield a folder and all in it that are not hidden, each with a slash behind it."""
    try:
        status = (folder / path).stat()
        inside = []
        with os.scandir(folder / path) as entries:
            for each in entries:
                left[0] -= 1
                if left[0] < 0:
                    raise TooManyNamesError(
                        f"** would look at more than {MOST_NAMES:,} files and folders; name the "
                        "folder that the runs are in"
                    )
                if each.is_dir():
                    inside.append(each.name)
    except OSError:  # it cannot be read, or is gone
        return
    own = (status.st_dev, status.st_ino)
    if own in around:
        return
    yield path
    for name in sorted(inside):
        if not name.startswith("."):
            yield from _folders(f"{path}{name}/", folder, left, (*around, own))
