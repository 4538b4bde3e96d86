"""English number words as the package ``word2number`` 1.1 reads them.

It picks the number words out of a text and passes over all others: "about twenty five" is 25.
"""

from __future__ import annotations

__all__ = ["number_of_words"]

_WORDS = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    *("eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen"),
    "nineteen",
)
_VALUES = {
    **{word: value for value, word in enumerate(_WORDS)},
    "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50,
    "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90, "hundred": 100,
}  # fmt: skip
_GREAT = {"billion": 10**9, "million": 10**6, "thousand": 10**3}
_KNOWN = {**_VALUES, **_GREAT}
_POINT = "point"


def number_of_words(text: str) -> str | None:
    """Return the number that a text states in words, or in digits alone; ``None`` if there is none.

    Examples:
        >>> number_of_words("two hundred and five"), number_of_words("three point one four")
        ('205', '3.14')
        >>> number_of_words("007"), number_of_words("none")
        ('7', None)
    """
    text = text.replace("-", " ").lower()
    try:
        if text.isdigit():
            return str(int(text))
        return str(_value([word for word in text.split() if word in _KNOWN or word == _POINT]))
    except (ValueError, IndexError):
        return None


def _value(words: list[str]) -> int | float:
    """Return the number.

    Raises:
        ValueError: if there are no words, or a great number occurs twice or before a greater one.
        IndexError: if there is nothing to multiply a great number with.
    """
    if not words or any(words.count(word) > 1 for word in (*_GREAT, _POINT)):
        raise ValueError("no number")
    if _POINT not in words:
        return _whole(words)
    place = words.index(_POINT)
    return _whole(words[:place]) + _fraction(words[place + 1 :])


def _whole(words: list[str]) -> int:
    if len(words) <= 1:
        return sum(_KNOWN[word] for word in words)
    places = [words.index(word) for word in _GREAT if word in words]
    if places != sorted(places):
        raise ValueError("not in order")
    total, begin = 0, 0
    for place in places:
        total += _below_thousand(words[begin:place]) * _KNOWN[words[place]]
        begin = place + 1
    # What follows the last great number that anything follows: of "two million three thousand",
    # the three thousand are added again, as 3 + 1000.
    follows = [place + 1 for place in places or [-1] if place + 1 < len(words)]
    return total + (_below_thousand(words[follows[-1] :]) if follows else 0)


def _below_thousand(words: list[str]) -> int:
    """Return what some words make: of more than four, the first alone counts.

    Raises:
        IndexError: if there are none.
    """
    values = [_KNOWN[word] for word in words]
    if len(values) == 4:
        return values[0] * values[1] + values[2] + values[3]
    if len(values) == 3:
        return values[0] * values[1] + values[2]
    if len(values) == 2:
        return values[0] * values[1] if 100 in values else values[0] + values[1]
    return values[0]


def _fraction(words: list[str]) -> int | float:
    if not words or any(word not in _WORDS[:10] for word in words):
        return 0
    return float("0." + "".join(str(_VALUES[word]) for word in words))
