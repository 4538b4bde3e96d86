"""The steps that take an answer out of a text, and the registry of them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from textmetrics._patterns import lazy_pattern
from textmetrics._registry import Registry

__all__ = [
    "EXTRACTORS",
    "Extractor",
    "boxed",
    "changes",
    "has_thoughts",
    "last_box",
    "would_change",
]


@dataclass(frozen=True, slots=True)
class Extractor:
    """A step that takes an answer out of a text; it leaves a text in which it finds nothing as is.

    Attributes:
        name: for ``--extract`` and the signature.
        summary: one line for people.
        make: returns the function for an argument; raises ``ValueError`` for a bad argument. The
            function may raise ``TimeoutError``, and nothing else.
        argument: the name of its argument; it takes none if this is empty.
        marks: it changes only texts that contain one of them; any text may change if this is empty.
    """

    name: str
    summary: str
    make: Callable[[str], Callable[[str], str]]
    argument: str = ""
    marks: tuple[str, ...] = ()

    def may_change(self, text: str) -> bool:
        """Return whether a text contains what this step looks for."""
        return not self.marks or any(map(text.__contains__, self.marks))


# --- think --------------------------------------------------------------------------------------

# What models write around their thoughts and around the answer, in any case. A mark is on one line.
_NAME = (
    r"(?:\w{1,20}[:|]|longcat_)?"
    r"(?:think(?:_fast|_faster)?|thinking|thoughts?|reasoning|scratchpad)"
)
_TO_MESSAGE = r"\b[^<\n]{0,200}(?:<\|constrain\|>[^<\n]{0,99})?<\|message\|>"
_MARKS = {
    "opens": (
        rf"<{_NAME}(?:[ \t]+[\w:-]+=[^<>\n]*)?[ \t]*>",  # DeepSeek, Qwen and most others
        r"[think\]",  # Magistral
        r"◁think▷",  # Kimi-VL
        r"<\|begin_of_thought\|>",  # Sky-T1
        r"<\|start_thinking\|>",  # Command A
        r"<\|inner_prefix\|>",  # Apertus
        r"<\|channel>thought",  # Gemma 4
        r"<unused94>thought",  # MedGemma
        rf"<\|channel\|>(?:analysis|commentary){_TO_MESSAGE}",  # gpt-oss
    ),
    "closes": (
        rf"</{_NAME}[ \t]*>",
        r"[/think\]",
        r"◁/think▷",
        r"<\|end_of_thought\|>",
        r"<\|end_thinking\|>",
        r"<\|inner_suffix\|>",
        r"<channel\|>",
        r"<unused95>",
    ),
    "answers": (
        rf"<\|channel\|>final{_TO_MESSAGE}",
        r"<\|begin_of_solution\|>",
        r"<\|start_response\|>",
    ),
    "ends": (
        r"<\|(?:end|return|call|start)\|>",
        r"<\|end_of_solution\|>",
        r"<\|end_response\|>",
    ),
}
# Where a mark is only shown: in a block of code that the next fence closes, or in code on one line.
_SHOWN = {
    "code": (
        r"`(?<!``)(?P<fence>`{2,9})(?!`)[^`\n]*\n(?:(?![ \t]*`(?P=fence)).*\n)*"
        r"[ \t]*`(?P=fence)`*[ \t\r]*$",
        r"`(?<!``)[^`\n]+`",
    )
}
_QUOTES = ("``", '""', "''", "“”", "‘’", "「」", "『』", "()", "（）")


def _one_pattern(kinds: dict[str, tuple[str, ...]]) -> re.Pattern[str]:
    """Return the pattern of all marks; a set of first signs makes searching 20 times as fast."""
    signs = re.escape("".join({each[0]: "" for kind in kinds.values() for each in kind}))
    alternatives = (
        f"(?P<{kind}>{'|'.join(f'(?<={re.escape(p[0])}){p[1:]}' for p in patterns)})"
        for kind, patterns in kinds.items()
    )
    return lazy_pattern(f"[{signs}](?:{'|'.join(alternatives)})", re.IGNORECASE | re.MULTILINE)


_MARK_OF_THOUGHTS = _one_pattern(_MARKS)
_MARK_OR_CODE = _one_pattern(_MARKS | _SHOWN)
# The channels of gpt-oss where special tokens were skipped. The answer's is glued to something: a
# sentence that mentions it has it between spaces or in quotes, and goes on after its first word.
_SKIPPED = lazy_pattern(r"\s*(?:assistant)?(?:analysis|commentary)(?![ \t]+(?!to=)[a-z])")
_SKIPPED_FINAL = lazy_pattern(r"(?<![ \t\"'`“‘「(\[])assistantfinal|assistantfinal(?=\w)")


def _without_thoughts(text: str) -> str:
    """Remove what is between ``<think>`` and ``</think>``, in all the forms that models write.

    A closing mark alone ends thoughts that the prompt opened: everything before it is removed, as
    it is before a mark that begins the answer. An opening mark that is never closed means that the
    answer never came: nothing is left. A mark between the two is part of the thoughts. A mark in
    quotes, or in the code of an answer, is a word.

    Examples:
        >>> _without_thoughts("<think>5 or 6?</think> It is 6.")
        'It is 6.'
        >>> _without_thoughts("<think>5 or 6? Let me see")
        ''
        >>> _without_thoughts("<|channel|>analysis<|message|>5?<|channel|>final<|message|>6")
        '6'
        >>> _without_thoughts("The tag `<think>` opens thoughts.")
        'The tag `<think>` opens thoughts.'
    """
    text = _without_skipped_marks(text)
    kept: list[str] = []
    thinking = answering = False
    position, end, stop = 0, None, len(text)
    while mark := (_MARK_OF_THOUGHTS if thinking else _MARK_OR_CODE).search(text, position):
        position, kind = mark.end(), mark.lastgroup
        if (
            kind == "code"
            or text[mark.start() - 1 : mark.start()] + text[position : position + 1] in _QUOTES
        ):
            continue
        if kind == "answers":
            kept, end, thinking, answering = [], position, False, True
        elif kind == "ends":  # of a text that has no answer it may be something else
            if answering and not thinking:
                stop = mark.start()
                break
        elif kind == "closes":
            if not thinking:
                kept.clear()
            thinking, end = False, position
        elif not thinking:
            kept.append(text[end or 0 : mark.start()])
            thinking, end = True, position
    if end is None:
        return text
    # A line break between them, so that the texts around a thought do not form a word, or a mark.
    return "" if thinking else "\n".join([*kept, text[end:stop]]).strip()


def _without_skipped_marks(text: str) -> str:
    """Return what follows ``assistantfinal`` in a text that begins with ``analysis``."""
    if "assistantfinal" not in text or _SKIPPED.match(text) is None:
        return text
    found = list(_SKIPPED_FINAL.finditer(text))
    return text[found[-1].end() :].strip() if found else text


def has_thoughts(text: str) -> bool:
    """Return whether the step ``think`` would change a text.

    Examples:
        >>> has_thoughts("<think>5 or 6?"), has_thoughts("I think <b>6</b>")
        (True, False)
    """
    if not any(map(text.__contains__, _THOUGHTS)):
        return False
    # Nothing is removed without such a mark, and to look for code besides takes twice as long.
    marked = "assistantfinal" in text or _MARK_OF_THOUGHTS.search(text) is not None
    return marked and _without_thoughts(text) != text


# --- fence --------------------------------------------------------------------------------------

_FENCE = lazy_pattern(r"`{3,}")


def _fenced(text: str) -> str:
    r"""Return the content of a text's first fenced block.

    The first, because a second one usually shows how to use the first. The block ends with a fence
    of at least as many backticks with nothing after it on its line, else with the next such fence,
    else with the text. If the only fence is at the end of the text, it closes a block that the
    prompt opened.

    Examples:
        >>> _fenced("Here you are:\n```json\n[1, 2]\n```\nAnything else?")
        '[1, 2]'
        >>> _fenced("It is ```Paris```.")
        'Paris'
    """
    opening = _FENCE.search(text) if "```" in text else None
    if opening is None:
        return text
    start, fence = opening.end(), opening[0]
    line_end = text.find("\n", start)
    end = text.find(fence, start, line_end if line_end >= 0 else len(text))
    if end >= 0:  # all in one line
        return text[start:end].strip()
    if not text[start:].strip():
        return text[: opening.start()].strip()
    if line_end >= 0:  # what follows the fence on its line is a language
        start = line_end + 1
        closing = re.compile(fence + r"`*[ \t\r]*$", re.MULTILINE).search(text, start)
        end = closing.start() if closing else text.find(fence, start)
    return text[start : end if end >= 0 else len(text)].strip()


# --- markdown -----------------------------------------------------------------------------------

_ANY = lazy_pattern(r"[*_`#>|\[\-]|~~")
_FENCE_LINE = lazy_pattern(r"[ \t]*`{3,}[^`]*$")
_RULE = lazy_pattern(r"[ \t]*([-*_])(?:[ \t]*\1){2,}[ \t]*$")
# What is between a table's heading and its rows, and makes it one.
_TABLE_RULE = lazy_pattern(r"[ \t]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*\r?$")
_PIPE = lazy_pattern(r"(?<!\\)\|")
# Quotes, bullets and headings; not numbers, since a number can be the answer itself.
_LEAD = lazy_pattern(r"(?:[ \t]*(?:>|[-*+]|#{1,6})[ \t])+[ \t]*")
_LINK = lazy_pattern(r"!?\[([^\[\]]*)\]\([^()]*(?:\([^()]*\)[^()]*)*\)")
_CODE = lazy_pattern(r"(`{1,2})([^`]+)\1(?!`)")
_MARK = lazy_pattern(r"\*{1,3}|_{1,3}|~~")


def _without_markdown(text: str) -> str:
    r"""Remove the marks of headings, quotes, bullets, tables, emphasis, code and links.

    Their words stay, as do the numbers of lists and the content of fenced blocks. Between Latin
    letters or digits (``2**3``, ``snake_case``) such characters are not marks.

    Examples:
        >>> _without_markdown("## Answer\n- **Paris**, see [here](https://example.org)")
        'Answer\nParis, see here'
        >>> _without_markdown("| City | Population |\n|---|---:|\n| Paris | 2.1 M |")
        'City Population\nParis 2.1 M'
    """
    if _ANY.search(text) is None:
        return text
    lines, inside = [], False
    for line in _without_tables(text.split("\n")) if "|" in text else text.split("\n"):
        if _FENCE_LINE.match(line):
            inside = not inside
        elif inside:
            lines.append(line)
        elif not _RULE.match(line):
            lines.append(_plain(line))
    plain = "\n".join(lines)
    return text if plain == text else plain.strip()


def _without_tables(lines: list[str]) -> list[str]:
    """Remove the rules and pipes of tables: rows with pipes around a rule, outside of fences."""
    kept: list[str] = []
    fenced = table = False
    for line in lines:
        fenced ^= _FENCE_LINE.match(line) is not None
        piped = "|" in line and not fenced
        if piped and kept and "|" in kept[-1] and not table and _TABLE_RULE.match(line):
            kept[-1], table = _row(kept[-1]), True
            continue
        table = table and piped
        kept.append(_row(line) if table else line)
    return kept


def _row(line: str) -> str:
    cells = map(str.strip, _PIPE.split(line))
    return " ".join(filter(None, cells)).replace(r"\|", "|")


def _plain(line: str) -> str:
    line = _LEAD.sub("", line, count=1) if (lead := _LEAD.match(line)) and lead.end() else line
    if "](" in line:
        line = _LINK.sub(r"\1", line)
    pieces = _CODE.split(line)  # text, backticks, code, text, …
    for index in range(0, len(pieces), 3):
        pieces[index] = _without_emphasis(pieces[index])
    del pieces[1::3]
    return "".join(pieces)


def _without_emphasis(text: str) -> str:
    """Remove marks that open and close; one without a partner stays."""
    dropped = sorted(_partners(text))
    if not dropped:
        return text
    ends = [0, *(end for _, end in dropped)]
    starts = [*(start for start, _ in dropped), len(text)]
    return "".join(text[end:start] for end, start in zip(ends, starts, strict=True))


def _partners(text: str) -> Iterator[tuple[int, int]]:
    opened: dict[str, list[tuple[int, int]]] = {"*": [], "_": [], "~": []}
    for mark in _MARK.finditer(text):
        start, end = mark.span()
        before, after = text[start - 1 : start], text[end : end + 1]
        waiting = opened[mark[0][0]]
        if before and not before.isspace() and not (len(mark[0]) == 1 and _is_latin(after)):
            while waiting and waiting[-1][1] - waiting[-1][0] <= end - start:
                partner = waiting.pop()
                yield partner
                yield start, start + partner[1] - partner[0]
                start += partner[1] - partner[0]
        if start < end and after and not after.isspace() and not _is_latin(before):
            waiting.append((start, end))


def _is_latin(character: str) -> bool:
    return character.isascii() and character.isalnum()


# --- prefix -------------------------------------------------------------------------------------

_ENGLISH = r"""
    (?:(?:so|thus|therefore|hence|ok|okay|sure|certainly|of\ course|well)[,.!]?\s+)?
    (?:
        (?:(?:the|my|our|your)\s+)?(?:(?:final|correct|right|best|short|direct)\s+)?answer
        (?:\s+to\s+(?:the|this|that|your)\s+(?:question|problem))?
        (?:\s+(?:is|would\s+be|should\s+be)\b{colon}?|{colon})
      | (?:response|reply|result|output|solution|conclusion|summary|translation){colon}
      | here(?:['’]s|\s+is|\s+are)\s[^:：\n]{{0,80}}[:：]
    )
"""
_CHINESE = r"""
    (?:(?:因此|所以|综上所述|综上|故|那么|于是)[，,、]?\s?)?
    (?:(?:本题|该题|此题|这道题|这个问题|该问题|问题)的?)?
    (?:(?:最终|正确|参考|标准|最后)的?)?
    (?:
        (?:答案|答复|回答|结果|結果|结论|結論)(?:应该|应当|应)?(?:(?:是(?!否)|[为為选選]){colon}?|{colon})
      | (?:答|解答|解|总结|總結|摘要|翻译|翻譯|译文|譯文|输出|輸出){colon}
    )
"""
_JAPANESE = r"""
    (?:(?:したがって|従って|よって|つまり|ゆえに|以上より)[、,]?\s?)?
    (?:(?:この|その)?(?:問題|質問|問い)の)?(?:最終的な|最終|正しい)?
    (?:
        (?:答え|解答|回答|正解|答|結論)は(?:[、,]|{colon})?
      | (?:答え|回答|正解|要約|翻訳|訳文|訳|出力){colon}
    )
"""
_BRACKETED = r"""
    [\[【［〔]\s?(?:final\ answer|answer|答案|回答|答え|解答|正解|答)\s?[\]】］〕]{colon}?
"""
# A colon, or the end of a line with nothing else on it.
_COLON = r"(?:\s?(?:\*\*|__|[*_])?(?:\s?[:：]|[ ]?\n))"
_PREFIX = lazy_pattern(
    r"\s*(?:\#{1,6}\s+)?(?P<mark>\*\*|__|[*_])?"
    + "(?:"
    + "|".join(each.format(colon=_COLON) for each in (_ENGLISH, _CHINESE, _JAPANESE, _BRACKETED))
    + r")(?:\s?(?P=mark))?\s*",
    re.IGNORECASE | re.VERBOSE,
)


def _without_prefix(text: str) -> str:
    """Remove the words at the beginning of a text that announce an answer.

    Answer:, the final answer is, sure, here is …:, 答案：, 所以答案是, 答えは, 【回答】 and others,
    also several in a row, in any case, with or without Markdown around them.

    Examples:
        >>> _without_prefix("So the answer is: Paris")
        'Paris'
        >>> _without_prefix("答案：北京")
        '北京'
        >>> _without_prefix("答えは、東京です。")
        '東京です。'
    """
    kept, end = "", 0
    while (found := _PREFIX.match(text, end)) is not None:
        mark = found["mark"] or ""
        if mark and found[0].count(mark) < 2:  # the emphasis goes on: **Answer: Paris**
            kept += mark
        end = found.end()
    return (kept + text[end:]).strip() if end else text


# --- boxed --------------------------------------------------------------------------------------

_TOKEN = lazy_pattern(r"\\\\?(?:boxed|fbox)\s*\{|\\.|[{}]", re.DOTALL)
_TEXT = lazy_pattern(r"\\(?:text|textbf|textrm|mathbf|mathrm)\s*\{([^{}]*)\}")


def last_box(text: str) -> str | None:
    r"""Return the content of the last ``\boxed{…}``, or ``None`` if there is none.

    Braces are matched, ``\{`` and ``\}`` are ordinary characters, and of nested boxes the inner one
    counts. ``\fbox`` is a box too. Boxes that are empty or never closed are ignored. ``\text{…}``
    around the whole content is removed.

    Examples:
        >>> last_box(r"So \boxed{\frac{1}{2}}.")
        '\\frac{1}{2}'
    """
    if "box" not in text:  # most texts; this runs on every text of a corpus, for its health
        return None
    opened: list[int] = []  # where a box's content begins; -1 for other braces
    start = end = -1
    for token in _TOKEN.finditer(text):
        if token[0] == "}":
            begun = opened.pop() if opened else -1
            if begun > start and text[begun : token.start()].strip():
                start, end = begun, token.start()
        elif token[0].endswith("{") and token[0] != r"\{":
            opened.append(-1 if token[0] == "{" else token.end())
    if start < 0:
        return None
    content = text[start:end].strip()
    inner = _TEXT.fullmatch(content)
    return inner[1].strip() if inner else content


def boxed(text: str) -> str:
    r"""Return the content of a text's last ``\boxed{…}``: see ``last_box``.

    Examples:
        >>> boxed(r"First \boxed{1}, no, \boxed{\text{two}}.")
        'two'
    """
    content = last_box(text)
    return text if content is None else content


# --- json ---------------------------------------------------------------------------------------

_START = lazy_pattern(r'\{(?=\s*["}])')
_PIECE = lazy_pattern(r'\s+|"[^"\\]*(?:\\.[^"\\]*)*"|[-+.\w]+|[\[\]{},:]', re.DOTALL)
# How often a text may be reread in search of an object: hostile ones have thousands of braces.
_READINGS = 8


class _Number(str):
    """A number as it was written: 1.50 must not become 1.5."""

    __slots__ = ()


_DECODER = json.JSONDecoder(
    strict=False, parse_int=_Number, parse_float=_Number, parse_constant=_Number
)


def _value_at(path: str) -> Callable[[str], str]:
    """Make a function that returns the value at a path in the last JSON object that has it.

    Args:
        path: keys and indices separated by dots: ``answer``, ``choices.0.text``.

    A string is returned as it is, a number as it was written, ``null`` as an empty text, an array
    or an object as JSON. Nested objects are reached by the path only.

    Raises:
        ValueError: if a part of the path is empty.

    Examples:
        >>> _value_at("answer")('Sure: {"answer": "Paris", "sure": true}')
        'Paris'
    """
    keys = path.split(".")
    if not all(keys):
        raise ValueError(
            f"json:{path} is not a path: write keys separated by dots, as in json:answer"
        )

    def extract(text: str) -> str:
        last = None
        for found in _objects(text):
            value = _walk(found, keys)
            last = last if value is None else value
        return text if last is None else last

    return extract


def _objects(text: str) -> Iterator[Any]:
    """Yield the outermost JSON objects of a text."""
    left = _READINGS * len(text)
    start = _START.search(text)
    while start is not None and left > 0:
        end, closed = _end_of(text, start.start())
        left -= end - start.start()
        following = start.end()
        if closed:
            try:
                yield _DECODER.decode(text[start.start() : end])
                following = end
            except (ValueError, RecursionError):
                pass
        start = _START.search(text, following)


def _end_of(text: str, start: int) -> tuple[int, bool]:
    """Return where an object ends, or stops being valid, and whether it is closed."""
    depth = 0
    end = start
    while (piece := _PIECE.match(text, end)) is not None:
        end = piece.end()
        depth += {"{": 1, "}": -1}.get(piece[0], 0)
        if depth == 0:
            return end, True
    return end, False


def _walk(value: Any, keys: list[str]) -> str | None:
    for key in keys:
        if isinstance(value, dict) and key in value:
            value = value[key]
        elif (
            isinstance(value, list)
            and key.isdecimal()
            and len(key) < 19  # more than any list has
            and int(key) < len(value)
        ):
            value = value[int(key)]
        else:
            return None
    try:
        written = _as_json(value) if isinstance(value, (dict, list)) else _scalar(value)
    except RecursionError:
        return None
    # JSON can contain escaped halves of surrogate pairs, which no text may contain.
    return written.encode("utf-16", "surrogatepass").decode("utf-16", "replace").strip()


def _scalar(value: Any) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _as_json(value: Any) -> str:
    """Write JSON as ``json.dumps`` does, but numbers as they were."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_as_json(str(k))}: {_as_json(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_as_json, value)) + "]"
    return value if isinstance(value, _Number) else json.dumps(value, ensure_ascii=False)


# --- regex --------------------------------------------------------------------------------------

SECONDS = 1.0
"""The time limit for searching one text."""


def _last_match(pattern: str) -> Callable[[str], str]:
    """Make a function that returns the last match in a text of a pattern of the ``regex`` package.

    It is the last match that is not empty, since reasoning ends with the answer; if the pattern has
    groups, the first group that took part in it. Write flags into the pattern: ``(?i)``, ``(?s)``.

    Raises:
        ValueError: if the pattern is invalid. The function returned raises ``TimeoutError`` after
            a second.

    Examples:
        >>> _last_match(r"<answer>(.*?)</answer>")("<answer>5</answer>, no, <answer>6</answer>")
        '6'
    """
    import regex

    if not pattern:
        raise ValueError("regex needs a pattern, as in regex:<answer>(.*?)</answer>")
    try:
        finditer = regex.compile(pattern).finditer
    except (regex.error, OverflowError, ValueError) as error:
        raise ValueError(f"regex:{pattern} is not a valid pattern: {error}") from None
    except RecursionError:
        raise ValueError(
            f"regex:{pattern} has too many nested brackets: use a simpler pattern"
        ) from None

    def extract(text: str) -> str:
        last = None
        for found in finditer(text, timeout=SECONDS):
            last = found if found.end() > found.start() else last
        if last is None:
            return text
        groups = [group for group in last.groups() if group is not None]
        return str(groups[0] if groups else last[0]).strip()

    return extract


# --- the registry -------------------------------------------------------------------------------

_THOUGHTS = ("<", "[", "◁", "assistantfinal")
# Every tenth sentence has a hyphen: a bullet has white space after it, a rule has three.
_MARKDOWN = ("*", "_", "`", "#", ">", "[", "|", "~~", "- ", "-\t", "---")

EXTRACTORS: Registry[Extractor] = Registry("extractor")

for _extractor in (
    Extractor("think", "drop <think>…</think>", lambda _: _without_thoughts, marks=_THOUGHTS),
    Extractor("fence", "take what is in a fenced block", lambda _: _fenced, marks=("```",)),
    Extractor("markdown", "drop Markdown's marks", lambda _: _without_markdown, marks=_MARKDOWN),
    Extractor("prefix", 'drop "The answer is", 答案：, 答えは', lambda _: _without_prefix),
    Extractor("boxed", r"take what is in the last \boxed{…}", lambda _: boxed, marks=("box",)),
    Extractor("json", "take a value of the last JSON object, by its path", _value_at, "PATH"),
    Extractor("regex", "take the last match of a pattern", _last_match, "PATTERN"),
):
    EXTRACTORS.add(_extractor.name, _extractor)


def changes(text: str) -> Iterator[tuple[str, str]]:
    """Yield the steps that would change a text, applied in their order, and what each returns.

    Steps that take an argument are left out.

    Examples:
        >>> list(changes("<think>Hm.</think>It is **Paris**."))
        [('think', 'It is **Paris**.'), ('markdown', 'It is Paris.')]
    """
    for each in EXTRACTORS:
        if not each.argument and each.may_change(text):
            after = each.make("")(text)
            if after != text:
                yield each.name, after
            text = after


def would_change(text: str) -> tuple[str, ...]:
    """Return the names of the steps that would change a text, as `changes` has them."""
    return tuple(name for name, _ in changes(text))
