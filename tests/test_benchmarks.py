"""The benchmarks run, on few texts; and the page on performance is what they found."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from textmetrics.ids import count_ids
from textmetrics.kernels import available_backends

ROOT = Path(__file__).parents[1]
BENCHMARKS = ROOT / "benchmarks"
# At least one row of each peer, and one that needs nothing besides what the tests need.
PARTS = [
    *("rouge/rouge-score/40", "all/rouge-score-rs/40", "bleu", "chinese/jieba", "chinese/all/50"),
    *(
        "few",
        "native",
        "japanese/tokens",
        "japanese/2",
        "lcs/300",
        "both",
        "memory/lcs",
        "command/10/en",
    ),
    "statistics",
]
WITHOUT_MORE = {
    "few/evaluate",
    "few/reward",
    "few/rouge_l",
    "native",
    "rouge/rouge-score/40",
    "bleu/sacrebleu/whitespace",
    "chinese/jieba",
    "japanese/tokens",
    "japanese/2",
    "both",
    "statistics/sacrebleu",
    "statistics/permutations",
    "statistics/bootstrap",
}


@pytest.fixture
def module(monkeypatch):
    monkeypatch.syspath_prepend(BENCHMARKS)
    return importlib.import_module


def run(*arguments, program="peers.py"):
    command = [sys.executable, BENCHMARKS / program, *arguments]
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


def test_the_speed_of_statistics_is_measured():
    few = ["--samples", "20", "--resamples", "30", "--rounds", "1"]
    printed = run(*few, "--print", program="statistics_speed.py")
    assert "20 samples and 30 resamples" in printed
    assert printed.count("\n| ") == 6  # header, line and four cases


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


def test_of_a_gpu_without_one_it_says_what_is_missing(module, capsys):
    gpu = module("gpu")
    if available_backends()["cuda"] is None:
        pytest.skip("there is a GPU")
    assert gpu.main([]) == 2
    assert "backend 'cuda' is not available" in capsys.readouterr().err


@pytest.mark.parametrize("key", ["ngrams/16", "ngrams/mixed"])
def test_the_ids_of_a_gpu_s_rows(module, key):
    gpu = module("gpu")
    (row,) = (row for row in gpu.ROWS if row.key == key)
    predictions, references = row.ids(1e-4)
    assert predictions.dtype == references.dtype == np.int32
    assert predictions.shape == references.shape == (int(row.pairs * 1e-4), row.length or 8192)
    counts = count_ids(predictions, references, pad_id=gpu.PADDING)
    assert (counts["match_1"] > 0).all()
    assert (counts["match_2"] < counts["match_1"]).all()


@pytest.mark.integration("torch")
def test_clipped_matches_by_sorting_are_ours(module):
    import torch

    gpu = module("gpu")
    ids = next(row for row in gpu.ROWS if row.key == "ngrams/64").ids(1e-5)
    counts = count_ids(*ids)
    for n in range(1, 5):
        matches = gpu.torch_matches(*map(torch.from_numpy, ids), n)
        assert matches.tolist() == counts[f"match_{n}"].tolist()
