"""How letters are written that stand for options, and the words of the clauses around them."""

from __future__ import annotations

import re
from functools import lru_cache

from textmetrics.answers.clauses import NAMED_AFTER, word_kinds
from textmetrics.answers.options import check_letters

__all__ = [
    "ALTERNATIVES",
    "OPENING",
    "LetterRules",
    "letters_in",
    "rules_for",
]

ALTERNATIVES = re.compile(r"\b(?:or|nor)\b|[或か]")
"""What joins letters of which one is meant."""

OPENING, _CLOSE = r"[(\[【〔「『\"'“‘《<]", r"[)\]】〕」』\"'”’》>]"
_ITEM = r"(?:\s?(?:选项|選項|[项項]))?"
_LABEL = r"(?:(?i:options?|choices?|answers?|letters?|statements?)\s?|选项|選項|選択肢)?"
# What follows a letter that is one: "A cat" and "C major" have words, "B because" has a reason.
_AFTER = (
    r"(?:because|since|as|and|or|nor|is|isn't|was|wasn't|are|aren't|were|would|wouldn't|will"
    r"|won't|can|can't|cannot|could|couldn't|must|may|might|should|shouldn't|seems?|looks"
    r"|appears|sounds|does|doesn't|do|due|which|where|while|whereas|with|based|given|survives|explains|reflects|corresponds|doesn't|don't"
    r"|didn't|yes|no|summari[sz]es|completes|but|for"
    r"|if|only|not|rather|instead|by|per|so|then|too|also|remains?|fits?|match(?:es)?"
    r"|satisf(?:y|ies)|meets?|correctly|best|makes|alone|describes|states|says|has|have|had"
    r"|gives?|works?|holds?|agrees?|contradicts?|fails?|answers|follows|explains?|uses?|means"
    r"|shows?|claims?|being|over|from|true|false|correct|incorrect|wrong|right|out|either"
    r"|here|than|still|the|it|on|in|at|to|of|among|after|both|all|each|every|goes|wins|takes"
    r"|stands|comes|gets|reads|covers|captures|mentions|\w+ly|\w+ed)\b"
)
_JUDGED = r"(?i:(?:in)?correct|wrong|right|true|false|yes|no|正确|错误?|对|正しい|誤り|[✓✗×○])\)"


class LetterRules:
    """The patterns for one set of letters.

    Attributes:
        letters: those on offer.
        whole: a text that is one letter.
        whole_set: a text that is several.
        leading: a letter at the beginning of a text.
        marker: a letter that begins an item of a list.
        line: a line that is one letter.
        tokens: a word of a clause, or letters; by the names of its groups.
        kinds: the kind of word by the name of its group.
        unit: one of the letters in a group of them.
        label: what may precede letters, such as "Options".
    """

    def __init__(self, letters: str) -> None:
        self.letters = check_letters(letters)
        lower = letters.lower()
        either = rf"[{letters}{lower}]"
        self._words(letters, lower, rf"(?<![A-Za-z0-9]){OPENING}\s?{either}\s?{_CLOSE}")
        ending = r"(?:です|だと思います|だ|でしょう|と思います|选项|項|项)?[.。!)\]】:,、]*"
        one = rf"{OPENING}?\s?{either}\s?{_CLOSE}?"
        number = r"(?:[#(第問问Q]?\s?[0-9]{1,3}\)?\s?[题題问問]?\s?[-.:、]?\s?)?"
        self.whole = re.compile(rf"{number}{_LABEL}{one}\s?{ending}")
        # Each gap is read in one way, or many letters would be read in more ways than can be tried.
        letter = rf"(?:{OPENING}\s?)?{either}(?:\s?{_CLOSE})?"
        joint = r"(?:\s{0,3}(?:[、,/&+;.]|and\b|和|及|与|と)(?:\s{0,2}|\s?and\s{1,2})|\s{0,5})"
        self.whole_set = re.compile(
            rf"(?:{_LABEL}\s?{letter}(?:{joint}{letter})*|[{letters}]+)\s{{0,2}}{ending}"
        )
        mark = rf"(?:{OPENING}\s?({either})\s?[)\]】〕」』]|([{letters}])(?:\s?[)\]】」:,、。;]|\.(?![a-z]|[A-Z]\b)|\s-\s|$))"  # noqa: E501
        self.leading = re.compile(rf"\s*{_LABEL}{mark}|\s*([{lower}])(?:\)|[.:](?=\s))")
        self.marker = re.compile(
            rf"(?:^|(?<=[\s.。:：;；,，)）]))(?:{OPENING}\s?({either})\s?[)\]】〕]|([{letters}])\s?[).:、．](?!\w\b\.))(?=\s*\S)",
            re.M,
        )
        self.line = re.compile(rf"(?m)^{_LABEL}{one}\s?[.。!)\]】]*$")

    def _words(self, letters: str, lower: str, bracketed: str) -> None:
        """Make the pattern of all words of a clause, letters among them."""
        ends = rf"(?![A-Za-z0-9_#+%°]|['’\-][A-Za-z0-9]|\.[a-z]|\.[A-Z]\b|(?:{NAMED_AFTER}))"
        starts = r"(?<![A-Za-z0-9_°&∠△\-])(?<![A-Za-z]\.)"
        article = rf"(?!(?<=A)[ ](?!{_AFTER}|[{letters}]\b)[A-Za-z0-9]|(?<=I)\s?[A-Za-z'])"
        words = rf"(?![ ](?!{_AFTER})[a-z])"  # C major
        capital = rf"{starts}[{letters}]{ends}{article}{words}"
        small = rf"(?<![A-Za-z0-9_.'+*/=^-])(?<![+*/=^-]\s)[{lower}](?!\.[a-z])(?=\s?(?:[.)\]:;,。」]|$|\n|[\u3040-\u9fff]))"  # noqa: E501
        several = rf"{starts}[{letters}]{{2,}}(?![A-Za-z0-9])"
        unit = rf"(?:{bracketed}|{capital}){_ITEM}"
        another = rf"(?:{bracketed}|{starts}[{letters}]{ends}{article}){_ITEM}"
        joined = (
            r"\s?(?:[、,/&+・]\s?(?:(?:and|or|nor)\b|以及|和|或者?|及)?|\b(?:and/or|and|or|nor)\b"
            r"|\bto\b|\bplus\b|\bthrough\b|[~〜到至]|から|でも|以及|和|或者?|および|ならびに|だけでなく、?|のみならず、?|及び?|与|與|跟|と|や|か|も|または)"
            r"\s?(?:both\s|either\s|also\s)?"
        )
        gloss = rf"(?:\s?\((?!{_JUDGED})[^()\n]{{1,40}}\))?"  # "A (iron) and B"
        joined = rf"{gloss}(?:{joined}|;\s?(?=[{letters}]\s?(?:[.;\n]|$)))"
        next_ = rf"(?:{joined}{_LABEL}{another}|\s(?={OPENING}|[{letters}](?![A-Za-z])){unit})"
        pattern, self.kinds = word_kinds()
        self.tokens = re.compile(
            rf"(?P<group>{unit}(?:{next_})*)|(?P<several>{several})|(?P<small>{small})|{pattern}"
        )
        self.unit = re.compile(rf"{bracketed}|{starts}[{letters}](?![A-Za-z0-9])")
        self.label = re.compile(rf"\s*{_LABEL}")


rules_for = lru_cache(maxsize=64)(LetterRules)
"""Return the patterns for some letters, which are compiled once."""


def letters_in(text: str, rules: LetterRules, *, last: bool = False) -> str:
    """Return the letters in an expression that names them, as capitals.

    Args:
        text: the expression.
        rules: of the letters on offer.
        last: whether only the last one counts.

    Examples:
        >>> letters_in("options B and c", rules_for("ABCD"))
        'BC'
    """
    text = re.sub(r"(?i)options?|choices?|answers?|letters?|statements?|and|or(?![A-Z])", " ", text)
    found = [each.upper() for each in text if each.upper() in rules.letters and each.isascii()]
    return "".join(found[-1:] if last else found)
