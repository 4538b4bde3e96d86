"""What people call languages, metrics and options, and what they give by position."""

from __future__ import annotations

import json
import re

import pytest

import textmetrics
from textmetrics import (
    Evaluator,
    Language,
    compare,
    evaluate,
    prepare,
    register_language,
    rouge_l,
    tokenize,
)
from textmetrics.cli import main
from textmetrics.languages import LANGUAGES, language_code, one_language
from textmetrics.metrics import DEFAULT_METRICS

P, R = ["a red fox"], ["a red fox ran"]

# Names that a standard gives to the language and to nothing else.
ACCEPTED = [
    ("zh", "zh"), ("ZH", "zh"), ("zh ", "zh"), ("chinese", "zh"), ("Chinese", "zh"),
    ("CHINESE", "zh"),
    ("zh-CN", "zh"), ("zh_Hans", "zh"), ("zh-Hant-TW", "zh"), ("zh_CN.UTF-8", "zh"), ("zho", "zh"),
    ("chi", "zh"), ("cmn", "zh"), ("cmn-Hans", "zh"),
    ("ja-JP", "ja"), ("japanese", "ja"), ("jpn", "ja"), ("JA", "ja"), ("ja_JP", "ja"),
    ("EN", "en"), ("english", "en"), ("eng", "en"), ("en-GB", "en"), ("en_US", "en"),
    ("en-CA", "en"), ("zh-yue", "zh"), ("ja_JP.eucJP", "ja"),
    ("und", "und"), ("undetermined", "und"),
]  # fmt: skip
# Names of something else, such as a country, in another script, or misspelled.
SUGGESTED = [
    ("cn", "zh"), ("CN", "zh"), ("tw", "zh"), ("cht", "zh"), ("中文", "zh"), ("简体中文", "zh"),
    ("mandarin", "zh"), ("Simplified Chinese", "zh"), ("chinse", "zh"), ("zhh", "zh"),
    ("yue", "zh"),
    ("jp", "ja"), ("日本語", "ja"), ("日语", "ja"), ("japanes", "ja"), ("jp-JP", "ja"),
    ("us", "en"), ("英语", "en"), ("englsh", "en"), ("English (US)", "en"),
]  # fmt: skip
# Languages without a tokenizer here: their words are found by Unicode.
OTHERS = [
    ("fr", "French"), ("french", "French"), ("fr-CA", "French"), ("FRA", "French"),
    ("de", "German"),
    ("ko", "Korean"), ("kr", "Korean"), ("Korean", "Korean"), ("pt_BR", "Portuguese"),
    ("uk", "Ukrainian"), ("ind", "Indonesian"), ("hun", "Hungarian"), ("jav", "Javanese"),
]  # fmt: skip
# Two languages, such as those of a translation.
TWO_LANGUAGES = [
    ("en-zh", "auto"), ("zh-en", "auto"), ("zh_ja", "auto"), ("zh,en", "auto"), ("ja+en", "auto"),
    ("English/Chinese", "auto"), ("en-fr", "en"), ("en-ca", "en"),
]  # fmt: skip
UNKNOWN = ["klingon", "xx", "", "-", "42"]


@pytest.mark.parametrize(("name", "code"), ACCEPTED)
def test_a_languages_own_names_are_its_code(name, code):
    assert language_code(name) == one_language(name) == code
    score = rouge_l(P, R, lang=name)
    assert f"|lang:{code}|" in score.signature
    assert score == rouge_l(P, R, lang=code)


@pytest.mark.parametrize("name", ["auto", "AUTO", " Auto"])
def test_auto_is_not_a_language(name):
    assert language_code(name) == "auto"
    assert rouge_l(P, R, lang=name) == rouge_l(P, R)
    with pytest.raises(ValueError, match="unknown language"):
        one_language(name)


KNOWN = "known: auto, en (English), zh (Chinese), ja (Japanese), und (undetermined)"
WORDS = "{} is scored as words by Unicode: lang='und', or lang='en' with stopwords=False; "


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        *((name, f"did you mean {code!r}? ") for name, code in SUGGESTED + TWO_LANGUAGES),
        *((name, WORDS.format(other)) for name, other in OTHERS),
        *((name, "") for name in UNKNOWN),
    ],
)
def test_other_names_are_errors_that_say_what_to_do(name, hint, capsys):
    message = f"unknown language {name!r}: {hint}{KNOWN}"
    for call in (
        lambda: rouge_l(P, R, lang=name),
        lambda: evaluate(P, R, lang=name),
        lambda: Evaluator(lang=name),
        lambda: prepare(R, lang=name),
        lambda: tokenize("a", lang=name),
    ):
        with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
            call()
    assert main(["tokens", "x", f"--lang={name}"]) == 2
    in_flags = message.replace("lang='und'", "--lang und").replace("lang='en'", "--lang en")
    in_flags = in_flags.replace("stopwords=False", "--no-stopwords")
    assert f"--lang: {in_flags} (see" in capsys.readouterr().err


def test_a_language_that_is_registered_is_suggested_and_accepted():
    with LANGUAGES.temporary():
        register_language(Language("ko", "Korean", "words", scripts=("Hangul",)))
        assert [language_code(name) for name in ("ko", "Korean", "ko-KR")] == ["ko"] * 3
        with pytest.raises(ValueError, match="unknown language 'kor': did you mean 'ko'"):
            language_code("kor")
        register_language(Language("zh-yue", "Cantonese", "characters", scripts=("Han",)))
        assert language_code("zh-yue") == "zh-yue"
        assert language_code("cantonese") == "zh-yue"
        assert language_code("zh-CN") == "zh"


def test_names_in_lists_mappings_and_records(tmp_path, capsys):
    mixed = ["北京 the", "the dog"], ["北京 a", "dog"]
    by_code = evaluate(*mixed, langs=["zh", "en"], stopwords={"zh": False})
    by_name = evaluate(*mixed, langs=["zh-CN", "English"], stopwords={"Chinese": False})
    assert by_name.samples["f1"].tolist() == by_code.samples["f1"].tolist()
    assert by_name.signatures == by_code.signatures
    file = tmp_path / "a.jsonl"
    rows = [{"prediction": p, "reference": r} for p, r in zip(*mixed, strict=True)]
    scores = []
    for langs in (["zh", "en"], ["zho", "en-US"]):
        lines = [json.dumps(row | {"lang": lang}) for row, lang in zip(rows, langs, strict=True)]
        file.write_text("\n".join(lines), encoding="utf-8")
        assert main(["score", str(file), "--format", "json"]) == 0
        scores.append(json.loads(capsys.readouterr().out)["scores"])
    assert scores[0] == scores[1]


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"langs": ["cn"]}, ValueError, "langs[0] is 'cn': did you mean 'zh'? give one of en, zh"),
        ({"langs": ["fr"]}, ValueError, "langs[0] is 'fr': French is scored as words by Unicode"),
        ({"langs": [[]]}, ValueError, "langs[0] is []: give one of en, zh"),
        ({"stopwords": {"zh": True, "chinese": False}}, ValueError, "'zh' is given twice, the"),
        ({"lang": 5}, TypeError, "lang must be a language code or 'auto', got int"),
        ({"language": "zh"}, TypeError, "preset='xlsum' only; did you mean 'lang'?"),
        ({"headline": "F1"}, TypeError, "'headline': a score has .precision, .recall and .f1"),
        ({"rouge_types": ["rouge1"]}, TypeError, "'rouge_types': use metrics=; known: "),
        ({"average": True}, TypeError, "'average': a score is the mean over samples"),
        ({"stopwords": "none"}, ValueError, "stopwords='none': no such file; did you mean False?"),
        ({"stopwords": "Off"}, ValueError, "no such file; did you mean False?"),
        ({"stopwords": "false"}, ValueError, "no such file; did you mean False?"),
        ({"stopwords": "zh"}, ValueError, "no such file; did you mean True?"),
        ({"stopwords": "english"}, ValueError, "no such file; did you mean True?"),
        ({"stopwords": "default"}, ValueError, "no such file; did you mean True?"),
        ({"stopwords": "bath"}, ValueError, "no such file; did you mean 'both'?"),
        ({"stopwords": "nowhere.txt"}, ValueError, "no such file; give True, False"),
        ({"stopwords": None}, TypeError, "got NoneType: give False to drop none"),
        ({"stopwords": 5}, TypeError, "a list of words or a path, got int"),
        ({"metrics": "rougeL"}, TypeError, "metrics must be a list of names: use ['rouge_l']"),
        ({"metrics": "Rouge-L, BLEU"}, TypeError, "use ['rouge_l', 'bleu_4']"),
        ({"metrics": "zzz"}, TypeError, "use ['zzz']"),
        ({"metrics": ["Rouge-L", "bleu4"]}, ValueError, "'Rouge-L': did you mean 'rouge_l'?"),
        ({"metrics": ["f1", "bleu4"]}, ValueError, "'bleu4': did you mean 'bleu_4'? known: "),
        ({"metrics": ["BLEU"]}, ValueError, "'BLEU': did you mean 'bleu_4'? known: "),
        ({"preset": "llamafactory"}, ValueError, "'llamafactory': did you mean 'llama_factory'?"),
        ({"preset": "LLaMA-Factory"}, ValueError, "did you mean 'llama_factory'?"),
        ({"preset": "rouge_score", "metrics": ["rougeLsum"]}, ValueError, "mean 'rouge_lsum'?"),
    ],
)  # fmt: skip
def test_errors_suggest_what_is_meant(options, error, message):
    with pytest.raises(error, match=re.escape(message)):
        evaluate(P, R, **options)


EVALUATION = evaluate(P, R, lang="en")
NAMED = "options go by name: "
TWO = "takes predictions and references, got 3 arguments; " + NAMED


@pytest.mark.parametrize(
    ("call", "message"),
    [
        *(
            (lambda name=name: getattr(textmetrics, name)(P, R, "zh"), f"{name}() {TWO}lang='zh'")
            for name in ("evaluate", *DEFAULT_METRICS)
        ),
        (lambda: rouge_l("zh", P, R), f"rouge_l() {TWO}lang='zh'"),
        (lambda: rouge_l(P, R, "zh-CN"), f"{TWO}lang='zh-CN'"),
        (lambda: rouge_l(P, R, "japanese"), f"{TWO}lang='japanese'"),
        (lambda: rouge_l(P, R, False), f"{TWO}stopwords=False"),
        (lambda: rouge_l(P, R, None), f"{TWO}lang='zh'"),
        (lambda: evaluate(P, R, "sacrebleu"), f"{TWO}preset='sacrebleu'"),
        (lambda: evaluate(P, R, "rouge_l"), f"{TWO}metrics=['rouge_l']"),
        (lambda: evaluate(P, R, ["rougeL", "f1"]), f"{TWO}metrics=['rouge_l', 'f1']"),
        (lambda: evaluate(P, R, ["zzz"]), f"{TWO}lang='zh'"),
        (lambda: evaluate(P, R, "en", ["f1"]), f"got 4 arguments; {NAMED}lang='en'"),
        (lambda: tokenize("a", "ja"), f"tokenize() takes text, got 2 arguments; {NAMED}lang='ja'"),
        (
            lambda: prepare(R, "ja"),
            f"prepare() takes references, got 2 arguments; {NAMED}lang='ja'",
        ),
        (
            lambda: Evaluator("en"),
            f"Evaluator() takes no positional arguments, got 1 argument; {NAMED}lang='en'",
        ),
        (
            lambda: compare({"a": EVALUATION, "b": EVALUATION}, "b"),
            f"compare() takes results, got 2 arguments; {NAMED}baseline='b'",
        ),
        (lambda: compare({"a": EVALUATION}, ["f1"]), f"{NAMED}metrics=['rouge_l']"),
        (lambda: rouge_l(P), "rouge_l() missing 1 required positional argument: 'references'"),
        (lambda: rouge_l("zh"), "rouge_l() missing 1 required positional argument: 'references'"),
        (lambda: rouge_l(P, "zh"), "references is one string, but predictions is not"),
        (lambda: rouge_l(1, R), "predictions must be a string or a list of strings, got int: 1"),
    ],
)
def test_options_go_by_name(call, message):
    with pytest.raises(TypeError, match=re.escape(message)):
        call()


@pytest.mark.parametrize("text", ["none", "Off", "no", "zh:false"])
def test_no_stopwords_on_the_command_line(text, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["tokens", "x", "--stopwords", text]) == 2
    name = text.removeprefix("zh:")
    message = f"--stopwords: no file {name!r}: to drop no stopwords, use --no-stopwords"
    assert message in capsys.readouterr().err
    (tmp_path / name).write_text("x\n", encoding="utf-8")
    assert main(["tokens", "x", "--stopwords", text]) == 0


def test_a_comparison_of_metrics_as_text():
    with pytest.raises(TypeError, match=re.escape("use ['rouge_l']")):
        compare({"a": EVALUATION}, metrics="rougeL")


@pytest.mark.parametrize("number", [2, 3])
def test_evaluations_by_position_are_asked_for_by_name(number):
    found = evaluate(["a fox"], ["a fox"], lang="en", metrics=["f1"])
    with pytest.raises(TypeError, match=rf"got {number} evaluations: use compare\(\{{'base': one"):
        compare(*[found] * number)
