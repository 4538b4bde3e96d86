"""The pattern that says where runs are: ``outputs/{model}/{task}/run_*.jsonl``."""

from __future__ import annotations

import glob
import re
from collections.abc import Callable
from functools import cached_property
from pathlib import Path, PurePath

from textmetrics._escape import short_repr
from textmetrics._registry import suggest

__all__ = ["RunPattern", "natural"]

_NAMES = ("model", "task")
_PLACE = re.compile(r"\{([^{}]*)\}")
_WILD = re.compile(r"(\*\*/|\*+|\?|\[!?\]?[^\]/]*\])")
_WILD_AS_REGEX = {"**/": "((?:.*/)?)", "**": "(.*)", "*": "([^/]*)", "?": "([^/])"}


class RunPattern:
    """A pattern of paths.

    Args:
        pattern: a path with ``{model}``, ``{task}`` and the wildcards of a shell.

    Raises:
        ValueError: if it has another name in braces.
    """

    def __init__(self, pattern: str) -> None:
        self._pattern = PurePath(pattern).as_posix()
        self.names = _PLACE.findall(pattern)
        for name in self.names:
            if name not in _NAMES:
                near = suggest(name, _NAMES)
                raise ValueError(
                    f"unknown name in braces {short_repr(name)}: {near}known: model, task"
                )

    def missing(self, models: int, tasks: int) -> str:
        """Give what must be in it, so that each model has files of its own on each task."""
        for name, number in zip(_NAMES, (models, tasks), strict=True):
            if number > 1 and name not in self.names:
                return f"{{{name}}}"
        return ""

    def of(self, model: str, task: str) -> FilledPattern:
        """Give the pattern of a model's runs of a task."""
        return FilledPattern(self._pattern, {"model": model, "task": task})


class FilledPattern:
    """The pattern of one model's runs of one task.

    Args:
        pattern: with names in braces.
        values: what these stand for, taken literally.
    """

    def __init__(self, pattern: str, values: dict[str, str]) -> None:
        self._values = values
        self._pieces = _PLACE.split(pattern)  # at every second place a name

    def __str__(self) -> str:
        """Give it as people read it."""
        return self._made(str, str)

    def _made(self, name: Callable[[str], str], rest: Callable[[str], str]) -> str:
        """Put it together of what names stand for, and of the rest."""
        return "".join(
            name(self._values[piece]) if index % 2 else rest(piece)
            for index, piece in enumerate(self._pieces)
        )

    def find(self, folder: Path) -> dict[tuple[str, ...], Path]:
        """Give the files that are there, by what the wildcards stand for in each."""
        found = glob.glob(self._glob, root_dir=folder, recursive=True)
        names = [PurePath(each).as_posix() for each in found]
        matched = ((self._regex.fullmatch(name), name) for name in names)
        return {match.groups(): folder / name for match, name in matched if match}

    def path(self, wildcards: tuple[str, ...]) -> str:
        """Give the path in which the wildcards stand for something."""
        rest = iter(wildcards)
        return self._made(str, lambda piece: _WILD.sub(lambda _: next(rest), piece))

    @cached_property
    def _glob(self) -> str:
        return self._made(glob.escape, str)

    @cached_property
    def _regex(self) -> re.Pattern[str]:
        return re.compile(self._made(re.escape, _as_regex), re.DOTALL)


def _as_regex(piece: str) -> str:
    """Give the regular expression of what has wildcards; each is a group."""
    return "".join(
        _wild(part) if index % 2 else re.escape(part)
        for index, part in enumerate(_WILD.split(piece))
    )


def _wild(part: str) -> str:
    if not part.startswith("["):
        return _WILD_AS_REGEX.get(part, _WILD_AS_REGEX["*"])
    inside = part[1:-1].replace("\\", "\\\\")
    inside = re.sub(r"([\[&~|^])", r"\\\1", re.sub(r"^!", "", inside))
    inside = ("^" if part.startswith("[!") else "") + inside
    return f"([{inside}])"


def natural(text: str) -> tuple[tuple[bool, int, str], ...]:
    """Give what sorts names as people do.

    Examples:
        >>> sorted(["run_10", "run_2", "run_1"], key=natural)
        ['run_1', 'run_2', 'run_10']
    """
    parts = re.split(r"(\d+)", text)
    return tuple((part.isdecimal(), int(part) if part.isdecimal() else 0, part) for part in parts)
