"""What carries the answer is never dropped: answers that differ must score as different.

The expected numbers are the definition itself: within a group no two answers mean the same, so
accuracy is 1 on the diagonal and 0 off it, and F1 is 1 on the diagonal and below 1 off it. No two
answers of a group have the same words in another order: F1 could not tell those apart, whatever is
dropped.
"""

from itertools import product

import pytest

from textmetrics import accuracy, f1

SIGNS = [
    ["-5", "5", "+5", "±5"],
    ["50%", "50", "50‰"],
    ["10²", "102", "10³", "10", "10⁻²"],
    ["1/2", "1-2", "12", "2"],
    ["½", "¼", "12", "1"],
    ["3½", "31/2", "3"],
    ["1e-5", "1e5"],
    ["C#", "C", "C++"],
    ["$5", "€5", "5"],
    ["5°C", "-5°C", "5°F", "5"],
    ["1.5", "15", "5"],
    ["A+B", "A=B", "A B"],
    ["👍", "👎", "👍🏽"],
]

ENGLISH = [
    ["yes", "no", "maybe"],
    ["safe", "not safe", "never safe", "unsafe"],
    ["two", "three"],
    ["2", "3"],
    ["one", "none", "all", "some", "most", "many", "few", "both", "neither"],
    ["He can swim", "He can't swim", "He can never swim"],
    ["It is true", "It isn't true", "It is not true"],
    ["It will rain", "It won't rain"],
    ["He may leave", "He must leave", "He may not leave", "He should leave"],
    ["A and B", "A or B", "A but not B", "A, if B", "A because B", "A unless B", "A although B"],
    ["from Paris", "to Paris", "by Paris", "near Paris", "for Paris"],
    ["with milk", "without milk"],
    ["in the box", "on the box", "under the box", "out of the box", "over the box"],
    ["The light is on", "The light is off"],
    ["up", "down", "left", "right"],
    ["before lunch", "after lunch", "since lunch", "until lunch"],
    ["at six", "in six", "by six", "until six"],
    ["more", "less", "most", "least"],
    ["who", "what", "where", "when", "why", "how", "which", "whose"],
    ["he", "she", "I", "you", "we", "they"],
    ["him", "her", "me", "us", "them"],
    ["his", "hers", "mine", "yours", "ours", "theirs"],
    ["my book", "your book", "his book", "her book", "our book", "their book"],
    ["this one", "that one"],
    ["here", "there", "everywhere", "nowhere"],
    ["only Ann", "even Ann", "not Ann"],
    ["Caesar was killed by Brutus", "Caesar killed Brutus"],
    ["for the law", "against the law"],
    ["hello", "goodbye"],
    ["He works in IT", "He works in it"],
    ["made in the US", "made by us", "made in it"],
    ["She came in May", "She came", "She came in June"],
    ["vitamin A", "vitamin", "vitamin B"],
    ["He does", "He doesn't"],
    ["still there", "no longer there", "already there"],
    *SIGNS,
]

CHINESE = [
    ["是", "不是", "否"],
    ["有", "没有", "没"],
    ["有錢", "沒有錢"],
    ["对", "不对", "错"],
    ["会", "不会", "未必会"],
    ["能去", "不能去", "必须去", "应该去", "别去"],
    ["可以", "不可以"],
    ["安全", "不安全", "非常不安全"],
    ["我要去", "我不要去", "我没去"],
    ["无人", "有人", "非人"],
    ["已婚", "未婚", "不婚"],
    ["二", "三", "两", "半", "十"],
    ["全部", "部分", "一些", "每个", "各个"],
    ["从北京", "到北京", "往北京", "除北京"],
    ["從北京", "到北京"],
    ["北京和上海", "北京或上海", "从北京到上海", "除北京外上海"],
    ["甲或乙", "甲和乙", "甲但乙", "甲因为乙", "甲如果乙", "甲除非乙"],
    ["上", "下", "左", "右", "前", "后", "里", "外"],
    ["桌子上", "桌子下", "桌子里", "桌子旁"],
    ["三天前", "三天后", "三天内"],
    ["三天前", "三天後"],
    ["多", "少", "最多", "最少", "更多"],
    ["他", "她", "我", "你", "谁", "他们"],
    ["谁", "什么", "哪里", "怎么", "为什么", "几", "多少"],
    ["这个", "那个", "哪个"],
    ["这本书", "那本书"],
    ["狗把人咬了", "狗被人咬了", "狗让人咬了"],
    ["给他", "跟他", "向他", "替他", "为他", "对他"],
    ["只有他", "没有他", "连他", "比他"],
    ["他在家", "他不在家", "他从家"],
    ["开", "关"],
    ["5点以前", "5点以后"],
    ["5点才来", "5点就来"],
    ["你好", "再见"],
    *SIGNS,
]

JAPANESE = [
    ["はい", "いいえ", "ううん"],
    ["ある", "ない"],
    ["行く", "行かない", "行くな", "行くまい", "行かないで行く"],
    ["行きます", "行きません"],
    ["知る", "知らん"],
    ["知る", "知らず"],
    ["知る", "知らねえ"],
    ["知る", "知らへん"],
    ["行けば", "行かねば"],
    ["行けば", "行かなければ"],
    ["行くべきだ", "行くべきではない", "行く"],
    ["安全", "安全ではない", "危険"],
    ["安全", "安全じゃない"],
    ["犬だ", "犬ではない", "犬なしだ", "犬だけだ"],
    ["二", "三"],
    ["2", "3"],
    ["二つ", "三つ", "三つずつ"],
    ["全員", "半分", "誰も"],
    ["東京から", "東京まで", "東京へ", "東京より", "東京だけ", "東京ほど", "東京さえ"],
    ["東京と大阪", "東京か大阪", "東京または大阪", "東京それとも大阪", "東京あるいは大阪"],
    ["東京から大阪", "東京まで大阪", "東京と大阪"],
    ["5時から", "5時まで", "5時に", "5時より前"],
    ["上", "下", "左", "右"],
    ["机の上", "机の下", "机の中", "机の外"],
    ["3日前", "3日後", "3日以内"],
    ["多い", "少ない"],
    ["もっと", "最も", "少し"],
    ["彼", "彼女", "私", "あなた", "誰"],
    ["誰", "何", "どこ", "いつ", "なぜ"],
    ["これ", "それ", "あれ", "どれ"],
    ["この本", "その本", "あの本", "どの本"],
    ["犬が人を噛む", "犬が人に噛まれる", "犬が人に噛ませる"],
    ["彼だけ来る", "彼しか来ない", "彼が来ない", "彼さえ来る"],
    ["行けば", "行くけど", "行くから", "行くが"],
    ["行きたい", "行く", "行きたくない", "行くらしい"],
    ["教えていただく", "教えてくださる", "教えてあげる"],
    ["こんにちは", "さようなら"],
    *SIGNS,
]

FRAMES = {
    "en": ["{}", "The answer is: {}.", "{}, it is said."],
    "zh": ["{}", "答案是“{}”。", "{},他说。"],
    "ja": ["{}", "答えは「{}」です。", "{}、と彼女が答えた。"],
}
GROUPS = {"en": ENGLISH, "zh": CHINESE, "ja": JAPANESE}
SETTINGS = [
    {"lang": "en", "stopwords": True},
    {"lang": "zh", "stopwords": True},
    *(
        {"lang": "ja", "stopwords": stopwords, "tokenizer": tokenizer}
        for stopwords in (True, "pos")
        for tokenizer in (None, "sudachi-c-normalized")
    ),
]


def pairs(lang):
    """Yield each ordered pair of answers of each group, in each frame."""
    for frame in FRAMES[lang]:
        for group in GROUPS[lang]:
            for prediction, reference in product(group, repeat=2):
                yield frame.format(prediction), frame.format(reference)


@pytest.mark.parametrize("settings", SETTINGS, ids=lambda s: "-".join(map(str, s.values())))
def test_answers_that_differ_score_as_different(settings):
    predictions, references = zip(*pairs(settings["lang"]), strict=True)
    same = accuracy(list(predictions), list(references), **settings).samples
    overlap = f1(list(predictions), list(references), **settings).samples
    wrong = [
        f"{prediction} | {reference}: accuracy {right}, F1 {shared}"
        for prediction, reference, right, shared in zip(
            predictions, references, same.tolist(), overlap.tolist(), strict=True
        )
        if (right == 1) != (prediction == reference)
        or right not in (0, 1)
        or (shared == 1) != (prediction == reference)
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(
    ("lang", "stopwords", "prediction", "reference"),
    [
        ("en", True, "It is the cat of Ann.", "a cat, Ann"),
        ("en", True, "That's in the box", "in a box"),
        ("zh", True, "请问这是他的书吗?", "是他书"),
        ("zh", True, "請問這個是他的書嗎?", "是他書"),
        ("ja", True, "犬は走ります。", "犬が走り"),
        ("ja", "pos", "犬は走りました。", "犬が走り"),
    ],
)
def test_what_carries_no_answer_is_dropped(lang, stopwords, prediction, reference):
    """The lists do drop something: the answers above are not held apart by dropping nothing."""
    assert accuracy(prediction, reference, lang=lang, stopwords=stopwords) == 1
    assert accuracy(prediction, reference, lang=lang, stopwords=False) == 0


def test_no_answer_stands_twice_in_a_group():
    groups = [group for groups in GROUPS.values() for group in groups]
    assert [group for group in groups if len(set(group)) < len(group)] == []
