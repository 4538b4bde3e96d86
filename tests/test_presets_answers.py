"""Presets of answers, end to end: `evaluate` against each original's own recipe."""

from __future__ import annotations

import itertools
import logging
import re
import string
import sys
import unicodedata
from collections import Counter
from functools import partial
from statistics import fmean

import pytest
import rouge
from fuzzywuzzy import fuzz as fuzzywuzzy
from rapidfuzz import fuzz as rapidfuzz
from sacrebleu.metrics import BLEU

from textmetrics import evaluate

logging.getLogger("sacrebleu").setLevel(logging.ERROR)  # it advises what is known


def assert_scores(result, recipes, samples, tolerance=1e-9):
    """Compare samples and means; ``recipes`` give a prediction's value beside one reference."""
    for name, recipe in recipes.items():
        best = [
            max(float(recipe(prediction, reference)) for reference in references)
            for prediction, references in zip(*samples, strict=True)
        ]
        assert result[name].samples == pytest.approx(best, abs=tolerance), name
        assert float(result[name]) == pytest.approx(fmean(best), abs=tolerance), name


def multiset_f1(prediction, reference):
    """Return token F1; 1 for two empty answers, as of torchmetrics' SQuAD."""
    if not prediction or not reference:
        return float(prediction == reference)
    same = (Counter(prediction) & Counter(reference)).total()
    return 2 * same / (len(prediction) + len(reference))


def script_f1(prediction, reference):
    """Return token F1 as SQuAD's script does: 0 if nothing is common."""
    return multiset_f1(prediction, reference) if prediction else 0.0


def squad_words(text):
    text = "".join(c for c in text.lower() if c not in string.punctuation)
    return re.sub(r"\b(a|an|the)\b", " ", text).split()


def test_squad(samples):
    recipes = {
        "accuracy": lambda *pair: " ".join(squad_words(pair[0])) == " ".join(squad_words(pair[1])),
        "f1": lambda *pair: script_f1(*map(squad_words, pair)),
    }
    result = evaluate(*samples, preset="squad")
    assert list(result) == list(recipes)
    assert_scores(result, recipes, samples)


@pytest.mark.integration("torchmetrics")
def test_squad_of_torchmetrics(samples):
    import torch
    from torchmetrics.functional.text import squad

    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)  # it adds up in single precision otherwise
    try:
        answers = [{"prediction_text": text, "id": str(at)} for at, text in enumerate(samples[0])]
        known = [
            {"answers": {"answer_start": [0] * len(given), "text": given}, "id": str(at)}
            for at, given in enumerate(samples[1])
        ]
        theirs = squad(answers, known)
    finally:
        torch.set_default_dtype(before)
    result = evaluate(*samples, preset="squad", program="torchmetrics")
    for ours, name in (("accuracy", "exact_match"), ("f1", "f1")):
        assert 100 * result[ours] == pytest.approx(theirs[name].item(), abs=1e-9)


CMRC_MARKS = [*"-:_*^/\\~`+=，。：？！“”；’《》·、「」（）－～『』", "……"]


def cmrc_text(text):
    return "".join(each for each in text.lower().strip() if each not in CMRC_MARKS)


def cmrc_segments(text, word_tokenize):
    segments, run = [], ""
    for each in cmrc_text(text):
        if re.search("[\u4e00-\u9fa5]", each):
            segments += [*word_tokenize(run), each] if run else [each]
            run = ""
        else:
            run += each
    return segments + (word_tokenize(run) if run else [])


def cmrc_f1(prediction, reference, word_tokenize):
    one, other = (cmrc_segments(each, word_tokenize) for each in (prediction, reference))
    longest, row = 0, [0] * (len(other) + 1)
    for token in one:
        row = [0, *(row[at] + 1 if token == each else 0 for at, each in enumerate(other))]
        longest = max(longest, *row)
    if not longest:
        return 0.0
    precision, recall = longest / len(one), longest / len(other)
    return 2 * precision * recall / (precision + recall)


def test_cmrc2018(samples, word_tokenize):
    recipes = {
        "accuracy": lambda *pair: cmrc_text(pair[0]) == cmrc_text(pair[1]),
        "f1": partial(cmrc_f1, word_tokenize=word_tokenize),
    }
    assert_scores(evaluate(*samples, preset="cmrc2018"), recipes, samples)


def test_japanese_qa(samples):
    def characters(text):
        return list(unicodedata.normalize("NFKC", text).strip())

    recipes = {
        "accuracy": lambda *pair: characters(pair[0]) == characters(pair[1]),
        "char_f1": lambda *pair: multiset_f1(*map(characters, pair)),
    }
    assert_scores(evaluate(*samples, preset="japanese_qa"), recipes, samples)


def assert_bleu(score, predictions, references, tokenizer):
    # A missing reference is left out, where flexeval has an empty one.
    streams = [list(stream) for stream in itertools.zip_longest(*references)]
    corpus, sentence = BLEU(tokenize=tokenizer), BLEU(tokenize=tokenizer, effective_order=True)
    expected = corpus.corpus_score([text.strip() for text in predictions], streams)
    assert 100 * score == pytest.approx(expected.score, abs=1e-9)
    assert score.foreign_signature == str(corpus.get_signature())
    rows = zip(predictions, references, strict=True)
    sentences = [sentence.sentence_score(text.strip(), given).score for text, given in rows]
    assert 100 * score.samples == pytest.approx(sentences, abs=1e-9)


@pytest.mark.parametrize("tokenizer", ["13a", "ja-mecab"])
def test_llm_jp_eval(samples, tokenizer):
    recipes = {
        "accuracy": lambda prediction, reference: prediction == reference,
        "char_f1": lambda *pair: fuzzywuzzy.token_sort_ratio(*pair) / 100,
    }
    result = evaluate(*samples, preset="llm_jp_eval", tokenizer=tokenizer)
    assert_scores(result, recipes, samples)
    assert_bleu(result["bleu_4"], *samples, tokenizer)


def test_rapidfuzz(samples):
    # White space is what rapidfuzz knows as such.
    samples = [
        (prediction, references)
        for prediction, references in zip(*samples, strict=True)
        if not set("".join([prediction, *references])) & set("\x85\xa0\x1c")
    ]
    samples = tuple(map(list, zip(*samples, strict=True)))
    for preset, ratio in [
        ("llm_jp_eval", rapidfuzz.token_sort_ratio),
        ("flexeval", rapidfuzz.ratio),
    ]:
        result = evaluate(*samples, preset=preset, fuzzy="rapidfuzz", metrics=["char_f1"])
        assert_scores(result, {"char_f1": lambda *pair, by=ratio: by(*pair) / 100}, samples)


def flexeval_rouge(prediction, reference, words=str.split):
    tokens = [" ".join(words(text)) for text in (prediction, reference)]
    # As there for predictions; at such references the program stops.
    tokens = [" " if text in ("", ".") else text for text in tokens]
    try:
        return rouge.Rouge().get_scores(*([text] for text in tokens))[0]
    except ValueError:
        return {name: {"f": 0.0} for name in ("rouge-1", "rouge-2", "rouge-l")}


def assert_flexeval_rouge(result, predictions, references, *words):
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(20_000)
    try:
        rows = zip(predictions, references, strict=True)
        theirs = [flexeval_rouge(prediction, first, *words) for prediction, (first, *_) in rows]
    finally:
        sys.setrecursionlimit(limit)
    for name in ("rouge_1", "rouge_2", "rouge_l"):
        expected = [each[name.replace("_", "-")]["f"] for each in theirs]
        assert result[name].samples == pytest.approx(expected, abs=1e-9)
        assert float(result[name]) == pytest.approx(fmean(expected), abs=1e-9)


@pytest.mark.parametrize("tokenizer", ["13a", "intl", "zh", "char", "none", "ja-mecab"])
def test_rouge_of_flexeval_by_its_tokeniser(tokenizer, samples):
    predictions, references = samples[0][:150].copy(), samples[1][:150].copy()
    predictions += ["", "a-b. -", " . ", "\u3000東京は、雨。\n"]
    references += [["a . . b"], ["a b- ", "c"], ["a . . b"], ["東京\u3000は 雨"]]
    theirs = BLEU(
        tokenize=tokenizer
    ).tokenizer  # SacreBleuTokenizer: flexeval/core/metric/tokenizer
    names = ["rouge_1", "rouge_2", "rouge_l"]
    options = {"preset": "flexeval", "metrics": names, "rouge_tokenizer": tokenizer}
    result = evaluate(predictions, references, **options)
    assert_flexeval_rouge(result, predictions, references, lambda text: theirs(text).split(" "))


def test_flexeval(samples):
    recipes = {
        "accuracy": lambda prediction, reference: prediction == reference,
        "char_f1": lambda *pair: fuzzywuzzy.ratio(*pair) / 100,
    }
    predictions, references = samples[0].copy(), samples[1].copy()
    predictions += ["", "a b.\n", " . "]
    references += [["a . . b"], ["a b. ", "c"], ["a . . b"]]
    result = evaluate(predictions, references, preset="flexeval")
    assert_scores(result, recipes, (predictions, references))
    assert_bleu(result["bleu_4"], predictions, references, "13a")
    assert_flexeval_rouge(result, predictions, references)
