"""The line that says how a score was computed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from textmetrics._version import __version__
from textmetrics.answers import Extraction
from textmetrics.languages import Analyzer
from textmetrics.metrics import Metric
from textmetrics.presets import PRESETS
from textmetrics.scan import Judge, View

__all__ = ["Ways"]


@dataclass
class Ways:
    """How samples were taken from text to tokens: what a signature says beside the metric.

    Noted when samples are scored, since a dictionary may change before anybody asks.

    Attributes:
        tokenizers: by language, what decided the tokens; one, unless it changed meanwhile.
        stopwords: likewise, the lists.
        views: by name, what decided the tokens of each view of a preset.
        han: what Han without kana was taken for, where references decided.
        fewest: the smallest number of references that a sample had; 0 before there is one.
        most: the largest.
        preset: whose definition holds.
        options: what was chosen of what it lets choose.
        extraction: how answers were taken out of predictions before all else.
    """

    preset: str = "default"
    options: tuple[tuple[str, Any], ...] = ()
    extraction: Extraction = field(default_factory=Extraction)
    tokenizers: dict[str, set[str]] = field(default_factory=dict)
    stopwords: dict[str, set[str]] = field(default_factory=dict)
    views: dict[str, set[str]] = field(default_factory=dict)
    han: set[str] = field(default_factory=set)
    fewest: int = 0
    most: int = 0

    def note(self, analyzer: Analyzer) -> None:
        """Take note of what samples of a language met."""
        code = analyzer.language.code
        self.tokenizers.setdefault(code, set()).add(analyzer.tokenizer.described())
        self.stopwords.setdefault(code, set()).add(analyzer.stopwords.signature())

    def note_views(self, views: Iterable[View | Judge | None]) -> None:
        """Take note of the views that samples were scored under."""
        for view in views:
            if view is not None:
                self.views.setdefault(view.name, set()).add(view.described())

    def note_references(self, fewest: int, most: int) -> None:
        """Take note of how many references samples had."""
        self.fewest = min(self.fewest or fewest, fewest)
        self.most = max(self.most, most)

    def merge(self, other: Ways) -> None:
        """Add what another one noted."""
        for mine, theirs in (
            (self.tokenizers, other.tokenizers),
            (self.stopwords, other.stopwords),
            (self.views, other.views),
        ):
            for code, found in theirs.items():
                mine.setdefault(code, set()).update(found)
        self.han |= other.han
        if other.most:
            self.note_references(other.fewest, other.most)

    def signature(self, metric: Metric, *, dropped: bool) -> str:
        """Give a score's signature; equal signatures mean equal numbers on equal data.

        Backend and threads are not in it, because they cannot matter.

        Args:
            metric: what was computed.
            dropped: whether stopwords were dropped.
        """
        most = f"-{self.most}" if self.most > self.fewest else ""
        extract = (f"extract:{self.extraction}",) if self.extraction.steps else ()
        references = f"refs:{self.fewest}{most}"
        after = (*extract, references, f"preset:{self.preset}", f"v:{__version__}")
        if metric.view is not None:
            views = [metric.view.name, *([metric.words.name] if metric.words else [])]
            tokens = _joined(self.views[name] for name in views)
            chosen = PRESETS.get(self.preset).described(metric.name, self.options)
            by = "judge" if isinstance(metric.view, Judge) else "tok"
            return "|".join((metric.name, metric.headline, f"{by}:{tokens}", *chosen, *after))
        codes = sorted(self.tokenizers)
        lang = "+".join(codes)
        if self.han and len(codes) > 1:
            lang += ",han=" + "+".join(sorted(self.han))
        fields = (
            metric.name,
            metric.headline,
            f"lang:{lang}",
            "tok:" + _joined(self.tokenizers[code] for code in codes),
            "norm:nfkc-casefold",
            "stop:" + (_joined(self.stopwords[code] for code in codes) if dropped else "none"),
            *after,
        )
        return "|".join(fields)


def _joined(parts: Iterable[Iterable[str]]) -> str:
    return "+".join(dict.fromkeys(each for part in parts for each in sorted(part)))
