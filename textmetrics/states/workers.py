"""Score shards in processes of this machine, each of which takes one shard after another.

The processes are started anew, not forked: forking is not safe where threads run, and unknown to
some systems. Each has a pipe of its own, through which it is told what to do and tells what it has
done. One that is killed costs the shard that it was at; another process takes its place.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from threading import Thread
from typing import Any, NamedTuple

from textmetrics.records import DataError, InputError, InvalidRecords, SampleReader
from textmetrics.states.file import write_state
from textmetrics.states.scoring import ShardScorer
from textmetrics.states.shards import Shard

__all__ = ["ShardFailed", "ShardRead", "ShardScored", "score_shard", "scored_shards"]

_BETWEEN = 0.1  # seconds from one message about progress to the next
_SECONDS_TO_END = 0.2  # before a process is ended by force


class ShardRead(NamedTuple):
    """How much of a shard has been read.

    Attributes:
        shard: which.
        bytes: of its file, before decompression.
        records: samples, including invalid ones.
    """

    shard: Shard
    bytes: int
    records: int


class ShardScored(NamedTuple):
    """A shard whose state has been written.

    Attributes:
        shard: which.
        records: samples, including invalid ones.
        invalid: its invalid records, which were left out.
        found_options: the names of the sample options of which a record had a value.
    """

    shard: Shard
    records: int
    invalid: InvalidRecords
    found_options: frozenset[str]


class ShardFailed(NamedTuple):
    """A shard that has no state.

    Attributes:
        shard: which.
        error: why; a `ValueError` if an option does not fit its samples.
    """

    shard: Shard
    error: InputError | ValueError


def scored_shards(
    shards: Sequence[Shard], scorer: ShardScorer, jobs: int
) -> Generator[ShardRead | ShardScored | ShardFailed, None, None]:
    """Score shards in processes, and yield what becomes of each.

    The processes are ended with the generator, whatever ends it; states that are written stay. A
    script that calls this needs the usual ``if __name__ == "__main__":``.

    Args:
        shards: in the order in which they are begun.
        scorer: how they are scored.
        jobs: how many processes there are at most.
    """
    waiting = deque(shards)
    workers: list[_Worker] = []
    try:
        while waiting or workers:
            while waiting and len(workers) < jobs:
                workers.append(_Worker(scorer, waiting.popleft()))
            ready = wait([each.connection for each in workers])
            for worker in [each for each in workers if each.connection in ready]:
                event = worker.event()
                yield event
                if isinstance(event, ShardRead):
                    continue
                if worker.is_alive and waiting:
                    worker.begin(waiting.popleft())
                else:
                    workers.remove(worker)
                    _end([worker])
    finally:
        _end(workers)


def score_shard(
    shard: Shard, scorer: ShardScorer, tell: Callable[[ShardRead], object] | None = None
) -> ShardScored | ShardFailed:
    """Score a shard in this process, write its state, and return what became of it.

    Args:
        shard: the file, and that of its state.
        scorer: how it is scored.
        tell: called every now and then with how much has been read.
    """
    invalid = InvalidRecords(skip=scorer.skip)
    records, found, due = 0, frozenset[str](), 0.0

    def seen(reader: SampleReader) -> None:
        nonlocal records, found, due
        records, found = reader.records, frozenset(reader.found_options)
        if tell is not None and (now := time.monotonic()) >= due:
            due = now + _BETWEEN
            tell(ShardRead(shard, reader.lines.position, records))

    try:
        write_state(scorer.score(shard.path, invalid=invalid, seen=seen), shard.state)
    except (InputError, ValueError) as error:
        return ShardFailed(shard, error)
    except MemoryError:
        message = "memory ran out; score it again, with fewer jobs"
        return ShardFailed(shard, DataError(shard.path, None, message))
    return ShardScored(shard, records, invalid, found)


class _Worker:
    """A process, as the one that started it sees it.

    Args:
        scorer: how it scores shards.
        shard: the first one.
    """

    def __init__(self, scorer: ShardScorer, shard: Shard) -> None:
        context = multiprocessing.get_context("spawn")
        self.connection, other = context.Pipe()
        self.process: BaseProcess = context.Process(target=_work, args=(other, scorer), daemon=True)
        with _deaf_to_interrupts():
            self.process.start()
        other.close()  # of which the process has its own: this end is told when it ends
        self.is_alive = True
        self.begin(shard)

    def begin(self, shard: Shard) -> None:
        """Have it score a shard."""
        self._shard = shard
        with suppress(OSError):  # it has ended, which is seen by what comes next
            self.connection.send(shard)

    def event(self) -> ShardRead | ShardScored | ShardFailed:
        """Return what it tells, or that it has ended."""
        try:
            event: ShardRead | ShardScored | ShardFailed = self.connection.recv()
        except (EOFError, OSError):
            self.is_alive = False
            self.process.join()
            message = _how_ended(self.process.exitcode or 0)
            return ShardFailed(self._shard, DataError(self._shard.path, None, message))
        return event


def _how_ended(code: int) -> str:
    what = "the process that scored this file was ended by"
    if code >= 0:
        return f"the process that scored this file ended with exit code {code}; score it again"
    try:
        name = signal.Signals(-code).name
    except ValueError:
        name = f"signal {-code}"
    if name == "SIGKILL":
        return f"{what} {name}, as systems do when memory runs out; score it again, with fewer jobs"
    return f"{what} {name}; score it again"


def _end(workers: Sequence[_Worker]) -> None:
    """End processes, whatever they do."""
    for worker in workers:
        worker.process.terminate()
    latest = time.monotonic() + _SECONDS_TO_END
    for worker in workers:
        worker.process.join(max(0.0, latest - time.monotonic()))
        if worker.process.is_alive():
            worker.process.kill()
            worker.process.join()
        worker.connection.close()


@contextmanager
def _deaf_to_interrupts() -> Iterator[None]:
    """Let processes be started that do not hear Ctrl-C, which their parent hears and ends them."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    from multiprocessing import resource_tracker

    resource_tracker.ensure_running()  # or its start would end what is done here
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


# --- in the process


def _work(connection: Connection[Any, Any], scorer: ShardScorer) -> None:
    """Score shards as they come."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_parent, daemon=True).start()
    with suppress(EOFError, BrokenPipeError):  # the parent has ended
        while True:
            connection.send(score_shard(connection.recv(), scorer, connection.send))


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
