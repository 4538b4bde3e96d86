"""Command-line options, made from the one definition of each option, and back to keywords."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import chain
from typing import Any

from textmetrics._checks import parse_integer, parse_number
from textmetrics._options import Option, option_names, options_of, types_of, value_kinds
from textmetrics._registry import suggest
from textmetrics.answers import EXTRACTORS
from textmetrics.cli.program import Parser, UsageError, say
from textmetrics.evaluation import (
    ExtractOption,
    PresetOptions,
    ScoringOptions,
    ScoringSettings,
    TokenOptions,
    comma_separated,
)
from textmetrics.languages import LANGUAGES, TOKENIZERS
from textmetrics.metrics import METRICS
from textmetrics.presets import DEFAULT, PRESETS, Preset, PresetOption
from textmetrics.records import AUTO, FORMATS, OpenError, ReadingOptions

__all__ = [
    "METRICS_HELP",
    "add_option_group",
    "add_output_format",
    "add_preset_options",
    "add_progress_option",
    "check_without_metrics",
    "choice",
    "chosen_presets",
    "given_options",
    "is_without_metrics",
    "name_lists",
    "names_taken",
    "preset_names",
    "remark_unused",
    "scoring_options",
    "shorten_help",
    "usage_error",
    "wrong_options",
    "wrong_samples",
    "wrong_value",
]


def add_option_group(
    parser: argparse._ActionsContainer,
    *groups: type,
    help: Mapping[str, str] | None = None,  # noqa: A002 - argparse's name for it
) -> None:
    """Add the options of some groups to a parser, or to one of its sections.

    Each is ``None`` in the namespace unless it is given: defaults stay in the definition, and
    a config file can come between them and the command line.

    Args:
        parser: a parser, or a section of one.
        groups: groups of options, as described in `textmetrics._options`.
        help: help texts of this command, by option, that replace those of the definitions.
    """
    hints, texts = types_of(*groups), help or {}
    for name, option in options_of(*groups).items():
        if option.flag == "":
            continue
        flag = option.flag or _flag(name)
        text = texts.get(name) or option.flag_help or option.help
        shared: dict[str, Any] = {"dest": name, "help": _escaped(text)}
        kinds = value_kinds(hints[name])
        if kinds != {bool}:
            parser.add_argument(flag, action=_Value, option=option, kinds=kinds, **shared)
        else:
            on_off = argparse.BooleanOptionalAction
            parser.add_argument(flag, action=on_off, default=None, **shared)
        if option.off_help and kinds != {bool}:
            parser.add_argument(
                f"--no-{flag.removeprefix('--')}",
                dest=f"no_{name}",
                action="store_true",
                help=_escaped(option.off_help),
            )


def given_options(options: argparse.Namespace, *groups: type) -> dict[str, Any]:
    """Return those options of some groups that were given on the command line, as keywords.

    Raises:
        UsageError: if an option is turned off and given too.
    """
    values = vars(options)
    found = {name: values[name] for name in option_names(*groups) if values.get(name) is not None}
    for name in options_of(*groups):
        if values.get(f"no_{name}"):
            if others := [each for each in found if each.startswith(name)]:
                off, other = _flag(f"no_{name}"), _flag(others[0])
                raise UsageError(f"{off} and {other} contradict each other: leave one of them out")
            found[name] = False
    return found


class _Value(argparse.Action):
    """An option with a value; a repeatable one collects a list.

    The names that it accepts are looked up when it is given or when help is shown, not before.
    """

    def __init__(self, *, option: Option, kinds: set[Any], **rest: Any) -> None:
        metavar = option.metavar or ("NAME" if option.choices else "VALUE")
        super().__init__(metavar=metavar, **rest)
        # One that takes a value for each language may be repeated too, and checks that itself.
        self.repeatable = option.repeatable or self.dest == "stopwords"
        self.option = option
        self._kinds = kinds

    def __call__(
        self,
        parser: argparse.ArgumentParser,  # noqa: ARG002 - argparse passes it
        namespace: argparse.Namespace,
        values: Any,
        option_string: str | None = None,  # noqa: ARG002
    ) -> None:
        try:
            value = self._parsed(values)
        except (argparse.ArgumentTypeError, ValueError, ImportError) as error:
            raise argparse.ArgumentError(self, str(usage_error(error))) from None
        if self.option.repeatable:
            value = [*(getattr(namespace, self.dest) or []), *value]
        elif isinstance(value, dict):
            value = self._with_others(value, getattr(namespace, self.dest))
        elif self.repeatable and getattr(namespace, self.dest) is not None:
            raise argparse.ArgumentError(self, "given twice; give it once")
        setattr(namespace, self.dest, value)

    def _with_others(self, value: dict[str, Any], others: Any) -> dict[str, Any]:
        """Add values by language to those given before."""
        if others is not None and (not isinstance(others, dict) or value.keys() & others.keys()):
            raise argparse.ArgumentError(
                self, f"given twice for {', '.join(value)}: leave one of them out"
            )
        return {**(others or {}), **value}

    def full_help(self) -> str:
        """Return the help text, with choices and default where it does not mention them."""
        text, option = self.help or "", self.option
        notes = []
        if self.dest in _LISTS:
            text += "; see the list below"
        elif option.choices is not None:
            names = list(option.choices())
            if len(names) <= _MOST_CHOICES and not all(
                name in f"{text} {self.metavar}" for name in names
            ):
                notes.append(f"one of {', '.join(names)}")
        if type(option.default) in (str, int, float) and "default" not in text:
            notes.append(f"default: {option.default}")
        return text + f" ({'; '.join(notes)})" * bool(notes)

    def _parsed(self, text: str) -> Any:
        option = self.option
        if self.dest in _PARSERS:
            return _PARSERS[self.dest](text)
        value = self._number(text) if option.parse is None else option.parse(text)
        if option.choices is not None:
            take = choice(option.kind or self.dest.replace("_", " "), option.choices())
            for each in value if isinstance(value, list) else [value]:
                take(each)
        return value

    def _number(self, text: str) -> Any:
        """Return a number if the option takes nothing else, and the text otherwise."""
        if str in self._kinds:
            return text
        if int in self._kinds:
            return parse_integer(text)
        return parse_number(text) if float in self._kinds else text


_MOST_CHOICES = 8  # that a help text lists


class choice:  # noqa: N801 - argparse calls it, as it calls int
    """The type of an option or argument that takes one of some names."""

    def __init__(self, kind: str, names: Iterable[str]) -> None:
        self.kind = kind
        self.names = tuple(names)

    def __call__(self, text: str) -> str:
        """Return the name, if it is one of them."""
        if text in self.names:
            return text
        known = ", ".join(self.names)
        raise argparse.ArgumentTypeError(
            f"unknown {self.kind} {text!r}: {suggest(text, self.names)}known: {known}"
        )


def names_taken(action: argparse.Action) -> tuple[Sequence[str], bool]:
    """Return the names that an option takes, and whether it takes several, separated by commas."""
    if isinstance(action.type, choice):
        return action.type.names, False
    if not isinstance(action, _Value):
        return (), False
    if action.dest == "metrics":  # of all presets
        known = (preset.known(preset.checked({})) for preset in PRESETS)
        return tuple(dict.fromkeys(chain(METRICS.names(), *known))), True
    if action.dest == "extract":
        return tuple(each.name for each in EXTRACTORS), True
    if action.dest == "lang":
        return (AUTO, *LANGUAGES.names()), False
    choices = action.option.choices
    return tuple(choices() if choices else ()), action.dest == "preset"


def preset_names(text: str) -> list[str]:
    """Return the names of presets, which are separated by commas."""
    take = choice("preset", PRESETS.names())
    names = [take(name) for name in comma_separated(text)]
    if not names:
        raise ValueError(f"no preset named; known: {', '.join(PRESETS.names())}")
    if twice := [name for name in names if names.count(name) > 1]:
        raise ValueError(f"preset {twice[0]!r} is listed twice")
    return names


# The command line takes several presets.
_PARSERS: dict[str, Callable[[str], Any]] = {"preset": preset_names}


def add_output_format(parser: argparse._ActionsContainer, formats: Sequence[str]) -> None:
    """Add ``--format``; the first format is the default."""
    parser.add_argument(
        "--format",
        metavar="NAME",
        default=formats[0],
        type=choice("format", formats),
        help=f"output format: {', '.join(formats)} (default: {formats[0]})",
    )


def add_progress_option(parser: argparse._ActionsContainer) -> None:
    """Add ``--progress``."""
    parser.add_argument(
        "--progress",
        action=argparse.BooleanOptionalAction,
        default=None,
        help="show a progress bar on stderr (default: for long input, on a terminal only)",
    )


def name_lists(parser: Parser) -> list[Callable[[], str]]:
    """Return what makes the lists of names for a command's help: those of the options it has."""
    names = {action.dest for action in parser._actions}
    lists = [make for name, make in _LISTS.items() if name in names]
    return [*lists, *[_preset_tokenizer_list] * ({"preset", "tokenizer"} <= names)]


def shorten_help(parser: Parser, common: Collection[str]) -> None:
    """Show only common options in ``--help``, with the names that they take.

    Args:
        parser: the command; its ``--help-all`` shows everything.
        common: the names of the common options.
    """
    parser.names = names_taken
    parser.lists = name_lists(parser)
    parser.short_lists = [lambda: _short_names(common)]
    parser.shorten_help(common)


def _short_names(common: Collection[str]) -> str:
    named: dict[str, tuple[str, Iterable[str]]] = {
        "metrics": ("metrics", METRICS.names()),
        "preset": ("presets", PRESETS.names()),
        "extract": ("extractors", (each.name for each in EXTRACTORS)),
        "lang": ("languages", LANGUAGES.names()),
    }
    lines = [
        _wrapped(", ".join(names), f"  {kind}: ", " " * 4)
        for option, (kind, names) in named.items()
        if option in common
    ]
    return "\n".join(["names, which --help-all describes:", *lines, ""])


def _wrapped(text: str, first: str, others: str, least: int = 0) -> str:
    import shutil
    import textwrap

    return textwrap.fill(
        text,
        max(shutil.get_terminal_size().columns - 2, least),  # as argparse wraps
        initial_indent=first,
        subsequent_indent=others,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _glossary(title: str, pairs: Iterable[tuple[str, str]]) -> str:
    entries = list(pairs)
    width = max(len(name) for name, _ in entries) + 4
    lines = [
        _wrapped(meaning, f"  {name}".ljust(width), " " * width, width + 20)
        for name, meaning in entries
    ]
    return "\n".join([f"{title}:", *lines, ""])


def _metric_list() -> str:
    title = f"metrics of preset {DEFAULT.name} (for others: textmetrics presets NAME)"
    return _glossary(title, ((each.name, each.summary) for each in METRICS))


def _preset_list() -> str:
    title = "presets (details: textmetrics presets NAME)"
    return _glossary(title, ((each.name, each.summary) for each in PRESETS))


def _extractor_list() -> str:
    return _glossary(
        "extractors",
        (
            (f"{each.name}:{each.argument}" if each.argument else each.name, each.summary)
            for each in EXTRACTORS
        ),
    )


def _format_list() -> str:
    return _glossary("input formats", ((each.name, each.summary) for each in FORMATS))


def _language_list() -> str:
    return _glossary("languages", ((each.code, each.name) for each in LANGUAGES))


def _tokenizer_list() -> str:
    return _glossary("tokenizers", ((each.name, each.summary) for each in TOKENIZERS))


def _preset_tokenizer_list() -> str:
    presets: dict[str, list[str]] = {}
    for preset in PRESETS:
        for option in preset.options:
            if option.name == "tokenizer":
                presets.setdefault(", ".join(option.choices), []).append(preset.name)
    lines = (f"  {', '.join(names)}: {tokenizers}" for tokenizers, names in presets.items())
    return "\n".join(["tokenizers of presets:", *lines, ""])


_LISTS: dict[str, Callable[[], str]] = {
    "metrics": _metric_list,
    "preset": _preset_list,
    "extract": _extractor_list,
    "input_format": _format_list,
    "lang": _language_list,
    "tokenizer": _tokenizer_list,
}


# A preset's own options are declared by the preset; `tokenizer` is one of languages as well.
_SHARED = ("tokenizer",)


def _integer(text: str) -> int:
    with _wrong_argument():
        return parse_integer(text)


def _number(text: str) -> float:
    with _wrong_argument():
        return parse_number(text)


@contextmanager
def _wrong_argument() -> Iterator[None]:
    """Let `argparse` tell the message of an error, which it does of its own exception alone."""
    try:
        yield
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


_METAVARS: dict[Any, str] = {_integer: "N", _number: "X"}
_VALUES = {
    "regexes_to_ignore": "PATTERN",
    "substitution_cost": "X",
    "task_filter": "NAME",
    "thresh_hold": "X",
}
"""What is shown for a value, where the option's name would not do."""


def add_preset_options(parser: Parser) -> None:
    """Add the options that presets declare, where they are needed: most calls give none."""
    parser.set_defaults(of_presets=_SHARED)
    parser.rest = partial(_add_all_preset_options, parser)


def _add_all_preset_options(parser: Parser) -> None:
    parser.set_defaults(of_presets=tuple(_preset_options()))
    group = parser.add_argument_group(
        "options of presets", "each works with the presets in brackets"
    )
    for name, options in _preset_options().items():
        if name not in _SHARED:
            _add_preset_option(group, name, options[0])


def _preset_options() -> dict[str, list[PresetOption]]:
    """Return the options of all presets by name."""
    found: dict[str, list[PresetOption]] = {}
    for preset in PRESETS:
        for option in preset.options:
            found.setdefault(option.name, []).append(option)
    return found


def _add_preset_option(group: argparse._ArgumentGroup, name: str, option: PresetOption) -> None:
    text = _escaped(f"{option.summary} [{_owners(name)}]")
    if option.default is False and name.startswith("no_"):  # its opposite would be --no-no-…
        group.add_argument(_flag(name), action="store_true", default=None, help=text)
        return
    if isinstance(option.default, bool):
        on_off = argparse.BooleanOptionalAction
        group.add_argument(_flag(name), action=on_off, default=None, help=text)
        return
    kind: Any = str
    if not (isinstance(option.default, str) or option.choices or option.form):
        kind = _integer if isinstance(option.default, int) else _number
    metavar = "NAME" if option.choices else _METAVARS.get(kind, _VALUES.get(name, name.upper()))
    group.add_argument(_flag(name), metavar=metavar, type=kind, help=text)


def _owners(name: str) -> str:
    """Return the presets that have an option, with the values that each accepts."""
    values: dict[str, list[str]] = {}
    for preset in PRESETS:
        for option in preset.options:
            if option.name == name:
                names = (
                    f"{each} (default)" if each == option.default else each
                    for each in option.choices
                )
                values.setdefault(", ".join(names), []).append(preset.name)
    return "; ".join(
        ", ".join(presets) + f": {names}" * bool(names) for names, presets in values.items()
    )


def chosen_presets(options: argparse.Namespace) -> list[tuple[Preset, dict[str, Any]]]:
    """Return the presets asked for, each with those of the given options that it has.

    Raises:
        UsageError: if an option belongs to none of them.
    """
    given = _given_to_presets(options)
    presets = [PRESETS.get(name) for name in options.preset or [DEFAULT.name]]
    chosen = [(preset, _own_options(preset, given)) for preset in presets]
    for name, value in given.items():
        if not any(name in own for _, own in chosen):
            owners = [each.name for each in PRESETS if name in _own_options(each, given)]
            option = _as_given(name, value)
            if options.preset is None:
                raise UsageError(f"{option} needs --preset {' or '.join(owners)}")
            raise UsageError(
                f"{option} does not work with --preset {','.join(options.preset)}; presets that "
                f"have it: {', '.join(owners)}"
            )
    return chosen


def _given_to_presets(options: argparse.Namespace) -> dict[str, Any]:
    """Return the given options that presets declare."""
    return {
        name: value
        for name in options.of_presets
        if (value := getattr(options, name, None)) is not None
    }


def scoring_options(options: argparse.Namespace) -> dict[str, Any]:
    """Return the given options of scoring as keywords, except those that depend on the preset."""
    found = given_options(options, ScoringOptions)
    of_presets = {"preset", *options.of_presets}
    return {name: value for name, value in found.items() if name not in of_presets}


METRICS_HELP = "metrics to compute, separated by commas, or none (default: those of the preset)"
_NO_METRICS = ["none"]


def is_without_metrics(options: argparse.Namespace) -> bool:
    """Return whether ``--metrics none`` was given: nothing is scored."""
    return bool(options.metrics == _NO_METRICS)


def check_without_metrics(options: argparse.Namespace) -> None:
    """Check that ``--metrics none`` stands alone.

    Raises:
        UsageError: if not, or if other options are for scores alone.
    """
    if "none" in (options.metrics or ()) and not is_without_metrics(options):
        raise UsageError("--metrics none is for no metrics at all: name it alone, or others")
    if not is_without_metrics(options):
        return
    from textmetrics.comparison import WITHOUT_METRICS, GroupingOptions  # most commands need none

    groups = (TokenOptions, PresetOptions, ExtractOption, GroupingOptions, ReadingOptions)
    given = {*given_options(options, *groups), *_given_to_presets(options)}
    if of_scores := sorted(given - {*WITHOUT_METRICS}):
        raise UsageError(f"{_flag(of_scores[0])} is for scores, and --metrics none makes none")


def remark_unused(settings: Sequence[ScoringSettings]) -> None:
    """Say on stderr which options of presets change nothing, by a mistake or for want of a metric.

    In Python there is no such remark: options may be passed on to calls that do not need them all.

    Args:
        settings: those of all evaluators of a command; an option is of use if any of them uses it.
    """
    unused: dict[str, str] = {}
    used: set[str] = set()
    for each in settings:
        preset, names = PRESETS.get(each.preset), each.metric_names
        found = preset.unused(names, each.preset_options)
        unused |= {option.name: _reason(option, each) for option in found}
        default = preset.checked({})
        used |= {name for name, _ in {*each.preset_options} - {*default}} - {*map(_name, found)}
    for name, reason in unused.items():
        if name not in used:
            say(f"{_flag(name)} has no effect {reason}")


def remark_without_values(settings: Sequence[ScoringSettings], found: Collection[str]) -> None:
    """Say on stderr which options change nothing since no record has the values that they are for.

    Args:
        settings: those of all evaluators of a command.
        found: the sample options of which a record had a value.
    """
    for each in settings:
        preset, given = PRESETS.get(each.preset), dict(each.preset_options)
        for option in preset.options:
            needed = option.with_sample
            if needed and needed not in found and given[option.name] != option.default:
                say(f"{_flag(option.name)} has no effect, for no record has a field {needed}")


def _name(option: PresetOption) -> str:
    return option.name


def _reason(option: PresetOption, settings: ScoringSettings) -> str:
    """Return why an option changes nothing, and what to do."""
    if dict(settings.preset_options).get(option.unless):
        return f"where {_flag(option.unless)} is given: leave one of them out"
    return (
        f"on {', '.join(settings.metric_names)}: it is for {', '.join(option.metrics)}; add one of "
        "them to --metrics, or leave it out"
    )


def _own_options(preset: Preset, given: Mapping[str, Any]) -> dict[str, Any]:
    own = {
        option.name: given[option.name]
        for option in preset.options
        if option.name in given
        and (option.name not in _SHARED or given[option.name] in option.choices)
    }
    if preset is DEFAULT and given.get("tokenizer") in TOKENIZERS.names():
        own["tokenizer"] = given["tokenizer"]
    return own


def _as_given(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return _flag(name if value else f"no_{name}")
    return f"{_flag(name)} {value}"


@contextmanager
def wrong_options(options: argparse.Namespace) -> Iterator[None]:
    """Turn the errors raised for wrong options into those of the command line.

    A message that begins with the name of an option becomes ``--option: message``, as for values
    that the parser rejects.

    Raises:
        OpenError: if a stopword file or user dictionary cannot be read.
        UsageError: if an option is wrong.
    """
    try:
        yield
    except OSError as error:
        if error.filename is None:  # not of a stopword file or user dictionary
            raise
        raise OpenError.of(str(error.filename), error) from error
    except (ImportError, TypeError, ValueError) as error:
        values = dict.fromkeys(_preset_options()) | vars(options)
        if isinstance(error, TypeError) and str(error).partition(" ")[0] not in values:
            raise  # a fault of ours
        raise usage_error(_blaming(str(error), values)) from error


def _blaming(message: str, values: Mapping[str, Any]) -> str:
    """Begin a message about Python arguments with the option that is to blame.

    It is the one that the message begins with, or the first of those it names that was given:
    ``char_order and word_order must be …`` is about ``--word-order`` if that alone was given.
    """
    if unknown := re.match(r"unknown (metric\b|\w+) ", message):
        name = {"metric": "metrics"}.get(unknown[1], unknown[1])
        return f"{_flag(name)}: {message}" if name in values else message
    name, _, problem = message.partition(" ")
    if name not in values:
        return message
    others = [each for each in re.findall(r"\b[a-z]+(?:_[a-z]+)+\b", problem) if each in values]
    if not others:
        return f"{_flag(name)}: {problem}"
    known = "|".join(map(re.escape, {name, *others}))
    text = re.sub(rf"\b(?:{known})\b", lambda found: _flag(found[0]), message)
    given = [each for each in (name, *others) if values[each] is not None]
    return f"{_flag(given[0] if given else name)}: {text}"


@contextmanager
def wrong_samples() -> Iterator[None]:
    """Turn the errors raised while scoring into those of the command line.

    Raises:
        UsageError: if an option does not fit the language of a sample.
    """
    try:
        yield
    except ValueError as error:
        raise usage_error(error) from error


@contextmanager
def wrong_value(flag: str) -> Iterator[None]:
    """Turn a ``ValueError`` into an error that begins with the option whose value is wrong.

    Raises:
        UsageError: if the value is wrong.
    """
    try:
        yield
    except ValueError as error:
        raise UsageError(f"{flag}: {error}") from error


def usage_error(problem: Exception | str) -> UsageError:
    """Return an error about Python arguments as one about command-line options.

    Examples:
        >>> usage_error("stopwords='pos' needs lang='ja'")
        UsageError('--stopwords pos needs --lang ja')
        >>> usage_error(ValueError("remove stopwords=False, userdict="))
        UsageError('remove --no-stopwords, --userdict')
    """
    return UsageError(re.sub(_ARGUMENT, _argument_as_flag, str(problem)))


_ARGUMENT = r"\b([a-z_]+)=(?:'([^']*)'|(False)\b|(?=[ ,]|$))"


def _argument_as_flag(argument: re.Match[str]) -> str:
    name, value, off = argument.groups()
    if off:
        return _flag(f"no_{name}")
    return _flag(name) if value is None else f"{_flag(name)} {value}"


def _flag(name: str) -> str:
    return f"--{name.replace('_', '-')}"


def _escaped(text: str) -> str:
    return text.replace("%", "%%")  # argparse formats help texts
