"""The preset xlsum: tokens as pyonmttok 1.38 and jieba give them to XL-Sum's scorer."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nltk.stem.snowball import SnowballStemmer

from textmetrics import evaluate
from textmetrics.presets import PRESETS
from textmetrics.presets.porter import stem


def tokens(text, metric="rouge_1", **options):
    preset = PRESETS.get("xlsum")
    return preset.known(preset.checked(options))[metric].view.tokens(text)


# What pyonmttok.Tokenizer("aggressive") gives after XL-Sum's cleaning, and Han characters apart.
WORDS = [
    ("abc123 d", ["abc", "123", "d"]),
    ("12.5x", ["12", "5", "x"]),
    ("It's 50%", ["it", "s", "50"]),
    ("a$b€c", ["a", "b", "€", "c"]),  # an ASCII symbol is a break, another one a word
    ("a²b ½", ["a", "²", "b", "½"]),
    ("日本語abc", ["日", "本", "語", "abc"]),
    ("カナ かな", ["カナ", "かな"]),
    ("北京。上海", ["北", "京", "上", "海"]),
    ("가나 다", ["가나", "다"]),
    ("நன்றி 12", ["நன்றி", "12"]),
    ("x\u200dy\u0000z", ["xyz"]),  # controls and joiners are dropped
    ("İstanbul", ["i̇stanbul"]),
    ("e\u0301a", ["e\u0301a"]),
    ("日\u0301a", ["日", "\u0301a"]),
    ("\u0301a", ["\u0301", "a"]),
    ("a \u0301b", ["a", "\uff050020\u0301", "b"]),
    ("a\u2581b", ["a", "_", "b"]),
    ("😀ok\u3000x", ["😀", "ok", "x"]),
    ("", []),
    ("...", []),
]


@pytest.mark.parametrize(("text", "expected"), WORDS)
def test_words(text, expected):
    assert tokens(text) == tokens(text, language="english") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("我们，去北京！", ["我们", " ", "去", "北京"]),  # the space of a mark is a token
        ("GPT-4 模型", ["gpt", " ", "4", " ", "模型"]),
        ("", []),
    ],
)
def test_chinese_words(text, expected):
    assert tokens(text, language="chinese") == expected


def test_lsum_never_cuts_words():
    assert tokens("北京，上海\nabc123", "rouge_lsum") == ["北京", "上海", "\n", "abc123"]


def test_stemming():
    assert tokens("foxes runs ran", use_stemmer=True) == ["fox", "run", "ran"]
    assert tokens("foxes", use_stemmer=True, language="chinese") == ["foxes"]  # it has none
    with pytest.raises(ValueError, match="Snowball stemmer for english"):
        tokens("foxes", use_stemmer=True, language="english")


@given(st.text("aeiouysdgnlt中é", min_size=4, max_size=9))
def test_the_stemmer_without_a_language_is_porters(word):
    assert SnowballStemmer("porter").stem(word) == stem(word)


@given(st.lists(st.text("a1中 。, \u0301\u0e49é\n", max_size=9), min_size=2, max_size=6))
@pytest.mark.parametrize("options", [{}, {"language": "chinese"}, {"use_stemmer": True}])
def test_both_backends_agree(options, texts):
    args = texts, texts[::-1]
    native = evaluate(*args, preset="xlsum", **options)
    reference = evaluate(*args, preset="xlsum", backend="reference", **options)
    assert {name: float(score) for name, score in native.items()} == {
        name: float(score) for name, score in reference.items()
    }
