"""The tokenizers of sacrebleu 2.6.0 for BLEU, which other programs use too."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache, partial
from typing import Any, NamedTuple

from textmetrics.scan import NativeSplit, View

__all__ = ["SACREBLEU_TOKENIZERS", "sacrebleu_view"]

# The steps that 13a and zh share, after mteval-v13a. A full stop, a comma and a hyphen are tokens
# only beside the characters of the last three; the apostrophe never is.
_STEPS = (
    (re.compile(r"([!-&(-+/:-@\[-`{-~])"), r" \1 "),
    (re.compile(r"([^0-9])([.,])"), r"\1 \2 "),
    (re.compile(r"([.,])([^0-9])"), r" \1 \2"),
    (re.compile(r"([0-9])(-)"), r"\1 \2 "),
)
_ENTITIES = (("&quot;", '"'), ("&amp;", "&"), ("&lt;", "<"), ("&gt;", ">"))

# The characters that zh separates. Its source writes CJK Extension B with one digit too many,
# which makes it 2001 to 2A6D: dashes, quotation marks, arrows and mathematical signs are
# separated, but neither kana nor Extension B.
_ZH = (
    "\u2001-\u2a6d\u2e80-\u2fdf\u2ff0-\u303f\u3100-\u312f\u31a0-\u31ef\u3200-\u4db5\u4e00-\u9fbb"
    "\uf900-\ufa2d\ufa30-\ufa6a\ufa70-\ufad9\ufe10-\ufe1f\ufe30-\ufe4f\uff00-\uffef"
)
_ZH_CHARACTER = re.compile(f"([{_ZH}])")


def _by_steps(text: str) -> list[str]:
    for pattern, replacement in _STEPS:
        text = pattern.sub(replacement, text)
    return text.split()


def _13a(text: str) -> list[str]:
    text = text.replace("<skipped>", "").replace("-\n", "").replace("\n", " ")
    for entity, character in _ENTITIES:
        text = text.replace(entity, character)
    return _by_steps(f" {text} ")


def _zh(text: str) -> list[str]:
    return _by_steps(_ZH_CHARACTER.sub(r" \1 ", text.strip()))


@cache
def _intl_steps() -> tuple[tuple[Any, str], ...]:
    import regex

    return (
        (regex.compile(r"(\P{N})(\p{P})"), r"\1 \2 "),
        (regex.compile(r"(\p{P})(\P{N})"), r" \1 \2"),
        (regex.compile(r"(\p{S})"), r" \1 "),
    )


def _intl(text: str) -> list[str]:
    for pattern, replacement in _intl_steps():
        text = pattern.sub(replacement, text)
    return text.split()


def _char(text: str) -> list[str]:
    return list("".join(text.split()))


# Another dictionary, or a user dictionary, would yield other words under the same name.
_ENTRIES = 392_126


@cache
def _tagger() -> Any:
    try:
        import ipadic
        import MeCab
    except ImportError as error:
        raise ImportError(
            "the tokenizer ja-mecab needs MeCab and its IPA dictionary: "
            "pip install 'textmetrics-eval[ja-mecab]'"
        ) from error
    tagger = MeCab.Tagger(f"{ipadic.MECAB_ARGS} -Owakati")
    dictionary = tagger.dictionary_info()
    if dictionary.size != _ENTRIES or dictionary.next is not None:
        raise ImportError("ja-mecab needs the IPA dictionary as shipped, without a user dictionary")
    return tagger


def _mecab_words(text: str) -> list[str]:
    """Return MeCab's words; none for a text that it refuses."""
    words: str | None = _tagger().parse(text.strip())
    return (words or "").split()


def mecab_version() -> str:
    """Return MeCab's version, "0.996".

    Raises:
        ImportError: if MeCab or its dictionary is missing, with the extra to install.
    """
    version: str = _tagger().version()
    return version


class _Tokenizer(NamedTuple):
    tokens: Callable[[str], list[str]]
    summary: str
    split: str | None = None  # of native/split.h


SACREBLEU_TOKENIZERS = {
    "13a": _Tokenizer(_13a, "words and punctuation as in mteval-v13a, for Latin script", "mteval"),
    "intl": _Tokenizer(_intl, "words, punctuation and symbols of Unicode, as in mteval-v14"),
    "zh": _Tokenizer(_zh, "Chinese characters one by one, the rest as 13a", "mteval_zh"),
    "char": _Tokenizer(_char, "characters without white space", "visible"),
    "none": _Tokenizer(str.split, "words between white space", "whitespace"),
    "ja-mecab": _Tokenizer(_mecab_words, "Japanese words by MeCab with the IPA dictionary"),
}
"""By their names in sacrebleu's ``tokenize=``."""

_SPACED = ("13a", "intl", "none")


def sacrebleu_view(tokenizer: str = "13a", *, lowercase: bool = False) -> View:
    """Return the tokens that sacrebleu's BLEU counts.

    Args:
        tokenizer: one of `SACREBLEU_TOKENIZERS`.
        lowercase: whether to lower the text first.

    Raises:
        ValueError: if the tokenizer is unknown.
        ImportError: if the packages of ``ja-mecab`` are missing.

    Examples:
        >>> sacrebleu_view("13a").tokens("It's 3.5, not 3-4.")
        ["It's", '3.5', ',', 'not', '3', '-', '4', '.']
    """
    if tokenizer not in SACREBLEU_TOKENIZERS:
        known = ", ".join(SACREBLEU_TOKENIZERS)
        raise ValueError(f"unknown tokenizer {tokenizer!r} for sacrebleu; known: {known}")
    tokens, summary, split = SACREBLEU_TOKENIZERS[tokenizer]
    name = f"ja-mecab-{mecab_version()}-IPA" if tokenizer == "ja-mecab" else tokenizer

    summary = f"{summary}; lowercased" if lowercase else summary
    name = f"{name}+lc" if lowercase else name
    native = None
    if split is not None:
        native = NativeSplit(split, before=partial(map, str.lower) if lowercase else None)
    spaced = tokenizer in _SPACED
    return View(name, partial(_prepared, tokens, lowercase), summary, native=native, spaced=spaced)


def _prepared(tokens: Callable[[str], list[str]], lowercase: bool, text: str) -> list[str]:
    # sacrebleu strips the end first; otherwise 13a would join a hyphen at the end to nothing, and
    # intl would see a space after a full stop.
    return tokens((text.lower() if lowercase else text).rstrip())
