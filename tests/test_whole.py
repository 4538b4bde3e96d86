"""What is written is written whole, or what was there stays; killed runs leave nothing for long."""

from __future__ import annotations

import errno
import fcntl
import os
import resource
import shutil
import signal
from pathlib import Path

import pytest

from textmetrics.records import OpenError, atomic_output, temporary
from textmetrics.report import folder as folders
from textmetrics.report.folder import UNFINISHED, replace_files

OLD = {"report.html": b"old", "run_1.yaml": b"old", "run_2.yaml": b"old", "pictures/a.svg": b"old"}
NEW = {"report.html": b"new", "run_1.yaml": b"new", "extra.csv": b"new", "pictures/b.svg": b"new"}
STALE = ["run_2.yaml", "pictures/a.svg"]


def there(folder, *, hidden=False):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and (hidden or ".textmetrics" not in path.as_posix())
    }


def forked(do):
    """Return the exit code of a process that does something and says which error ended it."""
    child = os.fork()
    if not child:
        try:
            do()
        except OSError as error:
            os._exit(error.errno)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def write(folder):
    replace_files(folder, NEW, lambda: [name for name in STALE if (folder / name).exists()])


@pytest.fixture(params=["at once", "one by one"])
def folder(request, tmp_path, monkeypatch):
    """Make a folder with a report, to be replaced in each of the two ways."""
    made = tmp_path / "results"
    replace_files(made, OLD)
    if request.param == "one by one":
        monkeypatch.setattr(folders, "_exchanged", lambda *_: False)
    return made


@pytest.mark.parametrize(
    "theirs",
    [
        {},
        {"notes.txt": b"mine"},
        {"pictures/mine.svg": b"mine"},
        {"run_9.yaml": b"mine", "a/b/c.txt": b"mine", ".hidden": b""},
    ],
)
def test_a_report_replaces_another_and_all_else_stays(folder, theirs):
    for name, content in theirs.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    os.symlink("nowhere", folder / "link")
    (folder / "report.html").chmod(0o600)
    folder.chmod(0o750)
    before = {name: (folder / name).stat().st_ino for name in theirs}
    write(folder)
    assert there(folder, hidden=True) == NEW | theirs
    assert os.readlink(folder / "link") == "nowhere"
    assert before == {name: (folder / name).stat().st_ino for name in theirs}
    assert (folder / "report.html").stat().st_mode & 0o777 == 0o600
    assert folder.stat().st_mode & 0o777 == 0o750
    assert os.listdir(folder.parent) == ["results"]


def test_a_folder_of_files_alone_is_replaced_in_one_step(tmp_path):
    """Nobody who looks into it through an open descriptor sees a mix: it is another folder."""
    replace_files(tmp_path / "results", OLD)
    before = (tmp_path / "results").stat().st_ino
    write(tmp_path / "results")
    assert (tmp_path / "results").stat().st_ino != before


@pytest.mark.parametrize("kind", ["link", "working directory", "folders of others", "read-only"])
def test_a_folder_that_must_stay_where_it_is_stays(kind, tmp_path, monkeypatch):
    target = tmp_path / "parent" / "results"
    replace_files(target, OLD)
    given = target
    if kind == "link":
        given = tmp_path / "link"
        given.symlink_to(target)
    elif kind == "working directory":
        monkeypatch.chdir(target)
        given = Path(".")
    elif kind == "folders of others":
        (target / "mine").mkdir()
    else:
        made = folders.temporary

        def refuse(parent, **options):
            if parent == target.parent:
                raise OSError(errno.EROFS, "Read-only file system")
            return made(parent, **options)

        monkeypatch.setattr(folders, "temporary", refuse)
    before = target.stat().st_ino
    write(given)
    assert there(target, hidden=True) == NEW
    assert (target.stat().st_ino == before) == (kind != "link")
    assert given.is_symlink() == (kind == "link")


@pytest.fixture
def steps(monkeypatch):
    """Count what changes a file system, and fail or kill at one of these steps."""

    monkeypatch.setattr(os, "fsync", lambda _: None)  # which may be slow

    class Steps:
        count, at, error = 0, 0, OSError(errno.EIO, "Input/output error")

        def step(self):
            self.count += 1
            if self.count == self.at:
                if self.error is None:
                    os._exit(9)
                raise self.error

    found = Steps()
    for owner, name in [
        *((os, each) for each in ("link", "fsync", "chown")),
        *((Path, each) for each in ("replace", "rename", "mkdir", "unlink", "chmod")),
        *((folders, each) for each in ("_exchange", "_take_over")),
        (shutil, "rmtree"),
    ]:
        real = getattr(owner, name)

        def changed(*arguments, real=real, **options):
            found.step()
            return real(*arguments, **options)

        monkeypatch.setattr(owner, name, changed)
    return found


@pytest.mark.parametrize("error", [OSError(errno.ENOSPC, "full"), KeyboardInterrupt()])
def test_an_error_at_any_step_leaves_one_run(folder, steps, error):
    """At all steps in turn, until one is never reached."""
    steps.error = error
    for at in range(1, 200):
        steps.count, steps.at = 0, at
        failed = None
        try:
            write(folder)
        except (OSError, KeyboardInterrupt) as raised:
            failed = raised
        steps.at = 0
        assert there(folder) in (OLD, NEW), at
        assert failed is None or failed is error or str(folder.parent) in str(failed), at
        assert folder.is_dir()
        if steps.count < at:
            break
        replace_files(folder, OLD, lambda: [name for name in NEW if (folder / name).exists()])
        assert there(folder, hidden=True) == OLD
        assert os.listdir(folder.parent) == ["results"]
    assert at > 10


def test_a_kill_at_any_step_leaves_one_run_or_is_gone_on_with(folder, steps):
    """If files of two runs are there, so is the folder of the unfinished ones."""
    steps.error, mixed = None, 0
    for at in range(1, 200):
        steps.count, steps.at = 0, at
        code = forked(lambda: write(folder))
        steps.at = 0
        if there(folder) not in (OLD, NEW):
            assert (folder / UNFINISHED).exists()
            mixed += 1
            folders._finish(folder)
            assert there(folder) == NEW
        if code == 0:
            break
        assert code == 9
        replace_files(folder, OLD, lambda: [name for name in NEW if (folder / name).exists()])
        assert there(folder, hidden=True) == OLD
        assert os.listdir(folder.parent) == ["results"]
    assert at > 10
    assert bool(mixed) == (folders._exchanged(folder, OLD, []) is False)


def test_a_full_disk_leaves_the_old_run(folder):
    """The size of a file is limited in a process of its own."""

    def fill():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
        replace_files(folder, {"report.html": b"x" * 500, "z.csv": b"x" * 2000})

    assert forked(fill) == errno.EFBIG
    assert there(folder, hidden=True) == OLD
    assert os.listdir(folder.parent) == ["results"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_read_only_folder_is_an_error(folder):
    folder.chmod(0o500)
    with pytest.raises(PermissionError, match="results"):
        write(folder)
    assert there(folder, hidden=True) == OLD


# --- temporaries


def killed(folder, kind):
    """Kill a process that holds a temporary."""

    def end():
        with temporary(folder, is_folder=kind == "folder") as path:
            if path.is_dir():
                (path / "x").touch()
            os.kill(os.getpid(), signal.SIGKILL)

    assert forked(end) == -signal.SIGKILL


@pytest.mark.parametrize("kind", ["file", "folder"])
def test_temporaries_of_killed_runs_are_removed_by_the_next(kind, tmp_path):
    killed(tmp_path, kind)
    [left] = os.listdir(tmp_path)
    assert left.startswith(".textmetrics-")
    with atomic_output(str(tmp_path / "o.jsonl")) as file:
        file.write(b"{}\n")
    assert os.listdir(tmp_path) == ["o.jsonl"]


def test_those_of_runs_that_go_on_stay(tmp_path):
    with temporary(tmp_path) as one, temporary(tmp_path, is_folder=True) as other:
        for name in ("a", "b"):
            with atomic_output(str(tmp_path / name)) as file:
                file.write(b"x")
        assert set(os.listdir(tmp_path)) == {one.name, other.name, "a", "b"}
    assert set(os.listdir(tmp_path)) == {"a", "b"}


def test_files_of_the_user_stay(tmp_path):
    name = f".textmetrics-{'0' * 8}-{'0' * 16}.tmp"
    theirs = ["a.tmp", ".textmetrics.tmp", ".textmetrics-1.tmp", "x" + name, name + "x"]
    for each in theirs:
        (tmp_path / each).touch()
    (tmp_path / name).symlink_to("a.tmp")
    os.mkfifo(tmp_path / name.replace("0", "1"))
    with temporary(tmp_path):
        pass
    assert set(os.listdir(tmp_path)) == {*theirs, name, name.replace("0", "1")}


def test_those_of_another_host_stay_for_a_week(tmp_path):
    """A network file system may not tell which files another machine has locked."""
    left = tmp_path / f".textmetrics-{'0' * 8}-{'0' * 16}.tmp"
    left.touch()
    with temporary(tmp_path):
        assert left.exists()
    os.utime(left, (0, 0))
    with temporary(tmp_path):
        assert not left.exists()


def test_without_locks_nothing_is_removed(tmp_path, monkeypatch):
    killed(tmp_path, "file")

    def fail(*_):
        raise OSError(errno.ENOSYS, "Function not implemented")

    monkeypatch.setattr(fcntl, "flock", fail)
    with atomic_output(str(tmp_path / "o.jsonl")) as file:
        file.write(b"{}\n")
    assert len(os.listdir(tmp_path)) == 2


# --- the first error is the one that is told


def interrupted(path, error):
    with atomic_output(str(path)) as file:
        file.write(b"x" * 10)
        raise error


@pytest.mark.parametrize("suffix", ["", ".gz", ".zst", ".xz", ".bz2"])
@pytest.mark.parametrize("error", [ZeroDivisionError, ConnectionResetError, KeyboardInterrupt])
def test_what_passes_through_stays_what_it_is(error, suffix, tmp_path):
    """An error of the system in reading, say, is not about the file that is written."""
    path = tmp_path / f"o.jsonl{suffix}"
    path.write_text("old")
    with pytest.raises(error):
        interrupted(path, error)
    assert os.listdir(tmp_path) == [path.name]
    assert path.read_text() == "old"


def test_a_folder_that_cannot_be_written_is_named(tmp_path, monkeypatch):
    """On a read-only file system, even removing what is not there fails."""

    def fail(*_, **__):
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(Path, "open", fail)
    monkeypatch.setattr(Path, "unlink", fail)
    path = str(tmp_path / "o.jsonl")
    with pytest.raises(OpenError, match="Read-only file system") as raised, atomic_output(path):
        pass
    assert str(raised.value).startswith(path)


@pytest.mark.parametrize(
    "listed",
    [
        b'{"new": ["../victim"], "old": []}',
        b'{"new": [], "old": ["../victim"]}',
        b'{"new": ["a/../../victim"], "old": []}',
        b'{"new": ["%s"], "old": []}',
        b'{"new": ["."], "old": []}',
        b'{"new": ["a\\u0000"], "old": []}',
        b'{"new": [1], "old": []}',
        b'{"new": 1}',
        b"[]",
        b"{",
        b"\xff",
        b"[" * 100_000,
    ],
)
def test_a_list_that_was_not_written_here_names_nothing(listed, tmp_path):
    """A folder may come from anybody, and with it the list of what is still to be renamed."""
    victim, target = tmp_path / "victim", tmp_path / "results"
    victim.write_bytes(b"mine")
    unfinished = target / UNFINISHED
    (unfinished / "new" / "a").mkdir(parents=True)
    for name in ("victim", "new/victim"):
        (unfinished / name).write_bytes(b"theirs")
    (unfinished / "names.json").write_bytes(listed.replace(b"%s", os.fsencode(victim)))
    replace_files(target, NEW)
    assert victim.read_bytes() == b"mine"
    assert there(target, hidden=True) == NEW


def test_a_link_in_place_of_the_unfinished_folder_is_not_followed(tmp_path):
    elsewhere, target = tmp_path / "elsewhere", tmp_path / "results"
    for each in (elsewhere, target):
        each.mkdir()
    (elsewhere / "names.json").write_bytes(b'{"new": ["x"], "old": []}')
    (target / UNFINISHED).symlink_to(elsewhere, target_is_directory=True)
    replace_files(target, NEW)
    assert there(target, hidden=True) == NEW
    assert there(elsewhere) == {"names.json": b'{"new": ["x"], "old": []}'}
