"""The samples of a report: where tokens lie, what matches, which samples are shown."""

from __future__ import annotations

import base64
import json
import zlib
from collections import Counter
from itertools import pairwise, product

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from textmetrics import evaluate
from textmetrics.evaluation import ScoringSettings
from textmetrics.kernels.definition import lcs, match
from textmetrics.languages import LANGUAGES, normalize, origins
from textmetrics.report.marking import (
    TokenMatch,
    common_subsequence,
    locate_tokens,
    match_tokens,
)
from textmetrics.report.samples import LONGEST, payload, report_samples, select_samples

# Characters that become several, several that become one, marks, white space of many kinds.
PIECES = (
    "ﾊﾞ", "e\u0301", "㎏", "½", "①", "ﷺ", "가", "\u1100\u1161\u11a8", "…", "５", "\r\n", "\u0958",
    "İ", "ß", "\u0344", "10²", "’", "–", "\u200d", "👍🏽", "か\u3099", "K", "q\u0307\u0323",
    "\u0323", "\u3000", "\x1c", "\u2028", "㍻", "㈱", "𠮷", "50 %", " ", "the",
    "a red fox", "是", "東京",
)  # fmt: skip
anything = st.text(st.characters(exclude_categories=["Cs"]), max_size=3)
texts = st.lists(st.sampled_from(PIECES) | anything, max_size=6).map("".join)


@given(texts)
def test_origins_are_of_what_normalising_leaves(text):
    found, spans = origins(text)
    assert found == "".join(normalize(text).split())
    assert len(spans) == len(found)
    assert all(before <= after for before, after in pairwise(start for start, _ in spans))
    for character, (start, end) in zip(found, spans, strict=True):
        assert character in normalize(text[start:end])


@given(texts, st.sampled_from(LANGUAGES.names()))
@settings(max_examples=60)
@example("５ ㎏ !", "en")
@example("平成は㍻です", "ja")
@example("ﷺ", "en")
def test_tokens_lie_where_their_text_gives_them(text, lang):
    tokens = ScoringSettings.of(lang=lang).analyzer(lang)(text)
    placed = locate_tokens(text, tokens.surfaces, [True] * len(tokens.surfaces))
    assert len(placed.bounds) == len(tokens.surfaces)
    assert all(end <= start for (_, end), (start, _) in pairwise(placed.bounds))
    assert placed.text == {"text": text, "normalized": normalize(text)}[placed.form]
    for surface, (start, end) in zip(tokens.surfaces, placed.bounds, strict=True):
        cut = "".join(normalize(placed.text[start:end]).split())
        assert "".join(surface.split()) in cut


@pytest.mark.parametrize(
    ("text", "surfaces", "form", "bounds"),
    [
        ("ｶﾞｽ 50 %", ["ガス", "50%"], "text", ((0, 3), (4, 8))),
        ("don’t  go", ["don't", "go"], "text", ((0, 5), (7, 9))),
        ("㍻31", ["平成", "31"], "text", ((0, 1), (1, 3))),
        ("x㎏", ["x", "k", "g"], "normalized", ((0, 1), (1, 2), (2, 3))),
        ("running", ["run"], "tokens", ((0, 3),)),
        ("½½", ["½", "½"], "text", ((0, 1), (1, 2))),  # kept as they are, each by itself
    ],
)
def test_a_token_is_placed(text, surfaces, form, bounds):
    placed = locate_tokens(text, surfaces, [True] * len(surfaces))
    assert (placed.form, placed.bounds) == (form, bounds)


words = st.lists(st.sampled_from("abcd"), max_size=20)


@given(words, words)
def test_a_pair_has_as_many_matches_as_the_kernels_count(one, other):
    order = common_subsequence(one, other)
    assert len(order) == lcs(one, other)
    assert all(one[i] == other[j] for i, j in order)
    assert all(i < k and j < m for (i, j), (k, m) in pairwise(order))
    for states in match_tokens(one, other):
        assert sum(state > TokenMatch.ALONE for state in states) == match(one, other, 1)
        assert states.count(TokenMatch.IN_ORDER) == len(order)


def definition(one, other):
    """Return the longest common subsequence found from the ends, by the whole table of lengths."""
    length = [[0] * (len(other) + 1) for _ in range(len(one) + 1)]
    for (i, a), (j, b) in product(enumerate(one, 1), enumerate(other, 1)):
        longer = max(length[i - 1][j], length[i][j - 1])
        length[i][j] = length[i - 1][j - 1] + 1 if a == b else longer
    i, j, found = len(one), len(other), []
    while i and j:
        if length[i][j] == length[i][j - 1]:
            j -= 1
        elif length[i][j] == length[i - 1][j]:
            i -= 1
        else:
            i, j = i - 1, j - 1
            found.insert(0, (i, j))
    return found


def test_the_same_subsequence_at_each_call():
    """Of several longest ones the same is shown; texts of up to 17 tokens have 5 blocks of rows."""
    texts = [text for size in range(5) for text in product("ab", repeat=size)]
    texts += ["abcabcabcabcabcab", "ccbabbacbcaacbab", "bcacbacab", "acbcbacba", "ddddabd"]
    for one, other in product(texts, texts):
        assert common_subsequence(one, other) == definition(one, other)


def test_what_is_shown_of_a_sample_gives_its_score():
    """Recall and F1 are counted anew from the states, on the reference that counted."""
    predictions = ["the red fox ran", "北京 fox", "of the", "", "not here", "a b c d"]
    references = [
        ["a brown dog", "a fox that ran red"], ["fox"], ["of", ""],
        ["nothing"], ["here, not there", "not here"], ["d c b a", "b c"],
    ]  # fmt: skip
    chosen = ["rouge_l", "f1"]
    scores = evaluate(predictions, references, lang="en", metrics=chosen).samples
    found = report_samples(
        "t", references, {"m": predictions}, {"m": scores},
        settings=ScoringSettings.of(metrics=chosen, lang="en"), ids=["x", *"bcdef"],
    )  # fmt: skip
    assert [sample.id for sample in found.samples] == ["x", *"bcdef"]
    for at, sample in enumerate(found.samples):
        pair = sample.pairs[0]
        recall = pair.expected.count(TokenMatch.IN_ORDER) / len(pair.expected)
        assert sample.scores[0] == (pytest.approx(recall), pytest.approx(scores["f1"][at]))
        marked = sample.predictions[0]
        assert marked.dropped.count(False) == len(pair.prediction)
        assert sample.references[pair.reference].dropped.count(False) == len(pair.expected)
    assert [sample.pairs[0].reference for sample in found.samples] == [1, 0, 0, 0, 1, 1]
    assert found.samples[2].predictions[0].dropped == (False, False)  # nothing is dropped there


CHARACTERS = {"preset": "llama_factory", "metrics": ["bleu_4"]}


@pytest.mark.parametrize(
    ("options", "prediction", "shown", "bounds", "whole"),
    [
        ({"preset": "rouge_score"}, "Running, fast", "running fast", [(0, 7), (8, 12)], None),
        (
            {"preset": "llama_factory", "metrics": ["bleu_4"]},
            "北 京",
            "北 京",
            [(0, 1), (1, 2), (2, 3)],
            None,
        ),
        ({"extract": "think"}, "<think>no</think>Paris", "Paris", [(0, 5)], 1),
        ({"metrics": ["numeric"]}, "It is 5.", "It is 5.", [], None),
    ],
)
def test_other_views_and_answers(options, prediction, shown, bounds, whole):
    its = ScoringSettings.of(**options, **({} if "preset" in options else {"lang": "en"}))
    values = {metric.name: [1.0] for metric in its.metrics}
    found = report_samples("t", ["5"], {"m": [prediction]}, {"m": values}, settings=its)
    marked = found.samples[0].predictions[0]
    assert (marked.text, list(marked.bounds)) == (shown, bounds)
    assert marked.whole == (prediction if whole else None)


def test_a_model_s_scores_must_be_there():
    its = ScoringSettings.of(metrics=["f1"], lang="en")
    with pytest.raises(ValueError, match="no scores of model 'm' by metric 'f1'"):
        report_samples("t", ["a"], {"m": ["a"]}, {"m": {}}, settings=its)
    with pytest.raises(ValueError, match="2 scores of model 'm' by metric 'f1' for 1 sample:"):
        report_samples("t", ["a"], {"m": ["a"]}, {"m": {"f1": [1, 1]}}, settings=its)
    with pytest.raises(ValueError, match="no models"):
        report_samples("t", ["a"], {}, {}, settings=its)


def test_of_too_many_samples_the_largest_differences_and_some_others_are_shown():
    scores = np.zeros((2, 100))
    scores[0, [3, 50, 97]] = [0.5, np.nan, 1.0]
    chosen, note = select_samples(scores, most=4)
    assert {3, 97} <= set(chosen.tolist())
    assert chosen.tolist() == select_samples(scores, most=4)[0].tolist()
    assert chosen.tolist() != select_samples(scores, most=4, seed=1)[0].tolist()
    assert sorted(Counter(chosen.tolist()).values()) == [1] * 4
    assert note == (
        "4 of 100 samples: the 2 on which models differ most and 2 of the others at random "
        "(seed 12345)"
    )
    assert select_samples(scores[:1], most=4)[1] == "4 of 100 samples: 4 at random (seed 12345)"
    assert select_samples(scores, most=100)[1] == ""
    # None is drawn twice: if they could be, of nearly all samples some would be.
    for most in (98, 99):
        assert len(set(select_samples(scores, most=most)[0].tolist())) == most
    with pytest.raises(ValueError, match="most must be 1 or above"):
        select_samples(scores, most=0)


def test_of_very_many_samples_the_first_and_the_most_different_are_marked():
    its = ScoringSettings.of(metrics=["f1"], lang="en")
    texts = [f"fox {at}" for at in range(10)]
    scores = {"a": {"f1": [0.0] * 10}, "b": {"f1": [0, 0, 0, 0, 0, 0, 0.5, 0, 0.9, 0.1]}}
    predictions = dict.fromkeys("ab", texts)

    def marked(most):
        found = report_samples(
            "t", texts, predictions, scores, settings=its, most_marked=most
        ).samples
        return [at for at, sample in enumerate(found) if sample.marked]

    assert marked(30) == list(range(10))
    assert marked(15) == [0, 1, 2, 6, 8]
    assert marked(12) == [0, 1, 6, 8]
    assert marked(1) == [0]
    found = report_samples("t", texts, predictions, scores, settings=its, most_marked=3)
    assert found.samples[0].pairs[0].prediction != ()
    assert found.samples[5].pairs[0].prediction == ()
    packed = json.loads(zlib.decompress(base64.b64decode(payload(found)[-1])))
    assert [row[4] is None for row in packed] == [False] + [True] * 9


def test_questions_and_facets_are_one_per_sample():
    its = ScoringSettings.of(metrics=["f1"], lang="en")
    options = {"settings": its, "scores": {"m": {"f1": [1.0, 0.0]}}}
    texts = ["a fox", "a dog"]
    found = report_samples(
        "t", texts, {"m": texts}, questions=["Who?", [("user", "What?")]],
        facets={"level": ["10", None]}, **options,
    )  # fmt: skip
    assert [sample.question for sample in found.samples] == [
        (("", "Who?"),), (("user", "What?"),)
    ]  # fmt: skip
    table = json.loads(zlib.decompress(base64.b64decode(payload(found)[0])))
    assert table["facets"] == [{"name": "level", "values": ["10"], "column": [0, -1]}]
    assert table["empty"] == [[]]
    with pytest.raises(ValueError, match="1 value of question for 2: give one per sample"):
        report_samples("t", texts, {"m": texts}, questions=["Who?"], **options)
    with pytest.raises(ValueError, match="3 values of level for 2: give one per sample"):
        report_samples("t", texts, {"m": texts}, facets={"level": ["1", "2", "3"]}, **options)


def test_of_long_texts_fewer_samples_are_shown(monkeypatch):
    monkeypatch.setattr("textmetrics.report.samples._MOST_CHARACTERS", 60)
    its = ScoringSettings.of(metrics=["f1"], lang="en")
    texts = ["x" * 10] * 6
    found = report_samples("t", texts, {"m": texts}, {"m": {"f1": [1.0] * 6}}, settings=its)
    assert len(found.samples) == 3
    assert found.note == "3 of 6 samples: 3 at random (seed 12345)"


def test_a_page_has_the_first_characters_of_a_text():
    its = ScoringSettings.of(metrics=["f1"], lang="en")
    for long, expected in ((20_000, "x" * 20_000), (20_001, ["x" * 20_000, "text", None, 1])):
        text = "x" * long
        found = report_samples("t", [text], {"m": [text]}, {"m": {"f1": [1.0]}}, settings=its)
        packed = json.loads(zlib.decompress(base64.b64decode(payload(found)[-1])))
        assert packed[0][:2] == [[expected], [expected]]


def test_a_page_holds_no_more_than_it_can_of_a_text():
    its = ScoringSettings.of(metrics=["f1"], lang="en")
    long = "word " * LONGEST
    found = report_samples("t", [long], {"m": [long]}, {"m": {"f1": [1.0]}}, settings=its)
    table, scores, texts = (
        json.loads(zlib.decompress(base64.b64decode(each))) for each in payload(found)
    )
    assert table["lengths"] == [len(long)]
    assert scores == [[10_000]]  # hundredths of a percent
    text, _, _, hidden = texts[0][1][0]
    assert (len(text), hidden) == (LONGEST, len(long) - LONGEST)


@pytest.mark.parametrize(
    ("text", "tokens", "matches"),
    [
        # By hand, from the docstring of `payload`: a is 0, b is 1, G is 32, the sixth bit.
        ("the red fox", "bdcdcd", "k"),  # a stopword is twice 0 plus 1; 2 + 2 * 4
        ("red fox blue bird", "adcdcece", "Qc"),  # 2 + 2 * 4 + 2 * 16, and the fourth
        ("x" * 31, "aF", "c"),
        ("x" * 32, "aGb", "c"),
        ("x" * 70, "aMc", "c"),  # 6 + 2 * 32
        ("x" * LONGEST, None, "c"),
        ("x" * (LONGEST + 1), "", "c"),  # ends after what the page has
        ("red " + "x" * LONGEST, "ad", "k"),
    ],
)
def test_tokens_are_written_as_numbers(text, tokens, matches):
    its = ScoringSettings.of(metrics=["rouge_l"], lang="en")
    found = report_samples("t", [text], {"m": [text]}, {"m": {"rouge_l": [1.0]}}, settings=its)
    packed = json.loads(zlib.decompress(base64.b64decode(payload(found)[-1])))
    [[_, _, references, predictions, pairs, _]] = packed
    assert references == predictions
    assert references == [tokens] if tokens is not None else references[0].startswith("a")
    assert pairs == [[0, matches, matches]]


@pytest.mark.parametrize(
    ("metric", "options", "best"),
    [
        ("numeric", {"lang": "en"}, 0),  # a judge marks no tokens, so the first of equals
        ("multiple_choice", {"lang": "en"}, 0),
        ("wer", {"lang": "en"}, 1),
        ("rouge_lsum", {"preset": "rouge_score"}, 1),
    ],
)
def test_f1_finds_the_reference_for_metrics_that_are_not_of_tokens_alone(metric, options, best):
    its = ScoringSettings.of(metrics=[metric], **options)
    references = [["blue birds", "red foxes: 5"]]
    found = report_samples(
        "t", references, {"m": ["5 red foxes"]}, {"m": {metric: [0.5]}}, settings=its
    )
    assert found.samples[0].pairs[0].reference == best


def test_the_best_reference_follows_the_direction_of_the_metric(error_rate, token_count):
    references = [["a blue bird", "a red fox"]]
    for metric, best in (("f1", 1), ("error_rate", 1), ("token_count", 0)):
        its = ScoringSettings.of(metrics=[metric], lang="en")
        found = report_samples(
            "t", references, {"m": ["the red fox"]}, {"m": {metric: [2.5]}}, settings=its
        )
        assert found.samples[0].pairs[0].reference == best
    scores = json.loads(zlib.decompress(base64.b64decode(payload(found)[1])))
    assert scores == [[250]]  # hundredths of what is shown, which is not percent here
