"""Chinese: words by jieba."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from textmetrics.languages.jieba_itself import loaded_jieba
from textmetrics.languages.jieba_port import untouched
from textmetrics.languages.jieba_native import segmenter
from textmetrics.languages.language import Language
from textmetrics.languages.segmentation import Cutter, Segmentation, Tokenizer

__all__ = ["CHINESE", "JIEBA", "JiebaTokenizer"]

# What jieba 0.42.1 holds before anybody changes it: entries (prefixes among them), the sum of all
# frequencies, words that the HMM must not join, and what is left of their frequencies. Counted
# from its dictionary.
_UNCHANGED = ("0.42.1", 498_113, 60_101_967, 0, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class JiebaTokenizer(Tokenizer):
    """A tokeniser whose cuts are jieba's.

    Attributes:
        segmenter: gives the ``Jieba`` of `textmetrics._native` that cuts as it does at this moment;
            ``None`` where there is none.
    """

    segmenter: Callable[[], Any | None]

    def lcut(self, text: str) -> Segmentation | Sequence[str]:
        """Cut a text, in C++ where that is possible: jieba need not load its dictionary then."""
        native = self.segmenter()
        if native is None:
            return self.load()(text)
        tokens: list[str] = native.cut(text)
        return tokens

    def ported(self) -> Tokenizer:
        """Give the tokeniser with these cuts."""
        return replace(self, load=self._ported)

    def _ported(self) -> Cutter:
        return self.lcut


def _load() -> Cutter:
    cut: Cutter = loaded_jieba().lcut
    return cut


def _signature() -> str:
    """Give jieba's version, and a hash of its dictionary where the user changed that."""
    if untouched():
        return f"jieba-{_UNCHANGED[0]}"
    jieba = loaded_jieba()
    return _of_state(id(jieba.dt.FREQ), *_sizes(jieba))


@lru_cache(maxsize=8)
def _of_state(*state: object) -> str:  # noqa: ARG001 - the state is the cache's key
    return dictionary_of(loaded_jieba())


def dictionary_of(jieba: Any) -> str:
    """Give jieba's version, and a hash of its dictionary where that is not the shipped one.

    Args:
        jieba: the module, with its dictionary loaded. A hash takes half a second.
    """
    if _sizes(jieba) == _UNCHANGED:
        return f"jieba-{jieba.__version__}"
    from hashlib import sha256

    digest = sha256()
    for word, frequency in sorted(jieba.dt.FREQ.items()):
        digest.update(f"{word} {frequency}\n".encode())
    digest.update("\n".join(sorted(jieba.finalseg.Force_Split_Words)).encode())
    return f"jieba-{jieba.__version__}-dict-{digest.hexdigest()[:8]}"


def _sizes(jieba: Any) -> tuple[object, ...]:
    """Give what tells most changes, as `_UNCHANGED` has it."""
    words, splits = jieba.dt, jieba.finalseg.Force_Split_Words
    deleted = sum(words.FREQ.get(word, 0) for word in tuple(splits))
    return (jieba.__version__, len(words.FREQ), words.total, len(splits), deleted)


JIEBA = JiebaTokenizer(
    "jieba",
    "Chinese words by jieba (default dictionary, HMM for new words)",
    _load,
    _signature,
    segmenter=segmenter,
)
CHINESE = Language("zh", "Chinese", JIEBA, scripts=("Han",), stopwords=True)
