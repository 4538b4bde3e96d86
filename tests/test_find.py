from __future__ import annotations

import glob
from contextlib import nullcontext
from pathlib import Path

import pytest

from textmetrics.records import TooManyNamesError, find, find_files

FILES = (
    "a.jsonl", "gemma.jsonl", "runs/gemma.jsonl", "runs/1/gemma.jsonl", "runs/1/2/gemma.jsonl",
    "runs/1/2/x.jsonl", "runs/.hidden/gemma.jsonl", "other/gemma.jsonl", "runs/[1]/gemma.jsonl",
    "runs/1/.gemma.jsonl",
)  # fmt: skip
PATTERNS = (
    "**/gemma.jsonl", "runs/**/gemma.jsonl", "**/*.jsonl", "runs/*/gemma.jsonl", "*.jsonl",
    "r*/**/[12]/*.jsonl", "**/1/**/gemma.jsonl", "runs/**", "**", "runs/[[]1]/*.jsonl", "none/**/a",
    "**/.*.jsonl", "runs/.hidden/**/*.jsonl", "gemma.jsonl", "**/runs/../gemma.jsonl",
)  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in FILES:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("")
    return tmp_path


@pytest.mark.parametrize("absolute", [False, True])
@pytest.mark.parametrize("pattern", PATTERNS)
def test_the_same_files_are_found_as_by_glob(pattern: str, absolute: bool, folder: Path) -> None:
    if absolute:
        pattern = f"{glob.escape(str(folder))}/{pattern}"
    expected = glob.glob(pattern, root_dir=folder, recursive=True)
    plain = {str(folder / each) for each in find_files(pattern, folder)}
    assert plain == {str(folder / each) for each in expected}


def test_links_are_followed_but_not_in_circles(folder: Path) -> None:
    (folder / "latest").symlink_to(folder / "runs", target_is_directory=True)
    (folder / "runs/1/up").symlink_to(folder, target_is_directory=True)
    found = find_files("**/x.jsonl", folder)
    assert sorted(found) == ["latest/1/2/x.jsonl", "runs/1/2/x.jsonl"]


def test_very_many_folders_are_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(find, "MOST_NAMES", 3)
    with pytest.raises(TooManyNamesError, match=r"\*\* would look at more than 3 files"):
        find_files("**/x.jsonl", folder)
    assert find_files("other/**/*.jsonl", folder) == ["other/gemma.jsonl"]


@pytest.mark.parametrize(("most", "refused"), [(2, True), (3, False)])
def test_as_many_names_as_allowed_are_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, most: int, refused: bool
) -> None:
    (tmp_path / "runs").mkdir()
    for name in ("runs/x.jsonl", "notes"):
        (tmp_path / name).touch()
    monkeypatch.setattr(find, "MOST_NAMES", most)
    with pytest.raises(TooManyNamesError) if refused else nullcontext():
        assert find_files("**/x.jsonl", tmp_path) == ["runs/x.jsonl"]


@pytest.mark.timeout(60)
def test_a_folder_of_very_many_files_is_listed_in_linear_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Names that are compared with all others take minutes here."""
    inside = [(f"part-{at}.jsonl", False) for at in range(100_000)]
    monkeypatch.setattr(find, "_listed", lambda name, notes: find._read_of(name, inside, notes))
    assert len(find.input_files(["one", "two"]).names) == len(inside)
