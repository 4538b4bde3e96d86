"""What becomes of records that cannot be used."""

from __future__ import annotations

from textmetrics.records.errors import RecordError

__all__ = ["BadRecords"]

_LISTED = 10


class BadRecords:
    """Counts bad records and keeps the first ten errors, or stops at the first.

    Args:
        skip: whether bad records are left out.
    """

    def __init__(self, *, skip: bool) -> None:
        self.skip = skip
        self.count = 0
        self.first: list[RecordError] = []

    def note(self, error: RecordError) -> None:
        """Take note of a bad record.

        Raises:
            RecordError: the same, unless bad records are left out.
        """
        if not self.skip:
            raise error
        self.count += 1
        if len(self.first) < _LISTED:
            self.first.append(error)
