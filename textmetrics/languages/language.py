"""A language is a declaration: a code, a tokenizer, scripts, stopwords."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TypeAlias

from textmetrics._checks import (
    check_callable,
    check_line,
    check_name,
    check_type,
    names_in,
    several,
)
from textmetrics._escape import short_repr
from textmetrics._registry import Registry, suggest
from textmetrics.languages.names import code_of, suggested
from textmetrics.languages.stopwords import (
    NO_STOPWORDS,
    Stopwords,
    read_list,
    read_words,
    shipped_path,
)

__all__ = [
    "LANGUAGES",
    "TOKENIZERS",
    "Cutter",
    "Language",
    "Segmentation",
    "Tokenizer",
    "check_scripts",
    "language_code",
    "one_language",
    "register_language",
    "suggest_language",
    "tokenizer_of",
]


@dataclass(frozen=True, slots=True)
class Segmentation:
    """A text cut into pieces; punctuation and white space may be among them.

    Attributes:
        surfaces: the pieces as they appear in the text, in order.
        forms: what is scored instead of each, where that differs (Sudachi's normalized forms).
        grammatical: which pieces are purely grammatical, for ``stopwords="pos"``; ``None`` unless
            that was asked for.
        spelled: which forms spell their surface out (いる for てる), so that a list of stopwords is
            asked about the form alone; ``None`` for none.
    """

    surfaces: list[str]
    forms: list[str] | None = None
    grammatical: list[bool] | None = None
    spelled: list[bool] | None = None

    def __post_init__(self) -> None:
        """Reject lists of which one is longer than another."""
        for name in ("forms", "grammatical", "spelled"):
            field = getattr(self, name)
            if field is not None and len(field) != len(self.surfaces):
                raise ValueError(
                    f"{name} of a segmentation must have one entry per piece, got {len(field):,} "
                    f"for {len(self.surfaces):,}"
                )


Cutter: TypeAlias = Callable[[str], "Segmentation | Sequence[str]"]


@dataclass(frozen=True, slots=True)
class Tokenizer:
    """How a normalized text is cut.

    Attributes:
        name: for ``tokenizer=``, ``--tokenizer`` and the signature.
        summary: one line for ``--help``.
        load: returns the function that cuts a text into a list of strings or a ``Segmentation``.
            Called once, when first needed: import packages and load dictionaries here.
        signature: returns what decides the tokens (package, version, dictionary), for the
            signature of a score; the name alone where it is ``None``.
        joins: whether signs, percent, fractions, exponents, ``C#`` and ``C++`` are joined again
            afterwards.
        signs: whether punctuation is scored like any token. Such a tokenizer drops no stopwords
            unless a list is given, because ``if`` and ``a`` mean something in a program.
        grammar: like ``load``, for a function that also marks grammatical pieces, for
            ``stopwords="pos"``; ``None`` if the tokenizer cannot.
    """

    name: str
    summary: str
    load: Callable[[], Cutter]
    signature: Callable[[], str] | None = None
    joins: bool = True
    signs: bool = False
    grammar: Callable[[], Cutter] | None = None

    def __post_init__(self) -> None:
        """Reject declarations that could not work."""
        check_name(self.name, "tokenizer", also="-_.")
        of = f"of tokenizer {self.name!r}"
        check_line(self.summary, f"summary {of}")
        check_callable(self.load, f"load {of}", optional=False)
        check_callable(self.signature, f"signature {of}")
        check_callable(self.grammar, f"grammar {of}")
        check_type(self.joins, bool, f"joins {of}", "True or False")
        check_type(self.signs, bool, f"signs {of}", "True or False")

    def ported(self) -> Tokenizer:
        """Return an equivalent tokenizer that cuts in C++, if there is one; else itself."""
        return self

    def described(self) -> str:
        """Return what a signature shows.

        Raises:
            TypeError: if the tokenizer's own signature is not a string.
            ValueError: if it could not stand in a signature.
        """
        if self.signature is None:
            return self.name
        text = self.signature()
        if type(text) is str and text.isprintable() and text and "|" not in text:
            return text  # each short call asks for it
        where = f"what `signature` of tokenizer {self.name!r} returns"
        check_line(text, where)
        if not text or "|" in text:
            raise ValueError(f"{where} must be a text without '|', got {short_repr(text)}")
        return text


@dataclass(frozen=True, slots=True)
class Language:
    """How one language's text becomes tokens.

    Attributes:
        code: for ``lang=``, ``--lang`` and the signature; an ISO 639-1 code where there is one.
        name: in English.
        tokenizer: its own tokenizer, or the name of a known one.
        scripts: the Unicode names of the scripts it is written in. Answers in another script are
            reported, and ``lang="auto"`` recognizes a language by a script that no other one has.
        stopwords: its list: the words, the path of a file with one word per line
            (``pathlib.Path``), a function that returns the words, or ``True`` for the one shipped
            as ``stopwords/<code>.txt``.
        protected: words that carry answers (no, never, three, before), separated by white space:
            `check_stopwords` rejects a list that contains one. ``and/or`` is a pair, of which the
            list may contain one word at most.
        leaning: words of the list, separated by white space, that lean on the next one (a, the):
            where none follows they stand for themselves and are kept.

    Examples:
        >>> Language("ko", "Korean", "words", scripts=("Hangul",), stopwords=("그리고",)).code
        'ko'
    """

    code: str
    name: str
    tokenizer: Tokenizer | str
    scripts: tuple[str, ...]
    stopwords: bool | os.PathLike[str] | Iterable[str] | Callable[[], Iterable[str]] = False
    protected: str = ""
    leaning: str = ""

    def __post_init__(self) -> None:
        """Reject declarations that could not work, and keep what an iterator would lose."""
        for field in ("code", "name", "protected", "leaning"):
            if not isinstance(getattr(self, field), str):
                raise TypeError(
                    f"a language's {field} must be a string, got {getattr(self, field)!r}"
                )
        of = f"of language {self.code!r}"
        check_line(self.name, f"name {of}")
        check_type(self.tokenizer, Tokenizer | str, f"tokenizer {of}", "a Tokenizer or a name")
        object.__setattr__(self, "scripts", several(self.scripts, f"scripts {of}"))
        try:
            for script in self.scripts:
                _check_script(script)
        except ValueError as error:
            raise ValueError(f"language {self.code!r}: {error}") from None
        if isinstance(self.stopwords, str):
            raise TypeError(
                f"stopwords must be a list of words or a pathlib.Path, got {self.stopwords!r}"
            )
        if not isinstance(self.stopwords, (bool, os.PathLike)) and not callable(self.stopwords):
            object.__setattr__(self, "stopwords", names_in(self.stopwords, f"stopwords {of}"))

    def lists_by_two(self) -> bool:
        """Return whether ``、`` separates items only: in Japanese it is any comma."""
        return "Han" in self.scripts and "Hiragana" not in self.scripts

    def stopword_entries(self) -> list[str]:
        """Return the entries of its list as they were written, in order."""
        if isinstance(self.stopwords, bool):
            return read_words(shipped_path(self.code)) if self.stopwords else []
        if isinstance(self.stopwords, os.PathLike):
            return read_words(self.stopwords)
        return list(self.stopwords() if callable(self.stopwords) else self.stopwords)

    def stopword_list(self) -> Stopwords:
        """Return the language's own list; a file is read once per process."""
        if self.stopwords is False:
            return NO_STOPWORDS
        if self.stopwords is True:
            return read_list(shipped_path(self.code), self.code)
        if isinstance(self.stopwords, os.PathLike):
            return read_list(os.fspath(self.stopwords), self.code)
        return Stopwords.of(self.stopword_entries(), name=self.code)


# Those in wide use, which errors suggest, and which need no import of `regex`.
_SCRIPTS = (
    *("Arabic", "Armenian", "Bengali", "Cyrillic", "Devanagari", "Ethiopic", "Georgian", "Greek"),
    *("Gujarati", "Gurmukhi", "Han", "Hangul", "Hebrew", "Hiragana", "Kannada", "Katakana"),
    *("Khmer", "Lao", "Latin", "Malayalam", "Mongolian", "Myanmar", "Oriya", "Sinhala", "Tamil"),
    *("Telugu", "Thaana", "Thai", "Tibetan"),
)


@cache
def check_scripts(scripts: tuple[str, ...]) -> None:
    """Check the names of a language's scripts.

    Raises:
        ValueError: if Unicode does not know one of them; the message names it.
    """
    for script in scripts:
        _check_script(script)


def _check_script(script: object) -> None:
    if not isinstance(script, str) or not (script in _SCRIPTS or _is_script(script)):
        hint = suggest(str(script), _SCRIPTS)
        raise ValueError(
            f"unknown script {short_repr(script)}: {hint}use the Unicode names of scripts, such as "
            "Latin, Han or Hangul"
        )


def _is_script(name: str) -> bool:
    if re.fullmatch(r"[A-Za-z]+(?:[ _-][A-Za-z]+)*", name) is None:
        return False
    import regex

    try:
        regex.compile(rf"\p{{Script={name}}}")
    except regex.error:
        return False
    return True


def suggest_language(given: str) -> str:
    """Return ``did you mean …? `` or what to do for another language; empty if there is nothing.

    Examples:
        >>> suggest_language("tw"), suggest_language("japanes")
        ("did you mean 'zh'? ", "did you mean 'ja'? ")
    """
    return suggested(given, _known())


def _known() -> dict[str, str]:
    return {language.code: language.name for language in LANGUAGES}


def _check(language: object) -> None:
    if not isinstance(language, Language):
        raise TypeError(f"expected a textmetrics.Language, got {type(language).__name__}")


LANGUAGES: Registry[Language] = Registry(
    "language",
    group="textmetrics.languages",
    shown=lambda language: language.name,
    also=("auto",),
    near=suggest_language,
    check=_check,
)
TOKENIZERS: Registry[Tokenizer] = Registry("tokenizer")


def register_language(language: Language) -> None:
    """Register a language under its code, for ``lang=`` and ``--lang``.

    An installed package needs no call: it declares its ``Language`` in the entry point group
    ``textmetrics.languages``, under the language's code.

    Raises:
        TypeError: if it is not a ``Language``.
        ValueError: if the code is not allowed, or the tokenizer is unknown.

    Examples:
        >>> from textmetrics import Language, register_language
        >>> register_language(Language("ko", "Korean", "words", scripts=("Hangul",)))
    """
    _check(language)
    if isinstance(language.tokenizer, Tokenizer):
        TOKENIZERS.add(language.tokenizer.name, language.tokenizer)
    else:
        TOKENIZERS.get(language.tokenizer)
    LANGUAGES.add(language.code, language)


def language_code(text: str) -> str:
    """Return the code of the language that a text names, or ``auto``.

    Raises:
        ValueError: if it names neither for certain; the message suggests what is meant.

    Examples:
        >>> language_code("auto"), language_code("zh-CN"), language_code("Japanese")
        ('auto', 'zh', 'ja')
    """
    if text.strip().lower() == "auto":
        return "auto"
    return _named(text) or LANGUAGES.get(text).code


def one_language(text: str) -> str:
    """Return the code of the one language that a text names.

    Raises:
        ValueError: if it names none for certain; the message suggests what is meant.
    """
    if (code := _named(text)) is None:
        known = ", ".join(LANGUAGES.names())
        raise ValueError(f"unknown language {text!r}: {suggest_language(text)}known: {known}")
    return code


def _named(text: str) -> str | None:
    """Return the code of a language; other names than codes need all languages to be loaded."""
    return text if text in LANGUAGES else code_of(text, _known())


def tokenizer_of(language: Language, override: Tokenizer | str | None = None) -> Tokenizer:
    """Return the tokenizer to use: the override if there is one, else the language's own."""
    chosen = language.tokenizer if override is None else override
    return chosen if isinstance(chosen, Tokenizer) else TOKENIZERS.get(chosen)
