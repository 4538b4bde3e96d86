"""From a text to its tokens: normalize, cut, join, and classify each token."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from enum import IntEnum
from functools import cache, lru_cache
from typing import Any, NamedTuple

from textmetrics._escape import short_repr
from textmetrics.languages.language import Cutter, Language, Segmentation, Tokenizer, tokenizer_of
from textmetrics.languages.mentions import SENTENCE_ENDS, Kind, Mentions
from textmetrics.languages.normalize import normalize
from textmetrics.languages.stopwords import NO_STOPWORDS, Stopwords
from textmetrics.languages.words import UNSPACED

__all__ = ["Analyzer", "Kind", "Scope", "Tokens", "check_stopwords"]


class Scope(IntEnum):
    """Which tokens of a text are scored: those whose kind is this or lower."""

    CONTENT = Kind.MENTION
    """Words without stopwords, the default."""
    WORDS = Kind.STOPWORD
    """All words."""
    EVERYTHING = Kind.PUNCTUATION
    """Punctuation too: scored if a sample's references have nothing else."""


class Tokens(NamedTuple):
    """The tokens of one text.

    Attributes:
        words: the case-folded forms, which are compared.
        kinds: what each token is.
        surfaces: each token as it appears in the text.
    """

    words: list[str]
    kinds: list[Kind]
    surfaces: list[str]

    def in_scope(self, scope: Scope) -> list[str]:
        """Return the words in a scope."""
        return [word for word, kind in zip(self.words, self.kinds, strict=True) if kind <= scope]

    def has(self, scope: Scope) -> bool:
        """Return whether any word is in a scope."""
        return any(kind <= scope for kind in self.kinds)

    def is_mention(self) -> bool:
        """Return whether all that it says is stopwords that stand for themselves: 「に」です."""
        return Kind.MENTION in self.kinds and Kind.CONTENT not in self.kinds


class Analyzer:
    """Turns texts of one language into tokens.

    Args:
        language: the language of the texts.
        stopwords: the words to drop.
        tokenizer: a tokenizer, or the name of one, to use instead of the language's own.

    Raises:
        ValueError: if the tokenizer is unknown, or if grammar is to be dropped and the tokenizer
            cannot recognize it.
    """

    def __init__(
        self, language: Language, stopwords: Stopwords, tokenizer: Tokenizer | str | None = None
    ) -> None:
        self.language = language
        self.stopwords = stopwords
        self.leaning = frozenset(language.leaning.split())
        self.tokenizer: Tokenizer = tokenizer_of(language, tokenizer)
        if stopwords.grammar and self.tokenizer.grammar is None:
            raise ValueError(
                f"stopwords='pos' needs a tokenizer that knows parts of speech: "
                f"{self.tokenizer.name!r} (lang={language.code!r}) does not; lang='ja' with a "
                "sudachi tokenizer does"
            )

    def __call__(self, text: str) -> Tokens:
        """Return the tokens of a text."""
        text = normalize(text)
        return self._classify(text, self._joined(text))

    def pieces(self, text: str) -> list[str]:
        """Return the tokens of a normalized text as they appear in it, and its line feeds."""
        return [surface for surface in self._joined(text).surfaces if surface]

    def is_punctuation(self, surface: str) -> bool:
        """Return whether a token is never scored, except in a text that has nothing else."""
        return not self.tokenizer.signs and _is_punctuation(surface)

    def _joined(self, text: str) -> Segmentation:
        cut = self._pieces(text)
        return _join(text, cut) if self.tokenizer.joins else cut

    def _pieces(self, text: str) -> Segmentation:
        pieces = self.cutter()(text)
        cut = pieces if isinstance(pieces, Segmentation) else None
        surfaces = pieces if cut is None else cut.surfaces
        try:
            if not isinstance(surfaces, list | tuple):
                raise TypeError
            "".join(surfaces)
        except TypeError:
            found = f"{type(surfaces).__name__}: {short_repr(surfaces)}"
            raise TypeError(
                f"tokenizer {self.tokenizer.name!r} must return a list of strings, got {found}"
            ) from None
        return Segmentation(list(surfaces)) if cut is None else cut

    def cutter(self) -> Cutter:
        """Return the function that cuts a normalized text, loaded."""
        return _loaded(self.tokenizer, self.stopwords.grammar)

    def _classify(self, text: str, cut: Segmentation) -> Tokens:
        words: list[str] = []
        surfaces: list[str] = []
        drops, kept = self.stopwords.drops, self.stopwords.kept
        shouted = _is_shouted(text)
        grammar = cut.grammatical if self.stopwords.grammar else None
        forms = cut.forms or cut.surfaces
        mentions = Mentions(two=self.language.lists_by_two())
        spaces = _Spaces(text, cut.surfaces)
        for index, begins in _beginnings(cut.surfaces):
            surface, form = cut.surfaces[index], forms[index]
            if surface.isspace():
                if surface[-1] == "\n":
                    mentions.line_break()
                continue
            if self.is_punctuation(surface):
                kind = Kind.PUNCTUATION
            elif (
                (grammar and grammar[index] and surface.casefold() not in kept)
                or (
                    not (cut.spelled and cut.spelled[index])
                    and drops(surface, begins=begins, shouted=shouted)
                )
                or (form is not surface and drops(form, begins=begins, shouted=shouted))
            ):
                kind = Kind.STOPWORD
            else:
                kind = Kind.CONTENT
            if kind is Kind.PUNCTUATION or surface == "`":
                before, after = spaces.around(index)
                mentions.mark(surface, kind, space_before=before, space_after=after)
            else:
                mentions.word(kind, leans=kind is Kind.STOPWORD and self._leans(form))
            words.append(form.casefold())
            surfaces.append(surface)
        mentions.end()
        return Tokens(words, mentions.kinds, surfaces)

    def _leans(self, word: str) -> bool:
        folded = word.casefold()
        return folded in self.leaning and folded not in self.stopwords.any_case


class _Spaces:
    """Where white space surrounds the pieces of a text, whose ends count as such."""

    def __init__(self, text: str, surfaces: list[str]) -> None:
        self._text, self._surfaces = text, surfaces
        self._ends: list[tuple[bool, bool]] | None = None

    def around(self, index: int) -> tuple[bool, bool]:
        """Return whether white space precedes and follows a piece."""
        if self._ends is None:
            self._ends = self._found()
        return self._ends[index]

    def _found(self) -> list[tuple[bool, bool]]:
        text = f" {self._text} "
        places = [place for place, character in enumerate(text) if not character.isspace()]
        lengths = [len("".join(surface.split())) for surface in self._surfaces]
        if sum(lengths) != len(places):  # a tokenizer that changes or omits characters
            return [(False, False)] * len(lengths)
        found, first = [], 0
        for length in lengths:
            begin, end = (places[first] - 1, places[first + length - 1] + 1) if length else (0, 0)
            found.append((text[begin].isspace(), text[end].isspace()))
            first += length
        return found


@cache
def _loaded(tokenizer: Tokenizer, grammar: bool) -> Cutter:
    """Load a tokenizer once per process, however many analyzers share it."""
    return tokenizer.grammar() if grammar and tokenizer.grammar else tokenizer.load()


def _beginnings(surfaces: list[str]) -> Iterator[tuple[int, bool]]:
    """Yield the index of each piece that is not empty, and whether it begins a sentence."""
    begins = True
    for index, surface in enumerate(surfaces):
        if surface:
            yield index, begins
        if surface[:1].isalnum() or any(map(str.isalnum, surface)):
            begins = False
        elif surface[-1:] in SENTENCE_ENDS:
            begins = True


def _is_shouted(text: str) -> bool:
    """Return whether a text of several words is all capitals."""
    return text.isupper() and sum(any(map(str.isupper, word)) for word in text.split()) > 1


def _is_punctuation(surface: str) -> bool:
    return not surface[0].isalnum() and _only_punctuation(surface)


@lru_cache(maxsize=4096)
def _only_punctuation(surface: str) -> bool:
    return _punctuation().fullmatch(surface) is not None


@cache
def _punctuation() -> Any:
    import regex

    return regex.compile(r"[\p{P}\p{Z}\p{C}]+")


# --- joining ------------------------------------------------------------------------------------


@cache
def _marks() -> tuple[Any, Any]:
    """Return two patterns: a hint that a join is possible, and the spans that are one token."""
    import regex

    word = rf"[[\p{{L}}\p{{N}}]--{UNSPACED}]"
    super_digit = "[⁰¹²³⁴⁵⁶⁷⁸⁹]"
    spans = (
        rf"(?<!{word}|[)\]%‰°+#])[+\-±]\p{{Sc}}?\.?\p{{N}}",  # -5, +$5, not 1-2, GPT-4, 5%-6%
        r"[\p{N}〇零一二三四五六七八九十百千万億亿]\x20?[%‰‱]",  # 50%, 50 %, 五十%
        r"\p{N}[/⁄]\p{N}",  # 1/2
        r"\p{N}\^[+\-]?\p{N}",  # 10^2
        r"\d[eE][+\-]\d",  # 1e-5
        r"\d\.\d+(?=\.(?!\d))",  # 3.14, which Sudachi cuts where a full stop follows
        rf"{word}[⁺⁻]?{super_digit}|\d\p{{dt=fraction}}",  # 10², 10⁻⁵, m², 3½
        rf"[\p{{L}}--{UNSPACED}](?:[#+]++(?!{word})|\+\+(?!\p{{L}}))",  # C#, C++, not a+b
        # A character and its marks, 👍🏽, the tags of a flag.
        r"\S[\p{M}\u200D\p{Emoji_Modifier}\U000E0020-\U000E007F]|\u200D\S",
    )
    hint = r"[+\-±%‰‱/⁄^#⁰¹²³⁴⁵⁶⁷⁸⁹\p{dt=fraction}\p{M}\u200D\p{Emoji_Modifier}\U000E007F]|\.\d+\."
    return regex.compile(hint), regex.compile("(?V1)" + "|".join(spans))


def _join(text: str, cut: Segmentation) -> Segmentation:
    """Join pieces that mean one thing, which a tokenizer may have cut apart.

    A sign before a number, a percent sign after it, a fraction's bar, an exponent, the marks that
    end C# and C++, and the parts of a single grapheme: each such span of the text becomes part of
    one piece, which is never grammatical.

    Examples:
        >>> _join("降了-5 %", Segmentation(["降", "了", "-", "5", " ", "%"])).surfaces
        ['降', '了', '-5%']
    """
    hint, spans = _marks()
    if hint.search(text) is None:
        return cut
    inside = {
        boundary
        for match in spans.finditer(text, overlapped=True)
        for boundary in range(match.start() + 1, match.end())
    }
    if not inside:
        return cut
    groups = list(_groups(text, cut.surfaces, inside))
    surfaces = [
        cut.surfaces[a] if b == a + 1 else "".join(cut.surfaces[a:b]).replace(" ", "")
        for a, b in groups
    ]
    forms = cut.forms and [
        cut.forms[a] if b == a + 1 else surface
        for (a, b), surface in zip(groups, surfaces, strict=True)
    ]
    grammatical, spelled = (
        flags and [b == a + 1 and flags[a] for a, b in groups]
        for flags in (cut.grammatical, cut.spelled)
    )
    return Segmentation(surfaces, forms, grammatical, spelled)


def _groups(text: str, surfaces: list[str], inside: set[int]) -> Iterator[tuple[int, int]]:
    """Yield the runs of pieces that are to be joined, as first and end index.

    Pieces are searched for in the text one after the other, since a tokenizer may omit white space.
    """
    first, end = 0, 0
    for index, surface in enumerate(surfaces):
        start = text.find(surface, end)
        start = end if start < 0 else start
        if index and not (start in inside and end in inside):
            yield first, index
            first = index
        end = start + len(surface)
    if surfaces:
        yield first, len(surfaces)


def check_stopwords(language: Language, sentences: Mapping[str, str] | None = None) -> None:
    """Check a language's stopword list as the shipped lists are checked.

    Call it in the tests of a package that registers a language.

    Args:
        language: the language, with its list and its ``protected`` words.
        sentences: a sentence for each entry that is one token only in context.

    Raises:
        ValueError: if the list is empty; if an entry is there twice, is not normalized, not in
            lower case, or not one token of the language's tokenizer; or if the list would drop
            protected words, or several words of a protected pair. The message names all of them.

    Examples:
        >>> korean = Language(
        ...     "ko", "Korean", "words", scripts=("Hangul",), stopwords=("그리고", "아니요"),
        ...     protected="아니요 안 못 이전/이후",
        ... )
        >>> check_stopwords(korean)
        Traceback (most recent call last):
        ValueError: stopwords of 'ko': protected words: 아니요
    """
    entries, stopwords = language.stopword_entries(), language.stopword_list()
    analyze = Analyzer(language, NO_STOPWORDS)

    def is_token(word: str) -> bool:
        inside = (sentences or {}).get(word, "")
        return analyze(word).surfaces == [word] or word in analyze(inside).surfaces

    protected = [group.split("/") for group in language.protected.split()]
    dropped = [
        [word for word in group if word.casefold() in stopwords.folded] for group in protected
    ]
    faults = {
        "entries that are there twice": [
            word for word, count in Counter(map(str.casefold, entries)).items() if count > 1
        ],
        "not normalized or not in lower case": [
            word for word in entries if word != normalize(word).lower()
        ],
        "not one token": [word for word in stopwords.words if not is_token(word)],
        "protected words": [
            word
            for group, found in zip(protected, dropped, strict=True)
            for word in found
            if len(group) == 1
        ],
        "more than one word of a protected pair": [
            "/".join(found) for found in dropped if len(found) > 1
        ],
    }
    shown = [f"{fault}: {', '.join(sorted(found))}" for fault, found in faults.items() if found]
    if not stopwords.words:
        shown = ["the list is empty"]
    if shown:
        raise ValueError(f"stopwords of {language.code!r}: {'; '.join(shown)}")
