"""What is installed beside this package, read from the folders of installed packages.

`importlib.metadata` says the same, and is asked wherever a folder does not; loading it takes longer
than scoring a short file, since it loads much that reads e-mail.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator

__all__ = ["may_offer", "version_of"]


def version_of(package: str) -> str:
    """Return the version of an installed package.

    Raises:
        importlib.metadata.PackageNotFoundError: if it is not installed.
    """
    for folder, names in _folders():
        found = [each for each in names if _package_of(each) == _normal(package)]
        if len(found) == 1 and (version := _told(os.path.join(folder, found[0], "METADATA"))):
            return version
        if found:
            break
    from importlib.metadata import version as read_version

    return read_version(package)


def may_offer(group: str) -> bool:
    """Return whether an installed package may have entry points of a group.

    Examples:
        >>> may_offer("console_scripts"), may_offer("textmetrics.nothing")
        (True, False)
    """
    wanted = f"[{group}]".encode()
    for folder, names in _folders():
        for name in names:
            path = os.path.join(folder, name, "entry_points.txt")
            try:
                with open(path, "rb") as file:
                    if wanted in file.read().replace(b" ", b""):
                        return True
            except (FileNotFoundError, NotADirectoryError):
                continue
            except OSError:  # a folder that may not be read, for example
                return True
    return not _all_are_folders()


def _folders() -> Iterator[tuple[str, list[str]]]:
    """Yield the folders that modules are imported from, with what tells of packages in them."""
    for folder in dict.fromkeys(sys.path):
        try:
            names = os.listdir(folder or os.curdir)
        except OSError:
            continue
        yield folder, [each for each in names if each.endswith((".dist-info", ".egg-info"))]


def _all_are_folders() -> bool:
    """Return whether packages are found in folders alone, and by Python's own finders."""
    others = (each for each in sys.meta_path if hasattr(each, "find_distributions"))
    own = all(getattr(each, "__module__", "") == "_frozen_importlib_external" for each in others)
    return own and not any(each.endswith(".egg") or os.path.isfile(each) for each in sys.path)


def _package_of(name: str) -> str:
    return _normal(name.partition("-")[0]) if name.endswith(".dist-info") else ""


def _normal(package: str) -> str:
    return re.sub(r"[-_.]+", "-", package).lower()


def _told(path: str) -> str:
    """Return the version in a file of metadata, or an empty string."""
    try:
        with open(path, encoding="utf-8") as file:
            for line in file:
                if line.startswith("Version:"):
                    return line.partition(":")[2].strip()
                if not line.strip():  # the text below its fields
                    break
    except (OSError, ValueError):
        pass
    return ""
