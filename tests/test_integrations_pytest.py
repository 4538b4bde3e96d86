"""The fixture ``textmetrics_gate``: what passes, what fails, and what the message says."""

from __future__ import annotations

import importlib.metadata
import json
import re
import subprocess
import sys
import time
from types import SimpleNamespace
from xml.etree import ElementTree

import numpy as np
import pytest

from textmetrics import Evaluator, compare, evaluate
from textmetrics.integrations.gate import TextMetricsGate

GOLD = ["a red fox ran", "two blue birds", "one fish"] * 20
WEAK = ["a fox", "birds", "a dog\x1b[31m"] * 20
AGAINST = ("no regression against", "baseline.json")


@pytest.fixture
def gate(tmp_path):
    """Return a function that calls a gate for a test in a folder, and keeps its properties."""
    properties = []

    def call(predictions, references, *, update=False, test="test_it", started=None, **wanted):
        item = SimpleNamespace(
            nodeid=test, path=tmp_path / "test_it.py", user_properties=properties
        )
        begun = time.time() + 60 if started is None else started
        made = TextMetricsGate(item, update=update, started=begun)
        return made(predictions, references, **{"lang": "en", **wanted})

    call.folder, call.properties = tmp_path, properties
    return call


def test_scores_that_are_good_enough_are_returned_and_recorded(gate):
    found = gate(WEAK, GOLD, f1=0.3, bleu_4=0)
    assert dict(found) == dict(evaluate(WEAK, GOLD, lang="en", metrics=["f1", "bleu_4"]))
    score = compare({"it": found}).report.scores[0]
    assert dict(gate.properties[:5]) == {
        "textmetrics_f1": float(found["f1"]),
        "textmetrics_f1_low": score.interval[0],
        "textmetrics_f1_high": score.interval[1],
        "textmetrics_f1_n": 60,
        "textmetrics_f1_signature": found["f1"].signature,
    }
    assert {type(value) for _, value in gate.properties} <= {float, int, str}  # xdist sends these


def test_the_message_says_what_is_wrong(gate):
    with pytest.raises(pytest.fail.Exception) as failed:
        gate(WEAK, GOLD, rouge_l=0.4, f1=0.3)
    lines = str(failed.value).splitlines()
    found = evaluate(WEAK, GOLD, lang="en", metrics=["rouge_l"])
    [low, high] = compare({"it": found}).report.scores[0].interval
    assert lines == [
        f"textmetrics: rouge_l 0.2222 is below 0.4 (95 % interval {low:.4f} to {high:.4f})",
        "passed: f1 0.3333",
        "worst samples by rouge_l:",
        r"  predictions[2] 0.0000: 'a dog\x1b[31m'",
        "    expected 'one fish'",
        r"  predictions[5] 0.0000: 'a dog\x1b[31m'",
        "    expected 'one fish'",
        r"  predictions[8] 0.0000: 'a dog\x1b[31m'",
        "    expected 'one fish'",
        "health: median prediction 0.33 × the reference's length (short answers: read recall "
        "beside precision)",
        *[line for line in lines if line.startswith("n = 60; lang:en|tok:words|")],
    ]
    assert len(lines) == 11


def test_of_errors_fewer_are_better(gate):
    gate(WEAK, GOLD, preset="jiwer", lang="auto", wer=1.0)
    with pytest.raises(pytest.fail.Exception, match=r"wer 0\.\d+ is above 0\.1 .*\n(.*\n)?worst"):
        gate(WEAK, GOLD, preset="jiwer", lang="auto", wer=0.1)


def test_a_regression_is_what_compare_calls_worse(gate):
    rng = np.random.default_rng(1)
    verdicts = set()
    for share in (0.02, 0.05, 0.1, 0.5):  # of samples that become wrong
        gate(GOLD, GOLD, update=True, f1=AGAINST)
        said = [text if rng.random() > share else "a dog" for text in GOLD]
        results = {
            "before": evaluate(GOLD, GOLD, lang="en"),
            "after": evaluate(said, GOLD, lang="en"),
        }
        [test] = compare(results, metrics=["f1"]).report.comparisons
        worse = test.significant and test.difference < 0
        verdicts.add(worse)
        if worse:
            with pytest.raises(pytest.fail.Exception, match=r"f1 is worse than baseline.json's by"):
                gate(said, GOLD, f1=AGAINST)
        else:
            gate(said, GOLD, f1=AGAINST)
    assert verdicts == {True, False}


def test_corpus_values_are_compared_with_a_baseline(gate):
    gate(GOLD, GOLD, update=True, bleu_4=AGAINST, stopwords=False)
    with pytest.raises(pytest.fail.Exception) as failed:
        gate(WEAK, GOLD, bleu_4=(0.9, *AGAINST), stopwords=False)
    below, worse, *_ = str(failed.value).splitlines()
    assert below.startswith("textmetrics: bleu_4 0.0000 is below 0.9 (95 % interval 0.0000 to ")
    assert worse.startswith("textmetrics: bleu_4 is worse than baseline.json's by 1.0000 (p ")
    assert "): 0.0000 against 1.0000 (95 % interval of the difference -1.0000 to " in worse
    assert dict(gate.properties)["textmetrics_bleu_4_difference"] == -1.0


def test_the_same_answers_write_the_same_baseline(gate):
    file = gate.folder / "baseline.json"
    gate(WEAK, GOLD, update=True, f1=AGAINST)
    first = file.read_bytes()
    gate(WEAK, GOLD, update=True, f1=AGAINST)
    assert file.read_bytes() == first
    assert WEAK[0].encode() not in first  # no text of a sample
    assert gate.properties[-1] == ("textmetrics_baseline_written", str(file))


def test_a_baseline_is_not_written_for_scores_that_are_too_bad(gate):
    with pytest.raises(
        pytest.fail.Exception, match=r"below 0.9 .*\ntextmetrics: baseline.json was"
    ):
        gate(WEAK, GOLD, update=True, f1=(0.9, *AGAINST))
    assert not (gate.folder / "baseline.json").exists()


def test_two_tests_do_not_write_one_baseline(gate):
    gate(WEAK, GOLD, update=True, f1=AGAINST, started=0)
    gate(GOLD, GOLD, update=True, f1=AGAINST, started=0)
    with pytest.raises(ValueError, match="test_it wrote it in this run, and test_b would replace"):
        gate(GOLD, GOLD, update=True, f1=AGAINST, started=0, test="test_b")
    gate(GOLD, GOLD, update=True, f1=AGAINST, test="test_b")  # in a later run it was renamed


@pytest.mark.parametrize(
    ("wanted", "problem"),
    [
        ({"stopwords": False}, r"in another way \(stopwords: .* there, .* here; signatures f1\|"),
        ({"f1": (0.1, "no regression against", "no.json")}, "no.json: there is no such baseline"),
        (
            {"references": [*GOLD[:-1], "another fish"]},
            "is of other references, 60 samples of test_it; write it anew",
        ),
        ({"rouge_l": AGAINST}, "baseline.json: has no rouge_l, only f1; write it anew"),
    ],
)
def test_a_baseline_must_be_of_the_same_samples_and_settings(gate, wanted, problem):
    gate(GOLD, GOLD, update=True, f1=AGAINST)
    with pytest.raises(ValueError, match=problem) as found:
        gate(**{"predictions": GOLD, "references": GOLD, "f1": AGAINST, **wanted})
    assert "with pytest --textmetrics-update-baseline" in str(found.value)


@pytest.mark.parametrize("gold", [GOLD, [[each, "a fox"] for each in GOLD]])
def test_the_same_samples_in_another_order_are_to_be_sorted(gate, gold):
    gate(GOLD, gold, update=True, f1=AGAINST)
    problem = "is of the same references in another order, 60 samples of test_it: sort the samples"
    with pytest.raises(ValueError, match=problem) as found:
        gate(GOLD[::-1], gold[::-1], f1=AGAINST)
    assert "--textmetrics-update-baseline" not in str(found.value)  # it would lose a good one
    with pytest.raises(ValueError, match="is of other references"):
        gate(GOLD[1:], gold[1:], f1=AGAINST)


@pytest.mark.parametrize("content", [b"", b"{}", b"[1", b'{"textmetrics_state":1}', b"\xff"])
def test_a_damaged_baseline_is_an_error(gate, content):
    (gate.folder / "baseline.json").write_bytes(content)
    with pytest.raises(ValueError, match=r"baseline.json: .*; write it anew with pytest"):
        gate(GOLD, GOLD, f1=AGAINST)


def test_another_state_is_no_baseline(gate):
    evaluator = Evaluator(lang="en", metrics=["f1"])
    evaluator.update(GOLD, GOLD)
    evaluator.save(gate.folder / "baseline.json")
    with pytest.raises(ValueError, match=r"baseline.json: is not a baseline"):
        gate(GOLD, GOLD, f1=AGAINST)


@pytest.mark.parametrize(
    ("wanted", "error", "problem"),
    [
        ({}, ValueError, "nothing is wanted: name a metric and its threshold"),
        ({"metrics": ["f1"]}, TypeError, "metrics are named by their thresholds"),
        ({"rogue_l": 0.4}, TypeError, "argument 'rogue_l': did you mean 'rouge_l'?"),
        ({"f1": 0.4, "stopword": False}, TypeError, "did you mean 'stopwords'?"),
        ({"F1": 0.4}, TypeError, "options: lang, tokenizer, userdict, convert, stopwords, stopw"),
        ({"f1": 40}, ValueError, "f1=40: its values are from 0 to 1"),
        ({"f1": float("nan")}, ValueError, "f1=nan: its values are from 0 to 1"),
        ({"f1": True}, TypeError, "f1=True: expected a number, such as 0.4, or ("),
        ({"f1": "0.4"}, TypeError, "f1='0.4': expected a number"),
        ({"f1": (0.4, "no regresion against", "b.json")}, TypeError, "expected a number"),
        ({"f1": (0.4, "b.json")}, TypeError, "expected a number"),
        ({"f1": ("no regression against", "")}, TypeError, "expected a number"),
        ({"f1": 0.4, "lang": "xx"}, ValueError, "unknown language 'xx'"),
        ({"wer": 0.4, "preset": "jiwr"}, ValueError, "unknown preset 'jiwr'"),
    ],
)
def test_what_is_wanted_is_checked(gate, wanted, error, problem):
    with pytest.raises(error, match=re.escape(problem)) as found:
        gate(WEAK, GOLD, **wanted)
    _, _, options = str(found.value).partition("; options: ")
    listed = options.split(", ")
    assert len(set(listed)) == len(listed)


def test_one_text_generators_several_references_and_languages(gate):
    assert gate("a red fox", ["a red fox ran", "a red fox"], accuracy=1.0).n == 1
    found = gate((text for text in GOLD), iter([[text] for text in GOLD]), f1=1, update=True)
    assert found.n == 60
    langs = (code for code in ["zh", "en"])
    assert gate(["北京", "fox"], ["北京", "fox"], f1=1, lang="auto", langs=langs).n == 2
    with pytest.raises(ValueError, match="60 predictions but 59 references"):
        gate(GOLD, GOLD[1:], f1=1)


TESTS = f"""
GOLD = {GOLD!r}
def test_good(textmetrics_gate):
    textmetrics_gate(GOLD, GOLD, lang="en", f1=(0.5, "no regression against", "good.json"))
def test_weak(textmetrics_gate):
    textmetrics_gate({WEAK!r}, GOLD, lang="en", rouge_l=0.4)
def test_other():
    pass
"""


def run(folder, *arguments):
    """Run pytest in a folder, as a user would; return its exit code and what it printed."""
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *arguments]
    done = subprocess.run(command, check=False, cwd=folder, capture_output=True, encoding="utf-8")
    return done.returncode, done.stdout + done.stderr


def test_in_a_suite_with_several_processes(tmp_path):
    (tmp_path / "test_it.py").write_text(TESTS, encoding="utf-8")
    options = ("-n", "2", "--textmetrics-update-baseline", "--junitxml", "found.xml")
    code, out = run(tmp_path, *options)
    assert code == 1, out
    assert out.count(f"textmetrics: wrote {tmp_path / 'good.json'}") == 1
    assert Evaluator.load(tmp_path / "good.json").compute()["f1"] == 1
    assert "1 failed, 2 passed" in out
    assert "E       Failed: textmetrics: rouge_l 0.2222 is below 0.4 (95 % interval" in out
    assert ">       textmetrics_gate(" in out
    assert "gate.py" not in out  # the traceback ends in the test
    found = {
        case.get("name"): {each.get("name"): each.get("value") for each in case.iter("property")}
        for case in ElementTree.parse(tmp_path / "found.xml").iter("testcase")
    }
    assert float(found["test_good"]["textmetrics_f1"]) == 1.0
    assert found["test_weak"]["textmetrics_rouge_l_n"] == "60"
    assert found["test_other"] == {}


def test_a_suite_without_gates_loads_nothing_but_the_plugin(tmp_path):
    test = "import sys\ndef test(): print(sorted(n for n in sys.modules if 'textmetrics' in n))\n"
    (tmp_path / "test_it.py").write_text(test, encoding="utf-8")
    _, out = run(tmp_path, "-s", "-q")
    loaded = json.loads(re.search(r"\[.*?\]", out)[0].replace("'", '"'))
    assert set(loaded) - {"_editable_skbc_textmetrics_eval"} == {"_textmetrics_pytest"}
    [plugin] = [
        each
        for each in importlib.metadata.entry_points(group="pytest11")
        if each.name == "textmetrics"
    ]
    assert plugin.value == "_textmetrics_pytest"
    before = f"import pytest, sys; a = set(sys.modules); import {plugin.value}; "
    code = before + "print(len(set(sys.modules) - a))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert int(done.stdout) == 1
