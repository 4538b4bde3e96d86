"""What can be wrong with a file, and what becomes of invalid records.

The exceptions::

    InputError           a file cannot be used
    ├── OpenError        it cannot be opened, or written
    └── DataError        its content cannot be used
        └── RecordError  one record is invalid; ``--errors skip`` leaves it out
            └── BrokenLineError  it is not JSON, or not an object

Each message reads ``file:line: what was found, what was expected, what to do``, on one line and
without control characters, however hostile the file.
"""

from __future__ import annotations

import errno

from textmetrics._escape import printable, without_secrets

__all__ = [
    "BrokenLineError",
    "DataError",
    "InputError",
    "InvalidRecords",
    "OpenError",
    "RecordError",
]

_MAX_LISTED = 10
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


class InputError(Exception):
    """A file cannot be used.

    Args:
        file: its name, of which a password or a signature is dropped.
        line: the line number, from 1; ``None`` where the error concerns the whole file.
        message: what was found, what was expected, what to do.
    """

    def __init__(self, file: str, line: int | None, message: str) -> None:
        file = without_secrets(file)
        super().__init__(file, line, message)
        self.file = file
        self.line = line
        self.message = message

    def __str__(self) -> str:
        """Return one line in the style of compilers, so that editors can jump to the place."""
        where = self.file if self.line is None else f"{self.file}:{self.line}"
        return printable(f"{where}: {self.message}")


class OpenError(InputError):
    """A file cannot be opened, or written."""

    @classmethod
    def of(cls, file: str, error: OSError) -> OpenError:
        """Return the error for one of the operating system, with advice for the common ones."""
        if isinstance(error, FileNotFoundError):
            return cls(file, None, "no such file; check the name and the folder")
        if isinstance(error, IsADirectoryError):
            return cls(file, None, "is a directory; name the files in it, such as DIR/*.jsonl")
        if error.errno in _FULL:
            advice = "make room, or write elsewhere"
        elif error.errno == errno.EROFS:
            advice = "write elsewhere"
        elif isinstance(error, PermissionError):
            advice = "check its permissions"
        else:
            advice = "check the file"
        return cls(file, None, f"cannot be used ({error.strerror or error}); {advice}")


class DataError(InputError):
    """The content of a file cannot be used."""


class RecordError(DataError):
    """One record is invalid; the others can be used."""


class BrokenLineError(RecordError):
    """A line is not a JSON object, and no option but ``--errors skip`` helps."""


class InvalidRecords:
    """Counts invalid records and keeps the first ten errors, or stops at the first one.

    Args:
        skip: whether invalid records are left out.
    """

    def __init__(self, *, skip: bool) -> None:
        self.skip = skip
        self.count = 0
        self.first: list[RecordError] = []

    def note(self, error: RecordError) -> None:
        """Count an invalid record.

        Raises:
            RecordError: the given error, unless invalid records are skipped.
        """
        if not self.skip:
            raise error
        self.count += 1
        if len(self.first) < _MAX_LISTED:
            self.first.append(error)

    def add(self, other: InvalidRecords) -> None:
        """Count those of another file."""
        self.count += other.count
        self.first = [*self.first, *other.first][:_MAX_LISTED]
