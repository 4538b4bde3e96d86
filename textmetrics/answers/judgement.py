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
_LETTER = re.compile(r"(?:(?i:(?:final\s)?answer(?:\sis)?)\W*)?([TFYN])\W*")
# Right or wrong before a noun is no verdict ("the correct statement is …"), unless it is said of
# something: "this is a correct statement". So it is as a topic: 正しくは、….
_ATTRIBUTE = re.compile(r"(?<![cphN:])[RW](?=[as].|x)|Rc+(?=x|$)")
_LEADING = re.compile(rf"[!C&b]*N*[{_YES}{_NO}]")
_STATED = re.compile(rf"a[xrsp]*[c:]+[hNc]*[{_YES}{_NO}]|^[!&b]*C|^[xs]*:N?[{_YES}{_NO}]|[^x]ca$")
_CLAIM = re.compile(rf"[sp][xrhNc:]{{0,4}}[{_YES}{_NO}]|^bcN*[{_YES}{_NO}]")
_HEDGED = re.compile(r"h|[RW]q|w")
_VALUE = re.compile(f"[{_YES}{_NO}]")
_DENIED = re.compile(r"[!&bC]*(?:[ps]c?N|cN)[ls]*")
# Denials count before the last value, or directly behind it.
_SCOPE = re.compile(rf".*[{_YES}{_NO}][chls]*[NnZ]*")
_TWICE = re.compile(r"[RWAUT][^cq:]{0,4}[cq:].*[RWAUT]")
_DROPPED = str.maketrans("", "", SILENT)


@cache
def _words() -> tuple[re.Pattern[str], dict[str, str]]:
    pattern, kinds = word_kinds()
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
            value = _decided(normalize(plain_marks(normalize(each))))
            if value is not None:
                return value
    return None


def _decided(text: str) -> bool | None:
    """Return what the strongest statements say."""
    if letter := _LETTER.fullmatch(text.strip()):
        return letter[1] in "TY"
    explained = EXPLAINED.search(text)
    found = list(_statements(text[: explained.start()])) if explained else []
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
    kinds = ""
    for found in pattern.finditer(text):
        kind = names[found.lastgroup or ""]
        if kind in SENTENCE or kind in ",/":
            yield kinds, kind
            kinds = ""
        elif kind in "&b~" or (kind == ":" and _VALUE.search(kinds)):
            yield kinds, kind
            kinds = {"b": "b", "~": "h"}.get(kind, "")
        elif kind != "x" or kinds[-1:] != "x":
            kinds += kind
    yield kinds, "."


def _read(kinds: str, *, first: bool) -> _Statement | None:
    """Return what a clause says, by its kinds of words."""
    turned = "f" in kinds or "!" in kinds
    weak = _HEDGED.search(kinds)
    kinds = kinds.translate(_DROPPED)
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
        return _Statement(value, _Strength.LEADING)
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
    if kinds.lstrip("!C&bac:")[:1] in ("y", "z", "0"):
        return values[0]  # "no, it is not"
    turns = len(re.findall("[NnZ]", kinds))
    if _TWICE.search(kinds):  # "that it is wrong is not true"
        turns += values.count(False)
        return turns % 2 == 0
    return values[0] != bool(turns % 2) if len(set(values)) == 1 else None
