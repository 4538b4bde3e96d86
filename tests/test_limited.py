"""Calls in a process of their own: what they return, and what stops them."""

from __future__ import annotations

import os
import signal

import pytest

from textmetrics._limited import _helper, limited


def banana():
    return limited("re", "sub", "[aeiou]", "", "banana", seconds=5.0)


def process():
    return _helper()._process


def test_a_value_is_that_of_the_function():
    assert banana() == "bnn"
    assert limited("json", "loads", '{"a": [1, null]}', seconds=5.0) == {"a": [1, None]}


@pytest.mark.parametrize(
    ("module", "function", "arguments"),
    [
        ("re", "match", ("(a|a)*$", "a" * 60 + "b")),  # takes exponential time
        ("builtins", "eval", ("10**10**10",)),  # one instruction, deaf to signals
        ("builtins", "eval", ("[0] * 10**12",)),  # needs too much memory
        ("os", "abort", ()),  # ends the process
    ],
)
def test_what_takes_too_much_is_stopped_and_the_next_call_works(module, function, arguments):
    banana()
    with pytest.raises(TimeoutError):
        limited(module, function, *arguments, seconds=0.5)
    assert banana() == "bnn"


def test_a_process_that_was_killed_is_started_again():
    banana()
    killed = process()
    os.kill(killed.pid, signal.SIGKILL)
    killed.wait()
    assert banana() == "bnn"
    assert process().pid != killed.pid


def test_a_fork_has_a_process_of_its_own():
    banana()
    before = process().pid
    read, write = os.pipe()
    pid = os.fork()
    if not pid:
        os.write(write, f"{banana()} {process().pid}".encode())
        _helper().stop()
        os._exit(0)
    os.waitpid(pid, 0)
    said, of_fork = os.read(read, 100).decode().split()
    os.close(read)
    os.close(write)
    assert said == banana() == "bnn"
    assert process().pid == before != int(of_fork)


def test_a_missing_module_is_an_import_error():
    with pytest.raises(ImportError, match="no_such_module"):
        limited("no_such_module", "f", seconds=5.0)
    assert banana() == "bnn"
