"""Options whose values have names, read from the registries, and the lists of these names."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Collection, Iterable, Sequence

from textmetrics._registry import suggest
from textmetrics.kernels import backend_names
from textmetrics.languages import LANGUAGES, TOKENIZERS
from textmetrics.metrics import METRICS
from textmetrics.presets import DEFAULT
from textmetrics.records import FORMATS, suggest_language

__all__ = [
    "add_format_option",
    "add_language_options",
    "add_run_options",
    "choice",
    "comma_separated",
    "format_list",
    "glossary",
    "language_list",
    "metric_list",
    "tokenizer_list",
]


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
    if text == "auto" or text in LANGUAGES:
        return text
    known = ", ".join(["auto", *(f"{each.code} ({each.name})" for each in LANGUAGES)])
    raise argparse.ArgumentTypeError(
        f"unknown language {text!r}: {suggest_language(text)}known: {known}"
    )


def comma_separated(text: str) -> list[str]:
    """Cut an option's value at its commas."""
    return [each.strip() for each in text.split(",") if each.strip()]


def _positive(text: str) -> int:
    if text.isdecimal() and int(text) > 0:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is not a number of threads: give 1 or more")


def glossary(title: str, pairs: Iterable[tuple[str, str]]) -> str:
    """List names with what they mean for a help text."""
    known = list(pairs)
    width = max(len(name) for name, _ in known) + 2
    lines = [f"  {name:{width}}{meaning}" for name, meaning in known]
    return "\n".join([f"{title}:", *lines, ""])


def language_list() -> str:
    """List the languages for a help text, those of installed packages too."""
    return glossary("languages", ((each.code, each.name) for each in LANGUAGES))


def metric_list() -> str:
    """List the metrics of the preset that holds where none is named."""
    title = f"metrics of the preset {DEFAULT.name} (textmetrics presets NAME shows another's)"
    return glossary(title, ((each.name, each.summary) for each in METRICS))


def format_list() -> str:
    """List the formats of files."""
    return glossary("input formats", ((each.name, each.summary) for each in FORMATS))


def tokenizer_list() -> str:
    """List the tokenisers."""
    return glossary("tokenizers", ((each.name, each.summary) for each in TOKENIZERS))


def add_language_options(
    parser: argparse.ArgumentParser, decided_by: str, others: Collection[str] = ()
) -> None:
    """Add the options that decide how a text becomes tokens.

    Args:
        parser: what takes them.
        decided_by: what the language is by where nobody names it.
        others: names of tokenisers beside those of the languages.
    """
    own = "the language's, or the preset's, own" if others else "the language's own"
    group = parser.add_argument_group("tokens and stopwords")
    group.add_argument(
        "--lang",
        metavar="CODE",
        default="auto",
        type=_language,
        help=f"auto (the default: {decided_by}) or a code; see the list below",
    )
    group.add_argument(
        "--tokenizer",
        metavar="NAME",
        type=choice("tokenizer", dict.fromkeys((*TOKENIZERS.names(), *others))),
        help=f"another tokeniser than {own}; see the list below",
    )
    group.add_argument(
        "--userdict", metavar="FILE", help="words for jieba beside its own, a word a line (Chinese)"
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


def add_format_option(parser: argparse._ActionsContainer, formats: Sequence[str]) -> None:
    """Add ``--format``; the first one is the default."""
    parser.add_argument(
        "--format",
        metavar="NAME",
        default=formats[0],
        type=choice("format", formats),
        help=f"{', '.join(formats)} (default: {formats[0]})",
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
    backends = ["auto", *backend_names()]
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
