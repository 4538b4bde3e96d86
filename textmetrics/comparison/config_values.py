"""What a key of a settings file can have, with errors that say what is possible."""

from __future__ import annotations

import math
import os
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from textmetrics._escape import json_type, short_repr
from textmetrics._options import Option, options_of, types_of, value_kinds
from textmetrics._registry import suggest
from textmetrics.comparison.config_tree import Given
from textmetrics.statistics import MOST_RESAMPLES

__all__ = [
    "Section",
    "above_zero",
    "choice",
    "mapping",
    "number",
    "option_readers",
    "path",
    "positive",
    "resamples",
    "share",
    "text",
    "texts",
    "truth",
    "whole",
]

T = TypeVar("T")

_NUMBER = re.compile(r"[-+]?(\d[\d_]*\.?\d*|\.\d+)([eE][-+]?\d+)?")
_TRUTHS = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})


class Section:
    """A mapping whose keys are known.

    Args:
        given: the mapping; nothing at all counts as an empty one.
        known: the keys that it may have.

    Raises:
        DataError: if it is no mapping, or has another key.
    """

    def __init__(self, given: Given, known: Iterable[str]) -> None:
        self.given = given
        self._values: Mapping[str, Given] = {} if is_null(given) else mapping(given)
        names = tuple(known)
        for key, value in self._values.items():
            if key not in names:
                near = suggest(key, names)
                message = f"unknown key {short_repr(key)}: {near}known: {', '.join(names)}"
                place = Given(given.file, given.path, value.line, None)
                raise place.wrong(message)

    def __contains__(self, key: str) -> bool:
        """Say whether a key is there."""
        return key in self._values

    def take(self, key: str, read: Callable[[Given], T], default: T) -> T:
        """Give what stands under a key, read by what reads such values."""
        return read(self._values[key]) if key in self._values else default

    def given_at(self, key: str) -> Given:
        """Give the value of a key for an error about it, or the section where it is not there."""
        return self._values.get(key, self.given)


def is_null(given: Given) -> bool:
    """Say whether nothing stands there."""
    return given.plain and given.value in _NULLS


def mapping(given: Given) -> Mapping[str, Given]:
    """Give a mapping.

    Raises:
        DataError: if it is none.
    """
    if not isinstance(given.value, dict):
        raise given.wrong(f"must have keys with values, found {_found(given)}")
    return given.value


def text(given: Given) -> str:
    """Give a text that is not empty."""
    if not isinstance(given.value, str) or is_null(given) or not given.value.strip():
        raise given.wrong(f"must be a text, found {_found(given)}")
    return given.value


def texts(given: Given) -> tuple[str, ...]:
    """Give a list of texts; a single one needs no brackets."""
    if not isinstance(given.value, list):
        if isinstance(given.value, str):
            return (text(given),)
        raise given.wrong(f"must be a list of texts, found {_found(given)}")
    found = tuple(text(each) for each in given.value)
    if len(set(found)) < len(found):
        raise given.wrong("names something twice; leave one of the two out")
    return found


def number(given: Given) -> float:
    """Give a finite number."""
    value = given.value
    if given.plain and _NUMBER.fullmatch(value):
        value = float(value)
    if type(value) in (int, float):
        with_limit = _float(value)
        if math.isfinite(with_limit):
            return with_limit
    raise given.wrong(f"must be a number such as 7e9, found {_found(given)}")


def _float(value: float) -> float:
    try:
        return float(value)
    except OverflowError:  # a whole number with hundreds of digits
        return math.inf


def whole(given: Given) -> int:
    """Give a whole number that is not negative."""
    value = number(given)
    if value < 0 or value != int(value):
        raise given.wrong(f"must be a whole number from 0 on, found {_found(given)}")
    # Through its digits where these are all there is: a float has no room for a long seed.
    exact = str(given.value).replace("_", "").removeprefix("+")
    return int(exact) if exact.isdecimal() else int(value)


def path(given: Given) -> str:
    """Give a path."""
    name = text(given)
    if "\0" in name:
        raise given.wrong("must be a path, found one with a zero byte")
    return name


def positive(given: Given) -> int:
    """Give a whole number of 1 or more."""
    value = whole(given)
    if not value:
        raise given.wrong("must be 1 or more, found 0")
    return value


def resamples(given: Given) -> int:
    """Give a number of resamples."""
    value = positive(given)
    if value > MOST_RESAMPLES:
        raise given.wrong(f"must be at most {MOST_RESAMPLES:,}, found {value:,}")
    return value


def above_zero(given: Given) -> float:
    """Give a number above 0."""
    value = number(given)
    if value <= 0:
        raise given.wrong(f"must be more than 0, found {value:g}")
    return value


def share(given: Given) -> float:
    """Give a number between 0 and 1."""
    value = number(given)
    if not 0 < value < 1:
        raise given.wrong(f"must lie between 0 and 1, such as 0.95, found {value:g}")
    return value


def truth(given: Given) -> bool:
    """Give a truth value."""
    if isinstance(given.value, bool):
        return given.value
    if given.plain and given.value.lower() in _TRUTHS:
        return _TRUTHS[given.value.lower()]
    raise given.wrong(f"must be true or false, found {_found(given)}")


def choice(*names: str) -> Callable[[Given], str]:
    """Make what reads one of some names."""

    def read(given: Given) -> str:
        name = text(given)
        if name not in names:
            known = ", ".join(names)
            raise given.wrong(
                f"unknown value {short_repr(name)}: {suggest(name, names)}known: {known}"
            )
        return name

    return read


def option_readers(*groups: type) -> dict[str, Callable[[Given], Any]]:
    """Return a reader for each option of some groups, by name; `path` where it is a file."""
    types = types_of(*groups)
    return {
        name: _option_reader(option, value_kinds(types[name]))
        for name, option in options_of(*groups).items()
    }


def _option_reader(option: Option, kinds: Collection[Any]) -> Callable[[Given], Any]:
    if option.choices is not None:
        return choice(*option.choices())
    if not {os.PathLike, Path}.isdisjoint(kinds):
        return path
    if option.parse is not None:
        return partial(_parsed, parse=option.parse)
    readers = {bool: truth, int: whole, float: number, str: text}
    return next(read for kind, read in readers.items() if kind in kinds)


def _parsed(given: Given, *, parse: Callable[[str], Any]) -> Any:
    if isinstance(given.value, (list, dict)):
        raise given.wrong(f"must be one value, found {_found(given)}")
    try:
        return parse(str(given.value))
    except ValueError as error:
        raise given.wrong(str(error)) from None


def _found(given: Given) -> str:
    """Say in words what stands there."""
    value: Any = given.value
    if is_null(given):
        return "nothing"
    if isinstance(value, dict):
        return "keys with values"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, str) and not given.plain:
        return f"the text {short_repr(value)}"
    return short_repr(value) if isinstance(value, str | int | float) else f"a {json_type(value)}"
