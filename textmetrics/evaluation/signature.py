"""The line that says how a score was computed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass, field
from typing import Any

from textmetrics._version import __version__
from textmetrics.answers import Extraction
from textmetrics.languages import UNDETERMINED, Analyzer, described_conversion
from textmetrics.metrics import Metric
from textmetrics.presets import PRESETS
from textmetrics.scan import Judge, View

__all__ = ["Tokenization"]


@dataclass
class Tokenization:
    """How texts became tokens: what a signature says besides the metric.

    It is noted when samples are scored, since a dictionary may change later.

    Attributes:
        preset: the definition.
        options: the values of its options.
        extraction: how answers were extracted from predictions.
        convert: how all texts were converted.
        tokenizers: by language, what decided the tokens; several if a dictionary changed.
        stopwords: by language, the lists of stopwords; several if a list changed.
        views: by name, what decided the tokens of each view of a preset.
        han: the languages of Han without kana, where other references decided.
        latin: the languages of short texts in Latin letters, where other references decided.
        blank: the languages of samples without text, likewise.
        fewest: the smallest number of references of a sample; 0 before the first one.
        most: the largest.
    """

    preset: str = "default"
    options: tuple[tuple[str, Any], ...] = ()
    extraction: Extraction = field(default_factory=Extraction)
    convert: str | None = None
    tokenizers: dict[str, set[str]] = field(default_factory=dict)
    stopwords: dict[str, set[str]] = field(default_factory=dict)
    views: dict[str, set[str]] = field(default_factory=dict)
    han: set[str] = field(default_factory=set)
    latin: set[str] = field(default_factory=set)
    blank: set[str] = field(default_factory=set)
    fewest: int = 0
    most: int = 0

    def note(self, analyzer: Analyzer) -> None:
        """Note how samples of a language are tokenized."""
        code = analyzer.language.code
        self.tokenizers.setdefault(code, set()).add(analyzer.tokenizer.described())
        self.stopwords.setdefault(code, set()).add(analyzer.stopwords.signature())

    def note_views(self, views: Iterable[View | Judge | None]) -> None:
        """Note the views that samples were scored under."""
        for view in views:
            if view is not None:
                self.views.setdefault(view.name, set()).add(view.described())

    def note_guessed(self, guessed: Set[tuple[str, bool]]) -> None:
        """Note languages that other references decided, and whether of samples without text."""
        for lang, blank in guessed:
            if blank:
                self.blank.add(lang)
            elif lang in ("zh", "ja"):
                self.han.add(lang)
            else:
                self.latin.add(lang)

    def note_references(self, fewest: int, most: int) -> None:
        """Note how many references samples had."""
        self.fewest = min(self.fewest or fewest, fewest)
        self.most = max(self.most, most)

    def merge(self, other: Tokenization) -> None:
        """Add what another one noted."""
        for noted, added in (
            (self.tokenizers, other.tokenizers),
            (self.stopwords, other.stopwords),
            (self.views, other.views),
        ):
            for key, descriptions in added.items():
                noted.setdefault(key, set()).update(descriptions)
        self.han |= other.han
        self.latin |= other.latin
        self.blank |= other.blank
        if other.most:
            self.note_references(other.fewest, other.most)

    def difference(self, other: Tokenization, here: str, there: str) -> str:
        """Return which tokenizers, dictionaries or lists of stopwords differ, in words.

        It is empty if none does that both have noted.

        Args:
            other: what was noted elsewhere.
            here: where this was noted.
            there: where the other was.
        """
        found = []
        for what, noted, others in (
            ("tokenizer of", self.tokenizers, other.tokenizers),
            ("stopwords of", self.stopwords, other.stopwords),
            ("tokens of", self.views, other.views),
        ):
            for key in sorted(noted.keys() & others.keys()):
                if noted[key] != others[key]:
                    mine, its = (" and ".join(sorted(each[key])) for each in (noted, others))
                    found.append(f"{what} {key}: {mine} {here}, {its} {there}")
        return "; ".join(found)

    def signatures(self, metrics: Sequence[Metric], *, dropped: bool) -> list[str]:
        """Return the signatures of scores; equal ones mean equal numbers on equal data.

        Backend and threads are not in it, because they cannot matter.

        Args:
            metrics: what was computed.
            dropped: whether stopwords were dropped.
        """
        after = self._after()
        words = None
        found = []
        for metric in metrics:
            if metric.view is None:
                words = words or (*self._of_words(dropped), *after)
                fields = words
            else:
                fields = (*self._of_view(metric, metric.view), *after)
            found.append("|".join((metric.name, metric.headline, *fields)))
        return found

    def _after(self) -> tuple[str, ...]:
        """Return the last fields, which are those of all metrics."""
        most = f"-{self.most}" if self.most > self.fewest else ""
        extract = (f"extract:{self.extraction}",) if self.extraction.steps else ()
        references = f"refs:{self.fewest}{most}"
        convert = (f"convert:{described_conversion(self.convert)}",) if self.convert else ()
        return (*extract, *convert, references, f"preset:{self.preset}", f"v:{__version__}")

    def _of_view(self, metric: Metric, view: View | Judge) -> tuple[str, ...]:
        """Return the fields of a metric with a view of its own."""
        views = [view.name, *([metric.words.name] if metric.words else [])]
        tokens = _joined(self.views[name] for name in views)
        chosen = PRESETS.get(self.preset).described(metric.name, self.options)
        by = "judge" if isinstance(view, Judge) else "tok"
        return (f"{by}:{tokens}", *chosen)

    def _of_words(self, dropped: bool) -> tuple[str, ...]:
        """Return the fields of metrics of the words of each language."""
        codes = sorted(self.tokenizers)
        lang = "+".join(codes)
        if self.han and len(codes) > 1:
            lang += ",han=" + "+".join(sorted(self.han))
        if self.latin and {"en", UNDETERMINED} <= set(codes):
            lang += ",latin=" + "+".join(sorted(self.latin))
        if self.blank and len(codes) > 1:
            lang += ",empty=" + "+".join(sorted(self.blank))
        return (
            f"lang:{lang}",
            "tok:" + _joined(self.tokenizers[code] for code in codes),
            "norm:nfkc2-casefold",
            "stop:" + (_joined(self.stopwords[code] for code in codes) if dropped else "none"),
        )


def _joined(parts: Iterable[Iterable[str]]) -> str:
    return "+".join(dict.fromkeys(each for part in parts for each in sorted(part)))
