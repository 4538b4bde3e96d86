"""ms-swift's ``compute_rouge_bleu``: ROUGE and BLEU-4, without samples that have an empty side."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from textmetrics.metrics import Metric, without_empty
from textmetrics.presets.jieba_words import jieba_view, jieba_words
from textmetrics.presets.ngram_sets import EPSILON, SETS, rouge_n_of_sets, rouge_union_l
from textmetrics.presets.nltk import METHOD_3, sentence_bleu
from textmetrics.presets.pltrdy import words_by_sentence, words_of_all
from textmetrics.presets.preset import Preset
from textmetrics.scan import NativeSplit

__all__ = ["MS_SWIFT", "MS_SWIFT_SENTENCES", "PRESET"]


def _metrics() -> Iterator[Metric]:
    for metric in (
        replace(rouge_n_of_sets(1), view=MS_SWIFT),
        replace(rouge_n_of_sets(2), view=MS_SWIFT),
        replace(rouge_union_l(), view=MS_SWIFT_SENTENCES),
        sentence_bleu(_STRIPPED),
    ):
        yield replace(without_empty(metric), digits=6, nothing=0.0)


PRESET = Preset(
    name="ms_swift",
    summary="ROUGE and BLEU-4 as ms-swift's compute_rouge_bleu computes them",
    source="ms-swift, swift/metrics/nlg.py, f68aa4ba41f1",
    make=_metrics,
    note=f"{EPSILON} {SETS} {METHOD_3} Samples with an empty side are left out of the mean, "
    "which is 0 if none is left, and its percentage is rounded to six decimals. Earlier versions "
    "(swift/plugin/metric.py) keep spaces, and have a BLEU of characters. Inference prints it with "
    "--metric rouge alone.",
)


def _stripped(text: str) -> list[str]:
    return [word for piece in jieba_words(text) if (word := piece.strip(" "))]


def _words(text: str, split: Callable[[str], list[str]]) -> list[str]:
    stripped = " ".join(_stripped(text))
    # Only a text without any piece is left out of the mean. `rouge` finds no word in full stops
    # alone, and raises; here they are one word, which matches only its like.
    return split(stripped) or ["."] * bool(stripped)


_STRIPPED = jieba_view(
    "jieba,stripped",
    _stripped,
    "pieces of jieba.cut but spaces",
    native=NativeSplit("pieces", "jieba_stripped"),
)
MS_SWIFT = jieba_view(
    "jieba,stripped+rouge",
    lambda text: _words(text, words_of_all),
    "pieces of jieba.cut but spaces, then as rouge",
    native=NativeSplit("rouge", "jieba_stripped"),
)
MS_SWIFT_SENTENCES = jieba_view(
    "jieba,stripped+rouge,sentences",
    lambda text: _words(text, words_by_sentence),
    "jieba.cut pieces except spaces, then as rouge, split into sentences at full stops",
    sentences=True,
    native=NativeSplit("rouge_sentences", "jieba_stripped"),
)
