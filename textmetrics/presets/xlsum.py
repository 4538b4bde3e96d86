"""XL-Sum's multilingual ROUGE: for Chinese, English and languages with words between spaces."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from typing import Any

from textmetrics.kernels import ORDERS
from textmetrics.metrics import Metric
from textmetrics.presets.jieba_words import jieba_view, jieba_words
from textmetrics.presets.porter import stem
from textmetrics.presets.preset import Preset, PresetOption
from textmetrics.presets.rouge_score import rouge_l, rouge_lsum, rouge_n
from textmetrics.scan import BREAK, NativeSplit, View

__all__ = ["PRESET"]

_SOURCE = "XL-Sum, multilingual_rouge_scoring (Hasan et al., 2021)"


def _metrics(*, language: str, use_stemmer: bool) -> Iterator[Metric]:
    if language == "english" and use_stemmer:
        raise ValueError(
            "use_stemmer=True needs nltk's Snowball stemmer for english, which is not there: leave "
            "use_stemmer or language out"
        )
    stemmed = stem if use_stemmer and language != "chinese" else None
    words = _CHINESE if language == "chinese" else _split("xlsum", _words, stemmed)
    for metric in (*map(rouge_n, ORDERS), rouge_l()):
        yield replace(metric, view=words, source=_SOURCE)
    yield replace(rouge_lsum(), view=_lines(stemmed), source=_SOURCE)


# --- tokens -------------------------------------------------------------------------------------


class _Cleaned(dict[int, str | None]):
    """What becomes of each character: marks and ASCII symbols are breaks, controls are dropped."""

    def __missing__(self, code: int) -> str | None:
        character = chr(code)
        category = unicodedata.category(character)
        ascii_symbol = code < 128 and category[0] == "S"
        cleaned: str | None = character
        if character in "\t\n\r" or category == "Zs" or category[0] == "P" or ascii_symbol:
            cleaned = " "
        elif category[0] == "C" or character == "\ufffd":
            cleaned = None
        self[code] = cleaned
        return cleaned


_CLEANED = _Cleaned()


def _pieces(text: str) -> str:
    """Return what is between marks and spaces, joined by single spaces."""
    return " ".join(text.lower().translate(_CLEANED).split())


@cache
def _token() -> Any:
    """Compile what pyonmttok's aggressive mode takes for a token."""
    import regex

    return regex.compile(r"(?:\p{L}\p{M}*)+|(?:\p{N}\p{M}*)+|\S\p{M}*")


_HAN = re.compile(
    "[\u4e00-\u9fff\u3400-\u4dbf\U00020000-\U0002a6df\U0002a700-\U0002ceaf\uf900-\ufaff"
    "\U0002f800-\U0002fa1f]"
)
# A combining mark after a space gets what pyonmttok writes for the space it would belong to.
_ESCAPED = "\uff050020"
# pyonmttok keeps these for itself, and writes others in their place.
_REPLACED = str.maketrans("\u2581\uffed\uffe8", "_\u25a0\u2502")


def _words(text: str) -> list[str]:
    pieces = _pieces(text)
    words = []
    for found in _token().finditer(pieces):
        start, word = found.start(), found.group()
        alone = start and pieces[start - 1] == " " and unicodedata.category(word[0])[0] == "M"
        words.append(_ESCAPED + word if alone else word)
    return _HAN.sub(r" \g<0> ", " ".join(words)).translate(_REPLACED).split()


def _split(
    name: str, words: Callable[[str], list[str]], stemmed: Callable[[str], str] | None
) -> View:
    return View(
        name + "+porter" * (stemmed is not None),
        lambda text: _stems(words(text), stemmed),
        "runs of letters, runs of digits, Han characters, in lower case without marks",
        native=NativeSplit("whitespace", before=lambda text: " ".join(words(text)), stem=stemmed),
        spaced=True,
    )


def _stems(words: list[str], stemmed: Callable[[str], str] | None) -> list[str]:
    return [stemmed(word) if len(word) > 3 else word for word in words] if stemmed else words


def _lines(stemmed: Callable[[str], str] | None) -> View:
    def lines(text: str) -> list[str]:
        tokens: list[str] = []
        for line in text.split("\n"):
            tokens += [BREAK, *_stems(_pieces(line).split(), stemmed)]
        return tokens[1:]

    return View(
        "xlsum,lines" + "+porter" * (stemmed is not None),
        lines,
        "words between spaces and marks, in lower case, one line per sentence",
        sentences=True,
        spaced=True,
    )


_CHINESE = jieba_view(
    "xlsum,jieba",
    lambda text: jieba_words(_pieces(text)),
    "jieba's words in lower case without marks, and the spaces where marks were",
    native=NativeSplit("pieces", "jieba", before=_pieces),
)


PRESET = Preset(
    name="xlsum",
    summary="ROUGE as XL-Sum's multilingual_rouge_scoring computes it: F1",
    source="csebuetnlp/xl-sum, multilingual_rouge_scoring at afcd803c8d7c",
    make=_metrics,
    usual=("rouge_1", "rouge_2", "rouge_l", "rouge_lsum"),
    options=(
        PresetOption(
            "language",
            "",
            "the program's lang, which decides words and stemmer; by default none",
            ("chinese", "english"),
        ),
        PresetOption("use_stemmer", False, "stem words of four letters and more", shown=False),
    ),
    note="Punctuation and ASCII symbols are breaks between words. For Chinese, jieba also returns "
    "the spaces where they were, which count as tokens, and there is no stemmer. Other languages "
    "have words between spaces, cut between letters and digits, and single Han characters. "
    "ROUGE-Lsum never cuts words: a line of Chinese between two marks is one. The stemmer without "
    "a language is Porter's; Japanese, Thai and the stemmers of languages are not built. The "
    "program's rouge.py writes the middle of a bootstrap; here the mean of the samples is.",
)
