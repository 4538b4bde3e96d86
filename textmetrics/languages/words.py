"""Tokenizers that need Unicode alone: words, characters, and text that is already cut."""

from __future__ import annotations

from collections.abc import Callable

from textmetrics.languages.language import Cutter, Tokenizer

__all__ = ["CHARACTERS", "UNSPACED", "WHITESPACE", "WORDS"]

# Scripts whose words are not separated by spaces, as a character class of `regex`.
UNSPACED = (
    r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Bopomofo}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}\p{Tibetan}"
    "\N{KATAKANA-HIRAGANA PROLONGED SOUND MARK}]"
)

# What \\X matches for two regional indicators, in linear time.
_FLAG = r"\p{RI}{2}[\p{M}\p{Emoji_Modifier}\u200C\u200D]*"


def _finder(*, unspaced: str, runs: str = "") -> Callable[[], Cutter]:
    """Make a tokenizer that finds words, and makes each grapheme outside of words a token.

    Args:
        unspaced: the letters that are a token each.
        runs: a pattern for further tokens, tried before that of words.
    """

    def load() -> Cutter:
        import regex

        word = rf"[[\p{{L}}\p{{M}}\p{{N}}]--{unspaced}]"
        inner = (
            r"(?<=[\p{L}\p{N}])'(?=\p{L})|(?<=\p{Nd})[.,](?=\p{Nd})|(?<=[\p{L}\p{M}])[\u200C\u200D]"
        )
        point = r"(?<![^\s(])\.(?=\p{Nd})"  # of .5
        words = rf"(?:{point})?(?!\p{{M}}){word}+(?:(?:{inner}){word}+)*"
        find: Cutter = regex.compile(rf"(?V1){runs}{words}|\n|{_FLAG}|(?!\s)\X").findall
        return find

    return load


WORDS = Tokenizer(
    "words",
    "words by Unicode: letters with inner apostrophes, numbers with inner . and ,",
    _finder(unspaced=UNSPACED, runs=r"[\p{Katakana}ー]+|"),
)
CHARACTERS = Tokenizer(
    "characters",
    "characters as readers see them; words of Latin and other spaced scripts stay whole",
    _finder(unspaced=rf"[{UNSPACED}\p{{Hangul}}]"),
)
WHITESPACE = Tokenizer(
    "whitespace",
    "text that is already cut, at its white space",
    lambda: str.split,
    joins=False,
)
