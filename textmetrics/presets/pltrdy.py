"""``rouge`` 1.0.1, by pltrdy: ROUGE of distinct n-grams; full stops divide sentences."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from textmetrics.metrics import Metric
from textmetrics.presets.jieba_words import jieba_view, spaced
from textmetrics.presets.ngram_sets import (
    EPSILON,
    SETS,
    TOKENIZER,
    rouge_n_of_sets,
    rouge_union_l,
)
from textmetrics.presets.preset import Preset
from textmetrics.scan import BREAK, NativeSplit, View

__all__ = [
    "PLTRDY",
    "PLTRDY_JIEBA_SENTENCES",
    "PLTRDY_SENTENCES",
    "PRESET",
    "words_by_sentence",
    "words_of_all",
]


def _metrics(*, tokenizer: str) -> Iterator[Metric]:
    words, sentences = PLTRDY, PLTRDY_SENTENCES
    if tokenizer == "jieba":
        words, sentences = _PLTRDY_JIEBA, PLTRDY_JIEBA_SENTENCES
    for n in (1, 2):
        yield replace(rouge_n_of_sets(n), view=words)
    yield replace(rouge_union_l(), view=sentences)
    for n in (3, 4, 5):
        yield replace(rouge_n_of_sets(n), view=words)


PRESET = Preset(
    name="pltrdy",
    summary="ROUGE as rouge 1.0.1 (by pltrdy) computes it: F1",
    source="rouge 1.0.1",
    make=_metrics,
    usual=("rouge_1", "rouge_2", "rouge_l"),
    options=(TOKENIZER,),
    note=f"{EPSILON} {SETS} Every full stop ends a sentence, even that of 3.14. ROUGE-L counts "
    "the distinct words in common subsequences of sentences. Texts of about 1,000 words, at which "
    "the program exceeds Python's recursion limit, get the value of its formula.",
)


def words_by_sentence(text: str) -> list[str]:
    """Return the words with a `BREAK` between sentences.

    Every ``.`` ends a sentence, that of 3.14 too. A sentence of nothing but white space has one
    word, the empty one.
    """
    tokens: list[str] = []
    for sentence in text.split("."):
        if sentence:
            tokens += [BREAK, *(sentence.split() or [""])]
    return tokens[1:]


def words_of_all(text: str) -> list[str]:
    """Return the words of all sentences, one after the other."""
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
    "as rouge, split into sentences at full stops",
    sentences=True,
    native=NativeSplit("rouge_sentences"),
    spaced=True,
)
_PLTRDY_JIEBA = jieba_view(
    "jieba,raw+rouge",
    lambda text: words_of_all(spaced(text)),
    "all pieces of jieba.cut, then as rouge",
    native=NativeSplit("rouge", "jieba"),
)
PLTRDY_JIEBA_SENTENCES = jieba_view(
    "jieba,raw+rouge,sentences",
    lambda text: words_by_sentence(spaced(text)),
    "all pieces of jieba.cut, then as rouge, split into sentences at full stops",
    sentences=True,
    native=NativeSplit("rouge_sentences", "jieba"),
)
