"""Words as programs that call ``jieba.cut`` get them: all pieces, including white space."""

from __future__ import annotations

from collections.abc import Callable

from textmetrics.languages import JIEBA, Segmentation
from textmetrics.scan import NativeSplit, View

__all__ = ["JIEBA_WORDS", "jieba_view", "jieba_words", "spaced"]


def jieba_words(text: str) -> list[str]:
    """Return what ``list(jieba.cut(text))`` does; the concatenated pieces are the text.

    It uses jieba's dictionary as it is at the time of the call.

    Examples:
        >>> jieba_words("我们 去北京")
        ['我们', ' ', '去', '北京']
    """
    cut = JIEBA.lcut(text)
    return list(cut.surfaces if isinstance(cut, Segmentation) else cut)


def spaced(text: str) -> str:
    """Return the pieces joined by spaces, as ROUGE programs expect a text."""
    return " ".join(jieba_words(text))


def jieba_view(
    name: str,
    tokens: Callable[[str], list[str]],
    summary: str,
    *,
    sentences: bool = False,
    native: NativeSplit | None = None,
) -> View:
    """Return a view whose tokens jieba decides.

    Args:
        name: contains ``jieba``, which signatures replace by its version and dictionary.
        tokens: as in `View`.
        summary: as in `View`.
        sentences: as in `View`.
        native: as in `View`.
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
