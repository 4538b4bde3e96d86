"""The recipes of docs/scale.md run, as far as a machine without their schedulers allows."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from textmetrics.cli import main
from textmetrics.states import state_of

PAGE = (Path(__file__).parents[1] / "docs" / "scale.md").read_text(encoding="utf-8")


def script(name):
    return re.search(rf"<!-- script: {name} -->\n```\w*\n(.*?)^```", PAGE, re.M | re.S)[1]


@pytest.fixture
def files(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("in").mkdir()
    for at in range(3):
        lines = [
            json.dumps({"prediction": f"猫が{record}匹好きです", "reference": f"猫が{at}匹好きだ"})
            for record in range(5 + at)
        ]
        Path("in", f"{at}.jsonl").write_text("\n".join(lines), encoding="utf-8")
    return [f"in/{at}.jsonl" for at in range(3)]


def environment(**variables):
    """Return an environment in which a shell finds the command."""
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    return {**os.environ, "PATH": path, **variables}


def merged(capsys):
    assert main(["merge", "st/0.json", "st/1.json", "st/2.json", "--expect", "3"]) == 0
    return capsys.readouterr().out


def test_the_script_for_slurm(files, capsys):
    for at in range(3):
        given = environment(SLURM_ARRAY_TASK_ID=str(at))
        subprocess.run(["bash", "-c", script("slurm")], env=given, check=True)
    found = merged(capsys)
    assert main(["score", *files, "--merge", "--lang", "ja"]) == 0
    assert found == capsys.readouterr().out


def test_the_command_for_kubernetes(files, capsys):
    yaml = pytest.importorskip("yaml")
    spec = yaml.safe_load(script("kubernetes"))["spec"]
    [container] = spec["template"]["spec"]["containers"]
    assert spec["completionMode"] == "Indexed"
    for at in range(3):
        given = environment(JOB_COMPLETION_INDEX=str(at))
        subprocess.run([*container["command"], *container["args"]], env=given, check=True)
    found = merged(capsys)
    assert main(["score", *files, "--merge", "--lang", "ja"]) == 0
    assert found == capsys.readouterr().out


@pytest.mark.integration("distributed")
def test_the_script_for_dask(files):
    Path("st").mkdir()
    code = script("dask").replace("/shared/states", "st")
    code = code.replace(
        "Client()", "Client(n_workers=2, memory_limit='1GB', dashboard_address=None)"
    )
    code = code.replace("print(", "assert not failed; print(repr(").replace("[0])", "[0]))")
    code = "import sys; paths = sys.argv[1:]\n" + code
    body = "".join(f"    {line}\n" for line in code.splitlines())
    Path("run.py").write_text(f"if __name__ == '__main__':\n{body}", encoding="utf-8")
    command = [sys.executable, "run.py", *files]
    for _ in range(2):  # at the second time, nothing is scored
        found = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        assert found.strip() == repr(state_of(*files, lang="en").evaluations[0])
    assert len(list(Path("st").iterdir())) == 3


@pytest.mark.integration("pyspark", "pyarrow")  # not in the group: 450 MB, and Java
@pytest.mark.skipif(shutil.which("java") is None, reason="Spark needs Java")
def test_the_script_for_spark(files):
    Path("st").mkdir()
    code = script("spark").replace("/shared/states", str(Path("st").resolve()))
    local = 'master("local[2]").config("spark.ui.enabled", "false")'
    code = code.replace("builder.", f"builder.{local}.").replace("(whole.", "(repr(whole.")
    code = code.replace("compute())", "compute()))")
    given = environment(PYSPARK_PYTHON=sys.executable, SPARK_LOCAL_IP="127.0.0.1")
    found = subprocess.run(
        [sys.executable, "-c", code], env=given, capture_output=True, text=True, check=True
    ).stdout
    assert found.strip() == repr(state_of(*files, lang="en").evaluations[0])
