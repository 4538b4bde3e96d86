"""Run a command, record what it uses, pass signals on, and start it again when it crashes.

Three threads: the main one starts processes, waits for signals and for the end of processes; one
takes samples; one passes on what the command writes to stderr. So neither a slow measurement nor a
blocked terminal delays a signal.
"""

from __future__ import annotations

import os
import resource
import shutil
import signal
import subprocess
import sys
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, suppress
from threading import Event, Thread
from typing import Any, Final, NamedTuple

from textmetrics.monitor.files import ENVIRONMENT, RANK, MonitorError, rank_of
from textmetrics.monitor.gpu import Gpus
from textmetrics.monitor.sampler import Sampler, psutil_module
from textmetrics.monitor.signals import STOPS, Signals, adopt_orphans, end_with_parent
from textmetrics.monitor.stderr import StderrTail
from textmetrics.monitor.writer import RunFiles

__all__ = ["Monitored", "Supervisor"]

_LONGEST_BACKOFF: Final = 300.0
_FIRST_SAMPLE: Final = 0.1  # seconds after the start, so that short commands have one too
_MOST_CPU: Final = 0.01  # of one core, for one sample a second
_ALLOWANCE: Final = 0.2  # seconds of CPU beside that, for the first ones
_PATIENCE: Final = 2.0  # seconds for a slow measurement, or a blocked stderr, after the end
_NOT_FOUND, _NOT_EXECUTABLE = 127, 126
_BLOCK: Final = 512  # bytes of ru_inblock and ru_oublock, whatever the file system has
_SUMS: Final = ("cpu_s", "read_bytes", "write_bytes")
_RSS_UNIT: Final = 1 if sys.platform == "darwin" else 1024  # of ru_maxrss


class Monitored(NamedTuple):
    """What became of a command.

    Attributes:
        code: its exit code, or 128 and the number of the signal that ended it.
        signal: the name of that signal; empty if it ended by itself.
        attempts: how many times it was started.
        crashes: how many of these ended by a signal or a code that nobody asked for.
        seconds: how long all attempts took.
        cpu_s: the CPU that they used.
        rss_bytes: the highest resident memory of a sample; 0 if there was none.
    """

    code: int
    signal: str
    attempts: int
    crashes: int
    seconds: float
    cpu_s: float
    rss_bytes: int


class Supervisor:
    """Runs a command and records it, in a process that has no children beside those.

    Args:
        command: the program and its arguments.
        folder: where the files of the run are.
        interval: seconds between samples.
        restarts: how many times the command is started again after a crash.
        backoff: seconds before the first restart; each later one waits twice as long as the one
            before, at most five minutes.
        rank: that of a distributed run; from the environment where ``None``.
        warn: shows a line to people.

    Raises:
        MonitorError: if there is no such command, or psutil is missing.

    Examples:
        >>> import json, tempfile
        >>> from pathlib import Path
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     code = Supervisor(["true"], folder).run().code
        ...     lines = Path(folder, "events.jsonl").read_text().splitlines()
        >>> code, [json.loads(line)["event"] for line in lines if '"missing"' not in line]
        (0, ['monitor', 'start', 'end', 'monitor_end'])
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
        psutil_module()
        self._program = _program(command[0])
        self._command, self._folder = list(command), os.path.abspath(folder)
        self._interval, self._restarts, self._backoff = interval, restarts, backoff
        self._rank = rank_of() if rank is None else rank
        self._environment = {ENVIRONMENT: self._folder}
        if rank is not None:
            self._environment[RANK] = str(rank)
        self._warn = warn
        self._asked = False  # to end, by a signal
        self._ends: list[dict[str, Any]] = []
        self._crashes = self._samples = self._highest = self._own_highest = 0

    def run(self) -> Monitored:
        """Run the command until it ends for good; only in the main thread.

        Raises:
            MonitorError: if the command cannot be started, or nothing can be written.
        """
        with ExitStack() as stack:
            self._signals = stack.enter_context(Signals())
            self._files = RunFiles(self._folder, self._rank, warn=self._warn)
            first = self._files.last_attempt() + 1
            adopt_orphans(wanted=True)
            stack.callback(adopt_orphans, wanted=False)
            self._gpus = Gpus()
            self._files.begin(
                interval=self._interval,
                command=self._command,
                rank=self._rank,
                gpus=self._gpus.devices,
            )
            stack.callback(self._finish)
            self._stderr = StderrTail()
            stack.callback(self._stderr.close)
            code = self._attempts(first)
        seconds, cpu = (sum(end[name] for end in self._ends) for name in ("seconds", "cpu_s"))
        name = self._ends[-1]["signal"] or ""
        return Monitored(code, name, len(self._ends), self._crashes, seconds, cpu, self._highest)

    def _attempts(self, first: int) -> int:
        wait = self._backoff
        last = first + self._restarts
        for attempt in range(first, last + 1):
            code, crashed = self._attempt(attempt)
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

    def _attempt(self, attempt: int) -> tuple[int, bool]:
        """Run the command once; return its exit code, and whether it crashed."""
        self._stderr.clear()
        began = time.monotonic()
        least = _highest_rss()
        process = self._started()
        self._files.event("start", attempt=attempt, pid=process.pid)
        sampler = Sampler(
            process.pid,
            interval=self._interval,
            gpus=self._gpus,
            adopts=True,
            without=self._signals.witness,
        )
        sampling = _Sampling(sampler, self._files, attempt, self._interval)
        sampling.start()
        while not _has_ended(process.pid):
            self._take_signal(process.pid, sampler)
        seconds = time.monotonic() - began
        sampling.end()
        _, status, usage = os.wait4(process.pid, 0)
        sampler.reaped(process.pid, *_used(usage))
        last = sampling.last()
        process.returncode = code = os.waitstatus_to_exitcode(status)
        self._stderr.drain(_PATIENCE)
        crashed = code != 0 and not self._asked
        highest = usage.ru_maxrss * _RSS_UNIT
        fields = {
            "attempt": attempt,
            "code": code if code >= 0 else None,
            "signal": _signal_name(-code) if code < 0 else None,
            "seconds": round(seconds, 6),
            **_ended_with(last, usage),
            "process_rss_bytes": highest if highest > least else None,
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

    def _started(self) -> subprocess.Popen[bytes]:
        parent, signals = os.getpid(), self._signals

        def before_exec() -> None:
            end_with_parent(parent, signal.SIGTERM)
            signals.restore()

        with warnings.catch_warnings():  # about threads: the child runs only these lines of Python
            warnings.simplefilter("ignore", DeprecationWarning)
            try:
                return subprocess.Popen(  # noqa: S603 (this is what the user asks for)
                    self._command,
                    executable=self._program,
                    env={**os.environ, **self._environment},
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
            for orphan, usage in _reaped_others(pid):
                if orphan == self._signals.witness:
                    self._signals.lose_witness()
                else:
                    sampler.reaped(orphan, *_used(usage))
            return
        self._asked = self._asked or received.number in STOPS
        resized = received.number == signal.SIGWINCH and self._stderr.resize()
        if resized or not received.reached(pid):
            with suppress(ProcessLookupError, PermissionError):
                os.kill(pid, received.number)

    def _wait(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while not self._asked and (left := end - time.monotonic()) > 0:
            received = self._signals.wait(left)
            self._asked = received is not None and received.number in STOPS

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
        self._began = time.monotonic()
        due = self._began + min(self._interval, _FIRST_SAMPLE)
        while not self._ended.wait(max(0.0, due - time.monotonic())):
            try:
                if self._is_affordable():
                    self._take(self._sampler.sample())
            except Exception as error:  # whatever fails to be measured, the command goes on
                self._files.missing("samples", f"{type(error).__name__}: {error}")
            missed = max(0.0, time.monotonic() - due) // self._interval
            due += self._interval * (1 + missed)

    def _is_affordable(self) -> bool:
        """Return whether samples so far have cost little enough to take another one."""
        time_so_far = time.monotonic() - self._began
        most = _ALLOWANCE + _MOST_CPU * time_so_far / min(self._interval, 1.0)
        if (cost := time.thread_time()) <= most:
            return True
        each = f"{1000 * cost / max(1, self.samples):.0f} ms of CPU"
        self._files.missing("samples", f"some were left out, because one takes {each}")
        return False

    def _take(self, fields: dict[str, Any]) -> None:
        if not fields["processes"]:  # the command has just ended: what follows is the last sample
            return
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
        """Take a last sample of the sums, and return those; ``None`` if that is impossible."""
        if self.is_alive():
            self._files.missing("samples", "a measurement did not end before the command")
            return None
        try:
            fields = self._sampler.sample()
        except Exception as error:  # as above
            self._files.missing("samples", f"{type(error).__name__}: {error}")
            return None
        gone = {"rss_bytes": None, "uss_bytes": None, "gpus": None}
        self.samples += self._files.sample({"attempt": self._attempt, **fields, **gone})
        return {name: fields[name] for name in _SUMS}


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
    if not hasattr(os, "waitid"):  # macOS, before Python 3.13
        psutil = psutil_module()
        return bool(psutil.Process(pid).status() == psutil.STATUS_ZOMBIE)
    return os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def _reaped_others(pid: int) -> Iterator[tuple[int, resource.struct_rusage]]:
    """Reap children other than one, and yield them with what they used in all."""
    while hasattr(os, "waitid"):
        found = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        if found is None or found.si_pid == pid:
            return
        _, _, usage = os.wait4(found.si_pid, 0)
        yield found.si_pid, usage


def _highest_rss() -> int:
    """Return the most memory that this process had, which its children are said to have had too."""
    try:  # what ru_maxrss says is also of the program that this process was before exec
        with open("/proc/self/status", encoding="ascii") as file:
            [line] = [line for line in file if line.startswith("VmHWM:")]
        return int(line.split()[1]) * 1024
    except (OSError, ValueError):
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _RSS_UNIT


def _used(usage: resource.struct_rusage) -> tuple[float, int, int]:
    """Return the CPU, and the bytes read and written, of a process and its children."""
    cpu = usage.ru_utime + usage.ru_stime
    if sys.platform != "linux":  # others count operations
        return cpu, 0, 0
    return cpu, usage.ru_inblock * _BLOCK, usage.ru_oublock * _BLOCK


def _ended_with(
    last: dict[str, Any] | None, usage: resource.struct_rusage
) -> dict[str, float | None]:
    """Return the sums of the last sample; what it does not know, the kernel does of the command."""
    found: dict[str, float | None] = dict(zip(_SUMS, _used(usage), strict=True))
    if sys.platform != "linux":
        found.update(read_bytes=None, write_bytes=None)
    known = {name: value for name, value in (last or {}).items() if value is not None}
    return {**found, **known}


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:  # a real-time signal
        return f"signal {number}"
