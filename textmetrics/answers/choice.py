"""Which of the offered letters a free text chooses; the grammar is described in docs/answers.md."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from textmetrics.answers.clauses import SENTENCE, cues, plain_marks
from textmetrics.answers.extractors import last_box
from textmetrics.languages import normalize

__all__ = ["LETTERS", "check_letters", "choice_of", "choices_of"]

LETTERS = "ABCDEFGHIJ"
"""The letters that are offered by default: MMLU-Pro has ten."""

_OPEN, _CLOSE = r"[(\[【〔「『\"'“‘《<]", r"[)\]】〕」』\"'”’》>]"
_ITEM = r"(?:\s?(?:选项|選項|[项項]))?"
# What follows a letter that is one: "A cat" and "C major" have words, "B because" has a reason.
_AFTER = (
    r"(?:because|since|as|and|or|nor|is|isn't|was|wasn't|are|aren't|were|would|wouldn't|will|won't|can"
    r"|can't|cannot|could|couldn't|must|may|might|should|shouldn't|seems?|looks|appears|sounds|does"
    r"|doesn't|do|due|which|where|while|whereas|with|based|given|but|for|if|only|not|rather|instead|by"
    r"|per|so|then|too|also|remains?|fits|matches|correctly|best|makes|alone|describes|states|says"
    r"|instead|being|over|from|true|false|correct|incorrect|wrong|right|out|either|here|than|still)\b"
)
# What makes a letter a part of a name: vitamin C (a list in Han and kana; in Latin letters every
# word that is not in the lists of clauses.py), and plan B in Chinese (B计划).
_NAMED = (
    "维生素", "維生素", "方案", "计划", "計劃", "血型", "型", "班", "级", "級", "组", "組", "队", "隊",  # noqa: E501
    "线", "線", "公司", "物质", "城市", "ビタミン", "プラン", "チーム", "クラス", "グループ", "ランク",  # noqa: E501
    "グレード", "図", "表", "图", "点", "等级", "肝炎", "肝",
)  # fmt: skip
_NAMING = (
    r"计划|計劃|型|语言|語言|股|级|級|班|组|組|队|隊|超|公司|大调|小调|调|淋巴|细胞|さん|君|社|案|チーム|クラス"
    r"|プラン|ランク|グループ|等"
)
_EXPLAINED = re.compile(
    r"(?im)(?:^|[.。])\W{0,3}(?:explanation|reason(?:ing)?|rationale|analysis|解析|解説|解说|分析|理由|说明|説明)"
    r"\W{0,2}[:：\n】]"
)
# What begins another question, which models go on to ask themselves.
_RUN_ON = re.compile(
    r"(?im)^\W{0,4}(?:(?:next\s)?(?:question|problem|q)\s?\d{0,4}\s?[:：.]|(?:human|user|instruction)\s?:"
    r"|(?:问题|問題|题目|題目|質問|问|問|用户|用戶|ユーザー)\s?\d{0,4}\s?[:：])"
)

# Patterns of kinds of words (clauses.py). Before the letters, up to their beginning:
_DENIED_BEFORE = re.compile(r"[Je][cls]*$|N[^WJ]*$|W[al]c[:ls]*$")
_EXCEPT_BEFORE = re.compile(r"e[ls]*$")
_EXCEPTED = re.compile(r"e[ls-]*L[x-]*$")
_STATED = re.compile(r"(?:a|R[als]?|Rx|(?<!x)lR)[lsxrp]*h?[c:]+h?[Cpls]*$|^[C!&:]*a[ls]*$")
_IDENTIFIED = re.compile(r"W(?:s|x)?[lsxrp]*[c:]+[ls]*$")
_CHOSEN = re.compile(r"V[c:als]*$")
_LEFT_OVER = re.compile(r"M[c:]*[ls]*$")
_CONCLUDED = re.compile(r"C[:!]*p?h?c?[ls]*$")
_IT_IS = re.compile(r"^[C!b&:]*p?h?c[ls]*$")
_INSTEAD = re.compile(r"(?:^b|n)(?:pc)?[ls]*$")
_SAME = re.compile(r"^&?t$")
# After the letters:
_RIGHT = re.compile(r"^[lsp]*(c*|:)h?(?:R[ls]?|a)(?![FqNJWsxc:])")
_WRONG = re.compile(r"^[ls]*:?c*h?k?(?:W|J|e|N[chk]*(?:R|a|k|$)|n|R?N(?![A-Za-z]))")
_REMAINS = re.compile(r"^[ls]*c*M")
_TAKEN = re.compile(r"^[ls]*c?v")
_ALONE = re.compile(r"^[ls]*(?:$|[:&F])")
# Before a letter that nobody calls right or wrong, but that stands for an answer.
_STANDING = re.compile(r"(?:^|[Ccabl:p!])[ls]*$")

_STATEMENT, _CHOICE, _LEADING, _WEAK, _MENTION = 5, 4, 3, 2, 1


class _Verdict(NamedTuple):
    """What a text says of some letters, in the order of the text.

    Attributes:
        letters: the letters; several together are no single choice.
        strength: how clearly they are chosen; 0 if they are denied.
        judged: whether they are called right, which several may be; a choice is one of all.
        corrects: the number of corrections before it ("wait, no").
    """

    letters: frozenset[str]
    strength: int
    judged: bool = False
    corrects: int = 0


class _Token(NamedTuple):
    """A word of a clause: its kind, or the letters that it is."""

    kind: str
    letters: str = ""
    bracketed: bool = False
    start: int = 0
    end: int = 0


class _Rules:
    """The patterns for one set of letters."""

    def __init__(self, letters: str) -> None:
        self.letters = check_letters(letters)
        lower = letters.lower()
        bracketed = rf"(?<![A-Za-z0-9]){_OPEN}\s?[{letters}{lower}]\s?{_CLOSE}"
        ends = rf"(?![A-Za-z0-9_#+%°]|['’\-][A-Za-z]|\.[a-z]|\.[A-Z]\b|(?:{_NAMING}))"
        starts = r"(?<![A-Za-z0-9_°&\-])(?<![A-Za-z]\.)"
        article = rf"(?!(?<=A)\s(?!{_AFTER}|[{letters}]\b)[A-Za-z0-9]|(?<=I)\s?[A-Za-z'])"
        words = rf"(?!\s(?!{_AFTER})[a-z])"  # C major
        capital = rf"{starts}[{letters}]{ends}{article}{words}"
        small = rf"(?<![A-Za-z0-9_.'+*/=^-])(?<![+*/=^-]\s)[{lower}](?=\s?(?:[.)\]:;,。」]|$|\n|[\u3040-\u9fff]))"  # noqa: E501
        several = rf"{starts}[{letters}]{{2,}}(?![A-Za-z0-9])"
        label = r"(?:(?i:options?|choices?|answers?|letters?|statements?)\s?|选项|選項|選択肢)?"
        unit = rf"(?:{bracketed}|{capital}){_ITEM}"
        joined = (
            r"\s?(?:[、,/&+・]\s?(?:(?:and|or|nor)\b|以及|和|或者?|及)?|\b(?:and/or|and|or|nor)\b"
            r"|以及|和|或者?|及び?|与|與|跟|と|や|か|も|または)\s?(?:both\s|either\s|also\s)?"
        )
        next_ = rf"(?:{joined}{label}{unit}|\s(?={_OPEN}|[{letters}](?![A-Za-z])){unit})"
        pattern, self.kinds = cues()
        self.tokens = re.compile(
            rf"(?P<group>{unit}(?:{next_})*)|(?P<several>{several})|(?P<small>{small})|{pattern}"
        )
        self.unit = re.compile(rf"{bracketed}|{starts}[{letters}](?![A-Za-z0-9])")
        self.comma = re.compile(rf"\s?[,、]\s?(?={label}{unit}$)|\sand\s(?={label}{unit}$)")
        either = rf"[{letters}{lower}]"
        ending = r"(?:です|だと思います|だ|でしょう|と思います|选项|項|项)?[.。!)\]】:,、]*"
        one = rf"{_OPEN}?\s?{either}\s?{_CLOSE}?"
        self.whole = re.compile(rf"{label}{one}\s?{ending}")
        self.whole_set = re.compile(
            rf"(?:{label}{one}(?:\s?(?:[、,/&+;.\n]|and\b|or\b|和|及|与|と)?\s?(?:and\s)?{one})*"
            rf"|[{letters}]+)\s?{ending}"
        )
        mark = rf"(?:{_OPEN}\s?({either})\s?[)\]】〕」』]|([{letters}])(?:\s?[)\]】」:,、。;]|\.(?![a-z]|[A-Z]\b)|\s-\s|$))"  # noqa: E501
        self.leading = re.compile(rf"\s*{label}{mark}|\s*({lower_class(lower)})(?:\)|[.:](?=\s))")
        self.marker = re.compile(
            rf"(?:^|(?<=[\s.。;；,，)）]))(?:{_OPEN}\s?({either})\s?[)\]】〕]|([{letters}])\s?[).:、．](?!\w\b\.))",
            re.M,
        )
        self.line = re.compile(rf"(?m)^{label}{one}\s?[.。!)\]】]*$")


def lower_class(lower: str) -> str:
    """Return a class of lower-case letters."""
    return f"[{lower}]"


_rules = lru_cache(maxsize=64)(_Rules)


def check_letters(letters: str) -> str:
    """Return the letters on offer.

    Raises:
        ValueError: if they are not capital Latin letters.
    """
    if not isinstance(letters, str) or not re.fullmatch("[A-Z]+", letters):
        raise ValueError(f"letters must be capital Latin letters, got {letters!r}")
    return letters


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
    rules = _rules(letters)
    for part in _parts(text):
        found = _chosen(part, rules, several=False)
        if found:
            return next(iter(found)) if len(found) == 1 else None
    return None


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
    rules = _rules(letters)
    for part in _parts(text):
        found = _chosen(part, rules, several=True)
        if found:
            return found
    return None


def _parts(text: str) -> Iterator[str]:
    """Yield the text up to each question that begins in it, normalized."""
    starts = [found.start() for found in _RUN_ON.finditer(text)]
    for start, end in zip([0, *starts], [*starts, len(text)], strict=True):
        if text[start:end].strip():
            yield normalize(text[start:end])


def _chosen(text: str, rules: _Rules, *, several: bool) -> frozenset[str] | None:
    """Return the chosen letters of a text with one question; several where one is asked: none."""
    box = last_box(text)
    if box is not None:
        box = normalize(plain_marks(normalize(box)))
        found = _whole(box, rules) or _leading(box, rules, several=several)
        if found:
            return found
    text = normalize(plain_marks(text))
    return _whole(text, rules) or _decided(text, rules, several=several)


def _whole(text: str, rules: _Rules) -> frozenset[str] | None:
    if len(text) > 200:
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
    verdicts = list(_verdicts(text, rules))
    leading = _leading(text, rules, several=several)
    explained = _EXPLAINED.search(text) is not None
    if leading and explained:
        verdicts = [each for each in verdicts if each.strength != _CHOICE or not each.judged]
    chosen = [each for each in verdicts if each.strength]
    last = chosen[-1].corrects if chosen else 0
    withdrawn = _withdrawn(verdicts)
    chosen = [
        each
        for each in chosen
        if (each.corrects == last or each.strength == _MENTION)
        and not (each.corrects, each.letters) <= (-1, each.letters)
        and (each.corrects, each.letters) not in withdrawn
    ]
    best = max((each.strength for each in chosen), default=0)
    if leading and best < _LEADING and not (last and best > _MENTION):
        return leading if (0, leading) not in withdrawn else None
    if not best:
        return None
    top = [each for each in chosen if each.strength == best]
    if best == _MENTION:
        denied = {letter for each in verdicts if not each.strength for letter in each.letters}
        named = frozenset(letter for each in top for letter in each.letters if letter not in denied)
        return named if len(named) == 1 else None
    if top[-1].judged:
        return frozenset(letter for each in top if each.judged for letter in each.letters)
    return top[-1].letters


def _withdrawn(verdicts: list[_Verdict]) -> set[tuple[int, frozenset[str]]]:
    """Return the choices that a correction denies: "It is A. No, A is wrong."."""
    found: set[tuple[int, frozenset[str]]] = set()
    made: dict[frozenset[str], int] = {}
    for each in verdicts:
        if each.strength:
            made.setdefault(each.letters, each.corrects)
        elif each.letters in made and each.corrects > made[each.letters]:
            found.update((number, each.letters) for number in range(each.corrects))
    return found


def _leading(text: str, rules: _Rules, *, several: bool) -> frozenset[str] | None:
    """Return the letter at the beginning, unless the options are listed there."""
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
    explained = _EXPLAINED.search(text)
    end = explained.start() if explained else len(text)
    marked = [
        (next(group for group in each.groups() if group).upper())
        for each in rules.marker.finditer(text, 0, end)
    ]
    if several and len(set(marked)) > 1:
        start = rules.letters[: len(marked)]
        return None if "".join(marked) == start else frozenset(marked)
    if letter == rules.letters[0] and rules.letters[1:2] in marked[1:2]:
        return None
    return frozenset(letter)


def _verdicts(text: str, rules: _Rules) -> Iterator[_Verdict]:
    """Yield what each clause says of the letters in it."""
    corrections = 0
    carried = ""  # the end of the clause before: "Answer:", "So,"
    sentence: list[_Verdict] = []
    lines = {found.start() for found in rules.line.finditer(text)}
    for clause, end in _clauses(text, rules):
        kinds = "".join(token.kind for token in clause)
        if kinds.lstrip("C&b")[:1] == "!":
            corrections += 1
        denied = bool(sentence) and not sentence[-1].strength
        for found in _of_clause(clause, carried, denied, lines, text):
            conceded = end == "b" and found.judged  # "A is true but irrelevant"
            strength = min(found.strength, _WEAK) if conceded else found.strength
            sentence.append(found._replace(strength=strength, corrects=corrections))
        carried = _carried(carried, kinds, end)
        if end in SENTENCE:
            if end == "?":
                sentence = [
                    each._replace(strength=min(each.strength, 0))
                    for each in sentence
                    if not each.strength
                ]
            yield from sentence
            sentence = []
    yield from sentence


def _carried(carried: str, kinds: str, end: str) -> str:
    """Return what of a clause the next one goes on with."""
    if re.search(r"a[xrp]?[c:]*$", kinds) and "L" not in kinds and end in ",|":
        return "a:"
    if re.fullmatch(r"[C!&]+", kinds) and end in ",|":
        return "C"
    if kinds == "" and end in ",|.":
        return carried
    return ""


def _clauses(text: str, rules: _Rules) -> Iterator[tuple[list[_Token], str]]:
    """Yield the words of each clause, and what ends it."""
    clause: list[_Token] = []
    for found in rules.tokens.finditer(text):
        name = found.lastgroup or ""
        if name in ("group", "several", "small"):
            clause += _as_letters(found, clause, name, rules)
            continue
        kind = rules.kinds[name]
        if (
            kind == ","
            and len(clause) < 9
            and _EXCEPTED.search("".join(token.kind for token in clause))
        ):
            continue  # "Except for B, all are wrong."
        if kind in SENTENCE or kind == ",":
            yield clause, kind
            clause = []
        elif kind in "&b" and (clause or kind == "b"):
            if clause:
                yield clause, kind
            clause = [_Token("b")] if kind == "b" else []
        elif kind == "x":
            if clause and clause[-1].kind in "xX":
                last = clause[-1]
                clause[-1] = last._replace(
                    end=found.end(), kind="X" if found.end() - last.start > 60 else last.kind
                )
            else:
                clause.append(_Token("x", start=found.start(), end=found.end()))
        elif kind == "-":
            clause.append(_Token("-"))
        else:
            clause.append(_Token(kind, start=found.start(), end=found.end()))
    yield clause, "."


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
        )
        if (latin and before[-1:] == " ") or before.rstrip().endswith(_NAMED):
            return [_Token("x", start=start, end=end)]
    if name == "several":
        letters = written if len(set(written)) == len(written) else ""
        return [_Token("L" if letters else "x", letters, start=start, end=end, bracketed=False)]
    if name == "small":
        return [_Token("L", written.upper(), start=start, end=end)]
    units = list(rules.unit.finditer(written))
    letters = "".join(_letters(each[0], rules) for each in units)
    return [_Token("L", letters, bracketed, start, end)]


def _of_clause(
    clause: list[_Token], carried: str, denied: bool, lines: set[int], text: str
) -> Iterator[_Verdict]:
    words = [token for token in clause if token.kind != "-"]
    places = [index for index, token in enumerate(words) if token.kind == "L"]
    previous, denied_before = 0, denied
    for number, place in enumerate(places):
        token = words[place]
        before = "".join(each.kind for each in words[previous:place])
        if number == 0:
            before = carried + before
        following = places[number + 1] if number + 1 < len(places) else len(words)
        after = "".join(each.kind for each in words[place + 1 : following])
        if following < len(words):  # "B rather than A", "B, not A"
            after = re.sub(r"c?[NJe]+$", "", after)
        adjacent = place > 0 and words[place - 1].kind in "xX"
        for found in _judge(
            token, before, after, adjacent, denied_before, token.start in lines, text
        ):
            denied_before = not found.strength
            yield found
        previous = place + 1


def _judge(  # noqa: C901, PLR0912
    token: _Token,
    before: str,
    after: str,
    adjacent: bool,
    denied_before: bool,
    line: bool,
    text: str,
) -> Iterator[_Verdict]:
    letters = frozenset(token.letters)
    written = text[token.start : token.end]
    small = written.islower() and not token.bracketed
    if "F" in before:
        return
    left = bool(
        _STATED.search(before)
        or _CHOSEN.search(before)
        or _DENIED_BEFORE.search(before)
        or _LEFT_OVER.search(before)
    )
    if left and len(letters) > 1 and after and _split_off(after):
        # "The answer is B, A is wrong": the last letter belongs to what follows.
        several = _apart(token)
        yield from _judge(
            token._replace(letters=several[0]), before, "", adjacent, denied_before, line, text
        )
        yield from _judge(token._replace(letters=several[1]), "", after, False, False, False, text)
        return
    weak = "h" in before or bool(re.match(r"[lsc:]*h", after))
    if (_EXCEPT_BEFORE.search(before) or re.match("[ls]*e", after)) and re.search("W", after):
        yield _Verdict(letters, _CHOICE, judged=True)
        return
    if _DENIED_BEFORE.search(before) and not _INSTEAD.search(before):
        yield _Verdict(letters, 0)
        return
    alone = bool(_ALONE.match(after))
    concluded = bool(re.match(r"[!&b]*C", before))
    if _STATED.search(before) and not after.startswith("F"):
        if not re.match(r"^[ls]*n", after):
            yield _Verdict(letters, _WEAK if weak else _STATEMENT)
        else:
            yield _Verdict(letters, 0)
        return
    if _LEFT_OVER.search(before):
        yield _Verdict(letters, _STATEMENT)
    elif _CHOSEN.search(before) and not _WRONG.match(after):
        yield _Verdict(letters, _WEAK if weak else _STATEMENT if concluded else _CHOICE)
    elif _IDENTIFIED.search(before) and alone:
        yield _Verdict(letters, _WEAK)
    elif _WRONG.match(after):
        yield _Verdict(letters, 0)
    elif _REMAINS.match(after):
        yield _Verdict(letters, _STATEMENT)
    elif _TAKEN.match(after):
        yield _Verdict(letters, _STATEMENT if concluded else _CHOICE)
    elif right := _RIGHT.match(after):
        strength = (
            _WEAK if weak or right[1] == ":" or (not right[1] and token.bracketed) else _CHOICE
        )
        strength = _STATEMENT if concluded and strength == _CHOICE else strength
        yield _Verdict(letters, strength, judged=True)
    elif _SAME.match(before) and alone:
        yield _Verdict(letters, _CHOICE, judged=True)
    elif alone and _CONCLUDED.search(before):
        yield _Verdict(letters, _WEAK if weak else _STATEMENT)
    elif alone and (before[-1:] == "n" or (denied_before and _INSTEAD.search(before))):
        yield _Verdict(letters, _CHOICE)
    elif alone and _IT_IS.match(before):
        yield _Verdict(letters, _WEAK if weak else _CHOICE)
    elif line:
        yield _Verdict(letters, _CHOICE, judged=True)
    elif (token.bracketed and not re.search("[FkhRWNqJe]", after)) or (
        (alone and not adjacent and not small and _STANDING.search(before))
        or (token.start == 0 and text[token.end : token.end + 1] == " " and after[:1] == "x")
    ):
        yield _Verdict(letters, _MENTION)


def _split_off(after: str) -> bool:
    return bool(_WRONG.match(after) or _RIGHT.match(after))


def _apart(token: _Token) -> tuple[str, str]:
    """Split letters where they stop to ascend: D, A, B, C; else before the last."""
    letters = token.letters
    at = next((i for i in range(1, len(letters)) if letters[i] < letters[i - 1]), len(letters) - 1)
    return letters[:at], letters[at:]
