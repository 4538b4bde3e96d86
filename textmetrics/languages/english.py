"""English: words by Unicode."""

from __future__ import annotations

from textmetrics.languages.language import Language
from textmetrics.languages.words import WORDS

__all__ = ["ENGLISH"]

ENGLISH = Language("en", "English", WORDS, scripts=("Latin",), stopwords=True)
