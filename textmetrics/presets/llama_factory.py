"""LLaMA-Factory's ``ComputeSimilarity``: ROUGE and BLEU-4, rounded per sample."""

from __future__ import annotations

from collections.abc import Iterator

from textmetrics.metrics import Metric, rounded
from textmetrics.presets.ngram_sets import EPSILON, SETS
from textmetrics.presets.nltk import METHOD_3, sentence_bleu
from textmetrics.presets.plain import CHARACTERS
from textmetrics.presets.preset import Preset
from textmetrics.presets.rouge_chinese import JIEBA_ROUGE_CHINESE, rouge_of

__all__ = ["PRESET"]


def _metrics() -> Iterator[Metric]:
    for metric in rouge_of(JIEBA_ROUGE_CHINESE):
        yield rounded(metric, 4)
    yield rounded(sentence_bleu(CHARACTERS), 4)


PRESET = Preset(
    name="llama_factory",
    summary="ROUGE and BLEU-4 as LLaMA-Factory's ComputeSimilarity computes them",
    source="LLaMA-Factory, src/llamafactory/train/sft/metric.py, 158f4cb57744",
    make=_metrics,
    note=f"{EPSILON} {SETS} BLEU-4 is of characters, in English too, including spaces, line "
    f"breaks and case. {METHOD_3} Each sample's percentage is rounded to four decimals.",
)
