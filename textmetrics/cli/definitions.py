"""The options that choose a preset, and what it lets choose."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping
from typing import Any

from textmetrics.cli.choices import (
    choice,
    comma_separated,
    format_list,
    language_list,
    metric_list,
    tokenizer_list,
)
from textmetrics.cli.extracting import extractor_list
from textmetrics.cli.program import Parser, UsageError
from textmetrics.languages import TOKENIZERS
from textmetrics.presets import DEFAULT, PRESETS, Preset, PresetOption, known_metrics

__all__ = [
    "LISTS",
    "add_definition_options",
    "add_preset_options",
    "chosen_presets",
    "metric_names",
    "preset_tokenizers",
]

# The command line has this one for the languages' own tokenisers too.
_SHARED = ("tokenizer",)
_METAVARS = {int: "N", float: "X", str: "VALUE"}


def _preset_names(text: str) -> list[str]:
    take = choice("preset", PRESETS.names())
    names = [take(name) for name in comma_separated(text)]
    if not names:
        raise argparse.ArgumentTypeError(f"no preset named; known: {', '.join(PRESETS.names())}")
    if len(set(names)) < len(names):
        raise argparse.ArgumentTypeError("a preset is named twice")
    return names


def metric_names(text: str) -> list[str]:
    """Give the metrics named in an option's value; a preset may not have all of them."""
    take = choice("metric", known_metrics())
    return [take(name) for name in comma_separated(text)]


def preset_list() -> str:
    """List the presets for a help text."""
    width = max(map(len, PRESETS.names())) + 2
    lines = [f"  {preset.name:{width}}{preset.summary}" for preset in PRESETS]
    return "\n".join(["presets (textmetrics presets says more):", *lines, ""])


def _options() -> dict[str, list[PresetOption]]:
    """Give the options of all presets by name."""
    found: dict[str, list[PresetOption]] = {}
    for preset in PRESETS:
        for option in preset.options:
            found.setdefault(option.name, []).append(option)
    return found


def preset_tokenizers() -> list[str]:
    """Give the names of tokenisers that presets let choose."""
    options = (option for preset in PRESETS for option in preset.options)
    return [name for each in options if each.name == "tokenizer" for name in each.choices]


def preset_tokenizer_list() -> str:
    """List them by preset for a help text; the same ones once."""
    presets: dict[str, list[str]] = {}
    for preset in PRESETS:
        for option in preset.options:
            if option.name == "tokenizer":
                presets.setdefault(", ".join(option.choices), []).append(preset.name)
    lines = (f"  {', '.join(names)}: {tokenizers}" for tokenizers, names in presets.items())
    return "\n".join(["tokenizers of presets:", *lines, ""])


LISTS = (
    metric_list,
    preset_list,
    extractor_list,
    format_list,
    language_list,
    tokenizer_list,
    preset_tokenizer_list,
)
"""What the help of commands that score lists below their options."""


def add_definition_options(parser: Parser) -> None:
    """Add ``--metrics`` and ``--preset``."""
    group = parser.add_argument_group("definitions")
    group.add_argument(
        "--metrics",
        metavar="NAMES",
        action="extend",
        type=metric_names,
        help="which metrics, with commas between them (default: the preset's); see the list below",
    )
    group.add_argument(
        "--preset",
        metavar="NAMES",
        type=_preset_names,
        default=[DEFAULT.name],
        help="whose definition of the metrics, with commas between several, a row each "
        f"(default: {DEFAULT.name}); see the list below",
    )


def add_preset_options(parser: Parser) -> None:
    """Add an option for each that a preset has."""
    group = parser.add_argument_group("options of presets")
    for name, options in _options().items():
        if name not in _SHARED:
            _add(group, name, options)


def _add(group: argparse._ArgumentGroup, name: str, options: list[PresetOption]) -> None:
    flag = f"--{name.replace('_', '-')}"
    what = f"{options[0].summary} ({_owners(name)})"
    if isinstance(options[0].default, bool):
        group.add_argument(flag, action=argparse.BooleanOptionalAction, default=None, help=what)
        return
    kind: Any = str
    if not isinstance(options[0].default, str):
        kind = int if isinstance(options[0].default, int) else float
    metavar = "NAME" if options[0].choices else _METAVARS[kind]
    group.add_argument(flag, metavar=metavar, type=kind, help=what)


def _owners(name: str) -> str:
    """Give the presets that have an option, each with the values that there are."""
    values: dict[str, list[str]] = {}
    for preset in PRESETS:
        for option in preset.options:
            if option.name == name:
                chosen = (
                    f"{each} (default)" if each == option.default else each
                    for each in option.choices
                )
                values.setdefault(", ".join(chosen), []).append(preset.name)
    return "; ".join(
        ", ".join(presets) + f": {chosen}" * bool(chosen) for chosen, presets in values.items()
    )


def chosen_presets(options: argparse.Namespace) -> Iterator[tuple[Preset, dict[str, Any]]]:
    """Give the presets that are asked for, each with what is chosen of its options.

    Raises:
        UsageError: if an option belongs to none of them.
    """
    given = {name: value for name in _options() if (value := getattr(options, name)) is not None}
    presets = [PRESETS.get(name) for name in options.preset]
    taken = {preset.name: _taken(preset, given) for preset in presets}
    for name, value in given.items():
        if not any(name in chosen for chosen in taken.values()):
            owners = ", ".join(preset.name for preset in PRESETS if name in _taken(preset, given))
            raise UsageError(
                f"{_as_given(name, value)} is an option of {owners}: choose with --preset"
            )
    for preset in presets:
        yield preset, taken[preset.name]


def _as_given(name: str, value: Any) -> str:
    flag = name.replace("_", "-")
    if isinstance(value, bool):
        return f"--{flag}" if value else f"--no-{flag}"
    return f"--{flag} {value}"


def _taken(preset: Preset, given: Mapping[str, Any]) -> dict[str, Any]:
    """Give those of the options that a preset has; of several presets each takes its own."""
    taken = {}
    for option in preset.options:
        if option.name in given and (
            option.name not in _SHARED or given[option.name] in option.choices
        ):
            taken[option.name] = given[option.name]
    if preset is DEFAULT and given.get("tokenizer") in TOKENIZERS.names():
        taken["tokenizer"] = given["tokenizer"]
    return taken
