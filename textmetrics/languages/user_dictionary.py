"""jieba with a user dictionary, apart from the jieba that all of a process share."""

from __future__ import annotations

import io
import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import Any

from textmetrics.languages.chinese import JiebaTokenizer, dictionary_of
from textmetrics.languages.jieba_itself import LOADING, another_jieba
from textmetrics.languages.jieba_known import folder
from textmetrics.languages.jieba_native import segmenter_of
from textmetrics.languages.segmentation import Cutter

__all__ = ["jieba_with"]


def jieba_with(path: str | os.PathLike[str]) -> JiebaTokenizer:
    """Give jieba with its own dictionary and a user dictionary.

    It cuts as ``jieba.Tokenizer()`` does after ``load_userdict(path)`` in a process where jieba is
    otherwise unchanged. What the process changes in its jieba does not take part, nor does the file
    change that jieba. The file is read now; what is made of it is kept for the next time.

    Args:
        path: a file in UTF-8 with a line a word: the word, then its frequency and a tag, if any, a
            space before each. A frequency of 0 divides the word wherever it would come out. Texts
            are normalised before they are cut, so words should be (GPU, not ＧＰＵ).

    Raises:
        OSError: if the file cannot be read.
        ValueError: if it is not UTF-8, or has a tab within a line.

    Examples:
        >>> jieba_with("words.txt").name  # doctest: +SKIP
        'jieba'
    """
    with open(path, "rb") as file:
        content = file.read()
    _check(os.fspath(path), content)
    user = _User(content)
    return JiebaTokenizer(
        "jieba",
        "Chinese words by jieba with a user dictionary",
        user.load,
        user.signature,
        segmenter=user.segmenter,
    )


def _check(path: str, content: bytes) -> None:
    """Look for what jieba refuses without a line, and for what it takes into the word."""
    for number, line in enumerate(content.split(b"\n"), 1):
        try:
            text = line.decode("utf-8")
        except UnicodeDecodeError as error:
            raise ValueError(
                f"{path}, line {number}: not UTF-8 at byte {error.start + 1}; save the user "
                "dictionary as UTF-8"
            ) from error
        if "\t" in text.strip():
            raise ValueError(
                f"{path}, line {number}: a tab; jieba wants a space between a word, its frequency "
                "and its tag"
            )


@dataclass(frozen=True)
class _User:
    """A user dictionary, and what is made of it when it is asked for."""

    content: bytes

    def load(self) -> Cutter:
        return self.lcut  # without what is loaded, which is large

    def lcut(self, text: str) -> Sequence[str]:
        tokens: list[str] = _loaded(self.content).jieba.lcut(text)
        return tokens

    def segmenter(self) -> Any | None:
        return _loaded(self.content).segmenter

    def signature(self) -> str:
        return _loaded(self.content).signature


@dataclass(frozen=True)
class _Loaded:
    jieba: Any
    segmenter: Any | None
    signature: str


def _loaded(content: bytes) -> _Loaded:
    with LOADING:  # so that threads do not load the same one
        return _load(content)


@lru_cache(maxsize=4)
def _load(content: bytes) -> _Loaded:
    jieba = another_jieba(folder())
    dictionary = dictionary_of(jieba)
    jieba.load_userdict(io.BytesIO(content))
    lines = (line.strip().decode().lstrip("\ufeff") for line in content.split(b"\n"))
    digest = sha256("\n".join(line for line in lines if line).encode()).hexdigest()[:8]
    return _Loaded(jieba, segmenter_of(jieba), f"{dictionary}-user-{digest}")
