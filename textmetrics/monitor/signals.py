"""Take signals one after another, and find out whether a command got them as well.

A terminal sends Ctrl-C to all processes of a group, and so do ``timeout``, Slurm and systemd with
SIGTERM. The command must get each signal once, however it was sent. So a third process of the same
group does nothing but take signals: if it got one too, then all did.
"""

from __future__ import annotations

import ctypes
import os
import select
import signal
import struct
import sys
import time
import warnings
from contextlib import suppress
from typing import Final, NamedTuple

__all__ = ["STOPS", "Received", "Signals", "adopt_orphans", "end_with_parent"]

STOPS: Final = frozenset({signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGTERM})
"""Those that ask a command to end."""

_PASSED_ON: Final = STOPS | {signal.SIGUSR1, signal.SIGUSR2, signal.SIGWINCH}
_FROM_KERNEL: Final = 0x80  # si_code of what a terminal sends; 0 where a process did
_PATIENCE: Final = 0.05  # seconds for the witness
_TOGETHER: Final = 0.25  # seconds within which a group gets a signal
_LOOK: Final = 1.0  # seconds after which the witness notices that nobody needs it
_POLL: Final = 0.05  # seconds, where the system cannot wait for signals


class Received(NamedTuple):
    """A signal that came.

    Attributes:
        number: which one.
        by_all: whether all processes of the group got it.
    """

    number: int
    by_all: bool

    def reached(self, pid: int) -> bool:
        """Return whether a child got it too."""
        try:
            return self.by_all and os.getpgid(pid) == os.getpgrp()
        except ProcessLookupError:
            return True


class Signals:
    """Holds signals back, so that they are taken in order; those that were ignored stay ignored.

    Attributes:
        witness: the process that takes them too; 0 if there is none.
    """

    def __enter__(self) -> Signals:
        passed = {each for each in _PASSED_ON if signal.getsignal(each) != signal.SIG_IGN}
        self._numbers = passed | {signal.SIGCHLD}
        self._child_handler = signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        self._before = signal.pthread_sigmask(signal.SIG_BLOCK, self._numbers)
        self.witness = 0
        with suppress(OSError):
            self._begin_witness(passed)
        return self

    def wait(self, seconds: float | None = None) -> Received | None:
        """Wait for the next one, some seconds or until it comes."""
        found = _waited(self._numbers, seconds)
        if found is None:
            return None
        number, code = found
        by_all = number != signal.SIGCHLD and (code == _FROM_KERNEL or self._was_seen(number))
        return Received(number, by_all)

    def lose_witness(self) -> None:
        """Take that the witness was killed, and reaped."""
        self.witness = 0
        os.close(self._testimony)

    def restore(self) -> None:
        """Let signals through as before, in a child."""
        signal.pthread_sigmask(signal.SIG_SETMASK, self._before)

    def __exit__(self, *_: object) -> None:
        if self.witness:
            os.kill(self.witness, signal.SIGKILL)
            os.waitpid(self.witness, 0)
            self.lose_witness()
        while _waited(self._numbers, 0):  # meant for a command that has ended
            pass
        self.restore()
        signal.signal(signal.SIGCHLD, self._child_handler)

    def _begin_witness(self, numbers: set[signal.Signals]) -> None:
        self._testimony, writing = os.pipe()
        parent = os.getpid()
        with warnings.catch_warnings():  # about threads of a program that calls this
            warnings.simplefilter("ignore", DeprecationWarning)
            self.witness = os.fork()
        if not self.witness:
            try:
                _testify(writing, numbers, parent)
            finally:
                os._exit(0)
        os.close(writing)

    def _was_seen(self, number: int) -> bool:
        """Return whether the witness got a signal at about this time."""
        now = time.monotonic()
        while self.witness and select.select([self._testimony], [], [], _PATIENCE)[0]:
            said = os.read(self._testimony, _SAID.size)
            if not said:  # it was killed
                return False
            seen, when = _SAID.unpack(said)
            if seen == number and abs(when - now) < _TOGETHER:
                return True
        return False


_SAID: Final = struct.Struct("=id")  # a signal, and when it came


def _testify(writing: int, numbers: set[signal.Signals], parent: int) -> None:
    _rename(_WITNESS)
    os.closerange(0, writing)
    end_with_parent(parent, signal.SIGKILL)
    while os.getppid() == parent:
        if found := _waited(numbers, _LOOK):
            os.write(writing, _SAID.pack(found[0], time.monotonic()))


def _waited(numbers: set[signal.Signals], seconds: float | None) -> tuple[int, int] | None:
    """Return a signal that was held back, and its ``si_code``."""
    end = time.monotonic() + _FOREVER if seconds is None else time.monotonic() + seconds
    if sys.platform == "linux":
        found = signal.sigtimedwait(numbers, max(0.0, end - time.monotonic()))
        return None if found is None else (found.si_signo, found.si_code)
    while not signal.sigpending() & numbers:
        if time.monotonic() >= end:
            return None
        time.sleep(_POLL)
    return signal.sigwait(numbers), 0


_FOREVER: Final = 1e8  # seconds; three years


_WITNESS: Final = b"(signals)"


def _rename(name: bytes) -> None:
    """Let this forked process have a command line of its own, where the system has ``/proc``.

    With that of its parent, a signal to all processes with some words in it (``pkill -f``) would
    seem to be one to the group, and not reach the command.
    """
    with suppress(OSError, ValueError):
        with open("/proc/self/stat", encoding="ascii", errors="replace") as file:
            fields = file.read().rpartition(")")[2].split()
        begin, end = int(fields[_ARGUMENTS]), int(fields[_ARGUMENTS + 1])
        if begin:
            ctypes.memset(begin, 0, end - begin)
            ctypes.memmove(begin, name, min(len(name), end - begin - 1))
        _prctl(_PR_SET_NAME, name)


_ARGUMENTS: Final = 45  # where `arg_start` is among the fields that follow the name: proc(5)


# --- parents and children ------------------------------------------------------------------------

_PR_SET_PDEATHSIG: Final = 1
_PR_SET_NAME: Final = 15
_PR_SET_CHILD_SUBREAPER: Final = 36


def adopt_orphans(*, wanted: bool) -> None:
    """Let processes whose parents end become children of this one, where the system can."""
    _prctl(_PR_SET_CHILD_SUBREAPER, int(wanted))


def end_with_parent(parent: int, number: int) -> None:
    """Let this process get a signal when its parent is killed, where the system can."""
    _prctl(_PR_SET_PDEATHSIG, number)
    if os.getppid() != parent:
        os._exit(128 + number)


def _prctl(option: int, value: int | bytes) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(option, value, 0, 0, 0)
