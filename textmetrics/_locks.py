"""Locks that no fork leaves locked."""

from __future__ import annotations

import os
import threading
from weakref import WeakSet

__all__ = ["fork_safe_lock"]

# In the order in which they are taken: who holds one of the first may wait for one of the last.
_FIRST: WeakSet[threading.RLock] = WeakSet()  # type: ignore[type-arg, valid-type, unused-ignore]
_LAST: WeakSet[threading.RLock] = WeakSet()  # type: ignore[type-arg, valid-type, unused-ignore]
_held: list[threading.RLock] = []  # type: ignore[valid-type, unused-ignore]


def fork_safe_lock(*, last: bool = False) -> threading.RLock:  # type: ignore[valid-type, unused-ignore]
    """Give a reentrant lock that a fork waits for, so that its child finds it free.

    Args:
        last: whether it is taken while others may be held, and takes none itself.
    """
    lock = threading.RLock()
    (_LAST if last else _FIRST).add(lock)
    return lock


def _take_all() -> None:
    for lock in (*_FIRST, *_LAST):
        lock.acquire()
        _held.append(lock)


def _leave_all() -> None:
    while _held:
        _held.pop().release()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_take_all, after_in_parent=_leave_all, after_in_child=_leave_all)
