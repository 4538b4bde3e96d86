"""EvalScope's ToolBench: ROUGE of words between spaces."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from textmetrics.metrics import Metric, swap_precision_recall
from textmetrics.presets.plain import WHITESPACE
from textmetrics.presets.preset import Preset
from textmetrics.presets.rouge_score import rouge_l, rouge_n

__all__ = ["PRESET"]


def _metrics() -> Iterator[Metric]:
    for metric in (rouge_n(1), rouge_n(2), rouge_l()):
        yield swap_precision_recall(replace(metric, view=WHITESPACE))


PRESET = Preset(
    name="toolbench",
    summary="ROUGE F1 of words between spaces, as in EvalScope's ToolBench",
    source="EvalScope, compute_rouge_score_one_sample in metrics/utils/rouge.py, fde259d2a32a",
    make=_metrics,
    note="Chinese without spaces is one word. Precision and recall are swapped, because the "
    "prediction is passed where the reference is expected; F1 is the same. Only ROUGE-L F1 is "
    "shown by ToolBench, beside values that need the calls of tools.",
)
