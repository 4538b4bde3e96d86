"""Texts become ids, by the definition or by its twin in C++."""

from __future__ import annotations

from textmetrics.scan.backends import Scanner, scanner, view_encoder
from textmetrics.scan.batch import Batch, Encoded, Facts, assemble, encode
from textmetrics.scan.definition import ported, scored_scopes, text_facts
from textmetrics.scan.hashes import Hashes, content_hashes, mixed, text_hashes
from textmetrics.scan.texts import KeptTexts, Texts, are_texts
from textmetrics.scan.view import (
    BREAK,
    CONTAINED,
    FORMULA,
    TRUTH,
    Judge,
    NativeSplit,
    View,
    letter_judge,
    letters_judge,
    number_judge,
)

__all__ = [
    "BREAK",
    "CONTAINED",
    "FORMULA",
    "TRUTH",
    "Batch",
    "Encoded",
    "Facts",
    "Hashes",
    "Judge",
    "KeptTexts",
    "NativeSplit",
    "Scanner",
    "Texts",
    "View",
    "are_texts",
    "assemble",
    "content_hashes",
    "encode",
    "letter_judge",
    "letters_judge",
    "mixed",
    "number_judge",
    "ported",
    "scanner",
    "scored_scopes",
    "text_facts",
    "text_hashes",
    "view_encoder",
]
