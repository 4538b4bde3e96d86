"""Options become settings."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from textmetrics.cli.parser import UsageError
from textmetrics.evaluation import UnusableReferenceError
from textmetrics.records import DataError, OpenError

__all__ = ["language_settings", "usage_error", "wrong_options", "wrong_samples"]

_ARGUMENT = r"\b([a-z_]+)='([^']*)'"


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
