"""What chrF counts: n-grams of characters, and of words for chrF++."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from textmetrics.kernels import Counts
from textmetrics.metrics import WORDS, Integers, at_least_0
from textmetrics.scan import NativeSplit, View

__all__ = ["ChrfNgrams", "chrf_characters", "chrf_words"]


@dataclass(frozen=True, slots=True)
class ChrfNgrams:
    """N-grams of two views: characters, and words, whose columns have the prefix `WORDS`.

    Args:
        char_order: the highest order of character n-grams; 0 for none.
        word_order: the highest order of word n-grams; 0 for none.
    """

    char_order: int
    word_order: int

    @property
    def orders(self) -> list[tuple[str, int]]:
        """The prefix of the view and the order of each kind."""
        characters = [("", n) for n in range(1, self.char_order + 1)]
        return characters + [(WORDS, n) for n in range(1, self.word_order + 1)]

    @property
    def needs(self) -> frozenset[str]:
        """The columns of counts that they are a function of."""
        lengths = (f"{side}_length" for side in ("prediction", "reference"))
        views = {view for view, _ in self.orders}
        return frozenset(
            {f"{view}match_{n}" for view, n in self.orders}
            | {f"{view}{length}" for length in lengths for view in views}
        )

    def of_pairs(self, counts: Counts) -> dict[str, Integers]:
        """Return each pair's numbers of n-grams and matches, by view, kind and order."""
        columns = {}
        for view, n in self.orders:
            for kind, side in (("predicted", "prediction"), ("expected", "reference")):
                columns[f"{view}{kind}_{n}"] = at_least_0(counts[f"{view}{side}_length"] - n + 1)
            columns[f"{view}match_{n}"] = counts[f"{view}match_{n}"]
        return columns


_PUNCTUATION = frozenset("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")


def chrf_characters(*, lowercase: bool = False, whitespace: bool = False) -> View:
    """Return the characters that chrF counts.

    Args:
        lowercase: whether to lower the text first.
        whitespace: whether to count white space.
    """
    name = "chrf" + "+lc" * lowercase + "+space" * whitespace
    native = NativeSplit(
        "characters" if whitespace else "visible",
        before=partial(map, str.lower) if lowercase else None,
    )
    tokens = partial(_characters, lowercase, whitespace)
    return View(name, tokens, "characters for chrF", native=native)


def chrf_words(*, lowercase: bool = False) -> View:
    """Return the words that chrF++ counts: a mark at one end of a word is a token.

    Args:
        lowercase: whether to lower the text first.

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
        # Only one mark, the last one first: in "(no)" the first bracket stays with the word.
        if len(word) > 1 and word[-1] in _PUNCTUATION:
            words += [word[:-1], word[-1]]
        elif len(word) > 1 and word[0] in _PUNCTUATION:
            words += [word[0], word[1:]]
        else:
            words.append(word)
    return words
