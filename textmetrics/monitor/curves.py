"""Curves of training: from a run's own marks, or from the logs of an experiment tracker."""

from __future__ import annotations

import json
import os
import re
import sqlite3
import subprocess
import sys
import urllib.parse
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from textmetrics.records import InputError, OpenError

__all__ = ["PROGRAMS", "Curve", "Curves", "read_curves"]

PROGRAMS: Final = {
    "marks": "textmetrics",
    "mlflow": "MLflow",
    "tensorboard": "TensorBoard",
    "trackio": "Trackio",
}
"""Whose files are read, and what people call it."""

_NOT_CURVES = frozenset({"time", "clock", "event", "name", "notes", "epoch", "step"})
_COUNTS = frozenset({"tokens", "samples"})  # of a step: figures are computed from them
_MARKS = re.compile(r"events(\.rank(\d+))?\.jsonl")


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """A value over the steps of a run, such as the loss.

    A step occurs once, with what was recorded last: a run that resumes from a checkpoint records
    some steps again. A value that was not a finite number is NaN or infinite.

    Attributes:
        steps: the numbers of the steps, ascending.
        values: a value per step.
        times: when it was recorded, in seconds since 1970.
    """

    steps: NDArray[np.int64]
    values: NDArray[np.float64]
    times: NDArray[np.float64]

    @classmethod
    def of(cls, points: Iterable[tuple[int, float, float]]) -> Curve:
        """Make a curve from steps, values and times in the order in which they were recorded.

        Examples:
            >>> Curve.of([(1, 0.9, 10.0), (2, 0.7, 11.0), (2, 0.6, 21.0)]).values.tolist()
            [0.9, 0.6]
        """
        last = {step: (value, time) for step, value, time in points}
        steps = sorted(last)
        return cls(
            np.array(steps, dtype=np.int64),
            np.array([last[step][0] for step in steps], dtype=np.float64),
            np.array([last[step][1] for step in steps], dtype=np.float64),
        )

    def __len__(self) -> int:
        return len(self.steps)


@dataclass(frozen=True, slots=True, eq=False)
class Curves(Mapping[str, Curve]):
    """The curves of one run, by name: ``curves["eval/loss"]``.

    Names are those of the program that wrote them. Of marks, ``step(loss=0.3)`` gives ``loss`` and
    ``mark("eval", loss=0.4)`` gives ``eval/loss``.

    Attributes:
        program: whose files were read, a key of `PROGRAMS`.
        path: where they are.
        run: the name of the run, where the files are of several; else "".
        by_name: the curves.
    """

    program: str
    path: str
    run: str = ""
    by_name: dict[str, Curve] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Curve:
        return self.by_name[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.by_name)

    def __len__(self) -> int:
        return len(self.by_name)


def read_curves(path: str | os.PathLike[str], run: str | None = None) -> Curves:
    """Read the curves of one run; what a folder holds decides whose files they are.

    Read are the folder of a monitored run; a folder with event files of TensorBoard, in it or in
    folders below; a store of MLflow (``mlflow.db``, or ``mlruns`` with folders) or a folder with
    one; the folder of Trackio. The program's own reader reads a copy, or what it cannot change,
    in a process of its own; nothing is started, served or sent.

    Args:
        path: the folder or the database. Where it holds several runs, one is named after it:
            ``mlruns/my-run``, ``trackio/project/my-run``.
        run: the same as an argument of its own.

    Raises:
        OpenError: if there is nothing to read, or it cannot be read.
        InputError: if its reader is not installed or fails, or one of several runs must be chosen;
            the message lists them.

    Examples:
        >>> import tempfile
        >>> from textmetrics.monitor.files import append
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     file = os.open(f"{folder}/events.jsonl", os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        ...     append(file, {"event": "step", "step": 5, "loss": 0.25})
        ...     os.close(file)
        ...     curves = read_curves(folder)
        >>> {name: (curve.steps.tolist(), curve.values.tolist()) for name, curve in curves.items()}
        {'loss': ([5], [0.25])}
    """
    path = os.fspath(path)
    try:
        source, named = _source(path)
        run = named or run
        if source.program != "marks":
            return _of_tracker(source, run or source.run, path)
        if run is not None:
            raise InputError(path, None, f"no run {run!r} in it: the folder is one run")
        return Curves("marks", str(source.store), "", _curves_of_marks(source.store))
    except OSError as error:
        raise OpenError.of(path, error) from error


def _source(path: str) -> tuple[_Source, str]:
    """Return what holds the curves, and the name of a run that follows it in a path."""
    base, named = _existing(path)
    if base is None:
        raise OpenError(path, None, "no such file or folder")
    found = [each for each in _detected(base) if not (named and each.program in _FOLDERS)]
    if not found:
        raise OpenError(path, None, "no such file or folder" if named else _NOTHING)
    if len(found) > 1:
        several = ", ".join(f"{PROGRAMS[each.program]} ({each.seen})" for each in found)
        raise InputError(path, None, f"several sources of curves, name one of them: {several}")
    return found[0], named


_FOLDERS = ("marks", "tensorboard")  # whose runs are folders that exist
_NOTHING = (
    "no curves: neither events.jsonl of a monitored run, nor event files of TensorBoard, nor a "
    "store of MLflow or Trackio"
)


def _existing(path: str) -> tuple[Path | None, str]:
    """Return the part of a path that exists, and what follows it: the name of a run.

    The folder of this process and the root are there for every path, so they mean nothing.
    """
    base = Path(path)
    for parent in (base, *base.parents):
        if parent.exists() and (parent == base or parent.name):
            return parent, base.relative_to(parent).as_posix() if parent != base else ""
    return None, ""


@dataclass(frozen=True, slots=True)
class _Source:
    """Where a program keeps runs.

    Attributes:
        program: a key of `PROGRAMS`.
        store: its folder or database.
        seen: what it was detected by.
        run: the run that was named by a path inside of the store.
    """

    program: str
    store: Path
    seen: Path
    run: str | None = None


def _detected(base: Path) -> Iterator[_Source]:
    """Iterate over the sources that a file or a folder holds."""
    if base.is_file():
        yield from _databases([base])
        return
    if any(_MARKS.fullmatch(name) for name in os.listdir(base)):
        yield _Source("marks", base, base)
        return
    mlflow = _mlflow_folder(base)
    if mlflow is not None:
        yield mlflow
        if mlflow.store != base / "mlruns":
            return  # event files below it are artifacts of its runs
    yield from _databases(sorted(base.glob("*.db")))
    if (seen := _event_files(base)) is not None:
        yield _Source("tensorboard", base, seen)


def _mlflow_folder(base: Path) -> _Source | None:
    """Return the store of folders that a folder is, has, or is an experiment or a run of."""
    if (base / "meta.yaml").is_file():
        is_run = (base.parent / "meta.yaml").is_file()
        return _Source("mlflow", base.parent.parent if is_run else base.parent, base, base.name)
    for store in (base, base / "mlruns"):
        if any(store.glob("*/meta.yaml")):
            return _Source("mlflow", store, store)
    return None


def _databases(paths: list[Path]) -> Iterator[_Source]:
    trackio: list[Path] = []
    for path in paths:
        tables = _tables(path)
        if path.name == "mlflow.db" or {"experiments", "latest_metrics"} <= tables:
            yield _Source("mlflow", path, path)
        elif {"metrics", "configs"} <= tables or path.with_suffix(".lock").exists():
            trackio.append(path)
    if trackio:
        store = trackio[0] if len(paths) == 1 else trackio[0].parent
        yield _Source("trackio", store, store)


def _tables(path: Path) -> set[str]:
    """Return the tables of a database of SQLite, without locks or files beside it."""
    address = f"file:{urllib.parse.quote(str(path))}?mode=ro&immutable=1"
    try:
        connection = sqlite3.connect(address, uri=True)
        try:
            rows = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            return {name for (name,) in rows}
        finally:
            connection.close()
    except sqlite3.Error:  # another kind of file
        return set()


def _event_files(base: Path) -> Path | None:
    """Return the first folder with event files, but for the artifacts of MLflow."""
    for folder, folders, names in os.walk(base):
        if any("tfevents" in name for name in names):
            return Path(folder)
        folders[:] = sorted(each for each in folders if Path(folder, each) != base / "mlruns")
    return None


def _of_tracker(source: _Source, run: str | None, path: str) -> Curves:
    """Return the curves of a run, read by the program's own reader in another process.

    Readers keep their folder in variables of the process, log, import other frameworks, and some
    send statistics; none of that belongs in this one.
    """
    request = {"program": source.program, "store": str(source.store.absolute()), "run": run}
    start = f"import sys; sys.path[:] = {sys.path!r}; from {_READER} import main; main()"
    quiet = {
        "MLFLOW_DISABLE_TELEMETRY": "true",
        "MLFLOW_ALLOW_FILE_STORE": "true",
        "DO_NOT_TRACK": "true",
        "HF_HUB_OFFLINE": "1",
    }
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", start, json.dumps(request)],
        env={**os.environ, **quiet},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    try:
        answer = json.loads(done.stdout)
    except ValueError:
        lines = done.stderr.decode("utf-8", "replace").strip().splitlines()
        answer = {"error": lines[-1] if lines else f"its reader ended with code {done.returncode}"}
    if "error" in answer:
        raise InputError(path, None, f"{PROGRAMS[source.program]}: {answer['error']}")
    curves = {name: Curve.of(points) for name, points in sorted(answer["points"].items())}
    return Curves(source.program, str(source.store), answer["run"], curves)


_READER = "textmetrics.monitor.trackers"


def _curves_of_marks(folder: Path) -> dict[str, Curve]:
    """Return the curves of marks; of each name those of the lowest rank that has it."""
    ranks = {}
    for name in os.listdir(folder):
        if matched := _MARKS.fullmatch(name):
            ranks[int(matched[2] or -1)] = name
    curves: dict[str, Curve] = {}
    for _, name in sorted(ranks.items()):
        for curve, points in _points_of(folder / name).items():
            curves.setdefault(curve, Curve.of(points))
    return dict(sorted(curves.items()))


def _points_of(file: Path) -> dict[str, list[tuple[int, float, float]]]:
    points: dict[str, list[tuple[int, float, float]]] = {}
    step: int | None = None
    for event in _events(file):
        kind = event.get("event")
        if kind == "start":
            step = None
        if kind not in ("step", "mark"):
            continue
        here = given if _is_step(given := event.get("step")) else step
        if kind == "step":
            step = here
        prefix = f"{event.get('name')}/" if kind == "mark" else ""
        apart = _NOT_CURVES if prefix else _NOT_CURVES | _COUNTS
        for name, value in event.items():
            if name not in apart and (number := _number(value, event, name)) is not None:
                known = points.setdefault(prefix + name, [])
                known.append((len(known) if here is None else here, number, event["time"]))
    return points


def _events(file: Path) -> Iterator[dict[str, Any]]:
    """Iterate over the lines of a file that are whole."""
    with file.open("rb") as lines:
        for line in lines:
            try:
                event = msgspec.json.decode(line)
            except msgspec.DecodeError:  # blank, or torn when its writer was killed
                continue
            if isinstance(event, dict) and isinstance(event.get("time"), float | int):
                yield event


def _is_step(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**63


def _number(value: Any, event: Mapping[str, Any], name: str) -> float | None:
    """Return a number; what a note says of one that JSON cannot have; ``None`` of anything else."""
    if isinstance(value, float) or _is_step(value):
        return float(value)
    notes = event.get("notes")
    if value is None and isinstance(notes, dict) and notes.get(name) in ("nan", "inf", "-inf"):
        return float(notes[name])
    return None
