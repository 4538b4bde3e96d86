"""Which of the offered letters a free text chooses; the grammar is described in docs/answers.md."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from textmetrics.answers.clauses import (
    EXPLAINED,
    NAMED_AFTER,
    NAMED_BEFORE,
    SENTENCE,
    SILENT,
    Certainty,
    Said,
    plain_marks,
    questions,
    said_of_letter,
    takes_letters,
    word_kinds,
)
from textmetrics.answers.extractors import last_box
from textmetrics.answers.plainly import has_abbreviation, say_plainly, without_marks
from textmetrics.languages import normalize

__all__ = ["LETTERS", "check_letters", "choice_of", "choices_of"]

LETTERS = "ABCDEFGHIJ"
"""The letters that are offered by default: MMLU-Pro has ten."""

_OPEN, _CLOSE = r"[(\[【〔「『\"'“‘《<]", r"[)\]】〕」』\"'”’》>]"
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


class _Verdict(NamedTuple):
    """What a text says of some letters, in the order of the text.

    Attributes:
        letters: the letters; several together are no single choice. No letters: what was said
            before the last correction is denied ("wait, that is wrong").
        said: what it says of them.
        corrects: the number of corrections before it ("wait, no").
        item: whether it is all that is said of an item of a list ("A. True").
    """

    letters: frozenset[str]
    said: Said
    corrects: int = 0
    item: bool = False


class _Token(NamedTuple):
    """A word of a clause: its kind, or the letters that it is."""

    kind: str
    start: int
    end: int
    letters: str = ""


class _Rules:
    """The patterns for one set of letters."""

    def __init__(self, letters: str) -> None:
        self.letters = check_letters(letters)
        lower = letters.lower()
        either = rf"[{letters}{lower}]"
        self._words(letters, lower, rf"(?<![A-Za-z0-9]){_OPEN}\s?{either}\s?{_CLOSE}")
        ending = r"(?:です|だと思います|だ|でしょう|と思います|选项|項|项)?[.。!)\]】:,、]*"
        one = rf"{_OPEN}?\s?{either}\s?{_CLOSE}?"
        number = r"(?:[#(第問问Q]?\s?[0-9]{1,3}\)?\s?[题題问問]?\s?[-.:、]?\s?)?"
        self.whole = re.compile(rf"{number}{_LABEL}{one}\s?{ending}")
        self.whole_set = re.compile(
            rf"(?:{_LABEL}{one}(?:\s?(?:[、,/&+;.\n]|and\b|和|及|与|と)?\s?(?:and\s)?{one})*"
            rf"|[{letters}]+)\s?{ending}"
        )
        mark = rf"(?:{_OPEN}\s?({either})\s?[)\]】〕」』]|([{letters}])(?:\s?[)\]】」:,、。;]|\.(?![a-z]|[A-Z]\b)|\s-\s|$))"  # noqa: E501
        self.leading = re.compile(rf"\s*{_LABEL}{mark}|\s*([{lower}])(?:\)|[.:](?=\s))")
        self.marker = re.compile(
            rf"(?:^|(?<=[\s.。:：;；,，)）]))(?:{_OPEN}\s?({either})\s?[)\]】〕]|([{letters}])\s?[).:、．](?!\w\b\.))(?=\s*\S)",
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
        next_ = rf"(?:{joined}{_LABEL}{another}|\s(?={_OPEN}|[{letters}](?![A-Za-z])){unit})"
        pattern, self.kinds = word_kinds()
        self.tokens = re.compile(
            rf"(?P<group>{unit}(?:{next_})*)|(?P<several>{several})|(?P<small>{small})|{pattern}"
        )
        self.unit = re.compile(rf"{bracketed}|{starts}[{letters}](?![A-Za-z0-9])")
        self.label = re.compile(rf"\s*{_LABEL}")


_YES = Said(Certainty.CHOICE, judged=True)
_NO = Said(Certainty.DENIED)
_THERE = (Said(Certainty.PRESENT), Said(Certainty.MENTION))
# Letters that may be options: not the pronoun, nor what mostly are signs of other things.
_NOT_OFFERED = re.compile(r"(?<![A-Za-z0-9])[A-H](?![A-Za-z0-9'’])")
_FEWEST_ITEMS = 3  # "A. True B. False" may be a list of options
_FAR = 60  # words; what is farther away says nothing of a letter
_DROPPED = str.maketrans("", "", SILENT)
_ASKED = re.compile("[b&C!0]*[cpalhs]*[LBOm][clsRAox]*")
_ANSWERED = re.compile("[b&C:]*(?:(?P<yes>[yRA]|p$)|[z0WN])")
_ALL_WRONG = re.compile("[!&bC]*(?:[pq]?[ac]*(?:W|NR)[ls]*|0)")
_CHOSEN = re.compile("[C&b]*(?:p[crs]*[vV]|Vp$|pca$)")  # "so I choose it"
# A heading of what is chosen: "Selected options:"; all that is said of an item.
_HEADING = re.compile("[ls]*(?:[VR][als]*|a):*")
_IS_WRONG = re.compile("(?:p[ac]*|b)(?:W|N[chk]*R|0)[ls]*|xW")
_ITEM_IS = re.compile("[pc]*(?:(?P<yes>[RyA])|[WzUN0]|NR)[ls]*")
# A text that defines letters; one that is cut off.
_DEFINES = re.compile(
    r"(?i:\blet\s)[A-Z]\b|[设設令]\s?(?:点|集合|向量|矩阵|事件|函数)?[A-Z](?![A-Za-z])|[A-Z]と(?:する|すると|おく|置く)"
)
_CUT_OFF = re.compile(r"(?:[,、:]|[をはがと]|\b(?:the|and|or|of|to|a|an|that)|[把而])\s*\Z")
_ALL = re.compile(
    r"\s?(?:都|均|全|皆|both\b|all\b|are\b|were\b|は?(?:いずれも|どちらも|ともに|両方))"
)
# Before a letter: "clearly B", "deemed B", but "vitamin B".
_NO_NAME = re.compile(r"(?<!call)(?<!nam)(?<!label)(?<!titl)(?:[a-z]{3}ly|[a-z]{3}ed)\s\Z")
# What a letter that begins a clause is described by, where Japanese object marks are none.
_DESCRIBED = re.compile(r"\s?(?:[A-Za-z]|[\u3400-\u9fff]|(?:に|で)?は|も)")
_BEGUN = re.compile("[dC!b&:lhf]*")
_RANGE = re.compile(r"\s?(?:to|through|[~〜到至]|から)\s?")
_ALSO = re.compile(r"\s?(?:も|也|also\b|too\b|either\b)")
_SAME = re.compile("^[dC&]*t[ls]*[LBOm]|[LBOm][ls]*c?t")
_GLOSS = re.compile(r"\s?[(（][^()（）\n]{1,40}[)）]")
# What begins a clause, and the kind of word that it is in it.
_BEGINS = {"&": "", "/": "", "b": "b", "~": "h"}
_ALTERNATIVES = re.compile(r"\b(?:or|nor)\b|[或か]")

_rules = lru_cache(maxsize=64)(_Rules)


def check_letters(letters: str) -> str:
    """Return the letters on offer.

    Raises:
        ValueError: if they are not capital Latin letters, each once.
    """
    if not isinstance(letters, str) or not re.fullmatch("[A-Z]+", letters):
        raise ValueError(
            f"letters must be capital Latin letters, got {letters!r}: write {_meant(letters)}"
        )
    if len(set(letters)) < len(letters):
        raise ValueError(
            f"letters must be different capital Latin letters, got {letters!r}: write "
            f"{_meant(letters)}"
        )
    return letters


def _meant(letters: object) -> str:
    """Return the letters as they are to be written; an example if it cannot be told.

    Examples:
        >>> _meant("a-d"), _meant("A, B, C"), _meant("ABCDD"), _meant("")
        ('ABCD', 'ABC', 'ABCD', 'ABCD')
    """
    text = letters.upper() if isinstance(letters, str) else ""
    if span := re.fullmatch(r"\s*([A-Z])\s*[-–~]\s*([A-Z])\s*", text):
        return "".join(map(chr, range(ord(min(span.groups())), ord(max(span.groups())) + 1)))
    return "".join(dict.fromkeys(re.findall("[A-Z]", text))) or "ABCD"


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
    found = _of_questions(text, _rules(letters), several=False)
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
    return _of_questions(text, _rules(letters), several=True)


def _of_questions(text: str, rules: _Rules, *, several: bool) -> frozenset[str] | None:
    """Return the letters chosen in the first part of a text that chooses any."""
    for part in questions(text):
        plain = normalize(without_marks(part))
        found = _chosen(plain, rules, several=several)
        if found:
            return None if _chooses_another(plain, rules, several=several) else found
    return None


def _chooses_another(text: str, rules: _Rules, *, several: bool) -> bool:
    """Return whether a text chooses a letter that is not on offer, or leaves that open."""
    others = set(_NOT_OFFERED.findall(text)).difference(rules.letters)
    if not others:
        return False
    wider = _rules("".join(sorted(others.union(rules.letters))))
    found = _chosen(text, wider, several=several)
    return found is None or not found.issubset(rules.letters)


def _chosen(text: str, rules: _Rules, *, several: bool) -> frozenset[str] | None:
    """Return the chosen letters of a text with one question; several where one is asked: none."""
    box = last_box(text)
    if box is not None:
        box = normalize(plain_marks(normalize(box)))
        found = _whole(box, rules) or _leading(box, rules, several=several)
        if found:
            return found
    text = say_plainly(normalize(plain_marks(text)))
    return _whole(text, rules) or _decided(text, rules, several=several)


def _whole(text: str, rules: _Rules) -> frozenset[str] | None:
    if len(text) > 200 or has_abbreviation(text):
        return None
    if rules.whole.fullmatch(text):
        return frozenset(_letters(text, rules, last=True))
    listed = re.sub(r"[\[\]\"]", "", text)  # a list as JSON writes it
    return frozenset(_letters(text, rules)) if rules.whole_set.fullmatch(listed) else None


def _letters(text: str, rules: _Rules, *, last: bool = False) -> str:
    text = re.sub(r"(?i)options?|choices?|answers?|letters?|statements?|and|or(?![A-Z])", " ", text)
    found = [each.upper() for each in text if each.upper() in rules.letters and each.isascii()]
    return "".join(found[-1:] if last else found)


def _decided(text: str, rules: _Rules, *, several: bool) -> frozenset[str] | None:
    """Return the letters of the strongest verdict that no correction has taken back."""
    leading = _leading(text, rules, several=several)
    verdicts = list(_verdicts(text, rules))
    if sum(each.item for each in verdicts) < _FEWEST_ITEMS - several:
        verdicts = [each for each in verdicts if not each.item]
    withdrawn = _withdrawn(verdicts)
    if leading in withdrawn:
        return None
    chosen = [each for each in verdicts if each.said.strength]
    last = chosen[-1].corrects if chosen else 0
    chosen = [
        each
        for each in chosen
        if (each.corrects == last or each.said in _THERE)
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


def _explain(chosen: list[_Verdict], leading: frozenset[str]) -> bool:
    """Return whether choices only say what a letter stands for: "D. Both A and B are right."."""
    clear = [each for each in chosen if each.said.strength == Certainty.CHOICE]
    return len(leading) == 1 and all(
        each.said.judged and len(each.letters) > 1 and not each.letters & leading for each in clear
    )


def _agreed(
    top: list[_Verdict], verdicts: list[_Verdict], *, several: bool
) -> frozenset[str] | None:
    """Return the letters of verdicts that are equally strong."""
    if not top:
        return None
    letters = frozenset[str]().union(*(each.letters for each in top))
    if top[-1].said in _THERE:
        denied = {each for found in verdicts if not found.said.strength for each in found.letters}
        single = frozenset(
            each for found in top if len(found.letters) == 1 for each in found.letters
        )
        letters = (single or letters) - denied
        one_set = several and not single and len({found.letters for found in top}) == 1
        return letters if len(letters) == 1 or one_set else None
    return _agreed_clearly(top, letters)


def _agreed_clearly(top: list[_Verdict], letters: frozenset[str]) -> frozenset[str] | None:
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


def _withdrawn(verdicts: list[_Verdict]) -> dict[frozenset[str], int]:
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


def _leading(text: str, rules: _Rules, *, several: bool) -> frozenset[str] | None:
    """Return the letters at the beginning, unless the options are listed there."""
    return _leading_set(text, rules) or _leading_letter(text, rules, several=several)


def _leading_letter(text: str, rules: _Rules, *, several: bool) -> frozenset[str] | None:
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
        rf"|\s?(?:、|,|and\b|or\b|和|と|/)\s?(?i:and\s)?{_OPEN}?[{rules.letters}](?![A-Za-z])"
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


def _leading_set(text: str, rules: _Rules) -> frozenset[str] | None:
    """Return the letters that are the first sentence, unless they are all that are on offer."""
    label = rules.label.match(text)
    found = rules.tokens.match(text, label.end() if label else 0)
    if not found or found.lastgroup not in ("group", "several"):
        return None
    if _ALTERNATIVES.search(found[0]):
        return None
    if not re.compile(r"\s?(?:\n|[.;]\s|。)").match(text, found.end()):
        return None
    letters = _letters(found[0], rules)
    distinct = frozenset(letters)
    listed = len(letters) > 3 and rules.letters.startswith(letters)
    return distinct if 1 < len(letters) == len(distinct) and not listed else None


def _verdicts(text: str, rules: _Rules) -> Iterator[_Verdict]:
    """Yield what each sentence says of the letters in it."""
    lines = frozenset(found.start() for found in rules.line.finditer(text))
    reading = _Reading(text, lines, _listed(text, rules))
    for clause, end in _clauses(text, rules):
        reading.add(clause, end)
        if end in SENTENCE:
            yield from reading.sentence(asks=end == "?")
    yield from reading.sentence(asks=False)


def _listed(text: str, rules: _Rules) -> frozenset[int]:
    """Return where the options are listed, if they are, from the first one on."""
    marks = list(rules.marker.finditer(text))
    letters = "".join((each[1] or each[2]).upper() for each in marks[:2])
    listed = len(letters) > 1 and rules.letters.startswith(letters)
    return frozenset(each.start() for each in marks) if listed else frozenset()


class _Reading:
    """What has been read of a text so far, clause by clause."""

    def __init__(self, text: str, lines: frozenset[int], listed: frozenset[int]) -> None:
        self.text = text
        self.listed = listed  # where options are listed
        self.lines = lines  # where lines begin that are a letter
        self.corrections = 0
        self.carried = ""  # what the clause before goes on with: "Answer:", "So,"
        self.last: _Verdict | None = None
        self.begins = True  # whether a line begins
        self.headed = False  # whether a list of chosen ones goes on: "Selected options:"
        self.topic = frozenset[str]()  # the letter that the line begins with
        self.bare = False  # whether nothing was said of it
        self.recent = frozenset[str]()  # the last letters: "so I choose it"
        self.asked = frozenset[str]()  # of a question just before: "C? Yes."
        # Of this sentence:
        self.verdicts: list[tuple[_Verdict, bool]] = []  # and whether it says what would be
        self.condition = ""  # that holds, by its kind
        self.conditional = False  # whether it has one
        self.corrected = False
        self.alternative = False  # whether an "or" is before the clause
        self.left_open = False  # and what it said is open

    def add(self, clause: list[_Token], end: str) -> None:
        """Read a clause of the sentence and what ends it."""
        kinds = "".join(token.kind for token in clause)
        spoken = kinds.translate(_DROPPED)
        would = "w" in kinds
        wrong = _ALL_WRONG.fullmatch(spoken) and (self.corrected or "!" in spoken)
        if self.asked and (answered := _ANSWERED.match(spoken)):
            self._say(self.asked, _YES if answered["yes"] else _NO)
        elif spoken.lstrip("C&b:")[:1] in ("!", "0"):
            self.corrections += 1
            self.corrected = True
        if wrong:
            self._say(frozenset(), _NO)
        named = [token.letters for token in clause if token.letters]
        if not named:
            self._say_of_earlier(spoken)
        self._follow_line(named, kinds, spoken, end)
        if spoken[:1] == "b" and self.verdicts and not named:
            self._concede()  # "A is true, but irrelevant"
        self._suppose(kinds, spoken)
        count = len(self.verdicts)
        if not (self.left_open or self.condition == "I" or (self.condition and would)):
            for letters, said in self._of_clause(clause, would):
                self._say(letters, said, would=would)
            if end == "b" and len(self.verdicts) > count:
                self._concede()  # "A is true but irrelevant"
        if self.alternative:
            self._offer(count)
        self.alternative = end == "/"
        self.left_open = end == "/" and bool(set(kinds) & set("DF"))  # "unclear whether A or B"
        asks = end == "?" and _ASKED.fullmatch(spoken)
        self.asked = frozenset("".join(named)) if asks else frozenset()
        self.carried = _carried(self.carried, spoken, end)

    def _say_of_earlier(self, spoken: str) -> None:
        """Read a clause without letters that speaks of the item of the line or the last letter."""
        if self.topic and (item := _ITEM_IS.fullmatch(spoken)):
            said = Said(Certainty.WEAK, judged=True) if item["yes"] else _NO
            self._say(self.topic, said, item=self.bare)
        elif self.verdicts and _IS_WRONG.fullmatch(spoken):
            last, would = self.verdicts[-1]
            if not last.said.judged:  # "he chose A, which is wrong"
                self.verdicts[-1] = last._replace(said=_NO), would
        elif self.recent and _CHOSEN.match(spoken):
            self._say(self.recent, Said(Certainty.CHOICE))

    def _follow_line(self, letters: list[str], kinds: str, spoken: str, end: str) -> None:
        """Note what the line is about, and whether it is a heading or one of its items."""
        if letters:
            if self.begins:
                begun = kinds.lstrip("l:-")[:1] in "LBm"
                self.topic = frozenset(letters[0]) if begun else frozenset()
                self.bare = len(spoken.strip("l:")) == 1
            last = letters[-1]
            self.recent = frozenset(last if last == "".join(sorted(last)) else last[-1])
        elif spoken:
            self.bare = False
        if end == "|" and not letters and (spoken or self.begins):
            self.headed = bool(_HEADING.fullmatch(spoken))
        self.begins = end == "|" or (self.begins and spoken in ("", "x"))

    def sentence(self, *, asks: bool) -> Iterator[_Verdict]:
        """End the sentence: yield what it says."""
        for verdict, would in self.verdicts:
            supposed = self.conditional and (would or verdict.said.strength == Certainty.PRESENT)
            if not supposed and not (asks and verdict.said.strength):
                yield verdict
        self.verdicts = []
        self.condition, self.conditional, self.corrected = "", False, False

    def _say(
        self, letters: frozenset[str], said: Said, *, would: bool = False, item: bool = False
    ) -> None:
        self.last = _Verdict(letters, said, self.corrections, item)
        self.verdicts.append((self.last, would))

    def _suppose(self, kinds: str, spoken: str) -> None:
        """Note the condition that holds from a clause on."""
        if spoken[:1] in ("C", "b"):
            self.condition = ""
        if "D" in kinds:  # "A or B, hard to tell"
            self.verdicts = [each for each in self.verdicts if each[0].said not in _THERE]
        if "I" in kinds or "i" in kinds:
            self.condition = "I" if "I" in kinds else self.condition or "i"
            self.conditional = True

    def _concede(self) -> None:
        """Weaken what was said last, if it judged letters."""
        verdict, would = self.verdicts[-1]
        if verdict.said.judged:
            said = verdict.said._replace(strength=min(verdict.said.strength, Certainty.WEAK))
            self.verdicts[-1] = verdict._replace(said=said), would

    def _offer(self, start: int) -> None:
        """Weaken what is said on both sides of an "or", of which neither is chosen."""
        sides = self.verdicts[start - 1 :]
        if start and len(sides) > 1:
            for index, (each, would) in enumerate(sides, start - 1):
                if each.said.strength:
                    self.verdicts[index] = each._replace(said=Said(Certainty.WEAK)), would

    def _of_clause(
        self, clause: list[_Token], would: bool
    ) -> Iterator[tuple[frozenset[str], Said]]:
        if not any(token.letters for token in clause):
            return
        words = [token for token in _only(clause) if token.kind not in SILENT]
        kinds = "".join(token.kind for token in words).rstrip(":")
        places = [index for index, token in enumerate(words) if token.letters]
        before, start = self.carried, 0
        for number, place in enumerate(places):
            last = number + 1 == len(places)
            after = kinds[place + 1 : len(kinds) if last else places[number + 1]]
            if not last:  # "B rather than A", "B, not A"
                after = after.rstrip("NJe").rstrip("c") if after[-1:] in ("N", "J", "e") else after
            before = (before + kinds[start:place])[-_FAR:]
            denied = self.verdicts and not self.verdicts[-1][0].said.strength
            before = ("d" if denied else "") + before
            yield from self._of_letters(words[place], before, after[:_FAR], would)
            before, start = "", place + 1

    def _of_letters(
        self, token: _Token, before: str, after: str, would: bool
    ) -> Iterator[tuple[frozenset[str], Said]]:
        if len(token.letters) > 1 and after and takes_letters(before):
            left, right = _apart(token, self.text)
            said = said_of_letter(token.kind + after)
            descends = left + right != "".join(sorted(left + right))
            if right and said and (said not in _THERE or descends):
                # "The answer is B, A is wrong": the last letter belongs to what follows.
                yield from self._of_letters(token._replace(letters=left), before, "", would)
                yield frozenset(right), said
                return
        letters = frozenset(token.letters)
        kinds = before + token.kind + after
        if self.last and _SAME.search(kinds):
            yield self.last.letters | letters, self.last.said
            return
        said = said_of_letter(kinds, would=would)
        if said is None or said in _THERE:
            said = self._by_place(token, before, after, said)
        if said and said.strength and self._alternatives(token):
            said = Said(Certainty.WEAK) if said.strength > Certainty.WEAK else None
        if said:
            yield letters, said

    def _by_place(self, token: _Token, before: str, after: str, said: Said | None) -> Said | None:
        """Return what is said of letters by where they stand, if their clause says nothing more."""
        if said and token.start in self.listed:
            return None
        if before[:1] == "d" and self.last and _ALSO.match(self.text, token.end):
            return self.last.said  # "C is wrong, D too"
        if token.start in self.lines:
            return _YES
        if self.headed and not before and token.start not in self.listed:
            return Said(Certainty.STATEMENT, judged=True)
        if (
            token.start == 0
            and len(token.letters) == 1
            and after[:1] == "x"
            and self.text[token.end] == " "
        ):
            return Said(Certainty.MENTION)  # "B Paris"
        described = _DESCRIBED.match(self.text, token.end) and _BEGUN.fullmatch(before)
        return None if said == _THERE[0] and described else said

    def _alternatives(self, token: _Token) -> bool:
        """Return whether letters are joined by "or"."""
        several = len(token.letters) > 1
        return several and bool(_ALTERNATIVES.search(self.text, token.start, token.end))


def _only(clause: list[_Token]) -> Iterator[_Token]:
    """Yield the words of a clause, and mark letters that are the only ones."""
    kinds = "".join(token.kind for token in clause)
    if "o" not in kinds:
        yield from clause
        return
    for index, token in enumerate(clause):
        around = kinds[max(index - 4, 0) : index], kinds[index + 1 : index + 4]
        only = re.search("o[-ls]*$", around[0]) or re.match("[ls]*o", around[1])
        yield token._replace(kind="O") if token.letters and only else token


def _carried(carried: str, kinds: str, end: str) -> str:
    """Return what of a clause the next one goes on with."""
    if re.search(r"a[xrp]?[c:]*$", kinds) and not re.search("[LBOm]", kinds) and end in ",|":
        return "a:"
    if re.fullmatch(r"[C!0&]+", kinds) and (end in ",|" or (end == "." and kinds[-1] in "!0")):
        return "C"
    if kinds == "" and end in ",|.":
        return carried
    return ""


def _clauses(text: str, rules: _Rules) -> Iterator[tuple[list[_Token], str]]:
    """Yield the words of each clause, and what ends it."""
    clause: list[_Token] = []
    gloss = 0  # the end of what explains a letter: "B (Paris)"
    for found in rules.tokens.finditer(text):
        name = found.lastgroup or ""
        if name in ("group", "several", "small"):
            clause += _as_letters(found, clause, name, rules)
            gloss = explained.end() if (explained := _GLOSS.match(text, found.end())) else 0
            continue
        kind = rules.kinds[name]
        if found.start() < gloss and kind in "x-cr":
            continue
        if kind == "," and len(clause) < 9 and _excepted(clause):
            continue  # "Except for B, all are wrong."
        if kind in SENTENCE or kind == ",":
            yield clause, kind
            clause = []
        elif kind in _BEGINS and (clause or kind in "/b~"):
            if clause or kind == "/":
                yield clause, kind
            first = _BEGINS[kind]
            clause = [_Token(first, found.start(), found.end())] if first else []
        elif kind == "x":
            if clause and clause[-1].kind in "xX":
                last = clause[-1]
                clause[-1] = last._replace(
                    end=found.end(), kind="X" if found.end() - last.start > 60 else last.kind
                )
            else:
                clause.append(_Token("x", found.start(), found.end()))
        else:
            clause.append(_Token(kind, found.start(), found.end()))
    yield clause, "."


def _excepted(clause: list[_Token]) -> bool:
    """Return whether a clause ends in letters that are excepted."""
    return bool(re.search(r"e[ls-]*[LBOm][x-]*$", "".join(token.kind for token in clause)))


def _as_letters(
    found: re.Match[str], clause: list[_Token], name: str, rules: _Rules
) -> list[_Token]:
    """Return letters as words of a clause, or as a part of a name."""
    written, start, end = found[0], found.start(), found.end()
    bracketed = bool(re.match(_OPEN, written))
    before = found.string[max(start - 4, 0) : start]
    if not bracketed and name != "several":
        latin = (
            clause
            and clause[-1].kind in "xX"
            and clause[-1].end == start - 1
            and before[-2:-1].isascii()
            and not before[-2:-1].isdigit()
            and not _NO_NAME.search(found.string, max(start - 12, 0), start)
        )
        if (
            (latin and before[-1:] == " ")
            or before.rstrip().endswith(NAMED_BEFORE)
            or before.endswith((" a ", " an "))
        ):
            return [_Token("x", start, end)]
    if name == "several":
        twice = len(set(written)) < len(written)
        return [_Token("x", start, end) if twice else _Token("L", start, end, written)]
    if name == "small":
        return [_Token("m", start, end, written.upper())]
    bare = _GLOSS.sub(
        lambda gloss: gloss[0] if len(gloss[0].strip()) < 4 else " " * len(gloss[0]), written
    )
    units = list(rules.unit.finditer(bare))
    letters = "".join(_letters(each[0], rules) for each in units)
    if len(units) == 2 and _RANGE.fullmatch(bare[units[0].end() : units[1].start()]):
        low, high = map(rules.letters.find, letters)
        letters = rules.letters[low : high + 1] or letters
    kind = "B" if bracketed else "L"
    for at, letter in enumerate(letters):
        if letter in letters[:at]:  # "Of B and C, B"
            middle = start + units[at].start()
            first = _Token(kind, start, middle, letters[:at])
            return [first, _Token(",", middle, middle), _Token(kind, middle, end, letters[at:])]
    return [_Token(kind, start, end, letters)]


def _apart(token: _Token, text: str) -> tuple[str, str]:
    """Split letters where they stop to ascend: D, A, B, C; else before the last, if not joined."""
    letters = token.letters
    for at in range(1, len(letters)):
        if letters[at] < letters[at - 1]:
            return letters[:at], letters[at:]
    joined = _ALTERNATIVES.search(text, token.start, token.end) or _ALL.match(text, token.end)
    return (letters, "") if joined else (letters[:-1], letters[-1:])
