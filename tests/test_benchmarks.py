"""The benchmarks run, on few texts; and the page on performance is what they found."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
BENCHMARKS = ROOT / "benchmarks"
# At least one row of each peer, and one that needs nothing besides what the tests need.
PARTS = [
    *("rouge/rouge-score/40", "all/rouge-score-rs/40", "bleu", "chinese/jieba", "chinese/all/50"),
    *("japanese/2", "lcs/300", "both", "memory/lcs"),
]
WITHOUT_MORE = {"rouge/rouge-score/40", "bleu/sacrebleu/whitespace", "chinese/jieba", "both"}


@pytest.fixture
def module(monkeypatch):
    monkeypatch.syspath_prepend(BENCHMARKS)
    return importlib.import_module


def run(*arguments):
    command = [sys.executable, BENCHMARKS / "peers.py", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_every_row_that_can_run_is_equal_and_timed(tmp_path):
    output = tmp_path / "results.json"
    few = ["--lines", "12", "--rounds", "1", "--data", str(tmp_path)]
    printed = run(*few, "--output", str(output), "--rows", *PARTS)
    results = json.loads(output.read_text(encoding="utf-8"))
    timed = {row["key"] for row in results["rows"] if "skipped" not in row}
    assert timed >= WITHOUT_MORE
    for row in results["rows"]:
        assert row["key"] in printed
        if row["key"] in timed:
            assert row["compared"] > 0
            assert 0 < row["ratio"]["least"] <= row["ratio"]["median"] <= row["ratio"]["most"]
        else:
            assert row["skipped"].startswith("not installed: ")
    assert "the shipped examples" in results["texts"]


def test_keys_are_listed():
    keys = run("--list").split()
    assert len(keys) == len(set(keys))
    assert set(keys) >= WITHOUT_MORE


@pytest.mark.parametrize(
    ("ours", "theirs"), [([0.5], [0.5 + 1e-8]), ([1], [2]), (["a"], ["b"]), ([], []), ([1], [1, 1])]
)
def test_what_differs_is_not_timed(module, ours, theirs):
    measure = module("measure")
    with pytest.raises(measure.NotEqualError, match="row"):
        measure.equal("row", ours, theirs)


def test_the_page_is_what_was_measured(module):
    report = module("report")
    page = report.PAGE.read_text(encoding="utf-8")
    name = report.GENERATED.search(page)["name"]
    results = json.loads((BENCHMARKS / "results" / name).read_text(encoding="utf-8"))
    assert report.page_with(page, report.generated(results, name)) == page


def test_the_page_speaks_of_every_row_that_falls_short(module):
    report = module("report")
    page = report.PAGE.read_text(encoding="utf-8")
    name = report.GENERATED.search(page)["name"]
    results = json.loads((BENCHMARKS / "results" / name).read_text(encoding="utf-8"))
    spoken_of = page[report.GENERATED.search(page).end() :]
    missed = [row["key"] for row in results["rows"] if not row.get("reached", True)]
    assert [key for key in missed if f"`{key}`" not in spoken_of] == []


def test_files_are_small():
    assert [p.name for p in BENCHMARKS.glob("*.py") if p.read_text().count("\n") > 300] == []
