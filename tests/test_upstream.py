"""The presets give what the programs themselves gave, for all that their own code was run on."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.hold_upstream import HELD, calls, held, objects, summary
from textmetrics.cli import main

GOLDEN = Path(__file__).parents[2] / "shared" / "golden" / "upstream.jsonl.gz"


def test_no_value_differs_from_the_programs():
    if not GOLDEN.exists():
        pytest.skip("../shared/golden/upstream.jsonl.gz is not there")
    known = calls()
    found = [each for given in objects(GOLDEN) for each in held(given, known)]
    assert [each for each in found if each.state == "different"] == []
    assert "no call for these options" not in {each.reason for each in found}
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
    source = capsys.readouterr().out.splitlines()[1]
    assert source.startswith("source: ")
    assert commit in source
    assert version in source


def test_every_definition_has_a_call_or_a_reason():
    for (program, definition, _), found in calls().items():
        for each in found:
            assert each.get("except") or {"metrics", "preset"} & set(each["call"]), (
                program,
                definition,
            )
