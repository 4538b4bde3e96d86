"""Standard streams that are closed or full, and signals that come at any moment."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ROWS = b'{"prediction": "a cat", "reference": "a cat"}\n' * 3
ENVIRONMENT = {name: value for name, value in os.environ.items() if "COV" not in name}
CLOSED = "textmetrics: cannot write to standard output: it is closed\n"
FULL = "textmetrics: cannot write to standard output: No space left on device\n"


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    (tmp_path / "a.jsonl").write_bytes(ROWS)
    (tmp_path / "b.jsonl").write_bytes(ROWS)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def shell(command, **options):
    """Return code, stdout and stderr of a command of the shell, ``tm`` being the program."""
    command = command.replace("tm ", f"{sys.executable} -m textmetrics ")
    done = subprocess.run(
        ["sh", "-c", command],
        capture_output=True,
        text=True,
        check=False,
        env=ENVIRONMENT | options,
        timeout=60,
    )
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize(
    ("command", "code", "err"),
    [
        ("tm score a.jsonl >&-", 2, CLOSED),
        ("tm score a.jsonl --output o.jsonl >&-", 2, CLOSED),
        ("tm --help >&-", 2, CLOSED),
        ("tm score a.jsonl 2>&- >&-", 2, ""),
        ("tm score none.jsonl >&-", 2, CLOSED),
        ("tm score a.jsonl 2>&- >/dev/null", 0, ""),
        ("tm score none.jsonl 2>&-", 2, ""),
        ("tm score none.jsonl 2>/dev/full", 2, ""),
        ("tm score a.jsonl --progress 2>/dev/full >/dev/null", 0, ""),
        ("tm score - <&-", 2, "<stdin>: is closed; name a file, or provide input\n"),
        ("tm score a.jsonl <&- >/dev/null", 0, ""),
        ("tm score a.jsonl >/dev/full", 2, FULL),
        ("tm score --help >/dev/full", 2, FULL),
        ("tm --version >/dev/full", 2, FULL),
        ("tm compare a.jsonl b.jsonl >/dev/full", 2, FULL),
        ("tm presets >/dev/full", 2, FULL),
        ("tm score a.jsonl 1</dev/null", 2, "textmetrics: cannot write to standard output: Bad f"),
        ("tm score a.jsonl >/dev/full 2>&1", 2, ""),
    ],
)
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full, which Linux has")
def test_streams(command, code, err):
    found, _, said = shell(command, PYTHONUNBUFFERED="1" if "help" in command else "")
    assert found == code
    assert said.startswith(err)
    assert said.count("\n") == err.count("\n") or err.endswith("f")


def test_a_closed_stdout_leaves_no_file_that_looks_done(here):
    shell("tm score a.jsonl --output o.jsonl >&-")
    assert sorted(os.listdir(here)) == ["a.jsonl", "b.jsonl"]


def test_files_are_not_opened_in_the_place_of_a_closed_stream(here):
    """What is printed to stderr would be in the middle of the output."""
    code, _, _ = shell("tm score a.jsonl --output o.jsonl <&- 2>&- >/dev/null")
    assert code == 0
    lines = (here / "o.jsonl").read_text().splitlines()
    assert [json.loads(line)["prediction"] for line in lines] == ["a cat"] * 3


# A finder that interrupts the n-th import after the program has begun.
INTERRUPTING = """
import os, signal, sys
from textmetrics.cli import entry

class Finder:
    left = int(sys.argv.pop(1))
    number = int(sys.argv.pop(1))

    def find_spec(self, *_):
        Finder.left -= 1
        if Finder.left == 0:
            os.kill(os.getpid(), Finder.number)

sys.meta_path.insert(0, Finder())
entry()
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("at", [1, 30, 120, 300])
def test_a_signal_during_imports_ends_it_in_one_line_at_most(at, number):
    command = [sys.executable, "-c", INTERRUPTING, str(at), str(int(number)), "score", "a.jsonl"]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, env=ENVIRONMENT, timeout=60
    )
    assert done.returncode in (128 + number, -number) or (at > 100 and done.returncode == 0)
    assert "Traceback" not in done.stderr
    assert done.stderr.count("\n") <= 1


def test_an_interruption_that_a_package_makes_another_error_of():
    """Extension modules report that one of their imports failed, whatever the reason."""
    code = (
        "import os, signal, textmetrics.cli.program as program\n"
        "def fail(*_):\n"
        "    try:\n"
        "        os.kill(os.getpid(), signal.SIGINT)\n"
        "    except BaseException:\n"
        "        raise SystemError('initialization failed') from None\n"
        "program._parse = fail\n"
        "program.entry()\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (130, b"")


def test_an_error_of_the_system_is_not_that_of_stdout():
    code = (
        "import textmetrics.cli.program as program\n"
        "def fail(*_):\n"
        "    raise PermissionError(13, 'Permission denied', '/somewhere')\n"
        "program._parse = fail\n"
        "program.entry()\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert done.returncode == 2
    assert done.stderr == b"textmetrics: /somewhere: Permission denied\n"
