"""``rouge-chinese`` 1.0.3: ROUGE of distinct n-grams, of text whose words are divided by spaces."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from textmetrics.metrics import Metric
from textmetrics.presets.jieba_words import jieba_view, spaced
from textmetrics.presets.ngram_sets import (
    EPSILON,
    SETS,
    TOKENIZER,
    rouge_n_of_sets,
    rouge_plain_l,
)
from textmetrics.presets.preset import Preset
from textmetrics.scan import NativeSplit, View

__all__ = ["JIEBA_ROUGE_CHINESE", "PRESET", "ROUGE_CHINESE", "rouge_of", "words_of_sentences"]


def _metrics(*, tokenizer: str) -> Iterator[Metric]:
    words = JIEBA_ROUGE_CHINESE if tokenizer == "jieba" else ROUGE_CHINESE
    yield from rouge_of(words)
    for n in (3, 4, 5):
        yield replace(rouge_n_of_sets(n), view=words)


def rouge_of(words: View, *, headline: str = "f1") -> Iterator[Metric]:
    """Yield ROUGE-1, 2 and L as rouge-chinese computes them, of some words.

    Args:
        words: the view.
        headline: the part that stands for each metric, ``f1`` or ``recall``.
    """
    for n in (1, 2):
        yield replace(rouge_n_of_sets(n, headline=headline), view=words)
    yield replace(rouge_plain_l(headline=headline), view=words)


PRESET = Preset(
    name="rouge_chinese",
    summary="ROUGE as rouge-chinese 1.0.3 computes it from words divided by spaces: F1",
    source="rouge-chinese 1.0.3",
    make=_metrics,
    usual=("rouge_1", "rouge_2", "rouge_l"),
    options=(TOKENIZER,),
    note=f"{EPSILON} {SETS} An empty line has one word, the empty one. A sentence mark inside a "
    "word divides it, but of several only the first: 。。。 becomes the words 。 and 。。. "
    "An empty text, at which the program fails, scores 0.",
)


# Where a sentence ends, if a character follows that does not close a quotation, or one that does
# not go on with it. The second character becomes the first of the next sentence, and is not looked
# at again: "。。。" ends one sentence, not two.
_ENDS = tuple(
    re.compile(ends)
    for ends in (
        "([。！？?])([^”’])",
        r"(\.{6})([^”’])",
        "(…{2})([^”’])",
        "([。！？?][”’])([^，。！？?])",
    )
)
# What any of it needs to matter to words: a line's end, or an end of a sentence within a word.
_MATTERS = re.compile(r"\n|[。！？?]\S|\.{6}|…{2}")


def words_of_sentences(text: str) -> list[str]:
    """Return the words of all sentences, one after the other.

    A sentence of nothing but white space, as between two line breaks, has one word, the empty one.
    """
    if _MATTERS.search(text) is None:
        return text.split()
    for ends in _ENDS:
        text = ends.sub("\\1\n\\2", text)
    words: list[str] = []
    for sentence in text.rstrip().split("\n"):
        if sentence:
            words += sentence.split() or [""]
    return words


ROUGE_CHINESE = View(
    "rouge_chinese",
    words_of_sentences,
    "words divided by spaces; a sentence of white space is one empty word",
    native=NativeSplit("rouge_chinese"),
    spaced=True,
)
JIEBA_ROUGE_CHINESE = jieba_view(
    "jieba,raw+rouge_chinese",
    lambda text: words_of_sentences(spaced(text)),
    "all pieces of jieba.cut, then as rouge_chinese",
    native=NativeSplit("rouge_chinese", "jieba"),
)
"""As in Qianfan and LLaMA-Factory: jieba returns white space as a piece, which then divides words
or ends a line."""
