"""The words of ``rouge-chinese`` 1.0.3, of text whose words are divided by spaces."""

from __future__ import annotations

import re

from textmetrics.presets.jieba_words import jieba_view, spaced
from textmetrics.scan.view import NativeSplit, View

__all__ = ["JIEBA_ROUGE_CHINESE", "ROUGE_CHINESE", "words_of_sentences"]

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
    """Give the words of all sentences, one after the other.

    A sentence of nothing but white space, as between two line breaks, has one word: the empty one.
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
"""As Qianfan and LLaMA-Factory have it: white space is cut off as a piece, and is then white space
between words, or a line's end."""
