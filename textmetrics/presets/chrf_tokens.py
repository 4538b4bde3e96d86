"""The characters and the words that chrF and chrF++ count, as sacrebleu 2.6.0 has them."""

from __future__ import annotations

from functools import partial

from textmetrics.scan.view import NativeSplit, View

__all__ = ["chrf_characters", "chrf_words"]

_PUNCTUATION = frozenset("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")


def chrf_characters(*, lowercase: bool = False, whitespace: bool = False) -> View:
    """Give the characters of a text.

    Args:
        lowercase: whether the text is lowered before.
        whitespace: whether white space counts.
    """
    name = "chrf" + "+lc" * lowercase + "+space" * whitespace
    native = NativeSplit(
        "characters" if whitespace else "visible", before=str.lower if lowercase else None
    )
    tokens = partial(_characters, lowercase, whitespace)
    return View(name, tokens, "characters for chrF", native=native)


def chrf_words(*, lowercase: bool = False) -> View:
    """Give the words of a text, a mark of punctuation at one end of a word apart from it.

    Args:
        lowercase: whether the text is lowered before.

    Examples:
        >>> chrf_words().tokens('"yes", (no) a')
        ['"yes"', ',', '(no', ')', 'a']
    """
    return View("chrf-words" + "+lc" * lowercase, partial(_words, lowercase), "words for chrF++")


def _characters(lowercase: bool, whitespace: bool, text: str) -> list[str]:
    text = text.lower() if lowercase else text
    return list(text if whitespace else "".join(text.split()))


def _words(lowercase: bool, text: str) -> list[str]:
    words: list[str] = []
    for word in (text.lower() if lowercase else text).split():
        # One mark alone, the last one first: of "(no)" the bracket before stays with the word.
        if len(word) > 1 and word[-1] in _PUNCTUATION:
            words += [word[:-1], word[-1]]
        elif len(word) > 1 and word[0] in _PUNCTUATION:
            words += [word[0], word[1:]]
        else:
            words.append(word)
    return words
