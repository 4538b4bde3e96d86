# ruff: noqa: E501 (patterns)
"""Ways of choosing a letter that are rewritten to plain ones before a text is read.

Some constructions span clauses (与其选A，不如选B) or are marks rather than words (``[x] B``), so that
no word in them has a kind of its own. docs/answers.md lists them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from textmetrics._patterns import lazy_pattern

__all__ = ["has_abbreviation", "say_plainly", "without_marks"]

_Replacement = str | Callable[[re.Match[str]], str]


class _Rewriting(NamedTuple):
    """What is rewritten.

    Attributes:
        signs: texts, one of which is in whatever the pattern matches.
        pattern: what is rewritten.
        plain: what it becomes.
    """

    signs: tuple[str, ...]
    pattern: re.Pattern[str]
    plain: _Replacement


_ROMAN = {"I": "1", "II": "2", "III": "3", "IV": "4", "VI": "6", "VII": "7", "VIII": "8", "IX": "9"}
_NUMERAL = r"(?:I{2,3}|IV|VI{1,3}|IX)"
# "I" beside another Roman numeral is one, but no pronoun: "I and III".
_NUMERALS = lazy_pattern(
    rf"(?<![A-Za-z.])(?:{_NUMERAL}|I(?!['’.]|\s(?!and\b|or\b|is\b|only\b|are\b)[a-z]))(?![A-Za-z])"
)
_HAS_NUMERAL = lazy_pattern(rf"(?<![A-Za-z.]){_NUMERAL}(?![A-Za-z])")
_ROMAN_SIGNS = lazy_pattern("[Ⅰ-Ⅿⅰ-ⅿ]+")
_STRUCK = (
    _Rewriting(("~~",), lazy_pattern(r"~~(?=[^\s~])[^~\n]{1,300}~~"), " "),
    _Rewriting(
        ("</",), lazy_pattern(r"(?i)<(s|del|strike)>[^<]{1,300}</\1>"), " "
    ),
)  # fmt: skip

_X = r"(?:选项|選項|選択肢|(?i:option)\s)?[(\[【「『\"“]?\s?[A-Z](?![A-Za-z])\s?[)\]】」』\"”]?[项項]?"
_TAKES = r"(?:[选選][择擇]?|说?是|說是|说|說|就|的)?\s?"
_ONE, _OTHER = rf"(?P<one>{_X})", rf"(?P<other>{_X})"
_EITHER = r"要(?:么|麼|嘛|不)"
_LETTER = "(?<![A-Za-z])[A-Z]"
_JUDGEMENT = "[对對错錯]|正[确確]|[错錯][误誤]|正しい|誤り|(?i:true|false|correct|incorrect)"
_CHANGE = r"(?i:chang|switch|revis|updat|amend|mov)(?:e|es|ed|ing)?"
_REWRITINGS = (
    # Alternatives
    _Rewriting(
        ("就",),
        lazy_pattern(
            rf"不(?:是|[选選])\s?{_TAKES}(?P<one>{_X}(?:\s?[、,或]\s?{_X}){{0,4}}),?\s?就(?:是|[选選]){_TAKES}{_OTHER}"
        ),
        r"\g<one>或\g<other>",
    ),
    _Rewriting(
        ("要",),
        lazy_pattern(
            rf"{_EITHER}{_TAKES}{_ONE}(?:[,、]?\s?{_EITHER}{_TAKES}{_X}){{0,4}}[,、]?\s?{_EITHER}{_TAKES}{_OTHER}"
        ),
        r"\g<one>或\g<other>",
    ),
    _Rewriting(("即",), lazy_pattern(rf"非{_ONE}\s?即{_OTHER}"), r"\g<one>或\g<other>"),
    # Comparisons
    _Rewriting(
        ("不如",),
        lazy_pattern(rf"(?:[与與]其)?{_TAKES}{_ONE},?\s?(?:[还還倒真]|[还還]真)?不如{_TAKES}{_OTHER}"),
        r"选\g<other>,不选\g<one>",
    ),
    # Changes
    _Rewriting(
        ("から",),
        lazy_pattern(rf"{_X}から{_OTHER}(?=[にへ](?:変|改|訂正|直|切))"),
        r"\g<other>",
    ),
    _Rewriting(
        (" from ",),
        lazy_pattern(rf"\b{_CHANGE}\s(?:(?i:my|the)\s\w{{1,9}}\s|it\s)?from\s{_X}\s?to\s{_OTHER}"),
        r"choose \g<other>",
    ),
    _Rewriting(
        ("no", "wait", "actually", "sorry", "不", "いや"),
        lazy_pattern(r"\s?[-–—]+\s?(?=(?i:no\b[,.]|wait\b|actually\b|sorry\b)|不[,对對]|いや、)"),
        ". ",
    ),
    # One of several
    _Rewriting(
        ("中", "里", "裡", "うち"),
        lazy_pattern(
            rf"{_X}(?:\s?(?:[、,]|和|及|与|與|と)\s?{_X}){{1,9}}(?:[两兩三四五]?[项項者])?"
            rf"(?:[之当當]?中的?|[里裡]的?|のうち、?|の中で(?:は)?、?)(?={_X})"
        ),
        "",
    ),
    # Double denials
    _Rewriting(
        ("不",),
        lazy_pattern(r"不(?:可?能|得|[会會])不(?=[选選是承])|[没沒]有?(?:任何)?理由不(?=[选選])"),
        "",
    ),
    _Rewriting(
        ("ない", "ません"),
        lazy_pattern(
            r"を選ばな(?:いわけに(?:は)?|くては|ければ|いでは)(?:いか|なら|い(?:けな|られな))(?:な[いく]|ませんでした|ません|い)"
        ),
        "を選びます",
    ),
    _Rewriting(
        ("はずが", "わけが"),
        lazy_pattern(r"(?:では?|じゃ)な(?:い|かった)(?:はず|わけ)が(?:な[いく]|ありません)"),
        "です",
    ),
    _Rewriting(
        (" not ",),
        lazy_pattern(
            r"(?i)\b(?:can(?:no|['’])t|can_not|couldn['’]t)\snot\s(?=choose|pick|select|be\b)"
            r"|\bno\sreason\snot\sto\s(?=choose|pick|select)"
        ),
        "must ",
    ),
    # Verdicts in a row: "A.对 B.错"
    _Rewriting(
        (".", "、", ":"),
        lazy_pattern(rf"(?P<one>{_LETTER})(?P<mark>[.、:])\s?(?P<word>{_JUDGEMENT})[ ,;、。]+(?={_LETTER}[.、:])"),
        r"\g<one>\g<mark>\g<word>\n",
    ),
    # Small letters that are joined
    _Rewriting(
        ("a", "b", "c", "d"),
        lazy_pattern(
            r"(?:[选選][择擇]?|答案[是:为為]?|[はの]|(?i:\b(?:choose|pick|select|answers?(?:\s(?:is|are))?))\s?:?)\s?"
            r"[a-j](?:\s?(?:[、,/&]|和|与|と|and\b)\s?[a-j](?![A-Za-z])){1,9}(?=\s?(?:$|[.。;\n]|です|を|が))"
        ),
        lambda found: re.sub(r"(?<![A-Za-z])[a-j](?![A-Za-z])", lambda one: one[0].upper(), found[0]),
    ),
    # Small letters that are joined without a mark
    _Rewriting(
        ("案", "解", "え"),
        lazy_pattern(r"(?<=[案解え])(?:\s?[:是为為は])\s?[a-j]{2,6}(?=\s?(?:[。,.\n]|です|$))"),
        lambda found: found[0].upper(),
    ),
    _Rewriting(("T/F", "T / F"), lazy_pattern(r"(?<![A-Za-z])T\s?/\s?F(?![A-Za-z])"), "true/false"),
)  # fmt: skip

# A line of a table of what is true: "A: T".
_TRUE_OR_FALSE = lazy_pattern(
    r"(?<![A-Za-z0-9])(?P<letter>[A-Z]|[0-9]{1,2})(?P<mark>\s?[:.=、)-]\s?|\s)(?P<value>[TF])(?![A-Za-z.'’]|\s[a-z])"
)
_VALUES = {"T": "true", "F": "false"}

# Check boxes and radio buttons; the pairs of signs that are some where both are in the text.
_BOX = lazy_pattern(
    r"(?P<on>[\[【][xX✓✔√][\]】]|(?<!\w)\([xX✓✔√●•]\)|[☑✅■●])|(?:[\[【]\s?[\]】]|(?<!\w)\(\s?\)|[☐⬜□○])"
)
_SURE_BOXES = (
    "[ ]",
    "[]",
    "[x]",
    "[X]",
    "[✓]",
    "[✔]",
    "[√]",
    "【x】",
    "【X】",
    "【√】",
    "☑",
    "☐",
    "⬜",
)
_PAIRS = (
    ("(x)", "( )"), ("(X)", "( )"), ("(x)", "()"), ("(✓)", "( )"), ("(√)", "( )"), ("(●)", "( )"),
    ("(•)", "( )"), ("■", "□"), ("●", "○"), ("✅", "☐"), ("✅", "⬜"),
)  # fmt: skip
_ITEM = lazy_pattern(
    r"\s*(?:[-*+•|]\s)?(?:(?i:option)\s|选项|選項|選択肢)?[(\[]?(?P<letter>[A-Za-z])(?![A-Za-z'’])\s?[)\]]?[.:、|,]?"
)

_DOTTED = lazy_pattern(r"(?<![A-Za-z.])(?:[A-Za-z]\.){2,}")


def without_marks(text: str) -> str:
    """Return a text as it is written, without what is struck out and without Roman numerals.

    Examples:
        >>> without_marks("~~A~~ B"), without_marks("Ⅱ")
        ('  B', '2')
    """
    text = _rewritten(text, _STRUCK)
    if not text.isascii():
        text = _ROMAN_SIGNS.sub("2", text)
    if ("II" in text or "IV" in text or "VI" in text or "IX" in text) and _HAS_NUMERAL.search(text):
        text = _NUMERALS.sub(lambda found: _ROMAN[found[0]], text)
    return text


def say_plainly(text: str) -> str:
    """Return a normalized text with what is said in a roundabout way or by marks in plain words.

    Examples:
        >>> say_plainly("与其选A不如选B"), say_plainly("[x] B [ ] A")
        ('选B,不选A', 'B: ✓. A: ✗.')
    """
    text = _rewritten(text, _REWRITINGS)
    if "T" in text and len({each["letter"] for each in _TRUE_OR_FALSE.finditer(text)}) > 1:
        text = _TRUE_OR_FALSE.sub(_as_words, text)
    boxed = any(sign in text for sign in _SURE_BOXES) or any(
        on in text and off in text for on, off in _PAIRS
    )
    return "\n".join(map(_with_marks_behind, text.split("\n"))) if boxed else text


def has_abbreviation(text: str) -> bool:
    """Return whether letters with points are no list of them: "e.g.", "D.C.", but "A.C."."""
    return any(
        found[0][0].islower() or list(found[0][::2]) != sorted(set(found[0][::2]))
        for found in _DOTTED.finditer(text)
    )


def _rewritten(text: str, rewritings: tuple[_Rewriting, ...]) -> str:
    for signs, pattern, plain in rewritings:
        for sign in signs:
            if sign in text:
                text = pattern.sub(plain, text)
                break
    return text


def _as_words(found: re.Match[str]) -> str:
    mark = found["mark"] if found["mark"].strip() else ": "
    return f"{found['letter']}{mark}{_VALUES[found['value']]}"


def _with_marks_behind(line: str) -> str:
    """Return a line with what its boxes say behind the letters that they belong to."""
    boxes = list(_BOX.finditer(line))
    if not boxes:
        return line
    before = [0, *(each.end() for each in boxes)]
    after = [*(each.start() for each in boxes), len(line)]
    pieces = [line[begin:end] for begin, end in zip(before, after, strict=True)]
    first = _ITEM.match(pieces[0])
    items = pieces[:-1] if first else pieces[1:]
    said = []
    for box, piece in zip(boxes, items, strict=True):
        item = _ITEM.match(piece)
        if item is None:
            return line
        mark = "✓" if box["on"] else "✗"
        said.append(f"{item['letter'].upper()}: {mark}. {piece[item.end() :].strip()}".strip())
    rest = pieces[-1] if first else pieces[0]
    return " ".join([*said, rest.strip()] if first else [*_words(rest), *said]).strip()


def _words(text: str) -> list[str]:
    """Return what stands before the first box, if it is more than the mark of a list."""
    return [text.strip()] if re.search(r"[^\W\d_]", text) else []
