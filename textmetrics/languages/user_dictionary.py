"""jieba with a user dictionary, apart from the jieba that all of a process share."""

from __future__ import annotations

import io
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from textmetrics.languages.chinese import JiebaTokenizer, dictionary_of
from textmetrics.languages.segmentation import Cutter

__all__ = ["UserDictionary"]

# How jieba reads a line.
_ENTRY = r"(.+?)( [0-9]+)?( [a-z]+)?"


@dataclass(frozen=True, repr=False)
class UserDictionary:
    """Words that jieba cuts by beside those of its own dictionary.

    With it jieba cuts as ``jieba.Tokenizer()`` does after ``load_userdict`` in a process where
    jieba is otherwise unchanged. What the process changes in its jieba does not take part, nor
    does this change that jieba. What is made of it is kept for the next time.

    Attributes:
        content: a line a word, UTF-8: the word, then its frequency and a tag, if any, a space
            before each. A frequency of 0 divides the word wherever it would come out. Texts are
            normalised before they are cut, so words should be (GPU, not ＧＰＵ).
    """

    content: bytes

    @classmethod
    def read(cls, path: str | os.PathLike[str]) -> UserDictionary:
        """Read a file.

        Raises:
            OSError: if the file cannot be read.
            ValueError: if it is not UTF-8, or has a word with white space.
        """
        with open(path, "rb") as file:
            content = file.read()
        _check(os.fspath(path), content)
        return cls(content)

    def tokenizer(self) -> JiebaTokenizer:
        """Give jieba with this dictionary; one for all that have the same words."""
        return _tokenizer(self)

    def load(self) -> Cutter:
        """Give the cuts of jieba itself; nothing is loaded before the first."""
        return self.lcut  # without what is loaded, which is large

    def lcut(self, text: str) -> Sequence[str]:
        """Cut a text as jieba itself does."""
        tokens: list[str] = _jieba(self.content).lcut(text)
        return tokens

    def segmenter(self) -> Any | None:
        """Give what cuts in C++; ``None`` where jieba is not one that it knows."""
        return _ported(self.content).segmenter

    def signature(self) -> str:
        """Give jieba's version, and a hash of the words."""
        return _ported(self.content).signature

    def __repr__(self) -> str:
        """Show the hash, not all words."""
        return f"<user dictionary {_digest(self.content)}>"


@lru_cache(maxsize=16)
def _tokenizer(words: UserDictionary) -> JiebaTokenizer:
    return JiebaTokenizer(
        "jieba",
        "Chinese words by jieba with a user dictionary",
        words.load,
        words.signature,
        segmenter=words.segmenter,
    )


def _check(path: str, content: bytes) -> None:
    """Look for what jieba refuses without a line, and for what is no word."""
    for number, line in enumerate(content.split(b"\n"), 1):
        try:
            text = line.decode("utf-8")
        except UnicodeDecodeError as error:
            raise ValueError(
                f"{path}, line {number}: not UTF-8 at byte {error.start + 1}; save the user "
                "dictionary as UTF-8"
            ) from error
        entry = re.fullmatch(_ENTRY, text.strip().lstrip("\ufeff"))
        if entry and re.search(r"\s", entry[1]):
            raise ValueError(
                f"{path}, line {number}: {entry[1]!r} would be one word, which no text has; put "
                "one space before the frequency and before the tag, which is in small letters"
            )


def _jieba(content: bytes) -> Any:
    """Give a jieba that has the words too."""
    from textmetrics.languages.jieba_itself import loading

    with loading():  # so that threads do not load the same one
        return _loaded_jieba(content)


@lru_cache(maxsize=1)  # it is large, and only the definition needs it
def _loaded_jieba(content: bytes) -> Any:
    return _made(content)[0]


def _made(content: bytes) -> tuple[Any, str]:
    """Load another jieba with the words, and give what its own dictionary is beside it."""
    from textmetrics.languages.jieba_itself import another_jieba
    from textmetrics.languages.jieba_port import folder

    jieba = another_jieba(folder())
    dictionary = dictionary_of(jieba)
    jieba.load_userdict(io.BytesIO(content))
    return jieba, dictionary


class _Ported(NamedTuple):
    segmenter: Any | None
    signature: str


def _ported(content: bytes) -> _Ported:
    """Give what cuts in C++."""
    from textmetrics.languages.jieba_itself import loading

    with loading():
        return _made_port(content)


@lru_cache(maxsize=4)
def _made_port(content: bytes) -> _Ported:
    from textmetrics.languages.jieba_native import segmenter_of

    jieba, dictionary = _made(content)  # not kept
    return _Ported(segmenter_of(jieba), f"{dictionary}-user-{_digest(content)}")


def _digest(content: bytes) -> str:
    """Give the first eight hex digits of a hash of the lines that say something."""
    from hashlib import sha256

    lines = (line.strip().decode().lstrip("\ufeff") for line in content.split(b"\n"))
    return sha256("\n".join(line for line in lines if line).encode()).hexdigest()[:8]
