"""Numbers beside the answer: denied ones, mentions, times and comparisons, parts of a total."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence

from textmetrics._patterns import lazy_pattern
from textmetrics.answers.numerals import Numeral
from textmetrics.answers.passage import Passage

__all__ = [
    "CONCLUSION",
    "before_its_parts",
    "in_its_sentence",
    "is_denied",
    "is_mention",
    "is_mere_mention",
    "past_denial",
    "without_denial",
]

_NOT = lazy_pattern(
    r"(?:\b(?:not|neither|nor|never|cannot|not\s\S{1,12}\s(?:or|and)|rather\sthan|instead\sof|other\sthan)|n't)"
    r"\s(?:be\s|equal\s(?:to\s)?|exactly\s|the\s)?(?:\\?[$€£¥])?\Z"
    r"|(?:不|并非|並非|绝非|而非)(?:[是为等會会]|可能是|应该是|能是)?于?\Z",
    re.IGNORECASE,
)
_NOT_AFTER = lazy_pattern(
    r"\s?(?:[A-Za-z]{1,12}\s)?(?:[、,]?(?:では|じゃ)(?:な|あり)|でな[くい]|でも[^。\n]{0,12}な[くい]|は(?:誤り|間違い|違い)"
    r"|[是为](?:错|錯|不对|不對|误)|不对|不對|[有是]误|有誤|错了|錯了"
    r"|(?i:is|was|are|would\sbe)(?:n't|\s(?i:not|never))\b"
    r"|(?i:is|was)\s(?i:wrong|incorrect|false)\b)"
)
_TIME = r"(?:second|minute|hour|day|night|week|month|year|decade)s?"
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov|Dec)[a-z]{0,6}\.?"
# No answer where there is another number: what is named by a number, and dates.
_NAMES = (
    "step", "steps", "part", "eq", "eqs", "equation", "equations", "fig", "figure", "figures",
    "table", "tables", "section", "chapter", "line", "lines", "page", "pages", "p", "pp",
    "question", "questions", "problem", "example", "ex", "note", "hint", "attempt", "version",
    "method", "case", "theorem", "rule", "article", "appendix", "exercise", "paragraph",
    "slide", "footnote", "volume", "vol", "room", "flight", "lemma",
)  # fmt: skip
_THINGS = "order|ticket|invoice|issue|item|case|reference|ref|phone|account|bus|line|pr"
_NAMED = lazy_pattern(
    rf"(?i:\b(?:{'|'.join(_NAMES)}|(?:{_THINGS})(?:\s(?:no|number)|(?=\s?#)))\.?\s?[#(]?)\Z"
    r"|(?:步骤|步驟|图|圖|表|公式|方程|附录|手順|ステップ|図|式|例|ページ|脚注|注|問題?|问题?|第|习题|題|题"
    r"|练习|練習|例题|例題|[订編编單]单?[号號]|(?:整理|受付|注文|会員|予約)番号)\s?[#:(]?\Z"
    rf"|(?P<date>\b{_MONTH}\s(?:[0-9]{{1,2}},\s)?\Z|[0-9]{{4}}-(?:[0-9]{{2}}-)?\Z|[0-9]年(?:[0-9]{{1,2}}月)?\Z)"
)
_LONGEST_NAME = 20
# What names in Han characters and kana, and dates, end in.
_NAME_ENDS = frozenset("骤驟图圖表式程录順プ図例ジ注問问題题第习練练号號年月,-")
_BEFORE_NUMBERS = frozenset((*_NAMES, *_THINGS.split("|"), "no", "number"))
# Citations, confidence, hints, remarks in brackets, references. No such mention is without a mark.
_MENTION_MARKS = (
    "[", "【", "(", "confiden", "certain", "hint", "note", "tip", "example", "e.g.", "度", "把握",
    "信", "提示", "注", "备", "備考", "ヒント", "例", "参", "详", "根据",
)  # fmt: skip
_MENTION_BEFORE = lazy_pattern(
    r"(?:\[(?:[0-9]{1,3}[,-]\s?){0,9}|【)\Z"
    r"|(?i:confiden(?:ce|t)|certainty)\b[^\n.]{0,24}\Z"
    r"|(?:置信度|可信度|把握|信心|確信度|信頼度|自信)[^\n。,、]{0,8}\Z"
    r"|(?:\b(?i:hint|note|tip|example|e\.g\.)|提示|注意?|备注|備考|ヒント|例)\s?:[^\n()]{0,60}\Z"
    r"|[0-9\w%]\S{0,12}\s?\((?!i\.e|that\sis|in\stotal|total|[=即共]|つまり)[^()\n=]{0,60}\Z"
    r"|(?:参见|参考|参照|详见|根据)[^()\n。,]{0,20}\Z"
)
_MENTION_AFTER = lazy_pattern(
    r"(?:[,-]\s?[0-9]{1,3}){0,9}\](?!\()|】"
    r"| ?(?:%|(?i:percent))? ?(?i:confiden|sure\b|certain)| ?(?:の確信|的?把握|的?置信)"
    r"|年[0-9]{1,2}月|月[0-9]{1,2}日|-[0-9]{2}-[0-9]{2}(?![0-9])"
    rf"|\s{_MONTH}\s[0-9]{{4}}"
)
_ORDINAL_AFTER = lazy_pattern(
    r"(?:[步題题页頁章节節问問条條段行款项項课課讲講届屆期版卷巻册冊集話话回号號]|ステップ|つ目の手順"
    r"|番目の(?:式|手順))"
)
# A whole date is more than a number, and a year (in March 1969) is one.
_DATE = lazy_pattern(
    r"[0-9]{4}年[0-9]{1,2}月(?:[0-9]{1,2}[日号號])?|[0-9]{1,2}月[0-9]{1,2}[日号號]"
    r"|(?<![0-9/.-])(?:[0-9]{4}([-/.])[0-9]{1,2}\1[0-9]{1,2}|[0-9]{1,2}([/.])[0-9]{1,2}\2[0-9]{4})(?![0-9/-])"
    rf"|\b[0-9]{{1,2}}(?:st|nd|rd|th)?\s(?:of\s)?{_MONTH}(?![a-z])(?:,?\s[0-9]{{4}}\b)?"
    rf"|(?<![Ii]n\s)\b{_MONTH}\s[0-9]{{1,2}}(?:st|nd|rd|th)?\b(?:,?\s[0-9]{{4}}\b)?(?!\s[a-z]+s\b)"
)
_CITATIONS = ("[", "【", "confiden", "度")
_CITED = lazy_pattern(
    r"[A-Za-z\u3400-\u9fffぁ-ヺ][.。]?\s?(?:\[|【)(?:[0-9]{1,3}[,-]\s?){0,9}\Z"
    r"|\b(?:confidence|confident)\b[^\n.]{0,24}\Z|(?:置信|可信|確信|信頼)度[^\n。,、]{0,8}\Z",
    re.IGNORECASE,
)
_LONGEST_DATE, _LONGEST_OPENING = 24, 60
_DATE_SIGNS = tuple("-/.")
_MONTHS = (
    "年", "月", "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
)  # fmt: skip
# What is named by a number begins the sentence, as what it is about, or is where to look.
_TOPIC = lazy_pattern(
    r"(?:\A|[.!?。!?\n]\s?)(?:(?i:in|on|for|from|under|the|this|our)\s|在|本|この|その){0,2}\Z",
    re.IGNORECASE,
)
_LOOK = lazy_pattern(
    r"(?:\b(?:see|cf\.?|refer\sto|turn\sto|go\sto|according\sto|as\s(?:shown|seen|given)\s(?:in|on)|consult)\s"
    r"(?:also\s)?(?:the\s)?|参见|参考|参照|参阅|详见|请?[见看]|翻到|根据|按照|[选選摘出]自|[刊载載][于於])(?:\S{1,12}\s?|第)?[#(]?\Z",
    re.IGNORECASE,
)
_MERELY_AFTER = lazy_pattern(
    r"\s?(?:ページ|頁|章|節)?(?:を(?:参照|ご覧|見|読|開)|に(?:記載|掲載|載)|参照|所示|によ[るれ]ば?)"
    r"| ?(?:%|percent)? ?(?:confiden|sure\b|certain)",
    re.IGNORECASE,
)
_SOMETHING_FOLLOWS = lazy_pattern(r"[^.。!?]{0,6}?[A-Za-z\u3400-\u9fffぁ-ヺ]{2}")
_LIST_MARK = lazy_pattern(r"[.)、:]\s")
# A check after the answer, to the end of its bracket or of its equations.
_CHECK_MARKS = (
    "check",
    "verif",
    "proof",
    "验",
    "驗",
    "検算",
    "核对",
    "確か",
    "確認",
    "检查",
    "檢查",
)
_CHECK = lazy_pattern(
    r"(?:\A|[.!?;,。!?\n]\s?|(?P<bracket>\())[*_\s]{0,4}(?:(?:a|as|to|let's|let\sus|let\sme|we\s(?:can|will)|you\scan|we|i"
    r"|quick|quickly|sanity|double|final|now|and)[\s-]){0,4}(?:(?:check(?:s|ed|ing)?|verif\w{1,8}|proof)\b"
    r"(?:[^.\n:,0-9]{0,30}[:,]|\sthat\b)|(?:我们|我們|再|代入|最后|下面|来|來)*(?:[验驗][算证證]|检验|檢驗|检查|檢查|核对|検算|確認"
    r"|確かめ)[^.。\n0-9]{0,12}?[:,、])",
    re.IGNORECASE,
)
_CHECK_ENDS = lazy_pattern(
    r"[.。!?]\s?(?=[A-Za-z\u3400-\u9fffぁ-ヺ])|\b(?:so|therefore|thus|hence)\b|所以|因此|よって|したがって|\n\s?\n"
)
_LONGEST_CHECK = 160
# In a sentence with another number, a time is not what was asked for: by day 5, in 3 weeks.
_TIME_BEFORE = lazy_pattern(
    rf"\b(?i:by|on|at|until|till|before|after|from)\s(?i:the\s)?(?i:{_TIME}|age|round|level)\s?\Z"
    r"|(?<=第)\Z"
)
_TIME_LEADS = lazy_pattern(
    r"\b(?i:in|after|within|over|every|during|per)\s(?i:(?:the\s)?(?:next|last|past|first)\s)?\Z"
    r"|(?:每|在|经过|過去|経過)\Z"
)
_TIME_FOLLOWS = lazy_pattern(
    rf"(?:\s|-)?(?i:{_TIME})\b|(?:个|個|か|ヶ)?(?:天|周|週間?|月|年間?|小时|小時|時間|分钟|分鐘|分間?|日間?|秒)"
)
_TIME_AFTER = lazy_pattern(
    rf"\s(?i:{_TIME})\s(?i:later|ago|from\snow)\b|(?:个|個|か|ヶ)?(?:天|周|週間?|月|年|小时|小時|時間|分钟|分|日|回)"
    r"(?:目|后|後|之后|之後|以后|以後|内|內|以内|前)"
)
# No aside is without one of these.
_ASIDES = (
    "second", "minute", "hour", "day", "night", "week", "month", "year", "decade", "age", "round",
    "level", "than", "out of", "第", "天", "周", "週", "月", "年", "时", "時", "分", "日", "秒",
    "回", "比", "より", "多い", "少ない", "増え", "減",
)  # fmt: skip
# Nor is what it is compared with: 3 more than before, 18 out of 20.
_COMPARED = lazy_pattern(
    r"\b(?i:than|out\sof)\s\S?\Z|比[^。,、\d]{0,12}(?:多|少|大|小|高|低)了?\Z|より\Z"
)
_COMPARED_AFTER = lazy_pattern(
    r"\s(?:[A-Za-z]{1,12}\s){0,2}(?i:more|fewer|less|greater|higher|lower|older|younger|taller)\s(?i:than)\b"
    r"|[^\s。,、]{0,3}より|[^\s。,、に]{0,3}(?:多い|少ない|増え|減)"
)
# What lists the parts of a number before it. No such list is without one of the signs.
_PARTS_SIGNS = (
    "of ", "inclu", "consist", "compris", "breakdown", "broken", ":", "—", "(", "訳", "构成",
    "其中", "うち", "包", "分别", "分別", "total", "altogether", "in all", "共", "合", "全",
    "总", "總",
)  # fmt: skip
_PARTS = lazy_pattern(
    r"(?P<always>内訳|內訳|其构成|\b(?i:breakdown|broken\sdown|made\sup\sof|consist(?:s|ing)\sof"
    r"|compris\w+|this\sincludes)\b)|\b(?i:of\s(?:which|whom)|includ(?:es|ing))\b"
    r"|(?:\A|[,.;:\n]\s?)(?i:of\s(?:these|them|those))\b|其中|[,、。(](?:その)?うち|そのうち"
    r"|包括|包含|分别是|分別是"
)
_LIST_BEGINS = lazy_pattern(r"[:：—(]")
_MOST_PARTS = 8
_TOTAL_BEFORE = lazy_pattern(
    r"(?:[总總一]?共(?:[有计計]|是)?|总计|總計|合[计計]|合わせて|全[部員体]で|\b(?i:total))[^0-9。,、.]{0,8}\Z"
)
_TOTAL_AFTER = lazy_pattern(r"[^.。,\n]{0,20}\b(?i:in\stotal|altogether|in\sall)\b")
_CONCLUDING = (
    r"\b(?i:so|therefore|thus|hence|in\stotal|altogether)\b|所以|因此|故(?!事)|一共|总共"
    r"|よって|したがって|ゆえに|合計|="
)
CONCLUSION = lazy_pattern(_CONCLUDING)
_RESULT = lazy_pattern(
    rf"{_CONCLUDING}|\b(?i:total|leav\w+|left|remain\w*|makes?)\b|共|合计|总|總|剩|ので|残り|全部"
)

_INSTEAD = lazy_pattern(
    r"[\s,.、]*(?:but|rather|it(?:'s|\sis)|and|而是|应?是|く|なく|で)?[\s、,*]*"
)


def is_denied(passage: Passage, index: int) -> bool:
    """Return whether a number is said not to be the answer."""
    numeral = passage.numerals[index]
    return passage.denies and bool(
        _NOT.search(passage.before(numeral, 30)) or _NOT_AFTER.match(passage.after(numeral))
    )


def past_denial(text: str, place: int) -> int:
    """Return the place behind the words that deny a number which ends at a place."""
    for skipped in (_NOT_AFTER, _INSTEAD):
        found = skipped.match(text, place)
        place = found.end() if found else place
    return place


def without_denial(text: str) -> str:
    """Return a text without the words of denial that it ends in."""
    return _NOT.sub("", text)


def is_mention(passage: Passage, index: int) -> bool:
    """Return whether a number is a citation, a date, the number of a step or the like."""
    numeral = passage.numerals[index]
    text, end = passage.text, numeral.end
    if _MENTION_AFTER.match(text, end):
        return True
    before = passage.before(numeral, _LONGEST_NAME)
    if before.endswith("第"):
        return bool(_ORDINAL_AFTER.match(text, end))
    if _name(before):
        return True
    if passage.contains(_MENTION_MARKS) and _MENTION_BEFORE.search(passage.before(numeral)):
        return True
    if passage.contains(_CHECK_MARKS) and _is_in_check(passage, numeral):
        return True
    begins = not before or before.endswith("\n")
    return begins and bool(_LIST_MARK.match(text, end)) and numeral.number.value.denominator == 1


def _is_in_check(passage: Passage, numeral: Numeral) -> bool:
    """Return whether a number is in a check of the answer: "to check, 20 × 30 = 600"."""
    before = passage.before(numeral, _LONGEST_CHECK)
    checks = list(_CHECK.finditer(before))
    if not checks:
        return False
    rest = before[checks[-1].end() :]
    closed = checks[-1]["bracket"] and rest.count(")") > rest.count("(")
    return not closed and not _CHECK_ENDS.search(rest)


def is_mere_mention(passage: Passage, index: int) -> bool:
    """Return whether a number is no answer even alone: a whole date, "question 7 is about …".

    A named number can be what was asked for ("The error is in step 3", "Page 118"), unless the text
    says something about it, or only where to look.
    """
    numeral, text = passage.numerals[index], passage.text
    before = passage.before(numeral, _LONGEST_OPENING)
    if before[-1:] in _DATE_SIGNS or passage.contains(_MONTHS):
        begin = max(numeral.start - _LONGEST_DATE, 0)
        for found in _DATE.finditer(text, begin, numeral.end + _LONGEST_DATE):
            if found.start() <= numeral.start < found.end():
                return True
    if _MERELY_AFTER.match(text, numeral.end):
        return True
    if passage.contains(_CITATIONS) and _CITED.search(before):
        return True
    if before.endswith("第") and not _ORDINAL_AFTER.match(text, numeral.end):
        return False
    named = _name(before)
    if named is None or named["date"]:
        return False
    begins = _TOPIC.search(before[: named.start()])
    return bool((begins and _SOMETHING_FOLLOWS.match(text, numeral.end)) or _LOOK.search(before))


def _name(before: str) -> re.Match[str] | None:
    """Return the name at the end of a text that a number follows: step, page, 第."""
    tail = before.rstrip(" #(.:")
    last = tail[-1:]
    if last.isascii() and last.isalpha():  # most words are no names, which takes long to find out
        word = tail.rpartition(" ")[2].lower()
        if word.isalpha() and word not in _BEFORE_NUMBERS and word[:3] not in _MONTHS:
            return None
    elif last not in _NAME_ENDS:
        return None
    return _NAMED.search(before)


def in_its_sentence(passage: Passage, places: Sequence[int], last: int) -> int:
    """Return the last number of a sentence that is no aside, if there is one."""
    if not passage.contains(_ASIDES) or not _is_aside(passage, last):
        return last
    numerals = passage.numerals
    begin = passage.sentence(numerals[last].start)
    for index in reversed(places[: bisect_left(places, last)]):
        if numerals[index].start < begin:
            break
        if not is_mention(passage, index) and not _is_aside(passage, index):
            return index
    return last


def _is_aside(passage: Passage, index: int) -> bool:
    """Return whether a number is a time or what something is compared with."""
    numeral = passage.numerals[index]
    before, after = passage.before(numeral, 40), passage.after(numeral)
    if _TIME_AFTER.match(after) or _COMPARED_AFTER.match(after) or _COMPARED.search(before):
        return True
    follows = bool(_TIME_FOLLOWS.match(after))
    if before.endswith("第"):
        return follows
    return bool(_TIME_BEFORE.search(before)) or (follows and bool(_TIME_LEADS.search(before)))


def before_its_parts(passage: Passage, places: Sequence[int], last: int) -> int:
    """Return the number whose parts the last ones are, if there is one: 7 people, 3 of whom."""
    before = places[: bisect_left(places, last)]
    if not before or not passage.contains(_PARTS_SIGNS):
        return last
    total = _listed_total(passage, before, last)
    if total is None:
        total = _sum_of_parts(passage, before, last)
    return last if total is None else total


def _listed_total(passage: Passage, before: Sequence[int], last: int) -> int | None:
    """Return the number before words that list its parts, such as "of which" and 内訳.

    It is in the same sentence, or called a total, or the words say that they list parts.
    """
    text, numerals = passage.text, passage.numerals
    begin = passage.sentence(numerals[last].start)
    found = _PARTS.search(text, begin, numerals[last].start)
    if found is None or _concludes(passage, found.end(), last):
        return None
    count = bisect_left(before, passage.from_place(found.start()))
    if count > 1 and text[numerals[before[count - 1]].end : found.start()].isspace():
        count -= 1  # 12 apples, 5 of which are red
    if not count:
        return None
    total = before[count - 1]
    listed = numerals[total].start >= begin or found["always"] or _is_called_total(passage, total)
    return total if listed else None


def _sum_of_parts(passage: Passage, before: Sequence[int], last: int) -> int | None:
    """Return the number that those after it add up to: 7 people (3 boys and 4 girls)."""
    numerals = passage.numerals
    if _concludes(passage, numerals[before[-1]].end, last):
        return None
    parts = numerals[last].number.value
    for position in range(len(before) - 1, max(len(before) - _MOST_PARTS, 0) - 1, -1):
        total = before[position]
        if position < len(before) - 1 and numerals[total].number.value == parts:
            following = passage.text[numerals[total].end : numerals[before[position + 1]].start]
            begins = _LIST_BEGINS.search(following) or _is_called_total(passage, total)
            return total if begins and not _concludes(passage, numerals[total].end, last) else None
        parts += numerals[total].number.value
    return None


def _concludes(passage: Passage, place: int, last: int) -> bool:
    """Return whether something is concluded between a place and a number."""
    return _RESULT.search(passage.text, place, passage.numerals[last].start) is not None


def _is_called_total(passage: Passage, index: int) -> bool:
    """Return whether a number is called a total: 一共18, 18 in total."""
    numeral = passage.numerals[index]
    before, after = passage.before(numeral, 30), passage.after(numeral)
    return bool(_TOTAL_BEFORE.search(before) or _TOTAL_AFTER.match(after))
