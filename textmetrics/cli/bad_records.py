"""What was left out of files, told to people."""

from __future__ import annotations

from textmetrics._escape import pluralized
from textmetrics.cli.program import say
from textmetrics.records import BadRecords

__all__ = ["tell_bad"]


def tell_bad(bad: BadRecords) -> None:
    """List what was left out, on stderr."""
    for error in bad.first:
        say(str(error))
    if (rest := bad.count - len(bad.first)) > 0:
        say(f"… and {rest:,} more")
    if bad.count:
        say(f"left out: {pluralized(bad.count, 'bad record')}")
