"""The Chinese and Japanese rows."""

from __future__ import annotations

import itertools
import logging
import re
from collections.abc import Callable, Iterable
from typing import Any

from measure import Trial
from ours import ROUGE, of_each, score
from texts import Pairs, Source

from textmetrics import tokenize
from textmetrics.evaluation import Evaluation
from textmetrics.kernels import backend
from textmetrics.languages import JIEBA, LANGUAGES, NO_STOPWORDS, TOKENIZERS, Analyzer
from textmetrics.scan import encode, scanner

__all__ = ["chinese", "japanese", "japanese_threads", "jieba", "kurenai", "rjieba"]


def jieba_lcut() -> Callable[[str], list[str]]:
    import jieba

    jieba.setLogLevel(logging.WARNING)
    cut: Callable[[str], list[str]] = jieba.lcut
    return cut


def jieba(source: Source) -> Trial:
    lcut = jieba_lcut()
    pairs = source.pairs("zh")
    characters = sum(map(len, pairs.texts))

    def cut_all(cut: Callable[[str], list[str]]) -> list[list[str]]:
        return [cut(text) for text in pairs.texts]

    def ported() -> Callable[[str], list[str]]:
        """Ask once whether jieba has changed, as scoring does for a batch."""
        cut: Callable[[str], list[str]] = JIEBA.segmenter().cut
        return cut

    return Trial(
        check=lambda: (cut_all(ported()), cut_all(lcut)),
        ours={
            "": lambda: cut_all(ported()),
            "ours asking before each text": lambda: cut_all(JIEBA.lcut),
            "ours by tokenize()": lambda: cut_all(
                lambda text: tokenize(text, lang="zh", stopwords=False)
            ),
        },
        theirs={"": lambda: cut_all(lcut)},
        units=characters,
        unit="character",
        about=f"{len(pairs.texts):,} texts, {characters:,} characters in all",
    )


def rjieba(source: Source) -> Trial:
    """Compare on Han alone: of texts with Latin letters, rjieba cuts some otherwise than jieba."""
    import rjieba as peer

    pairs = source.pairs("zh")
    plain = pairs.plain().texts
    characters = sum(map(len, pairs.texts))

    def cut_all(cut: Callable[[str], list[str]], texts: list[str]) -> list[list[str]]:
        return [cut(text) for text in texts]

    return Trial(
        check=lambda: (cut_all(JIEBA.segmenter().cut, plain), cut_all(peer.cut, plain)),
        ours={"": lambda: cut_all(JIEBA.segmenter().cut, pairs.texts)},
        theirs={"": lambda: cut_all(peer.cut, pairs.texts)},
        units=characters,
        unit="character",
        about=f"{len(pairs.texts):,} texts, {characters:,} characters in all",
    )


def chinese(source: Source, *, characters: int) -> Trial:
    pairs = source.pairs("zh").of_characters(characters, most=20 if characters > 500 else 200)
    plain = pairs.plain()
    metrics = [*ROUGE, "bleu_4"]
    return Trial(
        check=lambda: _chinese_values(plain, score(plain, metrics=metrics, stopwords=False)),
        ours={
            "": lambda: score(pairs, metrics=metrics),
            "ours with stopwords=False": lambda: score(pairs, metrics=metrics, stopwords=False),
        },
        theirs={"": lambda: _rouge_chinese_and_nltk(pairs)},
        units=len(pairs),
        about=pairs.about,
    )


def _rouge_chinese_and_nltk(pairs: Pairs, *, distinct: bool = True) -> list[tuple[Any, float]]:
    """Compute what programs for Chinese do: ROUGE of distinct n-grams, BLEU with method 3."""
    from nltk.translate.bleu_score import SmoothingFunction, sentence_bleu
    from rouge_chinese import Rouge

    lcut, scorer, smoothed = jieba_lcut(), Rouge(exclusive=distinct), SmoothingFunction().method3
    values = []
    for prediction, reference in pairs:
        ours, theirs = lcut(prediction), lcut(reference)
        (scores,) = scorer.get_scores(" ".join(ours), " ".join(theirs))
        bleu = sentence_bleu([theirs], ours, smoothing_function=smoothed)
        values.append((scores, float(bleu)))
    return values


def _chinese_values(plain: Pairs, result: Evaluation) -> tuple[list[float], list[float]]:
    """Return the values that coincide: ROUGE with all n-grams counted, BLEU without smoothing."""
    values = _rouge_chinese_and_nltk(plain, distinct=False)
    mine: list[float] = []
    theirs: list[float] = []
    for name, key in zip(ROUGE, ("rouge-1", "rouge-2", "rouge-l"), strict=True):
        mine += of_each(result, name).tolist()
        theirs += [scores[key]["r"] for scores, _ in values]
    batch = encode([[JIEBA.lcut(text) for text in pair] for pair in plain])
    unsmoothed = backend("reference")(batch, ["match_4"], 1)["match_4"] > 0
    mine += of_each(result, "bleu_4")[unsmoothed].tolist()
    theirs += itertools.compress([bleu for _, bleu in values], unsmoothed)
    return mine, theirs


# Particles of several words, which are one token here.
_JOINED = re.compile("という|に(?:お[いけ]|於|つい|就い|関|かん|対|たい)")


def japanese(source: Source, *, tokens: bool) -> Trial:
    """Compare with Sudachi alone: what we take for tokens, or for all six metrics."""
    from sudachipy import Dictionary, SplitMode

    cut = Dictionary().tokenizer(SplitMode.C).tokenize
    ours = scanner(Analyzer(LANGUAGES.get("ja"), NO_STOPWORDS), "native").tokens
    load = TOKENIZERS.get("sudachi-c").ported().load
    pairs = source.pairs("ja")
    plain = [text for text in pairs.plain().texts if not _JOINED.search(text)]

    def surfaces(texts: Iterable[str]) -> list[list[str]]:
        return [[morpheme.surface() for morpheme in cut(text)] for text in texts]

    return Trial(
        check=lambda: ([load()(text).surfaces for text in plain], surfaces(plain)),
        ours={
            "": (lambda: list(map(ours, pairs.texts)))
            if tokens
            else (lambda: score(pairs, threads=1))
        },
        theirs={"": lambda: surfaces(pairs.texts)},
        units=len(pairs),
        about=pairs.about,
    )


def kurenai(source: Source) -> Trial:
    """Compare on words that are cut already: kurenai takes what stands between spaces."""
    from kurenai.rouge_scorer import RougeScorer

    scorer = RougeScorer(list(ROUGE.values()))
    pairs = source.pairs("ja")

    def words(texts: Iterable[str]) -> list[str]:
        return [" ".join(tokenize(text, lang="ja", stopwords=False)) for text in texts]

    pairs = Pairs("ja", words(pairs.predictions), words(pairs.references))

    def ours(pairs: Pairs) -> Evaluation:
        return score(pairs, tokenizer="whitespace", stopwords=False, metrics=list(ROUGE))

    def theirs(pairs: Pairs) -> list[Any]:
        return [scorer.score(reference, text) for text, reference in pairs]

    def check() -> tuple[list[float], list[float]]:
        plain = pairs.plain()
        result, scores = ours(plain), theirs(plain)
        mine = [value for name in ROUGE for value in of_each(result, name).tolist()]
        return mine, [each[key].recall for key in ROUGE.values() for each in scores]

    return Trial(
        check=check,
        ours={"": lambda: ours(pairs)},
        theirs={"": lambda: theirs(pairs)},
        units=len(pairs),
        about=pairs.about,
    )


def japanese_threads(source: Source) -> Trial:
    pairs = source.pairs("ja")
    return Trial(
        check=lambda: tuple(of_each(score(pairs, threads=n), "rouge_l").tolist() for n in (2, 1)),
        ours={"": lambda: score(pairs, threads=2)},
        theirs={"": lambda: score(pairs, threads=1)},
        units=len(pairs),
        about=pairs.about,
    )
