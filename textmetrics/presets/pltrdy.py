"""The words of ``rouge`` 1.0.1, by pltrdy: white space divides words, full stops sentences."""

from __future__ import annotations

from textmetrics.scan.view import BREAK, NativeSplit, View

__all__ = ["PLTRDY", "PLTRDY_SENTENCES", "words_by_sentence", "words_of_all"]


def words_by_sentence(text: str) -> list[str]:
    """Give the words with a break between sentences.

    Every ``.`` ends a sentence, that of 3.14 too. A sentence of nothing but white space has one
    word: the empty one.
    """
    tokens: list[str] = []
    for sentence in text.split("."):
        if sentence:
            tokens += [BREAK, *(sentence.split() or [""])]
    return tokens[1:]


def words_of_all(text: str) -> list[str]:
    """Give the words of all sentences, one after the other."""
    return [token for token in words_by_sentence(text) if token != BREAK]


PLTRDY = View(
    "rouge",
    words_of_all,
    "words by white space; a full stop is white space too",
    native=NativeSplit("rouge"),
    spaced=True,
)
PLTRDY_SENTENCES = View(
    "rouge,sentences",
    words_by_sentence,
    "as rouge, a sentence to each full stop",
    sentences=True,
    native=NativeSplit("rouge_sentences"),
    spaced=True,
)
