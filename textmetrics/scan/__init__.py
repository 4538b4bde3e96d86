"""Texts become ids, by the definition or by its twin in C++."""

from __future__ import annotations

from textmetrics.scan.batch import Batch, encode
from textmetrics.scan.encoded import Encoded, Facts, assemble
from textmetrics.scan.judge import CONTAINED, LETTER, Judge, number_judge
from textmetrics.scan.reference import ported, scored_texts
from textmetrics.scan.registry import Scan, scanner
from textmetrics.scan.texts import KeptTexts, Texts, are_texts
from textmetrics.scan.view import BREAK, NativeSplit, View
from textmetrics.scan.views import ViewEncoder, text_facts, view_encoder

__all__ = [
    "BREAK",
    "CONTAINED",
    "LETTER",
    "Batch",
    "Encoded",
    "Facts",
    "Judge",
    "KeptTexts",
    "NativeSplit",
    "Scan",
    "Texts",
    "View",
    "ViewEncoder",
    "are_texts",
    "assemble",
    "encode",
    "number_judge",
    "ported",
    "scanner",
    "scored_texts",
    "text_facts",
    "view_encoder",
]
