"""The line that says how a score was computed: written, and read again."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from textmetrics._escape import short_repr
from textmetrics._registry import suggest
from textmetrics._version import __version__
from textmetrics.answers import Extraction
from textmetrics.languages import Analyzer
from textmetrics.metrics import Metric
from textmetrics.presets import PRESETS, Preset, PresetOption
from textmetrics.scan import Judge, View

__all__ = ["ParsedSignature", "Tokenization", "parse_signature"]


@dataclass
class Tokenization:
    """How texts became tokens: what a signature says besides the metric.

    It is noted when samples are scored, since a dictionary may change later.

    Attributes:
        preset: the definition.
        options: the values of its options.
        extraction: how answers were extracted from predictions.
        tokenizers: by language, what decided the tokens; several if a dictionary changed.
        stopwords: likewise, the lists.
        views: by name, what decided the tokens of each view of a preset.
        han: the languages of Han without kana, where other references decided.
        fewest: the smallest number of references of a sample; 0 before the first one.
        most: the largest.
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
        """Note how samples of a language are tokenized."""
        code = analyzer.language.code
        self.tokenizers.setdefault(code, set()).add(analyzer.tokenizer.described())
        self.stopwords.setdefault(code, set()).add(analyzer.stopwords.signature())

    def note_views(self, views: Iterable[View | Judge | None]) -> None:
        """Note the views that samples were scored under."""
        for view in views:
            if view is not None:
                self.views.setdefault(view.name, set()).add(view.described())

    def note_references(self, fewest: int, most: int) -> None:
        """Note how many references samples had."""
        self.fewest = min(self.fewest or fewest, fewest)
        self.most = max(self.most, most)

    def merge(self, other: Tokenization) -> None:
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
        """Return the signature of a score; equal signatures mean equal numbers on equal data.

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


Options = tuple[tuple[str, Any], ...]

_OWN = ("lang", "tok", "norm", "stop")
_LAST = ("refs", "preset", "v")
_WHERE_ASKED_FOR = ("extract",)
_FORM = "metric|headline|tok:…|refs:…|preset:…|v:…, or its fields alone"
# Tables print the metrics before the fields where not all share them.
_NAMES = re.compile(r"(\w+(?:, \w+)*): (.*)", re.DOTALL)
_REFERENCES = re.compile(r"[1-9][0-9]*(?:-[1-9][0-9]*)?")
_VERSION = re.compile(r"[0-9]+(?:\.[0-9a-z+]+)+")
# What changes with the installed version or dictionary.
_CHANGES = re.compile(r"jieba|(?<=mecab-)[0-9.]+")


@dataclass(frozen=True, slots=True)
class ParsedSignature:
    """A signature, read and checked.

    Attributes:
        metrics: the metrics that it names, if any.
        fields: its fields behind metric and headline, as they are written.
        preset: the definition.
        options: the values of the preset's options, also of those that no field shows.
        example: one of its metrics; if it names none, the preset's first that it could be of.
    """

    metrics: tuple[Metric, ...]
    fields: Mapping[str, str]
    preset: Preset
    options: Options
    example: Metric


def parse_signature(text: str) -> ParsedSignature:
    """Parse a signature, or the part of it that tables print.

    Raises:
        ValueError: if it is not a signature, or names something unknown; the message says what
            was expected.
        ImportError: if a tokenizer that it may name is not installed.

    Examples:
        >>> parse_signature("f1: tok:squad|refs:1|preset:squad|v:0.1.0").metrics[0].summary
        'harmonic mean of token precision and recall, tokens as a multiset'
    """
    names, headline, fields = _split(text.strip().rpartition("signature: ")[2])
    if "preset" not in fields:
        raise ValueError(f"no field preset: is it truncated? Expected {_FORM}")
    preset = PRESETS.get(fields["preset"])
    _check_values(fields)
    known: dict[str, None] = {}
    fault = ""
    for options, there in _candidates(preset, fields):
        known |= dict.fromkeys(there)
        found = [there[name] for name in names or there if name in there]
        faults = [_fault(metric, preset, options, fields, headline) for metric in found]
        if names and len(found) == len(names) and not any(faults):
            return ParsedSignature(tuple(found), fields, preset, options, found[0])
        if not names and not all(faults):
            return ParsedSignature((), fields, preset, options, found[faults.index("")])
        fault = fault or next(filter(None, faults), "")
    if unknown := [name for name in names if name not in known]:
        fault = f"unknown metric {short_repr(unknown[0])} of preset {preset.name!r}: "
        fault += f"{suggest(unknown[0], known)}known: {', '.join(known)}"
    raise ValueError(fault)


def _split(text: str) -> tuple[tuple[str, ...], str, dict[str, str]]:
    """Return the metrics and the headline, where they are named, and the fields."""
    names: tuple[str, ...] = ()
    headline = ""
    if found := _NAMES.fullmatch(text):
        names, text = tuple(found[1].split(", ")), found[2]
    parts = text.split("|")
    if not names and ":" not in parts[0]:
        names, headline, parts = (parts[0],), parts[1] if len(parts) > 1 else "", parts[2:]
        if not headline or ":" in headline:
            raise ValueError(f"{short_repr(text)} is not a signature: expected {_FORM}")
    fields: dict[str, str] = {}
    for part in parts:
        name, colon, value = part.partition(":")
        if not (name and colon and value):
            raise ValueError(
                f"{short_repr(part)} is not a field: expected a name, a colon and a value"
            )
        if name in fields:
            raise ValueError(f"the field {short_repr(name)} occurs twice: expected it once")
        fields[name] = value
    return names, headline, fields


def _check_values(fields: Mapping[str, str]) -> None:
    """Check the fields that are the same under every preset."""
    for name, pattern, example in (
        ("refs", _REFERENCES, "a number of references, or 1-4 for one to four"),
        ("v", _VERSION, "a version such as 0.1.0"),
        ("norm", re.compile("nfkc-casefold"), "nfkc-casefold"),
    ):
        if name in fields and not pattern.fullmatch(fields[name]):
            raise ValueError(
                f"{name}:{short_repr(fields[name])[1:-1]} cannot be: expected {example}"
            )


def _candidates(
    preset: Preset, fields: Mapping[str, str]
) -> Iterator[tuple[Options, Mapping[str, Metric]]]:
    """Yield the options that a signature may have, each with the metrics that they make.

    Options that no field shows can be told by the tokens. Candidates are made one by one, since
    later ones may need packages.
    """
    _check_names(preset, fields)
    chosen = {
        option.name: _value(option, fields[option.name])
        for option in preset.options
        if option.shown and option.name in fields
    }
    hidden = [option for option in preset.options if not option.shown]
    missing: ImportError | None = None
    for values in itertools.product(*(option.choices or (False, True) for option in hidden)):
        others = dict(zip((option.name for option in hidden), values, strict=True))
        options = preset.checked(chosen | others)
        try:
            there = preset.known(options)
        except ImportError as error:
            missing = error
            continue
        yield options, there
    if missing is not None and fields.get("tok", "").startswith("ja-mecab"):
        raise missing


def _check_names(preset: Preset, fields: Mapping[str, str]) -> None:
    own = dict.fromkeys(name for each in preset.known().values() for name in _before(each))
    known = (*own, *(option.name for option in preset.options if option.shown), *_LAST)
    for name in fields:
        if name not in (*known, *_WHERE_ASKED_FOR):
            near = suggest(name, known)
            raise ValueError(
                f"unknown field {short_repr(name)}: {near}a signature of preset {preset.name!r} "
                f"has {', '.join(known)}"
            )


def _value(option: PresetOption, text: str) -> Any:
    """Return an option's value as a signature shows it.

    Raises:
        ValueError: if it is not a possible value.
    """
    kind = type(option.default)
    value: Any = text
    try:
        if kind is bool:
            value = {"yes": True, "no": False}[text]
        elif kind is not str:
            value = int(text) if kind is int else float(text)
    except (KeyError, ValueError):
        expected = "yes or no" if kind is bool else "a number"
        fault = f"{option.name}:{short_repr(text)[1:-1]} cannot be: expected {expected}"
        raise ValueError(fault) from None
    return option.checked(value)


def _fault(
    metric: Metric, preset: Preset, options: Options, fields: Mapping[str, str], headline: str
) -> str:
    """Return why a signature cannot be one of a metric; empty if it can."""
    if headline and headline != metric.headline:
        return (
            f"the headline of {metric.name} is {metric.headline!r} under preset {preset.name!r}, "
            f"got {short_repr(headline)}"
        )
    shows = [each.partition(":")[0] for each in preset.described(metric.name, options)]
    expected = [*_before(metric), *shows, *_LAST]
    if missing := [name for name in expected if name not in fields]:
        return (
            f"fields are missing: {', '.join(missing)}; is it truncated? Expected "
            f"{', '.join(expected)}"
        )
    if surplus := [name for name in fields if name not in (*expected, *_WHERE_ASKED_FOR)]:
        return f"{metric.name} has no field {', '.join(surplus)}: expected {', '.join(expected)}"
    name = expected[0]
    if metric.view is not None and not _pattern(metric).fullmatch(fields[name]):
        views = "+".join(view.described() for view in _views(metric))
        return (
            f"{name}:{short_repr(fields[name])[1:-1]} is not of {metric.name} under preset "
            f"{preset.name!r}: expected {views}, or another version or option of it"
        )
    return ""


def _before(metric: Metric) -> tuple[str, ...]:
    """Return the fields that say what a metric compares, which come before all others."""
    if metric.view is None:
        return _OWN
    return ("judge",) if isinstance(metric.view, Judge) else ("tok",)


def _views(metric: Metric) -> list[View | Judge]:
    return [view for view in (metric.view, metric.words) if view is not None]


def _pattern(metric: Metric) -> re.Pattern[str]:
    """Return the pattern of a metric's tokens, whatever versions are installed."""
    patterns = []
    for view in _views(metric):
        name = "".join(
            re.escape(part) if index % 2 == 0 else _version(part)
            for index, part in enumerate(re.split(f"({_CHANGES.pattern})", view.name))
        )
        patterns.append(rf"{name}(?:\+{name})*")  # repeated if a dictionary changed
    return re.compile(r"\+".join(patterns))


def _version(part: str) -> str:
    return r"jieba-[^,+|]+" if part == "jieba" else r"[0-9.]+"
