"""The readers of TensorBoard, MLflow and Trackio, run in a process of its own by `curves`.

Each finds the runs of a store, and the values that they logged. Stores that a reader could change
(MLflow makes folders and tables, SQLite files beside a database) are read in a copy.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

__all__ = ["READERS", "LoggedRun", "Points", "chosen", "main"]

Points = dict[str, list[tuple[int, float, float]]]
"""By name, in the order in which they were logged: steps, values, seconds since 1970."""

_SHOWN = 20


@dataclass(frozen=True, slots=True)
class LoggedRun:
    """A run in a store.

    Attributes:
        label: its name, which chooses it among the others.
        names: what else does.
        points: reads its values.
    """

    label: str
    names: frozenset[str]
    points: Callable[[], Points]


def main() -> None:
    """Answer a request, given as JSON in the first argument, by JSON on standard output."""
    request = json.loads(sys.argv[1])
    answers = os.dup(1)
    os.dup2(2, 1)  # what libraries print is no answer
    with os.fdopen(answers, "w", encoding="utf-8") as out:
        try:
            answer = _answer(request["program"], Path(request["store"]), request["run"])
        except Exception as error:
            answer = {"error": _said(error, request["program"])}
        json.dump(answer, out)


def _answer(program: str, store: Path, wanted: str | None) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as scratch:
        runs = list(READERS[program](store, Path(scratch)))
        run = chosen(runs, wanted)
        return {"run": run.label, "points": run.points()}


def _said(error: Exception, program: str) -> str:
    if isinstance(error, ImportError):
        return f"its reader is missing: pip install 'textmetrics-eval[{program}]' ({error})"
    return str(error) if isinstance(error, LookupError) else f"{type(error).__name__}: {error}"


def chosen(runs: list[LoggedRun], wanted: str | None) -> LoggedRun:
    """Return the run that a name means, or the only one.

    Args:
        runs: those of a store.
        wanted: a label, another name, or the folder, experiment or project of a single run.

    Raises:
        LookupError: if it is none or several of them; the message lists them.
    """
    if wanted is None:
        fitting = runs
    else:
        fitting = [run for run in runs if run.label == wanted]
        fitting = fitting or [run for run in runs if wanted in run.names]
        fitting = fitting or [run for run in runs if run.label.startswith(f"{wanted}/")]
    if len(fitting) == 1:
        return fitting[0]
    if not runs:
        raise LookupError("no run has logged a value")
    labels = sorted(run.label for run in fitting or runs)
    more = f" and {len(labels) - _SHOWN:,} more" if len(labels) > _SHOWN else ""
    known = ", ".join(labels[:_SHOWN]) + more
    if not fitting:
        raise LookupError(f"no run {wanted!r}, there are: {known}")
    raise LookupError(f"{len(labels):,} runs, name one after the folder (folder/run): {known}")


def _tensorboard(store: Path, scratch: Path) -> Iterator[LoggedRun]:  # noqa: ARG001
    """Iterate over folders with event files that have scalars, as TensorBoard names them."""
    found = []
    for folder, _, names in os.walk(store):
        if any("tfevents" in name for name in names):
            label = Path(folder).relative_to(store).as_posix()
            found.append(LoggedRun(label, frozenset(), _Scalars(folder)))
    # Hyperparameters are written to folders of their own, without any value.
    if 1 < len(found) <= _SHOWN:
        found = [run for run in found if run.points()]
    yield from sorted(found, key=lambda run: run.label)


class _Scalars:
    """Reads the scalars of a folder once."""

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self._points: Points | None = None

    def __call__(self) -> Points:
        if self._points is None:
            self._points = _scalars(self._folder)
        return self._points


def _scalars(folder: str) -> Points:
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
    from tensorboard.util import tensor_util

    events = EventAccumulator(folder, size_guidance={"scalars": 0, "tensors": 0})
    events.Reload()
    tags = events.Tags()
    points: Points = {}
    for tag in tags["scalars"]:
        points[tag] = [(each.step, each.value, each.wall_time) for each in events.Scalars(tag)]
    for tag in tags["tensors"]:  # how TensorFlow and JAX write scalars
        if events.SummaryMetadata(tag).plugin_data.plugin_name == "scalars":
            points[tag] = [
                (each.step, float(tensor_util.make_ndarray(each.tensor_proto)), each.wall_time)
                for each in events.Tensors(tag)
            ]
    return points


def _mlflow(store: Path, scratch: Path) -> Iterator[LoggedRun]:
    """Iterate over the runs of a store that are not deleted."""
    from mlflow.tracking import MlflowClient

    if store.is_dir():
        for each in store.iterdir():
            if each.is_dir() and not each.name.startswith("."):
                (scratch / each.name).symlink_to(each)
        address = scratch.as_uri()
    else:
        _copied(store, scratch)
        address = f"sqlite:///{scratch / store.name}"
    client = MlflowClient(tracking_uri=address)
    experiments = {e.experiment_id: e.name for e in _pages(client.search_experiments)}
    runs = list(_pages(lambda **page: client.search_runs(list(experiments), **page)))
    runs = [run for run in runs if run.data.metrics]
    named = [f"{experiments[run.info.experiment_id]}/{run.info.run_name}" for run in runs]
    times = Counter(named)
    for run, name in zip(runs, named, strict=True):
        info = run.info
        experiment = experiments[info.experiment_id]
        label = name if times[name] == 1 else f"{experiment}/{info.run_id}"
        names = {info.run_id, info.run_name, name, f"{experiment}/{info.run_id}"}
        yield LoggedRun(label, frozenset(names), _MlflowRun(client, run))


def _pages(search: Callable[..., Any]) -> Iterator[Any]:
    token = None
    while True:
        page = search(page_token=token)
        yield from page
        if not (token := page.token):
            return


class _MlflowRun:
    """Reads the metrics of a run."""

    def __init__(self, client: Any, run: Any) -> None:
        self._client = client
        self._run = run

    def __call__(self) -> Points:
        points: Points = {}
        for name in self._run.data.metrics:
            history = self._client.get_metric_history(self._run.info.run_id, name)
            history = sorted(history, key=lambda each: each.timestamp)
            points[name] = [(each.step, each.value, each.timestamp / 1000) for each in history]
        return points


def _trackio(store: Path, scratch: Path) -> Iterator[LoggedRun]:
    """Iterate over the runs of all projects in a folder."""
    os.environ["TRACKIO_DIR"] = str(scratch)  # read once, when it is imported
    from trackio import Api

    for path in sorted(store.glob("*.db")) if store.is_dir() else [store]:
        _copied(path, scratch)
        runs = [run for run in Api().runs(path.stem) if run.name]
        times = Counter(run.name for run in runs)
        for run in runs:
            label = f"{path.stem}/{run.name if times[run.name] == 1 else run.id}"
            names = {run.id, run.name, f"{path.stem}/{run.id}"}
            yield LoggedRun(label, frozenset(names), _TrackioRun(path.stem, run))


class _TrackioRun:
    """Reads the metrics of a run."""

    def __init__(self, project: str, run: Any) -> None:
        self._project = project
        self._run = run

    def __call__(self) -> Points:
        from trackio.sqlite_storage import SQLiteStorage

        points: Points = {}
        logs = SQLiteStorage.get_logs(self._project, self._run.name, run_id=self._run.id)
        for logged in logs:
            time = datetime.fromisoformat(logged["timestamp"]).timestamp()
            for name, value in logged.items():
                if isinstance(value, float | int) and not isinstance(value, bool):
                    points.setdefault(name, []).append((logged["step"], float(value), time))
        points.pop("step", None)
        return points


def _copied(database: Path, folder: Path) -> None:
    """Copy a database with what is not yet merged into it; again if it changes meanwhile."""
    parts = [database, database.with_name(f"{database.name}-wal")]
    for _ in range(5):
        before = [_state(part) for part in parts]
        for part in parts:
            if part.exists():
                shutil.copyfile(part, folder / part.name)
        if before == [_state(part) for part in parts]:
            return


def _state(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except FileNotFoundError:
        return None
    return status.st_mtime_ns, status.st_size


READERS: Final[dict[str, Callable[[Path, Path], Iterator[LoggedRun]]]] = {
    "tensorboard": _tensorboard,
    "mlflow": _mlflow,
    "trackio": _trackio,
}
