"""Damage files of records in every way, and hold what is said about them to the promise.

A file of at most 64 kB gives a result, or one clear line with its name; never another exception,
never no end, never much memory.

Usage: python -m tests.damage [--seed N] [--files N] [NUMBER ...]

Files have numbers, and are the same for the same seed. Those that break the promise are printed;
with numbers, these files are written to build/damaged and tried, and what is said is printed.
"""

from __future__ import annotations

import argparse
import io
import json
import random
import re
import signal
import sys
import tempfile
import traceback
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from tests.generated import COMPRESS, DECOMPRESS, generated
from textmetrics import cli
from textmetrics.records import FORMATS, InputError, InvalidRecords, open_samples

Bytes = Callable[[random.Random, bytes], bytes]

ROOT = Path(__file__).parents[1]
CASES = ROOT / "tests" / "cases" / "formats"
LARGEST = 1 << 16  # bytes of a file
SECONDS = 20.0  # of CPU, that a file may take
MEGABYTES = 256  # that a file may take more than what was there before


# --- values that take the place of others

DEEP: Any = json.loads("[" * 200 + "]" * 200)
ODD: tuple[Any, ...] = (
    None, True, False, 0, -1, 1.5, -0.0, 1e308, 2**63, -(2**70), 10**400, float("nan"),
    float("inf"), "", " ", "\x00", "\ud800", "\u2028", "\ufeff", "[]", "['a', 'b']", "['a'", "{}",
    "a" * 5000, "北京", "東京です", "\u202e\x1b[31m", [], [[]], [None], ["a", None], [1, 2.5],
    [["a"], ["b", "c"]], [{}], {}, {"text": "a"}, {"a": {"b": "c"}}, {"": ""}, [{"text": ["a"]}],
    {"role": "assistant", "content": None}, [{"role": "assistant", "content": "a"}],
    [{"type": {}}, {"type": "text", "text": []}], {"type": [], "id": {}, "code": {}}, {"id": []},
    [{"role": "assistant", "content": [{"type": {}}]}], [{"role": "user"}, {"content": 5}],
    [{"role": [], "content": {}}], DEEP,
)  # fmt: skip
NAMES = (
    "id", "prediction", "reference", "answer", "lang", "finish_reason", "choices", "message",
    "messages", "response", "error", "target", "filter", "resps", "doc", "n", "c", "", "\x00",
    "a.b",
)  # fmt: skip


def changed(chance: random.Random, value: Any) -> Any:
    """Return JSON with one of its parts changed."""
    if isinstance(value, dict) and value and chance.random() < 0.85:
        keys = list(value)
        key = chance.choice(keys)
        how = chance.random()
        if how < 0.1:
            return {each: value[each] for each in keys if each != key}
        if how < 0.2:
            return {**value, chance.choice(NAMES): chance.choice(ODD)}
        if how < 0.3:
            return {chance.choice(NAMES) if each == key else each: value[each] for each in keys}
        return value | {key: changed(chance, value[key])}
    if isinstance(value, list) and value and chance.random() < 0.85:
        at = chance.randrange(len(value))
        how = chance.random()
        if how < 0.1:
            return value[:at] + value[at + 1 :]
        if how < 0.2:
            return value[: at + 1] + value[at:]
        return [*value[:at], changed(chance, value[at]), *value[at + 1 :]]
    return chance.choice(ODD)


def changed_records(chance: random.Random, raw: bytes) -> bytes:
    """Return JSON, or lines of it, with some values changed; other bytes as they are."""
    lines = raw.splitlines()
    try:
        values = [json.loads(raw)]
    except ValueError:
        try:
            values = [json.loads(line) for line in lines]
        except ValueError:
            return raw
    for _ in range(chance.randint(1, 3)):
        at = chance.randrange(len(values))
        values[at] = changed(chance, values[at])
    ascii_only = chance.random() < 0.5
    texts = [json.dumps(each, ensure_ascii=ascii_only) for each in values]
    return "\n".join(texts).encode("utf-8", "surrogatepass")


# --- changes of bytes


def cut(chance: random.Random, raw: bytes) -> bytes:
    return raw[: chance.randint(0, len(raw))]


def beheaded(chance: random.Random, raw: bytes) -> bytes:
    return raw[chance.randint(0, len(raw)) :]


def flipped(chance: random.Random, raw: bytes) -> bytes:
    flips = bytearray(raw)
    for _ in range(chance.choice((1, 1, 1, 2, 8, 64))):
        if flips:
            flips[chance.randrange(len(flips))] ^= 1 << chance.randrange(8)
    return bytes(flips)


def swapped(chance: random.Random, raw: bytes) -> bytes:
    one, two, three = sorted(chance.randint(0, len(raw)) for _ in range(3))
    return raw[:one] + raw[two:three] + raw[one:two] + raw[three:]


def repeated(chance: random.Random, raw: bytes) -> bytes:
    begin, end = sorted(chance.randint(0, len(raw)) for _ in range(2))
    return raw[:end] + raw[begin:end] * chance.choice((1, 1, 2, 50)) + raw[end:]


PIECES = (
    b"\0", b"\0" * 100, b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"\xff", b"\xc3",
    b"\xed\xa0\x80",
    b"\xf4\x90\x80\x80", b"\r", b"\r\n", b"\n\n", b"\x0b", b"\x0c", b"\x1c", b"\xc2\x85",
    b"\xe2\x80\xa8", b'"', b'""', b"'", b",", b"\t", b";", b"{", b"}", b"[" * 3000, b'{"a":' * 3000,
    b"9" * 5000, b"1e999999", b"-", b"1e5", b"NaN", b"Infinity", b"null", b"\\", b"\\u", b"\\ud800",
    b"sep=;\n", b"data: {", b"\x1a", b"a" * 9000, b"\x1b[31m", b"\xe5\x8c\x97", b"#", b"=",
)  # fmt: skip


def inserted(chance: random.Random, raw: bytes) -> bytes:
    for _ in range(chance.choice((1, 1, 2, 5))):
        at = chance.choice((0, len(raw), chance.randint(0, len(raw))))
        raw = raw[:at] + chance.choice(PIECES) + raw[at:]
    return raw


ENCODINGS = (
    "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-8-sig", "big5", "gb18030", "shift_jis",
    "euc_jp", "euc_kr", "latin-1", "cp1252", "utf-7", "cp037", "iso2022_jp",
)  # fmt: skip


def encoded(chance: random.Random, raw: bytes) -> bytes:
    return raw.decode("utf-8", "replace").encode(chance.choice(ENCODINGS), "replace")


def with_ends(chance: random.Random, raw: bytes) -> bytes:
    ends = chance.choice(((b"\r",), (b"\r\n",), (b"\n", b"\r", b"\r\n"), (b"\n\r",), (b"", b"\n")))
    return b"".join(line + chance.choice(ends) for line in raw.splitlines())


def same_names(chance: random.Random, raw: bytes) -> bytes:
    """Return a table that names a column twice, or has a cell too many."""
    first, end, rest = raw.partition(b"\n")
    cells = re.split(rb"([,;\t])", first)
    cells[chance.randrange(len(cells))] = chance.choice(cells)
    return b"".join(cells) + end + rest


def joined(chance: random.Random, raw: bytes) -> bytes:
    return raw + chance.choice((b"", b"\n", b"\0")) + chance.choice(bases())[1]


def shuffled(chance: random.Random, raw: bytes) -> bytes:
    lines = raw.splitlines(keepends=True)
    chance.shuffle(lines)
    return b"".join(lines)


CHANGES: tuple[Bytes, ...] = (
    cut, beheaded, flipped, flipped, swapped, repeated, inserted, inserted, encoded, with_ends,
    same_names, joined, shuffled,
)  # fmt: skip


def padded(chance: random.Random, raw: bytes) -> bytes:
    return raw + chance.choice((b"\0" * 512, b"\0", b"garbage", b"\n", b"\x1f\x8b", b"BZh9"))


DAMAGES: tuple[Bytes, ...] = (cut, flipped, flipped, swapped, repeated, padded, beheaded)
"""What happens to compressed bytes."""


def compressed(chance: random.Random, raw: bytes) -> tuple[str, bytes]:
    """Return a suffix, and bytes compressed, most of them as it says and undamaged."""
    suffix = chance.choice(list(COMPRESS)[1:])
    how = chance.random()
    if how < 0.2:  # streams that follow each other, of several kinds
        at = chance.randint(0, len(raw))
        other = chance.choice(list(COMPRESS)) if chance.random() < 0.5 else suffix
        raw = COMPRESS[suffix](raw[:at]) + COMPRESS[other](raw[at:])
    elif how < 0.3:
        raw = COMPRESS[suffix](COMPRESS[chance.choice(list(COMPRESS))](raw))
    else:
        raw = COMPRESS[suffix](raw)
    if chance.random() < 0.5:
        raw = chance.choice(DAMAGES)(chance, raw)
    if chance.random() < 0.2:
        suffix = chance.choice(list(COMPRESS))
    return suffix, raw


# --- files


@cache
def bases() -> list[tuple[str, bytes]]:
    """Return the suffix and the bytes of files that nothing is wrong with."""
    known = {".parquet": "pyarrow", ".xlsx": "openpyxl"}
    files = sorted(path for path in CASES.iterdir() if path.suffix in (".json", ".jsonl"))
    files += [path for path in sorted(CASES.iterdir()) if path not in files]
    found = [
        (path.suffix, path.read_bytes())
        for path in files
        if find_spec(known.get(path.suffix, "json")) is not None
    ]
    records = [json.loads(line) for chunk in generated(40, 0) for line in chunk.splitlines()]
    rows = [[each["id"], each["prediction"], each["reference"]] for each in records]
    lines = [f"{json.dumps(each, ensure_ascii=False)}\n" for each in records]
    plain = [
        (".jsonl", "".join(lines)),
        (".json", json.dumps(records, indent=1)),
        (".csv", _table(rows, ",")),
        (".csv", _table(rows, ";")),
        (".tsv", _table(rows, "\t")),
    ]
    # As often as the many formats of programs together.
    found += [(suffix, text.encode()) for suffix, text in plain] * 6
    if find_spec("openpyxl") is not None:
        found += [(".xlsx", _sheet(rows, at)) for at in range(4)]
    if find_spec("pyarrow") is not None:
        found += [(".parquet", _parquet(at)) for at in range(len(_COLUMNS) * 2)]
    return found


def _sheet(rows: list[list[str]], at: int) -> bytes:
    """Return a file of Excel with cells of all kinds."""
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    sheet.append(["id", "prediction", "reference"])
    odd = (5, 0.5, None, True, "=1+1", "#N/A", datetime(2024, 5, 1, 12, 30), "_x000D_", "a" * 32767)
    for cell in odd * (at % 2):
        sheet.append(["odd", "a", cell][:: 1 if at < 2 else -1])
    for row in rows:
        sheet.append(row)
    if at == 3:
        book.create_sheet("北京").append(["prediction", "prediction", ""])
    book.save(raw := io.BytesIO())
    return raw.getvalue()


_COLUMNS: tuple[tuple[Any, ...], ...] = (
    (1, None, 2**62), (0.5, float("nan"), float("inf")), (True, False, None), (b"a", b"\xff", None),
    (["a", None], [], None), ([["a"]], [[]], None), ({"a": 1}, {"a": None}, None),
    (datetime(2024, 5, 1), None, datetime(9999, 12, 31)), (timedelta(1), None, timedelta(-1)),
    (Decimal("1.50"), None, Decimal("-0.01")), (None, None, None), (date(2024, 5, 1), None, None),
    ([{"role": "assistant", "content": "a"}], [], None), ("a", "", None),
    ("\x00", "\u2028", "a" * 9),
)  # fmt: skip


def _parquet(at: int) -> bytes:
    """Return a file of Parquet one of whose columns has values of a type of its own."""
    import pyarrow
    from pyarrow import parquet

    columns = {"id": ["1", "2", "3"], "prediction": ["a", "b", "c"], "reference": ["a", "b", "d"]}
    name = ("prediction", "reference")[at % 2]
    columns[name] = list(_COLUMNS[at // 2])
    parquet.write_table(
        pyarrow.table(columns), raw := io.BytesIO(), compression=("NONE", "ZSTD", "GZIP")[at % 3]
    )
    return raw.getvalue()


def _table(rows: list[list[str]], delimiter: str) -> str:
    quoted = delimiter.join(('"a, ""b"""', '"two\nlines; and\ta tab"', '"c"'))
    lines = [delimiter.join(["id", "prediction", "reference"]), quoted, *map(delimiter.join, rows)]
    return "\n".join(lines)


OPTIONS: tuple[tuple[str, ...], ...] = (
    ("--errors", "skip"), ("--errors", "skip"), ("--lang", "zh"), ("--lang", "en"),
    ("--lang", "ja"),
    ("--encoding", "big5"), ("--encoding", "utf-16"), ("--encoding", "shift_jis"),
    ("--max-line", "3kB"), ("--prediction-field", "prediction"), ("--reference-field", "reference"),
    ("--reference-field", "reference,id"), ("--prediction-field", "a.b"), ("--turn", "1"),
    ("--metrics", "numeric"), ("--metrics", "multiple_choice"), ("--extract", "think,markdown"),
    ("--metrics", "f1", "--pass-at", "1"), ("--pass-at", "1,2"), ("--merge",), ("--filter", "none"),
    ("--preset", "sacrebleu"), ("--preset", "longbench"), ("--references", "damaged"),
    ("--references", "whole"), ("--output", "out"),
)  # fmt: skip


@dataclass(frozen=True)
class Damaged:
    """A file that may be damaged, and how it is read.

    Attributes:
        number: which one it is.
        files: contents by name; the first one has predictions.
        options: those of ``score`` that have a name of a file at most after ``--references``.
        steps: what was done to it.
    """

    number: int
    files: dict[str, bytes]
    options: tuple[str, ...]
    steps: tuple[str, ...] = field(default=())

    @classmethod
    def drawn(cls, seed: int, number: int) -> Damaged:
        """Return a file; equal for equal numbers."""
        chance = random.Random(f"{seed}:{number}")
        base, steps = chance.choice(bases()), []
        name, raw = _damaged(chance, *base, steps)
        files = {f"data{name}": raw}
        options: list[str] = []
        for some in chance.sample(OPTIONS, chance.choice((0, 0, 1, 1, 2, 3))):
            if some[0] in options or {some[0], "--pass-at"} <= {
                *options,
                "--output",
                "--references",
            }:
                continue
            options += some
            if some[0] == "--references":
                suffix, other = chance.choice(bases()) if chance.random() < 0.5 else base
                if some[1] == "damaged":
                    suffix, other = _damaged(chance, suffix, other, steps)
                options[-1] = f"references{suffix}"
                files[options[-1]] = other
            elif some[0] == "--output":
                options[-1] = "scored.jsonl" + chance.choice(list(COMPRESS))
        if chance.random() < 0.1:
            options += ["--input-format", chance.choice(FORMATS.names())]
        return cls(number, files, tuple(options), tuple(steps))

    def write(self, folder: Path) -> list[str]:
        """Write the files; return the arguments of ``score``."""
        for name, raw in self.files.items():
            (folder / name).write_bytes(raw)
        first = next(iter(self.files))
        paths = {*self.files, "scored.jsonl"}
        return [
            str(folder / first),
            *(
                str(folder / each) if each in paths or each.startswith("scored.") else each
                for each in self.options
            ),
        ]


def _damaged(chance: random.Random, suffix: str, raw: bytes, steps: list[str]) -> tuple[str, bytes]:
    if chance.random() < 0.5:
        raw = changed_records(chance, raw)
        steps.append("changed_records")
    for _ in range(chance.choice((0, 1, 1, 2, 3))):
        change = chance.choice(CHANGES)
        raw = change(chance, raw)
        steps.append(change.__name__)
    if chance.random() < 0.1:
        suffix = chance.choice((".jsonl", ".json", ".csv", ".tsv", ".txt", ".xlsx", "", ".parquet"))
    ending = ""
    if chance.random() < 0.4:
        ending, raw = compressed(chance, raw)
        steps.append("compressed")
    return suffix + ending, raw[:LARGEST]


# --- what must hold


class HangError(BaseException):
    """A file takes too long; nothing that catches errors catches it."""


@contextmanager
def no_hang(seconds: float) -> Iterator[None]:
    """Raise an error after so many seconds of CPU time."""

    def end(*_: object) -> None:
        raise HangError(f"no end within {seconds:g} s of CPU time")

    previous = signal.signal(signal.SIGPROF, end)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, previous)


def peak(*, forget: bool = False) -> float:
    """Return the most megabytes that this process held since it was told to forget."""
    status = Path("/proc/self/status")
    if not status.exists():
        return 0.0
    if forget:
        Path("/proc/self/clear_refs").write_text("5")
    found = re.search(r"VmHWM:\s+(\d+) kB", status.read_text())
    return int(found[1]) / 1000 if found else 0.0


@dataclass(frozen=True)
class Said:
    """How a command ended."""

    code: int
    out: str
    err: str


def scored(arguments: list[str]) -> Said:
    """Run ``score`` in this process."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err), warnings.catch_warnings():
        warnings.simplefilter("error")
        code = cli.main(["score", *arguments, "--format", "json"])
    return Said(code, out.getvalue(), err.getvalue())


def problem(damaged: Damaged, folder: Path) -> str | None:
    """Return how a file breaks the promise, ``None`` if it does not."""
    arguments = damaged.write(folder)
    before = peak(forget=True)
    try:
        with no_hang(SECONDS):
            said = scored(arguments)
            read_alone(arguments[0])
    except (Exception, HangError):
        return traceback.format_exc()
    if (grown := peak() - before) > MEGABYTES:
        return f"it took {grown:.0f} MB"
    return wrong(said, damaged, folder)


def read_alone(path: str) -> None:
    """Read a file by the interface of the package, leaving out what is wrong."""
    try:
        with open_samples(path, InvalidRecords(skip=True)) as reader:
            for _ in reader:
                pass
    except InputError as error:
        if error.file != path:
            raise


# Words of Python, which say nothing to whoever made a file.
_PYTHON = re.compile(r"Traceback|NoneType|object has no|object is not|codec can't|unhashable")
_LONGEST = 1500  # characters of a line
_LISTED = 13  # lines: ten invalid records, how many more, how many in all, and the error


def wrong(said: Said, damaged: Damaged, folder: Path) -> str | None:
    """Return what is wrong with what was said."""
    lines = said.err.splitlines()
    for line in lines:
        if not line.isprintable() or len(line) > _LONGEST or _PYTHON.search(line):
            return f"not a clear line: {line!r}"
    skipped = "skip" in damaged.options
    if not said.out:
        named = re.compile(rf"{re.escape(str(folder))}/\S+?(:\d+)?: ")
        if said.code not in (2, 3):
            return f"an exit code of its own: {said}"
        if not lines or not (named.match(lines[-1]) or lines[-1].startswith("--")):
            return f"no line with the file: {said}"
        if len(lines) > (_LISTED if skipped else 1):
            return f"more than a line: {said}"
        return None
    found = json.loads(said.out, parse_constant=_no_number)
    if said.code != (3 if found.get("left_out") else 0):
        return f"an exit code of its own: {said}"
    return wrong_output(found, folder)


def wrong_output(found: Any, folder: Path) -> str | None:
    """Return what is wrong with the file of scores: it has a record in valid JSON per sample."""
    for path in folder.glob("scored.*"):
        records = [json.loads(line, parse_constant=_no_number) for line in lines_of(path)]
        if len(records) != found["n"] or not all("scores" in each for each in records):
            return f"{len(records)} records in {path.name} for {found['n']} samples"
    return None


def lines_of(path: Path) -> list[str]:
    """Return the lines of a file, which is compressed if its name says so."""
    raw = path.read_bytes()
    decompress = DECOMPRESS.get(path.suffix, bytes)
    return decompress(raw).decode().split("\n")[:-1]


def _no_number(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def found_in(seed: int, numbers: Iterator[int] | range) -> Iterator[tuple[Damaged, str]]:
    """Yield the files that break the promise, and how."""
    with tempfile.TemporaryDirectory() as name:
        for number in numbers:
            damaged = Damaged.drawn(seed, number)
            (folder := Path(name) / str(number)).mkdir()
            if (said := problem(damaged, folder)) is not None:
                yield damaged, said
            for path in folder.iterdir():
                path.unlink()
            folder.rmdir()


def main(arguments: list[str] | None = None) -> int:
    """Print the files that break the promise; return how many there are."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=17)
    parser.add_argument("--files", type=int, default=5000)
    parser.add_argument("numbers", type=int, nargs="*")
    options = parser.parse_args(arguments)
    if options.numbers:
        for number in options.numbers:
            damaged = Damaged.drawn(options.seed, number)
            folder = ROOT / "build" / "damaged" / str(number)
            folder.mkdir(parents=True, exist_ok=True)
            print(damaged.steps, damaged.write(folder))
            print(problem(damaged, folder) or "the promise holds")
        return 0
    broken = 0
    for damaged, said in found_in(options.seed, range(options.files)):
        broken += 1
        print(
            f"--- {damaged.number}: {damaged.steps} {list(damaged.files)} {damaged.options}\n{said}"
        )
    print(f"{options.files:,} files, {broken} of which broke the promise")
    return broken


if __name__ == "__main__":
    sys.exit(bool(main()))
