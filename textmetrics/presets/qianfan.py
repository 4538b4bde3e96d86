"""Qianfan's similarity evaluation, recovered from published rows: ROUGE and BLEU-4."""

from __future__ import annotations

from collections.abc import Iterator

from textmetrics.metrics import Metric
from textmetrics.presets.jieba_words import JIEBA_WORDS
from textmetrics.presets.ngram_sets import EPSILON, SETS
from textmetrics.presets.nltk import METHOD_3, sentence_bleu
from textmetrics.presets.preset import Preset
from textmetrics.presets.rouge_chinese import JIEBA_ROUGE_CHINESE, rouge_of

__all__ = ["PRESET"]


def _metrics() -> Iterator[Metric]:
    yield from rouge_of(JIEBA_ROUGE_CHINESE)
    yield sentence_bleu(JIEBA_WORDS)


PRESET = Preset(
    name="qianfan",
    summary="ROUGE and BLEU-4 of Qianfan's similarity evaluation, recovered from published rows",
    source="34 published rows of Qianfan's cookbook and tests",
    make=_metrics,
    note=f"{EPSILON} {SETS} {METHOD_3} White space is a token of BLEU. Its accuracy and F1 are "
    "unknown, and therefore missing.",
)
