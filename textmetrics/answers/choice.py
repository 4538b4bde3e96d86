"""Which of the offered letters a free text chooses; the grammar is described in docs/answers.md."""

from __future__ import annotations

import re

from textmetrics.answers.clauses import EXPLAINED, Certainty, plain_marks, questions
from textmetrics.answers.extractors import last_box
from textmetrics.answers.letters import (
    ALTERNATIVES,
    OPENING,
    LetterRules,
    letters_in,
    rules_for,
)
from textmetrics.answers.options import LETTERS
from textmetrics.answers.plainly import has_abbreviation, say_plainly, without_marks
from textmetrics.answers.verdicts import MERELY_THERE, Verdict, verdicts_of
from textmetrics.languages import normalize

__all__ = ["choice_of", "choices_of"]

# Letters that may be options: not the pronoun, nor what mostly are signs of other things.
_NOT_OFFERED = re.compile(r"(?<![A-Za-z0-9])[A-H](?![A-Za-z0-9'’])")
_FEWEST_ITEMS = 3  # "A. True B. False" may be a list of options
# A text that defines letters; one that is cut off.
_DEFINES = re.compile(
    r"(?i:\blet\s)[A-Z]\b|[设設令]\s?(?:点|集合|向量|矩阵|事件|函数)?[A-Z](?![A-Za-z])|[A-Z]と(?:する|すると|おく|置く)"
)
_CUT_OFF = re.compile(r"(?:[,、:]|[をはがと]|\b(?:the|and|or|of|to|a|an|that)|[把而])\s*\Z")


def choice_of(text: str, *, letters: str = LETTERS) -> str | None:
    r"""Return the letter that a text chooses, as a capital, or ``None`` if there is none.

    Args:
        text: what a model wrote.
        letters: the letters that are offered.

    A letter in the last ``\boxed{…}`` or on its own decides. Otherwise the strongest verdict does,
    the last of equals: a statement of the answer or a conclusion; a choice or a judgment; a letter
    at the beginning; a weaker remark; the only letter that is mentioned as an answer. Denied
    letters, conditions, and two letters together are no choice.

    Raises:
        ValueError: if ``letters`` are not capital Latin letters.

    Examples:
        >>> choice_of("(B) is tempting, but (C) is correct.")
        'C'
        >>> choice_of("「答えはC」")
        'C'
        >>> choice_of("The answer isn't A.") is None
        True
    """
    found = _of_questions(text, rules_for(letters), several=False)
    return next(iter(found)) if found and len(found) == 1 else None


def choices_of(text: str, *, letters: str = LETTERS) -> frozenset[str] | None:
    """Return all letters that a text chooses, or ``None`` if there is none.

    The rules are those of `choice_of`, but letters may be joined ("A, B and D", ABD), and all that
    are called right count.

    Raises:
        ValueError: if ``letters`` are not capital Latin letters.

    Examples:
        >>> sorted(choices_of("A和C正确，B错误。"))
        ['A', 'C']
        >>> choices_of("None of them.") is None
        True
    """
    return _of_questions(text, rules_for(letters), several=True)


def _of_questions(text: str, rules: LetterRules, *, several: bool) -> frozenset[str] | None:
    """Return the letters chosen in the first part of a text that chooses any."""
    for part in questions(text):
        plain = normalize(without_marks(part))
        found = _chosen(plain, rules, several=several)
        if found:
            return None if _chooses_another(plain, rules, several=several) else found
    return None


def _chooses_another(text: str, rules: LetterRules, *, several: bool) -> bool:
    """Return whether a text chooses a letter that is not on offer, or leaves that open."""
    others = set(_NOT_OFFERED.findall(text)).difference(rules.letters)
    if not others:
        return False
    wider = rules_for("".join(sorted(others.union(rules.letters))))
    found = _chosen(text, wider, several=several)
    return found is None or not found.issubset(rules.letters)


def _chosen(text: str, rules: LetterRules, *, several: bool) -> frozenset[str] | None:
    """Return the chosen letters of a text with one question; several where one is asked: none."""
    box = last_box(text)
    if box is not None:
        box = normalize(plain_marks(normalize(box)))
        found = _whole(box, rules) or _leading(box, rules, several=several)
        if found:
            return found
    unmarked = plain_marks(text)
    text = say_plainly(text if unmarked == text else normalize(unmarked))
    return _whole(text, rules) or _decided(text, rules, several=several)


def _whole(text: str, rules: LetterRules) -> frozenset[str] | None:
    if len(text) > 200 or has_abbreviation(text):
        return None
    if rules.whole.fullmatch(text):
        return frozenset(letters_in(text, rules, last=True))
    listed = re.sub(r"[\[\]\"]", "", text)  # a list as JSON writes it
    return frozenset(letters_in(text, rules)) if rules.whole_set.fullmatch(listed) else None


def _decided(text: str, rules: LetterRules, *, several: bool) -> frozenset[str] | None:
    """Return the letters of the strongest verdict that no correction has taken back."""
    leading = _leading(text, rules, several=several)
    verdicts = list(verdicts_of(text, rules))
    if sum(each.item for each in verdicts) < _FEWEST_ITEMS - several:
        verdicts = [each for each in verdicts if not each.item]
    withdrawn = _withdrawn(verdicts)
    if leading in withdrawn:
        leading = None
    chosen = [each for each in verdicts if each.said.strength]
    last = chosen[-1].corrects if chosen else 0
    chosen = [
        each
        for each in chosen
        if (each.corrects == last or each.said in MERELY_THERE)
        and each.corrects >= withdrawn.get(each.letters, 0)
    ]
    if leading and EXPLAINED.search(text):
        chosen = [each for each in chosen if each.said != (Certainty.CHOICE, True)]
    best = max((each.said.strength for each in chosen), default=Certainty.DENIED)
    if leading and best == Certainty.CHOICE and not last and _explain(chosen, leading):
        return leading
    if leading and best < Certainty.LEADING and not (last and best > Certainty.MENTION):
        return leading
    if (best == Certainty.PRESENT and _DEFINES.search(text)) or (
        best <= Certainty.MENTION and _CUT_OFF.search(text)
    ):
        return None
    return _agreed(
        [each for each in chosen if each.said.strength == best], verdicts, several=several
    )


def _explain(chosen: list[Verdict], leading: frozenset[str]) -> bool:
    """Return whether choices only say what a letter stands for: "D. Both A and B are right."."""
    clear = [each for each in chosen if each.said.strength == Certainty.CHOICE]
    return len(leading) == 1 and all(
        each.said.judged and len(each.letters) > 1 and not each.letters & leading for each in clear
    )


def _agreed(top: list[Verdict], verdicts: list[Verdict], *, several: bool) -> frozenset[str] | None:
    """Return the letters of verdicts that are equally strong."""
    if not top:
        return None
    letters = frozenset[str]().union(*(each.letters for each in top))
    if top[-1].said in MERELY_THERE:
        denied = {each for found in verdicts if not found.said.strength for each in found.letters}
        single = frozenset(
            each for found in top if len(found.letters) == 1 for each in found.letters
        )
        letters = (single or letters) - denied
        one_set = several and not single and len({found.letters for found in top}) == 1
        return letters if len(letters) == 1 or one_set else None
    return _agreed_clearly(top, letters)


def _agreed_clearly(top: list[Verdict], letters: frozenset[str]) -> frozenset[str] | None:
    """Return the letters of equally strong verdicts that are more than mentions."""
    judged = frozenset[str]().union(*(each.letters for each in top if each.said.judged))
    named = [each.letters for each in top if not each.said.judged]
    if named and len(judged) > 1 and not named[-1] & judged:
        return named[-1]  # "I choose D: A and B are right."
    if len(judged) > 1 and top[-1].said.strength == Certainty.WEAK and not letters <= judged:
        return letters - judged  # "The wrong one is B. A and C are right."
    if top[-1].said.judged:
        return judged
    if top[-1].said.strength == Certainty.WEAK and len(letters) > 1:
        return None  # "It could be A, or it could be D."
    return top[-1].letters


def _withdrawn(verdicts: list[Verdict]) -> dict[frozenset[str], int]:
    """Return the number of the correction that denies a choice: "It is A. No, A is wrong."."""
    found: dict[frozenset[str], int] = {}
    made: dict[frozenset[str], int] = {}
    for each in verdicts:
        if each.said.strength:
            made.setdefault(each.letters, each.corrects)
        else:
            for letters in [each.letters] if each.letters else made:
                if each.corrects > made.get(letters, each.corrects):
                    found[letters] = each.corrects
    return found


def _leading(text: str, rules: LetterRules, *, several: bool) -> frozenset[str] | None:
    """Return the letters at the beginning, unless the options are listed there."""
    return _leading_set(text, rules) or _leading_letter(text, rules, several=several)


def _leading_letter(text: str, rules: LetterRules, *, several: bool) -> frozenset[str] | None:
    found = rules.leading.match(text)
    if not found:
        return None
    letter = next(group for group in found.groups() if group).upper()
    group = rules.tokens.match(text, found.start(found.lastindex or 0)) or rules.tokens.match(text)
    if group and group.lastgroup == "group" and len(rules.unit.findall(group[0])) > 1:
        return None
    rest = text[found.end() : found.end() + 80]
    if re.match(
        rf"\s?(?:would|could|might|may)\b|\s?(?i:true|false|correct|incorrect|wrong|right)\b"
        r"|\s?(?:正确|错误|对|错|正しい|誤り|[✓✗×○])|\s?(?:(?:is|was)\b(?!\sthe\s(?!correct|right|best|answer)))"
        rf"|\s?(?:、|,|and\b|or\b|和|と|/)\s?(?i:and\s)?{OPENING}?[{rules.letters}](?![A-Za-z])"
        r"|(?:is|was)n't|\s?(?:不是|不|错|錯|では|じゃ|[はが]|以外|を除)",
        rest,
    ):
        return None
    explained = EXPLAINED.search(text)
    end = explained.start() if explained else len(text)
    marked = [
        (next(group for group in each.groups() if group).upper())
        for each in rules.marker.finditer(text, 0, end)
    ]
    if several and len(set(marked)) > 1:
        listed = rules.letters.startswith("".join(dict.fromkeys(marked)))
        return None if listed else frozenset(marked)
    if letter == rules.letters[0] and rules.letters[1:2] in marked[1:2]:
        return None
    return frozenset(letter)


def _leading_set(text: str, rules: LetterRules) -> frozenset[str] | None:
    """Return the letters that are the first sentence, unless they are all that are on offer."""
    label = rules.label.match(text)
    found = rules.tokens.match(text, label.end() if label else 0)
    if not found or found.lastgroup not in ("group", "several"):
        return None
    if ALTERNATIVES.search(found[0]):
        return None
    if not re.compile(r"\s?(?:\n|[.;]\s|。)").match(text, found.end()):
        return None
    letters = letters_in(found[0], rules)
    distinct = frozenset(letters)
    listed = len(letters) > 3 and rules.letters.startswith(letters)
    return distinct if 1 < len(letters) == len(distinct) and not listed else None
