"""What reports say, in the reader's language.

Each sentence is written once, in English, with named placeholders; in a report in another language
`say` looks it up in that language's catalog, ``catalogs/zh.json`` or ``catalogs/ja.json``. What a
comparison stores is English and stays so in JSON, but it remembers how it was made: `translated`
says it again in the language of the report that shows it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from string import Formatter
from typing import Any, Literal, TypeAlias

from textmetrics._patterns import lazy_pattern
from textmetrics._registry import suggest

__all__ = [
    "REPORT_LANGS",
    "ReportLang",
    "Sentence",
    "catalog",
    "check_report_lang",
    "joined",
    "listed",
    "mark",
    "plural",
    "report_language",
    "say",
    "term",
    "translated",
]

ReportLang: TypeAlias = Literal["en", "zh", "ja"]
REPORT_LANGS: tuple[ReportLang, ...] = ("en", "zh", "ja")
"""The languages that reports can be written in."""

_LANG: ContextVar[str] = ContextVar("report_lang", default="en")


class Sentence(str):
    """A text that knows its template and values, so that it can be said in another language.

    Attributes:
        template: the English text with placeholders.
        values: what fills them; ``None`` for a term, which has none.
    """

    __slots__ = ("template", "values")
    template: str
    values: Mapping[str, Any] | None

    def __new__(
        cls, text: str, template: str | None = None, values: Mapping[str, Any] | None = None
    ) -> Sentence:
        """Return a text that was made from a template."""
        made = super().__new__(cls, text)
        made.template = text if template is None else template
        made.values = values
        return made


def say(template: str, /, **values: Any) -> Sentence:
    """Return a sentence in the current report language, which is English unless one is chosen.

    Args:
        template: the English text, literally: a test collects all of them for the catalogs.
        values: by the names of placeholders; a `Sentence` among them is translated too.

    Examples:
        >>> say("{model} is best", model="gemma")
        'gemma is best'
        >>> with report_language("zh"):
        ...     print(say("Differences to {baseline}", baseline="gemma"))
        与 gemma 的差异
    """
    shown = {n: translated(each) if isinstance(each, str) else each for n, each in values.items()}
    return Sentence(_filled(_looked_up(template), shown), template, values)


def plural(number: int, one: str, several: str, /, **values: Any) -> Sentence:
    """Return the sentence for one of something or for several, with ``{number}`` among its values.

    Examples:
        >>> plural(2_000, "{number} sample", "{number:,} samples")
        '2,000 samples'
    """
    return say(one if number == 1 else several, number=number, **values)


def term(text: str) -> Sentence:
    """Return a term in the current report language; one that no catalog has is left as it is.

    Titles of metrics come from registries, and names of outcomes are compared as well as shown:
    `mark` marks such words where they are written. A sentence is said again.
    """
    if isinstance(text, Sentence) and text.values is not None:
        return say(text.template, **text.values)
    return Sentence(_looked_up(text), text)


def mark(text: str) -> str:
    """Return a text unchanged: it is for the catalogs, and `term` translates it."""
    return text


def listed(items: Sequence[str], last: Literal["and", "or"] = "and") -> str:
    """Return items as people list them.

    Examples:
        >>> listed(["a"]), listed(["a", "b"]), listed(["a", "b", "c"], "or")
        ('a', 'a and b', 'a, b or c')
    """
    *first, final = items
    if not first:
        return translated(final)
    text = first[0]
    for item in first[1:]:
        text = say("{list}, {item}", list=text, item=item)
    if last == "or":
        return say("{list} or {item}", list=text, item=final)
    return say("{list} and {item}", list=text, item=final)


def joined(parts: Sequence[str], by: Literal[";", ",", "()"] = ";") -> str:
    """Return parts of one sentence with a mark between them.

    Args:
        parts: the parts.
        by: ``;`` between clauses, ``()`` between details in brackets, which English separates
            alike, or ``,``.

    Examples:
        >>> joined(["2 better", "1 worse"]), joined(["2 better", "1 worse"], ",")
        ('2 better; 1 worse', '2 better, 1 worse')
    """
    text, *rest = parts or ("",)
    for part in rest:
        if by == ",":
            text = say("{parts}, {part}", parts=text, part=part)
        elif by == ";":
            text = say("{parts}; {part}", parts=text, part=part)
        else:
            text = say("{details}; {detail}", details=text, detail=part)
    return translated(text)


def translated(text: str) -> str:
    """Say a sentence again in the current report language; return any other text as it is."""
    if not isinstance(text, Sentence):
        return text
    return term(text.template) if text.values is None else say(text.template, **text.values)


@contextmanager
def report_language(lang: str) -> Iterator[None]:
    """Say everything in a language.

    Raises:
        ValueError: if there is no catalog for it.
    """
    before = _LANG.set(check_report_lang(lang))
    try:
        yield
    finally:
        _LANG.reset(before)


def check_report_lang(lang: str) -> str:
    """Return the language if there is a catalog for it.

    Raises:
        ValueError: if there is none; the message lists the known ones.
    """
    if lang not in REPORT_LANGS:
        near = suggest(str(lang), REPORT_LANGS)
        raise ValueError(f"unknown report_lang {lang!r}: {near}known: {', '.join(REPORT_LANGS)}")
    return lang


@cache
def catalog(lang: str) -> Mapping[str, str]:
    """Return the translations of a language by their English text; English has none."""
    if lang == "en":
        return {}
    import json  # here: only reports in other languages need them
    from importlib.resources import files

    text = (files("textmetrics") / "catalogs" / f"{lang}.json").read_text(encoding="utf-8")
    found: dict[str, str] = json.loads(text)
    return found


def _looked_up(template: str) -> str:
    return catalog(_LANG.get()).get(template, template)


def _filled(pattern: str, values: Mapping[str, Any]) -> str:
    joined: Callable[[str, str], str] = _spaced if _LANG.get() == "zh" else str.__add__
    text = ""
    for literal, name, spec, _ in Formatter().parse(pattern):
        text = joined(text, literal)
        if name is not None:
            text = joined(text, format(values[name], spec or ""))
    return text


def _spaced(text: str, more: str) -> str:
    """Join texts as Chinese is set: a space between Han and Latin letters or digits.

    What is filled in may be of either script; within a text, the catalog has its own spaces.
    """
    shown = _TAG.sub("", text), _TAG.sub("", more)
    if shown[0] and shown[1]:
        before, after = shown[0][-1], shown[1][0]
        if (_HAN.match(before) and _LATIN.match(after)) or (
            _LATIN_END.match(before) and _HAN.match(after)
        ):
            return f"{text} {more}"
    return text + more


_TAG = lazy_pattern("<[^<>]*>")
_HAN = lazy_pattern("[\u3400-\u9fff]")
_LATIN = lazy_pattern("[A-Za-z0-9+−]")
_LATIN_END = lazy_pattern("[A-Za-z0-9%]")
