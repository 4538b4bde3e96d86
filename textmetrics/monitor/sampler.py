"""What a process, its descendants and the machine use, measured whenever it is asked.

Sums must not fall when processes end, and must count nothing twice. The kernel adds what a child
used to its parent when the parent waits for it; but some parents do not wait, and processes are
read one after another while they end. So two lower bounds are kept of what the ended children of
each process used: what the kernel added to the process, and what was last seen of those children.
Neither can exceed the truth, so the larger one counts.
"""

from __future__ import annotations

import os
import time
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from textmetrics.monitor.files import MonitorError

if TYPE_CHECKING:
    from textmetrics.monitor.gpu import Gpus

__all__ = ["Sampler", "memory_total_bytes", "psutil_module"]

# Seconds of CPU that unique memory may cost in a sample: the kernel walks all pages of a process.
_UNIQUE_COST: Final = 0.002
_FORGET_FOREIGN: Final = 64  # samples after which processes outside the tree are looked at again

_Used = tuple[float, int, int]  # seconds of CPU, bytes read, bytes written
_NOTHING: Final[_Used] = (0.0, 0, 0)


def psutil_module() -> Any:
    """Import psutil.

    Raises:
        MonitorError: if it is missing.
    """
    try:
        import psutil
    except ImportError as error:
        message = f"monitoring needs psutil: pip install 'textmetrics-eval[monitor]' ({error})"
        raise MonitorError(message) from error
    return psutil


def memory_total_bytes() -> int:
    """Return the memory of this machine, or of this container if that is limited to less."""
    total = int(psutil_module().virtual_memory().total)
    return min([total, *_memory_limits()])


def _memory_limits(root: str = "/") -> Iterator[int]:
    """Yield the limits of the control groups that this process is in, of both kinds: cgroups(7)."""
    with suppress(OSError), open(os.path.join(root, "proc/self/cgroup"), encoding="utf-8") as file:
        for line in file:
            _, controllers, path = line.rstrip("\n").split(":", 2)
            if not controllers:
                folder, name = "sys/fs/cgroup", "memory.max"
            elif "memory" in controllers.split(","):
                folder, name = "sys/fs/cgroup/memory", "memory.limit_in_bytes"
            else:
                continue
            parts = [part for part in path.split("/") if part]
            for depth in range(len(parts) + 1):  # in a container, the path can be that outside
                yield from _limit(os.path.join(root, folder, *parts[:depth], name))


def _limit(path: str) -> Iterator[int]:
    with suppress(OSError, ValueError), open(path, encoding="ascii") as file:
        yield int(file.read())  # "max" is no number


def _plus(first: _Used, second: _Used) -> _Used:
    return (first[0] + second[0], first[1] + second[1], first[2] + second[2])


def _minus(first: _Used, second: _Used) -> _Used:
    return (first[0] - second[0], first[1] - second[1], first[2] - second[2])


def _larger(first: _Used, second: _Used) -> _Used:
    return (max(first[0], second[0]), max(first[1], second[1]), max(first[2], second[2]))


class Sampler:
    """Measures a process with its descendants, and the machine.

    The process that measures is not part of what it measures; its own cost is in each sample.

    Args:
        pid: the process.
        interval: seconds between samples, which decide how often unique memory can be measured.
        gpus: the GPUs of the machine, if they are measured.
        from_now: whether sums begin with the first sample, not with the process. Of processes that
            are older than it, they always begin when these are first seen.
        adopts: whether all children of this process count, because orphans of the command become
            its children; those of a process that does something else are nobody's business.
        without: a child of this process that does not count nevertheless, if there is one.

    Raises:
        MonitorError: if psutil is missing.

    Examples:
        >>> import os
        >>> sampler = Sampler(os.getppid())
        >>> sample = sampler.sample()
        >>> sample["processes"] > 0, sample["rss_bytes"] > 0
        (True, True)
    """

    def __init__(
        self,
        pid: int,
        *,
        interval: float = 1.0,
        gpus: Gpus | None = None,
        from_now: bool = False,
        adopts: bool = False,
        without: int = 0,
    ) -> None:
        self._psutil = psutil_module()
        self._pid, self._interval, self._gpus = pid, interval, gpus
        self._own = self._psutil.Process()
        self._never = (self._own.pid, without)
        self._adopter = self._own.pid if adopts else None
        self._members: dict[int, _Member] = {}  # parents before their children
        self._foreign: set[int] = set()
        self._ended = _NOTHING  # of processes whose parents are not in the tree
        self._reaped: deque[tuple[int, _Used]] = deque()
        self._passed_on: dict[int, _Used] = {}  # by those found to have ended in this sample
        self._from_now = from_now
        self._sums = _NOTHING
        self._network = _Network(self._psutil)
        self._missing: list[tuple[str, str]] = []
        self._told: set[str] = set()
        self._samples = 0
        self._unique_due = 0.0

    def sample(self) -> dict[str, Any]:
        """Measure, and return the fields of a sample; those that say when are not among them."""
        self._samples += 1
        self._follow()
        found = [member.read(self._psutil) for member in self._members.values()]  # parents first
        self._settle([pid for pid, there in zip(self._members, found, strict=True) if not there])
        self._from_now = False
        cpu, read, written = self._summed()
        received, sent = self._network.sums()
        if received is None:
            self.lacks("net_received_bytes", "the system does not tell")
            self.lacks("net_sent_bytes", "the system does not tell")
        return {
            "cpu_s": round(cpu, 3),
            "rss_bytes": sum(each.rss for each in self._members.values()),
            "uss_bytes": self._unique(),
            "processes": sum(each.alive for each in self._members.values()),
            **self._disk(read, written),
            "net_received_bytes": received,
            "net_sent_bytes": sent,
            "gpus": self._gpu_fields(),
            "monitor_cpu_s": round(time.process_time(), 3),
            "monitor_rss_bytes": self._own.memory_info().rss,
        }

    def missing(self) -> Iterator[tuple[str, str]]:
        """Yield figures that cannot be had, and why, each once."""
        while self._missing:
            yield self._missing.pop(0)

    def lacks(self, figure: str, reason: str) -> None:
        """Take that a figure cannot be had."""
        if figure not in self._told:
            self._told.add(figure)
            self._missing.append((figure, reason))

    def reaped(self, pid: int, cpu_s: float, read_bytes: int, write_bytes: int) -> None:
        """Take what a process that this one has waited for used in all; from any thread."""
        self._reaped.append((pid, (cpu_s, read_bytes, write_bytes)))

    # --- the tree --------------------------------------------------------------------------------

    def _follow(self) -> None:
        """Pass on what ended processes used, and find new ones."""
        listed = self._psutil.pids()
        there = set(listed)
        before = self._passed_on.copy()
        running = [
            pid in there and member.process.is_running() for pid, member in self._members.items()
        ]
        self._settle(
            [pid for pid, is_running in zip(self._members, running, strict=True) if not is_running]
        )
        for pid in before:
            del self._passed_on[pid]
        forget = self._samples % _FORGET_FOREIGN == 0
        self._foreign = set() if forget else self._foreign & there
        for pid in (self._pid, *listed):  # the others may be older
            self._is_member(pid, there)

    def _settle(self, ended: list[int]) -> None:
        """Let processes that are no longer there count for those that have reaped them.

        Args:
            ended: parents before their children.
        """
        reaped = dict(self._reaped.popleft() for _ in range(len(self._reaped)))
        for pid in reversed(ended):
            self._end(pid, reaped.pop(pid, None))
        for pid, used in reaped.items():
            if pid in self._members:  # since it was looked for; its children may still be to end
                self._reaped.append((pid, used))
            else:  # of one that was never seen, all is new
                known = self._passed_on.get(pid, _NOTHING)
                self._ended = _plus(self._ended, _larger(_NOTHING, _minus(used, known)))

    def _end(self, pid: int, reaped: _Used | None) -> None:
        member = self._members.pop(pid)
        used = member.total(reaped or _NOTHING)
        parent = self._members.get(member.parent) if reaped is None else None
        if parent is not None:
            parent.owed = _plus(parent.owed, used)
        else:
            self._ended = _plus(self._ended, used)
        if reaped is None:
            self._passed_on[pid] = used

    def _is_member(self, pid: int, there: set[int]) -> bool:
        if pid in self._members:
            return True
        if pid in self._foreign or pid not in there or pid in self._never:
            return False
        try:
            process = self._psutil.Process(pid)
            parent = process.ppid()
        except self._psutil.NoSuchProcess:
            return False
        except self._psutil.AccessDenied:
            parent = 0
        if pid == self._pid or parent == self._adopter or self._is_member(parent, there):
            root = self._members.get(self._pid)
            older = root is not None and process.create_time() < root.process.create_time()
            self._members[pid] = _Member(process, parent, from_now=older or self._from_now)
            return True
        if parent in self._foreign or parent not in there:  # else it may just have ended
            self._foreign.add(pid)
        return False

    def _summed(self) -> _Used:
        total = self._ended
        for member in self._members.values():
            total = _plus(total, member.total())
        self._sums = _larger(self._sums, total)
        return self._sums

    # --- figures ---------------------------------------------------------------------------------

    def _disk(self, read: int, written: int) -> dict[str, int | None]:
        reasons = [each.hidden for each in self._members.values() if each.hidden]
        if not reasons:
            return {"read_bytes": read, "write_bytes": written}
        for name in ("read_bytes", "write_bytes"):
            self.lacks(name, reasons[0])
        return {"read_bytes": None, "write_bytes": None}

    def _unique(self) -> int | None:
        now = time.monotonic()
        if now < self._unique_due:
            return None
        began = time.thread_time()
        total = 0
        for pid, member in self._members.items():
            if not member.alive:
                continue
            try:
                total += member.process.memory_full_info().uss
            except self._psutil.NoSuchProcess:
                continue
            except (self._psutil.AccessDenied, AttributeError, OSError) as error:
                self.lacks("uss_bytes", f"process {pid}: {type(error).__name__}")
                return None
        cost = time.thread_time() - began
        rest = cost / _UNIQUE_COST * min(self._interval, 1.0)
        if rest > self._interval:
            self._unique_due = now + rest
            self.lacks(
                "uss_bytes",
                f"measured every {rest:.1f} s, and null between, because it takes "
                f"{cost * 1000:.0f} ms of CPU",
            )
        return total

    def _gpu_fields(self) -> list[dict[str, Any]] | None:
        if self._gpus is None:
            return None
        found = self._gpus.sample(self._members)
        for figure, reason in self._gpus.missing():
            self.lacks(figure, reason)
        return found


class _Member:
    """A process of the tree, and what was last read of it."""

    __slots__ = (
        "alive", "before", "from_now", "gained", "hidden", "owed", "own", "parent", "process", "rss"
    )  # fmt: skip

    def __init__(self, process: Any, parent: int, *, from_now: bool) -> None:
        self.process, self.parent, self.from_now = process, parent, from_now
        self.before = _NOTHING  # what it had used when it was first read
        self.own = self.gained = self.owed = _NOTHING
        self.rss = 0
        self.alive = True
        self.hidden = ""  # why bytes read and written cannot be had

    def total(self, least: _Used = _NOTHING) -> _Used:
        """Return what it and its ended children used, if it is known at least how much."""
        used = _plus(self.own, _larger(self.gained, self.owed))
        return _minus(_larger(used, least), self.before)

    def read(self, psutil: Any) -> bool:
        """Read it; return whether it is still there. If not, what was read before stays."""
        try:
            with self.process.oneshot():
                times = self.process.cpu_times()
                self.rss = self.process.memory_info().rss
                self.alive = self.process.status() != psutil.STATUS_ZOMBIE
            waited = getattr(times, "children_user", 0.0) + getattr(times, "children_system", 0.0)
            self.own = (times.user + times.system, 0, 0)
            # The kernel does not tell its own bytes from those of its ended children.
            self.gained = (waited, *self._bytes(psutil))
            if self.from_now:
                self.from_now, self.before = False, self.total()
        except psutil.ZombieProcess:  # a kind of the next
            self.rss, self.alive = 0, False
        except psutil.NoSuchProcess:
            return False
        except psutil.AccessDenied as error:
            self.hidden = f"process {self.process.pid}: {error.msg or 'permission denied'}"
        return True

    def _bytes(self, psutil: Any) -> tuple[int, int]:
        if not hasattr(self.process, "io_counters"):
            self.hidden = "the system does not count the bytes of a process"
            return self.gained[1:]
        try:
            found = self.process.io_counters()
        except psutil.AccessDenied:
            # Of those that have ended, the kernel tells only root.
            if self.process.status() != psutil.STATUS_ZOMBIE:
                self.hidden = f"process {self.process.pid} belongs to another user"
            return self.gained[1:]
        self.hidden = ""
        return found.read_bytes, found.write_bytes


class _Network:
    """Counts the bytes of the machine's network, since it was made.

    Interfaces of hardware count. Where there are none, as in containers, all but loopback do:
    bridges and tunnels pass on what others have counted.
    """

    def __init__(self, psutil: Any) -> None:
        self._psutil = psutil
        self._last: dict[str, tuple[int, int]] = {}
        self._received = self._sent = 0
        self._hardware: dict[str, bool] = {}
        self.sums()

    def sums(self) -> tuple[int, int] | tuple[None, None]:
        """Return the bytes received and sent."""
        try:
            counters = self._psutil.net_io_counters(pernic=True, nowrap=False)
        except (OSError, RuntimeError):
            counters = {}
        if not counters:
            return None, None
        for name in self._counted(counters):
            now = (counters[name].bytes_recv, counters[name].bytes_sent)
            before = self._last.get(name, now)
            # A counter that fell began anew.
            self._received += now[0] - before[0] if now[0] >= before[0] else now[0]
            self._sent += now[1] - before[1] if now[1] >= before[1] else now[1]
            self._last[name] = now
        return self._received, self._sent

    def _counted(self, names: dict[str, Any]) -> list[str]:
        for name in names:
            if name not in self._hardware:
                self._hardware[name] = os.path.exists(f"/sys/class/net/{name}/device")
        hardware = [name for name in names if self._hardware[name]]
        return hardware or [name for name in names if not name.startswith("lo")]
