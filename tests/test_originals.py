"""``doctor --presets``: the packages that presets are definitions of, live."""

from __future__ import annotations

import logging
import re

import pytest

from textmetrics import evaluate
from textmetrics.cli import main, originals
from textmetrics.cli.originals import FORMULAS, ORIGINALS, SAMPLES, Definition, Original, compared
from textmetrics.presets import PRESETS

# What only an installation for integrations has.
LARGE = {"torchmetrics": "torchmetrics", "lm-eval": "lm_eval"}


@pytest.mark.parametrize(
    "original",
    [
        pytest.param(
            each,
            id=each.package,
            marks=pytest.mark.integration(LARGE[each.package]) if each.package in LARGE else (),
        )
        for each in ORIGINALS
    ],
)
def test_no_value_of_an_original_moved(original):
    assert original.installed
    for agreement in compared(original):
        assert agreement.first == ""
        assert agreement.largest <= original.tolerance
        assert len(agreement.samples) >= 12
        # They fail on what is empty; nltk's method 6 also without a trigram.
        empty = {number for number, (text, of) in enumerate(SAMPLES, 1) if "" in (text, *of)}
        assert original.package == "nltk" or set(agreement.failures) <= empty


# The presets of the others are programs of their own, which call them.
ALONE = [each for each in ORIGINALS if each.package not in ("fuzzywuzzy", "math-verify", "lm-eval")]


@pytest.mark.parametrize("original", ALONE, ids=lambda each: each.package)
def test_a_preset_names_the_version_that_it_was_held_to(original):
    sources = [each.source for each in PRESETS]
    assert any(original.version in each for each in sources)


def test_samples_exercise_what_definitions_differ_in():
    texts = [text for prediction, references in SAMPLES for text in (prediction, *references)]
    for pattern in (
        r"[A-Z]",
        r"[.,?']",
        r"\d\.\d",
        r"\n",
        r"[一-龥]",
        r"[ぁ-ん]",
        r"[Ａ-Ｚ]",
        r"^$",
    ):
        assert any(re.search(pattern, text) for text in texts), pattern
    assert any(len(references) > 1 for _, references in SAMPLES)
    assert len(set(SAMPLES)) == len(SAMPLES)


def test_recorded_formulas_are_right_and_wrong():
    assert {equal for _, _, equal in FORMULAS} == {True, False}
    answers, golds, equal = zip(*FORMULAS, strict=True)
    found = evaluate(answers, golds, lang="en", metrics=["math"])["math"].samples
    assert found.tolist() == list(equal)


def stand_in(theirs, package="numpy", preset="jiwer", **options):
    return Original(package, "0.1", lambda: [Definition(preset, options, theirs)])


def rates(predictions, references, *, off=0.0):
    texts = predictions, [each[0] for each in references]
    return {"wer": float(evaluate(*texts, preset="jiwer")["wer"]) + off}


def test_what_moved_is_said_with_the_first_sample(monkeypatch, capsys):
    def moved(predictions, references):
        return rates(predictions, references, off=0.25 * ("北京" in predictions))

    monkeypatch.setattr(originals, "ORIGINALS", [stand_in(moved)])
    assert main(["doctor", "--presets"]) == 1
    out = capsys.readouterr().out
    row = re.search(r"^ jiwer +numpy +(\S+) +0\.1 +15 +1 +2e-01$", out, re.MULTILINE)
    assert row is not None
    said = " ".join(out.split())
    first = "moved: jiwer: wer, sample 9 ('北京' against '北京'): 0.25 by the package, 0 here"
    assert first in said
    assert out.endswith(f"moved: jiwer (numpy {row[1]})\n")


def test_a_failure_is_no_difference(monkeypatch, capsys):
    def fails(predictions, references):
        if "" in predictions:
            raise ValueError("empty\x1b\nand more")
        return rates(predictions, references)

    monkeypatch.setattr(originals, "ORIGINALS", [stand_in(fails)])
    assert main(["doctor", "--presets"]) == 0
    out = capsys.readouterr().out
    assert re.search(r"numpy \S+ stops on 2 samples \(13, 15\): ValueError: empty\\x1b\n", out)
    assert out.endswith("no value moved\n")


def test_one_that_fails_always_was_not_compared(monkeypatch, capsys):
    def fails(*_):
        raise TypeError("unknown argument")

    monkeypatch.setattr(originals, "ORIGINALS", [stand_in(fails)])
    assert main(["doctor", "--presets"]) == 1
    out = capsys.readouterr().out
    assert re.search(r"stops on 15 samples \([0-9,\s]+\): TypeError: unknown argument", out)
    assert "moved: jiwer (numpy" in out


def test_one_that_cannot_be_imported(monkeypatch, capsys):
    def imports():
        raise ImportError("cannot import name 'Rouge'")

    monkeypatch.setattr(originals, "ORIGINALS", [Original("numpy", "0.1", imports)])
    assert main(["doctor", "--presets"]) == 1
    out = " ".join(capsys.readouterr().out.split())
    assert re.search(r"numpy \S+ cannot be used: ImportError: cannot import name 'Rouge'", out)


def test_one_that_is_not_installed(monkeypatch, capsys):
    monkeypatch.setattr(originals, "ORIGINALS", [stand_in(rates, package="no-such-package")])
    assert main(["doctor", "--presets"]) == 0
    out = capsys.readouterr().out
    assert "not installed, and not compared: no-such-package 0.1" in out
    assert "evaluate: its metrics are scripts that it downloads" in " ".join(out.split())


def test_numbers_that_are_none(monkeypatch):
    def nan(predictions, references):
        return {"wer": float("nan")} if "" in predictions else rates(predictions, references)

    [found] = compared(stand_in(nan))
    assert (found.largest, found.moved) == (float("inf"), True)
    assert "sample 13 ('' against 'an answer'): nan by the package, 1 here" in found.first


def test_logs_and_warnings_of_originals_are_silent(capsys):
    before = logging.root.manager.disable

    def loud(predictions, references):
        logging.getLogger("loud").error("advice")
        return rates(predictions, references)

    [found] = compared(stand_in(loud))
    assert not found.moved
    assert logging.root.manager.disable == before
    assert capsys.readouterr().err == ""
