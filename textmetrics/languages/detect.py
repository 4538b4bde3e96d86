"""Detection of each sample's language, from its references alone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from textmetrics.languages.language import LANGUAGES, check_scripts

__all__ = [
    "UNSPACED_SCRIPTS",
    "LanguageDetector",
    "in_other_script",
    "scripts_of",
]

# Han without kana counts as Japanese if a tenth of the first _ENOUGH_HAN references with Han have
# kana. They are looked for among the first _WINDOW samples, so that a stream need not be held.
_ENOUGH_HAN = 1_000
_WINDOW = 100_000

# Scripts in which each character counts; in others each word does.
UNSPACED_SCRIPTS = ("Han", "Hiragana", "Katakana", "Thai")

# Covers kana and the letters of all scripts but Latin and Han: most texts have none, and `re`
# finds that out in half the time that `regex` takes for one of the exact patterns.
_RARE = re.compile(
    "[\u0370-\u1dff\u1f00-\u1fff\u2126\u2c00-\u2dff\u3041-\u33ff\ua000-\uf8ff\ufb00-\ufdff"
    "\ufe70-\ufeff\uff66-\uffdc\U00010000-\U0001efff\U0001f200\U00033480-\U000fffff]"
)


@cache
def _kana_and_han() -> tuple[Any, Any]:
    import regex

    return regex.compile(r"[\p{Hiragana}\p{Katakana}]"), regex.compile(r"\p{Han}")


@dataclass
class LanguageDetector:
    """Decides each sample's language by the scripts of its references.

    Kana means ``ja``. A script that only one registered language has (Hangul, if Korean is
    registered) means that language, if at least half of the words are in it. Han without kana
    means Japanese if a tenth of the references with Han have kana, else Chinese. Everything else
    is ``en``.

    Attributes:
        with_han: how many of the references that were looked at have Han.
        with_kana: how many of these have kana too.
        samples: how many samples were seen.
    """

    with_han: int = 0
    with_kana: int = 0
    samples: int = 0

    @property
    def decided(self) -> bool:
        """Whether more samples can no longer change the decision about Han without kana."""
        return self.with_han >= _ENOUGH_HAN or self.samples >= _WINDOW

    def look(self, references: Sequence[str]) -> str | None:
        """Take one sample's references into account.

        Returns:
            The sample's language, or ``None`` for Han without kana: ``han`` is the answer then,
            once all samples that matter were seen.
        """
        kana_of, han_of = _kana_and_han()
        found: str | None = "en"
        for reference in references:
            if reference.isascii():
                continue
            kana, registered = False, None
            if _RARE.search(reference):
                kana = kana_of.search(reference) is not None
                registered = None if kana else _by_script(reference)
            if registered:
                found = found if found == "ja" else registered
                continue
            han = han_of.search(reference) is not None
            if han and not self.decided:
                self.with_han += 1
                self.with_kana += kana
            if kana:
                found = "ja"
            elif han and found == "en":
                found = None
        self.samples += 1
        return found

    def look_at_each(self, references: Sequence[str]) -> list[str | None]:
        """Take samples of one reference each into account; same as ``look`` for each."""
        if self.samples + len(references) >= _WINDOW:  # then their order matters
            return [self.look((reference,)) for reference in references]
        found = ["en" if each.isascii() else self.look((each,)) for each in references]
        self.samples += sum(map(str.isascii, references))
        return found

    def merge(self, other: LanguageDetector) -> None:
        """Add what another detector has seen."""
        self.with_han += other.with_han
        self.with_kana += other.with_kana
        self.samples += other.samples

    @property
    def han(self) -> str:
        """The language of Han without kana, as far as is known."""
        return "ja" if self.with_kana and self.with_kana * 10 >= self.with_han else "zh"


def _by_script(text: str) -> str | None:
    """Return the registered language that alone has the script of half of a text's words."""
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
    found = scripts_of(prediction)
    if 2 * sum(found.get(script, 0) for script in scripts) >= sum(found.values()):
        return False
    expected = {script for reference in references for script in scripts_of(reference)}
    own = sum(found.get(script, 0) for script in expected.union(scripts))
    return bool(expected) and 2 * own < sum(found.values())


def scripts_of(text: str) -> dict[str, int]:
    """Count a text's words by script, or characters in scripts without spaces."""
    return {
        name: count
        for name, pattern in _script_patterns().items()
        if (count := len(pattern.findall(text)))
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
