"""rouge, rouge-chinese, and the harnesses that call them with jieba's words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from textmetrics.metrics import Metric
from textmetrics.metrics.metric import rounded, without_empty
from textmetrics.metrics.nltk_bleu import NltkBleu
from textmetrics.presets.harnesses_tokens import (
    LONGBENCH_ZH,
    MS_SWIFT,
    MS_SWIFT_SENTENCES,
    MS_SWIFT_WORDS,
    PLTRDY_JIEBA,
)
from textmetrics.presets.jieba_words import JIEBA_WORDS
from textmetrics.presets.ngram_sets import rouge_n_of_sets, rouge_plain_l, rouge_union_l
from textmetrics.presets.plain import CHARACTERS
from textmetrics.presets.pltrdy_tokens import PLTRDY, PLTRDY_SENTENCES
from textmetrics.presets.preset import Option, Preset
from textmetrics.presets.rouge_chinese_tokens import JIEBA_ROUGE_CHINESE, ROUGE_CHINESE
from textmetrics.scan.view import View

__all__ = ["LLAMA_FACTORY", "MS_SWIFT_PRESET", "PLTRDY_PRESET", "QIANFAN", "ROUGE_CHINESE_PRESET"]

_EPSILON = "A perfect answer has 0.999999995, because 1e-8 is added to the divisor of F1."
_SETS = "An n-gram counts once, however often it occurs."
_METHOD_3 = "BLEU of a text of fewer than four tokens against itself is below 1 (method 3)."
_TOKENIZER = Option(
    "tokenizer",
    "whitespace",
    "the program takes text whose words are divided by spaces; jieba divides them",
    ("whitespace", "jieba"),
    shown=False,
)


def _rouge_of(words: View) -> Iterator[Metric]:
    """Give ROUGE-1, 2 and L as rouge-chinese has them."""
    for metric in (rouge_n_of_sets(1), rouge_n_of_sets(2), rouge_plain_l()):
        yield replace(metric, view=words)


def _sentence_bleu(view: View) -> Metric:
    """Give the mean of nltk's sentence BLEU with smoothing method 3."""
    return replace(NltkBleu(smoothing=3, aggregate="mean").metric(), view=view)


def _rouge_chinese(*, tokenizer: str) -> Iterator[Metric]:
    words = JIEBA_ROUGE_CHINESE if tokenizer == "jieba" else ROUGE_CHINESE
    yield from _rouge_of(words)
    for n in (3, 4, 5):
        yield replace(rouge_n_of_sets(n), view=words)


def _pltrdy(*, tokenizer: str) -> Iterator[Metric]:
    words, sentences = PLTRDY, PLTRDY_SENTENCES
    if tokenizer == "jieba":
        words, sentences = PLTRDY_JIEBA, LONGBENCH_ZH
    for n in (1, 2):
        yield replace(rouge_n_of_sets(n), view=words)
    yield replace(rouge_union_l(), view=sentences)
    for n in (3, 4, 5):
        yield replace(rouge_n_of_sets(n), view=words)


def _qianfan() -> Iterator[Metric]:
    yield from _rouge_of(JIEBA_ROUGE_CHINESE)
    yield _sentence_bleu(JIEBA_WORDS)


def _llama_factory() -> Iterator[Metric]:
    for metric in _rouge_of(JIEBA_ROUGE_CHINESE):
        yield rounded(metric, 4)
    yield rounded(_sentence_bleu(CHARACTERS), 4)


def _ms_swift() -> Iterator[Metric]:
    for metric in (
        replace(rouge_n_of_sets(1), view=MS_SWIFT),
        replace(rouge_n_of_sets(2), view=MS_SWIFT),
        replace(rouge_union_l(), view=MS_SWIFT_SENTENCES),
        _sentence_bleu(MS_SWIFT_WORDS),
    ):
        yield replace(without_empty(metric), digits=6, nothing=0.0)


ROUGE_CHINESE_PRESET = Preset(
    name="rouge_chinese",
    summary="ROUGE as rouge-chinese 1.0.3 computes it from words divided by spaces: F1",
    source="rouge-chinese 1.0.3",
    make=_rouge_chinese,
    usual=("rouge_1", "rouge_2", "rouge_l"),
    options=(_TOKENIZER,),
    note=f"{_EPSILON} {_SETS} An empty line has one word, the empty one. A sentence mark inside a "
    "word divides it, but only the first of several: 。。。 is the words 。 and 。。. Where the "
    "program stops at an empty text, the score is 0.",
)

PLTRDY_PRESET = Preset(
    name="pltrdy",
    summary="ROUGE as rouge 1.0.1 (by pltrdy) computes it: F1",
    source="rouge 1.0.1",
    make=_pltrdy,
    usual=("rouge_1", "rouge_2", "rouge_l"),
    options=(_TOKENIZER,),
    note=f"{_EPSILON} {_SETS} Every full stop ends a sentence, that of 3.14 too. ROUGE-L is of the "
    "different words in common subsequences of sentences. Texts of about 1,000 words, which stop "
    "the program at Python's limit of recursion, get what its formula gives.",
)

QIANFAN = Preset(
    name="qianfan",
    summary="ROUGE and BLEU-4 of Qianfan's similarity evaluation, recovered from published rows",
    source="34 published rows of Qianfan's cookbook and tests",
    make=_qianfan,
    note=f"{_EPSILON} {_SETS} {_METHOD_3} White space is a token of BLEU. Its accuracy and F1 are "
    "not known, and not given.",
)

LLAMA_FACTORY = Preset(
    name="llama_factory",
    summary="ROUGE and BLEU-4 as LLaMA-Factory's ComputeSimilarity computes them",
    source="LLaMA-Factory, src/llamafactory/train/sft/metric.py",
    make=_llama_factory,
    note=f"{_EPSILON} {_SETS} BLEU-4 is of characters, English ones too, with spaces, line breaks "
    f"and case. {_METHOD_3} Each sample's percentage is rounded to four decimals before the mean.",
)

MS_SWIFT_PRESET = Preset(
    name="ms_swift",
    summary="ROUGE and BLEU-4 as ms-swift's compute_rouge_bleu computes them",
    source="ms-swift",
    make=_ms_swift,
    note=f"{_EPSILON} {_SETS} {_METHOD_3} Samples with an empty side are left out of the mean, "
    "which is 0 where none is left, and is rounded to six decimals of a percent.",
)
