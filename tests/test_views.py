"""The extension returns the same tokens of a view as its definition, for every text."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from textmetrics.kernels import available_backends
from textmetrics.languages import JIEBA
from textmetrics.presets import CHARACTERS, PRESETS
from textmetrics.presets.jiwer import JIWER_WORDS
from textmetrics.presets.plain import WHITESPACE
from textmetrics.presets.pltrdy import PLTRDY_SENTENCES
from textmetrics.presets.rouge_score import rouge_score_view
from textmetrics.presets.sacrebleu_tokenizers import sacrebleu_view
from textmetrics.scan import NativeSplit, Texts, View, view_encoder
from textmetrics.scan.batch import _repetitive, repeats, repetitive
from textmetrics.scan.definition import define_view
from textmetrics.scan.texts import _filled_texts, _marked_texts, filled_texts, marked_texts

encode_view = view_encoder("auto")
SHARED = Path(__file__).parents[2] / "shared" / "data"
REQUIRED = os.environ.get("TEXTMETRICS_REQUIRE_NATIVE") == "1"
needs_native = pytest.mark.skipif(
    available_backends()["native"] is not None and not REQUIRED, reason="the extension is not built"
)


def _values(option):
    """Return the values of an option that may choose another view."""
    values = option.choices or ((True, False) if isinstance(option.default, bool) else ())
    return [{option.name: value} for value in values if value != "ja-mecab"]


def _views():
    """Return all views of all presets that have a twin."""
    found = {}
    for preset in PRESETS:
        for options in ({}, *(each for option in preset.options for each in _values(option))):
            for metric in preset.known(preset.checked(options)).values():
                for view in metric.columns():
                    if isinstance(view, View) and view.native is not None:
                        found[view.name] = view
    found["13a+lc"] = sacrebleu_view("13a", lowercase=True)
    return list(found.values())


VIEWS = _views()
each_view = pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.name)

PIECES = r"""
the The cat's running relational 3.14 1,000.5 -5 5-6 a-b U.S. end. ... ...... .. , .,., 5. .5 5, x.y
&quot; &amp;lt; &lt; <skipped> - -- ! ? ! " ' ` ~ [ ] { } ( ) * # $ % ^ _ @ / : ; = | \
北京大学 你好 。 ！ ？ … …… 。” 。’ ？”， ！”好 我们 PyTorch 训练 ， 、 「 」 カタカナ ひらがな
한국어 ﬁ ½ 𠮷 👍🏽 ㎏ Å
""".split()  # noqa: SIM905 - as a list it would fill a page
PIECES += ["\u212a", "\u0130", "\u2028", "\x1c", "\x85", "\xa0", "\u200b", "e\u0301"]
SPACES = [" ", " ", " ", "  ", "\n", "\n\n", "-\n", "\t", "\r\n", "\u3000", "\x1f", ""]
pieces = st.sampled_from([*PIECES, *SPACES, *SPACES])
anything = st.text(st.characters(exclude_categories=["Cs"]), max_size=4)
texts = st.lists(pieces | anything, max_size=14).map("".join)
samples = st.lists(st.lists(texts, min_size=2, max_size=4), min_size=1, max_size=5)


def corpus_of(samples):
    """Return texts from lists that begin with the prediction."""
    return Texts.of([each[0] for each in samples], [each[1:] for each in samples])


def assert_same(one, other):
    for part in ("ids", "offsets", "samples"):
        assert np.array_equal(getattr(one, part), getattr(other, part)), part


@needs_native
@each_view
@settings(max_examples=30)  # of each view, of which there are 70 that share their parts
@given(samples=samples, threads=st.integers(1, 2))
@example(samples=[["", ""], ["。\n \n。。。好", "你好。\n\n世界"]], threads=1)
@example(samples=[["...", ". . ."], ["  ", "\n"], ["a.-\n b-", "5-, 5.,.a"]], threads=1)
@example(samples=[["A\u0130B \u212aelvin", "&amp;quot; &quot;<skipped>-\n x"]], threads=1)
def test_native_equals_the_definition(view, samples, threads):
    corpus = corpus_of(samples)
    assert_same(encode_view(view, corpus, threads), define_view(view, corpus))


# Words of any length, many of which begin alike, so that ends fall on any place of a block of 64.
words = st.builds(
    lambda letter, length, end: letter * length + end,
    st.sampled_from("a\u00e9\u4e00\U00020000"),
    st.integers(0, 70),
    st.sampled_from(["", "b", "\u0142"]),
)
white = st.sampled_from([" ", " ", " ", "  ", "\t", "\n", "\r\n", " \t", "\x1f", "\x85", "\u3000"])
spaced = st.lists(st.tuples(words, white), max_size=12).map(
    lambda parts: "".join(map("".join, parts))
)


@needs_native
@pytest.mark.parametrize("view", [WHITESPACE, JIWER_WORDS], ids=lambda view: view.name)
@settings(max_examples=300)
@given(samples=st.lists(st.lists(spaced, min_size=2, max_size=3), min_size=1, max_size=3))
@example(samples=[["a" * 63 + "\t", "\t" + "a" * 63 + "\tb"], ["a" * 64, "a" * 64 + " "]])
@example(samples=[["a" * 62 + " \t", "a" * 63 + "\tb\t"], ["\t", "\t\t"], ["", " "]])
@example(samples=[["a" * 16 + "bc", "a" * 16 + "bd"], ["a" * 16, "a" * 17]])
def test_words_between_white_space(view, samples):
    corpus = corpus_of(samples)
    assert_same(encode_view(view, corpus, 1), define_view(view, corpus))


@needs_native
@pytest.mark.parametrize("view", [WHITESPACE, JIWER_WORDS, CHARACTERS], ids=lambda view: view.name)
@pytest.mark.parametrize(
    "text",
    ["a" * 1_000_000, " " * 1_000_000, "\t" * 1_000_001, "a " * 100_000, "\u4e00 b\t" * 50_000],
    ids=["one word", "spaces", "tabs", "words", "wide"],
)
def test_long_texts(view, text):
    different = " ".join(map(str, range(100_000)))
    corpus = corpus_of([[text, text + "b"], [different, text]])
    assert_same(encode_view(view, corpus, 1), define_view(view, corpus))


# What is a token of 13a or zh is decided by runs of these.
signs = st.text(st.sampled_from("a55.,.,--!\u5b57 \n&<'"), max_size=12)


@needs_native
@pytest.mark.parametrize("tokenizer", ["13a", "zh"])
@pytest.mark.parametrize("begin", [0, 50, 60])
@settings(max_examples=400)
@given(text=signs)
def test_points_between_digits(tokenizer, begin, text):
    view = sacrebleu_view(tokenizer)
    corpus = corpus_of([["b" * begin + text, text]])
    assert_same(encode_view(view, corpus, 1), define_view(view, corpus))


@needs_native
@given(texts=st.lists(texts | spaced, max_size=5))
@example(texts=["", " ", "\x85\u3000", "<", "`", "a<b", "\u4e00`"])
def test_what_is_seen_in_texts(texts):
    for look, define in ((filled_texts, _filled_texts), (marked_texts, _marked_texts)):
        native, defined = look(texts), define(texts)
        assert native.dtype == defined.dtype == np.int64
        assert native.tolist() == defined.tolist()


@needs_native
@each_view
def test_many_characters(view):
    # Where white space, marks, sentence ends and what zh sets apart begin and end.
    blocks = ((0, 0x600), (0x1FF0, 0x2080), (0x2100, 0x2140), (0x2FF0, 0x3110), (0x4E00, 0x4E08),
              (0xFE00, 0xFE50), (0xFF00, 0x10000))  # fmt: skip
    points = [point for block in blocks for point in range(*block)]
    texts = [(f"a{chr(p)}B {chr(p)}5 {chr(p)}. 5{chr(p)}", chr(p)) for p in points]
    corpus = corpus_of(texts)
    assert_same(encode_view(view, corpus, 2), define_view(view, corpus))


@needs_native
@each_view
@pytest.mark.parametrize("data", ["en_ted", "ja_ted", "zh_cmrc"])
def test_real_text(data, view):
    path = SHARED / f"{data}.system1.jsonl"
    if not path.exists():
        pytest.skip(f"needs {path.name}, which is not part of the project")
    records = list(map(json.loads, path.read_text(encoding="utf-8").splitlines()[:300]))
    rows = [[r["prediction"], *(r.get("references") or [r["reference"]])] for r in records]
    corpus = corpus_of(rows)
    assert_same(encode_view(view, corpus, 2), define_view(view, corpus))


# Of these every view must have a twin, but for what nltk cuts, and what jieba cuts in some texts
# alone, or word by word. A preset that is added later may leave the speed to later still.
FAST = (
    *("rouge_score", "rouge_chinese", "pltrdy", "sacrebleu", "nltk", "qianfan", "llama_factory"),
    *("ms_swift", "opencompass", "longbench", "evalscope", "squad", "cmrc2018", "japanese_qa"),
    *("llm_jp_eval", "flexeval", "toolbench", "squad_v2", "jiwer", "hf_evaluate", "torchmetrics"),
    "rouge155",
)


def test_all_but_few_views_have_a_twin():
    without = {
        view.name
        for preset in map(PRESETS.get, FAST)
        for metric in preset.known().values()
        for view in metric.columns()
        if isinstance(view, View) and view.native is None
    }
    by_nltk = {"cmrc2018", "evalscope,jieba,raw,nltk-words"}
    assert without == by_nltk | {"jieba,raw+longbench", "chrf-words"}


@needs_native
def test_white_space_is_that_of_python():
    from textmetrics.scan import native

    spaces = [chr(p) for p in range(sys.maxunicode + 1) if chr(p).isspace()]
    assert list(map(chr, native._spaces())) == spaces
    assert max(spaces) < "\u3001"  # what the table of native/split.h has room for


@needs_native
def test_where_jieba_is_not_ported_the_definition_cuts(monkeypatch):
    monkeypatch.setattr(type(JIEBA), "segmenter", lambda _: None)
    view = next(view for view in VIEWS if view.native.source == "jieba")
    corpus = corpus_of([["我们去北京", "我们 北京"]])
    assert_same(encode_view(view, corpus, 1), define_view(view, corpus))


@given(
    samples=st.lists(st.lists(st.text("ab .\n", max_size=60), min_size=2, max_size=3), min_size=1)
)
@pytest.mark.parametrize("view", [CHARACTERS, PLTRDY_SENTENCES], ids=lambda view: view.name)
def test_repetition_is_seen(view, samples):
    found = repetitive(define_view(view, corpus_of(samples)))
    assert found.tolist() == [repeats(view.tokens(prediction)) for prediction, *_ in samples]
    batch = define_view(view, corpus_of(samples))
    assert _repetitive(batch.ids, batch.offsets, batch.samples).tolist() == found.tolist()


@needs_native
def test_more_words_than_a_scanner_knows_stems_of():
    view = rouge_score_view(stemmer=True)
    known = [f"word{number}ing" for number in range(280_000)]  # of which it knows 2**18
    parts = [" ".join(known[at : at + 40_000]) for at in range(0, len(known), 40_000)]
    for part in (*parts, *(f"{part} new{at}ing" for at, part in enumerate(parts))):
        corpus = corpus_of([[part, part, part]])
        assert encode_view(view, corpus, 1).offsets[-1] == 3 * (part.count(" ") + 1)


@needs_native
def test_words_are_stemmed_once():
    asked = []

    def stem(word):
        asked.append(word)
        return word[:4]

    def tokens(text):
        return [stem(each) if len(each) > 3 else each for each in text.split()]

    view = View("stems", tokens, "", native=NativeSplit("whitespace", stem=stem))
    corpus = corpus_of([["running runs", "runner ran"], ["ran far", "runs far"], ["a", "b c"]])
    expected = define_view(view, corpus)
    asked.clear()
    assert_same(encode_view(view, corpus, 1), expected)
    assert sorted(asked) == ["runner", "running", "runs"]
    assert_same(encode_view(view, corpus, 1), expected)
    assert len(asked) == 3
