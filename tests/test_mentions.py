"""Stopwords that stand for themselves: which are kept, and that the C++ twin keeps the same."""

import re
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from textmetrics import accuracy, f1
from textmetrics.languages import LANGUAGES, Analyzer, Scope, Stopwords
from textmetrics.scan import Texts, scanner

try:
    from textmetrics.scan import native
except ImportError:
    native = None

needs_native = pytest.mark.skipif(native is None, reason="the extension is not built")

# By the rules of languages/mentions.py, read by hand: what of each text is scored.
KEPT = [
    # before a colon
    ("en", "a:b", ["a", "b"]),  # as a/b
    ("en", "The: x", ["the", "x"]),
    ("zh", "和：差", ["和", "差"]),
    # not because a text has no other word: then its sample decides
    ("en", "the", []),
    ("en", "of the.", []),
    ("zh", "的。", []),
    ("ja", "を", []),
    # in quotation marks, brackets, or emphasis
    ("en", 'the answer is "the"', ["answer", "the"]),
    ("en", 'the answer is "the."', ["answer", "the"]),
    ("en", "the answer is ‘of’", ["answer", "of"]),
    ("en", "the answer is “of” here", ["answer", "of", "here"]),
    ("en", "The answer is **of**.", ["answer", "of"]),
    ("en", "The answer is *of*.", ["answer", "of"]),
    ("en", "(a) Paris (b) Nice", ["a", "paris", "b", "nice"]),
    ("en", '"that is" is wrong', ["that", "is", "wrong"]),
    ("zh", '填"的"', ["填", "的"]),
    ("zh", "填“的”", ["填", "的"]),
    ("zh", "填（之）", ["填", "之"]),
    ("zh", "填『而』", ["填", "而"]),
    ("ja", "答えは「に」", ["答え", "に"]),
    ("ja", "答えは 『を』 です", ["答え", "を"]),
    ("ja", "答えは（は）です", ["答え", "は"]),
    ("ja", "「を」です", ["を"]),
    ("en", 'It is "a" (of "the")', ["a", "of", "the"]),
    ("ja", "「において」を使う", ["において", "使う"]),
    # not between two quotations, nor with other words in one, nor across a line
    ("en", '"tea" and "milk"', ["tea", "milk"]),
    ("en", "**tea** and **milk**", ["tea", "milk"]),
    ("en", "* a **cup** of *tea*", ["cup", "tea"]),
    ("en", "the dogs' and the cats' tails", ["dogs", "cats", "tails"]),
    ("en", "“the cat”", ["cat"]),
    ("en", 'cat "\nof\n" dog', ["cat", "dog"]),
    ("zh", '"北京"和"上海"', ["北京", "上海"]),
    ("zh", "“北京”和“上海”", ["北京", "上海"]),
    ("zh", "《红楼梦》的作者", ["红楼梦", "作者"]),
    ("ja", "「犬」と「猫」", ["犬", "猫"]),
    ("ja", "「犬が」", ["犬"]),
    # behind a colon, to the end of the sentence
    ("en", "Answer: of", ["answer", "of"]),
    ("en", "Answer:\nthe", ["answer", "the"]),
    ("zh", "答案：的。", ["答案", "的"]),
    ("ja", "答え：に", ["答え", "に"]),
    ("en", "Note: the cat", ["note", "cat"]),
    ("zh", "说：这是书", ["说", "是", "书"]),
    # items of an enumeration
    ("zh", "天、地、人", ["天", "地", "人"]),
    ("zh", "和、差、积、商", ["和", "差", "积", "商"]),
    ("zh", "结果是和、差、积、商。", ["结果", "是", "和", "差", "积", "商"]),
    ("zh", "的、地、得", ["的", "地", "得"]),
    ("zh", "之,而,其", ["之", "而", "其"]),
    ("en", "and, or, not", ["and", "or", "not"]),
    ("en", "It is: it; he; she", ["it", "he", "she"]),
    ("en", "he/she/it", ["he", "she", "it"]),
    ("ja", "は、が、を", ["は", "が", "を"]),
    ("ja", "は・が・を", ["は", "が", "を"]),
    # no items: phrases of several words, two between commas, a mark that is no separator
    ("zh", "北京、上海、和广州", ["北京", "上海", "广州"]),
    ("zh", "红的、大的、圆的", ["红", "大", "圆"]),
    ("zh", "因此,北京", ["北京"]),
    ("en", "Thus, the cat", ["cat"]),
    ("en", "Paris, and Rome", ["paris", "rome"]),
    ("en", "Well, um. Paris", ["well", "paris"]),
    ("ja", "そして、京都です", ["京都"]),
    ("ja", "京都、そして東京", ["京都", "東京"]),
    # words that lean on the next one, where none follows
    ("zh", "地,天", ["地", "天"]),
    ("zh", "天,地", ["天", "地"]),
    ("en", "an, the", ["an", "the"]),
    ("en", "it is a", []),
    ("en", "blood type a", ["blood", "type", "a"]),
    ("en", "the articles are a, an, the", ["articles", "a", "an", "the"]),
    ("zh", "他有地。", ["他", "有", "地"]),
    ("zh", "他在。", ["他", "在"]),
    ("zh", "两数的和", ["两数", "和"]),
    ("en", "the “cat”", ["cat"]),
    ("en", "a (small) cat", ["small", "cat"]),
    ("zh", "他慢慢地走", ["他", "慢慢", "走"]),
    ("zh", "和《红楼梦》", ["红楼梦"]),
]  # fmt: skip


@pytest.mark.parametrize(("lang", "text", "left"), KEPT)
def test_what_stands_for_itself_is_kept(lang, text, left):
    tokens = Analyzer(LANGUAGES.get(lang), LANGUAGES.get(lang).stopword_list())(text)
    assert tokens.in_scope(Scope.CONTENT) == left


@pytest.mark.parametrize(
    ("lang", "answers"),
    [
        ("en", ['the answer is "the"', 'the answer is "of"', 'the answer is "a"']),
        ("en", ["Answer: the", "Answer: of", "Answer: in"]),
        ("en", ["vitamin a", "vitamin", "vitamin b"]),
        ("zh", ["填“的”", "填“之”", "填“其”"]),
        ("zh", ["天、地、人", "天、人", "天、海、人"]),
        ("zh", ["和、差、积、商", "差、积、商"]),
        ("zh", ["两数的和", "两数", "两数的差"]),
        ("ja", ["答えは「に」", "答えは「を」", "答えは「で」"]),
        ("ja", ["正解：は", "正解：が"]),
        ("ja", ["は、が、を", "は、に、を", "が、を"]),
        ("en", ["of", "the", "of the", "of it"]),
        ("zh", ["的", "之", "的 之"]),
        ("ja", ["に", "を", "には", "と"]),
    ],
)
def test_answers_that_are_stopwords_differ(lang, answers):
    pairs = [(one, other) for one in answers for other in answers]
    predictions, references = map(list, zip(*pairs, strict=True))
    expected = [float(one == other) for one, other in pairs]
    assert accuracy(predictions, references, lang=lang).samples.tolist() == expected
    assert (f1(predictions, references, lang=lang).samples == 1).tolist() == list(
        map(bool, expected)
    )


# What says the same stopword, however it is put.
@pytest.mark.parametrize(
    ("lang", "answers", "other"),
    [
        (
            "en",
            ["the", "The.", '"the"', "“the”", "(the)", "**the**", "It is 'the'.", '"the"!'],
            "a",
        ),
        ("zh", ["的", "的。", "“的”", "「的」", "（的）", "**的**"], "之"),
        (
            "ja",
            ["に", "に。", "「に」", "「に」です", "「に」です。", "『に』", "**に**です"],
            "を",
        ),
    ],
)
def test_a_stopword_is_an_answer(lang, answers, other):
    pairs = [(one, two) for one in answers for two in answers]
    assert accuracy(*map(list, zip(*pairs, strict=True)), lang=lang) == 1
    assert accuracy(answers, [other] * len(answers), lang=lang) == 0
    assert accuracy([other] * len(answers), answers, lang=lang) == 0


_PIECES = {
    "en": [
        *"\"'()[]*_`/,;:.…“”‘’«»-A5\n",
        "**",
        ", ",
        " ",
        "the",
        "a",
        "and",
        "of",
        "Of",
        "it",
        "is",
        "cat",
        "dog's",
    ],
    "zh": [
        *"\"'()“”「」《》*、,;:。.·/ \n",
        "天",
        "地",
        "人",
        "和",
        "的",
        "他",
        "在",
        "其",
        "了",
        "A",
    ],
    "ja": [
        *"\"'()“”「」『』*、・:。 \n",
        "に",
        "を",
        "は",
        "の",
        "て",
        "た",
        "だ",
        "と",
        "いう",
        "つい",
        "おい",
        "ける",
        "犬",
        "飲ん",
        "食べ",
        "ちゃっ",
        "いる",
        "てる",
        "について",
    ],
}
_TOKENIZERS = [
    *(("en", tokenizer) for tokenizer in (None, "whitespace", "characters")),
    *(("zh", tokenizer) for tokenizer in (None, "whitespace", "characters", "words")),
    *(("ja", tokenizer) for tokenizer in (None, "sudachi-a", "characters")),
]


@needs_native
@pytest.mark.parametrize(("lang", "tokenizer"), _TOKENIZERS)
@given(data=st.data())
def test_the_twin_keeps_the_same(lang, tokenizer, data):
    texts = st.lists(st.sampled_from(_PIECES[lang]), max_size=14).map("".join)
    pairs = st.tuples(texts, st.lists(texts, min_size=1, max_size=3))
    predictions, references = zip(*data.draw(st.lists(pairs, min_size=1, max_size=8)), strict=True)
    language = LANGUAGES.get(lang)
    words = language.stopword_list().but(add=["THE"] * (len(predictions) % 2))
    analyzer = Analyzer(language, words, tokenizer)
    samples = Texts.of(predictions, references)
    twin, definition = (
        scanner(analyzer, backend)(samples, words=True, threads=1)
        for backend in ("native", "reference")
    )
    for name in ("scope", "dropped", "emptied", "words", "left_out"):
        assert getattr(twin.facts, name).tolist() == getattr(definition.facts, name).tolist()
    for one, other in ((twin.content, definition.content), (twin.words, definition.words)):
        for part in ("ids", "offsets", "samples"):
            assert np.array_equal(getattr(one, part), getattr(other, part))


def test_the_page_names_the_words_that_lean():
    page = (Path(__file__).parents[1] / "docs" / "languages.md").read_text(encoding="utf-8")
    [named] = re.findall(r"leans on a next one \((.*?)\)", page)
    leaning = " ".join(language.leaning for language in LANGUAGES)
    assert named.replace(";", ",").split(", ") == leaning.split()


def test_a_custom_list_has_the_same_rules():
    analyze = Analyzer(LANGUAGES.get("en"), Stopwords.of(["cat"]))
    assert analyze("the cat").in_scope(Scope.CONTENT) == ["the"]
    assert analyze('the "cat"').in_scope(Scope.CONTENT) == ["the", "cat"]


@pytest.mark.parametrize(
    "hostile", ['"the" ', "(the", "the, ", "**a", "“(‘", "a:", "a'", "、地", "`the` "]
)
@pytest.mark.parametrize("backend", [pytest.param("native", marks=needs_native), "reference"])
@pytest.mark.timeout(60)
def test_hostile_texts_take_linear_time(hostile, backend):
    """Work that grows with the square of the length does not end within the limit."""
    text = hostile * (100_000 // len(hostile))
    analyzer = Analyzer(LANGUAGES.get("en"), LANGUAGES.get("en").stopword_list())
    scanner(analyzer, backend)(Texts([text], [text]), words=False, threads=1)


# One or two pieces for each role that a token can have in native/mentions.h.
_ROLES = ("x", "is", "the", ".", ",", '"', "(", ")", ":", "`", "\n")


@needs_native
@pytest.mark.parametrize(("pieces", "most"), [(_ROLES, 4), (("x", "is", "the", ",", '"'), 6)])
def test_the_twin_keeps_the_same_in_all_short_texts(pieces, most):
    # The twin reads a text for such words only where an automaton finds that it may have one.
    texts = [" ".join(each) for n in range(1, most + 1) for each in product(pieces, repeat=n)]
    analyzer = Analyzer(LANGUAGES.get("en"), LANGUAGES.get("en").stopword_list())
    samples = Texts(texts, texts)
    twin, definition = (
        scanner(analyzer, backend)(samples, words=False, threads=1).facts.dropped
        for backend in ("native", "reference")
    )
    assert [text for text, equal in zip(texts, twin == definition, strict=True) if not equal] == []


@needs_native
@pytest.mark.parametrize("before", [61, 63])
def test_the_twin_keeps_the_same_where_64_tokens_end(before):
    # It looks at the roles of so many at once.
    pieces = ("x", "the", ",", '"', ":", "\n")
    texts = ["x " * before + " ".join(each) for each in product(pieces, repeat=4)]
    analyzer = Analyzer(LANGUAGES.get("en"), LANGUAGES.get("en").stopword_list())
    twin, definition = (
        scanner(analyzer, backend)(Texts(texts, texts), words=False, threads=1).facts.dropped
        for backend in ("native", "reference")
    )
    assert [text for text, equal in zip(texts, twin == definition, strict=True) if not equal] == []
