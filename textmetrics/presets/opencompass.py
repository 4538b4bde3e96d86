"""OpenCompass's evaluators: ROUGE, BLEU and exact match, for Chinese."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from textmetrics.metrics import Metric, exact_match
from textmetrics.presets.jieba_words import jieba_view, spaced
from textmetrics.presets.preset import Preset
from textmetrics.presets.rouge_chinese import rouge_of, words_of_sentences
from textmetrics.presets.sacrebleu import SacreBleu, sacrebleu_view
from textmetrics.scan import NativeSplit, View

__all__ = ["OPENCOMPASS", "PRESET"]


def _metrics() -> Iterator[Metric]:
    yield from rouge_of(OPENCOMPASS)
    yield replace(SacreBleu().metric(), view=sacrebleu_view("13a"))
    yield replace(exact_match(source="OpenCompass, EMEvaluator"), view=_WHOLE)


PRESET = Preset(
    name="opencompass",
    summary="ROUGE, BLEU and exact match as in OpenCompass's evaluators, for Chinese",
    source="OpenCompass: JiebaRougeEvaluator, BleuEvaluator, EMEvaluator",
    make=_metrics,
    note="For ROUGE and exact match both sides are cut at the first line break, ASCII full "
    "stop or comma, and the rest is lost: 3.14 becomes 3. BLEU is sacrebleu's with 13a, "
    "which does not divide Chinese.",
)


_CUT = re.compile(r"[\n.,]")
_MARK = re.compile(r"[^\w\s]")
_ARTICLE = re.compile(r"\b(?:a|an|the)\b", re.IGNORECASE)


def _processed(text: str) -> str:
    """Apply OpenCompass's general postprocessing, which leaves the 3 of 3.14.

    It removes what follows the first line break, ``.`` or ``,``, then marks, then English articles.
    """
    text = _CUT.split(text, maxsplit=1)[0]
    return " ".join(_ARTICLE.sub("", _MARK.sub("", text)).split())


_WHOLE = View(
    "opencompass,text",
    lambda text: [whole] if (whole := _processed(text)) else [],
    "the whole text, cut at the first line break, full stop or comma, without marks and articles",
    native=NativeSplit("whole", before=_processed),
)
OPENCOMPASS = jieba_view(
    "opencompass,jieba,raw+rouge_chinese",
    lambda text: words_of_sentences(spaced(_processed(text))),
    "cut at the first line break, full stop or comma, without marks and articles; all pieces of"
    " jieba.cut, then as rouge_chinese",
    native=NativeSplit("rouge_chinese", "jieba", before=_processed),
)
