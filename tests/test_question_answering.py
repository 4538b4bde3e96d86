"""Exact match, F1 and string ratios as question-answering benchmarks have them."""

from __future__ import annotations

import warnings
from collections import Counter

import jieba
import numpy as np
import pytest
from fuzzywuzzy import fuzz as fuzzywuzzy
from hypothesis import given
from hypothesis import strategies as st
from nltk.tokenize.destructive import NLTKWordTokenizer
from nltk.translate.bleu_score import sentence_bleu
from rapidfuzz import fuzz as rapidfuzz
from rapidfuzz.utils import default_process

from textmetrics.kernels import Counts
from textmetrics.kernels.definition import lcs, longest_run
from textmetrics.metrics.judged import ACCURACY
from textmetrics.metrics.overlap import F1, token_f1
from textmetrics.presets import WHOLE_TEXT
from textmetrics.presets import squad as squad_preset
from textmetrics.presets.cmrc2018 import CMRC_SEGMENTS, CMRC_TEXT
from textmetrics.presets.evalscope import EVALSCOPE_WORDS
from textmetrics.presets.japanese_qa import JAPANESE_CHARACTERS
from textmetrics.presets.longbench import LONGBENCH_WORDS
from textmetrics.presets.nltk import NltkBleu
from textmetrics.presets.string_ratio import fuzzy_characters, string_ratio
from textmetrics.presets.treebank import TREEBANK

CMRC_F1 = token_f1(match="longest_run", both_empty=False)
LONGBENCH_F1 = token_f1(both_empty=False)

# prediction, references, exact match, F1, how: SQuAD's, by hand.
SQUAD = [
    ("The Cat!", ["a cat"], 1, 1, "both are 'cat'"),
    ("a cat and dogs", ["cat", "dogs and cat too"], 0, 6 / 7, "3 of 3, 3 of 4: 2·¾ / 1¾"),
    ("", [""], 1, 1, "both empty"),
    ("the a", ["an!"], 1, 1, "both empty after it"),
    ("", ["cat"], 0, 0, "an empty answer"),
    ("cat", ["the"], 0, 0, "an empty reference"),
    ("b b c", ["b c c"], 0, 2 / 3, "b and c once each: 2 of 3, 2 of 3"),
    ("U.S.", ["us"], 1, 1, "punctuation goes, nothing comes in its place"),
    ("theatre", ["atre"], 0, 0, "articles are whole words"),
    ("北京，the  上海", ["北京， 上海"], 1, 1, "full-width marks stay, and part words"),
    ("one", ["two", "one two"], 0, 2 / 3, "the best reference: 1 of 1, 1 of 2"),
]
# CMRC 2018's, by hand: longest common run of segments over both lengths.
CMRC = [
    ("1998年，北京", ["1998年北京"], 1, 1, "the comma goes: 1998 年 北 京"),
    ("在北京市", ["北京", "北京市区"], 0, 3 / 4, "北京: 2 of 4, 2 of 2; 北京市: 3 of 4, 3 of 4"),
    ("红白黑", ["红黑"], 0, 2 / 5, "红 alone: a run has no gaps; 1 of 3, 1 of 2"),
    ("GPT-4 Model", ["gpt4 model"], 1, 1, "lowered, the hyphen goes"),
    ("《》", [""], 1, 0, "nothing left on both sides: equal, and no run"),
    ("是……吗", ["是吗"], 0, 2 / 5, "an ellipsis stays, one token: 1 of 3, 1 of 2"),
    ("don't", ["do n't"], 0, 1, "the words of nltk"),
    ("It is red. Good", ["red"], 0, 1 / 3, "a full stop that ends a sentence: 1 of 5, 1 of 1"),
    ("在5 p.m. on吧", ["p.m. on"], 0, 4 / 7, "one that belongs to a word: 在 5 p.m. on 吧"),
    ("他 说 hello world", ["hello world"], 0, 2 / 3, "2 of 4 segments, 2 of 2"),
]
# Characters after NFKC, by hand.
JAPANESE = [
    ("ダイ・ハード", ["ハード・ダイ"], 0, 1, "the same characters in another order"),
    ("ＡＢＣ１２３", ["ABC123"], 1, 1, "full width"),
    ("ﾄｳｷｮｳ ", ["トウキョウ"], 1, 1, "half width, and a space at the end"),
    ("がくせい", ["か\u3099くせい"], 1, 1, "composed"),
    ("東京都", ["東京", "京都府"], 0, 4 / 5, "2 of 3, 2 of 2"),
    ("ああ", ["あ"], 0, 2 / 3, "あ counts once: 1 of 2, 1 of 1"),
    ("", ["東京"], 0, 0, "an empty answer"),
    ("", [""], 1, 1, "both empty"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "words", "f1", "cases"),
    [
        (squad_preset.SQUAD, squad_preset.SQUAD, F1, SQUAD),
        (CMRC_TEXT, CMRC_SEGMENTS, CMRC_F1, CMRC),
        (JAPANESE_CHARACTERS, JAPANESE_CHARACTERS, F1, JAPANESE),
    ],
    ids=["squad", "cmrc2018", "japanese_qa"],
)
def test_by_hand(scored, text, words, f1, cases):
    for prediction, references, equal, expected, how in cases:
        score = scored(f1, words, [prediction], [references])
        assert float(score) == pytest.approx(expected, abs=1e-15), how
        assert float(scored(ACCURACY, text, [prediction], [references])) == equal, how


odd = st.lists(st.sampled_from([*"aB 京都・ー,.?!'\n_ßİ\x85\xa0\u3000", "the "]), max_size=12)
texts = odd.map("".join)


def test_longbench_by_hand(scored):
    view = LONGBENCH_WORDS
    # jieba before marks are deleted; "《" is not among LongBench's marks, "》" is.
    assert view.tokens("《红楼梦》，Hello World。") == ["《", "红楼梦", "hello", "world"]
    for prediction, reference, expected in [
        ("我们去北京", "去北京", 4 / 5),
        ("。", "！", 0),
        ("", "", 0),
    ]:
        score = scored(LONGBENCH_F1, view, [prediction], [reference])
        assert float(score) == pytest.approx(expected, abs=1e-15)


MARKS = [
    "''",
    "``",
    "...",
    "--",
    "cannot",
    "gimme",
    "d'ye",
    "'tis",
    "wanna",
    "n't",
    "'ll",
    "U.S.",
    "I'm",
]
spans = st.lists(
    st.sampled_from([*MARKS, *"\"'`«“’ \n\t\x1c\xa0.,:;@$%&()[]{}<>?!*-—a1Bs京_"]), max_size=12
)


@given(spans.map("".join))
def test_words_are_those_of_nltk(text):
    assert TREEBANK.tokens(text) == NLTKWordTokenizer().tokenize(text)


@given(texts, texts)
def test_ratios_are_those_of_the_originals(one, other):
    def same(view, rounded, expected):
        pair = [view.tokens(one), view.tokens(other)]
        counted = {
            "prediction_length": len(pair[0]),
            "reference_length": len(pair[1]),
            "lcs": lcs(*pair),
        }
        columns = {name: np.array([number]) for name, number in counted.items()}
        counts = Counts(columns, np.array([0, 1]))
        value = string_ratio(rounded=rounded).values(counts).headline[0]
        assert 100 * value == pytest.approx(expected, abs=1e-9)

    same(fuzzy_characters(), True, fuzzywuzzy.ratio(one, other))
    same(fuzzy_characters(), False, rapidfuzz.ratio(one, other))
    processed = fuzzy_characters(processor="fuzzywuzzy", sort=True)
    same(processed, True, fuzzywuzzy.token_sort_ratio(one, other))
    if not set(one + other) & set("\x85\xa0"):  # white space there where other characters are wide
        same(fuzzy_characters(sort=True), False, rapidfuzz.token_sort_ratio(one, other))
    processed = fuzzy_characters(processor="rapidfuzz", sort=True)
    theirs = rapidfuzz.token_sort_ratio(one, other, processor=default_process)
    same(processed, False, theirs)


def test_ratios_by_hand(scored):
    for view, rounded, expected in [
        (fuzzy_characters(), False, 0.5),  # 3 of 6 in order: "ハード"
        (fuzzy_characters(sort=True), False, 0.5),
        (fuzzy_characters(processor="fuzzywuzzy", sort=True), True, 1.0),
        (fuzzy_characters(processor="rapidfuzz", sort=True), False, 1.0),
    ]:
        score = scored(string_ratio(rounded=rounded), view, ["ダイ・ハード"], ["ハード・ダイ"])
        assert float(score) == expected
    best = scored(string_ratio(), fuzzy_characters(), ["abcd"], [["xyz", "abcx"]])
    assert float(best) == 0.75
    with pytest.raises(ValueError, match="unknown processor 'lower'; known: none, fuzzywuzzy"):
        fuzzy_characters(processor="lower")


EVALSCOPE = [
    ("我们 去 Beijing 公园。", "我们去公园玩"),
    ("We don't know.", "We do not know."),
    ("Answer: 42", "答案：42"),
    ("a b c d e", "a b c d e"),
    ("ひらがなだけ", "ひらがなだけ"),
    ("", "x"),
]


@pytest.mark.parametrize("order", [1, 2, 3, 4])
def test_evalscope_weighs_one_order_alone(scored, order):
    def words(text):
        han = any("\u4e00" <= character <= "\u9fa5" for character in text)
        return jieba.lcut(text) if han else NLTKWordTokenizer().tokenize(text)

    weights = tuple(float(n == order) for n in range(1, 5))
    metric = NltkBleu(weights=weights, aggregate="mean").metric()
    predictions, references = zip(*EVALSCOPE, strict=True)
    score = scored(metric, EVALSCOPE_WORDS, predictions, references)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of orders without a match
        expected = [
            sentence_bleu([words(reference)], words(prediction), weights=weights)
            for prediction, reference in EVALSCOPE
        ]
    assert score.samples == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize(
    ("view", "one", "other", "equal"),
    [
        (WHOLE_TEXT, "a ", "a", 0),
        (WHOLE_TEXT, "", "", 1),
        (WHOLE_TEXT, "", "a", 0),
    ],
)
def test_whole_texts(scored, view, one, other, equal):
    assert float(scored(ACCURACY, view, [one], [other])) == equal


tokens = st.lists(st.integers(0, 3), max_size=12)


@given(tokens, tokens)
def test_the_longest_common_run(one, other):
    runs = {tuple(one[i:j]) for i in range(len(one)) for j in range(i + 1, len(one) + 1)}
    found = [
        run for run in runs if any(tuple(other[k : k + len(run)]) == run for k in range(len(other)))
    ]
    assert longest_run(one, other) == max(map(len, found), default=0)


@given(texts, texts)
def test_longbench_f1_is_its_formula(one, other):
    view = LONGBENCH_WORDS
    a, b = view.tokens(one), view.tokens(other)
    same = (Counter(a) & Counter(b)).total()
    columns = {"prediction_length": len(a), "reference_length": len(b), "match_1": same}
    counts = Counts({k: np.array([v]) for k, v in columns.items()}, np.array([0, 1]))
    expected = 2 * same / (len(a) + len(b)) if same else 0
    assert LONGBENCH_F1.values(counts).headline[0] == pytest.approx(expected)
