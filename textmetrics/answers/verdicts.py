"""What a text says of each letter, sentence by sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from textmetrics.answers.clauses import (
    NAMED_BEFORE,
    SENTENCE,
    SILENT,
    Certainty,
    Said,
    said_of_letter,
    takes_letters,
)
from textmetrics.answers.letters import ALTERNATIVES, OPENING, LetterRules, letters_in

__all__ = ["MERELY_THERE", "Verdict", "verdicts_of"]


class Verdict(NamedTuple):
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


_YES = Said(Certainty.CHOICE, judged=True)
_NO = Said(Certainty.DENIED)
MERELY_THERE = (Said(Certainty.PRESENT), Said(Certainty.MENTION))
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
_ALL = re.compile(
    r"\s?(?:都|均|全|皆|both\b|all\b|are\b|were\b|は?(?:いずれも|どちらも|ともに|両方))"
)
# Before a letter: "clearly B", "deemed B", but "vitamin B".
_NO_NAME = re.compile(r"(?<!call)(?<!nam)(?<!label)(?<!titl)(?:[a-z]{3}ly|[a-z]{3}ed)\s\Z")
# What a letter that begins a clause is described by, where Japanese object marks are none.
_DESCRIBED = re.compile(r"\s?(?:[A-Za-z]|[\u3400-\u9fff]|(?:に|で)?は|も)")
_BEGUN = re.compile("[dC!b&:lhf]*")
_RANGE = re.compile(r"\s?(?:to|through|[~〜到至]|から)\s?")
# "only": directly behind a letter, or "is the only one that fits", but not "that fails".
_IS_ONLY = re.compile("[ls]*o|-*c-*o[ls](?!.*[WJneUkZz0NFID])")
_ALSO = re.compile(r"\s?(?:も|也|also\b|too\b|either\b)")
_SAME = re.compile("^[dC&]*t[ls]*[LBOm]|[LBOm][ls]*c?t")
_GLOSS = re.compile(r"\s?[(（][^()（）\n]{1,40}[)）]")
# What begins a clause, and the kind of word that it is in it.
_BEGINS = {"&": "", "/": "", "b": "b", "~": "h"}


def verdicts_of(text: str, rules: LetterRules) -> Iterator[Verdict]:
    """Yield what each sentence says of the letters in it."""
    lines = frozenset(found.start() for found in rules.line.finditer(text))
    reading = _Reading(text, lines, _listed(text, rules))
    for clause, end in _clauses(text, rules):
        reading.add(clause, end)
        if end in SENTENCE:
            yield from reading.sentence(asks=end == "?")
    yield from reading.sentence(asks=False)


def _listed(text: str, rules: LetterRules) -> frozenset[int]:
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
        self.last: Verdict | None = None
        self.begins = True  # whether a line begins
        self.headed = False  # whether a list of chosen ones goes on: "Selected options:"
        self.topic = frozenset[str]()  # the letter that the line begins with
        self.bare = False  # whether nothing was said of it
        self.recent = frozenset[str]()  # the last letters: "so I choose it"
        self.asked = frozenset[str]()  # of a question just before: "C? Yes."
        # Of this sentence:
        self.verdicts: list[tuple[Verdict, bool]] = []  # and whether it says what would be
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

    def sentence(self, *, asks: bool) -> Iterator[Verdict]:
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
        self.last = Verdict(letters, said, self.corrections, item)
        self.verdicts.append((self.last, would))

    def _suppose(self, kinds: str, spoken: str) -> None:
        """Note the condition that holds from a clause on."""
        if spoken[:1] in ("C", "b"):
            self.condition = ""
        if "D" in kinds:  # "A or B, hard to tell"
            self.verdicts = [each for each in self.verdicts if each[0].said not in MERELY_THERE]
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
            said = said_of_letter(token.kind + after, would=False)
            descends = left + right != "".join(sorted(left + right))
            if right and said and (said not in MERELY_THERE or descends):
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
        if said is None or said in MERELY_THERE:
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
        return None if said == MERELY_THERE[0] and described else said

    def _alternatives(self, token: _Token) -> bool:
        """Return whether letters are joined by "or"."""
        several = len(token.letters) > 1
        return several and bool(ALTERNATIVES.search(self.text, token.start, token.end))


def _only(clause: list[_Token]) -> Iterator[_Token]:
    """Yield the words of a clause, and mark letters that are the only ones."""
    kinds = "".join(token.kind for token in clause)
    if "o" not in kinds:
        yield from clause
        return
    for index, token in enumerate(clause):
        before, after = kinds[max(index - 4, 0) : index], kinds[index + 1 :]
        only = re.search("o[-ls]*$", before) or _IS_ONLY.match(after[:_FAR])
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


def _clauses(text: str, rules: LetterRules) -> Iterator[tuple[list[_Token], str]]:
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
    found: re.Match[str], clause: list[_Token], name: str, rules: LetterRules
) -> list[_Token]:
    """Return letters as words of a clause, or as a part of a name."""
    written, start, end = found[0], found.start(), found.end()
    bracketed = bool(re.match(OPENING, written))
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
    letters = "".join(letters_in(each[0], rules) for each in units)
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
    joined = ALTERNATIVES.search(text, token.start, token.end) or _ALL.match(text, token.end)
    return (letters, "") if joined else (letters[:-1], letters[-1:])
