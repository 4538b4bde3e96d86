"""Google's rouge-score: ROUGE-1 to 9, L and Lsum, with or without Porter's stemmer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from textmetrics.metrics import Metric
from textmetrics.metrics.rouge_f1 import rouge_l, rouge_lsum, rouge_n
from textmetrics.presets.preset import Option, Preset
from textmetrics.presets.rouge_score_tokens import rouge_score_view

__all__ = ["ROUGE_SCORE"]


def _metrics(*, stemmer: bool) -> Iterator[Metric]:
    words = rouge_score_view(stemmer=stemmer)
    for metric in (*map(rouge_n, range(1, 10)), rouge_l()):
        yield replace(metric, view=words)
    yield replace(rouge_lsum(), view=rouge_score_view(stemmer=stemmer, sentences=True))


ROUGE_SCORE = Preset(
    name="rouge_score",
    summary="ROUGE as Google's rouge-score 0.1.2 computes it, for English: F1",
    source="rouge-score 0.1.2",
    make=_metrics,
    several=True,
    usual=("rouge_1", "rouge_2", "rouge_l", "rouge_lsum"),
    options=(Option("stemmer", False, "stem words of four letters and more", shown=False),),
    note="Its words are runs of a-z and 0-9: a text in Chinese or Japanese has none, and scores 0. "
    "Of several references each metric takes the one with the highest F1. ROUGE-Lsum depends on "
    "which of several longest common subsequences the program comes upon first: the same texts "
    "read from the end can have another score.",
)
