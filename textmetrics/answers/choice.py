"""Which of the offered letters a free text chooses."""

from __future__ import annotations

import re
from functools import lru_cache

from textmetrics.answers.extractors import last_box
from textmetrics.languages import normalize

__all__ = ["LETTERS", "choice_of"]

LETTERS = "ABCDEFGHIJ"
"""The letters that are offered by default: MMLU-Pro has ten."""

# Emphasis and LaTeX around a letter.
_MARKS = re.compile(
    r"[*`$~{}]|__|\\(?:text(?:bf|rm)?|math(?:bf|rm)|boxed|fbox)(?![A-Za-z])|\\(?=[()\[\]])"
)
_OPEN = r"[(\[【〔「『\"'“‘]"
_CLOSE = r"[)\]】〕」』\"'”’]"
_ENDING = r"(?:です|だと思います|だ|でしょう|と思います|选项|項|项)?[.。!)\]】:,、]*"
# Words that state an answer; the letter follows.
_STATING = (
    r"\b(?i:answer|option|choice)(?:\s\w{1,20}){0,6}?"
    r"(?:\s(?i:is|are|(?:would|should|must|will)\sbe)\b:?|\s?[:=])\s?"
    r"(?:(?i:clearly|therefore|thus|definitely|probably|likely)\s)?"
    r"(?:(?i:the\s)?(?i:letter|option|choice|answer)\s)?",
    r"(?:答案|答|正确选项|正确的选项|正確選項)(?:应该|应当|應該|应|應|就)?[是为為选選:]{0,3}\s?"
    r"(?:选项|選項)?",
    r"(?:故|应|應|因此|所以|本题)[该該当當]?[选選][择擇]?:?\s?",
    r"(?:答え|解答|回答|正解|正答|答)(?:は|:)[、,]?\s?(?:選択肢)?",
    r"(?:ではなく|而是)[、,]?\s?",
)
# Words that express a preference: weaker, since they also occur in explanations.
_CHOOSING = (
    r"\b(?i:choose|chose|select|selected|pick|picked|go\swith)\s"
    r"(?:(?i:option|choice|answer)\s)?",
    r"(?<![不别勿能应该])[选選](?!项|項)[择擇]?:?\s?",
)
# Words that call the letter before them right.
_RIGHT = (
    r"(?:\s(?i:is|would\sbe|must\sbe)\s(?i:the\s)?(?i:(?:most|best|only)\s)?"
    r"(?i:correct|right|best|true|answer|appropriate)\b"
    r"|(?:选项|選項|项|項)?[是为為]?最?(?:正确|正確|对的|對的)"
    r"|[がは](?:最も)?(?:正解|正しい|正答|適切|答え|最適)|を選)"
)
# Words that call it wrong.
_DENIED = (
    r"\s?(?:(?:选项|選項|项|項)?是?[不错錯]|では|じゃ"
    r"|(?i:is|was|are)\s(?i:not|wrong|incorrect|false)\b)"
)
# What cannot follow the article A: it is a letter then.
_REASON = r"(?:because|since|as|is|was|due|which|where|with|based|given|but|in|for)\b"


class _Rules:
    """The patterns for one set of letters; the first group that matched is the letter."""

    def __init__(self, letters: str) -> None:
        if not re.fullmatch("[A-Z]+", letters):
            raise ValueError(f"letters must be capital Latin letters, got {letters!r}")
        self.letters = letters
        upper, either = f"[{letters}]", f"[{letters}{letters.lower()}]"
        lower = f"[{letters.lower()}]"
        bracketed = rf"{_OPEN}\s?({either})\s?{_CLOSE}"
        ends = r"(?![A-Za-z0-9_#+%°]|['’\-][A-Za-z])"
        word = rf"(?!(?<=A)\s(?!{_REASON})[a-z]|(?<=I)\s[A-Za-z])"  # A cat, I think
        # Two letters are not a choice.
        more = rf"\s?(?:[、,/&+]|and\b|or\b|和|或|及|と)\s?{_OPEN}?{upper}{ends}"
        single = rf"(?!{more}|{_DENIED})"
        given = (
            rf"(?:{bracketed}|({upper}){ends}{word}"
            rf"|({lower})(?=\s?(?:[.)\]:;。」]|$)){ends}){single}"
        )
        follows = (
            r"(?:\s?[)\]】」:,、。;]|\.(?![a-z]|[A-Z]\b)|\s-\s|\n|\s(?:because|since|因|なぜ))"
        )
        whole = rf"{_OPEN}?\s?({either})\s?{_CLOSE}?\s?{_ENDING}"
        self.whole = _compiled(whole)
        self.stated = _compiled("|".join(each + given for each in _STATING))
        self.leading = _compiled(
            rf"^(?:(?:Option|选项|選項|選択肢)\s?)?(?:{bracketed}|(?!I)({upper}){single}{follows}"
            rf"|({lower})(?:\)|[.:](?=\s))){single}"
        )
        self.chosen = _compiled(
            "|".join(each + given for each in _CHOOSING)
            + rf"|(?<![A-Za-z0-9_])({upper}){_CLOSE}?{_RIGHT}|{bracketed}{_RIGHT}"
        )
        self.line = _compiled(rf"^{whole}$")
        self.bracketed = _compiled(rf"{bracketed}(?!{_DENIED})")
        self.standing = _compiled(
            rf"(?<![A-Za-z0-9_°&.\-])(?<!不[选選是])(?<!not\s)(?!I)({upper}){ends}"
            rf"(?!\.[A-Za-z]|(?<=A)\s(?!(?:and|or)\b)[A-Za-z0-9]|{_DENIED})"
        )


def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.MULTILINE)


_rules = lru_cache(maxsize=64)(_Rules)


def choice_of(text: str, *, letters: str = LETTERS) -> str | None:
    r"""Return the letter that a text chooses, as a capital, or ``None`` if there is none.

    Args:
        text: what a model wrote.
        letters: the letters that are offered.

    The first of these rules that finds a letter decides:

    1. the last ``\boxed{…}`` is a letter, or begins with one;
    2. the whole text is a letter, possibly with brackets, punctuation or です around it;
    3. the last statement: "the answer is B", 答案：B, 故选B, 答えはB;
    4. the text begins with a letter and punctuation ("B. Paris", "(b) Paris", B。因为…), unless
       it lists the options from the first one on;
    5. the last preference: "I choose B", 选B, "B is correct", B正确, Bが正しい;
    6. the last line that is a letter;
    7. the only letter in brackets;
    8. the only capital that stands alone.

    Two letters together ("A and B", A、B) are not a choice. "A" before a word is the article, and
    "I" the pronoun unless it is stated, in brackets or alone.

    Raises:
        ValueError: if ``letters`` are not capital Latin letters.

    Examples:
        >>> choice_of("The answer is (B), because a cat is no dog.")
        'B'
        >>> choice_of("「答えはC」")
        'C'
        >>> choice_of("A cat is an animal.") is None
        True
    """
    rules = _rules(letters)
    box = last_box(text)
    if box is not None:
        box = _plain(box)
        found = _whole(box, rules) or _leading(box, rules)
        if found:
            return found
    text = _plain(text)
    return (
        _whole(text, rules)
        or _last(rules.stated, text)
        or _leading(text, rules)
        or _last(rules.chosen, text)
        or _last(rules.line, text)
        or _only(rules.bracketed, text)
        or _only(rules.standing, text)
    )


def _plain(text: str) -> str:
    return normalize(_MARKS.sub("", normalize(text)))


def _letter(found: re.Match[str]) -> str:
    return next(group for group in found.groups() if group).upper()


def _whole(text: str, rules: _Rules) -> str | None:
    found = rules.whole.fullmatch(text)
    return _letter(found) if found else None


def _last(pattern: re.Pattern[str], text: str) -> str | None:
    found = list(pattern.finditer(text))
    return _letter(found[-1]) if found else None


def _only(pattern: re.Pattern[str], text: str) -> str | None:
    found = {_letter(each) for each in pattern.finditer(text)}
    return found.pop() if len(found) == 1 else None


def _leading(text: str, rules: _Rules) -> str | None:
    """Return the letter at the beginning, unless the options are listed there."""
    leading = [(each.start(), _letter(each)) for each in rules.leading.finditer(text)]
    if not leading or leading[0][0] > 0:
        return None
    listed = "".join(letter for _, letter in leading[:2]) == rules.letters[:2]
    return None if listed else leading[0][1]
