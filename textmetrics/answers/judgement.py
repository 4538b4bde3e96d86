"""Whether a free text says yes or no, true or false; the rules are in docs/answers.md."""

from __future__ import annotations

import re
from typing import NamedTuple

from textmetrics.answers.clauses import plain_marks
from textmetrics.answers.extractors import last_box
from textmetrics.languages import normalize

__all__ = ["judgement_of"]

_END = r"(?=\W|$)"
_AT_END = r"(?=\s?(?:[,.;:!、。)\]」】]|$))"
_YES = (
    r"\b(?i:true|correct|yes|yep|yeah|right(?=\W*$)|accurate|valid)\b|无误|無誤|正[确確]|符合|成立|合法|属实"
    rf"|可能|[对對](?:的|了)?{_AT_END}|(?<![\u3400-\u9fff])是(?:的)?{_AT_END}|[违違]反|正しい|正解|真(?:的)?{_AT_END}"
    rf"|はい{_AT_END}|そうです{_AT_END}|[○◯⭕✓✔✅√]|(?<![\u3400-\u9fff0-9〇])〇(?=です|$|\W)"
)
_NO = (
    rf"\b(?i:false|incorrect|wrong|untrue|inaccurate|invalid|nope|no(?={_AT_END[3:-1]}))\b|[错錯][误誤]?"
    rf"|(?<![\u3400-\u9fff是])否{_AT_END}|假(?:的)?{_AT_END}|不正解|不正確|誤り|誤って|間違[いっ]|いいえ|違い?ます"
    r"|正しく(?:な|あり)|[×✗✘❌✕✖]"
)
_WORDS = re.compile(
    rf"(?P<open>(?i:whether|\bif\b)|是否|能否|かどうか|如果|もし)|(?P<no>{_NO})|(?P<yes>{_YES})"
    r"|(?P<not>\b(?i:not|never|cannot|neither|hardly)\b|n't\b|不|没|沒|非(?!常)|未|无法)"
    r"|(?P<behind>(?:では|じゃ|とは?(?:言|い)え)(?:ない|なく|ありません|ません)|あり得ない|(?<=て)い(?:ません|ない))"
)
_STATED = re.compile(
    r"\b(?i:answer|verdict|judg[e]?ment|conclusion|statement\sis|claim\sis|therefore|thus|hence|so)\b"
    r"|答案|答[えは:]|判断|判定|結論|结论|所以|因此|综上|故|したがって|よって|[回解]答"
)
_CLAUSE = re.compile(r"[^,.;!?、。;\n]*[,.;!?、。;\n]?")
_RUBBISH = re.compile(r"^[\s\"'“”‘’「」『』【】()\[\]:]+")


class _Statement(NamedTuple):
    value: bool
    stated: bool
    leading: bool


def judgement_of(text: str) -> bool | None:
    """Return whether a text says yes (true, right) or no, or ``None`` if it says neither.

    A denial turns a word around, and two turn it back. The last statement of an answer or a
    conclusion decides; else the word at the beginning; else what all others agree on.

    Examples:
        >>> judgement_of("That isn't correct."), judgement_of("不是不可能"), judgement_of("○")
        (False, True, True)
        >>> judgement_of("It depends.") is None
        True
    """
    box = last_box(text)
    if box is not None:
        boxed = judgement_of(box)
        if boxed is not None:
            return boxed
    text = normalize(plain_marks(normalize(text)))
    found = [each for clause in _clauses(text) if (each := _read(clause[0], first=clause[1]))]
    stated = [each.value for each in found if each.stated]
    if stated:
        return stated[-1]
    if found and found[0].leading:
        return found[0].value
    values = {each.value for each in found}
    return values.pop() if len(values) == 1 else None


def _clauses(text: str) -> list[tuple[str, bool]]:
    clauses: list[tuple[str, bool]] = []
    carried = ""
    for match in _CLAUSE.finditer(text):
        clause = match[0].strip()
        bare = _RUBBISH.sub("", clause).rstrip(",.;!?、。 ")
        if not bare:
            continue
        if re.fullmatch(rf"(?:{_STATED.pattern})\W*", bare):
            carried = bare + " "  # "So, yes", "Answer:\nTrue"
            continue
        if not clause.endswith("?"):
            clauses.append((carried + _RUBBISH.sub("", clause), not clauses))
        carried = ""
    return clauses


def _read(clause: str, *, first: bool) -> _Statement | None:
    turned, value, leading = 0, None, False
    for found in _WORDS.finditer(clause):
        kind = found.lastgroup
        if kind == "open":
            return None
        if kind == "not" or kind == "behind":  # noqa: PLR1714
            turned += 1
        else:
            if value is not None:  # "true or false"
                if (kind == "yes") != value:
                    return None
                continue
            value = kind == "yes"
            leading = first and not clause[: found.start()].strip(" 不没是并不isnotIt'")  # noqa: B005
    if value is None:
        bare = clause.rstrip(",.;!?、。 ")
        return _Statement(False, False, first) if bare in ("不", "不是", "没有", "ない") else None
    return _Statement(value != bool(turned % 2), bool(_STATED.search(clause)), leading)
