"""Our numbers against those of other packages, where the definitions coincide."""

from __future__ import annotations

import json
import re
import warnings
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nltk.translate.bleu_score import corpus_bleu
from rouge_score.rouge_scorer import RougeScorer
from sacrebleu.metrics import BLEU

from textmetrics import bleu_4, evaluate, tokenize

SHARED = Path(__file__).parents[2] / "shared" / "data"
ROUGE = {"rouge_1": "rouge1", "rouge_2": "rouge2", "rouge_l": "rougeL"}
EXAMPLES = Path(__file__).parents[1] / "docs" / "examples"
SYSTEMS = ["en", "ja", "zh"] + [
    f"{data}.system{n}" for data in ("en_ted", "ja_ted", "zh_cmrc") for n in (1, 2)
]

# Words from few letters, so that n-grams and subsequences do meet.
plain = st.text("ab ", min_size=1, max_size=40).filter(str.strip)
samples = st.lists(st.tuples(plain, plain), min_size=1, max_size=10)
with_references = st.lists(
    st.tuples(plain, st.lists(plain, min_size=2, max_size=2)), min_size=1, max_size=6
)


def read(system):
    path = (EXAMPLES if len(system) == 2 else SHARED) / f"{system}.jsonl"
    if not path.exists():
        pytest.skip(f"needs {path.name}, which is not part of the project")
    records = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    given = [r["references"] if "references" in r else r["reference"] for r in records]
    references = [[each] if isinstance(each, str) else each for each in given]
    return [r["prediction"] for r in records], references


class Tokens:
    """A tokenizer that makes ``rouge_score`` score our tokens."""

    def __init__(self, lang, stopwords):
        self.options = {"lang": lang, "stopwords": stopwords}

    def tokenize(self, text):
        return tokenize(text, **self.options)


def assert_same_rouge(result, predictions, references, tokenizer=None):
    scorer = RougeScorer(list(ROUGE.values()), tokenizer=tokenizer)
    theirs = [
        scorer.score(reference, prediction)
        for prediction, reference in zip(predictions, references, strict=True)
    ]
    for ours, name in ROUGE.items():
        recalls = [score[name].recall for score in theirs]
        assert result[ours].samples == pytest.approx(recalls, abs=1e-12)
        assert result[ours] == pytest.approx(np.mean(recalls), abs=1e-12)
        assert result[ours].precision == pytest.approx(
            np.mean([score[name].precision for score in theirs]), abs=1e-12
        )
        assert result[ours].f1 == pytest.approx(
            np.mean([score[name].fmeasure for score in theirs]), abs=1e-12
        )


@given(samples)
def test_rouge_score_on_plain_english(corpus):
    predictions, references = zip(*corpus, strict=True)
    result = evaluate(predictions, references, lang="en", stopwords=False)
    assert_same_rouge(result, predictions, references)


@pytest.mark.parametrize("system", SYSTEMS)
def test_rouge_score_on_real_text_with_our_tokens(system):
    predictions, several = read(system)
    references = [each[0] for each in several]
    lang = system[:2]
    # Without the samples that have a rule of their own: nothing left after dropping.
    tokenizer = Tokens(lang, stopwords=True)
    kept = [i for i, text in enumerate(references) if tokenizer.tokenize(text)]
    predictions, references = [predictions[i] for i in kept], [references[i] for i in kept]
    result = evaluate(predictions, references, lang=lang)
    assert_same_rouge(result, predictions, references, tokenizer)


def assert_same_bleu(result, predictions, references):
    streams = list(zip(*references, strict=True))
    corpus = BLEU(tokenize="none", smooth_method="none", force=True)
    theirs = corpus.corpus_score(list(predictions), streams)
    assert result == pytest.approx(theirs.score / 100, abs=1e-12)
    sentence = BLEU(tokenize="none", effective_order=True, force=True)
    each = [
        sentence.sentence_score(prediction, list(texts)).score / 100
        for prediction, texts in zip(predictions, references, strict=True)
    ]
    assert result.samples == pytest.approx(each, abs=1e-12)
    assert result.sentence_mean == pytest.approx(np.mean(each), abs=1e-12)


@given(samples)
def test_sacrebleu_on_plain_text(corpus):
    predictions, references = zip(*corpus, strict=True)
    result = bleu_4(predictions, references, lang="en", stopwords=False)
    assert_same_bleu(result, predictions, [[text] for text in references])


@given(with_references)
def test_sacrebleu_with_two_references(corpus):
    predictions, references = zip(*corpus, strict=True)
    result = bleu_4(predictions, references, lang="en", stopwords=False)
    assert_same_bleu(result, predictions, references)


@pytest.mark.parametrize("system", SYSTEMS)
def test_sacrebleu_on_real_text_with_our_tokens(system):
    predictions, references = read(system)
    lang = system[:2]
    references = [each[:1] for each in references]
    cut = Tokens(lang, stopwords=False).tokenize
    kept = [i for i, (text,) in enumerate(references) if cut(text)]
    predictions, references = [predictions[i] for i in kept], [references[i] for i in kept]
    result = bleu_4(predictions, references, lang=lang, stopwords=False)
    spaced = [" ".join(cut(text)) for text in predictions]
    assert_same_bleu(result, spaced, [[" ".join(cut(text))] for (text,) in references])


# NLTK counts one 4-gram where a text is too short to have any, so here none is.
long_enough = st.lists(st.sampled_from("abc"), min_size=4, max_size=12).map(" ".join)


@given(
    st.lists(
        st.tuples(long_enough, st.lists(plain, min_size=1, max_size=3)), min_size=1, max_size=6
    )
)
def test_nltk_corpus_bleu(corpus):
    predictions, references = zip(*corpus, strict=True)
    ours = bleu_4(predictions, references, lang="en", stopwords=False)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # NLTK warns where an order has no match
        theirs = corpus_bleu(
            [[text.split() for text in each] for each in references],
            [text.split() for text in predictions],
        )
    if ours.details["precision_4"] == 0:
        assert float(ours) == 0
        assert theirs < 1e-70  # NLTK puts the smallest float in place of 0
    else:
        assert ours == pytest.approx(theirs, abs=1e-12)


def test_rouge_score_on_english_ted_as_it_reads_it():
    predictions, references = read("en_ted.system1")
    plain_text = [re.sub("[^a-z ]", " ", text.lower()) or " " for text in predictions]
    expected = [re.sub("[^a-z ]", " ", text.lower()) or " " for (text,) in references]
    kept = [i for i, text in enumerate(expected) if text.strip()]
    plain_text, expected = [plain_text[i] for i in kept], [expected[i] for i in kept]
    result = evaluate(plain_text, expected, lang="en", stopwords=False)
    assert_same_rouge(result, plain_text, expected)
