"""What models are called of which one knows the files alone."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from itertools import zip_longest

from textmetrics.cli.program import UsageError
from textmetrics.records import STDIN

__all__ = ["common_name", "names_of"]

_ENDING = r"(\.(jsonl|ndjson|json|csv|tsv|txt|parquet|gz|zst|xz|bz2))+$"
_ALL = "all"


def names_of(paths: Sequence[str]) -> list[str]:
    """Give each file the shortest name that tells it from the others: the parts that differ.

    Raises:
        UsageError: if a file is named twice.

    Examples:
        >>> names_of(["out/checkpoint-500/preds.jsonl", "out/checkpoint-1000/preds.jsonl"])
        ['checkpoint-500', 'checkpoint-1000']
        >>> names_of(["en.gemma-2.5.jsonl", "en.llama-3.jsonl.gz"])
        ['gemma-2.5', 'llama-3']
    """
    normal = [path if path == STDIN else os.path.normpath(path) for path in paths]
    for path in normal:
        if normal.count(path) > 1:
            raise UsageError(f"{path} is named twice: name each file once")
    parts = [_parts(path) for path in normal]
    if len(parts) == 1:
        return [parts[0][-1].strip("./")]
    kept: list[list[str]] = [[] for _ in parts]
    for column in zip_longest(*(each[::-1] for each in parts), fillvalue=""):
        if len(set(column)) > 1:  # what all have in common tells nothing
            for name, part in zip(kept, column, strict=True):
                name.insert(0, part)
    names = ["".join(name).strip("./") for name in kept]
    return names if all(names) and len(set(names)) == len(names) else normal


def common_name(paths: Sequence[str]) -> str:
    """Give what the names of all files have in common, ``all`` where they have nothing.

    Examples:
        >>> common_name(["en_ted.system1.jsonl", "en_ted.system2.jsonl"])
        'en_ted'
    """
    names = [[part.strip("./") for part in _parts(os.path.basename(path))] for path in paths]
    common = [part for part in names[0] if len(paths) > 1 and all(part in each for each in names)]
    return ".".join(common) or _ALL


def _parts(path: str) -> list[str]:
    """Cut a path at its folders, and at the dots that are not within a number."""
    if path == STDIN:
        return ["stdin"]
    plain = re.sub(_ENDING, "", path, flags=re.IGNORECASE)
    return re.findall(r"(?:[^/.]|(?<=\d)\.(?=\d))+[/.]?|[/.]+", plain)
