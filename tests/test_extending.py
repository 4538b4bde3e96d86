"""The changes that docs/extending.md works through: as code of one's own, and as diffs."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "extending.md").read_text(encoding="utf-8")
SECTIONS = {text.partition("\n")[0]: text for text in PAGE.split("\n## ")}

# Runs commands one after the other in a fresh interpreter. With a folder, the package is the copy
# there: the finder of the editable install would come before any path.
DRIVER = """
import contextlib, io, json, sys
source, commands = json.loads(sys.argv[1])
if source:
    sys.meta_path[:] = [f for f in sys.meta_path if "editable" not in type(f).__module__]
    sys.path[:0] = [source, source + "/docs"]
else:
    sys.path.insert(0, "docs")
from textmetrics.cli import main
import textmetrics
if source:
    assert textmetrics.__file__.startswith(source), textmetrics.__file__
printed = []
for command in commands:
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
        if isinstance(command, str):
            exec(command, {})
        else:
            try:
                code = main(command)
            except SystemExit as stop:  # of --help
                code = stop.code
            if code not in (0, None):
                print("exit code", code)
    printed.append(out.getvalue())
print(json.dumps(printed))
"""
TABLES = "import tables; print(tables.sections())"
FORMATS = "import tables; print(tables.formats(plain=False))"
READING = "import inspect, textmetrics.records as r; print(inspect.signature(r.open_samples))"
CHECK = """
from textmetrics.languages import LANGUAGES, check_stopwords
check_stopwords(LANGUAGES.get("ko"))
print("checked")
"""

FILES = {
    "one.jsonl": [
        {"id": 1, "prediction": "red fox ran END away", "reference": "red fox"},
        {"id": 2, "prediction": "blue END", "reference": "blue sky"},
    ],
    "two.jsonl": [
        {"id": 1, "prediction": "a red fox END", "reference": "red fox"},
        {"id": 2, "prediction": "sky END", "reference": "blue sky"},
    ],
    "null.jsonl": [
        {"prediction": None, "reference": "red fox"},
        {"prediction": "fox END red", "reference": "fox"},
    ],
    "ko.jsonl": [{"prediction": "서울 그리고 부산", "reference": "서울 및 대구"}],
    "ko_two.jsonl": [{"prediction": "부산", "reference": "서울 및 대구"}],
    "capitals.jsonl": [{"prediction": "Red fox", "reference": "red fox"}],
    "words.jsonl": [{"prediction": "fox", "reference": "red fox"}],
    "quiz_one.jsonl": [{"quiz_id": 1, "answered": "Red fox", "right": "red fox"}],
    "quiz_two.jsonl": [{"quiz_id": 1, "answered": "blue", "right": "red fox"}],
}
CONFIG = """
runs = "{model}.jsonl"
models = {one = {}, two = {}}
tasks = {animals = {lang = "en", metrics = ["recall"], stop_at = "END"}}
"""
PAIR = ["one.jsonl", "two.jsonl"]

# For each section: what is run, and what must be in the output. A string is a script.
USES: dict[str, list[tuple[list[str] | str, str]]] = {
    "A metric": [
        (["score", "one.jsonl", "--lang=en", "--metrics=length_ratio", "--format=json"], "1.75"),
        (["compare", *PAIR, "--lang=en", "--metrics=length_ratio"], "Length ratio"),
        (["score", "--help-all"], "tokens of the prediction per token of the reference"),
        (TABLES, "`length_ratio`"),
    ],
    "A language": [
        (["score", "ko.jsonl", "--metrics=f1", "--format=json"], "f1|lang:ko|tok:words|"),
        (["score", "ko.jsonl", "--metrics=f1", "--format=json"], '"value": 0.5,'),
        (["compare", "ko.jsonl", "ko_two.jsonl", "--metrics=f1"], "50.00"),
        (["tokens", "서울 그리고 부산", "--lang=ko"], "2 kept, 1 stopword,"),
        (["score", "--help-all"], "Korean"),
        (CHECK, "checked"),
    ],
    "A preset": [
        (["score", "capitals.jsonl", "--preset=quiz", "--format=json"], "preset:quiz"),
        (["score", "capitals.jsonl", "--preset=quiz"], "100.00"),
        (["compare", "capitals.jsonl", "words.jsonl", "--preset=quiz"], "100.00"),
        (["score", "--help-all"], "exact match and F1 as quiz 1.0 computes them"),
        (TABLES, "### quiz"),
    ],
    "A file format": [
        (["score", "quiz_one.jsonl", "--lang=en"], "read as quiz"),
        (["compare", "quiz_one.jsonl", "quiz_two.jsonl", "--lang=en"], "quiz_two"),
        (["score", "--help-all"], "quiz: results.jsonl"),
        (FORMATS, "| `quiz` |"),
    ],
    "An option of reading": [
        (["score", "one.jsonl", "--lang=en", "--metrics=accuracy"], "0.00"),
        (["score", "one.jsonl", "--lang=en", "--metrics=recall", "--stop-at=END"], "75.00"),
        (["score", "null.jsonl", "--lang=en", "--metrics=accuracy", "--stop-at=END"], "50.00"),
        (["compare", *PAIR, "--lang=en", "--metrics=recall", "--stop-at=END"], "75.00"),
        (["compare", "config.toml"], "75.00"),
        (["score", "--help-all"], "--stop-at"),
        (READING, "stop_at: 'str | None' = None"),
    ],
}


def printed(folder, commands, *, source="", path=""):
    """Run commands in a fresh interpreter, and return what each printed."""
    for name, records in FILES.items():
        lines = [json.dumps(record, ensure_ascii=False) for record in records]
        (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    (folder / "config.toml").write_text(CONFIG, encoding="utf-8")
    if not source:
        (folder / "docs").symlink_to(ROOT / "docs")
    out = subprocess.run(
        [sys.executable, "-c", DRIVER, json.dumps([str(source), commands])],
        cwd=folder, env={**os.environ, "PYTHONPATH": str(path), "COLUMNS": "120"},
        capture_output=True, text=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert out.returncode == 0, out.stderr
    return json.loads(out.stdout)


def blocks(text, kind):
    return re.findall(rf"^```{kind}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def plugin(tmp_path_factory, installed_package):
    """Make an installed package of the code and the entry points on the page."""
    folder = tmp_path_factory.mktemp("installed")
    code = [block for block in blocks(PAGE, "python") if ">>>" not in block]
    declared = tomllib.loads("".join(blocks(PAGE, "toml")))["project"]["entry-points"]
    points = [
        f"[{group}]\n" + "".join(f"{name} = {value}\n" for name, value in points.items())
        for group, points in declared.items()
    ]
    installed_package(folder, "\n".join(code), "\n".join(points))
    return folder


@pytest.mark.parametrize("section", [name for name in USES if blocks(SECTIONS[name], "toml")])
def test_an_installed_package_extends_this_one(section, plugin, tmp_path):
    commands = [(command, wanted) for command, wanted in USES[section] if command != CHECK]
    found = printed(tmp_path, [command for command, _ in commands], path=plugin)
    for (command, wanted), out in zip(commands, found, strict=True):
        assert wanted in out, command


@pytest.mark.parametrize("section", USES)
def test_a_diff_extends_the_package(section, tmp_path):
    source = tmp_path / "source"
    for name in ("textmetrics", "stopwords", "docs"):
        ignored = shutil.ignore_patterns("__pycache__", "*.so", "*.pyd")
        shutil.copytree(ROOT / name, source / name, ignore=ignored)
    (source / "tests").mkdir()
    shutil.copy(ROOT / "tests" / "test_formats.py", source / "tests")
    [diff] = blocks(SECTIONS[section], "diff")
    subprocess.run(
        ["git", "apply", "-"], cwd=source, input=diff.encode(), check=True,
        env={**os.environ, "GIT_CEILING_DIRECTORIES": str(tmp_path)},
    )  # fmt: skip
    (source / "textmetrics" / "stopwords").symlink_to(source / "stopwords")
    native = importlib.util.find_spec("textmetrics._native")
    if native is not None and native.origin:
        shutil.copy(native.origin, source / "textmetrics")
    found = printed(tmp_path, [command for command, _ in USES[section]], source=source)
    for (command, wanted), out in zip(USES[section], found, strict=True):
        assert wanted in out, command
