"""Characters that are one to their readers are one here, and what is not seen changes nothing."""

from __future__ import annotations

import itertools
import sys
import unicodedata
from collections import defaultdict

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from textmetrics import accuracy, evaluate, tokenize
from textmetrics.answers import choice_of, contains, number_of, parse_extraction
from textmetrics.languages import normalize, origins, visible
from textmetrics.languages.normalize import _maybe_special, _special, _unseen

EVERY = [chr(point) for point in range(sys.maxunicode + 1) if not 0xD800 <= point < 0xE000]
LANGUAGES = ("en", "zh", "ja")
TOKENIZERS = ("words", "characters", "whitespace", "jieba", "sudachi-a", "sudachi-c")


def tokens(text, lang="zh", **options):
    return tokenize(text, lang=lang, stopwords=False, **options)


# --- enclosed numbers -----------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("①2019年", ["1", "2019", "年"]),  # NFKC alone makes 12019 of it
        ("⒈2019年", ["1", "2019", "年"]),  # NFKC: 1.2019
        ("⑴2019年", ["1", "2019", "年"]),
        ("🄂2019年", ["1", "2019", "年"]),  # NFKC: 1,2019
        ("❶2019年", ["1", "2019", "年"]),  # no NFKC, but a value
        ("⓵2019年", ["1", "2019", "年"]),
        ("➀2019年", ["1", "2019", "年"]),
        ("1\ufe0f\u20e32019年", ["1", "2019", "年"]),  # a keycap
        ("🔟2019年", ["10", "2019", "年"]),  # neither NFKC nor value
        ("⑩2019年", ["10", "2019", "年"]),
        ("㉑2019年", ["21", "2019", "年"]),
        ("㊿2019年", ["50", "2019", "年"]),
        ("㉈2019年", ["10", "2019", "年"]),
        ("㊀2019年", ["一", "2019", "年"]),
        ("㈠2019年", ["一", "2019", "年"]),
        ("2019①年", ["2019", "1", "年"]),
        ("①②", ["1", "2"]),
        ("①②③", ["1", "2", "3"]),
        ("①．2019年", ["1", "2019", "年"]),  # an item, no decimal point
        ("①.5個", ["1", "5", "個"]),
        ("①、5個", ["1", "5", "個"]),
        ("①-5°C", ["1", "-5", "°", "c"]),
        ("12㏠", ["12", "1", "日"]),
        ("8㋀", ["8", "1", "月"]),
        ("5㍘", ["5", "0", "点"]),
        # neighbors
        ("1.5", ["1.5"]),
        ("2½", ["2½"]),
        ("10²", ["10²"]),
        ("１２", ["12"]),
        ("Ⅻ", ["xii"]),
        ("㋀㏠", ["1", "月", "1", "日"]),
    ],
)
def test_an_enclosed_number_is_a_token_of_its_own(lang, text, expected):
    assert tokens(text, lang) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ⒶParis", ["a", "paris"]),
        ("Ⓑ巴黎", ["b", "巴黎"]),
        ("❶Paris", ["1", "paris"]),
        ("100㎡2室", ["100m2", "2", "室"]),
        ("100㎡", ["100m2"]),
        ("㈱東芝", ["株", "東芝"]),
        ("①2019年成立", ["1", "2019", "年", "成立"]),
        ("②2020年、③2021年", ["2", "2020", "年", "3", "2021", "年"]),
    ],
)
def test_an_enclosed_number_in_chinese(text, expected):
    assert tokens(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("②5", 5),
        ("答案：②5", 5),
        ("①2019", 2019),
        ("⒈5", 5),
        ("③200元", 200),
        ("❷-5", -5),
        ("②", 2),
        ("③200 000元", 200_000),
        ("答案：②", 2),
        ("答案：1\ufe0f\u20e35", 5),
    ],
)
def test_an_enclosed_number_does_not_change_the_next(text, expected):
    assert number_of(text) == expected


ENCLOSED = [
    each
    for each in EVERY
    if unicodedata.decomposition(each).startswith(("<circle>", "<compat>"))
    and unicodedata.category(each) == "No"
]


def test_all_enclosed_numbers_of_unicode_are_known():
    assert len(ENCLOSED) > 120
    assert [each for each in ENCLOSED if not normalize(f"5{each}5").startswith("5 ")] == []
    assert [each for each in ENCLOSED if not normalize(f"5{each}5").endswith(" 5")] == []


def test_no_character_becomes_digits_that_join_its_neighbors():
    # Whatever NFKC makes of one, the digits beside it stay as they are.
    joined = []
    for each in EVERY:
        normal = unicodedata.normalize("NFKC", each)
        if normal != each and not (len(normal) == 1 and each.isdecimal()):
            kept = normalize(each) == each
            if normal[0].isdecimal() and not kept and normalize(f"5{each}")[1] != " ":
                joined.append(each)
            if normal[-1].isdecimal() and not kept and normalize(f"{each}5")[-2] != " ":
                joined.append(each)
    assert joined == []


# --- one sign for one -----------------------------------------------------------------------------

JIS = ("shift_jis", "cp932", "shift_jis_2004", "shift_jisx0213")
EUC_JP = ("euc_jp", "euc_jis_2004", "euc_jisx0213")
FAMILIES = (
    ("gb2312", "gbk", "gb18030"),
    ("big5", "cp950", "big5hkscs"),
    ("euc_kr", "cp949"),
)
# These decoders take one for a shade and the other for a square: two signs in two tables.
TWO_SIGNS = {frozenset("▓￭")}


def decoded(code, codec):
    try:
        text = code.decode(codec)
    except UnicodeDecodeError:
        return None
    return text if len(text) == 1 else None


def shift_jis(row, cell):
    """Return the code of a place in the table of JIS, from 1 to 94 both ways."""
    lead = (row + 1) // 2 + (0x80 if row <= 62 else 0xC0)
    return bytes([lead, cell + 0x3F + (cell >= 0x40) if row % 2 else cell + 0x9E])


def readings():
    """Yield what the decoders of a family make of each code of two bytes."""
    for codecs in FAMILIES:
        for lead, trail in itertools.product(range(0x81, 0xFF), range(0x40, 0xFF)):
            yield {decoded(bytes([lead, trail]), codec) for codec in codecs}
    for row, cell in itertools.product(range(1, 95), repeat=2):
        yield {decoded(shift_jis(row, cell), codec) for codec in JIS} | {
            decoded(bytes([0xA0 + row, 0xA0 + cell]), codec) for codec in EUC_JP
        }


def pairs():
    """Return what decoders make of one code where that is several signs, and no letters."""
    found = defaultdict(int)
    for reading in readings():
        signs = frozenset(reading - {None})
        if len(signs) > 1 and all(unicodedata.category(sign)[0] in "PSZM" for sign in signs):
            found[signs] += 1
    return set(found) - TWO_SIGNS


def test_what_decoders_make_of_one_code_is_one_sign():
    found = pairs()
    for signs in (
        "〜～",
        "−－",
        "‖∥",
        "—―",
        "·・",
        "•‧",
        "¯‾",
        "∼～",
        "∕／",
        "⊕♁",
        "⊙☉",
        "¢￠",
        "¬￢",
    ):
        assert frozenset(signs) in found
    assert [signs for signs in found if len({normalize(f"a{sign}a") for sign in signs}) > 1] == []


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(
    "signs",
    [
        "〜～∼~",
        "—―",
        "‖∥",
        "−－-–‐",
        "￠¢",
        "￡£",
        "￢¬",
        "￣‾¯",
        "・·･‧•",
        "∕／/",
        "♁⊕",
        "☉⊙",
        "’'",
    ],
)
def test_signs_that_are_one_score_alike(lang, signs):
    for text in ("9{}18", "A{}B", "{}", "９時{}１８時", "说{}"):
        texts = [text.format(sign) for sign in signs]
        assert {accuracy([each], [texts[0]], lang=lang) for each in texts} == {1.0}


@pytest.mark.parametrize(
    ("one", "other"),
    [("9時〜18時", "9時18時"), ("AB∥CD", "AB⊥CD"), ("A⊕B", "A⊙B"), ("1∕2", "12"), ("ー", "—")],
)
def test_signs_that_are_two_stay_two(one, other):
    assert accuracy([one], [other], lang="ja") == 0


def test_a_range_of_hours():
    assert accuracy(["９時〜１８時"], ["９時～１８時"], lang="ja") == 1
    assert tokens("レオナルド・ダ・ヴィンチ", "ja") == tokens("レオナルド·ダ‧ヴィンチ", "ja")


# --- what is not seen -----------------------------------------------------------------------------

UNSEEN = (
    "\u200b\u200c\u200d\u200e\u200f\u00ad\u2060\u2061\u2064\u202a\u202c\u202e\u2066\u2069\ufeff"
    "\ufe0e\ufe0f\ufe00\U000e0100\U000e01ef\u034f\u061c\u180b\u3164\U000e0041"
)


@pytest.mark.parametrize("tokenizer", TOKENIZERS)
@pytest.mark.parametrize("sign", UNSEEN, ids="{0!a}".format)
def test_what_is_not_seen_changes_no_token(tokenizer, sign):
    for text in (
        "北京大学は international",
        "-5",
        "5%",
        "1,200.50",
        "C++",
        "カタカナ",
        "don't 10²",
        "辻",
    ):
        hidden = sign + sign.join(text) + sign
        assert tokens(hidden, "ja", tokenizer=tokenizer) == tokens(text, "ja", tokenizer=tokenizer)


@pytest.mark.parametrize("sign", UNSEEN, ids="{0!a}".format)
def test_what_is_not_seen_changes_no_answer(sign):
    def hide(text):
        return sign.join(text)

    assert number_of(f"-{sign}5") == -5
    assert number_of(f"5{sign}%") * 100 == 5
    assert number_of(hide("答案是3.5")) == 3.5
    assert evaluate([f"-{sign}5"], ["5"], metrics=["numeric"])["numeric"] == 0
    assert contains(hide("首都是北京。"), "北京")
    assert contains(hide("the capital"), "capital")
    assert choice_of(hide("The answer is B.")) == "B"
    assert choice_of(hide("答案：B")) == "B"
    for lang in LANGUAGES:
        assert accuracy([f"-{sign}5"], ["5"], lang=lang) == 0
        assert accuracy([f"-{sign}5"], ["-5"], lang=lang) == 1


@pytest.mark.parametrize(
    ("steps", "text", "expected"),
    [
        ("prefix", "答\u200b案：北京", "北京"),
        ("prefix", "\ufeffThe answer is: Paris", "Paris"),
        ("think", "<th\u200bink>5?</think>6", "6"),
        ("boxed", "\\box\u2060ed{5}", "5"),
        ("markdown", "*\u200b*Paris**", "Paris"),
        ("fence", "`\ufeff``\nParis\n```", "Paris"),
        ("json:answer", '{"ans\u200bwer": "5"}', "5"),
        ("regex:Answer: (.*)", "Answer:\u200e 5", "5"),
        # A step that finds nothing leaves a text as it is.
        ("boxed", "北\u200b京", "北\u200b京"),
        ("think,markdown", "北\u200b京", "北\u200b京"),
    ],
)
def test_extraction_sees_what_readers_see(steps, text, expected):
    assert parse_extraction(steps).apply(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("👨\u200d👩\u200d👧", "👨\u200d👩\u200d👧"),
        ("👩\u200d❤\ufe0f\u200d👨", "👩\u200d❤\u200d👨"),
        ("🏳\ufe0f\u200d🌈", "🏳\u200d🌈"),
        ("👩🏽\u200d🚀", "👩🏽\u200d🚀"),
        ("🏴\U000e0067\U000e0062\U000e007f", "🏴\U000e0067\U000e0062\U000e007f"),
        ("👍\u200d", "👍"),
        ("a\u200d👍", "a👍"),
        ("می\u200cخواهم", "می\u200cخواهم"),  # Persian: the letters around it do not join
        ("می\u200c خواهم", "می خواهم"),
        ("क\u094d\u200dष", "क\u094d\u200dष"),  # Hindi: a half form
        ("അവന\u0d4d\u200d", "അവന\u0d4d\u200d"),  # Malayalam: he, and without it, to him
        ("ශ\u0dca\u200dරී", "ශ\u0dca\u200dරී"),
        ("क\u200dष", "कष"),
    ],
)
def test_joiners_stay_where_they_are_seen(text, expected):
    assert visible(text) == expected
    if " " not in expected and text != "a\u200d👍":
        assert tokens(text, "en") == [expected]


def test_an_emoji_is_its_text_form():
    for lang in LANGUAGES:
        assert accuracy(["❤\ufe0f"], ["❤"], lang=lang) == 1
        assert accuracy(["☎\ufe0f 123"], ["☎\ufe0e 123"], lang=lang) == 1
        assert accuracy(["🏴"], ["🏴\U000e0067\U000e0062\U000e007f"], lang=lang) == 0


# --- laws -----------------------------------------------------------------------------------------

PIECES = [
    *"①⑩⑴⒈❶㊀㈠🄂🔟Ⓐ㋀㏠㍘㎡25５.．，,%-〜～∼—―‖∥￣‾¯・·･‧•∕♁☉½²é½年北京aB ",
    *UNSEEN,
    *(
        "1\ufe0f\u20e3",
        "\u20e3",
        "❤\ufe0f",
        "👨\u200d👩",
        "م\u200cخ",
        "क\u094d\u200dष",
        "e\u0301",
        "ﾊﾞ",
    ),
    *("🏴\U000e0067\U000e007f", "\n", "ﷺ", "\u1100\u1161"),
]
mixed = st.lists(st.sampled_from(PIECES) | st.characters(exclude_categories=["Cs"]), max_size=12)


@given(mixed.map("".join))
def test_normalizing_twice_changes_nothing(text):
    assert visible(visible(text)) == visible(text)
    assert normalize(visible(text)) == normalize(text)
    once = normalize(text)
    if unicodedata.is_normalized("NFKC", once):  # a kept ² and a mark may compose in another order
        assert normalize(once) == once


@given(mixed.map("".join))
def test_origins_are_of_the_normalized_text(text):
    solid, spans = origins(text)
    assert solid == "".join(normalize(text).split())
    assert len(solid) == len(spans)
    assert all(0 <= start < end <= len(text) for start, end in spans)


def test_the_quick_search_misses_nothing():
    text = "".join(EVERY)
    found = set(_unseen().findall(text)) | set(regex.findall(r"\p{DI}", text))
    special = {each for each in EVERY if _special().fullmatch(each)} | {"\u20e3"}
    assert [each for each in (found | special) - {""} if not _maybe_special().search(each)] == []
    ordinary = "中文日本語ひらがなカタカナ、。「」！？・—…“”’é–•·Ｇ１ü"
    assert _maybe_special().search(ordinary) is None


# --- operators ------------------------------------------------------------------------------------

OPERATORS = [
    ("x-1", "x*1"),
    ("3*4", "3-4"),
    ("n!", "n"),
    ("if x!=y", "if x=y"),
    ("a%b", "a&b"),
    ("a/b", "a:b"),
    ("f(x) / 2", "f(x) * 2"),
    ("count != total", "count = total"),
    ("!done", "done"),
    ("price*count", "price count"),
    ("答案是x-1", "答案是x*1"),
]


@pytest.mark.parametrize("lang", ["en", "ja"])  # jieba keeps a%
@pytest.mark.parametrize(("one", "other"), OPERATORS)
def test_code_scores_every_sign_and_health_tells_of_it(lang, one, other):
    assert accuracy([one], [other], lang=lang, tokenizer="code") == 0
    assert accuracy([one], [one], lang=lang, tokenizer="code") == 1
    result = evaluate([one], [other], lang=lang, metrics=["accuracy"])
    assert result["accuracy"] == 1
    assert result.health.equal_without_signs == 1
    assert "--tokenizer code" in "".join(result.health.remarks(command_line=True))
    coded = evaluate([one], [other], lang=lang, metrics=["accuracy"], tokenizer="code")
    assert coded.health.equal_without_signs == 0


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Paris!", "Paris"),
        ("well-known", "well known"),
        ("- Paris", "Paris"),
        ("**Paris**", "Paris"),
        ("and/or", "and or"),
        ("Note: yes", "Note yes"),
        ("x-1", "x-1"),
        ("-5", "-5"),
        ("北京!", "北京"),
        ("T-shirt", "T shirt"),
    ],
)
def test_prose_is_not_told_of(one, other):
    assert evaluate([one], [other], metrics=["accuracy"]).health.equal_without_signs == 0


def test_any_reference_with_the_signs_is_enough():
    result = evaluate(["x-1", "x-1"], [["x*1", "x-1"], ["x*1", "x/1"]], lang="en")
    assert result.health.equal_without_signs == 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("snake_case(x)", ["snake_case", "(", "x", ")"]),
        ("a-1", ["a", "-", "1"]),
        ("3.14*r**2", ["3.14", "*", "r", "*", "*", "2"]),
        ("f(1,2)", ["f", "(", "1", ",", "2", ")"]),
        ("if a is b", ["if", "a", "is", "b"]),
        ("x = '好的' # 注", ["x", "=", "'", "好", "的", "'", "#", "注"]),
        ("", []),
        ("\n", []),
    ],
)
def test_tokens_of_code(text, expected):
    assert tokenize(text, lang="en", tokenizer="code") == expected
    assert accuracy([text], [text], tokenizer="code").signature.count("stop:none") == 1


def test_code_drops_the_stopwords_that_are_given():
    assert tokenize("the x", lang="en", tokenizer="code", stopwords=["the"]) == ["x"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("| City | People |\n|---|---:|\n| Paris | 2.1 M |", "City People\nParis 2.1 M"),
        ("a | b\n--|--\n1 | 2", "a b\n1 2"),
        ("| 答案 |\r\n|:-:|\r\n| 北京 |", "答案\n北京"),
        ("Before\n\n|a|\n|-|\n|5|\n\nafter a|b", "Before\n\na\n5\n\nafter a|b"),
        ("|a|b|\n|-|-|\n|x\\|y|**z**|", "a b\nx|y z"),
        # neighbors
        ("a|b", "a|b"),
        ("|x| = 5", "|x| = 5"),
        ("a|b\nc|d", "a|b\nc|d"),
        ("```\n|a|\n|-|\n```", "|a|\n|-|"),
        ("P(A|B) - P(B|A)", "P(A|B) - P(B|A)"),
    ],
)
def test_tables_of_markdown(text, expected):
    assert parse_extraction("markdown").apply(text) == expected
