"""What a numeral is worth: digits with separators, fractions, powers, Han characters, words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from fractions import Fraction

from textmetrics._patterns import lazy_pattern

__all__ = [
    "ARABIC",
    "DIGITS",
    "ONES",
    "PARTS",
    "SHARE_SIZES",
    "SUPERSCRIPT",
    "TEENS",
    "TENS",
    "UNITS",
    "WORD_VALUES",
    "is_about",
    "value_of",
]

ARABIC = (
    r"(?:[0-9]{1,3}(?:\.[0-9]{3})+,[0-9]+"  # 1.234,56
    r"|[0-9]{1,3}(?:\.[0-9]{3}){2,}(?![0-9])"  # 1.234.567
    r"|(?:[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])"  # 1,234.5
    r"|[0-9]{1,2}(?:,[0-9]{2}){1,6},[0-9]{3}(?![0-9])"  # 12,34,567 as in India
    r"|[0-9]+)(?:\.[0-9]+)?"
    r"|\.[0-9]+)"
)
_HAN = (
    "零〇",
    "一壹壱",
    "二贰貳弐两兩",
    "三叁参參",
    "四肆",
    "五伍",
    "六陆陸",
    "七柒漆",
    "八捌",
    "九玖",
)
DIGITS = {character: value for value, those in enumerate(_HAN) for character in those}
_SMALL = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_LARGE = {"万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8, "兆": 10**12}
UNITS = _SMALL | _LARGE
_PIECE = lazy_pattern(rf"{ARABIC}|\S")
_RAISED_DIGITS = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
# Longer numerals are ignored: the time for their arithmetic grows faster than their length.
_LONGEST = 400

SUPERSCRIPT = "⁻?[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,4}"
ONES = "one|two|three|four|five|six|seven|eight|nine"
TEENS = "ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen"
TENS = "twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
WORD_VALUES = {
    word: value
    for words, values in (
        (f"a|{ONES}", (1, *range(1, 10))),
        (f"zero|{TEENS}", (0, *range(10, 20))),
        (TENS, range(20, 100, 10)),
    )
    for word, value in zip(words.split("|"), values, strict=True)
}
PARTS = (
    "third|quarter|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|twentieth"
    "|hundredth|thousandth"
)
SHARE_SIZES = dict(
    zip(f"half|halve|{PARTS}".split("|"), (2, 2, 3, 4, *range(4, 13), 20, 100, 1000), strict=True)
)
# The form of a fraction by a sign in it.
_FRACTIONS = {"frac": "latex", "/": "slash", "分": "parts"}
_D, _U = "".join(DIGITS), "".join(UNITS)
_ROW = lazy_pattern(f"[{_D}]+")
_COUNT = lazy_pattern(rf"{ARABIC}|[{_D}{_U}]+")


def value_of(form: str, numeral: str, *, japanese: bool) -> Fraction | None:
    """Return the value of a numeral, or ``None`` if it has none.

    Args:
        form: how it is written, by the names in `numerals`.
        numeral: the numeral.
        japanese: whether 三百二 is 302, as it is in Japanese; in Chinese it is 320.

    Examples:
        >>> value_of("parts", "百分之五", japanese=False)
        Fraction(1, 20)
    """
    read = _READERS.get(form)
    if read is not None:
        return read(numeral)
    if form == "whole":
        return _with_whole(numeral, japanese)
    if form == "parts":
        parts = re.split("分[之の]", numeral)
        below, above = (_han(part.strip(), japanese=japanese) for part in parts)
        return above / below if below and above is not None else None
    if form == "half":
        count = _COUNT.match(numeral)
        value = _han(count[0], japanese=japanese) if count else None
        return None if value is None else value + Fraction(1, 2)
    return _han(numeral, japanese=japanese)


def is_about(numeral: str) -> bool:
    """Return whether a numeral with units is a range, or no numeral at all, such as 一五一十.

    十, 百 and 千 take one digit, and one digit follows the last unit: 二三百 is 200 to 300, and
    十五六 or 十五、六 is 15 or 16. 万 takes a row (一二〇〇万), unless its digits count on: 七八万.

    Examples:
        >>> [is_about(each) for each in ("十五六", "七八十", "七八万", "一五一十", "三千〇五十")]
        [True, True, True, True, False]
    """
    if "、" in numeral:
        return True
    for row in _ROW.finditer(numeral):
        digits = row[0].lstrip("零〇")
        if len(digits) < 2 or len(row[0]) == len(numeral):
            continue
        if numeral[row.end() : row.end() + 1] not in _LARGE:
            return True
        low, high = DIGITS[digits[0]], DIGITS[digits[1]]
        if len(digits) == 2 and (high == low + 1 or (low, high) == (3, 5)):
            return True
    return False


def _with_whole(numeral: str, japanese: bool) -> Fraction | None:
    """Return the value of a mixed fraction: 1又1/2, 一又二分之一."""
    whole, part = map(str.strip, re.split("又|と|(?i:and)", numeral, maxsplit=1))
    form = next((form for sign, form in _FRACTIONS.items() if sign in part), "vulgar")
    above, below = _han(whole, japanese=japanese), value_of(form, part, japanese=japanese)
    return None if above is None or below is None else above + below


def _fraction(numeral: str) -> Fraction | None:
    r"""Return the value of a fraction with a bar, and of a whole number before it.

    Examples:
        >>> _fraction("3 1/2"), _fraction(r"\frac34"), _fraction(r"\frac{-3}4")
        (Fraction(7, 2), Fraction(3, 4), Fraction(-3, 4))
    """
    apart = re.sub(r"(frac\s?[0-9](?=[\s{0-9]))", r"\1 ", numeral)
    *whole, top, bottom = map(_arabic, re.findall(ARABIC, apart))
    if top is None or not bottom or None in whole:
        return None
    sign = -1 if numeral.count("-") == 1 else 1
    return sum(filter(None, whole), Fraction(0)) + sign * top / bottom


def _repeating(numeral: str) -> Fraction:
    r"""Return the value of a repeating decimal, whose last digits are marked.

    Examples:
        >>> _repeating(r"0.1\overline{6}"), _repeating(r"0.\dot14285\dot7"), _repeating("0.(3)")
        (Fraction(1, 6), Fraction(1, 7), Fraction(1, 3))
    """
    whole, _, decimals = numeral.replace(",", "").partition(".")
    marked = re.search(r"\\|\(|.[\u0304\u0305\u0307]|[0-9]\Z", decimals)
    before = decimals[: marked.start()] if marked else decimals
    once, cycle = int(whole + before), re.sub("[^0-9]", "", decimals[len(before) :])
    value = once + Fraction(int(cycle), int("9" * len(cycle)))
    return value / Fraction(10) ** len(before)


def _tenths(numeral: str) -> Fraction:
    """Return the value of tenths: 3割5分 is 0.35."""
    whole, _, rest = numeral.partition("割")
    digits = [_han(each, japanese=True) for each in (whole, *re.findall(rf"[0-9{_D}]", rest))]
    return sum((each / 10**place for place, each in enumerate(digits, 1) if each), Fraction(0))


def _in_words(numeral: str) -> Fraction:
    """Return the value of English words.

    Examples:
        >>> _in_words("a hundred and five"), _in_words("twenty-one"), _in_words("two point five")
        (Fraction(105, 1), Fraction(21, 1), Fraction(5, 2))
    """
    whole, _, decimals = numeral.lower().partition(" point ")
    total = section = 0
    for word in re.findall("[a-z]+", whole):
        if word == "thousand":
            total, section = 1000 * section, 0
        elif word == "hundred":
            section *= 100
        elif word != "and":
            section += WORD_VALUES[word]
    digits = "".join(str(WORD_VALUES[each]) for each in decimals.split())
    return total + section + Fraction(int(digits or 0), 10 ** len(digits))


def _portion(numeral: str) -> Fraction:
    """Return the value of a fraction in words.

    Examples:
        >>> _portion("three quarters"), _portion("a third"), _portion("半分")
        (Fraction(3, 4), Fraction(1, 3), Fraction(1, 2))
    """
    if "半" in numeral:
        return Fraction(1, 2)
    *count, share = re.split(r"[-\s]", numeral.lower())
    parts = 1 if not count or count[0] == "an" else WORD_VALUES[count[0]]
    return Fraction(parts, SHARE_SIZES[share.removesuffix("s")])


def _with_exponent(numeral: str) -> Fraction | None:
    """Return the value of a power, or of a number times a power of ten."""
    written = re.search(rf"^{ARABIC}", numeral)
    exponent = re.search(rf"{SUPERSCRIPT}$|[+-]?[0-9]+\}}?$", numeral)
    if written is None or exponent is None:
        return None
    factor = _arabic(written[0])
    raised = exponent[0].rstrip("}")
    if re.match(rf"\s?\^|{SUPERSCRIPT}", numeral[written.end() :]):
        return _power(factor, raised)
    scale = _power(Fraction(10), raised)
    return None if factor is None or scale is None else factor * scale


def _arabic(digits: str) -> Fraction | None:
    """Return the value of digits with separators.

    A point is the decimal point, unless several points separate groups of three, or a comma follows
    the points: that is the European notation, in which the comma is the decimal separator.

    Examples:
        >>> _arabic("1,234.5"), _arabic("1.234,5"), _arabic("1.234.567")
        (Fraction(2469, 2), Fraction(2469, 2), Fraction(1234567, 1))
    """
    if len(digits) > _LONGEST:
        return None
    if digits.isdecimal():
        return Fraction(int(digits))
    if digits.count(".") > 1 or 0 <= digits.find(".") < digits.find(","):
        digits = digits.replace(".", "").replace(",", ".")
    return Fraction(digits.replace(",", ""))


def _power(base: Fraction | None, exponent: str) -> Fraction | None:
    """Return a power, or ``None`` if it is too large to be an answer."""
    times = int(exponent.translate(_RAISED_DIGITS))
    if base is None or abs(times) > _LONGEST or max(base.numerator, base.denominator) > 10**4:
        return None
    return base**times if base or times > 0 else None


def _vulgar(numeral: str) -> Fraction:
    """Return the value of a vulgar fraction such as ½, and of a whole number before it."""
    top, _, bottom = unicodedata.normalize("NFKC", numeral[-1]).partition("⁄")
    return int(numeral[:-1] or 0) + Fraction(int(top), int(bottom))


def _han(numeral: str, *, japanese: bool) -> Fraction | None:
    """Return the value of a numeral with Han characters, or ``None`` if it is not one.

    Digits in a row are read one by one (二〇二四), and decimals follow 点.

    Args:
        numeral: digits, as in 2.5万, and Han characters.
        japanese: whether 三百二 is 302, as it is in Japanese; in Chinese it is 320.

    Examples:
        >>> _han("三百二十五", japanese=False), _han("1億2,000万", japanese=True)
        (Fraction(325, 1), Fraction(120000000, 1))
    """
    if len(numeral) > _LONGEST:
        return None
    whole, _, decimals = numeral.replace("點", "点").partition("点")
    pieces = _PIECE.findall(whole)
    colloquial = (
        not japanese
        and len(pieces) > 2
        and pieces[-1] in DIGITS
        and UNITS.get(pieces[-2], 0) > 10
        and pieces[-3] in DIGITS
    )
    value = _summed(pieces)
    if value is not None and colloquial:
        value += DIGITS[pieces[-1]] * (UNITS[pieces[-2]] // 10 - 1)
    if value is not None and decimals:
        digits = "".join(str(DIGITS[each]) for each in decimals)
        value += Fraction(int(digits), 10 ** len(digits))
    return value


def _summed(pieces: list[str]) -> Fraction | None:
    """Add up what precedes each unit: 千 inside a section, 万 and 億 after it."""
    total: int | Fraction = 0
    section: int | Fraction = 0
    number: int | Fraction | None = None
    smallest = max(_LARGE.values()) * 10
    for index, piece in enumerate(pieces):
        if piece in DIGITS:
            in_a_row = number is not None and index and pieces[index - 1] in DIGITS
            number = (number or 0) * 10 * bool(in_a_row) + DIGITS[piece]
        elif piece in _SMALL:
            section += (1 if number is None else number) * _SMALL[piece]
            number = None
        elif piece in _LARGE:
            large = _LARGE[piece]
            section += number or 0
            if large > smallest:  # 三万亿 is 三万 times 亿
                total, section = (total + section) * large, 0
            else:
                total, section = total + (section or 1) * large, 0
            number, smallest = None, large
        else:
            number = _arabic(piece)
            if number is None:
                return None
    return Fraction(total + section + (number or 0))


# How forms are read that do not depend on the language.
_READERS: dict[str, Callable[[str], Fraction | None]] = {
    "plain": lambda numeral: Fraction(int(numeral)),
    "latex": _fraction,
    "slash": _fraction,
    "vulgar": _vulgar,
    "scientific": _with_exponent,
    "exponent": _with_exponent,
    "power": _with_exponent,
    "repeating": _repeating,
    "tenths": _tenths,
    "digits": _arabic,
    "words": _in_words,
    "portion": _portion,
}
