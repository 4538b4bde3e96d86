"""Numbers that are no single answer: ranges, scores, alternatives, parts of expressions."""

from __future__ import annotations

import re

from textmetrics._patterns import lazy_pattern
from textmetrics.answers.numerals import Numeral
from textmetrics.answers.passage import Passage

__all__ = ["is_bare", "is_bound", "is_one_of_several", "is_one_sided", "is_part"]

_COUNTER = r"(?:[\u3400-\u9fff]{1,3}?|[ァ-ヺー]{1,8}|つ)"
_UNIT = rf"(?:\s?(?P<unit>[A-Za-z°]{{1,12}}|{_COUNTER}))?"
_OPEN = r"\s?\$?(?:[a-z]_?[0-9]?\s?=\s?)?(?:\\?[$€£¥])?"
# From one to the other: 10 to 15, 10~15, 100元到150元.
_RANGE = lazy_pattern(rf"{_UNIT}\s?(?:-|~|—|\b(?:up\s)?to\b|through\b|[到至]|から|ないし|乃至)\s?")
# One or the other.
_CHOICE = lazy_pattern(
    rf"\$?{_UNIT}\s?[,、]?\s?(?:\bor\b(?:\s(?:possibly|maybe|perhaps|even|else))?|或(?:者|是|许|許)?是?|还是|還是"
    rf"|または|又は|もしくは|或いは|あるいは|(?:なの)?か[,、]?(?:または|もしくは|あるいは|それとも)?){_OPEN}"
)
_PAIR = lazy_pattern(rf"\$?{_UNIT}\s?[,、]?\s?(?:\band\b|和|与|與|跟|及|且|[ともや]|[,、]){_OPEN}")
_ARITHMETIC = " =≈+*/×÷·$€£¥"
_LONGEST_JOINT = 40  # with a unit and spaces
# 2 hours 30 minutes, 5 feet 3 inches
_COMPOUND = lazy_pattern(
    r"\s?(?:(?i:hours?|hrs?|h|minutes?|mins?|feet|foot|ft)\s?(?:and\s)?|小?[时時]間?|点|[分]钟?)"
)
_SMALLER = lazy_pattern(r"\s?(?:(?i:minutes?|mins?|m|seconds?|secs?|inch|inches|in)\b|[分秒])")
# 3-1, 3比1; with spaces and the like only where it is called a score: won 3 to 1.
_AGAINST = lazy_pattern(r"[-比対對]")
_AGAINST_SPACED = lazy_pattern(r"\s?(?:[-:比対對]|\bto\b|\bvs\.?)\s?")
_CALLED_SCORE = lazy_pattern(
    r"(?:\b(?i:scores?|scored|scoreline|won|wins?|winning|beat|beating|lost|loses?|losing|drew|draws?"
    r"|tied?|led|leads?|leading|defeated|ratio|odds|votes?|voted|ended|finished)\b"
    r"|比[分数數率例]|[战戰][胜勝]|[击擊][败敗]|[输輸赢贏]|打成|スコア|得点|割合|[勝敗引])"
    r"(?![^.。!?\n]{0,40}(?:\bfrom|[从從])\s?\Z)[^.。!?\n]{0,40}\Z"
)
# 28:25 and 10:30, but not a number behind that of a question: Question 1:18.
_STANDS_ALONE = lazy_pattern(r"(?:\A|(?:[(,、是为為は]|\b(?i:is|was|of|at|be|by|about))\s?)\Z")
_HIGHEST = 999
_RECORD = lazy_pattern(r"\s?[胜勝]\s?")
_RECORD_ENDS = lazy_pattern(r"\s?[负負敗败平分引]")
# The value of a variable, but not of an expression (2x = 4, x + y = 4).
_VARIABLE = lazy_pattern(r"(?<![A-Za-z0-9^)])(?<![-+*/×÷·])(?<![-+*/×÷·]\s)[a-z]_?[0-9]?\s?=\s?\Z")
_GIVEN = lazy_pattern(
    r"\b(?i:when|if|for|at|let|given|since|with|where|because|putting|setting|substituting)\s"
    r"[a-z]_?[0-9]?\s?=\s?\Z|[当當若令设設将將把][a-z]_?[0-9]?=\Z"
)
_BARE = lazy_pattern(r"\s?(?:です|だ)?\s?(?:[.。)!\n*$]|\Z)")
_BETWEEN = lazy_pattern(
    r"(?:\b(?i:between|both)|[在于於])\s(?:\\?[$€£¥])?\Z|(?:介[于於]|[在于於])\Z"
)
_THE_MIDDLE = lazy_pattern(
    rf"\s?{_COUNTER}?(?:之间|之間|の間|间|間|も|都(?:有?可能|[对對行]|可以|合理))"
)
_SEVERAL = lazy_pattern(
    r"(?:\b(?i:solutions|roots|zeros|answers|values|numbers)\s(?:are|were|of\s\w+\sare)|[解根](?:是|为|為|は|[=:]))"
    r"[:\s]{0,2}\Z"
)
# Rounded to 3.7, rose from 10 to 15, 10から15に: the second one is a result.
_CHANGED = lazy_pattern(
    r"\b(?i:round|simplif|reduc|increas|decreas|chang|rais|ris|rose|grow|grew|drop|fall|fell|go|went"
    r"|cut|lower|mov|jump|climb|shr[ia]nk|improv|up|down|convert|compar|add)(?:\w{0,6})\b[^.\n]{0,60}\Z"
)
_CHANGES = lazy_pattern(rf"\s?{_COUNTER}?[にへを]|\s?[=≈]")
_EQUALS = lazy_pattern(r"\s?[=≈]")
_COUNTED = lazy_pattern("[\u3400-\u9fffつか]")
_BOUND = lazy_pattern(
    r"(?:\b(?i:(?:more|greater|less|fewer|larger|smaller|higher|lower)\sthan|at\s(?:least|most)"
    r"|over|under|above|below)\s|[大小多少高低][于於]|超[过過]|不[足到])(?:\\?[$€£¥])?\Z"
)
_BOUND_AFTER = lazy_pattern(rf"\s?{_COUNTER}?(?:以上|以下|未満|より|を超え)")
# The same where it is alone, without what is a place or time as well: over 3 years, below 5.
_ONE_SIDED = lazy_pattern(
    r"(?:\b(?i:(?:more|greater|less|fewer|larger|smaller|higher|lower|older|younger|longer|shorter)\sthan"
    r"|at\s(?:the\s(?:very\s)?)?(?:least|most)|up\sto|no\s(?:more|less|fewer)\sthan|upwards\sof"
    r"|(?:(?<=\A)|(?<=[.!?]\s)|(?<=(?:was|had|has|are)\s)|(?<=(?:were|have|with)\s)|(?<=(?:is|of)\s))over"
    r"|a\s(?:minimum|maximum)(?:\sof|,)|exceed(?:s|ed|ing)?)\s(?:a\s)?"
    r"|不?[大小多少高低][于於過](?:或?[等][于於])?|不?超[过過]|不[足到]|(?:[至最][少多]|起[码碼]|顶多)(?P<verb>(?:需?要|得|[是为為有能可])*)"
    r"|(?:少なくとも|多くとも|少なくても|多くても|最低でも|最低限|せいぜい)[、,]?)(?:\\?[$€£¥]|约|約)?\Z"
)
_ONE_SIDED_STEMS = (
    "than", " least", " most", "up to", "over", "upwards", "minimum", "maximum", "exceed",
    "or more", "or less", "or fewer", "or older", "or younger", "and above", "and up", "于", "於",
    "超", "不足", "不到", "少", "多", "码", "碼", "最低", "せいぜい", "以", "未", "より", "回",
)  # fmt: skip
_OPENING = lazy_pattern(r"(?:[a-z]\s?)?")
_ENDING = lazy_pattern(
    r"\s?(?:(?![a-z]*(?:ed|came|left)\b)[A-Za-z]{1,12}|[\u3400-\u9fff]{1,2}|[ァ-ヺー]{1,8}|つ)?\s?(?:です|だ)?[.。!]?"
)
_ONE_SIDED_AFTER = lazy_pattern(
    rf"\s?(?:{_COUNTER}|[A-Za-z]{{1,4}})?(?:以[上下内內]|未[満满]|より[多少大小高低]|を?(?:超え|上回|下回))"
    r"|\s?(?:[A-Za-z]{1,12}\s)?(?i:or\s(?:more|less|fewer|over|older|younger)|and\s(?:over|above|up)|at\s(?:the\s)?(?:most|least))\b"
)
_LONGEST_BOUND = 20  # between the two
# Not the answer, but one that may be it.
_PERHAPS = lazy_pattern(
    r"(?:\b(?i:(?:may|might|could|can)\s(?:also\s|well\s)?be|(?:maybe|perhaps|possibly|either)(?:\sit(?:'s|\sis))?)\s"
    r"(?:\\?[$€£¥])?|(?:可能|也许|也許|或许|或許|要么|要麼|要嘛|说不定|不是|就|便)[会會]?[是有为為]?)\Z"
)
_HEDGES = (
    "may", "might", "could be", "can ", "perhaps", "possibly", "either", "可能", "许", "許",
    "要么", "要麼", "要嘛", "说不定", "不是", "かもしれ",
)  # fmt: skip
_PERHAPS_AFTER = lazy_pattern(rf"\s?{_COUNTER}?(?:かもしれ|の可能性)")
_THEN_OTHER = lazy_pattern(r"[^.。!?！？\n]{0,40}(?:[.。]\s?[^.。!?！？\n]{0,30})?")


def is_bare(passage: Passage, numeral: Numeral) -> bool:
    """Return whether a clause ends with a number, without a unit."""
    return _BARE.match(passage.text, numeral.end) is not None


def is_one_of_several(passage: Passage, index: int) -> bool:
    """Return whether a number is one end of a range, or one of several that may be the answer."""
    pairs = (index - 1, index)
    return any(
        0 <= first < len(passage.numerals) - 1 and _are_several(passage, first) for first in pairs
    )


def _are_several(passage: Passage, index: int) -> bool:
    """Return whether a number and the next one are a range, a pair or alternatives."""
    one, other = passage.numerals[index : index + 2]
    text = passage.text
    between = text[one.end : other.start]
    if not between.strip(_ARITHMETIC):
        return False
    if len(between) > _LONGEST_JOINT:
        return _are_perhaps(passage, one, other, between)
    if _is_score(passage, one, other, between):
        return True
    if _joins(_RANGE, between, other, text):
        changed = _CHANGES.match(text, other.end) or _CHANGED.search(passage.before(one))
        return one.number.value < other.number.value and not changed
    return (
        _joins(_CHOICE, between, other, text)
        or (_joins(_PAIR, between, other, text) and _is_pair(passage, one, other))
        or bool(_COMPOUND.fullmatch(between) and _SMALLER.match(text, other.end))
        or (between in ("、", ",") and _count_on(passage, one, other))
        or (len(between) < _LONGEST_BOUND and _is_bound(passage, one) and _is_bound(passage, other))
        or _are_perhaps(passage, one, other, between)
    )


def _is_score(passage: Passage, one: Numeral, other: Numeral, between: str) -> bool:
    """Return whether two whole numbers are a score, a ratio or a record: 3-1, 3比1, 2勝1敗."""
    values = (one.number.value, other.number.value)
    if not all(each.denominator == 1 and 0 <= each <= _HIGHEST for each in values):
        return False
    text = passage.text
    if _RECORD.fullmatch(between):
        return bool(_RECORD_ENDS.match(text, other.end))
    if _EQUALS.match(text, other.end):
        return False
    return bool(
        _AGAINST.fullmatch(between)
        or (between == ":" and _STANDS_ALONE.search(passage.before(one, 10)))
        or (_AGAINST_SPACED.fullmatch(between) and _CALLED_SCORE.search(passage.before(one, 60)))
    )


def _count_on(passage: Passage, one: Numeral, other: Numeral) -> bool:
    """Return whether two digits say about how many there are: 3、4個."""
    low, high = one.number.value, other.number.value
    return 0 < low == high - 1 < 9 and bool(_COUNTED.match(passage.text, other.end))


def _is_bound(passage: Passage, numeral: Numeral) -> bool:
    """Return whether a number is a bound: more than 3, 5以下."""
    before = passage.before(numeral, 20)
    return bool(_BOUND.search(before) or _BOUND_AFTER.match(passage.text, numeral.end))


def is_bound(passage: Passage, index: int) -> bool:
    """Return whether a number is a bound, one of two or alone: more than 3, 5以下, up to 5."""
    numeral = passage.numerals[index]
    return (
        _is_bound(passage, numeral)
        or _ONE_SIDED.search(passage.before(numeral, 24)) is not None
        or _ONE_SIDED_AFTER.match(passage.text, numeral.end) is not None
    )


def is_one_sided(passage: Passage, index: int) -> bool:
    """Return whether a number is only said to be exceeded or not reached: at least 8, 8人以上."""
    if not passage.contains(_ONE_SIDED_STEMS):
        return False
    numeral, text = passage.numerals[index], passage.text
    below = _ONE_SIDED.search(passage.before(numeral, 24))
    above = _ONE_SIDED_AFTER.match(text, numeral.end)
    if not (below or above):
        return False
    # A bound that is the whole text is the answer.
    begin = numeral.start - (len(below[0]) if below else 0)
    end = above.end() if above else numeral.end
    whole = _OPENING.fullmatch(text, 0, begin) and _ENDING.fullmatch(text, end)
    return not whole or bool(below and below["verb"])


def _is_pair(passage: Passage, one: Numeral, other: Numeral) -> bool:
    """Return whether two joined numbers are bounds or solutions: between 3 and 5, x = 3, 5."""
    text, before = passage.text, passage.before(one, 40)
    if _VARIABLE.search(before):
        solved = is_bare(passage, other) or _VARIABLE.search(text, one.end, other.start)
        differ = one.number.value != other.number.value
        return bool(solved) and differ and not _GIVEN.search(before)
    return bool(
        _BETWEEN.search(before) or _THE_MIDDLE.match(text, other.end) or _SEVERAL.search(before)
    )


def _are_perhaps(passage: Passage, one: Numeral, other: Numeral, between: str) -> bool:
    """Return whether each of two numbers is said to be perhaps the answer."""
    return (
        passage.contains(_HEDGES)
        and len(between) < 80
        and _THEN_OTHER.fullmatch(between) is not None
        and _is_perhaps(passage, one)
        and _is_perhaps(passage, other)
    )


def _joins(pattern: re.Pattern[str], between: str, other: Numeral, text: str) -> bool:
    """Return whether a pattern is between two numbers, and a unit in it also after the second."""
    found = pattern.fullmatch(between)
    if found is None:
        return False
    unit = (found["unit"] or "").removesuffix("s")
    return text.startswith((unit, f" {unit}"), other.end)


def _is_perhaps(passage: Passage, numeral: Numeral) -> bool:
    """Return whether a number is said to be perhaps the answer."""
    before = passage.before(numeral, 30)
    return bool(_PERHAPS.search(before)) or bool(_PERHAPS_AFTER.match(passage.after(numeral)))


# No such expression is without one of these.
_SIGNS = ("√", "π", "∞", "\\", "sqrt", "pi", "±", "<", ">", "≤", "≥", "}")
# What makes a number part of an expression: √3, 2π.
_WITHIN = lazy_pattern(
    r"(?:√|\\sqrt\s?(?:\[[0-9]\])?\{?|\bsqrt\s?\(?|\\(?:log|ln|sin|cos|tan)\s?[({]?|"
    r"±\s?|\\pm\s?|\}\s?\{|\\[dtc]?frac\s?\{|(?<![A-Za-z])[A-Za-z]\s?(?:[<>≤≥]=?|\\[lg]e?q?))\s?\Z"
)
_RATIO = lazy_pattern(r"(?<![0-9])[0-9]{1,2}:\Z")  # 3:4, but not 10:30
_FACTOR = lazy_pattern(
    r"\s?(?:\\cdot|\\times|[*·×])?\s?(?:√|π|∞|\\(?:pi|sqrt|infty|theta|sqrt|log|ln)\b|sqrt\b|pi\b"
    r"|\\[dtc]?frac)"
)
_TUPLE = lazy_pattern(
    r"\\?[(\[{](?:[-+0-9./ ∞π√{}]|\\[a-z]+){1,40}(?:,(?:[-+0-9./ ∞π√{}]|\\[a-z]+){1,40}){1,9}"
    r"\\?[)\]}]"
)


def is_part(passage: Passage, index: int) -> bool:
    """Return whether a number is part of an expression that is more: 2π, √3, (1, 2), 3:4."""
    numeral, text = passage.numerals[index], passage.text
    if passage.contains(_SIGNS) and (
        _WITHIN.search(passage.before(numeral, 20)) or _FACTOR.match(text, numeral.end)
    ):
        return True
    if numeral.end - numeral.start == 1 and _RATIO.search(passage.before(numeral, 5)):
        return True
    return "," in text and passage.contains("([{") and _is_in_tuple(passage, numeral)


def _is_in_tuple(passage: Passage, numeral: Numeral) -> bool:
    """Return whether a number is in brackets with others."""
    begin = max(numeral.start - 200, 0)
    for found in _TUPLE.finditer(passage.text, begin, numeral.end + 200):
        if found.start() <= numeral.start and numeral.end <= found.end():
            return passage.from_place(found.end()) - passage.from_place(found.start()) > 1
        if found.start() > numeral.start:
            break
    return False
