"""The number that a text ends in, and whether two numbers are the same."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import NamedTuple

from textmetrics.answers.extractors import last_box
from textmetrics.languages import normalize

__all__ = ["Number", "agree", "exact_tolerance", "number_of", "read_number", "same_number"]

_ARABIC = (
    r"(?:[0-9]{1,3}(?:\.[0-9]{3})+,[0-9]+"  # 1.234,56
    r"|[0-9]{1,3}(?:\.[0-9]{3}){2,}(?![0-9])"  # 1.234.567
    r"|(?:[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])|[0-9]+)(?:\.[0-9]+)?"  # 1,234.5
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
_DIGITS = {character: value for value, those in enumerate(_HAN) for character in those}
_SMALL = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_LARGE = {"万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8, "兆": 10**12}
_UNITS = _SMALL | _LARGE
_PIECE = re.compile(rf"{_ARABIC}|\S")
_RAISED_DIGITS = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
# Longer numerals are ignored: the time for their arithmetic grows faster than their length.
_LONGEST = 400

_D, _U = "".join(_DIGITS), "".join(_UNITS)
# 千克 is a kilogram and 兆赫 a megahertz: after digits they name a unit, not a number.
_UNIT = rf"(?:[{_U}](?<![0-9]千(?=[克米瓦卡赫帕伏焦升]))(?<![0-9]兆(?=[字赫瓦帕欧比BHb])))"
_INTEGER = "[0-9]{1,18}"
_SUPER = "⁻?[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,4}"
_RAISED = rf"(?:\s?\^\s?\{{?-?[0-9]{{1,4}}\}}?|{_SUPER})"
_SIGN = (
    r"(?:(?P<minus>(?<![0-9A-Za-z)\]%])-|[负負]|マイナス|零下|氷点下|\b(?i:minus|negative)\s)|\+)?"
    r"(?:(?:\\?[$€£¥₩₹]|(?<![A-Za-z])(?:USD|RMB|CNY|JPY|EUR|GBP))\s?(?P<inner>-)?)?"
)
# Not inside a word, a version, a date, an index, an exponent or a name (GPT-4).
_APART = r"(?<![0-9A-Za-z_^])(?<![0-9][.])(?<![_^]\{)(?<![A-Za-z]-)"
# What any form can begin with: checked first, since most characters cannot.
_FIRST = rf"(?=[0-9.+\-\\$€£¥₩₹负負マ氷URCJEGMmNn¼-¾⅐-⅞↉{_D}{_U}])"
_FORMS = {
    "latex": rf"(?:{_INTEGER}\s?)?\\[dtc]?frac\s?\{{\s?-?{_INTEGER}\s?\}}\s?\{{\s?{_INTEGER}\s?\}}",
    "parts": rf"(?:{_ARABIC}|[{_D}{_U}]+)\s?分[之の]\s?(?:{_ARABIC}|[{_D}{_U}点]+)",
    "vulgar": r"(?:[0-9]{1,18}\s?)?[¼-¾⅐-⅞↉]",
    "slash": rf"(?<!/)(?:{_INTEGER}\s)?{_INTEGER}/{_INTEGER}(?![0-9/]|\.[0-9])",
    "scientific": rf"{_ARABIC}\s?(?:[×x*·]|\\times|\\cdot)\s?10{_RAISED}",
    "exponent": rf"{_ARABIC}[eE][+-]?[0-9]{{1,4}}(?![0-9])",
    "power": rf"{_ARABIC}{_RAISED}",
    "spoken": rf"[{_D}{_U}]+[点點][{_D}]+(?!{_UNIT})",
    "mixed": rf"(?:(?:{_ARABIC}|[{_D}]+)?{_UNIT})+[{_D}]*",
    "row": rf"[{_D}]+",
    "digits": rf"{_ARABIC}(?![0-9]|\.[0-9]|[eE][+-]?[0-9])",
}
_SUFFIX = (
    r"(?:\s(?P<times>(?i:hundred|thousand|million|billion|trillion))\b)?"
    r"(?P<percent>\s?(?:\\?[%‰]|(?i:percent|per\scent)\b|パーセント))?"
)
_TIMES = {"hundred": 2, "thousand": 3, "million": 6, "billion": 9, "trillion": 12}
# Groups of digits that are not separated by a comma.
_GROUPED = re.compile(r"(?<=[0-9])(?:[\u00A0\u2009\u202F'’]|\\[,!]|\{,\})(?=[0-9]{3}(?![0-9]))")
_KANA = re.compile("[ぁ-ヺー]")
# What is around a single Han character that is a number.
_BEFORE = re.compile(r"[是为為于於等得共有约約第は]|[^\u3400-\u9FFF]")
_AFTER = re.compile(
    r"[个個元块塊円人本枚つ倍度年月日天次名只隻件匹頭台杯回歳岁秒時时号號組组]|[^\u3400-\u9FFF]"
)


class Number(NamedTuple):
    """A number that was read from a text; a percent sign has divided it by a hundred."""

    value: Fraction
    percent: bool = False
    clear: bool = True  # certainly a numeral, and not a Han character that could be part of a word


@cache
def _pattern() -> re.Pattern[str]:
    forms = "|".join(f"(?P<{name}>{form})" for name, form in _FORMS.items())
    return re.compile(f"{_FIRST}{_APART}{_SIGN}(?:{forms}){_SUFFIX}")


def number_of(text: str) -> Fraction | None:
    r"""Return the exact number that a text gives as its answer, or ``None`` if there is none.

    That is the number after the last ``####``, as GSM8K marks it; else the last one in the last
    ``\boxed{…}``; else the last one of the text. A single Han character (三) is a number only if
    the text has no other one, and if it is unlikely to be part of a word. 50 % is 1/2.

    Examples:
        >>> number_of("48 / 2 = 24, and 48 + 24 = 72.\n#### 72")
        Fraction(72, 1)
        >>> number_of("一共是一万二千元。"), number_of("It costs $1,234.50.")
        (Fraction(12000, 1), Fraction(2469, 2))
        >>> number_of("I do not know.") is None
        True
    """
    found = read_number(text)
    return found.value if found else None


def same_number(
    prediction: str,
    reference: str,
    tolerance: float | Decimal | Fraction = 0,
    *,
    relative: bool = False,
) -> bool | None:
    """Return whether two texts give the same number, or ``None`` if one of them gives none.

    Args:
        prediction: what a model wrote.
        reference: the right answer.
        tolerance: how far off the prediction may be, inclusive; 0.1 means exactly one tenth.
        relative: whether the tolerance is a fraction of the reference.

    If only one of them has a percent sign, 50 % equals 50 as well as 0.5.

    Raises:
        ValueError: if the tolerance is negative or not finite.

    Examples:
        >>> same_number("So it is 1,200 yen.", "1200")
        True
        >>> same_number("about 3.1", "3.14159", 0.05)
        True
    """
    allowed = exact_tolerance(tolerance)
    ours, gold = read_number(prediction), read_number(reference)
    if ours is None or gold is None:
        return None
    return agree(ours, gold, allowed, relative=relative)


def agree(ours: Number, gold: Number, allowed: Fraction, *, relative: bool = False) -> bool:
    """Return whether two numbers are the same: see `same_number`."""
    if relative:
        allowed *= abs(gold.value)
    if abs(ours.value - gold.value) <= allowed:
        return True
    if ours.percent == gold.percent:
        return False
    if gold.percent and relative:
        allowed *= 100
    scaled = (ours.value, gold.value * 100) if gold.percent else (ours.value * 100, gold.value)
    return abs(scaled[0] - scaled[1]) <= allowed


def exact_tolerance(tolerance: float | Decimal | Fraction) -> Fraction:
    """Return the exact value of a tolerance as it is written.

    Raises:
        ValueError: if it is negative or not finite.
    """
    try:
        # By its shortest decimal form: the float 0.1 is slightly more than a tenth.
        allowed = Fraction(str(tolerance))
    except ValueError:
        raise ValueError(f"tolerance must be a finite number, got {tolerance!r}") from None
    if allowed < 0:
        raise ValueError(f"tolerance must not be negative, got {tolerance!r}")
    return allowed


def read_number(text: str) -> Number | None:
    """Return the number that `number_of` returns, with what `agree` needs to know about it."""
    box = last_box(text)
    text = _prepared(text)
    japanese = _KANA.search(text) is not None
    marked = text.rfind("####")
    if marked >= 0:
        start = marked + 4 + text[marked + 4 : marked + 5].isspace()
        found = _pattern().match(text, start)
        # In a heading, words follow the number.
        if found and not re.compile(r"[.)、:]\s?\w").match(text, found.end()):
            number = _number(found, japanese)
            if number:
                return number
    for each in (text if box is None else _prepared(box), text):
        numbers = list(_numbers(each, japanese))
        clear = [number for number in numbers if number.clear]
        if numbers:
            return (clear or numbers)[-1]
    return None


def _prepared(text: str) -> str:
    return normalize(_GROUPED.sub(",", text))


def _numbers(text: str, japanese: bool) -> Iterator[Number]:
    for found in _pattern().finditer(text):
        number = _number(found, japanese)
        if number is not None:
            yield number


def _number(found: re.Match[str], japanese: bool) -> Number | None:
    form = next(name for name in _FORMS if found[name])
    numeral = found[form]
    value = _value(form, numeral, japanese)
    clear = form not in ("mixed", "row") or _is_clear(numeral, form)
    if value is None or not (clear or found["minus"] or _stands_apart(found, form)):
        return None
    if found["times"]:
        value *= 10 ** _TIMES[found["times"].lower()]
    percent = (found["percent"] or "").strip()
    if percent:
        value /= 1000 if percent == "‰" else 100
    negative = bool(found["minus"] or found["inner"])
    return Number(
        -value if negative else value,
        bool(percent) or numeral.startswith("百分"),
        clear or bool(found["minus"]),
    )


def _value(form: str, numeral: str, japanese: bool) -> Fraction | None:
    if form == "digits":
        return _arabic(numeral)
    if form in ("latex", "slash"):
        *whole, top, bottom = map(int, re.findall(r"-?[0-9]+", numeral))
        return sum(whole) + Fraction(top, bottom) if bottom else None
    if form == "vulgar":
        return int(numeral[:-1] or 0) + _vulgar(numeral[-1])
    if form == "parts":
        below, above = (
            _han(part.strip(), japanese=japanese) for part in re.split("分[之の]", numeral)
        )
        return above / below if below and above is not None else None
    if form in ("scientific", "exponent", "power"):
        return _with_exponent(form, numeral)
    return _han(numeral, japanese=japanese)


def _with_exponent(form: str, numeral: str) -> Fraction | None:
    written = re.search(rf"^{_ARABIC}", numeral)
    exponent = re.search(rf"{_SUPER}$|[+-]?[0-9]+\}}?$", numeral)
    if written is None or exponent is None:
        return None
    factor = _arabic(written[0])
    raised = exponent[0].rstrip("}")
    if form == "power":
        return _power(factor, raised)
    scale = _power(Fraction(10), raised)
    return None if factor is None or scale is None else factor * scale


def _is_clear(numeral: str, form: str) -> bool:
    """Return whether a numeral cannot be part of a word such as 万一, 千万 and 三三两两."""
    if form == "row":
        return len(numeral) > 1 and (
            len(numeral) > 2 or numeral[0] in "〇零" or numeral[1] in "〇零"
        )
    return len(numeral) > 1 and numeral[0] not in "万萬亿億兆" and not set(numeral) <= set(_UNITS)


def _stands_apart(found: re.Match[str], form: str) -> bool:
    numeral = found[form]
    if (form == "row" and len(numeral) > 1) or numeral[0] in "万萬亿億兆":
        return False
    text, (start, end) = found.string, found.span()
    before, after = text[max(start - 1, 0) : start], text[end : end + 1]
    return (not before or bool(_BEFORE.match(before))) and (not after or bool(_AFTER.match(after)))


# --- numerals: digits in several notations, Han characters, and both together (2.5万) ------------


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
    if digits.count(".") > 1 or 0 <= digits.find(".") < digits.find(","):
        digits = digits.replace(".", "").replace(",", ".")
    return Fraction(digits.replace(",", ""))


def _power(base: Fraction | None, exponent: str) -> Fraction | None:
    """Return a power, or ``None`` if it is too large to be an answer."""
    times = int(exponent.translate(_RAISED_DIGITS))
    if base is None or abs(times) > _LONGEST or max(base.numerator, base.denominator) > 10**4:
        return None
    return base**times if base or times > 0 else None


def _vulgar(character: str) -> Fraction:
    """Return the value of a vulgar fraction such as ½."""
    top, _, bottom = unicodedata.normalize("NFKC", character).partition("⁄")
    return Fraction(int(top), int(bottom))


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
        and pieces[-1] in _DIGITS
        and _UNITS.get(pieces[-2], 0) > 10
        and pieces[-3] in _DIGITS
    )
    value = _summed(pieces)
    if value is not None and colloquial:
        value += _DIGITS[pieces[-1]] * (_UNITS[pieces[-2]] // 10 - 1)
    if value is not None and decimals:
        digits = "".join(str(_DIGITS[each]) for each in decimals)
        value += Fraction(int(digits), 10 ** len(digits))
    return value


def _summed(pieces: list[str]) -> Fraction | None:
    """Add up what precedes each unit: 千 inside a section, 万 and 億 after it."""
    total = section = Fraction(0)
    number: Fraction | None = None
    smallest = max(_LARGE.values()) * 10
    for index, piece in enumerate(pieces):
        if piece in _DIGITS:
            in_a_row = number is not None and index and pieces[index - 1] in _DIGITS
            number = (number or 0) * 10 * bool(in_a_row) + Fraction(_DIGITS[piece])
        elif piece in _SMALL:
            section += (1 if number is None else number) * _SMALL[piece]
            number = None
        elif piece in _LARGE:
            large = _LARGE[piece]
            section += number or 0
            if large > smallest:  # 三万亿 is 三万 times 亿
                total, section = (total + section) * large, Fraction(0)
            else:
                total, section = total + (section or 1) * large, Fraction(0)
            number, smallest = None, large
        else:
            number = _arabic(piece)
            if number is None:
                return None
    return total + section + (number or 0)
