"""Real processes under a supervisor: what it records, passes on, survives and returns."""

from __future__ import annotations

import json
import os
import pty
import random
import re
import resource
import shutil
import signal
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from types import SimpleNamespace

import pytest

from textmetrics.cli import main
from textmetrics.monitor import MonitorError, supervisor
from textmetrics.monitor.files import file_name
from textmetrics.monitor.stderr import StderrTail
from textmetrics.monitor.writer import RunFiles

psutil = pytest.importorskip("psutil")
pytestmark = pytest.mark.skipif(os.name != "posix", reason="a supervisor needs POSIX signals")

# Coverage patches subprocesses through these; a signal that comes in its tracer can hang them.
ENVIRONMENT = {
    name: value
    for name, value in os.environ.items()
    if not name.startswith("COV")
    and name not in ("RANK", "LOCAL_RANK")
    and not name.startswith("TEXTMETRICS_MONITOR")
}
PYTHON = [sys.executable, "-c"]
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="by the rules of Linux")


def arguments(folder, *options, command):
    return [
        *(sys.executable, "-m", "textmetrics", "monitor", "--output", str(folder)),
        *(("--interval", "0.05") if "--interval" not in options else ()),
        *(map(str, options)),
        *("--", *command),
    ]


@contextmanager
def monitored(folder, *options, command, **settings):
    """Start a command under a supervisor, which ends with the block."""
    settings = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "env": ENVIRONMENT} | settings
    with subprocess.Popen(arguments(folder, *options, command=command), **settings) as process:
        try:
            yield process
        finally:
            process.kill()


def finished(folder, *options, command, **settings):
    """Return the exit code, stdout and stderr of a command that ends by itself."""
    with monitored(folder, *options, command=command, **settings) as process:
        out, err = process.communicate(timeout=60)
    return process.returncode, out, err.decode("utf-8", "surrogateescape")


def lines(folder, kind, rank=None):
    """Read a file of a run; a torn last line is left out."""
    found = (folder / file_name(kind, rank)).read_bytes().split(b"\n")
    return [json.loads(line) for line in found[:-1] if line]


def events(folder, name=None, rank=None):
    return [each for each in lines(folder, "events", rank) if name in (None, each["event"])]


def the(folder, name):
    [found] = events(folder, name)
    return found


def wait_for(condition, seconds=20):
    """Wait until something is so; fail if that takes too long."""
    for _ in range(int(seconds / 0.01)):
        with suppress(OSError, ValueError):
            if found := condition():
                return found
        time.sleep(0.01)
    raise AssertionError("it never became so")


# --- figures against known amounts ---------------------------------------------------------------

AMOUNTS = """
import os, sys, time
memory = bytearray(300_000_000)
with open(sys.argv[1], "wb") as file:
    for _ in range(200):
        file.write(bytes(1_000_000))
begun = time.process_time()
while time.process_time() - begun < 1.0:
    pass
time.sleep(0.3)
"""


@pytest.mark.skipif(not shutil.which("time"), reason="needs GNU time")
def test_known_amounts_and_what_time_says(tmp_path):
    """300 MB allocated, 200 MB written, a second spun: within 5 % of these, and of GNU time."""
    command = [shutil.which("time"), "-v", "-o", tmp_path / "time", *PYTHON, AMOUNTS]
    code, _, err = finished(tmp_path / "run", command=[*map(str, command), str(tmp_path / "file")])
    assert code == 0, err
    said = dict(
        line.strip().rsplit(": ", 1)
        for line in (tmp_path / "time").read_text().splitlines()
        if ": " in line
    )
    end, samples = the(tmp_path / "run", "end"), lines(tmp_path / "run", "samples")
    cpu = float(said["User time (seconds)"]) + float(said["System time (seconds)"])
    assert end["cpu_s"] == pytest.approx(cpu, rel=0.05, abs=0.02)
    assert end["cpu_s"] > 1.0
    highest = int(said["Maximum resident set size (kbytes)"]) * 1024
    assert end["process_rss_bytes"] == pytest.approx(highest, rel=0.05)
    assert max(each["rss_bytes"] or 0 for each in samples) == pytest.approx(highest, rel=0.05)
    unique = max(each["uss_bytes"] or 0 for each in samples)
    assert unique == pytest.approx(300_000_000, rel=0.05)
    if end["write_bytes"]:  # some file systems do not count
        assert end["write_bytes"] == pytest.approx(200_000_000, rel=0.05)
        assert samples[-1]["write_bytes"] == pytest.approx(200_000_000, rel=0.05)


@LINUX
def test_peak_memory_of_a_process_under_a_large_launcher(tmp_path):
    """The kernel says of a program at least what the process had before it became that one."""
    command = arguments(tmp_path, command=[*PYTHON, "memory = bytearray(100_000_000)"])
    launcher = f"import subprocess; x = bytearray(300_000_000); subprocess.run({command!r})"
    subprocess.run(
        [*PYTHON, launcher], env=ENVIRONMENT, capture_output=True, timeout=60, check=True
    )
    assert the(tmp_path, "end")["process_rss_bytes"] == pytest.approx(110_000_000, rel=0.1)


FORKS = """
import os, resource, sys, time
for _ in range(10):
    if not os.fork():
        begun = time.process_time()
        while time.process_time() - begun < 0.06:
            pass
        os._exit(0)
    if sys.argv[1] == "waits":
        os.wait()
if sys.argv[1] == "leaves":  # its children become the supervisor's
    os._exit(0)
while True:
    try:
        os.wait()
    except ChildProcessError:
        break
used = resource.getrusage(resource.RUSAGE_CHILDREN)
own = resource.getrusage(resource.RUSAGE_SELF)
print(sum((used.ru_utime, used.ru_stime, own.ru_utime, own.ru_stime)), flush=True)
os._exit(0)  # what Python does at its end is not in the sum
"""


@LINUX
@pytest.mark.parametrize("how", ["waits", "together"])
def test_children_that_ended_still_count(tmp_path, how):
    """Each lives for less than two samples; the sum is what the kernel tells the command."""
    code, out, err = finished(tmp_path, command=[*PYTHON, FORKS, how])
    assert code == 0, err
    assert the(tmp_path, "end")["cpu_s"] == pytest.approx(float(out), rel=0.05)
    sums = [each["cpu_s"] for each in lines(tmp_path, "samples")]
    assert sums == sorted(sums)
    assert sums[-1] <= float(out) * 1.01


@LINUX
def test_orphans_count_while_the_command_runs(tmp_path):
    """A child's children are orphans when that ends, and use CPU until the command ends."""
    code = f"""
import os, subprocess, sys, time
reading, writing = os.pipe()
subprocess.run([sys.executable, "-c", {FORKS!r}, "leaves"], pass_fds=[writing])
os.close(writing)
os.read(reading, 1)  # until the last one has closed the other end
time.sleep(0.3)
"""
    assert finished(tmp_path, command=[*PYTHON, code])[0] == 0
    assert the(tmp_path, "end")["cpu_s"] >= 0.6


def test_a_command_that_sleeps(tmp_path):
    command = [shutil.which("sleep"), "0.5"]
    code, _, err = finished(tmp_path, command=command)
    assert code == 0
    end, samples = the(tmp_path, "end"), lines(tmp_path, "samples")
    assert end["cpu_s"] < 0.05
    assert 0.5 <= end["seconds"] < 5
    *samples, last = samples
    assert {each["processes"] for each in samples} == {1}
    assert all(each["rss_bytes"] < 20_000_000 for each in samples)
    assert (last["processes"], last["rss_bytes"], last["uss_bytes"]) == (0, None, None)
    assert last["cpu_s"] <= end["cpu_s"]
    assert all(each["attempt"] == 1 for each in samples)
    assert re.search(
        r"exit code 0 after \d\.\d s, 0\.\d\d cores, \d+ MB at the peak; show it: ", err
    )


# --- crashes and restarts ------------------------------------------------------------------------

CRASHES = """
import os, signal, sys
from pathlib import Path
count = Path(sys.argv[1])
count.write_text(count.read_text() + "x" if count.exists() else "x")
number = len(count.read_text())
print("attempt", number, file=sys.stderr)
if number <= 2:
    os.kill(os.getpid(), [signal.SIGSEGV, signal.SIGKILL][number - 1])
"""


def test_two_crashes_and_then_success(tmp_path):
    command = [*PYTHON, CRASHES, str(tmp_path / "count")]
    code, _, err = finished(tmp_path / "run", "--restarts", 3, "--backoff", 0.05, command=command)
    assert code == 0
    ends = events(tmp_path / "run", "end")
    assert [(each["attempt"], each["code"], each["signal"]) for each in ends] == [
        (1, None, "SIGSEGV"), (2, None, "SIGKILL"), (3, 0, None)
    ]  # fmt: skip
    assert [each.get("stderr") for each in ends] == [["attempt 1"], ["attempt 2"], None]
    assert [(each["attempt"], each["after_s"]) for each in events(tmp_path / "run", "restart")] == [
        (2, 0.05), (3, 0.1)
    ]  # fmt: skip
    assert [each["attempt"] for each in events(tmp_path / "run", "start")] == [1, 2, 3]
    assert "crashed (SIGSEGV); restart 1 of 3 in 0.05 s" in err
    assert "2 crashes in 3 attempts" in err
    # The run goes on in another supervisor.
    assert finished(tmp_path / "run", command=["true"])[0] == 0
    assert [each["attempt"] for each in events(tmp_path / "run", "start")] == [1, 2, 3, 4]
    assert len(events(tmp_path / "run", "monitor")) == 2


@pytest.mark.parametrize(
    ("command", "code", "crash"),
    [
        (["true"], 0, False),
        (["false"], 1, True),
        (["sh", "-c", "exit 7"], 7, True),
        (["sh", "-c", "kill -KILL $$"], 137, True),  # 128 + 9
        (["sh", "-c", "kill -TERM $$"], 143, True),  # nobody asked the supervisor
        (["sh", "-c", "ulimit -c 0; kill -ABRT $$"], 134, True),
    ],
)
def test_the_exit_code_is_that_of_the_command(tmp_path, command, code, crash):
    found, _, err = finished(tmp_path, command=command)
    assert found == code
    name = f" ({signal.Signals(code - 128).name})" if code > 128 else ""
    assert f"exit code {code}{name} after " in err
    assert ("stderr" in the(tmp_path, "end")) == crash
    assert events(tmp_path)[-1]["event"] == "monitor_end"


@LINUX
def test_an_argument_of_any_bytes_is_recorded_as_text(tmp_path):
    command = ["printf", "%s", os.fsdecode(b"\xff\xe4\xb8\xad\x1b")]
    code, out, _ = finished(tmp_path, command=command)
    assert (code, out) == (0, b"\xff\xe4\xb8\xad\x1b")
    assert the(tmp_path, "monitor")["command"] == ["printf", "%s", "\\xff中\x1b"]


def test_a_process_in_the_background_is_not_waited_for(tmp_path):
    command = ["sh", "-c", "sleep 60 >/dev/null & echo $!; echo said >&2"]
    code, out, err = finished(tmp_path, command=command)
    assert code == 0
    os.kill(int(out), signal.SIGKILL)  # it is still there
    assert err.startswith("said\n")


def test_restarts_have_an_end(tmp_path):
    code, _, _ = finished(tmp_path, "--restarts", 2, "--backoff", 0, command=["sh", "-c", "exit 3"])
    assert code == 3
    names = [each["event"] for each in events(tmp_path) if each["event"] != "missing"]
    assert names == ["monitor", *["start", "end", "restart"] * 2, "start", "end", "monitor_end"]


# --- signals -------------------------------------------------------------------------------------

COUNTS = """
import signal, sys, time
got = []
for each in (signal.SIGINT, signal.SIGTERM, signal.SIGUSR1, signal.SIGHUP):
    signal.signal(each, lambda number, _: got.append(number))
print("ready", flush=True)
begun = time.monotonic()
while not got and time.monotonic() - begun < 20:
    time.sleep(0.01)
time.sleep(0.3)  # a second one would come by now
print(got)
sys.exit(5)
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_request_to_end_is_passed_on_once_and_waited_for(tmp_path, number):
    with monitored(tmp_path, "--restarts", 3, command=[*PYTHON, COUNTS]) as process:
        assert process.stdout.readline() == b"ready\n"
        process.send_signal(number)
        out, _ = process.communicate(timeout=30)
    assert (process.returncode, out.decode()) == (5, f"[{int(number)}]\n")
    end = the(tmp_path, "end")
    assert (end["code"], end["stopped"], "stderr" in end) == (5, True, False)
    assert not events(tmp_path, "restart")


def test_another_signal_is_passed_on_and_asks_for_nothing(tmp_path):
    with monitored(tmp_path, command=[*PYTHON, COUNTS]) as process:
        assert process.stdout.readline() == b"ready\n"
        process.send_signal(signal.SIGUSR1)
        out, _ = process.communicate(timeout=30)
    assert out.decode() == f"[{int(signal.SIGUSR1)}]\n"
    assert "stopped" not in the(tmp_path, "end")  # code 5 is a crash


@LINUX
def test_ctrl_c_in_a_terminal_comes_once(tmp_path):
    """The terminal sends it to all processes of its group, and the supervisor does not again."""
    pid, terminal = pty.fork()
    if not pid:  # pragma: no cover
        words = arguments(tmp_path, "--restarts", 3, command=[*PYTHON, COUNTS])
        os.execve(words[0], words, ENVIRONMENT)
    shown = b""
    while True:
        with suppress(OSError):  # the other end is closed
            shown += (new := os.read(terminal, 1000))
            if shown.endswith(b"ready\r\n"):
                os.write(terminal, b"\x03")
            if new:
                continue
        break
    os.close(terminal)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 5
    assert f"[{int(signal.SIGINT)}]" in shown.decode()
    assert the(tmp_path, "end")["stopped"]


@LINUX
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_to_the_group_comes_once(tmp_path, number):
    """As timeout, Slurm and systemd send it."""
    with monitored(tmp_path, command=[*PYTHON, COUNTS], start_new_session=True) as process:
        assert process.stdout.readline() == b"ready\n"
        os.killpg(process.pid, number)
        out, _ = process.communicate(timeout=30)
    assert (process.returncode, out.decode()) == (5, f"[{int(number)}]\n")
    assert the(tmp_path, "end")["stopped"]
    assert {each["processes"] for each in lines(tmp_path, "samples")[:-1]} <= {1}


@LINUX
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("words", ["textmetrics monitor", "--output", "while not got"])
def test_a_signal_to_all_processes_with_words_in_their_command_line_comes(tmp_path, number, words):
    """As by ``pkill -f``: the process that sees signals too has none of these words."""
    with monitored(tmp_path, command=[*PYTHON, COUNTS]) as process:
        assert process.stdout.readline() == b"ready\n"
        supervisor_ = psutil.Process(process.pid)
        others = [each for each in supervisor_.children() if each.cmdline()[:1] != [sys.executable]]
        assert [each.name() for each in others] == ["(signals)"]
        for each in (*others, supervisor_):
            if words in " ".join(each.cmdline()):
                each.send_signal(number)
        out, _ = process.communicate(timeout=30)
    assert (process.returncode, out.decode()) == (5, f"[{int(number)}]\n")


@LINUX
def test_without_the_process_that_sees_signals_too(tmp_path):
    """It is killed; orphans are reaped all the same, and signals are passed on."""
    code = f"import os; os.fork() or os._exit(0); {COUNTS}"
    with monitored(tmp_path, command=[*PYTHON, code]) as process:
        assert process.stdout.readline() == b"ready\n"
        [witness] = [
            each for each in psutil.Process(process.pid).children() if each.name() == "(signals)"
        ]
        witness.kill()
        wait_for(lambda: not witness.is_running())
        process.terminate()
        out, _ = process.communicate(timeout=30)
    assert (process.returncode, out.decode()) == (5, f"[{int(signal.SIGTERM)}]\n")


def test_a_signal_during_the_backoff_ends_it(tmp_path):
    options = ("--restarts", 3, "--backoff", 100)
    with monitored(tmp_path, *options, command=["sh", "-c", "exit 3"]) as process:
        wait_for(lambda: events(tmp_path, "restart"))
        process.terminate()
        process.communicate(timeout=30)
    assert process.returncode == 3
    assert len(events(tmp_path, "start")) == 1


def test_what_was_ignored_stays_ignored(tmp_path):
    """As under nohup: the command goes on, and a later crash is one."""
    code = "import os, signal, time; os.kill(os.getppid(), signal.SIGHUP); time.sleep(.2); exit(4)"
    ignoring = ["sh", "-c", 'trap "" HUP; exec "$@"', "sh"]
    command = [*ignoring, *arguments(tmp_path, command=[*PYTHON, code])]
    done = subprocess.run(command, env=ENVIRONMENT, capture_output=True, timeout=60, check=False)
    assert done.returncode == 4
    assert "stopped" not in the(tmp_path, "end")


# --- kills ---------------------------------------------------------------------------------------


@LINUX
@pytest.mark.parametrize("seed", range(4))
def test_a_killed_supervisor_leaves_whole_lines_and_no_orphan(tmp_path, seed):
    """At a random moment; the command gets SIGTERM. Another supervisor continues the run."""
    chance = random.Random(seed)
    command = [*PYTHON, "import os, time; print(os.getpid(), flush=True); time.sleep(60)"]
    with monitored(tmp_path, "--interval", 0.01, command=command) as process:
        pid = int(process.stdout.readline())
        time.sleep(chance.random() / 2)
        process.kill()
        process.wait()
    wait_for(lambda: not psutil.pid_exists(pid))
    assert not events(tmp_path, "end")
    before = len(lines(tmp_path, "samples"))
    # As if it had been killed in the middle of a line.
    with open(tmp_path / "events.jsonl", "ab") as file:
        file.write(b'{"time": 1')
    assert finished(tmp_path, command=["true"])[0] == 0
    raw = (tmp_path / "events.jsonl").read_bytes().splitlines()
    assert [line for line in raw if not line.endswith(b"}")] == [b'{"time": 1']
    whole = [json.loads(line) for line in raw if line.endswith(b"}")]
    assert [each["attempt"] for each in whole if each["event"] == "start"] == [1, 2]
    assert [each["attempt"] for each in whole if each["event"] == "end"] == [2]
    assert len(lines(tmp_path, "samples")) >= before


@pytest.mark.parametrize("seed", range(3))
def test_a_killed_command_is_a_crash(tmp_path, seed):
    chance = random.Random(seed)
    command = [*PYTHON, "import os, time; print(os.getpid(), flush=True); time.sleep(60)"]
    options = ("--restarts", 1, "--backoff", 0.01)
    with monitored(tmp_path, *options, command=command) as process:
        for _ in range(2):
            pid = int(process.stdout.readline())
            time.sleep(chance.random() / 4)
            os.kill(pid, signal.SIGKILL)
        process.communicate(timeout=30)
    assert process.returncode == 137
    assert [each["signal"] for each in events(tmp_path, "end")] == ["SIGKILL"] * 2


# --- what passes through -------------------------------------------------------------------------


def test_output_passes_unchanged(tmp_path):
    code = """
import sys
sys.stdout.buffer.write(sys.stdin.buffer.read())
sys.stderr.buffer.write(bytes(range(256)) * 2000)
"""
    given = bytes(range(256)) * 3000
    command = arguments(tmp_path, command=[*PYTHON, code])
    done = subprocess.run(
        command, input=given, capture_output=True, env=ENVIRONMENT, timeout=60, check=False
    )
    assert done.stdout == given
    assert done.stderr.startswith(bytes(range(256)) * 2000)


def test_descriptors_and_environment_are_the_commands(tmp_path):
    reading, writing = os.pipe()
    code = f"""
import os
os.write({writing}, b"through a descriptor")
print(os.environ["TEXTMETRICS_MONITOR"], os.getcwd())
"""
    code, out, _ = finished(
        "run", command=[*PYTHON, code], pass_fds=[writing], cwd=tmp_path,
        env=ENVIRONMENT | {"PYTHONPATH": os.getcwd()},
    )  # fmt: skip
    os.close(writing)
    assert os.read(reading, 100) == b"through a descriptor"
    os.close(reading)
    assert out.decode().split() == [str(tmp_path / "run"), str(tmp_path)]


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        (b"", []),
        (b"one\ntwo\n", ["one", "two"]),
        (b"no end", ["no end"]),
        (b"\x1b[31mred\x1b[0m \x07\n", ["\\x1b[31mred\\x1b[0m \\x07"]),
        (b"\xff\xfe\n", ["\\xff\\xfe"]),
        ("错误：内存不足\n".encode(), ["错误：内存不足"]),
        ("\u202eevil\n".encode(), ["\\u202eevil"]),  # turns the direction of text
        (b" 10%|#\r 50%|#####\r100%|##########\n", ["100%|##########"]),
        (b"windows\r\nlines\r\n", ["windows", "lines"]),
        (b"\n" * 100 + b"last\n", [""] * 19 + ["last"]),
        (
            b"".join(b"%d\n" % each for each in range(10**5)),
            [str(each) for each in range(99980, 10**5)],
        ),
    ],
)
def test_last_lines_of_stderr(written, kept, capfdbinary):
    tail = StderrTail()
    with open(tail.descriptor, "wb", closefd=False) as file:
        file.write(written)
    tail.drain(10)
    assert tail.lines() == kept
    tail.close()
    assert capfdbinary.readouterr().err == written


def test_a_line_of_stderr_without_end_is_bounded(capfd):
    tail = StderrTail()
    with open(tail.descriptor, "wb", closefd=False) as file:
        for _ in range(100):
            file.write(b"x" * 100_000)
    tail.drain(10)
    [line] = tail.lines()
    assert len(line) == 500
    assert tail._bytes < 200_000
    tail.clear()
    assert tail.lines() == []
    tail.close()


def test_a_stderr_that_nobody_reads_blocks_the_command_alone(tmp_path):
    """As without a supervisor: a signal still ends it, and then the supervisor ends too."""
    code = "import sys; print(flush=True); sys.stderr.write('x' * 1_000_000)"
    with monitored(tmp_path, command=[*PYTHON, code]) as process:
        process.stdout.readline()
        wait_for(lambda: len(lines(tmp_path, "samples")) > 2)
        process.terminate()
        assert process.wait(timeout=30) == 143
    assert the(tmp_path, "end")["stopped"]


@LINUX
def test_a_terminal_stays_one(tmp_path):
    """Progress bars and colours ask for it; its size is that of the one people see."""
    import fcntl
    import struct
    import termios

    code = "import os, sys; print(os.isatty(2), os.get_terminal_size(2)); sys.stderr.write('a\\nb')"
    reading, terminal = os.openpty()
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 77, 0, 0))
    command = arguments(tmp_path, command=[*PYTHON, code])
    done = subprocess.run(
        command, stdout=subprocess.PIPE, stderr=terminal, env=ENVIRONMENT, timeout=60, check=False
    )
    assert done.stdout.decode() == "True os.terminal_size(columns=77, lines=30)\n"
    shown = os.read(reading, 1000)
    assert shown.startswith(b"a\r\nb")  # one carriage return, not two
    os.close(reading)
    os.close(terminal)


# --- the files -----------------------------------------------------------------------------------


def test_one_supervisor_at_a_time(tmp_path):
    command = [*PYTHON, "print(flush=True); input()"]
    with monitored(tmp_path, command=command, stdin=subprocess.PIPE) as process:
        process.stdout.readline()
        code, _, err = finished(tmp_path, command=["true"])
        assert code == 2
        assert "another process monitors this run" in err
        assert finished(tmp_path, "--rank", 1, command=["true"])[0] == 0  # files of its own
        process.communicate(b"\n", timeout=30)
    assert process.returncode == 0
    assert len(events(tmp_path, "start")) == 1


@pytest.mark.parametrize(
    ("environment", "options", "rank"),
    [
        ({}, (), None),
        ({"RANK": "3", "LOCAL_RANK": "1"}, (), 3),
        ({"LOCAL_RANK": "1"}, (), 1),
        ({"RANK": "3"}, ("--rank", 0), 0),
        ({"RANK": "-1"}, (), None),
        ({"RANK": "x"}, (), None),
    ],
)
def test_each_rank_has_its_own_files(tmp_path, environment, options, rank):
    code, _, _ = finished(tmp_path, *options, command=["true"], env=ENVIRONMENT | environment)
    assert code == 0
    assert sorted(os.listdir(tmp_path)) == sorted(
        file_name(kind, rank) for kind in ("events", "samples")
    )
    assert events(tmp_path, "monitor", rank)[0]["rank"] == rank


@pytest.mark.parametrize(
    ("environment", "rank"),
    [({}, 2), ({"RANK": "5"}, 5)],  # a launcher's own ranks go first
)
def test_marks_go_to_the_rank_that_a_supervisor_was_given(tmp_path, environment, rank):
    code = (
        f"import os; os.environ |= {environment}\nfrom textmetrics.monitor import mark; mark('a')"
    )
    done, _, err = finished(tmp_path, "--rank", 2, command=[*PYTHON, code])
    assert done == 0, err
    assert [each["name"] for each in events(tmp_path, "mark", rank)] == ["a"]
    assert len(events(tmp_path, "start", 2)) == 1


def test_a_full_disk_pauses_monitoring_and_not_the_command(tmp_path):
    """A limit to the size of files stands for it; it is lifted while the command runs."""
    command = [*PYTHON, "import time; print(flush=True); input(); print('done'); exit(6)"]
    with monitored(tmp_path, "--interval", 0.01, command=command, stdin=subprocess.PIPE) as process:
        process.stdout.readline()
        wait_for(lambda: len(lines(tmp_path, "samples")) >= 2)
        full = (tmp_path / "samples.jsonl").stat().st_size + 100  # in the middle of a line
        limit = resource.RLIMIT_FSIZE
        _, hard = resource.prlimit(process.pid, limit)
        resource.prlimit(process.pid, limit, (full, hard))
        time.sleep(0.3)
        torn = (tmp_path / "samples.jsonl").read_bytes()
        assert len(torn) <= full
        resource.prlimit(process.pid, limit, (hard, hard))
        wait_for(lambda: events(tmp_path, "missing")[-1]["figure"] == "samples")
        out, err = process.communicate(b"\n", timeout=30)
    assert (process.returncode, out.strip()) == (6, b"done")
    assert err.decode().count("; the command goes on, and monitoring") == 1
    raw = (tmp_path / "samples.jsonl").read_bytes().splitlines()
    assert len([line for line in raw if not line.endswith(b"}")]) <= 1
    assert all(json.loads(line) for line in raw if line.endswith(b"}"))
    assert re.fullmatch(
        r"nothing could be written for \d\.\d s", events(tmp_path, "missing")[-1]["reason"]
    )
    assert the(tmp_path, "end")["code"] == 6


def test_events_wait_for_space(tmp_path, monkeypatch):
    warnings = []
    files = RunFiles(str(tmp_path), warn=warnings.append)
    files.event("start", attempt=1)
    write = os.write

    def full(descriptor, raw):
        write(descriptor, raw[:5])  # a part fits
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "write", full)
    files.event("end", attempt=1)
    assert not files.sample({"attempt": 1})
    monkeypatch.setattr(os, "write", write)
    assert files.sample({"attempt": 1})
    assert files.close() == 0
    raw = (tmp_path / "events.jsonl").read_text().splitlines()
    found = [json.loads(line)["event"] for line in raw if line.endswith("}")]
    assert found == ["start", "end", "missing"]
    clocks = [json.loads(line)["clock"] for line in raw if line.endswith("}")]
    assert clocks == sorted(clocks)  # when it happened, not when it was written
    assert len(warnings) == 1


def test_events_that_are_never_written_are_told(tmp_path, monkeypatch):
    files = RunFiles(str(tmp_path))

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "write", full)
    for _ in range(3):
        files.event("end", attempt=1)
    assert files.close() == 3


def test_a_folder_that_cannot_be_written(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(MonitorError, match="file: cannot be written: "):
        RunFiles(str(tmp_path / "file"))


def test_a_clock_that_jumps_changes_no_duration(tmp_path, monkeypatch):
    """Durations are of `clock`, whatever `time` says."""
    files = RunFiles(str(tmp_path))
    files.event("start", attempt=1)
    monkeypatch.setattr(time, "time", lambda: 0.0)
    files.event("end", attempt=1)
    files.close()
    first, last = lines(tmp_path, "events")
    assert last["time"] == 0.0 < first["time"]
    assert 0 <= last["clock"] - first["clock"] < 60


# --- the command line ----------------------------------------------------------------------------


def called(capsys, *words):
    code = main([str(each) for each in words])
    return code, capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ([], 2, "no -- found; write the command after it: textmetrics monitor --output runs/a -- "),
        (["--"], 2, "nothing follows --; write the command after it"),
        (["true"], 2, "unexpected argument 'true': write -- before the command"),
        (
            ["--interval", "0", "--", "true"],
            2,
            "--interval: expected seconds from 0.01 to 86400, got '0'",
        ),
        (["--interval", "nan", "--", "true"], 2, "--interval: expected seconds"),
        (["--interval", "x", "--", "true"], 2, "--interval: 'x' is not a number"),
        (["--backoff", "-1", "--", "true"], 2, "--backoff: expected seconds from 0"),
        (["--restarts", "-1", "--", "true"], 2, "--restarts: expected an integer of at least 0"),
        (["--rank", "a", "--", "true"], 2, "--rank: expected an integer of at least 0"),
        (["--restart", "1", "--", "true"], 2, "did you mean '--restarts'?"),
        (["--output", "r", "--", "no-such-command"], 127, "no-such-command: command not found"),
        (["--output", "r", "--", "./no-such-file"], 127, "./no-such-file: no such file"),
        (["--output", "r", "--", "."], 127, ".: command not found"),
        (["--output", "r", "--", "./"], 126, "./: is a folder"),
        (["--output", "r", "--", "./plain"], 126, "./plain: is not executable"),
        (["--output", "", "--", "true"], 2, "--output: the name is empty; give a folder"),
        (["--output", "plain", "--", "true"], 2, "plain: cannot be written: File exists"),
    ],
)
def test_wrong_usage_is_one_line(words, code, said, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "plain").write_text("")
    found, err = called(capsys, "monitor", *words)
    assert found == code
    assert said in err
    assert err.count("\n") == 1
    assert not (tmp_path / "r").exists()


def test_a_script_without_an_interpreter(tmp_path):
    script = tmp_path / "script"
    script.write_text("#!/no/such/interpreter\n")
    script.chmod(0o755)
    code, _, err = finished(tmp_path / "run", command=[str(script)])
    assert code == 127
    assert "cannot be run: No such file or directory" in err


def test_without_output_the_folder_is_told(tmp_path):
    command = [sys.executable, "-m", "textmetrics", "monitor", "--", "sh", "-c", "exit 0"]
    environment = ENVIRONMENT | {"PYTHONPATH": os.getcwd()}
    done = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=60,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0
    [folder] = (tmp_path / "runs").iterdir()
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d{6}-sh", folder.name)
    assert done.stderr.startswith(f"textmetrics monitor: recording in runs/{folder.name}\n")
    assert f"textmetrics monitor --show runs/{folder.name}" in done.stderr


def test_without_psutil_nothing_is_run(tmp_path, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "psutil", None)
    code, err = called(
        capsys, "monitor", "--output", tmp_path / "run", "--", "touch", tmp_path / "x"
    )
    assert code == 2
    assert "needs psutil: pip install 'textmetrics-eval[monitor]'" in err
    assert os.listdir(tmp_path) == []


def test_samples_that_cost_too_much_are_left_out(tmp_path, monkeypatch):
    """At most 1 % of a core at a sample a second, beside 0.2 s for the first ones."""
    files = RunFiles(str(tmp_path))
    sampling = supervisor._Sampling(SimpleNamespace(), files, 1, 1.0)
    sampling._began = time.monotonic() - 100  # 1 s of CPU
    monkeypatch.setattr(time, "thread_time", lambda: 1.1)
    assert sampling._is_affordable()
    monkeypatch.setattr(time, "thread_time", lambda: 1.4)
    sampling.samples = 100
    assert not sampling._is_affordable()
    assert not sampling._is_affordable()
    files.close()
    assert [(each["figure"], each["reason"]) for each in events(tmp_path)] == [
        ("samples", "some were left out, because one takes 14 ms of CPU")
    ]


def test_the_supervisor_is_small(tmp_path):
    """40 MB of memory, of which Python has about 10; nothing of scores is loaded."""
    code = "import os; print(open(f'/proc/{os.getppid()}/maps').read())"
    code, out, _ = finished(tmp_path, command=[*PYTHON, code])
    if sys.platform == "linux":
        assert code == 0
        assert b"psutil" in out
        for heavy in (b"numpy", b"scipy", b"regex", b"msgspec", b"sudachi", b"_native"):
            assert heavy not in out
    assert the(tmp_path, "monitor_end")["rss_bytes"] < 40_000_000
    for sample in lines(tmp_path, "samples"):
        assert sample["monitor_rss_bytes"] < 40_000_000
        assert sample["monitor_cpu_s"] > 0


@pytest.mark.timeout(60)
@pytest.mark.parametrize("kind", ["events", "samples"])
def test_a_pipe_in_place_of_a_file_is_refused(tmp_path, kind):
    """Reading it for the last attempt would never end, while signals are held back."""
    os.mkfifo(tmp_path / file_name(kind))
    with pytest.raises(MonitorError, match=f"{kind}.jsonl: cannot be written: not a file"):
        RunFiles(str(tmp_path))


@pytest.mark.parametrize("removed", [["events"], ["samples"], ["events", "samples"], []])
def test_removed_files_are_told(tmp_path, removed):
    told = []
    files = RunFiles(str(tmp_path), warn=told.append)
    for kind in removed:
        (tmp_path / file_name(kind)).unlink()
    files.event("start", attempt=1, pid=1)
    assert files.close() == 0
    expected = f"{tmp_path}: was removed meanwhile, and with it what was recorded"
    assert told == [expected] * bool(removed)
