"""Run a command, record what it uses, pass signals on, and start it again when it crashes.

Three threads: the main one starts processes, waits for signals and for the end of processes; one
takes samples; one passes on what the command writes to stderr. So neither a slow measurement nor a
blocked terminal delays a signal.
"""

from __future__ import annotations

import ctypes
import os
import resource
import shutil
import signal
import socket
import subprocess
import sys
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from threading import TIMEOUT_MAX, Event, Thread
from typing import Any, Final, NamedTuple

from textmetrics._version import __version__
from textmetrics.monitor.files import (
    ENVIRONMENT,
    VERSION,
    MonitorError,
    boot_id,
    rank_of,
)
from textmetrics.monitor.gpu import Gpus
from textmetrics.monitor.sampler import Sampler, psutil_module
from textmetrics.monitor.stderr import StderrTail
from textmetrics.monitor.writer import RunFiles

__all__ = ["Monitored", "Supervisor"]

_STOPS: Final = frozenset({signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGTERM})
_PASSED_ON: Final = _STOPS | {signal.SIGUSR1, signal.SIGUSR2, signal.SIGWINCH}
_LONGEST_BACKOFF: Final = 300.0
_FIRST_SAMPLE: Final = 0.1  # seconds after the start, so that short commands have one too
_PATIENCE: Final = 2.0  # seconds for a slow measurement, or a blocked stderr, after the end
_NOT_FOUND, _NOT_EXECUTABLE = 127, 126
_RSS_UNIT: Final = 1 if sys.platform == "darwin" else 1024  # of ru_maxrss


class Monitored(NamedTuple):
    """What became of a command.

    Attributes:
        code: its exit code, or 128 and the number of the signal that ended it.
        attempts: how many times it was started.
        crashes: how many of these ended by a signal or a code that nobody asked for.
        seconds: how long all attempts took.
        cpu_s: the CPU that they used.
        rss_bytes: the highest resident memory of a sample; 0 if there was none.
    """

    code: int
    attempts: int
    crashes: int
    seconds: float
    cpu_s: float
    rss_bytes: int


class Supervisor:
    """Runs a command and records it.

    Args:
        command: the program and its arguments.
        folder: where the files of the run are.
        interval: seconds between samples.
        restarts: how many times the command is started again after a crash.
        backoff: seconds before the first restart; each later one waits twice as long as the one
            before, at most five minutes.
        rank: that of a distributed run; from the environment where ``None``.
        warn: shows a line to people.
    """

    def __init__(
        self,
        command: Sequence[str],
        folder: str,
        *,
        interval: float = 1.0,
        restarts: int = 0,
        backoff: float = 1.0,
        rank: int | None = None,
        warn: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._command, self._folder = list(command), os.path.abspath(folder)
        self._interval, self._restarts, self._backoff = interval, restarts, backoff
        self._rank = rank_of() if rank is None else rank
        self._warn = warn
        self._asked = False  # to end, by a signal
        self._ends: list[dict[str, Any]] = []
        self._crashes = self._samples = self._highest = self._own_highest = 0

    def run(self) -> Monitored:
        """Run the command until it ends for good.

        Raises:
            MonitorError: if the command cannot be started, or nothing can be written.
        """
        psutil = psutil_module()
        program = _program(self._command[0])
        self._files = RunFiles(self._folder, self._rank, warn=self._warn)
        first = self._files.last_attempt() + 1
        with _Signals() as self._signals, _adopted_orphans():
            self._gpus = Gpus()
            self._files.event(
                "monitor",
                version=VERSION,
                boot=boot_id(),
                host=socket.gethostname(),
                pid=os.getpid(),
                interval=self._interval,
                command=self._command,
                rank=self._rank,
                gpus=self._gpus.devices,
                cuda_visible_devices=os.environ.get("CUDA_VISIBLE_DEVICES"),
                memory_total_bytes=psutil.virtual_memory().total,
                textmetrics=__version__,
            )
            self._stderr = StderrTail()
            try:
                code = self._attempts(program, first)
            finally:
                self._stderr.drain(_PATIENCE)
                self._stderr.close()
                self._finish()
        seconds, cpu = (sum(end[name] for end in self._ends) for name in ("seconds", "cpu_s"))
        return Monitored(code, len(self._ends), self._crashes, seconds, cpu, self._highest)

    def _attempts(self, program: str, first: int) -> int:
        wait = self._backoff
        last = first + self._restarts
        for attempt in range(first, last + 1):
            code, crashed = self._attempt(attempt, program)
            if not crashed or attempt == last:
                break
            self._files.event("restart", attempt=attempt + 1, after_s=wait)
            how = self._ends[-1]["signal"] or f"exit code {code}"
            which = f"restart {attempt - first + 1} of {self._restarts}"
            self._warn(f"the command crashed ({how}); {which} in {wait:g} s")
            self._wait(wait)
            wait = min(2 * wait, max(_LONGEST_BACKOFF, self._backoff))
            if self._asked:
                break
        return code

    def _attempt(self, attempt: int, program: str) -> tuple[int, bool]:
        """Run the command once; return its exit code, and whether it crashed."""
        self._stderr.clear()
        began = time.monotonic()
        least = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _RSS_UNIT
        process = self._started(program)
        self._files.event("start", attempt=attempt, pid=process.pid)
        sampler = Sampler(process.pid, interval=self._interval, gpus=self._gpus)
        sampling = _Sampling(sampler, self._files, attempt, self._interval)
        sampling.start()
        while not _has_ended(process.pid):
            self._take_signal(process.pid, sampler)
        seconds = time.monotonic() - began
        sampling.end()
        last = sampling.last()
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = code = os.waitstatus_to_exitcode(status)
        self._stderr.drain(_PATIENCE)
        crashed = code != 0 and not self._asked
        fields = {
            "attempt": attempt,
            "code": code if code >= 0 else None,
            "signal": _signal_name(-code) if code < 0 else None,
            "seconds": round(seconds, 6),
            **_used(last, used, least),
            **({"stopped": True} if self._asked else {}),
            **({"stderr": self._stderr.lines()} if crashed else {}),
        }
        self._files.event("end", **fields)
        self._ends.append(fields)
        self._crashes += crashed
        self._samples += sampling.samples
        self._highest = max(self._highest, sampling.highest)
        self._own_highest = max(self._own_highest, sampling.own_highest)
        return (code if code >= 0 else 128 - code), crashed

    def _started(self, program: str) -> subprocess.Popen[bytes]:
        parent, signals = os.getpid(), self._signals

        def before_exec() -> None:
            _end_with(parent)
            signals.restore()

        with warnings.catch_warnings():  # about threads: the child runs only these lines of Python
            warnings.simplefilter("ignore", DeprecationWarning)
            try:
                return subprocess.Popen(  # noqa: S603 (this is what the user asks for)
                    self._command,
                    executable=program,
                    env={**os.environ, ENVIRONMENT: self._folder},
                    stderr=self._stderr.descriptor,
                    close_fds=False,  # those that this process was given are for the command
                    preexec_fn=before_exec,  # noqa: PLW1509
                )
            except OSError as error:
                raise _cannot_start(self._command[0], error) from error

    def _take_signal(self, pid: int, sampler: Sampler) -> None:
        """Wait for a signal; pass it on to a process, or reap orphans."""
        received = self._signals.wait()
        if received is None:
            return
        if received.number == signal.SIGCHLD:
            for orphan, cpu in _reaped_others(pid):
                sampler.reaped(orphan, cpu)
            return
        self._asked = self._asked or received.number in _STOPS
        resized = received.number == signal.SIGWINCH and self._stderr.resize()
        if resized or not received.reached(pid):
            with suppress(ProcessLookupError, PermissionError):
                os.kill(pid, received.number)

    def _wait(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while not self._asked and (left := end - time.monotonic()) > 0:
            received = self._signals.wait(left)
            self._asked = received is not None and received.number in _STOPS

    def _finish(self) -> None:
        rss = psutil_module().Process().memory_info().rss
        self._files.event(
            "monitor_end",
            samples=self._samples,
            cpu_s=round(time.process_time(), 3),
            rss_bytes=max(rss, self._own_highest),
        )
        if lost := self._files.close():
            self._warn(f"{self._folder}: {lost:,} events could not be written")


class _Sampling(Thread):
    """Takes samples while a command runs."""

    def __init__(self, sampler: Sampler, files: RunFiles, attempt: int, interval: float) -> None:
        super().__init__(name="samples", daemon=True)
        self._sampler, self._files, self._attempt = sampler, files, attempt
        self._interval = interval
        self._ended = Event()
        self.samples = self.highest = self.own_highest = 0

    def run(self) -> None:
        """Take a sample after each interval, in step with the first one."""
        due = time.monotonic() + min(self._interval, _FIRST_SAMPLE)
        while not self._ended.wait(max(0.0, due - time.monotonic())):
            try:
                self._take(self._sampler.sample())
            except Exception as error:  # whatever fails to be measured, the command goes on
                self._files.missing("samples", f"{type(error).__name__}: {error}")
            missed = max(0.0, time.monotonic() - due) // self._interval
            due += self._interval * (1 + missed)

    def _take(self, fields: dict[str, Any]) -> None:
        for figure, reason in self._sampler.missing():
            self._files.missing(figure, reason)
        self.samples += self._files.sample({"attempt": self._attempt, **fields})
        self.highest = max(self.highest, fields["rss_bytes"])
        self.own_highest = max(self.own_highest, fields["monitor_rss_bytes"])

    def end(self) -> None:
        """Take no more samples; give up waiting for one that hangs."""
        self._ended.set()
        self.join(_PATIENCE)

    def last(self) -> dict[str, Any] | None:
        """Return what is used in the end; ``None`` while a measurement hangs."""
        if self.is_alive():
            return None
        try:
            return self._sampler.sample()
        except Exception as error:  # as above
            self._files.missing("samples", f"{type(error).__name__}: {error}")
            return None


# --- processes -----------------------------------------------------------------------------------


def _program(name: str) -> str:
    """Return the file of a command.

    Raises:
        MonitorError: if there is none, or it cannot be run; with the exit code of shells.
    """
    if found := shutil.which(name):
        return found
    if os.sep not in name:
        raise MonitorError(f"{name}: command not found", _NOT_FOUND)
    if not os.path.exists(name):
        raise MonitorError(f"{name}: no such file", _NOT_FOUND)
    reason = "is a folder" if os.path.isdir(name) else "is not executable"
    raise MonitorError(f"{name}: {reason}", _NOT_EXECUTABLE)


def _cannot_start(name: str, error: OSError) -> MonitorError:
    code = _NOT_FOUND if isinstance(error, FileNotFoundError) else _NOT_EXECUTABLE
    return MonitorError(f"{name}: cannot be run: {error.strerror or error}", code)


def _has_ended(pid: int) -> bool:
    """Return whether a child has ended; it stays, so that what it used can still be read."""
    return os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def _reaped_others(pid: int) -> Iterator[tuple[int, float]]:
    """Reap children other than one, and yield them with the CPU that they used in all."""
    while True:
        found = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        if found is None or found.si_pid == pid:
            return
        _, _, used = os.wait4(found.si_pid, 0)
        yield found.si_pid, used.ru_utime + used.ru_stime


def _used(last: dict[str, Any] | None, used: resource.struct_rusage, least: int) -> dict[str, Any]:
    """Return what an attempt used: of the kernel for the command, of samples for the others."""
    cpu = used.ru_utime + used.ru_stime
    highest = used.ru_maxrss * _RSS_UNIT
    return {
        "cpu_s": round(max(cpu, last["cpu_s"]) if last else cpu, 3),
        "read_bytes": last and last["read_bytes"],
        "write_bytes": last and last["write_bytes"],
        "process_rss_bytes": highest if highest > least else None,
    }


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:  # a real-time signal
        return f"signal {number}"


_PR_SET_PDEATHSIG: Final = 1
_PR_SET_CHILD_SUBREAPER: Final = 36


@contextmanager
def _adopted_orphans() -> Iterator[None]:
    """Let processes whose parents end become children of this one, where the system can."""
    _prctl(_PR_SET_CHILD_SUBREAPER, 1)
    try:
        yield
    finally:
        _prctl(_PR_SET_CHILD_SUBREAPER, 0)


def _end_with(parent: int) -> None:
    """Let this process get SIGTERM when its parent is killed, where the system can."""
    _prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:
        os._exit(128 + signal.SIGTERM)


def _prctl(option: int, value: int) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(option, value, 0, 0, 0)


# --- signals -------------------------------------------------------------------------------------


class _Received(NamedTuple):
    """A signal that came.

    Attributes:
        number: which one.
        from_terminal: whether the terminal sent it, to all processes of a group.
    """

    number: int
    from_terminal: bool

    def reached(self, pid: int) -> bool:
        """Return whether a child got it too."""
        try:
            return self.from_terminal and os.getpgid(pid) == os.getpgrp()
        except ProcessLookupError:
            return True


_FROM_KERNEL: Final = 0x80  # si_code of what a terminal sends; 0 where a process did


class _Signals:
    """Holds signals back, so that they are taken in order; those that were ignored stay ignored."""

    def __enter__(self) -> _Signals:
        passed = {each for each in _PASSED_ON if signal.getsignal(each) != signal.SIG_IGN}
        self._numbers = passed | {signal.SIGCHLD}
        self._child_handler = signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        self._before = signal.pthread_sigmask(signal.SIG_BLOCK, self._numbers)
        return self

    def wait(self, seconds: float | None = None) -> _Received | None:
        """Wait for the next one, some seconds or until it comes."""
        wait = TIMEOUT_MAX if seconds is None else seconds
        found = signal.sigtimedwait(self._numbers, wait)
        return found and _Received(found.si_signo, found.si_code == _FROM_KERNEL)

    def restore(self) -> None:
        """Let signals through as before, in a child."""
        signal.pthread_sigmask(signal.SIG_SETMASK, self._before)

    def __exit__(self, *_: object) -> None:
        while signal.sigtimedwait(self._numbers, 0):  # meant for a command that has ended
            pass
        self.restore()
        signal.signal(signal.SIGCHLD, self._child_handler)
