"""The filters of lm-evaluation-harness: what its tasks take out of an answer."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from functools import partial

__all__ = [
    "Filter",
    "after",
    "first",
    "first_or_last",
    "last",
    "number",
    "option_of",
    "whether",
    "words_in_order",
]

Filter = Callable[[str], str]
"""Returns what it finds in an answer, without white space around it, or `INVALID`."""
INVALID = "[invalid]"


def first(pattern: str) -> Filter:
    """Make a filter that returns the first match of a pattern, or the group that it has.

    Examples:
        >>> first("#### (-?[0-9.,]+)")("#### 1,050 #### 7")
        '1,050'
    """
    search = re.compile(pattern).search

    def find(text: str) -> str:
        found = search(text)
        return found[found.re.groups].strip() if found else INVALID

    return find


def last(pattern: str) -> Filter:
    """Make a filter that returns the last match of a pattern, or the group that it has.

    Examples:
        >>> last("-?[0-9]+")("3 + 4 = 7."), last("-?[0-9]+")("seven")
        ('7', '[invalid]')
    """
    finditer = re.compile(pattern).finditer

    def find(text: str) -> str:
        found = None
        for each in finditer(text):
            found = each
        return found[found.re.groups].strip() if found else INVALID

    return find


def first_or_last(pattern: str) -> tuple[Filter, Filter]:
    """Make both."""
    return first(pattern), last(pattern)


def after(*leads: str) -> Filter:
    """Make a filter that returns the rest of the line after a lead, but for its last character.

    The program means a full stop, and drops whatever is there.

    Examples:
        >>> find = after("The answer is ", "Answer: ")
        >>> find("The answer is (B)."), find("Answer: (B)")
        ('(B)', '(B')
    """
    search = re.compile(f"(?:{'|'.join(f'(?<={lead})' for lead in leads)})(.+)").search

    def find(text: str) -> str:
        found = search(text)
        if found is None:
            return INVALID
        rest = found[1][:-1]
        # With several leads the program has several groups, and takes one that is not empty.
        return rest.strip() if rest or len(leads) == 1 else INVALID

    return find


def whether(no: str, yes: str) -> tuple[Filter, Filter]:
    """Make filters that return whether the first, or the last, match means ``no`` or ``yes``.

    Args:
        no: the alternatives that mean no, in lower case.
        yes: those that mean yes.
    """
    pattern = re.compile(rf"\b({no})\b|\b({yes})\b")

    def find(text: str, *, last: bool) -> str:
        found = None
        for each in pattern.finditer(text.lower()):
            found = each
            if not last:
                break
        if found is None:
            return INVALID
        return "no" if found[1] else "yes"

    return partial(find, last=False), partial(find, last=True)


_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_OPTION = re.compile(r"\([A-Z]\)")
_OFFERED = re.compile(r"\([A-Z]\)([^\n^(]*)")


def option_of(text: str, question: str, *, last: bool) -> str:
    """Return the letter of the first, or the last, option of a question that an answer names.

    That is a letter in brackets; without any, the words of an option, in any case and without
    punctuation, or a letter behind a colon.

    Examples:
        >>> question = "Which one? Options: (A) May 1st (B) June 2nd"
        >>> [option_of(text, question, last=True) for text in ("(A), no: (B)", "June, 2nd!")]
        ['(B)', '(B)']
    """
    found = _one(_OPTION, text, last=last)
    if found:
        return found
    offered = [_plain(each.strip()) for each in _OFFERED.findall(question)[: len(_LETTERS)]]
    letters = {words: f"({letter})" for words, letter in zip(offered, _LETTERS, strict=False)}
    found = _one(re.compile("|".join(map(re.escape, offered))), _plain(text), last=last)
    if found:
        return letters.get(found, found)
    found = (
        _one(re.compile(rf":\s*([{_LETTERS[: len(offered)]}])"), text, last=last) if offered else ""
    )
    return f"({found})" if found else INVALID


def _one(pattern: re.Pattern[str], text: str, *, last: bool) -> str:
    found = ""
    for each in pattern.finditer(text):
        found = each[pattern.groups].strip()
        if not last:
            break
    return found


def _plain(text: str) -> str:
    """Return a text in lower case, without punctuation of any script."""
    return "".join(each for each in text.lower() if unicodedata.category(each)[0] != "P")


def words_in_order(text: str, reference: str) -> str:
    """Return the words of a reference that occur in an answer, in the order of their last places.

    The program takes the words from the question, which has the same ones.

    Examples:
        >>> words_in_order("b, a: sorted they are a b", "a b c")
        'a b'
    """
    pattern = "|".join(rf"\b{re.escape(word)}\b" for word in reference.split())
    found = reversed(re.findall(pattern, text))
    return " ".join(reversed(dict.fromkeys(found)))


# --- numbers ------------------------------------------------------------------------------------

# Numbers in words as the program finds them: six, seven and nine are none on their own, eight only
# begins one, and fourteen ends one as four.
_WORD = (
    "zero|one|two|three|four|five|(?:twen|thir|for|fif|six|seven|nine){teen}|eight{een}|"
    "ten|eleven|twelve|fourteen|hundred|thousand|(?:m|b|tr)illion"
)
_BEGIN = _WORD.format(teen="(?:teen|ty)", een="(?:|een|y)")
_MIDDLE = _WORD.format(teen="(?:|teen|ty)", een="(?:een|y)") + r"|[^\S\r\n\x1c-\x1f]|,|and|&"
_END = _WORD.format(teen="(?:teen|ty)", een="(?:een|y)")
_IN_WORDS = first_or_last(f"(?:(?:{_BEGIN})(?:{_MIDDLE})+)?(?:{_END})")


def number() -> tuple[Filter, Filter]:
    """Make filters that return the first, or the last, run of digits and hyphens.

    Without any, it is a number in English words; in twenty-five, it is the hyphen.

    Examples:
        >>> for find in number():
        ...     find("12 - 5 apples"), find("twenty five apples, or one hundred and five")
        ('12', '25')
        ('5', '105')
    """

    def find(digits: Filter, words: Filter, text: str) -> str:
        found = digits(text)
        if found != INVALID:
            return found
        value = value_of(words(text.lower()).split())
        return INVALID if value is None else str(value)

    found = zip(first_or_last("[-0-9]+"), _IN_WORDS, strict=True)
    first, last = (partial(find, digits, words) for digits, words in found)
    return first, last


_ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen"
)
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety hundred"
_SCALES = {"thousand": 10**3, "million": 10**6, "billion": 10**9}
_VALUES: Mapping[str, int] = {
    **{word: value for value, word in enumerate(_ONES.split())},
    **{word: 10 * tens for tens, word in enumerate(_TENS.split(), start=2)},
    **_SCALES,
}


def value_of(words: Sequence[str]) -> int | None:
    """Return the value of a number in words as the package word2number 1.1 computes it.

    Words that it does not know are passed over. The program ends with an error where this returns
    ``None``.

    Examples:
        >>> value_of("two thousand and five".split()), value_of("one million two thousand".split())
        (2005, 1003002)
    """
    values = [_VALUES[word] for word in words if word in _VALUES]
    places = {scale: values.index(scale) for scale in _SCALES.values() if scale in values}
    falling = list(places.values()) == sorted(places.values(), reverse=True)
    if not values or not falling or any(values.count(scale) > 1 for scale in places):
        return None
    if len(values) == 1:
        return values[0]
    parts, begin = [], 0
    for scale, at in reversed(places.items()):
        parts.append((scale, values[begin:at]))
        begin = at + 1
    # What follows the smallest scale, or if nothing does, the next one: that counts twice.
    following = [at + 1 for at in places.values() if at + 1 < len(values)]
    if following or not places:
        parts.append((1, values[following[0] if following else 0 :]))
    if not all(part for _, part in parts):
        return None
    return sum(scale * _together(part) for scale, part in parts)


def _together(values: Sequence[int]) -> int:
    """Return the value of up to four words; of more, the first alone counts."""
    if len(values) == 2 and 100 not in values:
        return sum(values)
    if len(values) in (2, 3, 4):
        return values[0] * values[1] + sum(values[2:])
    return values[0]
