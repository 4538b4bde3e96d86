"""Japanese words by MeCab with the IPA dictionary, as sacrebleu has them."""

from __future__ import annotations

from functools import cache
from typing import Any

__all__ = ["ipadic_words", "mecab_version"]

# Another dictionary, or one that a user added to, would give other words under the same name.
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
        raise ImportError("ja-mecab needs the IPA dictionary as it is shipped, and no other")
    return tagger


def ipadic_words(text: str) -> list[str]:
    """Give MeCab's words; a text that it refuses gives none."""
    words: str | None = _tagger().parse(text.strip())
    return (words or "").split()


def mecab_version() -> str:
    """Give MeCab's version, "0.996".

    Raises:
        ImportError: if MeCab or its dictionary is missing, with the extra to install.
    """
    version: str = _tagger().version()
    return version
