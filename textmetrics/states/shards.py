"""Shards whose states are kept in a folder: which are missing, and what all together are.

The state of a shard has a name that depends on nothing but the name of its file, so that a later
run finds it. It is taken if it was counted from the same bytes under the same options; the file is
read for that, and hashed, which takes a small part of the time that scoring it takes. Times of
files are not trusted: they survive a file that was replaced by an older one.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from threading import Thread
from typing import NamedTuple

from msgspec.structs import replace

from textmetrics.records import InputError, Lines, OpenError, is_remote, local_path, shown_name
from textmetrics.states.file import read_state
from textmetrics.states.scoring import ShardScorer
from textmetrics.states.source import file_identity
from textmetrics.states.state import State, StateError, merge_states

__all__ = ["Shard", "merge_shards", "missing_shards", "shards_of"]

_MOST_CHARACTERS = 80  # of the name of a file in that of its state


class Shard(NamedTuple):
    """A file that is scored by itself, and its state.

    Attributes:
        path: the file.
        state: the file of its state, which need not be there.
    """

    path: str
    state: str

    @property
    def size(self) -> int:
        """The bytes of the file; 0 if that is not known."""
        try:
            with Lines(self.path) as lines:
                return lines.size or 0
        except InputError:  # which is told when the file is scored
            return 0


def shards_of(
    paths: Iterable[str | os.PathLike[str]], folder: str | os.PathLike[str]
) -> list[Shard]:
    """Return the shards of some files, with names for their states in a folder; each file once.

    Files of equal names in different folders have different states.

    Examples:
        >>> [shard] = shards_of(["in/part-0.jsonl.zst"], "st")
        >>> os.path.basename(shard.state).rpartition("-")[0]
        'part-0.jsonl.zst'
    """
    names = dict.fromkeys(os.fspath(path) for path in paths)
    inside = os.path.join(os.fspath(folder), "")
    shown = Counter(shown_name(name) for name in names)
    return [
        Shard(name, inside + _state_name(name, hide=shown[shown_name(name)] == 1)) for name in names
    ]


def _state_name(path: str, *, hide: bool) -> str:
    """Return the name of a file's state.

    Args:
        path: the file.
        hide: whether what may sign its name does not matter, unless it tells it from others.
    """
    whole = shown_name(path) if is_remote(path) else os.path.abspath(local_path(path))
    told_by = path if is_remote(path) and not hide else whole
    digest = sha256(os.fsencode(told_by)).hexdigest()[:12]
    own = re.sub(r"[^\w.-]+", "_", os.path.basename(whole), flags=re.ASCII)
    return f"{own[-_MOST_CHARACTERS:].lstrip('.')}-{digest}.json"


def missing_shards(
    shards: Iterable[Shard], scorer: ShardScorer, *, threads: int = 1
) -> list[Shard]:
    """Return those shards whose states have to be counted, the largest first.

    Args:
        shards: all that there are.
        scorer: how they are scored.
        threads: how many files are read at a time.
    """
    every = list(shards)
    counted = _counted_ones(every, scorer, threads)
    missing = [shard for shard in every if shard not in counted]
    return sorted(missing, key=lambda shard: -shard.size)


def _counted_ones(shards: Sequence[Shard], scorer: ShardScorer, threads: int) -> set[Shard]:
    """Return the shards whose states need not be counted again.

    A pool of threads would keep Ctrl-C waiting until the files that it reads have ended.
    """
    remaining, counted, errors = iter(shards), set[Shard](), list[BaseException]()

    def look() -> None:
        try:
            for shard in remaining:  # of which each thread takes the next one
                if errors:
                    return
                if _is_counted(shard, scorer):
                    counted.add(shard)
        except BaseException as error:
            errors.append(error)

    readers = [Thread(target=look, daemon=True) for _ in range(min(threads, len(shards)))]
    for each in readers:
        each.start()
    try:
        for each in readers:
            each.join()
    except BaseException as error:
        errors.append(error)
    if errors:
        raise errors[0]
    return counted


def _is_counted(shard: Shard, scorer: ShardScorer) -> bool:
    """Return whether the state of a shard is there, whole, and what scoring it would give."""
    try:
        state = read_state(shard.state)
        if len(state.sources) != 1 or scorer.difference(state):
            return False
        [source] = state.sources
        if source.told != scorer.told or (source.invalid and not scorer.skip):
            return False  # if it has invalid records, scoring it would be an error
        with Lines(shard.path, hashed=True) as lines:
            if lines.size not in (None, source.size):
                return False
            digest, sheet = lines.fingerprint()[1], lines.sheet or ""
            # Whether the sheet is the usual one is not known without reading it.
            return source.identity in (file_identity(digest), file_identity(digest, sheet))
    except (ImportError, InputError, ValueError):  # damaged, or counted by what is not here
        return False


def merge_shards(shards: Sequence[Shard], scorer: ShardScorer) -> State:
    """Return all that was counted of some shards, in their order; their states must be there.

    Raises:
        OpenError: if a state is not there.
        StateError: if one has other settings than the scorer, since another run has replaced it, or
            if they cannot be merged.
        ValueError: if there are no shards.
    """
    return merge_states(_states_of(shards, scorer), ordered=True)


def _states_of(shards: Sequence[Shard], scorer: ShardScorer) -> Iterator[State]:
    for shard in shards:
        try:
            state = read_state(shard.state)
        except OpenError as error:
            message = f"the state of {shown_name(shard.path)} was removed meanwhile; score it again"
            raise StateError(shard.state, None, message) from error
        if difference := scorer.difference(state):
            message = (
                f"another run has replaced the state of {shown_name(shard.path)}: {difference}; "
                "give each run a folder of its own"
            )
            raise StateError(shard.state, None, message)
        sources = [replace(each, name=shown_name(shard.path)) for each in state.sources]
        yield State(state.counted, sources, state.reading, name=state.name)
