"""What can be wrong with a file.

The exceptions::

    InputError           a file that was given cannot be used
    ├── OpenError        it cannot be opened, or written
    └── DataError        what is in it cannot be used as a whole
        └── RecordError  one record cannot be used; ``--errors skip`` leaves that out

Each says ``file:line: what is wrong, what was found, what to do`` in one line without control
characters, however hostile the file.
"""

from __future__ import annotations

from textmetrics._escape import printable

__all__ = ["DataError", "InputError", "OpenError", "RecordError"]


class InputError(Exception):
    """A file that was given cannot be used.

    Args:
        file: its name.
        line: number of the line, from 1; ``None`` where it is about the whole file.
        message: what is wrong, what was found, what to do.
    """

    def __init__(self, file: str, line: int | None, message: str) -> None:
        super().__init__(file, line, message)
        self.file = file
        self.line = line
        self.message = message

    def __str__(self) -> str:
        """Give one line, as compilers write it, so that editors find the place."""
        where = self.file if self.line is None else f"{self.file}:{self.line}"
        return printable(f"{where}: {self.message}")


class OpenError(InputError):
    """A file cannot be opened, or written."""

    @classmethod
    def of(cls, file: str, error: OSError) -> OpenError:
        """Say what the operating system said, and what to do about the usual."""
        if isinstance(error, FileNotFoundError):
            return cls(file, None, "no such file; check the name and the folder")
        if isinstance(error, IsADirectoryError):
            return cls(file, None, "is a directory; name the files in it, such as DIR/*.jsonl")
        return cls(file, None, f"cannot be used ({error.strerror or error}); check the file")


class DataError(InputError):
    """What is in a file cannot be used."""


class RecordError(DataError):
    """One record cannot be used, the others can."""
