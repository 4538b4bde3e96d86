"""Which number a text gives as its answer, and whether two numbers are the same.

The rules are those of docs/answers.md, and this file follows their order: the first answer of a
run-on is cut off, a mark or a box decides, then the last statement, and else the last number that
is not a mention.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from textmetrics._patterns import lazy_pattern
from textmetrics.answers.asides import (
    CONCLUSION,
    before_its_parts,
    in_its_sentence,
    is_denied,
    is_mention,
    is_mere_mention,
    past_denial,
    without_denial,
)
from textmetrics.answers.extractors import last_box
from textmetrics.answers.numerals import Number, contains, find_numerals, lower, prepare_numerals
from textmetrics.answers.passage import Passage
from textmetrics.answers.several import is_bare, is_bound, is_one_of_several, is_one_sided, is_part

__all__ = [
    "agree",
    "exact_tolerance",
    "number_of",
    "read_number",
    "read_reference_number",
    "same_number",
]

# --- statements ---------------------------------------------------------------------------------

# Emphasis, quotes and brackets around the words of a statement and around its number.
_MARKUP = r"[*_`\"'“”‘’」』】\])]{0,4}"
_NAMES = "答案|答え|解答|回答|正解|正答"
_NAMES_OF_ANSWERS = ("answer", "答", "正解", "正しい")  # no statement is without one
_STATEMENT = lazy_pattern(
    # {"answer": 18}
    rf"(?P<json>\\?[\"'](?i:(?:final|correct)?[_ ]?answer|{_NAMES}|最终答案)\\?[\"']\s?:)"
    # <answer>18
    r"|<(?i:answer)>"
    # the answer to this question is 18, Answer: 18
    rf"|\b(?i:answers?){_MARKUP}\s?(?:\b(?i:to|of|for|in|here|we|i|you|that)\b[^\n.:=?!]{{0,80}}?)?\s?"
    r"(?:\b(?i:is|are|was|(?:would|should|must|will|could|can)\sbe|equals|comes?\s(?:out\s)?to)\b"
    r"(?!n't|\sn[o']t\b(?!\s?[\d$]))|[:=]|->|→)"
    rf"|\b(?i:final\sanswer){_MARKUP}\s?(?=[-$\d])"
    # a heading: ## Final answer
    rf"|(?m:^[#*\s]{{0,6}}(?i:(?:the\s|final\s|my\s){{0,2}}answer){_MARKUP}$)"
    # 答案是18, 答えは18, 【正解】18
    rf"|(?:{_NAMES}|(?<![回问問解])答|正しい(?:の|数|数値|値)?)"
    rf"{_MARKUP}\s?(?:应该|應該|应当|應當|应|應|就|也)?(?:[是为為:=はが]|として(?:は)?|等于|等於|即(?:为|是)?|(?=[\d-])|(?<=[】\]]))"
)
# Keys of a JSON object that has none of the above.
_RESULT_KEY = lazy_pattern(
    r"[\"'](?i:(?:final|total)?[_ ]?(?:result|solution|output|value|total|response|prediction"
    r"|final|ans))[\"']\s?:"
    r"|[\"'](?:最终|最終|计算|計算)?(?:结果|結果|解|合计|合計)[\"']\s?:"
)
# What may stand between the words of a statement and its number.
_GAP = lazy_pattern(
    r"(?:[\s*_`\"'“”‘’「『《(\[{:,、=≈~]|\$(?=[\\-]|\s?[A-Za-z])|\\[(\[,;!\s]|\\\\|\\left\b"
    r"|\\(?:text|math)(?:rm|bf)?\{|\\(?:boxed|fbox)\{|\\displaystyle\b"
    r"|\b(?i:the|an?|just|only|exactly|about|approximately|roughly|around|therefore|thus|hence|so"
    r"|clearly|simply|number|value|integer|then|still|indeed|equal|to|also|really|now|actually"
    r"|probably|likely|is|be|of|that|total|it|there|are)\b|[A-Za-z]\s?(?==)"
    r"|[约約]|大约|大約|およそ|一?共|总共|總共|总计|合计|合計|全部で|ちょうど|就?是|应该是|[为為]|等于){0,12}"
)
_LONGEST_GAP = 80
_LONGEST_OPENING = 40  # of a statement, before the word for answer
# A statement that there is no number.
_UNKNOWN = lazy_pattern(
    r"(?i:between\s|null\b|none\b|nan\b|n/a\b|unknown\b|undefined\b|infinite|not\s(?:enough|known|given|possible"
    r"|determined|defined|clear)|impossible|cannot\b|no\s(?:real\s)?(?:solution|answer|number|such)"
    r"|(?:does\snot|doesn't)\sexist|undetermined|indeterminate|unclear)"
    r"|无解|無解|不存在|无法|無法|不知道|不确定|未知|无$|解なし|なし|不明|わから|分から|存在しない|不可能"
)
# No refusal is without one of these.
_REFUSALS = (
    "cannot", "can't", "can not", "could not", "unable", "possible", "enough", "insufficient",
    "solution", "i do", "don't know", "not know", "不", "无", "無", "ません", "情報",
    "解な", "解は", "exist", "no such", "no value", "存在", "没有答", "沒有答", "ありません",
)  # fmt: skip
_REFUSAL = lazy_pattern(
    r"(?i:\b(?:cannot|can't|can\snot|could\snot|unable\sto|impossible\sto|not\spossible\sto)\s(?:be\s)?"
    r"(?:determine|answer|solve|tell|find|calculate|compute|help|assist|say\b)|(?:not\senough|insufficient)\s(?:\w+\s)?"
    r"(?:information|data|facts)|\bno\s(?:real\s|integer\s)?solutions?\b|\bi\s(?:still\s|really\s)?(?:do\snot|don't)\sknow\b)"
    r"|(?:无法|無法|不能)(?:确定|確定|判断|得出|计算|計算|回答|求出)|(?:信息|条件|資訊|數據|数据)不足|无解|無解"
    r"|(?:分かり|わかり|判断でき|求められ|求まり|決まり|定まり)ません|情報が(?:足り|不足)|解なし|解はな"
    # Nothing is said behind these, so that they are what the text comes to.
    r"|(?:(?i:\b(?:no\s(?:such\s|valid\s|real\s)?(?:answer|value|number|integer)s?\s(?:exists?|can\b|is\spossible)"
    r"|(?:does\snot|doesn't|do\snot|don't|cannot)\sexist\b))"
    r"|不存在|[没沒]有答案|存在し(?:ない|ません)|答えはありません)[^0-9]{0,60}\Z"
)
# Of two numbers, none is chosen. No such sentence is without one of the stems.
_INDECISION = (
    "decide", "torn", "choose", "pick", "settle", "sure", "certain", "hesitat", "waver", "which",
    "决", "決", "迷", "豫", "拿不", "选", "選", "どちら", "どっち", "哪",
)  # fmt: skip
_UNDECIDED = lazy_pattern(
    r"(?i:\b(?:can't|can\s?not|couldn't|could\snot|unable\sto|not\sable\sto|hard\sto|haven't|have\snot)\s(?:\w+\s)?"
    r"(?:decided?|choose|chosen|pick|settled?)\b|\bundecided\b|\btorn\sbetween|\b(?:hesitat|waver)\w+\sbetween"
    r"|\b(?:not\s(?:\w+\s)?(?:sure|certain)|unsure|uncertain|no\sidea|(?:do\snot|don't)\sknow|can(?:'t|\s?not)\s(?:tell|say))"
    r"\s(?:about\s)?(?:whether|which|if)\b)"
    r"|(?:[无無]法|不能|[难難]以|[没沒]法)(?:做?出?决定|決定|抉[择擇]|[选選][择擇]|取舍|[确確]定)|[决決]定不了|拿不[定准]|[犹猶]豫"
    r"|不(?:知道?|[确確]定|清楚)(?:到底|究竟)?(?:[该該应應]?[该該]?[选選]|是?哪)"
    r"|決められ(?:な|ま)|決めかね|迷って|判断がつか|[選え]べ(?:な|ま)|どちらとも[言い]え|どちら[^。\n]{0,14}(?:わから|分から|不明)"
)
_TURNED = lazy_pattern(
    r"\b(?i:but|however|though|still|then)\b|但|不过|不過|可是|最[后後终終]|けど|けれど|たが|、が|最終"
)
# What follows an expression or a count, and states it once more: 12 + 6, i.e. 18.
_THAT_IS = lazy_pattern(
    r"(?P<unit>\s?[A-Za-z\u3400-\u9fffァ-ヺー][^.。\n,，;()]{0,30})?\s?[,(]?\s?"
    r"(?:\b(?i:i\.?e\.?|that\sis(?:\sto\ssay)?|namely|in\sother\swords)|[即]|也就是说?|亦即|[、,]?(?:つまり|すなわち))"
    r"[,、:]?\s?(?:是|为|為)?\s?"
)
# The number after these words belongs to a stated one: 3 and 4, 2:30, 5±1.
_SECOND = lazy_pattern(r"\s?(?:\band|[和及と]|[-~:±])\s?(?:\\?[$€£¥])?\Z")
_OPERATION = lazy_pattern(
    r"\s?(?:[A-Za-z%°]{1,12}\s?|[\u3400-\u9FFFぁ-ヺ]{1,3}\s?)?"
    r"(?:[-+*/×÷·^=≈()\[\]$€£¥\\\s]|\\(?:times|cdot|div)\s?){1,12}\Z"
)
_VARIABLE = lazy_pattern(r"[xyzn](?![A-Za-z0-9'])")
_POSTPOSED = lazy_pattern(
    r"\s?\((?i:(?:the\s)?(?:final|correct)\s)?(?:(?i:answer)|答案|答え)\)|[*_`\s)\]]{0,4}(?:[A-Za-z]{1,12}\s)?"
    r"(?i:as\s(?:the|my|our)\s(?:final\s)?answer)\b|[*_`\s)\]」』]{0,4}(?:[A-Za-z]{1,12}\s)?(?:(?i:is|was)\s(?i:the|my|our)\s(?i:(?:final|correct|right)\s)?"
    r"(?i:answer)\b|(?:[個个人円元本枚つ]|です)?(?:が|こそ)(?:最終的な|正しい)?(?:答|正解|正答)"
    r"|[是为](?:最终|正确|本题)?的?答案)"
)
_NUMBER_FOLLOWS = r"(?=\s?[-*$€£\\]{0,4}[0-9零〇一二两兩三四五六七八九十百千])"
_MISTAKE = (
    r"(?i:forgot|miss|miscount|misread|overlook|miscalculat|mistake|error|wrong)"
    r"|[忘漏错錯]|[少多]算|間違|ミス|抜け|抜かし"
)
_WAIT = (
    r"(?:\b(?i:wait|hold\son|hmm+|oops|oh|sorry)\b|等等|等一下|等一等|等下|且慢|[哦啊哎噢]|抱歉|对不起|對不起|不好意思|待って|おっと"
    r"|(?<![ぁ-ん])あ[っれ]?[、,]|すみません|失礼)"
)
# No correction is without one of these.
_CORRECTIONS = (
    "correct", "scratch", "wrong", "not right", "mistake", "error", "forgot", "miss", "misc",
    "misread", "overlook", "wait", "hold on", "hmm", "oops", "oh", "sorry", "no", "actually",
    "rather", "不", "错", "錯", "更正", "忘", "漏", "算", "等", "且慢", "哦", "啊", "哎", "噢",
    "歉", "对不起", "對不起", "訂正", "間違", "いや", "ミス", "待って", "おっと", "あ",
    "すみません", "失礼",
)  # fmt: skip
_CORRECTION = lazy_pattern(
    r"\b(?i:correction\s?:|scratch\sthat|(?:that's|that\sis|this\sis)\s(?:wrong|incorrect|not\sright)"
    r"|(?:i|i've)\s(?:have\s)?(?:made|make)\sa(?:n|\scalculation)?\s?(?:mistake|error)"
    r"|(?:i|we)(?:'ve|\shave)?\s(?:forgot|missed|miscounted|misread|overlooked|miscalculated)"
    r"|(?:actually|no|sorry),?\s(?:it|that)(?:'s|\sis|\sshould\sbe)(?=\s[-*$€£\\]{0,4}[0-9])"
    r"|let\sme\scorrect)"
    rf"|[,;.—-]\s?(?i:no|sorry|oops|rather)[,:]?\s(?=[-*$€£]{{0,4}}[0-9])"
    r"|不对[,。:，]|不對[,。:，]|算错|算錯|更正|搞错|写错了|訂正|間違え(?:た|まし)|いや、|計算ミス"
    rf"|[,、。]\s?(?:哦|啊)?不[,、](?:应该|應該)?是?{_NUMBER_FOLLOWS}|いや{_NUMBER_FOLLOWS}"
    r"|[我](?:刚才|剛才|刚刚)?(?:把[^。,]{1,12})?(?:忘|漏|少算|多算)"
    rf"|{_WAIT}[^\n。.!?]{{0,40}}?(?:{_MISTAKE})"
    rf"|{_WAIT}[\s,.!…-]{{0,4}}(?i:(?:no|wait)[\s,.]{{1,2}})?(?i:it|that)(?:'s|\sis)"
    rf"{_NUMBER_FOLLOWS}"
    rf"|{_WAIT}[^\n]{{0,100}}?(?:应该?[是为]|應該?[是為]|\b(?i:should\sbe)|正しくは|ので[、,]?){_NUMBER_FOLLOWS}"
)
_RESTATED = lazy_pattern(
    r"应该?[是为]|應該?[是為]|正确的?[是为]|\b(?i:should\sbe|must\sbe|(?:it|that|this)(?:'s|\sis)|make\sthat|so)\b"
    r"|正しくは|ので|から"
)

# --- mentions -----------------------------------------------------------------------------------


# --- the first answer of a run-on ---------------------------------------------------------------

_HEADING = lazy_pattern(
    r"\n[#*\s>【\[]{0,6}(?:(?i:question|problem|exercise|q|human|user|instruction|input)"
    r"(?:\s?#?[0-9]{1,3})?|(?:新的?|下一)?(?:问题|問題|题目|題目|问|問|質問|例题|例題|用户|ユーザー|第[0-9]{1,3}[题問问])"
    r"\s?[0-9一二三四五六七八九十]{0,3})[】\]*\s]{0,4}[:.：．]"
    r"|\n[#*\s]{1,6}(?i:question|problem|问题|問題|題目|题目)\b|\n【(?:问题|問題|题目|题|問)[0-9]{0,3}】"
    r"|<\|(?:im_start|endoftext|eot_id)\|>"
)

# --- expressions --------------------------------------------------------------------------------

_DRESSING = lazy_pattern(
    r"\\(?:left|right|displaystyle|approx|[lc]?dots|[,;!: ]|\(|\)|\[|\])(?![A-Za-z])"
    r"|(?<!\\)\$(?!\s?[0-9])|\$\Z|[*`]{2}|~(?=\s?[A-Za-z])"
)
_LATEX_TEXT = lazy_pattern(
    r"\\(?:text|textbf|textit|mathrm|mathbf|mbox|operatorname)\s?\{([^{}]*)\}"
)
_DEGREES = lazy_pattern(r"\s?\^\s?\{?\s?\\circ\s?\}?")
_ENGLISH = lazy_pattern(r"(?<![A-Za-z\\])[A-Za-z]{2,}")
_EASTERN = lazy_pattern("[\u3400-\u9fffぁ-ヺー]")
# Signs and letters of mathematics that are left where a number is cut out of an expression.
_MATHEMATICS = lazy_pattern(
    r"[√π∞^+*/×÷=<>≤≥≠±∪∩∈|_{}~&]|\\[A-Za-z]+|(?<![A-Za-z])-(?![A-Za-z])"
    r"|(?<![A-Za-z°/])(?<![A-Za-z]\s)[abcdefijknpqrtuvwxyzDEIOPQRXYZ](?!\s?[A-Za-z])"
    r"|(?<![A-Za-z])(?i:sin|cos|tan|log|ln|lg|sqrt|exp|mod|pi|infinity|theta|alpha|or)(?![A-Za-z])"
    r"|或|または"
)
# Several equations, or one that is not solved: x=2 or x=3, x^2 = 4, 2x = 4.
_EQUATIONS = lazy_pattern(
    r"[;、或和且]|,(?![0-9]{3})|\b(?:and|or)\b"
    r"|(?:[0-9^]\s?(?<![A-Za-z])[a-z]|(?<![A-Za-z])[a-z]\s?[-+*/^0-9])(?![A-Za-z])[^=]{0,80}="
)
_FACTORS = lazy_pattern(r"!|(?!pt|qt)[abcnpqtuvwxyz]{2}(?![A-Za-z])|(?:abc|xyz)\b")  # 5!, 2xy
_UNIT_POWER = lazy_pattern(
    r"(?<=[A-Za-z])\s?\^\s?\{?-?[0-9]\}?|(?<=[A-Za-z])\s?/\s?(?=[A-Za-z])|[²³]"
)
_WORDS_OF_PROSE, _CHARACTERS_OF_PROSE = 6, 10
_MOST_NUMBERS = 20  # in an expression; more are certainly not one number


def number_of(text: str) -> Fraction | None:
    r"""Return the exact number that a text gives as its answer, or ``None`` if there is none.

    The first of these rules that finds a number decides:

    1. it follows the last ``####``, as GSM8K marks it;
    2. it is the content of the last ``\boxed{…}``;
    3. it is the value of ``answer`` in JSON, or the last one stated as the answer: "the answer is
       18", 答案：18, 答えは18;
    4. the only number, or else the last one that is not a mention such as "(see step 3)", "not 20"
       or "95% confident".

    What follows the heading of another question is not read. Where the answer is more than a
    number, as in ``\boxed{2\pi}`` or "the answer is 3 or 4", there is none, and neither where the
    text only mentions a date, a page or a bound ("more than 300 people came"). A single Han
    character (三) or an English word (twelve) is a number only if the text has no other one, or
    states it.

    Examples:
        >>> number_of("48 / 2 = 24, and 48 + 24 = 72.\n#### 72")
        Fraction(72, 1)
        >>> number_of("The answer is 18 (see step 3), not 20."), number_of("答案：一万二千元")
        (Fraction(18, 1), Fraction(12000, 1))
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
    r"""Return whether two texts give the same number, or ``None`` if one of them gives none.

    Args:
        prediction: what a model wrote.
        reference: the right answer. One that is more than a number, such as ``2\pi``, "(1, 2)" or
            "3 or 4", gives none.
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
    ours, gold = read_number(prediction), read_reference_number(reference)
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
    return _answer(_first_answer(text))


@lru_cache(maxsize=8192)  # files are checked before they are scored
def read_reference_number(text: str) -> Number | None:
    r"""Return the number of a reference, ``None`` if it is more than a number or has none.

    A reference with ``####``, a box or a statement, or in sentences, is read like a prediction.
    Any other is an expression, which must be one number: with a unit, a currency sign or "x =",
    but without a second number, a variable or a function.

    Examples:
        >>> [each and int(each.value) for each in map(read_reference_number, ("18 dollars", "x=5"))]
        [18, 5]
        >>> [read_reference_number(each) for each in (r"2\pi", "(1, 2)", "3 or 4", "无解")]
        [None, None, None, None]
    """
    if "####" in text or last_box(text) is not None or not _is_expression(text):
        return _answer(text)
    passage = Passage(text)
    stated = _stated(passage)
    if stated is not None:
        return stated[0]
    bounded = any(is_bound(passage, at) for at in range(len(passage.numerals)))
    return None if bounded else _single_number(text)


_EQUAL_SIGN = lazy_pattern(r"\s?[=≈]")


_Found = tuple[Number | None, str]
"""The number that a rule found, ``None`` if it found that there is none; and its name."""


def _answer(text: str) -> Number | None:
    found = _marked(text) or _boxed(text)
    if found is None:
        passage = Passage(text)
        found = _stated(passage) or _result(passage) or _remaining(passage)
    number, rule = found or (None, "")
    return None if number is None else number._replace(rule=rule)


def _first_answer(text: str) -> str:
    """Return what precedes the heading of another question, if there is an answer in it."""
    if "\n" not in text and "<|" not in text:
        return text
    for heading in _HEADING.finditer(text):
        before = text[: heading.start()]
        if not before.strip():
            continue
        number = _answer(before)
        concluded = number is not None and (
            number.rule not in ("only", "last") or _ends_in_number(before)
        )
        return before if concluded else text
    return text


def _ends_in_number(text: str) -> bool:
    """Return whether the last line is a result: 18, = 18, so it is 18 dollars."""
    line = prepare_numerals(text).rpartition("\n")[2]
    numerals, _ = find_numerals(line, lower(line), japanese=False)
    if not numerals:
        return False
    last = numerals[-1]
    before = line[: last.start]
    return bool(CONCLUSION.search(before)) or len(_ENGLISH.findall(before)) < 2


def _marked(text: str) -> _Found | None:
    """Return the number directly after the last ``####``."""
    _, mark, rest = text.rpartition("####")
    if not mark:
        return None
    passage = Passage(rest.lstrip(" \t").partition("\n")[0])
    if not passage.numerals or passage.starts[0]:
        return None
    # In a heading, words follow the number.
    if re.match(r"[.)、:]\s?\w", passage.after(passage.numerals[0])):
        return None
    return passage.numerals[0].number, "marked"


_WITHIN_BRACES = lazy_pattern(r"\A\{{1,3}([^{}]*)\}{1,3}\Z")


def _boxed(text: str) -> _Found | None:
    """Return what the last box states, ``None`` if that is something else than a number."""
    box = last_box(text)
    if box is None:
        return None
    box = _WITHIN_BRACES.sub(r"\1", box.strip())
    if _UNKNOWN.match(box.strip()):
        return None, "boxed"
    passage = Passage(box)
    return (_content_number(passage, box), "boxed") if passage.numerals else None


def _content_number(passage: Passage, text: str) -> Number | None:
    """Return the number of the content of a box or a field, which is a passage already."""
    numerals = passage.numerals
    if len(numerals) == 1 and (numerals[0].start, numerals[0].end) == (0, len(passage.text)):
        return numerals[0].number
    return _single_number(text) if _is_expression(text) else _answer(text)


# --- what is stated -----------------------------------------------------------------------------


def _stated(passage: Passage) -> _Found | None:
    """Return the number of the last statement, or of its correction."""
    begin = passage.first(_NAMES_OF_ANSWERS)
    if begin < 0:
        return None
    place, found = _last_statement(passage, max(begin - _LONGEST_OPENING, 0))
    place, found = _last_postposed(passage, place) or (place, found)
    if found is None:
        return None
    others = len(passage.numerals) - passage.from_place(place) - (found[0] is not None)
    if others > 0:
        return _corrected(passage, place, found)
    return found


def _last_statement(passage: Passage, begin: int) -> tuple[int, _Found | None]:
    """Return what the last statement from a place on states, and where its words end."""
    for statement in reversed(list(_STATEMENT.finditer(passage.text, begin))):
        rule = "json" if statement["json"] else "stated"
        if found := _statement(passage, statement.end(), rule):
            return statement.end(), found
    return 0, None


def _last_postposed(passage: Passage, begin: int) -> tuple[int, _Found] | None:
    """Return the last number from a place on that is called the answer after it."""
    for index in range(len(passage.numerals) - 1, passage.from_place(begin) - 1, -1):
        numeral = passage.numerals[index]
        if _POSTPOSED.match(passage.text, numeral.end) and not is_denied(passage, index):
            return numeral.start, (numeral.number, "stated")
    return None


def _corrected(passage: Passage, place: int, found: _Found) -> _Found:
    """Return what is found, unless it is corrected after a place: 12. Wait, it should be 13."""
    if not contains(passage.lowered[place:], _CORRECTIONS):
        return found
    corrections = list(_CORRECTION.finditer(passage.text, place))
    if not corrections:
        return found
    for restated in reversed(list(_RESTATED.finditer(passage.text, corrections[-1].start()))):
        index = _first_stated(passage, restated.end())
        if index is not None:
            return _whole_number(passage, index), found[1]
    remaining = _remaining(passage, corrections[-1].end())
    return (remaining[0], found[1]) if remaining else found


def _statement(passage: Passage, place: int, rule: str) -> _Found | None:
    """Return the number that is stated at a place; ``None`` if no number follows directly."""
    if rule == "json":
        content = _content(passage, place)
        return None if _UNKNOWN.match(content) else _number_in(content), rule
    gap = _GAP.match(passage.text, place)
    begin = gap.end() if gap else place
    next_one = passage.from_place(begin)
    if passage.starts[next_one : next_one + 1] == [begin] and not is_denied(passage, next_one):
        return _whole_number(passage, next_one), rule
    if _UNKNOWN.match(passage.text, begin) or begin in passage.vague:
        return None, rule
    index = _first_stated(passage, place)
    return None if index is None else (_whole_number(passage, index), rule)


def _result(passage: Passage) -> _Found | None:
    """Return the number of a JSON object that calls it its result, solution or the like."""
    keys = list(_RESULT_KEY.finditer(passage.text))
    if not keys:
        return None
    content = _content(passage, keys[-1].end())
    if content.startswith("[") or _UNKNOWN.match(content):
        return None, "json"
    number = _number_in(content)
    return None if number is None else (number, "json")


def _first_stated(passage: Passage, place: int) -> int | None:
    """Return the number that directly follows, past those that are denied: not 20 but 18."""
    text = passage.text
    for index in range(passage.from_place(place), len(passage.numerals)):
        numeral = passage.numerals[index]
        between, denied = text[place : numeral.start], is_denied(passage, index)
        if denied:
            between = without_denial(between)
        if len(between) > _LONGEST_GAP or not _GAP.fullmatch(between):
            return None
        if not denied:
            return index
        place = past_denial(text, numeral.end)
    return None


_JSON_VALUE = lazy_pattern(r"\s?(?:\\?\"((?:[^\"\\]|\\.){0,400})\"?|([^,}\n]{0,400}))")


def _content(passage: Passage, place: int) -> str:
    """Return the text of a value in JSON."""
    value = _JSON_VALUE.match(passage.text, place)
    return (value[1] or value[2] or "").strip() if value else ""


def _number_in(content: str) -> Number | None:
    """Return the number of a value in JSON."""
    if content[:1] in "[{" or not content:
        return None
    return _content_number(Passage(content), content)


def _whole_number(passage: Passage, index: int) -> Number | None:
    """Return the number that a statement begins with; ``None`` if it states more than a number.

    3 + 15 = 18 is 18, but 3 + 15, 3 or 4, 2π and 2:30 are more.
    """
    text, numerals = passage.text, passage.numerals
    if is_part(passage, index) or is_one_of_several(passage, index):
        return None
    operated = False
    while index + 1 < len(numerals):
        between = text[numerals[index].end : numerals[index + 1].start].replace("**", "")
        if _is_result(passage, index, between, operated):
            return numerals[index + 1].number
        sign = text[numerals[index + 1].start]
        if len(between) > 40 or "\n" in between:
            break
        follows = _EQUAL_SIGN.match(text, numerals[index + 1].end)
        if not follows and (_SECOND.fullmatch(between) or (not between and sign in "-+")):
            return None
        if not _OPERATION.fullmatch(between) or not re.search(r"[-+*/×÷·^=≈]|\\[a-z]", between):
            break
        operated = not between.rstrip(" $€£¥(\\").endswith(("=", "≈"))
        index += 1
        if is_part(passage, index):
            return None
    if operated or _VARIABLE.match(text, numerals[index].end):
        return None
    return numerals[index].number


def _is_result(passage: Passage, index: int, between: str, operated: bool) -> bool:
    """Return whether the next number restates an expression or a count: 12 + 6, i.e. 18."""
    found = _THAT_IS.fullmatch(between)
    if found is None or not (operated or found["unit"]):
        return False
    after = passage.numerals[index + 1]
    return after.number.value.denominator == 1 and is_bare(passage, after)


# --- the last number that is not a mention ------------------------------------------------------


def _remaining(passage: Passage, start: int = 0) -> _Found | None:
    """Return the only number, or the last one, from a place on."""
    indices = range(passage.from_place(start), len(passage.numerals))
    numerals = passage.numerals
    clear = [index for index in indices if numerals[index].number.clear]
    places = clear or list(indices)
    if passage.denies:
        places = [index for index in places if not is_denied(passage, index)]
    if not places or _is_refused(passage, start) or _is_undecided(passage, places):
        return None
    last = places[0] if len(places) == 1 else _last(passage, places)
    if is_one_of_several(passage, last) or _is_no_answer(passage, places, last):
        return None, "last"
    number = numerals[last].number
    only = all(at == last or numerals[at].number.value == number.value for at in places)
    return (None if is_part(passage, last) else number), "only" if only else "last"


def _is_no_answer(passage: Passage, places: Sequence[int], last: int) -> bool:
    """Return whether the last number is a mere mention, or a bound that is not concluded.

    Either is no answer only where all others are mentions as well.
    """
    if is_mere_mention(passage, last):
        return True
    return (
        is_one_sided(passage, last)
        and passage.first(_NAMES_OF_ANSWERS) < 0
        and not CONCLUSION.search(passage.text)
        and all(at == last or is_mention(passage, at) for at in places)
    )


def _last(passage: Passage, places: Sequence[int]) -> int:
    """Return the last of several numbers that is not beside the answer."""
    last = next((at for at in reversed(places) if not is_mention(passage, at)), None)
    last = places[-1] if last is None else in_its_sentence(passage, places, last)
    return before_its_parts(passage, places, last)


def _is_refused(passage: Passage, start: int) -> bool:
    """Return whether a text says that there is no answer, and concludes nothing after that."""
    if not passage.contains(_REFUSALS):
        return False
    refusals = list(_REFUSAL.finditer(passage.text, start))
    return bool(refusals) and not CONCLUSION.search(passage.text, refusals[-1].end())


def _is_undecided(passage: Passage, places: Sequence[int]) -> bool:
    """Return whether a text cannot decide between its numbers, and does not after that either."""
    if len(places) < 2 or not passage.contains(_INDECISION):
        return False
    found = _UNDECIDED.search(passage.text)
    if found is None:
        return False
    last = passage.numerals[places[-1]].start
    decided = passage.sentence(last) >= found.end() or _TURNED.search(
        passage.text, found.end(), last
    )
    return not decided


# --- expressions: references and boxes ----------------------------------------------------------


def _is_expression(text: str) -> bool:
    """Return whether a text is no prose: few words, on one line."""
    plain = _LATEX_TEXT.sub(r" \1 ", text)
    if "\n" in plain.strip() and "\\begin" not in plain:
        return False
    if len(_ENGLISH.findall(plain)) >= _WORDS_OF_PROSE:
        return False
    # The characters of numerals do not count.
    return (
        len(_EASTERN.findall(plain)) < _CHARACTERS_OF_PROSE
        or len(_EASTERN.findall(_rest(Passage(plain)))) < _CHARACTERS_OF_PROSE
    )


def _single_number(text: str) -> Number | None:
    """Return the number that an expression is, ``None`` if it is more."""
    plain = _LATEX_TEXT.sub(r" \1 ", _DEGREES.sub("°", prepare_numerals(text)))
    plain = _DRESSING.sub(" ", plain).strip()
    if "\\begin" in plain or ("=" in plain and _EQUATIONS.search(plain)):
        return None
    passage = Passage(plain.rpartition("=")[2])
    numbers = [each.number for each in passage.numerals]
    if not 0 < len(numbers) <= _MOST_NUMBERS:
        return None
    places = [at for at in range(len(numbers)) if not is_mention(passage, at)] or [0]
    one = len({numbers[at].value for at in places}) == 1
    if not one or any(is_part(passage, at) or is_denied(passage, at) for at in places):
        return None
    rest = _UNIT_POWER.sub("", _rest(passage))
    factor = _FACTORS.match(passage.after(passage.numerals[places[-1]], 6))
    return None if factor or _MATHEMATICS.search(rest) else numbers[places[0]]


def _rest(passage: Passage) -> str:
    """Return what is left of a text where its numerals are cut out."""
    pieces, end = [], 0
    for numeral in passage.numerals:
        pieces.append(passage.text[end : numeral.start])
        end = numeral.end
    return " ".join([*pieces, passage.text[end:]])
