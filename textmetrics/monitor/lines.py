"""Read the lines of a monitored run: events one by one, samples as columns.

A process that is killed, or whose disk is full, can leave a line that breaks off. Such lines are
left out and counted; any other line that cannot be read is an error with its number. Millions of
samples are common, so chunks of lines are decoded at once, and one by one only where that fails.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from operator import attrgetter
from typing import IO, Annotated, Any, TypeAlias, TypeVar, get_args

import msgspec
import numpy as np
import numpy.typing as npt
from msgspec import Meta, Struct

from textmetrics.monitor.beside import beside, can_be_beside
from textmetrics.monitor.files import VERSION
from textmetrics.records import DataError, OpenError

__all__ = [
    "COLUMNS",
    "GPU_COLUMNS",
    "Ended",
    "EpochBegan",
    "EpochEnded",
    "Event",
    "Floats",
    "Marked",
    "MissingFigure",
    "MonitorBegan",
    "MonitorEnded",
    "SampleColumns",
    "Started",
    "StepDone",
    "check_version",
    "read_events",
    "read_samples",
]

Floats: TypeAlias = npt.NDArray[np.float64]
_Amount: TypeAlias = Annotated[float, Meta(ge=0, le=1e18)]
_Moment: TypeAlias = Annotated[float, Meta(ge=-1e12, le=1e12)]
_Count: TypeAlias = Annotated[int, Meta(ge=0, le=1 << 53)]
_Degrees: TypeAlias = Annotated[float, Meta(ge=-1e6, le=1e6)]
_CHUNK = 1 << 18  # bytes: its records stay in the cache of a processor
_LONGEST_LINE = 1 << 26
_LARGE = 1 << 25  # bytes of samples that are read on two cores


class _Line(Struct, gc=False, tag_field="event"):
    time: _Moment
    clock: _Moment


class RecordedGpu(Struct):
    """A GPU that a monitor records."""

    index: _Count
    name: str | None = None
    memory_bytes: _Amount | None = None


class MonitorBegan(_Line, tag="monitor"):
    """A monitor began."""

    version: int
    boot: str | None = None
    host: str | None = None
    pid: int | None = None
    interval: Annotated[float, Meta(gt=0, le=1e9)] = 1.0
    command: list[str] | None = None
    rank: int | None = None
    gpus: list[RecordedGpu] | None = None
    memory_total_bytes: _Amount | None = None
    cuda_visible_devices: Any = None
    textmetrics: str | None = None


class Started(_Line, tag="start"):
    """A command was started."""

    attempt: _Count
    pid: int | None = None


class Ended(_Line, tag="end"):
    """A command ended."""

    attempt: _Count
    code: int | None = None
    signal: str | None = None
    stopped: bool = False
    seconds: _Amount | None = None
    cpu_s: _Amount | None = None
    read_bytes: _Amount | None = None
    write_bytes: _Amount | None = None
    process_rss_bytes: _Amount | None = None
    stderr: list[str] | str | None = None
    error: str | None = None


class Restarting(_Line, tag="restart"):
    """A monitor is going to start its command again."""

    attempt: _Count | None = None
    after_s: _Amount | None = None


class MissingFigure(_Line, tag="missing"):
    """Something cannot be measured."""

    figure: str
    reason: str


class MonitorEnded(_Line, tag="monitor_end"):
    """A monitor ended, and says what it used itself."""

    samples: _Count | None = None
    cpu_s: _Amount | None = None
    rss_bytes: _Amount | None = None


class EpochBegan(_Line, tag="epoch"):
    """An epoch begins; partly, if a resumed run is in its middle."""

    epoch: Any = None
    partial: Any = False


class EpochEnded(_Line, tag="epoch_end"):
    """An epoch ended; partly, if training ended in its middle."""

    epoch: Any = None
    partial: Any = False


class StepDone(_Line, tag="step"):
    """A step was done; a process may mark what is no number."""

    step: Any = None
    tokens: Any = None
    samples: Any = None


class Marked(Struct):
    """Something that the command marked; ``values`` is whatever it said beside the name."""

    time: _Moment
    clock: _Moment
    name: str
    values: dict[str, Any] = {}


_Known: TypeAlias = (
    MonitorBegan | Started | Ended | Restarting | MissingFigure | MonitorEnded
    | EpochBegan | EpochEnded | StepDone
)  # fmt: skip
Event: TypeAlias = _Known | Marked
_EVENTS = frozenset(each.__struct_config__.tag for each in get_args(_Known))
_OF_A_LINE = frozenset({"time", "clock", "event", "name"})


class _GpuSample(Struct, gc=False):
    index: _Count
    utilization: Annotated[float, Meta(ge=0, le=1)] | None = None
    memory_bytes: _Amount | None = None
    process_memory_bytes: _Amount | None = None
    power_w: _Amount | None = None
    temperature_c: _Degrees | None = None


class _Sample(Struct, gc=False):
    time: _Moment
    clock: _Moment
    attempt: _Count
    cpu_s: _Amount | None = None
    rss_bytes: _Amount | None = None
    uss_bytes: _Amount | None = None
    read_bytes: _Amount | None = None
    write_bytes: _Amount | None = None
    net_received_bytes: _Amount | None = None
    net_sent_bytes: _Amount | None = None
    monitor_cpu_s: _Amount | None = None
    monitor_rss_bytes: _Amount | None = None
    gpus: list[_GpuSample] | None = None


# `time` is not among them: clocks and what the event `monitor` says of them suffice.
COLUMNS = tuple(n for n in _Sample.__struct_fields__ if n not in ("time", "gpus"))
GPU_COLUMNS = ("row", *_GpuSample.__struct_fields__)


def _size(path: str) -> int:
    try:
        return os.stat(path).st_size
    except OSError:  # reading it says why
        return 0


@dataclass(frozen=True, eq=False)
class SampleColumns:
    """The samples of a file as columns; what is null is NaN.

    Attributes:
        columns: by the names of `COLUMNS`.
        gpus: by the names of `GPU_COLUMNS`, a row for each GPU of each sample; ``row`` is the
            sample's place.
        cut: how many lines broke off.
    """

    columns: dict[str, Floats]
    gpus: dict[str, Floats]
    cut: int


def read_samples(path: str) -> SampleColumns:
    """Read a file of samples, a large one on two cores.

    Raises:
        InputError: if it cannot be read, or has a line that is no sample.
    """
    size = _size(path)
    if size < _LARGE or not can_be_beside():
        return _part(path, 0, None).columns()
    return _in_two_parts(path, size // 2)


def _in_two_parts(path: str, middle: int) -> SampleColumns:
    """Read a file of samples on two cores.

    Args:
        path: the file.
        middle: about where the second part begins: with the next line.
    """
    with open(path, "rb") as file:
        file.seek(middle)
        file.readline()
        middle = file.tell()
    with beside(lambda pipe: _part(path, middle, None).write_to(pipe)) as pipe:
        found = _part(path, 0, middle)
        is_whole = found.add_from(pipe)
    if not is_whole:  # what is wrong with it, this process says
        found.add(_part(path, middle, None))
    return found.columns()


def _part(path: str, begin: int, end: int | None) -> _Part:
    """Read the samples of a part of a file, which begins with a line and ends with one."""
    of_line, of_gpu = attrgetter(*COLUMNS), attrgetter(*GPU_COLUMNS[1:])
    found = _Part(1.1 * max(0, _size(path) - begin) / _CHUNK + 2)
    decoder: msgspec.json.Decoder[_Sample] = msgspec.json.Decoder(_Sample)
    for lines, broken in _decoded(path, decoder, begin=begin, end=end):
        found.cut += broken
        listed = [each.gpus or () for each in lines]
        if any(listed):
            rows = np.arange(found.lines.size, found.lines.size + len(lines))
            found.gpus.add(
                np.repeat(rows, list(map(len, listed))),
                np.array(list(map(of_gpu, chain.from_iterable(listed))), dtype=np.float64).T,
            )
        if lines:
            found.lines.add(np.array(list(map(of_line, lines)), dtype=np.float64).T)
    return found


class _Part:
    """The samples of a part of a file.

    Args:
        chunks: about how many times some are added.
    """

    def __init__(self, chunks: float) -> None:
        self.lines = _Table(len(COLUMNS), chunks)
        self.gpus = _Table(len(GPU_COLUMNS), chunks)
        self.cut = 0

    def add(self, other: _Part) -> None:
        """Add the samples of a later part."""
        of_gpus = other.gpus.filled()
        self.gpus.add(of_gpus[0] + self.lines.size, of_gpus[1:])
        self.lines.add(other.lines.filled())
        self.cut += other.cut

    def columns(self) -> SampleColumns:
        """Return what was read."""
        return SampleColumns(
            dict(zip(COLUMNS, self.lines.filled(), strict=True)),
            dict(zip(GPU_COLUMNS, self.gpus.filled(), strict=True)),
            self.cut,
        )

    def write_to(self, pipe: IO[bytes]) -> None:
        """Write all of it, for another process of this machine."""
        pipe.write(np.array([self.lines.size, self.gpus.size, self.cut], dtype=np.int64).tobytes())
        for column in (*self.lines.filled(), *self.gpus.filled()):
            pipe.write(column.data)

    def add_from(self, pipe: IO[bytes]) -> bool:
        """Add what `write_to` wrote of a later part; return whether all of it came."""
        head = pipe.read(24)
        if len(head) < 24:
            return False
        lines, gpus, cut = np.frombuffer(head, dtype=np.int64).tolist()
        if not self.lines.can_read(pipe, lines):
            return False
        if not self.gpus.can_read(pipe, gpus):
            self.lines.size -= lines
            return False
        self.gpus.filled()[0, self.gpus.size - gpus :] += self.lines.size - lines
        self.cut += cut
        return True


class _Table:
    """Columns that grow; parts are copied once, to where they stay.

    Args:
        columns: how many columns.
        chunks: about how many parts will be added.
    """

    def __init__(self, columns: int, chunks: float) -> None:
        self.size = 0
        self._chunks = chunks
        self._values = np.empty((columns, 0))

    def add(self, *parts: npt.NDArray[Any]) -> None:
        """Add rows: the parts are one column, or several, beside each other."""
        end = self._make_room(parts[0].shape[-1])
        at = 0
        for part in parts:
            height = 1 if part.ndim == 1 else len(part)
            self._values[at : at + height, self.size : end] = part
            at += height
        self.size = end

    def can_read(self, pipe: IO[bytes], rows: int) -> bool:
        """Add rows from a pipe, one column after another; return whether all of them came."""
        end = self._make_room(rows)
        for column in self._values if rows else ():
            if not _is_filled(pipe, column[self.size : end].data.cast("B")):
                return False
        self.size = end
        return True

    def _make_room(self, rows: int) -> int:
        """Return where rows that are added end."""
        if (end := self.size + rows) > self._values.shape[1]:
            # Room that stays empty takes no memory.
            room = 2 * end if self.size else int(rows * self._chunks)
            grown = np.empty((len(self._values), max(room, end)))
            grown[:, : self.size] = self.filled()
            self._values = grown
        return end

    def filled(self) -> Floats:
        """Return the columns as they are."""
        return self._values[:, : self.size]


def _is_filled(pipe: IO[bytes], room: memoryview) -> bool:
    """Read from a pipe until there is no room, or nothing comes; return whether it is full."""
    while len(room):
        count = pipe.readinto(room)  # type: ignore[attr-defined] # all binary files have it
        if not count:
            return False
        room = room[count:]
    return True


def read_events(path: str) -> tuple[list[Event], int]:
    """Read a file of events.

    Events that this version does not know are left out: they are new, and nothing depends on them.

    Returns:
        The events, and how many lines broke off.

    Raises:
        InputError: if it cannot be read, has a line that is no event, or is of a newer version.
    """
    events: list[Event] = []
    cut = 0
    decoder: msgspec.json.Decoder[Event] = msgspec.json.Decoder(_Known)
    for lines, broken in _decoded(path, decoder, _other_event):
        cut += broken
        events += lines
    return events, cut


def check_version(path: str) -> None:
    """Refuse a file of events that a newer version wrote.

    Raises:
        InputError: if it is, or cannot be read.
    """
    for _, chunk in _chunks(path):
        for found in _VERSIONS.finditer(chunk):
            if (version := int(found[1])) > VERSION:
                raise DataError(
                    path,
                    None,
                    f"was written by a newer textmetrics (version {version} of these files, this "
                    f"one reads version {VERSION}): update textmetrics",
                )


_VERSIONS = re.compile(rb'"event": ?"monitor", ?"version": ?(\d{1,9})')


def _other_event(found: dict[str, Any]) -> Iterator[Marked]:
    """Yield a mark, which may have any values, and so no type; nothing for unknown events.

    Raises:
        ValidationError: if it is no event.
    """
    if found.get("event") == "mark":
        values = {name: value for name, value in found.items() if name not in _OF_A_LINE}
        fields: dict[str, Any] = {n: found[n] for n in ("time", "clock", "name") if n in found}
        yield msgspec.convert({**fields, "values": values}, Marked)
    else:
        kind = found.get("event")
        if not isinstance(kind, str) or kind in _EVENTS:
            msgspec.convert(found, _Known)


T = TypeVar("T")
_ERRORS = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


def _decoded(
    path: str,
    decoder: msgspec.json.Decoder[T],
    other: Callable[[dict[str, Any]], Iterable[T]] | None = None,
    *,
    begin: int = 0,
    end: int | None = None,
) -> Iterator[tuple[list[T], int]]:
    """Yield what lines of a part say, many at a time, and how many of them broke off."""
    numbers = _LineNumbers(path)
    for at, chunk in _chunks(path, begin, end):
        lines = _at_once(chunk, decoder)
        if lines is not None:
            yield lines, 0
        else:
            yield _one_by_one(path, numbers.at(at), bytes(chunk), decoder, other)


def _at_once(chunk: memoryview, decoder: msgspec.json.Decoder[T]) -> list[T] | None:
    """Return what lines say, ``None`` if one of them needs a closer look."""
    try:
        return decoder.decode_lines(chunk)
    except _ERRORS:
        return None


class _LineNumbers:
    """Numbers of lines by where they begin, counted only where a message needs one.

    Args:
        path: the file.
    """

    def __init__(self, path: str) -> None:
        self._path = path
        self._begin = 0
        self._number = 1

    def at(self, begin: int) -> int:
        """Return the number of the line that begins there; later calls are for later lines."""
        with open(self._path, "rb") as file:
            file.seek(self._begin)
            while self._begin < begin:
                block = file.read(min(_CHUNK, begin - self._begin))
                if not block:  # the file is shorter than it was
                    break
                self._number += block.count(b"\n")
                self._begin += len(block)
        return self._number


def _chunks(path: str, begin: int = 0, end: int | None = None) -> Iterator[tuple[int, memoryview]]:
    """Yield whole lines, and at last what follows the last line break; with where they begin.

    What is yielded is valid until the next one is asked for.
    """
    try:
        if stat.S_ISFIFO(os.stat(path).st_mode):  # opening it would wait forever
            raise DataError(path, None, "is a pipe; name the folder of a run that was recorded")
        with open(path, "rb", buffering=0) as file:
            file.seek(begin)
            buffer, used = bytearray(_CHUNK), 0
            while end is None or begin + used < end:
                room = len(buffer) if end is None else min(len(buffer), end - begin)
                count = file.readinto(memoryview(buffer)[used:room])
                if not count:
                    break
                filled = used + count
                whole = buffer.rfind(b"\n", used, filled) + 1
                if whole:
                    yield begin, memoryview(buffer)[:whole]
                    begin, used = begin + whole, filled - whole
                    buffer[:used] = buffer[whole:filled]
                else:
                    used = filled
                if used == len(buffer):
                    if used > _LONGEST_LINE:
                        problem = "has a line of more than 64 MB: it is no such file"
                        raise DataError(path, None, problem)
                    buffer = buffer + bytearray(used)
            if used:
                yield begin, memoryview(buffer)[:used]
    except OSError as error:
        raise OpenError.of(path, error) from error


def _one_by_one(
    path: str,
    first: int,
    chunk: bytes,
    decoder: msgspec.json.Decoder[T],
    other: Callable[[dict[str, Any]], Iterable[T]] | None,
) -> tuple[list[T], int]:
    found: list[T] = []
    cut = 0
    for number, raw in enumerate(chunk.split(b"\n"), first):
        for line in _parts(raw):
            lines = _read_one(path, number, line, decoder, other)
            found += lines or ()
            cut += lines is None
    return found, cut


def _read_one(
    path: str,
    number: int,
    line: bytes,
    decoder: msgspec.json.Decoder[T],
    other: Callable[[dict[str, Any]], Iterable[T]] | None,
) -> list[T] | None:
    """Return what a line says, ``None`` if it broke off.

    Raises:
        DataError: if it is no line of such a file.
    """
    try:
        return [decoder.decode(line)]
    except _ERRORS as error:
        if _is_cut(line):
            return None
        problem: Exception = error
    if other is not None:
        try:
            return list(other(msgspec.json.decode(line, type=dict[str, Any])))
        except _ERRORS as error:
            problem = error
    raise DataError(path, number, _explained(problem))


def _parts(raw: bytes) -> list[bytes]:
    """Return a line; two if one broke off and the next was appended to it.

    Every line begins with its time, and in JSON no text can hold what that looks like.
    """
    line = raw.strip()
    if not line:
        return []
    at = line.rfind(_BEGIN)
    return [line] if at <= 0 else [line[:at], line[at:]]


_BEGIN = b'{"time": '


def _is_cut(line: bytes) -> bool:
    """Return whether a line broke off; zero bytes are what some file systems leave of it."""
    try:
        msgspec.json.decode(line.rstrip(b"\0"))
    except msgspec.DecodeError as error:
        return "truncated" in str(error)
    except (UnicodeDecodeError, RecursionError):
        return False
    return False


def _explained(error: Exception) -> str:
    """Return what is wrong with a line, and what to do."""
    problem = "it is nested too deeply" if isinstance(error, RecursionError) else str(error)
    return f"no line of a monitored run ({problem}); remove it, or restore the file"
