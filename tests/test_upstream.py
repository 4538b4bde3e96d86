"""The presets give what the programs themselves gave, for all that their own code was run on."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.hold_upstream import CALLS, HELD, NO_CALL, calls, held, main_is_held, objects, summary
from textmetrics.cli import main

GOLDEN = Path(__file__).parents[2] / "shared" / "golden" / "upstream.jsonl.gz"


def test_no_value_differs_from_the_programs():
    if not GOLDEN.exists():
        pytest.skip("../shared/golden/upstream.jsonl.gz is not there")
    known = calls()
    by_object = [list(held(given, known)) for given in objects(GOLDEN)]
    found = [each for of_one in by_object for each in of_one]
    assert [each for each in found if each.state == "different"] == []
    assert [each for each in found if each.reason == NO_CALL] == []  # nothing is left out
    exceptions = [of_one[0] for of_one in by_object if not main_is_held(of_one)]
    assert len(exceptions) <= len(by_object) / 20
    pairs = {(each["program"], each["definition"]): each["pairs"] for each in summary(found)}
    for row in json.loads(HELD.read_text(encoding="utf-8")):
        assert pairs[row["program"], row["definition"]] >= row["pairs"], "hold_upstream --save"


PRESETS_OF = {
    "EvalScope": "evalscope",
    "HF evaluate": "hf_evaluate",
    "LongBench": "longbench",
    "OpenCompass": "opencompass",
    "ROUGE-1.5.5": "rouge155",
    "jiwer": "jiwer",
    "lm-eval": "lm_eval",
    "sacrebleu": "sacrebleu",
    "torchmetrics": "torchmetrics",
    "XL-Sum multilingual_rouge": "xlsum",
}


@pytest.mark.parametrize(("program", "preset"), PRESETS_OF.items())
def test_a_preset_says_the_version_it_was_held_to(program, preset, capsys):
    rows = json.loads(HELD.read_text(encoding="utf-8"))
    [(commit, version)] = {
        (row["commit"].partition(",")[0], row["version"])
        for row in rows
        if row["program"] == program
    }
    assert main(["presets", preset]) == 0
    source = capsys.readouterr().out.partition("\nsource: ")[2].partition("\nmetrics:")[0]
    assert commit in source
    assert version in source


def test_every_value_has_a_call_or_a_reason():
    entries = json.loads(CALLS.read_text(encoding="utf-8"))
    assert len(entries) == len(calls())  # one per program, definition and options
    for entry in entries:
        for each in (entry, *entry.get("others", [])):
            if "except" in each:
                assert re.fullmatch(r"[A-Z][^.]* [^.]*(\.\w[^.]*)*\.", each["except"]), "a sentence"
            if "except" not in each or "with" in each:
                assert len(each["call"].get("metrics", ["acc"])) == 1
                assert each["value"] in (None, "precision", "recall", "f1")
                assert each["scale"] in (1, 100)


def test_a_main_value_needs_its_call_alone_or_says_what_else():
    """So that other programs can hold values to the file: they read a call or an exception."""
    for entry in json.loads(CALLS.read_text(encoding="utf-8")):
        assert "with" not in entry or "except" in entry
