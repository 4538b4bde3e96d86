"""Signatures in words: each one that is printed, what differs, and what is none."""

from __future__ import annotations

import contextlib
import json
import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

import textmetrics
from textmetrics import Language, evaluate
from textmetrics.evaluation import signature_lines
from textmetrics.evaluation.explain import differences, explain_signature, parse_signature
from textmetrics.languages import LANGUAGES
from textmetrics.metrics import DEFAULT_METRICS, METRICS
from textmetrics.presets import DEFAULT, PRESETS

V = textmetrics.__version__
STOP = LANGUAGES.get("zh").stopword_list().signature()
ROUGE = (
    f"rouge_l|recall|lang:zh|tok:jieba-0.42.1|norm:nfkc2-casefold|stop:{STOP}|refs:1|"
    f"preset:default|v:{V}"
)
SQUAD = f"f1|f1|tok:squad|program:script|refs:1|preset:squad|v:{V}"
FACTORY = f"bleu_4|mean|tok:characters,raw|refs:1|preset:llama_factory|v:{V}"
NLTK = (
    "bleu_2|corpus|tok:whitespace|smoothing:method0|aggregate:corpus|weights:0.5/0.5|"
    f"auto_reweigh:no|refs:1-3|preset:nltk|v:{V}"
)


# What some data sets need besides.
WITH = {"trec": {"classes": ["Date", "City"]}, "lsht": {"classes": ["教育"]}}


def everything(preset, **options):
    options |= WITH.get(options.get("dataset"), {})
    names = list(preset.known(preset.checked(options)))
    prediction, reference = "B 北京 5 true", "(B) 5 cat true, Paragraph 5, 段落5"
    return evaluate([prediction], [reference], preset=preset.name, metrics=names, **options)


CHOICES = [
    pytest.param(preset, options, id=f"{preset.name} {options or ''}")
    for preset in PRESETS
    for options in [
        {},
        *({o.name: choice} for o in preset.options for choice in o.choices),
        *({o.name: True} for o in preset.options if o.default is False),
    ]
]


@pytest.mark.parametrize(("preset", "options"), CHOICES)
def test_what_is_printed_is_explained(preset, options):
    result = everything(preset, **options)
    for name, score in result.items():
        found = explain_signature(score.signature)
        assert found.sentence.startswith(f"{score.title} (")
        its = parse_signature(score.signature)
        assert [metric.name for metric in its.metrics] == [name]
        # The tokens tell an option that no field shows.
        for option in preset.options:
            if option.name in options and (not option.metrics or name in option.metrics):
                assert dict(its.options)[option.name] == options[option.name]
                assert f"option {option.name}" in found.facts
        if score.foreign_signature:
            assert any(note.endswith(f": {score.foreign_signature}") for note in found.notes)
        assert preset.summary in found.sentence or preset is DEFAULT
        concerned = preset is not DEFAULT or name in DEFAULT_METRICS
        noted = any(preset.note in note for note in found.notes if preset.note)
        assert noted == (bool(preset.note) and concerned)
    for line in signature_lines(result):
        assert (
            explain_signature(line).facts
            == explain_signature(f"file.jsonl: signature: {line}").facts
        )
        tail = line.rpartition(": ")[2]
        assert parse_signature(tail).metrics == ()
        said = explain_signature(tail).facts
        assert said["tokens"] == explain_signature(line).facts["tokens"]


def test_a_sentence_for_a_paper():
    words = len(LANGUAGES.get("zh").stopword_list())
    assert explain_signature(ROUGE).sentence == (
        "ROUGE-L recall (recall: share of the reference's tokens in the longest common "
        "subsequence; Lin, C.-Y. (2004). ROUGE: A package for automatic evaluation of summaries) "
        f"was computed with textmetrics {V} by its own definitions (preset default; "
        "docs/metrics.md), as the mean over samples, with one reference per sample. Texts are in "
        "Chinese, normalized by Unicode NFKC and case-folded; tokens are Chinese words by jieba "
        f"0.42.1; stopwords are dropped, the {words} words of the list shipped for Chinese "
        f"({STOP})."
    )
    assert explain_signature(NLTK).sentence == (
        "BLEU-2 (corpus BLEU as nltk has it, smoothing method 0; nltk.translate.bleu_score (Bird, "
        f"Klein and Loper, 2009)) was computed with textmetrics {V} under the preset nltk (BLEU "
        "as nltk computes it from lists of tokens; after nltk.translate.bleu_score of nltk "
        "3.10.4), with tokenizer whitespace, smoothing method0, aggregate corpus, weights 0.5/0.5 "
        "and auto_reweigh no, as one value of the whole corpus, with 1 to 3 references per sample, "
        "over all of which n-grams are clipped. Tokens are words between white space "
        "(whitespace); no stopwords are dropped."
    )


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("lang:zh", "lang:en+zh,han=zh", "in English and Chinese (Han without kana taken for Chin"),
        ("jieba-0.42.1", "words+jieba-0.42.1", "(words), and Chinese words by jieba 0.42.1;"),
        ("lang:zh", "lang:en+zh,empty=zh", "in English and Chinese (empty references taken for Ch"),
        (
            "jieba-0.42.1",
            "jieba-0.42.1-dict-01234567",
            "0.42.1, with a changed dictionary (hash 01234",
        ),
        (
            "jieba-0.42.1",
            "jieba-0.42.1-user-01234567",
            "0.42.1, with a user dictionary (hash 0123",
        ),
        ("jieba-0.42.1", "characters", "characters as readers see them"),
        (
            "jieba-0.42.1",
            "sudachi-0.6.8-core-20240409-a-normalized",
            "mode A (short units), normal",
        ),
        (STOP, "none", "no stopwords are dropped."),
        (STOP, "zh-01234567", f"that is not the one shipped with textmetrics {V} ({STOP})"),
        (STOP, "custom-01234567", "those of a custom list (custom-01234567)"),
        (STOP, "pos", "words that the tokenizer marks as grammatical."),
        (STOP, "pos-01234567", "with custom exceptions or additions (pos-01234567)"),
        (STOP, f"none+{STOP}", "none where a language has no list and the "),
        ("refs:1", "refs:2", "with 2 references per sample, of which the best counts."),
        ("refs:1", "extract:think+json-a.b|refs:1", "(think), then take a value of the last JSON"),
    ],
)
def test_fields_in_words(old, new, said):
    assert said in explain_signature(ROUGE.replace(old, new, 1)).sentence


def test_another_version_is_told_of():
    found = explain_signature(ROUGE.replace(f"v:{V}", "v:0.0.9"))
    assert "textmetrics 0.0.9" in found.sentence
    assert f"explained by textmetrics {V}; definitions may differ in 0.0.9" in found.notes


def test_a_metric_and_a_list_from_outside(monkeypatch):
    korean = Language("xk", "Korean", "words", ("Hangul",), ("그리고", "및"))
    monkeypatch.setattr(LANGUAGES, "_things", LANGUAGES._things | {"xk": korean})
    metric = replace(METRICS.get("precision"), name="test_precision")
    monkeypatch.setattr(METRICS, "_things", METRICS._things | {"test_precision": metric})
    result = evaluate("서울 및 부산", "서울", lang="xk", metrics=["test_precision", "rouge_2"])
    found = explain_signature(result["test_precision"].signature)
    signature = korean.stopword_list().signature()
    assert f"the 2 words of the own list of Korean ({signature})" in found.sentence
    assert found.notes == ()
    assert "ROUGE-2" in explain_signature(result["rouge_2"].signature).notes[0]
    other = result["rouge_2"].signature.replace(signature, "xk-01234567")
    assert f"is not the one registered now ({signature})" in explain_signature(other).sentence


def test_answers_are_compared_without_tokens():
    [score] = evaluate(["B"], ["(B)"], metrics=["multiple_choice"]).values()
    assert explain_signature(score.signature).sentence.endswith(
        "with one reference per sample. Tokens are not counted: the letter of each text is "
        "compared (letter)."
    )
    found = explain_signature("judge:contained,characters|refs:1|preset:default|v:0.1.0")
    assert found.sentence.endswith(
        "Tokens are not counted: a prediction is right if it contains the words of the reference "
        "(contained,characters)."
    )
    assert found.notes == ()
    [several] = evaluate(["B"], ["BC"], metrics=["multiple_select"]).values()
    assert "the letters of each text are compared" in explain_signature(several.signature).sentence
    texts = "judge:lm_eval|ignore_case:no|ignore_punctuation:no|ignore_numbers:no|refs:1"
    found = explain_signature(f"{texts}|preset:lm_eval|v:0.1.0")
    assert found.sentence.endswith("the texts themselves are compared (lm_eval).")
    with pytest.raises(ValueError, match="judge:letters is not of multiple_choice"):
        explain_signature(score.signature.replace("judge:letter", "judge:letters"))


def test_flexeval_looks_at_the_first_reference():
    result = evaluate(["a b"], [["a", "b c"]], preset="flexeval")
    assert "of which the first counts" in explain_signature(result["rouge_l"].signature).sentence
    assert "of which the best counts" in explain_signature(result["char_f1"].signature).sentence


def test_what_differs_field_by_field():
    differing, same = differences([explain_signature(ROUGE), explain_signature(SQUAD)])
    assert list(differing) == [
        "metric", "what it is", "source", "definition", "texts in", "tokens", "normalisation",
        "stopwords", "option program",
    ]  # fmt: skip
    assert same == ["over samples", "answers", "references", "version"]
    assert differing["metric"] == ["ROUGE-L recall", "F1"]


def test_what_differs_in_options():
    one = everything(PRESETS.get("sacrebleu"))["bleu_4"].signature
    two = everything(PRESETS.get("sacrebleu"), smoothing="floor", tokenizer="zh")["bleu_4"]
    differing, _ = differences(
        [explain_signature(one), explain_signature(two.signature), explain_signature(NLTK)]
    )
    assert differing["option smoothing"] == ["exp", "floor", "method0"]
    assert differing["option tokenizer"] == ["13a", "zh", "whitespace"]
    assert differing["option weights"] == ["no such option", "no such option", "0.5/0.5"]


def test_without_a_metric_it_is_not_compared():
    tail = ROUGE.split("|", 2)[2]
    differing, same = differences([explain_signature(ROUGE), explain_signature(tail)])
    assert differing == {}
    assert "metric" not in same


@pytest.mark.parametrize(
    ("signature", "message"),
    [
        ("", "'' is not a signature: expected metric|headline|tok:…"),
        ("rouge_l", "'rouge_l' is not a signature: expected"),
        ("rouge_l|", "is not a signature: expected"),
        ("rouge_l|tok:squad", "is not a signature: expected"),
        (
            "rouge_l|recall|lang:zh",
            "no field preset: is it truncated? Expected metric|",
        ),
        (
            ROUGE.replace("|lang:zh", ""),
            "fields are missing: lang; is it truncated? Expected lang, ",
        ),
        (ROUGE.rpartition("|")[0], "fields are missing: v; is it truncated?"),
        (ROUGE.replace("|refs:1", ""), "fields are missing: refs; is it truncated?"),
        (
            ROUGE.replace("|lang:zh", "|lang"),
            "'lang' is not a field: expected a name, a colon and a",
        ),
        (ROUGE.replace("|lang:zh", "|lang:"), "'lang:' is not a field"),
        (ROUGE + "|v:1.0", "the field 'v' occurs twice: expected it once"),
        (ROUGE + "|", "'' is not a field"),
        (
            ROUGE + "|lung:zh",
            "unknown field 'lung': did you mean 'lang'? a signature of preset 'def",
        ),
        (
            SQUAD + "|lang:zh",
            "unknown field 'lang': a signature of preset 'squad' has tok, program, ",
        ),
        (ROUGE.replace("default", "defualt"), "unknown preset 'defualt': did you mean 'default'?"),
        (ROUGE.replace("rouge_l", "rouge_5"), "unknown metric 'rouge_5' of preset 'default': did "),
        (
            ROUGE.replace("recall", "f1"),
            "the headline of rouge_l is 'recall' under preset 'default'",
        ),
        (ROUGE.replace("lang:zh", "lang:xx"), "unknown language 'xx'"),
        (
            ROUGE.replace("jieba-0.42.1", "jeiba-0.42.1"),
            "unknown tokenizer 'jeiba-0.42.1': expecte",
        ),
        (
            ROUGE.replace(STOP, "zh"),
            "unknown stopwords 'zh': expected none, pos, or one of en, zh, ",
        ),
        (ROUGE.replace("nfkc2-casefold", "nfc"), "norm:nfc cannot be: expected nfkc2-casefold"),
        (
            ROUGE.replace("refs:1", "refs:one"),
            "refs:one cannot be: expected a number of references",
        ),
        (ROUGE.replace(f"v:{V}", "v:new"), "v:new cannot be: expected a version such as 0.1.0"),
        (
            ROUGE.replace("|refs", "|extract:thonk|refs"),
            "unknown extractor 'thonk': did you mean 't",
        ),
        (ROUGE.replace("|refs", "|extract:json|refs"), "unknown step 'json': expected json-…"),
        (
            SQUAD.replace("tok:squad", "tok:squid"),
            "tok:squid is not of f1 under preset 'squ",
        ),
        (NLTK.replace("method0", "method9"), "unknown smoothing 'method9': did you mean"),
        (NLTK.replace("reweigh:no", "reweigh:maybe"), "auto_reweigh:maybe cannot be: expected yes"),
        (
            NLTK.replace("bleu_2", "bleu_3"),
            "unknown metric 'bleu_3' of preset 'nltk': did you mean",
        ),
        (
            f"accuracy, f2: tok:squad|refs:1|preset:squad|v:{V}",
            "unknown metric 'f2' of preset 'squ",
        ),
        (FACTORY.replace("|refs", "|smoothing:exp|refs"), "unknown field 'smoothing'"),
    ],
)
def test_what_is_no_signature(signature, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        explain_signature(signature)


def test_an_option_of_another_metric():
    chrf = everything(PRESETS.get("sacrebleu"))["chrf"].signature
    with pytest.raises(ValueError, match="chrf has no field smoothing: expected tok, lowercase"):
        explain_signature(chrf.replace("|beta", "|smoothing:exp|beta"))
    with pytest.raises(ValueError, match="fields are missing: beta"):
        explain_signature(chrf.replace("|beta:2", ""))


PRINTED = [
    score.signature
    for preset in PRESETS
    for score in evaluate(["a b"], ["a c"], preset=preset.name, lang="en").values()
]


@pytest.mark.parametrize("signature", PRINTED)
def test_one_that_is_cut_off_is_none(signature):
    for end in range(len(signature) - len(V)):
        with pytest.raises(ValueError, match=r"expected|Expected|known"):
            explain_signature(signature[:end])


@given(st.data())
def test_whatever_it_is_it_is_explained_or_refused(data):
    text = data.draw(st.sampled_from(PRINTED))
    for _ in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(0, len(text)))
        end = data.draw(st.integers(start, min(start + 8, len(text))))
        text = text[:start] + data.draw(st.text("|:,+-09.azé\x1b\ud800 ", max_size=4)) + text[end:]
    with contextlib.suppress(ValueError):
        assert explain_signature(text).sentence.endswith(".")


def test_a_tokeniser_that_is_not_installed(monkeypatch):
    from textmetrics.presets import sacrebleu_tokenizers

    def missing():
        raise ImportError("the tokenizer ja-mecab needs MeCab")

    monkeypatch.setattr(sacrebleu_tokenizers, "mecab_version", missing)
    # A value that no other test has: presets keep the metrics that they made.
    bleu = (
        "bleu_4|corpus|tok:{}|smoothing:floor|smoothing_value:0.7321|effective_order:no|"
        f"lowercase:no|refs:1|preset:sacrebleu|v:{V}"
    )
    assert "tokenizer zh" in explain_signature(bleu.format("zh")).sentence
    with pytest.raises(ImportError, match="ja-mecab needs MeCab"):
        explain_signature(bleu.format("ja-mecab-0.996-IPA"))
    with pytest.raises(ValueError, match="tok:14a is not of bleu_4"):
        explain_signature(bleu.format("14a"))


@pytest.mark.parametrize(
    "signature",
    [
        "rouge_su4: tok:rouge155+lin-porter,{}|formula:A|refs:1|preset:rouge155",
        "rouge_w: tok:rouge155,lines+lin-porter,{}|formula:A|refs:1|preset:rouge155",
    ],
)
@pytest.mark.parametrize("words", ["no-wordnet", "wordnet-2.0", "wordnet-3.1"])
def test_stems_of_another_installation(signature, words):
    assert words in explain_signature(f"{signature.format(words)}|v:{V}").sentence


@pytest.mark.parametrize("found", ["punkt", "no-punkt"])
@pytest.mark.parametrize(
    "signature",
    [
        "bleu_2: tok:jieba-0.41,raw,nltk-words,{}|refs:1|preset:evalscope",
        "f1: tok:cmrc2018,{}|refs:1|preset:cmrc2018",
        "rouge_lsum: tok:rouge_score,sentences,{}|accumulate:best|refs:1|preset:torchmetrics",
    ],
)
def test_sentences_of_another_installation(signature, found):
    assert f"{found})" in explain_signature(f"{signature.format(found)}|v:{V}").sentence.replace(
        ";", ")"
    )


@pytest.mark.parametrize(
    "found", ["no-sympy", "sympy-1.12", "sympy-1.14.0,latex2sympy-1.11.0", "sympy-1.13.3"]
)
def test_algebra_of_another_installation(found):
    signature = f"math_acc: judge:evalscope,math_acc,{found}|refs:1|preset:evalscope|v:{V}"
    assert found in explain_signature(signature).sentence
    with pytest.raises(ValueError, match="is not of math_acc"):
        explain_signature(signature.replace(found, "nothing"))


@pytest.mark.parametrize("metric", ["wer", "cer", "mer", "wil", "wip"])
@pytest.mark.parametrize("steps", ["Strip", "ToLowerCase,RemovePunctuation"])
def test_transformations_of_jiwer(metric, steps):
    result = evaluate(["A b."], ["a b"], preset="jiwer", metrics=[metric], transform=steps)
    signature = result[metric].signature
    assert f"after transformations (jiwer,{'characters,' * (metric == 'cer')}{steps})" in (
        explain_signature(signature).sentence
    )
    with pytest.raises(ValueError, match="is not of"):
        explain_signature(signature.replace(steps, "Shout"))


# --- the command


def test_the_command_explains_one(run):
    code, out, err = run("explain", FACTORY)
    assert (code, err) == (0, "")
    words = " ".join(out.split())
    found = explain_signature(FACTORY)
    assert words.startswith(found.sentence)
    assert all(f"- {note}" in words for note in found.notes)
    assert max(map(len, out.splitlines())) <= 100


def test_the_command_says_what_differs(run):
    code, out, err = run("explain", ROUGE, FACTORY, SQUAD)
    assert (code, err) == (0, "")
    begin = "\nthey differ in\n  metric:\n    1: ROUGE-L recall\n    2: BLEU-4\n    3: F1\n"
    assert begin in out
    assert "  stopwords:\n    1: stopwords are dropped, the " in out
    assert "\n    2, 3: no stopwords are dropped\n" in out
    assert out.endswith("the same in all: over samples, answers, references, version\n")
    assert run("explain", ROUGE, ROUGE)[1].endswith(
        "no differences: on equal data, their numbers are equal\n"
    )


def test_the_command_takes_what_score_prints(run, tmp_path):
    path = tmp_path / "rows.jsonl"
    path.write_text(json.dumps({"prediction": "a b", "reference": "a c"}), encoding="utf-8")
    names = ",".join(preset.name for preset in PRESETS)
    out = run("score", str(path), "--preset", names)[1]
    lines = [line for line in out.splitlines() if "signature: " in line]
    assert len(lines) >= len(PRESETS.names())
    code, out, err = run("explain", *lines)
    assert (code, err) == (0, "")
    for index in range(1, len(lines) + 1):
        assert re.search(rf"^{index}: .*computed", out, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["x"], "the signature: 'x' is not a signature: expected metric|headline|"),
        ([SQUAD, "\x1b[31m"], r"signature 2: '\x1b[31m' is not a signature"),
        ([], "textmetrics explain: the following arguments are required: SIGNATURE"),
    ],
)
def test_the_command_refuses(arguments, message, run):
    code, out, err = run("explain", *arguments)
    assert (code, out) == (2, "")
    assert err.startswith(message)
    assert err.count("\n") == 1
