"""ROUGE's published definitions against the programs that they are from."""

from __future__ import annotations

import re
import sys
import warnings
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any, TypeAlias

import numpy as np
import pytest
import rouge
from hypothesis import given, settings
from hypothesis import strategies as st
from nltk.stem.porter import PorterStemmer
from rouge_score.rouge_scorer import RougeScorer

from textmetrics.kernels import available_backends, backend
from textmetrics.metrics import Metric, Values, rounded, without_empty
from textmetrics.presets import WHITESPACE
from textmetrics.presets.evalscope import EVALSCOPE_ROUGE
from textmetrics.presets.jieba_words import jieba_words
from textmetrics.presets.ms_swift import MS_SWIFT, MS_SWIFT_SENTENCES
from textmetrics.presets.ngram_sets import (
    rouge_n_of_sets,
    rouge_plain_l,
    rouge_union_l,
)
from textmetrics.presets.opencompass import OPENCOMPASS
from textmetrics.presets.pltrdy import PLTRDY, PLTRDY_JIEBA_SENTENCES, PLTRDY_SENTENCES
from textmetrics.presets.porter import stem
from textmetrics.presets.rouge_chinese import JIEBA_ROUGE_CHINESE, ROUGE_CHINESE
from textmetrics.presets.rouge_score import rouge_l, rouge_lsum, rouge_n, rouge_score_view
from textmetrics.scan import Batch
from textmetrics.scan.view import BREAK, View

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # old escapes in their sources
    import jieba
    import rouge_chinese

Scores: TypeAlias = dict[str, dict[str, float]]

BACKENDS = [name for name, missing in available_backends().items() if missing is None]

# Text of four kinds, and what is odd in it: other digits, cases that grow, marks, white space that
# is no space, characters outside the basic plane, a half of a pair of surrogates.
PIECES = (
    "The quick brown foxes", "jumped", "the", "lazily", "relational", "3.14", "C++", "it's",
    "很抱歉，文中没有提及", "自然语言处理", "北京大学", "你好", "产品：奶粉", "2024年",
    "東京タワー", "これはペンです", "データ", "ﾃﾞｰﾀ", "GPT-4模型", "T恤", "𠮷野家", "👍🏽",
    "İstanbul", "ﬁne", "ＡＢＣ", "٣", "e\u0301", "\u200b", "\ud800", "K", "ẞ",
    *"。！？?…”’“，、.,;:!\n\r\t \u3000\u00a0\x85\u2028\x1c_-'\"",
    "。”", "......", "……", "\n\n", " \n ", "。\n\n", "...", ". ", "  ",
)  # fmt: skip
texts = st.one_of(
    st.lists(st.sampled_from(PIECES), max_size=12).map("".join),
    st.lists(st.sampled_from(PIECES), max_size=12).map(" ".join),
    st.text(max_size=20),
    st.text("ab .\n。", max_size=30),
)
pairs = st.tuples(texts, texts)


def batch_of(view: View, samples: Sequence[Sequence[str]]) -> Batch:
    """Encode the texts of samples, a break being 0 where the view has sentences."""
    ids: list[int] = []
    offsets, bounds = [0], [0]
    for sample in samples:
        known = {BREAK: 0} if view.sentences else {}
        for text in sample:
            ids.extend(known.setdefault(token, len(known)) for token in view.tokens(text))
            offsets.append(len(ids))
        bounds.append(bounds[-1] + len(sample))
    return Batch(np.array(ids, np.int32), np.array(offsets), np.array(bounds))


def values(metric: Metric, view: View, *samples: Sequence[str]) -> Values:
    """Score samples, each a prediction and its references."""
    batch = batch_of(view, samples)
    found = [metric.values(backend(name)(batch, metric.needs, 1)) for name in BACKENDS]
    assert all(np.array_equal(found[0], each, equal_nan=True) for each in found)
    return found[0]


def parts(found: Values, sample: int = 0) -> list[float]:
    precision, recall, f1 = found[1:]
    return [precision[sample], recall[sample], f1[sample]]


# ------------------------------------------------------------------------------ rouge-score 0.1.2

TYPES = {
    **{f"rouge{n}": (rouge_n(n), False) for n in range(1, 10)},
    "rougeL": (rouge_l(), False),
    "rougeLsum": (rouge_lsum(), True),
}
ENDINGS = (
    "sses", "ies", "ss", "s", "eed", "ed", "ing", "at", "bl", "iz", "y", "ational", "tional",
    "enci", "anci", "izer", "bli", "abli", "alli", "entli", "eli", "ousli", "ization", "ation",
    "ator", "alism", "iveness", "fulness", "ousness", "aliti", "iviti", "biliti", "fulli", "logi",
    "icate", "ative", "alize", "iciti", "ical", "ful", "ness", "al", "ance", "ence", "er", "ic",
    "able", "ible", "ant", "ement", "ment", "ent", "sion", "tion", "ou", "ism", "ate", "iti",
    "ous", "ive", "ize", "e", "ll", "ied", "ying",
)  # fmt: skip
words = st.builds(
    "{}{}{}".format,
    st.text("aeioubcdlstyzwx1", max_size=6),
    st.sampled_from(ENDINGS),
    st.sampled_from(["", *ENDINGS]),
)


@settings(max_examples=2000)
@given(words)
def test_porter(word: str) -> None:
    assert stem(word) == PorterStemmer().stem(word)


# From Porter (1980), and where NLTK goes further.
@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("ponies", "poni"), ("caress", "caress"), ("feed", "feed"), ("agreed", "agre"),
        ("hopping", "hop"), ("falling", "fall"), ("filing", "file"), ("sky", "sky"),
        ("rational", "ration"), ("generalizations", "gener"), ("oscillators", "oscil"),
        ("dies", "die"), ("flies", "fli"), ("spied", "spi"), ("enjoy", "enjoy"), ("news", "news"),
        ("geology", "geolog"), ("yyyy" * 2000, ("yyyy" * 2000)[:-1] + "i"),
    ],
)  # fmt: skip
def test_porter_by_hand(word: str, expected: str) -> None:
    assert stem(word) == PorterStemmer().stem(word) == expected


def theirs_rouge_score(types: Sequence[str], stemmer: bool, sample: Sequence[str]) -> Any:
    prediction, *references = sample
    return RougeScorer(list(types), use_stemmer=stemmer).score_multi(references, prediction)


def assert_rouge_score(stemmer: bool, sample: Sequence[str], types: Sequence[str]) -> None:
    theirs = theirs_rouge_score(types, stemmer, sample)
    for name in types:
        metric, sentences = TYPES[name]
        view = rouge_score_view(stemmer=stemmer, sentences=sentences)
        assert parts(values(metric, view, sample)) == pytest.approx(theirs[name], abs=1e-12), name


some = st.sampled_from(["the", "cat", "sat", "on", "mats", "running", "runs", "a"])
line = st.lists(some, max_size=7).map(" ".join)
lines = st.lists(line, max_size=5).map("\n".join)


@settings(max_examples=150)
@given(st.booleans(), st.lists(st.one_of(texts, lines), min_size=2, max_size=4))
def test_rouge_score(stemmer: bool, sample: list[str]) -> None:
    assert_rouge_score(stemmer, sample, list(TYPES))


@settings(max_examples=300)
@given(lines, lines)
def test_rouge_score_of_sentences(prediction: str, reference: str) -> None:
    assert_rouge_score(False, [prediction, reference], ["rougeLsum"])


def test_rouge_score_takes_the_first_of_equal_references() -> None:
    sample = ["a b c d", "a b x y z", "a b", "a b c d e f g h i j k l"]
    assert_rouge_score(False, sample, list(TYPES))
    sample = ["a b", "a x x x", "a", "b"]  # precision differs where F1 does not
    assert_rouge_score(False, [*sample, "a"], ["rouge1"])


def test_rouge_score_on_long_text() -> None:
    chance = np.random.default_rng(1)
    texts = [
        "\n".join(" ".join(chance.choice(list("abcdefgh"), 90)) for _ in range(n))
        for n in (7, 9, 1)
    ]
    assert_rouge_score(False, texts, list(TYPES))


# ----------------------------------------------------- rouge-chinese 1.0.3, rouge 1.0.1, harnesses

ROUGES = ("rouge-1", "rouge-2", "rouge-l")
CHINESE_METRICS = (rouge_n_of_sets(1), rouge_n_of_sets(2), rouge_plain_l())
PLTRDY_METRICS = (rouge_n_of_sets(1), rouge_n_of_sets(2), rouge_union_l())
ZEROS: Scores = {name: dict.fromkeys("prf", 0.0) for name in ROUGES}


def theirs_of_sets(rouge: Any, prediction: str, reference: str) -> Scores:
    """Score a pair; where the program stops, as it does for empty texts, with 0."""
    try:
        found: Scores = rouge.get_scores(prediction, reference)[0]
    except ValueError:
        return ZEROS
    return found


def assert_of_sets(
    theirs: Scores, metrics: Sequence[Metric], views: Sequence[View], pair: Sequence[str]
) -> None:
    for name, metric, view in zip(theirs, metrics, views, strict=True):
        expected = [theirs[name][part] for part in "prf"]
        assert parts(values(metric, view, pair)) == pytest.approx(expected, abs=1e-9), name


@settings(max_examples=500)
@given(pairs)
def test_rouge_chinese(pair: tuple[str, str]) -> None:
    theirs = theirs_of_sets(rouge_chinese.Rouge(), *pair)
    assert_of_sets(theirs, CHINESE_METRICS, [ROUGE_CHINESE] * 3, pair)


@given(pairs)
def test_rouge_chinese_of_more_than_two_words(pair: tuple[str, str]) -> None:
    names = ["rouge-3", "rouge-4", "rouge-5"]
    rouge = rouge_chinese.Rouge(metrics=names)
    try:
        theirs = rouge.get_scores(*pair)[0]
    except ValueError:
        return
    metrics = [rouge_n_of_sets(n) for n in (3, 4, 5)]
    assert_of_sets(theirs, metrics, [ROUGE_CHINESE] * 3, pair)


def test_rouge_chinese_has_an_empty_word_for_an_empty_line() -> None:
    # definitions.md has it from a run of the program
    assert JIEBA_ROUGE_CHINESE.tokens("你好。\n\n世界") == ["你好", "。", "", "", "世界"]
    assert JIEBA_ROUGE_CHINESE.tokens("\n \u3000\n") == ROUGE_CHINESE.tokens("") == []


@settings(max_examples=500)
@given(pairs)
def test_rouge(pair: tuple[str, str]) -> None:
    views = [PLTRDY, PLTRDY, PLTRDY_SENTENCES]
    assert_of_sets(theirs_of_sets(rouge.Rouge(), *pair), PLTRDY_METRICS, views, pair)


few = st.lists(st.sampled_from([*"abcde", ".", "a.b"]), max_size=30).map(" ".join)


@settings(max_examples=500)
@given(few, few)
def test_rouge_of_sentences(prediction: str, reference: str) -> None:
    pair = (prediction, reference)
    views = [PLTRDY, PLTRDY, PLTRDY_SENTENCES]
    assert_of_sets(theirs_of_sets(rouge.Rouge(), *pair), PLTRDY_METRICS, views, pair)


def test_rouge_beyond_its_recursion() -> None:
    chance = np.random.default_rng(2)
    pair = [" ".join(chance.choice(list("abcdefghijklmnopqrstuvwxyz"), n)) for n in (900, 1100)]
    with pytest.raises(RecursionError):
        rouge.Rouge().get_scores(*pair)
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(5000)
    try:
        theirs = rouge.Rouge().get_scores(*pair)[0]
    finally:
        sys.setrecursionlimit(limit)
    assert_of_sets(theirs, PLTRDY_METRICS, [PLTRDY, PLTRDY, PLTRDY_SENTENCES], pair)


@settings(max_examples=300)
@given(texts)
def test_jieba_words(text: str) -> None:
    assert jieba_words(text) == jieba.lcut(text)


def cut(text: str) -> str:
    return " ".join(jieba.cut(text))


@settings(max_examples=300)
@given(pairs)
def test_llama_factory(pair: tuple[str, str]) -> None:
    spaced = [cut(text) for text in pair]
    theirs = ZEROS
    if all(text.split() for text in spaced):
        theirs = rouge_chinese.Rouge().get_scores(*spaced)[0]
    assert_of_sets(theirs, CHINESE_METRICS, [JIEBA_ROUGE_CHINESE] * 3, pair)  # Qianfan
    metrics = [rounded(metric, 4) for metric in CHINESE_METRICS]
    for metric, name in zip(metrics, ROUGES, strict=True):
        found = values(metric, JIEBA_ROUGE_CHINESE, pair).headline[0]
        assert 100 * found == pytest.approx(round(theirs[name]["f"] * 100, 4), abs=1e-9)


@settings(max_examples=300)
@given(pairs)
def test_ms_swift(pair: tuple[str, str]) -> None:
    words = [[w.strip(" ") for w in jieba.cut(text) if w.strip(" ")] for text in pair]
    views = [MS_SWIFT, MS_SWIFT, MS_SWIFT_SENTENCES]
    metrics = [without_empty(metric) for metric in PLTRDY_METRICS]
    if not all(words):
        for metric, view in zip(metrics, views, strict=True):
            assert np.isnan(values(metric, view, pair)).all()
    elif all("".join(each).strip(".") for each in words):  # the program stops where there is none
        theirs = rouge.Rouge().get_scores(*map(" ".join, words))[0]
        assert_of_sets(theirs, metrics, views, pair)


def test_ms_swift_of_full_stops() -> None:
    found = values(without_empty(rouge_n_of_sets(1)), MS_SWIFT, ["...", "好"])
    assert found.headline[0] == 0


def theirs_longbench(spaced: Sequence[str]) -> float:
    try:
        return float(
            rouge.Rouge().get_scores(*([text] for text in spaced), avg=True)["rouge-l"]["f"]
        )
    except ValueError:
        return 0.0


@settings(max_examples=200)
@given(texts, st.lists(texts, min_size=1, max_size=3))
def test_longbench(prediction: str, references: list[str]) -> None:
    for view, prepare in ((PLTRDY_SENTENCES, str), (PLTRDY_JIEBA_SENTENCES, cut)):
        each = [theirs_longbench([prepare(prediction), prepare(text)]) for text in references]
        found = values(rouge_union_l(), view, [prediction, *references]).headline[0]
        assert found == pytest.approx(max(each), abs=1e-9)


def postprocessed(text: str) -> str:
    text = re.split(r"[\n.,]", text, maxsplit=1)[0]
    text = re.sub(r"\b(a|an|the)\b", "", re.sub(r"[^\w\s]", "", text), flags=re.IGNORECASE)
    return re.sub(r"\s+", " ", text).strip()


@settings(max_examples=300)
@given(pairs)
def test_opencompass(pair: tuple[str, str]) -> None:
    spaced = [cut(postprocessed(text)) for text in pair]
    placeholders = ("__PREDPLACEHOLDER__", "__REFRPLACEHOLDER__")
    given_texts = [text or instead for text, instead in zip(spaced, placeholders, strict=True)]
    theirs = rouge_chinese.Rouge().get_scores(*([text] for text in given_texts), avg=True)
    assert_of_sets(theirs, CHINESE_METRICS, [OPENCOMPASS] * 3, pair)


@settings(max_examples=300)
@given(pairs)
def test_toolbench(pair: tuple[str, str]) -> None:
    prediction, reference = pair
    tokenizer = SimpleNamespace(tokenize=str.split)
    theirs = RougeScorer(["rouge1", "rouge2", "rougeL"], tokenizer=tokenizer).score(
        reference, prediction
    )
    metrics = (rouge_n(1), rouge_n(2), rouge_l())
    for metric, score in zip(metrics, theirs.values(), strict=True):
        assert parts(values(metric, WHITESPACE, pair)) == pytest.approx(score, abs=1e-9)


@settings(max_examples=300)
@given(pairs)
def test_evalscope(pair: tuple[str, str]) -> None:
    metrics = [without_empty(metric) for metric in CHINESE_METRICS]
    spaced = [cut(text) if any("\u4e00" <= c <= "\u9fa5" for c in text) else text for text in pair]
    try:
        theirs = rouge_chinese.Rouge().get_scores(*spaced, ignore_empty=True)[0]
    except ValueError:  # the sample is left out
        theirs = {name: dict.fromkeys("prf", np.nan) for name in ROUGES}
    for name, metric in zip(ROUGES, metrics, strict=True):
        expected = [theirs[name][part] for part in "prf"]
        found = parts(values(metric, EVALSCOPE_ROUGE, pair))
        assert found == pytest.approx(expected, abs=1e-9, nan_ok=True)
