"""What the parts of a merged run took undecided samples for, where ``lang="auto"``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from textmetrics._escape import short_repr
from textmetrics.evaluation.signature import Tokenization
from textmetrics.languages import LanguageDetector

__all__ = ["LanguageDecisions", "Together"]

_WHAT = {
    "han": "Han without kana",
    "latin": "short texts in Latin letters",
    "blank": "samples without text",
}


@dataclass
class LanguageDecisions:
    """The languages that parts chose for samples whose own text does not tell.

    A run over all records decides by its first references, a part by its own. Both agree, whatever
    the order of parts, if all parts chose the same and each saw enough to choose by itself, or all
    together are no more than one run looks at.

    Attributes:
        parts: how many there are.
        chosen: by kind of sample, the languages, each with the name of a part that chose it.
        unsure: the kinds for which a part saw too few references to choose for others, too.
        silent: the kinds of which a part saw none: it matters only to how many samples one run
            looks at.
    """

    parts: int = 0
    chosen: dict[str, dict[str, str]] = field(default_factory=dict)
    unsure: set[str] = field(default_factory=set)
    silent: set[str] = field(default_factory=set)

    @classmethod
    def of(
        cls, detector: LanguageDetector, tokenization: Tokenization, name: str = ""
    ) -> LanguageDecisions:
        """Return those of one part.

        Args:
            detector: what decided.
            tokenization: which languages were chosen.
            name: the part's name.
        """
        decisions = cls(1)
        for kind, language, sure, seen in _verdicts(detector):
            chosen = set(getattr(tokenization, kind))
            if chosen or seen or sure:
                decisions.chosen[kind] = dict.fromkeys(sorted({*chosen, language}), name)
            if not sure:
                (decisions.unsure if chosen or seen else decisions.silent).add(kind)
        return decisions

    def merge(self, other: LanguageDecisions) -> None:
        """Add those of other parts."""
        self.parts += other.parts
        self.unsure |= other.unsure
        self.silent |= other.silent
        for kind, languages in other.chosen.items():
            for language, name in languages.items():
                self.chosen.setdefault(kind, {}).setdefault(language, name)

    @property
    def impossible(self) -> str:
        """What no part can have decided, in words; empty if nothing."""
        if self.parts < 0:
            return f"{self.parts} parts"
        unknown = {*self.chosen, *self.unsure, *self.silent} - _WHAT.keys()
        return f"samples of a kind {short_repr(min(unknown))}" if unknown else ""

    def named(self, name: str) -> LanguageDecisions:
        """Return the same with one name for all parts."""
        chosen = {kind: dict.fromkeys(each, name) for kind, each in self.chosen.items()}
        return LanguageDecisions(self.parts, chosen, set(self.unsure), set(self.silent))


class Together(NamedTuple):
    """What decided the languages of all parts.

    Attributes:
        decisions: those of all parts.
        detector: the sums of what they saw.
        tokenization: which tells what there was to decide.
    """

    decisions: LanguageDecisions
    detector: LanguageDetector
    tokenization: Tokenization

    @property
    def difference(self) -> str:
        """Which parts chose differently, and what to do, in words; empty if none did."""
        for kind, languages in self.decisions.chosen.items():
            if getattr(self.tokenization, kind) and len(languages) > 1:
                chosen = ", ".join(f"{each} in {name}" for each, name in sorted(languages.items()))
                return f"{_WHAT[kind]} were taken for {chosen}: {_NAME_IT}"
        return ""

    @property
    def doubt(self) -> str:
        """What one run over all may have chosen differently, in words; empty if nothing."""
        decisions, detector = self.decisions, self.detector
        if decisions.parts == 1:
            return ""
        for kind, language, sure, _ in _verdicts(detector):
            silent = kind in decisions.silent and detector.window_full
            if not getattr(self.tokenization, kind) or not (silent or kind in decisions.unsure):
                continue
            if (sure or {language} != {*decisions.chosen[kind]}) and not _is_plain(kind, detector):
                return (
                    f"{_WHAT[kind]} were taken for {' and '.join(sorted(decisions.chosen[kind]))} "
                    "by too few references in some shards to know what one run would take them "
                    f"for: {_NAME_IT}"
                )
        return ""


_NAME_IT = (
    "name the language with --lang (lang= in Python) when scoring the shards, or give each record "
    "a field lang"
)


def _verdicts(detector: LanguageDetector) -> Iterator[tuple[str, str, bool, bool]]:
    """Yield each kind, its language, whether more samples change nothing, and whether any spoke."""
    yield "han", detector.han, detector.decided, bool(detector.with_han)
    yield "latin", detector.short, detector.latin_decided, bool(detector.latin)
    yield "blank", detector.most, detector.all_decided, bool(detector.languages)


def _is_plain(kind: str, detector: LanguageDetector) -> bool:
    """Return whether nothing that was seen speaks for another language than the usual one."""
    if kind == "han":
        return not detector.with_kana
    if kind == "latin":
        return not detector.other and detector.short == "en"
    return len(detector.languages) == 1
