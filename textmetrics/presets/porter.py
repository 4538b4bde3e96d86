"""Porter's stemmer with NLTK's extensions, equal to ``nltk.stem.porter.PorterStemmer()``.

Written again because importing a submodule of nltk executes all of nltk, which takes about a second
at first use, and its stemmer takes twice as long. The tests hold both equal.

M. F. Porter (1980). An algorithm for suffix stripping. Program 14(3), 130-137. The extensions are
those of NLTK's default mode; each is marked here.
"""

from __future__ import annotations

__all__ = [
    "ENDINGS_OF_STEP_2",
    "ENDINGS_OF_STEP_3",
    "consonants",
    "ends_short",
    "measure",
    "replaced",
    "stem",
]

# NLTK: words that the rules would distort.
_IRREGULAR = {
    "dying": "die",
    "lying": "lie",
    "tying": "tie",
    "skies": "sky",
    "innings": "inning",
    "outings": "outing",
    "cannings": "canning",
} | {word: word for word in (
    "sky", "news", "inning", "outing", "canning", "howe", "proceed", "exceed", "succeed",
)}  # fmt: skip

ENDINGS_OF_STEP_2 = {
    "ational": "ate", "tional": "tion", "enci": "ence", "anci": "ance", "izer": "ize",
    "bli": "ble", "entli": "ent", "eli": "e", "ousli": "ous", "ization": "ize", "ation": "ate",
    "ator": "ate", "alism": "al", "iveness": "ive", "fulness": "ful", "ousness": "ous",
    "aliti": "al", "iviti": "ive", "biliti": "ble",
}  # fmt: skip
"""What becomes of an ending; "alli" and "logi" have rules of their own."""
_NLTK_DOUBLE = {**ENDINGS_OF_STEP_2, "fulli": "ful"}
ENDINGS_OF_STEP_3 = {
    "icate": "ic", "ative": "", "alize": "al", "iciti": "ic", "ical": "ic", "ful": "", "ness": "",
}  # fmt: skip
# Of step 4, in the order in which they are tried.
_LAST = (
    "al", "ance", "ence", "er", "ic", "able", "ible", "ant", "ement", "ment", "ent", "ion", "ou",
    "ism", "ate", "iti", "ous", "ive", "ize",
)  # fmt: skip


def stem(word: str) -> str:
    """Return the stem of a word in lower case.

    Examples:
        >>> [stem(word) for word in ("caresses", "relational", "dying", "happy")]
        ['caress', 'relat', 'die', 'happi']
    """
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if len(word) <= 2:
        return word
    word = _without_plural(word)
    word = _without_tense(word)
    if word.endswith("y") and len(word) > 2 and consonants(word)[-2]:
        word = word[:-1] + "i"  # NLTK: behind a consonant that does not begin the word
    word = _without_double(word)
    word = replaced(word, ENDINGS_OF_STEP_3)
    return _tidy(_without_last(word))


def consonants(word: str) -> list[bool]:
    """Return whether each letter is a consonant; y is one unless it follows one."""
    kinds: list[bool] = []
    for letter in word:
        after_consonant = bool(kinds) and kinds[-1]
        kinds.append(letter not in "aeiou" and not (letter == "y" and after_consonant))
    return kinds


def measure(part: str) -> int:
    """Count the consonants that follow a vowel: Porter's m."""
    kinds = consonants(part)
    return sum(kinds[i] and not kinds[i - 1] for i in range(1, len(kinds)))


def ends_short(part: str) -> bool:
    """Return whether it ends in consonant, vowel, consonant other than w, x, y: Porter's *o."""
    return consonants(part)[-3:] == [True, False, True] and part[-1] not in "wxy"


def _ends_short(part: str) -> bool:
    """Return the same, and whether it is a vowel and a consonant, which is NLTK's."""
    return ends_short(part) or consonants(part) == [False, True]


def _without_plural(word: str) -> str:
    """Apply step 1a."""
    if word.endswith("ies"):
        return word[:-1] if len(word) == 4 else word[:-2]  # NLTK: dies, not flies
    if word.endswith("sses"):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith("ss") else word


def _without_tense(word: str) -> str:
    """Apply step 1b."""
    if word.endswith("ied"):
        return word[:-1] if len(word) == 4 else word[:-2]  # NLTK: died, not spied
    if word.endswith("eed"):
        return word[:-1] if measure(word[:-3]) > 0 else word
    for ending in ("ed", "ing"):
        if word.endswith(ending) and not all(consonants(word[: -len(ending)])):
            return _completed(word[: -len(ending)])
    return word


def _completed(part: str) -> str:
    """Complete what step 1b left."""
    if part.endswith(("at", "bl", "iz")):
        return part + "e"
    if len(part) > 1 and part[-1] == part[-2] and consonants(part)[-1]:
        return part if part[-1] in "lsz" else part[:-1]
    return part + "e" if measure(part) == 1 and _ends_short(part) else part


def replaced(word: str, endings: dict[str, str]) -> str:
    """Replace the first of the endings that the word has, if enough of it is left."""
    for ending, other in endings.items():
        if word.endswith(ending):
            part = word[: -len(ending)]
            return part + other if measure(part) > 0 else word
    return word


def _without_double(word: str) -> str:
    """Apply step 2."""
    if word.endswith("alli"):  # NLTK: tried first, and applied again to the rest
        return _without_double(word[:-2]) if measure(word[:-4]) > 0 else word
    if word.endswith("logi"):  # NLTK: the l belongs to the rest
        return word[:-1] if measure(word[:-3]) > 0 else word
    return replaced(word, _NLTK_DOUBLE)


def _without_last(word: str) -> str:
    """Apply step 4."""
    for ending in _LAST:
        if word.endswith(ending):
            part = word[: -len(ending)]
            goes = measure(part) > 1 and (ending != "ion" or part[-1] in "st")
            return part if goes else word
    return word


def _tidy(word: str) -> str:
    """Apply step 5."""
    if word.endswith("e"):
        part = word[:-1]
        if measure(part) > 1 or (measure(part) == 1 and not _ends_short(part)):
            word = part
    return word[:-1] if word.endswith("ll") and measure(word[:-1]) > 1 else word
