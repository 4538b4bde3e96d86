"""Numerals in a text: digits in several notations, LaTeX, Han characters, English words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from fractions import Fraction
from functools import cache, lru_cache
from typing import NamedTuple

from textmetrics._patterns import lazy_pattern
from textmetrics.answers.numeral_values import (
    ARABIC,
    DIGITS,
    ONES,
    PARTS,
    SHARE_SIZES,
    SUPERSCRIPT,
    TEENS,
    TENS,
    UNITS,
    WORD_VALUES,
    is_about,
    value_of,
)
from textmetrics.answers.sayings import sayings_with
from textmetrics.languages import normalize, without_item_marks

__all__ = ["Number", "Numeral", "contains", "find_numerals", "lower", "prepare_numerals"]

_D, _U = "".join(DIGITS), "".join(UNITS)
# 千克 is a kilogram and 兆赫 a megahertz: there 千 and 兆 name a unit, not a number.
_KILO = "[克米瓦赫帕伏焦升]|卡(?!路里)"
_MEGA = "[字赫瓦帕欧比BHb]"
_UNIT = rf"(?:[{_U}](?<!千(?={_KILO}))(?<!兆(?={_MEGA})))"
_INTEGER = "[0-9]{1,18}"
_RAISED = rf"(?:\s?\^\s?\{{?-?[0-9]{{1,4}}\}}?|{SUPERSCRIPT})"
_CURRENCY = (
    r"(?P<currency>\\?[$€£¥₩₹]|(?<![A-Za-z])(?:[A-Z]{1,2}\\?\$|(?:USD|RMB|CNY|JPY|EUR|GBP|INR)))"
)
# A space may follow a minus where nothing is subtracted from: x = - 5, (- 5), or nothing else.
_SPACED_MINUS = (
    r"(?:(?<=[=:({$≈])|(?<=[=:({$≈,]\s)|(?<=\b[iI]s\s)|(?<=[是为為は])|(?<=[是为為は]\s)|"
    r"\A(?=-\s[0-9.$\\][^A-Za-z\n]{0,40}\Z|-\s\\[dtc]?frac[^A-Za-z\n]{0,40}\Z))-\s"
)
_SIGN = (
    rf"(?:(?P<minus>{_SPACED_MINUS}|(?<![0-9A-Za-z)\]%])-|[负負]|[▲△]\s?(?=[0-9$¥€£.])|マイナス"
    r"|零下|氷点下|\b(?i:minus|negative)\s)|\+)?"
    rf"(?:{_CURRENCY}\s?(?P<inner>-)?)?"
)
# Not inside a word, a version, a date, an index, an exponent or a name (GPT-4).
_APART = r"(?<![0-9A-Za-z_^])(?<![0-9][.])(?<![_^]\{)(?<![A-Za-z]-)"

_BELOW_100 = rf"(?:(?:{TENS})(?:[-\s](?:{ONES})(?![A-Za-z]))?|{TEENS}|(?:{ONES})(?!teen)|zero)"
_BELOW_1000 = rf"(?:(?:{ONES}|a)\shundred(?:\s(?:and\s)?{_BELOW_100}(?![A-Za-z]))?|{_BELOW_100})"
# Neither ordinals nor fractions nor compounds: the twenty-first, two thirds, a five-year plan.
_WORD_ENDS = (
    rf"(?![A-Za-z]|-[A-Za-z]|'[a-z]|\s(?:first|second|(?:half|{PARTS}|hundred(?=s)|thousand(?=s)"
    r"|million(?=s)|dozen)s?|halves|point\s)\b|\s(?:hundred|thousand|million|billion)[a-z])"
)
_WORDS = (
    rf"(?<![A-Za-z])(?i:(?:(?:{_BELOW_1000}|a)\sthousand(?:,?\s(?:and\s)?{_BELOW_1000}"
    rf"(?![A-Za-z]))?|{_BELOW_1000}|(?<!half\s)(?<!of\s)a(?=\s(?:million|billion|trillion)\b))"
    rf"(?:\spoint(?:\s(?:{ONES}|zero)(?![A-Za-z]))+)?{_WORD_ENDS})"
    r"|(?<![ァ-ヺー])ゼロ(?![ァ-ヺーか])"
)
# Fractions in words: three quarters, a third of it, 一半, 半分. Neither times
# ("a quarter past") nor ordinals ("a third person"), nor what is done by halves (做到一半,
# 半分に切る).
_PARTED = r"(?=\s?(?:[.,;:!?)*$\n]|\Z)|\s(?:of|full|empty|more|less|as)\b)"
_PORTION = (
    rf"(?<![A-Za-z])(?i:(?:{ONES}|ten|eleven)[-\s](?:(?!quarter)(?:{PARTS})s|(?<=three.)(?:quarters"
    rf"|halves))(?![A-Za-z-])|one[-\s]half(?![A-Za-z-])"
    rf"|(?:one[-\s]|an?\s)(?:half|{PARTS})(?![A-Za-z-]){_PARTED}|half{_PARTED})"
    r"|(?:\A|(?<=[是为為占剩约約的有于於少好了下,。:]))一半(?![一又])"
    r"|(?:\A|(?<=[はがのもぼで約、。「:])|(?<=ちょうど)|(?<=およそ))半分"
    r"(?=[。、.,!?」\n]|\Z|です|だ(?!け)|で[あし、]|に[な減]|[がの])"
)
_PORTION_BEFORE = lazy_pattern(
    r"(?:\A|[.!?:;,=(\n]\s?|\b(?:is|are|was|were|be|exactly|only|just|about|roughly|nearly|almost"
    r"|equals|to|by|than|left|leaves|leaving|with)\s)\Z",
    re.IGNORECASE,
)
_OF_SEVERAL = lazy_pattern(
    r"\b(?:the|first|second|last|past|previous|next|other|all|this|that|each|every|top|bottom|upper"
    r"|lower|left|right|latter|former|front|back|better|and|in)\s\Z",
    re.IGNORECASE,
)
# What any form can begin with is searched first, since most characters cannot. Words, and letters
# before a currency sign, are searched only in a text that has some: that takes longer than a set.
_SIGNS = rf"[0-9.+\-\\$€£¥₩₹负負マゼ氷半▲△¼-¾⅐-⅞↉{_D}{_U}]"
_BEGINNINGS = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    *("eleven", "twelve", "thirt", "fort", "fift", "twent", "minus", "negative"),
    *("a hundred", "a thousand", "a million", "a billion", "a trillion", "half", "a half"),
    *("a third", "a quarter", "a fourth", "a fifth", "a sixth", "an eighth", "a tenth"),
    *("usd", "rmb", "cny", "jpy", "eur", "gbp", "inr"),
)
_CURRENCIES = ("s$", "k$", "t$", "u$", "a$", "s\\$", "k\\$", "t\\$", "u\\$", "a\\$")  # US$, HK$
_WORDS_OR_CODES = _BEGINNINGS + _CURRENCIES
_FIRST_SIGN = lazy_pattern(_SIGNS)
_FIRST_WORD = lazy_pattern(rf"{_SIGNS}|(?<![a-z])(?:{'|'.join(_BEGINNINGS)}|[a-z]{{1,2}}\\?\$)")
_PART = rf"(?:{ARABIC}|[{_D}{_U}]+)\s?分[之の]\s?(?:{ARABIC}|[{_D}{_U}]+(?:[点點][{_D}]+)?)"
_ARGUMENT = rf"\s?(?:\{{\s?-?\s?{ARABIC}\s?\}}|[0-9](?![0-9.]*\}}))"
_HALVED = (
    "(?:[个個年斤里米倍碗块塊元周週度天日歳岁歲杯本袋吨噸亩畝升尺]|[个個かヶヵカ]月|小[时時]|時間|週間"
    "|公里|公斤|英里|分[钟鐘間]?|(?:キロ|ミリ|センチ)?(?:メートル|グラム|リットル)|キロ|トン|マイル"
    "|カップ|ページ|ダース)"
)
# Between the parts of a mixed fraction: 1又1/2, 1と1/2, 1 and 1/2.
_AND = r"(?:\s?[又と]\s?|(?<=[0-9])\s(?i:and)\s(?=[0-9]))"
# Ranges: 七、八十 is 70 to 80, and 三到五 is 3 to 5.
_IN_TURN = "一、二|二、三|两、三|三、四|四、五|五、六|六、七|七、八|八、九"
_FROM_TO = (
    rf"[{_D}{_U}]{{1,8}}(?:[到至或]|[和与與](?=.[^。,、]{{0,2}}(?:之间|间)))[{_D}{_U}]{{1,8}}"
)
_TENTH = rf"[0-9{_D}]"
# The digits of a decimal that repeat: by a bar, or by dots on the first and the last one.
_REPEATS = (
    r"(?:\\(?:overline|bar)\s?(?:\{\s?[0-9]{1,18}\s?\}|[0-9])"
    r"|\\dot\s?(?:\{[0-9]\}|[0-9])(?:[0-9]{0,16}\\dot\s?(?:\{[0-9]\}|[0-9]))?"
    r"|(?:[0-9][\u0304\u0305]){1,18}|[0-9]\u0307(?:[0-9]{0,16}[0-9]\u0307)?)"
)
# 0.1(6), but neither an item (1.(3)) nor a measurement (1.234(5)).
_BRACKETED = (
    r"(?:0\.[0-9]{0,18}\([0-9]{1,18}\)(?!\s?(?:[×x*]|\\times|\\cdot)\s?10)"
    r"|(?:\A|(?<=\A\s)|(?<=[={$(:是为為は-])|(?<=[=:]\s)|(?<=\bis\s))[1-9][0-9]{0,17}\.[0-9]?\([0-9]{1,18}\)"
    r"(?=\s?(?:[.。,!$)}]|です|\Z)))"
)
# Most numerals are digits alone; what may make them the beginning of another form follows them.
_LONGER = (
    r"\.(?:\\(?:overline|bar|dot)|\([0-9])"
    rf"|\s?(?:[\\又と分¼-¾⅐-⅞↉^割{_U}]|/\s?[0-9]|[×x*·]\s?10)|\s(?:[0-9]|(?i:and)\s[0-9])|[.,][0-9]"
    rf"|[eE][-+0-9]|[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]|{_HALVED}半"
)
_FORMS = {
    "plain": rf"[0-9]{{1,18}}(?![0-9]|{_LONGER})",
    "portion": _PORTION,
    "repeating": rf"(?:(?:[0-9]{{1,3}}(?:,[0-9]{{3}})+|[0-9]{{1,18}})\.(?:[0-9]{{0,18}}?{_REPEATS}"
    rf"|[0-9](?=\s?\(?(?:(?i:repeating|recurring)\b|循[环環])))|{_BRACKETED})(?![0-9])",
    "latex": rf"(?:{_INTEGER}\s?)?\\[dtc]?frac{_ARGUMENT}{_ARGUMENT}(?![0-9])",
    "whole": rf"(?:{ARABIC}|[{_D}{_U}]+){_AND}(?:{_INTEGER}\s?/\s?{_INTEGER}(?![0-9/])|{_PART}"
    rf"|[¼-¾⅐-⅞]|\\[dtc]?frac{_ARGUMENT}{_ARGUMENT})",
    "parts": _PART,
    "vulgar": r"(?:[0-9]{1,18}\s?)?[¼-¾⅐-⅞↉]",
    "slash": rf"(?<!/)(?<!/\s)(?:{_INTEGER}\s)?{_INTEGER}\s?/\s?{_INTEGER}"
    r"(?![0-9]|\s?/|\.[0-9]|,[0-9]{3})",
    "scientific": rf"{ARABIC}\s?(?:[×x*·]|\\times|\\cdot)\s?10{_RAISED}",
    "exponent": rf"{ARABIC}[eE][+-]?[0-9]{{1,4}}(?![0-9])",
    "power": rf"{ARABIC}{_RAISED}",
    "tenths": rf"(?:{ARABIC}|[{_D}十]+)\s?割(?:{_TENTH}分(?:{_TENTH}厘)?)?(?![るりっれろ算合])",
    "half": rf"(?:{ARABIC}|[{_D}{_U}]+){_HALVED}半"
    r"(?![径徑价價数數决決場场球圆円天日途分身年载載])",
    "about": rf"(?<![、{_D}])(?:{_IN_TURN}|{_FROM_TO})(?![、{_D}])[{_U}]*",
    "spoken": rf"[{_D}{_U}]+[点點][{_D}]+(?!{_UNIT})",
    "mixed": rf"(?:(?:{ARABIC}\s?|[{_D}]+)?{_UNIT}(?:\s(?=[0-9]+\s?[{_U}]))?)+"
    rf"(?:[{_D}]+、[{_D}](?![{_D}{_U}点])|[{_D}]*)",
    "row": rf"[{_D}]+",
    "digits": rf"{ARABIC}(?![0-9]|\.[0-9]|[eE][+-]?[0-9])",
    "words": _WORDS,
}
# A letter is a magnitude after a currency sign ($70k), or before what is counted (2.5M users).
_COUNTED = (
    r"(?:USD|EUR|GBP|JPY|CNY|RMB|INR|[$€£¥]|[美日欧英]?[元円圆]|人|(?:US\s)?dollars?|euros?|pounds?"
    r"|yen|yuan|rupees?|people|persons|users|customers|residents|inhabitants|views|followers|words"
    r"|tokens|parameters|params|copies|units|items|miles|steps)(?![A-Za-z])"
)
_POWERS = "(?i:hundred|thousand|million|billion|trillion|lakh|crore)"
_SHARES = "|".join(SHARE_SIZES)
_SUFFIX = (
    r"(?:(?(currency)(?P<letter>[kKmMbBtT]|\s?(?:mn|bn|tn))(?![A-Za-z0-9])"
    rf"|(?P<counted>[kKMB]|mn|bn)(?=\s?{_COUNTED}))"
    rf"|[\s-](?P<times>{_POWERS})\b)?"
    rf"(?:\s(?i:and\s(?P<shares>an?|{ONES})\s(?P<share>{_SHARES})s?)\b"
    rf"(?:\s(?P<more_times>{_POWERS})\b)?)?"
    r"(?P<percent>\s?(?:\\?[%‰]|(?i:percent|per\scent)\b|パーセント))?"
)
_TIMES = {
    "hundred": 2, "thousand": 3, "million": 6, "billion": 9, "trillion": 12, "lakh": 5, "crore": 7,
    "k": 3, "m": 6, "mn": 6, "b": 9, "bn": 9, "t": 12, "tn": 12,
}  # fmt: skip
# Groups of digits that are not separated by a comma alone.
_GROUPED = lazy_pattern(
    r"(?<=[0-9])(?:[\u00A0\u2009\u202F'’]|\\[,!;: ]|\{,\}|,\\[!,;: ]|\{,\}\\!)"
    r"(?=[0-9]{3}(?![0-9]))"
)
_SPACED = lazy_pattern(
    r"(?<![0-9.,/:])(?<![0-9.,] )([1-9][0-9]{0,2})((?: [0-9]{3}){1,6})(?! ?[0-9/]|[,:][0-9])"
)
_TWENTY = lazy_pattern("廿(?!日市)")  # but in the name of a town
_MAYBE_SPACED = lazy_pattern("[0-9] [0-9]{3}")
# A unit in LaTeX belongs to its number: 3.6\text{万}.
_TEXT_UNIT = lazy_pattern(
    r"(?<=[0-9])(?:\\[,;: ]|~|\s)*\\(?:text|mathrm|mbox)(?:rm|bf)?\s?"
    "\\{\\s?([\u3400-\u9fffぁ-ヺ][^{}]{0,20})\\}"
)
# What is around a single Han character that is a number.
_BEFORE = lazy_pattern(r"[是为為于於等得共有约約第剩は]|[^\u3400-\u9FFF]")
_BEFORE_MANY = lazy_pattern("[了要需用花买買卖賣给給到过過满滿余]")  # not before 一: 做了一个梦
_AFTER = lazy_pattern(
    r"[片朵张張支双雙颗顆粒辆輛艘架瓶袋盒箱包吨噸册冊軒皿题題页頁个個元块塊円人本枚つ倍度年月日天次名只隻件匹頭]"
    r"|[台杯回歳岁秒時时号號組组斤米克]|小[时時]|公[斤里]|分[钟鐘]|[^\u3400-\u9FFF]"
)
# A single one at the end of a clause that counts: 得到三个。
_COUNTS = tuple("到得剩有是为為はが")
_COUNTED_LAST = lazy_pattern(
    "[个個只本枚张張人名元円块塊颗顆条條件支辆輛岁歳つ](?:[。，,.!?、]|です|\\Z)"
)
# もう一度 is once more, 三天两头 is often, and 是一个谜 is a riddle.
_INDEFINITE_BEFORE = lazy_pattern("(?:もう|万が|この|その|ある|の)\\Z")
_PAIRED = lazy_pattern(
    f"[个個人年月日天次本度][{_D}{_U}](?![个個元人本年月日天次度])[\u3400-\u9fff]"
)
_ARTICLE = lazy_pattern(
    "(?:[^案果答]|^)是一[个個种種]?[\u3400-\u9fff]|.{0,2}一[つ人個種]の|.{0,2}一人前"
)
_NAMED_UNIT = lazy_pattern(f"千(?:{_KILO})|兆{_MEGA}")
# What makes a number a vague one: 二十几, 二十来岁, 三百多人, 三年多, 20数名, 20人余り, twenty-odd.
_MEASURE = (
    r"(?:小?[时時]間?|[分秒]钟?|[个個]|[名人位岁歲歳年天日月周週元块塊円本枚度次回只隻件匹頭台条條斤里米克吨頓种種"
    r"间間层層套份页頁题題亩畝户戶公打倍])"
)
_VAGUE_SIGNS = ("几", "幾", "数", "来", "來", "余", "餘", "多", "あまり", "odd")
_VAGUE = lazy_pattern(
    rf"\s?(?:[几幾]|数(?=[{_U}]?{_MEASURE})|[来來余餘](?=[万萬亿億]?(?:{_MEASURE}|[，,。、；!\s]|\Z))"
    rf"|{_MEASURE}?\s?(?:多(?![于於出少余餘一了ぁ-ん\s0-9{_D}])|余り|餘り|あまり))|[-\s]odd\b"
)
# "one" is a number after these, and before no word that makes it a pronoun.
_ONE_BEFORE = lazy_pattern(
    r"(?:\A|[^A-Za-z\s'-]|\b(?:is|are|was|has|have|had|only|just|exactly|equals|left|leaves|leaving"
    r"|about|number|minus|negative|and|or|plus|times|needs?|buys?|bought|gets?|got)|'s)\s?\Z",
    re.IGNORECASE,
)
_ONE_AFTER = lazy_pattern(
    r"\s(?:of|can|could|should|must|may|might|would|will|another|who|that|which|day|has|is|needs"
    r"|thing|way|more)\b",
    re.IGNORECASE,
)


_FORMS_IN_SAYINGS = ("half", "mixed", "row", "slash", "words")


class Number(NamedTuple):
    """A number that was read from a text; a percent sign has divided it by a hundred.

    Attributes:
        value: its exact value.
        percent: whether a percent sign was written.
        clear: whether it is certainly a numeral, and not a word, or a Han character of a word.
        rule: the rule that made it the answer, see docs/answers.md; empty until one has.
    """

    value: Fraction
    percent: bool = False
    clear: bool = True
    rule: str = ""


class Numeral(NamedTuple):
    """A number with its place in the text."""

    start: int
    end: int
    number: Number


@cache
def _pattern() -> re.Pattern[str]:
    forms = "|".join(f"(?P<{name}>{form})" for name, form in _FORMS.items())
    return re.compile(f"{_APART}{_SIGN}(?:{forms}){_SUFFIX}")


def prepare_numerals(text: str) -> str:
    r"""Normalize a text, and write a comma between groups of digits.

    Examples:
        >>> prepare_numerals("1'000, 10\\ 000 or 1 000 000")
        '1,000, 10,000 or 1,000,000'
    """
    text = without_item_marks(text)
    if "\\" in text:
        text = _TEXT_UNIT.sub(r"\1", text)
    text = normalize(_GROUPED.sub(",", text))
    if "廿" in text or "卅" in text:
        text = _TWENTY.sub("二十", text).replace("卅", "三十")
    return _SPACED.sub(_with_commas, text) if _MAYBE_SPACED.search(text) else text


def _with_commas(found: re.Match[str]) -> str:
    """Join groups of digits, unless they look like several numbers: 100 200 300."""
    first, *others = found[0].split(" ")
    if (len(others) > 1 and len(first) < 3) or any(each[0] == "0" for each in others):
        return ",".join((first, *others))
    return found[0]


def contains(lowered: str, stems: Iterable[str]) -> bool:
    """Return whether a text in lower case contains one of some stems.

    Most texts contain none, and are told by this in a fraction of the time of a pattern.
    """
    for stem in stems:  # noqa: SIM110 (a generator takes twice as long)
        if stem in lowered:
            return True
    return False


def lower(text: str) -> str:
    """Return a text in lower case, character by character: İ would become two."""
    lowered = text.lower()
    return lowered if len(lowered) == len(text) else "".join(each.lower()[0] for each in text)


def find_numerals(text: str, lowered: str, *, japanese: bool) -> tuple[list[Numeral], list[int]]:
    """Return the numerals of a prepared text, and where there are some that are no single number.

    The latter are ranges and vague ones, such as 十五六, 二十几 and 三百多.

    Args:
        text: as `prepare_numerals` returns it.
        lowered: as `lower` returns it.
        japanese: whether 三百二 is 302, as it is in Japanese; in Chinese it is 320.
    """
    numerals, vague = [], []
    may_be_vague = contains(lowered, _VAGUE_SIGNS)
    for found in _found(text, lowered):
        if found.lastgroup == "plain" and not may_be_vague:
            numerals.append(Numeral(*found.span(), _plain(found)))
            continue
        form = _form(found)
        if _is_range(found[form], form) or (may_be_vague and _is_vague(found)):
            vague.append(found.start())
            continue
        number = _number(found, form, japanese)
        if number is not None and not _is_in_saying(lowered, found, form):
            numerals.append(Numeral(*found.span(), number))
    return numerals, vague


def _is_in_saying(lowered: str, found: re.Match[str], form: str) -> bool:
    """Return whether a numeral is a word of a saying, and no number."""
    if form not in _FORMS_IN_SAYINGS:
        return False
    start, end = found.span(form)
    for saying in sayings_with(lowered[start:end]):
        beside = len(saying) - (end - start)
        if lowered.find(saying, max(start - beside, 0), end + beside) >= 0:
            return True
    return False


def _found(text: str, lowered: str) -> Iterator[re.Match[str]]:
    """Yield what looks like a numeral, one after the other."""
    search = (_FIRST_WORD if contains(lowered, _WORDS_OR_CODES) else _FIRST_SIGN).search
    match, place = _pattern().match, 0
    while first := search(lowered, place):
        place = first.start() + 1
        if first[0] == "." and not text[place : place + 1].isdecimal():
            continue  # the end of a sentence
        found = match(text, place - 1)
        if found:
            yield found
            place = found.end()


def _form(found: re.Match[str]) -> str:
    form = found.lastgroup or ""
    if form in _FORMS:
        return form
    return next(name for name in _FORMS if found[name])  # the last group is part of the suffix


def _is_range(numeral: str, form: str) -> bool:
    """Return whether a numeral is a range, such as 十五六 or 七、八十."""
    return form == "about" or (form == "mixed" and is_about(numeral))


def _is_vague(found: re.Match[str]) -> bool:
    """Return whether a numeral is made vague: 二十几, 三百多, but not 比三百多."""
    text, (start, end) = found.string, found.span()
    return _VAGUE.match(text, end) is not None and text[start - 1 : start] != "比"


def _number(found: re.Match[str], form: str, japanese: bool) -> Number | None:
    numeral = found[form]
    value = value_of(form, numeral, japanese=japanese)
    if value is None:
        return None
    clear = _is_clear(found, form)
    minus = found["minus"]
    if not (clear or minus or _stands_apart(found, form)):
        return None
    negative = minus or found["inner"]
    if found.lastgroup == form:  # nothing follows the numeral
        return Number(
            -value if negative else value, numeral.startswith("百分"), bool(clear or minus)
        )
    if found["share"]:
        shares = WORD_VALUES.get(found["shares"].lower(), 1)
        value += Fraction(shares, SHARE_SIZES[found["share"].lower()])
    magnitude = found["letter"] or found["counted"] or found["times"] or found["more_times"]
    if magnitude:
        value *= 10 ** _TIMES[magnitude.strip().lower()]
    percent = (found["percent"] or "").strip()
    if percent:
        value /= 1000 if percent == "‰" else 100
    return Number(
        -value if negative else value,
        bool(percent) or numeral.startswith("百分"),
        bool(clear or minus),
    )


def _plain(found: re.Match[str]) -> Number:
    """Return the number of digits with nothing behind them."""
    number = _counted(found["plain"])
    if found["minus"] or found["inner"]:
        return number._replace(value=-number.value)
    return number


@lru_cache(maxsize=4096)  # texts repeat their numbers
def _counted(digits: str) -> Number:
    return Number(Fraction(int(digits)))


def _is_clear(found: re.Match[str], form: str) -> bool:
    """Return whether a numeral cannot be part of a word such as 万一, 千万 and 三三两两."""
    numeral = found[form]
    if form in ("words", "portion"):
        return False
    if form not in ("mixed", "row"):
        return True
    if _NAMED_UNIT.match(found.string, found.end()):
        return True
    if len(numeral) == 1 and numeral not in "一零〇":
        text, start = found.string, found.start()
        counted = text[max(start - 1, 0) : start] in _COUNTS
        return counted and _COUNTED_LAST.match(text, found.end()) is not None
    if form == "row":
        return len(numeral) > 1 and (
            len(numeral) > 2 or numeral[0] in "〇零" or numeral[1] in "〇零"
        )
    return len(numeral) > 1 and numeral[0] not in "万萬亿億兆" and not set(numeral) <= set(UNITS)


def _stands_apart(found: re.Match[str], form: str) -> bool:
    numeral, text, (start, end) = found[form], found.string, found.span()
    if form in ("words", "portion"):
        return _words_stand_apart(
            form, numeral, text[max(start - 20, 0) : start], text[end : end + 12]
        )
    if (form == "row" and len(numeral) > 1) or numeral[0] in "万萬亿億兆":
        return False
    before, after = text[max(start - 1, 0) : start], text[end : end + 2]
    if _INDEFINITE_BEFORE.search(text[max(start - 4, 0) : start]) or _PAIRED.match(text, end):
        return False
    if numeral == "一" and _ARTICLE.match(text, max(start - 2, 0)):
        return False
    fits = not before or _BEFORE.match(before) or (numeral != "一" and _BEFORE_MANY.match(before))
    return bool(fits) and (not after or bool(_AFTER.match(after)))


def _words_stand_apart(form: str, numeral: str, before: str, after: str) -> bool:
    """Return whether words are a number: no pronoun, and no half or quarter of several."""
    if form == "words":
        if numeral.lower() != "one":
            return True
        return bool(_ONE_BEFORE.search(before)) and not _ONE_AFTER.match(after)
    if numeral[0] in "aAhH" and not after.startswith(" of "):  # a third, half
        return _PORTION_BEFORE.search(before) is not None
    return _OF_SEVERAL.search(before) is None
