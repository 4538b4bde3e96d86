"""Error rates: by hand, and against jiwer itself."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from textmetrics import evaluate
from textmetrics.cli import originals

# prediction, reference, language, metric → by hand
BY_HAND = [
    # 1 of 3 words is replaced, 1 missing
    ("the red fox", "the brown fox jumps", "en", "wer", 2 / 4),
    # 2 words added to 1
    ("a b c", "a", "en", "wer", 2.0),
    # hits 2, replaced 1, missing 1: 2 of 4 pairs are wrong
    ("the red fox", "the brown fox jumps", "en", "mer", 2 / 4),
    ("the red fox", "the brown fox jumps", "en", "wip", 2 / 3 * 2 / 4),
    ("the red fox", "the brown fox jumps", "en", "wil", 1 - 2 / 3 * 2 / 4),
    # characters: 1 of 6, marks and full width aside
    ("今天天气好。", "今天天气很好", "zh", "cer", 1 / 6),
    ("東京都", "京都", "ja", "cer", 1 / 2),
    ("ＡＢＣ", "abc", "en", "cer", 0.0),
    ("3.14", "314", "en", "cer", 1 / 3),
    ("-5", "5", "en", "cer", 1.0),
    # an empty reference counts what is added, an empty prediction is all wrong
    ("a b", "", "en", "wer", 2.0),
    ("", "a b", "en", "wer", 1.0),
    ("", "", "en", "wer", 0.0),
    ("", "", "en", "wip", 1.0),
]


@pytest.mark.parametrize(("prediction", "reference", "lang", "name", "expected"), BY_HAND)
def test_by_hand(prediction: str, reference: str, lang: str, name: str, expected: float) -> None:
    result = evaluate([prediction], [reference], lang=lang, metrics=[name], stopwords=False)
    assert result[name] == pytest.approx(expected)


def test_what_drops_no_stopwords_stands_under_all_tokens() -> None:
    options = {"lang": "en", "stopwords": "both", "metrics": ["wer", "cer"]}
    result = evaluate(["a red fox"], ["the red fox"], **options)
    rows = [line.split() for line in str(result).splitlines() if "WER" in line or "CER" in line]
    assert [row[-3:-1] for row in rows] == [
        ["0.00", "33.33"],
        ["0.00", "33.33"],
        ["–", "33.33"],
        ["–", "33.33"],
    ]


def test_the_corpus_is_pooled_and_lower_is_better() -> None:
    score = evaluate(
        ["a b c d", "x"], ["a b c e", "y"], lang="en", metrics=["wer"], stopwords=False
    )["wer"]
    assert (float(score), score.samples.tolist()) == (2 / 5, [1 / 4, 1.0])
    assert (score.better, score.bounds, score.percent) == ("lower", (0.0, math.inf), True)


def test_the_best_of_several_references_is_the_one_with_the_lowest_rate() -> None:
    options = {"lang": "en", "stopwords": False}
    score = evaluate(["a b"], [["c d e", "a b c"]], metrics=["wer"], **options)["wer"]
    assert float(score) == pytest.approx(1 / 3)


texts = st.lists(st.text("ab \n\t\u3000", max_size=9), min_size=1, max_size=4)


@settings(max_examples=50, deadline=None)
@given(st.data())
def test_jiwer_itself(data: st.DataObject) -> None:
    references = data.draw(texts)
    count = len(references)
    predictions = data.draw(
        st.lists(st.text("ab \n\t\u3000", max_size=9), min_size=count, max_size=count)
    )
    theirs = next(originals.jiwer()).theirs(predictions, [[text] for text in references])
    ours = evaluate(predictions, references, preset="jiwer")
    for name in ("wer", "mer", "wil", "wip", "cer"):
        assert float(ours[name]) == pytest.approx(theirs[name], abs=1e-12)
    on_definitions = evaluate(predictions, references, preset="jiwer", backend="reference")
    assert dict(on_definitions) == dict(ours)


@pytest.mark.parametrize("options", [{}, {"normalized": True}, {"no_punct": True}])
def test_sacrebleu_itself(options: dict[str, bool]) -> None:
    from sacrebleu.metrics import TER

    predictions = ["b c d a e.", "The cat. sat", "it's 3..8 x"]
    references = [["a b c d e.", "b a"], ["cat the sat!", "a"], ["x it is 3..8, y", "b..8"]]
    theirs = TER(**options).corpus_score(predictions, [*zip(*references, strict=True)])
    ours = evaluate(predictions, references, preset="sacrebleu", metrics=["ter"], **options)["ter"]
    assert 100 * float(ours) == pytest.approx(theirs.score, abs=1e-9)
