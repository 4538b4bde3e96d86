"""What is measured of a tree of processes: never less than before, nothing twice.

The processes are simulated by the rules of Linux (wait(2), proc(5)): a child's use is added to its
parent when that waits for it, a parent that ignores SIGCHLD gets nothing, orphans become children
of the nearest subreaper. Anything may happen while the sampler reads.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from contextlib import contextmanager
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from textmetrics.monitor import MonitorError, Sampler, sampler

psutil = pytest.importorskip("psutil")

ROOT, OWN, FOREIGN = 100, 50, 7


class GoneError(Exception):
    """Also that of a zombie, as in psutil."""


class ZombieError(GoneError):
    """One that has ended and was not waited for, where a system tells nothing else of it."""


class DeniedError(Exception):
    msg = "denied"


class Kernel:
    """Processes that work, fork, end and wait by chance, also between two readings."""

    NoSuchProcess, ZombieProcess, AccessDenied, STATUS_ZOMBIE = (
        GoneError,
        ZombieError,
        DeniedError,
        "zombie",
    )

    def __init__(self, seed, *, ignoring=0.0, busy=0.3, hides_zombies=False):
        self.chance, self.ignoring, self.busy = random.Random(seed), ignoring, busy
        self.hides_zombies = hides_zombies
        self.processes = {}
        self.cpu = self.read = self.written = self.clock = 0
        self.reaped = lambda *_: None
        self.next_pid = ROOT
        for pid in (1, FOREIGN, OWN):
            self.add(pid, 0 if pid == 1 else 1)
        self.add(ROOT, OWN)

    def add(self, pid, parent):
        self.clock += 1
        ignores = pid not in (OWN, 1) and self.chance.random() < self.ignoring
        self.processes[pid] = SimpleNamespace(
            pid=pid, parent=parent, started=self.clock, own=0, waited=0, read=0, written=0,
            zombie=False, ignores=ignores,
        )  # fmt: skip

    def tree(self, *, zombies=False):
        found = [each for pid, each in self.processes.items() if pid >= ROOT]
        return [each for each in found if zombies or not each.zombie]

    def step(self, *, may_end=True):
        alive = self.tree()
        if not alive:
            return
        one = self.chance.choice(alive)
        action = self.chance.choice(["work", "work", "fork", "end", "wait", "reap"])
        if action == "work":
            self.work(one)
        elif action == "fork":
            self.next_pid += 1
            self.add(self.next_pid, one.pid)
        elif action == "end" and may_end and one.pid != ROOT:
            self.end(one)
        elif action == "wait":
            self.wait(one.pid)
        elif action == "reap":
            self.wait(OWN)

    def work(self, one):
        cpu, read, written = (self.chance.randrange(100) for _ in range(3))
        one.own, one.read, one.written = one.own + cpu, one.read + read, one.written + written
        self.cpu, self.read, self.written = (
            self.cpu + cpu, self.read + read, self.written + written
        )  # fmt: skip

    def end(self, one):
        one.zombie = True
        for child in self.processes.values():
            if child.parent == one.pid:
                child.parent = OWN
        if self.processes[one.parent].ignores:
            del self.processes[one.pid]

    def wait(self, parent):
        for one in list(self.processes.values()):
            if one.zombie and one.parent == parent and one.pid != ROOT:
                del self.processes[one.pid]
                mother = self.processes[parent]
                mother.waited += one.own + one.waited
                mother.read += one.read
                mother.written += one.written
                if parent == OWN:
                    self.reaped(one.pid, one.own + one.waited, one.read, one.written)
                return

    def meanwhile(self):
        while self.chance.random() < self.busy:
            self.step()

    # --- as psutil ---

    def pids(self):
        self.meanwhile()
        return sorted(self.processes)

    def net_io_counters(self, *, pernic, nowrap):
        return {}

    def Process(self, pid=OWN):  # noqa: N802
        self.meanwhile()
        if pid not in self.processes:
            raise GoneError
        return Seen(self, pid)


class Seen:
    """A process as psutil shows it."""

    def __init__(self, kernel, pid):
        self.kernel, self.pid = kernel, pid
        self.started = kernel.processes[pid].started

    def there(self):
        self.kernel.meanwhile()
        one = self.kernel.processes.get(self.pid)
        if one is None or one.started != self.started:
            raise GoneError
        if one.zombie and self.kernel.hides_zombies:
            raise ZombieError
        return one

    def is_running(self):
        try:
            return bool(self.there())
        except ZombieError:
            return True
        except GoneError:
            return False

    def create_time(self):
        return self.started

    def ppid(self):
        return self.there().parent

    @contextmanager
    def oneshot(self):
        self.stat = vars(self.there()).copy()  # one reading of one file
        yield
        self.stat = None

    stat = None

    def cpu_times(self):
        return SimpleNamespace(
            user=self.stat["own"], system=0, children_user=self.stat["waited"], children_system=0
        )

    def memory_info(self):
        return SimpleNamespace(rss=10)

    def memory_full_info(self):
        self.there()
        return SimpleNamespace(uss=5)

    def status(self):
        stat = self.stat or vars(self.there())
        return "zombie" if stat["zombie"] else "running"

    def io_counters(self):
        one = self.there()
        if one.zombie:
            raise DeniedError  # to all but root
        return SimpleNamespace(read_bytes=one.read, write_bytes=one.written)


def simulated(seed, monkeypatch, **options):
    kernel = Kernel(seed, **options)
    monkeypatch.setattr(sampler, "psutil_module", lambda: kernel)
    measured = Sampler(ROOT, adopts=True)
    kernel.reaped = measured.reaped
    return kernel, measured


SUMS = {"cpu_s": "cpu", "read_bytes": "read", "write_bytes": "written"}


@given(seed=st.integers(0, 2**32), ignoring=st.sampled_from([0.0, 0.3, 1.0]), hidden=st.booleans())
def test_sums_never_fall_and_never_exceed_the_truth(seed, ignoring, hidden):
    with pytest.MonkeyPatch.context() as monkeypatch:
        kernel, measured = simulated(seed, monkeypatch, ignoring=ignoring, hides_zombies=hidden)
        before = dict.fromkeys(SUMS, 0)
        for _ in range(20):
            for _ in range(kernel.chance.randrange(30)):
                kernel.step()
            now = measured.sample()
            for name, truth in SUMS.items():
                assert before[name] <= now[name] <= getattr(kernel, truth), name
            before = now


@given(seed=st.integers(0, 2**32))
def test_nothing_is_lost_where_parents_wait(seed):
    """All is found in the end, also of processes that lived between two samples."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        kernel, measured = simulated(seed, monkeypatch)
        for _ in range(10):
            for _ in range(kernel.chance.randrange(30)):
                kernel.step()
            measured.sample()
        kernel.busy = 0
        while len(kernel.tree(zombies=True)) > 1:  # all but the root end and are waited for
            for one in kernel.tree():
                if one.pid != ROOT:
                    kernel.end(one)
            for pid in list(kernel.processes):
                kernel.wait(pid)
        root = kernel.processes.pop(ROOT)
        measured.reaped(ROOT, root.own + root.waited, root.read, root.written)
        last = measured.sample()
        assert [last[name] for name in SUMS] == [kernel.cpu, kernel.read, kernel.written]
        assert last["processes"] == 0


@given(seed=st.integers(0, 2**32))
def test_all_that_is_there_is_exact_while_nothing_ends(seed):
    with pytest.MonkeyPatch.context() as monkeypatch:
        kernel, measured = simulated(seed, monkeypatch, busy=0)
        for _ in range(50):
            kernel.step(may_end=False)
        sample = measured.sample()
        assert [sample[name] for name in SUMS] == [kernel.cpu, kernel.read, kernel.written]
        assert sample["processes"] == len(kernel.tree())
        assert sample["rss_bytes"] == 2 * sample["uss_bytes"] == 10 * sample["processes"]


def test_sums_can_begin_now(monkeypatch):
    kernel, _ = simulated(1, monkeypatch, busy=0)
    measured = Sampler(ROOT, from_now=True, adopts=True)
    root = kernel.processes[ROOT]
    kernel.work(root)
    assert [measured.sample()[name] for name in SUMS] == [0, 0, 0]
    used = root.own
    kernel.work(root)
    assert measured.sample()["cpu_s"] == root.own - used


def test_what_an_earlier_attempt_left_behind_counts_from_now(monkeypatch):
    """Its orphans are children of the supervisor, and older than the command."""
    kernel, _ = simulated(1, monkeypatch, busy=0)
    kernel.add(99, OWN)
    kernel.processes[99].own = 1000
    kernel.add(ROOT, OWN)  # begins after it
    measured = Sampler(ROOT, adopts=True)
    assert measured.sample()["cpu_s"] == 0
    kernel.processes[99].own += 5
    sample = measured.sample()
    assert (sample["cpu_s"], sample["processes"]) == (5, 2)
    # Reaped later, with all that it had used since it began.
    del kernel.processes[99]
    measured.reaped(99, 1007, 0, 0)
    assert measured.sample()["cpu_s"] == 7


def test_other_processes_do_not_count(monkeypatch):
    kernel, measured = simulated(1, monkeypatch, busy=0)
    kernel.processes[FOREIGN].own = 1000
    kernel.processes[OWN].own = 1000
    assert measured.sample()["cpu_s"] == 0


def test_a_number_that_another_process_gets_again(monkeypatch):
    """An ended process's number is given to one outside the tree; its sums stay, no more."""
    kernel, measured = simulated(1, monkeypatch, busy=0)
    kernel.add(101, ROOT)
    kernel.processes[101].own = 30
    assert measured.sample()["cpu_s"] == 30
    kernel.end(kernel.processes[101])
    kernel.wait(ROOT)
    kernel.add(101, FOREIGN)
    kernel.processes[101].own = 500
    sample = measured.sample()
    assert (sample["cpu_s"], sample["processes"]) == (30, 1)


def test_what_may_not_be_read_is_null_and_said_once(monkeypatch):
    _kernel, measured = simulated(1, monkeypatch, busy=0)

    def denied(_self):
        raise DeniedError

    monkeypatch.setattr(Seen, "io_counters", denied)
    monkeypatch.setattr(Seen, "memory_full_info", denied)
    for _ in range(3):
        sample = measured.sample()
        assert sample["read_bytes"] is sample["write_bytes"] is sample["uss_bytes"] is None
        assert sample["net_received_bytes"] is None
        assert sample["rss_bytes"] == 10
    assert sorted(name for name, _ in measured.missing()) == [
        "net_received_bytes", "net_sent_bytes", "read_bytes", "uss_bytes", "write_bytes"
    ]  # fmt: skip
    assert list(measured.missing()) == []
    monkeypatch.delattr(Seen, "io_counters")  # as on macOS
    assert measured.sample()["read_bytes"] is None


def test_a_network_without_hardware_has_all_but_loopback(monkeypatch):
    def counters(**bytes_of):
        return {
            name: SimpleNamespace(bytes_recv=n, bytes_sent=2 * n) for name, n in bytes_of.items()
        }

    readings = iter(
        [
            counters(lo=10, eth0=100, docker0=50),
            counters(lo=90, eth0=130, docker0=60),
            counters(lo=99, eth0=5, docker0=60),  # a counter that began anew
            counters(lo=99, docker0=60, eth1=7),  # one that came: what it had is not of this run
            counters(lo=99, docker0=60, eth1=9),
        ]
    )
    fake = SimpleNamespace(net_io_counters=lambda **_: next(readings))
    monkeypatch.setattr(os.path, "exists", lambda path: "eth" in path)
    network = sampler._Network(fake)
    assert [network.sums() for _ in range(4)] == [(30, 60), (35, 70), (35, 70), (37, 74)]
    readings = iter([counters(lo=1, eth0=1), counters(lo=5, eth0=3)])
    monkeypatch.setattr(os.path, "exists", lambda _: False)  # in a container
    assert sampler._Network(fake).sums() == (2, 4)


def test_an_expensive_measurement_of_unique_memory_is_made_less_often(monkeypatch):
    _kernel, _ = simulated(1, monkeypatch, busy=0)
    now, used = [0.0], [0.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    monkeypatch.setattr(time, "thread_time", lambda: used[0])

    def slow(_self):
        used[0] += 0.02  # ten times what a sample may cost
        return SimpleNamespace(uss=5)

    monkeypatch.setattr(Seen, "memory_full_info", slow)
    measured = Sampler(ROOT, adopts=True)
    found = []
    for _ in range(30):
        found.append(measured.sample()["uss_bytes"])
        now[0] += 1
    assert [at for at, value in enumerate(found) if value is not None] == [0, 10, 20]
    [(_figure, reason)] = [each for each in measured.missing() if each[0] == "uss_bytes"]
    assert reason.startswith("measured every 10.0 s, and null between")


@pytest.mark.parametrize(
    ("groups", "limits", "found"),
    [
        ("0::/job/task", {"job/memory.max": "4096\n", "job/task/memory.max": "max\n"}, [4096]),
        ("0::/", {"memory.max": "512\n"}, [512]),  # in a container with its own view
        ("0::/docker/1f", {"memory.max": "512\n"}, [512]),  # the path is that outside
        ("0::/", {}, []),
        (
            "5:devices:/x\n4:cpu,memory:/y\n0::/",
            {"memory/y/memory.limit_in_bytes": "100\n", "memory/memory.limit_in_bytes": "900\n"},
            [900, 100],
        ),
    ],
)
def test_limits_of_memory(tmp_path, groups, limits, found):
    """As cgroups(7) describes both kinds of control groups."""
    (tmp_path / "proc/self").mkdir(parents=True)
    (tmp_path / "proc/self/cgroup").write_text(f"{groups}\n")
    for name, text in limits.items():
        path = tmp_path / "sys/fs/cgroup" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    assert list(sampler._memory_limits(str(tmp_path))) == found


def test_the_memory_of_a_machine_or_less(monkeypatch):
    total = psutil.virtual_memory().total
    assert 0 < sampler.memory_total_bytes() <= total
    monkeypatch.setattr(sampler, "_memory_limits", lambda: [5, total + 1])
    assert sampler.memory_total_bytes() == 5


def test_a_process_of_its_own(tmp_path):
    """Of a real child, held against what the kernel says of it."""
    code = "x = bytearray(100_000_000); print(flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as child:
        child.stdout.readline()
        sample = Sampler(child.pid).sample()
        status = psutil.Process(child.pid).memory_info()
        child.stdin.write(b"\n")
        child.stdin.close()
    assert sample["processes"] == 1
    assert sample["rss_bytes"] == pytest.approx(status.rss, rel=0.01)
    assert 100_000_000 <= sample["uss_bytes"] <= sample["rss_bytes"]


def test_without_psutil_the_error_names_the_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "psutil", None)
    with pytest.raises(
        MonitorError, match=r"needs psutil: pip install 'textmetrics-eval\[monitor\]'"
    ):
        Sampler(1)
