"""A signature is read again: whose metric it is of, and what was chosen."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from textmetrics._escape import short_repr
from textmetrics._registry import suggest
from textmetrics.metrics import Metric
from textmetrics.presets import PRESETS, Preset, PresetOption
from textmetrics.scan import Judge, View

__all__ = ["Parsed", "parsed"]

Options = tuple[tuple[str, Any], ...]

_OWN = ("lang", "tok", "norm", "stop")
_LAST = ("refs", "preset", "v")
_WHERE_ASKED_FOR = ("extract",)
_FORM = "metric|headline|tok:…|refs:…|preset:…|v:…, or its fields alone"
# What a table prints before the fields where not all metrics share them.
_NAMES = re.compile(r"(\w+(?:, \w+)*): (.*)", re.DOTALL)
_REFERENCES = re.compile(r"[1-9][0-9]*(?:-[1-9][0-9]*)?")
_VERSION = re.compile(r"[0-9]+(?:\.[0-9a-z+]+)+")
# What is another where another version or dictionary is installed.
_CHANGES = re.compile(r"jieba|(?<=mecab-)[0-9.]+")


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a signature says, all of it known.

    Attributes:
        metrics: those that it is of; none where it does not name them.
        fields: what it has behind metric and headline, as it stands there.
        preset: whose definition holds.
        options: what was chosen of what the preset lets choose, what no field shows too.
        example: one of its metrics; of the preset's first one that it could be of, where none is
            named.
    """

    metrics: tuple[Metric, ...]
    fields: Mapping[str, str]
    preset: Preset
    options: Options
    example: Metric


def parsed(text: str) -> Parsed:
    """Read a signature, or the part of it that tables print.

    Raises:
        ValueError: if it is none, or is of something that is not known; the message says what was
            expected.
        ImportError: if a tokeniser that it may be of is not installed.

    Examples:
        >>> parsed("f1: tok:squad|refs:1|preset:squad|v:0.1.0").metrics[0].summary
        'harmonic mean of token precision and recall, tokens as a multiset'
    """
    names, headline, fields = _cut(text.strip().rpartition("signature: ")[2])
    if "preset" not in fields:
        raise ValueError(f"there is no field preset: is it cut off? Expected {_FORM}")
    preset = PRESETS.get(fields["preset"])
    _check_values(fields)
    known: dict[str, None] = {}
    fault = ""
    for options, there in _made(preset, fields):
        known |= dict.fromkeys(there)
        found = [there[name] for name in names or there if name in there]
        faults = [_fault(metric, preset, options, fields, headline) for metric in found]
        if names and len(found) == len(names) and not any(faults):
            return Parsed(tuple(found), fields, preset, options, found[0])
        if not names and not all(faults):
            return Parsed((), fields, preset, options, found[faults.index("")])
        fault = fault or next(filter(None, faults), "")
    if unknown := [name for name in names if name not in known]:
        fault = f"unknown metric {short_repr(unknown[0])} of preset {preset.name!r}: "
        fault += f"{suggest(unknown[0], known)}known: {', '.join(known)}"
    raise ValueError(fault)


def _cut(text: str) -> tuple[tuple[str, ...], str, dict[str, str]]:
    """Give metrics and headline, where they are named, and the fields."""
    names: tuple[str, ...] = ()
    headline = ""
    if found := _NAMES.fullmatch(text):
        names, text = tuple(found[1].split(", ")), found[2]
    parts = text.split("|")
    if not names and ":" not in parts[0]:
        names, headline, parts = (parts[0],), parts[1] if len(parts) > 1 else "", parts[2:]
        if not headline or ":" in headline:
            raise ValueError(f"{short_repr(text)} is no signature: expected {_FORM}")
    fields: dict[str, str] = {}
    for part in parts:
        name, colon, value = part.partition(":")
        if not (name and colon and value):
            raise ValueError(
                f"{short_repr(part)} is no field: expected a name, a colon and a value"
            )
        if name in fields:
            raise ValueError(f"the field {short_repr(name)} is there twice: expected it once")
        fields[name] = value
    return names, headline, fields


def _check_values(fields: Mapping[str, str]) -> None:
    """Look at what is the same under every preset."""
    for name, pattern, example in (
        ("refs", _REFERENCES, "a number of references, or 1-4 for one to four"),
        ("v", _VERSION, "a version such as 0.1.0"),
        ("norm", re.compile("nfkc-casefold"), "nfkc-casefold"),
    ):
        if name in fields and not pattern.fullmatch(fields[name]):
            raise ValueError(
                f"{name}:{short_repr(fields[name])[1:-1]} cannot be: expected {example}"
            )


def _made(
    preset: Preset, fields: Mapping[str, str]
) -> Iterator[tuple[Options, Mapping[str, Metric]]]:
    """Give the options that it may be of, each with the metrics that they make.

    What an option is that no field shows, the tokens tell. Later ones are made only where none
    before fits: they may need packages.
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
                f"unknown field {short_repr(name)}: {near}a signature of preset {preset.name!r} has "
                f"{', '.join(known)}"
            )


def _value(option: PresetOption, text: str) -> Any:
    """Give an option's value from what a signature shows of it.

    Raises:
        ValueError: if it cannot be one.
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
    """Say why a signature cannot be one of a metric, nothing where it can."""
    if headline and headline != metric.headline:
        return (
            f"the headline of {metric.name} is {metric.headline!r} under preset {preset.name!r}, "
            f"got {short_repr(headline)}"
        )
    shows = [each.partition(":")[0] for each in preset.described(metric.name, options)]
    expected = [*_before(metric), *shows, *_LAST]
    if missing := [name for name in expected if name not in fields]:
        return (
            f"fields are missing: {', '.join(missing)}; is it cut off? Expected "
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
    """Give the fields that say what a metric compares, which stand before all others."""
    if metric.view is None:
        return _OWN
    return ("judge",) if isinstance(metric.view, Judge) else ("tok",)


def _views(metric: Metric) -> list[View | Judge]:
    return [view for view in (metric.view, metric.words) if view is not None]


def _pattern(metric: Metric) -> re.Pattern[str]:
    """Give what the tokens of a metric can be called, whatever versions are installed."""
    patterns = []
    for view in _views(metric):
        name = "".join(
            re.escape(part) if index % 2 == 0 else _version(part)
            for index, part in enumerate(re.split(f"({_CHANGES.pattern})", view.name))
        )
        patterns.append(rf"{name}(?:\+{name})*")  # twice where a dictionary was changed meanwhile
    return re.compile(r"\+".join(patterns))


def _version(part: str) -> str:
    return r"jieba-[^,+|]+" if part == "jieba" else r"[0-9.]+"
