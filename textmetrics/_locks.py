"""Locks that are never left locked in a forked child."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any
from weakref import WeakValueDictionary

__all__ = ["fork_blocked", "fork_safe_lock"]

_Lock = Any  # threading.RLock is a function before Python 3.13

# In the order in which they are taken: who holds one of the first may wait for one of the last.
_FIRST: WeakValueDictionary[int, _Lock] = WeakValueDictionary()
_LAST: WeakValueDictionary[int, _Lock] = WeakValueDictionary()
_forking = threading.RLock()  # two threads may fork at once
_held: list[_Lock] = []


def fork_safe_lock(*, last: bool = False) -> _Lock:
    """Return a reentrant lock that a fork waits for, so that its child finds it free.

    Args:
        last: whether it is taken while others may be held, and takes none itself.
    """
    _watch_forks()
    lock = threading.RLock()
    (_LAST if last else _FIRST)[id(lock)] = lock
    return lock


@contextmanager
def fork_blocked() -> Iterator[None]:
    """Let a fork by another thread wait until the block ends; threads do not exclude each other."""
    with fork_safe_lock():
        yield


def _take_all() -> None:
    _forking.acquire()
    if _held:  # two threads registered this: taking locks made since would break the order
        return
    # By their references, a list that is made at once: others may make locks meanwhile.
    locks = [reference() for table in (_FIRST, _LAST) for reference in table.valuerefs()]
    for lock in locks:
        if lock is not None:
            lock.acquire()
            _held.append(lock)


def _leave_all() -> None:
    while _held:
        _held.pop().release()
    _forking.release()


@cache
def _watch_forks() -> None:
    # These have locks and hooks of their own. Who holds a lock of ours may wait for one of theirs,
    # so a fork must take ours first, and hooks run in the reverse of the order of registration.
    import concurrent.futures.thread  # noqa: F401
    import logging  # noqa: F401

    if hasattr(os, "register_at_fork"):
        os.register_at_fork(before=_take_all, after_in_parent=_leave_all, after_in_child=_leave_all)
