"""Which language a sample is in, decided by its references alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

__all__ = [
    "LOOKED_AT",
    "UNSPACED_SCRIPTS",
    "LanguageDetector",
    "check_scripts",
    "in_other_script",
    "scripts_of",
]

# Of so many references with Han a tenth must have kana for the rest to count as Japanese; they
# are looked for among the first WINDOW samples, so that a stream need not be held.
LOOKED_AT = 1_000
WINDOW = 100_000

# Scripts of which each character counts; of others each word does.
UNSPACED_SCRIPTS = ("Han", "Hiragana", "Katakana", "Thai")


@cache
def _kana_and_han() -> tuple[Any, Any]:
    import regex

    return regex.compile(r"[\p{Hiragana}\p{Katakana}]"), regex.compile(r"\p{Han}")


@dataclass
class LanguageDetector:
    """Decides each sample's language: ``ja`` with kana, ``en`` without Han, else all alike.

    What has Han but no kana is Japanese where a tenth of the references with Han have kana,
    Chinese otherwise.

    Attributes:
        with_han: how many references had Han, of those that were looked at.
        with_kana: how many of these had kana too.
        samples: how many samples were seen.
    """

    with_han: int = 0
    with_kana: int = 0
    samples: int = 0

    @property
    def decided(self) -> bool:
        """Whether more samples can no longer change the decision about Han without kana."""
        return self.with_han >= LOOKED_AT or self.samples >= WINDOW

    def look(self, references: Sequence[str]) -> str | None:
        """Take one sample's references into account.

        Returns:
            Its language, or ``None`` for Han without kana: then ``han`` says, once all that is to
            be looked at was.
        """
        kana_of, han_of = _kana_and_han()
        found: str | None = "en"
        for reference in references:
            if reference.isascii():
                continue
            kana = kana_of.search(reference) is not None
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
        """Take samples of one reference each into account, as ``look`` does one by one."""
        if self.samples + len(references) >= WINDOW:  # then it matters which come first
            return [self.look((reference,)) for reference in references]
        found = ["en" if each.isascii() else self.look((each,)) for each in references]
        self.samples += sum(map(str.isascii, references))
        return found

    def merge(self, other: LanguageDetector) -> None:
        """Take into account what another one saw."""
        self.with_han += other.with_han
        self.with_kana += other.with_kana
        self.samples += other.samples

    @property
    def han(self) -> str:
        """The language of Han without kana, as far as is known."""
        return "ja" if self.with_kana and self.with_kana * 10 >= self.with_han else "zh"


def in_other_script(prediction: str, references: Iterable[str], scripts: Sequence[str]) -> bool:
    """Say whether most of a prediction is in no script of its language or references.

    References without a letter (numbers) say nothing about the script of an answer.

    Examples:
        >>> in_other_script("北京", ["Beijing"], ["Latin"])
        True
        >>> in_other_script("PyTorch", ["PyTorch"], ["Han"])
        False

    Raises:
        ValueError: if Unicode does not know a script.
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


@cache
def check_scripts(scripts: tuple[str, ...]) -> None:
    """See whether Unicode has the scripts that a language names.

    Raises:
        ValueError: if it has not.
    """
    import regex

    try:
        regex.compile("".join(rf"\p{{Script={script}}}" for script in scripts))
    except regex.error:
        raise ValueError(
            f"Unicode does not know all of the scripts {', '.join(scripts)} that a language names: "
            "give names such as Latin, Han or Hangul"
        ) from None


def scripts_of(text: str) -> dict[str, int]:
    """Count words a script, or characters where no space divides words."""
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
