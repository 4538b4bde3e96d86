# ruff: noqa: E501 (lists of words)
"""Whether a free text says yes or no, true or false; the rules are in docs/answers.md."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import IntEnum
from functools import cache
from typing import NamedTuple

from textmetrics.answers.clauses import (
    EXPLAINED,
    SENTENCE,
    SILENT,
    plain_marks,
    questions,
    word_kinds,
)
from textmetrics.answers.extractors import last_box
from textmetrics.languages import normalize

__all__ = ["judgement_of"]


class _Strength(IntEnum):
    """How clearly a clause answers the question."""

    OTHER = 0
    CLAIM = 1  # of the claim: "the statement is true"
    LEADING = 2  # at the beginning of the text
    STATED = 3  # as the answer, as a conclusion, or after a correction


class _Statement(NamedTuple):
    """What a clause says; no value: that it is open."""

    value: bool | None
    strength: _Strength


# Kinds of words (clauses.py) that say yes, and those that say no.
_YES, _NO = "yRAT", "z0WU"
_LETTER = re.compile(
    r"(?:(?i:(?:final\s)?answer(?:\sis)?|t/f|y/n|true(?:/|\sor\s)false|yes(?:/|\sor\s)no)\W*"
    r"|(?:答案|回答|判断|判定|答え|解答|正解)[是为為は]?\W*)?([TFYN])\W*(?:です)?\W*"
)
# Right or wrong before a noun is no verdict ("the correct statement is …"), unless it is said of
# something: "this is a correct statement". So it is as a topic: 正しくは、….
_ATTRIBUTE = re.compile(r"(?<![cphN:])[RW](?=[as].|x)|Rc+(?=x|$)")
# A quotation mark that could be an apostrophe.
_QUOTED = re.compile(r"(?<!\w)'(?=\w)|(?<=\w)'(?!\w)")
_LEADING = re.compile(rf"[!C&b]*N*[{_YES}{_NO}]")
_STATED = re.compile(rf"a[xrsp]*[c:]+[hNc]*[{_YES}{_NO}]|^[!&b]*C|^[xs]*:N?[{_YES}{_NO}]|[^x]ca$")
_CLAIM = re.compile(rf"[sp][xrhNc:]{{0,4}}[{_YES}{_NO}]|^bc?N*[{_YES}{_NO}]")
_HEDGED = re.compile(r"h|[RW]q|w")
_DENIED = re.compile(r"[!&bC]*(?:[ps]c?N[ls]*|cN[ls]*|h?Nc)")
# Denials count before the last value, or directly behind it.
_SCOPE = re.compile(rf".*[{_YES}{_NO}][chls]*[NnZ]*")
_TWICE = re.compile(r"[RWAUT][^cq:]{0,4}[cq:].*[RWAUT]")
_SAID = r'(?=_?(?:[.,!;"|\n]|$))'
_BEGUN = r"(?:^|(?<=[.;:!?,\n])|(?<=[.;:!?,\n]_))"
_CLOSED = r"(?=\s?(?:[,.;!、。)」】\]|]|$|\n))"
_UNQUOTED = r"(?=[”\"」』’](?:[。.,，!;；)）\s|]|$|です|であ|だ|では|而))"
_ALONE = r'(?:^|(?<=[。.!?:\n「"]))'
# Words of judgements alone, before those of clauses.py, which describes their form. Kinds of their
# own are X, "not this but", and j, "rather than".
_WORDS = (
    # No more can be said, or denied: what follows is so.
    (
        "-",
        r"""(?:could(?:n['’]t|_not|_never|_hardly|_scarcely)|can(?:['’]t|_?not|_never|_hardly)|nothing_(?:could|can))_(?:be|have_been)_(?:any_)?more
        (?:not|can['’]t|cannot|\w{1,6}n['’]t)_(?:be_)?(?:\w+ly_)?(?:den(?:y|ied)|disputed?|doubt(?:ed)?|contest(?:ed)?|question(?:ed)?)(?:_that)?
        (?:nobody|no_one|few|no_\w+)_(?:\w+ly_)?(?:den(?:y|ies)|disputes?|doubts?|questions?|contests?) beyond_(?:any_)?(?:\w+_)?(?:doubt|dispute|question) nothing_short_of almost_(?:certainly|surely|definitely)
        without_(?:question|dispute) no_(?:question|denying|disputing|arguing)_(?:about|that)
        undisputed(?:ly)?""",
        r"""[没沒]有(?:什么|什麼|任何)?比[^,，。;；\n]{1,6}更 [毋无無不][庸容可须][置讳諱][疑辩辯言] [无無]可(?:置疑|争议|爭議|否认|否認|厚非)
        之[处處] (?<=が)ある(?=と|わけ) という(?=わけ) のでしょう(?!か) (?:だけ|のみ|ばかり)(?:では|じゃ|で)な(?:く|い)(?:て)? (?:こと|の)?[をはが]?否め(?:ない|ません)
        (?:こと|の)?[をはが]?(?:否定でき|疑い(?:よう|の余地)?[はが]|疑う余地[はが])(?:ない|ません|な|あり)(?:ません)?""",
    ),
    # Supposed, not said.
    (
        "h",
        "(?:(?:most|very|quite|highly)_)?likely_to_be (?:(?:most|very|quite|highly)_)?likely(?=_(?!that|to\\b|than)[a-z])",
        "の(?:では|じゃ)(?:ない|ありません)(?:だろう|でしょう)?か",
    ),
    # Questions without their mark.
    (
        "?",
        "(?!)",
        r"[吗嗎](?=\s?(?:[,，。.;；\n]|$)) (?:の?(?:です|ます|だろう|でしょう)|よう)か(?=\s?(?:[。\n]|$))",
    ),
    # Both at once.
    (
        "D",
        rf"""(?:yes|true|right|correct|valid)_?,?_(?:and|as_well_as)_(?:\w+_)?(?:no|false|wrong|incorrect|untrue|invalid){_SAID}
        (?:no|false|wrong|incorrect|untrue|invalid)_(?:and|as_well_as)_(?:yes|true|right|correct|valid){_SAID}
        (?:hard|difficult)_to_(?:call|argue|claim|accept|believe|see_(?:how|why))""",
        r"""[既又亦](?:是)?(?:[对對真是]|正[确確])的?[,，]?[又也亦](?:是|不是)?(?:不?[对對错錯真假]|不?正[确確]|[错錯][误誤])
        [既又亦](?:是)?(?:[错錯假]|[错錯][误誤]|不[对對]|不正[确確])的?[,，]?[又也亦](?:是)?(?:[对對真]|正[确確])
        是[,，]?也不是 半[对對真]半[错錯假] [对對]{1,2}[错錯]{1,2}(?:参半|參半|各半) 有[对對]有[错錯] 很?[难難]以?(?:认定|認定|断定|斷定|确认|確認|认为|認為|相信|称|稱)
        (?:正し|間違い|誤り|はい|いいえ|本当|嘘)(?:く|い)?で?も(?:あり|あれば)、?(?:正し|間違|誤|はい|いいえ|本当|嘘|そう)(?:って|く|い|り)?で?も""",
    ),
    ("k", "all_but(?=_(?:true|false|right|wrong|correct|incorrect|certain)\\b)", "(?!)"),
    ("X", "(?!)", "の?(?:では|じゃ)なく(?:て)?(?!(?:な[いりる]|も))"),
    ("j", "rather_than instead_of as_opposed_to", "而(?:不是|并非|並非|非)"),
    ("W", "too_good_to_be_true", "(?!)"),
    (
        "R",
        r"(?:error|mistake)\W?free flawless(?:ly)? faultless could(?:n['’]t|_not)_be_(?:truer|righter)",
        "(?!)",
    ),
    # Denials in other words.
    (
        "N",
        r"""(?:could(?:n['’]t|_not)|can(?:['’]t|_?not)|nothing_(?:could|can))_be_(?:any_)?f[ua]rther_from(?:_being)?
        (?:any|every)thing_but seldom rarely scarcely barely free_(?:of|from) devoid_of
        lack(?:s|ing)?(?:_(?:of|in|any))? den(?:y|ies|ied|ying)_that
        nowhere_near in_no_way by_no_means(?!_?(?:[.!]|$))""",
        r"""[毫并並全绝絕]?[无無](?=任何|[错錯]|[误誤][解导導区區]|正[确確]|不[当當妥]) [毫并並全绝絕]?[无無]法(?!判[断斷定]|[确確][定認认]|得知|作出) 否认 否認 怎[么麼](?:可能|会|會|能) [岂豈](?:能|会|會|可) 哪(?:能|会|會|可能) 难道 難道
        [很极極][少](?=[是对對正错錯准準]) 否定する 否定され""",
    ),
    (
        "n",
        "(?!)",
        r"""の(?:では|じゃ)(?:ない|ありません|なかった) とは[^、。\n]{0,5}(?:言え|いえ|思え|考えられ|限ら|認められ|見なせ)(?:な[いく]|ませ)ん?
        とは(?:言い|いい)(?:難い|がたい|にくい) と?[はに]?(?:ほど|程)遠い な(?:し|さそう)(?=[。、,.]|です|$) (?<=って)い?(?:ない|ません)(?!か) (?<=えては)い(?:ない|ません)
        (?<=っては)な[いく]""",
    ),
    (
        "W",
        "(?!)",
        "誤って(?:いる|います|(?=いな|いま|は|な|ま)) (?<![\u3400-\u9fff])[错錯][啦呀啊] 間違って(?:いた|いました) 間違えて(?=は|な|い(?:な|ませ)) (?<![ァ-ヺー])バツ(?![ァ-ヺー]|が悪) (?<![ぁ-んァ-ヺー])ばつ(?=[。、,.]|です|$) まちが(?:って|い|え)(?:いる|います|です)? あやまり ちが(?:います|う) 毫无根据 毫無根據",
    ),
    (
        "R",
        "(?!)",
        """(?<![ァ-ヺー])マル(?![ァ-ヺー]) (?<![ぁ-んァ-ヺー])まる(?=[。、,.]|です|$) まちがい(?:は|が)?(?:な[いく]|ありません) ただしい
        問題(?:は|が)?(?:ありません|な(?:い|し))(?=[。、,.!]|です|と|$)""",
    ),
    # Yes and no.
    (
        "0",
        rf"""(?:probably|presumably|likely|perhaps|maybe|surely|clearly|obviously|apparently|afraid|think|guess|suppose|believe)_not{_SAID}
        (?:(?:do|does|did|would)(?:n['’]t|_not))_(?:think|believe|say)_so{_SAID} {_BEGUN}(?:nah|nay|naw|hardly|no_way|by_no_means|not_necessarily){_SAID}""",
        rf"""(?:当然|當然|绝对|絕對|肯定|显然|顯然|一定|的确|的確|确实|確實)不(?:是|会|會|能|行|可以|可能)的?{_CLOSED}
        (?<![\u3400-\u9fff])不行{_CLOSED}""",
    ),
    (
        "y",
        rf"""i_(?:\w+_)?(?:think|believe|guess|suppose|reckon|say)_so{_SAID} i['’]d_say_so{_SAID}
        {_BEGUN}(?:affirmative|exactly|precisely|agreed|aye|yup|yea){_SAID}
        {_BEGUN}(?:of_course|sure|totally|undoubtedly|naturally|obviously)(?=_?(?:[.!"]|$))
        {_BEGUN}(?:(?:it|they|he|she|this|that|these|we|you|i)_(?:(?:sure|really|indeed|certainly)_)?(?:is|are|was|were|do|does|did|can|will|has|have)|you_bet|very_much_so)(?=_?(?:[.!"]|$))
        could(?:n['’]t|_not)_agree_more""",
        rf"""(?<=[“"「『‘])(?:是|有|会|會|能|可以|可能)的?{_UNQUOTED}
        (?<![\u3400-\u9fff])(?:我(?:想|觉得|覺得|认为|認為|看))?(?:应该|應該|大概|也许|或许|可能|恐怕|好像|似乎|多半|肯定|一定|当然|當然|绝对|絕對|的确|的確|确实|確實|显然|顯然)?(?<=[\u3400-\u9fff])是的?{_CLOSED}
        (?<![ぁ-んァ-ヺー\u3400-\u9fff])(?:うん|ええ)(?=[。、,.!]|\s|$) {_ALONE}(?:もちろん(?:です)?|嗯|[对對][呀啊哦啦嘛]|当然|當然)(?=[。.!」"]|$) {_ALONE}(?:嗯|[对對][呀啊哦啦嘛])(?=[,，、]) {_ALONE}(?:できます|できる|あります|ある|います|いる)(?=[。,、.」"]|です|$)""",
    ),
    (
        "z",
        "(?!)",
        rf"""(?<=[“"「『‘])(?:否|不是?|不会|不會|不能|不可以|不可能|没有|沒有)的?{_UNQUOTED}
        (?<![ぁ-んァ-ヺー])ううん(?=[。、,.!]|\s|$) {_ALONE}(?:できません|できない|ありません|ない|いません|いない)(?=[。,、.」"]|です|$)""",
    ),
    (
        "a",
        r"(?:true(?:_or_|/)false|yes(?:_or_|/)no|t/f|y/n)(?=_?:)",
        "(?:正[误誤]|[对對][错錯]|○×|真[伪偽])(?:判断|判定)?(?=:)",
    ),
    ("h", "(?!)", "大概 估计 估計 多半 恐怕"),
)
_DROPPED = str.maketrans("", "", SILENT)


@cache
def _words() -> tuple[re.Pattern[str], dict[str, str]]:
    pattern, kinds = word_kinds(_WORDS)
    return re.compile(pattern), kinds


def judgement_of(text: str) -> bool | None:
    """Return whether a text says yes (true, right) or no, or ``None`` if it says neither.

    A denial turns a word around, and two turn it back. The last statement of an answer or a
    conclusion decides; else the word at the beginning; else the last that is said of the claim
    itself; else what all others agree on. Conditions and what others think say nothing.

    Examples:
        >>> judgement_of("That isn't correct."), judgement_of("不是不可能"), judgement_of("○")
        (False, True, True)
        >>> judgement_of("It depends.") is None
        True
    """
    for part in questions(text):
        box = last_box(part)
        for each in (part,) if box is None else (box, part):
            value = _decided(_QUOTED.sub('"', normalize(plain_marks(normalize(each)))))
            if value is not None:
                return value
    return None


def _decided(text: str) -> bool | None:
    """Return what the strongest statements say."""
    explained = EXPLAINED.search(text)
    before = text[: explained.start()] if explained else text
    if letter := _LETTER.fullmatch(before.strip()):
        return letter[1] in "TY"
    found = list(_statements(before)) if explained else []
    found = found or list(_statements(text))
    best = max((each.strength for each in found), default=_Strength.OTHER)
    top = [each.value for each in found if each.strength == best]
    if best > _Strength.OTHER:
        return top[-1]
    return top[0] if len(set(top)) == 1 else None


def _statements(text: str) -> Iterator[_Statement]:
    """Yield what each clause says."""
    carried, condition, before = "", "", ""
    first = True
    alternative: _Statement | None = None
    for words, end in _clauses(text):
        kinds = words.replace("0!", "!")  # "no, wait"
        spoken = kinds.translate(_DROPPED)
        if not spoken:
            continue
        if end != "?" and re.fullmatch("a[c:]*|[C!&f]+", spoken) and end in ",|.":
            carried = spoken
            continue
        if spoken[0] in "Cb":
            condition = ""
        condition = "I" if "I" in kinds else condition or "i" * ("i" in kinds)
        found = None
        if end != "?" and condition != "I" and not (condition and "w" in kinds):
            found = _read((carried + kinds)[:120], first=first)
        if (end == "/" or before == "/") and not (found and found.value is None):
            alternative, found = found or alternative, None  # "true or false"
        if found:
            yield found
        first = first and end == "?"
        carried = ""
        before = end
        if end in SENTENCE:
            condition = ""


def _clauses(text: str) -> Iterator[tuple[str, str]]:
    """Yield the kinds of words of each clause, and what ends it."""
    pattern, names = _words()
    kinds, valued = "", False
    for found in pattern.finditer(text):
        kind = names[found.lastgroup or ""]
        if kind in SENTENCE or kind in ",/":
            yield kinds, kind
            kinds, valued = "", False
        elif kind in "&b~" or (kind == ":" and valued):
            yield kinds, kind
            kinds, valued = {"b": "b", "~": "h"}.get(kind, ""), False
        elif kind == "X":
            yield kinds + "n", "b"
            kinds, valued = "b", False
        elif kind != "x" or kinds[-1:] != "x":
            kinds += kind
            valued = valued or kind in _YES + _NO
    yield kinds, "."


def _read(kinds: str, *, first: bool) -> _Statement | None:
    """Return what a clause says, by its kinds of words."""
    turned = "f" in kinds or "!" in kinds
    weak = _HEDGED.search(kinds)
    kinds = kinds.translate(_DROPPED).partition("j")[0]
    if "F" in kinds or "k" in kinds:
        return None
    if "D" in kinds:
        return _Statement(None, _Strength.CLAIM)
    kinds = _ATTRIBUTE.sub("x", kinds)
    if scope := _SCOPE.match(kinds):
        kinds = scope[0] + ("ca" if kinds.endswith("ca") else "")
    value = _value(kinds)
    if value is None:
        return None
    if turned or _STATED.search(kinds):
        return _Statement(value, _Strength.STATED)
    if first and "h" not in kinds and (_LEADING.match(kinds) or _DENIED.fullmatch(kinds)):
        possible = kinds.lstrip("!C&b")[:1] == "T"  # "possible, but false"
        return _Statement(value, _Strength.CLAIM if possible else _Strength.LEADING)
    claim = _CLAIM.search(kinds) and not weak
    return _Statement(value, _Strength.CLAIM if claim else _Strength.OTHER)


def _value(kinds: str) -> bool | None:
    """Return what is said, denials counted."""
    if _DENIED.fullmatch(kinds):  # "it is not"
        return False
    if "y" in kinds and ("z" in kinds or "0" in kinds):
        return None
    values = [kind in _YES for kind in kinds if kind in _YES + _NO]
    if not values:
        return None
    if re.match("[yz0](?!n)", kinds.lstrip("!C&bac:")):
        return values[0]  # "no, it is not"
    turns = len(re.findall("[NnZ]", kinds))
    if _TWICE.search(kinds):  # "that it is wrong is not true"
        turns += values.count(False)
        return turns % 2 == 0
    return values[0] != bool(turns % 2) if len(set(values)) == 1 else None
