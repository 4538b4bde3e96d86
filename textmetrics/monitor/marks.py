"""Marks from inside a monitored process: epochs, steps, and anything else by name.

They are for loops of training, so they cost nothing where no monitor runs, and never raise because
of the file or of a value: a mark that cannot be written is lost, and the log says so once. The
standard library suffices.
"""

from __future__ import annotations

import itertools
import json
import math
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from types import TracebackType
from typing import Any, Final

from textmetrics.monitor.files import ENVIRONMENT, append, file_name, rank_of

__all__ = ["Epoch", "epoch", "mark", "missing", "step"]

LONGEST: Final = 10_000
"""Bytes of JSON that a value may have."""

_LONGEST_NAME = 1_000  # characters
_DEEPEST = 8  # lists in lists; what is deeper is written as text
# What a line has of its own; values of these names get an underscore.
_OWN = frozenset({"time", "clock", "event", "notes"})


def step(
    number: int | None = None,
    /,
    *,
    tokens: int | None = None,
    samples: int | None = None,
    **values: Any,
) -> None:
    """Mark the end of a step of training.

    Args:
        number: which one; the one after the last of this process, from 1, if left out. A resumed
            run goes on at its own number if it is told: ``step(resumed_at + 1)``.
        tokens: how many tokens the step has seen, for tokens a second.
        samples: how many samples.
        values: further values, such as ``loss=0.3``, which become curves. A tensor on a GPU is
            waited for.

    Examples:
        >>> for batch in ["a red fox", "blue sky"]:  # nothing is written: no monitor runs
        ...     step(tokens=len(batch.split()), loss=0.5)
    """
    if not (raw := _lookup(_KEY)):
        return
    run = _run(raw)
    given = {"tokens": tokens, "samples": samples}
    counts = {name: value for name, value in given.items() if value is not None}
    run.write("step", {"step": run.steps.next(number), **counts}, values)


def epoch(number: int | None = None, /, *, partial: bool = False) -> Epoch:
    """Mark the begin of an epoch, and return what marks its end.

    An epoch ends with the block, where the result is used as a context manager, or with the next
    epoch. One whose block is left by an exception has no end.

    Args:
        number: which one; the one after the last of this process, from 1, if left out.
        partial: whether it begins in the middle, as in a resumed run, so that its time is not
            that of an epoch.

    Examples:
        >>> for number in range(1, 3):
        ...     with epoch(number):
        ...         step(tokens=100)
    """
    if not (raw := _lookup(_KEY)):
        return Epoch(number)
    run = _run(raw)
    begun = Epoch(run.epochs.next(number))
    run.write("epoch", {"epoch": begun.number, **_if_partial(partial)}, {})
    return begun


def mark(name: str, /, **values: Any) -> None:
    """Mark anything else, such as an evaluation or a checkpoint.

    Values of any type can be written, and never raise: NumPy's and torch's scalars as numbers,
    arrays as lists, anything else as text. NaN, infinities and values of more than 10,000 bytes
    are null, with a note in ``notes``. A value named ``time``, ``clock``, ``event``, ``name`` or
    ``notes`` is written as ``time_`` and so on.

    Args:
        name: what it is. ``eval`` has scores, ``checkpoint`` has ``seconds``.
        values: numbers become curves, at the step of the last `step`, or at ``step=``.

    Examples:
        >>> mark("eval", rouge_l=0.31)
        >>> mark("checkpoint", seconds=1.2)
    """
    if raw := _lookup(_KEY):
        _run(raw).write("mark", {"name": _short(name)}, values)


def missing(figure: str, reason: str, /) -> None:
    """Record once why a figure cannot be had.

    Args:
        figure: the field that has no value, such as ``tokens``.
        reason: why, in one sentence.

    Examples:
        >>> missing("tokens", "the trainer does not count them")
    """
    if (raw := _lookup(_KEY)) and (short := _short(figure)) not in (run := _run(raw)).missing:
        run.missing.add(short)
        run.write("missing", {"figure": short, "reason": _short(reason)}, {})


class Epoch:
    """An epoch that has begun; leaving its block marks its end.

    Attributes:
        number: which one; ``None`` if neither given nor counted, because no monitor runs.

    Examples:
        >>> with epoch(3) as current:
        ...     current.number
        3
    """

    __slots__ = ("number",)

    def __init__(self, number: int | None) -> None:
        self.number = number

    def end(self, *, partial: bool = False) -> None:
        """Mark the end, where no block does.

        Args:
            partial: whether training ended in the middle of it.
        """
        if raw := _lookup(_KEY):
            _run(raw).write("epoch_end", {"epoch": self.number, **_if_partial(partial)}, {})

    def __enter__(self) -> Epoch:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if kind is None:
            self.end()


def _if_partial(partial: bool) -> dict[str, bool]:
    return {"partial": True} if partial else {}


class _Numbers:
    """Numbers that go on from the last one given; safe in threads without a lock."""

    def __init__(self) -> None:
        self._after = itertools.count(1)

    def next(self, given: Any) -> Any:
        if given is None:
            return next(self._after)
        if isinstance(number := _plain(given), float) and number.is_integer():
            number = int(number)
        if isinstance(number, int):
            self._after = itertools.count(number + 1)
        return number


class _Run:
    """What this process marks in one folder."""

    def __init__(self, folder: str) -> None:
        self.steps = _Numbers()
        self.epochs = _Numbers()
        self.missing: set[str] = set()
        self._path = os.path.join(folder, file_name("events", rank_of()))
        self._open: dict[str, tuple[int, tuple[int, int]]] = {}
        self._torn = False

    def write(self, event: str, fields: Mapping[str, Any], values: Mapping[str, Any]) -> None:
        """Append a line; a failure is logged once, and the next mark tries again."""
        try:
            line = {"event": event, **_fields(fields, values)}
            append(self._descriptor(), line, new_line=self._torn)
            self._torn = False
        except Exception as error:
            self._torn = True  # perhaps: half a line may have been written
            _say_once(self._path, error)

    def _descriptor(self) -> int:
        """Return the open file, opened again if it was closed or removed meanwhile.

        Without this check, a number that a program has closed (daemons close all of them) could
        by now belong to a file of its own.
        """
        if (kept := self._open.get("file")) is not None:
            if _identity(kept[0]) == kept[1]:
                return kept[0]
            self._open.clear()
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_CLOEXEC", 0)
        descriptor = os.open(self._path, flags, 0o666)
        opened = descriptor, _identity(descriptor) or (0, 0)
        # Another thread may have been faster; a lock could be held forever in a forked process.
        if (first := self._open.setdefault("file", opened)) is not opened:
            os.close(descriptor)
        return first[0]


def _identity(descriptor: int) -> tuple[int, int] | None:
    """Return which file a descriptor is of; ``None`` if it is closed, or the file removed."""
    try:
        status = os.fstat(descriptor)
    except OSError:
        return None
    return (status.st_dev, status.st_ino) if status.st_nlink else None


_KEY: Any = os.environ.encodekey(ENVIRONMENT) if hasattr(os.environ, "_data") else ENVIRONMENT
_runs: dict[Any, _Run] = {}
_told: set[str] = set()


def _lookup(key: Any) -> Any:
    """Return the encoded value of a variable of the environment, ``None`` if it is not set.

    `os.environ.get` takes half a microsecond for one that is not, because it encodes the name and
    raises an error inside; the mapping below it takes a fraction of that. It is asked for each
    time: parallel ``map`` of datasets leaves a copy in the place of ``os.environ``.
    """
    return getattr(os.environ, "_data", os.environ).get(key)


def _run(raw: Any) -> _Run:
    run = _runs.get(raw)
    return _runs.setdefault(raw, _Run(os.fsdecode(raw))) if run is None else run


def _reopen() -> None:
    """Let a forked process have descriptors of its own; its numbers go on from its parent's."""
    for run in _runs.values():
        run._open = {}


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_reopen)


def _say_once(path: str, error: Exception) -> None:
    if path in _told:
        return
    _told.add(path)
    try:
        import logging  # loaded here, since it costs more than the rest

        reason = f"{type(error).__name__}: {error}"
        logging.getLogger(__name__).warning("marks are lost, cannot write %s: %s", path, reason)
    except Exception as failure:  # whatever handlers do: training goes on
        with suppress(Exception):
            print(f"marks are lost: {failure}", file=sys.stderr)


def _fields(fields: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a line says as values of JSON, and in ``notes`` why some of them are null."""
    line: dict[str, Any] = {}
    notes: dict[str, str] = {}
    for name, value in itertools.chain(fields.items(), _renamed(values, fields)):
        line[name], note = _noted(value)
        if note:
            notes[name] = note
    return {**line, "notes": notes} if notes else line


def _renamed(values: Mapping[str, Any], fields: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Iterate over values, with an underscore after names that a line has of its own."""
    for name, value in values.items():
        plain = _text(name)
        while plain in _OWN or plain in fields or (plain != name and plain in values):
            plain += "_"
        yield plain, value


def _noted(value: Any) -> tuple[Any, str]:
    """Return a value of JSON, and why it is null instead of what was given."""
    plain = _plain(value)
    if plain is None or isinstance(plain, bool | int):
        return plain, ""
    if isinstance(plain, float):
        return (plain, "") if math.isfinite(plain) else (None, str(plain))
    try:
        size = len(json.dumps(plain, allow_nan=False))
    except ValueError:  # in a list
        return None, "has a number that is not finite"
    return (plain, "") if size <= LONGEST else (None, f"{size:,} bytes are too long")


def _plain(value: Any, depth: int = 0) -> Any:
    """Return a value as JSON can have it, but for numbers that are not finite."""
    try:
        return _converted(value, depth)
    except Exception as error:
        return f"<{_text(type(value).__name__)}: {type(error).__name__}>"


def _converted(value: Any, depth: int) -> Any:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        number = int(value)
        return number if -(2**63) <= number < 2**63 else float(number)
    if isinstance(value, float):
        return float(value)
    return _text(value) if isinstance(value, str) else _nested(value, depth)


def _nested(value: Any, depth: int) -> Any:
    """Return what a container, an array, a tensor or a number of a library holds; else text."""
    if depth == _DEEPEST:
        return _text(repr(value)[:LONGEST])
    if isinstance(value, Mapping):
        return {_text(key): _plain(each, depth + 1) for key, each in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(each, depth + 1) for each in value]
    if (count := _count(value)) is None:
        return float(value) if hasattr(value, "__float__") else _text(str(value))
    if count > LONGEST:  # never copied from a GPU only to be left out
        return f"<{type(value).__name__} of {count:,}>"
    plain = value.item() if count == 1 else value.tolist()
    # NumPy has no number of Python for the long doubles of C.
    return float(plain) if type(plain) is type(value) else _plain(plain, depth + 1)


def _count(value: Any) -> int | None:
    """Return how many values an array or a tensor has; ``None`` for anything else."""
    if not (hasattr(value, "item") and hasattr(value, "tolist")):
        return None
    count = value.numel() if hasattr(value, "numel") else value.size
    return int(count)


def _short(value: object) -> str:
    """Return what must be text in a line, whatever was given."""
    plain = value if type(value) is str else _plain(value)
    return _text(plain)[:_LONGEST_NAME]


def _text(value: object) -> str:
    """Return text that every reader of JSON accepts: without halves of surrogates."""
    text = value if type(value) is str else str(value)
    return text if text.isascii() else text.encode("utf-8", "replace").decode()
