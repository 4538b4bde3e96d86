"""The tokenisers of sacrebleu 2.6.0: 13a, intl, zh, char, none and ja-mecab."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache, partial
from typing import Any, NamedTuple

from textmetrics.presets.mecab import ipadic_words, mecab_version
from textmetrics.scan.view import NativeSplit, View

__all__ = ["SACREBLEU_TOKENIZERS", "sacrebleu_view"]

# The steps that 13a and zh share, after mteval-v13a. A full stop, a comma and a hyphen are apart
# only beside what the next three name; the apostrophe never is.
_STEPS = (
    (re.compile(r"([!-&(-+/:-@\[-`{-~])"), r" \1 "),
    (re.compile(r"([^0-9])([.,])"), r"\1 \2 "),
    (re.compile(r"([.,])([^0-9])"), r" \1 \2"),
    (re.compile(r"([0-9])(-)"), r"\1 \2 "),
)
_ENTITIES = (("&quot;", '"'), ("&amp;", "&"), ("&lt;", "<"), ("&gt;", ">"))

# What zh sets apart. Its source names CJK Extension B by a literal of one character too many,
# which makes 2001 to 2A6D of it: so dashes, quotation marks, arrows and mathematical signs are
# set apart, and neither kana nor Extension B.
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


class _Tokenizer(NamedTuple):
    tokens: Callable[[str], list[str]]
    summary: str
    split: str | None = None  # of native/split.h


SACREBLEU_TOKENIZERS = {
    "13a": _Tokenizer(
        _13a, "words and punctuation as mteval-v13a has them, for Latin script", "mteval"
    ),
    "intl": _Tokenizer(_intl, "words, punctuation and symbols of Unicode, as mteval-v14 has them"),
    "zh": _Tokenizer(_zh, "Chinese characters one by one, the rest as 13a", "mteval_zh"),
    "char": _Tokenizer(_char, "characters without white space", "visible"),
    "none": _Tokenizer(str.split, "what stands between white space", "whitespace"),
    "ja-mecab": _Tokenizer(ipadic_words, "Japanese words by MeCab with the IPA dictionary"),
}
"""By the names that ``tokenize=`` has there."""


_SPACED = ("13a", "intl", "none")


def sacrebleu_view(tokenizer: str = "13a", *, lowercase: bool = False) -> View:
    """Give the tokens that sacrebleu's BLEU counts.

    Args:
        tokenizer: one of `SACREBLEU_TOKENIZERS`.
        lowercase: whether the text is lowered before.

    Raises:
        ValueError: if there is no such tokeniser.
        ImportError: if ``ja-mecab`` is asked for and its packages are missing.

    Examples:
        >>> sacrebleu_view("13a").tokens("It's 3.5, not 3-4.")
        ["It's", '3.5', ',', 'not', '3', '-', '4', '.']
    """
    if tokenizer not in SACREBLEU_TOKENIZERS:
        known = ", ".join(SACREBLEU_TOKENIZERS)
        raise ValueError(f"unknown tokenizer {tokenizer!r} for sacrebleu; known: {known}")
    tokens, summary, split = SACREBLEU_TOKENIZERS[tokenizer]
    name = f"ja-mecab-{mecab_version()}-IPA" if tokenizer == "ja-mecab" else tokenizer

    summary = f"{summary}; lowered" if lowercase else summary
    name = f"{name}+lc" if lowercase else name
    native = None
    if split is not None:
        native = NativeSplit(split, before=str.lower if lowercase else None)
    spaced = tokenizer in _SPACED
    return View(name, partial(_prepared, tokens, lowercase), summary, native=native, spaced=spaced)


def _prepared(tokens: Callable[[str], list[str]], lowercase: bool, text: str) -> list[str]:
    # The end is stripped first: otherwise 13a would join a hyphen at the end to nothing, and intl
    # would see a space after a full stop.
    return tokens((text.lower() if lowercase else text).rstrip())
