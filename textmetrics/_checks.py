"""Checks of values that many functions take."""

from __future__ import annotations

import operator
from collections.abc import Iterable, Mapping
from typing import Any

from textmetrics._escape import printable, short_repr

__all__ = [
    "check_callable",
    "check_line",
    "check_name",
    "check_type",
    "names_in",
    "parse_integer",
    "parse_number",
    "parse_size",
    "parse_whole_number",
    "several",
    "whole_number",
]

_UNITS = {"kb": 1000, "mb": 1_000_000, "gb": 1_000_000_000, "b": 1}
_MOST_DIGITS = 40  # that are read, to say what would be in bounds
_SMALLEST, _LARGEST = -(2**63), 2**63 - 1  # what NumPy and the extension have room for


def whole_number(
    value: Any, name: str, *, at_least: int = _SMALLEST, at_most: int = _LARGEST
) -> int:
    """Return an integer within bounds, as Python's own type.

    NumPy integers and tensors of one integer count; booleans, strings and floats do not.

    Raises:
        TypeError: if the value is not an integer.
        ValueError: if it is out of bounds.

    Examples:
        >>> whole_number(3, "turn", at_least=1)
        3
        >>> whole_number(0, "turn", at_least=1)
        Traceback (most recent call last):
        ValueError: turn must be at least 1, got 0
    """
    try:
        # Some versions of NumPy and PyTorch give booleans an `__index__`: reject them by dtype.
        if type(value) is not int and (
            isinstance(value, bool) or "bool" in str(getattr(value, "dtype", ""))
        ):
            raise TypeError
        number = operator.index(value)
    except TypeError:
        found = f"{type(value).__name__}: {short_repr(value)}"
        raise TypeError(f"{name} must be an integer, got {found}") from None
    if not at_least <= number <= at_most:
        if at_most == _LARGEST and number < at_least and at_least > _SMALLEST:
            bounds = f"at least {at_least:,}"
        else:
            bounds = f"from {at_least:,} to {at_most:,}"
        found = f"{number:,}" if abs(number) < 10**_MOST_DIGITS else short_repr(number)
        raise ValueError(f"{name} must be {bounds}, got {found}")
    return number


def parse_whole_number(text: str, *, at_least: int = 0) -> int:
    """Return the integer in a text from the command line or from a config file.

    Raises:
        ValueError: if it is not an integer, or too small.

    Examples:
        >>> parse_whole_number("12", at_least=1)
        12
        >>> parse_whole_number("0", at_least=1)
        Traceback (most recent call last):
        ValueError: expected an integer of at least 1, got '0'
    """
    if text.isascii() and text.isdecimal() and len(text) < 19 and int(text) >= at_least:
        return int(text)
    raise ValueError(f"expected an integer of at least {at_least:,}, got {short_repr(text)}")


def parse_integer(text: str, name: str = "") -> int:
    """Return the integer in a text, of any size that the package has room for.

    Args:
        text: from the command line.
        name: begins the message, where the option is not told otherwise.

    Raises:
        ValueError: if it is not an integer, or out of bounds.

    Examples:
        >>> parse_integer("-12")
        -12
    """
    begin = f"{name} " * bool(name)
    digits = text.strip().lstrip("+-").replace("_", "")
    if digits.isdecimal() and len(digits) > _MOST_DIGITS:  # Python refuses thousands of them
        bounds = f"from {_SMALLEST:,} to {_LARGEST:,}"
        found = f"{len(digits):,} digits: {short_repr(text)}"
        raise ValueError(f"{begin}must be {bounds}, got {found}")
    try:
        return int(text)
    except ValueError:
        if name:
            raise ValueError(f"{name} must be an integer, got {short_repr(text)}") from None
        raise ValueError(f"{short_repr(text)} is not an integer") from None


def parse_number(text: str) -> float:
    """Return the number in a text from the command line, finite or not.

    Raises:
        ValueError: if it is not a number.

    Examples:
        >>> parse_number("0.5")
        0.5
    """
    try:
        return float(text)
    except ValueError:
        raise ValueError(f"{short_repr(text)} is not a number") from None


def parse_size(text: str) -> int:
    """Return a number of bytes, which may have a unit: ``kB``, ``MB`` or ``GB``, of 1,000 each.

    Raises:
        ValueError: if it is something else.

    Examples:
        >>> parse_size("1GB"), parse_size("4096")
        (1000000000, 4096)
    """
    number, factor = text.strip(), 1
    for unit, its_factor in _UNITS.items():
        if number.lower().endswith(unit):
            number, factor = number[: -len(unit)].rstrip(), its_factor
            break
    try:
        return parse_whole_number(number, at_least=1) * factor
    except ValueError:
        message = f"expected a size such as 500MB or 2GB, got {short_repr(text)}"
        raise ValueError(message) from None


# --- the fields of declarations: metrics, presets, formats, languages ----------------------------


def check_type(value: object, kind: Any, where: str, expected: str) -> None:
    """Check the type of a field.

    Args:
        value: what was found.
        kind: the types that are allowed.
        where: the field, and what it is a field of, such as ``name of a metric``.
        expected: what it must be, in words.

    Raises:
        TypeError: if it is of another type.
    """
    if not isinstance(value, kind):
        found = f"{type(value).__name__}: {short_repr(value)}"
        raise TypeError(f"{where} must be {expected}, got {found}")


def check_callable(value: object, where: str, *, optional: bool = True) -> None:
    """Check that a field is a function, or ``None`` if it is optional.

    Raises:
        TypeError: if it is neither.
    """
    if not callable(value) and not (optional and value is None):
        check_type(value, (), where, "a function or None" if optional else "a function")


def check_name(name: object, kind: str, *, also: str = "-_") -> None:
    """Check a name that stands in signatures and on command lines.

    Args:
        name: what was found.
        kind: what is named, such as ``metric``.
        also: the characters that are allowed besides letters and digits, though only ``_`` at the
            beginning: ``-`` would make the name an option.

    Raises:
        TypeError: if it is not a string.
        ValueError: if it is empty, or contains other characters.
    """
    article = "an" if kind[0] in "aeiou" else "a"
    check_type(name, str, f"name of {article} {kind}", "a string")
    text = str(name)
    if text[:1] in "-." or not text.translate(dict.fromkeys(map(ord, also))).isalnum():
        allowed = ", ".join(map(repr, also[:-1]))
        raise ValueError(
            f"invalid {kind} name {short_repr(name)}: use letters, digits, {allowed} and "
            f"{also[-1]!r}, and begin with a letter or digit"
        )


def check_line(text: object, where: str) -> None:
    """Check a text that is shown on one line.

    Raises:
        TypeError: if it is not a string.
        ValueError: if it has several lines, or control characters.
    """
    check_type(text, str, where, "a string")
    if printable(str(text)) != text:
        raise ValueError(f"{where} must be one line of printable text, got {short_repr(text)}")


def names_in(names: Any, where: str) -> tuple[str, ...]:
    """Return a collection of names as a tuple.

    Raises:
        TypeError: if it is not a collection of strings. A single string is not one either.
    """
    found = several(names, where)
    for name in found:
        check_type(name, str, where, "strings")
    return found


def several(names: Any, where: str) -> tuple[Any, ...]:
    """Return a collection of what should be names as a tuple.

    Raises:
        TypeError: if it is not a collection, or a single string.
    """
    if isinstance(names, str):
        raise TypeError(f"{where} must be several strings: write ({short_repr(names)},)")
    if isinstance(names, Mapping) or not isinstance(names, Iterable):
        check_type(names, (), where, "several strings")
    return tuple(names)
