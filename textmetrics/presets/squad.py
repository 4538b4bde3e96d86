"""SQuAD v1.1: exact match and F1 of answers in English."""

from __future__ import annotations

import re
import string
from collections.abc import Iterator
from dataclasses import replace

from textmetrics.metrics import Metric, exact_match, token_f1
from textmetrics.presets.preset import Preset
from textmetrics.scan import NativeSplit, View

__all__ = ["PRESET", "SQUAD"]


def _metrics() -> Iterator[Metric]:
    source = "SQuAD v1.1 (Rajpurkar et al., 2016)"
    yield replace(exact_match(source=source), view=SQUAD)
    yield replace(token_f1(source=source), view=SQUAD)


PRESET = Preset(
    name="squad",
    summary="exact match and F1 of answers in English as in SQuAD, best reference",
    source="SQuAD v1.1; torchmetrics `squad`",
    make=_metrics,
    several=True,
    note="Articles and ASCII punctuation are removed without a replacement: U.S. becomes us. "
    "Two empty answers match. torchmetrics sums samples in single precision, so its last "
    "digits differ.",
)


_MARKS = dict.fromkeys(map(ord, string.punctuation))
_ARTICLE = re.compile(r"\b(?:a|an|the)\b")


def _normalized(text: str) -> str:
    return _ARTICLE.sub(" ", text.lower().translate(_MARKS))


SQUAD = View(
    "squad",
    lambda text: _normalized(text).split(),
    "English words, lowercased, without ASCII punctuation and the articles a, an, the",
    native=NativeSplit("whitespace", before=_normalized),
)
