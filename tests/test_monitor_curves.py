"""Curves of training from marks and from the logs of trackers, by what a folder holds."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from textmetrics.monitor import Curve, Curves, epoch, mark, read_curves, step
from textmetrics.monitor.trackers import LoggedRun, chosen
from textmetrics.records import InputError, OpenError


def points(curve):
    return list(zip(curve.steps.tolist(), curve.values.tolist(), strict=True))


@pytest.fixture
def folder(tmp_path, monkeypatch):
    for name in ("RANK", "LOCAL_RANK"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TEXTMETRICS_MONITOR", str(tmp_path))
    return tmp_path


def test_curves_of_marks(folder):
    for number in (1, 2):
        with epoch(number):
            step(tokens=7, samples=2, loss=1 / number, note="x", good=True)
            step(loss=float("nan"))
        mark("eval", rouge_l=0.25 * number, epoch=number, time=3.0, confusion=[[1, 2]])
        mark("test", step=100 * number, rouge_l=0.5)
    curves = read_curves(folder)
    assert isinstance(curves, Curves)
    assert (curves.program, curves.path, curves.run) == ("marks", str(folder), "")
    assert list(curves) == ["eval/rouge_l", "eval/time_", "loss", "test/rouge_l"]
    assert points(curves["eval/rouge_l"]) == [(2, 0.25), (4, 0.5)]
    assert points(curves["test/rouge_l"]) == [(100, 0.5), (200, 0.5)]
    assert curves["loss"].steps.tolist() == [1, 2, 3, 4]
    np.testing.assert_array_equal(curves["loss"].values, [1, np.nan, 0.5, np.nan])
    assert (np.diff(curves["loss"].times) >= 0).all()


def test_a_resumed_run_counts_a_step_once(folder):
    for number, loss in [(1, 0.9), (2, 0.8), (3, 0.7), (2, 0.6), (3, 0.5), (4, 0.4)]:
        step(number, loss=loss)
    assert points(read_curves(folder)["loss"]) == [(1, 0.9), (2, 0.6), (3, 0.5), (4, 0.4)]


def test_marks_without_any_step_are_counted(folder):
    for value in (0.5, 0.75):
        mark("eval", f1=value)
    assert points(read_curves(folder)["eval/f1"]) == [(0, 0.5), (1, 0.75)]


def test_the_lowest_rank_that_has_a_curve(folder, monkeypatch):
    for rank, loss in (("10", 0.1), ("2", 0.2)):
        monkeypatch.setenv("RANK", rank)
        step(loss=loss, **{f"only_{rank}": 1})
        import textmetrics.monitor.marks as marks

        marks._runs.clear()  # as in processes of their own
    curves = read_curves(folder)
    assert list(curves) == ["loss", "only_10", "only_2"]
    assert points(curves["loss"]) == [(1, 0.2)]


def test_lines_that_are_no_marks(folder):
    step(loss=0.5)
    with (folder / "events.jsonl").open("ab") as file:
        file.write(b'{"event": "step", "time": 1, "step": %d, "loss": %d}\n' % (10**30, 10**400))
        file.write(b'\n[1]\nnull\n{"event": "step", "step": 2, "loss": 0.4}\n\xff\n{"ev')
    assert points(read_curves(folder)["loss"]) == [(1, 0.5)]


def test_a_run_without_values_has_no_curves(folder):
    step(tokens=3)
    assert dict(read_curves(folder)) == {}


@given(st.lists(st.tuples(st.integers(-5, 5), st.floats(allow_nan=False), st.floats(0, 9))))
def test_a_curve_has_each_step_once_with_its_last_value(recorded):
    curve = Curve.of(recorded)
    assert curve.steps.tolist() == sorted({number for number, _, _ in recorded})
    for number, value in points(curve):
        assert value == [v for n, v, _ in recorded if n == number][-1]
    assert len(curve) == len(curve.values) == len(curve.times)


def test_nothing_to_read(tmp_path):
    with pytest.raises(OpenError, match="no curves: neither events"):
        read_curves(tmp_path)
    with pytest.raises(OpenError, match="no such file or folder"):
        read_curves(tmp_path / "a" / "b")
    (tmp_path / "closed").mkdir()
    (tmp_path / "closed" / "events.jsonl").mkdir()
    with pytest.raises(InputError, match="is a directory"):
        read_curves(tmp_path / "closed")
    (tmp_path / "model.db").write_bytes(b"no database")
    with pytest.raises(InputError, match="no curves"):
        read_curves(tmp_path / "model.db")


@pytest.mark.parametrize("path", ["one", "runs/one", "./one", "s3://bucket/one", "/no/one"])
def test_the_folder_of_the_process_is_not_meant_by_a_path_that_is_not_there(
    tmp_path, monkeypatch, path
):
    (tmp_path / "mlflow.db").write_bytes(b"")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match="no such file or folder"):
        read_curves(path)


def test_a_run_of_marks_is_one_run(folder):
    step()
    with pytest.raises(InputError, match="no run 'x' in it: the folder is one run"):
        read_curves(folder, run="x")
    with pytest.raises(InputError, match="no such file or folder"):
        read_curves(folder / "x")


def logged(*labels):
    return [LoggedRun(label, frozenset({f"id-{label}"}), dict) for label in labels]


@pytest.mark.parametrize(
    ("labels", "wanted", "found"),
    [
        (["a"], None, "a"),
        (["a", "b"], "b", "b"),
        (["a", "b"], "id-a", "a"),
        (["a/x", "b/x"], "a", "a/x"),
        (["a", "a/x", "a/y"], "a", "a"),
    ],
)
def test_which_run_a_name_means(labels, wanted, found):
    assert chosen(logged(*labels), wanted).label == found


@pytest.mark.parametrize(
    ("labels", "wanted", "said"),
    [
        ([], None, "no run has logged a value"),
        ([], "a", "no run has logged a value"),
        (["b", "a"], None, r"2 runs, name one after the folder \(folder/run\): a, b"),
        (["a/x", "a/y", "b"], "a", r"2 runs, name .*: a/x, a/y$"),
        (["a", "b"], "c", "no run 'c', there are: a, b"),
        ([f"{n:02}" for n in range(25)], None, "18, 19 and 5 more$"),
    ],
)
def test_names_that_mean_no_single_run(labels, wanted, said):
    with pytest.raises(LookupError, match=said):
        chosen(logged(*labels), wanted)


VALUES = [(0, 1.0), (1, 0.5), (2, 0.25)]


def written(code, *arguments, **environment):
    """Run a tracker in a process of its own: each keeps its folder in variables of the process."""
    quiet = {"MLFLOW_DISABLE_TELEMETRY": "true", "HF_HUB_OFFLINE": "1"}
    subprocess.run(
        [sys.executable, "-c", f"VALUES = {VALUES!r}\n{code}", *map(str, arguments)],
        env={**os.environ, **quiet, **environment},
        check=True,
        capture_output=True,
    )


def contents(folder):
    return {path: path.stat().st_mtime_ns for path in folder.rglob("*")}


TENSORBOARD = """
import sys
from torch.utils.tensorboard import SummaryWriter
for name in sys.argv[2:]:
    with SummaryWriter(f"{sys.argv[1]}/{name}") as writer:
        for step, value in VALUES:
            writer.add_scalar("train/loss", value, step)
            writer.add_text("note", "x", step)
        writer.add_hparams({"lr": 1}, {})  # a folder of its own without a value
"""


@pytest.mark.integration("tensorboard", "torch")
def test_event_files_of_tensorboard(tmp_path):
    written(TENSORBOARD, tmp_path, "one", "two")
    before = contents(tmp_path)
    curves = read_curves(tmp_path / "one")
    assert (curves.program, curves.run) == ("tensorboard", ".")
    assert {name: points(curve) for name, curve in curves.items()} == {"train/loss": VALUES}
    assert points(read_curves(tmp_path, run="two")["train/loss"]) == VALUES
    with pytest.raises(InputError, match=r"TensorBoard: 2 runs, name one .*: one, two$"):
        read_curves(tmp_path)
    assert contents(tmp_path) == before


TENSORS = """
import sys
from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import Summary, SummaryMetadata
from tensorboard.compat.proto.tensor_pb2 import TensorProto
from tensorboard.summary.writer.event_file_writer import EventFileWriter
writer = EventFileWriter(sys.argv[1])
for step, value in VALUES:
    for plugin in ("scalars", "histograms"):
        tensor = TensorProto(dtype=1, float_val=[value])
        metadata = SummaryMetadata(plugin_data={"plugin_name": plugin})
        each = Summary.Value(tag=plugin, tensor=tensor, metadata=metadata)
        writer.add_event(Event(step=step, wall_time=5.0, summary=Summary(value=[each])))
writer.close()
"""


@pytest.mark.integration("tensorboard")
def test_scalars_that_are_tensors(tmp_path):
    """As TensorFlow and JAX write them."""
    written(TENSORS, tmp_path)
    curves = read_curves(tmp_path)
    assert {name: points(curve) for name, curve in curves.items()} == {"scalars": VALUES}
    assert curves["scalars"].times.tolist() == [5.0] * 3


MLFLOW = """
import sys
from mlflow.tracking import MlflowClient
for address in sys.argv[2:]:
    client = MlflowClient(tracking_uri=address)
    experiment = client.create_experiment("summaries", artifact_location=sys.argv[1])
    for name in ("one", "two", "two", "without values"):
        run = client.create_run(experiment, run_name=name).info.run_id
        for step, value in VALUES if name != "without values" else []:
            client.log_metric(run, "loss", value, step=step, timestamp=5000 + step)
"""


@pytest.mark.integration("mlflow", "sqlalchemy", "alembic")
def test_stores_of_mlflow(tmp_path):
    folders, database = tmp_path / "a" / "mlruns", tmp_path / "b" / "mlflow.db"
    folders.parent.mkdir()
    database.parent.mkdir()
    addresses = f"sqlite:///{database}", folders.as_uri()
    written(MLFLOW, tmp_path.as_uri(), *addresses, MLFLOW_ALLOW_FILE_STORE="true")
    before = contents(tmp_path)
    curves = read_curves(database / "one")
    assert (curves.program, curves.run) == ("mlflow", "summaries/one")
    assert {name: points(curve) for name, curve in curves.items()} == {"loss": VALUES}
    assert curves["loss"].times.tolist() == [5.0, 5.001, 5.002]
    with pytest.raises(InputError, match=r"MLflow: 3 runs, name one .*: summaries/") as error:
        read_curves(folders.parent)
    labels = str(error.value).partition("(folder/run): ")[2].split(", ")
    assert "summaries/one" in labels
    [folder] = folders.glob("*/" + labels[0].removeprefix("summaries/"))  # two of one name: ids
    assert points(read_curves(folder)["loss"]) == VALUES
    assert contents(tmp_path) == before  # its reader would make folders


TRACKIO = """
import sys, trackio
for name in ("one", "two"):
    trackio.init(project=sys.argv[1], name=name, auto_log_cpu=False)
    for step, value in VALUES:
        trackio.log({"loss": value, "note": "x"}, step=step)
    trackio.finish()
"""


@pytest.mark.integration("trackio")
def test_the_folder_of_trackio(tmp_path):
    for project in ("a b", "c"):
        written(TRACKIO, project, TRACKIO_DIR=str(tmp_path))
    before = contents(tmp_path)
    curves = read_curves(tmp_path / "ab" / "one")
    assert (curves.program, curves.run) == ("trackio", "ab/one")
    assert {name: points(curve) for name, curve in curves.items()} == {"loss": VALUES}
    assert points(read_curves(tmp_path / "c.db" / "two")["loss"]) == VALUES
    with pytest.raises(InputError, match=r"Trackio: 4 runs, .*: ab/one, ab/two, c/one, c/two$"):
        read_curves(tmp_path)
    assert contents(tmp_path) == before


def test_several_sources_in_one_folder(tmp_path):
    (tmp_path / "mlruns" / "0").mkdir(parents=True)
    (tmp_path / "mlruns" / "0" / "meta.yaml").write_text("name: Default\n")
    (tmp_path / "logs" / "a").mkdir(parents=True)
    (tmp_path / "logs" / "a" / "events.out.tfevents.1.x").write_bytes(b"")
    with pytest.raises(InputError, match=r"name one of them: MLflow \(.*mlruns\), TensorB.*logs/a"):
        read_curves(tmp_path)


def test_a_comparison_says_which_sources_there_are(tmp_path):
    from textmetrics.comparison.monitors import MonitoredFolder

    for name in ("a", "b"):
        (tmp_path / f"{name}.db").write_bytes(b"")
        (tmp_path / f"{name}.lock").write_bytes(b"")
    (tmp_path / "mlflow.db").write_bytes(b"")
    with pytest.raises(InputError, match="several sources of curves, name one of them: MLflow"):
        MonitoredFolder.read(tmp_path)


@pytest.mark.parametrize(
    ("program", "module", "file"),
    [
        ("tensorboard", "tensorboard", "events.out.tfevents.1.x"),
        ("mlflow", "mlflow", "mlflow.db"),
        ("trackio", "trackio", "project.db"),
    ],
)
def test_a_reader_that_is_not_installed(tmp_path, monkeypatch, program, module, file):
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / file).write_bytes(b"")
    (tmp_path / "logs" / "project.lock").write_bytes(b"")
    (tmp_path / f"{module}.py").write_text(f"raise ImportError('no {module}')\n")
    monkeypatch.syspath_prepend(tmp_path)
    match = rf"its reader is missing: pip install 'textmetrics-eval\[{program}\]' \(no {module}"
    with pytest.raises(InputError, match=match):
        read_curves(tmp_path / "logs")


def test_a_reader_that_is_killed(tmp_path, monkeypatch):
    (tmp_path / "mlflow.db").write_bytes(b"")
    (tmp_path / "mlflow.py").write_text("import os\nos.kill(os.getpid(), 9)\n")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(InputError, match="MLflow: its reader ended with code -9"):
        read_curves(tmp_path / "mlflow.db")


def test_a_curve_is_plain_data(folder):
    step(loss=0.5)
    curve = read_curves(folder)["loss"]
    assert (curve.steps.dtype, curve.values.dtype, curve.times.dtype) == (
        np.int64, np.float64, np.float64,
    )  # fmt: skip
    assert json.dumps(curve.values.tolist()) == "[0.5]"
