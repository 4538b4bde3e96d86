"""CMRC 2018: exact match and F1 of answers in Chinese."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from textmetrics.metrics import Metric, exact_match, token_f1
from textmetrics.presets.preset import Preset
from textmetrics.presets.punkt import nltk_words, punkt_described
from textmetrics.scan import NativeSplit, View

__all__ = ["CMRC_SEGMENTS", "CMRC_TEXT", "PRESET"]


def _metrics() -> Iterator[Metric]:
    source = "CMRC 2018 (Cui et al., 2019)"
    yield replace(exact_match(source=source), view=CMRC_TEXT)
    f1 = token_f1(match="longest_run", both_empty=False, source=source)
    yield replace(f1, view=CMRC_SEGMENTS)


PRESET = Preset(
    name="cmrc2018",
    summary="exact match and F1 of answers in Chinese as in CMRC 2018, best reference",
    source="CMRC 2018, cmrc2018_evaluate.py, 5c81039ef856",
    make=_metrics,
    several=True,
    note="F1 is computed from the longest common run of tokens. Two answers of nothing but "
    "marks are an exact match with an F1 of 0. The ellipsis is not among the marks. What is "
    "between Chinese characters is cut by nltk, with its sentence model, in lower case: install "
    "the extra punkt, or words differ at full stops inside it, and the signature of F1 shows "
    "no-punkt.",
)


# Its "……" is two characters, which no single one equals, so that an ellipsis stays.
_MARKS = dict.fromkeys(map(ord, "-:_*^/\\~`+=，。：？！“”；’《》·、「」（）－～『』"))
_HAN = re.compile("([\u4e00-\u9fa5])")


def _normalized(text: str) -> str:
    return text.lower().strip().translate(_MARKS)


def _segments(text: str) -> list[str]:
    segments: list[str] = []
    for index, part in enumerate(_HAN.split(_normalized(text))):
        # Every second part is a character that the text was split at.
        if index % 2:
            segments.append(part)
        elif part:
            segments += nltk_words(part)
    return segments


CMRC_TEXT = View(
    "cmrc2018-text",
    lambda text: [whole] if (whole := _normalized(text)) else [],
    "the whole text, lowercased, without CMRC 2018's marks",
    native=NativeSplit("whole", before=partial(map, _normalized)),
)
CMRC_SEGMENTS = View(
    "cmrc2018",
    _segments,
    "Chinese characters, and other words as nltk cuts them, lowercased, without CMRC 2018's marks",
    signature=lambda: f"cmrc2018,{punkt_described()}",
)
