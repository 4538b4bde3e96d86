"""The shipped lists, and what a list of stopwords drops."""

import hashlib
import json
from pathlib import Path

import pytest

from textmetrics import accuracy
from textmetrics.languages import (
    LANGUAGES,
    NO_STOPWORDS,
    TOKENIZERS,
    Analyzer,
    Kind,
    Language,
    Scope,
    Stopwords,
    Tokenizer,
    check_stopwords,
    normalize,
    read_words,
)

# Every registered language with a list, and those whose list is shipped as a file.
LISTED = [language for language in LANGUAGES if language.stopwords]
CODES = [language.code for language in LISTED if language.stopwords is True]
CASES = Path(__file__).parent / "cases"
LISTS = Path(__file__).parents[1] / "stopwords"

# What the largest lists promise to hold at least: entries, protected words, and protected pairs.
# Another list needs an entry, and a language with a list some protected words.
LEAST = {"en": (90, 130, 40), "zh": (230, 130, 40), "ja": (120, 120, 40)}


def shipped(code):
    return LANGUAGES.get(code).stopword_list().words


def entries(code):
    return read_words(LISTS / f"{code}.txt")


@pytest.mark.parametrize("code", CODES)
def test_a_list_is_sorted_and_unique(code):
    assert entries(code) == sorted(set(entries(code)))
    assert len(entries(code)) >= LEAST.get(code, (1, 1, 0))[0]


@pytest.mark.parametrize("code", CODES)
def test_comments_stand_at_the_top(code):
    lines = (LISTS / f"{code}.txt").read_text(encoding="utf-8").split("\n")
    comments = [line.startswith("#") for line in lines]
    assert comments == sorted(comments, reverse=True)
    assert comments[0]
    assert lines[-1] == ""
    assert "" not in lines[:-1]


@pytest.mark.parametrize("code", CODES)
def test_entries_are_normalised_and_in_lower_case(code):
    assert [word for word in entries(code) if word != normalize(word).lower()] == []


@pytest.mark.parametrize("code", CODES)
def test_the_package_ships_the_list(code):
    assert shipped(code) == set(entries(code))
    assert LANGUAGES.get(code).stopword_list().name == code


@pytest.mark.parametrize("language", LISTED, ids=lambda language: language.code)
def test_every_list_passes_the_public_check(language):
    assert check_stopwords(language, in_context(language.code)) is None  # raises for a bad entry


@pytest.mark.parametrize("code", CODES)
def test_what_carries_an_answer_is_in_no_list(code):
    protected = [word for word in LANGUAGES.get(code).protected.split() if "/" not in word]
    assert len(protected) >= LEAST.get(code, (1, 1, 0))[1]
    assert shipped(code) & set(protected) == set()


@pytest.mark.parametrize("code", CODES)
def test_no_list_holds_both_sides_of_a_pair_that_swaps_the_meaning(code):
    words = LANGUAGES.get(code).protected.split()
    swaps = [group.split("/") for group in words if "/" in group]
    assert len(swaps) >= LEAST.get(code, (1, 1, 0))[2]
    assert [group for group in swaps if len(shipped(code) & set(group)) > 1] == []


# The check finds each fault, in a list of words, in a file and in what a function returns.
@pytest.mark.parametrize("given", [tuple, lambda words: lambda: words, "file"])
@pytest.mark.parametrize(
    ("words", "fault"),
    [
        (["그리고", "및"], None),
        (["그리고", "그리고"], "entries that are there twice: 그리고"),
        (["그리고", "Ｔｈｅ"], "not normalized or not in lower case: Ｔｈｅ"),
        (["그리고", "THE", "the"], "twice: the; not normalized or not in lower case: THE"),
        (["그리고", "은 는"], "not one token: 은 는"),
        (["그리고", "아니요"], "protected words: 아니요"),
        (["이전", "이후", "또는"], "more than one word of a protected pair: 이전/이후"),
        ([], "the list is empty"),
    ],
)
def test_check_stopwords(given, words, fault, tmp_path):
    if given == "file":
        path = tmp_path / "ko.txt"
        path.write_text("# Korean\n" + "".join(f"{word}\n" for word in words), encoding="utf-8")
        stopwords = path
    else:
        stopwords = given(words)
    korean = Language("ko", "Korean", "words", ("Hangul",), stopwords, "아니요 못 이전/이후/지금")
    if fault is None:
        check_stopwords(korean)
        return
    with pytest.raises(ValueError, match="stopwords of 'ko': ") as error:
        check_stopwords(korean)
    assert str(error.value).endswith(fault)


def test_an_entry_may_be_one_token_in_a_sentence_only():
    letters_alone = Tokenizer(
        "test", "for the test", lambda: lambda text: text.split() if " " in text else list(text)
    )
    language = Language("xx", "Test", letters_alone, ("Latin",), ("ab",))
    with pytest.raises(ValueError, match="stopwords of 'xx': not one token: ab"):
        check_stopwords(language)
    check_stopwords(language, {"ab": "an ab"})


def test_entries_are_as_they_are_written():
    assert LANGUAGES.get("zh").stopword_entries() == entries("zh")
    with pytest.raises(TypeError, match=r"a list of words or a pathlib\.Path, got '的'"):
        Language("xx", "Test", "words", ("Han",), "的")


@pytest.mark.parametrize("word", ["the", "a", "it", "it's", "there's"])
def test_english_drops_what_only_the_capital_rule_can_tell_from_an_answer(word):
    assert word in shipped("en")


@pytest.mark.parametrize("code", CODES)
def test_each_entry_is_one_token(code):
    analyze = Analyzer(LANGUAGES.get(code), NO_STOPWORDS)
    sentences = in_context(code)
    cuts = {
        word: [analyze(word).surfaces, analyze(sentences.get(word, "")).surfaces]
        for word in entries(code)
    }
    lost = {w: (alone, inside) for w, (alone, inside) in cuts.items() if alone != [w]}
    assert {word: cuts for word, cuts in lost.items() if word not in cuts[1]} == {}


@pytest.mark.parametrize(
    "code", [code for code in CODES if (CASES / f"stopwords_{code}.jsonl").exists()]
)
def test_entries_are_dropped_in_their_sentences(code):
    language = LANGUAGES.get(code)
    analyze = Analyzer(language, language.stopword_list())
    kept = {}
    for word, sentence in in_context(code).items():
        tokens = analyze(sentence)
        kinds = [k for w, k in zip(tokens.surfaces, tokens.kinds, strict=True) if w == word]
        if not kinds or set(kinds) != {Kind.STOPWORD}:
            kept[word] = tokens.surfaces
    assert kept == {}
    assert len(in_context(code)) >= 10


def in_context(code):
    """Return the sentences in which entries are one token."""
    path = CASES / f"stopwords_{code}.jsonl"
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return {row["word"]: row["sentence"] for row in map(json.loads, lines)}


def pairs(code):
    """Return for words two answers that differ in that word, and whether these may be equal."""
    lines = (CASES / f"stopwords_pairs_{code}.jsonl").read_text(encoding="utf-8").splitlines()
    return [
        (word, row["with"].format(word), row["without"], row["equal"], row["why"])
        for row in map(json.loads, lines)
        for word in row["words"]
    ]


@pytest.mark.parametrize("code", CODES)
def test_no_different_answers_become_equal(code):
    table = pairs(code)
    _, one, other, _, _ = map(list, zip(*table, strict=True))
    found = accuracy(one, other, lang=code).samples == 1
    wrong = [row for row, equal in zip(table, found.tolist(), strict=True) if equal != row[3]]
    assert wrong == []


@pytest.mark.parametrize("code", CODES)
def test_each_entry_has_a_pair_that_may_be_equal(code):
    table = pairs(code)
    assert {word for word, *_, equal, _ in table if equal} == shipped(code)
    assert {word for word, *_, equal, _ in table if not equal} & shipped(code) == set()


@pytest.mark.parametrize("code", CODES)
def test_each_pair_depends_on_its_word_alone(code):
    """If the list had the word, or did not have it, the pair would be equal, or not."""
    for word, one, other, equal, _ in pairs(code):
        changed = {"stopwords_remove" if equal else "stopwords_add": [word]}
        assert bool(accuracy(one, other, lang=code, **changed)) is not equal, (word, one, other)


# Whole answers, each with its neighbors: those that differ stay different, however near they are.
DIFFERENT = {
    "zh": [
        ("很可能", "可能"), ("很可能是他", "可能是他"), ("病情很稳定", "病情稳定"), ("很多", "多"),
        ("公司将裁员", "公司裁员了"), ("公司将裁员", "公司裁员"), ("價格將上漲", "價格上漲"),
        ("将、士、象", "士、象"), ("他是将", "他是"), ("会将上涨", "会上涨"),
        ("天、地、人", "天、人"), ("天、地、人", "天、海、人"), ("天、地", "天"), ("地、天", "天"),
        ("天,地,人", "天,人"), ("天/地/人", "天/人"), ("天、地和人", "天和人"),
        ("和、差、积、商", "差、积、商"), ("求和", "求差"), ("两数之和", "两数之差"), ("和", "差"),
        ("所谓民主", "民主"), ("所謂的愛", "愛"), ("所谓的专家", "专家"),
        ("答案是“的”", "答案是“地”"), ("应填“和”", "应填“或”"), ("选项:的", "选项:地"),
        ("的", "地"),
        ("甲或乙", "甲和乙"), ("他走了", "他走"), ("门开着", "门开"), ("这本书", "那本书"),
        ("在", "不在"),
    ],
    "ja": [
        ("削除してください", "削除しました"), ("削除して下さい", "削除しました"),
        ("削除しなさい", "削除しました"), ("削除しましょう", "削除しました"),
        ("削除しよう", "削除した"), ("ご確認ください", "確認しました"),
        ("お待ちください", "待ちます"),
        ("食べましょう", "食べます"), ("行きなさい", "行きます"), ("勉強しよう", "勉強する"),
        ("答えは「に」", "答えは「を」"), ("「が」が正しい", "「は」が正しい"),
        ("答え：に", "答え：を"),
        ("助詞は『の』", "助詞は『と』"), ("答えは（に）", "答えは（を）"), ("に", "を"),
        ("には", "に"),
        ("は、が、を", "は、を"), ("正解は「から」です", "正解は「まで」です"),
        ("知ってる", "知らない"), ("飲んでる", "飲んだ"), ("行きます", "行きません"),
        ("犬が噛む", "犬が噛まれる"), ("犬か猫", "犬と猫"), ("雨だろう", "雨だ"),
    ],
    "en": [
        ("They will cut jobs", "They cut jobs"), ("Please delete", "Deleted"), ("Let's go", "go"),
        ("it was him", "it is him"), ("He can go", "He may go"), ("so good", "good"),
        ('The answer is "of"', 'The answer is "in"'), ("Answer: the", "Answer: a"), ("(a)", "(b)"),
        ("the articles are a, an, the", "the articles are a, the"), ("he/she/it", "he/she"),
        ("vitamin a", "vitamin"), ("vitamin A", "vitamin"), ("Ann and Bob", "Ann or Bob"),
        ("the", "a"), ("of", "in"), ("of the", "of"), ("of the", "the"),
    ],
}  # fmt: skip
ALIKE = {
    "zh": [
        ("他慢慢地走", "他慢慢走"), ("他和我", "他我"), ("隨着經濟發展", "經濟發展"),
        ("随着经济发展", "经济发展"), ("綜上,他走", "他走"), ("综上所述,他走", "他走"),
        ("的。", "“的”"),
    ],
    "ja": [
        ("削除しました", "削除した"), ("削除します", "削除する"), ("京都において", "京都で"),
        ("京都における祭り", "京都の祭り"), ("環境について話す", "環境を話す"),
        ("彼に対する話", "彼の話"),
        ("知ってる", "知っている"), ("知ってました", "知っていました"),
        ("やってない", "やっていない"),
        ("答えは「に」です", "答えは「に」"), ("「に」です", "に"), ("に。", "に"),
    ],
    "en": [
        ("a cat", "the cat"), ("cats and dogs", "cats dogs"), ("It is “the”.", "the"),
        ("The.", "the"),
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("table", "expected"), [(DIFFERENT, 0), (ALIKE, 1)], ids=["different", "alike"]
)
@pytest.mark.parametrize("code", CODES)
def test_answers_and_their_neighbors(code, table, expected):
    for one, other in table[code]:
        found = accuracy([one, other], [other, one], lang=code).samples.tolist()
        assert found == [expected, expected], (one, other)


# However a word is written, it is dropped or kept alike.
@pytest.mark.parametrize(
    ("code", "spellings"),
    [
        ("ja", ["京都において", "京都に於いて"]),
        ("ja", ["京都における祭り", "京都に於ける祭り"]),
        ("ja", ["環境について", "環境に就いて", "環境に関して", "環境にかんして"]),
        ("ja", ["彼に対する話", "彼にたいする話", "彼に関する話"]),
        ("ja", ["知ってる", "知っている"]),
        ("ja", ["知ってた", "知っていた"]),
        ("ja", ["知ってない", "知っていない"]),
        ("ja", ["飲んでる", "飲んでいる"]),
        ("ja", ["食べちゃった", "食べてしまった"]),
        ("ja", ["飲んじゃう", "飲んでしまう"]),
        ("ja", ["置いといた", "置いておいた"]),
        ("ja", ["犬および猫", "犬及び猫"]),
        ("ja", ["犬です。ならびに猫", "犬です。並びに猫"]),
        ("ja", ["行くこと", "行く事"]),
        ("zh", ["随着经济发展", "随著经济发展"]),
        ("zh", ["隨着經濟", "隨著經濟"]),
        ("zh", ["综上,他走", "綜上,他走"]),
    ],
)
def test_spellings_are_equal(code, spellings):
    for spelling in spellings:
        assert accuracy(spelling, spellings[0], lang=code) == 1


@pytest.mark.parametrize("options", [{"stopwords": "pos"}, {}], ids=["pos", "list"])
@pytest.mark.parametrize("tokenizer", ["sudachi-a", "sudachi-b", "sudachi-c-normalized"])
@pytest.mark.parametrize(
    ("one", "other", "equal"),
    [
        ("知ってる", "知っている", True),
        ("知ってない", "知っていない", True),
        ("飲んでます", "飲んでいます", True),
        ("言っとる", "言っておる", True),
        ("食べちゃった", "食べてしまった", True),
        ("置いといた", "置いておいた", True),
        ("環境について", "環境に関して", True),
        ("知ってる", "知って", False),
        ("食べちゃう", "食べる", False),
        ("嘘をついて", "嘘を", False),
    ],
)
def test_contractions_and_phrases_in_every_form(one, other, equal, tokenizer, options):
    assert accuracy(one, other, lang="ja", tokenizer=tokenizer, **options) == equal


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("知ってる", "知ってた"),
        ("知ってる", "知って"),
        ("食べちゃう", "食べる"),
        ("飲んだ", "飲んで"),
        ("飲んだ", "飲んでる"),
        ("嘘をついて", "嘘を"),
        ("本をおいて", "本を"),
        ("削除してください", "削除しました"),
        ("食べちゃった", "食べた"),
        ("来るという。", "来る。"),
    ],
)
def test_what_is_spelled_alike_is_told_apart(one, other):
    assert accuracy(one, other, lang="ja") == 0


def test_read_words(tmp_path):
    path = tmp_path / "words.txt"
    path.write_bytes("\ufeff# a comment\nthe\r\n\n  of  \n#x\nC#\n".encode())
    assert read_words(path) == ["the", "of", "C#"]
    assert read_words(str(path)) == ["the", "of", "C#"]


def test_a_list_that_is_not_utf_8_is_an_error(tmp_path):
    path = tmp_path / "words.txt"
    path.write_bytes("the\n的\n".encode("gbk"))
    with pytest.raises(ValueError, match=r"words\.txt: not UTF-8 at byte 4; save .* as UTF-8"):
        read_words(path)


def test_a_list_that_is_missing_is_an_error(tmp_path):
    with pytest.raises(FileNotFoundError, match="nowhere"):
        read_words(tmp_path / "nowhere.txt")


def test_of_normalises():
    words = Stopwords.of(["ＴＨＥ", " of ", "don’t", ""])
    assert words.words == {"THE", "of", "don't"}
    assert words.name == "custom"
    assert len(words) == 3


@pytest.mark.parametrize("words", ["the", b"the"])
def test_of_one_string_is_an_error(words):
    with pytest.raises(TypeError, match=r"expected a list of words, got (str|bytes): .*the"):
        Stopwords.of(words)


def test_of_what_is_no_string_is_an_error():
    with pytest.raises(TypeError, match="must be a string, got int: 3"):
        Stopwords.of(["the", 3])


def test_but():
    words = Stopwords.of(["the", "of"], name="en")
    assert words.but() is words
    assert words.but(add=["ａｎ"], remove=["OF"]) == Stopwords.of(["the", "an"], name="en")
    assert words.but(add=["of"], remove=["of"]).words == {"the", "of"}
    assert words.words == {"the", "of"}
    assert Stopwords("pos", grammar=True).but(add=["犬"]).grammar


# By the rule: lower case, or a capital that begins a sentence, or a text all in capitals. An entry
# that has a capital itself drops any case.
@pytest.mark.parametrize(
    ("entry", "surface", "begins", "shouted", "dropped"),
    [
        ("it", "it", False, False, True),
        ("it", "it", True, False, True),
        ("it", "It", True, False, True),
        ("it", "It", False, False, False),
        ("it", "IT", True, False, False),
        ("it", "IT", False, False, False),
        ("it", "IT", False, True, True),
        ("it", "iT", True, False, False),
        ("us", "us", False, False, True),
        ("us", "US", False, False, False),
        ("us", "US", True, False, False),
        ("may", "may", False, False, True),
        ("may", "May", False, False, False),
        ("may", "May", True, False, True),
        ("a", "a", False, False, True),
        ("a", "A", False, False, False),
        ("a", "A", True, False, True),
        ("it's", "It's", True, False, True),
        ("it's", "It's", False, False, False),
        ("IT", "it", False, False, True),
        ("IT", "IT", False, False, True),
        ("的", "的", False, False, True),
        ("it", "its", False, False, False),
    ],
)
def test_drops(entry, surface, begins, shouted, dropped):
    words = Stopwords.of([entry])
    assert words.drops(surface, begins=begins, shouted=shouted) is dropped


# The same rule in whole texts, with the shipped list: what is left of each.
@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("It is the IT of it.", ["it"]),
        ("The US. It is. Is it?", ["us"]),
        ("The US. It may. May I?", ["us", "may", "may", "i"]),
        ("She came in May", ["she", "came", "may"]),
        ("It has vitamin A, a vitamin", ["has", "vitamin", "a", "vitamin"]),
        ("Is it? It Is! A cat…The dog", ["is", "cat", "dog"]),
        ("“The cat” (The dog)", ["cat", "the", "dog"]),
        ("one\nThe cat", ["one", "cat"]),
        ("IT IS THE US", ["us"]),
        ("IT", ["it"]),
        ("It’s there’s THAT’LL", ["that'll"]),
        ("THE end", ["the", "end"]),
    ],
)
def test_english_texts(text, left):
    language = LANGUAGES.get("en")
    tokens = Analyzer(language, language.stopword_list())(text)
    words = zip(tokens.words, tokens.kinds, strict=True)
    assert [word for word, kind in words if kind is Kind.CONTENT] == left


def test_signature_is_a_hash_of_the_sorted_words():
    digest = hashlib.sha256(b"of\nthe").hexdigest()[:8]
    assert Stopwords.of(["the", "of"]).signature() == f"custom-{digest}"
    assert Stopwords.of(["of", "the", "the"], name="en").signature() == f"en-{digest}"
    assert Stopwords.of(["of", "then"]).signature() != f"custom-{digest}"


def test_signature_without_words():
    assert NO_STOPWORDS.signature() == "none"
    assert Stopwords("pos", grammar=True).signature() == "pos"
    with_word = Stopwords("pos", frozenset(["犬"]), grammar=True)
    assert with_word.signature() != Stopwords("pos", grammar=True).signature()


def test_no_stopwords_drop_nothing():
    assert not NO_STOPWORDS.drops("the", begins=True, shouted=True)
    assert len(NO_STOPWORDS) == 0


# What Stopwords("pos") leaves of a sentence. Cut and read by hand; parts of speech are Sudachi's.
@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("犬は走りました。", ["犬", "走り"]),
        ("えーと、犬です。", ["犬"]),
        ("犬に噛まれた", ["犬", "噛ま", "れ"]),
        ("行くな", ["行く", "な"]),
        ("静かな犬", ["静か", "犬"]),
        ("知らん", ["知ら", "ん"]),
        ("知らねえ", ["知ら", "ねえ"]),
        ("行かざるを得ない", ["行か", "ざる", "得", "ない"]),
        ("東京から京都まで", ["東京", "から", "京都", "まで"]),
        ("京都へ", ["京都", "へ"]),
        ("犬か猫と馬", ["犬", "か", "猫", "馬"]),
        ("犬より大きい", ["犬", "より", "大きい"]),
        ("犬だけ、猫しか", ["犬", "だけ", "猫", "しか"]),
        ("二つずつ", ["二", "つ", "ずつ"]),
        ("雨だけど行けば", ["雨", "けど", "行け", "ば"]),
        ("雨なら猫", ["雨", "なら", "猫"]),
        ("晴れたら猫だが犬", ["晴れ", "たら", "猫", "が", "犬"]),
        ("犬が👍と$と+", ["犬", "👍", "$", "+"]),
        ("-5%です", ["-5%"]),
        ("はい、しかし猫", ["はい", "しかし", "猫"]),
    ],
)
def test_japanese_grammar(text, left):
    language = LANGUAGES.get("ja")
    tokens = Analyzer(language, Stopwords("pos", grammar=True))(text)
    words = zip(tokens.words, tokens.kinds, strict=True)
    assert [word for word, kind in words if kind is Kind.CONTENT] == left


# The normalised form of だ in 飲んだ is た, of すれ 為る, of なら だ, of 二 2.
@pytest.mark.parametrize(
    ("entry", "text", "left"),
    [
        ("だ", "飲んだ", ["飲む"]),
        ("た", "飲んだ", ["飲む"]),
        ("二", "二匹", ["匹"]),
        ("2", "二匹", ["匹"]),
    ],
)
def test_a_surface_or_its_normalised_form_is_dropped(entry, text, left):
    analyze = Analyzer(LANGUAGES.get("ja"), Stopwords.of([entry]), "sudachi-c-normalized")
    tokens = analyze(text)
    words = zip(tokens.words, tokens.kinds, strict=True)
    assert [word for word, kind in words if kind is Kind.CONTENT] == left


def test_only_sudachi_tells_grammar():
    grammar = Stopwords("pos", grammar=True)
    names = TOKENIZERS.names()
    refused = [name for name in names if not name.startswith("sudachi-")]
    assert 0 < len(refused) < len(names)
    for name in set(names) - set(refused):
        assert Analyzer(LANGUAGES.get("ja"), grammar, name)("犬は").in_scope(Scope.CONTENT) == [
            "犬"
        ]
    for name in refused:
        with pytest.raises(ValueError, match=f"{name}.*does not; lang='ja' with a sudachi"):
            Analyzer(LANGUAGES.get("ja"), grammar, name)
