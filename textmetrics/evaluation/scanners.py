"""One scanner for all that would make the same."""

from __future__ import annotations

from functools import lru_cache

from textmetrics.languages import Analyzer, Language, Stopwords, Tokenizer
from textmetrics.scan import Scanner, scanner

__all__ = ["shared_scanner"]


@lru_cache(maxsize=64)
def shared_scanner(
    language: Language, stopwords: Stopwords, tokenizer: Tokenizer, backend: str
) -> Scanner:
    """Give one scanner for all evaluators that would make the same: its tables take time."""
    return scanner(Analyzer(language, stopwords, tokenizer), backend)
