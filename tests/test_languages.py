"""Text becomes tokens."""

import os
import re
import subprocess
import sys
from itertools import pairwise
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from textmetrics import evaluate, rouge_l
from textmetrics._registry import Registry
from textmetrics.cli import main
from textmetrics.kernels import available_backends
from textmetrics.languages import (
    LANGUAGES,
    NO_STOPWORDS,
    TOKENIZERS,
    UNDECIDED,
    Analyzer,
    Kind,
    Language,
    LanguageDetector,
    Scope,
    Segmentation,
    Stopwords,
    Tokenizer,
    check_stopwords,
    in_other_script,
    normalize,
    register_language,
    suggest_language,
)
from textmetrics.languages.detect import scripts_of
from textmetrics.languages.japanese import LONGEST, pieces_that_fit
from textmetrics.scan import Texts, scanner

ANY = st.text(st.characters(exclude_categories=["Cs"]))
# Words and marks that one meets together, so that examples are not all rare characters.
PIECES = """
用 训练 了 GPU を 使う 犬 が 北京 don't café 3.5 1,000 - + % / 50 ² ½ # C ++ 。 、 . ! '
👍🏽 👨‍👩‍👧 🇯🇵 한국어 ภาษา мир e\u0301 か\u3099 ﬁ ㍿ １ ０ ％ − ’ \u200b ー ￥ $ ° ± ^ e-5 𠮷
"""
MIXED = st.lists(st.sampled_from([*PIECES.split(), " ", "\n", "\u3000"]) | ANY).map("".join)
# As above, without what the joining step may put together: then jieba's own cuts must come out.
UNJOINED = st.text(
    "用训练了北京大学的我们来到GPUabc019.,。!?、'\" \n\u3000한мかが使$°=_@&*"
) | st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), max_size=20)


def analyzer(tokenizer, stopwords=NO_STOPWORDS):
    code = {"jieba": "zh"}.get(tokenizer, "ja" if tokenizer.startswith("sudachi") else "en")
    return Analyzer(LANGUAGES.get(code), stopwords, tokenizer)


# NFKC by the Unicode standard (annex 15), but for what the docstring of `normalize` exempts.
@pytest.mark.parametrize(
    ("text", "normalized"),
    [
        ("", ""),
        (" \t\u3000\u00a0", ""),
        ("Hello  World", "Hello World"),
        ("ＧＰＵ１２", "GPU12"),
        ("ｶﾞｷﾞ", "ガギ"),
        ("か\u3099", "が"),
        ("cafe\u0301", "café"),
        ("ﬁne", "fine"),
        ("㍿", "株式会社"),
        ("①", "1"),
        ("℃", "°C"),
        ("10²", "10²"),
        ("10⁻⁵", "10⁻⁵"),
        ("H₂O", "H₂O"),
        ("½ 3¾", "½ 3¾"),
        ("xᵃ", "xᵃ"),
        ("don’t", "don't"),
        ("−5", "-5"),
        ("５０％", "50%"),
        ("１／２", "1/2"),
        ("“a” – b", "“a” - b"),
        ("–5 ‐5 ‑5 ‒5", "-5 -5 -5 -5"),
        ("a\u3000b\u00a0c", "a b c"),
        ("a \t b", "a b"),
        ("a \n\n b", "a\nb"),
        ("a\r\nb", "a\nb"),
        ("a\u2028b\u0085c", "a\nb\nc"),
        ("\n a \n", "a"),
        ("Ｔ恤", "T恤"),
        ("漢\ufa0e", "漢\ufa0e"),
        ("\uf9dc", "隆"),
        ("😀👍🏽", "😀👍🏽"),
    ],
)
def test_normalize(text, normalized):
    assert normalize(text) == normalized


@given(MIXED)
def test_normalize_twice_is_once(text):
    assert normalize(normalize(text)) == normalize(text)


@given(MIXED)
def test_normalize_leaves_single_white_space(text):
    normalized = normalize(text)
    assert normalized == normalized.strip()
    runs = [a + b for a, b in pairwise(normalized) if (a + b).isspace()]
    assert runs == []
    assert {c for c in normalized if c.isspace()} <= {" ", "\n"}


# The words of a text by each tokeniser: words · characters · jieba · sudachi-c, None as words has
# it. By hand from the rules in docs/languages.md; jieba's and Sudachi's cuts of words of their own
# language are theirs (jieba 0.42.1, Sudachi's core dictionary).
TOKENS = [
    ("用 PyTorch 训练", "用 pytorch 训 练", None, "用 pytorch 训练", "用 pytorch 训练"),
    ("了3.5小时", "了 3.5 小 时", None, "了 3.5 小时", None),
    ("GPUを使う", "gpu を 使 う", None, None, "gpu を 使う"),
    ("ビールを飲む", "ビール を 飲 む", "ビ ー ル を 飲 む", "ビ ー ル を 飲 む", "ビール を 飲む"),
    ("北京大学", "北 京 大 学", None, "北京大学", "北京大学"),
    ("T恤", "t 恤", None, "t恤", None),
    ("café", "café", None, "caf é", None),
    ("cafe\u0301", "café", None, "caf é", None),
    ("Straße", "strasse", None, "stra ss e", None),
    ("don't", "don't", None, "don t", None),
    ("don’t", "don't", None, "don t", None),
    ("'quoted'", "quoted", None, None, None),
    ("1,000.5", "1,000.5", None, "1 000.5", None),
    ("3.5.", "3.5", None, None, None),
    ("C#", "c#", None, None, None),
    ("C++ C", "c++ c", None, None, None),
    ("a+b", "a + b", None, None, None),
    ("x=1", "x = 1", None, None, None),
    ("#1", "1", None, None, None),
    ("-5", "-5", None, None, None),
    ("−5", "-5", None, None, None),
    ("+5", "+5", None, None, None),
    ("(-5)", "-5", None, None, None),
    ("GPT-4", "gpt 4", None, None, None),
    ("1-2", "1 2", None, None, None),
    ("3-5%", "3 5%", None, None, None),
    ("50%", "50%", None, None, None),
    ("50 %", "50%", None, None, None),
    ("５０％", "50%", None, None, None),
    ("5‰", "5‰", None, None, None),
    ("10²", "10²", None, None, None),
    ("10⁻²", "10⁻²", None, None, None),
    ("10^2", "10^2", None, None, None),
    ("1e-5", "1e-5", None, None, None),
    ("1/2", "1/2", None, None, None),
    ("3½", "3½", None, None, None),
    ("$5", "$ 5", None, None, None),
    ("-$5", "-$5", None, None, None),
    ("5°C", "5 ° c", None, None, None),
    ("降了-5 %", "降 了 -5%", None, None, None),
    ("👍🏽👍", "👍🏽 👍", None, None, "👍🏽👍"),
    ("👨\u200d👩\u200d👧", "👨\u200d👩\u200d👧", None, None, None),
    ("🇯🇵🇨🇳", "🇯🇵 🇨🇳", None, "🇯 🇵 🇨 🇳", "🇯🇵🇨🇳"),
    ("한국어 단어", "한국어 단어", "한 국 어 단 어", "한 국 어 단 어", None),
    ("ภาษา", "ภ า ษ า", None, None, "ภาษา"),
    ("Привет, мир", "привет мир", None, "п р и в е т м и р", None),
    ("नमस्ते", "नमस्ते", None, "न म स् ते", None),
    ("𠮷野", "𠮷 野", None, None, None),
    ("。!?…", "", None, None, None),
    ("", "", None, None, None),
]  # fmt: skip
COLUMNS = ("words", "characters", "jieba", "sudachi-c")


@pytest.mark.parametrize("name", COLUMNS)
def test_tokens(name):
    analyze = analyzer(name)
    column = COLUMNS.index(name)
    expected = {text: cuts[column] or cuts[0] for text, *cuts in TOKENS}
    found = {text: " ".join(analyze(text).in_scope(Scope.WORDS)) for text in expected}
    assert found == expected


@pytest.mark.parametrize(
    ("text", "surfaces"),
    [("1 - 2", ["1", "-", "2"]), ("1-2", ["1-2"]), ("  ", []), ("50 %", ["50", "%"])],
)
def test_whitespace_joins_nothing(text, surfaces):
    assert analyzer("whitespace")(text).surfaces == surfaces


# Unicode's categories: P, Z and C are punctuation, S is not.
@pytest.mark.parametrize("name", COLUMNS)
@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("。", Kind.PUNCTUATION),
        ("#", Kind.PUNCTUATION),
        ("%", Kind.PUNCTUATION),
        ("_", Kind.PUNCTUATION),
        ("+", Kind.CONTENT),
        ("$", Kind.CONTENT),
        ("=", Kind.CONTENT),
        ("°", Kind.CONTENT),
        ("👍", Kind.CONTENT),
        ("ー", Kind.CONTENT),
        ("½", Kind.CONTENT),
        ("5%", Kind.CONTENT),
    ],
)
def test_kinds(name, text, kind):
    assert analyzer(name)(text).kinds == [kind]


def test_scopes():
    tokens = analyzer("words", Stopwords.of(["the"]))("The cat.")
    assert tokens.in_scope(Scope.CONTENT) == ["cat"]
    assert tokens.in_scope(Scope.WORDS) == ["the", "cat"]
    assert tokens.in_scope(Scope.EVERYTHING) == ["the", "cat", "."]
    only = analyzer("words", Stopwords.of(["the"]))("the.")
    assert [only.has(scope) for scope in Scope] == [False, True, True]
    assert not analyzer("words")("").has(Scope.EVERYTHING)


@pytest.mark.parametrize("name", TOKENIZERS.names())
@given(text=MIXED)
def test_surfaces_are_the_text_in_its_order(name, text):
    tokens = analyzer(name)(text)
    assert "".join("".join(tokens.surfaces).split()) == "".join(normalize(text).split())
    assert "" not in tokens.surfaces
    assert len(tokens.words) == len(tokens.kinds) == len(tokens.surfaces)


@pytest.mark.parametrize("name", ["words", "characters", "jieba", "sudachi-c"])
@given(text=MIXED)
def test_words_are_folded_surfaces(name, text):
    tokens = analyzer(name)(text)
    assert tokens.words == [surface.casefold() for surface in tokens.surfaces]


@given(UNJOINED)
def test_jieba_cuts_as_jieba_does(text):
    analyze = analyzer("jieba")
    surfaces = analyze(text).surfaces  # before jieba is imported here: that import would warn
    import jieba

    assert surfaces == [piece for piece in jieba.lcut(normalize(text)) if not piece.isspace()]


def test_jieba_is_named_in_the_signature():
    assert TOKENIZERS.get("jieba").signature() == "jieba-0.42.1"


def test_a_user_dictionary_changes_the_signature():
    """In a fresh process, since jieba's dictionary is one for all."""
    script = (
        "from textmetrics.languages import TOKENIZERS\n"
        "import logging, warnings; warnings.simplefilter('ignore'); import jieba\n"
        "logging.getLogger('jieba').setLevel(logging.WARNING)\n"
        "signature = TOKENIZERS.get('jieba').signature\n"
        "plain = signature(); jieba.add_word('石墨烯电池')\n"
        "first = signature(); jieba.add_word('石墨烯膜')\n"
        "print(plain, first, signature())"
    )
    plain, first, second = fresh_process(script).split()
    assert plain == "jieba-0.42.1"
    assert first.startswith("jieba-0.42.1-dict-")
    assert second.startswith("jieba-0.42.1-dict-")
    assert first != second


def fresh_process(script, *paths):
    """Run a script in a Python of its own and give what it prints."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([*map(str, paths), *sys.path])}
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return done.stdout


SHORT = st.text("犬が走る。！\n」a.!? 𠮷é", max_size=40)


@given(SHORT, st.integers(4, 40))
def test_pieces_make_up_the_text_and_fit(text, longest):
    pieces = list(pieces_that_fit(text, longest))
    assert "".join(pieces) == text
    assert max(len(piece.encode()) for piece in pieces) <= longest
    assert "" not in pieces or text == ""


@given(SHORT, st.integers(4, 40))
def test_pieces_end_with_a_sentence_where_one_ends(text, longest):
    *cut, _ = pieces_that_fit(text, longest)
    for piece in cut:
        assert piece.rstrip("」")[-1:] in "。！!?\n" or not set("。！!?\n") & set(piece)


@given(SHORT, st.integers(4, 40))
def test_a_text_is_cut_only_where_it_must(text, longest):
    pieces = list(pieces_that_fit(text, longest))
    assert (len(pieces) == 1) == (len(text.encode()) <= longest)


def test_a_long_japanese_text():
    """Sudachi refuses more than 49,149 bytes at once; this has 1.2 million, some without an end."""
    sentence = "犬が京都で水を飲んだ。"
    text = sentence * 30_000 + "犬" * 60_000
    tokens = analyzer("sudachi-c")(text)
    assert len(text.encode()) > 1_000_000
    assert len("犬" * 60_000) * 3 > LONGEST
    per_sentence = analyzer("sudachi-c")(sentence).words
    assert tokens.words[: 30_000 * len(per_sentence)] == per_sentence * 30_000
    assert "".join(tokens.surfaces) == text


@pytest.mark.parametrize("prefix", ["", "a"])
def test_sudachi_takes_the_longest_piece(prefix):
    text = (prefix + "犬" * LONGEST)[: LONGEST // 3]
    assert "".join(analyzer("sudachi-c")(text).surfaces) == text


# Sudachi's normalised forms (core dictionary): カツ丼 for かつ丼, 食べる for 食べ, 2 for 二; what
# was joined and what has a superscript stays as it stands.
@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("附属", ["付属"]),
        ("かつ丼を食べた", ["カツ丼", "を", "食べる", "た"]),
        ("10²匹", ["10²", "匹"]),
        ("二匹", ["2", "匹"]),
        ("50%", ["50%"]),
    ],
)
def test_normalized_forms(text, words):
    assert analyzer("sudachi-c-normalized")(text).in_scope(Scope.WORDS) == words


@pytest.mark.parametrize(
    ("mode", "words"),
    [
        ("a", ["選挙", "管理", "委員", "会"]),
        ("b", ["選挙", "管理", "委員会"]),
        ("c", ["選挙管理委員会"]),
    ],
)
def test_split_modes(mode, words):
    """Sudachi's own example of its three modes."""
    assert analyzer(f"sudachi-{mode}")("選挙管理委員会").words == words


def test_sudachi_is_named_in_the_signature():
    from importlib.metadata import version

    sudachi, core = version("sudachipy"), version("sudachidict-core")
    assert TOKENIZERS.get("sudachi-c").signature() == f"sudachi-{sudachi}-core-{core}-c-plain"
    signature = TOKENIZERS.get("sudachi-a-normalized").signature()
    assert signature == f"sudachi-{sudachi}-core-{core}-a-normalized"


@pytest.mark.parametrize(
    ("references", "language"),
    [
        (["犬が走る"], "ja"),
        (["カタカナ"], "ja"),
        (["ｶﾅ"], "ja"),
        (["北京"], None),
        (["々"], None),
        (["〇"], None),
        (["𠮷"], None),
        (["用 GPU"], None),
        (["Beijing"], UNDECIDED),
        (["Москва"], "und"),
        (["ᏣᎳᎩ"], "und"),
        (["。、・"], UNDECIDED),
        ([""], UNDECIDED),
        (["Beijing", "北京"], None),
        (["北京", "ぺきん"], "ja"),
        (["ぺきん", "北京"], "ja"),
        (["Beijing", "ぺきん"], "ja"),
    ],
)
def test_the_language_of_one_sample(references, language):
    assert LanguageDetector().look(references) == language


# At least a tenth of the first 1,000 references with Han have kana: Japanese.
@pytest.mark.parametrize(
    ("references", "language"),
    [
        ([], "zh"),
        (["北京"], "zh"),
        (["犬が", *["北京"] * 9], "ja"),
        (["犬が", *["北京"] * 10], "zh"),
        ([*["北京"] * 9, "犬が"], "ja"),
        (["かな", *["北京"] * 9], "zh"),
        (["Beijing"] * 50 + ["犬が", *["北京"] * 9], "ja"),
        (["犬が"] * 100 + ["北京"] * 900, "ja"),
        (["犬が"] * 99 + ["北京"] * 901, "zh"),
        (["犬が"] * 100 + ["北京"] * 1_900, "ja"),
        (["北京"] * 1_000 + ["犬が"] * 1_000, "zh"),
        (["北京"] * 901 + ["犬が"] * 100, "zh"),
    ],
)
def test_the_language_of_han(references, language):
    detector = LanguageDetector()
    for reference in references:
        detector.look([reference])
    assert detector.han == language
    assert detector.decided == (len(references) >= 1_000)


def test_each_reference_of_a_sample_counts():
    detector = LanguageDetector()
    detector.look(["犬が"] + ["北京"] * 10)
    assert detector.han == "zh"


def test_merged_detectors_know_what_both_saw():
    first, second = LanguageDetector(), LanguageDetector()
    for reference in ["犬が"] * 2 + ["北京"] * 18:
        first.look([reference])
    for reference in ["北京"] * 1:
        second.look([reference])
    assert (first.han, second.han) == ("ja", "zh")
    first.merge(second)
    assert first.han == "zh"
    assert not first.decided


# Most words, or characters where no space divides words, are of a script that neither the language
# nor the references have.
@pytest.mark.parametrize(
    ("prediction", "references", "code", "other"),
    [
        ("北京", ["Beijing"], "en", True),
        ("Beijing", ["北京"], "zh", True),
        ("Beijing", ["Beijing 北京"], "zh", False),
        ("用 PyTorch", ["PyTorch"], "zh", False),
        ("Москва", ["Moscow"], "en", True),
        ("한국", ["北京"], "zh", True),
        ("かな", ["漢字"], "ja", False),
        ("かな", ["漢字"], "zh", True),
        ("Tōkyō", ["Tokyo"], "en", False),
        ("ab北京", ["上海"], "zh", False),
        ("I love 北京", ["上海"], "zh", False),
        ("I really love 北京", ["上海"], "zh", True),
        ("I really love 北京", ["PyTorch"], "zh", False),
        ("Beijing", ["2008"], "zh", False),
        ("123 !?", ["北京"], "zh", False),
        ("", ["北京"], "zh", False),
        ("北京", [""], "en", False),
        ("北京", ["1990", "Beijing"], "en", True),
        ("ᏣᎳᎩ", ["ok"], "en", True),
    ],
)
def test_in_other_script(prediction, references, code, other):
    assert in_other_script(prediction, references, LANGUAGES.get(code).scripts) is other


def test_scripts_of():
    assert scripts_of("ab cd 北京 1 мир ー。") == {"Latin": 2, "Han": 2, "Cyrillic": 1}
    assert scripts_of("ᏣᎳᎩ") == {"Other": 1}
    assert scripts_of("12!") == {}


@pytest.fixture
def registries(temporary):
    """Know only English, Chinese and Japanese at first, and restore what a test registers."""
    temporary(LANGUAGES, TOKENIZERS)
    LANGUAGES._things = {code: LANGUAGES.get(code) for code in ("en", "zh", "ja")}


def test_the_languages_and_their_tokenizers():
    languages = {code: LANGUAGES.get(code).tokenizer for code in ("en", "zh", "ja")}
    names = {code: getattr(t, "name", t) for code, t in languages.items()}
    assert names == {"en": "words", "zh": "jieba", "ja": "sudachi-c"}


# A cutter gives a list of strings or a Segmentation; white space and empty pieces do not count.
@pytest.mark.usefixtures("registries")
@pytest.mark.parametrize(
    "cut",
    [list, tuple, lambda text: Segmentation(list(text)), lambda text: ["", *text, ""]],
    ids=["list", "tuple", "segmentation", "with empty pieces"],
)
def test_register_language_with_a_tokenizer_of_its_own(cut):
    letters = Tokenizer("letters", "each letter", lambda: cut)
    language = Language("xx", "Test", letters, scripts=("Latin",), stopwords=("B",))
    register_language(language)
    tokens = Analyzer(LANGUAGES.get("xx"), language.stopword_list())("a b")
    assert tokens.surfaces == ["a", "b"]
    assert tokens.in_scope(Scope.CONTENT) == ["a"]
    assert TOKENIZERS.get("letters") is letters
    assert "xx" in LANGUAGES.names()


@pytest.mark.usefixtures("registries")
@pytest.mark.parametrize("stopwords", [("그리고",), lambda: ["그리고"]])
def test_register_language_by_the_name_of_a_tokenizer(stopwords):
    register_language(Language("ko", "Korean", "words", ("Hangul",), stopwords))
    words = LANGUAGES.get("ko").stopword_list()
    assert (words.name, words.words) == ("ko", {"그리고"})
    assert Analyzer(LANGUAGES.get("ko"), words)("나 그리고 너").in_scope(Scope.CONTENT) == [
        "나",
        "너",
    ]


KOREAN_LIST = """# Written for this test.
그리고
또
및
"""


@pytest.fixture
def korean(registries, tmp_path):
    """Register Korean, words by white space, with a stopword file of its own."""
    path = tmp_path / "ko.txt"
    path.write_text(KOREAN_LIST, encoding="utf-8")
    language = Language("ko", "Korean", "words", ("Hangul",), path, protected="안 못 아니요")
    register_language(language)
    check_stopwords(language)
    return language


@pytest.mark.usefixtures("korean")
@pytest.mark.parametrize(
    ("references", "language"),
    [
        (["한국어"], "ko"),
        (["PyTorch로 GPU 학습"], "ko"),
        (["대한민국(大韓民國)은 민주공화국이다"], "ko"),
        (["ㅋㅋㅋ"], "ko"),
        (["I live in 서울"], UNDECIDED),
        (["他学习韩语，也就是한국어，已经三年了"], None),
        (["한국어", "北京"], "ko"),
        (["北京", "한국어"], "ko"),
        (["한국어", "かな"], "ja"),
        (["かな", "한국어"], "ja"),
        (["北京"], None),
        (["Москва"], "und"),
        (["Beijing"], UNDECIDED),
    ],
)
def test_auto_recognizes_a_registered_language_by_its_script(references, language):
    assert LanguageDetector().look(references) == language


@pytest.mark.usefixtures("korean")
def test_a_registered_language_leaves_han_and_the_shipped_ones_alone():
    plain = [["犬が", *["北京"] * 9], ["北京"] * 10]
    for references, han in zip(plain, ["ja", "zh"], strict=True):
        detector = LanguageDetector()
        detector.look_at_each([*references, "대한민국(大韓民國)은"])
        assert detector.han == han
    # A script belongs to the first language that names it.
    register_language(Language("de", "German", "words", scripts=("Latin",)))
    register_language(Language("xx", "Test", "words", scripts=("Hangul", "Cyrillic")))
    look = LanguageDetector().look
    assert [look([text]) for text in ("Grüße", "한국어", "Москва")] == [UNDECIDED, "ko", "xx"]


@pytest.mark.usefixtures("korean")
@pytest.mark.parametrize("backend", ["native", "reference"])
@pytest.mark.parametrize("tokenizer", [None, "whitespace"])
def test_korean_from_outside_is_scored_by_auto(backend, tokenizer):
    if backend == "native" and (missing := available_backends()["native"]):
        pytest.skip(missing)
    result = evaluate(
        ["나는 고양이 그리고 개를 좋아한다", "a cat", "北京大学"],
        ["나는 고양이 또 개를 좋아한다", "the cat", "北京大学"],
        backend=backend,
        tokenizer=tokenizer,
    )
    assert result["accuracy"].samples.tolist() == [1, 1, 1]
    signature = Stopwords.of(["그리고", "또", "및"], name="ko").signature()
    assert "lang:en+ko+zh" in result["accuracy"].signature
    assert signature in result["accuracy"].signature


@pytest.mark.usefixtures("korean")
def test_the_native_scanner_takes_korean():
    if missing := available_backends()["native"]:
        pytest.skip(missing)
    language = LANGUAGES.get("ko")
    scan = scanner(Analyzer(language, language.stopword_list()), "native")
    found = scan(Texts.of(["나는 그리고 개"], [["나는 개"]]), words=False, threads=1)
    assert (found.left, found.content.ids.tolist()) == (0, [0, 1, 0, 1])


def test_the_hint_covers_kana_and_all_letters_but_latin_and_han():
    import regex

    from textmetrics.languages import detect

    every = "".join(map(chr, (*range(0xD800), *range(0xE000, sys.maxunicode + 1))))
    rare = regex.findall(
        r"(?V1)[\p{Hiragana}\p{Katakana}]|"
        r"[\p{L}--[\p{Latin}\p{Han}\p{Script=Common}\p{Script=Inherited}]]",
        every,
    )
    assert [each for each in rare if detect._RARE.search(each) is None] == []
    usual = "北京，“上海”。（Zürich）— Đặng…！？、《》【】１２％Ａ〇々・ー"
    assert [each for each in usual if detect._RARE.search(each)] == ["・", "ー"]


@pytest.mark.usefixtures("registries")
def test_a_language_without_stopwords():
    register_language(Language("ko", "Korean", "words", ("Hangul",)))
    assert LANGUAGES.get("ko").stopword_list() is NO_STOPWORDS


@pytest.mark.parametrize(
    ("scripts", "problem"),
    [
        (("Hangeul",), "unknown script 'Hangeul': did you mean 'Hangul'? use the Unicode names"),
        (("Latin", "Klingon"), "unknown script 'Klingon': use the Unicode names of scripts, such"),
        ((3,), "unknown script 3: use the Unicode names of scripts, such as Latin, Han or Hangul"),
    ],
)
def test_a_script_that_unicode_does_not_know_is_an_error_of_its_language(scripts, problem):
    with pytest.raises(ValueError, match="language 'k2'") as error:
        register_language(Language("k2", "K2", "whitespace", scripts=scripts))
    assert f"language 'k2': {problem}" in str(error.value)
    assert Language("k2", "K2", "whitespace", scripts=("Cherokee",)).scripts == ("Cherokee",)


@pytest.mark.usefixtures("registries")
@pytest.mark.parametrize("code", ["", "auto", "a b", "a|b", "a:b", "a+b", "a,b", "a=b", "a\n"])
def test_a_code_that_cannot_stand_in_a_signature_is_an_error(code):
    with pytest.raises(ValueError, match=r"invalid language name .*: use letters"):
        register_language(Language(code, "Test", "words", scripts=()))


@pytest.mark.usefixtures("registries")
def test_a_language_with_an_unknown_tokenizer_is_an_error():
    with pytest.raises(ValueError, match=r"unknown tokenizer 'wordz': did you mean 'words'\?"):
        register_language(Language("xx", "Test", "wordz", scripts=()))
    assert "xx" not in LANGUAGES.names()


def test_what_is_no_language_is_an_error():
    with pytest.raises(TypeError, match=r"expected a textmetrics\.Language, got str"):
        register_language("xx")


@pytest.mark.parametrize(
    ("registry", "name"), [(LANGUAGES, "xx"), (TOKENIZERS, "mecab")], ids=["language", "tokenizer"]
)
def test_an_unknown_name_lists_the_known_ones(registry, name):
    with pytest.raises(ValueError, match=f"unknown {registry.kind} '{name}'") as error:
        registry.get(name)
    assert [known for known in registry.names() if known not in str(error.value)] == []


def test_an_unknown_tokenizer_of_an_analyzer_is_an_error():
    with pytest.raises(ValueError, match="unknown tokenizer 'mecab'"):
        Analyzer(LANGUAGES.get("ja"), NO_STOPWORDS, "mecab")


def test_entry_points_are_asked_once_and_replace_nothing(monkeypatch):
    asked = []

    def entry_points(*, group):
        asked.append(group)
        offers = {"ours": "theirs", "more": "more"}
        return [SimpleNamespace(name=n, load=lambda t=t: t) for n, t in offers.items()]

    monkeypatch.setattr("textmetrics._registry.may_offer", lambda group: True)
    monkeypatch.setattr("importlib.metadata.entry_points", entry_points)
    registry = Registry("thing", group="a.group")
    registry.add("ours", "ours")
    assert registry.get("ours") == "ours"
    assert asked == []
    assert registry.get("more") == "more"
    assert registry.get("ours") == "ours"
    assert registry.names() == ("ours", "more")
    assert list(registry) == ["ours", "more"]
    assert asked == ["a.group"]


def test_what_cannot_be_used_of_an_installed_package_stops_nothing_else(monkeypatch):
    def broken():
        sys.exit(7)

    def entry_points(*, group):
        found = {"bad": broken, "worse": lambda: 1 / 0, "good": lambda: "good", "odd": lambda: 5}
        return [SimpleNamespace(name=n, load=load) for n, load in found.items()]

    def check(thing):
        if not isinstance(thing, str):
            raise TypeError("expected a str")

    monkeypatch.setattr("textmetrics._registry.may_offer", lambda group: True)
    monkeypatch.setattr("importlib.metadata.entry_points", entry_points)
    registry = Registry("thing", group="a.group", check=check)
    registry.add("ours", "ours")
    assert registry.names() == ("ours", "good")
    for name, reason in (("bad", "SystemExit: 7"), ("worse", "ZeroDivisionError"), ("odd", "str")):
        for _ in range(2):  # the reason is not lost after the first time
            with pytest.raises(ImportError, match=f"thing '{name}' of a package cannot .*{reason}"):
                registry.get(name)
    with pytest.raises(ValueError, match="unknown thing 'other': known: ours, good"):
        registry.get("other")


def test_an_installed_package_adds_a_language(tmp_path, installed_package):
    module = (
        "from textmetrics.languages import Language\n"
        "KOREAN = Language('xk', 'Korean', 'words', scripts=('Hangul',))\n"
    )
    installed_package(tmp_path, module, "[textmetrics.languages]\nxk = my_package:KOREAN\n")
    script = (
        "import sys; from textmetrics.languages import LANGUAGES\n"
        "LANGUAGES.get('en'); print('my_package' in sys.modules, LANGUAGES.get('xk').name)"
    )
    assert fresh_process(script, tmp_path) == "False Korean\n"


def test_dictionaries_are_loaded_when_needed():
    script = (
        "import sys; from textmetrics.languages import LANGUAGES, NO_STOPWORDS, Analyzer\n"
        "[Analyzer(language, NO_STOPWORDS) for language in LANGUAGES]\n"
        "print(sorted({'jieba', 'sudachipy', 'sudachidict_core', 'regex'} & set(sys.modules)))"
    )
    assert fresh_process(script) == "[]\n"


@pytest.mark.parametrize("code", LANGUAGES.names())
@pytest.mark.parametrize(
    ("text", "token"), [("-½", "-½"), ("-.5", "-.5"), ("–5", "-5"), ("-$.5", "-$.5")]
)
def test_a_sign_is_not_lost(code, text, token):
    language = LANGUAGES.get(code)
    assert Analyzer(language, language.stopword_list())(text).in_scope(Scope.CONTENT) == [token]


@pytest.mark.parametrize("cut", ["words", "characters"])
def test_a_number_may_begin_with_its_point(cut):
    assert analyzer(cut)(".5 (.25) x.5 ...5").in_scope(Scope.CONTENT) == [
        ".5",
        ".25",
        "x",
        "5",
        "5",
    ]


def test_a_full_stop_before_a_digit_is_no_decimal_point():
    assert analyzer("words")("end.5 是.5").in_scope(Scope.CONTENT) == ["end", "5", "是", "5"]


def test_capitals_need_two_words_to_be_all_capitals():
    stopwords = Stopwords.of(["the", "it"])
    cut = analyzer("words", stopwords)
    assert cut("THE END").in_scope(Scope.CONTENT) == ["end"]
    assert cut("THE\nEND").in_scope(Scope.CONTENT) == ["end"]
    assert cut("我在 IT 部").in_scope(Scope.CONTENT) == ["我", "在", "it", "部"]
    assert cut("-5 It is").in_scope(Scope.CONTENT) == ["-5", "it", "is"]


def test_grammar_can_be_kept_word_by_word():
    grammar = Stopwords("pos", grammar=True)
    kept = grammar.but(remove=["は"])
    assert analyzer("sudachi-c", kept)("猫は好き").in_scope(Scope.CONTENT) == ["猫", "は", "好き"]
    assert analyzer("sudachi-c", grammar)("猫は好き").in_scope(Scope.CONTENT) == ["猫", "好き"]
    assert kept.signature() != grammar.signature()


def test_a_text_that_grows_when_sudachi_normalises_it():
    assert analyzer("sudachi-c")("½" * 24_000).words[0][0] == "½"


def test_flags_are_one_token_each():
    assert analyzer("words")("🇯🇵🇨🇳 🇬").words == ["🇯🇵", "🇨🇳", "🇬"]
    assert len(analyzer("words")("🇯🇵" * 50_000).words) == 50_000


def test_what_a_language_is_made_of():
    once = Language("gg", "G", "words", ["Latin"], (word for word in ["the"]))
    assert once.scripts == ("Latin",)
    assert [once.stopword_list().words, once.stopword_list().words] == [{"the"}, {"the"}]
    with pytest.raises(TypeError, match="code must be a string"):
        Language(5, "G", "words", ("Latin",))
    with pytest.raises(TypeError, match=r"write \('Latin',\)"):
        Language("gg", "G", "words", "Latin")
    with pytest.raises(ValueError, match="no stopword list is shipped for 'gg'"):
        Language("gg", "G", "words", ("Latin",), stopwords=True).stopword_list()
    with pytest.raises(ValueError, match="Klingon"):
        in_other_script("x", ["y"], ["Klingon"])


def test_a_tokenizer_that_gives_no_strings_is_named():
    for junk in (None, [1, 2], "ab", (each for each in "ab"), Segmentation(["a", 2])):
        bad = Tokenizer("bad", "for the test", lambda junk=junk: lambda _: junk)
        language = Language("xx", "Test", bad, ("Latin",))
        with pytest.raises(TypeError, match="tokenizer 'bad' must return a list of strings"):
            Analyzer(language, NO_STOPWORDS)("a")


@pytest.mark.parametrize(
    ("changes", "kind", "message"),
    [
        ({"scripts": None}, TypeError, "scripts of language 'gg' must be several strings"),
        ({"scripts": ([],)}, ValueError, r"language 'gg': unknown script \[\]"),
        ({"scripts": ("Latin}|x{1",)}, ValueError, "language 'gg': unknown script 'Latin}"),
        ({"scripts": (r"Latin}\p{Script=Han",)}, ValueError, "language 'gg': unknown script"),
        ({"tokenizer": None}, TypeError, "tokenizer of language 'gg' must be a Tokenizer or a nam"),
        ({"stopwords": None}, TypeError, "stopwords of language 'gg' must be several strings"),
        ({"stopwords": 5}, TypeError, "stopwords of language 'gg' must be several strings"),
        ({"stopwords": ["a", 5]}, TypeError, "stopwords of language 'gg' must be strings, got int"),
        ({"name": "a\nb"}, ValueError, "name of language 'gg' must be one line"),
    ],
)
def test_what_cannot_be_a_language_is_an_error(changes, kind, message):
    fields = {"code": "gg", "name": "G", "tokenizer": "words", "scripts": ("Latin",)} | changes
    with pytest.raises(kind, match=message):
        Language(**fields)


@pytest.mark.parametrize(
    ("changes", "kind", "message"),
    [
        ({"name": 5}, TypeError, "name of a tokenizer must be a string"),
        ({"name": "a|b"}, ValueError, r"invalid tokenizer name 'a\|b'"),
        ({"summary": 5}, TypeError, "summary of tokenizer 'bad' must be a string"),
        ({"load": "jieba"}, TypeError, "load of tokenizer 'bad' must be a function, got str"),
        ({"signature": "bad-1"}, TypeError, "signature of tokenizer 'bad' must be a function or"),
        ({"joins": 1}, TypeError, "joins of tokenizer 'bad' must be True or False"),
        ({"grammar": True}, TypeError, "grammar of tokenizer 'bad' must be a function or None"),
        ({"signature": lambda: "a|b"}, ValueError, r"tokenizer 'bad' .* without '\|', got 'a\|b'"),
        ({"signature": lambda: None}, TypeError, "`signature` of tokenizer 'bad' returns must be"),
    ],
)
def test_what_cannot_be_a_tokenizer_is_an_error(changes, kind, message):
    fields = {"name": "bad", "summary": "a test", "load": lambda: str.split} | changes
    with pytest.raises(kind, match=message):
        Tokenizer(**fields).described()


def test_each_piece_of_a_segmentation_has_an_entry():
    with pytest.raises(ValueError, match=r"forms of a segmentation .* per piece, got 1 for 2"):
        Segmentation(["a", "b"], ["a"])
    with pytest.raises(ValueError, match=r"grammatical of a segmentation .*, got 0 for 2"):
        Segmentation(["a", "b"], None, [])


def test_entries_that_look_alike_are_told_apart():
    assert Stopwords.of(["a\nb"]).signature() != Stopwords.of(["a", "b"]).signature()


def test_no_sudachi_token_has_a_space_inside():
    text = "Can you read this in New York? 犬 thank you"
    for mode in ("a", "b", "c"):
        assert not [w for w in analyzer(f"sudachi-{mode}")(text).words if " " in w]
    normalized = analyzer("sudachi-c-normalized")("thank you 行きます")
    assert normalized.words == ["thank", "you", "行く", "ます"]


def test_conjunctions_are_no_forms_of_what_is_dropped():
    language = LANGUAGES.get("ja")
    cut = Analyzer(language, language.stopword_list(), "sudachi-c-normalized")
    assert cut("犬なら行く").in_scope(Scope.CONTENT) != cut("犬だ行く").in_scope(Scope.CONTENT)
    assert cut("行ったら").in_scope(Scope.CONTENT) != cut("行った").in_scope(Scope.CONTENT)


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ("cn", "zh"), ("zh-CN", "zh"), ("zh_TW", "zh"), ("Chinese", "zh"), ("ZH", "zh"),
        ("jp", "ja"), ("japanese", "ja"), ("ja-JP", "ja"), ("english", "en"), ("en-US", "en"),
        ("zhh", "zh"), ("klingon", None), ("", None),
    ],
)  # fmt: skip
def test_other_spellings_of_languages_are_suggested(given, code):
    assert suggest_language(given) == (f"did you mean {code!r}? " if code else "")


@pytest.mark.parametrize(("given", "meant"), [("cn", "did you mean 'zh'? "), ("klingon", "")])
def test_an_unknown_language_is_suggested_wherever_it_is_given(given, meant, tmp_path, capsys):
    known = ", ".join(f"{each.code} ({each.name})" for each in LANGUAGES)
    message = f"unknown language {given!r}: {meant}known: auto, {known}"
    with pytest.raises(ValueError, match=re.escape(message)):
        rouge_l(["a"], ["a"], lang=given)
    assert main(["tokens", "x", "--lang", given]) == 2
    assert message in capsys.readouterr().err
    config = tmp_path / "c.toml"
    config.write_text(
        f'runs = "{{task}}.{{model}}.jsonl"\nmodels.a = {{}}\nmodels.b = {{}}\n'
        f'tasks.qa.lang = "{given}"\n'
    )
    assert main(["compare", str(config)]) == 3
    assert f"c.toml: tasks.qa.lang: {message}" in capsys.readouterr().err
