"""SQuAD v1.1: exact match and F1 of answers in English."""

from __future__ import annotations

import re
import string
from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from textmetrics.metrics import Metric, exact_match, token_f1
from textmetrics.presets.preset import Preset, PresetOption
from textmetrics.scan import NativeSplit, View

__all__ = ["PRESET", "SQUAD"]


def _metrics(*, program: str) -> Iterator[Metric]:
    source = "SQuAD v1.1 (Rajpurkar et al., 2016)"
    yield replace(exact_match(source=source), view=SQUAD)
    yield replace(token_f1(both_empty=program == "torchmetrics", source=source), view=SQUAD)


PRESET = Preset(
    name="squad",
    summary="exact match and F1 of answers in English as in SQuAD, best reference",
    source="SQuAD v1.1; Hugging Face evaluate, metrics/squad, a7dd338386a4",
    make=_metrics,
    several=True,
    options=(
        PresetOption(
            "program",
            "script",
            "whose F1: of two answers without a word, that of SQuAD's script is 0, that of "
            "torchmetrics is 1",
            ("script", "torchmetrics"),
            metrics=("f1",),
        ),
    ),
    note="Articles and ASCII punctuation are removed without a replacement: U.S. becomes us. "
    "Two answers without a word are an exact match, but their F1 is 0, as in Hugging Face's "
    "squad, which has the script's functions. torchmetrics gives them an F1 of 1 "
    "(program=torchmetrics), and sums samples in single precision, so its last digits differ.",
)


_MARKS = dict.fromkeys(map(ord, string.punctuation))
_ARTICLE = re.compile(r"\b(?:a|an|the)\b")


def _normalized(text: str) -> str:
    return _ARTICLE.sub(" ", text.lower().translate(_MARKS))


SQUAD = View(
    "squad",
    lambda text: _normalized(text).split(),
    "English words, lowercased, without ASCII punctuation and the articles a, an, the",
    native=NativeSplit("whitespace", before=partial(map, _normalized)),
)
