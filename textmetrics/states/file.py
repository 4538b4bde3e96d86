"""State files: written whole or not at all, and read as what anybody may have written."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from typing import Annotated, Any

import msgspec

from textmetrics._escape import short_repr
from textmetrics._locks import fork_safe_lock
from textmetrics._version import __version__
from textmetrics.evaluation import DEFINITIONS, Counted, UnknownDefinitionError
from textmetrics.records import DataError, atomic_output, read_bytes
from textmetrics.states.source import Source
from textmetrics.states.state import State, StateError

__all__ = ["read_state", "write_state"]

_FORMAT = 1
_MOST_BYTES = 1 << 30  # of a state, decompressed: only those that keep samples are large
_BEGINNING = 64  # bytes, by which a damaged state is told from another file
_one_at_a_time = fork_safe_lock(last=True)  # as in evaluation: msgspec crashes at the first use
_SCORE_AGAIN = "score the samples again"
_COPY_AGAIN = "copy the file again, or score its samples again"


def write_state(state: State, path: str | os.PathLike[str]) -> None:
    """Write a state, compressed if the name ends in .gz, .zst, .xz or .bz2.

    The file gets its name once everything is on disk.

    Raises:
        OpenError: if it cannot be written.
        ValueError: if an option cannot be saved.
    """
    raw = _encoded(state)
    with atomic_output(os.fspath(path)) as file:
        file.write(raw)


def read_state(path: str | os.PathLike[str], *, duplicates: bool = False) -> State:
    """Read a state file.

    Nothing in it is trusted: its content is checked against its checksum, and its numbers against
    each other.

    Args:
        path: the file.
        duplicates: whether it may have sources with the same content, as a state has that was
            merged with them.

    Raises:
        OpenError: if it cannot be opened.
        StateError: if it is damaged, was edited, is of another kind, or was counted by definitions
            other than those of this version.
    """
    name = os.fspath(path)
    return _decoded(_bytes(name), name, duplicates)


class _Content(msgspec.Struct):
    """What a state file has beside its format and its checksum."""

    version: Annotated[str, msgspec.Meta(max_length=100)]
    definitions: dict[str, int]
    reading: dict[str, Any]
    sources: list[Source]
    evaluations: Annotated[list[dict[str, Any]], msgspec.Meta(min_length=1)]


def _encoded(state: State) -> bytes:
    sources = sorted(state.sources, key=lambda each: each.order)
    saved = [each.saved() for each in state.counted]
    content = _Content(__version__, DEFINITIONS, state.reading, sources, saved)
    raw = _json(content)
    envelope = _Envelope(textmetrics_state=_FORMAT, sha256=_digest(raw), content=msgspec.Raw(raw))
    return msgspec.json.encode(envelope)


def _json(content: _Content) -> bytes:
    try:
        return msgspec.json.encode(content, order="deterministic")
    except UnicodeEncodeError:  # the name of a file, or an id, is not Unicode
        text = json.dumps(msgspec.to_builtins(content, order="deterministic"), ensure_ascii=False)
        return re.sub("[\ud800-\udfff]", lambda found: rf"\\u{ord(found[0]):04x}", text).encode()


def _bytes(name: str) -> bytes:
    try:
        return read_bytes(name, _MOST_BYTES)
    except DataError as error:
        raise StateError(name, None, f"damaged ({error.message}); {_COPY_AGAIN}") from None


def _digest(raw: bytes | memoryview) -> str:
    from hashlib import sha256

    return sha256(raw).hexdigest()


def _decoded(raw: bytes, name: str, duplicates: bool) -> State:
    envelope = _envelope(raw, name)
    if (version := envelope.textmetrics_state) != _FORMAT:
        advice = f"read it with a later version of textmetrics, or {_SCORE_AGAIN}"
        message = f"a state of format {short_repr(version)}, this version reads format {_FORMAT}"
        raise StateError(name, None, f"{message}; {advice}")
    inner = memoryview(envelope.content)
    if (found := _digest(inner)) != envelope.sha256:
        message = (
            f"was changed after it was written: its checksum is {envelope.sha256[:12]}…, "
            f"that of its content {found[:12]}…"
        )
        raise StateError(name, None, f"{message}; use the original, or {_SCORE_AGAIN}")
    content = _content(inner, name)
    _check_definitions(content.definitions, content.version, name)
    counted = [_counted(plain, name) for plain in content.evaluations]
    if len({each.state.health.samples for each in counted}) > 1:
        raise _impossible(name, "evaluations of different numbers of samples")
    state = State(counted, content.sources, content.reading, name=name, duplicates=duplicates)
    _check_records(state)
    return state


def _check_records(state: State) -> None:
    """Raise an error unless the samples are the records of the sources."""
    of_sources = [each.records - each.invalid for each in state.sources]
    if min(of_sources, default=0) < 0:
        raise _impossible(state.name, "a source has more invalid records than records")
    samples, records = state.counted[0].state.health.samples, sum(of_sources)
    if samples != records:
        problem = f"{samples:,} samples, but {records:,} records of its sources"
        raise _impossible(state.name, problem)


def _counted(plain: dict[str, Any], name: str) -> Counted:
    try:
        return Counted.restored(plain, name)
    except UnknownDefinitionError as error:
        raise StateError(name, None, str(error)) from error
    except ValueError as error:
        raise _impossible(name, error) from error


def _impossible(name: str, problem: object) -> StateError:
    return StateError(name, None, f"not a valid state: {problem}; {_SCORE_AGAIN}")


class _Envelope(msgspec.Struct, kw_only=True):
    """A state file: its content apart, so that its bytes can be checked before it is decoded."""

    textmetrics_state: int
    sha256: str
    content: msgspec.Raw


def _envelope(raw: bytes, name: str) -> _Envelope:
    if not raw.strip():
        raise StateError(name, None, f"damaged (the file is empty); {_COPY_AGAIN}")
    try:
        with _one_at_a_time:
            return msgspec.json.decode(raw, type=_Envelope)
    except (ValueError, RecursionError) as error:  # msgspec's errors are ValueErrors
        if b'"textmetrics_state"' in raw[:_BEGINNING]:
            raise StateError(name, None, f"damaged ({error}); {_COPY_AGAIN}") from None
        message = "not a state: name files that score --state or Evaluator.save wrote"
        raise StateError(name, None, message) from None


def _content(raw: bytes | memoryview, name: str) -> _Content:
    try:
        with _one_at_a_time:
            content = msgspec.json.decode(raw, type=_Content)
    except (ValueError, RecursionError) as error:
        raise _impossible(name, error) from None
    return content


def _check_definitions(saved: Mapping[str, int], version: str, name: str) -> None:
    """Raise an error if numbers are defined in another way here."""
    changed = [
        f"{each} ({saved.get(each, 'none')} in the state, {DEFINITIONS.get(each, 'none')} here)"
        for each in dict.fromkeys([*DEFINITIONS, *saved])
        if saved.get(each) != DEFINITIONS.get(each)
    ]
    if changed:
        message = (
            f"written by version {short_repr(version)}, whose definitions differ from those of "
            f"{__version__}: {', '.join(changed)}; {_SCORE_AGAIN} with one version"
        )
        raise StateError(name, None, message)
