"""The rows of presets: each compared with its original, on the unchanged text."""

from __future__ import annotations

import logging
from typing import Any

import numpy as np
from measure import Trial
from ours import ROUGE, of_each
from texts import Pairs, Source

from textmetrics import evaluate
from textmetrics.evaluation import Evaluation

__all__ = [
    "fastchrf",
    "jiwer",
    "jiwer_rate",
    "llama_factory",
    "rapidrouge",
    "rouge_score_lsum",
    "rouge_score_stemmed",
    "sacrebleu",
    "sacrebleu_chrf",
    "sacrebleu_ter",
    "torchmetrics_rouge",
    "torchmetrics_wer",
]


def _score(pairs: Pairs, preset: str, **options: Any) -> Evaluation:
    return evaluate(pairs.predictions, pairs.references, preset=preset, threads=1, **options)


def rouge_score_stemmed(source: Source) -> Trial:
    from rouge_score.rouge_scorer import RougeScorer

    return _rouge(source, RougeScorer(list(ROUGE.values()), use_stemmer=True), stemmer=True)


def rapidrouge(source: Source) -> Trial:
    from rapidrouge.rouge_scorer import RougeScorer

    return _rouge(source, RougeScorer(list(ROUGE.values())), stemmer=False)


def _rouge(source: Source, scorer: Any, *, stemmer: bool) -> Trial:
    pairs = source.pairs("en")

    def ours() -> Evaluation:
        return _score(pairs, "rouge_score", stemmer=stemmer, metrics=list(ROUGE))

    def theirs() -> list[Any]:
        return [scorer.score(reference, text) for text, reference in pairs]

    def check() -> tuple[list[float], list[float]]:
        scores, result = theirs(), ours()
        mine, other = [], []
        for name, key in ROUGE.items():
            mine += of_each(result, name).tolist()
            other += [each[key].fmeasure for each in scores]
        return mine, other

    return _trial(pairs, check, ours, theirs)


def rouge_score_lsum(source: Source, *, sentences: int) -> Trial:
    """Compare ROUGE-Lsum of long texts whose sentences are lines."""
    from rouge_score.rouge_scorer import RougeScorer

    scorer = RougeScorer(["rougeLsum"])
    pairs = source.pairs("en").joined(sentences, between="\n")

    def ours() -> list[float]:
        return of_each(_score(pairs, "rouge_score", metrics=["rouge_lsum"]), "rouge_lsum").tolist()

    def theirs() -> list[float]:
        return [scorer.score(reference, text)["rougeLsum"].fmeasure for text, reference in pairs]

    return _trial(pairs, lambda: (ours(), theirs()), ours, theirs)


def sacrebleu(source: Source, *, lang: str, tokenizer: str) -> Trial:
    from sacrebleu import corpus_bleu

    pairs = source.pairs(lang)

    def ours() -> float:
        return float(_score(pairs, "sacrebleu", tokenizer=tokenizer, metrics=["bleu_4"])["bleu_4"])

    def theirs() -> float:  # a new metric each time, because its tokenizers cache texts
        streams = [pairs.references]
        return float(corpus_bleu(pairs.predictions, streams, force=True, tokenize=tokenizer).score)

    return _trial(pairs, lambda: ([100 * ours()], [theirs()]), ours, theirs)


def sacrebleu_ter(source: Source) -> Trial:
    from sacrebleu.metrics import TER

    return _corpus_value(source, "ter", TER)


def sacrebleu_chrf(source: Source) -> Trial:
    from sacrebleu.metrics import CHRF

    return _corpus_value(source, "chrf", CHRF)


def _corpus_value(source: Source, metric: str, peer: Any) -> Trial:
    pairs = source.pairs("en")

    def ours() -> float:
        return float(_score(pairs, "sacrebleu", metrics=[metric])[metric])

    def theirs() -> float:
        return float(peer().corpus_score(pairs.predictions, [pairs.references]).score)

    return _trial(pairs, lambda: ([100 * ours()], [theirs()]), ours, theirs)


def fastchrf(source: Source) -> Trial:
    from fastchrf import pairwise_chrf

    pairs = source.pairs("en")

    def ours() -> list[float]:
        return of_each(_score(pairs, "sacrebleu", metrics=["chrf"]), "chrf").tolist()

    def theirs() -> list[float]:
        sides = ([[text] for text in texts] for texts in (pairs.predictions, pairs.references))
        return [score / 100 for [[score]] in pairwise_chrf(*sides)]

    return _trial(pairs, lambda: (ours(), theirs()), ours, theirs)


def torchmetrics_rouge(source: Source, *, lsum: bool) -> Trial:
    from torchmetrics.functional.text import rouge as original
    from torchmetrics.functional.text import rouge_score

    from textmetrics.presets.punkt import sentences

    pairs = source.pairs("en").first(1_000)  # a pair takes it a quarter of a millisecond
    names = ROUGE | ({"rouge_lsum": "rougeLsum"} if lsum else {})

    def ours() -> list[float]:
        result = _score(pairs, "torchmetrics", metrics=list(names))
        return [float(result[name].f1 or 0) for name in names]

    def theirs() -> list[float]:
        keys = tuple(names.values())
        scores = rouge_score(pairs.predictions, pairs.references, rouge_keys=keys)
        return [float(scores[f"{key}_fmeasure"]) for key in keys]

    # nltk would download its model, which is installed in another form.
    original._split_sentence = sentences
    return _trial(pairs, lambda: (_rounded(ours()), _rounded(theirs())), ours, theirs)


def torchmetrics_wer(source: Source) -> Trial:
    from torchmetrics.functional.text import word_error_rate

    pairs = source.pairs("en")

    def ours() -> list[float]:
        return [float(_score(pairs, "torchmetrics", metrics=["wer"])["wer"])]

    def theirs() -> list[float]:
        return [float(word_error_rate(pairs.predictions, pairs.references))]

    return _trial(pairs, lambda: (_rounded(ours()), _rounded(theirs())), ours, theirs)


def _rounded(values: list[float]) -> list[float]:
    """Return values to the digits that single precision has in any case."""
    return [round(value, 5) for value in values]


def jiwer_rate(source: Source, *, rate: str) -> Trial:
    import jiwer as original

    pairs = source.pairs("en")

    def ours() -> float:
        return float(_score(pairs, "jiwer", metrics=[rate])[rate])

    def theirs() -> float:
        return float(getattr(original, rate)(pairs.references, pairs.predictions))

    return _trial(pairs, lambda: ([ours()], [theirs()]), ours, theirs)


def jiwer(source: Source) -> Trial:
    import jiwer as original

    pairs = source.pairs("en")
    rates = ["wer", "mer", "wil", "wip"]

    def ours() -> list[float]:
        return [float(score) for score in _score(pairs, "jiwer", metrics=rates).values()]

    def theirs() -> list[float]:
        output = original.process_words(pairs.references, pairs.predictions)
        return [getattr(output, rate) for rate in rates]

    return _trial(pairs, lambda: (ours(), theirs()), ours, theirs)


def llama_factory(source: Source, *, characters: int) -> Trial:
    import jieba
    from nltk.translate.bleu_score import SmoothingFunction, sentence_bleu
    from rouge_chinese import Rouge

    jieba.setLogLevel(logging.WARNING)
    pairs = source.pairs("zh").of_characters(characters, most=200)
    scorer, smoothed = Rouge(), SmoothingFunction().method3

    def of_pair(prediction: str, reference: str) -> list[float]:
        cut = [" ".join(jieba.cut(text)) for text in (prediction, reference)]
        rouge = [0.0] * 3
        if all(text.split() for text in cut):
            scores = scorer.get_scores(*cut)[0]
            rouge = [scores[key]["f"] for key in ("rouge-1", "rouge-2", "rouge-l")]
        bleu = sentence_bleu([list(reference)], list(prediction), smoothing_function=smoothed)
        return [round(100 * value, 4) for value in (*rouge, bleu)]

    def ours() -> Evaluation:
        return _score(pairs, "llama_factory")

    def theirs() -> list[float]:
        return np.mean([of_pair(*pair) for pair in pairs], axis=0).tolist()

    return _trial(pairs, lambda: ([100 * each for each in ours().values()], theirs()), ours, theirs)


def _trial(pairs: Pairs, check: Any, ours: Any, theirs: Any) -> Trial:
    return Trial(
        check=check, ours={"": ours}, theirs={"": theirs}, units=len(pairs), about=pairs.about
    )
