"""Answers as question-answering benchmarks compare them."""

from __future__ import annotations

import re
import string
import unicodedata
from collections.abc import Callable

from textmetrics.presets.jieba_words import jieba_view, jieba_words
from textmetrics.presets.treebank import TREEBANK
from textmetrics.scan.view import NativeSplit, View

__all__ = [
    "CMRC_SEGMENTS",
    "CMRC_TEXT",
    "EVALSCOPE_TEXT",
    "EVALSCOPE_WORDS",
    "JAPANESE_CHARACTERS",
    "LONGBENCH_WORDS",
    "SQUAD",
    "TEXT",
]

_ASCII_MARKS = dict.fromkeys(map(ord, string.punctuation))
_ARTICLE = re.compile(r"\b(?:a|an|the)\b")

# LongBench's list for Chinese. "《" is not in it, which leaves it in the words.
_LONGBENCH_MARKS = _ASCII_MARKS | dict.fromkeys(
    map(
        ord,
        "！？｡。＂＃＄％＆＇（）＊＋，－／：；＜＝＞＠［＼］＾＿｀｛｜｝～｟｠｢｣､、〃》「」『』【】"
        "〔〕〖〗〘〙〚〛〜〝〞〟〰〾〿–—‘’‛“”„‟…‧﹏.",
    )
)

# CMRC 2018's list. Its "……" is two characters, which no single one equals: an ellipsis stays.
_CMRC_MARKS = dict.fromkeys(map(ord, "-:_*^/\\~`+=，。：？！“”；’《》·、「」（）－～『』"))
_HAN = re.compile("([\u4e00-\u9fa5])")


def _squad(text: str) -> str:
    return _ARTICLE.sub(" ", text.lower().translate(_ASCII_MARKS))


def _changed(change: Callable[[str], str], split: str, name: str, summary: str) -> View:
    """Give the view of a text that is changed, and then one token, or its words, or characters."""
    splits: dict[str, Callable[[str], list[str]]] = {
        "whole": lambda text: [text] if text else [],
        "whitespace": str.split,
        "characters": list,
    }
    tokens = splits[split]
    native = NativeSplit(split, before=change)
    return View(name, lambda text: tokens(change(text)), summary, native=native)


def _cmrc_text(text: str) -> str:
    return text.lower().strip().translate(_CMRC_MARKS)


def _cmrc_segments(text: str) -> list[str]:
    segments: list[str] = []
    for index, part in enumerate(_HAN.split(_cmrc_text(text))):
        # Every second part is what it was split at.
        segments += [part] if index % 2 else TREEBANK.tokens(part)
    return segments


def _evalscope_text(text: str) -> str:
    return f"|{text.strip()}" if text else ""


def _japanese(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip()


SQUAD = _changed(
    _squad,
    "whitespace",
    "squad",
    "English words, lowered, without ASCII punctuation and the articles a, an, the",
)
TEXT = _changed(str, "whole", "text", "the whole text as one token")
EVALSCOPE_TEXT = _changed(
    _evalscope_text,
    "characters",
    "characters+strip,marked",
    "a mark and the text's characters, white space at its ends left out; nothing if it is empty",
)
CMRC_TEXT = _changed(
    _cmrc_text, "whole", "cmrc2018-text", "the whole text, lowered, without CMRC 2018's marks"
)
CMRC_SEGMENTS = View(
    "cmrc2018",
    _cmrc_segments,
    "Chinese characters, and other words as nltk cuts them, lowered, without CMRC 2018's marks",
)
JAPANESE_CHARACTERS = _changed(
    _japanese,
    "characters",
    "characters+nfkc",
    "characters after NFKC, white space at the ends left out",
)


def _longbench(text: str) -> list[str]:
    normal = (
        "".join(word.lower().translate(_LONGBENCH_MARKS).split()) for word in jieba_words(text)
    )
    return [word for word in normal if word]


LONGBENCH_WORDS = jieba_view(
    "jieba,raw+longbench", _longbench, "words by jieba, lowered, without LongBench's marks"
)
"""What LongBench's ``qa_f1_zh_score`` counts."""


def _by_script(text: str) -> list[str]:
    return jieba_words(text) if _HAN.search(text) else TREEBANK.tokens(text)


# Each text is decided by itself, a prediction without regard to its reference.
EVALSCOPE_WORDS = jieba_view(
    f"jieba,raw,{TREEBANK.name}",
    _by_script,
    "words by jieba in a text with Chinese characters, else as nltk cuts them",
)
"""What EvalScope's BLEU counts."""
