"""llm-jp-eval: exact match, char_f1 and BLEU of Japanese."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from textmetrics.metrics import Metric, exact_match
from textmetrics.presets.plain import WHOLE_TEXT
from textmetrics.presets.preset import Preset
from textmetrics.presets.sacrebleu import BLEU_TOKENIZER, bleu_with
from textmetrics.presets.string_ratio import FUZZY, char_f1

__all__ = ["PRESET"]


def _metrics(*, fuzzy: str, tokenizer: str) -> Iterator[Metric]:
    yield replace(exact_match(source="llm-jp-eval"), view=WHOLE_TEXT)
    yield char_f1(fuzzy, sort=True)
    yield bleu_with(tokenizer)


PRESET = Preset(
    name="llm_jp_eval",
    summary="exact match, char_f1 and BLEU as in llm-jp-eval",
    source="llm-jp-eval",
    make=_metrics,
    several=True,
    options=(FUZZY, BLEU_TOKENIZER),
    note='Its "character F1" is the token sort ratio of fuzzywuzzy, in whole percents: the '
    "order of characters matters, that of words does not, and it is not an F1.",
)
