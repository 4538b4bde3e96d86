"""What evaluation harnesses do to a text before a ROUGE program splits it."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial

from textmetrics.presets.jieba_words import jieba_view, jieba_words, spaced
from textmetrics.presets.plain import WHITESPACE
from textmetrics.presets.pltrdy_tokens import words_by_sentence, words_of_all
from textmetrics.presets.rouge_chinese_tokens import words_of_sentences
from textmetrics.presets.sacrebleu_tokens import sacrebleu_view
from textmetrics.scan.view import NativeSplit, View

__all__ = [
    "EVALSCOPE",
    "EVALSCOPE_ZH",
    "LONGBENCH_ZH",
    "MS_SWIFT",
    "MS_SWIFT_SENTENCES",
    "MS_SWIFT_WORDS",
    "OPENCOMPASS",
    "OPENCOMPASS_TEXT",
    "PLTRDY_JIEBA",
    "opencompass_text",
]

_CUT = re.compile(r"[\n.,]")
_MARK = re.compile(r"[^\w\s]")
_ARTICLE = re.compile(r"\b(?:a|an|the)\b", re.IGNORECASE)
_CHINESE = re.compile("[\u4e00-\u9fa5]")

EVALSCOPE = WHITESPACE


def _stripped(text: str) -> list[str]:
    return [word for piece in jieba_words(text) if (word := piece.strip(" "))]


def _ms_swift(text: str, split: Callable[[str], list[str]]) -> list[str]:
    stripped = " ".join(_stripped(text))
    # Only what has no piece at all is left out of the mean. `rouge` has no word for full stops
    # alone, and stops there; here they are a word, which matches nothing but their like.
    return split(stripped) or ["."] * bool(stripped)


MS_SWIFT_WORDS = jieba_view(
    "jieba,stripped",
    _stripped,
    "pieces of jieba.cut but spaces",
    native=NativeSplit("pieces", "jieba_stripped"),
)
MS_SWIFT = jieba_view(
    "jieba,stripped+rouge",
    lambda text: _ms_swift(text, words_of_all),
    "pieces of jieba.cut but spaces, then as rouge",
    native=NativeSplit("rouge", "jieba_stripped"),
)
MS_SWIFT_SENTENCES = jieba_view(
    "jieba,stripped+rouge,sentences",
    lambda text: _ms_swift(text, words_by_sentence),
    "pieces of jieba.cut but spaces, then as rouge, a sentence to each full stop",
    sentences=True,
    native=NativeSplit("rouge_sentences", "jieba_stripped"),
)
PLTRDY_JIEBA = jieba_view(
    "jieba,raw+rouge",
    lambda text: words_of_all(spaced(text)),
    "all pieces of jieba.cut, then as rouge",
    native=NativeSplit("rouge", "jieba"),
)
LONGBENCH_ZH = jieba_view(
    "jieba,raw+rouge,sentences",
    lambda text: words_by_sentence(spaced(text)),
    "all pieces of jieba.cut, then as rouge, a sentence to each full stop",
    sentences=True,
    native=NativeSplit("rouge_sentences", "jieba"),
)


def opencompass_text(text: str) -> str:
    """Do OpenCompass's general postprocessing: of 3.14 the 3 is left.

    What follows the first line break, ``.`` or ``,`` goes, then marks, then the English articles.
    """
    text = _CUT.split(text, maxsplit=1)[0]
    return " ".join(_ARTICLE.sub("", _MARK.sub("", text)).split())


OPENCOMPASS_TEXT = View(
    "opencompass,text",
    lambda text: [whole] if (whole := opencompass_text(text)) else [],
    "the whole text, cut at the first line break, full stop or comma, without marks and articles",
    native=NativeSplit("whole", before=opencompass_text),
)
OPENCOMPASS = jieba_view(
    "opencompass,jieba,raw+rouge_chinese",
    lambda text: words_of_sentences(spaced(opencompass_text(text))),
    "cut at the first line break, full stop or comma, without marks and articles; all pieces of"
    " jieba.cut, then as rouge_chinese",
    native=NativeSplit("rouge_chinese", "jieba", before=opencompass_text),
)


def _flexeval(tokens: Callable[[str], list[str]], text: str) -> str:
    text = " ".join(tokens(text))
    return " " if text in ("", ".") else text


def _pieces(text: str) -> list[str]:
    return text.split(" ")


# These keep the white space at the ends, which makes a sentence of its own after a full stop.
_WITH_SPACES: dict[str, Callable[[str], list[str]]] = {"char": list, "none": _pieces}


def flexeval_view(tokenizer: str = "whitespace", *, sentences: bool = False) -> View:
    """Give the words that flexeval's ROUGE counts.

    Args:
        tokenizer: ``whitespace``, or one of sacrebleu's.
        sentences: whether it is the view of ROUGE-L.

    Raises:
        ImportError: if ``ja-mecab`` is asked for and its packages are missing.
    """
    name, words = "", WHITESPACE
    if tokenizer != "whitespace":
        words = sacrebleu_view(tokenizer)
        name = f"{words.name},"
    prepared = partial(_flexeval, _WITH_SPACES.get(tokenizer, words.tokens))
    split = words_by_sentence if sentences else words_of_all
    return View(
        f"{name}flexeval,rouge{',sentences' * sentences}",
        lambda text: split(prepared(text)),
        f"{words.summary}, an empty one where there is none; then as rouge"
        + ", a sentence to each full stop" * sentences,
        sentences=sentences,
        native=NativeSplit("rouge_sentences" if sentences else "rouge", before=prepared),
    )


EVALSCOPE_ZH = jieba_view(
    "evalscope,jieba,raw+rouge_chinese",
    lambda text: words_of_sentences(spaced(text) if _CHINESE.search(text) else text),
    "all pieces of jieba.cut, or the text itself if it has no Chinese; then as rouge_chinese",
)
