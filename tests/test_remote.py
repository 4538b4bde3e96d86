"""Files on the network: streams that are resumed, errors of one line, secrets not shown."""

from __future__ import annotations

import gzip
import io
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from textmetrics import cli
from textmetrics._escape import without_secrets
from textmetrics.records import (
    InputError,
    Lines,
    OpenError,
    atomic_output,
    check_file,
    input_files,
    is_remote,
    local_path,
    open_bytes,
    open_samples,
    remote,
)

pytest.importorskip("fsspec")
pytest.importorskip("aiohttp")

ROWS = b"".join(
    json.dumps({"id": at, "prediction": f"a b {at}", "reference": f"a c {at}"}).encode() + b"\n"
    for at in range(30_000)
)
ONE = ROWS[: ROWS.index(b"\n") + 1]
FILES = {
    "/a.jsonl": ROWS,
    "/a.jsonl.gz": gzip.compress(ROWS, 1),
    "/dir/run_10.jsonl": ONE,
    "/dir/run_2.jsonl": ONE,
}
PAGE = b'<a href="run_10.jsonl">10</a> <a href="run_2.jsonl">2</a> <a href="notes.txt">n</a>'


@dataclass
class Site:
    """A web server, and what is wrong with it.

    Attributes:
        ranges: whether it has any.
        breaks: how many answers break off in the middle.
        stalls: whether they stall in place of that.
        headers: what it says of the version.
        changes: whether the version changes after the first answer.
        claims: how many more bytes it claims than there are.
        asked: the ranges that were asked for.
    """

    url: str = ""
    ranges: bool = True
    breaks: int = 0
    stalls: bool = False
    headers: dict[str, str] = field(default_factory=lambda: {"ETag": '"1"'})
    changes: bool = False
    claims: int = 0
    asked: list[str | None] = field(default_factory=list)
    ends: threading.Event = field(default_factory=threading.Event)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    site: Site

    def log_message(self, *_: Any) -> None:
        pass

    def do_GET(self) -> None:
        site = self.site
        asked = self.headers.get("Range")
        site.asked.append(asked)
        path = self.path.partition("?")[0]
        status = {"/denied.jsonl": 403, "/down.jsonl": 503}.get(path, 404)
        if path not in FILES and path != "/dir/":
            self.send_error(status)
            return
        body = FILES.get(path, PAGE)
        begin = 0
        if asked and site.ranges:
            begin = int(asked[6:].partition("-")[0])
            last = asked[6:].partition("-")[2]
            piece = body[begin : int(last) + 1 if last else None]
            self.send_response(206)
            end = begin + len(piece) - 1
            self.send_header("Content-Range", f"bytes {begin}-{end}/{len(body)}")
        else:
            piece = body
            self.send_response(200)
        if site.ranges:
            self.send_header("Accept-Ranges", "bytes")
        for name, value in site.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(piece) + site.claims))
        self.end_headers()
        if site.changes:
            site.headers = {"ETag": '"2"'}
        self.answer(piece)

    def answer(self, piece: bytes) -> None:
        site = self.site
        if not site.breaks:
            self.wfile.write(piece)
            self.close_connection = bool(site.claims)
            return
        site.breaks -= 1
        self.wfile.write(piece[: len(piece) // 2])
        self.wfile.flush()
        time.sleep(0.05)  # or what was sent is lost with the connection
        if site.stalls:
            site.ends.wait(60)
        self.close_connection = True


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: Any) -> None:
        """Say nothing of connections that a test broke."""


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    monkeypatch.setattr(remote, "_PAUSES", (0.0, 0.0, 0.0))
    made = Site()
    server = Server(("127.0.0.1", 0), type("Own", (Handler,), {"site": made}))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    made.url = f"http://127.0.0.1:{server.server_port}"
    yield made
    made.ends.set()
    server.shutdown()
    server.server_close()


def count(name: str) -> int:
    with open_samples(name) as reader:
        return sum(map(len, reader))


# --- streams


@pytest.mark.parametrize("path", ["/a.jsonl", "/a.jsonl.gz"])
@pytest.mark.parametrize("ranges", [True, False])
def test_a_file_is_one_stream(path: str, ranges: bool, site: Site) -> None:
    site.ranges = ranges
    assert count(site.url + path) == 30_000
    assert site.asked == [None]


@pytest.mark.parametrize("headers", [{"ETag": '"1"'}, {"ETag": 'W/"1"'}, {"Last-Modified": "x"}])
@pytest.mark.parametrize("path", ["/a.jsonl", "/a.jsonl.gz"])
def test_a_broken_stream_is_resumed(path: str, headers: dict[str, str], site: Site) -> None:
    site.breaks, site.headers = 3, headers
    assert count(site.url + path) == 30_000
    assert len(site.asked) == 4
    with open_bytes(site.url + path) as file:
        site.breaks = 2
        assert file.read() == FILES[path]


def test_a_stalled_stream_is_resumed(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remote, "_READ_SECONDS", 0.3)
    remote._made_in.cache_clear()
    site.breaks, site.stalls = 1, True
    try:
        assert count(site.url + "/a.jsonl") == 30_000
        site.breaks = 99
        site.ranges = False
        with pytest.raises(OpenError, match=r"broke off after .*no ranges"):
            count(site.url + "/a.jsonl")
    finally:
        remote._made_in.cache_clear()


BROKEN = {
    "no ranges": ({"ranges": False}, r"broke off after \d[\d,]* of 1,\d+,\d+ bytes; .*no ranges"),
    "no version": ({"headers": {}}, "names no version"),
    "another version": ({"changes": True}, "changed while it was read"),
}


@pytest.mark.parametrize("what", BROKEN)
def test_what_cannot_be_resumed_is_an_error(what: str, site: Site) -> None:
    changes, message = BROKEN[what]
    for name, value in changes.items():
        setattr(site, name, value)
    with open_bytes(site.url + "/a.jsonl") as file:
        file.read(1)  # something has arrived
        site.asked.clear()
    site.breaks = 1
    if what == "another version":
        site.headers = {"ETag": '"1"'}
    with pytest.raises(OpenError, match=message):
        count(site.url + "/a.jsonl")


def test_more_bytes_than_there_are_is_an_error(site: Site) -> None:
    site.claims = 1000
    with pytest.raises(InputError, match=r"broke off|changed while"):
        count(site.url + "/a.jsonl")


def test_any_place_is_read_by_ranges(site: Site) -> None:
    with open_bytes(site.url + "/a.jsonl") as file:
        assert file.seekable()
        file.seek(-100, io.SEEK_END)
        assert file.read() == ROWS[-100:]
        file.seek(50)
        assert file.read(20) == ROWS[50:70]
    site.ranges = False
    with open_bytes(site.url + "/a.jsonl") as file:
        assert not file.seekable()


@pytest.mark.integration("pyarrow")
@pytest.mark.parametrize("ranges", [True, False])
def test_parquet_is_read_in_any_order(
    ranges: bool, site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import pyarrow
    from pyarrow import parquet

    rows = [json.loads(line) for line in ROWS.splitlines()]
    parquet.write_table(pyarrow.Table.from_pylist(rows), tmp_path / "a", row_group_size=7000)
    monkeypatch.setitem(FILES, "/a.parquet", (tmp_path / "a").read_bytes())
    site.ranges = ranges
    assert count(site.url + "/a.parquet") == 30_000
    assert any(site.asked) == ranges


# --- errors and secrets


def test_errors_are_one_line(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    expected = {
        f"{site.url}/none.jsonl": "no such file",
        f"{site.url}/denied.jsonl?key=SECRET": "access denied",
        f"{site.url}/down.jsonl": "the server answers 503",
        f"http://127.0.0.1:{port}/a.jsonl?key=SECRET": "cannot connect to the server",
        "http://name.invalid/a.jsonl": "cannot connect to the server",
        "ftp://host/a.jsonl": "unknown scheme 'ftp'; files on the network begin with s3://",
        "memory://a.jsonl": "unknown scheme 'memory'",
        "simplecache::https://host/a.jsonl": "chains several names",
        "zip://a.jsonl::s3://bucket/a.zip": "chains several names",
        "filecache::s3://bucket/a.jsonl": "chains several names",
        "file://other/a.jsonl": "names another machine",
        "file:///none.jsonl": "no such file",
    }
    for name, message in expected.items():
        assert cli.main(["score", name]) == 2, name
        out, err = capsys.readouterr()
        assert out == ""
        assert err.count("\n") == 1, name
        assert message in err, name
        assert "SECRET" not in err


SHOWN = {
    "https://me:pass@host:8/a.jsonl?sig=1#x": "https://host:8/a.jsonl",
    "HTTPS://host?sig=1/x": "HTTPS://host",
    "http://[::1]:80/a": "http://[::1]:80/a",
    "s3://key:secret@bucket/a?b.jsonl": "s3://bucket/a?b.jsonl",
    "hf://datasets/me/x@main/a.jsonl": "hf://datasets/me/x@main/a.jsonl",
    "file:///me@home/a?b": "file:///me@home/a?b",
    "zip://*.jsonl::http://me:pass@host/a.zip?sig=1": "zip://*.jsonl::http://host/a.zip",
    "simplecache::s3://key:secret@bucket/a": "simplecache::s3://bucket/a",
    "https://host/a?to=x::https://me:pass@host/b?sig=1": "https://host/a::https://host/b",
    "s3://key:secret@bucket/a::b": "s3://bucket/a::b",
    "a::b?c": "a::b?c",
    "me:pass@host/a?b": "me:pass@host/a?b",
    "-": "-",
}


@pytest.mark.parametrize("name", SHOWN)
def test_secrets_are_left_out_of_names(name: str) -> None:
    assert without_secrets(name) == SHOWN[name]


def test_no_output_has_a_secret(
    site: Site, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    host = site.url.removeprefix("http://")
    name = f"http://me:SECRET@{host}/dir/run_2.jsonl?key=SECRET"
    other = name.replace("run_2", "run_10")
    state = tmp_path / "state.json"
    assert cli.main(["score", name, "--lang", "en", "--state", str(state)]) == 0
    assert "SECRET" not in state.read_text()
    for command in (
        ["score", name, other, "--lang", "en"],
        ["score", name, "--lang", "en", "--format", "json"],
        ["score", name, "--lang", "en", "--references", other, "--format", "json"],
        ["compare", name, other, "--lang", "en", "--format", "json"],
        ["compare", name, name.replace("run_2", "none"), "--lang", "en"],
    ):
        cli.main(command)
        assert "SECRET" not in "".join(capsys.readouterr())


def test_names_on_this_machine(tmp_path: Path) -> None:
    (path := tmp_path / "a b%.jsonl").write_bytes(ONE)
    assert local_path(path.as_uri()) == str(path)
    assert count(path.as_uri()) == 1
    for name in ("a.jsonl", "C:\\a", "a::b", "dir/a:b", "s3:/a", "file:///a"):
        assert not is_remote(name)
    with atomic_output((tmp_path / "o.jsonl").as_uri()) as file:
        file.write(b"a")
    assert (tmp_path / "o.jsonl").read_bytes() == b"a"


def test_a_folder_of_a_web_server_is_the_files_that_it_links_to(site: Site) -> None:
    found = [f"{site.url}/dir/run_2.jsonl", f"{site.url}/dir/run_10.jsonl"]
    assert input_files([f"{site.url}/dir/"]).names == found
    assert input_files([f"{site.url}/dir/*.jsonl"]).names == found
    with pytest.raises(OpenError, match="nothing matches this pattern"):
        input_files([f"{site.url}/dir/*.csv"])


def test_a_web_server_takes_no_files(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    name = f"{site.url}/out.jsonl"
    assert cli.main(["score", f"{site.url}/a.jsonl", "--output", name]) == 2
    told = "a web server takes no files; name one on this machine, or at s3://, gs:// or hf://"
    assert told in capsys.readouterr().err
    with pytest.raises(OpenError, match="takes no files"), atomic_output(name):
        pass


def test_a_missing_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    for package, name in (("fsspec", "https://host/a"), ("s3fs", "s3://bucket/a")):
        with monkeypatch.context() as patch:
            patch.setitem(sys.modules, package, None)
            remote._made_in.cache_clear()
            with pytest.raises(OpenError, match=r"pip install 'textmetrics-eval\[remote\]'"):
                check_file(name)
    remote._made_in.cache_clear()


# --- in a process of its own

_LOCAL = """
import sys
def forbid(event, _):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.bind", "socket.sendto"):
        raise AssertionError("the network was used")
sys.addaudithook(forbid)
from textmetrics.cli import main
assert main(["score", sys.argv[1], "--lang", "en", "--output", sys.argv[2]]) == 0
assert not {"fsspec", "aiohttp", "s3fs"} & set(sys.modules), "loaded"
"""


def test_nothing_touches_the_network_without_such_a_name(tmp_path: Path) -> None:
    (path := tmp_path / "a.jsonl").write_bytes(ONE * 10)
    command = [sys.executable, "-c", _LOCAL, str(path), str(tmp_path / "b.jsonl")]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_stalled_read_hears_signals(number: signal.Signals, site: Site, tmp_path: Path) -> None:
    site.breaks, site.stalls = 99, True
    output = tmp_path / "out.jsonl"
    command = [sys.executable, "-m", "textmetrics", "score", f"{site.url}/a.jsonl"]
    command += ["--lang", "en", "--output", str(output)]
    with subprocess.Popen(command, stderr=subprocess.PIPE) as process:
        while not site.asked[1:]:  # the first request is a check
            time.sleep(0.05)
        time.sleep(0.5)
        os.kill(process.pid, number)
        try:
            assert process.wait(30) == (130 if number == signal.SIGINT else 143)
        finally:
            process.kill()
        assert process.stderr is not None
        assert process.stderr.read() == b""
    assert list(tmp_path.iterdir()) == []


# --- S3


@pytest.fixture(scope="module")
def bucket() -> Iterator[Any]:
    """A bucket of an S3 server on this machine."""
    from botocore.session import get_session
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL", f"http://{host}:{port}")
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_DEFAULT_REGION"):
            patch.setenv(name, "us-east-1")
        client = get_session().create_client("s3")
        client.create_bucket(Bucket="bucket")
        for name in ("in/run_10.jsonl", "in/run_2.jsonl.gz", "in/sub/x.jsonl", "in/README.md"):
            body = gzip.compress(ROWS) if name.endswith(".gz") else ROWS
            client.put_object(Bucket="bucket", Key=name, Body=body)
        remote._made_in.cache_clear()
        yield client
        remote._made_in.cache_clear()
    server.stop()


def names_in(bucket: Any, prefix: str) -> list[str]:
    found = bucket.list_objects_v2(Bucket="bucket", Prefix=prefix).get("Contents", ())
    return [each["Key"] for each in found]


needs_s3 = pytest.mark.integration("moto", "s3fs", "flask")
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")


@needs_s3
def test_objects_folders_and_patterns(bucket: Any) -> None:
    both = ["s3://bucket/in/run_2.jsonl.gz", "s3://bucket/in/run_10.jsonl"]
    for name in ("s3://bucket/in", "s3://bucket/in/"):
        names, [note] = input_files([name])
        assert names == both
        assert "read 2 files, left out 'README.md', 'sub'" in note
    assert input_files(["s3://bucket/*/run_*"]).names == both
    assert input_files(["s3://bucket/**/x.jsonl"]).names == ["s3://bucket/in/sub/x.jsonl"]
    assert list(map(count, both)) == [30_000, 30_000]
    with open_bytes(both[1]) as file:
        file.seek(100)
        assert file.read(9) == ROWS[100:109]


@needs_s3
def test_errors_of_a_store(bucket: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("s3://bucket/none.jsonl", "s3://none/a.jsonl"):
        with pytest.raises(OpenError, match="no such file"):
            check_file(name)
    with pytest.raises(OpenError, match="nothing matches"):
        input_files(["s3://bucket/none*"])
    with pytest.raises(OpenError, match="no such bucket"), atomic_output("s3://none/a") as file:
        file.write(b"a")


@needs_s3
def test_an_object_that_changes_is_an_error(bucket: Any) -> None:
    bucket.put_object(Bucket="bucket", Key="new.jsonl", Body=ROWS * 4)
    with Lines("s3://bucket/new.jsonl") as lines:
        blocks = lines.blocks()
        next(blocks)
        bucket.put_object(Bucket="bucket", Key="new.jsonl", Body=ROWS * 5)
        with pytest.raises(OpenError, match="changed while it was read"):
            list(blocks)


def write_and_fail(file: Any, size: int, error: type[BaseException]) -> None:
    file.write(os.urandom(size))
    raise error


@needs_s3
@pytest.mark.parametrize("size", [0, 10, 40_000_000])
@pytest.mark.parametrize("suffix", ["", ".gz", ".zst"])
def test_an_object_appears_whole_or_not_at_all(bucket: Any, size: int, suffix: str) -> None:
    name = f"s3://bucket/out/a{size}{suffix}"
    error = KeyboardInterrupt if size else ValueError
    with pytest.raises(error), atomic_output(name) as file:
        write_and_fail(file, size, error)
    assert names_in(bucket, "out/") == []
    assert "Uploads" not in bucket.list_multipart_uploads(Bucket="bucket")
    with atomic_output(name) as file:
        file.write(ROWS)
    with Lines(name) as lines:
        assert b"".join(raw for block in lines.blocks() for raw in block.raws) == ROWS
    bucket.delete_object(Bucket="bucket", Key=name.removeprefix("s3://bucket/"))


@needs_s3
def test_score_writes_outputs_and_states(
    bucket: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (local := tmp_path / "a.jsonl").write_bytes(ROWS)
    found = []
    for name, folder in (
        (str(local), str(tmp_path)),
        ("s3://bucket/in/run_10.jsonl", "s3://bucket/o"),
    ):
        options = ["--lang", "en", "--format", "json", "--output", f"{folder}/o.jsonl.zst"]
        options += ["--references", name, "--state", f"{folder}/st.json"]
        assert cli.main(["score", name, *options]) == 0
        scores = json.loads(capsys.readouterr().out)
        with Lines(f"{folder}/o.jsonl.zst") as lines:
            raws = [raw for block in lines.blocks() for raw in block.raws]
        with Lines(f"{folder}/st.json") as lines:
            state = b"".join(raw for block in lines.blocks() for raw in block.raws)
        found.append((scores["scores"], raws))
        assert name.encode() in state
    assert found[0] == found[1]
    assert cli.main(["merge", "s3://bucket/o/st.json"]) == 0
