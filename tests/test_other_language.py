"""Answers in another language than the references, and scores across kinds of Chinese."""

import sys

import numpy as np
import pytest

from textmetrics import Evaluator, evaluate, prepare, tokenize
from textmetrics.evaluation import explain_signature
from textmetrics.languages import CONVERSIONS, convert, count_characters
from textmetrics.rewards import Reward


# Whether an answer counts as one in another language, and as the other kind of Chinese.
@pytest.mark.parametrize(
    ("prediction", "reference", "lang", "found"),
    [
        ("东京是日本的首都", "東京は日本の首都です", "auto", (1, 0)),
        ("東京是日本的首都", "東京は日本の首都です", "auto", (1, 0)),
        ("这个", "この本です", "auto", (1, 0)),
        ("東京は日本の首都です", "东京是日本的首都", "auto", (1, 0)),
        ("東京は日本の首都です", "東京是日本的首都", "auto", (1, 0)),
        ("これ", "这个", "auto", (1, 0)),
        ("臺灣的國家圖書館", "台湾的国家图书馆", "auto", (0, 1)),
        ("台湾的国家图书馆", "臺灣的國家圖書館", "auto", (0, 1)),
        ("国会", "國會", "zh", (0, 1)),
        ("什麼", "什么", "zh", (0, 1)),  # 么 and 里 are in both standards
        ("里面", "裡面", "zh", (0, 1)),
        ("古典建築", "古典建筑", "zh", (0, 1)),
        ("身体与机场", "身體與機場", "zh", (0, 1)),  # in Big5 for other, rare words
        # Short answers of a Chinese sentence, and Japanese words of more than eight characters.
        ("他是医生", "彼は医者です", "auto", (1, 0)),
        ("没有", "ありません", "auto", (1, 0)),
        ("不知道", "分かりません", "auto", (1, 0)),
        ("Python很好", "Pythonはいい", "auto", (1, 0)),
        ("日本最高的山在富士山", "富士山です", "auto", (1, 0)),
        ("答案是カラオケ", "答案是卡拉OK", "auto", (1, 0)),
        ("「東京です」", "东京", "auto", (1, 0)),
        # Neighbors: names, quotations, shared characters, shinjitai in Japanese.
        ("東京", "東京です", "auto", (0, 0)),
        ("国会図書館", "国会図書館です", "auto", (0, 0)),
        (
            "独立行政法人国立高等専門学校機構",
            "独立行政法人国立高等専門学校機構です",
            "auto",
            (0, 0),
        ),
        ("国際連合安全保障理事会", "国連の安全保障理事会です", "auto", (0, 0)),
        ("環太平洋戦略的経済連携協定", "環太平洋パートナーシップ", "auto", (0, 0)),
        ("東京大学大学院情報理工学系研究科", "東大です", "auto", (0, 0)),
        ("是非", "はい", "auto", (0, 0)),
        ("是枝裕和", "これえだひろかず", "auto", (0, 0)),
        ("夏目漱石", "芥川龍之介だ", "auto", (0, 0)),
        ("第3位", "3位です", "auto", (0, 0)),
        ("2024年5月3日 NHK", "5月3日です", "auto", (0, 0)),
        ("我喜欢《さくら》，它很好听", "我喜欢《樱花》，它很好听", "auto", (0, 0)),
        ("台北", "臺北", "zh", (0, 0)),
        ("里面", "里面", "zh", (0, 0)),
        ("北京", "什麼", "zh", (0, 0)),
        ("北京大学", "北京大学", "auto", (0, 0)),
        ("鲜の每日鲜牛奶是一个品牌的名称", "鲜牛奶的品牌", "auto", (0, 0)),
        ("人民日报社", "人民日报", "auto", (0, 0)),
        ("學校", "學校", "auto", (0, 0)),
        ("", "学校", "auto", (0, 0)),
        ("42", "東京です", "auto", (0, 0)),
        ("カタカナ", "学校のカタカナ", "zh", (0, 0)),
    ],
)
def test_the_language_of_an_answer(prediction, reference, lang, found):
    health = evaluate([prediction], [reference], lang=lang).health
    assert (health.other_language, health.other_variant) == found
    remarks = "\n".join(health.remarks(command_line=True))
    assert ("another language" in remarks) == bool(found[0])
    assert ("--convert t2s" in remarks) == bool(found[1])


def test_several_references_and_languages():
    predictions = ["臺灣圖書館", "臺灣圖書館", "这是东京", "cat"]
    references = [["台湾图书馆", "图书馆"], "臺灣圖書館", ["東京です", "東京だ"], "the cat"]
    health = evaluate(predictions, references, langs=["zh", "zh", "ja", "en"]).health
    assert (health.other_language, health.other_variant) == (1, 1)


def test_characters_by_standard():
    each = count_characters(
        ["国会学", "这们说", "國會學這們說", "気駅図売", "人民", "かなカナ", ""]
    )
    assert each.simplified.tolist() == [3, 3, 0, 0, 0, 0, 0]
    assert each.chinese.tolist() == [0, 3, 0, 0, 0, 0, 0]
    assert each.traditional.tolist() == [0, 0, 6, 0, 0, 0, 0]
    assert each.han.tolist() == [3, 3, 6, 4, 2, 0, 0]
    assert each.kana.tolist() == [0, 0, 0, 0, 0, 4, 0]
    assert each.japanese.tolist() == [0, 0, 0, 4, 0, 0, 0]


def test_the_twin_counts_the_same_characters():
    every = "".join(map(chr, range(0x3000, 0xA000)))
    texts = ["国" * 1500 + "a𠮷", "", "かé\uffff", every, "a", "\U0010ffff国" * 300]
    table = convert._table()
    counted = convert._counter()(texts, table)
    assert counted.tolist() == convert._count_classes(texts, table).tolist()


@pytest.mark.parametrize("encoding", ["gb2312", "big5", "euc_jp"])
def test_all_characters_of_a_standard_are_those_that_are_decoded_one_by_one(encoding):
    each = (
        bytes((lead, trail)).decode(encoding, "ignore")
        for lead in range(0xA0, 0xFF)
        for trail in range(0x40, 0xFF)
    )
    expected = {ord(text) for text in each if len(text) == 1 and text > "\x7f"}
    assert set(np.flatnonzero(convert._decoded(encoding, 0xA0, 0xFE)).tolist()) == expected


TEXTS = ["台灣的國家圖書館"], ["台湾的国家图书馆"]


def test_a_conversion_is_scored_everywhere():
    version = pytest.importorskip("opencc").__version__
    score = evaluate(*TEXTS, convert="t2s")["f1"]
    assert score == 1.0 > evaluate(*TEXTS)["f1"]
    assert f"|convert:t2s-opencc-{version}|" in score.signature
    assert "convert" not in evaluate(*TEXTS)["f1"].signature
    assert evaluate(TEXTS[0], prepare(TEXTS[1], convert="t2s"))["f1"] == 1.0
    evaluator = Evaluator(convert="t2s", metrics=["f1"])
    evaluator.update(*TEXTS)
    again = Evaluator(convert="t2s", metrics=["f1"])
    again.load_state_dict(evaluator.state_dict())
    assert again.compute()["f1"].signature == score.signature
    with pytest.raises(ValueError, match="differ in convert"):
        evaluator.merge(Evaluator(metrics=["f1"]))
    assert Reward("f1", convert="t2s")(TEXTS[0], solution=TEXTS[1]) == [1.0]
    assert evaluate(*TEXTS, preset="rouge_chinese", convert="t2s")["rouge_l"] > 0.999  # epsilon
    assert "converted by OpenCC" in explain_signature(score.signature).facts["answers"]
    assert tokenize("圖書館", convert="t2s") == ["图书馆"]


def test_the_names_are_those_of_opencc():
    opencc = pytest.importorskip("opencc")
    for name in CONVERSIONS:
        assert opencc.OpenCC(name).convert("人")
    with pytest.raises(ValueError, match=r"unknown conversion 't2x': .*known are s2t"):
        evaluate(*TEXTS, convert="t2x")
    with pytest.raises(TypeError, match="convert must be"):
        evaluate(*TEXTS, convert=True)


def test_without_opencc_the_error_names_the_extra(monkeypatch):
    from textmetrics.languages import convert

    convert.converter.cache_clear()
    monkeypatch.setitem(sys.modules, "opencc", None)
    with pytest.raises(ImportError, match=r"textmetrics-eval\[convert\]"):
        evaluate(*TEXTS, convert="s2hk")
