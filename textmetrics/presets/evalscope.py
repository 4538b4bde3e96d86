"""EvalScope: ROUGE, BLEU and exact match."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from textmetrics.kernels import Counts
from textmetrics.metrics import (
    Metric,
    Values,
    best_reference,
    exact_match,
    swap_precision_recall,
    without_empty,
)
from textmetrics.presets.jieba_words import jieba_view, jieba_words, spaced
from textmetrics.presets.nltk import NltkBleu
from textmetrics.presets.plain import WHITESPACE
from textmetrics.presets.preset import Preset, PresetOption
from textmetrics.presets.rouge_chinese import rouge_of, words_of_sentences
from textmetrics.presets.rouge_score import rouge_l, rouge_n
from textmetrics.presets.treebank import TREEBANK
from textmetrics.scan import NativeSplit, View

__all__ = ["EVALSCOPE_WORDS", "EVALSCOPE_ZH", "PRESET"]


def _metrics(*, variant: str) -> Iterator[Metric]:
    if variant == "zh":
        yield from map(without_empty, rouge_of(EVALSCOPE_ZH))
    else:
        for metric in (rouge_n(1), rouge_n(2), rouge_l()):
            yield swap_precision_recall(replace(metric, view=WHITESPACE))
    for n in range(1, 5):
        weights = (0.0,) * (n - 1) + (1.0,)
        yield replace(NltkBleu(weights=weights, aggregate="mean").metric(), view=EVALSCOPE_WORDS)
    yield replace(_evalscope_match(), view=_EVALSCOPE_TEXT)


def _evalscope_match() -> Metric:
    """Return EvalScope's accuracy, for the view ``_EVALSCOPE_TEXT``.

    An empty answer is never right; one of white space is, if the reference is blank.
    """
    return replace(
        exact_match(source="EvalScope, exact match"),
        needs=frozenset({"equal", "prediction_length", "reference_length"}),
        values=_match_values,
    )


def _match_values(counts: Counts) -> Values:
    predicted, expected = counts["prediction_length"], counts["reference_length"]
    blank = (predicted == 1) & (expected == 0)
    return best_reference(counts, Values((counts["equal"] * (predicted > 0) | blank) / 1))


PRESET = Preset(
    name="evalscope",
    summary="ROUGE, BLEU and exact match as in EvalScope",
    source="EvalScope, evalscope/metrics/utils",
    make=_metrics,
    options=(
        PresetOption(
            "variant",
            "en",
            "the language whose functions of the program to use",
            ("zh", "en"),
            metrics=("rouge_1", "rouge_2", "rouge_l"),
        ),
    ),
    usual=("rouge_1", "rouge_2", "rouge_l", "bleu_1", "bleu_2", "bleu_3", "bleu_4", "accuracy"),
    note="Each BLEU-n uses n-grams of that length alone, without smoothing: almost 0 if none "
    "matches. The default variant of ROUGE treats Chinese without spaces as one word, "
    "and swaps precision and recall. Its variant zh leaves samples with an empty side, "
    "on which it fails, out of the mean. For this variant and for BLEU, jieba cuts a "
    "side only if that side itself contains Chinese. The sentence model that nltk "
    "downloads is not used: words differ at full stops inside English text.",
)


_HAN = re.compile("[\u4e00-\u9fa5]")


def _marked(text: str) -> str:
    return f"|{text.strip()}" if text else ""


_EVALSCOPE_TEXT = View(
    "characters+strip,marked",
    lambda text: list(_marked(text)),
    "a mark and the text's characters, white space at its ends left out; nothing if it is empty",
    native=NativeSplit("characters", before=_marked),
)
"""For exact match: the mark tells a blank text from an empty one."""


def _by_script(text: str) -> list[str]:
    return jieba_words(text) if _HAN.search(text) else TREEBANK.tokens(text)


# Decided for each text on its own, a prediction without regard to its reference.
EVALSCOPE_WORDS = jieba_view(
    f"jieba,raw,{TREEBANK.name}",
    _by_script,
    "words by jieba in a text with Chinese characters, else as nltk cuts them",
)
"""The tokens of BLEU."""
EVALSCOPE_ZH = jieba_view(
    "evalscope,jieba,raw+rouge_chinese",
    lambda text: words_of_sentences(spaced(text) if _HAN.search(text) else text),
    "all pieces of jieba.cut, or the text itself if it has no Chinese; then as rouge_chinese",
)
"""The tokens of ROUGE, variant zh."""
