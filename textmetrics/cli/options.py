"""Command-line options made from the one definition of each option, and back to keywords."""

from __future__ import annotations

import argparse
import re
from collections.abc import Collection, Container, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from textmetrics._options import Option, option_names, options_of, types_of, value_kinds
from textmetrics.cli.choices import choice, comma_separated
from textmetrics.cli.program import UsageError
from textmetrics.evaluation import UnusableReferenceError
from textmetrics.records import DataError, OpenError

__all__ = [
    "add_option_group",
    "given_options",
    "language_settings",
    "usage_error",
    "wrong_options",
    "wrong_samples",
]

_ARGUMENT = r"\b([a-z_]+)='([^']*)'"
# Options whose names are explained in lists at the end of the help text.
_LISTED = frozenset(
    {"extract", "input_format", "lang", "metrics", "preset", "references_format", "tokenizer"}
)


def add_option_group(
    parser: argparse._ActionsContainer,
    *groups: type,
    skip: Container[str] = (),
    help: Mapping[str, str] | None = None,  # noqa: A002 - argparse's name for it
) -> None:
    """Add the options of some groups to a parser, or to one of its sections.

    Each is ``None`` in the namespace unless it is given: defaults stay in the definition, and
    a config file can come between them and the command line.

    Args:
        parser: a parser, or a section of one.
        groups: groups of options, as described in `textmetrics._options`.
        skip: names of options that the command does not offer.
        help: help texts of this command, by option, that replace those of the definitions.
    """
    hints, texts = types_of(*groups), help or {}
    for name, option in options_of(*groups).items():
        if option.flag == "" or name in skip:
            continue
        flag = option.flag or f"--{name.replace('_', '-')}"
        text, kinds = texts.get(name, option.help), value_kinds(hints[name])
        shared: dict[str, Any] = {"dest": name, "help": text.replace("%", "%%")}
        if kinds != {bool}:
            parser.add_argument(flag, action=_Value, option=option, kinds=kinds, **shared)
        elif option.default is False:
            parser.add_argument(flag, action="store_const", const=True, **shared)
        else:
            on_off = argparse.BooleanOptionalAction
            parser.add_argument(flag, action=on_off, default=None, **shared)


def given_options(options: argparse.Namespace, *groups: type) -> dict[str, Any]:
    """Return those options of some groups that were given on the command line, as keywords."""
    found = vars(options)
    return {name: found[name] for name in option_names(*groups) if found.get(name) is not None}


class _Value(argparse.Action):
    """An option with a value, or with a list of values that grows where it is repeated.

    Names that it takes are looked up when it is given or when help is shown, not before.
    """

    def __init__(self, *, option: Option, kinds: set[Any], **rest: Any) -> None:
        metavar = option.metavar or ("NAME" if option.choices else "VALUE")
        super().__init__(metavar=metavar, **rest)
        self._option = option
        self._kinds = kinds

    def __call__(
        self,
        parser: argparse.ArgumentParser,  # noqa: ARG002 - argparse calls it so
        namespace: argparse.Namespace,
        values: Any,
        option_string: str | None = None,  # noqa: ARG002
    ) -> None:
        try:
            value = self._parsed(values)
        except (argparse.ArgumentTypeError, ValueError) as error:
            raise argparse.ArgumentError(self, str(error)) from None
        before = getattr(namespace, self.dest)
        both = isinstance(before, list) and isinstance(value, list)
        setattr(namespace, self.dest, before + value if both else value)

    def full_help(self) -> str:
        """Return the help text with the names that can be given, and the default."""
        text, option = self.help or "", self._option
        if self.dest in _LISTED:
            return f"{text}; see the list below"
        if option.choices is not None:
            text += f": {', '.join(option.choices())}"
        if option.default not in (None, False, ()) and "default" not in text:
            text += f" (default: {option.default})"
        return text

    def _parsed(self, text: str) -> Any:
        if self._option.parse is not None:
            return self._option.parse(text)
        if any(issubclass(kind, Collection) for kind in self._kinds - {str}):
            return [self._one(each) for each in comma_separated(text)]
        return self._one(text)

    def _one(self, text: str) -> Any:
        if self._option.choices is not None:
            kind = self._option.kind or self.dest.replace("_", " ")
            return choice(kind, self._option.choices())(text)
        for number, called in ((int, "a whole number"), (float, "a number")):
            if number in self._kinds and str not in self._kinds:
                try:
                    return number(text)
                except ValueError:
                    raise ValueError(f"{text!r} is not {called}") from None
        return text


def language_settings(options: argparse.Namespace) -> dict[str, Any]:
    """Give what ``ScoringSettings.of`` and ``Evaluator`` take of the options for tokens.

    Raises:
        UsageError: if options contradict each other.
    """
    lists = {
        "--stopwords": options.stopwords,
        "--stopwords-add": options.stopwords_add,
        "--stopwords-remove": options.stopwords_remove,
    }
    if options.no_stopwords and (given := [name for name, value in lists.items() if value]):
        raise UsageError(
            f"--no-stopwords and {given[0]} contradict each other: leave one of them out"
        )
    stopwords: bool | str | Path = not options.no_stopwords
    if options.stopwords is not None:
        # A path, so that no file is taken for one of the words that Python's `stopwords=` knows.
        stopwords = "pos" if options.stopwords == "pos" else Path(options.stopwords)
    return {
        "lang": options.lang,
        "tokenizer": options.tokenizer,
        "userdict": options.userdict,
        "stopwords": stopwords,
        "stopwords_add": options.stopwords_add,
        "stopwords_remove": options.stopwords_remove,
    }


@contextmanager
def wrong_options(options: argparse.Namespace) -> Iterator[None]:
    """Turn the errors that settings raise into those of the command line.

    Raises:
        OpenError: if a file of words cannot be read.
        UsageError: if an option cannot be as it is.
    """
    try:
        yield
    except OSError as error:
        path = options.stopwords if error.filename is None else error.filename
        raise OpenError.of(str(path), error) from error
    except (ImportError, ValueError) as error:
        raise usage_error(error) from error


@contextmanager
def wrong_samples(file: str) -> Iterator[None]:
    """Turn the errors that scoring raises into those of the command line.

    Raises:
        DataError: if a sample of the file cannot be scored.
        UsageError: if an option does not fit the language of one.
    """
    try:
        yield
    except UnusableReferenceError as error:
        advice = "give a reference that has one, or leave the metric out"
        message = f"sample {error.sample + 1:,}: {error.problem}; {advice}"
        raise DataError(file, None, message) from error
    except ValueError as error:
        raise usage_error(error) from error


def usage_error(error: Exception) -> UsageError:
    """Give the error of the command line for one that tells of arguments in Python's spelling.

    Examples:
        >>> usage_error(ValueError("stopwords='pos' needs lang='ja'"))
        UsageError('--stopwords pos needs --lang ja')
    """
    return UsageError(re.sub(_ARGUMENT, _as_option, str(error)))


def _as_option(argument: re.Match[str]) -> str:
    return f"--{argument[1].replace('_', '-')} {argument[2]}"
