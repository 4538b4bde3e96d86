"""Whatever ends a command, its output is the old one or the new one, whole, and nothing is left.

`make soak` ends commands at more moments, of all outputs.
"""

from __future__ import annotations

import contextlib
import os
import random
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.generated import COMPRESS, generated
from tests.kills import UNTRACED, Ended, command, content, limited, runs_of


@pytest.fixture(scope="module", params=["score", "score.zst", "compare"])
def rivals(request, tmp_path_factory):
    """Two runs of a command that write to one output."""
    return runs_of(request.param, tmp_path_factory.mktemp("runs") / "here")


def test_a_command_that_is_killed_leaves_the_old_output_or_the_new_one(rivals):
    assert len(list(rivals.killed(4, random.Random(5)))) == 4


# --- full disks


@contextlib.contextmanager
def small_disk(folder: Path, size: int) -> Iterator[None]:
    """Have a folder on a disk of so many bytes, with what is in it."""
    kept = folder.with_name("kept")
    shutil.copytree(folder, kept)
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
    done = subprocess.run(mount, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"no disk of a few bytes can be had here: {done.stderr.strip()}")
    try:
        shutil.copytree(kept, folder, dirs_exist_ok=True)
        yield
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def told_in_one_line(ended: Ended, reason: str) -> bool:
    """Return whether a failure is told in one line, which names what could not be written."""
    return ended.err.count("\n") == 1 and "out/" in ended.err and reason in ended.err


@pytest.mark.skipif(shutil.which("mount") is None, reason="no command to mount a disk")
def test_a_full_disk_keeps_the_old_output(rivals):
    old, new = rivals.contents[rivals.now], rivals.contents[1 - rivals.now]
    # So much that the old output fits, and half of the new one; files have whole pages.
    pages = sum(-len(raw) // 4096 * -4096 for raw in old.values())
    with small_disk(rivals.out, pages + sum(map(len, new.values())) // 2 + 16_384):
        ended = rivals.fail(2)
        assert told_in_one_line(ended, "No space left on device"), ended
        assert content(rivals.out) == old
    rivals.finish(1 - rivals.now)


@pytest.mark.parametrize("share", [0.0, 0.7])
def test_a_file_that_may_not_grow_keeps_the_old_output(rivals, share):
    old, new = rivals.contents[rivals.now], rivals.contents[1 - rivals.now]
    ended = rivals.fail(2, preexec_fn=limited(int(share * max(map(len, new.values())))))
    assert told_in_one_line(ended, "File too large"), ended
    assert content(rivals.out) == old


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full, which Linux has")
def test_a_full_disk_behind_standard_output_is_told_and_the_output_is_whole(rivals):
    """The output is written before the scores are printed."""
    new = rivals.contents[1 - rivals.now]
    with open("/dev/full", "wb") as full:
        ended = rivals.fail(2, stdout=full)
    assert ended.err.splitlines()[-1].startswith(
        "textmetrics: cannot write to standard output: No space left"
    )
    assert content(rivals.out) == new


# --- pipes


@pytest.fixture
def records(tmp_path):
    """Write records to a file, and return its name."""
    (tmp_path / "data.jsonl").write_bytes(b"".join(generated(200, 0)))
    return "data.jsonl"


@pytest.mark.parametrize("lines", [1, 40])
def test_a_reader_that_goes_away_ends_the_command_quietly(records, lines, tmp_path):
    """As ``head`` does: what is printed is far more than a pipe holds."""
    printed = ["score", *[records] * 60, "--metrics", "f1", "--format", "json"]
    with started(printed, tmp_path) as process:
        for _ in range(lines):
            assert process.stdout.readline()
        process.stdout.close()
        err = process.stderr.read()
        assert (process.wait(60), err) == (141, b"")


def test_the_output_is_whole_when_nobody_reads_the_scores(records, tmp_path):
    (tmp_path / "out").mkdir()
    with started(["score", records, "--output", "out/scored.jsonl"], tmp_path) as process:
        process.stdout.close()
        assert (process.wait(60), process.stderr.read()) == (141, b"")
    assert [*content(tmp_path / "out")] == ["scored.jsonl"]
    assert len((tmp_path / "out" / "scored.jsonl").read_bytes().splitlines()) == 200


@pytest.mark.parametrize("suffix", COMPRESS)
def test_a_writer_that_is_killed_is_told_with_the_line(suffix, tmp_path):
    """The other end of standard input: its last record, or its compression, is not whole."""
    raw = COMPRESS[suffix](b"".join(generated(2000, 0)))
    with started(
        ["score", "-", "--output", "out.jsonl"], tmp_path, stdin=subprocess.PIPE
    ) as process:
        process.stdin.write(raw[: len(raw) // 2])
        process.stdin.close()
        out, err = process.stdout.read(), process.stderr.read().decode()
    assert (process.returncode, out, err.count("\n")) == (3, b"", 1)
    assert re.match(r"<stdin>:\d+: ", err)
    assert [*content(tmp_path)] == []


def started(arguments, folder, **options):
    pipe = subprocess.PIPE
    return subprocess.Popen(
        command(*arguments), cwd=folder, stdout=pipe, stderr=pipe, env=UNTRACED, **options
    )
