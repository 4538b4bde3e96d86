"""JSQuAD of JGLUE: exact match and character F1 of answers in Japanese."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from textmetrics.metrics import Metric, exact_match, token_f1
from textmetrics.presets.preset import Preset
from textmetrics.scan import NativeSplit, View

__all__ = ["JAPANESE_CHARACTERS", "PRESET"]


def _metrics() -> Iterator[Metric]:
    source = "JSQuAD of JGLUE (Kurihara et al., 2022)"
    yield replace(exact_match(source=source), view=JAPANESE_CHARACTERS)
    yield replace(token_f1("char_f1", "Character F1", source=source), view=JAPANESE_CHARACTERS)


PRESET = Preset(
    name="japanese_qa",
    summary="exact match and character F1 of answers in Japanese after NFKC, best reference",
    source="JSQuAD of JGLUE",
    make=_metrics,
    several=True,
    note="F1 is of characters as a multiset. Letter case and inner spaces count.",
)


def _normalized(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip()


JAPANESE_CHARACTERS = View(
    "characters+nfkc",
    lambda text: list(_normalized(text)),
    "characters after NFKC, white space at the ends left out",
    native=NativeSplit("characters", before=partial(map, _normalized)),
)
