"""What programs that call ``jieba.cut`` get: all pieces, white space among them."""

from __future__ import annotations

from collections.abc import Callable

from textmetrics.languages import JIEBA, Segmentation
from textmetrics.scan import NativeSplit, View

__all__ = ["JIEBA_WORDS", "jieba_view", "jieba_words", "spaced"]


def jieba_words(text: str) -> list[str]:
    """Give what ``list(jieba.cut(text))`` would; together they are the text.

    It follows jieba's dictionary as that is at the moment of the call.

    Examples:
        >>> jieba_words("我们 去北京")
        ['我们', ' ', '去', '北京']
    """
    cut = JIEBA.lcut(text)
    return list(cut.surfaces if isinstance(cut, Segmentation) else cut)


def spaced(text: str) -> str:
    """Give the pieces with a space between each two, which is how ROUGE programs want a text."""
    return " ".join(jieba_words(text))


def jieba_view(
    name: str,
    tokens: Callable[[str], list[str]],
    summary: str,
    *,
    sentences: bool = False,
    native: NativeSplit | None = None,
) -> View:
    """Make a view whose tokens jieba decides.

    Args:
        name: with ``jieba`` in it, where a signature shows version and dictionary.
        tokens: as `View` has it.
        summary: likewise.
        sentences: likewise.
        native: likewise.
    """

    def signature() -> str:
        return name.replace("jieba", JIEBA.described())

    return View(name, tokens, summary, sentences, signature, native)


JIEBA_WORDS = jieba_view(
    "jieba,raw",
    jieba_words,
    "words by jieba, white space among them",
    native=NativeSplit("pieces", "jieba"),
)
