"""LongBench: ROUGE-L and F1, for Chinese and English."""

from __future__ import annotations

import string
from collections.abc import Iterator
from dataclasses import replace

from textmetrics.metrics import Metric, token_f1
from textmetrics.presets.jieba_words import jieba_view, jieba_words
from textmetrics.presets.ngram_sets import rouge_union_l
from textmetrics.presets.pltrdy import PLTRDY_JIEBA_SENTENCES, PLTRDY_SENTENCES
from textmetrics.presets.preset import Preset, PresetOption
from textmetrics.presets.squad import SQUAD

__all__ = ["LONGBENCH_WORDS", "PRESET"]


def _metrics(*, variant: str) -> Iterator[Metric]:
    chinese = variant == "zh"
    yield replace(rouge_union_l(), view=PLTRDY_JIEBA_SENTENCES if chinese else PLTRDY_SENTENCES)
    f1 = token_f1(both_empty=False, source="LongBench, qa_f1_score")
    yield replace(f1, view=LONGBENCH_WORDS if chinese else SQUAD)


PRESET = Preset(
    name="longbench",
    summary="ROUGE-L and F1 as in LongBench, best reference",
    source="LongBench, metrics.py",
    make=_metrics,
    several=True,
    options=(
        PresetOption(
            "variant", "zh", "the language whose functions of the program to use", ("zh", "en")
        ),
    ),
    note="ROUGE-L is that of pltrdy. The program scores 0 where it reaches Python's recursion "
    "limit, at about 1,000 words; here such a text gets the value of the formula. The "
    "marks that F1 drops include 》 but not 《.",
)


# Its list for Chinese lacks "《", which therefore stays in the words.
_MARKS = dict.fromkeys(
    map(
        ord,
        f"{string.punctuation}！？｡。＂＃＄％＆＇（）＊＋，－／：；＜＝＞＠［＼］＾＿｀｛｜｝～｟｠｢｣､、"
        "〃》「」『』【】〔〕〖〗〘〙〚〛〜〝〞〟〰〾〿–—‘’‛“”„‟…‧﹏.",
    )
)


def _words(text: str) -> list[str]:
    normal = ("".join(word.lower().translate(_MARKS).split()) for word in jieba_words(text))
    return [word for word in normal if word]


LONGBENCH_WORDS = jieba_view(
    "jieba,raw+longbench", _words, "words by jieba, lowercased, without LongBench's marks"
)
"""The tokens of ``qa_f1_zh_score``."""
