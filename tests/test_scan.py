"""The native scanner gives what the definition gives, for every text."""

from __future__ import annotations

import json
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from unittest import mock

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from textmetrics import f1
from textmetrics.languages import LANGUAGES, NO_STOPWORDS, Analyzer, Language, Stopwords, Tokenizer
from textmetrics.scan import Texts, assemble, scanner
from textmetrics.scan.batch import select
from textmetrics.scan.definition import DefinitionScanner

try:
    from textmetrics.scan import native
except ImportError:
    native = None

if native is None and os.environ.get("TEXTMETRICS_REQUIRE_NATIVE", "") not in ("", "0"):
    raise RuntimeError("the extension is required and is not there")
needs_native = pytest.mark.skipif(native is None, reason="the extension is not built")

SHARED = Path(__file__).parents[2] / "shared" / "data"
CUTS = ("words", "characters", "whitespace", "jieba", "sudachi-c")
# What tokens, joins, stopwords and normalisation have rules for, and what they must not know.
PIECES = """
the The THE it It IT US us May a A I'm don't rock'n'roll it's 3.14 1,000.5 -5 +5 5% 10^2 10^-2
1e-5 1E+5 1/2 C# C++ A+ a+b c++11 x-y $5 -$5 +€5 % 。 、 ， . , ! ? ... … " ' ( ) ） ] 「 北京 大学
的 五十% 十 〇% ＧＰＵ １０％ －５ カタカナ ー ひらがな ｶﾅ ｶﾞ 한국어 мир ΣΑΣ ς İ ß ſ ŉ ǅ é e\u0301
±5 5±3 °-5 5° 10² m² x⁻¹ 10⁻⁵ ⁻⁵ x⁺ ½ 3½ x½ 2³⁴ H₂O ª ™ ệ ử שלום
👍 👍🏽 👨\u200d👩 🇯🇵 ½ ² ± ‰ ° ℃ ㍿ ㌔ ﬁ \u200b \u200d \ufeff \x00 # + ++ - -- / ^ _ @ = < 𠮷 ก
\uac00 \u1100\u1161 \u3131 ’ − ~ 3.14.
① ② ⑩ ⑴ ⒈ ⒛ ❶ ⓵ ㊀ ㈠ ㉑ 🄁 🄂 🔟 Ⓐ ⓑ ㋀ ㏠ ㍘ ㎡ ㎥ 2 5 ５ . ， 1\ufe0f\u20e3 \u20e3 ㊤ ㈱
〜 ～ ∼ — ― – － ‖ ∥ ￠ ¢ ￣ ‾ ¯ ・ · ･ ‧ • ∕ ♁ ⊕ ☉ ⊙ a·b
\u200c \u200e \u200f \u202b \u2060 \u2064 \u00ad \ufe0f \ufe00 \U000e0100 \u3164
\u034f \u061c \U000e0067 \U000e007f 🏴\U000e0067\U000e007f
❤\ufe0f ❤ 👩\u200d❤\ufe0f\u200d👨 inter\u00adnational 北\u200b京
五 〇 々 アイ カー いう 「the」 【 〈 《 µ μ Ł ł ş Ж ж ₩ ─ ✓ ▁ ㏂ a/c ⸺ 😀 𠀀 ꙳ Ა ა
-\u20605 5\u200e% می\u200cخواهم क\u094d\u200dष
""".split()  # noqa: SIM905 - as a list it would fill a page
SPACES = [" ", "  ", "\n", "\t", "\r\n", "\x1c", "\u3000", "\u00a0", "\u2028", "\x85"]
STOPWORDS = Stopwords.of(["the", "a", "it", "may", "us", "IT", "的", "it's", "5%", "c++", "x"])

pieces = st.sampled_from([*PIECES, *SPACES, "", " ", " "])
anything = st.text(st.characters(exclude_categories=["Cs"]), max_size=4)
plain = st.lists(st.sampled_from([p for p in PIECES if p.isascii()] + [" "] * 20)).map("".join)
texts = plain | st.lists(pieces | anything, max_size=10).map("".join)
one_each = st.lists(st.lists(texts, min_size=2, max_size=2), min_size=1, max_size=5)
samples = one_each | st.lists(st.lists(texts, min_size=2, max_size=4), min_size=1, max_size=5)


def analyzer(cut, stopwords=STOPWORDS, code="en"):
    return Analyzer(LANGUAGES.get(code), stopwords, cut)


def corpus_of(samples):
    """Return texts from lists that begin with the prediction."""
    return Texts.of([each[0] for each in samples], [each[1:] for each in samples])


def differences(one, other):
    """Name what differs between two encodings."""
    found = [
        f"{view}.{part}"
        for view in ("content", "words")
        for part in ("ids", "offsets", "samples")
        if (getattr(one, view) is None) != (getattr(other, view) is None)
        or (
            getattr(one, view) is not None
            and not np.array_equal(
                getattr(getattr(one, view), part), getattr(getattr(other, view), part)
            )
        )
    ]
    different = (one.facts.table != other.facts.table).any(axis=1)
    return found + [f"row {number} of facts" for number in np.flatnonzero(different)]


@needs_native
@pytest.mark.parametrize("cut", CUTS)
@settings(max_examples=200)
@given(
    corpus=samples,
    code=st.sampled_from(LANGUAGES.names()),
    threads=st.integers(1, 3),
    words=st.booleans(),
    drop=st.booleans(),
)
def test_native_equals_the_definition(cut, code, corpus, threads, words, drop):
    its = analyzer(cut, STOPWORDS if drop else NO_STOPWORDS, code)
    ours = native.NativeScanner(its)(corpus_of(corpus), words=words, threads=threads)
    assert differences(ours, DefinitionScanner(its)(corpus_of(corpus), words=words)) == []


@needs_native
@given(text=texts, cut=st.sampled_from(CUTS), code=st.sampled_from(LANGUAGES.names()))
def test_all_tokens_are_those_of_the_analyzer(text, cut, code):
    its = analyzer(cut, code=code)
    found = native.NativeScanner(its).analyzed(text)
    expected = DefinitionScanner(its).analyzed(text)
    assert found[:2] == expected[:2]
    assert list(map(len, found.surfaces)) == list(map(len, expected.surfaces))


@needs_native
@given(text=texts, cut=st.sampled_from(CUTS), code=st.sampled_from(LANGUAGES.names()))
def test_tokens_are_those_of_the_analyzer(text, cut, code):
    its = analyzer(cut, code=code)
    found = native.NativeScanner(its).tokens(text)
    assert found in (None, DefinitionScanner(its).tokens(text))
    assert (found is None) <= (cut == "sudachi-c" or not text.isascii())


# Mostly plain English, so that a few strange parts are written anew: see scan/stand_ins.py.
english = st.sampled_from(["the ", "May ", "a fox, ", "(b) ", '"it" ', "5 ", "3.14 ", "% ", "\n"])
strange = st.lists(english | english | english | pieces | anything, max_size=30).map("".join)


@needs_native
@settings(max_examples=200)
@given(
    corpus=st.lists(st.lists(strange, min_size=2, max_size=3), min_size=1, max_size=4),
    cut=st.sampled_from(CUTS[:3]),
    code=st.sampled_from(LANGUAGES.names()),
)
@example(corpus=[["\U0001f51f‰ fox", "10‰ ⒈ fox"]], cut="words", code="en")
@example(corpus=[["€\u3000\u3164", "アb-$5"]], cut="words", code="en")
@example(corpus=[["A5  \t% of 五 % a\n%", "五% 5 \n% (50\u00a0%"]], cut="words", code="en")
@example(corpus=[["アーアb「the」: 是'a 是-5", "…5 a'是 IT カ it。 It"]], cut="words", code="en")
@example(corpus=[["Straße", "strasse"], ["STRASSE ß", "THE ß"]], cut="words", code="en")
def test_strange_characters_in_plain_text(cut, code, corpus):
    its = analyzer(cut, code=code)
    with mock.patch("textmetrics.scan.native._MANY", 0):
        ours = native.NativeScanner(its)(corpus_of(corpus), words=True, threads=1)
    assert differences(ours, DefinitionScanner(its)(corpus_of(corpus), words=True)) == []


# Letters and signs for which the page of native/page.h has no code of their own, so that each
# sample brings its own: "ż" never, since a stopword has it.
RARE = "ńŃśŚđĐőŐşžŽÿŸŻ«»¿¡£§©®·¼Ā ā Ă Ć ć ǍǎẠạỆệ№™\x80\x9f"
OF_RARE = [*RARE, "noc", "Noc", "NOC", " ", " ", "the", "\u2019s"]
rare = st.lists(st.sampled_from(OF_RARE), max_size=30).map("".join)


@needs_native
@settings(max_examples=300)
@given(
    corpus=st.lists(st.lists(rare, min_size=2, max_size=3), min_size=1, max_size=6),
    cut=st.sampled_from(CUTS[:3]),
    code=st.sampled_from(["en", "zh"]),
)
def test_samples_of_many_different_letters(cut, code, corpus):
    every = "".join(chr(point) for point in range(0xA0, 0x250))
    corpus = [*corpus, [every, every.upper()], *corpus]  # more than a sample may bring
    its = analyzer(cut, Stopwords.of(["the", "żnoc", "ż", "ÿ"]), code)
    ours = native.NativeScanner(its)(corpus_of(corpus), words=True, threads=1)
    assert differences(ours, DefinitionScanner(its)(corpus_of(corpus), words=True)) == []


@needs_native
@pytest.mark.parametrize("block", range(0, 0x11000, 0x1000), ids=hex)
def test_every_character_of_the_basic_plane_and_beyond(block):
    points = [p for p in range(block, block + 0x1000) if not 0xD800 <= p < 0xE000]
    points = [p + 0x1EFFF if p >= 0x10000 else p for p in points]  # pictures, in the last block
    # All cuts read characters by the same tables, so that two of them share the points.
    for cut, some in (("words", points), ("characters", points[::2]), ("jieba", points[1::2])):
        corpus = corpus_of([(f"a{c}B {c}5 5{c} {c}-5 5{c}²", f"{c} the") for c in map(chr, some)])
        its = analyzer(cut)
        ours = native.NativeScanner(its)(corpus, words=True, threads=1)
        assert differences(ours, DefinitionScanner(its)(corpus, words=True)) == []


@needs_native
@pytest.mark.parametrize("code", LANGUAGES.names())
def test_ideographs_beyond_the_basic_plane(code):
    """Where blocks begin and end in some version of Unicode, and some of the characters in them."""
    edges = (0x20000, 0x2A6D7, 0x2A6E0, 0x2A700, 0x2B735, 0x2B740, 0x2B81E, 0x2B820, 0x2CEA2)
    edges += (0x2CEB0, 0x2EBE1, 0x2EBF0, 0x2EE5E, 0x2F800, 0x2FA1E, 0x30000, 0x3134B, 0x323B0)
    points = {*(edge + by for edge in edges for by in (-1, 0, 1)), *range(0x20000, 0x31350, 101)}
    every = map(chr, sorted(points))
    corpus = corpus_of([(f"北{each}京 {each}%", f"a{each}5 {each}") for each in every])
    for cut in CUTS:
        its = analyzer(cut, code=code)
        ours = native.NativeScanner(its)(corpus, words=True, threads=1)
        assert differences(ours, DefinitionScanner(its)(corpus, words=True)) == []
        assert ours.left < 0.15 * len(corpus)


@needs_native
@pytest.mark.parametrize("data", ["en_ted", "ja_ted", "zh_cmrc"])
def test_real_text(data):
    path = SHARED / f"{data}.system1.jsonl"
    if not path.exists():
        pytest.skip(f"needs {path.name}, which is not part of the project")
    records = map(json.loads, path.read_text(encoding="utf-8").splitlines()[:800])
    corpus = corpus_of(
        [(r["prediction"], *(r.get("references") or [r["reference"]])) for r in records]
    )
    for cut in CUTS:
        its = analyzer(cut, LANGUAGES.get(data[:2]).stopword_list(), data[:2])
        ours = native.NativeScanner(its)(corpus, words=True, threads=2)
        assert differences(ours, DefinitionScanner(its)(corpus, words=True)) == []
        assert ours.left < 0.02 * len(corpus)  # the rest needs no definition


@needs_native
@pytest.mark.parametrize(("many", "left"), [(0, 2), (4096, 5)])
def test_what_is_left_to_the_definition_is_counted(monkeypatch, many, left):
    monkeypatch.setattr(native, "_MANY", many)
    corpus = corpus_of(
        [
            *[("red fox", "red"), ("cafe\u0301", "x"), ("10² m", "x"), ("5 ‰", "x"), ("北京", "x")],
            *[("CAFE\u0301", "x"), ("Straße, 5‰", "x"), ("می\u200cخواهم or 👍🏽", "①.5")],
        ]
    )
    # A token may go over the space before ‰, and nobody sees what is left of capitals.
    assert native.NativeScanner(analyzer("words"))(corpus, words=False, threads=1).left == left


@needs_native
def test_long_texts():
    corpus = corpus_of([("the quick-5 fox " * 20_000, " ".join(f"w{n}" for n in range(70_000)))])
    its = analyzer("words")
    ours = native.NativeScanner(its)(corpus, words=True, threads=1)
    assert differences(ours, DefinitionScanner(its)(corpus, words=True)) == []


LENGTHS = (1, 7, 8, 9, 14, 15, 16, 17, 23, 24, 25, 40)


@needs_native
@pytest.mark.parametrize("cut", ["words", "whitespace"])
def test_words_are_told_apart_by_all_their_characters(cut):
    """Alike up to a place, or of another length: what is compared first is not all there is."""
    words = ["a" * length for length in LENGTHS]
    words += [
        "a" * at + "b" + "a" * (length - at - 1) for length in LENGTHS for at in range(length)
    ]
    words += [f"{word}\0" for word in words if cut == "whitespace"]
    corpus = corpus_of([(" ".join(words), " ".join(reversed(words[::2])))] * 2)
    ours = native.NativeScanner(analyzer(cut))(corpus, words=True, threads=1)
    assert differences(ours, DefinitionScanner(analyzer(cut))(corpus, words=True)) == []


@needs_native
@pytest.mark.parametrize("many", [700, 5_000, 70_000])
def test_samples_of_many_words_beside_short_ones(many):
    words = [f"w{n} THE the It {n}" for n in range(many)]
    corpus = corpus_of([("a red fox", "the fox"), (" ".join(words), "w1 w2\n" * many)] * 2)
    ours = native.NativeScanner(analyzer("words"))(corpus, words=True, threads=1)
    assert differences(ours, DefinitionScanner(analyzer("words"))(corpus, words=True)) == []


@needs_native
@pytest.mark.parametrize("cut", ["words", "whitespace"])
def test_long_words_leave_nothing_to_the_samples_behind_them(cut):
    long = " ".join(f"{n}{'x' * (20 + n % 9)}" for n in range(900))
    many = " ".join(f"w{n} w{n % 300}" for n in range(4_000))
    corpus = corpus_of([(long, long), (many[:6_000], many), ("a red fox", "w1 fox")] * 2)
    ours = native.NativeScanner(analyzer(cut))(corpus, words=True, threads=1)
    assert differences(ours, DefinitionScanner(analyzer(cut))(corpus, words=True)) == []


@needs_native
@pytest.mark.parametrize(
    "text", ["The US says it. IT says, The it", "x-5 The -5 THE", "C++ The\nIt\n\nthE 1/2 It"]
)
def test_capitals_of_stopwords(text):
    """The rule looks at the words as they are joined, and at line breaks, which are none."""
    corpus = corpus_of([(text, text.lower()), (text.upper(), text + " it")])
    ours = native.NativeScanner(analyzer("words"))(corpus, words=True, threads=1)
    assert differences(ours, DefinitionScanner(analyzer("words"))(corpus, words=True)) == []


REPETITIVE = [  # prediction, whether fewer than 3 in 10 of its 4-grams are different ones
    ("", False),
    ("a a a", False),  # no 4-gram
    ("a a a a", False),  # 1 of 1
    ("a a a a a a", False),  # 1 of 3
    ("a a a a a a a", True),  # 1 of 4
    ("a b c d e a b c d e a b c d e a b c d", False),  # 5 of 16
    ("a b c d e a b c d e a b c d e a b c d e", True),  # 5 of 17, punctuation or not
    ("a b c d . a b c d . a b c d . a b c d .", True),
    ("a b " * 50 + "".join(f"w{n} " for n in range(60)), False),
]


@pytest.mark.parametrize(("prediction", "repeats"), REPETITIVE)
@pytest.mark.parametrize("backend", ["auto", "reference"])
def test_repetition(backend, prediction, repeats):
    scan = scanner(analyzer("words"), backend)
    facts = scan(Texts([prediction], ["x"]), words=False, threads=1).facts
    assert facts.repetitive.tolist() == [repeats]


@needs_native
def test_concurrent_callers_do_not_meet():
    scan = native.NativeScanner(analyzer("words"))
    corpora = [corpus_of([(f"red {n} fox", f"the {n % 7} fox")] * 50) for n in range(40)]
    expected = [scan(corpus, words=True, threads=1) for corpus in corpora]
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda corpus: scan(corpus, words=True, threads=2), corpora))
    assert [differences(*pair) for pair in zip(found, expected, strict=True)] == [[]] * 40


@needs_native
@pytest.mark.parametrize(
    ("references", "bounds", "error", "message"),
    [
        ((b"b",), None, TypeError, "strings"),
        (("b", "c"), None, ValueError, "one reference a prediction"),
        (("b",), [0, 2], ValueError, "bounds must go from 0"),
        (("b",), [1, 1], ValueError, "bounds must go from 0"),
        (("b",), [0, 0, 1], ValueError, "bounds must go from 0"),
        ((), [0, 0], ValueError, "at least one reference"),
    ],
)
def test_malformed_calls_are_errors(references, bounds, error, message):
    scan = native.NativeScanner(analyzer("words"))._scanner.scan
    bounds = None if bounds is None else np.array(bounds, dtype=np.int64)
    with pytest.raises(error, match=message):
        scan(("a",), references, bounds, True, 1, None)


@needs_native
def test_jieba_is_needed_where_it_cuts_and_only_there():
    with pytest.raises(ValueError, match="a dictionary is needed"):
        native.NativeScanner(analyzer("jieba"))._scanner.scan(("a",), ("b",), None, True, 1, None)


@needs_native
def test_a_patched_jieba_is_left_to_the_definition(monkeypatch):
    import jieba

    its = analyzer("jieba", code="zh")
    corpus = corpus_of([("北京大学", "北京")] * 3)
    expected = DefinitionScanner(its)(corpus, words=True)
    monkeypatch.setattr(jieba.dt, "get_DAG", jieba.dt.get_DAG)
    ours = native.NativeScanner(its)(corpus, words=True, threads=1)
    assert ours.left == 3
    assert differences(ours, expected) == []


@needs_native
def test_texts_that_recur_and_threads_are_nothing_to_sudachi():
    its = analyzer("sudachi-c", code="ja")
    corpus = corpus_of([(f"犬が{n % 150}匹いる", "猫がいる") for n in range(600)])
    ours = native.NativeScanner(its)(corpus, words=True, threads=3)
    assert differences(ours, DefinitionScanner(its)(corpus, words=True)) == []


def test_an_own_tokenizer_or_the_reference_backend_takes_the_definition():
    mine = Tokenizer("words", "another one of this name", lambda: str.split)
    its = Analyzer(Language("xx", "Test", mine, scripts=("Latin",)), NO_STOPWORDS)
    for scan in (scanner(its, "auto"), scanner(analyzer("words"), "reference")):
        assert isinstance(scan, DefinitionScanner)


@needs_native
def test_our_own_tokenizers_take_the_twin():
    for cut in CUTS:
        assert isinstance(scanner(analyzer(cut), "auto"), native.NativeScanner)


@given(samples.filter(lambda corpus: len(corpus) > 1), st.randoms())
def test_parts_put_together_are_the_whole(corpus, random):
    its = analyzer("whitespace")
    whole = DefinitionScanner(its)(corpus_of(corpus), words=True)
    places = list(range(len(corpus)))
    random.shuffle(places)
    cut = random.randrange(1, len(places))
    parts = [np.array(part, dtype=np.int64) for part in (places[:cut], places[cut:])]
    assert differences(assemble([(part, select(whole, part)) for part in parts]), whole) == []


def test_mixed_languages_keep_their_places():
    predictions = ["red fox", "北京 大学", "東京です", "blue"]
    score = f1(predictions, ["red dog", "北京", "東京です", "blue"], stopwords=False)
    assert score.samples.tolist() == [0.5, pytest.approx(2 / 3), 1.0, 1.0]


@needs_native
def test_more_chinese_words_than_are_kept():
    """So many that the numbers of all are given anew, between samples and not in one."""
    words = [f"北京w{n}，大学。" for n in range(40_000)]
    corpus = corpus_of(
        [
            ("".join(words[n : n + 5_000]), "".join(words[n : n + 10]))
            for n in range(0, 40_000, 2_500)
        ]
    )
    its = analyzer("jieba", LANGUAGES.get("zh").stopword_list(), "zh")
    ours = native.NativeScanner(its)(corpus, words=True, threads=1)
    assert differences(ours, DefinitionScanner(its)(corpus, words=True)) == []
