"""Folders and patterns stand for files, in one order, and say what they leave out."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from textmetrics.cli import main
from textmetrics.records import OpenError, find, input_files

FILES = (
    "run_10.jsonl", "run_2.jsonl", "run_1.jsonl.gz", "t.csv", "t.TSV", "t.parquet", "a.json",
    "b.xlsx", "README.md", "log.txt", ".hidden.jsonl", "~$b.xlsx", "x.jsonl.tmp", "sub/deep.jsonl",
    "sub/deeper/deepest.jsonl", "a[1].jsonl", "jsonl",
)  # fmt: skip
READ = [
    "a.json", "a[1].jsonl", "b.xlsx", "run_1.jsonl.gz", "run_2.jsonl", "run_10.jsonl", "t.TSV",
    "t.csv", "t.parquet",
]  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in FILES:
        path = tmp_path / "in" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    (tmp_path / "empty").mkdir()
    (tmp_path / "only").mkdir()
    (tmp_path / "only" / "notes.txt").touch()
    return tmp_path


def test_a_folder_is_the_files_in_it_whose_format_is_known(folder: Path) -> None:
    for name in ("in", "in/", "./in", str(folder / "in"), (folder / "in").as_uri()):
        names, notes = input_files([name])
        assert [Path(each).name for each in names] == READ
        assert [Path(each).parent.resolve() for each in names] == [folder / "in"] * len(READ)
        assert len(notes) == 1
        assert "read 9 files, left out " in notes[0]
        assert "and 4 more" in notes[0]


PATTERNS = {
    "in/*.jsonl": ["in/a[1].jsonl", "in/run_2.jsonl", "in/run_10.jsonl"],
    "in/run_?.*": ["in/run_1.jsonl.gz", "in/run_2.jsonl"],
    "in/run_[0-9].jsonl": ["in/run_2.jsonl"],
    "in/**/*.jsonl": [
        "in/a[1].jsonl", "in/run_2.jsonl", "in/run_10.jsonl", "in/sub/deep.jsonl",
        "in/sub/deeper/deepest.jsonl",
    ],
    "*/*.md": ["in/README.md"],  # what is named by a pattern is meant
    "in/.*.jsonl": ["in/.hidden.jsonl"],
    "in/*.xlsx#Sheet 2": ["in/b.xlsx#Sheet 2", "in/~$b.xlsx#Sheet 2"],
}  # fmt: skip


@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_pattern_is_the_files_that_match_by_number(pattern: str, folder: Path) -> None:
    assert input_files([pattern]) == (PATTERNS[pattern], [])


@pytest.mark.parametrize("name", ["in/a[1].jsonl", "in/nothing.jsonl", "-", "in/b.xlsx#Sheet"])
def test_a_file_is_itself(name: str, folder: Path) -> None:
    """Also one that does not exist, which is told when it is opened."""
    assert input_files([name]) == ([name], [])


def test_a_file_is_read_once(folder: Path) -> None:
    names, _ = input_files(["in/run_*.jsonl", "in/run_2.jsonl", "in/*.jsonl"])
    assert names == ["in/run_10.jsonl", "in/run_2.jsonl", "in/a[1].jsonl"]


NO_FILES = {
    "empty": "empty: no file in this folder whose format is known by its suffix (it is empty)",
    "only": "(it has 'notes.txt')",
    ".": "files in its folders are named by './**/*.jsonl'",
    "in/*.none": "in/*.none: nothing matches this pattern",
    "**/*.none": "nothing matches",
    "none/*.jsonl": "nothing matches",
    "in/su*": "only folders match this pattern",
}


@pytest.mark.parametrize("name", NO_FILES)
def test_no_file_is_an_error_that_says_what_was_looked_for(name: str, folder: Path) -> None:
    with pytest.raises(OpenError) as caught:
        input_files([name])
    assert NO_FILES[name] in str(caught.value)


def test_very_many_files_are_not_looked_at(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(find, "MOST_NAMES", 3)
    with pytest.raises(OpenError, match=r"\*\* would look at more than 3 files"):
        input_files(["in/**/*.jsonl"])


RECORD = json.dumps({"prediction": "a fox", "reference": "a fox"}) + "\n"


@pytest.fixture
def runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "runs").mkdir()
    for name in ("m_10.jsonl", "m_2.jsonl"):
        (tmp_path / "runs" / name).write_text(RECORD * 2)
    (tmp_path / "runs" / "README.md").touch()
    return tmp_path


def scored(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[list[object], str]:
    assert main(["score", *arguments, "--lang", "en", "--format", "json"]) == 0
    out, err = capsys.readouterr()
    found = json.loads(out)
    listed = found if isinstance(found, list) else [found]
    return [(each["file"], each["records"]) for each in listed], err


def test_score_takes_folders_and_patterns(runs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    both = [("runs/m_2.jsonl", 2), ("runs/m_10.jsonl", 2)]
    found, said = scored(capsys, "runs")
    assert found == both
    assert said == "runs: read 2 files, left out 'README.md'\n"
    assert scored(capsys, "runs/*.jsonl") == (both, "")
    merged, _ = scored(capsys, "runs/*.jsonl", "--merge", "--output", "all.jsonl")
    assert merged == [("runs/m_2.jsonl and 1 more", 4)]
    assert len((runs / "all.jsonl").read_text().splitlines()) == 4
    assert main(["score", "runs", "--merge", "--format", "latex"]) == 0
    assert r"m\_2 and 1 more, " in capsys.readouterr().out
    assert main(["score", "runs", "--output", "all.jsonl"]) == 2
    assert "--output works with one file only" in capsys.readouterr().err
    assert main(["score", "runs", "--merge", "--output", "runs/m_2.jsonl"]) == 2
    assert "is also an input" in capsys.readouterr().err


def test_merge_takes_a_folder_of_states(runs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (runs / "st").mkdir()
    for name in ("m_2", "m_10"):
        (runs / "runs" / f"{name}.jsonl").write_text(RECORD.replace("fox", name) * 2)
        scored(capsys, f"runs/{name}.jsonl", "--state", f"st/{name}.json")
    for name in ("st", "st/*.json"):
        assert main(["merge", name, "--expect", "2", "--format", "json"]) == 0
        assert json.loads(capsys.readouterr().out)["records"] == 4


def test_explain_takes_one_file(runs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "runs", "--preset", "default,rouge_score", "--lang", "en"]) == 2
    assert "explain --preset takes one file" in capsys.readouterr().err


def test_compare_takes_each_file_as_a_model(runs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("runs", "runs/m_*.jsonl"):
        assert main(["compare", name, "--lang", "en", "--format", "json"]) == 0
        report = json.loads(capsys.readouterr().out)
        assert [each["name"] for each in report["models"]] == ["m_2", "m_10"]
