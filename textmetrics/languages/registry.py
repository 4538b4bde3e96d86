"""The languages and tokenisers that there are."""

from __future__ import annotations

from textmetrics._registry import Registry
from textmetrics.languages.chinese import CHINESE, JIEBA
from textmetrics.languages.english import ENGLISH
from textmetrics.languages.japanese import JAPANESE, SUDACHI
from textmetrics.languages.language import Language
from textmetrics.languages.segmentation import Tokenizer
from textmetrics.languages.words import CHARACTERS, WHITESPACE, WORDS

__all__ = ["LANGUAGES", "TOKENIZERS", "register_language", "tokenizer_of"]

LANGUAGES: Registry[Language] = Registry(
    "language", group="textmetrics.languages", shown=lambda language: language.name
)
TOKENIZERS: Registry[Tokenizer] = Registry("tokenizer")

for _tokenizer in (WORDS, CHARACTERS, WHITESPACE, JIEBA, *SUDACHI):
    TOKENIZERS.add(_tokenizer.name, _tokenizer)


def register_language(language: Language) -> None:
    """Make a language known under its code, in ``lang=`` and ``--lang``.

    An installed package does without a call: it names its ``Language`` in the entry point group
    ``textmetrics.languages``, under the language's code.

    Raises:
        TypeError: if it is not a ``Language``.
        ValueError: if its code cannot be one, or its tokeniser is not known.

    Examples:
        >>> register_language(Language("ko", "Korean", "words", scripts=("Hangul",)))
    """
    if not isinstance(language, Language):
        raise TypeError(f"expected a textmetrics.Language, got {type(language).__name__}")
    if isinstance(language.tokenizer, Tokenizer):
        TOKENIZERS.add(language.tokenizer.name, language.tokenizer)
    else:
        TOKENIZERS.get(language.tokenizer)
    LANGUAGES.add(language.code, language)


def tokenizer_of(language: Language, override: Tokenizer | str | None = None) -> Tokenizer:
    """Give the tokeniser to use: the one asked for, else the language's own."""
    asked = language.tokenizer if override is None else override
    return asked if isinstance(asked, Tokenizer) else TOKENIZERS.get(asked)


for _language in (ENGLISH, CHINESE, JAPANESE):
    register_language(_language)
