"""An argument parser with suggestions, one line an error, and names read from the registries."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Sequence
from typing import NoReturn

from textmetrics._registry import suggest
from textmetrics.kernels import available_backends
from textmetrics.languages import LANGUAGES, TOKENIZERS
from textmetrics.metrics import METRICS
from textmetrics.records import printable, suggest_language

__all__ = [
    "Parser",
    "UsageError",
    "add_language_options",
    "add_run_options",
    "choice",
    "comma_separated",
    "glossary",
    "metric_names",
    "tokenizer_glossary",
]


class UsageError(Exception):
    """What was asked for cannot be done; the message says what can."""


class Parser(argparse.ArgumentParser):
    """A parser whose errors are one line, with a suggestion where a name is near.

    Attributes:
        surplus: what to do with an argument that stands where none can be.
        dashed: what to do with one that begins with ``-`` but is no option.
    """

    surplus = "leave it out"
    dashed = ""
    _given: Sequence[str] = ()

    def __init__(self, *args: object, **options: object) -> None:
        settings: dict[str, object] = {
            "allow_abbrev": False,  # an abbreviation breaks when an option is added
            "formatter_class": argparse.RawDescriptionHelpFormatter,
        }
        super().__init__(*args, **{**settings, **options})  # type: ignore[arg-type]

    def parse_known_args(  # type: ignore[override]
        self, args: list[str] | None = None, namespace: argparse.Namespace | None = None
    ) -> tuple[argparse.Namespace, list[str]]:
        """Parse as the standard library does, but keep what was given for a better error."""
        self._given = args or []
        return super().parse_known_args(args, namespace)

    def error(self, message: str) -> NoReturn:
        """Raise what was wrong; nothing is printed here."""
        if self.dashed and message.startswith("the following arguments are required"):
            known = self._option_string_actions
            dashed = [each for each in self._given if each.startswith("-")]
            if unknown := [each for each in dashed if each.partition("=")[0] not in known]:
                self.unknown(unknown)
        raise UsageError(f"{self.prog}: {message} (see {self.prog} --help)")

    def unknown(self, arguments: Iterable[str]) -> NoReturn:
        """Raise the error for arguments that no option takes."""
        first = next(iter(arguments))
        if not first.startswith("-"):
            self.error(f"unexpected argument {printable(first)!r}: {self.surplus}")
        near = suggest(first.partition("=")[0], self._option_string_actions).rstrip()
        advice = near or self.dashed
        self.error(f"unknown option {printable(first)}{': ' + advice if advice else ''}")


def choice(kind: str, names: Iterable[str]) -> Callable[[str], str]:
    """Make a type for options that take one of some names."""
    known = tuple(names)

    def take(text: str) -> str:
        if text in known:
            return text
        raise argparse.ArgumentTypeError(
            f"unknown {kind} {text!r}: {suggest(text, known)}known: {', '.join(known)}"
        )

    return take


def _language(text: str) -> str:
    if text == "auto" or text in LANGUAGES.names():
        return text
    known = ", ".join(["auto", *_named_languages()])
    raise argparse.ArgumentTypeError(
        f"unknown language {text!r}: {suggest_language(text)}known: {known}"
    )


def _named_languages() -> list[str]:
    return [f"{each.code} ({each.name})" for each in LANGUAGES]


def comma_separated(text: str) -> list[str]:
    """Cut an option's value at its commas."""
    return [each.strip() for each in text.split(",") if each.strip()]


def metric_names(text: str) -> list[str]:
    """Give the metrics named in an option's value."""
    take = choice("metric", METRICS.names())
    return [take(name) for name in comma_separated(text)]


def _positive(text: str) -> int:
    if text.isdecimal() and int(text) > 0:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is not a number of threads: give 1 or more")


def glossary(title: str, pairs: Iterable[tuple[str, str]]) -> str:
    """List names with what they mean, below a help text."""
    known = list(pairs)
    width = max(len(name) for name, _ in known) + 2
    lines = [f"  {name:{width}}{meaning}" for name, meaning in known]
    return "\n".join([f"{title}:", *lines, ""])


def tokenizer_glossary() -> str:
    """List the tokenisers."""
    return glossary("tokenizers", ((each.name, each.summary) for each in TOKENIZERS))


def add_language_options(parser: argparse.ArgumentParser, decided_by: str) -> None:
    """Add the options that decide how a text becomes tokens."""
    group = parser.add_argument_group("tokens and stopwords")
    languages = ", ".join(_named_languages())
    group.add_argument(
        "--lang",
        metavar="CODE",
        default="auto",
        type=_language,
        help=f"auto (the default: {decided_by}); {languages}".replace("%", "%%"),
    )
    group.add_argument(
        "--tokenizer",
        metavar="NAME",
        type=choice("tokenizer", TOKENIZERS.names()),
        help="another tokeniser than the language's own; see the list below",
    )
    group.add_argument(
        "--no-stopwords", action="store_true", help="drop no stopwords: score all words"
    )
    group.add_argument(
        "--stopwords",
        metavar="FILE|pos",
        help="a list of your own, a word a line, in place of the language's; "
        "pos drops by part of speech (Japanese)",
    )
    for name, what in (("add", "drop besides"), ("remove", "keep after all")):
        group.add_argument(
            f"--stopwords-{name}",
            metavar="WORDS",
            action="extend",
            type=comma_separated,
            default=[],
            help=f"words to {what}, with commas between them; may be repeated",
        )


def add_run_options(parser: argparse.ArgumentParser) -> None:
    """Add the options that change how fast it goes, and never a number."""
    group = parser.add_argument_group("running")
    group.add_argument(
        "--threads",
        metavar="N",
        type=_positive,
        help="how many threads scan and count (default: the processors of this process, shared "
        "among the ranks of LOCAL_WORLD_SIZE)",
    )
    backends = ["auto", *available_backends()]
    group.add_argument(
        "--backend",
        metavar="NAME",
        default="auto",
        type=choice("backend", backends),
        help=f"what scans and counts: {', '.join(backends)}; all give the same numbers",
    )
    group.add_argument(
        "--progress",
        action=argparse.BooleanOptionalAction,
        default=None,
        help="show a progress bar on stderr (default: for long input, on a terminal only)",
    )
