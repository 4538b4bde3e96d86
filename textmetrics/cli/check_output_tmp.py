"""Where scores are written to, seen to before any work is done."""

from __future__ import annotations

from pathlib import Path

from textmetrics.records import COMPRESSED, STDIN, OpenError

__all__ = ["check_output"]

_OTHER_FORMATS = frozenset({".csv", ".tsv", ".parquet", ".xls", ".xlsx"})


def check_output(path: str, inputs: list[str]) -> None:
    """See whether a file can be written, before any work is done.

    Raises:
        OpenError: if it cannot, is one of the files that are read, or has a name that promises
            another format.
    """
    target = Path(path)
    if path == STDIN:
        raise OpenError(path, None, "is standard output, where the scores go; name a file")
    try:
        target.resolve().exists()
    except (OSError, RuntimeError) as error:  # a name that is too long; links in a circle
        reason = error.strerror if isinstance(error, OSError) else "links in a circle"
        raise OpenError(path, None, f"cannot be used ({reason}); name another file") from None
    plain = target.with_suffix("") if target.suffix.lower() in COMPRESSED else target
    if (suffix := plain.suffix.lower()) in _OTHER_FORMATS:
        advice = f"--output writes JSON Lines, not {suffix}; name it such as {plain.stem}.jsonl"
        raise OpenError(path, None, advice)
    if target.exists() and not target.is_file():
        raise OpenError(path, None, "is not a regular file; name a file for --output")
    if not target.resolve().parent.is_dir():
        raise OpenError(path, None, "its folder does not exist; make that first")
    for each in inputs:
        if target.exists() and Path(each).exists() and target.samefile(each):
            raise OpenError(path, None, "is read too; name another file for --output")
