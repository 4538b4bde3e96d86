"""Detection of each sample's language, from its references alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields
from functools import cache
from itertools import islice
from typing import Any

from textmetrics._patterns import lazy_pattern
from textmetrics.languages.function_words import (
    ONE_IN,
    UNDECIDED,
    UNDETERMINED,
    Evidence,
    evidence,
    is_certain,
    looker,
    verdict,
    weights,
)
from textmetrics.languages.language import LANGUAGES, check_scripts

__all__ = [
    "UNDECIDED",
    "UNDETERMINED",
    "UNSPACED_SCRIPTS",
    "LanguageDetector",
    "in_other_script",
    "is_blank",
    "scripts_of",
]

# Han without kana counts as Japanese if a tenth of the first _ENOUGH references with Han have kana;
# as many references in Latin letters decide about short answers. They are looked for among the
# first _WINDOW samples, so that a stream need not be held.
_ENOUGH = 1_000
_WINDOW = 100_000
_ANY = 1 << 62  # as many as there are
# Han without kana, where languages are counted.
_HAN = "Han"
# Words of short texts without which a lack of English ones says nothing: lists, orders and titles
# have hardly any ("Add two eggs, stir well").
_MUCH = 400

# Scripts in which each character counts; in others each word does.
UNSPACED_SCRIPTS = ("Han", "Hiragana", "Katakana", "Thai")

# Covers kana and the letters of all scripts but Latin and Han: most texts have none, and `re`
# finds that out in half the time that `regex` takes for one of the exact patterns.
_RARE = lazy_pattern(
    "[\u0370-\u1dff\u1f00-\u1fff\u2126\u2c00-\u2dff\u3041-\u33ff\ua000-\uf8ff\ufb00-\ufdff"
    "\ufe70-\ufeff\uff66-\uffdc\U00010000-\U0001efff\U0001f200\U00033480-\U000fffff]"
)


# What `re` finds of both without the tables of Unicode that `regex` would load.
_MOST_KANA = lazy_pattern("[ぁ-ゖァ-ヺ]")
_MOST_HAN = lazy_pattern("[一-龥]")


def _kana_or_other(text: str) -> tuple[bool, str | None]:
    """Return whether a text has kana; else its language by scripts other than Latin and Han."""
    if _MOST_KANA.search(text) is not None:
        return True, None
    if _RARE.search(text) is None:
        return False, None
    kana = _kana_and_han()[0].search(text) is not None
    return kana, None if kana else _by_script(text)


def _has_han(text: str) -> bool:
    return _MOST_HAN.search(text) is not None or _kana_and_han()[1].search(text) is not None


@cache
def _kana_and_han() -> tuple[Any, Any]:
    import regex

    return regex.compile(r"[\p{Hiragana}\p{Katakana}]"), regex.compile(r"\p{Han}")


@dataclass
class LanguageDetector:
    """Decides each sample's language by its references.

    Kana means ``ja``. If at least half of the words are in another script than Latin or Han, the
    sample is in the registered language that alone has it (Hangul, if Korean is registered), or
    ``und``. Han without kana means Japanese if a tenth of the references with Han have kana, else
    Chinese.

    Latin letters are ``en`` or ``und``, by function words: see `verdict`. Where that sees too
    little, as in short answers, the references of all samples decide.

    Samples without text are in the language of most others, the first 1,000 of which decide.

    Attributes:
        with_han: how many of the references that were looked at have Han.
        with_kana: how many of these have kana too.
        samples: how many samples were seen.
        latin: how many references were looked at that have none of these scripts.
        english: their `Evidence` of English.
        other: their evidence of other languages.
        words: their words.
        running: the words of those with 6 or more.
        running_english: those of them that are English, or may be.
        languages: how many of the samples with text are in which language, or as `look` has it.
    """

    with_han: int = 0
    with_kana: int = 0
    samples: int = 0
    latin: int = 0
    english: int = 0
    other: int = 0
    words: int = 0
    running: int = 0
    running_english: int = 0
    languages: Counter[str] = field(default_factory=Counter)

    @property
    def decided(self) -> bool:
        """Whether more samples can no longer change the decision about Han without kana."""
        return self.with_han >= _ENOUGH or self.window_full

    @property
    def latin_decided(self) -> bool:
        """Whether more samples can no longer change the decision about Latin letters."""
        return self.latin >= _ENOUGH or self.window_full

    @property
    def window_full(self) -> bool:
        """Whether so many samples were seen that no more are looked at."""
        return self.samples >= _WINDOW

    @property
    def han(self) -> str:
        """The language of Han without kana, as far as is known."""
        return "ja" if self.with_kana and self.with_kana * 10 >= self.with_han else "zh"

    @property
    def short(self) -> str:
        """The language of what has Latin letters, but says too little by itself."""
        lacking = self.running >= _MUCH and self.running > ONE_IN * self.running_english
        foreign = is_certain(self.other, self.words) and self.other > self.english
        often = self.other * ONE_IN >= self.words * 4
        return UNDETERMINED if lacking or (foreign and often) else "en"

    @property
    def all_decided(self) -> bool:
        """Whether more samples can no longer change any decision about samples like those seen."""
        seen = self.languages
        return (
            self.counted
            and (self.decided or not seen[_HAN])
            and (self.latin_decided or not seen[UNDECIDED])
        )

    @property
    def counted(self) -> bool:
        """Whether enough samples were counted to know the language of most."""
        return self.languages.total() >= _ENOUGH or self.window_full

    @property
    def most(self) -> str:
        """The language of most samples, as far as is known: that of samples without text."""
        counts: Counter[str] = Counter()
        for found, count in self.languages.items():
            counts[self.resolved(None if found == _HAN else found)] += count
        return min(counts, key=lambda code: (-counts[code], code), default="en")

    def count(self, found: Iterable[str | None]) -> None:
        """Count samples with text until enough were, by their language or what `look` returned."""
        missing = max(_ENOUGH - self.languages.total(), 0)
        counts: Counter[str | None] = Counter(islice(found, missing))
        self.languages.update({_HAN if each is None else each: counts[each] for each in counts})

    def look(self, references: Sequence[str]) -> str | None:
        """Take one sample's references into account.

        Returns:
            The sample's language, ``None`` for Han without kana, or ``UNDECIDED`` for Latin
            letters: ``resolved`` is the answer then, once all samples that matter were seen.
        """
        found: str | None = UNDECIDED
        latin = []
        for reference in references:
            if reference.isascii():
                latin.append(reference)
                continue
            kana, other = _kana_or_other(reference)
            if other and other != UNDETERMINED:
                found = found if found == "ja" else other
                continue
            han = other is None and _has_han(reference)
            if han and not self.decided:
                self.with_han += 1
                self.with_kana += kana
            if kana:
                found = "ja"
            elif han:
                found = None if found in (UNDECIDED, UNDETERMINED) else found
            elif other:
                found = other if found == UNDECIDED else found
            else:
                latin.append(reference)
        if found == UNDECIDED:
            seen = [self._look_at_latin(each) for each in latin]
            found = verdict(
                Evidence(*map(sum, zip(*seen, strict=True))) if seen else Evidence(0, 0, 0, 0)
            )
        self.samples += 1
        return found

    def _look_at_latin(self, reference: str) -> Evidence:
        seen = evidence(reference)
        if not self.latin_decided and not is_blank(reference):
            self._add_votes(1, weights(seen))
        return seen

    def _add_votes(self, texts: int, sums: Sequence[int]) -> None:
        english, other, words, running, running_english = sums
        self.latin += texts
        self.english += english
        self.other += other
        self.words += words
        self.running += running
        self.running_english += running_english

    def look_at_each(self, references: Sequence[str]) -> list[str | None]:
        """Take samples of one reference each into account; same as ``look`` for each."""
        references = list(references)
        look_at = looker()
        if look_at is None:
            return [self.look((each,)) for each in references]
        found: list[str | None] = []
        while (at := len(found)) < len(references):
            known, latin, *sums, han, kana = look_at(references, at, *self._undecided())
            if not self.latin_decided:
                self._add_votes(latin, sums)
            if not self.decided:
                self.with_han += han
                self.with_kana += kana
            self.samples += len(known)
            found += known
            if not known:
                found.append(self.look((references[at],)))
        return found

    def _undecided(self) -> tuple[int, int, int]:
        """Return how many samples can be looked at before one is the last that decides.

        They are numbers of samples, of those in Latin letters, and of those with Han.
        """
        return (
            _ANY if self.window_full else _WINDOW - self.samples,
            _ANY if self.latin_decided else _ENOUGH - self.latin,
            _ANY if self.decided else _ENOUGH - self.with_han,
        )

    def impossible(self) -> str:
        """Return the name of what no samples can have made of it; empty if there is nothing."""
        counts = {each.name: getattr(self, each.name) for each in fields(self)}
        unknown = self.languages.keys() - {_HAN, UNDECIDED, *LANGUAGES.names()}
        counts["languages"] = -1 if unknown else self.languages.total()
        return next((name for name, count in counts.items() if count < 0), "")

    def resolved(self, found: str | None) -> str:
        """Return the language of a sample for which ``look`` returned this."""
        if found:
            return found
        return self.han if found is None else self.short

    def merge(self, other: LanguageDetector) -> None:
        """Add what another detector has seen."""
        for each in fields(self):
            setattr(self, each.name, getattr(self, each.name) + getattr(other, each.name))


def is_blank(text: str) -> bool:
    """Return whether a text is empty, or nothing but white space."""
    return not text or text.isspace()


def _by_script(text: str) -> str | None:
    """Return the language that alone has the script of half of a text's words.

    It is ``und`` for scripts that no registered language has.
    """
    for code, own, other in _own_scripts(tuple((each.code, each.scripts) for each in LANGUAGES)):
        words = len(own.findall(text))
        if words and words >= len(other.findall(text)):
            return code
    return None


@cache
def _own_scripts(languages: tuple[tuple[str, tuple[str, ...]], ...]) -> list[tuple[str, Any, Any]]:
    """Return patterns of words in and not in the scripts that one language alone has.

    A script belongs to the first language that names it; ``en``, ``zh`` and ``ja`` have rules of
    their own.
    """
    import regex

    owners: dict[str, str] = {}
    for code, scripts in languages:
        for script in scripts:
            owners.setdefault(script, code)
    found = []
    for code in dict.fromkeys(owners.values()):
        own = "".join(rf"\p{{Script={script}}}" for script in owners if owners[script] == code)
        if code not in ("en", "zh", "ja"):
            found.append((code, rf"(?V1)[\p{{L}}&&[{own}]]+", rf"(?V1)[\p{{L}}--[{own}]]+"))
    owned = "".join(rf"\p{{Script={script}}}" for script in (*owners, "Common", "Inherited"))
    # A single Greek letter is a sign of mathematics.
    word = rf"(?V1)[\p{{L}}--[{owned}\p{{Script=Greek}}]]+|\p{{Script=Greek}}{{2,}}"
    found.append((UNDETERMINED, word, rf"(?V1)[\p{{L}}&&[{owned}]]+"))
    return [(code, regex.compile(its), regex.compile(other)) for code, its, other in found]


def in_other_script(prediction: str, references: Iterable[str], scripts: Sequence[str]) -> bool:
    """Return whether most of a prediction is in no script of its language or references.

    References without letters (numbers) tell nothing about the script of an answer.

    Examples:
        >>> in_other_script("北京", ["Beijing"], ["Latin"])
        True
        >>> in_other_script("PyTorch", ["PyTorch"], ["Han"])
        False

    Raises:
        ValueError: if a script is unknown to Unicode.
    """
    check_scripts(tuple(scripts))
    if prediction.isascii() and "Latin" in scripts:
        return False
    if not scripts and _is_latin(prediction) and any(map(_is_latin, references)):
        return False
    found = scripts_of(prediction)
    if 2 * sum(found.get(script, 0) for script in scripts) >= sum(found.values()):
        return False
    expected = {script for reference in references for script in scripts_of(reference)}
    own = sum(found.get(script, 0) for script in expected.union(scripts))
    return bool(expected) and 2 * own < sum(found.values())


def _is_latin(text: str) -> bool:
    """Return whether a text has letters of ASCII, and certainly of no other script."""
    return _ASCII_LETTER.search(text) is not None and (
        text.isascii() or _NOT_LATIN.search(text) is None
    )


_ASCII_LETTER = lazy_pattern("[A-Za-z]")
_NOT_LATIN = lazy_pattern(f"{_RARE.pattern}|[\u2e80-\u2fff\u3005-\u3007\u3400-\u9fff]")


def scripts_of(text: str) -> dict[str, int]:
    """Count a text's words by script, or characters in scripts without spaces."""
    different = "".join(set(text))  # most scripts can be ruled out by these
    return {
        name: count
        for name, pattern in _script_patterns().items()
        if pattern.search(different) and (count := len(pattern.findall(text)))
    }


@cache
def _script_patterns() -> dict[str, Any]:
    import regex

    spaced = ("Latin", "Cyrillic", "Greek", "Arabic", "Hebrew", "Devanagari", "Hangul")
    patterns = {name: rf"\p{{{name}}}" for name in UNSPACED_SCRIPTS}
    patterns |= {name: rf"[\p{{L}}&&\p{{{name}}}]+" for name in spaced}
    known = "".join(rf"\p{{{name}}}" for name in (*UNSPACED_SCRIPTS, *spaced, "Common"))
    patterns["Other"] = rf"[\p{{L}}--[{known}]]+"
    return {name: regex.compile(f"(?V1){pattern}") for name, pattern in patterns.items()}
