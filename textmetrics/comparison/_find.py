"""Find files by a pattern, in a folder that may have more folders in it than anybody meant."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterator
from pathlib import Path

__all__ = ["MOST_NAMES", "TooManyNamesError", "find_files"]

MOST_NAMES = 100_000
"""Files and folders in those that ``**`` looks into."""


class TooManyNamesError(ValueError):
    """A pattern would look at very many files and folders, such as all of ``/proc``."""


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
