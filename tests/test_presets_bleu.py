"""The presets sacrebleu and nltk, end to end: `evaluate` against the programs themselves."""

from __future__ import annotations

import itertools
import logging
import warnings
from statistics import fmean

import jieba
import pytest
from nltk.translate.bleu_score import SmoothingFunction, corpus_bleu, sentence_bleu
from sacrebleu.metrics import BLEU, CHRF

from textmetrics import Evaluator, evaluate
from textmetrics.presets.sacrebleu_tokenizers import SACREBLEU_TOKENIZERS

# sacrebleu advises effective order for sentences, and untokenised text.
logging.getLogger("sacrebleu").setLevel(logging.ERROR)

SMOOTHINGS = [
    ("exp", None),
    ("floor", None),
    ("floor", 0.01),
    ("add-k", None),
    ("add-k", 2.5),
    ("none", None),
]


def streams(references):
    """Return references as sacrebleu takes them; ``None`` for those a sample does not have."""
    return [list(stream) for stream in itertools.zip_longest(*references)]


def assert_same(score, program, samples, *, sentences=None):
    predictions, references = samples
    expected = program.corpus_score(predictions, streams(references))
    assert 100 * score == pytest.approx(expected.score, abs=1e-9, rel=0)
    assert score.foreign_signature == str(program.get_signature())
    sentences = sentences or program
    rows = zip(predictions, references, strict=True)
    found = [sentences.sentence_score(*each).score for each in rows]
    assert 100 * score.samples == pytest.approx(found, abs=1e-9, rel=0)
    assert 100 * score.sentence_mean == pytest.approx(fmean(found), abs=1e-9)
    return expected


def assert_bleu(samples, *, tokenizer="13a", smoothing="exp", value=None, effective=False, **more):
    def program(effective):
        options = {"smooth_method": smoothing, "smooth_value": value, "effective_order": effective}
        return BLEU(tokenize=tokenizer, **options, **more)

    score = evaluate(
        *samples,
        preset="sacrebleu",
        metrics=["bleu_4"],
        tokenizer=tokenizer,
        smoothing=smoothing,
        smoothing_value=value,
        effective_order=effective,
        **more,
    )["bleu_4"]
    # Its sentences are those of its command line, always of effective order.
    expected = assert_same(score, program(effective), samples, sentences=program(True))
    details = [100 * score.details[f"precision_{n}"] for n in range(1, 5)]
    assert details == pytest.approx(expected.precisions, abs=1e-9)
    assert score.details["brevity_penalty"] == pytest.approx(expected.bp, abs=1e-12)


@pytest.mark.parametrize("tokenizer", SACREBLEU_TOKENIZERS)
def test_sacrebleu(samples, pairs, tokenizer):
    assert_bleu(samples, tokenizer=tokenizer)
    assert_bleu((pairs[0], [[each] for each in pairs[1]]), tokenizer=tokenizer, lowercase=True)


@pytest.mark.parametrize(("smoothing", "value"), SMOOTHINGS)
@pytest.mark.parametrize("effective", [False, True])
def test_smoothings_of_sacrebleu(samples, smoothing, value, effective):
    options = {"smoothing": smoothing, "value": value, "effective": effective}
    assert_bleu(samples, tokenizer="zh", **options)
    few = slice(9, 16)  # texts of so few tokens that orders are missing
    assert_bleu((samples[0][few], samples[1][few]), tokenizer="zh", **options)


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"word_order": 2},
        {"word_order": 2, "lowercase": True, "eps_smoothing": True},
        {"char_order": 4, "beta": 3, "whitespace": True},
    ],
    ids=str,
)
def test_chrf(samples, options):
    score = evaluate(*samples, preset="sacrebleu", metrics=["chrf"], **options)["chrf"]
    expected = assert_same(score, CHRF(**options), samples)
    assert score.title == expected.name


@pytest.mark.parametrize("count", [1, 2, 4])
def test_missing_references(samples, count):
    # As many of each sample, some of them missing: the first, one inside, the last.
    predictions = samples[0][:40]
    texts = itertools.cycle(text for given in samples[1] for text in given)
    references = [[next(texts) for _ in range(count)] for _ in predictions]
    for at, given in enumerate(references):
        if count > 1 and at % 3:
            given[at % count] = None
    there = [[text for text in given if text is not None] for given in references]
    result = evaluate(predictions, references, preset="sacrebleu")
    streamed = list(map(list, zip(*references, strict=True)))
    for name, program in (("bleu_4", BLEU()), ("chrf", CHRF())):
        expected = program.corpus_score(predictions, streamed)
        assert 100 * result[name] == pytest.approx(expected.score, abs=1e-9, rel=0)
        assert result[name].foreign_signature == str(program.get_signature())
        same = evaluate(predictions, there, preset="sacrebleu")[name]
        assert same.to_dict() == result[name].to_dict()


@pytest.mark.parametrize(
    ("preset", "references", "error", "told"),
    [
        ("sacrebleu", ["a", [None]], ValueError, r"references\[1\] has nothing but None"),
        ("sacrebleu", ["a", None], TypeError, r"references\[1\] must be a string or a list"),
        ("nltk", ["a", ["b", None]], TypeError, r"\[1\]\[1\] is None.*under preset sacrebleu"),
        ("default", ["a", ["b", None]], TypeError, r"\[1\]\[1\] is None: leave .* out, or give ''"),
    ],
)
def test_what_cannot_be_missing(preset, references, error, told):
    with pytest.raises(error, match=told):
        evaluate(["a", "b"], references, preset=preset)
    evaluator = Evaluator(preset="sacrebleu")
    evaluator.update("a b c d", ["a b c d", None])
    assert evaluator.compute()["bleu_4"].foreign_signature.startswith("nrefs:1|")


class Lenient(SmoothingFunction):
    """nltk's, that goes on where its method 6 stops for want of a trigram."""

    def method6(self, p_n, references, hypothesis, **rest):
        if p_n[2]:
            return super().method6(p_n, references, hypothesis, **rest)
        for i in (2, 3):
            expected = p_n[i - 1] ** 2 / p_n[i - 2] if p_n[i - 2] else 0
            ngrams = max(len(hypothesis) - i, 0)
            p_n[i] = (p_n[i].numerator + self.alpha * expected) / (ngrams + self.alpha)
        return p_n


WORDS = {"whitespace": str.split, "characters": list, "jieba": jieba.lcut}


@pytest.mark.parametrize("tokenizer", WORDS)
@pytest.mark.parametrize("method", range(8))
def test_nltk(samples, tokenizer, method):
    smoothing = getattr(Lenient(), f"method{method}")
    hypotheses = list(map(WORDS[tokenizer], samples[0]))
    references = [list(map(WORDS[tokenizer], given)) for given in samples[1]]
    options = {"preset": "nltk", "tokenizer": tokenizer, "smoothing": f"method{method}"}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of orders without a match
        whole = corpus_bleu(references, hypotheses, smoothing_function=smoothing)
        sentences = [
            sentence_bleu(*each, smoothing_function=smoothing)
            for each in zip(references, hypotheses, strict=True)
        ]
    corpus = evaluate(*samples, **options)["bleu_4"]
    assert float(corpus) == pytest.approx(whole, abs=1e-12)
    mean = evaluate(*samples, **options, aggregate="mean")["bleu_4"]
    assert float(mean) == pytest.approx(fmean(sentences), abs=1e-12)
    assert mean.samples == pytest.approx(sentences, abs=1e-12)
    assert corpus.sentence_mean == float(mean)
    assert corpus.foreign_signature is None


@pytest.mark.parametrize("weights", [(1.0,), (0.5, 0.5), (0.1, 0.2, 0.3, 0.2, 0.2), (0, 0, 0, 1)])
@pytest.mark.parametrize("reweigh", [False, True])
def test_weights_of_nltk(samples, weights, reweigh):
    smoothing = SmoothingFunction().method1
    options = {"weights": weights, "auto_reweigh": reweigh}
    words = [list(map(str.split, given)) for given in samples[1]], list(map(str.split, samples[0]))
    expected = corpus_bleu(*words, smoothing_function=smoothing, **options)
    [score] = evaluate(*samples, preset="nltk", smoothing="method1", **options).values()
    assert float(score) == pytest.approx(expected, abs=1e-12)
    written = options | {"weights": "/".join(map(str, weights))}
    [same] = evaluate(*samples, preset="nltk", smoothing="method1", **written).values()
    assert same.signature == score.signature
