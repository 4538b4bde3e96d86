"""``textmetrics presets``: list the presets, or show one in full."""

from __future__ import annotations

import argparse
import json
import shutil
import textwrap
from collections.abc import Iterable, Sequence
from typing import Any

from textmetrics.cli.options import add_output_format, choice
from textmetrics.cli.program import Parser, write
from textmetrics.metrics import Metric
from textmetrics.presets import PRESETS, Preset, PresetOption, SampleOption
from textmetrics.scan import View

__all__ = ["add_options", "run"]

_EXAMPLES = """examples:
  textmetrics presets
  textmetrics presets llama_factory
  textmetrics presets --format json

See docs/presets.md for which one to use when.
"""
_FORMATS = ("table", "json")
_WIDEST = 100  # columns, of a wider terminal


def add_options(parser: Parser) -> None:
    """Add the options of the command."""
    parser.surplus = "name one preset, or none to list all"
    parser.description = "List the presets, or show one in full."
    parser.epilog = _EXAMPLES
    parser.add_argument(
        "name",
        metavar="NAME",
        nargs="?",
        type=choice("preset", PRESETS.names()),
        help="the preset to show in full",
    )
    add_output_format(parser, _FORMATS)


def run(options: argparse.Namespace) -> int:
    """Print the list, or one preset."""
    one = None if options.name is None else PRESETS.get(options.name)
    if options.format == "json":
        found: Any = [_object(each) for each in PRESETS] if one is None else _object(one)
        write(json.dumps(found, ensure_ascii=False, indent=2))
    elif one is None:
        write("\n".join(_columns((preset.name, preset.summary) for preset in PRESETS)))
        write("textmetrics presets NAME shows one in full")
    else:
        write(_in_full(one))
    return 0


def _in_full(preset: Preset) -> str:
    usual = preset.usual or tuple(preset.known())
    metrics = (
        (each.name, f"{each.summary}{'' if each.name in usual else ' (on request)'}")
        for each in preset.known().values()
    )
    by_options = (
        (name, f"with {' '.join(f'{_option_flag(each)} {value}' for each, value in given.items())}")
        for name, given in preset.possible().items()
        if given
    )
    heads = (f"{preset.name}: {preset.summary}", f"source: {preset.source}")
    lines = [*(textwrap.fill(head, _width(), break_on_hyphens=False) for head in heads), "metrics:"]
    lines += _columns([*metrics, *by_options], indent="  ")
    several = f"; several for {_listed(preset.several_for)}" * bool(preset.several_for)
    references = f"references: {'one or several' if preset.several else 'one'} per sample{several}"
    lines.append(textwrap.fill(references, _width()))
    if preset.options:
        lines.append("options:")
        lines += _columns(((_flag(each), _meaning(each)) for each in preset.options), indent="  ")
    if preset.sample_options:
        lines.append("per sample, as a field of the record; in Python a list under this name:")
        per_sample = ((each.name, _given(each)) for each in preset.sample_options)
        lines += _columns(per_sample, indent="  ")
    if preset.note:
        text = f"peculiarities: {preset.note}"
        lines.append(textwrap.fill(text, _width(), break_on_hyphens=False))
    return "\n".join(lines)


def _columns(rows: Iterable[tuple[str, str]], indent: str = "") -> list[str]:
    found = list(rows)
    width = max(len(name) for name, _ in found) + 2
    lines = []
    for name, what in found:
        first = f"{indent}{name:{width}}"
        wrapped = textwrap.wrap(
            what, _width() - len(first), break_long_words=False, break_on_hyphens=False
        )
        lines.append(f"{first}{wrapped[0]}")
        lines += [" " * len(first) + line for line in wrapped[1:]]
    return lines


def _width() -> int:
    return min(shutil.get_terminal_size().columns, _WIDEST)


def _listed(names: Sequence[str]) -> str:
    """Return names, those that differ in a number by the first and the last."""
    found: dict[str, list[str]] = {}
    for name in names:
        found.setdefault(name.rstrip("0123456789"), []).append(name)
    return ", ".join(
        f"{each[0]} to {each[-1]}" if len(each) > 2 else ", ".join(each) for each in found.values()
    )


def _option_flag(name: str) -> str:
    return f"--{name.replace('_', '-')}"


def _flag(option: PresetOption) -> str:
    """Return an option as it is on the command line; Python has ``_`` in place of ``-``."""
    flag = _option_flag(option.name)
    return flag if isinstance(option.default, bool) else f"{flag} VALUE"


def _meaning(option: PresetOption) -> str:
    parts = [option.summary]
    parts += [f"default: {option.written(option.default)}"] * (option.default not in (None, ""))
    parts += [f"one of {', '.join(option.choices)}"] * bool(option.choices)
    parts += [f"for {_listed(option.metrics)}"] * bool(option.metrics)
    return "; ".join(parts)


def _given(option: SampleOption) -> str:
    also = f"; or {', '.join(option.fields)} in files" * bool(option.fields)
    return f"{option.summary}{also}"


def _object(preset: Preset) -> dict[str, Any]:
    return {
        "name": preset.name,
        "summary": preset.summary,
        "source": preset.source,
        "several_references": preset.several,
        "metrics": [_metric(each, preset) for each in preset.known().values()],
        "options": [_option(each) for each in preset.options],
        "sample_options": [
            {"name": each.name, "summary": each.summary, "fields": list(each.fields)}
            for each in preset.sample_options
        ],
        "note": preset.note,
    }


def _metric(metric: Metric, preset: Preset) -> dict[str, Any]:
    tokens = {"tokens": metric.view.summary} if isinstance(metric.view, View) else {}
    return {
        "name": metric.name,
        "title": metric.title,
        "headline": metric.headline,
        "summary": metric.summary,
        "source": metric.source,
        **tokens,
        "usual": not preset.usual or metric.name in preset.usual,
    }


def _option(option: PresetOption) -> dict[str, Any]:
    return {
        "name": option.name,
        "default": option.default,
        "summary": option.summary,
        "choices": list(option.choices),
        "metrics": list(option.metrics),
    }
