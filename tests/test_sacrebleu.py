"""BLEU as sacrebleu has it, held to sacrebleu itself."""

from __future__ import annotations

import itertools
import logging

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sacrebleu.metrics import BLEU
from sacrebleu.metrics.bleu import _get_tokenizer

from textmetrics.presets import sacrebleu_tokenizers
from textmetrics.presets.sacrebleu import SMOOTHING_VALUES, SacreBleu, references_shown
from textmetrics.presets.sacrebleu_tokenizers import SACREBLEU_TOKENIZERS, sacrebleu_view

# sacrebleu advises effective order for sentences, and untokenised text.
logging.getLogger("sacrebleu").setLevel(logging.ERROR)

# Pieces at which its rules meet.
PIECES = [
    *"ab12.,-'(~{<>$€²½ \n\t\u3000\xa0\x1c\x00", "-\n", " .", "3.5", "1,000",
    "&quot;", "&amp;lt;", "&amp;", "&lt;", "&gt;", "<skipped>",
    *"京カかｱー𠀀“—…。，！ﬁİß٣", "東京", "👍🏽", "e\u0301",
    *"\u2000\u2001\u2a6d\u2a6e\u200b\u200d",
]  # fmt: skip
odd = st.lists(st.sampled_from(PIECES), max_size=12).map("".join)
texts = st.one_of(odd, st.text(st.characters(exclude_categories=["Cs"]), max_size=12))

# prediction, references: English, Chinese, Japanese, mixed, empty, repeated, long.
CORPUS = [
    ("The cat sat on the mat.", ["The cat is sitting on the mat.", "A cat sat on the mat, yes."]),
    ("It's 3.5%, not 3-4 &quot;points&quot;!", ["It's 3.5 %, not 3–4 \"points\"!"]),
    ("今天天气很好，我们去公园散步吧。", ["今天天气真好，我们去公园散散步吧！", "今天天气很好。"]),
    ("東京タワーへ行きました。", ["東京タワーに行きました。"]),
    ("用 Python 3.11 训练 GPT-4 模型 epoch-\n", ["用Python 3.11训练了GPT-4模型 epoch- "]),
    ("the the the the the the", ["the cat", "the the dog"]),
    ("", ["nothing at all"]),
    ("something", [""]),
    ("", [""]),
    ("  \n", ["a", "b"]),
    ("北京", ["北京"]),
    ("e\u0301té 👍🏽 ﬁn ½ x² ٣", ["été 👍 fin ½ x2 ٣"]),
    ("a b c d e f g " * 300, ["a b c d e f g h " * 280]),
    ("NO MATCH HERE", ["whatever it takes", "nothing"]),
]  # fmt: skip
PREDICTIONS, REFERENCES = map(list, zip(*CORPUS, strict=True))


def padded(references):
    """Return references as sacrebleu takes them: the first of each sample, and so on."""
    return [list(stream) for stream in itertools.zip_longest(*references)]


@pytest.mark.parametrize("tokenizer", SACREBLEU_TOKENIZERS)
def test_tokens_are_those_of_the_original(tokenizer):
    ours, theirs = sacrebleu_view(tokenizer).tokens, _get_tokenizer(tokenizer)()

    @given(texts)
    @example("京" * 5000 + " a.b")
    def same(text):
        assert ours(text) == theirs(text.rstrip()).split()

    same()


@pytest.mark.parametrize("tokenizer", ["13a", "zh", "char"])
def test_every_character_is_told_apart_as_there(tokenizer):
    ours, theirs = sacrebleu_view(tokenizer).tokens, _get_tokenizer(tokenizer)()
    codes = [code for code in range(0x11000) if not 0xD800 <= code < 0xE000]
    for start in range(0, len(codes), 64):
        text = "a".join(chr(code) for code in codes[start : start + 64]) + "a"
        assert ours(text) == theirs(text.rstrip()).split()


def test_lowering_comes_first():
    view = sacrebleu_view(lowercase=True)
    assert view.tokens("<SKIPPED>İ A &QUOT;") == ["i̇", "a", '"']
    assert view.name == "13a+lc"


def test_an_unknown_tokenizer_is_told():
    with pytest.raises(ValueError, match="unknown tokenizer 'spm' for sacrebleu; known: 13a, intl"):
        sacrebleu_view("spm")


def test_mecab_missing_names_the_extra(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "MeCab", None)
    sacrebleu_tokenizers._tagger.cache_clear()
    with pytest.raises(ImportError, match=r"pip install 'textmetrics-eval\[ja-mecab\]'"):
        sacrebleu_view("ja-mecab")


SMOOTHINGS = [
    ("exp", None), ("floor", None), ("floor", 0.0), ("floor", 0.25),
    ("add-k", None), ("add-k", 0.5), ("add-k", 0.0), ("none", None),
]  # fmt: skip


def assert_same(scored, predictions, references, *, tokenizer, lowercase=False, **options):
    ours = SacreBleu(**options)
    theirs = BLEU(
        tokenize=tokenizer,
        lowercase=lowercase,
        smooth_method=ours.smoothing,
        smooth_value=options.get("smoothing_value"),
        effective_order=ours.effective_order,
        max_ngram_order=ours.order,
    )
    view = sacrebleu_view(tokenizer, lowercase=lowercase)
    score = scored(ours.metric(), view, predictions, references)
    expected = theirs.corpus_score(predictions, padded(references))
    assert 100 * score == pytest.approx(expected.score, abs=1e-9, rel=0)
    got = [100 * score.details[f"precision_{n}"] for n in range(1, ours.order + 1)]
    assert got == pytest.approx(expected.precisions, abs=1e-9)
    assert score.details["brevity_penalty"] == pytest.approx(expected.bp, abs=1e-12)
    signature = ours.signature(
        tokenizer=theirs.tokenizer_signature,
        references=list(map(len, references)),
        lowercase=lowercase,
    )
    assert signature == str(theirs.get_signature())
    assert view.name == theirs.tokenizer_signature + ("+lc" if lowercase else "")
    theirs.effective_order = True
    sentences = [
        theirs.sentence_score(prediction, given).score
        for prediction, given in zip(predictions, references, strict=True)
    ]
    assert 100 * score.samples == pytest.approx(sentences, abs=1e-9, rel=0)


@pytest.mark.parametrize("tokenizer", SACREBLEU_TOKENIZERS)
@pytest.mark.parametrize(("smoothing", "value"), SMOOTHINGS)
@pytest.mark.parametrize("effective_order", [False, True])
def test_a_corpus_is_scored_as_there(scored, tokenizer, smoothing, value, effective_order):
    options = {"smoothing": smoothing, "smoothing_value": value, "effective_order": effective_order}
    assert_same(scored, PREDICTIONS, REFERENCES, tokenizer=tokenizer, **options)
    assert_same(scored, PREDICTIONS, REFERENCES, tokenizer=tokenizer, lowercase=True, **options)


short = st.text("ab1. 京", max_size=10)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(short, st.lists(short, min_size=1, max_size=3)), min_size=1, max_size=5),
    st.sampled_from(SMOOTHINGS),
    st.booleans(),
    st.integers(1, 6),
    st.sampled_from(["13a", "zh", "char"]),
)
def test_small_corpora_are_scored_as_there(
    scored, corpus, smoothing, effective_order, order, tokenizer
):
    predictions, references = map(list, zip(*corpus, strict=True))
    options = {"effective_order": effective_order, "order": order}
    options |= dict(zip(("smoothing", "smoothing_value"), smoothing, strict=True))
    assert_same(scored, predictions, references, tokenizer=tokenizer, **options)


def test_two_characters_are_nothing_to_a_corpus_and_all_to_a_sentence(scored):
    score = scored(SacreBleu().metric(), sacrebleu_view("zh"), ["北京"], ["北京"])
    assert (float(score), score.samples.tolist()) == (0.0, [1.0])
    effective = SacreBleu(effective_order=True).metric()
    assert float(scored(effective, sacrebleu_view("zh"), ["北京"], ["北京"])) == 1.0


def test_the_number_of_references_shown():
    assert [references_shown(each) for each in (1, [2, 2], [1, 2])] == ["1", "2", "var"]


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"smoothing": "method3"}, "unknown smoothing 'method3' for sacrebleu; known: exp, floor"),
        ({"smoothing": "exp", "smoothing_value": 1.0}, "'exp' takes no value"),
        ({"smoothing": "floor", "smoothing_value": -1.0}, "at least 0, got -1.0"),
        ({"order": 0}, "order must be at least 1"),
    ],
)
def test_what_it_cannot_be(options, told):
    with pytest.raises(ValueError, match=told):
        SacreBleu(**options)
    assert set(SMOOTHING_VALUES) == set(BLEU.SMOOTH_DEFAULTS)
